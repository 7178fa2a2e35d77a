"""Who a row without an id is: a digest of name, address and e-mail, wherever it stands in the table."""

import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b

__all__ = ["NEXT", "WHO", "WHO_ELSE", "digest_of"]

WHO: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("name",), ("name", "full"), ("name", "given"), ("name", "family")),
    (("address",),),
    (("email",), ("contact_email",)),
)
"""Fields that make somebody who they are; all else may be added to a table later."""
WHO_ELSE: tuple[tuple[str, ...], ...] = (("office",), ("organisation",))
"""In the place of a name, where a row has none."""
_WITHOUT_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
"""Signs that nobody sees, which copying adds and takes away."""
NEXT = "\0"
"""Keeps what is said of one from what is said of the other."""


def digest_of(prefix: str, who: Sequence[str], otherwise: Sequence[str]) -> str:
    """Return an id of digits, or nothing where nobody is named.

    Args:
        prefix: Its first letter.
        who: Name, address and e-mail, with `NEXT` between them.
        otherwise: What stands in the place of a name where there is none.
    """
    told = _folded(who)
    if told.startswith(NEXT):
        told = f"{_folded(otherwise)} {told}"
    if not told.strip(f"{NEXT} "):
        return ""
    number = int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), "big") % 10**15
    digits = f"{number:015}"
    return f"{prefix}-{digits[:5]}-{digits[5:10]}-{digits[10:]}"


def _folded(texts: Iterable[str]) -> str:
    """Return texts as one, alike for all ways to write it."""
    text = " ".join(texts).casefold()
    if not text.isascii():
        text = text.translate(_WITHOUT_WIDTH)
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.split())
