"""Finished pages measured: sound letters pass on every sheet, and each rule fails for its own fault alone."""

import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from lettergen.errors import InputProblems
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.stationery import Rectangle, Stationery, keys, stationery
from lettergen.verify import profiles
from lettergen.verify.findings import Finding
from lettergen.verify.likely_stationery import likely
from lettergen.verify.pdf_reader import picture, read
from lettergen.verify.rules import check
from lettergen.verify.windows import in_every_window, windows
from tests.pages import samples

DIN = stationery("din-5008-b")
MM = 72 / 25.4
LETTER = replace(samples.SHORT, references=())
WINDOWED = tuple(key for key in keys() if stationery(key).has_window)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.fixture(scope="module")
def on_sheet(typesetter: Typesetter) -> Callable[[str], bytes]:
    """Return a function that sets the letter on a sheet, once; a low window takes a short address."""
    made: dict[str, bytes] = {}

    def once(key: str) -> bytes:
        if key not in made:
            sheet = stationery(key)
            few = (*LETTER.inside_address[:1], *LETTER.inside_address[-2:])
            lines = LETTER.inside_address if sheet.address_field.height > 20 else few
            made[key] = typesetter.typeset(replace(LETTER, inside_address=lines), sheet).pdf
        return made[key]

    return once


@pytest.fixture(scope="module")
def sound(on_sheet: Callable[[str], bytes]) -> bytes:
    return on_sheet("din-5008-b")


def findings(pdf: bytes, sheet: Stationery = DIN, envelope: str | None = None) -> tuple[Finding, ...]:
    return check(read(pdf), sheet, windows(sheet, envelope), "letter.pdf")


def broken(pdf: bytes, sheet: Stationery = DIN, envelope: str | None = None) -> set[str]:
    return {one.rule for one in findings(pdf, sheet, envelope) if one.verdict == "fail"}


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(out)
    return out.getvalue()


def under(matrix: str, page: int = 0) -> Callable[[pikepdf.Pdf], object]:
    """Draw a page under a matrix, as a printer does that shifts or scales it."""

    def change(document: pikepdf.Pdf) -> None:
        document.pages[page].contents_add(f"q {matrix} cm\n".encode(), prepend=True)
        document.pages[page].contents_add(b"\nQ")

    return change


def moved(right: float = 0.0, down: float = 0.0) -> Callable[[pikepdf.Pdf], object]:
    return under(f"1 0 0 1 {right * MM} {-down * MM}")


def written(text: str, left: float, base: float, size: float = 9) -> Callable[[pikepdf.Pdf], object]:
    """Write as many letters upon the first page, in a font that is in the file."""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        name, font = next(iter(page.resources["/Font"].items()))
        code = code_of("e", font.ToUnicode.read_bytes().decode("latin-1"))
        y = float(page.mediabox[3]) - base * MM
        # What they spell does not matter here.
        codes = f"{code:04x}" * len(text)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(f"\nQ 0 g BT {name} {size} Tf 1 0 0 1 {left * MM} {y} Tm <{codes}> Tj ET".encode())

    return change


