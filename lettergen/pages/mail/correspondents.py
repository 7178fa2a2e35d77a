"""Sender and recipient of an e-mail: one mailbox each, safe for a header."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from unicodedata import category

from lettergen.errors import InputProblems, Problem
from lettergen.facts.model import Recipient, Sender
from lettergen.facts.text_files import has_invisible
from lettergen.facts.value_places import ValuePlaces
from lettergen.letters.assemble import LetterFacts
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.letter import Letter

__all__ = ["Correspondents", "correspondents", "header_text", "is_unfit"]

_STEERING = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bq]\?", re.IGNORECASE)
"""How a ready-made encoded word begins (RFC 2047, 2); a reader that decodes twice would see what it says."""
_LIKE_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


@dataclass(frozen=True, slots=True)
class Correspondents:
    """The two ends of an e-mail."""

    sender: Address
    recipient: Address

    @property
    def needs_smtputf8(self) -> bool:
        """Say whether a part before the @ is not ASCII, which old servers cannot carry (RFC 6531)."""
        return not (self.sender.addr_spec + self.recipient.addr_spec).isascii()


def correspondents(letter: Letter, facts: LetterFacts) -> Correspondents:
    """Return who writes to whom, by their records.

    The names before the addresses are those that the letter shows: the
    sender's, and the first line of the inside address.

    Raises:
        InputProblems: One has no address, or one that no header may hold;
            both are told.
    """
    problems: list[Problem] = []
    value_places = ValuePlaces(facts.campaign.places, facts.campaign.folder, facts.campaign.columns)
    writer = CheckedRecord("sender", facts.sender.id, facts.campaign, value_places)
    sender = _mailbox(facts.sender, _name_of(facts.sender), writer, problems)
    recipient = None
    if facts.recipient is None:
        problems.append(
            Problem(
                "no-addressee-for-email",
                f"the letter `{letter.letter_id}` has no addressee, but an e-mail goes to one recipient.",
                "add `--to ID`, or write it as a PDF.",
            )
        )
    else:
        name = letter.inside_address[0] if letter.inside_address else ""
        reader = CheckedRecord("recipient", facts.recipient.id, facts.campaign, value_places)
        recipient = _mailbox(facts.recipient, name, reader, problems)
    if sender is None or recipient is None:
        raise InputProblems(problems)
    return Correspondents(sender, recipient)


def is_unfit(text: str) -> bool:
    """Say whether a text could steer a header or turn it around, or has a ready-made encoded word."""
    return (
        has_invisible(text)
        or _ENCODED_WORD.search(text) is not None
        or any(category(sign) in _STEERING for sign in text)
    )


def header_text(text: str) -> str:
    """Return a text of several lines as one."""
    return " ".join(text.split())


def _name_of(sender: Sender) -> str:
    return sender.name.as_written() if sender.name else sender.organisation or sender.short_name or ""


def _mailbox(
    one: Recipient | Sender, name: str, record: CheckedRecord, problems: list[Problem]
) -> Address | None:
    """Return the address with its name, or put what is wrong with it into ``problems``."""
    name = header_text(name)
    if is_unfit(name) or _LIKE_ADDRESS.search(name):
        # Many clients show the name alone: `office@example.org` there would pass for the address.
        problems.append(
            record.problem(
                "name-steers-header",
                f"{record} has a name that could be mistaken for an address or an e-mail header.",
                "remove addresses, encoded words (`=?…?=`) and invisible characters from the name.",
                ("name",),
            )
        )
        return None
    if not one.email:
        problems.append(
            record.problem(
                "no-email",
                f"{record} has no `email`.",
                f"add `email:` to the record of {record.kind} `{one.id}`.",
            )
        )
        return None
    parts = _parts_of(one.email)
    if parts is None:
        problems.append(
            record.problem(
                "unusable-email",
                f"{record} has an `email` that is not a single address.",
                "write only the address, on one line: `office@example.org`.",
                ("email",),
            )
        )
        return None
    return Address(name, *parts)


# Almost every address is of this shape; the rest is for the library.
_PLAIN = re.compile(
    r"(?=.{1,64}@)([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@(?=.{1,250}\Z)"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)


def _parts_of(email: str) -> tuple[str, str] | None:
    """Return what stands before and after the @, the domain as DNS has it (IDNA); or None."""
    if match := _PLAIN.fullmatch(email):
        return match[1], match[2]
    if any(category(sign) in _STEERING | {"Cf"} or sign.isspace() for sign in email):
        return None
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(email, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError:
        return None
    if not found.ascii_domain or "." not in found.ascii_domain:
        return None
    return found.local_part, found.ascii_domain
