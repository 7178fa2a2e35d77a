"""A mailing: the plan before it, the letters as they come, the reckoning after."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from lettergen.console.problems import plural, show_problems
from lettergen.console.terminal import ask, errors, say, styled
from lettergen.errors import Problem

if TYPE_CHECKING:
    from lettergen.mailing.engine import Outcome
    from lettergen.mailing.plan import Plan

__all__ = ["Reckoning", "confirm", "follow", "show_nothing_written", "show_plan"]

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


def show_nothing_written() -> None:
    """Say that the plan has stayed a plan."""
    say("Nothing was written.")


def confirm(letters: int) -> bool:
    """Ask whether to go on."""
    return ask(f"Make {plural(letters, 'letter')}?")


def follow(outcomes: "Iterator[Outcome]", plan: "Plan", folder: Path) -> Reckoning:
    """Show the letters as they are finished, failures with their reasons, and the sum."""
    reckoning = Reckoning(len(plan.orders))
    began = monotonic()
    interrupted = True
    try:
        with _progress() as progress:
            task = progress.add_task("", total=reckoning.planned)
            for outcome in outcomes:
                reckoning.add(outcome)
                if outcome.failed:
                    _show_failure(outcome, reckoning, progress.console)
                progress.advance(task)
        interrupted = False
    finally:
        if interrupted:
            # Letters under way are finished and entered in the manifest.
            getattr(outcomes, "close", lambda: None)()
        _show_sum(reckoning, folder, seconds=monotonic() - began, interrupted=interrupted)
    return reckoning


def _progress() -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("letters", style="dim"),
        _Rate(),
        TimeRemainingColumn(),
        console=errors(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


class _Rate(ProgressColumn):
    """Letters a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, once there is one."""
        speed = task.speed or task.finished_speed
        return Text(f"{speed:.1f}/s" if speed else "", style="dim")


def _show_failure(outcome: "Outcome", reckoning: Reckoning, console: Console) -> None:
    # On the bar's own console: another would write into the bar.
    if reckoning.failed > FAILURES_LISTED:
        return
    reason = next((problem.message for problem in outcome.problems if problem.is_error), "no reason given.")
    console.print(styled(("failed ", "red"), (outcome.letter_id, "bold"), f": {reason}"))
    if reckoning.failed == FAILURES_LISTED:
        console.print(styled("Further failures are in the manifest."))


def _show_sum(reckoning: Reckoning, folder: Path, *, seconds: float, interrupted: bool) -> None:
    if reckoning.problems:
        show_problems(reckoning.problems, ending="")
    parts = [f"{plural(reckoning.made, 'letter')} made", plural(reckoning.pages, "page")]
    if reckoning.failed:
        parts.append(f"{reckoning.failed} failed")
    if interrupted:
        parts.append(f"{reckoning.planned - reckoning.made - reckoning.failed} not begun or not counted")
    rate = f" in {seconds:.1f} s" if seconds >= 0.1 else ""
    say((f"{', '.join(parts)}{rate}.", "bold"))
    for setting, number in _fitted(reckoning.fitted).items():
        say((f"{plural(number, 'letter')} set closer to fit: {setting}.", "dim"))
    if reckoning.made or reckoning.failed:
        say("In ", (str(folder), "bold"), "; the manifest accounts for every letter.")


def _fitted(settings: Counter[str]) -> Mapping[str, int]:
    from lettergen.pages.fit import COMFORTABLE

    return {setting: number for setting, number in settings.items() if setting not in {"", str(COMFORTABLE)}}


def _line(label: str, text: str) -> None:
    errors().print(styled((f"  {label:<10}", "dim"), text))


def _some(names: Sequence[str]) -> str:
    if len(names) <= LISTED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:LISTED])} and {len(names) - LISTED} more"
