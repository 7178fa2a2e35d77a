"""Titles of documents that are files: whatever a template makes of one, its line still encloses the file."""

from collections.abc import Iterable
from typing import TypeVar

from lettergen.facts.model import Document

__all__ = ["DocumentTitle", "documents_in", "still_naming"]

Made = TypeVar("Made")
NamedDocument = tuple[str, Document]
"""Id of a document in its case, or else its number there; and the document."""


class DocumentTitle(str):
    """A text that names documents of a case."""

    __slots__ = ("documents",)

    documents: tuple[NamedDocument, ...]

    @classmethod
    def of(cls, text: str, documents: Iterable[NamedDocument]) -> str:
        """Return a text with those documents that it names and that are files."""
        found = tuple(dict.fromkeys((key, one) for key, one in documents if one.file))
        if not found:
            return text
        title = cls(text)
        title.documents = found
        return title


def documents_in(value: object) -> tuple[NamedDocument, ...]:
    """Return the documents that a text, or the texts of a list, name."""
    if isinstance(value, DocumentTitle):
        return value.documents
    if isinstance(value, tuple | list):
        return tuple(one for item in value if isinstance(item, DocumentTitle) for one in item.documents)
    return ()


def still_naming(made: Made, value: object) -> Made:
    """Return what was made of a value; a text names the same documents as before."""
    found = documents_in(value)
    return DocumentTitle.of(made, found) if found and isinstance(made, str) else made  # type: ignore[return-value]
