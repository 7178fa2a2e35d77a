"""The letters of the benchmarks: a campaign with as many senders and recipients as wanted.

All people are invented; the letter is the protest letter that is shipped, about the case that is shipped.
"""

import csv
import shutil
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

__all__ = ["CHANGED", "DAY", "FONTS", "SHEET", "TEMPLATE", "Sender", "campaign", "change", "invented"]

TEMPLATE = "protest-letter"
DAY = date(2006, 12, 2)
SHEET = "uk-c5"
FONTS = ROOT / "lettergen" / "pages" / "fonts" / "eb-garamond"

_GIVEN_NAMES = (
    "Aino Beate Carys Dóra Elif Fiadh Greta Hélène Inés Jana Katarína Léa Maëlle Nora Oona Paloma Quirina "
    "Rósa Siân Tuğba Ulla Věra Wanda Ximena Yvonne Zofia Ásgeir Benoît Caspar Dušan Eoin Ferenc Guðmundur "
    "Håkon Ivo Jürgen"
)
_GIVEN = _GIVEN_NAMES.split()
_FAMILY_NAMES = (
    "Abernathy Bäumler Castellón Dvořák Eklund Fjeldsted Grünwald Håkansson Iversen Järvinen Kowalczyk "
    "Lindqvist Muñoz Nørgaard Ó’Briain Pásztor Quesnel Řezníček Søndergaard Tłuszcz Underhill Vázquez "
    "Whitcombe Xhaka Yıldız Zweig"
)
_FAMILY = _FAMILY_NAMES.split()
_INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STREETS_NAMES = "Quay Street|Mill Lane|Harbour Road|Chapel Walk|Orchard Terrace|Castle Hill|Station Parade"
_STREETS = _STREETS_NAMES.split("|")
_PLACES = (
    ("Port Alma", "Port Alma PA{} {}AB", "GB", "United Kingdom"),
    ("Kilbrack", "Kilbrack A65 F{}4{}", "IE", "Ireland"),
    ("Saint-Elme", "9{:04} Saint-Elme", "FR", "France"),
    ("Altenried", "8{:04} Altenried", "DE", "Germany"),
    ("Nordvik", "{:04} Nordvik", "NO", "Norway"),
)
_COUNTRIES = ("AT", "BE", "BG", "CH", "DK", "HU", "LU")
_SENDER = "id name_given name_family place address_1 address_2 country own_words tags"
_RECIPIENT = (
    "id office title organisation address_1 address_2 country languages channels state "
    "checked_on checked_source tags"
)
_CLAUSES = (
    "I have lived beside people who had to leave everything behind",
    "my grandmother crossed a frontier at night with two children",
    "what I read of the families who are parted does not leave me",
    "in our town a neighbour told us how long the road was",
    "for years I have taught children who came from far away",
    "nobody in our street would close the door on them",
    "I know from my own work how soon a winter kills",
    "we pray for them on every second Sunday",
    "a promise that was made before the nations should be kept",
    "I ask for nothing that I would not ask of my own government",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """One who signs; invented."""

    identity: str
    given: str
    family: str
    place: str
    address: tuple[str, str]
    country: str
    country_name: str
    own_words: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.address, self.country_name)


def invented(count: int, *, own_words: bool = False) -> Iterator[Sender]:
    """Yield people, each with a name and an address that no other has."""
    for number in range(count):
        turn, given = divmod(number, len(_GIVEN))
        turn, family = divmod(turn, len(_FAMILY))
        place, town, country, country_name = _PLACES[number * 7 % len(_PLACES)]
        yield Sender(
            identity=f"s{number:06}",
            given=f"{_GIVEN[given]} {_initials(turn)}",
            family=_FAMILY[family],
            place=place,
            address=(
                f"{number * 37 % 9973 + 1} {_STREETS[number % len(_STREETS)]}",
                _town(town, number * 53 % 10_000),
            ),
            country=country,
            country_name=country_name,
            own_words=_words(number) if own_words else "",
        )


def _initials(number: int) -> str:
    """Return A., B., …, Z., A. B., …"""
    rest, last = divmod(number, len(_INITIALS))
    return f"{_initials(rest - 1)} {_INITIALS[last]}." if rest else f"{_INITIALS[last]}."


