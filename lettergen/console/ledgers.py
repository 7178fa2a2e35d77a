"""Output about the ledger: overview, counts, proof, and what was recorded, forgotten, merged."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lettergen.console.problems import as_records, plural, show_problems
from lettergen.console.tables import show_records
from lettergen.console.terminal import ask, deliver, output, say, show_json
from lettergen.errors import Problem

if TYPE_CHECKING:
    from lettergen.ledger.counts import Overview, PublicCounts, StateCounts
    from lettergen.ledger.file_check import FileComparison
    from lettergen.ledger.merging import Merged
    from lettergen.ledger.proof import LedgerProof
    from lettergen.ledger.queries import Standing
    from lettergen.ledger.results import Results

__all__ = [
    "confirm_forgetting",
    "show_exported",
    "show_forgotten",
    "show_how_they_stand",
    "show_merged",
    "show_nothing_forgotten",
    "show_nothing_recorded",
    "show_overview",
    "show_proof",
    "show_recorded",
    "show_report",
    "show_results",
    "show_started",
]

STATES = (
    "planned", "made", "posted", "faxed", "sent", "delivered", "answered", "returned",
    "deferred", "not-sent", "unknown", "refused", "failed", "dropped",
)  # fmt: skip
"""Columns of the overview, in the order in which things happen; an empty one is left out."""


def show_overview(overview: "Overview", *, as_json: bool) -> None:
    """Print how far each mailing is."""
    records = [{"mailing": one.name, "letters": one.letters, **_counts(one)} for one in overview.mailings]
    if as_json:
        show_json(
            {
                "mailings": records,
                "transactions": overview.transactions,
                "last": overview.last,
                "head": overview.head,
            }
        )
        return
    columns = {"mailing": "mailing", "letters": "letters", **{state: state for state in STATES}}
    show_records(records, columns, as_json=False, none="The ledger has no mailings yet.")
    if overview.head:
        say()
        say(f"{plural(overview.transactions, 'transaction')}, last {overview.last}; head {overview.head}")


def _counts(tally: "StateCounts") -> dict[str, int]:
    return {state: tally.counts.get(state, 0) for state in STATES}


def show_recorded(
    recorded: int, already: int, state: str, on: str, questions: Sequence[str] = (), *, as_json: bool
) -> None:
    """Print for how many letters something was recorded."""
    if as_json:
        told = {"recorded": recorded, "already": already, "state": state, "on": on}
        show_json({**told, "questions": list(questions)} if questions else told)
        return
    asked = f" (questions: {', '.join(questions)})" if questions else ""
    say(("Recorded: ", "green"), f"{plural(recorded, 'letter')} {state}{asked} on {on}.")
    if already:
        say(f"{plural(already, 'letter')} had that state already.")


def show_nothing_recorded() -> None:
    """Print that everything is as it was."""
    say("Nothing was recorded.")


def show_how_they_stand(standings: "Mapping[str, Standing]") -> None:
    """Print that nothing was recorded because no letter fits, and what the mailing has."""
    counts = Counter((one.channel, one.state) for one in standings.values())
    told = ", ".join(
        f"{count:,} for {channel} ({state})" for (channel, state), count in sorted(counts.items())
    )
    say(f"Nothing was recorded, because no letter fits. The mailing has {told}.")


def show_started(path: Path, key: Path, *, is_new: bool) -> None:
    """Print where ledger and key are, and what to take care of."""
    did = ("Created the ledger ", "green") if is_new else "The ledger exists already: "
    say(did, (str(path), "bold"), " with its key ", (str(key), "bold"))
    say("Keep a copy of the key elsewhere. For several laptops, copy the whole campaign folder now.")


def show_upgraded(path: Path, count: int | None) -> None:
    """Print that a ledger has the form of this version."""
    if count is None:
        say(str(path), " has the form of this version already.")
        return
    say(("Upgraded ", "green"), (str(path), "bold"), f": {plural(count, 'transaction')} written anew.")
    say("Delete copies of the old ledger that you no longer need, and note the new head: `lettergen ledger`.")


def show_results(results: "Results", *, is_dry: bool, as_json: bool) -> None:
    """Print how many letters a report has brought into which state."""
    counts = Counter(one.state for one in results.reports)
    if as_json:
        told = {"known": results.known, "others": results.others, "on_the_way": results.on_the_way}
        show_json(
            {
                "recorded": 0 if is_dry else len(results.reports),
                "states": dict(sorted(counts.items())),
                **told,
            }
        )
        return
    did = "Would be recorded: " if is_dry else ("Recorded: ", "green")
    listed = ", ".join(f"{plural(count, 'letter')} {state}" for state, count in sorted(counts.items()))
    say(did, f"{listed or 'nothing new'}.")
    if results.known:
        say(f"{plural(results.known, 'letter')} had that state already, or a later one.")
    if results.others or results.on_the_way:
        others = f"{plural(results.others, 'line')} about other letters"
        say(f"{others}, {plural(results.on_the_way, 'line')} about steps on the way: left alone.")


def show_report(report: "PublicCounts", *, as_json: bool) -> None:
    """Print counts by recipient and country, without senders."""
    from lettergen.ledger.counts import PUBLISHED

    def record(one: "StateCounts", **more: str | None) -> dict[str, Any]:
        counts = {state: one.counts.get(state, 0) for state in PUBLISHED}
        return {**more, "letters": one.letters, **counts, "partly": one.partly, "days": one.days}

    recipients = [record(one, recipient=one.name, country=one.country) for one in report.recipients]
    countries = [record(one, country=one.name) for one in report.countries]
    if as_json:
        show_json({"recipients": recipients, "countries": countries, "total": record(report.total)})
        return
    numbers = {"letters": "letters", **{state: state for state in PUBLISHED}}
    numbers |= {"partly": "of these partly", "days": "days to answer"}
    for one in recipients:
        one["recipient"] = one["recipient"] or "nobody in particular"
    for one in countries:
        one["country"] = one["country"] or "not said"
    show_records(
        recipients,
        {"recipient": "recipient", "country": "in", **numbers},
        as_json=False,
        none="No letter has been made yet.",
    )
    if recipients:
        output().print()
        show_records(
            [*countries, record(report.total, country="all")],
            {"country": "country", **numbers},
            as_json=False,
        )


def show_proof(
    account: "LedgerProof", filed: "FileComparison | None", problems: Sequence[Problem], *, as_json: bool
) -> None:
    """Print what is intact in the ledger and in the files."""
    if as_json:
        show_json(
            {
                "transactions": account.found,
                "whole": account.whole,
                "entries": account.entries,
                "forgotten": account.forgotten,
                "head": account.head,
                "files": filed.whole if filed else None,
                "problems": as_records(problems),
            }
        )
        return
    if problems:
        show_problems(problems, ending="Nothing was changed.")
    whole = "all" if account.whole == account.found else f"{account.whole} of"
    if account.found:
        found = plural(account.found, "transaction")
        say(f"Chain: {whole} {found} intact, {plural(account.entries, 'line')}.")
    else:
        say("Chain: no transaction can be read." if problems else "Chain: nothing is recorded yet.")
    if account.last:
        say(f"Last intact transaction: {account.last}; head {account.head}")
    if filed:
        say(f"Files: {plural(filed.whole, 'file')} as recorded.")
    if not problems:
        say(("The ledger holds.", "bold green"))


def confirm_forgetting(letters: int, before: str) -> bool:
    """Ask whether to forget letters."""
    return ask(f"Permanently forget who wrote {plural(letters, 'letter')} last touched before {before}?")


def show_nothing_forgotten(letters: int, before: str, *, as_json: bool) -> None:
    """Print what would be forgotten, or that there is nothing."""
    if as_json:
        show_json({"due": letters, "before": before, "forgotten": 0})
        return
    say(f"{plural(letters, 'letter')} last touched before {before}. Nothing was forgotten.")


def show_forgotten(letters: int, before: str, outbox: Path, *, as_json: bool) -> None:
    """Print what was forgotten, and what the user must delete."""
    if as_json:
        show_json({"due": letters, "before": before, "forgotten": letters})
        return
    say(("Forgotten: ", "green"), f"who wrote {plural(letters, 'letter')} last touched before {before}.")
    say(f"Counts and chain stay. Delete the letters in `{outbox}`, copies and exports yourself.")


def show_exported(lines: Iterable[bytes]) -> None:
    """Write an export to stdout."""
    for line in lines:
        deliver(line)


def show_merged(merged: Mapping[str, "Merged"], problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print what each ledger brought."""
    if as_json:
        records = [
            {
                "ledger": name,
                "transactions": one.transactions,
                "entries": one.entries,
                "known": one.known,
                "lost": one.lost,
                "forgotten": one.forgotten,
                "conflicts": [
                    {"mailing": two.mailing, "recipient": two.recipient, "letter": two.letter}
                    for two in one.conflicts
                ],
            }
            for name, one in merged.items()
        ]
        show_json(records)
        return
    if problems:
        show_problems(problems, ending="Both are in the ledger now.")
    for name, one in merged.items():
        new = f"{plural(one.transactions, 'new transaction')}, {plural(one.entries, 'line')}"
        say(("Merged ", "green"), (name, "bold"), f": {new}; {one.known} known already.")
        if one.lost:
            say(f"{plural(one.lost, 'transaction')} in it could not be read and were not copied.")
        if one.forgotten:
            say(f"{plural(one.forgotten, 'line')} forgotten there are forgotten here.")
