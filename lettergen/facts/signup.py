"""What somebody who signed up has agreed to."""

from pydantic import Field

from lettergen.facts.by_reader import Fact
from lettergen.facts.fields import Answer, Country, Line
from lettergen.facts.person_name import PersonName

__all__ = ["SignUp", "Signatory", "SignsFor"]


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


class SignsFor(Fact):
    """The person the sender signs for: `For Irene Khan, Secretary General`."""

    name: PersonName = Field(description="The person in whose name the letter is sent.")
    title: Line | None = Field(None, description="That person's office.")
