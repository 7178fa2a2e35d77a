"""A mailing on the terminal: what is told while letters come, at the end, and after Ctrl-C."""

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.console import mailings
from lettergen.console.mailings import FAILURES_LISTED, Verbosity, VolumeTally, follow
from lettergen.console.plans import show_plan
from lettergen.errors import Place, Problem
from lettergen.mailing.estimate import Estimate
from lettergen.mailing.production import FinishedVolume, Outcome
from lettergen.mailing.survey import News
from lettergen.outbox.manifest import ManifestEntry
from lettergen.outbox.volumes import Outbox
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER
from lettergen.plan.orders import Order, Plan, Skipped

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


def outcome(
    number: int, *problems: Problem, failed: bool = False, note: str = "", news: News = "new"
) -> Outcome:
    one = order(number)
    entry = ManifestEntry(
        sequence=number + 1,
        letter_id=one.letter_id,
        template="protest",
        language="en",
        date=ON.isoformat(),
        recipient_id=one.recipient_id,
        sender_id=one.sender_id,
        state="failed" if failed else "made",
        pages=0 if failed else 2,
        setting=note,
    )
    return Outcome(entry, problems, news)


class Volumes(Iterator[FinishedVolume]):
    """Volumes that are finished already, or break off."""

    def __init__(
        self, *outcomes: Outcome, kept: int = 0, removed: tuple[str, ...] = (), broken: bool = False
    ) -> None:
        kept_whole = [FinishedVolume(folder="post/volume-0001", letters=kept, is_kept=True)] if kept else []
        made = [FinishedVolume(folder="post/volume-0002", letters=len(outcomes), outcomes=outcomes)]
        self._volumes = iter([*kept_whole, *(made if outcomes else [])])
        self._removed = removed
        self._broken = broken
        self.closed = False

    @property
    def removed(self) -> tuple[str, ...]:
        return self._removed

    def __next__(self) -> FinishedVolume:
        found = next(self._volumes, None)
        if found is None:
            if self._broken:
                raise KeyboardInterrupt
            raise StopIteration
        return found

    def close(self) -> None:
        self.closed = True


BOX = Outbox(folder=Path("outbox"))


def followed(volumes: Volumes, letters: int, verbosity: Verbosity = "full", box: Outbox = BOX) -> VolumeTally:
    return follow(volumes, plan(letters), box, verbosity=verbosity)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


TOO_LONG = Problem(
    "too-long", "the letter takes 3 sheets; 2 are allowed.", "shorten it.", Place("protest.md", 9)
)
MUCH = Estimate(pages=2400, sheets=2400, weight_g=11976.0, disk=5_200_000, seconds=130, samples=12)


def test_the_plan_tells_how_many_to_whom_and_who_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(plan(6, skipped=2), "Protest letter", BOX, MUCH, verbosity="full")
    shown = told(capsys)
    assert "6, 6 recipients × 1 sender" in shown
    assert "recipient-0, recipient-1, recipient-2 and 3 more" in shown
    assert "2: nobody is in office (to late-0, late-1)" in shown
    assert "about 2,400 pages, 2,400 sheets of paper, 12.0 kg" in shown
    assert "about 0:02:10, 5 MB; measured on 12 letters" in shown
    assert "1 of at most 500" in shown
    assert "outbox/protest-2026-02-10" in shown


def test_a_plan_of_more_kinds_than_were_measured_tells_that_its_time_is_rough(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_plan(plan(6), "Protest letter", BOX, replace(MUCH, kinds=13, is_rough=True), verbosity="full")
    assert "measured on 12 letters of 13 kinds, so it may take half or twice as long" in told(capsys)


def test_a_plan_that_cannot_be_measured_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(plan(6), "Protest letter", BOX, Estimate(problems=(TOO_LONG,)), verbosity="full")
    assert "unknown: the sample letter failed: the letter takes 3 sheets" in told(capsys)


def test_the_plan_is_there_for_programs_and_not_for_the_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(plan(6, skipped=2), "Protest letter", BOX, MUCH, verbosity="quiet")
    assert told(capsys) == ""
    show_plan(plan(6, skipped=2), "Protest letter", BOX, MUCH, verbosity="json")
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["event"], found["letters"], found["volumes"]) == ("plan", 6, 1)
    assert found["skipped"] == [{"reason": "nobody is in office", "letters": 2}]
    assert (found["estimate"]["weight_g"], found["estimate"]["rough"]) == (11976, False)


