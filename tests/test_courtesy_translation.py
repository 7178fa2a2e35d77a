"""Twin letters: the same letter in another language behind it, on sheets of its own, in every form."""

import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from lettergen import open_campaign
from lettergen.api import MailingRequest, PartySelection
from lettergen.cli import run
from lettergen.delivery.paper.imposition import PrintPiece, impose
from lettergen.delivery.paper.kits import KitOptions, make_kits
from lettergen.delivery.paper.print_files import PrintSettings, plan_jobs
from lettergen.errors import ExitCode, InputProblems
from lettergen.letters.letter import Letter
from lettergen.mailing.selection import LetterRequest, one_order
from lettergen.outbox.manifest import Manifest, ManifestEntry
from lettergen.outbox.volumes import MANIFEST
from lettergen.pages import ascii_text, html, text
from lettergen.pages.fax.options import FaxOptions
from lettergen.pages.mail import body
from lettergen.pages.terminal.page import draw
from lettergen.reference import language as phrases
from lettergen.reference.stationery import stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import RenderedLetter
from lettergen.rendering.renderer import Renderer
from tests.conftest import Write
from tests.pages.reading import faults_of_pdf_a, letter_words, words
from tests.twins import campaign

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

DAY = date(2026, 1, 15)
NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DIN = stationery("din-5008-b")
MANY = "\n\n".join(
    f"Paragraph {number} goes on for a line or two, {'as such letters do, ' * 12}" for number in range(30)
)


def ordered(folder: Path, sender: str = "jane", **wanted: object) -> Letter:
    """Return the letter of the campaign, with its translation."""
    opened = open_campaign(folder)
    request = LetterRequest(template="note", to="minister", sender=sender, on=DAY, translation="ko")
    facts, order = one_order(opened.facts, replace(request, **wanted), today=None)  # type: ignore[arg-type]
    return Renderer(RenderTerms(folder=folder), facts).letter(order)[0]


def written(folder: Path, form: str = "pdf", with_: str | None = "ko", **wanted: object) -> RenderedLetter:
    given = {"to": "minister", "sender": "jane", "on": DAY, **wanted}
    made = open_campaign(folder).write("note", format=form, translation=with_, now=NOW, **given)  # type: ignore[arg-type]
    assert not made.failed, made.problems
    return made


def pages_of(pdf: bytes) -> list[str]:
    with pdfium.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(InputProblems) as fault:
        act()
    return [problem.name for problem in fault.value.problems]


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("en", "Courtesy translation"),
        ("de", "Höflichkeitsübersetzung"),
        ("fr", "Traduction de courtoisie"),
        ("es", "Traducción de cortesía"),
        ("ru", "Неофициальный перевод"),
        ("ar", "ترجمة غير رسمية"),
        ("zh", "非正式译文"),
        ("ja", "非公式訳"),
        ("ko", "비공식 번역"),
    ],
)
def test_a_translation_is_headed_in_its_own_language(language: str, notice: str) -> None:
    assert phrases.captions(language).translation == notice


def test_the_letter_itself_is_the_same_with_a_translation_and_without(write: Write) -> None:
    folder = write(campaign())
    both, alone = ordered(folder), ordered(folder, translation=None)
    assert both.alone() == alone
    assert both.translation is not None
    assert both.translation.language == "ko"


def test_a_translation_is_plain_and_not_signed(write: Write) -> None:
    translation = ordered(write(campaign())).translation
    assert translation is not None
    assert translation.translation_notice == "비공식 번역"
    assert (translation.letterhead, translation.return_address, translation.inside_address) == (None, "", ())
    assert translation.place_and_date == "London, 2026년 1월 15일"
    assert [block.lines for block in translation.signatures] == [("Jane Example",)]
    assert "room" not in html.markup(translation, DIN)


def test_a_translation_addresses_the_reader_in_its_own_language(write: Write) -> None:
    recipients = campaign()["recipients.yaml"].replace(
        "    office: minister",
        '    salutation: "Dear Ms. Frost,"\n    closing: Yours truly,\n    office: minister',
    )
    letter = ordered(write(campaign(recipients=recipients)))
    assert letter.opening == "Dear Ms. Frost,"
    assert letter.translation is not None
    assert letter.translation.opening == "존경하는 장관님께"
    assert letter.translation.closing == "삼가 올립니다."


