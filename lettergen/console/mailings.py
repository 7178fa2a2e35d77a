"""A mailing: the plan before it, the volumes as they come, the reckoning after."""

import math
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Literal, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
)
from rich.text import Text

from lettergen.console.problems import as_records, plural, show_problems
from lettergen.console.reports import is_fitted
from lettergen.console.terminal import ask, errors, say, show_json_line, styled
from lettergen.errors import Problem
from lettergen.mailing.overtaken import problems_of

if TYPE_CHECKING:
    from lettergen.mailing.engine import Finished, Outcome
    from lettergen.mailing.plan import Plan
    from lettergen.mailing.volumes import Outbox

__all__ = ["Manner", "Reckoning", "confirm", "follow", "show_nothing_written"]


@dataclass
class Reckoning:
    """What has become of a mailing so far."""

    planned: int
    here: int = 0
    """Of those, the ones that are made here, which of several shares are fewer."""
    made: int = 0
    kept: int = 0
    """Letters that were there already."""
    seen: int = 0
    """Letters of volumes that are finished or stood as they were."""
    worked_on: int = 0
    """Letters of the volumes that this run has finished: what stood as it was took no time."""
    failed: int = 0
    pages: int = 0
    volumes: int = 0
    changed: list[str] = field(default_factory=list)
    overtaken: tuple[str, ...] = ()
    """Those of the changed that had gone out before."""
    fitted: Counter[str] = field(default_factory=Counter)
    problems: dict[Problem, None] = field(default_factory=dict)
    media: dict[str, None] = field(default_factory=dict)

    def add(self, finished: "Finished") -> None:
        """Count one volume."""
        self.volumes += 1
        self.seen += finished.letters
        self.worked_on += 0 if finished.is_kept else finished.letters
        self.media[finished.folder.partition("/")[0]] = None
        if finished.is_kept:
            self.kept += finished.letters
        for outcome in finished.outcomes:
            self._add(outcome)

    def pace(self, seconds: float) -> tuple[float, float] | None:
        """Return letters a second, and in how many seconds the rest comes so; None before the first volume.

        Args:
            seconds: Since the run began. Letters come by volumes; a rate of the last moments would leap.
        """
        if not self.worked_on or seconds <= 0:
            return None
        rate = self.worked_on / seconds
        return rate, max(0, self.here - self.seen) / rate

    def _add(self, outcome: "Outcome") -> None:
        self.problems.update(dict.fromkeys(outcome.problems))
        if outcome.failed:
            self.failed += 1
        elif outcome.news == "kept":
            self.kept += 1
        else:
            self.made += 1
            self.pages += outcome.entry.pages
            self.fitted[outcome.entry.setting] += 1
            if outcome.news == "changed":
                self.changed.append(outcome.letter_id)


Manner = Literal["full", "quiet", "json"]
"""How much is told: everything, only what went wrong, or all of it for another program."""
FAILURES_LISTED = 20
CHANGES_LISTED = 20


class Volumes(Iterator["Finished"], Protocol):
    """A mailing while it is made."""

    @property
    def removed(self) -> tuple[str, ...]:
        """Letters that are no more in the plan."""

    def close(self) -> None:
        """End the run."""


class Overtaken(Protocol):
    """Knows which letters had gone out before they were made anew."""

    def among(self, changed: Sequence[str]) -> tuple[str, ...]:
        """Return those of the letters that had."""


def show_nothing_written(manner: Manner = "full") -> None:
    """Say that the plan has stayed a plan."""
    if manner == "full":
        say("Nothing was written.")


def confirm(count: int, noun: str = "letter") -> bool:
    """Ask whether to go on."""
    return ask(f"Make {plural(count, noun)}?")


