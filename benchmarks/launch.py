"""Starts one command and tells what it took.

A program of its own, because on Linux a child begins with the peak memory of the process that started it.
This one has ten mebibytes, less than whatever is measured.

    python -S -E launch.py LOG WATCH WORD …
"""

import ctypes
import json
import os
import sys
import threading
import time

EVERY_SECONDS = 0.2
"""How often memory is looked at; each look at a process takes well under a millisecond."""
SUBREAPER = 36  # prctl(2), PR_SET_CHILD_SUBREAPER: orphans of what we start come to us to be counted


def main(log: str, is_watched: bool, words: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    began = time.perf_counter()
    child = os.posix_spawnp(
        words[0],
        words,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0)] + [(os.POSIX_SPAWN_DUP2, told, to) for to in (1, 2)],
        setpgroup=0,
    )
    sums = [0]
    over = threading.Event()
    if is_watched:
        threading.Thread(target=watch, args=(sums, over), daemon=True).start()
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - began
    cpu, rss = used.ru_utime + used.ru_stime, used.ru_maxrss
    while True:
        try:
            _, _, also = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu, rss = cpu + also.ru_utime + also.ru_stime, max(rss, also.ru_maxrss)
    over.set()
    unit = 1024 if sys.platform == "linux" else 1 << 20
    found = {"wall": wall, "cpu": cpu, "rss": rss / unit, "pss": max(sums) / 1024}
    print(json.dumps({"code": os.waitstatus_to_exitcode(status), **found}))


def watch(sums: list[int], over: threading.Event) -> None:
    """Add up, every so often, the memory of all that came from here; pages that are shared count once."""
    while not over.wait(EVERY_SECONDS):
        sums.append(sum(map(proportional, descendants(os.getpid()))))


def descendants(root: int) -> list[int]:
    parents = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 pathlib would be more memory
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:  # noqa: PTH123
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found: list[int] = []
    fresh = [root]
    while fresh:
        fresh = [one for one, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def proportional(process: int) -> int:
    """Return a process's share of memory (PSS) in kibibytes."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:  # noqa: PTH123
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "1", sys.argv[3:])
