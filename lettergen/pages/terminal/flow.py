"""The letter's text as terminal rows, with the breaks between sheets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lettergen.letters.letter import (
    Block,
    EnclosedMessage,
    Heading,
    Inline,
    Letter,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    Span,
)
from lettergen.pages.terminal.cells import Role, Row, StyledRun, row_width, run, wrap_spans

__all__ = ["TextRow", "body", "divide", "enclosed_message", "table"]

QUOTE_INDENT = 4
SIGNING_ROWS = 3
_BULLET = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row of the text column."""

    row: Row = ()
    held: bool = False
    """The sheet may not break after this line."""

    @property
    def is_blank(self) -> bool:
        """Say whether the line is only space, which is dropped at the top of a sheet."""
        return not self.row


def body(letter: Letter, width: int) -> list[TextRow]:
    """Return everything from the title to the contacts as lines of one column."""
    groups = [
        _held([_centred(row, width) for row in _spans(letter.title, width, "strong")]),
        _held([TextRow(row) for row in _spans(letter.subject, width, "strong")]),
        _held(_texts([letter.opening], width)),
        *_blocks(letter.body, width),
    ]
    end = _signed(letter, width)
    # The closing is never alone on a sheet: what it closes goes with it.
    lines = _joined(filter(None, groups))
    if end and lines:
        tail = max((at for at, line in enumerate(lines) if not line.held and at < len(lines) - 2), default=-1)
        lines = [*lines[: tail + 1], *_held(lines[tail + 1 :]), TextRow(held=True)]
    return [*lines, *end, *_after(letter, width)]


def enclosed_message(message: EnclosedMessage, width: int) -> list[TextRow]:
    """Return a message that is passed on: its title, where it comes from, its words."""
    return _joined(
        filter(
            None,
            [
                _held([TextRow(row) for row in _spans((Span(message.title),), width, "strong")]),
                _held(table(message.head, width)),
                _held([TextRow(run("─" * width, "faint"))]),
                *_blocks(message.blocks, width),
                _signatories(message.names, width),
            ],
        )
    )


def divide(lines: Sequence[TextRow], first: int, others: int) -> list[list[TextRow]]:
    """Divide ``lines`` into sheets of ``first`` and then ``others`` rows, held lines together."""
    sheets: list[list[TextRow]] = []
    rest = _without_leading_blanks(lines)
    room = first
    while len(rest) > room:
        at = next((n for n in range(room, 0, -1) if not rest[n - 1].held), room)
        if at == room and room < others and all(line.held for line in rest[:room]):
            at = 0  # more room on the next sheet for what belongs together
        sheets.append(_without_trailing_blanks(rest[:at]))
        rest = _without_leading_blanks(rest[at:])
        room = others
    return [*sheets, _without_trailing_blanks(rest)] if rest or not sheets else sheets


