"""WeasyPrint's private parts: what was laid out, and what it works out at its start.

No other module reaches into WeasyPrint, but for `pango_private`, which sets lines
with its binding of Pango. Everything here raises `PrivatePartMoved` where a part
is not what it was in WeasyPrint 70.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lettergen.cache import installed
from lettergen.pages.pdf.private_parts import PrivatePartMoved, entry, module, part, takes

__all__ = [
    "Box",
    "Style",
    "boxes",
    "check_tags",
    "declarations",
    "forget",
    "give_own_sheets",
    "give_profile",
    "load",
    "own_sheets",
    "own_sheets_unread",
    "parts",
    "profile",
    "put_into",
    "read_own_sheets",
]

_CDEF = re.compile(r"ffi\.cdef\('''(.*?)'''\)", re.DOTALL)
_SHEETS = ("html5_ua.css", "html5_ua_form.css", "html5_ph.css")
_SRGB = "sRGB2014.icc"

Profile = tuple[str, bytes]
"""Name and content of a colour profile."""


class Style:
    """What CSS says of a box, with all values computed."""

    __slots__ = ("computed",)

    def __init__(self, computed: Any) -> None:
        """Take WeasyPrint's own object."""
        self.computed = computed

    def __getitem__(self, name: str) -> Any:
        """Return the value of a property, its name spelt with underscores."""
        return entry(self.computed, name)


