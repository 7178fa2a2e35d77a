"""Numbers, e-mail, addresses and duplicates: what reaches nobody is told, what may be right is left alone."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import PersonName, Recipient
from lettergen.facts.settings import Settings
from lettergen.letters.checks import facts as of_facts
from lettergen.letters.checks.duplicates import similar_ids
from lettergen.reference import address, postcodes

TODAY = date(2026, 1, 15)


def campaign(*recipients: Recipient, **others: object) -> Campaign:
    empty: dict[str, object] = {"senders": (), "cases": (), "template_folders": (), "settings": Settings()}
    return Campaign(folder=None, recipients=recipients, **(empty | others))  # type: ignore[arg-type]


def minister(**fields: object) -> Recipient:
    standard: dict[str, object] = {
        "id": "minister",
        "title": "Minister",
        "address": ["1 Square", "100001 Capital"],
        "country": "CN",
    }
    return Recipient.model_validate(standard | fields)


def told(*recipients: Recipient) -> list[Problem]:
    return list(of_facts.check(campaign(*recipients), today=TODAY))


def names(*recipients: Recipient) -> list[str]:
    return [problem.name for problem in told(*recipients)]


@pytest.mark.parametrize(
    ("fax", "country", "expected"),
    [
        ("+86 10 6596 1109", "CN", []),
        ("+850 2 18111", "KP", []),
        ("+850 2 381 5833", "KP", []),
        ("+41 22 739 73 77", "CN", []),
        ("+44 (0)20 7299 4049", "CN", []),
        ("+33 1 42 68", "CN", ["impossible-number"]),
        ("+999 12345678", "CN", ["impossible-number"]),
        ("by appointment", "CN", ["impossible-number"]),
        ("010 6596 1109", "CN", ["number-without-country-code"]),
        ("0086 10 6596 1109", "CN", ["number-without-country-code"]),
    ],
)
def test_numbers(fax: str, country: str, expected: list[str]) -> None:
    assert names(minister(fax=fax, country=country)) == expected


def test_a_number_that_was_possible_once_makes_no_other_possible() -> None:
    good = [minister(id=f"r-{at}", title=f"T{at}", fax=f"+33 1 42 68 53 {at:02}") for at in range(9)]
    assert names(*good, minister(fax="+33 1 42 68 5")) == ["impossible-number"]


def test_the_country_code_is_named() -> None:
    (problem,) = told(minister(country="JP", address=["Tokyo 100-0001"], fax="03-5555-0100"))
    assert "`+81`" in problem.fix


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("office@example.org", []),
        ("first.last+letters@mail.gov.example", []),
        ("büro@exämple.org", []),
        ("o'neil@example.org", []),
        ("office@example", ["bad-email"]),
        ("office.example.org", ["bad-email"]),
        (".office@example.org", ["bad-email"]),
        ("office@-example.org", ["bad-email"]),
        ("x" * 65 + "@example.org", ["bad-email"]),
        ("a@example.org; b@example.org", ["several-emails"]),
        ("Eo <office@example.org>", ["email-with-name"]),
        ("mailto:office@example.org", ["email-with-name"]),
        ("office@example.org\nBcc: x@example.org", ["email-line-break"]),
        ("office@example.org\u2028x", ["email-line-break"]),
    ],
)
def test_email(email: str, expected: list[str]) -> None:
    assert names(minister(email=email)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"address": ["1 Square", "Capital"]}, ["postcode-not-found"]),
        ({"address": ["PO Box 1000011", "Capital"]}, ["postcode-not-found"]),
        ({"address": ["1 Square", "London sw1a1aa"], "country": "GB"}, ["postcode-form"]),
        ({"address": ["1 Square", "London SW1A 1AA"], "country": "DE"}, ["postcode-not-found"]),
        ({"country": None}, ["country-missing"]),
        ({"country": None, "channels": ["hand"]}, []),
        ({"address": ["100001 Capital", "CHINA"]}, ["country-twice"]),
        ({"address": ["100001 Capital, People's Republic of China"]}, ["country-twice"]),
        ({"address": ["100001 Capital", "République populaire de Chine"]}, ["country-twice"]),
        ({"address": ["100001 Capital", "Mongolia"]}, ["other-country-in-address"]),
        ({"address": ["100001 Hong Kong"]}, []),
        ({"address": ["+86 10 6500 0000", "100001 Capital"]}, ["no-postal-address"]),
        ({"address": ["office@example.org", "100001 Capital"]}, ["no-postal-address"]),
        ({"address": ["www.example.org", "100001 Capital"]}, ["no-postal-address"]),
        ({"address": ["1 Street", "Atlanta 30303", "Georgia"], "country": "US"}, []),
        ({"address": ["1 Square", "Singapore 018956"], "country": "SG"}, []),
        ({"care_of": "Bo Example, Mongolia"}, ["care-of-abroad"]),
        ({"address": ["c/o Bo Example, Mongolia", "100001 Capital"]}, ["care-of-abroad"]),
        ({"care_of": "Permanent Mission, Republic of Korea"}, []),
        ({"channels": ["post", "fax", "email"]}, ["channel-without-means"] * 2),
        ({"address": []}, ["channel-without-means"]),
    ],
)
def test_addresses(fields: dict[str, object], expected: list[str]) -> None:
    assert names(minister(**fields)) == expected


@pytest.mark.parametrize(
    ("line", "country", "on", "expected"),
    [
        ("London W1B 1JL", "GB", TODAY, True),
        ("London W1B 1JLXX", "GB", TODAY, False),
        ("Washington, DC 20008", "US", TODAY, True),
        ("1213 Petit-Lancy", "CH", TODAY, True),
        ("Tokyo 106-0046", "JP", TODAY, True),
        ("Tokyo 1060046", "JP", TODAY, True),
        ("Tokyo 10600461", "JP", TODAY, False),
        ("１０６−００４６ 東京都", "JP", TODAY, True),
        ("〒106-0046 東京都", "JP", TODAY, True),
        ("SE-114\u00a055 Stockholm", "SE", TODAY, True),
        ("114  55 Stockholm", "SE", TODAY, True),
        ("CH-8001 Zürich", "CH", TODAY, True),
        ("FI-00100 Helsinki", "FI", TODAY, True),
        ("D-10115 Berlin", "DE", TODAY, True),
        ("A-1010 Wien", "AT", TODAY, True),
        ("L-1234 Luxembourg", "LU", TODAY, True),
        ("LV-1010 Riga", "LV", TODAY, True),
        ("1234 ab Den Haag", "NL", TODAY, True),
        ("London sw1a 1aa", "GB", TODAY, True),
        ("LONDON SW1A1AA", "GB", TODAY, True),
        ("New Delhi-110001", "IN", TODAY, True),
        ("New Delhi 110 001", "IN", TODAY, True),
        ("Beijingshi 100 032", "CN", TODAY, True),
        ("Gibraltar GX11 1AA", "GI", TODAY, True),
        ("Gibraltar", "GI", TODAY, None),
        ("Wellington 6011", "NZ", TODAY, True),
        ("Wellington", "NZ", TODAY, False),
        ("Singapore 018956", "SG", TODAY, True),
        ("Cape Town", "ZA", TODAY, False),
        ("Taipei 10048", "TW", TODAY, True),
        ("Vaduz", "LI", TODAY, False),
        ("Dublin 2", "IE", TODAY, None),
        ("Dublin D02 X285", "IE", TODAY, True),
        ("Tel 031-1234567", "JP", TODAY, False),
        ("Seoul 110-033", "KR", TODAY, False),
        ("Seoul 110-033", "KR", date(2006, 12, 2), True),
        ("Pyongyang", "KP", TODAY, None),
    ],
)
def test_postcodes(line: str, country: str, on: date, expected: bool | None) -> None:
    assert postcodes.has_postcode(["1 Street", line], country, on) is expected


def test_every_postcode_pattern_belongs_to_a_country() -> None:
    known = postcodes.countries()
    assert len(known) > 170
    assert all(address.country_name(code) != code for code in known if code not in ("AC", "TA"))
    assert not any(postcodes.find(["No number here"], code, TODAY) for code in known)


@pytest.mark.parametrize(
    ("country", "lines", "number"),
    [
        ("JP", ["106-0046", "Tokyo", "Minato-ku", "1-2-3 Moto-Azabu", "A Building"], 0),
        ("CN", ["100032 Beijing", "Xicheng", "Xihuangchenggenbeijie", "9", "Room 2"], 0),
        ("RU", ["103132, Moscow", "Staraya pl., 4", "Kremlin", "Entrance 1"], 0),
        ("DE", ["10115 Hof", "Hinterhaus", "Berlin", "Mitte"], None),
    ],
)
def test_an_address_from_the_largest_unit_down(country: str, lines: list[str], number: int | None) -> None:
    found = postcodes.find(lines, country, TODAY)
    assert (found.line if found else None) == number


@pytest.mark.parametrize(
    ("line", "country", "usual"),
    [
        ("London sw1a1aa", "GB", "SW1A 1AA"),
        ("London SW1A 1AA", "GB", "SW1A 1AA"),
        ("1234ab Den Haag", "NL", "1234 AB"),
        ("SE-11455 Stockholm", "SE", "114 55"),
        ("Tokyo １０６００４６", "JP", "106-0046"),
        ("00950 Warszawa", "PL", "00-950"),
        ("Ottawa K1A0B1", "CA", "K1A 0B1"),
        ("São Paulo 01310100", "BR", "01310-100"),
        ("Lisboa 1250 096", "PT", "1250-096"),
        ("CH-8001 Zürich", "CH", "8001"),
        ("Washington, DC 20008-1234", "US", "20008-1234"),
    ],
)
def test_the_usual_form_of_a_postcode(line: str, country: str, usual: str) -> None:
    found = postcodes.find([line], country, TODAY)
    assert found
    assert found.usual == usual
    again = postcodes.find([f"Town {usual}"], country, TODAY)
    assert again
    assert again.written == again.usual == usual


def person(**fields: object) -> dict[str, object]:
    return {"name": PersonName.model_validate(fields)}


def test_one_person_under_two_ids_whatever_the_order_and_the_accents() -> None:
    one = minister(**person(family="Guterres", given="António"))
    two = minister(id="other", **person(full="GUTERRES Antonio"), address=["2 Street", "100002 Capital"])
    (problem,) = told(one, two)
    assert problem.name == "duplicate-person"
    assert "`minister` and `other`" in problem.message


def test_a_person_in_two_offices_at_two_addresses_is_no_duplicate() -> None:
    one = minister(**person(full="Eo Example"))
    two = minister(
        id="mp", title="Member", **person(full="Eo Example"), address=["2 Street", "100002 Capital"]
    )
    assert names(one, two) == []


def test_who_has_left_office_is_no_duplicate_of_the_successor() -> None:
    left = minister(id="former", **person(full="Eo Example"), fax="+86 10 6596 1109",
                    in_office={"until": "2020-01-01"})  # fmt: skip
    assert names(left, minister(**person(full="Bo Muster"), fax="+86 10 6596 1109")) == ["not-in-office"]


def test_members_of_one_house_are_told_apart_by_name() -> None:
    house = [minister(id=f"mp-{at}", title="Member", **person(full=f"Eo Example {at}")) for at in range(50)]
    assert names(*house) == []
    assert names(*house, minister(id="mp", title="Member")) == ["duplicate-address"]


def test_many_duplicates_are_one_problem() -> None:
    (problem,) = told(*(minister(id=f"r-{at}", title=f"T{at}", fax="+86 10 6596 1109") for at in range(7)))
    assert problem.name == "duplicate-fax"
    assert "and 4 more" in problem.message


def test_similar_ids_are_found_and_numbers_and_codes_are_not() -> None:
    ids = ["cn-premier", "cn-premir", "uk-premier", "unhcr", "un-hcr", "mp-0001", "mp-0010", "cn-minister",
           "cn-minsiter", "jp-mission", "cn-mission"]  # fmt: skip
    expected = {("cn-premier", "cn-premir"), ("un-hcr", "unhcr"), ("cn-minister", "cn-minsiter")}
    for order in (ids, ids[::-1]):
        assert {tuple(sorted(pair)) for pair in similar_ids(order)} == expected


def test_duplicates_do_not_depend_on_the_order_of_the_file() -> None:
    three = [minister(id=name, fax=f"+86 10 6596 110{name}", email="a@example.org") for name in "123"]
    assert {tuple(names(*order)) for order in permutations(three)} == {
        ("duplicate-address", "duplicate-email")
    }


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=60), st.sampled_from(["fax", "phone", "email", "care_of"]))
def test_no_text_in_a_contact_stops_the_check(text: str, field: str) -> None:
    if text.strip():
        assert all(problem.fix for problem in told(minister(**{field: text})))
