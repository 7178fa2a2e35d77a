"""`ledger.key`: the campaign's secret, which turns ids of people into marks in the ledger."""

import hmac
import os
import re
import secrets
import shlex
import stat
from dataclasses import dataclass, field
from pathlib import Path

from lettergen.errors import OutputError
from lettergen.facts.regular_files import open_regular
from lettergen.outbox.atomic_files import write_file

__all__ = ["KEY_FILE", "MARK", "LedgerKey", "refuse_unshared"]

KEY_FILE = "ledger.key"
MARK = 16
"""Bytes of a mark: 128 bits, so that two people never share one by chance."""

OTHERS = 0o077
LONGEST = 66
_FORM = re.compile(r"[0-9a-f]{64}\r?\n?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A campaign's random secret: with it an id can be checked, without it none can be guessed.

    A plain hash of an id, or of a letter that holds a name, would be found out by
    trying all names there are; HMAC-SHA256 (RFC 2104) with a secret is not.
    """

    secret: bytes = field(repr=False)

    @classmethod
    def beside(cls, ledger: Path) -> "LedgerKey":
        """Read the key that lies beside a ledger.

        Raises:
            FileNotFoundError: There is none.
            OutputError: The file is not a key, or other users of this machine can read it.
        """
        path = ledger.with_name(KEY_FILE)
        text, mode = _read(path)
        if not _FORM.fullmatch(text):
            raise OutputError.of(
                "not-a-ledger-key",
                f"`{path}` is not a ledger key.",
                "put the campaign's own `ledger.key` there, from a copy or from another laptop.",
            )
        if os.name == "posix" and mode & OTHERS:
            raise OutputError.of(
                "ledger-key-open",
                f"`{path}` can be read or changed by other users of this machine (mode {mode:04o}).",
                f"run `chmod 600 {shlex.quote(str(path))}`; whoever has copied it can tell who has written.",
            )
        return cls(bytes.fromhex(text.strip()))

    @classmethod
    def needed(cls, ledger: Path) -> "LedgerKey":
        """Read the key that must lie beside a ledger.

        Raises:
            OutputError: There is none, or the file is not a key.
        """
        try:
            return cls.beside(ledger)
        except FileNotFoundError:
            raise OutputError.of(
                "ledger-key-missing",
                f"the key of `{ledger}` is missing.",
                "put the campaign's `ledger.key` beside it, from a copy or from another laptop.",
            ) from None

    @classmethod
    def make(cls, ledger: Path) -> "LedgerKey":
        """Create a key beside a ledger, readable by the owner only."""
        key = cls(secrets.token_bytes(32))
        write_file(ledger.with_name(KEY_FILE), f"{key.secret.hex()}\n".encode("ascii"), force=False)
        return key

    def shown(self, recipient: str) -> str:
        """Return a recipient's id as it stands in the ledger: a mark, if it was calculated from a name."""
        from lettergen.facts.fields import CALCULATED_ID

        is_guessable = CALCULATED_ID.fullmatch(recipient)
        return f"#{self.mark('recipient', recipient).hex()}" if is_guessable else recipient

    def mark(self, kind: str, value: str) -> bytes:
        """Return what stands for ``value`` in the ledger.

        Args:
            kind: What the value is; the same word as a sender and as a letter has two marks.
            value: An id, or a check sum of something that holds a name.
        """
        return hmac.digest(self.secret, f"{kind}\0{value}".encode(), "sha256")[:MARK]


def _read(path: Path) -> tuple[str, int]:
    """Return what the key's file holds, and who may read it; nothing if it is no regular file.

    Raises:
        FileNotFoundError: There is none.
    """
    try:
        file = os.fdopen(open_regular(path), "rb")
    except FileNotFoundError:
        raise
    except OSError:
        return "", 0
    with file:
        text = file.read(LONGEST + 1).decode("ascii", errors="replace")
        return text, stat.S_IMODE(os.fstat(file.fileno()).st_mode)


def refuse_unshared(ledger: Path) -> None:
    """Check that there is a key for several laptops to share, before each creates its own.

    Raises:
        OutputError: There is none.
    """
    path = ledger.with_name(KEY_FILE)
    if not path.exists():
        raise OutputError.of(
            "shard-without-key",
            f"there is no `{path}`: each laptop would create its own key, and the ledgers could "
            "not be merged.",
            "run `lettergen ledger start` on one laptop, copy its campaign folder with `ledger.key` to the "
            "others, then make the shares.",
        )
