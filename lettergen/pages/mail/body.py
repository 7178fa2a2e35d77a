"""The words of a letter as the text of an e-mail: paragraphs that flow in any window (RFC 3676)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
from lettergen.pages.layout.directions import with_marks
from lettergen.pages.terminal.columns import wrap
from lettergen.reference import language as words

__all__ = ["MailLine", "flowed", "lines", "running"]

WIDTH = 72
"""Columns of a line as sent; RFC 3676, 4.2 asks for at most 78, with room for marks of quotation."""
_BULLET = "\N{EN DASH}"
_RULE = "=" * 40
_SPACES = re.compile(" +")
_NO_BREAKS = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "))


@dataclass(frozen=True, slots=True)
class MailLine:
    """A paragraph, or a line that stands for itself; how it is broken is the reader's window's affair."""

    text: str = ""
    depth: int = 0
    """How deep it is quoted."""


def lines(letter: Letter) -> Iterator[MailLine]:
    """Yield the letter as lines, a blank one between its parts.

    The words are those of `Letter.texts` in the same order, but for a return address that
    the letterhead has. There is no room
    for a signature by hand, and nothing is set by columns: an e-mail is read
    in any type.
    """
    is_first = True
    for part in _parts(letter.without_window_line()):
        found = [line for line in part if line.text]
        if not found:
            continue
        if not is_first:
            yield MailLine()
        is_first = False
        for line in found:
            yield MailLine(with_marks(line.text, words.direction(letter.language)), line.depth)


def running(letter_lines: Iterable[MailLine]) -> str:
    """Return the lines unbroken, for a window that wraps them itself."""
    return "".join("> " * line.depth + line.text.translate(_NO_BREAKS) + "\n" for line in letter_lines)


def flowed(letter_lines: Iterable[MailLine]) -> tuple[str, bool]:
    """Return the lines as ``text/plain; format=flowed``, and whether ``delsp=yes`` belongs with it.

    A line that continues ends in a space; where that space is not part of the
    words, as in Chinese and Japanese, every such line gets one more and
    ``delsp`` says so (RFC 3676, 4.1). A line that begins with a space, ``>`` or
    ``From`` is stuffed with a space (4.4).
    """
    broken = [(line.depth, _broken(line)) for line in letter_lines]
    deletes = any(glue == "" for _, pieces in broken for _, glue in pieces[:-1])
    made = []
    for depth, pieces in broken:
        for text, glue in pieces[:-1]:
            made.append(_marked(text, depth) + glue + (" " if deletes else ""))
        made.append(_marked(pieces[-1][0], depth).rstrip())
    return "".join(line + "\n" for line in made), deletes


def _broken(line: MailLine) -> list[tuple[str, str]]:
    """Break a line; with each piece comes what stands between it and the next: a space, or nothing."""
    text = _SPACES.sub(" ", line.text).strip()
    whole = text.translate(_NO_BREAKS)
    pieces: list[tuple[str, str]] = []
    at = 0
    for piece in wrap(text, WIDTH - 2 * line.depth):
        at += len(piece)
        glue = " " if whole[at : at + 1] == " " else ""
        at += len(glue)
        pieces.append((piece, glue))
    return pieces


def _marked(text: str, depth: int) -> str:
    if depth:
        return f"{'>' * depth} {text}"
    return f" {text}" if text.startswith((" ", ">", "From ")) else text


def _each(texts: Iterable[str], depth: int = 0) -> Iterator[MailLine]:
    """Yield a line for each text; a line break inside a text is a break here, too."""
    for text in texts:
        for one in text.split("\n"):
            yield MailLine(one.strip(" "), depth)


def _parts(letter: Letter) -> Iterator[Iterable[MailLine]]:
    yield _each((letter.translation_notice,))
    if letter.letterhead:
        yield _each((letter.letterhead.name, *letter.letterhead.lines))
    yield _each((letter.return_address,))
    yield _each(letter.mailing_notation)
    yield _each(letter.inside_address)
    yield _each(_rows(letter.references))
    yield _each((letter.place_and_date,))
    yield _each((plain(letter.title),))
    yield _each((plain(letter.subject),))
    yield _each((letter.opening,))
    yield from _blocks(letter.body)
    yield _each((letter.closing,))
    for block in letter.signatures:
        yield _each(block.lines)
    yield _each(_rows(letter.signatories))
    yield _each((plain(letter.postscript),))
    yield _each(letter.enclosures)
    yield _each(letter.copies)
    yield _each(letter.contacts)
    for message in letter.enclosed:
        yield from _enclosed(message)
    if letter.translation:
        yield [MailLine(_RULE)]
        yield from _parts(letter.translation)


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{label} {value}".strip() for label, value in rows)


def _blocks(blocks: Iterable[Block], depth: int = 0) -> Iterator[Iterable[MailLine]]:
    for block in blocks:
        match block:
            case Paragraph(inline) | Heading(inline):
                yield _each((plain(inline),), depth)
            case Quote(inner):
                yield from _blocks(inner, depth + 1)
            case ListBlock():
                yield from _list(block, depth)


def _list(block: ListBlock, depth: int) -> Iterator[Iterable[MailLine]]:
    """Yield an item as a paragraph with its marker; a list of one-paragraph items stays together."""
    items: list[list[list[MailLine]]] = []
    for number, item in enumerate(block.items, start=block.start):
        marker = f"{number}." if block.ordered else _BULLET
        first, *rest = [list(part) for part in _blocks(item, depth)] or [[MailLine(depth=depth)]]
        first[0] = MailLine(f"{marker} {first[0].text}", first[0].depth)
        items.append([first, *rest])
    if all(len(parts) == 1 for parts in items):
        yield [line for parts in items for line in parts[0]]
    else:
        for parts in items:
            yield from parts


def _enclosed(message: EnclosedMessage) -> Iterator[Iterable[MailLine]]:
    yield [MailLine(_RULE), *_each((message.title,))]
    yield _each(_rows(message.head))
    yield from _blocks(message.blocks)
    yield _each(_rows(message.names))
