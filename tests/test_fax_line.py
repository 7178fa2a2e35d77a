"""Faxes over a telephone line: both ends of T.30, in memory; benchmarks/fax_line.py sends all letters."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lettergen.pages.fax import legibility, tiff
from lettergen.pages.fax.options import Coding
from tests.pages.faxes import fax_of, images, order, renderer, with_manner
from tests.pages.telephone import OK, Call, library, send

LINE = library()
pytestmark = pytest.mark.skipif(LINE is None, reason="needs libspandsp (Debian: libspandsp2)")

Sent = Callable[[bytes], tuple[Call, list[Image.Image]]]


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    """Return what sends a file and gives back how the call went and what was printed."""

    def go(data: bytes) -> tuple[Call, list[Image.Image]]:
        file, arrived = tmp_path / "sent.tif", tmp_path / "arrived.tif"
        file.write_bytes(data)
        assert isinstance(LINE, ctypes.CDLL)
        call = send(LINE, file, arrived)
        return call, list(images(arrived.read_bytes())) if call.received else []

    return go


@pytest.mark.parametrize(
    ("template", "language", "coding"),
    [("open-letter", "en", "mh"), ("protest-letter", "fr", "mr"), ("registered-questions", "en", "mmr")],
)
def test_a_letter_arrives_pixel_for_pixel(sent: Sent, template: str, language: str, coding: Coding) -> None:
    shop = with_manner(renderer(), cover=True, coding=coding)
    _, fax = fax_of(shop, order(shop, template, language))
    call, arrived = sent(fax.tiff)
    assert call.codes == (OK, OK)
    assert (call.sent, call.received) == (fax.pages, fax.pages)
    assert (call.bit_rate, call.has_error_correction) == (14_400, True)
    assert [image.tobytes() for image in arrived] == [image.tobytes() for image in images(fax.tiff)]
    estimated = legibility.SECONDS_A_CALL + sum(one.seconds for one in fax.reading)
    assert call.seconds <= estimated <= 1.1 * call.seconds


def with_width(data: bytes, width: int) -> bytes:
    """Return a file of one page as another program would make it, of the same words on fewer pixels."""
    import struct

    (image,) = images(data)
    narrow = tiff.coded(image, "fine")
    cropped = image.crop((0, 0, width, image.height))
    from io import BytesIO

    from PIL import ImageChops

    buffer = BytesIO()
    ImageChops.invert(cropped).save(
        buffer, "TIFF", compression="group3", tiffinfo={278: image.height, 292: 0}
    )
    with Image.open(buffer) as made:
        start, length = made.tag_v2[273][0], made.tag_v2[279][0]  # type: ignore[attr-defined]
    strip = buffer.getvalue()[start : start + length]
    whole = tiff.written([tiff.TiffPage(narrow.rows, "fine", "mh", strip)])
    return whole.replace(struct.pack("<HHII", 256, 3, 1, 1728), struct.pack("<HHII", 256, 3, 1, width), 1)


def test_a_page_of_another_width_is_refused_as_by_a_real_machine(sent: Sent) -> None:
    """1654 pixels are A4 at 200 to the inch, which many programs make."""
    good = tiff.written([tiff.coded(Image.new("1", (1728, 2280), 255), "fine")])
    assert sent(with_width(good, 1728))[0].codes == (OK, OK)
    call, arrived = sent(with_width(good, 1654))
    assert call.codes[0] != OK
    assert call.received == 0
    assert arrived == []
    assert "size of image" in call.said
