"""Letters that would leave before their date: told, and asked about."""

from collections.abc import Iterable
from datetime import date

from lettergen.errors import MissingOptionError, Problem

__all__ = ["early_problem", "goes_early"]


def early_problem(dates: Iterable[str], on: date, wait: str = "wait for that day") -> Problem | None:
    """Return the warning about letters that leave on a day before their dates; None if there are none.

    Args:
        dates: Of the letters.
        on: When they would leave.
        wait: What to do if the date is right.
    """
    early = sorted(one for one in dates if one > on.isoformat())
    if not early:
        return None
    letters = "a letter is dated" if len(early) == 1 else f"{len(early)} letters are dated up to"
    return Problem(
        "leaves-before-its-date",
        f"{letters} {early[-1]}, but would leave on {on.isoformat()}.",
        f"{wait}, or make the letters with `--date` of the day on which they leave.",
        severity="warning",
    )


def goes_early(dates: Iterable[str], on: date, *, yes: bool) -> bool:
    """Say whether letters may leave on a day; somebody is asked if that is before their dates.

    Raises:
        MissingOptionError: There is nobody to ask.
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.terminal import ask, somebody_answers

    problem = early_problem(dates, on)
    if problem is None:
        return True
    show_warnings([problem])
    if yes:
        return True
    if not somebody_answers():
        raise MissingOptionError.of(
            "nobody-to-ask",
            "this is not a terminal, so nobody can say whether letters may leave before their date.",
            "wait for their date, or add `--yes`.",
        )
    return ask("Let them leave before their date?")
