"""Copy-fitting: tightens a letter so that a few lines do not cost a sheet, and fills pages that end early."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, LOOSER, Setting
from lettergen.reference import MM_PER_POINT

if TYPE_CHECKING:
    from lettergen.pages.pdf.copyfit_measure import MeasuredText

__all__ = ["MOST_BELOW_TEXT_MM", "TextExtent", "fit"]

MOST_BELOW_TEXT_MM = 35.0
"""A page before the last with more than this below its last line looks broken off."""


# The first rung in which the lines break elsewhere.
_SMALLER = next(rung for rung, setting in enumerate(LADDER) if setting.size_pt != COMFORTABLE.size_pt)
# The whole ladder saves about a quarter of a page; nothing is tried beyond it.
_MOST_SAVED = 0.3
# What letters have on the average; only where the search begins depends on it, not what it finds.
_FIRST_PAGE_LESS_MM = 90.0
_LINES_OF_A_PARAGRAPH = 5.0
# After them it halves what is left.
_MOST_GUESSES = 3
# A last page with less than this, in mm, looks forgotten.
_LEAST_ON_LAST_PAGE = 75.0
_MOST_LEFT_EMPTY = 28.0
_MOST_BEYOND = 15.0
# Where the end is reckoned, what is so near the foot of the page is laid out instead.
_DOUBTFUL_MM = 0.01


@dataclass(frozen=True, slots=True)
class TextExtent:
    """How far a letter's own text runs."""

    pages: int
    last_mm: float
    """How much of the last page it takes, from the top margin down."""
    page_mm: float
    """The height of text on a page after the first."""
    below_mm: float = 0.0
    """The most that a page before the last leaves empty from its last line to the foot of `COMFORTABLE`."""


def fit(extent_of: Callable[[Setting], TextExtent], measured: "MeasuredText | None" = None) -> Setting:
    """Return the most comfortable setting that saves a page, if one within bounds does.

    A letter that overruns by more keeps the comfortable setting, with
    its page breaks shifted so that the last page has more than a few lines.
    Where something that is not parted, such as a row of signatures, goes on to
    the next page and the one before it would end early, the letter is set
    looser, so that its text reaches down, or tighter, so that there is room.

    Args:
        extent_of: Sets the letter; it is called nine times at most, and eight times more where a page
            ends early.
        measured: The letter on a sheet without end. Where that tells which setting fits on one
            sheet, the letter is not set more often; the answer is the same.
    """
    found, too_loose = _on_one_sheet(extent_of, measured) if measured else (None, 0)
    if found:
        return found
    loose = extent_of(COMFORTABLE)
    if loose.pages == 1:
        return COMFORTABLE
    if loose.last_mm <= _MOST_SAVED * loose.page_mm * loose.pages:
        tight = extent_of(LADDER[-1])
        if tight.pages < loose.pages:
            too_loose = max(too_loose, 0) if tight.pages == 1 else 0
            return _filled(extent_of, *_least_tight(extent_of, tight, too_loose))
    return _filled(extent_of, *_balanced(extent_of, loose))


def _on_one_sheet(
    extent_of: Callable[[Setting], TextExtent], measured: "MeasuredText"
) -> tuple[Setting | None, int]:
    """Return the setting that puts a letter on one sheet, and the last rung that surely does not."""
    too_loose = -1
    for rung, setting in enumerate(LADDER[:_SMALLER]):
        room, least = measured.room_mm(setting)
        is_sure = room < -_DOUBTFUL_MM or least > _DOUBTFUL_MM
        if least > _DOUBTFUL_MM if is_sure else extent_of(setting).pages == 1:
            is_wanted = rung == 0 or _is_over_by_little(measured)
            return setting if is_wanted else None, too_loose
        too_loose = rung
    if _is_over_by_little(measured):
        return _in_smaller_type(extent_of, measured), too_loose
    return None, too_loose


def _is_over_by_little(measured: "MeasuredText") -> bool:
    """Say whether a letter surely takes two pages, and the second is not too full to be saved; see `fit`."""
    most = _MOST_SAVED * measured.page_mm * 2 - _DOUBTFUL_MM
    return measured.most_on_page_2_mm(COMFORTABLE) < most


def _in_smaller_type(extent_of: Callable[[Setting], TextExtent], measured: "MeasuredText") -> Setting | None:
    """Return the first rung of smaller type that puts a letter on one sheet; its lines break anew."""
    guesses = range(_SMALLER, len(LADDER))
    at = next((rung for rung in guesses if measured.guessed_room_mm(LADDER[rung]) > 0), None)
    if at is None:
        return None
    too_loose, enough = _SMALLER - 1, len(LADDER)
    while too_loose < at < enough:
        if extent_of(LADDER[at]).pages == 1:
            enough, at = at, at - 1
        else:
            too_loose, at = at, at + 1
    return LADDER[enough] if enough < len(LADDER) else None


