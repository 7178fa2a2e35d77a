"""YAML to nodes that know their place; the only module that imports yaml. Every scalar stays text."""

import gc
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from lettergen.errors import InputProblems, Place
from lettergen.facts.nodes import NO_KEY, Node, SourceText, refuse, refuse_size
from lettergen.facts.text_files import check_characters, fault_in, read_text
from lettergen.facts.yaml_errors import explain

__all__ = [
    "MAX_DEPTH",
    "Node",
    "SourceText",
    "examine",
    "examine_text",
    "front_matter",
    "parse",
    "read",
    "read_text",
    "without_collector",
]

MAX_DEPTH = 32
MAX_VALUES = 3_000_000
"""Texts, lists and groups of one file: a hundred thousand recipients."""
LONGEST_KEY = 200
MAX_KEYS = 1_000
"""Names in one group; no record has more than forty."""
PART_IT = (
    "split the file, since all files named recipients-….yaml are read; or check that it is the right one"
)

# libyaml reads about eight times as fast; both give the same events and marks.
_Events: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read(path: Path, shown: str | None = None) -> Node:
    """Read a YAML file; every fault in it raises.

    Args:
        path: The file.
        shown: Its name in messages, as the campaigner typed it.

    Raises:
        InputProblems: The file cannot be read, is not YAML, or uses a feature that is refused.
    """
    return _without_faults(examine(path, shown))


def parse(text: str, file: str) -> Node:
    """Parse YAML and leave every scalar a text.

    YAML 1.1 would turn the country ``NO`` into false, the postcode ``01234`` into 668 and the time
    ``12:30`` into 750. Only the field of a value knows what it means, so `lettergen.facts.load`
    does the converting.

    Args:
        text: The contents of the file.
        file: Its name in messages.

    Raises:
        InputProblems: The text is not YAML, or uses a feature that is refused.
    """
    return _without_faults(examine_text(text, file))


def examine(path: Path, shown: str | None = None, *, below: Path | None = None) -> Node:
    """Read a YAML file; faults of single values are kept in ``faults``, so that other records can be used.

    Args:
        path: The file.
        shown: Its name in messages, as the campaigner typed it.
        below: The folder that no link may lead out of.

    Raises:
        InputProblems: Nothing of the file can be used.
    """
    file = shown if shown is not None else str(path)
    return examine_text(read_text(path, file, below=below), file)


def examine_text(text: str, file: str) -> Node:
    """Parse YAML as `examine` does."""
    document = SourceText(file, text)
    check_characters(document)
    with without_collector():
        return _NodeBuilder(document).build()


def front_matter(text: str, file: str) -> tuple[Node, str, int]:
    """Split a template into its front matter, its body and the number of the body's first line.

    Raises:
        InputProblems: There is no head between two ``---`` lines, or it is not YAML.
    """
    check_characters(SourceText(file, text))
    lines = text.splitlines(keepends=True)
    fences = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if not fences or any(line.strip() for line in lines[: fences[0]]):
        refuse(
            SourceText(file, text), 0, "no-front-matter", "the file does not begin with a line `---`.",
            "begin it with `---`, then settings such as `title:`, then `---` again",
        )  # fmt: skip
    if len(fences) == 1:
        refuse(
            SourceText(file, text), sum(map(len, lines[: fences[0]])), "unclosed-front-matter",
            "the front matter that begins here has no end.", "put a line `---` between it and the letter",
        )  # fmt: skip
    start, end = fences[0], fences[1]
    # Blank lines instead of what stands above keep the numbers of the lines.
    head = "\n" * (start + 1) + "".join(lines[start + 1 : end])
    return parse(head, file), "".join(lines[end + 1 :]), end + 2


