"""What an exported table seems to hold: a proposal for each column."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lettergen.facts.columns import ADDRESS_PARTS, IGNORE, named
from lettergen.facts.csv_rows import Cell, PlainRow, cards_text, foreign_table_text, text_rows
from lettergen.facts.damaged_text import NOTHING
from lettergen.facts.export_programs import CONTACT_LISTS, program_of
from lettergen.facts.fields import ID_PATTERN, NO, YES
from lettergen.facts.headings import folded, likely_meaning, meaning
from lettergen.facts.language_names import language_code
from lettergen.facts.nodes import SourceText
from lettergen.facts.regular_files import STDIN
from lettergen.facts.sign_up_questions import (
    COURTESIES,
    asks_anonymity,
    asks_consent,
    is_about_something_else,
    likely_answer,
)
from lettergen.facts.spreadsheet_reader import sheet_rows
from lettergen.facts.table_head import below_title, path_of
from lettergen.facts.table_proposal import Proposal, TableProposal
from lettergen.facts.text_files import read_bytes
from lettergen.facts.vcards import rows_of

__all__ = ["CARDS", "kind_of", "propose", "read_rows"]

CARDS = (".vcf", ".vcard")

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
_PLACES = {
    "home": re.compile(
        r"\b(?:home|privat|domicile|particular|domicilio|residencia|hogar|personnel)\b|자택|집"
    ),
    "work": re.compile(r"\b(?:business|work|geschäftlich|bureau|travail|trabajo|negocio)\b|근무지|회사"),
    "other": re.compile(r"\b(?:other|weitere|weiterer|weiteres|autre|otra|otro)\b|기타"),
}
_PRIVATE = ("phone", "fax", "website")
"""What people give in a form to be called or looked up, not to be printed."""
_DECIDED = ("consent", "anonymous", "address")
"""What is ignored only by whoever reads the table."""
_SAMPLES = 3
_MAGIC = 200
"""Bytes: OpenDocument has its media type before anything else."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_TITLE = 9
_MOST_ANSWERS = 12
_UNKNOWN = "not understood"
_FAMILY_FIRST = re.compile(
    r"(?:nachname|familienname|name|last name|surname|family name|nom|apellidos?|성) ?, ?"
    r"(?:vorname|first name|given name|forename|prénom|nombres?|이름)s?"
)
_WIDEST_SAMPLE = 40


def kind_of(path: Path) -> str:
    """Return the suffix that says how a table is read; that of standard input shows in its first bytes.

    Raises:
        InputProblems: Standard input holds too much.
    """
    if path != STDIN:
        return path.suffix.lower()
    data = read_bytes(path, str(path))
    if data.startswith(b"PK\x03\x04"):
        return ".ods" if b"opendocument" in data[:_MAGIC] else ".xlsx"
    return ".vcf" if data.lstrip(_BYTE_ORDER_MARK + b"\r\n").upper().startswith(b"BEGIN:VCARD") else ".csv"


def read_rows(
    path: Path, file: str, document: SourceText, encoding: str | None = None
) -> tuple[list[list[str]], str | None]:
    """Return the head and the rows of a table or of vCards, and the text that has them, if it is one.

    Raises:
        InputProblems: Nothing of the file can be read.
    """
    suffix = kind_of(path)
    if suffix in (".xlsx", ".ods"):
        source, text = SourceText(file, ""), None
        rows = sheet_rows(read_bytes(path, file), source)
    else:
        if suffix in CARDS:
            text = cards_text(path, file, encoding)
            cards, not_read = rows_of(text, file, encoding)
            document.faults += not_read
            return cards, text
        text = foreign_table_text(path, file, encoding)
        source = SourceText(file, text)
        rows = text_rows(source)
    rows = below_title(rows, file)
    found = [row.texts if isinstance(row, PlainRow) else list(map(_shown, row)) for row in rows]
    document.faults += source.faults
    return [[text.strip() for text in row] for row in found if any(map(str.strip, row))], text


def _shown(cell: Cell) -> str:
    """Return what a cell holds, also where it is at fault, so that its column does not seem to be empty."""
    return cell.text or cell.number or ("…" if cell.fault else "")


