"""A campaign folder is read as one value; what is wrong in it is told, never raised."""

import pickle
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lettergen.errors import ExitCode, InputProblems, UnknownName
from lettergen.facts.campaign import Campaign, starter_folder

Write = Callable[[Mapping[str, str | bytes]], Path]

FILES = {
    "lettergen.toml": 'name = "Letters for Lee"\nposted_from = "NO"\ndate = 2002-06-13\n',
    "recipients.yaml": "recipients:\n- {id: premier, country: CN}\n",
    "recipients-press.csv": "id;organisation;country\ndaily;Daily News;SE\n",
    "senders.csv": "name;country\nMei Lin;NO\n",
    "cases/lee.yaml": "title: T\nsummary: S\npersons:\n- id: lee\n  name: Lee\n"
    "events:\n- {what: w, on: 2002}\n",
    "letter_templates/own.md": "---\ntitle: T\n---\n",
    "recipientsold.yaml": "not: read\n",
}


def told(campaign: Campaign) -> list[str]:
    return [f"{problem.place} {problem.name}: {problem.message}" for problem in campaign.problems]


def test_a_campaign_folder_is_read_whole(write: Write) -> None:
    write(FILES)
    campaign = Campaign.open()
    assert told(campaign) == [
        "recipientsold.yaml file-not-read: this file is not read: a list of recipients is called "
        "`recipients.csv` or `recipients-….csv`."
    ]
    assert [recipient.id for recipient in campaign.recipients] == ["daily", "premier"]
    assert campaign.senders[0].country == "NO"
    assert campaign.case("lee").title == "T"
    assert (campaign.settings.name, str(campaign.settings.date)) == ("Letters for Lee", "2002-06-13")
    assert campaign.template_folders == (Path("letter_templates"), starter_folder() / "letter_templates")


def test_every_record_knows_its_place(write: Write) -> None:
    write(FILES)
    places = Campaign.open().places
    assert str(places["recipient", "premier"]) == "recipients.yaml:2:8"
    assert str(places["recipient", "daily"]) == "recipients-press.csv:2:1"
    assert str(places["case/person", "lee/lee"]) == "cases/lee.yaml:4:3"
    assert str(places["case/event", "lee/1"]) == "cases/lee.yaml:7:3"
    assert str(places["case/field", "lee/summary"]) == "cases/lee.yaml:2:1"


def test_the_folder_that_is_given_is_read_wherever_one_stands(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({f"mine/{name}": text for name, text in FILES.items()})
    assert len(Campaign.open(Path("mine")).recipients) == 2
    monkeypatch.chdir("/")
    assert Campaign.open(folder / "mine").cases == Campaign.open(folder / "mine").cases != ()


def test_a_folder_that_is_no_campaign_leads_to_what_lettergen_brings(write: Write) -> None:
    write({"notes.txt": "x"})
    campaign = Campaign.open()
    assert campaign.folder == starter_folder()
    assert (campaign.folder / "letter_templates").is_dir()
    assert (campaign.is_lent, campaign.home) == (True, Path())
    named = Campaign.open(starter_folder())
    assert (named.is_lent, named.home) == (False, starter_folder())


@pytest.mark.parametrize(
    ("file", "is_campaign"),
    [
        *((name, True) for name in ("lettergen.toml", "mailing.yaml", "recipients.yaml", "senders.csv")),
        *((name, True) for name in ("recipients-asia.xlsx", "senders.yml")),
        *((name, False) for name in ("recipients.txt", "sendersofspam.csv", "my-recipients.yaml")),
    ],
)
def test_whoever_has_begun_a_campaign_is_not_lent_another(write: Write, file: str, is_campaign: bool) -> None:
    write({file: b""})
    assert Campaign.open().is_lent != is_campaign


def test_an_empty_folder_that_is_named_is_an_empty_campaign(write: Write) -> None:
    campaign = Campaign.open(write({}))
    assert (campaign.recipients, campaign.senders, campaign.cases, campaign.problems) == ((), (), (), ())


@pytest.mark.parametrize("name", ["none", "file"])
def test_a_folder_that_does_not_exist_is_refused(write: Write, name: str) -> None:
    folder = write({"file": ""})
    with pytest.raises(InputProblems) as caught:
        Campaign.open(folder / name)
    assert [problem.name for problem in caught.value.problems] == ["missing-folder"]


BAD = {
    "lettergen.toml": 'name = "x"\n\nlangage = "de"\nsender = ["a"]\n',
    "recipients.yaml": "recipients:\n- id: a\n- id: b\n",
    "recipients-more.yml": "recipients:\n- id: b\n  adress: x\n- id: c\n",
    "recipients-broken.yaml": "recipients: [\n",
    "senders.yaml": "senders:\n- {id: joint, members: [s-81561-91862-91821, who]}\n",
    "senders.csv": "name\nMei Lin\n",
    "cases/one.yaml": "id: two\ntitle: T\nsummary: S\n",
    "cases/three.yaml": "title: T\n",
}


def test_problems_of_all_files_are_told_in_order_and_the_rest_is_there(write: Write) -> None:
    write(BAD)
    campaign = Campaign.open()
    assert told(campaign) == [
        "cases/one.yaml:1:5 wrong-id: the case's `id` differs from its file name, which says `one`.",
        "cases/three.yaml:1:1 missing-field: case `three` has no `summary`.",
        "lettergen.toml:3:1 unknown-field: lettergen.toml has an unknown field `langage`.",
        "lettergen.toml:4:1 wrong-shape: `sender` of lettergen.toml is a list; it must be one text.",
        "recipients-broken.yaml:1:13 unclosed-bracket: "
        "this `[` has no matching `]`, or a comma is missing after it.",
        "recipients-more.yml:3:3 unknown-field: recipient `b` has an unknown field `adress`.",
        "recipients.yaml:3:7 duplicate-id: two recipients have the id `b`; "
        "the first is at recipients-more.yml:2:7.",
        "senders.yaml:2:46 unknown-member: sender `joint` has the member `who`, who does not exist.",
    ]
    assert [recipient.id for recipient in campaign.recipients] == ["c", "a"]
    assert [sender.id for sender in campaign.senders] == ["s-81561-91862-91821"]
    assert campaign.settings.name == "x"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('name = "x"\nlanguage = de\n', "lettergen.toml:2:12"),
        ('name = "x\n', "lettergen.toml:1:10"),
        ('name = "x"\nname = "y"\n', "lettergen.toml:2:11"),
        ("name = ", "lettergen.toml:1:7"),
    ],
)
def test_what_is_no_toml_is_told_at_its_place(write: Write, text: str, place: str) -> None:
    write({"lettergen.toml": text})
    assert told(Campaign.open()) == [f"{place} not-toml: this line is not valid TOML."]


