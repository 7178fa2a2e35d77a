"""Lists of signatures: read, counted once each, ordered, told without what is private."""

import json
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Signature
from lettergen.facts.signature_count import SignatureCount, counted
from lettergen.facts.signature_order import in_order
from tests.workbooks import row, xlsx

ON = date(2003, 7, 28)
CASE = "title: the trial of Ada Example\nsummary: Ada Example is on trial for an article.\n"
HEAD = "name,title,organisation,city,country,email,consent,anonymous,date,withdrawn,rank\n"


def campaign(tmp_path: Path, files: dict[str, str]) -> Campaign:
    for name, text in {"lettergen.toml": 'language = "en"\n', "cases/trial.yaml": CASE, **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Campaign.open(tmp_path)


def count_of(tmp_path: Path, *rows: str, about: str = "", on: date = ON) -> SignatureCount:
    files = {"signatures/trial.csv": HEAD + "".join(f"{row}\n" for row in rows)}
    if about:
        files["signatures/trial.yaml"] = about
    read = campaign(tmp_path, files)
    assert not [problem for problem in read.problems if problem.is_error]
    return counted(read.signatures_of("trial"), on)


def signature(name: object, **facts: object) -> Signature:
    return Signature.model_validate({"name": name, **facts})


def test_every_row_is_in_one_state(tmp_path: Path) -> None:
    count = count_of(
        tmp_path,
        "Ann Example,,,London,GB,ann@example.org,yes,,2003-05-01,,",
        "Bea Beispiel,,,Bonn,DE,,yes,yes,,,",
        "Cem Example,,,Bonn,DE,,no,,,,",
        "Dan Example,,,Bonn,DE,,,,,,",
        "Eva Example,,,Bonn,DE,,yes,,,2003-06-01,",
        "Fay Example,,,Bonn,DE,,yes,,2003-08-01,,",
        "EXAMPLE Ann,,,Leeds,GB,Ann+news@example.org,yes,,,,",
    )
    assert dict(count.states) == {
        "counts": 1,
        "anonymous": 1,
        "no-consent": 2,
        "withdrawn": 1,
        "double": 1,
        "later": 1,
    }
    assert count.total == 2
    assert dict(count.countries) == {"DE": 1, "GB": 1}
    double = count.everybody[-1]
    assert (double.place.line, double.first and double.first.line) == (8, 2)


def test_the_day_decides_what_has_been_signed(tmp_path: Path) -> None:
    rows = ("Ann Example,,,,GB,,yes,,2003-05-01,,", "Bea Example,,,,GB,,yes,,2003-05-03,,")
    about = "counted: {KR: 4000, JP: 550}\non: 2003-05-02\nby: Example Society\n"
    totals = [count_of(tmp_path, *rows, about=about, on=date(2003, 5, day)).total for day in (1, 2, 3)]
    assert totals == [1, 4551, 4552]


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [
        ("Kim Min-ji,,,Seoul,KR,,yes,,,,", "Kim Min-ji,,,Seoul,KR,,yes,,,,", 1),
        ("Kim Min-ji,,,Seoul,KR,,yes,,,,", "Kim Min-ji,,,Busan,KR,,yes,,,,", 2),
        ("Kim Min-ji,,,,KR,a@example.org,yes,,,,", "Kim Min-ji,,,,KR,b@example.org,yes,,,,", 2),
        ("Kim Min-ji,,,,KR,a@example.org,yes,,,,", "Min-ji KIM,,,,JP,A@example.org,yes,,,,", 1),
    ],
)
def test_whoever_cannot_be_told_apart_counts_once(
    tmp_path: Path, first: str, second: str, total: int
) -> None:
    assert count_of(tmp_path, first, second).total == total


def test_an_id_tells_two_people_apart(tmp_path: Path) -> None:
    files = {"signatures/trial.csv": "id,name,city,consent\n1,Kim Min-ji,Seoul,yes\n2,Kim Min-ji,Seoul,yes\n"}
    assert counted(campaign(tmp_path, files).signatures, ON).total == 2


def test_of_two_answers_the_stricter_holds(tmp_path: Path) -> None:
    count = count_of(
        tmp_path,
        "Ann Example,,,,GB,ann@example.org,yes,,,,",
        "Ann Example,,,,GB,ann@example.org,yes,,,yes,",
        "Bea Example,,,,GB,bea@example.org,yes,,,,",
        "Bea Example,,,,GB,bea@example.org,yes,yes,,,",
    )
    assert [one.state for one in count.everybody] == ["withdrawn", "double", "anonymous", "double"]


