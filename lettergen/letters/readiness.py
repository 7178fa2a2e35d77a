"""Whether a template has what it needs, suits a case and a sender, and whether the case holds on the day."""

from collections.abc import Iterator
from datetime import date

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Sender
from lettergen.letters.parts import LetterFacts
from lettergen.letters.petition import Petition
from lettergen.letters.series.tracked_reads import is_given
from lettergen.letters.template.demand_wording import is_clause
from lettergen.letters.template.front_matter import Suits
from lettergen.letters.template.states import state
from lettergen.letters.template.templates import Template, catalogue
from lettergen.reference import language as words

__all__ = ["not_chosen", "overdue", "unsigned", "unsuited", "unworded"]

MOST_NAMED = 6
IN_WORDS = {"at-risk": "at risk", "dead": "dead", "unknown": "in a state that nothing tells"}


def unsuited(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield why a template is not for this case, or not for this sender."""
    suits, case = template.suits, facts.case
    if suits is None:
        return
    if case and (fault := _fault(suits, template, case, facts.on)):
        message, remedy = fault
        others = _others(template, facts)
        yield Problem(
            "case-not-suited",
            message,
            f"choose another template{others}, or {remedy}.",
            facts.campaign.places.get(("case", case.stem)),
        )
    if suits.sender and not _suits_sender(suits, facts.sender, case):
        others = _others(template, facts)
        of_family = ", or add `relative_of:` to the sender, if it is true" if "family" in suits.sender else ""
        yield Problem(
            "sender-not-suited",
            f"`{template.name}` is to be sent by {_senders(suits)}, not by the sender `{facts.sender.id}`.",
            f"choose another template{others}{of_family}.",
            facts.campaign.places.get(("sender", facts.sender.id)),
        )


def _states(case: Case, on: date) -> frozenset[str]:
    return frozenset(state(person, case, on)[0] for person in case.persons)


def _fault(suits: Suits, template: Template, case: Case, on: date) -> tuple[str, str] | None:
    """Return why a case is not what a template is for, and the remedy.

    Who is not known to be otherwise may be as the template wants.
    """
    states = _states(case, on)
    if suits.persons and states and "unknown" not in states and states.isdisjoint(suits.persons):
        found = words.listed([_told(one) for one in sorted(states)], "en")
        message = (
            f"`{template.name}` is for people who are {_listed(suits.persons)}, "
            f"but those of the case `{case.id}` are {found} on {on}."
        )
        return message, "correct `status:` of the people"
    if suits.ahead and not any(one.kind in suits.ahead and one.on.first > on for one in case.events):
        kinds = " or ".join(f"`kind: {one}`" for one in suits.ahead)
        message = f"`{template.name}` needs an event of {kinds} ahead, but `{case.id}` has none after {on}."
        return message, f"give the event that it is about {kinds}"
    return None


def _suits_sender(suits: Suits | None, sender: Sender, case: Case | None) -> bool:
    if suits is None or not suits.sender:
        return True
    is_family = bool(case and {person.id for person in case.persons}.intersection(sender.relative_of))
    kinds = {"organisation" if sender.organisation or sender.members else "person"}
    return not (kinds | ({"family"} if is_family else set())).isdisjoint(suits.sender)


def _others(template: Template, facts: LetterFacts) -> str:
    """Return the templates that suit both the case and the sender, in brackets."""
    case = facts.case

    def is_suited(suits: Suits | None) -> bool:
        suits_case = not (suits and case and _fault(suits, template, case, facts.on))
        return suits_case and _suits_sender(suits, facts.sender, case)

    found = [
        one
        for one in catalogue(facts.campaign.template_folders)[0]
        if one.language == template.language
        and one.name != template.name
        and is_suited(one.suits)
        and _has_what_is_used(one, facts)
    ]
    # First those that are meant for such a case, then those most like the template.
    found.sort(
        key=lambda one: (
            not one.suits,
            one.kind != template.kind,
            set(template.offices).isdisjoint(one.offices),
            "case.demands" not in one.uses,
            one.name,
        )
    )
    return f" ({', '.join(f'`{one.name}`' for one in found[:MOST_NAMED])})" if found else ""


def _has_what_is_used(template: Template, facts: LetterFacts) -> bool:
    """Say whether there is what a template uses: fields of case and sender, signatures, earlier letters."""
    if "earlier" in template.uses and not facts.earlier:
        return False
    if "signatures" in template.uses and not facts.campaign.signatures_of(
        facts.case.id if facts.case else None
    ):
        return False
    given = {"case": facts.case, "sender": facts.sender}
    used = (name.split(".") for name in template.uses if name.count(".") == 1)
    return all(bool(getattr(given[thing], field, True)) for thing, field in used if given.get(thing))


def _listed(states: tuple[str, ...]) -> str:
    *first, last = map(_told, states)
    return f"{', '.join(first)} or {last}" if first else last


def _told(state_name: str) -> str:
    return IN_WORDS.get(state_name, state_name)


def _senders(suits: Suits) -> str:
    names = {"person": "a person", "organisation": "an organisation", "family": "somebody’s family"}
    return " or ".join(names[one] for one in suits.sender)


_AS_A_CLAUSE = {
    "en": ("to", "release her at once"),
    "de": ("bitten,", "sie unverzüglich freizulassen"),
    "fr": ("demander de", "la libérer sans délai"),
    "es": ("pedir", "ponerla en libertad sin demora"),
}
"""By language, what comes before a demand in a letter, and a demand that can follow it."""


def unworded(case: Case, campaign: Campaign) -> Iterator[Problem]:
    """Yield the demands that cannot follow `to`, and cannot be mended without asking."""
    language = case.language or campaign.settings.language
    after, example = _AS_A_CLAUSE.get(language.partition("-")[0], _AS_A_CLAUSE["en"])
    for number, demand in enumerate(case.demands, 1):
        if all(is_clause(text, language) for text in demand.text.given().values()):
            continue
        places = campaign.places
        yield Problem(
            "demand-wording",
            f"a demand of the case `{case.stem}` cannot follow `{after}`: it is a sentence of its own, or "
            "a noun.",
            f"word it as a clause with the verb in the infinitive, without a stop at its end: `{example}`.",
            places.get(
                ("case/demand", f"{case.stem}/{demand.id or number}"), places.get(("case", case.stem))
            ),
        )


def overdue(case: Case, campaign: Campaign, on: date) -> Iterator[Problem]:
    """Yield the events of which a case still says what is expected, although their day has passed."""
    for kind, events in (("event", case.events), ("background-event", case.background)):
        for number, event in enumerate(events, 1):
            if event.what is None and event.on.bounds[1] < on:
                places = campaign.places
                yield Problem(
                    "expected-has-passed",
                    f"the case `{case.id}` says what is expected on {event.on}, but that is over on {on}.",
                    "add `what:` to the event, what happened that day, or delete the event.",
                    places.get(
                        ("case/" + kind, f"{case.stem}/{event.id or number}"),
                        places.get(("case", case.stem)),
                    ),
                )


def unsigned(template: Template, facts: LetterFacts, *, with_text: bool) -> Iterator[Problem]:
    """Yield why a letter of signatures cannot be written: nobody signed, or its words are not there."""
    case_id = facts.case.id if facts.case else None
    petition = Petition(facts.campaign, case_id, (), template.language, facts.on)
    if petition.count.total:
        if with_text and petition.text is None:
            yield template.problem(
                "petition-text-missing",
                1,
                "this letter needs the words that were signed, "
                f"and they are not there in `{template.language}`.",
                f"add them to signatures/{petition.lists[0].name}.yaml: "
                f"`texts: {{{template.language}: {{title: …, text: …}}}}`.",
            )
        return
    whose = f"the case `{case_id}`" if case_id else "a letter without a case"
    yield template.problem(
        "nobody-signed",
        1,
        f"this letter needs signatures, and nobody has signed for {whose} by {facts.on}.",
        f"put them into signatures/{case_id or 'NAME'}.csv, or counted ones into the .yaml of that name.",
    )


def not_chosen(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield a problem for each thing that the template uses and nobody has chosen."""
    given = {"case": facts.case, "recipient": facts.recipient, "sender": facts.sender}
    signed = [use for use in template.uses if use.partition(".")[0] == "signatures"]
    if signed:
        yield from unsigned(template, facts, with_text="signatures.text" in signed)
    wanted = {
        *(use for use in template.uses if use not in signed),
        *(["recipient"] if template.addressee == "required" else []),
    }
    for use in sorted(wanted):
        if use == "earlier":
            yield from _nothing_earlier(template, facts)
            continue
        thing, _, fact = use.partition(".")
        value = given.get(thing)
        option = {"case": "--case", "recipient": "--to", "sender": "--from"}.get(thing, "--case")
        if value is None:
            yield Problem(
                "missing-choice",
                f"the template `{template.name}` needs a {thing}, but none was chosen.",
                f"choose one with `{option}`.",
            )
        elif fact and not is_given(value, fact):
            yield template.problem(
                "missing-fact",
                1,
                f"the {thing} `{value.id}` has no `{fact}`, which this letter needs.",
                f"add `{fact}:` to {_file_of(thing, value.id)}.",
            )


def _nothing_earlier(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield a problem if there is nothing to recall: neither in the ledger nor in the case."""
    if facts.earlier or (facts.case and facts.case.documents):
        return
    yield Problem(
        "nothing-earlier",
        f"`{template.name}` recalls earlier letters, but the ledger has none from this sender to this "
        f"recipient on the case that had gone out by {facts.on}.",
        "record that they went, `lettergen ledger record MAILING --state posted --on DATE`, or list them in "
        "the case's `documents:`.",
    )


def _file_of(thing: str, identifier: str) -> str:
    return f"cases/{identifier}.yaml" if thing == "case" else f"{thing}s.yaml"
