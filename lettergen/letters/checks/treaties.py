"""Treaties that a case relies on: whether they exist, bind the responsible State, and say what is quoted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, ReaderText, Sender
from lettergen.facts.value_places import Way
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.template.templates import Template
from lettergen.reference import address, law, quotation
from lettergen.reference.treaty_rows import Rows

__all__ = ["case_quotations", "check", "own_treaties", "sender_quotations", "template_quotations"]


def check(case: Case, record: CheckedRecord, *, on: date) -> Iterator[Problem]:
    """Yield articles that do not exist, and treaties and articles that do not bind the responsible State."""
    for number, basis in enumerate(case.legal_basis):
        way: Way = ("legal_basis", number)
        faults = list(_unknown(basis.key, basis.articles, record, way))
        yield from faults
        if case.state and not faults:
            yield from _bound(case, case.state, number, record, on)


def _unknown(key: str, articles: Sequence[str], record: CheckedRecord, way: Way) -> Iterator[Problem]:
    try:
        law.cite(key, own=record.campaign.treaties)
    except LettergenError as fault:
        yield from (_at(problem, record, (*way, "key")) for problem in fault.problems)
        return
    for at, article in enumerate(articles):
        try:
            law.cite(key, [article], own=record.campaign.treaties)
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
    basis, own = case.legal_basis[number], record.campaign.treaties
    then = min(on, max((event.on.last for event in case.events), default=on))
    status = law.party_status(basis.key, state, then, own)
    if status.standing == "party":
        yield from _reserved(case, state, number, record, then)
    if status.standing not in ("not-a-party", "signed"):
        return
    name = address.state_short(state)
    note = f" {status.note}" if status.note else ""
    if status.checked and then > status.checked:
        note += f" This was last compared on {status.checked}."
    yield record.problem(
        "state-not-bound",
        f"{record} relies on `{basis.key}`, which did not bind {name} on {then}.{note}",
        _instead(basis.key, basis.articles or ("",), state, then, own),
        ("legal_basis", number, "key"),
        "warning",
    )


def _reserved(case: Case, state: str, number: int, record: CheckedRecord, then: date) -> Iterator[Problem]:
    """Yield articles that the State had reserved: they bind it as little as a treaty that it has not joined.

    Vienna Convention on the Law of Treaties, article 21.
    """
    basis, own = case.legal_basis[number], record.campaign.treaties
    name = address.state_short(state)
    for at, article in enumerate(basis.articles):
        found = law.reservation(basis.key, article, state, then, own)
        if found:
            until = f" until {found.until}" if found.until else ""
            note = f" {found.note}" if found.note else ""
            yield record.problem(
                "reserved-article",
                f"{record} relies on `{basis.key}` {article}, which {name} had reserved{until}.{note}",
                _instead(basis.key, (article,), state, then, own),
                ("legal_basis", number, "articles", at),
                "warning",
            )


def _instead(key: str, articles: Sequence[str], state: str, on: date, own: Rows) -> str:
    """Say what else binds a State, for a fix."""
    others = [law.instead(key, article, state, on, own) for article in articles]
    ways = dict.fromkeys(way for group in others for way in group)
    if not ways:
        return "leave it out."
    listed = ", ".join(f"`{other}` {article}" for other, article in ways)
    return f"rely on what binds {address.state_short(state)}: {listed}, and custom."


def own_treaties(campaign: Campaign) -> Iterator[Problem]:
    """Yield treaties of the campaign that hide one of the reference, and articles that they do not have."""
    shipped = law.keys()
    for key, one in campaign.treaties.items():
        place = campaign.places.get(("treaty", key))
        if key in shipped:
            message = f"the campaign's treaty `{key}` takes the place of the reference's."
            yield Problem("treaty-redefined", message, "give it another key.", place, "warning")
        reserved = (article for each in one["reservations"] for article in each["articles"])
        for article in (*one["statements"], *reserved):
            try:
                law.cite(key, [article], own=campaign.treaties)
            except LettergenError as fault:
                yield from (replace(problem, place=place) for problem in fault.problems)


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
