"""The campaign's own treaties: `[treaties.KEY]` in `lettergen.toml`, or `treaties/KEY.toml`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from lettergen.facts.fields import MOST_LINES, Countries, Country, Day, Text, one_or_many
from lettergen.facts.model import Fact

__all__ = ["OwnReservation", "OwnTreaty"]

ByLanguage = Mapping[Text, Text]
Articles = Annotated[tuple[Text, ...], Field(max_length=MOST_LINES), BeforeValidator(one_or_many)]


class OwnReservation(Fact):
    """Articles that do not bind a State although the treaty does."""

    state: Country = Field(description="ISO 3166 code.")
    articles: Articles = Field(description="Article numbers: 20, 30(1).")
    until: Day | None = Field(None, description="The day on which it was withdrawn.")


class OwnTreaty(Fact):
    """A treaty, a standard or a national law that the reference lacks."""

    name: ByLanguage = Field(
        description='What letters call it, with its article, by language: `en = "the Cartagena Declaration"`.'
    )
    genitive: ByLanguage = Field(
        default_factory=dict, description="The name after `Article 3`, where it is inflected: German."
    )
    adopted: Day = Field(description="Day of adoption.")
    in_force: Day | None = Field(None, description="Day of entry into force; none for a declaration.")
    articles: int = Field(ge=1, le=999, description="How many articles it has.")
    unit: Literal["article", "rule", "principle", "paragraph"] = Field(
        "article", description="What its numbered parts are called."
    )
    volume: int | None = Field(None, ge=1, description="Volume of the United Nations Treaty Series.")
    page: int | None = Field(None, ge=1, description="Page in that volume.")
    resolution: Text | None = Field(None, description="Resolution of the General Assembly: 53/144.")
    statements: Mapping[Text, ByLanguage] = Field(
        default_factory=dict,
        description="What an article asks, by its number and language, in a sentence of your own.",
    )
    parties: Mapping[Country, Day] = Field(
        default_factory=dict, description="States that it binds, and from which day."
    )
    not_parties: Countries = Field((), description="States that it does not bind; others are unknown.")
    reservations: tuple[OwnReservation, ...] = Field((), description="What States reserved.")
    source: Text = Field(description="Where all this comes from.")

    def row(self) -> dict[str, Any]:
        """Return it in the form of the reference's rows."""
        rest = {state: {"source": self.source} for state in self.not_parties}
        joined = {state: {"party": on, "source": self.source} for state, on in self.parties.items()}
        return {
            "short": self.name,
            "of": self.genitive,
            "adopted": self.adopted,
            "in_force": self.in_force,
            "series": (self.volume, self.page) if self.volume and self.page else None,
            "resolution": self.resolution,
            "is_treaty": self.in_force is not None,
            "unit": self.unit,
            "article_count": self.articles,
            "statements": self.statements,
            "parties": rest | joined,
            "reservations": tuple(one.model_dump() for one in self.reservations),
            "source": self.source,
        }
