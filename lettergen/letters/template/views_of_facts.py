"""Facts to the views that a template sees: cleared for its readers, computed for the letter's date."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, get_args

from lettergen.facts.campaign import Campaign
from lettergen.facts.fields import PersonState
from lettergen.facts.model import (
    Audience,
    Case,
    Correction,
    Demand,
    Document,
    Event,
    Message,
    Person,
    Question,
    ReaderText,
    Recipient,
    Sender,
    Sentence,
    is_for,
)
from lettergen.letters.earlier import EarlierLetter, question_ids
from lettergen.letters.privacy import clearance
from lettergen.letters.privacy.mentions import AT, ids_in, with_names
from lettergen.letters.series.tracked_reads import is_given
from lettergen.letters.template import roles, states
from lettergen.letters.template.demand_wording import as_clause
from lettergen.letters.template.salutations import display_of, is_many, opening_of, signatory_of
from lettergen.letters.template.views import Field, View
from lettergen.letters.template.views_of_earlier import earlier_views, question_view
from lettergen.letters.template.views_of_papers import papers, sent_to
from lettergen.reference import address, grammar, law, protocol

__all__ = ["ViewBuilder"]

Item = TypeVar("Item", Event, Demand, Question, Message, Document, Correction)

STATES = {state.replace("-", "_"): state for state in get_args(PersonState)}
"""Lists of a case's people by how they are on the letter's date."""
NEAREST = re.compile(r"[^,;(]+(?<! )")
"""The place itself: Weifang Prison, and not Weifang Prison, China."""
MOST_STEPS = 4
"""Neutral words may mention a person whose own words mention another; nesting stops there."""


@dataclass(frozen=True, slots=True)
class ViewBuilder:
    """The perspective on the facts: readers, language and day."""

    campaign: Campaign
    audiences: tuple[Audience, ...]
    language: str
    on: date
    courtesy: bool = True
    """Whether people are named with `Mr.` and the like."""

    def case(self, case: Case) -> View:
        """Return the case as its readers may know it."""
        where = f"cases/{case.stem}.yaml"
        summary = self._prose(case.summary, case)
        persons = {person.id: self._person(person, case, summary or "") for person in case.persons}
        everybody = tuple(zip(persons.values(), case.persons, strict=True))
        events = tuple(self._events(case.events, case, persons))
        by_state = {
            name: tuple(one for one in persons.values() if one.fact("status") == status)
            for name, status in STATES.items()
        }
        arrest = next((view for view in events if view.fact("kind") == "arrest"), None)
        return View(
            "case",
            {
                "title": self.told(case.title, case),
                "summary": summary,
                "place": self.told(case.place, case),
                "place_untold": self._place_untold(case, summary),
                **self._state(case.state),
                "persons": tuple(persons.values()),
                "unintroduced": tuple(
                    view for view, person in everybody if not self._is_in(summary or "", person, view)
                ),
                "named": tuple(view for view, person in everybody if self._is_named(person)),
                "events": events,
                "past": tuple(one for one in events if not one.fact("is_ahead")),
                "ahead": tuple(one for one in events if one.fact("is_ahead")),
                **by_state,
                "living": tuple(one for one in persons.values() if not one.fact("is_dead")),
                "arrest": arrest,
                "background": tuple(self._events(case.background, case, persons)),
                "sentences": tuple(self._sentence(one, case, persons) for one in case.sentences),
                **self._claims(case, where),
                **papers(case, self.on, where, self._read, lambda text: self.told(text, case)),
                **self._action(case),
            },
            where,
        )

    def _action(self, case: Case) -> dict[str, object]:
        """Return what people are asked to do: write to whom, until when."""
        return {
            "send_before": case.send_before,
            "reference": case.reference,
            "update": case.update,
            "write_to": lambda: self._recipients(case.write_to, case),
            "copies_to": lambda: self._recipients(case.copies_to, case),
        }

    def _prose(self, text: ReaderText | str | None, case: Case) -> str | None:
        """Return a text of whole sentences, which begins with a capital whoever stands there."""
        given = self._given(text)
        told = self.told(given, case)
        return told[:1].title() + told[1:] if told and given and AT.match(given) else told

    def _is_in(self, summary: str, person: Person, view: View) -> bool:
        """Say whether the case's summary names somebody, or says the words that stand for the name."""
        said = (str(view.fact("name")), *(clearance.named(person) if self._is_named(person) else ()))
        return any(name.casefold() in summary.casefold() for name in said)

    def _place_untold(self, case: Case, summary: str | None) -> str | None:
        """Return the place, unless title or summary have it: events are not in every letter."""
        place = self.told(case.place, case)
        if place is None:
            return None
        told = (self.told(case.title, case), summary)
        nearest = NEAREST.match(place)
        return None if nearest and any(nearest[0] in text for text in told if text) else place

    def _claims(self, case: Case, where: str) -> dict[str, object]:
        """Return the case's legal basis, demands and questions."""
        bases = tuple(
            View(
                "basis",
                {
                    "key": basis.key,
                    "articles": articles,
                    "citation": law.cite(
                        basis.key, articles, language=self.language, own=self.campaign.treaties
                    ),
                    "statement": self._statements(basis.key, articles),
                },
                where,
            )
            for basis in case.legal_basis
            for articles in (law.sorted_articles(basis.articles),)
        )
        demands = (
            View("demand", {"text": as_clause(text, self.language), "id": one.id}, where)
            for one in self._read(case.demands)
            if (text := self.told(one.text, case))
        )
        questions = (
            question_view(one, number, where, lambda text: self.told(text, case))
            for number, one in enumerate(self._read(case.questions), start=1)
            if self.told(one.heading, case)
        )
        return {"legal_basis": bases, "demands": tuple(demands), "questions": tuple(questions)}

    def earlier(self, letters: Iterable[EarlierLetter], case: Case | None) -> tuple[View, ...]:
        """Return what was written before, with its questions by the numbers that they had then."""
        read = tuple(self._read(case.questions)) if case else ()
        questions = dict(zip(question_ids(case, self.audiences), read, strict=True)) if case else {}
        where = f"cases/{case.stem}.yaml" if case else "--case"
        return earlier_views(letters, questions, self.on, where, lambda text: self.told(text, case))

    def _statements(self, key: str, articles: Iterable[str]) -> str | None:
        own = self.campaign.treaties
        told = (one for one in articles if law.stated(key, one, self.language, own))
        return " ".join(law.statement(key, one, self.language, own) for one in told) or None

    def _read(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items that are for all readers of the letter."""
        return (one for one in items if is_for(one, self.audiences))

    def told(self, text: ReaderText | str | None, case: Case | None, steps: int = 0) -> str | None:
        """Return a text as its readers may know it: nothing of what is for others, a name for each ``@id``.

        Whoever is withheld is `the journalist` once introduced. Any other ``@`` is the writer's own.
        """
        if isinstance(text, ReaderText):
            return self.told(text.to(self.audiences), case)
        if text is None:
            return None
        met = self._met_before(text, case) if case and not steps else set()

        def name(identifier: str) -> str | None:
            if case is None or steps >= MOST_STEPS:
                return None
            person = next((one for one in case.persons if one.id == identifier), None)
            if person is None:
                return None
            later = self._later(person, case) if identifier in met else None
            met.add(identifier)
            return self.told(later, case, steps + 1) if later else self._name(person, case, steps + 1)

        return with_names(text, name, self.language)

    def _given(self, text: ReaderText | str | None) -> str | None:
        return text.to(self.audiences) if isinstance(text, ReaderText) else text

    def _met_before(self, text: str, case: Case) -> set[str]:
        """Return whom readers know when they come to a text; only the title stands before the summary.

        The block `people` says who is concerned, unless all are withheld in the same words.
        """
        if text in (case.title, summary := self._given(case.summary) or ""):
            return set()
        described = {one.id: one.described_as and one.described_as.one for one in case.persons}
        levels = {clearance.clearance(one, self.audiences) for one in case.persons}
        if levels - {"withheld"} or len(set(described.values())) > 1:
            return set(described)
        told = (name for name, words in described.items() if words and grammar.has_words(summary, words))
        return {*ids_in(summary), *told}

    def _later(self, person: Person, case: Case) -> str | None:
        """Return words for somebody withheld who has been introduced: the student, unless there are two."""
        described = person.described_as
        if described is None or clearance.clearance(person, self.audiences) != "withheld":
            return None
        alike = (one.described_as for one in case.persons if one.described_as)
        is_only = sum(one.one.casefold() == described.one.casefold() for one in alike) == 1
        return described.later or (grammar.definite(described.one, self.language) if is_only else None)

    def _name(self, person: Person, case: Case, steps: int = 1) -> str:
        first = self._first_told(case)
        # The title is written in the language of the first file: no `Mr.` in a French letter.
        own = (first.language or self.campaign.settings.language).partition("-")[0]
        courtesy = self.courtesy and own == self.language.partition("-")[0]
        name = clearance.cleared_name(person, first, self.audiences, self.language, courtesy=courtesy)
        return self.told(name, case, steps) or ""

    def _first_told(self, case: Case) -> Case:
        """Return the case in its original language: its order makes `Person A` the same in every language."""
        return next((one for one in self.campaign.cases if one.id == case.id), case)

    def _is_named(self, person: Person) -> bool:
        return clearance.clearance(person, self.audiences) == "full"

    def _is_described(self, person: Person, case: Case, summary: str) -> bool:
        """Say whether the summary speaks of somebody in the words that describe them: a librarian."""
        role = person.role if self._is_named(person) else None
        told = (
            self.told(one, case) for one in (person.described_as and person.described_as.one, role) if one
        )
        return any(grammar.is_told(one, summary, self.language) for one in told if one)

    def _person(self, person: Person, case: Case, summary: str) -> View:
        described, (status, since) = person.described_as, states.state(person, case, self.on)
        facts: dict[str, object] = {
            "name": self._name(person, case),
            "is_named": self._is_named(person),
            "is_withheld": clearance.clearance(person, self.audiences) == "withheld",
            "described_as": self.told(described.one, case, steps=1) if described else None,
            "is_described": self._is_described(person, case, summary),
            "described_as_many": self.told(described.many, case, steps=1) if described else None,
            "status": status,
            "since": since,
            "is_dead": status == "dead",
            "is_detained": status == "detained",
            "is_missing": status == "missing",
        }
        sentence = next((one for one in case.sentences if one.person == person.id), None)
        if self._is_named(person):
            facts |= {
                "full_name": person.name.as_written(),
                "gender": states.gender(person),
                "courtesy": person.name.courtesy,
                "family_name": person.name.family,
                "native_name": person.native_name,
                "born": person.born,
                "age": self._age(person, status),
                "nationality": address.demonym(person.nationality, self.language)
                if person.nationality
                else None,
                "role": self.told(person.role, case),
                "health": self._health(person, case),
                "family": self._prose(person.family, case),
                "about": self._prose(person.about, case),
            }
        return View(
            "person", facts | {"sentence": self._plain_sentence(sentence, case)}, f"cases/{case.stem}.yaml"
        )

    def _health(self, person: Person, case: Case) -> tuple[str | None, ...]:
        lines = person.health.to(self.audiences) if person.health else None
        return tuple(self.told(one, case) for one in lines or ())

    def _age(self, person: Person, status: str) -> int | str | None:
        found = None if status == "dead" else states.ages(person, self.on)
        if found is None:
            return None
        least, most = found
        if most - least > 1:
            # "29 or 34" would leave out the years between.
            return f"{least}\N{EN DASH}{most}"
        return least if least == most else grammar.either(least, most, self.language)

    def _events(self, events: Iterable[Event], case: Case, persons: dict[str, View]) -> Iterator[View]:
        for event in self._read(events):
            is_ahead = event.on.first > self.on
            told = (event.expected, event.what) if is_ahead else (event.what, event.expected)
            if what := self.told(told[0], case) or self.told(told[1], case):
                yield self._event(event, what, case, persons)

    def _event(self, event: Event, what: str, case: Case, persons: dict[str, View]) -> View:
        concerned = tuple(persons[one] for one in event.persons if one in persons) or tuple(persons.values())
        return View(
            "event",
            {
                "what": what,
                "on": event.on,
                "kind": event.kind,
                "persons": concerned,
                "place": self.told(event.place, case),
                "by": self.told(event.by, case),
                "source": self.told(event.source, case),
                "is_ahead": event.on.first > self.on,
                "days_left": (event.on.first - self.on).days
                if event.on.first > self.on and (event.on.precision, event.on.form) == ("day", "on")
                else None,
            },
            f"cases/{case.stem}.yaml",
        )

    def _sentence(self, sentence: Sentence, case: Case, persons: dict[str, View]) -> View:
        facts = self._sentence_facts(sentence, case)
        person = persons.get(sentence.person)
        return View("sentence", facts | {"person": person}, f"cases/{case.stem}.yaml")

    def _plain_sentence(self, sentence: Sentence | None, case: Case) -> View | None:
        if sentence is None:
            return None
        return View("sentence", self._sentence_facts(sentence, case), f"cases/{case.stem}.yaml")

    def _sentence_facts(self, sentence: Sentence, case: Case) -> dict[str, object]:
        facts: dict[str, object] = {
            "on": sentence.on,
            "court": self.told(sentence.court, case),
            "term": sentence.term,
            "from": sentence.from_,
            "fine": self.told(sentence.fine, case),
            "place": self.told(sentence.place, case),
        }
        term = sentence.term
        if term and not term.is_life:
            facts["term_months"] = term.months
            if sentence.from_:
                facts |= states.served(sentence.from_, term, self.on)
        return facts

    def _state(self, code: str | None) -> dict[str, object]:
        if code is None:
            return {}
        return {
            "state_name": address.state_name(code, self.language),
            "state_short": address.state_short(code, self.language),
            "of_state": grammar.of_state(code, self.language),
            "nationality": address.demonym(code, self.language),
        }

    def sender(self, sender: Sender, case: Case | None = None) -> View:
        """Return the sender; nothing about senders is hidden from their own readers."""
        is_organisation = any(is_given(sender, name) for name in ("organisation", "members"))
        family = {person.id for person in case.persons} if case else set()

        def country() -> str | None:
            return address.country_name(sender.country, self.language) if sender.country else None

        members = tuple(self.sender(self.campaign.sender(one)) for one in sender.members)
        return View(
            "sender",
            {
                "name": Field(sender, "name", lambda name: name.with_suffix()),
                "title": Field(sender, "title"),
                "organisation": Field(sender, "organisation"),
                "short_name": Field(sender, "short_name"),
                "place": Field(sender, "place"),
                "address": Field(sender, "address"),
                "one_line": lambda: ", ".join(filter(None, [*sender.address, country()])),
                "phone": Field(sender, "phone"),
                "fax": Field(sender, "fax"),
                "email": Field(sender, "email"),
                "website": Field(sender, "website"),
                "country_name": country,
                "is_organisation": is_organisation,
                "is_many": is_many(sender),
                "is_family": lambda: bool(family.intersection(sender.relative_of)),
                "language": Field(sender, "language"),
                "display": lambda: display_of(sender),
                "members": members,
                "signatories": lambda: tuple(
                    signatory_of(one, self.language) for one in sender.named_signatories
                ),
                "signs_for": lambda: sender.signs_for.name.with_suffix() if sender.signs_for else None,
            },
            "senders.yaml",
        )

    def _recipients(self, names: Iterable[str], case: Case) -> tuple[View, ...]:
        return tuple(self.recipient(self.campaign.recipient(one), case) for one in names)

    def _reached(self, recipient: Recipient) -> dict[str, object]:
        """Return where the addressee is written to."""

        def country() -> str | None:
            return address.country_name(recipient.country, self.language) if recipient.country else None

        return {
            "country_name": country,
            "address": Field(recipient, "address"),
            "one_line": lambda: ", ".join(filter(None, [*recipient.address, country()])),
            "phone": Field(recipient, "phone"),
            "fax": Field(recipient, "fax"),
            "email": Field(recipient, "email"),
        }

    def recipient(self, recipient: Recipient, case: Case | None = None) -> View:
        """Return the addressee, with the State addressed in its full and its short name."""

        def name() -> str | None:
            return recipient.name.with_courtesy() if recipient.name else None

        def form() -> protocol.FormOfAddress:
            state, posted_from = recipient.state or recipient.country, self.campaign.settings.posted_from
            return protocol.form(recipient.office or "person", self.language, state, posted_from)

        return View(
            "recipient",
            {
                "name": Field(recipient, "name", lambda name: name.with_courtesy()),
                "title": Field(recipient, "title"),
                "organisation": Field(recipient, "organisation", ", ".join),
                "state_name": lambda: self._state(recipient.state).get("state_name"),
                "state_short": lambda: self._state(recipient.state).get("state_short"),
                "nationality": lambda: self._state(recipient.state).get("nationality"),
                "style": lambda: form().style,
                "opening": lambda: opening_of(recipient, form),
                "display": lambda: name() or recipient.title or ", ".join(recipient.organisation),
                **self._reached(recipient),
                "role": lambda: roles.role(recipient, case),
                "is_answerable": lambda: roles.is_answerable(recipient, case),
                "is_many": lambda: roles.is_many(recipient),
                "documents": lambda: sent_to(case, self._read, self.told, recipient.id),
            },
            "recipients.yaml",
        )
