"""`mailing.yaml`: who writes what to whom, kept with the campaign instead of typed each time."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lettergen.errors import InputProblems
from lettergen.facts import load, yaml_reader
from lettergen.facts.campaign import MAILING_FILE
from lettergen.facts.fields import Channel, Country, Day, Id, Ids, Lines, Text, one_or_many
from lettergen.facts.model import Fact
from lettergen.facts.text_files import stay_inside

__all__ = ["MAILING_FILE", "MailingFile", "QuotaFacts", "RecipientChoice", "SenderChoice", "read"]

ALL = "all"

Countries = Annotated[tuple[Country, ...], BeforeValidator(one_or_many)]
Channels = Annotated[tuple[Channel, ...], BeforeValidator(one_or_many)]


class _PartyChoice(Fact):
    """Some of a list of records: by id and tag, then narrowed by what they are like."""

    all: bool = Field(False, description="Everybody in the list.")
    ids: Ids = Field((), description="Ids, in the order in which letters are to stand.")
    tags: Ids = Field((), description="Also all that bear one of these tags.")
    countries: Countries = Field((), description="Of those, only the ones in these countries.")
    languages: Lines = Field((), description="Of those, only the ones who read one of these languages.")

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        """Take ``all``, an id or a list of ids for a group."""
        if value == ALL:
            return {"all": True}
        return {"ids": value} if isinstance(value, str | list) else value


class RecipientChoice(_PartyChoice):
    """To whom a mailing goes."""

    offices: Ids = Field((), description="Of those, only the holders of these offices.")


class SenderChoice(_PartyChoice):
    """Who writes."""


class QuotaFacts(Fact):
    """How many letters are enough."""

    per_sender: int | None = Field(None, ge=1, description="Letters that each sender writes.")
    per_recipient: int | None = Field(None, ge=1, description="The most letters that a recipient gets.")


class MailingFile(Fact):
    """A mailing as the campaign keeps it; options of `batch` replace single lines of it."""

    name: Id | None = Field(None, description="The mailing's folder; default: template and date.")
    templates: Ids = Field(description="The letters to write.")
    recipients: RecipientChoice = Field(
        default_factory=lambda: RecipientChoice.model_validate({}), description="To whom."
    )
    senders: SenderChoice = Field(
        default_factory=lambda: SenderChoice.model_validate({}), description="From whom."
    )
    case: Id | None = Field(None, description="What about.")
    date: Day | None = Field(None, description="The letters' date.")
    channels: Channels = Field((), description="Ways to try, instead of the recipients' own.")
    formats: Lines = Field((), description="Files to make; default: pdf, tif for fax, eml for e-mail.")
    quotas: QuotaFacts = Field(
        default_factory=lambda: QuotaFacts.model_validate({}), description="How many letters are enough."
    )
    order: Literal["recipient", "sender", "country", "sheets"] = Field(
        "recipient", description="How letters are laid together within a medium."
    )
    stationery: Text | None = Field(None, description="Key of the sheet.")
    volume_size: int = Field(500, ge=1, le=5000, description="Letters in a volume.")
    files: Literal["separate", "combined", "both"] = Field(
        "both", description="Each letter a file, one PDF of all letters of a volume, or both."
    )


def read(path: Path, folder: Path) -> MailingFile:
    """Read a mailing's file.

    Args:
        path: The file.
        folder: The campaign's, which it may not lead out of.

    Raises:
        InputProblems: It is not there, or something in it does not fit; all of that is told.
    """
    stay_inside(path, folder if path.resolve().is_relative_to(folder.resolve()) else path.parent, str(path))
    node = yaml_reader.examine(path, str(path))
    found, problems = load.fact(node, MailingFile, f"`{path.name}`")
    problems = [*node.faults, *problems]
    if problems or found is None:
        raise InputProblems(problems)
    return found
