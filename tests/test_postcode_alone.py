"""A British postcode stands on a line of its own where the sheet asks for it, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from lettergen import open_campaign
from lettergen.reference.postcodes import apart, is_postcode

Write = Callable[[Mapping[str, str | bytes]], Path]
ON = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["1 High Street", "London SW1A 2AA"], ("1 High Street", "London", "SW1A 2AA")),
        (["1 High Street", "London, sw1a2aa"], ("1 High Street", "London", "SW1A 2AA")),
        (["Leeds LS1\u00a04AP", "ENGLAND"], ("Leeds", "LS1 4AP", "ENGLAND")),
        (["London", "SW1A 2AA"], ("London", "SW1A 2AA")),
        (["1 High Street", "London"], ("1 High Street", "London")),
        ([], ()),
    ],
)
def test_a_postcode_is_parted_from_its_town(lines: Sequence[str], found: Sequence[str]) -> None:
    assert apart(lines, "GB", ON) == found


@pytest.mark.parametrize(
    ("line", "is_one"),
    [("SW1A 2AA", True), ("sw1a2aa", True), ("London SW1A 2AA", False), ("London", False), ("10115", False)],
)
def test_a_postcode_is_alone_or_not(line: str, is_one: bool) -> None:
    assert is_postcode(line, "GB", ON) == is_one


@pytest.mark.parametrize(
    ("sheet", "country", "last"),
    [
        ("uk-c5", "GB", ["London", "SW1A 2AA"]),
        ("din-5008-b", "GB", ["1 High Street", "London SW1A 2AA"]),
        ("uk-c5", "DE", ["London SW1A 2AA", "GERMANY"]),
    ],
)
def test_only_the_sheet_of_the_british_post_has_it(
    sheet: str, country: str, last: list[str], write: Write
) -> None:
    recipient = (
        f"{{id: ada, name: Ada Example, address: [1 High Street, London SW1A 2AA], country: {country}}}"
    )
    folder = write(
        {
            "recipients.yaml": f"recipients:\n  - {recipient}\n",
            "senders.yaml": "senders:\n  - {id: jane, name: Jane Example, address: [1 Road], country: GB}\n",
            "letter_templates/note.md": "---\ntitle: A\nlanguage: en\nsubject: A note\n---\nPlease reply.\n",
        }
    )
    campaign = open_campaign(folder)
    made = campaign.write("note", to="ada", sender="jane", on=ON, format="html", stationery=sheet)
    page = dict(made.contents)["html"].decode()
    field = page.partition('<p class="inside-address">')[2].partition("</p>")[0]
    lines = [line.partition("</span>")[0] for line in field.split('<span class="line">')[1:]]
    assert lines[-2:] == last
