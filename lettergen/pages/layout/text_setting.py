"""The settings that a letter's text may have, from the most comfortable to the tightest."""

from dataclasses import dataclass, replace

__all__ = ["COMFORTABLE", "LADDER", "LOOSER", "Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """Size, leading, space between paragraphs and bottom margin of a letter's text."""

    size_pt: float
    leading: float
    """Distance of base lines as a multiple of the size."""
    paragraph_mm: float
    bottom_mm: float
    pages: int = 1
    """Number of pages of the letter's own text in this setting, without enclosed messages."""

    def __str__(self) -> str:
        """Return the setting in printers' notation: ``11.4/13.7 pt``."""
        return (
            f"{self.size_pt:g}/{self.size_pt * self.leading:.1f} pt, "
            f"{self.paragraph_mm:g} mm between paragraphs, {self.bottom_mm:g} mm at the foot"
        )


COMFORTABLE = Setting(12.0, 1.3, 2.4, 25.0)


# Space between paragraphs is missed least, then leading, then the foot of the
# page; the size comes last. EB Garamond has a small eye: under 10.8 pt it tires.
LADDER = (
    COMFORTABLE,
    *(replace(COMFORTABLE, paragraph_mm=mm) for mm in (2.1, 1.8, 1.5)),
    *(replace(COMFORTABLE, paragraph_mm=1.5, leading=leading) for leading in (1.28, 1.26, 1.24, 1.22, 1.2)),
    *(replace(COMFORTABLE, paragraph_mm=1.5, leading=1.2, bottom_mm=mm) for mm in (22.5, 20.0, 18.0)),
    *(Setting(size, 1.2, 1.5, 18.0) for size in (11.7, 11.4, 11.1, 10.8)),
)

LOOSER = tuple(
    replace(COMFORTABLE, leading=leading, paragraph_mm=mm)
    for leading, mm in ((1.33, 2.7), (1.36, 3.0), (1.39, 3.3), (1.42, 3.6), (1.45, 3.9))
)
"""More white than a letter needs, which fills a page that would end early."""
