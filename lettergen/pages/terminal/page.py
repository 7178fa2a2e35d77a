"""`Letter` as pages of terminal cells.

Positions come from `reference.stationery`, millimetres scaled to columns and
rows. Type does not scale: a terminal's letters are as wide as its cells, so the
sheet grows longer on a narrow terminal until it holds as many words as paper does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lettergen.letters.letter import Letter, Span
from lettergen.pages.terminal.cells import Canvas, Role, Row, StyledRun, cut, row_width, run, wrap_spans
from lettergen.pages.terminal.flow import TextRow, body, divide, enclosed_message, table
from lettergen.reference import language as words
from lettergen.reference.stationery import Stationery

__all__ = ["LEAST_COLUMNS", "MOST_COLUMNS", "TerminalPage", "WindowShade", "draw"]

LEAST_COLUMNS = 60
MOST_COLUMNS = 100
"""Wider, a line would be longer than on paper and harder to read."""

# What the letter's stylesheet sets: about 94 characters on 165 mm, 15.6 points from line to line.
CHARACTERS_PER_MM = 94 / 165
LINE_MM = 5.5
# A blank line of the terminal is a whole row; on paper the space between paragraphs is half a line,
# and a page has about eight of them.
ROWS_FOR_BLANK_LINES = 3
# Six lines of an address fit the 27.3 mm that DIN 5008 leaves for them.
MOST_MM_PER_HEAD_ROW = 27.3 / 6
# Copy-fitting on paper takes in a letter that is over by no more than this.
FITTED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class TerminalPage:
    """One sheet, each row as wide as the next."""

    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WindowShade:
    """Cells from the first of the address on: those before it and above it are negative."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """Millimetres of the paper in columns and rows of the terminal."""

    stationery: Stationery
    width: int

    @property
    def left(self) -> int:
        return self.column(self.stationery.margins.left)

    @property
    def right(self) -> int:
        """The column after the text's last."""
        return self.column(self.stationery.sheet_width - self.stationery.margins.right)

    @property
    def text(self) -> int:
        return self.right - self.left

    @property
    def mm_per_head_row(self) -> float:
        # A cell is about twice as high as it is wide.
        return min(2 * self.stationery.sheet_width / self.width, MOST_MM_PER_HEAD_ROW)

    @property
    def mm_per_text_row(self) -> float:
        paper = CHARACTERS_PER_MM * self.stationery.text_width
        return LINE_MM * self.text / paper

    def column(self, mm: float) -> int:
        return round(mm / self.stationery.sheet_width * self.width)

    def head_row(self, mm: float) -> int:
        return round(mm / self.mm_per_head_row)

    def text_rows(self, top_mm: float) -> int:
        """Return how many rows there are from ``top_mm`` to the bottom margin."""
        bottom = self.stationery.sheet_height - self.stationery.margins.bottom
        return int((bottom - top_mm) / self.mm_per_text_row) + ROWS_FOR_BLANK_LINES


def draw(
    letter: Letter, stationery: Stationery, *, columns: int, shade: WindowShade | None = None
) -> tuple[TerminalPage, ...]:
    """Return the sheets of ``letter``, drawn ``columns`` wide or as near to it as is readable.

    Where ``shade`` is given, that much is shaded around the address and under it.

    Every word of the letter stands in the rows, in page order within each of
    its parts. Where lines and sheets break on paper is for the typesetter to say.
    """
    width = max(LEAST_COLUMNS, min(columns, MOST_COLUMNS))
    scale = _Scale(stationery, width)
    sheets = _sheets(letter, scale, shade)
    if letter.translation:
        sheets += _sheets(letter.translation, scale, None)
    total = len(sheets)
    pages = []
    for number, (canvas, bottom) in enumerate(sheets, start=1):
        label = f" Sheet {number} of {total} "
        canvas.put(bottom, width - 2 - len(label), run(label, "faint"))
        pages.append(TerminalPage(number, canvas.rows()))
    return tuple(pages)


