"""Find, read and check letter templates: front matter, then a body in Markdown and Jinja."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Literal

import jinja2
from jinja2 import nodes

from lettergen.errors import InputProblems, Place, Problem, UnknownName, did_you_mean
from lettergen.facts import load, yaml_reader
from lettergen.facts.fields import Audience
from lettergen.facts.papers import Enclosure
from lettergen.facts.yaml_reader import Node
from lettergen.letters.template import syntax_errors
from lettergen.letters.template.blocks import (
    LONGEST,
    BlockFiles,
    Blocks,
    Passage,
    SourceLines,
    blocks_of,
    copied,
    expand,
)
from lettergen.letters.template.filters import FUNCTIONS, sandbox
from lettergen.letters.template.front_matter import PARTS, FrontMatter, SampleData, Suits, WordLimit
from lettergen.letters.template.needs import Need, UnknownFact, read
from lettergen.letters.template.views import FACTS

__all__ = [
    "Template",
    "TemplatePart",
    "catalogue",
    "common_language",
    "languages_of",
    "names_in",
    "needs",
    "open_template",
]

_KEPT = 256
"""More than the editions of all templates: whoever reads the catalogue twice would find none of them kept."""
HEAVY = 60
"""A passage as deep as this is compiled when it is read, because Python may refuse it."""
VALUES = frozenset({"own_words"})
HEAD_FIELDS = (
    "title", "kind", "audience", "offices", "uses", "addressee", "sheets", "words", "stationery", "signed",
    "headed", "reply", "names", "suits", "courtesy", "sample",
)  # fmt: skip
"""Fields that a template copies from its front matter."""
FILE_NAME = re.compile(r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<language>[a-z]{2,3}(?:-[A-Z]{2})?))?\.md")


@dataclass(frozen=True)
class TemplatePart:
    """A checked passage of template text that knows its place."""

    line: int
    file: str
    tree: nodes.Template = field(repr=False, compare=False)
    names: frozenset[str] = frozenset()
    """The names that stand in it: `case`, `own_words`, …"""
    enclosure: Enclosure | None = None
    """What it is the title of, if that is a file."""

    @cached_property
    def compiled(self) -> jinja2.Template:
        """The passage as a program, made when a letter first needs it."""
        environment = _sandbox()
        code = environment.compile(copied(self.tree), filename=self.file)
        return jinja2.Template.from_code(environment, code, environment.make_globals(None))


@dataclass(frozen=True, slots=True)
class Template:
    """One letter template, checked."""

    name: str
    language: str
    file: str
    """Its file, as shown in messages."""
    title: str
    kind: str
    audience: Audience
    offices: tuple[str, ...]
    uses: tuple[str, ...]
    addressee: Literal["required", "optional"]
    sheets: int | None
    words: WordLimit | None
    stationery: str | None
    signed: bool
    headed: bool
    reply: bool
    names: Literal["below", "annex", "apart"] | None
    """Where names of signatures stand; `apart`: in a document of their own, to which the letter refers."""
    suits: Suits | None
    courtesy: bool
    sample: SampleData
    parts: Mapping[str, tuple[TemplatePart, ...]]
    body: TemplatePart
    lines: tuple[str, ...] = field(repr=False)
    source: SourceLines = field(repr=False, compare=False)
    """Its lines and those of the blocks that it prints."""
    found: tuple[Need, ...] = field(repr=False)
    """The facts it names, as read from its syntax tree."""

    def problem(self, name: str, line: int, message: str, fix: str) -> Problem:
        """Return a problem that points at a line of this template, or of a block in it."""
        return self.source.problem(name, line, message, fix)


def catalogue(
    folders: Sequence[Path], only: str = "", languages: Collection[str] = ()
) -> tuple[tuple[Template, ...], tuple[Problem, ...]]:
    """Return every valid template of the folders, and all problems of the others.

    A template in an earlier folder replaces one of the same name and
    language in a later one: a campaign's own replaces the shipped one.

    Args:
        folders: Where templates lie.
        only: Read only the editions of the template with this name.
        languages: Read only files in these languages; default: in all.
    """
    found: list[Template] = []
    problems: list[Problem] = []
    blocks = blocks_of(folders)
    for path, name, language in _files(folders):
        if (only and name != only) or (languages and language not in languages):
            continue
        try:
            found.append(_read(path, name, blocks))
        except InputProblems as fault:
            problems.extend(fault.problems)
    if not only:
        problems.extend(_faults_of_blocks(blocks))
    return tuple(found), tuple(dict.fromkeys(problems))


def open_template(name: str, folders: Sequence[Path], languages: Sequence[str] = ()) -> Template:
    """Return the template ``name`` in the first of ``languages`` that it has, or in any.

    Raises:
        UnknownName: No folder has a template of that name.
        InputProblems: The template has faults; all of them are reported.
    """
    files = [(path, language) for path, found, language in _files(folders) if found == name]
    if not files:
        known = {found for _, found, _ in _files(folders)}
        raise UnknownName.of(
            "unknown-template",
            f"there is no template `{name}`.",
            did_you_mean(name, known, "`lettergen templates` lists them."),
        )
    by_language = {language: path for path, language in reversed(files)}
    wanted = [*languages, *(language.partition("-")[0] for language in languages), "en", files[0][1]]
    path = next(by_language[one] for one in wanted if one in by_language)
    return _read(path, name, blocks_of(folders))


def languages_of(name: str, folders: Sequence[Path]) -> tuple[str, ...]:
    """Return the languages in which there is a template ``name``."""
    return tuple(language for _, found, language in _files(folders) if found == name)


def common_language(
    wanted: Sequence[str], template: Collection[str], case: Collection[str] | None = None
) -> str | None:
    """Return the reader's first language that both the template and the case have.

    Words of the template and texts of the case stand in one letter, so a French
    letter of an English case would be neither.

    Args:
        wanted: The reader's languages in order of preference.
        template: Languages of the template.
        case: Languages of the case; None for a letter without one.
    """
    for language in wanted:
        # A French letter serves whoever reads fr-CH, not the other way round.
        for known in (language, language.partition("-")[0]):
            if known in template and (case is None or known in case):
                return known
    return None


def needs(template: Template) -> tuple[Need, ...]:
    """Return each fact that a template names, once; optional only where every use is."""
    merged: dict[str, Need] = {}
    for need in sorted(template.found, key=lambda need: need.line):
        first = merged.get(need.fact, need)
        merged[need.fact] = Need(need.fact, first.optional and need.optional, first.line)
    return tuple(sorted(merged.values()))


def names_in(folders: Sequence[Path]) -> frozenset[str]:
    """Return the names of all templates, sound or not."""
    return frozenset(name for _, name, _ in _files(folders))


def _files(folders: Sequence[Path]) -> Iterator[tuple[Path, str, str]]:
    """Yield path, name and language of each template, an earlier folder's first."""
    seen: set[tuple[str, str]] = set()
    for folder in folders:
        for path in sorted(folder.glob("*.md"), key=attrgetter("name")) if folder.is_dir() else ():
            match = FILE_NAME.fullmatch(path.name)
            if match is None:
                continue
            key = (match["name"], match["language"] or "en")
            if key not in seen:
                seen.add(key)
                yield path, *key


