"""A campaign folder as one value: settings, recipients, senders, cases, and the place of each."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Literal, NoReturn

from lettergen.errors import InputProblems, Place, Problem, UnknownName, did_you_mean
from lettergen.facts import load, table_reader, toml_reader, yaml_reader
from lettergen.facts.columns import JOIN, ColumnRule, named, rules_of
from lettergen.facts.late_lists import LateSenders
from lettergen.facts.model import ID_PATTERN, Case, Fact, Recipient, Sender
from lettergen.facts.nodes import Node
from lettergen.facts.own_treaty import OwnTreaty
from lettergen.facts.settings import Settings
from lettergen.facts.signature_count import SignatureCount, counted
from lettergen.facts.signature_lists import (
    LateSignatures,
    SignatureList,
    late_signature_lists,
    read_signature_lists,
)
from lettergen.facts.table_head import missing_column
from lettergen.facts.text_files import read_text
from lettergen.facts.translation import translation
from lettergen.facts.unread_files import unread_files
from lettergen.facts.validation_messages import SINGULAR
from lettergen.facts.value_places import RecordPlaces

__all__ = ["MAILING_FILE", "Campaign", "read_settings", "starter_folder"]

_SETTINGS = "lettergen.toml"
_YAML = (".yaml", ".yml")
_LISTS = ("recipients", "senders")
MAILING_FILE = "mailing.yaml"
"""Who writes what to whom, if the campaign keeps it."""
_TRANSLATION = re.compile(r"([^.]+)\.([a-z]{2,3}(?:-[A-Z]{2})?)")


@dataclass(frozen=True, slots=True)
class Campaign:
    """The contents of a campaign folder; faulty files are reported in ``problems`` and left out."""

    folder: Path
    settings: Settings
    recipients: tuple[Recipient, ...]
    senders: Sequence[Sender]
    cases: tuple[Case, ...]
    """Every case once, in the campaign's language."""
    template_folders: tuple[Path, ...]
    """Folders searched for templates, the campaign's own first."""
    translations: tuple[Case, ...] = ()
    """The same cases in other languages: ``cases/ID.fr.yaml``."""
    problems: tuple[Problem, ...] = ()
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, repr=False)
    """The place of each record: ``("recipient", "cn-premier")``, ``("case/person", "yunnan-six/lee")``."""
    faulty_recipients: tuple[Recipient, ...] = field(default=(), repr=False, compare=False)
    """What fits of recipients that have errors, so that all their errors can be told at once."""
    columns: Mapping[str, ColumnRule] = field(default_factory=dict, repr=False, compare=False)
    """What the columns of tables hold, by their names."""
    signatures: Sequence[SignatureList] = field(default=(), repr=False)
    """Who signed petitions, list by list."""
    treaties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Treaties of the campaign's own, in the form of the reference's rows."""
    is_lent: bool = False
    """It is lettergen's own sample, because the current folder is not a campaign."""

    _by_id: Mapping[str, Mapping[str, Fact]] = field(init=False, repr=False, compare=False)
    _counts: dict[tuple[str | None, date], SignatureCount] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the records, so that a large mailing finds each one quickly."""
        cases = {case.id: case for case in self.cases} | {case.stem: case for case in self.translations}
        index: dict[str, Mapping[str, Fact]] = {
            "recipient": {one.id: one for one in self.recipients},
            "sender": self.senders.by_id()
            if isinstance(self.senders, LateSenders)
            else {one.id: one for one in self.senders},
            "case": cases,
        }
        object.__setattr__(self, "_by_id", index)

    @property
    def home(self) -> Path:
        """The folder of its ledger and outbox: for lettergen's own samples, the current folder."""
        return Path() if self.is_lent else self.folder

    @classmethod
    def open(cls, folder: Path | None = None, *, late: bool = False) -> "Campaign":
        """Read a campaign folder; default: the current one or one above it, or else lettergen's samples.

        Args:
            folder: The folder.
            late: Read senders and signatures when they are asked for, and tell their problems then.

        Raises:
            InputProblems: The folder does not exist.
        """
        root, is_lent = _chosen(folder)
        reader = _CampaignReader(root)
        with yaml_reader.without_collector():
            settings = reader.settings()
            reader.rules |= reader.rules_of_mailing(root / MAILING_FILE)
            recipients = load.loaded_recipients(reader.lists("recipients"))
            senders = reader.late_senders() if late else reader.senders()
            cases = reader.cases()
            treaties = reader.treaties(settings)
            own_cases = [case for case in cases if not case.language]
            reader.headings |= recipients.headings
            signatures = reader.signatures(own_cases, late=late)
        reader.problems += recipients.problems
        if not late:
            reader.problems += _missing_columns(reader.rules, reader.headings)
        reader.problems += unread_files(root)
        starter = starter_folder() / "letter_templates"
        own = root / "letter_templates"
        folders = [own, starter] if own.resolve() != starter.resolve() else [own]
        problems = dict.fromkeys(sorted(reader.problems, key=Problem.sort_key))
        return cls(
            folder=root,
            settings=settings,
            recipients=recipients.facts(),
            senders=senders if isinstance(senders, LateSenders) else senders.facts(),
            cases=tuple(case for case in cases if not case.language),
            translations=tuple(case for case in cases if case.language),
            template_folders=tuple(path for path in folders if path.is_dir()),
            problems=tuple(problems),
            places=RecordPlaces(reader.places, {"recipient": recipients.ids, "sender": senders.ids}),
            faulty_recipients=tuple(recipients.partial),
            columns=reader.rules,
            signatures=signatures,
            treaties={key: one.row() for key, one in treaties.items()},
            is_lent=is_lent,
        )

    def holds(self, kind: Literal["recipient", "sender", "case"], name: str) -> bool:
        """Say whether there is a valid record with an id."""
        return name in self._by_id[kind]

    def recipient(self, name: str) -> Recipient:
        """Return the recipient with an id.

        Raises:
            UnknownName: There is no such record.
        """
        found = self._by_id["recipient"].get(name)
        return found if isinstance(found, Recipient) else self._refuse("recipient", name, self.recipients)

    def sender(self, name: str) -> Sender:
        """Return the sender with an id.

        Raises:
            UnknownName: There is no such record.
        """
        found = self._by_id["sender"].get(name)
        return found if isinstance(found, Sender) else self._refuse("sender", name, self.senders)

    def case(self, name: str, language: str | None = None) -> Case:
        """Return the case with an id, in the given language if translated.

        Raises:
            UnknownName: There is no such record.
        """
        languages = (language, language.partition("-")[0]) if language else ()
        stems = (*(f"{name}.{one}" for one in languages), name)
        found = next((one for stem in stems if (one := self._by_id["case"].get(stem))), None)
        return found if isinstance(found, Case) else self._refuse("case", name, self.cases)

    def signatures_of(self, case_id: str | None) -> tuple[SignatureList, ...]:
        """Return the lists of signatures that belong to a case, or those that belong to none."""
        if isinstance(self.signatures, LateSignatures):
            return self.signatures.of_case(case_id)
        return tuple(one for one in self.signatures if one.case_id == case_id)

    def signature_count(self, case_id: str | None, on: date) -> SignatureCount:
        """Return what counts on a day of the signatures that belong to a case; worked out once."""
        key = (case_id, on)
        if key not in self._counts:
            self._counts[key] = counted(self.signatures_of(case_id), on)
        return self._counts[key]

    def languages_of(self, case_id: str) -> frozenset[str]:
        """Return the languages of a case."""
        case = self.case(case_id)
        translated = {one.language for one in self.translations if one.id == case_id and one.language}
        return frozenset(translated | {case.language or self.settings.language})

    def _refuse(self, kind: str, name: str, among: Iterable[Recipient | Sender | Case]) -> NoReturn:
        place = self.places.get((kind, name))
        if place:
            message = f"the {kind} `{name}` has errors, so no letter can use it."
            raise UnknownName.of(f"unusable-{kind}", message, "fix what `lettergen check` reports", place)
        known = [record.id for record in among]
        otherwise = (
            f"`lettergen {kind}s` lists them" if known else f"the campaign has no {kind}s yet; add one"
        )
        fix = did_you_mean(name, known, otherwise)
        raise UnknownName.of(f"unknown-{kind}", f"there is no {kind} `{name}`.", fix)


