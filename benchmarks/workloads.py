"""The letters of the benchmarks: a campaign in a folder, the same words for other programs, and a look at results.

All people are invented; the letter is the protest letter that is shipped, about the case that is shipped.
"""

import csv
import html as markup
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

__all__ = ["DAY", "SHEET", "TEMPLATE", "Letters", "Outcome", "campaign", "change", "invented"]

TEMPLATE = "protest-letter"
DAY = date(2006, 12, 2)
SHEET = "uk-c5"
FONTS = ROOT / "lettergen" / "pages" / "fonts" / "eb-garamond"

_GIVEN = [
    "Aino",
    "Beate",
    "Carys",
    "Dóra",
    "Elif",
    "Fiadh",
    "Greta",
    "Hélène",
    "Inés",
    "Jana",
    "Katarína",
    "Léa",
    "Maëlle",
    "Nora",
    "Oona",
    "Paloma",
    "Quirina",
    "Rósa",
    "Siân",
    "Tuğba",
    "Ulla",
    "Věra",
    "Wanda",
    "Ximena",
    "Yvonne",
    "Zofia",
    "Ásgeir",
    "Benoît",
    "Caspar",
    "Dušan",
    "Eoin",
    "Ferenc",
    "Guðmundur",
    "Håkon",
    "Ivo",
    "Jürgen",
]
_FAMILY = [
    "Abernathy",
    "Bäumler",
    "Castellón",
    "Dvořák",
    "Eklund",
    "Fjeldsted",
    "Grünwald",
    "Håkansson",
    "Iversen",
    "Järvinen",
    "Kowalczyk",
    "Lindqvist",
    "Muñoz",
    "Nørgaard",
    "Ó’Briain",
    "Pásztor",
    "Quesnel",
    "Řezníček",
    "Søndergaard",
    "Tłuszcz",
    "Underhill",
    "Vázquez",
    "Whitcombe",
    "Xhaka",
    "Yıldız",
    "Zweig",
]
_INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STREETS = [
    "Quay Street",
    "Mill Lane",
    "Harbour Road",
    "Chapel Walk",
    "Orchard Terrace",
    "Castle Hill",
    "Station Parade",
]
_PLACES = (
    ("Port Alma", "Port Alma {:04}", "GB", "United Kingdom"),
    ("Kilbrack", "Kilbrack {:04}", "IE", "Ireland"),
    ("Saint-Elme", "9{:04} Saint-Elme", "FR", "France"),
    ("Altenried", "8{:04} Altenried", "DE", "Germany"),
    ("Nordvik", "{:04} Nordvik", "NO", "Norway"),
)
_COUNTRIES = ("AT", "BE", "CA", "DK", "ES", "FI", "GR", "HU", "IT", "MX", "NL", "PL", "PT", "SE", "TR", "UY")
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
                town.format(number * 53 % 10000),
            ),
            country=country,
            country_name=country_name,
            own_words=_words(number) if own_words else "",
        )


def _initials(number: int) -> str:
    """Return A., B., …, Z., A. B., …"""
    rest, last = divmod(number, len(_INITIALS))
    return f"{_initials(rest - 1)} {_INITIALS[last]}." if rest else f"{_INITIALS[last]}."


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


def campaign(
    folder: Path, *, senders: int, recipients: int = 1, own_words: bool = False, suffix: str = "csv"
) -> Path:
    """Write a campaign: settings, cases and templates as shipped, everybody in it invented."""
    folder.mkdir(parents=True)
    for name in ("cases", "letter_templates"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "lettergen.toml").write_text('name = "Benchmark"\ncase = "repatriations"\n', encoding="utf-8")
    _write_recipients(folder / "recipients.csv", recipients)
    people = invented(senders, own_words=own_words)
    if suffix == "yaml":
        _write_yaml(folder / "senders.yaml", people)
    else:
        _write_senders(folder / "senders.csv", people)
    return folder


def change(folder: Path, chosen: Sequence[int]) -> None:
    """Give some senders of a campaign, counted from 0, another address of the same length."""
    path, rows = folder / "senders.csv", set(chosen)
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = list(csv.reader(file))
    at = head.index("address_1")
    for number in rows:
        street = lines[number][at]
        lines[number][at] = street.replace(" ", " Upper ", 1) if "Upper" not in street else street[:-1] + "h"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *lines])


