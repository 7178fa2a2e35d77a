"""What people are called in a letter: the salutation of a recipient, the names of senders and signatories."""

from collections.abc import Callable

from lettergen.facts.model import Recipient, Sender, Signatory
from lettergen.letters.series.tracked_reads import is_given
from lettergen.letters.template.views import View
from lettergen.reference import address, protocol

__all__ = ["display_of", "is_many", "opening_of", "signatory_of"]


def opening_of(recipient: Recipient, form: Callable[[], protocol.FormOfAddress]) -> str:
    """Return the salutation: the recipient's own, or that of the office."""
    if recipient.salutation:
        return recipient.salutation
    name = recipient.name
    return protocol.opening(
        form(),
        courtesy=name.courtesy if name else None,
        family=name.family if name else None,
        name=name.as_written() if name else None,
        title=recipient.title,
        organisation=", ".join(recipient.organisation) or None,
    )


def is_many(sender: Sender) -> bool:
    """Say whether several write a letter: an organisation, or all who sign an open letter."""
    return any(is_given(sender, name) for name in ("organisation", "members", "signatories"))


def display_of(sender: Sender) -> str | None:
    """Return the name of a sender: the organisation, or the person."""
    return sender.organisation or (sender.name.with_suffix() if sender.name else None)


def signatory_of(signatory: Signatory, language: str) -> View:
    """Return who signs an open letter."""
    country = signatory.country
    return View(
        "signatory",
        {
            "name": signatory.name.with_courtesy(),
            "title": signatory.title,
            "organisation": signatory.organisation,
            "country_name": address.country_name(country, language) if country else None,
        },
        "senders.yaml",
    )
