"""Six words in a row of the historical letters that the samples are modelled on, as hashes.

The letters are not in this repository: facts carry over from them, sentences do not. Whoever has them
makes the hashes anew with `python tests/seed_runs.py FOLDER`.
"""

import hashlib
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

LONG = 6
"""Words in a row that are no accident."""
BYTES = 5
PATH = Path(__file__).parent / "letters" / "seed-runs.txt"


def words(text: str) -> list[str]:
    """Return the words of a text without capitals, apostrophes and signs."""
    return re.findall(r"[^\W_]+", re.sub("['’]", "", text.casefold()))


def runs(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield every six words in a row, with their hash."""
    found = words(text)
    for at in range(len(found) - LONG + 1):
        run = " ".join(found[at : at + LONG])
        yield run, hashlib.sha256(run.encode()).digest()[:BYTES]


def kept() -> frozenset[bytes]:
    """Return the hashes that are kept here."""
    packed = b64decode(PATH.read_text(encoding="ascii"))
    return frozenset(packed[at : at + BYTES] for at in range(0, len(packed), BYTES))


def main(folder: Path) -> None:
    """Write the hashes of all letters in a folder."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
    hashes = sorted({one for text in texts for _, one in runs(text)})
    PATH.write_text(fill(b64encode(b"".join(hashes)).decode("ascii"), 120) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