def read_settings(folder: Path) -> tuple[Settings, Mapping[tuple[str, str], Place]]:
    """Return only the settings of a campaign and the places of its own sheets, without faulty ones."""
    reader = _CampaignReader(folder)
    return reader.settings(), reader.places


def starter_folder() -> Path:
    """Return the folder of lettergen's own data: in the package, or in the checkout it runs from."""
    package = Path(str(resources.files("lettergen")))
    shipped = package / "starter"
    return shipped if shipped.is_dir() else package.parent


def _chosen(folder: Path | None) -> tuple[Path, bool]:
    """Return the folder, and whether it is lettergen's own sample."""
    if folder is None:
        if _is_campaign(Path()):
            return Path(), False
        above = _campaign_above()
        return (above, False) if above else (starter_folder(), True)
    if not folder.is_dir():
        message = "this folder does not exist."
        if folder.exists():
            message = "this is a file; a campaign is a folder."
        fix = "name the campaign's folder, or make one with `lettergen init`"
        raise InputProblems.of("missing-folder", message, fix, Place(str(folder)))
    return folder, False


def _campaign_above() -> Path | None:
    """Return the nearest folder above the current one that has settings, relative to it.

    As with git, a folder of somebody else is not believed, nor one that everybody may write to: there the
    search ends.
    """
    for levels, folder in enumerate(Path.cwd().parents, start=1):
        about = folder.stat()
        if about.st_uid != os.geteuid() or about.st_mode & stat.S_IWOTH:
            return None
        if (folder / _SETTINGS).is_file():
            return Path(*[".."] * levels)
    return None


