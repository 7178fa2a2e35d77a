"""The command in a fix is one that works where lettergen runs."""

import re
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lettergen import installation, system_packages
from lettergen.cli.doctor import LIBRARIES
from lettergen.installation import Environment, adding, adding_extra, environment, of_extra

ROOT = Path(__file__).parent.parent
Write = Callable[[Mapping[str, str | bytes]], Path]
PIP = (["lettergen[cjk]"], ["justmytype-intl-cjk>=0.1"])


def receipt(*rows: str) -> str:
    return f"[tool]\nrequirements = [{', '.join(rows)}]\nentrypoints = []\n"


@pytest.mark.parametrize(
    ("files", "changed", "expected"),
    [
        ({}, {}, "/x/python -m pip install 'lettergen[cjk]'"),
        ({}, {"is_system": True}, "/x/python -m pip install --break-system-packages 'lettergen[cjk]'"),
        ({"pipx_metadata.json": "{}"}, {}, "pipx inject lettergen 'justmytype-intl-cjk>=0.1'"),
        # pipx lends its pip to every environment.
        ({"pipx_metadata.json": "{}"}, {"has_pip": True}, "pipx inject lettergen 'justmytype-intl-cjk>=0.1'"),
        (
            {"uv-receipt.toml": receipt('{ name = "lettergen" }')},
            {"has_pip": False},
            "uv tool install --with 'justmytype-intl-cjk>=0.1' lettergen",
        ),
        (
            {
                "uv-receipt.toml": receipt(
                    '{ name = "lettergen", extras = ["dask"], specifier = ">=0.2" }', '{ name = "keyring" }'
                )
            },
            {"has_pip": False},
            "uv tool install --with keyring --with 'justmytype-intl-cjk>=0.1' 'lettergen[dask]>=0.2'",
        ),
        (
            {"uv-receipt.toml": receipt('{ name = "lettergen", directory = "/src" }')},
            {"has_pip": False},
            "uv pip install --python /x/python 'justmytype-intl-cjk>=0.1'",
        ),
        (
            {"uv-receipt.toml": "= broken"},
            {"has_pip": False},
            "uv pip install --python /x/python 'justmytype-intl-cjk>=0.1'",
        ),
        (
            {"pyvenv.cfg": "home = /y\nuv = 0.9.1\n"},
            {"has_pip": False},
            "uv pip install --python /x/python 'justmytype-intl-cjk>=0.1'",
        ),
        ({"pyvenv.cfg": "home = /y\nuv = 0.9.1\n"}, {}, "/x/python -m pip install 'lettergen[cjk]'"),
        (
            {"pyvenv.cfg": "home = /y\n"},
            {"has_pip": False, "has_uv": True},
            "uv pip install --python /x/python 'justmytype-intl-cjk>=0.1'",
        ),
        (
            {"pyvenv.cfg": "home = /y\n"},
            {"has_pip": False},
            "/x/python -m ensurepip && /x/python -m pip install 'lettergen[cjk]'",
        ),
    ],
)
def test_each_kind_of_environment_has_its_command(
    files: dict[str, str], changed: dict[str, bool], expected: str, tmp_path: Path
) -> None:
    prefix = tmp_path / "lettergen"
    prefix.mkdir()
    for name, text in files.items():
        (prefix / name).write_text(text, encoding="utf-8")
    found = replace(Environment(prefix, "/x/python"), **changed)  # type: ignore[arg-type]
    assert found.command(*PIP) == expected


def test_an_environment_of_pipx_keeps_the_name_it_was_given(tmp_path: Path) -> None:
    prefix = tmp_path / "lettergen@next"
    prefix.mkdir()
    (prefix / "pipx_metadata.json").write_text("{}")
    assert Environment(prefix, "python").command(*PIP).startswith("pipx inject lettergen@next ")


