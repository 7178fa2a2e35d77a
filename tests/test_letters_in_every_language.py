"""A letter with every part, in every language that has words here: no word of another comes into it."""

import email
import email.policy
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from unicodedata import name as unicode_name

import pypdfium2
import pytest

from lettergen import open_campaign
from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems
from lettergen.reference import fax, grammar, table
from lettergen.reference import language as words
from lettergen.reference.language import Captions

Write = Callable[[Mapping[str, str | bytes]], Path]

DATA = {
    "ar": ("كلمة", "طلب"),
    "de": ("Wort", "Name"),
    "es": ("Texto", "Nombre"),
    "fr": ("Mot", "Nom"),
    "he": ("מילה", "בקשה"),
    "ja": ("文字", "花子"),
    "ko": ("낱말", "하나"),
    "ru": ("Слово", "Просьба"),
    "zh": ("文字", "请求"),
}
"""Two words of each language, which stand for all data."""
OTHER_THAN_LATIN = tuple(language for language, (word, _) in DATA.items() if not word[0].isascii())
ON = date(2002, 6, 13)
RECIPIENTS = """\
recipients:
  - id: one
    name: {{family: {a}, given: {b}}}
    title: {a}
    office: minister
    organisation: [{a}]
    attention: {b}
    care_of: {a}
    address: [{a} 1]
    country: EG
    fax: "+20 2 2345678"
    email: one@example.org
    languages: [{language}]
    salutation: {a}
    closing: {b}
    envelope_name: {a}
    channels: [registered, email]
"""
SENDERS = """\
senders:
  - id: jane
    name: {{family: {b}, given: {a}}}
    title: {a}
    organisation: {a}
    address: [{a} 2]
    place: {a}
    country: EG
    phone: "+20 2 12345678"
    fax: "+20 2 12345679"
    email: jane@example.org
    language: {language}
    own_words: {a}
    signatories: [{{name: {{family: {a}, given: {b}}}, title: {a}}}]
"""
CASE = """\
title: {a}
summary: {{all: {a}}}
sources: [{a}]
persons:
  - {{id: p, name: {{family: {a}, given: {b}}}, born: 1970, publish: full,
     consent: {{by: {a}, on: 2002-01-01, scope: [addressee]}}, status: detained}}
events:
  - {{what: {a}, on: 2002-05-29, place: {a}}}
  - {{what: {b}, on: {{from: 2002-05-24, until: 2002-05-26}}, place: {a}}}
"""
TEMPLATE = """\
---
title: {a}
kind: appeal
language: {language}
uses: [case, sender, recipient]
reply: no
subject: {a}
letter_title: {b}
our_reference: 12/2002
your_reference: "34"
your_letter_of: "{{{{ case.events[0].on | date }}}}"
attention: {b}
postscript: {a}
enclosures: [{a}, {b}]
copies: [{a}, {b}]
contacts: [{a}]
---
{a} {{{{ case.events[0].on | when }}}} {{{{ case.events[1].on | when }}}} {{{{ case.persons | names }}}}
{{{{ case.events[0].on | weekday }}}} {{{{ case.events[0].on | month_year }}}} {{{{ 3 | ordinal }}}}
{{{{ case.persons | introduced }}}}

{{{{ own_words }}}}

{lines}"""


def campaign(write: Write, language: str) -> Path:
    a, b = DATA[language]
    lines = f"- {' '.join([a] * 6)}\n" * 90
    put_in = {"a": a, "b": b, "language": language, "lines": lines}
    return write(
        {
            "lettergen.toml": f'name = "{a}"\nlanguage = "{language}"\nposted_from = "EG"\n',
            "recipients.yaml": RECIPIENTS.format(**put_in),
            "senders.yaml": SENDERS.format(**put_in),
            "cases/c.yaml": CASE.format(**put_in),
            f"letter_templates/note.{language}.md": TEMPLATE.format(**put_in),
        }
    )


