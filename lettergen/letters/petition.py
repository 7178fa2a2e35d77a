"""Those who signed a petition, as a letter shows them: counted, and named below it or in an annex."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Signature
from lettergen.facts.signature_count import SignatureCount
from lettergen.facts.signature_lists import PetitionText, SignatureList
from lettergen.facts.signature_order import in_order
from lettergen.letters.letter import EnclosedMessage
from lettergen.letters.template.views import View
from lettergen.reference import address
from lettergen.reference import language as words
from lettergen.reference.collation import sort_key
from lettergen.reference.petitions import PetitionWords, petition_words

__all__ = ["MOST_BELOW", "Petition"]

MOST_BELOW = 60
"""Names that stand below a letter; more go into an annex with a head of its own."""


@dataclass(frozen=True)
class Petition:
    """The signatures that belong to a letter, for its readers and on its day."""

    campaign: Campaign
    case_id: str | None
    audiences: tuple[Audience, ...]
    language: str
    on: date

    @property
    def lists(self) -> tuple[SignatureList, ...]:
        """The lists that belong to the case."""
        return self.campaign.signatures_of(self.case_id)

    @property
    def count(self) -> SignatureCount:
        """What counts on the day."""
        return self.campaign.signature_count(self.case_id, self.on)

    @cached_property
    def words(self) -> PetitionWords:
        """The words around names and numbers.

        Raises:
            UnknownName: There are none in the language.
        """
        return petition_words(self.language)

    @cached_property
    def named(self) -> tuple[Signature, ...]:
        """Those whom the readers may see, in the order that the first list asks for."""
        order = self.lists[0].about.order if self.lists else "name"
        return in_order(self.count.named(self.audiences), order, self.language)

    @property
    def on_paper(self) -> int:
        """How many signed on paper."""
        return sum(self.count.by_hand.values())

    @property
    def unnamed(self) -> int:
        """How many are counted and not named, besides those on paper."""
        return len(self.count.valid) - len(self.named)

    @property
    def text(self) -> PetitionText | None:
        """What was signed, in the letter's language."""
        texts = (one.about.texts.get(self.language.partition("-")[0]) for one in self.lists)
        return next((one for one in texts if one), None)

    def by_country(self) -> Iterator[tuple[str, int]]:
        """Yield the name of each country with its number, the most first."""
        named = [
            (address.country_name(code, self.language), number)
            for code, number in self.count.countries.items()
        ]
        yield from sorted(named, key=lambda one: (-one[1], sort_key(one[0], self.language)))

    def row(self, one: Signature) -> tuple[str, str]:
        """Return a name, and what is said of it."""
        country = address.country_name(one.country, self.language) if one.country else None
        return one.name.with_courtesy(), ", ".join(
            filter(None, [one.title, one.organisation, one.city, country])
        )

    def others(self) -> Iterator[str]:
        """Yield how many are counted whose names do not stand here."""
        if self.unnamed:
            yield self.words.counted(self.words.known, self.unnamed)
        if self.on_paper:
            yield self.words.counted(self.words.paper, self.on_paper)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield all names in order, and at the end how many are not among them."""
        yield from map(self.row, self.named)
        yield from ((line, "") for line in self.others())

    def annex(self) -> EnclosedMessage:
        """Return the names as an annex with its own head."""
        told = self.words.sum(self.count.total, len(self.count.countries))
        head = [(self.words.as_of, words.full_date(self.on, self.language)), (self.words.signatures, told)]
        if self.text:
            head.insert(0, (self.words.petition, self.text.title))
        return EnclosedMessage(self.words.annex, tuple(head), (), tuple(self.rows()))

    def view(self) -> View:
        """Return what a template sees; nothing is given where nobody has signed."""
        if not self.lists or not self.count.total:
            return View("signatures", {}, _where(self.case_id))
        facts: Mapping[str, object] = {
            "count": self.count.total,
            "named": lambda: len(self.named),
            "unnamed": lambda: self.unnamed,
            "on_paper": self.on_paper,
            "countries": len(self.count.countries),
            "by_country": lambda: tuple(
                View("tally", {"country_name": name, "count": number}, _where(self.case_id))
                for name, number in self.by_country()
            ),
            "names": lambda: tuple(self._signature(one) for one in self.named),
            "title": lambda: self.text.title if self.text else None,
            "text": lambda: self.text.text if self.text else None,
        }
        return View("signatures", facts, _where(self.case_id))

    def _signature(self, one: Signature) -> View:
        country = address.country_name(one.country, self.language) if one.country else None
        facts = {
            "name": one.name.with_courtesy(),
            "title": one.title,
            "organisation": one.organisation,
            "city": one.city,
            "country_name": country,
        }
        return View("signature", facts, _where(self.case_id))


def _where(case_id: str | None) -> str:
    return f"signatures/{case_id or 'NAME'}.yaml"
