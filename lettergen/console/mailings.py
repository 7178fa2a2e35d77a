"""Output about a mailing: the plan, each finished volume, the summary."""

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
from lettergen.mailing.changed_after_posting import problems_of

if TYPE_CHECKING:
    from lettergen.mailing.production import FinishedVolume, Outcome
    from lettergen.outbox.volumes import Outbox
    from lettergen.plan.orders import Plan

__all__ = ["Verbosity", "VolumeTally", "confirm", "follow", "show_nothing_written"]


@dataclass
class VolumeTally:
    """The progress of a mailing."""

    planned: int
    here: int = 0
    """Of those, the ones made here; with shares, fewer."""
    made: int = 0
    kept: int = 0
    """Letters that existed already."""
    seen: int = 0
    """Letters of volumes that are finished or unchanged."""
    worked_on: int = 0
    """Letters of the volumes that this run has finished; unchanged ones took no time."""
    failed: int = 0
    pages: int = 0
    volumes: int = 0
    changed: list[str] = field(default_factory=list)
    posted_before: tuple[str, ...] = ()
    """Changed letters that had gone out before."""
    fitted: Counter[str] = field(default_factory=Counter)
    problems: dict[Problem, None] = field(default_factory=dict)
    checks: set[str] = field(default_factory=set)
    """Names of the checks that these are of."""
    more: int = 0
    """Further problems of the same checks, beyond as many as are kept."""
    media: dict[str, None] = field(default_factory=dict)

    def add(self, finished: "FinishedVolume") -> None:
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
        """Return letters per second and the remaining seconds at that rate; None before the first volume.

        Args:
            seconds: Since the run began. Letters come in volumes, so a momentary rate would jump.
        """
        if not self.worked_on or seconds <= 0:
            return None
        rate = self.worked_on / seconds
        return rate, max(0, self.here - self.seen) / rate

    def _add(self, outcome: "Outcome") -> None:
        for problem in outcome.problems:
            self._add_problem(problem)
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

    def _add_problem(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS or problem.name not in self.checks:
            self.problems[problem] = None
            self.checks.add(problem.name)
        else:
            self.more += problem not in self.problems


Verbosity = Literal["full", "quiet", "json"]
"""How much is printed: everything, only failures, or records for another program."""
MOST_PROBLEMS = 20_000
"""So many are kept until the end, some 20 MB."""
FAILURES_LISTED = 20
CHANGES_LISTED = 20


class Volumes(Iterator["FinishedVolume"], Protocol):
    """A mailing while it is made."""

    @property
    def removed(self) -> tuple[str, ...]:
        """Letters that are no longer in the plan."""

    def close(self) -> None:
        """End the run."""


class PostedBefore(Protocol):
    """Knows which letters had gone out before they were regenerated."""

    def among(self, changed: Sequence[str]) -> tuple[str, ...]:
        """Return the letters that had gone out."""


def show_nothing_written(verbosity: Verbosity = "full") -> None:
    """Say that nothing was written."""
    if verbosity == "full":
        say("Nothing was written.")


def confirm(count: int, noun: str = "letter") -> bool:
    """Ask whether to go on."""
    return ask(f"Make {plural(count, noun)}?")


def follow(
    volumes: Volumes,
    plan: "Plan",
    box: "Outbox",
    *,
    verbosity: Verbosity = "full",
    posted_before: PostedBefore | None = None,
    has_pdfs: bool = True,
) -> VolumeTally:
    """Show each volume when it is finished, failures with their reasons, and the summary.

    Args:
        volumes: The mailing.
        plan: What it is to have.
        box: Where it is.
        verbosity: How much is told.
        posted_before: Is asked for the letters that had gone out before they were regenerated.
        has_pdfs: Letters for the post are PDFs, ready for a printer.

    Raises:
        KeyboardInterrupt: Ctrl-C; finished volumes stay, and the summary is shown first.
    """
    reckoning = VolumeTally(len(plan.orders), _here(plan, box))
    began = monotonic()
    try:
        with _progress(verbosity) as progress, _answering_ctrl_c(progress.console):
            task = progress.add_task("", total=reckoning.here, pace=None, failed=0, volume="")
            for finished in volumes:
                reckoning.add(finished)
                pace = reckoning.pace(monotonic() - began)
                _tell(finished, reckoning, pace, progress.console, verbosity)
                progress.update(
                    task,
                    advance=finished.letters,
                    pace=pace,
                    failed=reckoning.failed,
                    volume=finished.folder,
                )
    except KeyboardInterrupt:
        volumes.close()
        _look_back(reckoning, posted_before)
        if reckoning.posted_before:
            show_problems(problems_of(reckoning.posted_before), ending="")
        _show_rest(reckoning, plan, box)
        raise
    _look_back(reckoning, posted_before)
    seconds = monotonic() - began
    if verbosity == "json":
        show_json_line(_sum_told(reckoning, volumes.removed, seconds))
    elif reckoning.problems:
        more = f"And {reckoning.more:,} more like them." if reckoning.more else ""
        show_problems(reckoning.problems, ending=more)
    if verbosity == "full":
        _show_work(reckoning, volumes.removed, seconds)
        _show_next(reckoning, plan, box, is_joined=has_pdfs and box.files != "separate")
    return reckoning


def _look_back(reckoning: VolumeTally, posted_before: PostedBefore | None) -> None:
    """Find out which of the changed letters had gone out: nobody else will say so later."""
    if posted_before and reckoning.changed:
        reckoning.posted_before = posted_before.among(reckoning.changed)
        reckoning.problems.update(dict.fromkeys(problems_of(reckoning.posted_before)))


def _here(plan: "Plan", box: "Outbox") -> int:
    """Return how many letters are made here; with shares, fewer than planned."""
    from lettergen.outbox.volumes import volumes_of

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
        console.print(styled("Stopping; finished volumes stay."))
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(verbosity: Verbosity) -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("letters", style="dim"),
        _Pace(),
        TextColumn("{task.fields[volume]}", style="dim"),
        _Failures(),
        console=errors(),
        transient=True,
        disable=verbosity != "full" or not sys.stderr.isatty(),
    )


