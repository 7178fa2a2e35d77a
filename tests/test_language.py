"""Words by language: dates as exact as they are known, lists, numbers, captions, mailing notations."""

import subprocess
import sys
from datetime import date as day
from datetime import timedelta

import pytest
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from lettergen.errors import InputProblems, UnknownName
from lettergen.reference import grammar, table
from lettergen.reference import language as words

LANGUAGES = ("en", "en-US", "fr", "de", "es", "ru", "ar", "ja", "ko", "zh")
JUNE_13 = (day(2002, 6, 13), day(2002, 6, 13), "day", "on", None)
MAY_31 = (day(2002, 5, 31), day(2002, 5, 31), "day", "on", "06:00")
BETWEEN = (day(2002, 5, 24), day(2002, 5, 26), "day", "between", None)
SPAN = (day(2006, 2, 25), day(2006, 3, 1), "day", "span", None)
TURN = (day(2005, 12, 30), day(2006, 1, 2), "day", "span", None)
MONTHS = (day(2002, 4, 1), day(2002, 5, 31), "month", "between", None)
MAY = (day(2002, 5, 1), day(2002, 5, 31), "month", "during", None)
YEAR = (day(2002, 1, 1), day(2002, 12, 31), "year", "during", None)
LATE_2000 = (day(2000, 1, 1), day(2000, 12, 31), "year", "late", None)
ABOUT_MAY = (day(2002, 5, 1), day(2002, 5, 31), "month", "about", None)
ABOUT_24 = (day(2002, 5, 24), day(2002, 5, 24), "day", "about", None)
MID_MAY = (day(2002, 5, 1), day(2002, 5, 31), "month", "mid", None)

Known = tuple[day, day, str, str, str | None]


def shown(text: str) -> str:
    return text.replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("language", "known", "label", "phrase"),
    [
        ("en", JUNE_13, "13~June 2002", "on 13~June 2002"),
        ("en", MAY_31, "31~May 2002, 6:00", "at 6:00 on 31~May 2002"),
        ("en", BETWEEN, "between 24 and 26~May 2002", "between 24 and 26~May 2002"),
        ("en", SPAN, "25~February to 1~March 2006", "from 25~February to 1~March 2006"),
        ("en", TURN, "30~December 2005 to 2~January 2006", "from 30~December 2005 to 2~January 2006"),
        ("en", MONTHS, "between April and May 2002", "between April and May 2002"),
        ("en", MAY, "May 2002", "in May 2002"),
        ("en", YEAR, "2002", "in 2002"),
        ("en", LATE_2000, "late 2000", "in late 2000"),
        ("en", ABOUT_MAY, "about May 2002", "in or about May 2002"),
        ("en", ABOUT_24, "about 24~May 2002", "on or about 24~May 2002"),
        ("en", MID_MAY, "mid-May 2002", "in mid-May 2002"),
        ("en-US", JUNE_13, "June~13, 2002", "on June~13, 2002"),
        ("en-US", BETWEEN, "between May~24 and May~26, 2002", "between May~24 and May~26, 2002"),
        ("fr", JUNE_13, "13~juin 2002", "le 13~juin 2002"),
        ("fr", MAY_31, "31~mai 2002, 6~h~00", "le 31~mai 2002 à 6~h~00"),
        ("fr", BETWEEN, "entre le 24 et le 26~mai 2002", "entre le 24 et le 26~mai 2002"),
        ("fr", SPAN, "du 25~février au 1er~mars 2006", "du 25~février au 1er~mars 2006"),
        ("fr", MONTHS, "entre avril et mai 2002", "entre avril et mai 2002"),
        ("fr", LATE_2000, "fin 2000", "fin 2000"),
        ("de", JUNE_13, "13.~Juni 2002", "am 13.~Juni 2002"),
        ("de", BETWEEN, "zwischen dem 24. und dem 26.~Mai 2002", "zwischen dem 24. und dem 26.~Mai 2002"),
        ("de", SPAN, "25.~Februar bis 1.~März 2006", "vom 25.~Februar bis zum 1.~März 2006"),
        ("de", MAY, "Mai 2002", "im Mai 2002"),
        ("ja", JUNE_13, "2002年6月13日", "2002年6月13日に"),
        ("ja", BETWEEN, "2002年5月24日から26日までの間", "2002年5月24日から26日までの間に"),
        ("ko", SPAN, "2006년 2월 25일부터 3월 1일까지", "2006년 2월 25일부터 3월 1일까지"),
        ("zh", BETWEEN, "2002年5月24日至26日之间", "在2002年5月24日至26日之间"),
        ("zh", LATE_2000, "2000年末", "在2000年末"),
        ("es", JUNE_13, "13~de junio de 2002", "el 13~de junio de 2002"),
        ("es", BETWEEN, "entre el 24 y el 26~de mayo de 2002", "entre el 24 y el 26~de mayo de 2002"),
        ("es", MONTHS, "entre abril y mayo de 2002", "entre abril y mayo de 2002"),
        ("es", LATE_2000, "finales de 2000", "a finales de 2000"),
        ("ru", JUNE_13, "13~июня 2002~г.", "13~июня 2002~г."),
        ("ru", BETWEEN, "между 24 и 26~мая 2002~г.", "между 24 и 26~мая 2002~г."),
        ("ru", SPAN, "с 25~февраля по 1~марта 2006~г.", "с 25~февраля по 1~марта 2006~г."),
        ("ru", MAY, "май 2002~г.", "в течение мая 2002~г."),
        ("ru", MONTHS, "с апреля по май 2002~г.", "в период с апреля по май 2002~г."),
        ("ru", MID_MAY, "середина мая 2002~г.", "в середине мая 2002~г."),
        ("ar", JUNE_13, "13~يونيو 2002", "في 13~يونيو 2002"),
        ("ar", BETWEEN, "بين 24 و26~مايو 2002", "بين 24 و26~مايو 2002"),
        ("pl", JUNE_13, "13 czerwca 2002", "13 czerwca 2002"),
    ],
)
def test_dates_are_as_exact_as_they_are_known(language: str, known: Known, label: str, phrase: str) -> None:
    assert shown(words.date(*known, language)) == label
    assert shown(words.date(*known, language, preposition=True)) == phrase


