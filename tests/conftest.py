"""What every test may use: a campaign folder out of literal texts, and no network."""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from lettergen.isolated_process import tolerate_threads
from lettergen.pages.typefaces import extra_fonts

Write = Callable[[Mapping[str, str | bytes]], Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/errors/*/expected.txt anew; read the diff"
    )
    parser.addoption(
        "--sweep", action="store_true", help="try all values where otherwise a part stands for all"
    )


def pytest_configure(config: pytest.Config) -> None:
    # A busy machine is no fault of the code.
    hypothesis.settings.register_profile("without-clock", deadline=None)
    hypothesis.settings.load_profile("without-clock")
    tolerate_threads()  # pytest-xdist's, which no child of ours waits for
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is for a person who reads the diff, not for CI")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that makes files in an empty folder, stays in it, and returns it."""
    monkeypatch.chdir(tmp_path)

    def files(texts: Mapping[str, str | bytes]) -> Path:
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return files


@pytest.fixture
def without_extra_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the fonts of all extras away, as on a machine on which none is installed."""
    for package in {font.package for font in extra_fonts.FONTS.values()}:
        monkeypatch.setitem(sys.modules, package, None)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any connection that leaves this machine fail the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            pytest.fail("a test tried to reach the network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
