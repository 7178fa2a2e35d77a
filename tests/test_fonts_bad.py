"""A font that would print wrong, or not at all, is refused by name before a page is set in it."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from lettergen.errors import RenderError
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts

# Korean stands for what no font has.
pytestmark = pytest.mark.usefixtures("without_extra_fonts")

SOUND = fonts.SHIPPED / "eb-garamond" / "EBGaramond-Regular.ttf"
DAMAGED = "is damaged or not a font"
LACKING = "lacks a part that every font must have"


def sound() -> bytes:
    return SOUND.read_bytes()


def flipped(at: int, length: int = 64) -> bytes:
    data = bytearray(sound())
    for index in range(at, at + length):
        data[index] ^= 0xFF
    return bytes(data)


def without(tag: str) -> bytes:
    with TTFont(SOUND) as font:
        del font[tag]
        return saved(font)


def remade(tag: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the font with another content of a table and checksums that fit."""
    with TTFont(SOUND) as font:
        table = DefaultTable(tag)
        table.data = change(font.getTableData(tag))
        font.tables[tag] = table
        return saved(font)


def saved(font: Any) -> bytes:
    data = BytesIO()
    font.save(data, reorderTables=False)
    return data.getvalue()


def web() -> bytes:
    with TTFont(SOUND) as font:
        font.flavor = "woff"
        return saved(font)


