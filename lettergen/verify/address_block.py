"""Which of the ink on a first page is the address, and which may stand in the window beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lettergen.reference import MM_PER_POINT
from lettergen.reference.stationery import Rectangle, Stationery
from lettergen.verify.findings import InkPatch, MeasuredPage, TextRun, around, grown

__all__ = ["AddressParts", "is_mark", "parts"]

# Lines of one address follow each other as closely as this, in ems of their type.
_MOST_LEADING = 1.75
_SAME_SIZE_PT = 0.4
_SAME_BASE_MM = 0.4
# A line that has run over hangs in by one em, a column beside the address stands farther off.
_MOST_INDENT_MM = 6.5
_APART_MM = 6.0
_REACH_MM = 6.0
# The return address stands at the head of the window or up to this far above it.
_ABOVE_MM = 16.0
_SMALL_PT = 9.2
_THIN_MM = 0.75
# White between two lines of one address, between short letters at the most.
_SHAPES_GAP_MM = 3.4


@dataclass(frozen=True, slots=True)
class AddressLine:
    """A line of text that may consist of several runs."""

    covers: Rectangle
    base: float
    size_pt: float


@dataclass(frozen=True, slots=True)
class AddressParts:
    """What is in and around the window."""

    address: tuple[Rectangle, ...]
    """Its lines, from above."""
    allowed: tuple[Rectangle, ...]
    """Return address, mailing notations and the rule between them: they may show, or not."""

    @property
    def covers(self) -> Rectangle | None:
        """Return what the address covers."""
        return around(self.address) if self.address else None


def is_mark(patch: InkPatch, page: MeasuredPage) -> bool:
    """Say whether ink is a fold or punch mark: a short hairline at the edge of the sheet."""
    box = patch.covers
    if box.height <= _THIN_MM and 1.5 <= box.width <= 12.0:
        return box.right <= 17.0 or box.left >= page.width - 17.0
    if box.width <= _THIN_MM and 1.5 <= box.height <= 12.0:
        return box.bottom <= 17.0 or box.top >= page.height - 17.0
    return False


def parts(page: MeasuredPage, stationery: Stationery) -> AddressParts:
    """Find the address: the lines in the field that follow each other closely and begin together."""
    zone, field = stationery.recipient_zone, stationery.address_field
    reach = grown(field, _REACH_MM)
    lines = [line for line in _lines(page.runs) if _lies_in(line.covers, reach)]
    if not lines:
        return _shapes(page, reach)
    groups = _groups(lines)

    def fitness(group: Sequence[AddressLine]) -> tuple[int, int, float]:
        below = sum(line.base > zone.top for line in group)
        larger = sum(line.size_pt > _SMALL_PT for line in group)
        return below, larger, -abs(group[0].covers.left - zone.left)

    address = max(groups, key=fitness)
    return AddressParts(tuple(line.covers for line in address), tuple(_allowed(page, stationery, address)))


def _shapes(page: MeasuredPage, reach: Rectangle) -> AddressParts:
    """Find the address on a page without text, a scanned one: the tallest block of ink in the field."""
    blocks: list[list[Rectangle]] = []
    inside = [one.covers for one in page.patches if _lies_in(one.covers, reach) and not is_mark(one, page)]
    for box in sorted(inside, key=lambda one: one.top):
        if blocks and box.top - max(one.bottom for one in blocks[-1]) <= _SHAPES_GAP_MM:
            blocks[-1].append(box)
        else:
            blocks.append([box])
    if not blocks:
        return AddressParts((), ())
    address = max(blocks, key=lambda block: around(block).height)
    first = min(box.top for box in address)
    above = [box for block in blocks if block is not address for box in block if box.bottom <= first]
    return AddressParts(tuple(address), tuple(above))


def _allowed(
    page: MeasuredPage, stationery: Stationery, address: Sequence[AddressLine]
) -> Iterable[Rectangle]:
    field = stationery.address_field
    first = min(line.covers.top for line in address)
    left, right = min(field.left, address[0].covers.left) - 1.0, field.right + _REACH_MM
    own = {line.covers for line in address}
    for line in _lines(page.runs):
        box = line.covers
        is_above = line.base < first + 1.0 and line.base > min(field.top, first) - _ABOVE_MM
        is_notation = stationery.notation_height and field.top < line.base
        is_in_column = left <= box.left and box.right <= right
        if box not in own and is_above and is_in_column and (line.size_pt <= _SMALL_PT or is_notation):
            yield box
    for patch in page.patches:
        box = patch.covers
        is_rule = box.height <= _THIN_MM and field.top - _ABOVE_MM < box.top < first
        if is_rule and left - 1.0 <= box.left and box.right <= right:
            yield box


def _lines(runs: Iterable[TextRun]) -> list[AddressLine]:
    """Join runs that stand on one base line and near each other."""
    lines: list[AddressLine] = []
    for run in sorted(runs, key=lambda one: (round(one.base / _SAME_BASE_MM), one.covers.left)):
        last = lines[-1] if lines else None
        if (
            last
            and abs(last.base - run.base) <= _SAME_BASE_MM
            and -1.0 <= run.covers.left - last.covers.right <= _APART_MM
        ):
            lines[-1] = AddressLine(
                around((last.covers, run.covers)), last.base, max(last.size_pt, run.size_pt)
            )
        else:
            lines.append(AddressLine(run.covers, run.base, run.size_pt))
    return lines


def _groups(lines: Iterable[AddressLine]) -> list[list[AddressLine]]:
    groups: list[list[AddressLine]] = []
    for line in sorted(lines, key=lambda one: one.base):
        for group in groups:
            last, first = group[-1], group[0]
            step = (line.base - last.base) / (max(line.size_pt, 1.0) * MM_PER_POINT)
            if (
                0.5 < step <= _MOST_LEADING
                and abs(line.size_pt - last.size_pt) <= _SAME_SIZE_PT
                and abs(line.covers.left - first.covers.left) <= _MOST_INDENT_MM
            ):
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


def _lies_in(box: Rectangle, area: Rectangle) -> bool:
    """Say whether the beginning of ``box`` lies in ``area``."""
    middle = box.top + box.height / 2
    return area.left <= box.left <= area.right and area.top <= middle <= area.bottom