def _sheets(letter: Letter, scale: _Scale, shade: WindowShade | None) -> list[tuple[Canvas, int]]:
    """Return the drawn sheets of a letter or of its translation, each with the row of its lower edge."""
    stationery, head = scale.stationery, Canvas(scale.width)
    first_row = _draw_head(head, letter, scale, shade)
    sheets: list[tuple[Canvas, int]] = []
    for number, (lines, rows) in enumerate(_parts(letter, scale), start=1):
        canvas, top = (head, first_row) if number == 1 else (Canvas(scale.width), 0)
        if number > 1:
            top = _draw_continuation_head(canvas, letter, number, scale)
        for at, line in enumerate(lines):
            row = cut(line.row, scale.text)
            canvas.put(
                top + at, scale.right - row_width(row) if _is_from_right(row, letter) else scale.left, row
            )
        bottom = top + max(rows, len(lines)) + scale.head_row(stationery.margins.bottom)
        _draw_edge(canvas, bottom, stationery.title)
        if number == 1 and not letter.translation_notice:
            _draw_marks(canvas, scale, text_top=top, bottom=bottom)
        sheets.append((canvas, bottom))
    return sheets


def _is_from_right(row: Row, letter: Letter) -> bool:
    """Say whether a line begins at the right edge of the text."""
    return words.direction_of("".join(part.text for part in row), words.direction(letter.language)) == "rtl"


def _parts(letter: Letter, scale: _Scale) -> list[tuple[list[TextRow], int]]:
    """Return the lines of each sheet and how many rows it has for them."""
    first = scale.text_rows(_text_top(letter, scale.stationery))
    others = scale.text_rows(scale.stationery.margins.top + 2 * LINE_MM)
    parts = _fitted(body(letter, scale.text), first, others)
    for message in letter.enclosed:
        parts += _fitted(enclosed_message(message, scale.text), others, others)
    return parts


def _fitted(lines: Sequence[TextRow], first: int, others: int) -> list[tuple[list[TextRow], int]]:
    """Divide ``lines``, with closer lines where that saves a sheet, as copy-fitting does on paper."""
    loose = divide(lines, first, others)
    closer = round(first * (1 + FITTED_SHARE)), round(others * (1 + FITTED_SHARE))
    close = divide(lines, *closer)
    sheets, (first, others) = (close, closer) if len(close) < len(loose) else (loose, (first, others))
    return [(sheet, first if at == 0 else others) for at, sheet in enumerate(sheets)]


def _text_top(letter: Letter, stationery: Stationery) -> float:
    """Return where the text begins: under the window, or under the head where nobody is addressed."""
    if letter.inside_address:
        return stationery.reference_line + 2 * LINE_MM
    lines = 1 + len(letter.letterhead.lines) if letter.letterhead else bool(letter.translation_notice)
    return stationery.margins.top + (lines + 3) * LINE_MM


def _draw_head(canvas: Canvas, letter: Letter, scale: _Scale, shade: WindowShade | None) -> int:
    """Draw all that stands above the text and return the row on which the text begins."""
    stationery = scale.stationery
    row = scale.head_row(stationery.margins.top / 2)
    if letter.inside_address:
        field = _AddressField.of(letter, scale)
        below_head = _draw_letterhead(canvas, letter, row, scale, field)
        field = field.moved_below(below_head if not field.leaves_room else 0)
        if shade:
            field.draw_shade(canvas, shade)
        bottom = field.draw(canvas)
        block = _draw_references(canvas, letter, max(below_head + 1, field.top + 1), scale, field)
        if stationery.information_block and field.leaves_room:
            block = _draw_date(canvas, letter, block, field)
            return max(scale.head_row(stationery.reference_line), bottom + 1, block + 1)
        row = max(scale.head_row(stationery.reference_line), bottom + 1, block + 1)
    else:
        for line in _spans(letter.translation_notice, scale.text, "strong"):
            canvas.put(row, scale.left, line)
            row += 1
        row = _draw_letterhead(canvas, letter, row, scale, None) + 1
        for line in _notations(letter, scale.text):
            canvas.put(row, scale.left, line)
            row += 1
        row = _draw_references(canvas, letter, row, scale, None) + 1
    for line in _spans(letter.place_and_date, scale.text):
        canvas.put(row, scale.right - row_width(line), line)
        row += 1
    return row + 1


