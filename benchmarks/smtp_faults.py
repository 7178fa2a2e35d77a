"""What a fault of the mail server leaves on record, and what a second run does: a table, from a real server.

Run it from the checkout: ``python benchmarks/smtp_faults.py``. The server is
aiosmtpd on loopback with TLS; nothing leaves this machine.
"""

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.mailserver import Authority
from tests.sent import FAULTS, witnessed

HEAD = ("fault", "first run", "on record", "second run", "arrived")


def main() -> int:
    logging.disable()  # the server's own complaints about its faults
    rows = [HEAD]
    unexpected = 0
    with TemporaryDirectory() as place:
        authority = Authority(Path(place))
        for number, fault in enumerate(FAULTS):
            folder = Path(place) / str(number)
            folder.mkdir()
            found = witnessed(fault, authority, folder)
            unexpected += found != fault
            rows.append((found.name, found.first, found.standing, found.second, f"{found.arrived}×"))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    twice = sum(int(row[-1].removesuffix("×")) > 1 for row in rows[1:])
    print(f"\n{len(FAULTS)} faults, {unexpected} otherwise than expected, {twice} letters sent twice")
    return 1 if unexpected or twice else 0


if __name__ == "__main__":
    sys.exit(main())
