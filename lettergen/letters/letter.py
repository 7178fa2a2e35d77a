"""`Letter`: the parts of a letter in page order.

All renderers read the same value, so that text, PDF, fax and e-mail of one
letter cannot differ in wording. Texts here are final words without mark-up.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

__all__ = [
    "TEXTS",
    "Block",
    "EnclosedFile",
    "EnclosedMessage",
    "Heading",
    "Inline",
    "Letter",
    "Letterhead",
    "ListBlock",
    "LogoPicture",
    "Paragraph",
    "Quote",
    "SignatureBlock",
    "Span",
    "block_texts",
    "language_of",
    "plain",
    "texts_of",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; a line feed inside it is a forced line break."""

    text: str
    strong: bool = False
    emphasis: bool = False
    language: str = ""
    """BCP 47 tag of words in another language than the letter's; empty: they are in the letter's."""


Inline = tuple[Span, ...]


def plain(inline: Inline) -> str:
    """Return the words of ``inline`` without their styles."""
    return "".join(span.text for span in inline)


def language_of(inline: Inline) -> str:
    """Return the language that all of ``inline`` is in; empty if it is the letter's, or there are several."""
    found = {span.language for span in inline}
    return found.pop() if len(found) == 1 else ""


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
    """A quotation, set off from the letter's own words."""

    blocks: tuple["Block", ...]


Block = Paragraph | Heading | ListBlock | Quote


@dataclass(frozen=True, slots=True)
class LogoPicture:
    """The picture above a letterhead."""

    file: str
    """File name in the campaign folder."""
    alt: str
    """What it shows; it is read aloud, and printed nowhere."""
    height_mm: float


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender's letterhead: the organisation, then address and numbers, one per line."""

    name: str
    lines: tuple[str, ...] = ()
    logo: LogoPicture | None = None
    align: str = ""
    """left, right or centred; empty: away from the address."""


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Room to sign, then name, office and organisation, one per line."""

    lines: tuple[str, ...]
    picture: str | None = None
    """File name of the signature's picture in the campaign folder."""
    country: str | None = None
    """ISO 3166 code of the country of who signs; it chooses the forms of Han characters in the name."""


@dataclass(frozen=True, slots=True)
class EnclosedMessage:
    """What goes on behind the letter under its own head: a message passed on, or the names of a petition."""

    title: str
    head: tuple[tuple[str, str], ...]
    """Label and value for each line: From, Received, Forwarded by."""
    blocks: tuple[Block, ...]
    names: tuple[tuple[str, str], ...] = ()
    """Name and description of those who signed, where this is their annex."""


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file of the campaign that goes with the letter."""

    number: int
    """Its place in the list of enclosures, counted from 1."""
    title: str
    file: str
    """Its name in the campaign folder."""
    pages: int
    sha256: str = ""
    """Of its bytes."""
    alt: str = ""
    """What a picture shows; empty: its title says so."""
    most_pages: int = 50
    goes_along: bool = True
    """Whether it is with the letter; a fax may say that it follows by post."""
    document: str = ""
    """Key of the case's document that it is; empty: the template names it."""
    line: int = 0
    """Line of the template that lists it."""


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
    translation_notice: str = ""
    """What a courtesy translation says above its text, in its own language; empty in any other letter."""
    letterhead: Letterhead | None = None
    return_address: str = ""
    """The small line above the address, seen in the window."""
    mailing_notation: tuple[str, ...] = ()
    """REGISTERED MAIL, BY FAX, …"""
    inside_address: tuple[str, ...] = ()
    """Lines of the address, country last; empty if nobody is addressed."""
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
    signatory_countries: tuple[str | None, ...] = ()
    """ISO 3166 codes of the countries of the first of `signatories`; those who signed a list have none."""
    """Name and description under an open letter, in order; the second may be empty."""
    postscript: Inline = ()
    enclosures: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    enclosed: tuple[EnclosedMessage, ...] = ()
    files: tuple[EnclosedFile, ...] = ()
    """Files among the enclosures, in the order of their list."""
    sheets: int | None = None
    """The maximum number of pages that the template allows; more is an error."""
    document_title: str = ""
    """The PDF's title: public words only, never a person's name."""
    country: str | None = None
    """ISO 3166 code of the addressee's country; it chooses the forms of Han characters."""
    sender_country: str | None = None
    """That of the sender's, for what stands in the letterhead and the return address."""
    contacts: tuple[str, ...] = field(default=())
    """Lines at the foot of a statement: whom to ask."""
    translation: "Letter | None" = None
    """The courtesy translation that goes with the letter, on sheets of its own."""

    @property
    def called(self) -> str:
        """What messages call it, after “the letter”: whose it is and to whom; its id if it is to nobody."""
        to = f"of `{self.sender_id}` to `{self.recipient_id}`"
        return to if self.recipient_id else f"`{self.letter_id}`"

    def texts(self, *, without: Collection[str] = ()) -> Iterator[str]:
        """Yield all words in page order, which all renderings must share.

        Args:
            without: Parts to leave out.
        """
        for part in TEXTS:
            if part not in without:
                yield from texts_of(part, getattr(self, part))

    def alone(self) -> "Letter":
        """Return the letter without its courtesy translation."""
        return replace(self, translation=None) if self.translation else self

    def with_translation(self, other: "Letter", notice: str) -> "Letter":
        """Return the letter with the same letter in another language behind it.

        As a foreign ministry does it, a courtesy translation is on plain paper, under a notice of what it
        is: no letterhead and no address, which the letter has, nothing to sign, and names typed. Who else
        has signed and what is passed on as it was received stand with the letter.

        Args:
            other: The letter as it would be in the other language.
            notice: The words for a courtesy translation in that language.
        """
        translation = replace(
            other,
            translation_notice=notice,
            letterhead=None,
            return_address="",
            mailing_notation=(),
            inside_address=(),
            signatures=tuple(replace(one, picture=None) for one in other.signatures),
            signatories=(),
            signatory_countries=(),
            enclosed=(),
            files=(),
        )
        return replace(self, translation=translation)

    def pictures(self) -> Iterator[tuple[str, Literal["signature", "logo"]]]:
        """Yield the files of the pictures that the letter shows, and what each is."""
        for block in self.signatures:
            if block.picture:
                yield block.picture, "signature"
        if self.letterhead and self.letterhead.logo:
            yield self.letterhead.logo.file, "logo"

    def without_logo(self) -> "Letter":
        """Return the letter as it goes where there is no picture: by fax, and in the text of an e-mail."""
        head = self.letterhead
        return replace(self, letterhead=replace(head, logo=None)) if head and head.logo else self

    def without_window_line(self) -> "Letter":
        """Return the letter as it goes where no window is, without a sender's address that its head has."""
        is_said = self.letterhead is not None and self.letterhead.lines
        return replace(self, return_address="") if is_said else self

    @property
    def bound(self) -> tuple[EnclosedFile, ...]:
        """The files whose pages stand behind the letter."""
        return tuple(one for one in self.files if one.goes_along)

    def body_texts(self) -> Iterator[str]:
        """Yield the words between opening and closing, block by block."""
        yield from block_texts(self.body)


