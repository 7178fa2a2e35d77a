"""Treaties: citations letter by letter, statements of our own, and whom a treaty binds on a day."""

from datetime import date

import pytest

from lettergen.errors import UnknownName
from lettergen.reference import law, table
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
        ("es", "Article\u00a033 of the 1951 Convention relating to the Status of Refugees"),
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
    for language in ("en", "fr", "de", "ja", "ko", "zh"):
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
    for key, states in table("treaties")["parties"].items():
        for state, entry in states.items():
            status = party_status(key, state, date(2026, 1, 1))
            assert status.source
            assert status.standing != "unknown"
            if "signed" in entry and "party" in entry:
                assert treaty(key).adopted <= entry["signed"] <= entry["party"], (key, state)
