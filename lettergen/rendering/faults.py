"""What may go wrong while a letter is made, told without anything of the letter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from traceback import walk_tb

from lettergen.errors import Problem, RenderError
from lettergen.pages.pdf import io_guard
from lettergen.plan.orders import Order

__all__ = ["guarded", "unexpected"]


@contextmanager
def guarded(order: Order) -> Iterator[None]:
    """Make a letter that reads no files but its own.

    Raises:
        RenderError: Something tried to.
    """
    with io_guard.closed() as refused:
        try:
            yield
        except Exception:
            if not refused:
                raise
    if refused:
        raise RenderError(io_guard.problems(f"`{order.letter_id}`", refused))


def unexpected(order: Order, fault: Exception) -> Problem:
    """Return the problem for a fault of the program: its kind and its place in our code, no values."""
    places = _our_places(fault)
    where = f" at {places[-1]}" if places else ""
    return Problem(
        "fault-in-lettergen",
        f"the letter `{order.letter_id}` cannot be made: `{type(fault).__name__}`{where}. "
        "This is a fault in lettergen, not in your files.",
        "report this message; it contains nothing from the letter.",
    )


def _our_places(fault: Exception) -> Sequence[str]:
    def walk() -> Iterator[str]:
        for frame, line in walk_tb(fault.__traceback__):
            module = str(frame.f_globals.get("__name__", ""))
            if module.partition(".")[0] == "lettergen":
                yield f"{module}:{line}"

    return tuple(walk())
