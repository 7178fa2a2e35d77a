"""Nodes to facts: what fits the model is loaded, the rest becomes problems."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from pydantic import ValidationError

from lettergen.errors import InputProblems, Place, Problem, did_you_mean
from lettergen.facts import table_reader
from lettergen.facts.columns import ColumnRule
from lettergen.facts.consent import members_without_consent, without_consent
from lettergen.facts.model import Case, Fact, Recipient, Sender
from lettergen.facts.nodes import Node, Spot
from lettergen.facts.row_identity import SAME_PERSON
from lettergen.facts.row_node import TableNode
from lettergen.facts.settings import Settings
from lettergen.facts.valid_records import AT_ONCE, all_valid
from lettergen.facts.validation_messages import SINGULAR, complaints, fields_of, subject
from lettergen.facts.yaml_reader import without_collector

__all__ = [
    "SINGULAR",
    "case",
    "duplicates",
    "fact",
    "loaded_recipients",
    "loaded_senders",
    "misplaced_language",
    "not_a_group",
    "other_problems",
    "recipients",
    "senders",
    "settings",
    "spoilt_records",
]

Record = TypeVar("Record", bound=Fact)
Listed = TypeVar("Listed", bound=Recipient | Sender)


@dataclass(slots=True)
class Loaded(Generic[Listed]):
    """Valid records with their nodes, and the problems of the others."""

    records: dict[str, Listed] = field(default_factory=dict)
    """By id."""
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, Spot] = field(default_factory=dict)
    """The first place of each id, including those of faulty records."""
    joint: dict[str, Node] = field(default_factory=dict)
    """By id the records that name members."""
    partial: list[Listed] = field(default_factory=list)
    """What fits of records that have faults elsewhere; only looked at, never used."""
    headings: set[str] = field(default_factory=set)
    """The columns of all tables."""

    def facts(self) -> tuple[Listed, ...]:
        """Return the records alone."""
        return tuple(self.records.values())


def recipients(node: Node) -> tuple[tuple[Recipient, ...], tuple[Problem, ...]]:
    """Return the valid recipients of a file, and all problems of the others."""
    loaded = loaded_recipients([node])
    return loaded.facts(), tuple(loaded.problems)


def senders(node: Node, folder: Path | None = None) -> tuple[tuple[Sender, ...], tuple[Problem, ...]]:
    """Return the valid senders of a file, and all problems of the others.

    Args:
        node: The file.
        folder: Where a table of signatories is looked for.
    """
    loaded = loaded_senders([node], folder)
    return loaded.facts(), tuple(loaded.problems)


def loaded_recipients(nodes: Iterable[Node]) -> Loaded[Recipient]:
    """Load the recipients of all files; an id must be unique across them."""
    loaded: Loaded[Recipient] = Loaded()
    with without_collector():
        for node in nodes:
            _load_list(node, "recipients", Recipient, loaded)
    return loaded


def loaded_senders(
    nodes: Iterable[Node], folder: Path | None = None, rules: Mapping[str, ColumnRule] | None = None
) -> Loaded[Sender]:
    """Load the senders of all files; each member of a joint letter must be one of them.

    Args:
        nodes: The files.
        folder: Where tables of signatories are looked for.
        rules: What the campaign says of their columns.
    """
    loaded: Loaded[Sender] = Loaded()

    def signatories(item: Node) -> list[Problem]:
        return _read_signatories(item, folder, rules or {}, loaded.headings)

    with without_collector():
        for node in nodes:
            _load_list(node, "senders", Sender, loaded, signatories)
    loaded.problems += without_consent(loaded.records.values(), loaded.ids)
    for name, node in loaded.joint.items():
        missing = _unknown_names(
            node, "members", loaded.ids, f"sender `{name}` has the member", "unknown-member"
        )
        missing += members_without_consent(name, node, loaded.records)
        if missing:
            loaded.problems += missing
            del loaded.records[name]
    return loaded


def case(node: Node, default_id: str | None = None) -> tuple[Case | None, tuple[Problem, ...]]:
    """Return the case of a file, or None if part of it is faulty, and all its problems.

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
        message = f"the case's `id` differs from its file name, which says `{default_id}`."
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
    message = "the language of a case is set by its file name."
    fix = f"delete the line, and name the file `{name}.fr.yaml` for a French translation"
    return [node.problem("language-in-file-name", message, fix, key="language")]


