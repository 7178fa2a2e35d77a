"""A whole case as some readers would read it: every text that a letter could print to them."""

from datetime import date
from typing import Any

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case
from lettergen.letters.template.views import View
from lettergen.letters.template.views_of_facts import ViewBuilder

__all__ = ["as_read"]

_SAID_ELSEWHERE = frozenset(
    {
        *("named", "arrest", "past", "ahead", "detained", "missing", "at_risk", "free", "released", "dead"),
        *("unintroduced", "place_untold", "of_state"),
        *("living", "is_named", "is_withheld", "is_dead", "is_detained", "is_missing", "is_ahead"),
        *("sentence", "statement", "described_as_many"),
    }
)
"""Facts that stand in other facts as well, or are only asked by templates."""


def as_read(case: Case, campaign: Campaign, audience: Audience, on: date) -> dict[str, Any]:
    """Return the facts of a case by name, as a template for these readers sees them on a day."""
    language = case.language or campaign.settings.language
    return _plain(ViewBuilder(campaign, (audience,), language, on).case(case))


def _plain(view: View) -> dict[str, Any]:
    facts = ((name, view.fact(name)) for name in view.names() if name not in _SAID_ELSEWHERE)
    return {name: _value(value, is_whole=view.kind == "case") for name, value in facts if value != ()}


def _value(value: object, *, is_whole: bool) -> Any:
    if isinstance(value, View):
        # Whom an event or a sentence concerns is told in full among the persons.
        return _plain(value) if is_whole else str(value.fact("name"))
    if isinstance(value, tuple):
        return [_value(one, is_whole=is_whole) for one in value]
    return value if isinstance(value, int) else str(value)
