"""A volume's file after a change: the same bytes as made afresh, from the lines that lie in it already."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.errors import OutputError
from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import open_template
from lettergen.mailing.rebinding import EarlierBinding, binding_record
from lettergen.outbox.volumes import BINDING, COMBINED
from lettergen.pages.vdp.mould_builder import Cast
from lettergen.pages.vdp.volume_writer import BoundLetter
from lettergen.plan.orders import Plan, plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.mailroom import made, mail, tidy, tree

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

DAY = date(2026, 1, 15)
RECIPIENTS = """\
recipients:
  - {id: oslo, name: Reader One, address: [Road 1, 0030 Oslo], country: "NO"}
  - {id: seoul, name: Reader Two, address: [세종대로 209, 03171 Seoul], country: KR}
  - {id: warsaw, name: Zażółć Gęślą, address: [Ulica 3, Piętro 2, 00-001 Warszawa], country: PL}
"""
SENDERS = """\
senders:
  - {id: eva, name: Eva Beispiel, address: [Weg 2, 10115 Berlin], country: DE}
  - {id: max, name: Max Muster, address: [Weg 1, 10115 Berlin], country: DE, own_words: I saw it.}
"""
TEMPLATE = """\
---
title: A note
uses: [sender]
subject: A note
---
Dear {{ recipient.name }}, please reply.
{% if own_words %}

{{ own_words }}
{% endif %}
"""


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    with tidy():
        yield


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "letter_templates").mkdir(parents=True)
    (folder / "recipients.yaml").write_text(RECIPIENTS, encoding="utf-8")
    (folder / "senders.yaml").write_text(SENDERS, encoding="utf-8")
    (folder / "letter_templates" / "note.md").write_text(TEMPLATE)
    return folder


def planned(folder: Path) -> Plan:
    opened = Campaign.open(folder)
    assert not [one for one in opened.problems if one.is_error]
    template = open_template("note", opened.template_folders)
    return plan(template, recipients=opened.recipients, senders=opened.senders, case_id=None, on=DAY)


def run(source: Path, outbox: Path, files: str = "combined") -> dict[str, str]:
    terms = RenderTerms(folder=source, is_mailing=True)
    return {one.letter_id: one.news for one in made(planned(source), terms, outbox, files=files)}


def moved(source: Path) -> None:
    path = source / "senders.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Weg 1", "Allee 7"), encoding="utf-8")


def test_a_changed_letter_is_bound_with_the_others_as_if_all_were_made(source: Path, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    run(source, outbox)
    moved(source)
    news = run(source, outbox)
    assert {name for name, what in news.items() if what == "changed"} == {
        f"note--{one}--max" for one in ("oslo", "seoul", "warsaw")
    }
    assert list(news.values()).count("kept") == 3
    run(source, tmp_path / "afresh")
    assert tree(outbox) == tree(tmp_path / "afresh")
    # Others than were asked for are not removed unasked, though none has a file of its own.
    few = Plan(planned(source).orders[:2], (), "note", DAY)
    with pytest.raises(OutputError) as refused:
        mail(few, RenderTerms(folder=source, is_mailing=True), outbox, files="combined")
    assert [one.name for one in refused.value.problems] == ["letters-would-go"]


def test_letters_of_one_file_get_files_of_their_own(source: Path, tmp_path: Path) -> None:
    few = (source / "recipients.yaml").read_text(encoding="utf-8").partition("  - {id: seoul")[0]
    (source / "recipients.yaml").write_text(few, encoding="utf-8")
    run(source, tmp_path / "outbox")
    run(source, tmp_path / "outbox", "separate")
    run(source, tmp_path / "afresh", "separate")
    assert tree(tmp_path / "outbox") == tree(tmp_path / "afresh")


def test_a_letter_in_a_volume_alone_is_not_put_together_by_itself(source: Path) -> None:
    renderer = Renderer(RenderTerms(folder=source, is_mailing=True, formats=("pdf",)))
    order = planned(source).orders[0]
    bound, alone = renderer.render(order, is_bound=True), renderer.render(order)
    assert (bound.contents, bound.cast.streams) == ((("pdf", b""),), alone.cast.streams)
    assert alone.contents == (("pdf", bound.cast.pdf()),)


FILE = b"%PDF one two three"
BOUND = [
    BoundLetter("a", 0, (frozenset({0}),), ((5, 3),)),
    BoundLetter("b", 0, (frozenset({0, 1}),), ((9, 3),)),
    BoundLetter("c", 1, (frozenset({0}),), ((13, 5),)),
]
NOTHING: Any = None
MADE = Cast(NOTHING, (frozenset({0}),), NOTHING, (b"one",))


def bound(
    folder: Path, change: Callable[[dict[str, Any]], object] = lambda _: None, end: bytes = b""
) -> Path:
    told = json.loads(binding_record(BOUND, FILE))
    change(told)
    (folder / BINDING).write_text(json.dumps(told))
    (folder / COMBINED).write_bytes(FILE + end)
    return folder


def test_one_letter_of_a_mould_is_made_and_the_lines_of_the_others_are_read(tmp_path: Path) -> None:
    earlier = EarlierBinding(bound(tmp_path))
    made_again = iter([MADE])
    assert earlier.cast("a", lambda: next(made_again)) == MADE
    b = earlier.cast("b", lambda: next(made_again))
    assert (b.rows, b.streams) == ((frozenset({0, 1}),), (b"two",))
    assert earlier.cast("d", lambda: next(made_again)) is None


def test_letters_whose_mould_has_become_another_are_made_again(tmp_path: Path) -> None:
    earlier = EarlierBinding(bound(tmp_path))
    assert earlier.cast("a", lambda: replace(MADE, streams=(b"One",))) is None
    assert earlier.cast("b", lambda: MADE) is None
    assert earlier.cast("c", lambda: None) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(form=2),
        lambda told: told.update(sha256="0" * 64),
        lambda told: told.pop("rows"),
        lambda told: told.update(rows=[]),
        lambda told: told.update(letters=[]),
        lambda told: told["letters"].update(a=[0, 0, [["x", 3]]]),
    ],
)
def test_a_record_that_is_not_right_is_not_believed(
    tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    assert EarlierBinding(bound(tmp_path, change)).cast("a", lambda: MADE) is None


def test_a_file_that_has_been_changed_or_is_gone_is_not_believed(tmp_path: Path) -> None:
    assert EarlierBinding(bound(tmp_path, end=b"\n")).cast("a", lambda: MADE) is None
    (tmp_path / COMBINED).unlink()
    assert EarlierBinding(tmp_path).cast("a", lambda: MADE) is None
    assert EarlierBinding(bound(tmp_path)).cast("a", lambda: MADE) == MADE