def test_the_sum_counts_letters_and_says_what_comes_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reckoning = followed(Volumes(outcome(0), outcome(1), kept=5), 7)
    assert (reckoning.made, reckoning.kept, reckoning.failed, reckoning.pages) == (2, 5, 0, 4)
    shown = told(capsys)
    assert shown.startswith("2 letters made, 4 pages, 5 there already in ")
    assert "Next: look at post/, print and post it; each volume has all its letters in one" in shown
    assert "Then record it: `lettergen ledger record protest-2026-02-10 --state posted`." in shown
    follow(Volumes(outcome(0)), plan(1), BOX, has_pdfs=False)
    assert "Next: look at post/, print and post it.\n" in told(capsys)


def test_a_mailing_that_is_finished_is_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    followed(Volumes(kept=5), 5)
    assert told(capsys).startswith("Nothing to do: this mailing already has its 5 letters.")


def test_what_has_changed_and_what_went_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    volumes = Volumes(outcome(0, news="changed"), outcome(1, news="kept"), outcome(2), removed=("a--b",))
    followed(volumes, 3)
    shown = told(capsys)
    assert "1 letter regenerated because of changed content:\n  protest--recipient-0--" in shown
    assert "1 letter removed as no longer in the plan:\n  a--b" in shown
    assert "2 letters made" in shown


def test_a_share_is_told_how_it_becomes_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    followed(Volumes(outcome(0)), 1, box=Outbox(folder=Path("outbox"), shard=(2, 3)))
    assert "when all 3 shares are made" in told(capsys)


def test_a_failed_letter_is_told_at_once_and_its_problem_once(capsys: pytest.CaptureFixture[str]) -> None:
    volumes = Volumes(outcome(0, TOO_LONG, failed=True), outcome(1), outcome(2, TOO_LONG, failed=True))
    reckoning = followed(volumes, 3)
    assert reckoning.failed == 2
    shown = told(capsys)
    first, second, *_ = shown.splitlines()
    assert first == "failed protest--recipient-0--jane-example: the letter takes 3 sheets; 2 are allowed."
    assert second.startswith("failed protest--recipient-2--jane-example")
    assert shown.count("protest.md:9: ") == 1
    assert "1 letter made, 2 pages, 2 failed" in shown
    assert "fix what failed and run the same command again; it makes only those letters" in shown


def test_a_flood_of_failures_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    many = FAILURES_LISTED + 30
    followed(Volumes(*(outcome(n, TOO_LONG, failed=True) for n in range(many))), many)
    shown = told(capsys)
    assert shown.count("failed protest--") == FAILURES_LISTED
    assert "Further failures are in the manifest." in shown


def test_the_quiet_hear_only_of_failures(capsys: pytest.CaptureFixture[str]) -> None:
    followed(Volumes(outcome(0), outcome(1, TOO_LONG, failed=True)), 2, "quiet")
    shown = told(capsys)
    assert "failed protest--recipient-1" in shown
    assert "made" not in shown


def test_programs_get_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    followed(Volumes(outcome(0), outcome(1, TOO_LONG, failed=True), kept=3), 5, "json")
    printed = capsys.readouterr()
    events = [json.loads(line) for line in printed.out.splitlines()]
    assert [one["event"] for one in events] == ["volume", "failed", "volume", "sum"]
    assert events[1]["problems"] == [{"name": TOO_LONG.name, "message": TOO_LONG.message}]
    assert {name: events[0][name] for name in ("done", "of", "per_second", "seconds_left")} == {
        "done": 3,
        "of": 5,
        "per_second": None,  # what stood there took no time, and tells nothing of the rest
        "seconds_left": None,
    }
    assert events[2].pop("per_second") > 0
    assert events[2] == {
        "event": "volume",
        "folder": "post/volume-0002",
        "letters": 2,
        "made": 1,
        "replaced": 0,
        "kept": 0,
        "failed": 1,
        "done": 5,
        "of": 5,
        "seconds_left": 0,
    }
    assert {name: events[3][name] for name in ("made", "kept", "failed")} == {
        "made": 1,
        "kept": 3,
        "failed": 1,
    }
    assert printed.err == ""


