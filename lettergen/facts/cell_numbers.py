"""Numbers in spreadsheets that are read, where no zero and no plus sign can have been lost."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lettergen.facts.csv_rows import Cell, Row
from lettergen.facts.fields import known_country
from lettergen.reference import postcodes

__all__ = ["NUMBERS", "with_numbers"]

NUMBERS = frozenset({"id", "house_number", "postcode", "consent", "anonymous"})
"""Fields in which people type numbers, which spreadsheet programs then store as such."""
_WHOLE = re.compile(r"(\d{1,10})(?:\.0+)?")


def with_numbers(row: Row, fields: Mapping[int, str], country: int | None) -> Row:
    """Return a row in which the numbers that nothing was lost of are texts.

    `10115` in Germany is whole; `1067` has lost its zero and stays at fault, as does a postcode without a
    country.

    Args:
        row: The cells.
        fields: The columns in which numbers may stand, each with its field.
        country: The column of the country.
    """
    if not any(cell.number for cell in row):
        return row
    code = known_country(row[country].text) if country is not None and country < len(row) else None

    def read(cell: Cell, field: str | None) -> Cell:
        whole = _WHOLE.fullmatch(cell.number)
        if not whole or field is None:
            return cell
        if field == "postcode" and not (code and postcodes.is_whole(whole[1], code, date.max)):
            return cell
        return replace(cell, text=whole[1], fault=None, number="")

    return [read(cell, fields.get(at)) for at, cell in enumerate(row)]
