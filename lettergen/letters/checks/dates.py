"""Dates of a case that cannot all be right. Imprecise dates that may fit are not reported."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from lettergen.errors import Problem
from lettergen.facts.dates import FactDate
from lettergen.facts.model import Case, Event, Sentence
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.parts import LetterFacts

__all__ = ["after", "check", "future", "of_letter"]

NOT_YET: frozenset[str] = frozenset({"protest", "conference", "hearing", "trial", "appeal", "other"})
"""Kinds of event that may lie ahead; any other is told as something that has happened."""


def check(case: Case, record: CheckedRecord, *, today: date) -> Iterator[Problem]:
    """Yield dates of a case that contradict each other or the calendar."""
    yield from _releases(case, record)
    for number, sentence in enumerate(case.sentences):
        yield from _sentence(case, sentence, number, record)
    yield from _in_future(case, record, today)
    yield from _messages(case, record)
    yield from _deadline(case, record)


def of_letter(facts: LetterFacts) -> Iterator[Problem]:
    """Yield events that a letter tells as past although they are after its date."""
    case = facts.case
    if case is None:
        return
    record = CheckedRecord("case", case.id, facts.campaign)
    for event in (*case.events, *case.background):
        if event.expected is None and event.kind not in NOT_YET and event.on.bounds[0] > facts.on:
            yield record.problem(
                "event-after-letter",
                f"{record} has the event `{event.kind}` on {event.on}, but the letter is dated {facts.on}.",
                "correct the date of the event, or date the letter later.",
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
                "correct one of the two dates, or add the earlier arrest to `events:`.",
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
            "correct `from:` or the date of the arrest; time in custody counts from the arrest.",
            ("sentences", number, "from"),
            "warning",
        )
    if sentence.term and sentence.from_ and sentence.on:
        end = sentence.term.end(sentence.from_.bounds[1])
        if end and sentence.on.bounds[0] > end:
            yield record.problem(
                "judgment-after-term",
                f"{record} has a term that ends on {end}, before its judgment on {sentence.on}.",
                "correct `from:`, `on:` or `term:`; if custody has used up the term, say so in words.",
                ("sentences", number, "from"),
                "warning",
            )


def _sentenced_early(record: CheckedRecord, when: FactDate | None, way: tuple[str | int, ...]) -> Problem:
    return record.problem(
        "sentence-before-arrest",
        f"{record} has a sentence on {when}, before any arrest.",
        "correct one of the two dates; for a judgment in absence, say so in `what:`.",
        way,
        "warning",
    )


def _in_future(case: Case, record: CheckedRecord, today: date) -> Iterator[Problem]:
    for number, person in enumerate(case.persons):
        if person.consent and future(person.consent.on, today):
            yield record.problem(
                "consent-in-future",
                f"{record} dates the consent of `{person.id}` {person.consent.on}, which is in the future.",
                "correct the date; until consent is given, remove `consent:`.",
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
                f"{record} has a document dated {when}, which is in the future.",
                "mend the date.",
                way,
            )


def _messages(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    for number, message in enumerate(case.messages):
        if message.on and message.received and after(message.on, message.received):
            yield record.problem(
                "received-before-written",
                f"{record} has the message `{message.id}` received before it was written.",
                "correct `on:` or `received:`.",
                ("messages", number, "received"),
            )


def _deadline(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    past = [event.on.bounds[0] for event in case.events if event.kind not in NOT_YET]
    if case.send_before and past and case.send_before < min(past):
        yield record.problem(
            "deadline-before-events",
            f"{record} is to be sent before {case.send_before}, before anything in it had happened.",
            "correct `send_before:` or the dates of the events.",
            ("send_before",),
            "warning",
        )