def _read(path: Path, name: str, blocks: BlockFiles) -> Template:
    return _template(_text_of(path), path, name, blocks)


@lru_cache(maxsize=_KEPT)
def _template(text: str, path: Path, name: str, files: BlockFiles) -> Template:
    """Check a template, once for the same text, because a mailing needs it many times."""
    shown = str(path)
    head_node, body, body_line = yaml_reader.front_matter(text, shown)
    lines = tuple(text.splitlines())
    problems: list[Problem] = []
    head = _head(head_node, problems)
    match = FILE_NAME.fullmatch(path.name)
    language = (head and head.language) or (match and match["language"]) or "en"
    compiler = _Compiler(shown, lines, files.of(language))

    def compiled(text: str, line: int) -> TemplatePart | None:
        part, faults = compiler.part(text, line)
        problems.extend(faults)
        return part

    parts = {
        key: tuple(filter(None, (compiled(one, line) for one, line in _texts(node))))
        for key, node in _part_nodes(head_node)
    }
    if head and any(one.file for one in head.enclosures) and not problems:
        parts["enclosures"] = tuple(_with_files(parts["enclosures"], head.enclosures))
    body_part = compiled(body, body_line)
    if problems or head is None or body_part is None:
        raise InputProblems(problems)
    return Template(
        name=name,
        language=language,
        file=shown,
        **{field: getattr(head, field) for field in HEAD_FIELDS},
        parts=parts,
        body=body_part,
        lines=lines,
        source=compiler.source,
        found=tuple(compiler.found),
    )


def _with_files(parts: Sequence[TemplatePart], enclosures: Sequence[Enclosure]) -> Iterator[TemplatePart]:
    """Yield the lines of the list of enclosures, each with its file if it has one."""
    for part, one in zip(parts, enclosures, strict=True):
        yield replace(part, enclosure=one) if one.file else part


def _text_of(path: Path) -> str:
    text = yaml_reader.read_text(path, str(path), below=path.parent.parent)
    if len(text) > LONGEST:
        raise InputProblems([_too_long(str(path), len(text))])
    return text


def _too_long(file: str, length: int) -> Problem:
    return Problem(
        "large-template",
        f"this template has {length:,} characters, more than the {LONGEST:,} allowed.",
        "remove what is not part of the letter, or put long facts into the case.",
        Place(file),
    )


def _head(node: Node, problems: list[Problem]) -> FrontMatter | None:
    head, faults = load.fact(node, FrontMatter, "the template")
    problems.extend(faults)
    return head


