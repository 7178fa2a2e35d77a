"""The fax file: TIFF-F to the letter, the same pixels in every code, and nothing left to chance."""

import shutil
import struct
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems, RenderError
from lettergen.pages.fax import blocks, document, legibility, raster, tiff
from lettergen.pages.fax.options import Coding
from tests.pages.faxes import CAMPAIGN, fax_of, images, order, renderer, with_manner

Write = Callable[[Mapping[str, str | bytes]], Path]
SHORT, LONG, RATIONAL = 3, 4, 5
TIFFINFO = shutil.which("tiffinfo")


def drawn(rows: int = 400) -> Image.Image:
    image = Image.new("1", (1728, rows), 255)
    pen = ImageDraw.Draw(image)
    pen.line((100, 50, 1600, rows - 50), fill=0, width=3)
    pen.ellipse((600, 60, 900, rows - 60), outline=0, width=5)
    pen.text((200, 100), "Six people in detention", fill=0)
    return image


def same(one: Image.Image, other: Image.Image) -> bool:
    return (
        one.size == other.size and not ImageChops.difference(one.convert("L"), other.convert("L")).getbbox()
    )


def directories(data: bytes) -> list[dict[int, tuple[int, int, list[int]]]]:
    """Read all tags by the TIFF 6.0 specification alone: tag → type, count, values."""
    assert data[:4] == b"II*\0"
    found = []
    (at,) = struct.unpack_from("<I", data, 4)
    while at:
        assert at % 2 == 0
        (count,) = struct.unpack_from("<H", data, at)
        tags = {}
        for number in range(count):
            tag, kind, length = struct.unpack_from("<HHI", data, at + 2 + 12 * number)
            value_at = at + 2 + 12 * number + 8
            if kind == RATIONAL:
                (value_at,) = struct.unpack_from("<I", data, value_at)
                values = list(struct.unpack_from("<II", data, value_at))
            else:
                values = list(
                    struct.unpack_from("<" + ("H" if kind == SHORT else "I") * length, data, value_at)
                )
            tags[tag] = (kind, length, values)
        assert list(tags) == sorted(tags)
        assert tags[273][2][0] > at, "the directory stands before its page"
        found.append(tags)
        (at,) = struct.unpack_from("<I", data, at + 2 + 12 * count)
    return found


@pytest.mark.parametrize(
    ("coding", "options"), [("mh", (3, 292, 0)), ("mr", (3, 292, 1)), ("mmr", (4, 293, 0))]
)
def test_each_page_has_the_tags_of_rfc_2306(coding: Coding, options: tuple[int, int, int]) -> None:
    pages = [tiff.coded(drawn(), "fine", coding), tiff.coded(drawn(300), "standard", coding)]
    compression, option_tag, option = options
    for number, (tags, page) in enumerate(zip(directories(tiff.written(pages)), pages, strict=True)):
        values = {tag: tuple(found) for tag, (_, _, found) in tags.items()}
        start = values.pop(273)[0]
        assert values == {
            254: (2,),
            256: (1728,),
            257: (page.rows,),
            258: (1,),
            259: (compression,),
            262: (0,),
            266: (2,),
            274: (1,),
            277: (1,),
            278: (page.rows,),
            279: (len(page.strip),),
            282: (204, 1),
            283: ((196, 98)[number], 1),
            option_tag: (option,),
            296: (2,),
            297: (number, 2),
        }
        assert tags[297][:2] == (SHORT, 2)
        assert start % 2 == 0 or start > 8


def test_there_is_no_date_no_program_and_no_host_in_the_file() -> None:
    (tags,) = directories(tiff.written([tiff.coded(drawn(), "fine")]))
    assert not {270, 305, 306, 315, 316} & set(tags)


@pytest.mark.parametrize("coding", get_args(Coding))
@pytest.mark.parametrize("fill_order", [1, 2])
def test_libtiff_decodes_the_very_pixels(coding: Coding, fill_order: int) -> None:
    image = drawn()
    data = tiff.written([tiff.coded(image, "fine", coding)], fill_order=2 if fill_order == 2 else 1)
    (arrived,) = images(data)
    assert same(arrived, image)
    (page,) = tiff.pages_of(data, "a.tif")
    assert page == tiff.coded(image, "fine", coding)
    assert same(tiff.pixels(page), image)


def test_the_comparison_of_pixels_can_fail() -> None:
    other = drawn()
    other.putpixel((864, 10), 0)
    assert not same(drawn(), other)