def without_first_mark(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    content = page.Contents.read_bytes()
    begin = content.index(b"/Artifact\nBMC")
    end = content.index(b"EMC", begin)
    page.Contents = document.make_stream(content[:begin] + b"/Artifact BMC\n" + content[end:])


def unembedded(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].resources["/Font"].values():
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def drawn_with_glyph_0(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    content = page.Contents.read_bytes()
    at = content.index(b"<", content.rindex(b"Tf"))
    page.Contents = document.make_stream(content[:at] + b"<0000>" + content[content.index(b">", at) + 1 :])


def with_glyph(shape: Glyph) -> Callable[[pikepdf.Pdf], object]:
    """Put another shape in the place of every letter e that the fonts draw."""

    def change(document: pikepdf.Pdf) -> None:
        for font in document.pages[0].resources["/Font"].values():
            file = font.DescendantFonts[0].FontDescriptor.FontFile2
            program = TTFont(io.BytesIO(file.read_bytes()))
            codes = code_of("e", font.ToUnicode.read_bytes().decode("latin-1"))
            if codes is not None:
                program["glyf"][program.getGlyphName(codes)] = shape
                out = io.BytesIO()
                program.save(out)
                file.write(out.getvalue())

    return change


def code_of(letter: str, to_unicode: str) -> int | None:
    for line in to_unicode.splitlines():
        parts = line.strip().strip("<>").split("> <")
        if len(parts) == 2 and parts[1].lower() == f"{ord(letter):04x}":
            return int(parts[0], 16)
    return None


def box() -> Glyph:
    pen = TTGlyphPen(None)
    for left, bottom, right, top in ((30, 0, 430, 700), (70, 40, 390, 660)):
        corners = [(left, bottom), (left, top), (right, top), (right, bottom)]
        corners = corners if left == 30 else corners[::-1]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def on_paper(width: float, height: float) -> Callable[[pikepdf.Pdf], object]:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].mediabox = pikepdf.Array([0, 0, width * MM, height * MM])

    return change


@pytest.mark.parametrize("key", keys())
def test_a_sound_letter_passes_on_every_sheet(key: str, on_sheet: Callable[[str], bytes]) -> None:
    found = findings(on_sheet(key), stationery(key))
    assert {one.rule for one in found if one.verdict == "fail"} == set()
    rules = {one.rule for one in found}
    assert {"sheet-size-off", "ink-in-border", "font-not-embedded", "glyph-not-shown"} <= rules
    assert ("address-not-in-sight" in rules) == stationery(key).has_window
    assert ("fold-mark-off" in rules) == bool(stationery(key).fold_marks)


FAULTS: dict[str, tuple[Callable[[pikepdf.Pdf], object], set[str]]] = {
    "shifted 3 mm to the right": (moved(right=3), {"address-off-place"}),
    "shifted 3 mm to the left": (moved(right=-3), {"address-off-place"}),
    "shifted 3 mm down": (moved(down=3), {"fold-mark-off", "punch-mark-off"}),
    "shifted 0.5 mm up": (moved(down=-0.5), {"fold-mark-off", "punch-mark-off"}),
    "scaled to fit": (under("0.97 0 0 0.97 8.93 12.63"), {"fold-mark-off", "address-off-place"}),
    "a mark is missing": (without_first_mark, {"fold-mark-off"}),
    "words in the window": (written("reference", 75, 88), {"ink-in-window"}),
    "words right of the address": (written("ref", 90, 75.5), {"ink-in-window"}),
    "words at the foot": (written("page one", 25, 294.5, 8), {"ink-in-border"}),
    "words upon words": (written("words upon words", 30, 126, 20), {"text-over-text"}),
    "another paper": (on_paper(215.9, 279.4), {"sheet-size-off"}),
    "turned": (lambda document: document.pages[0].rotate(90, relative=False), {"sheet-size-off"}),
    "a font left out": (unembedded, {"font-not-embedded"}),
    "a glyph that no font has": (drawn_with_glyph_0, {"glyph-not-shown"}),
    "a blank for a letter": (with_glyph(Glyph()), {"glyph-not-shown"}),
    "a box for a letter": (with_glyph(box()), {"glyph-not-shown"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_rule_fails_for_its_own_fault_alone(fault: str, sound: bytes) -> None:
    change, rules = FAULTS[fault]
    assert broken(changed(sound, change)) == rules


def test_a_copy_without_a_fault_passes(sound: bytes) -> None:
    assert broken(changed(sound, lambda _: None)) == set()
    assert broken(changed(sound, moved(right=0.05, down=0.05))) == set()


def test_every_rule_of_the_sheet_has_a_fault_that_breaks_it() -> None:
    told = {rule for _, rules in FAULTS.values() for rule in rules}
    assert told >= {
        *("sheet-size-off", "fold-mark-off", "punch-mark-off", "address-off-place", "ink-in-window"),
        *("ink-in-border", "text-over-text", "font-not-embedded", "glyph-not-shown"),
    }


def test_an_address_that_slides_out_of_sight_fails_and_one_that_is_not_there(sound: bytes) -> None:
    down = changed(sound, moved(down=6))
    assert "address-not-in-sight" in broken(down)
    assert "address-not-found" in broken(changed(sound, moved(down=90)))


def test_one_envelope_that_shows_the_address_is_enough_unless_another_is_used(typesetter: Typesetter) -> None:
    alone = replace(LETTER, return_address="", mailing_notation=())
    pdf = typesetter.typeset(alone, DIN).pdf
    right = next(one.numbers["right"] for one in findings(pdf) if one.what == "address in DL")
    # As wide as to end between where a C6/5 envelope always shows, 91, and a DL envelope, 100.
    wider = (95 - 25) / (right - 25)
    wide = changed(pdf, under(f"{wider} 0 0 1 {25 * MM * (1 - wider)} 0"))
    found = {one.what: one.verdict for one in findings(wide) if one.rule == "address-not-in-sight"}
    assert found == {"address in DL": "ok", "address in C6/5": "warn", "address in C5": "warn"}
    of_the_window = {"address-not-in-sight", "ink-in-window"}
    assert broken(wide) & of_the_window == set()
    assert broken(wide, envelope="C6/5") & of_the_window == {"address-not-in-sight"}
    assert broken(wide, envelope="dl") & of_the_window == set()


def test_what_shows_when_the_sheet_slides_counts_as_shown(sound: bytes) -> None:
    # Below the window at rest, which ends at 90, and inside where it shows in a DL envelope: 95.
    beside = changed(sound, written("reference", 60, 94.5))
    assert broken(beside, envelope="DL") == {"ink-in-window"}
    below = changed(sound, written("reference", 60, 98.6))
    assert broken(below, envelope="DL") == set()


@pytest.mark.parametrize("key", [key for key in WINDOWED if stationery(key).fold_marks])
def test_marks_stand_where_the_national_form_has_them(key: str, on_sheet: Callable[[str], bytes]) -> None:
    sheet = stationery(key)
    found = {one.what: one.numbers for one in findings(on_sheet(key), sheet)}
    for at, mm in enumerate(sheet.fold_marks, start=1):
        # The line is 0.1 mm thick and begins there.
        assert found[f"fold mark {at}"]["measured"] == pytest.approx(mm + 0.05, abs=0.03)


def test_positions_are_measured_to_a_tenth_of_a_millimetre(sound: bytes) -> None:
    by = {one.what: one.numbers for one in findings(sound)}
    assert by["punch mark"]["measured"] == pytest.approx(148.55, abs=0.03)
    assert by["address begins"]["measured"] == pytest.approx(25.0, abs=0.2)
    shifted = {one.what: one.numbers for one in findings(changed(sound, moved(right=3, down=3)))}
    assert shifted["fold mark 1"]["measured"] == pytest.approx(108.05, abs=0.1)
    assert shifted["address begins"]["measured"] == pytest.approx(28.0, abs=0.2)


def test_a_continuation_page_is_held_to_the_sheet_and_its_border_only(typesetter: Typesetter) -> None:
    pdf = typesetter.typeset(samples.QUESTIONS, DIN).pdf
    assert len(read(pdf).pages) > 1
    assert broken(pdf) == set()
    low = changed(pdf, under(f"1 0 0 1 0 {-8 * MM}", page=1))
    (fault,) = [one for one in findings(low) if one.verdict == "fail"]
    assert (fault.rule, fault.page) == ("ink-in-border", 2)


def test_in_a_file_of_several_letters_each_is_measured(sound: bytes) -> None:
    def joined(*letters: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.new() as whole:
            for one in letters:
                with pikepdf.open(io.BytesIO(one)) as letter:
                    whole.pages.extend(letter.pages)
            whole.save(out)
        return out.getvalue()

    assert broken(joined(sound, sound)) == set()
    found = findings(joined(sound, changed(sound, moved(right=3))))
    assert {(one.rule, one.page) for one in found if one.verdict == "fail"} == {("address-off-place", 2)}


def test_a_scanned_letter_is_measured_like_any_other(sound: bytes) -> None:
    def scanned(pdf: bytes) -> bytes:
        out = io.BytesIO()
        picture(pdf, 1, 200).convert("L").save(out, "PDF", resolution=200)
        return out.getvalue()

    assert broken(scanned(sound)) == set()
    assert [one.measured for one in findings(scanned(sound)) if one.rule == "glyph-not-shown"] == [
        "no text, a picture only"
    ]
    assert broken(scanned(changed(sound, moved(right=3)))) == {"address-off-place"}
    assert broken(scanned(changed(sound, moved(down=3)))) >= {"fold-mark-off", "punch-mark-off"}


def test_nothing_that_is_kept_of_a_file_holds_its_words(sound: bytes) -> None:
    told = repr(read(sound)) + repr(findings(changed(sound, moved(right=3, down=20))))
    for word in ("Velde", "Okafor", "Premier", "southern"):
        assert word not in told


@pytest.mark.parametrize("key", WINDOWED)
def test_the_stationery_is_known_by_its_marks_and_its_address(
    key: str, on_sheet: Callable[[str], bytes]
) -> None:
    pages = read(on_sheet(key))
    found = likely(pages, map(stationery, keys()))
    assert found is not None
    # Japanese windows differ by the envelope alone; each sheet suits the one that is named, too.
    assert found.fold_marks == stationery(key).fold_marks
    assert found.sheet == stationery(key).sheet
    assert not [one for one in check(pages, found, windows(found), "") if one.verdict == "fail"]


def test_a_document_to_nobody_is_taken_for_a_sheet_without_a_window(typesetter: Typesetter) -> None:
    pages = read(typesetter.typeset(samples.RESOLUTION, DIN).pdf)
    found = likely(pages, map(stationery, keys()))
    assert found is not None
    assert found.key == "plain"


@pytest.mark.parametrize("key", WINDOWED)
def test_a_window_shows_at_least_what_it_always_shows(key: str) -> None:
    for window in windows(stationery(key)):
        assert window.ever.holds(window.always)
    for zone in in_every_window(stationery(key)):
        assert all(window.always.holds(zone) for window in windows(stationery(key)))


# Play in millimetres as the table of safe zones has it: envelope less folded sheet.
PLAY = [
    ("din-5008-b", "DL", 10.0, 5.0), ("din-5008-b", "C6/5", 19.0, 9.0), ("din-5008-b", "C5", 19.0, 13.5),
    ("din-5008-a", "DL", 10.0, 5.0), ("nf", "DL", 10.0, 11.0), ("sn-right", "C5/6", 19.0, 9.0),
    ("us-9", "#9", 9.5, 3.15), ("us-10", "#10", 25.4, 11.6), ("jp-cho-3", "Chō 3", 25.0, 4.0),
]  # fmt: skip


@pytest.mark.parametrize(("key", "envelope", "across", "down"), PLAY)
def test_a_window_shows_more_where_the_sheet_slides(
    key: str, envelope: str, across: float, down: float
) -> None:
    (window,) = windows(stationery(key), envelope)
    assert window.always.left - window.ever.left == pytest.approx(across, abs=0.05)
    # Less the sliver in which nobody reads anything.
    assert window.ever.bottom - window.always.bottom == pytest.approx(down - 0.1, abs=0.1)


def refused(pdf: bytes) -> str:
    with pytest.raises(InputProblems) as caught:
        read(pdf)
    (problem,) = caught.value.problems
    return problem.name


def test_what_is_no_sound_pdf_is_refused(sound: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user=""))
    assert refused(out.getvalue()) == "pdf-encrypted"
    assert refused(sound[: len(sound) // 2]) == "pdf-damaged"
    assert refused(b"") == "pdf-damaged"
    with pikepdf.new() as empty:
        bare = io.BytesIO()
        empty.save(bare)
    assert refused(bare.getvalue()) == "pdf-without-pages"
    assert refused(changed(sound, on_paper(2000, 3000))) == "pdf-too-large"


def notify(pdf: bytes) -> set[str]:
    house = profiles.profile("notify")
    found = profiles.check(read(pdf, house), house, "letter.pdf")
    return {one.what for one in found if one.verdict == "fail"}


BRITISH = replace(
    LETTER, inside_address=("Ada Example", "1 High Street", "London", "SW1A 2AA"), mailing_notation=()
)


def test_the_profile_of_notify_holds_ink_to_its_areas(typesetter: Typesetter) -> None:
    pdf = typesetter.typeset(BRITISH, stationery("uk-c5")).pdf
    assert notify(pdf) == set()
    assert notify(changed(pdf, moved(right=3, down=7))) == {"address", "areas"}
    assert notify(changed(pdf, written("words", 8, 150))) == {"areas"}
    assert notify(changed(pdf, on_paper(215.9, 279.4))) == {"sheet"}


@pytest.mark.parametrize(
    ("lines", "is_right"),
    [
        (("Ada Example", "1 High Street", "London", "SW1A 2AA"), True),
        (("Ada Example", "1 High Street", "London", "sw1a2aa", "United Kingdom"), True),
        (("Ada Example", "1 Platz", "10115 Berlin", "GERMANY"), True),
        (("Ada Example", "1 Square", "Beijing 100017", "PEOPLE’S REPUBLIC OF CHINA"), True),
        (("Sgt Example", "Unit", "BFPO 12"), True),
        (("Ada Example", "1 High Street", "London SW1A 2AA"), False),
        (("Ada Example", "1 High Street", "London"), False),
        (("Ada Example", "SW1A 2AA"), False),
        (("Ada Example", "@home", "London", "SW1A 2AA"), False),
        (("Ada", "a", "b", "c", "d", "e", "London", "SW1A 2AA"), False),
    ],
)
def test_the_profile_of_notify_reads_the_address(
    lines: tuple[str, ...], is_right: bool, typesetter: Typesetter
) -> None:
    letter = replace(LETTER, inside_address=lines, mailing_notation=())
    found = notify(typesetter.typeset(letter, stationery("uk-c5")).pdf)
    assert ("address form" in found) != is_right
    if is_right:
        assert found == set()


def test_a_page_that_is_turned_or_cropped_is_read_all_the_same(typesetter: Typesetter) -> None:
    pdf = typesetter.typeset(BRITISH, stationery("uk-c5")).pdf
    house = profiles.profile("notify")

    def shifted(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            page.contents_add(b"q 1 0 0 1 50 70 cm", prepend=True)
            page.contents_add(b"Q")
            left, bottom, right, top = (float(side) for side in page.mediabox)
            page.mediabox = pikepdf.Array([left + 50, bottom + 70, right + 50, top + 70])

    def form(data: bytes) -> object:
        return read(data, house).pages[0].address

    assert form(changed(pdf, shifted)) == form(pdf)
    assert notify(changed(pdf, shifted)) == set()


def test_ink_is_judged_by_its_pixels(typesetter: Typesetter) -> None:
    pdf = typesetter.typeset(BRITISH, stationery("uk-c5")).pdf

    def drawn(operators: bytes) -> bytes:
        def draw(document: pikepdf.Pdf) -> None:
            document.pages[0].contents_add(b"q 0 0 0 RG 2 w " + operators + b" S Q")

        return changed(pdf, draw)

    # Between logo and address only its legs run, in the areas that are open; its box covers what is closed.
    high, low = (297 - 8) / 25.4 * 72, (297 - 60) / 25.4 * 72
    far = 190 / 25.4 * 72
    angle = b"%.1f %.1f m %.1f %.1f l %.1f %.1f l" % (
        60 / 25.4 * 72, high, far, high, far, low,
    )  # fmt: skip
    assert notify(drawn(angle)) == set()
    assert "areas" in notify(drawn(b"%.1f %.1f m %.1f %.1f l" % (40, low, 30, 300)))


def test_ink_that_runs_from_one_area_into_the_next_is_inside() -> None:
    areas = profiles.profile("notify").first
    across = Rectangle(left=100, top=10, width=60, height=5)
    assert list(profiles.left_over(across, areas)) == []
    beside = Rectangle(left=5, top=10, width=60, height=5)
    (left,) = profiles.left_over(beside, areas)
    assert (left.left, left.right) == (5, 15)


def hand_made(page: bytes, *more: bytes) -> bytes:
    """A file written object by object; the last entry of its table names nothing, at offset 0."""
    drawn = b"0 0 0 rg 100 700 50 10 re f"
    stream = b"<</Length %d>>\nstream\n%b\nendstream" % (len(drawn), drawn)
    catalogue = b"<</Type/Catalog/Pages 2 0 R>>"
    objects = (catalogue, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream, *more)
    out, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, thing)
    rows = b"".join(b"%010d 00000 n \n" % place for place in (*places, 0))
    size = len(objects) + 2
    table = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\n" % (size, rows, size)
    return out + table + b"startxref\n%d\n%%%%EOF\n" % len(out)


@pytest.mark.parametrize(
    "more", [b"", b"/Resources<<>>", b"/Contents 4 0 R", b"/Contents 4 0 R/Resources<<>>"]
)
def test_a_valid_file_that_is_unusual_is_measured(more: bytes) -> None:
    read_ = read(hand_made(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%b>>" % more))
    assert len(read_.pages[0].patches) == (b"/Contents" in more)


@pytest.mark.parametrize("key", ["uk-c5", "din-5008-b", "us-9"])
def test_letters_that_reach_out_of_their_line_are_not_out_of_sight(typesetter: Typesetter, key: str) -> None:
    lines = ("The Ambassador", "Embassy of the", "Republic", "3-4-33 Moto-Azabu, Minato-ku", "Tokyo", "JAPAN")
    letter = replace(samples.SHORT, inside_address=lines)
    assert broken(typesetter.typeset(letter, stationery(key)).pdf, stationery(key)) == set()
