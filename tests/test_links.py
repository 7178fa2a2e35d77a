"""A campaign folder from a stranger cannot reach the rest of the disk through links (leads-outside)."""

from pathlib import Path

import pytest

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
