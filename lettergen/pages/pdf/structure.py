"""The structure of a file for who listens to it: what each word is, in the order of reading (ISO 14289-1, 7).

WeasyPrint's own tree follows the boxes of the layout. It is replaced by one of the
letter's elements: each once however many pages it runs over, with its language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lettergen.pages.pdf.weasyprint_private import Box, boxes, check_tags
from lettergen.reference import POINTS_PER_PX

__all__ = ["write_structure"]

_KINDS = {
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "img": "Figure",
    "li": "LI",
    "ol": "L",
    "p": "P",
    "section": "Sect",
    "table": "Table",
    "td": "TD",
    "th": "TH",
    "tr": "TR",
    "ul": "L",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
}
"""Kinds of structure by element; all other elements group for the layout and say nothing to who listens."""
_INLINE = frozenset({"b", "br", "em", "i", "span", "strong"})
_HOLDS_NO_TEXT = frozenset({"BlockQuote", "Document", "L", "Sect", "Table", "TR"})
_REPEATED = frozenset({"thead", "tfoot"})

# From Devanagari to Burmese, and Khmer: letters join, move and carry marks, so that their glyphs are neither
# in the order of the words nor one for each character, and a file says what they spell (ISO 32000-1, 14.9.4).
# Not so Hebrew and Arabic: who reads a file turns what is drawn from the right, and would turn this, too.
_SHAPED = re.compile("[\u0900-\u109f\u1780-\u17ff]")

_Mark = tuple[int, int]
"""Page and number of a stretch of marked content."""


@dataclass(slots=True, eq=False)
class _Element:
    """An element of the structure."""

    kind: str
    language: str
    extra: dict[str, Any] = field(default_factory=dict)
    kids: list["_Element | _Mark"] = field(default_factory=list)

    def add(self, kind: str, language: str, extra: dict[str, Any] | None = None) -> "_Element":
        """Add an element at the end and return it."""
        self.kids.append(made := _Element(kind, language, extra or {}))
        return made


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A text or a picture on a page."""

    element: Any
    """What it belongs to, in the words of `xml.etree`."""
    is_marker: bool
    """Is the number, or the dash, of a list's item."""
    margin: str
    """The margin of the page that it stands in, such as ``@top-left``; empty: it is part of the text."""
    text: str
    """What is written; empty for a picture."""
    content: tuple[float, float, float, float] | None
    """Of a picture: left, top, width and height in px."""


def write_structure(document: Any, pdf: Any) -> None:
    """Put the letter's structure in place of WeasyPrint's, and mark heads and feet as no part of the text.

    Args:
        document: WeasyPrint's document, laid out and drawn.
        pdf: Its file, a pydyf ``PDF`` that is not yet written.

    Raises:
        PrivatePartMoved: WeasyPrint no longer says what stands where; the file is as it was.
    """
    roots = [boxes(page) for page in document.pages]
    leaves = [list(_leaves(root, "")) for root in roots]
    html = next(box.element for box in roots[0].descendants() if box.tag == "html")
    first, own = _own_tree(pdf)
    marked = _marked(pdf, own)
    check_tags(leaves, marked)
    tree = _TreeBuilder(html)
    for number, (page, found, marks) in enumerate(zip(document.pages, leaves, marked, strict=True)):
        artifacts = {
            mark: kind
            for leaf, mark in zip(found, marks, strict=True)
            if (kind := tree.outside(leaf, number))
        }
        spelt = {
            mark: leaf.text for leaf, mark in zip(found, marks, strict=True) if _SHAPED.search(leaf.text)
        }
        numbers = _renumber(pdf, number, artifacts, spelt)
        for leaf, mark in zip(found, marks, strict=True):
            if mark not in artifacts:
                tree.put(leaf, (number, numbers[mark]), page.height)
    _replace(pdf, first, own, tree.document)


def _leaves(box: Box, margin: str) -> Iterator[_Leaf]:
    """Yield the texts and pictures of a page in the order in which WeasyPrint's tree has them."""
    kind = box.kind
    if kind == "text" or box.is_picture:
        words, picture = (box.text, None) if kind == "text" else ("", box.content)
        yield _Leaf(box.element, box.tag == "li::marker", margin, words, picture)
        return
    if kind == "margin":
        margin = box.place
    for child in box.children:
        yield from _leaves(child, margin)


