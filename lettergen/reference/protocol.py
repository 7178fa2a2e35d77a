"""Forms of address: an office's name on the envelope, in the opening, in the text, in the closing.

Gender is never derived. A word that is inflected (`His`, `Madame`, `Herrn`) is
used only where the holder's own courtesy title has that form; otherwise the
next, neutral pattern of the row is taken. What else a courtesy title says
(`Frau Dr.`) is printed before the name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any, Literal

from lettergen.errors import UnknownName
from lettergen.reference import table, unknown

__all__ = [
    "FormOfAddress",
    "closing",
    "envelope_line",
    "form",
    "has_usage",
    "languages",
    "offices",
    "opening",
    "organisation_line",
    "title",
    "unknown_titles",
    "usages",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOfAddress:
    """One row of the forms of address: an office in a language.

    Patterns hold ``{name}``, ``{family}``, ``{courtesy}``, ``{title}``,
    ``{organisation}`` and inflected words of the language such as ``{his}``.
    """

    office: str
    language: str
    """The language of the patterns."""
    envelopes: tuple[str, ...]
    """Patterns for the first line of the address; the first that can be filled is used."""
    openings: tuple[str, ...]
    """Patterns for the opening, fullest first; the last needs nothing."""
    style: str
    """How to refer to the holder in running text; `you` if there is no style."""
    closing: str
    """The closing of one who signs; ``{salutation}`` in it repeats the opening without its comma."""
    closing_of_many: str
    """The closing of several, or of an organisation."""
    sources: tuple[str, ...]
    confidence: Literal["read", "common"]
    note: str = ""
    organisation: str = "{organisation}"
    """How the organisation is written where nobody is named."""

    @property
    def envelope(self) -> str:
        """The fullest pattern for the first line of the address."""
        return self.envelopes[0]

    @property
    def opening(self) -> str:
        """The fullest pattern for the opening."""
        return self.openings[0]

    @property
    def opening_without_name(self) -> str:
        """The opening for an office whose holder is not named."""
        return self.openings[-1]


def offices() -> tuple[str, ...]:
    """Return the keys of all offices, in order of precedence."""
    return tuple(table("protocol")["offices"])


def title(office: str) -> str:
    """Return what the office is, for lists: ``Head of government``."""
    _known(office)
    text: str = table("protocol")["offices"][office]
    return text


def languages(office: str) -> tuple[str, ...]:
    """Return the languages in which the office has a row of its own."""
    _known(office)
    rows = table("protocol")["forms"]
    return tuple(language for language in rows if office in rows[language])


@cache
def form(
    office: str, language: str = "en", state: str | None = None, posted_from: str | None = None
) -> FormOfAddress:
    """Return the form of address of an office in a language.

    Args:
        office: A row of the forms of address.
        language: The letter's language.
        state: ISO 3166 code of the State whose office it is; some have a usage of their own.
        posted_from: ISO 3166 code of the country of posting; some usage is for letters at home.

    Raises:
        UnknownName: There is no such office, or no form of address for it in that language.
    """
    _known(office)
    used = language.replace("_", "-").split("-")[0].lower()
    general = table("protocol")["forms"].get(used, {}).get(office)
    if general is None:
        raise UnknownName.of(
            "no-form-of-address",
            f"there is no form of address for `{office}` in `{language}`.",
            "give the recipient `envelope_name:`, `salutation:` and `closing:`, or choose a letter in "
            f"{' or '.join(f'`{one}`' for one in languages(office))}.",
        )
    row = {**general, **_usage(office, used, state, posted_from)}
    return FormOfAddress(
        office=office,
        language=used,
        envelopes=_patterns(row["envelope"]),
        openings=_patterns(row["opening"]),
        style=row["style"],
        closing=_signed(row["closing"], used, 0),
        closing_of_many=_signed(row["closing"], used, 1),
        sources=tuple(row["sources"]),
        confidence=row["confidence"],
        note=row.get("note", ""),
        organisation=row.get("organisation", "{organisation}"),
    )


def _signed(pattern: str, language: str, number: int) -> str:
    """Return a closing as one (0) or several (1) sign it."""
    rows: dict[str, list[str]] = table("protocol")["signing"].get(language, {})
    for word, told in rows.items():
        pattern = pattern.replace(f"{{{word}}}", told[number])
    return pattern


def _usage(office: str, language: str, state: str | None, posted_from: str | None) -> Mapping[str, Any]:
    """Return what a State does otherwise, at home or everywhere."""
    code = (state or "").upper()
    row: dict[str, Any] = table("protocol")["usage"].get(code, {}).get(language, {}).get(office, {})
    return {} if row.get("at_home") and (posted_from or "").upper() != code else row


@cache
def has_usage(office: str, language: str) -> bool:
    """Say whether some State addresses an office otherwise in a language."""
    return any(found[1:] == (_base(language), office) for found in usages())


def usages() -> Iterator[tuple[str, str, str]]:
    """Yield State, language and office of each usage that differs from the general row."""
    for state, by_language in table("protocol")["usage"].items():
        for language, rows in by_language.items():
            yield from ((state, language, office) for office in rows)


def envelope_line(form: FormOfAddress, courtesy: str | None, name: str | None) -> str:
    """Return the first line of the address; empty if the row needs a name and there is none.

    ``His Excellency Mr. Hu Jintao`` only where the holder is given as `Mr.`;
    otherwise the name alone, and the office follows on its own line. A name that
    has its style already (`H.E. Mr. Hu Jintao`) is left as it stands.
    """
    if name and courtesy and _has_style(f"{courtesy} ", form.language):
        return _filled("{courtesy} {name}", {"courtesy": courtesy, "name": name})
    if name and _has_style(name, form.language):
        return name
    courtesies = _Courtesy.of(courtesy, form.language)
    titled = courtesies.before(name)
    return _first(form.envelopes, courtesies.values(form.language, name=name), {"name": titled})


def opening(
    form: FormOfAddress,
    courtesy: str | None = None,
    family: str | None = None,
    name: str | None = None,
    title: str | None = None,
    organisation: str | None = None,
) -> str:
    """Return the opening with as much of the holder's name as the row uses and the facts give."""
    found = _Courtesy.of(courtesy, form.language)
    values = found.values(form.language, family=family, name=name, title=title, organisation=organisation)
    # English leaves a title out beside that of an office: Dear Judge Arno.
    titled = {} if form.language == "en" else {"family": found.before(family), "name": found.before(name)}
    return _first(form.openings, values, titled)


