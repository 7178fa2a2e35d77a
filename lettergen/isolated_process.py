"""Work in a child process: if it hangs or dies, this process goes on.

A letter that hangs cannot be stopped from within (WeasyPrint swallows any
exception that comes up while it draws an SVG); a damaged font or table can
bring down the process that reads it. So such work is done by a child with
limited memory, which is killed when its time is up.

This module also decides how every child is started: `start_method`.
"""

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = [
    "LONGEST_SECONDS",
    "MOST_MEMORY",
    "ForkingIsUnsafeWarning",
    "IsolatedProcess",
    "Overdue",
    "confine",
    "mark_unsafe_to_fork",
    "start_method",
    "tolerate_threads",
]

LONGEST_SECONDS = 30.0
"""A letter takes a twentieth of a second, a book of forty pages three; anything this long never ends."""
MOST_MEMORY = 2 << 30
"""Address space; a worker that has set thousands of letters has 0.5 GB of it."""
_BETWEEN_COLLECTIONS = 100_000
"""New objects; more would not make letters faster, and would take 50 MB more."""
START_SECONDS = 30.0
"""Extra seconds for a child to load its libraries and, once per machine, list the fonts."""


def confine(memory: int = MOST_MEMORY) -> None:
    """Make this process a good worker: quiet, limited, and ending with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What it has been given stays; only what letters leave behind is looked through, before it is 20 MB.
    gc.freeze()
    gc.set_threshold(_BETWEEN_COLLECTIONS, 10, 10)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    with suppress(ImportError, ValueError, OSError):
        import resource

        # A core dump is a copy of memory: names on disk that nobody cleared.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _follow(parent: "BaseProcess") -> None:
    parent.join()
    os._exit(1)


class Overdue(BrokenExecutor):
    """The work took too long."""


class IsolatedProcess(Executor):
    """Does one task after another in a child process, and starts another if that one ends."""

    def __init__(self, seconds: float = LONGEST_SECONDS, memory: int = MOST_MEMORY) -> None:
        """Start nothing yet.

        Args:
            seconds: After this time the child is killed and the work is given up.
            memory: Bytes of address space it may use.
        """
        self._seconds = seconds
        self._memory = memory
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Do the work at once and return its result; `Overdue` or `BrokenExecutor` if the child ended."""
        future: Future[Any] = Future()
        try:
            future.set_result(self._have_done((fn, args, kwargs)))
        except Exception as fault:
            future.set_exception(fault)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """End the child."""
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            # It holds nothing that would have to be put away.
            self._child.kill()
            self._child.join()
        self._child = self._pipe = None

    def _have_done(self, work: tuple[Any, ...]) -> Any:
        patience = self._seconds
        if self._pipe is None or self._child is None:
            self._start(work)
            patience += START_SECONDS
        else:
            self._pipe.send(work)
        try:
            return self._answer(patience)
        except BaseException:  # Ctrl-C, too: nobody waits for the child any more
            self.shutdown()
            raise

    def _answer(self, patience: float) -> Any:
        if self._pipe is None or not self._pipe.poll(patience):
            raise Overdue
        try:
            result, fault = self._pipe.recv()
        except (EOFError, OSError):
            raise BrokenExecutor from None
        if fault is not None:
            raise fault
        return result

    def _start(self, work: tuple[Any, ...]) -> None:
        context: Any = multiprocessing.get_context(start_method())
        self._pipe, end = context.Pipe()
        with warnings.catch_warnings():
            # Python 3.12 warns of any thread; `start_method` has looked at them.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = context.Process(target=_serve, args=(end, work, self._memory))
            child.start()
        self._child = child
        end.close()


class ForkingIsUnsafeWarning(ResourceWarning):
    """A child is to be started after a C library has started threads, or may have.

    Python shows such warnings to developers only: the child is started in another way, which takes half a
    second longer. In tests of whole processes it is an error, for something was done in the wrong order.
    """


_tolerated: set[int] = set()
_unsafe_since: list[str] = []


def start_method() -> str:
    """Return how a child is to be started: `fork` or `spawn`.

    A fork has this process's modules and facts at hand and takes a hundredth of a second. But it takes
    along no thread except its own: a child that waits for another one, or for a lock that another one
    holds, waits for ever. Newer versions of Pango (1.56 does, 1.50 does not) start a thread with the first
    font map. So what counts is the threads that the system sees, not those that Python knows.
    """
    if sys.platform != "linux":
        return "spawn"  # macOS's own frameworks start threads, too
    threads = _threads() - _tolerated
    is_ours = threading.active_count() > 1
    if _unsafe_since or (len(threads) > 1 and not is_ours):
        since = f"after {_unsafe_since[0]} was used" if _unsafe_since else "beside threads of a C library"
        warnings.warn(f"a child is started {since}", ForkingIsUnsafeWarning, stacklevel=2)
    return "spawn" if is_ours or len(threads) > 1 else "fork"


def mark_unsafe_to_fork(library: str) -> None:
    """Note that a C library is used here which starts threads in some of its versions."""
    _unsafe_since.append(library)


def tolerate_threads() -> None:
    """Fork in spite of the threads there are; for a caller who knows that no child needs them."""
    _tolerated.update(_threads() - {threading.get_native_id()})


def _threads() -> set[int]:
    """Return the system's numbers of all threads of this process."""
    return {int(task.name) for task in Path("/proc/self/task").iterdir()}


def _serve(pipe: Connection, work: tuple[Any, ...] | None, memory: int) -> None:
    _unsafe_since.clear()  # that was the parent
    confine(memory)
    # What libraries of C and Rust say when they break is for nobody.
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while work is not None:
        fn, args, kwargs = work
        result = fault = None
        try:
            result = fn(*args, **kwargs)
        except Exception as error:
            fault = error
        except BaseException:  # what Rust panics with is no `Exception`
            fault = BrokenExecutor()
        try:
            pipe.send((result, fault))
            work = pipe.recv()
        except (EOFError, OSError):
            work = None