def propose(
    rows: Sequence[list[str]], kind: str, *, is_card: bool = False, ignores_rest: bool = False
) -> TableProposal:
    """Return what each column of a table seems to hold.

    Args:
        rows: The head and the rows.
        kind: Whom the table lists.
        is_card: Whether the rows were made of vCards.
        ignores_rest: Ignore what is not understood, unless it may be a consent, a name or an address.
    """
    head = list(rows[0]) if rows else []
    while head and not head[-1]:
        head.pop()
    body = [[*row, *[""] * (len(head) - len(row))] for row in rows[1:]]
    program = "vCard" if is_card else program_of(head)
    found = TableProposal(program, kind, head, body)
    columns = sorted(_ColumnReader(found).proposals(), key=lambda one: head.index(one.columns[0]))
    found.columns = list(_each_once(columns, ignores_rest=ignores_rest))
    return found


def _each_once(columns: Iterable[Proposal], *, ignores_rest: bool) -> Iterator[Proposal]:
    """Yield proposals with no field given twice; what is not understood is ignored if asked."""
    columns = list(columns)
    names = [named(name) for one in columns for name in one.columns]
    read = {named(name) for one in columns for name in one.columns if one.field != IGNORE}
    doubles = {name for name in read if names.count(name) > 1}
    taken: set[str] = set()
    for one in columns:
        if not doubles.isdisjoint(map(named, one.columns)):
            why = "two columns have this name: rename one in the table"
            yield replace(one, field=None, why=why, options=())
        elif one.field in taken:
            yield replace(one, field=None, why=f"another column is `{one.field}`", options=())
        elif ignores_rest and one.field is None and one.why == _UNKNOWN:
            yield replace(one, field=IGNORE)
        else:
            taken |= {one.field} - {None, IGNORE}  # type: ignore[arg-type]
            yield one


