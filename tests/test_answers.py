"""What came back, question by question, and the letters that recall it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.facts.campaign import Campaign
from lettergen.ledger import Ledger
from lettergen.ledger.results import read_results
from lettergen.letters.earlier import EarlierLetter
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer

Command = Callable[..., str]

TODAY = date(2026, 6, 1)
CASE = "zebulon-quickfellow"
FILES = {
    "lettergen.toml": 'name = "Spring"\nsender = "club"\n',
    "recipients.yaml": """\
recipients:
  - {id: gb, title: Prime Minister, office: head-of-government, address: [1 Main Street, London SW1A 1AA],
     country: GB, fax: "+44 20 7946 0001", languages: [en], channels: [registered, fax],
     checked: {on: 2026-01-02, source: by telephone}}
  - {id: us, title: President, office: head-of-state, address: [1 Main Street, Washington DC 20500],
     country: US, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
""",
    "senders.yaml": """\
senders:
  - {id: club, organisation: Spring Club, address: [1 Hill Street, London N1 1AA], country: GB, language: en}
  - {id: ann, name: Ann Example, address: [2 Hill Street, London N1 1AA], country: GB, language: en}
  - {id: bob, name: Bob Example, address: [3 Hill Street, London N1 1AA], country: GB, language: en}
""",
    f"cases/{CASE}.yaml": """\
title: a lighthouse keeper
summary: A lighthouse keeper was arrested in January 2026.
questions:
  - {id: charge, heading: What is he charged with?}
  - {heading: Where is he held?}
  - {id: doctor, heading: Has a doctor seen him?, readers: [addressee]}
""",
    "letter_templates/ask.md": """\
---
title: Questions
kind: questions
uses: [sender, case]
subject: Questions
---
{{ case.summary }}

{% for question in case.questions %}
{{ question.number }}. {{ question.heading }} ({{ question.id }})

{% endfor %}
I look forward to your reply.
""".replace(" ({{ question.id }})", ""),
    "letter_templates/recall.md": """\
---
title: A reminder
kind: reminder
uses: [sender, case, earlier]
subject: A reminder
---
This is where it stands:

{{ earlier_letters }}
{{ open_questions }}

I look forward to your reply.
""",
}
ASKED = "ask-2026-01-15"
ITEMS = "recipient,sender,item\ngb,club,RR473124829GB\n"


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return what runs a command in a campaign that has asked three questions of two recipients."""
    for name, text in {**FILES, "items.csv": ITEMS}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def run_it(words: str, *more: str, code: int = ExitCode.OK) -> str:
        capsys.readouterr()
        found = run(["--folder", str(tmp_path), *words.split(), *more], today=TODAY)
        printed = capsys.readouterr()
        assert found == code, printed.err
        return printed.out if code == ExitCode.OK and printed.out else printed.err

    run_it("batch ask --to gb --to us --from club --date 2026-01-15 --format txt --yes")
    return run_it


def posted(command: Command, tmp_path: Path) -> None:
    items = str(tmp_path / "items.csv")
    command(f"ledger record {ASKED} --state posted --on 2026-01-16 --items", items)
    command(f"ledger record {ASKED} --state posted --on 2026-01-16")


def recalled(command: Command, to: str = "gb", on: str = "2026-03-01", sender: str = "club") -> str:
    words = f"write recall --to {to} --from {sender} --date {on} --format txt -o -"
    return " ".join(command(words).split())


def test_a_reminder_names_the_letter_and_what_is_open(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    assert "item RR473124829GB, 45 days ago: none of its three questions has been answered." in recalled(
        command
    )
    command(f"ledger record {ASKED} --state answered --to gb --question charge --on 2026-02-01")
    told = recalled(command)
    assert (
        "Our registered letter of 15 January 2026, item RR473124829GB, 45 days ago: questions 2 and 3 are"
        in told
    )
    assert "We thank you for the answer that came on 1 February 2026." in told
    assert "2: Where is he held?" in told
    assert "What is he charged with?" not in told
    command(f"ledger record {ASKED} --state answered --to gb --question 2 --on 2026-02-10")
    assert "question 3 is still open." in recalled(command)
    assert "none of its three questions" in recalled(command, "us")


def test_a_letter_knows_only_what_had_happened_by_its_day(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    before = recalled(command)
    command(f"ledger record {ASKED} --state answered --to gb --on 2026-03-02")
    assert recalled(command) == before
    # Nothing was posted by then.
    command("write recall --to gb --from club --date 2026-01-15 --format txt -o -", code=ExitCode.PROBLEMS)


def test_reminders_go_to_those_who_have_not_answered(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    command(f"ledger record {ASKED} --state answered --to us --on 2026-02-01")
    words = "batch recall --unanswered 30 --date 2026-03-01 --format txt --yes --json"
    plan = json.loads(command(words).splitlines()[0])
    assert plan["letters"] == 1
    (letter,) = (tmp_path / "outbox/recall-2026-03-01").rglob("0*.txt")
    first = letter.read_bytes()
    assert b"question" in first
    # Recording that it went, and another answer since, leave it as it was.
    command("ledger record recall-2026-03-01 --state posted --on 2026-03-01 --channel registered")
    command(f"ledger record {ASKED} --state answered --to gb --question charge --on 2026-03-20")
    assert "Nothing to do" in command("batch recall --unanswered 30 --date 2026-03-01 --format txt --yes")
    assert letter.read_bytes() == first
    # A reminder starts the time anew.
    shown = command(
        "batch recall --unanswered 30 --date 2026-03-20 --format txt --yes", code=ExitCode.PROBLEMS
    )
    assert "[nothing-to-write]" in shown
    command("batch recall --unanswered 30 --date 2026-05-01 --format txt --yes")
    (second,) = (tmp_path / "outbox/recall-2026-05-01").rglob("0*.txt")
    told = " ".join(second.read_text().split())
    assert "15 January 2026, item RR473124829GB, 106 days ago: questions 2 and 3 are still open." in told
    # The number of a question is the one that it had first.
    assert "1 March 2026, 61 days ago: questions 2 and 3 are still open." in told
    assert told.count("Where is he held?") == told.count("thank you") == 1


def test_a_reminder_that_waits_on_the_desk_is_not_made_again(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    command("batch recall --unanswered 30 --date 2026-03-01 --format txt --yes")
    shown = command(
        "batch recall --unanswered 30 --date 2026-04-30 --format txt --yes", code=ExitCode.PROBLEMS
    )
    assert "already written in another mailing" in shown


def test_the_answer_to_a_reminder_answers_what_it_recalled(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    command("batch recall --unanswered 30 --to gb --date 2026-03-01 --format txt --yes")
    command("ledger record recall-2026-03-01 --state posted --on 2026-03-01 --channel registered")
    command(
        "ledger record recall-2026-03-01 --state answered --to gb --on 2026-03-20",
        *("--question", "2", "--question", "doctor"),
    )
    assert recalled(command, on="2026-04-01").count("question 1 is still open.") == 2
    command("ledger record recall-2026-03-01 --state answered --to gb --on 2026-03-21")
    shown = command("batch recall --unanswered 1 --to gb --date 2026-04-01 --yes", code=ExitCode.PROBLEMS)
    assert "waited so long" in shown


def test_an_answer_is_recorded_once_and_never_to_what_was_not_asked(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    words = f"ledger record {ASKED} --state answered --to gb --on 2026-02-01 --json --question"
    assert json.loads(command(words, "charge"))["recorded"] == 1
    assert json.loads(command(words, "1"))["recorded"] == 0
    shown = command(words, "colour", code=ExitCode.PROBLEMS)
    assert "it asked: 1 `charge`, 2 `2`, 3 `doctor`." in shown
    whole = f"ledger record {ASKED} --state answered --to gb --on 2026-02-02 --json"
    assert [json.loads(command(whole))["recorded"] for _ in range(2)] == [1, 0]
    command(f"ledger record {ASKED} --state posted --to gb --question charge", code=ExitCode.USAGE)


def test_the_report_tells_answers_and_their_time_by_country(command: Command, tmp_path: Path) -> None:
    posted(command, tmp_path)
    command(f"ledger record {ASKED} --state answered --to gb --on 2026-02-01 --question charge")
    command(f"ledger record {ASKED} --state answered --to us --on 2026-01-20")
    told: dict[str, Any] = json.loads(command("ledger report --json"))
    by_country = {one["country"]: (one["answered"], one["partly"], one["days"]) for one in told["countries"]}
    assert by_country == {"GB": (1, 1, 16), "US": (1, 0, 4)}
    assert (told["total"]["answered"], told["total"]["days"]) == (2, 10)


def test_the_campaigns_own_sender_speaks_for_all_who_wrote(command: Command, tmp_path: Path) -> None:
    command("batch ask --name many --to gb --from ann --from bob --date 2026-01-20 --format txt --yes")
    command("ledger record many --state posted --on 2026-01-20 --channel registered")
    posted(command, tmp_path)
    told = recalled(command)
    assert "2 letters of 20 January 2026 from people who write with us, 40 days ago" in told
    assert "people who write with" not in recalled(command, sender="ann")
    assert "My registered letter of 20 January 2026" in recalled(command, sender="ann")


def test_a_letter_sent_by_hand_is_known_to_reminders(command: Command) -> None:
    asked = "ledger add ask --to us --from ann --date 2026-02-01 --channel email"
    assert json.loads(command(f"{asked} --on 2026-02-02 --json"))["recorded"] == 1
    told = recalled(command, to="us", sender="ann")
    assert "My e-mail of 1 February 2026, 28 days ago: none of its three questions has been answered." in told
    command("ledger record ask-2026-02-01 --state answered --to us --on 2026-02-20 --question charge")
    assert "questions 2 and 3 are still open" in recalled(command, to="us", sender="ann")
    again = json.loads(command(f"{asked} --json"))
    assert (again["recorded"], again["already"], again["state"]) == (0, 1, "answered")


def test_a_letter_sent_by_hand_went_by_a_known_way_and_has_a_number_if_posted(command: Command) -> None:
    words = "ledger add ask --to us --from ann --date 2026-02-01"
    assert "write one of courier, email" in command(f"{words} --channel pigeon", code=ExitCode.USAGE)
    told = command(f"{words} --channel email --item RR473124829GB", code=ExitCode.USAGE)
    assert "only what is posted has a number" in told
    told = command(f"{words} --channel registered --item RR473124820GB", code=ExitCode.PROBLEMS)
    assert "check digit" in told


def test_a_reminder_encloses_nothing_where_nothing_was_sent(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "new")]) == ExitCode.OK
    campaign = Campaign.open(tmp_path / "new")
    before = (EarlierLetter(date(2026, 2, 1), "post", "registered-questions"),)
    order = Order("reminder", "minister", "library-friends", "example", TODAY, "en", earlier=before)
    letter, _ = Renderer(RenderTerms(folder=campaign.folder), campaign).letter(order)
    assert "enclosed" not in " ".join(letter.body_texts())


def test_the_ledger_holds_no_id_of_case_or_question_and_forgets_the_questions(
    command: Command, tmp_path: Path
) -> None:
    posted(command, tmp_path)
    command(f"ledger record {ASKED} --state answered --to gb --on 2026-02-01 --question charge")
    path = tmp_path / "ledger.sqlite"
    assert CASE.encode() not in path.read_bytes()
    assert b"charge" not in path.read_bytes()
    assert b"1=#" in path.read_bytes()
    command("ledger forget --older-than 2026-12-31 --yes")
    assert b"1=#" not in path.read_bytes()
    command("ledger verify")
    command("write recall --to gb --from club --date 2026-03-01 --format txt -o -", code=ExitCode.PROBLEMS)


LOG = (
    '{day} 10:30\tSEND\t000000101\tttyS0\t17\t"{tag}"\tann\t"+442079460001"\t"44 20"\t0\t1\t0:42\t0:31'
    '\t"{why}"\t""\t""\t""\t"ann"\t""\n'
)


def test_a_fax_servers_log_is_recorded_and_read_again_without_harm(command: Command, tmp_path: Path) -> None:
    command(
        "batch ask --name faxed --to gb --from ann --from bob --date 2026-01-20 --channel fax",
        *("--format", "txt", "--yes"),
    )
    log = tmp_path / "xferfaxlog"
    lines = [
        LOG.format(day="01/20/26", tag="ask--gb--ann", why="Busy signal detected"),
        LOG.format(day="01/21/26", tag="ask--gb--ann", why=""),
        LOG.format(day="01/20/26", tag="ask--gb--bob", why="No carrier detected"),
        LOG.format(day="01/20/26", tag="somebody-elses", why=""),
        LOG.format(day="01/20/26", tag="x", why="").replace("SEND", "RECV"),
    ]
    log.write_text("".join(lines))
    words = "ledger results faxed"
    assert json.loads(command(words, str(log), "--dry-run", "--json"))["recorded"] == 0
    told = json.loads(command(words, str(log), "--json"))
    assert (told["states"], told["others"]) == ({"faxed": 1, "not-sent": 1}, 1)
    assert json.loads(command(words, str(log), "--json"))["recorded"] == 0
    log.write_text("".join([*lines, LOG.format(day="01/22/26", tag="ask--gb--bob", why="")]))
    assert json.loads(command(words, str(log), "--json"))["states"] == {"faxed": 1}
    assert "My fax of 20 January 2026" in recalled(command, sender="ann")


@pytest.mark.parametrize(
    ("status", "day", "state"),
    [
        ("Delivered, PARIS", "2026-01-25", "delivered"),
        ("EMI", "25.01.2026 11:40", "delivered"),
        ("Die Sendung wurde zugestellt", "25.01.2026", "delivered"),
        ("Distribué", "25/01/2026", "delivered"),
        ("Entregado", "25/01/2026", "delivered"),
        ("Returned to sender", "2026-01-25", "returned"),
        ("Not delivered", "2026-01-25", None),
        ("Undelivered", "2026-01-25", None),
        ("Out for delivery", "2026-01-25", None),
        ("Nicht zugestellt", "2026-01-25", None),
        ("Attempted delivery", "2026-01-25", None),
        ("In transit", "", None),
    ],
)
def test_what_the_post_says_of_an_item(
    command: Command, tmp_path: Path, status: str, day: str, state: str | None
) -> None:
    posted(command, tmp_path)
    table = tmp_path / "tracking.csv"
    table.write_text(f'Tracking number,Date,Status\nRR 473 124 829 GB,{day},"{status}"\n')
    with Ledger.open(tmp_path / "ledger.sqlite", campaign="Spring", now="2026-02-01T00:00:00Z") as book:
        found = read_results(
            table, book.standings(ASKED), book.key_of, lambda item: book.letter_of_item(ASKED, item)
        )
    assert [(one.state, one.day) for one in found.reports] == ([(state, "2026-01-25")] if state else [])


def test_an_item_that_arrived_is_recalled_so_and_one_that_came_back_is_not(
    command: Command, tmp_path: Path
) -> None:
    posted(command, tmp_path)
    command(f"ledger record {ASKED} --state delivered --to gb --on 2026-01-25")
    assert "item RR473124829GB, 45 days ago, delivered on 25 January 2026" in recalled(command)
    command(f"ledger record {ASKED} --state returned --to us --on 2026-01-25")
    shown = command("batch recall --unanswered 30 --to us --date 2026-03-01 --yes", code=ExitCode.PROBLEMS)
    assert "waited so long" in shown