def test_codes_end_as_the_standards_say() -> None:
    eol = "000000000001"

    def bits(coding: Coding) -> str:
        return "".join(f"{byte:08b}" for byte in tiff.coded(drawn(), "fine", coding).strip)

    assert bits("mh").startswith(eol)
    assert bits("mr").startswith(eol + "1"), "the first line is coded in one dimension"
    assert eol * 2 not in bits("mh"), "a return to control has no place in TIFF-F"
    assert bits("mmr").rstrip("0").endswith((eol * 2).rstrip("0")), "T.6 ends in an end-of-block"


@pytest.mark.skipif(not TIFFINFO, reason="needs libtiff-tools")
def test_tiffinfo_has_nothing_to_complain_of(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    file.write_bytes(tiff.written([tiff.coded(drawn(), "fine", coding) for coding in get_args(Coding)]))
    done = subprocess.run([str(TIFFINFO), "-D", str(file)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for line in ("Page Number: 2-3", "FillOrder: lsb-to-msb", "Photometric Interpretation: min-is-white"):
        assert line in done.stdout


def test_a_letter_becomes_the_same_bytes_again(write: Write) -> None:
    folder = write(CAMPAIGN)
    made = [fax_of(shop, order(shop, "note", to="envoy"))[1] for shop in (renderer(folder), renderer(folder))]
    assert made[0].tiff == made[1].tiff
    shop = with_manner(renderer(folder), coding="mmr")
    _, other = fax_of(shop, order(shop, "note", to="envoy"))
    assert other.tiff != made[0].tiff
    assert all(same(*pair) for pair in zip(images(other.tiff), images(made[0].tiff), strict=True))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"MM" + data[2:],
        lambda data: data[: len(data) // 2],
        lambda data: data[:4] + struct.pack("<I", 2**31) + data[8:],
        lambda data: data.replace(
            struct.pack("<HHII", 256, SHORT, 1, 1728), struct.pack("<HHII", 256, SHORT, 1, 1654)
        ),
        lambda data: data.replace(
            struct.pack("<HHII", 262, SHORT, 1, 0), struct.pack("<HHII", 262, SHORT, 1, 1)
        ),
        lambda _: b"%PDF-1.7",
        lambda _: b"",
    ],
)
def test_what_is_no_fax_is_told_and_not_sent(damage: Callable[[bytes], bytes]) -> None:
    whole = tiff.written([tiff.coded(drawn(), "fine")])
    assert damage(whole) != whole
    with pytest.raises(InputProblems, match="not-a-fax"):
        tiff.pages_of(damage(whole), "a.tif")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_damage_to_a_file_is_a_fault_of_ours(noise: bytes, at: int) -> None:
    whole = tiff.written([tiff.coded(drawn(), "fine")])
    with suppress(InputProblems):
        tiff.pages_of(whole[:at] + noise + whole[at + len(noise) :], "a.tif")


def test_directories_in_a_circle_end() -> None:
    pages = tiff.written([tiff.coded(drawn(), "fine")] * 2)
    (count,) = struct.unpack_from("<H", pages, 8)
    next_at = 8 + 2 + 12 * count
    with pytest.raises(InputProblems, match="not-a-fax"):
        tiff.pages_of(pages[:next_at] + struct.pack("<I", 8) + pages[next_at + 4 :], "a.tif")


def test_a_page_of_another_width_is_never_coded() -> None:
    with pytest.raises(ValueError, match="1728"):
        tiff.coded(Image.new("1", (1654, 2280), 255), "fine")


def reading(image: Image.Image, **changed: float) -> legibility.Legibility:
    page = tiff.coded(image, "fine")
    plain = legibility.Legibility(
        number=1,
        black=image.histogram()[0] / image.width / image.height,
        smallest_pt=12.0,
        hairlines=0,
        grey=0,
        size=len(page.strip),
        seconds=legibility.seconds(page),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_a_page_too_dark_type_too_small_and_fine_lines_are_told() -> None:
    dark = Image.new("1", (1728, 400), 255)
    ImageDraw.Draw(dark).rectangle((0, 0, 1727, 200), fill=0)
    for one, names in (
        (reading(dark), {"fax-page-too-dark"}),
        (reading(drawn(), smallest_pt=9.0), {"fax-type-too-small"}),
        (reading(drawn(), hairlines=2), {"fax-fine-lines"}),
        (reading(drawn(), grey=1), {"fax-fine-lines"}),
        (reading(drawn()), set()),
    ):
        assert {problem.name for problem in legibility.problems([one], "`x`")} == names


def test_a_tint_takes_minutes_on_the_line() -> None:
    tint = Image.new("L", (1728, 2280), 221).convert("1")
    assert legibility.seconds(tiff.coded(tint, "fine")) > 4 * legibility.seconds(
        tiff.coded(drawn(2280), "fine")
    )


def signed(write: Write, level: int) -> set[str]:
    """Return what is said of a fax whose signature is drawn in one shade."""
    import io

    picture = Image.new("L", (300, 80), 255)
    ImageDraw.Draw(picture).line((10, 70, 150, 10, 290, 70), fill=level, width=9)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    senders = CAMPAIGN["senders.yaml"] + "    signature: jane.png\n"
    folder = write({**CAMPAIGN, "senders.yaml": senders, "jane.png": buffer.getvalue()})
    shop = renderer(folder)
    return {problem.name for problem in fax_of(shop, order(shop, "note", to="minister"))[1].notes}


def test_a_signature_in_pencil_is_told_of_and_one_in_ink_is_not(write: Write) -> None:
    assert "fax-fine-lines" in signed(write, 150)
    assert "fax-fine-lines" not in signed(write, 10)


def test_more_pages_than_are_allowed_are_refused(write: Write) -> None:
    long = CAMPAIGN["letter_templates/note.md"] + "\nSix people.\n" * 90
    texts = {**CAMPAIGN, "letter_templates/note.md": long, "lettergen.toml": "[fax]\nmost_pages = 2\n"}
    shop = renderer(write(texts))
    with pytest.raises(RenderError, match="too-many-fax-pages"):
        fax_of(shop, order(shop, "note", to="minister"))
    texts["lettergen.toml"] = "[fax]\nmost_pages = 9\n"
    shop = renderer(write(texts))
    assert 2 < fax_of(shop, order(shop, "note", to="minister"))[1].pages <= 9


def test_the_pdf_of_a_fax_shows_the_very_points(tmp_path: Path) -> None:
    import pypdfium2

    image = drawn(2280)
    data = document.as_pdf([tiff.coded(image, "fine", "mh"), tiff.coded(image, "fine", "mmr")])
    assert data == document.as_pdf([tiff.coded(image, "fine", "mh"), tiff.coded(image, "fine", "mmr")])
    pages = pypdfium2.PdfDocument(data)
    assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in pages] == [(210, 297)] * 2
    for page in pages:
        (picture,) = page.get_objects()
        assert same(picture.get_bitmap().to_pil().convert("1"), image)


def test_blocks_show_where_ink_is() -> None:
    image = Image.new("1", (1728, 2280), 255)
    ImageDraw.Draw(image).rectangle((0, 0, 863, 1139), fill=0)
    rows = list(blocks.half_blocks(image, 40))
    assert {len(row) for row in rows} == {40}
    assert rows[0] == "█" * 20 + " " * 20
    assert rows[-1] == " " * 40
    # A cell is twice as high as it is wide: the page keeps its shape.
    assert abs(len(rows) * 2 / 40 - (2280 / 196) / (1728 / 204)) < 0.06


def test_write_and_preview_make_a_fax(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(CAMPAIGN)
    words = ["write", "note", "--to", "envoy", "--date", "2006-12-02", "--cover", "--at", "2006-12-02 14:30"]
    assert run([*words, "-o", "a.tif"]) == ExitCode.OK
    assert [page.rows for page in tiff.pages_of(Path("a.tif").read_bytes(), "a")] == [2148, 2148]
    assert run([*words, "--resolution", "standard", "--coding", "mmr", "-o", "b.tif"]) == ExitCode.OK
    page, _ = tiff.pages_of(Path("b.tif").read_bytes(), "b")
    assert (page.rows, page.coding, page.resolution) == (1074, "mmr", "standard")
    capsys.readouterr()
    assert (
        run(["preview", "note", "--to", "envoy", "--date", "2006-12-02", "--fax", "--no-pager"])
        == ExitCode.OK
    )
    shown = capsys.readouterr()
    assert "█" in shown.out
    assert "type from 11 pt" in shown.err
    assert run(["preview", "note", "--to", "envoy", "--fax", "--sheet", "3"]) == ExitCode.USAGE
    assert run([*words[:-1], "yesterday", "-o", "c.tif"]) == ExitCode.USAGE


def test_rows_stay_below_what_servers_make_anew() -> None:
    assert raster.A4.rows("fine") <= 2284
    assert raster.A4.rows("standard") == 1140
    assert raster.LETTER.rows("fine") <= 2151
