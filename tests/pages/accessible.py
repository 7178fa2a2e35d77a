"""A file as who listens to it meets it: its structure walked, and held against the clauses of PDF/UA-1.

The clauses are those of ISO 14289-1:2014, with what they rest on in ISO 32000-1:2008.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from tests.pages.reading import opened

__all__ = ["Told", "faults_of_pdf_ua", "told"]

_PAINTS = frozenset("Tj TJ ' \" Do f F f* B B* b b* S s sh BI INLINE IMAGE".split())  # noqa: SIM905
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_MAY_STAND_IN: Mapping[str, frozenset[str]] = {
    "LI": frozenset({"L"}),
    "Lbl": frozenset({"LI"}),
    "LBody": frozenset({"LI"}),
    "TR": frozenset({"Table", "THead", "TBody", "TFoot"}),
    "TH": frozenset({"TR"}),
    "TD": frozenset({"TR"}),
    "THead": frozenset({"Table"}),
    "TBody": frozenset({"Table"}),
    "Art": frozenset({"Document"}),
}
_MAY_HOLD: Mapping[str, frozenset[str]] = {
    "L": frozenset({"LI", "L", "Caption"}),
    "LI": frozenset({"Lbl", "LBody"}),
    "Table": frozenset({"TR", "THead", "TBody", "TFoot", "Caption"}),
    "TR": frozenset({"TH", "TD"}),
}
_GROUPS = frozenset({"Document", "Art", "Part", "Sect", "BlockQuote", "L", "LI", "Table", "TR"})
_MAY_BE_EMPTY = frozenset({"TD", "TH", "LBody"})
_KINDS = (
    _GROUPS | {"P", "Span", "Figure", "Caption", "Lbl", "LBody", "TH", "TD"} | {f"H{n}" for n in range(1, 7)}
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass
class Told:
    """An element of the structure as it is read out."""

    kind: str
    language: str
    parents: tuple[str, ...]
    pages: list[int] = field(default_factory=list)
    text: str = ""
    """Its own words, those of what stands in it included."""


def told(pdf: bytes) -> list[Told]:
    """Return the elements of a file in the order in which they are read, each with its language and words."""
    with opened(pdf) as document:
        marks = [_Content(page).texts for page in document.pages]
        pages = {page.obj.objgen: at for at, page in enumerate(document.pages)}
        found: list[Told] = []
        language = str(document.Root.get("/Lang", ""))
        for top in _array(document.Root.StructTreeRoot.K):
            _tell(top, (), language, pages, marks, found)
        return found


def _tell(
    element: Any,
    parents: tuple[str, ...],
    language: str,
    pages: Mapping[Any, int],
    marks: list[dict[int, str]],
    found: list[Told],
) -> Told:
    language = str(element.get("/Lang", language))
    kind = str(element.S)[1:]
    one = Told(kind, language, parents)
    found.append(one)
    for page, kid in _kids(element, pages):
        if page is None:
            inner = _tell(kid, (*parents, kind), language, pages, marks, found)
            one.text += inner.text
            one.pages += inner.pages
        else:
            one.text += marks[page].get(kid, "")
            one.pages.append(page)
    return one


def faults_of_pdf_ua(pdf: bytes) -> list[str]:
    """Return what breaks PDF/UA-1, clause by clause."""
    with opened(pdf) as document:
        return [
            *_faults_of_the_whole(document),
            *_Walk(document, pdfium.PdfDocument(pdf)).faults(),
        ]


def _faults_of_the_whole(document: pikepdf.Pdf) -> Iterator[str]:
    root: Any = document.Root
    metadata = root.Metadata.read_bytes().decode() if "/Metadata" in root else ""
    if not re.search(r"pdfuaid:part(>1<|=.1.)", metadata):
        yield "5: the metadata do not name PDF/UA-1"
    if "dc:title" not in metadata:
        yield "7.1: the metadata have no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "7.1: the title is not displayed"
    marked = root.get("/MarkInfo", {})
    if not marked.get("/Marked") or marked.get("/Suspects"):
        yield "7.1: the file is not marked as tagged"
    if not _LANGUAGE.fullmatch(str(root.get("/Lang", ""))):
        yield "7.2: the file has no language"
    yield from _faults_of_pages(document)


def _faults_of_pages(document: pikepdf.Pdf) -> Iterator[str]:
    for page in document.pages:
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield "7.18.3: the order of annotations is not that of the structure"
        for font in page.Resources.get("/Font", {}).values():
            if "/ToUnicode" not in font:
                yield "7.21.7: a font does not say which characters it shows"


class _Walk:
    def __init__(self, document: pikepdf.Pdf, drawn: pdfium.PdfDocument) -> None:
        self.document, self.drawn = document, drawn
        self.pages = {page.obj.objgen: at for at, page in enumerate(document.pages)}
        self.owners: dict[tuple[int, int], Any] = {}
        self.seen: Counter[Any] = Counter()
        self.level = 0

    def faults(self) -> Iterator[str]:
        root: Any = self.document.Root.StructTreeRoot
        tops = _array(root.K)
        if [str(top.S) for top in tops] != ["/Document"]:
            yield "7.1: the tree does not begin with one Document"
        for top in tops:
            yield from self.element(top, root, "")
        parents = dict(_numbers(root.ParentTree))
        for at, page in enumerate(self.document.pages):
            content = _Content(page)
            yield from content.faults
            yield from self.page(at, page, content.texts, parents)
        extra = [mark for mark in self.owners if mark[0] not in self.pages.values()]
        if extra:
            yield f"7.1: elements hold what is on no page: {extra}"

    def page(self, at: int, page: Any, texts: Mapping[int, str], parents: Mapping[int, Any]) -> Iterator[str]:
        owned = {mark: element for (where, mark), element in self.owners.items() if where == at}
        if set(owned) != set(texts):
            yield f"7.1: page {at + 1} marks {sorted(texts)}, the tree holds {sorted(owned)}"
        if not texts:
            return
        listed = parents.get(int(page.get("/StructParents", -1)))
        if listed is None:
            yield f"7.1: page {at + 1} is not in the tree of parents"
            return
        for mark, element in owned.items():
            if mark >= len(listed) or listed[mark] is None or listed[mark].objgen != element.objgen:
                yield f"7.1: page {at + 1}: {mark} belongs to another element by the tree of parents"

    def element(self, element: Any, parent: Any, above: str) -> Iterator[str]:
        kind = str(element.S)[1:]
        self.seen[element.objgen] += 1
        if self.seen[element.objgen] > 1:
            yield f"7.1: a {kind} stands in the tree twice"
            return
        if element.P.objgen != parent.objgen:
            yield f"7.1: a {kind} names another parent than {above}"
        yield from self.place_of(element, kind, above)
        kids = list(_kids(element, self.pages))
        if not kids and kind not in _MAY_BE_EMPTY:
            yield f"7.1: an empty {kind}"
        yield from self.of_its_kind(element, kind, kids)
        for page, kid in kids:
            if page is None:
                yield from self.element(kid, element, kind)
            elif (page, kid) in self.owners:
                yield f"7.1: {kid} of page {page + 1} belongs to two elements"
            else:
                self.owners[page, kid] = element

    def place_of(self, element: Any, kind: str, above: str) -> Iterator[str]:
        if kind not in _KINDS:
            yield f"7.1: {kind} says nothing"
        if kind in _MAY_STAND_IN and above not in _MAY_STAND_IN[kind]:
            yield f"7.2: {kind} in {above or 'nothing'}"
        if above in _MAY_HOLD and kind not in _MAY_HOLD[above]:
            yield f"7.2: {above} holds {kind}"
        if "/Lang" in element and not _LANGUAGE.fullmatch(str(element.Lang)):
            yield f"7.2: no language: {element.Lang}"

    def of_its_kind(self, element: Any, kind: str, kids: list[tuple[int | None, Any]]) -> Iterator[str]:
        attributes = element.get("/A", {})
        inner = [str(kid.S)[1:] for page, kid in kids if page is None]
        if kind in _GROUPS and any(page is not None for page, _ in kids):
            yield f"7.1: words stand in a {kind} itself"
        if heading := re.fullmatch(r"H(\d)", kind):
            if int(heading[1]) > self.level + 1:
                yield f"7.4.2: {kind} follows H{self.level}"
            self.level = int(heading[1])
        if kind == "Art":
            self.level = 0
        if kind == "TH" and attributes.get("/Scope") not in ("/Row", "/Column", "/Both"):
            yield "7.5: a heading of a table does not say of what"
        if kind == "Table":
            rows = [row for page, row in kids if page is None and row.S == "/TR"]
            if len({len(_array(row.K)) for row in rows}) > 1:
                yield "7.2: rows of a table are not equally long"
        if kind == "L" and attributes.get("/ListNumbering") == "/None" and "Lbl" in inner:
            yield "7.6: a list with numbers does not say which"
        if kind == "Figure":
            yield from self.figure(element, kids)

    def figure(self, element: Any, kids: list[tuple[int | None, Any]]) -> Iterator[str]:
        if not str(element.get("/Alt", "")).strip():
            yield "7.3: a picture without words"
        page = kids[0][0]
        assert page is not None
        box = [float(one) for one in element.A.BBox]
        drawn = [one.get_bounds() for one in self.drawn[page].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])]
        if not any(max(abs(a - b) for a, b in zip(box, one, strict=True)) < 0.1 for one in drawn):
            yield f"7.1: no picture stands in {box}, but in {drawn}"


class _Content:
    """The words of a page's marked content by number, and what is wrong with how it is marked."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.texts: dict[int, str] = {}
        self.faults: list[str] = []
        self.stack: list[tuple[str, int | None]] = []
        self.font: Mapping[int, str] = {}
        for instruction in pikepdf.parse_content_stream(page):
            operands, name = instruction.operands, str(instruction.operator)
            if name in ("BMC", "BDC"):
                self.begin(str(operands[0]), operands[1] if name == "BDC" else {})
            elif name == "EMC":
                self.stack.pop()
            elif name == "Tf":
                self.font = _characters(page.Resources.Font[operands[0]])
            elif name in _PAINTS:
                self.paint(name, operands)

    def begin(self, tag: str, properties: Any) -> None:
        mark = None if "/MCID" not in properties else int(properties["/MCID"])
        is_marked = any(held is not None for _, held in self.stack)
        if is_marked and (tag == "/Artifact" or mark is not None):
            self.faults.append("7.1: what is marked stands in what is marked")
        if mark is not None and any(one.startswith("/Artifact") for one, _ in self.stack):
            self.faults.append("7.1: a part of the text stands in an artifact")
        if mark in self.texts:
            self.faults.append(f"7.1: {mark} marks two stretches")
        if mark is not None:
            self.texts[mark] = ""
        self.stack.append((f"{tag} {properties.get('/Type', '')}".strip(), mark))

    def paint(self, name: str, operands: Any) -> None:
        mark = next((held for _, held in self.stack if held is not None), None)
        if mark is None and not any(tag.startswith("/Artifact") for tag, _ in self.stack):
            self.faults.append(f"7.1: `{name}` is neither marked nor an artifact")
        elif mark is None and name in _SHOWS and self.stack[-1][0] != "/Artifact /Pagination":
            self.faults.append("7.8: words in an artifact that is no head and no foot")
        elif mark is not None and name in _SHOWS:
            self.texts[mark] += _shown(operands, self.font)


