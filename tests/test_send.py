"""E-mails over a real mail server on loopback: what goes wrong, what is recorded, what a second run does."""

import itertools
import json
import signal
import smtplib
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.delivery.smtp import MailServer, Pace, mail_server, of_files, of_mailing, send
from lettergen.errors import ExitCode, LettergenError
from lettergen.outbox.manifest import Manifest, ManifestEntry, ManifestFile
from lettergen.pages.mail.message import identity_in
from tests.mailserver import HOST, PASSWORD, Authority, running
from tests.sent import FAULTS, Fault, letter_file, register, send_all, witnessed

Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_after_a_fault_nothing_is_sent_twice_and_nothing_is_lost(
    fault: Fault, authority: Authority, tmp_path: Path
) -> None:
    assert witnessed(fault, authority, tmp_path) == fault


def test_the_table_can_tell_a_fault_from_none(authority: Authority, tmp_path: Path) -> None:
    wrong = replace(FAULTS[0], name="550 at RCPT")
    assert witnessed(wrong, authority, tmp_path) != wrong


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_what_arrives_is_the_file_no_longer_a_draft_to_one_recipient(
    security: str, authority: Authority, tmp_path: Path
) -> None:
    path = letter_file(tmp_path)
    with running(authority, security=security, user="jane") as (postbox, server):
        (sent,) = send_all(of_files([path]), server, tmp_path)
    assert sent.state == "accepted"
    assert postbox.inbox == [path.read_bytes().replace(b"X-Unsent: 1\r\n", b"")]
    assert [one for one in postbox.asked if not one.startswith(("EHLO", "AUTH"))] == [
        f"MAIL jane@example.org SIZE={len(postbox.inbox[0])}",
        "RCPT minister-1@example.org",
    ]


def test_nobody_is_told_the_name_of_this_computer(authority: Authority, tmp_path: Path) -> None:
    with running(authority) as (postbox, server):
        send_all(of_files([letter_file(tmp_path)]), server, tmp_path)
    assert {one for one in postbox.asked if one.startswith("EHLO")} == {"EHLO [127.0.0.1]"}


def test_a_second_run_sends_nothing_and_needs_no_server(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path, number) for number in range(3)])
    with running(authority) as (postbox, server):
        assert [one.state for one in send_all(letters, server, tmp_path)] == ["accepted"] * 3
    assert [one.state for one in send_all(letters, server, tmp_path)] == ["held"] * 3
    assert len(postbox.inbox) == 3


def test_a_copy_under_another_name_is_the_same_letter(authority: Authority, tmp_path: Path) -> None:
    path = letter_file(tmp_path)
    copy = tmp_path / "copy.eml"
    copy.write_bytes(path.read_bytes())
    assert len(of_files([path, copy])) == 1
    with running(authority) as (postbox, server):
        send_all(of_files([path]), server, tmp_path)
        assert [one.state for one in send_all(of_files([copy]), server, tmp_path)] == ["held"]
    assert len(postbox.inbox) == 1


def test_tls_is_never_spoken_to_a_server_that_begins_in_clear(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path)])
    with (
        running(authority) as (postbox, server),
        pytest.raises(LettergenError, match=r"smtp-tls-failed|smtp-not-reached"),
    ):
        send_all(letters, replace(server, security="tls", timeout=0.5), tmp_path)
    assert postbox.inbox == []


def test_a_server_that_nobody_runs_is_told(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path)])
    nowhere = MailServer(host=HOST, port=1, ca_file=authority.file, timeout=1)
    with pytest.raises(LettergenError, match="smtp-not-reached"):
        send_all(letters, nowhere, tmp_path)
    with register(tmp_path) as ledger:
        assert ledger.standing(letters[0]) == "new"


