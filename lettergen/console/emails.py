"""Output about sending e-mail: the plan, each result, and what to do next; ids only."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lettergen.console.problems import plural, show_problems
from lettergen.console.terminal import errors, say, show_json, show_line, styled

if TYPE_CHECKING:
    from lettergen.delivery.smtp import MailServer, OutgoingMail, SendingResult, Standing
    from lettergen.pages.mail import MailtoLink

__all__ = ["follow_sending", "show_link", "show_nothing_sent", "show_sending_plan"]

LISTED = 3
_ON_RECORD: Mapping[str, str] = {
    "gone": "sent before, or no longer due; not sent again",
    "unknown": "the result of the attempt is unknown; ask the recipient, then use `--retry-unknown`",
    "refused": "refused before; correct the address, make them again, then use `--retry-refused`",
}
_STATES: Mapping[str, tuple[str, str]] = {
    "accepted": ("sent", "green"),
    "temporary": ("later", "yellow"),
    "not-sent": ("later", "yellow"),
    "refused": ("refused", "red"),
    "unknown": ("unknown", "red"),
    "unfit": ("not sent", "red"),
}
_MEANING: Mapping[str, str] = {
    "temporary": "the server asks to try again later",
    "not-sent": "the connection ended before the letter began",
    "refused": "the server refused it",
    "unknown": "the connection ended before the answer; the letter may have gone out",
}


def show_sending_plan(
    standings: Sequence[tuple["OutgoingMail", "Standing", bool]], server: "MailServer", per_minute: int
) -> None:
    """Print how many letters would go through which server, how long it takes, and which are left out."""
    due = [letter for letter, _, is_due in standings if is_due]
    say(("E-mails", "bold"), f"  {plural(len(standings), 'letter')}, {len(due)} to send")
    _line("by", f"{server.name}, {server.security}" + (", with log-in" if server.user else ""))
    if due:
        _line("letters", _some([letter.letter_id for letter in due]))
        _line("size", f"{sum(letter.size for letter in due):,} bytes, each letter by itself to one recipient")
        seconds = (len(due) - 1) * 60 / per_minute
        _line("time", f"{timedelta(seconds=round(seconds))} at {per_minute} a minute")
    left = Counter(standing for _, standing, is_due in standings if not is_due)
    for standing, number in left.items():
        _line("left out", f"{number}: {_ON_RECORD[standing]}")


def show_nothing_sent() -> None:
    """Say that nothing was sent."""
    say("Nothing was sent; add `--really` to send.")


def follow_sending(outcomes: "Iterator[SendingResult]", planned: int, *, as_json: bool) -> Counter[str]:
    """Print the result of each letter and the totals; return the count of each result.

    Raises:
        LettergenError: The server can no longer be used; the totals are shown first.
        KeyboardInterrupt: Ctrl-C; the totals are shown first.
    """
    counts: Counter[str] = Counter()
    records: list[dict[str, Any]] = []
    try:
        for sent in outcomes:
            counts[sent.state] += 1
            records.append(_record(sent))
            if sent.state != "held":
                _show(sent)
    finally:
        _show_sum(counts, planned)
        if as_json:
            show_json(records)
    return counts


def show_link(link: "MailtoLink", *, to_copy: bool) -> None:
    """Print the link, or what to paste into a message window."""
    if to_copy:
        for label, text in (("To", link.to), ("Subject", link.subject)):
            show_line(f"{label}: {text}")
        show_line("")
        for line in link.text.rstrip("\n").split("\n"):
            show_line(line)
        return
    show_line(link.url)
    if not link.has_text:
        rest = "address and subject" if "?" in link.url else "the address alone"
        say(
            f"The letter would make a link of {link.length:,} characters, more than some systems accept; "
            f"this one opens a message with {rest}. "
            "To get the text for pasting, add `--copy`."
        )


def _record(sent: "SendingResult") -> dict[str, Any]:
    answer = sent.answer
    return {
        "letter": sent.letter.letter_id,
        "mailing": sent.letter.mailing or None,
        "state": sent.state,
        "before": sent.before,
        "code": answer.code if answer else None,
        "enhanced": answer.enhanced or None if answer else None,
        "stage": answer.stage if answer else None,
        "problem": sent.problem.name if sent.problem else None,
    }


def _show(sent: "SendingResult") -> None:
    word, style = _STATES[sent.state]
    said = f": {_MEANING[sent.state]}" if sent.state in _MEANING else ""
    note = f" ({sent.answer.note})" if sent.answer and sent.state != "accepted" else ""
    errors().print(styled((f"{word:<9}", style), (sent.letter.letter_id, "bold"), said + note))
    if sent.problem:
        show_problems([sent.problem], ending=None)


def _show_sum(counts: Counter[str], planned: int) -> None:
    later = counts["temporary"] + counts["not-sent"]
    parts = [f"{plural(counts['accepted'], 'letter')} sent"]
    for number, words in (
        (later, "to be tried again"),
        (counts["refused"], "refused"),
        (counts["unknown"], "unknown"),
        (counts["unfit"], "not sent"),
        (counts["held"], "left as they were"),
        (planned - counts.total(), "not reached"),
    ):
        if number:
            parts.append(f"{number} {words}")
    say((f"{', '.join(parts)}.", "bold"))
    if later or planned > counts.total():
        say("Run the same command again to send the rest; nothing is sent twice.")
    if counts["unknown"]:
        say("For unknown results, ask the recipients; `--retry-unknown` sends those letters again.")


def _line(label: str, text: str) -> None:
    errors().print(styled((f"  {label:<10}", "dim"), text))


def _some(names: Sequence[str]) -> str:
    if len(names) <= LISTED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:LISTED])} and {len(names) - LISTED} more"
