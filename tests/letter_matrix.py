"""Every invented case in every template, language and reader: the letters of tests/letters/kept."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Recipient, Sender
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.earlier import AskedQuestion, EarlierLetter, question_ids
from lettergen.letters.letter import Letter, plain
from lettergen.letters.template.templates import Template, catalogue

FOLDER = Path(__file__).parent / "letters"
KEPT = FOLDER / "kept"
DAY = date(2025, 12, 5)
LANGUAGES = ("en", "de", "fr", "es")
HER_WORDS = {
    "en": "We have not had a meal together since.",
    "de": "Seither haben wir nicht mehr zusammen gegessen.",
    "fr": "Depuis, nous n’avons plus partagé un repas.",
    "es": "Desde entonces no hemos vuelto a comer juntos.",
}
SISTER = {"en": "sister of one of them", "de": "eine Schwester", "fr": "une sœur", "es": "una hermana"}
READERS = ("government", "embassy", "un")


@dataclass(frozen=True)
class Made:
    """One cell of the matrix: a letter or the reasons against it."""

    case: Case
    template: Template
    facts: LetterFacts
    reader: str
    letter: Letter | None
    reasons: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What a reader of the letter reads from the title to the closing."""
        letter = self.letter
        if letter is None:
            return ()
        head = (plain(letter.title), plain(letter.subject), letter.opening)
        return tuple(filter(None, (*head, *letter.body_texts(), letter.closing, *letter.enclosures)))

    def name(self) -> str:
        return f"{self.template.name}, {self.reader}"


@cache
def campaign() -> Campaign:
    return Campaign.open(FOLDER)


@cache
def templates() -> tuple[Template, ...]:
    found, problems = catalogue(campaign().template_folders)
    assert not problems
    return found


def _reader(role: str, case: Case, language: str) -> Recipient:
    offices: dict[str, dict[str, object]] = {
        "government": {"office": "head-of-state", "name": {"full": "Alex Example"}},
        "embassy": {"office": "ambassador", "title": "Ambassador"},
        "un": {"office": "un-high-commissioner", "audience": "un"},
    }
    place = {"id": role, "address": ["1 Example Road"], "languages": [language]}
    state = {} if role == "un" else {"state": case.state or "EG"}
    country = {"country": state.get("state", "CH") if role == "government" else "CH"}
    return Recipient.model_validate({**place, **state, **country, **offices[role]})


def _sender(template: Template, case: Case) -> Sender:
    by_kind = {"protest": "citizen", "joint-appeal": "joint", "open-letter": "coalition", "plea": "sister"}
    is_family = bool(template.suits and "family" in template.suits.sender)
    sender = campaign().sender("sister" if is_family else by_kind.get(template.kind, "society"))
    if not is_family or not case.persons:
        return sender
    related = {"relative_of": (case.persons[0].id,), "title": SISTER[template.language]}
    own = {"own_words": HER_WORDS[template.language], "language": template.language}
    return sender.model_copy(update=related if template.kind == "plea" else related | own)


def _facts(template: Template, case: Case, role: str) -> LetterFacts:
    # A statement for the press is for everybody.
    to_all = role == "government" and template.kind in ("statement", "resolution")
    sender, reader = _sender(template, case), None if to_all else _reader(role, case, template.language)
    world = replace(campaign(), recipients=(reader,) if reader else ())
    earlier = _earlier(case, role)
    return LetterFacts(campaign=world, sender=sender, recipient=reader, case=case, on=DAY, earlier=earlier)


def _earlier(case: Case, role: str) -> tuple[EarlierLetter, ...]:
    """Return what was written before: to each reader by another way, with some questions answered."""
    readers: tuple[Audience, ...] = ("un",) if role == "un" else ("addressee",)
    names = question_ids(case, readers)
    asked = tuple(map(AskedQuestion, itertools.count(1), names))
    item, delivered = "RR473124829GB", date(2025, 10, 28)
    first = EarlierLetter(date(2025, 10, 20), "registered", "questions", item, asked=asked, open=asked[1:])
    first = first._replace(answered=date(2025, 11, 10) if asked else None)
    others = EarlierLetter(date(2025, 11, 14), "post", "appeal", letters=1200, is_own=False)
    by_role = {
        "government": (first._replace(delivered=delivered),),
        "embassy": (EarlierLetter(date(2025, 11, 4), "fax", "appeal"), others),
        "un": (EarlierLetter(date(2025, 12, 4), "email", "appeal", asked=asked, open=asked),),
    }
    return by_role[role]


def _is_unsigned(template: Template, case: Case) -> bool:
    """Petitions are for cases that somebody has signed for."""
    return "signatures" in template.uses and not campaign().signatures_of(case.id)


def letters(case: Case, language: str, chosen: Sequence[Template] = ()) -> Iterator[Made]:
    """Yield the row of a case in one language, in all templates or the chosen ones."""
    for template in chosen or templates():
        if template.language != language or _is_unsigned(template, case):
            continue
        for role in READERS:
            facts = _facts(template, case, role)
            try:
                letter = assemble(template, facts)
            except LettergenError as fault:
                reasons = tuple(f"{one.name}: {one.message}" for one in fault.problems)
                yield Made(case, template, facts, role, None, reasons)
            else:
                yield Made(case, template, facts, role, letter, ())


@cache
def of_template(name: str, language: str) -> tuple[Made, ...]:
    """Return the letters that a template makes of all cases, for tests of editions without a sample."""
    (template,) = (one for one in templates() if (one.name, one.language) == (name, language))
    found = []
    for case, written_in in cases():
        if written_in == language:
            found += [one for one in letters(case, language, (template,)) if one.letter is not None]
    return tuple(found)


def warnings(made: Made) -> tuple[str, ...]:
    """Return what `check` says of a finished letter."""
    if made.letter is None:
        return ()
    found = check_letter(made.template, made.facts, made.letter)
    return tuple(f"{one.name}: {one.message}" for one in found)


def cases() -> list[tuple[Case, str]]:
    """Return every case in every language that it has."""
    world = campaign()
    return [
        *((case, "en") for case in world.cases),
        *((case, case.language) for case in world.translations if case.language),
    ]


def shown(row: list[Made]) -> str:
    """Return a row as it is kept: the first reader's letter whole, of the others what is different."""
    pieces: list[str] = []
    whole: dict[str, set[str]] = {}
    for made in row:
        pieces.append(f"##### {made.name()}")
        if made.letter is None:
            pieces += (f"refused: {reason}" for reason in made.reasons)
        known = whole.setdefault(made.template.name, set())
        pieces += (text for text in made.texts if text not in known)
        if not known:
            known.update(made.texts)
    counted = Counter(reason.partition(":")[0] for made in row for reason in made.reasons)
    head = f"made {sum(made.letter is not None for made in row)}, refused {dict(sorted(counted.items()))}"
    return "\n\n".join((head, *pieces)) + "\n"
