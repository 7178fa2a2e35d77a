"""Text, HTML and PDF of one letter have the same words in the same order, for every template and recipient."""

from collections.abc import Iterator

import pytest

from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.facts.model import Recipient
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.letter import Letter
from lettergen.letters.templates import Template, catalogue
from lettergen.pages import html, text
from lettergen.pages.pdf import Typesetter
from lettergen.reference import stationery
from tests.pages.reading import html_words, letter_words, numbered_words, page_words, words

STARTER = Campaign.open(starter_folder())
TEMPLATES, _ = catalogue(STARTER.template_folders)


def letters(template: Template) -> Iterator[tuple[Letter, str | None]]:
    """Yield the template's letter to each recipient who can have it, with the country of posting."""
    sample = template.sample
    assert sample.sender
    assert sample.on
    addressees: list[Recipient | None] = list(STARTER.recipients)
    if template.addressee == "optional":
        addressees.append(None)
    for recipient in addressees:
        facts = LetterFacts(
            campaign=STARTER,
            sender=STARTER.sender(sample.sender),
            recipient=recipient,
            case=STARTER.case(sample.case, template.language) if sample.case else None,
            on=sample.on,
        )
        try:
            yield assemble(template, facts), facts.posting_country
        except LettergenError:
            continue


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: f"{one.name}.{one.language}")
def test_all_renderings_have_the_same_words(template: Template, typesetter: Typesetter) -> None:
    made = list(letters(template))
    assert len(made) >= len(STARTER.recipients) // 2
    for letter, country in made:
        sheet = stationery.for_country(country)
        wanted = letter_words(letter)
        assert wanted
        assert words(text.render(letter)) == numbered_words(letter), letter.letter_id
        assert html_words(html.render(letter, sheet)) == wanted, letter.letter_id
        assert page_words(typesetter.typeset(letter, sheet).pdf) == numbered_words(letter), letter.letter_id
