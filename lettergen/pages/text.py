"""`Letter` to plain text: a typewritten page that can be printed, faxed or mailed as it is."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lettergen.letters.letter import (
    Block,
    EnclosedMessage,
    Heading,
    Inline,
    Letter,
    Letterhead,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    plain,
)
from lettergen.letters.series.identity_cache import IdentityCache
from lettergen.pages.layout.directions import has_right_to_left, with_marks
from lettergen.pages.terminal.columns import columns, wrap
from lettergen.reference import language as words

__all__ = ["render"]

_QUOTE_INDENT = 4
_SIGNATURE_LINES = 3
_KEPT = 1_024
"""Settings of each part that are remembered; the next letter has most of them again."""
_BULLET = "\N{EN DASH}"

Lines = list[str]
_has_right_to_left = lru_cache(_KEPT)(has_right_to_left)


def render(letter: Letter, *, width: int = 72) -> str:
    """Return ``letter`` as lines of at most ``width`` columns that end with a line feed.

    The words are those of `Letter.texts` in the same order; rules, list
    markers and, where Hebrew or Arabic meets other letters, marks of direction are all that is added.
    """
    pieces = list(_pieces(letter, width))
    text = "\n\n".join(pieces)
    if any(map(_has_right_to_left, pieces)):
        read = words.direction(letter.language)
        text = "\n".join(with_marks(line, read) for line in text.split("\n"))
    return text + "\n" if text else ""


def _pieces(letter: Letter, width: int) -> Iterator[str]:
    """Yield the parts of the page in order; a blank line stands between two of them.

    What the letters of a mailing share is set once.
    """
    yield from _opening(letter.translation_notice, width)
    yield from _head(letter.letterhead, letter.return_address, width)
    yield from _address(letter.mailing_notation, letter.inside_address, letter.references, width)
    yield from _date(letter.place_and_date, width)
    yield from _matter(letter.title, letter.subject, width)
    yield from _opening(letter.opening, width)
    yield from _common_blocks(letter.body, width)
    room = 0 if letter.translation_notice else _SIGNATURE_LINES
    yield from _signed(letter.closing, letter.signatures, room, width)
    yield from _foot(letter.signatories, letter.postscript, width)
    yield from _notes(letter.enclosures, letter.copies, letter.contacts, width)
    yield from _common_messages(letter.enclosed, width)
    if letter.translation:
        yield from _set([["", "=" * width]])
        yield from _pieces(letter.translation, width)


def _set(parts: Iterable[Lines]) -> tuple[str, ...]:
    return tuple("\n".join([line.rstrip() for line in part]) for part in parts if part)


@lru_cache(_KEPT)
def _head(head: Letterhead | None, return_address: str, width: int) -> tuple[str, ...]:
    lines = [*_centred((head.name, *head.lines), width), "=" * width] if head else []
    return _set([lines, _flush(filter(None, [return_address]), width)])


@lru_cache(_KEPT)
def _address(
    notation: tuple[str, ...], lines: tuple[str, ...], references: tuple[tuple[str, str], ...], width: int
) -> tuple[str, ...]:
    return _set([_flush(notation, width), _flush(lines, width), _table(references, width)])


@lru_cache(_KEPT)
def _date(text: str, width: int) -> tuple[str, ...]:
    lines = wrap(text, width) if text else []
    return _set([[line.rjust(width - columns(line) + len(line)) for line in lines]])


@lru_cache(_KEPT)
def _matter(title: Inline, subject: Inline, width: int) -> tuple[str, ...]:
    return _set([_centred([plain(title)], width) if title else [], _subject(subject, width)])


@lru_cache(_KEPT)
def _opening(text: str, width: int) -> tuple[str, ...]:
    return _set([_flush(filter(None, [text]), width)])


@lru_cache(_KEPT)
def _signed(closing: str, signatures: tuple[SignatureBlock, ...], lines: int, width: int) -> tuple[str, ...]:
    above = _flush(filter(None, [closing]), width)
    room = [""] * lines
    names = [_flush(block.lines, width) for block in signatures]
    if not room:  # nobody signs here
        return _set([above, *names])
    parts = [[*room[1:], *name] if number else [*above, *room, *name] for number, name in enumerate(names)]
    return _set(parts or [above])


@lru_cache(_KEPT)
def _foot(signatories: tuple[tuple[str, str], ...], postscript: Inline, width: int) -> tuple[str, ...]:
    return _set([_signatories(signatories, width), _flush(filter(None, [plain(postscript)]), width)])


@lru_cache(_KEPT)
def _notes(
    enclosures: tuple[str, ...], copies: tuple[str, ...], contacts: tuple[str, ...], width: int
) -> tuple[str, ...]:
    return _set([_hanging(enclosures, width), _hanging(copies, width), _flush(contacts, width)])


def _set_blocks(blocks: tuple[Block, ...], width: int) -> tuple[str, ...]:
    return _set(_blocks(blocks, width))


def _set_messages(messages: tuple[EnclosedMessage, ...], width: int) -> tuple[str, ...]:
    return _set(part for message in messages for part in _enclosed(message, width))


# Too long to be compared word by word.
_common_blocks = IdentityCache(_set_blocks)
_common_messages = IdentityCache(_set_messages)


def _flush(texts: Iterable[str], width: int) -> Lines:
    return [line for text in texts for line in wrap(text, width)]


def _hanging(texts: Iterable[str], width: int) -> Lines:
    """Set one entry per line below a caption; continued lines are indented further."""
    lines: Lines = []
    for at, text in enumerate(texts):
        first, rest = ("", "  ") if at == 0 else ("  ", "    ")
        lines += _indented(first, rest, wrap(text, width - len(rest)))
    return lines


def _centred(texts: Iterable[str], width: int) -> Lines:
    lines = _flush(texts, width)
    return [" " * ((width - columns(line)) // 2) + line for line in lines]


def _subject(subject: Inline, width: int) -> Lines:
    lines = wrap(plain(subject), width) if subject else []
    return [*lines, "-" * min(width, max(map(columns, lines)))] if lines else []


def _table(rows: Sequence[tuple[str, str]], width: int) -> Lines:
    """Set labels and values in two columns."""
    if not rows:
        return []
    label_width = min(max(columns(label) for label, _ in rows), width // 3)
    lines: Lines = []
    for label, value in rows:
        gap = " " * max(2, label_width + 2 - columns(label))
        rest = " " * (label_width + 2)
        lines += _indented(label + gap, rest, wrap(value, width - max(len(rest), columns(label + gap))))
    return lines


def _signatories(signatories: Sequence[tuple[str, str]], width: int) -> Lines:
    if not any(description for _, description in signatories):
        return _flush((name for name, _ in signatories), width)
    return _table(signatories, width)


def _blocks(blocks: Iterable[Block], width: int) -> Iterator[Lines]:
    for block in blocks:
        match block:
            case Paragraph(inline) | Heading(inline):
                yield wrap(plain(inline), width)
            case Quote(inner):
                indent = " " * _QUOTE_INDENT
                for part in _blocks(inner, width - 2 * _QUOTE_INDENT):
                    yield _indented(indent, indent, part)
            case ListBlock():
                yield from _list(block, width)


def _list(block: ListBlock, width: int) -> Iterator[Lines]:
    """Set a list with hanging indent; items of more than a paragraph stand apart."""
    last = f"{block.start + len(block.items) - 1}."
    marker_width = len(last) + 1 if block.ordered else 2
    rest = " " * marker_width
    items: list[list[Lines]] = []
    for number, item in enumerate(block.items, start=block.start):
        marker = (f"{number}." if block.ordered else _BULLET).rjust(marker_width - 1) + " "
        parts = list(_blocks(item, width - marker_width)) or [[""]]
        items.append([_indented(marker if at == 0 else rest, rest, part) for at, part in enumerate(parts)])
    if all(len(parts) == 1 for parts in items):
        yield [line for parts in items for line in parts[0]]
    else:
        for parts in items:
            yield from parts


def _indented(first: str, rest: str, lines: Iterable[str]) -> Lines:
    return [(first if at == 0 else rest) + line for at, line in enumerate(lines)]


def _enclosed(message: EnclosedMessage, width: int) -> Iterator[Lines]:
    yield ["", "=" * width]
    yield _flush([message.title], width)
    yield _table(message.head, width)
    yield ["-" * width]
    yield from _blocks(message.blocks, width)
    if message.names:
        yield _signatories(message.names, width)
