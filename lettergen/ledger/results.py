"""What others report of letters that were handed over: a fax server's log, a postal tracking list."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.text_files import read_text
from lettergen.ledger.letter_choice import as_item

if TYPE_CHECKING:
    from lettergen.ledger.queries import Standing

__all__ = ["Report", "Results", "read_results"]

State = Literal["posted", "faxed", "not-sent", "delivered", "returned"]

RANKS: Mapping[str, int] = MappingProxyType(
    {
        "made": 0,
        "not-sent": 1,
        "unknown": 2,
        "posted": 3,
        "faxed": 3,
        "sent": 3,
        "delivered": 4,
        "returned": 5,
    }
    | {"answered": 6}
)
"""States in the order in which a letter comes into them; a report never takes one back."""
WORDS: Mapping[State, tuple[str, ...]] = MappingProxyType(
    {
        "returned": ("return", "undeliverable", "retour", "zurück", "rücksendung", "devuelt", "devolu"),
        "delivered": ("delivered", "final delivery", "emi", "zugestellt", "ausgeliefert", "distribu", "livré",
                      "remis au destinataire", "entregad"),
        "posted": ("posted", "posting", "accept", "collected", "ema", "eingeliefert", "aufgegeben",
                   "pris en charge", "déposé", "admitid", "depositad"),
    }
)  # fmt: skip
"""How a status begins, in small letters; `EMA` and `EMI` are events of UPU EMSEVT. Others are on the way."""
NOT_YET = re.compile(r"\b(?:not|un|nicht|non|no|attempt\w*|out for)\b")
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "item": ("item", "item number", "item id", "barcode", "tracking number", "tracking no",
                 "article number", "sendungsnummer", "numéro de suivi", "numéro d’envoi", "número de envío"),
        "status": ("status", "event", "event code", "event type", "ereignis", "sendungsstatus", "statut",
                   "état", "événement", "estado", "evento"),
        "date": ("date", "event date", "date and time", "datum", "zeitpunkt", "fecha"),
    }
)  # fmt: skip
"""Headings of a tracking list, in small letters."""
FAX_FIELDS = 14
"""Fields of a line of HylaFAX's log at least: xferfaxlog(5)."""
_TIME, _ACT, _TAG, _REASON = 0, 1, 5, 13


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported of a letter."""

    letter: str
    """Its mark."""
    state: State
    day: str
    note: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """What a file reports."""

    reports: tuple[Report, ...]
    """One for each letter that comes into another state."""
    known: int
    """Letters that were in that state, or further, already."""
    others: int
    """Lines about no letter of the mailing."""
    on_the_way: int
    """Lines that change no state: a parcel centre was passed, a delivery was tried."""


def read_results(
    path: Path,
    standings: "Mapping[str, Standing]",
    key_of: Callable[[str], str],
    key_of_item: Callable[[str], str | None],
) -> Results:
    """Read HylaFAX's `xferfaxlog`, or a table of postal tracking with item, status and date.

    Args:
        path: The file.
        standings: The letters of the mailing.
        key_of: Returns the mark of a letter id.
        key_of_item: Returns the mark of the letter that has an item number, None for another's.

    Raises:
        InputProblems: The file is neither, or lines of it cannot be read; all are reported.
    """
    text = read_text(path, str(path))
    lines = _fax_lines(text, path, key_of) if _is_fax_log(text) else _tracked(text, path, key_of_item)
    problems: list[Problem] = []
    latest: dict[str, Report] = {}
    others = on_the_way = 0
    for line in lines:
        if isinstance(line, Problem):
            problems.append(line)
        elif line is None:
            on_the_way += 1
        elif line.letter not in standings:
            others += 1
        elif line.letter not in latest or _is_later(line, latest[line.letter]):
            latest[line.letter] = line
    if problems:
        raise InputProblems(problems)
    due = [one for one in latest.values() if _rank(one.state) > _rank(standings[one.letter].state)]
    return Results(tuple(due), len(latest) - len(due), others, on_the_way)


def _rank(state: str) -> int:
    return RANKS.get(state, 0)


def _is_later(one: Report, other: Report) -> bool:
    return (_rank(one.state), one.day) >= (_rank(other.state), other.day)


def _is_fax_log(text: str) -> bool:
    fields = text.lstrip("\ufeff").partition("\n")[0].split("\t")
    return len(fields) >= FAX_FIELDS and fields[_ACT] in {"SEND", "RECV", "CALL", "POLL", "PAGE"}


def _fax_lines(text: str, path: Path, key_of: Callable[[str], str]) -> Iterator[Report | Problem | None]:
    """Yield what became of each fax; the tag of its job is the letter's id."""
    for number, line in enumerate(text.splitlines(), start=1):
        fields = [one.strip('"') for one in line.split("\t")]
        if not line.strip() or (len(fields) > _ACT and fields[_ACT] != "SEND"):
            continue
        try:
            day = datetime.strptime(fields[_TIME], "%m/%d/%y %H:%M").date().isoformat()  # noqa: DTZ007
            tag, reason = fields[_TAG], fields[_REASON]
        except (ValueError, IndexError):
            message = "this is not a line of HylaFAX's log: 14 fields with tabs between them, the time first."
            fix = "copy the line from `etc/xferfaxlog` again, or delete it."
            yield Problem("not-a-fax-log", message, fix, Place(str(path), number))
            continue
        yield Report(key_of(tag), "not-sent" if reason else "faxed", day, reason)


