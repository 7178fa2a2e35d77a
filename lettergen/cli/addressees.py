"""From options to the people whose addresses are printed on envelopes and labels."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.selection import manifest_of
from lettergen.errors import InputProblems, MissingOptionError, Problem
from lettergen.mailing.selection import date_for, pick_recipients, sender_for

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Recipient, Sender
    from lettergen.letters.outside import Outside


ToIds = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Recipient; may be repeated.",
        autocompletion=options.completion.recipients,
    ),
]


Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="TAG", autocompletion=options.completion.tags, help="All recipients with this tag."
    ),
]


Everybody = Annotated[bool, typer.Option("--all", help="All recipients of the campaign.")]


FromMailing = Annotated[
    Path | None,
    typer.Option(
        "--mailing",
        metavar="DIR",
        autocompletion=options.completion.mailings,
        help="The letters of a finished mailing, in the order of its manifest.",
        show_default=False,
    ),
]


PostedFrom = Annotated[
    str | None,
    typer.Option(
        "--posted-from",
        metavar="CODE",
        autocompletion=options.completion.countries,
        help="Country of posting (ISO code). Default: lettergen.toml, then the sender's country.",
        show_default=False,
    ),
]


Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        autocompletion=options.completion.languages,
        help="Language of titles and notations. Default: that of the campaign.",
        show_default=False,
    ),
]


class _Addressees:
    """The recipients, and the options that apply to all of them."""

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
        self.on = date_for(campaign, on, today())
        if self.posted_from and self.posted_from not in countries():
            raise MissingOptionError.of(
                "unknown-country",
                f"`{posted_from}` is not an ISO 3166 country code.",
                "use two letters: `--posted-from JP`.",
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
        """Return recipient, sender and channel of every envelope, in the requested order."""
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
                "no recipients are given.",
                "add `--to ID`, `--tag TAG`, `--all` or `--mailing DIR`.",
            )
        self._refuse_without_address([one for one, *_ in found])
        return found

    def address_sheets(
        self, pairs: Sequence[tuple["Recipient", "Sender", str]], *, has_return: bool
    ) -> list["Outside"]:
        from dataclasses import replace

        from lettergen.letters.outside import outside
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
    from lettergen.delivery.paper.print_files import JOB, PRINT, letters_of
    from lettergen.plan.channels import medium_of

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
