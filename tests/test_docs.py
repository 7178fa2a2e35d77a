"""The pages say what is so: generated ones are fresh, names are all there, links lead somewhere."""

import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from lettergen.cli.commands import app_with
from lettergen.errors import ExitCode
from lettergen.letters.template.filters import FILTERS, FUNCTIONS
from lettergen.letters.template.front_matter import PARTS
from lettergen.letters.template.views import FACTS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


TEMPLATES = {path.name.partition(".")[0] for path in (ROOT / "letter_templates").glob("*.md")}
OWN_TEMPLATES = {"first-letter", "release-appeal"}  # what `init` makes, and what a how-to has its reader make


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def generator() -> ModuleType:
    """Load script/generated_pages.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("generated_pages", ROOT / "script" / "generated_pages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as the usual viewers make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path, text: str) -> list[str]:
    """Links of a page that lead to no file or to no heading."""
    broken = []
    for match in LINK.finditer(FENCE.sub("", text)):
        target, _, anchor = match["target"].partition("#")
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        to = (path.parent / target).resolve() if target else path
        if not to.exists() or (anchor and anchor not in anchors(to.read_text(encoding="utf-8"))):
            broken.append(match["target"])
    return broken


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from commands(inner, (*path, name))


def all_commands() -> list[tuple[tuple[str, ...], Any]]:
    found = list(commands(typer.main.get_command(app_with())))
    assert len(found) > 5
    return found


def test_there_are_pages() -> None:
    names = {named(path) for path in PAGES}
    assert {"README.md", "CONTRIBUTING.md", "docs/index.md", "docs/reference/commands.md"} <= names


def test_generated_pages_are_those_of_the_code() -> None:
    stale = [
        named(path)
        for path, text in generator().pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run script/docs"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    assert broken_links(path, path.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    text = (
        "# Head\n[a](#head) [b](#tail) [c](nowhere.md) [d](https://example.org/x)\n```\n[e](never.md)\n```\n"
    )
    path.write_text(text, encoding="utf-8")
    assert broken_links(path, text) == ["#tail", "nowhere.md"]


def linked_pages(path: Path) -> set[Path]:
    """Files that the links of a page lead to."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return {(path.parent / match["target"].partition("#")[0]).resolve() for match in LINK.finditer(text)}


def test_every_page_is_listed_in_the_index_or_in_that_of_its_folder() -> None:
    listed = linked_pages(DOCS / "index.md")
    for path in DOCS.rglob("*/index.md"):
        assert path in listed
        listed |= {page for page in linked_pages(path) if page.parent == path.parent}
    assert set(DOCS.rglob("*.md")) - listed - {DOCS / "index.md"} == set()


def test_every_command_and_option_is_described() -> None:
    text = page("reference/commands.md")
    missing = []
    for path, command in all_commands():
        if path and f"## {' '.join(path)}\n" not in text:
            missing.append(" ".join(path))
        for param in command.params:
            if param.param_type_name == "option" and not param.hidden:
                missing += [f"{path} {name}" for name in param.opts if f"`{name}`" not in text]
    assert missing == []


def test_every_command_and_option_says_what_it_is_for() -> None:
    silent = []
    for path, command in all_commands():
        if not (command.help or "").strip():
            silent.append(path)
        silent += [(*path, param.name) for param in command.params if not (param.help or "").strip()]
    assert silent == []


def test_every_command_shows_an_example() -> None:
    without = [
        " ".join(path)
        for path, command in all_commands()
        if path
        and not getattr(command, "commands", {})
        and "lettergen " not in f"{command.help or ''}{command.epilog or ''}"
    ]
    assert without == []


@pytest.mark.parametrize("code", ExitCode, ids=lambda code: code.name.lower())
def test_every_exit_code_is_described(code: ExitCode) -> None:
    assert f"| {code.value} | {code.name.lower()} |" in page("reference/exit-codes.md")


@pytest.mark.parametrize("name", [*FILTERS, *FUNCTIONS, *PARTS, *FACTS])
def test_the_template_language_is_described(name: str) -> None:
    assert f"`{name}`" in page("reference/templates.md")


def test_every_template_is_named_in_the_docs() -> None:
    assert "protest-letter" in TEMPLATES
    text = page("how-to/write-one-letter.md")
    assert {name for name in TEMPLATES if f"`{name}`" not in text} == set()


def test_the_commands_of_the_readme_exist_and_can_be_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for script in ("script/demo", "script/test"):
        assert script in readme
        assert os.access(ROOT / script, os.X_OK)


COMMAND_LINE = re.compile(r"^\$? ?lettergen (?P<words>[^\n#|]+)", re.MULTILINE)


def shown_commands() -> list[tuple[str, str]]:
    """Every `lettergen …` line in a code block of a page."""
    found = []
    for path in PAGES:
        for block in FENCE.findall(path.read_text(encoding="utf-8")):
            lines = block.replace("\\\n", " ")
            found += [(named(path), match["words"].strip()) for match in COMMAND_LINE.finditer(lines)]
    return found


def wrong_words(line: str) -> set[str]:
    """Words of a command line that lettergen does not know: command, options, shipped template."""
    known = dict(all_commands())
    words = line.split()
    of_the_program = {name for param in known[()].params for name in (*param.opts, *param.secondary_opts)}
    while words and words[0].partition("=")[0] in of_the_program:
        words = words[2:]
    command = known.get(tuple(words[:1]))
    if command is None:
        return set(words[:1])
    if getattr(command, "commands", None) and re.match("[a-z]", " ".join(words[1:2])):
        command = known.get(tuple(words[:2]))
        if command is None:
            return set(words[1:2])
        words = words[1:]
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    used = {word.partition("=")[0] for word in words if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)}
    takes_template = any(param.name in ("template", "name") for param in command.params)
    named = set(words[1:2]) if takes_template and re.match("[a-z]", " ".join(words[1:2])) else set()
    return (used - options - {"--help"}) | (named - TEMPLATES - OWN_TEMPLATES)


def test_command_lines_in_the_pages_can_be_typed() -> None:
    lines = shown_commands()
    assert len(lines) > 10
    assert [(where, line) for where, line in lines if wrong_words(line)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("write protest-letter --sample -o x.pdf", set()),
        ("--folder elsewhere check --all", set()),
        ("write protest-leter --smaple", {"protest-leter", "--smaple"}),
        ("wirte protest-letter", {"wirte"}),
        ("ledger export --csv -o x.csv", set()),
        ("ledger exprot --csv", {"exprot"}),
        ("ledger export --cvs", {"--cvs"}),
    ],
)
def test_a_wrong_command_line_is_found(line: str, wrong: set[str]) -> None:
    assert wrong_words(line) == wrong
