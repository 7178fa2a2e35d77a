"""Letters of other scripts: the fonts of extras such as ``lettergen[cjk]``, set up once per machine.

An extra brings variable fonts. Their instances would be cut anew for every
letter and stamped with the time of day, so regular and semibold are cut once,
brought to EB Garamond's measure, and kept in the user's cache under a name
made from what they were cut from: the same fonts give the same files.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import name as unicode_name

from lettergen import installation
from lettergen.pages.typefaces import font_instances
from lettergen.pages.typefaces.scripts import forms_of_han, is_east_asian

__all__ = [
    "FONTS",
    "Needed",
    "characters",
    "css",
    "families",
    "folder",
    "has",
    "installed",
    "needed",
    "needed_in",
    "remedy",
]


@dataclass(frozen=True, slots=True)
class ExtraFont:
    """A family for one script, or for one language's forms of Han characters."""

    family: str
    extra: str
    """The optional part of lettergen that brings it."""
    package: str
    """The Python package in which it is."""
    script: str = ""
    """As Unicode's names of characters have it; none for Chinese, Japanese and Korean."""
    is_shaped: bool = True
    """Its letters join, change places or carry marks, so that its tables for that are needed."""
    faces: tuple[str, ...] = ()
    """The files for regular and semibold, of a font that is not variable."""
    scale: float = 0.92
    """To the size of EB Garamond, whose small letters are small: a full em of Noto Sans looks too large."""


_CJK, _RTL, _SEA = "justmytype_intl_cjk", "justmytype_intl_rtl", "justmytype_intl_sea"
_SOUTH_ASIA, _AFRICA = "justmytype_intl_south_asia", "justmytype_intl_africa"
_OF_HAN = {
    "ja": ExtraFont("Noto Sans JP", "cjk", _CJK, is_shaped=False),
    "ko": ExtraFont("Noto Sans KR", "cjk", _CJK, is_shaped=False),
    "zh-Hans": ExtraFont("Noto Sans SC", "cjk", _CJK, is_shaped=False),
    "zh-Hant": ExtraFont("Noto Sans TC", "cjk", _CJK, is_shaped=False),
}
_OF_A_SCRIPT = {
    # Noto's Arabic letters are put together of strokes and dots, and cannot be copied out of a PDF as words.
    "Arab": ExtraFont("Amiri", "rtl", "fontpkg_amiri", "ARABIC", faces=("Regular", "Bold"), scale=1.0),
    "Hebr": ExtraFont("Noto Sans Hebrew", "rtl", _RTL, "HEBREW"),
    "Khmr": ExtraFont("Noto Sans Khmer", "southeast-asia", _SEA, "KHMER"),
    "Laoo": ExtraFont("Noto Sans Lao", "southeast-asia", _SEA, "LAO"),
    "Mymr": ExtraFont("Noto Sans Myanmar", "southeast-asia", _SEA, "MYANMAR"),
    "Thai": ExtraFont("Noto Sans Thai", "southeast-asia", _SEA, "THAI"),
    "Beng": ExtraFont("Noto Sans Bengali", "south-asia", _SOUTH_ASIA, "BENGALI"),
    "Deva": ExtraFont("Noto Sans Devanagari", "south-asia", _SOUTH_ASIA, "DEVANAGARI"),
    "Taml": ExtraFont("Noto Sans Tamil", "south-asia", _SOUTH_ASIA, "TAMIL"),
    "Telu": ExtraFont("Noto Sans Telugu", "south-asia", _SOUTH_ASIA, "TELUGU"),
    "Ethi": ExtraFont("Noto Sans Ethiopic", "ethiopic", _AFRICA, "ETHIOPIC", is_shaped=False),
}
FONTS: Mapping[str, ExtraFont] = _OF_HAN | _OF_A_SCRIPT
"""By BCP 47 tag of the language whose Han characters it has, or ISO 15924 code of the script."""

