"""A campaign's contents, as tables for people or records for programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lettergen.console.problems import show_problems
from lettergen.console.terminal import output, say, show_json, styled
from lettergen.console.text_table import show_rows
from lettergen.errors import Problem
from lettergen.facts.validation_messages import SINGULAR

if TYPE_CHECKING:
    from lettergen.facts.model import Case, Recipient, Sender
    from lettergen.letters.privacy.clearance import Shown
    from lettergen.letters.template.needs import Need
    from lettergen.letters.template.templates import Template

__all__ = [
    "show_case",
    "show_cases",
    "show_recipients",
    "show_senders",
    "show_template",
    "show_templates",
    "template_record",
]

Record = Mapping[str, Any]


def show_records(
    records: Sequence[Record], columns: Mapping[str, str], *, as_json: bool, none: str = ""
) -> None:
    """Print ``records`` as JSON, or as a table of the fields in ``columns``.

    Args:
        records: What to show, one record per row.
        columns: Field and heading; the first column is the id.
        as_json: Print all fields for another program.
        none: What to say if there is nothing to show.
    """
    if as_json:
        show_json(list(records))
    elif records:
        shown = {key: heading for key, heading in columns.items() if any(record[key] for record in records)}
        head = [(heading, "dim") for heading in shown.values()]
        styles = ["bold", *[""] * len(shown)]
        rows = [
            [(_cell(record[key]), style) for key, style in zip(shown, styles, strict=False)]
            for record in records
        ]
        show_rows(output(), [head, *rows])
    else:
        say(none)


def recipient_record(recipient: "Recipient") -> dict[str, Any]:
    """Return a recipient's record for the list."""
    return {
        "id": recipient.id,
        "name": recipient.name.as_written() if recipient.name else None,
        "title": recipient.title,
        "organisation": list(recipient.organisation),
        "office": recipient.office,
        "country": recipient.country,
        "languages": list(recipient.languages),
        "channels": list(recipient.channels),
        "audience": recipient.audience,
        "checked": recipient.checked.on.isoformat() if recipient.checked else None,
        "tags": list(recipient.tags),
    }


def sender_record(sender: "Sender") -> dict[str, Any]:
    """Return a sender's record for the list."""
    return {
        "id": sender.id,
        "name": sender.name.as_written() if sender.name else None,
        "title": sender.title,
        "organisation": sender.organisation,
        "place": sender.place,
        "country": sender.country,
        "language": sender.language,
        "members": list(sender.members),
        "signatories": len(sender.signatories),
        "tags": list(sender.tags),
    }


def case_record(case: "Case") -> dict[str, Any]:
    """Return a case's record for the list; its persons are counted, not named."""
    return {
        "id": case.id,
        "title": case.title,
        "state": case.state,
        "persons": len(case.persons),
        "events": len(case.events),
        "demands": len(case.demands),
        "questions": len(case.questions),
        "send_before": case.send_before.isoformat() if case.send_before else None,
    }


def template_record(template: "Template", needs: Iterable["Need"] = ()) -> dict[str, Any]:
    """Return a template's record for the list."""
    sample = template.sample
    return {
        "name": template.name,
        "title": template.title,
        "kind": template.kind,
        "language": template.language,
        "audience": template.audience,
        "addressee": template.addressee,
        "offices": list(template.offices),
        "uses": list(template.uses),
        "sheets": template.sheets,
        "file": template.file,
        "sample": {
            "to": sample.to,
            "from": sample.sender,
            "case": sample.case,
            "date": sample.on.isoformat() if sample.on else None,
        },
        "needs": [{"fact": need.fact, "optional": need.optional, "line": need.line} for need in needs],
    }


