"""`lettergen.toml`: settings of the whole campaign."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from lettergen.facts.columns import ColumnUse
from lettergen.facts.fields import Country, Day, Id, Language, Lines, Text
from lettergen.facts.model import Fact
from lettergen.facts.own_stationery import OwnStationery, StationeryKey
from lettergen.facts.own_treaty import OwnTreaty

__all__ = ["EmailSettings", "FaxSettings", "Settings", "SmtpSettings"]


class EmailSettings(Fact):
    """`[email]` of `lettergen.toml`: what an e-mail contains besides its text."""

    html: bool = Field(False, description="Include the letter as HTML, which some mail programs show first.")
    pdf: bool = Field(True, description="Attach the pages as a PDF.")


class SmtpSettings(Fact):
    """`[smtp]` of `lettergen.toml`: the mail server that `send` uses; never a password."""

    host: Text | None = Field(None, description="Name of the mail server: mail.example.org.")
    security: Literal["tls", "starttls"] = Field(
        "tls", description="tls: encrypted from the first byte; starttls: encrypted before anything is sent."
    )
    port: int | None = Field(None, ge=1, le=65535, description="Default: 465 for tls, 587 for starttls.")
    user: Text | None = Field(
        None, description="Name of the account; its password is in LETTERGEN_SMTP_PASSWORD or the key store."
    )
    ca_file: Text | None = Field(
        None, description="Certificates (PEM) to trust in place of the system's, for a server of your own."
    )
    rate_per_minute: int = Field(12, ge=1, le=600, description="Maximum number of letters per minute.")
    timeout_seconds: int = Field(60, ge=1, le=600, description="How long to wait for each answer.")


class FaxSettings(Fact):
    """`[fax]` of `lettergen.toml`: limits that keep a fax readable and a number reachable."""

    most_pages: int = Field(
        20, ge=1, le=200, description="Maximum number of pages in one fax, including the cover."
    )
    most_per_number: int = Field(
        20, ge=1, le=1000, description="Maximum number of faxes from one mailing to the same number."
    )
    minutes_between: int = Field(
        15, ge=1, le=1440, description="Minutes from one fax to the next to the same number."
    )


class Labels(Fact):
    """A label sheet of your own, in millimetres."""

    paper: Literal["A4", "Letter"] = Field("A4", description="The sheet.")
    columns: int = Field(ge=1, le=20, description="Labels side by side.")
    rows: int = Field(ge=1, le=60, description="Labels one below the other.")
    label: tuple[float, float] = Field(description="Width and height of a label.")
    first: tuple[float, float] = Field(
        description="From the left and top edges of the sheet to the first label."
    )
    pitch: tuple[float, float] = Field(description="From one label to the next, across and down.")


class Settings(Fact):
    """`lettergen.toml`: settings of the whole campaign."""

    name: Text = Field("Letters", description="The campaign's name.")
    language: Language = Field("en", description="Language of letters if the recipient has no preference.")
    posted_from: Country | None = Field(None, description="ISO code of the country of posting.")
    stationery: StationeryKey | None = Field(
        None, description="Key of the stationery; default: by country of posting."
    )
    own_stationery: Mapping[Id, OwnStationery] = Field(
        default_factory=dict, description="Sheets of your own: `[own_stationery.my-sheet]`."
    )
    treaties: Mapping[Id, OwnTreaty] = Field(
        default_factory=dict,
        description="Treaties of your own: `[treaties.cartagena84]`, or `treaties/KEY.toml`.",
    )
    foreign_own_words: bool = Field(
        False, description="Print senders' own words where they are in another language than the letter, too."
    )
    sender: Id | None = Field(None, description="Default sender, without --from.")
    case: Id | None = Field(None, description="Default case, without --case.")
    date: Day | None = Field(None, description="The letters' date; default: today.")
    stale_after_days: int = Field(
        180, ge=1, description="Days after which an unchecked entry causes a warning."
    )
    ignore_checks: Lines = Field(
        (),
        description="Warnings that `lettergen check` counts but does not show: `[entry-not-checked]`.",
    )
    outbox: Text = Field("outbox", description="Folder for finished letters.")
    fonts: Lines = Field((), description="Folders with further fonts.")
    email: EmailSettings = Field(
        default_factory=lambda: EmailSettings(html=False, pdf=True), description="What e-mails hold."
    )
    fax: FaxSettings = Field(
        default_factory=lambda: FaxSettings.model_validate({}), description="Bounds of faxes."
    )
    smtp: SmtpSettings = Field(
        default_factory=lambda: SmtpSettings.model_validate({}),
        description="The mail server that `send` uses.",
    )
    columns: Mapping[Text, ColumnUse] = Field(
        default_factory=dict,
        description='Columns of tables that have other names than the fields: `"First name" = "name_given"`.',
    )
    envelope: Text | None = Field(None, description="Key of the envelope; default: by country of posting.")
    labels: Mapping[Id, Labels] = Field(default_factory=dict, description="Label sheets of your own.")