_SCRIPT = re.compile(r"\b(?:" + "|".join(one.script for one in _OF_A_SCRIPT.values()) + r")\b")
_KEYS = {one.script: key for key, one in _OF_A_SCRIPT.items()}
# In messages; the others are called as their fonts are.
_TITLES = {"Mymr": "Burmese", "Ethi": "Ethiopic (Amharic, Tigrinya)"}
_EAST_ASIAN = "Chinese, Japanese and Korean"
_WEIGHTS = {400: "Regular", 600: "SemiBold"}
# EB Garamond's own (its `hhea` table): a line with a name in Han characters is no higher than its neighbours.
_ASCENT_EM, _DESCENT_EM = 1.007, 0.298
_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_LANGUAGE = re.compile(r'\slang="([^"]*)"')
_WITHOUT_AN_END = frozenset({"br", "img", "link", "meta"})
# Old-style figures hang below the letters of these that they stand between.
_LINING = (
    *("am", "ar", "bn", "ckb", "fa", "he", "hi", "ja", "km", "ko", "lo", "mr", "my", "ne", "ps", "ta", "te"),
    *("th", "ti", "ug", "ur", "yi", "zh"),
)
_RECIPE = 1
"""Counts the changes to what is made of a font; part of the name of its files."""

Needed = Mapping[str, tuple[str, ...]]
"""By language tag, the fonts that its text needs, in the order in which they are asked."""


def installed() -> tuple[str, ...]:
    """Return the keys of the fonts that are installed."""
    return tuple(key for key in FONTS if _sources(key))


def has(character: str) -> bool:
    """Say whether a font that is installed has a character."""
    return any(character in characters(key) for key in _asked(character, ""))


def characters(key: str) -> frozenset[str]:
    """Return what a font has; nothing without its extra."""
    sources = _sources(key)
    return _characters(sources[0]) if sources else frozenset()


