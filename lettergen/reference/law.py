"""Treaties: how to cite them, what their articles say in short, and whom they bind."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from lettergen.errors import UnknownName
from lettergen.reference import language as words
from lettergen.reference import table, unknown

__all__ = [
    "Article",
    "Treaty",
    "TreatyStatus",
    "articles",
    "cite",
    "instead",
    "keys",
    "party_status",
    "stated",
    "statement",
    "treaty",
]

ARTICLE = re.compile(r"(\d+|[IVX]+)((?:[A-Z]|\([0-9A-Za-z]+\))*)")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

Standing = Literal["party", "signed", "not-a-party", "not-a-treaty", "unknown"]


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
    article_count: int
    articles: tuple[Article, ...]
    source: str
    confidence: Literal["read", "common"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyStatus:
    """A State's relation to a treaty on a day, as far as is known here."""

    treaty: str
    state: str
    standing: Standing
    since: date | None
    """The day from which the State is bound; the day of signature where it only signed."""
    checked: date | None
    """Until when the entry is known to be valid if the State is not a party."""
    note: str
    source: str


def keys() -> tuple[str, ...]:
    """Return the keys of all instruments."""
    return tuple(table("treaties")["treaties"])


@cache
def treaty(key: str) -> Treaty:
    """Return the instrument ``key``.

    Raises:
        UnknownName: There is no such instrument.
    """
    row = _row(key)
    return Treaty(
        key=key,
        title=row["title"],
        short=row["short"]["en"],
        adopted=row["adopted"],
        in_force=row.get("in_force"),
        reference=row["reference"],
        is_treaty=row["is_treaty"],
        binding=row["binds_after"]["text"] if row["is_treaty"] else "",
        article_count=row["article_count"],
        articles=tuple(
            Article(number=number, statement=article["statement"], confidence=article["confidence"])
            for number, article in row["articles"].items()
        ),
        source=row["source"],
        confidence=row["confidence"],
    )


def articles(key: str) -> tuple[str, ...]:
    """Return the articles for which there is a statement."""
    return tuple(article.number for article in treaty(key).articles)


def statement(key: str, article: str | int) -> str:
    """Return what an article asks, in one sentence of our own words.

    Raises:
        UnknownName: The instrument or the article is not in the reference.
    """
    wanted = _lookup(key, article)
    for known in treaty(key).articles:
        if _bare(known.number) == _bare(wanted):
            return known.statement
    known_here = ", ".join(articles(key))
    raise UnknownName.of(
        "unknown-article",
        f"the reference has no statement for article {wanted} of `{key}`.",
        f"choose one of {known_here}, or summarise it in the template and cite the article.",
    )


def stated(key: str, article: str | int) -> bool:
    """Say whether the reference has a sentence for an article; many can be cited of which it has none.

    Raises:
        UnknownName: The instrument is not in the reference, or it has no such article.
    """
    wanted = _bare(_lookup(key, article))
    return any(_bare(known.number) == wanted for known in treaty(key).articles)


def cite(
    key: str,
    articles: Iterable[str | int] = (),
    style: str = "plain",
    language: str = "en",
) -> str:
    """Return a citation that cannot break between `Article` and its number.

    Args:
        key: The instrument.
        articles: Article numbers in the order of citation; none cites the whole.
        style: ``plain`` for a sentence; ``formal`` adds the dates and the place of publication.
        language: English where the reference has no title in that language.

    Raises:
        UnknownName: The instrument is not in the reference, or it has no such article.
    """
    row = _row(key)
    base = language.replace("_", "-").split("-")[0].lower()
    used = base if base in row["short"] and base in table("treaties")["wording"] else "en"
    wording: dict[str, Any] = table("treaties")["wording"][used]
    numbers = [_lookup(key, article, in_figures=wording.get("figures", False)) for article in articles]
    if style not in ("plain", "formal"):
        raise unknown("style of citation", style, ("plain", "formal"), "choose `plain` or `formal`.")
    name: str = row["short"][used]
    if style == "formal" and used == "en":
        name = f"the {row['title']}"
    if numbers:
        pattern: str = wording["article" if len(numbers) == 1 else "articles"]
        listed = words.listed([wording["number"].format(n=number) for number in numbers], used)
        text = pattern.format(articles=listed, name=name, of=row["of"].get(used, name))
    else:
        text = name
    return text + _publication(row, used) if style == "formal" else text


