"""Opening a ledger's file: created whole, opened with care, refused if it is not what it should be."""

import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import OutputError
from lettergen.ledger import soundness
from lettergen.ledger.key import KEY_FILE, LedgerKey
from lettergen.ledger.log_check import refuse_damaged_log
from lettergen.ledger.proof import examine
from lettergen.ledger.rescue import damaged, told
from lettergen.ledger.schema import APPLICATION, VERSION, empty, head_of, is_ours, meta_of
from lettergen.ledger.sqlite_errors import CLOSE_THE_OTHER
from lettergen.outbox.atomic_files import refusal, remove_torsos, write_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

__all__ = ["check", "connect", "disconnect", "make", "marks_of", "opened", "refuse_foreign", "refuse_missing"]

PATIENCE = 5.0
"""Seconds to wait for another command."""
SETTINGS = (
    "PRAGMA synchronous = FULL",  # what is reported as done survives a power cut
    "PRAGMA secure_delete = ON",  # what is forgotten is overwritten, not only unlinked
    "PRAGMA recursive_triggers = ON",  # REPLACE must not delete past the rules of the tables
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA cache_size = -16000",  # KiB; letters come in the order of their marks, that is in none
    "PRAGMA temp_store = MEMORY",  # no copy of anything in a folder for temporary files
)


def make(path: Path, campaign: str) -> None:
    """Create a ledger at ``path`` and a key beside it, or use the existing key.

    Of several processes that come here at once, one creates it and the others wait.

    Raises:
        OutputError: The folder does not take it, or a log lies there that a lost ledger has left.
    """
    with _one_at_a_time(path):
        if not path.exists():
            remove_torsos(path.parent)
            _make(path, campaign)


def _make(path: Path, campaign: str) -> None:
    logs = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    # An empty one holds nothing of anybody's; looking into a ledger without changing it leaves such.
    left = [log for log in logs if log.exists() and log.stat().st_size]
    if left:
        # SQLite would play it back into the new ledger, whose it is not.
        raise OutputError.of(
            "ledger-log-left",
            f"`{path}` is missing, but `{left[0]}` exists: the end of a ledger that was moved or lost.",
            f"restore that ledger, or move `{left[0].name}` to where the ledger is now.",
        )
    # Where a disk knows no locks, another process may be faster; what it has made is used.
    with _unless_there(path.with_name(KEY_FILE)):
        LedgerKey.make(path)
    with _unless_there(path):
        write_file(path, empty(*marks_of(LedgerKey.needed(path), campaign)), force=False)


@contextmanager
def _unless_there(path: Path) -> "Iterator[None]":
    """Do what creates a file; whoever finds that it exists goes on with it."""
    try:
        yield
    except OutputError:
        if not path.exists():
            raise