def _own_tree(pdf: Any) -> tuple[int, list[Any]]:
    """Return the number of the first of WeasyPrint's objects of structure, and all of them."""
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    first = int(root["ParentTree"].split()[0])
    kinds = ("/StructElem", "/StructTreeRoot")
    later = (thing for thing in pdf.objects[first + 1 :] if isinstance(thing, dict))
    return first, [pdf.objects[first], *(thing for thing in later if thing.get("Type") in kinds)]


def _marked(pdf: Any, own: Sequence[Any]) -> list[list[int]]:
    """Return the numbers of the marked content of each page, in the order of the boxes."""
    pages = {reference: at for at, reference in enumerate(pdf.page_references)}
    found: list[list[int]] = [[] for _ in pages]
    for thing in own:
        if marks := [kid for kid in thing.get("K", ()) if isinstance(kid, int)]:
            found[pages[thing["Pg"]]] += marks
    return found


def _renumber(pdf: Any, page: int, artifacts: Mapping[int, str], spelt: Mapping[int, str]) -> dict[int, int]:
    """Mark a page's artifacts in its content, and spell what its glyphs do not; return the new numbers."""
    import pydyf

    reference = pdf.page_references[page]
    content = pdf.objects[int(pdf.objects[int(reference.split()[0])]["Contents"].split()[0])].stream
    numbers: dict[int, int] = {}
    for at, operand in enumerate(content):
        if not isinstance(operand, pydyf.Dictionary) or "MCID" not in operand:
            continue
        mark = operand["MCID"]
        if mark in artifacts:
            content[at - 1] = "/Artifact"
            content[at] = pydyf.Dictionary({"Type": "/Pagination", "Subtype": artifacts[mark]})
        else:
            operand["MCID"] = numbers[mark] = len(numbers)
            if mark in spelt:
                operand["ActualText"] = pydyf.String(spelt[mark])
    return numbers


class _TreeBuilder:
    """Builds the structure of a document, text by text."""

    def __init__(self, html: Any) -> None:
        self._parents = {child: parent for parent in html.iter() for child in parent}
        self.document = _Element("Document", html.get("lang") or "")
        self._homes: dict[Any, _Element] = {html: self.document}
        self._items: dict[Any, _Element] = {}
        self._labels: dict[Any, _Element] = {}
        self._paragraphs: dict[Any, _Element] = {}
        self._first_pages: dict[Any, int] = {}

    def outside(self, leaf: _Leaf, page: int) -> str:
        """Return the kind of artifact that a text is; empty if it is part of the letter."""
        if leaf.margin:
            return "/Footer" if leaf.margin.startswith("@bottom") else "/Header"
        # The head of a table is drawn again on each further page.
        for element in self._with_ancestors(leaf.element):
            if element.tag in _REPEATED and self._first_pages.setdefault(element, page) != page:
                return "/Header"
        return ""

    def put(self, leaf: _Leaf, mark: _Mark, page_height: float) -> None:
        """Add a text or a picture at the end of what it belongs to."""
        home = self._home(leaf.element)
        if leaf.is_marker:
            home = self._label(leaf.element)
        elif home.kind in _HOLDS_NO_TEXT:
            home = self._paragraph(leaf.element, home)
        if leaf.content:
            left, top, width, height = (length * POINTS_PER_PX for length in leaf.content)
            foot = page_height * POINTS_PER_PX - top - height
            home.extra["A"] = _boxed(left, foot, left + width, foot + height)
        language = self._language(leaf.element)
        if language != home.language:
            last = home.kids[-1] if home.kids else None
            if not isinstance(last, _Element) or (last.kind, last.language) != ("Span", language):
                last = home.add("Span", language)
            home = last
        home.kids.append(mark)

    def _home(self, element: Any) -> _Element:
        """Return what holds the texts of an element, made where it is not there yet."""
        if element not in self._homes:
            parent = self._parents[element]
            above = self._home(parent)
            # Empty cells count, too: all rows are equally long.
            for one in parent if above.kind == "TR" else [element]:
                self._homes[one] = self._added(above, one)
        return self._homes[element]

    def _added(self, above: _Element, element: Any) -> _Element:
        """Add an element to what it stands in, and return what holds its texts."""
        kind = _KINDS.get(element.tag)
        if kind is None:
            return above
        home = above.add(kind, self._language(element), _extra(element))
        if kind != "LI":
            return home
        self._items[element] = home
        return home.add("LBody", home.language)

    def _label(self, item: Any) -> _Element:
        """Return what holds the number, or the dash, of a list's item."""
        if item not in self._labels:
            self._home(item)
            self._labels[item] = label = _Element("Lbl", self._language(item))
            self._items[item].kids.insert(0, label)
        return self._labels[item]

    def _paragraph(self, element: Any, home: _Element) -> _Element:
        """Return a paragraph for words that stand in what only groups paragraphs."""
        block = next(one for one in self._with_ancestors(element) if one.tag not in _INLINE)
        last = home.kids[-1] if home.kids else None
        if last is None or self._paragraphs.get(block) is not last:
            self._paragraphs[block] = home.add("P", self._language(block))
        return self._paragraphs[block]

    def _language(self, element: Any) -> str:
        spoken = (one.get("lang") for one in self._with_ancestors(element))
        return next(filter(None, spoken), "")

    def _with_ancestors(self, element: Any) -> Iterator[Any]:
        while element is not None:
            yield element
            element = self._parents.get(element)


