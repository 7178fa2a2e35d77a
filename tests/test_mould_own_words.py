"""Own paragraphs out of moulds: broken and measured as WeasyPrint does it, without laying anything out."""

import io
import random
from dataclasses import replace

import pytest

from lettergen.letters.letter import Letter, Letterhead, ListBlock, Span
from lettergen.pages import pango_private
from lettergen.pages.fit import COMFORTABLE, LADDER, Setting
from lettergen.pages.mould import galley as galley_module
from lettergen.pages.mould.binder import Binder
from lettergen.pages.mould.caster import Caster
from lettergen.pages.mould.compositor import row_of
from lettergen.pages.mould.foundry import Foundry
from lettergen.pages.mould.galley import TooHardError, stand_as_found
from lettergen.pages.mould.innards import found_lines
from lettergen.pages.mould.makeup import MakeUp, _Search, own_texts
from lettergen.pages.mould.order import SheetOrder
from lettergen.pages.mould.personal import own_blocks
from lettergen.pages.pdf import Typesetter
from lettergen.reference.stationery import Stationery, stationery
from tests.pages import many, samples
from tests.pages.reading import faults_of_pdf_a, page_words, structure

DIN = stationery("din-5008-b")
SIZES = tuple({setting.size_pt: setting for setting in LADDER}.values())


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.fixture
def foundry(typesetter: Typesetter) -> Foundry:
    return Foundry(typesetter)


@pytest.fixture
def make_up(foundry: Foundry) -> MakeUp:
    return MakeUp(Caster(foundry.typesetter, foundry.counts))


def with_own(*texts: str, letter: Letter = samples.SHORT) -> tuple[Letter, tuple[int, ...]]:
    at = len(letter.body) - 1
    body = (*letter.body[:at], *map(samples.said, texts), *letter.body[at:])
    return replace(letter, body=body), tuple(range(at, at + len(texts)))


def search(make_up: MakeUp, letter: Letter, own: tuple[int, ...], sheet: Stationery = DIN) -> _Search:
    order = SheetOrder(make_up.caster.typesetter, letter, sheet, own, "key")
    texts = own_texts(letter, own)
    assert texts is not None
    return _Search(make_up, make_up._ground(order, frozenset()), order, texts, frozenset())


def paragraphs(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - the same every time
    found = (many.own_paragraph(chance) for _ in range(2 * count))
    plain = (text for text in found if None not in map(row_of.__getitem__, text) and "  " not in text)
    return [text for text in plain if len(text) > 20][:count]


def test_own_words_are_found_in_the_body_they_were_put_in() -> None:
    body = (
        *samples.SHORT.body,
        samples.said("I have seen it. In May."),
        ListBlock(((samples.said("We know Ms. Velde well."),),)),
        samples.said("To be short: I wait."),
    )
    first = len(samples.SHORT.body)
    assert own_blocks(body, "I have  seen\nit. In May.\n\nI wait.") == (first, first + 2)
    assert own_blocks(body, "We know @velde-ada well.") == (first + 1,)
    assert own_blocks(body, None) == own_blocks(body, "Nobody has said this.") == ()


def test_letters_whose_own_words_take_as_many_lines_come_out_of_one_mould(foundry: Foundry) -> None:
    for number in range(8):
        letter, own = with_own(f"I am number {number} of those who write to you, and I wait.")
        made = foundry.typeset(letter, DIN, own)
        assert f"number {number} of" in many.looks(made.pdf)[0][1]
    assert foundry.counts == {"cast": 8, "mould": 1}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Two  spaces", "double space"),
        ("Γεώργιος and others", "another script"),
        ("soft\N{SOFT HYPHEN}hyphen or so", "soft hyphen"),
        ("日本国 is far", "east asian"),
        ("Word", "nothing before the end"),
    ],
)
def test_own_words_that_are_more_than_plain_words_are_part_of_a_mould_for_all_that_the_sender_writes(
    text: str, kind: str, foundry: Foundry
) -> None:
    letter, own = with_own(text)
    other = replace(letter, opening="Dear Ambassador,")
    made = [foundry.typeset(one, DIN, own) for one in (letter, other)]
    assert foundry.counts == {"mould": 1, "cast": 2}, kind
    assert [many.looks(one.pdf) for one in made] == [
        many.looks(foundry.typesetter.typeset(one, DIN).pdf) for one in (letter, other)
    ]


