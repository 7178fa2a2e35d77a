"""WeasyPrint started quickly is the same WeasyPrint."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUICK = "notices = Notices()\nweasyprint = started(home, notices)\nassert not notices.problems()\n"
PLAIN = "import weasyprint\n"
WORDS = """
<h1>Freedom</h1><p>of <em>conscience</em> and <q>of speech</q></p><hr><ol><li>one<ul><li>two</ul></ol>
<table border=1><tr><th>1982<td>acceded</table><img alt="a seal" src="data:image/png;base64,{}">
""".format("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PAGE = f"""
page = weasyprint.HTML(string={WORDS!r})
sys.stdout.buffer.write(page.write_pdf(presentational_hints=True, pdf_variant='pdf/a-3b'))
told = ['parsed' if 'pycparser' in sys.modules else 'not parsed']
told.append('read' if sheets_read else 'not read')
sys.stderr.write(', '.join(told))
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the declarations are kept on POSIX systems")


def program(start: str, home: Path) -> list[str]:
    """Return the command that starts WeasyPrint and writes a page to standard output."""
    head = (
        "import sys\nfrom pathlib import Path\n"
        "from lettergen.pages.pdf.private_parts import Notices\n"
        "from lettergen.pages.pdf.startup import started\n"
        f"home = Path({str(home)!r})\n"
        "import tinycss2\nsheets_read, read = [], tinycss2.parse_stylesheet\n"
        "tinycss2.parse_stylesheet = lambda *args: sheets_read.append(args) or read(*args)\n"
    )
    return [sys.executable, "-c", head + start + PAGE]


def environment() -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONPATH": str(ROOT)}


