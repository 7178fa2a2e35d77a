"""Messages for e-mail-to-fax gateways: one fax attached, the number in the address (RFC 3192)."""

import re
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Literal

from lettergen.delivery.fax.calls import FaxCall
from lettergen.errors import InputProblems, Problem
from lettergen.facts.campaign import Campaign
from lettergen.pages.fax import tiff
from lettergen.pages.fax.document import as_pdf

__all__ = ["address", "gateway"]

Attachment = Literal["pdf", "tif"]

_SOURCE = "faxes.lettergen.invalid"
"""Right of the @ in a Message-ID, where other programs tell the computer's name (RFC 2606)."""
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_LOCAL = re.compile(r"[A-Za-z0-9+=/._-]{0,30}\{number\}[A-Za-z0-9+=/._-]{0,30}")
_SENDER = re.compile(r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([A-Za-z0-9.-]{1,250})")


def gateway(
    jobs: Sequence[FaxCall], campaign: Campaign, *, to: str, attach: Attachment
) -> Iterator[tuple[str, bytes]]:
    """Yield a message for each fax, ready to be opened as a draft and sent.

    Args:
        jobs: In the order of their times.
        campaign: Knows the senders' e-mail addresses, on which gateways know their customers.
        to: The gateway: ``fax.example.org``, or ``{number}@fax.example.org`` where it wants digits alone.
        attach: What the gateway takes.

    Raises:
        InputProblems: The gateway is not a domain, or a sender has no e-mail address.
    """
    senders = dict.fromkeys(job.fax.sender_id for job in jobs)
    own = {sender_id: _sender(sender_id, campaign) for sender_id in senders}
    problems = [found for found in own.values() if isinstance(found, Problem)]
    if problems:
        raise InputProblems(problems)
    for job in jobs:
        source = own[job.fax.sender_id]
        if isinstance(source, Address):
            yield f"messages/{job.name}.eml", _message(job, source, address(to, job.number.e164), attach)


def address(to: str, e164: str) -> Address:
    """Return the gateway's address for a number: ``FAX=+12027653000@fax.example.org`` (RFC 3192, section 2).

    Raises:
        InputProblems: The gateway is not a domain, or its address has no place for the number.
    """
    local, at, domain = to.rpartition("@")
    if not _DOMAIN.fullmatch(domain) or (at and not _LOCAL.fullmatch(local)):
        raise InputProblems.of(
            "bad-gateway",
            "the gateway is neither a domain nor an address with `{number}` in it.",
            "write `--gateway fax.example.org`, or `--gateway {number}@fax.example.org`.",
        )
    name = local.format(number=e164.removeprefix("+")) if at else f"FAX={e164}"
    return Address(username=name, domain=domain)


def _sender(sender_id: str, campaign: Campaign) -> Address | Problem:
    sender = campaign.sender(sender_id)
    match = _SENDER.fullmatch(sender.email or "")
    if match:
        return Address(username=match[1], domain=match[2])
    return Problem(
        "gateway-without-sender",
        f"sender `{sender_id}` has no `email`, by which the gateway recognises its customer.",
        "add `email:` to the sender, with the address that the gateway's operator has on record.",
        campaign.places.get(("sender", sender_id)),
    )


def _message(job: FaxCall, source: Address, to: Address, attach: Attachment) -> bytes:
    """Return the message; without text, because most gateways would print it as a cover sheet."""
    data = job.fax.read()
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = source, to
    # Ids only: a subject goes through many hands, and some gateways print it.
    message["Subject"] = job.fax.letter_id
    message["Date"] = job.not_before
    digest = sha256(data + job.number.e164.encode()).hexdigest()
    message["Message-ID"] = f"<{digest[:40]}@{_SOURCE}>"
    message["X-Unsent"] = "1"
    if attach == "pdf":
        content = as_pdf(tiff.pages_of(data, job.fax.path.name))
        message.add_attachment(content, maintype="application", subtype="pdf", filename=f"{job.name}.pdf")
    else:
        # RFC 3302: the application parameter says that it is black-and-white fax.
        message.add_attachment(data, maintype="image", subtype="tiff", filename=f"{job.name}.tif")
        for part in message.iter_attachments():
            part.set_param("application", "faxbw")
    if "MIME-Version" not in message:
        message["MIME-Version"] = "1.0"
    # Without this the boundary would be another one each time.
    message.set_boundary(f"=_{digest[:32]}")
    return bytes(message)
