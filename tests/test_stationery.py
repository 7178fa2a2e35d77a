"""Stationery: the figures of the national forms, and that everything lies on its sheet."""

import pytest

from lettergen.errors import UnknownName
from lettergen.reference.stationery import Rectangle, for_country, keys, stationery

# Key, sheet width, address field (left, top, width, height), fold marks, reference line: typed a second time
# from the .lco files of KOMA-Script 3.38 and from GOV.UK Notify.
FORMS = [
    ("din-5008-a", 210.0, (20.0, 27.0, 85.0, 45.0), (87.0, 192.0), 79.4),
    ("din-5008-b", 210.0, (20.0, 45.0, 85.0, 45.0), (105.0, 210.0), 98.5),
    ("nf", 210.0, (100.0, 35.0, 100.0, 45.0), (99.0, 198.0), 99.0),
    ("sn-right", 210.0, (112.0, 45.0, 90.0, 45.0), (105.0, 210.0), 98.5),
    ("sn-left", 210.0, (20.0, 35.5, 100.0, 45.0), (105.0, 210.0), 89.0),
    ("us-9", 215.9, (17.46, 55.56, 114.3, 28.58), (95.25, 187.3), 87.3),
    ("us-9-double", 215.9, (14.29, 55.56, 92.1, 28.58), (95.25, 187.3), 87.3),
    ("jp-cho-3", 210.0, (22.0, 12.0, 90.0, 40.0), (116.0, 232.0), 69.0),
    ("jp-eh", 210.0, (22.0, 12.0, 90.0, 50.0), (116.0, 232.0), 69.0),
    ("jp-ll", 210.0, (25.0, 12.0, 90.0, 40.0), (116.0, 232.0), 69.0),
    ("jp-lh", 210.0, (25.0, 12.0, 90.0, 50.0), (116.0, 232.0), 69.0),
    ("jp-rl", 210.0, (98.0, 28.0, 90.0, 40.0), (116.0, 232.0), 84.0),
    ("jp-kaku-a4", 210.0, (25.0, 24.0, 90.0, 40.0), (), 69.0),
    ("uk-c5", 210.0, (24.6, 39.5, 95.4, 26.8), (148.5,), 95.0),
]


@pytest.mark.parametrize(("key", "width", "field", "folds", "line"), FORMS, ids=[row[0] for row in FORMS])
def test_the_national_form_has_its_figures(
    key: str,
    width: float,
    field: tuple[float, float, float, float],
    folds: tuple[float, ...],
    line: float,
) -> None:
    row = stationery(key)
    address = row.address_field
    assert row.sheet_width == width
    assert (address.left, address.top, address.width, address.height) == field
    assert row.fold_marks == folds
    assert row.reference_line == line


def test_din_5008_parts_its_address_field() -> None:
    for key, block_top in (("din-5008-a", 32.0), ("din-5008-b", 50.0)):
        row = stationery(key)
        assert (row.return_line_height, row.notation_height, row.text_indent) == (5.0, 12.7, 5.0)
        assert row.recipient_zone.height == pytest.approx(27.3)
        assert row.recipient_zone.left == 25.0
        assert row.punch_mark == 148.5
        assert row.information_block is not None
        assert (row.information_block.left, row.information_block.top) == (125.0, block_top)
        assert row.information_block.width == 75.0


@pytest.mark.parametrize("key", keys())
def test_everything_lies_on_its_sheet(key: str) -> None:
    row = stationery(key)
    fields = [row.address_field, row.recipient_zone, *(zone.zone for zone in row.safe_zones)]
    fields += [row.information_block] if row.information_block else []
    for field in fields:
        assert row.sheet.holds(field)
        assert field.width > 0
        assert field.height > 0
    assert row.address_field.holds(row.recipient_zone)
    assert row.address_field.bottom <= row.reference_line or row.information_block
    assert all(0 < mark < row.sheet_height for mark in row.fold_marks)
    assert row.text_width > 150
    assert row.source
    assert row.confidence in ("read", "common")


@pytest.mark.parametrize("key", keys())
def test_the_first_letter_of_the_address_never_slides_out_of_the_window(key: str) -> None:
    row = stationery(key)
    for zone in row.safe_zones:
        if key == "sn-right":
            assert "safe zone is that of the new window" in row.note
        else:
            assert row.recipient_zone.left >= zone.zone.left


def test_a_field_that_leaves_the_sheet_is_seen() -> None:
    sheet = stationery("din-5008-b").sheet
    assert not sheet.holds(Rectangle(left=150, top=10, width=61, height=10))
    assert not sheet.holds(Rectangle(left=-1, top=10, width=60, height=10))


def test_without_a_window_there_are_no_marks() -> None:
    for key in ("plain", "plain-letter"):
        assert not stationery(key).has_window
        assert stationery(key).fold_marks == ()


@pytest.mark.parametrize(
    ("country", "key"),
    [
        ("JP", "jp-cho-3"), ("US", "us-9"), ("CA", "us-9"), ("DE", "din-5008-b"), ("AT", "din-5008-b"),
        ("FR", "nf"), ("CH", "sn-right"), ("GB", "uk-c5"), ("gb", "uk-c5"), ("KR", "din-5008-b"),
        (None, "din-5008-b"),
    ],
)  # fmt: skip
def test_the_country_of_posting_chooses_the_stationery(country: str | None, key: str) -> None:
    assert for_country(country).key == key


def test_an_unknown_stationery_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName) as caught:
        stationery("din-5008-c")
    assert caught.value.problems[0].fix == "did you mean `din-5008-b` or `din-5008-a`?"
