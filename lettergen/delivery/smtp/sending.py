"""Sends one e-mail after another: recorded before and after, never twice unasked."""

import signal
import threading
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Literal, Protocol

from lettergen.delivery.smtp.mail_server import Connection, MailServer, SendingError, ServerAnswer, State
from lettergen.delivery.smtp.outgoing import OutgoingMail
from lettergen.errors import Problem

__all__ = ["Pace", "SendingHistory", "SendingRecord", "SendingResult", "Standing", "send", "standing_of"]

Standing = Literal["new", "temporary", "refused", "unknown", "gone"]
"""What is on record of a letter; an attempt without result is ``unknown``, what was taken is ``gone``."""
IN_A_ROW = 3
"""After this many lost connections in a row, the run ends."""
_SETTLED: frozenset[Standing] = frozenset({"refused", "unknown", "gone"})


class SendingHistory(Protocol):
    """Knows what is on record."""

    def standing(self, letter: OutgoingMail) -> Standing:
        """Return what is on record."""
        ...


class SendingRecord(SendingHistory, Protocol):
    """Where attempts and their results are recorded, so that they outlive this run."""

    def claim(self, letter: OutgoingMail, *, again: bool) -> bool:
        """Record an attempt before the network is touched.

        Returns False if another run was faster.

        Args:
            letter: The letter.
            again: Send it even if it was refused or its result is unknown.
        """
        ...

    def settle(self, letter: OutgoingMail, answer: ServerAnswer) -> None:
        """Record the result."""
        ...


@dataclass(frozen=True, slots=True)
class SendingResult:
    """What a run did with a letter."""

    letter: OutgoingMail
    answer: ServerAnswer | None = None
    """None where nothing was attempted."""
    before: Standing = "new"
    problem: Problem | None = None
    """Why the server could not carry it."""

    @property
    def state(self) -> State | Literal["held", "unfit"]:
        """What became of it: the answer's state; ``unfit``; ``held`` for what stays as it is on record."""
        if self.answer:
            return self.answer.state
        return "unfit" if self.problem else "held"


@dataclass(slots=True)
class Pace:
    """Delays letters so that at most ``per_minute`` go out in a minute."""

    per_minute: int
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    _next: float | None = None

    def wait(self) -> None:
        """Return when the next letter may go."""
        now = self.clock()
        if self._next is not None and now < self._next:
            self.sleep(self._next - now)
            now = self._next
        self._next = now + 60 / self.per_minute


def standing_of(
    letter: OutgoingMail, register: SendingHistory, retry: Collection[str] = ()
) -> tuple[Standing, bool]:
    """Return a letter's recorded state, and whether it would be sent."""
    standing = register.standing(letter)
    return standing, standing not in _SETTLED or standing in retry


def send(
    letters: Iterable[OutgoingMail],
    server: MailServer,
    register: SendingRecord,
    pace: Pace,
    *,
    retry: Collection[str] = (),
) -> Generator[SendingResult, None, None]:
    """Send letters and yield each result.

    An attempt is on record before the server hears of it, its result before
    the next letter; whatever stops the run, running it again resumes where it
    stopped. Ctrl-C waits for the answer to the letter under way; a second one
    does not, and that letter stays `unknown`.

    Args:
        letters: In this order.
        server: By which.
        register: What was sent before, and where results go.
        pace: How fast.
        retry: Send also what is on record with these states.

    Raises:
        SendingError: The server cannot be used, or can no longer be used.
    """
    line = _PatientConnection(server)
    in_a_row = 0
    try:
        for letter in letters:
            standing, is_due = standing_of(letter, register, retry)
            if not is_due:
                yield SendingResult(letter, before=standing)
                continue
            pace.wait()
            objection = line.open().objection(letter)
            if objection:
                yield SendingResult(letter, before=standing, problem=objection)
                continue
            answer = _attempt(letter, line, register, again=standing in retry)
            yield SendingResult(letter, answer, standing)
            in_a_row = in_a_row + 1 if answer and answer.state == "not-sent" else 0
            if in_a_row == IN_A_ROW:
                raise line.given_up()
    finally:
        line.close()


def _attempt(
    letter: OutgoingMail, line: "_PatientConnection", register: SendingRecord, *, again: bool
) -> ServerAnswer | None:
    """Send one letter and have it on record; None where another run was faster."""
    letter.message()  # a file that has changed meanwhile is told before the record is
    with _patient():
        if not register.claim(letter, again=again):
            return None
        was_fresh = line.is_fresh
        answer = line.deliver(letter)
        if answer.state == "not-sent" and not was_fresh:
            # A server tires of waiting between letters; nothing of this one was begun.
            try:
                answer = line.deliver(letter)
            except SendingError:
                register.settle(letter, answer)
                raise
        register.settle(letter, answer)
    return answer


class _PatientConnection:
    """The connection to the server, opened when it is needed and again when it was lost."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: Connection | None = None
        self.is_fresh = True

    def open(self) -> Connection:
        if self._connection is None or not self._connection.is_open:
            self._connection = Connection(self._server)
            self.is_fresh = True
        return self._connection

    def deliver(self, letter: OutgoingMail) -> ServerAnswer:
        connection = self.open()
        self.is_fresh = False
        return connection.deliver(letter)

    def given_up(self) -> SendingError:
        return SendingError.of(
            "smtp-breaks-off",
            f"`{self._server.name}` closed the connection {IN_A_ROW} times before a letter began.",
            "run the command again later; nothing is sent twice.",
        )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


@contextmanager
def _patient() -> Iterator[None]:
    """Let a first Ctrl-C wait for the answer, and a second one not."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[FrameType | None] = []

    def wait(number: int, frame: FrameType | None) -> None:
        came.append(frame)
        if len(came) > 1:
            signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came and callable(before):
        before(signal.SIGINT, came[0])
