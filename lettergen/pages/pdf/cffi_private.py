"""cffi's private parts: declarations of C functions as plain data, so that they are parsed once a machine."""

import ast
import sys
import tempfile
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from lettergen.pages.pdf.private_parts import PrivatePartMoved, module, part

__all__ = ["Declarations", "declared", "instead_of_cffi", "version"]

Declarations = dict[str, Any]
"""What cffi writes of declarations: the terms for its own interface, numbers and texts."""

_NAME = "declarations"
_OFTEN_USED = ("new", "cast", "gc", "string", "unpack", "buffer", "NULL", "dlopen", "typeof")


def version() -> str:
    """Return the version of the part of cffi that is written in C."""
    return str(part(module("_cffi_backend"), "__version__"))


def declared(texts: Sequence[str]) -> Declarations:
    """Return what cffi makes of declarations.

    Raises:
        PrivatePartMoved: It writes something else than it did.
    """
    builder = import_module("cffi").FFI()
    builder.set_source(_NAME, None)
    for text in texts:
        builder.cdef(text)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / f"{_NAME}.py"
        with redirect_stdout(StringIO()):  # it says what it does; standard output may be a letter
            builder.emit_python_code(str(written))
        source = written.read_text(encoding="utf-8")
    for name in [one for one in sys.modules if one.partition(".")[0] in ("cffi", "pycparser")]:
        del sys.modules[name]
    *_, last = ast.parse(source).body
    if not isinstance(last, ast.Assign) or not isinstance(last.value, ast.Call):
        raise PrivatePartMoved("cffi.FFI.emit_python_code")
    return {str(term.arg): ast.literal_eval(term.value) for term in last.value.keywords}


@contextmanager
def instead_of_cffi(found: Declarations) -> Iterator[None]:
    """Within the block, whoever imports cffi finds these declarations, and need not parse them."""
    stand_in = types.ModuleType("cffi")
    interface = _interface(found)
    stand_in.FFI = lambda: _CachedInterface(interface)  # type: ignore[attr-defined]
    sys.modules["cffi"] = stand_in
    try:
        yield
    finally:
        sys.modules.pop("cffi", None)


def _interface(found: Declarations) -> Any:
    make = part(module("_cffi_backend"), "FFI")
    try:
        return make(_NAME, **found)
    except TypeError:
        raise PrivatePartMoved("_cffi_backend.FFI") from None


class _CachedInterface:
    """cffi's interface over declarations that have already been parsed."""

    def __init__(self, interface: Any) -> None:
        self._interface = interface
        # Looked up ten thousand times a letter: plain attributes of this object.
        for name in _OFTEN_USED:
            setattr(self, name, getattr(interface, name))

    def cdef(self, *_: Any, **__: Any) -> None:
        """Know already what is declared."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._interface, name)
