"""Files are whole or absent, private, and never in each other's way."""

import errno
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lettergen.errors import OutputError
from lettergen.outbox.atomic_files import (
    LONGEST_NAME,
    file_name,
    make_folder,
    remove_torsos,
    write_file,
    write_parts,
)

STEPS = ("open", "write", "fsync", "close", "link", "replace", "unlink")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def problem_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(OutputError) as caught:
        attempt()
    (problem,) = caught.value.problems
    assert problem.message.endswith(".")
    assert problem.fix.endswith(".")
    return problem.name


class Disk:
    """A disk whose n-th operation fails; counts the operations that there were."""

    def __init__(self, fails_at: int, code: int = errno.EIO) -> None:
        self.fails_at = fails_at
        self.code = code
        self.seen = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for step in STEPS:
                patch.setattr(os, step, self._counted(getattr(os, step), closes=step == "close"))
            yield

    def _counted(self, real: Callable[..., object], *, closes: bool) -> Callable[..., object]:
        def step(*args: object, **kwargs: object) -> object:
            self.seen += 1
            if self.seen == self.fails_at:
                if closes:  # a failing close gives the descriptor back all the same
                    real(*args, **kwargs)
                raise OSError(self.code, "the disk fails")
            return real(*args, **kwargs)

        return step


def test_a_new_file_is_whole_and_private(tmp_path: Path) -> None:
    write_file(tmp_path / "letter.pdf", b"words", force=False)
    assert contents(tmp_path) == {"letter.pdf": b"words"}
    assert stat.S_IMODE((tmp_path / "letter.pdf").stat().st_mode) == 0o600


def test_a_file_that_exists_is_refused_without_force(tmp_path: Path) -> None:
    target = tmp_path / "letter.pdf"
    target.write_bytes(b"old")
    assert problem_of(lambda: write_file(target, b"new", force=False)) == "file-exists"
    assert contents(tmp_path) == {"letter.pdf": b"old"}
    write_file(target, b"new", force=True)
    assert contents(tmp_path) == {"letter.pdf": b"new"}


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "letter.pdf"
    fsync = os.fsync

    def somebody_else_writes(descriptor: int) -> None:
        fsync(descriptor)
        target.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", somebody_else_writes)
    assert problem_of(lambda: write_file(target, b"ours", force=False)) == "file-exists"
    assert contents(tmp_path) == {"letter.pdf": b"theirs"}


@pytest.mark.parametrize("force", [False, True])
def test_a_link_is_never_followed(tmp_path: Path, force: bool) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    link = tmp_path / "letter.pdf"
    link.symlink_to(victim)
    if force:
        write_file(link, b"words", force=True)
        assert not link.is_symlink()
    else:
        assert problem_of(lambda: write_file(link, b"words", force=False)) == "file-exists"
    assert victim.read_bytes() == b"precious"


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").symlink_to(tmp_path / "elsewhere")
    assert problem_of(lambda: write_file(tmp_path / "letter.pdf", b"x", force=False)) == "file-exists"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_only_files_are_replaced(tmp_path: Path, make: Callable[[Path], None], force: bool) -> None:
    target = tmp_path / "letter.pdf"
    make(target)
    assert problem_of(lambda: write_file(target, b"words", force=force)) == "not-a-file"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_told_and_not_made(tmp_path: Path) -> None:
    assert problem_of(lambda: write_file(tmp_path / "no" / "x.pdf", b"", force=False)) == "no-folder"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert problem_of(lambda: write_file(tmp_path / "file" / "x.pdf", b"", force=False)) == "not-a-folder"
    assert problem_of(lambda: make_folder(tmp_path / "file")) == "not-a-folder"


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    assert problem_of(lambda: write_file(tmp_path / ("x" * 300), b"", force=False)) == "name-too-long"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "not-writable"),
        (errno.EROFS, "not-writable"),
        (errno.EIO, "not-written"),
    ],
)
def test_what_the_disk_says_becomes_advice(tmp_path: Path, code: int, name: str) -> None:
    with Disk(fails_at=1, code=code).at_work():
        assert problem_of(lambda: write_file(tmp_path / "letter.pdf", b"words", force=False)) == name


@pytest.mark.parametrize(
    ("before", "force"), [(None, False), (None, True), (b"old", True)], ids=["new", "forced", "replaced"]
)
def test_whatever_step_fails_there_is_the_old_file_or_the_new_one(
    tmp_path: Path, before: bytes | None, force: bool
) -> None:
    outcomes = []
    for number in range(1, 20):
        folder = tmp_path / str(number)
        folder.mkdir()
        target = folder / "letter.pdf"
        if before:
            target.write_bytes(before)
        disk = Disk(number)
        with disk.at_work():
            try:
                write_file(target, b"new", force=force)
            except OutputError:
                outcomes.append("told")
            else:
                outcomes.append("done")
        left = contents(folder)
        if disk.seen < number:
            assert left == {"letter.pdf": b"new"}
            break
        expected = [{"letter.pdf": before}] if before else [{}]
        # Only the clearing away of the nameless file can fail after the file is in place.
        whole = {name: data for name, data in left.items() if not name.startswith(".lettergen-")}
        assert whole in ([{"letter.pdf": b"new"}] if outcomes[-1] == "done" else expected)
        remove_torsos(folder)
        assert contents(folder) == whole
    else:
        pytest.fail("there was no last step")
    assert outcomes.count("told") >= 5