def test_the_translation_begins_on_a_sheet_of_its_own_and_numbers_its_own_pages(write: Write) -> None:
    long = campaign()["letter_templates/note.md"].replace(
        "{{ case.summary }}", f"{{{{ case.summary }}}}\n\n{MANY}"
    )
    made = written(write(campaign(note=long)))
    pages = pages_of(made.contents[0][1])
    assert made.pages == len(pages) > 3
    assert made.translation_page == len(pages)
    own = len(pages) - 1
    assert f"Page1of{own}" in "".join(pages[0].split())
    assert "비공식 번역" in pages[-1]
    assert "Page" not in pages[-1]  # one page has no number
    assert "쪽" not in pages[-1]


def test_the_pdf_is_accessible_archival_and_in_place(write: Write) -> None:
    pdf = written(write(campaign())).contents[0][1]
    assert faults_of_pdf_a(pdf) == []
    Path("letter.pdf").write_bytes(pdf)
    assert run(["verify", "letter.pdf", "--stationery", "din-5008-b"]) == ExitCode.OK
    with pikepdf.open(BytesIO(pdf)) as document:
        letters = document.Root.StructTreeRoot.K.K
        assert [str(one.Lang) for one in letters] == ["en", "ko"]
        assert str(document.Root.Lang) == "en"
        assert "Jane" not in str(document.docinfo)


def test_every_form_has_the_words_of_both_in_order(write: Write) -> None:
    folder = write(campaign())
    letter = ordered(folder)
    assert letter.translation is not None
    expected = letter_words(letter)
    flowed = body.running(body.lines(letter))
    assert [one for one in words(text.render(letter, width=500)) if one not in {"1.", "2."}] == expected
    assert flowed.index("Yours sincerely") < flowed.index("비공식 번역") < flowed.index("존경하는")
    shown = "\n".join(
        "".join(run.text for run in row) for page in draw(letter, DIN, columns=90) for row in page.rows
    )
    assert "Sheet 2 of 2" in shown
    assert shown.index("Yours sincerely") < shown.index("비공식 번역")
    page = html.render(letter, DIN)
    assert page.index("Yours sincerely") < page.index('<section class="translation" lang="ko" dir="ltr">')


def test_a_right_to_left_translation_turns_in_a_left_to_right_letter(write: Write) -> None:
    letter = ordered(write(campaign()))
    assert letter.translation is not None
    arabic = replace(letter, translation=replace(letter.translation, language="ar"))
    page = html.render(arabic, DIN)
    assert '<html lang="en">' in page
    assert '<section class="translation" lang="ar" dir="rtl">' in page
    assert '[dir="rtl"]' in page


def test_in_ascii_each_language_is_spelled_its_own_way(write: Write) -> None:
    letter = ordered(write(campaign()))
    assert letter.translation is not None
    german = replace(letter.translation, language="de", opening="Sehr geehrter Herr Müller,")
    spelled = ascii_text.render(replace(letter, opening="Dear Señor Müller,", translation=german))
    assert "Dear Senor Muller," in spelled
    assert "Sehr geehrter Herr Mueller," in spelled


def test_an_email_holds_both_in_its_text_and_in_its_pdf(write: Write) -> None:
    made = written(write(campaign()), "eml")
    message = email.message_from_bytes(made.contents[0][1], policy=email.policy.default)
    assert message["Content-Language"] == "en, ko"
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "비공식 번역" in plain.get_content()
    (pdf,) = message.iter_attachments()
    assert len(pages_of(pdf.get_content())) == 2


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_fax_has_the_translation_only_where_that_is_asked_for(write: Write, is_asked: bool) -> None:
    made = written(
        write(campaign()), "tif", fax=FaxOptions(translation=is_asked, at=NOW.replace(tzinfo=None))
    )
    assert made.pages == 1 + is_asked
    told = "translation-not-faxed" in {problem.name for problem in made.problems}
    assert told is not is_asked


