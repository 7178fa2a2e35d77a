"""Links: none leads a campaign's files out of it, and nothing is written or deleted behind one.

The problems are `leads-outside` and `link-in-the-way`.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.cli.init import make_campaign
from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import catalogue

CANARY = "canary-of-the-disk"
TEMPLATE = f"---\ntitle: T\n---\n{CANARY}\n"
FILES = {
    "recipients.yaml": f"recipients:\n  - {{id: a, organisation: {CANARY}}}\n",
    "recipients.csv": f"id,organisation\nb,{CANARY}\n",
    "senders.yaml": f"senders:\n  - {{id: a, organisation: {CANARY}}}\n",
    "lettergen.toml": f'name = "{CANARY}"\n',
    "cases/one.yaml": f"title: {CANARY}\nsummary: s\n",
    "letter_templates/note.md": TEMPLATE,
}


def linked(tmp_path: Path, name: str) -> Path:
    """Return a campaign in which one file is a link to a file beside the campaign."""
    folder = tmp_path / "campaign"
    outside = tmp_path / Path(name).name
    outside.write_text(FILES[name], encoding="utf-8")
    link = folder / name
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_a_link_that_leads_out_is_refused_and_shows_nothing(tmp_path: Path, name: str) -> None:
    campaign = Campaign.open(linked(tmp_path, name))
    templates, faults = catalogue(campaign.template_folders[:1] if "letter_templates" in name else ())
    problems = (*campaign.problems, *faults)
    assert [problem.name for problem in problems] == ["leads-outside"]
    known = [campaign.settings, campaign.recipients, campaign.senders, campaign.cases, templates]
    assert CANARY not in repr(known)
    assert not any(CANARY in problem.message + problem.excerpt for problem in problems)


def test_a_folder_that_is_a_link_is_no_way_out(tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "one.yaml").write_text(FILES["cases/one.yaml"], encoding="utf-8")
    folder = tmp_path / "campaign"
    folder.mkdir()
    (folder / "cases").symlink_to(outside)
    campaign = Campaign.open(folder)
    assert ([problem.name for problem in campaign.problems], campaign.cases) == (["leads-outside"], ())


def test_signatories_cannot_be_taken_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(f"name\n{CANARY}\n", encoding="utf-8")
    folder = tmp_path / "campaign"
    folder.mkdir()
    (folder / "names.csv").symlink_to(tmp_path / "names.csv")
    sender = "senders:\n  - {id: a, organisation: A, signatories: names.csv}\n"
    (folder / "senders.yaml").write_text(sender, encoding="utf-8")
    campaign = Campaign.open(folder)
    assert [problem.name for problem in campaign.problems] == ["leads-outside"]
    assert CANARY not in repr(campaign.senders)


def test_links_within_the_campaign_and_to_the_campaign_are_fine(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    (folder / "cases").mkdir(parents=True)
    (folder / "cases" / "one.yaml").write_text(FILES["cases/one.yaml"], encoding="utf-8")
    (folder / "cases" / "two.yaml").symlink_to(folder / "cases" / "one.yaml")
    (tmp_path / "link").symlink_to(folder)
    campaign = Campaign.open(tmp_path / "link")
    assert campaign.problems == ()
    assert [case.id for case in campaign.cases] == ["one", "two"]


# Writing and deleting

TODAY = date(2026, 2, 15)
MAILING = "outbox/spring"
VOLUME = f"{MAILING}/post/volume-0001"
BATCH = "batch --name spring --yes"
CHANGED = "batch --name spring --yes --date 2026-02-16"
PLACES = {
    MAILING: BATCH,
    f"{MAILING}/post": BATCH,
    f"{MAILING}/fax": BATCH,
    VOLUME: BATCH,
    f"{MAILING}/post/.volume-0001.part": CHANGED,
    f"{MAILING}/post/.volume-0001.before": CHANGED,
    f"{MAILING}/post/volume-0007": CHANGED,
    f"{MAILING}/manifest.jsonl": CHANGED,
    f"{MAILING}/manifest.csv": CHANGED,
    "outbox/.lettergen": CHANGED,
    f"{MAILING}/print": f"print-files {MAILING} --force",
    f"{MAILING}/print ": f"registered {MAILING} --first RR000000005JP --all --force",
    f"{MAILING}/kits": f"kits {MAILING} --force",
    f"{MAILING}/handover-hylafax": f"handover {MAILING} --for hylafax --yes --force",
    "for-the-shop/pages": f"handover {MAILING} --for copyshop -o for-the-shop --yes --force",
    "for-the-shop/calls": f"handover {MAILING} --for asterisk -o for-the-shop --yes --force",
    "for-the-shop/messages": (
        f"handover {MAILING} --for gateway --gateway fax.example.org -o for-the-shop --yes --force"
    ),
    "new/cases": "init new",
    "new/.schemas": "init new",
}
"""Where a link lies, and the command that would write or delete there."""


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign with a finished mailing on paper and by fax."""
    folder = tmp_path_factory.mktemp("posted") / "campaign"
    make_campaign(folder, TODAY)
    recipients = folder / "recipients.yaml"
    words = recipients.read_text(encoding="utf-8").replace("- id: ", "- fax: '+49 30 1234567'\n    id: ", 1)
    recipients.write_text(words.replace("channels: [post]", "channels: [fax]", 1), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(BATCH.split(), today=TODAY) == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("place", "command"), PLACES.items(), ids=[place.strip() for place in PLACES])
