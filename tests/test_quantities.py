"""Numbers, dates, articles and amounts are found in each language's form, and nothing else is."""

import pytest

from lettergen.letters.checks.quantities import quantities

Values = list[tuple[str, object]]


def found(text: str, language: str, *, sure: bool = True) -> Values:
    return [(one.kind, one.value) for one in quantities(text, language) if one.is_sure or not sure]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "since 24 May 2025"),
        ("en", "since May 24th, 2025"),
        ("en", "since 2025-05-24"),
        ("de", "seit dem 24. Mai 2025"),
        ("de", "seit dem 24.5.2025"),
        ("fr", "depuis le 24 mai 2025"),
        ("es", "desde el 24 de mayo de 2025"),
        ("it", "dal 24 maggio 2025"),
        ("pl", "od 24 maja 2025 r."),
        ("ru", "с 24 мая 2025 года"),
        ("ar", "منذ ٢٤ مايو ٢٠٢٥"),
        ("zh", "自2025年5月24日"),
        ("ja", "2025年5月24日から"),
        ("ja", "２０２５年５月２４日から"),
        ("ko", "2025년 5월 24일부터"),
        ("ko", "2025. 5. 24.부터"),
    ],
)
def test_a_day_is_the_same_in_every_form(language: str, text: str) -> None:
    days = [value for kind, value in found(text, language) if kind == "date"]
    assert days == [(5, 24)]
    assert ("number", 24) not in found(text, language)


NUMBERS = {
    "en": {
        "30,000": 30_000,
        "2.5 million": 2_500_000,
        "twenty-five": 25,
        "two hundred": 200,
        "ninety nine": 99,
    },
    "de": {
        "30.000": 30_000,
        "2,5 Millionen": 2_500_000,
        "fünfundzwanzig": 25,
        "zweihundert": 200,
        "dreißig": 30,
    },
    "fr": {
        "30\u202f000": 30_000,
        "30 000": 30_000,
        "soixante-dix-huit": 78,
        "vingt et un": 21,
        "deux mille": 2_000,
    },
    "es": {"30.000": 30_000, "treinta y cinco": 35, "veintitrés": 23, "doscientas": 200, "dos mil": 2_000},
    "ru": {"30\u00a0000": 30_000, "трёх": 3, "двух человек": 2, "5 тысяч": 5_000},
    "ar": {"٣٠٬٠٠٠": 30_000, "ثلاثة": 3, "وخمسة": 5},
    "zh": {"三十五人": 35, "3万人": 30_000, "十二名": 12},
    "ja": {"三人": 3, "3万人": 30_000},
    "ko": {"세 명": 3, "3만 명": 30_000, "열두 명": 12},
    "sv": {"30\u00a0000": 30_000},
}


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [(language, text, value) for language, rows in NUMBERS.items() for text, value in rows.items()],
)
def test_a_number_is_the_same_in_figures_and_in_words(language: str, text: str, value: float) -> None:
    assert found(text, language) == [("number", value)]


@pytest.mark.parametrize(
    ("language", "text", "articles"),
    [
        ("en", "Articles 9, 14(3)(e) and 33 of the 1951 Convention", [9, 14, 33]),
        ("en", "Article 14, 30,000 people", [14]),
        ("de", "die Artikel 9 und 14 des Abkommens", [9, 14]),
        ("de", "Art. 33 Abs. 1", [33]),
        ("fr", "l’article 33 de la Convention de 1951", [33]),
        ("es", "los artículos 9 y 14", [9, 14]),
        ("ru", "статьи 9 и 14", [9, 14]),
        ("ar", "المادة ٩ من العهد", [9]),
        ("zh", "第九条和第14条", [9, 14]),
        ("ja", "第33条", [33]),
        ("ko", "제9조", [9]),
    ],
)
def test_articles_of_law(language: str, text: str, articles: list[int]) -> None:
    assert [value for kind, value in found(text, language) if kind == "article"] == articles


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("en", "a fine of €5,000", (5_000, "EUR")),
        ("en", "US$ 2.5 million", (2_500_000, "USD")),
        ("de", "5.000 Euro", (5_000, "EUR")),
        ("fr", "5\u202f000 euros", (5_000, "EUR")),
        ("ja", "5,000円", (5_000, "JPY")),
        ("ko", "5,000원", (5_000, "KRW")),
        ("en", "CHF 300", (300, "CHF")),
    ],
)
def test_amounts_have_their_currency(language: str, text: str, amount: object) -> None:
    assert [value for kind, value in found(text, language) if kind == "currency"] == [amount]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "May I march in august company, and for one thing"),
        ("en", "both of them, twice"),
        ("de", "ihre Anwältin unter vier Augen"),
        ("de", "außer acht lassen, und eins noch, beide"),
        ("fr", "un bâtiment neuf"),
        ("ko", "두려움 없이 네거리에서"),
        ("en", ""),
    ],
)
def test_what_may_mean_something_else_is_not_sure(language: str, text: str) -> None:
    assert found(text, language) == []


def test_an_unknown_language_has_figures_all_the_same() -> None:
    assert found("wa 24 tlh 2025", "tlh") == [("number", 24), ("number", 2025)]
