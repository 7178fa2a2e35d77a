"""A mailing as its file says: who writes to whom, by which way, how many; options come first."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems, UnknownName
from lettergen.facts.double_signups import twice
from lettergen.facts.mailing_file import read
from lettergen.facts.model import Recipient, Sender
from lettergen.plan.channels import channel_for, default_formats, refuse_unknown_channels
from lettergen.plan.quotas import Quotas, shared_out

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)

RECIPIENTS = """\
recipients:
  - {id: oslo, name: Kari Example, office: ambassador, address: [1 Road], country: "NO", tags: embassy}
  - {id: bern, name: Urs Example, office: ambassador, address: [2 Road], country: CH, tags: embassy,
     languages: [de, en]}
  - {id: wien, title: Minister, address: [3 Road], country: AT, tags: press, fax: +43 1 2345678,
     channels: [fax, post]}
  - {id: rome, title: Editor, country: IT, email: editor@example.org, channels: email, tags: press}
"""
SENDERS = """\
senders:
  - {id: ann, name: Ann Sample, address: [Lane 1], country: GB, tags: citizen, email: ann@example.org}
  - {id: ben, name: Ben Sample, address: [Lane 2], country: FR, tags: citizen, email: b@example.org}
  - {id: cat, name: Cat Sample, address: [Lane 3], country: GB, email: cat@example.org}
