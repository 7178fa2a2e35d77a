"""Mailings without a letter: why there is none, and what helps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from lettergen.errors import Problem

if TYPE_CHECKING:
    from lettergen.plan.orders import Cause

__all__ = ["nothing_to_write"]


_INSTEAD: Mapping["Cause", str] = MappingProxyType(
    {
        "answered": "lower the number of days, or record which letters have gone: `lettergen ledger record`.",
        "written": "add `--again` to write once more, or choose other recipients or senders.",
        "signed-up-twice": "choose other senders.",
        "no-consent": "choose other senders, or ask these again.",
        "sender-lacks": "add it to the senders' entries, or choose other senders.",
        "recipient-lacks": "add it to the recipients' entries, or choose other recipients.",
        "country": "choose a recipient in that country, or name one for all others with `--fallback`.",
        "language": "choose other recipients, or write the template in a language that they read.",
    }
)


def nothing_to_write(cause: "Cause", reason: str) -> Problem:
    """Return the problem of a mailing all of whose letters are skipped, for the reason of the most."""
    return Problem("nothing-to-write", f"no letter can be written: {reason}.", _INSTEAD[cause])