def _town(pattern: str, number: int) -> str:
    """Return the last line with a postcode of the country's form."""
    return pattern.format(number // 10 % 100, number % 10) if "{}" in pattern else pattern.format(number)


def _words(number: int) -> str:
    """Return a sentence or three that no other sender writes."""
    first, rest = number % len(_CLAUSES), number // len(_CLAUSES)
    second, third = (first + 1 + rest % 9) % len(_CLAUSES), (first + 3 + rest // 9 % 7) % len(_CLAUSES)
    sentences = [f"{_CLAUSES[first].capitalize()}, and {_CLAUSES[second]}".replace(" i ", " I ")]
    if number % 3:
        sentences.append(f"It is letter {number + 1} of our town, and {_CLAUSES[third]}")
    else:
        sentences.append(f"This is letter {number + 1}")
    return ". ".join(sentences) + "."


_CASE = "repatriations"
"""It names nobody of the sample's recipients, whom a campaign of invented people does not have."""


def campaign(
    folder: Path, *, senders: int, recipients: int = 1, own_words: bool = False, suffix: str = "csv"
) -> Path:
    """Write a campaign: a case and the templates as shipped, everybody in it invented."""
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "letter_templates", folder / "letter_templates")
    (folder / "cases").mkdir()
    shutil.copy2(ROOT / "cases" / f"{_CASE}.yaml", folder / "cases")
    (folder / "lettergen.toml").write_text(f'name = "Benchmark"\ncase = "{_CASE}"\n', encoding="utf-8")
    _write_recipients(folder / "recipients.csv", recipients)
    people = invented(senders, own_words=own_words)
    if suffix == "yaml":
        _write_yaml(folder / "senders.yaml", people)
    elif suffix == "xlsx":
        _write_workbook(folder / "senders.xlsx", people)
    else:
        _write_senders(folder / "senders.csv", people)
    return folder


CHANGED = "Upper"
"""Stands in the address of those who have moved, and nowhere else."""


def change(folder: Path, chosen: Sequence[int]) -> None:
    """Give some senders of a campaign, counted from 0, another address."""
    path = folder / "senders.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = list(csv.reader(file))
    at = head.index("address_1")
    for number in chosen:
        lines[number][at] = lines[number][at].replace(" ", f" {CHANGED} ", 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *lines])


def _rows(people: Iterator[Sender]) -> Iterator[list[str]]:
    yield _SENDER.split()
    for one in people:
        yield [
            *(one.identity, one.given, one.family, one.place, *one.address),
            *(one.country, one.own_words, "citizen"),
        ]


def _write_senders(path: Path, people: Iterator[Sender]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(people))


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(
        f'<Override PartName="/xl/{part}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("sharedStrings", "sharedStrings"),
        )
    )
    + "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="Senders" sheetId="1" r:id="rId1"/></sheets></workbook>',
}


def _write_workbook(path: Path, people: Iterator[Sender]) -> None:
    """Write a workbook as Excel does: each text once, and its number in the cells."""
    texts: dict[str, int] = {}
    rows = []
    for line, row in enumerate(_rows(people), 1):
        cells = (
            f'<c r="{chr(65 + at)}{line}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
            for at, text in enumerate(row)
            if text
        )
        rows.append(f'<row r="{line}">{"".join(cells)}</row>')
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _WORKBOOK.items():
            archive.writestr(name, text)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        body = f"<sheetData>{''.join(rows)}</sheetData>"
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_MAIN}">{body}</worksheet>')


def _write_yaml(path: Path, people: Iterator[Sender]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("senders:\n")
        for one in people:
            file.write(
                f"  - id: {one.identity}\n"
                f'    name: {{given: "{one.given}", family: "{one.family}"}}\n'
                f"    place: {one.place}\n"
                f'    address: ["{one.address[0]}", "{one.address[1]}"]\n'
                f"    country: {one.country}\n"
                f"    tags: [citizen]\n"
            )


def _write_recipients(path: Path, count: int) -> None:
    head = _RECIPIENT.split()
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(head)
        for number in range(count):
            table.writerow(
                [
                    *(f"r{number:04}", "ambassador", "The Ambassador"),
                    "Embassy of the People’s Republic of China",
                    *(f"{number + 1} Legation Avenue", f"{1000 + number} Capital"),
                    *(_COUNTRIES[number % len(_COUNTRIES)], "en", "post", "CN"),
                    *(DAY.isoformat(), "invented", "embassy"),
                ]
            )
