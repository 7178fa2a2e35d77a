"""Nodes to facts: what fits the model is loaded, what does not is told, and neither spoils the other."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from pydantic import ValidationError

from lettergen.errors import InputProblems, Place, Problem, did_you_mean
from lettergen.facts import tables
from lettergen.facts.complaints import SINGULAR, complaints, fields_of, subject
from lettergen.facts.files import stay_inside
from lettergen.facts.fitting import fitting
from lettergen.facts.model import Case, Fact, Recipient, Sender
from lettergen.facts.nodes import Node
from lettergen.facts.settings import Settings
from lettergen.facts.source import without_collector
from lettergen.facts.tabled import TableNode

__all__ = [
    "SINGULAR",
    "Loaded",
    "case",
    "duplicates",
    "fact",
    "loaded_recipients",
    "loaded_senders",
    "misplaced_language",
    "not_a_group",
    "recipients",
    "senders",
    "settings",
]

Record = TypeVar("Record", bound=Fact)
Spot = tuple[str, int, int]
"""File, line and column: a `Place` that takes a tenth of the time to make."""


@dataclass(slots=True)
class Loaded(Generic[Record]):
    """Records that fit, with their nodes, and the problems of those that do not."""

    records: list[tuple[Record, Node | None]] = field(default_factory=list)
    """Without a node those of a table's rows that refer to nothing outside of them."""
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, Spot] = field(default_factory=dict)
    """Where each id stands first, also that of a record that does not fit."""

    def facts(self) -> tuple[Record, ...]:
        """Return the records alone."""
        return tuple(record for record, _ in self.records)


def recipients(node: Node) -> tuple[tuple[Recipient, ...], tuple[Problem, ...]]:
    """Return the recipients of a file that fit, and all problems of the others."""
    loaded = loaded_recipients([node])
    return loaded.facts(), tuple(loaded.problems)


def senders(node: Node, folder: Path | None = None) -> tuple[tuple[Sender, ...], tuple[Problem, ...]]:
    """Return the senders of a file that fit, and all problems of the others.

    Args:
        node: The file.
        folder: Where a table of signatories is looked for.
    """
    loaded = loaded_senders([node], folder)
    return loaded.facts(), tuple(loaded.problems)


def loaded_recipients(nodes: Iterable[Node]) -> Loaded[Recipient]:
    """Load the recipients of all files; an id is theirs together."""
    loaded: Loaded[Recipient] = Loaded()
    with without_collector():
        for node in nodes:
            _load_list(node, "recipients", Recipient, loaded)
    return loaded


def loaded_senders(nodes: Iterable[Node], folder: Path | None = None) -> Loaded[Sender]:
    """Load the senders of all files; each member of a joint letter must be one of them."""
    loaded: Loaded[Sender] = Loaded()
    with without_collector():
        for node in nodes:
            _load_list(node, "senders", Sender, loaded, lambda item: _read_signatories(item, folder))
    joint = [(sender, node) for sender, node in loaded.records if node is not None and sender.members]
    broken: set[str] = set()
    for sender, node in joint:
        who = f"sender `{sender.id}` has the member"
        missing = _unknown_names(node, "members", loaded.ids, who, "unknown-member")
        if missing:
            loaded.problems += missing
            broken.add(sender.id)
    if broken:
        loaded.records = [(sender, node) for sender, node in loaded.records if sender.id not in broken]
    return loaded


def case(node: Node, default_id: str | None = None) -> tuple[Case | None, tuple[Problem, ...]]:
    """Return the case of a file, or nothing where a part of it does not fit, and all its problems.

    Args:
        node: The file.
        default_id: The file's name without suffix, which is the case's id.
    """
    problems = list(node.faults)
    if not isinstance(node.value, dict):
        return None, (*problems, not_a_group(node, "this file"))
    given = node.value.get("id")
    if given is None and default_id is not None and "id" not in node.key_places:
        node.value["id"] = Node(default_id, node.document, 0, 0)
    elif given is not None and default_id is not None and given.value != default_id:
        message = f"the case's `id` differs from the name of its file, which says `{default_id}`."
        problems.append(given.problem("wrong-id", message, f"write `id: {default_id}`, or rename the file"))
    name = default_id or (given.value if given and isinstance(given.value, str) else "")
    owner = f"case `{name}`" if name else "the case"
    problems += misplaced_language(node, name)
    found, faults = fact(node, Case, owner)
    problems += faults
    problems += _case_references(node, owner)
    return (None if problems else found), tuple(problems)


def misplaced_language(node: Node, name: str) -> list[Problem]:
    """Tell a language that stands in the file of a case and not in its name."""
    if "language" not in node.key_places:
        return []
    message = "the language of a case stands in the name of its file."
    fix = f"take the line out, and name the file `{name}.fr.yaml` for a French translation"
    return [node.problem("language-in-file-name", message, fix, key="language")]


