"""Three independent renderers of the same file, and where their ink differs."""

import shutil
import subprocess
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageFilter

__all__ = ["AVAILABLE", "differing", "ghostscript", "mupdf", "pdfium_pages"]

DPI = 72
AVAILABLE = all(map(shutil.which, ("gs", "mutool")))
# Each draws the edges of glyphs its own way; a blank or a box in a name's place is ten times as much.
_BLUR = 3
_MOST_APART = 60


def pdfium_pages(pdf: bytes) -> list[Image.Image]:
    """Return the pages as pdfium draws them."""
    pages = pdfium.PdfDocument(pdf)
    return [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in pages]


def ghostscript(pdf: bytes, folder: Path) -> list[Image.Image]:
    """Return the pages as Ghostscript draws them."""
    options = ["-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pnggray", f"-r{DPI}"]
    options += ["-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sOutputFile=gs-%03d.png"]
    return _drawn(["gs", *options, "in.pdf"], pdf, folder, "gs")


def mupdf(pdf: bytes, folder: Path) -> list[Image.Image]:
    """Return the pages as MuPDF draws them."""
    command = ["mutool", "draw", "-q", "-r", str(DPI), "-c", "gray", "-o", "mu-%03d.png", "in.pdf"]
    return _drawn(command, pdf, folder, "mu")


def _drawn(command: list[str], pdf: bytes, folder: Path, stem: str) -> list[Image.Image]:
    (folder / "in.pdf").write_bytes(pdf)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob(f"{stem}-*.png"))]


def differing(one: Image.Image, other: Image.Image) -> list[tuple[int, int]]:
    """Return the squares of 5 mm, counted from the top left, in which the ink of two pictures differs."""
    assert abs(one.width - other.width) <= 1
    assert abs(one.height - other.height) <= 1
    size = (min(one.width, other.width), min(one.height, other.height))
    soft = (each.crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(_BLUR)) for each in (one, other))
    isolated = ImageChops.difference(*soft)
    step = round(5 / 25.4 * DPI)
    return [
        (left // step, top // step)
        for top in range(0, size[1], step)
        for left in range(0, size[0], step)
        if max(isolated.crop((left, top, left + step, top + step)).tobytes()) > _MOST_APART
    ]
