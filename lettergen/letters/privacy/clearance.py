"""Who may be named to whom. Raw names stop here: templates see only what this module clears."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import AUDIENCES, Audience, Case, Clearance, Person, ReaderLines, ReaderText
from lettergen.reference import grammar

__all__ = [
    "STRICTNESS",
    "Shown",
    "audience_of",
    "check_consent",
    "clearance",
    "cleared_name",
    "initials",
    "is_agreed",
    "named",
    "shown",
]

STRICTNESS: Mapping[Clearance, int] = {"full": 0, "initials": 1, "pseudonym": 2, "withheld": 3}
NEEDS_CONSENT: frozenset[Clearance] = frozenset({"full", "initials"})
WITH_FULL_NAME = ("native_name", "born", "aged", "nationality", "role", "health", "family", "about")
"""Fields that are printed only for people who are named in full."""
_LETTERS = ("Lu", "Ll", "Lt", "Lo")
PSEUDONYM = {
    "en": "Person {}", "fr": "Personne {}", "de": "Person {}", "es": "Persona {}", "ru": "Лицо {}",
    "ar": "الشخص {}", "zh": "当事人{}", "ja": "{}さん", "ko": "{} 씨",
}  # fmt: skip


def audience_of(*audiences: Audience | None) -> tuple[Audience, ...]:
    """Return all audiences that a letter must be safe for: the template's and the recipient's."""
    wanted = {audience for audience in audiences if audience}
    return tuple(audience for audience in AUDIENCES if audience in wanted)


def clearance(person: Person, audiences: tuple[Audience, ...]) -> Clearance:
    """Return the strictest clearance for the readers; by default, withheld."""
    levels = [person.publish.get(audience, "withheld") for audience in audiences]
    return max(levels, key=STRICTNESS.__getitem__, default="withheld")


def cleared_name(
    person: Person, case: Case, audiences: tuple[Audience, ...], language: str, *, courtesy: bool = True
) -> str:
    """Return the words that stand for a person to these readers, with or without `Mr.` and the like."""
    match clearance(person, audiences):
        case "full" if not courtesy:
            return person.name.as_written()
        case "full":
            return person.name.with_courtesy().replace(
                f"{person.name.courtesy} ", f"{person.name.courtesy}\u00a0", 1
            )
        case "initials":
            return initials(person)
        case "pseudonym":
            return person.pseudonym or _lettered(person, case, language)
        case _:
            return person.described_as.one if person.described_as else grammar.withheld(1, language)


def initials(person: Person) -> str:
    """Return the initials in the person's own order: ``L. S.``."""
    words = unicodedata.normalize("NFC", person.name.as_written()).split()
    # Not a sign that only stands before a letter: ʿAbd, ʻAliʻi.
    letters = (next((sign for sign in word if unicodedata.category(sign) in _LETTERS), "") for word in words)
    return "\u00a0".join(f"{letter.upper()}." for letter in letters if letter)


def _lettered(person: Person, case: Case, language: str) -> str:
    # By place in the file and not from the id, which may be a part of the name.
    position = [one.id for one in case.persons].index(person.id)
    letters = ""
    while position >= 0:
        letters = chr(ord("A") + position % 26) + letters
        position = position // 26 - 1
    pattern = PSEUDONYM.get(language.partition("-")[0], PSEUDONYM["en"])
    return pattern.format(letters).replace(" ", "\u00a0")


def is_agreed(person: Person, audiences: Iterable[Audience], on: date) -> bool:
    """Say whether a person has agreed to be named to these readers, on or before a day."""
    consent = person.consent
    return consent is not None and consent.on.first <= on and set(audiences) <= set(consent.scope)


def check_consent(
    case: Case, audiences: tuple[Audience, ...], campaign: Campaign, on: date
) -> Iterator[Problem]:
    """Yield a problem for each person who would be named without consent for these readers on that day."""
    for person in case.persons:
        if clearance(person, audiences) not in NEEDS_CONSENT:
            continue
        for audience in audiences:
            if not is_agreed(person, (audience,), on):
                is_late = person.consent is not None and audience in person.consent.scope
                without = f"on {on}, before the consent" if is_late else "without consent that covers it"
                yield Problem(
                    "consent-missing",
                    f"`{person.id}` would be named to the audience `{audience}` {without}.",
                    f"add `{audience}` to `consent: scope:` once the person or the family has agreed, "
                    f"or set `publish` to `pseudonym` or `withheld` for `{audience}`.",
                    campaign.places.get(("case/person", f"{case.id}/{person.id}")),
                )


def named(person: Person) -> tuple[str, ...]:
    """Return every spelling under which a person could be recognised in a text."""
    name = person.name
    spellings = [name.full, person.native_name, *person.aliases]
    if name.family and name.given:
        spellings += [
            f"{name.family} {name.given}",
            f"{name.given} {name.family}",
            f"{name.family}, {name.given}",
        ]
    return tuple(spelling for spelling in spellings if spelling)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one audience would see of one person."""

    person_id: str
    clearance: Clearance
    name: str
    consented: bool
    facts: tuple[str, ...] = ()
    """Fields besides the name that a template can print for these readers."""


def shown(case: Case, audience: Audience, language: str = "en") -> tuple[Shown, ...]:
    """Return what an audience would see of each person of a case."""
    return tuple(
        Shown(
            person.id,
            level := clearance(person, (audience,)),
            cleared_name(person, case, (audience,), language),
            level not in NEEDS_CONSENT or bool(person.consent and audience in person.consent.scope),
            tuple(_facts(person, case, level, audience)),
        )
        for person in case.persons
    )


def _facts(person: Person, case: Case, level: Clearance, audience: Audience) -> Iterator[str]:
    if level == "full":
        yield from (name for name in WITH_FULL_NAME if _is_told(getattr(person, name), audience))
    if any(sentence.person == person.id for sentence in case.sentences):
        yield "sentence"


def _is_told(value: object, audience: Audience) -> bool:
    return bool(value.to((audience,)) if isinstance(value, ReaderText | ReaderLines) else value)