def test_somebody_who_signed_in_two_lists_counts_once(tmp_path: Path) -> None:
    row = "Ann Example,,,London,GB,ann@example.org,yes,,,,\n"
    read = campaign(tmp_path, {"signatures/seoul.csv": HEAD + row, "signatures/tokyo.csv": HEAD + row})
    assert counted(read.signatures_of("trial"), ON).total == 1


def test_names_are_shown_to_the_office_addressed_alone(tmp_path: Path) -> None:
    count = count_of(tmp_path, "Ann Example,,,,GB,,yes,,,,", "Bea Example,,,,GB,,yes,yes,,,")
    shown = {who: len(count.named((who,))) for who in ("addressee", "un", "press", "public")}
    assert shown == {"addressee": 1, "un": 1, "press": 0, "public": 0}
    assert count.named(("addressee", "public")) == ()


def test_consent_says_who_may_read_the_names_and_from_when(tmp_path: Path) -> None:
    about = "consent: {by: all who signed, on: 2003-05-01, scope: [public]}\n"
    row = "Ann Example,,,,GB,,yes,,,,"
    assert len(count_of(tmp_path, row, about=about).named(("public",))) == 1
    assert count_of(tmp_path, row, about=about).named(("addressee",)) == ()
    assert count_of(tmp_path, row, about=about, on=date(2003, 4, 30)).named(("public",)) == ()


def test_without_a_column_of_consent_nobody_is_named(tmp_path: Path) -> None:
    read = campaign(tmp_path, {"signatures/trial.csv": "name,country\nAnn Example,GB\n"})
    count = counted(read.signatures, ON)
    assert (count.total, count.named(("addressee",))) == (1, ())
    assert [problem.name for problem in read.problems] == ["signatures-without-consent"]


def test_a_workbook_is_read_with_its_days(tmp_path: Path) -> None:
    read = campaign(
        tmp_path, {"signatures/trial.columns.toml": '[columns]\n"Nom" = "name"\n"Accord" = "consent"\n'}
    )
    data = xlsx([row("Nom", "Accord", "date"), row("Ann Example", "oui", '<c s="1"><v>37742</v></c>')])
    (tmp_path / "signatures" / "trial.xlsx").write_bytes(data)
    read = Campaign.open(tmp_path)
    assert read.problems == ()
    assert read.signatures[0].signatures[0].date == date(2003, 5, 1)


def test_faults_are_told_with_their_cells(tmp_path: Path) -> None:
    rows = (
        "Ann Example,,,,Atlantis,,yes,,,,\nBea Example,,,,GB,,perhaps,,,,\nCem Example,,,,GB,,yes,,soon,,\n"
    )
    rows += "#REF!,,,,GB,,yes,,,,\nEva Example,,,,GB,,yes,,,,zero\n"
    read = campaign(tmp_path, {"signatures/trial.csv": HEAD + rows})
    told = [(one.name, one.place and (one.place.line, one.place.column)) for one in read.problems]
    assert told == [
        ("bad-country", (2, 16)),
        ("unmapped-answer", (3, 20)),
        ("bad-date", (4, 25)),
        ("meaningless-value", (5, 1)),
        ("bad-number", (6, 27)),
    ]


def test_a_country_that_is_none_is_told_where_its_count_stands(tmp_path: Path) -> None:
    about = "counted: {GB: 12, XX: 4}\non: 2003-05-02\nby: Example Society\n"
    (one,) = campaign(tmp_path, {"signatures/trial.yaml": about}).problems
    assert one.message.startswith("`XX` in `counted` of trial.yaml is no country's name")
    assert one.place is not None
    assert (one.place.line, one.place.column) == (1, 19)


def test_a_list_belongs_to_the_case_that_it_names(tmp_path: Path) -> None:
    row = "name,consent\nAnn Example,yes\n"
    read = campaign(
        tmp_path,
        {
            "cases/other.yaml": CASE,
            "signatures/seoul.csv": row,
            "signatures/seoul.yaml": "case: other\n",
            "signatures/trial.csv": row,
            "signatures/lost.csv": row,
            "signatures/wrong.yaml": "case: othre\n",
        },
    )
    assert {one.name: one.case_id for one in read.signatures} == {
        "lost": None,
        "seoul": "other",
        "trial": "trial",
        "wrong": "othre",
    }
    assert {problem.name for problem in read.problems} == {"unknown-case", "signatures-without-case"}


