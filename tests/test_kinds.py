"""What the kinds of letters need besides words: several addressees, fields, cards, limits."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.errors import InputProblems
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_campaign, check_letter
from lettergen.letters.letter import Letter
from lettergen.letters.template.templates import Template, open_template
from lettergen.pages.text import render
from lettergen.plan.orders import Order
from lettergen.reference.stationery import paper_of, stationery
from lettergen.rendering.fingerprints import Fingerprints
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer

ROOT = Path(__file__).parents[1]
STARTER = Campaign.open(ROOT)
DAY = date(2026, 3, 2)


def template(name: str, language: str = "en") -> Template:
    return open_template(name, (ROOT / "letter_templates",), (language,))


def facts(name: str, case: Case | None = None, language: str = "en", **more: Any) -> LetterFacts:
    sample = template(name, language).sample
    assert sample.sender
    found = LetterFacts(
        campaign=STARTER,
        sender=STARTER.sender(sample.sender),
        recipient=STARTER.recipient(sample.to) if sample.to else None,
        case=case or (STARTER.case(sample.case, language) if sample.case else None),
        on=sample.on or DAY,
    )
    return replace(found, **more)


def letter(name: str, case: Case | None = None, language: str = "en", **more: Any) -> Letter:
    return assemble(template(name, language), facts(name, case, language, **more))


def changed(name: str, **fields: Any) -> Case:
    return STARTER.case(name).model_copy(update=fields)


def found(name: str, case: Case | None = None, **more: Any) -> set[str]:
    given = facts(name, case, **more)
    return {one.name for one in check_letter(template(name), given, assemble(template(name), given))}


def told(of: Letter) -> str:
    return " ".join(render(of).replace("\u00a0", " ").split())


def test_a_sheet_has_all_who_are_written_to_with_their_salutations_and_then_the_copies() -> None:
    text = told(letter("urgent-action"))
    parts = [
        "Please write to",
        "Ms. Alba Frost",
        "Dear Minister,",
        "The Director",
        "Dear Director,",
        "Copies to",
    ]
    places = [text.find(part) for part in (*parts, "Human Rights Commission")]
    assert places == sorted(places)
    assert min(places) >= 0
    assert "minister@antarctica.example" in text


def test_a_sheet_names_its_number_its_update_and_its_last_day() -> None:
    text = told(letter("urgent-action"))
    assert "EX 3/26" in text
    assert "Urgent action, update 2" in text
    assert "no later than 30 April 2026" in text


def test_a_first_sheet_without_a_last_day_names_neither() -> None:
    bare = changed("port-example", update=None, send_before=None, reference=None, copies_to=())
    text = told(letter("urgent-action", bare))
    assert "update" not in text
    assert "as soon as you can" in text
    assert "Copies to" not in text
    assert "reference" not in text


def test_a_sheet_without_anybody_to_write_to_is_refused() -> None:
    with pytest.raises(InputProblems) as caught:
        letter("urgent-action", changed("port-example", write_to=()))
    assert {one.name for one in caught.value.problems} == {"missing-fact"}


@pytest.mark.parametrize("field", ["write_to", "copies_to"])
def test_an_id_that_no_recipient_has_is_told_where_it_stands_and_stops_the_sheet(field: str) -> None:
    wrong = changed("port-example", **{field: ("aq-ministre",)})
    campaign = replace(STARTER, cases=(wrong,))
    (unknown,) = [one for one in check_campaign(campaign, (), today=DAY) if one.name == "unknown-recipient"]
    assert unknown.is_error
    assert "aq-minister" in unknown.fix
    with pytest.raises(InputProblems) as caught:
        letter("urgent-action", wrong)
    assert "unknown-recipient" in {one.name for one in caught.value.problems}


def test_ids_that_recipients_have_are_not_told() -> None:
    names = {one.name for one in check_campaign(STARTER, (), today=DAY)}
    assert "unknown-recipient" not in names


def test_a_communication_has_a_field_for_all_that_is_known_and_none_for_what_is_not() -> None:
    text = told(letter("un-communication"))
    for field in ("Name: Rita Reader", "Born: 1981", "Health: asthma", "detained, since 30 January 2026"):
        assert field in text
    someone = STARTER.case("port-example").persons[0].model_copy(update={"born": None, "health": None})
    text = told(letter("un-communication", changed("port-example", persons=(someone,))))
    assert "Born" not in text
    assert "Health" not in text


def test_a_communication_gives_a_withheld_person_neither_name_nor_birth() -> None:
    nobody = dict.fromkeys(("addressee", "un", "press", "public"), "withheld")
    hidden = STARTER.case("port-example").persons[0].model_copy(update={"publish": nobody})
    words = told(letter("un-communication", changed("port-example", persons=(hidden,))))
    assert "Not named here: a librarian" in words
    assert "Rita" not in words
    assert "Born" not in words


def test_a_letter_over_its_limit_of_words_is_refused_and_one_within_is_not() -> None:
    assert "too-many-words" not in found("letter-to-editor")
    sender = STARTER.sender("example-reader").model_copy(update={"own_words": "word " * 120})
    assert "too-many-words" in found("letter-to-editor", sender=sender)


def test_a_limit_of_words_counts_what_stands_between_opening_and_closing() -> None:
    sender = STARTER.sender("example-reader").model_copy(update={"address": ("Road " * 40,)})
    assert "too-many-words" not in found("letter-to-editor", sender=sender)


def test_a_card_says_nothing_of_any_case_and_has_no_address() -> None:
    of_case = letter("solidarity-card", STARTER.case("port-example"))
    assert of_case == letter("solidarity-card")
    assert (of_case.letterhead, of_case.return_address, of_case.inside_address) == (None, "", ())
    text = told(of_case)
    for word in ("Example", "prison", "librarian", "Antarctica", "asthma"):
        assert word not in text
    assert found("solidarity-card", STARTER.case("port-example")) == set()


@pytest.mark.parametrize(
    "name", ["solidarity-card", "thanks-after-release", "condolences", "letter-to-editor"]
)
def test_what_is_no_request_need_not_ask_for_a_reply(name: str) -> None:
    assert "no-reply-asked" not in found(name)


def test_the_sizes_of_cards_have_names() -> None:
    for key, name in (("card-a6", "A6"), ("card-4x6", "4x6 in"), ("plain", "A4"), ("us-9", "Letter")):
        row = stationery(key)
        assert paper_of(row.sheet_width, row.sheet_height) == name
    assert paper_of(200.0, 200.0) == "200 × 200 mm"


def test_thanks_are_refused_while_somebody_is_held_and_condolences_for_the_living() -> None:
    for name in ("thanks-after-release", "condolences"):
        with pytest.raises(InputProblems) as caught:
            letter(name, STARTER.case("port-example"))
        assert {one.name for one in caught.value.problems} == {"case-not-suited"}


def test_thanks_remember_those_who_are_still_held() -> None:
    free = STARTER.case("teacher-released").persons[0]
    held = STARTER.case("port-example").persons[0]
    text = told(letter("thanks-after-release", changed("teacher-released", persons=(free, held))))
    assert "for the freedom of Mr. Theo Tern" in text
    assert "Rita Reader, who is still held" in text
    assert "still held" not in told(letter("thanks-after-release"))


def test_a_company_is_asked_to_join_and_a_parliament_to_raise_the_matter() -> None:
    assert "join us in urging" in told(letter("to-company"))
    text = told(letter("to-own-parliament"))
    assert "raise the matter in parliament" in text
    assert "whom you represent" in text
    minister = Recipient.model_validate(
        {"id": "m", "office": "foreign-minister", "country": "GB", "state": "GB"}
    )
    text = told(letter("to-own-parliament", recipient=minister))
    assert "take the matter up with the Government of Antarctica" in text
    assert "whom you represent" not in text
    assert isinstance(facts("to-company").sender, Sender)


def test_the_address_of_somebody_whom_the_case_names_has_letters_made_anew(tmp_path: Path) -> None:
    (tmp_path / "letter_templates").mkdir()
    (tmp_path / "cases").mkdir()
    head, friend = (
        "{id: one, title: The Head, address: [Road 1]}",
        "{id: two, title: A Friend, address: [Lane 2]}",
    )
    people = f"recipients:\n  - {head}\n  - {friend}\n"
    (tmp_path / "recipients.yaml").write_text(people)
    (tmp_path / "senders.yaml").write_text("senders:\n  - {id: me, name: Jane Example}\n")
    (tmp_path / "cases" / "c.yaml").write_text(
        "title: a case\nsummary: Something happened.\ncopies_to: [two]\n"
    )
    words = "---\ntitle: Note\nuses: [sender, case]\n---\n{{ case.summary }}\n"
    (tmp_path / "letter_templates" / "note.md").write_text(words)

    def key() -> bytes:
        renderer = Renderer(RenderTerms(folder=tmp_path, formats=("txt",)))
        return Fingerprints(renderer, ("txt",)).of(Order("note", "one", "me", "c", DAY, "en"))

    before = key()
    (tmp_path / "recipients.yaml").write_text(people.replace("Lane 2", "Lane 3"))
    assert before != key()
    (tmp_path / "recipients.yaml").write_text(people)
    assert before == key()
