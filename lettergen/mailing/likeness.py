"""How alike the letters of a plan will be, measured before any page is made."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lettergen.errors import LettergenError
from lettergen.letters.checks.likeness import Likeness, likeness
from lettergen.plan.orders import Order, Plan
from lettergen.rendering.renderer import Renderer

__all__ = ["likeness_of"]

RECIPIENTS = 3
"""Number of recipients compared: those who get the most letters."""
LETTERS = 40
"""Letters compared per recipient, spread evenly over the plan."""


def likeness_of(plan: Plan, renderer: Renderer) -> Likeness:
    """Return how alike the letters of a plan are, from a sample that is the same in every run."""
    by_recipient: dict[str, list[Order]] = defaultdict(list)
    for order in plan.orders:
        by_recipient[order.recipient_id or ""].append(order)
    several = {name: orders for name, orders in by_recipient.items() if name and len(orders) > 1}
    chosen = sorted(several, key=lambda name: -len(several[name]))[:RECIPIENTS]
    found = likeness(body for name in chosen for body in _bodies(name, several[name], renderer))
    return Likeness(tuple(replace(one, letters=len(several[one.recipient_id])) for one in found.groups))


def _bodies(name: str, orders: Sequence[Order], renderer: Renderer) -> Iterator[tuple[str, str]]:
    step = max(1, -(-len(orders) // LETTERS))
    for order in orders[::step]:
        try:
            letter, _ = renderer.letter(order)
        except LettergenError:  # told when the letter is made
            continue
        yield name, " ".join(letter.body_texts())
