"""Nothing in anybody's data steers the terminal, through any command, on a terminal or in a pipe."""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.console import letter_page, mailings, plans, problems, refusals, reports, tables
from lettergen.console.terminal import deliver, say, show_json, show_line
from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.facts.person_name import PersonName
from lettergen.letters.letter import Letter, Letterhead, Paragraph, SignatureBlock, Span
from lettergen.letters.privacy.clearance import Shown, shown
from lettergen.letters.template.needs import Need
from lettergen.mailing.estimate import Estimate
from lettergen.mailing.production import FinishedVolume, Outcome
from lettergen.outbox.manifest import ManifestEntry
from lettergen.outbox.volumes import Outbox
from lettergen.pages import text
from lettergen.plan.orders import Order, Plan, Skipped
from lettergen.reference.stationery import stationery

DAY = date(2026, 1, 15)
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
OTHERS = list("\u2028\u2029\ufeff\u200b\u2060\U000e0001\U000e0041\ue000")
SEQUENCES = [
    *("\x1b[2J", "\x1b[31m", "\x9b2J", "\x1b]0;title\x07", "\x1b]8;;http://example.org\x1b\\x\x1b]8;;\x1b\\"),
    *("\x1bP1$r\x1b\\", "\x1b]52;c;AAAA\x07", "\x1b7", "\x1bc", "a\rb", "a\bb", "\x0e", "\x1b[6n"),
]
MARKUP = [
    "[red]x",
    "[/b]",
    "[link=file:///etc/passwd]x[/link]",
    ":bomb:",
    "[bold",
    "\\[x]",
    "[@Click=app.bell]x",
]
NASTY = "".join([*CONTROLS, *BIDI, *OTHERS, *SEQUENCES])
NO_NUL = NASTY.replace("\0", "")
SGR = re.compile(r"\x1b\[[0-9;]*m")
HARMLESS = {"\n", "\u200c", "\u200d", "\u00ad"}