def test_an_unknown_name_suggests_the_near_one(write: Write) -> None:
    write(FILES)
    with pytest.raises(UnknownName) as caught:
        Campaign.open().recipient("premir")
    (problem,) = caught.value.problems
    assert caught.value.exit_code == ExitCode.USAGE
    assert (problem.message, problem.fix) == ("there is no recipient `premir`.", "did you mean `premier`?")


def test_a_record_with_problems_is_told_apart_from_one_that_is_not_there(write: Write) -> None:
    write(BAD)
    campaign = Campaign.open()
    for ask, name in ((campaign.case, "one"), (campaign.sender, "joint"), (campaign.recipient, "b")):
        with pytest.raises(UnknownName) as caught:
            ask(name)
        assert caught.value.problems[0].name.startswith("unusable-")


def test_a_changed_copy_finds_its_own_records(write: Write) -> None:
    write(FILES)
    campaign = replace(Campaign.open(), cases=())
    assert campaign.recipient("premier").id == "premier"
    with pytest.raises(UnknownName):
        campaign.case("lee")


def test_a_campaign_can_be_handed_to_another_process(write: Write) -> None:
    write(FILES)
    campaign = Campaign.open()
    assert pickle.loads(pickle.dumps(campaign)) == campaign  # noqa: S301 - made in the line itself
    assert replace(campaign, cases=()) != campaign


def test_the_data_in_the_package_comes_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "lettergen"
    checkout.mkdir()
    monkeypatch.setattr("lettergen.facts.campaign.resources.files", lambda _: checkout)
    assert starter_folder() == tmp_path
    (checkout / "starter").mkdir()
    assert starter_folder() == checkout / "starter"


def test_the_data_that_lettergen_brings_has_no_problems() -> None:
    campaign = Campaign.open(starter_folder())
    assert told(campaign) == []
    assert campaign.recipients
    assert campaign.senders
    assert campaign.cases


def test_no_test_can_reach_the_network() -> None:
    with socket.socket() as connection, pytest.raises(pytest.fail.Exception):
        connection.connect(("192.0.2.1", 9))


def test_a_case_can_be_given_in_several_languages(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "one.yaml").write_text("title: a case\nsummary: s\n", encoding="utf-8")
    (folder / "one.fr.yaml").write_text("title: une affaire\nsummary: s\n", encoding="utf-8")
    (folder / "two.yaml").write_text("title: two\nsummary: s\n", encoding="utf-8")
    (folder / "two.de.yaml").write_text("title: ein Fall\nsummary: s\nlanguage: de\n", encoding="utf-8")
    campaign = Campaign.open(tmp_path)
    assert [case.title for case in campaign.cases] == ["a case", "two"]
    titles = [campaign.case("one", language).title for language in ("fr-CH", "fr", "en", "ja")]
    assert titles == ["une affaire", "une affaire", "a case", "a case"]
    assert campaign.languages_of("one") == {"en", "fr"}
    assert [(problem.name, problem.place.line if problem.place else 0) for problem in campaign.problems] == [
        ("language-in-file-name", 3)
    ]


def test_in_a_folder_of_a_campaign_the_campaign_above_is_meant(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({**FILES, "lettergen.toml": "", "cases/notes/x.txt": ""})
    monkeypatch.chdir(folder / "cases" / "notes")
    campaign = Campaign.open()
    assert (campaign.folder, campaign.home) == (Path("../.."), Path("../.."))
    assert len(campaign.recipients) == 2


@pytest.mark.parametrize("fault", ["everybody writes", "no settings"])
def test_a_folder_above_that_anybody_may_have_filled_is_not_believed(
    write: Write, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    folder = write({**FILES, "lettergen.toml": "", "sub/x.txt": ""})
    if fault == "everybody writes":
        folder.chmod(0o1777)
    else:
        (folder / "lettergen.toml").unlink()
    monkeypatch.chdir(folder / "sub")
    assert Campaign.open().is_lent
