"""vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as rows of a table with lettergen's own columns."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lettergen.errors import InputProblems, Place, Problem

__all__ = ["rows_of"]

_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:[^\":;]|\"[^\"]*\")*)*):(?P<value>.*)", re.DOTALL
)
_PART = re.compile(r"(?<!\\)(?:\\\\)*;")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ADDRESSES = 6
COLUMNS = (
    "name_full", "name_family", "name_given", "name_courtesy", "organisation", "title",
    *(f"address_{number}" for number in range(1, _ADDRESSES + 1)),
    "postcode", "city", "region", "country", "email", "phone", "fax", "website", "language", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Property:
    """One line of a card."""

    name: str
    parameters: str
    value: str
    line: int

    def parts(self) -> list[str]:
        """Return the components of a structured value."""
        cuts = [match.end() for match in _PART.finditer(self.value)]
        starts, ends = [0, *cuts], [*(cut - 1 for cut in cuts), len(self.value)]
        return [_plain(self.value[start:end]) for start, end in zip(starts, ends, strict=True)]


def rows_of(text: str, file: str) -> list[list[str]]:
    """Return the head and a row for each card.

    Raises:
        InputProblems: It holds no card, or one without a name or an end.
    """
    problems: list[Problem] = []
    rows: list[dict[str, str]] = []
    card: list[_Property] = []
    begun, has_groups = 0, False
    for one in _properties(text):
        if one.name == "BEGIN" and one.value.upper() == "VCARD":
            card, begun = [], one.line
        elif one.name == "END" and any(
            each.name == "KIND" and each.value.lower() == "group" for each in card
        ):
            begun, has_groups = 0, True
        elif one.name == "END" and one.value.upper() == "VCARD":
            row = _row(card)
            if not (
                row.get("name_full")
                or row.get("name_family")
                or row.get("name_given")
                or row.get("organisation")
            ):
                message = f"card {len(rows) + 1} has no name: neither `N`, `FN` nor `ORG` says anything."
                fix = "give the contact a name and export it again, or delete the card"
                problems.append(Problem("nameless-card", message, fix, Place(file, begun)))
            rows.append(row)
            begun = 0
        elif begun:
            card.append(one)
    if begun or not (rows or has_groups):
        message = "this card has no end." if begun else "this file holds no vCard."
        fix = "export the contacts again; each card ends with `END:VCARD`"
        problems.append(Problem("unreadable-card", message, fix, Place(file, begun)))
    if problems:
        raise InputProblems(problems)
    used = [column for column in COLUMNS if any(row.get(column) for row in rows)]
    return [used, *([row.get(column, "") for column in used] for row in rows)]


def _properties(text: str) -> Iterator[_Property]:
    """Yield the lines, with those that were folded put together again."""
    lines = re.split(r"\r\n|\r|\n", text)
    at = 0
    while at < len(lines):
        begun, line = at + 1, lines[at]
        at += 1
        is_quoted = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
        while at < len(lines) and (lines[at][:1] in (" ", "\t") or (is_quoted and line.endswith("="))):
            line = line[:-1] + lines[at] if is_quoted and line.endswith("=") else line + lines[at][1:]
            at += 1
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        value = match["value"].strip()
        if is_quoted:
            value = quopri.decodestring(value.encode("latin-1", "replace")).decode("utf-8", "replace")
        yield _Property(match["name"].upper(), match["parameters"].upper(), value, begun)


def _row(card: list[_Property]) -> dict[str, str]:
    row: dict[str, str] = {}
    for one in sorted(card, key=lambda each: "PREF" not in each.parameters):
        for column, value in _values(one):
            if value and not row.get(column):
                row[column] = value
    if row.get("name_family") and row.get("name_given"):
        row.pop("name_full", None)
    elif row.get("name_full"):
        row.pop("name_family", None)
        row.pop("name_given", None)
    if row.get("name_full") and row["name_full"] == row.get("organisation"):
        del row["name_full"]  # an organisation's card needs an FN
    return row


def _values(one: _Property) -> Iterator[tuple[str, str]]:
    """Yield the columns that a line of a card fills."""
    simple = {
        "FN": "name_full",
        "TITLE": "title",
        "EMAIL": "email",
        "URL": "website",
        "LANG": "language",
        "NOTE": "note",
    }
    if one.name in simple:
        yield simple[one.name], _plain(one.value)
    elif one.name == "N":
        family, given, more, before, after = (*one.parts(), "", "", "", "", "")[:5]
        yield "name_family", _joined(family, after)
        yield "name_given", _joined(given, more)
        yield "name_courtesy", before
    elif one.name == "ORG":
        yield "organisation", ", ".join(filter(None, one.parts()))
    elif one.name == "TEL":
        number = one.value.removeprefix("tel:")
        yield ("fax" if "FAX" in one.parameters else "phone"), _plain(number)
    elif one.name == "ADR":
        yield from _address(one.parts())


def _address(parts: list[str]) -> Iterator[tuple[str, str]]:
    box, more, street, town, region, code, country = (*parts, "", "", "", "", "", "", "")[:7]
    lines = [line for part in (street, more, box) for line in part.splitlines()]
    for number, line in enumerate(filter(None, lines), 1):
        if number <= _ADDRESSES:
            yield f"address_{number}", line
    yield "postcode", code
    yield "city", _joined(town)
    yield "region", _joined(region)
    yield "country", country


def _joined(*parts: str) -> str:
    return " ".join(filter(None, (" ".join(part.replace("\n", " ").split()) for part in parts)))


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
