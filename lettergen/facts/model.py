"""The facts of a campaign: recipients, senders, cases. Frozen values, checked on entry.

Field names are the words of the YAML files; a field's description is what the
JSON Schemas, `docs/` and the error messages say about it.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lettergen.facts.by_reader import (
    BoundedLists,
    Fact,
    OpenText,
    PrivateLines,
    PrivateText,
    ReaderLines,
    Readers,
    ReaderText,
)
from lettergen.facts.dates import FactDate, Term
from lettergen.facts.fields import (
    AUDIENCES,
    ID_PATTERN,
    MOST_IDS,
    AddressLines,
    Audience,
    Channel,
    Clearance,
    Countries,
    Country,
    Day,
    EventKind,
    Id,
    Ids,
    Language,
    Languages,
    Line,
    Lines,
    Names,
    NameText,
    PersonState,
    Text,
    one_or_many,
)
from lettergen.facts.papers import Correction, Document, Message, Source
from lettergen.facts.person_name import PersonName
from lettergen.facts.signup import Signatory, Signature, SignsFor, SignUp

__all__ = [
    "AUDIENCES",
    "ID_PATTERN",
    "Audience",
    "Case",
    "Channel",
    "Clearance",
    "Consent",
    "Correction",
    "Demand",
    "Description",
    "Document",
    "Event",
    "Fact",
    "Id",
    "Ids",
    "LegalBasis",
    "Message",
    "OpenText",
    "Person",
    "PersonName",
    "Question",
    "ReaderLines",
    "ReaderText",
    "Recipient",
    "Sender",
    "Sentence",
    "Signatory",
    "Signature",
    "Source",
    "Status",
    "Text",
    "is_for",
]


def is_for(
    item: "Event | Demand | Question | Message | Document | Correction", audiences: Iterable[Audience]
) -> bool:
    """Say whether an item of a case is for all these readers."""
    return item.readers is None or set(audiences) <= set(item.readers)


class Period(Fact):
    """A term of office; without an end, the holder was still in office when the entry was checked."""

    from_: Day | None = Field(None, alias="from", description="First day in office.")
    until: Day | None = Field(None, description="Last day in office.")


class Checked(Fact):
    """When the entry was last checked, and against which source."""

    on: Day = Field(description="Day of the check.")
    source: Text = Field(description="What it was checked against.")


class Recipient(Fact):
    """Somebody to write to: a person in an office, or the office itself."""

    id: Id = Field(description="Stable name on the command line and in file names.")
    name: PersonName | None = Field(
        None, description="The holder; without it, the letter goes to the office."
    )
    office: Id | None = Field(
        None, description="A row of the forms of address: head-of-state, ambassador, …."
    )
    title: Line | None = Field(None, description="The office, as printed in the address.")
    organisation: AddressLines = Field((), description="Organisation and department, one per line.")
    attention: Line | None = Field(None, description="Person or department the letter is meant for.")
    care_of: Line | None = Field(
        None, description="Who receives the letter on the addressee's behalf, printed after c/o."
    )
    address: AddressLines = Field((), description="Address lines, printed as written, without the country.")
    country: Country | None = Field(
        None, description="Country of delivery: its ISO 3166 code (CN, CHN) or its name (China, 中国)."
    )
    serves: Countries = Field(
        (), description="Countries that an embassy covers besides its own, for `--own-country`."
    )
    phone: Text | None = Field(None, description="Telephone number.")
    fax: Text | None = Field(None, description="Fax number with country code: +86 10 ….")
    email: Text | None = Field(None, description="E-mail address.")
    languages: Languages = Field(("en",), description="Languages in order of preference: codes or names.")
    channels: Annotated[tuple[Channel, ...], BeforeValidator(one_or_many)] = Field(
        ("post",), description="Channels for reaching the addressee, in order of preference."
    )
    salutation: Line | None = Field(None, description="Replaces the opening of the forms of address.")
    closing: Line | None = Field(None, description="Replaces the closing of the forms of address.")
    envelope_name: Line | None = Field(None, description="Replaces the first line of the address.")
    state: Country | None = Field(None, description="The State addressed; decides treaties and audience.")
    audience: Audience | None = Field(None, description="Who reads it: addressee, un, press or public.")
    in_office: Period | None = Field(None, description="The holder's time in office.")
    checked: Checked | None = Field(None, description="When the entry was last checked, and against what.")
    note: Text | None = Field(None, description="For whoever maintains the list; never printed.")
    tags: Ids = Field((), description="Groups for --tag.")


class Logo(Fact):
    """The sender's picture in the letterhead."""

    file: Text = Field(description="PNG, JPEG or SVG in the campaign folder.")
    alt: Line = Field(description="What it shows, for those who cannot see it: Two hands hold a lamp.")
    height: float = Field(18, ge=5, le=40, description="Height in millimetres, 5 to 40.")


