"""Pages of a finished file put together on sheets: columns side by side, and what is set later on top.

WeasyPrint lays out a text of several columns in more than twice the time of one column. So columns are set
as narrow pages, which are put side by side afterwards; text, tags and fonts stay as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, NamedTuple

__all__ = ["Placed", "on_sheets", "with_overlays"]

_MARK = re.compile(rb"(?<=/MCID )\d+")
_POINTS_PER_MM = 72 / 25.4


class Placed(NamedTuple):
    """A page of a file, and where on the sheet its upper left corner is, in mm."""

    page: int
    left: float = 0.0
    top: float = 0.0


def on_sheets(pdf: bytes, sheets: Sequence[Sequence[Placed]], size: tuple[float, float]) -> bytes:
    """Return a file of sheets on which the pages of another stand, each page on one sheet.

    Args:
        pdf: As `WeasyPrintEngine.write` returns it, without links.
        sheets: What stands on each sheet, in the order of reading.
        size: Width and height of a sheet in mm.
    """
    import pikepdf

    width, height = (side * _POINTS_PER_MM for side in size)
    with pikepdf.open(BytesIO(pdf)) as whole:
        pages = [page.obj for page in whole.pages]
        owners = dict(_pairs(whole.Root.StructTreeRoot.ParentTree.Nums))
        firsts = [pages[placed[0].page] for placed in sheets]
        moved: dict[tuple[int, int], tuple[Any, int]] = {}
        owned: list[Any] = []
        for sheet, placed in zip(firsts, sheets, strict=True):
            content, kept = [], pikepdf.Array()
            for one in placed:
                page = pages[one.page]
                down = height - one.top * _POINTS_PER_MM - float(page.MediaBox[3])
                before = len(kept)
                shifted = _renumbered(page.Contents.read_bytes(), before)
                content.append(b"q 1 0 0 1 %.4f %.4f cm\n%b\nQ" % (one.left * _POINTS_PER_MM, down, shifted))
                kept.extend(owners[int(page.StructParents)])
                moved[page.objgen] = (sheet, before)
            owned.append((whole.make_stream(b"\n".join(content)), kept))
        _follow({one.objgen: one for _, kept in owned for one in kept}.values(), moved)
        del whole.pages[:]
        parents: list[Any] = []
        for number, (sheet, (content, kept)) in enumerate(zip(firsts, owned, strict=True)):
            sheet.Contents, sheet.StructParents = content, number
            box = pikepdf.Rectangle(0, 0, width, height).as_array()
            sheet.MediaBox = sheet.TrimBox = sheet.BleedBox = box
            whole.pages.append(pikepdf.Page(sheet))
            parents += (number, kept)
        whole.Root.StructTreeRoot.ParentTree.Nums = pikepdf.Array(parents)
        whole.Root.StructTreeRoot.ParentTreeNextKey = len(firsts)
        return _saved(whole)


def with_overlays(pdf: bytes, overlays: Sequence[Any]) -> bytes:
    """Return a file with something drawn on each of its pages that is no part of the text.

    Args:
        pdf: The file, without pictures.
        overlays: For each page a page of another file, of the same size, opened with pikepdf; all that
            it shows is marked as an artifact.
    """
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as whole:
        for page, overlay in zip(whole.pages, overlays, strict=True):
            form = whole.copy_foreign(overlay.as_form_xobject())
            # Resources are shared by all pages; each has a drawing of its own.
            resources = pikepdf.Dictionary(dict(page.obj.Resources.items()))
            resources.XObject = pikepdf.Dictionary(Overlay=form)
            page.obj.Resources = resources
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"Q\n/Artifact BMC\n/Overlay Do\nEMC\n")
        return _saved(whole)


def _pairs(flat: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a number tree's leaf."""
    one = iter(flat)
    yield from ((int(key), value) for key, value in zip(one, one, strict=True))


def _renumbered(content: bytes, by: int) -> bytes:
    """Return the content of a page with higher numbers of its marked stretches."""
    return _MARK.sub(lambda found: b"%d" % (int(found[0]) + by), content)


def _follow(elements: Iterable[Any], moved: dict[tuple[int, int], tuple[Any, int]]) -> None:
    """Tell elements of the structure on which sheet their content stands now, and under which numbers."""
    for element in elements:
        sheet, own = moved[element.Pg.objgen]
        for at, kid in enumerate(element.K):
            if isinstance(kid, int):
                element.K[at] = kid + own
            elif kid.get("/Type") == "/MCR":
                kid.Pg, by = moved[kid.Pg.objgen]
                kid.MCID += by
        element.Pg = sheet


def _saved(whole: Any) -> bytes:
    out = BytesIO()
    whole.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()
