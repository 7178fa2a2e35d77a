"""Letters that changed after they had gone out: the file no longer says what was sent."""

from collections.abc import Collection, Mapping

from lettergen.errors import Problem
from lettergen.ledger import Ledger

__all__ = ["ChangedAfterPosting", "problems_of", "removal_of"]

OUT = frozenset({"posted", "faxed", "sent", "delivered", "answered", "unknown"})
"""States in which somebody may have read the letter; a returned letter may be regenerated."""
NAMED = 5


class ChangedAfterPosting:
    """Knows from the ledger which letters of a mailing have gone out."""

    def __init__(self, ledger: Ledger, mailing: str) -> None:
        """Take the ledger and the mailing's name; nothing is read before a letter has changed."""
        self._ledger = ledger
        self._mailing = mailing

    def among(self, changed: Collection[str], content: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Return the letters that had gone out as something else, by id, in their order.

        Args:
            changed: Letters that are made again, or are to be.
            content: Of each, the digest of what it is to be made from; None: as it is made by now.
        """
        standings = self._ledger.standings_of(self._mailing, changed)
        out = {one: standings[one] for one in changed if one in standings and standings[one].state in OUT}
        if not out:
            return ()
        made = self._ledger.letter_keys(self._mailing) if content is None else {}
        return tuple(
            one
            for one, standing in out.items()
            if standing.content
            != (self._ledger.seal_of(content[one]) if content else made.get(standing.letter))
        )

    def lost_of(self, removed: Collection[str]) -> tuple[str, ...]:
        """Return the letters that had gone out, of some that are to be removed."""
        standings = self._ledger.standings_of(self._mailing, removed)
        return tuple(one for one in removed if one in standings and standings[one].state in OUT)


def problems_of(letters: Collection[str], *, is_done: bool = True) -> tuple[Problem, ...]:
    """Return the warning about letters that had gone out and are replaced, or would be, if there are any."""
    if not letters:
        return ()
    were = "was" if len(letters) == 1 else "were"
    once_more = "to write once more, make another mailing with `--name` and `--again`."
    if is_done:
        message = (
            f"{were} regenerated after being sent, says the ledger; the outbox no longer has what was sent"
        )
        fix = (
            "to get back the letters that were sent, undo the changes in the files and run this command "
            f"again; {once_more}"
        )
    else:
        message = (
            "would be replaced after being sent, says the ledger; the outbox would no longer have "
            "what was sent"
        )
        fix = f"to keep what was sent, undo the changes in the files; {once_more}"
    return (
        Problem(
            "changed-after-posting",
            f"{_number(letters)} {message}: {_named(letters)}.",
            fix,
            severity="warning",
        ),
    )


def removal_of(letters: Collection[str]) -> tuple[Problem, ...]:
    """Return the warning about letters that had gone out and would be removed, if there are any."""
    if not letters:
        return ()
    message = (
        "would be removed after being sent, says the ledger; the outbox would no longer have what was sent"
    )
    fix = "to keep what was sent, write to the same people as before, or name another mailing with `--name`."
    return (
        Problem(
            "removed-after-posting",
            f"{_number(letters)} {message}: {_named(letters)}.",
            fix,
            severity="warning",
        ),
    )


def _number(letters: Collection[str]) -> str:
    return "1 letter" if len(letters) == 1 else f"{len(letters):,} letters"


def _named(letters: Collection[str]) -> str:
    first = ", ".join(f"`{one}`" for one in sorted(letters)[:NAMED])
    return first + (f" and {len(letters) - NAMED:,} more" if len(letters) > NAMED else "")
