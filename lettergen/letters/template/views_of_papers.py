"""What a template sees of a case's papers: messages, documents, corrections, sources."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from lettergen.facts.model import Case, Correction, Message, ReaderText
from lettergen.letters.template.document_titles import DocumentTitle
from lettergen.letters.template.views import View

__all__ = ["papers"]

Tell = Callable[[ReaderText | str | None], str | None]


def papers(
    case: Case, on: date, where: str, read: Callable[[Iterable[Any]], Iterator[Any]], tell: Tell
) -> dict[str, object]:
    """Return the papers as their readers may know them.

    Args:
        case: Whose papers.
        on: The letter's date.
        where: The case's file.
        read: Sieves out what is not for the readers.
        tell: Returns a text as its readers may know it.
    """
    keys = {id(one): one.id or str(number) for number, one in enumerate(case.documents, 1)}
    documents = (
        View("document", {"title": DocumentTitle.of(title, [(keys[id(one)], one)]), "on": one.on}, where)
        for one in read(case.documents)
        if (title := tell(one.title))
    )
    sources = (
        View("source", {"title": tell(one.title), "on": one.on, "url": one.url}, where)
        for one in case.sources
    )
    corrections = (_correction(one, where, tell) for one in read(case.corrections) if one.on <= on)
    return {
        "messages": tuple(filter(None, (_message(one, where, tell) for one in read(case.messages)))),
        "documents": tuple(documents),
        # None rather than empty: a letter that corrects nothing must not go.
        "corrections": tuple(filter(None, corrections)) or None,
        "sources": tuple(sources),
    }


def _message(message: Message, where: str, tell: Tell) -> View | None:
    text = tell(message.text)
    facts = {
        "from": tell(message.from_),
        "organisation": tell(message.organisation),
        "to": tell(message.to),
        "on": message.on,
        "received": message.received,
        "subject": tell(message.subject),
        "text": text,
    }
    return View("message", facts, where) if text else None


def _correction(one: Correction, where: str, tell: Tell) -> View | None:
    said, correct = tell(one.said), tell(one.correct)
    facts = {"said": said, "correct": correct, "on": one.on, "id": one.id}
    return View("correction", facts, where) if said and correct else None
