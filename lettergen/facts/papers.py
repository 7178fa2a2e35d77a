"""The papers of a case: sources, messages that are passed on, documents that are enclosed, corrections."""

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from lettergen.facts.by_reader import Fact, OpenText, Readers, with_readers
from lettergen.facts.dates import FactDate
from lettergen.facts.fields import Day, Id, Line, Text

__all__ = ["Correction", "Document", "EnclosedPaper", "Enclosure", "Message", "Source"]


class Source(Fact):
    """Where a fact comes from."""

    title: Text = Field(description="Report, witness, newspaper.")
    id: Id | None = Field(None, description="Key, for the words of a translation.")
    on: FactDate | None = Field(None, description="Its date.")
    url: Text | None = Field(None, description="Web address.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"title": value} if isinstance(value, str) else value


class Message(Fact):
    """A message from somebody else that a letter passes on, with its origin.

    It was written in private: `readers`, or readers of its `text`, say who may see it.
    """

    id: Id = Field(description="Key.")
    readers: Readers = Field(None, description="Who may read it: addressee, un, press, public.")
    from_: OpenText = Field(alias="from", description="Who wrote it.")
    organisation: OpenText | None = Field(None, description="The writer's organisation.")
    to: OpenText | None = Field(None, description="To whom it was sent.")
    on: FactDate | None = Field(None, description="When it was written.")
    received: FactDate | None = Field(None, description="When it was received; with or without time of day.")
    subject: OpenText | None = Field(None, description="Its subject line.")
    text: OpenText = Field(
        description="Its text, by reader unless `readers` is given; blank lines separate paragraphs."
    )

    @field_validator("text", mode="before")
    @classmethod
    def _has_readers(cls, value: Any, info: ValidationInfo) -> Any:
        return value if info.data.get("readers") else with_readers(value)


class EnclosedPaper(Fact):
    """A paper that can be enclosed, as a file if the campaign has one."""

    file: Line | None = Field(
        None, description="PDF, PNG or JPEG in the campaign folder, bound behind the letters that list it."
    )
    alt: Line | None = Field(
        None, description="Of a picture: what it shows, for those who cannot see it. Default: the title."
    )
    fax: bool = Field(
        False, description="Whether letters by fax hold the file; otherwise they say that it comes by post."
    )
    most_pages: Annotated[int, Field(ge=1, le=1_000)] = Field(
        50, description="Pages that the file may have; a longer one is taken for a mistake."
    )


class Enclosure(EnclosedPaper):
    """An item of `enclosures:` of a template: its words, and a file if there is one."""

    title: str = Field(description="What it is, as a line of the list; can print facts.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"title": value} if isinstance(value, str) else value


class Document(EnclosedPaper):
    """A document that can be enclosed: an earlier letter, a petition."""

    title: OpenText = Field(description="What it is: Letter to President Jiang Zemin.")
    on: FactDate | None = Field(None, description="Its date.")
    id: Id | None = Field(None, description="Key.")
    readers: Readers = Field(
        None, description="Who may read of it: addressee, un, press, public. Default: all."
    )


class Correction(Fact):
    """Something that letters of this case said and that was not so."""

    said: OpenText = Field(description="What they said, wrongly, as a sentence of its own.")
    correct: OpenText = Field(description="What is so, as a sentence of its own.")
    on: Day = Field(description="The day on which it was corrected here; letters of before it may be wrong.")
    id: Id | None = Field(None, description="Key, for the words of a translation.")
    readers: Readers = Field(
        None, description="Who may read of it: addressee, un, press, public. Default: all."
    )
