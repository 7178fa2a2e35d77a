"""Recipients × senders to orders: who writes to whom, in which language, by which channel."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from lettergen.facts.double_signups import twice
from lettergen.facts.fields import Channel
from lettergen.facts.model import Recipient, Sender
from lettergen.letters.assemble import letter_id
from lettergen.letters.earlier import EarlierLetter
from lettergen.letters.template.templates import Template, common_language, needs
from lettergen.plan.channels import MEDIA, channel_for, medium_of
from lettergen.plan.pairing import Pairing, countries_served, pairs, without_counterpart
from lettergen.plan.quotas import Quotas, shared_out

__all__ = ["Arrangement", "Cause", "Order", "Plan", "PlanOptions", "Skipped", "folder_name", "joined", "plan"]

Arrangement = Literal["recipient", "sender", "country", "sheets"]
_PLACES = {channel: MEDIA.index(medium_of(channel)) for channel in get_args(Channel)}
Cause = Literal[
    "written",
    "answered",
    "signed-up-twice",
    "no-consent",
    "sender-lacks",
    "recipient-lacks",
    "language",
    "country",
]
"""What keeps a letter from being made."""


class Order(NamedTuple):
    """One letter to make: only ids, so that it can go to any process.

    A tuple, because a mailing has hundreds of thousands.
    """

    template: str
    recipient_id: str | None
    sender_id: str
    case_id: str | None
    on: date
    language: str | None
    """The edition of the template; None means the only one."""
    channel: str = "post"
    """The channel: post, registered, courier, hand, fax or email."""
    translation: str | None = None
    """The edition that makes a courtesy translation on sheets of its own; None for none."""
    earlier: tuple[EarlierLetter, ...] = ()
    """What was written before, for a template that tells of it.

    What the ledger says becomes part of the order, so that a letter depends on nothing but its order and the
    campaign's files, in any process.
    """

    @property
    def letter_id(self) -> str:
        """The letter's name in the manifest and in file names."""
        return letter_id(self.template, self.recipient_id, self.sender_id)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A letter that is skipped, and why: languages and field names, no values."""

    recipient_id: str | None
    sender_id: str
    reason: str
    template: str = ""
    """The template of the skipped letter; empty if the plan has only one."""
    cause: Cause = "language"
    country: str | None = None
    """The sender's country, if the letter is skipped because nobody there can be written to."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A mailing before the first page: every pair of recipient and sender is in one of the two lists."""

    orders: tuple[Order, ...]
    """By way of sending: paper, then fax, then e-mail."""
    skipped: tuple[Skipped, ...]
    template: str
    on: date
    beyond_quota: int = 0
    """Number of pairs that a quota leaves out; too many to list."""
    title: str = ""
    """Name of the folder, if it is not template and date."""

    @property
    def name(self) -> str:
        """The mailing's folder: template and date, nobody's name."""
        return self.title or folder_name([self.template], self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """Options for the layout of a mailing."""

    channels: tuple[str, ...] = ()
    """Channels to try instead of the recipients' own."""
    quotas: Quotas | None = None
    arrangement: Arrangement = "recipient"
    written: Collection[tuple[str | None, str, str]] = ()
    """Recipient, sender and template of letters that other mailings have made."""
    is_due: Callable[[str | None, str], bool] | None = None
    """Says whether recipient and sender have an unanswered letter between them; None if that is not asked."""
    pairing: Pairing = field(default_factory=Pairing)
    """Who writes to whom."""
    fax_first: int | None = None
    """So many letters to each recipient go by fax, the others by the other channels."""


_Reason = tuple[Cause, str]
_NO_OTHER_WAY = "the first letters go by fax, and the recipient has no other channel for the rest"
_ANSWERED: _Reason = ("answered", "no letter of this sender has waited so long for an answer")
_WRITTEN: _Reason = ("written", "already written in another mailing")


@dataclass(frozen=True, slots=True)
class _Addressee:
    """A recipient with what is decided for all letters to it."""

    recipient_id: str | None
    country: str
    language: str
    channel: str
    reason: _Reason | None = None
    served: frozenset[str] = frozenset()
    """Countries whose citizens write here."""
    first: int = 0
    """Number of letters that go by fax before the others go by the channel."""


def plan(  # noqa: PLR0913 - a mailing has its parties, its matter and its day
    template: Template,
    *,
    recipients: Sequence[Recipient],
    senders: Sequence[Sender],
    case_id: str | None,
    on: date,
    editions: Iterable[Template] = (),
    plan_options: PlanOptions = PlanOptions(),
) -> Plan:
    """Pair every recipient with every sender, in the order in which both are given.

    A recipient named twice gets one letter, and a sender who signed up twice writes one. A
    template that does not need an addressee makes one letter per sender if
    nobody is named.

    Args:
        template: The letter to write.
        recipients: To whom.
        senders: From whom.
        case_id: What about.
        on: The letters' date.
        editions: Templates among which the same letter may stand in further
            languages. Leave out those in which the case is not given: words and
            facts of a letter are in one language.
        plan_options: Channels, quotas, arrangement.

    Raises:
        InputProblems: The quotas cannot be met.
    """
    pool = tuple(editions) or (template,)
    by_language = {one.language: one for one in pool if one.name == template.name}
    addressees = _addressees(template, recipients, by_language, plan_options)
    signers = _signers(template, senders, pool)
    skipped: list[Skipped] = []
    possible: list[tuple[_Addressee, str]] = []
    written = set(plan_options.written)
    people = {one.id: one for one in senders}
    for addressee, sender_id in pairs(addressees, people, plan_options.pairing):
        is_due = plan_options.is_due
        if is_due and not is_due(addressee.recipient_id, sender_id):
            reason: _Reason | None = _ANSWERED
        else:
            reason = addressee.reason or signers[sender_id]
        if not reason and written and (addressee.recipient_id, sender_id, template.name) in written:
            reason = _WRITTEN
        if reason:
            cause, told = reason
            skipped.append(Skipped(addressee.recipient_id, sender_id, told, cause=cause))
        else:
            possible.append((addressee, sender_id))
    for sender_id, told, country in without_counterpart(addressees, people, plan_options.pairing):
        skipped.append(Skipped(None, sender_id, told, cause="country", country=country))
    chosen = shared_out(possible, plan_options.quotas) if plan_options.quotas else possible
    counts: Counter[str | None] = Counter()
    orders: list[Order] = []
    for one, sender_id in _arranged(chosen, plan_options.arrangement, signers):
        counts[one.recipient_id] += 1
        channel = "fax" if counts[one.recipient_id] <= one.first else one.channel
        if channel:
            orders.append(
                Order(template.name, one.recipient_id, sender_id, case_id, on, one.language, channel)
            )
        else:
            skipped.append(Skipped(one.recipient_id, sender_id, _NO_OTHER_WAY, cause="recipient-lacks"))
    return Plan(_by_medium(orders), tuple(skipped), template.name, on, len(possible) - len(chosen))


def folder_name(templates: Sequence[str], on: date) -> str:
    """Return the name of the folder of a mailing that nobody has named: template and date, nobody's name."""
    return f"{templates[0] if len(templates) == 1 else 'mailing'}-{on.isoformat()}"


def joined(plans: Sequence[Plan], title: str = "") -> Plan:
    """Return the plans of several letters as one mailing."""
    if len(plans) == 1:
        return replace(plans[0], title=title)
    return Plan(
        orders=_by_medium(order for one in plans for order in one.orders),
        skipped=tuple(replace(each, template=one.template) for one in plans for each in one.skipped),
        template=plans[0].template,
        on=plans[0].on,
        beyond_quota=sum(one.beyond_quota for one in plans),
        title=title or folder_name([one.template for one in plans], plans[0].on),
    )


def _by_medium(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Return orders for paper, then for fax, then for e-mail, each in the order given."""
    return tuple(sorted(orders, key=lambda order: _PLACES[order.channel]))


def _arranged(
    pairs: Sequence[tuple[_Addressee, str]], arrangement: Arrangement, signers: Collection[str]
) -> Sequence[tuple[_Addressee, str]]:
    if arrangement == "country":
        return sorted(pairs, key=lambda pair: pair[0].country)
    if arrangement == "sender":
        places = {sender_id: place for place, sender_id in enumerate(signers)}
        return sorted(pairs, key=lambda pair: places[pair[1]])
    return pairs


def _addressees(
    template: Template,
    recipients: Sequence[Recipient],
    by_language: Mapping[str, Template],
    plan_options: PlanOptions,
) -> list[_Addressee]:
    given: list[Recipient | None] = list({one.id: one for one in recipients}.values())
    if not given and template.addressee == "optional":
        given = [None]
    return [_addressee(template, one, by_language, plan_options) for one in given]


def _addressee(
    template: Template,
    recipient: Recipient | None,
    by_language: Mapping[str, Template],
    plan_options: PlanOptions,
) -> _Addressee:
    channel, no_way = channel_for(recipient, plan_options.channels)
    if recipient is None:
        return _Addressee(None, "", template.language, channel)
    served, first = countries_served(recipient), 0
    if plan_options.fax_first and recipient.fax:
        others = [one for one in plan_options.channels or recipient.channels if one != "fax"] or ["post"]
        first, (channel, _), no_way = plan_options.fax_first, channel_for(recipient, others), ""
    language = common_language(recipient.languages, by_language)
    if language is None:
        written = _listed(sorted(by_language)) or "no language that the case is in"
        told = f"the letter is in {written}; the recipient reads {_listed(recipient.languages)}"
        return _Addressee(recipient.id, recipient.country or "", "", channel, ("language", told), served)
    edition = by_language[language]
    lacking = [
        name for name in _wanted([edition], "recipient", OF_RECIPIENT) if not OF_RECIPIENT[name](recipient)
    ]
    told = f"the recipient has no {_listed(lacking)}, which the template needs" if lacking else no_way
    reason: _Reason | None = ("recipient-lacks", told) if told else None
    return _Addressee(recipient.id, recipient.country or "", edition.language, channel, reason, served, first)


def _signers(
    template: Template, senders: Sequence[Sender], pool: Sequence[Template]
) -> dict[str, _Reason | None]:
    """Return the senders' ids, each with the reason why no letter of theirs can be made, if there is one."""
    again = twice(senders)
    editions = [one for one in pool if one.name == template.name] or [template]
    wanted = _wanted(editions, "sender", OF_SENDER)
    reasons: dict[str, _Reason | None] = {}
    for sender in senders:
        if sender.id in reasons:
            continue
        lacking = [name for name in wanted if not OF_SENDER[name](sender)]
        if not sender.may_be_named:
            told = f"the sender {'wishes to stay anonymous' if sender.anonymous else 'did not agree'}"
            reasons[sender.id] = ("no-consent", told)
        elif sender.id in again:
            told = f"this sender has already signed up as `{again[sender.id]}`"
            reasons[sender.id] = ("signed-up-twice", told)
        elif lacking:
            told = f"the sender has no {_listed(lacking)}, which the template needs"
            reasons[sender.id] = ("sender-lacks", told)
        else:
            reasons[sender.id] = None
    return reasons


def _wanted(editions: Iterable[Template], kind: str, known: Collection[str]) -> list[str]:
    """Return what the templates print in every letter of a recipient's or a sender's facts."""
    wanted: set[str] = set()
    for edition in editions:
        facts = {need.fact for need in needs(edition) if not need.optional} | set(edition.uses)
        parts = (fact.partition(".") for fact in facts)
        wanted |= {name for owner, _, name in parts if owner == kind and name in known}
    return sorted(wanted)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


OF_RECIPIENT: Mapping[str, Callable[[Recipient], object]] = MappingProxyType(
    {
        "name": lambda one: one.name,
        "title": lambda one: one.title,
        "organisation": lambda one: one.organisation,
        "fax": lambda one: one.fax,
        "state_name": lambda one: one.state,
        "state_short": lambda one: one.state,
        "nationality": lambda one: one.state,
        "country_name": lambda one: one.country,
        "display": lambda one: one.name or one.title or one.organisation,
    }
)
"""Facts of a recipient that may be missing, and the fields that supply them."""
OF_SENDER: Mapping[str, Callable[[Sender], object]] = MappingProxyType(
    {
        "name": lambda one: one.name,
        "title": lambda one: one.title,
        "organisation": lambda one: one.organisation,
        "short_name": lambda one: one.short_name,
        "place": lambda one: one.place,
        "address": lambda one: one.address,
        "phone": lambda one: one.phone,
        "fax": lambda one: one.fax,
        "email": lambda one: one.email,
        "website": lambda one: one.website,
        "country_name": lambda one: one.country,
        "own_words": lambda one: one.own_words,
        "signs_for": lambda one: one.signs_for,
        "members": lambda one: one.members,
        "signatories": lambda one: one.named_signatories,
    }
)
"""Facts of a sender that may be missing, and the fields that supply them."""
