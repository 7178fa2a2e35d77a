"""Questions of sign-up forms and their answers in five languages; what is not sure is left open."""

import pytest

from lettergen.facts.headings import likely_meaning
from lettergen.facts.sign_up_questions import (
    asks_anonymity,
    asks_consent,
    is_about_something_else,
    likely_answer,
)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Your full name (as in passport)", "name"), ("1. What is your name? *", "name"),
        ("Name as it should appear on the letter", "name"), ("이름(영문)", "name"),
        ("성함을 적어 주세요", "name"),
        ("Nombre y apellido(s)", "name"), ("Nom, prénom", "name"),
        ("What is your postal address? (street, postcode, city)", "address"),
        ("Straße, Hausnummer, PLZ, Ort", "address"), ("Quelle est votre adresse postale ?", "address"),
        ("주소를 적어 주세요", "address"),
        ("PLZ & Ort", "postcode_and_city"),
        ("Code postal / ville", "postcode_and_city"),
        ("In which town do you live now?", "city"), ("¿En qué país vive usted?", "country"),
        ("거주하시는 국가는 어디입니까?", "country"), ("Q2: E-mail (not published)", "email"),
        ("Telefonnummer (für Rückfragen)", "phone"), ("Name of your organisation (if any)", "organisation"),
        ("Anything you want to tell the ambassador in your own words?", "own_words"),
        ("전하고 싶은 말", "own_words"), ("Name and address", None), ("Shoe size", None),
        ("Comments for the organisers", None), ("Country of citizenship", "nothing"),
    ],
)  # fmt: skip
def test_what_a_question_asks_for(heading: str, kind: str | None) -> None:
    assert likely_meaning(heading) == kind


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("Yes, I agree to have my name printed", True), ("I agree;", True), ("Ja, gerne", True),
        ("Ich stimme zu", True), ("Oui, j'accepte", True), ("J’accepte que mon nom figure", True),
        ("Sí, acepto", True), ("예, 동의합니다", True), ("TRUE", True), ("☑", True),
        ("No, please keep my name private", False), ("I do not agree", False), ("Ich stimme nicht zu", False),
        ("Je n’accepte pas", False), ("No acepto", False),
        ("동의하지 않습니다", False), ("nicht einverstanden", False),
        ("Yes, but not my address", None), ("Ja, aber nur Initialen", None), ("Oui, sauf mon adresse", None),
        ("Sí, pero sin mi nombre", None), ("예, 하지만 이름만", None),
        ("maybe", None), ("Gladly", None), ("", None),
    ],
)  # fmt: skip
def test_what_an_answer_means(answer: str, means: bool | None) -> None:
    assert likely_answer(answer) is means


def test_what_somebody_agrees_to() -> None:
    named = [
        "Do you agree to be named?",
        "Dürfen wir Ihren Namen nennen?",
        "이름 공개에 동의하십니까?",
        "¿Acepta firmar?",
    ]
    others = [
        "I accept the privacy policy",
        "Ich stimme der Datenschutzerklärung zu",
        "Can we send you our newsletter?",
    ]
    assert all(map(asks_consent, named))
    assert not any(map(is_about_something_else, named))
    assert all(map(is_about_something_else, others))
    assert asks_anonymity("Möchten Sie anonym bleiben?")
    assert not asks_anonymity("I do not want to be anonymous")
