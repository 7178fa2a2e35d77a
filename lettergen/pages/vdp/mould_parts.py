"""What a mould is made of: the lines on WeasyPrint's pages, and the objects of the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lettergen.pages.pdf.weasyprint_private import Box, Style, boxes

__all__ = ["FoundLine", "Name", "PdfObject", "found_lines", "leave_unwritten", "number", "pdf_parts"]

_SINGLE = frozenset({"letterhead-name", "return-address", "place-and-date", "opening", "closing", "pass-on"})
_LISTS = frozenset({"letterhead-lines", "inside-address", "cover"})
_MARGINS = {"@top-left": "head", "@top-right": "head-date"}

Name = tuple[str, int]
Entries = Mapping[str, bytes]
PdfObject = tuple[int, bytes | list[bytes], Entries]
"""Number, content and entries of an object; a stream's content is the list of its operators, not packed."""


@dataclass(slots=True)
class FoundLine:
    """A line of a letter as it was laid out."""

    name: Name
    page: int
    style: Style
    """The style of its block."""
    left: float
    right: float
    """Left and right edge of the block, or of what it is pushed against, in px."""
    boxes: list[tuple[float, float, float]] = field(default_factory=list)
    """Left edge, base line and width of each stretch, in px; more than one where it runs over."""
    words: list[str] = field(default_factory=list)
    """The words of each stretch."""
    is_abreast: bool = False
    """Whether its box is as wide as its words and shares the line with another."""

    @property
    def aligns_right(self) -> bool:
        """Say whether the line ends at `right` rather than begin at `left`."""
        is_pushed = self.is_abreast and self.name[0] in ("place-and-date", "head-date")
        return is_pushed or self.style["text_align_all"] in ("right", "end")

    @property
    def room(self) -> float:
        """How wide its words may be before they run over, in px; it is in one piece."""
        # A line of an address begins to the left of its block, so that what runs over hangs.
        return self.right - (self.left if self.aligns_right else self.boxes[0][0])


def found_lines(document: Any) -> list[FoundLine]:
    """Return the lines that can be personal, in the order of the pages."""
    lines: dict[tuple[int, Name], FoundLine] = {}
    for number_of_page, page in enumerate(document.pages):
        root = boxes(page)
        _walk(root, number_of_page, _names(root), lines, None, None)
    return list(lines.values())


def number(value: float) -> bytes:
    """Return a number as it stands in a page."""
    if value == int(value):
        return b"%d" % int(value)
    return f"{value:f}".rstrip("0").encode()


def pdf_parts(pdf: Any) -> tuple[list[PdfObject], int, int]:
    """Return the objects of a pydyf file, and the numbers of its catalogue and its information dictionary."""
    import pydyf

    info = max(thing.number for thing in pdf.objects) + 1
    objects: list[PdfObject] = []
    for thing in pdf.objects:
        if thing.free == "f":
            continue
        if isinstance(thing, pydyf.Stream):
            operators = [_written(item) for item in thing.stream]
            objects.append((thing.number, operators, _entries(thing.extra)))
        else:
            entries = _entries(thing) if isinstance(thing, dict) else {}
            objects.append((thing.number, thing.data, entries))
    objects.append((info, pdf.info.data, _entries(pdf.info)))
    return objects, pdf.catalog.number, info


def leave_unwritten(pdf: Any) -> None:
    """Keep pydyf from packing what has been taken out of its hands."""
    pdf.objects = pdf.objects[:1]


def _entries(dictionary: Any) -> Entries:
    return {str(key): _written(value) for key, value in dictionary.items()}


def _written(value: Any) -> bytes:
    """Return a value as pydyf writes it; it documents how it does so for arrays."""
    import pydyf

    data: bytes = value if isinstance(value, bytes) else pydyf.Array([value]).data[1:-1]
    return data


def _names(page: Box) -> dict[int, Name]:
    """Return what the elements of the letter are called, by their identity."""
    root = next((box.element for box in page.descendants() if box.tag == "html"), None)
    if root is None:
        return {}
    names: dict[int, Name] = {}
    signatures = 0
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kinds = (element.get("class") or "").split()
        kind = kinds[0] if kinds else ""
        if kind in _SINGLE:
            names[id(element)] = (kind, 0)
        elif kind in _LISTS:
            names.update((id(line), (kind, at)) for at, line in enumerate(_of_class(element, "line")))
        elif kind == "body":
            blocks = ((at, block) for at, block in enumerate(element) if str(block.tag).endswith("p"))
            names.update((id(block), ("paragraph", at)) for at, block in blocks)
        elif kind == "references":
            cells = (cell for cell in element.iter() if str(cell.tag).endswith("td"))
            names.update((id(cell), (kind, at)) for at, cell in enumerate(cells))
        elif kind == "signature":
            for line in _of_class(element, "line"):
                names[id(line)] = ("signature", signatures)
                signatures += 1
    return names


def _of_class(element: Any, name: str) -> list[Any]:
    return [inner for inner in element.iter() if inner.get("class") == name]


def _walk(
    box: Box, page: int, names: Mapping[int, Name], lines: dict[Any, FoundLine], line: Any, row: Any
) -> None:
    kind, element = box.kind, box.element
    name = _MARGINS.get(box.place) if kind == "margin" else None
    if name:
        line = _line(lines, (name, page), page, box, None)
        line.is_abreast = True
    elif element is not None:
        if element.get("class") == "reference-line":
            row = box
        if id(element) in names and kind != "text":
            key = (page, names[id(element)])
            line = lines[key] if key in lines else _line(lines, names[id(element)], page, box, row)
    if kind == "text":
        if line is not None:
            line.boxes.append((box.left, box.base, box.width))
            line.words.append(box.text)
        return
    for inside in box.children:
        _walk(inside, page, names, lines, line, row)


def _line(lines: dict[Any, FoundLine], name: Name, page: int, box: Box, row: Box | None) -> FoundLine:
    is_abreast = row is not None and row.kind == "flex"
    # Beside each other, the date is pushed against the end of the row; below, each has the row's whole width.
    is_in_row = row is not None and (name[0] == "place-and-date" or not is_abreast)
    edge = row if row is not None and is_in_row else box
    left = edge.content_left
    found = FoundLine(name, page, box.style, left, left + edge.width, is_abreast=is_abreast)
    lines[page, name] = found
    return found
