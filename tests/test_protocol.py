"""Forms of address: exact lines, no guessed gender, no doubled title, every row with its source."""

import pytest

from lettergen.errors import UnknownName
from lettergen.reference import protocol, table
from lettergen.reference.protocol import closing, envelope_line, form, offices, opening

LANGUAGES = ("en", "fr", "de", "ja", "ko", "zh")
ROWS = [(language, office) for language in LANGUAGES for office in table("protocol")["forms"][language]]


def test_a_courtesy_title_shows_which_excellency() -> None:
    row = form("head-of-state")
    assert envelope_line(row, "Mr.", "Taro Arno") == "His Excellency Mr. Taro Arno"
    assert envelope_line(row, "Ms.", "Hana Arno") == "Her Excellency Ms. Hana Arno"


@pytest.mark.parametrize("courtesy", [None, "", "Dr.", "Professor"])
def test_without_a_telling_courtesy_title_the_name_stands_alone(courtesy: str | None) -> None:
    assert envelope_line(form("head-of-state"), courtesy, "Kim Arno") == "Kim Arno"


def test_no_name_gives_no_envelope_line() -> None:
    assert envelope_line(form("ambassador"), None, None) == ""


def test_the_white_house_is_written_to_by_office() -> None:
    row = form("us-president")
    assert envelope_line(row, "Ms.", "Hana Arno") == "The President"
    assert opening(row, "Ms.", "Arno") == "Dear Madam President:"
    assert opening(row, None, "Arno") == "Dear President Arno:"
    assert opening(row) == "Dear President:"


def test_a_style_that_the_name_has_already_is_not_doubled() -> None:
    row = form("ambassador")
    assert envelope_line(row, "Mr.", "H.E. Mr. Taro Arno") == "H.E. Mr. Taro Arno"
    assert envelope_line(row, "Her Excellency", "Hana Arno") == "Her Excellency Hana Arno"


@pytest.mark.parametrize("name", ["The Hong Arno Trust", "Herbert Arno", "S.E. Arno"])
def test_a_name_that_only_looks_like_a_style_has_none(name: str) -> None:
    assert envelope_line(form("person"), "Mr.", name) == f"Mr. {name}"


@pytest.mark.parametrize(
    ("office", "courtesy", "family", "name", "expected"),
    [
        ("head-of-state", "Mr.", "Arno", "Taro Arno", "Your Excellency,"),
        ("head-of-government", "Mr.", "Arno", "Taro Arno", "Dear Prime Minister,"),
        ("high-commissioner-diplomatic", None, None, None, "Dear High Commissioner:"),
        ("un-high-commissioner", "Mr.", "Arno", "Taro Arno", "Dear High Commissioner,"),
        ("senator", None, "Arno", "Hana Arno", "Dear Senator Arno:"),
        ("senator", None, None, None, "Dear Senator:"),
        ("judge", None, "Judge Arno", None, "Dear Judge Arno,"),
        ("mayor", None, "Mayor", None, "Dear Mayor,"),
        ("person", "Mr.", "Arno", "Taro Arno", "Dear Mr. Arno,"),
        ("person", None, "Arno", "P. T. Arno", "Dear P. T. Arno,"),
        ("person", None, None, None, "Dear Sir or Madam,"),
        ("editor", "Ms.", "Arno", "Hana Arno", "Dear Editor,"),
    ],
)
def test_openings(office: str, courtesy: str, family: str, name: str, expected: str) -> None:
    assert opening(form(office), courtesy, family, name) == expected


def test_an_organisation_is_greeted_by_name() -> None:
    row = form("human-rights-organisation")
    assert opening(row, organisation="Lantern Watch") == "Dear Lantern Watch,"
    assert opening(row) == "Dear colleagues,"


def test_a_name_that_repeats_a_word_keeps_it() -> None:
    assert envelope_line(form("person"), "Mr.", "Arno Arno-Field") == "Mr. Arno Arno-Field"


def test_a_title_in_the_name_is_not_doubled_on_the_envelope() -> None:
    assert envelope_line(form("prison-head"), None, "Director Arno") == "Director Arno"
    assert envelope_line(form("person"), "Mr.", "Mr. Taro Arno") == "Mr. Taro Arno"


def test_braces_in_a_name_are_only_letters() -> None:
    assert envelope_line(form("person"), None, "{title} Arno") == "{title} Arno"


def test_french_repeats_the_salutation_in_the_closing() -> None:
    row = form("head-of-state", "fr")
    salutation = opening(row, "Mme", "Arno")
    assert salutation == "Madame la Présidente,"
    assert closing(row, salutation) == (
        "Je vous prie d’agréer, Madame la Présidente, l’expression de ma très haute considération."
    )


def test_french_without_a_courtesy_title_guesses_nothing() -> None:
    assert opening(form("ambassador", "fr")) == "Madame, Monsieur,"
    assert opening(form("ambassador", "fr"), "M.") == "Monsieur l’Ambassadeur,"
    assert opening(form("ambassador", "fr"), "Mme") == "Madame l’Ambassadrice,"


def test_german_uses_the_form_of_the_courtesy_title() -> None:
    assert envelope_line(form("ambassador", "de"), "Herr", "Taro Arno") == "Seiner Exzellenz Herrn Taro Arno"
    assert opening(form("person", "de"), "Frau", "Arno") == "Sehr geehrte Frau Arno,"
    assert opening(form("person", "de")) == "Sehr geehrte Damen und Herren,"


def test_japanese_openings_and_closings_pair() -> None:
    pairs = {(row.opening, row.closing) for row in (form(office, "ja") for office in rows_in("ja"))}
    assert pairs == {("拝啓", "敬具"), ("謹啓", "謹白")}


def test_chinese_uses_gexia_for_leaders() -> None:
    row = form("head-of-state", "zh")
    assert (row.opening, row.closing) == ("阁下：", "顺致最崇高的敬意。")
    assert opening(form("person", "zh"), "Ms.", "周") == "周女士："


def rows_in(language: str) -> tuple[str, ...]:
    found = tuple(office for office in offices() if language in protocol.languages(office))
    assert found
    return found


def test_every_office_has_every_pattern_in_english() -> None:
    assert len(offices()) >= 25
    for office in offices():
        row = form(office, "en")
        assert row.language == "en"
        assert all((row.envelope, row.opening, row.opening_without_name, row.style, row.closing)), office


@pytest.mark.parametrize(("language", "office"), ROWS)
def test_every_row_can_be_filled_and_says_who_says_so(language: str, office: str) -> None:
    row = form(office, language)
    assert row.language == language
    assert row.sources
    assert all(row.sources)
    assert row.confidence in ("read", "common")
    assert "{" not in row.opening_without_name
    assert opening(row)
    for courtesy in (None, "Mr.", "Ms.", "M.", "Mme", "Herr", "Frau"):
        words = opening(row, courtesy, "Arno", "Taro Arno", "Office", "House")
        lines = (envelope_line(row, courtesy, "Taro Arno"), words, closing(row, words))
        assert all(lines)
        assert not any("{" in line or "  " in line for line in lines)


def test_a_language_without_the_office_takes_the_english_row() -> None:
    assert form("senator", "ja") == form("senator", "en")
    assert form("head-of-state", "es").language == "en"
    assert form("head-of-state", "fr-CH").language == "fr"


def test_an_unknown_office_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName) as caught:
        form("head-of-sate")
    [problem] = caught.value.problems
    assert problem.name == "unknown-office"
    assert problem.fix.startswith("did you mean `head-of-state`")
