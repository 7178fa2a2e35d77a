"""Private parts of libraries: each in its place, and none of them needed."""

import ast
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from PIL import Image

from lettergen.pages.pdf import pango_private, private_parts
from lettergen.pages.pdf.private_parts import Notices, PrivatePartMoved, module, part, several, takes
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.pdf.weasyprint_private import Style
from lettergen.pages.vdp.mould_parts import found_lines
from lettergen.reference.stationery import stationery
from tests.pages import samples
from tests.pages.reading import page_words

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "lettergen").rglob("*.py"))
PLACES = sorted((ROOT / "lettergen" / "pages" / "pdf").glob("*private*.py"))

RENAMED = frozenset(
    """
    AbsolutePlaceholder BlockBox ColorProfile FROM_UNITS FlexBox InlineBox Layout LineBox MarginBox
    PH_STYLESHEET ReplacedBox TO_UNITS TextBox UA_COUNTER_STYLE UA_FORM_STYLESHEET UA_STYLESHEET _page_box
    at_keyword border_box_x border_box_y border_height build_fonts_dictionary can_break_text content_box_x
    content_box_y element_tag get_first_line get_pango_font_key is_in_normal_flow layers margin_height
    matcher page_rules position_x position_y split_first_line split_whitespace to_unicode
    """.split()  # noqa: SIM905 - a list of a hundred strings would be a page long
)
"""Names that are a library's alone: they get another one in all of its sources. All others, which CSS, C or
other libraries have, too, are not found where we look for them."""

STARTING = frozenset(
    """
    ColorProfile FFI PH_STYLESHEET UA_COUNTER_STYLE UA_FORM_STYLESHEET UA_STYLESHEET __version__ _cffi_backend
    ascii_lower cssselect2.compiler layers matcher page_rules split_whitespace urlparse weasyprint.html
    weasyprint.pdf
    """.split()  # noqa: SIM905
)
ANEW = frozenset({"content", "name"})
"""Wanted where nothing is kept yet."""
LAID_OUT = frozenset(
    """
    AbsolutePlaceholder BlockBox FlexBox InlineBox LineBox MarginBox ReplacedBox TextBox _box _page_box
    baseline border_bottom_width border_box_x border_box_y border_height border_left_width
    border_right_width border_top_width border_width children content_box_x content_box_y element
    element_tag height is_in_normal_flow margin_bottom margin_height margin_top padding_bottom padding_top
    position_x position_y style text weasyprint.formatting_structure.boxes weasyprint.layout.absolute
    width
    """.split()  # noqa: SIM905
)
IN_MAILINGS = frozenset(
    """
    FROM_UNITS Font Layout TO_UNITS analysis bitmap build_fonts_dictionary can_break_text colr
    copy data ffi font font_config fonts get_first_line get_pango_font_key glyphs hash item layout level next
    num_glyphs pango pango_attr_letter_spacing_new pango_attr_list_change pango_attr_list_new
    pango_attr_list_unref pango_font_get_glyph_extents pango_layout_get_attributes
    pango_layout_get_line_readonly pango_layout_set_attributes pango_layout_set_single_paragraph_mode
    pango_layout_set_text png runs set_text split_first_line svg to_unicode weasyprint.pdf.fonts
    weasyprint.text.ffi weasyprint.text.fonts weasyprint.text.line_break widths
    """.split()  # noqa: SIM905
)
"""Wanted for moulds, which single letters do without."""
EVERY = STARTING | ANEW | LAID_OUT | IN_MAILINGS
ON_LATER_PAGES = "at_keyword"