def test_a_failing_step_leaves_no_torso(tmp_path: Path) -> None:
    for number in range(2, 6):  # write, fsync, close, link
        with Disk(number).at_work():
            problem_of(lambda: write_file(tmp_path / "letter.pdf", b"new", force=False))
        assert contents(tmp_path) == {}, number


def test_a_disk_without_links_gets_the_file_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "FAT knows no links")

    monkeypatch.setattr(os, "link", no_links)
    write_file(tmp_path / "letter.pdf", b"words", force=False)
    assert contents(tmp_path) == {"letter.pdf": b"words"}
    assert problem_of(lambda: write_file(tmp_path / "letter.pdf", b"x", force=False)) == "file-exists"
    (tmp_path / "letter.pdf").unlink()
    for number in range(1, 8):  # open, write, fsync, close, then open, close, replace
        with Disk(number).at_work():
            monkeypatch.setattr(os, "link", no_links)
            problem_of(lambda: write_file(tmp_path / "letter.pdf", b"words", force=False))
        assert contents(tmp_path) == {}, number


def test_a_disk_that_takes_little_at_a_time_gets_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    write_file(tmp_path / "letter.txt", b"a longer letter", force=False)
    assert contents(tmp_path) == {"letter.txt": b"a longer letter"}


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: the system itself cuts the write short."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from lettergen.errors import OutputError\n"
        "from lettergen.outbox.atomic_files import write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_file(Path(sys.argv[1]), b'x' * 5000, force=False)\n"
        "except OutputError as fault: print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "letter.pdf")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "disk-full\n"
    assert contents(tmp_path) == {}


def test_an_interrupt_leaves_no_torso(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "letter.pdf", b"words", force=False)
    assert contents(tmp_path) == {}


def test_nothing_stays_open(tmp_path: Path) -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for number in range(min(soft, 1024) + 10):
        with Disk(fails_at=2 + number % 3).at_work(), pytest.raises(OutputError):
            write_file(tmp_path / "letter.pdf", b"words", force=False)


def test_folders_are_closed_to_others_and_old_ones_stay_as_they_are(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir(mode=0o755)
    make_folder(old / "new" / "letters")
    make_folder(old / "new" / "letters")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (old, old / "new", old / "new" / "letters")]
    assert modes == [0o755, 0o700, 0o700]


def test_torsos_go_and_nothing_else_does(tmp_path: Path) -> None:
    keep = ["letter.pdf", ".hidden", ".lettergen-notes.part", ".lettergen-0123456789abcdef.part.txt"]
    for name in (*keep, ".lettergen-0123456789abcdef.part"):
        (tmp_path / name).touch()
    remove_torsos(tmp_path)
    assert sorted(contents(tmp_path)) == sorted(keep)


IDS = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,5}", fullmatch=True)
LETTER_IDS = st.lists(IDS, min_size=1, max_size=3).map("--".join)


def test_file_names_say_number_template_recipient_and_sender() -> None:
    assert (
        file_name("protest--cn-premier--lfnkr", "pdf", sequence=7) == "00007-protest--cn-premier--lfnkr.pdf"
    )
    assert file_name("statement--lfnkr", "txt") == "statement--lfnkr.txt"
    assert file_name("a--b", "pdf", sequence=123456) == "123456-a--b.pdf"


@given(LETTER_IDS, st.none() | st.integers(1, 10**7))
def test_file_names_are_short_plain_and_visible(letter_id: str, sequence: int | None) -> None:
    name = file_name(letter_id, "pdf", sequence=sequence)
    assert len(name.encode()) <= LONGEST_NAME
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert name[0] not in ".-"
    assert name.count(".") == 1


@given(st.lists(LETTER_IDS, unique=True, max_size=4), st.integers(100, 180))
def test_different_letters_have_different_names(letter_ids: list[str], length: int) -> None:
    several = [*letter_ids, "a" * length, "a" * length + "b", "a" * length + "c"]
    assert len({file_name(one, "pdf") for one in several}) == len(set(several))


@pytest.mark.parametrize(
    "bad", ["", "../x", "a/b", "Zhu", "a b", "-a", "a-", "a.b", "a---b", "a\n", "жу", "a\0"]
)
def test_what_is_no_letter_id_makes_no_file_name(bad: str) -> None:
    with pytest.raises(ValueError, match="made of small letters"):
        file_name(bad, "pdf")
    with pytest.raises(ValueError, match="made of small letters"):
        file_name("a", bad)


def test_a_file_in_pieces_is_written_like_any_other(tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    write_parts(out, (b"x" * 700_000 for _ in range(3)), force=False)
    assert out.read_bytes() == b"x" * 2_100_000
    assert problem_of(lambda: write_parts(out, [b"y"], force=False)) == "file-exists"
    write_parts(out, [], force=True)
    assert out.read_bytes() == b""
