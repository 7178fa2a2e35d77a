"""The fonts of our pages: only ours and the campaign's, so the same on every machine.

fontconfig searches only these folders, so that a name in another
script is either set in a font that the campaign chose or reported as missing;
it never uses whatever fonts the machine happens to have.
"""

import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path
from unicodedata import category
from unicodedata import name as unicode_name

from lettergen import cache
from lettergen.errors import Problem
from lettergen.pages.typefaces import extra_fonts, font_checks, shipped_fonts
from lettergen.reference import MM_PER_POINT

__all__ = [
    "ADD_A_FONT",
    "FAMILY",
    "SHIPPED",
    "Face",
    "advance_mm",
    "as_code_point",
    "called",
    "drawable",
    "faces",
    "lacking",
    "listed",
    "missing",
    "missing_among",
    "missing_characters",
    "missing_problem",
    "problems",
    "remedy",
    "use_only",
]

SHIPPED = shipped_fonts.FOLDER
FAMILY = "EB Garamond"
_SUFFIXES = (".ttf", ".otf", ".ttc")
_REGULAR = SHIPPED / "eb-garamond" / "EBGaramond-Regular.ttf"
_MOST_NAMED = 6
_MOST_ENTRIES = 2_000
_DEEPEST = 4
# For these EB Garamond, or one of the extras, is asked first; a letter that they lack is a rare one.
_LETTER_OF = re.compile(
    r"(?!LATIN|GREEK|CYRILLIC|CJK|HANGUL|HIRAGANA|KATAKANA|HALFWIDTH|MODIFIER|MATHEMATICAL)"
    r"([A-Z ]+?) (?:CAPITAL |SMALL )?(?:LETTER|SYLLABLE)\b"
)
ADD_A_FONT = (
    "leave them out, or add a folder with a TrueType font that has them to `fonts` in lettergen.toml."
)

# These guide breaking and joining and have no shape of their own. The narrow
# no-break space is set as a narrowed no-break space (`pages.html`).
_WITHOUT_SHAPE = frozenset(
    "\n\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    "\N{WORD JOINER}\N{NARROW NO-BREAK SPACE}"
)
_MEANINGLESS = frozenset({"Cc", "Cn", "Co", "Cs"})


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
    return tuple(sorted(missing(set[str]().union(*texts), folders)))


def missing(characters: Iterable[str], folders: Iterable[Path] = ()) -> frozenset[str]:
    """Return those of the characters that no font has, those of extras included."""
    return missing_among(folders)(characters)


def missing_among(folders: Iterable[Path] = ()) -> Callable[[Iterable[str]], frozenset[str]]:
    """Return what tells which of some characters no font has; the folders are looked through once."""
    ours = drawable(folders)

    def missing(characters: Iterable[str]) -> frozenset[str]:
        return frozenset(one for one in frozenset(characters) - ours if not extra_fonts.has(one))

    return missing


def lacking(characters: Iterable[str], folders: Iterable[Path] = ()) -> frozenset[str]:
    """Return those of the characters that neither the shipped fonts nor the campaign's have."""
    return frozenset(characters) - drawable(folders)


def drawable(folders: Iterable[Path] = ()) -> frozenset[str]:
    """Return the characters of the shipped fonts and the campaign's, those without a shape included."""
    return _drawable(faces(folders))


@lru_cache(maxsize=4)
def _drawable(ours: tuple[Face, ...]) -> frozenset[str]:
    codes = frozenset[int]().union(*(face.characters for face in ours))
    # Fonts have glyphs for control and private use characters too; they mean nothing to a reader.
    meaning = (character for character in map(chr, codes) if category(character) not in _MEANINGLESS)
    return _WITHOUT_SHAPE.union(meaning)


def called(name: str) -> str:
    """Return what is made as a sentence names it: the letter of a name, or what `the annex` says itself."""
    return name if name.startswith("the ") else f"the letter {name}"


def missing_problem(letter: str, characters: Collection[str]) -> Problem:
    """Return the problem of a letter with characters that no font has."""
    message = f"{called(letter)} has characters that no font has: {listed(characters)}."
    return Problem("missing-glyph", message, remedy(characters))


