"""Values that say who may read them, and what all facts are made of."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from lettergen.facts.fields import AUDIENCES, MOST_ITEMS, Audience, Lines, Text, one_or_many

__all__ = [
    "BoundedLists",
    "Fact",
    "OpenText",
    "PrivateLines",
    "PrivateText",
    "ReaderLines",
    "ReaderText",
    "Readers",
    "with_readers",
]


class Fact(BaseModel):
    """What all facts share: no unknown field, no change after loading, no value in an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, defer_build=True
    )


class BoundedLists(Fact):
    """A fact of lists, none of which is without end."""

    @field_validator("*", mode="before")
    @classmethod
    def _has_an_end(cls, value: Any) -> Any:
        if isinstance(value, list) and len(value) > MOST_ITEMS:
            raise PydanticCustomError("too_long", "too many", {"max_length": MOST_ITEMS})
        return value


class _ByReader(Fact):
    """What each sort of readers may read of one thing; who is not in it reads nothing of it."""

    def to(self, audiences: Iterable[Audience]) -> Any:
        """Return what may be shown to all these readers at once; None where it differs or is not for one."""
        given = self.given()
        found = {given.get(audience) or given.get("all") for audience in audiences}
        return found.pop() if len(found) == 1 else None

    def readers(self) -> tuple[Audience, ...]:
        """Return who may read of it."""
        return tuple(audience for audience in AUDIENCES if self.to((audience,)))

    def given(self) -> dict[str, Any]:
        """Return what is given, by the readers as the file names them."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name))}

    @model_validator(mode="after")
    def _is_for_somebody(self) -> "_ByReader":
        if not self.given():
            raise PydanticCustomError("readers-missing", "no readers")
        return self


class ReaderText(_ByReader):
    """A text that says who may read it: `{addressee: …, un: …}`, or `{all: …}`."""

    all: Text | None = Field(None, description="What everybody reads for whom nothing else is given.")
    addressee: Text | None = Field(None, description="What the addressee reads.")
    un: Text | None = Field(None, description="What the United Nations read, and who checks reports.")
    press: Text | None = Field(None, description="What the press reads.")
    public: Text | None = Field(None, description="What the public reads.")


class OpenText(ReaderText):
    """A text for everybody, unless it says who may read it."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"all": value} if isinstance(value, str) else value


class ReaderLines(_ByReader):
    """Lines that say who may read them: `{addressee: […], un: […]}`, or `{all: […]}`."""

    all: Lines = Field((), description="What everybody reads for whom nothing else is given, one a line.")
    addressee: Lines = Field((), description="What the addressee reads.")
    un: Lines = Field((), description="What the United Nations read, and who checks reports.")
    press: Lines = Field((), description="What the press reads.")
    public: Lines = Field((), description="What the public reads.")


def with_readers(value: object) -> object:
    """Refuse a value that does not say who may read it."""
    if isinstance(value, str | list):
        raise PydanticCustomError("readers-missing", "no readers")
    return value


PrivateText = Annotated[ReaderText, BeforeValidator(with_readers)]
"""Words that can endanger somebody: without readers they are for nobody."""
PrivateLines = Annotated[ReaderLines, BeforeValidator(with_readers)]
Readers = Annotated[tuple[Audience, ...] | None, BeforeValidator(one_or_many)]
