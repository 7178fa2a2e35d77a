"""Treaties: citations letter by letter, statements of our own, and whom a treaty binds on a day."""

from datetime import date

import pytest

from lettergen.errors import UnknownName
from lettergen.reference import law
from lettergen.reference.law import cite, party_status, statement, treaty

INSTRUMENTS = law.keys()
ARTICLES = [(key, article) for key in INSTRUMENTS for article in treaty(key).articles]
JUNE_2002 = date(2002, 6, 13)


def test_one_article_in_a_sentence() -> None:
    assert (
        cite("refugee51", ["33"])
        == "Article\u00a033 of the 1951 Convention relating to the Status of Refugees"
    )


def test_several_articles_in_a_sentence() -> None:
    assert cite("refugee51", (31, 33)) == (
        "Articles\u00a031 and 33 of the 1951 Convention relating to the Status of Refugees"
    )
    assert cite("crc", (7, 9, 22)) == "Articles\u00a07, 9 and 22 of the Convention on the Rights of the Child"


def test_a_whole_treaty() -> None:
    assert cite("refugee67") == "the 1967 Protocol relating to the Status of Refugees"


def test_the_formal_citation_has_dates_and_publication() -> None:
    assert cite("refugee51", ["1A(2)"], "formal") == (
        "Article\u00a01A(2) of the Convention relating to the Status of Refugees (adopted 28\u00a0July 1951, "
        "entered into force 22\u00a0April 1954), United Nations, Treaty Series, vol.\u00a0189, p.\u00a0137"
    )
    assert cite("udhr", [14], "formal") == (
        "Article\u00a014 of the Universal Declaration of Human Rights "
        "(General Assembly resolution\u00a0217\u00a0A\u00a0(III), 10\u00a0December 1948)"
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "l’article\u00a033 de la Convention de 1951 relative au statut des réfugiés"),
        ("de", "Artikel\u00a033 des Abkommens von 1951 über die Rechtsstellung der Flüchtlinge"),
        ("ja", "1951年の難民の地位に関する条約第33条"),
        ("ko", "1951년 난민의 지위에 관한 협약 제33조"),
        ("zh", "1951年《关于难民地位的公约》第33条"),
        ("es", "el artículo\u00a033 de la Convención de 1951 sobre el Estatuto de los Refugiados"),
        ("it", "Article\u00a033 of the 1951 Convention relating to the Status of Refugees"),
    ],
)
def test_citations_by_language(language: str, expected: str) -> None:
    assert cite("refugee51", [33], language=language) == expected


def test_the_protocol_counts_its_articles_in_roman() -> None:
    assert cite("refugee67", [1]) == "Article\u00a0I of the 1967 Protocol relating to the Status of Refugees"
    assert cite("refugee67", ["II"], language="ja") == "1967年の難民の地位に関する議定書第2条"
    assert statement("refugee67", 1) == statement("refugee67", "I")


def test_both_ways_to_write_the_definition_lead_to_it() -> None:
    assert statement("refugee51", "1(A)(2)") == statement("refugee51", "1A(2)")


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_every_instrument_is_complete(key: str) -> None:
    one = treaty(key)
    assert one.source
    assert one.confidence in ("read", "common")
    assert one.is_treaty == (one.in_force is not None)
    assert not one.in_force or one.in_force > one.adopted
    for language in ("en", "fr", "de", "es", "ja", "ko", "zh"):
        for style in ("plain", "formal"):
            assert "{" not in cite(key, [one.articles[0].number], style, language)


@pytest.mark.parametrize(("key", "article"), ARTICLES)
def test_statements_are_one_sentence_and_no_quotation(key: str, article: law.Article) -> None:
    words = article.statement
    assert not set(words) & set("\"“”„«»‘'")
    assert words.endswith(".")
    assert words.count(". ") == 0
    assert words[0].isupper()
    assert article.confidence in ("read", "common")
    assert cite(key, [article.number])


