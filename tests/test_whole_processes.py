"""Commands in processes of their own, as people run them: no child is started in a way in which it may hang.

A child that is forked after its parent has used a newer Pango (1.56 say) waits for ever. Tests that make
letters within pytest cannot see that, since pytest has used Pango already; so whole commands are run
here, with a warning that is an error (`lettergen.isolated_process.ForkingIsUnsafeWarning`).
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECONDS = 300
"""Nothing takes so long; what hangs shall end."""


def run(
    folder: Path, *words: str | Path, warn: str = "error::ResourceWarning"
) -> subprocess.CompletedProcess[str]:
    """Run a Python program in a process of its own, standing in a folder."""
    return subprocess.run(
        [sys.executable, "-W", warn, *map(str, words)],
        cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def lettergen(campaign: Path, *words: str | Path) -> str:
    """Run a command on a campaign and return what it prints."""
    ran = run(campaign, "-m", "lettergen", "-C", campaign, *words)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A campaign of eight people and two offices, one of which is written to by fax."""
    (tmp_path / "letter_templates").mkdir()
    (tmp_path / "lettergen.toml").write_text('name = "Test"\n', encoding="utf-8")
    (tmp_path / "recipients.yaml").write_text(
        "recipients:\n"
        "  - {id: reader, name: A Reader, address: [Road 1, Oslo], country: NO, languages: [en]}\n"
        "  - {id: office, name: B Reader, address: [Road 2, Oslo], country: NO, languages: [en],\n"
        '     fax: "+47 22 12 34 56", channels: [fax]}\n',
        encoding="utf-8",
    )
    people = (
        f"  - {{id: s-{at}, name: Max Muster {at}, address: [Weg {at}, Ulm], country: DE, place: Ulm}}\n"
        for at in range(8)
    )
    (tmp_path / "senders.yaml").write_text("senders:\n" + "".join(people), encoding="utf-8")
    head = "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\n"
    (tmp_path / "letter_templates" / "note.md").write_text(f"{head}Please reply soon.\n", encoding="utf-8")
    return tmp_path


WORDS = ("--all-senders", "--date", "2026-01-15", "--yes")


@pytest.mark.parametrize("more", [(), ("--quiet",), ("--workers", "1"), ("--files", "both")], ids=" ".join)
def test_a_mailing_with_its_plan_is_made_on_all_cores(campaign: Path, more: tuple[str, ...]) -> None:
    lettergen(campaign, "batch", "note", "--to", "reader", *WORDS, *more)
    folder = campaign / "outbox" / "note-2026-01-15"
    entries = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert [one["state"] for one in entries] == ["made"] * 8
    assert all(one["cast"] for one in entries)
    lettergen(campaign, "verify", folder)
    lettergen(campaign, "kits", folder)
    lettergen(campaign, "print-files", folder)
    lettergen(campaign, "envelopes", "--mailing", folder)


def test_a_mailing_of_faxes_is_made_and_handed_over(campaign: Path) -> None:
    lettergen(campaign, "batch", "note", "--to", "office", *WORDS)
    folder = campaign / "outbox" / "note-2026-01-15"
    assert len(list(folder.rglob("*.tif"))) == 8
    lettergen(campaign, "handover", folder, "--for", "hylafax", "--yes")


@pytest.mark.parametrize("suffix", ["pdf", "tif", "txt", "html"])
def test_one_letter_is_written(campaign: Path, suffix: str) -> None:
    file = campaign / f"letter.{suffix}"
    to = ("--to", "office", "--from", "s-1", "--date", "2026-01-15")
    lettergen(campaign, "write", "note", *to, "-o", file)
    assert file.stat().st_size > 100
    lettergen(campaign, "preview", "note", *to, "--no-pager")


def test_a_page_that_is_set_before_a_child_is_started_is_an_error_in_tests(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from lettergen.isolated_process import IsolatedProcess\n"
        "from lettergen.pages.pdf.typesetter import Typesetter\n"
        "if __name__ == '__main__':\n"
        "    Typesetter()\n"
        "    with IsolatedProcess() as isolated:\n"
        "        print(isolated.submit(len, 'four').result())\n",
        encoding="utf-8",
    )
    held = run(tmp_path, program)
    assert "a child is started after Pango was used" in held.stderr
    assert held.returncode == 1
    in_use = run(tmp_path, program, warn="default::DeprecationWarning")
    assert (in_use.stdout, in_use.returncode) == ("4\n", 0), in_use.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is forked")
