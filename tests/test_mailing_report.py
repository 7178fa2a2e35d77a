"""A mailing on the terminal: what is told while letters come, at the end, and after Ctrl-C."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.console.mailings import FAILURES_LISTED, follow, show_plan
from lettergen.errors import Place, Problem
from lettergen.mailing.engine import MANIFEST, Outcome
from lettergen.mailing.manifest import Entry, Manifest
from lettergen.mailing.plan import Order, Plan, Skipped
from lettergen.pages.fit import COMFORTABLE, LADDER

ON = date(2026, 2, 10)


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of the terminal in which the tests run decide what is printed."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def order(number: int, language: str = "en") -> Order:
    return Order("protest", f"recipient-{number}", "jane-example", "example", ON, language)


def plan(letters: int, skipped: int = 0) -> Plan:
    return Plan(
        orders=tuple(order(number) for number in range(letters)),
        skipped=tuple(Skipped(f"late-{n}", "jane-example", "nobody is in office") for n in range(skipped)),
        template="protest",
        on=ON,
    )


def outcome(number: int, *problems: Problem, failed: bool = False, note: str = "") -> Outcome:
    one = order(number)
    return Outcome(one, one.letter_id, 0 if failed else 2, (), problems, failed, note)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


TOO_LONG = Problem(
    "too-long", "the letter takes 3 sheets; 2 are allowed.", "shorten it.", Place("protest.md", 9)
)


def test_the_plan_tells_how_many_to_whom_and_who_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(plan(6, skipped=2), "Protest letter", Path("outbox/x"), ["pdf", "txt"], combined=True)
    shown = told(capsys)
    assert "6, 6 recipients × 1 sender" in shown
    assert "recipient-0, recipient-1, recipient-2 and 3 more" in shown
    assert "2: nobody is in office" in shown
    assert "pdf, txt, one PDF of all, a manifest" in shown
    assert "outbox/x" in shown


def test_the_sum_counts_letters_and_pages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    reckoning = follow(iter([outcome(0), outcome(1)]), plan(2), tmp_path)
    assert (reckoning.made, reckoning.failed, reckoning.pages) == (2, 0, 4)
    assert told(capsys).startswith("2 letters made, 4 pages in ")


def test_a_failed_letter_is_told_at_once_and_its_problem_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reckoning = follow(
        iter([outcome(0, TOO_LONG, failed=True), outcome(1), outcome(2, TOO_LONG, failed=True)]),
        plan(3),
        tmp_path,
    )
    assert reckoning.failed == 2
    shown = told(capsys)
    first, second, *_ = shown.splitlines()
    assert first == "failed protest--recipient-0--jane-example: the letter takes 3 sheets; 2 are allowed."
    assert second.startswith("failed protest--recipient-2--jane-example")
    assert shown.count("protest.md:9: ") == 1
    assert "1 letter made, 2 pages, 2 failed" in shown


def test_a_flood_of_failures_is_cut(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    many = FAILURES_LISTED + 30
    follow((outcome(n, TOO_LONG, failed=True) for n in range(many)), plan(many), tmp_path)
    shown = told(capsys)
    assert shown.count("failed protest--") == FAILURES_LISTED
    assert "Further failures are in the manifest." in shown


def test_only_letters_that_were_set_closer_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tight = str(LADDER[-1])
    balanced = str(replace(COMFORTABLE, bottom_mm=30.0))
    notes = (str(COMFORTABLE), tight, tight, balanced)
    follow((outcome(n, note=note) for n, note in enumerate(notes)), plan(4), tmp_path)
    shown = told(capsys)
    assert f"2 letters set closer to fit: {tight}." in shown
    assert shown.count("set closer") == 1


def test_after_ctrl_c_the_manifest_says_how_far_it_came(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def letters() -> Iterator[Outcome]:
        yield outcome(0)
        entries = (
            Entry(
                sequence=number,
                letter_id=order(number).letter_id,
                template="protest",
                language="en",
                date=ON.isoformat(),
                recipient_id=f"recipient-{number}",
                sender_id="jane-example",
                state="made",
            )
            for number in range(4)
        )
        (tmp_path / MANIFEST).write_bytes(Manifest.of(entries).to_bytes())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(letters(), plan(9), tmp_path)
    shown = told(capsys)
    assert "4 of 9 letters made" in shown
    assert "--force" in shown


def test_the_makers_are_told_to_stop(tmp_path: Path) -> None:
    closed = []

    class Letters(Iterator[Outcome]):
        def __next__(self) -> Outcome:
            raise KeyboardInterrupt

        def close(self) -> None:
            closed.append(True)

    with pytest.raises(KeyboardInterrupt):
        follow(Letters(), plan(1), tmp_path)
    assert closed == [True]


def test_many_settings_are_summed_up_by_the_closest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    letters = [outcome(number, note=str(LADDER[step])) for number, step in enumerate((5, -1, 8))]
    follow(iter(letters), plan(3), tmp_path)
    shown = told(capsys)
    assert f"3 letters set closer to fit: the closest {LADDER[-1]}." in shown
    assert shown.count("set closer") == 1