def test_every_kind_of_date_has_words_in_every_language() -> None:
    one = day(2002, 5, 24)
    for language in LANGUAGES:
        for precision in ("day", "month", "year"):
            for form in ("on", "during", "between", "span", "about", "early", "mid", "late"):
                if precision == "day" and form in ("early", "mid", "late"):
                    continue
                for preposition in (False, True):
                    text = words.date(
                        one, day(2003, 6, 1), precision, form, None, language, preposition=preposition
                    )
                    assert "2002" in text
                    assert "{" not in text


def test_a_language_without_phrases_refuses_what_it_cannot_say() -> None:
    with pytest.raises(InputProblems) as caught:
        words.date(*ABOUT_MAY, "pl")
    assert caught.value.problems[0].name == "no-phrase"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1~August 2005"),
        ("en-GB", "1~August 2005"),
        ("en-US", "August~1, 2005"),
        ("fr", "1er~août 2005"),
        ("de", "1.~August 2005"),
        ("ja", "2005年8月1日"),
        ("ko", "2005년 8월 1일"),
        ("zh", "2005年8月1日"),
        ("es", "1~de agosto de 2005"),
        ("ru", "1~августа 2005~г."),
        ("pl", "1 sierpnia 2005"),
        ("xx", "1 August 2005"),
    ],
)
def test_full_date(language: str, expected: str) -> None:
    assert shown(words.full_date(day(2005, 8, 1), language)) == expected


def test_only_the_first_of_the_month_is_premier() -> None:
    assert shown(words.full_date(day(2005, 8, 11), "fr")) == "11~août 2005"
    assert words.month_year(day(2005, 8, 1), "fr") == "août 2005"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Tokyo, 1~August 2005"),
        ("fr", "Tokyo, le 1er~août 2005"),
        ("de", "Tokyo, den 1.~August 2005"),
        ("ja", "Tokyo、2005年8月1日"),
    ],
)
def test_dateline(language: str, expected: str) -> None:
    assert shown(words.dateline("Tokyo", day(2005, 8, 1), language)) == expected
    assert words.dateline(None, day(2005, 8, 1), language) == words.full_date(day(2005, 8, 1), language)


