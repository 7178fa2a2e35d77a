"""A file's values, each with its place, in the same shape for YAML, TOML and tables."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, NoReturn

from lettergen.errors import InputProblems, Place, Problem, Severity

__all__ = ["MOST_FAULTS", "NO_KEY", "Node", "SourceText", "Spot", "refuse", "refuse_size"]

MOST_FAULTS = 500
"""Maximum number of faults reported for one file; with more, something else is wrong."""
NO_KEY = "\x00"
"""Prefix of the stand-in for a key that is not text and has been reported."""

# The line breaks of YAML 1.1.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_LONGEST_EXCERPT = 400

Spot = tuple[str, int, int]
"""File, line and column: a `Place` that takes a tenth of the time to make."""


@dataclass(slots=True)
class SourceText:
    """The text that nodes came from, for excerpts, and its faults found before its meaning is known."""

    file: str
    text: str = field(repr=False)
    faults: list[Problem] = field(default_factory=list)
    has_blanks: bool = False
    """A key without a value stands somewhere."""
    _lines: list[str] | None = field(default=None, repr=False)
    _starts: list[int] | None = field(default=None, repr=False)

    def note(self, fault: Problem) -> None:
        """Keep a fault, so that the rest of the file can be used.

        Raises:
            InputProblems: There are too many faults, and reading stops.
        """
        self.faults.append(fault)
        if len(self.faults) >= MOST_FAULTS:
            raise InputProblems(self.faults)

    def line(self, number: int) -> str:
        """Return a line, counted from 1; None if it does not exist or is too long to show."""
        if self._lines is None:
            self._lines = _BREAK.split(self.text)
        found = self._lines[number - 1] if 0 < number <= len(self._lines) else ""
        return found if len(found) <= _LONGEST_EXCERPT else ""

    def place_of(self, index: int) -> Place:
        """Return line and column of a character."""
        line = bisect_right(self._line_starts(), index)
        return Place(self.file, line, index - self._line_starts()[line - 1] + 1)

    def index_of(self, place: Place) -> int:
        """Return the offset of a place in the text."""
        return self._line_starts()[place.line - 1] + place.column - 1

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(match.end() for match in _BREAK.finditer(self.text))]
        return self._starts


class Node:
    """A value in a file and its place: a text, a list of nodes, or a mapping from text to nodes.

    A key whose value was left empty is in ``key_places`` only.
    """

    __slots__ = ("_column", "_keys", "_line", "document", "value")

    value: "str | list[Node] | dict[str, Node]"

    def __init__(
        self,
        value: "str | list[Node] | dict[str, Node]",
        document: SourceText,
        line: int,
        column: int,
        keys: dict[str, tuple[int, int]] | None = None,
    ) -> None:
        """Keep the value; line and column, of the keys too, count from 0."""
        self.value = value
        self.document = document
        self._line = line
        self._column = column
        self._keys = keys

    @property
    def place(self) -> Place:
        """Where the value begins."""
        return Place(self.document.file, self._line + 1, self._column + 1)

    @property
    def key_places(self) -> dict[str, Place]:
        """The place of each key of a mapping, including keys without a value."""
        file = self.document.file
        return {key: Place(file, line + 1, column + 1) for key, (line, column) in (self._keys or {}).items()}

    @property
    def blank_keys(self) -> tuple[str, ...]:
        """The keys that have no value."""
        value = self.value
        return tuple(key for key in self._keys or () if not isinstance(value, dict) or key not in value)

    @property
    def faults(self) -> tuple[Problem, ...]:
        """Faults of the whole file, apart from its meaning."""
        return tuple(self.document.faults)

    @property
    def is_group(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    def holds(self, key: str) -> bool:
        """Say whether a mapping has a value for a key."""
        return isinstance(self.value, dict) and key in self.value

    def text_of(self, key: str) -> str:
        """Return the text that a mapping has for a key, or an empty text."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return found.value if found is not None and isinstance(found.value, str) else ""

    def enter(self, key: str, fresh: "Node") -> "Node":
        """Return the value of a key of a mapping, a fresh one if there is none."""
        if not isinstance(self.value, dict):
            return fresh
        if key not in self.value and self._keys is not None:
            self.value[key] = fresh
            self._keys[key] = (fresh._line, fresh._column)
        return self.value[key]

    def drop(self, key: str) -> None:
        """Take a key out of a mapping, with its value."""
        if isinstance(self.value, dict):
            self.value.pop(key, None)
        if self._keys:
            self._keys.pop(key, None)

    def identified(self) -> tuple[str, Spot]:
        """Return the id of a mapping, and where it stands."""
        return self.text_of("id"), self.spot_of("id")

    def spot_of(self, key: str) -> Spot:
        """Return the place of a key's value, or of the whole mapping if there is none."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        place = (found or self).place
        return place.file, place.line, place.column

    def excerpt(self, place: Place | None = None) -> str:
        """Return the line of a place in this file, as it was written."""
        return self.document.line((place or self.place).line)

    def width(self, place: Place | None = None) -> int:
        """Return how many characters the key or value at a place takes on its line."""
        at = place or self.place
        return _token_width(self.excerpt(at)[at.column - 1 :])

    def plain(self, *, blanks: bool = False) -> Any:
        """Return the value as text, lists and dicts; with ``blanks``, keys without value are None."""
        value = self.value
        if isinstance(value, str):
            return value
        # Most nodes are texts, and to call each of them would take a third longer.
        if isinstance(value, list):
            return [node.value if type(node.value) is str else node.plain(blanks=blanks) for node in value]
        plain = {
            key: node.value if type(node.value) is str else node.plain(blanks=blanks)
            for key, node in value.items()
        }
        return plain | dict.fromkeys(self.blank_keys) if blanks else plain

    def problem(
        self,
        name: str,
        message: str,
        fix: str,
        *,
        key: str | None = None,
        severity: Severity = "error",
    ) -> Problem:
        """Return a problem with this value, or with one of its keys, with excerpt and place."""
        at, word = self.place, self.value
        if key is not None and self._keys and key in self._keys:
            at, word = self.key_places[key], key
        excerpt = self.excerpt(at)
        is_plain = isinstance(word, str) and word and excerpt.startswith(word, at.column - 1)
        width = len(word) if is_plain else self.width(at)
        return Problem(name, message, fix, at, severity, excerpt, width)


def _token_width(rest: str) -> int:
    """Return the length of the key, the quoted text or the value that begins a piece of a line."""
    quoted = re.match(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"", rest)
    if quoted:
        return quoted.end()
    if rest[:1] in ("[", "{", "-"):
        return 1
    plain = re.match(r"(?:(?!:(?:\s|$)|\s#).)*", rest)
    return max(1, len((plain[0] if plain else "").rstrip()))


def refuse_size(document: SourceText, line: int, message: str, fix: str) -> NoReturn:
    """Stop reading a file with too many values, at a line counted from 0, without an excerpt.

    Raises:
        InputProblems: Always.
    """
    problem = Problem("too-many-values", message, fix, Place(document.file, line + 1))
    raise InputProblems([*document.faults, problem])


def refuse(document: SourceText, index: int, name: str, message: str, fix: str) -> NoReturn:
    """Stop reading a file at a character, and report what was found before.

    Raises:
        InputProblems: Always.
    """
    place = document.place_of(index)
    problem = Problem(name, message, fix, place, excerpt=document.line(place.line))
    raise InputProblems([*document.faults, problem])
