"""`lettergen.toml`: what holds for the whole campaign."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from lettergen.facts.fields import Country, Day, Id, Lines, Text
from lettergen.facts.model import Fact
from lettergen.facts.own_stationery import OwnStationery, StationeryKey

__all__ = ["EmailSettings", "FaxSettings", "Settings", "SmtpSettings"]


class EmailSettings(Fact):
    """`[email]` of `lettergen.toml`: what an e-mail holds beside its text."""

    html: bool = Field(False, description="Also the letter as HTML, for readers that show that first.")
    pdf: bool = Field(True, description="The pages as a PDF, attached.")


class SmtpSettings(Fact):
    """`[smtp]` of `lettergen.toml`: the mail server by which `send` sends; never a password."""

    host: Text | None = Field(None, description="Name of the mail server: mail.example.org.")
    security: Literal["tls", "starttls"] = Field(
        "tls", description="tls: encrypted from the first byte; starttls: before anything is told."
    )
    port: int | None = Field(None, ge=1, le=65535, description="Default: 465 for tls, 587 for starttls.")
    user: Text | None = Field(
        None, description="Name of the account; its password is in LETTERGEN_SMTP_PASSWORD or the key store."
    )
    ca_file: Text | None = Field(
        None, description="Certificates (PEM) to trust in place of the system's, for a server of your own."
    )
    rate_per_minute: int = Field(12, ge=1, le=600, description="Letters a minute at most.")
    timeout_seconds: int = Field(60, ge=1, le=600, description="How long one answer is waited for.")


class FaxSettings(Fact):
    """`[fax]` of `lettergen.toml`: bounds that keep a fax readable and a number reachable."""

    most_pages: int = Field(20, ge=1, le=200, description="Pages of one fax at most, the cover included.")
    most_per_number: int = Field(
        20, ge=1, le=1000, description="Faxes that one mailing sends to the same number at most."
    )
    minutes_between: int = Field(
        15, ge=1, le=1440, description="Minutes from one fax to the next to the same number."
    )


class Labels(Fact):
    """A sheet of labels of one's own, in millimetres."""

    paper: Literal["A4", "Letter"] = Field("A4", description="The sheet.")
    columns: int = Field(ge=1, le=20, description="Labels side by side.")
    rows: int = Field(ge=1, le=60, description="Labels one below the other.")
    label: tuple[float, float] = Field(description="Width and height of a label.")
    first: tuple[float, float] = Field(description="From the left and the top of the sheet to the first.")
    pitch: tuple[float, float] = Field(description="From one label to the next, across and down.")


class Settings(Fact):
    """`lettergen.toml`: what holds for the whole campaign."""

    name: Text = Field("Letters", description="The campaign's name.")
    language: Text = Field("en", description="Language of letters where the recipient has no preference.")
    posted_from: Country | None = Field(None, description="ISO code of the country of posting.")
    stationery: StationeryKey | None = Field(
        None, description="Key of the stationery; default: by country of posting."
    )
    own_stationery: Mapping[Id, OwnStationery] = Field(
        default_factory=dict, description="Sheets of one's own: `[own_stationery.my-sheet]`."
    )
    sender: Id | None = Field(None, description="Sender where --from is not given.")
    case: Id | None = Field(None, description="Case where --case is not given.")
    date: Day | None = Field(None, description="The letters' date; default: today.")
    stale_after_days: int = Field(
        180, ge=1, description="Days after which an entry nobody checked is warned of."
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
        default_factory=lambda: SmtpSettings.model_validate({}), description="The mail server of `send`."
    )
    envelope: Text | None = Field(None, description="Key of the envelope; default: by country of posting.")
    labels: Mapping[Id, Labels] = Field(default_factory=dict, description="Sheets of labels of one's own.")
