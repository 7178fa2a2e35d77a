"""Opening a ledger's file: created whole, opened with care, refused if it is not what it should be."""

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import OutputError
from lettergen.ledger.key import LedgerKey
from lettergen.ledger.rescue import told
from lettergen.ledger.schema import APPLICATION, VERSION, empty, is_ours

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

__all__ = ["check", "connect", "make", "opened", "refuse_foreign", "refuse_missing"]

SMALL = 64 << 20
"""Bytes up to which every opening looks through the whole file; `verify` always does (0.1 s at 25 MB)."""
SETTINGS = (
    "PRAGMA synchronous = FULL",  # what is reported as done survives a power cut
    "PRAGMA secure_delete = ON",  # what is forgotten is overwritten, not only unlinked
    "PRAGMA recursive_triggers = ON",  # REPLACE must not delete past the rules of the tables
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA cache_size = -16000",  # KiB; letters come in the order of their marks, that is in none
    "PRAGMA temp_store = MEMORY",  # no copy of anything in a folder for temporary files
)


def make(path: Path, campaign: str) -> LedgerKey:
    """Create a ledger at ``path`` and a key beside it, or use the existing key.

    Raises:
        OutputError: The folder does not take it, or a log lies there that a lost ledger has left.
    """
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
    try:
        key = LedgerKey.beside(path)
    except FileNotFoundError:
        key = LedgerKey.make(path)
    from lettergen.outbox.atomic_files import write_file

    write_file(path, empty(*_marks(key, campaign)), force=False)
    return key


def connect(path: Path, *, patience: float, writing: bool) -> "sqlite3.Connection":
    """Open the file and check that it is a ledger that this version can read.

    Args:
        path: `ledger.sqlite`.
        patience: Seconds to wait for another command that is writing.
        writing: Whether anything will be recorded.

    Raises:
        OutputError: It is not a ledger, damaged, of a newer version, or in use.
    """
    import sqlite3

    from lettergen.ledger.rescue import damaged

    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OutputError.of(
            "not-a-file", f"`{path}` is not a regular file.", "put the ledger file itself there."
        )
    if path.exists() and path.stat().st_size == 0:
        raise damaged(path)
    with told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=patience
        )
        try:
            _look(connection, path)
            if writing:
                connection.execute("PRAGMA journal_mode = WAL")
            for setting in SETTINGS:
                connection.execute(setting)
            if not writing:
                connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def opened(path: Path, *, patience: float = 5.0) -> "Iterator[sqlite3.Connection]":
    """Open a ledger to look into it; neither its key nor the campaign's name is needed.

    Raises:
        OutputError: There is none, or it cannot be read.
    """
    refuse_missing(path)
    with closing(connect(path, patience=patience, writing=False)) as connection, told(path):
        yield connection


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
        OutputError: It belongs to another campaign, has another key, or has been altered.
    """
    facts = dict(connection.execute("SELECT name, value FROM meta"))
    of_campaign, of_key = _marks(key, campaign)
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
    if not is_ours(connection):
        raise OutputError.of(
            "ledger-altered",
            f"the tables or triggers of `{path}` have been altered.",
            "run `lettergen ledger verify` to see what is intact, and restore an earlier copy.",
        )


def refuse_foreign(connection: "sqlite3.Connection", path: Path) -> None:
    """See that a database is a ledger of a version that is known.

    Raises:
        OutputError: It isn't.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
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


def _look(connection: "sqlite3.Connection", path: Path) -> None:
    from lettergen.ledger.rescue import damaged

    refuse_foreign(connection, path)
    if path.stat().st_size <= SMALL and connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise damaged(path)


def _marks(key: LedgerKey, campaign: str) -> tuple[str, str]:
    return key.mark("campaign", campaign).hex(), key.mark("key", "check").hex()
