"""What an exported table seems to hold: proposed for each column, and written down instead of guessed."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lettergen.facts.columns import IGNORE, JOIN, named
from lettergen.facts.csv_rows import PlainRow, table_text, text_rows
from lettergen.facts.fields import ID_PATTERN, NO, YES
from lettergen.facts.headings import folded, meaning
from lettergen.facts.nodes import SourceText
from lettergen.facts.spreadsheet_reader import sheet_rows
from lettergen.facts.table_head import path_of
from lettergen.facts.text_files import read_bytes
from lettergen.facts.vcards import rows_of

__all__ = ["Proposal", "TableProposal", "file_stem", "mapping", "propose", "read_rows"]

_PROGRAMS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    ("Google Contacts", (frozenset({"e mail 1 value"}), frozenset({"phone 1 value"}))),
    ("Microsoft Forms", tuple(frozenset(pair) for pair in (
        ("start time", "completion time"), ("startzeit", "fertigstellungszeit"),
        ("heure de début", "heure de fin"),
        ("hora de inicio", "hora de finalización"), ("시작 시간", "완료 시간"),
    ))),
    ("Google Forms", tuple(frozenset({word}) for word in (
        "timestamp", "zeitstempel", "horodateur", "marca temporal", "타임스탬프",
    ))),
    ("Action Network", tuple(frozenset({f"can2 {word}"}) for word in (
        "user tags", "phone", "subscription status",
    ))),
    ("Outlook", tuple(frozenset(pair) for pair in (
        ("e mail address", "business street"), ("e mail address", "home street"),
        ("e mail adresse", "strasse geschäftlich"),
        ("adresse de messagerie", "rue bureau"), ("dirección de correo electrónico", "calle del trabajo"),
        ("전자 메일 주소", "근무지 번지"),
    ))),
)  # fmt: skip
"""Programs by headings that they alone write, in each language."""
_ADDRESS_PARTS = (
    "street",
    "house_number",
    "street_2",
    "po_box",
    "postcode",
    "city",
    "postcode_and_city",
    "region",
    "country",
)
_PLACES = re.compile(
    r"\b(home|business|work|other|privat|geschäftlich|weitere|domicile|bureau|autre|particular|trabajo|otra)\b|\d+"
)
_ASKS_CONSENT = re.compile(
    "agree|consent|permi|einverstanden|zustimm|einwillig|accept|autoris|autoriz|acuerdo|acept|동의",
    re.IGNORECASE,
)
_PRIVATE = ("phone", "fax", "website")
"""What people give in a form to be called or looked up, not to be printed."""
_SAMPLES = 3
_WIDEST_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """How one or several columns are to be read."""

    columns: tuple[str, ...]
    field: str | None
    """A field, `ignore`, or None where nobody but the reader can know."""
    why: str = ""
    samples: tuple[str, ...] = ()
    options: tuple[tuple[str, object], ...] = ()
    """What the mapping says besides the field."""


@dataclass(slots=True)
class TableProposal:
    """A table and what it seems to hold."""

    program: str
    kind: str
    head: list[str]
    rows: list[list[str]]
    columns: list[Proposal] = field(default_factory=list)


def read_rows(path: Path, file: str, document: SourceText) -> list[list[str]]:
    """Return the head and the rows of a table or of vCards, as texts.

    Raises:
        InputProblems: Nothing of the file can be read.
    """
    suffix = path.suffix.lower()
    if suffix in (".vcf", ".vcard"):
        return rows_of(table_text(path, file), file)
    source = SourceText(file, "") if suffix in (".xlsx", ".ods") else SourceText(file, table_text(path, file))
    rows = sheet_rows(read_bytes(path, file), source) if suffix in (".xlsx", ".ods") else text_rows(source)
    found = [row.texts if isinstance(row, PlainRow) else [cell.text for cell in row] for row in rows]
    document.faults += source.faults
    return [[text.strip() for text in row] for row in found if any(map(str.strip, row))]


def propose(rows: Sequence[list[str]], kind: str, *, is_card: bool = False) -> TableProposal:
    """Return what each column of a table seems to hold."""
    head = list(rows[0]) if rows else []
    while head and not head[-1]:
        head.pop()
    body = [[*row, *[""] * (len(head) - len(row))] for row in rows[1:]]
    program = "vCard" if is_card else _program(head)
    found = TableProposal(program, kind, head, body)
    found.columns = sorted(_ColumnReader(found).proposals(), key=lambda one: head.index(one.columns[0]))
    return found


def _program(head: Iterable[str]) -> str:
    names = {folded(heading) for heading in head}
    return next((name for name, signs in _PROGRAMS if any(sign <= names for sign in signs)), "")


class _ColumnReader:
    """One table while it is being understood."""

    def __init__(self, table: TableProposal) -> None:
        self.table = table
        self.kind = table.kind
        self.filled = [any(row[at].strip() for row in table.rows) for at in range(len(table.head))]
        self.meanings = [self._meaning(heading) for heading in table.head]
        self.left = {at for at, heading in enumerate(table.head) if heading}

    def proposals(self) -> Iterator[Proposal]:
        """Yield a proposal for every column that has a name."""
        if self.table.program == "vCard":
            yield from self._cards()
            return
        yield from self._own()
        yield from self._names()
        yield from self._address()
        yield from self._others()
        yield from self._rest()

    def _cards(self) -> Iterator[Proposal]:
        """Yield the columns of vCards, which have the names of fields already."""
        others = {"email": "email" if self.kind == "recipients" else "contact_email", "language": "languages"}
        for at in sorted(self.left):
            column = self.table.head[at]
            wanted = others.get(column, column) if self.kind == "recipients" or column == "email" else column
            is_kept = path_of(wanted, self.kind) and not (self.kind == "senders" and column in _PRIVATE)
            yield self._take([at], wanted if is_kept else IGNORE, "" if is_kept else "kept out of letters")

    def _meaning(self, heading: str) -> str | None:
        found = meaning(heading) or meaning(re.split(r"[(:?]", heading)[0])
        # Outlook and vCard programs call it so; elsewhere a title is an office.
        is_courtesy = found == "title" and folded(heading) in ("title", "titre", "titel", "anrede", "título")
        return "courtesy" if is_courtesy and self.table.program in ("Outlook", "Google Contacts") else found

    def _take(self, at: Sequence[int], field_: str | None, why: str = "", **options: object) -> Proposal:
        self.left -= set(at)
        samples = tuple(dict.fromkeys(filter(None, (self._sample(row, at) for row in self.table.rows))))
        columns = tuple(self.table.head[one] for one in at)
        return Proposal(columns, field_, why, samples[:_SAMPLES], tuple(options.items()))

    @staticmethod
    def _sample(row: Sequence[str], at: Sequence[int]) -> str:
        text = " ".join(filter(None, (" / ".join(row[one].split("\n")) for one in at)))
        return text if len(text) <= _WIDEST_SAMPLE else f"{text[:_WIDEST_SAMPLE]}…"

    def _where(self, kind: str) -> list[int]:
        """Return the filled columns that are left of a kind of value."""
        return [at for at in sorted(self.left) if self.meanings[at] == kind and self.filled[at]]

    def _own(self) -> Iterator[Proposal]:
        """Yield the columns that already have a field's name; a number of a form is no id."""
        for at in sorted(self.left):
            path = path_of(self.table.head[at], self.kind)
            is_number = path == ("id",) and self.table.program in ("Microsoft Forms", "Google Forms")
            is_courtesy = self.meanings[at] == "courtesy" and path == ("title",)
            if is_number:
                yield self._take([at], IGNORE, "the form's own number")
            elif path and self.filled[at] and not is_courtesy and not self._is_better_elsewhere(path[0]):
                yield self._take(
                    [at], named(self.table.head[at]).replace(" ", "_"), "has the field's own name"
                )

    def _is_better_elsewhere(self, field_: str) -> bool:
        """Say whether a column of the field's own name has to be looked at with others."""
        if field_ in _PRIVATE or field_ == "email":
            return self.kind != "recipients" and self.table.program != ""
        return field_ in ("name", "address", "consent") or (
            field_ == "language" and self.kind == "recipients"
        )

    def _names(self) -> Iterator[Proposal]:
        whole, given, family = (self._where(kind) for kind in ("name", "name_given", "name_family"))
        if given and not family and whole and folded(self.table.head[whole[0]]) == "name":
            family, whole = whole, []  # German forms: Vorname, Name
        if given and family:
            more = self._where("name_middle")[:1]
            yield self._take([given[0], *more], "name_given", "given name")
            last = [family[0], *self._where("second_family")[:1], *self._where("suffix")[:1]]
            yield self._take(last, "name_family", "family name")
            for at in whole:
                yield self._take([at], IGNORE, "the same name in one text")
        else:
            for at in (*whole, *given, *family)[:1]:
                yield self._take([at], "name", "whole name, not taken apart")
        for at in self._where("courtesy")[:1]:
            yield self._take([at], "name_courtesy", "courtesy title")

    def _address(self) -> Iterator[Proposal]:
        group = self._group()
        parts = {
            kind: [at for at in self._where(kind) if self._place(at) == group][:1] for kind in _ADDRESS_PARTS
        }
        if not parts["country"]:
            parts["country"] = self._where("country")[:1]
        line = 1
        for first, why in (
            ([*parts["street"], *parts["house_number"]], "street"),
            ([*parts["street_2"]], "second line"),
            ([*parts["po_box"]], "post-office box"),
            (self._town(parts), "town"),
            ([*parts["region"]], "region"),
        ):
            if first and self.left.issuperset(first):
                yield self._take(first, f"address_{line}", why)
                line += 1
        if line == 1 and (whole := self._where("address")):
            commas = all("\n" not in row[whole[0]] for row in self.table.rows) and any(
                "," in row[whole[0]] for row in self.table.rows
            )
            options = {"split": "commas"} if commas else {}
            yield self._take(whole[:1], "address", "taken apart at commas" if commas else "lines", **options)
        for at in parts["country"]:
            if at in self.left:
                yield self._take([at], "country", "country")

    def _town(self, parts: dict[str, list[int]]) -> list[int]:
        """Return the columns of the last line: the town last, but with a region as in English addresses."""
        if parts["postcode_and_city"]:
            return [*parts["postcode_and_city"], *parts["region"]]
        usual = sum(bool(row[at]) for at in parts["region"] for row in self.table.rows)
        if parts["city"] and usual * 2 > sum(bool(row[parts["city"][0]]) for row in self.table.rows):
            return [*parts["city"], *parts["region"], *parts["postcode"]]
        return [*parts["postcode"], *parts["city"]]

    def _group(self) -> str:
        """Return whose address is taken: that of the home, or else the first that is filled."""
        places = [self._place(at) for kind in ("street", "city", "postcode") for at in self._where(kind)]
        return next(
            (place for place in places if place in ("", "home", "1", "privat")), places[0] if places else ""
        )

    def _place(self, at: int) -> str:
        found = _PLACES.search(folded(self.table.head[at]))
        number = found[0] if found and found[0] not in ("1", "2") else ""
        is_numbered = re.match(r"address \d ", folded(self.table.head[at]))
        return is_numbered[0] if is_numbered else number

    def _others(self) -> Iterator[Proposal]:
        contact = "email" if self.kind == "recipients" else "contact_email"
        fields = {"email": contact, "title": "title"}
        if self.kind != "senders" or not any(map(self._is_named, self.meanings)):
            fields["organisation"] = "organisation"
        if all(re.fullmatch(ID_PATTERN, word) for at in self._where("tags") for word in self._words(at)):
            fields["tags"] = "tags"
        if self.kind == "recipients":
            fields |= {"phone": "phone", "fax": "fax", "language": "languages", "note": "note"}
        elif self.kind == "senders":
            fields |= {"language": "language", "own_words": "own_words"}
        for kind, field_ in fields.items():
            if path_of(field_, self.kind):
                for at in self._where(kind)[:1]:
                    yield self._take([at], field_, "never printed" if field_ == "contact_email" else "")
        for kind in ("consent", "anonymous"):
            for at in self._where(kind)[:1] if path_of(kind, self.kind) else ():
                yield self._answers(at, kind)

    @staticmethod
    def _is_named(kind: str | None) -> bool:
        return kind in ("name", "name_given", "name_family")

    def _words(self, at: int) -> Iterator[str]:
        return (word for row in self.table.rows for word in re.split(r"[;,\s]+", row[at]) if word)

    def _answers(self, at: int, kind: str) -> Proposal:
        answers = dict.fromkeys(row[at].strip() for row in self.table.rows if row[at].strip())
        unknown = [answer for answer in answers if answer.casefold().strip(" .!") not in YES | NO]
        if not unknown:
            return self._take([at], kind, "yes and no are understood")
        return self._take([at], kind, "say which answers mean yes", yes=[], no=[], answers=unknown[:6])

    def _rest(self) -> Iterator[Proposal]:
        for at in sorted(self.left):
            if not self.filled[at]:
                yield self._take([at], IGNORE, "empty")
            elif self.meanings[at] == "organisation" and self.kind == "senders":
                yield self._take([at], None, "`organisation` if letters are sent in its name, or `ignore`")
            elif self.meanings[at] is not None:
                why = "kept out of letters" if self.meanings[at] in _PRIVATE else "not needed"
                yield self._take([at], IGNORE, why)
            else:
                asks = _ASKS_CONSENT.search(self.table.head[at])
                why = (
                    "`consent`, if this is what they agreed to, with the answers that mean yes"
                    if asks
                    else ""
                )
                yield self._take([at], None, why or "not understood")


