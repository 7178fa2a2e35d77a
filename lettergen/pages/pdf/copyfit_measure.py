"""A letter on one endless sheet, from which its height in other settings is calculated.

At one size of type neither leading nor the space between paragraphs moves a
line break. So one layout tells how high a text runs in every rung of the
ladder that has its size: so many lines, so many gaps. What has a height of its
own is taken as measured. If the calculation does not match what
WeasyPrint measured, or meets something unknown, nothing is returned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lettergen.pages.layout.text_setting import COMFORTABLE, Setting
from lettergen.pages.pdf.weasyprint_private import Box, boxes
from lettergen.reference import MM_PER_PX

__all__ = ["PROBE", "BlockMargin", "MeasuredText", "TextBand", "endless", "measured_text"]

PROBE = replace(COMFORTABLE, leading=1.2345, paragraph_mm=2.2345)
"""What an endless sheet is set in. Nothing in `styles/letter.css` has this leading or margin by itself, so
what has them has them from the setting."""

_NEAR = 1e-6
_LENGTH_MM = 20_000
# As in `styles/letter.css`.
_LEAST_LINES_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class BlockMargin:
    """Room between two blocks; of margins that meet, the largest counts (CSS 2.2, 8.3.1)."""

    mm: float
    spaces: int = 0
    """How many spaces between paragraphs it is; 0: it is the same in every setting."""

    def height_mm(self, setting: Setting) -> float:
        """Return it in a setting."""
        return self.spaces * setting.paragraph_mm if self.spaces else self.mm


@dataclass(frozen=True, slots=True)
class TextBand:
    """A line, or what else takes the whole width."""

    rows: tuple[tuple[float, float], ...]
    """What stands side by side in it: height in mm in `PROBE`, and what it grows by with the leading."""
    may_break: bool = False
    """A page may end below it, whatever stands around."""

    def height_mm(self, setting: Setting) -> float:
        """Return its height in a setting."""
        more = setting.leading - PROBE.leading
        return max((mm + grows * more for mm, grows in self.rows), default=0.0)

    @property
    def grows_mm(self) -> float:
        """What it grows by with the leading."""
        return max((grows for _, grows in self.rows), default=0.0)


@dataclass(frozen=True, slots=True)
class MeasuredText:
    """A letter's own text from top to bottom."""

    steps: tuple[BlockMargin | TextBand, ...]
    top_mm: float
    """Where the text of page 1 begins."""
    sheet_mm: float
    page_mm: float
    """The height of text on a page after the first, in `COMFORTABLE`."""

    def end_mm(self, setting: Setting) -> float:
        """Return where the text ends, a margin below its last line included, from the sheet's top edge."""
        end, margin, _ = self._run(setting)
        return end + margin

    def room_mm(self, setting: Setting) -> tuple[float, float]:
        """Return what is left of one sheet below the last line, and below a margin under that.

        Less than nothing where the text overruns the sheet.
        """
        end, margin, _ = self._run(setting)
        room = self.sheet_mm - setting.bottom_mm - end
        return room, room - margin

    def guessed_room_mm(self, setting: Setting) -> float:
        """Return what may be left of one sheet in another size, in which there are fewer lines, too."""
        smaller = setting.size_pt / PROBE.size_pt
        lines = sum(step.grows_mm for step in self.steps if isinstance(step, TextBand)) * setting.leading
        return self.room_mm(setting)[0] + lines * (1 - smaller * smaller)

    def most_on_page_2_mm(self, setting: Setting) -> float:
        """Return the most that page 2 takes of a text that overruns page 1."""
        end, margin, breaks = self._run(setting)
        foot = self.sheet_mm - setting.bottom_mm
        return end + margin - max((one for one in breaks if one < foot), default=0.0)

    def _run(self, setting: Setting) -> tuple[float, float, list[float]]:
        """Return where the last line ends, the margin below it, and where the page may end."""
        at, margin = self.top_mm, 0.0
        breaks = []
        for step in self.steps:
            height = step.height_mm(setting)
            if isinstance(step, BlockMargin):
                margin = max(margin, height)
                continue
            at, margin = at + margin + height, 0.0
            if step.may_break:
                breaks.append(at)
        return at, margin, breaks


class _UnknownHeightError(Exception):
    """Something whose change of height is unknown."""


def endless(width_mm: float) -> str:
    """Return the style sheet that makes the page endless."""
    return f"@page {{ size: {width_mm:g}mm {_LENGTH_MM}mm; }}\n"