def settings(node: Node) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings; a faulty one is reported and keeps its default."""
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
    model: type[Listed],
    loaded: Loaded[Listed],
    prepare: Callable[[Node], list[Problem]] | None = None,
) -> None:
    """Add a file's records to those already loaded."""
    items, problems = _items(node, key)
    loaded.problems += node.faults
    loaded.problems += problems
    if isinstance(node, TableNode):
        loaded.headings |= node.headings
        prepare = prepare if "signatories" in node.fields else None
    # Rows that cannot be told apart are not among the records.
    faults_within = [one for one in node.faults if one.name != SAME_PERSON]
    spoilt = spoilt_records(items, faults_within) if faults_within else set()
    for start in range(0, len(items), AT_ONCE):
        part = enumerate(items[start : start + AT_ONCE], start)
        mine = [(at, item) for at, item in part if _claim(item, key, loaded)]
        claimed = [(at, item) for at, item in mine if at not in spoilt]
        for at, item in mine if spoilt and isinstance(node, TableNode) else ():
            if at in spoilt:
                loaded.problems += other_problems(item, model, f"{SINGULAR[key]} {_called(item, at)}")
        faults = {at: found for at, item in claimed if prepare and (found := prepare(item))}
        records = None if faults else all_valid([item for _, item in claimed], model)
        if records is not None:
            _add(records, [item for _, item in claimed], loaded)
            continue
        for at, item in claimed:
            record, more = fact(item, model, f"{SINGULAR[key]} {_called(item, at)}")
            loaded.problems += [*faults.get(at, ()), *more]
            if record is not None and at not in faults:
                _add([record], [item], loaded)
            elif record is None and (partial := _partial(item, model)) is not None:
                loaded.partial.append(partial)


def _called(item: Node, at: int) -> str:
    return f"`{name}`" if (name := item.text_of("id")) else str(at + 1)


def other_problems(item: Node, model: type[Record], owner: str) -> list[Problem]:
    """Return what else is wrong with a row of which a cell could not be used, and so may seem to lack it."""
    return [one for one in fact(item, model, owner)[1] if one.name not in ("missing-field", "nobody-signs")]


def _partial(item: Node, model: type[Record]) -> Record | None:
    """Return a record without its faulty fields, for whoever looks at the others."""
    values = item.plain() if item.is_group else {}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faulty = {fault["loc"][0] for fault in error.errors(include_url=False) if fault["loc"]}
    with suppress(ValidationError):
        return model.model_validate({key: value for key, value in values.items() if key not in faulty})
    return None


def _add(records: Sequence[Listed], items: Sequence[Node], loaded: Loaded[Listed]) -> None:
    loaded.records.update(zip([record.id for record in records], records, strict=True))
    loaded.joint.update(
        (record.id, item)
        for record, item in zip(records, items, strict=True)
        if isinstance(record, Sender) and record.members
    )


def _items(node: Node, key: str) -> tuple[list[Node], list[Problem]]:
    """Return the records of a file: the list under its only key, or a table's rows."""
    if isinstance(node.value, list):
        return node.value, []
    if not isinstance(node.value, dict):
        return [], [not_a_group(node, "this file", f"begin it with `{key}:` and a list below")]
    file = PurePosixPath(node.document.file).name
    problems = [
        node.problem(
            "unknown-field",
            f"{file} has an unknown field `{other}`.",
            did_you_mean(other, [key], f"remove it; the file may contain only `{key}:`"),
            key=other,
        )
        for other in node.key_places
        if other != key
    ]
    found = node.value.get(key)
    if found is None:
        if key not in node.key_places:
            fix = f"begin it with `{key}:` and a list below"
            problems.append(node.problem("missing-field", f"{file} has no `{key}`.", fix))
        return [], problems
    if not isinstance(found.value, list):
        shape = "a text" if isinstance(found.value, str) else "a group"
        message = f"`{key}` of {file} is {shape}; it must be a list."
        problems.append(found.problem("wrong-shape", message, "begin each record with `- id:`"))
        return [], problems
    return found.value, problems


