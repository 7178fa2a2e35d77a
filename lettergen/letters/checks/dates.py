"""Dates of a case that cannot all be right. A date is as sure as its source: what may fit is not doubted."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from lettergen.errors import Problem
from lettergen.facts.dates import FactDate
from lettergen.facts.model import Case, Event, Sentence
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.parts import LetterFacts

__all__ = ["after", "check", "future", "of_letter"]

NOT_YET: frozenset[str] = frozenset({"protest", "hearing", "trial", "appeal", "other"})
"""Kinds of event that a letter may announce; any other is told as something that has happened."""


def check(case: Case, record: CheckedRecord, *, today: date) -> Iterator[Problem]:
    """Yield what contradicts itself or the calendar in the dates of a case."""
    yield from _releases(case, record)
    for number, sentence in enumerate(case.sentences):
        yield from _sentence(case, sentence, number, record)
    yield from _in_future(case, record, today)
    yield from _messages(case, record)
    yield from _deadline(case, record)


def of_letter(facts: LetterFacts) -> Iterator[Problem]:
    """Yield what a letter tells as past although it lies after the letter's date."""
    case = facts.case
    if case is None:
        return
    record = CheckedRecord("case", case.id, facts.campaign)
    for event in (*case.events, *case.background):
        if event.kind not in NOT_YET and event.on.bounds[0] > facts.on:
            yield record.problem(
                "event-after-letter",
                f"{record} tells of `{event.kind}` on {event.on}; the letter is dated {facts.on}.",
                "mend the date of the event, or date the letter later.",
                ("events",),
                "warning",
            )


def after(one: FactDate, other: FactDate) -> bool:
    """Say whether ``one`` certainly lies after ``other``."""
    return one.bounds[0] > other.bounds[1]


def future(when: FactDate | date, today: date) -> bool:
    """Say whether a date certainly has not come yet, wherever on earth it was written down."""
    first = when.bounds[0] if isinstance(when, FactDate) else when
    # East of here it may be tomorrow already.
    return first - timedelta(days=1) > today


def _concerns(event: Event, person: str | None) -> bool:
    return person is None or not event.persons or person in event.persons


def _arrests(case: Case, person: str | None) -> list[FactDate]:
    return [one.on for one in case.events if one.kind == "arrest" and _concerns(one, person)]


def _precedes_arrests(case: Case, when: FactDate | None, persons: Iterable[str | None]) -> bool:
    """Say whether a date lies before every arrest of one of the persons, of whom there is at least one."""
    if when is None:
        return False
    groups = (_arrests(case, person) for person in persons)
    return any(arrests and all(after(arrest, when) for arrest in arrests) for arrests in groups)


def _releases(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    everybody: list[str | None] = [person.id for person in case.persons] or [None]
    for number, event in enumerate(case.events):
        persons = event.persons or everybody
        if event.kind == "release" and _precedes_arrests(case, event.on, persons):
            yield record.problem(
                "release-before-arrest",
                f"{record} has a release on {event.on}, before any arrest.",
                "mend one of the two dates, or add the earlier arrest to `events:`.",
                ("events", number, "on"),
            )
        if event.kind == "sentence" and _precedes_arrests(case, event.on, persons):
            yield _sentenced_early(record, event.on, ("events", number, "on"))


def _sentence(case: Case, sentence: Sentence, number: int, record: CheckedRecord) -> Iterator[Problem]:
    persons = (sentence.person,)
    if _precedes_arrests(case, sentence.on, persons):
        yield _sentenced_early(record, sentence.on, ("sentences", number, "on"))
    if _precedes_arrests(case, sentence.from_, persons):
        yield record.problem(
            "term-before-arrest",
            f"{record} counts a term from {sentence.from_}, before `{sentence.person}` was arrested.",
            "mend `from:` or the date of the arrest; time in custody counts from the arrest on.",
            ("sentences", number, "from"),
            "warning",
        )
    if sentence.term and sentence.from_ and sentence.on:
        end = sentence.term.end(sentence.from_.bounds[1])
        if end and sentence.on.bounds[0] > end:
            yield record.problem(
                "judgment-after-term",
                f"{record} has a term that is over on {end}, and its judgment on {sentence.on}.",
                "mend `from:`, `on:` or `term:`; where custody has used the term up, say so in words.",
                ("sentences", number, "from"),
                "warning",
            )


def _sentenced_early(record: CheckedRecord, when: FactDate | None, way: tuple[str | int, ...]) -> Problem:
    return record.problem(
        "sentence-before-arrest",
        f"{record} has a sentence on {when}, before any arrest.",
        "mend one of the two dates; of a judgment in absence, say so in `what:`.",
        way,
        "warning",
    )


def _in_future(case: Case, record: CheckedRecord, today: date) -> Iterator[Problem]:
    for number, person in enumerate(case.persons):
        if person.consent and future(person.consent.on, today):
            yield record.problem(
                "consent-in-future",
                f"{record} dates the consent of `{person.id}` {person.consent.on}, which has not come yet.",
                "mend the date; until consent is given, take `consent:` out.",
                ("persons", number, "consent", "on"),
            )
    dated = [
        *((("sources", number, "on"), one.on) for number, one in enumerate(case.sources)),
        *((("documents", number, "on"), one.on) for number, one in enumerate(case.documents)),
        *((("messages", number, "on"), one.on) for number, one in enumerate(case.messages)),
        *((("messages", number, "received"), one.received) for number, one in enumerate(case.messages)),
    ]
    for way, when in dated:
        if when and future(when, today):
            yield record.problem(
                "dated-in-future",
                f"{record} has a paper dated {when}, which has not come yet.",
                "mend the date.",
                way,
            )


def _messages(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    for number, message in enumerate(case.messages):
        if message.on and message.received and after(message.on, message.received):
            yield record.problem(
                "received-before-written",
                f"{record} has the message `{message.id}` received before it was written.",
                "mend `on:` or `received:`.",
                ("messages", number, "received"),
            )


def _deadline(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    past = [event.on.bounds[0] for event in case.events if event.kind not in NOT_YET]
    if case.send_before and past and case.send_before < min(past):
        yield record.problem(
            "deadline-before-events",
            f"{record} is to be sent before {case.send_before}, before anything in it had happened.",
            "mend `send_before:` or the dates of the events.",
            ("send_before",),
            "warning",
        )
