"""Every pair of recipient and sender becomes an order or is skipped with a reason."""

import pickle
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Recipient, Sender
from lettergen.letters.template.templates import Template, catalogue, common_language
from lettergen.mailing.selection import editions_read
from lettergen.plan.orders import Plan, plan

DAY = date(2002, 6, 13)


def template(folder: Path, head: str, body: str = "We write to you.", name: str = "appeal") -> Template:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(f"---\ntitle: An appeal\n{head}\n---\n{body}\n", encoding="utf-8")
    return next(one for one in editions(folder) if one.file.endswith(f"{name}.md"))


def editions(folder: Path) -> tuple[Template, ...]:
    found, problems = catalogue([folder])
    assert problems == ()
    return found


def recipient(identifier: str, **fields: object) -> Recipient:
    facts = {"id": identifier, "title": "Minister", "languages": ["en"], "address": ["1 Road"], **fields}
    return Recipient.model_validate(facts)


def sender(identifier: str) -> Sender:
    return Sender.model_validate({"id": identifier, "organisation": "Friends"})


def planned(template: Template, to: Sequence[Recipient], by: Sequence[Sender], **more: object) -> Plan:
    among = more.pop("editions", ())
    assert not more
    return plan(template, recipients=to, senders=by, case_id=None, on=DAY, editions=among)  # type: ignore[arg-type]


def pairs(made: Plan) -> list[tuple[str | None, str]]:
    return [(order.recipient_id, order.sender_id) for order in made.orders]


def test_orders_stand_by_recipient_then_sender_as_both_are_given(tmp_path: Path) -> None:
    made = planned(
        template(tmp_path, "language: en"), [recipient("z"), recipient("a")], [sender("y"), sender("b")]
    )
    assert pairs(made) == [("z", "y"), ("z", "b"), ("a", "y"), ("a", "b")]
    assert [order.letter_id for order in made.orders][:2] == ["appeal--z--y", "appeal--z--b"]


def test_whoever_is_named_twice_gets_one_letter(tmp_path: Path) -> None:
    made = planned(template(tmp_path, "language: en"), [recipient("a")] * 2, [sender("b")] * 3)
    assert pairs(made) == [("a", "b")]


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["fr", "en"], "fr"),
        (["zh", "en"], "en"),
        (["fr-CH"], "fr"),
        (["de", "fr-BE", "en"], "fr"),
    ],
)
def test_the_first_language_of_the_recipient_that_the_template_has_is_taken(
    tmp_path: Path, languages: list[str], expected: str
) -> None:
    english = template(tmp_path, "language: en")
    template(tmp_path, "language: fr", name="appeal.fr")
    template(tmp_path, "language: zh", name="other.zh")
    made = planned(english, [recipient("a", languages=languages)], [sender("b")], editions=editions(tmp_path))
    assert [order.language for order in made.orders] == [expected]


def test_a_recipient_who_reads_none_of_the_languages_is_skipped(tmp_path: Path) -> None:
    made = planned(
        template(tmp_path, "language: en"), [recipient("a", languages=["zh", "ko"])], [sender("b")]
    )
    assert made.orders == ()
    assert [one.reason for one in made.skipped] == ["the letter is in `en`; the recipient reads `zh`, `ko`"]


@pytest.mark.parametrize("fact", ["name", "title", "organisation", "fax", "state_name", "display"])
def test_a_recipient_without_what_the_template_prints_is_skipped(tmp_path: Path, fact: str) -> None:
    one = template(tmp_path, "language: en", f"Written to {{{{ recipient.{fact} }}}}.")
    has = recipient("has", name="Kim Full", organisation=["Ministry"], fax="+1 2", state="CN")
    lacks = Recipient.model_validate({"id": "lacks", "address": ["1 Main Street"]})
    made = planned(one, [has, lacks], [sender("b")])
    assert pairs(made) == [("has", "b")]
    assert [(skip.recipient_id, skip.reason) for skip in made.skipped] == [
        ("lacks", f"the recipient has no `{fact}`, which the template needs")
    ]


def test_a_sender_without_the_signatories_that_a_letter_lists_is_skipped(tmp_path: Path) -> None:
    one = template(tmp_path, "language: en\nuses: [sender, sender.signatories]", "We write together.")
    signed = Sender.model_validate(
        {"id": "has", "organisation": "Friends", "signatories": [{"name": "Ann Sample"}]}
    )
    made = planned(one, [recipient("a")], [signed, sender("lacks")])
    assert pairs(made) == [("a", "has")]
    assert [skip.reason for skip in made.skipped] == [
        "the sender has no `signatories`, which the template needs"
    ]


