"""Letters that changed after they had gone out: the file no longer says what was sent."""

from collections.abc import Collection, Sequence

from lettergen.errors import Problem
from lettergen.ledger import Ledger

__all__ = ["ChangedAfterPosting", "problems_of"]

OUT = frozenset({"posted", "faxed", "sent", "delivered", "answered", "unknown"})
"""States in which somebody may have read the letter; a returned letter may be regenerated."""
NAMED = 5


class ChangedAfterPosting:
    """Knows from the ledger which letters of a mailing have gone out."""

    def __init__(self, ledger: Ledger, mailing: str) -> None:
        """Take the ledger and the mailing's name; nothing is read before a letter has changed."""
        self._ledger = ledger
        self._mailing = mailing

    def among(self, changed: Sequence[str]) -> tuple[str, ...]:
        """Return the letters that had gone out, by id, in their order."""
        standings = self._ledger.standings_of(self._mailing, changed)
        return tuple(one for one in changed if one in standings and standings[one].state in OUT)


def problems_of(letters: Collection[str], *, is_done: bool = True) -> tuple[Problem, ...]:
    """Return the warning about letters that had gone out and are replaced, or would be, if there are any."""
    if not letters:
        return ()
    first = ", ".join(f"`{one}`" for one in sorted(letters)[:NAMED])
    more = f" and {len(letters) - NAMED:,} more" if len(letters) > NAMED else ""
    is_one = len(letters) == 1
    number, were = ("1 letter", "was") if is_one else (f"{len(letters):,} letters", "were")
    once_more = "to write once more, make another mailing with `--name` and `--again`."
    if is_done:
        message = (
            f"{number} {were} regenerated after being sent, says the ledger; the outbox no longer has what "
            f"was sent: {first}{more}."
        )
        fix = (
            "to get back the letters that were sent, undo the changes in the files and run this command "
            f"again; {once_more}"
        )
    else:
        message = (
            f"{number} would be replaced after being sent, says the ledger; the outbox would no longer have "
            f"what was sent: {first}{more}."
        )
        fix = f"to keep what was sent, undo the changes in the files; {once_more}"
    return (Problem("changed-after-posting", message, fix, severity="warning"),)