def test_a_wrong_password_is_told_before_any_letter(authority: Authority, tmp_path: Path) -> None:
    with running(authority, user="jane") as (postbox, server):
        with pytest.raises(LettergenError) as caught:
            send_all(of_files([letter_file(tmp_path)]), replace(server, password=PASSWORD[::-1]), tmp_path)
        assert postbox.inbox == []
    (problem,) = caught.value.problems
    assert problem.name == "smtp-login-refused"
    assert PASSWORD not in problem.message + problem.fix + repr(server)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("STARTTLS stripped", "smtp-without-tls"),
        ("certificate of another authority", "smtp-certificate"),
        ("certificate for another name", "smtp-certificate"),
        ("no log-in", "smtp-login-not-offered"),
        ("not ready", "smtp-not-ready"),
    ],
)
def test_a_server_that_cannot_be_used_hears_of_no_letter(
    fault: str, problem: str, authority: Authority, tmp_path: Path
) -> None:
    with running(authority, fault, user="jane") as (postbox, server):
        with pytest.raises(LettergenError, match=problem):
            send_all(of_files([letter_file(tmp_path)]), server, tmp_path)
        assert not [one for one in postbox.asked if not one.startswith(("EHLO", "AUTH"))]


def test_a_server_that_knows_only_the_old_way_to_log_in_is_good_enough(
    authority: Authority, tmp_path: Path
) -> None:
    with running(authority, "an old way to log in", user="jane") as (postbox, server):
        (sent,) = send_all(of_files([letter_file(tmp_path)]), server, tmp_path)
    assert sent.state == "accepted"
    assert "AUTH LOGIN" in postbox.asked


# What a server cannot carry


def test_a_letter_over_the_server_s_size_is_not_begun_and_the_rest_goes_on(
    authority: Authority, tmp_path: Path
) -> None:
    large, small = letter_file(tmp_path, 1), letter_file(tmp_path, 2)
    large.write_bytes(large.read_bytes() + b"More words.\r\n" * 200)
    with running(authority, size=2000) as (postbox, server):
        first, second = send_all(of_files([large, small]), server, tmp_path)
    assert first.problem
    assert (first.state, first.problem.name, second.state) == ("unfit", "email-too-large", "accepted")
    assert len(postbox.inbox) == 1
    with register(tmp_path) as ledger:
        assert ledger.standing(first.letter) == "new"


def test_an_address_outside_ascii_goes_only_by_servers_that_know_it(
    authority: Authority, tmp_path: Path
) -> None:
    letters = of_files([letter_file(tmp_path, to="министр@example.org")])
    with running(authority, "old") as (postbox, server):
        (sent,) = send_all(letters, server, tmp_path)
    assert sent.problem
    assert sent.problem.name == "server-without-smtputf8"
    with running(authority) as (postbox, server):
        (sent,) = send_all(letters, server, tmp_path)
    assert sent.state == "accepted"
    assert "RCPT министр@example.org" in postbox.asked
    assert any(one.endswith("BODY=8BITMIME SMTPUTF8") for one in postbox.asked)


def test_bytes_outside_ascii_go_only_by_servers_that_know_them(authority: Authority, tmp_path: Path) -> None:
    path = letter_file(tmp_path)
    path.write_bytes(path.read_bytes() + "Grüße\r\n".encode())
    with running(authority, "old") as (_, server):
        (sent,) = send_all(of_files([path]), server, tmp_path)
    assert sent.problem
    assert sent.problem.name == "server-without-8bitmime"


# In order, at a pace, and stopped


def test_no_more_letters_go_out_in_a_minute_than_are_allowed(authority: Authority, tmp_path: Path) -> None:
    slept: list[float] = []
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    letters = of_files([letter_file(tmp_path, number) for number in range(4)])
    with running(authority) as (_, server), register(tmp_path) as ledger:
        list(send(letters, server, ledger, Pace(12, clock=lambda: now, sleep=sleep)))
    assert slept == [5.0, 5.0, 5.0]


def test_a_line_that_was_cut_between_letters_is_taken_up_again(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path, number) for number in range(3)])
    with running(authority, "dropped between letters") as (postbox, server):
        assert [one.state for one in send_all(letters, server, tmp_path)] == ["accepted"] * 3
    assert len(postbox.inbox) == 3


def test_a_server_that_always_breaks_off_is_left_alone(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path, number) for number in range(5)])
    states: list[str] = []
    with running(authority, "dropped at MAIL") as (_, server), register(tmp_path) as ledger:
        sending = send(letters, server, ledger, Pace(600, clock=lambda: 0.0, sleep=lambda _: None))
        with pytest.raises(LettergenError, match="smtp-breaks-off"):
            states += [one.state for one in sending]
    with register(tmp_path) as ledger:
        assert [ledger.standing(one) for one in letters] == ["temporary"] * 3 + ["new"] * 2