"""
NOTE = (
    "---\ntitle: A note\nlanguage: en\nuses: [sender]\nsubject: A note\n---\n"
    "Dear {{ recipient.display }}, please reply.\n"
)
MAILING = """\
name: spring
templates: note
recipients: {tags: [embassy, press]}
senders: [ben, ann]
date: 2026-01-10
formats: txt
"""


@pytest.fixture
def desk(write: Write) -> Path:
    files = {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "letter_templates/note.md": NOTE}
    return write({**files, "mailing.yaml": MAILING, "lettergen.toml": 'name = "Test"\n'})


@pytest.fixture
def planned(desk: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def plan_of(*words: str) -> dict[str, Any]:
        assert run(["batch", *words, "--dry-run", "--json"], today=TODAY) == ExitCode.OK
        found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[0])
        return found

    return plan_of


Planned = Callable[..., dict[str, Any]]


def test_the_file_alone_makes_the_mailing(desk: Path) -> None:
    assert run(["batch", "--yes", "--quiet"], today=TODAY) == ExitCode.OK
    lines = (desk / "outbox" / "spring" / "manifest.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert [(one["recipient_id"], one["sender_id"], one["channel"]) for one in entries] == [
        *((name, sender, "post") for name in ("oslo", "bern") for sender in ("ben", "ann")),
        *(("wien", sender, "fax") for sender in ("ben", "ann")),
        *(("rome", sender, "email") for sender in ("ben", "ann")),
    ]
    assert {one["date"] for one in entries} == {"2026-01-10"}
    folders = {one["files"][0]["file"].partition("/")[0] for one in entries}
    assert folders == {"post", "fax", "email"}


@pytest.mark.parametrize(
    ("words", "letters", "channels"),
    [
        ((), 8, {"post": 4, "fax": 2, "email": 2}),
        (("--tag", "press"), 4, {"fax": 2, "email": 2}),
        (("--from", "cat"), 4, {"post": 2, "fax": 1, "email": 1}),
        (("--country", "no", "--country", "CH"), 4, {"post": 4}),
        (("--office", "ambassador", "--language", "de"), 2, {"post": 2}),
        (("--channel", "post"), 6, {"post": 6}),
        (("--channel", "email", "--channel", "fax"), 4, {"email": 2, "fax": 2}),
        (("--per-sender", "2", "--per-recipient", "1"), 4, {"post": 2, "fax": 1, "email": 1}),
        (("--all-senders", "--per-recipient", "1"), 4, {"post": 2, "fax": 1, "email": 1}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_come_before_the_file(
    planned: Planned, words: tuple[str, ...], letters: int, channels: dict[str, int]
) -> None:
    plan = planned(*words)
    assert (plan["mailing"], plan["letters"], plan["channels"]) == ("spring", letters, channels)


def test_a_template_on_the_command_line_leaves_the_file_alone(planned: Planned) -> None:
    plan = planned("note", "--to", "oslo", "--from", "cat")
    assert (plan["mailing"], plan["letters"]) == ("note-2026-01-15", 1)
    assert planned("note", "--mailing", "mailing.yaml")["letters"] == 8


def test_recipients_without_the_channel_asked_for_are_skipped_with_the_reason(planned: Planned) -> None:
    assert planned("--channel", "fax")["skipped"] == [
        {"reason": "the recipient has no `fax` for fax", "letters": 6}
    ]


@pytest.mark.parametrize(
    ("recipients", "senders", "told"),
    [
        ("{tags: embassy, countries: [FR]}", "all", "none of the chosen recipients has the country `FR`"),
        ("{all: yes, offices: [judge]}", "all", "none of the chosen recipients has the office `judge`"),
        ("all", "{languages: [ja, ko]}", "none of the chosen senders has the language `ja` or `ko`"),
        ("{all: yes, countries: [IT]}", "{countries: [FR]}", ""),
    ],
)
def test_a_choice_that_leaves_nobody_is_told_with_what_there_is(
    desk: Path, capsys: pytest.CaptureFixture[str], recipients: str, senders: str, told: str
) -> None:
    text = f"templates: note\nrecipients: {recipients}\nsenders: {senders}\n"
    (desk / "mailing.yaml").write_text(text)
    code = run(["batch", "--dry-run"], today=TODAY)
    assert code == (ExitCode.USAGE if told else ExitCode.OK)
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "reason", "fix"),
    [
        (["--to", "rome", "--channel", "post"], "the recipient has no `address`", "recipients' entries"),
        (["--to", "oslo", "--from", "ann"], "already written in another mailing", "add `--again`"),
        (["--to", "oslo", "--from", "bare"], "the sender has no `place`", "senders' entries"),
    ],
)
def test_where_nothing_can_be_written_the_fix_is_that_of_the_reason(
    desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], reason: str, fix: str
) -> None:
    first = ["batch", "note", "--to", "oslo", "--from", "ann", "--yes", "--format", "txt"]
    assert run(first, today=TODAY) == ExitCode.OK
    senders = SENDERS + "  - {id: bare, name: Bare Sample}\n"
    (desk / "senders.yaml").write_text(senders.replace("name: Ann", "place: Bath, name: Ann"))
    note = NOTE if "ann" in words else NOTE.replace("please", "{{ sender.place }}, please")
    (desk / "letter_templates" / "note.md").write_text(note)
    words = words if "--from" in words else [*words, "--from", "ann"]
    capsys.readouterr()
    assert run(["batch", "note", *words, "--name", "another", "--dry-run"], today=TODAY) == ExitCode.PROBLEMS
    shown = " ".join(capsys.readouterr().err.split())
    assert f"[nothing-to-write] no letter can be written: {reason}" in shown
    assert fix in shown


def test_what_another_mailing_has_written_is_left_out_unless_asked_for_again(planned: Planned) -> None:
    assert run(["batch", "--yes", "--quiet", "--tag", "embassy"], today=TODAY) == ExitCode.OK
    again = ("note", "--tag", "embassy", "--from-tag", "citizen", "--to", "wien")
    plan = planned(*again)
    assert plan["letters"] == 2
    assert plan["skipped"] == [{"reason": "already written in another mailing", "letters": 4}]
    assert planned(*again, "--again")["letters"] == 6
    assert planned()["letters"] == 8


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("recipient", "oslo-ann oslo-cat bern-ann bern-cat"),
        ("sender", "oslo-ann bern-ann oslo-cat bern-cat"),
        ("country", "bern-ann bern-cat oslo-ann oslo-cat"),
    ],
)
def test_letters_are_laid_together_as_wished(desk: Path, order: str, names: str) -> None:
    words = [
        "note",
        "--tag",
        "embassy",
        "--from",
        "ann",
        "--from",
        "cat",
        "--format",
        "txt",
        "--yes",
        "--quiet",
    ]
    assert run(["batch", *words, "--order", order], today=TODAY) == ExitCode.OK
    lines = (desk / "outbox" / "note-2026-01-15" / "manifest.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert " ".join(f"{one['recipient_id']}-{one['sender_id']}" for one in entries) == names


def test_thin_letters_come_first_where_sheets_are_counted(desk: Path) -> None:
    words = "word " * 1200
    senders = SENDERS.replace("{id: ann,", f"{{id: ann, own_words: {words},")
    (desk / "senders.yaml").write_text(senders)
    (desk / "letter_templates" / "note.md").write_text(
        NOTE + "\n{% if own_words %}{{ own_words }}{% endif %}\n"
    )
    chosen = ["note", "--to", "oslo", "--from", "ann", "--from", "ben", "--order", "sheets"]
    assert run(["batch", *chosen, "--yes", "--quiet", "--files", "separate"], today=TODAY) == ExitCode.OK
    lines = (desk / "outbox" / "note-2026-01-15" / "manifest.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert [one["sender_id"] for one in entries] == ["ben", "ann"]
    assert entries[0]["sheets"] < entries[1]["sheets"]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("templates: note\nrecipient: oslo\n", "unknown-field", 2),
        ("recipients: [oslo]\n", "missing-field", 1),
        ("templates: note\norder: postage\n", "unknown-value", 2),
        ("templates: note\nquotas: {per_sender: 0}\n", "bad-number", 2),
        ("templates: note\nchannels: [pigeon]\n", "unknown-value", 2),
        ("templates: note\ndate: soon\n", "bad-date", 2),
        ("templates: [note\n", "unclosed-bracket", 1),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(tmp_path: Path, text: str, name: str, line: int) -> None:
    path = tmp_path / "mailing.yaml"
    path.write_text(text)
    with pytest.raises(InputProblems) as caught:
        read(path, tmp_path)
    assert name in [problem.name for problem in caught.value.problems]
    assert line in [problem.place.line for problem in caught.value.problems if problem.place]


# Channels


def recipient(**fields: object) -> Recipient:
    return Recipient.model_validate({"id": "r", "title": "Minister", **fields})


@pytest.mark.parametrize(
    ("fields", "asked", "channel"),
    [
        ({"address": ["1 Road"]}, (), "post"),
        ({"address": ["1 Road"], "fax": "+1 2", "channels": ["fax", "post"]}, (), "fax"),
        ({"address": ["1 Road"], "channels": ["fax", "post"]}, (), "post"),
        ({"address": ["1 Road"], "channels": ["registered"]}, (), "registered"),
        ({"email": "a@example.org"}, (), ""),
        ({"email": "a@example.org"}, ("fax", "email"), "email"),
        ({"address": ["1 Road"]}, ("courier",), "courier"),
        ({"fax": "+1 2"}, ("hand",), ""),
    ],
)
def test_the_first_way_that_can_work_is_taken(
    fields: dict[str, object], asked: tuple[str, ...], channel: str
) -> None:
    found, reason = channel_for(recipient(**fields), asked)
    assert (found, bool(reason)) == (channel, not channel)


def test_each_medium_has_its_own_form_unless_that_is_not_there() -> None:
    known = ("pdf", "txt", "tif", "eml")
    assert [default_formats(one, known) for one in ("post", "fax", "email")] == [("pdf",), ("tif",), ("eml",)]
    assert default_formats("fax", ("pdf", "txt")) == ("pdf",)


def test_a_channel_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownName) as caught:
        refuse_unknown_channels(["post", "emial"])
    (problem,) = caught.value.problems
    assert problem.fix == "did you mean `email`?"


# Quotas

SIZES = st.integers(1, 8)


@given(recipients=SIZES, senders=SIZES, each=SIZES, most=st.none() | SIZES)
def test_shares_are_met_or_told_and_as_even_as_can_be(
    recipients: int, senders: int, each: int, most: int | None
) -> None:
    pairs = [(f"r{n}", f"s{m}") for n in range(recipients) for m in range(senders)]
    possible = each <= recipients and (most is None or senders * each <= recipients * most)
    quotas = Quotas(per_sender=each, per_recipient=most)
    if not possible:
        with pytest.raises(InputProblems, match="quota-not-met"):
            shared_out(pairs, quotas)
        return
    chosen = shared_out(pairs, quotas)
    by_sender = Counter(sender for _, sender in chosen)
    load = Counter(name for name, _ in chosen)
    assert set(by_sender.values()) == {each}
    assert max(load.values()) - min(load[f"r{n}"] for n in range(recipients)) <= 1
    assert chosen == [pair for pair in pairs if pair in set(chosen)]


def test_a_limit_for_recipients_alone_leaves_nobody_over_it() -> None:
    pairs = [(f"r{n}", f"s{m}") for n in range(3) for m in range(4)]
    chosen = shared_out(pairs, Quotas(per_recipient=2))
    assert Counter(name for name, _ in chosen) == {"r0": 2, "r1": 2, "r2": 2}
    assert max(Counter(sender for _, sender in chosen).values()) == 2


# Who has signed up twice


def sender(identifier: str, name: str, **fields: object) -> Sender:
    return Sender.model_validate({"id": identifier, "name": name, **fields})


def test_the_same_person_under_two_ids_writes_once() -> None:
    people = [
        sender("a", "Ann Sample", email="ann@example.org"),
        sender("b", "ANN  Sample", email="Ann@example.org"),
        sender("c", "Ann Sample", email="other@example.org"),
        sender("d", "Ben Sample", email="ann@example.org"),
        sender("e", "Ben Sample", address=["Lane 1", "Town"]),
        sender("f", "ben sample", address=["lane 1", "town"], email="x@example.org"),
        sender("g", "Ben Sample", email="x@example.org"),
    ]
    assert dict(twice(people)) == {"b": "a", "f": "e", "g": "e"}


def test_a_second_sign_up_is_skipped_and_said(desk: Path, planned: Planned) -> None:
    again = "  - {id: anna, name: Ann Sample, country: GB, email: ann@example.org}\n"
    (desk / "senders.yaml").write_text(SENDERS + again)
    plan = planned("--all-senders", "--to", "oslo")
    assert plan["letters"] == 3
    assert plan["skipped"] == [{"reason": "this sender has already signed up as `ann`", "letters": 1}]


def test_check_tells_what_batch_would_refuse_in_the_mailing_file(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["-C", str(desk), "check", "--json"])
    assert "mailing.yaml" not in capsys.readouterr().out
    (desk / "mailing.yaml").write_text(MAILING + "per_sender: 3\nchannels: pigeon\n")
    assert run(["-C", str(desk), "check", "--json"]) == ExitCode.PROBLEMS
    assert [place for _, place in places_told(capsys)] == ["mailing.yaml:7:1", "mailing.yaml:8:11"]


def test_check_tells_each_name_of_the_mailing_file_that_is_nowhere(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """\
templates: [note, ntoe]
recipients: {ids: [oslo, olso], tags: [embassy, embasy]}
senders:
  - ann
  - bne
