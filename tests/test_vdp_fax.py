"""Faxes out of moulds: the same bytes for the line as those typeset in full, and the same readings."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image, ImageDraw

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.pages.fax import raster, tiff
from lettergen.pages.fax.bands import PageCoder
from lettergen.pages.fax.fax import FaxRenderer
from lettergen.pages.fax.options import Coding, Resolution
from lettergen.pages.fax.raster import A4
from lettergen.pages.fax.render_job import FaxRenderJob
from lettergen.pages.fax.sender import PageLine
from lettergen.pages.pdf import pango_private
from lettergen.pages.pdf.private_parts import Notices
from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.reference.stationery import stationery
from lettergen.rendering.renderer import Renderer
from tests.pages import faxes, many, many_faxes, samples
from tests.pages.many_faxes import Made, sent
from tests.pages.reading import faults_of_pdf_a, page_words, structure

Write = Callable[[Mapping[str, str | bytes]], Path]
DIN = stationery("din-5008-b")
LINE = PageLine("Ada Velde", "Telephone +44 20 7946 0123", "2 December 2006, 14:30")


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.fixture
def batch_typesetter(typesetter: Typesetter) -> BatchTypesetter:
    return BatchTypesetter(typesetter)


def ordered(batch_typesetter: BatchTypesetter, letter: Letter = samples.SHORT, **line: str) -> FaxRenderJob:
    return FaxRenderJob(batch_typesetter.typesetter, letter, DIN, A4, replace(LINE, **line))


def typeset_or_fault(typeset: Callable[[], TypesetLetter]) -> TypesetLetter | tuple[Problem, ...]:
    """Return the pages, or what is wrong with them."""
    try:
        return typeset()
    except RenderError as fault:
        return fault.problems


def compare(made: Made, batch_typesetter: BatchTypesetter) -> None:
    """See that a fax from the batch typesetter is the one typeset in full, or has the same fault."""
    wanted = made()
    full = typeset_or_fault(wanted.typeset)
    cast = typeset_or_fault(lambda: batch_typesetter.set(wanted))
    if not isinstance(full, TypesetLetter) or not isinstance(cast, TypesetLetter):
        assert cast == full
        return
    assert (cast.pages, cast.notes) == (full.pages, full.notes)
    assert sent(cast.pdf, wanted.page) == sent(full.pdf, wanted.page)
    assert [words for _, words in many.looks(cast.pdf, 10)] == [
        words for _, words in many.looks(full.pdf, 10)
    ]


@pytest.mark.parametrize("seed", [3, 5])
def test_faxes_out_of_moulds_send_the_same_bytes_as_if_typeset_in_full(
    seed: int, batch_typesetter: BatchTypesetter
) -> None:
    for made in many_faxes.orders(batch_typesetter.typesetter, 4, seed):
        compare(made, batch_typesetter)
    assert not batch_typesetter.is_off
    assert batch_typesetter.counts["cast"] > 1


def test_faxes_with_own_words_send_the_same_bytes_as_if_typeset_in_full(
    batch_typesetter: BatchTypesetter,
) -> None:
    for made in many_faxes.own_orders(batch_typesetter.typesetter, 5, 4):
        compare(made, batch_typesetter)
    assert not batch_typesetter.is_off
    assert batch_typesetter.counts["cast"] > 3


@pytest.mark.parametrize("text", [text for text in many.NASTY[::3] if text])
def test_a_hard_line_at_the_head_of_the_page_looks_as_if_typeset_in_full(
    text: str, batch_typesetter: BatchTypesetter
) -> None:
    compare(lambda: ordered(batch_typesetter, identity=text, number=text), batch_typesetter)
    assert not batch_typesetter.is_off


def test_the_comparison_sees_another_fax(batch_typesetter: BatchTypesetter) -> None:
    one, other = (batch_typesetter.set(ordered(batch_typesetter, number=f"Fax {at}")).pdf for at in (1, 2))
    assert sent(one, A4) != sent(other, A4)


def test_faxes_from_different_people_come_out_of_one_mould(batch_typesetter: BatchTypesetter) -> None:
    made = [
        batch_typesetter.set(ordered(batch_typesetter, identity=name))
        for name in ("Ada Waffle", "Emil Office", "Zoë AVATAR")
    ]
    assert batch_typesetter.counts == {"cast": 3, "mould": 1}
    assert all("Waffle" not in page_words(one.pdf) for one in made[1:])


@pytest.mark.parametrize("identity", ["word " * 20 + "x", "Ada  Velde", "e\u0301"])
def test_a_head_that_is_not_plain_is_typeset_in_full_and_once(
    identity: str, batch_typesetter: BatchTypesetter
) -> None:
    batch_typesetter.set(ordered(batch_typesetter))
    before = batch_typesetter.counts["mould"]
    for opening in ("Dear Ms. Velde,", "Dear Mr. Office,"):
        letter = replace(samples.SHORT, opening=opening)
        assert batch_typesetter.set(ordered(batch_typesetter, letter, identity=identity)).cast is not None
    assert batch_typesetter.counts["mould"] == before + 1


def test_without_a_number_the_head_has_another_mould(batch_typesetter: BatchTypesetter) -> None:
    batch_typesetter.set(ordered(batch_typesetter))
    compare(lambda: ordered(batch_typesetter, number=""), batch_typesetter)
    assert batch_typesetter.counts == {"cast": 2, "mould": 2}


def test_a_cast_fax_conforms_to_pdf_a_and_keeps_its_tags(batch_typesetter: BatchTypesetter) -> None:
    cast, full = batch_typesetter.set(ordered(batch_typesetter)).pdf, ordered(batch_typesetter).typeset().pdf
    assert faults_of_pdf_a(cast) == []
    assert structure(cast) == structure(full)


def test_bytes_of_a_fax_do_not_depend_on_what_was_cast_before(batch_typesetter: BatchTypesetter) -> None:
    names = ("Zoë", "word " * 20 + "x", "Ada")
    made = {name: batch_typesetter.set(ordered(batch_typesetter, identity=name)).pdf for name in names}
    batch_typesetter.set(ordered(batch_typesetter, samples.QUESTIONS))
    again = BatchTypesetter(batch_typesetter.typesetter)
    assert {name: again.set(ordered(again, identity=name)).pdf for name in reversed(names)} == made


def test_a_weasyprint_that_has_changed_puts_moulds_of_faxes_away(
    batch_typesetter: BatchTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = batch_typesetter.typesetter.engine
    monkeypatch.setattr(engine, "notices", Notices())
    monkeypatch.setattr(pango_private.GlyphType, "_space", lambda *_: None)
    made = batch_typesetter.set(ordered(batch_typesetter))
    assert [problem.name for problem in engine.notices.problems()] == ["mould-off"]
    assert made.pdf == ordered(batch_typesetter).typeset().pdf


AT = datetime.fromisoformat("2006-12-02 14:30")
SENDERS = faxes.SENDERS + "".join(
    f"""\
  - id: s{at}
    name: {name}
    address: [1 High Street, London WC1A 1AA]
    country: GB
    {f'phone: "+44 20 7946 01{at:02}"' if at % 2 else ""}
    {f"own_words: I have waited {at} years, and my neighbours wait with me." if at > 3 else ""}
