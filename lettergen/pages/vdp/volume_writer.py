"""Writes many letters into one file, in which they share fonts and constant parts."""

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5
from html import escape

from lettergen.pages.pdf.typesetter import TypesetLetter
from lettergen.pages.vdp.font_subsets import FontSubsets, renumbered
from lettergen.pages.vdp.glyph_setter import Rows
from lettergen.pages.vdp.mould_builder import Cast, Mould
from lettergen.pages.vdp.pdf_objects import PdfObjects, opened
from lettergen.pages.vdp.pdf_template import StoredObject, packed_objects
from lettergen.pages.vdp.structure_tree import WrittenStructure, plain, structure_of

__all__ = ["VolumeWriter"]

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_REFERENCE = re.compile(rb"(\d+) 0 R")
_TITLE = re.compile(rb"(<rdf:li xml:lang=\"x-default\">).*?(</rdf:li>)", re.DOTALL)
_END_OF_RDF = b"</rdf:RDF>"
_TITLED = (
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
    b'<rdf:li xml:lang="x-default">%b</rdf:li></rdf:Alt></dc:title></rdf:Description>\n'
)
_TOGETHER = 1_200
"""Objects of an object stream."""
_QUICK = 4
_MOST_LEAVES = 64
"""Moulds that are held at once; one that comes again finds its shared parts written already."""
_BRANCH = 32
"""Children of a node in the trees of pages and of marked content, so that no reader walks ten thousand."""
_CATALOGUE, _PAGES, _TREE, _DOCUMENT, _PARENTS, _METADATA, _INFO, _OUTLINE = range(1, 9)
_FIRST_FREE = 9
_BOXES = ("MediaBox", "TrimBox", "BleedBox", "CropBox", "Tabs")


@dataclass(slots=True, eq=False)
class _VolumeFont:
    """A font of the volume, and the characters that its letters need."""

    subsets: FontSubsets
    number: int
    rows: Rows = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class _LetterObjects:
    """How a letter's own objects are written: one text for all letters of a mould."""

    text: bytes
    """The objects, parted by NUL, with a gap for each number."""
    numbers: tuple[int, ...]
    """What fills the gaps, counted from the letter's first object on."""
    parents: tuple[int, ...]
    """Which gap of each page is for its node, and the next for its place among all pages."""
    count: int
    """How many objects there are, without the personal streams; the letter's own element is the first."""
    pages: tuple[int, ...]
    """Which of them are pages, counted likewise."""
    marks: tuple[int, ...]
    """Which of them say, for each page, to what its marked content belongs."""
    fonts: tuple[_VolumeFont, ...] = ()


