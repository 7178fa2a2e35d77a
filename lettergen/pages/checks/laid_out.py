"""Checks of finished pages: ink at the edge, an address out of sight, a stranded closing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lettergen.errors import Problem
from lettergen.letters.letter import Letter
from lettergen.pages.checks import sight
from lettergen.pages.layout.address_fit import address_setting
from lettergen.pages.pdf.weasyprint_private import Box, boxes
from lettergen.reference import MM_PER_PX
from lettergen.reference.stationery import Rectangle, Stationery

__all__ = ["PlacedInk", "check", "ink"]

_PARTS = frozenset({"inside-address", "body", "closing", "signatures"})
_MARKS = frozenset({"fold-mark", "punch-mark"})
_STEPS = (("body", "the last words"), ("closing", "the closing"), ("signatures", "the first signature"))


@dataclass(frozen=True, slots=True)
class PlacedInk:
    """A piece of text, a picture or a rule, at its place on the page."""

    page: int
    part: str
    """The part of the letter in which it stands, for those that are looked at: body, closing, …"""
    base: float
    """The base line of text; the lower edge of all else."""
    covers: Rectangle


def check(
    found: Sequence[PlacedInk], letter: Letter, stationery: Stationery, name: str
) -> tuple[Problem, ...]:
    """Return what is wrong with the pages of one letter.

    Args:
        found: All that is printed on them: `ink`, or that of `finished`.
        letter: The letter on them.
        stationery: The sheet.
        name: What to call the letter in a problem.
    """
    return (*_at_the_edge(found, stationery, name), *_sight(found, letter, stationery), *_parted(found, name))


def ink(document: Any) -> Iterator[PlacedInk]:
    """Yield all that is printed but the marks, page by page in the order of the words."""
    for number, page in enumerate(document.pages, start=1):
        yield from _ink(boxes(page), number, "")


def _ink(box: Box, page: int, part: str) -> Iterator[PlacedInk]:
    classes = box.classes
    if not _MARKS.isdisjoint(classes):
        return
    part = next((one for one in classes if one in _PARTS), part)
    if box.kind == "text":
        base = box.base * MM_PER_PX
        size = box.style["font_size"] * MM_PER_PX
        covers = sight.ink_of_line(box.left * MM_PER_PX, base, box.width * MM_PER_PX, size)
        yield PlacedInk(page, part, base, covers)
    elif box.is_picture or box.has_border:
        left, top, width, height = (px * MM_PER_PX for px in (box.content if box.is_picture else box.border))
        covers = Rectangle(left=left, top=top, width=width, height=height)
        yield PlacedInk(page, part, covers.bottom, covers)
    for inside in box.children:
        yield from _ink(inside, page, part)


def _at_the_edge(found: Sequence[PlacedInk], stationery: Stationery, name: str) -> Iterator[Problem]:
    """Yield one problem for the ink that reaches farthest into the clear border, if any does."""
    area = stationery.printable
    outside = [
        (left - asked, left, asked, one.page)
        for one in found
        if not area.holds(one.covers)
        for left, asked in _distances(one.covers, stationery)
    ]
    if outside:
        _, left, asked, page = min(outside)
        yield Problem(
            "ink-at-the-edge",
            f"the letter {name} has ink {left:.1f} mm from the edge of page {page}; "
            f"{stationery.title} needs {asked:g} mm clear.",
            "shorten the line that runs so far, or report this as a fault.",
        )


def _distances(covers: Rectangle, stationery: Stationery) -> Iterator[tuple[float, float]]:
    """Yield for each side how far ink is from the edge, and how far it has to be."""
    border = stationery.clear_border
    yield covers.left, border.left
    yield covers.top, border.top
    yield stationery.sheet_width - covers.right, border.right
    yield stationery.sheet_height - covers.bottom, border.bottom


def _sight(found: Sequence[PlacedInk], letter: Letter, stationery: Stationery) -> Iterator[Problem]:
    lines: dict[float, Rectangle] = {}
    for one in found:
        if one.part == "inside-address":
            known = lines.get(one.base, one.covers)
            left = min(known.left, one.covers.left)
            right = max(known.right, one.covers.right)
            lines[one.base] = Rectangle(
                left=left, top=one.covers.top, width=right - left, height=one.covers.height
            )
    # An address that no window shows has been told of.
    if lines and stationery.has_window and address_setting(letter, stationery).in_sight:
        problem = sight.problem(list(lines.values()), stationery, f"recipient `{letter.recipient_id}`")
        if problem:
            yield problem


def _parted(found: Sequence[PlacedInk], name: str) -> Iterator[Problem]:
    """Yield a problem where a page begins with the closing, or the first signature stands on another page."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for one in found:
        first.setdefault(one.part, one.page)
        last[one.part] = one.page
    steps = [(part, words) for part, words in _STEPS if part in first]
    for (before, of_before), (part, of_part) in pairwise(steps):
        if first[part] != last[before]:
            where = f"{of_part} on page {first[part]} and {of_before} on page {last[before]}"
            yield Problem(
                "closing-stranded",
                f"the letter {name} has {where}.",
                "shorten the last paragraph or the closing; if both are short, report this as a fault.",
            )
