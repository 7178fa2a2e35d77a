"""The action page in a browser: its letters are those that lettergen writes, and nothing leaves it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from lettergen.action_page.page import interface
from lettergen.action_page.posting import country_codes, writers_of
from lettergen.api import PartySelection, open_campaign
from lettergen.cli import run
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import PersonName, Sender
from lettergen.letters.checks import wording
from lettergen.letters.parts import LetterFacts, inside_address
from lettergen.pages.mail.link import LONGEST_LINK
from tests.action_pages import DAY, ROOT, letter_of, page_of, text_of
from tests.browsers import Visit, needs_browser, visit

pytestmark = needs_browser
Write = Callable[[Mapping[str, str | bytes]], Path]
EMBASSIES = PartySelection(tags=("embassy",))
OWN_WORDS = {
    "none": "",
    "one": "my grandparents crossed two borders without papers.",
    "several": "As a nurse …\n\n \t\n  and as\ta mother,\nI ask you.\n\n\nwww.example.org says more",
    "odd": "“Quoted” & <b>not bold</b> {{ name }} {name} \\n $& $1 @nobody 👩‍👩‍👧 ﷐0﷑",
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the page of the sample campaign."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page_of(ROOT, "protest-letter", "repatriations", to=EMBASSIES), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return open_campaign(ROOT).facts


@pytest.fixture
def open_page(sample: Path) -> Iterator[Visit]:
    with visit(sample, day=DAY.isoformat()) as found:
        yield found
        assert found.complaints == []
        assert found.requests == [sample.as_uri()]


def visitor(own_words: str = "", country: str = "DE", **fields: Any) -> Sender:
    given: dict[str, Any] = {
        "name": PersonName(full="Erika Mustermann"),
        "place": "Musterstadt",
        "address": ("Weg 1", "12345 Ort"),
    }
    return Sender(id="v", country=country, own_words=own_words.strip() or None, **{**given, **fields})


def fill_in(found: Visit, sender: Sender) -> None:
    found.fill_in(
        country=sender.country or "",
        name=sender.name.as_written() if sender.name else "",
        place=sender.place or "",
        address="\n".join(sender.address),
        own=sender.own_words or "",
    )


@pytest.mark.parametrize("own", OWN_WORDS)
def test_a_letter_says_what_lettergen_writes_for_the_same_person(
    own: str, open_page: Visit, campaign: Campaign
) -> None:
    words = OWN_WORDS[own].replace("﷐", "").replace("﷑", "")
    for recipient in campaign.recipients:
        if "embassy" not in recipient.tags:
            continue
        sender = visitor(words.replace("@nobody", "at nobody"), country=recipient.country or "")
        fill_in(open_page, sender)
        languages = open_page.page.locator("#letter-language option").evaluate_all(
            "all => all.map(one => one.value)"
        )
        for language in languages:
            open_page.fill_in(letter_language=language)
            written = letter_of(campaign, "protest-letter", "repatriations", recipient, sender, language)
            assert open_page.copied() == text_of(written)


@pytest.mark.parametrize("given", range(8))
def test_what_is_left_empty_is_left_out(given: int, open_page: Visit, campaign: Campaign) -> None:
    left: dict[str, Any] = {"place": None} if given & 1 else {}
    left |= {"address": ()} if given & 2 else {}
    sender = visitor("" if given & 4 else "One word.", **left)
    fill_in(open_page, sender)
    open_page.fill_in(letter_language="de")
    written = letter_of(
        campaign, "protest-letter", "repatriations", campaign.recipient("cn-embassy-germany"), sender, "de"
    )
    assert open_page.copied() == text_of(written)


def test_the_words_are_those_of_the_file_that_write_makes(open_page: Visit, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    asked = (
        "write protest-letter --to cn-embassy-uk --from citizen-gb --case repatriations --date 2006-12-01 -o"
    )
    assert run(["-C", str(ROOT), *asked.split(), str(file)]) == 0
    fill_in(open_page, open_campaign(ROOT).facts.sender("citizen-gb"))
    lines = [
        line
        for line in file.read_text(encoding="utf-8").split("\n")
        if not re.fullmatch("[-=]+", line.strip())
    ]
    # The small line in the window of the envelope is not in a text to be copied.
    words = [word for line in lines if " · " not in line for word in line.split()]
    assert open_page.copied().split() == words


TRICKY = {
    "lettergen.toml": 'name = "Tricky"\n',
    "senders.yaml": "senders:\n  - {id: x, name: X Y}\n",
    "recipients.yaml": """recipients:
  - id: prime-minister
    name: {full: Alex Example, courtesy: Ms.}
    office: head-of-government
    title: Prime Minister
    organisation: ["</script><script>document.title='broken'</script>"]
    address: [10 Downing Street, London SW1A 2AA]
    country: GB
    state: GB
    email: office@pm.example
    languages: [en]
    checked: {on: 2006-11-01, source: invented}
  - id: somebody-else
    organisation: [Office & Sons <b>]
    address: [1 Road, 1000 Town]
    country: BE
    serves: [LU, NL]
    state: GB
    languages: [en, fr]
    salutation: Dear Friends,
    closing: Yours truly,
    checked: {on: 2006-11-01, source: invented}