def settings(node: Node) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings; one that does not fit is told and left at its default."""
    owner = PurePosixPath(node.document.file).name or "the settings"
    problems = list(node.faults)
    found, faults = fact(node, Settings, owner)
    if found is None and isinstance(node.value, dict):
        kept: dict[str, object] = {}
        for key in fields_of(Settings):
            if key in node.value and fact(_with_only(node, key), Settings, owner)[0] is not None:
                kept[key] = node.value[key].plain()
        found = Settings.model_validate(kept)
    return found or Settings(), (*problems, *faults)


def _with_only(node: Node, key: str) -> Node:
    value = node.value[key] if isinstance(node.value, dict) else node
    place = node.key_places.get(key, node.place)
    return Node({key: value}, node.document, 0, 0, {key: (place.line - 1, place.column - 1)})


def _load_list(
    node: Node,
    key: str,
    model: type[Record],
    loaded: Loaded[Record],
    prepare: Callable[[Node], list[Problem]] | None = None,
) -> None:
    """Add a file's records to those already loaded."""
    if isinstance(node, TableNode) and not node.faults:
        _load_table(node, key, model, loaded, prepare)
        return
    items, problems = _items(node, key)
    loaded.problems += node.faults
    loaded.problems += problems
    spoilt = _spoilt(items, node.faults) if node.faults else set()
    for number, item in enumerate(items, 1):
        if _claim(item, key, loaded) and number - 1 not in spoilt:
            _load_one(item, number, key, model, loaded, prepare)


def _load_table(
    table: TableNode,
    key: str,
    model: type[Record],
    loaded: Loaded[Record],
    prepare: Callable[[Node], list[Problem]] | None,
) -> None:
    """Add the rows of a table: those that fit in bulk, the others one by one."""
    records, names, spots = fitting(table, model), table.identities(), table.spots()
    good = [record for record in records if record is not None]
    if len(good) == len(names) and len({*loaded.ids, *names}) == len(loaded.ids) + len(names):
        loaded.ids.update(zip(names, spots, strict=True))
        loaded.records += zip(good, repeat(None), strict=False)
        return
    for at, (record, name, spot) in enumerate(zip(records, names, spots, strict=True)):
        if record is not None and name not in loaded.ids:
            loaded.ids[name] = spot
            loaded.records.append((record, None))
        elif _claim(table.row(at), key, loaded):
            _load_one(table.row(at), at + 1, key, model, loaded, prepare)


def _load_one(
    item: Node,
    number: int,
    key: str,
    model: type[Record],
    loaded: Loaded[Record],
    prepare: Callable[[Node], list[Problem]] | None,
) -> None:
    """Add a record by its node, or tell why it does not fit."""
    owner = f"{SINGULAR[key]} {f'`{name}`' if (name := item.text_of('id')) else number}"
    faults = prepare(item) if prepare else []
    found, more = fact(item, model, owner)
    loaded.problems += faults
    loaded.problems += more
    if found is not None and not faults:
        loaded.records.append((found, item))


def _items(node: Node, key: str) -> tuple[list[Node], list[Problem]]:
    """Return the records of a file: the list under its only key, or a table's rows."""
    if isinstance(node.value, list):
        return node.value, []
    if not isinstance(node.value, dict):
        return [], [not_a_group(node, "this file", f"begin it with `{key}:` and a list below it")]
    file = PurePosixPath(node.document.file).name
    problems = [
        node.problem(
            "unknown-field",
            f"{file} has an unknown field `{other}`.",
            did_you_mean(other, [key], f"take it out; the file holds `{key}:` alone"),
            key=other,
        )
        for other in node.key_places
        if other != key
    ]
    found = node.value.get(key)
    if found is None:
        if key not in node.key_places:
            fix = f"begin it with `{key}:` and a list below it"
            problems.append(node.problem("missing-field", f"{file} has no `{key}`.", fix))
        return [], problems
    if not isinstance(found.value, list):
        shape = "a text" if isinstance(found.value, str) else "a group"
        message = f"`{key}` of {file} is {shape}; a list belongs here."
        problems.append(found.problem("wrong-shape", message, "begin each record with `- id:`"))
        return [], problems
    return found.value, problems


def _claim(item: Node, key: str, loaded: Loaded[Record]) -> bool:
    """Note where an id stands; a second record of that id is a problem, and the first holds."""
    name = item.text_of("id")
    if not name:
        return True
    here = item.place_of("id")
    spot = (here.file, here.line, here.column)
    first = loaded.ids.setdefault(name, spot)
    if first is spot:
        return True
    at = item.value["id"] if isinstance(item.value, dict) else item
    loaded.problems.append(
        at.problem(
            "duplicate-id",
            f"the id `{name}` is given to two {key}; the first stands at {Place(*first)}.",
            "give this one another id, or take it out",
        )
    )
    return False