TEMPLATE = """---
title: Letter
kind: protest
language: en
uses: [sender]
subject: The people of Yunnan
---
We write to you about six people who were sent back across the border.

{% if own_words %}{{ own_words }}

{% endif %}> Nobody shall be sent back to where they are in danger of their lives.

1. Release them.
2. Tell their families where they are.

I should be grateful for a reply.
"""
SENDERS = """senders:
  - id: ada
    name: {family: Velde, given: Ada}
    address: [1 High Street, London WC1A 1AA]
    country: GB
    own_words: I teach children in a school by the river, and I think of those who cannot come to it any more.
  - id: emil
    name: {family: Office, given: Emil}
    address: [2 Low Street, London WC1A 1AB]
    country: GB
    signature: emil.png
"""
RECIPIENTS = "recipients:\n" + "".join(
    f"""\
  - id: r{number}
    name: {{family: Number{number}, given: Nora}}
    title: Ambassador
    address: [{number} Embassy Row, "1011{number} Berlin"]
    country: DE
    languages: [en]
    channels: [post]
    tags: [all]
    checked: {{on: 2026-01-15, source: an invented list}}
"""
    for number in range(10)
)
PROGRAM = """
import sys
from lettergen.cli import run
from lettergen.mailing import scheduler
scheduler.WORTH_REHEARSING = scheduler.MOST_FOR_ONE = 19
one = run("write letter --to r0 --from emil --date 2026-01-20 -o one.pdf".split())
print("BATCH", file=sys.stderr, flush=True)
batch = "batch letter --all-senders --tag all --date 2026-01-20 --workers 2 --volume-size 10"
batch += " --files separate --yes --quiet"
sys.exit(one or run(batch.split()))
"""


@dataclass(frozen=True)
class Made:
    """What came of one letter and of a batch of twenty."""

    words: Mapping[str, list[str]]
    """By file."""
    write: str
    """What was told."""
    batch: str


def make(folder: Path, way: str = "", name: str = "", cache: str = "") -> Made:
    """Write a letter and a batch with libraries in which a private part is not where it was.

    Args:
        folder: Where to.
        way: ``rename`` or ``hide``, as in `tests.pages.renaming`; empty: they are as they are.
        name: The part.
        cache: The cache folder; default: the machine's.
    """
    # Every Python that is started here runs it first, worker processes included.
    first = f"from tests.pages import renaming\nrenaming.{way}({name!r})\n" if way else ""
    for file, text in {
        "letter_templates/letter.md": TEMPLATE,
        "senders.yaml": SENDERS,
        "recipients.yaml": RECIPIENTS,
        "lettergen.toml": 'name = "Test"\n',
        "python/sitecustomize.py": first,
    }.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Image.new("L", (60, 20), 128).save(folder / "emil.png")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder / "python"), str(ROOT)]),
        "COLUMNS": "2000",
        **({"XDG_CACHE_HOME": cache} if cache else {}),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = {}
    for pdf in (folder / "one.pdf", *sorted(folder.glob("outbox/**/*.pdf"))):
        data = pdf.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as document:
            assert document.check_pdf_syntax() == []
        words[pdf.relative_to(folder).as_posix()] = page_words(data)
    return Made(words, *done.stderr.split("BATCH\n"))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the letters as they are made with all parts in their place."""
    made = make(tmp_path_factory.mktemp("whole"))
    assert len(made.words) == 21
    assert "slower" not in made.write + made.batch
    return made


SURE = frozenset({"UA_STYLESHEET", "_page_box", "font_config", "get_pango_font_key", "matcher"})
"""Tried in every run: letters and mailings did not survive their absence once, or nobody was told of it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try all names with `--sweep` (5 minutes of work), else an eighth of each kind and the sure ones."""
    if "private_name" in metafunc.fixturenames:
        kinds = (STARTING, ANEW, LAID_OUT, IN_MAILINGS)
        step = 1 if metafunc.config.getoption("--sweep") else 8
        chosen = SURE.union(*(sorted(kind)[::step] for kind in kinds))
        metafunc.parametrize("private_name", sorted(chosen))


def test_without_a_private_part_letters_are_the_same_and_the_user_is_told(
    private_name: str, whole: Made, tmp_path: Path
) -> None:
    name = private_name
    cache = str(tmp_path / "cache") if name in ANEW else ""
    if cache:
        Path(cache).mkdir()
    made = make(tmp_path, "rename" if name in RENAMED else "hide", name, cache)
    assert made.words == whole.words
    notice = re.compile(
        rf"\[private-part-moved\] slower: \w+ [\d.]+ no longer has `(?:[^`]*\.)?{re.escape(name)}`; "
    )
    is_told = [bool(notice.search(told)) for told in (made.write, made.batch)]
    assert is_told == [name not in IN_MAILINGS, True]


def wanted(source: str) -> set[str]:
    """Return the private parts that a module wants; they are named where they are looked for."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="part" | "module"), args=[*_, name]):
                assert isinstance(name, ast.Constant), ast.unparse(node)
                found.add(str(name.value))
            case _:
                pass
    return found