def _claim(item: Node, key: str, loaded: Loaded[Listed]) -> bool:
    """Note the place of an id; a second record with it is a problem, and the first counts."""
    name, spot = item.identified()
    if not name:
        return True
    first = loaded.ids.setdefault(name, spot)
    if first is spot:
        return True
    at = item.value["id"] if isinstance(item.value, dict) else item
    loaded.problems.append(
        at.problem(
            "duplicate-id",
            f"two {key} have the id `{name}`; the first is at {Place(*first)}.",
            "give this one another id, or remove it",
        )
    )
    return False


def fact(node: Node, model: type[Record], owner: str) -> tuple[Record | None, list[Problem]]:
    """Return one fact, or the problems of its node; ``owner`` is its name in messages."""
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


def spoilt_records(items: Sequence[Node], faults: Sequence[Problem]) -> set[int]:
    """Return the numbers of the records that contain a fault of the file itself."""
    starts = [item.place.line for item in items]
    file = items[0].document.file if items else ""
    spoilt: set[int] = set()
    for fault in faults:
        if not fault.is_error or (fault.place and fault.place.file != file):
            continue
        behind = bisect_right(starts, fault.place.line if fault.place else 0)
        if behind:
            # Records of one line in `[{…}, {…}]` cannot be told apart.
            spoilt.update(range(bisect_left(starts, starts[behind - 1]), behind))
    return spoilt


def _read_signatories(
    item: Node, folder: Path | None, rules: Mapping[str, ColumnRule], headings: set[str]
) -> list[Problem]:
    """Replace the name of a table by its rows; remove the name if there is no such table."""
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
    if name.is_absolute() or ".." in name.parts or name.suffix.lower() not in table_reader.SUFFIXES:
        fix = f"name a file in the campaign folder that ends in {', '.join(table_reader.SUFFIXES)}"
        message = "`signatories` does not name a table in the campaign folder."
        del item.value["signatories"]
        return [named.problem("bad-file-name", message, fix)]
    file = str(PurePosixPath(named.document.file).parent / name)
    try:
        rows = table_reader.read(folder / name, file, kind="signatories", rules=rules, below=folder)
    except InputProblems as error:
        del item.value["signatories"]
        return [
            named.problem(problem.name, f"{file}: {problem.message}", problem.fix)
            if problem.place is None or not problem.place.line
            else problem
            for problem in error.problems
        ]
    headings |= rows.headings
    if any(fault.is_error for fault in rows.faults):
        del item.value["signatories"]
    else:
        item.value["signatories"] = rows
    return list(rows.faults)


def _case_references(node: Node, owner: str) -> list[Problem]:
    """Check that ids within a case are unique, and that referenced ids exist."""
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
            message = f"{owner} gives the id `{name}` to two {key}; the first is in line {first.line}."
            problems.append(at.problem("duplicate-id", message, "give this one another id, or remove it"))
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
                fix = did_you_mean(wanted, known, "correct the id, or add a record with that id")
                problems.append(each.problem(name, f"{who} `{wanted}`, who does not exist.", fix))
    return problems


def _list(node: Node, key: str) -> list[Node]:
    found = node.value.get(key) if isinstance(node.value, dict) else None
    return found.value if found is not None and isinstance(found.value, list) else []


def not_a_group(
    node: Node, owner: str, fix: str = "write `name: value` lines with the same indentation"
) -> Problem:
    """Tell a value that stands where a group of fields belongs."""
    shape = "a list" if isinstance(node.value, list) else "a text"
    return node.problem("wrong-shape", f"{owner} is {shape}; it must be a group of fields.", fix)
