"""The ledger as the record of what was sent."""

from collections.abc import Mapping
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


class EmptyRecord:
    """A campaign without a ledger, where nothing has been sent yet; read-only."""

    def standing(self, letter: OutgoingMail) -> Standing:
        """Return ``new``."""
        del letter
        return "new"


@dataclass(slots=True)
class LedgerRecord:
    """Attempts and results in the ledger: a letter of a mailing by its id, another by its identity.

    An attempt is one transaction and its result another. A letter whose words
    or whose address were changed keeps its place in its mailing, so that it is
    not sent again either; written one by one, it is another letter.
    """

    ledger: "Ledger"
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def standing(self, letter: OutgoingMail) -> Standing:
        """Return what is on record; whatever else has happened to a letter, it has gone."""
        mailing, name = _place(letter)
        if mailing not in self._known:
            found = self.ledger.standings(mailing)
            self._known[mailing] = {mark: one.state for mark, one in found.items()}
        state = self._known[mailing].get(self.ledger.key_of(name))
        return "new" if state is None else _STANDINGS.get(state, "gone")

    def claim(self, letter: OutgoingMail, *, again: bool) -> bool:
        """Record an attempt.

        Raises:
            OutputError: The ledger does not know the letter of its mailing, or cannot be written.
        """
        mailing, name = _place(letter)
        if mailing == SINGLE and self.standing(letter) == "new":
            self._enter(letter)
        return self.ledger.claim(name, mailing=mailing, again=again)

    def settle(self, letter: OutgoingMail, answer: ServerAnswer) -> None:
        """Record the result with the server's code."""
        mailing, name = _place(letter)
        self.ledger.settle(
            name, _OUTCOMES[answer.state], mailing=mailing, item=letter.identity, note=answer.note
        )

    def _enter(self, letter: OutgoingMail) -> None:
        template, _, rest = letter.letter_id.partition("--")
        recipient, _, sender = rest.rpartition("--")
        entry = ManifestEntry(
            sequence=None,
            letter_id=letter.identity,
            template=template,
            language=None,
            date=letter.date,
            recipient_id=recipient or None,
            sender_id=sender,
            channel="email",
            state="made",
            content_key=letter.sha256,
        )
        mark = self.ledger.key_of(letter.identity)
        if mark not in self.ledger.standings(SINGLE):
            self.ledger.commit_volume(SINGLE, "email", int(letter.identity[:12], 16), letter.sha256, [entry])


def _place(letter: OutgoingMail) -> tuple[str, str]:
    """Return mailing and name under which the ledger has a letter."""
    return (letter.mailing, letter.letter_id) if letter.mailing else (SINGLE, letter.identity)
