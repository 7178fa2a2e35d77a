"""What an order's letter is about and who reads it, known without making it."""

from lettergen.facts.model import Audience
from lettergen.letters.assemble import audiences_of
from lettergen.letters.earlier import AskedQuestion, questions_asked
from lettergen.plan.orders import Order
from lettergen.rendering.renderer import Renderer

__all__ = ["matter_of", "readers_of"]


def readers_of(order: Order, renderer: Renderer) -> tuple[Audience, ...]:
    """Return who reads a letter."""
    recipient = renderer.campaign.recipient(order.recipient_id) if order.recipient_id else None
    return audiences_of(renderer.template(order), recipient)


def matter_of(order: Order, renderer: Renderer) -> tuple[str | None, tuple[AskedQuestion, ...]]:
    """Return the case that a letter is about, and the questions that it asks."""
    if order.case_id is None:
        return None, ()
    case = renderer.campaign.case(order.case_id, order.language)
    asked = questions_asked(renderer.template(order), case, readers_of(order, renderer), order.earlier)
    return order.case_id, asked
