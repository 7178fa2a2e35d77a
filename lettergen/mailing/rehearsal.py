"""Some letters of a mailing made beforehand, so that processes forked from here know settings and moulds.

What all letters have in common is set once here instead of once in each process. This
process must not hang or die of a letter, so only letters that can do no harm are made
in it: words of an ordinary length in fonts of ours, without pictures, within some seconds.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from types import FrameType

from lettergen.apart import method_of_starting
from lettergen.letters.limits import blocks_of
from lettergen.mailing.plan import Order
from lettergen.mailing.workshop import Workshop

__all__ = ["rehearse"]

LETTERS = 8
"""Letters from all over the plan: their addresses may need several moulds."""
ENOUGH_SECONDS = 1.5
LONGEST_SECONDS = 10.0
"""For one letter; a page takes a twentieth of a second, and it is laid out some ten times."""
MOST_CHARACTERS = 20_000
"""A letter of six pages."""
MOST_BLOCKS = 200
FORMATS = frozenset({"pdf", "txt", "html", "eml"})
"""Formats that no library of its own is needed for."""


class _OverdueError(BaseException):
    """A letter takes too long; no library takes it for an error of its own."""


def rehearse(workshop: Workshop, orders: Sequence[Order]) -> list[tuple[Order, float]]:
    """Make some letters and forget them; the workshop keeps what it has found for them.

    Nothing is made where processes are not forked, or where letters could do harm.

    Returns:
        The letters that were made, each with the seconds that it took.
    """
    heard: list[tuple[Order, float]] = []
    is_ours = not workshop.campaign.settings.fonts and FORMATS.issuperset(workshop.terms.formats)
    is_alone = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    if not (is_ours and is_alone and method_of_starting() == "fork" and orders):
        return heard
    began = perf_counter()
    try:
        workshop.warm_up()
        for order in orders[:: -(-len(orders) // LETTERS)]:
            start = perf_counter()
            with _at_most(LONGEST_SECONDS):
                if _is_harmless(workshop, order):
                    workshop.make(order)
                    heard.append((order, perf_counter() - start))
            if perf_counter() - began > ENOUGH_SECONDS:
                break
    except _OverdueError:
        workshop.start_afresh()
        heard.clear()
    except Exception:  # noqa: S110 - told when the letter is made
        pass
    return heard


def _is_harmless(workshop: Workshop, order: Order) -> bool:
    letter, _ = workshop.letter(order)
    if any(block.picture for block in letter.signatures):
        return False
    blocks = blocks_of("body", letter.body) + blocks_of("enclosed", letter.enclosed)
    return blocks <= MOST_BLOCKS and sum(map(len, letter.texts())) <= MOST_CHARACTERS


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _OverdueError

    before = signal.signal(signal.SIGALRM, ring)
    rest, every = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, rest, every)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
