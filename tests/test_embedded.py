"""What a PDF embeds: whole for whoever draws it, and nothing that nobody reads."""

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageCms

from lettergen.pages.pdf.embedded_parts import colour_profile, outlines_only
from lettergen.pages.typefaces import fonts

FACE = next(Path(fonts.SHIPPED).rglob("EBGaramond-Regular.ttf"))


def test_a_font_keeps_its_outlines_and_widths_and_loses_its_names() -> None:
    before = TTFont(FACE)
    data = outlines_only(FACE.read_bytes())
    after = TTFont(io.BytesIO(data))
    assert set(after.reader.keys()) <= {
        "glyf",
        "head",
        "hhea",
        "hmtx",
        "loca",
        "maxp",
        "cvt ",
        "fpgm",
        "prep",
    }
    for table in ("glyf", "hmtx", "loca"):
        assert after.reader[table] == before.reader[table]
    assert [entry.offset % 4 for entry in after.reader.tables.values()] == [0] * len(after.reader.keys())
    assert outlines_only(data) == data


@pytest.mark.parametrize("data", [b"OTTO" + bytes(40), b"", b"\0\1"])
def test_what_is_no_truetype_font_is_left_as_it_is(data: bytes) -> None:
    assert outlines_only(data) == data


def test_the_colour_profile_is_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(colour_profile()))
    colours = Image.new("RGB", (32, 32))
    for at in range(1024):
        colours.putpixel((at % 32, at // 32), (at % 32 * 8, at // 32 * 8, at % 256))
    srgb = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(profile, srgb, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    made = ImageCms.applyTransform(colours, transform)
    assert made is not None
    assert made.tobytes() == colours.tobytes()
    assert colour_profile()[8:10] == b"\x04\x20"
