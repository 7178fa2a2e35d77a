"""What a text counts, dates and cites, in whatever language and however it is written.

Figures and months are those of CLDR through Babel; numbers in words and the words for articles of law stand
in numbers.toml. What may mean something else (`neuf`, a May without a day) is found, but not sure.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from lettergen.cache import remembered
from lettergen.reference import cldr, toml

__all__ = ["Found", "Kind", "quantities"]

Kind = Literal["number", "date", "month", "article", "currency"]
SMALLEST = 2
"""`One` is also an article, and nought the end of a time."""
_NEAR = 80
"""Signs in which the currency of a number stands."""
_PLACE = "\x01"
"""Stands where something has been read, so that it is not read twice."""
_FIGURE = r"(?P<n>\d{1,3}(?:[GROUP]\d{3})+(?!\d)(?:[POINT]\d+)?|\d+(?:[POINT]\d+)?)"
_SPACES = re.compile(r"\s+")
_NO_BREAKS = "\u00a0\u202f\u2009"
_PART_OF_ARTICLE = r"(?:[a-z]\b)?(?:\s?\([\da-z]+\))*"
_HAN_FIGURES = "一二三四五六七八九十百"
_ARTICLES = re.compile(rf"(?P<n>\d+|[{_HAN_FIGURES}]+){_PART_OF_ARTICLE}")
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "₩": "KRW", "₽": "RUB", "₹": "INR", "₫": "VND", "₱": "PHP", "฿": "THB",
    "₴": "UAH", "₺": "TRY", "₪": "ILS",
}  # fmt: skip
_SYMBOLS_BEHIND = {**_SYMBOLS, "元": "CNY", "円": "JPY", "원": "KRW"}
_DOLLARS = re.compile(r"(?:US|C|CA|A|AU|NZ|HK)?\$")
_CODE = re.compile(r"[A-Z]{3}\b")


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity: what it is, its value, and the words that say so."""

    kind: Kind
    value: object
    """A number; month and day; a month; an article's number; a number and the currency."""
    words: str
    start: int
    """Where in the text."""
    is_sure: bool = True


