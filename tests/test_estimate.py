"""What a mailing is said to take, held against what it takes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import open_template
from lettergen.mailing import estimate as estimating
from lettergen.mailing.effort import BOUND, START_SECONDS, WRITTEN, Sample, Share, kinds, seconds, slowed
from lettergen.mailing.estimate import estimate
from lettergen.mailing.workers import WorkerPool
from lettergen.outbox.volumes import Files, Outbox
from lettergen.plan.orders import Order, plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.mailroom import made

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

LETTERS = 30


@pytest.mark.parametrize(
    ("formats", "files"),
    [(("pdf",), "combined"), (("pdf", "txt"), "separate"), (("pdf", "txt"), "both")],
)
def test_a_mailing_takes_about_the_room_that_was_told(
    tmp_path: Path, formats: tuple[str, ...], files: Files
) -> None:
    root = tmp_path / "campaign"
    (root / "letter_templates").mkdir(parents=True)
    (root / "lettergen.toml").write_text('name = "Test"\n')
    people = "".join(
        f"  - {{id: r-{number}, name: Reader {number}, address: [Road {number}], country: NO}}\n"
        for number in range(LETTERS)
    )
    (root / "recipients.yaml").write_text(f"recipients:\n{people}")
    sender = "{id: one, name: Max Muster, address: [Weg 1, Berlin], country: DE}"
    (root / "senders.yaml").write_text(f"senders:\n  - {sender}\n")
    head = "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\n"
    (root / "letter_templates" / "note.md").write_text(f"{head}Dear reader, please reply.\n")
    campaign = Campaign.open(root)
    planned = plan(
        open_template("note", campaign.template_folders),
        recipients=campaign.recipients,
        senders=campaign.senders,
        case_id=None,
        on=date(2026, 1, 15),
    )
    terms = RenderTerms(folder=root, formats=formats, is_mailing=True)
    box = Outbox(folder=tmp_path / "outbox", files=files)
    told = estimate(planned, Renderer(terms, campaign), box, WorkerPool(workers=1))
    made(planned, terms, box.folder, workers=1, files=files)
    lists = set(box.folder.rglob("manifest.*"))
    found = [path for path in box.folder.rglob("*") if path.is_file() and path not in lists]
    blocks = sum(-(-path.stat().st_size // 4096) * 4096 for path in found)
    assert 0.7 < told.disk / (blocks + 1400 * LETTERS) < 1.3
    assert (told.pages, told.sheets) == (LETTERS, LETTERS)
    assert told.kinds == 1


def casts(kind: str, count: int, took: float = 0.001) -> list[Sample]:
    return [Sample(kind, took)] * count


FIRST = Sample("a", 1.0, has_mould=True)
A, B = [FIRST, *casts("a", 9)], [Sample("b", 0.301, has_mould=True), *casts("b", 9)]


def test_a_kind_takes_its_mould_once_and_each_letter_a_cast() -> None:
    share = Share(1_000, ("a",) * 500 + ("b",) * 500)
    letters = 1_000 * (0.001 + BOUND * 0.001)
    # What the first of all takes says nothing about the others.
    assert seconds([share], [*A, *B], set(), is_bound=True) == pytest.approx(
        START_SECONDS + 2 * 0.3 + letters
    )
    assert seconds([share], [*A, *B], {"a", "b"}, is_bound=True) == pytest.approx(START_SECONDS + letters)
    more = 1_000 * (WRITTEN - BOUND) * 0.001
    assert seconds([share], [*A, *B], {"a", "b"}, is_bound=False) == pytest.approx(
        START_SECONDS + letters + more
    )


def test_kinds_that_were_not_made_take_what_those_do_that_were() -> None:
    share = Share(60, ("a", "b", "c", "d", "e", "f") * 10)
    found = seconds([share], [*A, *B], {"a", "b"}, is_bound=True)
    assert found == pytest.approx(START_SECONDS + 4 * 0.3 + 60 * 0.001 * (1 + BOUND))


def test_processes_work_side_by_side_each_with_moulds_of_its_own() -> None:
    one, other = Share(400, ("a",) * 400), Share(100, ("a", "b") * 50)
    alone = [seconds([share], [*A, *B], set(), is_bound=True) for share in (one, other)]
    assert seconds([one, other], [*A, *B], set(), is_bound=True) == max(alone)


def test_a_letter_that_needs_a_second_mould_counts_for_its_kind_and_is_no_cast() -> None:
    again = [Sample("b", 0.201, has_mould=True)]
    share = Share(100, ("a",) * 50 + ("b",) * 50)
    found = seconds([share], [*A, *B, *again], set(), is_bound=True)
    assert found == pytest.approx(START_SECONDS + 2 * 0.5 + 100 * 0.001 * (1 + BOUND))


def test_letters_typeset_in_full_take_so_long_each() -> None:
    full = [Sample("full", 0.2)] * 3
    share = Share(100, ("a",) * 50 + ("full",) * 50)
    found = seconds([share], [*A, *full], {"a", "full"}, is_bound=True)
    assert found == pytest.approx(START_SECONDS + 50 * 0.2 + 50 * 0.001 + 100 * BOUND * 0.001)


def test_words_that_take_long_do_not_make_a_file_take_longer() -> None:
    slow_words = [FIRST, *casts("a", 9, 0.006)]
    share = Share(100, ("a",) * 100)
    found = seconds([share], slow_words, {"a"}, is_bound=True, words_seconds=0.005)
    assert found == pytest.approx(START_SECONDS + 100 * (0.006 + BOUND * 0.001))


def test_where_no_second_letter_was_made_all_are_taken_for_the_quickest() -> None:
    assert seconds([Share(10, ("a",))], [Sample("a", 2.0)], {"a"}, is_bound=True) == pytest.approx(
        START_SECONDS + 20 + 20 * BOUND
    )


def test_kinds_that_were_met_once_tell_of_others_that_were_not_met() -> None:
    assert kinds(Share(6, ("a", "a", "b", "b", "c", "c"))) == 3
    assert kinds(Share(600, ("a", "a", "b", "b", "c", "c"))) == 3
    assert kinds(Share(4, ("a", "b", "c", "d"))) == 4
    assert kinds(Share(400, ("a", "b", "c", "d"))) == pytest.approx(4 + 0.99 * 6)
    assert kinds(Share(0, ())) == 0


def test_processes_share_the_processors_with_other_programs() -> None:
    assert slowed(1.0, 1, 2) == slowed(1.0, 2, 2) == 1.0
    # One more program wants two processors, then one, then four more want them.
    assert slowed(1.5, 1, 2) == 1.5
    assert slowed(1.5, 2, 2) == 2.0
    assert slowed(2.0, 1, 1) == 2.0
    assert slowed(1.0, 4, 2) == 2.0


COUNTRIES = ("DE", "US", "JP", "GB")


@pytest.mark.parametrize("files", ["combined", "separate"])
def test_kinds_are_known_by_the_words_of_letters(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is.
    monkeypatch.setattr(estimating, "ENOUGH_READ_SECONDS", 600)
    monkeypatch.setattr(estimating, "ENOUGH_SECONDS", 600)
    root = tmp_path / "campaign"
    (root / "letter_templates").mkdir(parents=True)
    (root / "lettergen.toml").write_text('name = "Test"\n')
    (root / "recipients.yaml").write_text(
        "recipients:\n  - {id: r, name: Ada Reader, address: [Road 1], country: NO}\n"
    )
    senders = "".join(
        f"  - {{id: s{at}, name: Max No{at}, address: [Weg {at}, Town], country: {COUNTRIES[at % 4]}}}\n"
        for at in range(LETTERS)
    )
    (root / "senders.yaml").write_text(f"senders:\n{senders}")
    orders: tuple[Order, ...] = ()
    campaign = None
    for name in ("note", "word", "line"):
        text = f"---\ntitle: A {name}\nuses: [sender]\nsubject: A {name}\n---\nPlease reply to this {name}.\n"
        (root / "letter_templates" / f"{name}.md").write_text(text)
        campaign = Campaign.open(root)
        planned = plan(
            open_template(name, campaign.template_folders),
            recipients=campaign.recipients,
            senders=campaign.senders,
            case_id=None,
            on=date(2026, 1, 15),
        )
        orders += planned.orders
    assert campaign is not None
    mixed = replace(planned, orders=orders)
    renderer = Renderer(RenderTerms(folder=root, formats=("pdf",), is_mailing=True), campaign)
    box = Outbox(folder=tmp_path / "outbox", files=files)
    told = estimate(mixed, renderer, box, WorkerPool(workers=1))
    assert (told.kinds, told.is_rough) == (12, False)
    for order in orders:
        assert not renderer.render(order).failed
    assert renderer.moulds == 12
