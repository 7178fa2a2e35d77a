"""Blocks: passages that letters share, sections of `blocks/LANG.md` that templates print by name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import jinja2
from jinja2 import nodes

from lettergen.errors import InputProblems, Place, Problem, did_you_mean
from lettergen.facts import yaml_reader
from lettergen.letters.template import syntax_errors

__all__ = [
    "LONGEST",
    "Block",
    "BlockFiles",
    "Blocks",
    "Passage",
    "SourceLines",
    "blocks_of",
    "copied",
    "expand",
]

FOLDER = "blocks"
LONGEST = 200_000
"""Characters of a file of blocks or a template."""
SECTION = re.compile(r"^===[ \t]*(?P<name>.*?)[ \t]*$", re.MULTILINE)
NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")
NOT_A_BLOCK = "enclosed message"
"""The line above a message that a template passes on looks the same."""
FILE_LINES = 250_000
"""Lines of the n-th file of blocks are counted from n times this, so that a line says of which file it is."""
DEEPEST = 8
"""Blocks within blocks."""
LOOP_WEIGHT = 4
"""Python bears 20 loops within each other, and about ten times as many brackets."""

Node = TypeVar("Node", bound=nodes.Node)


@dataclass(frozen=True, slots=True)
class Block:
    """One passage, with the line where its text begins."""

    name: str
    text: str = field(repr=False)
    line: int
    """Counted through all files, as in `SourceLines`."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The blocks of a language: lettergen's, and those that a campaign has put in their place."""

    language: str
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Names and lines of the files."""
    by_name: Mapping[str, Block] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Blocks that only another language has, with that language."""
    problems: tuple[Problem, ...] = ()
    parsed: dict[tuple[str, frozenset[str]], "Passage"] = field(default_factory=dict, repr=False)
    """Each block parsed once, with the blocks in it, by the names that a template sets itself."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a template or a block with the blocks in it, not to be changed: templates share it."""

    body: list[nodes.Node] = field(repr=False)
    names: frozenset[str] = frozenset()
    """The names that stand in it."""
    weight: int = 0
    """How deep it goes, a loop counted as `LOOP_WEIGHT`."""
    levels: int = 1
    """Blocks within blocks."""
    problems: tuple[Problem, ...] = ()


class SourceLines:
    """The lines of a template and of the blocks in it, by one count."""

    def __init__(self, file: str, lines: Sequence[str], blocks: Blocks) -> None:
        """Count a template's lines from 1, and those of each file of blocks from a number of its own."""
        self._files = ((file, lines), *blocks.files)

    def text(self) -> str:
        """Return all that a letter's words can come from."""
        return "\n".join(line for _, lines in self._files for line in lines)

    def numbered_lines(self) -> Iterator[tuple[str, int, str]]:
        """Yield each line with its file and its number there, the template's own first."""
        for file, lines in self._files:
            yield from ((file, number, line) for number, line in enumerate(lines, 1))

    def problem(self, name: str, line: int, message: str, fix: str) -> Problem:
        """Return a problem that points at a line."""
        number, line = divmod(line, FILE_LINES)
        file, lines = self._files[number]
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        indent = len(excerpt) - len(excerpt.lstrip())
        place = Place(file, line, indent + 1 if excerpt else 0)
        return Problem(name, message, fix, place, excerpt=excerpt, width=max(len(excerpt.strip()), 1))


