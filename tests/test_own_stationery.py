"""Stationery of one's own in lettergen.toml."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.errors import InputProblems, UnknownName
from lettergen.facts.campaign import Campaign
from lettergen.pages.layout.stationeries import Stationeries, faults
from lettergen.plan.orders import Order
from lettergen.reference.stationery import from_row, keys, stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.pages.reading import origin, rules

Write = Callable[[Mapping[str, str | bytes]], Path]

OWN = '[own_stationery.our-sheet]\nlike = "din-5008-b"\n'
RECIPIENTS = """\
recipients:
  - {id: minister, name: Ada Example, address: [1 Main Square, 0030 Oslo], country: "NO"}
"""
SENDERS = "senders:\n  - {id: jane, name: Jane Example, address: [1 High Street], country: GB}\n"
TEMPLATE = "---\ntitle: A note\nkind: appeal\nsubject: A note\n---\nWords.\n"


def campaign(write: Write, settings: str, template: str = TEMPLATE) -> Campaign:
    files = {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "letter_templates/note.md": template}
    return Campaign.open(write({**files, "lettergen.toml": settings}))


def told(write: Write, settings: str) -> list[tuple[str, int]]:
    """Name and line of all that is wrong with the campaign's own sheets."""
    opened = campaign(write, settings)
    problems = [*opened.problems, *Stationeries.of(opened).problems()]
    return [(one.name, one.place.line if one.place else 0) for one in problems]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (OWN, []),
        (OWN + "address_field = [20, 45, 85, 40]\n", []),
        (OWN + "adress_field = [20, 45, 85, 40]\n", [("unknown-field", 3)]),
        (OWN + "address_field = [20, 45, 85]\n", [("bad-number", 3)]),
        (OWN + 'punch_mark = "middle"\n', [("bad-number", 3)]),
        (OWN + "punch_mark = nan\n", [("bad-number", 3)]),
        (OWN + "fold_mark_left = -1\n", [("bad-number", 3)]),
        (OWN + 'sheet = "A3"\n', [("unknown-value", 3)]),
        (OWN + "address_field = [150, 45, 85, 40]\n", [("stationery-off-sheet", 3)]),
        (OWN + "\nfold_marks = [105, 297]\n", [("stationery-off-sheet", 4)]),
        (OWN + "punch_mark = 300\n", [("stationery-off-sheet", 3)]),
        (OWN + "fold_mark_left = 250\n", [("stationery-off-sheet", 3)]),
        (OWN + "fold_mark_left = 206\n", [("stationery-off-sheet", 3)]),
        (OWN + "fold_mark_left = 19\n", [("stationery-without-room", 3)]),
        (OWN + "fold_mark_left = 18\n", []),
        (OWN + "fold_mark_left = 195\n", []),
        (OWN + "information_block = [125, 50, 90, 40]\n", [("stationery-off-sheet", 3)]),
        (OWN + 'safe_zones = [{envelope = "X", zone = [180, 1, 40, 9]}]\n', [("stationery-off-sheet", 3)]),
        (OWN + "margins = [20, 80, 20, 80]\n", [("stationery-without-room", 3)]),
        (OWN + "margins = [20, 20, 180, 25]\n", [("stationery-without-room", 3)]),
        (OWN + "margins = [20, 4, 20, 25]\n", [("stationery-without-room", 3)]),
        (OWN + "address_field = [20, 45, 30, 40]\n", [("stationery-without-room", 3)]),
        (OWN + "reference_line = 80\n", [("stationery-without-room", 3)]),
        ('[own_stationery.x]\nlike = "din-5008-c"\n', [("unknown-stationery", 2)]),
        ('[own_stationery.x]\nsheet = "A4"\n', [("missing-field", 1)] * 3),
        ('[own_stationery.nf]\nlike = "us-9"\n', [("stationery-exists", 1)]),
        ('[own_stationery."Our Sheet"]\nlike = "us-9"\n', [("bad-id", 1)]),
        ('[stationery.our-sheet]\nlike = "us-9"\n', [("wrong-shape", 1)]),
    ],
)
def test_a_slip_is_told_where_it_stands(write: Write, settings: str, expected: list[tuple[str, int]]) -> None:
    assert told(write, settings) == expected


