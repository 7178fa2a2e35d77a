"""What is written is the owner's alone and whole, whatever the disk, the umask or a kill does to it."""

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.cli import run
from lettergen.errors import InputProblems, OutputError
from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import open_template
from lettergen.outbox.atomic_files import TORSO
from lettergen.outbox.volumes import MANIFEST, MANIFEST_TABLE
from lettergen.plan.orders import Plan, plan
from lettergen.rendering.render_terms import RenderTerms
from tests.mailroom import is_as_the_manifest_says, ledger_of, letters_in, made, mail, tidy

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

DAY = date(2026, 1, 15)
STEPS = ("mkdir", "open", "write", "fsync", "close", "link", "replace", "unlink")
SENDERS = "senders:\n  - {id: one, name: Max Muster, address: [Weg 1, Berlin], country: DE}\n"
TEMPLATE = (
    "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\n"
    "Dear {{ recipient.name }}, {{ own_words or 'hello' }}\n"
)


def campaign(root: Path, letters: int, words: str = "") -> Path:
    people = "".join(
        f"  - {{id: reader-{number}, name: Reader {number}, address: [Road {number}], country: NO}}\n"
        for number in range(1, letters + 1)
    )
    (root / "letter_templates").mkdir(parents=True, exist_ok=True)
    (root / "recipients.yaml").write_text(f"recipients:\n{people}")
    (root / "senders.yaml").write_text(SENDERS.replace("}", f", own_words: {words}}}") if words else SENDERS)
    (root / "letter_templates" / "note.md").write_text(TEMPLATE)
    return root


def planned(folder: Path) -> Plan:
    opened = Campaign.open(folder)
    assert opened.problems == ()
    template = open_template("note", opened.template_folders)
    return plan(template, recipients=opened.recipients, senders=opened.senders, case_id=None, on=DAY)


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    with tidy():
        yield


def torsos(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if TORSO.fullmatch(path.name)]


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


# Whose eyes


@pytest.mark.parametrize(("mask", "suffix"), [(0o000, "pdf"), (0o077, "html")], ids=["open", "closed"])
def test_files_and_folders_are_the_owners_whatever_the_umask(
    mask: int, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FONTCONFIG_FILE", os.environ.get("FONTCONFIG_FILE", ""))
    monkeypatch.chdir(tmp_path)
    with umask(mask):
        assert run(["init", "house"]) == 0
        monkeypatch.chdir(tmp_path / "house")
        assert run(["write", "first-letter", "--sample", "-o", f"a.{suffix}"]) == 0
        assert run(["write", "first-letter", "--sample", "-o", "a.txt"]) == 0
        assert run(["write", "first-letter", "--sample", "-o", "a.txt", "--force"]) == 0
        made = campaign(tmp_path / "house" / "c", 2)
        assert run(["-C", str(made), "batch", "note", "--to", "reader-1", "--format", "txt", "--yes"]) == 0
    ours = [
        *(tmp_path / "house").rglob("*"),
        *(tmp_path / "cache").rglob("*.conf"),
        tmp_path / "house",
        *(tmp_path / "cache").glob("lettergen"),
        *(tmp_path / "cache").glob("lettergen/fontconfig"),
    ]
    written = [path for path in ours if not path.is_relative_to(made) or "outbox" in path.parts]
    wrong = [
        str(path.relative_to(tmp_path))
        for path in written
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]
    assert wrong == []
    assert sum(path.is_file() for path in written) > 10


def link(path: Path) -> None:
    path.with_name("victim").write_bytes(b"precious")
    path.symlink_to(path.with_name("victim"))


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["plain", "forced"])
@pytest.mark.parametrize("obstacle", [link, dangling, Path.mkdir, os.mkfifo, Path.touch])
def test_a_letter_goes_through_nothing_that_is_in_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: Callable[[Path], object], force: list[str]
) -> None:
    monkeypatch.chdir(campaign(tmp_path, 1))
    out = tmp_path / "a.txt"
    obstacle(out)
    code = run(["write", "note", "--to", "reader-1", "-o", "a.txt", *force])
    is_replaced = bool(force) and obstacle in (link, dangling, Path.touch)
    assert code == (0 if is_replaced else 1)
    assert (stat.S_ISREG(out.lstat().st_mode) and out.stat().st_size > 0) == is_replaced
    assert not (tmp_path / "nowhere").exists()
    assert obstacle is not link or (tmp_path / "victim").read_bytes() == b"precious"
    assert torsos(tmp_path) == []


