"""One letter, one language: the template's words and the texts of the case."""

from collections.abc import Iterator, Sequence

from lettergen.errors import Place, Problem
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template
from lettergen.reference import language as words

__all__ = ["check"]


def check(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield what would bring another language into the letter: a case's texts, captions that are English."""
    captions = () if words.has_own_words(template.language) else tuple(_captions(template, facts))
    if captions:
        yield Problem(
            "english-captions",
            f"the letter is in `{template.language}`, of which lettergen has no captions: "
            f"{', '.join(f'`{one}`' for one in captions)} would be English.",
            _fix(captions, facts),
            Place(template.file, 1),
        )
    case = facts.case
    if case is None:
        return
    spoken = case.language or facts.campaign.settings.language
    if spoken.partition("-")[0] != template.language.partition("-")[0]:
        yield Problem(
            "mixed-languages",
            f"the letter is in `{template.language}`, but the case `{case.id}` is in `{spoken}`.",
            f"translate it into `cases/{case.id}.{template.language}.yaml`, or choose another recipient.",
            facts.campaign.places.get(("case", case.stem)),
            "warning",
        )


def _fix(captions: Sequence[str], facts: LetterFacts) -> str:
    """Return what to do: a notation can be given in own words, or left out."""
    fix = "leave out what they stand for, and say it in words of the template."
    notation = _notation(facts)
    if not notation:
        return fix
    own = 'name the channel in the letter\'s language with `--notation "…"`, or not with `--notation none`'
    return f"{own}." if list(captions) == [notation] else f"{own}; as for the others, {fix}"


def _notation(facts: LetterFacts) -> str:
    """Return the English words above the address for the letter's channel; empty if there are none."""
    told = facts.notation or facts.channel or "post"
    notation = words.mailing_notation(told, "en")
    return notation if notation and notation != told else ""


def _captions(template: Template, facts: LetterFacts) -> Iterator[str]:
    """Yield the captions that a letter prints, in English."""
    english = words.captions("en")
    own = {
        "our_reference": english.our_reference,
        "your_reference": english.your_reference,
        "your_letter_of": english.your_letter_of,
        "enclosures": english.enclosures,
        "copies": english.copies,
    }
    yield from (caption for part, caption in own.items() if template.parts.get(part))
    sender, recipient = facts.sender, facts.recipient
    if template.headed and sender.letterhead is not False and not sender.members:
        numbers = {english.telephone: sender.phone, english.fax: sender.fax}
        yield from (caption for caption, number in numbers.items() if number)
    if recipient and (recipient.attention or template.parts.get("attention")):
        yield english.attention.partition("{")[0].strip(" :")
    if notation := _notation(facts):
        yield notation
