"""Style sheets as WeasyPrint has them when it has read them: read once a machine, not once a process.

To read its own sheet for HTML and ours for letters takes a twentieth of a
second. What comes of it, selectors compiled to functions and values checked,
is the same every time. So it is kept, under a key of the text and of all
modules that have a part in reading it.
"""

import marshal
import pickle
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from lettergen.keeping import digest, installed, keep, kept, traces

__all__ = ["Stylebook", "parts", "put_into"]

_READERS = {"weasyprint": ("css", "css/validation"), "cssselect2": (".",), "tinycss2": (".",)}
"""Packages and, in them, the folders of the modules that read style sheets."""
_PACKAGES = frozenset({"weasyprint", "cssselect2", "tinycss2", "collections"})
_PARTS = ("matcher", "page_rules", "layers")
# What cssselect2 gives the functions that it makes of selectors.
_SELECTOR_MODULE = "cssselect2.compiler"
_SELECTOR_GLOBALS = ("split_whitespace", "ascii_lower", "urlparse")


class Stylebook:
    """The style sheets that are kept in a folder."""

    def __init__(self, home: Path) -> None:
        """Keep in ``home``, to which only this user can write."""
        self._home = home

    def has(self, texts: Sequence[str]) -> bool:
        """Say whether something is kept for style sheets."""
        return kept(self._path(texts)) is not None

    def read(self, texts: Sequence[str]) -> Any | None:
        """Return what was kept for style sheets; None if nothing was, or it is of no use."""
        data = kept(self._path(texts))
        try:
            return None if data is None else _Unpickler(BytesIO(data)).load()
        except Exception:  # a shortcut; whoever asks goes the long way
            return None

    def write(self, texts: Sequence[str], what: Any) -> None:
        """Keep what comes of reading style sheets, if it can be kept."""
        out = BytesIO()
        with suppress(Exception):
            _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(what)
            keep(self._path(texts), out.getvalue())

    def _path(self, texts: Sequence[str]) -> Path:
        stamp = repr((sys.version, *_versions(), *texts))
        return self._home / f"styles_{sha256(stamp.encode()).hexdigest()[:16]}"


def parts(sheet: Any) -> tuple[Any, ...]:
    """Return what makes up a style sheet of WeasyPrint's."""
    return tuple(getattr(sheet, name) for name in _PARTS)


def put_into(sheet: Any, found: Sequence[Any]) -> None:
    """Make a style sheet of WeasyPrint's the one whose `parts` these are."""
    for name, value in zip(_PARTS, found, strict=True):
        setattr(sheet, name, value)


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
        if not isinstance(thing, types.FunctionType) or thing.__name__ != "<lambda>":
            return None
        if thing.__closure__ or not {*thing.__globals__} <= {*_SELECTOR_GLOBALS, "__builtins__"}:
            raise pickle.PicklingError
        return marshal.dumps(thing.__code__)


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: bytes) -> Any:
        compiler = sys.modules[_SELECTOR_MODULE]
        known = {name: getattr(compiler, name) for name in _SELECTOR_GLOBALS}
        return types.FunctionType(marshal.loads(pid), known)  # noqa: S302 - only from ourselves: `keeping`

    def find_class(self, module: str, name: str) -> Any:
        """Look up a class, of the packages that read style sheets only."""
        if module.partition(".")[0] not in _PACKAGES:
            raise pickle.UnpicklingError(module)
        return super().find_class(module, name)