def _shown(operands: Any, font: Mapping[int, str]) -> str:
    strings = [
        one for operand in operands for one in (operand if isinstance(operand, pikepdf.Array) else [operand])
    ]
    text = ""
    for one in strings:
        if isinstance(one, pikepdf.String):
            codes = bytes(one)
            text += "".join(
                font.get(int.from_bytes(codes[at : at + 2], "big"), "?") for at in range(0, len(codes), 2)
            )
    return text


def _characters(font: Any) -> dict[int, str]:
    """Return which characters a font's glyphs stand for."""
    found = re.findall(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>\n", font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in found}


def _kids(element: Any, pages: Mapping[Any, int]) -> Iterator[tuple[int | None, Any]]:
    """Yield what an element holds: None and an element, or a page and the number of marked content."""
    for kid in _array(element.get("/K", [])):
        if isinstance(kid, int):
            yield pages[element.Pg.objgen], kid
        elif kid.get("/Type") == "/MCR":
            yield pages[kid.Pg.objgen], int(kid.MCID)
        else:
            yield None, kid


def _array(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array | list) else [value]


def _numbers(node: Any) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a number tree."""
    for kid in node.get("/Kids", ()):
        yield from _numbers(kid)
    numbers = list(node.get("/Nums", ()))
    yield from ((int(key), value) for key, value in zip(numbers[::2], numbers[1::2], strict=True))
