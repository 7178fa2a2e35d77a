"""The letters of one language, from the page's first day to its last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from lettergen.action_page.clearing import is_open, not_for_the_public
from lettergen.action_page.letter_parts import ADDRESS, Part, texts_of
from lettergen.action_page.skeletons import (
    MARKED,
    TRIED,
    VARIANTS,
    GivenFields,
    Writer,
    skeleton,
    tried,
    with_fields,
)
from lettergen.errors import InputProblems, LettergenError, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Recipient
from lettergen.letters.assemble import PartRenderer, audiences_of, words_of
from lettergen.letters.checks import stopped
from lettergen.letters.parts import LetterFacts
from lettergen.letters.series.series import LetterCache
from lettergen.letters.template.templates import Template, needs

__all__ = ["Letters", "PageEdition", "Stretch"]

OF_A_VISITOR = frozenset(
    {"name", "place", "address", "one_line", "country_name", "display", "own_words"}
    | {"is_organisation", "is_many", "is_family"}
)
"""What a template can print of a sender who is a visitor."""

Letters = tuple[tuple[Part, ...] | None, ...]
"""Skeletons by the number of the variant; None where the template needs a field that is not given."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which letters have the same words but for their date."""

    first: date
    last: date


@dataclass
class PageEdition:
    """A template in one language, and the case in the same."""

    template: Template
    campaign: Campaign
    case: Case | None
    even_so: bool = False
    _caches: dict[tuple[Any, ...], LetterCache] = field(default_factory=dict, repr=False)
    _tried: set[tuple[Part, ...]] = field(default_factory=set, repr=False)
    """Letters without their addresses that a page can fill in."""

    @property
    def language(self) -> str:
        """The language of its letters."""
        return self.template.language

    def lacking(self) -> Iterator[Problem]:
        """Yield what the template wants of a sender that no visitor has."""
        suits = self.template.suits
        if suits and suits.sender and "person" not in suits.sender:
            yield self.template.problem(
                "page-needs-more",
                1,
                f"`{self.template.name}` is not for a private person, as every visitor of a page is.",
                "choose another template (`lettergen templates` lists them).",
            )
        wanted = {need.fact: need.line for need in needs(self.template) if not need.optional}
        wanted |= {use: wanted.get(use, 1) for use in self.template.uses}
        for fact, line in sorted(wanted.items()):
            owner, _, name = fact.partition(".")
            if owner == "sender" and name and name not in OF_A_VISITOR:
                yield self.template.problem(
                    "page-needs-more",
                    line,
                    f"this letter needs `{fact}`, which a visitor of a page is not asked for.",
                    "choose another template (`lettergen templates` lists them)"
                    + ("." if fact in self.template.uses else ", or put it in `{% if … %}`."),
                )

    def stretches(self, recipients: Sequence[Recipient], first: date, last: date) -> list[Stretch]:
        """Return the days in stretches, as many as letters can be written for.

        Raises:
            LettergenError: No letter can be written on the first day, or it says what is not for the public.
        """
        # What is ahead or past depends on the case, and what is told of it on whom it is told.
        kinds = {(one.office, one.state, one.country == one.state, one.audience): one for one in recipients}
        found: list[Stretch] = []
        before: object = None
        for number in range((last - first).days + 1):
            day = first + timedelta(number)
            try:
                now = [self._for_everybody(one, day) for one in kinds.values()]
            except LettergenError:
                if not found:
                    raise
                break
            same = now == before
            found = [*found[:-1], Stretch(found[-1].first, day)] if same else [*found, Stretch(day, day)]
            before = now
        return found

    def _for_everybody(self, recipient: Recipient, day: date) -> tuple[Part, ...]:
        """Return a letter that says the same to its readers and to the public.

        Raises:
            LettergenError: It does not, or it cannot be written.
        """
        readers = audiences_of(self.template, recipient)
        facts = self._facts(recipient, day)
        if self.case is None or is_open(self.case, readers):
            return skeleton(words_of(self.template, facts, _with_public(readers)))
        own = skeleton(words_of(self.template, facts, readers))
        secrets = not_for_the_public(self.case, self.campaign, readers, texts_of(own))
        try:
            public = skeleton(words_of(self.template, facts, _with_public(readers)))
        except LettergenError as fault:
            # What is lacking is there, for others.
            others = (one for one in fault.problems if one.name != "missing-fact")
            raise InputProblems((*others, *secrets)) from None
        if own != public:
            raise InputProblems(secrets)
        return public

    def letters(self, recipient: Recipient, day: date, posted_from: str) -> Letters:
        """Return the letters to somebody, one for each variant of what is given.

        Raises:
            LettergenError: None can be written, or the page could not fill it in.
        """
        write = self.writer(day, _with_public(audiences_of(self.template, recipient)), posted_from)
        found: list[tuple[Part, ...] | None] = []
        refused: LettergenError | None = None
        for given in VARIANTS:
            try:
                parts = self._skeleton(write, recipient, given)
                found.append(parts)
            except LettergenError as fault:
                found.append(None)
                refused = fault
                continue
            around = tuple(part for part in parts if part[0] != ADDRESS)
            if around in self._tried:
                continue
            if problems := list(tried(parts, recipient, given, write)):
                raise InputProblems(problems)
            self._tried.add(around)
        if refused and found[-1] is None:
            raise refused
        return tuple(found)

    def form_of_address(self, recipient: Recipient, day: date, posted_from: str) -> tuple[str, str, str]:
        """Return address, opening and closing of a letter as it is posted in a country.

        Raises:
            LettergenError: A part of it cannot be rendered.
        """
        audiences = _with_public(audiences_of(self.template, recipient))
        renderer = PartRenderer(self.template, self._facts(recipient, day, posted_from), audiences)
        return "\n".join(renderer.inside_address()), renderer.opening, renderer.closing()

    def _facts(self, recipient: Recipient, day: date, posted_from: str | None = None) -> LetterFacts:
        return LetterFacts(
            campaign=self.campaign,
            sender=MARKED,
            recipient=recipient,
            case=self.case,
            on=day,
            posted_from=posted_from,
            channel="post",
        )

    def problems(self, recipient: Recipient, day: date) -> tuple[Problem, ...]:
        """Return what checks find in a visitor's letter."""
        write = self.writer(day, _with_public(audiences_of(self.template, recipient)))
        return stopped(write(recipient, TRIED[0])[1], even_so=self.even_so)

    def _skeleton(self, write: Writer, recipient: Recipient, given: GivenFields) -> tuple[Part, ...]:
        return skeleton(write(recipient, with_fields(MARKED, given))[0])

    def writer(self, day: date, audiences: tuple[Audience, ...], posted_from: str | None = None) -> Writer:
        """Return what writes letters of a day, posted in a country, that are safe for some readers."""
        key = (day, audiences, posted_from)
        if key not in self._caches:
            facts = partial(
                LetterFacts,
                campaign=self.campaign,
                case=self.case,
                on=day,
                posted_from=posted_from,
                channel="post",
            )
            self._caches[key] = LetterCache(self.template, facts, audiences)
        return self._caches[key].letter


def _with_public(readers: tuple[Audience, ...]) -> tuple[Audience, ...]:
    return readers if "public" in readers else (*readers, "public")
