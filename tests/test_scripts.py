"""The scripts tell what is missing, wait for apt, begin again when stopped, and keep to the locks."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lettergen import system_packages

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
USUAL = (
    "sh", "awk", "cat", "cksum", "dirname", "env", "head", "id", "ls", "mkdir", "printf", "rm", "sed", "stat",
    "tail",
)  # fmt: skip


# The locks


def locked(name: str) -> dict[str, str]:
    """Return the versions of a lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^ ]+)", text, re.MULTILINE))


def asked(*groups: str) -> Iterator[Requirement]:
    for line in PROJECT["project"]["dependencies"]:
        yield Requirement(line)
    for group in groups:
        for line in PROJECT["dependency-groups"][group]:
            yield from asked(line["include-group"]) if isinstance(line, dict) else [Requirement(line)]


@pytest.mark.parametrize(
    ("name", "groups"),
    [("run", ["build"]), ("dev", ["dev"]), ("oldest", ["dev"])],
    ids=["run", "dev", "oldest"],
)
def test_a_lock_has_all_that_the_project_asks_for(name: str, groups: Sequence[str]) -> None:
    versions = locked(name)
    wrong = [
        f"{one} is locked as {versions.get(canonicalize_name(one.name))}"
        for one in asked(*groups)
        if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))
    ]
    assert wrong == [], "run script/lock"


def test_what_the_demo_installs_is_what_is_tested() -> None:
    tested = locked("dev")
    assert {name: version for name, version in locked("run").items() if tested[name] != version} == {}


@pytest.mark.parametrize("name", ["run", "dev", "oldest"])
def test_a_lock_has_hashes_and_names_no_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = text.replace("\\\n", "").splitlines()
    assert pins
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.findall(r"\w+://|^-.*| @ .*|(?<!\w)/\w+", text, re.MULTILINE) == []


