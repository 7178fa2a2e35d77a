"""Own paragraphs out of moulds: broken and measured as WeasyPrint does it, without laying anything out."""

import io
import random
from dataclasses import replace

import pytest

from lettergen.letters.letter import Letter, Letterhead, ListBlock, Paragraph, SignatureBlock, Span
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, Setting
from lettergen.pages.pdf import pango_private
from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
from lettergen.pages.vdp import paragraph_lines as galley_module
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.pages.vdp.glyph_setter import row_of
from lettergen.pages.vdp.mould_builder import MouldBuilder
from lettergen.pages.vdp.mould_parts import found_lines
from lettergen.pages.vdp.own_words_fit import OwnWordsFit, _Search, own_texts
from lettergen.pages.vdp.paragraph_lines import TooHardError, stand_as_found
from lettergen.pages.vdp.render_job import SheetRenderJob
from lettergen.pages.vdp.variable_fields import own_blocks
from lettergen.pages.vdp.volume_writer import VolumeWriter
from lettergen.reference.stationery import Stationery, stationery
from tests.pages import many, samples
from tests.pages.accessible import told
from tests.pages.reading import faults_of_pdf_a, page_words, structure

DIN = stationery("din-5008-b")
SIZES = tuple({setting.size_pt: setting for setting in LADDER}.values())


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.fixture
def batch_typesetter(typesetter: Typesetter) -> BatchTypesetter:
    return BatchTypesetter(typesetter)


@pytest.fixture
def own_words_fit(batch_typesetter: BatchTypesetter) -> OwnWordsFit:
    return OwnWordsFit(MouldBuilder(batch_typesetter.typesetter, batch_typesetter.counts))


def with_own(*texts: str, letter: Letter = samples.SHORT) -> tuple[Letter, tuple[int, ...]]:
    at = len(letter.body) - 1
    body = (*letter.body[:at], *map(samples.said, texts), *letter.body[at:])
    return replace(letter, body=body), tuple(range(at, at + len(texts)))


def search(
    own_words_fit: OwnWordsFit, letter: Letter, own: tuple[int, ...], sheet: Stationery = DIN
) -> _Search:
    order = SheetRenderJob(own_words_fit.mould_builder.typesetter, letter, sheet, own, "key")
    texts = own_texts(letter, own)
    assert texts is not None
    return _Search(own_words_fit, own_words_fit._ground(order, frozenset()), order, texts, frozenset())


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


def test_letters_whose_own_words_take_as_many_lines_come_out_of_one_mould(
    batch_typesetter: BatchTypesetter,
) -> None:
    for number in range(8):
        letter, own = with_own(f"I am number {number} of those who write to you, and I wait.")
        made = batch_typesetter.typeset(letter, DIN, own)
        assert f"number {number} of" in many.looks(made.pdf)[0][1]
    assert batch_typesetter.counts == {"cast": 8, "mould": 1}


def test_own_words_in_another_language_share_moulds_that_say_so(batch_typesetter: BatchTypesetter) -> None:
    made: list[TypesetLetter] = []
    for language in ("", "fr", "fr", "de", "fr", ""):
        words = Span(f"Je suis le numéro {len(made)} de ceux qui vous écrivent.", language=language)
        letter, own = with_own("")
        body = tuple(Paragraph((words,)) if at in own else block for at, block in enumerate(letter.body))
        letter = replace(letter, body=body)
        made.append(batch_typesetter.typeset(letter, DIN, own))
        assert told(made[-1].pdf) == told(batch_typesetter.typesetter.typeset(letter, DIN).pdf)
        spoken = [
            one.language for one in told(made[-1].pdf) if one.text.startswith("Je suis") and one.kind == "P"
        ]
        assert spoken == [language or "en"]
    assert batch_typesetter.counts == {"cast": 6, "mould": 3}
    out = io.BytesIO()
    volume_writer = VolumeWriter(out.write, title="Letters", language="en")
    for number, one in enumerate(made):
        volume_writer.add(one, str(number))
    volume_writer.close()
    found = [one for one in told(out.getvalue()) if one.text.startswith("Je suis") and one.kind == "P"]
    assert [one.language for one in found] == ["en", "fr", "fr", "de", "fr", "en"]


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
    text: str, kind: str, batch_typesetter: BatchTypesetter
) -> None:
    letter, own = with_own(text)
    other = replace(letter, opening="Dear Ambassador,")
    made = [batch_typesetter.typeset(one, DIN, own) for one in (letter, other)]
    assert batch_typesetter.counts == {"mould": 1, "cast": 2}, kind
    assert [many.looks(one.pdf) for one in made] == [
        many.looks(batch_typesetter.typesetter.typeset(one, DIN).pdf) for one in (letter, other)
    ]


def test_own_words_with_a_style_or_in_a_list_are_part_of_a_mould_too(
    batch_typesetter: BatchTypesetter,
) -> None:
    plain = samples.said("We are many here.")
    styled = replace(plain, inline=(Span("We are "), Span("many", strong=True), Span(" here.")))
    for block in (styled, ListBlock(((plain,),))):
        batch_typesetter.typeset(replace(samples.SHORT, body=(block, *samples.SHORT.body)), DIN, (0,))
    assert batch_typesetter.counts == {"mould": 2, "cast": 2}


