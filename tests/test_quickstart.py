"""WeasyPrint started quickly is the same WeasyPrint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUICK = "with quick(home):\n    import weasyprint\n"
PLAIN = "import weasyprint\n"
PAGE = """
sys.stdout.buffer.write(weasyprint.HTML(string='<h1>Freedom</h1><p>of conscience</p>').write_pdf())
sys.stderr.write('parsed' if 'pycparser' in sys.modules else 'not parsed')
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the declarations are kept on POSIX systems")


def program(start: str, home: Path) -> list[str]:
    """Return the command that starts WeasyPrint and writes a page to standard output."""
    head = (
        "import sys\nfrom pathlib import Path\nfrom lettergen.pages.quickstart import quick\n"
        f"home = Path({str(home)!r})\n"
    )
    return [sys.executable, "-c", head + start + PAGE]


def page(start: str, home: Path) -> tuple[bytes, str]:
    """Return the page and whether declarations had to be parsed for it."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program(start, home), capture_output=True, check=True, env=environment, cwd=home)
    return done.stdout, done.stderr.decode()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the page as WeasyPrint makes it by itself."""
    data, parsed = page(PLAIN, tmp_path_factory.mktemp("plain"))
    assert data.startswith(b"%PDF")
    assert parsed == "parsed"
    return data


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder where declarations have been kept."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    page(QUICK, folder)
    return folder


def kept(home: Path) -> Path:
    """Return the file of the declarations."""
    (file,) = home.glob("declarations_*.py")
    return file


def test_the_pages_are_the_same_and_nothing_is_parsed_twice(tmp_path: Path, plain: bytes) -> None:
    tmp_path.chmod(0o700)
    first, _ = page(QUICK, tmp_path)
    second, parsed = page(QUICK, tmp_path)
    # Nothing but the page came on standard output.
    assert first == second == plain
    assert parsed == "not parsed"
    assert kept(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"raise SystemExit('run')\n", b"# 0\nimport sys\nsys.exit(3)\n"])
def test_a_damaged_file_is_not_run_but_made_anew(home: Path, plain: bytes, damage: bytes) -> None:
    whole = kept(home).read_bytes()
    kept(home).write_bytes(damage)
    assert page(QUICK, home)[0] == plain
    assert kept(home).read_bytes() == whole


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_can_write_to_is_not_run(home: Path, plain: bytes, what: str) -> None:
    (kept(home) if what == "file" else home).chmod(0o777)
    data, parsed = page(QUICK, home)
    assert data == plain
    assert parsed == "parsed"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_not_run(home: Path, plain: bytes) -> None:
    os.chown(kept(home), 12345, -1)
    data, parsed = page(QUICK, home)
    assert data == plain
    assert parsed == "parsed"


def test_another_version_of_weasyprint_has_its_own_declarations(home: Path, plain: bytes) -> None:
    changed = (
        "import importlib.util, shutil\n"
        "found = Path(importlib.util.find_spec('weasyprint').origin).parent\n"
        "copy = home / 'site' / 'weasyprint'\n"
        "shutil.copytree(found, copy)\n"
        "ffi = copy / 'text' / 'ffi.py'\n"
        "ffi.write_text(ffi.read_text() + '# another')\n"
        "sys.path.insert(0, str(copy.parent))\n"
        "importlib.invalidate_caches()\n"
    )
    before = kept(home)
    assert page(changed + QUICK, home)[0] == plain
    assert len({before, *home.glob("declarations_*.py")}) == 2


def test_two_processes_may_begin_at_once(tmp_path: Path, plain: bytes) -> None:
    tmp_path.chmod(0o700)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(
            program(QUICK, tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in both] == [plain, plain]
    assert [file.name for file in tmp_path.glob("*.py")] == [kept(tmp_path).name]


def test_a_folder_that_cannot_be_used_is_no_hindrance(tmp_path: Path, plain: bytes) -> None:
    data, parsed = page("home = home / 'nowhere'\n" + QUICK, tmp_path)
    assert data == plain
    assert parsed == "parsed"
