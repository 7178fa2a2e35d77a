"""vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as rows of a table with lettergen's own columns."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.encodings import fitting

__all__ = ["rows_of"]

_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:[^\":;]|\"[^\"]*\")*)*):(?P<value>.*)", re.DOTALL
)
_PART = re.compile(r"(?<!\\)(?:\\\\)*;")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ADDRESSES = 6
_NAMES = ("name_full", "name_family", "name_given", "organisation")
_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
_ONCE = {"ADR": "address", "EMAIL": "e-mail address", "ORG": "organisation", "TITLE": "title"}
_CHARSET = re.compile(r";CHARSET=\"?([\w.:-]+)")
_END_OF_TEXT = ""
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


def rows_of(text: str, file: str, encoding: str | None = None) -> tuple[list[list[str]], list[Problem]]:
    """Return the head and a row for each card, and what is not read of them.

    Args:
        text: The cards.
        file: Their file's name in messages.
        encoding: That of values which are written in quoted-printable, unless their card names it.

    Raises:
        InputProblems: It holds no card, or one without a name or an end.
    """
    problems: list[Problem] = []
    rows: list[dict[str, str]] = []
    cards = list(_cards(text, file, encoding, problems))
    further: dict[str, list[int]] = {}
    for number, (begun, card) in enumerate(cards, 1):
        if _is_group(card):
            continue
        row = _row(card)
        if not any(map(row.get, _NAMES)):
            message = f"card {number} has no name: neither `N`, `FN` nor `ORG` says anything."
            fix = "give the contact a name and export it again, or delete the card"
            problems.append(Problem("nameless-card", message, fix, Place(file, begun)))
        for name, what in _ONCE.items():
            if sum(each.name == name and bool(each.value.strip("; ")) for each in card) > 1:
                further.setdefault(what, []).append(begun)
        rows.append(row)
    if not cards and not problems:
        fix = "export the contacts again; each card ends with `END:VCARD`"
        problems.append(Problem("unreadable-card", "this file holds no vCard.", fix, Place(file, 0)))
    if problems:
        raise InputProblems(problems)
    used = [column for column in COLUMNS if any(row.get(column) for row in rows)]
    table = [used, *([row.get(column, "") for column in used] for row in rows)]
    return table, [_not_read(what, lines, file) for what, lines in further.items()]


def _cards(
    text: str, file: str, encoding: str | None, problems: list[Problem]
) -> Iterator[tuple[int, list[_Property]]]:
    """Yield the line in which each card begins, and its lines; note the cards without an end."""
    card: list[_Property] = []
    begun = 0
    for one in _properties(text, file, encoding, problems):
        is_begin = one.name == "BEGIN" and one.value.upper() == "VCARD"
        if begun and (is_begin or one.name == _END_OF_TEXT):
            fix = "export the contacts again; each card ends with `END:VCARD`"
            problems.append(Problem("unreadable-card", "this card has no end.", fix, Place(file, begun)))
        if is_begin:
            card, begun = [], one.line
        elif begun and one.name == "END" and one.value.upper() == "VCARD":
            yield begun, card
            begun = 0
        elif begun:
            card.append(one)


def _is_group(card: list[_Property]) -> bool:
    """Say whether a card is a list of others and nobody's own."""
    return any(each.name in _KINDS and each.value.lower() == "group" for each in card)


def _not_read(what: str, lines: list[int], file: str) -> Problem:
    """Return the warning that cards hold more than one of something, of which a letter takes one."""
    count = f"{len(lines):,} cards have" if len(lines) > 1 else "1 card has"
    message = f"{count} more than one {what}: the preferred one is read, or else the first."
    fix = "look at the rows that were written, and correct them if another one is meant"
    return Problem("not-read", message, fix, Place(file, lines[0]), "warning")


def _properties(text: str, file: str, encoding: str | None, problems: list[Problem]) -> Iterator[_Property]:
    """Yield the lines, with those that were folded put together again, and one without a name at the end."""
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
        value, parameters = match["value"].strip(), match["parameters"].upper()
        if is_quoted:
            value = _unquoted(value, parameters, encoding, problems, Place(file, begun))
        yield _Property(match["name"].upper(), parameters, value, begun)
    yield _Property(_END_OF_TEXT, "", "", len(lines))


def _unquoted(
    value: str, parameters: str, encoding: str | None, problems: list[Problem], place: Place
) -> str:
    """Return a value in quoted-printable as text: in the encoding that its line names, or else in UTF-8."""
    data = quopri.decodestring(value.encode("utf-8"))
    named = _CHARSET.search(parameters)
    encoding = named[1] if named else encoding or "utf-8"
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        found = [f"`{name}` reads `{word}`" for name, word in fitting(data)]
        fix = (
            f"name its encoding with `--encoding`: {', '.join(found)}"
            if found
            else "export it again in UTF-8"
        )
        if named:
            fix = "export it again in UTF-8"
        problems.append(Problem("not-utf-8", f"this value is not in {encoding.upper()}.", fix, place))
        return data.decode("latin-1")


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
