"""Each sender writes to the recipient in the own country, all to one, or to one named for the others."""

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen import open_campaign
from lettergen.api import LettergenError, MailingRequest, PartySelection
from lettergen.cli import run
from lettergen.facts.campaign import starter_folder
from lettergen.facts.mailing_file import read
from lettergen.mailing.requests import from_file
from lettergen.plan.orders import Plan

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
SAMPLE = ("recipients.yaml", "senders.yaml", "cases", "letter_templates", "lettergen.toml")
EVERYBODY = PartySelection(everybody=True)
EMBASSIES = PartySelection(tags=("embassy",))
FILES = {
    "lettergen.toml": 'language = "en"\n',
    "recipients.csv": "id,title,address_1,country,serves,tags,fax,channels,state\n"
    "president,President,1 Palace,CN,,,,,CN\n"
    "e-no,Ambassador,2 Street,NO,IS FO,embassy,+47 22 49 20 52,post fax,CN\n"
    "e-de,Ambassador,3 Street,Germany,,embassy,,,CN\n"
    "e-de2,Consul,4 Street,DE,,embassy,,,RU\n",
    "senders.csv": "id,name,country\nann,Ann A,NO\nbo,Bo B,DE\ncy,Cy C,IS\n"
    "di,Di D,FR\ned,Ed E,\nfay,Fay F,DE\n",
    "letter_templates/note.md": "---\ntitle: A note\nlanguage: en\nsubject: A note\n---\nPlease reply.\n",
}


def planned(write: Write, **wanted: object) -> Plan:
    write(FILES)
    asked = {"templates": ("note",), "recipients": EMBASSIES, "senders": EVERYBODY, **wanted}
    return open_campaign().plan(MailingRequest(**asked), today=TODAY)  # type: ignore[arg-type]


def pairs(plan: Plan) -> list[str]:
    return [f"{one.sender_id} {one.recipient_id}" for one in plan.orders]


def test_each_writes_to_the_recipients_in_the_own_country_or_that_cover_it(write: Write) -> None:
    plan = planned(write, own_country=True)
    assert pairs(plan) == ["ann e-no", "cy e-no", "bo e-de", "fay e-de", "bo e-de2", "fay e-de2"]
    assert [(one.recipient_id, one.sender_id, one.cause, one.reason) for one in plan.skipped] == [
        (None, "di", "country", "no recipient is in the sender's own country, `FR`"),
        (None, "ed", "country", "the sender has no `country`, by which the recipient is chosen"),
    ]


SIXTY = [
    "AL", "AR", "AT", "AU", "BA", "BE", "BG", "BR", "CA", "CH", "CL", "CO", "CR", "CY", "CZ",
    "DE", "DK", "EC", "EE", "EG", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "ID", "IE", "IL",
    "IN", "IS", "IT", "JP", "KE", "KR", "LT", "LU", "LV", "MA", "MT", "MX", "MY", "NG", "NL",
    "NO", "NZ", "PE", "PH", "PL", "PT", "RO", "RS", "SE", "SG", "SI", "SK", "TH", "TR", "US",
]  # fmt: skip
COVERED = {"SE": ("DK", "FI"), "FR": ("LU",), "GB": ("IE", "MT")}
"""Embassies that cover other countries besides their own."""


def test_a_thousand_senders_of_sixty_countries_each_write_to_their_own_embassy(write: Write) -> None:
    covered = [one for others in COVERED.values() for one in others]
    here = [code for code in SIXTY if code not in covered][:50]
    rows = [f"e-{code.lower()},Ambassador,1 Street,{code},{' '.join(COVERED.get(code, ()))}" for code in here]
    people = [f"s{n},Ann {n},{SIXTY[n * 7 % 60]}" for n in range(1_000)]
    head = "id,title,address_1,country,serves\npresident,President,1 Palace,CN,\n"
    write(
        {
            **FILES,
            "recipients.csv": head + "\n".join(rows),
            "senders.csv": "id,name,country\n" + "\n".join(people),
        }
    )
    wanted = MailingRequest(
        templates=("note",), recipients=EVERYBODY, senders=EVERYBODY, own_country=True, fallback="president"
    )
    plan = open_campaign().plan(wanted, today=TODAY)
    facts = open_campaign().facts
    assert (len(SIXTY), len(plan.orders), plan.skipped) == (60, 1_000, ())
    assert len({one.sender_id for one in plan.orders}) == 1_000
    for one in plan.orders:
        lives, to = facts.sender(one.sender_id).country or "", facts.recipient(one.recipient_id or "")
        is_served = lives in here or lives in covered
        assert (lives in (to.country, *to.serves)) if is_served else (to.id == "president")
    assert 0 < sum(one.recipient_id == "president" for one in plan.orders) < 120


