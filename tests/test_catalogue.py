"""The catalogue has every check of the code, with its source and a folder that shows it, and no other."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.letters import catalogue as rows
from lettergen.letters.catalogue import Check, catalogue, check

ROOT = Path(__file__).parent.parent
ERRORS = ROOT / "tests" / "errors"
NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")

Shown = Callable[..., tuple[int, set[str]]]
Write = Callable[[Mapping[str, str | bytes]], Path]

COMPOSED = {
    "unknown-{kind}": (
        *("unknown-recipient", "unknown-sender", "unknown-case", "unknown-channel"),
        *("unknown-style-of-citation", "unknown-treaty", "unknown-office", "unknown-stationery"),
        *("unknown-envelope", "unknown-label-sheet"),
    ),
    "unusable-{kind}": ("unusable-recipient", "unusable-sender", "unusable-case"),
    "unknown-{word}": ("unknown-filter", "unknown-test"),
    "translation-{matter}": (
        *("translation-dates", "translation-law", "translation-names", "translation-numbers"),
    ),
    "missing{option.removeprefix('-')}": ("missing-to", "missing-from", "missing-case"),
}
"""Names that are put together from parts, each with all that it can become."""

SET_APART = {
    "lettergen/facts/dates.py": ("bad-date", "bad-term"),
    "lettergen/facts/load.py": ("unknown-member", "unknown-person"),
    "lettergen/facts/row_identity.py": ("same-person-twice",),
    "lettergen/facts/yaml_reader.py": ("alias", "anchor"),
    "lettergen/pages/layout/stationeries.py": (
        *("stationery-exists", "stationery-off-sheet", "stationery-without-room"),
    ),
}
"""Names that stand alone in the code, away from their sentence, each with the module that must have it."""

A_FAULT_OF_OURS = "it needs a fault of lettergen or of its libraries; "
ONLY_A_PROGRAM = "the command line refuses earlier, only a program that uses the library comes there; "
A_MAIL_SERVER = "it needs a mail server; "
WITHOUT_REPRODUCER: Mapping[str, str] = {
    "broken-chain": "it needs a ledger that was changed outside lettergen; test_ledger.py",
    "cache-not-cleared": "links do not survive every copy of a folder; test_cli.py makes one",
    "cache-unusable": "it needs a cache folder of somebody else; test_private_parts.py",
    "closing-stranded": A_FAULT_OF_OURS + "test_checks_pages.py tears one off",
    "disk-full": "it needs a full disk; test_atomic_files.py fills one",
    "enclosure-outdated": "it needs a mailing whose file changes afterwards; test_enclosures.py",
    "enclosure-changed": "it needs a file that changes while a letter is made; test_enclosures.py",
    "email-too-large": A_MAIL_SERVER + "test_send.py",
    "fault-in-lettergen": A_FAULT_OF_OURS + "test_production.py makes one",
    "fax-page-too-dark": A_FAULT_OF_OURS + "no letter is that black; test_fax_file.py blackens a page",
    "fax-type-too-small": A_FAULT_OF_OURS + "test_fax_file.py",
    "faxes-for-a-year": "it needs a mailing of thousands of faxes; test_fax_handover.py",
    "foreign-font": A_FAULT_OF_OURS + "fontconfig is told of no other fonts; test_weasyprint_engine.py",
    "ink-at-the-edge": A_FAULT_OF_OURS + "test_checks_pages.py shifts a page",
    "large-file": "it needs a file of more than 64 MB; test_yaml_reader.py",
    "large-template": "it needs a template of more than 200,000 characters; test_bombs.py",
    "leads-outside": "links do not survive every copy of a folder; test_links.py makes them",
    "day-to-come": "it needs a mailing that is made; test_early.py",
    "ledger-altered": "it needs a ledger that was changed outside lettergen; test_ledger.py",
    "ledger-in-use": "it needs two commands at once; test_ledger_faults.py",
    "ledger-key-open": "a copy of a folder does not keep the modes of files; test_ledger_guessing.py",
    "ledger-key-missing": "it needs a ledger whose key was lost; test_ledger_faults.py",
    "ledger-newer": "it needs a newer lettergen; test_ledger_faults.py",
    "ledger-older": "it needs a ledger of an older lettergen; test_ledger_upgrade.py",
    "ledger-of-another-campaign": "it needs another campaign's ledger and key; test_ledger_faults.py",
    "leaves-before-its-date": "it needs a mailing that is made; test_early.py",
    "letter-file-changed": "it needs a letter that was changed after it was made; test_ledger_commands.py",
    "letter-file-missing": "it needs a letter that was deleted after it was made; test_ledger_commands.py",
    "letter-not-in-ledger": ONLY_A_PROGRAM + "test_ledger.py",
    "letter-too-heavy": "it needs a letter that takes all the memory; test_weasyprint_engine.py",
    "made-twice": "it needs two laptops; test_ledger_commands.py",
    "missing-date": ONLY_A_PROGRAM + "test_api.py",
    "missing-extra": "it needs a lettergen without its cluster; test_cluster.py",
    "missing-library": "it needs a machine without Pango; test_weasyprint_engine.py",
    "link-in-the-way": "links do not survive every copy of a folder; test_links.py makes them",
    "mould-off": "it needs another WeasyPrint; test_vdp.py changes it",
    "moved-library": "it needs another WeasyPrint; test_weasyprint_engine.py takes a part of it away",
    "no-phrase": ONLY_A_PROGRAM
    + "every language with templates has words for every form of date; test_language.py",
    "no-textual-image": "it needs a lettergen without its extra; test_pictures.py",
    "no-time-zones": "it needs a machine without a table of time zones; test_fax_handover.py",
    "no-watchfiles": "it needs a lettergen without its extra; test_pictures.py",
    "no-workers": A_FAULT_OF_OURS + "test_production.py",
    "not-a-ledger": "it needs a database of another program; test_ledger_faults.py",
    "not-a-manifest": ONLY_A_PROGRAM + "`batch` makes such a volume anew; test_production.py",
    "not-writable": "it needs a user who is not root; test_atomic_files.py",
    "not-written": "it needs a fault of the disk; test_atomic_files.py",
    "outbox-in-use": "it needs a second run at the same time; test_volumes.py",
    "output-not-written": "it needs a full disk or a closed stdout; test_whole_processes.py",
    "page-fault": A_FAULT_OF_OURS + "test_weasyprint_engine.py",
    "pdf-not-measured": "it needs a PDF that takes minutes; test_verify_command.py",
    "pdf-on-terminal": "it needs a terminal on stdout",
    "every-letter-ends": "it needs letters that take minutes; test_production.py",
    "private-part-moved": "it needs another WeasyPrint; test_private_parts.py gives a part another name",
    "process-ended": "it needs a letter that takes minutes; test_limits.py",
    "removed-after-posting": "it needs a mailing whose letters are gone; test_second_run.py",
    "recorded-before-its-date": "it needs a mailing that is made; test_early.py",
    "refused-act": A_FAULT_OF_OURS + "nothing in a file gets past the first wall; test_vectors.py",
    "refused-file": A_FAULT_OF_OURS
    + "nothing in a campaign's files can name another file; test_weasyprint_engine.py",
    "scheduler-gone": "it needs a cluster that breaks down; test_production.py",
    "server-without-8bitmime": A_MAIL_SERVER + "test_send.py",
    "server-without-smtputf8": A_MAIL_SERVER + "test_send.py",
    "several-pictures": "it needs a letter of several pages; test_pictures.py",
    "smtp-breaks-off": A_MAIL_SERVER + "test_send.py",
    "smtp-certificate": A_MAIL_SERVER + "test_send.py",
    "smtp-login-not-offered": A_MAIL_SERVER + "test_send.py",
    "smtp-login-refused": A_MAIL_SERVER + "test_send.py",
    "smtp-not-ready": A_MAIL_SERVER + "test_send.py",
    "smtp-tls-failed": A_MAIL_SERVER + "test_send.py",
    "smtp-without-tls": A_MAIL_SERVER + "test_send.py",
    "unfit-value": A_FAULT_OF_OURS + "every kind of unfit value that is known has a check of its own",
    "unknown-channel": ONLY_A_PROGRAM + "no template can ask for one",
    "unreadable-file": "it needs a user who is not root",
    "unusable-recipient": ONLY_A_PROGRAM + "`unusable-case` shows its like",
    "unusable-sender": ONLY_A_PROGRAM + "`unusable-case` shows its like",
}
"""Checks that no folder can show, each with the reason and the tests that show it instead."""


def sentence(node: ast.AST | None = None) -> bool:
    """Say whether an expression is a message: words, or a variable of that name."""
    if isinstance(node, ast.Name):
        return node.id == "message"
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and " " in str(part.value) for part in node.values)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and " " in node.value
    return False


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return ast.unparse(node.func).rpartition(".")[2]


def pattern(node: ast.JoinedStr) -> str:
    return ast.unparse(node)[2:-1]


def severity_of(node: ast.Call | ast.Tuple) -> str:
    """A fault is an error unless what makes it is told otherwise, by position or by name."""
    values = [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else node.elts
    return (
        "warning"
        if any(isinstance(one, ast.Constant) and one.value == "warning" for one in values)
        else "error"
    )


def names_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield name and severity of each problem that a module can tell.

    A name is a word handed to what makes a problem, or one with a hyphen right before its sentence.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call | ast.Tuple):
            continue
        values = list(node.args) if isinstance(node, ast.Call) else list(node.elts)
        if isinstance(node, ast.Call):
            values += [keyword.value for keyword in node.keywords if keyword.arg == "name"]
        makes = called(node).lower().endswith(("problem", "_note"))
        for at, value in enumerate(values):
            if isinstance(value, ast.JoinedStr) and pattern(value) in COMPOSED:
                yield from ((name, severity_of(node)) for name in COMPOSED[pattern(value)])
            elif isinstance(value, ast.Constant) and NAME.fullmatch(str(value.value)):
                word = str(value.value)
                is_before_sentence = "-" in word and sentence(*values[at + 1 : at + 2])
                if (makes or is_before_sentence) and word not in ("warning", "error"):
                    yield word, severity_of(node)


def names_in_the_code() -> Mapping[str, set[str]]:
    """Each name with the severities that the code gives it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "lettergen").rglob("*.py")):
        for name, severity in names_in(path.read_text(encoding="utf-8")):
            found[name].add(severity)
    for module, names in SET_APART.items():
        source = (ROOT / module).read_text(encoding="utf-8")
        for name in names:
            assert f'"{name}"' in source
            found[name].add("error")
    return found


