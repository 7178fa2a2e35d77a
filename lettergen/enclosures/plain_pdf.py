"""A PDF reduced to the pages that it shows: no scripts, links, forms, attached files or metadata.

Each page becomes one form XObject, with what would be printed of its annotations drawn in. Nothing else
of the file is taken over, so whatever acts or tells of its author stays behind.
"""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lettergen.enclosures.faults import UnusableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_PIXELS", "PlainPages", "plain_pages"]

MOST_PIXELS = 100_000_000
"""Of one picture: an A4 page at 600 dots an inch has a third of them."""
MOST_PAGES = 1_000
_MOST_UNFOLDED = 32 << 20
"""Bytes of what draws its pages, fonts included; a small file may unfold to a hundred gigabytes."""
_SMALLEST_PT, _LARGEST_PT = 28.0, 14_400.0
"""A page of less than a centimetre is a mistake; PDF 1.7 (ISO 32000-1, Annex C) knows none above 5 metres."""
_NEW_COPY = "open it, and print it into a new PDF."
_UNTOLD = (
    "Metadata", "PieceInfo", "LastModified", "StructParent", "StructParents", "OC", "OPI", "Ref", "AF",
    "Alternates", "AA", "JS", "Measure", "PtData", "Properties",
)  # fmt: skip
"""Entries that are not needed to draw, or that tell more than is drawn."""
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_NAME = re.compile(rb"/[^\0\t\n\f\r ()<>\[\]{}/%]+")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_MARK = re.compile(rb"\b(?:BMC|BDC|MP|DP)\b")
_MARKING = frozenset({"BMC", "BDC", "EMC", "MP", "DP"})
"""Operators that only mark content; what they mark it with may be words that nobody sees."""
_CARRIERS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""JPEG segments (APP1 to APP13, APP15, COM) that hold metadata: where and with what a picture was taken."""
_ARCHIVAL = frozenset({"1A", "2A", "2U", "3A", "3U"})
"""Parts and levels of PDF/A whose pages may stand in a PDF/A-3a: all their characters are known."""
_COMPONENTS_OF_RGB_AND_GREY = frozenset({1, 3})


@dataclass(frozen=True, slots=True)
class PlainPages:
    """The pages of a PDF, each drawn by one form XObject under the name `P`."""

    pdf: bytes
    sizes: tuple[tuple[float, float], ...]
    """Width and height of each page as it is read, in points."""
    is_archival: bool
    """Whether the file declares a PDF/A that may stand in a letter's PDF/A."""
    has_all_fonts: bool
    """Whether each font is in the file; others are replaced by whatever a program or a printer has."""


def plain_pages(data: bytes) -> PlainPages:
    """Return the pages of a PDF.

    Raises:
        UnusableFileError: It is damaged, locked, too large, or holds more than pages that are all shown.
    """
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as source:
            _refuse_more_than_pages(source)
            _refuse_bomb(source)
            is_archival = _is_archival(source)
            _flatten(source)
            pdf, sizes, has_all_fonts = _redrawn(source)
            if source.get_warnings():
                raise _damaged()
    except pikepdf.PasswordError:
        fix = "take the password away: open it with the password, and print it into a new PDF."
        raise UnusableFileError.of("enclosure-locked", "needs a password", fix) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, zlib.error):
        raise _damaged() from None
    return PlainPages(pdf, sizes, is_archival, has_all_fonts)


def _damaged() -> UnusableFileError:
    message = "is damaged, so that pages may be missing"
    return UnusableFileError.of("enclosure-damaged", message, f"get the file again, or {_NEW_COPY}")


def _refuse_more_than_pages(source: Any) -> None:
    """Refuse a PDF that shows different things to different people.

    Raises:
        UnusableFileError: It does.
    """
    root = source.Root
    message = ""
    if "/Collection" in root:
        message = "is a portfolio: its pages are only the cover of other files"
    elif "/AcroForm" in root and "/XFA" in root.AcroForm:
        message = "is a form (XFA) that only one program shows"
    elif _has_hidden_layers(root):
        message = "has layers that are switched off, so that it shows less than it holds"
    elif not len(source.pages):
        raise _damaged()
    elif len(source.pages) > MOST_PAGES:
        fix = "enclose the pages that matter."
        raise UnusableFileError.of("enclosure-too-large", f"has {len(source.pages):,} pages", fix)
    if message:
        raise UnusableFileError.of("enclosure-not-plain", message, _NEW_COPY)


