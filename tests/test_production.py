"""A mailing is whole, accounted for and the same however it was made; nobody's fault is another's."""

import errno
import json
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.errors import InputProblems, OutputError, UnknownName
from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import catalogue
from lettergen.mailing.production import Outcome
from lettergen.mailing.workers import usable_cores
from lettergen.outbox.manifest import Manifest, ManifestEntry, ManifestFile
from lettergen.outbox.volumes import COMBINED, MANIFEST
from lettergen.plan.orders import Order, Plan, Skipped, plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.mailroom import (
    is_as_the_manifest_says,
    letters_in,
    made,
    mail,
    manifest,
    outcomes_of,
    states,
    tidy,
    tree,
)

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

DAY = date(2002, 6, 13)
CANARY = "Quoxvinia"
COUNTRIES = ("FR", "DE", "GB", "AT", "CH")

RECIPIENT = """\
  - id: minister-{number}
    name: {{family: {canary}{letter}, given: Ztrelbnu, courtesy: Ms.}}
    title: Minister
    organisation: Ministry {number}
    address: ["{number} Main Street", Town]
    country: {country}
"""
SENDERS = """\
senders:
  - id: society
    name: {family: Quoxvinia, given: Otto}
    organisation: Example Society
    place: Berlin
    address: [Beispielweg 3, 10000 Berlin]
    country: DE
    fax: "+49 30 1"
  - id: teacher
    name: {family: Muster, given: Quoxvinia}
    place: Berlin
    address: [Weg 1, 10000 Berlin]
    country: DE
    own_words: I teach children, and I think of those who cannot come to school.
"""
HEAD = "---\ntitle: An appeal\nlanguage: en\nuses: [sender, recipient{uses}]\nsubject: An appeal\n---\n"
TEMPLATES = {
    "appeal": "We write to you, {{ recipient.name }}, and ask for mercy and a reply.\n\n"
    "{% if own_words %}{{ own_words }}{% endif %}",
    "by-fax": "We also send this letter by fax from {{ sender.fax }}, and ask for a reply.",
    "endless": "{% for a in case.events %}" * 6 + "{{ a.what }}" + "{% endfor %}" * 6,
    "in-own-words": "We ask for a reply. {{ own_words }}",
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("campaign")
    people = (
        RECIPIENT.format(number=number, canary=CANARY, letter="abcde"[number - 1], country=country)
        for number, country in enumerate(COUNTRIES, start=1)
    )
    events = "".join(f"  - {{what: thing {number}, on: 2002-05-01}}\n" for number in range(100))
    (root / "letter_templates").mkdir()
    (root / "cases").mkdir()
    for name, text in {
        "lettergen.toml": 'name = "Test"\nposted_from = "DE"\n',
        "recipients.yaml": "recipients:\n"
        + "".join(people)
        + "    checked: {on: 1999-01-01, source: a list}\n",
        "senders.yaml": SENDERS,
        "cases/long.yaml": f"title: a long case\nsummary: Long.\nevents:\n{events}",
        **{
            f"letter_templates/{name}.md": HEAD.format(uses=", case" if "case" in body else "") + body + "\n"
            for name, body in TEMPLATES.items()
        },
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    assert Campaign.open(root).problems == ()
    return root


def planned(folder: Path, name: str = "appeal", *, people: int = 5, case: str | None = None) -> Plan:
    campaign = Campaign.open(folder)
    templates, _ = catalogue(campaign.template_folders[:1])
    template = next(one for one in templates if one.name == name)
    return plan(
        template, recipients=campaign.recipients[:people], senders=campaign.senders, case_id=case, on=DAY
    )


def as_text(folder: Path) -> RenderTerms:
    return RenderTerms(folder=folder, formats=("txt",))


def on_disk(outbox: Path) -> list[str]:
    return [path.name for path in letters_in(outbox)]


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    with tidy():
        yield


@pytest.fixture(scope="module")
def mailings(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, list[Outcome]]]:
    """The same six letters in two volumes, by one process and by two."""
    found = {}
    for workers in (1, 2):
        outbox = tmp_path_factory.mktemp(f"outbox-{workers}")
        terms = RenderTerms(folder=folder, formats=("pdf", "txt"))
        plan = planned(folder, people=3)
        found[workers] = (outbox, made(plan, terms, outbox, workers=workers, volume_size=4))
    return found


def test_a_changed_byte_and_a_lost_file_are_seen(folder: Path, tmp_path: Path) -> None:
    made(planned(folder, people=1), as_text(folder), tmp_path)
    before = tree(tmp_path)
    assert is_as_the_manifest_says(tmp_path)
    letter = letters_in(tmp_path)[0]
    letter.write_bytes(letter.read_bytes().replace(b"mercy", b"Mercy"))
    assert tree(tmp_path) != before
    assert not is_as_the_manifest_says(tmp_path)
    letter.unlink()
    assert not is_as_the_manifest_says(tmp_path)


Mailings = dict[int, tuple[Path, list[Outcome]]]


def test_a_mailing_has_every_letter_one_file_of_all_and_a_manifest(mailings: Mailings) -> None:
    outbox, outcomes = mailings[2]
    assert sorted(path.name for path in outbox.iterdir()) == [".lettergen", "appeal-2002-06-13"]
    assert [problem.message for one in outcomes for problem in one.problems] == []
    assert {(one.entry.pages, one.entry.sheets, one.entry.weight_g) for one in outcomes} == {(1, 1, 5.0)}
    names = on_disk(outbox)
    assert len(names) == 12
    assert names[0] == "00001-appeal--minister-1--society.pdf"
    assert [entry.sequence for entry in manifest(outbox)] == list(range(1, 7))
    assert is_as_the_manifest_says(outbox)


def test_the_joined_file_has_the_letters_in_plan_order(mailings: Mailings) -> None:
    import pypdfium2

    outbox, _ = mailings[2]
    ministries = []
    for path in sorted(outbox.glob(f"*/post/volume-*/{COMBINED}")):
        whole = pypdfium2.PdfDocument(path)
        texts = [page.get_textpage().get_text_bounded() for page in whole]
        whole.close()
        ministries.append([re.findall(r"Ministry (\d)", text) for text in texts])
    assert ministries == [[["1"], ["1"], ["2"], ["2"]], [["3"], ["3"]]]
    assert [entry.first_page for entry in manifest(outbox)] == [1, 2, 3, 4, 1, 2]


def test_only_the_owner_can_read_a_mailing(mailings: Mailings) -> None:
    outbox, _ = mailings[2]
    paths = list(outbox.rglob("*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}


def test_one_process_and_two_make_the_same_bytes(mailings: Mailings) -> None:
    (one, first), (two, second) = mailings.values()
    assert tree(one) == tree(two)
    assert len(tree(one)) == 12 + 2 * 4 + 2 + 1
    assert {outcome.entry.setting for outcome in first} == {outcome.entry.setting for outcome in second}


def test_a_letter_of_a_mailing_is_the_letter_written_alone(mailings: Mailings, folder: Path) -> None:
    outbox, _ = mailings[2]
    orders = planned(folder, people=3).orders
    renderer = Renderer(RenderTerms(folder=folder, formats=("pdf", "txt")))
    for sequence in (3, 6):
        for suffix, data in renderer.render(orders[sequence - 1]).contents:
            (path,) = outbox.glob(f"*/post/*/{sequence:05d}-*.{suffix}")
            assert path.read_bytes() == data, path.name


def test_no_name_is_in_the_manifest_or_a_file_name(mailings: Mailings) -> None:
    outbox, _ = mailings[2]
    (path,) = outbox.glob(f"*/{MANIFEST}")
    names = " ".join(map(str, outbox.rglob("*")))
    assert CANARY.lower() not in (path.read_text(encoding="ascii") + names).lower()
    (letter,) = outbox.glob("*/post/*/00001-*.txt")
    assert CANARY in letter.read_text(encoding="utf-8")


def test_nothing_is_left_in_the_folder_for_temporary_files(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, str(temporary))
    outcomes = made(planned(folder, people=1), RenderTerms(folder=folder), tmp_path / "outbox")
    assert [outcome.failed for outcome in outcomes] == [False, False]
    found = [path for path in temporary.rglob("*") if path.is_file()]
    assert [path for path in found if CANARY.encode() in path.read_bytes() + path.name.encode()] == []


def test_letters_that_fail_stop_no_other_and_are_accounted_for(folder: Path, tmp_path: Path) -> None:
    outcomes = made(planned(folder, "in-own-words", people=2), as_text(folder), tmp_path)
    assert sorted(outcome.letter_id for outcome in outcomes if outcome.failed) == [
        f"in-own-words--minister-{number}--society" for number in (1, 2)
    ]
    assert {problem.name for one in outcomes if one.failed for problem in one.problems} == {"missing-fact"}
    assert states(tmp_path) == ["failed", "made"] * 2
    assert manifest(tmp_path)[0].reason == "missing-fact (letter_templates/in-own-words.md:7:1)"
    assert len(on_disk(tmp_path)) == 2


def test_letters_that_failed_are_tried_again_and_no_other(folder: Path, tmp_path: Path) -> None:
    campaign = shutil.copytree(folder, tmp_path / "campaign")
    outbox = tmp_path / "outbox"
    made(planned(campaign, "in-own-words", people=2), as_text(campaign), outbox)
    mended = SENDERS.replace("fax:", "own_words: We ask as a society.\n    fax:")
    (campaign / "senders.yaml").write_text(mended, encoding="utf-8")
    outcomes = made(planned(campaign, "in-own-words", people=2), as_text(campaign), outbox)
    assert [outcome.news for outcome in outcomes] == ["new", "kept", "new", "kept"]
    assert states(outbox) == ["made"] * 4


def test_a_sender_without_what_the_template_prints_is_left_out_of_the_plan(folder: Path) -> None:
    found = planned(folder, "by-fax", people=2)
    assert [order.sender_id for order in found.orders] == ["society"] * 2
    assert {(one.sender_id, one.reason) for one in found.skipped} == {
        ("teacher", "the sender has no `fax`, which the template needs")
    }


def test_a_warning_comes_with_the_letter_and_does_not_stop_it(folder: Path, tmp_path: Path) -> None:
    outcomes = made(planned(folder), as_text(folder), tmp_path, executor=Counting())
    warned = [(one.entry.recipient_id, one.failed) for one in outcomes if one.problems]
    assert warned == [("minister-5", False)] * 2
    assert {entry.reason for entry in manifest(tmp_path)} == {""}


def test_the_skipped_stand_in_the_manifest_with_their_reasons(folder: Path, tmp_path: Path) -> None:
    few = planned(folder, people=1)
    skipped = (Skipped("minister-9", "society", "the template is in `en`; `minister-9` reads `zh`"),)
    outcomes = made(Plan(few.orders, skipped, few.template, few.on), as_text(folder), tmp_path)
    assert len(outcomes) == 2
    *_, last = manifest(tmp_path)
    assert (last.state, last.sequence, last.letter_id) == ("skipped", None, "appeal--minister-9--society")
    assert last.reason == skipped[0].reason


def test_a_finished_mailing_is_confirmed_and_not_touched(folder: Path, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    made(planned(folder, people=1), as_text(folder), outbox)
    before = {path: path.stat().st_mtime_ns for path in outbox.rglob("*")}
    (again,) = mail(planned(folder, people=1), as_text(folder), outbox)
    assert (again.is_kept, again.letters, again.outcomes) == (True, 2, ())
    assert {path: path.stat().st_mtime_ns for path in outbox.rglob("*")} == before


def test_a_mailing_that_the_ledger_does_not_know_is_refused_before_anything_is_written(
    folder: Path, tmp_path: Path
) -> None:
    outbox = tmp_path / "outbox"
    made(planned(folder, people=1), as_text(folder), outbox)
    shutil.rmtree(tmp_path / "ledger-of-outbox")
    before = tree(outbox)
    with pytest.raises(OutputError, match="mailing-exists"):
        mail(planned(folder), as_text(folder), outbox)
    assert tree(outbox) == before
    assert len(made(planned(folder), as_text(folder), outbox, force=True)) == 10
    assert is_as_the_manifest_says(outbox)


def test_letters_that_are_no_more_in_the_plan_go_only_if_somebody_says_so(
    folder: Path, tmp_path: Path
) -> None:
    made(planned(folder, people=2), as_text(folder), tmp_path, volume_size=3)
    (tmp_path / "appeal-2002-06-13" / "post" / "volume-0001" / "notes.md").touch()
    before = tree(tmp_path)
    with pytest.raises(OutputError, match="letters-would-go"):
        mail(planned(folder, people=1), as_text(folder), tmp_path, volume_size=3)
    assert tree(tmp_path) == before
    run = mail(planned(folder, people=1), as_text(folder), tmp_path, volume_size=3, force=True)
    assert run.removed == ("appeal--minister-2--society", "appeal--minister-2--teacher")
    assert [one.news for one in outcomes_of(run)] == ["kept", "kept"]
    assert on_disk(tmp_path) == [
        "00001-appeal--minister-1--society.txt",
        "00002-appeal--minister-1--teacher.txt",
    ]
    assert [path.name for path in (tmp_path / "appeal-2002-06-13" / "post").iterdir()] == ["volume-0001"]
    assert (tmp_path / "appeal-2002-06-13" / "post" / "volume-0001" / "notes.md").exists()
    assert states(tmp_path) == ["made", "made"]


def test_a_mailing_behind_a_link_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "appeal-2002-06-13").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="link-in-the-way"):
        mail(planned(folder), as_text(folder), tmp_path, force=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("terms", [{"formats": ("docx",)}, {"stationery": "papyrus"}], ids=str)
def test_what_cannot_be_made_is_told_before_a_folder_is(
    folder: Path, tmp_path: Path, terms: dict[str, Any]
) -> None:
    (tmp_path / "outbox").mkdir()
    with pytest.raises(UnknownName):
        mail(planned(folder), RenderTerms(folder=folder, **terms), tmp_path / "outbox")
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_full_disk_fails_the_letter_and_leaves_no_part_of_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, seen = os.write, iter(range(10**6))

    def fills_up(descriptor: int, data: bytes) -> int:
        if next(seen) == 4:  # the second file of the second letter; the first is the outbox's own
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", fills_up)
    terms = RenderTerms(folder=folder, formats=("txt", "html"))
    outcomes = made(planned(folder, people=2), terms, tmp_path, executor=Counting())
    assert [outcome.failed for outcome in outcomes].count(True) == 1
    assert [entry.reason for entry in manifest(tmp_path) if entry.state == "failed"] == ["disk-full"]
    assert is_as_the_manifest_says(tmp_path)
    assert len(on_disk(tmp_path)) == 6


def test_threads_serve_as_well(folder: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        made(planned(folder), as_text(folder), tmp_path, executor=threads, workers=2)
        assert threads.submit(usable_cores).result() >= 1  # it was not shut down
    assert states(tmp_path) == ["made"] * 10


class Counting(Executor):
    """Works at once; knows how many volumes it was given."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.volumes = 0
        self.fault = fault

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.volumes += 1
        future: Future[Any] = Future()
        if self.fault and self.volumes == 1:
            future.set_exception(self.fault)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_volumes_are_made_only_a_little_ahead_of_being_put_in_place(folder: Path, tmp_path: Path) -> None:
    counting = Counting()
    run = mail(planned(folder), as_text(folder), tmp_path, executor=counting, workers=1, volume_size=1)
    next(run)
    assert counting.volumes == 2
    assert len(list(run)) == 9


def test_what_breaks_on_the_way_is_tried_again(folder: Path, tmp_path: Path) -> None:
    broken = Counting(ConnectionError(f"{CANARY} is lost"))
    made(planned(folder), as_text(folder), tmp_path, executor=broken, workers=1)
    assert states(tmp_path) == ["made"] * 10


def test_only_pictures_of_the_campaign_are_printed(folder: Path, tmp_path: Path) -> None:
    from PIL import Image

    inside = tmp_path / "campaign"
    shutil.copytree(folder, inside)
    for place in (inside / "own.png", tmp_path / "other.png"):
        Image.new("RGB", (40, 20), "black").save(place)
    (inside / "link.png").symlink_to(tmp_path / "other.png")
    outcomes = {}
    for name in ("own.png", "link.png", "../other.png", "none.png"):
        senders = SENDERS.replace("fax:", f"signature: {name}\n    fax:")
        (inside / "senders.yaml").write_text(senders, encoding="utf-8")
        made = Renderer(RenderTerms(folder=inside)).render(planned(folder).orders[0])
        outcomes[name] = [problem.name for problem in made.problems]
    assert outcomes.pop("own.png") == []
    assert all(outcomes.values())


FACTS = ("folder", "settings", "cases", "template_folders")


def test_a_fault_of_ours_is_told_by_kind_and_place_without_values(folder: Path) -> None:
    class Unreadable(Campaign):
        __slots__ = ()

        def recipient(self, name: str) -> Any:  # noqa: ARG002
            raise ZeroDivisionError(CANARY)

    facts = {name: getattr(Campaign.open(folder), name) for name in FACTS}
    campaign = Unreadable(**facts, recipients=(), senders=Campaign.open(folder).senders)
    made = Renderer(as_text(folder), campaign).render(planned(folder).orders[0])
    (problem,) = made.problems
    assert made.failed
    assert problem.name == "fault-in-lettergen"
    assert "`ZeroDivisionError` at lettergen.rendering.renderer:" in problem.message
    assert CANARY not in f"{problem}{problem.fix}"


def test_a_killed_process_costs_no_letter(folder: Path, tmp_path: Path) -> None:
    run = mail(planned(folder), as_text(folder), tmp_path, workers=2, volume_size=1)
    done = [next(run)]
    for process in multiprocessing.active_children():
        os.kill(process.pid or 0, signal.SIGKILL)
    done += run
    assert len(done) == 10
    assert states(tmp_path) == ["made"] * 10
    assert is_as_the_manifest_says(tmp_path)


class Deadly(Renderer):
    """A renderer in which one letter ends the process that makes it, and another never ends."""

    def render(self, order: Order, *, is_bound: bool = False) -> Any:
        if multiprocessing.parent_process() is not None:
            if order.letter_id == "appeal--minister-2--teacher":
                os.kill(os.getpid(), signal.SIGKILL)
            while order.letter_id == "appeal--minister-4--society":
                time.sleep(0.1)
        return super().render(order, is_bound=is_bound)


@pytest.mark.parametrize("people", [2, 5], ids=["few", "many"])
def test_letters_that_hang_or_end_their_process_fall_alone(
    folder: Path, tmp_path: Path, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("lettergen.mailing.workers", "tests.mailroom"):
        monkeypatch.setattr(f"{module}.Renderer", Deadly)
    # A process that is not forked would not know of the deadly renderer; threads of other tests ask for such.
    for module in ("mailing.scheduler", "isolated_process"):
        monkeypatch.setattr(f"lettergen.{module}.start_method", lambda: "fork")
    plan = planned(folder, people=people)
    outcomes = made(plan, as_text(folder), tmp_path, workers=2, volume_size=4, seconds=1)
    failed = {one.letter_id: [problem.name for problem in one.problems] for one in outcomes if one.failed}
    fallen = ["appeal--minister-2--teacher", "appeal--minister-4--society"][: 1 if people == 2 else 2]
    assert failed == {name: ["process-ended"] for name in fallen}
    assert states(tmp_path).count("made") == 2 * people - len(fallen)
    assert is_as_the_manifest_says(tmp_path)


class Endless(Renderer):
    """A renderer in which no letter is ever finished."""

    def render(self, order: Order, *, is_bound: bool = False) -> Any:
        while multiprocessing.parent_process() is not None:
            time.sleep(0.1)
        return super().render(order, is_bound=is_bound)


@pytest.mark.parametrize(
    ("people", "volume_size"), [(2, 10), (5, 4), (5, 1)], ids=["few", "many", "volumes of one"]
)
def test_where_no_letter_can_be_made_the_mailing_stops_after_two(
    folder: Path, tmp_path: Path, people: int, volume_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("lettergen.mailing.workers", "tests.mailroom"):
        monkeypatch.setattr(f"{module}.Renderer", Endless)
    for module in ("mailing.scheduler", "isolated_process"):
        monkeypatch.setattr(f"lettergen.{module}.start_method", lambda: "fork")
    monkeypatch.setattr("lettergen.isolated_process.START_SECONDS", 0.5)
    plan = planned(folder, people=people)
    with pytest.raises(OutputError, match="every-letter-ends") as caught:
        made(plan, as_text(folder), tmp_path, workers=2, volume_size=volume_size, seconds=0.5)
    (problem,) = caught.value.problems
    assert problem.message == (
        "the first 2 letters could not be made (each took over 0.5 seconds), "
        f"so the other {2 * people - 2} were not tried."
    )
    assert not list(tmp_path.rglob("*.txt")) + list(tmp_path.rglob("*.part"))


def test_a_letter_whose_loops_never_end_falls_alone(folder: Path, tmp_path: Path) -> None:
    good = planned(folder, people=3)
    bad = planned(folder, "endless", people=1, case="long").orders[0]
    mixed = Plan((*good.orders[:2], bad, *good.orders[2:]), (), good.template, good.on)
    outcomes = made(mixed, as_text(folder), tmp_path, workers=1, seconds=1)
    assert [one.letter_id for one in outcomes if one.failed] == [bad.letter_id]
    (problem,) = next(one.problems for one in outcomes if one.failed)
    assert problem.name == "template-fault"
    assert len(outcomes) == 7


def test_a_campaign_that_is_gone_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="missing-folder"):
        Renderer(RenderTerms(folder=tmp_path / "gone", formats=("txt",)))


def test_letters_that_another_machine_cannot_make_fail_with_the_reason(folder: Path, tmp_path: Path) -> None:
    campaign = shutil.copytree(folder, tmp_path / "campaign")

    class Elsewhere(Counting):
        """A machine that has no copy of the campaign."""

        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            terms, run, orders = args
            lost = replace(terms, folder=tmp_path / "nowhere")
            return super().submit(fn, lost, f"not {run}", orders)

    run = mail(
        planned(campaign, people=2),
        as_text(campaign),
        tmp_path / "o",
        executor=Elsewhere(),
        is_elsewhere=True,
    )
    outcomes = outcomes_of(run)
    assert {problem.name for one in outcomes for problem in one.problems} == {"missing-folder"}
    assert states(tmp_path / "o") == ["failed"] * 4


def test_letters_come_from_other_machines_as_they_are_made_here(folder: Path, tmp_path: Path) -> None:
    made(planned(folder), as_text(folder), tmp_path / "here", executor=Counting(), volume_size=4)
    made(
        planned(folder),
        as_text(folder),
        tmp_path / "there",
        executor=Counting(),
        volume_size=4,
        is_elsewhere=True,
    )
    assert tree(tmp_path / "here") == tree(tmp_path / "there")


def test_machines_that_cannot_be_reached_any_more_cost_only_what_was_under_way(
    folder: Path, tmp_path: Path
) -> None:
    class Leaving(Counting):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            if self.volumes == 3:
                raise ConnectionError(CANARY)
            return super().submit(fn, *args, **kwargs)

    run = mail(planned(folder), as_text(folder), tmp_path, executor=Leaving(), workers=1, volume_size=2)
    with pytest.raises(OutputError, match="scheduler-gone") as caught:
        list(run)
    assert CANARY not in str(caught.value.problems)
    assert states(tmp_path) == ["made"] * 6
    assert is_as_the_manifest_says(tmp_path)
    assert len(made(planned(folder), as_text(folder), tmp_path, volume_size=2)) == 4
    assert states(tmp_path) == ["made"] * 10


def test_a_run_that_nobody_follows_to_the_end_leaves_a_true_manifest(folder: Path, tmp_path: Path) -> None:
    run = mail(planned(folder), as_text(folder), tmp_path, executor=Counting(), workers=1, volume_size=2)
    next(run)
    run.close()
    assert is_as_the_manifest_says(tmp_path)
    assert len(on_disk(tmp_path)) == 2
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_anew_that_is_interrupted_keeps_the_rest_of_the_old_mailing(
    folder: Path, tmp_path: Path
) -> None:
    made(planned(folder), as_text(folder), tmp_path, executor=Counting(), volume_size=2)
    terms = replace(as_text(folder), posted_from="FR")
    run = mail(planned(folder), terms, tmp_path, executor=Counting(), workers=1, volume_size=2)
    next(run)
    run.close()
    assert len(on_disk(tmp_path)) == 10
    assert is_as_the_manifest_says(tmp_path)


PROGRAM = """\
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from lettergen.mailing.workers import WorkerPool
from lettergen.mailing.production import produce
from lettergen.ledger import Ledger
from lettergen.plan.orders import Order, Plan
from lettergen.outbox.volumes import Outbox
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer

if __name__ == "__main__":
    folder, outbox = map(Path, sys.argv[1:3])
    orders = tuple(
        Order("appeal", f"minister-{n}", sender, None, date(2002, 6, 13), "en")
        for _ in range(int(sys.argv[3])) for n in range(1, 6) for sender in ("society", "teacher")
    )
    renderer = Renderer(RenderTerms(folder=folder, formats=("txt",)))
    mailing = Plan(orders, (), "appeal", date(2002, 6, 13))
    ledger = Ledger.open(outbox.with_suffix(".sqlite"), campaign="Test", now="2026-01-15T12:00:00Z")
    box = Outbox(folder=outbox, volume_size=5)
    try:
        with closing(produce(mailing, renderer, box, ledger=ledger, pool=WorkerPool(workers=2))) as made:
            for volume in made:
                print(volume.folder, flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@contextmanager
def begun(*command: Path | str) -> Iterator["subprocess.Popen[str]"]:
    """Start the program, wait until the first volume is there."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stdout
        assert run.stdout.readline()
        yield run


def test_an_interrupt_ends_the_run_in_good_order(folder: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    outbox = tmp_path / "outbox"
    with begun(program, folder, outbox, "800") as run:
        os.killpg(run.pid, signal.SIGINT)
        _, complaints = run.communicate(timeout=120)
    assert (run.returncode, complaints) == (130, "")
    assert is_as_the_manifest_says(outbox)
    assert 1 <= len(on_disk(outbox)) < 8000
    assert not list(outbox.rglob("*.part"))


def test_a_machine_on_which_no_process_starts_gets_a_reason(folder: Path, tmp_path: Path) -> None:
    """A program without a guard starts itself anew in each process, which Python refuses."""
    program = tmp_path / "program.py"
    beside = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    program.write_text(beside + PROGRAM.replace('__name__ == "__main__"', "True"), encoding="utf-8")
    command: list[Path | str] = [sys.executable, program, folder, tmp_path / "outbox", "1"]
    run = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert run.returncode == 0
    assert {entry.reason for entry in manifest(tmp_path / "outbox")} == {"no-workers"}


def test_processes_do_not_outlive_a_run_that_is_killed(folder: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    with begun(program, folder, tmp_path / "outbox", "800") as run:
        run.kill()
    for _ in range(100):
        try:
            os.killpg(run.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    pytest.fail("processes were left")


def entry(**fields: Any) -> ManifestEntry:
    given = {"sequence": 1, "letter_id": "a--b", "template": "a", "language": "en", "date": "2002-06-13"}
    more = {"recipient_id": None, "sender_id": "b", "state": "made"}
    return ManifestEntry(**{**given, **more, **fields})


def test_a_manifest_reads_back_as_it_was_written(tmp_path: Path) -> None:
    files = (ManifestFile.of("post/volume-0001/00001-a--b.pdf", b"words"),)
    one = entry(files=files, formats=("pdf",), weight_g=5.0)
    whole = Manifest.of([entry(sequence=None, state="skipped"), entry(sequence=2), one])
    assert [one.sequence for one in whole.entries] == [1, 2, None]
    path = tmp_path / MANIFEST
    path.write_bytes(whole.to_bytes())
    assert Manifest.read(path) == whole
    assert [json.loads(line)["state"] for line in path.read_text().splitlines()] == [
        "made",
        "made",
        "skipped",
    ]


@pytest.mark.parametrize(
    "bad", ["../../etc/passwd", "/etc/passwd", "post/volume-0001/../x.pdf", "post/volume-0001/.pdf", "x.pdf"]
)
def test_a_manifest_that_names_files_elsewhere_is_not_believed(tmp_path: Path, bad: str) -> None:
    path = tmp_path / MANIFEST
    path.write_bytes(Manifest.of([entry(), entry(sequence=2, files=(ManifestFile(bad, ""),))]).to_bytes())
    with pytest.raises(InputProblems) as caught:
        Manifest.read(path)
    assert [(one.name, one.place and one.place.line) for one in caught.value.problems] == [
        ("not-a-manifest", 2)
    ]


def test_a_line_of_a_newer_version_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    line = json.loads(Manifest.of([entry()]).to_bytes())
    path.write_text(json.dumps({**line, "colour": "blue"}) + "\n", encoding="utf-8")
    with pytest.raises(InputProblems, match="newer-outbox") as caught:
        Manifest.read(path)
    assert "`colour`" in caught.value.problems[0].message
    path.write_text(json.dumps({**line, "colour": "blue", "pages": "x"}) + "\n", encoding="utf-8")
    with pytest.raises(InputProblems, match="not-a-manifest"):
        Manifest.read(path)


@pytest.mark.parametrize("line", ["", "{}", "[]", "not json", '{"files": [1]}'])
def test_a_line_that_is_no_entry_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / MANIFEST
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputProblems, match="not-a-manifest"):
        Manifest.read(path)


def test_a_renderer_travels_to_a_process_that_is_not_forked(folder: Path) -> None:
    plan = planned(folder, people=1)
    renderer = Renderer(as_text(folder))
    before = renderer.render(plan.orders[0])
    sent = pickle.loads(pickle.dumps(renderer))  # noqa: S301 - our own bytes
    assert sent.render(plan.orders[0]) == before