def party_status(key: str, state: str, on: date) -> TreatyStatus:
    """Return how a State (ISO 3166 code) stood to an instrument on a day; never a guess.

    A State that is not in the table is ``unknown``, so that no letter claims an
    obligation, or its absence, on no ground.
    """
    row = _row(key)
    code = state.upper()
    source = table("treaties")["status_source"]
    if not row["is_treaty"]:
        return _status(
            key, code, "not-a-treaty", note="A declaration: States are not parties to it.", source=source
        )
    entry: dict[str, Any] | None = table("treaties")["parties"].get(key, {}).get(code)
    if entry is None:
        return _status(key, code, "unknown", note="The reference does not say.", source="")
    source = entry.get("source", source)
    note = entry.get("note", "")
    joined: date | None = entry.get("party")
    signed: date | None = entry.get("signed")
    if joined and on >= (bound := _bound_from(row, joined)):
        return _status(key, code, "party", since=bound, note=note, source=source)
    checked = None if joined else table("treaties")["checked"]
    if signed and on >= signed:
        return _status(key, code, "signed", since=signed, checked=checked, note=note, source=source)
    return _status(key, code, "not-a-party", checked=checked, note=note, source=source)


def instead(key: str, article: str, state: str, on: date) -> tuple[tuple[str, str], ...]:
    """Return articles of other instruments that protect in the same way and do hold for a State on a day."""
    rows: dict[str, Any] = table("treaties")["instead"].get(key, {})
    ways: list[list[str]] = rows.get(_bare_head(article)) or rows.get("other", [])
    holds = (
        (other, number)
        for other, number in ways
        if party_status(other, state, on).standing in ("party", "not-a-treaty")
    )
    return tuple(holds)


def _bare_head(article: str) -> str:
    found = ARTICLE.match(str(article).strip())
    return found[1] if found else ""


def _bound_from(row: dict[str, Any], joined: date) -> date:
    """Return the day from which a treaty binds a State whose instrument was deposited on ``joined``."""
    after: dict[str, int] = row["binds_after"]
    years, month = divmod(joined.month - 1 + after.get("months", 0), 12)
    year, month = joined.year + years, month + 1
    day = min(joined.day, monthrange(year, month)[1])
    bound = date(year, month, day) + timedelta(days=after.get("days", 0))
    in_force: date = row["in_force"]
    return max(bound, in_force)


def _status(  # noqa: PLR0913  (the fields of one value)
    key: str,
    state: str,
    standing: Standing,
    *,
    since: date | None = None,
    checked: date | None = None,
    note: str,
    source: str,
) -> TreatyStatus:
    return TreatyStatus(
        treaty=key, state=state, standing=standing, since=since, checked=checked, note=note, source=source
    )


def _row(key: str) -> dict[str, Any]:
    rows: dict[str, dict[str, Any]] = table("treaties")["treaties"]
    if key not in rows:
        raise unknown("treaty", key, rows, f"choose one of {', '.join(f'`{name}`' for name in rows)}.")
    return rows[key]


def _publication(row: dict[str, Any], used: str) -> str:
    adopted = words.full_date(row["adopted"], used)
    in_force = words.full_date(row["in_force"], used) if row.get("in_force") else ""
    wording: dict[str, str] = table("treaties")["wording"][used]
    if row["is_treaty"]:
        volume, page = row["series"]
        return wording["treaty"].format(adopted=adopted, in_force=in_force, volume=volume, page=page)
    return wording["declaration"].format(adopted=adopted, resolution=row["resolution"])


def _lookup(key: str, article: str | int, *, in_figures: bool = False) -> str:
    """Return an article's number as the instrument writes it, or say that it has no such article."""
    row = _row(key)
    written = str(article).strip().replace(" ", "")
    found = ARTICLE.fullmatch(written)
    number = 0
    if found:
        head = found[1]
        number = int(head) if head.isdigit() else ROMAN.index(head) + 1 if head in ROMAN else 0
    if not found or not 1 <= number <= row["article_count"]:
        fix = f"cite an article from 1 to {row['article_count']}."
        message = f"`{key}` has no article `{article}`."
        raise UnknownName.of("unknown-article", message, fix)
    is_roman = row.get("is_roman", False) and not in_figures
    return f"{ROMAN[number - 1] if is_roman else number}{found[2]}"


def _bare(number: str) -> str:
    """Return `1(A)(2)` and `1A(2)`, two ways to write one article, as one."""
    return number.replace("(", "").replace(")", "")
