"""Guesses which stationery a page was made for, by size, marks and address."""

from collections.abc import Iterable

from lettergen.reference.stationery import Stationery
from lettergen.verify.address_block import is_mark, parts
from lettergen.verify.findings import MeasuredFile, MeasuredPage, grown
from lettergen.verify.rules import MARK_MM, SHEET_MM, check
from lettergen.verify.windows import windows

__all__ = ["is_document", "likely"]

# A shifted page is still that of its stationery; farther off, it is another one's.
_NEAR_MM = 4.0


def likely(read: MeasuredFile, candidates: Iterable[Stationery]) -> Stationery | None:
    """Return the stationery that a letter agrees with best, or None if none is as large.

    A page without marks that has no address in any window is taken for a sheet
    without a window, as documents for nobody in particular have it.
    """
    page = read.pages[0]
    sized = [
        one
        for one in candidates
        if abs(one.sheet_width - page.width) <= SHEET_MM and abs(one.sheet_height - page.height) <= SHEET_MM
    ]
    marks = [
        patch.middle
        for patch in page.patches
        if is_mark(patch, page) and patch.covers.width > patch.covers.height
    ]
    fitting = [one for one in sized if bool(marks) == bool(_marks(one))] or sized
    most = max((_fitness(page, one, marks) for one in fitting), default=())
    # Of those that agree as well, the one whose rules it keeps.
    alike = [one for one in fitting if _fitness(page, one, marks) == most]
    return min(alike, key=lambda one: _broken(read, one), default=None)


def is_document(page: MeasuredPage, stationery: Stationery) -> bool:
    """Say whether a page has neither marks nor an address, so that it goes to nobody in particular."""
    if not stationery.has_window or any(is_mark(patch, page) for patch in page.patches):
        return False
    covers = parts(page, stationery).covers
    return covers is None or abs(covers.left - stationery.recipient_zone.left) > _NEAR_MM


def _marks(stationery: Stationery) -> tuple[int, ...]:
    punch = () if stationery.punch_mark is None else (stationery.punch_mark,)
    return (*stationery.fold_marks, *punch)


def _fitness(page: MeasuredPage, stationery: Stationery, marks: list[float]) -> tuple[int, ...]:
    expected = _marks(stationery)
    exact = sum(any(abs(mark - mm) <= MARK_MM for mark in marks) for mm in expected)
    near = sum(any(abs(mark - mm) <= _NEAR_MM for mark in marks) for mm in expected)
    strange = sum(all(abs(mark - mm) > _NEAR_MM for mm in expected) for mark in marks)
    if not stationery.has_window:
        return exact, near, -strange, 1
    zone, covers = stationery.recipient_zone, parts(page, stationery).covers
    # Where no mark speaks for a window, only an address that stands right does.
    reach = _NEAR_MM if expected else MARK_MM
    is_placed = (
        covers is not None
        and abs(covers.left - zone.left) <= reach
        and grown(stationery.address_field, reach).holds(covers)
    )
    return exact, near, -strange, 2 if is_placed else 0


def _broken(read: MeasuredFile, stationery: Stationery) -> tuple[int, float]:
    found = check(read, stationery, windows(stationery), "")
    covers = parts(read.pages[0], stationery).covers
    off = abs(covers.left - stationery.recipient_zone.left) if covers else 0.0
    return sum(one.verdict in ("fail", "warn") for one in found), off
