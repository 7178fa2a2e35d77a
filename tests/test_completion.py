"""What the shell is offered while somebody types a command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

OFFERED = {
    "batch protest-letter --to cn-embassy-u": {"cn-embassy-uk", "cn-embassy-usa"},
    "batch protest-letter --from citizen-j": {"citizen-jp"},
    "batch protest-letter --tag emb": {"embassy"},
    "batch protest-letter --office head-of-": {"head-of-government", "head-of-state"},
    "batch protest-letter --own-country --from-country J": {"JP"},
    "batch protest-letter --language d": {"de"},
    "batch protest-letter --channel re": {"registered"},
    "batch protest-letter --format t": {"txt", "tif"},
    "write prote": {"protest-letter"},
    "write protest-letter --notation ur": {"urgent"},
    "write protest-letter --stationery us": {"us-9"},
    "preview protest-letter --case prisoner": {"prisoner-in-weifang"},
    "verify x.pdf --profile no": {"notify"},
    "labels --sheet l716": {"l7160", "l7163", "l7165"},
    "check --select missing-d": {"missing-date"},
}


def offered(line: str, folder: Path) -> set[str]:
    words = ["lettergen", *line.split()]
    done = subprocess.run(
        [sys.executable, "-m", "lettergen"],
        cwd=folder,
        env={
            **os.environ,
            "_LETTERGEN_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stderr == ""
    return {one.rpartition(",")[2] for one in done.stdout.split()}


@pytest.mark.parametrize("line", OFFERED)
def test_ids_and_keys_are_offered(line: str) -> None:
    assert OFFERED[line] <= offered(line, ROOT)


def test_finished_mailings_are_offered_and_broken_files_offer_nothing(tmp_path: Path) -> None:
    (tmp_path / "lettergen.toml").write_text("", encoding="utf-8")
    mailing = tmp_path / "outbox" / "spring"
    mailing.mkdir(parents=True)
    (mailing / "manifest.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "outbox" / "half-made").mkdir()
    assert offered("verify outbox/", tmp_path) <= {"outbox/spring", "outbox/half-made"}
    assert offered("kits out", tmp_path) == {"outbox/spring"}
    (tmp_path / "recipients.yaml").write_text("recipients: [", encoding="utf-8")
    assert offered("write protest-letter --to cn", tmp_path) == set()
