"""The ledger's account of a case, as the letters of a day can tell it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from lettergen.errors import MissingOptionError, OutputError
from lettergen.letters.earlier import EarlierLetter, known_questions, reads_earlier
from lettergen.letters.template.templates import open_template
from lettergen.mailing.selection import case_for

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Recipient, Sender
    from lettergen.ledger import Ledger
    from lettergen.ledger.correspondence import SentLetter
    from lettergen.ledger.store import Pair
    from lettergen.letters.template.templates import Template
    from lettergen.plan.orders import Order, Plan

__all__ = ["Correspondence", "Recall"]

IsDue = Callable[[str | None, str], bool]
"""Says of a recipient and a sender whether an answer is due between them."""


class Correspondence:
    """The letters on one case that had gone out by a day, by recipient and sender.

    The campaign's own sender (`sender` in lettergen.toml) speaks for everybody who has written.
    """

    def __init__(
        self, ledger: "Ledger", campaign: "Campaign", case_id: str, on: date, besides: str = ""
    ) -> None:
        """Read what the ledger has.

        Args:
            ledger: The campaign's.
            campaign: Whose letters.
            case_id: The case.
            on: The date of the letters that will tell of it; what happened later is not known to them.
            besides: A mailing that does not count: the one under way.
        """
        self._ledger = ledger
        self._own = campaign.settings.sender
        self._on = on
        self._by_recipient: dict[str, list[SentLetter]] = defaultdict(list)
        names = {ledger.question_of(one): one for one in known_questions(campaign.cases)}
        for one in ledger.letters_on(case_id, on.isoformat(), besides):
            known = replace(one, questions=one.questions.called(names))
            self._by_recipient[one.recipient or ""].append(known)

    def earlier(self, recipient_id: str | None, sender_id: str) -> tuple[EarlierLetter, ...]:
        """Return what a sender's letter to a recipient can tell, the oldest first."""
        sent = self._by_recipient.get(self._ledger.recipient_of(recipient_id) if recipient_id else "")
        if not sent:
            return ()
        names = self._ledger.sender_of(sender_id)
        own = [one for one in sent if one.sender in names]
        others = [one for one in sent if one.sender not in names] if sender_id == self._own else []
        told = [*_told(own, is_own=True), *_together(_told(others, is_own=False))]
        return tuple(
            sorted(told, key=lambda one: (one.on, not one.is_own, one.template, one.channel, one.item))
        )

    def is_due(self, recipient_id: str | None, sender_id: str, days: int) -> bool:
        """Say whether a letter has had no answer for so many days, counted from its own date."""
        found = [one for one in self.earlier(recipient_id, sender_id) if one.is_open]
        return bool(found) and (self._on - found[-1].on).days >= days