def organisation_line(form: FormOfAddress, organisation: str) -> str:
    """Return the line of an organisation that a letter goes to without naming anybody: `人権協会御中`."""
    return form.organisation.replace("{organisation}", organisation)


def unknown_titles(courtesy: str | None, language: str) -> tuple[str, ...]:
    """Return the words of a courtesy title that a language does not know, if its titles are known here."""
    known: list[str] | None = table("protocol")["titles"].get(_base(language))
    if known is None or not courtesy:
        return ()
    return tuple(
        word
        for word in _Courtesy.of(courtesy, _base(language)).titles.split()
        if not all(_plain(part) in known for part in re.split(r"[.-]", word) if part)
    )


def closing(form: FormOfAddress, salutation: str, *, is_many: bool = False) -> str:
    """Return the closing for a letter that opens with ``salutation``, as one or as several sign it.

    French usage repeats the salutation inside the closing, so both come from one text.
    """
    told = form.closing_of_many if is_many else form.closing
    return told.replace("{salutation}", salutation.strip().rstrip(",:，： "))


def _known(office: str) -> None:
    known = table("protocol")["offices"]
    if office not in known:
        raise unknown("office", office, known, "`lettergen help forms-of-address` lists them.")


def _patterns(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _has_style(text: str, language: str) -> bool:
    styles: list[str] = table("protocol")["styles"].get(language, [])
    return any(text.casefold().startswith(f"{style} ".casefold()) for style in styles)


@dataclass(frozen=True, slots=True)
class _Courtesy:
    """A courtesy title in its parts: `Frau Dr.` has an inflection, a polite word and a title."""

    kind: str
    polite: str
    titles: str

    @classmethod
    def of(cls, courtesy: str | None, language: str) -> "_Courtesy":
        rows = table("protocol")
        kinds: dict[str, str] = rows["courtesy"]
        usual: dict[str, Any] = rows["polite"].get(language, {})
        kind, polite, titles = "", "", []
        for word in (courtesy or "").split():
            found = kinds.get(_plain(word), "")
            kind = kind or found
            if not found or _plain(word) in rows["titles"]["en"]:
                titles.append(word)
            else:
                polite = word if not usual or _plain(word) in usual["own"] else usual[found]
        return cls(kind, polite, " ".join(titles))

    def before(self, name: str | None) -> str | None:
        """Return a name with the titles before it."""
        if not name or not self.titles:
            return name
        return f"{self.titles} {_without_repeated_start(self.titles, name)}"

    def values(self, language: str, **parts: str | None) -> dict[str, str]:
        """Return what patterns of a language can be filled with."""
        inflected: dict[str, str] = table("protocol")["words"].get(language, {}).get(self.kind, {})
        courtesy = f"{self.polite} {self.titles}".strip()
        values = {key: text.strip() for key, text in {"courtesy": courtesy, **parts}.items() if text}
        return {**inflected, **values}


def _plain(word: str) -> str:
    return word.strip().strip(".").casefold()


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _first(patterns: Iterable[str], values: Mapping[str, str], titled: Mapping[str, str | None]) -> str:
    """Fill the first pattern whose words are all known; names have titles where it has no `{courtesy}`."""
    for pattern in patterns:
        needed = {key for _, key, _, _ in Formatter().parse(pattern) if key}
        if needed <= values.keys():
            names = {} if "courtesy" in needed else {key: text for key, text in titled.items() if text}
            return _filled(pattern, {**values, **names})
    return ""


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Fill ``pattern``; a value does not repeat the words that it follows (`Judge Judge Smith`)."""
    text = ""
    for literal, key, _, _ in Formatter().parse(pattern):
        text += literal
        if key:
            text += _without_repeated_start(text, values[key])
    return re.sub(r"\s+(?=[,:，：]|$)", "", text)


def _without_repeated_start(before: str, value: str) -> str:
    written, words = before.casefold().split(), value.split()
    for count in range(min(len(written), len(words)), 0, -1):
        if written[-count:] == [word.casefold() for word in words[:count]]:
            return " ".join(words[count:])
    return value