def made(folder: Path, form: str) -> str:
    """Return the words of a letter in a format."""
    letter = open_campaign(folder).write("note", to="one", sender="jane", case="c", on=ON, format=form)
    assert not letter.failed, letter.problems
    data = dict(letter.contents)[form]
    match form:
        case "html":
            return re.sub(r"<(style|title)>.*?</\1>|<[^>]*>", " ", data.decode(), flags=re.DOTALL)
        case "eml":
            message = email.message_from_bytes(data, policy=email.policy.default)
            part = message.get_body(("plain",))
            assert part is not None
            return str(part.get_content())
        case "pdf":
            pages = pypdfium2.PdfDocument(data)
            assert len(pages) > 1
            return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return data.decode()


def latin_words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z][A-Za-z.]*", text.replace("jane@example.org", ""))


def test_every_language_with_words_is_tried() -> None:
    assert set(DATA) == {key for key in table("language") if "-" not in key} - {"about", "en"}


@pytest.mark.parametrize("form", ["txt", "html", "eml", "pdf"])
@pytest.mark.parametrize("language", OTHER_THAN_LATIN)
def test_no_latin_word_comes_into_a_letter_that_brings_none(write: Write, language: str, form: str) -> None:
    text = made(campaign(write, language), form)
    assert DATA[language][0] in text or language in ("ar", "he")  # a PDF has them as they are drawn
    assert latin_words(text) == []


@pytest.mark.parametrize("language", DATA)
def test_every_part_has_its_caption_and_none_is_english(write: Write, language: str) -> None:
    text = made(campaign(write, language), "txt")
    own, english = words.captions(language), words.captions("en")
    for caption in (
        own.enclosures,
        own.copies,
        own.our_reference,
        own.your_letter_of,
        own.telephone,
        own.fax,
    ):
        assert caption in text
    assert words.notation("registered", language) in text
    assert words.full_date(ON, language).replace("\u00a0", " ") in text
    foreign = (english.enclosures, english.copies, english.our_reference, english.telephone)
    assert [one for one in foreign if one in text and one not in own_texts(own)] == []


def own_texts(captions: Captions) -> set[str]:
    return {getattr(captions, one) for one in Captions.__slots__}


@pytest.mark.parametrize("language", OTHER_THAN_LATIN)
def test_the_words_of_a_language_are_in_its_letters(language: str) -> None:
    known = {"PAR", "AVION", "P.S."}  # international, by the Universal Postal Convention and by usage
    captions = own_texts(words.captions(language)) | set(table("language")[language]["notation"].values())
    cover = fax.cover_words(language)
    told = captions | {getattr(cover, one) for one in type(cover).__slots__}
    found = {word for text in told for word in latin_words(re.sub(r"\{\w+\}", "", text))}
    assert found <= known
    assert all(any(not unicode_name(sign, "").startswith("LATIN") for sign in text) for text in told if text)


@pytest.mark.parametrize("language", ["he", "ar", "ru", "ja", "ko", "zh", "es"])
def test_intervals_and_vague_dates_have_words(language: str) -> None:
    first, last = date(2002, 5, 24), date(2002, 5, 26)
    for form in ("on", "during", "between", "span", "about", "early", "mid", "late"):
        for precision in ("day", "month", "year"):
            if precision == "day" and form in ("early", "mid", "late"):
                continue
            for preposition in (True, False):
                text = words.date(first, last, precision, form, None, language, preposition=preposition)
                assert "{" not in text
                assert language == "es" or latin_words(text) == []


@pytest.mark.parametrize("language", DATA)
def test_who_somebody_is_stands_behind_a_comma_of_the_language(write: Write, language: str) -> None:
    text = made(campaign(write, language), "txt")
    told = DATA[language][1] + grammar.comma(language) + words.age(grammar.either(31, 32, language), language)
    family_first = told.replace(*DATA[language][::-1])
    assert any("".join(one.split()) in "".join(text.split()) for one in (told, family_first))


