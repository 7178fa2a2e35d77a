"""What is worked out once a machine: believed from nobody else, never in the way."""

import os
import pickle
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from lettergen import cache
from lettergen.cache import folder, keep, kept, remembered
from lettergen.pages.pdf import io_guard

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
    with io_guard.closed([tmp_path / "letters"]) as refused:
        assert remembered("table", "stamp", Work()) == {"one": 1}
        assert not cache.is_at_it()
        with pytest.raises(io_guard.RefusedAct):
            (tmp_path / "file").write_text("not kept", encoding="utf-8")
    assert refused == ["open"]


def test_what_is_worked_out_behind_the_wall_stays_behind_it(tmp_path: Path) -> None:
    with io_guard.closed([tmp_path / "letters"]), pytest.raises(io_guard.RefusedAct):
        remembered("table", "stamp", lambda: (tmp_path / "file").write_text("from a letter"))


def test_what_is_kept_is_kept_whole(tmp_path: Path) -> None:
    file = folder("some") / "thing"
    keep(file, b"first")
    keep(file, b"second")
    assert kept(file) == b"second"
    assert [one.name for one in file.parent.iterdir()] == ["thing"]
    assert kept(tmp_path / "nothing") is None


def planted(home: Path, thing: object, name: str = "thing") -> Path:
    """Put a pickle into a folder as `remembered` would have kept it, and return its path."""
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    file = home / name
    data = pickle.dumps(thing)
    file.write_bytes(sha256(data).digest() + data)
    file.chmod(0o600)
    return file


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("a pickle was run",)


def test_what_is_kept_is_data_and_cannot_be_run(home: Path) -> None:
    work = Work()
    remembered("table", "stamp", work)
    (file,) = home.iterdir()
    planted(home, Bomb(), file.name)
    assert remembered("table", "stamp", work) == {"one": 1}
    assert work.done == 2
    with pytest.raises(pytest.fail.Exception):
        pickle.loads(pickle.dumps(Bomb()))  # noqa: S301 - to see that it would go off


def test_days_and_sets_come_back_as_they_were() -> None:
    value = {"day": date(2006, 12, 2), "codes": frozenset({"DE"}), "rows": [(1, "a")]}
    for _ in range(2):
        assert remembered("table", "stamp", lambda: value) == value


def test_a_relative_cache_folder_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = tmp_path / "stranger"
    planted(stranger / ".cache" / "lettergen" / "derived", "planted")
    monkeypatch.chdir(stranger)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / ".cache").mkdir(parents=True)
    for relative in (".cache", "", "./.cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", relative)
        assert folder("derived") == tmp_path / "home" / ".cache" / "lettergen" / "derived"
    assert cache.refused() is None


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "nowhere")
    assert remembered("table", "stamp", Work()) == {"one": 1}
    assert folder("derived").is_absolute()
    assert cache.refused() == Path("~/.cache/lettergen")


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777, 0o701])
def test_a_folder_that_is_open_to_others_is_not_used(home: Path, mode: int) -> None:
    file = planted(home, "planted")
    assert kept(file) is not None
    assert cache.refused() is None
    home.chmod(mode)
    assert kept(file) is None
    assert folder("derived") != home
    assert cache.refused() == home.parent


def test_a_folder_that_is_a_link_is_not_used(home: Path, tmp_path: Path) -> None:
    file = planted(tmp_path / "other", "planted")
    home.parent.mkdir(parents=True)
    home.symlink_to(file.parent)
    assert kept(home / file.name) is None
    keep(home / "more", b"more")
    assert not (file.parent / "more").exists()
    assert folder("derived") != home


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives folders away")
def test_a_folder_of_somebody_else_is_not_used(home: Path) -> None:
    file = planted(home, "planted")
    os.chown(home, 12345, -1)
    assert kept(file) is None
    keep(home / "more", b"more")
    assert not (home / "more").exists()
    assert folder("derived") != home
