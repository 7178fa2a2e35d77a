"""`Letter` to plain text: a typewritten page that can be printed, faxed or mailed as it stands."""

from collections.abc import Iterable, Iterator, Sequence

from lettergen.letters.letter import (
    Block,
    EnclosedMessage,
    Heading,
    Letter,
    ListBlock,
    Paragraph,
    Quote,
    plain,
)
from lettergen.pages.columns import columns, wrap

__all__ = ["render"]

_QUOTE_INDENT = 4
_SIGNATURE_LINES = 3
_BULLET = "\N{EN DASH}"

Lines = list[str]


def render(letter: Letter, *, width: int = 72) -> str:
    """Return ``letter`` as lines of at most ``width`` columns that end with a line feed.

    The words are those of `Letter.texts` in the same order; rules and list
    markers are all that is added.
    """
    parts = [part for part in _parts(letter, width) if part]
    text = "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts)
    return text + "\n" if text else ""


def _parts(letter: Letter, width: int) -> Iterator[Lines]:
    """Yield the parts of the page in order; a blank line stands between two of them."""
    if letter.letterhead:
        head = (letter.letterhead.name, *letter.letterhead.lines)
        yield [*_centred(head, width), "=" * width]
    yield _flush(filter(None, [letter.return_address]), width)
    yield _flush(letter.mailing_notation, width)
    yield _flush(letter.inside_address, width)
    yield _table(letter.references, width)
    if letter.place_and_date:
        yield [line.rjust(width - columns(line) + len(line)) for line in wrap(letter.place_and_date, width)]
    if letter.title:
        yield _centred([plain(letter.title)], width)
    yield _subject(letter, width)
    yield _flush(filter(None, [letter.opening]), width)
    yield from _blocks(letter.body, width)
    yield from _end(letter, width)
    for message in letter.enclosed:
        yield from _enclosed(message, width)


def _end(letter: Letter, width: int) -> Iterator[Lines]:
    closing = _flush(filter(None, [letter.closing]), width)
    room = [""] * _SIGNATURE_LINES
    for number, block in enumerate(letter.signatures):
        name = _flush(block.lines, width)
        yield [*closing, *room, *name] if number == 0 else [*room[1:], *name]
    if not letter.signatures:
        yield closing
    yield _signatories(letter.signatories, width)
    yield _flush(filter(None, [plain(letter.postscript)]), width)
    yield _hanging(letter.enclosures, width)
    yield _hanging(letter.copies, width)
    yield _flush(letter.contacts, width)


def _flush(texts: Iterable[str], width: int) -> Lines:
    return [line for text in texts for line in wrap(text, width)]


def _hanging(texts: Iterable[str], width: int) -> Lines:
    """Set one entry a line below the first, which captions them; what runs over is indented further."""
    lines: Lines = []
    for at, text in enumerate(texts):
        first, rest = ("", "  ") if at == 0 else ("  ", "    ")
        lines += _indented(first, rest, wrap(text, width - len(rest)))
    return lines


def _centred(texts: Iterable[str], width: int) -> Lines:
    lines = _flush(texts, width)
    return [" " * ((width - columns(line)) // 2) + line for line in lines]


def _subject(letter: Letter, width: int) -> Lines:
    lines = wrap(plain(letter.subject), width) if letter.subject else []
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