def third(data: bytes) -> bytes:
    return data[: len(data) // 3]


def garbled(data: bytes) -> bytes:
    return bytes(byte ^ 0x5A for byte in data)


NAMES = [".notdef", "choi", "yong", "space"]
CODES = {ord("최"): "choi", ord("용"): "yong", 0x20: "space"}


def drawn(*, is_cff: bool, is_variable: bool = False) -> FontBuilder:
    builder = FontBuilder(1000, isTTF=not is_cff)
    builder.setupGlyphOrder(NAMES)
    builder.setupCharacterMap(CODES)
    if is_cff:
        pen = T2CharStringPen(1000, None)
        shape = pen.getCharString()
        builder.setupCFF("Test", {}, dict.fromkeys(NAMES, shape), {})
    else:
        builder.setupGlyf(dict.fromkeys(NAMES, TTGlyphPen(None).glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(NAMES, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Three Syllables", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    if is_variable:
        builder.setupFvar([("wght", 400, 400, 700, "Weight")], [])
    return builder


def variable() -> bytes:
    return saved(drawn(is_cff=False, is_variable=True).font)


def cff(cids: tuple[int, ...] | None = None) -> bytes:
    """Return a CFF font, keyed by the given CIDs if there are any."""
    font = drawn(is_cff=True).font
    if cids:
        top = font["CFF "].cff.topDictIndex[0]
        order = [".notdef", *(f"cid{cid:05d}" for cid in cids)]
        top.ROS = ("Adobe", "Identity", 0)
        top.charset = order
        shapes = top.CharStrings.charStrings
        top.CharStrings.charStrings = {new: shapes[old] for new, old in zip(order, NAMES, strict=True)}
        names = dict(zip(NAMES, order, strict=True))
        font.setGlyphOrder(order)
        for table in font["cmap"].tables:
            table.cmap = {code: names[name] for code, name in table.cmap.items()}
        font["hmtx"].metrics = {names[name]: value for name, value in font["hmtx"].metrics.items()}
        _keyed(top)
    return saved(font)


def _keyed(top: Any) -> None:
    from fontTools.cffLib import FDArrayIndex, FDSelect, FontDict

    part = FontDict(strings=top.strings if hasattr(top, "strings") else None)
    part.setCFF2(False)
    part.Private = top.Private
    top.FDArray = FDArrayIndex()
    top.FDArray.append(part)
    top.FDSelect = FDSelect()
    top.FDSelect.format = 3
    top.FDSelect.gidArray = [0] * len(top.charset)
    top.CharStrings.fdArray, top.CharStrings.fdSelect = top.FDArray, top.FDSelect
    top.CIDCount = 65535
    top.rawDict.pop("Private", None)
    del top.Private


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", DAMAGED),
    "a text": (lambda: b"I am no font" * 99, DAMAGED),
    "the head alone": (lambda: sound()[:12], DAMAGED),
    "a short piece": (lambda: sound()[:1_000], DAMAGED),
    "half of it": (lambda: sound()[: len(sound()) // 2], DAMAGED),
    "all but the end": (lambda: sound()[:-100], DAMAGED),
    **{f"bits flipped at {at}": (partial(flipped, at), DAMAGED) for at in (12, 300, 5_000, 100_000)},
    **{
        f"without {tag}": (partial(without, tag), LACKING)
        for tag in ("cmap", "name", "head", "hhea", "hmtx", "maxp", "glyf", "loca")
    },
    **{
        f"{tag} cut": (partial(remade, tag, third), DAMAGED)
        for tag in ("cmap", "head", "hhea", "hmtx", "maxp", "glyf", "loca", "OS/2")
    },
    **{
        f"{tag} garbled": (partial(remade, tag, garbled), DAMAGED)
        for tag in ("cmap", "maxp", "glyf", "loca", "post")
    },
    "for the web": (web, "is a web font"),
    "variable": (variable, "is a variable font"),
    "CIDs that are no glyph numbers": (partial(cff, (100, 200, 300)), "numbers its glyphs in a way"),
}


@pytest.mark.parametrize(("data", "why"), BAD.values(), ids=BAD)
def test_a_bad_font_is_refused_with_its_name_and_a_reason(
    data: Callable[[], bytes], why: str, tmp_path: Path
) -> None:
    (tmp_path / "bad.ttf").write_bytes(data())
    (problem,) = fonts.problems([tmp_path])
    assert problem.name == "unusable-font"
    assert "`bad.ttf`" in problem.message
    assert why in problem.message


@pytest.mark.parametrize("data", [sound, cff, partial(cff, (1, 2, 3))], ids=["TrueType", "CFF", "CIDs"])
def test_a_sound_font_is_taken(data: Callable[[], bytes], tmp_path: Path) -> None:
    (tmp_path / "good.otf").write_bytes(data())
    assert fonts.problems([tmp_path]) == ()


def test_no_page_is_set_with_a_bad_font_and_its_characters_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "bad.ttf").write_bytes(variable())
    with pytest.raises(RenderError, match="unusable-font"):
        WeasyPrintEngine((tmp_path,))
    assert fonts.missing_characters(["최"], [tmp_path]) == ("최",)


@pytest.mark.parametrize("kind", ["missing", "empty", "a file", "a broken link", "another suffix"])
def test_a_folder_without_fonts_is_told(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    if kind in ("empty", "another suffix", "a broken link"):
        folder.mkdir()
    if kind == "a file":
        folder.write_bytes(b"")
    if kind == "another suffix":
        (folder / "font.pfb").write_bytes(sound())
    if kind == "a broken link":
        (folder / "font.ttf").symlink_to(tmp_path / "nowhere.ttf")
    (problem,) = fonts.problems([folder])
    assert problem.name == ("unusable-font" if kind == "a broken link" else "no-fonts")


def test_a_folder_that_is_named_like_a_font_is_no_font(tmp_path: Path) -> None:
    (tmp_path / "good.ttf").write_bytes(sound())
    (tmp_path / "folder.ttf").mkdir()
    assert {problem.name for problem in fonts.problems([tmp_path])} <= {"unusable-font"}


def test_check_tells_of_a_bad_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lettergen.cli import run

    (tmp_path / "lettergen.toml").write_text('name = "Test"\nfonts = ["fonts"]\n', encoding="utf-8")
    (tmp_path / "recipients.yaml").write_text("recipients: []\n", encoding="utf-8")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "half.ttf").write_bytes(sound()[:1_000])
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 1
    printed = capsys.readouterr()
    assert "`half.ttf` is damaged" in " ".join((printed.out + printed.err).split())