def measured_text(document: Any, end: str, sheet_mm: float, page_mm: float) -> MeasuredText | None:
    """Return how the height of a letter's text is made up; None if it cannot be calculated.

    Args:
        document: WeasyPrint's document, set in `PROBE` on the `endless` sheet.
        end: Id of the empty element after the last line.
        sheet_mm: Height of the real sheet.
        page_mm: Height of text on its pages after the first, in `COMFORTABLE`.
    """
    page, *more = document.pages
    if more:
        return None
    # Its heights are held against what WeasyPrint documents, the anchor.
    root = boxes(page).children[0]
    try:
        steps = tuple(_until(end, _block(root)))
    except _UnknownHeightError:
        return None
    found = MeasuredText(steps, root.top * MM_PER_PX, sheet_mm, page_mm)
    measured = page.anchors[end][1] * MM_PER_PX
    return found if abs(found.end_mm(PROBE) - measured) < _NEAR else None


def _until(end: str, found: Iterable[BlockMargin | TextBand | str]) -> Iterator[BlockMargin | TextBand]:
    for one in found:
        if one == end:
            return
        if not isinstance(one, str):
            yield one
    raise _UnknownHeightError


def _block(box: Box, around: str = "") -> Iterator[BlockMargin | TextBand | str]:
    """Yield what a block adds, from top to bottom, and on the way the ids that it comes by.

    Args:
        box: The block.
        around: The class of the element that it stands in.
    """
    yield _margin(box.margin_above)
    element = box.element
    if element is not None and element.get("id"):
        yield str(element.get("id"))
    if box.kind == "flex":
        yield TextBand(tuple(_beside(child) for child in box.children))
    elif box.kind != "block" or not _is_plain(box):
        yield TextBand((_fixed(box, box.border_height),))
    else:
        yield from _edge(box.edge_above)
        yield from _inside(box, may_break=around == "body" and box.tag == "p")
        yield from _edge(box.edge_below)
    yield _margin(box.margin_below)


def _inside(box: Box, *, may_break: bool) -> Iterator[BlockMargin | TextBand | str]:
    children = [child for child in box.children if child.is_in_flow]
    lines = sum(child.kind == "line" for child in children)
    around = next(iter(box.classes), "")
    for number, child in enumerate(children, start=1):
        if child.kind == "line":
            is_between = _LEAST_LINES_TOGETHER <= number <= lines - _LEAST_LINES_TOGETHER
            yield TextBand((_line(child),), may_break and is_between)
        else:
            yield from _block(child, around)


def _margin(px: float) -> BlockMargin:
    mm = px * MM_PER_PX
    for spaces in (1, 2):  # two above a heading
        if abs(mm - spaces * PROBE.paragraph_mm) < _NEAR:
            return BlockMargin(mm, spaces)
    if mm < 0:
        raise _UnknownHeightError
    return BlockMargin(mm)


def _edge(px: float) -> Iterator[TextBand]:
    if px:
        yield TextBand(((px * MM_PER_PX, 0.0),))


def _line(line: Box) -> tuple[float, float]:
    """Return the height of a line, and what it grows by with the leading: its size, in mm."""
    follows = {_follows(box) for box in _of_line(line)}
    if len(follows) > 1:
        raise _UnknownHeightError
    (size,) = follows
    return line.height * MM_PER_PX, size * MM_PER_PX


def _of_line(box: Box) -> Iterator[Box]:
    """Yield what decides on the height of a line: it and what is inline, but not inside of blocks in it."""
    yield box
    for child in box.children:
        if child.kind in ("text", "inline"):
            yield from _of_line(child)
        elif child.is_in_flow:
            _fixed(child, 0.0)


def _follows(box: Box) -> float:
    """Return the size in pixels of what has the setting's leading; 0 for what has a leading of its own."""
    return float(box.style["font_size"]) if box.style["line_height"] == PROBE.leading else 0.0


def _beside(box: Box) -> tuple[float, float]:
    """Return the height of one of several boxes side by side: a paragraph of lines, or fixed."""
    children = box.children
    if children and all(child.kind == "line" for child in children):
        grows = sum(_line(line)[1] for line in children)
        return box.margin_height * MM_PER_PX, grows
    return _fixed(box, box.margin_height)


def _fixed(box: Box, px: float) -> tuple[float, float]:
    if any(one.kind == "line" and _follows(one) for one in box.descendants()):
        raise _UnknownHeightError
    return px * MM_PER_PX, 0.0


def _is_plain(box: Box) -> bool:
    """Say whether a block is as high as what stands in it, one thing below the other."""
    style = box.style
    if style["min_height"] != "auto" and style["min_height"].value:
        return False
    return all(style[name] == "auto" for name in ("height", "column_width", "column_count"))
