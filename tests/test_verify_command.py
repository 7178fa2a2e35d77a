"""The command `verify`: what it prints, what it writes, and that no file can stop it."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference.stationery import stationery
from lettergen.verify import files
from lettergen.verify.address_block import is_mark
from lettergen.verify.files import MeasuringJob, measured
from lettergen.verify.pdf_reader import read
from tests.pages import samples

Write = Callable[[Mapping[str, str | bytes]], Path]
DIN = stationery("din-5008-b")


@pytest.fixture(scope="module")
def sound() -> bytes:
    return Typesetter().typeset(replace(samples.SHORT, references=()), DIN).pdf


@pytest.fixture(scope="module")
def shifted(sound: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as document:
        document.pages[0].contents_add(b"q 1 0 0 1 8.5 0 cm\n", prepend=True)
        document.pages[0].contents_add(b"\nQ")
        document.save(out)
    return out.getvalue()


def test_a_sound_letter_ends_with_0_and_names_the_sheet_it_was_held_against(
    write: Write, sound: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"letter.pdf": sound})
    assert run(["verify", "letter.pdf"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert "din-5008-b, assumed by its size and marks" in out
    assert "fold mark 1" in out
    assert "Everything is in place." in err


def test_one_file_that_is_off_ends_with_1_and_one_of_two_with_3(
    write: Write, sound: bytes, shifted: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"good.pdf": sound, "bad.pdf": shifted})
    assert run(["verify", "bad.pdf"]) == ExitCode.PROBLEMS
    assert "[address-off-place] the address begins 2" in capsys.readouterr().err
    assert run(["verify", "good.pdf", "bad.pdf"]) == ExitCode.PARTIAL
    assert "1 of 2 files with faults." in capsys.readouterr().err


def test_json_has_numbers_by_name_and_no_word_of_the_letter(
    write: Write, shifted: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"letter.pdf": shifted})
    assert run(["verify", "letter.pdf", "--json", "--stationery", "din-5008-b"]) == ExitCode.PROBLEMS
    out = capsys.readouterr().out
    (report,) = json.loads(out)
    assert (report["verdict"], report["stationery"], report["assumed"]) == ("fail", "din-5008-b", None)
    by = {one["what"]: one for one in report["findings"]}
    assert by["fold mark 1"]["mm"]["wanted"] == 105
    assert by["fold mark 1"]["verdict"] == "ok"
    assert by["address begins"]["verdict"] == "fail"
    assert [one["name"] for one in report["problems"]] == ["address-off-place"]
    assert "Velde" not in out


def test_the_campaign_says_which_sheet_unless_the_command_does(
    write: Write, sound: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"letter.pdf": sound, "lettergen.toml": 'stationery = "nf"\n'})
    assert run(["verify", "letter.pdf"]) == ExitCode.PROBLEMS
    assert "nf, assumed as lettergen.toml says" in capsys.readouterr().out
    assert run(["verify", "letter.pdf", "--stationery", "din-5008-b"]) == ExitCode.OK


def test_a_sheet_of_the_campaigns_own_is_measured_too(
    write: Write, sound: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    own = '[own_stationery.ours]\nlike = "din-5008-b"\nfold_marks = [99.0, 210.0]\n'
    write({"letter.pdf": sound, "lettergen.toml": own})
    assert run(["verify", "letter.pdf", "--stationery", "ours"]) == ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert "99 ±0.3" in out
    assert "[fold-mark-off] fold mark 1 is at 105.1 mm, but should be at 99 mm" in err


def test_a_folder_means_its_letters_and_not_the_file_of_all_of_them(
    write: Write, sound: bytes, shifted: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("post/volume-0001/00001-appeal.pdf", "post/volume-0001/00002-appeal.pdf")
    write({names[0]: sound, names[1]: shifted, "post/volume-0001/all-letters.pdf": sound})
    assert run(["verify", "post", "--json"]) == ExitCode.PARTIAL
    assert [one["file"] for one in json.loads(capsys.readouterr().out)] == list(names)


def test_no_file_stops_the_others(write: Write, sound: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    write({"one.pdf": sound, "two.pdf": b"%PDF-1.7\nnothing", "three.pdf": sound[:9000], "four.pdf": sound})
    words = ["verify", "one.pdf", "two.pdf", "three.pdf", "gone.pdf", "four.pdf", "--json"]
    assert run(words) == ExitCode.PARTIAL
    reports = json.loads(capsys.readouterr().out)
    told = {one["file"]: [problem["name"] for problem in one["problems"]] for one in reports}
    assert told == {
        "one.pdf": [], "two.pdf": ["pdf-damaged"], "three.pdf": ["pdf-damaged"],
        "gone.pdf": ["pdf-not-readable"], "four.pdf": [],
    }  # fmt: skip


def test_a_file_that_ends_its_reader_falls_alone(
    write: Write, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"one.pdf": sound, "two.pdf": sound + b"\n%", "bomb.pdf": bomb()})
    monkeypatch.setattr(files, "_SECONDS", 1.0)
    jobs = [
        MeasuringJob(file=name, path=folder / name, stationery=DIN)
        for name in ("one.pdf", "bomb.pdf", "two.pdf")
    ]
    reports = [report for report, _ in measured(jobs, workers=1)]
    assert [[problem.name for problem in one.problems] for one in reports] == [[], ["pdf-not-measured"], []]


def bomb() -> bytes:
    """A page that is drawn for minutes: forms of forms of forms, ten times each."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        inner = document.make_stream(b"0 0 m 500 500 l S\n" * 100)
        inner.Type, inner.Subtype, inner.BBox = (
            pikepdf.Name.XObject,
            pikepdf.Name.Form,
            pikepdf.Array([0, 0, 595, 842]),
        )
        for _ in range(9):
            outer = document.make_stream(b"/F Do\n" * 10)
            outer.Type, outer.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            outer.BBox = pikepdf.Array([0, 0, 595, 842])
            outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
            inner = outer
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        page.Contents = document.make_stream(b"/F Do\n")
        document.save(out)
    return out.getvalue()