def test_weekdays() -> None:
    assert [words.weekday(day(2005, 8, 1), one) for one in ("en", "fr", "ja")] == [
        "Monday",
        "lundi",
        "月曜日",
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "on Monday 18\u00a0September 2006"),
        ("en-US", "on Monday, September\u00a018, 2006"),
        ("de", "am Montag, dem 18.\u00a0September 2006"),
        ("fr", "le lundi 18\u00a0septembre 2006"),
        ("es", "el lunes 18\u00a0de septiembre de 2006"),
        ("ja", "2006年9月18日（月曜日）に"),
        ("ru", "18\u00a0сентября 2006\u00a0г."),
    ],
)
def test_a_day_after_a_verb_is_told_with_its_day_of_the_week_where_the_language_knows_how(
    language: str, told: str
) -> None:
    first = day(2006, 9, 18)
    assert words.date(first, first, "day", "on", None, language, preposition=True, weekday=True) == told


def test_only_days_have_a_day_of_the_week() -> None:
    first = day(2006, 9, 1)
    assert (
        words.date(first, first, "month", "on", None, "en", preposition=True, weekday=True)
        == "in September 2006"
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "A, B and C"),
        ("en-US", "A, B, and C"),
        ("fr", "A, B et C"),
        ("de", "A, B und C"),
        ("ja", "A、B、C"),
        ("ko", "A, B 및 C"),
        ("zh", "A、B和C"),
    ],
)
def test_lists(language: str, expected: str) -> None:
    assert words.listed(["A", "B", "C"], language) == expected
    assert words.listed(["A"], language) == "A"
    assert words.listed([], language) == ""


@pytest.mark.parametrize(("language", "expected"), [("en", "30,000"), ("fr", "30~000"), ("de", "30.000")])
def test_numbers(language: str, expected: str) -> None:
    assert shown(words.number(30000, language)) == expected


def test_small_numbers_are_words() -> None:
    assert [words.spelled(n, "en") for n in (1, 6, 12, 13, 0)] == ["one", "six", "twelve", "13", "0"]
    assert [words.spelled(7, one) for one in ("fr", "es", "ja", "pl")] == ["sept", "siete", "7", "7"]


def test_points_are_counted_in_words() -> None:
    assert [words.ordinal(n, "en") for n in (1, 12, 13, 21, 111)] == [
        "First",
        "Twelfth",
        "13th",
        "21st",
        "111th",
    ]
    assert [words.ordinal(2, one) for one in ("fr", "de", "ja", "ko")] == [
        "Deuxièmement",
        "Zweitens",
        "第二",
        "둘째",
    ]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (1, "one month"),
        (6, "six months"),
        (12, "one year"),
        (18, "18 months"),
        (24, "two years"),
        (46, "three years and ten months"),
        (60, "five years"),
        (180, "15 years"),
        (25, "two years and one month"),
    ],
)
def test_durations(months: int, expected: str) -> None:
    assert words.duration(months, "en") == expected


def test_durations_by_language() -> None:
    assert [words.duration(66, one) for one in ("fr", "de", "ja", "ko", "zh")] == [
        "cinq ans et six mois",
        "fünf Jahre und sechs Monate",
        "5年6か月",
        "5년 6개월",
        "5年零6个月",
    ]
    assert words.duration(12, "de") == "ein Jahr"


def test_ages() -> None:
    assert words.age(48, "en") == "aged 48"
    assert words.age(48, "ja") == "48歳"


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_are_complete(language: str) -> None:
    captions = words.captions(language)
    assert "{name}" in captions.on_behalf
    assert captions.enclosures


def test_captions_in_english_and_french() -> None:
    english, french = words.captions("en"), words.captions("fr")
    assert english.on_behalf.format(name="Irene Arno") == "For Irene Arno"
    assert (french.enclosures, french.colon) == ("Pièces jointes", "\u00a0: ")
    assert words.captions("pl") == english