class VolumeWriter:
    """Writes a volume of letters, letter by letter, as PDF/A-3a and PDF/UA-1.

    The same letters give the same bytes. `close` completes the file.
    """

    def __init__(self, write: Callable[[bytes], object], *, title: str, language: str) -> None:
        """Begin a file.

        Args:
            write: Takes the bytes one after the other.
            title: Title of the volume: public words only.
            language: BCP 47 tag of most of it.
        """
        self._write, self._title, self._language = write, title, language
        self._at = 0
        self._digest = md5(usedforsecurity=False)
        self._free = _FIRST_FREE
        self._rows: dict[int, bytes] = {}
        self._loose: list[tuple[int, bytes]] = []
        self._leaves: dict[int, tuple[object, _LetterObjects]] = {}
        self._shared: dict[bytes, int] = {}
        self._fonts: dict[FontSubsets, _VolumeFont] = {}
        self._all_fonts: list[_VolumeFont] = []
        self._labels: list[tuple[str, int, int]] = []
        self._pages: list[int] = []
        self._marks: list[int] = []
        self._nodes: list[tuple[int, list[int]]] = []
        self._tops: list[int] = []
        self._catalogue: dict[str, bytes] = {}
        self._metadata = self._producer = b""
        self._put(_HEADER)

    @property
    def pages(self) -> int:
        """Return how many pages there are so far."""
        return len(self._pages)

    def add(self, letter: TypesetLetter, label: str) -> None:
        """Add a letter; ``label`` is its bookmark and, with the page's number, the label of its pages."""
        if letter.cast is not None:
            self._set(self._leaf_of(letter.cast), letter.cast.streams, label)
        else:
            self._set(self._leaf(opened(letter.pdf)), (), label)

    def _leaf_of(self, cast: Cast) -> _LetterObjects:
        """Return the leaf of a mould, whose fonts hold from now on what a letter needs."""
        key = id(cast.mould)
        if key not in self._leaves:
            if len(self._leaves) >= _MOST_LEAVES:
                self._leaves.clear()
            self._leaves[key] = (cast, self._leaf_of_mould(cast.mould))
        leaf = self._leaves[key][1]
        for font, rows in zip(leaf.fonts, cast.rows, strict=True):
            if rows <= font.rows:
                continue
            if not font.subsets.can_hold(font.rows | rows):
                # One glyph stands for this in other letters and for that in this one.
                self._fonts.pop(font.subsets, None)
                del self._leaves[key]
                return self._leaf_of(cast)
            font.rows |= rows
        return leaf

    def _leaf_of_mould(self, mould: Mould) -> _LetterObjects:
        fonts = []
        for one in mould.fonts:
            if one.subsets not in self._fonts:
                self._fonts[one.subsets] = _VolumeFont(one.subsets, self._number())
                self._all_fonts.append(self._fonts[one.subsets])
            fonts.append(self._fonts[one.subsets])
        numbers = {one.numbers[-1]: font.number for one, font in zip(mould.fonts, fonts, strict=True)}
        template_file = mould.template_file
        source = PdfObjects(
            template_file.things,
            template_file.root,
            template_file.info,
            template_file.pages,
            template_file.runs,
            numbers,
        )
        return replace(self._leaf(source), fonts=tuple(fonts))

    def close(self) -> None:
        """Write the common parts: the trees of pages, structure and bookmarks."""
        if not self._pages:
            raise ValueError("a file has a page at least")
        for number, kids in self._nodes:
            data = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>"
            self._loose.append((number, data % (_PAGES, len(kids), _refs(kids))))
        nodes = [number for number, _ in self._nodes]
        whole = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), _refs(nodes))
        tree = b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>"
        document = b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (_TREE, _refs(self._tops))
        self._loose += (
            (_PAGES, whole),
            (_TREE, tree % (_DOCUMENT, _PARENTS, len(self._pages))),
            (_DOCUMENT, document),
        )
        self._write_fonts()
        self._keep_parents()
        self._bookmarks()
        self._whole()
        self._package()
        self._references()

    def _set(self, leaf: _LetterObjects, streams: Sequence[bytes], label: str) -> None:
        first = self._free
        self._free += leaf.count + len(streams)
        for at, stream in enumerate(streams):
            data = b"<</Filter/FlateDecode/Length %d>>" % len(stream)
            self._store(first + leaf.count + at, StoredObject(data, stream))
        values = [first + number for number in leaf.numbers]
        self._labels.append((label, len(self._pages), first + leaf.pages[0]))
        for page, mark, gap in zip(leaf.pages, leaf.marks, leaf.parents, strict=True):
            values[gap] = self._node(first + page)
            values[gap + 1] = len(self._pages)
            self._pages.append(first + page)
            self._marks.append(first + mark)
        self._tops.append(first)
        self._loose += enumerate((leaf.text % tuple(values)).split(b"\0"), start=first)
        if len(self._loose) >= _TOGETHER:
            self._package()

    def _node(self, page: int) -> int:
        """Return the node of the tree of pages under which the next page hangs."""
        if not self._nodes or len(self._nodes[-1][1]) >= _BRANCH:
            self._nodes.append((self._number(), []))
        self._nodes[-1][1].append(page)
        return self._nodes[-1][0]

    def _leaf(self, source: PdfObjects) -> _LetterObjects:
        written = WrittenStructure(structure_of(source.things, source.root, source.pages), len(source.pages))
        self._learn(source)
        language = source.things[source.root].entries.get("Lang", b"")
        elements = written.elements(language, _DOCUMENT)
        gaps = {run.number: at for at, run in enumerate(source.runs)}
        count = len(elements) + 2 * len(source.pages)
        texts, numbers, parents = list(elements), list(written.numbers), []
        for number in source.pages:
            entries = source.things[number].entries
            parents.append(len(numbers))
            # Filled with the node and the place among all pages.
            numbers += (0, 0)
            contents = []
            for stream in map(int, _REFERENCE.findall(entries["Contents"])):
                is_gap = stream in gaps
                contents.append(b"%d 0 R" if is_gap else b"%d 0 R" % self._share(stream, source))
                numbers += [count + gaps[stream]] if is_gap else []
            boxes = b"".join(b"/%b %b" % (name.encode(), entries[name]) for name in _BOXES if name in entries)
            resources = self._shared_in(entries["Resources"], source)
            texts.append(
                b"<</Type/Page/Parent %%d 0 R/StructParents %%d/Contents[%b]/Resources %b%b>>"
                % (b" ".join(contents), plain(resources), plain(boxes))
            )
        first = len(elements)
        texts += written.marks(numbers)
        pages = tuple(range(first, first + len(source.pages)))
        marks = tuple(range(first + len(source.pages), count))
        return _LetterObjects(b"\0".join(texts), tuple(numbers), tuple(parents), count, pages, marks)

    def _learn(self, source: PdfObjects) -> None:
        """Take the colour profile and the metadata from the first letter."""
        if self._catalogue:
            return
        entries = source.things[source.root].entries
        self._catalogue = {"OutputIntents": self._shared_in(entries["OutputIntents"], source)}
        metadata = source.things[int(entries["Metadata"].split()[0])]
        self._metadata = _titled(zlib.decompress(metadata.stream or b""), self._title)
        self._producer = source.things[source.info].entries.get("Producer", b"()")

    def _share(self, number: int, source: PdfObjects) -> int:
        """Return the number under which an object stands here; objects of the same content are one."""
        if number in source.fonts:
            return source.fonts[number]
        thing = source.things[number]
        data = self._shared_in(thing.data, source)
        key = md5(data + b"\0" + (thing.stream or b""), usedforsecurity=False).digest()
        if key not in self._shared:
            own = self._shared[key] = self._number()
            if thing.stream is None:
                self._loose.append((own, data))
            else:
                self._store(own, StoredObject(data, thing.stream))
        return self._shared[key]

    def _shared_in(self, data: bytes, source: PdfObjects) -> bytes:
        return _REFERENCE.sub(lambda match: b"%d 0 R" % self._share(int(match[1]), source), data)

    def _write_fonts(self) -> None:
        for font in self._all_fonts:
            things = font.subsets.things(font.rows)
            *parts, whole = sorted(things)
            numbers = {part: self._number() for part in parts} | {whole: font.number}
            for number, thing in renumbered(things, numbers).items():
                if thing.stream is None:
                    self._loose.append((number, thing.data))
                else:
                    self._store(number, thing)

    def _keep_parents(self) -> None:
        branches = []
        for start in range(0, len(self._marks), _BRANCH):
            some = list(enumerate(self._marks))[start : start + _BRANCH]
            own = self._number()
            listed = b" ".join(b"%d %d 0 R" % pair for pair in some)
            self._loose.append((own, b"<</Limits[%d %d]/Nums[%b]>>" % (some[0][0], some[-1][0], listed)))
            branches.append(own)
        self._loose.append((_PARENTS, b"<</Kids[%b]>>" % _refs(branches)))

    def _bookmarks(self) -> None:
        first = self._free
        self._free += len(self._labels)
        last = self._free - 1
        for at, (label, _, page) in enumerate(self._labels, start=first):
            before = b"/Prev %d 0 R" % (at - 1) if at > first else b""
            after = b"/Next %d 0 R" % (at + 1) if at < last else b""
            data = b"<</Title %b/Parent %d 0 R%b%b/Dest[%d 0 R/Fit]>>"
            self._loose.append((at, data % (_string(label), _OUTLINE, before, after, page)))
        data = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        self._loose.append((_OUTLINE, data % (first, last, len(self._labels))))

    def _whole(self) -> None:
        labels = b"".join(
            b"%d<</S/D/P %b>>" % (page, _string(f"{label} \N{EN DASH} ")) for label, page, _ in self._labels
        )
        entries = b"".join(b"/%b %b" % (key.encode(), value) for key, value in self._catalogue.items())
        self._loose.append(
            (
                _CATALOGUE,
                b"<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/Metadata %d 0 R/Outlines %d 0 R/Lang %b"
                b"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>"
                b"/PageLabels<</Nums[%b]>>%b>>"
                % (_PAGES, _TREE, _METADATA, _OUTLINE, _string(self._language), labels, entries),
            )
        )
        self._loose.append((_INFO, b"<</Producer %b/Title %b>>" % (self._producer, _string(self._title))))
        data = b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(self._metadata)
        self._store(_METADATA, StoredObject(data, self._metadata))

    def _number(self) -> int:
        self._free += 1
        return self._free - 1

    def _store(self, number: int, thing: StoredObject) -> None:
        self._rows[number] = b"\x01" + self._at.to_bytes(5, "big") + b"\0\0"
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, thing.whole))

    def _package(self) -> None:
        if not self._loose:
            return
        loose, self._loose = self._loose, []
        own = self._number()
        place = b"\x02" + own.to_bytes(5, "big")
        self._rows.update((number, place + at.to_bytes(2, "big")) for at, (number, _) in enumerate(loose))
        self._store(own, packed_objects(loose, level=_QUICK))

    def _references(self) -> None:
        own = self._number()
        at = self._at
        self._rows[own] = b"\x01" + at.to_bytes(5, "big") + b"\0\0"
        unused = bytes(8)
        rows = zlib.compress(b"".join(self._rows.get(number, unused) for number in range(own + 1)), _QUICK)
        identity = self._digest.hexdigest().encode()
        data = (
            b"<</Type/XRef/W[1 5 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[(%b)(%b)]"
            b"/Filter/FlateDecode/Length %d>>" % (own + 1, _CATALOGUE, _INFO, identity, identity, len(rows))
        )
        self._put(
            b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, StoredObject(data, rows).whole, at)
        )

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._at += len(data)
        self._write(data)


def _refs(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _string(text: str) -> bytes:
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


def _titled(metadata: bytes, title: str) -> bytes:
    """Return a letter's metadata with the title of the volume."""
    words = escape(title).encode()
    if _TITLE.search(metadata):
        return _TITLE.sub(lambda match: match[1] + words + match[2], metadata)
    return metadata.replace(_END_OF_RDF, _TITLED % words + _END_OF_RDF)