def test_all_slips_are_told_together(write: Write) -> None:
    other = '[own_stationery.other]\nsheet = "A4"\naddress_field = [20, 45, 85, 40]\nreference_line = 300\n'
    assert told(write, OWN + "margins = [20, 80, 20, 80]\n" + other) == [
        ("stationery-without-room", 3),
        ("missing-field", 4),
    ]


@pytest.mark.parametrize("key", keys())
def test_the_sheets_that_lettergen_brings_have_no_such_fault(key: str) -> None:
    assert list(faults(stationery(key))) == []


def test_what_is_left_out_is_like_the_other_sheet(write: Write) -> None:
    own = Stationeries.of(campaign(write, OWN + "margins = [20, 30, 20, 30]\n")).get("our-sheet")
    other = stationery("din-5008-b")
    assert own.margins.left == 30
    assert (own.key, own.title) == ("our-sheet", "our-sheet")
    assert (own.address_field, own.fold_marks, own.safe_zones) == (
        other.address_field,
        other.fold_marks,
        other.safe_zones,
    )


def test_what_the_other_window_shows_says_nothing_of_a_field_elsewhere() -> None:
    assert from_row("x", {"like": "din-5008-b", "title": "x", "fold_marks": [99.0]}).safe_zones == ()
    assert from_row("x", {"like": "din-5008-b", "title": "x", "punch_mark": 99.0}).safe_zones != ()


def made(folder: Path, stationery: str | None = None) -> bytes:
    order = Order("note", "minister", "jane", None, date(2026, 1, 15), "en")
    letter = Renderer(RenderTerms(folder=folder, stationery=stationery)).render(order)
    assert not letter.failed, letter.problems
    return dict(letter.contents)["pdf"]


MOVED = f"""{OWN}
address_field = [30, 60, 100, 40]
return_line_height = 6
reference_line = 110
fold_marks = [120]
"""


@pytest.mark.parametrize("by", ["option", "settings", "template"])
def test_letters_are_printed_on_it(write: Write, by: str) -> None:
    settings = 'stationery = "our-sheet"\n' * (by == "settings") + MOVED
    template = TEMPLATE.replace("kind", "stationery: our-sheet\nkind") if by == "template" else TEMPLATE
    folder = campaign(write, settings, template).folder
    pdf = made(folder, "our-sheet" if by == "option" else None)
    left, top = origin(pdf, "Ada Example")
    assert left == pytest.approx(35.0, abs=0.15)
    assert 77 < top < 82
    assert [round(lower) for _, right, lower in rules(pdf) if right < 9] == [120]


def test_a_key_that_is_missing_or_has_faults_is_told_before_anything_is_made(write: Write) -> None:
    folder = campaign(write, OWN + "margins = [20, 80, 20, 80]\n").folder
    with pytest.raises(InputProblems) as faulty:
        RenderTerms(folder=folder, stationery="our-sheet").check()
    assert [one.name for one in faulty.value.problems] == ["stationery-without-room"]
    with pytest.raises(UnknownName) as missing:
        RenderTerms(folder=folder, stationery="our-sheat").check()
    assert missing.value.problems[0].fix == "did you mean `our-sheet`?"


def test_a_sheet_that_could_not_be_read_is_not_called_unknown(write: Write) -> None:
    opened = campaign(write, 'stationery = "our-sheet"\n' + OWN + "margins = [1]\n")
    with pytest.raises(UnknownName) as caught:
        Stationeries.of(opened).get("our-sheet")
    assert "has errors, so no letter can use it." in caught.value.problems[0].message
