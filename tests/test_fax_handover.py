"""Faxes handed over: numbers, hours, scripts that programs take, messages, a sheet; floods are refused."""

import email
import email.policy
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest

from lettergen.cli import run
from lettergen.delivery.fax import gateway, job_scripts, office_hours
from lettergen.delivery.fax.calls import FaxCall, FinishedFax, plan_calls
from lettergen.delivery.fax.fax_numbers import FaxNumber, dialled_from, fax_number
from lettergen.errors import ExitCode, InputProblems, LettergenError
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Recipient
from lettergen.pages.fax import tiff
from tests.pages.fax_server import listening
from tests.pages.faxes import CAMPAIGN, RECIPIENTS, SENDERS, images
from tests.test_fax_file import drawn

Write = Callable[[Mapping[str, str | bytes]], Path]
SENDFAX = shutil.which("sendfax")
SATURDAY = datetime(2026, 1, 17, 12, tzinfo=UTC)


@pytest.fixture
def campaign(write: Write) -> Campaign:
    return Campaign.open(write(CAMPAIGN))


def fax_file(folder: Path, name: str = "a.tif", pages: int = 1) -> Path:
    path = folder / name
    path.write_bytes(tiff.written([tiff.coded(drawn(2280), "fine", "mmr")] * pages))
    return path


def finished(folder: Path, *to: str) -> list[FinishedFax]:
    return [
        FinishedFax(f"note--{one}--jane-{number}", one, "jane", fax_file(folder, f"{number}.tif"))
        for number, one in enumerate(to)
    ]


def number_of(campaign: Campaign, fax: str | None, country: str | None = "NO") -> tuple[str | None, set[str]]:
    one = Recipient.model_validate({"id": "one", "fax": fax, "country": country})
    number, problems = fax_number(one, campaign, "jane")
    return number.e164 if number else None, {problem.name for problem in problems}


@pytest.mark.parametrize(
    ("fax", "country", "e164", "names"),
    [
        ("+47 22 24 95 00", "NO", "+4722249500", set()),
        ("22 24 95 00", "NO", "+4722249500", set()),
        ("+47 (22) 24-95-00", "NO", "+4722249500", set()),
        ("+850 2 18111", "KP", "+850218111", {"fax-number-doubtful"}),
        ("+41 22 739 73 77", "NO", "+41227397377", {"fax-number-abroad"}),
        (None, "NO", None, {"fax-number-needed"}),
        ("22 24 95 00", None, None, {"fax-number-impossible"}),
        ("+47 22", "NO", None, {"fax-number-impossible"}),
        ("+999 22 24 95 00", "NO", None, {"fax-number-impossible"}),
        ("+47 22 24 95 00 123 456 789", "NO", None, {"fax-number-impossible"}),
        ("+47 22 24 95 00; rm -rf /", "NO", None, {"fax-number-impossible"}),
        ("+47 22 24 95 00;ext=12", "NO", None, {"fax-number-impossible"}),
        ("1-800-FLOWERS", "US", None, {"fax-number-impossible"}),
    ],
)
def test_a_number_is_dialled_by_its_digits_or_refused(
    campaign: Campaign, fax: str | None, country: str | None, e164: str | None, names: set[str]
) -> None:
    assert number_of(campaign, fax, country) == (e164, names)


def test_a_number_is_dialled_as_it_is_from_where_one_stands(campaign: Campaign) -> None:
    number, _ = fax_number(campaign.recipient("minister"), campaign, "jane")
    assert number
    assert dialled_from(number, "JP") == "010 47 22 24 95 00"
    assert dialled_from(number, "US") == "011 47 22 24 95 00"
    assert dialled_from(number, "NO") == "22 24 95 00"
    assert dialled_from(number, None) == "+47 22 24 95 00"


