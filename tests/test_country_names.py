"""Names of countries: the United Nations' and CLDR's, and which country a name means."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lettergen.facts.campaign import Campaign
from lettergen.reference import address
from lettergen.reference.country_names import (
    AmbiguousName,
    alpha3_codes,
    code_of,
    countries_by_name,
    formal_name,
    short_name,
)

Write = Callable[[Mapping[str, str | bytes]], Path]
OFFICIAL = ("en", "fr", "es", "ru", "ar", "zh")
STATES = [code for code in alpha3_codes().values() if short_name(code, "en")]


def test_every_member_and_observer_has_both_names_in_the_six_official_languages() -> None:
    assert len(STATES) == 197  # 193 members, 2 observers, the Cook Islands and Niue
    for code in STATES:
        for language in OFFICIAL:
            for name in (short_name(code, language), formal_name(code, language)):
                assert name
                assert not set(name) & set("*()'\"0123456789")
                assert name == " ".join(name.split())


def test_every_country_of_cldr_has_three_letters() -> None:
    codes = alpha3_codes()
    assert len(codes) == 249
    assert (codes["CHN"], codes["PRK"], codes["HKG"]) == ("CN", "KP", "HK")


@pytest.mark.parametrize(
    ("code", "language", "short", "formal"),
    [
        ("CD", "en", "the Democratic Republic of the Congo", "the Democratic Republic of the Congo"),
        ("CG", "en", "the Congo", "the Republic of the Congo"),
        ("GM", "en", "the Gambia", "the Republic of the Gambia"),
        ("DO", "en", "the Dominican Republic", "the Dominican Republic"),
        ("TT", "en", "Trinidad and Tobago", "the Republic of Trinidad and Tobago"),
        ("IR", "en", "Iran", "the Islamic Republic of Iran"),
        ("VA", "en", "the Holy See", "the Holy See"),
        ("TR", "en", "Türkiye", "the Republic of Türkiye"),
        ("GM", "fr", "la Gambie", "la République de Gambie"),
        ("AF", "fr", "l’Afghanistan", "la République islamique d’Afghanistan"),
        ("IR", "fr", "l’Iran", "la République islamique d’Iran"),
        ("CU", "fr", "Cuba", "la République de Cuba"),
        ("EC", "es", "el Ecuador", "la República del Ecuador"),
        ("SV", "es", "El Salvador", "la República de El Salvador"),
        ("CN", "ru", "Китай", "Китайская Народная Республика"),
        ("CN", "ar", "الصين", "جمهورية الصين الشعبية"),
        ("KR", "zh", "大韩民国", "大韩民国"),
    ],
)
def test_names_of_the_united_nations(code: str, language: str, short: str, formal: str) -> None:
    told = address.state_short(code) if language == "en" else short_name(code, language)
    assert told == short
    assert address.state_name(code, language) == formal


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("CD", "en", "Democratic Republic of the Congo"),
        ("CD", "de", "Demokratische Republik Kongo"),
        ("CD", "ja", "コンゴ民主共和国"),
        ("CG", "fr", "Congo"),
        ("TT", "en", "Trinidad and Tobago"),
        ("PS", "en", "State of Palestine"),
        ("DE", "ko", "독일"),
        ("GB", "de", "Vereinigtes Königreich"),
    ],
)
def test_names_in_addresses_and_lists(code: str, language: str, name: str) -> None:
    assert address.country_name(code, language) == name


def test_no_country_line_has_what_is_made_for_menus() -> None:
    for code in alpha3_codes().values():
        for posted_from, language in (("JP", "en"), ("FR", "fr"), ("DE", "de"), ("ES", "es")):
            line = address.country_line(code, posted_from, language)
            if code != posted_from:
                assert line
                assert not set(line) & set("&()"), line
                assert " - " not in line


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Trinidad and Tobago", "TT"), ("Trinidad & Tobago", "TT"), ("TRINITÉ-ET-TOBAGO", "TT"),
        ("Bosnia and Herzegovina", "BA"), ("Saint Lucia", "LC"), ("St. Lucia", "LC"), ("Palestine", "PS"),
        ("Cote d'Ivoire", "CI"), ("COTE D’IVOIRE", "CI"), ("Ivory Coast", "CI"), ("Türkei", "TR"),
        ("Turkiye", "TR"), ("Iran, Islamic Republic of", "IR"), ("Iran (Islamic Republic of)", "IR"),
        ("Korea, Republic of", "KR"), ("Republic of Korea", "KR"), ("Corée du Sud", "KR"), ("韩国", "KR"),
        ("Sao Tome and Principe", "ST"), ("São Tomé & Príncipe", "ST"), ("Alemania", "DE"),
        ("Германия", "DE"),
        ("Федеративная Республика Германия", "DE"), ("ألمانيا", "DE"),
        ("Bundesrepublik Deutschland", "DE"),
        ("Timor-Leste", "TL"), ("Guinea-Bissau", "GW"), ("the Netherlands", "NL"), ("Holland", "NL"),
        ("Viet Nam", "VN"), ("Vietnam", "VN"), ("Côte d’Ivoire.", "CI"), ("États-Unis", "US"),
        ("Etats Unis", "US"),
        ("Democratic Republic of the Congo", "CD"), ("Congo-Kinshasa", "CD"), ("Czech Republic", "CZ"),
        ("日本", "JP"), ("대한민국", "KR"), ("Polska", "PL"), ("Ελλάδα", "GR"), ("Danmark", "DK"),
        ("ישראל", "IL"),
        ("UnitedKingdom", "GB"), ("Costa  Rica", "CR"), ("costarica", "CR"), ("ISL", "IS"), ("prk", "KP"),
    ],
)  # fmt: skip
def test_which_country_a_name_means(written: str, code: str) -> None:
    assert code_of(written) == code
    if len(written) > 3:
        assert address.country_named(written, "ZZ") == code
        assert address.is_name_of(written, code)


@pytest.mark.parametrize("written", ["Congo", "Korea", "corée"])
def test_a_name_of_two_countries_means_neither(written: str) -> None:
    with pytest.raises(AmbiguousName):
        code_of(written)
    assert address.country_named(written, "DE") is None


@pytest.mark.parametrize(
    "written", ["", "Atlantis", "Tunis", "Alger", "Algiers", "تونس", "London", "XYZ", "Áo", "Bỉ"]
)
def test_what_is_no_country_is_none(written: str) -> None:
    assert code_of(written) is None


def test_no_two_countries_share_a_name_unsaid() -> None:
    shared = {name: codes for name, codes in countries_by_name().items() if len(codes) > 1}
    assert {frozenset(codes) for codes in shared.values()} <= {
        frozenset({"CD", "CG"}), frozenset({"KP", "KR"}), frozenset({"MF", "SX"}), frozenset({"VG", "VI"}),
    }  # fmt: skip


RECIPIENT = "recipients:\n  - {{id: one, title: Minister, address: [1 Square], country: {country}}}\n"


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("de", "DE"),
        ("Côte d'Ivoire", "CI"),
        ("Suiza", "CH"),
        ("NO", "NO"),
    ],
)
def test_a_country_may_be_written_out(write: Write, country: str, code: str) -> None:
    opened = Campaign.open(write({"recipients.yaml": RECIPIENT.format(country=f'"{country}"')}))
    assert [one.country for one in opened.recipients] == [code]


@pytest.mark.parametrize(
    ("country", "fix"),
    [
        ("Deutchland", "did you mean"),
        ("Germny", "did you mean `Germany`"),
        ("Congo", "write `CD` (Democratic Republic of the Congo) or `CG` (Congo)"),
        ("Ruritania", ""),
    ],
)
def test_a_country_spelt_wrong_is_told_with_the_right_one(write: Write, country: str, fix: str) -> None:
    opened = Campaign.open(write({"recipients.yaml": RECIPIENT.format(country=country)}))
    [problem] = opened.problems
    assert problem.name == "bad-country"
    assert fix in problem.fix