def page(start: str, home: Path) -> tuple[bytes, str]:
    """Return the page, and whether declarations had to be parsed and style sheets to be read for it."""
    done = subprocess.run(program(start, home), capture_output=True, check=True, env=environment(), cwd=home)
    return done.stdout, done.stderr.decode()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the page as WeasyPrint makes it by itself."""
    data, parsed = page(PLAIN, tmp_path_factory.mktemp("plain"))
    assert data.startswith(b"%PDF")
    assert parsed == "parsed, read"
    return data


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder where declarations have been kept."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    page(QUICK, folder)
    return folder


def test_what_is_loaded_late_does_the_same(home: Path) -> None:
    # A form has its fonts whole, and fontTools reads them.
    form = PAGE.replace("<hr>", "<form><input value=no></form>").replace("hints", "hints=True, pdf_forms")
    pages = []
    for start in (PLAIN, QUICK):
        command = program(start, home)
        command[-1] = command[-1].replace(PAGE, form + "print('fontTools.ttLib.ttFont' in sys.modules)\n")
        done = subprocess.run(command, capture_output=True, check=True, cwd=home, env=environment())
        pages.append(done.stdout)
    assert pages[0] == pages[1]
    assert pages[0].endswith(b"True\n")


def kept(home: Path, what: str) -> Path:
    """Return the file of declarations, styles or the colour profile."""
    (file,) = home.glob(f"{what}_*")
    return file


EACH = pytest.mark.parametrize("what", ["declarations", "styles", "profile"])
MADE_ANEW = {
    "declarations": "not parsed, not read",
    "styles": "not parsed, read",
    "profile": "not parsed, not read",
}
"""What is seen in a process that has made one of them anew; the parser is put away when it is done."""


def test_the_pages_are_the_same_and_nothing_is_read_twice(tmp_path: Path, plain: bytes) -> None:
    tmp_path.chmod(0o700)
    first, _ = page(QUICK, tmp_path)
    second, read = page(QUICK, tmp_path)
    # Nothing but the page came on standard output.
    assert first == second == plain
    assert read == "not parsed, not read"
    for what in MADE_ANEW:
        assert kept(tmp_path, what).stat().st_mode & 0o077 == 0


@EACH
def test_a_damaged_file_is_not_run_but_made_anew(home: Path, plain: bytes, what: str) -> None:
    whole = kept(home, what).read_bytes()
    kept(home, what).write_bytes(b"raise SystemExit('run')\n")
    assert page(QUICK, home) == (plain, MADE_ANEW[what])
    assert kept(home, what).read_bytes() == whole


@pytest.mark.parametrize("what", ["declarations", "styles"])
def test_a_file_of_something_else_is_no_hindrance(home: Path, plain: bytes, what: str) -> None:
    other = b"raise SystemExit('run')\n"
    kept(home, what).write_bytes(hashlib.sha256(other).digest() + other)
    assert page(QUICK, home)[0] == plain


@EACH
def test_what_others_can_write_to_is_not_run_but_made_anew(home: Path, plain: bytes, what: str) -> None:
    kept(home, what).chmod(0o666)
    assert page(QUICK, home) == (plain, MADE_ANEW[what])
    assert kept(home, what).stat().st_mode & 0o077 == 0


@EACH
def test_a_link_is_not_followed(home: Path, plain: bytes, what: str) -> None:
    file = kept(home, what)
    file.symlink_to(file.rename(home / "other"))
    assert page(QUICK, home) == (plain, MADE_ANEW[what])
    assert not file.is_symlink()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
@EACH
def test_a_file_of_somebody_else_is_not_run(home: Path, plain: bytes, what: str) -> None:
    os.chown(kept(home, what), 12345, -1)
    assert page(QUICK, home) == (plain, MADE_ANEW[what])
    assert kept(home, what).stat().st_uid == os.getuid()


def test_in_a_folder_that_others_can_write_to_nothing_is_believed_or_kept(home: Path, plain: bytes) -> None:
    home.chmod(0o777)
    before = sorted(home.iterdir())
    assert page(QUICK, home) == (plain, "not parsed, read")
    assert sorted(home.iterdir()) == before


def changed(file: str, old: str, new: str) -> str:
    """Return a program that puts another version of WeasyPrint before the one that is installed."""
    return (
        "import importlib.util, shutil\n"
        "found = Path(importlib.util.find_spec('weasyprint').origin).parent\n"
        "copy = home / 'site' / 'weasyprint'\n"
        "shutil.copytree(found, copy)\n"
        f"file = copy / {file!r}\n"
        "text = file.read_text()\n"
        f"assert {old!r} in text\n"
        f"file.write_text(text.replace({old!r}, {new!r}))\n"
        "sys.path.insert(0, str(copy.parent))\n"
        "importlib.invalidate_caches()\n"
    )


def test_another_version_of_weasyprint_has_its_own_declarations(home: Path, plain: bytes) -> None:
    before = kept(home, "declarations")
    assert page(changed("text/ffi.py", "import cffi", "import cffi  # another") + QUICK, home)[0] == plain
    assert len({before, *home.glob("declarations_*")}) == 2


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (("text/ffi.py", "ffi.cdef('''", "ffi.cdef(r'''"), "weasyprint.text.ffi.cdef"),
        (
            ("pdf/fonts.py", "import TTFont, TTLibError", "import TTCollection, TTFont, TTLibError"),
            "__init__",
        ),
    ],
    ids=["declared in another way", "another part of a library"],
)
def test_a_weasyprint_that_starts_in_another_way_does_so_the_long_way(
    home: Path, plain: bytes, change: tuple[str, str, str], moved: str
) -> None:
    told = (
        "notices = Notices()\nweasyprint = started(home, notices)\n"
        "(problem,) = notices.problems()\n"
        f"assert {moved!r} in problem.message and problem.message.startswith('slower: '), problem\n"
    )
    made, read = page(changed(*change) + told, home)
    assert made == plain
    assert read.startswith("parsed")


def test_two_processes_may_begin_at_once(tmp_path: Path, plain: bytes) -> None:
    tmp_path.chmod(0o700)
    both = [
        subprocess.Popen(
            program(QUICK, tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        )
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in both] == [plain, plain]
    assert sorted(tmp_path.iterdir()) == sorted(kept(tmp_path, what) for what in MADE_ANEW)


def test_a_folder_that_cannot_be_used_is_no_hindrance(tmp_path: Path, plain: bytes) -> None:
    assert page("home = home / 'nowhere'\n" + QUICK, tmp_path) == (plain, "not parsed, read")
