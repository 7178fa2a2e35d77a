"""What people install is whole: it writes a letter away from the repository and without a network."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMANDS = ROOT / "docs" / "reference" / "commands.md"

# Stands in front of `python -m lettergen`: any way to the network ends the program.
ALONE = """
import runpy, sys

def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        sys.exit(f"reached for the network: {event}")

sys.addaudithook(refuse)
sys.argv[0] = "lettergen"
runpy.run_module("lettergen", run_name="__main__")
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    words = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target")
    done = run(sys.executable, *words, folder, wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def lettergen(installed: Path, home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the installed program in an empty home, with nothing of the checkout in reach."""
    return run(sys.executable, "-c", ALONE, *words, cwd=home, PYTHONPATH=str(installed), HOME=str(home))


def test_the_wheel_carries_all_that_letters_are_made_of(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    starter = {
        f"lettergen/starter/{path.relative_to(ROOT).as_posix()}"
        for pattern in (
            "letter_templates/*.md",
            "cases/*.yaml",
            "signatures/*",
            "recipients.yaml",
            "senders.yaml",
            "lettergen.toml",
        )
        for path in ROOT.glob(pattern)
    }
    data = {
        path.relative_to(ROOT).as_posix()
        for suffix in (".toml", ".css", ".ttf", ".txt", ".typed")
        for path in (ROOT / "lettergen").rglob(f"*{suffix}")
    }
    assert "lettergen/starter/letter_templates/protest-letter.md" in starter
    for suffix in (".toml", ".css", ".ttf", ".typed"):
        assert any(name.endswith(suffix) for name in data), suffix
    assert starter | data <= names


def test_each_font_folder_of_the_wheel_has_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.rpartition("/")[0] for name in names if name.endswith(".ttf")}
    assert folders
    assert {folder for folder in folders if f"{folder}/OFL.txt" not in names} == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("lettergen")} == set()
    assert [name for name in names if "__pycache__" in name or name.startswith("lettergen/tests")] == []


def test_the_guard_of_the_network_can_fail(tmp_path: Path) -> None:
    program = ALONE.replace('runpy.run_module("lettergen", run_name="__main__")', "import socket") + (
        'socket.create_connection(("localhost", 9))'
    )
    done = run(sys.executable, "-c", program, cwd=tmp_path)
    assert done.returncode == 1
    assert "reached for the network" in done.stderr


@pytest.mark.parametrize("suffix", ["txt", "pdf"])
def test_the_installed_program_writes_the_sample_letter(installed: Path, tmp_path: Path, suffix: str) -> None:
    letter = tmp_path / f"letter.{suffix}"
    done = lettergen(installed, tmp_path, "write", "protest-letter", "--sample", "-o", letter.name)
    assert done.returncode == 0, done.stderr
    assert letter.stat().st_size > 500
    if suffix == "txt":
        assert "Refugee" in letter.read_text(encoding="utf-8")
    else:
        assert letter.read_bytes().startswith(b"%PDF-")


def test_a_mailing_of_the_samples_is_made_where_one_stands_and_not_in_the_installed_program(
    installed: Path, tmp_path: Path
) -> None:
    before = {path for path in installed.rglob("*") if "__pycache__" not in path.parts}
    make = ("batch", "protest-letter", "--to", "cn-embassy-uk", "--from", "lfnkr", "--date", "2006-12-02")
    done = lettergen(installed, tmp_path, *make, "--format", "txt", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("No campaign here: these are lettergen's own samples")
    assert {"ledger.sqlite", "ledger.key", "outbox"} <= {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "outbox" / "protest-letter-2006-12-02" / "manifest.jsonl").is_file()
    assert lettergen(installed, tmp_path, "ledger", "verify").returncode == 0
    assert {path for path in installed.rglob("*") if "__pycache__" not in path.parts} == before


def test_the_installed_program_is_the_one_that_ran(installed: Path, tmp_path: Path) -> None:
    done = run(
        sys.executable,
        "-c",
        "import lettergen; print(lettergen.__file__)",
        cwd=tmp_path,
        PYTHONPATH=str(installed),
    )
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_the_manual_comes_along_and_names_every_command(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    (manual,) = [name for name in names if name.endswith("share/man/man1/lettergen.1")]
    text = zipfile.ZipFile(wheel).read(manual).decode().replace("\\-", "-")
    commands = re.findall(r"^#+ ([a-z-]+)$", COMMANDS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) > 20
    assert [one for one in commands if f"lettergen {one}" not in text] == []


def test_the_source_archive_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())
    again = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=source)
    assert again.returncode == 0, again.stderr
    (made,) = tmp_path.glob("*.whl")
    assert made.read_bytes() == wheel.read_bytes()