@pytest.fixture(params=["terminal", "pipe"])
def screen(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    """Return what gives all that was printed, after seeing that it steers nothing."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    if request.param == "terminal":
        for name, value in {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "TERM": "xterm-256color"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("COLUMNS", "120")

    def read() -> str:
        printed = capsys.readouterr()
        shown = printed.out + printed.err
        if request.param == "terminal":
            shown = SGR.sub("", shown)
        assert steering(shown) == set()
        return shown

    return read


def steering(text: str) -> set[str]:
    steers = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    return {sign for sign in text if unicodedata.category(sign) in steers} - HARMLESS


def test_what_steers_is_seen() -> None:
    assert steering(NASTY) == {*CONTROLS, *BIDI, *OTHERS} - HARMLESS
    assert SGR.sub("", "\x1b[1;31mx\x1b[0m") == "x"
    assert steering(SGR.sub("", "\x1b[2J")) == {"\x1b"}


# Straight into the console, past the loader that refuses most of it


def hostile(words: str) -> tuple[Recipient, Sender, Case]:
    # Names have a limit, which is tried elsewhere.
    name = PersonName.model_construct(full=words)
    recipient = Recipient.model_validate(
        {"id": "a", "title": words, "organisation": [words], "languages": ["en"], "office": "a"}
    )
    sender = Sender.model_validate({"id": "a", "name": "a", "organisation": words, "place": words})
    person = {"id": "p", "name": "a", "described_as": words}
    case = Case.model_validate({"id": "a", "title": words, "summary": words, "persons": [person]})
    named = {"name": PersonName.model_construct(family=words, given=words)}
    persons = tuple(one.model_copy(update={"name": name}) for one in case.persons)
    return (
        recipient.model_copy(update={"name": name}),
        sender.model_copy(update=named),
        case.model_copy(update={"persons": persons}),
    )


def letter(words: str) -> Letter:
    return Letter(
        letter_id="a", template="a", recipient_id="a", sender_id="a", language="en", audience="addressee",
        date=DAY, letterhead=Letterhead(words, (words,)), return_address=words, mailing_notation=(words,),
        inside_address=(words, words), place_and_date=words, references=((words, words),),
        title=(Span(words),), subject=(Span(words, strong=True),), opening=words,
        body=(Paragraph((Span(words), Span(words, emphasis=True))),), closing=words,
        signatures=(SignatureBlock((words,)),), signatories=((words, words),), postscript=(Span(words),),
        enclosures=(words,), copies=(words,), contacts=(words,),
    )  # fmt: skip


def entry(words: str) -> ManifestEntry:
    return ManifestEntry(
        sequence=1, letter_id=words, template=words, language="en", date=words, recipient_id=words,
        sender_id=words, channel=words, state="failed", setting=words, reason=words,
    )  # fmt: skip


class Volumes(Iterator[FinishedVolume]):
    """Volumes that are finished, and a letter that is no more in the plan."""

    def __init__(self, volumes: list[FinishedVolume], words: str) -> None:
        self._volumes = iter(volumes)
        self._words = words

    @property
    def removed(self) -> tuple[str, ...]:
        return (self._words,)

    def __next__(self) -> FinishedVolume:
        return next(self._volumes)

    def close(self) -> None:
        """There is nothing to end."""


@pytest.mark.parametrize("words", [f"x{NASTY}y", *(f"x {one} y" for one in MARKUP)], ids=ascii)
def test_no_console_function_lets_data_steer(
    words: str, screen: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    recipient, sender, case = hostile(words)
    problem = Problem("a-problem", f"`{words}` is wrong.", words, Place(words, 3, 2), excerpt=words, width=4)
    order = Order(template=words, recipient_id=words, sender_id=words, case_id=None, on=DAY, language="en")
    plan = Plan(template=words, on=DAY, orders=(order,), skipped=(Skipped(words, words, words),))
    failed = entry(words)
    finished = FinishedVolume(folder=f"post/{words}", letters=1, outcomes=(Outcome(failed, (problem,)),))
    box = Outbox(folder=Path(words))
    effort = Estimate(problems=(problem,))
    template = {
        "name": words, "title": words, "kind": words, "language": "en", "audience": words,
        "addressee": words,
        "offices": [words], "uses": [words], "sheets": 1, "file": words, "sample": {"to": words},
        "needs": [{"fact": words, "optional": False, "line": 1}],
    }  # fmt: skip
    for as_json in (False, True):
        tables.show_recipients([recipient], as_json=as_json)
        tables.show_senders([sender], as_json=as_json)
        tables.show_cases([case], as_json=as_json)
        tables.show_case(case, {"press": [Shown(words, "full", words, consented=False, facts=(words,))]},
                         as_json=as_json)  # fmt: skip
        tables.show_case(case, {one: shown(case, one) for one in ("press", "public")}, as_json=as_json)
        tables.show_template(template, [words], as_json=as_json)
        tables.show_templates([template], [problem], as_json=as_json)
        reports.show_check([problem] * 5, {words: 2}, show_all=False, as_json=as_json)
        reports.show_diagnosis(
            [reports.MachineCheck(words, is_ok=False, found=words, fix=words)], as_json=as_json
        )
    problems.show_problems([problem], show_all=True)
    problems.show_warnings([problem])
    reports.show_written([Path(words)], 1, words)
    reports.show_new_campaign(Path(words), [Path(words)])
    levels: tuple[mailings.Verbosity, ...] = ("full", "quiet", "json")
    for verbosity in levels:
        plans.show_plan(plan, words, box, effort, verbosity=verbosity)
        mailings.follow(Volumes([finished], words), plan, box, verbosity=verbosity)
    letter_page.show_text(text.render(letter(words)), pager=False)
    for paper in ("auto", "light", "dark"):
        letter_page.show_page(letter(words), stationery("din-5008-b"), paper=paper, pager=False)
    refusals.show_refusal(InputProblems([problem]))
    try:
        raise ValueError(words)
    except ValueError as fault:
        refusals.show_unexpected(fault)
    say(words, (words, "bold"))
    show_line(words)
    said = screen()
    if words.strip("x y") in MARKUP:
        assert said.count(words) > 40
    show_json({"x": words, words: [words]})
    assert json.loads(capsys.readouterr().out) == {"x": words, words: [words]}


def test_a_letter_for_a_terminal_is_made_visible(
    screen: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    deliver(NASTY.encode())
    assert "\N{SYMBOL FOR ESCAPE}" in screen()


def test_needs_have_no_data() -> None:
    assert set(Need.__dataclass_fields__) == {"fact", "optional", "line"}


# Through the command line


RECIPIENTS = (
    "recipients:\n  - id: a\n    name: {words}\n    title: {words}\n    address: [{words}]\n    country: NO\n"
)
SENDERS = (
    "senders:\n  - id: a\n    name: {words}\n    own_words: {words}\n"
    "    address: [{words}]\n    country: NO\n"
)
CASE = (
    "title: {words}\nsummary: {words}\npersons:\n  - id: p\n    name: Jana Novak\n    described_as: {words}\n"
)
TEMPLATE = (
    "---\ntitle: {words}\nuses: [case]\nsubject: {words}\n"
    "sample: {{to: a, from: a, case: a, date: 2026-01-15}}\n---\n"
    "{{{{ case.title }}}} {{{{ case.persons | names }}}} {{{{ own_words }}}}\n"
)
COMMANDS = [
    *(
        ["check"],
        ["check", "--json"],
        ["templates"],
        ["templates", "t"],
        ["recipients"],
        ["senders"],
        ["cases"],
    ),
    *(["cases", "a"], ["recipients", "--json"], ["preview", "t", "--sample", "--no-pager"], ["doctor"]),
    *(
        ["preview", "t", "--sample", "--text", "--no-pager"],
        ["write", "t", "--sample", "--format", "txt", "--force"],
    ),
    ["batch", "t", "--to", "a", "--format", "txt", "--yes", "--force"],
]


def campaign(folder: Path, words: str) -> None:
    files = {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "cases/a.yaml": CASE}
    files |= {"letter_templates/t.md": TEMPLATE}
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content.format(words=words).encode("utf-8", "surrogatepass"))


def test_markup_is_data_through_every_command(
    screen: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    campaign(tmp_path, json.dumps(" ".join(MARKUP)))
    for command in COMMANDS:
        assert run(command, today=DAY) in (0, 1), command
        said = screen()
        assert "fault in lettergen" not in said
        if command[0] in ("recipients", "cases", "templates", "preview") and "--json" not in command:
            assert [words for words in MARKUP if words not in said] == [], command


@pytest.mark.parametrize("form", ["raw", "escaped"])
def test_controls_are_refused_or_shown_through_every_command(
    form: str, screen: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for signs in (f"{NASTY}\ud800\ufdd0\uffff", "".join([*BIDI, *OTHERS])):
        words = "".join(f"\\U{ord(one):08x}" for one in signs) if form == "escaped" else signs
        campaign(tmp_path, f'"x{words}y"')
        for command in COMMANDS:
            run(command, today=DAY)
            assert "fault in lettergen" not in screen(), command


@pytest.mark.parametrize("sign", [*CONTROLS, *BIDI, *OTHERS, *SEQUENCES], ids=ascii)
def test_each_control_by_itself_is_refused_or_shown(
    sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    escaped = "".join(f"\\U{ord(one):08x}" for one in sign)
    for words, command in ((sign, ["recipients"]), (escaped, ["recipients", "--json"])):
        (tmp_path / "recipients.yaml").write_text(RECIPIENTS.format(words=f'"x{words}y"'), encoding="utf-8")
        run(command, today=DAY)
        printed = capsys.readouterr()
        assert steering(printed.out + printed.err) == set()


@pytest.mark.parametrize(
    "command",
    [
        *([NASTY], ["check", NASTY], ["write", NASTY], ["write", "t", "--to", NASTY], ["-C", NASTY, "check"]),
        *(["write", "t", "--sample", "-o", NASTY], ["write", "t", "--sample", "--format", NASTY]),
        *(["preview", "t", "--sample", "--stationery", NASTY], ["cases", NASTY], ["checks", NASTY]),
        *(["cases", "a", "--audience", NASTY], ["recipients", "--tag", NASTY], ["check", "--select", NASTY]),
        *(["batch", "t", "--to", "a", "--outbox", NASTY, "--yes"], [f"--{NASTY}"], ["init", f"{NASTY}/x"]),
        *(["write", "t", "--date", NASTY], ["write", "t", "--sample", "-o", f"{NASTY}.txt"]),
        *(
            ["-C", NO_NUL, "check"],
            ["write", "t", "--sample", "-o", f"{NO_NUL}.txt"],
            ["init", f"{NO_NUL}/x"],
        ),
        ["batch", "t", "--to", "a", "--outbox", NO_NUL, "--yes", "--format", "txt"],
    ],
    ids=lambda command: ascii(command)[:30],
)
def test_words_of_a_command_line_are_shown_and_not_obeyed(
    command: list[str], screen: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    campaign(tmp_path, "words")
    assert run(command, today=DAY) in (0, 1, 2)
    assert "fault in lettergen" not in screen()


def test_names_of_files_are_shown_and_not_obeyed(
    screen: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    campaign(tmp_path, "words")
    for sign in ("\x1b[2J", "\u202e", "[red]", "\udcff", "\n", "\x9b"):
        (tmp_path / "cases" / f"x{sign}.yaml").write_text("title: [")
        (tmp_path / "letter_templates" / f"x{sign}.md").write_text("---\ntitle: [\n---\n")
    for command in COMMANDS:
        run(command, today=DAY)
        assert "fault in lettergen" not in screen(), command
