"""Commands for the outside of letters: envelopes and labels."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.choosing import MissingOptionError, campaign_of, date_for, pick_recipients, sender_for
from lettergen.cli.printing import manifest_of
from lettergen.errors import InputProblems, Problem

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Recipient, Sender
    from lettergen.letters.envelope import Outside
    from lettergen.reference.labels import LabelSheet

__all__ = ["envelopes", "labels"]

ToIds = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Recipient; may be repeated.",
        autocompletion=options.completing.recipients,
    ),
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="All recipients with this tag.")]
Everybody = Annotated[bool, typer.Option("--all", help="All recipients of the campaign.")]
FromMailing = Annotated[
    Path | None,
    typer.Option(
        "--mailing",
        metavar="DIR",
        help="The letters of a finished mailing, in the order of its manifest.",
        show_default=False,
    ),
]
PostedFrom = Annotated[
    str | None,
    typer.Option(
        "--posted-from",
        metavar="CODE",
        help="Country of posting (ISO code). Default: lettergen.toml, then the sender's country.",
        show_default=False,
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="Language of titles and notations. Default: that of the campaign.",
        show_default=False,
    ),
]


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
            help="dl, c6-5, c6, c5, c4, us-9, us-10, cho-3, kaku-2. Default: lettergen.toml, or as is usual.",
            show_default=False,
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--notation",
            metavar="KIND",
            help="registered, courier, airmail or urgent; post has none. Default: as each letter of the "
            "mailing goes; without one, none.",
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
) -> None:
    """Print envelopes: one a page, in the size of the envelope.

    The address stands clear of the stamp and of the sorting machine's code; the country is the last
    line, in capitals, unless the letter stays inland. Feed envelopes with the flap away from the print.

    Example:
      lettergen envelopes --tag china --envelope c5 -o envelopes.pdf
      lettergen envelopes --mailing outbox/protest-letter-2006-12-02 --notation airmail
    """
    from lettergen.console.reports import show_written
    from lettergen.mailing.bundle import write_file
    from lettergen.pages.outside import Outsides
    from lettergen.reference.envelopes import envelope as envelope_of
    from lettergen.reference.envelopes import for_country

    campaign = campaign_of(ctx)
    chosen = _Chosen(campaign, posted_from=posted_from, language=language, channel=channel)
    pairs = chosen.pairs(to, tag, everybody=everybody, mailing=mailing, sender=sender)
    key = envelope or campaign.settings.envelope
    kind = envelope_of(key) if key else for_country(chosen.posting_country(pairs[0][1]))
    outsides = chosen.outsides(pairs, has_return=not no_return)
    data = Outsides(_fonts(campaign)).envelopes(outsides, kind, title=f"Envelopes {kind.title}")
    write_file(out, data, force=force)
    show_written(out, len(outsides), "")


def labels(
    ctx: typer.Context,
    to: ToIds = None,
    tag: Tags = None,
    everybody: Everybody = False,
    mailing: FromMailing = None,
    sheet: Annotated[
        str,
        typer.Option(
            "--sheet",
            "-s",
            metavar="KEY",
            help="l7160, l7163, l7165, l7651, zweckform-3474, avery-5160 to -5164, or one of lettergen.toml.",
        ),
    ] = "l7160",
    start: Annotated[
        int, typer.Option("--start", metavar="N", help="First free label of a sheet that has been begun.")
    ] = 1,
    calibrate: Annotated[
        bool,
        typer.Option("--calibrate", help="Instead: a sheet with outlines and rulers to hold against it."),
    ] = False,
    posted_from: PostedFrom = None,
    language: Language = None,
    out: options.PdfFile = Path("labels.pdf"),
    force: options.Force = False,
) -> None:
    """Print address labels on sheets that are sold for it.

    Print at 100 %, not "fit to page". Before a large run print one sheet with --calibrate on plain paper
    and hold it against the labels.

    Example:
      lettergen labels --tag china --sheet l7160 --start 5
      lettergen labels --sheet avery-5160 --calibrate -o calibrate.pdf
    """
    from lettergen.console.reports import show_written
    from lettergen.mailing.bundle import write_file
    from lettergen.pages.outside import Outsides, positions

    campaign = campaign_of(ctx)
    kind = _sheet(campaign, sheet)
    if calibrate:
        write_file(out, Outsides(_fonts(campaign)).calibration(kind), force=force)
        show_written(out, 1, "")
        return
    positions(1, kind, start)
    chosen = _Chosen(campaign, posted_from=posted_from, language=language)
    pairs = chosen.pairs(to, tag, everybody=everybody, mailing=mailing, sender=None)
    outsides = chosen.outsides(pairs, has_return=False)
    data = Outsides(_fonts(campaign)).labels(outsides, kind, start=start, title=f"Labels {kind.title}")
    write_file(out, data, force=force)
    show_written(out, positions(len(outsides), kind, start)[-1][0], "")


class _Chosen:
    """Who is written to, and what holds for all of them."""

    def __init__(
        self,
        campaign: "Campaign",
        *,
        posted_from: str | None,
        language: str | None,
        channel: str | None = None,
        on: date | None = None,
    ) -> None:
        from lettergen.facts.fields import countries

        self.campaign = campaign
        self.posted_from = posted_from.upper() if posted_from else None
        self.language = language or campaign.settings.language
        self.channel = channel
        self.on = date_for(campaign, on)
        if self.posted_from and self.posted_from not in countries():
            raise MissingOptionError.of(
                "unknown-country",
                f"`{posted_from}` is no ISO 3166 code of a country.",
                "write two letters: `--posted-from JP`.",
            )

    def posting_country(self, sender: "Sender") -> str | None:
        return self.posted_from or self.campaign.settings.posted_from or sender.country

    def pairs(
        self,
        to: Sequence[str] | None,
        tags: Sequence[str] | None,
        *,
        everybody: bool,
        mailing: Path | None,
        sender: str | None,
    ) -> list[tuple["Recipient", "Sender", str]]:
        """Return recipient, sender and channel of every envelope, in the order in which they are wanted."""
        campaign = self.campaign
        if mailing:
            found = [
                (campaign.recipient(to_id), campaign.sender(from_id), channel)
                for to_id, from_id, channel in _ordered(mailing)
            ]
        else:
            chosen = campaign.recipients if everybody else pick_recipients(campaign, to or (), tags or ())
            found = [(one, sender_for(campaign, sender), "post") for one in chosen]
        if not found:
            raise MissingOptionError.of(
                "missing-to",
                "it is not said for whom.",
                "add `--to ID`, `--tag TAG`, `--all` or `--mailing DIR`.",
            )
        self._refuse_without_address([one for one, *_ in found])
        return found

    def outsides(
        self, pairs: Sequence[tuple["Recipient", "Sender", str]], *, has_return: bool
    ) -> list["Outside"]:
        from dataclasses import replace

        from lettergen.letters.envelope import outside
        from lettergen.letters.parts import LetterFacts

        found = []
        for recipient, sender, channel in pairs:
            facts = LetterFacts(
                campaign=self.campaign,
                sender=sender,
                recipient=recipient,
                on=self.on,
                posted_from=self.posted_from,
            )
            one = outside(facts, self.language, self.channel or channel)
            found.append(one if has_return else replace(one, return_address=()))
        return found

    def _refuse_without_address(self, recipients: Sequence["Recipient"]) -> None:
        places = self.campaign.places
        problems = [
            Problem(
                "no-address",
                f"the recipient `{one.id}` has no address.",
                "add `address:`, or leave the recipient out.",
                places.get(("recipient", one.id)),
            )
            for one in dict.fromkeys(recipients)
            if not one.address
        ]
        if problems:
            raise InputProblems(problems)


def _ordered(mailing: Path) -> list[tuple[str, str, str]]:
    """Return recipient, sender and channel of a mailing's letters on paper, in the order of its lists."""
    from lettergen.mailing.channels import medium_of
    from lettergen.mailing.printshop import JOB, PRINT, letters_of

    if mailing.name == PRINT and (mailing / f"{JOB}.jsonl").is_file():
        order = letters_of(mailing / f"{JOB}.jsonl")
        senders = {one.letter_id: one for one in manifest_of(mailing.parent).entries}
        chosen = [senders[letter] for letter in order if letter in senders]
    else:
        chosen = [one for one in manifest_of(mailing).entries if one.state == "made"]
    return [
        (one.recipient_id, one.sender_id, one.channel)
        for one in chosen
        if one.recipient_id and one.channel and medium_of(one.channel) == "post"
    ]


def _fonts(campaign: "Campaign") -> tuple[Path, ...]:
    return tuple(campaign.folder / name for name in campaign.settings.fonts)


def _sheet(campaign: "Campaign", key: str) -> "LabelSheet":
    """Return a sheet of the reference or of the campaign.

    Raises:
        UnknownName: There is none of that name.
        InputProblems: The campaign's own cannot be printed on.
    """
    from lettergen.reference.labels import LabelSheet, label_sheet
    from lettergen.reference.stationery import paper

    own = {}
    for name, row in campaign.settings.labels.items():
        width, height = paper(row.paper)
        own[name] = LabelSheet(
            key=name,
            title=name,
            sheet_width=width,
            sheet_height=height,
            columns=row.columns,
            rows=row.rows,
            label_width=row.label[0],
            label_height=row.label[1],
            left=row.first[0],
            top=row.first[1],
            across=row.pitch[0],
            down=row.pitch[1],
            source="lettergen.toml",
            confidence="own",
        )
    found = label_sheet(key, own)
    faults = found.faults()
    if faults:
        raise InputProblems(
            Problem("labels-beyond-sheet", f"the sheet `{key}` cannot be: {fault}.", "measure it again.")
            for fault in faults
        )
    return found