def imported() -> dict[str, set[str]]:
    """Return what lettergen imports from elsewhere, with the files that do."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "lettergen").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                found.setdefault(name.partition(".")[0], set()).add(path.name)
    # typing_extensions is for the type checker alone.
    ours = sys.stdlib_module_names | {"lettergen", "typing_extensions"}
    return {name: files for name, files in found.items() if name not in ours}


def test_what_is_imported_is_declared() -> None:
    extras = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
    declared = {canonicalize_name(one.name) for one in [*asked(), *map(Requirement, extras)]}
    owners = packages_distributions()
    undeclared = {
        name: files
        for name, files in imported().items()
        if not declared & {canonicalize_name(owner) for owner in owners.get(name, [name])}
    }
    assert undeclared == {}


# The scripts, in a folder with stand-ins for the system's programs


class Place:
    """A checkout with nothing in it but the scripts, on a machine with few programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.programs = folder / "bin"
        self.log = folder / "log"
        self.programs.mkdir(parents=True)
        shutil.copytree(ROOT / "script", self.folder / "script")
        shutil.copytree(ROOT / "requirements", self.folder / "requirements")
        shutil.copy(ROOT / "pyproject.toml", self.folder)
        (self.folder / "lettergen").mkdir()
        shutil.copy(ROOT / "lettergen" / "system_packages.txt", self.folder / "lettergen")
        for name in USUAL:
            if found := shutil.which(name):
                (self.programs / name).symlink_to(found)

    def stand_in(self, path: str, text: str) -> None:
        """Put a program in the place of one of the system's, or of a script where `path` has a folder."""
        program = self.folder / path if "/" in path else self.programs / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.unlink(missing_ok=True)
        program.write_text(f'#!/bin/sh\necho "{path} $*" >>{self.log}\n{text}\n', encoding="utf-8")
        program.chmod(0o755)

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["/bin/sh", *words],
            cwd=self.folder,
            env={"PATH": str(self.programs), "HOME": str(self.folder.parent), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    def calls(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def without_rights(place: Place) -> None:
    place.stand_in("id", "echo 1000")


def as_root(place: Place) -> None:
    place.stand_in("id", "echo 0")


def test_without_rights_to_install_the_packages_are_named(place: Place) -> None:
    without_rights(place)
    place.stand_in("apt-get", "exit 1")
    done = place.run("script/system-libraries", "pages")
    assert done.returncode == 1
    assert "You are not root and there is no sudo" in done.stderr
    for manager, system in system_packages.SYSTEMS.items():
        line = next(one for one in done.stderr.splitlines() if system.split()[0] in one)
        assert line.endswith(system_packages.command(manager, "python", "pages"))
    assert not [call for call in place.calls() if call.startswith("apt-get")]


def test_what_apt_said_last_is_shown_when_it_failed_twice(place: Place) -> None:
    as_root(place)
    place.stand_in("apt-get", 'case $* in *update*) ;; *) echo "E: no such package"; exit 100 ;; esac')
    done = place.run("script/system-libraries", "pages")
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert told.index("E: no such package") < next(i for i, line in enumerate(told) if "by hand" in line)
    actions = [call.split()[4] for call in place.calls() if call.startswith("apt-get")]
    assert actions == ["install", "update", "install"]


def test_apt_waits_for_a_lock_and_says_who_holds_it(place: Place, tmp_path: Path) -> None:
    lock = Path("/var/lib/dpkg/lock-frontend")
    if not lock.exists():
        pytest.skip("no dpkg here")
    as_root(place)
    held = f"1: POSIX  ADVISORY  WRITE {os.getpid()} fd:01:{lock.stat().st_ino} 0 EOF\n"
    (tmp_path / "locks").write_text(held, encoding="ascii")
    place.stand_in("sleep", f": >{tmp_path / 'locks'}")
    place.stand_in("apt-get", "")
    done = place.run("script/system-libraries", "roots", LOCKS=str(tmp_path / "locks"))
    me = Path("/proc/self/comm").read_text(encoding="utf-8").strip()
    assert f"Waiting at most 300 seconds for {me} (process {os.getpid()})" in done.stderr
    calls = [call.split()[0] for call in place.calls() if call.split()[0] in ("sleep", "apt-get")]
    assert calls[:2] == ["sleep", "apt-get"]
    assert "DPkg::Lock::Timeout=300" in place.log.read_text(encoding="utf-8")


def test_a_free_apt_is_not_waited_for(place: Place, tmp_path: Path) -> None:
    as_root(place)
    (tmp_path / "locks").write_text("1: POSIX  ADVISORY  WRITE 1 fd:01:1 0 EOF\n", encoding="ascii")
    place.stand_in("apt-get", "")
    assert (
        "Waiting" not in place.run("script/system-libraries", "roots", LOCKS=str(tmp_path / "locks")).stderr
    )


def test_an_older_python_is_named(place: Place) -> None:
    without_rights(place)
    place.stand_in("python3", '[ "$1" = -V ] && echo "Python 3.10.12" && exit; exit 1')
    done = place.run("script/environment")
    assert done.returncode == 1
    assert "lettergen needs Python 3.11 or newer with venv; this machine has Python 3.10.12." in done.stderr


def test_the_oldest_libraries_get_the_oldest_python(place: Place) -> None:
    for name in ("python3.11", "python3.13"):
        place.stand_in(name, "")
    found = [Path(place.run("script/find-python", *words).stdout.strip()).name for words in ([], ["oldest"])]
    assert found == ["python3.13", "python3.11"]


PYTHON = """
case "$1 $2" in
    "-V ") echo "Python 3.13.5" ;;
    "-m venv") mkdir -p "$3/bin"; cat "$0" >"$3/bin/python"; chmod +x "$3/bin/python" ;;
    "-m pip") [ ! -e broken ] || { echo "ERROR: no network"; exit 1; } ;;
esac
"""


@pytest.fixture
def machine(place: Place) -> Place:
    """Give a machine that has all but the environment."""
    place.stand_in("python3.13", PYTHON)
    place.stand_in("chmod", 'exec /bin/chmod "$@"')
    return place


def installs(place: Place) -> int:
    return sum("-m pip install" in call for call in place.calls())


def test_an_environment_is_made_once_and_one_with_the_tests_serves_all(machine: Place) -> None:
    assert machine.run("script/environment", "dev").returncode == 0
    once = installs(machine)
    for words in ([], ["dev"]):
        assert machine.run("script/environment", *words).returncode == 0
    assert installs(machine) == once > 0
    assert [call for call in machine.calls() if "--require-hashes --requirement requirements/dev.txt" in call]


@pytest.mark.parametrize("change", ["pyproject.toml", "requirements/run.txt"])
def test_an_environment_of_other_versions_is_made_anew(machine: Place, change: str) -> None:
    machine.run("script/environment")
    once = installs(machine)
    with (machine.folder / change).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert "Making .venv" in machine.run("script/environment").stderr
    assert installs(machine) == 2 * once


def test_pip_without_a_network_ends_with_its_words_and_ours_and_the_next_run_begins_anew(
    machine: Place,
) -> None:
    (machine.folder / "broken").touch()
    done = machine.run("script/environment")
    assert done.returncode == 1
    assert "ERROR: no network" in done.stderr
    assert "It needs the network" in done.stderr
    (machine.folder / "broken").unlink()
    (machine.folder / ".venv" / "half").touch()
    done = machine.run("script/environment")
    assert done.returncode == 0
    assert "Making .venv" in done.stderr
    assert not (machine.folder / ".venv" / "half").exists()


def test_a_moved_checkout_gets_a_new_environment(machine: Place) -> None:
    machine.run("script/environment")
    machine.folder = machine.folder.rename(machine.folder.parent / "moved")
    assert "Making .venv" in machine.run("script/environment").stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else")
def test_an_environment_of_another_user_is_left_alone(machine: Place, tmp_path: Path) -> None:
    (machine.folder / ".venv").mkdir()
    for folder in (*reversed(tmp_path.parents[:-2]), tmp_path, machine.programs, machine.folder):
        if not folder.stat().st_mode & 1:
            folder.chmod(0o711)
    done = subprocess.run(
        ["/bin/sh", "script/environment"],
        cwd=machine.folder,
        env={"PATH": str(machine.programs)},
        user=65534,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert ".venv belongs to root and must be made anew, which you may not do." in done.stderr


def test_every_check_is_run_and_those_that_failed_are_named(place: Place) -> None:
    place.stand_in("script/environment", "")
    place.stand_in("script/system-libraries", "")
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        place.stand_in(f".venv/bin/{name}", f"[ {name} != mypy ]")
    done = place.run("script/test", "-k", "address")
    assert done.returncode == 1
    assert done.stdout.endswith("These did not pass:\n  mypy\n")
    assert place.calls()[-1] == ".venv/bin/pytest -n auto -k address"


@pytest.mark.parametrize(("which", "checks", "more"), [("newest", 5, " --sweep"), ("oldest", 1, "")])
def test_other_versions_have_an_environment_of_their_own(
    place: Place, which: str, checks: int, more: str
) -> None:
    place.stand_in("script/environment", "")
    place.stand_in("script/system-libraries", "")
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        place.stand_in(f".venv-{which}/bin/{name}", "")
    done = place.run("script/test", f"--{which}", "-k", "address")
    assert done.returncode == 0
    calls = place.calls()
    assert calls[0] == f"script/environment {which}"
    assert sum(call.startswith(f".venv-{which}/bin/") for call in calls) == checks
    assert calls[-1].endswith(f"pytest -n auto{more} -k address")


@pytest.mark.parametrize(
    ("words", "said"),
    [(["debian-11"], "not `debian-11`"), ([], "not ``"), (["debian-12"], "needs root rights")],
    ids=["an old one", "none", "no rights"],
)
def test_a_fresh_machine_that_cannot_be_had_does_not_count_as_passed(
    place: Place, words: Sequence[str], said: str
) -> None:
    without_rights(place)
    done = place.run("script/fresh", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_continuous_integration_runs_every_step_and_names_those_that_failed(place: Place) -> None:
    shutil.copytree(ROOT / ".ci", place.folder / ".ci")
    place.stand_in("script/demo", "exit 3")
    place.stand_in("script/test", "")
    place.stand_in("script/site", "")
    place.stand_in("script/system-libraries", "")
    place.stand_in("script/fresh", "[ $1 = debian-12 ]")
    done = place.run(".ci/run")
    assert done.returncode == 1
    failed = done.stdout.partition("These did not pass:\n")[2].split("\n")
    assert [line.split()[:2] for line in failed if line] == [["script/demo"], ["script/fresh", "debian-13"]]
    assert [call.split()[0] for call in place.calls()] == [
        "script/demo", "script/system-libraries", "script/test", "script/site", "script/test", "script/fresh",
        "script/fresh",
    ]  # fmt: skip


def test_the_tests_that_are_chosen_for_fresh_machines_are_there() -> None:
    named = re.findall(r"tests/\w+\.py", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
