"""Results of commands: a check, a letter, a new folder, the state of the machine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.console.problems import as_records, plural, show_problems
from lettergen.console.terminal import (
    errors,
    is_quiet,
    is_verbose,
    output,
    say,
    show_json,
    somebody_reads,
    styled,
)
from lettergen.errors import Problem
from lettergen.letters.catalogue import Check

if TYPE_CHECKING:
    from lettergen.action_page.action_page import ActionPage
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Recipient

__all__ = [
    "MachineCheck",
    "recipients_followed",
    "say_that_samples_are_used",
    "show_campaign",
    "show_check",
    "show_check_explained",
    "show_checks",
    "show_diagnosis",
    "show_letter",
    "show_new_campaign",
    "show_page",
    "show_written",
]

_MANY = 100
NOT_WRITTEN = "Nothing was written."


@dataclass(frozen=True, slots=True)
class MachineCheck:
    """One thing that a letter needs of the machine."""

    name: str
    is_ok: bool
    found: str
    fix: str = ""


def say_that_samples_are_used() -> None:
    """Print that there is no campaign here."""
    say(
        "No campaign here: these are lettergen's own samples, with old addresses and invented senders. "
        "`lettergen init FOLDER` makes a campaign of your own."
    )


def show_campaign(campaign: "Campaign", *, templates: int) -> None:
    """Print on one line which campaign this is and what is in it."""
    counts = {
        "recipient": len(campaign.recipients),
        "sender": len(campaign.senders),
        "case": len(campaign.cases),
        "template": templates,
    }
    listed = ", ".join(plural(number, noun) for noun, number in counts.items())
    say(
        ("Campaign: ", "dim"),
        campaign.settings.name or "without a name",
        f", in {campaign.folder.resolve()}: {listed}.",
    )


def show_letter(letter_id: str, stationery: str) -> None:
    """Print on one line which letter it is, if that is wanted: defaults have decided, too."""
    if is_verbose():
        say(("Letter: ", "dim"), letter_id, f", on {stationery}." if stationery else ".")


def show_check(
    problems: Sequence[Problem],
    counts: Mapping[str, int],
    *,
    ignored: Sequence[Problem] = (),
    show_all: bool,
    as_json: bool,
) -> None:
    """Print what a check examined and what it found; warnings that are ignored are counted."""
    found = sum(problem.is_error for problem in problems)
    if as_json:
        show_json(
            {
                "errors": found,
                "warnings": len(problems) - found,
                "ignored": len(ignored),
                "counts": dict(counts),
                "problems": as_records(problems),
            }
        )
        return
    told = {noun: number for noun, number in counts.items() if number or noun != "signatures"}
    listed = ", ".join(plural(number, noun.removesuffix("s")) for noun, number in told.items())
    if problems:
        show_problems(problems, ending="", show_all=show_all, rest="lettergen check --all")
    else:
        say(("No problems.", "bold green"))
    if ignored:
        names = ",".join(sorted({one.name for one in ignored}))
        say(
            f"{plural(len(ignored), 'warning')} more, ignored as lettergen.toml says; "
            f"`lettergen check --select {names}` shows them."
        )
    say(f"Checked: {listed}. {NOT_WRITTEN}")


def show_checks(checks: Sequence[Check], *, as_json: bool) -> None:
    """Print the names of all checks with what they find."""
    from lettergen.console.tables import show_records

    records = [{"name": one.name, "severity": one.severity, "about": one.about} for one in checks]
    show_records(records, {"name": "name", "severity": "", "about": "finds"}, as_json=as_json)


def show_check_explained(check: Check, *, as_json: bool) -> None:
    """Print what one check finds, why it matters, and its sources."""
    if as_json:
        show_json(asdict(check))
        return
    console = output()
    console.print(styled((check.name, "bold"), f" ({check.severity}): {check.about}"))
    console.print()
    console.print(styled(check.why))
    console.print()
    for source in check.source:
        console.print(styled(("Source: ", "dim"), source))


def show_written(
    paths: Sequence[Path],
    pages: int,
    fitting: str,
    *,
    problems: Sequence[Problem] = (),
    as_json: bool = False,
) -> None:
    """Print where a letter went, how it was fitted to its sheets, and for programs what is odd about it."""
    from lettergen.pages.layout.text_setting import COMFORTABLE

    if as_json:
        found = {"files": [str(path) for path in paths], "pages": pages, "problems": as_records(problems)}
        show_json(found)
        return
    names = str(paths[0]) if len(paths) == 1 else f"{paths[0]} to {paths[-1].name}"
    say(("Wrote ", "green"), (names, "bold"), f", {plural(pages, 'page')}." if pages else ".")
    if fitting not in {"", str(COMFORTABLE)}:
        say((f"Tightened to fit its sheets: {fitting}.", "dim"))


def is_fitted(setting: str) -> bool:
    """Say whether a letter was set tighter than is comfortable, to save a sheet."""
    from lettergen.pages.layout.text_setting import COMFORTABLE

    # A foot that is only higher balances two pages; whatever is tightened begins with the paragraphs.
    return bool(setting) and setting.rpartition(",")[0] != str(COMFORTABLE).rpartition(",")[0]


def show_new_campaign(folder: Path, files: Sequence[Path], *, has_own_gitignore: bool = False) -> None:
    """Print what ``init`` has made and what to do next."""
    say(
        ("Created the campaign folder ", "green"),
        (str(folder.resolve() if folder == Path() else folder), "bold"),
    )
    for path in files:
        if ".schemas" not in path.parts:
            say(f"  {path}")
    if has_own_gitignore:
        say("Its `.gitignore` is unchanged; make sure that it lists `outbox/` and `ledger.*`.")
    say()
    say(
        ("Next:", "bold"),
        " the people in these files are invented; look at a letter, then replace them with your own.",
    )
    for command in (
        *([] if folder == Path() else [f"cd {folder}"]),
        "lettergen check",
        "lettergen preview first-letter --sample",
        "lettergen write first-letter --sample -o letter.pdf",
        "lettergen batch --dry-run",
        "lettergen templates",
    ):
        say(("  " + command, "cyan"))


def show_diagnosis(findings: Sequence[MachineCheck], *, as_json: bool) -> None:
    """Print whether this machine is ready, with the command that makes it so."""
    if as_json:
        show_json(
            [{"name": one.name, "ok": one.is_ok, "found": one.found, "fix": one.fix} for one in findings]
        )
        return
    width = max(len(one.name) for one in findings)
    for one in findings:
        mark = ("✓", "green") if one.is_ok else ("✗", "red")
        output().print(styled(mark, f" {one.name:<{width}}  {one.found}"))
        if one.fix and not one.is_ok:
            output().print(styled(" " * (width + 4), ("Fix: ", "green"), one.fix))


def recipients_followed(recipients: Sequence["Recipient"]) -> Iterable["Recipient"]:
    """Yield recipients, with a bar on a terminal if they are many; 5,000 take a minute."""
    if len(recipients) < _MANY or is_quiet() or not somebody_reads():
        return recipients
    from rich.progress import track

    return track(recipients, "Writing to each recipient", console=errors(), transient=True)


def show_page(made: "ActionPage", path: Path, size: int) -> None:
    """Print what an action page holds, and what to do next."""
    languages = ", ".join(made.languages)
    say(
        (f"Wrote {path}", "bold green"),
        f": {plural(made.recipients, 'recipient')}, letters in {languages}, "
        f"{size / 1000:,.0f} kB, for letters from {made.first} to {made.last}.",
    )
    say("Open it in a browser and read a letter in each language before you pass it on.")
