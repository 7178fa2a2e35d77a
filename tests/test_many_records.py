"""What is looked at for all records together tells the same as a look at each of them."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.facts.campaign import Campaign
from lettergen.facts.character_set import signs_of
from lettergen.facts.model import Case, Person, Recipient, Sender
from lettergen.letters.checks import addresses
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.checks.duplicates import of_senders
from lettergen.letters.template.templates import catalogue
from lettergen.pages.checks import check_campaign
from lettergen.reference import address

Write = Callable[[Mapping[str, str | bytes]], Path]

TODAY = date(2026, 1, 15)
LINES = (
    "1 High Street", "London SW1A 1AA", "75001 Paris", "Paris", "12045 Tbilisi", "Georgia", "Paris, France",
    "Atlanta, Georgia", "United Kingdom", "Monaco", "98000 Monaco", "c/o Embassy of France, Oslo",
    "Care of Ms. Lee, Norway",
    "care of nobody 5", "0030 Oslo", "The Netherlands", "1012 AB Amsterdam, 2", "Singapore 018989",
)  # fmt: skip
COUNTRIES = (None, "GB", "FR", "NO", "GE", "US", "MC", "SG", "NL", "KP")


def sender(**fields: object) -> Sender:
    return Sender.model_validate({"id": "a", "name": "Ann Lee"} | fields)


@given(
    st.lists(st.sampled_from(LINES), max_size=4),
    st.sampled_from(COUNTRIES),
    st.sampled_from(["", "c/o Ms. Lee, Norway"]),
)
@settings(max_examples=300, deadline=None)
def test_a_plain_address_has_no_problem(lines: list[str], country: str | None, care_of: str) -> None:
    fields: dict[str, object] = {"id": "a", "address": lines, "country": country}
    ones: list[Sender | Recipient] = [Sender.model_validate({**fields, "name": "Ann Lee"})]
    ones.append(Recipient.model_validate({**fields, "care_of": care_of or None}))
    campaign = Campaign(Path(), settings=None, recipients=(), senders=(), cases=(), template_folders=())  # type: ignore[arg-type]
    for one in ones:
        problems = list(addresses.check(one, CheckedRecord("sender", one.id, campaign), on=TODAY))
        assert not (one.address and addresses.is_plain(one, on=TODAY) and problems)


@pytest.mark.parametrize(
    ("country", "line", "is_plain"),
    [
        ("GB", "London SW1A 1AA", True),
        ("GB", "London", False),
        ("GB", "London SW1A 1AA, Norway", False),
        (None, "London SW1A 1AA", False),
    ],
)
def test_most_addresses_are_plain(country: str | None, line: str, is_plain: bool) -> None:
    one = sender(address=["1 High Street", line], country=country)
    assert addresses.is_plain(one, on=TODAY) is is_plain


def test_no_country_has_a_digit_in_its_name() -> None:
    names = {name for code in ("GB", "FR", "KP", "US", "TL", "CD") for name in address.names_of(code)}
    assert names
    assert not any(sign.isdigit() for name in names for sign in name)
    assert address.country_named("Paris, France", "GB") == "FR"
    assert address.country_named("75001 Paris, France 5", "GB") is None


SENDERS = """\
senders:
  - {id: plain, name: Ann Lee, address: [1 Road, Oslo 0030], country: "NO"}
  - {id: korean, name: 성, country: GB}
  - {id: inside, name: {given: Bo, family: Lee}, own_words: "I say 말."}
  - {id: in-korean, name: Cy Lee, address: [1 Road], country: "NO", language: ko}
  - {id: of-others, organisation: Friends, members: [plain, korean]}
  - {id: for-another, name: Di Lee, signs_for: {name: 성}}
  - {id: hidden, name: Ed Lee, short_name: Ed}
"""


@pytest.mark.usefixtures("without_extra_fonts")
def test_a_character_that_no_font_has_is_told_of_whoever_prints_it(write: Write) -> None:
    campaign = Campaign.open(write({"senders.yaml": SENDERS}))
    templates, _ = catalogue(campaign.template_folders)
    found = [one for one in check_campaign(campaign, templates, today=TODAY) if one.name == "missing-glyph"]
    told = {one.message.split("`")[1] for one in found}
    assert told == {"korean", "inside", "in-korean", "of-others", "for-another"}


def test_signs_are_those_of_all_texts_however_deep() -> None:
    one = sender(
        name={"given": "é", "family": "Ö"}, address=["ß 1", "ç"], tags=["x"], signs_for={"name": "Ŵ"}
    )
    case = Case(id="c", title="Ž", summary="ø", persons=(Person.model_validate({"id": "p", "name": "Ğ"}),))
    assert signs_of([one, sender(title="Þ"), case]) >= set("éÖßçxŴŽøĞÞ1 a")
    assert not signs_of([one]) & set("ŽøĞÞ")
    assert signs_of([]) == set()


def test_who_has_nothing_in_common_with_anybody_is_not_told() -> None:
    def record(one: Sender | Recipient) -> CheckedRecord:
        return CheckedRecord("sender", one.id, Campaign(Path(), None, (), (), (), ()))  # type: ignore[arg-type]

    father, son = (
        sender(address=["1 Road"]),
        sender(id="b", name={"family": "Lee", "given": "Ann"}, address=["2 Road"]),
    )
    assert list(of_senders([father, son, sender(id="c", name="Bo Lee")], record)) == []
    again = sender(id="d", name="LEE, Ann", address=["1 Road"])
    assert [one.name for one in of_senders([father, son, again], record)] == ["duplicate-person"]
