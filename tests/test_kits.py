"""Kits: one file a volunteer, their own letters and nobody else's, in their language."""

import io
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from lettergen.console.print_files import show_kits
from lettergen.console.refusals import show_refusal
from lettergen.delivery.paper.kits import KitOptions, make_kits
from lettergen.errors import ExitCode, InputProblems, OutputError, RenderError
from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.outbox.manifest import ManifestEntry, ManifestFile
from lettergen.outbox.volumes import COMBINED
from lettergen.reference import fax
from lettergen.reference import kits as reference

WAYS = (("cn-president-hu", "post"), ("cn-embassy-uk", "registered"), ("unhcr", "fax"))


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return Campaign.open(starter_folder())


@pytest.fixture
def mailing(tmp_path: Path) -> tuple[Path, list[ManifestEntry]]:
    """Two senders write to two recipients; what one of them faxes is no letter on paper."""
    folder = tmp_path / "protest-letter-2006-12-02"
    entries: list[ManifestEntry] = []
    for sender in ("citizen-de", "citizen-gb"):
        for recipient, channel in (
            ("cn-president-hu", "post"),
            ("cn-embassy-uk", "registered"),
            ("unhcr", "fax"),
        ):
            number = len(entries) + 1
            name = f"post/volume-0001/{number:05d}-protest-letter--{recipient}--{sender}.pdf"
            out = io.BytesIO()
            with pikepdf.new() as pdf:
                pdf.add_blank_page(page_size=(595.276, 841.89))
                pdf.save(out)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(out.getvalue())
            entries.append(
                ManifestEntry(
                    sequence=number,
                    letter_id=f"protest-letter--{recipient}--{sender}",
                    template="protest-letter",
                    language="en",
                    date="2006-12-02",
                    recipient_id=recipient,
                    sender_id=sender,
                    channel=channel,
                    state="made",
                    pages=1,
                    files=(ManifestFile.of(name, out.getvalue()),),
                )
            )
    return folder, entries


def texts(path: Path) -> list[str]:
    found = (page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(path))
    return [" ".join(text.split()) for text in found]


