"""Forms of address: an office's name on the envelope, in the opening, in the text, in the closing.

Gender is never derived. A word that is inflected (`His`, `Madame`, `Herrn`) is
used only where the holder's own courtesy title has that form; otherwise the
next, neutral pattern of the row is taken.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal

from lettergen.reference import table, unknown

__all__ = ["FormOfAddress", "closing", "envelope_line", "form", "languages", "offices", "opening", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOfAddress:
    """One row of the forms of address: an office in a language.

    Patterns hold ``{name}``, ``{family}``, ``{courtesy}``, ``{title}``,
    ``{organisation}`` and inflected words of the language such as ``{his}``.
    """

    office: str
    language: str
    """The language of the patterns: English if the requested language has no row."""
    envelopes: tuple[str, ...]
    """Patterns for the first line of the address; the first that can be filled is used."""
    openings: tuple[str, ...]
    """Patterns for the opening, fullest first; the last needs nothing."""
    style: str
    """How to refer to the holder in running text; `you` if there is no style."""
    closing: str
    """The closing; ``{salutation}`` in it repeats the opening without its comma."""
    sources: tuple[str, ...]
    confidence: Literal["read", "common"]
    note: str = ""

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
def form(office: str, language: str = "en") -> FormOfAddress:
    """Return the form of address of an office, in English where the language has none.

    Raises:
        UnknownName: There is no such office.
    """
    _known(office)
    rows = table("protocol")["forms"]
    base = language.replace("_", "-").split("-")[0].lower()
    used = base if office in rows.get(base, {}) else "en"
    row = rows[used][office]
    return FormOfAddress(
        office=office,
        language=used,
        envelopes=_patterns(row["envelope"]),
        openings=_patterns(row["opening"]),
        style=row["style"],
        closing=row["closing"],
        sources=tuple(row["sources"]),
        confidence=row["confidence"],
        note=row.get("note", ""),
    )


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
    return _first(form.envelopes, _values(form, courtesy, name=name))


def opening(
    form: FormOfAddress,
    courtesy: str | None = None,
    family: str | None = None,
    name: str | None = None,
    title: str | None = None,
    organisation: str | None = None,
) -> str:
    """Return the opening with as much of the holder's name as the row uses and the facts give."""
    values = _values(form, courtesy, family=family, name=name, title=title, organisation=organisation)
    return _first(form.openings, values)


def closing(form: FormOfAddress, salutation: str) -> str:
    """Return the closing for a letter that opens with ``salutation``.

    French usage repeats the salutation inside the closing, so both come from one text.
    """
    return form.closing.replace("{salutation}", salutation.strip().rstrip(",:，： "))


def _known(office: str) -> None:
    known = table("protocol")["offices"]
    if office not in known:
        raise unknown("office", office, known, "choose one from docs/reference/forms-of-address.md.")


def _patterns(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _has_style(text: str, language: str) -> bool:
    styles: list[str] = table("protocol")["styles"].get(language, [])
    return any(text.casefold().startswith(f"{style} ".casefold()) for style in styles)


def _values(form: FormOfAddress, courtesy: str | None, **parts: str | None) -> dict[str, str]:
    protocol = table("protocol")
    kind = protocol["courtesy"].get((courtesy or "").strip().rstrip(".").casefold())
    inflected: dict[str, str] = protocol["words"].get(form.language, {}).get(kind, {}) if kind else {}
    values = {key: text.strip() for key, text in {"courtesy": courtesy, **parts}.items() if text}
    return {**inflected, **values}


def _first(patterns: Iterable[str], values: Mapping[str, str]) -> str:
    for pattern in patterns:
        needed = {key for _, key, _, _ in Formatter().parse(pattern) if key}
        if needed <= values.keys():
            return _filled(pattern, values)
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
