"""`mailing.yaml`: who writes what to whom, saved with the campaign instead of typed each time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lettergen.errors import InputProblems
from lettergen.facts import load, yaml_reader
from lettergen.facts.campaign import MAILING_FILE
from lettergen.facts.columns import ColumnUse
from lettergen.facts.fields import (
    Channel,
    Countries,
    Day,
    Id,
    Ids,
    Language,
    Languages,
    Lines,
    Text,
    one_or_many,
)
from lettergen.facts.model import Fact
from lettergen.facts.nodes import Node
from lettergen.facts.regular_files import STDIN

__all__ = ["MAILING_FILE", "MailingFile", "QuotaFacts", "RecipientChoice", "SenderChoice", "examine", "read"]

ALL = "all"

Channels = Annotated[tuple[Channel, ...], BeforeValidator(one_or_many)]


class _PartyChoice(Fact):
    """A choice from a list of records: by id and tag, then narrowed by properties."""

    all: bool = Field(False, description="Everybody in the list.")
    ids: Ids = Field((), description="Ids, in the order of the letters.")
    tags: Ids = Field((), description="Also everybody with one of these tags.")
    countries: Countries = Field((), description="Only those in these countries.")
    languages: Languages = Field((), description="Only those who read one of these languages.")

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        """Accept ``all``, an id or a list of ids instead of a group."""
        if value == ALL:
            return {"all": True}
        return {"ids": value} if isinstance(value, str | list) else value


class RecipientChoice(_PartyChoice):
    """The recipients of a mailing."""

    offices: Ids = Field((), description="Only holders of these offices.")
    states: Countries = Field((), description="Only those who stand for these States.")


class SenderChoice(_PartyChoice):
    """Who writes."""


class QuotaFacts(Fact):
    """Limits to the number of letters."""

    per_sender: int | None = Field(None, ge=1, description="Number of letters that each sender writes.")
    per_recipient: int | None = Field(
        None, ge=1, description="Maximum number of letters that a recipient gets."
    )


class MailingFile(Fact):
    """A mailing saved with the campaign; options of `batch` override single lines."""

    name: Id | None = Field(None, description="Name of the mailing's folder; default: template and date.")
    templates: Ids = Field(min_length=1, description="The templates of the letters.")
    recipients: RecipientChoice = Field(
        default_factory=lambda: RecipientChoice.model_validate({}), description="To whom."
    )
    senders: SenderChoice = Field(
        default_factory=lambda: SenderChoice.model_validate({}), description="From whom."
    )
    case: Id | None = Field(None, description="What about.")
    date: Day | None = Field(None, description="The letters' date.")
    channels: Channels = Field((), description="Channels to try, instead of the recipients' own.")
    formats: Lines = Field((), description="Formats; default: pdf, tif for fax, eml for e-mail.")
    ascii: bool = Field(False, description="Text in ASCII alone, as `--ascii` makes it.")
    quotas: QuotaFacts = Field(
        default_factory=lambda: QuotaFacts.model_validate({}), description="Limits to the number of letters."
    )
    pair: Literal["all", "own-country"] = Field(
        "all", description="Whom each sender writes to: all recipients, or those in the sender's own country."
    )
    fallback: Id | None = Field(
        None,
        description="With `pair: own-country`, the recipient for senders in whose country there is none.",
    )
    also_to: Ids = Field((), description="Recipients to whom every sender writes, whatever the country.")
    fax_first: int | None = Field(
        None,
        ge=1,
        description="So many letters to each recipient go by fax, the others by the other channels.",
    )
    unanswered: int | None = Field(
        None,
        ge=0,
        description="Only to those who have not answered a letter on the case for so many days, from those "
        "who wrote it.",
    )
    order: Literal["recipient", "sender", "country", "sheets"] = Field(
        "recipient", description="Order of the letters within a medium."
    )
    with_: Language | None = Field(
        None, alias="with", description="Language of a courtesy translation behind each letter."
    )
    fax_translation: bool = Field(False, description="Whether faxes have the translation, too.")
    stationery: Text | None = Field(None, description="Key of the sheet.")
    columns: Mapping[Text, ColumnUse] = Field(
        default_factory=dict, description="Columns of tables, as in lettergen.toml, which they override."
    )
    volume_size: int = Field(500, ge=1, le=5000, description="Letters per volume.")
    files: Literal["separate", "combined", "both"] = Field(
        "both", description="One file per letter (separate), one PDF per volume (combined), or both."
    )


def examine(path: Path, folder: Path) -> Node:
    """Read a mailing's file into nodes; it may lie elsewhere, but no link leads out of where it is.

    Raises:
        InputProblems: It can't be read, or is not YAML.
    """
    is_in_campaign = path.absolute().is_relative_to(folder.absolute())
    return yaml_reader.examine(path, str(path), below=folder if is_in_campaign else path.parent)


def read(path: Path, folder: Path) -> MailingFile:
    """Read a mailing's file.

    Args:
        path: The file, or standard input.
        folder: The campaign's, which it may not lead out of.

    Raises:
        InputProblems: It is missing or faulty; all problems are reported.
    """
    node = yaml_reader.examine(path) if path == STDIN else examine(path, folder)
    found, problems = load.fact(node, MailingFile, f"`{path.name}`")
    problems = [*node.faults, *problems]
    if problems or found is None:
        raise InputProblems(problems)
    return found
