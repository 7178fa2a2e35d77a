"""The campaigns that are measured can be made: nobody runs the benchmarks with every change."""

from pathlib import Path

import pytest

from benchmarks import workloads
from lettergen.cli import run
from lettergen.errors import ExitCode


@pytest.mark.parametrize("suffix", ["csv", "yaml"])
def test_its_campaign_has_no_errors(suffix: str, tmp_path: Path) -> None:
    folder = workloads.campaign(tmp_path / "measured", senders=2, recipients=2, own_words=True, suffix=suffix)
    assert run(["-C", str(folder), "check"]) == ExitCode.OK
