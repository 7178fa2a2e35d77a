"""The setting of a letter by trial: every rung of the ladder on real pages."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lettergen.letters.letter import Letter
from lettergen.pages import html
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, Setting
from lettergen.pages.pdf.copyfit import TextExtent, fit
from lettergen.pages.pdf.typesetter import Typesetter, TypesettingJob
from lettergen.reference.stationery import Stationery


@dataclass(frozen=True, slots=True)
class Trial:
    """A letter fitted, and tried in all settings."""

    fitted: Setting
    tried: Setting
    layouts: int
    """What fitting took; the one that is written comes on top."""
    by_galley: bool
    """Whether it was fitted by reckoning alone."""


def of(typesetter: Typesetter, letter: Letter, sheet: Stationery) -> Trial:
    """Fit a letter both ways, as the common text of a mailing is fitted."""
    neutral = html.neutral(letter)
    job = TypesettingJob(typesetter, neutral, sheet, "tried", neutral)
    tries: dict[Setting, TextExtent] = {}
    asked: list[Setting] = []

    def extent_in(setting: Setting) -> TextExtent:
        if setting not in tries:
            tries[setting] = job.extent_in(setting)
        return tries[setting]

    def counted(setting: Setting) -> TextExtent:
        asked.append(setting)
        return extent_in(setting)

    measured = job.measured()
    fitted = fit(counted, measured)
    return Trial(
        fitted, by_trial(extent_in), len(asked) + (measured is not None), measured is not None and not asked
    )


def by_trial(extent_in: Callable[[Setting], TextExtent]) -> Setting:
    """Return what `fit` is to return: the first rung that saves as many pages as the tightest."""
    loose, tight = extent_in(COMFORTABLE), extent_in(LADDER[-1])
    is_near = loose.last_mm <= 0.3 * loose.page_mm * loose.pages
    if loose.pages == 1 or not is_near or tight.pages == loose.pages:
        return fit(extent_in)
    first = next(one for one in LADDER if extent_in(one).pages <= tight.pages)
    return replace(first, pages=tight.pages)
