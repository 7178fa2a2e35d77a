"""A page with its stationery's zones tinted and offending ink outlined."""

import io
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lettergen.reference import MM_PER_INCH
from lettergen.reference.stationery import Rectangle, Stationery
from lettergen.verify.findings import Finding, grown
from lettergen.verify.ink import DPI
from lettergen.verify.pdf_reader import picture

if TYPE_CHECKING:
    from lettergen.verify.profiles import Profile
    from lettergen.verify.windows import WindowOnSheet

__all__ = ["overlay"]

_DOT = DPI / MM_PER_INCH
_MOST_PAGES = 6
_Colour = tuple[int, int, int]
_WINDOW: _Colour = (240, 180, 40)
_ALWAYS: _Colour = (60, 160, 90)
_NOTATIONS: _Colour = (70, 120, 220)
_BORDER: _Colour = (200, 60, 60)
_MARK: _Colour = (180, 0, 160)
_OFFENDER: _Colour = (220, 0, 0)
_LEGEND = (
    ("always in the window", _ALWAYS),
    ("can show in the window", (170, 120, 0)),
    ("mailing notations", _NOTATIONS),
    ("keep clear", _BORDER),
    ("marks", _MARK),
    ("off", _OFFENDER),
)
_PROFILE_LEGEND = (("ink may be here", _ALWAYS), ("address", (170, 120, 0)), ("off", _OFFENDER))


def overlay(
    data: bytes,
    findings: Sequence[Finding],
    suffix: str,
    *,
    sheet: Stationery | None = None,
    windows: "Sequence[WindowOnSheet]" = (),
    profile: "Profile | None" = None,
) -> bytes:
    """Return the first page and those with offenders, side by side as PNG or one after the other as PDF.

    Args:
        data: The PDF.
        findings: What was found in it.
        suffix: ``png`` or ``pdf``.
        sheet: Its stationery, whose zones are tinted.
        windows: The windows that it should show in.
        profile: The mailing house's rules, whose areas are tinted instead.
    """
    numbers = sorted({1, *(one.page for one in findings if one.page and one.offenders)})[:_MOST_PAGES]
    made = []
    for number in numbers:
        drawing = _Drawing(picture(data, number))
        if sheet:
            drawing.sheet(sheet, windows if number == 1 else ())
        if profile:
            drawing.profile(profile, is_first=number == 1)
        for one in findings:
            if one.page == number:
                drawing.offenders(one)
        drawing.legend(_PROFILE_LEGEND if profile else _LEGEND)
        made.append(drawing.image)
    out = io.BytesIO()
    if suffix == "pdf":
        # No dates: the same letter gives the same file.
        dates: dict[str, Any] = {"creationDate": None, "modDate": None}
        made[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=made[1:], **dates)
    else:
        _side_by_side(made).save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()


class _Drawing:
    """One page that is drawn upon."""

    def __init__(self, image: Any) -> None:
        self.image = image
        self._labels: Counter[tuple[int, int]] = Counter()

    def sheet(self, sheet: Stationery, windows: "Sequence[WindowOnSheet]") -> None:
        self._around(sheet.printable, _BORDER)
        for window in windows:
            self._tint(window.ever, _WINDOW, 0.10)
        if windows and sheet.notation_height:
            zone, height = sheet.recipient_zone, sheet.notation_height
            above = Rectangle(left=zone.left, top=zone.top - height, width=zone.width, height=height)
            self._tint(above, _NOTATIONS, 0.14)
        for window in windows:
            self._tint(window.always, _ALWAYS, 0.14)
            self._frame(window.always, _ALWAYS, 2)
            self._label(window.always, window.envelope, _ALWAYS)
        if windows:
            self._frame(sheet.address_field, _WINDOW, 2)
        for mm in (*sheet.fold_marks, *((sheet.punch_mark,) if sheet.punch_mark else ())):
            mark = Rectangle(left=0.5, top=mm - 0.3, width=11.0, height=0.6)
            if windows:
                self._tint(mark, _MARK, 0.35)

    def profile(self, profile: "Profile", *, is_first: bool) -> None:
        for area in profile.first if is_first else profile.others:
            self._tint(area, _ALWAYS, 0.10)
            self._frame(area, _ALWAYS, 2)
        if is_first:
            self._frame(profile.address, _WINDOW, 2)

    def offenders(self, finding: Finding) -> None:
        # What is in sight of one envelope only is no offence; it is shown all the same, thinner.
        width = 4 if finding.verdict == "fail" else 1
        for box in finding.offenders:
            self._frame(grown(box, 0.6), _OFFENDER, width)
        if finding.offenders and finding.verdict == "fail":
            self._label(grown(finding.offenders[0], 0.6), finding.rule, _OFFENDER)

    def _tint(self, box: Rectangle, colour: _Colour, strength: float) -> None:
        from PIL import Image, ImageChops

        left, top, right, bottom = self._pixels(box)
        if right > left and bottom > top:
            part = self.image.crop((left, top, right, bottom))
            # Like a highlighter's: ink under it stays as dark as it is.
            red, green, blue = (round(255 - (255 - one) * strength) for one in colour)
            tint = Image.new("RGB", part.size, (red, green, blue))
            self.image.paste(ImageChops.multiply(part, tint), (left, top))

    def _around(self, box: Rectangle, colour: _Colour) -> None:
        inner = self.image.crop(self._pixels(box))
        whole = Rectangle(left=0, top=0, width=self.image.width / _DOT, height=self.image.height / _DOT)
        self._tint(whole, colour, 0.10)
        self.image.paste(inner, self._pixels(box)[:2])

    def _frame(self, box: Rectangle, colour: _Colour, width: int) -> None:
        from PIL import ImageDraw

        left, top, right, bottom = self._pixels(box)
        ImageDraw.Draw(self.image).rectangle(
            (left, top, max(left, right - 1), max(top, bottom - 1)), outline=colour, width=width
        )

    def _label(self, box: Rectangle, text: str, colour: _Colour) -> None:
        from PIL import ImageDraw, ImageFont

        left, top, right, _ = self._pixels(box)
        draw, font = ImageDraw.Draw(self.image), ImageFont.load_default(13)
        width = draw.textlength(text, font=font)
        # Two at one place stand one above the other.
        self._labels[right, top] += 1
        top -= 16 * self._labels[right, top]
        draw.text((max(left, right - width - 4), max(0, top)), text, fill=colour, font=font)

    def legend(self, words: Sequence[tuple[str, _Colour]]) -> None:
        from PIL import ImageDraw, ImageFont

        draw, font = ImageDraw.Draw(self.image), ImageFont.load_default(13)
        left, top = 40.0, self.image.height - 24
        for text, colour in words:
            draw.text((left, top), text, fill=colour, font=font)
            left += draw.textlength(text, font=font) + 24

    def _pixels(self, box: Rectangle) -> tuple[int, int, int, int]:
        return (
            max(0, round(box.left * _DOT)),
            max(0, round(box.top * _DOT)),
            min(self.image.width, round(box.right * _DOT)),
            min(self.image.height, round(box.bottom * _DOT)),
        )


def _side_by_side(images: Sequence[Any]) -> Any:
    from PIL import Image

    if len(images) == 1:
        return images[0]
    gap = 20
    width = sum(image.width for image in images) + gap * (len(images) - 1)
    whole = Image.new("RGB", (width, max(image.height for image in images)), (120, 120, 120))
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width + gap
    return whole
