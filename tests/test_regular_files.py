"""Files are opened once and judged by their descriptor: pipes, devices, links and changes under way."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from lettergen.cli import run
from lettergen.cli.init import make_campaign
from lettergen.facts.campaign import Campaign
from lettergen.facts.regular_files import (
    LeadsOutsideError,
    NotRegularError,
    TooLargeError,
    read_regular,
)

TODAY = date(2026, 2, 15)
CANARY = "canary-of-the-disk"


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def device(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


def silent_socket(path: Path) -> None:
    path.unlink(missing_ok=True)
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(path.name)


KINDS: dict[str, Callable[[Path], None]] = {"pipe": pipe, "device": device, "socket": silent_socket}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample campaign, which is the current folder."""
    make_campaign(tmp_path / "campaign", TODAY)
    monkeypatch.chdir(tmp_path / "campaign")
    return tmp_path / "campaign"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(list(arguments), today=TODAY)
    printed = capsys.readouterr()
    assert "fault in lettergen" not in printed.err
    return code, printed.out + printed.err


# One file


@pytest.mark.parametrize("make", [*KINDS.values(), Path.mkdir], ids=[*KINDS, "folder"])
def test_what_is_no_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "x")
    with pytest.raises(NotRegularError):
        read_regular(tmp_path / "x")


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    assert read_regular(tmp_path / "x", most=5) == b"12345"
    with pytest.raises(TooLargeError):
        read_regular(tmp_path / "x", most=4)


def test_links_are_followed_within_the_folder_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "a", tmp_path / "ab"
    for one in (inside, outside):
        one.mkdir()
        (one / "file").write_bytes(one.name.encode())
    (inside / "near").symlink_to("file")
    (inside / "far").symlink_to(outside / "file")
    (inside / "door").symlink_to(outside)
    assert read_regular(inside / "near", below=inside) == b"a"
    for path in (inside / "far", inside / "door" / "file", inside / ".." / "ab" / "file"):
        with pytest.raises(LeadsOutsideError):
            read_regular(path, below=inside)
    assert read_regular(inside / "far") == b"ab"


def swapping(link: Path, targets: tuple[Path, ...], stop: threading.Event) -> threading.Thread:
    """Let a link lead now here, now there, until it is stopped."""

    def swap() -> None:
        at = 0
        while not stop.is_set():
            new = link.with_name(f".{link.name}.new")
            new.symlink_to(targets[at % len(targets)])
            new.replace(link)
            at += 1

    thread = threading.Thread(target=swap)
    thread.start()
    return thread


@pytest.fixture
def swapped(tmp_path: Path) -> Iterator[Path]:
    """A campaign in which a case, a table and a signature lead now within it, now out of it."""
    folder, outside = tmp_path / "campaign", tmp_path / "outside"
    for one, word in ((folder / "real", "own"), (outside, CANARY)):
        one.mkdir(parents=True)
        (one / "case.yaml").write_text(f"title: {word}\nsummary: s\n", encoding="utf-8")
        (one / "senders.csv").write_text(f"id,organisation\na,{word}\n", encoding="utf-8")
    (folder / "cases").mkdir()
    stop = threading.Event()
    links = {folder / "cases" / "case.yaml": "case.yaml", folder / "senders.csv": "senders.csv"}
    threads = [swapping(link, (folder / "real" / name, outside / name), stop) for link, name in links.items()]
    yield folder
    stop.set()
    for thread in threads:
        thread.join()


def test_nothing_outside_is_read_while_somebody_swaps_links(swapped: Path) -> None:
    seen: set[str] = set()
    for _ in range(300):
        campaign = Campaign.open(swapped)
        assert CANARY not in repr((campaign.cases, campaign.senders, campaign.problems))
        seen |= {problem.name for problem in campaign.problems}
    assert seen <= {"leads-outside", "missing-file"}


# The files of a campaign


