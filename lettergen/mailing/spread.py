"""Orders over any executor: few in flight at a time, and a letter that kills its process falls alone."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from lettergen.apart import LONGEST_SECONDS, Apart, confine
from lettergen.errors import LettergenError, Problem
from lettergen.mailing.plan import Order
from lettergen.mailing.workshop import Made, Terms, Workshop, unexpected

__all__ = ["Job", "Spread", "make_apart", "make_letters", "usable_cores"]

FEW = 4
"""So many letters are made sooner here than a process starts."""
MOST_AT_ONCE = 4
"""Letters that travel together: enough to forget the journey, few enough to wait for after Ctrl-C."""
GRACE_SECONDS = 30.0
"""After their alarm clocks should have rung, processes that do not stir are ended from here."""


@dataclass(frozen=True, slots=True)
class Job:
    """An order and its number in the mailing."""

    sequence: int
    order: Order


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Jobs that travel together, or one that is watched because a process died around it."""

    jobs: tuple[Job, ...]
    watched: bool = False


class Spread:
    """Has letters made, on processes of its own or by an executor that is given."""

    def __init__(
        self,
        jobs: Sequence[Job],
        terms: Terms,
        *,
        executor: Executor | None = None,
        workers: int | None = None,
        seconds: float = LONGEST_SECONDS,
        grace: float = GRACE_SECONDS,
    ) -> None:
        """Pack the jobs; nothing is started before `results` is asked for.

        Args:
            jobs: What to make.
            terms: What holds for all of it.
            executor: Where to make it; stays open. Default: processes of our own,
                none for a few letters.
            workers: How many processes; for a given executor, how many it has.
            seconds: After so long a process of our own is ended by its alarm clock.
            grace: After so much more, if nothing has come from any of them, by us.
        """
        self._terms = terms
        self._given = executor
        self._workers = max(1, min(workers or usable_cores(), len(jobs) or 1))
        self._seconds = seconds
        self._grace = grace
        self._run = os.urandom(8).hex()
        self._is_small = executor is None and len(jobs) <= FEW
        size = max(1, min(MOST_AT_ONCE, len(jobs) // (self._workers * 4)))
        self._waiting = deque(_Parcel(tuple(jobs[at : at + size])) for at in range(0, len(jobs), size))
        self._suspects: deque[_Parcel] = deque()
        self._open: dict[Future[tuple[Made, ...]], _Parcel] = {}
        self._finished: deque[tuple[int, Made]] = deque()
        self._executor: Executor | None = None
        self._is_broken = False

    def results(self) -> Iterator[tuple[int, Made]]:
        """Yield number and letter as they are finished, each job once."""
        while self._waiting or self._suspects or self._open:
            self._fill()
            for future in self._wait():
                self._take(future)
            yield from self._hand_out()

    def finish(self) -> Iterator[tuple[int, Made]]:
        """Call off what has not begun, wait for the rest and yield it; the end of an interrupted run."""
        yield from self._hand_out()
        under_way = [future for future in self._open if not future.cancel()]
        for future in under_way:
            with suppress(Exception):  # what breaks now was interrupted, not at fault
                self._finished.extend(_numbered(self._open[future], future.result()))
            yield from self._hand_out()

    def close(self) -> None:
        """End the processes that were started here."""
        if self._given is None and self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None

    def _wait(self) -> Iterable["Future[tuple[Made, ...]]"]:
        """Wait for a parcel; of processes of our own that all stand still, none is waited for."""
        if not self._open:
            return ()
        own = self._executor if isinstance(self._executor, _Processes) else None
        patience = MOST_AT_ONCE * self._seconds + self._grace if own else None
        done, _ = wait(self._open, patience, return_when=FIRST_COMPLETED)
        if not done and own:
            own.kill()
        return done

    def _hand_out(self) -> Iterator[tuple[int, Made]]:
        while self._finished:
            yield self._finished.popleft()

    def _fill(self) -> None:
        if self._is_broken and not self._open:
            self._renew()
        if self._is_broken:
            return
        if self._suspects:
            # One at a time: if a process dies now, there is no doubt about the cause.
            if not self._open:
                self._submit(self._suspects)
            return
        while self._waiting and len(self._open) < 2 * self._workers and not self._is_broken:
            self._submit(self._waiting)

    def _submit(self, queue: deque[_Parcel]) -> None:
        parcel = queue.popleft()
        orders = tuple(job.order for job in parcel.jobs)
        try:
            future = self._where().submit(make_letters, self._terms, self._run, orders)
        except BrokenExecutor:
            queue.appendleft(parcel)
            self._is_broken = True
        else:
            self._open[future] = parcel

    def _where(self) -> Executor:
        if self._executor is None:
            if self._given is not None:
                self._executor = self._given
            elif self._is_small:
                self._executor = Apart(self._seconds)
            else:
                self._executor = _Processes(
                    self._workers,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_begin,
                    initargs=(self._seconds,),
                )
        return self._executor

    def _take(self, future: "Future[tuple[Made, ...]]") -> None:
        parcel = self._open.pop(future)
        try:
            self._finished.extend(_numbered(parcel, future.result()))
        except Exception as fault:  # the executor's: a letter's own faults are in what it returns
            # A child of its own does one letter at a time, so there is no doubt, and it starts another.
            is_apart = isinstance(self._executor, Apart)
            self._is_broken = self._is_broken or (isinstance(fault, BrokenExecutor) and not is_apart)
            if parcel.watched or is_apart:
                self._fail(parcel.jobs[0], _ended(parcel.jobs[0], fault, self._seconds))
            else:
                self._suspects.extend(_Parcel((job,), watched=True) for job in parcel.jobs)

    def _renew(self) -> None:
        """Start new processes after a death; if they don't start at all, give the rest up."""
        if self._given is None:
            self.close()
            try:
                self._where().submit(os.getpid).result()
            except BrokenExecutor:
                pass
            else:
                self._is_broken = False
                return
        for parcel in (*self._suspects, *self._waiting):
            for job in parcel.jobs:
                self._fail(job, _given_up(job))
        self._suspects.clear()
        self._waiting.clear()

    def _fail(self, job: Job, problem: Problem) -> None:
        order = job.order
        made = Made(letter_id=order.letter_id, language=order.language, problems=(problem,), failed=True)
        self._finished.append((job.sequence, made))


def make_letters(terms: Terms, run: str, orders: tuple[Order, ...]) -> tuple[Made, ...]:
    """Make letters in whatever process this is; ``run`` keeps two mailings of one process apart."""
    try:
        workshop = _workshop(terms, run)
    except Exception as fault:
        return tuple(_not_opened(order, fault) for order in orders)
    made = []
    for order in orders:
        _set_alarm(_alarm.seconds)
        made.append(workshop.make(order))
        _set_alarm(0)
    return tuple(made)


def make_apart(workshop: Workshop, order: Order, *, seconds: float = LONGEST_SECONDS) -> Made:
    """Make a single letter in a process of its own, so that it cannot hang or end this one."""
    with Apart(seconds) as apart:
        try:
            made: Made = apart.submit(workshop.make, order).result()
        except Exception as fault:  # the process's: a letter's own faults are in what it returns
            problem = _ended(Job(1, order), fault, seconds)
            return Made(letter_id=order.letter_id, language=order.language, problems=(problem,), failed=True)
    return made


def usable_cores() -> int:
    """Return how many processes this machine lets us run side by side."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Processes(ProcessPoolExecutor):
    """Processes that are deaf to Ctrl-C from their first moment, so that they finish what they do."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        with _interrupts_deferred():
            return super().submit(fn, *args, **kwargs)

    def kill(self) -> None:
        """End every process at once; their letters come back as broken off."""
        # Python 3.14 has `kill_workers` for it; before, the executor's own list is all there is.
        for process in list((getattr(self, "_processes", None) or {}).values()):
            process.kill()


class _Bench(threading.local):
    """The open workshop of a process, or of a thread where the executor has threads."""

    run: str = ""
    workshop: Workshop | None = None


class _Alarm:
    seconds = 0.0


_bench = _Bench()
_alarm = _Alarm()


def _workshop(terms: Terms, run: str) -> Workshop:
    if _bench.workshop is None or _bench.run != run:
        _bench.workshop = Workshop(terms)
        _bench.workshop.warm_up()
        _bench.run = run
    return _bench.workshop


def _begin(seconds: float) -> None:
    confine()
    _alarm.seconds = seconds


def _set_alarm(seconds: float) -> None:
    """Have the system end this process in ``seconds``; 0 calls it off.

    An exception would not do: WeasyPrint swallows any that comes up while it
    draws an SVG. An alarm that nobody handles cannot be swallowed.
    """
    if _alarm.seconds and hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Let a Ctrl-C wait while processes start, so that they inherit being deaf to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _numbered(parcel: _Parcel, made: Sequence[Made]) -> Iterator[tuple[int, Made]]:
    for job, one in zip(parcel.jobs, made, strict=True):
        yield job.sequence, one


def _not_opened(order: Order, fault: Exception) -> Made:
    problems = fault.problems if isinstance(fault, LettergenError) else (unexpected(order, fault),)
    return Made(letter_id=order.letter_id, language=order.language, problems=problems, failed=True)


def _ended(job: Job, fault: Exception, seconds: float) -> Problem:
    if not isinstance(fault, BrokenExecutor):
        return unexpected(job.order, fault)
    return Problem(
        "process-ended",
        f"the letter `{job.order.letter_id}` ended the process that set it: "
        f"it took over {seconds:g} seconds or too much memory.",
        "look for a loop without end in the template, or a very large picture or text.",
    )


def _given_up(job: Job) -> Problem:
    return Problem(
        "no-workers",
        f"the letter `{job.order.letter_id}` was not begun: worker processes end as soon as they start.",
        "run `lettergen doctor`, then produce the mailing again.",
    )
