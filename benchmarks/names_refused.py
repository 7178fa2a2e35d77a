"""How often the search for hidden names refuses or doubts what is harmless.

Each of 2,000 invented names, put together of common given and family names, is hidden in turn, and the sample
letters are searched for it. Nobody of these names is in them, so that all that is found is chance; those whom
a letter names are cleared, as they are in fact.

    .venv/bin/python benchmarks/names_refused.py
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.facts.model import Case, Person
from lettergen.letters.assemble import LetterFacts, assemble, audiences_of
from lettergen.letters.letter import TEXTS, texts_of
from lettergen.letters.privacy.clearance import clearance
from lettergen.letters.privacy.name_search import Hidden, NameSearch
from lettergen.letters.template.templates import catalogue

_GIVEN = """
Anna Maria Ivan Elena Omar Fatima Ali Aisha Jan Eva Peter Rosa Carlos Lucia Ahmed Leila Hassan Nadia Sergei
Olga Wei Min Jun Yoko Kenji Haruka Sofia Pablo Diego Carmen Grace Hope Faith Joy May June Mark Will Rose Lily
Mi-hwa Song-yong Hong-gang Ji-woo Seo-yeon Min-ji Thanh Minh Lan Aung Iris Amina
"""
GIVEN = _GIVEN.split()
_FAMILY = """
Lee Kim Park Choi Chen Wang Li Zhang Liu Song Young Smith Brown White Green Hill Woods Stone King
Church Price Law Long Short May Garcia Martinez Silva Santos Novak Petrov Ivanova Khan Ali Hussein Nguyen Tran
Tanaka Sato
"""
FAMILY = _FAMILY.split()
MOST = 2_000
CASE = Case.model_validate({"id": "c", "title": "t", "summary": "s"})


@dataclass(frozen=True)
class Sample:
    """A sample letter: what is told in it, part by part, and whom it may name."""

    name: str
    texts: tuple[str, ...]
    cleared: tuple[Person, ...]


def main() -> None:
    """Print how many pairs of a name and a letter were refused, and how many were doubted, by kind."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--shown", type=int, default=10, metavar="N", help="Show N names that were refused.")
    shown = options.parse_args().shown
    letters = list(samples())
    names = list(product(GIVEN, FAMILY))[:MOST]
    kinds: Counter[tuple[str, str]] = Counter()
    refused: list[str] = []
    doubted = 0
    for given, family in names:
        for letter in letters:
            search = search_for(given, family, letter.cleared)
            hits = {(hit.kind, hit.is_sure) for text in letter.texts for hit in search.hits(text)}
            kinds.update((kind, "refused" if is_sure else "doubted") for kind, is_sure in hits)
            if any(is_sure for _, is_sure in hits):
                refused.append(f"{given} {family} in {letter.name}")
            elif hits:
                doubted += 1
    pairs = len(names) * len(letters)
    print(f"{len(names):,} names, {len(letters)} letters, {pairs:,} pairs")
    print(f"refused {len(refused):,} ({len(refused) / pairs:.2%})")
    print(f"doubted {doubted:,} ({doubted / pairs:.2%})")
    for (kind, what), count in sorted(kinds.items()):
        print(f"  {what} as {kind}: {count:,}")
    print(*refused[:shown], sep="\n")


def search_for(given: str, family: str, cleared: tuple[Person, ...]) -> NameSearch:
    """Return the search for one name."""
    person = Person.model_validate({"id": "p", "name": {"given": given, "family": family}})
    return NameSearch([Hidden(person, CASE, is_of_letter=True)], cleared)


def samples() -> Iterator[Sample]:
    """Yield the sample letters."""
    campaign = Campaign.open(starter_folder())
    for template in catalogue(campaign.template_folders)[0]:
        sample = template.sample
        if not (sample.sender and sample.on):
            continue
        facts = LetterFacts(
            campaign=campaign,
            sender=campaign.sender(sample.sender),
            recipient=campaign.recipient(sample.to) if sample.to else None,
            case=campaign.case(sample.case, template.language) if sample.case else None,
            on=sample.on,
        )
        audiences = audiences_of(template, facts.recipient)
        persons = facts.case.persons if facts.case else ()
        cleared = tuple(one for one in persons if clearance(one, audiences) == "full")
        letter = assemble(template, facts)
        texts = ("\n".join(texts_of(part, getattr(letter, part))) for part in TEXTS)
        yield Sample(f"{template.name} ({template.language})", tuple(filter(None, texts)), cleared)


if __name__ == "__main__":
    main()