""",
    "letter_templates/tricky.md": """---
title: Tricky
kind: protest
language: en
audience: public
uses: [sender, recipient]
mailing_notation: URGENT
subject: "A word from {{ sender.place or 'somewhere' }} <i>"
postscript: "{{ sender.name }}. And {{ sender.one_line }}."
---
{{ sender.name }} says: *this is {{ sender.name }}*, **of {{ sender.country_name }}**.
{% if sender.address %}
Reply to {{ sender.address | join("; ") }}… {{ sender.place }} is near.
{% endif %}

> {{ own_words or "No words." }}

1. {{ sender.name }}
2. Second

   {{ own_words or "None" }} in a list.

{{ own_words or "nothing" }}

- {{ sender.one_line }}
- "Quotes" -- and `code`, Mr. {{ sender.name }}.
""",
}


def test_values_stand_where_they_would_in_a_difficult_template(write: Write) -> None:
    folder = write(TRICKY)
    (folder / "page.html").write_text(
        page_of(folder, "tricky", None, to=PartySelection(everybody=True)), encoding="utf-8"
    )
    facts = open_campaign(folder).facts
    senders = [
        visitor(OWN_WORDS["several"], country="GB"),
        visitor("", country="GB", place=None, address=()),
        visitor("a.\n\nb…", country="LU", name=PersonName(full="j. r. Jr."), place="oslo", address=("x.",)),
        visitor("One", country="NL", address=("1", "2", "3", "4")),
    ]
    with visit(folder / "page.html", day=DAY.isoformat()) as found:
        for sender in senders:
            fill_in(found, sender)
            to = facts.recipient("prime-minister" if sender.country == "GB" else "somebody-else")
            assert found.copied() == text_of(letter_of(facts, "tricky", None, to, sender, "en"))
        assert found.page.title() == "Write a letter"
        assert found.page.locator("#letter b, #letter i, #letter script, #plain b").count() == 0
        assert found.complaints == []


def test_each_country_has_its_recipients_and_the_country_line_of_its_post(write: Write) -> None:
    folder = write(TRICKY)
    everybody = PartySelection(everybody=True)
    (folder / "page.html").write_text(page_of(folder, "tricky", None, to=everybody), encoding="utf-8")
    facts = open_campaign(folder).facts
    names = ["Ms. Alex Example, Prime Minister, London SW1A 2AA", "Office & Sons <b>, 1000 Town"]
    paired = writers_of(facts.recipients, (), None)
    with visit(folder / "page.html", day=DAY.isoformat()) as found:
        seen = found.page.evaluate(
            """codes => codes.map((code) => {
                const country = document.getElementById("country"), to = document.getElementById("recipient");
                country.value = code;
                country.dispatchEvent(new Event("change"));
                const offered = [...to.options].map((one) => one.textContent);
                to.value = to.options[to.options.length - 1].value;
                to.dispatchEvent(new Event("change"));
                return [code, offered, document.querySelector("#letter .address").innerText];
            })""",
            country_codes(),
        )
    for code, offered, shown in seen:
        assert offered == [names[number] for number in paired[code] or (0, 1)], code
        to = facts.recipients[names.index(offered[-1])]
        posted = LetterFacts(
            campaign=facts, sender=visitor(country=code), recipient=to, on=DAY, posted_from=code
        )
        assert shown == "\n".join(inside_address(posted, to, "", "en")), code


def test_nothing_is_asked_for_kept_or_run(open_page: Visit) -> None:
    page = open_page.page
    fill_in(
        open_page, visitor("<img src=x onerror='document.title=1'><script>alert(1)</script>\n\n<b>Bold</b>")
    )
    page.click("#copy")
    assert page.locator("#letter img, #letter b, #letter script").count() == 0
    assert "<b>Bold</b>" in page.locator("#letter").inner_text()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    blocked = page.evaluate(
        """async () => {
            const seen = [];
            const note = (event) => seen.push(event.violatedDirective);
            document.addEventListener("securitypolicyviolation", note);
            const script = Object.assign(document.createElement("script"), {textContent: "window.ran = 1"});
            document.body.append(script);
            document.body.append(Object.assign(new Image(), {src: "https://example.org/x.png"}));
            await fetch("https://example.org/").catch(() => {});
            await new Promise((done) => setTimeout(done, 100));
            return [window.ran || 0, seen.sort()];
        }"""
    )
    assert blocked == [0, ["connect-src", "img-src", "script-src-elem"]]
    # The browser's words on what has just been tried, and the picture that it did not fetch.
    open_page.complaints.clear()
    assert open_page.requests.pop() == "https://example.org/x.png"


def opened_link(found: Visit) -> str:
    """Open the letter in the mail program, and return the link."""
    found.page.evaluate("HTMLAnchorElement.prototype.click = function () { window.opened = this.href; }")
    found.page.click("#mail")
    found.page.wait_for_function("() => window.opened")
    return str(found.page.evaluate("window.opened"))


def test_a_short_letter_opens_in_the_mail_program(write: Write) -> None:
    short = TRICKY | {
        "letter_templates/tricky.md": "---\ntitle: Short\nkind: protest\nlanguage: en\naudience: public\n"
        "uses: [sender, recipient]\nsubject: Ä & Ö?\n---\nPlease act.\n\n{{ own_words }}\n"
    }
    folder = write(short)
    (folder / "page.html").write_text(
        page_of(folder, "tricky", None, to=PartySelection(ids=("prime-minister",))), encoding="utf-8"
    )
    facts = open_campaign(folder).facts
    clean = visitor("100 % & more + ü\nof it \ufffd", country="GB")
    with visit(folder / "page.html", day=DAY.isoformat()) as found:
        fill_in(found, clean)
        found.page.evaluate("document.getElementById('own').value = '100 % & more + ü\\nof it \\ud800'")
        link = opened_link(found)
        assert "mail program opens" in found.page.locator("#told").inner_text()
    start, _, text = link.partition("&body=")
    assert unquote(start) == "mailto:office@pm.example?subject=Ä & Ö?"
    expected = text_of(letter_of(facts, "tricky", None, facts.recipient("prime-minister"), clean, "en"))
    assert unquote(text).replace("\r\n", "\n") == expected.rstrip()


@pytest.mark.parametrize("can_copy", [True, False])
def test_fifty_thousand_characters_are_copied_and_the_visitor_is_told(can_copy: bool, write: Write) -> None:
    folder = write(TRICKY)
    (folder / "page.html").write_text(
        page_of(folder, "tricky", None, to=PartySelection(everybody=True)), encoding="utf-8"
    )
    with visit(folder / "page.html", day=DAY.isoformat()) as found:
        found.page.evaluate(
            "answer => { navigator.clipboard.writeText = async () => { if (!answer) throw 1; }; }", can_copy
        )
        found.page.evaluate("() => { document.execCommand = () => false; }")
        fill_in(found, visitor(country="GB"))
        found.fill_in(own="many words " * 4_600)
        link = opened_link(found)
        assert len(link) < LONGEST_LINK
        assert "body=" not in link
        told = found.page.locator("#told").inner_text()
        words = interface()["en"]
        assert told == words["too_long" if can_copy else "too_long_by_hand"]
        assert found.page.input_value("#text").count("many words") >= 4_600
        assert "9200 words of your own" in found.page.locator("#advice").inner_text()
        assert found.complaints == []


def test_words_from_right_to_left_stand_so(open_page: Visit) -> None:
    fill_in(open_page, visitor("أكتب إليكم من أجل أطفال.\n\nIn English."))
    directions = open_page.page.locator("#letter .own, #letter p").evaluate_all(
        "all => all.filter(one => /أ|In E/.test(one.textContent)).map(one => getComputedStyle(one).direction)"
    )
    assert directions == ["rtl", "ltr"]


def test_what_is_missing_is_told_at_its_field(open_page: Visit) -> None:
    page = open_page.page
    page.click("#print")
    assert page.evaluate("document.activeElement.id") == "country"
    assert page.get_attribute("#name", "aria-invalid") == "true"
    assert page.locator("#name-error").inner_text() == interface()["en"]["needed"]
    open_page.fill_in(country="GB", name="Jo")
    page.click("#copy")
    assert page.locator("#name-error").text_content() == ""


def test_the_file_that_is_saved_is_the_letter(open_page: Visit, campaign: Campaign, tmp_path: Path) -> None:
    sender = visitor("A word.", country="GB")
    fill_in(open_page, sender)
    with open_page.page.expect_download() as download:
        open_page.page.click("#save")
    download.value.save_as(tmp_path / "saved.txt")
    written = letter_of(
        campaign, "protest-letter", "repatriations", campaign.recipient("cn-embassy-uk"), sender, "en"
    )
    assert (tmp_path / "saved.txt").read_text(encoding="utf-8") == text_of(written)


IMPOLITE = {
    "en": "You LIARS! I warn you WITH ALL MY FORCE, or else. This is is shameful. “Barbaric” he said.",
    "de": "Sie Lügner! Das ist eine Schande SOFORT UND GLEICH. Das das geht nicht. Baden Baden.",
    "fr": "Menteurs ! C’est honteux. Il est est venu. ARRÊTEZ TOUT CELA.",
}


@pytest.mark.parametrize("language", sorted(IMPOLITE))
def test_own_words_get_the_advice_of_the_checks(language: str, sample: Path) -> None:
    text = IMPOLITE[language]
    found = [(problem.name, phrase) for phrase, problem in wording.faults(text, language)]
    country = {"en": "GB", "de": "DE", "fr": "FR"}[language]
    with visit(sample, day=DAY.isoformat(), locale=language) as seen:
        seen.fill_in(country=country, name="X")
        seen.fill_in(letter_language=language) if language != "en" else None
        seen.fill_in(own=text)
        told = seen.page.locator("#advice li").all_inner_texts()
    assert found
    assert len(told) == len(dict.fromkeys(found))
    for name, phrase in found:
        if name != "exclamation-mark":
            quoted = phrase.partition(" ")[0] if name == "doubled-word" else phrase
            assert any(quoted.casefold() in one.casefold() for one in told), (phrase, told)


@pytest.mark.parametrize(("language", "width"), [*((one, 320) for one in sorted(interface())), ("de", 1280)])
def test_everybody_can_use_it(language: str, width: int, sample: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    viewport = {"width": width, "height": 800}
    with visit(sample, day=DAY.isoformat(), locale=language, viewport=viewport) as found:
        for prepare in (
            lambda: None,
            lambda: found.page.click("#copy"),
            lambda: fill_in(found, visitor("You liars!")),
        ):
            prepare()
            result = Axe().run(found.page, options={"runOnly": tags})
            assert result.violations_count == 0, result.generate_report()
        assert found.page.evaluate("document.documentElement.lang") == language
        assert found.page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert found.complaints == []


def test_the_keyboard_alone_is_enough(open_page: Visit) -> None:
    page = open_page.page
    fill_in(open_page, visitor(country="DE"))
    page.focus("#language")
    reached = ["language"]
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    fields = ["language", "country", "recipient", "letter-language", "name", "address", "place", "own"]
    assert reached == [*fields, "copy", "print", "save"]
    page.focus("#copy")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('told').textContent")


def test_without_javascript_letter_and_addresses_are_there(sample: Path) -> None:
    with visit(sample, day=DAY.isoformat(), java_script_enabled=False) as found:
        text = found.page.locator("body").inner_text()
        assert not found.page.locator("#page").is_visible()
    assert "Märkisches Ufer 54" in text
    assert "May I ask you for an answer?" in text
    assert "[Your name]" in text
    assert "Für eine Antwort" in text


def test_after_its_last_day_the_page_writes_no_letters(sample: Path) -> None:
    with visit(sample, day="2006-12-02") as found:
        assert "until 1 December 2006" in found.page.locator("#days").inner_text()
        assert found.page.locator("button:enabled").count() == 0
    with visit(sample, day="2006-11-30") as found:
        fill_in(found, visitor(country="GB"))
        assert found.page.locator("#letter .date").inner_text() == "Musterstadt, 1\u00a0December 2006"


SHEETS = {"DE": "din-5008-b", "FR": "nf", "US": "us-9", "CH": "sn-right", "GB": "uk-c5", "JP": "jp-cho-3"}


@pytest.mark.parametrize("country", sorted(SHEETS))
def test_the_printed_sheet_suits_the_window_of_the_country(
    country: str, sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = tmp_path / "printed.pdf"
    with visit(sample, day=DAY.isoformat()) as found:
        fill_in(found, visitor("A word of mine.", country=country))
        found.page.pdf(path=str(printed), prefer_css_page_size=True)
    code = run(["verify", str(printed), "--stationery", SHEETS[country]])
    assert code == 0, capsys.readouterr().out


AHEAD = {
    "lettergen.toml": 'name = "Ahead"\n',
    "senders.yaml": "senders:\n  - {id: x, name: X Y}\n",
    "recipients.yaml": TRICKY["recipients.yaml"],
    "cases/hearing.yaml": """title: a hearing
