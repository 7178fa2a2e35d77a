"""The fax page: the letter's words in type that survives the line, and on every page who sends it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from PIL import Image

from lettergen.pages.fax import raster
from lettergen.pages.fax.legibility import LEAST_TYPE_PT
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.stationery import stationery
from lettergen.rendering.renderer import Renderer
from tests.pages import faxes
from tests.pages.faxes import CAMPAIGN, fax_of, head_and_body, images, order, renderer, with_manner
from tests.pages.reading import numbered_words, words

Write = Callable[[Mapping[str, str | bytes]], Path]
AT = datetime.fromisoformat("2006-12-02 14:30")
SAMPLES = [
    *(("family-plea", "en"), ("joint-appeal", "en"), ("open-letter", "en"), ("premier-appeal", "en")),
    *(("press-statement", "en"), ("protest-letter", "de"), ("protest-letter", "fr"), ("resolution", "en")),
    *(("registered-questions", "en"), ("unhcr-petition", "en"), ("urgent-appeal", "en")),
]


@pytest.fixture(scope="module")
def starter() -> Renderer:
    return renderer()


@pytest.fixture
def shop(write: Write) -> Renderer:
    return renderer(write(CAMPAIGN))


def unhyphenated(found: list[str]) -> list[str]:
    return [word.replace("-", "").replace("\N{HYPHEN}", "") for word in found]


@pytest.mark.parametrize(("template", "language"), SAMPLES)
def test_the_fax_has_the_words_of_the_letter_in_its_order(
    starter: Renderer, template: str, language: str
) -> None:
    letter, fax = fax_of(with_manner(starter), order(starter, template, language))
    found = [word for _, body in head_and_body(fax.pdf) for word in body]
    assert unhyphenated(found) == unhyphenated(numbered_words(letter.without_window_line()))


def test_the_comparison_of_words_can_fail(starter: Renderer) -> None:
    letter, fax = fax_of(with_manner(starter, cover=True), order(starter, "resolution"))
    found = [word for _, body in head_and_body(fax.pdf) for word in body]
    assert unhyphenated(found) != unhyphenated(numbered_words(letter)), "a cover has words of its own"


def test_every_page_says_who_sends_it_from_which_number_when_and_which_page_it_is(starter: Renderer) -> None:
    _, fax = fax_of(with_manner(starter, at=AT, cover=True), order(starter, "urgent-appeal"))
    heads = [head for head, _ in head_and_body(fax.pdf)]
    assert len(heads) == 3
    for number, head in enumerate(heads, start=1):
        assert head == words(
            "Life Funds for North Korean Refugees Telephone +81 3 3815 8127 "
            f"2\N{NO-BREAK SPACE}December 2006, 14:30 {number}/3"
        ) or head == words(
            "Life Funds for North Korean Refugees 2\N{NO-BREAK SPACE}December 2006, 14:30 "
            f"Telephone +81 3 3815 8127 {number}/3"
        )


@pytest.mark.parametrize(
    ("template", "key"),
    [
        *(("urgent-appeal", "din-5008-b"), ("urgent-appeal", "uk-c5"), ("urgent-action", "uk-c5")),
        *(("resolution", "us-10"), ("registered-questions", "jp-cho-3"), ("petition", "jp-cho-3")),
        *(
            ("petition-delivery", "din-5008-b"),
            ("reminder", "jp-cho-3"),
            ("human-rights-complaint", "jp-cho-3"),
        ),
    ],
)
def test_a_fax_has_no_more_pages_than_the_letter_by_post(template: str, key: str) -> None:
    shop = renderer()
    shop.terms = replace(shop.terms, stationery=key)
    letter, fax = fax_of(shop, order(shop, template))
    assert fax.pages <= Typesetter().typeset(letter.alone(), stationery(key)).pages
    assert min(one.smallest_pt for one in fax.reading) >= LEAST_TYPE_PT - 0.01


def test_without_a_time_the_letters_date_stands_there_and_a_warning_says_so(shop: Renderer) -> None:
    _, fax = fax_of(shop, order(shop, "note", to="minister"))
    head = " ".join(head_and_body(fax.pdf)[0][0])
    assert "2 December 2006" in head.replace("\N{NO-BREAK SPACE}", " ")
    assert ":" not in head
    assert "fax-without-time" in {one.name for one in fax.notes}
    _, timed = fax_of(with_manner(shop, at=AT), order(shop, "note", to="minister"))
    assert timed.notes == ()


def types_and_colours(pdf: bytes) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Size and colour of all text, read from the file and not from what the report says."""
    import ctypes

    for page in pdfium.PdfDocument(pdf):
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=8):
            size = ctypes.c_float()
            raw.FPDFTextObj_GetFontSize(thing, ctypes.byref(size))
            parts = [ctypes.c_uint() for _ in range(4)]
            raw.FPDFPageObj_GetFillColor(thing, *map(ctypes.byref, parts))
            matrix = thing.get_matrix()
            yield size.value * abs(matrix.d), tuple(part.value for part in parts)


