"""Letters that wait for the file of all of them, and check sums of what begins alike."""

import hashlib
from pathlib import Path

import pytest

from lettergen.mailing import volume_builder
from lettergen.mailing.volume_builder import CheckSums, CombinedFile


def test_a_letter_comes_back_as_it_was_put(tmp_path: Path) -> None:
    held = CombinedFile(tmp_path)
    held.put(1, None, b"first")
    held.put(2, "a cast", b"its file is not kept")
    assert (held.get(1), held.get(2), held.get(3)) == ((None, b"first"), ("a cast", b""), (None, b""))
    assert (1 in held, 3 in held) == (True, False)
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_much_for_the_memory_waits_on_the_disk_and_leaves_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volume_builder, "MOST_BYTES", 6)
    held = CombinedFile(tmp_path)
    for number, pdf in enumerate((b"first", b"second", b"3"), start=1):
        held.put(number, None, pdf)
    assert len(list(tmp_path.iterdir())) == 1
    assert [held.get(number)[1] for number in (1, 2, 3)] == [b"first", b"second", b"3"]
    assert list(tmp_path.iterdir()) == []


def test_a_letter_that_is_dropped_is_in_no_file() -> None:
    held = CombinedFile(Path("nowhere"))
    held.put(1, None, b"first")
    held.drop(1)
    assert 1 not in held


def test_the_sum_of_a_file_is_that_of_its_bytes_however_it_begins() -> None:
    sums, mould, other = CheckSums(), b"mould" * 20, b"other" * 20
    for shared, own in [(mould, b"one"), (mould, b"two"), (other, b"one"), (b"", b"one"), (mould, b"")]:
        assert sums.of(shared + own, shared) == hashlib.sha256(shared + own).hexdigest()


def test_a_file_that_does_not_begin_so_has_another_sum() -> None:
    assert CheckSums().of(b"xxxx and more", b"mould") != hashlib.sha256(b"xxxx and more").hexdigest()
