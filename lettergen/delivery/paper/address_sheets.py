"""Envelopes and labels as PDF, with nothing where the post stamps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lettergen.errors import Problem, RenderError
from lettergen.letters.outside import Outside
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.layout.sheet_css import runs
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference import MM_PER_POINT
from lettergen.reference import language as words
from lettergen.reference.envelopes import Envelope
from lettergen.reference.labels import LabelSheet
from lettergen.reference.stationery import Rectangle

__all__ = ["AddressSheets", "positions"]

_LEADINGS = (1.3, 1.2, 1.12)
# Sizes to try, first those in which no line runs over. Below 8.5 pt a line is broken sooner than set smaller.
_ENVELOPE_SIZES = ((15.0, 14.0, 13.0, 12.0, 11.0), (12.0, 11.0, 10.0, 9.0))
_LABEL_SIZES = ((10.5, 10.0, 9.5, 9.0, 8.5), (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0))
_RETURN_SIZES = ((10.0, 9.0, 8.0), (9.0, 8.0, 7.0))
_LABEL_PADDING_MM = 3.0
_STYLE = """
:root { font-family: "EB Garamond", serif; font-variant-numeric: lining-nums; hyphens: manual; }
body, p { margin: 0; }
.outside { position: relative; overflow: hidden; break-after: page; }
.outside:last-child { break-after: auto; }
p { position: absolute; text-align: left; overflow-wrap: break-word; }
.line { display: block; padding-left: 1em; text-indent: -1em; }
.notation { font-size: 11pt; line-height: 1.3; letter-spacing: 0.05em; white-space: nowrap; }
:lang(ko) { letter-spacing: normal; }
.ruler { color: #000; font-size: 6pt; line-height: 1; white-space: nowrap; }
.tick, .outline { position: absolute; }
.tick { background: #000; }
.outline { border: 0.1mm solid #000; box-sizing: border-box; }
"""


@dataclass(frozen=True, slots=True)
class _Type:
    size_pt: float
    leading: float
    height_mm: float


@dataclass(slots=True)
class AddressSheets:
    """Sets envelopes and labels; keep one for a process."""

    font_folders: Sequence[Path] = ()
    _engine: WeasyPrintEngine = field(init=False)

    def __post_init__(self) -> None:
        """Start WeasyPrint.

        Raises:
            RenderError: A library that it needs is not installed.
        """
        self._engine = WeasyPrintEngine(tuple(self.font_folders))

    def envelopes(self, address_sheets: Sequence[Outside], envelope: Envelope, *, title: str) -> bytes:
        """Return a PDF with one envelope per page, in the given order.

        Raises:
            RenderError: An address does not fit, or a character is missing; all such problems are reported.
        """
        self._check(address_sheets, envelope.address, _ENVELOPE_SIZES, envelope.title)
        pages = "".join(_envelope(one, envelope) for one in address_sheets)
        return self._written(pages, (envelope.width, envelope.height), title, _language(address_sheets))

    def labels(
        self, address_sheets: Sequence[Outside], sheet: LabelSheet, *, start: int = 1, title: str
    ) -> bytes:
        """Return a PDF of label sheets; on the first one, labels before ``start`` stay empty.

        Raises:
            RenderError: An address does not fit, a character is missing, or ``start`` is beyond the sheet.
        """
        places = positions(len(address_sheets), sheet, start)
        self._check(address_sheets, _inside(sheet.place(1)), _LABEL_SIZES, sheet.title)
        pages: dict[int, list[tuple[Outside, Rectangle]]] = {}
        for one, (page, place) in zip(address_sheets, places, strict=True):
            pages.setdefault(page, []).append((one, _inside(place)))
        size = (sheet.sheet_width, sheet.sheet_height)
        markup = "".join(_page(size, "".join(_labels(placed))) for placed in pages.values())
        return self._written(markup, size, title, _language(address_sheets))

    def calibration(self, sheet: LabelSheet) -> bytes:
        """Return a sheet with the outline of every label, its number, and rulers in millimetres."""
        size = (sheet.sheet_width, sheet.sheet_height)
        inner = "".join(
            [
                *(_outline(number, sheet.place(number)) for number in range(1, sheet.count + 1)),
                *_rulers(sheet.sheet_width, sheet.sheet_height),
            ]
        )
        return self._written(_page(size, inner), size, f"Calibration sheet {sheet.title}", "en")

    def _check(
        self, address_sheets: Sequence[Outside], room: Rectangle, sizes: Sequence[Sequence[float]], title: str
    ) -> None:
        problems = []
        for one in address_sheets:
            name = f"to `{one.recipient_id}`"
            texts = (*one.address, *one.return_address, one.notation)
            if missing := fonts.missing_characters(texts, tuple(self.font_folders)):
                problems.append(fonts.missing_problem(name, missing))
            if _type(one.address, room, sizes) is None:
                problems.append(
                    Problem(
                        "outside-too-small",
                        f"the address of recipient `{one.recipient_id}` ({len(one.address)} lines) does not "
                        f"fit {title}.",
                        "choose a larger envelope or label, or join lines of the address.",
                    )
                )
        if problems:
            raise RenderError(problems)

    def _written(self, pages: str, size: tuple[float, float], title: str, language: str) -> bytes:
        page = f"@page {{ size: {size[0]:g}mm {size[1]:g}mm; margin: 0; }}\n"
        sheets = self._engine.lay_out(document(language, title, pages), [_STYLE, page], {}, title)
        return self._engine.write(sheets, title)


def positions(count: int, sheet: LabelSheet, start: int = 1) -> tuple[tuple[int, Rectangle], ...]:
    """Return page, counting from 1, and place of each of ``count`` labels.

    Raises:
        RenderError: The sheet has no label ``start``.
    """
    if not 1 <= start <= sheet.count:
        raise RenderError(
            [
                Problem(
                    "start-beyond-sheet",
                    f"there is no label {start}: {sheet.title} has {sheet.count} labels.",
                    f"set `--start` to a number from 1 to {sheet.count}.",
                )
            ]
        )
    numbers = (divmod(start - 1 + index, sheet.count) for index in range(count))
    return tuple((page + 1, sheet.place(number + 1)) for page, number in numbers)


def _envelope(one: Outside, envelope: Envelope) -> str:
    blocks = []
    back = envelope.return_address
    below = back.top
    if one.return_address:
        small = _type(one.return_address, back, _RETURN_SIZES) or _closest(one.return_address, back)
        blocks.append(_block("return", one.return_address, one.language, back, back.top, small))
        below += small.height_mm
    room = envelope.address
    type_ = _type(one.address, room, _ENVELOPE_SIZES)
    if one.notation:
        # Left of the address, where the clerk looks for it, and below what comes back.
        top = max(below + 4.0, room.top)
        style = f"left: {back.left:g}mm; top: {top:.3g}mm"
        notation = spoken_text(one.notation, one.language)
        blocks.append(f'<p class="notation" style="{style}">{notation}</p>\n')
    if type_:
        blocks.append(_block("address", one.address, one.language, room, room.top, type_))
    return _page((envelope.width, envelope.height), "".join(blocks))


def _labels(placed: Sequence[tuple[Outside, Rectangle]]) -> Iterator[str]:
    """Yield the labels of a sheet, all in the type of the one that needs the smallest."""
    found = [_type(one.address, room, _LABEL_SIZES) for one, room in placed]
    types = [type_ for type_ in found if type_]
    size_pt = min(type_.size_pt for type_ in types)
    for leading in _LEADINGS:
        set_ = [_set_in(one.address, room, size_pt, leading) for one, room in placed]
        if all(type_.height_mm <= room.height for type_, (_, room) in zip(set_, placed, strict=True)):
            break
    for type_, (one, room) in zip(set_, placed, strict=True):
        # In the middle of its label from top to bottom, as printers feed unevenly.
        top = room.top + (room.height - type_.height_mm) / 2
        yield _block("address", one.address, one.language, room, top, type_)


def _page(size: tuple[float, float], inner: str) -> str:
    return f'<div class="outside" style="width: {size[0]:g}mm; height: {size[1]:g}mm">\n{inner}</div>\n'


def _block(name: str, lines: Sequence[str], language: str, room: Rectangle, top: float, type_: _Type) -> str:
    style = (
        f"left: {room.left:.4g}mm; top: {top:.5g}mm; width: {room.width:.5g}mm; "
        f"font-size: {type_.size_pt:g}pt; line-height: {type_.leading:g}"
    )
    own = words.direction(language)
    directed = ((line, words.direction_of(line, own)) for line in lines)
    inner = "\n".join(
        f'<span class="line" dir="{read}">{spoken_text(line, language, base=read)}</span>'
        if read == "rtl"
        else f'<span class="line">{spoken_text(line, language)}</span>'
        for line, read in directed
    )
    return f'<p class="{name}" style="{style}">{inner}</p>\n'


def _type(lines: Sequence[str], room: Rectangle, sizes: Sequence[Sequence[float]]) -> _Type | None:
    """Return the largest type in which an address fits, whole lines before lines that run over."""
    for may_run_over, tried in zip((False, True), sizes, strict=True):
        for size in tried:
            count = sum(len(runs(line, size, room.width)) for line in lines)
            if count > len(lines) and not may_run_over:
                continue
            for leading in _LEADINGS:
                height = count * size * leading * MM_PER_POINT
                if height <= room.height:
                    return _Type(size, leading, height)
    return None


def _closest(lines: Sequence[str], room: Rectangle) -> _Type:
    return _set_in(lines, room, _RETURN_SIZES[-1][-1], _LEADINGS[-1])


def _set_in(lines: Sequence[str], room: Rectangle, size_pt: float, leading: float) -> _Type:
    count = sum(len(runs(line, size_pt, room.width)) for line in lines)
    return _Type(size_pt, leading, count * size_pt * leading * MM_PER_POINT)


def _inside(place: Rectangle) -> Rectangle:
    """Return the part of a label that is printed on: printers feed up to 3 mm off, and corners are round."""
    pad = min(_LABEL_PADDING_MM, place.height / 10)
    return Rectangle(
        left=place.left + _LABEL_PADDING_MM + 1.0,
        top=place.top + pad,
        width=place.width - 2 * _LABEL_PADDING_MM - 1.0,
        height=place.height - 2 * pad,
    )


def _outline(number: int, place: Rectangle) -> str:
    box = f"left: {place.left:.5g}mm; top: {place.top:.5g}mm"
    size = f"width: {place.width:.5g}mm; height: {place.height:.5g}mm"
    at = f"left: {place.left + 4:.5g}mm; top: {place.top + 3:.5g}mm"
    return (
        f'<div class="outline" style="{box}; {size}"></div>\n<p style="{at}; font-size: 9pt">{number}</p>\n'
    )


def _rulers(width: float, height: float) -> Iterator[str]:
    """Yield ticks a millimetre apart through the middle of the sheet, longer at 5 and 10, with numbers."""
    middle, centre = height / 2, width / 2
    for mm in range(1, int(width)):
        yield _bar(mm, middle, 0.1, _tick(mm))
        if mm % 10 == 0:
            yield f'<p class="ruler" style="left: {mm + 0.4:g}mm; top: {middle + 3.2:g}mm">{mm}</p>\n'
    for mm in range(1, int(height)):
        yield _bar(centre, mm, _tick(mm), 0.1)
        if mm % 10 == 0:
            yield f'<p class="ruler" style="left: {centre + 4.4:g}mm; top: {mm - 1.1:g}mm">{mm}</p>\n'


def _bar(left: float, top: float, width: float, height: float) -> str:
    style = f"left: {left:g}mm; top: {top:g}mm; width: {width:g}mm; height: {height:g}mm"
    return f'<div class="tick" style="{style}"></div>\n'


def _tick(mm: int) -> float:
    return 4.0 if mm % 10 == 0 else 3.0 if mm % 5 == 0 else 1.8


def _language(address_sheets: Sequence[Outside]) -> str:
    return address_sheets[0].language if address_sheets else "en"