"""
    for at, name in enumerate(
        ("Ada Velde", "Łukasz Müller", "Ines Okafor", "김은혜", "Emil Office", "Zoë Pfiff")
    )
)
CAMPAIGN = {
    **faxes.CAMPAIGN,
    "senders.yaml": SENDERS,
    "letter_templates/note.md": faxes.LETTER + "\n{% if own_words %}\n{{ own_words }}\n{% endif %}\n",
}


def renderers(folder: Path, **fax_options: object) -> tuple[Renderer, Renderer]:
    """Return the renderer of single letters, and that of a mailing."""
    alone, mailing = (faxes.with_manner(faxes.renderer(folder), at=AT, **fax_options) for _ in range(2))
    mailing.terms = replace(mailing.terms, is_mailing=True)
    return alone, mailing


@pytest.mark.parametrize("fax_options", [{"cover": True}, {"coding": "mmr", "resolution": "standard"}])
def test_a_mailing_of_faxes_has_the_files_and_readings_of_single_ones(
    fax_options: dict[str, object], write: Write
) -> None:
    alone, mailing = renderers(write(CAMPAIGN), **fax_options)
    for sender in ("jane", *(f"s{at}" for at in range(6))):
        wanted = faxes.order(alone, "note", to="envoy", sender=sender)
        one, other = (faxes.fax_of(shop, wanted)[1] for shop in (alone, mailing))
        assert (one.tiff, one.reading, one.notes) == (other.tiff, other.reading, other.notes)
    assert mailing._fax_renderer
    assert mailing._fax_renderer.batch_typesetter
    assert mailing._fax_renderer.batch_typesetter.counts["cast"] == 7


def grey(rows: int, seed: int) -> bytes:
    """Return a page with rectangles, or with nothing but noise."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    if seed % 3 == 2:
        return chance.randbytes(tiff.WIDTH * rows)
    image = Image.new("L", (tiff.WIDTH, rows), 255)
    draw = ImageDraw.Draw(image)
    for _ in range(20 * (seed % 3)):
        x, y = chance.randrange(tiff.WIDTH), chance.randrange(rows)
        draw.rectangle((x, y, x + chance.randrange(300), y + chance.randrange(9)), fill=chance.randrange(256))
    return image.tobytes()


