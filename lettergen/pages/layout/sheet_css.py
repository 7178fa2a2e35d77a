"""The style sheet of a stationery: where the parts of a letter stand.

The look is in ``styles/letter.css``; this module has only positions and sizes, in
millimetres from the sheet's top left corner.
"""

import math
from dataclasses import dataclass

from lettergen.letters.letter import Letter, Letterhead, plain
from lettergen.pages.layout.address_breaks import HANG_EM
from lettergen.pages.layout.address_fit import address_setting
from lettergen.pages.layout.text_setting import Setting
from lettergen.pages.typefaces.fonts import advance_mm
from lettergen.reference import MM_PER_POINT
from lettergen.reference import language as words
from lettergen.reference.stationery import FOLD_MARK_MM, PUNCH_MARK_MM, Rectangle, Stationery

__all__ = ["later_top_mm", "letterhead_edges", "measure_mm", "return_line", "runs", "sheet_css"]

# Lines of more than some eighty letters are hard to follow (Bringhurst: 45 to 75 are easy).
_MEASURE_MM = 156.0
_LATER_HEAD_MM, _LATER_TOP_MM = 5.5, 25.5
_LETTERHEAD_TOP_MM, _LETTERHEAD_LEAST_TOP_MM = 15.0, 10.0
_LETTERHEAD_NAME_MM = 6.8
_LETTERHEAD_LINE_MM = 4.7
_LOGO_GAP_MM = 2.0
"""Between a logo and the name; letter.css has the same."""
_ALIGNED = {"left": "left", "right": "right", "centred": "center"}
_NAME_PT, _HEAD_PT, _NAME_LINE_MM = 13.0, 9.5, 6.0
"""Sizes of the letterhead's name and lines, and the leading of the name, as in letter.css."""
_BELOW_LETTERHEAD_MM = 3.0
_GAP_MM = 5.0
# Where the form says how far the opening stands below the subject (DIN 5008).
_SUBJECT_LINE_MM = 5.2
# Two blank lines of 12 points (DIN 5008). The ascenders of the subject stand half a millimetre lower, or a
# C6/5 envelope in which the sheet slides could show them.
_BELOW_BLOCK_MM, _LOWER_MM, _ASCENDER_EM = 8.4667, 0.57, 0.35
_BLOCK_LINE_MM = 4.2333
_NOTATION_LINE_MM = 4.2
_RETURN_LEADING = 1.15
_RETURN_SIZES_PT = (8.0, 7.6, 7.2, 6.8, 6.4, 6.0)
# Between an address that leaves its field and the text.
_BELOW_ADDRESS_MM = 8.0
# How much wider the semibold runs than the upright face.
_SEMIBOLD = 1.05


def measure_mm(stationery: Stationery) -> float:
    """Return the width of the text."""
    return min(stationery.text_width, _MEASURE_MM)


def later_top_mm(stationery: Stationery) -> float:
    """Return where the text of a page after the first begins, below the addressee and the date."""
    return max(_LATER_TOP_MM, stationery.margins.top + _LATER_HEAD_MM)


