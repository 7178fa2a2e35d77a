"""lettergen as a library: the same letters as the command's, and a word to nobody."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import lettergen
from lettergen import LettergenError, MailingRequest, OpenCampaign, PartySelection, open_campaign
from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems, MissingOptionError, UnknownName
from lettergen.pages.fax.options import FaxOptions

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "how-to" / "use-as-a-library.md"
TODAY = date(2006, 12, 2)
NOON = datetime(2006, 12, 2, 12, tzinfo=UTC)
REQUEST = MailingRequest(
    templates=("protest-letter",),
    recipients=PartySelection(ids=("cn-embassy-uk", "cn-president-hu")),
    senders=PartySelection(ids=("lfnkr",)),
    on=TODAY,
    formats=("txt",),
)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the sample campaign."""
    for name in ("letter_templates", "cases", "signatures"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("recipients.yaml", "senders.yaml", "lettergen.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def campaign(samples: Path) -> OpenCampaign:
    return open_campaign(samples)


def test_checking_finds_what_is_wrong_at_its_place(samples: Path) -> None:
    (samples / "mailing.yaml").write_text("templates: protest-leter\n", encoding="utf-8")
    found = open_campaign(samples).check(today=TODAY)
    (problem,) = (one for one in found if one.name == "unknown-template")
    assert problem.place is not None
    assert (Path(problem.place.file).name, problem.place.line) == ("mailing.yaml", 1)


def test_a_letter_is_that_of_the_command(
    campaign: OpenCampaign, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = campaign.write("protest-letter", to="cn-embassy-uk", sender="lfnkr", on=TODAY)
    assert capsys.readouterr() == ("", "")
    assert not made.failed
    words = ["write", "protest-letter", "--to", "cn-embassy-uk", "--from", "lfnkr", "--date", "2006-12-02"]
    file = samples / "letter.pdf"
    assert run(["--folder", str(samples), *words, "-o", str(file)], today=TODAY) == ExitCode.OK
    assert dict(made.contents) == {"pdf": file.read_bytes()}
    assert file.read_bytes().startswith(b"%PDF-")


def test_a_letter_has_the_date_that_is_given_and_no_other(campaign: OpenCampaign) -> None:
    with pytest.raises(MissingOptionError) as caught:
        campaign.write("protest-letter", to="cn-embassy-uk", sender="lfnkr")
    assert [one.name for one in caught.value.problems] == ["missing-date"]
    with pytest.raises(MissingOptionError):
        campaign.plan(replace(REQUEST, on=None))
    made = campaign.write("protest-letter", to="cn-embassy-uk", sender="lfnkr", format="txt", now=NOON)
    assert b"2 December 2006" in dict(made.contents)["txt"]
    assert campaign.plan(replace(REQUEST, on=None), today=TODAY).on == TODAY


def test_the_present_time_is_printed_on_a_fax_of_today_only() -> None:
    asked = FaxOptions(at=datetime(2006, 12, 1, 8))  # noqa: DTZ001 - the sender's own clock
    at = FaxOptions().for_letter_of(TODAY, NOON).at
    assert at == NOON.replace(tzinfo=None)
    assert FaxOptions().for_letter_of(date(2006, 12, 3), NOON).at is None
    assert asked.for_letter_of(TODAY, NOON) == asked


def test_nothing_is_made_of_facts_with_errors(samples: Path) -> None:
    with (samples / "recipients.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {id: nobody, countri: NO}\n")
    campaign = open_campaign(samples)
    with pytest.raises(InputProblems):
        campaign.write("protest-letter", to="cn-embassy-uk", on=TODAY)
    with pytest.raises(InputProblems):
        campaign.plan(REQUEST)


def test_a_mailing_is_planned_and_made_and_then_stands(
    campaign: OpenCampaign, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = campaign.plan(REQUEST)
    assert [order.recipient_id for order in plan.orders] == ["cn-embassy-uk", "cn-president-hu"]
    assert sorted(path.name for path in samples.glob("ledger*")) == []
    with campaign.ledger(now=lambda: NOON) as ledger:
        (volume,) = campaign.batch(REQUEST, plan=plan, ledger=ledger, outbox=samples / "made", workers=1)
        assert [outcome.entry.state for outcome in volume.outcomes] == ["made", "made"]
        (again,) = campaign.batch(REQUEST, ledger=ledger, outbox=samples / "made")
    assert again.is_kept
    assert len(list((samples / "made" / plan.name / volume.folder).glob("0000?-*.txt"))) == 2
    assert capsys.readouterr() == ("", "")


def test_what_another_mailing_has_written_is_left_out(campaign: OpenCampaign, samples: Path) -> None:
    with campaign.ledger(now=lambda: NOON) as ledger:
        assert list(campaign.batch(REQUEST, ledger=ledger))
    with pytest.raises(InputProblems) as caught:
        campaign.plan(replace(REQUEST, name="another"))
    assert {one.name for one in caught.value.problems} == {"nothing-to-write"}
    assert len(campaign.plan(replace(REQUEST, name="another", again=True)).orders) == 2


def test_an_unknown_name_is_an_error_to_catch(campaign: OpenCampaign) -> None:
    with pytest.raises(UnknownName) as caught:
        campaign.write("protest-letter", to="cn-embasy-uk", on=TODAY)
    assert isinstance(caught.value, LettergenError)
    assert "cn-embassy-uk" in caught.value.problems[0].fix


def test_the_package_has_no_other_names() -> None:
    assert {name for name in lettergen.__all__ if not hasattr(lettergen, name)} == set()
    with pytest.raises(AttributeError, match="no attribute 'open_campain'"):
        lettergen.open_campain  # noqa: B018


def example() -> str:
    """The program of the page on the library."""
    (found,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def test_the_example_of_the_docs_runs(samples: Path) -> None:
    assert 'if __name__ == "__main__":' in example()
    (samples / "program.py").write_text(example(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "program.py"],
        cwd=samples, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert (samples / "letter.pdf").read_bytes().startswith(b"%PDF-")
    *warnings, planned, volume = done.stdout.splitlines()
    assert all("warning" in line or "error" not in line for line in warnings)
    assert planned == "2 letters are planned"
    assert volume == "post/volume-0001: 2 letters, 0 failed"


def test_the_package_says_that_it_has_types() -> None:
    assert Path(lettergen.__file__).with_name("py.typed").is_file()
