"""Parsed style sheets, kept between processes.

Parsing its own sheet for HTML and ours for letters takes a twentieth of a
second. The result, selectors compiled to functions and checked values,
is the same every time. So it is cached, under a key made of the text and all
modules involved in parsing it.
"""

import pickle
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from lettergen.cache import digest, installed, keep, kept, traces
from lettergen.pages.pdf.cssselect2_private import code_of, function_of, is_selector
from lettergen.pages.pdf.private_parts import PrivatePartMoved

__all__ = ["StylesheetCache"]

_READERS = {"weasyprint": ("css", "css/validation"), "cssselect2": (".",), "tinycss2": (".",)}
"""Packages and, in them, the folders of the modules that read style sheets."""
_PACKAGES = frozenset({"weasyprint", "cssselect2", "tinycss2", "collections"})


class StylesheetCache:
    """The style sheets that are kept in a folder."""

    def __init__(self, home: Path) -> None:
        """Keep in ``home``, to which only this user can write."""
        self._home = home

    def has(self, texts: Sequence[str]) -> bool:
        """Say whether something is kept for style sheets."""
        return kept(self._path(texts)) is not None

    def read(self, texts: Sequence[str]) -> Any | None:
        """Return what was kept for style sheets; None if nothing was, or it is no such thing."""
        data = kept(self._path(texts))
        try:
            return None if data is None else _Unpickler(BytesIO(data)).load()
        except (pickle.UnpicklingError, EOFError):
            return None

    def write(self, texts: Sequence[str], what: Any) -> None:
        """Keep what comes of reading style sheets.

        Raises:
            PrivatePartMoved: There is something in it that cannot be kept.
        """
        out = BytesIO()
        try:
            _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(what)
        except (pickle.PicklingError, TypeError, AttributeError) as error:  # as `pickle` says it
            raise PrivatePartMoved("weasyprint.CSS") from error
        keep(self._path(texts), out.getvalue())

    def _path(self, texts: Sequence[str]) -> Path:
        stamp = repr((sys.version, *_versions(), *texts))
        return self._home / f"styles_{sha256(stamp.encode()).hexdigest()[:16]}"


def _versions() -> Iterator[object]:
    """Yield what tells of every module that has a part in reading style sheets."""
    for package, folders in _READERS.items():
        folder = installed(package)
        yield digest(folder / "__init__.py")
        for inner in folders:
            yield traces(*sorted((folder / inner).glob("*.py")))


class _Pickler(pickle.Pickler):
    def persistent_id(self, thing: Any) -> bytes | None:
        """Return the code of a selector's function; pickle itself knows functions by name only."""
        return code_of(thing) if is_selector(thing) else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: bytes) -> Any:
        return function_of(pid)

    def find_class(self, module: str, name: str) -> Any:
        """Look up a class, of the packages that read style sheets only."""
        if module.partition(".")[0] not in _PACKAGES:
            raise pickle.UnpicklingError(module)
        return super().find_class(module, name)