class _Pace(ProgressColumn):
    """Letters per second, and how long the rest will take at that rate."""

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
    finished: "FinishedVolume",
    reckoning: VolumeTally,
    pace: tuple[float, float] | None,
    console: Console,
    verbosity: Verbosity,
) -> None:
    failures = [outcome for outcome in finished.outcomes if outcome.failed]
    if verbosity == "json":
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
        made = sum(not one.failed and one.news != "kept" for one in finished.outcomes)
        replaced = sum(not one.failed and one.news == "changed" for one in finished.outcomes)
        told = {"letters": finished.letters, "made": made, "replaced": replaced, "kept": kept}
        told |= {"failed": len(failures)}
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


def _show_work(reckoning: VolumeTally, removed: Sequence[str], seconds: float) -> None:
    if not (reckoning.made or reckoning.failed or removed):
        say((f"Nothing to do: this mailing already has its {plural(reckoning.kept, 'letter')}.", "bold"))
        return
    parts = [f"{plural(reckoning.made, 'letter')} made", plural(reckoning.pages, "page")]
    if reckoning.kept:
        parts.append(f"{reckoning.kept:,} there already")
    if reckoning.failed:
        parts.append(f"{reckoning.failed} failed")
    pace = f" ({reckoning.made / seconds:,.0f}/s)" if reckoning.made >= 100 and seconds > 0 else ""
    say((f"{', '.join(parts)} in {seconds:.1f} s{pace}.", "bold"))
    tightened = {setting: number for setting, number in reckoning.fitted.items() if is_fitted(setting)}
    if tightened:
        # Settings begin with the size in points, so the tightest has the smallest number.
        tightest = min(tightened, key=lambda setting: (float(setting.partition("/")[0]), setting))
        words = "" if len(tightened) == 1 else "the tightest "
        say((f"{plural(sum(tightened.values()), 'letter')} tightened to fit: {words}{tightest}.", "dim"))
    _show_names("regenerated because of changed content", reckoning.changed)
    _show_names("removed as no longer in the plan", removed)


def _show_names(what: str, names: Sequence[str]) -> None:
    if not names:
        return
    say(f"{plural(len(names), 'letter')} {what}:")
    for name in names[:CHANGES_LISTED]:
        say(f"  {name}")
    if len(names) > CHANGES_LISTED:
        say(f"  and {len(names) - CHANGES_LISTED} more")


def _show_next(reckoning: VolumeTally, plan: "Plan", box: "Outbox", *, is_joined: bool) -> None:
    """Say what to do with the letters."""
    folder = box.folder / plan.name
    say("In ", (str(folder), "bold"), "; the manifest accounts for every letter.")
    of = box.shard[1]
    if of > 1:
        say(f"Next: when all {of} shares are made, copy them into one outbox, run `lettergen ledger merge`,")
        say("and then this command without `--shard`: it checks for gaps and writes one manifest.")
        return
    if reckoning.failed:
        say("Next: fix what failed and run the same command again; it makes only those letters.")
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


def _show_rest(reckoning: VolumeTally, plan: "Plan", box: "Outbox") -> None:
    """Say how far an interrupted mailing came."""
    there = reckoning.made + reckoning.kept
    parts = [f"{there:,} of {plural(reckoning.planned, 'letter')} done"]
    if reckoning.failed:
        parts.append(f"{reckoning.failed} failed")
    folder = str(box.folder / plan.name)
    say((f"{', '.join(parts)}; everything in ", "bold"), (folder, "bold"), (" is complete.", "bold"))
    say("Run the same command again to resume.")


def _sum_told(reckoning: VolumeTally, removed: Sequence[str], seconds: float) -> dict[str, object]:
    return {
        "event": "sum",
        "planned": reckoning.planned,
        "made": reckoning.made,
        "replaced": len(reckoning.changed),
        "kept": reckoning.kept,
        "failed": reckoning.failed,
        "changed": reckoning.changed,
        "changed_after_posting": list(reckoning.posted_before),
        "removed": list(removed),
        "pages": reckoning.pages,
        "seconds": round(seconds, 1),
        "warnings": as_records(one for one in reckoning.problems if not one.is_error),
    }
