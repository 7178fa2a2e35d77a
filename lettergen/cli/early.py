"""Letters that would leave, or be recorded as gone, before their date: told, and asked about."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lettergen.errors import MissingOptionError, Problem

__all__ = ["early_problem", "goes_early", "is_day_meant", "reported_early"]


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
    problem = early_problem(dates, on)
    return problem is None or _agreed_to(
        [problem],
        "Let them leave before their date?",
        "nobody can say whether letters may leave before their date",
        "wait for their date, or add `--yes`.",
        yes=yes,
    )


def is_day_meant(dates: Iterable[str], state: str, on: date, today: date, *, yes: bool) -> bool:
    """Say whether letters are to be recorded as being in a state on a day.

    Somebody is asked if that day is before their dates or still to come, because what is recorded stays.

    Raises:
        MissingOptionError: There is nobody to ask.
    """
    problems = list(_odd_days(sorted(dates), state, on, today))
    return not problems or _agreed_to(
        problems,
        f"Record that day, {on.isoformat()}?",
        "nobody can say whether that day is meant",
        "correct `--on`, or add `--yes`.",
        yes=yes,
    )


def reported_early(days: Iterable[tuple[str, str]]) -> Problem | None:
    """Return the warning about letters that a file reports before their dates; None if there are none.

    Args:
        days: The date of each letter, and the day that is reported.
    """
    from lettergen.console.problems import plural

    count = sum(reported < dated for dated, reported in days)
    if not count:
        return None
    return Problem(
        "recorded-before-its-date",
        f"the file reports {plural(count, 'letter')} on a day before the date that it bears."
        if count == 1
        else f"the file reports {plural(count, 'letter')} on days before the dates that they bear.",
        "check that the file tells of this mailing: `--dry-run` records nothing.",
        severity="warning",
    )


def _odd_days(dates: Sequence[str], state: str, on: date, today: date) -> Iterator[Problem]:
    """Yield what is odd about the day on which letters of some dates, in order, came into a state."""
    from lettergen.console.problems import plural

    early = [one for one in dates if one > on.isoformat()]
    if dates and on > today:
        yield Problem(
            "day-to-come",
            f"{plural(len(dates), 'letter')} would be recorded as {state} on {on.isoformat()}, "
            "which is still to come.",
            "record it on that day, or correct `--on`.",
            severity="warning",
        )
    elif early and state != "dropped":
        letters = "a letter is dated" if len(early) == 1 else f"{len(early)} letters are dated up to"
        yield Problem(
            "recorded-before-its-date",
            f"{letters} {early[-1]}, but would be recorded as {state} on {on.isoformat()}.",
            "say with `--on` when it happened; if the date of the letter is wrong, make it again.",
            severity="warning",
        )


def _agreed_to(problems: Sequence[Problem], question: str, nobody: str, fix: str, *, yes: bool) -> bool:
    """Show what is odd, and ask unless `--yes` has answered.

    Raises:
        MissingOptionError: There is nobody to ask.
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.terminal import ask, somebody_answers

    show_warnings(problems)
    if yes:
        return True
    if not somebody_answers():
        raise MissingOptionError.of("nobody-to-ask", f"this is not a terminal, so {nobody}.", fix)
    return ask(question)
