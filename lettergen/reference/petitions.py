"""The words around the names of a petition: in letters, on the annex, on sheets to sign, on the receipt."""

from dataclasses import dataclass
from typing import Any

from lettergen.errors import UnknownName
from lettergen.reference import language as words
from lettergen.reference import table

__all__ = ["PetitionWords", "petition_words", "spoken"]

OneOrMany = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionWords:
    """The words of one language; names in braces are put in."""

    language: str
    annex: str
    petition: str
    as_of: str
    signatures: str
    total: OneOrMany
    origin: OneOrMany
    both: str
    """Number and countries, in the order of the language."""
    known: OneOrMany
    """Who is counted and not named."""
    paper: OneOrMany
    counted_only: str
    by_country: str
    country: str
    elsewhere: str
    number: str
    together: str
    page: tuple[str, str, str]
    """Before the number of the page, between it and the number of all, and after that."""
    sheet_lead: str
    sheet_columns: tuple[str, ...]
    """Heads of the lines to sign: number, name, town and country, signature, whether it may be shown."""
    sheet_yes: str
    privacy_head: str
    privacy: str
    privacy_contact: str
    office: str
    """The addressee, where nobody has been chosen."""
    counted_by: str
    receipt: str
    receipt_text: str
    received: str
    papers: tuple[str, str, str, str]
    """Delivery letter, petition, names, numbers by country."""
    receiver: str
    place_and_date: str
    signature_and_stamp: str
    copy: str

    def counted(self, forms: OneOrMany, count: int) -> str:
        """Return the words for one or for several, with the number; a small one in letters behind `and`."""
        how = words.number if forms is self.total else words.spelled
        shown = how(count, self.language)
        return forms[0 if count == 1 else 1].format(count=shown, countries=shown)

    def sum(self, total: int, countries: int) -> str:
        """Return `214 signatures from 17 countries`; without the countries where none is known."""
        told = self.counted(self.total, total)
        if not countries:
            return told
        return self.both.format(total=told, origin=self.counted(self.origin, countries))


def spoken() -> tuple[str, ...]:
    """Return the languages that have the words."""
    return tuple(table("petitions"))


def page_words(language: str) -> tuple[str, str, str] | None:
    """Return what stands before, between and after the numbers of a page and of all; None without words."""
    row = table("petitions").get(language.partition("-")[0])
    return (row["page"][0], row["page"][1], row["page"][2]) if row else None


def petition_words(language: str) -> PetitionWords:
    """Return the words in a language.

    Raises:
        UnknownName: The language has none.
    """
    rows = table("petitions")
    base = language.partition("-")[0]
    if base not in rows:
        listed = ", ".join(f"`{one}`" for one in rows)
        raise UnknownName.of(
            "no-petition-words",
            f"the words around a petition are not there in `{base}`.",
            f"write it in one of {listed}.",
        )
    row: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in rows[base].items()
    }
    return PetitionWords(language=base, **row)
