"""Every stationery with the longest addresses: what was done to show them, and where they stand on the page.

    python benchmarks/address_table.py [FOLDER]

Positions are measured on the finished PDF. With a folder, each page is kept in it to be looked at.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from lettergen.facts.campaign import Campaign, starter_folder  # noqa: E402
from lettergen.letters.letter import Letter, Paragraph, Span  # noqa: E402
from lettergen.pages.checks import sight  # noqa: E402
from lettergen.pages.checks.addresses import addressed  # noqa: E402
from lettergen.pages.layout.address_fit import AddressSetting, address_setting  # noqa: E402
from lettergen.pages.pdf.typesetter import Typesetter  # noqa: E402
from lettergen.reference.stationery import Stationery, keys, stationery  # noqa: E402

MM = 25.4 / 72
CHINESE = ("总理", "国务院", "北京市西城区府右街2号", "100017 北京市", "PEOPLE’S REPUBLIC OF CHINA")
LETTER = Letter(
    letter_id="table",
    template="table",
    recipient_id="table",
    sender_id="table",
    language="en",
    audience="addressee",
    date=date(2006, 12, 2),
    country="CN",
    return_address="Society of Friends · 12 Quay Street · Port Alma 7012",
    place_and_date="Port Alma, 2 December 2006",
    subject=(Span("An address"),),
    opening="Your Excellency,",
    body=(Paragraph((Span("We look forward to your answer."),)),),
    closing="Yours respectfully,",
    document_title="A table of addresses",
)


def the_addresses() -> dict[str, tuple[str, ...]]:
    """Return the longest address of the sample campaign, the same with two more lines, and a Chinese one."""
    campaign = Campaign.open(starter_folder())
    everybody = addressed(campaign, {"en", "fr"}, date(2006, 12, 2))
    worst = max((one.lines for one in everybody), key=lambda lines: (len(lines), max(map(len, lines))))
    ten = (*worst[:3], "Department of Treaty and Law", "Human Rights Division", *worst[3:])
    return {"seed": worst, "ten": ten, "cjk": CHINESE}


def done(setting: AddressSetting) -> str:
    """Return what the ladder did."""
    words = [f"{setting.lines} lines", f"{setting.size_pt:g}/{setting.size_pt * setting.leading:.1f} pt"]
    parted = sum(len(parts) > 1 for parts in setting.parts)
    return ", ".join([*words, *([f"{parted} parted"] if parted else [])])


def measured(pdf: bytes, setting: AddressSetting) -> tuple[float, float, float, float]:
    """Return origin of the first character, and right and lower edge of the ink, in millimetres."""
    import pypdfium2 as pdfium

    page = pdfium.PdfDocument(pdf)[0]
    text, height = page.get_textpage(), page.get_height()
    first = text.search(setting.parts[0][0].strip(), match_case=True).get_next()
    left, _, _, top = text.get_charbox(first[0], loose=True)
    right, bottom = 0.0, height
    for part in (part.strip() for parts in setting.parts for part in parts):
        at, count = text.search(part, match_case=True).get_next()
        for one in range(at, at + count):
            _, lower, reach, _ = text.get_charbox(one)
            right, bottom = max(right, reach), min(bottom, lower)
    return left * MM, (height - top) * MM, right * MM, (height - bottom) * MM


def verdict(lines: Sequence[str], sheet: Stationery, setting: AddressSetting) -> str:
    """Return who shows the address."""
    if not sheet.has_window:
        return "no window"
    if not setting.in_sight:
        return "in full; printed envelope"
    hidden = sight.hidden_in(sight.printed(lines, sheet, has_notation=False), sheet)
    shown = [safe.envelope for safe in sheet.safe_zones if safe not in hidden]
    return f"in sight: {', '.join(shown) or 'its window'}"


def main(folder: Path | None) -> None:
    """Print the table."""
    typesetter, addresses = Typesetter(), the_addresses()
    print("| stationery | address | ladder | x (form) | top | right | bottom | verdict |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for key in keys():
        sheet = stationery(key)
        for name, lines in addresses.items():
            letter = replace(LETTER, inside_address=lines)
            setting = address_setting(letter, sheet)
            pdf = typesetter.typeset(letter, sheet).pdf
            left, top, right, bottom = measured(pdf, setting)
            cells = [key, name, done(setting), f"{left:.2f} ({sheet.recipient_zone.left:g})"]
            cells += [f"{top:.1f}", f"{right:.1f}", f"{bottom:.1f}", verdict(lines, sheet, setting)]
            print(f"| {' | '.join(cells)} |")
            if folder:
                (folder / f"{key}-{name}.pdf").write_bytes(pdf)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
