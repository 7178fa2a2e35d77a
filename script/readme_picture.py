"""Make docs/pictures/letter.png: a sample letter, and the envelope in which its address shows."""

import io
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from lettergen.api import open_campaign
from lettergen.pages.pictures import pictures
from lettergen.reference.stationery import Rectangle

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "pictures" / "letter.png"
MM = 4.4
"""Pixels per millimetre; drawn twice as large as it is kept, for smooth edges."""
# Chō 3, the envelope of the sample sender's country: JIS S 5502. The window as `jp-cho-3` has it.
ENVELOPE = Rectangle(left=0, top=0, width=235, height=120)
WINDOW = Rectangle(left=22, top=12, width=90, height=45)
MARGIN = 9
BACKGROUND, PAPER, KRAFT, LINE = "#eef0f2", "#ffffff", "#e9dcc3", "#c9b994"


def main() -> None:
    """Draw it."""
    made = open_campaign(ROOT).write("protest-letter", sample=True, now=datetime(2026, 1, 1, tzinfo=UTC))
    page = pictures(dict(made.contents)["pdf"], dpi=MM * 25.4)[0].convert("RGB")
    width = page.width + px(ENVELOPE.width + 3 * MARGIN)
    picture = Image.new("RGB", (width, page.height + px(2 * MARGIN)), BACKGROUND)
    lay(picture, page, (px(MARGIN), px(MARGIN)))
    at = (page.width + px(2 * MARGIN), (picture.height - px(ENVELOPE.height)) // 2)
    lay(picture, envelope(page), at)
    small = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.quantize(64).save(data, "PNG", optimize=True)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(data.getvalue())


def px(mm: float) -> int:
    """Return millimetres as pixels."""
    return round(mm * MM)


def lay(picture: Image.Image, paper: Image.Image, at: tuple[int, int]) -> None:
    """Put a sheet on the table, with the shadow that it throws."""
    shadow = Image.new("L", picture.size)
    ImageDraw.Draw(shadow).rectangle((*at, at[0] + paper.width, at[1] + paper.height + 6), fill=110)
    picture.paste("#8a8f96", mask=shadow.filter(ImageFilter.GaussianBlur(8)))
    picture.paste(paper, at)


def envelope(page: Image.Image) -> Image.Image:
    """Return the envelope with the folded letter in it, pushed to its upper left corner."""
    front = Image.new("RGB", (px(ENVELOPE.width), px(ENVELOPE.height)), KRAFT)
    draw = ImageDraw.Draw(front)
    draw.rectangle((0, 0, front.width - 1, front.height - 1), outline=LINE, width=3)
    stamp = Rectangle(left=ENVELOPE.width - 32, top=8, width=22, height=26)
    draw.rectangle(
        (px(stamp.left), px(stamp.top), px(stamp.left + 22), px(stamp.top + 26)), outline=LINE, width=4
    )
    box = (px(WINDOW.left), px(WINDOW.top), px(WINDOW.left + WINDOW.width), px(WINDOW.top + WINDOW.height))
    front.paste(page.crop(box), box[:2])
    draw.rounded_rectangle(box, radius=px(2), outline=LINE, width=3)
    return front


def corners(box: Rectangle) -> tuple[int, int, int, int]:
    """Return a rectangle as Pillow wants it."""
    return px(box.left), px(box.top), px(box.left + box.width), px(box.top + box.height)


if __name__ == "__main__":
    main()
