"""Who signed a petition, `signatures/NAME.csv`, and what belongs to it, `NAME.yaml`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from lettergen.errors import InputProblems, Place, Problem, UnknownName, did_you_mean
from lettergen.facts import load, table_reader, yaml_reader
from lettergen.facts.by_reader import Fact
from lettergen.facts.columns import ColumnRule
from lettergen.facts.fields import ID_PATTERN, Audience, Country, Day, Id, Language, Line, Text
from lettergen.facts.late_lists import LateList, refuse_errors
from lettergen.facts.model import Case, Consent, Signature
from lettergen.facts.nodes import Node, Spot
from lettergen.facts.row_node import TableNode
from lettergen.facts.signature_order import SignatureOrder
from lettergen.facts.valid_records import AT_ONCE, all_valid

__all__ = [
    "FOLDER",
    "LateSignatures",
    "PetitionText",
    "SignatureFile",
    "SignatureList",
    "late_signature_lists",
    "list_called",
    "read_signature_lists",
]

FOLDER = "signatures"
_YAML = (".yaml", ".yml")
_COLUMNS = ".columns.toml"
ADDRESSED: tuple[Audience, ...] = ("addressee", "un")
"""Who may read the names where nothing else is said: the office that the petition is handed over to."""
MOST_COUNTED = 1_000_000_000


def _each_once(value: Any, counted: ValidatorFunctionWrapHandler) -> Any:
    """Refuse a country under two names, of which one count would be lost."""
    found = counted(value)
    if isinstance(value, dict) and len(found) < len(value):
        raise PydanticCustomError("counted-twice", "a country under two names")
    return found


Count = Annotated[int, Field(ge=0, le=MOST_COUNTED)]
Counts = Annotated[Mapping[Country, Count], WrapValidator(_each_once)]


class PetitionText(Fact):
    """What people sign, in one language."""

    title: Line = Field(description="Title of the petition.")
    text: Text = Field(description="What is asked of whom; blank lines separate paragraphs.")


class SignatureFile(Fact):
    """`signatures/NAME.yaml`: what belongs to the table of that name, or signatures that are counted only."""

    case: Id | None = Field(
        None,
        description="Case of the petition: a file in cases/ without .yaml. Default: the one of its name.",
    )
    texts: Mapping[Language, PetitionText] = Field(
        default_factory=dict, description="What is signed, by language: `en: {title: …, text: …}`."
    )
    consent: Consent | None = Field(
        None,
        description="Who agreed that names are shown, when, and to which audiences (`scope`). Without it, "
        "names are shown to addressee and un, if the table has a column `consent`.",
    )
    order: SignatureOrder = Field("name", description="Order of the names: name, country, rank or given.")
    counted: Counts = Field(
        default_factory=dict, description="Signatures on paper that were counted, by country: `{KR: 4000}`."
    )
    on: Day | None = Field(None, description="Day on which they were counted.")
    by: Line | None = Field(None, description="Who counted them.")

    @model_validator(mode="after")
    def _has_origin(self) -> "SignatureFile":
        if self.counted and not (self.on and self.by):
            raise PydanticCustomError("count-without-origin", "neither day nor who")
        return self


@dataclass(frozen=True, slots=True)
class SignatureList:
    """One list of signatures, from a table, a count of sheets, or both."""

    name: str
    """The name of its files, without suffix."""
    file: str
    """Its table, or else the file beside it."""
    about: SignatureFile = field(default_factory=lambda: SignatureFile.model_validate({}))
    signatures: tuple[Signature, ...] = ()
    """In the order of the table."""
    lines: tuple[int, ...] = field(default=(), repr=False)
    """In which line of the table each stands."""
    case_id: str | None = None
    """The case that it belongs to: the one that it names, the one of its name, or the only one."""
    asks_consent: bool = False
    """Whether the table has a column `consent`."""
    about_file: str | None = None
    """`NAME.yaml`, if there is one."""

    def place(self, at: int) -> Place:
        """Return where a signature stands."""
        return Place(self.file, self.lines[at], 1)

    def may_show(self, audiences: Sequence[Audience], on: date) -> bool:
        """Say whether names may be shown to readers, as far as the list is concerned."""
        consent = self.about.consent
        if consent is None:
            return self.asks_consent and set(audiences) <= set(ADDRESSED)
        return consent.on.first <= on and set(audiences) <= set(consent.scope)


class LateSignatures(LateList[SignatureList]):
    """The lists of signatures, of which each is read when its case has a letter."""

    def __init__(
        self,
        names: Mapping[str, str | None],
        read: Callable[[str], tuple[SignatureList | None, list[Problem]]],
    ) -> None:
        """Take the case of each list, and what reads a list."""
        self._names = names
        self._read = read
        self._found: dict[str, SignatureList | None] = {}

    def _called(self, name: str) -> SignatureList | None:
        if name not in self._found:
            found, problems = self._read(name)
            refuse_errors(problems)
            self._found[name] = found
        return self._found[name]

    def _chosen(self, names: Iterator[str]) -> tuple[SignatureList, ...]:
        return tuple(one for name in names if (one := self._called(name)) is not None)

    def of_case(self, case_id: str | None) -> tuple[SignatureList, ...]:
        """Return the lists that belong to a case, or to none."""
        return self._chosen(name for name, case in self._names.items() if case == case_id)

    def _whole(self) -> tuple[SignatureList, ...]:
        return self._chosen(iter(self._names))


@dataclass(slots=True)
class _Files:
    """The files of one name."""

    tables: list[Path] = field(default_factory=list)
    about: list[Path] = field(default_factory=list)


def read_signature_lists(
    root: Path, rules: Mapping[str, ColumnRule], cases: Sequence[Case]
) -> tuple[tuple[SignatureList, ...], list[Problem], frozenset[str]]:
    """Return the lists of a campaign, their problems, and the columns of their tables.

    Args:
        root: The campaign's folder.
        rules: What the campaign says of columns.
        cases: Its cases, to which lists belong.
    """
    reader = _ListReader(root, rules)
    files = reader.files()
    found = [one for name in sorted(files) if (one := reader.list_of(name, files[name], cases)) is not None]
    return tuple(found), reader.problems, frozenset(reader.headings)


def late_signature_lists(
    root: Path, rules: Mapping[str, ColumnRule], cases: Sequence[Case]
) -> LateSignatures:
    """Return the same lists, each of which is read when its case needs it."""
    files = _ListReader(root, rules).files()

    def case_of(name: str) -> str | None:
        reader = _ListReader(root, rules)
        about = reader.about_file(files[name].about)
        return reader.case_of(name, about, cases)

    read = partial(_read_list, root=root, rules=rules, files=files, cases=cases)
    return LateSignatures({name: case_of(name) for name in sorted(files)}, read)


def _read_list(
    name: str,
    *,
    root: Path,
    rules: Mapping[str, ColumnRule],
    files: Mapping[str, "_Files"],
    cases: Sequence[Case],
) -> tuple[SignatureList | None, list[Problem]]:
    reader = _ListReader(root, rules)
    return reader.list_of(name, files[name], cases), reader.problems


def list_called(lists: Sequence[SignatureList], name: str) -> SignatureList:
    """Return the list of a name.

    Raises:
        UnknownName: There is none.
    """
    found = next((one for one in lists if one.name == name), None)
    if found is None:
        otherwise = "`lettergen signatures` lists them." if lists else f"put a table into {FOLDER}/."
        fix = did_you_mean(name, [one.name for one in lists], otherwise)
        raise UnknownName.of("unknown-signatures", f"there is no list of signatures `{name}`.", fix)
    return found


class _ListReader:
    """Reads the files of the folder and collects their problems."""

    def __init__(self, root: Path, rules: Mapping[str, ColumnRule]) -> None:
        self.root = root
        self.rules = rules
        self.problems: list[Problem] = []
        self.headings: set[str] = set()
        self._about: dict[str, Node] = {}

    def list_of(self, name: str, files: _Files, cases: Sequence[Case]) -> SignatureList | None:
        """Return a list, unless none of its files can be used."""
        about = self.about_file(files.about)
        if files.tables:
            table = self._table(files.tables[0])
            file = str(files.about[0]) if files.about else None
            found = table and replace(table, about=about or table.about, about_file=file)
        elif about is not None:
            found = SignatureList(name, str(files.about[0]), about, about_file=str(files.about[0]))
        else:
            found = None
        return found and self._with_case(found, cases)

    def files(self) -> dict[str, _Files]:
        """Return the files by name; what has no name that a list can have is told, and so are two tables."""
        found: dict[str, _Files] = {}
        for path in sorted((self.root / FOLDER).glob("*")):
            is_table = path.suffix.lower() in table_reader.SUFFIXES
            if path.name.endswith(_COLUMNS) or not (is_table or path.suffix in _YAML):
                continue
            if not re.fullmatch(ID_PATTERN, path.stem):
                message = "the name of this file may contain only small letters, digits and single hyphens."
                fix = "rename it, as in `signatures/seoul-2003.csv`"
                self.problems.append(Problem("bad-signatures-name", message, fix, Place(str(path))))
                continue
            files = found.setdefault(path.stem, _Files())
            same = files.tables if is_table else files.about
            same.append(path)
            if len(same) > 1:
                message = f"`{same[0].name}` and this file are one list under two names."
                fix = "put the rows into one of them, or give one another name"
                self.problems.append(Problem("two-signature-files", message, fix, Place(str(path))))
        return found

    def about_file(self, paths: Sequence[Path]) -> SignatureFile | None:
        if not paths:
            return None
        file = str(paths[0])
        try:
            node = yaml_reader.examine(paths[0], file, below=self.root)
        except InputProblems as error:
            self.problems += error.problems
            return None
        found, problems = load.fact(node, SignatureFile, paths[0].name)
        self.problems += [*node.faults, *problems]
        self._about[paths[0].stem] = node
        return found

    def _table(self, path: Path) -> SignatureList | None:
        file = str(path)
        try:
            node = table_reader.read(path, file, kind=FOLDER, rules=self.rules, below=self.root)
        except InputProblems as error:
            self.problems += error.problems
            return None
        self.headings |= node.headings
        self.problems += node.faults
        rows = tuple(self._rows(node))
        if not rows and not any(fault.is_error for fault in node.faults):
            message, fix = "this file holds no signatures.", "fill in its rows, or delete it"
            self.problems.append(Problem("no-signatures", message, fix, Place(file), "warning"))
        signatures = tuple(one for one, _ in rows)
        lines = tuple(spot[1] for _, spot in rows)
        asks = bool(rows) and any(one.consent is not None for one in signatures)
        return SignatureList(path.stem, file, signatures=signatures, lines=lines, asks_consent=asks)

    def _rows(self, node: TableNode) -> Iterator[tuple[Signature, Spot]]:
        """Yield the signatures that have no fault; those of the others are told."""
        items: list[Node] = node.value if isinstance(node.value, list) else []
        faults = [one for one in node.faults if one.is_error]
        spoilt = load.spoilt_records(items, faults) if faults else set()
        for start in range(0, len(items), AT_ONCE):
            part = [(at, items[at]) for at in range(start, min(start + AT_ONCE, len(items)))]
            sound = [item for at, item in part if at not in spoilt]
            for at, item in part if spoilt else ():
                if at in spoilt:
                    self.problems += load.other_problems(item, Signature, f"signature {at + 1}")
            records = all_valid(sound, Signature)
            if records is not None:
                yield from zip(records, (item.spot_of("name") for item in sound), strict=True)
                continue
            for at, item in part:
                if at not in spoilt:
                    record, problems = load.fact(item, Signature, f"signature {at + 1}")
                    self.problems += problems
                    if record is not None:
                        yield record, item.spot_of("name")

    def case_of(self, name: str, about: SignatureFile | None, cases: Sequence[Case]) -> str | None:
        """Return the case that a list belongs to: that which it names, that of its name, or the only one."""
        known = [case.id for case in cases]
        named = about.case if about is not None else None
        if about is not None and named is not None and named not in known:
            fix = did_you_mean(named, known, "write the name of a file in cases/ without .yaml")
            message = f"`case` of {name}.yaml names the case `{named}`, which does not exist."
            self.problems.append(self._about[name].problem("unknown-case", message, fix, key="case"))
        return named or (name if name in known else known[0] if len(known) == 1 else None)

    def _with_case(self, one: SignatureList, cases: Sequence[Case]) -> SignatureList:
        """Return a list with the case that it belongs to, and tell what no letter can use."""
        named = self.case_of(one.name, one.about, cases)
        if named is None and cases:
            message = f"the list `{one.name}` belongs to no case, so only letters without a case use it."
            fix = f"write `case: ID` in `{FOLDER}/{one.name}.yaml`, or name the files after the case"
            self.problems.append(Problem("signatures-without-case", message, fix, Place(one.file), "warning"))
        if one.signatures and not one.asks_consent and one.about.consent is None:
            message = (
                "nobody here was asked whether the name may be shown: signatures are counted, not named."
            )
            fix = (
                "add a column `consent` with yes or no, or say in "
                f"`{FOLDER}/{one.name}.yaml` who agreed: `consent: {{by: …, on: …, scope: [addressee]}}`"
            )
            place = Place(one.file, 1, 1)
            self.problems.append(Problem("signatures-without-consent", message, fix, place, "warning"))
        return replace(one, case_id=named)
