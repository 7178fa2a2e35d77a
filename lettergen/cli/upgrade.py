"""The command that writes a ledger of an earlier version anew."""

import typer

from lettergen.cli.clock import moment
from lettergen.cli.selection import campaign_of

__all__ = ["upgrade"]


def upgrade(ctx: typer.Context) -> None:
    """Write a ledger of lettergen 0.1 anew in the form of this version; no letter in it is lost.

    Its plain digests of plans, volumes and e-mails become marks that only the key resolves. Every digest
    changes, the head as well: check the old one before with the old lettergen, and note the new one.

    Example:
      lettergen ledger upgrade
    """
    from lettergen.console import ledgers
    from lettergen.ledger import LEDGER_FILE
    from lettergen.ledger.upgrading import upgrade as renew
    from lettergen.letters.template.templates import names_in

    campaign = campaign_of(ctx)
    public = {*names_in(campaign.template_folders), *(one.id for one in campaign.recipients)}
    path = campaign.home / LEDGER_FILE
    ledgers.show_upgraded(path, renew(path, campaign.settings.name, moment(), public))