def test_a_sentence_that_names_its_sender_is_set_like_own_words(batch_typesetter: BatchTypesetter) -> None:
    letters = []
    for name in ("Ada Velde", "Bo Quist", "Carys Iversen"):
        said = samples.said(
            f"My name is {name}; I am a baker, and I write to you for the first time in my life."
        )
        letters.append(replace(samples.SHORT, body=(said, *samples.SHORT.body)))
        own = own_blocks(letters[-1].body, None, (name, "baker"))
        assert own == (0,)
        batch_typesetter.typeset(letters[-1], DIN, own)
    assert batch_typesetter.counts == {"mould": 1, "cast": 3}
    assert own_blocks(letters[0].body, None, ("Nobody",)) == ()


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_paragraphs_are_broken_as_weasyprint_breaks_them(language: str, own_words_fit: OwnWordsFit) -> None:
    texts = paragraphs(30, 21)
    letter, own = with_own(*texts, letter=replace(samples.SHORT, language=language))
    looking = search(own_words_fit, letter, own)
    seen = 0
    for setting in SIZES if language == "en" else SIZES[:1]:
        setter = own_words_fit.setter(looking.ground, looking.order, setting)
        _, sheets = own_words_fit.mould_builder.typesetter.measured_in(letter, DIN, setting)
        found = found_lines(sheets.document)
        for at, text in zip(own, texts, strict=True):
            lines = setter.lines(text)
            here = [line for line in found if line.name == ("paragraph", at)]
            if lines is not None:
                seen += 1
                assert stand_as_found(lines, here), text
                assert setter.count(text) == len(lines)
                other = lines[:-1] if len(lines) > 1 else (*lines, *lines)
                assert not stand_as_found(other, here)
    assert seen > 24


