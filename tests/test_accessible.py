"""What who listens to a file gets told: every word once, in its place, in its language, and nothing else."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from lettergen.delivery.paper.address_sheets import AddressSheets
from lettergen.delivery.paper.imposition import LetterSources
from lettergen.delivery.paper.kits import KitOptions, make_kits
from lettergen.delivery.paper.print_files import PrintSettings, plan_jobs, print_mailing
from lettergen.delivery.paper.registered_list import RegisteredItem, registered_list
from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.letters.letter import (
    EnclosedMessage,
    Letter,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    Span,
)
from lettergen.letters.outside import Outside
from lettergen.outbox.manifest import ManifestEntry, ManifestFile
from lettergen.outbox.volumes import COMBINED
from lettergen.pages.fax.call_sheet import CallSheetRow, call_sheet
from lettergen.pages.layout.text_setting import COMFORTABLE
from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.pages.vdp.volume_writer import VolumeWriter
from lettergen.reference.envelopes import envelope
from lettergen.reference.labels import label_sheet
from lettergen.reference.stationery import keys, stationery
from tests.pages import samples
from tests.pages.accessible import faults_of_pdf_ua, told
from tests.pages.reading import faults_of_pdf_a, opened, page_words

DIN = stationery("din-5008-b")

LONG = replace(
    samples.PLAIN,
    body=(
        *samples.PLAIN.body * 4,
        ListBlock(
            ((samples.ARREST, samples.FEAR), (samples.said("as follows:"), samples.DEMANDS), (samples.LAW,)),
            ordered=True,
        ),
        Quote((samples.HOPE, samples.HOPE)),
    ),
)
"""A letter of several pages, over whose breaks paragraphs and lists run."""
LISTED = replace(
    samples.SHORT,
    body=(samples.asked(*(f"to release number {at} at once;" for at in range(80)), ordered=True),),
)
ABROAD = replace(
    samples.SHORT,
    language="de",
    inside_address=("胡锦涛 (Hu Jintao)", "Peking", "CHINA"),
    signatures=(SignatureBlock(("홍길동 (Hong Gil-dong)",)),),
    body=(samples.said("Herr 최순복 und Frau 山田花子 sind verschwunden."), *samples.SHORT.body),
)
SIGNED = replace(samples.SHORT, signatures=(SignatureBlock(("Ines Okafor", "Secretary"), "signature.png"),))
ENCLOSING = replace(
    samples.SHORT,
    enclosed=(
        EnclosedMessage("Appeal of the family", (("From", "a family"),), (samples.ARREST, samples.DEMANDS)),
    ),
)
FRENCH = "Je vous écris parce que les « boat people » que vous avez renvoyés étaient des enfants."
SPOKEN = replace(
    samples.SHORT,
    language="en",
    country="UA",
    inside_address=("Володимир Зеленський", "вул. Банкова 11", "UKRAINE"),
    signatures=(SignatureBlock(("Ines Okafor (Инес Окафор)",)),),
    body=(
        Paragraph((Span(FRENCH, language="fr"),)),
        Paragraph((Span("A friend adds: "), Span("nous", emphasis=True, language="fr"), Span(" wait."))),
        samples.said("Your Government signed the Übereinkommen über die Rechte des Kindes."),
        samples.said("We name Τάσος Λειβαδίτης, no β-blocker."),
        *samples.SHORT.body,
    ),
    enclosures=("Enclosure: Convention relative aux droits de l’enfant",),
)
LETTERS = {
    **samples.ALL,
    "long": LONG,
    "listed": LISTED,
    "abroad": ABROAD,
    "spoken": SPOKEN,
    "signed": SIGNED,
    "enclosing": ENCLOSING,
}
EVERY = pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (120, 40), 90).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter(pictures={"signature.png": picture(), "signature.jpg": picture()})


@pytest.fixture(scope="module")
def typeset(typesetter: Typesetter) -> Callable[[Letter], TypesetLetter]:
    made: dict[Letter, TypesetLetter] = {}

    def once(letter: Letter) -> TypesetLetter:
        if letter not in made:
            made[letter] = typesetter.typeset(letter, DIN)
        return made[letter]

    return once


@pytest.fixture(scope="module")
def batch_typesetter(typesetter: Typesetter) -> BatchTypesetter:
    return BatchTypesetter(typesetter)


def bound(letters: list[TypesetLetter]) -> bytes:
    out = io.BytesIO()
    volume_writer = VolumeWriter(out.write, title="Letters", language="en")
    for number, letter in enumerate(letters, start=1):
        volume_writer.add(letter, f"{number:05d}")
    volume_writer.close()
    return out.getvalue()


@EVERY
def test_a_letter_keeps_the_clauses_of_pdf_ua(
    letter: Letter, typeset: Callable[[Letter], TypesetLetter]
) -> None:
    assert faults_of_pdf_ua(typeset(letter).pdf) == []


@pytest.mark.parametrize("key", keys())
def test_letters_on_every_stationery_keep_them(key: str, typesetter: Typesetter) -> None:
    # No letter of full length stands on a card.
    brief = replace(samples.SHORT, references=(), inside_address=samples.SHORT.inside_address[-3:])
    assert faults_of_pdf_ua(typesetter.typeset(brief, stationery(key)).pdf) == []


@EVERY
def test_a_letter_from_a_mould_is_told_as_the_same_letter_typeset_in_full(
    letter: Letter, typeset: Callable[[Letter], TypesetLetter], batch_typesetter: BatchTypesetter
) -> None:
    cast = batch_typesetter.typeset(letter, DIN).pdf
    assert faults_of_pdf_ua(cast) == []
    assert told(cast) == told(typeset(letter).pdf)


def test_a_volume_is_told_letter_by_letter(
    typeset: Callable[[Letter], TypesetLetter], batch_typesetter: BatchTypesetter
) -> None:
    made = [batch_typesetter.typeset(letter, DIN) for letter in (samples.PLAIN, LONG, SPOKEN)]
    made += [typeset(letter) for letter in (LONG, ABROAD, SIGNED)]
    volume = bound(made)
    assert faults_of_pdf_ua(volume) == []
    whole = told(volume)
    assert [one.kind for one in whole if len(one.parents) == 1] == ["Art"] * 6
    starts = [at for at, one in enumerate(whole) if one.kind == "Art"]
    parted = [whole[start + 1 : end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    for letter, part in zip(made, parted, strict=True):
        alone = told(letter.pdf)[1:]
        assert [(one.kind, one.language, one.text) for one in part] == [
            (one.kind, one.language, one.text) for one in alone
        ]


@EVERY
def test_what_is_told_is_what_stands_on_the_pages(
    letter: Letter, typeset: Callable[[Letter], TypesetLetter]
) -> None:
    pdf = typeset(letter).pdf
    assert characters(told(pdf)[0].text) == characters("".join(page_words(pdf)))


def characters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_a_paragraph_over_a_page_break_is_one(typeset: Callable[[Letter], TypesetLetter]) -> None:
    made = typeset(LONG)
    assert made.pages > 2
    found = told(made.pdf)
    assert any(one.kind == "P" and len(set(one.pages)) > 1 for one in found)
    # Four lists of three demands, and a list of three with one more of them in it.
    assert [one.kind for one in found].count("L") == 6
    assert [one.kind for one in found].count("LI") == 18


def test_a_list_over_page_breaks_is_one(typeset: Callable[[Letter], TypesetLetter]) -> None:
    made = typeset(LISTED)
    (listed,) = (one for one in told(made.pdf) if one.kind == "L")
    assert made.pages > 1
    assert set(listed.pages) == set(range(made.pages))
    assert listed.text.startswith("1. to release number 0")


def test_a_name_in_its_own_writing_is_told_in_its_language(
    typeset: Callable[[Letter], TypesetLetter],
) -> None:
    spoken = {one.text: one.language for one in told(typeset(ABROAD).pdf) if one.kind == "Span"}
    assert spoken == {"胡锦涛": "zh-Hans", "홍길동": "ko", "최순복": "ko", "山田花子": "zh-Hans"}


def test_each_stretch_in_another_language_is_told_in_it(typeset: Callable[[Letter], TypesetLetter]) -> None:
    found = told(typeset(SPOKEN).pdf)
    assert {one.text: one.language for one in found if one.kind == "Span"} == {
        "Володимир Зеленськийвул. Банкова 11": "uk",
        "Инес Окафор": "uk",
        "nous": "fr",
        "Übereinkommen über die Rechte\xa0des\xa0Kindes": "de",
        "Τάσος Λειβαδίτης": "el",
        "Convention relative aux droits de l’enfant": "fr",
    }
    in_french = [one.text for one in found if (one.kind, one.language) == ("P", "fr")]
    assert [text.replace("\xa0", " ") for text in in_french] == [FRENCH.replace("\xa0", " ")]


def test_heads_and_feet_of_further_pages_are_no_part_of_the_text(
    typeset: Callable[[Letter], TypesetLetter],
) -> None:
    pdf = typeset(LONG).pdf
    with opened(pdf) as document:
        second = document.pages[1].Contents.read_bytes()
    assert second.count(b"/Type /Pagination") == 3
    assert second.count(b"/Subtype /Header") == 2
    assert second.count(b"/Subtype /Footer") == 1
    assert not any("/" in one.text and one.text.strip().startswith("2") for one in told(pdf))


def test_a_picture_is_told_by_the_name_it_stands_for(typeset: Callable[[Letter], TypesetLetter]) -> None:
    with opened(typeset(SIGNED).pdf) as document:
        (figure,) = [
            one
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
        assert figure.Alt == "Ines Okafor"


@pytest.fixture(scope="module")
def mailing(
    tmp_path_factory: pytest.TempPathFactory, typesetter: Typesetter, batch_typesetter: BatchTypesetter
) -> tuple[Path, list[ManifestEntry]]:
    """Letters of one sender: cast, signed, of several pages, in German; and two of them in a volume."""
    folder = tmp_path_factory.mktemp("mailings") / "protest-letter-2006-12-02"
    made = [batch_typesetter.typeset(letter, DIN) for letter in (samples.SHORT, SIGNED, samples.QUESTIONS)]
    made += [typesetter.typeset(ABROAD, DIN)]
    names = [f"post/volume-0001/{number:05d}-letter.pdf" for number in range(1, 5)]
    data = [one.pdf for one in made]
    first = [0, 0, 0, 0]
    for one, start in ((made[2], 2), (made[0], 1)):
        names.append(f"post/volume-0002/{COMBINED}")
        data.append(bound([made[0], made[2]]))
        first.append(start)
        made.append(one)
    entries = []
    for number, (one, name, pdf, start) in enumerate(zip(made, names, data, first, strict=True), start=1):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(pdf)
        entries.append(
            ManifestEntry(
                sequence=number,
                letter_id=f"protest-letter--letter-{number}",
                template="protest-letter",
                language="en",
                date="2006-12-02",
                recipient_id="cn-president-hu",
                sender_id="citizen-gb",
                channel="post",
                state="made",
                pages=one.pages,
                first_page=start,
                files=(ManifestFile.of(name, pdf),),
            )
        )
    return folder, entries


def assert_accessible_and_slim(pdf: bytes) -> None:
    assert faults_of_pdf_ua(pdf) == []
    assert faults_of_pdf_a(pdf) == []
    with opened(pdf) as document:
        assert document.check_pdf_syntax() == []
        streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        assert len({one.read_raw_bytes() for one in streams}) == len(streams)
        assert sum("/N" in one and "/First" not in one for one in streams) == 1


def test_a_kit_is_as_accessible_as_its_letters(mailing: tuple[Path, list[ManifestEntry]]) -> None:
    folder, entries = mailing
    (kit,) = make_kits(Campaign.open(starter_folder()), folder, entries, KitOptions(), force=True)
    pdf = kit.path.read_bytes()
    assert_accessible_and_slim(pdf)
    tops = [one for one in told(pdf) if len(one.parents) == 1]
    assert [one.kind for one in tops] == ["Art"] * 8
    assert [one.language for one in tops] == ["en"] * 4 + ["de"] + ["en"] * 3
    assert tops[5].text == tops[3].text
    assert tops[6].text == tops[1].text


@pytest.mark.parametrize("duplex", [True, False])
def test_a_print_file_is_as_accessible_as_its_letters(
    mailing: tuple[Path, list[ManifestEntry]], duplex: bool
) -> None:
    folder, entries = mailing
    paper = PrintSettings(duplex=duplex, marks=True)
    sources = LetterSources()
    jobs = plan_jobs(
        entries, paper, size_of=lambda file, page: sources.size(folder / file, page), countries={}, by=()
    )
    path, *_ = print_mailing(folder, jobs, paper, title="t", force=True)
    assert_accessible_and_slim(path.read_bytes())


def test_what_is_bound_with_a_file_that_declares_nothing_declares_nothing() -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    made = TypesetLetter(out.getvalue(), 1, COMFORTABLE)
    with opened(bound([made])) as volume:
        assert "/Metadata" not in volume.Root


OUTSIDE = Outside(
    recipient_id="r", address=("Frau 山田花子", "1-2-3 Rei-machi", "JAPAN"),
    return_address=("Ada", "Port Alma"), notation="AIRMAIL", language="de",
)  # fmt: skip


def test_envelopes_labels_and_lists_keep_the_clauses(typesetter: Typesetter) -> None:
    sheets = AddressSheets()
    row = CallSheetRow(
        dial="00 86 10 1", to="Premier (China)", pages=2, file="00001", seconds=70,
        not_before=datetime(2006, 12, 2, 9, tzinfo=UTC),
    )  # fmt: skip
    item = RegisteredItem(
        number=1, item="RR 473 124 829 GB", addressee="Hu", destination="China", weight_g=20, receipt=True
    )
    for pdf in (
        sheets.envelopes([OUTSIDE] * 3, envelope("dl"), title="Envelopes"),
        sheets.labels([OUTSIDE] * 30, label_sheet("l7160"), start=3, title="Labels"),
        registered_list([item] * 90, sender=("Ada", "Port Alma"), on="2 December 2006"),
        call_sheet([row] * 90, typesetter, language="de", country="JP"),
    ):
        assert faults_of_pdf_ua(pdf) == []
        # The checker does not know patterns, as which the bar codes are drawn.
        assert [one for one in faults_of_pdf_a(pdf) if "unsupported" not in one] == []


def spoilt(pdf: bytes, spoil: Callable[[pikepdf.Pdf], None]) -> list[str]:
    out = io.BytesIO()
    with opened(pdf) as document:
        spoil(document)
        document.save(out)
    return faults_of_pdf_ua(out.getvalue())


def of_kind(document: pikepdf.Pdf, kind: str) -> list[pikepdf.Dictionary]:
    return [
        one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == f"/{kind}"
    ]


def another_kind(kind: str, other: str) -> Callable[[pikepdf.Pdf], None]:
    def spoil(document: pikepdf.Pdf) -> None:
        for one in of_kind(document, kind):
            one.S = pikepdf.Name(f"/{other}")

    return spoil


def without(kind: str, key: str) -> Callable[[pikepdf.Pdf], None]:
    def spoil(document: pikepdf.Pdf) -> None:
        for one in of_kind(document, kind):
            del one[key]

    return spoil


def upside_down(document: pikepdf.Pdf) -> None:
    (figure,) = of_kind(document, "Figure")
    left, foot, right, head = (float(one) for one in figure.A.BBox)
    figure.A.BBox = pikepdf.Array([left, 841 - head, right, 841 - foot])


def orphaned(document: pikepdf.Pdf) -> None:
    of_kind(document, "Document")[0].K = document.Root.StructTreeRoot.K[0].K[1:]


def unmarked(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    page.Contents = document.make_stream(page.Contents.read_bytes() + b"\n0 0 10 10 re f")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (another_kind("LBody", "P"), "7.2: LI holds P"),
        (another_kind("P", "Div"), "7.1: Div says nothing"),
        (another_kind("H1", "H2"), "7.4.2: H2 follows H0"),
        (without("TH", "/A"), "7.5: a heading of a table does not say of what"),
        (without("Figure", "/Alt"), "7.3: a picture without words"),
        (upside_down, "7.1: no picture stands in"),
        (orphaned, "7.1: page 1 marks"),
        (unmarked, "7.1: `f` is neither marked nor an artifact"),
    ],
)
def test_the_walk_sees_what_breaks_a_clause(
    spoil: Callable[[pikepdf.Pdf], None], fault: str, typesetter: Typesetter
) -> None:
    letter = replace(SIGNED, body=samples.PLAIN.body)
    found = spoilt(typesetter.typeset(letter, DIN).pdf, spoil)
    assert any(one.startswith(fault) for one in found), found
