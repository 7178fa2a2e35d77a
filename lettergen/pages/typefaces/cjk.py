"""Chinese, Japanese and Korean letters: the fonts of the extra ``lettergen[cjk]``, set up once per machine.

The extra brings variable fonts. Their instances would be cut anew for every
letter and stamped with the time of day, so regular and semibold are cut once,
brought to EB Garamond's measure, and kept in the user's cache under a name
made from what they were cut from: the same fonts give the same files.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from lettergen.pages.typefaces import font_instances
from lettergen.pages.typefaces.scripts import forms_of_han

__all__ = [
    "EXTRA",
    "INSTALL",
    "LANGUAGES",
    "Needed",
    "characters",
    "css",
    "families",
    "folder",
    "is_installed",
    "needed",
    "needed_in",
]

EXTRA = "lettergen[cjk]"
INSTALL = f"install the fonts for Chinese, Japanese and Korean: `pip install '{EXTRA}'`."

_PACKAGE = "justmytype_intl_cjk"
_REGIONS = {"ja": "JP", "ko": "KR", "zh-Hans": "SC", "zh-Hant": "TC"}
LANGUAGES = tuple(_REGIONS)
"""BCP 47 tags; each has its own forms for the Han characters they share."""
_WEIGHTS = {400: "Regular", 600: "SemiBold"}
# EB Garamond's small letters are small, beside them a full em of Noto Sans looks a size too large.
_SCALE = 0.92
# EB Garamond's own (its `hhea` table): a line with a name in Han characters is no higher than its neighbours.
_ASCENT_EM, _DESCENT_EM = 1.007, 0.298
_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_LANGUAGE = re.compile(r'\slang="([^"]*)"')
_WITHOUT_AN_END = frozenset({"br", "img", "link", "meta"})
_RECIPE = 1
"""Counts the changes to what is made of a font; part of the name of its files."""

Needed = Mapping[str, tuple[str, ...]]
"""By language tag, the languages whose fonts its text needs, in the order in which they are asked."""


def is_installed() -> bool:
    """Say whether the extra is installed."""
    return _home() is not None


def characters(language: str) -> frozenset[str]:
    """Return what the font of a language has; nothing without the extra."""
    source = _source(language)
    return _characters(source) if source else frozenset()


@lru_cache(maxsize=8)
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
    for text, language in parts:
        for character in missing.intersection(text):
            first = next((one for one in _order(language) if character in characters(one)), None)
            if first:
                found.setdefault(language, set()).add(first)
    return {
        language: tuple(one for one in _order(language) if one in wanted)
        for language, wanted in found.items()
    }


def families(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the fonts of some languages."""
    return tuple(f"Noto Sans {_REGIONS[one]}" for one in languages)


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
    # Old-style figures hang below the characters that they stand between.
    rules += [f":lang({own}) {{ font-variant-numeric: lining-nums; }}" for own in ("ja", "ko", "zh")]
    return "\n".join([*rules, f"@page {{ font-family: {_listed([family, *families(every)])}; }}"]) + "\n"


@lru_cache(maxsize=8)
def folder(language: str, cache: Path) -> Path:
    """Return the folder with the two faces of a language, making them if necessary.

    Args:
        language: One of `LANGUAGES`.
        cache: A folder of this user only.

    Raises:
        LookupError: The extra is not installed.
    """
    source = _source(language)
    if source is None:
        raise LookupError(language)
    data = source.read_bytes()
    home = cache / f"{language}-{_RECIPE}-{sha256(data).hexdigest()[:16]}"
    if home.is_dir():
        return home
    # Several processes may come here at once; each makes the same files, and one of them is first.
    passing = Path(tempfile.mkdtemp(dir=cache))
    try:
        for weight, style in _WEIGHTS.items():
            face = _finished(font_instances.cut(data, weight), language, weight, style)
            (passing / f"NotoSans{_REGIONS[language]}-{style}.ttf").write_bytes(face)
        with suppress(OSError):
            passing.rename(home)
    finally:
        shutil.rmtree(passing, ignore_errors=True)
    return home


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _order(language: str) -> tuple[str, ...]:
    """Return the languages in the order in which their fonts are asked: a language's own first."""
    own = forms_of_han(language)
    return (own, *(one for one in LANGUAGES if one != own))


def _home() -> Path | None:
    found = find_spec(_PACKAGE)
    return Path(found.origin).parent / "fonts" if found and found.origin else None


def _source(language: str) -> Path | None:
    home = _home()
    region = _REGIONS[language]
    path = home / "ofl" / f"notosans{region.lower()}" / f"NotoSans{region}[wght].ttf" if home else None
    return path if path and path.is_file() else None


def _names(family: str, style: str) -> dict[int, str]:
    """Return what a face is called, by the numbers of OpenType's `name` table."""
    file = f"{family.replace(' ', '')}-{style}"
    return {1: family, 2: style, 3: file, 4: f"{family} {style}", 6: file}


def _finished(data: bytes, language: str, weight: int, style: str) -> bytes:
    """Name an instance, and bring it to EB Garamond's measure."""
    from fontTools.ttLib import TTFont

    font: Any = TTFont(BytesIO(data), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    em = round(font["head"].unitsPerEm / _SCALE)
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
    (family,) = families([language])
    for number, text in (_names(family, style) | licence).items():
        names.setName(text, number, 3, 1, 0x409)
    out = BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()
