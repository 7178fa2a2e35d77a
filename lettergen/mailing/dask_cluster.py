"""Other machines: a Dask cluster as an executor, over TLS or on this machine only."""

import importlib
import importlib.util
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from lettergen import installation
from lettergen.errors import LettergenError, OutputError, Problem, UnknownName
from lettergen.mailing.workers import WorkerPool

__all__ = ["cluster"]

AT_HOME = ("127.0.0.1", "::1", "localhost")
PORT = 8786
PATIENCE = 10
"""Seconds to wait for a scheduler that does not answer."""
WORKERS_AT_LEAST = 1
LENGTH = 8
LONGEST_GREETING = 100_000


class MissingExtraError(LettergenError):
    """An optional part of lettergen is not installed."""


@contextmanager
def cluster(address: str) -> Iterator[WorkerPool]:
    """Yield the worker pool of a Dask scheduler; certificates are those of Dask's own configuration.

    Args:
        address: ``tls://host:8786``, or ``tcp://127.0.0.1:8786`` on this machine.

    Raises:
        MissingExtraError: `lettergen[dask]` is not installed.
        UnknownName: The address is invalid, or would expose letters to the network.
        OutputError: The scheduler does not answer, or has no workers.
    """
    _check(address)
    if importlib.util.find_spec("distributed") is None:
        raise MissingExtraError.of(
            "missing-extra",
            "`--dask` needs an optional part of lettergen that is not installed.",
            f"install it: `{installation.adding_extra('dask')}`.",
        )
    distributed: Any = importlib.import_module("distributed")  # it has no types
    _knock(address, distributed)

    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError, MemoryError) as fault:
        raise OutputError([_silent(address, type(fault).__name__)]) from None
    try:
        workers = sum(client.nthreads().values())
        if workers < WORKERS_AT_LEAST:
            raise OutputError([_silent(address, "no workers")])
        # Twice is enough: what kills a worker twice is then made here, watched.
        executor = client.get_executor(pure=False, retries=1)
        try:
            yield WorkerPool(executor=executor, workers=workers, is_elsewhere=True)
        finally:
            executor.shutdown(wait=False)
    finally:
        client.close(timeout=PATIENCE)


def _check(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("tls", "tcp") or not parts.hostname:
        message = f"`{address}` is not the address of a scheduler."
        raise UnknownName.of("not-an-address", message, "write `tls://HOST:8786`.")
    if parts.scheme == "tcp" and parts.hostname not in AT_HOME:
        raise UnknownName.of(
            "open-network",
            f"`{address}` would send letters over the network unencrypted, to whoever answers.",
            "set up certificates and write `tls://…`; `lettergen help two-machines` shows how.",
        )


def _knock(address: str, distributed: Any) -> None:
    """Check whether a scheduler answers.

    Dask waits nine times as long for one that is silent, and makes room for as many bytes as the first eight
    say: those of a web server are a number of nineteen digits.
    """
    parts = urlsplit(address)
    try:
        with ExitStack() as lines:
            line = socket.create_connection((parts.hostname or "", parts.port or PORT), timeout=PATIENCE)
            lines.enter_context(line)
            if parts.scheme == "tls":
                context = distributed.security.Security().get_connection_args("client")["ssl_context"]
                line = lines.enter_context(context.wrap_socket(line, server_hostname=parts.hostname))
            if not is_greeting(line):
                raise OutputError([_silent(address, "no scheduler")])
    except (OSError, ValueError, OverflowError, TypeError, AttributeError) as fault:
        raise OutputError([_silent(address, type(fault).__name__)]) from None


def is_greeting(line: socket.socket, clock: Callable[[], float] = time.monotonic) -> bool:
    """Say whether a scheduler speaks: it begins, without being asked, with the length of its greeting.

    Raises:
        TimeoutError: It has not said so much in time, however it drips.
    """
    last = clock() + PATIENCE
    said = b""
    while len(said) < LENGTH:
        left = last - clock()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        more = line.recv(LENGTH - len(said))
        if not more:
            return False
        said += more
    return 0 < int.from_bytes(said, sys.byteorder) < LONGEST_GREETING


def _silent(address: str, what: str) -> Problem:
    return Problem(
        "scheduler-silent",
        f"no scheduler with workers answers at `{address}` ({what}).",
        "start `dask scheduler` and `dask worker`, or check the address and the certificates.",
    )
