"""What a message advises can be done: each command, option and field that it names exists."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from lettergen.cli.commands import app_with
from lettergen.cli.topics import topics
from lettergen.facts.schemas import json_schema, schema_of
from lettergen.letters.template.front_matter import FrontMatter

ROOT = Path(__file__).parent.parent
NOT_OPTIONS = {"--", "---"}
OF_OTHERS = {
    "-a": "HylaFAX's option for the time of a call",
    "mailto:": "an address of the web",
    "--update-golden": "an option of our own tests",
}
Path_ = tuple[str, ...]


@cache
def options() -> dict[Path_, frozenset[str]]:
    """Return the options of each command, by the words that call it."""

    def walk(command: Any, path: Path_) -> Iterator[tuple[Path_, frozenset[str]]]:
        known = (name for param in command.params for name in (*param.opts, *param.secondary_opts))
        yield path, frozenset({*known, "--help"})
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, (*path, name))

    return dict(walk(typer.main.get_command(app_with()), ()))


@cache
def fields() -> frozenset[str]:
    """Return the names of all fields in files that people write."""
    kinds = ("recipients", "senders", "case", "case-words", "mailing", "settings", "signatures")
    found: set[str] = set()

    def look(schema: Any) -> None:
        if isinstance(schema, dict):
            found.update(schema.get("properties", {}))
        for inner in schema.values() if isinstance(schema, dict) else schema:
            if isinstance(inner, dict | list):
                look(inner)

    look([*map(json_schema, kinds), schema_of(FrontMatter)])
    return frozenset(found)


def called(words: list[str]) -> tuple[Path_, list[str]]:
    """Split the words of a command line into the command and what follows."""
    path: Path_ = ()
    while words and (*path, words[0]) in options():
        path, words = (*path, words[0]), words[1:]
    return path, words


def faults(span: str) -> Iterator[str]:
    """Yield what is untrue of the words between two backticks."""
    if span in NOT_OPTIONS or span in OF_OTHERS:
        return
    words = span.split()
    known = frozenset().union(*options().values())
    if words[:1] == ["lettergen"]:
        path, words = called(words[1:])
        yield from nowhere(path, words)
        known = options()[path] if path else known
    elif called(words)[0] and any(word.startswith("-") for word in words):
        yield "a command begins with `lettergen`"
    elif not span.startswith("-"):
        words = []
    for word in words:
        option = re.split(r"[=.…]", word)[0]
        if re.fullmatch(r"--?[a-zA-Z][a-z-]*", option) and option not in known:
            yield f"there is no `{option}`"
    if re.fullmatch(r"[a-z_]+:", span) and span[:-1] not in fields():
        yield f"there is no field `{span}`"


def nowhere(path: Path_, words: list[str]) -> Iterator[str]:
    """Yield that there is no such command, or no help on a topic."""
    first = words[0] if words else ""
    if not path and first.isalpha():
        yield f"there is no command `{first}`"
    if path == ("help",) and first.islower() and (first,) not in options() and first not in topics():
        yield f"there is no help on `{first}`"


def spoken(node: ast.expr) -> str:
    """Return a string of the code, with … for what is put in."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(spoken, parts))
        case _:
            return "…"


def texts_of_the_code(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in documentation:
            yield spoken(node)


def spans(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", " ".join(text.split()))


def test_every_command_option_and_field_that_is_named_exists() -> None:
    told = {
        str(path.relative_to(ROOT)): list(texts_of_the_code(path))
        for path in (ROOT / "lettergen").rglob("*.py")
    } | {
        str(path.relative_to(ROOT)): [path.read_text(encoding="utf-8")]
        for path in [
            *(ROOT / "tests" / "errors").glob("*/expected.txt"),
            *(ROOT / "lettergen" / "letters" / "catalogue").glob("*.toml"),
        ]
    }
    found = [
        f"{file}: {fault} in `{span}`"
        for file, texts in told.items()
        for text in texts
        for span in spans(text)
        for fault in faults(span)
    ]
    assert found == []
    assert len(told) > 500


@pytest.mark.parametrize(
    ("span", "fault"),
    [
        ("lettergen chek", "no command"),
        ("lettergen check --to ID", "no `--to`"),
        ("lettergen ledger record --everything", "no `--everything`"),
        ("lettergen help protest-dya", "no help"),
        ("batch --format pdf", "begins with"),
        ("--papper", "no `--papper`"),
        ("recipents:", "no field"),
    ],
)
def test_advice_that_cannot_be_followed_is_found(span: str, fault: str) -> None:
    assert fault in " ".join(faults(span))


def test_an_option_that_is_advised_alone_is_one_of_the_command_that_was_run() -> None:
    found = []
    for command in sorted((ROOT / "tests" / "errors").glob("*/command")):
        words = shlex.split(command.read_text(encoding="utf-8").splitlines()[-1])
        while words[0].startswith("-"):
            words = words[2:]
        path, _ = called(words)
        told = command.with_name("expected.txt").read_text("utf-8") + "\n\n"
        for fix in re.findall(r"Fix: (.*?)\n\n", told, re.DOTALL):
            if "lettergen" in fix:
                continue
            found += [
                f"{command.parent.name}: {' '.join(path)} has no `{span}`"
                for span in spans(fix)
                if span.startswith("--") and span.split()[0].rstrip(":") not in options()[path]
            ]
    assert found == []
