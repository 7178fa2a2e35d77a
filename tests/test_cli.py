"""Each command once good and once bad: exit code, what goes to stdout, what to stderr, what is written."""

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen import __version__
from lettergen.cli import run
from lettergen.cli.init import make_campaign

ROOT = Path(__file__).parents[1]
PAGE_WIDTH = 100


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Lettergen = Callable[..., Ran]
TODAY = date(2026, 2, 15)


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of the terminal in which the tests run decide what is printed."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def lettergen(capsys: pytest.CaptureFixture[str]) -> Lettergen:
    def call(*arguments: str) -> Ran:
        code = run(list(arguments), today=TODAY)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that `init` makes, and stay in it."""
    monkeypatch.chdir(tmp_path)
    make_campaign(tmp_path / "campaign", TODAY)
    monkeypatch.chdir(tmp_path / "campaign")
    return tmp_path / "campaign"


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def steering(text: str) -> set[str]:
    return {c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# The command line as a whole


def test_the_version_is_told_on_stdout(lettergen: Lettergen) -> None:
    assert lettergen("--version") == Ran(0, f"lettergen {__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    ["init", "doctor", "check", "templates", "recipients", "senders", "cases", "preview", "write", "batch"],
)
def test_every_command_has_help_with_an_example(lettergen: Lettergen, command: str) -> None:
    helped = lettergen(command, "--help")
    assert helped.code == 0
    assert re.search(rf"Example:\s+lettergen (--folder \S+ )?{command}", helped.out)
    assert helped.err == ""


def test_help_is_shown_where_no_command_is_given(lettergen: Lettergen) -> None:
    assert "Usage:" in lettergen().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "check"),
        (["check", "--alll"], "--all"),
        (["write"], "TEMPLATE"),
        (["write", "first-letter", "--date", "2 December"], "year-month-day"),
        (["preview", "first-letter", "--sheet", "0"], "--sheet"),
        (["cases", "--audience", "friends"], "press"),
        (["--folder"], "--folder"),
    ],
)
def test_a_slip_on_the_command_line_is_usage(
    lettergen: Lettergen, folder: Path, arguments: list[str], words: str
) -> None:
    ran = lettergen(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["preview", "first-leter", "--to", "minister"], "first-letter"),
        (["preview", "first-letter", "--to", "ministr"], "minister"),
        (["preview", "first-letter", "--to", "minister", "--from", "jane-exampel"], "jane-example"),
        (["preview", "first-letter", "--to", "minister", "--case", "exampel"], "example"),
        (["preview", "first-letter", "--sample", "--stationery", "din-5008-bb"], "din-5008-b"),
        (["write", "first-letter", "--sample", "--format", "pfd"], "pdf"),
        (["batch", "first-letter", "--tag", "goverment"], "government"),
        (["batch", "first-letter", "--tag", "government", "--from-tag", "citizens"], "citizen"),
        (["cases", "exampel"], "example"),
        (["templates", "first-leter"], "first-letter"),
    ],
)
def test_an_unknown_name_is_usage_and_the_near_one_is_told(
    lettergen: Lettergen, folder: Path, arguments: list[str], near: str
) -> None:
    ran = lettergen(*arguments)
    assert ran.code == 2
    assert f"`{near}`" in ran.err.split("Fix:")[1]
    assert ran.out == ""


def test_control_characters_of_the_command_line_are_not_printed(lettergen: Lettergen, folder: Path) -> None:
    for arguments in (
        ["\x1b[2Jx"],
        ["preview", "\x1b[2J\u202e"],
        ["write", "first-letter", "--date", "\x1b[2J"],
    ):
        ran = lettergen(*arguments)
        assert ran.code == 2
        assert steering(ran.out + ran.err) == set()


def test_a_missing_campaign_folder_is_a_problem(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("--folder", "nowhere", "check")
    assert ran.code == 1
    assert "nowhere" in ran.err


def test_a_fault_of_ours_is_told_without_data(
    lettergen: Lettergen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("Rita Reader")

    monkeypatch.setattr("lettergen.console.tables.show_cases", fails)
    ran = lettergen("cases")
    assert ran.code == 1
    assert "lettergen.cli.cases:" in ran.err
    assert "KeyError" in ran.err
    assert "This is a fault in lettergen, not in your files." in ran.err
    assert "Rita" not in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_is_130_and_told_in_a_line(
    lettergen: Lettergen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lettergen.console.tables.show_cases", interrupted)
    assert lettergen("cases") == Ran(130, "", "Interrupted.\n")


# init


def test_init_makes_a_campaign_that_passes_its_check(lettergen: Lettergen, tmp_path: Path) -> None:
    ran = lettergen("init", str(tmp_path / "new"))
    assert ran.code == 0
    assert "lettergen check" in ran.err
    checked = lettergen("-C", str(tmp_path / "new"), "check")
    assert (checked.code, checked.out) == (0, "")
    assert "problem" not in checked.err.replace("No problems.", "")


def test_init_writes_samples_with_schemas_for_editors(folder: Path) -> None:
    names = set(files_in(folder))
    assert {
        "lettergen.toml", "recipients.yaml", "senders.yaml", "cases/example.yaml",
        "letter_templates/first-letter.md", ".schemas/recipients.json", ".schemas/case.json",
        "mailing.yaml", ".gitignore",
    } <= names  # fmt: skip
    for name in ("recipients.yaml", "senders.yaml", "cases/example.yaml", "mailing.yaml"):
        first, *_ = (folder / name).read_text(encoding="utf-8").splitlines()
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(((folder / name).parent / schema).read_text(encoding="utf-8"))["$schema"]


def test_init_never_replaces_a_file(lettergen: Lettergen, folder: Path) -> None:
    (folder / "recipients.yaml").write_text("recipients: []\n", encoding="utf-8")
    for name in ("lettergen.toml", "senders.yaml"):
        (folder / name).unlink()
    before = files_in(folder)
    ran = lettergen("init", str(folder))
    assert ran.code == 1
    assert "mailing.yaml" in ran.err
    assert files_in(folder) == before


def test_what_init_writes_is_a_mailing_that_needs_no_more_words(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("batch", "--dry-run", "--json")
    assert ran.code == 0
    assert json.loads(ran.out.splitlines()[0])["letters"] == 4


def test_letters_and_ledger_stay_out_of_the_repository_that_a_campaign_may_be(
    lettergen: Lettergen, folder: Path
) -> None:
    assert lettergen("batch", "--yes", "--format", "txt", "--quiet").code == 0
    git = shutil.which("git") or pytest.skip("there is no git")
    subprocess.run([git, "init", "-q"], check=True, cwd=folder)
    listing = [git, "ls-files", "--others", "--exclude-standard"]
    found = subprocess.run(listing, check=True, cwd=folder, capture_output=True, text=True).stdout
    assert {path.parts[0] for path in map(Path, found.split())} == {
        ".gitignore", ".schemas", "cases", "letter_templates", "lettergen.toml", "mailing.yaml",
        "recipients.yaml", "senders.yaml", "signatures",
    }  # fmt: skip
    (folder / ".gitignore").unlink()
    without = subprocess.run(listing, check=True, cwd=folder, capture_output=True, text=True).stdout
    assert "ledger.key" in without
    assert "outbox/" in without


def test_a_gitignore_that_is_there_stays_and_is_told(lettergen: Lettergen, tmp_path: Path) -> None:
    own = tmp_path / "repository" / ".gitignore"
    own.parent.mkdir()
    own.write_text("*.bak\n", encoding="utf-8")
    ran = lettergen("init", str(own.parent))
    assert ran.code == 0
    assert own.read_text(encoding="utf-8") == "*.bak\n"
    assert "make sure that it lists `outbox/` and `ledger.*`" in ran.err
    assert "make sure that it lists" not in lettergen("init", str(tmp_path / "new")).err


# check


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("senders: all", ""),
        ("senders: [nobody]", "unknown-sender"),
        ("senders: {tags: [citizenn]}", "unknown-tag"),
        ("senders: all\nformats: docx", "unknown-format"),
        ("senders: all\nquotas: {per_sender: 3}", "quota-not-met"),
        ("senders: all\nquota: {per_sender: 3}", "unknown-field"),
    ],
)
def test_check_tells_what_keeps_the_mailing_from_being_made(
    lettergen: Lettergen, folder: Path, line: str, name: str
) -> None:
    (folder / "mailing.yaml").write_text(f"templates: first-letter\nrecipients: all\n{line}\n", "utf-8")
    ran = lettergen("check", "--json")
    assert [(one["name"], one["file"]) for one in ran.json["problems"]] == (
        [(name, "mailing.yaml")] if name else []
    )
    assert ran.code == bool(name)


def test_check_tells_all_problems_and_writes_nothing(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "recipients.yaml", "country: AQ", "country: QQ")
    change(folder / "senders.yaml", "place: London", "plaice: London")
    change(folder / "letter_templates/first-letter.md", "{{ case.title }}.", "{{ case.titel }}.")
    before = files_in(folder)
    ran = lettergen("check")
    assert ran.code == 1
    assert ran.out == ""
    for place in ("recipients.yaml:", "senders.yaml:", "letter_templates/first-letter.md:"):
        assert place in ran.err
    assert "did you mean `place`?" in ran.err
    assert "Nothing was written." in ran.err
    assert files_in(folder) == before


def test_check_as_json_has_the_same_problems(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "senders.yaml", "place: London", "plaice: London")
    ran = lettergen("check", "--json")
    assert ran.code == 1
    assert ran.err == ""
    assert ran.json["errors"] == len(ran.json["problems"]) == 2
    assert ran.json["counts"]["recipients"] == 2
    keys = {"name", "severity", "file", "line", "column", "message", "fix", "source"}
    assert set(ran.json["problems"][0]) == keys


def test_warnings_do_not_fail_a_check(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "recipients.yaml", "on: 2026-02-15", "on: 2020-01-15")
    ran = lettergen("check", "--json")
    assert ran.code == 0
    assert ran.json["errors"] == 0
    assert ran.json["warnings"] > 0


def test_what_a_file_holds_cannot_steer_the_terminal(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "recipients.yaml", "title: Minister of Justice", "titel: \x1b[2J\u202e[/red] :bomb:")
    ran = lettergen("check")
    assert ran.code == 1
    assert steering(ran.out + ran.err) == set()


# Lists


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["recipients"], ["minister", "embassy"]),
        (["recipients", "--tag", "embassy"], ["embassy"]),
        (["recipients", "--country", "aq"], ["minister"]),
        (["recipients", "--office", "ambassador"], ["embassy"]),
        (["recipients", "--office", "king"], []),
        (["senders"], ["jane-example", "library-friends"]),
        (["senders", "--tag", "organisation"], ["library-friends"]),
        (["cases"], ["example"]),
    ],
)
def test_lists_show_what_was_asked_for(
    lettergen: Lettergen, folder: Path, arguments: list[str], ids: list[str]
) -> None:
    assert [record["id"] for record in lettergen(*arguments, "--json").json] == ids
    ran = lettergen(*arguments)
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ids
    assert bool(ran.err) is not bool(ids)


def test_a_list_says_that_records_with_problems_are_left_out(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "recipients.yaml", "country: AQ", "country: QQ")
    ran = lettergen("recipients")
    assert ran.code == 0
    assert "lettergen check" in ran.err


def test_mark_up_in_data_is_printed_as_it_is(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "recipients.yaml", "title: Minister of Justice", "title: 'Kim [/b] :bomb: [red]x[/red]'")
    assert "Kim [/b] :bomb: [red]x[/red]" in lettergen("recipients").out
    assert "Kim [/b] :bomb: [red]x[/red]" in lettergen("preview", "first-letter", "--sample").out


def test_templates_are_listed_with_the_campaigns_own(lettergen: Lettergen, folder: Path) -> None:
    listed = lettergen("templates", "--json").json
    assert "first-letter" in {record["name"] for record in listed}
    assert len(listed) > 5
    assert "first-letter" in lettergen("templates").out


def test_a_template_tells_what_it_needs(lettergen: Lettergen, folder: Path) -> None:
    told = lettergen("templates", "first-letter", "--json").json
    assert "case.title" in {need["fact"] for need in told["needs"]}
    assert told["sample"] == {
        "to": "minister",
        "from": "jane-example",
        "case": "example",
        "date": "2026-02-10",
    }
    ran = lettergen("templates", "first-letter")
    assert ran.code == 0
    assert "case.title" in ran.out
    assert "lettergen preview first-letter --sample" in ran.out


@pytest.mark.parametrize(
    ("audience", "name"),
    [("addressee", "Ms.\u00a0Rita Reader"), ("press", "R.\u00a0R."), ("public", "a librarian")],
)
def test_a_case_shows_what_an_audience_would_read(
    lettergen: Lettergen, folder: Path, audience: str, name: str
) -> None:
    ran = lettergen("cases", "example", "--audience", audience)
    assert name.replace("\u00a0", " ") in ran.out.replace("\u00a0", " ")
    assert lettergen("cases", "example", "--audience", audience, "--json").json["shown"][0]["name"] == name


def test_a_list_of_cases_names_nobody(lettergen: Lettergen, folder: Path) -> None:
    for arguments in (["cases"], ["cases", "--json"], ["cases", "example", "--audience", "public"]):
        assert "Rita" not in lettergen(*arguments).out


# preview


def test_preview_draws_the_page_and_writes_nothing(lettergen: Lettergen, folder: Path) -> None:
    before = files_in(folder)
    ran = lettergen("preview", "first-letter", "--to", "minister", "--date", "2026-02-10")
    assert ran.code == 0
    assert ran.out.startswith("┌─")
    assert "London, 10 February 2026" in ran.out
    assert "Sheet 1 of 1" in ran.out
    assert {len(line) for line in ran.out.splitlines()[:-2]} == {PAGE_WIDTH}
    assert files_in(folder) == before


def test_preview_as_text_is_the_text_letter(lettergen: Lettergen, folder: Path) -> None:
    shown = lettergen("preview", "first-letter", "--sample", "--text").out
    assert shown == lettergen("write", "first-letter", "--sample", "--format", "txt", "-o", "-").out
    assert "┌" not in shown


def test_preview_follows_the_width_of_the_terminal(
    lettergen: Lettergen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert len(lettergen("preview", "first-letter", "--sample").out.splitlines()[0]) == 72


def test_preview_takes_the_stationery_that_is_asked_for(lettergen: Lettergen, folder: Path) -> None:
    assert (
        "DIN 5008 form A"
        in lettergen("preview", "first-letter", "--sample", "--stationery", "din-5008-a").out
    )


def test_preview_of_a_sheet_that_is_not_there_is_usage(lettergen: Lettergen, folder: Path) -> None:
    assert lettergen("preview", "first-letter", "--sample", "--sheet", "1").code == 0
    ran = lettergen("preview", "first-letter", "--sample", "--sheet", "7")
    assert ran.code == 2
    assert "there is no sheet 7" in ran.err


@pytest.mark.parametrize("option", ["--light", "--dark"])
def test_paper_colours_stay_out_of_pipes(lettergen: Lettergen, folder: Path, option: str) -> None:
    assert "\x1b" not in lettergen("preview", "first-letter", "--sample", option).out


def test_a_letter_without_its_addressee_is_usage_and_names_the_option(
    lettergen: Lettergen, folder: Path
) -> None:
    ran = lettergen("preview", "first-letter")
    assert ran.code == 2
    assert "--to" in ran.err


def test_a_letter_whose_sender_is_open_is_usage_and_names_the_option(
    lettergen: Lettergen, folder: Path
) -> None:
    change(folder / "lettergen.toml", 'sender = "jane-example"', "")
    ran = lettergen("preview", "first-letter", "--to", "minister")
    assert ran.code == 2
    assert "--from" in ran.err


def test_a_missing_fact_is_a_problem_of_the_files(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "cases/example.yaml", "demands:", "sources:")
    ran = lettergen("preview", "first-letter", "--to", "minister")
    assert ran.code == 1
    assert "demands" in ran.err
    assert ran.out == ""


def test_the_sample_of_a_shipped_template_brings_its_own_facts(lettergen: Lettergen, folder: Path) -> None:
    shipped = next(one for one in lettergen("templates", "--json").json if one["name"] != "first-letter")
    ran = lettergen("preview", shipped["name"], "--sample", "--text")
    assert ran.code == 0
    assert ran.out


# write


@pytest.mark.parametrize("suffix", ["pdf", "txt", "html"])
def test_write_makes_the_file_that_its_suffix_says(lettergen: Lettergen, folder: Path, suffix: str) -> None:
    ran = lettergen("write", "first-letter", "--sample", "-o", f"letter.{suffix}")
    assert (ran.code, ran.out) == (0, "")
    assert f"letter.{suffix}" in ran.err
    beginning = (folder / f"letter.{suffix}").read_bytes()[:9]
    assert {"pdf": beginning[:5] == b"%PDF-", "html": beginning == b"<!DOCTYPE"}.get(suffix, True)


def test_write_names_the_file_after_the_letter(lettergen: Lettergen, folder: Path) -> None:
    assert lettergen("write", "first-letter", "--sample", "--format", "txt").code == 0
    assert (folder / "first-letter--minister--jane-example.txt").exists()


def test_write_tells_how_many_pages_there_are(lettergen: Lettergen, folder: Path) -> None:
    assert "1 page" in lettergen("write", "first-letter", "--sample", "-o", "letter.pdf").err


def test_write_leaves_a_file_alone_unless_forced(lettergen: Lettergen, folder: Path) -> None:
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    ran = lettergen("write", "first-letter", "--sample", "-o", "letter.txt")
    assert ran.code == 1
    assert "--force" in ran.err
    assert (folder / "letter.txt").read_text(encoding="utf-8") == "mine"
    assert lettergen("write", "first-letter", "--sample", "-o", "letter.txt", "--force").code == 0
    assert "Dear Minister" in (folder / "letter.txt").read_text(encoding="utf-8")


def test_only_a_hyphen_sends_the_letter_to_stdout(lettergen: Lettergen, folder: Path) -> None:
    before = files_in(folder)
    ran = lettergen("write", "first-letter", "--sample", "--format", "txt", "-o", "-")
    assert ran.code == 0
    assert "Dear Minister" in ran.out
    assert "Dear Minister" not in ran.err
    assert files_in(folder) == before


def test_a_suffix_that_says_nothing_is_usage(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("write", "first-letter", "--sample", "-o", "letter.docx")
    assert ran.code == 2
    assert "--format" in ran.err


# batch

BATCH = (
    "batch",
    "first-letter",
    "--tag",
    "government",
    "--all-senders",
    "--date",
    "2026-02-10",
    "--format",
    "txt",
)


def test_a_dry_run_shows_the_plan_and_writes_nothing(lettergen: Lettergen, folder: Path) -> None:
    before = files_in(folder)
    ran = lettergen(*BATCH, "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert "4, 2 recipients × 2 senders" in ran.err
    assert "Nothing was written." in ran.err
    assert files_in(folder) == before


def test_a_plan_that_nobody_can_agree_to_is_not_made(lettergen: Lettergen, folder: Path) -> None:
    before = files_in(folder)
    ran = lettergen(*BATCH)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert files_in(folder) == before


def test_batch_makes_every_letter_and_accounts_for_it(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen(*BATCH, "--yes", "--workers", "1", "--outbox", "out")
    assert (ran.code, ran.out) == (0, "")
    assert "4 letters made" in ran.err
    mailing_folder = folder / "out" / "first-letter-2026-02-10"
    assert len(list((mailing_folder / "post" / "volume-0001").glob("*.txt"))) == 4
    entries = [
        json.loads(line)
        for line in (mailing_folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [entry["state"] for entry in entries] == ["made"] * 4
    again = lettergen(*BATCH, "--yes", "--workers", "1", "--outbox", "out")
    assert again.code == 0
    assert "Nothing to do: this mailing already has its 4 letters." in again.err


def test_a_letter_that_fails_is_told_and_the_others_are_made(lettergen: Lettergen, folder: Path) -> None:
    change(
        folder / "letter_templates/first-letter.md",
        "I should be grateful",
        "{{ sender.title or own_words }} I should be grateful",
    )
    ran = lettergen(*BATCH, "--yes", "--workers", "1")
    assert ran.code == 3
    assert "failed first-letter--minister--jane-example" in ran.err
    assert "2 letters made" in ran.err
    assert "2 failed" in ran.err


def test_the_plan_says_who_is_skipped_and_why(lettergen: Lettergen, folder: Path) -> None:
    change(folder / "recipients.yaml", "languages: [en]", "languages: [fr]")
    ran = lettergen(*BATCH, "--dry-run")
    assert ran.code == 0
    assert "2, 1 recipient × 2 senders" in ran.err
    assert "skipped" in ran.err
    assert "the recipient reads `fr` (to minister)" in ran.err


def test_a_mailing_to_nobody_is_usage(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("batch", "first-letter", "--yes")
    assert ran.code == 2
    assert "--to" in ran.err


# help


def test_help_lists_what_there_is_and_shows_commands_and_pages(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("help")
    assert ran.code == 0
    assert "Usage: lettergen" in ran.out
    assert "protest-day" in ran.out
    assert "Usage: lettergen batch" in lettergen("help", "batch").out
    page = lettergen("help", "protest-day")
    assert page.code == 0
    assert page.out == (ROOT / "docs" / "how-to" / "protest-day.md").read_text(encoding="utf-8")


def test_help_on_nothing_known_says_what_is_near(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("help", "protest-dya")
    assert ran.code == 2
    assert "did you mean `protest-day`" in ran.err


# doctor


def test_doctor_finds_what_letters_need(lettergen: Lettergen, folder: Path) -> None:
    before = files_in(folder)
    ran = lettergen("doctor")
    assert ran.code == 0
    for name in ("Python", "Pango", "fontconfig", "fonts", "terminal", "campaign", "outbox"):
        assert f"✓ {name}" in ran.out
    assert files_in(folder) == before


def test_doctor_empties_the_cache_and_nothing_beside_it(
    lettergen: Lettergen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = folder / "home"
    (home / "lettergen" / "derived").mkdir(parents=True)
    (home / "lettergen" / "derived" / "x").write_bytes(b"1" * 2_000_000)
    (home / "others").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert "2.0 MB" in lettergen("doctor").out
    assert "2.0 MB" not in lettergen("doctor", "--clear-cache").out
    assert not (home / "lettergen" / "derived" / "x").exists()
    assert (home / "others").is_dir()


def test_doctor_removes_no_folder_behind_a_link(
    lettergen: Lettergen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mine").mkdir()
    (folder / "home").mkdir()
    (folder / "home" / "lettergen").symlink_to(folder / "mine")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "home"))
    ran = lettergen("doctor", "--clear-cache")
    assert ran.code == 1
    assert "[cache-not-cleared]" in ran.err
    assert (folder / "mine").is_dir()


@pytest.mark.usefixtures("without_extra_fonts")
def test_doctor_says_where_east_asian_fonts_come_from_and_that_letters_do_without(
    lettergen: Lettergen, folder: Path
) -> None:
    ran = lettergen("doctor")
    assert "not installed; Chinese, Japanese and Korean: " in " ".join(ran.out.split())
    assert ran.code == 0
    assert folder


def test_the_notation_is_an_option_in_the_letters_language(lettergen: Lettergen, folder: Path) -> None:
    command = ("write", "first-letter", "--sample", "--format", "txt", "-o", "-")
    assert "\nREGISTERED MAIL\n" in lettergen(*command, "--notation", "registered").out
    assert "\nBY BALLOON\n" in lettergen(*command, "--notation", "BY BALLOON").out
    assert "REGISTERED" not in lettergen(*command).out
    assert folder


def test_doctor_says_how_to_mend_what_is_missing(
    lettergen: Lettergen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lettergen.cli.doctor.LIBRARIES", {"Pango": ("no-such-library.so.7",)})
    ran = lettergen("doctor", "--json")
    assert ran.code == 1
    (pango,) = [one for one in ran.json if one["name"] == "Pango"]
    assert pango["ok"] is False
    assert "install" in pango["fix"]


# JSON


def test_errors_are_told_to_programs_too(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("write", "first-letter", "--to", "nobody", "--json")
    assert ran.code == 2
    assert [one["name"] for one in ran.json["problems"]] == ["unknown-recipient"]
    assert ran.json["exit_code"] == 2
    assert "nobody" in ran.err
    ran = lettergen("recipients", "--nonsense", "--json")
    assert ran.code == ran.json["exit_code"] == 2
    assert "nonsense" in ran.json["problems"][0]["message"]


def test_what_is_made_is_told_to_programs(lettergen: Lettergen, folder: Path) -> None:
    ran = lettergen("write", "first-letter", "--sample", "-o", "letter.pdf", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["files"], ran.json["pages"]) == (["letter.pdf"], 1)
    ran = lettergen("labels", "--all", "--json")
    assert (ran.json["files"], ran.json["pages"]) == (["labels.pdf"], 1)
    ran = lettergen("envelopes", "--all", "--json")
    assert ran.json["files"] == ["envelopes.pdf"]
    assert lettergen("write", "first-letter", "--sample", "-o", "-", "--format", "txt", "--json").code == 2


def test_init_fills_the_current_folder_if_it_is_empty(
    lettergen: Lettergen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = lettergen("init")
    assert ran.code == 0
    assert (tmp_path / "recipients.yaml").is_file()
    assert "cd " not in ran.err
    again = lettergen("init")
    assert again.code == 2
    assert "lettergen init my-campaign" in again.err
