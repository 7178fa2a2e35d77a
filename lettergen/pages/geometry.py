"""Where the parts of a letter stand: the stylesheet of a stationery, made from its row.

The look lives in ``styles/letter.css``; here are positions and sizes only, in
millimetres from the sheet's top left corner.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lettergen.errors import Problem
from lettergen.letters.letter import Letter, plain
from lettergen.pages.fit import Setting
from lettergen.pages.fonts import advance_mm
from lettergen.reference.stationery import Rectangle, Stationery
from lettergen.reference.stationery import stationery as stationery_of

__all__ = [
    "AddressSetting",
    "address_problem",
    "address_setting",
    "address_top",
    "address_width",
    "instead",
    "measure_mm",
    "runs",
    "setting_of_lines",
    "sheet_css",
    "too_long",
]

_MM_PER_POINT = 25.4 / 72
# Lines of more than some eighty letters are hard to follow (Bringhurst: 45 to 75 are easy).
_MEASURE_MM = 156.0
_LETTERHEAD_TOP_MM = 15.0
_LETTERHEAD_NAME_MM = 6.8
_LETTERHEAD_LINE_MM = 4.7
_GAP_MM = 5.0
_NOTATION_LINE_MM = 4.2
_SLACK_MM = 0.01
_BELOW_RETURN_LINE_MM = 2.5
# Where no return line shows in the window, the return address stands this far above it.
_RETURN_ABOVE_MM = 12.0
_RETURN_LEADING = 1.15
_RETURN_SIZES_PT = (8.0, 7.6, 7.2, 6.8, 6.4, 6.0)
# Comfortable first; a point smaller and closer is as far as an address may go.
_ADDRESS_TYPES = tuple((size, leading) for size in (11.5, 11.0, 10.5) for leading in (1.25, 1.18, 1.1))
_ADDRESS_SIZES = ((11.5, 1.25), (11.5, 1.18), (11.5, 1.1), (11.0, 1.1), (10.5, 1.1))
_HANG_EM = 1.0
# From the middle of a line of EB Garamond up to its ascenders and down to its descenders.
_ASCENDER_EM, _DESCENDER_EM = 0.35, 0.645
# Sheets whose windows hold more lines than most, with the envelope that is sold for each.
_LARGER_WINDOWS = {"us-9": "#9 envelope", "din-5008-b": "DL envelope"}
_NARROWEST_LETTER_MM = 212.0
# How much wider the semibold runs than the upright face.
_SEMIBOLD = 1.05


@dataclass(frozen=True, slots=True)
class AddressSetting:
    """Type of the inside address, and from where on it may stand."""

    size_pt: float
    leading: float
    top_mm: float
    lines: int
    """How many lines it takes, those that run over included."""

    @property
    def height_mm(self) -> float:
        """Height of all lines."""
        return self.lines * self.size_pt * self.leading * _MM_PER_POINT

    @property
    def ink_height_mm(self) -> float:
        """Height down to the descenders of the last line, which reach below a line that is set close."""
        below = _DESCENDER_EM - self.leading / 2
        return self.height_mm + max(0.0, below) * self.size_pt * _MM_PER_POINT

    @property
    def ink_inset_mm(self) -> float:
        """From the top of the first line to its ascenders."""
        return (self.leading / 2 - _ASCENDER_EM) * self.size_pt * _MM_PER_POINT


def measure_mm(stationery: Stationery) -> float:
    """Return the width of the text."""
    return min(stationery.text_width, _MEASURE_MM)


def address_setting(letter: Letter, stationery: Stationery) -> AddressSetting:
    """Return the type of the letter's address; see `setting_of_lines`."""
    return setting_of_lines(letter.inside_address, stationery, has_notation=bool(letter.mailing_notation))


