"""The campaign's files as text: whole, in UTF-8, without characters that no letter can contain."""

import re
import unicodedata
from pathlib import Path

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.nodes import MOST_FAULTS, SourceText
from lettergen.facts.regular_files import (
    MAX_BYTES,
    LeadsOutsideError,
    NotRegularError,
    TooLargeError,
    read_regular,
)

__all__ = ["MAX_BYTES", "check_characters", "fault_in", "has_invisible", "read_bytes", "read_text"]

# What no letter can hold: C0 and C1 but tab and line break, surrogates, noncharacters.
# U+FDD0–U+FDEF mark places inside templates, so they must never come in from outside.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
# They change the order in which a line is read, or hide in a word.
_INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def read_text(path: Path, file: str, *, below: Path | None = None) -> str:
    """Return the text of a UTF-8 file, with or without byte order mark.

    Raises:
        InputProblems: The file can't be read, as `read_bytes` says, or is in another encoding.
    """
    data = read_bytes(path, file, below=below)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _file_fault(file, "not-utf-8", "this file is in UTF-16.", "save it as UTF-8")
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


def read_bytes(path: Path, file: str, *, below: Path | None = None, most: int = MAX_BYTES) -> bytes:
    """Return the contents of a regular file that is not too large.

    Args:
        path: The file.
        file: Its name in messages.
        below: The folder that no link may lead out of, as a stranger's campaign must not read the disk.
        most: Bytes.

    Raises:
        InputProblems: It is missing, unreadable, a folder, a pipe or a device, too large, or lies outside.
    """
    try:
        return read_regular(path, below=below, most=most)
    except OSError as error:
        raise _unread(error, path, file, most) from None


def _unread(error: OSError, path: Path, file: str, most: int) -> InputProblems:
    """Return why a file can't be read, as a problem of the file."""
    match error:
        case NotRegularError() if path.is_dir():
            return _file_fault(file, "not-a-file", "this is a folder, not a file.", "name a file in it")
        case NotRegularError():
            fix = "name a regular file: save what the pipe or device gives in one"
            return _file_fault(file, "not-a-file", "this is a pipe or a device, not a file.", fix)
        case LeadsOutsideError():
            message = "this link leads out of the campaign's folder."
            return _file_fault(file, "leads-outside", message, "replace it with a copy of the file")
        case TooLargeError():
            limit = f"{most // 1024 // 1024} MB" if most >= 1 << 20 else f"{most:,} bytes"
            fix = "split it: all files named recipients-….yaml are read"
            return _file_fault(file, "large-file", f"this file is larger than {limit}.", fix)
        case FileNotFoundError():
            fix = "check the name, or create the file"
            return _file_fault(file, "missing-file", "this file does not exist.", fix)
    return _file_fault(
        file, "unreadable-file", "this file cannot be read.", "check your permission to read it"
    )


def fault_in(value: str) -> tuple[str, str, str] | None:
    """Return name, message and fix for the first character that a value must not contain."""
    found = _CONTROL.search(value) or _INVISIBLE.search(value)
    return _character(found[0]) if found else None


def has_invisible(value: str) -> bool:
    """Say whether a text has characters that change the order in which a line is read, or hide in a word."""
    return _INVISIBLE.search(value) is not None


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


def _file_fault(file: str, name: str, message: str, fix: str) -> InputProblems:
    return InputProblems.of(name, message, fix, Place(file))
