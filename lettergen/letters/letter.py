"""`Letter`: the parts of a letter in the order in which they stand on the page.

All renderers read the same value, so that text, PDF, fax and e-mail of one
letter cannot differ in wording. Texts here are final words without mark-up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

__all__ = [
    "Block",
    "EnclosedMessage",
    "Heading",
    "Inline",
    "Letter",
    "Letterhead",
    "ListBlock",
    "Paragraph",
    "Quote",
    "SignatureBlock",
    "Span",
    "plain",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; a line feed inside it is a forced line break."""

    text: str
    strong: bool = False
    emphasis: bool = False


Inline = tuple[Span, ...]


def plain(inline: Inline) -> str:
    """Return the words of ``inline`` without their styles."""
    return "".join(span.text for span in inline)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body."""

    inline: Inline


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the body, such as a headed question; level counts from 2."""

    inline: Inline
    level: int = 2


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list; each item is a tuple of blocks."""

    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of somebody else, set off from the letter's own."""

    blocks: tuple["Block", ...]


Block = Paragraph | Heading | ListBlock | Quote


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender's printed head: the organisation, then address and numbers, a line each."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Room to sign, then name, office and organisation, a line each."""

    lines: tuple[str, ...]
    picture: str | None = None
    """File name of the signature's picture in the campaign folder."""


@dataclass(frozen=True, slots=True)
class EnclosedMessage:
    """A message passed on with the letter, under a head that says where it comes from."""

    title: str
    head: tuple[tuple[str, str], ...]
    """Label and value a line: From, Received, Forwarded by."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, ready for any renderer."""

    letter_id: str
    """Template, recipient and sender ids joined by ``--``; safe in a file name."""
    template: str
    recipient_id: str | None
    sender_id: str
    language: str
    """BCP 47 tag of the words: en, fr, ja."""
    audience: str
    date: date
    letterhead: Letterhead | None = None
    return_address: str = ""
    """The small line above the address, seen in the window."""
    mailing_notation: tuple[str, ...] = ()
    """REGISTERED MAIL, BY FAX, …"""
    inside_address: tuple[str, ...] = ()
    """Lines of the address, country last; empty where nobody is addressed."""
    place_and_date: str = ""
    references: tuple[tuple[str, str], ...] = ()
    """Label and value: Our reference, Your letter of, …"""
    title: Inline = ()
    """Heading above the subject: RESOLUTION, OPEN LETTER."""
    subject: Inline = ()
    opening: str = ""
    body: tuple[Block, ...] = ()
    closing: str = ""
    signatures: tuple[SignatureBlock, ...] = ()
    signatories: tuple[tuple[str, str], ...] = ()
    """Name and description under an open letter, in order; the second may be empty."""
    postscript: Inline = ()
    enclosures: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    enclosed: tuple[EnclosedMessage, ...] = ()
    sheets: int | None = None
    """The most pages that the template allows; more is an error."""
    document_title: str = ""
    """The PDF's title: public words only, never a person's name."""
    contacts: tuple[str, ...] = field(default=())
    """Lines at the foot of a statement: whom to ask."""

    def texts(self) -> Iterator[str]:
        """Yield all words in page order; the law that all renderings agree is tested on it."""
        if self.letterhead:
            yield self.letterhead.name
            yield from self.letterhead.lines
        yield self.return_address
        yield from self.mailing_notation
        yield from self.inside_address
        for label, value in self.references:
            yield f"{label} {value}"
        yield self.place_and_date
        yield plain(self.title)
        yield plain(self.subject)
        yield self.opening
        yield from _block_texts(self.body)
        yield self.closing
        for block in self.signatures:
            yield from block.lines
        for name, description in self.signatories:
            yield f"{name} {description}".strip()
        yield plain(self.postscript)
        yield from self.enclosures
        yield from self.copies
        yield from self.contacts
        for message in self.enclosed:
            yield message.title
            for label, value in message.head:
                yield f"{label} {value}"
            yield from _block_texts(message.blocks)

    def body_texts(self) -> Iterator[str]:
        """Yield the words between opening and closing, block by block."""
        yield from _block_texts(self.body)


def _block_texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inline) | Heading(inline):
                yield plain(inline)
            case ListBlock(items):
                for item in items:
                    yield from _block_texts(item)
            case Quote(inner):
                yield from _block_texts(inner)
