"""How people are on the letter's day, what is ahead, and who reads, no more surely than the facts allow."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lettergen.errors import InputProblems
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.checks.facts import check
from lettergen.letters.letter import Letter
from lettergen.letters.template.demand_wording import as_clause, is_clause
from lettergen.letters.template.roles import is_answerable, is_many, role
from lettergen.letters.template.templates import Template, open_template
from lettergen.letters.template.views import View
from lettergen.letters.template.views_of_facts import ViewBuilder
from lettergen.reference import table

STARTER = Campaign.open()
DAY = date(2025, 12, 5)
SENDER = Sender.model_validate(
    {"id": "s", "organisation": "Example Society", "address": ["Vei 1"], "country": "NO"}
)
CONSENT = {"by": "the family", "on": "2025-01-02", "scope": ["addressee", "un", "press", "public"]}
NAMED = {"publish": "full", "consent": CONSENT}
HEAD = {
    "id": "head",
    "name": {"family": "Example", "courtesy": "Mr."},
    "office": "head-of-state",
    "state": "EG",
}


def person(identifier: str = "ana", **facts: Any) -> dict[str, Any]:
    return {"id": identifier, "name": {"given": identifier.title(), "family": "Alder"}, **NAMED, **facts}


def case(*persons: dict[str, Any], **facts: Any) -> Case:
    given = {
        "id": "one",
        "title": "a case",
        "summary": "Something happened.",
        "state": "EG",
        "persons": persons,
    }
    return Case.model_validate({**given, **facts})


def campaign(of: Case, sender: Sender = SENDER) -> Campaign:
    return replace(STARTER, senders=(sender,), recipients=(), cases=(of,), translations=())


def seen(of: Case, on: date = DAY) -> View:
    return ViewBuilder(campaign(of), ("addressee",), "en", on).case(of)


def only(of: Case, name: str, on: date = DAY) -> object:
    persons = seen(of, on).fact("persons")
    assert isinstance(persons, tuple)
    return persons[0].fact(name)


def letter(name: str, of: Case, on: date = DAY, sender: Sender = SENDER, **recipient: Any) -> Letter:
    facts = LetterFacts(
        campaign=campaign(of, sender),
        sender=sender,
        recipient=Recipient.model_validate({**HEAD, **recipient}),
        case=of,
        on=on,
    )
    return assemble(template(name), facts)


def template(name: str) -> Template:
    return open_template(name, STARTER.template_folders)


def text(of: Letter) -> str:
    return " ".join(" ".join(of.body_texts()).replace("\u00a0", " ").split())


def refusals(name: str, of: Case, **more: Any) -> set[str]:
    with pytest.raises(InputProblems) as caught:
        letter(name, of, **more)
    return {problem.name for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("status", "on", "told"),
    [
        ("detained", "2025-12-05", "detained"),
        ({"is": "missing", "since": "2025-11"}, "2025-12-05", "missing"),
        ({"is": "missing", "since": "2026-01"}, "2025-12-05", "unknown"),
        (["detained", {"is": "released", "since": "2025-12-01"}], "2025-11-30", "detained"),
        (["detained", {"is": "released", "since": "2025-12-01"}], "2025-12-05", "released"),
    ],
)
def test_a_status_is_seen_on_the_letters_day(status: object, on: str, told: str) -> None:
    assert only(case(person(status=status)), "status", date.fromisoformat(on)) == told


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([{"on": "2025-11-03", "kind": "death", "what": "they shot her"}], "dead"),
        ([{"on": "2025-11-03", "kind": "death", "what": "they shot him", "persons": ["ben"]}], "unknown"),
        ([{"on": "2025-12-24", "kind": "death", "expected": "she is to be hanged"}], "unknown"),
        ([{"on": "2025-11-03", "kind": "release", "what": "she was let go"}], "released"),
        (
            [
                {"on": "2025-11-03", "kind": "release", "what": "she was let go"},
                {"on": "2025-11-09", "kind": "arrest", "what": "she was taken again"},
            ],
            "unknown",
        ),
    ],
)
def test_without_a_status_the_events_say_who_is_dead_or_free(events: list[dict[str, Any]], told: str) -> None:
    assert only(case(person(), person("ben"), events=events), "status") == told


@pytest.mark.parametrize(
    ("facts", "age"),
    [
        ({"born": "1990-01-05"}, 35),
        ({"born": "1990"}, "34 or 35"),
        ({"born": "1990-12"}, "34 or 35"),
        ({"born": "1990-03"}, 35),
        ({"aged": {"years": 48, "on": "2025-12"}}, 48),
        ({"aged": {"years": 48, "on": "2025-01-10"}}, "48 or 49"),
    ],
)
def test_an_age_is_no_surer_than_the_fact(facts: dict[str, Any], age: object) -> None:
    assert only(case(person(**facts)), "age") == age


def test_months_served_are_told_where_the_beginning_is_sure_enough() -> None:
    def sentence(since: str) -> View:
        of = case(person(), sentences=[{"person": "ana", "term": "2 years", "from": since}])
        found = seen(of).fact("sentences")
        assert isinstance(found, tuple)
        (one,) = found
        assert isinstance(one, View)
        return one

    assert sentence("2025-01-02").fact("months_served") == 11
    assert not sentence("2025").is_given("months_served")
    assert not sentence("2025-01").is_given("until")


EXPECTED = [
    {
        "on": "2025-12-14",
        "kind": "hearing",
        "expected": "the court is to hear her case",
        "what": "the court heard her case",
    }
]


def test_an_event_is_told_as_ahead_before_its_day_and_as_past_after_it() -> None:
    of = case(person(), events=EXPECTED, demands=["free her"])
    before, after = text(letter("premier-appeal", of)), text(letter("premier-appeal", of, date(2025, 12, 20)))
    assert "On Sunday 14 December 2025, the court is to hear her case." in before
    assert "That leaves nine days" in before
    assert "On Sunday 14 December 2025, the court heard her case." in after
    assert "remain" not in after


def test_an_event_that_is_over_must_say_what_happened() -> None:
    of = case(
        person(),
        events=[{"on": "2025-12-01", "expected": "the court is to hear her case"}],
        demands=["free her"],
    )
    assert refusals("premier-appeal", of) == {"expected-has-passed"}
    assert "expected-has-passed" in {problem.name for problem in check(campaign(of), today=DAY)}
    assert "is to hear" in text(letter("premier-appeal", of, date(2025, 12, 1)))


def test_the_dead_are_not_asked_for() -> None:
    of = case(person(status="dead", health={"all": ["asthma"]}), demands=["inquire into what happened"])
    assert refusals("premier-appeal", of) == {"case-not-suited"}
    told = text(letter("open-letter", of, sender=SENDER.model_copy(update={"signatories": SIGNED})))
    assert "suffered from asthma" in told


SIGNED = Sender.model_validate({"id": "x", "name": "X", "signatories": [{"name": "Ann Ex"}]}).signatories


def test_a_case_with_somebody_who_suits_is_written() -> None:
    of = case(person(status="dead"), person("ben", status="detained"), demands=["free him"])
    assert "free him" in text(letter("premier-appeal", of))


def test_a_stranger_does_not_write_as_the_family() -> None:
    of = case(person(), demands=["let her come home"])
    assert refusals("family-plea", of) == {"sender-not-suited"}
    mother = Sender.model_validate(
        {"id": "m", "name": "Eva Alder", "title": "mother of Ana", "relative_of": "ana"}
    )
    assert "mother of Ana" in text(letter("family-plea", of, sender=mother))


def test_a_family_writes_without_courtesy_titles() -> None:
    of = case(
        person(name={"family": "Alder", "given": "Ana", "courtesy": "Ms."}), demands=["let @ana come home"]
    )
    mother = Sender.model_validate(
        {"id": "m", "name": "Eva Alder", "title": "mother of Ana", "relative_of": "ana"}
    )
    assert "let Ana Alder come home" in text(letter("family-plea", of, sender=mother))
    assert "let Ms. Ana Alder come home" in text(letter("premier-appeal", of))


@pytest.mark.parametrize(
    ("recipient", "state", "told"),
    [
        ({"office": "head-of-state", "state": "EG"}, "EG", "government"),
        ({"office": "head-of-state", "country": "EG"}, "EG", "government"),
        ({"office": "head-of-state", "state": "NO"}, "EG", "foreign-government"),
        ({"office": "minister", "state": "EG"}, None, "government"),
        ({"office": "ambassador", "state": "EG", "country": "NO"}, "EG", "embassy"),
        ({"office": "ambassador", "country": "EG"}, "EG", "foreign-embassy"),
        ({"office": "permanent-representative", "state": "NO"}, "EG", "foreign-embassy"),
        ({"office": "prison-head", "country": "EG"}, "EG", "prison"),
        ({"office": "governor", "country": "NO"}, "EG", "foreign-authority"),
        ({"office": "working-group", "audience": "un"}, "EG", "un-procedure"),
        ({"organisation": ["OHCHR"], "audience": "un"}, "EG", "un"),
        ({"office": "editor"}, "EG", "press"),
        ({"organisation": ["Example plc"]}, "EG", "organisation"),
        ({"name": "Jane Roe"}, "EG", "person"),
    ],
)
def test_a_reader_has_a_role_in_the_case(recipient: dict[str, Any], state: str | None, told: str) -> None:
    of = case(state=state)
    reader = Recipient.model_validate({"id": "r", **recipient})
    assert role(reader, of) == told
    assert is_answerable(reader, of) == (told in {"government", "embassy", "prison"} and state is not None)


@pytest.mark.parametrize(
    ("recipient", "told"),
    [
        ({}, "We therefore ask you and your Government to free her."),
        (
            {"office": "ambassador"},
            "We therefore ask you to put our request before your Government. We ask it to free her.",
        ),
        ({"office": "prison-head"}, "We therefore ask you to do all in your power to free her."),
        (
            {"state": "NO"},
            "We therefore ask you to take the matter up with the Government of the Arab Republic of Egypt",
        ),
        ({"office": "working-group"}, "to call on the Government of the Arab Republic of Egypt to free her."),
        (
            {"office": "member-of-parliament"},
            "to press your Government to urge the Government of the Arab Republic",
        ),
    ],
)
def test_each_reader_is_asked_as_what_he_is(recipient: dict[str, Any], told: str) -> None:
    assert told in text(letter("premier-appeal", case(person(), demands=["free her"]), **recipient))


def test_people_who_are_withheld_are_counted_in_words() -> None:
    hidden = {"publish": "withheld", "described_as": {"one": "a student", "many": "students"}}
    of = case(*(person(f"p{chr(97 + n)}", **hidden) for n in range(4)), person(), demands=["free them"])
    assert "This is the case of Ana Alder and four students." in text(letter("premier-appeal", of))
    of = case(*(person(f"p{chr(97 + n)}", publish="withheld") for n in range(2)), demands=["free them"])
    assert "The names of those concerned are withheld." in text(letter("premier-appeal", of))


def test_more_than_six_are_told_by_their_number() -> None:
    of = case(*(person(f"p{chr(97 + n)}") for n in range(7)), demands=["free them"])
    assert "Seven people are concerned: Pa Alder, Pb Alder," in text(letter("premier-appeal", of))


@pytest.mark.parametrize(
    ("language", "given", "clause"),
    [
        ("en", "Release @ana at once.", "release @ana at once"),
        ("en", "to release @ana", "release @ana"),
        ("en", "until that day, let her be treated", "until that day, let her be treated"),
        ("en", "UNHCR be let in", "UNHCR be let in"),
        ("fr", "Libérer Ana.", "libérer Ana"),
        ("es", "Liberarla", "liberarla"),
        ("de", "Die Gefangenen freizulassen.", "die Gefangenen freizulassen"),
        ("de", "Gefangene freizulassen", "Gefangene freizulassen"),
    ],
)
def test_a_demand_is_mended_where_it_is_certainly_a_clause(language: str, given: str, clause: str) -> None:
    assert as_clause(given, language) == clause


@pytest.mark.parametrize(
    ("language", "given", "fits"),
    [
        ("en", "Release her", True),
        ("en", "the release of Ana", False),
        ("en", "We ask that she be freed", False),
        ("en", "release her. Say where she is.", False),
        ("en", "rehabilitate her", True),
        ("fr", "la libération d’Ana", True),
        ("fr", "une enquête", False),
        ("es", "la liberación de Ana", False),
        ("de", "Freilassung der Gefangenen", False),
        ("de", "dass sie freikommt", True),
        ("ko", "석방", True),
    ],
)
def test_what_cannot_follow_to_is_told(language: str, given: str, fits: bool) -> None:
    assert is_clause(given, language) == fits


def test_a_letter_with_a_demand_that_is_a_noun_is_refused() -> None:
    assert refusals("premier-appeal", case(person(), demands=["the release of Ana"])) == {"demand-wording"}


def test_own_words_in_another_language_are_left_out_and_told() -> None:
    sender = SENDER.model_copy(update={"own_words": "Jeg var der.", "language": "no"})
    of = case(person(), demands=["free her"])
    made = letter("premier-appeal", of, sender=sender)
    facts = LetterFacts(campaign=campaign(of, sender), sender=sender, case=of, on=DAY)
    assert "Jeg" not in text(made)
    found = [one for one in check_letter(template("premier-appeal"), facts, made) if "own-words" in one.name]
    assert [(one.name, one.place) for one in found] == [("own-words-left-out", None)]


@pytest.mark.parametrize(
    ("status", "event", "names"),
    [
        ("detained", {"on": "2025-12-01", "kind": "release", "what": "x"}, {"status-contradicts-event"}),
        ("detained", {"on": "2025-12-01", "kind": "death", "what": "x"}, {"status-contradicts-event"}),
        (
            {"is": "detained", "since": "2025-12-03"},
            {"on": "2025-12-01", "kind": "release", "what": "x"},
            set(),
        ),
        ("detained", {"on": "2025-12-01", "kind": "release", "what": "x", "persons": ["ben"]}, set()),
        ("released", {"on": "2025-12-01", "kind": "release", "what": "x"}, set()),
        (["detained", "released"], {"on": "2025-12-01", "kind": "other", "what": "x"}, {"status-order"}),
        (
            [{"is": "detained", "since": "2025-12-02"}, {"is": "released", "since": "2025-12-01"}],
            {"on": "2025-11-01", "kind": "other", "what": "x"},
            {"status-order"},
        ),
    ],
)
def test_a_status_that_events_contradict_is_told(
    status: object, event: dict[str, Any], names: set[str]
) -> None:
    of = case(person(status=status), person("ben"), events=[event])
    assert {one.name for one in check(campaign(of), today=DAY) if one.name.startswith("status")} == names


DRIVER: dict[str, Any] = {
    "described_as": {"one": "a driver", "later": "the driver"},
    "status": "detained",
    "health": {"all": ["asthma", "diabetes"]},
    "about": {"all": "@ana carried rice."},
}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"gender": "female"}, "A driver is held. Her name is Ana Alder."),
        ({}, "A driver is held. This is the case of Ana Alder."),
        ({"publish": "initials"}, "A driver is held. This is the case of A. A. We"),
    ],
)
def test_who_the_summary_describes_gets_a_name_and_is_described_once(
    facts: dict[str, Any], told: str
) -> None:
    of = case(person(**DRIVER | facts), summary="A driver is held.", demands=["free @ana"])
    assert told in text(letter("premier-appeal", of)).replace("A. A. We therefore", "A. A. We")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"gender": "male"}, "Ana Alder carried rice. He suffers from asthma and diabetes."),
        ({}, "Ana Alder carried rice. Illnesses are known: asthma and diabetes."),
        ({"about": {"all": "Rice was the load."}}, "Ana Alder suffers from asthma and diabetes. Rice was"),
    ],
)
def test_no_two_sentences_about_somebody_begin_with_the_name(facts: dict[str, Any], told: str) -> None:
    of = case(person(**DRIVER | facts), demands=["free @ana"])
    assert told in text(letter("premier-appeal", of))


def test_who_is_withheld_is_the_driver_once_the_summary_spoke_of_a_driver() -> None:
    of = case(person(**DRIVER | {"publish": "withheld"}), summary="A driver is held.", demands=["free @ana"])
    assert "to free the driver." in text(letter("premier-appeal", of))
    other = of.model_copy(update={"summary": case(summary="Somebody is held.").summary})
    assert "to free a driver." in text(letter("premier-appeal", other))


@pytest.mark.parametrize(
    ("language", "described", "others", "told"),
    [
        ("en", "a driver", "a nurse", "free the driver"),
        ("en", "an editor", "a nurse", "free the editor"),
        ("en", "a driver", "a driver", "free a driver"),
        ("en", "somebody from Gao", "a nurse", "free somebody from Gao"),
        ("fr", "un infirmier", "une femme", "free l’infirmier"),
        ("fr", "une femme", "un homme", "free la femme"),
        ("fr", "un homme", "une femme", "free un homme"),
        ("es", "un conductor", "una mujer", "free el conductor"),
        ("de", "eine Lehrerin", "ein Fahrer", "free die Lehrerin"),
        ("de", "ein Fahrer", "eine Lehrerin", "free ein Fahrer"),
        ("ko", "a driver", "a nurse", "free a driver"),
    ],
)
def test_who_has_been_introduced_by_an_article_is_then_a_certain_one(
    language: str, described: str, others: str, told: str
) -> None:
    people = (
        person(name, publish="withheld", described_as=words)
        for name, words in (("ana", described), ("ben", others))
    )
    of = case(*people)
    assert ViewBuilder(campaign(of), ("addressee",), language, DAY).told("free @ana", of) == told


def test_a_sentence_after_initials_begins_with_a_capital() -> None:
    of = case(
        person(publish="initials"),
        events=[{"on": "2025-05-01", "what": "police took @ana"}, {"on": "2025-05-02", "what": "@ana left"}],
        demands=["free @ana"],
    )
    assert "On 1 May 2025, police took A. A. On 2 May 2025, A. A. left" in text(letter("premier-appeal", of))


@pytest.mark.parametrize(
    ("family", "facts", "told"),
    [
        ("his wife and a daughter", {"gender": "male"}, "He has family: his wife and a daughter."),
        ("a sister", {"gender": "female", "status": "dead"}, "She leaves family: a sister."),
        ("two sons", {}, "Family: two sons."),
        ("Two sons wait for news", {"gender": "female"}, "Two sons wait for news."),
    ],
)
def test_relatives_are_told_in_a_sentence(family: str, facts: dict[str, Any], told: str) -> None:
    of = case(person(family={"all": family}, **facts), demands=["free @ana"])
    assert told in text(letter("unhcr-petition", of))


def test_a_demand_not_to_do_something_is_asked_as_people_ask_it() -> None:
    of = case(person(), demands=["not return @ana to danger"])
    written = letter("premier-appeal", of)
    assert "ask you and your Government not to return Ana Alder to danger." in text(written)


def test_an_invitation_needs_a_conference_that_is_ahead() -> None:
    event = {"on": "2025-12-20", "expected": "the conference is to meet", "what": "it met"}
    assert refusals("conference-invitation", case(events=[event])) == {"case-not-suited"}
    ahead = case(events=[event | {"kind": "conference"}])
    assert "is to meet" in text(letter("conference-invitation", ahead))
    assert refusals("conference-invitation", ahead, on=date(2025, 12, 21)) == {"case-not-suited"}


@pytest.mark.parametrize(
    ("recipient", "many"),
    [
        ({"office": "working-group"}, True),
        ({"office": "company", "organisation": ["Ex Ltd"]}, True),
        (
            {"office": "company", "organisation": ["Ex Ltd"], "name": {"family": "Ex", "courtesy": "Ms."}},
            False,
        ),
        ({"office": "company", "name": {"family": "Ex"}}, True),
        ({"office": "minister"}, False),
        ({"organisation": ["Ex"]}, False),
    ],
)
def test_a_letter_speaks_to_several_where_nobody_is_greeted_by_name(
    recipient: dict[str, Any], many: bool
) -> None:
    assert is_many(Recipient.model_validate({"id": "r", **recipient})) is many


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        ({"born": "1970"}, date(2026, 6, 1), "55 or 56"),
        ({"born": "1970"}, date(2026, 1, 1), "55 or 56"),
        ({"born": "1970"}, date(2026, 12, 31), 56),  # whoever was born in 1970 is 56 on that day
        ({"born": "1970-06"}, date(2026, 6, 15), "55 or 56"),
        ({"born": "1970-06"}, date(2026, 5, 31), 55),
        ({"born": {"about": "1970"}}, date(2026, 6, 1), "54–57"),
        ({"born": {"between": ["1965", "1970"]}}, date(2026, 6, 1), "55–61"),
        ({"aged": {"years": 40, "on": "2025"}}, date(2025, 6, 1), "40 or 41"),
        ({"aged": {"years": 40, "on": "2025-06"}}, date(2025, 6, 20), 40),
        ({"aged": {"years": 40, "on": "2025-06"}}, date(2025, 7, 1), "40 or 41"),
        ({"aged": {"years": 40, "on": "2025-06-20"}}, date(2025, 6, 20), 40),
        ({"aged": {"years": 40, "on": "2025-06-20"}}, date(2025, 6, 21), "40 or 41"),
        ({"aged": {"years": 40, "on": "2025"}}, date(2026, 12, 31), "41 or 42"),
    ],
)
def test_an_age_is_never_said_more_surely_than_the_facts_allow(
    facts: dict[str, Any], on: date, expected: object
) -> None:
    assert only(case(person(**facts)), "age", on) == expected


@pytest.mark.parametrize("language", sorted(set(table("language")) - {"about"}))
@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 30)])
def test_a_year_of_birth_alone_never_is_one_age_in_any_language(language: str, on: date) -> None:
    """The age stands beside the other possible one, whichever way a template prints it."""
    of = case(person(born="1970"))
    view = ViewBuilder(campaign(of), ("addressee",), language, on).case(of)
    persons = view.fact("persons")
    assert isinstance(persons, tuple)
    assert re.findall(r"\d+", str(persons[0].fact("age"))) == ["55", "56"]


EVENT = {"what": "she was taken away", "on": "2025-06-11", "place": "Northport"}


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_no_letter_says_one_age_of_a_person_whose_year_of_birth_is_all_that_is_known(language: str) -> None:
    of = case(
        person(born="1970", status="detained", gender="female"), demands=["release her"], events=[EVENT]
    )
    facts = LetterFacts(
        campaign=campaign(of), sender=SENDER, recipient=Recipient.model_validate(HEAD), case=of, on=DAY
    )
    said = []
    for name in ("premier-appeal", "protest-letter"):
        found = open_template(name, STARTER.template_folders, [language])
        assert found.language == language
        text = " ".join(assemble(found, facts).texts())
        ages = [
            re.findall(r"\d+", one) for one in re.findall(r"\b5[3-7]\b\D{1,6}\b5[3-7]\b|\b5[3-7]\b", text)
        ]
        said += ages
        assert all(one == ["54", "55"] for one in ages)
    assert said
