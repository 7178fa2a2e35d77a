"""Fax numbers as machines dial them and as people do."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lettergen.errors import Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Recipient, Sender
from lettergen.letters.checks import contacts
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.plan.orders import Order
from lettergen.reference.address import country_name

__all__ = [
    "FaxNumber",
    "FaxNumbers",
    "dialled_from",
    "fax_number",
    "flood",
    "own_number",
    "problems_of_planned",
]

# Digits and what people part them with; `;ext=` and letters that stand for digits are no fax number.
_WRITTEN = re.compile(r"[+＋]?[\d\s().\-/‐-―]{3,40}")

_NO_COUNTRY = "001"
"""What libphonenumber calls the region of numbers that belong to the whole world: +800."""


@dataclass(frozen=True, slots=True, order=True)
class FaxNumber:
    """A telephone number that can exist."""

    e164: str
    """``+41227397377``: digits after a plus sign and nothing else, whatever stood in the file."""
    international: str
    """``+41 22 739 73 77``, for people."""
    country: str | None
    """ISO code of the country that the number belongs to."""


def fax_number(
    recipient: Recipient, campaign: Campaign, sender_id: str
) -> tuple[FaxNumber | None, tuple[Problem, ...]]:
    """Return a recipient's fax number and what is wrong with it for a sender; None with an error."""
    place = campaign.places.get(("recipient", recipient.id))
    if not recipient.fax:
        message = f"recipient `{recipient.id}` has no `fax`, so its fax cannot be handed over."
        fix = "add `fax:` with the country code to the recipient, or leave the recipient out."
        return None, (Problem("fax-number-needed", message, fix, place),)
    found = _parsed(recipient.fax, recipient.country)
    if found is None:
        message = f"recipient `{recipient.id}` has an impossible `fax` number."
        fix = "write country code, area code and number, digits only: `+41 22 739 73 77`."
        return None, (Problem("fax-number-impossible", message, fix, place),)
    number, is_valid = found
    problems: list[Problem] = []
    if recipient.country and number.country and number.country != recipient.country:
        message = (
            f"recipient `{recipient.id}` is in {country_name(recipient.country)}, but the fax number "
            f"belongs to {country_name(number.country)}."
        )
        fix = "check `fax:` against its source; if the machine is in that country, ignore this."
        problems.append(Problem("fax-number-abroad", message, fix, place, "warning"))
    if not is_valid:
        message = (
            f"recipient `{recipient.id}` has a fax number of the right length but in no range "
            "that is known to be in use."
        )
        fix = "check `fax:` against its source; numbers in North Korea (+850) always get this warning."
        problems.append(Problem("fax-number-doubtful", message, fix, place, "warning"))
    home = _called_from(campaign, sender_id)
    problems += contacts.fax_for_home(recipient, CheckedRecord("recipient", recipient.id, campaign), {home})
    return number, tuple(problems)


def _called_from(campaign: Campaign, sender_id: str) -> str | None:
    return campaign.settings.posted_from or campaign.sender(sender_id).country


class FaxNumbers:
    """The fax numbers of recipients, each looked at once for each country that it is called from."""

    def __init__(self, campaign: Campaign) -> None:
        """Look at none yet."""
        self._campaign = campaign
        self._known: dict[tuple[str, str | None], FaxNumber | None] = {}
        self.problems: dict[Problem, None] = {}
        """What is wrong with those that were asked for."""

    def of(self, recipient_id: str, sender_id: str) -> FaxNumber | None:
        """Return the number of a recipient, for faxes of a sender; None if it cannot be called."""
        key = (recipient_id, _called_from(self._campaign, sender_id))
        if key not in self._known:
            recipient = self._campaign.recipient(recipient_id)
            self._known[key], found = fax_number(recipient, self._campaign, sender_id)
            self.problems.update(dict.fromkeys(found))
        return self._known[key]


def own_number(sender: Sender) -> str:
    """Return the number that a machine gives as its own: of the fax, else of the telephone; empty if none."""
    for text in (sender.fax, sender.phone):
        found = _parsed(text, sender.country) if text else None
        if found:
            return found[0].e164
    return ""


def dialled_from(number: FaxNumber, country: str | None) -> str:
    """Return the keys to press in a country: ``010 41 22 739 73 77`` in Japan, the number alone at home."""
    import phonenumbers

    parsed = phonenumbers.parse(number.e164)
    if not country:
        return number.international
    return phonenumbers.format_out_of_country_calling_number(parsed, country)


def _parsed(text: str, country: str | None) -> tuple[FaxNumber, bool] | None:
    """Return the number and whether it lies in a range in use, or None where it is not possible."""
    import phonenumbers

    if not _WRITTEN.fullmatch(text.strip()):
        return None
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    region = phonenumbers.region_code_for_number(parsed) or _only_region(parsed.country_code)
    number = FaxNumber(
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
        None if region == _NO_COUNTRY else region,
    )
    return number, phonenumbers.is_valid_number(parsed)


def _only_region(code: int | None) -> str | None:
    """Return the one country of a calling code: +850; of codes that many share, nothing."""
    import phonenumbers

    regions = phonenumbers.region_codes_for_country_code(code or 0)
    return regions[0] if len(regions) == 1 else None


def flood(number: FaxNumber, count: int, most: int) -> Problem:
    """Return the problem of a number that would receive more faxes than are allowed."""
    return Problem(
        "too-many-to-one-number",
        f"{count} faxes would go to {number.international}, more than the {most} allowed. The owner of a "
        "machine that is busy for hours reads no letter and blocks the sender.",
        "send the rest by post, choose fewer senders, "
        "or raise `most_per_number` in `[fax]` in lettergen.toml.",
    )


def problems_of_planned(orders: Iterable[Order], campaign: Campaign) -> tuple[Problem, ...]:
    """Return warnings of the numbers to which a mailing that is only planned would send its faxes."""
    letters = Counter(
        (one.recipient_id, one.sender_id) for one in orders if one.channel == "fax" and one.recipient_id
    )
    numbers = FaxNumbers(campaign)
    faxes: Counter[FaxNumber] = Counter()
    for (recipient_id, sender_id), count in letters.items():
        if number := numbers.of(recipient_id, sender_id):
            faxes[number] += count
    most = campaign.settings.fax.most_per_number
    floods = (flood(number, count, most) for number, count in faxes.items() if count > most)
    return tuple(replace(problem, severity="warning") for problem in (*numbers.problems, *floods))
