"""What somebody who signed up has agreed to."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from lettergen.facts.by_reader import Fact
from lettergen.facts.dates import DateError, day
from lettergen.facts.fields import AddressLines, Answer, Country, Day, Line, yes_or_no
from lettergen.facts.person_name import PersonName

__all__ = ["SignUp", "Signatory", "Signature", "SignsFor"]


def _day_or_answer(value: object) -> object:
    """Take the day on which somebody withdrew, or whether."""
    try:
        return day(value)
    except DateError:
        return yes_or_no(value)


Withdrawal = Annotated[date | bool, BeforeValidator(_day_or_answer)]


class SignUp(Fact):
    """Somebody who signs: a sender, or one name under an open letter."""

    contact_email: Line | None = Field(None, description="E-mail address for the organisers; never printed.")
    consent: Answer | None = Field(
        None,
        description="Whether the person agreed to be named: yes or no; with no, no letter and no name. "
        "Without the column, nobody was asked; an empty cell is no.",
    )
    anonymous: Answer = Field(
        False,
        description="Whether the person stays anonymous: yes or no; with yes, no letter and no name.",
    )

    @property
    def may_be_named(self) -> bool:
        """Say whether the name may be printed."""
        return self.consent is not False and not self.anonymous


class Signatory(SignUp):
    """One name under an open letter or petition."""

    name: PersonName = Field(description="The signatory.")
    title: Line | None = Field(None, description="Office or profession.")
    organisation: Line | None = Field(None, description="Organisation, if signing for one.")
    country: Country | None = Field(None, description="Country: ISO 3166 code or name.")


class Signature(SignUp):
    """One row of `signatures/NAME.csv`: somebody who signed a petition."""

    id: Line | None = Field(
        None, description="What tells two people apart of whom the table says the same otherwise."
    )
    name: PersonName = Field(description="Who signed.")
    title: Line | None = Field(None, description="Office or profession.")
    organisation: Line | None = Field(None, description="Organisation, if signing for one.")
    city: Line | None = Field(None, description="Town, printed behind the name.")
    country: Country | None = Field(None, description="Country: ISO 3166 code or name.")
    rank: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="Place among those who are named first: 1, 2, …; the others follow by name."
    )
    email: Line | None = Field(None, description="E-mail address, to tell people apart; never printed.")
    address: AddressLines = Field((), description="Postal address, to tell people apart; never printed.")
    date: Day | None = Field(
        None, description="Day of signing; a letter of an earlier date does not count the signature."
    )
    withdrawn: Withdrawal = Field(
        False,
        description="Whether the signature was withdrawn: yes or no, or the day; it is counted no more.",
    )


class SignsFor(Fact):
    """The person the sender signs for: `For Irene Khan, Secretary General`."""

    name: PersonName = Field(description="The person in whose name the letter is sent.")
    title: Line | None = Field(None, description="That person's office.")
