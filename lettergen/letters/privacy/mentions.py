"""`@id` in the texts of a case, and the texts in which it stands for a person."""

import re
from collections.abc import Iterator

from lettergen.facts.model import Case, Event

__all__ = ["MENTION", "told_texts"]

MENTION = re.compile(r"(?<![\w@.])@([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w@]|\.\w)")
"""An id after an `@`; e-mail addresses and names with capitals do not count."""

Key = tuple[str, str]


def told_texts(case: Case) -> Iterator[tuple[Key, str]]:
    """Yield each text of a case that a letter can print, with the key of its place.

    Names of persons and confidential texts are left out.
    """
    for key, text in _texts(case):
        if text:
            yield key, text


def _texts(case: Case) -> Iterator[tuple[Key, str | None]]:
    stem = case.stem
    for name in ("title", "summary", "place"):
        yield ("case/field", f"{stem}/{name}"), getattr(case, name)
    for person in case.persons:
        for text in (person.described_as, person.role, *person.health, person.family, person.about):
            yield ("case/person", f"{stem}/{person.id}"), text
    for kind, events in (("event", case.events), ("background-event", case.background)):
        for number, event in enumerate(events, 1):
            yield from ((("case/" + kind, f"{stem}/{number}"), text) for text in _of_event(event))
    for number, sentence in enumerate(case.sentences, 1):
        for text in (sentence.court, sentence.place, sentence.fine):
            yield ("case/sentence", f"{stem}/{number}"), text
    for number, demand in enumerate(case.demands, 1):
        yield ("case/demand", f"{stem}/{demand.id or number}"), demand.text
    yield from _papers(case)


def _of_event(event: Event) -> tuple[str | None, ...]:
    return event.what, event.place, event.by, event.source


def _papers(case: Case) -> Iterator[tuple[Key, str | None]]:
    stem = case.stem
    for number, question in enumerate(case.questions, 1):
        for text in (question.heading, question.text):
            yield ("case/question", f"{stem}/{question.id or number}"), text
    for message in case.messages:
        for text in (message.from_, message.organisation, message.to, message.subject, message.text):
            yield ("case/message", f"{stem}/{message.id}"), text
    for number, document in enumerate(case.documents, 1):
        yield ("case/document", f"{stem}/{document.id or number}"), document.title
    for number, source in enumerate(case.sources, 1):
        for text in (source.title, source.url):
            yield ("case/source", f"{stem}/{number}"), text