def test_own_words_with_a_style_or_in_a_list_are_part_of_a_mould_too(foundry: Foundry) -> None:
    plain = samples.said("We are many here.")
    styled = replace(plain, inline=(Span("We are "), Span("many", strong=True), Span(" here.")))
    for block in (styled, ListBlock(((plain,),))):
        foundry.typeset(replace(samples.SHORT, body=(block, *samples.SHORT.body)), DIN, (0,))
    assert foundry.counts == {"mould": 2, "cast": 2}


def test_a_sentence_that_names_its_sender_is_set_like_own_words(foundry: Foundry) -> None:
    letters = []
    for name in ("Ada Velde", "Bo Quist", "Carys Iversen"):
        said = samples.said(
            f"My name is {name}; I am a baker, and I write to you for the first time in my life."
        )
        letters.append(replace(samples.SHORT, body=(said, *samples.SHORT.body)))
        own = own_blocks(letters[-1].body, None, (name, "baker"))
        assert own == (0,)
        foundry.typeset(letters[-1], DIN, own)
    assert foundry.counts == {"mould": 1, "cast": 3}
    assert own_blocks(letters[0].body, None, ("Nobody",)) == ()


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_paragraphs_are_broken_as_weasyprint_breaks_them(language: str, make_up: MakeUp) -> None:
    texts = paragraphs(30, 21)
    letter, own = with_own(*texts, letter=replace(samples.SHORT, language=language))
    looking = search(make_up, letter, own)
    seen = 0
    for setting in SIZES if language == "en" else SIZES[:1]:
        galley = make_up.galley(looking.ground, looking.order, setting)
        _, sheets = make_up.caster.typesetter.measured_in(letter, DIN, setting)
        found = found_lines(sheets.document)
        for at, text in zip(own, texts, strict=True):
            lines = galley.lines(text)
            here = [line for line in found if line.name == ("paragraph", at)]
            if lines is not None:
                seen += 1
                assert stand_as_found(lines, here), text
                assert galley.count(text) == len(lines)
                other = lines[:-1] if len(lines) > 1 else (*lines, *lines)
                assert not stand_as_found(other, here)
    assert seen > 24


