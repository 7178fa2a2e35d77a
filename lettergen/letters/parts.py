"""The parts of a letter that come from the facts and the reference, not from the template."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient, Sender, Signatory
from lettergen.letters.earlier import EarlierLetter
from lettergen.letters.letter import Letterhead, LogoPicture, SignatureBlock
from lettergen.letters.template.salutations import display_of, is_many, opening_of
from lettergen.reference import address, protocol
from lettergen.reference import language as words

__all__ = [
    "LetterFacts",
    "closing",
    "form_of_address",
    "in_a_sentence",
    "inside_address",
    "labelled",
    "letterhead",
    "opening",
    "person_lines",
    "return_address",
    "return_lines",
    "signatories",
    "signatures",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """Everything that one letter is made from, except its template."""

    campaign: Campaign
    sender: Sender
    recipient: Recipient | None = None
    case: Case | None = None
    on: date
    """The letter's date."""
    posted_from: str | None = None
    """ISO code of the country of posting; default: the campaign's, then the sender's."""
    notation: str | None = None
    """A mailing notation instead of channel's and template's: ``registered``, ``airmail``, or words."""
    channel: str | None = None
    """The channel, which decides the notation: post, registered, …; None if unknown."""

    earlier: tuple[EarlierLetter, ...] = ()
    """What was written before to this recipient on this case, the oldest first."""

    @property
    def posting_country(self) -> str | None:
        """ISO code of the country of posting, if known."""
        return self.posted_from or self.campaign.settings.posted_from or self.sender.country

    def signing(self) -> tuple[Sender, ...]:
        """Return who signs: the sender, or the members of a joint one."""
        return tuple(map(self.campaign.sender, self.sender.members)) or (self.sender,)


def letterhead(facts: LetterFacts, language: str) -> Letterhead | None:
    """Return the sender's letterhead: name, address with country, numbers."""
    sender = facts.sender
    if sender.letterhead is False:
        return None
    if sender.members:
        return Letterhead(" · ".join(display_of(one) or "" for one in facts.signing()))
    captions = words.captions(language)
    numbers = [(captions.telephone, sender.phone), (captions.fax, sender.fax)]
    if sender.phone and sender.phone == sender.fax:
        numbers = [(f"{captions.telephone} / {captions.fax}", sender.phone)]
    lines = [
        sender.native_organisation if sender.organisation else sender.native_name,
        *sender.address,
        _country(sender.country, language) if sender.address else None,
        *(f"{label} {number}" for label, number in numbers if number),
        sender.email,
        sender.website,
    ]
    shown = sender.logo
    logo = LogoPicture(shown.file, shown.alt, shown.height) if shown else None
    align = sender.letterhead_align or ""
    return Letterhead(display_of(sender) or "", tuple(filter(None, lines)), logo, align)


def return_address(facts: LetterFacts, language: str) -> str:
    """Return the return address, the small line above the address."""
    return " · ".join(return_lines(facts.signing()[0], language, brief=True))


def return_lines(sender: Sender, language: str, *, brief: bool = False) -> tuple[str, ...]:
    """Return the lines of the return address; none if the sender has no address."""
    if not sender.address:
        return ()
    name = (sender.short_name if brief else None) or display_of(sender)
    return tuple(filter(None, [name, *sender.address, _country(sender.country, language)]))


def inside_address(
    facts: LetterFacts, recipient: Recipient, attention: str, language: str
) -> tuple[str, ...]:
    """Return the lines of the address, the country last unless the letter stays in it."""
    return address.inside_address(
        envelope_name=_envelope_name(recipient, language, facts),
        title=recipient.title,
        organisation=_organisation(recipient, language, attention or recipient.attention),
        attention=attention or recipient.attention,
        care_of=recipient.care_of,
        address=recipient.address,
        country=recipient.country,
        posted_from=facts.posting_country,
        language=language,
    )


def person_lines(recipient: Recipient, language: str) -> tuple[str, ...]:
    """Return the addressee without street and country: name, office, organisation, one per line."""
    return address.inside_address(
        envelope_name=_envelope_name(recipient, language),
        title=recipient.title,
        organisation=_organisation(recipient, language, None),
        language=language,
    )