class Recall:
    """What the letters of one mailing can tell of earlier ones; the ledger is asked once for each case."""

    def __init__(self, campaign: "Campaign", ledger: "Ledger | None", on: date, besides: str = "") -> None:
        """Ask nothing yet; without a ledger nothing was written. `Correspondence` explains the arguments."""
        self._campaign = campaign
        self._ledger = ledger
        self._on = on
        self._besides = besides
        self._by_case: dict[str, Correspondence] = {}
        self._telling: dict[tuple[str, str | None], bool] = {}

    def dues(self, templates: Sequence["Template"], case_id: str | None, days: int) -> list[IsDue]:
        """Return what says, for the case of each template, whether somebody has waited so many days.

        Raises:
            OutputError: There is no ledger.
            MissingOptionError: A letter is about no case, so nobody could have answered one on it.
        """
        if self._ledger is None:
            raise OutputError.of(
                "no-ledger",
                "there is no ledger yet, so nothing is known of answers.",
                "make a mailing with `lettergen batch`, and record when it was posted and what came back.",
            )
        found = []
        for template in templates:
            case = case_for(self._campaign, template, case_id)
            if case is None:
                raise MissingOptionError.of(
                    "missing-case",
                    f"the letters of `{template.name}` are about no case, so nobody can have answered one.",
                    "add `--case ID`; `lettergen cases` lists the ids.",
                )
            found.append(self._due(case.id, days))
        return found

    def _due(self, case_id: str, days: int) -> IsDue:
        found = self._of(case_id)
        return lambda recipient, sender: found is not None and found.is_due(recipient, sender, days)

    def waiting(
        self,
        recipients: Sequence["Recipient"],
        senders: Sequence["Sender"],
        dues: Sequence[IsDue],
        *,
        is_open: tuple[bool, bool],
    ) -> tuple[Sequence["Recipient"], Sequence["Sender"]]:
        """Return whom a mailing is about where nobody was named: those between whom an answer is due."""
        if not dues:
            return recipients, senders
        pairs = [
            (to.id, sender.id)
            for to in recipients
            for sender in senders
            if any(is_due(to.id, sender.id) for is_due in dues)
        ]
        waited, wrote = {to for to, _ in pairs}, {sender for _, sender in pairs}
        if pairs and is_open[0]:
            recipients = [one for one in recipients if one.id in waited]
        if pairs and is_open[1]:
            senders = [one for one in senders if one.id in wrote]
        return recipients, senders

    def due(self, case_id: str | None, days: int | None) -> IsDue | None:
        """Return what says whether a pair of recipient and sender has waited so many days for an answer."""
        return None if days is None or case_id is None else self._due(case_id, days)

    def has_gone(self, orders: Sequence["Order"], pair: "Pair") -> bool:
        """Say whether a letter that was written before is known to have left, and so may be followed up."""
        recipient, sender, template = pair
        found = self._of(orders[0].case_id or "")
        earlier = found.earlier(recipient, sender) if found else ()
        return any(one.template == template and one.is_own for one in earlier)

    def recalled(self, plan: "Plan") -> "Plan":
        """Return a plan whose orders carry what their templates tell of earlier letters."""
        orders = tuple(map(self.order, plan.orders))
        return plan if orders == plan.orders else replace(plan, orders=orders)

    def order(self, order: "Order") -> "Order":
        """Return an order that carries what its template tells of earlier letters."""
        if self._ledger is None or order.case_id is None or not self._tells(order.template, order.language):
            return order
        found = self._of(order.case_id)
        if found is None:
            return order
        earlier = found.earlier(order.recipient_id, order.sender_id)
        # Written one by one and out of a mailing that has gone, it is the same letter.
        return order._replace(
            earlier=tuple(one for one in earlier if (one.template, one.on) != (order.template, order.on))
        )

    def _tells(self, template: str, language: str | None) -> bool:
        key = (template, language)
        if key not in self._telling:
            languages = (language,) if language else ()
            opened = open_template(template, self._campaign.template_folders, languages)
            self._telling[key] = reads_earlier(opened)
        return self._telling[key]

    def _of(self, case_id: str) -> Correspondence | None:
        if self._ledger is None:
            return None
        if case_id not in self._by_case:
            self._by_case[case_id] = Correspondence(
                self._ledger, self._campaign, case_id, self._on, self._besides
            )
        return self._by_case[case_id]


def _told(sent: Iterable["SentLetter"], *, is_own: bool) -> Iterator[EarlierLetter]:
    """Yield letters of any number of senders; an answer closes what its sender had asked until then."""
    by_sender: dict[str, list[SentLetter]] = defaultdict(list)
    for one in sent:
        by_sender[one.sender].append(one)
    for letters in by_sender.values():
        answers = [answer for one in letters for answer in one.questions.answers]
        for one in letters:
            since = [answer for answer in answers if answer.day >= one.on]
            is_whole = any(not answer.questions for answer in since)
            closed = {name for answer in since for name in answer.questions}
            left = (
                ()
                if is_whole
                else tuple(question for question in one.questions.asked if question.id not in closed)
            )
            is_answered = is_whole or (not left and bool(one.questions.asked))
            yield EarlierLetter(
                on=date.fromisoformat(one.on),
                channel=one.channel,
                template=one.template,
                item=one.item,
                is_own=is_own,
                asked=one.questions.asked,
                open=left,
                answered=_day(max((answer.day for answer in since), default="")),
                delivered=_day(one.delivered),
                returned=_day(one.returned),
                is_open=not (is_answered or one.returned),
            )


def _together(letters: Iterable[EarlierLetter]) -> Iterator[EarlierLetter]:
    """Yield letters of one day, text and way as one, with their number."""
    counts: dict[EarlierLetter, int] = defaultdict(int)
    for one in letters:
        counts[one._replace(item="", answered=None, delivered=None, returned=None)] += 1
    yield from (one._replace(letters=count) for one, count in counts.items())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
