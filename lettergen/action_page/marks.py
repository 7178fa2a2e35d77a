"""What a visitor types, and the marks that stand for it in the letters of a page.

`filled` is what page.js does with the same marks; letters are compared with it before a page is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lettergen.letters.template.markdown import BLANK_LINE, SPACES, capitalised

__all__ = ["ANY_MARK", "DATE", "MARKS", "OPEN_MARKS", "Visitor", "filled", "paragraphs"]

# Noncharacters (Unicode 23.7), as in lettergen.letters.template.environment: no fact and no template may
# hold them. Each mark is followed by the one for a value that begins a sentence.
NAME, PLACE, ADDRESS, COUNTRY, OWN = "\ufde0", "\ufde2", "\ufde4", "\ufde6", "\ufde8"
DATE = "\ufdea"
END = "\ufdec"
"""After an address, and after what stands between its lines."""
MARKS: Mapping[str, str] = {"name": NAME, "place": PLACE, "address": ADDRESS, "country": COUNTRY, "own": OWN}
ANY_MARK = re.compile("[\ufde0-\ufdef]")
OPEN_MARKS = re.compile("[\ufdd0-\ufddf]")
"""Marks of other sorts: what stands for a value has been changed in a way that nobody foresaw."""
_FILLED = re.compile(rf"(?:([\ufde4\ufde5])([^{END}]*){END}|([\ufde0-\ufdea]))(\.(?!\.))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What somebody types into the page."""

    name: str
    country: str
    """Its name, as the letter's language has it."""
    date: str
    """As the letter's language writes it."""
    place: str = ""
    address: tuple[str, ...] = ()
    own_words: str = ""


def filled(text: str, visitor: Visitor) -> str:
    """Return a text with the visitor's values in the place of the marks."""
    values = {
        NAME: visitor.name,
        PLACE: visitor.place,
        COUNTRY: visitor.country,
        OWN: SPACES.sub(" ", visitor.own_words),
        DATE: visitor.date,
    }

    def value(match: re.Match[str]) -> str:
        address, between, mark, stop = match[1], match[2], match[3], match[4] or ""
        begins = (ord(address or mark) - ord(NAME)) % 2
        written = between.join(visitor.address) if address else values[chr(ord(mark) - begins)]
        written = capitalised(written) if begins else written
        return written + ("" if written.endswith((".", "…")) else stop)

    return _FILLED.sub(value, text)


def paragraphs(own_words: str, *, begins: bool) -> tuple[str, ...]:
    """Return the paragraphs of own words; ``begins`` says whether the first begins a sentence."""
    parts = [SPACES.sub(" ", part).strip() for part in BLANK_LINE.split(own_words.strip())]
    told = [part for part in parts if part]
    return tuple(capitalised(one) if at or begins else one for at, one in enumerate(told))
