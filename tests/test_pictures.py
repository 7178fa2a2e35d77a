"""Letters as pictures of their pages, in files and in a terminal, and a page that follows its files."""

import io
import os
import pty
import signal
import subprocess
import sys
import termios
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from select import select
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from lettergen.cli import run
from lettergen.cli.init import make_campaign
from lettergen.cli.watching import run_at_every_change
from lettergen.console import pictures
from lettergen.errors import MissingOptionError
from lettergen.installation import adding_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 2, 15)
SECONDS = 120
"""A page takes half a second; whatever takes this long hangs."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_campaign(tmp_path, TODAY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is no campaign; lettergen uses its samples there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_letter_of_one_page_is_one_picture_of_150_dpi(elsewhere: Path) -> None:
    assert run(["write", "protest-letter", "--sample", "-o", "letter.png"], today=TODAY) == 0
    with Image.open("letter.png") as picture:
        assert picture.size == (1241, 1754)
        assert set(picture.info) == {"dpi"}
        assert min(picture.convert("L").tobytes()) < 64 < 250 < max(picture.convert("L").tobytes())


def test_several_pages_are_several_pictures_and_none_replaces_a_file(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("q-2.png").write_bytes(b"mine")
    command = ["write", "registered-questions", "--sample", "-o", "q.png"]
    assert run(command, today=TODAY) == 1
    assert "`q-2.png` exists" in capsys.readouterr().err
    assert not Path("q-1.png").exists()
    assert Path("q-2.png").read_bytes() == b"mine"
    assert run([*command, "--force"], today=TODAY) == 0
    assert "q-1.png to q-2.png" in capsys.readouterr().err
    assert not Path("q.png").exists()


def test_stdout_takes_one_picture(elsewhere: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["write", "protest-letter", "--sample", "--format", "png", "-o", "-"], today=TODAY) == 0
    assert Image.open(io.BytesIO(capfdbinary.readouterr().out)).format == "PNG"
    assert run(["write", "registered-questions", "--sample", "--format", "png", "-o", "-"], today=TODAY) == 2
    assert b"2 pages" in capfdbinary.readouterr().err  # several-pictures


def test_what_goes_to_stdout_cannot_be_opened(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["write", "protest-letter", "--sample", "-o", "-", "--format", "txt", "--open"], today=TODAY) == 2
    )
    assert "needs a file" in capsys.readouterr().err


def test_a_pipe_shows_no_pictures(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["preview", "protest-letter", "--sample", "--image"], today=TODAY) == 2
    assert "only in a terminal" in capsys.readouterr().err


@contextmanager
def terminal(*arguments: str) -> "Iterator[Terminal]":
    shown, inside = pty.openpty()
    termios.tcsetwinsize(inside, (50, 100))
    process = subprocess.Popen(
        [sys.executable, "-m", "lettergen", *arguments],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50"},
        start_new_session=True,
    )
    os.close(inside)
    try:
        yield Terminal(process, shown)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(SECONDS)
        os.close(shown)


class Terminal:
    def __init__(self, process: "subprocess.Popen[bytes]", shown: int) -> None:
        self.process, self._shown, self._read = process, shown, b""

    def until(self, words: str) -> str:
        """Read on until the terminal has shown some words, and return what came with them."""
        while words.encode() not in self._read:
            ready, _, _ = select([self._shown], [], [], SECONDS)
            assert ready, f"not shown: {words}; but: {self._read[-2000:].decode(errors='replace')}"
            try:
                self._read += os.read(self._shown, 65536)
            except OSError:
                raise AssertionError(
                    f"ended without: {words}: {self._read.decode(errors='replace')}"
                ) from None
        before, _, self._read = self._read.partition(words.encode())
        return before.decode(errors="replace")


WAITING = "Ctrl-C ends."


def test_a_watched_letter_follows_its_files_through_faults_and_absence(folder: Path) -> None:
    template = folder / "letter_templates" / "first-letter.md"
    words = template.read_text(encoding="utf-8")
    with terminal("preview", "first-letter", "--sample", "--watch") as screen:
        screen.until(WAITING)
        template.write_text(f"{words}\nThe tulips are in bloom.\n", encoding="utf-8")
        assert "The tulips are in bloom." in screen.until(WAITING)
        template.write_text(f"{words}\n{{{{ case. }}}}\n", encoding="utf-8")
        assert "first-letter.md" in screen.until(WAITING)
        template.unlink()
        assert "first-letter" in screen.until(WAITING)
        template.write_text(words, encoding="utf-8")
        assert "Sheet 1 of 1" in screen.until(WAITING)
        os.killpg(screen.process.pid, signal.SIGINT)
        assert screen.process.wait(SECONDS) == 0


def test_finished_letters_and_hidden_files_wake_nobody(folder: Path) -> None:
    with terminal("preview", "first-letter", "--sample", "--watch") as screen:
        screen.until(WAITING)
        (folder / "outbox").mkdir()
        (folder / "outbox" / "letter.pdf").write_bytes(b"%PDF")
        (folder / ".swap").write_bytes(b"")
        template = folder / "letter_templates" / "first-letter.md"
        template.write_text(template.read_text(encoding="utf-8") + "\nThe tulips.\n", encoding="utf-8")
        assert "The tulips." in screen.until(WAITING)
        # What is shown next is of the next change: those before it have shown the letter once.
        os.killpg(screen.process.pid, signal.SIGINT)
        assert screen.process.wait(SECONDS) == 0
        with suppress(AssertionError):
            assert "Sheet 1 of 1" not in screen.until(WAITING)


def test_a_terminal_without_pictures_shows_the_page_in_half_blocks(elsewhere: Path) -> None:
    with terminal("preview", "protest-letter", "--sample", "--image") as screen:
        screen.until("▀")


def test_without_the_extra_the_fix_is_the_command_that_adds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    monkeypatch.setitem(sys.modules, "textual_image", None)
    monkeypatch.setattr(pictures, "_has_size", lambda: True)
    with pytest.raises(MissingOptionError) as refused:
        run_at_every_change(["preview"], tmp_path, outbox=tmp_path / "outbox")
    assert refused.value.problems[0].name == "no-watchfiles"
    assert adding_extra("preview") in refused.value.problems[0].fix
    with pytest.raises(MissingOptionError) as refused:
        pictures.refuse_without_terminal()
    assert refused.value.problems[0].name == "no-textual-image"
    assert adding_extra("preview") in refused.value.problems[0].fix
