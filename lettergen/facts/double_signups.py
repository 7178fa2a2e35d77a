"""People who signed up twice: the same name with the same e-mail or postal address, in any spelling."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from lettergen.facts.model import Sender, Signature

__all__ = ["signed_twice", "twice"]

_SIGNS = re.compile(r"[\W_]+")
# Words of streets that the same person writes now so, now so.
_SHORT = {
    "st": "street", "str": "strasse", "rd": "road", "ave": "avenue", "av": "avenue", "blvd": "boulevard",
    "bd": "boulevard", "ln": "lane", "dr": "drive", "sq": "square", "pl": "place", "apt": "apartment",
    "flat": "apartment",
    "no": "", "nr": "",
}  # fmt: skip


def twice(senders: Iterable[Sender]) -> Mapping[str, str]:
    """Return the ids of repeated senders, each with the id of the first.

    The same name with the same e-mail address or the same postal address is the
    same person; the name alone is not enough, because many people share one.
    """
    everybody = list(senders)
    again = _again(everybody, _marks)
    return {
        everybody[at].id: everybody[first].id
        for at, first in again.items()
        if everybody[at].id != everybody[first].id
    }


def signed_twice(signatures: Iterable[Signature]) -> Mapping[int, int]:
    """Return the places of repeated signatures in the list, each with the place of the first.

    Beside what `twice` goes by, two signatures are one person's if all that the table says of them is the
    same and neither has an `id`: whoever counts them as two may say more than is true.
    """
    return _again(list(signatures), _marks_of_signature)


_Somebody = Sender | Signature
_Mark = tuple[object, ...]


def _again(
    everybody: list[Any], marks_of: Callable[[Any, tuple[str, ...]], Iterator[_Mark]]
) -> dict[int, int]:
    names = list(map(_name, everybody))
    shared = {name for name, count in Counter(names).items() if name and count > 1}
    first: dict[_Mark, int] = {}
    again: dict[int, int] = {}
    for at, name in enumerate(names) if shared else ():
        if name not in shared:
            continue
        marks = tuple(marks_of(everybody[at], name))
        known = next((first[mark] for mark in marks if mark in first), None)
        if known is not None:
            again[at] = known
        for mark in marks:
            first.setdefault(mark, at if known is None else known)
    return again


def _name(sender: _Somebody) -> tuple[str, ...]:
    """Return the words of a name in any order: Kim Bong Soon, Bong-soon KIM."""
    name = sender.name
    if name is None:
        return _words(sender.organisation or "")
    if name.full:
        return tuple(sorted(_words(name.full)))
    # Many people share a part of their names, few the whole.
    return tuple(sorted((*_words(name.given or ""), *_words(name.family or ""))))


def _marks(sender: _Somebody, name: tuple[str, ...]) -> Iterator[_Mark]:
    for email in filter(None, (sender.email, sender.contact_email)):
        local, _, domain = email.casefold().strip().rpartition("@")
        # What follows a plus is the owner's own note.
        yield ("email", name, local.partition("+")[0], domain)
    if sender.address:
        words = _words(" ".join(sender.address))
        yield ("address", name, *sorted(filter(None, (_SHORT.get(word, word) for word in words))))


def _marks_of_signature(one: Signature, name: tuple[str, ...]) -> Iterator[_Mark]:
    marks = tuple(_marks(one, name))
    yield from marks
    if one.id or not marks:
        told = (one.title, one.organisation, one.city)
        yield ("told", name, one.id, one.country, *(_words(text or "") for text in told))


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = re.sub("[äöüÄÖÜ]", lambda match: match[0] + "e", text)
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    words = _SIGNS.sub(" ", text.casefold()).split()
    return tuple(_STREET.sub(r"\1strasse", word) for word in words)


_STREET = re.compile(r"(\w{2,})str$")