def setting_of_lines(lines: Sequence[str], stationery: Stationery, *, has_notation: bool) -> AddressSetting:
    """Return the roomiest type that keeps an address in sight, or the closest there is.

    In sight: within its zone, and within what the windows of all envelopes show wherever the sheet slides.
    A long address may reach up into the zone of the mailing notations where
    there are none, as DIN 5008 allows, before it is set closer; and a line is
    set smaller before it runs over into the next.
    """
    room = _Room.of(stationery)
    free = 0.0 if has_notation else max(0.0, stationery.notation_height - _BELOW_RETURN_LINE_MM)
    widest = max((advance_mm(line, 1.0) for line in lines), default=0.0)
    choices = [
        *(choice for choice in _ADDRESS_TYPES if choice[0] * widest <= room.least_width),
        *(choice for choice in _ADDRESS_TYPES if choice[0] * widest <= room.width),
        *_ADDRESS_SIZES,
    ]
    setting = AddressSetting(0, 0, 0, 0)
    for size, leading in choices:
        is_whole = size * widest <= room.width
        count = len(lines) if is_whole else sum(len(runs(line, size, room.width)) for line in lines)
        setting = AddressSetting(size, leading, room.zone.top, count)
        if room.highest(setting, free) <= room.lowest(setting) + _SLACK_MM:
            break
    return replace(setting, top_mm=max(room.zone.top - free, min(room.zone.top, room.lowest(setting))))


@dataclass(frozen=True, slots=True)
class _Room:
    """What there is for an address: its zone, and what of it the envelopes' windows always show."""

    zone: Rectangle
    width: float
    """As wide as the zone, or as the window that shows most."""
    least_width: float
    """As wide as the window that shows least."""
    shown: tuple[float, float] | None
    """From where down to where every window shows it."""

    @classmethod
    def of(cls, stationery: Stationery) -> "_Room":
        zone = stationery.recipient_zone
        safe = [one.zone for one in stationery.safe_zones]
        rights = [one.right for one in safe] or [zone.right]
        return cls(
            zone=zone,
            width=min(zone.right, max(rights)) - zone.left,
            least_width=min(zone.right, *rights) - zone.left,
            shown=(max(one.top for one in safe), min(one.bottom for one in safe)) if safe else None,
        )

    def lowest(self, setting: AddressSetting) -> float:
        """Return how far down an address may begin to end in its zone and above the edge of every window."""
        lowest = self.zone.bottom - setting.height_mm
        return min(lowest, self.shown[1] - setting.ink_height_mm) if self.shown else lowest

    def highest(self, setting: AddressSetting, free: float) -> float:
        """Return how far up an address may begin to be seen in every window."""
        highest = self.zone.top - free
        return max(highest, self.shown[0] - setting.ink_inset_mm) if self.shown else highest


def address_width(stationery: Stationery) -> float:
    """Return how wide an address line may be: as wide as its zone, or as the window that shows most."""
    return _Room.of(stationery).width


def address_top(setting: AddressSetting, stationery: Stationery) -> float:
    """Return where the first line begins: as low as the window asks, if there is room."""
    top, zone = setting.top_mm, stationery.recipient_zone
    lowest = _Room.of(stationery).lowest(setting)
    if not stationery.notation_height:
        wanted = max([top + _BELOW_RETURN_LINE_MM, *(safe.zone.top for safe in stationery.safe_zones)])
        top = max(top, min(wanted, lowest))
    return max(top, zone.bottom - setting.height_mm) if stationery.address_anchor == "bottom" else top


def address_problem(letter: Letter, stationery: Stationery) -> Problem | None:
    """Return what is wrong where the address does not fit its field even in the closest type."""
    return too_long(
        letter.inside_address,
        stationery,
        has_notation=bool(letter.mailing_notation),
        of=f"recipient `{letter.recipient_id}`",
    )


def too_long(
    lines: Sequence[str], stationery: Stationery, *, has_notation: bool = False, of: str
) -> Problem | None:
    """Return what is wrong with an address that does not fit its field even in the closest type."""
    setting = setting_of_lines(lines, stationery, has_notation=has_notation)
    room = stationery.recipient_zone.bottom - setting.top_mm
    if setting.height_mm <= room + _SLACK_MM:
        return None
    holds = int((room + _SLACK_MM) / (setting.height_mm / setting.lines))
    return Problem(
        "address-too-long",
        f"the address of {of} takes {setting.lines} lines; "
        f"the address field of {stationery.title} holds {holds}.",
        f"join lines (organisation and department), or choose {instead(stationery, lines)}.",
    )


