"""Writes many letters into one file, in which they share fonts and constant parts."""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5
from html import escape

from lettergen.pages.pdf.typesetter import TypesetLetter
from lettergen.pages.vdp.font_subsets import FontSubsets, renumbered
from lettergen.pages.vdp.glyph_setter import Rows
from lettergen.pages.vdp.mould_builder import Cast, Mould
from lettergen.pages.vdp.pdf_objects import PdfObjects, opened
from lettergen.pages.vdp.pdf_writer import PdfWriter
from lettergen.pages.vdp.structure_tree import WrittenStructure, plain, structure_of

__all__ = ["BoundLetter", "VolumeWriter"]

_REFERENCE = re.compile(rb"(\d+) 0 R")
_TITLE = re.compile(rb"(<rdf:li xml:lang=\"x-default\">).*?(</rdf:li>)", re.DOTALL)
_END_OF_RDF = b"</rdf:RDF>"
_TITLED = (
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
    b'<rdf:li xml:lang="x-default">%b</rdf:li></rdf:Alt></dc:title></rdf:Description>\n'
)
_CLAIMS = (b"http://www.aiim.org/pdfa/ns/id/", b"http://www.aiim.org/pdfua/ns/id/")
"""What metadata name that declare PDF/A and PDF/UA."""
_MOST_LEAVES = 64
"""Moulds that are held at once; one that comes again finds its shared parts written already."""
_BRANCH = 32
"""Children of a node in the trees of pages and of marked content, so that no reader walks ten thousand."""
_CATALOGUE, _PAGES, _TREE, _DOCUMENT, _PARENTS, _METADATA, _INFO, _OUTLINE = range(1, 9)
_FIRST_FREE = 9
_BOXES = ("MediaBox", "TrimBox", "BleedBox", "CropBox", "Rotate", "Tabs")


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


@dataclass(slots=True)
class _Label:
    """How the pages of a letter are called, and what leads to them."""

    label: str
    bookmark: str
    page: int = 0
    """Which page of the file is its first."""
    object: int = 0


@dataclass(frozen=True, slots=True)
class BoundLetter:
    """A letter from a mould, and where its own lines stand in the file."""

    label: str
    mould: int
    """The same number for all letters from one mould."""
    rows: tuple[Rows, ...]
    streams: tuple[tuple[int, int], ...]
    """Where each of its streams begins, and its length."""


