"""Births and ages that cannot be right."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from lettergen.errors import Problem
from lettergen.facts.dates import FactDate
from lettergen.facts.model import Case, Person
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.checks.dates import future

__all__ = ["check"]

OLDEST = 120
"""One person on record has lived longer: Jeanne Calment, 122 years."""

# At birth a child was one year old in Korea and China, and one year older on the next New Year's Day; sources
# from there may count so. Korea gave that up for its laws in 2023.
EAST_ASIAN_YEARS = 2

_NAMED = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)")


def check(case: Case, record: CheckedRecord, *, today: date) -> Iterator[Problem]:
    """Yield the births and ages of a case's persons that contradict other facts."""
    named = _events_of(case)
    last = max((event.on.bounds[1] for event in case.events), default=today)
    for number, person in enumerate(case.persons):
        way = ("persons", number)
        if person.born and future(person.born, today):
            yield record.problem(
                "born-in-future",
                f"{record} has `{person.id}` born on {person.born}, which is in the future.",
                "mend `born:`.",
                (*way, "born"),
            )
        elif _born_late(person, named.get(person.id)):
            yield record.problem(
                "born-after-event",
                f"{record} has `{person.id}` born after an event on {min(named[person.id])}.",
                "correct `born:` or `aged:`, the date of the event, or its `persons:`.",
                (*way, "born" if person.born else "aged"),
            )
        yield from _ages(person, record, way, min(last, today))
        yield from _status(person, case, record, way)


AFTER: Mapping[str, frozenset[str]] = {
    "arrest": frozenset({"detained", "missing", "at-risk", "dead"}),
    "release": frozenset({"released", "free", "missing", "at-risk", "dead"}),
    "death": frozenset({"dead"}),
}
"""How somebody can be after the last such event."""


def _status(
    person: Person, case: Case, record: CheckedRecord, way: tuple[str | int, ...]
) -> Iterator[Problem]:
    """Yield a status out of order, and one that the case's events contradict."""
    dated = [one.since for one in person.status]
    if any(one is None for one in dated[1:]) or any(
        one and other and other.bounds[1] < one.bounds[0] for one, other in pairwise(dated)
    ):
        yield record.problem(
            "status-order",
            f"{record} lists how `{person.id}` is without saying from when, or not in order of time.",
            "give each `status:` after the first its `since:`, the latest last.",
            (*way, "status"),
        )
        return
    if not person.status:
        return
    last = person.status[-1]
    later = [
        event
        for event in sorted(case.events, key=lambda event: event.on)
        if event.kind in AFTER
        and (not event.persons or person.id in event.persons)
        and (last.since is None or event.on.bounds[0] > last.since.bounds[1])
    ]
    if later and last.is_ not in AFTER[later[-1].kind]:
        yield record.problem(
            "status-contradicts-event",
            f"{record} says that `{person.id}` is {last.is_}, and has the event `{later[-1].kind}` "
            f"on {later[-1].on}.",
            "correct `status:` or its `since:`, or the event; `persons:` says whom an event concerns.",
            (*way, "status"),
        )


def _events_of(case: Case) -> dict[str, list[FactDate]]:
    """Return the dates of the events that name a person, for each person named."""
    found: dict[str, list[FactDate]] = {}
    for event in (*case.events, *case.background):
        texts = (text.given() for text in (event.what, event.expected) if text)
        told = " ".join(words for given in texts for words in given.values())
        for person in {*event.persons, *_NAMED.findall(told)}:
            found.setdefault(person, []).append(event.on)
    for sentence in case.sentences:
        if sentence.on:
            found.setdefault(sentence.person, []).append(sentence.on)
    return found


def _born_late(person: Person, events: list[FactDate] | None) -> bool:
    """Say whether a person was certainly born after something that names that person."""
    first = _first_birthday(person)
    return bool(events and first and first > min(when.bounds[1] for when in events))


def _first_birthday(person: Person) -> date | None:
    """Return the first day on which a person can have been born."""
    if person.born:
        return person.born.bounds[0]
    if person.aged:
        return _years_before(person.aged.on.bounds[0], person.aged.years + 1)
    return None


def _ages(person: Person, record: CheckedRecord, way: tuple[str | int, ...], on: date) -> Iterator[Problem]:
    aged = person.aged
    if person.born and aged:
        youngest = _age(person.born.bounds[1], aged.on.bounds[0])
        oldest = _age(person.born.bounds[0], aged.on.bounds[1])
        if not youngest <= aged.years <= oldest + EAST_ASIAN_YEARS:
            yield record.problem(
                "age-contradicts-birth",
                f"{record} has `{person.id}` aged {aged.years} on {aged.on} and born on {person.born}.",
                "correct one of them, or keep only the one you are sure of.",
                (*way, "aged"),
                "warning",
            )
    if person.born:
        years, given = _age(person.born.bounds[1], on), "born"
    else:
        years, given = (aged.years if aged else 0), "aged"
    if years > OLDEST:
        yield record.problem(
            "age-implausible",
            f"{record} makes `{person.id}` {years} years old, which is hardly possible.",
            f"mend `{given}:`.",
            (*way, given),
            "warning",
        )


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _years_before(day: date, years: int) -> date:
    # 1 March stands for 29 February, on which nobody's age turns in other years.
    month, day_of_month = (3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day)
    return date(max(1, day.year - years), month, day_of_month)
