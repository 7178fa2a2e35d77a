"""Forms of address: exact lines, no guessed gender, no doubled title, every row with its source."""

import pytest

from lettergen.errors import UnknownName
from lettergen.reference import protocol, table
from lettergen.reference.protocol import closing, envelope_line, form, offices, opening

LANGUAGES = ("en", "fr", "de", "es", "ru", "ar", "ja", "ko", "zh")
ROWS = [(language, office) for language in LANGUAGES for office in table("protocol")["forms"][language]]


def test_a_courtesy_title_shows_which_excellency() -> None:
    row = form("head-of-state")
    assert envelope_line(row, "Mr.", "Taro Arno") == "His Excellency Mr. Taro Arno"
    assert envelope_line(row, "Ms.", "Hana Arno") == "Her Excellency Ms. Hana Arno"


@pytest.mark.parametrize(
    ("courtesy", "line"),
    [(None, "Kim Arno"), ("", "Kim Arno"), ("Dr.", "Dr. Kim Arno"), ("Professor", "Professor Kim Arno")],
)
def test_without_a_telling_courtesy_title_the_name_stands_with_its_title(
    courtesy: str | None, line: str
) -> None:
    assert envelope_line(form("head-of-state"), courtesy, "Kim Arno") == line


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


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("fr", "Je vous prie d’agréer", "Nous vous prions d’agréer"),
        ("es", "Aprovecho la oportunidad", "Aprovechamos la oportunidad"),
        ("de", "Mit vorzüglicher Hochachtung", "Mit vorzüglicher Hochachtung"),
    ],
)
def test_a_closing_speaks_for_one_or_for_several(language: str, one: str, many: str) -> None:
    row = form("head-of-state", language)
    assert closing(row, "x").startswith(one)
    assert closing(row, "x", is_many=True).startswith(many)
    assert "{" not in closing(row, "x", is_many=True)


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


@pytest.mark.parametrize(("office", "language"), [("senator", "ja"), ("judge", "it"), ("person", "tlh")])
def test_a_missing_row_stops_the_letter(office: str, language: str) -> None:
    with pytest.raises(UnknownName) as caught:
        form(office, language)
    [problem] = caught.value.problems
    assert problem.name == "no-form-of-address"
    assert "`salutation:`" in problem.fix


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
def test_these_languages_have_every_office(language: str) -> None:
    assert rows_in(language) == offices()


@pytest.mark.parametrize("language", ["ru", "ar", "zh", "ja", "ko"])
def test_these_languages_have_the_offices_that_letters_go_to_most(language: str) -> None:
    wanted = {
        "head-of-state", "head-of-government", "foreign-minister", "minister", "ambassador", "judge",
        "permanent-representative", "procurator", "prison-head", "organisation", "human-rights-organisation",
        "person",
    }  # fmt: skip
    assert wanted <= set(rows_in(language))


@pytest.mark.parametrize(
    ("language", "office", "courtesy", "line", "greeting"),
    [
        ("de", "person", "Frau Dr.", "Frau Dr. Kim Arno", "Sehr geehrte Frau Dr. Arno,"),
        ("de", "person", "Herr Prof. Dr.", "Herrn Prof. Dr. Kim Arno", "Sehr geehrter Herr Prof. Dr. Arno,"),
        ("de", "person", "Dr.", "Dr. Kim Arno", "Guten Tag Dr. Kim Arno,"),
        ("de", "minister", "Frau Dr.", "Ihrer Exzellenz Frau Dr. Kim Arno", "Exzellenz,"),
        ("de", "person", "Mr.", "Herrn Kim Arno", "Sehr geehrter Herr Arno,"),
        ("fr", "judge", "Mme le professeur", "Madame le professeur Kim Arno", "Madame la Juge,"),
        ("fr", "person", "Dr", "Dr Kim Arno", "Madame, Monsieur,"),
        ("es", "person", "Sra. Dra.", "Señora Dra. Kim Arno", "Estimada Señora Dra. Arno:"),
        ("en", "person", "Herr", "Mr. Kim Arno", "Dear Mr. Arno,"),
        ("en", "person", "Mme", "Ms. Kim Arno", "Dear Ms. Arno,"),
        ("en", "person", "Frau Dr.", "Ms. Dr. Kim Arno", "Dear Ms. Dr. Arno,"),
        ("en", "judge", "Dr.", "The Honorable Dr. Kim Arno", "Dear Judge Arno,"),
        ("en", "person", "Sir", "Sir Kim Arno", "Dear Sir Arno,"),
    ],
)
def test_titles_are_always_printed(
    language: str, office: str, courtesy: str, line: str, greeting: str
) -> None:
    row = form(office, language)
    assert envelope_line(row, courtesy, "Kim Arno") == line
    assert opening(row, courtesy, "Arno", "Kim Arno") == greeting