class _ColumnReader:
    """One table while it is being understood."""

    def __init__(self, table: TableProposal) -> None:
        self.table = table
        self.kind = table.kind
        self.filled = [any(row[at].strip() for row in table.rows) for at in range(len(table.head))]
        self.meanings = [self._meaning(heading) for heading in table.head]
        for at, kind in enumerate(self.meanings):
            if kind == "title" and self._are_courtesies(at):
                self.meanings[at] = "courtesy"
        self.has_consent = False
        """Whether a column says who agreed to be named."""
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
        found = meaning(heading)
        if found is None and (asks_consent(heading) or asks_anonymity(heading)):
            return None  # "May we print your name?" asks for no name
        found = found or likely_meaning(heading)
        # Outlook and vCard programs call it so; elsewhere a title is an office.
        is_courtesy = found == "title" and folded(heading) in ("title", "titre", "titel", "anrede", "título")
        return "courtesy" if is_courtesy and self.table.program in CONTACT_LISTS else found

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
            is_courtesy = self.meanings[at] == "courtesy" and (path == ("title",) or self._is_short(at, path))
            if is_number:
                yield self._take([at], IGNORE, "the form's own number")
            elif path and self.filled[at] and not is_courtesy and not self._is_better_elsewhere(path[0]):
                yield self._take(
                    [at], named(self.table.head[at]).replace(" ", "_"), "has the field's own name"
                )

    def _are_courtesies(self, at: int) -> bool:
        """Say whether a column called title holds `Ms.` and `Dr.` rather than offices."""
        cells = [folded(row[at]) for row in self.table.rows if row[at]]
        return bool(cells) and all(COURTESIES.issuperset(cell.split()) for cell in cells)

    def _is_short(self, at: int, path: tuple[str, ...] | None) -> bool:
        """Say whether a column called salutation holds `Ms.` rather than `Dear Ms. Roe,`."""
        return path == ("salutation",) and all(len(row[at]) <= _LONGEST_TITLE for row in self.table.rows)

    def _is_better_elsewhere(self, field_: str) -> bool:
        """Say whether a column of the field's own name has to be looked at with others."""
        if field_ in _PRIVATE or field_ == "email":
            return self.kind != "recipients" and self.table.program != ""
        return field_ in ("name", "address", "consent", "anonymous", *ADDRESS_PARTS) or (
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
                heading = " ".join(self.table.head[at].casefold().split())
                if _FAMILY_FIRST.fullmatch(heading) and all(
                    "," in row[at] for row in self.table.rows if row[at]
                ):
                    yield self._take([at], "name", "family name before the comma", split="family-comma")
                else:
                    yield self._take([at], "name", "whole name, not taken apart")
        for at in self._where("courtesy")[:1]:
            yield self._take([at], "name_courtesy", "courtesy title")

    def _address(self) -> Iterator[Proposal]:
        """Yield the columns of an address: street and further lines, postcode, town, region, country."""
        group = self._group()
        parts = {
            kind: [at for at in self._where(kind) if self._place(at) == group][:1] for kind in _ADDRESS_PARTS
        }
        country = parts["country"] or self._where("country")[:1]
        if path_of("address", self.kind):
            self._complete(parts)
            yield from self._whole(parts)
            yield from self._lines(parts)
        for at in country:
            if at in self.left:
                yield self._take([at], "country", "country")

    def _complete(self, parts: dict[str, list[int]]) -> None:
        """Take a number for that of the house only beside the street; `Street, number` alone is both."""
        if (
            parts["house_number"]
            and not parts["street"]
            and "street" in folded(self._head(parts["house_number"]))
        ):
            parts["street"], parts["house_number"] = parts["house_number"], []
        if not (parts["street"] and [abs(at - parts["street"][0]) for at in parts["house_number"]] == [1]):
            parts["house_number"] = []

    def _head(self, at: Sequence[int]) -> str:
        return self.table.head[at[0]]

    def _whole(self, parts: dict[str, list[int]]) -> Iterator[Proposal]:
        """Yield the column that holds the whole address, or the street under the name of address."""
        for at in self._where("address"):
            if parts["street"] or at not in self.left:
                if parts["street"] and self._repeats(at, parts["street"][0]):
                    yield self._take([at], IGNORE, "the same address in one text")
                continue
            towns = [*parts["postcode"], *parts["city"], *parts["postcode_and_city"]]
            if towns and not any(self._repeats(at, town) for town in towns):
                parts["street"] = [at]
            else:
                for town in towns:
                    yield self._take([town], IGNORE, "is in the address")
                is_split = any("," in row[at] and "\n" not in row[at] for row in self.table.rows)
                options = {"split": "commas"} if is_split else {}
                yield self._take([at], "address", "taken apart at commas" if is_split else "lines", **options)

    def _repeats(self, whole: int, part: int) -> bool:
        """Say whether most rows have what stands in a part in the whole, too."""
        both = [row for row in self.table.rows if row[whole] and row[part]]
        return sum(folded(row[part]) in folded(row[whole]) for row in both) * 2 > len(both)

    def _lines(self, parts: dict[str, list[int]]) -> Iterator[Proposal]:
        for kind, field_, why in (
            ("street", "street", "street"),
            ("house_number", "house_number", "number of the house"),
            ("street_2", "address_2", "second line"),
            ("po_box", "address_3", "post-office box"),
            ("postcode", "postcode", "postcode"),
            ("city", "city", "town"),
            ("region", "region", "region, where addresses have one"),
        ):
            if parts[kind] and self.left.issuperset(parts[kind]):
                yield self._take(parts[kind], field_, why)
        for at in parts["postcode_and_city"]:
            if at in self.left and not parts["city"]:
                options = {"split": "commas"} if any("," in row[at] for row in self.table.rows) else {}
                yield self._take([at], "city", "postcode and town", **options)

    def _group(self) -> str:
        """Return whose address is taken: that of the home, or else the first that is filled."""
        places = [self._place(at) for kind in ("street", "city", "postcode") for at in self._where(kind)]
        return next((place for place in places if place in ("", "home")), places[0] if places else "")

    def _place(self, at: int) -> str:
        heading = folded(self.table.head[at])
        numbered = re.match(r"address ([2-9]) ", heading)
        found = next((place for place, words in _PLACES.items() if words.search(heading)), "")
        return numbered[1] if numbered else found

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
                    if kind != "language" or self._are_languages(at, field_):
                        yield self._take([at], field_, "never printed" if field_ == "contact_email" else "")
        yield from self._agreed()

    def _are_languages(self, at: int, field_: str) -> bool:
        """Say whether each answer is a language; a sender writes in one only."""
        cells = [row[at] for row in self.table.rows if row[at]]
        parts = [
            part for cell in cells for part in (re.split(r"[;,/]", cell) if field_ == "languages" else [cell])
        ]
        return all(language_code(part.strip()) for part in parts if part.strip())

    def _agreed(self) -> Iterator[Proposal]:
        """Yield the column of consent, if there is one and no more, and that of who stays anonymous."""
        if not path_of("consent", self.kind):
            return
        asking = [at for at in sorted(self.left) if self.filled[at] and asks_consent(self.table.head[at])]
        sure = [at for at in asking if not is_about_something_else(self.table.head[at])]
        named_ = [at for at in self._where("consent") if at not in sure]
        found = [*sure, *named_] if sure else named_ or []
        if len(found) == 1:
            proposed = self._answers(found[0], "consent")
            self.has_consent = proposed.field is not None
            yield proposed
        asking = [at for at in sorted(self.left) if self.filled[at] and asks_anonymity(self.table.head[at])]
        found = self._where("anonymous") or asking
        if len(found) == 1:
            yield self._answers(found[0], "anonymous")

    def _all_named(self, organisation: int) -> bool:
        """Say whether a contact list has a name in each row with an organisation, as it has of people."""
        names = [at for at, kind in enumerate(self.meanings) if self._is_named(kind)]
        return self.table.program in CONTACT_LISTS and all(
            any(row[at] for at in names) for row in self.table.rows if row[organisation]
        )

    @staticmethod
    def _is_named(kind: str | None) -> bool:
        return kind in ("name", "name_given", "name_family")

    def _words(self, at: int) -> Iterator[str]:
        return (word for row in self.table.rows for word in re.split(r"[;,\s]+", row[at]) if word)

    def _answers(self, at: int, kind: str) -> Proposal:
        cells = filter(None, (row[at].strip() for row in self.table.rows))
        answers = list({named(cell): cell for cell in cells if cell not in NOTHING}.values())
        worded = [answer for answer in answers if answer.casefold().strip(" .!") not in YES | NO]
        if not worded:
            return self._take([at], kind, "yes and no are understood")
        meant = {answer: self._meant(answer, at) for answer in worded}
        yes, no, open_ = (
            [answer for answer, means in meant.items() if means is one] for one in (True, False, None)
        )
        # A form offers answers; where everybody wrote a sentence of his own, the column is another one.
        if len(open_) > _MOST_ANSWERS:
            return self._take([at], None, f"`{kind}`, with the answers that mean yes and no")
        why = "say which answers mean yes" if open_ else "look whether these answers mean yes and no"
        more = {"answers": open_[:_MOST_ANSWERS]} if open_ else {}
        return self._take([at], kind, why, yes=yes, no=no, **more)

    def _meant(self, answer: str, at: int) -> bool | None:
        """Return what an answer means; a box that was ticked repeats the question."""
        is_question = folded(answer) == folded(self.table.head[at]) and len(answer) > len("consent")
        return True if is_question else likely_answer(answer)

    def _rest(self) -> Iterator[Proposal]:
        for at in sorted(self.left):
            yield self._take([at], *(self._left_over(at) if self.filled[at] else (IGNORE, "empty")))

    def _left_over(self, at: int) -> tuple[str | None, str]:
        """Return field and reason for a column that nothing was made of."""
        kind, heading = self.meanings[at], self.table.head[at]
        if kind is None:
            return self._not_understood(heading)
        if kind in (*_PRIVATE, "email", "nothing"):
            return IGNORE, "kept out of letters" if kind in _PRIVATE else "not needed"
        if kind == "organisation" and self.kind == "senders":
            if self._all_named(at):
                return IGNORE, "people sign for themselves"
            return None, "`organisation` if letters are sent in its name, or `ignore`"
        if kind == "language":
            return IGNORE, "several languages in a cell, or none"
        is_another = kind in _ADDRESS_PARTS and not self.table.program and path_of("address", self.kind)
        if is_another:
            return None, "another part of an address"
        if kind in _DECIDED or not meaning(heading):
            return None, f"may be `{kind}`"
        return IGNORE, "not needed"

    def _not_understood(self, heading: str) -> tuple[str | None, str]:
        if self.has_consent and is_about_something_else(heading):
            return IGNORE, "asks for agreement to something else"
        if asks_consent(heading) or is_about_something_else(heading):
            return None, "`consent`, if this is what they agreed to, with the answers that mean yes"
        if self.table.program in CONTACT_LISTS:
            return IGNORE, "not needed"
        return None, _UNKNOWN
