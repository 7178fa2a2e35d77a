"""Output about letters that have gone and say what is no longer so."""

from typing import TYPE_CHECKING

from lettergen.console.problems import as_records, plural, show_problems
from lettergen.console.terminal import output, say, show_json

if TYPE_CHECKING:
    from lettergen.mailing.outdated import Change, OutdatedLetters, Outlook

__all__ = ["show_outdated"]

NAMED = 5


def show_outdated(outlook: "Outlook", *, as_json: bool) -> None:
    """Print what each group of letters said, and what it would say today."""
    if as_json:
        records = [
            {
                "mailing": one.mailing,
                "template": one.template,
                "date": one.on,
                "case": one.case_id,
                "letters": one.letters,
                "recipients": list(one.recipients),
                "changes": [{"said": change.said, "says": change.says} for change in one.changes],
                "problems": as_records(one.problems),
            }
            for one in outlook.outdated
        ]
        show_json({"outdated": records, "same": outlook.same, "unknown": outlook.unknown})
        return
    for one in outlook.outdated:
        _show(one)
    if not outlook.outdated:
        output().print("No letter that has gone says anything else than the case does today.")
    say(f"{plural(outlook.same, 'letter')} as the facts are today.")
    if outlook.unknown:
        say(f"{plural(outlook.unknown, 'letter')} whose sender, recipient or template is gone: not compared.")


def _show(one: "OutdatedLetters") -> None:
    from lettergen.mailing.outdated import MOST_CHANGES

    to = ", ".join(filter(None, one.recipients[:NAMED]))
    more = f" and {len(one.recipients) - NAMED} more" if len(one.recipients) > NAMED else ""
    output().print(
        f"{one.mailing}: {plural(one.letters, 'letter')} of {one.on}{' to ' + to if to else ''}{more}",
        markup=False,
        highlight=False,
    )
    if one.problems:
        show_problems(one.problems, ending="So this letter could not be written today.")
    elif not one.changes:
        output().print("  other words today; no file of the outbox has the old ones", highlight=False)
    for change in one.changes[:MOST_CHANGES]:
        _show_change(change)
    if len(one.changes) > MOST_CHANGES:
        output().print(f"  and {plural(len(one.changes) - MOST_CHANGES, 'more change')}", highlight=False)


def _show_change(change: "Change") -> None:
    output().print(f"  said  {change.said or '(nothing)'}", markup=False, highlight=False)
    output().print(f"  now   {change.says or '(nothing)'}", markup=False, highlight=False)
