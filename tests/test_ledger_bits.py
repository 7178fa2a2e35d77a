"""A bit of the ledger flips: it is told, or it changes no answer."""

from collections.abc import Iterator

import pytest

from tests.bits import PAGE, Flips, kinds_of_pages, small_ledger

EVERY = 61
"""Outside of the head of the first page of each kind, every so many bits are tried; a prime."""
PARTS = 6
HEAD = 12
"""Bytes at the beginning of a page that say what it is (SQLite file format, 1.6)."""


@pytest.fixture(scope="module")
def flips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flips]:
    with pytest.MonkeyPatch.context() as patch:
        # Its own cache: with everybody's, each flipped ledger would be remembered there.
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield Flips(small_ledger(tmp_path_factory.mktemp("flips")))


def test_the_small_ledger_has_pages_of_every_kind(flips: Flips) -> None:
    kinds = kinds_of_pages(flips.path)
    assert {kind.partition(" ")[0] for kind in kinds.values()} >= {"interior", "leaf", "free", "overflow"}
    assert {kind.partition(" of ")[2] for kind in kinds.values()} >= {
        "sqlite_schema", "transactions", "entries", "meta",
        "entries_by_letter", "entries_by_item", "transactions_by_mailing",
    }  # fmt: skip


def test_the_search_sees_what_it_is_looking_for(flips: Flips) -> None:
    """Without the look through the file, flipped bits do change answers."""
    assert flips.without_looking(every=701)["another answer"] > 0


def test_the_head_of_the_file_cannot_flip_unseen(flips: Flips) -> None:
    found = flips.tried(range(0, 100 * 8, 2))
    assert found.keys() <= {"told", "harmless"}, flips.faults
    assert found["told"] > 50


@pytest.mark.parametrize("part", range(PARTS))
def test_a_flipped_bit_is_told_or_harmless(flips: Flips, part: int) -> None:
    kinds = kinds_of_pages(flips.path)
    firsts = {kind: number for number, kind in sorted(kinds.items(), reverse=True)}
    for number, kind in list(kinds.items())[part::PARTS]:
        start = (number - 1) * PAGE * 8
        head = range(start, start + HEAD * 8) if firsts[kind] == number > 1 else range(0)
        found = flips.tried([*head, *range(start + number % EVERY, start + PAGE * 8, EVERY)])
        assert found.keys() <= {"told", "harmless"}, (number, kind, found, flips.faults)
