"""The command in a fix is one that works where lettergen runs."""

import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lettergen import installation
from lettergen.installation import Environment, adding, adding_extra, environment, of_extra

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
