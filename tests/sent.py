"""Faults of mail servers, each with what is recorded of a letter and what a second run does."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from email.headerregistry import Address
from pathlib import Path

from lettergen.delivery.smtp import (
    LedgerRecord,
    MailServer,
    OutgoingMail,
    Pace,
    SendingResult,
    of_files,
    send,
)
from lettergen.errors import LettergenError
from lettergen.ledger import LEDGER_FILE, Ledger
from lettergen.letters.letter import Letter, Paragraph, Span
from lettergen.pages.mail import Correspondents, draft
from tests.mailserver import Authority, running

NOW = "2026-01-15T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and what comes of it; the second run meets a server in order."""

    name: str
    first: str
    """What the first run tells: a state, or the problem for which it ends."""
    standing: str
    """What is on record after it."""
    second: str
    """What the second run tells."""
    arrived: int
    """How often the letter has arrived after both."""


FAULTS = (
    Fault("none", "accepted", "gone", "held", 1),
    Fault("dropped at MAIL", "not-sent", "temporary", "accepted", 1),
    Fault("354 at MAIL", "not-sent", "temporary", "accepted", 1),
    Fault("354 at RCPT", "not-sent", "temporary", "accepted", 1),
    Fault("a size of 5,000 digits", "accepted", "gone", "held", 1),
    Fault("451 at MAIL", "temporary", "temporary", "accepted", 1),
    Fault("550 at MAIL", "refused", "refused", "held", 0),
    Fault("450 at RCPT", "temporary", "temporary", "accepted", 1),
    Fault("greylisting", "temporary", "temporary", "accepted", 1),
    Fault("421 at RCPT", "temporary", "temporary", "accepted", 1),
    Fault("550 at RCPT", "refused", "refused", "held", 0),
    Fault("dropped at DATA", "not-sent", "temporary", "accepted", 1),
    Fault("451 at DATA", "temporary", "temporary", "accepted", 1),
    Fault("554 at DATA", "refused", "refused", "held", 0),
    Fault("250 at DATA", "not-sent", "temporary", "accepted", 1),
    Fault("dropped in the text", "unknown", "unknown", "held", 0),
    Fault("dropped after the text", "unknown", "unknown", "held", 1),
    Fault("silent after the text", "unknown", "unknown", "held", 1),
    Fault("nonsense after the text", "unknown", "unknown", "held", 0),
    Fault("354 after the text", "unknown", "unknown", "held", 0),
    Fault("452 after the text", "temporary", "temporary", "accepted", 1),
    Fault("552 after the text", "refused", "refused", "held", 0),
    Fault("STARTTLS stripped", "smtp-without-tls", "new", "accepted", 1),
    Fault("STARTTLS refused", "smtp-without-tls", "new", "accepted", 1),
    Fault("certificate of another authority", "smtp-certificate", "new", "accepted", 1),
    Fault("certificate for another name", "smtp-certificate", "new", "accepted", 1),
    Fault("log-in refused", "smtp-login-refused", "new", "accepted", 1),
    Fault("answers without end", "smtp-not-reached", "new", "accepted", 1),
)


def letter(number: int = 1, words: str = "Please release the librarian.") -> Letter:
    return Letter(
        letter_id=f"note--minister-{number}--jane",
        template="note",
        recipient_id=f"minister-{number}",
        sender_id="jane",
        language="en",
        audience="addressee",
        date=date(2026, 2, 10),
        subject=(Span("A librarian"),),
        opening="Dear Minister,",
        body=(Paragraph((Span(words),)),),
        closing="Yours sincerely,",
    )


def letter_file(folder: Path, number: int = 1, *, to: str = "") -> Path:
    """Write an e-mail and return its path."""
    user, _, domain = (to or f"minister-{number}@example.org").rpartition("@")
    who = Correspondents(Address("Jane", "jane", "example.org"), Address("Minister", user, domain))
    one = letter(number)
    path = folder / f"{one.letter_id}.eml"
    path.write_bytes(draft(one, who))
    return path


@contextmanager
def register(folder: Path) -> Iterator[LedgerRecord]:
    """Open the ledger of a folder."""
    with Ledger.open(folder / LEDGER_FILE, campaign="Test", now=NOW) as ledger:
        yield LedgerRecord(ledger)


def send_all(
    letters: Sequence[OutgoingMail], server: MailServer, folder: Path, retry: Collection[str] = ()
) -> list[SendingResult]:
    """Send without waiting, each run with a ledger opened anew."""
    pace = Pace(600, clock=lambda: 0.0, sleep=lambda _: None)
    with register(folder) as ledger:
        return list(send(letters, server, ledger, pace, retry=retry))


def outcome(letters: Sequence[OutgoingMail], server: MailServer, folder: Path) -> str:
    """Send one letter; return its state, or the problem for which the run ended."""
    try:
        return send_all(letters, server, folder)[0].state
    except LettergenError as fault:
        return fault.problems[0].name


def witnessed(fault: Fault, authority: Authority, folder: Path) -> Fault:
    """Let a letter meet a fault, then a server in order; return what was seen."""
    letters = of_files([letter_file(folder)])
    user = "jane" if fault.name == "log-in refused" else None
    wrong = "" if fault.name == "none" else fault.name
    timeout = 0.4 if fault.name.startswith("silent") else 5.0
    with running(authority, wrong, timeout=timeout, user=user) as (postbox, server):
        first = outcome(letters, server, folder)
        with register(folder) as ledger:
            standing = ledger.standing(letters[0])
        if fault.name == "greylisting":
            second = outcome(letters, server, folder)
            return replace(fault, first=first, standing=standing, second=second, arrived=len(postbox.inbox))
    with running(authority) as (healthy, server):
        second = outcome(letters, server, folder)
    arrived = len(postbox.inbox) + len(healthy.inbox)
    return replace(fault, first=first, standing=standing, second=second, arrived=arrived)