def _has_hidden_layers(root: Any) -> bool:
    layers = root.get("/OCProperties", {})
    shown = layers.get("/D", {})
    return bool(len(shown.get("/OFF", ()))) or str(shown.get("/BaseState", "/ON")) != "/ON"


def _is_archival(source: Any) -> bool:
    """Say whether a file declares that its pages may stand in a PDF/A-3a with an RGB profile."""
    if "/Metadata" not in source.Root:
        return False
    with source.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        if str(metadata.pdfa_status).upper() not in _ARCHIVAL:
            return False
    profiles = (intent.get("/DestOutputProfile", {}) for intent in source.Root.get("/OutputIntents", ()))
    return all(int(profile.get("/N", 3)) in _COMPONENTS_OF_RGB_AND_GREY for profile in profiles)


def _flatten(source: Any) -> None:
    """Draw what is printed of forms, stamps and remarks into the pages."""
    if "/AcroForm" in source.Root:
        source.generate_appearance_streams()
    source.flatten_annotations("print")


def _redrawn(source: Any) -> tuple[bytes, tuple[tuple[float, float], ...], bool]:
    import pikepdf

    sizes = []
    with pikepdf.new() as plain:
        for page in source.pages:
            # What a reader sees is the crop box; crop marks and what was cut off lie beyond it.
            page.trimbox = page.cropbox
            form = plain.copy_foreign(page.as_form_xobject())
            sizes.append(_to_origin(form))
            _append(plain, form, *sizes[-1])
        for thing in list(plain.objects):
            _reduce(thing)
        for thing in list(plain.objects):
            if isinstance(thing, pikepdf.Stream) and (
                str(thing.get("/Subtype", "")) == "/Form" or thing.get("/PatternType") == 1
            ):
                _unmark(thing)
        _refuse_circles(plain)
        has_all_fonts = all(map(_is_embedded, plain.objects))
        out = BytesIO()
        plain.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue(), tuple(sizes), has_all_fonts


def _append(plain: Any, form: Any, width: float, height: float) -> None:
    import pikepdf

    page = plain.add_blank_page(page_size=(width, height))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=form))
    page.obj.Contents = plain.make_stream(b"/P Do")


def _to_origin(form: Any) -> tuple[float, float]:
    """Let a form's lower left corner be the origin, however the page was turned; return its size."""
    import pikepdf

    matrix = pikepdf.Matrix(form.get("/Matrix", pikepdf.Array([1, 0, 0, 1, 0, 0])))
    box = pikepdf.Rectangle(form.BBox)
    shown = matrix.transform(box)
    width, height = float(shown.width), float(shown.height)
    if not all(_SMALLEST_PT <= side <= _LARGEST_PT for side in (width, height)):
        message = f"has a page of {width / 72 * 25.4:,.0f} × {height / 72 * 25.4:,.0f} mm"
        raise UnusableFileError.of(
            "enclosure-damaged", message, f"print it on paper of a usual size: {_NEW_COPY}"
        )
    form.Matrix = (matrix @ pikepdf.Matrix(1, 0, 0, 1, -float(shown.llx), -float(shown.lly))).as_array()
    return width, height


def _reduce(thing: Any) -> None:
    """Take out of an object what is not drawn.

    Raises:
        UnusableFileError: It is a picture of too many pixels.
    """
    import pikepdf

    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for name in _UNTOLD:
        if f"/{name}" in thing:
            del thing[f"/{name}"]
    for inside in thing.values() if isinstance(thing, pikepdf.Dictionary) else ():
        if isinstance(inside, pikepdf.Dictionary) and not inside.is_indirect:
            _reduce(inside)
    if not isinstance(thing, pikepdf.Stream) or str(thing.get("/Subtype", "")) != "/Image":
        return
    if int(thing.Width) * int(thing.Height) > MOST_PIXELS:
        message = f"has a picture of {int(thing.Width):,} × {int(thing.Height):,} pixels"
        raise UnusableFileError.of("enclosure-too-large", message, "save it with a resolution of 300 dpi.")
    if thing.get("/Filter") == pikepdf.Name.DCTDecode:
        parameters: Any = thing.get("/DecodeParms")
        reduced = without_metadata(thing.read_raw_bytes())
        thing.write(reduced, filter=pikepdf.Name.DCTDecode, decode_parms=parameters)