def follow(
    volumes: Volumes,
    plan: "Plan",
    box: "Outbox",
    *,
    manner: Manner = "full",
    overtaken: Overtaken | None = None,
    has_pdfs: bool = True,
) -> Reckoning:
    """Show the volumes as they are finished, failures with their reasons, and the sum.

    Args:
        volumes: The mailing.
        plan: What it is to have.
        box: Where it is.
        manner: How much is told.
        overtaken: Is asked for the letters that had gone out before they were made anew.
        has_pdfs: Letters for the post are PDFs, ready for a printer.

    Raises:
        KeyboardInterrupt: Ctrl-C; what is finished stands, and the sum is shown before.
    """
    reckoning = Reckoning(len(plan.orders), _here(plan, box))
    began = monotonic()
    try:
        with _progress(manner) as progress, _answering_ctrl_c(progress.console):
            task = progress.add_task("", total=reckoning.here, pace=None, failed=0, volume="")
            for finished in volumes:
                reckoning.add(finished)
                pace = reckoning.pace(monotonic() - began)
                _tell(finished, reckoning, pace, progress.console, manner)
                progress.update(
                    task,
                    advance=finished.letters,
                    pace=pace,
                    failed=reckoning.failed,
                    volume=finished.folder,
                )
    except KeyboardInterrupt:
        volumes.close()
        _look_back(reckoning, overtaken)
        if reckoning.overtaken:
            show_problems(problems_of(reckoning.overtaken), ending="")
        _show_rest(reckoning, plan, box)
        raise
    _look_back(reckoning, overtaken)
    seconds = monotonic() - began
    if manner == "json":
        show_json_line(_sum_told(reckoning, volumes.removed, seconds))
    elif reckoning.problems:
        show_problems(reckoning.problems, ending="")
    if manner == "full":
        _show_work(reckoning, volumes.removed, seconds)
        _show_next(reckoning, plan, box, is_joined=has_pdfs and box.files != "separate")
    return reckoning


def _look_back(reckoning: Reckoning, overtaken: Overtaken | None) -> None:
    """Find out which of the changed letters had gone out: nobody else will say so later."""
    if overtaken and reckoning.changed:
        reckoning.overtaken = overtaken.among(reckoning.changed)
        reckoning.problems.update(dict.fromkeys(problems_of(reckoning.overtaken)))


def _here(plan: "Plan", box: "Outbox") -> int:
    """Return how many letters are made here, which of several shares are fewer than planned."""
    from lettergen.mailing.volumes import volumes_of

    return sum(len(one) for one in volumes_of(plan.orders, box.volume_size) if box.has(one))