def test_all_type_is_black_and_eleven_points_or_more(starter: Renderer) -> None:
    _, fax = fax_of(with_manner(starter, cover=True), order(starter, "urgent-appeal"))
    found = list(types_and_colours(fax.pdf))
    assert len(found) > 50
    assert min(size for size, _ in found) >= 10.99
    assert {colour for _, colour in found} == {(0, 0, 0, 255)}
    assert {(one.hairlines, one.grey) for one in fax.reading} == {(0, 0)}


def ink_box_mm(image: Image.Image) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all that is black."""
    left, top, right, bottom = image.convert("L").point([255 - level for level in range(256)]).getbbox()  # type: ignore[misc]
    return left / raster.PIXELS_PER_MM, top / 7.7, right / raster.PIXELS_PER_MM, bottom / 7.7


def test_the_head_of_the_page_is_left_to_the_machine_and_margins_are_wide(starter: Renderer) -> None:
    _, fax = fax_of(with_manner(starter, cover=True), order(starter, "urgent-appeal"))
    for image in images(fax.tiff):
        left, top, right, bottom = ink_box_mm(image)
        assert top >= 8
        # The line is 215 mm long; the sheet of 210 mm lies in its middle.
        assert left >= 2.5 + 20
        assert right <= 2.5 + 210 - 20
        assert bottom <= 297 - 20


def test_the_measure_of_margins_can_fail() -> None:
    image = Image.new("1", (1728, 2280), 255)
    image.putpixel((8, 16), 0)
    left, top, _, _ = ink_box_mm(image)
    assert left < 1.1
    assert top < 2.2


def test_a_cover_says_to_whom_from_whom_how_many_pages_and_about_what(shop: Renderer) -> None:
    _, fax = fax_of(with_manner(shop, cover=True, at=AT), order(shop, "note", to="envoy"))
    cover = " ".join(head_and_body(fax.pdf)[0][1]).replace("\N{NO-BREAK SPACE}", " ")
    for said in (
        *("To The Ambassador", "Organisation Embassy of Exampleland", "Fax +1 212 555 0123"),
        *("From Jane Example", "Telephone +44 20 7946 0123", "E-mail jane@example.org"),
        *("Date 2 December 2006, 14:30", "Pages 1, with this cover sheet 2", "Re Six people in detention"),
        *("Please pass this fax on to", "for the addressee alone", "reached you by mistake"),
    ):
        assert said in cover
    assert fax.pages == 2


def test_a_cover_asks_nothing_that_does_not_apply(starter: Renderer, shop: Renderer) -> None:
    _, direct = fax_of(with_manner(shop, cover=True), order(shop, "note", to="minister"))
    assert "pass this fax on" not in " ".join(head_and_body(direct.pdf)[0][1])
    _, public = fax_of(with_manner(starter, cover=True), order(starter, "open-letter"))
    assert "for the addressee alone" not in " ".join(head_and_body(public.pdf)[0][1])
    _, none = fax_of(with_manner(shop), order(shop, "note", to="minister"))
    assert none.pages == 1


def test_a_cover_is_in_the_letters_language(starter: Renderer) -> None:
    for language, said in (("fr", "avec cette page de garde"), ("de", "mit diesem Deckblatt")):
        _, fax = fax_of(with_manner(starter, cover=True), order(starter, "protest-letter", language))
        assert said in " ".join(head_and_body(fax.pdf)[0][1])


def test_where_machines_hold_letter_paper_the_page_is_as_short(shop: Renderer) -> None:
    rows = {
        to: [image.size for image in images(fax_of(with_manner(shop), order(shop, "note", to=to))[1].tiff)]
        for to in ("minister", "envoy")
    }
    assert rows == {"minister": [(1728, 2280)], "envoy": [(1728, 2148)]}


def test_standard_resolution_has_half_the_rows(shop: Renderer) -> None:
    _, fax = fax_of(with_manner(shop, resolution="standard"), order(shop, "note", to="minister"))
    assert [image.size for image in images(fax.tiff)] == [(1728, 1140)]


def test_what_a_sender_is_called_never_becomes_style(write: Write) -> None:
    name = '"; } body { display: none } /* \\'
    senders = faxes.SENDERS.replace("Jane Example", f"'{name}'")
    shop = with_manner(renderer(write({**CAMPAIGN, "senders.yaml": senders})), cover=True)
    _, fax = fax_of(shop, order(shop, "note", to="minister"))
    head, body = head_and_body(fax.pdf)[1]
    assert words(name) == head[: len(words(name))]
    assert "detained" in body


def test_a_sender_without_a_number_is_told_of(write: Write) -> None:
    senders = faxes.SENDERS.replace('    phone: "+44 20 7946 0123"\n', "")
    shop = renderer(write({**CAMPAIGN, "senders.yaml": senders}))
    _, fax = fax_of(shop, order(shop, "note", to="minister"))
    assert "fax-without-sender-number" in {one.name for one in fax.notes}
    _, other = fax_of(shop, order(shop, "note", to="nobody"))
    assert "fax-number-missing" in {one.name for one in other.notes}
    assert "fax-number-missing" not in {one.name for one in fax.notes}