def mapping(table: TableProposal) -> str:
    """Return the text of `NAME.columns.toml`; what nobody understood is left for the reader to decide."""
    source = f" of {table.program}" if table.program else ""
    lines = [
        f"# How the columns{source} are read; proposed by `lettergen import`, and yours to change.",
        "[columns]",
    ]
    for one in table.columns:
        key = json.dumps(JOIN.join(one.columns), ensure_ascii=False)
        if one.field is None:
            shown = f"   # {one.why}; it holds: {'; '.join(one.samples)}"
            lines.append(f'# {key} = "ignore"{_on_one_line(shown)}')
        elif one.options:
            options = dict(one.options)
            answers = options.pop("answers", None)
            inside = ", ".join(
                f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()
            )
            shown = f"   # answers: {json.dumps(answers, ensure_ascii=False)}" if answers else ""
            lines.append(f'{key} = {{ field = "{one.field}", {inside} }}{_on_one_line(shown)}')
        elif (
            len(one.columns) > 1
            or path_of(one.columns[0], table.kind) != path_of(one.field, table.kind)
            or one.field == IGNORE
        ):
            lines.append(f'{key} = "{one.field}"')
    return "\n".join(lines) + "\n"


def _on_one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def file_stem(stem: str, kind: str) -> str:
    """Return the name under which a campaign finds a table of this kind: ``senders-responses``."""
    if re.fullmatch(rf"{kind}(-.+)?", stem) or kind == "signatories":
        return stem
    plain = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")
    if kind == "signatures":
        return plain or kind
    return f"{kind}-{plain}" if plain else kind
