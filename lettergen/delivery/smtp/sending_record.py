"""The ledger as the record of what was sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from lettergen.delivery.smtp.mail_server import ServerAnswer, State
from lettergen.delivery.smtp.outgoing import OutgoingMail
from lettergen.delivery.smtp.sending import Standing
from lettergen.outbox.manifest import ManifestEntry

if TYPE_CHECKING:
    from lettergen.ledger import Ledger
    from lettergen.ledger.store import AttemptState

__all__ = ["EmptyRecord", "LedgerRecord"]

SINGLE = "single-emails"
"""The ledger's mailing name for e-mails that were written one by one."""
_OUTCOMES: Mapping[State, "AttemptState"] = MappingProxyType(
    {
        "accepted": "sent",
        "temporary": "deferred",
        "not-sent": "deferred",
        "refused": "refused",
        "unknown": "unknown",
    }
)
_STANDINGS: Mapping[str, Standing] = MappingProxyType(
    {"made": "new", "deferred": "temporary", "refused": "refused", "unknown": "unknown"}
)
_WORST_FIRST: tuple[Standing, ...] = ("gone", "unknown", "refused", "temporary")


class EmptyRecord:
    """A campaign without a ledger, where nothing has been sent yet; read-only."""

    def standing(self, letter: OutgoingMail) -> Standing:
        """Return ``new``."""
        del letter
        return "new"


@dataclass(slots=True)
class LedgerRecord:
    """Attempts and results in the ledger: a letter of a mailing by its id, another by its Message-ID.

    An attempt is one transaction and its result another. A letter whose words
    or whose address were changed keeps its place in its mailing, so that it is
    not sent again either; written one by one, it is another letter. The same
    e-mail in another file is the letter that it is on record as.
    """

    ledger: "Ledger"
    templates: Collection[str] = ()
    recipients: Collection[str] = ()
    """Ids that may be recorded in clear; a file has any name that somebody gives it."""
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def standing(self, letter: OutgoingMail) -> Standing:
        """Return what is on record; whatever else has happened to a letter, it has gone."""
        places = {self._place(letter), *self.ledger.places_of_message(letter.identity)}
        found = {self._standing_at(*place) for place in places}
        return next((one for one in _WORST_FIRST if one in found), "new")

    def claim(self, letter: OutgoingMail, *, again: bool) -> bool:
        """Record an attempt.

        Raises:
            OutputError: The ledger does not know the letter of its mailing, or cannot be written.
        """
        mailing, key = self._place(letter)
        if mailing == SINGLE:
            self._enter(letter)
        return self.ledger.claim(key, mailing=mailing, message=letter.identity, again=again)

    def settle(self, letter: OutgoingMail, answer: ServerAnswer) -> None:
        """Record the result with the server's code."""
        mailing, key = self._place(letter)
        outcome = _OUTCOMES[answer.state]
        self.ledger.settle(key, outcome, mailing=mailing, message=letter.identity, note=answer.note)

    def _standing_at(self, mailing: str, key: str) -> Standing:
        if mailing not in self._known:
            found = self.ledger.standings(mailing)
            self._known[mailing] = {mark: one.state for mark, one in found.items()}
        state = self._known[mailing].get(key)
        return "new" if state is None else _STANDINGS.get(state, "gone")

    def _place(self, letter: OutgoingMail) -> tuple[str, str]:
        """Return mailing and key under which the ledger has a letter, or will have it."""
        if letter.mailing:
            return letter.mailing, self.ledger.key_of(letter.letter_id)
        known = self.ledger.places_of_message(letter.identity)
        return known[0] if known else (SINGLE, self.ledger.key_of(letter.identity))

    def _enter(self, letter: OutgoingMail) -> None:
        template, _, rest = letter.letter_id.partition("--")
        recipient, _, sender = rest.rpartition("--")
        entry = ManifestEntry(
            sequence=None,
            letter_id=letter.identity,
            template=template if template in self.templates else "",
            language=None,
            date=letter.date,
            recipient_id=recipient if recipient in self.recipients else None,
            sender_id=sender,
            channel="email",
            state="made",
            content_key=letter.sha256,
            message_id=letter.identity,
        )
        self.ledger.enter(SINGLE, entry)