def mailing(folder: Path, **wanted: object) -> tuple[ManifestEntry, ...]:
    """Make the mailing and return its manifest."""
    opened = open_campaign(folder)
    request = MailingRequest(
        templates=("note",),
        recipients=PartySelection(ids=("minister",)),
        senders=PartySelection(everybody=True),
        on=DAY,
        translation="ko",
    )
    request = replace(request, **wanted)  # type: ignore[arg-type]
    with opened.ledger(now=lambda: NOW) as ledger:
        list(opened.batch(request, ledger=ledger, workers=1))
    return Manifest.read(folder / "outbox" / "note-2026-01-15" / MANIFEST).entries


def test_a_letter_of_a_mailing_is_the_one_that_is_written_alone(write: Write) -> None:
    folder = write(campaign())
    entries = mailing(folder)
    assert [
        (one.language, one.translation, one.pages, one.translation_page, one.sheets) for one in entries
    ] == [("en", "ko", 2, 2, 2)] * 2
    for entry in entries:
        made = (folder / "outbox" / "note-2026-01-15" / entry.files[0].file).read_bytes()
        alone = written(folder, sender=entry.sender_id).contents[0][1]
        with pdfium.PdfDocument(made) as one, pdfium.PdfDocument(alone) as other:
            assert len(one) == len(other)
            for page, twin in zip(one, other, strict=True):
                assert page.render(scale=1).to_pil() == twin.render(scale=1).to_pil()
    whole = folder / "outbox/note-2026-01-15/post/volume-0001/all-letters.pdf"
    assert len(pages_of(whole.read_bytes())) == 4
    assert faults_of_pdf_a(whole.read_bytes()) == []