def test_each_sender_gets_a_guide_their_letters_and_their_envelopes(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    made = list(make_kits(campaign, folder, entries, KitOptions(envelope="dl"), force=False))
    assert [(kit.sender_id, kit.letters, kit.pages) for kit in made] == [
        ("citizen-de", 2, 5),
        ("citizen-gb", 2, 5),
    ]
    guide, _, _, first, second = texts(made[1].path)
    assert "2 letters, written in your name" in guide
    assert "2 December 2006" in guide
    assert "PEOPLE’S REPUBLIC OF CHINA" in first
    assert "REGISTERED MAIL" in second


def test_the_guide_speaks_the_senders_language(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    wishes = KitOptions(postage={"": "1,10 €"}, post_on=date(2006, 12, 1))
    made = list(make_kits(campaign, folder, entries, wishes, force=False))
    guide = texts(made[0].path)[0]
    assert guide.startswith("Ihre Briefe")
    assert "1. Lesen Sie jeden Brief." in guide
    assert "Frankieren Sie ihn: 1,10 €" in guide
    assert "Sie tragen das Datum 2. Dezember 2006" in guide
    assert "Geben Sie ihn am 1. Dezember 2006 zur Post" in guide


def test_the_list_has_boxes_registered_letters_and_the_postage_of_each_country(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    wishes = KitOptions(postage={"CN": "110 yen", "": "90 yen"})
    made = list(make_kits(campaign, folder, entries, wishes, force=False))
    guide = texts(made[1].path)[0]
    assert "Posted No. To Country Pages g Postage" in guide
    assert "Stamp it: the list below says with how much." in guide
    assert "China 1 10 110 yen" in guide
    assert "Registered: hand it in at the counter." in guide
    assert guide.count("90 yen") == 1
    sides = (one.get_bounds() for one in pdfium.PdfDocument(made[1].path)[0].get_objects())
    shapes = [(round(right - left), round(top - bottom)) for left, bottom, right, top in sides]
    # A box of four sides for each of the two letters, 4 mm and a rule of a quarter.
    assert shapes.count((13, 13)) == 2 or shapes.count((13, 1)) >= 4


def test_no_kit_tells_of_another_sender(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    made = list(make_kits(campaign, folder, entries, KitOptions(), force=False))
    names = {one: campaign.sender(one).name for one in ("citizen-de", "citizen-gb")}
    for kit in made:
        other = next(name for one, name in names.items() if one != kit.sender_id)
        assert other is not None
        assert other.as_written() not in "".join(texts(kit.path))


def test_of_a_volume_in_one_file_each_kit_takes_its_senders_pages_only(
    campaign: Campaign, tmp_path: Path
) -> None:
    folder, name = tmp_path / "protest-letter-2006-12-02", f"post/volume-0001/{COMBINED}"
    out = io.BytesIO()
    senders = ["citizen-de", "citizen-gb", "citizen-de", "citizen-gb"]
    starts = (1, 2, 4, 5)
    with pikepdf.new() as pdf:
        for page in range(1, 6):
            pdf.add_blank_page(page_size=(595.276, 841.89 + page))
        pdf.save(out)
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(out.getvalue())
    entries = [
        ManifestEntry(
            sequence=number,
            letter_id=f"protest-letter--letter-{number}--{sender}",
            template="protest-letter",
            language="en",
            date="2006-12-02",
            recipient_id=None,
            sender_id=sender,
            state="made",
            pages=2 if number == 2 else 1,
            first_page=start,
            files=(ManifestFile.of(name, out.getvalue()),),
        )
        for number, (sender, start) in enumerate(zip(senders, starts, strict=True), start=1)
    ]
    made = list(make_kits(campaign, folder, entries, KitOptions(), force=False))
    heights = {}
    for kit in made:
        with pikepdf.open(kit.path) as pdf:
            heights[kit.sender_id] = [round(float(page.mediabox[3]) - 841.89) for page in pdf.pages][1:]
    assert heights == {"citizen-de": [1, 4], "citizen-gb": [2, 3, 5]}


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
def test_every_language_has_all_words_and_puts_in_what_it_names(language: str) -> None:
    words = reference.kit_words(language)
    assert words.language == language
    put_in = {"date": "D", "envelope": "E", "postage": "P"}
    told = " ".join(step.format(**put_in) for step in words.steps)
    assert all(f" {mark}" in told or f"({mark})" in told for mark in put_in.values())
    assert len(words.columns) == 7


def test_other_languages_are_guided_in_english() -> None:
    assert reference.kit_words("ko").language == "en"


def test_the_same_mailing_makes_the_same_kits(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    first = [kit.path.read_bytes() for kit in make_kits(campaign, folder, entries, KitOptions(), force=False)]
    second = [kit.path.read_bytes() for kit in make_kits(campaign, folder, entries, KitOptions(), force=True)]
    assert first == second


def test_kits_are_never_replaced_unasked(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    list(make_kits(campaign, folder, entries, KitOptions(), force=False))
    with pytest.raises(OutputError):
        list(make_kits(campaign, folder, entries, KitOptions(), force=False))


def test_a_letter_that_is_missing_and_a_mailing_without_paper_are_told(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]]
) -> None:
    folder, entries = mailing
    with pytest.raises(InputProblems) as fault:
        list(
            make_kits(
                campaign, folder, [one for one in entries if one.channel == "fax"], KitOptions(), force=False
            )
        )
    assert [problem.name for problem in fault.value.problems] == ["nothing-to-print"]
    (folder / entries[0].files[0].file).unlink()
    with pytest.raises(RenderError) as missing:
        list(make_kits(campaign, folder, entries, KitOptions(), force=False))
    assert [problem.name for problem in missing.value.problems] == ["spoilt-letter"]


def test_where_a_kit_fails_those_before_it_are_told(
    campaign: Campaign, mailing: tuple[Path, list[ManifestEntry]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, entries = mailing
    paper = [one for one in entries if one.channel != "fax"]
    senders = list(dict.fromkeys(one.sender_id for one in paper))
    assert len(senders) > 1
    last = next(one for one in paper if one.sender_id == senders[-1])
    (folder / last.files[0].file).unlink()
    with pytest.raises(RenderError) as fault:
        show_kits(make_kits(campaign, folder, entries, KitOptions(), force=False), as_json=False)
    assert f"{len(senders) - 1} kit" in capsys.readouterr().err
    show_refusal(fault.value)
    told = capsys.readouterr().err
    assert "spoilt-letter" in told
    assert "Nothing was written" not in told
    assert fault.value.exit_code == ExitCode.PARTIAL


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
def test_faxes_have_all_words_in_the_languages_of_kits(language: str) -> None:
    cover, sheet = fax.cover_words(language), fax.sheet_words(language)
    assert "2, " in cover.pages.format(pages=2, total=3)
    assert "Ada" in cover.pass_on.format(name="Ada")
    assert len(sheet.columns) == 7
    assert "4" in sheet.total.format(faxes=4, pages=5, minutes=6)
    if language != "en":
        assert cover.astray != fax.cover_words("en").astray
        assert sheet.intro != fax.sheet_words("en").intro


@pytest.mark.parametrize("language", ["ru", "zh", "ja", "ko", "zh-TW"])
def test_a_call_sheet_has_words_of_its_own_in_other_languages(language: str) -> None:
    sheet = fax.sheet_words(language)
    assert fax.sheet_language(language) == language
    assert len(sheet.columns) == 7
    assert "Norge" in sheet.where.format(country="Norge")
    assert all(str(one) in sheet.total.format(faxes=4, pages=5, minutes=6) for one in (4, 5, 6))
    assert sheet.intro != fax.sheet_words("en").intro


@pytest.mark.parametrize("language", ["it", "ar", "en-GB"])
def test_a_call_sheet_without_words_is_english_as_a_whole(language: str) -> None:
    assert fax.sheet_language(language) == "en"
