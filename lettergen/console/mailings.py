"""A mailing: the plan before it, the letters as they come, the reckoning after."""

import math
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING

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

from lettergen.console.problems import plural, show_problems
from lettergen.console.reports import is_fitted
from lettergen.console.terminal import ask, errors, say, styled
from lettergen.errors import LettergenError, Problem

if TYPE_CHECKING:
    from lettergen.letters.checks.likeness import Likeness
    from lettergen.mailing.engine import Outcome
    from lettergen.mailing.plan import Plan

__all__ = ["Reckoning", "confirm", "follow", "show_likeness", "show_nothing_written", "show_plan"]

LISTED = 3
FAILURES_LISTED = 20


@dataclass
class Reckoning:
    """What has become of a mailing so far."""

    planned: int
    made: int = 0
    failed: int = 0
    pages: int = 0
    fitted: Counter[str] = field(default_factory=Counter)
    problems: dict[Problem, None] = field(default_factory=dict)

    def add(self, outcome: "Outcome") -> None:
        """Count one letter."""
        self.problems.update(dict.fromkeys(outcome.problems))
        if outcome.failed:
            self.failed += 1
        else:
            self.made += 1
            self.pages += outcome.pages
            self.fitted[outcome.note] += 1


def show_plan(plan: "Plan", title: str, folder: Path, formats: Sequence[str], *, combined: bool) -> None:
    """Print what would be made, for whom, and what is left out and why."""
    recipients = {order.recipient_id for order in plan.orders if order.recipient_id}
    senders = {order.sender_id for order in plan.orders}
    whom = f"{plural(len(recipients), 'recipient')} × {plural(len(senders), 'sender')}"
    say((title, "bold"), (f"  {plan.name}", "dim"))
    _line("letters", f"{len(plan.orders)}, {whom}")
    if recipients:
        _line("to", _some(sorted(recipients)))
    _line("from", _some(sorted(senders)))
    languages = Counter(order.language or "" for order in plan.orders)
    if len(languages) > 1:
        _line("in", ", ".join(f"{language} {number}" for language, number in sorted(languages.items())))
    for reason, number in Counter(skipped.reason for skipped in plan.skipped).items():
        _line("skipped", f"{number}: {reason}")
    _line("as", ", ".join([*formats, *(["one PDF of all"] if combined else []), "a manifest"]))
    _line("in folder", str(folder))


def show_likeness(likeness: "Likeness") -> None:
    """Print what somebody will think who opens the letters one after another, if there is cause."""
    if sentence := likeness.sentence():
        _line("alike", sentence)


def show_nothing_written() -> None:
    """Say that the plan has stayed a plan."""
    say("Nothing was written.")


def confirm(letters: int) -> bool:
    """Ask whether to go on."""
    return ask(f"Make {plural(letters, 'letter')}?")


def follow(outcomes: "Iterator[Outcome]", plan: "Plan", folder: Path) -> Reckoning:
    """Show the letters as they are finished, failures with their reasons, and the sum.

    Raises:
        KeyboardInterrupt: Ctrl-C; letters under way are finished and the sum is shown before.
    """
    reckoning = Reckoning(len(plan.orders))
    began = monotonic()
    try:
        with _progress() as progress, _answering_ctrl_c(progress.console):
            task = progress.add_task("", total=reckoning.planned)
            for outcome in outcomes:
                reckoning.add(outcome)
                if outcome.failed:
                    _show_failure(outcome, reckoning, progress.console)
                progress.advance(task)
    except KeyboardInterrupt:
        # If it came between two letters, the makers do not know yet.
        getattr(outcomes, "close", lambda: None)()
        _show_rest(reckoning, folder)
        raise
    _show_sum(reckoning, folder, monotonic() - began)
    return reckoning


@contextmanager
def _answering_ctrl_c(console: Console) -> Iterator[None]:
    """Say at once that Ctrl-C was heard, for finishing what is under way takes a moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def answer(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        console.print(styled("Stopping; letters under way are finished first."))
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _progress() -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("letters", style="dim"),
        _Pace(),
        console=errors(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


class _Pace(ProgressColumn):
    """Letters a second since the beginning, and how long the rest will take so.

    Letters come in handfuls, one volume after another; a rate of the last moments would leap.
    """

    def render(self, task: Task) -> Text:
        """Return the pace, once there is one."""
        if not task.completed or not task.elapsed or task.remaining is None:
            return Text("")
        rate = task.completed / task.elapsed
        seconds = math.ceil(task.remaining / rate)
        return Text(f"{rate:.1f}/s, {timedelta(seconds=seconds)} left", style="dim")


def _show_failure(outcome: "Outcome", reckoning: Reckoning, console: Console) -> None:
    # On the bar's own console: another would write into the bar.
    if reckoning.failed > FAILURES_LISTED:
        return
    reason = next((problem.message for problem in outcome.problems if problem.is_error), "no reason given.")
    console.print(styled(("failed ", "red"), (outcome.letter_id, "bold"), f": {reason}"))
    if reckoning.failed == FAILURES_LISTED:
        console.print(styled("Further failures are in the manifest."))


def _show_sum(reckoning: Reckoning, folder: Path, seconds: float) -> None:
    if reckoning.problems:
        show_problems(reckoning.problems, ending="")
    parts = [f"{plural(reckoning.made, 'letter')} made", plural(reckoning.pages, "page")]
    if reckoning.failed:
        parts.append(f"{reckoning.failed} failed")
    say((f"{', '.join(parts)} in {seconds:.1f} s.", "bold"))
    closer = {setting: number for setting, number in reckoning.fitted.items() if is_fitted(setting)}
    if closer:
        # Settings begin with the size in points, so the closest has the smallest number.
        closest = min(closer, key=lambda setting: (float(setting.partition("/")[0]), setting))
        words = "" if len(closer) == 1 else "the closest "
        say((f"{plural(sum(closer.values()), 'letter')} set closer to fit: {words}{closest}.", "dim"))
    say("In ", (str(folder), "bold"), "; the manifest accounts for every letter.")


def _show_rest(reckoning: Reckoning, folder: Path) -> None:
    """Say how far an interrupted mailing came; what was under way is in the manifest only."""
    from lettergen.mailing.engine import MANIFEST
    from lettergen.mailing.manifest import Manifest

    try:
        states = Counter(str(entry.state) for entry in Manifest.read(folder / MANIFEST).entries)
    except (OSError, LettergenError):
        states = Counter(made=reckoning.made, failed=reckoning.failed)
    parts = [f"{states['made']} of {plural(reckoning.planned, 'letter')} made"]
    if states["failed"]:
        parts.append(f"{states['failed']} failed")
    say((f"{', '.join(parts)}; what is in ", "bold"), (str(folder), "bold"), (" is whole.", "bold"))
    say("The same command with `--force` makes the mailing anew.")


def _line(label: str, text: str) -> None:
    errors().print(styled((f"  {label:<10}", "dim"), text))


def _some(names: Sequence[str]) -> str:
    if len(names) <= LISTED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:LISTED])} and {len(names) - LISTED} more"
