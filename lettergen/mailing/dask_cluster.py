"""Other machines: a Dask cluster as an executor, over TLS or on this machine only."""

import importlib
import importlib.util
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from lettergen.errors import LettergenError, OutputError, Problem, UnknownName
from lettergen.mailing.workers import WorkerPool

__all__ = ["cluster"]

AT_HOME = ("127.0.0.1", "::1", "localhost")
PORT = 8786
PATIENCE = 10
"""Seconds to wait for a scheduler that does not answer."""
WORKERS_AT_LEAST = 1


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
            "install it: `pip install 'lettergen[dask]'`.",
        )
    _knock(address)
    distributed: Any = importlib.import_module("distributed")  # it has no types

    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as fault:
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
            "set up certificates and write `tls://…`; docs/how-to/two-machines.md shows how.",
        )


def _knock(address: str) -> None:
    """Check whether anybody listens; Dask itself would keep trying until its timeout."""
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or PORT), timeout=PATIENCE):
            pass
    except (OSError, ValueError, OverflowError) as fault:
        raise OutputError([_silent(address, type(fault).__name__)]) from None


def _silent(address: str, what: str) -> Problem:
    return Problem(
        "scheduler-silent",
        f"no scheduler with workers answers at `{address}` ({what}).",
        "start `dask scheduler` and `dask worker`, or check the address and the certificates.",
    )
