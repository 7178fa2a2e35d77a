"""The front matter of a letter template: what it is, and the letter parts that it sets."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lettergen.facts.fields import Audience, Day, Id, Ids, Text
from lettergen.facts.model import Fact

__all__ = ["PARTS", "Head", "Sample"]

PARTS = (
    "letter_title", "subject", "opening", "closing", "mailing_notation", "our_reference", "your_reference",
    "your_letter_of", "attention", "place", "postscript", "enclosures", "copies", "contacts",
)  # fmt: skip
"""Letter parts that a template may set in its front matter, each a Jinja text."""

KINDS = Literal[
    "protest", "appeal", "petition", "joint-appeal", "urgent-appeal", "questions", "open-letter",
    "resolution", "plea", "statement", "letter",
]  # fmt: skip


def _texts_of(value: object) -> object:
    return [value] if isinstance(value, str) else value


PartText = Annotated[tuple[str, ...], BeforeValidator(_texts_of)]
"""Jinja text of a letter part; a list has one text an item."""


def _listed(value: object) -> object:
    return value.split() if isinstance(value, str) else value


class Sample(Fact):
    """The data a template was written with: what ``--sample`` takes."""

    to: Id | None = Field(None, description="Recipient.")
    sender: Id | None = Field(None, alias="from", description="Sender.")
    case: Id | None = Field(None, description="Case.")
    on: Day | None = Field(None, alias="date", description="Date of the letter.")


class Head(Fact):
    """The front matter of a template: what it is, then the letter parts that it sets."""

    title: Text = Field(description="What the template is for; shown in lists and as the PDF's title.")
    kind: KINDS = Field("letter", description="Kind of letter.")
    language: Text | None = Field(None, description="Language of its words; default: the file name's, or en.")
    audience: Audience = Field("addressee", description="Who will read it: decides which names may appear.")
    offices: Ids = Field((), description="Offices whom it suits; others get a warning.")
    uses: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = Field(
        ("sender",),
        description="What it needs: case, sender, recipient; `case.demands` for a list not empty.",
    )
    addressee: Literal["required", "optional"] = Field(
        "required", description="Whether it must be addressed."
    )
    sheets: Annotated[int, Field(ge=1, le=40)] | None = Field(None, description="The most pages it may take.")
    signed: bool = Field(True, description="Whether somebody signs; `no` for a statement.")
    stationery: Id | None = Field(
        None, description="Sheet for this letter, such as `plain` for one that is faxed and needs no window."
    )
    sample: Sample = Field(
        default_factory=lambda: Sample.model_validate({}), description="Data for --sample."
    )
    letter_title: PartText = Field((), description="Heading above the subject: RESOLUTION.")
    subject: PartText = Field((), description="Subject line.")
    opening: PartText = Field((), description="Replaces the recipient's form of address.")
    closing: PartText = Field((), description="Replaces the closing of the recipient's form of address.")
    mailing_notation: PartText = Field(
        (),
        description="URGENT, BY FAX: a line each. What tells of a way gives place to the letter's own way.",
    )
    our_reference: PartText = Field((), description="The sender's reference.")
    your_reference: PartText = Field((), description="The addressee's reference.")
    your_letter_of: PartText = Field((), description="Date of the letter that is answered.")
    attention: PartText = Field((), description="Person or desk for whom the letter is meant.")
    place: PartText = Field((), description="Replaces the sender's place before the date.")
    postscript: PartText = Field((), description="Below the signature.")
    enclosures: PartText = Field((), description="What is in the envelope beside the letter, a line each.")
    copies: PartText = Field((), description="Who else receives it, a line each.")
    contacts: PartText = Field((), description="Whom to ask, at the foot of a statement, a line each.")
