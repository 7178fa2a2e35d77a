"""Moulds handed from one process to another: the same letters, and nobody's words on the way."""

import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from lettergen.letters.letter import Letter, Paragraph, Span
from lettergen.pages.pdf.private_parts import PrivatePartMoved
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.pages.vdp.shared_moulds import packed, unpacked
from lettergen.reference.stationery import stationery
from tests.pages import samples

DIN = stationery("din-5008-b")
NAMES = ("Ms. Ada Velde", "Mr. Łukasz Wójcik", "Dr. Nguyễn Thị Hoa", "Ms. Kim Young-hee")
OWN = (
    "I teach children in a school by the river, and I think of those who cannot come to it any more.",
    "My grandmother walked over the same hills.",
)
PROGRAM = """
import sys
from pathlib import Path
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.vdp.shared_moulds import unpacked
from tests.test_shared_moulds import digests

batch = unpacked(Path(sys.argv[1]).read_bytes(), Typesetter())
batch.counts.clear()
print(digests(batch), dict(batch.counts))
"""


def letters() -> list[tuple[Letter, tuple[int, ...]]]:
    """Return letters that need moulds of several kinds, some with a sender's own paragraph."""
    found: list[tuple[Letter, tuple[int, ...]]] = []
    for name in NAMES:
        letter = replace(samples.SHORT, inside_address=(name, *samples.SHORT.inside_address[1:]))
        found.append((letter, ()))
        for words in OWN:
            body = (*letter.body, Paragraph((Span(words),)))
            found.append((replace(letter, body=body), (len(letter.body),)))
    return found


def digests(batch: BatchTypesetter) -> list[str]:
    return [sha256(batch.typeset(letter, DIN, own).pdf).hexdigest()[:12] for letter, own in letters()]


def test_another_process_makes_the_same_letters_and_no_mould(tmp_path: Path) -> None:
    path = tmp_path / "moulds"
    batch = BatchTypesetter(Typesetter())
    made = digests(batch)
    path.write_bytes(packed(batch))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == f"{made} {{'cast': {len(made)}}}"
    assert batch.counts["mould"] > 1


def test_a_letter_s_own_lines_are_not_handed_on() -> None:
    batch = BatchTypesetter(Typesetter())
    digests(batch)
    data = packed(batch)
    assert not [words for words in (*NAMES, *OWN) if words.encode() in data]


def test_a_part_that_moved_is_told_when_moulds_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = BatchTypesetter(Typesetter())
    digests(batch)
    data = packed(batch)
    from weasyprint.text import line_break

    monkeypatch.delattr(line_break, "Layout")
    with pytest.raises(PrivatePartMoved):
        unpacked(data, Typesetter())
