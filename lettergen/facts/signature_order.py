"""The orders in which signatures can stand: by name, by country, by rank, as given."""

from collections.abc import Iterable
from typing import Any, Literal

from lettergen.facts.model import Signature
from lettergen.reference.collation import CollationKey, sort_key
from lettergen.reference.country_names import country_names

__all__ = ["ORDERS", "SignatureOrder", "in_order"]

SignatureOrder = Literal["name", "country", "rank", "given"]
ORDERS: tuple[SignatureOrder, ...] = ("name", "country", "rank", "given")


def in_order(signatures: Iterable[Signature], order: SignatureOrder, language: str) -> tuple[Signature, ...]:
    """Return signatures in an order; who is equal stays as given.

    Args:
        signatures: As the lists have them.
        order: `name` goes by the family name where it is known, else by the name as it is written;
            `country` by the country's name, then by name; `rank` by the column of that name, then by name.
        language: Whose alphabet it is.
    """
    if order == "given":
        return tuple(signatures)
    names = country_names(language) if order == "country" else {}

    def key(one: Signature) -> tuple[Any, ...]:
        if order == "country":
            told = sort_key(names.get(one.country or "", ""), language)
            return one.country is None, told, *_name(one, language)
        rank = one.rank if order == "rank" else None
        return rank is None, rank or 0, *_name(one, language)

    return tuple(sorted(signatures, key=key))


def _name(one: Signature, language: str) -> tuple[CollationKey, CollationKey]:
    name = one.name
    family = name.family or name.full or name.given or ""
    return sort_key(family, language), sort_key(name.given or "", language)
