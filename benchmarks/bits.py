"""Flips every bit of a small ledger, one by one: each is told, or changes no answer.

The tests try a part of them. This takes half an hour, or a tenth of it with every tenth bit:
python benchmarks/bits.py [10]
"""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.bits import PAGE, Flips, kinds_of_pages, small_ledger


def main() -> None:
    """Print how often a flipped bit was told or harmless, by kind of page."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        path = small_ledger(Path(folder))
        kinds = kinds_of_pages(path)
        flips = Flips(path)
        table: dict[str, Counter[str]] = {}
        for page, kind in kinds.items():
            start = (page - 1) * PAGE * 8
            found = flips.tried(range(start + page % every, start + PAGE * 8, every))
            table.setdefault(kind, Counter()).update(pages=1, bits=found.total(), **found)
        table["all"] = sum(table.values(), Counter())
    names = ("pages", "bits", "told", "harmless", "another answer", "traceback")
    print(f"{'':40}", *(f"{name:>14}" for name in names))
    for kind, counts in table.items():
        print(f"{kind:40}", *(f"{counts[name]:14,}" for name in names))
    print(*flips.faults[:5], sep="\n")


if __name__ == "__main__":
    main()
