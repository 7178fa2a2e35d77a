"""Numbers and addresses that reach nobody, and channels without them; the network is not used."""

import re
from collections.abc import Container, Iterator

from lettergen.errors import Problem
from lettergen.facts.fields import Channel
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.letters.checks.checked_record import CheckedRecord

__all__ = [
    "PhoneNumbers",
    "channels",
    "emails",
    "fax_for_home",
    "is_plain_email",
    "numbers",
    "sources",
    "website",
]

_NEEDED: dict[Channel, str] = {
    "post": "address", "registered": "address", "courier": "address", "fax": "fax", "email": "email",
}  # fmt: skip

# Almost every address is of this shape, and RFC 5321 allows all of them; the rest is for the library.
_PLAIN_EMAIL = re.compile(
    r"(?=.{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?=.{1,250}$)"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_WITH_NAME = re.compile(r"[^<>]*<[^<>@\s]+@[^<>@\s]+>|mailto:.*", re.IGNORECASE)
_WEBSITE = re.compile(
    r"(?:https?://)?(?:\w(?:[\w-]{0,61}\w)?\.)+[^\W\d_]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE
)


class PhoneNumbers:
    """Telephone numbers under check; numbers found possible are remembered.

    Whether a number is possible depends on its country code and length. DPRK numbers such as
    +850 2 18111 are possible but not in the list of valid ranges, so only impossible ones are reported.
    """

    def __init__(self) -> None:
        """Begin without experience."""
        self._possible: set[tuple[str, int]] = set()

    def is_possible(self, number: str, country: str | None) -> bool:
        """Say whether a number has a country code and a length that exist."""
        digits = "".join(filter(str.isdigit, number))
        # Four digits hold the country code, which has at most three, and the first that follows.
        shape = (digits[:4], len(digits))
        is_international = number.startswith("+") and "(" not in number
        if is_international and shape in self._possible:
            return True
        import phonenumbers

        try:
            parsed = phonenumbers.parse(number, country)
        except phonenumbers.NumberParseException:
            return False
        is_possible = phonenumbers.is_possible_number(parsed)
        if is_possible and is_international:
            self._possible.add(shape)
        return is_possible


def numbers(one: Recipient | Sender, record: CheckedRecord, known: PhoneNumbers) -> Iterator[Problem]:
    """Yield what is wrong with the telephone and fax numbers of a record."""
    for field, number in (("phone", one.phone), ("fax", one.fax)):
        if not number:
            continue
        is_international = number.startswith(("+", "＋"))
        if (is_international or one.country) and not known.is_possible(number, one.country):
            yield record.problem(
                "impossible-number",
                f"{record} has an impossible `{field}`: too many or too few digits.",
                f"check `{field}:` against its source, country code and area code first.",
                (field,),
                "warning",
            )
        elif not is_international:
            yield record.problem(
                "number-without-country-code",
                f"{record} has a `{field}` without country code.",
                f"begin it with {_code(one.country)}, without the 0 before the area code.",
                (field,),
                "warning",
            )


def fax_for_home(
    recipient: Recipient, record: CheckedRecord, called_from: Container[str | None]
) -> Iterator[Problem]:
    """Yield that a fax number is meant for callers of its own country only.

    Args:
        recipient: Whose number it is.
        record: Where that stands.
        called_from: Countries that letters are faxed from.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(recipient.fax or "", recipient.country)
    except phonenumbers.NumberParseException:
        return
    kinds = {
        phonenumbers.PhoneNumberType.TOLL_FREE: "toll-free",
        phonenumbers.PhoneNumberType.SHARED_COST: "shared-cost",
        phonenumbers.PhoneNumberType.PREMIUM_RATE: "premium-rate",
    }
    kind = kinds.get(phonenumbers.number_type(number))
    if kind and phonenumbers.region_code_for_number(number) not in called_from:
        yield record.problem(
            "fax-number-for-home",
            f"{record} has a {kind} fax number, which few networks abroad connect, "
            "and those that do ask other rates.",
            "look for the ordinary number of the same machine: area code and number.",
            ("fax",),
            "warning",
        )


def _code(country: str | None) -> str:
    import phonenumbers

    code = phonenumbers.country_code_for_region(country) if country else 0
    return f"`+{code}`" if code else "`+` and the country code"


def is_plain_email(email: str) -> bool:
    """Say whether an e-mail address has the shape that almost every one has."""
    return _PLAIN_EMAIL.fullmatch(email) is not None


def emails(one: Recipient | Sender, record: CheckedRecord) -> Iterator[Problem]:
    """Yield what is wrong with an e-mail address as written; no server is contacted."""
    email = one.email
    if not email or is_plain_email(email):
        return
    if any(ord(sign) < 32 or ord(sign) in (0x7F, 0x85, 0x2028, 0x2029) for sign in email):
        # A line break would begin a header of the message that somebody else wrote (RFC 5322, 2.2).
        yield record.problem(
            "email-line-break",
            f"{record} has an `email` with a line break or another control character in it.",
            "write only the address, on one line.",
            ("email",),
        )
    elif _WITH_NAME.fullmatch(email):
        yield record.problem(
            "email-with-name",
            f"{record} has an `email` with extra text around the address.",
            "write only the address, without name and angle brackets: `office@example.org`.",
            ("email",),
            "warning",
        )
    elif email.count("@") > 1 and re.search(r"[,;/\s]", email):
        yield record.problem(
            "several-emails",
            f"{record} has several addresses in `email`, but a letter goes to only one.",
            "keep one address, or make a record for each.",
            ("email",),
            "warning",
        )
    elif not _is_email(email):
        yield record.problem(
            "bad-email",
            f"{record} has an `email` that is not an e-mail address.",
            "write it as `office@example.org`, or remove it.",
            ("email",),
            "warning",
        )


def _is_email(email: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        # Reserved names such as `.example` stand in samples; what lies outside the net has no dot.
        validate_email(email, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError:
        return False
    return "." in email.rpartition("@")[2]


def website(sender: Sender, record: CheckedRecord) -> Iterator[Problem]:
    """Yield a web address that no browser would open."""
    if sender.website and not _WEBSITE.fullmatch(sender.website):
        yield _no_website(record, ("website",))


def sources(case: Case, record: CheckedRecord) -> Iterator[Problem]:
    """Yield the web addresses of a case's sources that no browser would open."""
    for number, source in enumerate(case.sources):
        if source.url and not _WEBSITE.fullmatch(source.url):
            yield _no_website(record, ("sources", number, "url"))


def _no_website(record: CheckedRecord, way: tuple[str | int, ...]) -> Problem:
    return record.problem(
        "bad-website",
        f"{record} has an invalid web address.",
        "write a single address, such as `www.example.org` or `https://example.org/page`.",
        way,
        "warning",
    )


def channels(recipient: Recipient, record: CheckedRecord) -> Iterator[Problem]:
    """Yield the channels of a recipient that cannot work."""
    for number, channel in enumerate(recipient.channels):
        field = _NEEDED.get(channel)
        if field and not getattr(recipient, field):
            yield record.problem(
                "channel-without-means",
                f"{record} has the channel `{channel}` but no `{field}:`.",
                f"add `{field}:`, or remove `{channel}` from `channels:`.",
                ("channels", number),
                "warning",
            )