def test_names_are_found_in_all_their_forms() -> None:
    source = (
        'Problem("one-fault", message, fix)\n'
        'node.problem("two", "it is wrong.", "mend it", severity="warning")\n'
        'refuse(document, 3, "three-faults", f"{x} is wrong.", "mend it")\nnot_a("word", "a word")\n'
        'yield 4, "fourth-fault", "it is wrong.", fix\nProblem(f"unusable-{kind}", message, fix)\n'
    )
    assert set(names_in(source)) == {
        *(("one-fault", "error"), ("two", "warning"), ("three-faults", "error"), ("fourth-fault", "error")),
        *((name, "error") for name in COMPOSED["unusable-{kind}"]),
    }


def test_every_name_in_the_code_has_a_row() -> None:
    assert sorted(set(names_in_the_code()) - set(catalogue())) == []


def test_every_row_occurs_in_the_code() -> None:
    assert sorted(set(catalogue()) - set(names_in_the_code())) == []


def test_rows_and_code_agree_how_grave_a_fault_is() -> None:
    code = names_in_the_code()
    differing = {
        name: (one.severity, code[name])
        for name, one in catalogue().items()
        if name in code and code[name] != {one.severity}
    }
    assert differing == {}


def test_every_check_has_a_reproducer_or_a_reason() -> None:
    shown = {path.name for path in ERRORS.iterdir() if (path / "expected.txt").exists()}
    assert sorted(set(catalogue()) - shown - set(WITHOUT_REPRODUCER)) == []
    assert sorted(set(WITHOUT_REPRODUCER) & shown) == []
    assert sorted((shown | set(WITHOUT_REPRODUCER)) - set(catalogue())) == []


