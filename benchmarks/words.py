"""The words of the letters for other programs, and a look at what was made of them."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from workloads import DAY, SHEET, TEMPLATE, Sender, invented

__all__ = ["Letters", "Outcome", "text_of"]


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
        from lettergen.pages.pdf.typesetter import Typesetter
        from lettergen.rendering.render_terms import RenderTerms
        from lettergen.rendering.renderer import Renderer

        shop = Renderer(RenderTerms(folder=self.folder, stationery=SHEET), Campaign.open(self.folder))
        order = self._order(0)
        letter = shop.letter(order)[0]
        sheet = shop.stationery(order)
        setting = Typesetter().typeset(letter, sheet).setting
        self._prove(shop)
        return letter, sheet, setting

    def _order(self, number: int) -> Any:
        from lettergen.plan.orders import Order

        return Order(
            template=TEMPLATE,
            recipient_id="r0000",
            sender_id=f"s{number:06}",
            case_id="repatriations",
            on=DAY,
            language="en",
        )

    def _prove(self, shop: Any) -> None:
        """See that `_personal` has lettergen's words: in the first, a middle and the last letter."""
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
            body = _ending_marked(body, escape(value, quote=False), marked[name])
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
        from lettergen.rendering.render_terms import RenderTerms
        from lettergen.rendering.renderer import Renderer

        shop = Renderer(RenderTerms(folder=self.folder, stationery=SHEET), Campaign.open(self.folder))
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
    reads: bool = True
    """Whether the words are looked for; PlutoPrint's ligatures and old-style figures cannot be read back."""

    def separate(self, pattern: str) -> Any:
        """Check that there is a PDF a letter, and what some of them say."""

        def check(folder: Path) -> None:
            files = sorted(folder.glob(pattern))
            if len(files) != self.count:
                raise RuntimeError(f"{len(files)} files, wanted {self.count}")
            for number in self._sample:
                if _count(files[number]) != 1:
                    raise RuntimeError(f"{files[number].name} has {_count(files[number])} pages")
                self._same(number, text_of(files[number], 0))

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
                        self._same(number, text_of(file, place))
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
        if not self.reads:
            return
        page = _squeezed(found)
        lost = [text for text in self.letters.texts(number) if _squeezed(text) not in page]
        if lost:
            raise RuntimeError(f"letter {number} lacks {lost}")


def _count(path: Path) -> int:
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(path) as document:
        return len(document)


def _squeezed(text: str) -> str:
    """Return a text without what line breaks may add or take: white space and hyphens."""
    return re.sub(r"[\s\-\u00ad\u2010\u2011\ufffe\u0002]", "", text)


def text_of(path: Path, page: int) -> str:
    """Return the text of a page."""
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(path) as document:
        return document[page].get_textpage().get_text_range()
