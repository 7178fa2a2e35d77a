"""Where the campaign's ledger is, and how commands open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.cli.clock import moment

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.ledger import Ledger

__all__ = ["existing", "opened_ledger", "path_of"]


def path_of(campaign: "Campaign") -> Path:
    """Return where the campaign's ledger is, or will be."""
    from lettergen.ledger import LEDGER_FILE

    return campaign.home / LEDGER_FILE


def existing(campaign: "Campaign") -> Path:
    """Return where the campaign's ledger is.

    Raises:
        OutputError: It does not exist yet.
    """
    from lettergen.ledger.opening import refuse_missing

    path = path_of(campaign)
    refuse_missing(path)
    return path


@contextmanager
def opened_ledger(campaign: "Campaign") -> "Iterator[Ledger]":
    """Open the campaign's ledger for writing; it is made if there is none."""
    from lettergen.ledger import Ledger

    with Ledger.open(path_of(campaign), campaign=campaign.settings.name, now=moment) as book:
        yield book
