"""The mould: which letters come out of it, what their files hold, what happens when WeasyPrint changes."""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from string import ascii_letters
from zlib import decompress

import pikepdf
import pytest
from PIL import Image
from weasyprint.pdf.fonts import Font

import lettergen
from lettergen.errors import RenderError
from lettergen.letters.letter import Letter, Letterhead, SignatureBlock, Span
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.pages.pdf import pango_private
from lettergen.pages.pdf.private_parts import Notices
from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
from lettergen.pages.vdp import batch_typesetter as batch_module
from lettergen.pages.vdp import comparison, mould_parts
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.pages.vdp.render_job import measured
from lettergen.pages.vdp.slots import DoesNotHoldError
from lettergen.pages.vdp.variable_fields import lines_of
from lettergen.pages.vdp.volume_writer import VolumeWriter
from lettergen.reference.stationery import stationery
from tests.pages import many, samples
from tests.pages.accessible import told
from tests.pages.reading import faults_of_pdf_a, opened, page_words, structure

DIN = stationery("din-5008-b")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (30, 12), 90).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter(pictures={"signature.png": picture()})


@pytest.fixture
def batch_typesetter(typesetter: Typesetter) -> BatchTypesetter:
    return BatchTypesetter(typesetter)


def to(name: str, letter: Letter = samples.SHORT) -> Letter:
    return replace(letter, inside_address=(name, *letter.inside_address[1:]), opening=f"Dear {name},")


def test_letters_to_different_people_come_out_of_one_mould(batch_typesetter: BatchTypesetter) -> None:
    made = [
        batch_typesetter.typeset(to(name), DIN)
        for name in ("Ms. Ada Velde", "Mr. Emil Office", "Dr. Zoë AVATAR")
    ]
    assert batch_typesetter.counts == {"cast": 3, "mould": 1}
    assert all("Velde" not in page_words(one.pdf) for one in made[1:])
    assert "Emil" in page_words(made[1].pdf)


def test_letters_from_different_people_come_out_of_one_mould(batch_typesetter: BatchTypesetter) -> None:
    for name in ("Ada Velde", "Emil Hallström"):
        sender = {
            "letterhead": Letterhead(name, ("Port Alma",)),
            "return_address": f"{name} · Port Alma",
            "signatures": (SignatureBlock((name,)),),
        }
        batch_typesetter.typeset(replace(samples.SHORT, **sender), DIN)  # type: ignore[arg-type]
    assert batch_typesetter.counts == {"cast": 2, "mould": 1}


@pytest.mark.parametrize(
    "other",
    [
        replace(samples.SHORT, body=samples.PLAIN.body[:2]),
        replace(samples.SHORT, subject=(Span("Another subject"),)),
        replace(samples.SHORT, inside_address=samples.SHORT.inside_address[:4]),
        replace(samples.SHORT, references=()),
        replace(samples.SHORT, document_title="Another title"),
        replace(samples.SHORT, language="fr"),
        replace(samples.SHORT, signatures=(SignatureBlock(("Ines Okafor",), "signature.png"),)),
    ],
    ids=["body", "subject", "lines", "references", "title", "language", "picture"],
)
def test_a_letter_of_another_shape_gets_a_mould_of_its_own(
    other: Letter, batch_typesetter: BatchTypesetter
) -> None:
    batch_typesetter.typeset(samples.SHORT, DIN)
    batch_typesetter.typeset(other, DIN)
    assert batch_typesetter.counts["mould"] > 1
    assert not batch_typesetter.is_off


@pytest.mark.parametrize(
    "name", ["word " * 20, "x" * 120, "Mr.  Double", "e\u0301a", "hy\N{HYPHEN}phen", "soft\xadhyphen"]
)
def test_a_line_that_is_not_plain_is_typeset_in_full_and_once(
    name: str, batch_typesetter: BatchTypesetter
) -> None:
    batch_typesetter.typeset(samples.SHORT, DIN)
    letter = replace(samples.SHORT, opening=f"Dear {name},")
    before = batch_typesetter.counts["mould"]
    first = batch_typesetter.typeset(letter, DIN)
    assert batch_typesetter.counts["mould"] == before + 1
    second = batch_typesetter.typeset(
        replace(letter, inside_address=("Mr. Emil", *letter.inside_address[1:])), DIN
    )
    assert batch_typesetter.counts["mould"] == before + 1
    assert first.pdf != second.pdf