def test_lines_that_are_certain_are_those_that_weasyprint_is_asked_for(
    make_up: MakeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = paragraphs(60, 5)
    letter, own = with_own(*texts[:1])
    looking = search(make_up, letter, own)
    galley = make_up.galley(looking.ground, looking.order, COMFORTABLE)
    quick = [galley.lines(text) for text in texts]
    galley._cut.clear()
    galley._set.clear()
    monkeypatch.setattr(galley_module.Galley, "_is_certain", lambda *_: False)
    assert [galley.lines(text) for text in texts] == quick


@pytest.mark.parametrize("letter", [samples.SHORT, samples.PLAIN, samples.QUESTIONS])
def test_what_is_reckoned_is_what_a_layout_says(letter: Letter, make_up: MakeUp) -> None:
    sheet = replace(letter, sheets=None, enclosed=())
    reckoned = 0
    for length in (1, 5):
        made, own = with_own(" ".join(["neighbour and road"] * 5 * length) + " here.", letter=sheet)
        looking = search(make_up, made, own)
        looking.extent(COMFORTABLE)
        for setting in (
            COMFORTABLE,
            LADDER[2],
            LADDER[6],
            LADDER[11],
            LADDER[-2],
            Setting(10.8, 1.2, 1.5, 60),
        ):
            galley = make_up.galley(looking.ground, looking.order, setting)
            lines = sum(len(galley.lines(text) or ()) for text in looking.texts)
            found = looking._reckoned(setting, lines)
            extent, _ = make_up.caster.typesetter.measured_in(made, DIN, setting)
            if found is None:
                continue
            reckoned += 1
            assert found.pages == min(extent.pages, 2)
            assert found.page_mm == pytest.approx(extent.page_mm)
            if found.pages == 1:
                assert found.last_mm == pytest.approx(extent.last_mm, abs=1e-6)
                assert looking._reckoned(setting, lines + 1) != found
    assert reckoned > 3


def test_letters_with_own_words_are_fitted_as_they_are_by_themselves(make_up: MakeUp) -> None:
    typesetter = make_up.caster.typesetter
    settings = set()
    for words in (5, 40, 75, 110, 150):
        text = " ".join(["neighbour", "of", "the", "road"] * (words // 4)) + " who is here."
        letter, own = with_own(text, letter=samples.PLAIN)
        looking = search(make_up, letter, own)
        made_up = make_up.made_up(looking.order, looking.texts, frozenset())
        assert made_up.setting == typesetter.lay_out(letter, DIN).setting
        settings.add(made_up.setting)
    assert len(settings) > 2


def test_a_paragraph_that_is_laid_out_otherwise_is_noticed(
    foundry: Foundry, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, own = with_own("I am one of those who write to you, and " + "we wait " * 20 + "here.")
    monkeypatch.setattr(pango_private.Breaks, "first_line", lambda _, text: (text[:20], 20))
    monkeypatch.setattr(galley_module.Galley, "_is_certain", lambda *_: False)
    made = foundry.typeset(letter, DIN, own)
    # The mould of own words is given up, the letter is part of another.
    assert foundry.counts == {"mould": 1, "cast": 1}
    assert many.looks(made.pdf) == many.looks(foundry.typesetter.typeset(letter, DIN).pdf)


def test_a_make_up_says_what_it_cannot_set(make_up: MakeUp) -> None:
    letter, own = with_own("Two  spaces")
    looking = search(make_up, letter, own)
    with pytest.raises(TooHardError):
        make_up.made_up(looking.order, looking.texts, frozenset())


def test_bytes_of_own_words_do_not_depend_on_who_came_before(typesetter: Typesetter) -> None:
    letters = [
        with_own(
            f"I, number {10 + at}, " + "write to you and wait with my neighbours " * (3 * (at % 2)) + "here."
        )
        for at in range(4)
    ]
    one, other = Foundry(typesetter), Foundry(typesetter)
    made = [one.typeset(letter, DIN, own).pdf for letter, own in letters]
    again = [other.typeset(letter, DIN, own).pdf for letter, own in reversed(letters)]
    assert one.counts == other.counts == {"cast": 4, "mould": 2}
    assert made == again[::-1]
    assert len(set(made)) == 4


def test_own_words_conform_to_pdf_a_and_have_the_tags_of_a_letter_typeset_in_full(
    foundry: Foundry,
) -> None:
    text = "It is unconditionally, internationally and responsibly said: " * 4 + "release my friend."
    letter, own = with_own(text, "And I wait for your answer, as do we all.")
    cast, full = foundry.typeset(letter, DIN, own), foundry.typesetter.typeset(letter, DIN)
    assert cast.cast is not None
    assert faults_of_pdf_a(cast.pdf) == []
    assert structure(cast.pdf) == structure(full.pdf)
    assert many.looks(cast.pdf) == many.looks(full.pdf)
    # The word that is broken is one word to who copies it.
    assert page_words(cast.pdf).count("unconditionally,") == 4
    assert page_words(cast.pdf) == page_words(full.pdf)


def test_letters_with_own_words_are_bound_with_others(foundry: Foundry) -> None:
    letters = [
        foundry.typeset(letter, DIN, own) for letter, own in (with_own("I am one."), with_own("We are two."))
    ]
    letters.append(foundry.typeset(samples.SHORT, DIN))
    out = io.BytesIO()
    binder = Binder(out.write, title="Letters", language="en")
    for number, letter in enumerate(letters, start=1):
        binder.add(letter, f"{number:05d}")
    binder.close()
    assert faults_of_pdf_a(out.getvalue()) == []
    pages = [words for _, words in many.looks(out.getvalue())]
    assert pages == [many.looks(letter.pdf)[0][1] for letter in letters]


def test_a_letter_with_own_words_about_which_something_is_to_be_said_is_fitted_by_its_own_lines(
    foundry: Foundry,
) -> None:
    address = tuple(f"Line {number} of an address that no window shows" for number in range(12))
    text = " ".join(["neighbour and road"] * 40) + " here."
    for name in ("Friends of the River", "Friends of the River Valley and its Neighbours " * 4):
        head = Letterhead(name, ("Port Alma",))
        letter, own = with_own(text, letter=replace(samples.PLAIN, inside_address=address, letterhead=head))
        made, full = foundry.typeset(letter, DIN, own), foundry.typesetter.typeset(letter, DIN)
        assert made.notes == full.notes != ()
        assert made.pdf == full.pdf
    assert foundry.counts["cast"] == 0
