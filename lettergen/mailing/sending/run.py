"""One letter after another: recorded before, sent, recorded after; never a second time unasked."""

import signal
import threading
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Literal, Protocol

from lettergen.errors import Problem
from lettergen.mailing.sending.outgoing import Outgoing
from lettergen.mailing.sending.server import Answer, Connection, SendingError, Server, State

__all__ = ["Known", "Pace", "Register", "Sent", "Standing", "send", "standing_of"]

Standing = Literal["new", "temporary", "refused", "unknown", "gone"]
"""What is on record of a letter; an attempt without result is ``unknown``, what was taken is ``gone``."""
IN_A_ROW = 3
"""So many letters that the connection did not live to begin, and the run ends."""
_SETTLED: frozenset[Standing] = frozenset({"refused", "unknown", "gone"})


class Known(Protocol):
    """Knows what is on record."""

    def standing(self, letter: Outgoing) -> Standing:
        """Return what is on record."""
        ...


class Register(Known, Protocol):
    """Where attempts and their results are recorded, so that they outlive this run."""

    def claim(self, letter: Outgoing, *, again: bool) -> bool:
        """Record an attempt before the network is touched.

        Returns False where another run was faster.

        Args:
            letter: The letter.
            again: It was refused or its end is unknown, and it is to be sent all the same.
        """
        ...

    def settle(self, letter: Outgoing, answer: Answer) -> None:
        """Record what became of it."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did with a letter."""

    letter: Outgoing
    answer: Answer | None = None
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
    """Holds back so that no more than ``per_minute`` letters go out in a minute."""

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


def standing_of(letter: Outgoing, register: Known, retry: Collection[str] = ()) -> tuple[Standing, bool]:
    """Return what is on record of a letter, and whether it would be sent."""
    standing = register.standing(letter)
    return standing, standing not in _SETTLED or standing in retry


def send(
    letters: Iterable[Outgoing],
    server: Server,
    register: Register,
    pace: Pace,
    *,
    retry: Collection[str] = (),
) -> Generator[Sent, None, None]:
    """Send letters and yield what became of each.

    An attempt is on record before the server hears of it, its result before
    the next letter; whatever stops the run, running it again goes on where it
    stopped. Ctrl-C waits for the answer to the letter under way; a second one
    does not, and that letter stays `unknown`.

    Args:
        letters: In this order.
        server: By which.
        register: What was sent before, and where results go.
        pace: How fast.
        retry: Send also what is on record with these states.

    Raises:
        SendingError: The server cannot be used, or not any longer.
    """
    line = _Line(server)
    in_a_row = 0
    try:
        for letter in letters:
            standing, is_due = standing_of(letter, register, retry)
            if not is_due:
                yield Sent(letter, before=standing)
                continue
            pace.wait()
            objection = line.open().objection(letter)
            if objection:
                yield Sent(letter, before=standing, problem=objection)
                continue
            answer = _attempt(letter, line, register, again=standing in retry)
            yield Sent(letter, answer, standing)
            in_a_row = in_a_row + 1 if answer and answer.state == "not-sent" else 0
            if in_a_row == IN_A_ROW:
                raise line.given_up()
    finally:
        line.close()


def _attempt(letter: Outgoing, line: "_Line", register: Register, *, again: bool) -> Answer | None:
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


class _Line:
    """The connection to the server, opened when it is needed and again when it was lost."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: Connection | None = None
        self.is_fresh = True

    def open(self) -> Connection:
        if self._connection is None or not self._connection.is_open:
            self._connection = Connection(self._server)
            self.is_fresh = True
        return self._connection

    def deliver(self, letter: Outgoing) -> Answer:
        connection = self.open()
        self.is_fresh = False
        return connection.deliver(letter)

    def given_up(self) -> SendingError:
        return SendingError.of(
            "smtp-breaks-off",
            f"`{self._server.name}` broke off {IN_A_ROW} letters in a row before they began.",
            "run the command again later; what was sent is not sent twice.",
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