def test_lines_that_are_certain_are_those_that_weasyprint_is_asked_for(
    own_words_fit: OwnWordsFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = paragraphs(60, 5)
    letter, own = with_own(*texts[:1])
    looking = search(own_words_fit, letter, own)
    setter = own_words_fit.setter(looking.ground, looking.order, COMFORTABLE)
    quick = [setter.lines(text) for text in texts]
    setter._cut.clear()
    setter._set.clear()
    monkeypatch.setattr(galley_module.ParagraphSetter, "_is_certain", lambda *_: False)
    assert [setter.lines(text) for text in texts] == quick


@pytest.mark.parametrize("letter", [samples.SHORT, samples.PLAIN, samples.QUESTIONS])
def test_what_is_reckoned_is_what_a_layout_says(letter: Letter, own_words_fit: OwnWordsFit) -> None:
    sheet = replace(letter, sheets=None, enclosed=())
    reckoned = 0
    for length in (1, 5):
        made, own = with_own(" ".join(["neighbour and road"] * 5 * length) + " here.", letter=sheet)
        looking = search(own_words_fit, made, own)
        looking.extent(COMFORTABLE)
        for setting in (
            COMFORTABLE,
            LADDER[2],
            LADDER[6],
            LADDER[11],
            LADDER[-2],
            Setting(10.8, 1.2, 1.5, 60),
        ):
            setter = own_words_fit.setter(looking.ground, looking.order, setting)
            lines = sum(len(setter.lines(text) or ()) for text in looking.texts)
            found = looking._reckoned(setting, lines)
            extent, _ = own_words_fit.mould_builder.typesetter.measured_in(made, DIN, setting)
            if found is None:
                continue
            reckoned += 1
            assert found.pages == min(extent.pages, 2)
            assert found.page_mm == pytest.approx(extent.page_mm)
            if found.pages == 1:
                assert found.last_mm == pytest.approx(extent.last_mm, abs=1e-6)
                assert looking._reckoned(setting, lines + 1) != found
    assert reckoned > 3


def test_letters_with_own_words_are_fitted_as_they_are_by_themselves(own_words_fit: OwnWordsFit) -> None:
    typesetter = own_words_fit.mould_builder.typesetter
    settings = set()
    for words in (5, 40, 75, 110, 150):
        text = " ".join(["neighbour", "of", "the", "road"] * (words // 4)) + " who is here."
        letter, own = with_own(text, letter=samples.PLAIN)
        looking = search(own_words_fit, letter, own)
        made_up = own_words_fit.made_up(looking.order, looking.texts, frozenset())
        assert made_up.setting == typesetter.lay_out(letter, DIN).setting
        settings.add(made_up.setting)
    assert len(settings) > 2


@pytest.mark.parametrize("key", ["din-5008-b", "us-10"])
def test_letters_of_which_a_page_would_end_early_are_set_as_they_are_by_themselves(
    key: str, batch_typesetter: BatchTypesetter
) -> None:
    signed = tuple(SignatureBlock((f"Signatory {at}", "Secretary", "Friends")) for at in range(4))
    body = (*[samples.ARREST] * (2 if key == "us-10" else 3), samples.HOPE)
    many_sign = replace(samples.SHORT, body=body, signatures=signed, references=())
    settings = set()
    for count in range(4, 36, 4):
        text = " ".join(["neighbour", "of", "the", "road"] * count) + " who is here."
        letter, own = with_own(text, letter=many_sign)
        made = batch_typesetter.typeset(letter, stationery(key), own)
        alone = batch_typesetter.typesetter.typeset(letter, stationery(key))
        assert made.setting == alone.setting
        assert many.looks(made.pdf) == many.looks(alone.pdf)
        settings.add(made.setting)
    assert not batch_typesetter.is_off
    assert any(setting.leading > COMFORTABLE.leading for setting in settings)


def test_a_paragraph_that_is_laid_out_otherwise_is_noticed(
    batch_typesetter: BatchTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, own = with_own("I am one of those who write to you, and " + "we wait " * 20 + "here.")
    monkeypatch.setattr(pango_private.LineBreaker, "first_line", lambda _, text: (text[:20], 20))
    monkeypatch.setattr(galley_module.ParagraphSetter, "_is_certain", lambda *_: False)
    made = batch_typesetter.typeset(letter, DIN, own)
    # The mould of own words is given up, the letter is part of another.
    assert batch_typesetter.counts == {"mould": 1, "cast": 1}
    assert many.looks(made.pdf) == many.looks(batch_typesetter.typesetter.typeset(letter, DIN).pdf)


def test_a_make_up_says_what_it_cannot_set(own_words_fit: OwnWordsFit) -> None:
    letter, own = with_own("Two  spaces")
    looking = search(own_words_fit, letter, own)
    with pytest.raises(TooHardError):
        own_words_fit.made_up(looking.order, looking.texts, frozenset())


def test_bytes_of_own_words_do_not_depend_on_who_came_before(typesetter: Typesetter) -> None:
    letters = [
        with_own(
            f"I, number {10 + at}, " + "write to you and wait with my neighbours " * (3 * (at % 2)) + "here."
        )
        for at in range(4)
    ]
    one, other = BatchTypesetter(typesetter), BatchTypesetter(typesetter)
    made = [one.typeset(letter, DIN, own).pdf for letter, own in letters]
    again = [other.typeset(letter, DIN, own).pdf for letter, own in reversed(letters)]
    assert one.counts == other.counts == {"cast": 4, "mould": 2}
    assert made == again[::-1]
    assert len(set(made)) == 4


def test_own_words_conform_to_pdf_a_and_have_the_tags_of_a_letter_typeset_in_full(
    batch_typesetter: BatchTypesetter,
) -> None:
    text = "It is unconditionally, internationally and responsibly said: " * 4 + "release my friend."
    letter, own = with_own(text, "And I wait for your answer, as do we all.")
    cast, full = batch_typesetter.typeset(letter, DIN, own), batch_typesetter.typesetter.typeset(letter, DIN)
    assert cast.cast is not None
    assert faults_of_pdf_a(cast.pdf) == []
    assert structure(cast.pdf) == structure(full.pdf)
    assert many.looks(cast.pdf) == many.looks(full.pdf)
    # The word that is broken is one word to who copies it.
    assert page_words(cast.pdf).count("unconditionally,") == 4
    assert page_words(cast.pdf) == page_words(full.pdf)


def test_letters_with_own_words_are_bound_with_others(batch_typesetter: BatchTypesetter) -> None:
    letters = [
        batch_typesetter.typeset(letter, DIN, own)
        for letter, own in (with_own("I am one."), with_own("We are two."))
    ]
    letters.append(batch_typesetter.typeset(samples.SHORT, DIN))
    out = io.BytesIO()
    volume_writer = VolumeWriter(out.write, title="Letters", language="en")
    for number, letter in enumerate(letters, start=1):
        volume_writer.add(letter, f"{number:05d}")
    volume_writer.close()
    assert faults_of_pdf_a(out.getvalue()) == []
    pages = [words for _, words in many.looks(out.getvalue())]
    assert pages == [many.looks(letter.pdf)[0][1] for letter in letters]


def test_a_letter_with_own_words_about_which_something_is_to_be_said_is_fitted_by_its_own_lines(
    batch_typesetter: BatchTypesetter,
) -> None:
    address = tuple(f"Line {number} of an address that no window shows" for number in range(12))
    text = " ".join(["neighbour and road"] * 40) + " here."
    for name in ("Friends of the River", "Friends of the River Valley and its Neighbours " * 4):
        head = Letterhead(name, ("Port Alma",))
        letter, own = with_own(text, letter=replace(samples.PLAIN, inside_address=address, letterhead=head))
        made, full = (
            batch_typesetter.typeset(letter, DIN, own),
            batch_typesetter.typesetter.typeset(letter, DIN),
        )
        assert made.notes == full.notes != ()
        assert made.pdf == full.pdf
    assert batch_typesetter.counts["cast"] == 0
