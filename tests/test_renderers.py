"""A second and a third renderer show what pdfium shows: no blank and no box in a name's place."""

from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.template.templates import catalogue
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.stationery import for_country, stationery
from tests import letter_matrix
from tests.pages.reading import faults_of_pdf_a
from tests.pages.renderers import AVAILABLE, differing, ghostscript, mupdf, pdfium_pages
from tests.test_cjk import CHINA, JAPAN

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="needs Ghostscript and mutool")

Draw = Callable[[bytes, Path], list[Image.Image]]
BOTH = pytest.mark.parametrize("draw", [ghostscript, mupdf], ids=["gs", "mutool"])


@pytest.fixture(scope="module")
def east_asian() -> bytes:
    typesetter = Typesetter()
    return bound(typesetter.typeset(letter, stationery("din-5008-b")).pdf for letter in (CHINA, JAPAN))


@pytest.fixture(scope="module")
def seeds() -> bytes:
    """Return a letter of every edition."""
    campaign = Campaign.open(starter_folder())
    typesetter = Typesetter()
    made = []
    for template in catalogue(campaign.template_folders)[0]:
        one = template.sample
        if one.sender is None:
            written = letter_matrix.of_template(template.name, template.language)[0]
            assert written.letter
            sheet = for_country(written.facts.posting_country)
            made.append(typesetter.typeset(written.letter, sheet).pdf)
            continue
        sender = campaign.sender(one.sender or "lfnkr")
        facts = LetterFacts(
            campaign=campaign,
            sender=sender,
            recipient=campaign.recipient(one.to) if one.to else None,
            case=campaign.case(one.case, template.language) if one.case else None,
            on=one.on or date(2026, 1, 15),
        )
        made.append(typesetter.typeset(assemble(template, facts), for_country(sender.country)).pdf)
    assert len(made) >= 10
    return bound(made)


def bound(files: Iterable[bytes]) -> bytes:
    out = BytesIO()
    with pikepdf.new() as whole:
        for file in files:
            with pikepdf.open(BytesIO(file)) as one:
                whole.pages.extend(one.pages)
        whole.save(out)
    return out.getvalue()


def tampered(pdf: bytes, glyph: Callable[[int], int]) -> bytes:
    """Number the glyphs of the Han and Hangul fonts anew, as WeasyPrint does with CID-keyed CFF fonts."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        numbers = b"".join(glyph(cid).to_bytes(2, "big") for cid in range(65536))
        for thing in document.objects:
            is_font = isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/CIDFontType2"
            if is_font and "Noto" in str(thing.BaseFont):
                thing.CIDToGIDMap = document.make_stream(numbers)
        document.save(out)
    return out.getvalue()


def wrong(pdf: bytes, draw: Draw, folder: Path, like: bytes | None = None) -> list[int]:
    """The pages on which ink is elsewhere than on the pages that pdfium draws of ``like``."""
    drawn, wanted = draw(pdf, folder), pdfium_pages(like or pdf)
    assert len(drawn) == len(wanted)
    return [number for number, pair in enumerate(zip(drawn, wanted, strict=True)) if differing(*pair)]


@BOTH
def test_names_in_han_and_hangul_are_shown(east_asian: bytes, draw: Draw, tmp_path: Path) -> None:
    assert wrong(east_asian, draw, tmp_path) == []


@BOTH
def test_every_letter_that_lettergen_brings_is_shown(seeds: bytes, draw: Draw, tmp_path: Path) -> None:
    assert wrong(seeds, draw, tmp_path) == []


@BOTH
@pytest.mark.parametrize(
    "glyph",
    [lambda _: 0, lambda _: 60_000, lambda cid: (cid * 7) % 60_000],
    ids=["boxes", "blanks", "others"],
)
def test_boxes_blanks_and_other_glyphs_are_seen(
    east_asian: bytes, draw: Draw, glyph: Callable[[int], int], tmp_path: Path
) -> None:
    assert wrong(tampered(east_asian, glyph), draw, tmp_path, like=east_asian) == [0, 1]


def test_the_checker_of_pdf_a_sees_boxes_too(east_asian: bytes) -> None:
    first = Typesetter().typeset(CHINA, stationery("din-5008-b")).pdf
    assert faults_of_pdf_a(first) == []
    assert faults_of_pdf_a(tampered(first, lambda _: 0)) != []
    assert east_asian