@pytest.mark.parametrize(("fault", "standing"), [("Ctrl-C", "gone"), ("Ctrl-C twice", "unknown")])
def test_ctrl_c_waits_for_the_letter_under_way_and_a_second_one_does_not(
    fault: str, standing: str, authority: Authority, tmp_path: Path
) -> None:
    letters = of_files([letter_file(tmp_path, number) for number in range(3)])
    before = signal.getsignal(signal.SIGINT)
    with running(authority, fault) as (postbox, server), pytest.raises(KeyboardInterrupt):
        send_all(letters, server, tmp_path)
    assert signal.getsignal(signal.SIGINT) is before
    assert len(postbox.inbox) == 1
    with register(tmp_path) as ledger:
        assert [ledger.standing(one) for one in letters] == [standing, "new", "new"]
    with running(authority) as (healthy, server):
        states = [one.state for one in send_all(letters, server, tmp_path)]
    assert states == ["held", "accepted", "accepted"]
    assert len(healthy.inbox) == 2


def test_an_attempt_that_nobody_saw_the_end_of_is_not_repeated_unasked(
    authority: Authority, tmp_path: Path
) -> None:
    letters = of_files([letter_file(tmp_path)])
    with register(tmp_path) as ledger:
        assert ledger.claim(letters[0], again=False)  # and here the power went out
    with running(authority) as (postbox, server):
        assert [one.state for one in send_all(letters, server, tmp_path)] == ["held"]
        assert [one.state for one in send_all(letters, server, tmp_path, ["refused"])] == ["held"]
        assert [one.state for one in send_all(letters, server, tmp_path, ["unknown"])] == ["accepted"]
        assert [one.state for one in send_all(letters, server, tmp_path, ["unknown"])] == ["held"]
    assert len(postbox.inbox) == 1


def test_what_was_refused_is_sent_again_when_asked_for(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path)])
    with running(authority, "550 at RCPT") as (_, server):
        send_all(letters, server, tmp_path)
    with running(authority) as (postbox, server):
        assert [one.state for one in send_all(letters, server, tmp_path, ["refused"])] == ["accepted"]
    assert len(postbox.inbox) == 1


def test_of_two_runs_at_once_only_one_sends_a_letter(authority: Authority, tmp_path: Path) -> None:
    letters = of_files([letter_file(tmp_path)])
    with running(authority) as (postbox, server), register(tmp_path) as late:
        assert late.standing(letters[0]) == "new"
        send_all(letters, server, tmp_path)
        pace = Pace(600, clock=lambda: 0.0, sleep=lambda _: None)
        assert [one.state for one in send(letters, server, late, pace)] == ["held"]
    assert len(postbox.inbox) == 1


# What is sent at all


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject:", b"Cc: other@example.org\r\nSubject:"),
        (b"Subject:", b"Bcc: other@example.org\r\nSubject:"),
        (b"Subject:", b"Resent-To: other@example.org\r\nSubject:"),
        (b"Subject:", b"To: other@example.org\r\nSubject:"),
        (b"Subject:", b"Sender: other@example.org\r\nSubject:"),
        (b"<minister-1@example.org>", b"<minister-1@example.org>, other@example.org"),
        (b"Minister <minister-1@example.org>", b"Ministers: minister-1@example.org, other@example.org;"),
        (b"<minister-1@example.org>", b"<minister-1@example.org"),
        (b"@letters.lettergen.invalid", b"@mail.example.org"),
        (b"Message-ID:", b"X-Message-ID:"),
        (b"From: Jane", b"From: Kim <kim@example.org>, Jane"),
        (b"Subject: A librarian", b"Subject: \xff"),
    ],
    ids=lambda value: value.decode("latin-1"),
)
def test_a_file_that_is_no_letter_to_one_recipient_is_not_sent(
    old: bytes, new: bytes, tmp_path: Path
) -> None:
    path = letter_file(tmp_path)
    before = path.read_bytes()
    assert before.count(old) == 1
    path.write_bytes(before.replace(old, new))
    with pytest.raises(LettergenError, match="not-a-letter-to-send"):
        of_files([path])