@pytest.mark.parametrize(
    ("key", "articles"),
    [
        ("refugee51", "1A(2) 31 33 35"), ("refugee67", "I II"), ("udhr", "5 9 13 14"), ("cat", "1 3"),
        ("iccpr", "7 9 10 14"), ("crc", "3 7 9 10 22"), ("vccr", "36"), ("palermo", "6 8"),
    ],
)  # fmt: skip
def test_the_articles_that_letters_rely_on_have_statements(key: str, articles: str) -> None:
    assert set(articles.split()) <= set(law.articles(key))


def test_an_unknown_treaty_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName) as caught:
        cite("refugee15", [33])
    [problem] = caught.value.problems
    assert (problem.name, problem.message) == (
        "unknown-treaty",
        "there is no treaty `refugee15` in the reference.",
    )
    assert problem.fix.startswith("did you mean `refugee51`")


@pytest.mark.parametrize("article", [0, 47, "33bis", "", "thirty-three", "33.1"])
def test_an_article_that_is_not_there_is_a_problem(article: str | int) -> None:
    with pytest.raises(UnknownName) as caught:
        cite("refugee51", [article])
    assert caught.value.problems[0].message == f"`refugee51` has no article `{article}`."
    assert caught.value.problems[0].fix == "cite an article from 1 to 46."


def test_an_article_without_a_statement_can_be_cited_but_not_stated() -> None:
    assert cite("refugee51", [26]).startswith("Article\u00a026 of")
    with pytest.raises(UnknownName) as caught:
        statement("refugee51", 26)
    assert "1A(2), 16, 31" in caught.value.problems[0].fix


def test_an_unknown_style_of_citation_is_a_problem() -> None:
    with pytest.raises(UnknownName):
        cite("cat", [3], "oscola")


@pytest.mark.parametrize(
    ("key", "state", "on", "standing", "since"),
    [
        ("refugee51", "CN", JUNE_2002, "party", date(1982, 12, 23)),
        ("refugee67", "cn", JUNE_2002, "party", date(1982, 9, 24)),
        ("iccpr", "CN", JUNE_2002, "signed", date(1998, 10, 5)),
        ("iccpr", "CN", date(1998, 10, 4), "not-a-party", None),
        ("cat", "KP", JUNE_2002, "not-a-party", None),
        ("refugee51", "TH", date(2006, 9, 20), "not-a-party", None),
        ("cat", "CN", date(1988, 11, 2), "signed", date(1986, 12, 12)),
        ("cat", "CN", date(1988, 11, 3), "party", date(1988, 11, 3)),
        ("palermo", "KP", JUNE_2002, "unknown", None),
        ("refugee51", "ZZ", JUNE_2002, "unknown", None),
        ("udhr", "CN", JUNE_2002, "not-a-treaty", None),
        ("iccpr", "GB", date(1976, 6, 1), "signed", date(1968, 9, 16)),
        ("iccpr", "GB", date(1976, 8, 20), "party", date(1976, 8, 20)),
    ],
)
def test_how_a_state_stood_to_a_treaty(
    key: str, state: str, on: date, standing: str, since: date | None
) -> None:
    status = party_status(key, state, on)
    assert (status.standing, status.since) == (standing, since)


def test_no_treaty_binds_before_it_is_in_force() -> None:
    assert party_status("crc", "MN", date(1990, 9, 1)).standing == "signed"
    assert party_status("crc", "MN", date(1990, 9, 2)).since == date(1990, 9, 2)


def test_every_entry_of_a_party_is_dated_in_order() -> None:
    for key in INSTRUMENTS:
        for state, entry in law.parties(key).items():
            status = party_status(key, state, date(2026, 1, 1))
            assert status.source
            assert status.standing != "unknown"
            joined = entry.get("party", treaty(key).adopted)
            first = joined if isinstance(joined, date) else date(joined, 12, 31)
            assert treaty(key).adopted <= first, (key, state)
            if isinstance(entry.get("signed"), date) and "party" in entry:
                assert treaty(key).adopted <= entry["signed"] <= entry["party"], (key, state)