@lru_cache(maxsize=4_096)
def quantities(text: str, language: str) -> tuple[Found, ...]:
    """Return what a text counts, dates and cites, in its order."""
    return tuple(sorted(_QuantityReader(text, _spoken(language)).read(), key=lambda one: one.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """How a language writes quantities."""

    figure: re.Pattern[str]
    point: str
    words: re.Pattern[str]
    values: Mapping[str, int]
    idioms: re.Pattern[str]
    """Phrases whose numbers count nothing: unter vier Augen."""
    unsure: frozenset[str]
    scales: Mapping[str, int]
    scale: re.Pattern[str]
    articles: re.Pattern[str] | None
    dates: tuple[re.Pattern[str], ...]
    months: Mapping[str, int]
    currencies: tuple[tuple[str, str], ...]
    """Names, the longest first, and their codes."""


class _QuantityReader:
    """Reads one text; each stretch of it is read once."""

    def __init__(self, text: str, spoken: _Spoken) -> None:
        self._text = text
        self._spoken = spoken
        lowered = _with_figures(text).lower()
        # Of some scripts a small letter is two signs; places would not fit.
        self._left = lowered if len(lowered) == len(text) else _with_figures(text)
        self._taken: list[tuple[int, int]] = []

    def read(self) -> Iterator[Found]:
        yield from self._articles()
        yield from self._dates()
        yield from self._numbers(self._spoken.figure, self._figure)
        for match in self._matches(self._spoken.idioms):
            self._take(*match.span())
        yield from self._numbers(self._spoken.words, self._word)

    def _articles(self) -> Iterator[Found]:
        if self._spoken.articles is None:
            return
        for match in self._matches(self._spoken.articles):
            for number in _ARTICLES.finditer(match["numbers"]):
                value = int(number["n"]) if number["n"].isdecimal() else self._spoken.values.get(number["n"])
                if value is None:
                    continue
                start = match.start("numbers") + number.start("n")
                yield self._found("article", value, match.start(), match.end())
                self._take(start, start + len(number["n"]))

    def _dates(self) -> Iterator[Found]:
        for pattern in self._spoken.dates:
            for match in self._matches(pattern):
                parts = match.groupdict()
                month = self._month(parts["month"])
                day = int(parts["day"]) if parts.get("day") else None
                if month is None or (day is not None and not 1 <= day <= 31):
                    continue
                if day is None:
                    is_sure = bool(parts.get("year"))
                    yield self._found("month", month, match.start(), match.end(), is_sure=is_sure)
                else:
                    yield self._found("date", (month, day), match.start(), match.end())
                    self._take(*match.span("day"))
                self._take(*match.span("month"))

    def _month(self, name: str) -> int | None:
        if name.isdecimal():
            return int(name) if 1 <= int(name) <= 12 else None
        return self._spoken.months.get(name.rstrip("."))

    def _numbers(self, pattern: re.Pattern[str], value_of: Callable[[str], float | None]) -> Iterator[Found]:
        for match in self._matches(pattern):
            written = match["n"]
            value = value_of(written)
            if value is None:
                continue
            end, times = self._scaled(match.end())
            value *= times
            is_sure = value >= SMALLEST and written not in self._spoken.unsure
            yield self._found("number", value, match.start(), end, is_sure=is_sure)
            if currency := self._currency(match.start(), end):
                yield self._found("currency", (value, currency), match.start(), end)
            self._take(match.start(), end)

    def _figure(self, written: str) -> float | None:
        point = self._spoken.point
        whole, _, rest = written.rpartition(point) if written.count(point) == 1 else (written, "", "")
        digits = re.sub(r"\D", "", whole)
        return None if not digits or len(digits) > 18 else float(f"{digits}.{rest}") if rest else int(digits)

    def _word(self, written: str) -> float | None:
        return self._spoken.values.get(_SPACES.sub(" ", written))

    def _scaled(self, end: int) -> tuple[int, int]:
        """Return where `5 million` ends that begins with 5, and by how much it is multiplied."""
        times = 1
        while match := self._spoken.scale.match(self._left, end):
            times *= self._spoken.scales[match["scale"]]
            end = match.end()
        return end, times

    def _currency(self, start: int, end: int) -> str | None:
        before = self._text[max(0, start - _NEAR) : start].rstrip()[-4:]
        after = self._text[end : end + _NEAR].lstrip()
        for code in (before[-3:], after[:3]):
            if _CODE.fullmatch(code) and code in _codes():
                return code
        if found := _SYMBOLS.get(before[-1:]) or _SYMBOLS_BEHIND.get(after[:1]):
            return found
        if _DOLLARS.search(before) or _DOLLARS.match(after):
            return "USD"
        lowered = after.lower()
        return next((code for name, code in self._spoken.currencies if lowered.startswith(name)), None)

    def _found(self, kind: Kind, value: object, start: int, end: int, *, is_sure: bool = True) -> Found:
        return Found(kind, value, self._text[start:end].strip(), start, is_sure)

    def _take(self, start: int, end: int) -> None:
        self._taken.append((start, end))

    def _matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches in what nothing else has read; what is taken of them is gone afterwards."""
        yield from pattern.finditer(self._left)
        if self._taken:  # once for all: a text may be long
            signs = list(self._left)
            for start, end in self._taken:
                signs[start:end] = _PLACE * (end - start)
            self._left = "".join(signs)
            self._taken.clear()


def _with_figures(text: str) -> str:
    """Return a text with the digits of every script as figures, sign by sign."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


@cache
def _spoken(language: str) -> _Spoken:
    base = language.replace("_", "-").partition("-")[0].lower()
    table: Mapping[str, Any] = toml(Path(__file__).with_name("numbers.toml")).get(base, {})
    values, scales = _values(table), _scales(table)
    is_spaced = base not in ("zh", "ja", "ko")
    group, point = _separators(language)
    figure = _FIGURE.replace("GROUP", re.escape(group)).replace("POINT", re.escape(point))
    scale = "|".join(map(re.escape, sorted(scales, key=len, reverse=True)))
    after = r"\b" if is_spaced else ""
    months = {} if base in _DATED else _months(language)
    return _Spoken(
        figure=re.compile(figure),
        point=point,
        words=_words_pattern(base, values, scales),
        values=values,
        idioms=re.compile("|".join(map(re.escape, table.get("idioms", ()))) or r"(?!)"),
        unsure=frozenset(table.get("unsure", ())) | frozenset(table.get("two", ())),
        scales=scales,
        scale=re.compile(rf"[\s\-]?(?P<scale>{scale}){after}" if scale else r"(?P<scale>(?!))"),
        articles=_articles_pattern(table, group),
        dates=_date_patterns(base, months),
        months=months,
        currencies=_currency_names(language) if table else (),
    )


_DATED = {"zh": ("年", "月", "[日号號]"), "ja": ("年", "月", "日"), "ko": ("년", "월", "일")}
"""Languages that write dates in figures, and the signs behind year, month and day."""
_HAN = {"二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_COUNTERS = {
    "zh": "人|名|位|个|個|年|月|天|日|次|回|件|点|点|项|項|条|歲|岁|週|周|小时|分钟|种|封|份|家|座|所",
    "ja": "人|名|年|月|か月|ヶ月|カ月|日|回|件|点|項|条|歳|週|時|分|つ|通|部",
    "ko": r"\s?(?:명|사람|분|개|번|가지|달|해|살|시간|차례|건|곳|통|부|주|쌍)",
}
"""What is counted with numbers in words, by language: `두` alone may be the beginning of another word."""
_PREFIXED = {"ar": "(?:[وفبكل]?(?:ال|ل)?)"}
"""Words that are written together with what follows."""


def _values(table: Mapping[str, Any]) -> dict[str, int]:
    rows: Mapping[str, list[str]] = table.get("words", {})
    values = {word: int(value) for value, words in rows.items() for word in words}
    return values | dict.fromkeys(table.get("two", ()), 2)


def _scales(table: Mapping[str, Any]) -> dict[str, int]:
    rows: Mapping[str, list[str]] = table.get("scales", {})
    return {word: int(value) for value, words in rows.items() for word in words}


def _words_pattern(base: str, values: dict[str, int], scales: Mapping[str, int]) -> re.Pattern[str]:
    """Return what finds numbers in words, and add to ``values`` what its language makes of them."""
    if base in ("zh", "ja"):
        values |= _HAN | {f"十{sign}": 10 + value for sign, value in _HAN.items() if value < 10}
        values |= {f"{sign}十": 10 * value for sign, value in _HAN.items() if value < 10}
        values |= {f"{a}十{b}": 10 * x + y for a, x in _HAN.items() for b, y in _HAN.items() if x < 10 > y}
        values |= {word: 2 for word in ("两", "兩") if base == "zh"}
    if base == "de":  # written together: zweihundert, dreitausend
        small = {word: value for word, value in values.items() if value < 100}
        whole = {"hundert": 100, "tausend": 1000}
        values |= {
            f"{word}{name}": value * times for word, value in small.items() for name, times in whole.items()
        }
    if not values:
        return re.compile(r"(?!)")
    listed = "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(values, key=len, reverse=True)
    )
    if base in _COUNTERS:
        many = "|".join(map(re.escape, scales)) or "(?!)"
        return re.compile(rf"(?P<n>{listed})(?={_COUNTERS[base]}|{many})")
    return re.compile(rf"(?<!\w){_PREFIXED.get(base, '')}(?P<n>{listed})(?!\w)")


def _articles_pattern(table: Mapping[str, Any], group: str) -> re.Pattern[str] | None:
    if around := table.get("article_around"):
        before, after = around
        return re.compile(rf"{before}\s?(?P<numbers>\d+|[{_HAN_FIGURES}]+)\s?{after}")
    if not (words := table.get("article")):
        return None
    named = "|".join(map(re.escape, words))
    joins = "|".join(map(re.escape, table.get("joins", ())))
    between = rf"(?:\s?[,;/–-]\s?|\s(?:{joins})\s?|\s?,\s(?:{joins})\s)"
    one = rf"\d+(?!\d|[{re.escape(group)}]\d{{3}}){_PART_OF_ARTICLE}"
    # An apostrophe parts `l’article`; Arabic prefixes are one letter or two.
    return re.compile(rf"(?<!\w)\w{{0,2}}(?:{named})\s?(?P<numbers>{one}(?:{between}{one})*)")


def _date_patterns(base: str, months: Mapping[str, int]) -> tuple[re.Pattern[str], ...]:
    """Return what finds dates, those with most in them first."""
    found = [
        r"(?<![\d.])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<year>\d{4})\.\s?(?P<month>\d{1,2})\.\s?(?P<day>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})(?!\d)",
    ]
    if base in _DATED:
        year, month, day = _DATED[base]
        figure = r"\d{1,2}"
        found += [
            rf"(?P<month>{figure})\s?{month}\s?(?P<day>{figure})\s?{day}",
            rf"(?P<year>\d{{4}})\s?{year}\s?(?P<month>{figure})\s?{month}(?!\w?間)",
        ]
    if months:
        name = "|".join(map(re.escape, sorted(months, key=len, reverse=True)))
        ordinal = r"(?:\.|st|nd|rd|th|er|re|º|ª|-?го|-?е)?"
        of = r"(?:\s(?:of|de|del|d['’])\s?|\s)"
        found += [
            rf"(?<!\d)(?P<day>\d{{1,2}}){ordinal}{of}?(?P<month>{name})\b",
            rf"\b(?P<month>{name})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)",
            rf"\b(?P<month>{name})\.?,?(?:\s(?:of|de|del))?\s(?P<year>\d{{4}})\b",
            rf"(?<!\w)(?P<month>{name})(?!\w)",
        ]
    return tuple(map(re.compile, found))


def _separators(language: str) -> tuple[str, str]:
    """Return the signs between thousands, and that before decimals."""

    def read() -> tuple[str, str]:
        from babel import Locale, UnknownLocaleError

        try:
            symbols = Locale.parse(language.replace("-", "_")).number_symbols
        except (UnknownLocaleError, ValueError):
            return ",", "."
        own = symbols.get("latn", symbols)
        return str(own.get("group", ",")), str(own.get("decimal", "."))

    group, point = remembered("separators", (language, cldr.version()), read)
    # Whoever types has plain ones, too, and Arabic figures their own.
    apart = "" if group == "," and point == "." else " "
    return f"{group}{_NO_BREAKS}{apart}٬’'", point


def _months(language: str) -> dict[str, int]:
    def read() -> tuple[tuple[str, int], ...]:
        from babel import Locale, UnknownLocaleError

        try:
            found = Locale.parse(language.replace("-", "_")).months
        except (UnknownLocaleError, ValueError):
            return ()
        return tuple(
            (str(name).rstrip(".").lower(), int(number))
            for context in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
            for number, name in found[context].get(width, {}).items()
        )

    return {
        name: number
        for name, number in remembered("months", (language, cldr.version()), read)
        if len(name) > 2
    }


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for _, code in _currency_names("en"))


@cache
def _currency_names(language: str) -> tuple[tuple[str, str], ...]:
    def read() -> tuple[tuple[str, str], ...]:
        from babel import Locale, UnknownLocaleError
        from babel.numbers import get_currency_name

        try:
            locale = Locale.parse(language.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            return ()
        names = (
            (get_currency_name(code, count, locale).lower(), code)
            for code in map(str, locale.currencies)
            for count in (1, 2, 5)
        )
        return tuple(sorted(set(names), key=lambda one: (-len(one[0]), one)))

    found: Iterable[tuple[str, str]] = remembered("currencies", (language, cldr.version()), read)
    return tuple(found)