class VolumeWriter:
    """Writes a volume of letters, letter by letter.

    It is PDF/A-3a and PDF/UA-1 if all its letters are. The same letters give the
    same bytes. `close` completes the file.
    """

    def __init__(self, write: Callable[[bytes], object], *, title: str, language: str | None = None) -> None:
        """Begin a file.

        Args:
            write: Takes the bytes one after the other.
            title: Title of the volume: public words only.
            language: BCP 47 tag of most of it; default: that of most files that are added.
        """
        self._out = PdfWriter(write, first_free=_FIRST_FREE)
        self._title, self._language = title, language
        self._spoken: Counter[bytes] = Counter()
        self.bound: list[BoundLetter] = []
        """The letters from moulds."""
        self._moulds: dict[int, tuple[Mould, int]] = {}
        self._leaves: dict[int, tuple[object, _LetterObjects]] = {}
        self._shared: dict[bytes, int] = {}
        self._of_source: tuple[Mapping[int, object], Mapping[int, int], dict[int, int]] = ({}, {}, {})
        self._fonts: dict[FontSubsets, _VolumeFont] = {}
        self._all_fonts: list[_VolumeFont] = []
        self._labels: list[_Label] = []
        self._pages: list[int] = []
        self._marks: list[tuple[int, int]] = []
        self._nodes: list[tuple[int, list[int]]] = []
        self._tops: list[int] = []
        self._intents = self._producer = self._size = b""
        self._metadata: bytes | None = None

    @property
    def pages(self) -> int:
        """Return how many pages there are so far."""
        return len(self._pages)

    def add(self, letter: TypesetLetter, label: str, bookmark: str = "") -> None:
        """Add a letter; ``label``, with the page's number, is the label of its pages, and its bookmark."""
        bookmark = bookmark or label
        if letter.cast is not None:
            cast = letter.cast
            starts = self._set(self._leaf_of(cast), cast.streams, _Label(label, bookmark))
            # Held as well, so that no other gets its identity.
            _, mould = self._moulds.setdefault(id(cast.mould), (cast.mould, len(self._moulds)))
            places = tuple(zip(starts, map(len, cast.streams), strict=True))
            self.bound.append(BoundLetter(label, mould, cast.rows, places))
        else:
            self.add_file(opened(letter.pdf), label, bookmark)

    def add_file(
        self,
        source: PdfObjects,
        label: str,
        bookmark: str,
        drawn: Mapping[int, bytes] | None = None,
        blanks: Collection[int] = (),
    ) -> None:
        """Add the pages of a finished file.

        Args:
            source: The file, or its part.
            label: With the page's number, the label of its pages.
            bookmark: What leads to them.
            drawn: What is drawn on pages that is no part of the text, by page counted from 0: operators in
                points from the lower left corner.
            blanks: Before which of its pages an empty one stands, counted likewise.
        """
        self._size = source.things[source.pages[-1]].entries["MediaBox"]
        self._set(self._leaf(source, drawn or {}), (), _Label(label, bookmark), blanks)

    def add_blank(self) -> None:
        """Add an empty page, which belongs to no letter, as large as the last one of the last file."""
        own = self._out.number()
        data = b"<</Type/Page/Parent %d 0 R/MediaBox %b/Resources<<>>/Contents %d 0 R>>"
        self._out.add(own, data % (self._node(own), self._size, self._written(b"<</Length 0>>", b"")))
        self._pages.append(own)

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
                self._fonts[one.subsets] = _VolumeFont(one.subsets, self._out.number())
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
        return replace(self._leaf(source, {}), fonts=tuple(fonts))

    def close(self) -> None:
        """Write the common parts: the trees of pages, structure and bookmarks."""
        if not self._pages:
            raise ValueError("a file has a page at least")
        for number, kids in self._nodes:
            data = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>"
            self._out.add(number, data % (_PAGES, len(kids), _refs(kids)))
        nodes = [number for number, _ in self._nodes]
        self._out.add(_PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), _refs(nodes)))
        tree = b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>"
        self._out.add(_TREE, tree % (_DOCUMENT, _PARENTS, len(self._pages)))
        document = b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (_TREE, _refs(self._tops))
        self._out.add(_DOCUMENT, document)
        self._write_fonts()
        self._keep_parents()
        self._bookmarks()
        self._whole()
        self._out.close(_CATALOGUE, _INFO)

    def _set(
        self, leaf: _LetterObjects, streams: Sequence[bytes], label: _Label, blanks: Collection[int] = ()
    ) -> list[int]:
        """Write a letter's objects, and return where its streams begin."""
        first = self._out.number(leaf.count + len(streams))
        starts = [
            self._out.add(at, b"<</Filter/FlateDecode/Length %d>>" % len(stream), stream)
            for at, stream in enumerate(streams, start=first + leaf.count)
        ]
        values = [first + number for number in leaf.numbers]
        self._labels.append(replace(label, page=len(self._pages), object=first + leaf.pages[0]))
        for at, (page, mark, gap) in enumerate(zip(leaf.pages, leaf.marks, leaf.parents, strict=True)):
            if at in blanks:
                self.add_blank()
            values[gap] = self._node(first + page)
            values[gap + 1] = len(self._pages)
            self._marks.append((len(self._pages), first + mark))
            self._pages.append(first + page)
        self._tops.append(first)
        for number, data in enumerate((leaf.text % tuple(values)).split(b"\0"), start=first):
            self._out.add(number, data)
        return starts

    def _node(self, page: int) -> int:
        """Return the node of the tree of pages under which the next page hangs."""
        if not self._nodes or len(self._nodes[-1][1]) >= _BRANCH:
            self._nodes.append((self._out.number(), []))
        self._nodes[-1][1].append(page)
        return self._nodes[-1][0]

    def _leaf(self, source: PdfObjects, drawn: Mapping[int, bytes]) -> _LetterObjects:
        self._learn(source)
        structure, language = structure_of(source.things, source.root, source.pages)
        self._spoken[language] += 1
        written = WrittenStructure(structure, len(source.pages))
        elements = written.elements(language, _DOCUMENT)
        gaps = {run.number: at for at, run in enumerate(source.runs)}
        count = len(elements) + 2 * len(source.pages)
        texts, numbers, parents = list(elements), list(written.numbers), []
        for at, number in enumerate(source.pages):
            entries = source.things[number].entries
            parents.append(len(numbers))
            # Filled with the node and the place among all pages.
            numbers += (0, 0)
            contents = []
            for stream in map(int, _REFERENCE.findall(entries.get("Contents", b""))):
                is_gap = stream in gaps
                contents.append(b"%d 0 R" if is_gap else b"%d 0 R" % self._share(stream, source))
                numbers += [count + gaps[stream]] if is_gap else []
            if at in drawn:
                contents = [
                    b"%d 0 R" % self._stream(b"q"),
                    *contents,
                    b"%d 0 R" % self._stream(b"Q\n/Artifact BMC\nq\n%bQ\nEMC" % drawn[at]),
                ]
            boxes = b"".join(b"/%b %b" % (name.encode(), entries[name]) for name in _BOXES if name in entries)
            resources = self._shared_in(entries.get("Resources", b"<<>>"), source)
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
        """Take the metadata of the letter that declares least, and the first colour profile."""
        entries = source.things[source.root].entries
        if not self._intents and "OutputIntents" in entries:
            self._intents = b"/OutputIntents %b" % self._shared_in(entries["OutputIntents"], source)
        metadata = source.metadata
        if self._metadata is None or _claims(metadata) < _claims(self._metadata):
            self._metadata = metadata
            self._producer = source.things[source.info].entries.get("Producer", b"") if source.info else b""

    def _share(self, number: int, source: PdfObjects) -> int:
        """Return the number under which an object stands here; objects of the same content are one."""
        if number in source.fonts:
            return source.fonts[number]
        # A mould's fonts may stand under other numbers than before.
        things, fonts, _ = self._of_source
        if things is not source.things or fonts is not source.fonts:
            self._of_source = (source.things, source.fonts, {})
        known = self._of_source[2]
        if number not in known:
            thing = source.things[number]
            known[number] = self._written(self._shared_in(thing.data, source), thing.stream)
        return known[number]

    def _stream(self, operators: bytes) -> int:
        """Write operators that are drawn on a page, and return the number of their stream."""
        stream = zlib.compress(operators)
        return self._written(b"<</Filter/FlateDecode/Length %d>>" % len(stream), stream)

    def _written(self, data: bytes, stream: bytes | None) -> int:
        """Write an object unless one of the same content stands here, and return its number."""
        key = md5(data + b"\0" + (stream or b""), usedforsecurity=False).digest()
        if key not in self._shared:
            self._shared[key] = own = self._out.number()
            self._out.add(own, data, stream)
        return self._shared[key]

    def _shared_in(self, data: bytes, source: PdfObjects) -> bytes:
        return _REFERENCE.sub(lambda match: b"%d 0 R" % self._share(int(match[1]), source), data)

    def _write_fonts(self) -> None:
        for font in self._all_fonts:
            things = font.subsets.things(font.rows)
            *parts, whole = sorted(things)
            numbers = {part: self._out.number() for part in parts} | {whole: font.number}
            for number, thing in renumbered(things, numbers).items():
                self._out.add(number, thing.data, thing.stream)

    def _keep_parents(self) -> None:
        branches = []
        for start in range(0, len(self._marks), _BRANCH):
            some = self._marks[start : start + _BRANCH]
            branches.append(own := self._out.number())
            listed = b" ".join(b"%d %d 0 R" % pair for pair in some)
            self._out.add(own, b"<</Limits[%d %d]/Nums[%b]>>" % (some[0][0], some[-1][0], listed))
        self._out.add(_PARENTS, b"<</Kids[%b]>>" % _refs(branches))

    def _bookmarks(self) -> None:
        first = self._out.number(len(self._labels))
        last = first + len(self._labels) - 1
        for at, label in enumerate(self._labels, start=first):
            before = b"/Prev %d 0 R" % (at - 1) if at > first else b""
            after = b"/Next %d 0 R" % (at + 1) if at < last else b""
            data = b"<</Title %b/Parent %d 0 R%b%b/Dest[%d 0 R/Fit]>>"
            self._out.add(at, data % (_string(label.bookmark), _OUTLINE, before, after, label.object))
        data = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        self._out.add(_OUTLINE, data % (first, last, len(self._labels)))

    def _whole(self) -> None:
        labels = b"".join(
            b"%d<</S/D/P %b>>" % (one.page, _string(f"{one.label} \N{EN DASH} ")) for one in self._labels
        )
        spoken = _string(self._language) if self._language else self._spoken.most_common(1)[0][0]
        told = b"/Lang %b" % spoken if spoken else b""
        if self._metadata:
            data = _titled(self._metadata, self._title)
            self._out.add(_METADATA, b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(data), data)
            told += b"/Metadata %d 0 R" % _METADATA
        self._out.add(
            _CATALOGUE,
            b"<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/Outlines %d 0 R"
            b"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>"
            b"/PageLabels<</Nums[%b]>>%b%b>>" % (_PAGES, _TREE, _OUTLINE, labels, told, self._intents),
        )
        producer = b"/Producer %b" % self._producer if self._producer else b""
        self._out.add(_INFO, b"<<%b/Title %b>>" % (producer, _string(self._title)))


def _claims(metadata: bytes) -> frozenset[bytes]:
    """Return which standards metadata name."""
    return frozenset(name for name in _CLAIMS if name in metadata)


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
