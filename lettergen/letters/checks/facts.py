"""Facts that contradict each other, the reference or the calendar, in whatever letter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lettergen.errors import LettergenError, Place, Problem, UnknownName
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.facts.value_places import ValuePlaces
from lettergen.letters import catalogue, readiness
from lettergen.letters.checks import (
    addresses,
    contacts,
    dates,
    duplicates,
    names,
    persons,
    signatures,
    tenure,
    treaties,
)
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.template.templates import Template
from lettergen.reference import protocol

__all__ = ["check"]


def check(campaign: Campaign, templates: Sequence[Template] = (), *, today: date) -> Iterator[Problem]:
    """Yield what is wrong with the facts.

    Args:
        campaign: The facts.
        templates: Searched for wrong quotations of treaties.
        today: What must have happened by now; what depends on the letters' date uses the date in
            the campaign's settings, if there is one.
    """
    checker = _Checker(campaign, today)
    yield from checker.recipients()
    yield from checker.senders()
    yield from checker.ids()
    yield from ignored_checks(campaign)
    yield from treaties.own_treaties(campaign)
    yield from signatures.check(campaign, campaign.settings.date or today)
    for case in campaign.cases:
        yield from checker.case(case)
    for case in campaign.translations:
        yield from readiness.unworded(case, campaign)
    for template in templates:
        yield from treaties.template_quotations(template)


def ignored_checks(campaign: Campaign) -> Iterator[Problem]:
    """Yield names in `ignore_checks` that are those of no check."""
    for name in campaign.settings.ignore_checks:
        try:
            catalogue.check(name)
        except UnknownName as fault:
            place = Place(str(campaign.folder / "lettergen.toml"))
            yield from (replace(problem, place=place) for problem in fault.problems)


class _Checker:
    """One pass over a campaign."""

    def __init__(self, campaign: Campaign, today: date) -> None:
        self.campaign = campaign
        self.today = today
        self.on = campaign.settings.date or today
        self.value_places = ValuePlaces(campaign.places, campaign.folder, campaign.columns)
        self.numbers = contacts.PhoneNumbers()
        home = campaign.settings.posted_from
        self.faxed_from = {home} if home else {one.country for one in campaign.senders}

    def record(self, kind: str, name: str) -> CheckedRecord:
        return CheckedRecord(kind, name, self.campaign, self.value_places)

    def recipients(self) -> Iterator[Problem]:
        """Yield what is wrong with the recipients, one by one and together."""
        everybody = self.campaign.recipients
        holders = tenure.successors(everybody, self.on)
        for one in everybody:
            record = self.record("recipient", one.id)
            yield from _office(one, record)
            yield from _titles(one, record)
            yield from tenure.entry(one, record, today=self.today)
            yield from tenure.check(one, record, on=self.on, successor=holders.get(tenure.office_of(one)))
            yield from contacts.channels(one, record)
            yield from self._contacts(one, record)
            if one.fax:
                yield from contacts.fax_for_home(one, record, self.faxed_from)
        for one in self.campaign.faulty_recipients:
            record = self.record("recipient", one.id)
            yield from _office(one, record)
            yield from contacts.numbers(one, record, self.numbers)
            yield from contacts.emails(one, record)
        yield from duplicates.of_recipients(
            everybody, lambda one: self.record("recipient", one.id), on=self.on
        )

    def senders(self) -> Iterator[Problem]:
        """Yield what is wrong with the senders, one by one and together."""
        for one in self.campaign.senders:
            if self._is_plain(one):
                continue
            record = self.record("sender", one.id)
            yield from names.check(one.name, record)
            yield from self._contacts(one, record)
            yield from contacts.website(one, record)
            yield from treaties.sender_quotations(one, record)
        yield from duplicates.of_senders(self.campaign.senders, lambda one: self.record("sender", one.id))

    def _is_plain(self, one: Sender) -> bool:
        """Say quickly that nothing is wrong with a sender, as is true of most of a hundred thousand."""
        return not (
            one.phone
            or one.fax
            or one.website
            or one.own_words
            or not names.is_plain(one.name)
            or (one.email and not contacts.is_plain_email(one.email))
            or (one.address and not addresses.is_plain(one, on=self.on))
        )

    def ids(self) -> Iterator[Problem]:
        """Yield ids that are easily confused."""
        groups: tuple[tuple[str, Sequence[Recipient | Sender | Case]], ...] = (
            ("recipient", self.campaign.recipients),
            ("sender", self.campaign.senders),
            ("case", self.campaign.cases),
        )
        for kind, group in groups:
            pairs = list(duplicates.similar_ids([each.id for each in group]))
            order = {each.id: number for number, each in enumerate(group)} if pairs else {}
            for pair in pairs:
                one, other = sorted(pair, key=order.__getitem__)
                record = self.record(kind, other)
                yield record.problem(
                    "similar-id",
                    f"{record} is easily confused with `{one}`.",
                    "rename one of the two, or delete it if both are the same.",
                    ("id",),
                    "warning",
                )

    def case(self, case: Case) -> Iterator[Problem]:
        """Yield what is wrong with a case."""
        record = self.record("case", case.id)
        yield from dates.check(case, record, today=self.today)
        yield from readiness.overdue(case, self.campaign, self.on)
        yield from readiness.unworded(case, self.campaign)
        yield from persons.check(case, record, today=self.today)
        yield from treaties.check(case, record, on=self.on)
        yield from treaties.case_quotations(case, record)
        yield from contacts.sources(case, record)
        yield from _bare(case, record)
        yield from self._named_recipients(case, record)

    def _named_recipients(self, case: Case, record: CheckedRecord) -> Iterator[Problem]:
        """Yield the ids of `write_to`, `copies_to` and `sent_to` that no recipient has."""
        fields: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
            (("write_to",), case.write_to),
            (("copies_to",), case.copies_to),
            *((("documents", at, "sent_to"), one.sent_to) for at, one in enumerate(case.documents)),
        ]
        for path, written in fields:
            for name in written:
                try:
                    self.campaign.recipient(name)
                except LettergenError as fault:
                    told = record.problem("", "", "", path)
                    for problem in fault.problems:
                        yield replace(problem, place=told.place, excerpt=told.excerpt, width=told.width)

    def _contacts(self, one: Recipient | Sender, record: CheckedRecord) -> Iterator[Problem]:
        yield from contacts.numbers(one, record, self.numbers)
        yield from contacts.emails(one, record)
        yield from addresses.check(one, record, on=self.on)


def _office(recipient: Recipient, record: CheckedRecord) -> Iterator[Problem]:
    if not recipient.office:
        return
    try:
        protocol.form(recipient.office, "en")
    except LettergenError as fault:
        for problem in fault.problems:
            told = record.problem("", "", "", ("office",))
            yield replace(problem, place=told.place, excerpt=told.excerpt, width=told.width)


def _titles(recipient: Recipient, record: CheckedRecord) -> Iterator[Problem]:
    """Yield titles that the recipient's language does not know: they are printed as they stand."""
    courtesy = recipient.name.courtesy if recipient.name else None
    language = recipient.languages[0] if recipient.languages else "en"
    unknown = protocol.unknown_titles(courtesy, language)
    if unknown and not (recipient.envelope_name and recipient.salutation):
        yield record.problem(
            "title-not-known",
            f"{record} has the title `{' '.join(unknown)}`, which is not known in `{language}`.",
            "check its spelling; it is printed before the name as it stands. If it belongs elsewhere, write "
            "`suffix:`, or `envelope_name:` and `salutation:`.",
            ("name", "courtesy"),
            "warning",
        )


def _bare(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    """Yield what an appeal needs and the case lacks; an empty case is not checked."""
    if not (case.events or case.persons):
        return
    if not (case.demands or case.questions):
        yield record.problem(
            "no-demand",
            f"{record} asks for nothing: it has neither `demands:` nor `questions:`.",
            "add what the addressee should do, each demand in words that follow `to`.",
            severity="warning",
        )
    if not case.sources and not all(event.source for event in (*case.events, *case.background)):
        yield record.problem(
            "no-source",
            f"{record} does not say where its facts come from.",
            "add `sources:`, or `source:` to each event.",
            severity="warning",
        )
