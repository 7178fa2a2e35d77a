"""A letter's structure tree, read from its file and ready to stand beside hundreds of others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lettergen.pages.vdp.pdf_template import StoredObject

__all__ = ["StructureElement", "WrittenStructure", "plain", "structure_of"]

_REFERENCE = re.compile(rb"(\d+) 0 R")
# An element's kids: marked content of another page, a further element, marked content of its own page.
_KID = re.compile(rb"<<([^<>]*)>>|(\d+) 0 R|(\d+)")
_MARK = re.compile(rb"/MCID (\d+)")
_LETTER = b"/Art"
"""What a letter is in the structure of a volume."""
_OF_EVERY_ELEMENT = frozenset({"Type", "S", "P", "Pg", "K"})

Mark = tuple[int, int]
"""Page of the letter, and number of a stretch of marked content there."""


@dataclass(slots=True)
class StructureElement:
    """An element of the structure: its kind and what it holds."""

    kind: bytes
    extra: bytes
    """Entries beside those of every element: a language, words for a picture, the scope of a heading."""
    kids: "list[Mark | StructureElement]" = field(default_factory=list)

    @property
    def page(self) -> int | None:
        """The page of its first own stretch of content."""
        return next((kid[0] for kid in self.kids if isinstance(kid, tuple)), None)


def structure_of(
    things: Mapping[int, StoredObject], root: int, pages: Sequence[int]
) -> tuple[tuple[StructureElement, ...], bytes]:
    """Return the elements at the top of a letter's structure, in the order of reading, and its language.

    Args:
        things: The objects of its file, or of the volume that it is part of.
        root: Number of the catalogue.
        pages: Numbers of the letter's pages.
    """
    entries = things[root].entries
    language = entries.get("Lang", b"")
    if "StructTreeRoot" not in entries:
        return (), language
    document = _first(things[_first(entries["StructTreeRoot"])].entries["K"])
    reader = _StructureReader(things, {number: at for at, number in enumerate(pages)})
    tops = [number for number in _elements(things[document]) if reader.first_page(number) in reader.pages]
    if len(tops) == 1 and things[tops[0]].entries["S"] == _LETTER:
        language = things[tops[0]].entries.get("Lang", language)
        tops = _elements(things[tops[0]])
    return tuple(reader.element(number) for number in tops), language


def _elements(thing: StoredObject) -> list[int]:
    """Return the numbers of the elements that one holds."""
    return [int(element) for _, element, _ in _KID.findall(thing.entries.get("K", b"")) if element]


@dataclass(frozen=True, slots=True)
class _StructureReader:
    things: Mapping[int, StoredObject]
    pages: Mapping[int, int]

    def kids(self, number: int) -> Iterator[Mark | StructureElement]:
        """Yield what an element holds."""
        entries = self.things[number].entries
        for elsewhere, element, mark in _KID.findall(entries.get("K", b"")):
            if element:
                yield self.element(int(element))
            elif elsewhere:
                yield self.pages[_first(elsewhere)], int(_MARK.findall(elsewhere)[0])
            else:
                yield self.pages[_first(entries["Pg"])], int(mark)

    def first_page(self, number: int) -> int | None:
        """Return the number of the first page on which an element has content."""
        entries = self.things[number].entries
        if "Pg" in entries:
            return _first(entries["Pg"])
        found = map(self.first_page, _elements(self.things[number]))
        return next((page for page in found if page is not None), None)

    def element(self, number: int) -> StructureElement:
        """Return an element and all in it."""
        entries = self.things[number].entries
        extra = (
            b"/%b %b" % (key.encode(), value)
            for key, value in entries.items()
            if key not in _OF_EVERY_ELEMENT and not _REFERENCE.search(value)
        )
        return StructureElement(entries["S"], b"".join(extra), list(self.kids(number)))


def _first(value: bytes) -> int:
    found = _REFERENCE.search(value)
    if not found:
        raise KeyError("no reference")
    return int(found[1])


def plain(data: bytes) -> bytes:
    """Return bytes that stand in a text with gaps and are none."""
    return data.replace(b"%", b"%%")


class WrittenStructure:
    """The elements of a letter as text with gaps."""

    def __init__(self, structure: Sequence[StructureElement], pages: int) -> None:
        """Take the elements at the top, and how many pages the letter has."""
        self._structure = structure
        self._texts: list[bytes] = []
        self._gaps: list[list[int]] = []
        self._owners: list[dict[int, int]] = [{} for _ in range(pages)]

    @property
    def numbers(self) -> list[int]:
        """What fills the gaps of the elements, in their order."""
        return [number for gaps in self._gaps for number in gaps]

    def elements(self, language: bytes, document: int) -> list[bytes]:
        """Return the letter's own element and all in it."""
        self._count = 1 + sum(map(_size, self._structure))
        self._texts.append(b"")
        self._gaps.append([])
        kids = [self._element(element, 0) for element in self._structure]
        spoken = b"/Lang %b" % language if language else b""
        listed = b" ".join(b"%d 0 R" for _ in kids)
        self._texts[0] = b"<</Type/StructElem/S/Art/P %d 0 R%b/K[%b]>>" % (document, plain(spoken), listed)
        self._gaps[0] = kids
        return self._texts

    def marks(self, numbers: list[int]) -> list[bytes]:
        """Return for each page to which element its marked content belongs."""
        texts = []
        for owners in self._owners:
            listed = [owners.get(mark) for mark in range(max(owners, default=-1) + 1)]
            numbers += (own for own in listed if own is not None)
            texts.append(b"[" + b" ".join(b"null" if own is None else b"%d 0 R" for own in listed) + b"]")
        return texts

    def _element(self, element: StructureElement, parent: int) -> int:
        own, page = len(self._texts), element.page
        self._texts.append(b"")
        self._gaps.append(gaps := [parent])
        on_page = b""
        if page is not None:
            on_page = b"/Pg %d 0 R"
            gaps.append(self._count + page)
        listed = []
        for kid in element.kids:
            if isinstance(kid, StructureElement):
                listed.append(b"%d 0 R")
                gaps.append(self._element(kid, own))
                continue
            self._owners[kid[0]][kid[1]] = own
            if kid[0] == page:
                listed.append(b"%d" % kid[1])
            else:
                listed.append(b"<</Type/MCR/Pg %%d 0 R/MCID %d>>" % kid[1])
                gaps.append(self._count + kid[0])
        self._texts[own] = b"<</Type/StructElem/S%b/P %%d 0 R%b%b/K[%b]>>" % (
            element.kind, on_page, plain(element.extra), b" ".join(listed))  # fmt: skip
        return own


def _size(element: StructureElement) -> int:
    return 1 + sum(_size(kid) for kid in element.kids if isinstance(kid, StructureElement))