LONG = "Permanent Mission of the Republic of Southland to the Northern Union and its offices in Port Alma"


def test_an_address_line_that_is_parted_is_typeset_in_full_and_once(
    batch_typesetter: BatchTypesetter,
) -> None:
    sheet = stationery("plain")
    made = [
        batch_typesetter.typeset(to(LONG, replace(samples.SHORT, return_address=at)), sheet)
        for at in ("A", "B")
    ]
    assert [one.cast is not None for one in made] == [True, True]
    assert batch_typesetter.counts["mould"] <= 2
    assert all(LONG in " ".join(page_words(one.pdf)) for one in made)


def test_letters_of_one_kind_have_one_style_sheet() -> None:
    sheets: dict[object, set[str]] = {}
    for letter, sheet in many.letters(400, 9):
        shape = (lines_of(letter, sheet).shape, letter.subject, letter.mailing_notation, sheet.key)
        key = (shape, measured(letter, sheet))
        sheets.setdefault(key, set()).add(sheet_css(letter, sheet, COMFORTABLE))
    assert {len(found) for found in sheets.values()} == {1}
    assert len({css for found in sheets.values() for css in found}) > 20


def test_the_country_counts_only_where_it_chooses_a_language(batch_typesetter: BatchTypesetter) -> None:
    for country in ("FR", "DE", "RU", "GB"):
        batch_typesetter.typeset(replace(samples.SHORT, country=country), DIN)
    assert batch_typesetter.counts["mould"] == 1
    batch_typesetter.typeset(replace(samples.SHORT, country="JP"), DIN)
    assert batch_typesetter.counts["mould"] == 2


def test_a_mailing_of_many_bodies_never_takes_one_for_another(
    batch_typesetter: BatchTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "_MOST_KNOWN", 2)
    for number in (1, 2, 3, 4, 1, 3, 2):
        body = (samples.said(f"This is the text with the number {number}00."),)
        letter = replace(samples.SHORT, body=body)
        assert f"{number}00." in page_words(batch_typesetter.typeset(letter, DIN).pdf)