def test_every_private_part_is_tried() -> None:
    assert set().union(*(wanted(path.read_text("utf-8")) for path in PLACES)) == EVERY | {ON_LATER_PAGES}
    assert sum(map(len, (STARTING, ANEW, LAID_OUT, IN_MAILINGS))) == len(EVERY)
    assert EVERY | {ON_LATER_PAGES} > RENAMED


DOCUMENTED = frozenset(
    {
        "weasyprint",
        "weasyprint.CSS",
        "weasyprint.text.fonts.FontConfiguration",
        "weasyprint.urls.FatalURLFetchingError",
        "weasyprint.urls.URLFetcher",
        "weasyprint.urls.URLFetcherResponse",
    }
)
OF_PAGES = frozenset({"weasyprint", "cssselect2", "tinycss2", "tinyhtml5", "cffi", "_cffi_backend", "pydyf"})
LIBRARIES = OF_PAGES | {
    *("PIL", "babel", "fontTools", "jinja2", "markdown_it", "pikepdf", "pydantic", "pydantic_core"),
    *("pypdfium2", "rich", "typer", "yaml"),
}


def own_names() -> frozenset[str]:
    """Return all names with an underscore that are given in our own source."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Store()):
                    found.add(name)
                case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                    found.add(name)
                case ast.Assign(targets=[ast.Name(id="__slots__")], value=ast.Tuple(elts=elements)):
                    found.update(str(one.value) for one in elements if isinstance(one, ast.Constant))
                case _:
                    pass
    return frozenset(found)


OWN = own_names()


def reached(source: str) -> Iterator[str]:
    """Yield what a module touches of libraries that they do not document."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names if _is_private(one.name))
            case ast.ImportFrom(module=str(home), names=names):
                yield from (f"{home}.{one.name}" for one in names if _is_private(f"{home}.{one.name}"))
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name) if re.match(r"_[^_]", name) and name not in OWN:
                yield name
            case ast.Constant(value=str(text)) if re.fullmatch(r"\w+(\.\w+)+", text):
                if _is_private(text):
                    yield text
            case _:
                pass


def _is_private(name: str) -> bool:
    first, *rest = name.split(".")
    if first not in LIBRARIES:
        return False
    if first == "weasyprint":
        return name not in DOCUMENTED
    if first in OF_PAGES and name.count(".") > (first == "pydyf"):
        return True
    return first == "_cffi_backend" or any(re.match(r"_[^_]", one) for one in rest)


def test_no_other_module_touches_a_private_part() -> None:
    found = {}
    for path in SOURCES:
        if path in PLACES:
            continue
        names = list(reached(path.read_text("utf-8")))
        if not path.is_relative_to(PLACES[0].parent.parent):
            # Whose attributes they are is not seen; elsewhere they are those of Python and of Jinja.
            names = [name for name in names if "." in name]
        found[path.relative_to(ROOT).as_posix()] = names
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "line",
    [
        "from weasyprint.text.ffi import pango",
        "import weasyprint.html",
        "from weasyprint import images",
        "from pydyf import _to_bytes",
        "import_module('_cffi_backend.x')",
        "import_module('weasyprint.pdf')",
        "page._page_box.children",
        "import cssselect2.compiler",
        "from pydantic._internal import _fields",
    ],
)
def test_a_private_part_is_seen(line: str) -> None:
    assert list(reached(line))


def test_what_is_documented_is_no_private_part() -> None:
    good = (
        "import weasyprint\nfrom weasyprint.text.fonts import FontConfiguration\nimport pydyf\n"
        "pydyf.Array([1]).data\nself._press\nfrom fontTools.ttLib import TTFont\n"
    )
    assert list(reached(good)) == []


