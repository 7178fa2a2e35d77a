"""Who makes the letters: the open workshop of a process, its alarm clock, a child that is watched."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from dataclasses import dataclass

from lettergen.apart import LONGEST_SECONDS, Apart, confine
from lettergen.errors import LettergenError, Problem
from lettergen.facts.source import without_collector
from lettergen.mailing.binding import Bound, Job, Task, bind, given_up
from lettergen.mailing.plan import Order
from lettergen.mailing.workshop import Made, Terms, Workshop, unexpected
from lettergen.reference import GRAMMES_PER_SQUARE_METRE

__all__ = [
    "Crew",
    "EveryLetterEndsError",
    "Trial",
    "begin",
    "bind_carefully",
    "bind_here",
    "ended",
    "failed",
    "grammes_of_a_sheet",
    "hand_down",
    "interrupts_deferred",
    "make_apart",
    "make_letters",
    "usable_cores",
]

MOST_ENDS = 2
"""After so many letters that end their processes, and none that was made, no other is tried: each may take
half a minute."""
GRACE_SECONDS = 30.0
"""After their alarm clocks should have rung, processes that do not stir are ended from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Where volumes are made, and how long a letter may take."""

    executor: Executor | None = None
    """Any executor; stays open. Default: processes of our own, one child for a few letters."""
    workers: int | None = None
    """How many processes; for a given executor, how many it has."""
    is_elsewhere: bool = False
    """The executor works on other machines: letters come back as bytes and are written here."""
    seconds: float = LONGEST_SECONDS
    """After so long for one letter, a process of our own is ended by its alarm clock."""
    grace: float = GRACE_SECONDS
    """After so much more without a sign of life, it is ended by us."""


class _Bench(threading.local):
    """The open workshops of a process, or of a thread where the executor has threads."""

    run: str = ""
    workshops: dict[Terms, Workshop]


class _Handed:
    """What a process gives its children when it forks."""

    run: str = ""
    workshop: Workshop | None = None


class _Alarm:
    seconds = 0.0


_bench = _Bench()
_handed = _Handed()
_alarm = _Alarm()


def usable_cores() -> int:
    """Return how many processes this machine lets us run side by side."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def hand_down(run: str, workshop: Workshop) -> None:
    """Let the children that this process forks use a workshop that is open already."""
    _handed.run, _handed.workshop = run, workshop


def begin(seconds: float) -> None:
    """Make this process a worker of ours."""
    confine()
    _alarm.seconds = seconds