case: nothing
formats: [txt, docx]
stationery: nowhere
"""
    (desk / "mailing.yaml").write_text(text)
    assert run(["-C", str(desk), "check", "--json"]) == ExitCode.PROBLEMS
    assert [place for _, place in places_told(capsys)] == [
        f"mailing.yaml:{place}" for place in ("1:19", "2:26", "2:49", "5:5", "6:7", "7:16", "8:13")
    ]
    (desk / "mailing.yaml").write_text("templates: note\nrecipients: [oslo]\n")
    assert run(["-C", str(desk), "check", "--json"]) == ExitCode.OK


def places_told(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """Return name and place of the problems in the mailing's file."""
    told = json.loads(capsys.readouterr().out)["problems"]
    return [
        (one["name"], f"{Path(one['file']).name}:{one['line']}:{one['column']}")
        for one in told
        if one["file"] and one["file"].endswith("mailing.yaml")
    ]


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["--from", "all", "--tag", "embassy"], "`--all-senders`"),
        (["--from", "citizen", "--tag", "embassy"], "`--from-tag citizen`"),
        (["--to", "Alle"], "`recipients: all`"),
        (["--to", "Norway"], "`--country NO`"),
        (["--tag", "embassy", "--case", "all"], "`--case ID`"),
    ],
)
def test_a_word_that_means_an_option_is_answered_with_it(
    write: Write, capsys: pytest.CaptureFixture[str], words: list[str], option: str
) -> None:
    address = "address: [1 Street, Town]"
    write(
        {
            "lettergen.toml": "",
            "recipients.yaml": "recipients:\n- {id: a, title: Envoy, organisation: Embassy, country: NO, "
            f"tags: [embassy], {address}}}\n",
            "senders.yaml": "senders:\n- {id: b, name: Ann Lee, country: NO, tags: [citizen], "
            f"{address}}}\n",
            "cases/lee.yaml": "title: Lee\nsummary: Arrested.\n",
        }
    )
    assert run(["batch", "protest-letter", *words, "--dry-run"], today=date(2026, 1, 15)) != ExitCode.OK
    assert option in capsys.readouterr().err
