"""What a mailing is said to take, held against what it takes."""

from datetime import date
from pathlib import Path

import pytest

from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import open_template
from lettergen.mailing.estimate import estimate, seconds
from lettergen.mailing.workers import WorkerPool
from lettergen.outbox.volumes import Files, Outbox
from lettergen.plan.orders import plan
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


def test_what_a_text_takes_once_is_not_reckoned_for_each_letter() -> None:
    again = [0.001, 0.001, 0.3]
    assert seconds([1.0], again, 1, 10_000, 1) == pytest.approx(0.999 + 15.0)
    assert seconds([1.0, 3.0], again, 4, 10_000, 2) == pytest.approx(4 * 1.999 + 7.5)
    assert seconds([1.0], again, 0, 10_000, 2) == pytest.approx(7.5)


def test_where_no_second_letter_of_a_text_was_made_all_are_taken_for_first_ones() -> None:
    assert seconds([2.0], [], 1, 10, 2) == pytest.approx(15.0)
