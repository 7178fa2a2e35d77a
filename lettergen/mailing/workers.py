"""What runs in a worker process: its renderers, its time limit, and the child that is watched."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from lettergen.errors import LettergenError, Problem
from lettergen.facts.yaml_reader import without_collector
from lettergen.isolated_process import LONGEST_SECONDS, IsolatedProcess, confine
from lettergen.mailing.volume_builder import NumberedOrder, VolumeTask, build_volume, given_up
from lettergen.outbox.volumes import VolumeResult
from lettergen.plan.orders import Order
from lettergen.reference import GRAMMES_PER_SQUARE_METRE
from lettergen.rendering.faults import unexpected
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import Preparation, RenderedLetter
from lettergen.rendering.renderer import Renderer

__all__ = [
    "EveryLetterEndsError",
    "Trial",
    "WorkerPool",
    "begin",
    "build_carefully",
    "build_here",
    "ended",
    "failed",
    "grammes_of_a_sheet",
    "interrupts_deferred",
    "rehearse",
    "render_isolated",
    "render_letters",
    "share_with_children",
    "usable_cores",
]

MOST_ENDS = 2
"""After so many letters that end their processes, and none that was made, no other is tried: each may take
half a minute."""
REHEARSED_SECONDS = 1.5
"""After which no further letter is made to prepare the others."""
GRACE_SECONDS = 30.0
"""Processes that outlive their own time limit are ended from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPool:
    """Where volumes are made, and how long a letter may take."""

    executor: Executor | None = None
    """Any executor; stays open. Default: processes of our own, one child for a few letters."""
    workers: int | None = None
    """How many processes; for a given executor, how many it has."""
    is_elsewhere: bool = False
    """The executor runs on other machines: letters come back as bytes and are written here."""
    seconds: float = LONGEST_SECONDS
    """After this time for one letter, a process of ours ends itself."""
    grace: float = GRACE_SECONDS
    """After this further time without a sign of life, it is killed."""


class _OpenRenderers(threading.local):
    """The open renderers of a process, or of a thread where the executor has threads."""

    run: str = ""
    renderers: dict[RenderTerms, Renderer]


class _Inherited:
    """What a process gives its children when it forks."""

    run: str = ""
    renderer: Renderer | None = None


class _Alarm:
    seconds = 0.0


_open = _OpenRenderers()
_inherited = _Inherited()
_alarm = _Alarm()


def usable_cores() -> int:
    """Return how many processes this machine lets us run in parallel."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_with_children(run: str, renderer: Renderer) -> None:
    """Let forked children use a renderer that is already open."""
    _inherited.run, _inherited.renderer = run, renderer


def begin(seconds: float) -> None:
    """Make this process a worker."""
    confine()
    _alarm.seconds = seconds


def build_here(task: VolumeTask, run: str) -> VolumeResult:
    """Make a volume in whatever process this is; ``run`` keeps two mailings of one process apart."""
    try:
        renderer = _renderer(task.terms, run)
    except Exception as error:
        fault = error
        return given_up(task, lambda job: _not_opened(job.order, fault))

    render = partial(renderer.render, is_bound=task.files == "combined")

    def make(jobs: Sequence[NumberedOrder]) -> Iterator[tuple[NumberedOrder, RenderedLetter]]:
        for job in jobs:
            _set_alarm(_alarm.seconds)
            made = render(job.order)
            _set_alarm(0)
            yield job, made

    return build_volume(task, make, lambda order: grammes_of_a_sheet(renderer, order), render)


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


def build_carefully(
    task: VolumeTask, renderer: Renderer, run: str, seconds: float, trial: Trial
) -> VolumeResult:
    """Make a volume that has ended its process: each letter by a child that is watched.

    Raises:
        EveryLetterEndsError: As `Trial.tell`.
    """

    def make(jobs: Sequence[NumberedOrder]) -> Iterator[tuple[NumberedOrder, RenderedLetter]]:
        # The first and the last have the least in common: if both end, it is hardly their words.
        with IsolatedProcess(seconds) as isolated:
            for job in (*jobs[:1], *jobs[:0:-1]):
                fault = None
                try:
                    (made,) = isolated.submit(render_letters, task.terms, run, (job.order,)).result()
                except Exception as error:  # the process's: a letter's own faults are in what it returns
                    fault = error
                    made = failed(job.order, (ended(job.order, fault, seconds),))
                trial.tell(fault)
                yield job, made

    here = renderer.for_terms(task.terms)
    return build_volume(task, make, lambda order: grammes_of_a_sheet(here, order), here.render)


def render_letters(terms: RenderTerms, run: str, orders: tuple[Order, ...]) -> tuple[RenderedLetter, ...]:
    """Make letters in whatever process this is, and return their bytes."""
    try:
        renderer = _renderer(terms, run)
    except Exception as fault:
        return tuple(failed(order, _not_opened(order, fault)) for order in orders)
    letters = []
    for order in orders:
        # Whoever else works in this process (Dask does) may read files whenever Python collects garbage,
        # in this thread: the letter would be blamed for it.
        with without_collector():
            letters.append(renderer.render(order))
    return tuple(letters)


def rehearse(renderer: Renderer, orders: Sequence[Order], seconds: float = REHEARSED_SECONDS) -> Preparation:
    """Make some letters and forget them; return what was found out for all others."""
    began = perf_counter()
    renderer.warm_up()
    for order in orders:
        renderer.render(order)
        if perf_counter() - began > seconds:
            break
    return renderer.preparation()


def render_isolated(renderer: Renderer, order: Order, *, seconds: float = LONGEST_SECONDS) -> RenderedLetter:
    """Make a single letter in a process of its own, so that it cannot hang or end this one."""
    with IsolatedProcess(seconds) as isolated:
        try:
            made: RenderedLetter = isolated.submit(renderer.render, order).result()
        except Exception as fault:  # the process's: a letter's own faults are in what it returns
            return failed(order, (ended(order, fault, seconds),))
    return made


def failed(order: Order, problems: tuple[Problem, ...]) -> RenderedLetter:
    """Return the letter that could not be made."""
    return RenderedLetter(letter_id=order.letter_id, language=order.language, problems=problems, failed=True)


def grammes_of_a_sheet(renderer: Renderer, order: Order) -> float:
    """Return the weight of one sheet of an order's paper."""
    sheet = renderer.stationery(order)
    return sheet.sheet_width * sheet.sheet_height / 1e6 * GRAMMES_PER_SQUARE_METRE


@contextmanager
def interrupts_deferred() -> Iterator[None]:
    """Block Ctrl-C while processes start, so that they ignore it too."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _renderer(terms: RenderTerms, run: str) -> Renderer:
    if _open.run != run:
        _open.run, _open.renderers = run, {}
    found = _open.renderers.get(terms)
    if found is None:
        handed = _inherited.renderer if _inherited.run == run else None
        is_child = multiprocessing.parent_process() is not None
        if handed is not None and is_child and handed.terms == terms:
            found = handed
        else:
            found = Renderer(terms, handed.campaign if handed else None)
        found.warm_up()
        _open.renderers[terms] = found
    return found


def _set_alarm(seconds: float) -> None:
    """Have the system end this process in ``seconds``; 0 cancels.

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
        f"the letter `{order.letter_id}` was stopped: "
        f"it took more than {seconds:g} seconds or too much memory.",
        "look for an endless loop in the template, or a very large picture or text.",
    )
