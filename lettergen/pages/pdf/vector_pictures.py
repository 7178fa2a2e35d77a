"""Logos drawn as SVG: taken apart, and put together again from what only draws."""

import re
from xml.etree import ElementTree

from lettergen.errors import Problem, RenderError

__all__ = ["cleaned_svg", "is_svg"]

_SVG = "http://www.w3.org/2000/svg"
_MOST_BYTES = 1_000_000
_MOST_ELEMENTS = 5_000
_DRAWING = frozenset(
    {
        "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline",
        "polygon", "clipPath",
    }
)  # fmt: skip
"""SVG 1.1, elements that draw with what is in the file; nothing that runs, loads, moves or has letters.

Nor `use`, with which a few lines can draw a thing a billion times, nor gradients, of which WeasyPrint 70
draws nothing.
"""
_SILENT = frozenset({"title", "desc", "metadata"})
"""They draw nothing, and may tell who drew it."""
_ATTRIBUTES = frozenset(
    {
        "id", "class", "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2",
        "y2", "points", "viewBox", "preserveAspectRatio", "transform", "fill", "fill-rule",
        "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "opacity", "clip-path", "clip-rule",
        "clipPathUnits",
        "color", "display", "visibility", "version", "style",
    }
)  # fmt: skip
_ELSEWHERE = re.compile(r"url\(|@|\\|javascript:|data:", re.IGNORECASE)
"""What may lead out of the file, in any value; a clip is named as `url(#id)`."""
_CLIP = re.compile(r"url\(#[\w.-]+\)|none")
_DECLARED = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def is_svg(data: bytes) -> bool:
    """Say whether a file looks like SVG rather than a picture of pixels."""
    head = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in data[:100_000]


def cleaned_svg(name: str, data: bytes) -> bytes:
    """Return a drawing without scripts, references to elsewhere, words and metadata.

    Raises:
        RenderError: It is damaged or too large, or holds more than lines and areas.
    """
    if len(data) > _MOST_BYTES:
        raise _unusable(name, f"has {len(data):,} bytes, more than the {_MOST_BYTES:,} allowed")
    try:
        text = _DECLARATION.sub("", data.decode("utf-8-sig"), count=1)
    except UnicodeDecodeError:
        raise _unusable(name, "is not in UTF-8") from None
    if _DECLARED.search(text):
        # Entities can unfold to any length or name a file of this machine (XML 1.0, 4.2).
        raise _unusable(name, "declares a document type or entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without declarations there is nothing to expand
    except ElementTree.ParseError:
        raise _unusable(name, "is not well-formed XML") from None
    if _local(root) != "svg":
        raise _unusable(name, "does not begin with `<svg>`")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise _unusable(name, f"has more than {_MOST_ELEMENTS:,} elements")
    if "viewBox" not in root.attrib and not {"width", "height"} <= root.attrib.keys():
        raise _unusable(name, "has neither a `viewBox` nor a width and a height")
    ElementTree.register_namespace("", _SVG)
    try:
        return bytes(ElementTree.tostring(_drawn(name, root), encoding="utf-8", xml_declaration=False))
    except RecursionError:
        raise _unusable(name, "has too many groups in each other") from None


def _drawn(name: str, element: ElementTree.Element) -> ElementTree.Element:
    found = ElementTree.Element(f"{{{_SVG}}}{_local(element)}")
    for key, value in element.attrib.items():
        if key.casefold().startswith("on"):
            raise _unusable(name, f"runs a script (`{key}`)")
        is_clip = key == "clip-path" and _CLIP.fullmatch(value.strip())
        if key.rpartition("}")[2] == "href" or (_ELSEWHERE.search(value) and not is_clip):
            raise _unusable(name, f"refers to something else (`{key.rpartition('}')[2]}`)")
        if key in _ATTRIBUTES:
            found.set(key, value)
    for inner in element:
        kind = _local(inner)
        if kind in _SILENT or not _is_svg_element(inner):
            continue
        if kind not in _DRAWING:
            raise _unusable(name, f"holds `<{kind}>`")
        found.append(_drawn(name, inner))
    return found


def _is_svg_element(element: ElementTree.Element) -> bool:
    """Say whether an element is SVG's; drawing programs add their own, which draw nothing."""
    tag = element.tag
    return isinstance(tag, str) and (tag.startswith(f"{{{_SVG}}}") or not tag.startswith("{"))


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _unusable(name: str, why: str) -> RenderError:
    fix = "save it as plain SVG with all text as paths and without scripts, links and pictures, or as PNG."
    return RenderError([Problem("unusable-drawing", f"the drawing `{name}` {why}.", fix)])