def test_beside_a_thread_that_python_does_not_count_no_process_is_forked(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import _thread, time\n"
        "from lettergen.isolated_process import IsolatedProcess, start_method, tolerate_threads\n"
        "if __name__ == '__main__':\n"
        "    print(start_method())\n"
        "    _thread.start_new_thread(time.sleep, (60,))\n"
        "    print(start_method())\n"
        "    with IsolatedProcess() as isolated:\n"
        "        print(isolated.submit(len, 'four').result())\n"
        "    tolerate_threads()\n"
        "    print(start_method())\n",
        encoding="utf-8",
    )
    ran = run(tmp_path, program, warn="ignore")
    assert ran.stdout.split() == ["fork", "spawn", "4", "fork"], ran.stderr
    assert "a child is started beside threads of a C library" in run(tmp_path, program).stderr


def test_a_program_with_threads_makes_a_mailing(campaign: Path) -> None:
    program = campaign / "program.py"
    program.write_text(
        "import sys, threading\n"
        "from lettergen.cli import run\n"
        "if __name__ == '__main__':\n"
        "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "    sys.exit(run(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    ran = run(campaign, program, "-C", campaign, "batch", "note", "--to", "reader", *WORDS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(list((campaign / "outbox").rglob("0*.pdf"))) == 8


def test_without_shared_memory_a_mailing_is_made_all_the_same(campaign: Path) -> None:
    program = campaign / "program.py"
    program.write_text(
        "import _multiprocessing, sys\n"
        "from lettergen.cli import run\n"
        "class Full(_multiprocessing.SemLock):\n"
        "    def __new__(cls, *_):\n"
        "        raise OSError(28, 'No space left on device')\n"
        "_multiprocessing.SemLock = Full\n"
        "sys.exit(run(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    ran = run(campaign, program, "-C", campaign, "batch", "note", "--to", "reader", *WORDS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(list((campaign / "outbox").rglob("0*.pdf"))) == 8


# Streams

PRINTING = [
    *(["recipients"], ["cases", "--json"], ["checks"], ["--help"], ["--version"]),
    *(["batch", "--help"], ["preview", "note", "--to", "reader", "--from", "s-1"]),
    ["write", "note", "--to", "reader", "--from", "s-1", "--format", "txt", "-o", "-"],
]


def shell(folder: Path, words: list[str], streams: str) -> subprocess.CompletedProcess[str]:
    command = f"{shlex.join([sys.executable, '-m', 'lettergen', *words])} {streams}"
    return subprocess.run(
        ["bash", "-c", command],  # noqa: S607
        cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_output_that_is_lost_is_told_with_its_reason(campaign: Path, words: list[str]) -> None:
    if words == ["ledger"]:
        assert shell(campaign, ["ledger", "start"], "").returncode == 0
    full, closed = (shell(campaign, words, one) for one in (">/dev/full", ">&-"))
    for ran, why in ((full, "no space left"), (closed, "it is closed")):
        assert ran.returncode == 1, ran.stderr
        assert "output-not-written" in ran.stderr
        assert why in ran.stderr
        assert "Traceback" not in ran.stderr
        assert "Exception ignored" not in ran.stderr


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "<&- 2>&-"])
@pytest.mark.parametrize("words", [["nothing"], ["check"], ["write", "note", "--to", "nobody"]], ids=" ".join)
def test_without_stderr_the_exit_code_tells(campaign: Path, words: list[str], streams: str) -> None:
    usual = shell(campaign, words, "").returncode
    assert shell(campaign, words, streams).returncode in {usual, 1}


def test_a_mailing_needs_no_stream_at_all(campaign: Path) -> None:
    assert (
        shell(campaign, ["batch", "note", "--to", "reader", *WORDS, "--format", "txt"], "<&- 2>&-").returncode
        == 0
    )
    assert list((campaign / "outbox").rglob("*.txt"))


def test_a_plan_that_nobody_can_confirm_is_told(campaign: Path) -> None:
    ran = shell(campaign, ["batch", "note", "--to", "reader", *WORDS[:-1]], "<&-")
    assert ran.returncode == 2
    assert "nobody can confirm the plan" in ran.stderr


@pytest.mark.parametrize("words", [["checks"], ["recipients", "--json"], ["--help"]], ids=" ".join)
def test_a_reader_who_has_gone_ends_it_quietly(campaign: Path, words: list[str]) -> None:
    ran = shell(campaign, words, "| true; exit ${PIPESTATUS[0]}")
    assert (ran.returncode, ran.stderr) in {(141, ""), (0, "")}


@pytest.mark.parametrize("words", ["--help", "recipients", "templates", "batch --help", "cases yunnan-six"])
def test_a_pipe_that_nobody_reads_ends_a_command_quietly(words: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [sys.executable, "-m", "lettergen", "-C", str(ROOT), *words.split()],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (141, b"")
