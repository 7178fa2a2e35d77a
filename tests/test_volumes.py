"""Volumes: cut by channel, kept when nothing has changed, shared out among laptops, locked while made."""

import csv
import ctypes
import hashlib
import io
import pickle
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lettergen.errors import OutputError, UnknownName
from lettergen.facts.campaign import Campaign
from lettergen.ledger.key import LedgerKey
from lettergen.letters.template.templates import open_template
from lettergen.outbox import volume_folders
from lettergen.outbox.manifest import cell, row
from lettergen.outbox.volumes import Outbox, volumes_of
from lettergen.pages.pdf import library_versions
from lettergen.plan.orders import Order, Plan, PlanOptions, plan
from lettergen.rendering.fingerprints import Fingerprints
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.mailroom import is_as_the_manifest_says, letters_in, made, mail, manifest, outcomes_of, tidy, tree

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

DAY = date(2026, 1, 15)
RECIPIENT = (
    "  - {{id: reader-{n}, name: Reader {n}, address: [Road {n}], country: NO, fax: +47 2200000{n}, "
    "channels: [{channel}]}}\n"
)
SENDERS = """\
senders:
  - {id: one, name: Max Muster, address: [Weg 1, Berlin], country: DE, fax: +49 30 1, phone: +49 30 2}
  - {id: two, name: Eva Beispiel, address: [Weg 2, Berlin], country: DE, fax: +49 30 3, phone: +49 30 4}
"""
TEMPLATE = (
    "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\nDear {{ recipient.name }}, please reply.\n"
)


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    with tidy():
        yield


def campaign(root: Path, *, fax: tuple[int, ...] = ()) -> Path:
    people = "".join(RECIPIENT.format(n=n, channel="fax" if n in fax else "post") for n in range(1, 7))
    (root / "letter_templates").mkdir(parents=True, exist_ok=True)
    (root / "recipients.yaml").write_text(f"recipients:\n{people}")
    (root / "senders.yaml").write_text(SENDERS)
    (root / "letter_templates" / "note.md").write_text(TEMPLATE)
    return root


def planned(folder: Path) -> Plan:
    opened = Campaign.open(folder)
    assert opened.problems == ()
    template = open_template("note", opened.template_folders)
    return plan(template, recipients=opened.recipients, senders=opened.senders, case_id=None, on=DAY)


def as_text(folder: Path) -> RenderTerms:
    return RenderTerms(folder=folder, formats=("txt",))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def news(outcomes: object) -> dict[str, str]:
    return {one.letter_id: one.news for one in outcomes}  # type: ignore[attr-defined]


# Cutting


def test_each_channel_has_its_own_folder_and_all_one_manifest(tmp_path: Path) -> None:
    source = campaign(tmp_path / "source", fax=(2, 5))
    made(planned(source), as_text(source), tmp_path / "outbox", volume_size=3)
    mailing = tmp_path / "outbox" / "note-2026-01-15"
    volumes = sorted(path.relative_to(mailing).as_posix() for path in mailing.glob("*/volume-*"))
    assert volumes == ["fax/volume-0001", "fax/volume-0002", *(f"post/volume-000{n}" for n in (1, 2, 3))]
    entries = manifest(tmp_path / "outbox")
    assert [one.sequence for one in entries] == list(range(1, 13))
    assert [one.channel for one in entries] == ["post"] * 8 + ["fax"] * 4
    assert {one.recipient_id for one in entries if one.channel == "fax"} == {"reader-2", "reader-5"}
    assert is_as_the_manifest_says(tmp_path / "outbox")


@pytest.mark.parametrize(
    ("letters", "size", "sizes"), [(0, 5, []), (5, 5, [5]), (6, 5, [5, 1]), (7, 1, [1] * 7)]
)
def test_volumes_are_full_but_for_the_last(letters: int, size: int, sizes: list[int]) -> None:
    orders = [Order("t", f"r-{n}", "s", None, DAY, "en") for n in range(letters)]
    found = list(volumes_of(orders, size))
    assert [len(one) for one in found] == sizes
    assert [one.number for one in found] == list(range(1, len(sizes) + 1))