class Box:
    """A box of a page as it was laid out; lengths are in px."""

    __slots__ = ("_box",)

    def __init__(self, box: Any) -> None:
        """Look at one of WeasyPrint's boxes."""
        self._box = box

    @property
    def kind(self) -> str:
        """What it is, of those that are told apart: block, flex, inline, line, margin, text; or empty."""
        return _kinds().get(type(self._box), "")

    @property
    def is_picture(self) -> bool:
        """Say whether it is a picture or the like."""
        return isinstance(self._box, _replaced())

    @property
    def is_in_flow(self) -> bool:
        """Say whether it stands where what comes before it ends."""
        return bool(part(self._box, "is_in_normal_flow")())

    @property
    def children(self) -> list["Box"]:
        """What stands in it."""
        return [Box(_laid_out(child)) for child in part(self._box, "children")]

    def descendants(self) -> Iterator["Box"]:
        """Yield it and all that stands in it, in the order of the words."""
        yield self
        for child in self.children:
            yield from child.descendants()

    @property
    def tag(self) -> str:
        """The element's name; a box that was put in has that of what it stands in."""
        return str(part(self._box, "element_tag"))

    @property
    def element(self) -> Any:
        """The element, in the words of `xml.etree`; None for a page."""
        element = part(self._box, "element")
        return None if isinstance(element, str) else element

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of its element."""
        element = self.element
        return () if element is None else tuple((element.get("class") or "").split())

    @property
    def style(self) -> Style:
        """Its style."""
        return Style(part(self._box, "style"))

    @property
    def text(self) -> str:
        """The words of a text."""
        return str(part(self._box, "text"))

    @property
    def place(self) -> str:
        """Which of a page's margins it is, such as ``@top-left``."""
        return str(part(self._box, "at_keyword"))

    @property
    def left(self) -> float:
        """Left edge, margins included."""
        return float(part(self._box, "position_x"))

    @property
    def top(self) -> float:
        """Upper edge, margins included."""
        return float(part(self._box, "position_y"))

    @property
    def width(self) -> float:
        """Width of what stands in it."""
        return float(part(self._box, "width"))

    @property
    def height(self) -> float:
        """Height of what stands in it."""
        return float(part(self._box, "height"))

    @property
    def base(self) -> float:
        """Where the base line of a text or of a line is."""
        return self.top + float(part(self._box, "baseline"))

    @property
    def margin_above(self) -> float:
        """The margin above it."""
        return float(part(self._box, "margin_top"))

    @property
    def margin_below(self) -> float:
        """The margin below it."""
        return float(part(self._box, "margin_bottom"))

    @property
    def edge_above(self) -> float:
        """Border and padding above what stands in it."""
        return float(part(self._box, "border_top_width") + part(self._box, "padding_top"))

    @property
    def edge_below(self) -> float:
        """Border and padding below what stands in it."""
        return float(part(self._box, "border_bottom_width") + part(self._box, "padding_bottom"))

    @property
    def has_border(self) -> bool:
        """Say whether a rule is drawn around it, or at one of its sides."""
        if self.kind == "line":
            return False
        sides = (
            part(self._box, "border_top_width"),
            part(self._box, "border_right_width"),
            part(self._box, "border_bottom_width"),
            part(self._box, "border_left_width"),
        )
        return any(sides)

    @property
    def border_height(self) -> float:
        """Height, borders included."""
        return float(part(self._box, "border_height")())

    @property
    def margin_height(self) -> float:
        """Height, margins included."""
        return float(part(self._box, "margin_height")())

    @property
    def content_left(self) -> float:
        """Left edge of what stands in it."""
        return float(part(self._box, "content_box_x")())

    @property
    def content(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of what stands in it."""
        return self.content_left, float(part(self._box, "content_box_y")()), self.width, self.height

    @property
    def border(self) -> tuple[float, float, float, float]:
        """Left, top, width and height, borders included."""
        left, top = part(self._box, "border_box_x")(), part(self._box, "border_box_y")()
        return float(left), float(top), float(part(self._box, "border_width")()), self.border_height


def check_tags(shown: Sequence[Sequence[Any]], marked: Sequence[Sequence[int]]) -> None:
    """Check that WeasyPrint has marked just the texts and pictures that its boxes show, page by page.

    Raises:
        PrivatePartMoved: It has marked other things, so that nobody knows which is which.
    """
    if list(map(len, shown)) != list(map(len, marked)):
        raise PrivatePartMoved("weasyprint.pdf.tags")


def boxes(page: Any) -> Box:
    """Return the box of a page of WeasyPrint's, which holds all others."""
    return Box(part(page, "_page_box"))


@cache
def _kinds() -> dict[type, str]:
    found = module("weasyprint.formatting_structure.boxes")
    return {
        part(found, "BlockBox"): "block",
        part(found, "FlexBox"): "flex",
        part(found, "InlineBox"): "inline",
        part(found, "LineBox"): "line",
        part(found, "MarginBox"): "margin",
        part(found, "TextBox"): "text",
    }


@cache
def _replaced() -> type:
    found: type = part(module("weasyprint.formatting_structure.boxes"), "ReplacedBox")
    return found


@cache
def _placeholder() -> type:
    found: type = part(module("weasyprint.layout.absolute"), "AbsolutePlaceholder")
    return found


def _laid_out(box: Any) -> Any:
    """Return what stands in the place of a box that was taken out of the flow."""
    return part(box, "_box") if type(box) is _placeholder() else box


def parts(sheet: Any) -> tuple[Any, ...]:
    """Return what makes up a style sheet that was read."""
    return part(sheet, "matcher"), part(sheet, "page_rules"), part(sheet, "layers")


def put_into(sheet: Any, found: Sequence[Any]) -> None:
    """Make a style sheet the one whose `parts` these are."""
    parts(sheet)
    sheet.matcher, sheet.page_rules, sheet.layers = found


def declarations() -> tuple[str, list[str]]:
    """Return the source of WeasyPrint's binding of Pango and its like, and what it declares to cffi."""
    source = _text_of("text/ffi.py")
    found = _CDEF.findall(source)
    if not found or len(found) != source.count("ffi.cdef("):
        raise PrivatePartMoved("weasyprint.text.ffi.cdef")
    return source, found


def own_sheets() -> tuple[str, ...]:
    """Return the texts of WeasyPrint's own style sheets."""
    return tuple(_text_of(f"css/{file}") for file in _SHEETS)


def read_own_sheets() -> Any:
    """Return what came of reading WeasyPrint's own style sheets."""
    return [parts(sheet) for sheet in _own()], dict(_counters())


def give_own_sheets(found: Any) -> None:
    """Fill WeasyPrint's own style sheets, which were left unread, with what `read_own_sheets` returned."""
    sheets, counters = found
    for sheet, its_parts in zip(_own(), sheets, strict=True):
        put_into(sheet, its_parts)
    _counters().update(counters)


@contextmanager
def own_sheets_unread() -> Iterator[None]:
    """Leave the style sheets empty that are read within the block."""
    reader: Any = import_module("tinycss2")
    read, is_over = reader.parse_stylesheet, False

    def unread(*terms: Any, **more: Any) -> Any:
        # Whoever holds on to this has the real one afterwards.
        return read(*terms, **more) if is_over else []

    reader.parse_stylesheet = unread
    try:
        yield
    finally:
        is_over, reader.parse_stylesheet = True, read


def _own() -> tuple[Any, ...]:
    html = module("weasyprint.html")
    return part(html, "UA_STYLESHEET"), part(html, "UA_FORM_STYLESHEET"), part(html, "PH_STYLESHEET")


def _counters() -> Any:
    return part(module("weasyprint.html"), "UA_COUNTER_STYLE")


def profile() -> Path:
    """Return the file of the colour profile that goes into every PDF/A."""
    path = installed("weasyprint") / "pdf" / _SRGB
    if not path.is_file():
        raise PrivatePartMoved(f"weasyprint.pdf.{_SRGB}")
    return path


def give_profile(known: Callable[[Callable[[], Profile]], Profile]) -> None:
    """Have WeasyPrint take the colour profile that is known, instead of having it read for every process.

    Args:
        known: Returns it, if need be by what it is given, which reads it as WeasyPrint does.
    """
    pdf, path = module("weasyprint.pdf"), profile()
    read = takes(part(pdf, "ColorProfile"), "file_object", "src", "rendering_intent", "components")

    def as_weasyprint_does() -> Profile:
        with path.open("rb") as file:
            found = read(file, _SRGB, "", ())
        # In WeasyPrint's order: what Little CMS writes depends on what it has been asked.
        content, name = part(found, "content"), part(found, "name")
        return name, content

    name, content = known(as_weasyprint_does)

    class Known(read):  # type: ignore[misc,valid-type]
        """The profile; what WeasyPrint does not ask for today is read when it does."""

        def __init__(self, src: str, *terms: Any) -> None:
            self.src, self.rendering_intent, self.components = src, *terms
            self.pdf_reference = None

        def __getattr__(self, missing: str) -> Any:
            with path.open("rb") as file:
                return getattr(read(file, self.src, self.rendering_intent, self.components), missing)

    Known.name, Known.content = name, content

    def given(file_object: Any, src: str, *terms: Any) -> Any:
        if src != _SRGB:
            return read(file_object, src, *terms)
        file_object.close()
        return Known(src, *terms)

    pdf.ColorProfile = given


def load() -> None:
    """Import WeasyPrint where other libraries may be stood in for.

    Raises:
        PrivatePartMoved: It may want something that they do not have; a plain import will tell.
    """
    try:
        import_module("weasyprint")
    except (ImportError, AttributeError) as error:
        raise PrivatePartMoved("weasyprint.__init__") from error


def forget() -> None:
    """Forget that WeasyPrint was loaded, so that it can be loaded in another way."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "weasyprint"]:
        del sys.modules[name]


def _text_of(file: str) -> str:
    """Return a file of WeasyPrint's."""
    try:
        return (installed("weasyprint") / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PrivatePartMoved(f"weasyprint.{file.replace('/', '.')}") from None
