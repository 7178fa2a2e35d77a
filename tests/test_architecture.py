"""The house keeps its shape: sizes, rooms, names, and nothing of one machine in it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "lettergen").rglob("*.py"))
# In a worktree, `.git` is a file.
NOT_OURS = {".git", "__pycache__", "build", "dist", "node_modules", "outbox"}
LONGEST_MODULE = 450  # one thought of 450 lines is read more easily than two halves of it
LONGEST_FUNCTION = 40  # lines that do something


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of what a function does: neither its signature nor its docstring."""
    done = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (done[-1].end_lineno or 0) - done[0].lineno + 1 if done else 0


def speaks(source: str) -> list[int]:
    """Lines that print or reach for the standard streams."""
    return sorted(
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Name) and node.id == "print")
        or (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "sys"
            and node.attr in {"stdout", "stderr", "__stdout__", "__stderr__"}
        )
    )


def files_of_the_project() -> list[Path]:
    """Every file that is ours: no hidden folder but `.ci`, nothing that is built or fetched."""
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if path.is_file() and not hidden and not NOT_OURS & set(parts):
            found.append(path)
    return sorted(found)


def test_the_tests_below_look_at_the_real_package() -> None:
    names = {named(path) for path in MODULES}
    assert {"lettergen/errors.py", "lettergen/facts/model.py", "lettergen/letters/letter.py"} <= names
    assert {"pyproject.toml", ".ci/run", "lettergen/errors.py"} <= {named(p) for p in files_of_the_project()}


def test_the_measures_can_fail() -> None:
    source = 'def f():\n    """Say it."""\n    import sys\n    print(1)\n    sys.stdout.write("x")\n'
    assert [length(function) for function in functions(source)] == [3]
    assert speaks(source) == [4, 5]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_is_longer_than_450_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_is_long(path: Path) -> None:
    long = {
        function.name: length(function)
        for function in functions(path.read_text(encoding="utf-8"))
        if length(function) > LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_console_speaks(path: Path) -> None:
    if named(path).removeprefix("lettergen/").startswith("console"):
        return
    assert speaks(path.read_text(encoding="utf-8")) == []


def test_every_module_is_named_for_what_it_does() -> None:
    shapeless = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc", "base"}
    assert [named(path) for path in MODULES if shapeless & {path.stem, *path.relative_to(ROOT).parts}] == []


def test_no_module_guard_is_needed_to_run_the_package() -> None:
    """`python -m lettergen` and the `lettergen` command are the same call (trap T31)."""
    done = subprocess.run(
        [sys.executable, "-m", "lettergen", "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


@pytest.mark.parametrize("heavy", ["weasyprint", "fontTools", "pikepdf", "babel"])
def test_help_does_not_wait_for(heavy: str) -> None:
    program = (
        "import sys, runpy; sys.argv = ['lettergen', '--help']\n"
        "try: runpy.run_module('lettergen', run_name='__main__')\n"
        f"except SystemExit: print('LOADED' if {heavy!r} in sys.modules else 'light')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "light"


# Written in pieces, so that this file is not its own find.
REGISTRIES = tuple(
    f"{name}.{top}"
    for name, top in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb.debian", "org"), ("crates", "io"),
    )
)  # fmt: skip
MACHINE_PATHS = re.compile(r"/(?:root/|home/(?!USER\b)\w|Users/\w)|(?<![\w.])/wor[k]/")


def traces(text: str) -> list[str]:
    return [host for host in REGISTRIES if host in text] + MACHINE_PATHS.findall(text)


def test_traces_of_a_machine_are_found() -> None:
    assert traces("see https://pypi" + ".org and /ho" + "me/someone/x") == ["pypi" + ".org", "/ho" + "me/s"]
    assert traces("https://example.org/wor" + "k/of/ours and /tm" + "p/x") == []


def test_nothing_of_one_machine_is_in_the_project() -> None:
    found = {}
    for path in files_of_the_project():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # fonts and other binaries
        if traces(text):
            found[named(path)] = traces(text)
    assert found == {}


def test_every_picture_of_the_rooms_is_kept_by_the_importer() -> None:
    """The layers of pyproject.toml are those of the package: none forgotten, none invented."""
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    layers = {room.strip() for layer in contract["layers"] for room in layer.split("|")}
    rooms = {
        f"lettergen.{path.stem}"
        for path in (ROOT / "lettergen").iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py"))))
    }
    assert rooms == layers


def imports(path: Path, names: set[str]) -> set[str]:
    """Modules of the package that a module imports, in functions and for types, too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(
                full if (full := f"{node.module}.{alias.name}") in names else node.module
                for alias in node.names
            )
    return found & names


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Modules that are left when those that import none of the others are taken away, again and again."""
    left = dict(graph)
    while free := [name for name, below in left.items() if not below & left.keys() - {name}]:
        for name in free:
            del left[name]
    return sorted(left)


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"a"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    paths = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in MODULES
    }
    assert circles({name: imports(path, set(paths)) for name, path in paths.items()}) == []


def test_no_class_name_is_used_twice() -> None:
    found: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(named(path))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
