"""Moulds of one process handed to another, which has opened the same fonts for itself.

A mould is bytes, numbers and the styles of its lines; what belongs to Pango stays where it is.
"""

import pickle
from io import BytesIO
from typing import Any

from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter

__all__ = ["packed", "unpacked"]

_TYPESETTER = "typesetter"


def packed(batch_typesetter: BatchTypesetter) -> bytes:
    """Return all moulds, and what was measured for them, for `unpacked`.

    Raises:
        PrivatePartMoved: A part of a library is not what it was.
    """
    out = BytesIO()
    _MouldPickler(out, batch_typesetter.typesetter).dump(batch_typesetter)
    return out.getvalue()


def unpacked(data: bytes, typesetter: Typesetter) -> BatchTypesetter:
    """Return a batch typesetter that has the moulds already.

    Raises:
        PrivatePartMoved: A part of a library is not what it was.
    """
    found: BatchTypesetter = _MouldUnpickler(BytesIO(data), typesetter).load()
    return found


class _MouldPickler(pickle.Pickler):
    """Leaves a name where a typesetter or its fonts are."""

    def __init__(self, file: BytesIO, typesetter: Typesetter) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._typesetter = typesetter

    def persistent_id(self, found: Any) -> Any:
        if found is self._typesetter:
            return _TYPESETTER
        return self._typesetter.engine.languages_of(found)


class _MouldUnpickler(pickle.Unpickler):
    """Puts this process's own there."""

    def __init__(self, file: BytesIO, typesetter: Typesetter) -> None:
        super().__init__(file)
        self._typesetter = typesetter

    def persistent_load(self, name: Any) -> Any:
        return self._typesetter if name == _TYPESETTER else self._typesetter.engine.equipped(name)
