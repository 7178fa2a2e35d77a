"""What can be made again and takes long: kept in a folder of this user's, and believed only from there.

What is kept is run or unpickled, so a file counts only if nobody else can have
written it. Nothing about a letter, its people or its campaign is kept this way.
"""

import os
import stat
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

__all__ = ["keep", "kept"]

_DIGEST = sha256().digest_size


def kept(path: Path) -> bytes | None:
    """Return what was kept in a file; None if there is nothing, or not to be believed."""
    with suppress(OSError, AttributeError):  # there may be no `getuid`
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            if not _is_closed(path.parent) or not _is_mine(os.fstat(file.fileno())):
                return None
            digest, data = file.read(_DIGEST), file.read()
        return data if sha256(data).digest() == digest else None
    return None


def keep(path: Path, data: bytes) -> None:
    """Keep something, whole or not at all; where it would not be believed, don't."""
    with suppress(OSError, AttributeError):
        if not _is_closed(path.parent):
            return
        # Several processes may come here at once; each puts the same into place.
        handle, torso = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sha256(data).digest() + data)
            Path(torso).replace(path)
        except OSError:
            Path(torso).unlink(missing_ok=True)


def _is_closed(folder: Path) -> bool:
    return _is_mine(folder.stat())


def _is_mine(found: os.stat_result) -> bool:
    is_known = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return is_known and found.st_uid == os.getuid() and not found.st_mode & 0o022