def _is_campaign(folder: Path) -> bool:
    """Say whether a folder is a campaign: it has settings, a mailing or a list of people."""
    if any((folder / name).exists() for name in (_SETTINGS, MAILING_FILE)):
        return True
    return any(_is_list(path, kind) for kind in _LISTS for path in folder.glob(f"{kind}*"))


def _is_list(path: Path, kind: str) -> bool:
    suffixes = (*_YAML, *table_reader.SUFFIXES)
    return path.suffix.lower() in suffixes and bool(re.fullmatch(rf"{kind}(-.+)?", path.stem))


def _missing_columns(rules: Mapping[str, ColumnRule], headings: Set[str]) -> Iterator[Problem]:
    """Yield a problem for each column that is spoken of and in no table, if there are tables."""
    for name, rule in rules.items() if headings else ():
        if name not in headings and any(part not in headings for part in name.split(JOIN)):
            lacking = next(part for part in rule.column.split(JOIN) if named(part) not in headings)
            yield missing_column(rule, lacking, "no table has a", sorted(headings - {""}))


def _read_list(
    path: Path, *, kind: str, root: Path, rules: Mapping[str, ColumnRule], only: str = ""
) -> tuple[list[Node], list[Problem]]:
    """Return a list's records, none if the file cannot be read, and what is wrong."""
    try:
        if path.suffix.lower() in _YAML:
            return [yaml_reader.examine(path, str(path), below=root)], []
        return [table_reader.read(path, str(path), kind=kind, rules=rules, below=root, only=only)], []
    except InputProblems as error:
        return [], list(error.problems)


