"""Faxes of invented people and of the sample letters, and what is to be seen in them."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from lettergen.facts.campaign import Campaign, starter_folder
from lettergen.letters.letter import Letter
from lettergen.letters.template.templates import open_template
from lettergen.pages.fax.fax import Fax
from lettergen.pages.fax.options import FaxOptions
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.pages.reading import words

RECIPIENTS = """\
recipients:
  - id: minister
    name: {family: Example, given: Ada, courtesy: Ms.}
    office: head-of-government
    title: Prime Minister
    address: [1 Main Square, 0030 Oslo]
    country: NO
    fax: "+47 22 24 95 00"
  - id: envoy
    title: The Ambassador
    organisation: [Embassy of Exampleland]
    care_of: The Permanent Mission of Exampleland
    address: [1 First Avenue, "New York, NY 10017"]
    country: US
    fax: "+1 212 555 0123"
  - {id: nobody, title: The Director, address: [1 Main Square, 0030 Oslo], country: NO}
"""
SENDERS = """\
senders:
  - id: jane
    name: Jane Example
    address: [1 High Street, London WC1A 1AA]
    country: GB
    phone: "+44 20 7946 0123"
    email: jane@example.org
"""
LETTER = """\
---
title: A note
kind: protest
subject: Six people in detention
---
I write about six people who were detained on 29 May and ask that they be released. I should be grateful
for a reply.
"""
CAMPAIGN: Mapping[str, str] = {
    "recipients.yaml": RECIPIENTS,
    "senders.yaml": SENDERS,
    "letter_templates/note.md": LETTER,
}


def renderer(folder: Path | None = None, fax_options: FaxOptions | None = None) -> Renderer:
    """Open the renderer of a folder, or that of the sample campaign."""
    campaign = Campaign.open(folder or starter_folder())
    return Renderer(
        RenderTerms(folder=campaign.folder, formats=("tif",), fax=fax_options or FaxOptions()), campaign
    )


def order(shop: Renderer, template: str, language: str = "en", *, to: str = "", sender: str = "") -> Order:
    """Order a letter, or a template's sample letter."""
    sample = open_template(template, shop.campaign.template_folders, [language]).sample
    return Order(
        template=template,
        recipient_id=to or sample.to,
        sender_id=sender or sample.sender or "jane",
        case_id=sample.case,
        on=sample.on or date(2006, 12, 2),
        language=language,
    )


def fax_of(shop: Renderer, wanted: Order) -> tuple[Letter, Fax]:
    letter, _ = shop.letter(wanted)
    return letter, shop.fax(letter, wanted)


def with_manner(shop: Renderer, **changed: object) -> Renderer:
    """Return the renderer after a word about how its faxes are made."""
    shop.terms = replace(shop.terms, fax=replace(FaxOptions(), **changed))  # type: ignore[arg-type]
    return shop


def images(tiff: bytes) -> Iterator[Image.Image]:
    """Decode a file with libtiff."""
    with Image.open(io.BytesIO(tiff)) as file:
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            yield file.convert("1")


def head_and_body(pdf: bytes, *, parted_at_mm: float = 26.0) -> list[tuple[list[str], list[str]]]:
    """Return the words of each page's own line, and those below it."""
    found = []
    document = pdfium.PdfDocument(pdf)
    for page in document:
        text, width, height = page.get_textpage(), page.get_width(), page.get_height()
        part = height - parted_at_mm * 72 / 25.4
        found.append(
            (
                words(text.get_text_bounded(0, part, width, height)),
                words(text.get_text_bounded(0, 0, width, part)),
            )
        )
    return found
