"""What windows always show, in the cells of the page that a terminal draws."""

from lettergen.letters.letter import Letter
from lettergen.pages.cells import row_width, run
from lettergen.pages.measure.values import Report
from lettergen.pages.measure.windows import in_every_window
from lettergen.pages.sheet import Shade
from lettergen.reference.stationery import Stationery

__all__ = ["shade_of"]


def shade_of(report: Report, letter: Letter, stationery: Stationery) -> Shade | None:
    """Return the cells around the drawn address that the windows of all envelopes always show.

    A terminal's letters are larger than those on paper; so the zone is drawn as
    it lies around the measured address, line by line and letter by letter.
    """
    zones = in_every_window(stationery)
    found = next((one.numbers for one in report.findings if one.rule == "address-not-in-sight"), None)
    if not zones or not found or not letter.inside_address:
        return None
    widest = max(row_width(run(line)) for line in letter.inside_address)
    line = (found["bottom"] - found["top"]) / found["lines"]
    cell = (found["right"] - found["left"]) / widest
    zone = zones[0]
    return Shade(
        left=round((zone.left - found["left"]) / cell),
        top=round((zone.top - found["top"]) / line),
        right=round((zone.right - found["left"]) / cell),
        bottom=round((zone.bottom - found["top"]) / line),
    )