def test_hebrew_dates_join_their_preposition_as_hebrew_does() -> None:
    day, next_day = date(2002, 5, 24), date(2002, 5, 26)
    assert words.full_date(day, "he") == "24\u00a0במאי 2002"
    assert words.date(day, day, "day", "on", None, "he", preposition=True) == "ב-24\u00a0במאי 2002"
    assert words.date(day, next_day, "day", "between", None, "he") == "בין 24 ל-26\u00a0במאי 2002"
    assert words.date(day, day, "month", "during", None, "he", preposition=True) == "במאי 2002"
    assert words.date(day, day, "year", "during", None, "he", preposition=True) == "בשנת 2002"
    assert words.duration(24, "he") == "שנתיים"
    assert words.duration(14, "he") == "14 חודשים"


def test_a_language_without_words_is_refused_where_it_would_need_some(write: Write) -> None:
    folder = campaign(write, "es")
    for file in ("recipients.yaml", "senders.yaml", "lettergen.toml"):
        path = folder / file
        path.write_text(
            path.read_text().replace("[es]", "[it]").replace(": es", ": it").replace('"es"', '"it"')
        )
    (folder / "letter_templates/note.es.md").rename(folder / "letter_templates/note.it.md")
    template = folder / "letter_templates/note.it.md"
    template.write_text(template.read_text().replace("language: es", "language: it"))
    letter = open_campaign(folder).write("note", to="one", sender="jane", case="c", on=ON, format="txt")
    (found,) = [problem for problem in letter.problems if problem.name == "english-captions"]
    assert letter.failed
    for caption in ("Our reference", "Enclosures", "Copies to", "Telephone", "Attention"):
        assert f"`{caption}`" in found.message


def test_a_channel_without_words_in_the_language_can_be_named_in_own_words(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(
        {
            "recipients.yaml": "recipients:\n  - {id: one, title: Ministro, address: [Via 1], country: IT, "
            'languages: [it], salutation: "Signor Ministro,", closing: Saluti, fax: +39 06 1234567}\n',
            "senders.yaml": "senders:\n  - {id: ann, name: Ann Ash, address: [Lane 1], country: GB}\n",
            "letter_templates/note.it.md": (
                "---\ntitle: Nota\nkind: appeal\nlanguage: it\nsubject: Nota\n---\nCordialmente.\n"
            ),
        }
    )
    words = [
        "-C",
        str(folder),
        "write",
        "note",
        "--to",
        "one",
        "--from",
        "ann",
        "-o",
        str(tmp_path / "a.tif"),
    ]
    assert run(words) == ExitCode.PROBLEMS
    told = capsys.readouterr().err
    assert "`BY FAX` would be English" in told
    assert '`--notation "…"`, or not with `--notation none`.' in " ".join(told.split())
    assert run([*words, "--notation", "VIA FAX"]) == ExitCode.OK


@pytest.mark.parametrize("language", OTHER_THAN_LATIN)
def test_people_without_a_name_and_ages_in_doubt_have_words(language: str) -> None:
    texts = [grammar.withheld(1, language), grammar.withheld(3, language), grammar.either(35, 36, language)]
    assert all(latin_words(text) == [] and re.search(r"\w", text) for text in texts)
    assert latin_words(grammar.of_state("JP", language)) == []


@pytest.mark.parametrize("language", ["it", "fa", "th", "pl"])
def test_what_has_no_words_here_is_not_said_in_english(language: str) -> None:
    assert words.ordinal(1, language) == "1."
    assert words.age(48, language) == "48"
    assert not {"month", "months", "year", "years", "and"} & set(words.duration(46, language).split())
    assert grammar.either(35, 36, language) == "35/36"
    assert not grammar.of_state("JP", language).startswith("of ")
    with pytest.raises(InputProblems):
        grammar.withheld(2, language)
    with pytest.raises(InputProblems):
        words.date(ON, ON, "month", "early", None, language)
