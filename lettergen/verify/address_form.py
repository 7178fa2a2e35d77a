"""The form of an address, as a mailing house's machine reads it: how many lines, and in what it ends."""

import re
from datetime import date

from lettergen.reference import country_names, postcodes
from lettergen.verify.findings import AddressForm

__all__ = ["form_of"]

_UNITED_KINGDOM = frozenset(
    map(country_names.compared, ("England", "Scotland", "Wales", "Northern Ireland", "Great Britain", "UK"))
)
_BFPO = re.compile(r"BFPO(?: C/O)? ?\d{1,4}", re.IGNORECASE)
# Street names and flats begin with none of these; a mailing house takes them for a slip of the data.
_ODD_STARTS = tuple('@()=[]"\\/,<>~')


def form_of(text: str) -> AddressForm:
    """Return the form of an address within the United Kingdom or from there abroad; no word of it is kept.

    Args:
        text: The words of the address, line by line.
    """
    bare = (" ".join(line.split()).rstrip(" ,") for line in text.splitlines())
    lines = [line for line in bare if line]
    odd = sum(line.startswith(_ODD_STARTS) for line in lines)
    while len(lines) > 1 and _is_united_kingdom(lines[-1]):
        lines.pop()
    last = lines[-1] if lines else ""
    if _BFPO.fullmatch(last) or postcodes.is_postcode(last, "GB", date.max):
        return AddressForm(len(lines), "postcode", odd)
    return AddressForm(len(lines), "country" if _countries(last) else "", odd)


def _is_united_kingdom(line: str) -> bool:
    return country_names.compared(line) in _UNITED_KINGDOM or "GB" in _countries(line)


def _countries(line: str) -> tuple[str, ...]:
    return country_names.countries_by_name().get(country_names.compared(line), ())
