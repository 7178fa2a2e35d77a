"""`ledger.sqlite`: a mailing's working state and the record of what went to whom, in one file."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Literal, Self

from lettergen.errors import OutputError
from lettergen.ledger import correspondence, forgetting, merging, queries, recording
from lettergen.ledger.key import LedgerKey
from lettergen.ledger.opening import check, connect, disconnect, make
from lettergen.ledger.queries import Standing
from lettergen.ledger.recording import Matter, rows_of, stepped
from lettergen.ledger.rescue import told
from lettergen.letters.assemble import letter_id
from lettergen.outbox.manifest import ManifestEntry

if TYPE_CHECKING:
    import sqlite3

    from lettergen.ledger.chain import Row
    from lettergen.ledger.correspondence import Questions, SentLetter
    from lettergen.ledger.merging import Merged

__all__ = ["LEDGER_FILE", "AttemptState", "Ledger", "Pair"]

LEDGER_FILE = "ledger.sqlite"
AT_ONCE = 20_000
"""Letters in one transaction of `Ledger.record`."""

StepState = Literal["posted", "faxed", "sent", "not-sent", "delivered", "answered", "returned", "dropped"]
"""States that can be recorded for a letter.

``delivered``: known to have arrived; ``not-sent``: tried in vain; ``dropped``: taken out before it went.
"""
AttemptState = Literal["sent", "deferred", "not-sent", "refused", "unknown"]
"""The result of an attempt: accepted; not now (4xx); never begun; refused for good (5xx); unknown."""
Pair = tuple[str | None, str, str]
"""Recipient id or None, sender id, template."""

OPEN = frozenset({"made", "deferred", "not-sent", "dropped"})
"""States in which a letter has not gone out and may be tried."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_UNKNOWN = Matter()


