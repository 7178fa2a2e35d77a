"""Public holidays of the recipient's country: told where the library is, and unknown without it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.delivery.fax.office_hours import FaxOffice
from lettergen.reference import public_holidays
from lettergen.reference.public_holidays import public_holiday

Write = Callable[[Mapping[str, str | bytes]], Path]
BERLIN = FaxOffice("Europe/Berlin", frozenset({5, 6}), "DE")


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that does not have the extra."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    public_holidays._in_year.cache_clear()
    yield
    public_holidays._in_year.cache_clear()


@pytest.mark.parametrize(
    ("day", "country", "name"),
    [
        (date(2026, 12, 25), "DE", "Christmas Day"),
        (date(2026, 5, 17), "NO", "Constitution Day"),
        (date(2026, 10, 1), "CN", "National Day"),
        (date(2026, 12, 24), "DE", ""),
        (date(2026, 12, 25), "XX", ""),
        (date(2026, 12, 25), None, ""),
        (date(2026, 8, 15), "DE", ""),  # Assumption is one in parts of the country only
    ],
)
def test_a_holiday_has_its_name(day: date, country: str | None, name: str) -> None:
    assert public_holiday(day, country) == name


@pytest.mark.usefixtures("without")
def test_without_the_extra_no_holiday_is_known() -> None:
    assert public_holiday(date(2026, 12, 25), "DE") == ""


def calls(office: FaxOffice, after: datetime, count: int) -> list[str]:
    slots = office.slots(after, timedelta(minutes=2), timedelta(hours=6))
    return [f"{next(slots):%m-%d %H:%M}" for _ in range(count)]


def test_no_call_is_made_on_a_holiday() -> None:
    # Thursday the 24th; Friday is Christmas, and Easter Monday is one in the other half of the year.
    assert calls(BERLIN, datetime(2026, 12, 24, 12, tzinfo=UTC), 2) == ["12-24 12:00", "12-28 08:00"]
    assert calls(BERLIN, datetime(2026, 4, 2, 15, tzinfo=UTC), 2) == ["04-07 07:00", "04-07 13:00"]
    nowhere = FaxOffice("Europe/Berlin", frozenset({5, 6}))
    assert calls(nowhere, datetime(2026, 12, 25, 12, tzinfo=UTC), 1) == ["12-25 12:00"]


@pytest.mark.usefixtures("without")
def test_without_the_extra_calls_are_made_on_every_work_day() -> None:
    assert calls(BERLIN, datetime(2026, 12, 25, 12, tzinfo=UTC), 1) == ["12-25 12:00"]


def test_holidays_in_a_span_are_those_of_work_days() -> None:
    start, end = datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)
    assert list(BERLIN.holidays(start, end)) == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2027, 1, 1), "New Year's Day"),
    ]


RECIPIENTS = """\
recipients:
  - {id: one, name: Ada Example, address: [0030 Oslo], country: "NO", languages: [en], channels: [hand]}
  - {id: two, name: Bo Example, fax: "+49 30 1234567", address: [2 Square], country: DE, languages: [en]}
"""
SENDERS = "senders:\n  - {id: jane, name: Jane Example, address: [1 Street], place: London, country: GB}\n"
TEMPLATE = "---\ntitle: A note\nlanguage: en\nsubject: A note\n---\nPlease reply.\n"


@pytest.fixture
def campaign(write: Write) -> Path:
    return write(
        {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "letter_templates/note.md": TEMPLATE}
    )


def test_a_letter_handed_over_on_a_holiday_is_told(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day, count in (("2028-05-17", 1), ("2028-05-18", 0)):
        out = str(tmp_path / f"{day}.txt")
        words = ["write", "note", "--to", "one", "--from", "jane", "--date", day, "-o", out]
        assert run(["--folder", str(campaign), *words]) == 0
        told = " ".join(capsys.readouterr().err.split())
        assert told.count("[public-holiday]") == count
        assert ("handed over on 2028-05-17, a public holiday in Norway: Constitution Day." in told) == count


def test_calls_that_wait_for_a_holiday_are_told_once(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "letter.tif")
    letter = ["write", "note", "--to", "two", "--from", "jane", "--date", "2026-12-24", "-o", out]
    assert run(["--folder", str(campaign), *letter]) == 0
    capsys.readouterr()
    words = ["handover", out, "--to", "two", "--for", "hylafax", "--dry-run"]
    assert run(["--folder", str(campaign), *words, "--start", "2026-12-25 10:00+01:00"]) == 0
    shown = capsys.readouterr()
    assert "Public holidays are not looked at" not in shown.err
    told = " ".join(shown.err.split())
    assert told.count("[public-holiday]") == 1
    assert "no call is made on 2026-12-25, a public holiday in Germany: Christmas Day." in told
    assert "2026-12-28 09:00" in shown.out


@pytest.mark.usefixtures("without")
def test_calls_planned_without_the_extra_say_so_and_how_to_get_it(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "letter.tif")
    letter = ["write", "note", "--to", "two", "--from", "jane", "--date", "2026-12-24", "-o", out]
    assert run(["--folder", str(campaign), *letter]) == 0
    words = ["handover", out, "--to", "two", "--for", "hylafax", "--dry-run"]
    assert run(["--folder", str(campaign), *words]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "Public holidays are not looked at; to have calls wait for them: `" in told
    assert "holidays" in told.rpartition("for them: ")[2]
