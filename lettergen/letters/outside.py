"""The words on an envelope or label: address, return address, notation."""

from dataclasses import dataclass

from lettergen.errors import InputProblems
from lettergen.facts.model import Recipient
from lettergen.letters import parts
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy import disclosure
from lettergen.reference import language as words

__all__ = ["Outside", "first_line", "outside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The words on an envelope or a label."""

    recipient_id: str
    language: str
    """The language of the country line and the notation."""
    address: tuple[str, ...]
    return_address: tuple[str, ...] = ()
    notation: str = ""
    """REGISTERED MAIL, AIRMAIL; ordinary post has none."""


def outside(facts: LetterFacts, language: str, channel: str = "post") -> Outside:
    """Return the outside of a letter; the same address as inside.

    Args:
        facts: Recipient, sender and country of posting.
        language: The letter's language.
        channel: How it goes: ``registered``, ``courier``, ``airmail``, or ``post``.

    Raises:
        UnknownName: There is no such notation.
        InputProblems: It would name somebody who is hidden from those who read it.
        ValueError: The facts have no recipient.
    """
    if facts.recipient is None:
        raise ValueError("an envelope needs a recipient")
    sender = facts.signing()[0]
    head = parts.return_lines(sender, language)
    address = parts.inside_address(facts, facts.recipient, "", language)
    if problems := list(disclosure.on_envelope((*address, *head), facts)):
        raise InputProblems(problems)
    return Outside(
        recipient_id=facts.recipient.id,
        language=language,
        address=address,
        return_address=head,
        notation=words.notation(channel, language),
    )


def first_line(recipient: Recipient, language: str = "en") -> str:
    """Return name and office of an addressee on one line, for lists."""
    lines = parts.person_lines(recipient, language)
    return ", ".join(lines[:2])