def bind_here(task: Task, run: str) -> Bound:
    """Make a volume in whatever process this is; ``run`` keeps two mailings of one process apart."""
    try:
        workshop = _workshop(task.terms, run)
    except Exception as error:
        fault = error
        return given_up(task, lambda job: _not_opened(job.order, fault))

    def make(jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        for job in jobs:
            _set_alarm(_alarm.seconds)
            made = workshop.make(job.order)
            _set_alarm(0)
            yield job, made

    return bind(task, make, lambda order: grammes_of_a_sheet(workshop, order), workshop.make)


class EveryLetterEndsError(Exception):
    """The first letters that were tried ended their processes; the others need not be tried."""


class Trial:
    """How the first letters went of a mailing whose letters end the processes that make them."""

    def __init__(self, letters: int) -> None:
        """Begin a mailing of so many letters."""
        self.letters = letters
        self.is_over = letters <= MOST_ENDS
        """A letter has been made, or there are so few that each is tried."""
        self.ends: list[type[Exception]] = []

    def tell(self, fault: Exception | None) -> None:
        """Take note of a letter that was tried, with the fault of its process.

        Raises:
            EveryLetterEndsError: The first two ended in the same way.
        """
        self.is_over = self.is_over or fault is None
        if fault is None or self.is_over:
            return
        self.ends.append(type(fault))
        if len(self.ends) == MOST_ENDS:
            self.is_over = len(set(self.ends)) > 1
            if not self.is_over:
                raise EveryLetterEndsError


def bind_carefully(task: Task, workshop: Workshop, run: str, seconds: float, trial: Trial) -> Bound:
    """Make a volume that has ended its process: each letter by a child that is watched.

    Raises:
        EveryLetterEndsError: As `Trial.tell`.
    """

    def make(jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        # The first and the last have the least in common: if both end, it is hardly their words.
        with Apart(seconds) as apart:
            for job in (*jobs[:1], *jobs[:0:-1]):
                fault = None
                try:
                    (made,) = apart.submit(make_letters, task.terms, run, (job.order,)).result()
                except Exception as error:  # the process's: a letter's own faults are in what it returns
                    fault = error
                    made = failed(job.order, (ended(job.order, fault, seconds),))
                trial.tell(fault)
                yield job, made

    here = workshop.sister(task.terms)
    return bind(task, make, lambda order: grammes_of_a_sheet(here, order), here.make)


def make_letters(terms: Terms, run: str, orders: tuple[Order, ...]) -> tuple[Made, ...]:
    """Make letters in whatever process this is, and return their bytes."""
    try:
        workshop = _workshop(terms, run)
    except Exception as fault:
        return tuple(failed(order, _not_opened(order, fault)) for order in orders)
    letters = []
    for order in orders:
        # Whoever else works in this process (Dask does) may read files whenever Python collects garbage,
        # in this thread: the letter would be blamed for it.
        with without_collector():
            letters.append(workshop.make(order))
    return tuple(letters)


def make_apart(workshop: Workshop, order: Order, *, seconds: float = LONGEST_SECONDS) -> Made:
    """Make a single letter in a process of its own, so that it cannot hang or end this one."""
    with Apart(seconds) as apart:
        try:
            made: Made = apart.submit(workshop.make, order).result()
        except Exception as fault:  # the process's: a letter's own faults are in what it returns
            return failed(order, (ended(order, fault, seconds),))
    return made


def failed(order: Order, problems: tuple[Problem, ...]) -> Made:
    """Return the letter that could not be made."""
    return Made(letter_id=order.letter_id, language=order.language, problems=problems, failed=True)


def grammes_of_a_sheet(workshop: Workshop, order: Order) -> float:
    """Return the weight of one sheet of an order's paper."""
    sheet = workshop.stationery(order)
    return sheet.sheet_width * sheet.sheet_height / 1e6 * GRAMMES_PER_SQUARE_METRE


@contextmanager
def interrupts_deferred() -> Iterator[None]:
    """Let a Ctrl-C wait while processes start, so that they inherit being deaf to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _workshop(terms: Terms, run: str) -> Workshop:
    if _bench.run != run:
        _bench.run, _bench.workshops = run, {}
    found = _bench.workshops.get(terms)
    if found is None:
        handed = _handed.workshop if _handed.run == run else None
        is_child = multiprocessing.parent_process() is not None
        if handed is not None and is_child and handed.terms == terms:
            found = handed
        else:
            found = Workshop(terms, handed.campaign if handed else None)
        found.warm_up()
        _bench.workshops[terms] = found
    return found


def _set_alarm(seconds: float) -> None:
    """Have the system end this process in ``seconds``; 0 calls it off.

    An exception would not do: WeasyPrint swallows any that comes up while it
    draws an SVG. An alarm that nobody handles cannot be swallowed.
    """
    if _alarm.seconds and hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _not_opened(order: Order, fault: Exception) -> tuple[Problem, ...]:
    return fault.problems if isinstance(fault, LettergenError) else (unexpected(order, fault),)


def ended(order: Order, fault: Exception, seconds: float) -> Problem:
    """Return why the process ended that was making a letter."""
    if not isinstance(fault, BrokenExecutor):
        return unexpected(order, fault)
    return Problem(
        "process-ended",
        f"the letter `{order.letter_id}` ended the process that set it: "
        f"it took over {seconds:g} seconds or too much memory.",
        "look for a loop without end in the template, or a very large picture or text.",
    )
