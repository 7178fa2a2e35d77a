"""Adds what WeasyPrint's PDF lacks for PDF/A-3a (ISO 19005-3) together with PDF/UA-1 (ISO 14289-1)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lettergen.pages.pdf.embedded_parts import colour_profile, outlines_only
from lettergen.pages.pdf.private_parts import Notices
from lettergen.pages.pdf.structure import write_structure

__all__ = ["VARIANT", "families", "finisher", "without_pdf_ua", "without_standards"]

VARIANT = "pdf/a-3a"

# PDF/A allows a property outside its own schemas only if the file describes it
# (ISO 19005-3, 6.6.2.3.2); PDF/UA's `part` is one (ISO 14289-1, clause 5).
_PDF_UA = b"""\
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
"""

_END_OF_METADATA = b"</rdf:RDF>"
_PDF_A_NAMESPACE = b' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
_PDF_A = re.compile(
    rb"<rdf:Description[^>]*?pdfaid(?:(?!</?rdf:Description).)*?(?:/>|</rdf:Description>)\s*", re.DOTALL
)

# Hyphens at line ends are U+2010, which is drawn; who copies, searches or listens
# should meet the soft hyphen, which says that the word goes on (ISO 32000-1,
# 14.8.2.2.3). A letter's own hyphens are U+002D and U+2011.
_END_OF_LINE_HYPHEN = (b"> <2010>", b"> <00ad>")
_CHARACTER_MAP = b"begincmap"

_COMPONENTS = 3
"""Of the colour profile, the only stream that names its number."""

_RESOURCE_KINDS = ("Pattern", "Shading", "XObject", "ExtGState")


def finisher(
    *, has_own_hyphens: bool, notices: Notices | None = None, take: Callable[[Any], None] | None = None
) -> Callable[[Any, Any], None]:
    """Return a function that corrects the PDF's objects before writing (``write_pdf(finisher=…)``).

    Args:
        has_own_hyphens: The letter holds U+2010 itself, so that it cannot stand for a break.
        notices: Is told where the structure cannot be put right; such a file does not name PDF/UA.
            None for a file without structure.
        take: Receives the corrected file.
    """

    def finish(document: Any, pdf: Any) -> None:
        _mend(pdf)
        if notices is not None:
            with notices.instead("files have WeasyPrint's own tags, and do not name PDF/UA-1"):
                write_structure(document, pdf)
                _declare_pdf_ua(pdf)
        if not has_own_hyphens:
            _soften_hyphens(pdf)
        if take:
            take(pdf)

    return finish


def _mend(pdf: Any) -> None:
    for thing in pdf.objects:
        extra = getattr(thing, "extra", None) or {}
        if isinstance(thing, dict):
            _drop_empty_resources(thing)
        elif "Interpolate" in extra:
            # ISO 19005-3, 6.2.8: no picture may ask to be smoothed.
            extra["Interpolate"] = "false"
        elif "Length1" in extra:
            thing.stream = [outlines_only(b"".join(_parts(thing)))]
            extra["Length1"] = len(thing.stream[0])
        elif extra.get("N") == _COMPONENTS and "Type" not in extra:
            thing.stream = [colour_profile()]


def _declare_pdf_ua(pdf: Any) -> None:
    """Make the metadata name PDF/UA-1 beside PDF/A."""
    for thing in pdf.objects:
        if (getattr(thing, "extra", None) or {}).get("Type") == "/Metadata":
            both = _PDF_UA + _END_OF_METADATA
            thing.stream = [part.replace(_END_OF_METADATA, both) for part in _parts(thing)]


def without_pdf_ua(metadata: bytes) -> bytes:
    """Return a file's metadata without the name of PDF/UA."""
    return metadata.replace(_PDF_UA, b"")


def without_standards(metadata: bytes) -> bytes:
    """Return a file's metadata without the names of PDF/A and PDF/UA."""
    return _PDF_A.sub(b"", without_pdf_ua(metadata)).replace(_PDF_A_NAMESPACE, b"")


def families(pdf: Any) -> Iterator[str]:
    """Yield the families of the fonts in a file, given as its pydyf ``PDF``."""
    for thing in pdf.objects:
        if isinstance(thing, dict) and "FontFamily" in thing:
            yield thing["FontFamily"].string


def _soften_hyphens(pdf: Any) -> None:
    for thing in pdf.objects:
        if any(_CHARACTER_MAP in part for part in _parts(thing)):
            thing.stream = [part.replace(*_END_OF_LINE_HYPHEN) for part in _parts(thing)]


def _parts(thing: Any) -> list[bytes]:
    return [part for part in getattr(thing, "stream", ()) if isinstance(part, bytes)]


def _drop_empty_resources(thing: dict[str, Any]) -> None:
    if "ColorSpace" not in thing or "ExtGState" not in thing:
        return
    for kind in _RESOURCE_KINDS:
        if kind in thing and not thing[kind]:
            del thing[kind]
