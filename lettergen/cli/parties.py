"""Options that say who writes to whom."""

from dataclasses import dataclass
from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.facts.language_names import language_code
from lettergen.mailing.requests import PartySelection

__all__ = ["MANY", "FromWhom", "Names", "Recipients", "ToWhom"]

Names = list[str] | None
MANY = "; may be repeated."


def _country_code(text: str) -> str | None:
    """Return the code of the one country that a word of the command line means."""
    from lettergen.reference.country_names import AmbiguousName, code_of

    try:
        return text.upper() if len(text) == 2 else code_of(text)
    except AmbiguousName:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Recipients as they are chosen."""

    to: Annotated[
        Names,
        typer.Option(
            "--to", metavar="ID", help=f"Recipient{MANY}", autocompletion=options.completion.recipients
        ),
    ] = None
    tag: Annotated[
        Names,
        typer.Option(
            "--tag",
            metavar="TAG",
            autocompletion=options.completion.tags,
            help=f"All recipients with this tag{MANY}",
        ),
    ] = None
    country: Annotated[
        Names,
        typer.Option(
            "--country",
            metavar="CODE",
            autocompletion=options.completion.countries,
            help=f"Only recipients in this country{MANY}",
        ),
    ] = None
    office: Annotated[
        Names,
        typer.Option(
            "--office",
            metavar="KEY",
            autocompletion=options.completion.offices,
            help=f"Only holders of this office{MANY}",
        ),
    ] = None
    language: Annotated[
        Names,
        typer.Option(
            "--language",
            metavar="CODE",
            autocompletion=options.completion.languages,
            help=f"Only recipients who read it{MANY}",
        ),
    ] = None
    state: Annotated[
        Names,
        typer.Option(
            "--state",
            metavar="CODE",
            autocompletion=options.completion.countries,
            help=f"Only recipients who stand for this State{MANY}",
        ),
    ] = None

    def choice(self) -> PartySelection:
        """Return the recipients that are meant."""
        return PartySelection(
            ids=tuple(self.to or ()),
            tags=tuple(self.tag or ()),
            countries=tuple(_country_code(one) or one.upper() for one in self.country or ()),
            offices=tuple(self.office or ()),
            languages=tuple(language_code(one) or one for one in self.language or ()),
            states=tuple(_country_code(one) or one.upper() for one in self.state or ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWhom(Recipients):
    """Recipients, and how senders are paired with them."""

    own_country: Annotated[
        bool,
        typer.Option(
            "--own-country", help="Each sender writes to the chosen ones in the sender's own country."
        ),
    ] = False
    fallback: Annotated[
        str | None,
        typer.Option(
            "--fallback",
            metavar="ID",
            help="With --own-country: the recipient for senders in whose country there is none.",
            show_default=False,
            autocompletion=options.completion.recipients,
        ),
    ] = None
    also_to: Annotated[
        Names,
        typer.Option(
            "--also-to",
            metavar="ID",
            help=f"Recipient to whom every sender writes, whatever the country{MANY}",
            autocompletion=options.completion.recipients,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FromWhom:
    """Senders as they are chosen."""

    sender: Annotated[
        Names,
        typer.Option("--from", metavar="ID", help=f"Sender{MANY}", autocompletion=options.completion.senders),
    ] = None
    sender_tag: Annotated[
        Names,
        typer.Option(
            "--from-tag",
            metavar="TAG",
            autocompletion=options.completion.tags,
            help=f"All senders with this tag{MANY}",
        ),
    ] = None
    all_senders: Annotated[bool, typer.Option("--all-senders", help="Everybody in senders.yaml.")] = False
    from_country: Annotated[
        Names,
        typer.Option(
            "--from-country",
            metavar="CODE",
            autocompletion=options.completion.countries,
            help=f"Only senders in this country{MANY}",
        ),
    ] = None

    def choice(self) -> PartySelection:
        """Return the senders that are meant."""
        return PartySelection(
            ids=tuple(self.sender or ()),
            tags=tuple(self.sender_tag or ()),
            everybody=self.all_senders,
            countries=tuple(_country_code(one) or one.upper() for one in self.from_country or ()),
        )