def test_no_second_message_can_be_smuggled_in_a_text(authority: Authority, tmp_path: Path) -> None:
    path = letter_file(tmp_path)
    smuggled = b"\n.\r\nMAIL FROM:<x@y.org>\r\nRCPT TO:<z@y.org>\r\nDATA\r\nhello\r\n.\r\n\r.\r"
    path.write_bytes(path.read_bytes() + smuggled)
    with running(authority) as (postbox, server):
        (sent,) = send_all(of_files([path]), server, tmp_path)
    assert sent.state == "accepted"
    assert len(postbox.inbox) == 1
    assert postbox.inbox[0].count(b"\r\n.\r\n") == 3
    assert not [one for one in postbox.asked if "z@y.org" in one]


def test_a_file_that_changes_while_it_waits_is_not_sent(authority: Authority, tmp_path: Path) -> None:
    path = letter_file(tmp_path)
    letters = of_files([path])
    path.write_bytes(path.read_bytes() + b"PS\r\n")
    with running(authority) as (postbox, server), pytest.raises(LettergenError, match="email-changed"):
        send_all(letters, server, tmp_path)
    assert postbox.inbox == []


def mailing(folder: Path, letters: int) -> Path:
    """Make a mailing as `batch` leaves it: one volume of e-mails with its list."""
    volume = folder / "outbox" / "note-2026-02-10" / "email" / "volume-0001"
    volume.mkdir(parents=True)
    entries = []
    for number in range(1, letters + 1):
        path = letter_file(volume, number)
        path = path.rename(volume / f"{number:05d}-{path.name}")
        entries.append(
            ManifestEntry(
                sequence=number,
                letter_id=f"note--minister-{number}--jane",
                template="note",
                language="en",
                date="2026-02-10",
                recipient_id=f"minister-{number}",
                sender_id="jane",
                channel="email",
                state="made",
                files=(ManifestFile.of(f"email/volume-0001/{path.name}", path.read_bytes()),),
                content_key=str(number),
                message_id=identity_in(path.read_bytes()),
            )
        )
    for place in (volume, volume.parents[1]):
        (place / "manifest.jsonl").write_bytes(Manifest.of(entries).to_bytes())
    with register(folder) as ledger:
        ledger.ledger.commit_volume("note-2026-02-10", "email", 1, "key", entries)
    return volume.parents[1]


def test_a_mailing_is_sent_in_its_order_and_a_letter_of_it_is_the_same_by_its_file(
    authority: Authority, tmp_path: Path
) -> None:
    folder = mailing(tmp_path, 3)
    letters = of_mailing(folder)
    assert [one.letter_id for one in letters] == [f"note--minister-{number}--jane" for number in (1, 2, 3)]
    assert of_mailing(folder / "email" / "volume-0001") == letters
    alone = of_files([letters[1].path])
    assert alone == letters[1:2]
    with running(authority) as (postbox, server):
        send_all(alone, server, tmp_path)
        assert [one.state for one in send_all(letters, server, tmp_path)] == ["accepted", "held", "accepted"]
    assert len(postbox.inbox) == 3


def test_a_letter_that_was_changed_after_it_was_made_is_told(tmp_path: Path) -> None:
    folder = mailing(tmp_path, 2)
    path = next(folder.rglob("*.eml"))
    path.write_bytes(path.read_bytes() + b"PS\r\n")
    with pytest.raises(LettergenError, match="email-changed"):
        of_mailing(folder)


# From the command line


