"""Kill a mailing with SIGKILL at random moments, many times over, and see whether the next run completes it.

    python benchmarks/kills.py 200

Each round starts a mailing, kills it up to three times, lets it finish, and compares the tree with that of a
run which nobody has disturbed. The moments are drawn from a fixed seed; where in the work they fall
depends on the machine.
"""

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LETTERS = 60
VOLUME = 5
SEED = 20061202
KILLS_A_ROUND = 3
TEMPLATE = (
    "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\nDear {{ recipient.name }}, please reply.\n"
)


def campaign(root: Path) -> Path:
    (root / "letter_templates").mkdir(parents=True)
    people = "".join(
        f"  - {{id: r-{n}, name: Reader {n}, address: [Road {n}], country: NO, tags: all}}\n"
        for n in range(LETTERS)
    )
    (root / "recipients.yaml").write_text(f"recipients:\n{people}")
    (root / "senders.yaml").write_text(
        "senders:\n  - {id: one, name: Max Muster, address: [Weg 1, Berlin], country: DE}\n"
    )
    (root / "letter_templates" / "note.md").write_text(TEMPLATE)
    return root


def command(folder: Path) -> list[str]:
    words = ["batch", "note", "--tag", "all", "--date", "2026-01-15", "--format", "txt", "--format", "html"]
    words += ["--volume-size", str(VOLUME), "--workers", "2", "--yes", "--quiet"]
    return [sys.executable, "-m", "lettergen", "-C", str(folder), *words]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run_for(folder: Path, seconds: float) -> bool:
    """Run the mailing and kill it after so long; say whether it was killed."""
    run = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run.wait(seconds)
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGKILL)
    return run.wait() == -signal.SIGKILL


def main(wanted: int) -> int:
    draw = random.Random(SEED)  # noqa: S311 - the moment of a kill is no secret
    kills = rounds = identical = 0
    with tempfile.TemporaryDirectory() as scratch:
        whole = campaign(Path(scratch) / "whole")
        began = time.perf_counter()
        subprocess.run(command(whole), check=True)
        usual = time.perf_counter() - began
        right = tree(whole / "outbox")
        while kills < wanted:
            folder = campaign(Path(scratch) / f"round-{rounds}")
            for _ in range(KILLS_A_ROUND):
                kills += run_for(folder, draw.uniform(0.2, 1.05) * usual)
            completed = subprocess.run(command(folder), check=False, capture_output=True).returncode == 0
            rounds += 1
            identical += completed and tree(folder / "outbox") == right
            shutil.rmtree(folder)
    print(f"{kills} kills in {rounds} mailings of {LETTERS} letters, {identical} identical in the end")
    return 0 if identical == rounds else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
