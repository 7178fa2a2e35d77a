"""Envelopes and labels: where the address stands, what stays free, and in which order they come."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from lettergen.cli import run
from lettergen.delivery.paper.address_sheets import AddressSheets, positions
from lettergen.errors import RenderError
from lettergen.letters.outside import Outside
from lettergen.reference import envelopes, labels
from lettergen.reference.labels import LabelSheet
from lettergen.reference.stationery import Rectangle
from lettergen.verify.pdf_reader import read
from tests.pages.reading import faults_of_pdf_a, lines, opened

PREMIER = Outside(
    recipient_id="premier",
    language="en",
    address=("Her Excellency Ms. Ada Example", "Prime Minister", "1 Main Square", "0030 Oslo", "NORWAY"),
    return_address=("Jane Example", "1 High Street", "London WC1A 1AA", "United Kingdom"),
    notation="REGISTERED MAIL",
)
LONG = Outside(
    recipient_id="envoy",
    language="en",
    address=(
        "His Excellency Mr. Tom Example",
        "Secretary-General-designate of the United Nations",
        "Minister of Foreign Affairs and Trade",
        "Republic of Example",
        "c/o The Permanent Mission of the Republic of Example to the United Nations",
        "Political Section, Second Floor",
        "335 East 45th Street",
        "New York, New York 10017",
        "Room 4",
        "UNITED STATES OF AMERICA",
    ),
)


@pytest.fixture(scope="module")
def address_sheets() -> AddressSheets:
    return AddressSheets()


def ink(pdf: bytes, zone: Rectangle, page: int = 0, dpi: int = 100) -> bool:
    """Say whether anything is printed in a zone, given in mm."""
    picture = pdfium.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("L")
    mm = dpi / 25.4
    box = [round(one * mm) for one in (zone.left, zone.top, zone.right, zone.bottom)]
    darkest, _ = picture.crop((box[0], box[1], box[2], box[3])).getextrema()
    assert isinstance(darkest, int)
    return darkest < 200


@pytest.mark.parametrize("key", envelopes.keys())
@pytest.mark.parametrize("one", [PREMIER, LONG], ids=["five lines", "ten lines"])
def test_an_address_stands_in_its_field_and_stamp_and_code_stay_free(
    address_sheets: AddressSheets, key: str, one: Outside
) -> None:
    envelope = envelopes.envelope(key)
    pdf = address_sheets.envelopes([one], envelope, title="Envelopes")
    assert pdfium.PdfDocument(pdf).get_page_size(0) == pytest.approx(
        (envelope.width * 72 / 25.4, envelope.height * 72 / 25.4), abs=0.1
    )
    assert not ink(pdf, envelope.franking)
    assert not ink(pdf, envelope.code)
    field = [line for line in lines(pdf) if line.left > envelope.address.left - 0.5]
    assert field[0].text == one.address[0]
    for line in field:
        assert envelope.address.top - 0.5 <= line.top
        assert line.bottom <= envelope.address.bottom + 0.5
        assert line.right <= envelope.address.right + 0.5


def test_ink_in_the_stamp_area_would_be_seen(address_sheets: AddressSheets) -> None:
    envelope = envelopes.envelope("dl")
    pdf = address_sheets.envelopes([PREMIER], envelope, title="Envelopes")
    assert ink(pdf, envelope.address)


def test_the_words_come_in_the_order_of_who_writes_how_and_to_whom(address_sheets: AddressSheets) -> None:
    pdf = address_sheets.envelopes([PREMIER], envelopes.envelope("dl"), title="Envelopes")
    found = [line.text for line in lines(pdf)]
    assert found == [*PREMIER.return_address, "REGISTERED MAIL", *PREMIER.address]


@pytest.mark.parametrize("key", labels.keys())
def test_every_label_of_a_full_sheet_lies_inside_its_outline(address_sheets: AddressSheets, key: str) -> None:
    sheet = labels.label_sheet(key)
    short = Outside(recipient_id="a", language="en", address=("Ada Example", "0030 Oslo", "NORWAY"))
    pdf = address_sheets.labels([short] * sheet.count, sheet, title="Labels")
    found = lines(pdf)
    assert len(found) == 3 * sheet.count
    for number in range(1, sheet.count + 1):
        place = sheet.place(number)
        for line in found[3 * number - 3 : 3 * number]:
            assert place.left < line.left
            assert line.right < place.right
            assert place.top < line.top
            assert line.bottom < place.bottom


@pytest.mark.parametrize("key", labels.keys())
def test_no_sheet_of_the_reference_reaches_beyond_its_paper(key: str) -> None:
    assert not labels.label_sheet(key).faults()


def test_a_sheet_that_lies_over_itself_is_told() -> None:
    sheet = LabelSheet(
        key="x", title="x", sheet_width=210, sheet_height=297, columns=2, rows=2, label_width=110,
        label_height=50, left=0, top=0, across=100, down=40, source="", confidence="own",
    )  # fmt: skip
    assert sheet.faults() == ("its labels lie over their neighbours", "its rows lie over one another")


def test_labels_begin_where_the_sheet_has_been_left() -> None:
    sheet = labels.label_sheet("l7160")
    places = positions(3, sheet, 20)
    assert [page for page, _ in places] == [1, 1, 2]
    assert places[0][1] == sheet.place(20)
    assert places[2][1] == sheet.place(1)


@pytest.mark.parametrize("start", [0, -1, 22])
def test_a_label_beyond_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(RenderError) as fault:
        positions(1, labels.label_sheet("l7160"), start)
    assert [problem.name for problem in fault.value.problems] == ["start-beyond-sheet"]


def test_all_addresses_that_do_not_fit_are_told_at_once(address_sheets: AddressSheets) -> None:
    with pytest.raises(RenderError) as fault:
        address_sheets.labels([LONG, PREMIER, LONG], labels.label_sheet("l7651"), title="Labels")
    assert [problem.name for problem in fault.value.problems] == ["outside-too-small"] * 2


def test_calibration_sheets_show_every_label(address_sheets: AddressSheets) -> None:
    sheet = labels.label_sheet("l7163")
    pdf = address_sheets.calibration(sheet)
    numbers = {word for line in lines(pdf) for word in line.text.split()}
    assert {str(number) for number in range(1, sheet.count + 1)} <= numbers
    corner = sheet.place(1)
    edge = Rectangle(left=corner.left - 0.3, top=corner.top + 5, width=0.7, height=5)
    assert ink(pdf, edge, dpi=200)
    beside = Rectangle(left=corner.left - 2.5, top=corner.top + 5, width=1.5, height=5)
    assert not ink(pdf, beside, dpi=200)


def test_the_same_envelopes_have_the_same_bytes(address_sheets: AddressSheets) -> None:
    dl = envelopes.envelope("dl")
    assert address_sheets.envelopes([PREMIER, LONG], dl, title="E") == AddressSheets().envelopes(
        [PREMIER, LONG], dl, title="E"
    )


def test_envelopes_are_archival_and_accessible(address_sheets: AddressSheets) -> None:
    pdf = address_sheets.envelopes([PREMIER], envelopes.envelope("c5"), title="Envelopes")
    assert faults_of_pdf_a(pdf) == []
    with opened(pdf) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en"


def test_envelopes_of_a_mailing_come_in_its_order(tmp_path: Path) -> None:
    args = ["--to", "cn-president-hu", "--to", "cn-embassy-uk", "--from", "lfnkr", "--date", "2006-12-02"]
    assert run(["batch", "protest-letter", *args, "--yes", "--format", "txt", "--outbox", str(tmp_path)]) == 0
    out = tmp_path / "envelopes.pdf"
    mailing = next(path.parent for path in tmp_path.rglob("manifest.jsonl"))
    assert run(["envelopes", "--mailing", str(mailing), "-o", str(out)]) == 0
    pages = {line.page: line.text for line in reversed(lines(out.read_bytes())) if line.left > 90}
    assert [pages[1], pages[2]] == ["His Excellency Mr. Hu Jintao", "The Ambassador"]


def test_an_inland_letter_has_no_country_line(tmp_path: Path) -> None:
    out = tmp_path / "e.pdf"
    assert run(["envelopes", "--to", "cn-embassy-uk", "--posted-from", "GB", "-o", str(out)]) == 0
    assert "UNITED KINGDOM" not in [line.text for line in lines(out.read_bytes())]
    assert run(["envelopes", "--to", "cn-embassy-uk", "--posted-from", "JP", "-o", str(out), "--force"]) == 0
    assert "UNITED KINGDOM" in [line.text for line in lines(out.read_bytes())]


def test_all_labels_of_a_sheet_are_set_in_one_size(address_sheets: AddressSheets) -> None:
    short = Outside(recipient_id="a", language="en", address=("Ada Velde", "1 Road", "Oslo"))
    lines = ("The Ministry of Foreign Affairs and of Cooperation", *(f"Line {at}" for at in range(1, 6)))
    long = Outside(recipient_id="b", language="en", address=lines)
    pdf = address_sheets.labels([short, long, short], labels.label_sheet("l7160"), title="Labels")
    runs = [run for page in read(pdf).pages for run in page.runs]
    assert len({round(run.size_pt, 1) for run in runs}) == 1
    for number, one in enumerate((short, long, short), start=1):
        place = labels.label_sheet("l7160").place(number)
        inside = [run for run in runs if place.holds(run.covers)]
        assert len(inside) >= len(one.address)
