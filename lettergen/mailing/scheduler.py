"""Volumes on any executor: few in flight at a time; a letter that kills its process fails alone."""

import multiprocessing
import os
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from typing import Any

from lettergen.errors import OutputError, Problem
from lettergen.isolated_process import IsolatedProcess, Overdue, start_method
from lettergen.mailing.volume_builder import NumberedOrder, VolumeTask, build_volume, given_up
from lettergen.mailing.workers import (
    EveryLetterEndsError,
    Trial,
    WorkerPool,
    begin,
    build_carefully,
    build_here,
    grammes_of_a_sheet,
    interrupts_deferred,
    rehearse,
    render_letters,
    share_with_children,
    usable_cores,
)
from lettergen.outbox import volume_folders
from lettergen.outbox.volumes import VolumeResult
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import RenderedLetter
from lettergen.rendering.renderer import Renderer

__all__ = ["Scheduler"]

FEW = 4
"""This many letters are made faster here than processes start."""
PREPARED = 8
"""Letters from all over the plan whose words are written before processes are forked."""
MOST_FOR_ONE = 40
"""So many letters are made by one process sooner than another has opened fonts and made moulds."""
WORTH_REHEARSING = 200
"""Letters; fewer are made before it pays that their moulds are made only once."""


class Scheduler:
    """Has volumes made, by its own processes or by a given executor."""

    def __init__(
        self,
        tasks: Iterable[VolumeTask],
        letters: Sequence[int],
        renderer: Renderer,
        pool: WorkerPool,
        *,
        to_make: int | None = None,
    ) -> None:
        """Take the tasks; they are looked at one by one, as they come to be made.

        Args:
            tasks: What to make.
            letters: How many letters each of them has.
            renderer: The open campaign, which forked processes share.
            pool: Where to make it.
            to_make: How many letters are to be made, where others are kept; default: all.
        """
        self._to_make = sum(letters) if to_make is None else to_make
        self._pool = pool
        self._renderer = renderer
        self._tasks = iter(tasks)
        worth_it = len(letters) if self._to_make > MOST_FOR_ONE else 1
        self._workers = max(1, min(pool.workers or usable_cores(), worth_it))
        self._run = os.urandom(8).hex()
        self._is_one_by_one = pool.executor is None and sum(letters) <= FEW
        """Letters are made by one child after another, without an executor."""
        self._again: deque[VolumeTask] = deque()
        self._suspects: deque[VolumeTask] = deque()
        self._open: dict[Future[Any], tuple[VolumeTask, bool]] = {}
        self._finished: deque[tuple[VolumeTask, VolumeResult]] = deque()
        self._executor: Executor | None = None
        self._is_broken = False
        self._is_through = False
        self._gone: OutputError | None = None
        self._trial = Trial(sum(letters))

    def results(self) -> Iterator[tuple[VolumeTask, VolumeResult]]:
        """Yield each volume when it is finished.

        Raises:
            OutputError: The given executor takes no more work, or every letter ends its process; what was
                under way has been yielded.
        """
        while not self._is_through or self._again or self._suspects or self._open:
            self._fill()
            for future in self._wait():
                self._take(future)
            yield from self._hand_out()
            if self._gone and not self._open:
                raise self._gone

    def start(self, terms: RenderTerms, orders: Sequence[Order] = ()) -> None:
        """Start processes of our own now, while there are no threads that a fork could disturb.

        Args:
            terms: Of the first volume; what they need is loaded once and inherited by forked processes.
            orders: Some letters of the mailing.
        """
        shared = self._renderer.for_terms(terms)
        if self._pool.executor is None and start_method() == "fork":
            some = orders[:: -(-len(orders) // PREPARED) or 1]
            # What one process alone needs, it finds out for itself.
            shared.prepare_for_fork(some if self._workers > 1 else ())
            if self._workers > 1 and self._to_make >= WORTH_REHEARSING and not shared.is_prepared:
                self._rehearse(shared, some)
        share_with_children(self._run, shared)
        if self._pool.executor is None and not self._is_one_by_one:
            try:
                self._where().submit(os.getpid)
            except BrokenExecutor:
                pass  # told with the first letters
            except OSError:
                # /dev/shm is missing, full or closed: no semaphores for an executor. A child needs none.
                self._is_one_by_one = True

    def _rehearse(self, shared: Renderer, some: Sequence[Order]) -> None:
        """Have a child make moulds that all processes then have, so that each need not make them."""
        with IsolatedProcess(self._pool.seconds) as isolated, suppress(Exception):  # told with the letters
            shared.prepare(isolated.submit(rehearse, shared, some).result())

    def close(self) -> None:
        """End the processes that were started here, and delete what they had begun."""
        under_way = [task for task, _ in self._open.values()]
        for future in self._open:
            future.cancel()
        if self._pool.executor is None and self._executor is not None:
            if under_way and isinstance(self._executor, _Processes):
                self._executor.kill()
            # Where nobody has closed the production, Python itself has ended the executor at its exit.
            with suppress(OSError):
                self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None
        self._open.clear()
        if self._pool.executor is None:
            for task in under_way:
                volume_folders.discard(task.part)

    def _wait(self) -> Iterable["Future[Any]"]:
        """Wait for a volume; of processes of our own that all stand still, none is waited for."""
        if not self._open:
            return ()
        own = self._executor if isinstance(self._executor, _Processes) else None
        signs: object = None
        while own:
            done, _ = wait(self._open, self._pool.seconds + self._pool.grace, return_when=FIRST_COMPLETED)
            if done:
                return done
            # Every file that is written changes its folder's time.
            if signs == (signs := tuple(_stirred(task) for task, _ in self._open.values())):
                own.kill()
                own = None
        return wait(self._open, return_when=FIRST_COMPLETED).done

    def _hand_out(self) -> Iterator[tuple[VolumeTask, VolumeResult]]:
        while self._finished:
            yield self._finished.popleft()

    def _fill(self) -> None:
        if self._is_broken and not self._open:
            self._renew()
        if self._is_broken or self._gone:
            return
        if self._suspects:
            # One at a time: if a process dies now, there is no doubt about the cause.
            if not self._open and self._trial.is_over:
                self._submit(self._suspects.popleft(), is_watched=True)
            elif not self._open:
                self._make_carefully(self._suspects.popleft())
            return
        while len(self._open) < self._workers + 1 and not self._is_broken and not self._gone:
            task = self._again.popleft() if self._again else next(self._tasks, None)
            if task is None:
                self._is_through = True
                return
            self._submit(task, is_watched=False)

    def _submit(self, task: VolumeTask, *, is_watched: bool) -> None:
        if self._is_one_by_one:
            self._make_carefully(task)
            return
        try:
            future: Future[Any]
            if self._pool.is_elsewhere:
                orders = tuple(job.order for job in task.jobs if job.kept_in is None)
                future = self._where().submit(render_letters, task.terms, self._run, orders)
            else:
                future = self._where().submit(build_here, task, self._run)
        except BrokenExecutor:
            self._again.appendleft(task)
            self._is_broken = True
        except Exception as fault:  # the executor's own: its machine cannot be reached
            self._again.appendleft(task)
            self._gone = _gone(fault)
        else:
            self._open[future] = (task, is_watched)

    def _where(self) -> Executor:
        if self._executor is None:
            if self._pool.executor is not None:
                self._executor = self._pool.executor
            else:
                self._executor = _Processes.of(self._workers, self._pool.seconds)
        return self._executor

    def _take(self, future: "Future[Any]") -> None:
        task, is_watched = self._open.pop(future)
        try:
            result = future.result()
        except Exception as fault:  # the executor's: a letter's own faults are in what it returns
            self._is_broken = self._is_broken or isinstance(fault, BrokenExecutor)
            volume_folders.discard(task.part)
            if is_watched:
                self._make_carefully(task)
            else:
                self._suspects.append(task)
        else:
            bound = result if isinstance(result, VolumeResult) else self._bind_bytes(task, result)
            self._trial.is_over = True
            self._finished.append((task, bound))

    def _make_carefully(self, task: VolumeTask) -> None:
        if not self._open and self._pool.executor is None and not self._is_one_by_one:
            # Its threads would keep the watched child from being forked, which is faster.
            self.close()
            self._is_broken = True
        try:
            bound = build_carefully(task, self._renderer, self._run, self._pool.seconds, self._trial)
        except EveryLetterEndsError:
            self._gone = _every_letter_ends(self._trial, self._pool.seconds)
        else:
            self._finished.append((task, bound))

    def _bind_bytes(self, task: VolumeTask, letters: Sequence[RenderedLetter]) -> VolumeResult:
        """Write here what was made on another machine."""
        by_id = {one.letter_id: one for one in letters}

        def make(jobs: Sequence[NumberedOrder]) -> Iterator[tuple[NumberedOrder, RenderedLetter]]:
            for job in jobs:
                found = by_id.get(job.order.letter_id)
                if found is None:  # it was to be kept and is not there any more
                    (found,) = render_letters(task.terms, self._run, (job.order,))
                yield job, found

        here = self._renderer.for_terms(task.terms)
        return build_volume(task, make, lambda order: grammes_of_a_sheet(here, order), here.render)

    def _renew(self) -> None:
        """Start new processes after one died; if they don't start at all, give up the rest."""
        if self._pool.executor is None:
            self.close()
            try:
                self._where().submit(os.getpid).result()
            except BrokenExecutor:
                pass
            else:
                self._is_broken = False
                return
        for task in (*self._suspects, *self._again, *self._tasks):
            self._finished.append((task, given_up(task, _no_workers)))
        self._suspects.clear()
        self._again.clear()
        self._is_through = True
        self._is_broken = False


class _Processes(ProcessPoolExecutor):
    """Processes that ignore Ctrl-C from the start, so that they finish their work."""

    @classmethod
    def of(cls, workers: int, seconds: float) -> "_Processes":
        """Return an executor of so many processes, which have the open campaign where they can be forked."""
        context = multiprocessing.get_context(start_method())
        return cls(workers, mp_context=context, initializer=begin, initargs=(seconds,))

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        with interrupts_deferred(), warnings.catch_warnings():
            # Python 3.12 warns of forks beside threads; `start_method` has looked for ours.
            warnings.simplefilter("ignore", DeprecationWarning)
            return super().submit(fn, *args, **kwargs)

    def kill(self) -> None:
        """End every process at once; their volumes are returned as interrupted."""
        # Python 3.14 has `kill_workers` for it; before, the executor's own list is all there is.
        for process in list((getattr(self, "_processes", None) or {}).values()):
            process.kill()


def _stirred(task: VolumeTask) -> int:
    try:
        return task.part.stat().st_mtime_ns
    except OSError:
        return 0


def _no_workers(job: NumberedOrder) -> tuple[Problem, ...]:
    return (
        Problem(
            "no-workers",
            f"the letter `{job.order.letter_id}` was not made: worker processes end as soon as they start.",
            "run `lettergen doctor`, then run the same `lettergen batch` again.",
        ),
    )


def _every_letter_ends(trial: Trial, seconds: float) -> OutputError:
    how = f"each took over {seconds:g} seconds" if trial.ends[0] is Overdue else "each ended its process"
    return OutputError(
        [
            Problem(
                "every-letter-ends",
                f"the first {len(trial.ends)} letters could not be made ({how}), so the other "
                f"{trial.letters - len(trial.ends):,} were not tried.",
                "write one of them by itself with `lettergen write`; if it ends in the same way, look for a "
                "loop without end in the template, or run `lettergen doctor` and report what it says.",
            )
        ]
    )


def _gone(fault: Exception) -> OutputError:
    return OutputError(
        [
            Problem(
                "scheduler-gone",
                f"the machines that make the letters can no longer be reached (`{type(fault).__name__}`).",
                "restart scheduler and workers, then run the same command again; finished volumes stay.",
            )
        ]
    )
