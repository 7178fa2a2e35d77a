"""What the headings of a table mean, in English, German, French, Spanish and Korean."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lettergen.cache import digest, remembered
from lettergen.errors import did_you_mean

__all__ = ["folded", "meaning", "meant_field", "suggestion"]

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "name_middle": ("name_given",),
    "second_family": ("name_family",),
    "courtesy": ("name_courtesy",),
    "suffix": ("name",),
    "email": ("email", "contact_email"),
    "street": ("address_1", "address"),
    "house_number": ("address_1", "address"),
    "street_2": ("address_2", "address"),
    "po_box": ("address_1", "address"),
    "postcode": ("address_2", "address"),
    "city": ("address_2", "address"),
    "postcode_and_city": ("address_2", "address"),
    "region": ("address_3", "address"),
    "language": ("language", "languages"),
}
"""Fields that take a kind of value which has none of its own name, the best first."""


_ASIDE = re.compile(
    r"\b(?:\d{1,2}|home|business|work|other|primary|privat|geschäftlich|weitere|domicile|bureau|autre|value)\b"
)
"""What programs add to a heading when there are several of a kind."""


def folded(heading: str) -> str:
    """Return a heading without what differs between programs: case, width, punctuation."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("ß", "ss")
    return " ".join(re.sub(r"[^\w#°]+|_", " ", text).split())


@cache
def _meanings() -> dict[str, str]:
    path = Path(__file__).with_name("headings.toml")

    def read() -> dict[str, str]:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found: dict[str, str] = {}
        for kind, by_language in table.items():
            found.setdefault(folded(kind), kind)
            for headings in by_language.values():
                for heading in headings:
                    found.setdefault(folded(heading), kind)
        return found

    return remembered("headings", digest(path), read)


def meaning(heading: str) -> str | None:
    """Return what kind of value a heading announces; None if no program or person is known to use it so."""
    text = folded(heading)
    found = _meanings().get(text)
    # "E-mail 1", "Phone 2", "Address 1 - City"
    bare = " ".join(_ASIDE.sub(" ", text).split())
    return found or _meanings().get(bare)


def meant_field(word: str, known: Iterable[str]) -> str | None:
    """Return the field among those known that a word means: ``Straße`` is ``address_1``."""
    names = set(known)
    kind = meaning(word)
    if kind is None:
        return None
    return next((name for name in (*_FIELDS.get(kind, (kind,)), kind) if name in names), None)


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the fix for an unknown name: the field that it means, similar names, or ``otherwise``."""
    names = tuple(known)
    meant = meant_field(word, names)
    return f"did you mean `{meant}`?" if meant else did_you_mean(word, names, otherwise)
