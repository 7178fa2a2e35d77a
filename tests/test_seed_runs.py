"""No sentence of the historical letters stands in ours: not six words in a row, but for names and titles."""

from pathlib import Path

import pytest

from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.letters.assemble import assemble
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template, catalogue
from lettergen.pages import text
from tests import seed_runs

NAMES = (
    "Life Funds for North Korean Refugees",
    "International Parliamentarians’ Coalition for the North Korean Refugees and Human Rights",
    "Working Group on Arbitrary Detention",
    "the Office of the United Nations High Commissioner for Refugees",
    "Office of the High Commissioner for Human Rights",
    "the United Nations High Commissioner for Refugees",
    "United Nations High Commissioner for Refugees",
    "United Nations Secretary-General-designate",
    "of the People’s Republic of China",
    "of the Universal Declaration of Human Rights",
    "of the 1951 Convention relating to the Status of Refugees",
    "Convention relating to the Status of Refugees",
    "Member of the House of Representatives of Japan",
    "CK Park, International Human Rights Volunteers",
    "His Excellency Ban Ki-moon",
    "Irene Khan, Secretary General",
    "the wife of Choi Yong-hun",
    "between 24 and 26 May 2002",
    "Minister of Foreign Affairs and Trade, Republic of Korea",
    "the Permanent Mission of the Republic of Korea to the United Nations",
    "a human rights survey mission to North Korea",
)
"""What bodies, offices, people, treaties and days are called; nobody can call them otherwise."""
ADDRESSES = ("A-101, 2-2-8 Nishikata, Bunkyo-ku, Tokyo", "335 East 45th Street, New York, New York 10017")
FOLDER = starter_folder()
SOURCES = sorted(
    path.relative_to(FOLDER).as_posix()
    for pattern in ("letter_templates/**/*.md", "cases/*.yaml", "recipients.yaml", "senders.yaml")
    for path in FOLDER.glob(pattern)
)
STARTER = Campaign.open(FOLDER)
SAMPLES = [one for one in catalogue(STARTER.template_folders)[0] if one.sample.sender]


def shared(told: str) -> list[str]:
    """Return runs of the historical letters in a text; names and addresses are taken out."""
    left = " ".join(seed_runs.words(told))
    for name in sorted((*NAMES, *ADDRESSES), key=len, reverse=True):
        left = left.replace(" ".join(seed_runs.words(name)), "|")
    hashes = seed_runs.kept()
    return [run for part in left.split("|") for run, one in seed_runs.runs(part) if one in hashes]


def test_the_hashes_find_what_stands_in_those_letters() -> None:
    assert len(seed_runs.kept()) > 5_000
    # A title that one of them has, and that is taken out where it is looked for in earnest.
    told = "to Life Funds for North Korean Refugees"
    assert [run for run, one in seed_runs.runs(told) if one in seed_runs.kept()] == [
        "life funds for north korean refugees"
    ]
    assert shared(told) == []


@pytest.mark.parametrize("path", SOURCES)
def test_no_template_and_no_sample_shares_a_sentence_with_them(path: str) -> None:
    assert shared(Path(FOLDER, path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("template", SAMPLES, ids=lambda one: f"{one.name}.{one.language}")
def test_no_sample_letter_shares_a_sentence_with_them(template: Template) -> None:
    sample = template.sample
    assert sample.sender
    assert sample.on
    facts = LetterFacts(
        campaign=STARTER,
        sender=STARTER.sender(sample.sender),
        recipient=STARTER.recipient(sample.to) if sample.to else None,
        case=STARTER.case(sample.case, template.language) if sample.case else None,
        on=sample.on,
    )
    assert shared(text.render(assemble(template, facts))) == []
