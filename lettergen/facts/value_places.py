"""Where each value of a campaign's records stands; files are read again only on request."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lettergen.errors import InputProblems, Place, Problem, Severity
from lettergen.facts import table_reader, yaml_reader
from lettergen.facts.columns import ColumnRule
from lettergen.facts.nodes import Node

__all__ = ["RecordPlaces", "ValuePlaces", "Way"]

Way = tuple[str | int, ...]
"""The path to a value in its record: ``("in_office", "until")``, ``("address", 1)``."""


class RecordPlaces(Mapping[tuple[str, str], Place]):
    """The place of each record of a campaign; of a hundred thousand records few are ever needed."""

    __slots__ = ("_kept", "_records")

    def __init__(
        self,
        kept: Mapping[tuple[str, str], Place],
        records: Mapping[str, Mapping[str, tuple[str, int, int]]],
    ) -> None:
        """Take places, and by kind and id the file, line and column of records."""
        self._kept = kept
        self._records = records

    def __getitem__(self, key: tuple[str, str]) -> Place:
        """Return where ``("recipient", "cn-premier")`` begins."""
        kind, name = key
        spot = self._records.get(kind, {}).get(name)
        return Place(*spot) if spot else self._kept[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield kind and id of all."""
        yield from self._kept
        yield from ((kind, name) for kind, names in self._records.items() for name in names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._kept) + sum(map(len, self._records.values()))


class ValuePlaces:
    """The nodes of the records, so that a problem found late still points to its value.

    A campaign keeps one place per record: a node for every value of 20,000 recipients would take more memory
    than the recipients, and a clean campaign needs none of them.
    """

    def __init__(
        self,
        places: Mapping[tuple[str, str], Place],
        folder: Path,
        rules: Mapping[str, ColumnRule] | None = None,
    ) -> None:
        """Take the places of records, the campaign's folder, and what columns of tables hold."""
        self._places = places
        self._folder = folder
        self._rules = rules or {}
        self._records: dict[tuple[str, str], dict[str, Node]] = {}

    def place(self, kind: str, name: str) -> Place | None:
        """Return where a record begins."""
        return self._places.get((kind, name))

    def problem(
        self,
        about: tuple[str, str],
        path: Way,
        name: str,
        message: str,
        fix: str,
        severity: Severity = "error",
    ) -> Problem:
        """Return a problem that points to a value of a record, or as near to it as possible."""
        node = self.node(*about, path)
        if node is None:
            return Problem(name, message, fix, self._places.get(about), severity)
        return node.problem(name, message, fix, severity=severity)

    def node(self, kind: str, name: str, path: Way = ()) -> Node | None:
        """Return the node of a record, or of a value in it; if the path ends early, the last node on it."""
        place = self._places.get((kind, name))
        if place is None:
            return None
        records = self._records.get((kind, place.file))
        if records is None:
            records = _read(kind, place.file, self._folder, self._rules)
            self._records[kind, place.file] = records
        node = records.get(name)
        if node is None or not path:
            return _start(node)
        found = node
        for step in path:
            inside = found.value
            if isinstance(inside, dict) and step in inside:
                found = inside[str(step)]
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                found = inside[step]
            else:
                break
        return _start(node) if found is node else found

    def passage(self, kind: str, name: str, path: Way, words: str) -> tuple[Place, str] | None:
        """Return place and line of the first words of a passage within a text of several lines."""
        node = self.node(kind, name, path)
        if node is None:
            return None
        document = node.document
        if not document.text:
            return node.place, node.excerpt()
        wanted = r"\s+".join(map(re.escape, words.split()[:3]))
        at = re.compile(wanted).search(document.text, document.index_of(node.place))
        place = document.place_of(at.start()) if at else node.place
        return place, document.line(place.line)


def _start(node: Node | None) -> Node | None:
    """Return the node of a record's id, where it has one: a record as a whole begins at its dash."""
    if node is not None and isinstance(node.value, dict) and "id" in node.value:
        return node.value["id"]
    return node


def _read(kind: str, file: str, folder: Path, rules: Mapping[str, ColumnRule]) -> dict[str, Node]:
    """Return the records of a file by id; none where the file has become unreadable since."""
    path = Path(file)
    with suppress(InputProblems):
        if path.suffix in table_reader.SUFFIXES:
            return _by_id(table_reader.read(path, file, kind=f"{kind}s", rules=rules, below=folder))
        node = yaml_reader.examine(path, file, below=folder)
        if kind == "case":
            return {path.stem: node}
        inside = node.value.get(f"{kind}s") if isinstance(node.value, dict) else node
        return _by_id(inside)
    return {}


def _by_id(node: Node | None) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for item in node.value if node is not None and isinstance(node.value, list) else ():
        if name := item.text_of("id"):
            found.setdefault(name, item)
    return found
