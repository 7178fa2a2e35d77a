"""A hand-over with many signatures: `python benchmarks/signatures.py [COUNT]`; at most 20 s and 500 MiB."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNT = 10_000
CODES = ("KR", "JP", "US", "GB", "DE", "FR", "NO", "SE", "PL", "CZ", "ES", "IT", "CH", "CA", "AT", "DK", "FI")
"""Seventeen countries."""


def campaign(folder: Path, count: int) -> None:
    """Make a campaign with so many signatures, all of which may be named."""
    subprocess.run([sys.executable, "-m", "lettergen", "init", str(folder)], check=True, capture_output=True)
    rows = ["name_given,name_family,title,city,country,email,consent"]
    for at in range(count):
        title = "Professor of Law" if at % 5 == 0 else ""
        rows.append(
            f"Given{at % 97},Family{at},{title},Town {at % 50},{CODES[at % 17]},p{at}@example.org,yes"
        )
    (folder / "signatures" / "example.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def main() -> None:
    """Time one hand-over, from reading the table to the finished file."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "campaign"
        campaign(folder, count)
        command = ["petition", "--to", "minister", "--from", "library-friends", "--date", "2026-02-10"]
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "lettergen", "-C", str(folder), *command, "-o", str(folder / "all.pdf")],
            check=True,
        )
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime
    print(
        f"{count:,} signatures: {seconds:.1f} s, {processor:.1f} s of processor, {used.ru_maxrss >> 10} MiB"
    )


if __name__ == "__main__":
    main()