@contextmanager
def without_collector() -> Iterator[None]:
    """Switch off Python's cycle collector during a big load.

    Hundreds of thousands of new objects make it run again and again, though none is garbage: a
    load measured up to four times as long with it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _OpenCollection:
    """A list or mapping that is being filled."""

    node: Node
    key: str | None = None
    key_place: tuple[int, int] = (0, 0)


class _NodeBuilder:
    """Nodes from events, in one pass and without recursion: deep nesting crashes libyaml's own composer."""

    def __init__(self, document: SourceText) -> None:
        self.document = document
        self.stack: list[_OpenCollection] = []
        self.root: Node | None = None
        self.token: int | None = None

    def build(self) -> Node:
        """Return the root; an empty file is a mapping without keys."""
        document = self.document
        try:
            loader = _Events(document.text)
        except yaml.YAMLError as error:
            self._explain(error)
        try:
            self._consume(loader.get_event)
        except yaml.YAMLError as error:
            self._explain(error)
        finally:
            loader.dispose()
        return self.root if self.root is not None else Node({}, document, 0, 0, {})

    def _consume(self, next_event: Any) -> None:
        """Turn events into nodes until the stream ends."""
        scalar, sequence, mapping = yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent
        ends = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
        for count in itertools.count():
            event = next_event()
            kind = type(event)
            if count > MAX_VALUES:
                refuse_size(
                    self.document, event.start_mark.line,
                    f"the file has more than {MAX_VALUES:,} values.", PART_IT,
                )  # fmt: skip
            if kind is scalar:
                self._scalar(event)
            elif kind is mapping:
                self._open(event, {})
            elif kind is sequence:
                self._open(event, [])
            elif kind in ends:
                self.stack.pop()
            elif kind is yaml.AliasEvent:
                self._refuse_reference(event, "*")
                mark = event.start_mark
                self._add(Node("", self.document, mark.line, mark.column), mark)
            elif kind is yaml.DocumentStartEvent and self.root is not None:
                refuse(
                    self.document, event.start_mark.index, "several-documents",
                    "a second document begins here; a file may have only one.", "delete the line `---`",
                )  # fmt: skip
            elif kind is yaml.StreamEndEvent:
                return

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        self.token = mark.index
        if event.tag is not None or event.anchor is not None:
            self._refuse_mark(event)
        value: str = event.value
        frame = self.stack[-1] if self.stack else None
        fault = fault_in(value) if event.style == '"' else None
        if fault:
            self._note((mark.line, mark.column), *fault)
        if frame is None:
            if value:
                self.root = Node(value, self.document, mark.line, mark.column)
        elif frame.node._keys is not None and frame.key is None:
            frame.key = value
            frame.key_place = (mark.line, mark.column)
        elif value or event.style:
            self._add(Node(value, self.document, mark.line, mark.column), mark)
        else:
            self._leave_blank(frame)

    def _leave_blank(self, frame: _OpenCollection) -> None:
        if frame.key is not None:
            self._take_key(frame)
            self.document.has_blanks = True
            frame.key = None

    def _open(self, event: Any, value: "list[Node] | dict[str, Node]") -> None:
        mark = event.start_mark
        if event.tag is not None or event.anchor is not None:
            self._refuse_mark(event)
        node = Node(value, self.document, mark.line, mark.column, {} if isinstance(value, dict) else None)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.node._keys is not None and frame.key is None:
            self._refuse_key(frame, mark)
        else:
            self._add(node, mark)
        self.stack.append(_OpenCollection(node))
        if len(self.stack) > MAX_DEPTH:
            self._refuse_depth(mark)

    def _refuse_depth(self, mark: Any) -> NoReturn:
        refuse(
            self.document, mark.index, "deep-nesting",
            f"lists and groups are nested more than {MAX_DEPTH} levels deep here.",
            "put text that begins with brackets in quotes",
        )  # fmt: skip

    def _add(self, node: Node, mark: Any) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        parent = frame.node.value
        if isinstance(parent, list):
            parent.append(node)
        elif frame.key is None:
            self._refuse_key(frame, mark)
        else:
            if self._take_key(frame) and isinstance(parent, dict):
                parent[frame.key] = node
            frame.key = None

    def _take_key(self, frame: _OpenCollection) -> bool:
        """Note the place of the key; a second one of that name is a fault, and the first holds."""
        keys, key = frame.node._keys, frame.key
        if keys is None or key is None:
            return False
        if len(key) > LONGEST_KEY:
            message = f"a name here has {len(key):,} characters, more than the {LONGEST_KEY} allowed."
            self._note(frame.key_place, "value-too-long", message, "shorten it")
            return False
        if key not in keys:
            keys[key] = frame.key_place
            if len(keys) > MAX_KEYS:
                refuse_size(
                    self.document, frame.key_place[0],
                    f"a group has more than {MAX_KEYS:,} names.", PART_IT,
                )  # fmt: skip
            return True
        first = Place(self.document.file, keys[key][0] + 1, keys[key][1] + 1)
        self._note(
            frame.key_place,
            "duplicate-key",
            f"`{key}` occurs twice; first in line {first.line}.",
            "keep one of the two",
        )
        return False

    def _note(self, at: tuple[int, int], name: str, message: str, fix: str) -> None:
        here = Node("", self.document, *at)
        self.document.note(here.problem(name, message, fix))

    def _refuse_key(self, frame: _OpenCollection, mark: Any) -> None:
        frame.key = f"{NO_KEY}{mark.index}"
        frame.key_place = (mark.line, mark.column)
        if self.document.text.startswith("{{", mark.index - 1):
            self._note(
                (mark.line, mark.column - 1),
                "unquoted-braces",
                "an unquoted text cannot begin with `{{`.",
                'put the text in quotes: "{{ … }}"',
            )
        else:
            self._note(
                frame.key_place, "key-not-text", "a name must be text, but this is a list or a group.",
                "put it in quotes, or write `name: value`",
            )  # fmt: skip

    def _refuse_mark(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse_reference(event, "&")
        if event.tag is not None:
            at = (event.start_mark.line, event.start_mark.column)
            self._note(at, "tag", "tags that begin with `!` are not allowed; values are plain text.",
                       "remove it, or put the text in quotes")  # fmt: skip

    def _refuse_reference(self, event: Any, sign: str) -> None:
        at = (event.start_mark.line, event.start_mark.column)
        name = "alias" if sign == "*" else "anchor"
        self._note(at, name, f"references that begin with `{sign}` are not allowed.",
                   "write the value out, or put the text in quotes")  # fmt: skip

    def _bracket(self, frame: _OpenCollection) -> int:
        """Return where a list or group in brackets begins; -1 for one that has none."""
        index = self.document.index_of(frame.node.place)
        return index if self.document.text[index : index + 1] in ("[", "{") else -1

    def _explain(self, error: yaml.YAMLError) -> NoReturn:
        """Raise a problem that a person can fix, instead of the parser's error."""
        context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
        if _is_too_deep_for_parser(self.document.text, error):
            self._refuse_depth(problem)
        mistake = explain(
            self.document.text,
            context=context.index if context else None,
            problem=problem.index if problem else 0,
            token=self.token,
            bracket=next(
                (index for frame in reversed(self.stack) if (index := self._bracket(frame)) >= 0), None
            ),
        )
        braces = [fault for fault in self.document.faults if fault.name == "unquoted-braces"]
        if braces:
            raise InputProblems(braces)
        self.document.faults.clear()
        refuse(self.document, mistake.index, mistake.name, mistake.message, mistake.fix)


def _without_faults(node: Node) -> Node:
    if node.faults:
        raise InputProblems(node.faults)
    return node


def _is_too_deep_for_parser(text: str, error: yaml.YAMLError) -> bool:
    """Say whether libyaml (0.2.6 and later) refused a bracket for its depth.

    It looks ahead by a thousand brackets before it tells of the first. Only of an opening bracket that begins
    one level too many does it say that the trouble begins where it ends.
    """
    context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if not isinstance(error, yaml.scanner.ScannerError) or context is None or problem is None:
        return False
    return context.index == problem.index and text[problem.index : problem.index + 1] in ("[", "{")