def remedy(characters: Iterable[str]) -> str:
    """Return how to get a font for characters that no font has."""
    characters = tuple(characters)
    if extra := extra_fonts.remedy(characters):
        return f"{extra} Or {ADD_A_FONT}"
    scripts = sorted({found[1].title() for one in characters if (found := _LETTER_OF.match(_name_of(one)))})
    if not scripts:
        return ADD_A_FONT
    families = " and ".join(f"Noto Sans or Serif {one}" for one in scripts)
    return f"{ADD_A_FONT[:-1]}: {families}, for example (package `fonts-noto-core` of Debian and Ubuntu)."


def _name_of(character: str) -> str:
    return unicode_name(character, "") if category(character) in {"Lo", "Lu", "Ll"} else ""


def listed(characters: Iterable[str]) -> str:
    """Return characters as a person can look them up; a whole text in another script is cut short."""
    found = list(characters)
    shown = ", ".join(map(_named, found[:_MOST_NAMED]))
    return f"{shown} and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else shown


def _named(character: str) -> str:
    code = f"{as_code_point(character)} {unicode_name(character, '')}".rstrip()
    return f"{character} ({code})" if character.isprintable() else code


def as_code_point(character: str) -> str:
    """Return the name that Unicode's charts use: ``U+D55C``."""
    return f"U+{ord(character):04X}"


def advance_mm(text: str, size_pt: float) -> float:
    """Return how wide ``text`` runs in the upright face, without kerning.

    Kerning and ligatures nearly always narrow a line, so the figure errs on
    the safe side; a character of another font counts as a full em.
    """
    return sum(map(_advances().__getitem__, text)) / 1000 * size_pt * MM_PER_POINT


def use_only(folders: Iterable[Path] = ()) -> Path:
    """Make fontconfig see only the shipped fonts and those in ``folders``.

    It reads its configuration when WeasyPrint is first imported and again for
    every `FontConfiguration`; so call this before either.

    Returns:
        The configuration file that is now in force.
    """
    places = [SHIPPED, *(folder.resolve() for folder in folders)]
    home = cache.folder("fontconfig")
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


def _font_files(folder: Path) -> list[Path]:
    """Return the fonts of a folder; none of one that is too large."""
    return sorted(path for path in _looked_through(folder) or () if path.suffix.lower() in _SUFFIXES)


def _looked_through(folder: Path) -> list[Path] | None:
    """Return the files of a folder for fonts; None for one that is more than that, such as a whole disk."""
    files: list[Path] = []
    waiting, seen = [(folder, 0)], 0
    while waiting:
        inside, depth = waiting.pop()
        with suppress(OSError), os.scandir(inside) as entries:
            for entry in entries:
                seen += 1
                if seen > _MOST_ENTRIES or depth > _DEEPEST:
                    return None
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), depth + 1))
                else:
                    files.append(Path(entry.path))
    return files


@lru_cache(maxsize=256)
def _face(path: Path) -> Face:
    if ours := shipped_fonts.known(path):
        return Face(path, ours.family, ours.characters)
    from fontTools.ttLib import TTFont

    if not path.is_relative_to(SHIPPED) and font_checks.fault(path):
        # Told by `problems`; until it is mended, nothing is set in it.
        return Face(path, path.stem, frozenset())
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
        if _looked_through(folder) is None:
            found.append(
                Problem(
                    "large-font-folder",
                    f"the font folder `{folder.name or folder}` has more than {_MOST_ENTRIES:,} files and "
                    f"folders, or folders more than {_DEEPEST} deep.",
                    "put the fonts that the letters need in a folder of their own, and name it in `fonts`.",
                )
            )
        elif not files:
            found.append(
                Problem(
                    "no-fonts",
                    f"the font folder `{folder.name}` contains no .ttf, .otf or .ttc file.",
                    "correct `fonts` in lettergen.toml, or put the files there.",
                )
            )
        found += [_refused(path, *fault) for path in files if (fault := font_checks.fault(path))]
    return tuple(found)


def _refused(path: Path, why: str, instead: str) -> Problem:
    return Problem("unusable-font", f"the font `{path.name}` {why}.", f"use {instead}.")


class _Advances(dict[str, float]):
    """Advances by character, in thousandths of an em."""

    def __missing__(self, character: str) -> float:
        return 1000.0


@lru_cache(maxsize=1)
def _advances() -> _Advances:
    if ours := shipped_fonts.known(_REGULAR):
        return _Advances(ours.by_character())
    from fontTools.ttLib import TTFont

    with TTFont(_REGULAR, lazy=True) as font:
        em = font["head"].unitsPerEm / 1000
        widths = font["hmtx"]
        return _Advances({chr(code): widths[name][0] / em for code, name in font.getBestCmap().items()})
