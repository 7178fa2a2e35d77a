"""A fault of the program itself, told without anything of the letter."""

from collections.abc import Iterator, Sequence
from traceback import walk_tb

from lettergen.errors import Problem
from lettergen.plan.orders import Order

__all__ = ["unexpected"]


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