class _CampaignReader:
    """Reads the files of one folder and collects their problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.places: dict[tuple[str, str], Place] = {}
        self.rules: dict[str, ColumnRule] = {}
        self.headings: frozenset[str] = frozenset()

    def settings(self) -> Settings:
        """Return the settings, or the defaults if there is no file."""
        path = self.root / _SETTINGS
        if not path.exists():
            return Settings()
        try:
            node = toml_reader.nodes_of(read_text(path, str(path), below=self.root), str(path))
        except InputProblems as error:
            self.problems += error.problems
            return Settings()
        found, problems = load.settings(node)
        self.problems += problems
        self._note_stationery(node)
        self.rules = rules_of(node.value.get("columns") if isinstance(node.value, dict) else None)
        return found

    def rules_of_mailing(self, path: Path) -> dict[str, ColumnRule]:
        """Return what a mailing's file says of columns; its faults are told by whoever reads all of it."""
        if not path.is_file():
            return {}
        with suppress(InputProblems):
            node = yaml_reader.examine(path, str(path), below=self.root)
            return rules_of(node.value.get("columns") if isinstance(node.value, dict) else None)
        return {}

    def _note_stationery(self, node: Node) -> None:
        rows = node.value.get("own_stationery") if isinstance(node.value, dict) else None
        for key, row in rows.value.items() if rows is not None and isinstance(rows.value, dict) else ():
            self.places["stationery", key] = row.place
            for name, place in row.key_places.items():
                self.places["stationery/field", f"{key}/{name}"] = place

    def treaties(self, settings: Settings) -> dict[str, OwnTreaty]:
        """Return the campaign's own treaties: those of the settings, then ``treaties/KEY.toml``."""
        found = dict(settings.treaties)
        for path in sorted((self.root / "treaties").glob("*.toml")):
            file = str(path)
            try:
                node = toml_reader.nodes_of(read_text(path, file, below=self.root), file)
            except InputProblems as error:
                self.problems += error.problems
                continue
            if not re.fullmatch(ID_PATTERN, path.stem):
                message = (
                    "the name of this file is no key: a treaty's key has small letters, digits and hyphens."
                )
                self.problems.append(
                    node.problem("bad-treaty-key", message, "rename it, as in `cartagena84.toml`")
                )
                continue
            self.places["treaty", path.stem] = node.place
            one, problems = load.fact(node, OwnTreaty, f"treaty `{path.stem}`")
            self.problems += problems
            if path.stem in found:
                message = f"the treaty `{path.stem}` stands both here and in `{_SETTINGS}`."
                self.problems.append(node.problem("duplicate-treaty", message, "delete one of the two"))
            elif one is not None:
                found[path.stem] = one
        return found

    def lists(self, kind: str) -> list[Node]:
        """Read ``recipients.yaml``, ``recipients.csv``, ``recipients-asia.xlsx`` … in the order of names."""
        return [node for path in self._paths(kind) for node in self._list(path, kind)]

    def _paths(self, kind: str) -> list[Path]:
        return [path for path in sorted(self.root.glob(f"{kind}*")) if _is_list(path, kind)]

    def _list(self, path: Path, kind: str) -> list[Node]:
        nodes, problems = _read_list(path, kind=kind, root=self.root, rules=self.rules)
        self.problems += problems
        return nodes

    def senders(self) -> load.Loaded[Sender]:
        """Return the senders of all files."""
        loaded = load.loaded_senders(self.lists("senders"), self.root, self.rules)
        self.problems += loaded.problems
        self.headings |= loaded.headings
        return loaded

    def late_senders(self) -> LateSenders:
        """Return the senders, of whom none is read yet."""
        # Neither is a method or a function in here, so that a spawned process can be handed both.
        read = partial(_read_list, kind="senders", root=self.root, rules=self.rules)
        senders = partial(load.loaded_senders, folder=self.root, rules=self.rules)
        return LateSenders(self._paths("senders"), read, senders)

    def signatures(self, cases: Sequence[Case], *, late: bool) -> Sequence[SignatureList]:
        """Return the lists of signatures, read or to be read."""
        if late:
            return late_signature_lists(self.root, self.rules, cases)
        found, problems, headings = read_signature_lists(self.root, self.rules, cases)
        self.problems += problems
        self.headings |= headings
        return found

    def cases(self) -> tuple[Case, ...]:
        """Read the files in ``cases/``: each case, then its words in other languages."""
        nodes = dict(self._case_files())
        found: dict[str, Case | None] = {}
        for stem, node in nodes.items():
            if not _TRANSLATION.fullmatch(stem):
                found[stem], problems = load.case(node, stem)
                self.problems += problems
                self._note_places(node, stem)
        translations: list[Case | None] = []
        for stem, node in nodes.items():
            if match := _TRANSLATION.fullmatch(stem):
                translations.append(self._translation(node, match[1], match[2], found))
        return tuple(case for case in (*found.values(), *translations) if case is not None)

    def _case_files(self) -> Iterator[tuple[str, Node]]:
        for path in sorted((self.root / "cases").glob("*")):
            if path.suffix not in _YAML:
                continue
            try:
                yield path.stem, yaml_reader.examine(path, str(path), below=self.root)
            except InputProblems as error:
                self.problems += error.problems

    def _translation(
        self, node: Node, case_id: str, language: str, cases: Mapping[str, Case | None]
    ) -> Case | None:
        if case_id not in cases and not list((self.root / "cases").glob(f"{case_id}.y*ml")):
            message = (
                f"this is the translation of a case that is not there: `cases/{case_id}.yaml` is missing."
            )
            fix = f"write the case in `cases/{case_id}.yaml`; keep words alone here"
            self.problems.append(node.problem("translation-alone", message, fix))
        case, problems = translation(node, case_id, language, cases.get(case_id))
        self.problems += problems
        stem = f"{case_id}.{language}"
        self._note_places(node, stem)
        # What a translation does not repeat stands in the case's own file.
        own = f"{case_id}/"
        for (kind, key), place in list(self.places.items()):
            if key.startswith(own):
                self.places.setdefault((kind, f"{stem}/{key.removeprefix(own)}"), place)
        return case

    def _note_places(self, node: Node, name: str) -> None:
        self.places["case", name] = node.place
        if not isinstance(node.value, dict):
            return
        for key, inside in node.value.items():
            self.places["case/field", f"{name}/{key}"] = node.key_places.get(key, inside.place)
            kind = SINGULAR.get(key)
            if kind is None or not isinstance(inside.value, list):
                continue
            for number, item in enumerate(inside.value, 1):
                given = item.value.get("id") if isinstance(item.value, dict) else None
                part = given.value if given is not None and isinstance(given.value, str) else str(number)
                self.places[f"case/{kind.replace(' ', '-')}", f"{name}/{part}"] = item.place