SCRIPTS = [
    "Öberg", "Oberg", "Nguyễn", "Παπαδόπουλος", "Иванов", "გიორგი", "Պետրոսյան", "כהן", "حسن", "शर्मा",
    "สมชาย", "김민지", "やまだ", "田中",
]  # fmt: skip


def ordered(names: list[str], language: str) -> list[str]:
    found = in_order([signature(name) for name in names], "name", language)
    return [one.name.as_written() for one in found]


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "Nguyễn"),
        ("ko", "김민지"),
        ("ru", "Иванов"),
        ("el", "Παπαδόπουλος"),
        ("ar", "حسن"),
        ("zh", "田中"),
    ],
)
def test_names_in_eleven_scripts_begin_with_the_languages_own(language: str, first: str) -> None:
    assert ordered(SCRIPTS, language)[0] == first
    assert ordered(SCRIPTS[::-1], language) == ordered(SCRIPTS, language)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("de", ["Ärger", "Arzt", "Öberg", "Zimmer"]),
        ("sv", ["Arzt", "Zimmer", "Åberg", "Ärger", "Öberg"]),
        ("da", ["Arzt", "Zimmer", "Ærø", "Ørsted", "Åberg"]),
        ("es", ["Nunes", "Núñez", "Nuria", "Ñandú", "Olmo"]),
        ("cs", ["Cerny", "Černý", "Dvořák"]),
        ("ru", ["Ежов", "Ёлкин", "Жуков", "Иванов", "Йорк"]),
        ("uk", ["Гайдар", "Ґудзик", "Євтушенко", "Жук", "Іваненко", "Їжак"]),
        ("ja", ["Abe", "あべ", "アリタ", "いとう", "安倍"]),
        ("th", ["กานดา", "เกษม", "ขวัญ"]),
        ("fa", ["بهار", "پروین", "تهران"]),
        ("en", ["Le Roy", "Lea", "O’Neill", "Oneill B"]),
    ],
)
def test_letters_stand_where_the_language_has_them(language: str, names: list[str]) -> None:
    assert ordered(names[::-1], language) == names


def test_family_names_order_where_they_are_known() -> None:
    people = [
        signature({"family": "Zola", "given": "Ann"}, country="FR", rank=2),
        signature({"family": "Alder", "given": "Zoe"}, country="GB"),
        signature({"family": "Alder", "given": "Ben"}, country="DE", rank=1),
    ]
    given = [one.name.given for one in in_order(people, "given", "en")]
    assert given == ["Ann", "Zoe", "Ben"]
    assert [one.name.given for one in in_order(people, "name", "en")] == ["Ben", "Zoe", "Ann"]
    assert [one.name.given for one in in_order(people, "rank", "en")] == ["Ben", "Ann", "Zoe"]
    assert [one.country for one in in_order(people, "country", "en")] == ["FR", "DE", "GB"]
    assert [one.country for one in in_order(people, "country", "de")] == ["DE", "FR", "GB"]


def test_no_address_is_ever_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "name,email,contact_email,address,consent\n"
    row = "Ann Example,ann@example.org,ann@contact.example,1 Secret Street,yes\n"
    campaign(tmp_path, {"signatures/trial.csv": head + row + row})
    for words in (["signatures"], ["signatures", "trial"], ["signatures", "--doubles"]):
        for as_json in ([], ["--json"]):
            assert run(["-C", str(tmp_path), *words, *as_json]) == 0
            told = "".join(capsys.readouterr())
            assert "example.org" not in told
            assert "contact.example" not in told
            assert "Secret" not in told


def test_a_program_reads_counts_and_doubles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zoe, ann = "Zoe Example,,,,GB,a@example.org,yes,,,,\n", "Ann Example,,,,FR,,yes,,,,\n"
    campaign(tmp_path, {"signatures/trial.csv": HEAD + zoe + ann + zoe})
    assert run(["-C", str(tmp_path), "signatures", "trial", "--order", "name", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"] == 2
    assert [one["name"] for one in told["signatures"]] == ["Ann Example", "Zoe Example", "Zoe Example"]
    assert told["signatures"][2]["first"].endswith("trial.csv:2")
