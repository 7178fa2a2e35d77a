"""`import` says what it understands of an exported table and writes it down; nothing is guessed silently."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems
from lettergen.facts.campaign import Campaign
from lettergen.facts.table_import import propose
from lettergen.facts.table_proposal import file_stem
from lettergen.facts.vcards import rows_of
from tests.workbooks import row, xlsx

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
GOOGLE_CONTACTS = (
    "First Name,Middle Name,Last Name,Name Prefix,File As,Organization Name,Labels,E-mail 1 - Label,"
    "E-mail 1 - Value,Phone 1 - Value,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
    "Address 1 - Region,Address 1 - Postal Code,Address 1 - Country\n"
    'Jane,M.,Roe,Ms.,,,* myContacts,* Home,jane@example.org,+1 555,"100 Example Avenue\nSpringfield",'
    "100 Example Avenue,Springfield,IL,62701,US\n"
)
OUTLOOK = (
    "First Name,Last Name,Title,E-mail Address,Home Street,Home City,Home Postal Code,Home Country/Region,"
    "Business Street,Business City,Notes\n"
    "Joe,Bloggs,Mr,joe@example.org,1 Example Road,London,N1 0AA,United Kingdom,9 Work Street,Leeds,a friend\n"
)
GERMAN = (
    "Zeitstempel;Vorname;Name;E-Mail-Adresse;Straße;Hausnummer;PLZ;Ort;Land;Einwilligung\n"
    "2026-01-02;Anna;Beispiel;a@example.org;Musterweg;1;01234;Musterstadt;Deutschland;Ja\n"
)
FRENCH = (
    "Horodateur,Prénom,Nom,Adresse e-mail,Adresse,Pays,Acceptez-vous ?\n"
    '02/01/2026,Jeanne,Dupont,j@example.org,"1 rue de l’Exemple, 75000 Paris",France,Oui\n'
)
SPANISH = (
    "Hora de inicio,Hora de finalización,ID,Nombre,Apellidos,Correo electrónico,País,Mensaje\n"
    "1,2,7,Juan,García Márquez,j@example.org,España,Por favor.\n"
)
KOREAN = (
    "타임스탬프,성명,이메일 주소,주소,국가,동의 여부,익명 여부\n"
    "2026-01-02,홍길동,h@example.org,서울 종로구 예시로 12,대한민국,예,아니요\n"
)
ACTION_NETWORK = (
    "first_name,last_name,email,zip_code,country,can2_user_address,can2_user_city,can2_phone,can2_user_tags\n"
    "Jane,Roe,jane@example.org,62701,US,100 Example Avenue,Springfield,555,x\n"
)
EXPORTS = {
    "Google Contacts": (
        GOOGLE_CONTACTS,
        "Jane M. Roe",
        ("100 Example Avenue", "Springfield, IL 62701"),
        "US",
    ),
    "Outlook": (OUTLOOK, "Joe Bloggs", ("1 Example Road", "London", "N1 0AA"), "GB"),
    "Google Forms": (GERMAN, "Anna Beispiel", ("Musterweg 1", "01234 Musterstadt"), "DE"),
    "Google Forms, French": (FRENCH, "Jeanne Dupont", ("1 rue de l’Exemple", "75000 Paris"), "FR"),
    "Microsoft Forms": (SPANISH, "Juan García Márquez", (), "ES"),
    "Google Forms, Korean": (KOREAN, "홍길동", ("서울 종로구 예시로 12",), "KR"),
    "Action Network": (ACTION_NETWORK, "Jane Roe", ("100 Example Avenue", "Springfield 62701"), "US"),
}


@pytest.mark.parametrize(
    ("program", "text", "name", "address", "country"),
    [(key, *value) for key, value in EXPORTS.items()],
    ids=EXPORTS,
)
def test_an_export_is_recognised_and_its_mapping_reads_it(
    write: Write,
    capsys: pytest.CaptureFixture[str],
    program: str,
    text: str,
    name: str,
    address: tuple[str, ...],
    country: str,
) -> None:
    write({"lettergen.toml": "", "Answers (1).csv": text})
    assert run(["import", "Answers (1).csv", "--json"], today=TODAY) == ExitCode.OK
    told = json.loads(capsys.readouterr().out)
    assert told["program"] == program.partition(",")[0]
    assert all(column["read_as"] for column in told["columns"])
    assert told["written"] == ["senders-answers-1.csv", "senders-answers-1.columns.toml"]
    campaign = Campaign.open(Path())
    assert [problem for problem in campaign.problems if problem.is_error] == []
    (sender,) = campaign.senders
    assert sender.name is not None
    assert (sender.name.as_written(), sender.address, sender.country) == (name, address, country)
    assert (sender.contact_email or "").endswith("@example.org")
    assert sender.email is sender.phone is None


def test_what_is_not_understood_is_left_to_be_decided(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "Timestamp,Full name,Shoe size,I agree to be named,Company\n"
    write({"lettergen.toml": "", "senders.csv": f"{head}1,Ann Lee,38,Gladly,The Club\n"})
    assert run(["import", "senders.csv"], today=TODAY) == ExitCode.OK
    assert "2 columns not understood" in capsys.readouterr().err
    text = Path("senders.columns.toml").read_text(encoding="utf-8")
    assert '# "Shoe size" = "ignore"' in text
    assert '"I agree to be named" = { field = "consent", yes = [], no = [] }   # answers: ["Gladly"]' in text
    problem = Campaign.open(Path()).problems[0]
    assert problem.message == "2 columns are unknown: `Shoe size`, `Company`."
    assert run(["import", "senders.csv", "--ignore-rest", "--force"], today=TODAY) == ExitCode.OK
    text = Path("senders.columns.toml").read_text(encoding="utf-8")
    assert '\n"Shoe size" = "ignore"\n' in text
    assert '# "Company" = "ignore"' in text


def test_answers_of_consent_that_nobody_has_named_are_asked_for(write: Write) -> None:
    write({"lettergen.toml": "", "senders.csv": "Full name,Consent\nAnn Lee,Gladly\n"})
    run(["import", "senders.csv"], today=TODAY)
    written = Path("senders.columns.toml").read_text(encoding="utf-8")
    assert '"Consent" = { field = "consent", yes = [], no = [] }   # answers: ["Gladly"]' in written
    assert [problem.name for problem in Campaign.open(Path()).problems] == ["unmapped-answer"]


def test_nothing_is_replaced_unasked_and_a_dry_run_writes_nothing(write: Write) -> None:
    write({"lettergen.toml": "", "senders.csv": "Full name\nAnn Lee\n"})
    assert run(["import", "senders.csv", "--dry-run"], today=TODAY) == ExitCode.OK
    assert not Path("senders.columns.toml").exists()
    assert run(["import", "senders.csv"], today=TODAY) == ExitCode.OK
    assert run(["import", "senders.csv"], today=TODAY) == ExitCode.PROBLEMS
    assert run(["import", "senders.csv", "--force"], today=TODAY) == ExitCode.OK


def test_a_spreadsheet_tells_what_it_hides(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    data = xlsx([row("Full name"), row("Ann Lee"), row("Bo Lee", attributes='hidden="1"')])
    write({"lettergen.toml": "", "list.xlsx": data})
    assert run(["import", "list.xlsx"], today=TODAY) == ExitCode.OK
    assert "[not-read]" in capsys.readouterr().err
    assert [one.name and one.name.full for one in Campaign.open(Path()).senders] == ["Ann Lee"]


CARDS = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nordmann;Kari;Anne;Ms.;\r\nFN:Kari Anne Nordmann\r\n"
    "item1.EMAIL;TYPE=INTERNET:kari@example.org\r\n"
    "ADR;TYPE=HOME:;;Eksempelveien 1\\, 2. etg;Oslo;;0001;Norway\r\nNOTE:a long\r\n  note\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:The Embassy\r\nORG:Embassy;Section\r\n"
    'TEL;VALUE=uri;TYPE="fax,work":tel:+47-22-49-20-52\r\nLANG;PREF=1:no\r\n'
    "EMAIL:other@example.org\r\nEMAIL;PREF=1:first@example.org\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=\r\n=C3=AB\r\nEND:VCARD\r\n"
)


def test_cards_become_a_table_of_senders_or_recipients(write: Write) -> None:
    write({"lettergen.toml": "", "contacts.vcf": CARDS})
    assert run(["import", "contacts.vcf"], today=TODAY) == ExitCode.OK
    assert run(["import", "contacts.vcf", "--as", "recipients"], today=TODAY) == ExitCode.OK
    campaign = Campaign.open(Path())
    assert [problem for problem in campaign.problems if problem.is_error] == []
    kari, embassy, zoe = campaign.senders
    assert kari.name is not None
    assert kari.name.with_courtesy() == "Ms. Kari Anne Nordmann"
    assert (kari.address, kari.country) == (("Eksempelveien 1, 2. etg", "0001 Oslo"), "NO")
    assert (embassy.contact_email, embassy.email, embassy.fax) == ("first@example.org", None, None)
    assert zoe.name is not None
    assert zoe.name.as_written() == "Zoë Müller"
    assert campaign.recipients[1].fax == "+47-22-49-20-52"
    assert campaign.recipients[1].email == "first@example.org"
    assert campaign.recipients[1].languages == ("no",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BEGIN:VCARD\nVERSION:3.0\nEMAIL:a@example.org\nEND:VCARD\n", [("c.vcf:1", "nameless-card")]),
        ("BEGIN:VCARD\nFN:Ann\n", [("c.vcf:1", "unreadable-card")]),
        ("hello\n", [("c.vcf", "unreadable-card")]),
    ],
)
def test_cards_without_a_name_or_an_end_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(InputProblems) as caught:
        rows_of(text, "c.vcf")
    assert [(str(problem.place), problem.name) for problem in caught.value.problems] == expected


def test_a_faulty_card_leaves_nothing_behind(write: Write) -> None:
    write({"lettergen.toml": "", "c.vcf": "BEGIN:VCARD\nEND:VCARD\n"})
    assert run(["import", "c.vcf"], today=TODAY) == ExitCode.PROBLEMS
    assert sorted(path.name for path in Path().iterdir()) == ["c.vcf", "lettergen.toml"]


@pytest.mark.parametrize(
    ("stem", "kind", "expected"),
    [
        ("senders-may", "senders", "senders-may"),
        ("Answers (1)", "recipients", "recipients-answers-1"),
        ("설문", "senders", "senders"),
        ("who", "signatories", "who"),
    ],
)
def test_a_table_gets_a_name_that_the_campaign_finds(stem: str, kind: str, expected: str) -> None:
    assert file_stem(stem, kind) == expected


FORMS = {
    "English questions": (
        'Timestamp,Your full name (as in passport),"What is your postal address? (street, postcode, city)",'
        "In which country do you live?,Do you agree that your name is printed?,"
        "Which languages do you speak?,How did you hear about us? (tick all that apply)\n"
        '1,Ann Mary Lee,"12 Sample Street, N1 0XX, London",UK,"Yes, I agree","English, Welsh","A, B"\n',
        "Ann Mary Lee",
        ("12 Sample Street", "London", "N1 0XX"),
        True,
    ),
    "German, postcode and town in one": (
        "Zeitstempel;Vor- und Nachname;Straße und Hausnummer;PLZ/Ort;Land;"
        "Ich bin einverstanden, genannt zu werden\n"
        "1;Anna von der Heide;Hauptstr. 5;01067, Dresden;Deutschland (DE);Ja, gerne\n",
        "Anna von der Heide",
        ("Hauptstr. 5", "01067 Dresden"),
        True,
    ),
    "French, street under the name of address": (
        "Horodateur,Prénom,NOM,Adresse postale (n° et rue),Code postal et ville,Pays,"
        "J'accepte que mon nom figure\n"
        '1,Jeanne,Dupont,"12 bis, rue de l’Église",75005 Paris,France,"Oui, j\'accepte"\n',
        "Jeanne Dupont",
        ("12 bis, rue de l’Église", "75005 Paris"),
        True,
    ),
    "Spanish, consent asked with the name": (
        "Marca temporal,Nombre,Apellidos,Dirección,C.P.,Población,País,"
        "¿Acepta que su nombre aparezca en la carta?\n"
        '1,Juan,Ruiz,"C/ Mayor, 12, 3º B",28013,Madrid,España,No acepto\n',
        "Juan Ruiz",
        ("C/ Mayor, 12, 3º B", "28013 Madrid"),
        False,
    ),
    "Korean, address and postcode": (
        "타임스탬프,성함을 적어 주세요,주소,우편번호,거주 국가,개인정보 수집 및 이용에 동의하십니까?\n"
        '1,홍길동,"서울특별시 종로구 예시로 12, 101동",03171,한국,"예, 동의합니다"\n',
        "홍길동",
        ("서울특별시 종로구 예시로 12, 101동", "03171"),
        True,
    ),
    "no program: family name first, by its heading": (
        "Name, Vorname;Wohnort;Straße;Nr.;PLZ;Staat\nBeispiel, Anna;Wien;Musterweg;1;1010;Österreich\n",
        "Anna Beispiel",
        ("Musterweg 1", "1010 Wien"),
        None,
    ),
    "number of the house before the street where the country has it so": (
        "Full name,Street,House number,Town,Postcode,Country\nAnn Lee,Sample Road,12a,Leeds,LS1 1AA,UK\n",
        "Ann Lee",
        ("12a Sample Road", "Leeds", "LS1 1AA"),
        None,
    ),
}


@pytest.mark.parametrize(("text", "name", "address", "consent"), FORMS.values(), ids=FORMS)
def test_questions_of_a_form_are_understood(
    write: Write, text: str, name: str, address: tuple[str, ...], consent: bool | None
) -> None:
    write({"lettergen.toml": "", "form.csv": text})
    assert run(["import", "form.csv", "--ignore-rest"], today=TODAY) == ExitCode.OK
    campaign = Campaign.open(Path())
    assert [problem for problem in campaign.problems if problem.is_error] == []
    (sender,) = campaign.senders
    assert sender.name is not None
    assert (sender.name.as_written(), sender.address, sender.consent) == (name, address, consent)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("I have read the privacy policy", ["I agree"]),
        ("May we send you our newsletter?", ["Yes"]),
        ("이름 공개 여부", ["공개", "비공개"]),
        ("I do not want to be anonymous", ["Yes"]),
        ("Name and address", ["Ann Lee, 1 Sample Road"]),
        ("Anything the organisers should know?", ["I use a wheelchair"]),
    ],
)
def test_what_could_mean_something_else_is_left_to_be_decided(heading: str, cells: list[str]) -> None:
    rows = [["Name", heading], *(["Ann Lee", cell] for cell in cells)]
    assert [(one.columns, one.field) for one in propose(rows, "senders").columns][1] == ((heading,), None)


@pytest.mark.parametrize(
    ("head", "cells", "fields"),
    [
        (["Name", "Title"], ["Ann Lee", "Ms."], ["name", "name_courtesy"]),
        (["Name", "Titel"], ["Ann Lee", "Prof. Dr."], ["name", "name_courtesy"]),
        (["Name", "Title"], ["Ann Lee", "Nurse"], ["name", "title"]),
        (["Name", "Title", "Profession"], ["Ann Lee", "Mx", "Nurse"], ["name", "name_courtesy", "title"]),
        (["Name", "Title", "Profession"], ["Ann Lee", "Chair", "Nurse"], ["name", "title", None]),
    ],
)
def test_a_title_is_an_office_or_a_courtesy_and_no_field_is_given_twice(
    head: list[str], cells: list[str], fields: list[str | None]
) -> None:
    assert [one.field for one in propose([head, cells], "senders").columns] == fields


def test_a_policy_is_ignored_where_another_question_asks_for_consent() -> None:
    rows = [["Name", "I agree to be named", "I have read the privacy policy"], ["Ann Lee", "Yes", "I agree"]]
    assert [one.field for one in propose(rows, "senders").columns] == ["name", "consent", "ignore"]


def test_of_two_questions_of_consent_neither_is_chosen() -> None:
    rows = [["Name", "I agree to sign", "I agree to be named"], ["Ann Lee", "Yes", "No"]]
    assert [one.field for one in propose(rows, "senders").columns] == ["name", None, None]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_text_that_names_its_encoding_is_copied_in_utf_8(write: Write, encoding: str) -> None:
    write(
        {"lettergen.toml": "", "list.csv": "Name;PLZ;Ort\r\nJürgen Groß;01067;Dresden\r\n".encode(encoding)}
    )
    assert run(["import", "list.csv"], today=TODAY) == ExitCode.OK
    (sender,) = Campaign.open(Path()).senders
    assert sender.name is not None
    assert (sender.name.full, sender.address) == ("Jürgen Groß", ("01067 Dresden",))


def test_another_encoding_is_named_and_never_guessed(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"lettergen.toml": "", "list.csv": "이름,국가\n홍길동,대한민국\n".encode("cp949")})
    assert run(["import", "list.csv"], today=TODAY) == ExitCode.PROBLEMS
    assert "`cp949` reads `대한민국`" in capsys.readouterr().err
    assert run(["import", "list.csv", "--encoding", "klingon"], today=TODAY) == ExitCode.PROBLEMS
    assert run(["import", "list.csv", "--encoding", "cp949"], today=TODAY) == ExitCode.OK
    (sender,) = Campaign.open(Path()).senders
    assert sender.name is not None
    assert (sender.name.full, sender.country) == ("홍길동", "KR")
    write({"senders-more.csv": "name\nJürgen\n".encode("cp1252")})
    problem = next(one for one in Campaign.open(Path()).problems if one.name == "not-utf-8")
    assert "`lettergen import senders-more.csv --encoding cp1252` (which reads `Jürgen`)" in problem.fix


def test_a_column_of_numbers_or_faults_is_not_taken_for_empty(write: Write) -> None:
    number, fault = "<c><v>1067</v></c>", '<c t="e"><v>#N/A</v></c>'
    data = xlsx([row("Full name", "PLZ", "Ort"), row("Ann Lee", number, fault)])
    write({"lettergen.toml": "", "list.xlsx": data})
    assert run(["import", "list.xlsx"], today=TODAY) == ExitCode.OK
    names = [problem.name for problem in Campaign.open(Path()).problems if problem.is_error]
    assert names == ["number-in-cell", "error-in-cell"]


def test_a_name_in_one_text_is_not_taken_apart() -> None:
    found = propose([["Your full name"], ["Ann Mary Lee"]], "senders")
    assert [(one.field, one.options) for one in found.columns] == [("name", ())]