@pytest.mark.parametrize(
    ("key", "numbers", "language", "expected"),
    [
        ("mandela-rules", [24], "en", "Rule\u00a024 of the Nelson Mandela Rules"),
        ("mandela-rules", [43, 44], "fr", "les règles\u00a043 et 44 des Règles Nelson Mandela"),
        ("mandela-rules", [24], "de", "Regel\u00a024 der Nelson-Mandela-Regeln"),
        ("mandela-rules", [24], "es", "la regla\u00a024 de las Reglas Nelson Mandela"),
        ("mandela-rules", [24], "zh", "《纳尔逊·曼德拉规则》规则24"),
        ("lawyers", [7], "en", "Principle\u00a07 of the Basic Principles on the Role of Lawyers"),
        ("asean", [16], "en", "paragraph\u00a016 of the ASEAN Human Rights Declaration"),
        ("iccpr", [9], "es", "el artículo\u00a09 del Pacto Internacional de Derechos Civiles y Políticos"),
        ("icescr", [12], "fr", "l’article\u00a012 du Pacte international relatif aux droits économiques, "
         "sociaux et culturels"),
        ("genocide", [2], "en", "Article\u00a0II of the Convention on the Prevention and Punishment of the "
         "Crime of Genocide"),
        ("genocide", ["XIX"], "de", "Artikel\u00a0XIX der Konvention über die Verhütung und Bestrafung des "
         "Völkermordes"),
        ("rome", ["8bis"], "en", "Article\u00a08bis of the Rome Statute of the International Criminal Court"),
    ],
)  # fmt: skip
def test_each_instrument_is_cited_by_its_own_word(
    key: str, numbers: list[str | int], language: str, expected: str
) -> None:
    assert cite(key, numbers, language=language) == expected


