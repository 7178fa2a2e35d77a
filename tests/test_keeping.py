"""What is worked out once a machine: believed from nobody else, never in the way."""

import os
from pathlib import Path

import pytest

from lettergen import keeping
from lettergen.keeping import folder, keep, kept, remembered
from lettergen.pages import wall

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files have owners on POSIX systems")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "lettergen" / "derived"


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> dict[str, int]:
        self.done += 1
        return {"one": 1}


def test_work_is_done_once_for_a_stamp(home: Path) -> None:
    work = Work()
    for _ in range(3):
        assert remembered("table", "first", work) == {"one": 1}
    assert work.done == 1
    remembered("table", "second", work)
    assert work.done == 2
    assert {one.stat().st_mode & 0o777 for one in home.iterdir()} == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 400])
def test_what_is_damaged_is_made_anew(home: Path, damage: bytes) -> None:
    work = Work()
    remembered("table", "stamp", work)
    (file,) = home.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert remembered("table", "stamp", work) == {"one": 1}
    assert work.done == 2
    assert file.read_bytes() == whole


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_can_write_to_is_not_believed(home: Path, what: str) -> None:
    work = Work()
    remembered("table", "stamp", work)
    (file,) = home.iterdir()
    (file if what == "file" else home).chmod(0o777)
    assert remembered("table", "stamp", work) == {"one": 1}
    assert work.done == 2


def test_a_link_is_not_followed_and_not_written_through(home: Path, tmp_path: Path) -> None:
    work = Work()
    remembered("table", "stamp", work)
    (file,) = home.iterdir()
    other = file.rename(tmp_path / "other")
    before = other.read_bytes()
    file.symlink_to(other)
    remembered("table", "stamp", work)
    assert work.done == 2
    assert not file.is_symlink()
    assert other.read_bytes() == before


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_no_hindrance(home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o500)
    assert remembered("table", "stamp", Work()) == {"one": 1}


def test_a_home_that_is_a_file_is_no_hindrance(home: Path) -> None:
    home.parent.write_text("no folder", encoding="utf-8")
    assert remembered("table", "stamp", Work()) == {"one": 1}
    assert remembered("table", "stamp", Work()) == {"one": 1}


def test_a_letter_may_need_what_is_kept_behind_the_wall(tmp_path: Path) -> None:
    with wall.closed([tmp_path / "letters"]) as refused:
        assert remembered("table", "stamp", Work()) == {"one": 1}
        assert not keeping.is_at_it()
        with pytest.raises(wall.Refused):
            (tmp_path / "file").write_text("not kept", encoding="utf-8")
    assert refused == ["open"]


def test_what_is_worked_out_behind_the_wall_stays_behind_it(tmp_path: Path) -> None:
    with wall.closed([tmp_path / "letters"]), pytest.raises(wall.Refused):
        remembered("table", "stamp", lambda: (tmp_path / "file").write_text("from a letter"))


def test_what_is_kept_is_kept_whole(tmp_path: Path) -> None:
    file = folder("some") / "thing"
    keep(file, b"first")
    keep(file, b"second")
    assert kept(file) == b"second"
    assert [one.name for one in file.parent.iterdir()] == ["thing"]
    assert kept(tmp_path / "nothing") is None
