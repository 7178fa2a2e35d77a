"""For a copy shop: the faxes as numbered PDFs, and a sheet that says where they go."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lettergen.delivery.fax.calls import FaxCall
from lettergen.delivery.fax.fax_numbers import dialled_from
from lettergen.delivery.fax.office_hours import zone
from lettergen.facts.campaign import Campaign
from lettergen.pages.fax import tiff
from lettergen.pages.fax.call_sheet import CallSheetRow, call_sheet
from lettergen.pages.fax.document import as_pdf
from lettergen.reference import address, table
from lettergen.reference.fax import sheet_language

if TYPE_CHECKING:
    from lettergen.pages.pdf.typesetter import Typesetter

__all__ = ["copyshop"]


def copyshop(
    jobs: Sequence[FaxCall],
    campaign: Campaign,
    typesetter: "Typesetter",
    *,
    country: str | None,
    language: str,
) -> Iterator[tuple[str, bytes]]:
    """Yield the call sheet and the faxes that it lists.

    Args:
        jobs: In the order of their times.
        campaign: Knows who the recipients are.
        typesetter: For the sheet.
        country: Where the shop is: the keys to dial and the clock.
        language: Of the sheet, if there are words for it in that language.

    Raises:
        RenderError: A character is in no font.
    """
    # All of it: neither the name of a country nor a date is in another language than the words.
    language = sheet_language(language)
    clock = zone(table("zones").get(country or "") or "UTC")
    calls = [
        CallSheetRow(
            dial=dialled_from(job.number, country),
            to=_to(job, campaign, language),
            pages=job.pages,
            file=f"{job.sequence:05d}",
            seconds=job.seconds,
            not_before=job.not_before.astimezone(clock),
        )
        for job in jobs
    ]
    yield "call-sheet.pdf", call_sheet(calls, typesetter, language=language, country=country)
    for job in jobs:
        pages = tiff.pages_of(job.fax.read(), job.fax.path.name)
        yield f"pages/{job.name}.pdf", as_pdf(pages)


def _to(job: FaxCall, campaign: Campaign, language: str) -> str:
    """Return the office and the country; the shop need not know the holder's name."""
    recipient = campaign.recipient(job.fax.recipient_id)
    office = recipient.title or ", ".join(recipient.organisation) or recipient.id
    country = recipient.country and address.country_name(recipient.country, language)
    return f"{office} ({country})" if country else office