def _boxed(*edges: float) -> Any:
    import pydyf

    return pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(edges)})


def _extra(element: Any) -> dict[str, Any]:
    """Return the entries that an element of its kind has beside those of all."""
    import pydyf

    if element.tag == "img":
        return {"Alt": pydyf.String(element.get("alt") or "")}
    if element.tag == "ol":
        return {"A": pydyf.Dictionary({"O": "/List", "ListNumbering": "/Decimal"})}
    if element.tag == "th":
        scope = "/Row" if element.get("scope") == "row" else "/Column"
        return {"A": pydyf.Dictionary({"O": "/Table", "Scope": scope})}
    return {}


def _replace(pdf: Any, first: int, own: Sequence[Any], document: _Element) -> None:
    """Write the structure where WeasyPrint's was."""
    import pydyf

    its = set(map(id, own))
    later = [thing for thing in pdf.objects[first:] if id(thing) not in its]
    del pdf.objects[first:]
    parents, root = pydyf.Dictionary(), pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(parents)
    pdf.add_object(root)
    owners: list[dict[int, bytes]] = [{} for _ in pdf.page_references]
    root["K"] = pydyf.Array([_written(pdf, document, root, document.language, owners)])
    root["ParentTree"], root["ParentTreeNextKey"] = parents.reference, len(owners)
    listed = ((page, pydyf.Array(owned[mark] for mark in sorted(owned))) for page, owned in enumerate(owners))
    parents["Nums"] = pydyf.Array(one for pair in listed for one in pair)
    pdf.catalog["StructTreeRoot"] = root.reference
    for thing in later:
        before = thing.reference
        pdf.add_object(thing)
        pdf.catalog.update({key: thing.reference for key, value in pdf.catalog.items() if value == before})


def _written(
    pdf: Any, element: _Element, parent: Any, spoken: str, owners: Sequence[dict[int, bytes]]
) -> bytes:
    """Add an element and all in it to the file, and return the reference to it."""
    import pydyf

    thing = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{element.kind}", "P": parent.reference})
    pdf.add_object(thing)
    if element.language and element.language != spoken:
        thing["Lang"] = pydyf.String(element.language)
    thing.update(element.extra)
    marks = [kid for kid in element.kids if isinstance(kid, tuple)]
    if marks:
        thing["Pg"] = pdf.page_references[marks[0][0]]
    kids = pydyf.Array()
    for kid in element.kids:
        if isinstance(kid, _Element):
            kids.append(_written(pdf, kid, thing, element.language, owners))
            continue
        page, mark = kid
        owners[page][mark] = thing.reference
        is_elsewhere = page != marks[0][0]
        kids.append(
            pydyf.Dictionary({"Type": "/MCR", "Pg": pdf.page_references[page], "MCID": mark})
            if is_elsewhere
            else mark
        )
    thing["K"] = kids
    reference: bytes = thing.reference
    return reference