def table(rows: Sequence[tuple[str, str]], width: int) -> list[TextRow]:
    """Return labels and values in two columns, the labels faint."""
    if not rows:
        return []
    labels = [run(label, "faint") for label, _ in rows]
    column = min(max(map(row_width, labels)), width // 3) + 2
    lines: list[TextRow] = []
    for label, (_, value) in zip(labels, rows, strict=True):
        gap = max(column, row_width(label) + 2)
        values = wrap_spans((Span(value),), max(width - gap, 10))
        first = (*label, StyledRun(" " * (gap - row_width(label))), *values[0])
        lines += [TextRow(first), *(TextRow((StyledRun(" " * gap), *row)) for row in values[1:])]
    return lines


def _signed(letter: Letter, width: int) -> list[TextRow]:
    """Return the closing, room to sign and who signs, all held together."""
    lines = _texts([letter.closing], width)
    rows_of_blocks = list(_side_by_side(letter.signatures, width))
    room = 1 if letter.translation_notice else SIGNING_ROWS
    for rows in rows_of_blocks:
        lines += [*[TextRow()] * room, *rows]
    held = _held(lines)
    return [*held[:-1], replace(held[-1], held=False)] if held else []


def _side_by_side(blocks: Sequence[SignatureBlock], width: int) -> Iterator[list[TextRow]]:
    """Yield the signature blocks, two in a row where there are more than one."""
    column = width // 2
    if len(blocks) == 1 or column < 24:
        for block in blocks:
            yield [*_picture(block), *_texts(block.lines, width)]
        return
    for at in range(0, len(blocks), 2):
        pair = [[*_picture(block), *_texts(block.lines, column - 2)] for block in blocks[at : at + 2]]
        left, right = pair[0], pair[1] if len(pair) > 1 else []
        rows: list[TextRow] = []
        for number in range(max(len(left), len(right))):
            beginning = left[number].row if number < len(left) else ()
            ending = right[number].row if number < len(right) else ()
            gap = StyledRun(" " * (column - row_width(beginning)))
            rows.append(TextRow((*beginning, gap, *ending) if ending else beginning))
        yield rows


def _picture(block: SignatureBlock) -> list[TextRow]:
    return [TextRow(run(f"[{block.picture}]", "faint"))] if block.picture else []


def _after(letter: Letter, width: int) -> list[TextRow]:
    groups = [
        _signatories(letter.signatories, width),
        [TextRow(row) for row in _spans(letter.postscript, width)],
        _hanging(letter.enclosures, width),
        _hanging(letter.copies, width),
        _texts(letter.contacts, width),
    ]
    lines = _joined(filter(None, groups))
    return [TextRow(), *lines] if lines else []


def _signatories(signatories: Sequence[tuple[str, str]], width: int) -> list[TextRow]:
    lines: list[TextRow] = []
    for name, description in signatories:
        spans = (Span(name, strong=True), Span(f"  {description}" if description else ""))
        rows = wrap_spans(spans, width - 2)
        lines += [TextRow(rows[0]), *(TextRow((StyledRun("  "), *row)) for row in rows[1:])]
    return lines


def _hanging(texts: Iterable[str], width: int) -> list[TextRow]:
    lines: list[TextRow] = []
    for text in texts:
        rows = wrap_spans((Span(text),), width - 2)
        lines += [TextRow(rows[0]), *(TextRow((StyledRun("  "), *row)) for row in rows[1:])]
    return lines


def _texts(texts: Iterable[str], width: int) -> list[TextRow]:
    return [TextRow(row) for text in texts if text for row in wrap_spans((Span(text),), width)]


def _spans(inline: Inline, width: int, role: Role = "") -> list[Row]:
    return wrap_spans(inline, width, role) if inline else []


def _centred(row: Row, width: int) -> TextRow:
    return TextRow((StyledRun(" " * ((width - row_width(row)) // 2)), *row))


def _blocks(blocks: Iterable[Block], width: int) -> Iterator[list[TextRow]]:
    """Yield each block's lines; a blank line stands between two blocks."""
    for block in blocks:
        match block:
            case Paragraph(inline):
                yield _whole(_spans(inline, width))
            case Heading(inline):
                yield _held([TextRow(row) for row in _spans(inline, width, "strong")])
            case Quote(inner):
                for lines in _blocks(inner, width - 2 * QUOTE_INDENT):
                    yield [_indented(line, QUOTE_INDENT) for line in lines]
            case ListBlock():
                yield from _list(block, width)


def _list(block: ListBlock, width: int) -> Iterator[list[TextRow]]:
    indent = len(f"{block.start + len(block.items) - 1}.") + 1 if block.ordered else 2
    items: list[list[list[TextRow]]] = []
    for number, item in enumerate(block.items, start=block.start):
        marker = (f"{number}." if block.ordered else _BULLET).rjust(indent - 1) + " "
        parts = list(_blocks(item, width - indent)) or [[TextRow()]]
        marked = replace(parts[0][0], row=(StyledRun(marker), *parts[0][0].row))
        first = [marked, *(_indented(line, indent) for line in parts[0][1:])]
        items.append([first, *([_indented(line, indent) for line in part] for part in parts[1:])])
    if all(len(parts) == 1 for parts in items):
        yield [line for parts in items for line in parts[0]]
    else:
        for parts in items:
            yield from parts


def _indented(line: TextRow, indent: int) -> TextRow:
    return line if line.is_blank else replace(line, row=(StyledRun(" " * indent), *line.row))


def _whole(rows: Sequence[Row]) -> list[TextRow]:
    """Return a paragraph that leaves at least two of its lines on either side of a break."""
    last = len(rows) - 1
    return [TextRow(row, held=at != last and at in {0, last - 1}) for at, row in enumerate(rows)]


def _held(lines: Iterable[TextRow]) -> list[TextRow]:
    return [replace(line, held=True) for line in lines]


def _joined(groups: Iterable[list[TextRow]]) -> list[TextRow]:
    """Put a blank line between groups; it is held where the line before it is."""
    lines: list[TextRow] = []
    for group in groups:
        if lines:
            lines.append(TextRow(held=lines[-1].held))
        lines += group
    return lines


def _without_leading_blanks(lines: Sequence[TextRow]) -> list[TextRow]:
    start = next((at for at, line in enumerate(lines) if not line.is_blank), len(lines))
    return list(lines[start:])


def _without_trailing_blanks(lines: Sequence[TextRow]) -> list[TextRow]:
    end = next((at for at in range(len(lines), 0, -1) if not lines[at - 1].is_blank), 0)
    return list(lines[:end])
