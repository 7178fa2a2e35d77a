"""The command that prints envelopes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.addressees import (
    Everybody,
    FromMailing,
    Language,
    PostedFrom,
    Tags,
    ToIds,
    _Addressees,
    _fonts,
)
from lettergen.cli.output_file import put, refuse_json_beside
from lettergen.cli.selection import campaign_of

if TYPE_CHECKING:
    pass

__all__ = ["envelopes"]


def envelopes(
    ctx: typer.Context,
    to: ToIds = None,
    tag: Tags = None,
    everybody: Everybody = False,
    mailing: FromMailing = None,
    sender: options.FromId = None,
    envelope: Annotated[
        str | None,
        typer.Option(
            "--envelope",
            "-e",
            metavar="KEY",
            autocompletion=options.completion.envelopes,
            help="dl, c6-5, c6, c5, c4, us-9, us-10, cho-3, kaku-2. Default: lettergen.toml, or as usual.",
            show_default=False,
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--notation",
            metavar="KIND",
            autocompletion=options.completion.notations,
            help="registered, courier, airmail or urgent; post for none. Default: each letter's own "
            "channel in a mailing; otherwise none.",
            show_default=False,
        ),
    ] = None,
    no_return: Annotated[
        bool, typer.Option("--no-return-address", help="Leave the sender's address out.")
    ] = False,
    posted_from: PostedFrom = None,
    language: Language = None,
    out: options.PdfFile = Path("envelopes.pdf"),
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Print envelopes, one per page, each page the size of the envelope.

    The address stands clear of the stamp and of the sorting machine's code; the country is the last
    line, in capitals, unless the letter stays inland. Feed envelopes with the flap away from the printing.

    Example:
      lettergen envelopes --tag china --envelope c5 -o envelopes.pdf
      lettergen envelopes --mailing outbox/protest-letter-2006-12-02 --notation airmail
    """
    from lettergen.console.reports import show_written
    from lettergen.delivery.paper.address_sheets import AddressSheets
    from lettergen.reference.envelopes import envelope as envelope_of
    from lettergen.reference.envelopes import for_country

    refuse_json_beside(out, as_json=as_json)
    campaign = campaign_of(ctx)
    chosen = _Addressees(campaign, posted_from=posted_from, language=language, channel=channel)
    pairs = chosen.pairs(to, tag, everybody=everybody, mailing=mailing, sender=sender)
    key = envelope or campaign.settings.envelope
    kind = envelope_of(key) if key else for_country(chosen.posting_country(pairs[0][1]))
    address_sheets = chosen.address_sheets(pairs, has_return=not no_return)
    data = AddressSheets(_fonts(campaign)).envelopes(address_sheets, kind, title=f"Envelopes {kind.title}")
    if put(out, data, force=force):
        show_written([out], len(address_sheets), "", as_json=as_json)
