"""Whom a treaty binds, and which of its articles a State reserved."""

import csv
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lettergen.cache import digest, remembered
from lettergen.reference import table
from lettergen.reference.treaty_rows import NO_TREATIES, Row, Rows, overlap, row, written_number

__all__ = ["Reservation", "TreatyStatus", "instead", "parties", "party_status", "reservation", "reservations"]

Standing = Literal["party", "signed", "not-a-party", "not-a-treaty", "unknown"]

_PARTIES = Path(__file__).with_name("parties.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyStatus:
    """A State's relation to a treaty on a day, as far as is known here."""

    treaty: str
    state: str
    standing: Standing
    since: date | None
    """The day from which the State is bound, or of signature where it only signed; none if unknown."""
    checked: date | None
    """Until when the entry is known to be valid if the State is not a party."""
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """An article that does not bind a State although the treaty does."""

    treaty: str
    state: str
    articles: tuple[str, ...]
    until: date | None
    """The day on which it was withdrawn; none if it stands."""
    note: str
    source: str
    confidence: Literal["read", "common"]


def parties(key: str, own: Rows = NO_TREATIES) -> Mapping[str, Row]:
    """Return what is known of each State's relation to a treaty, by ISO 3166 code.

    `party` is the day or the year of joining, `signed` the day of signature or true, `left` the day
    from which the treaty no longer binds; without any of them the State is not a party.
    """
    if key in own:
        given: Mapping[str, Row] = own[key].get("parties", {})
        return given
    return _shipped_parties(key)


@cache
def _shipped_parties(key: str) -> Mapping[str, Row]:
    exact: dict[str, dict[str, Any]] = table("treaties")["parties"].get(key, {})
    common = {"source": table("treaties")["status_source"], "checked": table("treaties")["checked"]}
    found: dict[str, Row] = {state: {**_listed(key), **cell} for state, cell in _table()[key].items()}
    return found | {state: {**common, **entry} for state, entry in exact.items()}


def _listed(key: str) -> dict[str, Any]:
    statuses: dict[str, dict[str, Any]] = table("treaties")["status"]
    return next(
        (
            {"source": one["source"], "checked": one["checked"]}
            for one in statuses.values()
            if key in one["treaties"]
        ),
        {},
    )


@cache
def _table() -> Mapping[str, Mapping[str, Row]]:
    def read() -> dict[str, dict[str, dict[str, object]]]:
        found: dict[str, dict[str, dict[str, object]]] = {key: {} for key in table("treaties")["treaties"]}
        with _PARTIES.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                state = line.pop("state")
                for key, cell in line.items():
                    if cell:
                        found[key][state] = _cell(cell)
        return found

    return remembered("parties", digest(_PARTIES, _PARTIES.with_name("treaties.toml")), read)


def _cell(text: str) -> dict[str, object]:
    if text in ("no", "signed"):
        return {"signed": True} if text == "signed" else {}
    return {"party": date.fromisoformat(text) if "-" in text else int(text)}


def party_status(key: str, state: str, on: date, own: Rows = NO_TREATIES) -> TreatyStatus:
    """Return how a State (ISO 3166 code) stood to an instrument on a day; never a guess.

    A State that is not in the table is ``unknown``, so that no letter claims an
    obligation, or its absence, on no ground. Where only the year of joining is known, so is
    every day on which the treaty may or may not have been binding already.

    Raises:
        UnknownName: There is no such instrument.
    """
    one, code = row(key, own), state.upper()
    if not one["is_treaty"]:
        source = table("treaties")["status_source"]
        return _status(
            key, code, "not-a-treaty", note="A declaration: States are not parties to it.", source=source
        )
    entry = parties(key, own).get(code)
    if entry is None:
        return _status(key, code, "unknown", note="The reference does not say.", source="")
    standing, since = _standing(one, code, entry, on)
    is_open = standing in ("signed", "not-a-party") and "party" not in entry
    return _status(
        key,
        code,
        standing,
        since=since,
        checked=entry.get("checked") if is_open else None,
        note=entry.get("note", ""),
        source=entry.get("source", ""),
    )


def _standing(one: Row, code: str, entry: Row, on: date) -> tuple[Standing, date | None]:
    left, joined, signed = entry.get("left"), entry.get("party"), entry.get("signed")
    if left and on >= left:
        return "not-a-party", None
    if isinstance(joined, date):
        if on >= (bound := _bound_from(one, joined)):
            return "party", bound
    elif joined:
        if on >= _bound_from(one, date(joined, 12, 31)):
            return "party", None
        is_successor = code in table("treaties")["successors"]
        if is_successor or on >= _bound_from(one, date(joined, 1, 1)):
            return "unknown", None
    if isinstance(signed, date):
        return ("signed", signed) if on >= signed else ("not-a-party", None)
    return ("signed" if signed and on >= entry["checked"] else "not-a-party"), None


def _bound_from(one: Row, joined: date) -> date:
    """Return the day from which a treaty binds a State whose instrument was deposited on ``joined``."""
    after: Mapping[str, Any] = one.get("binds_after", {})
    years, month = divmod(joined.month - 1 + after.get("months", 0), 12)
    year, month = joined.year + years, month + 1
    day = min(joined.day, monthrange(year, month)[1])
    bound = date(year, month, day) + timedelta(days=after.get("days", 0))
    if after.get("first_of_next_month"):
        bound = (bound.replace(day=1) + timedelta(days=32)).replace(day=1)
    in_force: date | None = one.get("in_force")
    return max(bound, in_force) if in_force else bound


def reservations(key: str, own: Rows = NO_TREATIES) -> tuple[Reservation, ...]:
    """Return the reservations to a treaty that are known here."""
    if key in own:
        return tuple(_reservation(key, one) for one in own[key].get("reservations", ()))
    return _shipped_reservations(key)


@cache
def _shipped_reservations(key: str) -> tuple[Reservation, ...]:
    shipped: list[dict[str, Any]] = table("reservations")["reservations"]
    return tuple(_reservation(key, one) for one in shipped if one["treaty"] == key)


def _reservation(key: str, one: Mapping[str, Any]) -> Reservation:
    return Reservation(
        treaty=key,
        state=one["state"],
        articles=tuple(one["articles"]),
        until=one.get("until"),
        note=one.get("note", ""),
        source=one.get("source", ""),
        confidence=one.get("confidence", "common"),
    )


def reservation(
    key: str, article: str | int, state: str, on: date, own: Rows = NO_TREATIES
) -> Reservation | None:
    """Return the reservation by which an article, or a part of it, did not bind a State on a day.

    Raises:
        UnknownName: There is no such instrument or article.
    """
    number = written_number(key, article, own)
    for one in reservations(key, own):
        stands = one.state == state.upper() and (one.until is None or on < one.until)
        if stands and any(overlap(number, reserved) for reserved in one.articles):
            return one
    return None


def instead(
    key: str, article: str, state: str, on: date, own: Rows = NO_TREATIES
) -> tuple[tuple[str, str], ...]:
    """Return articles of other instruments that protect in the same way, hold for a State, unreserved."""
    known: dict[str, Any] = table("treaties")["instead"].get(key, {})
    number = written_number(key, article, own, in_figures=True) if article else ""
    ways: list[list[str]] = next(
        (way for named, way in known.items() if number and named != "other" and overlap(number, named)),
        known.get("other", []),
    )
    return tuple((other, part) for other, part in ways if _holds(other, part, state, on))


def _holds(key: str, article: str, state: str, on: date) -> bool:
    standing = party_status(key, state, on).standing
    return standing == "not-a-treaty" or (
        standing == "party" and reservation(key, article, state, on) is None
    )


def _status(  # noqa: PLR0913  (the fields of one value)
    key: str,
    state: str,
    standing: Standing,
    *,
    since: date | None = None,
    checked: date | None = None,
    note: str,
    source: str,
) -> TreatyStatus:
    return TreatyStatus(
        treaty=key, state=state, standing=standing, since=since, checked=checked, note=note, source=source
    )