@pytest.mark.parametrize("coding", get_args(Coding))
def test_bands_make_the_code_of_the_whole_page(coding: Coding) -> None:
    coder = PageCoder(coding)
    kinds: tuple[tuple[Resolution, int], ...] = (
        ("fine", 2280),
        ("standard", 1140),
        ("fine", 2148),
        ("standard", 1074),
    )
    for seed, (resolution, rows) in enumerate(kinds):
        image = raster.inked(grey(rows, seed))
        found = coder.coded(grey(rows, seed), resolution)
        assert found.page == tiff.coded(image, resolution, coding)
        assert found.on_line == len(tiff.coded(image, resolution, "mr").strip)
        assert found.black * image.width * image.height == pytest.approx(image.histogram()[0])


def test_a_coder_that_forgets_codes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [grey(1140, seed) for seed in (1, 4, 1, 7, 4)]
    whole = [PageCoder("mh").coded(page, "standard") for page in pages]
    monkeypatch.setattr("lettergen.pages.fax.bands._MOST_KNOWN", 20)
    small = PageCoder("mh")
    assert [small.coded(page, "standard") for page in pages] == whole


def of_paragraphs(count: int) -> Letter:
    return replace(samples.SHORT, body=(*samples.SHORT.body, *[samples.ARREST] * count))


@pytest.mark.parametrize(("resolution", "most"), [("fine", 2), ("standard", 1)])
def test_a_fax_is_set_no_closer_than_saves_a_page(
    resolution: Resolution, most: int, batch_typesetter: BatchTypesetter
) -> None:
    alone = FaxRenderer(batch_typesetter.typesetter)
    steps = set()
    for count in range(2, 12):
        order = ordered(batch_typesetter, of_paragraphs(count))
        every = [replace(order, closeness=step).typeset() for step in range(most + 1)]
        fewest = min(every, key=lambda made: made.pages)
        made = alone._set(order, resolution)
        assert (made.pages, made.pdf) == (fewest.pages, fewest.pdf)
        steps.add(every.index(fewest))
    assert steps == set(range(most + 1))


@pytest.mark.parametrize("step", [1, 2])
def test_faxes_that_are_set_closer_come_out_of_moulds_too(
    step: int, batch_typesetter: BatchTypesetter
) -> None:
    alone, mailing = FaxRenderer(batch_typesetter.typesetter), FaxRenderer(batch_typesetter.typesetter)
    mailing.batch_typesetter = batch_typesetter
    count = next(
        count
        for count in range(2, 12)
        if replace(ordered(batch_typesetter, of_paragraphs(count)), closeness=step).typeset().pages
        < replace(ordered(batch_typesetter, of_paragraphs(count)), closeness=step - 1).typeset().pages
    )
    for opening in ("Dear Ambassador,", "Dear Minister,"):
        for own in ((), (2,)):
            order = replace(
                ordered(batch_typesetter, replace(of_paragraphs(count), opening=opening)), own=own
            )
            made, whole = mailing._set(order, "fine"), alone._set(order, "fine")
            assert (made.pages, page_words(made.pdf)) == (1, page_words(whole.pdf))
            assert many.looks(made.pdf) == many.looks(whole.pdf)
    assert batch_typesetter.counts["cast"] == 4 * (step + 1)
