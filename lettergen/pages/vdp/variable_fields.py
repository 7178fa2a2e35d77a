"""Which lines of a letter are personal, and which it shares with others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

from lettergen.letters.letter import Block, Letter, Paragraph, texts_of
from lettergen.pages.html_words import ending_together
from lettergen.pages.layout.address_fit import address_lines
from lettergen.pages.typefaces.scripts import forms_by_country
from lettergen.reference.stationery import Stationery

__all__ = [
    "PersonalLines",
    "always_frozen",
    "constants",
    "lines_of",
    "names_of",
    "own_blocks",
    "seen",
    "stood_in",
    "with_lines",
]

_STAND_IN = "nn"
"""Words of a mould where its letters have their own: in every text face, and on one line."""

_PERSONAL = frozenset(
    {
        *("letterhead", "return_address", "inside_address", "references", "place_and_date"),
        *("opening", "closing", "signatures"),
    }
)
# What is on no page: who writes to whom from which template, and the day, which stands in `place_and_date`.
# Countries only choose languages of what is in other scripts, and so `lines_of` has these in the shape.
_UNSEEN = frozenset(
    {
        *("letter_id", "recipient_id", "sender_id", "template", "audience", "date"),
        *("country", "sender_country"),
    }
)
_LAST_OF_LATIN = "\u036f"

_SPACES = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_MENTION = re.compile(r"@[\w-]+")
"""A person of the case, for whom a name stands in the letter."""

constants = attrgetter(
    *(field.name for field in fields(Letter) if field.name not in _PERSONAL and field.name not in _UNSEEN)
)
"""Return all parts of a letter that its fellows must have too; a part that is added counts as such."""

seen = attrgetter(*(field.name for field in fields(Letter) if field.name not in _UNSEEN))
"""Return all that is on a page."""


@dataclass(frozen=True, slots=True)
class PersonalLines:
    """The personal lines of a letter, in the order of the page."""

    texts: tuple[str, ...]
    shape: tuple[Any, ...]
    """Languages by script, how many lines each part has, which are empty, labels of references, pictures."""

    def opened(self, frozen: frozenset[int]) -> list[str]:
        """Return the lines of a mould, of which only ``frozen`` ones are the letter's own."""
        return [text if not text or at in frozen else _STAND_IN for at, text in enumerate(self.texts)]


def lines_of(letter: Letter, stationery: Stationery) -> PersonalLines:
    """Return the personal lines of ``letter`` as they are printed on ``stationery``, and their shape."""
    texts: list[str] = []
    shape: list[Any] = [forms_by_country(letter.language, letter.country)]
    head = letter.letterhead
    if head:
        texts.append(ending_together(head.name))
        texts += head.lines
    texts.append(letter.return_address)
    shape.append(_forms_of(texts, letter, letter.sender_country))
    # Where the field is too narrow for a line, there are line feeds in it.
    texts += address_lines(letter, stationery)
    shape += (len(head.lines) if head else -1, head and head.logo, head and head.align)
    shape.append(len(letter.inside_address))
    for label, value in letter.references:
        shape.append(label)
        texts.append(value)
    texts += (letter.place_and_date, letter.opening, letter.closing)
    for block in letter.signatures:
        texts += block.lines
        # The words that stand for a picture are its first line; they are no line of the page.
        spoken = block.lines[:1] if block.picture else ()
        shape += (len(block.lines), block.picture, spoken, _forms_of(block.lines, letter, block.country))
    shape += map(bool, texts)
    return PersonalLines(tuple(texts), tuple(shape))


def _forms_of(lines: Sequence[str], letter: Letter, country: str | None) -> Any:
    """Return what a country decides of lines; where all is in Latin letters, that is nothing."""
    is_latin = max("".join(lines), default="") <= _LAST_OF_LATIN
    return None if is_latin else forms_by_country(letter.language, country or letter.country)


def names_of(letter: Letter) -> tuple[tuple[str, int], ...]:
    """Return what each of the `lines_of` a letter is called, as `pdf_objects.found_lines` calls them."""
    names: list[tuple[str, int]] = []
    if letter.letterhead:
        names.append(("letterhead-name", 0))
        names += (("letterhead-lines", at) for at, _ in enumerate(letter.letterhead.lines))
    names.append(("return-address", 0))
    names += (("inside-address", at) for at, _ in enumerate(letter.inside_address))
    names += (("references", at) for at, _ in enumerate(letter.references))
    names += (("place-and-date", 0), ("opening", 0), ("closing", 0))
    signed = sum(len(block.lines) for block in letter.signatures)
    names += (("signature", at) for at in range(signed))
    return tuple(names)


def own_blocks(body: Sequence[Block], own_words: str | None, named: Sequence[str] = ()) -> tuple[int, ...]:
    """Return which blocks of a body hold what few others have.

    Args:
        body: Blocks of a letter.
        own_words: What its sender has written.
        named: Name, organisation and the like of the sender, which a sentence of the template may print.
    """
    written = [
        [words for words in _MENTION.split(_SPACES.sub(" ", part).strip()) if words]
        for part in _BLANK_LINE.split(own_words or "")
    ]
    found = []
    for at, block in enumerate(body):
        spans = block.inline if isinstance(block, Paragraph) else ()
        if len(spans) == 1 and any(one in spans[0].text for one in named):
            found.append(at)
        elif own_words:
            text = "\n".join(texts_of("body", (block,)))
            if any(words and all(one in text for one in words) for words in written):
                found.append(at)
    return tuple(found)


def with_lines(letter: Letter, texts: Sequence[str]) -> Letter:
    """Return ``letter`` with other personal lines of the same shape; what is parted is put together."""
    rest = iter(texts)
    head = letter.letterhead
    return replace(
        letter,
        letterhead=head
        and replace(head, name=_name(head.name, next(rest)), lines=tuple(next(rest) for _ in head.lines)),
        return_address=next(rest),
        inside_address=tuple(_whole(line, next(rest)) for line in letter.inside_address),
        references=tuple((label, next(rest)) for label, _ in letter.references),
        place_and_date=next(rest),
        opening=next(rest),
        closing=next(rest),
        signatures=tuple(
            replace(block, lines=tuple(next(rest) for _ in block.lines)) for block in letter.signatures
        ),
    )


def stood_in(letter: Letter, texts: Sequence[str]) -> Letter:
    """Return ``letter`` with other personal lines, as nobody's."""
    return replace(with_lines(letter, texts), recipient_id=None, letter_id="mould")


def always_frozen(letter: Letter) -> frozenset[int]:
    """Return the lines that are part of every mould.

    These are the words for a picture, and a letterhead with a logo or a side of its own: what is centred
    stands where its length puts it.
    """
    names = names_of(letter)
    head = letter.letterhead
    is_own = head is not None and bool(head.logo or head.align)
    found = {at for at, (kind, _) in enumerate(names) if is_own and kind.startswith("letterhead-")}
    at = names.index(("signature", 0)) if ("signature", 0) in names else 0
    for block in letter.signatures:
        if block.picture and block.lines:
            found.add(at)
        at += len(block.lines)
    return frozenset(found)


def _name(name: str, text: str) -> str:
    """Return the letterhead's name as it was: joined once more at its end, it would be another."""
    return name if ending_together(name) == text else text


def _whole(line: str, text: str) -> str:
    """Return a line of the address as it was before it was parted."""
    return line if "\n" in text else text
