"""The words of the page that tells a volunteer what to do with the letters of a kit."""

from dataclasses import dataclass

from lettergen.reference import table

__all__ = ["KitWords", "kit_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KitWords:
    """The page's words in one language; names in braces are put in."""

    language: str
    title: str
    lead_one: str
    lead_many: str
    dated: str
    steps: tuple[str, ...]
    no_postage: str
    postage_listed: str
    """Where the postage is told that is not the same for all letters."""
    registered: str
    columns: tuple[str, ...]
    """Heads of the list: whether it is posted, number, addressee, country, pages, weight, postage."""
    check: str


def kit_words(language: str) -> KitWords:
    """Return the words in a language; in English where the table has not got it."""
    rows = table("kits")
    base = language.partition("-")[0]
    chosen = base if base in rows else "en"
    row = rows[chosen]
    return KitWords(
        language=chosen,
        title=row["title"],
        lead_one=row["lead_one"],
        lead_many=row["lead_many"],
        dated=row["dated"],
        steps=tuple(row["steps"]),
        no_postage=row["no_postage"],
        postage_listed=row["postage_listed"],
        registered=row["registered"],
        columns=tuple(row["columns"]),
        check=row["check"],
    )