@pytest.mark.parametrize("files", ["separate", "combined", "both"])
def test_letters_come_one_by_one_together_or_both(tmp_path: Path, files: str) -> None:
    source = campaign(tmp_path / "source")
    few = Plan(planned(source).orders[:3], (), "note", DAY)
    made(few, RenderTerms(folder=source), tmp_path / "outbox", files=files)
    names = {path.name for path in (tmp_path / "outbox").glob("*/post/volume-0001/*")}
    assert ("all-letters.pdf" in names) == (files != "separate")
    assert sum(name.startswith("0000") for name in names) == (0 if files == "combined" else 3)
    entries = manifest(tmp_path / "outbox")
    assert [one.first_page for one in entries] == ([0, 0, 0] if files == "separate" else [1, 2, 3])
    kept = list(mail(few, RenderTerms(folder=source), tmp_path / "outbox", files=files))
    assert [one.is_kept for one in kept] == [True]


# What has changed


def test_a_changed_recipient_has_exactly_its_letters_made_anew(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(planned(source), as_text(source), outbox, volume_size=4)
    before = {path.name: path.stat().st_ino for path in letters_in(outbox)}
    change(source / "recipients.yaml", "name: Reader 3", "name: Reader Three")
    run = mail(planned(source), as_text(source), outbox, volume_size=4)
    changed = [name for name, what in news(outcomes_of(run)).items() if what == "changed"]
    assert changed == ["note--reader-3--one", "note--reader-3--two"]
    after = {path.name: path.stat().st_ino for path in letters_in(outbox)}
    assert {name for name in after if before[name] != after[name]} == {
        "00005-note--reader-3--one.txt",
        "00006-note--reader-3--two.txt",
    }
    made(planned(source), as_text(source), tmp_path / "afresh", volume_size=4)
    assert tree(outbox) == tree(tmp_path / "afresh")


@pytest.mark.parametrize("form", ["txt", "html", "pdf", "tif"])
def test_manifest_and_ledger_tell_with_which_text_whatever_a_letter_is_made_into(
    tmp_path: Path, form: str
) -> None:
    source = campaign(tmp_path / "source")
    terms = replace(as_text(source), formats=(form,))
    orders = planned(source).orders[:4]
    plan_of_few = replace(planned(source), orders=orders)
    made(plan_of_few, terms, tmp_path / "outbox")
    renderer = Renderer(as_text(source))
    texts = {one.letter_id: hashlib.sha256(dict(renderer.render(one).contents)["txt"]) for one in orders}
    told = {one.letter_id: one.text_sha256 for one in manifest(tmp_path / "outbox")}
    assert told == {name: one.hexdigest() for name, one in texts.items()}
    with sqlite3.connect(tmp_path / "ledger-of-outbox" / "ledger.sqlite") as ledger:
        key = LedgerKey.needed(tmp_path / "ledger-of-outbox" / "ledger.sqlite")
        found = {text for (text,) in ledger.execute("SELECT text FROM entries WHERE state = 'made'")}
    ledger.close()
    assert found == {key.mark("text", one) for one in told.values()}
    # Letters that are taken over keep what was told of them; another word is another text.
    change(source / "recipients.yaml", "Reader 1", "Reader Uno")
    made(plan_of_few, terms, tmp_path / "outbox")
    again = {one.letter_id: one.text_sha256 for one in manifest(tmp_path / "outbox")}
    assert {name for name in told if told[name] != again[name]} == {
        one.letter_id for one in orders if one.recipient_id == "reader-1"
    }
    assert all(again.values())


def test_whoever_comes_in_between_moves_the_others_and_has_none_made_anew(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(planned(source), as_text(source), outbox, volume_size=4)
    change(
        source / "recipients.yaml", "recipients:\n", "recipients:\n" + RECIPIENT.format(n=9, channel="post")
    )
    run = mail(planned(source), as_text(source), outbox, volume_size=4)
    found = news(outcomes_of(run))
    assert [name for name, what in found.items() if what != "kept"] == [
        "note--reader-9--one",
        "note--reader-9--two",
    ]
    made(planned(source), as_text(source), tmp_path / "afresh", volume_size=4)
    assert tree(outbox) == tree(tmp_path / "afresh")


@pytest.mark.parametrize(
    ("file", "old", "new", "letters"),
    [
        ("senders.yaml", "Weg 1", "Weg 7", 6),
        ("letter_templates/note.md", "please", "kindly", 12),
        ("recipients.yaml", "Road 6", "Road 66", 2),
        ("lettergen.toml", 'name = "Test"', 'name = "Test"\noutbox = "sent"', 0),
        ("lettergen.toml", 'name = "Test"', 'name = "Test"\nposted_from = "FR"', 12),
    ],
    ids=["sender", "template", "recipient", "a setting of no letter", "a setting of all letters"],
)
def test_what_goes_into_a_letter_decides_whether_it_is_made_anew(
    tmp_path: Path, file: str, old: str, new: str, letters: int
) -> None:
    source = campaign(tmp_path)
    (source / "lettergen.toml").write_text('name = "Test"\n')

    def keys() -> list[bytes]:
        prints = Fingerprints(Renderer(as_text(source)), ("txt",))
        return [prints.of(order) for order in planned(source).orders]

    before = keys()
    assert keys() == before
    assert len(set(before)) == 12
    change(source / file, old, new)
    assert sum(one != other for one, other in zip(before, keys(), strict=True)) == letters


def other_library(_: str) -> SimpleNamespace:
    """A library of another version than this machine's, as after an upgrade of the system."""
    texts = {"pango_version_string": lambda: b"1.99.0", "hb_version_string": lambda: b"99.0.0"}
    return SimpleNamespace(**texts, FcGetVersion=lambda: 29900)


@pytest.mark.parametrize("library", ["pango", "harfbuzz", "fontconfig"])
@pytest.mark.parametrize(("formats", "anew"), [(("pdf",), True), (("txt", "html"), False)])
def test_another_version_of_what_lays_out_text_has_all_pages_made_anew_and_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, formats: tuple[str, ...], *, anew: bool
) -> None:
    terms = replace(as_text(campaign(tmp_path)), formats=formats)
    orders = planned(tmp_path).orders

    def keys() -> set[bytes]:
        prints = Fingerprints(Renderer(terms), formats)
        return {prints.of(order) for order in orders}

    before = keys()
    assert keys() == before
    real = ctypes.CDLL
    monkeypatch.setattr(ctypes, "CDLL", lambda file: (other_library if library in file else real)(file))
    assert sum(one.endswith((" 1.99.0", " 99.0.0", " 29900")) for one in library_versions.versions()) == 1
    assert before.isdisjoint(keys()) == anew


def test_libraries_tell_their_versions() -> None:
    told = dict(one.split(" ") for one in library_versions.versions())
    assert told.keys() == {"pango", "harfbuzz", "fontconfig"}
    assert all(re.fullmatch(r"\d[\d.]+", version) for version in told.values())


def test_a_volume_that_lost_a_letter_is_completed(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(planned(source), as_text(source), outbox, volume_size=4)
    right = tree(outbox)
    letters_in(outbox)[5].unlink()
    letters_in(outbox)[9].write_text("scribbled over")  # seen as soon as its volume is looked at
    found = news(made(planned(source), as_text(source), outbox, volume_size=4))
    assert len(found) == 4
    assert tree(outbox) != right
    letters_in(outbox)[8].unlink()
    made(planned(source), as_text(source), outbox, volume_size=4)
    assert tree(outbox) == right


class Post(Executor):
    """Another machine: what goes there and comes back is bytes."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        fn, args, kwargs = pickle.loads(pickle.dumps((fn, args, kwargs)))  # noqa: S301 - our own bytes
        future: Future[Any] = Future()
        future.set_result(pickle.loads(pickle.dumps(fn(*args, **kwargs))))  # noqa: S301
        return future


def test_a_letter_is_the_same_whoever_else_is_in_the_mailing(tmp_path: Path) -> None:
    source = campaign(tmp_path / "source")
    terms = RenderTerms(folder=source, is_mailing=True)
    made(planned(source), terms, tmp_path / "few", files="separate", workers=1)
    others = "".join(
        f"  - {{id: {key}, name: {name}, address: [Weg 3, Berlin], country: DE}}\n"
        for key, name in (("a-vi", "Nguyễn Thị Hạnh"), ("b-pl", "Żaneta Łuć"), ("c-ko", "김영희"))
    )
    (source / "senders.yaml").write_text(SENDERS.replace("senders:\n", f"senders:\n{others}"))
    made(planned(source), terms, tmp_path / "many", files="separate", workers=2)
    few, many = by_letter(tmp_path / "few"), by_letter(tmp_path / "many")
    assert (len(few), len(many)) == (12, 30)
    assert few.items() <= many.items()


def by_letter(outbox: Path) -> dict[str, bytes]:
    """Return the files of single letters by their names without the number in the mailing."""
    return {path.name.partition("-")[2]: path.read_bytes() for path in letters_in(outbox)}


def test_letters_out_of_a_mould_are_the_same_whoever_makes_them_and_when(tmp_path: Path) -> None:
    source = campaign(tmp_path / "source")
    plan = planned(source)
    terms = RenderTerms(folder=source, is_mailing=True)
    made(plan, terms, tmp_path / "here", volume_size=7)
    assert all(entry.cast for entry in manifest(tmp_path / "here"))
    made(plan, terms, tmp_path / "there", volume_size=7, executor=Post(), is_elsewhere=True)
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    change(source / "recipients.yaml", "name: Reader 3", "name: Reader Three")
    found = news(made(planned(source), terms, tmp_path / "here", volume_size=7))
    assert sorted(found.values()) == ["changed"] * 2 + ["kept"] * 5
    made(planned(source), terms, tmp_path / "afresh", volume_size=7)
    assert tree(tmp_path / "afresh") == tree(tmp_path / "here") != tree(tmp_path / "there")


# Shares


def test_shares_put_together_are_the_whole(tmp_path: Path) -> None:
    source = campaign(tmp_path / "source", fax=(4,))
    made(planned(source), as_text(source), tmp_path / "whole", volume_size=2)
    for this in (1, 2, 3):
        made(planned(source), as_text(source), tmp_path / f"share-{this}", volume_size=2, shard=(this, 3))
    shares = [tree(tmp_path / f"share-{this}" / "note-2026-01-15") for this in (1, 2, 3)]
    letters = [{name: one for name, one in share.items() if "/" in name} for share in shares]
    assert sum(map(len, letters)) == len(letters[0] | letters[1] | letters[2])
    whole = tree(tmp_path / "whole" / "note-2026-01-15")
    assert letters[0] | letters[1] | letters[2] == {name: one for name, one in whole.items() if "/" in name}
    names = (f"share-{this}/note-2026-01-15/manifest-{this}-of-3.jsonl" for this in (1, 2, 3))
    lines = [line for name in names for line in (tmp_path / name).read_text().splitlines()]
    told = (tmp_path / "whole" / "note-2026-01-15" / "manifest.jsonl").read_text().splitlines()
    assert sorted(lines) == sorted(told)


@pytest.mark.parametrize("shard", [(0, 2), (3, 2), (1, 0)])
def test_a_share_that_does_not_exist_is_told(tmp_path: Path, shard: tuple[int, int]) -> None:
    source = campaign(tmp_path / "source")
    with pytest.raises(UnknownName, match="no-such-shard"):
        mail(planned(source), as_text(source), tmp_path / "outbox", shard=shard)


# Locks and marks


def test_a_second_run_in_the_same_outbox_is_refused_until_the_first_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volume_folders, "PATIENCE", 0.0)
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    first = mail(planned(source), as_text(source), outbox, volume_size=4)
    next(first)
    with pytest.raises(OutputError, match="outbox-in-use"):
        mail(planned(source), as_text(source), outbox, volume_size=4)
    list(first)
    assert all(one.is_kept for one in mail(planned(source), as_text(source), outbox, volume_size=4))


def test_the_lock_of_a_process_that_is_gone_holds_nobody_up(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    program = (
        "import os, sys; from pathlib import Path; from lettergen.outbox.volume_folders import locked\n"
        "held = locked(Path(sys.argv[1]), 'Letters'); held.__enter__(); os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, outbox], check=False).returncode == -9
    assert (outbox / volume_folders.MARK).exists()
    assert len(made(planned(source), as_text(source), outbox)) == 12


def test_what_a_killed_run_has_begun_is_cleared_away(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(planned(source), as_text(source), outbox, volume_size=4)
    right = tree(outbox)
    post = outbox / "note-2026-01-15" / "post"
    shutil.copytree(post / "volume-0002", post / ".volume-0009.part")
    (post / "volume-0002").rename(post / ".volume-0002.before")
    made(planned(source), as_text(source), outbox, volume_size=4)
    assert tree(outbox) == right


# The table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        (" =1+1", "' =1+1"),
        ("\n =1+1", "'\n =1+1"),
        ("\u00a0\u3000@x", "'\u00a0\u3000@x"),
        ("\ufeff\u200b=x", "'\ufeff\u200b=x"),
        (" ＝x", "' ＝x"),
        (" a = b", " a = b"),
        ("Mr. - x", "Mr. - x"),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_is_taken_for_a_formula(text: str, shown: str) -> None:
    assert cell(text) == shown
    (line,) = csv.reader(io.StringIO(row([text, 'a "b", c']).decode(), newline=""))
    assert line == [shown, 'a "b", c']


def test_the_table_has_the_lines_of_the_manifest(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(planned(source), as_text(source), outbox, volume_size=5)
    (path,) = outbox.glob("*/manifest.csv")
    lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert [(one["letter_id"], one["files"], one["state"]) for one in lines] == [
        (one.letter_id, one.files[0].file, one.state) for one in manifest(outbox)
    ]


def test_outboxes_know_whose_volumes_they_hold() -> None:
    box = Outbox(folder=Path("x"), shard=(2, 3))
    orders = [Order("t", f"r-{n}", "s", None, DAY, "en") for n in range(7)]
    assert [one.number for one in volumes_of(orders, 1) if box.has(one)] == [2, 5]


# Other channels under the same name


def with_channels(folder: Path, *channels: str) -> Plan:
    opened = Campaign.open(folder)
    template = open_template("note", opened.template_folders)
    wanted = PlanOptions(channels=channels)
    people = {"recipients": opened.recipients, "senders": opened.senders}
    return plan(template, case_id=None, on=DAY, plan_options=wanted, **people)  # type: ignore[arg-type]


def files_of(outbox: Path) -> dict[str, tuple[bytes, int]]:
    mailing = outbox / "note-2026-01-15"
    return {
        path.relative_to(mailing).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in mailing.glob("*/volume-*/*")
    }


def test_another_channel_under_the_same_name_keeps_what_is_there(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(with_channels(source, "post"), as_text(source), outbox, volume_size=5)
    before = files_of(outbox)
    made(with_channels(source, "fax"), as_text(source), outbox, volume_size=5)
    after = files_of(outbox)
    assert before.items() <= after.items()
    assert len(after) == 2 * len(before)
    assert [one.channel for one in manifest(outbox)] == ["fax"] * 12 + ["post"] * 12
    assert is_as_the_manifest_says(outbox)
    # And back: nothing is made again, and the list is that of the plan again.
    outcomes = made(with_channels(source, "post"), as_text(source), outbox, volume_size=5)
    assert outcomes == []
    assert files_of(outbox) == after
    assert [one.channel for one in manifest(outbox)] == ["post"] * 12 + ["fax"] * 12


def test_with_force_the_former_channel_goes(tmp_path: Path) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    made(with_channels(source, "post"), as_text(source), outbox)
    made(with_channels(source, "fax"), as_text(source), outbox, force=True)
    assert {name.partition("/")[0] for name in files_of(outbox)} == {"fax"}
    assert {one.channel for one in manifest(outbox)} == {"fax"}


def test_a_letter_that_would_move_to_another_channel_stops_the_run(tmp_path: Path) -> None:
    """Its volume is made again without it, so its file would go."""
    source, outbox = campaign(tmp_path / "source", fax=(2,)), tmp_path / "outbox"
    made(planned(source), as_text(source), outbox)
    before = files_of(outbox)
    campaign(source, fax=(2, 5))
    with pytest.raises(OutputError) as caught:
        made(planned(source), as_text(source), outbox)
    (problem,) = caught.value.problems
    assert problem.name == "letters-would-go"
    assert "not by this channel" in problem.message
    assert "`note--reader-5--" in problem.message
    assert files_of(outbox) == before
    made(planned(source), as_text(source), outbox, force=True)
    assert sum(one.channel == "fax" for one in manifest(outbox)) == 4


@pytest.mark.parametrize("changed", [1, 12])
def test_a_letter_for_the_post_is_not_replaced_by_a_registered_one(tmp_path: Path, changed: int) -> None:
    """Both are paper and lie in one folder; the first may be in its envelope."""
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    posted, registered = (with_channels(source, channel) for channel in ("post", "registered"))
    made(posted, as_text(source), outbox, volume_size=5)
    before = files_of(outbox)
    other = replace(posted, orders=(*registered.orders[:changed], *posted.orders[changed:]))
    with pytest.raises(OutputError) as caught:
        made(other, as_text(source), outbox, volume_size=5)
    (problem,) = caught.value.problems
    assert problem.name == "letters-would-go"
    assert f"contains {'1 letter' if changed == 1 else '12 letters'} not in this plan" in problem.message
    assert files_of(outbox) == before
    made(other, as_text(source), outbox, volume_size=5, force=True)
    assert sum(one.channel == "registered" for one in manifest(outbox)) == changed


# What a killed run has begun


def leftovers(outbox: Path) -> list[str]:
    return sorted(path.name for path in outbox.rglob("*.part"))


@pytest.mark.parametrize("next_one", ["the same", "another", "one with nothing to do"])
def test_a_killed_run_leaves_nothing_behind_after_the_next_one(tmp_path: Path, next_one: str) -> None:
    source, outbox = campaign(tmp_path / "source"), tmp_path / "outbox"
    begun = planned(source)
    if next_one != "the same":
        made(begun, as_text(source), outbox)
    mailing = outbox / "note-2026-01-15"
    part = mailing / "post" / ".volume-0009.part"
    part.mkdir(parents=True)
    (part / "00001-note.txt").write_text("half a let")
    for folder in (outbox, mailing, mailing / "post" / ".volume-0009.part"):
        (folder / f".lettergen-{'0' * 16}.part").write_text("half a li")
    kept = mailing / "post" / ".volume-mine.part"
    kept.write_text("not of lettergen")
    if next_one == "another":
        begun = replace(begun, title="another")
    made(begun, as_text(source), outbox, force=next_one == "the same")
    assert leftovers(outbox) == [kept.name]
