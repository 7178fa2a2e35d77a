"""Texts of a case that tell of a prisoner's relatives those who could harm them."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case
from lettergen.letters.checks.word_lists import DiscouragedWords, discouraged, folded
from lettergen.letters.privacy.mentions import texts_with_readers
from lettergen.reference import toml

__all__ = ["check"]


def check(case: Case, campaign: Campaign) -> Iterator[Problem]:
    """Yield the texts that speak of relatives to the responsible State or to everybody.

    A case that lists nobody is about no one's relatives.
    """
    language = (case.language or campaign.settings.language).partition("-")[0]
    listed = _words().get(language, ())
    told: set[tuple[str, str]] = set()
    for key, text, readers in texts_with_readers(case) if case.persons else ():
        reader = _who_could_harm(case, readers)
        found = next((wrong for wrong in listed if wrong.pattern.search(folded(text))), None)
        if found is None or reader is None or key in told:
            continue
        told.add(key)
        yield Problem(
            "relative-told",
            f"a text of the case `{case.id}` speaks of relatives to {reader}: {found.why}.",
            "leave them out, or write the text by reader: `{un: …}`; "
            "nothing needs to be done if they speak in public themselves.",
            campaign.places.get(key) or campaign.places.get(("case", case.stem)),
            "warning",
        )


def _who_could_harm(case: Case, readers: tuple[Audience, ...]) -> str | None:
    """Return in words who, among the readers, could harm those whom a text gives away."""
    if case.state and "addressee" in readers:
        return "the responsible State"
    # What the press reads, it prints.
    return "the public" if {"press", "public"} & set(readers) else None


@cache
def _words() -> Mapping[str, tuple[DiscouragedWords, ...]]:
    tables = toml(Path(__file__).with_name("relatives.toml"))
    return {language: discouraged(rows) for language, rows in tables.items()}
