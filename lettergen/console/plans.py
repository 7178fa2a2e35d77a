"""The plan of a mailing: what would be made, for whom, at what cost, and who is left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from lettergen.console.mailings import Verbosity
from lettergen.console.problems import plural
from lettergen.console.terminal import errors, say, show_json_line
from lettergen.console.text_table import GAP, show_rows

if TYPE_CHECKING:
    from lettergen.letters.checks.likeness import Likeness
    from lettergen.mailing.estimate import Estimate
    from lettergen.mailing.survey import Forecast
    from lettergen.outbox.volumes import Outbox
    from lettergen.plan.orders import Order, Plan, Skipped

__all__ = ["show_likeness", "show_plan"]

LISTED = 3
LABEL = 13
"""Columns of a label."""
COUNTRIES = 12
REASONS = 8
"""Number of reasons shown one by one; every double sign-up has its own."""


def show_plan(
    plan: "Plan",
    title: str,
    box: "Outbox",
    effort: "Estimate",
    ahead: "Forecast | None" = None,
    *,
    verbosity: Verbosity,
) -> None:
    """Print what would be made, for whom, what it takes, and what is left out and why.

    Args:
        plan: The whole mailing.
        title: Titles of its templates.
        box: Where it is stored.
        effort: What the letters take that are to be made.
        ahead: What another run would do to a mailing that exists.
        verbosity: How much is told.
    """
    reasons = Counter(skipped.reason for skipped in plan.skipped)
    if verbosity == "json":
        show_json_line(_plan_told(plan, title, box, effort, reasons) | _ahead_told(ahead))
    if verbosity != "full":
        return
    recipients = {order.recipient_id for order in plan.orders if order.recipient_id}
    senders = {order.sender_id for order in plan.orders}
    whom = f"{plural(len(recipients), 'recipient')} × {plural(len(senders), 'sender')}"
    say((title, "bold"), (f"  {plan.name}", "dim"))
    _line("letters", f"{len(plan.orders):,}, {whom}")
    if recipients:
        _line("to", _some(sorted(recipients)))
    _line("from", _some(sorted(senders)))
    for label, counts in (
        ("in", Counter(order.language or "" for order in plan.orders)),
        ("by", Counter(order.channel for order in plan.orders)),
    ):
        if len(counts) > 1 or (label == "by" and "post" not in counts):
            _line(label, ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items())))
    _show_translations(plan)
    _show_skipped(plan)
    if plan.beyond_quota:
        _line("over quota", f"{plan.beyond_quota:,} pairs of recipient and sender are not needed")
    if ahead:
        _show_forecast(ahead)
    _show_effort(effort)
    this, of = box.shard
    share = "" if of == 1 else f"; share {this} of {of} is made here"
    _line("volumes", f"{_volumes(plan, box)} of at most {box.volume_size}{share}")
    _line("in folder", str(box.folder / plan.name))


def _show_translations(plan: "Plan") -> None:
    """Print how many letters have a courtesy translation, and why the others have none."""
    counts = Counter(order.translation for order in plan.orders if order.translation)
    for language, number in sorted(counts.items()):
        _line("with", f"a courtesy translation in {language}: {plural(number, 'letter')}")
    alone = [order for order in plan.orders if not order.translation] if counts else []
    same = sum(order.language in counts for order in alone)
    if same:
        _line("", f"{plural(same, 'letter')} in that language already")
    if faxes := len(alone) - same:
        _line("", f"{faxes:,} by fax without it, unless you add `--fax-translation`")


def _show_skipped(plan: "Plan") -> None:
    by_reason: dict[str, list[Skipped]] = {}
    abroad: Counter[str] = Counter()
    for one in plan.skipped:
        if one.country:
            abroad[one.country] += 1
        else:
            by_reason.setdefault(one.reason, []).append(one)
    if abroad:
        counts = sorted(abroad.items(), key=lambda found: (-found[1], found[0]))
        listed = ", ".join(f"{country} {number:,}" for country, number in counts[:COUNTRIES])
        rest = len(counts) - COUNTRIES
        listed += f" and {rest} countries more" if rest > 0 else ""
        there = "no recipient is in the sender's own country"
        _line("skipped", f"{abroad.total():,}: {there}: {listed}. Add `--fallback ID` to give them one")
    recipients, senders = _parties((*plan.orders, *plan.skipped))
    ordered = sorted(by_reason.items(), key=lambda found: -len(found[1]))
    for reason, letters in ordered[:REASONS]:
        # What holds for all senders is not theirs, and likewise for recipients.
        to, whose = _parties(letters)
        told = [f"to {_some(sorted(to))}"] * (bool(to) and to != recipients)
        told += [f"from {_some(sorted(whose))}"] * (whose != senders)
        whom = f" ({' '.join(told)})" if told else ""
        _line("skipped", f"{len(letters):,}: {reason}{whom}")
    if rest := sum(len(letters) for _, letters in ordered[REASONS:]):
        _line("", f"{rest:,} for {plural(len(ordered) - REASONS, 'further reason')}, listed in the manifest")


def _parties(letters: Iterable["Order | Skipped"]) -> tuple[set[str], set[str]]:
    """Return the recipients and the senders of letters."""
    pairs = [(one.recipient_id or "", one.sender_id) for one in letters]
    return {to for to, _ in pairs if to}, {sender for _, sender in pairs}


def _show_effort(effort: "Estimate") -> None:
    if not effort.samples:
        for problem in effort.problems[:1]:
            _line("takes", f"unknown: the sample letter failed: {problem.message}")
        return
    paper = ""
    if effort.sheets:
        paper = f", {plural(effort.sheets, 'sheet')} of paper, {_weight(effort.weight_g)}"
    _line("takes", f"about {plural(effort.pages, 'page')}{paper}")
    seen = f"measured on {plural(effort.samples, 'letter')}"
    if effort.is_rough:
        seen += f" of {effort.kinds} kinds, so it may take half or twice as long"
    _line("time, disk", f"about {_duration(effort.seconds)}, {_size(effort.disk)}; {seen}")


def _plan_told(
    plan: "Plan", title: str, box: "Outbox", effort: "Estimate", reasons: Counter[str]
) -> dict[str, object]:
    return {
        "event": "plan",
        "mailing": plan.name,
        "title": title,
        "letters": len(plan.orders),
        "volumes": _volumes(plan, box),
        "channels": dict(sorted(Counter(order.channel for order in plan.orders).items())),
        "translations": sum(order.translation is not None for order in plan.orders),
        "skipped": [{"reason": reason, "letters": number} for reason, number in reasons.most_common()],
        "beyond_quota": plan.beyond_quota,
        "estimate": {
            "pages": effort.pages,
            "sheets": effort.sheets,
            "weight_g": round(effort.weight_g),
            "bytes": effort.disk,
            "seconds": round(effort.seconds, 1),
            "samples": effort.samples,
            "rough": effort.is_rough,
        },
        "shard": list(box.shard),
        "folder": str(box.folder / plan.name),
    }


def show_likeness(likeness: "Likeness") -> None:
    """Print how alike the letters to one recipient look, if they do."""
    if sentence := likeness.sentence():
        _line("alike", sentence)


def _volumes(plan: "Plan", box: "Outbox") -> int:
    from lettergen.outbox.volumes import volumes_of

    return sum(1 for _ in volumes_of(plan.orders, box.volume_size))


def _ahead_told(ahead: "Forecast | None") -> dict[str, object]:
    """Return what a program is told of a mailing that exists."""
    if ahead is None:
        return {}
    told = {
        "make": ahead.new,
        "replace": len(ahead.changed),
        "keep": ahead.kept,
        "remove": len(ahead.removed),
    }
    return {"of_these": told}


def _show_forecast(forecast: "Forecast") -> None:
    """Print what another run would do to a mailing that exists."""
    parts = [
        f"{number:,} {what}"
        for number, what in (
            (forecast.new, "to make"),
            (len(forecast.changed), "to replace, for their content has changed"),
            (forecast.kept, "to keep"),
            (len(forecast.removed), "to remove, for they are not in this plan"),
        )
        if number
    ]
    _line("of these", "; ".join(parts))


def _weight(grammes: float) -> str:
    return f"{grammes / 1000:,.1f} kg" if grammes >= 1000 else f"{grammes:.0f} g"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} s" if seconds < 120 else str(timedelta(seconds=round(seconds)))


def _line(label: str, text: str) -> None:
    """Print a label and its text; further lines stay in the text's column."""
    show_rows(errors(), [[(f"  {label}".ljust(LABEL - GAP), "dim"), (text, "")]])


def _some(names: Sequence[str]) -> str:
    if len(names) <= LISTED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:LISTED])} and {len(names) - LISTED:,} more"
