"""The inside address on its sheet: size, leading, breaks, and which windows show it.

A long address is tightened step by step until it is in sight: set whole in the
comfortable type or up to a point smaller, then with its long lines broken in
the middle, then closer, then a point smaller; first for the windows of all
envelopes that the sheet suits, then for one of them. An address that no window can show is
set in full: it runs down as far as it needs, the text begins below
it, and a warning asks for a printed envelope.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lettergen.errors import Problem
from lettergen.letters.letter import Letter
from lettergen.pages.layout.address_breaks import parted, reaches
from lettergen.pages.typefaces.fonts import advance_mm
from lettergen.reference import MM_PER_POINT
from lettergen.reference.stationery import Rectangle, Stationery
from lettergen.reference.stationery import stationery as stationery_of

__all__ = [
    "AddressSetting",
    "address_lines",
    "address_problem",
    "address_setting",
    "instead",
    "setting_of_lines",
    "too_long",
]

_SLACK_MM = 0.01
_BELOW_RETURN_LINE_MM = 2.5
# Comfortable first; a point smaller and closer is as far as an address may go.
_WHOLE = (*((size, leading) for size in (11.5, 11.0, 10.5) for leading in (1.25, 1.18, 1.1)), (10.5, 1.05))
# The zone of DIN 5008 holds six lines of 12 points. An address is set no closer to stay in it, and as close
# where it needs the zone of the notations as well.
_ZONE_LINE_PT = 12.0
_INSIDE_ZONE_MM = 0.4
_CLOSE = tuple((size, _ZONE_LINE_PT / size) for size in (11.0, 10.5))
_IN_ZONE = (*((11.5, leading) for leading in (1.25, 1.18, 1.1)), *_CLOSE)
_BEYOND_ZONE = (*_CLOSE, (10.5, 1.1), (10.5, 1.05))
_PARTED = ((11.5, 1.25), (11.5, 1.18), (11.5, 1.1), (11.0, 1.1), (10.5, 1.1), (10.5, 1.05))
# From the middle of a line of EB Garamond up to its ascenders and down to its descenders.
_ASCENDER_EM, _DESCENDER_EM = 0.35, 0.645
# Sheets whose windows hold more lines than most, with the envelope that is sold for each.
_LARGER_WINDOWS = {"us-9": "#9 envelope", "din-5008-b": "DL envelope"}
_NARROWEST_LETTER_MM = 212.0
_LOWEST = 0.5
"""How far down the sheet an address may run where no window shows it: a letter is more than its address."""


@dataclass(frozen=True, slots=True)
class AddressSetting:
    """The inside address as it is set."""

    size_pt: float
    leading: float
    top_mm: float
    """Where its first line begins."""
    width_mm: float
    parts: tuple[tuple[str, ...], ...]
    """Each line in the parts into which it is broken; most have one."""
    in_sight: bool = True
    """Whether a window shows all of it; without a window, whether it fits its field."""

    @property
    def lines(self) -> int:
        """Number of lines, including parts of broken lines."""
        return sum(map(len, self.parts))

    @property
    def height_mm(self) -> float:
        """Height of all lines."""
        return self.lines * self.size_pt * self.leading * MM_PER_POINT

    @property
    def bottom_mm(self) -> float:
        """Where its last line ends."""
        return self.top_mm + self.height_mm

    @property
    def ink_height_mm(self) -> float:
        """Height down to the descenders of the last line, which reach below a line that is set close."""
        below = _DESCENDER_EM - self.leading / 2
        return self.height_mm + max(0.0, below) * self.size_pt * MM_PER_POINT

    @property
    def ink_inset_mm(self) -> float:
        """From the top of the first line to its ascenders."""
        return (self.leading / 2 - _ASCENDER_EM) * self.size_pt * MM_PER_POINT

    @property
    def reaches_mm(self) -> tuple[float, ...]:
        """How far each line reaches to the right."""
        return tuple(reach for parts in self.parts for reach in reaches(parts, self.size_pt))


def address_setting(letter: Letter, stationery: Stationery) -> AddressSetting:
    """Return how the letter's address is set; see `setting_of_lines`."""
    return setting_of_lines(letter.inside_address, stationery, has_notation=bool(letter.mailing_notation))


def address_lines(letter: Letter, stationery: Stationery) -> tuple[str, ...]:
    """Return the lines of the letter's address, with line feeds where they are parted."""
    return tuple("\n".join(parts) for parts in address_setting(letter, stationery).parts)


def setting_of_lines(lines: Sequence[str], stationery: Stationery, *, has_notation: bool) -> AddressSetting:
    """Return the roomiest setting that keeps an address in sight, or else one in full that leaves its field.

    In sight: within its zone, and within what a window shows wherever the sheet slides. One that takes more
    than the six lines of its zone may reach up into that of the mailing notations where there are none, as
    DIN 5008 allows, before it is set closer; and a line is set smaller before it is parted.
    """
    return _setting(tuple(lines), stationery, has_notation)


@lru_cache(maxsize=256)
def _setting(lines: tuple[str, ...], stationery: Stationery, has_notation: bool) -> AddressSetting:
    free = 0.0 if has_notation else max(0.0, stationery.notation_height - _BELOW_RETURN_LINE_MM)
    for room in _rooms(stationery):
        if stationery.notation_height:
            for setting in _down_the_ladder(lines, room.width, _IN_ZONE):
                is_roomy = setting.size_pt * setting.leading >= _ZONE_LINE_PT - _SLACK_MM
                if is_roomy and room.highest(setting, 0.0) <= room.lowest(setting) + _SLACK_MM:
                    # The ascenders of its first line stand just inside the upper edge of the zone.
                    return replace(setting, top_mm=room.zone.top + _INSIDE_ZONE_MM - setting.ink_inset_mm)
        for setting in _down_the_ladder(
            lines, room.width, _BEYOND_ZONE if stationery.notation_height else _WHOLE
        ):
            if room.highest(setting, free) <= room.lowest(setting) + _SLACK_MM:
                return replace(setting, top_mm=room.top(setting, free, stationery))
    return _in_full(lines, stationery)


