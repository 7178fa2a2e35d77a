"""Shortens WeasyPrint's start: what is the same every time is computed once per machine.

`import weasyprint` takes two thirds of a second, and most of that is spent on
three things. pycparser reads the declarations of Pango's functions; for every
spelling under which a library might be known, cffi has ldconfig and the C
compiler look for it; and WeasyPrint's own style sheets are read. So what cffi
makes of the declarations is kept, and while WeasyPrint is imported a stand-in
hands it those; the sheets come out of a `StylesheetCache`; and what is seldom used is
loaded when it is. Where a private part of a library has moved, WeasyPrint is
imported as it would be without this module.
"""

import marshal
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from lettergen.cache import digest, installed, keep, kept, traces
from lettergen.pages.pdf import cffi_private, weasyprint_private
from lettergen.pages.pdf.postponed_modules import postponed
from lettergen.pages.pdf.private_parts import Notices, PrivatePartMoved
from lettergen.pages.pdf.stylesheet_cache import StylesheetCache

__all__ = ["started"]

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
_notices = Notices()
"""Of this process, which starts WeasyPrint once."""


def started(home: Path, notices: Notices) -> Any:
    """Return WeasyPrint, quickly if that goes.

    Args:
        home: A folder that only this user can write to, for what is kept.
        notices: Is told why it took longer, if so.

    Raises:
        ImportError, OSError: A library is missing.
    """
    if "weasyprint" not in sys.modules and "cffi" not in sys.modules:
        with _notices.instead("the program takes longer to start"):
            _start(home)
    import weasyprint

    notices.take(_notices)
    return weasyprint


def _start(home: Path) -> None:
    declared = _declared(home)
    if declared is None:
        return
    try:
        with (
            cffi_private.instead_of_cffi(declared),
            postponed(_SELDOM, _SELDOM_CALLED, of="weasyprint"),
        ):
            _import(StylesheetCache(home))
    except PrivatePartMoved:
        weasyprint_private.forget()
        raise
    with _notices.instead("the program takes a little longer to start"):
        weasyprint_private.give_profile(lambda read: _profile(home, read))


def _import(book: StylesheetCache) -> None:
    """Import WeasyPrint with its own style sheets as they are when they are read."""
    texts = weasyprint_private.own_sheets()
    if book.has(texts):
        with weasyprint_private.own_sheets_unread():
            weasyprint_private.load()
        found = book.read(texts)
        if found is not None:
            weasyprint_private.give_own_sheets(found)
            return
        weasyprint_private.forget()
    weasyprint_private.load()
    with _notices.instead("the program takes a little longer to start"):
        book.write(texts, weasyprint_private.read_own_sheets())


def _declared(home: Path) -> cffi_private.Declarations | None:
    """Return the declarations of WeasyPrint's functions; read once for each version of all.

    None where cffi, which writes a file, finds no room for it.
    """
    source, texts = weasyprint_private.declarations()
    stamp = f"as data {source}{cffi_private.version()}{sys.version}"
    path = home / f"declarations_{sha256(stamp.encode()).hexdigest()[:16]}"
    data = kept(path)
    found = _plain(data) if data is not None else None
    if found is None:
        with suppress(OSError):
            found = cffi_private.declared(texts)
            keep(path, marshal.dumps(found))
    return found


def _plain(data: bytes) -> cffi_private.Declarations | None:
    """Return plain values that were kept; None for anything else."""
    try:
        found = marshal.loads(data)  # noqa: S302 - nothing of it is run
    except (EOFError, ValueError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _profile(home: Path, read: Any) -> weasyprint_private.Profile:
    """Return WeasyPrint's colour profile as it is kept; Pillow, which reads it, takes 15 ms to load."""
    stamp = repr((digest(weasyprint_private.profile()), _pillow()))
    path = home / f"profile_{sha256(stamp.encode()).hexdigest()[:16]}"
    data = kept(path)
    if data is None:
        name, content = read()
        keep(path, name.encode() + b"\0" + content)
        return name, content
    called, _, content = data.partition(b"\0")
    return called.decode(), content


def _pillow() -> tuple[object, ...]:
    folder = installed("PIL")
    return digest(folder / "_version.py"), traces(*sorted(folder.glob("_imagingcms*")))
