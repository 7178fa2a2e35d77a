"""A letter as the page keeps it: parts in page order, plain data for JSON."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lettergen.letters.letter import (
    Block,
    EnclosedMessage,
    Heading,
    Inline,
    Letter,
    ListBlock,
    Paragraph,
    Quote,
    plain,
)
from lettergen.pages.mail.message import subject_of

__all__ = ["ABOUT", "ADDRESS", "Part", "mapped", "parts_of", "texts_of"]

Part = tuple[str, Any]
"""Kind and content: lines joined by line feeds, pieces of a paragraph, the parts in a list or quotation."""
ABOUT = "about"
"""The subject line of an e-mail; it is not printed."""
ADDRESS = "address"


def parts_of(letter: Letter) -> tuple[Part, ...]:
    """Return the parts of a letter that have words.

    Raises:
        RenderError: The subject is not allowed in an e-mail.
    """
    head = letter.letterhead
    return tuple(
        (kind, content)
        for kind, content in (
            (ABOUT, subject_of(letter)),
            ("head", _lines((head.name, *head.lines)) if head else ""),
            ("return", letter.return_address),
            ("notation", _lines(letter.mailing_notation)),
            (ADDRESS, _lines(letter.inside_address)),
            ("references", _rows(letter.references)),
            ("date", letter.place_and_date),
            ("title", plain(letter.title)),
            ("subject", plain(letter.subject)),
            ("opening", letter.opening),
            *_blocks(letter.body),
            ("closing", letter.closing),
            *(("signature", _lines(block.lines)) for block in letter.signatures),
            ("signatories", _rows(letter.signatories)),
            ("postscript", plain(letter.postscript)),
            ("enclosures", _lines(letter.enclosures)),
            ("copies", _lines(letter.copies)),
            ("contacts", _lines(letter.contacts)),
            *(part for message in letter.enclosed for part in _enclosed(message)),
        )
        if content
    )


def mapped(part: Part, change: Callable[[str], str]) -> Part:
    """Return a part with each of its texts changed."""
    kind, content = part
    if kind == "list":
        start, items = content
        return kind, (start, tuple(tuple(mapped(one, change) for one in item) for item in items))
    if kind == "quote":
        return kind, tuple(mapped(one, change) for one in content)
    if kind == "own":
        return part
    if isinstance(content, str):
        return kind, change(content)
    return kind, tuple(
        change(piece) if isinstance(piece, str) else (piece[0], change(piece[1])) for piece in content
    )


def texts_of(parts: Iterable[Part]) -> list[str]:
    """Return all texts of some parts."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    for part in parts:
        mapped(part, note)
    return found


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    return _lines(f"{label} {value}".strip() for label, value in rows)


def _blocks(blocks: Iterable[Block]) -> Iterator[Part]:
    for block in blocks:
        match block:
            case Paragraph(inline):
                yield "p", _pieces(inline)
            case Heading(inline):
                yield "heading", _pieces(inline)
            case Quote(inner):
                yield "quote", tuple(_blocks(inner))
            case ListBlock(items, ordered, start):
                yield "list", (start if ordered else 0, tuple(tuple(_blocks(item)) for item in items))


def _pieces(inline: Inline) -> tuple[Any, ...]:
    """Return texts, and pairs of style and text."""
    styles = ("", "em", "strong", "strong em")
    return tuple(
        (styles[span.emphasis + 2 * span.strong], span.text) if span.emphasis or span.strong else span.text
        for span in inline
    )


def _enclosed(message: EnclosedMessage) -> Iterator[Part]:
    yield "enclosed", message.title
    yield "provenance", _rows(message.head)
    yield from _blocks(message.blocks)