def test_many_files_are_measured_side_by_side_in_the_order_in_which_they_were_named(
    write: Write, sound: bytes, shifted: bytes
) -> None:
    folder = write({f"{at:02d}.pdf": (shifted if at == 3 else sound) + b"\n%" * at for at in range(7)})
    jobs = [MeasuringJob(file=path.name, path=path, stationery=DIN) for path in sorted(folder.glob("*.pdf"))]
    side_by_side = [report for report, _ in measured(jobs, workers=2)]
    assert [report.file for report in side_by_side] == [job.file for job in jobs]
    assert [report.file for report in side_by_side if report.failed] == ["03.pdf"]
    alone = [report for report, _ in measured(jobs, workers=1)]
    assert [one.findings for one in alone] == [one.findings for one in side_by_side]


def test_the_same_contents_are_measured_once_and_told_of_each(write: Write, shifted: bytes) -> None:
    folder = write({"one.pdf": shifted, "two.pdf": shifted})
    jobs = [MeasuringJob(file=name, path=folder / name, stationery=DIN) for name in ("one.pdf", "two.pdf")]
    one, two = (report for report, _ in measured(jobs, workers=1))
    assert one.seconds > 0
    assert two.seconds == 0
    places = [str(finding.problem.place) for finding in two.findings if finding.problem]
    assert places == ["two.pdf"]