@pytest.mark.parametrize(
    ("channel", "language", "expected"),
    [
        ("registered", "en", "REGISTERED MAIL"),
        ("registered", "fr", "RECOMMANDÉ"),
        ("airmail", "fr", "PAR AVION"),
        ("fax", "en", "BY FAX"),
        ("courier", "en-US", "BY EXPRESS COURIER"),
        ("email", "en", "BY E-MAIL"),
        ("hand", "de", "DURCH BOTEN"),
        ("post", "en", ""),
    ],
)
def test_notations(channel: str, language: str, expected: str) -> None:
    assert words.notation(channel, language) == expected


def test_an_unknown_channel_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName) as caught:
        words.notation("registred", "en")
    assert caught.value.problems[0].fix == "did you mean `registered`?"


def test_every_channel_has_a_notation_in_every_language() -> None:
    english = set(table("language")["en"]["notation"])
    for language in ("fr", "de", "ja", "ko", "zh"):
        assert set(table("language")[language]["notation"]) == english


def test_quotation_marks() -> None:
    assert words.quotation_marks("en").opening == "“"
    assert words.quotation_marks("fr").opening == "«\u00a0"
    assert words.quotation_marks("ja").inner_closing == "』"


def test_babel_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys; from lettergen.reference import address, language, law, protocol, stationery; "
        "stationery.for_country('JP'); protocol.form('judge'); language.captions('fr'); "
        "sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_table_says_who_says_so() -> None:
    assert table("language")["about"]["source"]
    assert table("language")["about"]["confidence"] == "common"