def test_a_guarded_fact_and_the_style_of_address_are_never_lacking(tmp_path: Path) -> None:
    body = "{% if recipient.fax %}{{ recipient.fax }}{% endif %} {{ recipient.style }}"
    made = planned(template(tmp_path, "language: en", body), [recipient("a")], [sender("b")])
    assert pairs(made) == [("a", "b")]


def test_a_statement_to_nobody_is_one_letter_a_sender(tmp_path: Path) -> None:
    statement = template(tmp_path, "addressee: optional")
    made = planned(statement, [], [sender("a"), sender("b")])
    assert pairs(made) == [(None, "a"), (None, "b")]
    assert made.orders[0].letter_id == "appeal--a"


def test_a_letter_that_needs_an_addressee_is_not_written_to_nobody(tmp_path: Path) -> None:
    made = planned(template(tmp_path, "addressee: required"), [], [sender("a")])
    assert (made.orders, made.skipped) == ((), ())


def test_a_mailing_is_named_for_its_template_and_day(tmp_path: Path) -> None:
    assert planned(template(tmp_path, "language: en"), [], []).name == "appeal-2002-06-13"


def test_orders_travel_to_other_processes(tmp_path: Path) -> None:
    made = planned(template(tmp_path, "language: en"), [recipient("a")], [sender("b")])
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own bytes


@pytest.fixture(scope="module")
def two_languages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, ...]:
    folder = tmp_path_factory.mktemp("templates")
    template(folder, "language: en", "To {{ recipient.title }}.")
    template(folder, "language: fr", "À {{ recipient.name }}.", name="appeal.fr")
    return editions(folder)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.lists(st.sampled_from(["en", "fr", "zh"]), min_size=1, max_size=3)
    ),
    max_size=8,
)


@given(people=PEOPLE, signers=st.lists(st.sampled_from("xyz"), max_size=4))
def test_as_many_letters_are_accounted_for_as_there_are_pairs(
    two_languages: tuple[Template, ...], people: list[tuple[str, list[str]]], signers: list[str]
) -> None:
    english, _ = sorted(two_languages, key=lambda one: one.language)
    to = [recipient(name, languages=languages) for name, languages in people]
    made = planned(english, to, [sender(one) for one in signers], editions=two_languages)
    wanted = {(name, signer) for name, _ in people for signer in signers}
    skipped = [(one.recipient_id, one.sender_id) for one in made.skipped]
    assert set(pairs(made)) | set(skipped) == wanted
    assert len(made.orders) + len(made.skipped) == len(wanted)
    assert all(one.reason for one in made.skipped)


@pytest.mark.parametrize(
    ("wanted", "case", "language"),
    [
        (["fr", "en"], {"en"}, "en"),
        (["fr", "en"], {"en", "fr"}, "fr"),
        (["fr-CH"], None, "fr"),
        (["fr"], {"en"}, None),
        (["ja"], None, None),
    ],
)
def test_template_and_case_speak_one_language(
    wanted: list[str], case: set[str] | None, language: str | None
) -> None:
    assert common_language(wanted, {"en", "fr"}, case) == language


@pytest.mark.parametrize(
    ("languages", "broken", "read"),
    [
        ([["en"]], "", ["en"]),
        ([["fr-CH"], ["en"]], "", ["en", "fr"]),
        ([["fr", "de"]], "fr", ["de", "en"]),
        ([["en"], ["ja"]], "", ["de", "en", "fr"]),
        ([], "", ["de", "en", "fr"]),
    ],
)
def test_of_a_templates_editions_those_are_read_that_somebody_reads(
    tmp_path: Path, languages: list[list[str]], broken: str, read: list[str]
) -> None:
    (tmp_path / "recipients.yaml").write_text("recipients: []\n", encoding="utf-8")
    folder = tmp_path / "letter_templates"
    for language in ("de", "en", "fr"):
        body = "{{ unheard_of }}" if language == broken else "Words."
        name = "appeal" if language == "en" else f"appeal.{language}"
        folder.mkdir(exist_ok=True)
        head = f"---\ntitle: An appeal\nlanguage: {language}\n---\n"
        (folder / f"{name}.md").write_text(f"{head}{body}\n", encoding="utf-8")
    campaign = Campaign.open(tmp_path)
    one = next(one for one in catalogue([folder])[0] if one.language == "en")
    to = [recipient(f"r{number}", languages=spoken) for number, spoken in enumerate(languages)]
    assert sorted(found.language for found in editions_read(campaign, one, None, to)) == read
