"""Find, read and check letter templates: front matter, then a body in Markdown and Jinja."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal

import jinja2
from jinja2 import nodes
from pydantic import BeforeValidator, Field

from lettergen.errors import InputProblems, Place, Problem, UnknownName, did_you_mean
from lettergen.facts import load, yaml_reader
from lettergen.facts.fields import Audience, Day, Id, Ids, Text
from lettergen.facts.model import Fact
from lettergen.facts.yaml_reader import Node
from lettergen.letters.template import syntax_errors
from lettergen.letters.template.filters import FUNCTIONS, sandbox
from lettergen.letters.template.needs import Need, UnknownFact, read

__all__ = [
    "PARTS",
    "FrontMatter",
    "SampleData",
    "Template",
    "TemplatePart",
    "catalogue",
    "common_language",
    "languages_of",
    "names_in",
    "needs",
    "open_template",
]

PARTS = (
    "letter_title", "subject", "opening", "closing", "mailing_notation", "our_reference", "your_reference",
    "your_letter_of", "attention", "place", "postscript", "enclosures", "copies", "contacts",
)  # fmt: skip
"""Letter parts that a template may set in its front matter, each a Jinja text."""

KINDS = Literal[
    "protest", "appeal", "petition", "joint-appeal", "urgent-appeal", "questions", "open-letter",
    "resolution", "plea", "statement", "letter",
]  # fmt: skip


def _texts_of(value: object) -> object:
    return [value] if isinstance(value, str) else value


PartText = Annotated[tuple[str, ...], BeforeValidator(_texts_of)]
"""Jinja text of a letter part; a list has one text per item."""


def _listed(value: object) -> object:
    return value.split() if isinstance(value, str) else value


class SampleData(Fact):
    """The data a template was written with, used by ``--sample``."""

    to: Id | None = Field(None, description="Recipient.")
    sender: Id | None = Field(None, alias="from", description="Sender.")
    case: Id | None = Field(None, description="Case.")
    on: Day | None = Field(None, alias="date", description="Date of the letter.")


class FrontMatter(Fact):
    """The front matter of a template: what it is, then the letter parts that it sets."""

    title: Text = Field(description="What the template is for; shown in lists and as the PDF's title.")
    kind: KINDS = Field("letter", description="Kind of letter.")
    language: Text | None = Field(None, description="Language of its words; default: the file name's, or en.")
    audience: Audience = Field("addressee", description="Who will read it: decides which names may appear.")
    offices: Ids = Field((), description="Offices it suits; others cause a warning.")
    uses: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = Field(
        ("sender",),
        description="What it needs: case, sender, recipient; `case.demands` if the list must not be empty.",
    )
    addressee: Literal["required", "optional"] = Field(
        "required", description="Whether it must have an addressee."
    )
    sheets: Annotated[int, Field(ge=1, le=40)] | None = Field(None, description="Maximum number of pages.")
    signed: bool = Field(True, description="Whether somebody signs; `no` for a statement.")
    stationery: Id | None = Field(
        None, description="Sheet for this letter, such as `plain` for a fax that needs no window."
    )
    sample: SampleData = Field(
        default_factory=lambda: SampleData.model_validate({}), description="Data for --sample."
    )
    letter_title: PartText = Field((), description="Heading above the subject: RESOLUTION.")
    subject: PartText = Field((), description="Subject line.")
    opening: PartText = Field((), description="Replaces the recipient's form of address.")
    closing: PartText = Field((), description="Replaces the closing of the recipient's form of address.")
    mailing_notation: PartText = Field(
        (),
        description="URGENT, BY FAX: one per line. The channel's own replaces one of another channel.",
    )
    our_reference: PartText = Field((), description="The sender's reference.")
    your_reference: PartText = Field((), description="The addressee's reference.")
    your_letter_of: PartText = Field((), description="Date of the letter being answered.")
    attention: PartText = Field((), description="Person or department the letter is meant for.")
    place: PartText = Field((), description="Replaces the sender's place before the date.")
    postscript: PartText = Field((), description="Below the signature.")
    enclosures: PartText = Field((), description="What else is in the envelope, one per line.")
    copies: PartText = Field((), description="Who else receives it, one per line.")
    contacts: PartText = Field((), description="Contacts at the foot of a statement, one per line.")


LONGEST_TEMPLATE = 200_000
_KEPT = 16
VALUES = frozenset({"own_words"})
HEAD_FIELDS = (
    "title", "kind", "audience", "offices", "uses", "addressee", "sheets", "stationery", "signed", "sample",
)  # fmt: skip
"""Fields that a template copies from its front matter."""
FILE_NAME = re.compile(r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<language>[a-z]{2,3}(?:-[A-Z]{2})?))?\.md")


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A compiled passage of template text that knows its place."""

    line: int
    compiled: jinja2.Template = field(repr=False, compare=False)
    names: frozenset[str] = frozenset()
    """The names that stand in it: `case`, `own_words`, …"""


