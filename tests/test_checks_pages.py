"""What sheet, envelope, fonts and printer cannot show: before the first page, and on the finished one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.errors import Problem, RenderError
from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.letters.assemble import assemble
from lettergen.letters.letter import Letter, SignatureBlock
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template, catalogue
from lettergen.pages import checks, html
from lettergen.pages.checks import laid_out, sight
from lettergen.pages.layout.address_fit import too_long
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, Setting
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages, WeasyPrintEngine
from lettergen.plan.orders import Order
from lettergen.reference.stationery import Rectangle, Stationery, keys, stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests import letter_matrix
from tests.pages import samples

# Korean stands for what no font has.
pytestmark = pytest.mark.usefixtures("without_extra_fonts")

Write = Callable[[Mapping[str, str | bytes]], Path]

TODAY = date(2026, 1, 15)
DIN = stationery("din-5008-b")
NAME = "to `xx-premier`"
SENDERS = "senders:\n  - {id: jane, name: Jane Example, address: [1 High Street], country: GB}\n"
MINISTER = """\
recipients:
  - id: minister
    name: {family: Example, given: Ada, courtesy: Ms.}
    title: Minister of Justice
    organisation: [Ministry of Justice]
    address: [1 Main Square, 0030 Oslo]
    country: "NO"
