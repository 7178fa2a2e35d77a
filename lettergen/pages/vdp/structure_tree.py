"""A letter's structure tree, read from its file and ready to stand beside hundreds of others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lettergen.pages.vdp.pdf_template import StoredObject

__all__ = ["StructureElement", "StructureTree", "WrittenStructure", "plain", "tags"]

_REFERENCE = re.compile(rb"(\d+) 0 R")
_KID = re.compile(rb"(\d+) 0 R|(\d+)")
# They group for the sake of the layout and say nothing to who listens.
_SAYS_NOTHING = frozenset({b"/NonStruct", b"/Div", b"/Span"})
_ROW_HEADING = b"/A<</O/Table/Scope/Row>>"


@dataclass(slots=True)
class StructureElement:
    """An element of the structure: its kind, where it stands, and what it holds."""

    kind: bytes
    page: int
    """Which page of the letter."""
    extra: bytes
    """Entries beside those that every element has: words for a picture, the scope of a heading."""
    kids: "list[int | StructureElement]" = field(default_factory=list)
    """Numbers of marked content on its page, and further elements."""


@dataclass(frozen=True, slots=True)
class StructureTree:
    """The structure of a letter, elements in the order in which they are read."""

    kids: tuple[StructureElement, ...]
    unread: tuple[StructureElement, ...]
    """What is marked but no part of the letter: the heads of the pages after the first."""
    marked: tuple[int, ...]
    """How many stretches of content are marked on each page."""


def tags(things: Mapping[int, StoredObject], root: int, pages: Sequence[int]) -> StructureTree:
    """Return the structure of a letter's file.

    Raises:
        KeyError: It has none.
    """
    whole = things[_first(things[root].entries["StructTreeRoot"])].entries
    document = _first(whole["K"])
    reader = _StructureReader(things, {number: at for at, number in enumerate(pages)})
    read = reader.kids(document)
    elements = [number for number, thing in things.items() if thing.entries.get("Type") == b"/StructElem"]
    unread = [
        reader.element(number)
        for number in elements
        if number != document
        and number not in reader.seen
        and _first(things[number].entries["P"]) == document
    ]
    marked = [0] * len(pages)
    for page, mark in reader.marks:
        marked[page] = max(marked[page], mark + 1)
    return StructureTree(
        tuple(kid for kid in read if isinstance(kid, StructureElement)),
        tuple(element for element in unread if element),
        tuple(marked),
    )


class _StructureReader:
    def __init__(self, things: Mapping[int, StoredObject], pages: Mapping[int, int]) -> None:
        self.things, self.pages = things, pages
        self.seen: set[int] = set()
        self.marks: list[tuple[int, int]] = []

    def element(self, number: int) -> StructureElement | None:
        """Return an element with all in it; None if there is nothing."""
        self.seen.add(number)
        entries = self.things[number].entries
        page = self.pages[_first(entries["Pg"])]
        element = StructureElement(entries["S"], page, _extra(entries))
        for kid in self.kids(number):
            says_nothing = isinstance(kid, StructureElement) and kid.kind in _SAYS_NOTHING and not kid.extra
            if isinstance(kid, StructureElement) and says_nothing and kid.page == page:
                element.kids += kid.kids
            else:
                element.kids.append(kid)
        return element if element.kids or element.extra else None

    def kids(self, number: int) -> list[int | StructureElement]:
        found: list[int | StructureElement] = []
        entries = self.things[number].entries
        for match in _KID.finditer(entries["K"]):
            if match[2]:
                found.append(int(match[2]))
                self.marks.append((self.pages[_first(entries["Pg"])], int(match[2])))
            elif element := self.element(int(match[1])):
                found.append(element)
        return found


def _first(value: bytes) -> int:
    found = _REFERENCE.search(value)
    if not found:
        raise KeyError("no reference")
    return int(found[1])


def _extra(entries: Mapping[str, bytes]) -> bytes:
    if entries["S"] == b"/TH":
        return _ROW_HEADING
    if entries["S"] == b"/Figure":
        return b"".join(b"/%b %b" % (key.encode(), entries[key]) for key in ("Alt", "A") if key in entries)
    return b""


def plain(data: bytes) -> bytes:
    """Return bytes that stand in a text with gaps and are none."""
    return data.replace(b"%", b"%%")


class WrittenStructure:
    """The elements of a letter as text with gaps."""

    def __init__(self, structure: StructureTree, pages: int) -> None:
        self._structure = structure
        self._texts: list[bytes] = []
        self._gaps: list[list[int]] = []
        self._owners: list[dict[int, int]] = [{} for _ in range(pages)]
        self._pages = pages

    @property
    def numbers(self) -> list[int]:
        """What fills the gaps of the elements, in their order."""
        return [number for gaps in self._gaps for number in gaps]

    def elements(self, language: bytes, document: int) -> list[bytes]:
        """Return the letter's own element and all in it."""
        structure = self._structure
        self._count = 1 + sum(map(_size, (*structure.kids, *structure.unread)))
        self._texts.append(b"")
        self._gaps.append([])
        kids = [self._element(element, 0) for element in structure.kids]
        for element in structure.unread:
            self._element(element, 0)
        spoken = b"/Lang %b" % language if language else b""
        listed = b" ".join(b"%d 0 R" for _ in kids)
        self._texts[0] = b"<</Type/StructElem/S/Art/P %d 0 R%b/K[%b]>>" % (document, plain(spoken), listed)
        self._gaps[0] = kids
        return self._texts

    def marks(self, numbers: list[int]) -> list[bytes]:
        """Return for each page to which element its marked content belongs."""
        texts = []
        for owners in self._owners:
            owned = [owners[mark] for mark in range(max(owners, default=-1) + 1)]
            numbers += owned
            texts.append(b"[" + b" ".join(b"%d 0 R" for _ in owned) + b"]")
        return texts

    def _element(self, element: StructureElement, parent: int) -> int:
        own = len(self._texts)
        self._texts.append(b"")
        gaps = [parent, self._count + element.page]
        self._gaps.append(gaps)
        listed, inner = [], []
        for kid in element.kids:
            if isinstance(kid, int):
                self._owners[element.page][kid] = own
                listed.append(b"%d" % kid)
            else:
                inner.append(kid)
                listed.append(b"%d 0 R")
        gaps += [self._element(kid, own) for kid in inner]
        self._texts[own] = b"<</Type/StructElem/S%b/P %%d 0 R/Pg %%d 0 R%b/K[%b]>>" % (
            element.kind, plain(element.extra), b" ".join(listed))  # fmt: skip
        return own


def _size(element: StructureElement) -> int:
    return 1 + sum(_size(kid) for kid in element.kids if isinstance(kid, StructureElement))
