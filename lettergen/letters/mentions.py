"""`@id` in the texts of a case, and the texts in which it stands for a person."""

import re
from collections.abc import Iterator

from lettergen.facts.model import AUDIENCES, Audience, Case, ReaderLines, ReaderText

__all__ = ["MENTION", "texts_with_readers", "told_texts"]

MENTION = re.compile(r"(?<![\w@.])@([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w@]|\.\w)")
"""An id behind an `@`; an e-mail address or a name with capitals is none."""

Key = tuple[str, str]


def told_texts(case: Case) -> Iterator[tuple[Key, str]]:
    """Yield each text of a case that a letter can print to somebody, with the key of its place.

    Names of persons are none of them, nor is anything confidential.
    """
    for key, text, _ in texts_with_readers(case):
        yield key, text


def texts_with_readers(case: Case) -> Iterator[tuple[Key, str, tuple[Audience, ...]]]:
    """Yield each text of a case with the key of its place and with those who may read it."""
    for key, told, readers in _texts(case):
        if isinstance(told, str):
            yield key, told, AUDIENCES
        elif told:
            for words, audiences in _by_words(told):
                yield key, words, tuple(one for one in audiences if readers is None or one in readers)


def _by_words(told: ReaderText | ReaderLines) -> Iterator[tuple[str, list[Audience]]]:
    found: dict[str, list[Audience]] = {}
    for given in told.given().values():
        for words in (given,) if isinstance(given, str) else given:
            found.setdefault(words, [])
    for audience in told.readers():
        given = told.to((audience,))
        for words in (given,) if isinstance(given, str) else given:
            found[words].append(audience)
    yield from found.items()


Told = ReaderText | ReaderLines | str | None
_Row = tuple[Key, Told, tuple[Audience, ...] | None]


def _texts(case: Case) -> Iterator[_Row]:
    stem = case.stem
    for name in ("title", "summary", "place"):
        yield ("case/field", f"{stem}/{name}"), getattr(case, name), None
    for person in case.persons:
        key = ("case/person", f"{stem}/{person.id}")
        words: tuple[Told, ...] = (
            person.described_as,
            person.role,
            person.health,
            person.family,
            person.about,
        )
        yield from ((key, text, None) for text in words)
    for kind, events in (("event", case.events), ("background-event", case.background)):
        for number, event in enumerate(events, 1):
            key = ("case/" + kind, f"{stem}/{event.id or number}")
            yield from (
                (key, text, event.readers) for text in (event.what, event.place, event.by, event.source)
            )
    for number, sentence in enumerate(case.sentences, 1):
        key = ("case/sentence", f"{stem}/{sentence.id or number}")
        yield from ((key, text, None) for text in (sentence.court, sentence.place, sentence.fine))
    for number, demand in enumerate(case.demands, 1):
        yield ("case/demand", f"{stem}/{demand.id or number}"), demand.text, demand.readers
    yield from _papers(case)


def _papers(case: Case) -> Iterator[_Row]:
    stem = case.stem
    for number, question in enumerate(case.questions, 1):
        for text in (question.heading, question.text):
            yield ("case/question", f"{stem}/{question.id or number}"), text, question.readers
    for message in case.messages:
        for text in (message.from_, message.organisation, message.to, message.subject, message.text):
            yield ("case/message", f"{stem}/{message.id}"), text, message.readers
    for number, document in enumerate(case.documents, 1):
        yield ("case/document", f"{stem}/{document.id or number}"), document.title, document.readers
    for number, source in enumerate(case.sources, 1):
        key = ("case/source", f"{stem}/{source.id or number}")
        yield from ((key, text, None) for text in (source.title, source.url))