def in_a_sentence(recipient: Recipient, language: str) -> str:
    """Return the addressee in words that no case changes: `Alba Frost (Minister of Justice)`."""
    lines = tuple(filter(None, (recipient.title, *recipient.organisation)))
    if recipient.name:
        name = recipient.name.with_suffix()
        return f"{name} ({lines[0]})" if lines else name
    return ", ".join(lines[:2] or person_lines(recipient, language)[:1])


def form_of_address(
    recipient: Recipient, language: str, facts: LetterFacts | None = None
) -> protocol.FormOfAddress:
    """Return the form of address of a recipient's office, as the State uses it.

    Args:
        recipient: Who is written to.
        language: The letter's language.
        facts: The letter's; without them it is one from abroad.

    Raises:
        UnknownName: There is no such office, or no form of address for it in that language.
    """
    office = recipient.office or "person"
    # Read only where it matters: what is read parts letters that could share their opening.
    if not protocol.has_usage(office, language):
        return protocol.form(office, language)
    posted_from = facts.posting_country if facts else None
    return protocol.form(office, language, recipient.state or recipient.country, posted_from)


def _envelope_name(recipient: Recipient, language: str, facts: LetterFacts | None = None) -> str | None:
    if recipient.envelope_name:
        return recipient.envelope_name
    name = recipient.name
    if name is None and not recipient.office:
        return None
    form = form_of_address(recipient, language, facts)
    return protocol.envelope_line(form, name.courtesy if name else None, name.with_suffix() if name else None)


def _organisation(recipient: Recipient, language: str, attention: str | None) -> tuple[str, ...]:
    """Return the organisation's lines; the last says that it is written to, where nobody else is named."""
    lines = recipient.organisation
    if not lines or recipient.envelope_name or recipient.name or recipient.title or attention:
        return lines
    office = recipient.office or "organisation"
    if language not in protocol.languages(office):
        return lines
    return (*lines[:-1], protocol.organisation_line(protocol.form(office, language), lines[-1]))


def opening(recipient: Recipient | None, language: str, facts: LetterFacts | None = None) -> str:
    """Return the salutation: the recipient's own, or that of the office."""
    return opening_of(recipient, lambda: form_of_address(recipient, language, facts)) if recipient else ""


def closing(
    recipient: Recipient | None, salutation: str, language: str, facts: LetterFacts | None = None
) -> str:
    """Return the complimentary close that goes with a salutation."""
    if recipient is None:
        return ""
    if recipient.closing:
        return recipient.closing
    form = form_of_address(recipient, language, facts)
    return protocol.closing(form, salutation, is_many=facts is not None and is_many(facts.sender))


def signatures(facts: LetterFacts, language: str) -> Iterator[SignatureBlock]:
    """Yield a block for each who signs: for whom, name, office, organisation."""
    for sender in facts.signing():
        lines: list[str | None] = []
        if sender.signs_for:
            principal = sender.signs_for
            name = ", ".join(filter(None, [principal.name.with_suffix(), principal.title]))
            lines.append(words.captions(language).on_behalf.format(name=name))
        own = sender.name.with_suffix() if sender.name else None
        lines += [
            f"{own} ({sender.native_name})" if own and sender.native_name else own,
            sender.title,
            sender.organisation,
            sender.native_organisation,
        ]
        yield SignatureBlock(tuple(filter(None, lines)), sender.signature, sender.country)


def signatories(facts: LetterFacts, language: str) -> Iterator[tuple[str, str]]:
    """Yield name and description of those who sign an open letter, in the order of the file."""

    def described(one: Signatory) -> str:
        return ", ".join(filter(None, [one.title, one.organisation, _country(one.country, language)]))

    yield from ((one.name.with_courtesy(), described(one)) for one in facts.sender.named_signatories)


def signatory_countries(facts: LetterFacts) -> tuple[str | None, ...]:
    """Return the countries of the `signatories`, in their order."""
    return tuple(one.country for one in facts.sender.named_signatories)


def labelled(lines: tuple[str, ...], one: str, many: str, language: str) -> tuple[str, ...]:
    """Put the caption before a single line, or above several lines with their number.

    UN Correspondence Manual ST/DCS/4/Rev.1, para. 32-36: the notation gives the number of enclosures.
    """
    if len(lines) < 2:
        return tuple(f"{one}{words.captions(language).colon}{line}" for line in lines)
    return (f"{many} ({len(lines)})", *lines)


def _country(code: str | None, language: str) -> str | None:
    return address.country_name(code, language) if code else None