def test_an_overlay_outlines_what_is_off_and_is_the_same_each_time(
    write: Write, sound: bytes, shifted: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write({"good.pdf": sound, "bad.pdf": shifted})
    assert run(["verify", "good.pdf", "bad.pdf", "--overlay", "seen"]) == ExitCode.PARTIAL
    red = {name: red_dots(folder / "seen" / f"{name}.png") for name in ("good", "bad")}
    assert red["good"] < 200
    assert red["bad"] > 2000
    run(["verify", "bad.pdf", "--overlay", "once.pdf"])
    run(["verify", "bad.pdf", "--overlay", "again.pdf"])
    first = (folder / "once.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert first == (folder / "again.pdf").read_bytes()
    capsys.readouterr()
    assert run(["verify", "bad.pdf", "--overlay", "once.pdf"]) == ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert "address begins" in out
    assert "--force" in err


def red_dots(path: Path) -> int:
    """Dots in the colour of what is off; words of the legend have a few."""
    with Image.open(path) as image:
        return sum(count for count, colour in image.getcolors(1 << 24) or () if colour == (220, 0, 0))


def test_preview_shades_what_the_window_shows_and_tells_what_was_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["preview", "protest-letter", "--sample", "--stationery", "us-9", "--no-pager"]
    assert run([*words, "--zones"]) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "░Beijingshi 100017░░" in shown
    assert "address in #9" in shown
    assert run(words) == ExitCode.OK
    assert "░" not in capsys.readouterr().out


NOTE = (
    "---\ntitle: A note\nlanguage: en\nuses: [sender]\nsubject: A note\n---\n"
    "Dear {{ recipient.display }}, please reply.\n"
)
CAMPAIGN = {
    "lettergen.toml": 'name = "Test"\n',
    "letter_templates/note.md": NOTE,
    "senders.yaml": """senders:
  - {id: ada, name: Ada Velde, address: [Ring 1, 10115 Berlin], country: DE, email: ada@example.org}
  - {id: bea, name: Bea Dupont, address: [1 rue Haute, 75001 Paris], country: FR}
  - {id: cyn, name: Cynthia Doe, address: ["1 Main Street", "Springfield, IL 62701"], country: US}
""",
    "recipients.yaml": """recipients:
  - {id: oslo, name: Kari Example, address: [1 Road, 0150 Oslo], country: "NO", channels: [post]}
  - {id: rome, title: Editor, organisation: Giornale, address: [Via 2, 00184 Roma], country: IT,
     channels: [post]}
  - {id: bern, title: Editor, email: bern@example.org, country: CH, channels: [email]}
""",
}


@pytest.mark.parametrize("files", ["separate", "combined"])
def test_a_mailing_of_several_countries_sheets_and_channels_is_in_place(
    files: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(CAMPAIGN)
    people = ["--all-senders", "--to", "oslo", "--to", "rome", "--to", "bern"]
    words = ["batch", "note", *people, "--date", "2026-01-20", "--format", "pdf", "--workers", "1", "--yes"]
    assert run([*words, "--files", files]) == ExitCode.OK
    capsys.readouterr()
    assert run(["verify", "outbox", "--json"]) == ExitCode.OK
    reports = json.loads(capsys.readouterr().out)
    assert {one["assumed"] for one in reports} == {"as the mailing's manifest says"}
    sheets = {key for one in reports for key in one["stationery"].split(", ")}
    assert sheets == {"din-5008-b", "nf", "us-9"}
    assert sum(one["pages"] for one in reports) == 6
    mailing = "outbox/note-2026-01-20"
    assert run(["print-files", mailing, "--duplex", "--marks"]) == ExitCode.OK
    assert run(["kits", mailing]) == ExitCode.OK
    capsys.readouterr()
    assert run(["verify", f"{mailing}/print", "--json"]) == ExitCode.OK
    reports = json.loads(capsys.readouterr().out)
    assert sum(one["pages"] for one in reports) == 12  # with the backs
    assert run(["verify", f"{mailing}/kits"]) == ExitCode.USAGE
    assert f"in their mailing: `lettergen verify {mailing}`" in capsys.readouterr().err


def test_letters_of_a_mailing_that_are_gone_are_told(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(CAMPAIGN)
    words = ["batch", "note", "--all-senders", "--to", "oslo", "--date", "2026-01-20", "--format", "pdf"]
    assert run([*words, "--workers", "1", "--yes"]) == ExitCode.OK
    gone = sorted(folder.glob("outbox/*/post/*/*.pdf"))[:2]
    for path in gone:
        path.unlink()
    capsys.readouterr()
    assert run(["verify", "outbox", "--json"]) == ExitCode.PARTIAL
    reports = json.loads(capsys.readouterr().out)
    told = {one["file"]: [problem["name"] for problem in one["problems"]] for one in reports}
    assert len(told) == 3
    assert [file for file, names in told.items() if names == ["pdf-not-readable"]] == [
        path.relative_to(folder).as_posix() for path in gone
    ]


def test_a_hairline_is_found_wherever_it_stands() -> None:
    typesetter = Typesetter()
    for at in range(24):
        sheet = replace(DIN, fold_marks=(140.0 + at * 0.507,), punch_mark=None)
        page = read(typesetter.typeset(samples.SHORT, sheet).pdf).pages[0]
        marks = [patch.middle for patch in page.patches if is_mark(patch, page)]
        assert marks == pytest.approx(sheet.fold_marks, abs=0.15)