def _down_the_ladder(
    lines: tuple[str, ...], width: float, sizes: Sequence[tuple[float, float]]
) -> Iterator[AddressSetting]:
    widest = max((advance_mm(line, 1.0) for line in lines), default=0.0)
    whole = tuple((line,) for line in lines)
    for size, leading in sizes:
        if size * widest <= width:
            yield AddressSetting(size, leading, 0.0, width, whole)
    for size, leading in _PARTED if widest * _WHOLE[-1][0] > width else ():
        yield AddressSetting(size, leading, 0.0, width, tuple(parted(line, size, width) for line in lines))


def _in_full(lines: tuple[str, ...], stationery: Stationery) -> AddressSetting:
    zone = stationery.recipient_zone
    top = zone.top if stationery.notation_height else zone.top + _BELOW_RETURN_LINE_MM
    for size, leading in _PARTED:
        parts = tuple(parted(line, size, zone.width) for line in lines)
        setting = AddressSetting(size, leading, top, zone.width, parts, in_sight=False)
        if setting.bottom_mm <= _LOWEST * stationery.sheet_height:
            break
    return setting


@dataclass(frozen=True, slots=True)
class _AddressRoom:
    """What there is for an address: its zone, and what of it the windows of some envelopes always show."""

    zone: Rectangle
    width: float
    shown: tuple[float, float] | None
    """From where down to where."""

    def lowest(self, setting: AddressSetting) -> float:
        """Return how far down an address may begin to end in its zone and above the edge of every window."""
        lowest = self.zone.bottom - setting.height_mm
        return min(lowest, self.shown[1] - setting.ink_height_mm) if self.shown else lowest

    def highest(self, setting: AddressSetting, free: float) -> float:
        """Return how far up an address may begin to be seen in every window."""
        highest = self.zone.top - free
        return max(highest, self.shown[0] - setting.ink_inset_mm) if self.shown else highest

    def top(self, setting: AddressSetting, free: float, stationery: Stationery) -> float:
        """Return where the address begins: as low as the windows ask, if there is room."""
        lowest = self.lowest(setting)
        top = max(self.zone.top - free, min(self.zone.top, lowest))
        if not stationery.notation_height:
            wanted = max(top + _BELOW_RETURN_LINE_MM, self.shown[0] if self.shown else 0.0)
            top = max(top, min(wanted, lowest))
        return max(top, lowest) if stationery.address_anchor == "bottom" else top


def _rooms(stationery: Stationery) -> Iterator[_AddressRoom]:
    """Yield what the windows of all envelopes show, then what that of each shows, the largest first."""
    zone = stationery.recipient_zone
    safe = [one.zone for one in stationery.safe_zones]
    if not safe:
        yield _AddressRoom(zone, zone.width, (0.0, zone.bottom) if stationery.has_window else None)
        return
    right = min(zone.right, *(one.right for one in safe))
    yield _AddressRoom(
        zone, right - zone.left, (max(one.top for one in safe), min(one.bottom for one in safe))
    )
    for one in sorted(safe, key=lambda one: one.width * one.height, reverse=True) if len(safe) > 1 else ():
        yield _AddressRoom(zone, min(zone.right, one.right) - zone.left, (one.top, one.bottom))


def address_problem(letter: Letter, stationery: Stationery) -> Problem | None:
    """Return the problem of an address that no window shows whole."""
    return too_long(
        letter.inside_address,
        stationery,
        has_notation=bool(letter.mailing_notation),
        of=f"recipient `{letter.recipient_id}`",
    )


def too_long(
    lines: Sequence[str], stationery: Stationery, *, has_notation: bool = False, of: str
) -> Problem | None:
    """Return the problem of an address that leaves its field even in the tightest type.

    A warning where it can be printed on the envelope; an error where it would not leave room for a letter.
    """
    setting = setting_of_lines(lines, stationery, has_notation=has_notation)
    if setting.in_sight:
        return None
    if setting.bottom_mm > _LOWEST * stationery.sheet_height:
        return Problem(
            "address-too-long",
            f"the address of {of} takes {setting.lines} lines, more than half of the sheet.",
            "write only the address; anything else belongs in the letter.",
        )
    if not stationery.has_window:
        return None
    return Problem(
        "address-on-envelope",
        f"the address of {of} takes {setting.lines} lines, and no window of {stationery.title} shows all of "
        "it; it is printed on the letter in full, with the text below it.",
        f"print its envelope with `lettergen envelopes`, or choose {instead(stationery, lines)}.",
        severity="warning",
    )


def instead(stationery: Stationery, lines: Sequence[str]) -> str:
    """Return in words where else an address can go: into a larger window, or on the envelope."""
    fitting = [
        f"`--stationery {key}` ({sold})"
        for key, sold in _LARGER_WINDOWS.items()
        if (other := stationery_of(key)).sheet == stationery.sheet
        and key != stationery.key
        and setting_of_lines(lines, other, has_notation=False).in_sight
    ]
    without = "plain" if stationery.sheet_width < _NARROWEST_LETTER_MM else "plain-letter"
    return " or ".join([*fitting, f"`--stationery {without}` with the address on the envelope or a label"])