def _draw_date(canvas: Canvas, letter: Letter, row: int, field: "_AddressField") -> int:
    """Draw the date below the references in the information block and return the row below."""
    left, right = field.side
    for line in _spans(letter.place_and_date, right - left):
        canvas.put(row, left, line)
        row += 1
    return row


def _notations(letter: Letter, width: int) -> list[Row]:
    return [row for text in letter.mailing_notation for row in _spans(text, width, "strong")]


def _spans(text: str, width: int, role: Role = "") -> list[Row]:
    return wrap_spans((Span(text),), width, role) if text else []


@dataclass(frozen=True, slots=True)
class _AddressField:
    """The address field in its frame, the frame's own rows and columns included."""

    top: int
    left: int
    width: int
    bottom: int
    head: tuple[Row, ...]
    """Return address and notations."""
    address: tuple[Row, ...]
    indent: int
    address_row: int
    is_framed: bool
    side: tuple[int, int]
    """The columns beside the field, as far as the margins."""

    @classmethod
    def of(cls, letter: Letter, scale: _Scale) -> "_AddressField":
        """Lay out the field where the stationery has it, larger only where type needs more room."""
        stationery, field = scale.stationery, scale.stationery.address_field
        # The frame stands a column clear of the text, even where the text begins at the field's edge.
        indent = max(2, scale.column(stationery.text_indent))
        lines = [*letter.inside_address, *letter.mailing_notation]
        needed = max((row_width(run(line)) for line in lines), default=0) + indent + 3
        width = min(max(scale.column(field.width), needed), scale.text)
        is_right = field.left > stationery.sheet_width / 3
        text = scale.column(field.left + stationery.text_indent)
        left = scale.column(field.right) - width if is_right else text - indent
        left = max(1, min(left, scale.width - 1 - width))
        room = width - indent - 2
        head = _spans(letter.return_address, room, "faint")
        head += _notations(letter, room)
        address = [row for line in letter.inside_address for row in _spans(line, room)]
        top, bottom = scale.head_row(field.top), scale.head_row(field.bottom)
        below_head = top + 1 + len(head)
        address_row = max(scale.head_row(stationery.recipient_zone.top), below_head + bool(head))
        if address_row + len(address) > bottom:
            address_row = max(below_head, bottom - len(address))
        side = (scale.left, left - 2) if is_right else (left + width + 2, scale.right)
        return cls(
            top=top,
            left=left,
            width=width,
            bottom=max(bottom, address_row + len(address)),
            head=tuple(head),
            address=tuple(address),
            indent=indent,
            address_row=address_row,
            is_framed=stationery.has_window,
            side=side,
        )

    @property
    def leaves_room(self) -> bool:
        """Say whether a letterhead can stand beside the field."""
        return self.side[1] - self.side[0] >= 24

    def moved_below(self, row: int) -> "_AddressField":
        """Return the field so far down that it begins at or below ``row``."""
        down = max(0, row - self.top)
        return replace(
            self, top=self.top + down, bottom=self.bottom + down, address_row=self.address_row + down
        )

    def draw_shade(self, canvas: Canvas, shade: WindowShade) -> None:
        """Shade the cells that a window always shows; lines come on top."""
        row, column = self.address_row, self.left + self.indent
        left = max(self.left + 1, column + shade.left)
        right = min(self.left + self.width - 1, column + shade.right)
        for at in range(max(self.top + 1, row + shade.top), min(self.bottom, row + shade.bottom)):
            canvas.put(at, left, run("░" * (right - left), "faint"))

    def draw(self, canvas: Canvas) -> int:
        """Draw frame and lines and return the row below."""
        if self.is_framed:
            _draw_frame(canvas, self.top, self.left, self.bottom, self.width)
        for at, row in enumerate(self.head):
            canvas.put(self.top + 1 + at, self.left + self.indent, row)
        for at, row in enumerate(self.address):
            canvas.put(self.address_row + at, self.left + self.indent, row)
        return self.bottom + 1