def test_a_real_environment_is_recognised(tmp_path: Path) -> None:
    home = tmp_path / "an environment"
    venv.create(home, with_pip=False, symlinks=True)
    source = Path(installation.__file__).parents[1]
    say = f"import sys; sys.path.append({str(source)!r})\n"
    say += "from lettergen.installation import adding; print(adding('tzdata'))"
    python = home / "bin" / "python"
    made = subprocess.run([python, "-c", say], capture_output=True, text=True, check=True, env={"PATH": ""})
    quoted = f"'{python}'"
    assert made.stdout.strip() == f"{quoted} -m ensurepip && {quoted} -m pip install tzdata"


def test_this_interpreter_is_named_and_its_home_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")
    assert environment().python == sys.executable
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "my env" / "bin" / "python"))
    assert environment().python == "~/'my env/bin/python'"
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert str(tmp_path) in environment().python


def test_an_extra_is_what_the_project_declares() -> None:
    assert of_extra("cjk") == ("justmytype-intl-cjk>=0.1",)
    assert of_extra("keyring") == ("keyring>=25.0",)
    assert of_extra("no such extra") == ()
    assert adding_extra("cjk").endswith(("'lettergen[cjk]'", "'justmytype-intl-cjk>=0.1'"))
    assert adding("weasyprint>=70,<71").endswith("'weasyprint>=70,<71'")


def test_no_fix_names_a_bare_pip() -> None:
    """What ``pip`` is on a path may belong to another Python; so the command comes from one place."""
    rooms = Path(installation.__file__).parent
    found = [
        path.name
        for path in rooms.rglob("*.py")
        if path.name != "installation.py" and "pip install" in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_what_is_kept_of_a_failed_letter_has_no_fix_and_so_no_path_of_this_machine() -> None:
    rooms = Path(installation.__file__).parent
    kept = [
        *(rooms / "outbox").rglob("*.py"),
        rooms / "ledger" / "store.py",
        rooms / "ledger" / "recording.py",
    ]
    assert [path.name for path in kept if ".fix" in path.read_text(encoding="utf-8")] == []


# What the system's package manager installs

INSTALLS = re.compile(
    r"(apt-get install|apt install|dnf install|zypper install|pacman -S|apk add|brew install)\s+([^`|;&)]+)"
)


def told_packages(text: str) -> Iterator[tuple[str, str]]:
    """Yield manager and package for each that a page says to install."""
    for verb, names in INSTALLS.findall(" ".join(text.split())):
        manager = verb.split()[0].replace("apt-get", "apt").replace("apt", "apt-get")
        yield from ((manager, name) for name in names.split())


def test_every_page_names_the_packages_of_the_one_list() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    told = {one for page in pages for one in told_packages(page.read_text(encoding="utf-8"))}
    assert {manager for manager, _ in told} >= {"apt-get", "dnf", "brew"}
    listed = {
        (manager, name)
        for manager in system_packages.SYSTEMS
        for purpose in ("python", "pages")
        for name in system_packages.packages(manager, purpose)
    }
    assert told <= listed
    assert {("apt-get", name) for name in system_packages.packages("apt-get", "pages")} <= told


def test_doctor_and_the_script_try_the_same_libraries() -> None:
    script = (ROOT / "script" / "system-libraries").read_text(encoding="utf-8")
    tried = set(re.findall(r'"(lib[a-z0-9.-]+\.so\.\d+)"', script.partition("present()")[0]))
    assert tried <= {names[0] for names in LIBRARIES.values()}
    assert len(tried) == 5


@pytest.mark.parametrize(("is_root", "begins"), [(False, "run `sudo apt-get"), (True, "run `apt-get")])
def test_the_command_suits_the_machine(
    monkeypatch: pytest.MonkeyPatch, *, is_root: bool, begins: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0 if is_root else 1000)
    monkeypatch.setattr("shutil.which", lambda name: name if name == "apt-get" else None)
    assert system_packages.install_pages() == (
        f"{begins} install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`."
    )
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert "first_steps.html" in system_packages.install_pages()
