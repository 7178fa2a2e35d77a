"""How people of a case are on a day, and how old, said no more surely than the facts allow."""

from collections.abc import Mapping
from datetime import date

from lettergen.facts.dates import FactDate, Term
from lettergen.facts.model import Case, Person
from lettergen.reference import table

__all__ = ["ages", "gender", "has_begun", "months_between", "served", "state", "years_between"]

FROM_EVENTS: Mapping[str, str] = {"death": "dead", "release": "released"}
"""Events that say how somebody is from then on, where no `status:` is given."""


def state(person: Person, case: Case, on: date) -> tuple[str, FactDate | None]:
    """Return how a person is on a day, and since when; `unknown` where nothing says so."""
    given = [one for one in person.status if one.since is None or has_begun(one.since, on)]
    if given:
        return given[-1].is_, given[-1].since
    found: tuple[str, FactDate | None] = ("unknown", None)
    for event in sorted(case.events, key=lambda event: event.on):
        if (
            event.kind in (*FROM_EVENTS, "arrest")
            and _concerns(event.persons, person)
            and event.on.last <= on
        ):
            # Somebody who was released and is arrested again is not free, and perhaps not held any more.
            found = (FROM_EVENTS.get(event.kind, "unknown"), event.on)
        if found[0] == "dead":
            break
    return found if found[0] != "unknown" else ("unknown", None)


def _concerns(persons: tuple[str, ...], person: Person) -> bool:
    return not persons or person.id in persons


def has_begun(since: FactDate, on: date) -> bool:
    """Say whether something has begun on a day, as far as its date can say."""
    return since.first <= on


def gender(person: Person) -> str | None:
    """Return ``female`` or ``male`` where the facts or the person's own courtesy title say so."""
    if person.gender:
        return person.gender
    title = (person.name.courtesy or "").strip().rstrip(".").casefold()
    return {"m": "male", "f": "female"}.get(table("protocol")["courtesy"].get(title))


_SHORT_DAYS = 31
"""An age that a source gives for a month is that in a letter of the month; one of a year may have changed."""


def ages(person: Person, on: date) -> tuple[int, int] | None:
    """Return the lowest and the highest age that a person can have on a day."""
    if person.born:
        first, last = person.born.bounds
        return years_between(last, on), years_between(first, on)
    if person.aged is None:
        return None
    years, when = person.aged.years, person.aged.on
    first, last = when.bounds
    if on < first:
        return None
    if on <= last and (last - first).days <= _SHORT_DAYS:
        return years, years
    # The source was written on one of these days, and not after the letter. The birthday may have been the
    # day before the source's date, or be the day after it.
    return years + years_between(min(last, on), on), years + years_between(first, on) + 1


def months_between(start: date, end: date) -> int:
    """Return the whole months from ``start`` to ``end``; 46 from 18 January 2003 to 2 December 2006."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def years_between(start: date, end: date) -> int:
    """Return the whole years from ``start`` to ``end``, as ages are counted."""
    return max(months_between(start, end) // 12, 0)


def served(since: FactDate, term: Term, on: date) -> dict[str, object]:
    """Return how much of a term has passed on a day, where its beginning is known well enough to say."""
    earliest, latest = since.bounds
    passed = {min(max(months_between(day, on), 0), term.months) for day in (earliest, latest)}
    facts: dict[str, object] = {"until": term.end(earliest) if earliest == latest else None}
    if len(passed) == 1:
        (months,) = passed
        facts |= {"months_served": months, "months_left": term.months - months}
    return facts