def test_only_letters_that_were_set_closer_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    tight = str(LADDER[-1])
    balanced = str(replace(COMFORTABLE, bottom_mm=30.0))
    notes = (str(COMFORTABLE), tight, tight, balanced)
    followed(Volumes(*(outcome(n, note=note) for n, note in enumerate(notes))), 4)
    shown = told(capsys)
    assert f"2 letters tightened to fit: {tight}." in shown
    assert shown.count("tightened") == 1


def test_many_settings_are_summed_up_by_the_closest(capsys: pytest.CaptureFixture[str]) -> None:
    letters = [outcome(number, note=str(LADDER[step])) for number, step in enumerate((5, -1, 8))]
    followed(Volumes(*letters), 3)
    shown = told(capsys)
    assert f"3 letters tightened to fit: the tightest {LADDER[-1]}." in shown
    assert shown.count("tightened") == 1


def test_after_ctrl_c_it_is_said_how_far_it_came_and_the_makers_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    volumes = Volumes(outcome(0), outcome(1), kept=2, broken=True)
    with pytest.raises(KeyboardInterrupt):
        followed(volumes, 9)
    assert volumes.closed
    shown = told(capsys)
    assert "4 of 9 letters done" in shown
    assert "Run the same command again to resume." in shown


class Overtaken:
    """Says of some letters that they had gone out."""

    def among(self, changed: Sequence[str]) -> tuple[str, ...]:
        return tuple(changed[1:])


@pytest.mark.parametrize("broken", [False, True])
def test_letters_that_had_gone_out_are_named_at_the_end_and_after_ctrl_c(
    capsys: pytest.CaptureFixture[str], *, broken: bool
) -> None:
    volumes = Volumes(*(outcome(n, news="changed") for n in range(8)), broken=broken)
    with pytest.raises(KeyboardInterrupt) if broken else nullcontext():
        follow(volumes, plan(9), BOX, posted_before=Overtaken())
    shown = " ".join(told(capsys).split())
    assert "[changed-after-posting] 7 letters were regenerated after being sent" in shown
    assert "`protest--recipient-5--jane-example` and 2 more." in shown


def test_of_many_reasons_the_most_frequent_are_told_and_for_whom(capsys: pytest.CaptureFixture[str]) -> None:
    late = plan(6, skipped=2).skipped
    recipients = [f"recipient-{n}" for n in range(6)] + ["late-0", "late-1"]
    twice = [Skipped(one, f"s-{n}", f"as `{n}`") for n in range(12) for one in recipients]
    show_plan(replace(plan(6), skipped=(*late, *twice)), "Protest letter", BOX, MUCH, verbosity="full")
    shown = [line.strip() for line in told(capsys).splitlines()]
    assert "skipped    8: as `0` (from s-0)" in shown
    assert not any("nobody is in office" in line for line in shown)  # the rarest is cut
    assert "34 for 5 further reasons, listed in the manifest" in shown
    show_plan(plan(6, skipped=1), "Protest letter", BOX, MUCH, verbosity="full")
    assert "skipped    1: nobody is in office (to late-0)" in told(capsys)


def test_problems_without_number_take_no_memory_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "MOST_PROBLEMS", 3)
    reckoning = VolumeTally(planned=9, here=9)
    names = ["grey", "grey", "grey", "grey", "far", "far", "grey"]
    outcomes = [outcome(n, Problem(name, f"fax {n}.", "Look.")) for n, name in enumerate(names)]
    outcomes.append(outcome(9, Problem("grey", "fax 0.", "Look.")))
    reckoning.add(FinishedVolume(folder="fax/volume-0001", letters=8, outcomes=tuple(outcomes)))
    assert [one.name for one in reckoning.problems] == ["grey", "grey", "grey", "far"]
    assert reckoning.more == 3


def test_the_pace_is_that_of_the_volumes_this_run_has_worked_on() -> None:
    reckoning = VolumeTally(planned=1000, here=800)
    assert reckoning.pace(3.0) is None
    reckoning.add(FinishedVolume(folder="post/volume-0001", letters=500, is_kept=True))
    assert reckoning.pace(3.0) is None
    # A letter that is taken over into a changed volume is work, too.
    outcomes = (*(outcome(n, news="kept") for n in range(99)), outcome(99, news="changed"))
    reckoning.add(FinishedVolume(folder="post/volume-0002", letters=100, outcomes=outcomes))
    assert reckoning.pace(4.0) == (25.0, 8.0)
