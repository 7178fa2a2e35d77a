"""Letters made beforehand in the process that starts the others: which ones, and what if they never end."""

import time
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from lettergen.facts.campaign import Campaign
from lettergen.letters.templates import open_template
from lettergen.mailing import rehearsal
from lettergen.mailing.plan import Order, plan
from lettergen.mailing.rehearsal import rehearse
from lettergen.mailing.workshop import Made, Terms, Workshop

DAY = date(2026, 1, 15)


class Watched(Workshop):
    """A workshop that tells what was made in it."""

    made: tuple[str, ...] = ()
    seconds = 0.0
    afresh = 0
    """How often it started; once when it was opened."""

    def start_afresh(self) -> None:
        self.afresh += 1
        super().start_afresh()

    def make(self, order: Order) -> Made:
        self.made += (order.sender_id,)
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            pass
        return Made(letter_id=order.letter_id, language=order.language)

    def warm_up(self) -> None:
        """No page is set here."""


@pytest.fixture(autouse=True)
def forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "method_of_starting", lambda: "fork")


def mailing(root: Path, *, senders: int = 3, words: str = "please reply", more: str = "") -> Campaign:
    (root / "letter_templates").mkdir(parents=True)
    (root / "lettergen.toml").write_text(f'name = "Test"\n{more}', encoding="utf-8")
    (root / "recipients.yaml").write_text(
        "recipients:\n  - {id: reader, name: A Reader, address: [Road 1], country: NO}\n", encoding="utf-8"
    )
    people = "".join(
        f"  - {{id: s-{number}, name: Max Muster {number}, address: [Weg 1, Berlin], country: DE"
        f"{', signature: hand.png' if number == 1 else ''}}}\n"
        for number in range(senders)
    )
    (root / "senders.yaml").write_text("senders:\n" + people, encoding="utf-8")
    Image.new("RGB", (40, 20), "black").save(root / "hand.png")
    head = "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\n"
    (root / "letter_templates" / "note.md").write_text(f"{head}Dear reader, {words}.\n", encoding="utf-8")
    return Campaign.open(root)


def orders(campaign: Campaign) -> tuple[Order, ...]:
    note = open_template("note", campaign.template_folders)
    found = plan(note, recipients=campaign.recipients, senders=campaign.senders, case_id=None, on=DAY)
    return found.orders


def opened(campaign: Campaign, *formats: str) -> Watched:
    return Watched(Terms(folder=campaign.folder, formats=formats or ("pdf",)), campaign)


def test_letters_without_pictures_are_made_from_all_over_the_mailing(tmp_path: Path) -> None:
    campaign = mailing(tmp_path, senders=40)
    workshop = opened(campaign)
    rehearse(workshop, orders(campaign))
    assert workshop.made == tuple(f"s-{number}" for number in range(0, 40, 5))


def test_a_letter_with_a_picture_is_left_to_a_process_that_may_end(tmp_path: Path) -> None:
    campaign = mailing(tmp_path)
    workshop = opened(campaign)
    rehearse(workshop, orders(campaign))
    assert (workshop.made, workshop.afresh) == (("s-0", "s-2"), 1)


@pytest.mark.parametrize("reason", ["long", "fonts", "fax", "no fork"])
def test_what_could_do_harm_is_not_made_here(
    tmp_path: Path, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "and so on " * 2500 if reason == "long" else "please reply"
    campaign = mailing(tmp_path, words=words, more='fonts = ["type"]\n' if reason == "fonts" else "")
    if reason == "no fork":
        monkeypatch.setattr(rehearsal, "method_of_starting", lambda: "spawn")
    workshop = opened(campaign, *(("pdf", "tif") if reason == "fax" else ()))
    rehearse(workshop, orders(campaign))
    assert workshop.made == ()


def test_a_letter_that_takes_too_long_is_given_up_and_its_workshop_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "LONGEST_SECONDS", 0.5)
    campaign = mailing(tmp_path)
    workshop = opened(campaign)
    workshop.seconds = 60.0
    rehearse(workshop, orders(campaign))
    assert (workshop.made, workshop.afresh) == (("s-0",), 2)


def test_a_letter_that_cannot_be_written_is_told_later(tmp_path: Path) -> None:
    campaign = mailing(tmp_path, words="{{ sender.fax }}")
    workshop = opened(campaign)
    rehearse(workshop, orders(campaign))
    assert workshop.made == ()