def instead(stationery: Stationery, lines: Sequence[str]) -> str:
    """Return in words where else an address can go: into a larger window, or on the envelope."""
    fitting = [
        f"`--stationery {key}` ({sold})"
        for key, sold in _LARGER_WINDOWS.items()
        if (other := stationery_of(key)).sheet == stationery.sheet
        and key != stationery.key
        and too_long(lines, other, of="") is None
    ]
    without = "plain" if stationery.sheet_width < _NARROWEST_LETTER_MM else "plain-letter"
    return " or ".join([*fitting, f"`--stationery {without}` with the address on the envelope or a label"])


def runs(line: str, size_pt: float, width: float) -> list[float]:
    """Return how far each line reaches into which an address line is broken, those that run over included."""
    whole = advance_mm(line, size_pt)
    if whole <= width:
        return [whole]
    found, used = [], 0.0
    space = advance_mm(" ", size_pt)
    for word in line.split(" "):
        needed = advance_mm(word, size_pt)
        if used and used + space + needed > width:
            found.append(used)
            used = _HANG_EM * size_pt * _MM_PER_POINT + needed
        else:
            used += (space if used else 0.0) + needed
        # A word wider than the line is broken (overflow-wrap in letter.css).
        found += [width] * int(used // width)
        used %= width
    return [*found, used]


def sheet_css(letter: Letter, stationery: Stationery, setting: Setting) -> str:
    """Return the stylesheet that puts ``letter`` in place on ``stationery``."""
    rules = [
        _page(letter, stationery, setting),
        f":root {{ font-size: {setting.size_pt:g}pt; line-height: {setting.leading:g}; }}",
        f".body, .message {{ --paragraph: {setting.paragraph_mm:g}mm; }}",
        f".subject {{ max-width: {_subject_mm(letter, stationery, setting):g}mm; }}",
    ]
    if letter.inside_address:
        rules += _head(letter, stationery)
    return "\n".join(rules) + "\n"


def _subject_mm(letter: Letter, stationery: Stationery, setting: Setting) -> float:
    """Return the width that makes the lines of a long subject about equally long."""
    measure = measure_mm(stationery)
    run = advance_mm(plain(letter.subject), setting.size_pt) * _SEMIBOLD
    lines = math.ceil(run / (0.94 * measure))
    return measure if lines < 2 else round(min(measure, run / lines * 1.06 + 5.0))


def _page(letter: Letter, stationery: Stationery, setting: Setting) -> str:
    margins = stationery.margins
    right = stationery.sheet_width - margins.left - measure_mm(stationery)
    first = _text_top(letter, stationery) if letter.inside_address else _LETTERHEAD_TOP_MM
    return (
        f"@page {{ size: {stationery.sheet_width:g}mm {stationery.sheet_height:g}mm;"
        f" margin: {margins.top + 14:g}mm {right:g}mm {setting.bottom_mm:g}mm {margins.left:g}mm; }}\n"
        f"@page :first {{ margin-top: {first:g}mm; }}\n"
        f"@media screen {{ body {{ position: relative; width: {measure_mm(stationery):g}mm;"
        f" margin: {first:g}mm auto {setting.bottom_mm:g}mm; }} }}"
    )


def _text_top(letter: Letter, stationery: Stationery) -> float:
    """Return where the text begins: at the reference line, or below notations that stand there."""
    if stationery.notation_height:
        return stationery.reference_line
    # The last notation stands on the line of the date, unless references stand there.
    above = len(letter.mailing_notation) - (0 if letter.references else 1)
    return stationery.reference_line + max(0, above) * _NOTATION_LINE_MM


def _head(letter: Letter, stationery: Stationery) -> list[str]:
    """Place what stands above the text; offsets count from where the text of page 1 begins."""
    zone, field = stationery.recipient_zone, stationery.address_field
    setting = address_setting(letter, stationery)
    below = address_top(setting, stationery)
    origin = (stationery.margins.left, _text_top(letter, stationery))
    rules = [_letterhead(letter, stationery, origin)]
    returned = field.top if stationery.return_line_height else field.top - _RETURN_ABOVE_MM
    height = stationery.return_line_height or _GAP_MM
    width = field.width - stationery.text_indent
    size = _return_size(letter, width)
    lines = min(2, len(runs(letter.return_address, size, width)))
    # Down on the rule that closes its line, at the foot of which the window's text begins.
    above = max(0.0, height - 0.8 - lines * size * _RETURN_LEADING * _MM_PER_POINT)
    rules.append(
        f"{_box('.return-address', origin, zone.left, returned, width)} .return-address"
        f" {{ padding-top: {above:.3g}mm; font-size: {size:g}pt; line-height: {_RETURN_LEADING:g}; }}"
    )
    if stationery.notation_height:
        top = zone.top - stationery.notation_height + 1.2
        rules.append(_box(".mailing-notation", origin, zone.left, top, zone.width))
    else:
        left, top = stationery.margins.left, stationery.reference_line
        rules.append(_box(".mailing-notation", origin, left, top, measure_mm(stationery)))
    rules.append(_box(".inside-address", origin, zone.left, below, address_width(stationery)))
    rules.append(f".inside-address {{ font-size: {setting.size_pt:g}pt; line-height: {setting.leading:g}; }}")
    rules += _marks(stationery, origin)
    return rules


def _letterhead(letter: Letter, stationery: Stationery, origin: tuple[float, float]) -> str:
    """Place the letterhead over the whole width; what would run into the field stands beside it."""
    field = stationery.address_field
    lines = len(letter.letterhead.lines) if letter.letterhead else 0
    left, right = stationery.margins.left, stationery.margins.left + measure_mm(stationery)
    is_field_right = field.left > stationery.sheet_width / 2 - _GAP_MM * 2
    beside = right - field.left + _GAP_MM if is_field_right else field.right + _GAP_MM - left
    room = (field.top if stationery.return_line_height else field.top - _RETURN_ABOVE_MM) - _LETTERHEAD_TOP_MM
    side, align = ("right", "left") if is_field_right else ("left", "right")
    rules = [f".letterhead {{ text-align: {align}; }}"]
    if room < _LETTERHEAD_NAME_MM:
        rules.append(f".letterhead {{ padding-{side}: {beside:g}mm; box-sizing: border-box; }}")
    elif room < _LETTERHEAD_NAME_MM + lines * _LETTERHEAD_LINE_MM + 1.0:
        rules.append(f".letterhead-lines {{ padding-{side}: {beside:g}mm; }}")
    return " ".join([_box(".letterhead", origin, left, _LETTERHEAD_TOP_MM, right - left), *rules])


def _return_size(letter: Letter, width: float) -> float:
    sizes = (size for size in _RETURN_SIZES_PT if advance_mm(letter.return_address, size) <= width)
    return next(sizes, _RETURN_SIZES_PT[-1])


def _marks(stationery: Stationery, origin: tuple[float, float]) -> list[str]:
    rules = []
    for number, top in enumerate(stationery.fold_marks, start=1):
        rules.append(_box(f".fold-mark-{number}", origin, stationery.fold_mark_left, top, 5.0))
    if stationery.punch_mark is not None:
        rules.append(_box(".punch-mark", origin, stationery.fold_mark_left, stationery.punch_mark, 7.0))
    return rules


def _box(selector: str, origin: tuple[float, float], left: float, top: float, width: float) -> str:
    x, y = round(left - origin[0], 3), round(top - origin[1], 3)
    return f"{selector} {{ position: absolute; left: {x:g}mm; top: {y:g}mm; width: {round(width, 3):g}mm; }}"
