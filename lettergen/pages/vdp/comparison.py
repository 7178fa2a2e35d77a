"""Compares a letter from a mould with the same letter typeset in full, operator by operator."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from zlib import decompress

from lettergen.pages.vdp.mould_parts import PdfObject
from lettergen.pages.vdp.pdf_template import PdfTemplate
from lettergen.pages.vdp.slots import DoesNotHoldError

__all__ = ["compare"]

_STREAMS = re.compile(rb"/Contents (?:\[([^\]]*)\]|(\d+) 0 R)")
# Two sums of the same lengths in px may differ in the last of the six places that are written.
_LAST_PLACE = 0.000_003


def compare(full: Sequence[PdfObject], template_file: PdfTemplate, streams: Sequence[bytes]) -> None:
    """Check that the pages of a letter from a mould draw what its full typesetting draws.

    Args:
        full: Objects of the letter typeset in full.
        template_file: What it was cast from.
        streams: Its personal streams, not packed.

    Raises:
        DoesNotHoldError: They differ.
    """
    objects = {number: content for number, content, _ in full}
    sheets = [entry for entry in full if entry[2].get("Type") == b"/Page"]
    own = {run.number: stream for run, stream in zip(template_file.runs, streams, strict=True)}
    if len(sheets) != len(template_file.pages):
        raise DoesNotHoldError("another number of pages")
    for (_, page, _), number in zip(sheets, template_file.pages, strict=True):
        asked = b"\n".join(_contents(page, objects))
        made = b"\n".join(
            own[at] if at in own else decompress(template_file.things[at].stream or b"")
            for at in _numbers(template_file.things[number].data)
        )
        if not _same(asked.split(), made.split()):
            raise DoesNotHoldError("a page differs")


def _numbers(page: bytes | list[bytes]) -> list[int]:
    found = _STREAMS.search(page) if isinstance(page, bytes) else None
    if not found:
        raise DoesNotHoldError("a page without contents")
    return [int(number) for number in (found[1] or found[2]).replace(b" 0 R", b"").split()]


def _contents(page: bytes | list[bytes], objects: Mapping[int, bytes | list[bytes]]) -> list[bytes]:
    return [
        operator for number in _numbers(page) for operator in objects[number] if isinstance(operator, bytes)
    ]


def _same(one: Sequence[bytes], other: Sequence[bytes]) -> bool:
    return all(a == b or _near(a, b) for a, b in zip_longest(one, other, fillvalue=b""))


def _near(one: bytes, other: bytes) -> bool:
    try:
        return abs(float(one) - float(other)) < _LAST_PLACE
    except ValueError:
        return False
