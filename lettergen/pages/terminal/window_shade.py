"""What windows always show, in the cells of the terminal page."""

from lettergen.letters.letter import Letter
from lettergen.pages.terminal.cells import row_width, run
from lettergen.pages.terminal.page import WindowShade
from lettergen.reference.stationery import Stationery
from lettergen.verify.findings import FileReport
from lettergen.verify.windows import in_every_window

__all__ = ["shade_of"]


def shade_of(report: FileReport, letter: Letter, stationery: Stationery) -> WindowShade | None:
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
    return WindowShade(
        left=round((zone.left - found["left"]) / cell),
        top=round((zone.top - found["top"]) / line),
        right=round((zone.right - found["left"]) / cell),
        bottom=round((zone.bottom - found["top"]) / line),
    )