def without_metadata(jpeg: bytes) -> bytes:
    """Return a JPEG without the segments that tell of its making."""
    at, kept = 2, [jpeg[:2]]
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] not in _CARRIERS:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def _unmark(form: Any) -> None:
    """Take the marks out of what a form or a pattern draws, and out of its resources what it does not use.

    Raises:
        UnusableFileError: It relies on what is not its own.
    """
    import pikepdf

    data = form.read_bytes()
    if _MARK.search(data):
        kept = (one for one in pikepdf.parse_content_stream(form) if str(one.operator) not in _MARKING)
        form.write(pikepdf.unparse_content_stream(list(kept)))
    names = {_ESCAPED.sub(_unescaped, name) for name in _NAME.findall(data)}
    if "/Resources" not in form and names:
        # Of PDF 1.1: it takes those of whoever draws it.
        raise _damaged()
    # A dictionary that forms share may name a form within itself.
    own = pikepdf.Dictionary()
    for kind, found in form.get("/Resources", {}).items():
        if isinstance(found, pikepdf.Dictionary):
            used = {
                name: value
                for name, value in found.items()
                if name.encode() in names or name in _DEFAULT_SPACES
            }
            if used:
                own[kind] = pikepdf.Dictionary(used)
    form.Resources = own


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def _refuse_bomb(source: Any) -> None:
    """Refuse a file that unfolds to too much of what is drawn.

    Raises:
        UnusableFileError: It does.
    """
    import pikepdf

    room = _MOST_UNFOLDED
    for thing in source.objects:
        if not isinstance(thing, pikepdf.Stream) or str(thing.get("/Subtype", "")) == "/Image":
            continue
        filters = thing.get("/Filter", "")
        is_folded = str(filters) == "/FlateDecode" or (
            isinstance(filters, pikepdf.Array) and len(filters) == 1 and str(filters[0]) == "/FlateDecode"
        )
        raw = thing.read_raw_bytes()
        if is_folded:
            raw = zlib.decompressobj().decompress(raw, room + 1)
        room -= len(raw)
        if room < 0:
            message = f"unfolds to more than {_MOST_UNFOLDED >> 20} MB of drawing"
            raise UnusableFileError.of("enclosure-too-large", message, _NEW_COPY)


def _is_embedded(thing: Any) -> bool:
    """Say whether an object is anything but a font that is not in the file."""
    import pikepdf

    if not isinstance(thing, pikepdf.Dictionary) or str(thing.get("/Type", "")) != "/Font":
        return True
    if str(thing.get("/Subtype", "")) in ("/Type0", "/Type3"):
        return True  # what it is made of is looked at by itself
    return any(name in thing.get("/FontDescriptor", {}) for name in _FONT_FILES)


def _refuse_circles(plain: Any) -> None:
    """Refuse a file in which something draws itself.

    Raises:
        UnusableFileError: Something does.
    """
    import pikepdf

    done: set[tuple[int, int]] = set()
    for page in plain.pages:
        way: list[tuple[tuple[int, int], Iterator[Any]]] = [((-1, 0), iter([page.obj.Resources]))]
        within: set[tuple[int, int]] = set()
        while way:
            own, rest = way[-1]
            thing = next(rest, None)
            if thing is None:
                way.pop()
                within.discard(own)
                done.add(own)
                continue
            if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
                continue
            number = thing.objgen if thing.is_indirect else (-1, 0)
            if number in within:
                raise _damaged()
            if number in done and number != (-1, 0):
                continue
            if number != (-1, 0):
                within.add(number)
            inside = (
                thing.as_list() if isinstance(thing, pikepdf.Array) else [one for _, one in thing.items()]
            )
            way.append((number, iter(inside)))


_DEFAULT_SPACES = frozenset({"/DefaultGray", "/DefaultRGB", "/DefaultCMYK"})
"""Colour spaces that apply without being named."""
