"""`@id` in the texts of a case, and the texts in which it stands for a person."""

import re
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches

from lettergen.facts.model import AUDIENCES, Audience, Case, ReaderLines, ReaderText
from lettergen.reference import grammar

__all__ = ["AT", "ids_in", "texts_with_readers", "told_texts", "unknown_ids", "with_names"]

AT = re.compile("[@\uff20\ufe6b]")
"""The sign, also as wide and as small as East Asian fonts have it."""
_MENTION = re.compile(
    r"(?P<address>[A-Za-z0-9_%+.-]*[A-Za-z0-9_%+-])?[@\uff20\ufe6b]+[\u00ad\u200b-\u200f\u2060\ufeff]*"
    r"(?P<id>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?P<more>[\w@]|\.[^\W_A-Z])?"
)
"""An id behind an `@`, however it is written; what is before it makes it an e-mail address."""
_SENTENCE_BEFORE = re.compile(r"(?:[^\W\d_]{2,}|\d)[.!?…][”’»)\"]*\s+[“‘«„(\"]*$")
_HANDLE = re.compile(r"[a-z]{4,}")

Key = tuple[str, str]


def with_names(text: str, name: Callable[[str], str | None], language: str = "en") -> str:
    """Put what ``name`` returns for an id in the place of the mention; None leaves it as it is.

    What begins a sentence within the text gets a capital; what begins the text itself, where it is printed.
    The word before a mention is joined to it as ``language`` does: ``d’Omar``, ``du journaliste``.
    """
    parts: list[str] = []
    end = 0
    for match in _MENTION.finditer(text) if AT.search(text) else ():
        told = None if match["address"] else name(match["id"].casefold())
        if told is None:
            continue
        if _SENTENCE_BEFORE.search(text, max(0, match.start() - 40), match.start()):
            told = told[:1].title() + told[1:]
        parts += (
            *grammar.joined(text[end : match.start()], told, language, is_name=True),
            match["more"] or "",
        )
        end = match.end()
    return "".join((*parts, text[end:]))


def ids_in(text: str) -> Iterator[str]:
    """Yield what stands behind an `@`, in small letters, as an id would."""
    if AT.search(text):
        yield from (match["id"].casefold() for match in _MENTION.finditer(text) if not match["address"])


def unknown_ids(text: str, known: Collection[str], *, handles: bool) -> Iterator[str]:
    """Yield each `@id` that is meant for a person and is the id of nobody.

    Args:
        text: What somebody wrote.
        known: The ids there are.
        handles: Let the `@` of a network be: one plain word that is near to no id.
    """
    for match in _MENTION.finditer(text) if AT.search(text) else ():
        name = match["id"]
        if match["address"] or name.casefold() in known:
            continue
        is_near = bool(get_close_matches(name.casefold(), known, n=1, cutoff=0.75))
        is_id = name == name.casefold() and not match["more"]
        if is_near or (is_id and not (handles and _HANDLE.fullmatch(name))):
            yield name


def told_texts(case: Case) -> Iterator[tuple[Key, str]]:
    """Yield each text of a case that a letter can print to somebody, with the key of its place.

    Names of persons and confidential texts are left out.
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
            *(person.described_as.words() if person.described_as else ()),
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
                (key, text, event.readers)
                for text in (event.what, event.expected, event.place, event.by, event.source)
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
    for number, correction in enumerate(case.corrections, 1):
        key = ("case/correction", f"{stem}/{correction.id or number}")
        yield from ((key, text, correction.readers) for text in (correction.said, correction.correct))
    for number, source in enumerate(case.sources, 1):
        key = ("case/source", f"{stem}/{source.id or number}")
        yield from ((key, text, None) for text in (source.title, source.url))