summary: A hearing is near.
state: GB
events:
  - {on: 2006-12-04, expected: the court is to hear the appeal, what: the court heard the appeal}
""",
    "letter_templates/ahead.md": """---
title: Ahead
kind: protest
language: en
audience: public
uses: [sender, recipient, case]
subject: "{{ case.title }}"
---
{% for event in case.ahead %}
{{ event.on | when }}, {{ event.what }}, in {{ event.days_left }} days.
{% endfor %}
{% for event in case.past %}
{{ event.on | when }}, {{ event.what }}.
{% endfor %}
""",
}


def test_the_page_says_on_each_day_what_a_letter_of_that_day_says(write: Write) -> None:
    folder = write(AHEAD)
    first, last = date(2006, 12, 1), date(2006, 12, 7)
    html = page_of(
        folder, "ahead", "hearing", to=PartySelection(ids=("prime-minister",)), on=first, last=last
    )
    (folder / "page.html").write_text(html, encoding="utf-8")
    facts, sender = open_campaign(folder).facts, visitor(country="GB")
    with visit(folder / "page.html", day=first.isoformat()) as found:
        for number in range(1, 8):
            day = date(2006, 12, number)
            found.wait_until(day.isoformat())
            found.page.reload()
            fill_in(found, sender)
            written = letter_of(
                facts, "ahead", "hearing", facts.recipient("prime-minister"), sender, "en", day
            )
            assert found.copied() == text_of(written)