SETTINGS = """\
name = "Test"
[smtp]
host = "127.0.0.1"
port = {port}
security = "starttls"
user = "jane"
ca_file = "ca.pem"
rate_per_minute = 600
"""


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--really", "--dry-run"]])
def test_without_really_nothing_is_sent_and_no_server_is_asked(
    write: Write, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    folder = write({"lettergen.toml": SETTINGS.format(port=1)})
    letter_file(folder)
    assert run(["send", "note--minister-1--jane.eml", *options]) == ExitCode.OK
    told = capsys.readouterr().err
    assert "1 letter, 1 to send" in told
    assert "Nothing was sent" in told
    assert not (folder / "ledger.sqlite").exists()


def test_a_mailing_goes_out_once_and_names_stay_out_of_what_is_told(
    write: Write,
    authority: Authority,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LETTERGEN_SMTP_PASSWORD", PASSWORD)
    with running(authority, user="jane") as (postbox, server):
        folder = write({"lettergen.toml": SETTINGS.format(port=server.port)})
        (folder / "ca.pem").write_bytes(authority.file.read_bytes())
        mailing(folder, 2)
        command = ["send", "note-2026-02-10", "--really", "--json"]
        assert run(command) == ExitCode.OK
        first = capsys.readouterr()
        assert run(command) == ExitCode.OK
        second = capsys.readouterr()
    assert [one["state"] for one in json.loads(first.out)] == ["accepted", "accepted"]
    assert [one["state"] for one in json.loads(second.out)] == ["held", "held"]
    assert len(postbox.inbox) == 2
    printed = first.out + first.err + second.out + second.err
    assert "2 letters sent." in first.err
    assert not [word for word in ("example.org", "Minister", "Jane", PASSWORD) if word in printed]


def test_a_refusal_leaves_an_exit_code_and_the_code_of_the_server(
    write: Write,
    authority: Authority,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LETTERGEN_SMTP_PASSWORD", PASSWORD)
    with running(authority, "550 at RCPT", user="jane") as (_, server):
        folder = write({"lettergen.toml": SETTINGS.format(port=server.port)})
        (folder / "ca.pem").write_bytes(authority.file.read_bytes())
        letter_file(folder)
        assert run(["send", "note--minister-1--jane.eml", "--really"]) == ExitCode.PARTIAL
    told = capsys.readouterr().err
    assert "550 5.1.1 at recipient" in " ".join(told.split())
    assert "example.org" not in told


def test_a_mailing_by_email_is_made_and_sent_by_two_commands(
    write: Write, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERGEN_SMTP_PASSWORD", PASSWORD)
    note = Path(__file__).parent / "errors" / "no-mail-server"
    names = ("recipients.yaml", "senders.yaml", "letter_templates/note.md")
    with running(authority, user="jane") as (postbox, server):
        folder = write({name: (note / name).read_bytes() for name in names})
        write({"lettergen.toml": SETTINGS.format(port=server.port), "ca.pem": authority.file.read_bytes()})
        batch = ["batch", "note", "--to", "minister", "--from", "jane-example", "--date", "2026-01-15"]
        assert run([*batch, "--channel", "email", "--yes"]) == ExitCode.OK
        assert run(["send", "note-2026-01-15", "--really"]) == ExitCode.OK
        assert run(["send", "outbox/note-2026-01-15", "--really"]) == ExitCode.OK
    (message,) = postbox.messages()
    assert str(message["To"]) == '"Her Excellency Ms. Ada Example" <minister@example.org>'
    assert "X-Unsent" not in message
    (attached,) = message.iter_attachments()
    assert attached.get_content().startswith(b"%PDF-1.7")
    assert (folder / "ledger.sqlite").exists()


def test_the_same_email_in_another_file_is_not_sent_again(authority: Authority, tmp_path: Path) -> None:
    letters = of_mailing(mailing(tmp_path, 3))
    copy = tmp_path / "copies" / "for-the-minister.eml"
    copy.parent.mkdir()
    copy.write_bytes(letters[0].path.read_bytes())
    anew = letter_file(copy.parent, 2)
    mended = letter_file(copy.parent, 3, to="minister@example.net")
    with running(authority) as (postbox, server):
        send_all(letters, server, tmp_path)
        states = [one.state for one in send_all(of_files([copy, anew, mended]), server, tmp_path)]
        assert states == ["held", "held", "accepted"]  # to a corrected address it is another e-mail
        assert [one.state for one in send_all(letters, server, tmp_path)] == ["held"] * 3
    assert len(postbox.inbox) == 4


def test_a_letter_whose_copy_was_sent_does_not_go_with_its_mailing(
    authority: Authority, tmp_path: Path
) -> None:
    letters = of_mailing(mailing(tmp_path, 2))
    copy = tmp_path / "copy.eml"
    copy.write_bytes(letters[1].path.read_bytes())
    with running(authority) as (postbox, server):
        assert [one.state for one in send_all(of_files([copy]), server, tmp_path)] == ["accepted"]
        assert [one.state for one in send_all(letters, server, tmp_path)] == ["accepted", "held"]
        with register(tmp_path) as record:
            assert record.ledger.standings("single-emails") == {}
            states = [one.state for one in record.ledger.standings("note-2026-02-10").values()]
    assert states == ["sent", "sent"]
    assert len(postbox.inbox) == 2


@pytest.mark.parametrize("state", ["sent", "posted", "answered"])
def test_a_letter_that_somebody_recorded_as_gone_is_not_sent_by_its_copy(
    authority: Authority, tmp_path: Path, state: str
) -> None:
    letters = of_mailing(mailing(tmp_path, 1))
    copy = tmp_path / "copy.eml"
    copy.write_bytes(letters[0].path.read_bytes())
    with register(tmp_path) as record:
        record.ledger.record(
            [letters[0].letter_id],
            state,  # type: ignore[arg-type]
            mailing="note-2026-02-10",
            on="2026-02-11",
        )
    with running(authority) as (postbox, server):
        assert [one.state for one in send_all(of_files([copy]), server, tmp_path)] == ["held"]
    assert postbox.inbox == []


def test_an_attempt_without_a_result_holds_the_copy_too(authority: Authority, tmp_path: Path) -> None:
    letters = of_mailing(mailing(tmp_path, 1))
    copy = tmp_path / "copy.eml"
    copy.write_bytes(letters[0].path.read_bytes())
    copies = of_files([copy])
    with register(tmp_path) as late, register(tmp_path) as record:
        assert late.standing(copies[0]) == "new"
        assert record.claim(letters[0], again=False)
        assert not late.claim(copies[0], again=False)
    with running(authority) as (postbox, server):
        assert [one.state for one in send_all(copies, server, tmp_path)] == ["held"]
        assert [one.state for one in send_all(copies, server, tmp_path, ["unknown"])] == ["accepted"]
        assert [one.state for one in send_all(letters, server, tmp_path, ["unknown"])] == ["held"]
    assert len(postbox.inbox) == 1


def test_a_letter_written_anew_after_its_mailing_went_is_not_sent(
    write: Write, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERGEN_SMTP_PASSWORD", PASSWORD)
    note = Path(__file__).parent / "errors" / "no-mail-server"
    names = ("recipients.yaml", "senders.yaml", "letter_templates/note.md")
    wanted = ["note", "--to", "minister", "--from", "jane-example", "--date", "2026-01-15"]
    with running(authority, user="jane") as (postbox, server):
        write({name: (note / name).read_bytes() for name in names})
        write({"lettergen.toml": SETTINGS.format(port=server.port), "ca.pem": authority.file.read_bytes()})
        assert run(["batch", *wanted, "--channel", "email", "--yes", "--name", "first"]) == ExitCode.OK
        assert run(["send", "first", "--really"]) == ExitCode.OK
        assert run(["write", *wanted, "-o", "again.eml"]) == ExitCode.OK
        assert run(["send", "again.eml", "--really"]) == ExitCode.OK
        assert (
            run(["batch", *wanted, "--channel", "email", "--yes", "--name", "second", "--again"])
            == ExitCode.OK
        )
        assert run(["send", "second", "--really"]) == ExitCode.OK
    assert len(postbox.messages()) == 1


def test_a_server_that_drips_does_not_outlive_its_time() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    seconds = itertools.count()
    with ours, theirs:
        client = mail_server._Client(timeout=5)
        client.clock = seconds.__next__
        client.sock = ours
        # A datagram is a byte that comes by itself; the clock goes on by a second whenever it is looked at.
        for byte in b"250-and so on, and so on, and so on":
            theirs.send(bytes([byte]))
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.getreply()
        assert next(seconds) <= 8


def test_an_answer_that_comes_in_pieces_is_read_whole_and_the_next_is_kept() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client = mail_server._Client(timeout=5)
        client.sock = ours
        theirs.sendall(b"250-one\r\n250 two\r\n354 go on\r\n")
        assert client.getreply() == (250, b"one\ntwo")
        assert client.getreply() == (354, b"go on")
        client.close()