def test_the_ledger_knows_both_languages_and_a_second_run_makes_nothing(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(campaign())
    first = mailing(folder)
    assert mailing(folder) == first
    assert run(["ledger", "export"]) == ExitCode.OK
    told = [json.loads(line)["language"] for line in capsys.readouterr().out.splitlines()]
    assert told == ["en+ko"] * 2
    changed = campaign()["letter_templates/note.ko.md"].replace("저는", "우리는")
    (folder / "letter_templates/note.ko.md").write_text(changed)
    assert [one.files[0].sha256 for one in mailing(folder)] != [one.files[0].sha256 for one in first]


def test_printed_on_both_sides_the_translation_is_on_a_front(write: Write) -> None:
    folder = write(campaign())
    entries = mailing(folder)
    jobs = plan_jobs(entries, PrintSettings(duplex=True), size_of=lambda *_: (210.0, 297.0), countries={})
    (letters,) = jobs.values()
    assert [(one.pages, one.sheets) for one in letters] == [(2, 2)] * 2
    place = folder / "outbox" / "note-2026-01-15"
    out = BytesIO()
    pieces = [
        PrintPiece(place / one.letter, one.sequence, "n", one.pages, one.translation_page) for one in letters
    ]
    impose(pieces, out.write, duplex=True, marks=True, title="t")
    found = [
        "비공식" if "비공식" in page else "Yours" if "Yours" in page else ""
        for page in pages_of(out.getvalue())
    ]
    assert found == ["Yours", "", "비공식", ""] * 2
    assert faults_of_pdf_a(out.getvalue()) == []


def test_letters_in_the_volume_s_file_are_printed_likewise(write: Write) -> None:
    folder = write(campaign())
    entries = mailing(folder, files="combined")
    place = folder / "outbox" / "note-2026-01-15"
    pieces = [
        PrintPiece(
            place / one.files[0].file, one.sequence or 0, "n", one.pages, one.translation_page, one.first_page
        )
        for one in entries
    ]
    out = BytesIO()
    impose(pieces, out.write, duplex=True, marks=False, title="t")
    assert len(pages_of(out.getvalue())) == 8
    assert faults_of_pdf_a(out.getvalue()) == []
    kits = list(make_kits(open_campaign(folder).facts, place, entries, KitOptions(), force=False))
    assert [kit.letters for kit in kits] == [1, 1]


def test_the_mailing_s_file_can_ask_for_it(write: Write) -> None:
    from lettergen.facts.mailing_file import read as read_mailing
    from lettergen.mailing.requests import from_file

    told = "templates: [note]\nrecipients: [minister]\nsenders: [jane]\nwith: Korean\nfax_translation: true\n"
    folder = write(campaign(mailing=told))
    request = from_file(read_mailing(folder / "mailing.yaml", folder), MailingRequest(on=DAY))
    assert request.translation == "ko"
    (order,) = open_campaign(folder).plan(request).orders
    assert order.translation == "ko"
    faxed = replace(request, channels=("fax",))
    assert [one.translation for one in open_campaign(folder).plan(faxed).orders] == ["ko"]
    assert [one.translation for one in open_campaign(folder).plan(replace(faxed, fax=None)).orders] == [None]


def test_letters_in_that_language_already_go_without(write: Write) -> None:
    korea = """\
  - id: korean
    name: {family: 이, given: 한나}
    office: person
    address: [서울특별시 종로구 세종대로 1]
    country: KR
    languages: [ko]
    checked: {on: 2026-01-10, source: herself}
"""
    folder = write(campaign(recipients=campaign()["recipients.yaml"] + korea))
    request = MailingRequest(
        templates=("note",),
        recipients=PartySelection(everybody=True),
        senders=PartySelection(ids=("jane",)),
        on=DAY,
        translation="ko",
    )
    orders = open_campaign(folder).plan(request).orders
    assert [(one.recipient_id, one.language, one.translation) for one in orders] == [
        ("minister", "en", "ko"),
        ("korean", "ko", None),
    ]


def test_a_language_without_an_edition_or_without_the_case_is_told_whole(write: Write) -> None:
    folder = write(campaign())
    assert refused(lambda: written(folder, with_="fr")) == ["case-not-translated", "no-translation-edition"]
    assert refused(lambda: written(folder, with_="en")) == ["translation-in-own-language"]
    assert refused(lambda: mailing(folder, translation="fr")) == [
        "case-not-translated",
        "no-translation-edition",
    ]
    assert refused(lambda: mailing(folder, translation="en")) == ["translation-in-own-language"]


def test_a_translation_that_cannot_be_written_stops_the_letter(write: Write) -> None:
    faulty = campaign()["letter_templates/note.ko.md"].replace(
        "{{ case.summary }}", "{{ case.place_of_birth }}"
    )
    folder = write(campaign(note_ko=faulty))
    assert refused(lambda: written(folder)) == ["unknown-fact"]


def test_own_words_in_the_letter_s_language_are_told_to_be_left_out(write: Write) -> None:
    made = written(write(campaign()), sender="joe")
    assert "own-words-left-out" in {problem.name for problem in made.problems}


@pytest.mark.parametrize(
    ("template", "to", "case"),
    [
        ("solidarity-card", "rita-reader-in-prison", "port-example"),
        ("un-communication", "unhcr", "port-example"),
    ],
)
def test_cards_and_forms_can_have_one_too(template: str, to: str, case: str) -> None:
    opened = open_campaign(Path(__file__).parents[1])
    made = opened.write(
        template, to=to, case=case, on=date(2026, 3, 1), translation="fr", now=NOW, even_so=True
    )
    assert not made.failed, made.problems
    assert made.translation_page == 2 or made.pages > made.translation_page > 1


def test_a_name_that_readers_may_not_see_stops_the_translation_too(write: Write) -> None:
    case = campaign()["cases/baker.yaml"].replace(
        "publish: {addressee: full}", "publish: {addressee: withheld}"
    )
    hidden = case.replace("Bona Baker", "A woman").replace("Baker of", "A case of")
    folder = write(campaign(case=hidden.replace("release A woman", "release the woman")))
    made = open_campaign(folder).write("note", to="minister", on=DAY, translation="ko", now=NOW)
    assert made.failed
    assert {problem.name for problem in made.problems if problem.is_error} == {"name-not-cleared"}