def fact(node: Node, model: type[Record], owner: str) -> tuple[Record | None, list[Problem]]:
    """Return one fact, or what keeps its node from being one; ``owner`` is what to call it in messages."""
    if not node.is_group:
        return None, [not_a_group(node, owner)]
    problems: list[Problem] = []
    found = None
    try:
        found = model.model_validate(node.plain())
    except ValidationError as error:
        problems += complaints(error, node, model, owner)
    if node.document.has_blanks:
        # An unknown name without a value is a slip all the same.
        try:
            model.model_validate(node.plain(blanks=True))
        except ValidationError as error:
            known = {(problem.name, problem.place) for problem in problems}
            problems += [
                problem
                for problem in complaints(error, node, model, owner)
                if problem.name == "unknown-field" and (problem.name, problem.place) not in known
            ]
    return (None if problems else found), problems


def _spoilt(items: Sequence[Node], faults: Sequence[Problem]) -> set[int]:
    """Return the numbers of the records in which a fault of the file itself stands."""
    starts = [item.place.line for item in items]
    spoilt: set[int] = set()
    for fault in faults:
        behind = bisect_right(starts, fault.place.line if fault.place else 0)
        if behind:
            # Records of one line in `[{…}, {…}]` cannot be told apart.
            spoilt.update(range(bisect_left(starts, starts[behind - 1]), behind))
    return spoilt


def _read_signatories(item: Node, folder: Path | None) -> list[Problem]:
    """Put the rows of a table in place of its name; take the name out where it leads nowhere."""
    if not item.holds("signatories"):
        return []
    named = item.value.get("signatories") if isinstance(item.value, dict) else None
    if (
        named is None
        or not isinstance(named.value, str)
        or folder is None
        or not isinstance(item.value, dict)
    ):
        return []
    name = PurePosixPath(named.value)
    if name.is_absolute() or ".." in name.parts or name.suffix.lower() not in tables.SUFFIXES:
        fix = f"name a file in the campaign folder that ends in {', '.join(tables.SUFFIXES)}"
        message = "`signatories` names no table in the campaign folder."
        del item.value["signatories"]
        return [named.problem("bad-file-name", message, fix)]
    file = str(PurePosixPath(named.document.file).parent / name)
    try:
        stay_inside(folder / name, folder, file)
        rows = tables.read(folder / name, file, kind="signatories")
    except InputProblems as error:
        del item.value["signatories"]
        return [
            named.problem(problem.name, f"{file}: {problem.message}", problem.fix)
            if problem.place is None or not problem.place.line
            else problem
            for problem in error.problems
        ]
    if rows.faults:
        del item.value["signatories"]
    else:
        item.value["signatories"] = rows
    return list(rows.faults)


def _case_references(node: Node, owner: str) -> list[Problem]:
    """Check that ids within a case are given once, and that those referred to exist."""
    problems: list[Problem] = []
    for key in SINGULAR:
        problems += duplicates(node, key, owner)
    persons = [item.text_of("id") for item in _list(node, "persons")]
    for key, field_ in (("events", "persons"), ("background", "persons"), ("sentences", "person")):
        for number, item in enumerate(_list(node, key)):
            who = f"{subject(node, owner, (key, number))} names the person"
            problems += _unknown_names(item, field_, persons, who, "unknown-person")
    return problems


def duplicates(node: Node, key: str, owner: str) -> list[Problem]:
    """Tell the ids that a list gives to two of its items."""
    seen: dict[str, Place] = {}
    problems: list[Problem] = []
    for item in _list(node, key):
        name = item.text_of("id")
        if not name or not isinstance(item.value, dict):
            continue
        at = item.value["id"]
        first = seen.setdefault(name, at.place)
        if first != at.place:
            message = f"{owner} gives the id `{name}` to two {key}; the first stands in line {first.line}."
            problems.append(at.problem("duplicate-id", message, "give this one another id, or take it out"))
    return problems


def _unknown_names(item: Node, key: str, known: Iterable[str], who: str, name: str) -> list[Problem]:
    """Return a problem for each id in a field that is not among those known."""
    if not item.holds(key):
        return []
    node = item.value[key] if isinstance(item.value, dict) else item
    nodes = node.value if isinstance(node.value, list) else [node]
    known = list(dict.fromkeys(known))
    problems: list[Problem] = []
    for each in nodes:
        names = each.value.split() if isinstance(each.value, str) else []
        for wanted in names:
            if wanted not in known:
                fix = did_you_mean(wanted, known, "mend the id, or add a record of that id")
                problems.append(each.problem(name, f"{who} `{wanted}`, who does not exist.", fix))
    return problems


def _list(node: Node, key: str) -> list[Node]:
    found = node.value.get(key) if isinstance(node.value, dict) else None
    return found.value if found is not None and isinstance(found.value, list) else []


def not_a_group(node: Node, owner: str, fix: str = "write `name: value` lines, indented alike") -> Problem:
    """Tell a value that stands where a group of fields belongs."""
    shape = "a list" if isinstance(node.value, list) else "a text"
    return node.problem("wrong-shape", f"{owner} is {shape}; a group of fields belongs here.", fix)