def _draw_letterhead(
    canvas: Canvas, letter: Letter, row: int, scale: _Scale, field: _AddressField | None
) -> int:
    """Draw the letterhead above the window or beside it and return the row below."""
    if not letter.letterhead:
        return row
    left, right = scale.left, scale.right
    lines = _letterhead(letter, right - left)
    block = scale.stationery.information_block
    if field and field.leaves_room and (block or row + len(lines) >= field.top):
        left, right = field.side
        lines = _letterhead(letter, right - left)
    for at, line in enumerate(lines):
        # On the side away from a window on the right, or above the information block.
        is_left = field and (field.left > scale.width // 3 or block)
        column = left if is_left else right - row_width(line)
        canvas.put(row + at, column, line)
    return row + len(lines)


def _letterhead(letter: Letter, width: int) -> list[Row]:
    if not letter.letterhead:
        return []
    name = _spans(letter.letterhead.name, width, "strong")
    return name + [row for line in letter.letterhead.lines for row in _spans(line, width)]


def _draw_references(
    canvas: Canvas, letter: Letter, row: int, scale: _Scale, field: _AddressField | None
) -> int:
    """Draw the reference lines beside the window, or across the sheet, and return the row below."""
    if not letter.references:
        return row
    left, right = field.side if field and field.leaves_room else (scale.left, scale.right)
    if field and not field.leaves_room:
        row = field.bottom + 2
    lines = table(letter.references, right - left)
    for at, line in enumerate(lines):
        canvas.put(row + at, left, line.row)
    return row + len(lines)


def _draw_continuation_head(canvas: Canvas, letter: Letter, number: int, scale: _Scale) -> int:
    """Draw whom the letter is to, its date and the page; return the row on which the text begins."""
    row = scale.head_row(scale.stationery.margins.top / 2)
    page = run(str(number), "faint")
    known = letter.inside_address[:1] or (letter.translation_notice,)
    parts = [part for part in (*known, letter.place_and_date) if part]
    canvas.put(row, scale.left, cut(run(" · ".join(parts), "faint"), scale.text - 6))
    canvas.put(row, scale.right - row_width(page), page)
    return row + 3


def _draw_edge(canvas: Canvas, bottom: int, title: str) -> None:
    """Draw the edge of the sheet, with the stationery's name in it."""
    width = canvas.width
    for row in range(1, bottom):
        canvas.put(row, 0, run("│", "faint"))
        canvas.put(row, width - 1, run("│", "faint"))
    canvas.put(0, 0, run("┌" + "─" * (width - 2) + "┐", "faint"))
    canvas.put(bottom, 0, run("└" + "─" * (width - 2) + "┘", "faint"))
    canvas.put(0, 2, cut(run(f" {title} ", "faint"), width - 4))


def _draw_marks(canvas: Canvas, scale: _Scale, *, text_top: int, bottom: int) -> None:
    """Draw the fold marks and the shorter punch mark at the left edge."""
    for mm in scale.stationery.fold_marks:
        canvas.put(_row_at(mm, scale, text_top, bottom), 0, run("├─", "faint"))
    if scale.stationery.punch_mark:
        canvas.put(_row_at(scale.stationery.punch_mark, scale, text_top, bottom), 0, run("├╴", "faint"))


def _row_at(mm: float, scale: _Scale, text_top: int, bottom: int) -> int:
    """Return the row of a mark; above the text and beside it the rows have different heights."""
    height = scale.stationery.sheet_height
    text_mm = min(text_top * scale.mm_per_head_row, height)
    if mm <= text_mm or text_mm == height:
        return scale.head_row(mm)
    return text_top + round((mm - text_mm) / (height - text_mm) * (bottom - text_top))


def _draw_frame(canvas: Canvas, top: int, left: int, bottom: int, width: int) -> None:
    across = "┄" * (width - 2)
    canvas.put(top, left, (StyledRun("┌" + across + "┐", "faint"),))
    canvas.put(bottom, left, (StyledRun("└" + across + "┘", "faint"),))
    for row in range(top + 1, bottom):
        canvas.put(row, left, (StyledRun("┊", "faint"),))
        canvas.put(row, left + width - 1, (StyledRun("┊", "faint"),))
