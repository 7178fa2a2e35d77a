"""`lettergen.toml`: what holds for the whole campaign."""

from pydantic import Field

from lettergen.facts.fields import Country, Day, Id, Lines, Text
from lettergen.facts.model import Fact

__all__ = ["Settings"]


class Settings(Fact):
    """`lettergen.toml`: what holds for the whole campaign."""

    name: Text = Field("Letters", description="The campaign's name.")
    language: Text = Field("en", description="Language of letters where the recipient has no preference.")
    posted_from: Country | None = Field(None, description="ISO code of the country of posting.")
    stationery: Text | None = Field(
        None, description="Key of the stationery; default: by country of posting."
    )
    sender: Id | None = Field(None, description="Sender where --from is not given.")
    case: Id | None = Field(None, description="Case where --case is not given.")
    date: Day | None = Field(None, description="The letters' date; default: today.")
    stale_after_days: int = Field(
        180, ge=1, description="Days after which an entry nobody checked is warned of."
    )
    outbox: Text = Field("outbox", description="Folder for finished letters.")
    fonts: Lines = Field((), description="Folders with further fonts.")