"""
TEMPLATE = "---\ntitle: A note\nkind: appeal\n---\nWords.\n"
LONG_ADDRESS = MINISTER.replace("[Min", "[A, B, Min")
SIGNED = SENDERS.replace("{id", "{signature: no.png, id")
ONE_SHEET = TEMPLATE.replace("kind", "sheets: 1\nkind") + "\nWords.\n" * 90


@cache
def engine() -> WeasyPrintEngine:
    return WeasyPrintEngine()


def laid(letter: Letter, sheet: Stationery, setting: Setting = COMFORTABLE, more: str = "") -> LaidOutPages:
    styles = [html.letter_css(), sheet_css(letter, sheet, setting), html.NUMBERED, more]
    return engine().lay_out(html.markup(letter, sheet), styles, {}, NAME)


def names(problems: Sequence[Problem]) -> list[str]:
    return sorted({problem.name for problem in problems})


def found(folder: Path, **files: str | bytes) -> dict[str, Problem]:
    """Check a campaign of one recipient, one sender and one template, each replaced at will."""
    texts: dict[str, str | bytes] = {
        "recipients.yaml": MINISTER,
        "senders.yaml": SENDERS,
        "letter_templates/note.md": TEMPLATE,
    }
    for name, text in (texts | files).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    campaign = Campaign.open(folder)
    templates, faults = catalogue((folder / "letter_templates",))
    assert (campaign.problems, faults) == ((), ())
    return {one.name: one for one in checks.check_campaign(campaign, templates, today=TODAY)}


def rows(count: int, width: int = 12) -> tuple[str, ...]:
    return tuple("m" * width for _ in range(count))


@pytest.mark.parametrize(
    ("key", "most"),
    [
        ("us-10", 3),
        ("us-9", 6),
        ("din-5008-a", 9),
        ("din-5008-b", 8),
        ("nf", 8),
        ("uk-c5", 6),
        ("jp-cho-3", 9),
        ("sn-right", 6),
    ],
)
def test_a_window_shows_so_many_lines(key: str, most: int) -> None:
    sheet = stationery(key)

    def is_seen(count: int) -> bool:
        lines = rows(count)
        ink = sight.printed(lines, sheet, has_notation=False)
        return not too_long(lines, sheet, of="x") and not sight.hidden_in(ink, sheet)

    assert [is_seen(count) for count in range(1, 12)] == [count <= most for count in range(1, 12)]


def test_the_small_window_names_what_would_hold_the_address(tmp_path: Path) -> None:
    one = found(tmp_path, **{"lettergen.toml": 'stationery = "us-10"\n'})["address-on-envelope"]
    assert not one.is_error
    assert (
        "recipient `minister` takes 6 lines, and no window of US Letter, #10 window shows all of it"
        in one.message
    )
    assert "print its envelope with `lettergen envelopes`" in one.fix
    assert "`--stationery us-9` (#9 envelope)" in one.fix
    assert "`--stationery plain-letter` with the address on the envelope or a label" in one.fix
    assert one.place is not None
    assert (Path(one.place.file).name, one.place.line) == ("recipients.yaml", 6)


def test_an_address_that_fits_is_not_told_of(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


@pytest.mark.parametrize("key", keys())
def test_what_is_reckoned_is_what_is_printed(key: str) -> None:
    sheet = stationery(key)
    lines = samples.PLAIN.inside_address[: 3 if key == "us-10" else None]
    letter = replace(samples.SHORT, inside_address=lines)
    covered = [
        one.covers for one in laid_out.ink(laid(letter, sheet).document) if one.part == "inside-address"
    ]
    reckoned = sight.printed(lines, sheet, has_notation=bool(letter.mailing_notation))
    assert len(covered) == len(reckoned)
    for real, expected in zip(covered, reckoned, strict=True):
        assert real.left == pytest.approx(expected.left, abs=0.05)
        assert real.top == pytest.approx(expected.top, abs=0.15)
        assert real.bottom == pytest.approx(expected.bottom, abs=0.15)
        # Kerning narrows a line; it is reckoned without.
        assert expected.right - 3 < real.right < expected.right + 0.5


def test_a_line_wider_than_the_narrowest_window_is_parted_so_that_every_window_shows_it(
    tmp_path: Path,
) -> None:
    wide = MINISTER.replace("[Ministry of Justice]", "[Royal Ministry of Justice and of Public Security]")
    one = found(tmp_path, **{"recipients.yaml": wide, "lettergen.toml": 'stationery = "din-5008-b"\n'})
    assert set(one) == {"address-line-runs-over"}
    assert (
        "is broken into 2 lines; DIN 5008 form B has room for 66 mm." in one["address-line-runs-over"].message
    )


def test_a_long_country_line_is_nobodys_to_mend(tmp_path: Path) -> None:
    to_britain = MINISTER.replace("[1 Main Square, 0030 Oslo]", "[1 Main Square, London SW1A 0AA]")
    senders = SENDERS.replace("GB", '"NO"')
    one = found(
        tmp_path,
        **{
            "recipients.yaml": to_britain.replace('country: "NO"', "country: GB"),
            "senders.yaml": senders,
            "lettergen.toml": 'stationery = "din-5008-b"\n',
        },
    )
    assert "address-line-runs-over" not in one


def test_lines_too_many_for_one_envelope_are_told_with_the_envelope_that_shows_them(tmp_path: Path) -> None:
    long = MINISTER.replace("[Ministry of Justice]", "[Ministry, Directorate, Department]").replace(
        "[1 Main", "[Room 5, 1 Main"
    )
    one = found(tmp_path, **{"recipients.yaml": long, "lettergen.toml": 'stationery = "din-5008-b"\n'})
    problem = one["address-out-of-sight"]
    assert problem.severity == "warning"
    assert "takes 9 lines; on DIN 5008 form B, the window of C5 always shows" in problem.message
    assert "which shows all of it" in problem.fix


def test_a_line_wider_than_every_window_runs_over(tmp_path: Path) -> None:
    long = "Standing Committee of the National Assembly for Foreign Affairs and Minorities"
    wide = MINISTER.replace("[Ministry of Justice]", f"[Ministry of Justice, {long}]")
    one = found(tmp_path, **{"recipients.yaml": wide})["address-line-runs-over"]
    assert one.place is not None
    assert one.place.line == 5
    assert "and is broken into 2 lines; UK, C5 window (GOV.UK Notify) has room for 95 mm." in one.message


@pytest.mark.parametrize(("channels", "is_told"), [("email, fax", False), ("email, post", True)])
def test_windows_are_no_matter_where_no_letter_goes_in_an_envelope(
    tmp_path: Path, channels: str, is_told: bool
) -> None:
    means = f'channels: [{channels}]\n    email: m@justice.example\n    fax: "+47 22 24 90 90"'
    wide = MINISTER.replace("[Ministry of Justice]", "[Royal Ministry of Justice and of Public Security]")
    wide = wide.replace('country: "NO"', f'country: "NO"\n    {means}')
    settings = 'stationery = "din-5008-b"\n'
    one = found(tmp_path, **{"recipients.yaml": wide, "lettergen.toml": settings})
    assert ("address-line-runs-over" in one) == is_told


def test_on_one_of_several_sheets_a_long_address_only_warns(tmp_path: Path) -> None:
    senders = SENDERS + "  - {id: max, name: Max Muster, address: [Weg 1], country: DE}\n"
    desks = ", ".join(f"Desk {number}" for number in range(40))
    long = MINISTER.replace("[Ministry of Justice]", f"[{desks}]")
    assert found(tmp_path, **{"recipients.yaml": long})["address-too-long"].is_error
    both = found(tmp_path, **{"recipients.yaml": long, "senders.yaml": senders})
    assert not both["address-too-long"].is_error


def test_la_poste_reads_38_characters_and_six_lines(tmp_path: Path) -> None:
    words = "Ministère de la Justice et des Libertés"
    assert len(words) == 39
    to_france = MINISTER.replace('country: "NO"', "country: FR")
    assert "french-address" not in found(tmp_path, **{"recipients.yaml": to_france})
    wide = to_france.replace("Ministry of Justice]", f"{words}]")
    assert (
        "39 characters, but La Poste reads only 38"
        in found(tmp_path, **{"recipients.yaml": wide})["french-address"].message
    )
    long = to_france.replace("[Ministry of Justice]", "[Ministry, Department, Desk]")
    assert (
        "takes 8 lines, but La Poste reads only 7"
        in found(tmp_path, **{"recipients.yaml": long})["french-address"].message
    )
    from_france = SENDERS.replace("GB", "FR")
    wide = MINISTER.replace("Ministry of Justice]", f"{words}]")
    assert "french-address" in found(tmp_path, **{"recipients.yaml": wide, "senders.yaml": from_france})
    assert "french-address" not in found(tmp_path, **{"recipients.yaml": wide, "senders.yaml": SENDERS})


def test_the_starter_campaign_is_told_only_what_is_true() -> None:
    campaign = Campaign.open(starter_folder())
    templates, _ = catalogue(campaign.template_folders)
    problems = checks.check_campaign(campaign, templates, today=TODAY)
    assert [one for one in problems if one.is_error] == []
    assert names(problems) == ["address-on-envelope"]


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        ("recipients.yaml", MINISTER.replace("given: Ada", "given: 에이다"), 3, "recipient `minister`"),
        ("senders.yaml", SENDERS.replace("1 High Street", "1 高街"), 2, "sender `jane`"),
        ("letter_templates/note.md", TEMPLATE + "\nMore 말.\n", 7, "template `note`"),
        ("letter_templates/blocks/en.md", "=== greeting\nGood day.\n\nMore 말 {# 말 #}.\n", 4, "blocks have"),
    ],
)
def test_a_character_without_a_font_is_told_where_it_stands(
    tmp_path: Path, file: str, text: str, line: int, said: str
) -> None:
    one = found(tmp_path, **{file: text})["missing-glyph"]
    assert one.is_error
    assert said in one.message
    assert one.place is not None
    assert (one.place.file.rpartition("/")[2], one.place.line) == (file.rpartition("/")[2], line)


def test_a_missing_character_has_its_number_and_its_name(tmp_path: Path) -> None:
    one = found(tmp_path, **{"senders.yaml": SENDERS.replace("Jane Example", "성")})["missing-glyph"]
    assert "성 (U+C131 HANGUL SYLLABLE SEONG)" in one.message


def test_jinja_and_notes_are_not_printed(tmp_path: Path) -> None:
    template = TEMPLATE + "{# 말 #}{% if sender.place == '말' %}x{% endif %}\n"
    noted = MINISTER + "    note: 말\n"
    assert found(tmp_path, **{"letter_templates/note.md": template, "recipients.yaml": noted}) == {}


def test_a_name_on_a_list_of_signatures_is_warned_of_where_it_stands(tmp_path: Path) -> None:
    rows = "name,city,email,consent\nKari Nordmann,Oslo,Պ@example.org,yes\nՊ Example,Oslo,,yes\n"
    one = found(tmp_path, **{"signatures/list.csv": rows})["glyph-may-be-missing"]
    assert "1 of those who signed have characters that no font has: Պ (U+054A" in one.message
    assert one.place is not None
    assert one.place.line == 3


def test_a_case_is_warned_of_where_a_template_could_print_it(tmp_path: Path) -> None:
    case = (
        "title: A prisoner\nsummary: A prisoner 용.\n"
        "persons:\n  - {id: p, name: {full: Eo Example}, native_name: 어}\nconfidential: 말\n"
    )
    one = found(tmp_path, **{"cases/one.yaml": case})
    assert names(list(one.values())) == ["glyph-may-be-missing"]
    assert "용 (U+C6A9" in one["glyph-may-be-missing"].message
    assert one["glyph-may-be-missing"].place is not None
    assert one["glyph-may-be-missing"].place.line == 2


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        (None, "missing-picture"),
        (b"GIF89a", "unreadable-picture"),
        (b"\x89PNG" + b"\0" * 8_000_001, "picture-too-large"),
    ],
)
def test_a_signature_that_cannot_be_shown_is_told_at_its_sender(
    tmp_path: Path, picture: bytes | None, name: str
) -> None:
    senders = "senders:\n  - id: jane\n    name: Jane Example\n    signature: jane.png\n    country: GB\n"
    files: dict[str, str | bytes] = {"senders.yaml": senders}
    if picture is not None:
        files["jane.png"] = picture
    one = found(tmp_path, **files)[name]
    assert one.is_error
    assert one.place is not None
    assert one.place.line == 4


def test_a_picture_outside_the_campaign_folder_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    senders = "senders:\n  - {id: jane, name: Jane Example, signature: ../secret.png, country: GB}\n"
    assert "missing-picture" in found(tmp_path / "campaign", **{"senders.yaml": senders})


def darkest_at_the_edge(pdf: bytes, sheet: Stationery) -> int:
    """Return the darkest pixel outside the printable area on any page; marks are painted over."""
    per_mm, white = 4, 255
    darkest = white
    area = sheet.printable
    for page in pdfium.PdfDocument(pdf):
        image = page.render(scale=per_mm * 25.4 / 72, grayscale=True).to_pil()
        marks = [*sheet.fold_marks, *([sheet.punch_mark] if sheet.punch_mark else [])]
        for mark in marks:
            box = (
                0,
                int((mark - 0.5) * per_mm),
                int((sheet.fold_mark_left + 7.5) * per_mm),
                int((mark + 0.6) * per_mm),
            )
            image.paste(white, box)
        inner = tuple(round(edge * per_mm) for edge in (area.left, area.top, area.right, area.bottom))
        image.paste(white, inner)
        darkest = min(darkest, image.getextrema()[0])
    return darkest


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize("key", keys())
def test_all_ink_lies_in_the_printable_area(key: str, typesetter: Typesetter) -> None:
    sheet = stationery(key)
    lines = samples.PLAIN.inside_address[: 3 if key == "us-10" else None]
    letter = replace(samples.PLAIN, inside_address=lines, signatures=(SignatureBlock(("Ines Okafor",)),))
    if key.startswith("card-"):  # cards go without a head, which may be wider than they are
        letter = replace(letter, letterhead=None, return_address="", references=())
    made = typesetter.typeset(letter, sheet)
    assert darkest_at_the_edge(made.pdf, sheet) == 255
    assert "ink-at-the-edge" not in names(made.notes)


@pytest.mark.parametrize("shift", ["left: -22mm", "left: 30mm", "top: -13mm", "top: 30mm"])
def test_a_page_that_is_shifted_has_ink_at_the_edge(shift: str) -> None:
    letter = replace(samples.PLAIN, body=samples.PLAIN.body * 2)
    whole = laid(letter, DIN)
    assert names(laid_out.check(tuple(laid_out.ink(whole.document)), letter, DIN, NAME)) == []
    shifted = laid(letter, DIN, more=f"body {{ position: relative; {shift} }}")
    problems = laid_out.check(tuple(laid_out.ink(shifted.document)), letter, DIN, NAME)
    assert "ink-at-the-edge" in names(problems)
    (one,) = [problem for problem in problems if problem.name == "ink-at-the-edge"]
    assert one.is_error
    assert "DIN 5008 form B needs 5 mm clear" in one.message
    assert darkest_at_the_edge(engine().write(shifted, NAME), DIN) < 160


def test_a_form_may_ask_for_a_wider_border() -> None:
    sheet = stationery("uk-c5")
    assert sheet.printable == Rectangle(left=15, top=5, width=180, height=287)
    shifted = laid(samples.SHORT, sheet, more="body { position: relative; left: -11mm }")
    (one,) = laid_out.check(tuple(laid_out.ink(shifted.document)), samples.SHORT, sheet, NAME)
    assert "13.6 mm from the edge of page 1; UK, C5 window (GOV.UK Notify) needs 15 mm clear" in one.message


def test_an_address_that_slides_is_seen_on_the_page_itself() -> None:
    moved = laid(samples.SHORT, DIN, more=".inside-address { top: 18.5mm !important }")
    (one,) = laid_out.check(tuple(laid_out.ink(moved.document)), samples.SHORT, DIN, NAME)
    assert one.name == "address-out-of-sight"
    assert "takes 5 lines; on DIN 5008 form B, the window of C5 always shows 3 of them" in one.message


def words(count: int) -> str:
    return " ".join(["the", "people", "of", "this", "country", "wait"][at % 6] for at in range(count)) + "."


def lonely_lines(document: Any) -> list[str]:
    """Return the lines that stand alone at the head or the foot of a page, parted from their paragraph."""
    rows: dict[int, dict[int, dict[float, str]]] = {}
    for number, page in enumerate(document.pages, start=1):
        for line in page._page_box.descendants():
            if type(line).__name__ == "LineBox" and line.element is not None and line.element_tag == "p":
                words = "".join(getattr(box, "text", "") for box in line.descendants())
                rows.setdefault(id(line.element), {}).setdefault(number, {})[line.position_y] = words
    return [
        text
        for pages in rows.values()
        if len(pages) > 1
        for lines in pages.values()
        if len(lines) == 1
        for text in lines.values()
    ]


def assert_held_together(letter: Letter, setting: Setting, sheet: Stationery = DIN) -> int:
    document = laid(letter, sheet, setting).document
    assert "closing-stranded" not in names(laid_out.check(tuple(laid_out.ink(document)), letter, sheet, NAME))
    assert lonely_lines(document) == []
    return len(document.pages)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    lengths=st.lists(st.integers(1, 130), min_size=1, max_size=14),
    setting=st.sampled_from((COMFORTABLE, LADDER[6], LADDER[-1])),
    signing=st.integers(1, 6),
)
def test_closing_and_signature_stay_with_the_last_lines(
    lengths: list[int], setting: Setting, signing: int
) -> None:
    body = tuple(samples.said(words(length)) for length in lengths)
    blocks = tuple(SignatureBlock((f"Signer {at}", "Chair")) for at in range(signing))
    assert_held_together(replace(samples.PLAIN, body=body, signatures=blocks), setting)


@cache
def starter() -> tuple[Campaign, Mapping[str, Template]]:
    campaign = Campaign.open(starter_folder())
    return campaign, {Path(one.file).stem: one for one in catalogue(campaign.template_folders)[0]}


def sample_letter(campaign: Campaign, template: Template) -> Letter:
    one = template.sample
    if one.sender is None and one.case is None:
        found = letter_matrix.of_template(template.name, template.language)[0].letter
        assert found
        return found
    facts = LetterFacts(
        campaign=campaign,
        sender=campaign.sender(one.sender or "lfnkr"),
        recipient=campaign.recipient(one.to) if one.to else None,
        case=campaign.case(one.case, template.language) if one.case else None,
        on=one.on or TODAY,
    )
    return assemble(template, facts)


TEMPLATES = sorted(path.stem for path in (starter_folder() / "letter_templates").glob("*.md"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_ends_well_at_every_length(name: str) -> None:
    campaign, templates = starter()
    letter = sample_letter(campaign, templates[name])
    bare = replace(letter, enclosed=(), sheets=None, signatures=tuple(map(unsigned, letter.signatures)))
    pages = set()
    for more in range(14):
        longer = replace(bare, body=(*[samples.said(words(66))] * more, *bare.body[-3:]))
        pages.add(assert_held_together(longer, COMFORTABLE))
    assert len(pages) > 1


def unsigned(block: SignatureBlock) -> SignatureBlock:
    return replace(block, picture=None)


APART = [
    (".farewell { break-before: page !important }", "the closing on page 2 and the last words on page 1"),
    (
        ".signatures { break-before: page !important } .farewell { break-inside: auto !important }",
        "the first signature on page 2 and the closing on page 1",
    ),
]


@pytest.mark.parametrize(("style", "said"), APART, ids=["closing", "signature"])
def test_a_closing_that_is_torn_off_is_a_fault(style: str, said: str) -> None:
    document = laid(samples.SHORT, DIN, more=style).document
    (one,) = laid_out.check(tuple(laid_out.ink(document)), samples.SHORT, DIN, NAME)
    assert (one.name, one.is_error) == ("closing-stranded", True)
    assert said in one.message


def test_a_lonely_line_is_seen() -> None:
    letter = replace(samples.PLAIN, body=tuple(samples.said(words(90)) for _ in range(9)))
    documents = [
        laid(
            letter, DIN, replace(COMFORTABLE, bottom_mm=25 + millimetre), "p { orphans: 1; widows: 1 }"
        ).document
        for millimetre in range(0, 24, 2)
    ]
    assert any(lonely_lines(document) for document in documents)


def ordered(
    folder: Path, recipients: str, *, senders: str = SENDERS, template: str = TEMPLATE
) -> Sequence[Problem]:
    for name, text in (
        ("recipients.yaml", recipients),
        ("senders.yaml", senders),
        ("letter_templates/note.md", template),
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    order = Order("note", "minister", "jane", None, TODAY, "en")
    return Renderer(RenderTerms(folder=folder)).render(order).problems


@pytest.mark.parametrize(
    ("recipients", "senders", "template", "name", "file", "line"),
    [
        (MINISTER.replace("Ada", "에이다"), SENDERS, TEMPLATE, "missing-glyph", "recipients.yaml", 2),
        (MINISTER, SENDERS.replace("Jane", "제인"), TEMPLATE, "missing-glyph", "senders.yaml", 2),
        (MINISTER, SENDERS, TEMPLATE + "\nMore 말.\n", "missing-glyph", "letter_templates/note.md", 7),
        (LONG_ADDRESS, SENDERS, TEMPLATE, "address-on-envelope", "recipients.yaml", 2),
        (MINISTER, SIGNED, TEMPLATE, "missing-picture", "senders.yaml", 2),
        (MINISTER, SENDERS, ONE_SHEET, "too-many-sheets", "letter_templates/note.md", 1),
    ],
)  # fmt: skip
def test_what_the_typesetter_finds_points_at_its_source(
    tmp_path: Path, recipients: str, senders: str, template: str, name: str, file: str, line: int
) -> None:
    problems = ordered(tmp_path, recipients, senders=senders, template=template)
    one = next(problem for problem in problems if problem.name == name)
    assert one.place is not None
    assert Path(one.place.file) == tmp_path / file
    assert one.place.line == line


def test_a_letter_with_ink_at_the_edge_is_not_written(typesetter: Typesetter) -> None:
    narrow = replace(DIN, clear_border=replace(DIN.clear_border, left=26.0))
    with pytest.raises(RenderError) as caught:
        typesetter.typeset(samples.SHORT, narrow)
    assert names(caught.value.problems) == ["ink-at-the-edge"]