@pytest.mark.parametrize(("name", "reason"), WITHOUT_REPRODUCER.items())
def test_a_reason_that_names_a_test_tells_the_truth(name: str, reason: str) -> None:
    named = re.search(r"test_\w+\.py", reason)
    assert named is None or name in (ROOT / "tests" / named[0]).read_text(encoding="utf-8")


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.name)
def test_a_row_says_what_why_and_whence(one: Check) -> None:
    assert NAME.fullmatch(one.name)
    assert one.about.endswith(".")
    assert one.why.endswith(".")
    assert all(one.source)
    if one.confidence == "single":
        assert one.severity == "warning", "a rule that rests on one guide alone must not stop a letter"
    if one.confidence == "agreed":
        assert len(one.source) > 1


def test_the_files_of_the_catalogue_are_in_the_order_of_names() -> None:
    for room in rows.ROOMS:
        text = (Path(rows.__file__).parent / f"{room}.toml").read_text(encoding="utf-8")
        names = re.findall(r"^\[([\w-]+)\]$", text, re.MULTILINE)
        assert names == sorted(names), room


def generator() -> ModuleType:
    """Load script/check_pages.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("check_pages", ROOT / "script" / "check_pages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_of_checks_are_those_of_the_catalogue() -> None:
    folder = ROOT / "docs" / "reference" / "checks"
    written = {path: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert written == generator().pages(), "run script/docs"


NO_ADDRESS_COUNTRY = """\
recipients:
  - {id: one, title: Prime Minister, channels: hand, country: Korea}
  - {id: two, title: Prime Minister, adress: [1 Main Square, Oslo]}
  - {id: three, title: Prime Minister, channels: hand}