class Ledger:
    """The ledger, open for writing.

    Letters, senders, questions, e-mails, checksums and the keys of contents, volumes and plans are stored
    as marks under the campaign's key, so that the file is not a list of names and tells nobody who guesses:
    the keys of a mapping are those of `key_of`, `seal_of` and `volume_seal_of`. Recipients are public offices
    and stored under their ids, but for ids that are calculated from name and address. Every method that
    records does so in one transaction that is on the disk when it returns.
    """

    def __init__(
        self,
        path: Path,
        connection: "sqlite3.Connection",
        key: LedgerKey,
        clock: Callable[[], str],
        *,
        names: bool,
    ) -> None:
        self._path = path
        self._connection = connection
        self._key = key
        self._clock = clock
        self._names = names
        self._is_open = True

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        campaign: str,
        now: str | Callable[[], str],
        names: bool = False,
        patience: float = 5.0,
    ) -> Self:
        """Open the campaign's ledger; create it and its key if missing.

        Args:
            path: `ledger.sqlite` in the campaign folder; `ledger.key` lies beside it.
            campaign: The campaign's name, as in lettergen.toml.
            now: The moment, UTC, as ``2026-01-15T12:00:00Z``; or what tells it for each transaction.
            names: Record the ids of senders in clear.
            patience: Seconds to wait for another command that is writing.

        Raises:
            OutputError: The ledger is of a newer version, another campaign's,
                damaged (the error says what is intact; nothing is deleted), or in use.
        """
        if not path.exists() and not path.is_symlink():
            make(path, campaign)
        connection = connect(path, patience=patience, writing=True)
        try:
            with told(path):
                key = LedgerKey.needed(path)
                check(connection, path, campaign, key)
        except BaseException:
            disconnect(connection, path)
            raise
        return cls(path, connection, key, now if callable(now) else lambda: now, names=names)

    def close(self) -> None:
        """Close the file; what was recorded is on the disk since it was recorded."""
        if self._is_open:
            self._is_open = False
            with told(self._path):
                disconnect(self._connection, self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def key_of(self, letter: str) -> str:
        """Return the key of a letter id in `letter_keys` and `standings`."""
        return self._key.mark("letter", letter).hex()

    def seal_of(self, content_key: str) -> str:
        """Return the form of a content key in `letter_keys`."""
        return self._key.mark("content", content_key).hex()

    def volume_seal_of(self, key: str) -> str:
        """Return the form of a volume's key in `volume_keys`."""
        return self._key.mark("volume", key).hex()

    def begin(
        self,
        mailing: str,
        plan_key: str,
        *,
        letters: int = 0,
        countries: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Record that a mailing is planned; the same plan again records nothing.

        Args:
            mailing: Its name, that of its folder in the outbox.
            plan_key: Stands for all that was planned.
            letters: How many letters; those not yet made count as planned.
            countries: Country by recipient id, for the counts of `ledger report`.
        """
        seal = self._key.mark("plan", plan_key)
        shown = {self._key.shown(recipient): country for recipient, country in countries.items()}
        about = {"letters": letters, "countries": dict(sorted(shown.items())), "seal": seal}
        with self._transaction() as connection:
            latest, its_seal = queries.latest_plan(connection, mailing)
            if {**latest, "seal": its_seal} != about:
                recording.append(connection, self._clock(), "plan", mailing, about)

    def has_mailing(self, mailing: str) -> bool:
        """Say whether anything is recorded about a mailing, even only its plan."""
        with told(self._path):
            return queries.has_mailing(self._connection, mailing)

    def mailings(self) -> tuple[str, ...]:
        """Return the names of all mailings, in the order in which they came."""
        with told(self._path):
            return queries.mailings(self._connection)

    def volume_keys(self, mailing: str) -> Mapping[tuple[str, int], str]:
        """Return ``volume_seal_of(key)`` for the key under which each volume was last committed."""
        with told(self._path):
            return queries.volume_keys(self._connection, mailing)

    def letter_keys(self, mailing: str, volume: tuple[str, int] | None = None) -> Mapping[str, str]:
        """Return ``key_of(letter id)`` → ``seal_of(content key)`` of the letters that are made.

        Args:
            mailing: The mailing.
            volume: Only what was last committed for this channel and number.
        """
        with told(self._path):
            return queries.letter_keys(self._connection, mailing, volume)

    def commit_volume(
        self,
        mailing: str,
        channel: str,
        number: int,
        key: str,
        entries: Sequence[ManifestEntry],
        matters: Sequence[Matter] = (),
    ) -> None:
        """Record a volume whose files are on the disk, with all its letters, in one transaction.

        A letter that an earlier commit of this volume made, and that is now
        nowhere in the mailing, is recorded as ``dropped``. The key ``""`` says that
        the volume is not to be relied on; with no entries, that it is no longer there.

        Args:
            mailing: The mailing.
            channel: The volume's medium.
            number: The volume's number within it.
            key: What `volume_keys` knows it by later.
            entries: Its letters.
            matters: What each of them is about.
        """
        at = self._clock()
        rows = rows_of(entries, matters, channel, self._key, at[:10], names=self._names)
        seal = self._key.mark("volume", key) if key else ""
        about = {"channel": channel, "volume": number, "seal": seal}
        with self._transaction() as connection:
            gone = queries.dropped(connection, mailing, (channel, number), rows)
            rows += [stepped(row, "dropped", at[:10]) for row in gone]
            recording.append(connection, at, "volume", mailing, about, rows)

    def enter(self, mailing: str, entry: ManifestEntry, matter: Matter = _UNKNOWN) -> None:
        """Record a letter that belongs to no volume; once recorded, it is not recorded again."""
        at = self._clock()
        rows = rows_of([entry], [matter], entry.channel or "", self._key, at[:10], names=self._names)
        with self._transaction() as connection:
            if not queries.rows(connection, mailing, [self._key.mark("letter", entry.letter_id)]):
                recording.append(connection, at, "letter", mailing, {"channel": entry.channel}, rows)

    def already_written(self, pairs: Iterable[Pair], *, besides: str = "") -> frozenset[Pair]:
        """Return those of the pairs whose letter was made or has gone out in any mailing.

        Args:
            pairs: Recipient, sender and template.
            besides: A mailing that does not count, for instance the one under way; what it has stays its own.
        """
        by_mark = {
            self._key.mark("letter", letter_id(template, recipient, sender)): (recipient, sender, template)
            for recipient, sender, template in pairs
        }
        with told(self._path):
            found = queries.written(self._connection, by_mark, besides)
        return frozenset(by_mark[mark] for mark in found)

    def record(  # noqa: PLR0913 - what can be said of a step
        self,
        letter_ids: Sequence[str],
        state: StepState,
        *,
        mailing: str,
        on: str,
        items: Mapping[str, str] = _NOTHING,
        note: str = "",
        questions: Sequence[str] = (),
    ) -> None:
        """Record the new state of letters.

        Args:
            letter_ids: The letters.
            state: What became of them.
            mailing: The mailing that they belong to.
            on: The day on which it happened, as ``2026-01-15``.
            items: Letter id → item number (S10), message id or the like.
            note: Words on all of them.
            questions: Ids of those that an answer answers; none means the whole letter.

        Raises:
            OutputError: The ledger has no such letter in the mailing; nothing is recorded then.
        """
        marked = {self.key_of(letter): items.get(letter, "") for letter in letter_ids}
        answered = tuple(map(self.question_of, questions))
        self.record_keys(marked, state, mailing=mailing, on=on, note=note, questions=answered)

    def record_keys(  # noqa: PLR0913 - likewise
        self,
        items: Mapping[str, str],
        state: StepState,
        *,
        mailing: str,
        on: str,
        note: str = "",
        channels: Collection[str] = (),
        questions: Sequence[str] = (),
    ) -> None:
        """Record like `record`, for letters given by `key_of`, each with its item number or ``""``.

        With channels, it is recorded of what was made for these.
        """
        date.fromisoformat(on)
        marks = [bytes.fromhex(key) for key in items]
        with told(self._path):
            found = queries.rows(self._connection, mailing, marks, channels)
        self._refuse_unknown(mailing, [mark for mark in marks if mark not in found])
        for start in range(0, len(marks), AT_ONCE):
            rows = [
                stepped(found[mark], state, on, item=items[mark.hex()], note=note, questions=questions)
                for mark in marks[start : start + AT_ONCE]
            ]
            with self._transaction() as connection:
                recording.append(connection, self._clock(), "step", mailing, {"state": state}, rows)

    def claim(
        self, key: str, *, mailing: str, channel: str = "email", message: str = "", again: bool = False
    ) -> bool:
        """Record that a letter is about to be sent, before anything leaves this machine.

        Returns False and records nothing if the letter has gone out, was
        refused for good, or is ``unknown`` (an attempt without `settle`), here or
        wherever else the same message is on record.

        Args:
            key: What `key_of` returns for the letter.
            mailing: The mailing that it belongs to.
            channel: The way it goes.
            message: The hash in its Message-ID, by which the same e-mail is known in another file.
            again: Try also what was refused or is unknown; what was sent never goes again.

        Raises:
            OutputError: The ledger has no such letter in the mailing.
        """
        mark, item = bytes.fromhex(key), recording.message_mark(message, self._key)
        with self._transaction() as connection:
            made = self._made(connection, mailing, mark)
            places = {(mailing, mark), *(queries.places_of_item(connection, item) if item else ())}
            states = {queries.standings(connection, of, [one])[one.hex()].state for of, one in places}
            if not states <= (OPEN | {"refused", "unknown"} if again else OPEN):
                return False
            at = self._clock()
            row = stepped(made, "attempt", at[:10], channel=channel, item=item)
            recording.append(connection, at, "attempt", mailing, {"channel": channel}, [row])
        return True

    def settle(
        self,
        key: str,
        outcome: AttemptState,
        *,
        mailing: str,
        channel: str = "email",
        message: str = "",
        note: str = "",
    ) -> None:
        """Record the result of the attempt that `claim` announced, before the next letter is touched.

        Args:
            key: What `key_of` returns for the letter.
            outcome: How it ended.
            mailing: The mailing that it belongs to.
            channel: The way it went.
            message: The hash in its Message-ID.
            note: What the other side said, without anybody's name.

        Raises:
            OutputError: The letter was not claimed.
        """
        item = recording.message_mark(message, self._key)
        at = self._clock()
        with self._transaction() as connection:
            made = self._made(connection, mailing, bytes.fromhex(key))
            row = stepped(made, outcome, at[:10], channel=channel, item=item, note=note)
            recording.append(connection, at, "result", mailing, {"channel": channel}, [row])

    def places_of_message(self, message: str) -> tuple[tuple[str, str], ...]:
        """Return mailing and key of the letters that an e-mail is on record as, by its Message-ID."""
        with told(self._path):
            item = recording.message_mark(message, self._key)
            return tuple((of, mark.hex()) for of, mark in queries.places_of_item(self._connection, item))

    def letter_of_item(self, mailing: str, item: str) -> str | None:
        """Return the key of the letter of a mailing that has an item number; None if there is none."""
        with told(self._path):
            places = queries.places_of_item(self._connection, item)
        return next((mark.hex() for of, mark in places if of == mailing), None)

    def standings(self, mailing: str, channels: Collection[str] = ()) -> Mapping[str, Standing]:
        """Return ``key_of(letter id)`` → how each letter of a mailing stands, on these ways or on all."""
        with told(self._path):
            return queries.standings(self._connection, mailing, channels=channels)

    def standings_of(self, mailing: str, letters: Collection[str]) -> Mapping[str, Standing]:
        """Return letter id → how it stands, of those of the letters that the mailing has."""
        marks = {self._key.mark("letter", letter): letter for letter in letters}
        if not marks:
            return {}
        with told(self._path):
            found = queries.standings(self._connection, mailing, marks)
        return {marks[bytes.fromhex(mark)]: standing for mark, standing in found.items()}

    def letters_on(self, case_id: str, until: str, besides: str = "") -> tuple["SentLetter", ...]:
        """Return the letters on a case that had gone out by a day, the oldest first."""
        mark = self._key.mark("case", case_id)
        with told(self._path):
            return tuple(correspondence.letters_on(self._connection, mark, until, besides))

    def text_mark(self, sha256: str) -> bytes:
        """Return what stands for the checksum of a letter's words in `SentLetter.text`."""
        return self._key.mark("text", sha256)

    def questions_of(self, mailing: str, keys: Iterable[str]) -> Mapping[str, "Questions"]:
        """Return what letters, given by `key_of`, asked, and what of it was answered."""
        with told(self._path):
            return correspondence.questions_of(self._connection, mailing, map(bytes.fromhex, keys))

    def question_of(self, question: str) -> str:
        """Return what a question is called in `Questions`: the mark of its id."""
        return recording.question_mark(question, self._key)

    def sender_of(self, sender: str) -> frozenset[str]:
        """Return what a sender can be called in `Standing.sender`: the id, or its mark."""
        return frozenset({sender, f"#{self._key.mark('sender', sender).hex()}"})

    def recipient_of(self, recipient: str) -> str:
        """Return what a recipient is called in `Standing.recipient`: the id, or its mark."""
        return self._key.shown(recipient)

    def due(self, before: str) -> int:
        """Return how many letters `forget` would forget."""
        with told(self._path):
            return forgetting.due(self._connection, before)

    def forget(self, before: str) -> int:
        """Forget who wrote the letters that nothing has happened to since ``before``; return how many.

        Raises:
            OutputError: Another command has the ledger open; run it again.
        """
        return forgetting.forget(self._connection, self._path, before, self._clock())

    def merge(self, other: Path) -> "Merged":
        """Copy what another ledger of this campaign has and this one lacks.

        Raises:
            OutputError: It is not a ledger, is of a newer version, or has another key.
        """
        return merging.merge(self._connection, self._path, other, self._clock())

    @contextmanager
    def _transaction(self) -> Iterator["sqlite3.Connection"]:
        with told(self._path), recording.transaction(self._connection) as connection:
            yield connection

    def _made(self, connection: "sqlite3.Connection", mailing: str, mark: bytes) -> "Row":
        """Return the row of a letter's last making."""
        found = queries.rows(connection, mailing, [mark])
        self._refuse_unknown(mailing, [] if mark in found else [mark])
        return found[mark]

    def _refuse_unknown(self, mailing: str, unknown: Sequence[bytes]) -> None:
        if unknown:
            raise OutputError.of(
                "letter-not-in-ledger",
                f"{len(unknown)} of these letters are not in the ledger under the mailing `{mailing}`.",
                "check `lettergen ledger`; letters are recorded when `batch` makes them.",
            )
