"""What an order's letter is about and who reads it, known without making it."""

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience
from lettergen.letters.assemble import audiences_of
from lettergen.letters.earlier import AskedQuestion, questions_asked
from lettergen.letters.template.templates import Template, open_template
from lettergen.plan.orders import Order

__all__ = ["matter_of", "readers_of"]


def readers_of(order: Order, campaign: Campaign) -> tuple[Audience, ...]:
    """Return who reads a letter."""
    recipient = campaign.recipient(order.recipient_id) if order.recipient_id else None
    return audiences_of(_template(order, campaign), recipient)


def matter_of(order: Order, campaign: Campaign) -> tuple[str | None, tuple[AskedQuestion, ...]]:
    """Return the case that a letter is about, and the questions that it asks."""
    if order.case_id is None:
        return None, ()
    case = campaign.case(order.case_id, order.language)
    asked = questions_asked(_template(order, campaign), case, readers_of(order, campaign), order.earlier)
    return order.case_id, asked


def _template(order: Order, campaign: Campaign) -> Template:
    languages = (order.language,) if order.language else ()
    return open_template(order.template, campaign.template_folders, languages)