@dataclass(frozen=True, slots=True)
class Template:
    """One letter template, checked and compiled."""

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
    stationery: str | None
    signed: bool
    sample: SampleData
    parts: Mapping[str, tuple[TemplatePart, ...]]
    body: TemplatePart
    lines: tuple[str, ...] = field(repr=False)
    found: tuple[Need, ...] = field(repr=False)
    """The facts it names, as read from its syntax tree."""

    def problem(self, name: str, line: int, message: str, fix: str) -> Problem:
        """Return a problem that points at a line of this template."""
        return _problem(self.file, self.lines, line, name, message, fix)


def catalogue(folders: Sequence[Path], only: str = "") -> tuple[tuple[Template, ...], tuple[Problem, ...]]:
    """Return every valid template of the folders, and all problems of the others.

    A template in an earlier folder replaces one of the same name and
    language in a later one: a campaign's own replaces the shipped one.

    Args:
        folders: Where templates lie.
        only: Read only the editions of the template with this name.
    """
    found: list[Template] = []
    problems: list[Problem] = []
    for path, name, _ in _files(folders):
        if only and name != only:
            continue
        try:
            found.append(_read(path, name))
        except InputProblems as fault:
            problems.extend(fault.problems)
    return tuple(found), tuple(problems)


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
    return _read(next(by_language[one] for one in wanted if one in by_language), name)


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
        for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
            match = FILE_NAME.fullmatch(path.name)
            if match is None:
                continue
            key = (match["name"], match["language"] or "en")
            if key not in seen:
                seen.add(key)
                yield path, *key


def _read(path: Path, name: str) -> Template:
    return _template(_text_of(path), path, name)


@lru_cache(maxsize=_KEPT)
def _template(text: str, path: Path, name: str) -> Template:
    """Check and compile a template, once for the same text, because a mailing needs it many times."""
    shown = str(path)
    head_node, body, body_line = yaml_reader.front_matter(text, shown)
    lines = tuple(text.splitlines())
    problems: list[Problem] = []
    head = _head(head_node, problems)
    needs_found: list[Need] = []

    def compiled(text: str, line: int) -> TemplatePart | None:
        part, faults = _compile(text, line, shown, lines, needs_found)
        problems.extend(faults)
        return part

    parts = {
        key: tuple(filter(None, (compiled(one, line) for one, line in _texts(node))))
        for key, node in _part_nodes(head_node)
    }
    body_part = compiled(body, body_line)
    if problems or head is None or body_part is None:
        raise InputProblems(problems)
    match = FILE_NAME.fullmatch(path.name)
    language = head.language or (match and match["language"]) or "en"
    return Template(
        name=name,
        language=language,
        file=shown,
        **{field: getattr(head, field) for field in HEAD_FIELDS},
        parts=parts,
        body=body_part,
        lines=lines,
        found=tuple(needs_found),
    )


