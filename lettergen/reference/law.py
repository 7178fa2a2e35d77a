"""Treaties and standards: how to cite them, what their articles say in short, and whom they bind.

Functions that take ``own`` know the campaign's own treaties too, in the form of the reference's rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from lettergen.errors import UnknownName
from lettergen.reference import language as words
from lettergen.reference import table, unknown
from lettergen.reference.treaty_parties import (
    Reservation,
    TreatyStatus,
    instead,
    parties,
    party_status,
    reservation,
    reservations,
)
from lettergen.reference.treaty_rows import NO_TREATIES, Row, Rows, row, rows, written_number

__all__ = [
    "Article",
    "Reservation",
    "Treaty",
    "TreatyStatus",
    "articles",
    "cite",
    "cited_in",
    "instead",
    "keys",
    "parties",
    "party_status",
    "reservation",
    "reservations",
    "sorted_articles",
    "stated",
    "statement",
    "treaty",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article in one sentence of our own: what it asks, never its words."""

    number: str
    statement: str
    confidence: Literal["read", "common"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Treaty:
    """An instrument that letters rely on."""

    key: str
    title: str
    """The full title, as a list of treaties gives it."""
    short: str
    """The title as a letter says it: the 1951 Convention relating to the Status of Refugees."""
    adopted: date
    in_force: date | None
    """Day of entry into force; none for a declaration."""
    reference: str
    """Where it is published: United Nations, Treaty Series, vol. 189, p. 137."""
    is_treaty: bool
    """False for a declaration, to which no State is a party."""
    binding: str
    """From when a treaty binds a State that joins; empty for a declaration."""
    unit: str
    """What its numbered parts are called: article, rule, principle or paragraph."""
    article_count: int
    articles: tuple[Article, ...]
    source: str
    confidence: Literal["read", "common"]


def keys() -> tuple[str, ...]:
    """Return the keys of all instruments of the reference."""
    return tuple(rows())


@cache
def treaty(key: str) -> Treaty:
    """Return the instrument ``key`` of the reference.

    Raises:
        UnknownName: There is no such instrument.
    """
    one = row(key)
    return Treaty(
        key=key,
        title=one["title"],
        short=one["short"]["en"],
        adopted=one["adopted"],
        in_force=one.get("in_force"),
        reference=one["reference"],
        is_treaty=one["is_treaty"],
        binding=one["binds_after"]["text"] if one["is_treaty"] else "",
        unit=one.get("unit", "article"),
        article_count=one["article_count"],
        articles=tuple(
            Article(number=number, statement=article["statement"], confidence=article["confidence"])
            for number, article in one["articles"].items()
        ),
        source=one["source"],
        confidence=one["confidence"],
    )


def articles(key: str) -> tuple[str, ...]:
    """Return the articles for which there is a statement."""
    return tuple(article.number for article in treaty(key).articles)


def statement(key: str, article: str | int, language: str = "en", own: Rows = NO_TREATIES) -> str:
    """Return what an article asks, in one sentence of our own words.

    Raises:
        UnknownName: The instrument or the article is not known, or has no sentence in that language.
    """
    found = _said(key, article, language, own)
    if found:
        return found
    known_here = ", ".join(_statements(key, language, own))
    choice = f"choose one of {known_here}, or " if known_here else ""
    number = written_number(key, article, own)
    told = f"article {number} of `{key}`" + ("" if _base(language) == "en" else f" in `{language}`")
    raise UnknownName.of(
        "unknown-article",
        f"the reference has no statement for {told}.",
        f"{choice}summarise it in the template and cite the article.",
    )


def stated(key: str, article: str | int, language: str = "en", own: Rows = NO_TREATIES) -> bool:
    """Say whether there is a sentence for an article; many can be cited of which there is none.

    Raises:
        UnknownName: The instrument is not known, or it has no such article.
    """
    return bool(_said(key, article, language, own))


def _said(key: str, article: str | int, language: str, own: Rows) -> str:
    wanted = _bare(written_number(key, article, own))
    known = _statements(key, language, own)
    return next((text for number, text in known.items() if _bare(number) == wanted), "")


def _statements(key: str, language: str, own: Rows) -> Mapping[str, str]:
    base = _base(language)
    if key in own:
        given: Mapping[str, Mapping[str, str]] = own[key].get("statements", {})
        return {number: texts[base] for number, texts in given.items() if base in texts}
    if base == "en":
        return {article.number: article.statement for article in treaty(key).articles}
    return dict(table("statements").get(base, {}).get(key, {}))


def cite(
    key: str,
    articles: Iterable[str | int] = (),
    style: str = "plain",
    language: str = "en",
    own: Rows = NO_TREATIES,
) -> str:
    """Return a citation that cannot break between `Article` and its number.

    Args:
        key: The instrument.
        articles: Article numbers in the order of citation; none cites the whole.
        style: ``plain`` for a sentence; ``formal`` adds the dates and the place of publication.
        language: English where the instrument has no title in that language.
        own: The campaign's own treaties.

    Raises:
        UnknownName: The instrument is not known, or it has no such article.
    """
    one, used = row(key, own), cited_in(key, language, own)
    wording: dict[str, Any] = table("treaties")["wording"][used]
    in_figures = wording.get("figures", False)
    numbers = [written_number(key, article, own, in_figures=in_figures) for article in articles]
    if style not in ("plain", "formal"):
        raise unknown("style of citation", style, ("plain", "formal"), "choose `plain` or `formal`.")
    name = str(one["short"].get(used) or next(iter(one["short"].values())))
    if style == "formal" and used == "en" and key not in own:
        name = f"the {one['title']}"
    text = _with_numbers(one, name, numbers, used) if numbers else name
    return text + _publication(one, used) if style == "formal" else text


def cited_in(key: str, language: str = "en", own: Rows = NO_TREATIES) -> str:
    """Return the language in which a letter cites an instrument: its own, or English.

    Raises:
        UnknownName: The instrument is not known.
    """
    base = _base(language)
    return base if base in row(key, own)["short"] and base in table("treaties")["wording"] else "en"


def _with_numbers(one: Row, name: str, numbers: list[str], used: str) -> str:
    wording: dict[str, Any] = table("treaties")["wording"][used]
    unit = one.get("unit", "article")
    pattern = wording.get("numbers", {}).get(unit, "{n}")
    cited: str = wording["cited"]
    return cited.format(
        unit=wording["units"][unit][len(numbers) > 1] if "units" in wording else "",
        articles=words.listed([pattern.format(n=number) for number in numbers], used),
        name=name,
        of=one.get("of", {}).get(used) or _genitive(name, used),
    )


def _genitive(name: str, language: str) -> str:
    """Return `de la Convention`, `du Pacte`, `del Pacto`: a name that begins with its article, after `of`."""
    contracted = {"fr": (("le ", "du "), ("les ", "des ")), "es": (("el ", "del "),)}.get(language, ())
    for article, joined in contracted:
        if name.startswith(article):
            return joined + name.removeprefix(article)
    return f"de {name}" if language in ("fr", "es") else name


def _publication(one: Row, used: str) -> str:
    wording: dict[str, str] = table("treaties")["wording"][used]
    adopted = words.full_date(one["adopted"], used)
    in_force = words.full_date(one["in_force"], used) if one.get("in_force") else ""
    if one.get("series"):
        volume, page = one["series"]
        return wording["treaty"].format(adopted=adopted, in_force=in_force, volume=volume, page=page)
    if one.get("resolution"):
        return wording["declaration"].format(adopted=adopted, resolution=one["resolution"])
    return wording["unpublished" if in_force else "elsewhere"].format(adopted=adopted, in_force=in_force)


def _bare(number: str) -> str:
    """Return `1(A)(2)` and `1A(2)`, two ways to write one article, as one."""
    return number.replace("(", "").replace(")", "")


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def sorted_articles(articles: Iterable[str]) -> tuple[str, ...]:
    """Return articles as a treaty has them: 9 before 14."""
    return tuple(sorted(articles, key=lambda one: [int(n) for n in re.findall(r"\d+", one)]))
