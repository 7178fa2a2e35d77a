"""Versions of the system's layout libraries; another version may break a line elsewhere."""

import ctypes
from collections.abc import Callable
from contextlib import suppress
from typing import Any

__all__ = ["versions"]

_LIBRARIES: tuple[tuple[str, tuple[str, ...], Callable[[Any], str]], ...] = (
    (
        "pango",
        ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
        lambda library: _text(library.pango_version_string),
    ),
    (
        "harfbuzz",
        ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
        lambda library: _text(library.hb_version_string),
    ),
    (
        "fontconfig",
        ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
        lambda library: str(library.FcGetVersion()),
    ),
)
"""Their files as WeasyPrint names them (`weasyprint/text/ffi.py`), and how each tells its version."""


def versions() -> tuple[str, ...]:
    """Return name and version of each, asked of the library itself; without WeasyPrint, and in about 10 ms.

    Missing libraries are left out: letters that need them cannot be made anyway.
    """
    return tuple(f"{name} {_version(files, tell)}" for name, files, tell in _LIBRARIES)


def _version(files: tuple[str, ...], tell: Callable[[Any], str]) -> str:
    for file in files:
        with suppress(OSError, AttributeError):
            return tell(ctypes.CDLL(file))
    return ""


def _text(function: Any) -> str:
    function.restype = ctypes.c_char_p
    return bytes(function()).decode("ascii", "replace")