def _text_of(path: Path) -> str:
    text = yaml_reader.read_text(path, str(path), below=path.parent.parent)
    if len(text) > LONGEST_TEMPLATE:
        raise InputProblems([_too_long(str(path), len(text))])
    return text


def _too_long(file: str, length: int) -> Problem:
    return Problem(
        "large-template",
        f"this template has {length:,} characters, more than the {LONGEST_TEMPLATE:,} allowed.",
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


@cache
def _sandbox() -> jinja2.Environment:
    return sandbox()


def _compile(
    text: str, line: int, file: str, lines: Sequence[str], found: list[Need]
) -> tuple[TemplatePart | None, list[Problem]]:
    """Parse, check and compile one stretch of a template."""
    environment = _sandbox()
    # Blank lines in front make Jinja's line numbers those of the file.
    padded = "\n" * (line - 1) + text
    try:
        tree = environment.parse(padded, filename=file)
        return _checked(tree, line, file, lines, found)
    except jinja2.TemplateSyntaxError as fault:
        return None, [_problem(file, lines, *syntax_errors.explain(environment, padded, fault))]
    except (RecursionError, MemoryError, SyntaxError, ValueError):
        # Python's own limits: 20 loops within each other, some hundred brackets, numbers of 4,300 digits.
        return None, [_problem(file, lines, line, *syntax_errors.TOO_DEEP)]


def _checked(
    tree: nodes.Template, line: int, file: str, lines: Sequence[str], found: list[Need]
) -> tuple[TemplatePart | None, list[Problem]]:
    """Check a parsed stretch against the template language and make code of it."""
    environment = _sandbox()
    problems = [_problem(file, lines, *fault) for fault in _faults(tree)]
    for one in read(tree, VALUES | FUNCTIONS.keys()):
        if isinstance(one, UnknownFact):
            problems.append(
                _problem(
                    file,
                    lines,
                    one.line,
                    "unknown-fact",
                    f"{_of(one.owner)} has no fact `{one.name}`.",
                    did_you_mean(one.name, one.known, f"use one of {_quoted(one.known)}."),
                )
            )
        else:
            found.append(one)
    if problems:
        return None, problems
    code = environment.compile(tree, filename=file)
    names = frozenset(node.name for node in tree.find_all(nodes.Name))
    return TemplatePart(
        line, jinja2.Template.from_code(environment, code, environment.make_globals(None)), names
    ), []


def _faults(tree: nodes.Template) -> Iterator[tuple[int, str, str, str]]:
    """Yield line, name, message and fix for what the template language does not have."""
    environment = _sandbox()
    for forbidden in environment.forbidden(tree):  # type: ignore[attr-defined]
        yield (
            forbidden.lineno,
            "not-in-templates",
            f"templates cannot use {type(forbidden).__name__.lower()}s.",
            "remove it; docs/reference/templates.md lists what templates can use.",
        )
    for kind, known in ((nodes.Filter, environment.filters), (nodes.Test, environment.tests)):
        names = sorted(name for name in known if " " not in name)
        for node in tree.find_all(kind):
            if node.name not in names:
                word = kind.__name__.lower()
                yield (
                    node.lineno,
                    f"unknown-{word}",
                    f"there is no {word} `{node.name}`.",
                    did_you_mean(node.name, names, f"use one of {_quoted(names)}."),
                )


def _of(owner: str) -> str:
    return owner if owner.startswith("a ") else f"`{owner}`"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _problem(file: str, lines: Sequence[str], line: int, name: str, message: str, fix: str) -> Problem:
    excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
    indent = len(excerpt) - len(excerpt.lstrip())
    return Problem(
        name,
        message,
        fix,
        Place(file, line, indent + 1 if excerpt else 0),
        excerpt=excerpt,
        width=max(len(excerpt.strip()), 1),
    )