def _tracked(
    text: str, path: Path, key_of_item: Callable[[str], str | None]
) -> Iterator[Report | Problem | None]:
    head = text.partition("\n")[0]
    rows = csv.DictReader(StringIO(text.lstrip("\ufeff")), delimiter=max(",;\t", key=head.count))
    names = {field: _heading(rows.fieldnames or (), known) for field, known in COLUMNS.items()}
    missing = [field for field, name in names.items() if name is None]
    if missing:
        listed = ", ".join(f"`{one}`" for one in missing)
        yield Problem(
            "not-a-tracking-list",
            f"the table has no column {listed}, and it is not a HylaFAX log either.",
            "give it a first line that names the columns `item`, `status` and `date`.",
            Place(str(path), 1),
        )
        return
    for row in rows:
        cells = {field: (row.get(name or "") or "").strip() for field, name in names.items()}
        yield from _row(cells, Place(str(path), rows.line_num), key_of_item)


def _heading(given: Iterable[str], known: Sequence[str]) -> str | None:
    by_name = {(name or "").strip().casefold(): name for name in given}
    return next((by_name[name] for name in known if name in by_name), None)


def _row(
    cells: Mapping[str, str], place: Place, key_of_item: Callable[[str], str | None]
) -> Iterator[Report | Problem | None]:
    if not cells["item"]:
        return
    state = _state(cells["status"])
    if state is None:
        yield None
        return
    day = _day(cells["date"])
    if day is None:
        message = "the date of this line cannot be read, or could mean two days."
        fix = "write it as 2002-09-25."
        yield Problem("unclear-date", message, fix, place)
        return
    try:
        item = as_item(cells["item"])
    except InputProblems as fault:
        yield from (Problem(one.name, one.message, one.fix, place) for one in fault.problems)
        return
    yield Report(key_of_item(item) or "", state, day, item=item if state == "posted" else "")


def _state(status: str) -> State | None:
    told = status.casefold()
    if NOT_YET.search(told):
        return None
    return next((state for state, words in WORDS.items() if any(_begins(told, one) for one in words)), None)


def _begins(told: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", told) is not None


def _day(text: str) -> str | None:
    """Return a day from ISO 8601, or from numbers of which only one order makes a day."""
    if match := re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", text):
        return _real(*map(int, match.groups()))
    if match := re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)", text):
        day, month, year = map(int, match.groups())
        return _real(year, month, day)
    if match := re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)", text):
        first, second, year = map(int, match.groups())
        days = {_real(year, second, first), _real(year, first, second)} - {None}
        return days.pop() if len(days) == 1 else None
    return None


def _real(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
