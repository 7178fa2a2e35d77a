"""A letter that hangs, crashes or takes too much fails alone, and the process that asked for it goes on."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lettergen import isolated_process
from lettergen.errors import RenderError
from lettergen.isolated_process import IsolatedProcess, Overdue
from lettergen.letters import limits
from lettergen.letters.letter import ListBlock
from lettergen.mailing.workers import render_isolated
from lettergen.pages.pdf.pictures import cleaned
from lettergen.pages.pdf.typesetter import MOST_SHEETS, Typesetter
from lettergen.plan.orders import Order, Plan
from lettergen.reference.stationery import stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import RenderedLetter
from lettergen.rendering.renderer import Renderer
from tests.mailroom import made, mail, outcomes_of, tidy
from tests.pages import samples

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning"),
    pytest.mark.skipif(sys.platform == "win32", reason="limits of memory and core dumps are POSIX's"),
]

DAY = date(2002, 6, 13)
HEAD = "---\ntitle: An appeal\nlanguage: en\nuses: [sender, recipient]\nsubject: An appeal\n---\n"
WORDS = "We write to you, and we ask for mercy. "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("campaign")
    (root / "letter_templates").mkdir()
    for name, text in {
        "lettergen.toml": 'name = "Test"\nposted_from = "DE"\n',
        "recipients.yaml": "recipients:\n"
        + "".join(
            f"  - id: minister-{number}\n    name: {{family: Muster{letter}, given: Ada, courtesy: Ms.}}\n"
            "    title: Minister\n    address: [1 Main Street, 75000 Town]\n    country: FR\n"
            for number, letter in enumerate("abcdefgh", start=1)
        ),
        "senders.yaml": "senders:\n  - id: society\n    name: {family: Muster, given: Otto}\n"
        "    place: Berlin\n    address: [Weg 3, 10000 Berlin]\n    country: DE\n",
        "letter_templates/short.md": HEAD + WORDS + "\n",
        # As long as a letter may be: some seconds of setting, which is a hang to a short clock.
        "letter_templates/long.md": HEAD + (WORDS * 10 + "\n\n") * 240,
        "letter_templates/longer.md": HEAD + (WORDS * 10 + "\n\n") * 280,
        "letter_templates/word.md": HEAD + "a" * 1_001 + "\n",
        "letter_templates/items.md": HEAD + "- x\n" * 2_001,
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def order(template: str, number: int = 1) -> Order:
    return Order(template, f"minister-{number}", "society", None, DAY, "en")


def as_text(folder: Path) -> Renderer:
    return Renderer(RenderTerms(folder=folder, formats=("txt",)))


def errors(made: RenderedLetter) -> list[str]:
    return [problem.name for problem in made.problems if problem.is_error]


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hoard() -> int:
    return len(b"x" * (8 << 30))


def limits_of_this() -> tuple[tuple[int, int], int]:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_AS)[0]


def swallow_everything() -> None:
    while True:
        try:
            time.sleep(0.01)
        except BaseException:  # noqa: S112
            continue


@pytest.fixture
def child() -> Iterator[IsolatedProcess]:
    with IsolatedProcess(20) as made:
        yield made


def children() -> set[int]:
    import multiprocessing

    return {process.pid or 0 for process in multiprocessing.active_children()}


def test_work_is_done_in_one_process_beside_this_one(child: IsolatedProcess) -> None:
    first, second = (child.submit(os.getpid).result() for _ in range(2))
    assert first == second != os.getpid()


def test_a_fault_of_the_work_comes_back_as_it_was(child: IsolatedProcess) -> None:
    with pytest.raises(ZeroDivisionError):
        child.submit(divmod, 1, 0).result()
    assert child.submit(divmod, 7, 2).result() == (3, 1)


@pytest.mark.parametrize("work", [stop, swallow_everything], ids=["stands still", "swallows exceptions"])
def test_what_hangs_is_killed_and_the_next_work_is_done(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_process, "START_SECONDS", 0.0)
    before = children()
    with IsolatedProcess(0.5) as child:
        with pytest.raises(Overdue):
            child.submit(work).result()
        assert children() == before
        monkeypatch.setattr(isolated_process, "START_SECONDS", 20.0)
        assert child.submit(sleep, 0).result() == "rested"
    assert children() == before


def test_what_crashes_takes_nothing_with_it(
    child: IsolatedProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BrokenExecutor):
        child.submit(die).result()
    assert child.submit(sleep, 0).result() == "rested"
    assert capfd.readouterr().err == ""


def test_a_child_has_its_share_of_memory_and_leaves_no_copy_of_it(child: IsolatedProcess) -> None:
    assert child.submit(limits_of_this).result() == ((0, 0), isolated_process.MOST_MEMORY)
    with pytest.raises(MemoryError):
        child.submit(hoard).result()


def test_beside_threads_a_child_is_started_afresh(child: IsolatedProcess) -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert child.submit(sleep, 0).result() == "rested"
    finally:
        done.set()
        other.join()


def test_a_single_letter_is_the_one_that_a_renderer_makes(folder: Path) -> None:
    renderer = Renderer(RenderTerms(folder=folder, formats=("pdf", "txt")))
    beside = render_isolated(renderer, order("short"))
    assert beside.contents == renderer.render(order("short")).contents
    assert not beside.failed


def test_a_single_letter_that_takes_too_long_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_process, "START_SECONDS", 0.0)
    before = children()
    made = render_isolated(Renderer(RenderTerms(folder=folder)), order("long"), seconds=0.3)
    assert (made.failed, errors(made)) == (True, ["process-ended"])
    assert "took more than 0.3 seconds" in made.problems[0].message
    assert children() == before


def mailing(orders: list[Order]) -> Plan:
    return Plan(tuple(orders), (), "short", orders[0].on)


@pytest.mark.parametrize("count", [3, 5], ids=["a few letters", "more, in a pool"])
def test_a_letter_that_takes_too_long_falls_alone(folder: Path, tmp_path: Path, count: int) -> None:
    orders = [order("short", number) for number in range(1, count + 1)]
    orders[1] = order("long", 2)
    before = children()
    with tidy():
        found = made(mailing(orders), RenderTerms(folder=folder), tmp_path / "outbox", workers=1, seconds=1.5)
    assert {one.entry.sequence: [problem.name for problem in one.problems if problem.is_error]
            for one in found if one.failed} == {2: ["process-ended"]}  # fmt: skip
    assert len(found) == count
    assert children() == before


def test_processes_that_stand_still_are_ended_and_no_letter_is_lost(folder: Path, tmp_path: Path) -> None:
    """An alarm clock does not wake a process that is stopped; only its parent can end it."""
    orders = [order("short", number) for number in range(1, 7)]
    before = children()
    options = {"workers": 1, "seconds": 1.2, "grace": 0.2, "volume_size": 2}
    with tidy():
        run = mail(mailing(orders), RenderTerms(folder=folder), tmp_path / "outbox", **options)
        found = list(next(run).outcomes)
        for pid in children() - before:
            os.kill(pid, signal.SIGSTOP)
        found += outcomes_of(run)
    assert sorted(one.entry.sequence or 0 for one in found) == [1, 2, 3, 4, 5, 6]
    assert [one.letter_id for one in found if one.failed] == []
    assert children() == before


# How long, how many, how large.


@pytest.mark.parametrize(
    ("template", "name", "numbers"),
    [
        ("longer", "template-fault", "100,000"),
        ("word", "word-too-long", "1,001"),
        ("items", "letter-too-long", "2,002"),
    ],
)
def test_a_letter_without_end_is_told_with_its_number(
    folder: Path, template: str, name: str, numbers: str
) -> None:
    (problem,) = (one for one in as_text(folder).render(order(template)).problems if one.is_error)
    assert problem.name == name
    assert numbers in problem.message


def test_each_limit_is_for_what_it_says() -> None:
    said, many = samples.said, limits.MOST_BLOCKS
    for body in ((said("x"),) * (many + 1), (ListBlock(((said("x"),),) * many),)):
        (problem,) = limits.check(replace(samples.PLAIN, body=body))
        assert "paragraphs and list items, more than the 2,000 allowed." in problem.message
    (problem,) = limits.check(replace(samples.PLAIN, signatories=(("Ada", ""),) * 2_001))
    assert "2,001 signatories" in problem.message
    (problem,) = limits.check(replace(samples.PLAIN, subject=samples.said("word " * 20_001).inline))
    assert "characters, more than the 100,000 allowed." in problem.message
    assert list(limits.check(samples.PLAIN)) == []


@pytest.mark.parametrize("text", ["漢" * 3_000, "กขค" * 1_000, "가나다" * 1_000, "a\N{SOFT HYPHEN}" * 2_000])
def test_scripts_without_spaces_have_no_long_words(text: str) -> None:
    assert list(limits.check(replace(samples.PLAIN, body=(samples.said(text),)))) == []


def test_more_pages_than_any_letter_has_are_told() -> None:
    body = (samples.said("We ask for mercy."),) * 1_300
    letter = replace(samples.PLAIN, body=body, sheets=None)
    with pytest.raises(RenderError) as caught:
        Typesetter().typeset(letter, stationery("din-5008-b"))
    assert [problem.name for problem in caught.value.problems] == ["too-many-sheets"]
    assert f"a letter has {MOST_SHEETS} at most" in caught.value.problems[0].message


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of one colour without making room for its pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    line = b"\0" + b"\0" * ((width + 7) // 8)
    pixels = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [5_000, 13_000, 20_000, 60_000])
def test_a_picture_that_unfolds_is_refused_before_it_does(side: int) -> None:
    with pytest.raises(RenderError) as caught:
        cleaned("s.png", bomb(side, side if side < 60_000 else 3_000))
    assert [problem.name for problem in caught.value.problems] == ["picture-too-large"]


def test_a_picture_of_a_fair_size_is_taken() -> None:
    from PIL import Image

    with Image.open(BytesIO(cleaned("s.png", bomb(3_000, 1_000)))) as picture:
        assert picture.size == (1_200, 400)