def _least_tight(
    extent_of: Callable[[Setting], TextExtent], tight: TextExtent, too_loose: int
) -> tuple[Setting, TextExtent]:
    """Return the least tight rung that takes no more pages than the tightest, and the letter in it.

    What room a rung leaves says about which one just fits; that and its neighbour are tried first.

    Args:
        extent_of: Sets the letter.
        tight: The letter in the tightest rung.
        too_loose: A rung that is known to take more.
    """
    enough, found = len(LADDER) - 1, tight
    at = _rung_that_just_fits(enough, tight)
    guesses = _MOST_GUESSES
    while enough - too_loose > 1:
        at = min(max(at, too_loose + 1), enough - 1) if guesses else (too_loose + enough) // 2
        guesses = max(guesses - 1, 0)
        extent = extent_of(LADDER[at])
        if extent.pages <= tight.pages:
            enough, found, at = at, extent, _rung_that_just_fits(at, extent)
        else:
            too_loose, at = at, at + 1
    return replace(LADDER[enough], pages=tight.pages), found


def _rung_that_just_fits(rung: int, extent: TextExtent) -> int:
    """Return the least tight rung that should do, as another leaves so much room; a guess."""
    text = extent.page_mm * (extent.pages - 1) + extent.last_mm - _FIRST_PAGE_LESS_MM
    paragraphs = text / _height_mm(LADDER[rung], paragraphs=1.0, pages=0)
    heights = [_height_mm(setting, paragraphs, extent.pages) for setting in LADDER]
    most = heights[rung] + extent.page_mm - extent.last_mm
    return next(number for number, height in enumerate(heights) if height <= most or number == rung)


def _height_mm(setting: Setting, paragraphs: float, pages: int) -> float:
    """Return how high so many usual paragraphs run, with the feet of the pages."""
    # Smaller letters make fewer lines, too.
    lines = paragraphs * _LINES_OF_A_PARAGRAPH * setting.size_pt / COMFORTABLE.size_pt
    pitch = setting.size_pt * setting.leading * MM_PER_POINT
    return lines * pitch + paragraphs * setting.paragraph_mm + pages * setting.bottom_mm


def _balanced(extent_of: Callable[[Setting], TextExtent], loose: TextExtent) -> tuple[Setting, TextExtent]:
    """Return the comfortable setting, with a higher foot where the last page would have a few lines."""
    comfortable = replace(COMFORTABLE, pages=loose.pages)
    wanted = (_LEAST_ON_LAST_PAGE - loose.last_mm) / (loose.pages - 1)
    if wanted <= 0:
        return comfortable, loose
    shift = round(min(wanted, _MOST_LEFT_EMPTY))
    shifted = replace(comfortable, bottom_mm=COMFORTABLE.bottom_mm + shift)
    extent = extent_of(shifted)
    # What is not parted, such as a row of signatures, may leave more behind than was asked for.
    most = min(shift + _MOST_BEYOND, MOST_BELOW_TEXT_MM)
    is_better = extent.pages == loose.pages and extent.below_mm <= most
    return (shifted, extent) if is_better else (comfortable, loose)


def _filled(extent_of: Callable[[Setting], TextExtent], setting: Setting, extent: TextExtent) -> Setting:
    """Return a setting in which no page before the last ends early, as near to ``setting`` as one is."""
    if extent.below_mm <= MOST_BELOW_TEXT_MM:
        return setting
    at = LADDER.index(replace(setting, pages=COMFORTABLE.pages))
    looser = LOOSER if at == 0 else ()
    # In the tightest of all, another thing that is not parted may leave room below it.
    for others in (looser, LADDER[at + 1 : _SMALLER], LADDER[max(at + 1, _SMALLER) :]):
        several = [replace(other, pages=setting.pages) for other in others]
        if found := _first_filled(extent_of, several):
            return found
    return setting


def _first_filled(extent_of: Callable[[Setting], TextExtent], settings: Sequence[Setting]) -> Setting | None:
    """Return the first setting in which no page ends early, if the last is such a one."""
    before, enough = -1, len(settings)
    at = enough - 1
    while before < at < enough:
        extent = extent_of(settings[at])
        if extent.pages <= settings[at].pages and extent.below_mm <= MOST_BELOW_TEXT_MM:
            enough = at
        elif enough == len(settings):
            return None
        else:
            before = at
        at = (before + enough) // 2
    return settings[enough] if enough < len(settings) else None
