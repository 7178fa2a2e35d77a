"""A name that is not cleared stops the letter, wherever it comes from; a namesake does not."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lettergen.errors import InputProblems, Problem
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.disclosure import in_case
from lettergen.letters.template.templates import open_template

ON = date(2026, 1, 15)
HIDDEN = {
    "id": "song-yong",
    "name": {"family": "Lee", "given": "Song-yong", "order": "family-first"},
    "native_name": "李松勇",
    "aliases": ["Yi Song Ryong"],
    "described_as": "a boy of two",
}
OPEN = {
    "id": "hong-gang",
    "name": {"family": "Lee", "given": "Hong-gang", "order": "family-first", "courtesy": "Mr."},
    "publish": "full",
    "consent": {"by": "himself", "on": "2025-04-01", "scope": ["addressee", "un", "press", "public"]},
}
RECIPIENT = {
    "id": "minister",
    "name": {"family": "Berg", "given": "Ada", "courtesy": "Ms."},
    "title": "Minister",
    "address": ["1 Main Square, Oslo"],
    "country": "NO",
}
SENDER = {"id": "society", "name": "Max Muster", "address": ["Weg 1, Berlin"], "country": "DE"}
BODY = "{{ case.summary }} {{ case.persons | names }} {{ own_words or '' }}"


def facts_of(
    folder: Path,
    *,
    persons: Any = (HIDDEN,),
    sender: Any = (),
    recipient: Any = (),
    body: str = BODY,
    head: str = "",
    template: str = "note",
    **case: Any,
) -> tuple[Any, LetterFacts]:
    files = {
        "recipients.yaml": {"recipients": [RECIPIENT | dict(recipient)]},
        "senders.yaml": {"senders": [SENDER | dict(sender)]},
        "cases/one.yaml": {"title": "a detention", "summary": "A child is held.", "persons": list(persons)}
        | case,
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (folder / "letter_templates").mkdir()
    file = folder / "letter_templates" / f"{template}.md"
    file.write_text(f"---\ntitle: A note\nuses: [sender, case]\n{head}---\n{body}\n", encoding="utf-8")
    campaign = Campaign.open(folder)
    assert campaign.problems == ()
    facts = LetterFacts(
        campaign=campaign,
        sender=campaign.sender("society"),
        recipient=campaign.recipient("minister"),
        case=campaign.case("one"),
        on=ON,
    )
    return open_template(template, campaign.template_folders), facts


def letter(folder: Path, **changes: Any) -> Letter:
    return assemble(*facts_of(folder, **changes))


def refused(folder: Path, **changes: Any) -> list[Problem]:
    with pytest.raises(InputProblems) as caught:
        letter(folder, **changes)
    return list(caught.value.problems)


def text(found: Letter) -> str:
    return " ".join(" ".join(found.texts()).split())


def one(problems: list[Problem], name: str) -> Problem:
    assert [problem.name for problem in problems] == [name]
    return problems[0]


@pytest.mark.parametrize(
    "words", ["LEE SONG YONG", "Songyong Lee", "李松勇", "Yi Song-ryong", "S.-Y. Lee", "Mr. Lee", "Song-yong"]
)
def test_the_case_cannot_spell_a_withheld_name_out(tmp_path: Path, words: str) -> None:
    problem = one(refused(tmp_path, summary=f"We speak of {words}, who is held."), "name-not-cleared")
    assert problem.place
    assert problem.place.file.endswith("cases/one.yaml")
    assert "@song-yong" in problem.fix
    assert "Lee" not in problem.message


FIELDS: dict[str, tuple[dict[str, object], str]] = {
    "title": ({"title": "the case of Lee Song-yong"}, "{{ case.title }}"),
    "place": ({"place": "the house of Lee Song-yong"}, "{{ case.place }}"),
    "event": (
        {"events": [{"what": "Lee Song-yong was taken", "on": "2025-01-01", "kind": "arrest"}]},
        "{{ case.arrest.what }}",
    ),
    "source of an event": (
        {"events": [{"what": "x", "on": "2025-01-01", "kind": "arrest", "source": "Lee Song-yong"}]},
        "{{ case.arrest.source }}",
    ),
    "demand": (
        {"demands": ["release Lee Song-yong"]},
        "{% for one in case.demands %}\n1. {{ one.text }}\n{% endfor %}",
    ),
    "question": (
        {"questions": [{"heading": "Where is Lee Song-yong?", "text": "We ask."}]},
        "{% for one in case.questions %}{{ one.heading }}{% endfor %}",
    ),
    "message": (
        {"messages": [{"id": "m", "from": "a friend", "text": {"all": "Lee Song-yong is held."}}]},
        "Hello.\n\n=== enclosed message\nTitle: A message\n\n{{ case.messages[0].text }}",
    ),
    "writer of a message": (
        {"messages": [{"id": "m", "from": "Lee Song-yong", "text": {"all": "Help."}}]},
        "Hello.\n\n=== enclosed message\nTitle: A message\nFrom: {{ case.messages[0].from }}\n\nx",
    ),
    "document": (
        {"documents": [{"title": "Letter of Lee Song-yong"}]},
        "{{ case.documents[0].title }}",
    ),
    "source": ({"sources": ["Interview with Lee Song-yong"]}, "{{ case.sources[0].title }}"),
    "web address": (
        {"sources": [{"title": "x", "url": "https://example.org/lee-song-yong"}]},
        "{{ case.sources[0].url }}",
    ),
}


@pytest.mark.parametrize("field", FIELDS)
def test_no_text_of_the_case_carries_a_name_past(tmp_path: Path, field: str) -> None:
    case, body = FIELDS[field]
    one(refused(tmp_path, body=body, **case), "name-not-cleared")


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "web address"])
def test_every_text_of_the_case_puts_cleared_words_for_a_mention(tmp_path: Path, field: str) -> None:
    case, body = FIELDS[field]
    mentioned = json.loads(json.dumps(case).replace("Lee Song-yong", "@song-yong"))
    assert "boy of two" in text(letter(tmp_path, body=body, **mentioned))


@pytest.mark.parametrize(
    ("head", "where"),
    [
        ("subject: For Lee Song-yong\n", 4),
        ("letter_title: LEE SONG-YONG\n", 4),
        ("postscript: Think of Lee Song-yong.\n", 4),
        ("enclosures: [Photograph of Lee Song-yong]\n", 4),
        ("copies: [the family of Lee Song-yong]\n", 4),
        ("our_reference: Lee Song-yong/7\n", 4),
        ("mailing_notation: LEE SONG-YONG\n", 4),
    ],
)
def test_the_template_cannot_spell_a_withheld_name_out(tmp_path: Path, head: str, where: int) -> None:
    problem = one(refused(tmp_path, head=head), "name-not-cleared")
    assert problem.place
    assert (Path(problem.place.file).name, problem.place.line) == ("note.md", where)


def test_the_title_of_the_document_and_the_name_of_its_file_are_looked_at(tmp_path: Path) -> None:
    one(refused(tmp_path, template="free-lee-song-yong"), "name-not-cleared")


def test_the_senders_words_and_organisation_are_looked_at(tmp_path: Path) -> None:
    sender = {"own_words": "I met Song-yong Lee once."}
    problem = one(refused(tmp_path, sender=sender), "name-not-cleared")
    assert problem.place
    assert problem.place.file.endswith("senders.yaml")


@pytest.mark.parametrize(
    "sender",
    [{"organisation": "Committee for Lee Song-yong"}, {"address": ["Lee Song-yong Street 1"]}],
    ids=["organisation", "address"],
)
def test_the_letterhead_is_looked_at(tmp_path: Path, sender: dict[str, Any]) -> None:
    one(refused(tmp_path, sender=sender), "name-not-cleared")


def test_the_address_of_a_third_person_is_looked_at(tmp_path: Path) -> None:
    recipient = {"care_of": "Lee Song-yong", "id": "minister"}
    one(refused(tmp_path, recipient=recipient), "name-not-cleared")


def test_own_words_may_mention_a_person(tmp_path: Path) -> None:
    assert "I think of a boy of two." in text(
        letter(tmp_path, sender={"own_words": "I think of @song-yong."})
    )


# Others of the same name


def test_a_family_name_that_somebody_cleared_shares_gives_nobody_away(tmp_path: Path) -> None:
    found = letter(tmp_path, persons=(HIDDEN, OPEN), summary="Mr. Lee is held, and so is a child.")
    assert "Mr. Lee is held" in text(found)


def test_a_longer_name_that_is_cleared_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    short = HIDDEN | {
        "name": {"family": "Lee", "given": "Hong", "order": "family-first"},
        "aliases": ["Hong"],
    }
    found = letter(tmp_path, persons=(short, OPEN), summary="Lee Hong-gang is held.")
    assert "Lee Hong-gang is held" in text(found)


def test_a_withheld_name_beside_a_cleared_one_is_found(tmp_path: Path) -> None:
    summary = "Mr. Lee Hong-gang is held, and Lee Song-yong."
    one(refused(tmp_path, persons=(HIDDEN, OPEN), summary=summary), "name-not-cleared")


def test_the_addressee_may_bear_the_same_name(tmp_path: Path) -> None:
    recipient = {"name": {"family": "Lee", "given": "Song-yong", "courtesy": "Ms."}}
    found = letter(
        tmp_path, recipient=recipient, body="To {{ recipient.name }}, for {{ case.persons | names }}."
    )
    assert "Song-yong Lee, for a boy of two" in text(found).replace("\u00a0", " ")


def test_a_sender_may_bear_the_same_name_and_the_case_still_may_not_tell_it(tmp_path: Path) -> None:
    sender = {"name": {"family": "Lee", "given": "Song-yong", "order": "family-first"}}
    letter(tmp_path / "one", sender=sender, body="I, {{ sender.name }}, ask for {{ case.persons | names }}.")
    one(refused(tmp_path / "two", sender=sender, summary="Lee Song-yong is held."), "name-not-cleared")


def test_a_part_of_a_name_alone_is_a_warning(tmp_path: Path) -> None:
    persons = [HIDDEN | {"name": {"family": "Quist", "given": "Song-yong"}, "native_name": "x y"}]
    template, facts = facts_of(tmp_path, persons=persons, summary="They lived near Quist Hill.")
    found = check_letter(template, facts, assemble(template, facts))
    assert [one.severity for one in found if one.name == "name-perhaps-shown"] == ["warning"]


# Mentions


@pytest.mark.parametrize("mention", ["@song-yang", "@nobody", "@p1"])
def test_a_mention_of_nobody_is_told_with_its_place(tmp_path: Path, mention: str) -> None:
    problem = one(refused(tmp_path, demands=["release him", f"release {mention} at once"]), "unknown-mention")
    assert problem.place
    assert problem.place.file.endswith("one.yaml")
    assert problem.fix == "did you mean `song-yong`?" or mention != "@song-yang"


@pytest.mark.parametrize(
    "words",
    ["write to song-yang@example.org", "a@b.org", "user@song-yang", "@Amnesty", "x @ y", "@song_yang"],
)
def test_an_address_is_no_mention(tmp_path: Path, words: str) -> None:
    assert f"See {words}" in text(letter(tmp_path, summary=f"See {words}"))


def test_other_peoples_handles_may_be_quoted(tmp_path: Path) -> None:
    messages = [{"id": "m", "from": "a friend", "text": {"all": "As @amnesty wrote, he is held."}}]
    _, facts = facts_of(tmp_path, messages=messages)
    assert facts.case
    assert list(in_case(facts.case, facts.campaign)) == []


def test_a_mention_in_a_template_is_told_and_not_printed(tmp_path: Path) -> None:
    problem = one(refused(tmp_path, body="We think of @song-yong.\n"), "stray-mention")
    assert problem.place
    assert problem.place.line == 5


def test_neutral_words_may_mention_somebody_and_never_run_in_a_circle(tmp_path: Path) -> None:
    mother = {"id": "mother", "name": "Jana Novak", "described_as": "the mother of @song-yong"}
    found = text(letter(tmp_path, persons=(HIDDEN, mother), summary="@mother is held."))
    assert "The mother of a boy of two is held." in found


def test_neutral_words_in_a_circle_are_refused(tmp_path: Path) -> None:
    first = {"id": "first", "name": "Jana Novak", "described_as": "the sister of @second"}
    second = {"id": "second", "name": "Petra Berg", "described_as": "the sister of @first"}
    assert "stray-mention" in {one.name for one in refused(tmp_path, persons=(first, second))}


# Words in place of a name


def reveals(folder: Path, **person: Any) -> set[str]:
    _, facts = facts_of(folder, persons=(HIDDEN | person,))
    assert facts.case
    return {problem.name for problem in in_case(facts.case, facts.campaign)}


@pytest.mark.parametrize(
    "pseudonym",
    [
        *("Lee Song-yong", "SONGYONG", "song-yong", "Song Yong", "L. S.", "LS", "Mr. L.", "L.", "Ms. Lee"),
        *("李松勇", "Yi Song Ryong", "Mr. Lee’s son"),
    ],
)
def test_a_pseudonym_that_gives_the_name_away_is_refused(tmp_path: Path, pseudonym: str) -> None:
    assert reveals(tmp_path, pseudonym=pseudonym, publish="pseudonym") == {"pseudonym-reveals"}


@pytest.mark.parametrize("pseudonym", ["Witness A", "Mina", "Person 7", "Mr. K.", "Jan Novak"])
def test_a_pseudonym_that_tells_nothing_is_let_be(tmp_path: Path, pseudonym: str) -> None:
    assert reveals(tmp_path, pseudonym=pseudonym, publish="pseudonym") == set()


@pytest.mark.parametrize("words", ["the boy Song-yong", "a son of Mr. Lee", "李松勇之子", "Lee’s little son"])
def test_neutral_words_that_hold_a_name_are_refused(tmp_path: Path, words: str) -> None:
    assert reveals(tmp_path, described_as=words) == {"description-reveals"}


def test_neutral_words_may_hold_what_is_no_name(tmp_path: Path) -> None:
    assert reveals(tmp_path, described_as="a boy who loves a song") == set()


@pytest.mark.parametrize(("name", "told"), [("U Nu", True), ("Y", True), ("Wu Yi", False), ("李", True)])
def test_initials_that_are_nearly_the_name_are_refused(tmp_path: Path, name: str, told: bool) -> None:
    person = {"name": name, "publish": "initials", "native_name": "x y", "aliases": [], "id": "p-one"}
    consent = {"by": "x", "on": "2025-01-01", "scope": ["addressee", "un", "press", "public"]}
    assert ("initials-reveal" in reveals(tmp_path, consent=consent, **person)) is told


def test_what_readers_would_not_see_does_not_stop_their_letter(tmp_path: Path) -> None:
    publish = {"press": "pseudonym"}
    found = letter(tmp_path, persons=(HIDDEN | {"publish": publish, "pseudonym": "Song-yong"},))
    assert "boy of two" in text(found)


# Who reads it


@pytest.mark.parametrize(
    ("head", "recipient"),
    [
        ("kind: open-letter\n", {}),
        ("kind: statement\n", {}),
        ("audience: press\n", {}),
        ("", {"office": "editor"}),
        ("", {"audience": "public"}),
    ],
    ids=["open letter", "statement", "template", "editor", "recipient"],
)
def test_whoever_else_will_read_it_decides_too(tmp_path: Path, head: str, recipient: dict[str, Any]) -> None:
    publish = {"addressee": "full", "un": "full"}
    consent = {"by": "the mother", "on": "2025-01-01", "scope": ["addressee", "un"]}
    persons = (HIDDEN | {"publish": publish, "consent": consent},)
    found = text(letter(tmp_path, persons=persons, head=head, recipient=recipient))
    assert "boy of two" in found
    assert "Lee" not in found


def test_the_same_persons_are_person_a_in_every_language(tmp_path: Path) -> None:
    people = [{"id": f"p{number}", "name": f"Nobody {number}", "publish": "pseudonym"} for number in (1, 2)]
    facts_of(
        tmp_path,
        persons=people,
        body="{{ case.summary }}",
        summary="@p1 and @p2 are held.",
        head="addressee: optional\n",
    )
    other = {"title": "x", "summary": "@p1 et @p2 sont détenus."}
    (tmp_path / "cases" / "one.fr.yaml").write_text(yaml.safe_dump(other), encoding="utf-8")
    campaign = Campaign.open(tmp_path)
    told = []
    for language in ("en", "fr"):
        facts = LetterFacts(
            campaign=campaign, sender=campaign.sender("society"), case=campaign.case("one", language), on=ON
        )
        template = open_template("note", campaign.template_folders)
        told.append(re.findall(r"Person (\w)", text(assemble(template, facts)).replace("\u00a0", " ")))
    assert told == [["A", "B"], ["A", "B"]]