class Sender(SignUp):
    """A person or an organisation who signs."""

    id: Id = Field(description="Stable name on the command line and in file names.")
    name: PersonName | None = Field(None, description="The person who signs.")
    title: Line | None = Field(None, description="The person's office.")
    native_name: NameText | None = Field(None, description="The person's name in its own script.")
    organisation: Line | None = Field(
        None, description="The organisation, if the letter is sent in its name."
    )
    native_organisation: Line | None = Field(
        None, description="The organisation's name in a second script, below the first."
    )
    short_name: Text | None = Field(None, description="The organisation's short name: LFNKR.")
    signs_for: SignsFor | None = Field(None, description="The person the sender signs for.")
    place: Line | None = Field(None, description="Place before the letter's date: Tokyo.")
    address: AddressLines = Field((), description="Address lines without the country.")
    country: Country | None = Field(None, description="Country: ISO 3166 code or name.")
    phone: Text | None = Field(None, description="Telephone number.")
    fax: Text | None = Field(None, description="Fax number.")
    email: Text | None = Field(None, description="E-mail address.")
    website: Text | None = Field(None, description="Web address as it should be printed.")
    language: Language | None = Field(
        None, description="Language of `own_words`, a code or a name; without it, that of the letters."
    )
    signature: Text | None = Field(
        None, description="Picture of the signature, a file in the campaign folder."
    )
    letterhead: bool | None = Field(None, description="Print a letterhead; default: for organisations.")
    logo: Logo | None = Field(None, description="Picture above the letterhead: `{file, alt, height}`.")
    letterhead_align: Literal["left", "right", "centred"] | None = Field(
        None, description="Side of the letterhead: left, right, centred. Default: away from the address."
    )
    own_words: Text | None = Field(None, description="One or more paragraphs by the sender.")
    relative_of: Ids = Field((), description="Ids of persons of a case whose family the sender belongs to.")
    members: Ids = Field((), description="Ids of the senders who sign together (a joint letter).")
    signatories: tuple[Signatory, ...] = Field(
        (), max_length=MOST_IDS, description="Names under an open letter, or a table file with them."
    )
    tags: Ids = Field((), description="Groups for --tag.")

    @property
    def named_signatories(self) -> tuple[Signatory, ...]:
        """The signatories who agreed to be named."""
        return tuple(one for one in self.signatories if one.may_be_named)

    @model_validator(mode="after")
    def _signs_somehow(self) -> "Sender":
        if not (self.name or self.organisation or self.members):
            raise PydanticCustomError("nobody-signs", "neither `name` nor `organisation` nor `members`")
        return self


class Consent(Fact):
    """Who agreed to publication, when, and for which audiences."""

    by: Text = Field(description="Who gave it: the person, the family, …")
    on: FactDate = Field(description="When it was given.")
    scope: Annotated[tuple[Audience, ...], BeforeValidator(one_or_many)] = Field(
        description="The audiences agreed to."
    )


class Aged(Fact):
    """An age from a source, for someone whose date of birth is unknown."""

    years: int = Field(ge=0, le=130, description="Age in years.")
    on: FactDate = Field(description="Date of that age.")


