"""Addresses: the lines of real offices, the country line by country of posting, names of States."""

import pytest

from lettergen.reference import table
from lettergen.reference.address import (
    care_of_line,
    country_line,
    demonym,
    inside_address,
    post_language,
    state_name,
    state_short,
)


def test_a_letter_to_the_premier_posted_in_london() -> None:
    assert inside_address(
        envelope_name="Premier Zhu Rongji",
        title="Prime Minister’s Office (Guowuyuan Zongli)",
        organisation=("State Council (Guowuyuan)",),
        address=("9 Xihuangchenggenbeijie", "Beijingshi 100 032", "People's Republic of China"),
        country="CN",
        posted_from="GB",
    ) == (
        "Premier Zhu Rongji",
        "Prime Minister’s Office (Guowuyuan Zongli)",
        "State Council (Guowuyuan)",
        "9 Xihuangchenggenbeijie",
        "Beijingshi 100 032",
        "PEOPLE’S REPUBLIC OF CHINA",
    )


def test_a_letter_in_care_of_a_mission() -> None:
    assert inside_address(
        envelope_name="His Excellency Ban Ki-moon",
        title="Minister of Foreign Affairs and Trade",
        organisation=["Republic of Korea"],
        care_of="The Permanent Mission of the Republic of Korea to the United Nations",
        address=["335 East 45th Street", "New York, New York 10017"],
        country="US",
        posted_from="JP",
    ) == (
        "His Excellency Ban Ki-moon",
        "Minister of Foreign Affairs and Trade",
        "Republic of Korea",
        "c/o The Permanent Mission of the Republic of Korea to the United Nations",
        "335 East 45th Street",
        "New York, New York 10017",
        "UNITED STATES OF AMERICA",
    )


def test_inland_mail_has_no_country_line() -> None:
    lines = inside_address(
        envelope_name="Hana Arno", address=("1-2-3 Kita", "Tokyo 100-0000"), country="JP", posted_from="JP"
    )
    assert lines == ("Hana Arno", "1-2-3 Kita", "Tokyo 100-0000")


@pytest.mark.parametrize(
    "written",
    [
        "China",
        "CHINA",
        "P.R. China",
        "PR China",
        "the People's Republic of China",
        "Chine",
        "中国",
        "中华人民共和国",
        "CN",
    ],
)
def test_a_country_below_the_address_is_not_printed_twice(written: str) -> None:
    lines = inside_address(address=("1 Long Street", "Beijing", written), country="CN", posted_from="JP")
    assert lines == ("1 Long Street", "Beijing", "PEOPLE’S REPUBLIC OF CHINA")


def test_a_place_that_only_contains_the_country_stays() -> None:
    lines = inside_address(address=("1 Long Street", "Beijing, China"), country="CN", posted_from="JP")
    assert lines[1] == "Beijing, China"


def test_the_country_stays_below_an_organisation_of_its_name() -> None:
    lines = inside_address(
        organisation=("Republic of Korea",), address=("Seoul",), country="KR", posted_from="JP"
    )
    assert lines == ("Republic of Korea", "Seoul", "REPUBLIC OF KOREA")


def test_no_line_is_blank_and_none_stands_twice() -> None:
    lines = inside_address(
        envelope_name="  ",
        title="The Mayor",
        organisation=("Mayor", "City Hall", ""),
        attention="Protocol Desk",
        address=("City Hall", "1 Square"),
    )
    assert lines == ("The Mayor", "City Hall", "Attention: Protocol Desk", "1 Square")


def test_spaces_inside_a_line_are_left_alone() -> None:
    assert inside_address(address=("東京都　文京区", "1\u00a0Square")) == ("東京都　文京区", "1\u00a0Square")


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("The Mission", "en", "c/o The Mission"),
        ("c/o The Mission", "en", "c/o The Mission"),
        ("代表部", "ja", "代表部気付"),
    ],
)
def test_care_of(name: str, language: str, expected: str) -> None:
    assert care_of_line(name, language) == expected


@pytest.mark.parametrize(
    ("country", "posted_from", "language", "expected"),
    [
        ("CN", "JP", "en", "PEOPLE’S REPUBLIC OF CHINA"),
        ("CN", "JP", "ja", "PEOPLE’S REPUBLIC OF CHINA"),
        ("CN", "FR", "fr", "RÉPUBLIQUE POPULAIRE DE CHINE"),
        ("CN", "CH", "de", "RÉPUBLIQUE POPULAIRE DE CHINE"),
        ("CN", "DE", "de", "VOLKSREPUBLIK CHINA"),
        ("KP", "US", "en", "DEMOCRATIC PEOPLE’S REPUBLIC OF KOREA"),
        ("KR", "JP", "en", "REPUBLIC OF KOREA"),
        ("CH", "JP", "en", "SWITZERLAND"),
        ("CH", "FR", "fr", "SUISSE"),
        ("US", "FR", "fr", "ÉTATS-UNIS D’AMÉRIQUE"),
        ("GB", "JP", "en", "UNITED KINGDOM"),
        ("MM", "TH", "en", "MYANMAR"),
        ("HK", "GB", "en", "HONG KONG"),
        ("CN", "PL", "pl", "CHINY / PEOPLE’S REPUBLIC OF CHINA"),
        ("CH", "SE", "sv", "SCHWEIZ / SWITZERLAND"),
        ("CH", "ES", "fr", "SUIZA / SUISSE"),
        ("CU", "ES", "es", "CUBA"),
        ("ES", "ES", "es", None),
        ("cn", None, "en", "PEOPLE’S REPUBLIC OF CHINA"),
        ("JP", "jp", "en", None),
    ],
)
def test_country_line(country: str, posted_from: str | None, language: str, expected: str | None) -> None:
    assert country_line(country, posted_from, language) == expected


def test_the_letters_language_is_used_where_the_post_reads_it() -> None:
    assert post_language("CH", "en") == "en"
    assert post_language("CH", "de") == "fr"
    assert post_language("US", "fr") == "en"
    assert post_language(None, "zh-Hans") == "en"


@pytest.mark.parametrize(
    ("code", "language", "formal", "short"),
    [
        ("CN", "en", "the People’s Republic of China", "China"),
        ("KP", "en", "the Democratic People’s Republic of Korea", "North Korea"),
        ("US", "en-GB", "the United States of America", "the United States"),
        ("KR", "ja", "大韓民国", "韓国"),
        ("CN", "fr", "la République populaire de Chine", "Chine"),
        ("BO", "en", "the Plurinational State of Bolivia", "Bolivia"),
    ],
)
def test_names_of_states(code: str, language: str, formal: str, short: str) -> None:
    assert state_name(code, language) == formal
    assert state_short(code, language) == short


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("CN", "Chinese"),
        ("KP", "North Korean"),
        ("KR", "South Korean"),
        ("JP", "Japanese"),
        ("BO", "Bolivia"),
    ],
)
def test_demonyms(code: str, word: str) -> None:
    assert demonym(code) == word


def test_the_table_covers_the_usual_states_and_says_who_says_so() -> None:
    states = table("states")
    full = [code for code, row in states["states"].items() if {"short", "demonym"} <= row.keys()]
    assert len(full) >= 60
    assert states["source"]
    assert states["confidence"] == "common"
    assert all(post["source"] and post["confidence"] for post in states["posts"].values())


def test_every_row_is_a_country_that_babel_knows() -> None:
    from babel import Locale

    known = Locale("en").territories
    assert [code for code in table("states")["states"] if code not in known] == []
