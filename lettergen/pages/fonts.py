"""The fonts of our pages: ours and the campaign's, on every machine the same, and no others.

fontconfig is told to look into these folders only, so that a name in another
script is either set in a font that the campaign chose or reported as missing;
it never takes its look from whatever the machine happens to have.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import category

from lettergen.errors import Problem

__all__ = [
    "FAMILY",
    "SHIPPED",
    "Face",
    "advance_mm",
    "as_code_point",
    "faces",
    "missing_characters",
    "use_only",
]

SHIPPED = Path(__file__).parent / "fonts"
FAMILY = "EB Garamond"
_SUFFIXES = (".ttf", ".otf", ".ttc")
_REGULAR = SHIPPED / "eb-garamond" / "EBGaramond-Regular.ttf"
_MM_PER_POINT = 25.4 / 72
_TRUETYPE = "a TrueType version of it (.ttf)"

# These guide breaking and joining and have no shape of their own. The narrow
# no-break space is set as a narrowed no-break space (`pages.html`).
_WITHOUT_SHAPE = frozenset(
    "\n\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    "\N{WORD JOINER}\N{NARROW NO-BREAK SPACE}"
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: its family and the characters that it has."""

    path: Path
    family: str
    characters: frozenset[int]


def faces(folders: Iterable[Path] = ()) -> tuple[Face, ...]:
    """Return the shipped faces and those in ``folders``, in the order of their paths."""
    return tuple(_face(path) for folder in (SHIPPED, *folders) for path in _font_files(folder))


def missing_characters(texts: Iterable[str], folders: Iterable[Path] = ()) -> tuple[str, ...]:
    """Return the characters of ``texts`` that no font has, in code point order."""
    have = frozenset[int]().union(*(face.characters for face in faces(folders)))
    wanted = set[str]().union(*texts) - _WITHOUT_SHAPE
    return tuple(
        character
        for character in sorted(wanted)
        # Fonts have glyphs for control and private use characters too; they mean nothing to a reader.
        if ord(character) not in have or category(character) in ("Cc", "Cn", "Co", "Cs")
    )


def missing_problem(letter: str, characters: Iterable[str]) -> Problem:
    """Return the problem of a letter with characters that no font has."""
    named = ", ".join(_named(character) for character in characters)
    return Problem(
        "missing-glyph",
        f"the letter {letter} has characters that no font has: {named}.",
        "add a folder with a TrueType font that has them under `fonts` in lettergen.toml.",
    )


def _named(character: str) -> str:
    code = as_code_point(character)
    return f"{character} ({code})" if character.isprintable() else code


def as_code_point(character: str) -> str:
    """Return the name that Unicode's charts use: ``U+D55C``."""
    return f"U+{ord(character):04X}"


def advance_mm(text: str, size_pt: float) -> float:
    """Return how wide ``text`` runs in the upright face, without kerning.

    Kerning and ligatures nearly always narrow a line, so the figure errs on
    the safe side; a character of another font counts as a full em.
    """
    widths = _advances()
    units = sum(widths.get(ord(character), 1000.0) for character in text)
    return units / 1000 * size_pt * _MM_PER_POINT


def use_only(folders: Iterable[Path] = ()) -> Path:
    """Make fontconfig see the shipped fonts and those in ``folders`` alone.

    It reads its configuration when WeasyPrint is first imported and again for
    every `FontConfiguration`; so call this before either.

    Returns:
        The configuration file that is now in force.
    """
    places = [SHIPPED, *(folder.resolve() for folder in folders)]
    home = _cache_folder()
    listed = "".join(f"<dir>{escape(str(place), quote=False)}</dir>" for place in places)
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><reset-dirs/>{listed}"
        f"<cachedir>{escape(str(home / 'cache'), quote=False)}</cachedir></fontconfig>\n"
    )
    file = home / f"{sha256(text.encode()).hexdigest()[:16]}.conf"
    if not file.exists():
        # Several processes may come here at once; each replaces the file by the same text.
        handle, name = tempfile.mkstemp(dir=home)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).replace(file)
    os.environ["FONTCONFIG_FILE"] = str(file)
    return file


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    home = Path(base) / "lettergen" / "fontconfig"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(home, os.W_OK | os.X_OK) and home.stat().st_uid == os.getuid():
            return home
    except OSError:
        pass
    return _temporary_folder()


@lru_cache(maxsize=1)
def _temporary_folder() -> Path:
    folder = tempfile.mkdtemp(prefix="lettergen-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _font_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)


@lru_cache(maxsize=256)
def _face(path: Path) -> Face:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        names = font["name"]
        # Name 16 is the family where name 1 carries the weight as well.
        family = names.getDebugName(16) or names.getDebugName(1) or path.stem
        return Face(path, family, frozenset(font.getBestCmap()))


def problems(folders: Iterable[Path]) -> tuple[Problem, ...]:
    """Return what is wrong with the campaign's font folders."""
    found = []
    for folder in folders:
        files = _font_files(folder)
        if not files:
            found.append(
                Problem(
                    "no-fonts",
                    f"the font folder `{folder.name}` holds no .ttf, .otf or .ttc file.",
                    "correct `fonts` in lettergen.toml, or put the files there.",
                )
            )
        found += [problem for path in files if (problem := _unusable(path))]
    return tuple(found)


def _unusable(path: Path) -> Problem | None:
    """Say why a font would give pages that print wrong or differ from run to run.

    WeasyPrint 70 writes glyph numbers where a CID-keyed CFF font expects CIDs:
    where the two differ, MuPDF and Ghostscript, and with them print shops and
    fax gateways, show blanks or boxes. Instances of variable fonts are stamped
    with the time of day.
    """
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as stream, TTFont(stream, lazy=True, fontNumber=0) as font:
            if "fvar" in font:
                return _refused(path, "is a variable font", "its static instances")
            if "CFF " in font and _has_other_cids(font["CFF "].cff.topDictIndex[0]):
                return _refused(
                    path, "numbers its glyphs in a way that some printers show as blanks", _TRUETYPE
                )
    except (TTLibError, OSError):
        return _refused(path, "cannot be read", _TRUETYPE)
    return None


def _has_other_cids(top: Any) -> bool:
    names = (name for name in top.charset[1:] if name.startswith("cid"))
    return hasattr(top, "ROS") and any(int(name[3:]) != at for at, name in enumerate(names, start=1))


def _refused(path: Path, why: str, instead: str) -> Problem:
    return Problem("unusable-font", f"the font `{path.name}` {why}.", f"use {instead}.")


@lru_cache(maxsize=1)
def _advances() -> dict[int, float]:
    from fontTools.ttLib import TTFont

    with TTFont(_REGULAR, lazy=True) as font:
        em = font["head"].unitsPerEm / 1000
        widths = font["hmtx"]
        return {code: widths[name][0] / em for code, name in font.getBestCmap().items()}
