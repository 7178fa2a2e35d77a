"""Whether an envelope's window shows the whole address wherever the folded sheet slides in it."""

from collections.abc import Sequence

from lettergen.errors import Problem
from lettergen.pages.layout.address_fit import setting_of_lines
from lettergen.reference import MM_PER_POINT
from lettergen.reference.stationery import Rectangle, SafeZone, Stationery

__all__ = ["LARGEST_PT", "hidden_in", "ink_of_line", "printed", "problem"]

LARGEST_PT = 11.5
"""No address is set larger."""

# EB Garamond's ascenders and descenders, and the line that Pango makes of them (its `hhea` table).
_INK_ABOVE_EM, _INK_BELOW_EM = 0.705, 0.29
_ASCENT_EM, _LINE_EM = 1.007, 1.305


def ink_of_line(left: float, base: float, width: float, size_mm: float) -> Rectangle:
    """Return what a line of text covers, of which ``base`` is the base line."""
    above = _INK_ABOVE_EM * size_mm
    return Rectangle(left=left, top=base - above, width=width, height=above + _INK_BELOW_EM * size_mm)


def printed(lines: Sequence[str], stationery: Stationery, *, has_notation: bool) -> list[Rectangle]:
    """Return the position of each printed line of an address, calculated from the fonts' advances."""
    setting = setting_of_lines(lines, stationery, has_notation=has_notation)
    size = setting.size_pt * MM_PER_POINT
    zone = stationery.recipient_zone
    base = setting.top_mm + (setting.leading - _LINE_EM) / 2 * size + _ASCENT_EM * size
    return [
        ink_of_line(zone.left, base + number * setting.leading * size, reach, size)
        for number, reach in enumerate(setting.reaches_mm)
    ]


def hidden_in(lines: Sequence[Rectangle], stationery: Stationery) -> tuple[SafeZone, ...]:
    """Return the envelopes in which some of the lines may slide out of sight."""
    return tuple(safe for safe in stationery.safe_zones if not all(safe.zone.holds(line) for line in lines))


def problem(lines: Sequence[Rectangle], stationery: Stationery, of: str) -> Problem | None:
    """Return what is wrong with an address that a window does not show whole."""
    hidden = hidden_in(lines, stationery)
    if not hidden:
        return None
    rows = min(_rows(lines, safe.zone) for safe in hidden)
    if rows < len(lines):
        narrow = [safe for safe in hidden if _rows(lines, safe.zone) == rows]
        size = f"takes {len(lines)} lines"
        shown, mend = f"{rows} of them", "join lines, for example organisation and department"
    else:
        widest = max(line.right for line in lines)
        left = lines[0].left
        right = min(safe.zone.right for safe in hidden)
        narrow = [safe for safe in hidden if safe.zone.right == right]
        size = f"is {widest - left:.0f} mm wide"
        shown, mend = f"{right - left:.0f} mm of it", "break its longest line into two items"
    envelopes = " or ".join(safe.envelope for safe in narrow)
    message = (
        f"the address of {of} {size}; on {stationery.title}, the window of {envelopes} always shows {shown}."
    )
    return Problem("address-out-of-sight", message, f"{mend}{_or(stationery, hidden)}.", severity="warning")


def _rows(lines: Sequence[Rectangle], zone: Rectangle) -> int:
    """Count the lines that are neither above nor below what is always seen."""
    return sum(
        zone.holds(Rectangle(left=zone.left, top=line.top, width=zone.width, height=line.height))
        for line in lines
    )


def _or(stationery: Stationery, hidden: Sequence[SafeZone]) -> str:
    whole = [safe.envelope for safe in stationery.safe_zones if safe not in hidden]
    if whole:
        return f", or use the envelope {' or '.join(whole)}, which shows all of it"
    without = "plain" if stationery.sheet_width < 212 else "plain-letter"
    return f", or put the address on the envelope or a label (`--stationery {without}`)"