@cache
def _characters(source: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(source, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def needed(parts: Iterable[tuple[str, str]], missing: frozenset[str]) -> Needed:
    """Return which fonts a letter needs for the characters that the other fonts lack.

    Args:
        parts: Stretches of the letter's text, each with its language.
        missing: The characters that neither lettergen's fonts nor the campaign's have.
    """
    found: dict[str, set[str]] = {}
    # Where a package is takes a look at the disk, and a list has the same letters in a thousand names.
    have = cache(characters)
    for text, language in parts:
        for character in missing.intersection(text):
            first = next((one for one in _asked(character, language) if character in have(one)), None)
            if first:
                found.setdefault(language, set()).add(first)
    return {
        language: tuple(one for one in (*_forms(language), *_OF_A_SCRIPT) if one in wanted)
        for language, wanted in found.items()
    }


def families(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the names of some fonts."""
    return tuple(FONTS[one].family for one in keys)


def needed_in(html: str, missing: frozenset[str]) -> Needed:
    """Return which fonts a page needs, by the languages that its elements name; see `needed`."""
    if not missing:
        return {}
    return needed(_spoken(html), missing)


def _spoken(html: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a page of ours with their languages.

    What stands in attributes, such as the name in the head of later pages, stands in an element, too.
    """
    languages, end = [""], 0
    for tag in _TAG.finditer(html):
        yield html[end : tag.start()], languages[-1]
        end = tag.end()
        if tag[1]:
            languages = languages[:-1] or [""]
        elif tag[2] not in _WITHOUT_AN_END:
            found = _LANGUAGE.search(tag[3])
            languages.append(found[1] if found else languages[-1])


def css(needed: Needed, family: str) -> str:
    """Return the style sheet that gives each language its fonts, after the family of all other text."""
    rules = [
        f":lang({language}) {{ font-family: {_listed([family, *families(wanted)])}; }}"
        for language, wanted in needed.items()
    ]
    # The head of the pages after the first is in no element; it has the addressee's name.
    every = dict.fromkeys(one for wanted in needed.values() for one in wanted)
    rules += [f":lang({own}) {{ font-variant-numeric: lining-nums; }}" for own in _LINING]
    return "\n".join([*rules, f"@page {{ font-family: {_listed([family, *families(every)])}; }}"]) + "\n"


def remedy(missing: Iterable[str]) -> str | None:
    """Return how to get fonts for characters that no font has; None where no extra brings them."""
    lacking = {key: FONTS[key] for one in missing for key in _of_character(one) if not _sources(key)}
    if not lacking:
        return None
    titles = dict.fromkeys(
        _EAST_ASIAN if key in _OF_HAN else _TITLES.get(key, font.script.title())
        for key, font in lacking.items()
    )
    extras = sorted({font.extra for font in lacking.values()})
    return f"install the fonts for {_and(list(titles))}: `{installation.adding_extra(*extras)}`."


@lru_cache(maxsize=32)
def folder(key: str, cache: Path) -> Path:
    """Return the folder with the two faces of a font, making them if necessary.

    Args:
        key: One of `FONTS`.
        cache: A folder of this user only.

    Raises:
        LookupError: Its extra is not installed.
    """
    sources = _sources(key)
    if not sources:
        raise LookupError(key)
    data = [source.read_bytes() for source in sources]
    home = cache / f"{key}-{_RECIPE}-{sha256(b''.join(data)).hexdigest()[:16]}"
    if home.is_dir():
        return home
    # Several processes may come here at once; each makes the same files, and one of them is first.
    passing = Path(tempfile.mkdtemp(dir=cache))
    font = FONTS[key]
    try:
        cut = font_instances.cut_shaped if font.is_shaped else font_instances.cut
        faces = data if font.faces else [cut(data[0], weight) for weight in _WEIGHTS]
        for (weight, style), instance in zip(_WEIGHTS.items(), faces, strict=True):
            face = _finished(instance, font, weight, style)
            (passing / f"{font.family.replace(' ', '')}-{style}.ttf").write_bytes(face)
        with suppress(OSError):
            passing.rename(home)
    finally:
        shutil.rmtree(passing, ignore_errors=True)
    return home


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _and(titles: list[str]) -> str:
    *first, last = titles
    return f"{', '.join(first)} and {last}" if first else last


def _asked(character: str, language: str) -> tuple[str, ...]:
    """Return the fonts that may have a character, a language's own forms first."""
    script = _script(character)
    return (script,) if script else _forms(language)


def _of_character(character: str) -> tuple[str, ...]:
    """Return the fonts that are made for a character."""
    script = _script(character)
    return (script,) if script else tuple(_OF_HAN) if is_east_asian(character) else ()


@lru_cache(maxsize=4_096)
def _script(character: str) -> str | None:
    found = _SCRIPT.search(unicode_name(character, ""))
    return _KEYS[found[0]] if found else None


def _forms(language: str) -> tuple[str, ...]:
    """Return the languages in the order in which their fonts are asked: a language's own first."""
    own = forms_of_han(language)
    return (own, *(one for one in _OF_HAN if one != own))


def _sources(key: str) -> tuple[Path, ...]:
    """Return the files of a font: one with an axis for its weight, or those of its weights."""
    font = FONTS[key]
    found = find_spec(font.package)
    if not found or not found.origin:
        return ()
    home, name = Path(found.origin).parent, font.family.replace(" ", "")
    if font.faces:
        files = tuple(home / "files" / f"{name}-{face}.ttf" for face in font.faces)
        return files if all(map(Path.is_file, files)) else ()
    home = home / "fonts" / "ofl" / name.lower()
    files = tuple(home / f"{name}[{axes}].ttf" for axes in ("wght", "wdth,wght"))
    return tuple(filter(Path.is_file, files))[:1]


def _names(family: str, style: str) -> dict[int, str]:
    """Return what a face is called, by the numbers of OpenType's `name` table."""
    file = f"{family.replace(' ', '')}-{style}"
    return {1: family, 2: style, 3: file, 4: f"{family} {style}", 6: file}


def _finished(data: bytes, of: ExtraFont, weight: int, style: str) -> bytes:
    """Name an instance, and bring it to EB Garamond's measure."""
    from fontTools.ttLib import TTFont

    font: Any = TTFont(BytesIO(data), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    em = round(font["head"].unitsPerEm / of.scale)
    font["head"].unitsPerEm = em
    font["head"].macStyle = 0
    ascent, descent = round(_ASCENT_EM * em), round(_DESCENT_EM * em)
    line, more = font["hhea"], font["OS/2"]
    line.ascent, line.descent, line.lineGap = ascent, -descent, 0
    more.sTypoAscender, more.sTypoDescender, more.sTypoLineGap = ascent, -descent, 0
    more.usWinAscent, more.usWinDescent = ascent, descent
    more.usWeightClass = weight
    more.fsSelection = 1 << 6 if style == "Regular" else 0
    names = font["name"]
    licence = {one: names.getDebugName(one) or "" for one in (0, 13, 14)}
    names.names = []
    for number, text in (_names(of.family, style) | licence).items():
        names.setName(text, number, 3, 1, 0x409)
    out = BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()