class BlockFiles:
    """All files of blocks in some folders; the same object as long as nothing in them changes."""

    def __init__(self, files: tuple[tuple[str, str, str], ...]) -> None:
        """Keep language, name and text of each file, an earlier folder's first."""
        self._files = files
        self._read: dict[str, Blocks] = {}

    def of(self, language: str) -> Blocks:
        """Return the blocks of a language; `de-CH` has those of `de` where it has none of its own."""
        found = self._read.get(language)
        if found is None:
            found = self._read[language] = self._blocks(language)
        return found

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each file."""
        yield from ((file, text) for _, file, text in self._files)

    def languages(self) -> tuple[str, ...]:
        """Return the languages of the files."""
        return tuple(dict.fromkeys(language for language, _, _ in self._files))

    def _blocks(self, language: str) -> Blocks:
        spoken = (language, language.partition("-")[0])
        own = sorted((one for one in self._files if one[0] in spoken), key=lambda one: one[0] != language)
        by_name: dict[str, Block] = {}
        problems: list[Problem] = []
        for number, (_, file, text) in enumerate(own, 1):
            for block in _sections(text, file, number, problems):
                by_name.setdefault(block.name, block)
        elsewhere = {
            match["name"]: other
            for other, _, text in self._files
            for match in SECTION.finditer(text)
            if NAME.fullmatch(match["name"]) and match["name"] not in by_name
        }
        files = tuple((file, tuple(text.splitlines())) for _, file, text in own)
        return Blocks(language, files, by_name, elsewhere, tuple(problems))


def blocks_of(folders: Sequence[Path]) -> BlockFiles:
    """Return the files of blocks of some folders of templates."""
    return _block_files(
        tuple(
            (path.stem, str(path), _text_of(path))
            for folder in folders
            if (folder / FOLDER).is_dir()
            for path in sorted((folder / FOLDER).glob("*.md"), key=attrgetter("name"))
        )
    )


@lru_cache(maxsize=8)
def _block_files(files: tuple[tuple[str, str, str], ...]) -> BlockFiles:
    return BlockFiles(files)


def _text_of(path: Path) -> str:
    text = yaml_reader.read_text(path, str(path), below=path.parent.parent.parent)
    if len(text) > LONGEST:
        raise InputProblems.of(
            "large-template",
            f"this file has {len(text):,} characters, more than the {LONGEST:,} allowed.",
            "remove what is not part of a letter.",
            Place(str(path)),
        )
    return text


def _sections(text: str, file: str, number: int, problems: list[Problem]) -> Iterator[Block]:
    """Yield the blocks of a file; what stands above the first is for those who read the file."""
    heads = [match for match in SECTION.finditer(text) if match["name"] != NOT_A_BLOCK]
    lines = text.splitlines()
    seen: set[str] = set()
    for head, following in pairwise([*heads, None]):
        assert head is not None  # noqa: S101 - for the types
        name, line = head["name"], text.count("\n", 0, head.start()) + 1
        if not NAME.fullmatch(name) or name in seen:
            at = Place(file, line, 1)
            message, fix = (
                ("there is another block of this name in the file.", "delete one of the two, or rename it.")
                if name in seen
                else ("this is no name of a block.", "write `=== what_happened`, in small letters and `_`.")
            )
            problems.append(
                Problem("bad-block", message, fix, at, excerpt=lines[line - 1], width=len(lines[line - 1]))
            )
            continue
        seen.add(name)
        words = text[head.end() : following.start() if following else len(text)]
        lead = len(words) - len(words.lstrip("\n"))
        yield Block(name, words.strip("\n"), number * FILE_LINES + line + lead)


def expand(
    environment: jinja2.Environment,
    tree: nodes.Template,
    blocks: Blocks,
    source: SourceLines,
    faults: Callable[[nodes.Template], list[Problem]],
) -> Passage:
    """Put the blocks that a template prints in the place of their names.

    Args:
        environment: Parses the blocks.
        tree: The template; its statements are changed.
        blocks: Of its language.
        source: Its lines and those of the blocks.
        faults: Returns what a text has that the language of templates does not.
    """
    own = frozenset(_assigned(tree))
    passage = _Expansion(environment, blocks, source, faults).passage(tree, own, ())
    tree.body = passage.body
    return passage


def copied(node: Node) -> Node:
    """Return a tree of its own, because compiling changes a tree and blocks are shared."""
    copy = object.__new__(type(node))
    copy.__dict__.update(node.__dict__)
    for name in node.fields:
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            setattr(copy, name, copied(value))
        elif isinstance(value, list):
            items = [copied(one) if isinstance(one, nodes.Node) else one for one in value]
            setattr(copy, name, items)
    return copy


def _shape(node: nodes.Node, names: set[str]) -> int:
    """Collect the names in a tree, and return how deep it goes."""
    if isinstance(node, nodes.Name):
        names.add(node.name)
    own = LOOP_WEIGHT if isinstance(node, nodes.For) else 1
    return own + max((_shape(child, names) for child in node.iter_child_nodes()), default=0)


def _assigned(tree: nodes.Node) -> Iterator[str]:
    """Yield the names that a text gives to values of its own."""
    yield from (name.name for name in tree.find_all(nodes.Name) if name.ctx == "store")


class _Expansion:
    """Puts blocks into one passage, and into the blocks that it prints."""

    def __init__(
        self,
        environment: jinja2.Environment,
        blocks: Blocks,
        source: SourceLines,
        faults: Callable[[nodes.Template], list[Problem]],
    ) -> None:
        self.faults = faults
        self.environment = environment
        self.blocks = blocks
        self.source = source
        self.problems: list[Problem] = []
        self.printed: list[Passage] = []

    def passage(self, tree: nodes.Template, own: frozenset[str], within: tuple[str, ...]) -> Passage:
        """Return a parsed text with its blocks in their places."""
        names: set[str] = set()
        weight = _shape(tree, names)
        body = self.body(list(tree.body), own, within)
        inner = self.printed
        return Passage(
            body,
            frozenset(names).union(*(one.names for one in inner)),
            weight + max((one.weight for one in inner), default=0),
            1 + max((one.levels for one in inner), default=0),
            tuple(dict.fromkeys([*self.problems, *(problem for one in inner for problem in one.problems)])),
        )

    def body(self, body: list[nodes.Node], own: frozenset[str], within: tuple[str, ...]) -> list[nodes.Node]:
        """Return statements with blocks in the place of their names.

        Args:
            body: The statements.
            own: Names that the text around uses for values of its own.
            within: Names of the blocks that are being put in.
        """
        found: list[nodes.Node] = []
        for node in body:
            if isinstance(node, nodes.Output):
                found += self._output(node, own, within)
                continue
            for name in ("body", "elif_", "else_"):
                inner = getattr(node, name, None)
                if isinstance(inner, list):
                    setattr(node, name, self.body(inner, own, within))
            for child in _expressions(node):
                self._refuse(child, own)
            found.append(node)
        return found

    def _output(
        self, output: nodes.Output, own: frozenset[str], within: tuple[str, ...]
    ) -> Iterator[nodes.Node]:
        pieces: list[nodes.Expr] = []
        for piece in output.nodes:
            if not (isinstance(piece, nodes.Name) and self._is_block(piece.name, own)):
                self._refuse(piece, own)
                pieces.append(piece)
                continue
            if pieces:
                yield nodes.Output(pieces, lineno=pieces[0].lineno)
                pieces = []
            yield nodes.Scope(self._block(piece, own, within), lineno=piece.lineno)
        if pieces:
            yield nodes.Output(pieces, lineno=pieces[0].lineno)

    def _is_block(self, name: str, own: frozenset[str]) -> bool:
        return (name in self.blocks.by_name or name in self.blocks.elsewhere) and name not in own

    def _refuse(self, expression: nodes.Node, own: frozenset[str]) -> None:
        """Note where a block stands in an expression, which has no place for a passage."""
        found = [expression] if isinstance(expression, nodes.Name) else []
        for name in (*found, *expression.find_all(nodes.Name)):
            if isinstance(name, nodes.Name) and name.ctx == "load" and self._is_block(name.name, own):
                message = f"`{name.name}` is a block and cannot be used as a value."
                fix = f"print it: `{{{{ {name.name} }}}}`; ask about facts instead."
                self.problems.append(self.source.problem("block-as-value", name.lineno, message, fix))

    def _block(self, name: nodes.Name, own: frozenset[str], within: tuple[str, ...]) -> list[nodes.Node]:
        """Return the statements of a block."""
        block = self.blocks.by_name.get(name.name)
        if block is None:
            self.problems.append(self._of_another_language(name))
            return []
        passage = None if block.name in within else self._passage_of(block, own, within)
        if passage is None or len(within) + passage.levels > DEEPEST:
            message = f"the block `{block.name}` prints itself."
            fix = "delete its name from the block, or from one that it prints."
            self.problems.append(self.source.problem("block-in-itself", name.lineno, message, fix))
            return []
        self.printed.append(passage)
        return passage.body

    def _passage_of(self, block: Block, own: frozenset[str], within: tuple[str, ...]) -> Passage:
        """Return a block with the blocks in it, parsed once for all templates."""
        # What a template has set itself, such as `we`, holds in its blocks as well.
        key = (block.name, own & (self.blocks.by_name.keys() | self.blocks.elsewhere.keys()))
        found = self.blocks.parsed.get(key)
        if found is None:
            inner = _Expansion(self.environment, self.blocks, self.source, self.faults)
            tree = inner._parsed(block)
            if tree is None:
                found = Passage([], problems=tuple(inner.problems))
            else:
                inner.problems += self.faults(tree)
                names = own | frozenset(_assigned(tree))
                found = inner.passage(tree, names, (*within, block.name))
                _end_without_newline(found.body)
            self.blocks.parsed[key] = found
        return found

    def _parsed(self, block: Block) -> nodes.Template | None:
        try:
            tree = self.environment.parse(block.text)
        except jinja2.TemplateSyntaxError as fault:
            line, *words = syntax_errors.explain(self.environment, block.text, fault)
            self.problems.append(self.source.problem(words[0], block.line + line - 1, words[1], words[2]))
            return None
        except (RecursionError, MemoryError, SyntaxError, ValueError):
            name, message, fix = syntax_errors.TOO_DEEP
            self.problems.append(self.source.problem(name, block.line, message, fix))
            return None
        for node in tree.find_all(nodes.Node):
            node.lineno = (node.lineno or 1) + block.line - 1
        return tree

    def _of_another_language(self, name: nodes.Name) -> Problem:
        other = self.blocks.elsewhere[name.name]
        known = sorted(self.blocks.by_name)
        return self.source.problem(
            "block-of-another-language",
            name.lineno,
            f"there is no block `{name.name}` in `{self.blocks.language}`, the letter's language, "
            f"only in `{other}`.",
            did_you_mean(
                name.name,
                known,
                f"write it in `letter_templates/blocks/{self.blocks.language}.md`, below `=== {name.name}`.",
            ),
        )


def _expressions(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield what a statement asks, without the statements in it."""
    for name, value in node.iter_fields():
        if name not in ("body", "elif_", "else_", "target") and isinstance(value, nodes.Node):
            yield value


def _end_without_newline(body: list[nodes.Node]) -> None:
    """Take the line break off the end of a block, however it ends: the template's line goes on after it."""
    last = body[-1] if body else None
    match last:
        case nodes.Output():
            text = last.nodes[-1] if last.nodes else None
            if isinstance(text, nodes.TemplateData):
                text.data = text.data.removesuffix("\n")
        case nodes.If():
            for branch in (last.body, *(one.body for one in last.elif_), last.else_):
                _end_without_newline(branch)
