"""What a letter says of the way it goes is true of it: on letter and envelope, in manifest and ledger."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.outbox.manifest import Manifest
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.typefaces import fonts
from lettergen.reference import language as words
from lettergen.reference import table
from lettergen.reference.stationery import stationery
from tests.pages import reading, samples
from tests.pages.reading import lines

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
RECIPIENTS = """\
recipients:
  - {id: oslo, title: Minister, office: minister, address: [1 Road, 0030 Oslo], country: "NO",
     fax: +47 22 00 00 01, channels: [fax, registered]}
  - {id: bern, title: Minister, office: minister, address: [2 Road, 3003 Bern], country: CH,
     languages: [fr, en], channels: [registered, post]}
  - {id: wien, title: Minister, office: minister, address: [3 Road, 1010 Wien], country: AT, channels: hand}
  - {id: rome, title: Minister, office: minister, address: [4 Road, 00184 Roma], country: IT}
"""
SENDERS = """\
senders:
  - {id: ann, name: Ann Sample, address: [Lane 1], country: GB, email: ann@example.org, fax: +44 20 7946 0001}
"""
NOTE = "---\ntitle: A note\nlanguage: {language}\nuses: [sender]\n{more}subject: A note\n---\nPlease reply.\n"


@pytest.fixture
def desk(write: Write) -> Callable[[str], Path]:
    def campaign(notation: str = "") -> Path:
        more = f"mailing_notation: {notation}\n" if notation else ""
        files = {
            f"letter_templates/note{end}.md": NOTE.format(language=language, more=more)
            for end, language in (("", "en"), (".fr", "fr"))
        }
        toml = 'name = "Test"\n'
        return write(
            {**files, "recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "lettergen.toml": toml}
        )

    return campaign


MAKE = ["batch", "note", *(f"--to={one}" for one in ("oslo", "bern", "wien", "rome")), "--date", "2026-01-15"]
TOLD = ("REGISTERED MAIL", "RECOMMANDÉ", "BY FAX", "BY HAND", "URGENT", "BY BALLOON", "WITH RECEIPT")


def said(folder: Path, *options: str) -> dict[str, list[str]]:
    """What the letters of a mailing say of their way, by recipient."""
    assert run([*MAKE, "--format", "txt", "--yes", "--quiet", *options], today=TODAY) == ExitCode.OK
    mailing = folder / "outbox" / "note-2026-01-15"
    return {
        one.recipient_id or "": [
            line
            for line in (mailing / one.files[0].file).read_text(encoding="utf-8").splitlines()
            if any(told in line for told in TOLD)
        ]
        for one in Manifest.read(mailing / "manifest.jsonl").entries
    }


@pytest.mark.parametrize(
    ("notation", "options", "expected"),
    [
        ("", [], ["BY FAX", "RECOMMANDÉ", "BY HAND", ""]),
        ("", ["--channel", "post"], ["", "", "", ""]),
        ("", ["--channel", "registered"], ["REGISTERED MAIL", "RECOMMANDÉ", *["REGISTERED MAIL"] * 2]),
        ("BY FAX", [], ["BY FAX", "RECOMMANDÉ", "BY HAND", "BY FAX"]),
        ("URGENT", [], ["BY FAX URGENT", "RECOMMANDÉ URGENT", "BY HAND URGENT", "URGENT"]),
        ("REGISTERED MAIL WITH RECEIPT", ["--channel", "registered", "--to", "rome"], None),
        ("URGENT", ["--notation", "BY BALLOON"], ["BY BALLOON"] * 4),
        ("URGENT", ["--notation", "post"], [""] * 4),
    ],
)
def test_a_letter_says_how_it_goes_unless_somebody_chooses_otherwise(
    desk: Callable[[str], Path], notation: str, options: list[str], expected: list[str] | None
) -> None:
    found = said(desk(notation), *options)
    if expected is None:
        assert found["rome"] == [notation]
        return
    assert {name: " ".join(lines) for name, lines in found.items()} == dict(
        zip(("oslo", "bern", "wien", "rome"), expected, strict=True)
    )


def test_manifest_and_ledger_have_the_way_that_the_letter_tells(desk: Callable[[str], Path]) -> None:
    folder = desk("")
    said(folder)
    ways = {"oslo": "fax", "bern": "registered", "wien": "hand", "rome": "post"}
    lines = (folder / "outbox" / "note-2026-01-15" / "manifest.jsonl").read_text().splitlines()
    assert {one["recipient_id"]: one["channel"] for one in map(json.loads, lines)} == ways
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger:
        assert dict(ledger.execute("SELECT recipient, channel FROM entries")) == ways


@pytest.mark.parametrize("to", ["oslo", "bern", "wien", "rome"])
def test_one_letter_is_the_one_of_the_mailing(desk: Callable[[str], Path], to: str) -> None:
    folder = desk("URGENT")
    told = said(folder)[to]
    single = ["write", "note", "--to", to, "--date", "2026-01-15", "-o", "one.txt"]
    assert run(single, today=TODAY) == ExitCode.OK
    (letter,) = (folder / "outbox").rglob(f"*--{to}--*.txt")
    assert (folder / "one.txt").read_bytes() == letter.read_bytes()
    assert all(line in letter.read_text(encoding="utf-8") for line in told)


def test_a_template_that_promises_what_the_post_does_not_do_is_told_once(
    desk: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    desk("REGISTERED MAIL")
    make = [*MAKE, "--format", "txt", "--yes", "--quiet"]
    assert run([*make, "--channel", "post"], today=TODAY) == ExitCode.OK
    assert capsys.readouterr().err.count("[notation-of-another-way]") == 2  # in English and in French
    assert run([*make, "--channel", "registered", "--name", "by-item", "--again"], today=TODAY) == ExitCode.OK
    assert "[notation-of-another-way]" not in capsys.readouterr().err


def test_envelopes_are_for_letters_on_paper_and_say_how_each_goes(desk: Callable[[str], Path]) -> None:
    folder = desk("")
    said(folder)
    made = ["envelopes", "--mailing", "outbox/note-2026-01-15", "--force"]
    for options, expected in (([], {"REGISTERED MAIL", "BY HAND"}), (["--notation", "airmail"], {"AIRMAIL"})):
        assert run([*made, *options], today=TODAY) == ExitCode.OK
        found = lines((folder / "envelopes.pdf").read_bytes())
        assert {line.page for line in found} == {1, 2, 3}  # none for the fax
        assert {line.text for line in found if line.text.isupper()} & {*TOLD, "AIRMAIL"} == expected


def test_the_sheet_stands_in_the_manifest_where_a_letter_has_one(desk: Callable[[str], Path]) -> None:
    folder = desk("")
    for form, key in (("html", "din-5008-b"), ("txt", "")):
        words_ = [*MAKE, "--format", form, "--stationery", "din-5008-b", "--yes", "--quiet"]
        assert run(words_, today=TODAY) == ExitCode.OK
        entries = Manifest.read(folder / "outbox" / "note-2026-01-15" / "manifest.jsonl").entries
        assert {one.stationery for one in entries} == {key}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("BY FAX", True), ("recommandé", True), ("書留", True), ("URGENT", False), ("AIRMAIL", False)],
)
def test_which_notations_tell_a_way(text: str, *, is_one: bool) -> None:
    assert words.is_of_a_channel(text) == is_one


SPOKEN = sorted(
    {(code, told) for code, one in table("language").items() for told in one.get("notation", {}).values()}
)
# Of this one pdfium reads a joined lam as another sign.
MISREAD = {"بالبريد الإلكتروني"}
READ = [
    (code, told) for code, told in SPOKEN if told not in ("", *MISREAD) and not fonts.missing_among()(told)
]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize(("code", "told"), READ)
def test_a_notation_is_read_as_words_out_of_the_pdf(typesetter: Typesetter, code: str, told: str) -> None:
    """Capitals set too far apart read as E INSCHREIBEN."""
    letter = replace(samples.SHORT, mailing_notation=(told,), language=code)
    pdf = typesetter.typeset(letter, stationery("din-5008-b")).pdf
    wanted, found = (
        [word.casefold() for word in words_] for words_ in (reading.words(told), reading.page_words(pdf))
    )
    if words.direction(code) == "rtl":
        # pdfium tells what stands at one height from left to right.
        assert not Counter(wanted) - Counter(found)
    else:
        assert " ".join(wanted) in " ".join(found)
