"""Treaties that a case relies on: whether they exist, bind the responsible State, and say what is quoted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.model import Case, ReaderText, Sender
from lettergen.facts.value_places import Way
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.template.templates import Template
from lettergen.reference import address, law, quotation

__all__ = ["case_quotations", "check", "sender_quotations", "template_quotations"]


def check(case: Case, record: CheckedRecord, *, on: date) -> Iterator[Problem]:
    """Yield articles that do not exist and treaties that do not bind the responsible State."""
    for number, basis in enumerate(case.legal_basis):
        way: Way = ("legal_basis", number)
        faults = list(_unknown(basis.key, basis.articles, record, way))
        yield from faults
        if case.state and not faults:
            yield from _bound(case, case.state, number, record, on)


def _unknown(key: str, articles: Sequence[str], record: CheckedRecord, way: Way) -> Iterator[Problem]:
    try:
        law.cite(key)
    except LettergenError as fault:
        yield from (_at(problem, record, (*way, "key")) for problem in fault.problems)
        return
    for at, article in enumerate(articles):
        try:
            law.cite(key, [article])
        except LettergenError as fault:
            yield from (_at(problem, record, (*way, "articles", at)) for problem in fault.problems)


def _at(problem: Problem, record: CheckedRecord, way: Way) -> Problem:
    if problem.place:
        return problem
    told = record.problem("", "", "", way)
    return replace(problem, place=told.place, excerpt=told.excerpt, width=told.width)


def _bound(case: Case, state: str, number: int, record: CheckedRecord, on: date) -> Iterator[Problem]:
    """Yield a treaty that did not bind the State when the last of the events happened.

    A treaty binds nobody who has not joined it, and nobody for what was before
    (Vienna Convention on the Law of Treaties, articles 28 and 34).
    """
    basis = case.legal_basis[number]
    then = min(on, max((event.on.last for event in case.events), default=on))
    status = law.party_status(basis.key, state, then)
    if status.standing not in ("not-a-party", "signed"):
        return
    name = address.state_short(state)
    others = [law.instead(basis.key, article, state, then) for article in basis.articles or ("",)]
    ways = dict.fromkeys(way for group in others for way in group)
    listed = ", ".join(f"`{key}` {article}" for key, article in ways)
    note = f" {status.note}" if status.note else ""
    yield record.problem(
        "state-not-bound",
        f"{record} relies on `{basis.key}`, which did not bind {name} on {then}.{note}",
        f"rely on what binds {name}: {listed}, and custom." if listed else "leave the treaty out.",
        ("legal_basis", number, "key"),
        "warning",
    )


def case_quotations(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    """Yield quotations in a case that are not the treaty's own words."""
    for way, text in _texts(case):
        yield from _misquoted(text, record, way)


def sender_quotations(sender: Sender, record: CheckedRecord) -> Iterator[Problem]:
    """Yield quotations in a sender's own words that are not the treaty's."""
    if sender.own_words:
        yield from _misquoted(sender.own_words, record, ("own_words",))


def template_quotations(template: Template) -> Iterator[Problem]:
    """Yield quotations in a template that are not the treaty's own words."""
    text = "\n".join(template.lines)
    for found in quotation.quotations(text):
        if not quotation.is_official(found.text, found.treaty):
            line = text.count("\n", 0, found.start) + 1
            place = Place(template.file, line, found.start - text.rfind("\n", 0, found.start))
            yield _problem(f"template `{template.name}`", found, place, template.lines[line - 1])


def _misquoted(text: str, record: CheckedRecord, way: Way) -> Iterator[Problem]:
    for found in quotation.quotations(text):
        if quotation.is_official(found.text, found.treaty):
            continue
        place, excerpt = record.place, ""
        if record.value_places:
            at = record.value_places.passage(record.kind, record.id, way, found.text)
            place, excerpt = at or (place, excerpt)
        yield _problem(str(record), found, place, excerpt)


def _problem(owner: str, found: quotation.Quotation, place: Place | None, excerpt: str) -> Problem:
    nearest = quotation.nearest(found.text, found.treaty)
    instead = f"; article {nearest[0]} says: “{nearest[1]}”" if nearest else ""
    return Problem(
        "treaty-quotation",
        f"{owner} quotes words that the reference does not have in `{found.treaty}`.",
        f"remove the quotation marks, or quote the treaty's own words{instead}.",
        place,
        "warning",
        excerpt,
    )


def _texts(case: Case) -> Iterator[tuple[Way, str]]:
    for way, told in _passages(case):
        if told:
            yield from (((*way, readers), words) for readers, words in told.given().items())


def _passages(case: Case) -> Iterator[tuple[Way, ReaderText | None]]:
    yield ("summary",), case.summary
    yield from ((("persons", number, "about"), one.about) for number, one in enumerate(case.persons))
    for field, events in (("events", case.events), ("background", case.background)):
        yield from (((field, number, "what"), event.what) for number, event in enumerate(events))
        yield from (((field, number, "expected"), event.expected) for number, event in enumerate(events))
    yield from ((("demands", number, "text"), one.text) for number, one in enumerate(case.demands))
    yield from ((("questions", number, "text"), one.text) for number, one in enumerate(case.questions))
    yield from ((("messages", number, "text"), one.text) for number, one in enumerate(case.messages))