@pytest.mark.parametrize(
    ("key", "article", "fix"),
    [
        ("mandela-rules", 123, "cite a rule from 1 to 122."),
        ("genocide", "XX", "cite an article from 1 to 19."),
        ("refugee51", "33bis", "cite an article from 1 to 46."),
        ("rome", "9bis", "cite an article from 1 to 128."),
        ("iccpr", "9" * 5000, "cite an article from 1 to 53."),
    ],
)
def test_an_article_beyond_the_last_is_told_in_the_instruments_word(
    key: str, article: str | int, fix: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        cite(key, [article])
    assert caught.value.problems[0].fix == fix


@pytest.mark.parametrize("key", INSTRUMENTS)
@pytest.mark.parametrize("language", ["fr", "de", "es"])
def test_what_is_said_in_english_is_said_in_the_other_languages(key: str, language: str) -> None:
    for number in law.articles(key):
        said = statement(key, number, language)
        assert said != statement(key, number)
        assert said.endswith(".")
        assert said.count(". ") == 0
        assert not set(said) & set("\"“”„«»‘'")


def test_a_language_without_the_sentence_never_gets_the_english_one() -> None:
    assert not law.stated("refugee51", 33, "ja")
    with pytest.raises(UnknownName) as caught:
        statement("refugee51", 33, "ja")
    assert "in `ja`" in caught.value.problems[0].message


def test_a_known_year_is_a_day_only_where_it_must_be() -> None:
    assert party_status("cedaw", "AF", date(2003, 1, 15)).standing == "not-a-party"
    assert party_status("cedaw", "AF", date(2003, 7, 1)).standing == "unknown"
    status = party_status("cedaw", "AF", date(2004, 2, 1))
    assert (status.standing, status.since) == ("party", None)
    assert "World Politics" in status.source


def test_a_successor_is_unknown_before_its_own_instrument() -> None:
    assert party_status("cat", "SI", date(1992, 1, 1)).standing == "unknown"
    assert party_status("cat", "SI", date(1995, 1, 1)).standing == "party"


def test_a_treaty_that_a_state_has_left_binds_it_no_more() -> None:
    assert party_status("echr", "RU", date(2022, 9, 15)).standing == "party"
    assert party_status("echr", "RU", date(2022, 9, 16)).standing == "not-a-party"


def test_a_treaty_that_binds_from_the_next_month() -> None:
    # Australia deposited on 1 July 2002, and Article 126 gives it 1 September 2002.
    assert party_status("rome", "AU", date(2002, 8, 31)).standing != "party"
    assert party_status("rome", "AU", date(2002, 9, 1)).since == date(2002, 9, 1)


@pytest.mark.parametrize(
    "key", ["iccpr", "icescr", "cat", "cedaw", "cerd", "crc", "crpd", "ced", "refugee51"]
)
def test_the_universal_treaties_say_something_of_nearly_every_member(key: str) -> None:
    assert len(law.parties(key)) >= 190


@pytest.mark.parametrize(
    ("key", "article", "state", "on", "is_reserved"),
    [
        ("crc", "22", "TH", date(2006, 8, 22), True),
        ("crc", "22", "th", date(2024, 8, 30), False),
        ("crc", "37", "TH", date(2006, 8, 22), False),
        ("crc", "37", "JP", date(2020, 1, 1), True),
        ("crc", "37(c)", "JP", date(2020, 1, 1), True),
        ("crc", "37(a)", "JP", date(2020, 1, 1), False),
        ("cat", "3", "CN", date(2020, 1, 1), False),
        ("cat", "30", "CN", date(2020, 1, 1), True),
        ("cat", "30(2)", "CN", date(2020, 1, 1), False),
        ("refugee51", "16(3)", "CN", date(2002, 6, 13), True),
        ("refugee51", "16(1)", "CN", date(2002, 6, 13), False),
        ("refugee51", "1A(2)", "TR", date(2020, 1, 1), True),
        ("refugee67", "4", "CN", date(2002, 6, 13), True),
    ],
)
def test_which_articles_a_state_had_reserved(
    key: str, article: str, state: str, on: date, is_reserved: bool
) -> None:
    assert (law.reservation(key, article, state, on) is not None) == is_reserved


def test_every_reservation_is_of_a_party_and_of_articles_that_there_are() -> None:
    for key in INSTRUMENTS:
        for one in law.reservations(key):
            assert one.source
            assert "party" in law.parties(key)[one.state], one
            for article in one.articles:
                assert cite(key, [article])


def test_no_reserved_article_is_ever_advised() -> None:
    assert ("crc", "22") not in law.instead("refugee51", "31", "TH", date(2006, 8, 22))
    assert ("crc", "22") in law.instead("refugee51", "31", "TH", date(2024, 9, 1))
    for key in INSTRUMENTS:
        states = {*law.parties(key), "ZZ"}
        for state in states:
            for number in (*law.articles(key), ""):
                for other, article in law.instead(key, number, state, date(2006, 1, 1)):
                    assert law.reservation(other, article, state, date(2006, 1, 1)) is None


OWN = {
    "cartagena84": {
        "short": {"en": "the Cartagena Declaration", "fr": "le Texte de Carthagène"},
        "adopted": date(1984, 11, 22), "is_treaty": False, "article_count": 3, "unit": "paragraph",
        "statements": {"3": {"en": "Flight from violence counts."}},
    }
}  # fmt: skip


def test_a_treaty_of_the_campaigns_own_is_cited_like_any_other() -> None:
    assert cite("cartagena84", [3], own=OWN) == "paragraph\u00a03 of the Cartagena Declaration"
    assert cite("cartagena84", [3], language="fr", own=OWN) == ("le paragraphe\u00a03 du Texte de Carthagène")
    assert cite("cartagena84", style="formal", own=OWN) == (
        "the Cartagena Declaration (22\u00a0November 1984)"
    )
    assert statement("cartagena84", 3, own=OWN) == "Flight from violence counts."
    with pytest.raises(UnknownName):
        cite("cartagena84", [4], own=OWN)
    with pytest.raises(UnknownName):
        cite("cartagena84")