@contextmanager
def _answering_ctrl_c(console: Console) -> Iterator[None]:
    """Say at once that Ctrl-C was heard, for finishing what is under way takes a moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def answer(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        console.print(styled("Stopping; volumes that are finished stay."))
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(manner: Manner) -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("letters", style="dim"),
        _Pace(),
        TextColumn("{task.fields[volume]}", style="dim"),
        _Failures(),
        console=errors(),
        transient=True,
        disable=manner != "full" or not sys.stderr.isatty(),
    )


class _Pace(ProgressColumn):
    """Letters a second, and how long the rest will take so."""

    def render(self, task: Task) -> Text:
        """Return the pace, once there is one."""
        if task.fields["pace"] is None:
            return Text("")
        rate, seconds = task.fields["pace"]
        shown = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
        return Text(f"{shown}/s, {timedelta(seconds=math.ceil(seconds))} left", style="dim")


class _Failures(ProgressColumn):
    """How many letters could not be made, if any."""

    def render(self, task: Task) -> Text:
        """Return the number."""
        failed = task.fields["failed"]
        return Text(f"{failed} failed" if failed else "", style="red")


def _tell(
    finished: "Finished",
    reckoning: Reckoning,
    pace: tuple[float, float] | None,
    console: Console,
    manner: Manner,
) -> None:
    failures = [outcome for outcome in finished.outcomes if outcome.failed]
    if manner == "json":
        for outcome in failures:
            errors_of = [problem for problem in outcome.problems if problem.is_error]
            show_json_line(
                {
                    "event": "failed",
                    "letter": outcome.letter_id,
                    "problems": [{"name": one.name, "message": one.message} for one in errors_of],
                }
            )
        kept = finished.letters if finished.is_kept else sum(one.news == "kept" for one in finished.outcomes)
        told = {"letters": finished.letters, "kept": kept, "failed": len(failures)}
        told |= {"done": reckoning.seen, "of": reckoning.here}
        rate, left = (round(pace[0], 1), math.ceil(pace[1])) if pace else (None, None)
        course = {"per_second": rate, "seconds_left": left}
        show_json_line({"event": "volume", "folder": finished.folder, **told, **course})
        return
    shown = reckoning.failed - len(failures)
    for number, outcome in enumerate(failures, start=shown + 1):
        if number <= FAILURES_LISTED:
            _show_failure(outcome, console)
        if number == FAILURES_LISTED:
            # On the bar's own console: another would write into the bar.
            console.print(styled("Further failures are in the manifest."))


def _show_failure(outcome: "Outcome", console: Console) -> None:
    reason = next((problem.message for problem in outcome.problems if problem.is_error), "no reason given.")
    console.print(styled(("failed ", "red"), (outcome.letter_id, "bold"), f": {reason}"))


def _show_work(reckoning: Reckoning, removed: Sequence[str], seconds: float) -> None:
    if not (reckoning.made or reckoning.failed or removed):
        say((f"Nothing to do: {plural(reckoning.kept, 'letter')} of this mailing are there.", "bold"))
        return
    parts = [f"{plural(reckoning.made, 'letter')} made", plural(reckoning.pages, "page")]
    if reckoning.kept:
        parts.append(f"{reckoning.kept:,} there already")
    if reckoning.failed:
        parts.append(f"{reckoning.failed} failed")
    pace = f" ({reckoning.made / seconds:,.0f}/s)" if reckoning.made >= 100 and seconds > 0 else ""
    say((f"{', '.join(parts)} in {seconds:.1f} s{pace}.", "bold"))
    closer = {setting: number for setting, number in reckoning.fitted.items() if is_fitted(setting)}
    if closer:
        # Settings begin with the size in points, so the closest has the smallest number.
        closest = min(closer, key=lambda setting: (float(setting.partition("/")[0]), setting))
        words = "" if len(closer) == 1 else "the closest "
        say((f"{plural(sum(closer.values()), 'letter')} set closer to fit: {words}{closest}.", "dim"))
    _show_names("made anew, for something in them has changed", reckoning.changed)
    _show_names("taken away, for they are no more in the plan", removed)


def _show_names(what: str, names: Sequence[str]) -> None:
    if not names:
        return
    say(f"{plural(len(names), 'letter')} {what}:")
    for name in names[:CHANGES_LISTED]:
        say(f"  {name}")
    if len(names) > CHANGES_LISTED:
        say(f"  and {len(names) - CHANGES_LISTED} more")


def _show_next(reckoning: Reckoning, plan: "Plan", box: "Outbox", *, is_joined: bool) -> None:
    """Say what is to be done with the letters."""
    folder = box.folder / plan.name
    say("In ", (str(folder), "bold"), "; the manifest accounts for every letter.")
    of = box.shard[1]
    if of > 1:
        say(f"Next: when all {of} shares are made, bring them together, run `lettergen ledger merge`,")
        say("and then this command without `--shard`: it sees whether all is there and writes one manifest.")
        return
    if reckoning.failed:
        say("Next: mend what failed and run the same command again; only those letters are made.")
        return
    for medium in reckoning.media:
        say(f"Next: {_NEXT[medium]}{_JOINED if is_joined and medium == 'post' else ''}.")
        if medium in _RECORDED:
            say(f"Then record it: `lettergen ledger record {plan.name} --state {_RECORDED[medium]}`.")


_NEXT = {
    "post": "look at post/, print and post it",
    "fax": "look at fax/ and hand it over (`lettergen handover --help`)",
    "email": "look at email/ and send it (`lettergen send --help`), which also records it",
}
_JOINED = "; each volume has all its letters in one all-letters.pdf"
_RECORDED = {"post": "posted", "fax": "faxed"}


def _show_rest(reckoning: Reckoning, plan: "Plan", box: "Outbox") -> None:
    """Say how far an interrupted mailing came."""
    there = reckoning.made + reckoning.kept
    parts = [f"{there:,} of {plural(reckoning.planned, 'letter')} there"]
    if reckoning.failed:
        parts.append(f"{reckoning.failed} failed")
    folder = str(box.folder / plan.name)
    say((f"{', '.join(parts)}; what is in ", "bold"), (folder, "bold"), (" is whole.", "bold"))
    say("The same command goes on from here.")


def _sum_told(reckoning: Reckoning, removed: Sequence[str], seconds: float) -> dict[str, object]:
    return {
        "event": "sum",
        "planned": reckoning.planned,
        "made": reckoning.made,
        "kept": reckoning.kept,
        "failed": reckoning.failed,
        "changed": reckoning.changed,
        "changed_after_posting": list(reckoning.overtaken),
        "removed": list(removed),
        "pages": reckoning.pages,
        "seconds": round(seconds, 1),
        "warnings": as_records(one for one in reckoning.problems if not one.is_error),
    }
