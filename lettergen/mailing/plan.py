"""Who writes to whom, in which language: recipients × senders → orders, and who is left out and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from lettergen.facts.model import Recipient, Sender
from lettergen.letters.assemble import letter_id
from lettergen.letters.templates import Template, common_language, needs

__all__ = ["Order", "Plan", "Skipped", "plan"]


@dataclass(frozen=True, slots=True)
class Order:
    """One letter to be made: ids only, so that it can travel to any process."""

    template: str
    recipient_id: str | None
    sender_id: str
    case_id: str | None
    on: date
    language: str | None
    """The edition of the template; None stands for the only one."""

    @property
    def letter_id(self) -> str:
        """The letter's name in the manifest and in file names."""
        return letter_id(self.template, self.recipient_id, self.sender_id)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A letter that is not made, and why: ids, languages and field names, no values."""

    recipient_id: str | None
    sender_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A mailing before the first page: every pair of recipient and sender is in one of the two lists."""

    orders: tuple[Order, ...]
    skipped: tuple[Skipped, ...]
    template: str
    on: date

    @property
    def name(self) -> str:
        """The mailing's folder: template and date, nobody's name."""
        return f"{self.template}-{self.on.isoformat()}"


def plan(
    template: Template,
    *,
    recipients: Sequence[Recipient],
    senders: Sequence[Sender],
    case_id: str | None,
    on: date,
    editions: Iterable[Template] = (),
) -> Plan:
    """Pair every recipient with every sender, in the order in which both are given.

    Whoever is named twice gets one letter. A template that can do without an
    addressee makes one letter a sender where nobody is named.

    Args:
        template: The letter to write.
        recipients: To whom.
        senders: From whom.
        case_id: What about.
        on: The letters' date.
        editions: Templates among which the same letter may stand in further
            languages. Leave out those in which the case is not given: words and
            facts of a letter are in one language.
    """
    pool = tuple(editions) or (template,)
    by_language = {one.language: one for one in pool if one.name == template.name}
    orders: list[Order] = []
    skipped: list[Skipped] = []
    addressees: list[Recipient | None] = list({one.id: one for one in recipients}.values())
    if not addressees and template.addressee == "optional":
        addressees = [None]
    for recipient in addressees:
        recipient_id = recipient.id if recipient else None
        edition = _edition(template, recipient, by_language)
        reason = _reason_to_skip(edition, recipient, by_language)
        for sender_id in {one.id: one for one in senders}:
            if edition is None or reason:
                skipped.append(Skipped(recipient_id, sender_id, reason))
            else:
                order = Order(template.name, recipient_id, sender_id, case_id, on, edition.language)
                orders.append(order)
    return Plan(tuple(orders), tuple(skipped), template.name, on)


def _edition(
    template: Template,
    recipient: Recipient | None,
    by_language: Mapping[str, Template],
) -> Template | None:
    """Return the template in the first of the recipient's languages that it has."""
    if recipient is None:
        return template
    language = common_language(recipient.languages, by_language)
    return by_language[language] if language else None


def _reason_to_skip(
    edition: Template | None,
    recipient: Recipient | None,
    by_language: Mapping[str, Template],
) -> str:
    if recipient is None:
        return ""
    if edition is None:
        written = _listed(sorted(by_language)) or "no language in which the case is given"
        return f"the letter is in {written}; `{recipient.id}` reads {_listed(recipient.languages)}"
    lacking = sorted(
        need.fact.removeprefix("recipient.")
        for need in {need.fact: need for need in needs(edition) if not need.optional}.values()
        if need.fact.startswith("recipient.") and not _has(recipient, need.fact)
    )
    if lacking:
        return f"`{recipient.id}` has no {_listed(lacking)}, which the template needs"
    return ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _has(recipient: Recipient, fact: str) -> bool:
    given = GIVEN.get(fact)
    return given is None or bool(given(recipient))


GIVEN: Mapping[str, Callable[[Recipient], object]] = MappingProxyType(
    {
        "recipient.name": lambda one: one.name,
        "recipient.title": lambda one: one.title,
        "recipient.organisation": lambda one: one.organisation,
        "recipient.fax": lambda one: one.fax,
        "recipient.state_name": lambda one: one.state,
        "recipient.state_short": lambda one: one.state,
        "recipient.nationality": lambda one: one.state,
        "recipient.country_name": lambda one: one.country,
        "recipient.display": lambda one: one.name or one.title or one.organisation,
    }
)
"""What a template may ask of a recipient, and the field that answers; the rest is never lacking."""