"""


@pytest.fixture
def shown(write: Write, capsys: pytest.CaptureFixture[str]) -> Shown:
    """Run `lettergen check` in a folder with two faults; return exit code and names shown."""
    write({"recipients.yaml": NO_ADDRESS_COUNTRY})

    def run_check(*words: str) -> tuple[int, set[str]]:
        code = run(["check", "--json", *words])
        return code, {one["name"] for one in json.loads(capsys.readouterr().out)["problems"]}

    return run_check


@pytest.mark.parametrize(
    ("words", "code", "names"),
    [
        ((), ExitCode.PROBLEMS, {"bad-country", "unknown-field"}),
        (("--select", "bad-country"), ExitCode.PROBLEMS, {"bad-country"}),
        (("--select", "bad-country, tag"), ExitCode.PROBLEMS, {"bad-country"}),
        (("--select", "bad-country", "--select", "unknown-field"), 1, {"bad-country", "unknown-field"}),
        (("--select", "tag"), ExitCode.OK, set()),
        (("--ignore", "bad-country"), ExitCode.PROBLEMS, {"unknown-field"}),
        (("--ignore", "bad-country,unknown-field"), ExitCode.OK, set()),
        (("--select", "tag,bad-country", "--ignore", "bad-country"), ExitCode.OK, set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_report_can_be_narrowed_and_the_exit_code_goes_by_it(
    shown: Shown, words: tuple[str, ...], code: int, names: set[str]
) -> None:
    assert shown(*words) == (code, names)


def test_a_check_that_is_left_out_of_the_report_stops_a_letter_all_the_same(
    shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown("--ignore", "bad-country,unknown-field")[0] == ExitCode.OK
    assert run(["write", "protest-letter", "--to", "three", "-o", "letter.txt"]) == ExitCode.PROBLEMS
    assert "[bad-country]" in capsys.readouterr().err
    assert not (tmp_path / "letter.txt").exists()


def test_json_carries_place_severity_and_source(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write({"recipients.yaml": NO_ADDRESS_COUNTRY})
    run(["check", "--json", "--select", "bad-country"])
    (record,) = json.loads(capsys.readouterr().out)["problems"]
    assert (record["name"], record["severity"]) == ("bad-country", "error")
    assert (record["file"], record["line"], record["column"]) == ("recipients.yaml", 2, 63)
    assert record["message"]
    assert record["fix"]
    assert record["source"] == list(check("bad-country").source)


def test_each_check_can_be_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # a test runner with several processes sets it
    assert run(["checks", "--json"]) == ExitCode.OK
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == list(catalogue())
    assert run(["checks", "bad-country"]) == ExitCode.OK
    told = capsys.readouterr().out
    assert "bad-country (error)" in told
    assert check("bad-country").why in told
    assert "Source: ISO 3166-1" in told
    assert run(["checks", "bad-contry"]) == ExitCode.USAGE
    assert "did you mean `bad-country`" in capsys.readouterr().err


def test_what_was_read_is_not_rewritten_in_ci() -> None:
    words = [
        sys.executable,
        "-m",
        "pytest",
        "--update-golden",
        "--collect-only",
        "-q",
        "tests/test_errors.py",
    ]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, "CI": "true"}, capture_output=True, check=False, text=True
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "not for CI" in done.stderr
