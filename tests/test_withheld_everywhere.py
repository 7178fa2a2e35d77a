"""Whoever one case hides is hidden in every letter, also in those about another case or about none."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems, Problem
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.series.series import LetterSeries
from lettergen.letters.template.templates import open_template

ON = date(2026, 1, 15)
HIDDEN = {
    "id": "song-yong",
    "name": {"family": "Lee", "given": "Song-yong", "order": "family-first"},
    "described_as": "a boy of two",
}
ALL = ["addressee", "un", "press", "public"]
SHOWN = {
    "id": "jana",
    "name": {"family": "Novakova", "given": "Jana", "courtesy": "Ms."},
    "publish": "full",
    "consent": {"by": "herself", "on": "2025-04-01", "scope": ALL},
}
WITH_CASE, WITHOUT = "uses: [sender, case]\n", "uses: [sender]\n"
BODY = "{{ case.summary }} {{ case.persons | names }} {{ own_words or '' }}"
BODY_ALONE = "We write to you. {{ own_words or '' }}"


def campaign(folder: Path, *, head: str = WITH_CASE, body: str = BODY, **changes: Any) -> Campaign:
    """A campaign with a case that hides somebody, and another."""
    recipient = {"id": "minister", "title": "Minister", "address": ["1 Main Square, Oslo"], "country": "NO"}
    sender = {"id": "society", "name": "Max Muster", "address": ["Weg 1, Berlin"], "country": "DE"}
    files = {
        "recipients.yaml": {"recipients": [recipient | changes.get("recipient", {})]},
        "senders.yaml": {"senders": [sender | changes.get("sender", {})]},
        "cases/hiding.yaml": {
            "title": "t",
            "summary": "A child is held.",
            "persons": [changes.get("hidden", HIDDEN)],
        },
        "cases/other.yaml": {
            "title": "another",
            "summary": "Somebody is held.",
            "persons": [SHOWN],
            **changes.get("other", {}),
        },
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (folder / "letter_templates").mkdir(exist_ok=True)
    (folder / "letter_templates" / "note.md").write_text(
        f"---\ntitle: A note\n{head}---\n{body}\n", encoding="utf-8"
    )
    opened = Campaign.open(folder)
    assert opened.problems == ()
    return opened


def problems(opened: Campaign, case: str | None = "other", on: date = ON) -> list[Problem]:
    """What one letter is refused for, which a series of letters says as well."""
    template = open_template("note", opened.template_folders)
    facts = facts_of(opened, case, on)
    series = LetterSeries(template, opened, case=facts.case, on=on)
    alone = outcome(lambda: (found := assemble(template, facts), check_letter(template, facts, found)))
    assert outcome(lambda: series.letter(facts.recipient, facts.sender)) == alone
    if isinstance(alone, list):
        return alone
    return [one for one in alone[1] if one.name == "name-perhaps-shown"]


def outcome(write: Callable[[], tuple[Letter, tuple[Problem, ...]]]) -> Any:
    """A letter with its warnings, or the problems for which it is refused."""
    try:
        return write()
    except InputProblems as refused:
        return list(refused.problems)


def facts_of(opened: Campaign, case: str | None = "other", on: date = ON) -> LetterFacts:
    return LetterFacts(
        campaign=opened,
        sender=opened.sender("society"),
        recipient=opened.recipient("minister"),
        case=opened.case(case) if case else None,
        on=on,
    )


def names(found: list[Problem]) -> list[str]:
    return [one.name for one in found]


WAYS: dict[str, dict[str, Any]] = {
    "own words": {"sender": {"own_words": "I think of Lee Song-yong."}},
    "own words, squeezed": {"sender": {"own_words": "#FreeLeeSongYong"}},
    "organisation": {"sender": {"organisation": "Friends of Song-yong Lee"}},
    "sender's address": {"sender": {"address": ["Lee Song-yong Street 1"]}},
    "sender's e-mail": {"sender": {"email": "free@leesongyong.example.org", "letterhead": "no"}},
    "care of": {"recipient": {"care_of": "Lee Song-yong"}},
    "recipient's address": {"recipient": {"address": ["Lee Song-yong House"]}},
    "recipient's e-mail": {"recipient": {"email": "lee.song-yong@example.org"}},
    "salutation": {"recipient": {"salutation": "Dear friends of S. Y. Lee"}},
    "body of the template": {"body": "We think of Lee Song-yong."},
    "title": {"head": WITHOUT + "letter_title: For Lee Song-yong\n", "body": BODY_ALONE},
    "subject": {"head": WITHOUT + "subject: For Lee, Song-yong\n", "body": BODY_ALONE},
    "two parts": {"head": WITHOUT + "letter_title: For Song-yong\nsubject: Lee\n", "body": BODY_ALONE},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", ["other", None])
def test_a_letter_about_another_case_or_none_names_nobody_who_is_hidden(
    tmp_path: Path, way: str, case: str | None
) -> None:
    alone = {} if case else {"head": WITHOUT, "body": BODY_ALONE}
    found = problems(campaign(tmp_path, **alone | WAYS[way]), case)
    assert names(found) == ["name-not-cleared"]
    assert "`song-yong`, whom the case `hiding` hides" in found[0].message
    assert "Lee" not in found[0].message + found[0].fix


def test_a_text_of_another_case_names_nobody_who_is_hidden(tmp_path: Path) -> None:
    found = problems(campaign(tmp_path, other={"summary": "She was with Lee Song-yong."}))
    assert names(found) == ["name-not-cleared"]
    assert found[0].place
    assert found[0].place.file.endswith("other.yaml")


def test_what_hides_nobody_is_written(tmp_path: Path) -> None:
    assert problems(campaign(tmp_path, sender={"own_words": "I think of a boy of two."})) == []


@pytest.mark.parametrize("words", ["Lee lives here.", "Mr. Leeds was there.", "a song of Yong"])
def test_what_is_chance_in_another_case_is_let_be(tmp_path: Path, words: str) -> None:
    assert problems(campaign(tmp_path, sender={"own_words": words})) == []


def test_what_may_be_chance_in_another_case_is_a_warning(tmp_path: Path) -> None:
    found = problems(campaign(tmp_path, sender={"own_words": "I met Mr. Lee once."}))
    assert [(one.name, one.severity) for one in found] == [("name-perhaps-shown", "warning")]


def test_who_is_withheld_in_one_case_is_withheld_in_all(tmp_path: Path) -> None:
    again = SHOWN | {"id": "nova", "publish": {"addressee": "withheld"}}
    found = problems(campaign(tmp_path, hidden=again))
    assert names(found) == ["name-not-cleared"]
    assert "`nova`, whom the case `hiding` hides" in found[0].message


def test_a_namesake_may_sign_and_may_not_be_told_of(tmp_path: Path) -> None:
    lee = {"name": {"family": "Lee", "given": "Song-yong", "order": "family-first"}}
    assert problems(campaign(tmp_path, sender=lee)) == []
    told = lee | {"own_words": "Lee Song-yong is held."}
    assert names(problems(campaign(tmp_path, sender=told))) == ["name-not-cleared"]


def test_the_address_of_a_recipient_of_the_same_name_is_no_exception(tmp_path: Path) -> None:
    lee = {"name": {"family": "Lee", "given": "Song-yong"}, "email": "song.yong.lee@example.org"}
    assert names(problems(campaign(tmp_path, recipient=lee))) == ["name-not-cleared"]
    office = lee | {"email": "office@example.org"}
    assert problems(campaign(tmp_path, recipient=office)) == []


@pytest.mark.parametrize(("on", "told"), [(date(2025, 3, 31), True), (date(2025, 4, 1), False)])
def test_a_consent_of_a_later_day_does_not_count(tmp_path: Path, on: date, told: bool) -> None:
    found = problems(campaign(tmp_path), on=on)
    assert names(found) == (["consent-missing"] if told else [])


# Ids


@pytest.mark.parametrize(
    "words", ["@song-yang.", "＠jana-n", "@@janna", "@p1", "@janna.Then", "@song-yong", "@Song-Yong", "@jna"]
)
def test_an_id_of_nobody_in_own_words_is_told_and_not_printed(tmp_path: Path, words: str) -> None:
    found = problems(campaign(tmp_path, sender={"own_words": f"I think of {words} often."}))
    assert names(found) == ["unknown-mention"]
    assert found[0].place
    assert found[0].place.file.endswith("senders.yaml")


@pytest.mark.parametrize("words", ["@song-yong", "＠jana", "@@jana.Then", "@jana"])
def test_a_letter_about_no_case_prints_no_id(tmp_path: Path, words: str) -> None:
    opened = campaign(tmp_path, sender={"own_words": f"I think of {words}."}, head=WITHOUT, body=BODY_ALONE)
    assert names(problems(opened, None)) == ["unknown-mention"]


@pytest.mark.parametrize("mention", ["@jana", "@Jana", "@JANA", "@@jana", "＠jana", "﹫jana", "@\u200bjana"])
@pytest.mark.parametrize("after", [" then", ".Then", ".", "’s", "는", "_", ", and"])
def test_an_id_is_a_name_however_it_is_written(tmp_path: Path, mention: str, after: str) -> None:
    opened = campaign(tmp_path, sender={"own_words": f"I think of {mention}{after}"})
    template = open_template("note", opened.template_folders)
    facts = facts_of(opened)
    words = " ".join(assemble(template, facts).texts()).replace("\u00a0", " ")
    assert f"I think of Ms. Jana Novakova{after}".rstrip() in words
    assert not set("@＠﹫") & set(words)


@pytest.mark.parametrize("words", ["write to jana@example.org", "@amnesty wrote", "2 @ 3 and @ home"])
def test_other_signs_of_the_kind_are_left_as_they_are(tmp_path: Path, words: str) -> None:
    opened = campaign(tmp_path, sender={"own_words": words})
    template = open_template("note", opened.template_folders)
    facts = facts_of(opened)
    assert words in " ".join(assemble(template, facts).texts())


@pytest.mark.parametrize("sign", ["@", "＠", "@@"])
@pytest.mark.parametrize("case", ["other", None])
def test_an_id_in_the_template_is_told_and_not_printed(tmp_path: Path, sign: str, case: str | None) -> None:
    head = WITH_CASE if case else WITHOUT
    found = problems(campaign(tmp_path, head=head, body=f"We think of {sign}jana.Then."), case)
    assert names(found) == ["stray-mention"]


# The name of a mailing


@pytest.mark.parametrize(
    ("name", "told"), [("free-lee-song-yong", True), ("freeleesongyong", True), ("january-2026", False)]
)
def test_the_name_of_a_mailing_gives_nobody_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, told: bool
) -> None:
    campaign(tmp_path, head=WITHOUT, body=BODY_ALONE)
    monkeypatch.chdir(tmp_path)
    words = ["batch", "note", "--to", "minister", "--from", "society", "--name", name, "--dry-run"]
    code = run([*words, "--date", "2026-01-15"], today=ON)
    assert code == (ExitCode.PROBLEMS if told else ExitCode.OK)
    assert ("[name-not-cleared]" in capsys.readouterr().err) is told


def hidden_campaign(tmp_path: Path, publish: str, address: str = "1 Main Street") -> None:
    from lettergen.cli.init import make_campaign

    make_campaign(tmp_path, date(2026, 2, 15))
    (tmp_path / "cases" / "quiet.yaml").write_text(
        "title: a quiet case\nsummary: Somebody is held.\npersons:\n"
        "  - {id: quiet, name: {family: Quexworth, given: Zilpah}, described_as: a teacher,\n"
        f"     publish: {publish},\n"
        "     consent: {by: her, on: 2025-01-01, scope: [addressee, un, press, public]}}\n",
        encoding="utf-8",
    )
    recipients = tmp_path / "recipients.yaml"
    words = recipients.read_text(encoding="utf-8").replace("1 Glacier Square", address)
    recipients.write_text(words, encoding="utf-8")


ENVELOPE = "envelopes --to minister --from jane-example -o e.pdf"
LABEL = "labels --to minister --sheet l7160 -o l.pdf"
WRITE = "write first-letter --to minister --from jane-example --case example --format txt -o"


@pytest.mark.parametrize("command", [ENVELOPE, LABEL])
@pytest.mark.parametrize(
    ("publish", "address", "code"),
    [
        ("withheld", "c/o Zilpah Quexworth", 1),
        ("{addressee: full}", "c/o Zilpah Quexworth", 1),
        ("full", "c/o Zilpah Quexworth", 0),
        ("withheld", "1 Main Street", 0),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_post_reads_no_hidden_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, publish: str, address: str, code: int
) -> None:
    hidden_campaign(tmp_path, publish, address)
    monkeypatch.chdir(tmp_path)
    assert run(command.split(), today=date(2026, 2, 15)) == code
    assert bool(list(tmp_path.glob("*.pdf"))) == (code == 0)


@pytest.mark.parametrize(
    ("path", "code"), [("for-zilpah-quexworth.txt", 1), ("ZilpahQuexworth/x.txt", 1), ("x/letter.txt", 0)]
)
def test_no_path_of_a_letter_spells_out_a_hidden_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, code: int
) -> None:
    hidden_campaign(tmp_path, "withheld")
    monkeypatch.chdir(tmp_path)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    assert run([*WRITE.split(), path], today=date(2026, 2, 15)) == code
    assert (tmp_path / path).exists() == (code == 0)


@pytest.mark.parametrize(
    ("words", "is_told"),
    [("zilpah-quexworth.tif", True), ("note.tif -o for-zilpah-quexworth", True), ("note.tif -o shop", False)],
)
def test_no_script_of_a_fax_is_called_by_a_hidden_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: str,
    is_told: bool,
) -> None:
    hidden_campaign(tmp_path, "withheld")
    monkeypatch.chdir(tmp_path)
    command = f"handover {words} --to minister --from jane-example --for hylafax --dry-run"
    for name in ("zilpah-quexworth.tif", "note.tif"):
        Path(name).write_bytes(b"II*\0")
    assert run(command.split(), today=date(2026, 2, 15)) != 0
    assert ("[name-not-cleared]" in capsys.readouterr().err) is is_told