@pytest.mark.parametrize(
    ("wanted", "language", "expected"),
    [
        ("airmail", "en", "AIRMAIL"),
        ("airmail", "fr", "PAR AVION"),
        ("registered", "de", "EINSCHREIBEN"),
        ("fax", "en", "BY FAX"),
        ("courier", "en", "BY EXPRESS COURIER"),
        ("post", "en", ""),
        ("BY BALLOON", "fr", "BY BALLOON"),
    ],
)
def test_what_the_post_is_told_is_in_the_letters_language(wanted: str, language: str, expected: str) -> None:
    assert words.mailing_notation(wanted, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_lists_are_written_as_babel_writes_them(language: str) -> None:
    spec = words._words(language)
    locale = Locale.parse(spec["locale"])
    days = [day(2002, 1, 1) + timedelta(days=17 * number) for number in range(40)]
    for one in days:
        assert words.weekday(one, language) == format_date(one, "EEEE", locale)
        assert words.month_year(one, language) == format_date(one, spec["date"]["month"], locale)
        written = words.full_date(one.replace(day=2), language)
        assert written == format_date(one.replace(day=2), spec["date"]["day"], locale)
    for count in range(6):
        items = ["{0}", "B", "{x}", "D", "E"][:count]
        assert words.listed(items, language) == format_list(items, locale=locale)


@pytest.mark.parametrize("pattern", ["d MMM y", "QQQ", "EEE", "d 'MMMM' y", "LLLL", "yy"])
def test_what_the_table_does_not_use_babel_writes(pattern: str) -> None:
    one = day(2002, 6, 13)
    assert words._format(one, pattern, "de") == format_date(one, pattern, Locale.parse("de"))
    assert words._in_words_of_ours(one, pattern, "de") is None


@pytest.mark.parametrize(
    ("months", "language", "expected"),
    [
        (12, "ru", "1 год"), (24, "ru", "2 года"), (60, "ru", "5 лет"), (252, "ru", "21 год"),
        (27, "ru", "2 года и 3 месяца"), (12, "ar", "سنة واحدة"), (24, "ar", "سنتان"), (60, "ar", "5 سنوات"),
        (12, "es", "un año"), (60, "es", "cinco años"), (46, "es", "tres años y diez meses"),
    ],
)  # fmt: skip
def test_lengths_of_time_where_there_are_more_forms_than_two(
    months: int, language: str, expected: str
) -> None:
    assert words.duration(months, language) == expected


@pytest.mark.parametrize("language", ["es", "ru", "ar", "zh", "ja", "ko"])
def test_nothing_of_english_comes_into_these_languages(language: str) -> None:
    own, english = table("language")[language], table("language")["en"]
    for part in ("captions", "notation"):
        same = {key for key, text in own[part].items() if text == english[part][key] and text.strip(" :")}
        assert same <= {"postscript", "fax"}


@pytest.mark.parametrize(
    ("language", "before", "value", "is_name", "told"),
    [
        ("fr", "la mère de ", "Omar", True, "la mère d’Omar"),
        ("fr", "la mère de ", "le juge", True, "la mère du juge"),
        ("fr", "écrire à ", "les juges", True, "écrire aux juges"),
        ("fr", "prié de ", "le libérer", False, "prié de le libérer"),
        ("fr", "prié de ", "annuler", False, "prié d’annuler"),
        ("fr", "plus de ", "onze", False, "plus de onze"),
        ("fr", "le nom de ", "Hélène", True, "le nom de Hélène"),
        ("es", "junto a ", "el juez", True, "junto al juez"),
        ("es", "de ", "él", True, "de él"),
        ("es", "Ana y ", "Inés", True, "Ana e Inés"),
        ("es", "Ana o ", "Omar", True, "Ana u Omar"),
        ("en", "of ", "the judge", True, "of the judge"),
        ("de", "Mit ", "die Fahrerin", True, "Mit der Fahrerin"),
        ("de", "das Haus von ", "eine junge Fahrerin", True, "das Haus von einer jungen Fahrerin"),
        ("de", "wegen ", "die kranke Gefangene", True, "wegen der kranken Gefangenen"),
        ("de", "bei ", "ein Fahrer", True, "bei einem Fahrer"),
        ("de", "bei ", "ein junges Kind", True, "bei einem jungen Kind"),
        ("de", "zu ", "ein politischer Gefangener", True, "zu einem politischen Gefangenen"),
        ("de", "von ", "ein Journalist", True, "von einem Journalisten"),
        ("de", "von ", "ein Zeuge", True, "von einem Zeugen"),
        ("de", "von ", "ein Vertreter", True, "von einem Vertreter"),
        ("de", "von ", "eine Person, deren Name", True, "von einer Person, deren Name"),
        ("de", "trotz ", "ein Fahrer", True, "trotz ein Fahrer"),
        ("de", "für ", "die Fahrerin", True, "für die Fahrerin"),
        ("de", "von ", "eine vor Jahren Verhaftete", True, "von eine vor Jahren Verhaftete"),
        ("de", "von ", "Rita Reader", True, "von Rita Reader"),
        ("de", "davon ", "die Fahrerin", True, "davon die Fahrerin"),
        ("de", "von ", "die Angehörigen", False, "von die Angehörigen"),
    ],
)
def test_words_join_with_what_is_put_after_them(
    language: str, before: str, value: str, is_name: bool, told: str
) -> None:
    assert "".join(grammar.joined(before, value, language, is_name=is_name)) == told


def test_a_government_of_a_state_without_an_article_is_elided_in_french() -> None:
    assert grammar.of_state("IL", "fr") == "de l’État d’Israël"
    assert grammar.of_state("AW", "fr") == "d’Aruba"


@pytest.mark.parametrize(
    ("language", "items", "told"),
    [
        ("en", ["Ana, a nurse", "Ben, aged 48"], "Ana, a nurse, and Ben, aged 48"),
        ("en", ["Ana", "Ben, aged 48"], "Ana and Ben, aged 48"),
        ("en", ["Ana, a nurse", "Ben", "Cid"], "Ana, a nurse; Ben; and Cid"),
        ("fr", ["Ana, infirmière", "Ben, maçon"], "Ana, infirmière, et Ben, maçon"),
        ("es", ["Ana, enfermera", "Inés, jueza"], "Ana, enfermera, e Inés, jueza"),
    ],
)
def test_people_and_who_they_are_are_listed_so_that_each_is_seen(
    language: str, items: list[str], told: str
) -> None:
    assert grammar.listed(items, language) == told