@pytest.mark.parametrize(
    ("fax", "country", "zone", "weekend"),
    [
        ("+12129861083", "US", "America/New_York", {5, 6}),
        ("+14152000000", "US", "America/Los_Angeles", {5, 6}),
        ("+18005550123", "US", "America/New_York", {5, 6}),
        ("+74951234567", "RU", "Europe/Moscow", {5, 6}),
        ("+20227951234", "EG", "Africa/Cairo", {4, 5}),
        ("+982161234567", "IR", "Asia/Tehran", {4}),
        ("+41227397377", "CH", "Europe/Zurich", {5, 6}),
    ],
)
def test_an_office_keeps_the_hours_and_the_week_of_its_place(
    fax: str, country: str, zone: str, weekend: set[int]
) -> None:
    office = office_hours.office_of(FaxNumber(fax, fax, country), country)
    assert (office.zone, set(office.weekend)) == (zone, weekend)


def test_calls_wait_for_the_next_working_day_and_stand_apart() -> None:
    office = office_hours.FaxOffice("Europe/Oslo", frozenset({5, 6}))
    slots = office.slots(SATURDAY, timedelta(minutes=2), timedelta(minutes=15))
    there = [next(slots).astimezone(office_hours.zone("Europe/Oslo")) for _ in range(40)]
    assert f"{there[0]:%a %H:%M}" == "Mon 09:00"
    assert f"{there[1]:%a %H:%M}" == "Mon 09:15"
    assert {(one.weekday() < 5, 9 <= one.hour < 17) for one in there} == {(True, True)}
    assert f"{there[32]:%a %H:%M}" == "Tue 09:00", "the day has 32 calls of a quarter of an hour"


def test_the_hour_is_that_of_the_wall_clock_when_the_clock_is_changed() -> None:
    office = office_hours.FaxOffice("Europe/Oslo", frozenset({5, 6}))
    friday = datetime(2026, 3, 27, 18, tzinfo=UTC)  # summer time begins on the Sunday
    first = next(office.slots(friday, timedelta(minutes=2), timedelta(minutes=15)))
    assert first == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_a_call_in_office_hours_begins_at_once_and_one_that_would_end_late_does_not() -> None:
    office = office_hours.FaxOffice("UTC", frozenset({5, 6}))
    monday = datetime(2026, 1, 19, 16, 58, tzinfo=UTC)
    assert next(office.slots(monday, timedelta(minutes=2), timedelta(minutes=5))) == monday
    late = next(office.slots(monday, timedelta(minutes=3), timedelta(minutes=5)))
    assert late == datetime(2026, 1, 20, 9, tzinfo=UTC)


def test_every_country_has_a_zone_that_exists() -> None:
    from zoneinfo import available_timezones

    from lettergen.reference import table

    zones = table("zones")
    assert len(zones) > 240
    assert set(zones.values()) <= available_timezones()


def jobs_for(campaign: Campaign, *to: str) -> tuple[FaxCall, ...]:
    return plan_calls(finished(campaign.folder, *to), campaign, SATURDAY)[0]


def test_calls_are_in_the_order_of_their_times_and_known_beforehand(campaign: Campaign) -> None:
    jobs = jobs_for(campaign, "envoy", "minister", "minister")
    assert [(job.sequence, job.fax.recipient_id, f"{job.not_before:%a %H:%M}") for job in jobs] == [
        (1, "minister", "Mon 08:00"),
        (2, "minister", "Mon 08:15"),
        (3, "envoy", "Tue 14:00"),  # in the United States that Monday is a holiday
    ]
    assert {(job.pages, job.paper, job.resolution) for job in jobs} == {(1, "a4", "fine")}
    assert all(20 < job.seconds < 60 for job in jobs)


def test_one_number_is_not_flooded(write: Write) -> None:
    folder = write({**CAMPAIGN, "lettergen.toml": "[fax]\nmost_per_number = 2\nminutes_between = 30\n"})
    campaign = Campaign.open(folder)
    jobs = jobs_for(campaign, "minister", "minister", "envoy")
    assert jobs[1].not_before - jobs[0].not_before == timedelta(minutes=30)
    with pytest.raises(InputProblems, match="too-many-to-one-number"):
        jobs_for(campaign, "minister", "minister", "minister")


