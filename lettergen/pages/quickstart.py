"""WeasyPrint's start, shortened: what comes out the same every time is worked out once a machine.

`import weasyprint` takes two thirds of a second, and most of that is spent on
three things. pycparser reads the declarations of Pango's functions; for every
spelling under which a library might be known, cffi has ldconfig and the C
compiler look for it; and WeasyPrint's own style sheets are read. So cffi
writes the declarations out once, as it does for packages that are built with
it, and while WeasyPrint is imported a stand-in hands it those; the sheets come
out of a `Stylebook`; and what is seldom used is loaded when it is. Whatever
does not go as expected, WeasyPrint is imported as it would be without this
module.
"""

import importlib
import marshal
import re
import sys
import tempfile
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from lettergen.keeping import digest, installed, keep, kept, traces
from lettergen.pages.postponed import postponed
from lettergen.pages.stylebook import Stylebook, parts, put_into

__all__ = ["quick"]

_CDEF = re.compile(r"ffi\.cdef\('''(.*?)'''\)", re.DOTALL)
# For pictures; for other places than ours; fallbacks of WeasyPrint for machines without HarfBuzz's subsetter.
_SELDOM = (
    "fontTools.subset",
    "ssl",
    "PIL.Image",
    "PIL.ImageFile",
    "PIL.ImageOps",
    "PIL.EpsImagePlugin",
)
_SELDOM_CALLED = {
    "fontTools.ttLib": ("TTFont", "TTLibError", "ttFont", "woff2"),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
    "PIL.ImageCms": ("ImageCmsProfile",),
}
_SHEETS = {"UA": "html5_ua.css", "UA_FORM": "html5_ua_form.css", "PH": "html5_ph.css"}
"""WeasyPrint's style sheets: the beginning of their names in `weasyprint.html`, and their files."""

_SRGB = "sRGB2014.icc"


@contextmanager
def quick(home: Path) -> Iterator[None]:
    """Within the block, ``import weasyprint`` is quick.

    Args:
        home: A folder that only this user can write to, for what is kept.
    """
    if "weasyprint" in sys.modules or "cffi" in sys.modules:
        yield
        return
    declarations = None
    with suppress(Exception):  # no shortcut is worth a fault
        declarations = _declarations(home)
    if declarations is None:
        yield
        return
    stand_in = types.ModuleType("cffi")
    stand_in.FFI = lambda: _Declared(declarations)  # type: ignore[attr-defined]
    sys.modules["cffi"] = stand_in
    with postponed(_SELDOM, _SELDOM_CALLED, of="weasyprint"), _with_sheets(Stylebook(home)):
        try:
            yield
        finally:
            sys.modules.pop("cffi", None)
    with suppress(Exception):
        _give_profile(home)


class _Declared:
    """cffi's interface over declarations that have been read already."""

    def __init__(self, declared: Any) -> None:
        self._declared = declared
        # Looked up ten thousand times a letter: plain attributes of this object.
        for name in ("new", "cast", "gc", "string", "unpack", "buffer", "NULL", "dlopen", "typeof"):
            setattr(self, name, getattr(declared, name))

    def cdef(self, *_: Any, **__: Any) -> None:
        """Know already what is declared."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._declared, name)


def _declarations(home: Path) -> Any:
    """Return cffi's compiled declarations of WeasyPrint's functions; made once for each version of all."""
    backend = importlib.import_module("_cffi_backend")
    source = (installed("weasyprint") / "text" / "ffi.py").read_text(encoding="utf-8")
    stamp = f"{source}{backend.__version__}{sys.version}"
    path = home / f"declarations_{sha256(stamp.encode()).hexdigest()[:16]}"
    compiled = kept(path)
    if compiled is None:
        compiled = _compiled_declarations(_CDEF.findall(source))
        keep(path, compiled)
    names: dict[str, Any] = {}
    # Made by us: here, or before and kept where nobody else can write.
    exec(marshal.loads(compiled), names)  # noqa: S102, S302
    return names["ffi"]


def _compiled_declarations(texts: Sequence[str]) -> bytes:
    builder = importlib.import_module("cffi").FFI()
    builder.set_source("declarations", None)
    for text in texts:
        builder.cdef(text)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "declarations.py"
        with redirect_stdout(StringIO()):  # it says what it does; standard output may be a letter
            builder.emit_python_code(str(written))
        source = written.read_text(encoding="utf-8")
    for module in [one for one in sys.modules if one.partition(".")[0] in ("cffi", "pycparser")]:
        del sys.modules[module]
    return marshal.dumps(compile(source, "declarations", "exec"))


@contextmanager
def _with_sheets(book: Stylebook) -> Iterator[None]:
    """Give WeasyPrint its own style sheets as they are when they are read."""
    texts: tuple[str, ...] = ()
    with suppress(Exception):
        texts = tuple(
            (installed("weasyprint") / "css" / file).read_text("utf-8") for file in _SHEETS.values()
        )
    reader: Any = importlib.import_module("tinycss2")
    read = reader.parse_stylesheet
    is_kept = bool(texts) and book.has(texts)
    if is_kept:
        reader.parse_stylesheet = lambda *_, **__: []
    try:
        yield
    finally:
        reader.parse_stylesheet = read
    if texts and (html := sys.modules.get("weasyprint.html")):
        _fill(html, book, texts, is_kept=is_kept)


def _fill(html: Any, book: Stylebook, texts: Sequence[str], *, is_kept: bool) -> None:
    """Fill the style sheets that were left empty, or keep those that have been read."""
    sheets = [getattr(html, f"{name}_STYLESHEET") for name in _SHEETS]
    counters = html.UA_COUNTER_STYLE
    if not is_kept:
        book.write(texts, ([parts(sheet) for sheet in sheets], dict(counters)))
        return
    found = book.read(texts)
    if found is None:
        for name, sheet in zip(_SHEETS, sheets, strict=True):
            styles = None if name == "PH" else counters
            sheet.__init__(string=getattr(html, name), counter_style=styles)
        return
    for sheet, its_parts in zip(sheets, found[0], strict=True):
        put_into(sheet, its_parts)
    counters.update(found[1])


class _Profile:
    """The colour profile that goes into every PDF/A, as WeasyPrint has it from Little CMS."""

    def __init__(self, data: bytes, src: str, rendering_intent: str, components: Any) -> None:
        name, _, self.content = data.partition(b"\0")
        self.name = name.decode()
        self.src, self.rendering_intent, self.components = src, rendering_intent, components
        self.pdf_reference = None


def _give_profile(home: Path) -> None:
    """Have WeasyPrint take its colour profile as it is kept; Pillow, which reads it, takes 15 ms to load."""
    pdf: Any = importlib.import_module("weasyprint.pdf")
    read, path = pdf.ColorProfile, installed("weasyprint") / "pdf" / _SRGB
    kept_at = home / f"profile_{sha256(repr((digest(path), _pillow())).encode()).hexdigest()[:16]}"
    data = kept(kept_at)
    if data is None:
        with path.open("rb") as file:
            found = read(file, _SRGB, "", ())
        # In WeasyPrint's order: what Little CMS writes depends on what it has been asked.
        content, name = found.content, found.name
        data = name.encode() + b"\0" + content
        keep(kept_at, data)

    def profile(file: Any, src: str, *terms: Any) -> Any:
        if src != _SRGB:
            return read(file, src, *terms)
        file.close()
        return _Profile(data, src, *terms)

    pdf.ColorProfile = profile


def _pillow() -> tuple[object, ...]:
    folder = installed("PIL")
    return digest(folder / "_version.py"), traces(*sorted(folder.glob("_imagingcms*")))