@pytest.mark.parametrize("name", ["folder", "file", "nothing"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nothing_is_written_or_deleted_behind_a_link(
    posted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    command: str,
    name: str,
) -> None:
    folder, elsewhere = tmp_path / "campaign", tmp_path / "elsewhere"
    shutil.copytree(posted, folder)
    monkeypatch.chdir(folder)
    # What a clean-up of ours would take for its own, one beside the other.
    elsewhere.mkdir()
    ours = f"{posted}/{VOLUME}"
    for one in (*Path(ours).iterdir(), Path(f"{posted}/{MAILING}/manifest.jsonl")):
        shutil.copy(one, elsewhere / one.name)
    stem = "00001-x--y--z"
    for other in (f"{stem}.tif", f"{stem}.call", f"{stem}.eml", f"volume-0001/{stem}.pdf"):
        (elsewhere / other).parent.mkdir(exist_ok=True)
        (elsewhere / other).write_bytes(b"precious")
    link = folder / place.strip()
    link.parent.mkdir(exist_ok=True, parents=True)
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    targets = {"folder": elsewhere, "file": elsewhere / f"{stem}.tif", "nothing": tmp_path / "none"}
    link.symlink_to(targets[name])
    before = contents(elsewhere)
    code = run(command.split(), today=TODAY)
    said = capsys.readouterr().err
    assert contents(elsewhere) == before
    assert not (tmp_path / "none").exists()
    assert link.is_symlink()
    assert (code, "is a link; nothing is written or deleted behind it" in said) == (1, True), said


def test_the_outbox_itself_may_be_a_link_that_the_user_made(
    posted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, disk = tmp_path / "campaign", tmp_path / "other-disk"
    shutil.copytree(posted, folder)
    shutil.move(folder / "outbox", disk)
    (folder / "outbox").symlink_to(disk)
    monkeypatch.chdir(folder)
    assert run(CHANGED.split(), today=TODAY) == 0
    assert run(f"kits {MAILING}".split(), today=TODAY) == 0
    assert list((disk / "spring" / "kits").iterdir())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mailing").symlink_to(disk / "spring")
    assert run(["--folder", "campaign", "print-files", "mailing"], today=TODAY) == 0
    assert list((disk / "spring" / "print").iterdir())


def test_a_link_of_a_letters_name_is_replaced_and_what_it_leads_to_stays(
    posted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(posted, folder)
    (tmp_path / "precious").write_bytes(b"precious")
    letter = next((folder / VOLUME).glob("00001-*.pdf"))
    letter.unlink()
    letter.symlink_to(tmp_path / "precious")
    monkeypatch.chdir(folder)
    assert run(CHANGED.split(), today=TODAY) == 0
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert not any(path.is_symlink() for path in folder.rglob("*"))
