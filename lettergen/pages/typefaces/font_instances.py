"""Static instances of variable fonts: by HarfBuzz in a tenth of a second, or by fontTools in ten."""

import ctypes
import ctypes.util
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from typing import Any

__all__ = ["cut", "cut_by_fonttools", "cut_by_harfbuzz", "cut_shaped"]

_NAMES = {
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz-0", "libharfbuzz.0.dylib"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset-0", "libharfbuzz-subset.0.dylib"),
}
# What stands upright and on a line needs neither features nor metrics for columns.
_DROPPED = ("BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "VVAR", "gasp", "prep", "vhea", "vmtx")
_USUAL_WIDTH = 100.0
"""In percent, as in OpenType's axis `wdth`."""
_READONLY = 1
_DROP_TABLES = 3
_POINTER, _NUMBER = ctypes.c_void_p, ctypes.c_uint
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "hb_blob_create": (_POINTER, (ctypes.c_char_p, _NUMBER, ctypes.c_int, _POINTER, _POINTER)),
    "hb_blob_destroy": (None, (_POINTER,)),
    "hb_blob_get_data": (_POINTER, (_POINTER, ctypes.POINTER(_NUMBER))),
    "hb_face_create": (_POINTER, (_POINTER, _NUMBER)),
    "hb_face_destroy": (None, (_POINTER,)),
    "hb_face_reference_blob": (_POINTER, (_POINTER,)),
    "hb_set_add": (None, (_POINTER, _NUMBER)),
    "hb_set_invert": (None, (_POINTER,)),
    "hb_subset_input_create_or_fail": (_POINTER, ()),
    "hb_subset_input_destroy": (None, (_POINTER,)),
    "hb_subset_input_pin_axis_location": (ctypes.c_int, (_POINTER, _POINTER, _NUMBER, ctypes.c_float)),
    "hb_subset_input_set": (_POINTER, (_POINTER, ctypes.c_int)),
    "hb_subset_input_unicode_set": (_POINTER, (_POINTER,)),
    "hb_subset_or_fail": (_POINTER, (_POINTER, _POINTER)),
}


def cut(data: bytes, weight: int) -> bytes:
    """Return the instance of a variable TrueType font at a weight, upright text only.

    Args:
        data: The font file.
        weight: As in CSS, 400 for regular.
    """
    return cut_by_harfbuzz(data, weight) or cut_by_fonttools(data, weight)


def cut_shaped(data: bytes, weight: int) -> bytes:
    """Return the instance at a weight and in its usual width, with all that joins and moves its letters.

    Args:
        data: The font file; a small one, for fontTools takes a second for it.
        weight: As in CSS, 400 for regular.
    """
    return _instance(data, weight, ())


def cut_by_harfbuzz(data: bytes, weight: int) -> bytes | None:
    """Return the instance, or None if HarfBuzz is missing or older than 6.0."""
    library = _library()
    if library is None:
        return None
    blob = library.hb_blob_create(data, len(data), _READONLY, None, None)
    face = library.hb_face_create(blob, 0)
    wanted = library.hb_subset_input_create_or_fail()
    try:
        # An empty set, inverted: all characters.
        library.hb_set_invert(library.hb_subset_input_unicode_set(wanted))
        dropped = library.hb_subset_input_set(wanted, _DROP_TABLES)
        for name in _DROPPED:
            library.hb_set_add(dropped, _tag(name))
        if not library.hb_subset_input_pin_axis_location(wanted, face, _tag("wght"), float(weight)):
            return None
        # A font without this axis refuses, and needs no more.
        library.hb_subset_input_pin_axis_location(wanted, face, _tag("wdth"), _USUAL_WIDTH)
        made = library.hb_subset_or_fail(face, wanted)
        if not made:
            return None
        found = library.hb_face_reference_blob(made)
        length = _NUMBER()
        start = library.hb_blob_get_data(found, ctypes.byref(length))
        instance = ctypes.string_at(start, length.value)
        library.hb_blob_destroy(found)
        library.hb_face_destroy(made)
        return instance
    finally:
        library.hb_subset_input_destroy(wanted)
        library.hb_face_destroy(face)
        library.hb_blob_destroy(blob)


def cut_by_fonttools(data: bytes, weight: int) -> bytes:
    """Return the instance, made without any library in C."""
    return _instance(data, weight, _DROPPED)


def _instance(data: bytes, weight: int, dropped: Collection[str]) -> bytes:
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font: Any = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False)
    for name in dropped:
        if name in font:
            del font[name]
    place = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": weight}
    instancer.instantiateVariableFont(font, place, inplace=True, optimize=False)
    out = BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


class _Library:
    """HarfBuzz's functions, each with its signature, whichever of the two libraries has it."""

    def __init__(self, libraries: tuple[ctypes.CDLL, ...]) -> None:
        for name, (result, arguments) in _SIGNATURES.items():
            function = next((found for one in libraries if (found := getattr(one, name, None))), None)
            if function is None:
                raise LookupError(name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


@lru_cache(maxsize=1)
def _library() -> _Library | None:
    found = tuple(filter(None, (_loaded(name) for name in _NAMES)))
    try:
        return _Library(found) if len(found) == len(_NAMES) else None
    except LookupError:
        return None


def _loaded(name: str) -> ctypes.CDLL | None:
    for file in _NAMES[name]:
        with suppress(OSError):
            return ctypes.CDLL(file)
    # Slow: it asks other programs.
    found = ctypes.util.find_library(name)
    return ctypes.CDLL(found) if found else None


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")
