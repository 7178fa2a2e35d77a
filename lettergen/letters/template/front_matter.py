"""The front matter of a template: what it is for, and the parts of the letter that it sets."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lettergen.facts.fields import Audience, Day, EventKind, Id, Ids, PersonState, Text, one_or_many
from lettergen.facts.model import Fact
from lettergen.facts.papers import Enclosure

__all__ = ["PARTS", "FrontMatter", "SampleData", "Suits", "WordLimit"]

PARTS = (
    "letter_title", "subject", "opening", "closing", "mailing_notation", "our_reference", "your_reference",
    "your_letter_of", "attention", "place", "postscript", "enclosures", "copies", "contacts",
)  # fmt: skip
"""Letter parts that a template may set in its front matter, each a Jinja text."""

KINDS = Literal[
    "protest", "appeal", "petition", "joint-appeal", "urgent-appeal", "questions", "open-letter",
    "resolution", "plea", "statement", "letter", "urgent-action", "communication", "reminder", "card",
    "invitation", "thanks", "condolences", "complaint", "correction",
]  # fmt: skip


def _texts_of(value: object) -> object:
    return [value] if isinstance(value, str) else value


PartText = Annotated[tuple[str, ...], BeforeValidator(_texts_of)]
"""Jinja text of a letter part; a list has one text per item."""


def _listed(value: object) -> object:
    return value.split() if isinstance(value, str) else value


def _listed_enclosures(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class SampleData(Fact):
    """The data a template was written with, used by ``--sample``."""

    to: Id | None = Field(None, description="Recipient.")
    sender: Id | None = Field(None, alias="from", description="Sender.")
    case: Id | None = Field(None, description="Case.")
    on: Day | None = Field(None, alias="date", description="Date of the letter.")


SenderKind = Literal["person", "organisation", "family"]


class Suits(Fact):
    """Whom a template is written for; a case or a sender that does not suit it is refused."""

    persons: Annotated[tuple[PersonState, ...], BeforeValidator(one_or_many)] = Field(
        (), description="States of the people: detained, missing, …; one of them must be in such a state."
    )
    ahead: Annotated[tuple[EventKind, ...], BeforeValidator(one_or_many)] = Field(
        (), description="Kinds of events; one of such a kind must still be ahead."
    )
    sender: Annotated[tuple[SenderKind, ...], BeforeValidator(one_or_many)] = Field(
        (), description="Who writes: person, organisation, or family (`relative_of` of a sender)."
    )


class WordLimit(Fact):
    """How many words a letter may have, such as the limit of a newspaper's letters page."""

    most: Annotated[int, Field(ge=20, le=20_000)] = Field(
        description="Most words between opening and closing."
    )


class FrontMatter(Fact):
    """The front matter of a template: what it is, then the letter parts that it sets."""

    title: Text = Field(description="What the template is for; shown in lists and as the PDF's title.")
    kind: KINDS = Field("letter", description="Kind of letter.")
    language: Text | None = Field(None, description="Language of its words; default: the file name's, or en.")
    audience: Audience = Field("addressee", description="Who will read it: decides which names may appear.")
    offices: Ids = Field((), description="Offices it suits; others cause a warning.")
    uses: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = Field(
        ("sender",),
        description="What it needs: case, sender, recipient; `case.demands` if the list must not be empty.",
    )
    addressee: Literal["required", "optional"] = Field(
        "required", description="Whether it must have an addressee."
    )
    sheets: Annotated[int, Field(ge=1, le=40)] | None = Field(None, description="Maximum number of pages.")
    words: WordLimit | None = Field(
        None, description="Limit to its words, without opening and closing: `{most: 200}`."
    )
    suits: Suits | None = Field(
        None, description="Whose case it suits and who may send it; others are refused."
    )
    courtesy: bool = Field(
        True, description="Whether people are named with `Mr.` and the like; `no` where their family writes."
    )
    signed: bool = Field(True, description="Whether somebody signs; `no` for a statement.")
    headed: bool = Field(
        True,
        description="Whether letterhead and addresses stand above the text; `no` for a card in an envelope.",
    )
    reply: bool = Field(
        True, description="Whether it should ask for a reply; `no` for thanks or condolences."
    )
    names: Literal["below", "annex"] | None = Field(
        None,
        description="Where the names of those who signed stand: `below` the letter (more than 60: in an "
        "annex behind it), or always in an `annex`. Without it, they are counted only.",
    )
    stationery: Id | None = Field(
        None, description="Sheet for this letter, such as `plain` for a fax that needs no window."
    )
    sample: SampleData = Field(
        default_factory=lambda: SampleData.model_validate({}), description="Data for --sample."
    )
    letter_title: PartText = Field((), description="Heading above the subject: RESOLUTION.")
    subject: PartText = Field((), description="Subject line.")
    opening: PartText = Field((), description="Replaces the recipient's form of address.")
    closing: PartText = Field((), description="Replaces the closing of the recipient's form of address.")
    mailing_notation: PartText = Field(
        (),
        description="URGENT, BY FAX: one per line. The channel's own replaces one of another channel.",
    )
    our_reference: PartText = Field((), description="The sender's reference.")
    your_reference: PartText = Field((), description="The addressee's reference.")
    your_letter_of: PartText = Field((), description="Date of the letter being answered.")
    attention: PartText = Field((), description="Person or department the letter is meant for.")
    place: PartText = Field((), description="Replaces the sender's place before the date.")
    postscript: PartText = Field((), description="Below the signature.")
    enclosures: Annotated[tuple[Enclosure, ...], BeforeValidator(_listed_enclosures)] = Field(
        (), description="What else is in the envelope, one per line: texts, or `{title, file}` with a file."
    )
    copies: PartText = Field((), description="Who else receives it, one per line.")
    contacts: PartText = Field((), description="Contacts at the foot of a statement, one per line.")