def _for_all_audiences(value: object) -> object:
    return dict.fromkeys(AUDIENCES, value) if isinstance(value, str) else value


class Description(Fact):
    """Neutral words for somebody whose name is withheld, and for several of the same."""

    one: Text = Field(description="For one: a student.")
    many: Text | None = Field(None, description="For several, after their number: students.")
    later: Text | None = Field(
        None, description="Once they have been introduced: the student. Default: `the` for `a`."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"one": value} if isinstance(value, str) else value

    def words(self) -> tuple[str, ...]:
        """Return all that stands for the name."""
        return tuple(filter(None, (self.one, self.many, self.later)))


class Status(Fact):
    """How somebody is, from a day on."""

    is_: PersonState = Field(
        alias="is", description="detained, missing, at-risk, free, released (from detention) or dead."
    )
    since: FactDate | None = Field(None, description="From when.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"is": value} if isinstance(value, str) else value


def _one_status_or_many(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class Person(Fact):
    """Somebody the letter is about. Only what `publish` clears is printed."""

    id: Id = Field(description="Key within the case; `@id` in the case's texts prints the cleared name.")
    name: PersonName = Field(description="The name in Latin script.")
    native_name: NameText | None = Field(None, description="The name in its own script.")
    aliases: Names = Field((), description="Other spellings, so that no letter prints one by mistake.")
    described_as: Description | None = Field(
        None, description="Neutral words to print if the name is withheld: a boy of two."
    )
    status: Annotated[tuple[Status, ...], BeforeValidator(_one_status_or_many)] = Field(
        (),
        description="detained, missing, at-risk, free, released or dead; "
        "`{is: …, since: …}`, and a list of these where it changed.",
    )
    gender: Literal["female", "male"] | None = Field(
        None,
        description="For `he` and `she`; without it, a courtesy title (Mr., Ms.) shows it, or none is used.",
    )
    pseudonym: NameText | None = Field(None, description="The name to print if `publish` says pseudonym.")
    born: FactDate | None = Field(None, description="Date of birth.")
    aged: Aged | None = Field(None, description="Age given by a source.")
    nationality: Country | None = Field(None, description="ISO 3166 code.")
    role: Text | None = Field(None, description="In the case: humanitarian worker, journalist, refugee.")
    health: PrivateLines | None = Field(
        None,
        description="Illnesses, one per line, as they follow `suffers from` (French: `souffre de`), by reader.",
    )
    family: PrivateText | None = Field(
        None,
        description="Relatives who matter to the case, in sentences or as `his wife and a daughter`, by reader.",
    )
    about: PrivateText | None = Field(
        None, description="What the letter says about this person, by reader: one or more sentences."
    )
    publish: Annotated[Mapping[Audience, Clearance], BeforeValidator(_for_all_audiences)] = Field(
        default_factory=dict,
        description="For each audience: full, initials, pseudonym or withheld (the default).",
    )
    consent: Consent | None = Field(None, description="Consent to publication.")
    confidential: Text | None = Field(None, description="For case workers only; never printed.")


class Event(Fact):
    """Something that happened or will happen: printed as `on`, then `what`."""

    id: Id | None = Field(None, description="Key, for the words of a translation.")
    what: OpenText | None = Field(
        None, description="A clause that can follow a date: six refugees were detained by police."
    )
    expected: OpenText | None = Field(
        None, description="The same for letters before its day: the court is to hear her case."
    )
    on: FactDate = Field(description="When: a day, a month, an interval, `about …`, `late 2000`.")
    kind: EventKind = Field("other", description="Kind of event.")
    persons: Ids = Field((), description="Ids of the persons concerned; default: all.")
    place: OpenText | None = Field(None, description="Where.")
    by: OpenText | None = Field(None, description="By whom.")
    source: OpenText | None = Field(None, description="Who reports it.")
    readers: Readers = Field(
        None, description="Who may read of it: addressee, un, press, public. Default: all."
    )

    @model_validator(mode="after")
    def _says_something(self) -> "Event":
        if not (self.what or self.expected):
            raise PydanticCustomError("event-without-words", "neither `what` nor `expected`")
        return self


class Sentence(Fact):
    """A court's sentence; its end is computed from its beginning and its term."""

    person: Id = Field(description="Id of the person.")
    id: Id | None = Field(None, description="Key, for the words of a translation. Default: the person.")
    on: FactDate | None = Field(None, description="Day of the judgment.")
    court: Text | None = Field(None, description="The court.")
    term: Term | None = Field(None, description="Length: 5 years, 18 months.")
    from_: FactDate | None = Field(None, alias="from", description="Day from which the term counts.")
    fine: Text | None = Field(None, description="Fine as it should be printed: RMB 30,000.")
    place: Text | None = Field(None, description="The prison.")


class LegalBasis(Fact):
    """A treaty from the reference, and the articles relied on."""

    key: Text = Field(description="Key of the treaty: refugee51.")
    articles: Lines = Field((), description="Article numbers: 33, 1(A)(2).")


class Demand(Fact):
    """One thing asked for, worded to follow `to`: release @choi-yong-hun at once."""

    text: OpenText = Field(description="The demand.")
    id: Id | None = Field(None, description="Key, for letters that pick demands.")
    readers: Readers = Field(
        None, description="Who may read of it: addressee, un, press, public. Default: all."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Question(Fact):
    """A headed question to an authority."""

    heading: OpenText = Field(description="The question in one line.")
    text: OpenText | None = Field(
        None, description="What is known and why it is asked; blank lines separate paragraphs."
    )
    id: Id | None = Field(None, description="Key, for follow-up letters.")
    readers: Readers = Field(
        None, description="Who may read of it: addressee, un, press, public. Default: all."
    )


class Case(BoundedLists):
    """The facts of one case, for all its letters."""

    id: Id = Field(description="Stable name on the command line; the file is cases/ID.yaml.")
    language: Text | None = Field(
        None, description="Language of its texts; set only by the file name: cases/ID.fr.yaml."
    )
    title: Text = Field(description="What the case is about, to follow `the case of`.")
    summary: OpenText = Field(description="The case in one or two sentences.")
    state: Country | None = Field(None, description="ISO code of the responsible State.")
    place: OpenText | None = Field(None, description="Where it happened, or where the people are held.")
    persons: tuple[Person, ...] = Field((), description="The people concerned.")
    events: tuple[Event, ...] = Field((), description="What happened, in order.")
    background: tuple[Event, ...] = Field((), description="What happened to others and shows a pattern.")
    sentences: tuple[Sentence, ...] = Field((), description="Sentences passed.")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Treaties and articles.")
    demands: tuple[Demand, ...] = Field((), description="What is asked for.")
    questions: tuple[Question, ...] = Field((), description="Questions to be answered.")
    messages: tuple[Message, ...] = Field((), description="Messages to pass on.")
    documents: tuple[Document, ...] = Field((), description="Papers to enclose.")
    corrections: tuple[Correction, ...] = Field((), description="What letters said that was not so.")
    sources: tuple[Source, ...] = Field((), description="Where the facts come from.")
    send_before: Day | None = Field(None, description="Last day on which the appeal may be sent.")
    reference: Line | None = Field(None, description="Number under which the case is known: UA 52/02.")
    update: Annotated[int, Field(ge=1, le=999)] | None = Field(
        None, description="Number of this update, where the case was published before."
    )
    write_to: Ids = Field((), description="Ids of the recipients to whom everybody is asked to write.")
    copies_to: Ids = Field((), description="Ids of the recipients who get a copy of each letter.")
    confidential: Lines = Field((), description="For case workers only; never printed.")

    @property
    def stem(self) -> str:
        """Its file name without suffix: the id, and the language of a translation."""
        return f"{self.id}.{self.language}" if self.language else self.id
