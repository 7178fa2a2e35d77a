"""Commands start fast: what they do not need is not imported."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli.init import make_campaign

ROOT = Path(__file__).parent.parent


def imported(*arguments: str, cwd: Path) -> set[str]:
    """Run a command in a process of its own and return the packages it has imported."""
    program = (
        "import sys\n"
        "from lettergen.cli import run\n"
        f"code = run({list(arguments)!r})\n"
        "sys.stderr.write('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}))\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def test_what_is_imported_is_seen(tmp_path: Path) -> None:
    assert "typer" in imported("--help", cwd=tmp_path)


@pytest.mark.parametrize("command", ["", "preview", "batch"])
def test_help_imports_nothing_heavy(tmp_path: Path, command: str) -> None:
    arguments = [command, "--help"] if command else ["--help"]
    heavy = {"weasyprint", "jinja2", "yaml", "babel", "pikepdf", "fontTools"}
    if not command:
        heavy.add("pydantic")  # the option parser itself needs it for a command's types
    assert not heavy & imported(*arguments, cwd=tmp_path)


def test_a_command_imports_no_other(tmp_path: Path) -> None:
    make_campaign(tmp_path, date(2026, 2, 15))
    program = (
        "import sys\nfrom lettergen.cli import run\n"
        "assert run(['write', 'first-letter', '--sample', '-o', 'letter.txt']) == 0\n"
        "print('rich' in sys.modules, *(name for name in sys.modules if name.startswith('lettergen.cli.')))"
    )
    # Whoever says that the output is a terminal, or how wide one is, gets rich.
    said = {"FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"}
    environment = {name: value for name, value in os.environ.items() if name not in said}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    has_rich, *modules = done.stdout.split()
    assert "lettergen.cli.write" in modules
    assert "lettergen.cli.batch" not in modules
    assert has_rich == "False"


@pytest.mark.parametrize("view", ["--text", "--no-pager"])
def test_preview_does_not_import_the_typesetter(tmp_path: Path, view: str) -> None:
    make_campaign(tmp_path, date(2026, 2, 15))
    found = imported("preview", "first-letter", "--sample", view, cwd=tmp_path)
    assert "jinja2" in found
    assert not {"weasyprint", "pikepdf", "fontTools"} & found


@pytest.mark.parametrize(
    ("program", "is_called"),
    [
        ("from lettergen.cli import main; main()", False),
        ("from lettergen.facts.model import Sender; Sender.model_rebuild()", True),
    ],
)
def test_what_others_plug_into_pydantic_does_not_see_the_facts(
    tmp_path: Path, program: str, is_called: bool
) -> None:
    (tmp_path / "spy.py").write_text("print('the spy is here')\nplugin = None\n", encoding="utf-8")
    package = tmp_path / "spy-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: spy\nVersion: 1.0\n", encoding="utf-8")
    (package / "entry_points.txt").write_text("[pydantic]\nspy = spy:plugin\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", program, "recipients"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ("the spy is here" in done.stdout) == is_called


def test_a_reader_who_leaves_early_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "lettergen", "templates", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