def test_a_title_that_the_name_has_already_is_not_doubled() -> None:
    assert envelope_line(form("person", "de"), "Frau Dr.", "Dr. Kim Arno") == "Frau Dr. Kim Arno"


@pytest.mark.parametrize(
    ("courtesy", "language", "expected"),
    [
        ("Frau Dr.", "de", ()), ("Frau Dr.-Ing.", "de", ()), ("Dr. h. c.", "de", ()),
        ("Hofrat", "de", ("Hofrat",)),
        ("Frau Hofrätin", "en", ("Hofrätin",)), ("Dra.", "de", ("Dra.",)), ("Sra. Dra.", "es", ()),
        ("Mr.", "en", ()), (None, "en", ()), ("Dr.", "ja", ()),
    ],
)  # fmt: skip
def test_a_title_that_the_language_does_not_know(
    courtesy: str | None, language: str, expected: tuple[str, ...]
) -> None:
    assert protocol.unknown_titles(courtesy, language) == expected


@pytest.mark.parametrize(
    ("office", "language", "state", "posted_from", "line", "greeting"),
    [
        ("minister", "de", "DE", "DE", "Frau Kim Arno", "Sehr geehrte Frau Ministerin,"),
        ("minister", "de", "DE", "AT", "Ihrer Exzellenz Frau Kim Arno", "Exzellenz,"),
        ("head-of-government", "de", "DE", "DE", "Frau Kim Arno", "Sehr geehrte Frau Bundeskanzlerin,"),
        ("head-of-state", "fr", "FR", "FR", "Madame Kim Arno", "Madame la Présidente de la République,"),
        ("head-of-state", "fr", "FR", "CH", "Son Excellence Madame Kim Arno", "Madame la Présidente,"),
        ("minister", "en", "GB", "GB", "The Rt Hon Kim Arno", "Dear Minister,"),
        ("head-of-government", "en", "GB", "JP", "The Rt Hon Kim Arno", "Dear Prime Minister,"),
        ("head-of-government", "en", "CA", "CA", "The Right Honourable Kim Arno", "Dear Prime Minister:"),
        ("head-of-government", "en", "DE", "GB", "Her Excellency Ms. Kim Arno", "Dear Chancellor,"),
        ("minister", "en", "CN", "CN", "Her Excellency Ms. Kim Arno", "Dear Minister,"),
        ("head-of-state", "ko", "CN", "KR", "Kim Arno 귀하", "존경하는 주석님께"),
        ("head-of-state", "ko", "KP", "KR", "Kim Arno 귀하", "존경하는 국무위원장님께"),
        ("head-of-state", "ko", "FR", "KR", "Kim Arno 귀하", "존경하는 대통령님께"),
    ],
)
def test_what_a_state_does_otherwise(
    office: str, language: str, state: str, posted_from: str, line: str, greeting: str
) -> None:
    row = form(office, language, state, posted_from)
    assert envelope_line(row, "Ms.", "Kim Arno") == line
    assert opening(row, "Ms.", "Arno", "Kim Arno") == greeting


def test_every_usage_names_an_office_its_source_and_no_unknown_word() -> None:
    for state, language, office in protocol.usages():
        for posted_from in (state, "ZZ"):
            row = form(office, language, state, posted_from)
            assert all(row.sources)
            for courtesy in (None, "Mr.", "Ms."):
                assert opening(row, courtesy, "Arno", "Kim Arno")
                assert "{" not in envelope_line(row, courtesy, "Kim Arno")


@pytest.mark.parametrize(
    ("language", "line"),
    [("ja", "人権協会御中"), ("ko", "人権協会 귀중"), ("zh", "人権協会"), ("en", "人権協会")],
)
def test_an_organisation_without_a_person(language: str, line: str) -> None:
    assert protocol.organisation_line(form("organisation", language), "人権協会") == line


@pytest.mark.parametrize(("language", "line"), [("ja", "田中様"), ("ko", "田中 귀하")])
def test_a_person_in_an_organisation(language: str, line: str) -> None:
    assert envelope_line(form("organisation", language), None, "田中") == line