def runs(line: str, size_pt: float, width: float) -> list[float]:
    """Return how far each part of a line reaches that the browser breaks by itself."""
    whole = advance_mm(line, size_pt)
    if whole <= width:
        return [whole]
    found, used = [], 0.0
    space = advance_mm(" ", size_pt)
    for word in line.split(" "):
        needed = advance_mm(word, size_pt)
        if used and used + space + needed > width:
            found.append(used)
            used = HANG_EM * size_pt * MM_PER_POINT + needed
        else:
            used += (space if used else 0.0) + needed
        # A word wider than the line is broken (overflow-wrap in letter.css).
        found += [width] * int(used // width)
        used %= width
    return [*found, used]


# The heads of later pages in a letter that is read from right to left; a fax has heads of its own.
_TURNED_HEADS = """\
@page {
  @top-left { content: string(date); white-space: nowrap; }
  @top-right { content: string(head); white-space: normal; }
  @bottom-right { direction: ltr; }
}"""


def sheet_css(letter: Letter, stationery: Stationery, setting: Setting) -> str:
    """Return the stylesheet that puts ``letter`` in place on ``stationery``."""
    rules = [
        _page(letter, stationery, setting),
        f":root {{ font-size: {setting.size_pt:g}pt; line-height: {setting.leading:g}; }}",
        f".body, .message {{ --paragraph: {setting.paragraph_mm:g}mm; }}",
        f".subject {{ max-width: {_subject_mm(letter, stationery, setting):g}mm; }}",
    ]
    if words.direction(letter.language) == "rtl":
        rules.append(_TURNED_HEADS)
    if stationery.subject_to_opening:
        # Lines of one height in every setting, so that their base lines are as far apart.
        above = stationery.subject_to_opening - _SUBJECT_LINE_MM
        inset = _SUBJECT_LINE_MM / 2 - _ASCENDER_EM * setting.size_pt * MM_PER_POINT
        rules += [
            f".subject, .subject + .opening {{ line-height: {_SUBJECT_LINE_MM:g}mm; }}",
            f".subject + .opening {{ margin-top: {above:g}mm; }}",
            f".reference-line + .subject {{ margin-top: {_BELOW_BLOCK_MM + _LOWER_MM - inset:.4g}mm; }}",
        ]
    if letter.inside_address:
        rules += _head(letter, stationery)
        if stationery.information_block:
            rules += _information_block(letter, stationery, stationery.information_block)
    elif letter.letterhead and letter.letterhead.align:
        rules.append(f".letterhead {{ text-align: {_ALIGNED[letter.letterhead.align]}; }}")
    return "\n".join(rules) + "\n"


def _subject_mm(letter: Letter, stationery: Stationery, setting: Setting) -> float:
    """Return the width that makes the lines of a long subject about equally long."""
    measure = measure_mm(stationery)
    run = advance_mm(plain(letter.subject), setting.size_pt) * _SEMIBOLD
    lines = math.ceil(run / (0.94 * measure))
    return measure if lines < 2 else round(min(measure, run / lines * 1.06 + 5.0))


def _page(letter: Letter, stationery: Stationery, setting: Setting) -> str:
    margins, above = stationery.margins, later_top_mm(stationery)
    right = stationery.sheet_width - margins.left - measure_mm(stationery)
    first = _text_top(letter, stationery) if letter.inside_address else _LETTERHEAD_TOP_MM
    return (
        f"@page {{ size: {stationery.sheet_width:g}mm {stationery.sheet_height:g}mm;"
        f" margin: {above:g}mm {right:g}mm {setting.bottom_mm:g}mm {margins.left:g}mm; }}\n"
        f"@page :first {{ margin-top: {first:g}mm; }}\n"
        f"@media screen {{ body {{ position: relative; width: {measure_mm(stationery):g}mm;"
        f" margin: {first:g}mm auto {setting.bottom_mm:g}mm; }} }}"
    )


def _information_block(letter: Letter, stationery: Stationery, block: Rectangle) -> list[str]:
    """Put references and date into the block beside the address, as high as the field or as they need.

    It stands in the flow, so that what it takes moves the subject down.
    """
    left = block.left - stationery.margins.left
    height = _reference_line(letter, stationery) - _BELOW_BLOCK_MM - _text_top(letter, stationery)
    over = measure_mm(stationery) - stationery.text_width
    return [
        f"main > .reference-line {{ display: block; margin-left: {left:g}mm; margin-right: {over:g}mm;"
        f" min-height: {max(0.0, height):.4g}mm; line-height: {_BLOCK_LINE_MM:g}mm; font-size: 11pt; }}",
        "main > .reference-line .place-and-date { margin-left: 0; text-align: inherit; }",
        f"main > .reference-line table {{ line-height: {_BLOCK_LINE_MM:g}mm; }}",
        f"main > .reference-line table + .place-and-date {{ margin-top: {_BLOCK_LINE_MM:g}mm; }}",
        f"main > .reference-line + * {{ margin-top: {_BELOW_BLOCK_MM:g}mm; }}",
    ]


def _text_top(letter: Letter, stationery: Stationery) -> float:
    """Return where the text begins: with the information block, at the reference line, or below notations."""
    if block := stationery.information_block:
        return max(block.top, _letterhead_bottom(letter, stationery) + _BELOW_LETTERHEAD_MM)
    line = _reference_line(letter, stationery)
    if stationery.notation_height:
        return line
    # The last notation stands on the line of the date, unless references stand there.
    above = len(letter.mailing_notation) - (0 if letter.references else 1)
    return line + max(0, above) * _NOTATION_LINE_MM


def _reference_line(letter: Letter, stationery: Stationery) -> float:
    """Return where the reference line stands: as in the form, or below what runs down to it."""
    setting = address_setting(letter, stationery)
    line = stationery.reference_line
    if not setting.in_sight:
        line = max(line, setting.bottom_mm + _BELOW_ADDRESS_MM)
    bottom = _letterhead_bottom(letter, stationery)
    if stationery.information_block:
        return line
    return line if bottom <= line else bottom + _BELOW_LETTERHEAD_MM


def _letterhead_bottom(letter: Letter, stationery: Stationery) -> float:
    """Return where the letterhead ends on the sheet; lines that run over count as well."""
    head = letter.letterhead
    if head is None:
        return 0.0
    measure = measure_mm(stationery)
    place = _letterhead_place(letter, stationery)
    if place.is_in_block:
        measure = stationery.text_width
    name_width = measure - (place.beside if place.is_name_beside else 0.0)
    width = measure - (place.beside if place.are_lines_beside else 0.0)
    return place.top + place.above + _letterhead_height(head, name_width, width)


def _letterhead_height(head: Letterhead, name_width: float, width: float) -> float:
    names = len(runs(head.name, _NAME_PT * _SEMIBOLD, name_width))
    lines = sum(len(runs(one, _HEAD_PT, width)) for one in head.lines)
    return _LETTERHEAD_NAME_MM + (names - 1) * _NAME_LINE_MM + lines * _LETTERHEAD_LINE_MM


def letterhead_edges(letter: Letter, stationery: Stationery) -> tuple[float, float]:
    """Return where the letterhead begins and ends on the sheet."""
    return _letterhead_place(letter, stationery).top, _letterhead_bottom(letter, stationery)


@dataclass(frozen=True, slots=True)
class _LetterheadPlace:
    """How the letterhead gives way to the address field."""

    beside: float
    """Width of the field with its gap."""
    above: float
    """Height of the logo with its gap."""
    is_name_beside: bool
    are_lines_beside: bool
    is_field_right: bool
    top: float = _LETTERHEAD_TOP_MM
    is_in_block: bool = False
    """Whether it is part of the information block, and begins at its left edge."""


def _letterhead_place(letter: Letter, stationery: Stationery) -> _LetterheadPlace:
    field = stationery.address_field
    head = letter.letterhead
    lines = len(head.lines) if head else 0
    above = head.logo.height_mm + _LOGO_GAP_MM if head and head.logo else 0.0
    left, right = stationery.margins.left, stationery.margins.left + measure_mm(stationery)
    is_field_right = field.left > stationery.sheet_width / 2 - _GAP_MM * 2
    beside = right - field.left + _GAP_MM if is_field_right else field.right + _GAP_MM - left
    room = (
        field.top if stationery.return_line_height else field.top - stationery.return_above
    ) - _LETTERHEAD_TOP_MM
    is_name_beside = room < above + _LETTERHEAD_NAME_MM
    are_beside = is_name_beside or room < above + _LETTERHEAD_NAME_MM + lines * _LETTERHEAD_LINE_MM + 1.0
    if head and head.align and are_beside:
        # Name and lines on one axis, which the field leaves no room for over the whole width.
        is_name_beside = True
    if head and not head.align and not is_field_right and stationery.information_block:
        top = _top_in_block(head, stationery, stationery.information_block, above)
        beside = stationery.information_block.left - left
        return _LetterheadPlace(beside, above, True, True, False, top, is_in_block=True)
    return _LetterheadPlace(beside, above, is_name_beside, are_beside, is_field_right)


def _top_in_block(head: Letterhead, stationery: Stationery, block: Rectangle, above: float) -> float:
    """Return where a letterhead begins at the left edge of the information block.

    Of a head that is too low for it, only the name stands in it, and its lines begin the block. Otherwise it
    ends above the block, as far as it can.
    """
    room = stationery.address_field.top - _LETTERHEAD_TOP_MM
    if room < _LETTERHEAD_NAME_MM + 2 * _LETTERHEAD_LINE_MM:
        ahead = above + _LETTERHEAD_NAME_MM + (_LETTERHEAD_LINE_MM - _HEAD_PT * MM_PER_POINT) / 2
        return max(_LETTERHEAD_TOP_MM, block.top - ahead)
    width = stationery.text_width + stationery.margins.left - block.left
    end = stationery.address_field.top - above - _letterhead_height(head, width, width)
    return max(_LETTERHEAD_LEAST_TOP_MM, min(_LETTERHEAD_TOP_MM, end))


def _head(letter: Letter, stationery: Stationery) -> list[str]:
    """Place what stands above the text; offsets count from where the text of page 1 begins."""
    zone, field = stationery.recipient_zone, stationery.address_field
    setting = address_setting(letter, stationery)
    origin = (stationery.margins.left, _text_top(letter, stationery))
    rules = [_letterhead(letter, stationery, origin)]
    returned = field.top if stationery.return_line_height else field.top - stationery.return_above
    height = stationery.return_line_height or _GAP_MM
    width = field.width - stationery.text_indent
    size, lines = return_line(letter, stationery)
    # Down on the rule that closes its line, at the foot of which the window's text begins.
    above = max(0.0, height - 0.8 - lines * size * _RETURN_LEADING * MM_PER_POINT)
    rules.append(
        f"{_box('.return-address', origin, zone.left, returned, width)} .return-address"
        f" {{ padding-top: {above:.3g}mm; font-size: {size:g}pt; line-height: {_RETURN_LEADING:g}; }}"
    )
    if stationery.notation_height:
        top = zone.top - stationery.notation_height + 1.2
        rules.append(_box(".mailing-notation", origin, zone.left, top, zone.width))
    else:
        left, top = stationery.margins.left, _reference_line(letter, stationery)
        rules.append(_box(".mailing-notation", origin, left, top, measure_mm(stationery)))
    rules.append(_box(".inside-address", origin, zone.left, setting.top_mm, setting.width_mm))
    # Its lines are parted by now; a thousandth of a millimetre too much must not part one anew.
    rules.append(
        f".inside-address {{ font-size: {setting.size_pt:g}pt; line-height: {setting.leading:g};"
        " white-space: nowrap; }"
    )
    rules += _marks(stationery, origin)
    return rules


def _letterhead(letter: Letter, stationery: Stationery, origin: tuple[float, float]) -> str:
    """Place the letterhead over the whole width; what would run into the field stands beside it."""
    head, place = letter.letterhead, _letterhead_place(letter, stationery)
    left = stationery.margins.left
    width = stationery.text_width if place.is_in_block else measure_mm(stationery)
    side, align = ("right", "left") if place.is_field_right else ("left", "right")
    align = "left" if place.is_in_block else _ALIGNED.get(head.align if head else "", align)
    rules = [f".letterhead {{ text-align: {align}; }}"]
    if place.is_name_beside:
        rules.append(f".letterhead {{ padding-{side}: {place.beside:g}mm; box-sizing: border-box; }}")
    elif place.are_lines_beside:
        rules.append(f".letterhead-lines {{ padding-{side}: {place.beside:g}mm; }}")
    return " ".join([_box(".letterhead", origin, left, place.top, width), *rules])


def return_line(letter: Letter, stationery: Stationery) -> tuple[float, int]:
    """Return the size of the return address, in points, and how many lines it takes."""
    width = stationery.address_field.width - stationery.text_indent
    sizes = (size for size in _RETURN_SIZES_PT if advance_mm(letter.return_address, size) <= width)
    size = next(sizes, _RETURN_SIZES_PT[-1])
    return size, min(2, len(runs(letter.return_address, size, width)))


def _marks(stationery: Stationery, origin: tuple[float, float]) -> list[str]:
    rules = []
    for number, top in enumerate(stationery.fold_marks, start=1):
        rules.append(_box(f".fold-mark-{number}", origin, stationery.fold_mark_left, top, FOLD_MARK_MM))
    if stationery.punch_mark is not None:
        rules.append(
            _box(".punch-mark", origin, stationery.fold_mark_left, stationery.punch_mark, PUNCH_MARK_MM)
        )
    return rules


def _box(selector: str, origin: tuple[float, float], left: float, top: float, width: float) -> str:
    x, y = round(left - origin[0], 3), round(top - origin[1], 3)
    return f"{selector} {{ position: absolute; left: {x:g}mm; top: {y:g}mm; width: {round(width, 3):g}mm; }}"