def test_those_without_a_recipient_write_to_the_one_named_for_them(write: Write) -> None:
    plan = planned(write, own_country=True, fallback="president")
    assert pairs(plan)[-2:] == ["di president", "ed president"]
    assert len(plan.orders) == 8
    assert plan.skipped == ()


def test_all_write_to_one_and_each_to_the_own_embassy_in_one_mailing(write: Write) -> None:
    plan = planned(write, own_country=True, also_to=("president",))
    assert sum(one.recipient_id == "president" for one in plan.orders) == 6
    assert len(plan.orders) == 12
    assert [one.sender_id for one in plan.skipped] == ["di", "ed"]


def test_quotas_hold_among_the_pairs(write: Write) -> None:
    plan = planned(write, own_country=True, per_sender=1, senders=PartySelection(ids=("bo", "fay")))
    assert pairs(plan) == ["bo e-de", "fay e-de2"]
    assert plan.beyond_quota == 2


def test_senders_are_narrowed_by_country_and_recipients_by_state(write: Write) -> None:
    german = PartySelection(everybody=True, countries=("DE",))
    plan = planned(write, senders=german, recipients=PartySelection(tags=("embassy",), states=("RU",)))
    assert pairs(plan) == ["bo e-de2", "fay e-de2"]


def test_the_first_letters_go_by_fax_and_the_rest_by_post(write: Write) -> None:
    plan = planned(write, recipients=PartySelection(ids=("e-no", "e-de")), fax_first=2)
    channels = {
        name: [one.channel for one in plan.orders if one.recipient_id == name] for name in ("e-no", "e-de")
    }
    assert channels == {"e-no": ["post"] * 4 + ["fax"] * 2, "e-de": ["post"] * 6}
    assert {one.sender_id for one in plan.orders if one.channel == "fax"} == {"ann", "bo"}


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ({"fallback": "president"}, "missing-own-country"),
        ({"own_country": True, "fallback": "nobody"}, "unknown-recipient"),
        ({"also_to": ("nobody",)}, "unknown-recipient"),
    ],
)
def test_what_does_not_fit_is_refused(write: Write, wanted: dict[str, object], name: str) -> None:
    with pytest.raises(LettergenError) as caught:
        planned(write, **wanted)
    assert [problem.name for problem in caught.value.problems] == [name]


def test_mailing_yaml_says_the_same(write: Write) -> None:
    mailing = "templates: note\nrecipients: {tags: embassy, states: China}\nsenders: all\npair: own-country\n"
    folder = write(
        {**FILES, "mailing.yaml": f"{mailing}fallback: president\nalso_to: [e-de2]\nfax_first: 1\n"}
    )
    wanted = from_file(read(Path("mailing.yaml"), folder), MailingRequest())
    assert (wanted.own_country, wanted.fallback, wanted.also_to, wanted.fax_first) == (
        True,
        "president",
        ("e-de2",),
        1,
    )
    assert wanted.recipients.states == ("CN",)
    assert open_campaign().check(today=TODAY) == open_campaign().check(today=TODAY)
    write({"mailing.yaml": f"{mailing}fallback: presidant\n"})
    assert [one.name for one in open_campaign().check(today=TODAY) if one.is_error] == ["unknown-recipient"]


def test_in_the_sample_campaign_citizens_write_to_the_embassies_in_their_countries(
    tmp_path: Path,
) -> None:
    root = tmp_path / "sample"
    root.mkdir()
    for name in SAMPLE:
        path = starter_folder() / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, root / name)
    words = [
        "--tag",
        "embassy",
        "--own-country",
        "--from-tag",
        "citizen",
        "--date",
        "2006-12-02",
        "--dry-run",
    ]
    assert run(["-C", str(root), "batch", "protest-letter", *words], today=TODAY) == 0
    plan = open_campaign(root).plan(
        MailingRequest(
            templates=("protest-letter",),
            recipients=EMBASSIES,
            senders=PartySelection(tags=("citizen",)),
            own_country=True,
            on=date(2006, 12, 2),
        )
    )
    facts = open_campaign(root).facts
    assert sorted((one.sender_id, one.recipient_id) for one in plan.orders) == [
        ("citizen-de", "cn-embassy-germany"),
        ("citizen-es", "cn-embassy-spain"),
        ("citizen-fr", "cn-embassy-france"),
        ("citizen-gb", "cn-embassy-uk"),
        ("citizen-jp", "cn-embassy-japan"),
        ("citizen-kr", "cn-embassy-korea"),
        ("citizen-no", "cn-embassy-norway"),
        ("citizen-us", "cn-embassy-usa"),
    ]
    for one in plan.orders:
        assert facts.recipient(one.recipient_id or "").country == facts.sender(one.sender_id).country