def test_a_number_that_would_be_flooded_is_told_when_the_mailing_is_planned(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    sender = "  - {{id: {at}, name: Ann {at}, address: [Lane {at}], country: GB}}\n"
    senders = "".join(sender.format(at=at) for at in ("ash", "bay", "elm"))
    folder = write(
        {
            **CAMPAIGN,
            "senders.yaml": f"senders:\n{senders}",
            "lettergen.toml": "[fax]\nmost_per_number = 2\n",
            "letter_templates/note.md": "---\ntitle: A note\nkind: appeal\n---\nPlease reply.\n",
        }
    )
    plan = ["-C", str(folder), "batch", "note", "--to", "minister", "--all-senders", "--dry-run"]
    run([*plan, "--channel", "fax"])
    told = capsys.readouterr().err
    assert "warning: [too-many-to-one-number] 3 faxes would go to +47 " in told
    run([*plan, "--channel", "post"])
    assert "too-many-to-one-number" not in capsys.readouterr().err


def test_a_number_for_callers_at_home_is_told_when_only_some_call_from_there(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(
        {
            "recipients.yaml": "recipients:\n  - {id: one, organisation: [Office], address: [1 Road], "
            'country: US, fax: "+1 800 555 0199", salutation: Hello, closing: Yours, '
            "checked: {on: 2026-01-05, source: x}}\n",
            "senders.yaml": "senders:\n  - {id: amy, name: Amy Ash, address: [Lane 1], country: US}\n"
            "  - {id: bea, name: Bea Ash, address: [Lane 2], country: GB}\n"
            "  - {id: cat, name: Cat Ash, address: [Lane 3], country: GB}\n",
            "letter_templates/note.md": "---\ntitle: A note\nkind: appeal\n---\nPlease reply.\n",
        }
    )
    run(
        [
            "-C",
            str(folder),
            *["batch", "note", "--to", "one", "--all-senders", "--channel", "fax", "--dry-run"],
        ]
    )
    assert capsys.readouterr().err.count("[fax-number-for-home]") == 1


@pytest.mark.parametrize(
    ("fax", "country", "home", "is_told"),
    [
        ("+1 800 555 0199", "US", "GB", True),
        ("+1 800 555 0199", "US", "US", False),
        ("+49 180 5000000", "DE", "GB", True),
        ("+41 900 123 456", "CH", "GB", True),
        ("+44 800 111 1000", "GB", "GB", False),
        ("+800 1234 5678", "CH", "CH", True),
        ("+81 3 3592 7393", "JP", "GB", False),
    ],
)
def test_a_number_for_callers_at_home_is_told_by_check_and_by_the_plan(
    write: Write, capsys: pytest.CaptureFixture[str], fax: str, country: str, home: str, is_told: bool
) -> None:
    folder = write(
        {
            "recipients.yaml": f"recipients:\n  - {{id: one, organisation: [Office], address: [1 Road], "
            f'country: {country}, fax: "{fax}", salutation: Hello, closing: Yours, '
            "checked: {on: 2026-01-05, source: x}}\n",
            "senders.yaml": f"senders:\n  - {{id: ann, name: Ann Ash, address: [Lane 1], country: {home}}}\n",
            "letter_templates/note.md": "---\ntitle: A note\nkind: appeal\n---\nPlease reply.\n",
        }
    )
    for command in ("check", "batch note --to one --from ann --channel fax --dry-run"):
        run(["-C", str(folder), *command.split()])
        assert ("[fax-number-for-home] recipient `one`" in capsys.readouterr().err) == is_told


def test_all_that_is_wrong_with_the_numbers_is_told_together(write: Write) -> None:
    recipients = RECIPIENTS.replace("+1 212 555 0123", "+1 212")
    campaign = Campaign.open(write({**CAMPAIGN, "recipients.yaml": recipients}))
    with pytest.raises(InputProblems) as told:
        jobs_for(campaign, "minister", "envoy", "nobody")
    assert str(told.value) == "fax-number-impossible, fax-number-needed"


def test_calls_that_would_take_a_year_are_refused(campaign: Campaign) -> None:
    first, last = jobs_for(campaign, "minister", "envoy")
    far = replace(last, not_before=first.not_before + timedelta(days=365))
    with pytest.raises(InputProblems, match="faxes-for-a-year"):
        files_of(job_scripts.hylafax([first, far]))


def test_a_machine_without_the_time_zone_is_told_of() -> None:
    with pytest.raises(LettergenError, match="no-time-zones"):
        office_hours.zone("Atlantis/Capital")


def files_of(parts: "job_scripts.Files") -> dict[str, bytes]:
    return dict(parts)


def put(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.skipif(not SENDFAX, reason="needs the HylaFAX client (Debian: hylafax-client)")
def test_sendfax_takes_the_script_and_the_server_gets_number_hour_and_pages(
    campaign: Campaign, tmp_path: Path
) -> None:
    faxes = finished(campaign.folder, "envoy", "minister")
    soon = datetime.now(UTC) + timedelta(days=2)  # what `date` in the script compares with
    jobs, _ = plan_calls(faxes, campaign, soon)
    folder = put(files_of(job_scripts.hylafax(jobs)), tmp_path / "over")
    with listening() as server:
        environment = {
            **os.environ,
            "FAXSERVER": f"127.0.0.1:{server.port}",
            "TZ": "UTC0",
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            ["/bin/sh", str(folder / "send.sh")], env=environment, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert [job.parameters["DIALSTRING"] for job in server.jobs] == [job.number.e164 for job in jobs]
    for job, taken in zip(jobs, server.jobs, strict=True):
        # `now + N minutes` is counted from the second in which the script runs.
        at = datetime.strptime(taken.parameters["SENDTIME"], "%Y%m%d%H%M").replace(tzinfo=UTC)
        assert timedelta(0) <= at - job.not_before <= timedelta(minutes=1)
        assert taken.parameters["JOBINFO"] == taken.parameters["REGARDING"] == job.fax.letter_id
        assert (taken.parameters["VRES"], taken.parameters["PAGELENGTH"]) == ("196", "296")
        assert taken.documents == [job.fax.path.read_bytes()]


@pytest.mark.skipif(not SENDFAX, reason="needs the HylaFAX client (Debian: hylafax-client)")
def test_a_server_that_is_not_there_and_a_slip_in_the_words_are_told_apart(tmp_path: Path) -> None:
    """Counter-proof of the test above: the client itself says what it does not understand."""
    fax_file(tmp_path)

    def said(*words: str) -> str:
        command = [str(SENDFAX), "-h", "127.0.0.1:1", *words, str(tmp_path / "a.tif")]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    good = ("-n", "-m", "-s", "a4", "-i", "x", "-r", "x", "-a", "now + 5 minutes", "-d", "+4722249500")
    assert "Can not reach" in said(*good)
    assert "usage: sendfax" in said("-n", "--fine", "-d", "+4722249500")


def test_a_script_whose_hour_has_passed_sends_nothing(campaign: Campaign, tmp_path: Path) -> None:
    long_ago = datetime(2006, 12, 4, tzinfo=UTC)
    jobs, _ = plan_calls(finished(campaign.folder, "minister"), campaign, long_ago)
    for files in (
        job_scripts.hylafax(jobs),
        job_scripts.efax(jobs, country="GB", own={}),
        job_scripts.asterisk(jobs, trunk=job_scripts.TRUNK, own={}),
    ):
        folder = put(files_of(files), tmp_path / "over")
        done = subprocess.run(
            ["/bin/sh", str(folder / "send.sh")],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/bin:/usr/bin"},
        )
        assert done.returncode == 1
        assert "make the hand-over again" in done.stderr


def test_efax_gets_one_page_a_file_in_one_dimension_and_the_keys_to_press(campaign: Campaign) -> None:
    fax = FinishedFax("note--minister--jane", "minister", "jane", fax_file(campaign.folder, pages=2))
    jobs, _ = plan_calls([fax], campaign, SATURDAY)
    files = files_of(job_scripts.efax(jobs, country="GB", own={"jane": "+442079460123"}))
    line = next(line for line in files["send.sh"].decode().splitlines() if line.startswith("efax"))
    words = shlex.split(line.partition(" || ")[0])
    assert words[3:7] == ["-l", "+442079460123", "-t", "T004722249500"]
    assert words[7:] == [f"pages/00001-note--minister--jane.{page:03d}.tif" for page in (1, 2)]
    for name in words[7:]:
        (page,) = tiff.pages_of(files[name], name)
        assert page.coding == "mh"
        assert [one.tobytes() for one in images(files[name])] == [drawn(2280).tobytes()]


def test_asterisk_gets_call_files_that_wait_for_their_hour(campaign: Campaign, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(days=2)
    jobs, _ = plan_calls(finished(campaign.folder, "minister"), campaign, soon)
    files = job_scripts.asterisk(jobs, trunk="PJSIP/{number}@trunk", own={"jane": "+442079460123"})
    folder = put(files_of(files), tmp_path / "over")
    (tmp_path / "outgoing").mkdir()
    environment = {**os.environ, "SPOOL": str(tmp_path / "outgoing"), "FAXES": str(tmp_path / "faxes")}
    subprocess.run(["/bin/sh", str(folder / "send.sh")], env=environment, check=True)
    (call,) = (tmp_path / "outgoing").iterdir()
    fields = [line.split(": ", 1) for line in call.read_text().splitlines()]
    assert ["Channel", "PJSIP/+4722249500@trunk"] in fields
    assert ["Application", "SendFAX"] in fields
    assert Path(dict(fields)["Data"]).read_bytes() == jobs[0].fax.path.read_bytes()
    assert call.stat().st_mtime == jobs[0].not_before.timestamp()


@pytest.mark.parametrize("trunk", ["PJSIP/fax", "PJSIP/{number}@fax\nApplication: System", "{number}{x}", ""])
def test_a_trunk_is_a_channel_and_no_more(trunk: str) -> None:
    with pytest.raises(InputProblems, match="bad-trunk"):
        job_scripts.check_trunk(trunk)
    job_scripts.check_trunk("PJSIP/{number}@fax")


def test_a_gateway_gets_a_message_for_each_fax_as_rfc_3192_has_it(campaign: Campaign) -> None:
    jobs = jobs_for(campaign, "minister", "envoy")
    for attach, kind in (("pdf", "application/pdf"), ("tif", "image/tiff")):
        way = {"to": "fax.example.org", "attach": attach}
        files = files_of(gateway.gateway(jobs, campaign, **way))  # type: ignore[arg-type]
        assert files == files_of(gateway.gateway(jobs, campaign, **way))  # type: ignore[arg-type]
        assert list(files) == [f"messages/{job.name}.eml" for job in jobs]
        for job, data in zip(jobs, files.values(), strict=True):
            message = email.message_from_bytes(data, policy=email.policy.default)
            assert message.defects == []
            assert message["To"] == f"FAX={job.number.e164}@fax.example.org"
            assert (message["From"], message["Subject"]) == ("jane@example.org", job.fax.letter_id)
            assert message["Date"].datetime == job.not_before
            assert message["Message-ID"].endswith("@faxes.lettergen.invalid>")
            (part,) = message.iter_attachments()
            assert part.get_content_type() == kind
            if attach == "tif":
                assert part.get_content() == job.fax.path.read_bytes()
                assert part.get_param("application") == "faxbw"


def test_a_gateway_that_wants_digits_alone_gets_them() -> None:
    assert str(gateway.address("{number}@fax.example.org", "+4722249500")) == "4722249500@fax.example.org"


@pytest.mark.parametrize(
    "to",
    [
        "fax",
        "fax.example.org\nBcc: x@example.org",
        "a b.example.org",
        "jane@fax.example.org",
        "{number}@",
        "",
    ],
)
def test_a_gateway_is_a_domain_and_no_more(to: str) -> None:
    with pytest.raises(InputProblems, match="bad-gateway"):
        gateway.address(to, "+4722249500")


def test_a_sender_whom_no_gateway_knows_is_told_before_anything_is_made(write: Write) -> None:
    for line in ("", '    email: "jane@example.org, x@example.org"\n'):
        senders = SENDERS.replace("    email: jane@example.org\n", line)
        campaign = Campaign.open(write({**CAMPAIGN, "senders.yaml": senders}))
        with pytest.raises(InputProblems, match="gateway-without-sender"):
            files_of(
                gateway.gateway(jobs_for(campaign, "minister"), campaign, to="fax.example.org", attach="pdf")
            )


@pytest.fixture
def handed(write: Write, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Return what runs `handover` for a fax to the minister on a day in January; code and what was told."""
    fax_file(write(CAMPAIGN))

    def go(*words: str) -> tuple[int, str]:
        code = run(["handover", *words], today=date(2026, 1, 17))
        return code, "".join(capsys.readouterr())

    return go


def test_a_copy_shop_gets_a_sheet_and_the_pages_that_it_lists(handed: Callable[..., tuple[int, str]]) -> None:
    assert handed("a.tif", "--to", "minister", "--for", "copyshop", "-y", "-o", "shop")[0] == ExitCode.OK
    sheet = pypdfium2.PdfDocument("shop/call-sheet.pdf")
    text = " ".join(sheet[0].get_textpage().get_text_bounded().split()).replace("\N{NO-BREAK SPACE}", " ")
    for said in (
        "00 47 22 24 95 00",
        "dialled from here: United Kingdom",
        "Prime Minister",
        "Norway",
        "00001",
        "08:00",
    ):
        assert said in text
    assert "Example" not in text, "the shop need not know the holder's name"
    assert "19 January 2026, 08:00" in text, "nine in Oslo is eight in London"
    (page,) = Path("shop/pages").iterdir()
    assert page.name == "00001-a.pdf"
    assert len(pypdfium2.PdfDocument(page)) == 1


def test_calls_are_shown_before_anything_is_written(handed: Callable[..., tuple[int, str]]) -> None:
    code, told = handed("a.tif", "--to", "minister", "--for", "hylafax", "--dry-run")
    assert code == ExitCode.OK
    for said in ("+4722249500", "2026-01-19 09:00", "Europe/Oslo", "on the line", "Nothing was written."):
        assert said in told
    assert not Path("handover-hylafax").exists()
    code, told = handed("a.tif", "--to", "minister", "--for", "hylafax")
    assert code == ExitCode.USAGE
    assert "--yes" in told
    assert not Path("handover-hylafax").exists()


def test_the_calls_can_be_read_by_a_program(handed: Callable[..., tuple[int, str]]) -> None:
    _, told = handed("a.tif", "--to", "minister", "--for", "hylafax", "--dry-run", "--json")
    (call,) = json.loads(told[: told.rindex("]") + 1])
    assert (call["number"], call["time_zone"], call["not_before"]) == (
        *("+4722249500", "Europe/Oslo"),
        "2026-01-19T08:00:00+00:00",
    )


def test_a_hand_over_takes_no_others_place_and_leaves_nothing_of_an_earlier_one(
    handed: Callable[..., tuple[int, str]],
) -> None:
    words = ("a.tif", "--to", "minister", "--for", "hylafax", "-y", "-o", "over")
    assert handed(*words)[0] == ExitCode.OK
    assert Path("over/send.sh").stat().st_mode & 0o777 == 0o600
    assert handed(*words)[0] == ExitCode.PROBLEMS
    stale, own = Path("over/pages/00002-b.tif"), Path("over/pages/mine.txt")
    stale.touch()
    own.touch()
    assert handed(*words, "--force")[0] == ExitCode.OK
    assert not stale.exists()
    assert own.exists()


def test_a_mailing_of_faxes_is_handed_over_whole(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(CAMPAIGN)
    words = [
        "batch",
        "note",
        "--to",
        "minister",
        "--to",
        "envoy",
        "--channel",
        "fax",
        "--format",
        "tif",
        "-y",
        "--workers",
        "1",
    ]
    assert run([*words, "--at", "2026-01-19 09:00"], today=date(2026, 1, 17)) == ExitCode.OK
    (mailing,) = (path for path in Path("outbox").iterdir() if path.is_dir())
    for source in (mailing, next((mailing / "fax").glob("volume-*"))):
        command = [
            "handover",
            str(source),
            "--for",
            "hylafax",
            "-y",
            "--start",
            "2026-01-17T12:00Z",
            "-o",
            f"over-{source.name}",
        ]
        assert run(command, today=date(2026, 1, 17)) == ExitCode.OK
        script = Path(f"over-{source.name}/send.sh").read_text()
        assert re.findall(r"-d (\+\d+) ", script) == ["+4722249500", "+12125550123"]
    capsys.readouterr()
    file = next((mailing / "fax").glob("*/*.tif"))
    file.write_bytes(file.read_bytes() + b"\0")
    assert run([*command, "--force"], today=date(2026, 1, 17)) == ExitCode.PROBLEMS
    assert "fax-file-unusable" in capsys.readouterr().err