def test_a_letter_that_cannot_be_set_has_the_same_fault_in_a_mailing(
    batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    letter = to("Հովհաննես")
    with pytest.raises(RenderError) as alone:
        typesetter.typeset(letter, DIN)
    with pytest.raises(RenderError) as among_many:
        batch_typesetter.typeset(letter, DIN)
    assert among_many.value.problems == alone.value.problems


def test_a_letter_about_which_something_is_to_be_said_says_it_in_a_mailing(
    batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    letter = replace(samples.SHORT, opening=f"Dear {'Ms. Ada Velde and ' * 12}everybody,")
    alone = typesetter.typeset(letter, DIN)
    assert batch_typesetter.typeset(letter, DIN).notes == alone.notes


def test_a_cast_letter_conforms_to_pdf_a_and_keeps_its_tags(
    batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    for letter in (samples.PLAIN, samples.QUESTIONS):
        cast = batch_typesetter.typeset(letter, DIN)
        assert cast.cast is not None
        assert faults_of_pdf_a(cast.pdf) == []
        assert structure(cast.pdf) == structure(typesetter.typeset(letter, DIN).pdf)
        with opened(cast.pdf) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert "pdfuaid:part>1<" in pdf.Root.Metadata.read_bytes().decode()


def test_a_cast_letter_names_no_person_outside_its_pages(batch_typesetter: BatchTypesetter) -> None:
    with opened(batch_typesetter.typeset(to("Ms. Xyrrha Velde"), DIN).pdf) as pdf:
        assert "Xyrrha" not in str(pdf.docinfo) + pdf.Root.Metadata.read_bytes().decode()


def test_each_letter_has_an_identity_of_its_own(batch_typesetter: BatchTypesetter) -> None:
    names = ("Ada", "Emil", "Ada")
    found = []
    for name in names:
        with opened(batch_typesetter.typeset(to(name), DIN).pdf) as pdf:
            found.append(bytes(pdf.trailer.ID[0]))
    assert found[0] != found[1]
    assert found[0] == found[2]


CHILD = """
import hashlib, sys
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.pages.pdf.typesetter import Typesetter
from tests.pages import many, samples
from tests.test_vdp import DIN, to
batch = BatchTypesetter(Typesetter())
names = sys.argv[1].split(",")
print({name: hashlib.sha256(batch.typeset(to(name), DIN).pdf).hexdigest() for name in sorted(names)})
"""


def test_bytes_do_not_depend_on_process_or_order(batch_typesetter: BatchTypesetter) -> None:
    names = ("Zoë", "Emil Office", "word " * 20 + "x", "Ada")
    made = {name: batch_typesetter.typeset(to(name, samples.QUESTIONS), DIN).pdf for name in names}
    batch_typesetter.typeset(samples.PLAIN, DIN)
    again = BatchTypesetter(batch_typesetter.typesetter)
    assert {name: again.typeset(to(name, samples.QUESTIONS), DIN).pdf for name in reversed(names)} == made


def test_bytes_are_the_same_in_another_process() -> None:
    paths = os.pathsep.join(str(Path(file).parents[1]) for file in (__file__, lettergen.__file__))
    found = set()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed}
        run = [sys.executable, "-c", CHILD, "Ada,Emil Office"]
        found.add(subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout)
    assert len(found) == 1


def characters(pdf: bytes) -> set[str]:
    """Return what the fonts of a file hold."""
    with opened(pdf) as document:
        maps = [
            thing.ToUnicode.read_bytes()
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing
        ]
    found = (
        bytes.fromhex(code.decode()) for one in maps for code in re.findall(rb"> <([0-9a-f]{4,})>\n", one)
    )
    return set("".join(code.decode("utf-16-be") for code in found))


def test_a_file_holds_the_characters_that_its_own_lines_may_need(batch_typesetter: BatchTypesetter) -> None:
    plain, western, both = (batch_typesetter.typeset(to(name), DIN).pdf for name in ("Ada", "Zoë", "Zoë Łuć"))
    assert characters(plain) >= set(ascii_letters)
    assert not characters(plain) & set("àëüŁł")
    assert characters(western) - characters(plain) >= set("àëü")
    assert not characters(western) & set("Łł")
    assert characters(both) - characters(western) >= set("Łłńż")
    assert len(plain) < len(western) < len(both)
    assert batch_typesetter.counts == {"cast": 3, "mould": 1}


@pytest.mark.parametrize("name", ["Nguyễn Thị Hạnh", "Żaneta Łuć", "Zoë « Ada »"])
def test_a_letter_in_any_script_of_the_face_is_cast_without_another_mould(
    name: str, batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    batch_typesetter.typeset(to("Ada"), DIN)
    made = batch_typesetter.typeset(to(name), DIN)
    assert batch_typesetter.counts == {"cast": 2, "mould": 1}
    assert page_words(made.pdf) == page_words(typesetter.typeset(to(name), DIN).pdf)
    assert many.looks(made.pdf) == many.looks(typesetter.typeset(to(name), DIN).pdf)


@pytest.mark.parametrize("name", ["Дмитрий", "Дмитрий Ωρίων", "Τάσος (Tasos)"])
def test_a_name_in_another_writing_is_part_of_a_mould_that_says_its_language(
    name: str, batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    batch_typesetter.typeset(to("Ada"), DIN)
    made = [
        batch_typesetter.typeset(letter, DIN) for letter in (to(name), replace(to(name), closing="Yours,"))
    ]
    assert batch_typesetter.counts == {"cast": 3, "mould": 2}
    alone = typesetter.typeset(to(name), DIN)
    assert told(made[0].pdf) == told(alone.pdf)
    assert many.looks(made[0].pdf) == many.looks(alone.pdf)
    assert any(one.language in ("ru", "el") for one in told(made[0].pdf))


def test_a_letter_with_latin_lines_takes_40_kilobytes_at_most(batch_typesetter: BatchTypesetter) -> None:
    for name in ("Ada Velde", "Zoë Ångström", "Łucja Nowak"):
        assert len(batch_typesetter.typeset(to(name), DIN).pdf) < 40_000


@pytest.fixture
def one_mu_for_two(monkeypatch: pytest.MonkeyPatch, batch_typesetter: BatchTypesetter) -> BatchTypesetter:
    """A face that draws the micro sign and the Greek letter by one glyph, as many do."""
    batch_typesetter.typeset(to("Ada"), DIN)
    runs = pango_private.GlyphType.runs
    monkeypatch.setattr(
        pango_private.GlyphType, "runs", lambda self, text: runs(self, text.replace("μ", "µ"))
    )
    return batch_typesetter


def test_a_glyph_that_stands_for_two_characters_is_read_as_the_one_of_the_letter(
    one_mu_for_two: BatchTypesetter,
) -> None:
    letters = (to("5 µ"), to("Dr. μ"), replace(to("5 µ"), opening="Dear Dr. μ,"))
    micro, greek, both = (one_mu_for_two.typeset(letter, DIN) for letter in letters)
    assert [one.cast is not None for one in (micro, greek, both)] == [True, True, False]
    volume = bound([micro, greek, micro])
    assert faults_of_pdf_a(volume) == []
    words = page_words(volume)
    assert (words.count("µ"), words.count("μ")) == (2, 1)


@pytest.mark.parametrize(
    "part",
    [
        "weasyprint.text.fonts.get_pango_font_key",
        "weasyprint.pdf.fonts.Font",
        "weasyprint.pdf.fonts.build_fonts_dictionary",
    ],
)
def test_a_weasyprint_that_has_changed_puts_moulds_away_and_says_so_once(
    part: str, typesetter: Typesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetter.engine, "notices", Notices())
    batch_typesetter = BatchTypesetter(typesetter)
    monkeypatch.delattr(part)
    for name in ("Ada", "Ben"):
        assert batch_typesetter.typeset(to(name), DIN).notes == ()
    second = batch_typesetter.typeset(to("Emil"), DIN)
    (problem,) = typesetter.engine.notices.problems()
    assert problem.message.startswith(f"slower: WeasyPrint 70.0 no longer has `{part}`; ")
    assert (batch_typesetter.counts["full:off"], batch_typesetter.counts["cast"]) == (3, 0)
    assert second.pdf == typesetter.typeset(to("Emil"), DIN).pdf


def test_the_first_letter_of_a_kind_is_held_against_its_full_typesetting(
    batch_typesetter: BatchTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_typesetter.typesetter.engine, "notices", Notices())
    monkeypatch.setattr(pango_private.GlyphType, "advance", lambda *_: 900)
    batch_typesetter.typeset(samples.SHORT, DIN)
    assert batch_typesetter.is_off
    assert [problem.name for problem in batch_typesetter.typesetter.engine.notices.problems()] == [
        "mould-off"
    ]


def test_what_is_not_public_in_weasyprint_is_where_it_was(typesetter: Typesetter) -> None:
    laid = typesetter.lay_out(samples.QUESTIONS, DIN)
    found = {line.name for line in mould_parts.found_lines(laid.sheets.document)}
    assert {("inside-address", 5), ("opening", 0), ("signature", 2), ("head", 1), ("head-date", 1)} <= found
    style = next(iter(mould_parts.found_lines(laid.sheets.document))).style
    assert pango_private.type_key(style) is not None
    assert isinstance(pango_private.GlyphType(style).pdf_font({}, {}), Font)


def test_proof_sees_a_line_that_is_a_hair_off(
    batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    cast = batch_typesetter.typeset(samples.SHORT, DIN).cast
    streams = [decompress(stream) for stream in cast.streams]
    taken: list[list[mould_parts.PdfObject]] = []
    laid = typesetter.lay_out(samples.SHORT, DIN)
    typesetter.engine.write(laid.sheets, laid.name, lambda pdf: taken.append(mould_parts.pdf_parts(pdf)[0]))
    comparison.compare(taken[0], cast.mould.template_file, streams)
    moved = [streams[0].replace(b"94.488189", b"94.488289"), *streams[1:]]
    with pytest.raises(DoesNotHoldError, match="differs"):
        comparison.compare(taken[0], cast.mould.template_file, moved)


def bound(letters: list[TypesetLetter], title: str = "Letters & more") -> bytes:
    out = io.BytesIO()
    volume_writer = VolumeWriter(out.write, title=title, language="en")
    for number, letter in enumerate(letters, start=1):
        volume_writer.add(letter, f"{number:05d}")
    volume_writer.close()
    return out.getvalue()


def test_a_volume_holds_its_letters_in_order_with_tags_bookmarks_and_labels(
    batch_typesetter: BatchTypesetter, typesetter: Typesetter
) -> None:
    letters = [
        batch_typesetter.typeset(to("Ada Velde"), DIN),
        typesetter.typeset(samples.QUESTIONS, DIN),
        batch_typesetter.typeset(to("Emil Office"), DIN),
    ]
    volume = bound(letters)
    assert faults_of_pdf_a(volume) == []
    with opened(volume) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.docinfo["/Title"] == "Letters & more"
        assert "Letters &amp; more" in pdf.Root.Metadata.read_bytes().decode()
        assert [str(page.label) for page in pdf.pages] == ["00001 – 1", "00002 – 1", "00002 – 2", "00003 – 1"]
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["00001", "00002", "00003"]
        assert [structure(volume).count(kind) for kind in ("/Art", "/H1")] == [3, 3]
        assert_marks_belong(pdf)


def assert_marks_belong(pdf: pikepdf.Pdf) -> None:
    """See that every marked stretch of a page belongs to an element of that page that says so."""
    owners: dict[int, pikepdf.Object] = {}
    for branch in pdf.Root.StructTreeRoot.ParentTree.Kids:
        numbers = list(branch.Nums)
        owners.update({int(at): owned for at, owned in zip(numbers[::2], numbers[1::2], strict=True)})
    for page in pdf.pages:
        owned = owners[int(page.StructParents)]
        content = b"\n".join(stream.read_bytes() for stream in page.Contents)
        assert content.count(b"/MCID") == len(owned)
        for mark, element in enumerate(owned):
            assert element.Pg.objgen == page.obj.objgen
            assert mark in [int(kid) for kid in element.K if isinstance(kid, int)]


def test_a_volume_shares_what_its_letters_share(batch_typesetter: BatchTypesetter) -> None:
    few = len(bound([batch_typesetter.typeset(to(f"Ada {at}"), DIN) for at in range(2)]))
    many = len(bound([batch_typesetter.typeset(to(f"Ada {at}"), DIN) for at in range(42)]))
    assert (many - few) / 40 < 2_500


def test_a_volume_that_holds_few_moulds_at_once_is_the_same(
    batch_typesetter: BatchTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [samples.SHORT.body, samples.SHORT.body[:1], samples.SHORT.body[1:]]
    letters = [batch_typesetter.typeset(replace(samples.SHORT, body=bodies[at % 3]), DIN) for at in range(6)]
    whole = bound(letters)
    monkeypatch.setattr("lettergen.pages.vdp.volume_writer._MOST_LEAVES", 1)
    assert bound(letters) == whole


def test_a_volume_has_one_font_for_letters_that_need_different_characters(
    batch_typesetter: BatchTypesetter,
) -> None:
    letters = [batch_typesetter.typeset(to(name), DIN) for name in ("Ada", "Zoë", "Łucja Nowak", "Hạnh")]
    volume = bound(letters)
    assert characters(volume) >= set("ëŁạ")
    assert page_words(volume) == [word for one in letters for word in page_words(one.pdf)]
    assert len(re.findall(rb"/Length1 ", volume)) == len(re.findall(rb"/Length1 ", letters[0].pdf))


def test_the_same_letters_make_the_same_volume(batch_typesetter: BatchTypesetter) -> None:
    letters = [batch_typesetter.typeset(to(name), DIN) for name in ("Ada", "Emil")]
    assert bound(letters) == bound(letters)
    assert bound(letters) != bound(letters[::-1])