def test_only_what_moved_is_caught() -> None:
    notices = Notices()
    for fault in (KeyError("ours"), TypeError(), ValueError(), AttributeError()):
        with pytest.raises(type(fault)), notices.instead("nothing"):
            raise fault
    assert notices.problems() == ()
    for _ in range(2):
        with notices.instead("it is done by hand"):
            raise PrivatePartMoved("weasyprint.html.UA")
    (problem,) = notices.problems()
    assert problem.message.startswith("slower: WeasyPrint ")
    assert problem.message.endswith(" no longer has `weasyprint.html.UA`; it is done by hand.")


def test_what_is_not_as_it_was_has_moved() -> None:
    def split(text: str, width: float) -> None: ...

    assert takes(split, "text") is split
    for names in (("text", "style"), ("width",), ("text", "width", "more")):
        with pytest.raises(PrivatePartMoved, match="split"):
            takes(split, *names)
    assert several((1, 2), 2, "two") == (1, 2)
    for found in ((1,), [1, 2], None):
        with pytest.raises(PrivatePartMoved, match="two"):
            several(found, 2, "two")
    with pytest.raises(PrivatePartMoved, match=r"SimpleNamespace\.gone"):
        part(SimpleNamespace(), "gone")
    with pytest.raises(PrivatePartMoved, match=r"weasyprint\.gone"):
        module("weasyprint.gone")


def test_a_part_that_only_later_pages_have_moves_as_the_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(owner: object, name: str) -> object:
        if name == ON_LATER_PAGES:
            raise AttributeError(name)
        return getattr(owner, name)

    document = Typesetter().lay_out(samples.QUESTIONS, stationery("din-5008-b")).sheets.document
    assert ("head", 1) in {line.name for line in found_lines(document)}
    monkeypatch.setattr(private_parts, "getattr", find, raising=False)
    with pytest.raises(PrivatePartMoved, match=rf"MarginBox\.{ON_LATER_PAGES}"):
        found_lines(document)


def test_a_module_that_lacks_another_library_has_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lacking.py").write_text("import nowhere_to_be_found\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError):
        module("lacking")


def test_a_style_without_a_property_has_moved() -> None:
    known = dict.fromkeys((*pango_private._TYPE, *pango_private._PLAIN), "normal")
    assert pango_private.type_key(Style(known)) is None
    plain = known | {name: plain[0] for name, plain in pango_private._PLAIN.items()}
    assert pango_private.type_key(Style(plain))
    for name in known:
        lacking = {one: value for one, value in plain.items() if one != name}
        with pytest.raises(PrivatePartMoved, match=re.escape(f"[{name}]")):
            pango_private.type_key(Style(lacking))


@pytest.mark.parametrize("damage", ["junk", "planted"])
def test_a_damaged_cache_changes_no_letter(damage: str, whole: Made, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    make(tmp_path / "before", cache=str(cache))
    files = [path for path in cache.rglob("lettergen/*/*") if path.is_file() and path.suffix != ".conf"]
    assert {path.parent.name for path in files} >= {"declarations", "derived"}
    for path in files:
        junk = b"cos\nsystem\n(S'echo run >&2'\ntR." if damage == "planted" else b"junk"
        path.write_bytes(sha256(junk).digest() + junk if damage == "planted" else junk)
    assert make(tmp_path / "after", cache=str(cache)) == whole


def test_a_cache_folder_that_cannot_be_used_is_told_and_changes_no_letter(
    whole: Made, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    made = make(tmp_path / "campaign", cache=str(tmp_path / "file"))
    assert made.words == whole.words
    for told in (made.write, made.batch):
        assert told.count("[cache-unusable] slower: nothing can be kept in ") == 1
        assert f"`{tmp_path / 'file' / 'lettergen'}`" in told


def test_a_relative_cache_folder_is_neither_read_nor_written_to(whole: Made, tmp_path: Path) -> None:
    assert make(tmp_path, cache=".cache") == whole
    assert not (tmp_path / ".cache").exists()
