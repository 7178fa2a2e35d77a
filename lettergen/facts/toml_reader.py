"""TOML as nodes: every value with the place of its key."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from lettergen.facts import yaml_reader
from lettergen.facts.nodes import Node, SourceText, refuse
from lettergen.facts.text_files import check_characters

__all__ = ["nodes_of", "places"]

_LONGEST = 16_000
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


def nodes_of(text: str, file: str) -> Node:
    """Read TOML into nodes; the items of a list have the list's place.

    Raises:
        InputProblems: It is not TOML.
    """
    document = SourceText(file, text)
    if len(text) > _LONGEST:
        fix = "delete everything that is not a setting"
        refuse(
            document,
            _LONGEST,
            "large-file",
            f"this file is longer than {_LONGEST:,} characters.",
            fix,
        )
    check_characters(document)
    try:
        values = tomllib.loads(text)
        if _is_deep(values):
            raise RecursionError
    except RecursionError:
        fix = "write each setting as one text, number or list"
        refuse(document, 0, "deep-nesting", "lists and groups in this file are nested too deeply.", fix)
    except ValueError as error:  # a number of over 4,300 digits is no TOMLDecodeError
        at = _TOML_PLACE.search(str(error))
        if at:
            starts = [0, *(match.end() for match in re.finditer("\n", text))]
            index = min(starts[min(int(at[1]), len(starts)) - 1] + int(at[2]) - 1, len(text))
        else:
            index = len(text.rstrip())
        fix = 'write `name = "text"`, each setting once and on its own line'
        refuse(document, index, "not-toml", "this line is not valid TOML.", fix)
    keys: dict[tuple[str, ...], tuple[int, int]] = {}
    for way, index in places(text).items():
        place = document.place_of(index)
        keys[way] = (place.line - 1, place.column - 1)
    return _toml_node(values, document, (0, 0), keys)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(yaml_reader.MAX_DEPTH):
        groups = (one.values() if isinstance(one, dict) else one for one in level)
        level = [each for group in groups for each in group if isinstance(each, dict | list)]
    return bool(level)


def _toml_node(
    value: Any,
    document: SourceText,
    at: tuple[int, int],
    keys: Mapping[tuple[str, ...], tuple[int, int]],
    way: tuple[str, ...] = (),
) -> Node:
    if isinstance(value, dict):
        starts = {key: keys.get((*way, key), at) for key in value}
        inside = {
            key: _toml_node(each, document, starts[key], keys, (*way, key)) for key, each in value.items()
        }
        return Node(inside, document, *at, starts)
    if isinstance(value, list):
        return Node([_toml_node(each, document, at, keys, way) for each in value], document, *at)
    # TOML's own booleans and dates, as they are written.
    return Node(str(value).lower() if isinstance(value, bool) else str(value), document, *at)


_KEY = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[\w-]+)"
_LINE = re.compile(
    r"^[ \t]*(?:\[{1,2}[ \t]*(?P<header>[^\]\n]+?)[ \t]*\]|"
    rf"(?P<key>{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*)[ \t]*=)",
    re.MULTILINE,
)
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def places(text: str) -> dict[tuple[str, ...], int]:
    """Return the offset of each key, by its path from the top of the file."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for line in _LINE.finditer(text):
        kind = "header" if line["header"] else "key"
        parts = [(part.start(), part[1] or part[2] or part[3] or "") for part in _PART.finditer(line[kind])]
        before = () if kind == "header" else table
        names = tuple(name for _, name in parts)
        for number, (start, _) in enumerate(parts, start=1):
            found.setdefault((*before, *names[:number]), line.start(kind) + start)
        if kind == "header":
            table = names
    return found
