"""Text, HTML and PDF of a letter have the same words in the same order: every template to every recipient."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.earlier import EarlierLetter
from lettergen.letters.letter import Letter
from lettergen.letters.template.templates import Template, catalogue
from lettergen.pages import html, text
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.pages.pdf.typesetter import Typesetter, TypesettingJob
from lettergen.reference.stationery import Stationery, for_country, stationery
from tests import letter_matrix
from tests.pages.reading import drawn_letters, html_words, letter_words, numbered_words, page_words, words

if TYPE_CHECKING:
    from lettergen.facts.model import Recipient

STARTER = Campaign.open(starter_folder())
TEMPLATES, _ = catalogue(STARTER.template_folders)
IN_FULL = {
    "medical-care", "protest-letter", "reminder", "solidarity-card", "to-own-parliament", "un-communication",
    "urgent-action",
}  # fmt: skip
SHARE = 4
"""Text and HTML of all letters are compared, the PDFs of a fourth; those of the English letters
`IN_FULL` are compared for everybody."""
OF_THE_MATRIX = 3
"""Letters of the matrix that are made where an edition has no sample."""


def unlike_recipients() -> list["Recipient | None"]:
    """Return one recipient of each office, first language, channel and way of being named."""
    kinds: dict[tuple[object, ...], Recipient | None] = {}
    for one in STARTER.recipients:
        named = (one.name is not None, one.envelope_name is not None, one.care_of is not None)
        kinds.setdefault((one.office, one.languages[0], one.channels[0], named), one)
    return list(kinds.values())


def letters(template: Template) -> Iterator[tuple[Letter, Stationery]]:
    """Yield the template's letter to each unlike recipient who can have it, and the sheet it goes on."""
    sample = template.sample
    if sample.sender is None:
        for one in letter_matrix.of_template(template.name, template.language)[:OF_THE_MATRIX]:
            assert one.letter
            yield one.letter, for_country(one.facts.posting_country)
        return
    assert sample.on
    addressees = unlike_recipients()
    if template.addressee == "optional":
        addressees.append(None)
    for recipient in addressees:
        facts = LetterFacts(
            campaign=STARTER,
            sender=STARTER.sender(sample.sender),
            recipient=recipient,
            case=STARTER.case(sample.case, template.language) if sample.case else None,
            on=sample.on,
            earlier=(EarlierLetter(sample.on, "post", "appeal"),) if "earlier" in template.uses else (),
        )
        try:
            letter = assemble(template, facts)
        except LettergenError:
            continue
        is_posted = recipient is None or recipient.channels[0] == "post"
        yield letter, for_country(facts.posting_country) if is_posted else stationery("plain")


def unhyphenated(found: list[str]) -> list[str]:
    """Return words without hyphens: in a PDF, a line broken at one reads as a broken word."""
    return [word.replace("-", "") for word in found]


def test_the_comparison_sees_a_word_that_differs() -> None:
    assert unhyphenated(["Sub-Commission"]) == unhyphenated(["SubCommission"]) != unhyphenated(["Commission"])


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: f"{one.name}.{one.language}")
def test_all_renderings_have_the_same_words(template: Template, typesetter: Typesetter) -> None:
    made = list(letters(template))
    assert len(made) >= (len(unlike_recipients()) // 2 if template.sample.sender else OF_THE_MATRIX)
    first = sum(f"{template.name}.{template.language}".encode()) % SHARE
    for at, (letter, sheet) in enumerate(made):
        wanted = letter_words(letter)
        assert wanted
        assert words(text.render(letter)) == numbered_words(letter), letter.letter_id
        assert html_words(html.render(letter, sheet)) == wanted, letter.letter_id
        is_for_all = template.language == "en" and template.name in IN_FULL
        if is_for_all or at % SHARE == first or len(made) <= OF_THE_MATRIX:
            # The words do not depend on the setting; to find the right one takes five times as long.
            job = TypesettingJob(typesetter, letter, sheet, letter.letter_id, letter)
            sheets = job.lay_out(COMFORTABLE, is_numbered=True)
            assert_printed(typesetter.engine.write(sheets, letter.letter_id), letter)


def assert_printed(pdf: bytes, letter: Letter) -> None:
    """Fail where a PDF has other words than the letter, or in another order."""
    printed, wanted = unhyphenated(page_words(pdf)), unhyphenated(numbered_words(letter))
    if printed != wanted:
        # pdfium reads what stands at one height from left to right, as letterhead and return address on
        # the sheet `plain`; drawn, the letters stand in their order all the same.
        assert drawn_letters(pdf).replace("-", "") == "".join(wanted), letter.letter_id
