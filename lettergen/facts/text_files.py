"""The campaign's files as text: whole, in UTF-8, without characters that no letter can contain."""

import re
import unicodedata
from pathlib import Path
from typing import NoReturn

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.nodes import MOST_FAULTS, SourceText

__all__ = ["MAX_BYTES", "check_characters", "fault_in", "read_bytes", "read_text"]

MAX_BYTES = 64 * 1024 * 1024

# What no letter can hold: C0 and C1 but tab and line break, surrogates, noncharacters.
# U+FDD0–U+FDEF mark places inside templates, so they must never come in from outside.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
# They change the order in which a line is read, or hide in a word.
_INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def read_text(path: Path, file: str) -> str:
    """Return the text of a UTF-8 file, with or without byte order mark.

    Raises:
        InputProblems: The file is missing, unreadable, a folder, too large, or in another encoding.
    """
    data = read_bytes(path, file)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _fail_file(file, "not-utf-8", "this file is in UTF-16.", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = SourceText(file, before).place_of(len(before))
        problem = Problem(
            "not-utf-8",
            "this file is not UTF-8: this byte is from another encoding.",
            "open it in an editor and save it as UTF-8",
            place,
        )
        raise InputProblems([problem]) from None


def read_bytes(path: Path, file: str) -> bytes:
    """Return the contents of a regular file that is not too large.

    Raises:
        InputProblems: It is missing, unreadable, a folder or too large.
    """
    if path.is_dir():
        _fail_file(file, "not-a-file", "this is a folder, not a file.", "name a file in it")
    if not path.exists():
        _fail_file(file, "missing-file", "this file does not exist.", "check the name, or create the file")
    if not path.is_file():
        _fail_file(file, "not-a-file", "this is not a regular file.", "name a regular file")
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        _fail_file(file, "unreadable-file", "this file cannot be read.", "check your permission to read it")
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024 // 1024} MB"
        fix = "split it: all files named recipients-….yaml are read"
        _fail_file(file, "large-file", f"this file is larger than {limit}.", fix)
    return data


def stay_inside(path: Path, folder: Path, file: str) -> None:
    """Refuse a link that leads out: a stranger's campaign must not read the rest of the disk.

    Raises:
        InputProblems: The file that ``path`` stands for lies outside ``folder``.
    """
    if not path.resolve().is_relative_to(folder.resolve()):
        _fail_file(
            file,
            "leads-outside",
            "this link leads out of the campaign's folder.",
            "replace it with a copy of the file",
        )


def fault_in(value: str) -> tuple[str, str, str] | None:
    """Return name, message and fix for the first character that a value must not contain."""
    found = _CONTROL.search(value) or _INVISIBLE.search(value)
    return _character(found[0]) if found else None


def _character(sign: str) -> tuple[str, str, str]:
    """Return name, message and fix for a character that no letter can contain."""
    code = f"U+{ord(sign):04X}"
    if _INVISIBLE.match(sign):
        return (
            "invisible-character",
            f"there is an invisible character {code} ({unicodedata.name(sign).lower()}) here.",
            "delete it: put the cursor after it and press Backspace, or retype the line",
        )
    return (
        "control-character",
        f"the character {code} here cannot occur in a letter.",
        "delete it, or retype the line",
    )


def check_characters(document: SourceText) -> None:
    """Refuse control characters; note the place of each kind of invisible character.

    Raises:
        InputProblems: The text contains a control character.
    """
    text = document.text
    if _is_harmless(text):
        return
    seen: set[str] = set()
    fatal: list[Problem] = []
    for pattern, found in ((_CONTROL, fatal), (_INVISIBLE, document.faults)):
        for match in pattern.finditer(text):
            if pattern is _CONTROL and match[0] in seen:
                continue
            seen.add(match[0])
            name, message, fix = _character(match[0])
            place = document.place_of(match.start())
            found.append(Problem(name, message, fix, place, excerpt=document.line(place.line)))
            if len(found) >= MOST_FAULTS:
                raise InputProblems([*fatal, *document.faults])
    if fatal:
        raise InputProblems([*fatal, *document.faults])


def _is_harmless(text: str) -> bool:
    """Say whether no pattern can match, ten times as fast as trying them."""
    if text.replace("\n", "").isprintable():
        return True
    signs = "".join(set(text))
    return not (_CONTROL.search(signs) or _INVISIBLE.search(signs))


def _fail_file(file: str, name: str, message: str, fix: str) -> NoReturn:
    raise InputProblems.of(name, message, fix, Place(file))