def _part_nodes(head: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(head.value, dict):
        yield from ((key, node) for key, node in head.value.items() if key in PARTS)


def _texts(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the Jinja texts of a part with their first lines."""
    if isinstance(node.value, str):
        # The text of a block scalar begins on the line after its ``|``.
        yield node.value, node.place.line + ("\n" in node.value)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from _texts(item)
    elif isinstance(node.value, dict) and "title" in node.value:
        yield from _texts(node.value["title"])


@cache
def _sandbox() -> jinja2.Environment:
    return sandbox()


@lru_cache(maxsize=8)
def _faults_of_blocks(files: BlockFiles) -> tuple[Problem, ...]:
    """Return what is wrong with blocks, printed by a template or not."""
    problems: list[Problem] = []
    for language in files.languages():
        blocks = files.of(language)
        problems.extend(blocks.problems)
        compiler = _Compiler("", (), blocks)
        for name in blocks.by_name:
            # A block may be printed in a loop over persons, events, ….
            problems.extend(compiler.checked(_sandbox().parse(f"{{{{ {name} }}}}"), FACTS.keys())[1])
    return tuple(problems)


class _Compiler:
    """Parses and checks the stretches of one template."""

    def __init__(self, file: str, lines: Sequence[str], blocks: Blocks) -> None:
        self.file = file
        self.blocks = blocks
        self.source = SourceLines(file, lines, blocks)
        self.found: list[Need] = []

    def part(self, text: str, line: int) -> tuple[TemplatePart | None, list[Problem]]:
        """Return one stretch, or what is wrong with it."""
        environment = _sandbox()
        # Blank lines in front make Jinja's line numbers those of the file.
        padded = "\n" * (line - 1) + text
        try:
            tree = environment.parse(padded, filename=self.file)
            return self._checked(tree, line)
        except jinja2.TemplateSyntaxError as fault:
            return None, [self._problem(*syntax_errors.explain(environment, padded, fault))]
        except (RecursionError, MemoryError, SyntaxError, ValueError):
            # Python's own limits: 20 loops within each other, some hundred brackets, numbers of 4,300 digits.
            return None, [self._problem(line, *syntax_errors.TOO_DEEP)]

    def _problem(self, line: int, name: str, message: str, fix: str) -> Problem:
        return self.source.problem(name, line, message, fix)

    def _checked(self, tree: nodes.Template, line: int) -> tuple[TemplatePart | None, list[Problem]]:
        passage, problems = self.checked(tree)
        if problems:
            return None, problems
        part = TemplatePart(line, self.file, tree, passage.names)
        if passage.weight > HEAVY:
            assert part.compiled  # noqa: S101 - for what it may raise
        return part, []

    def checked(self, tree: nodes.Template, names: Collection[str] = ()) -> tuple[Passage, list[Problem]]:
        """Put the blocks into a parsed stretch, and return what the template language does not have.

        Args:
            tree: The stretch.
            names: What else the text around it may have named.
        """
        problems = self._faults(tree)
        passage = expand(_sandbox(), tree, self.blocks, self.source, self._faults)
        problems += passage.problems
        for one in read(tree, VALUES | FUNCTIONS.keys() | frozenset(names)):
            if isinstance(one, UnknownFact):
                problems.append(self._unknown(one))
            else:
                self.found.append(one)
        return passage, problems

    def _faults(self, tree: nodes.Template) -> list[Problem]:
        return [self._problem(*fault) for fault in _faults(tree)]

    def _unknown(self, one: UnknownFact) -> Problem:
        known = one.known if one.owner != "a letter" else (*one.known, *sorted(self.blocks.by_name))
        return self._problem(
            one.line,
            "unknown-fact",
            f"{_of(one.owner)} has no fact `{one.name}`.",
            did_you_mean(one.name, known, f"use one of {_quoted(one.known)}."),
        )


def _faults(tree: nodes.Template) -> Iterator[tuple[int, str, str, str]]:
    """Yield line, name, message and fix for what the template language does not have."""
    environment, every = _sandbox(), _below(tree)
    for forbidden in environment.forbidden(every):  # type: ignore[attr-defined]
        yield (
            forbidden.lineno,
            "not-in-templates",
            f"templates cannot use {type(forbidden).__name__.lower()}s.",
            "remove it; `lettergen help writing-templates` lists what templates can use.",
        )
    for kind, known in ((nodes.Filter, environment.filters), (nodes.Test, environment.tests)):
        names = sorted(name for name in known if " " not in name)
        for node in every:
            if isinstance(node, kind) and node.name not in names:
                word = kind.__name__.lower()
                yield (
                    node.lineno,
                    f"unknown-{word}",
                    f"there is no {word} `{node.name}`.",
                    did_you_mean(node.name, names, f"use one of {_quoted(names)}."),
                )


def _below(tree: nodes.Node) -> list[nodes.Node]:
    """Return all nodes of a tree, each before those in it."""
    found: list[nodes.Node] = []
    for child in tree.iter_child_nodes():
        found.append(child)
        found += _below(child)
    return found


def _of(owner: str) -> str:
    return owner if owner.startswith("a ") else f"`{owner}`"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