@pytest.mark.parametrize(
    ("out", "name"),
    [
        ("/dev/full", "not-a-file"),
        ("/dev/null", "not-a-file"),
        ("/proc/a.txt", ""),
        ("no/such/a.txt", "no-folder"),
        ("letter_templates/note.md/a.txt", "not-a-folder"),
        ("x" * 300 + ".txt", "name-too-long"),
    ],
)
def test_places_that_take_no_letter_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], out: str, name: str
) -> None:
    monkeypatch.chdir(campaign(tmp_path, 1))
    words = ["write", "note", "--to", "reader-1", "--format", "txt", "-o", out]
    assert run(words) in (1, 2)
    told = capsys.readouterr().err
    assert name in told
    assert "fault in lettergen" not in told


def test_a_full_disk_behind_stdout_is_told(tmp_path: Path) -> None:
    made = campaign(tmp_path, 1)
    words = [sys.executable, "-m", "lettergen", "-C", str(made), "write", "note", "--to", "reader-1"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*words, "--format", "txt", "-o", "-"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


# Every step of a mailing can fail


class Disk:
    """A disk whose n-th operation fails; counts the operations that there were."""

    def __init__(self, fails_at: int, code: int) -> None:
        self.fails_at = fails_at
        self.code = code
        self.seen = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for step in STEPS:
                patch.setattr(os, step, self._counted(getattr(os, step), is_close=step == "close"))
            yield

    def _counted(self, real: Callable[..., object], *, is_close: bool) -> Callable[..., object]:
        def step(*args: Any, **kwargs: Any) -> object:
            self.seen += 1
            if self.seen == self.fails_at:
                if is_close:  # a failing close gives the descriptor back all the same
                    real(*args, **kwargs)
                raise OSError(self.code, "the disk fails")
            return real(*args, **kwargs)

        return step


class Remembering(Executor):
    """Sets each letter once; what is tried over and over is the writing."""

    def __init__(self) -> None:
        self.made: dict[object, object] = {}

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        terms, _, orders = args
        if (orders, terms) not in self.made:
            self.made[orders, terms] = fn(*args, **kwargs)
        future: Future[object] = Future()
        future.set_result(self.made[orders, terms])
        return future


def whole(name: str) -> bool:
    """Say whether a file stands in its place; what is begun lies in hidden folders and under hidden names."""
    return not any(part.startswith(".") for part in Path(name).parts)


LISTS = (MANIFEST, MANIFEST_TABLE)


def test_whatever_step_of_a_mailing_fails_every_file_is_whole(tmp_path: Path) -> None:
    source = campaign(tmp_path / "source", 2)
    terms = RenderTerms(folder=source, formats=("pdf", "txt"))
    executor = Remembering()
    # Facts are read before anything is written.
    ready, facts = planned(source), Campaign.open(source)

    def post(outbox: Path) -> list[bool]:
        run = mail(ready, terms, outbox, campaign=facts, executor=executor, workers=1, is_elsewhere=True)
        with closing(run):
            return [outcome.failed for volume in run for outcome in volume.outcomes]

    assert post(tmp_path / "right") == [False, False]
    right = tree(tmp_path / "right")
    told = refused = 0
    for number in range(1, 200):
        outbox = tmp_path / "wrong"
        failures: list[bool] = []
        ledger_of(outbox)  # whose own faults are shown in test_ledger_faults.py
        disk = Disk(number, errno.ENOSPC if number % 2 else errno.EIO)
        with disk.at_work():
            try:
                failures = post(outbox)
            except (InputProblems, OutputError):  # a template cannot be read, or nothing can be written
                refused += 1
        left = {name: data for name, data in tree(outbox).items() if whole(name)}
        for name, data in left.items():
            assert data == right[name] or name.endswith((*LISTS, "all-letters.pdf")), (number, name)
        if any(failures):
            told += 1
            assert is_as_the_manifest_says(outbox), number
        # The same command again, as whoever has made room would give it.
        assert not any(post(outbox)), number
        assert tree(outbox) == right, number
        shutil.rmtree(outbox)
        shutil.rmtree(tmp_path / "ledger-of-wrong")
        if disk.seen < number:
            break
    else:
        pytest.fail("there was no last step")
    assert told >= 8
    assert refused >= 8


def test_whatever_step_of_a_second_run_fails_there_is_the_old_letter_or_the_new_one(tmp_path: Path) -> None:
    source = campaign(tmp_path / "source", 2)
    executor = Remembering()
    ready = planned(source)
    folders = {words: campaign(tmp_path / f"source-{words}", 2, words) for words in ("one", "two")}
    facts = {words: Campaign.open(folder) for words, folder in folders.items()}

    def post(outbox: Path, words: str) -> None:
        terms = RenderTerms(folder=folders[words], formats=("txt",))
        own = {"campaign": facts[words], "executor": executor, "workers": 1, "is_elsewhere": True}
        run = mail(ready, terms, outbox, **own)
        with closing(run):
            list(run)

    post(tmp_path / "old", "one")
    post(tmp_path / "new", "two")
    old, new = tree(tmp_path / "old"), tree(tmp_path / "new")
    assert old != new
    for number in range(1, 200):
        outbox = tmp_path / "both"
        shutil.copytree(tmp_path / "old", outbox)
        shutil.copytree(tmp_path / "ledger-of-old", tmp_path / "ledger-of-both")
        disk = Disk(number, errno.EIO)
        with disk.at_work(), suppress(InputProblems, OutputError):
            post(outbox, "two")
        for name, data in tree(outbox).items():
            assert not whole(name) or data in (old[name], new[name]) or name.endswith(LISTS), number
        post(outbox, "two")
        assert tree(outbox) == new, number
        shutil.rmtree(outbox)
        shutil.rmtree(tmp_path / "ledger-of-both")
        if disk.seen < number:
            break
    assert 20 < number < 199


# A kill


LETTERS_OF_A_RUN = 24
MAILING = "note-2026-01-15"


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The mailing that nobody has disturbed."""
    root = tmp_path_factory.mktemp("right")
    source = campaign(root / "source", LETTERS_OF_A_RUN)
    terms = RenderTerms(folder=source, formats=("txt", "html"))
    made(planned(source), terms, root / "outbox", workers=1, volume_size=4)
    return tree(root / "outbox" / MAILING)


def command(source: Path) -> list[str]:
    words = [sys.executable, "-m", "lettergen", "-C", str(source), "batch", "note", "--yes", "--workers", "2"]
    words += ["--format", "txt", "--format", "html", "--date", DAY.isoformat(), "--volume-size", "4"]
    return words + [word for n in range(1, LETTERS_OF_A_RUN + 1) for word in ("--to", f"reader-{n}")]


def killed(words: list[str], outbox: Path, letters: int) -> bool:
    """Run a command and kill it once so many files of letters are in their places."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < patience:
        if outbox.is_dir() and len(letters_in(outbox)) >= letters:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    return process.wait(30) != 0


def test_a_run_that_is_killed_again_and_again_leaves_whole_letters_and_completes(
    tmp_path: Path, right: dict[str, bytes]
) -> None:
    source = campaign(tmp_path / "source", LETTERS_OF_A_RUN)
    outbox = source / "outbox"
    kills = 0
    for after in (0, 1, 17):
        kills += killed(command(source), outbox, after)
        left = tree(outbox / MAILING) if (outbox / MAILING).is_dir() else {}
        standing = {name: data for name, data in left.items() if whole(name) and Path(name).name not in LISTS}
        assert all(data == right[name] for name, data in standing.items())
    assert kills >= 1
    assert subprocess.run(command(source), check=False, capture_output=True).returncode == 0
    assert tree(outbox / MAILING) == right
    assert torsos(source) == []