def texts_of(part: str, value: Any) -> Iterator[str]:
    """Yield the words of one part of a letter, as `Letter.texts` does."""
    return TEXTS[part](value)


def block_texts(blocks: Iterable[Block], *, quotes: bool = True) -> Iterator[str]:
    """Yield the words of blocks, with or without what they quote."""
    for block in blocks:
        match block:
            case Paragraph(inline) | Heading(inline):
                yield plain(inline)
            case ListBlock(items):
                for item in items:
                    yield from block_texts(item, quotes=quotes)
            case Quote(inner) if quotes:
                yield from block_texts(inner)


def _translation_texts(translation: Letter | None) -> Iterator[str]:
    if translation:
        yield from translation.texts()


def _one(text: str) -> Iterator[str]:
    yield text


def _one_if_any(text: str) -> Iterator[str]:
    # What most letters do not have adds nothing: an e-mail that was sent before is known again by its words.
    if text:
        yield text


def _head_texts(head: Letterhead | None) -> Iterator[str]:
    if head:
        yield head.name
        yield from head.lines


def _inline_text(inline: Inline) -> Iterator[str]:
    yield plain(inline)


def _labelled_texts(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{label} {value}" for label, value in rows)


def _signature_texts(signatures: Iterable[SignatureBlock]) -> Iterator[str]:
    return (line for block in signatures for line in block.lines)


def _signatory_texts(signatories: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{name} {description}".strip() for name, description in signatories)


def _enclosed_texts(messages: Iterable[EnclosedMessage]) -> Iterator[str]:
    for message in messages:
        yield message.title
        yield from _labelled_texts(message.head)
        yield from block_texts(message.blocks)
        yield from _signatory_texts(message.names)


TEXTS: Mapping[str, Callable[[Any], Iterator[str]]] = MappingProxyType(
    {
        "translation_notice": _one_if_any,
        "letterhead": _head_texts,
        "return_address": _one,
        "mailing_notation": iter,
        "inside_address": iter,
        "references": _labelled_texts,
        "place_and_date": _one,
        "title": _inline_text,
        "subject": _inline_text,
        "opening": _one,
        "body": block_texts,
        "closing": _one,
        "signatures": _signature_texts,
        "signatories": _signatory_texts,
        "postscript": _inline_text,
        "enclosures": iter,
        "copies": iter,
        "contacts": iter,
        "enclosed": _enclosed_texts,
        "translation": _translation_texts,
    }
)
"""The parts of a letter that have words, in page order, and what yields them."""