def show_templates(records: Sequence[Record], problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print the list of templates; unreadable ones are reported as problems."""
    columns = {
        "name": "template",
        "language": "",
        "title": "for",
        "audience": "readers",
    }
    show_records(records, columns, as_json=as_json, none="There are no templates.")
    if problems:
        show_problems(problems)


def show_recipients(recipients: Sequence["Recipient"], *, as_json: bool) -> None:
    """Print the list of recipients."""
    columns = {
        "id": "recipient",
        "who": "who",
        "country": "in",
        "languages": "reads",
        "tags": "tags",
    }
    records = [recipient_record(one) for one in recipients]
    if not as_json:
        records = [one | {"who": _who(one)} for one in records]
    show_records(records, columns, as_json=as_json, none="No recipients match.")


def show_senders(senders: Sequence["Sender"], *, as_json: bool) -> None:
    """Print the list of senders."""
    columns = {
        "id": "sender",
        "who": "who",
        "place": "place",
        "tags": "tags",
    }
    records = [sender_record(one) for one in senders]
    if not as_json:
        records = [one | {"who": _who(one)} for one in records]
    show_records(records, columns, as_json=as_json, none="No senders match.")


def show_cases(cases: Sequence["Case"], *, as_json: bool) -> None:
    """Print the list of cases."""
    columns = {
        "id": "case",
        "title": "title",
        "state": "State",
        "persons": "persons",
        "demands": "demands",
        "questions": "questions",
        "send_before": "send before",
    }
    show_records([case_record(one) for one in cases], columns, as_json=as_json, none="There are no cases.")


def show_template(record: Record, languages: Sequence[str], *, as_json: bool) -> None:
    """Print all that is known of one template, and the command that shows it."""
    if as_json:
        show_json({**record, "languages": list(languages)})
        return
    console = output()
    console.print(styled((record["title"], "bold")))
    console.print(styled((record["file"], "dim")))
    console.print()
    required = [need["fact"] for need in record["needs"] if not need["optional"]]
    optional = [need["fact"] for need in record["needs"] if need["optional"]]
    sample = record["sample"]
    fields = {
        "kind": record["kind"],
        "languages": ", ".join(languages),
        "readers": record["audience"],
        "addressee": record["addressee"],
        "written for": ", ".join(record["offices"]) or "any office",
        "uses": ", ".join(record["uses"]),
        "sheets": f"at most {record['sheets']}" if record["sheets"] else "",
        "needs": ", ".join(required),
        "may use": ", ".join(optional),
        "sample": ", ".join(f"{name} {value}" for name, value in sample.items() if value),
    }
    _show_fields(fields)
    console.print()
    console.print(styled(("See it: ", "dim"), f"lettergen preview {record['name']} --sample"))


def show_case(
    case: "Case", shown: Mapping[str, Sequence["Shown"]], read: Record | None = None, *, as_json: bool
) -> None:
    """Print what some audiences would read about the persons of a case.

    Args:
        case: The case.
        shown: The persons, by audience.
        read: The whole case as the only audience would read it.
        as_json: Print it for another program.
    """
    persons = {audience: [_shown_record(one) for one in seen] for audience, seen in shown.items()}
    if as_json:
        alone = next(iter(persons)) if len(persons) == 1 else None
        told = {"audience": alone, "shown": persons[alone], "read": read} if alone else {"shown": persons}
        show_json({**case_record(case), **told})
        return
    output().print(styled((case.title, "bold")))
    for audience, records in persons.items():
        output().print()
        _show_persons(records, audience)
    if read:
        output().print()
        _show_fields(dict(_lines(read)))


def _lines(read: Record, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a case behind what it is of: `event 2 place`."""
    for name, value in read.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, item in enumerate(value, 1):
                kind = SINGULAR.get(name, name)
                yield from _lines(item, f"{kind} {item.get('name', number) if kind == 'person' else number} ")
        else:
            yield f"{before}{name}", " ".join(_cell(value).split())


def _shown_record(one: "Shown") -> dict[str, Any]:
    return {
        "id": one.person_id,
        "publish": one.clearance,
        "name": one.name,
        "facts": list(one.facts),
        "consented": one.consented,
    }


def _show_persons(records: Sequence[dict[str, Any]], audience: str) -> None:
    for person in records:
        person["consented"] = "" if person["consented"] else "no consent covers this; letters are refused"
    columns = {
        "id": "person",
        "publish": "publish",
        "name": f"what {AUDIENCE_WORDS.get(audience, audience)} reads",
        "facts": "and may read",
        "consented": "",
    }
    show_records(records, columns, as_json=False, none="The case has no persons.")


AUDIENCE_WORDS: Mapping[str, str] = {
    "addressee": "the addressee",
    "un": "the UN",
    "press": "the press",
    "public": "the public",
}


def _show_fields(fields: Mapping[str, str]) -> None:
    show_rows(output(), [[(name, "dim"), (value, "")] for name, value in fields.items() if value])


def _who(record: Record) -> str:
    """Return name and office, or the organisation, or the joint signatories."""
    organisation = record["organisation"]
    lines = [organisation] if isinstance(organisation, str) else organisation or []
    parts = [record["name"], record["title"]] if record["name"] else [record["title"], *lines[:1]]
    return ", ".join(filter(None, parts)) or " + ".join(record.get("members", ()))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
