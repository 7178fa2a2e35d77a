"""Whether the addressee still holds the office, and when that was last checked."""

from collections.abc import Iterable, Iterator
from datetime import date

from lettergen.errors import Problem
from lettergen.facts.model import Recipient
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.checks.dates import future

__all__ = ["check", "entry", "in_office", "office_of", "successors"]

Office = tuple[str | None, str | None, str | None]


def check(
    recipient: Recipient, record: CheckedRecord, *, on: date, successor: str | None = None
) -> Iterator[Problem]:
    """Yield a problem if a recipient is out of office on a day, or the entry is outdated by then."""
    stale = record.campaign.settings.stale_after_days
    if not in_office(recipient, on):
        instead = f"write to `{successor}`" if successor else "name the present holder"
        yield record.problem(
            "not-in-office",
            f"{record} is not in office on {on}.",
            f"{instead}, or remove `name:` and write to the office.",
            ("in_office",),
            "warning",
        )
    if recipient.checked and (on - recipient.checked.on).days > stale:
        yield record.problem(
            "entry-not-checked",
            f"{record} was last checked more than {stale} days before {on}.",
            "check the entry against a current source and update `checked:`.",
            ("checked",),
            "warning",
        )


def entry(recipient: Recipient, record: CheckedRecord, *, today: date) -> Iterator[Problem]:
    """Yield days of an entry that contradict each other or the calendar."""
    period = recipient.in_office
    if period and period.from_ and period.until and period.from_ > period.until:
        yield record.problem(
            "term-of-office-reversed",
            f"{record} leaves office on {period.until}, before taking it up on {period.from_}.",
            "correct `from:` or `until:` in `in_office:`.",
            ("in_office", "until"),
        )
    if recipient.checked and future(recipient.checked.on, today):
        yield record.problem(
            "checked-in-future",
            f"{record} was checked on {recipient.checked.on}, which is in the future.",
            "give the day on which somebody really checked the entry.",
            ("checked", "on"),
        )


def in_office(recipient: Recipient, on: date) -> bool:
    """Say whether the holder is in office on a day, as far as is known."""
    period = recipient.in_office
    if period is None:
        return True
    return not ((period.until and on > period.until) or (period.from_ and on < period.from_))


def successors(recipients: Iterable[Recipient], on: date) -> dict[Office, str]:
    """Return who holds each office on a day, by what makes the office."""
    found: dict[Office, str] = {}
    for one in recipients:
        if one.office and one.title and in_office(one, on):
            found.setdefault(office_of(one), one.id)
    return found


def office_of(recipient: Recipient) -> Office:
    """Return what holder and successor have in common; a State has many ministers, one of each title."""
    return recipient.office, recipient.state, recipient.title