@contextmanager
def _one_at_a_time(path: Path) -> "Iterator[None]":
    """Hold a lock on the ledger's folder, which ends with the process."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        descriptor = os.open(path.parent, os.O_RDONLY)
    except OSError as fault:
        raise refusal(path, fault) from None
    try:
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    message = f"another command is just creating `{path}`."
                    raise OutputError.of("ledger-in-use", message, CLOSE_THE_OTHER) from None
                time.sleep(0.02)
                continue
            except OSError:  # a network disk that knows no locks
                pass
            break
        yield
    finally:
        os.close(descriptor)


def connect(path: Path, *, patience: float, writing: bool) -> "sqlite3.Connection":
    """Open the file and check that it is a ledger that this version can read, and sound.

    Every byte counts: an index that has lost an entry would have letters sent twice. Bytes
    that were found sound before are known by their digest; others are examined like by `verify`.
    To be closed with `disconnect`.

    Args:
        path: `ledger.sqlite`.
        patience: Seconds to wait for another command that is writing.
        writing: Whether anything will be recorded.

    Raises:
        OutputError: It is not a ledger, damaged, of a newer version, or in use.
    """
    import sqlite3

    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OutputError.of(
            "not-a-file", f"`{path}` is not a regular file.", "put the ledger file itself there."
        )
    if path.exists() and path.stat().st_size == 0:
        raise damaged(path)
    refuse_damaged_log(path)
    is_known = soundness.is_known(path)
    with told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=patience
        )
        soundness.connected(path)
        try:
            try:
                refuse_foreign(connection, path)
            except UnicodeDecodeError:  # SQLite quotes tables whose text is damaged, and Python cannot
                raise damaged(path) from None
            if not is_known:
                refuse_unsound(path)
            if writing:
                connection.execute("PRAGMA journal_mode = WAL")
            for setting in SETTINGS:
                connection.execute(setting)
            if not writing:
                connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            soundness.disconnected(path)
            raise
    return connection


def disconnect(connection: "sqlite3.Connection", path: Path) -> None:
    """Close a ledger that was sound when it was opened, and remember what it looks like now."""
    connection.close()
    soundness.disconnected(path)
    soundness.remember(path)


@contextmanager
def opened(path: Path, *, patience: float = 5.0) -> "Iterator[sqlite3.Connection]":
    """Open a ledger to look into it; neither its key nor the campaign's name is needed.

    Raises:
        OutputError: There is none, or it cannot be read.
    """
    refuse_missing(path)
    connection = connect(path, patience=patience, writing=False)
    try:
        with told(path):
            yield connection
    finally:
        disconnect(connection, path)


def refuse_missing(path: Path) -> None:
    """See that there is a ledger.

    Raises:
        OutputError: There is none.
    """
    if not path.exists() and not path.is_symlink():
        fix = "make a mailing with `lettergen batch`, or a new ledger with `lettergen ledger start`."
        raise OutputError.of("no-ledger", f"there is no ledger `{path}`.", fix)


def check(connection: "sqlite3.Connection", path: Path, campaign: str, key: LedgerKey) -> None:
    """See that the ledger is this campaign's and that the key is its key.

    Raises:
        OutputError: It belongs to another campaign, or has another key.
    """
    facts = meta_of(connection)
    of_campaign, of_key = marks_of(key, campaign)
    if facts.get("key") != of_key:
        raise OutputError.of(
            "ledger-key-differs",
            f"the `ledger.key` beside `{path}` is not the key of this ledger.",
            "restore the `ledger.key` that belongs to this ledger.",
        )
    if facts.get("campaign") != of_campaign:
        raise OutputError.of(
            "ledger-of-another-campaign",
            f"`{path}` belongs to a campaign with another name than `{campaign}`.",
            "put this campaign's own ledger there, or set `name` in lettergen.toml to the old name.",
        )


def refuse_foreign(connection: "sqlite3.Connection", path: Path) -> None:
    """See that a database is a ledger of a version that is known.

    Raises:
        OutputError: It isn't.
    """
    application, version = head_of(connection)
    # With our tables, a wrong number in its head is damage, which `examine` finds.
    is_other = not is_ours(connection)
    if application != APPLICATION and is_other:
        raise OutputError.of(
            "not-a-ledger",
            f"`{path}` is a database but not a ledger.",
            "move it away; nothing was changed in it.",
        )
    if version > VERSION:
        raise OutputError.of(
            "ledger-newer",
            f"`{path}` was written by a newer lettergen (tables {version}, this one knows {VERSION}).",
            "use that version of lettergen; nothing was changed.",
        )
    if version < VERSION and is_other:
        raise OutputError.of(
            "ledger-older",
            f"`{path}` was written by an older lettergen (tables {version}, this one writes {VERSION}).",
            "run `lettergen ledger upgrade` in its campaign folder, once; the letters in it stay known.",
        )


def refuse_unsound(path: Path) -> None:
    """See that a ledger is, bit for bit, what was recorded.

    Raises:
        OutputError: It isn't; the error says what is intact.
    """
    account = examine(path)
    if {one.name for one in account.problems} == {"ledger-altered"}:
        raise OutputError(account.problems)
    if account.problems:
        raise damaged(path, account)


def marks_of(key: LedgerKey, campaign: str) -> tuple[str, str]:
    """Return the marks of the campaign's name and of the key, by which both are known."""
    return key.mark("campaign", campaign).hex(), key.mark("key", "check").hex()