def _write_senders(path: Path, people: Iterator[Sender]) -> None:
    head = [
        "id",
        "name_given",
        "name_family",
        "place",
        "address_1",
        "address_2",
        "country",
        "own_words",
        "tags",
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(head)
        for one in people:
            table.writerow(
                [
                    *(one.identity, one.given, one.family, one.place, *one.address),
                    *(one.country, one.own_words, "citizen"),
                ]
            )


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
    head = [
        "id",
        "office",
        "title",
        "organisation",
        "address_1",
        "address_2",
        "country",
        "languages",
        "channels",
        "state",
        "checked_on",
        "checked_source",
        "tags",
    ]
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


@dataclass(frozen=True)
class Letters:
    """The letters of a campaign to its first recipient, as words for other programs."""

    folder: Path
    senders: int
    own_words: bool = False

    @cached_property
    def _first(self) -> tuple[Any, Any, Any]:
        """The first letter, its sheet, and the setting that lettergen finds for it."""
        from lettergen.facts.campaign import Campaign
        from lettergen.mailing.workshop import Terms, Workshop
        from lettergen.pages.pdf import Typesetter

        shop = Workshop(Terms(folder=self.folder, stationery=SHEET), Campaign.open(self.folder))
        order = self._order(0)
        letter = shop.letter(order)[0]
        sheet = shop.stationery(order)
        setting = Typesetter().typeset(letter, sheet).setting
        self._prove(shop)
        return letter, sheet, setting

    def _order(self, number: int) -> Any:
        from lettergen.mailing.plan import Order

        return Order(
            template=TEMPLATE,
            recipient_id="r0000",
            sender_id=f"s{number:06}",
            case_id="repatriations",
            on=DAY,
            language="en",
        )

    def _prove(self, shop: Any) -> None:
        """See that what `personal` says is what lettergen writes, for the first, a middle and the last letter."""
        people = list(invented(self.senders, own_words=self.own_words))
        for number in (0, self.senders // 2, self.senders - 1):
            letter, _ = shop.letter(self._order(number))
            words = set(letter.texts())
            wanted = {text for text in _personal(people[number]).values() if isinstance(text, str) and text}
            if lost := wanted - words - {people[number].identity}:
                raise RuntimeError(f"other words than lettergen's: {lost}")

    def json(self, path: Path) -> Path:
        """Write the words: constant ones once, then what differs, a record a letter."""
        letter, _, setting = self._first
        people = list(invented(self.senders, own_words=self.own_words))
        from lettergen.letters.letter import ListBlock, Paragraph, plain

        blocks: list[tuple[str, str]] = []
        for block in letter.body:
            if isinstance(block, Paragraph):
                text = plain(block.inline)
                blocks.append(("own", "") if text == people[0].own_words else ("p", text))
            elif isinstance(block, ListBlock):
                blocks += [("li", plain(inner.inline)) for item in block.items for inner in item]
        words = {
            "title": letter.document_title,
            "to": list(letter.inside_address),
            "subject": plain(letter.subject),
            "opening": letter.opening,
            "blocks": blocks,
            "closing": letter.closing,
            "size_pt": setting.size_pt,
            "leading": setting.leading,
            "paragraph_mm": setting.paragraph_mm,
            "bottom_mm": setting.bottom_mm,
            "letters": [_personal(one) for one in people],
        }
        path.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        return path

    def html(self) -> str:
        """Return the first letter as HTML, with the setting in which lettergen makes it."""
        from lettergen.pages import html

        letter, sheet, setting = self._first
        return html.render(letter, sheet, setting)

    def patterns(self, path: Path) -> Path:
        """Write HTML and text with marks where letters differ, and what goes there."""
        from lettergen.pages import text

        people = list(invented(self.senders, own_words=self.own_words))
        first = _personal(people[0])
        style, body = _parted(self.html())
        plain_text = text.render(self._first[0])
        marks = {name: value for name, value in _flat(first).items() if value}
        marked = {name: f"\x00{name}\x00" for name in marks}
        # Long ones first: the name is a part of the return address.
        for name, value in sorted(marks.items(), key=lambda pair: -len(pair[1])):
            body = _ending_marked(body, markup.escape(value, quote=False), marked[name])
            loose = r"\s+".join(map(re.escape, value.split()))
            plain_text = re.sub(rf"(?m)(?:^ +)?{loose}", marked[name], plain_text)
        found = {
            "style": style,
            "body": body,
            "text": plain_text,
            "letters": [_flat(_personal(p)) for p in people],
        }
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        return path

    def texts(self, number: int) -> list[str]:
        """Return the words of a letter, part by part."""
        from lettergen.facts.campaign import Campaign
        from lettergen.mailing.workshop import Terms, Workshop

        shop = Workshop(Terms(folder=self.folder, stationery=SHEET), Campaign.open(self.folder))
        return list(shop.letter(self._order(number))[0].texts())


def _personal(one: Sender) -> dict[str, Any]:
    return {
        "id": one.identity,
        "name": one.name,
        "line_1": one.lines[0],
        "line_2": one.lines[1],
        "line_3": one.lines[2],
        "return": " · ".join((one.name, *one.lines)),
        "date": f"{one.place}, {DAY.day}\N{NO-BREAK SPACE}December {DAY.year}",
        "own": one.own_words,
    }


def _flat(personal: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in personal.items() if name != "id"}


def _parted(page: str) -> tuple[str, str]:
    """Return the style sheets of a page, and the page without them."""
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    return "\n".join(styles), re.sub(r"<style>.*?</style>\n?", "", page, flags=re.DOTALL)


def _ending_marked(body: str, value: str, mark: str) -> str:
    """Put a mark for a text; where its last words are kept together by a span, for the span, too."""
    words = [re.escape(word) for word in value.split()]
    spanned = r"\s(?:<span class=\"end\">)?".join(words)
    return re.sub(
        rf"{spanned}(?P<end></span>)?",
        lambda found: mark + (found["end"] or "" if "<span" not in found[0] else ""),
        body,
    )


@dataclass(frozen=True)
class Outcome:
    """Looks at what a program made."""

    letters: Letters
    count: int

    def separate(self, pattern: str) -> Any:
        """Check that there is a PDF a letter, and what some of them say."""

        def check(folder: Path) -> None:
            files = sorted(folder.glob(pattern))
            if len(files) != self.count:
                raise RuntimeError(f"{len(files)} files, wanted {self.count}")
            for number in self._sample:
                self._same(number, _pages(files[number], None))

        return check

    def combined(self, pattern: str) -> Any:
        """Check that there is a page a letter, in order, and what some of them say."""

        def check(folder: Path) -> None:
            files = sorted(folder.glob(pattern))
            counts = [_count(one) for one in files]
            if sum(counts) != self.count:
                raise RuntimeError(f"{sum(counts)} pages in {len(files)} files, wanted {self.count}")
            for number in self._sample:
                place = number
                for file, pages in zip(files, counts, strict=True):
                    if place < pages:
                        self._same(number, _pages(file, place))
                        break
                    place -= pages

        return check

    def pages(self, pattern: str, folder: Path) -> int:
        """Return how many pages there are."""
        return sum(map(_count, folder.glob(pattern)))

    @property
    def _sample(self) -> tuple[int, ...]:
        return tuple(sorted({0, self.count // 3, self.count - 1}))

    def _same(self, number: int, found: str) -> None:
        page = _squeezed(found)
        lost = [text for text in self.letters.texts(number) if _squeezed(text) not in page]
        if lost:
            raise RuntimeError(f"letter {number} lacks {lost}")


def _count(path: Path) -> int:
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(path) as document:
        return len(document)


def _pages(path: Path, only: int | None) -> str:
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(path) as document:
        if only is None and len(document) != 1:
            raise RuntimeError(f"{path.name} has {len(document)} pages")
        return document[only or 0].get_textpage().get_text_range()


def _squeezed(text: str) -> str:
    """Return a text without what line breaks may add or take: white space and hyphens."""
    return re.sub(r"[\s\-\u00ad\u2010\u2011\ufffe\u0002]", "", text)
