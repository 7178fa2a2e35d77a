"""Opening and closing: do they fit the office, the language, and each other?"""

from collections.abc import Iterator

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.model import Recipient
from lettergen.letters.checks.word_lists import WordList, folded, is_one_of, words
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts, form_of_address
from lettergen.letters.template.templates import Template
from lettergen.reference import protocol

__all__ = ["check"]

LANGUAGES = ("en", "fr", "de")
"""Languages that the first word of an opening tells apart."""
STOPS = ",:;.!，：。 "


def check(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield what is wrong with the opening and the closing of one letter."""
    recipient, listed = facts.recipient, words(letter.language)
    if recipient is None or listed is None:
        return
    try:
        form = form_of_address(recipient, letter.language, facts)
    except LettergenError:  # both are the recipient's own
        return
    entry = facts.campaign.places.get(("recipient", recipient.id))
    whom = f"the letter to the recipient `{recipient.id}`"
    for fault, fix in _opening(letter, recipient, form, listed):
        place = _in_template("opening", template) or entry
        yield Problem(
            "opening-not-fitting", f"{whom} opens with `{letter.opening}`; {fault}.", fix, place, "warning"
        )
    for fault, fix in _closing(letter, recipient, form, listed):
        place = _in_template("closing", template) or entry
        yield Problem(
            "closing-not-fitting", f"{whom} closes with `{letter.closing}`; {fault}.", fix, place, "warning"
        )


def _in_template(part: str, template: Template) -> Place | None:
    parts = template.parts.get(part)
    return Place(template.file, parts[0].line) if parts else None


def _opening(
    letter: Letter, recipient: Recipient, form: protocol.FormOfAddress, listed: WordList
) -> Iterator[tuple[str, str]]:
    opening = letter.opening
    usual = [_bare(pattern) for pattern in form.openings]
    if opening and (language := _foreign(opening, letter.language, listed)):
        yield (
            f"that is `{language}`, but the letter is in `{letter.language}`",
            "remove `salutation:`, or choose a letter in the language of the opening.",
        )
    if recipient.office in (None, "person") or _bare(opening) in usual:
        return
    fix = f"remove it; the letter then opens with the office's usual `{form.opening_without_name}`."
    for wrong in listed.openings:
        if is_one_of(opening, wrong):
            yield wrong.why, fix
            return
    name = recipient.name
    said = _bare(opening)
    if name and name.given and name.family and _bare(name.given) in said and _bare(name.family) not in said:
        yield "that is only the given name, as between friends", fix


def _closing(
    letter: Letter, recipient: Recipient, form: protocol.FormOfAddress, listed: WordList
) -> Iterator[tuple[str, str]]:
    opening, closing = letter.opening.strip(STOPS), letter.closing.strip(STOPS)
    if opening in listed.pairs and closing and closing not in listed.pairs[opening]:
        fitting = " or ".join(f"`{one}`" for one in listed.pairs[opening])
        yield f"after `{opening}` it must be {fitting}", "change one of them so that they match."
    # modele-lettre.com: the formula repeats the appel word for word.
    if letter.language.startswith("fr") and "agréer" in closing and folded(opening) not in folded(closing):
        yield (
            f"a French closing repeats the opening, `{opening}`",
            "remove `closing:`; the closing is then made from the opening.",
        )
    if recipient.office not in (None, "person"):
        for wrong in listed.closings:
            if is_one_of(closing, wrong):
                yield wrong.why, f"remove it; the letter then closes with the usual `{form.closing}`."


def _bare(text: str) -> str:
    return folded(text).rstrip(STOPS)


def _foreign(opening: str, language: str, listed: WordList) -> str | None:
    """Return the language of an opening, if it certainly differs from the letter's."""
    base = language.partition("-")[0]
    if base not in LANGUAGES:
        return None
    first = _bare(opening).partition(" ")[0].rstrip(STOPS)
    if first in listed.opens:
        return None
    others = [other for other in LANGUAGES if (found := words(other)) and first in found.opens]
    return others[0] if others else None