def of_campaign() -> tuple[str, ...]:
    """The files that a campaign can have, each at its place."""
    return (
        *("lettergen.toml", "mailing.yaml", "recipients.yaml", "recipients-b.csv", "recipients-c.xlsx"),
        *("senders.yaml", "senders-b.tsv", "senders-c.ods", "cases/other.yaml", "cases/other.fr.yaml"),
        "letter_templates/other.md",
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", of_campaign())
def test_no_file_of_a_campaign_may_be_something_else(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    monkeypatch.chdir(path.parent)
    KINDS[kind](path)
    monkeypatch.chdir(folder)
    code, text = told(capsys, "check")
    assert code == 1
    assert "pipe or a device" in text or "out of the campaign" in text
    assert path.name in text


INPUTS = {
    "send x.eml": "not a regular file",
    "handover x.tif --for hylafax --to minister --yes": "cannot be read",
    "verify x.pdf": "cannot be read",
    "kits mailing": "this is not a file",
    "print-files mailing": "this is not a file",
    "registered mailing --first RR000000005JP": "this is not a file",
    "envelopes --mailing mailing": "this is not a file",
    "handover mailing --for hylafax --yes": "this is not a file",
    "send mailing": "this is not a file",
    "ledger merge x.sqlite": "there is no ledger",
    "batch --mailing x.yaml --yes": "pipe or a device",
}
"""A command and what it says of an input that is a pipe, a device or a socket."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", INPUTS)
def test_no_input_may_be_a_pipe_a_device_or_a_socket(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    kind: str,
) -> None:
    (folder / "mailing").mkdir()
    recipients = folder / "recipients.yaml"
    words = recipients.read_text(encoding="utf-8").replace("- id: ", "- fax: '+49 30 1234567'\n    id: ")
    recipients.write_text(words, encoding="utf-8")
    if command.startswith("ledger"):
        assert told(capsys, "ledger", "start")[0] == 0
    target = next(word for word in command.split() if word == "mailing" or word.startswith("x."))
    path = folder / ("mailing/manifest.jsonl" if target == "mailing" else target)
    monkeypatch.chdir(path.parent)
    KINDS[kind](path)
    monkeypatch.chdir(folder)
    code, text = told(capsys, *command.split())
    assert code == 1
    if not (kind == "device" and command.startswith("batch")):  # whose link leads out of the folder
        assert INPUTS[command] in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_ledger_key_that_is_no_file_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    assert told(capsys, "ledger", "start")[0] == 0
    KINDS[kind](folder / "ledger.key")
    code, text = told(capsys, "batch", "--yes")
    assert (code, "is not a ledger key" in text) == (1, True)


# Pictures


def picture(kind: str) -> bytes:
    data = BytesIO()
    Image.effect_noise((300, 120), 90).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("command", ["check", "write", "batch"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_picture_that_is_cut_off_is_refused(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    command: str,
) -> None:
    data = picture(kind)
    name = f"signature.{kind.lower()}"
    (folder / name).write_bytes(data[: len(data) // 2])
    senders = folder / "senders.yaml"
    text = senders.read_text(encoding="utf-8")
    first = text[: text.index("- id: ")] + "- signature: " + name + "\n    " + text[text.index("id: ") :]
    senders.write_text(first, encoding="utf-8")
    # As WeasyPrint sets it when it is loaded.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    asked = {
        "check": ("check",),
        "write": ("write", "first-letter", "--to", "minister", "-o", "x.pdf"),
        "batch": ("batch", "--yes"),
    }[command]
    code, said = told(capsys, *asked)
    assert code != 0
    assert "unreadable-picture" in said or "cannot be read as PNG or JPEG" in said
    assert not (folder / "x.pdf").exists()
    (folder / name).write_bytes(data)
    assert "PNG or JPEG" not in told(capsys, *asked)[1]


def test_a_font_that_is_a_pipe_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "fonts").mkdir()
    os.mkfifo(folder / "fonts" / "a.ttf")
    settings = folder / "lettergen.toml"
    settings.write_text('fonts = ["fonts"]\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    code, text = told(capsys, "check")
    assert (code, "unusable-font" in text) == (1, True)


# What is something else than it should be, told as that by every command


@pytest.mark.parametrize(
    "command", ["ledger", "ledger verify", "ledger export", "ledger start", "ledger merge .", "batch --yes"]
)
def test_a_ledger_that_is_a_folder_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (folder / "ledger.sqlite").mkdir()
    (folder / "ledger.key").write_text("0" * 64, encoding="ascii")
    assert told(capsys, *command.split())[0] == 1


MANIFESTS = [
    "{}", "[]", "null", "1", '{"a": 1}', "[" * 5_000, '"x"', "\x00", '{"sequence": 1}',
    '{"sequence": "1", "letter_id": 5, "files": [{}], "formats": 1}', "9" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("line", MANIFESTS, ids=[line[:12] for line in MANIFESTS])
@pytest.mark.parametrize("command", ["kits m", "print-files m", "envelopes --mailing m", "send m"])
def test_a_foreign_manifest_is_told_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], line: str, command: str
) -> None:
    (folder / "m").mkdir()
    (folder / "m" / "manifest.jsonl").write_text(f"{line}\n", encoding="utf-8")
    code, text = told(capsys, *command.split())
    assert (code, "m/manifest.jsonl:1: [not-a-manifest]" in text) == (1, True)


@pytest.mark.parametrize("key", ["templates", "templates: []", "templates: [[]]", "templates: {}"])
def test_a_mailing_of_no_template_is_told(folder: Path, capsys: pytest.CaptureFixture[str], key: str) -> None:
    (folder / "mailing.yaml").write_text(f"{key}\n", encoding="utf-8")
    for command in ("check", "batch --dry-run"):
        assert told(capsys, *command.split())[0] == 1
