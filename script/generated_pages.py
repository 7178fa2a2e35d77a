"""What docs/ takes from the code: whole pages, and the tables in pages that people write."""

import ast
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

from lettergen.cli.commands import app_with
from lettergen.cli.every_command import PANEL
from lettergen.facts import model, papers, signup, translation
from lettergen.facts.dates import FactDate, Term
from lettergen.facts.mailing_file import MailingFile, QuotaFacts, RecipientChoice, SenderChoice
from lettergen.facts.own_treaty import OwnReservation, OwnTreaty
from lettergen.facts.papers import Enclosure
from lettergen.facts.settings import EmailSettings, FaxSettings, Settings, SmtpSettings
from lettergen.letters.template import environment, filters, roles, templates, views
from lettergen.letters.template.front_matter import PARTS, FrontMatter, SampleData

ROOT = Path(__file__).parent.parent
MADE_BY = "<!-- Made by script/docs from the code; change the code and run it again. -->\n"
OWN_TYPES = {FactDate: "[date](templates.md#dates)", Term: "length of time"}
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}

ROW_WITHOUT_ID = (
    "A row of a table that has no `id` gets one of digits, a digest of name, address and e-mail (of office "
    "and organisation, where there is no name), whatever its place in the table; capitals, blanks and the "
    "form of Unicode make no difference. Rows that are alike in these are refused until they have ids."
)
FILES: tuple[tuple[str, str, type[BaseModel], Sequence[type[BaseModel]]], ...] = (
    (
        "recipients.yaml",
        "A list under `recipients:`. The same fields are columns of a CSV, TSV, XLSX or ODS file; "
        "lists may be `address_1`, `address_2`, … or one cell with line breaks. " + ROW_WITHOUT_ID,
        model.Recipient,
        (model.PersonName, model.Period, model.Checked),
    ),
    (
        "senders.yaml",
        "A list under `senders:`; as a table, a protest day's sign-up sheet, in which rows without `id` are "
        "known in the same way.",
        model.Sender,
        (signup.SignsFor, signup.Signatory, model.Logo),
    ),
    (
        "cases/ID.yaml",
        "One file a case. In its texts `@person-id` prints that person's name as far as it may be printed.",
        model.Case,
        (
            model.OpenText,
            model.ReaderText,
            model.ReaderLines,
            model.Person,
            model.Description,
            model.Status,
            model.Aged,
            model.Consent,
            model.Event,
            model.Sentence,
            model.LegalBasis,
            model.Demand,
            model.Question,
            model.Message,
            model.Document,
            model.Source,
            papers.Correction,
        ),
    ),
    (
        "cases/ID.LANGUAGE.yaml",
        "The words of a case in another language, `cases/ID.fr.yaml`, each behind the id of what it is of. "
        "Names, dates, numbers, `publish` and `consent` stand in `cases/ID.yaml` alone.",
        translation.CaseWords,
        (
            translation.PersonWords,
            translation.EventWords,
            translation.SentenceWords,
            translation.DemandWords,
            translation.QuestionWords,
            translation.MessageWords,
            translation.DocumentWords,
            translation.SourceWords,
            translation.CorrectionWords,
        ),
    ),
    (
        "mailing.yaml",
        "Who writes what to whom; `recipients` and `senders` may be `all` or a list of ids.",
        MailingFile,
        (RecipientChoice, SenderChoice, QuotaFacts),
    ),
    (
        "lettergen.toml",
        "What holds for the whole campaign.",
        Settings,
        (EmailSettings, FaxSettings, SmtpSettings, OwnTreaty, OwnReservation),
    ),
)


def cell(text: str) -> str:
    """Make `text` fit for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


# Commands


def help_text(text: str | None) -> str:
    """Return help as Markdown: the option parser's marks out, examples in a block, the words untouched."""
    told, _, examples = inspect.cleandoc(text or "").replace("\b\n", "").partition("Example:\n")
    block = f"\n```\n{inspect.cleandoc(examples)}\n```" if examples else ""
    return f"{told.strip()}\n{block}".strip()


def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command below `command` with the words that call it, in the order of `--help`."""
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield (*path, name), inner
            yield from walk(inner, (*path, name))


def option_names(option: Any) -> str:
    """Return an option's names and what follows them: `-o, --output FILE`."""
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag or option.count:
        return names
    choices = get_args(option.type_descriptor.annotation)
    words = " | ".join(f"`{word}`" for word in choices if isinstance(word, str))
    return f"{names} {words or option.metavar or 'TEXT'}"


def option_meaning(option: Any) -> str:
    """Return an option's help with its default, where that says something."""
    default = option.default
    told = option.show_default and isinstance(default, str | int | Path) and not isinstance(default, bool)
    words = f"{help_text(option.help)} Default: `{default}`." if told else help_text(option.help)
    return f"{words} In the environment: `{option.envvar}`." if option.envvar else words


def of_kind(command: Any, kind: str) -> list[Any]:
    """Return a command's own arguments or options, the hidden ones left out."""
    return [
        param
        for param in command.params
        if param.param_type_name == kind
        and not param.hidden
        and getattr(param, "rich_help_panel", "") != PANEL
    ]


def command_section(path: tuple[str, ...], command: Any) -> str:
    """Return the section of one command."""
    words = [argument.metavar or argument.name.upper() for argument in of_kind(command, "argument")]
    options = [(option_names(option), option_meaning(option)) for option in of_kind(command, "option")]
    arguments = [
        (f"`{word.strip('[]')}`", help_text(argument.help))
        for word, argument in zip(words, of_kind(command, "argument"), strict=True)
    ]
    parts = [
        f"## {' '.join(path[1:])}\n",
        f"```\n{' '.join([*path, *words])}{' [OPTIONS]' if options else ''}\n```\n",
        help_text(command.help) + "\n",
    ]
    if arguments:
        parts.append(table(("argument", "meaning"), arguments))
    if options:
        parts.append(table(("option", "meaning"), options))
    return "\n".join(parts)


def commands_page() -> str:
    """Return docs/reference/commands.md."""
    root = typer.main.get_command(app_with())
    top = [(option_names(option), option_meaning(option)) for option in of_kind(root, "option")]
    parts = [
        "# Commands\n",
        MADE_BY,
        help_text(root.help) + "\n",
        "Every command has `--help`. What the exit codes mean is in [exit-codes.md](exit-codes.md).\n"
        "`-` as a file is stdin or stdout. A variable of the environment stands for an option not given.\n",
        table(("option", "meaning"), top),
        *(command_section(path, command) for path, command in walk(root, ("lettergen",))),
    ]
    return "\n".join(parts)


# Fields


def described(schema: Mapping[str, Any]) -> str:
    """Say in words what a field holds."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            kinds = [described(inner) for inner in schema[key] if inner.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {described(schema.get('items', {}))}"
    if schema.get("type") == "object":
        return "names and values"
    if schema.get("pattern") == model.ID_PATTERN:
        return "id"
    if schema.get("format") == "date":
        return "day"
    return TYPES.get(str(schema.get("type")), "text")


def default_of(schema: Mapping[str, Any]) -> str:
    """Say what holds where a field is left out."""
    value = schema.get("default")
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(str(word) for word in value) if isinstance(value, list) else str(value)


def fields_table(of: type[BaseModel]) -> str:
    """Return the table of one model's fields."""
    schema = of.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    rows = []
    for own_name, field in of.model_fields.items():
        name = field.alias or own_name
        kinds = {field.annotation, *get_args(field.annotation)}
        own = next((words for kind, words in OWN_TYPES.items() if kind in kinds), None)
        holds = own or described(schema["properties"][name])
        need = "**required**" if name in required else default_of(schema["properties"][name])
        rows.append((f"`{name}`", holds, need, field.description or ""))
    return table(("field", "holds", "default", "meaning"), rows)


def model_section(of: type[BaseModel], level: int) -> str:
    """Return heading, purpose and fields of one model."""
    return f"{'#' * level} {of.__name__}\n\n{inspect.cleandoc(of.__doc__ or '')}\n\n{fields_table(of)}"


def fields_page() -> str:
    """Return docs/reference/fields.md."""
    parts = [
        "# Fields of the files\n",
        MADE_BY,
        "Every value is read as text and means what its field says: `NO` is Norway, `01234` keeps its zero.\n"
        "An unknown field is a problem with its line, never ignored. Dates are written as in\n"
        "[templates.md](templates.md#dates). A list of one may be written without the list.\n"
        "An id is made of small letters, digits and single hyphens.\n",
    ]
    for file, note, of, parts_of in FILES:
        parts += [f"## {file}\n", note + "\n", model_section(of, 3)]
        parts += [model_section(inner, 4) for inner in parts_of]
    return "\n".join(parts)


# The template language

FOUND = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def first_line(thing: Any) -> str:
    """Return the first line of a docstring."""
    return inspect.cleandoc(thing.__doc__ or "").splitlines()[0]


def head_table() -> str:
    """Return the keys of a template's front matter, without the letter parts."""
    keys = ", ".join(f"`{field.alias or name}`" for name, field in SampleData.model_fields.items())
    own = ", ".join(f"`{name}`" for name in Enclosure.model_fields)
    told = f"Keys of `sample`: {keys}. Keys of an item of `enclosures`: {own}, "
    told += "as for [a document of a case](fields.md#document).\n"
    return (
        f"{fields_table(FrontMatter)}\n{told}".replace("[SampleData](#sampledata)", "map")
        .replace("list of [Enclosure](#enclosure)", "texts or maps")
        .replace("[Suits](#suits)", "map")
        .replace("[WordLimit](#wordlimit)", "map")
    )


def parts_list() -> str:
    """Return the letter parts that the front matter can set."""
    return ", ".join(f"`{part}`" for part in PARTS) + ".\n"


def facts_table() -> str:
    """Return every fact that a template can name, by thing."""
    rows = [
        (f"`{thing}`", ", ".join(f"`{name}`" for name in sorted(names)))
        for thing, names in views.FACTS.items()
    ]
    return table(("thing", "facts"), rows)


def filters_table() -> str:
    """Return our filters with what they print."""
    return table(
        ("filter", "gives"), [(f"`{name}`", first_line(one)) for name, one in filters.FILTERS.items()]
    )


def jinja_filters_list() -> str:
    """Return the filters that are Jinja's own."""
    return ", ".join(f"`{name}`" for name in environment.JINJA_FILTERS) + ".\n"


def functions_table() -> str:
    """Return the functions that a template can call."""
    rows = [(f"`{name}`", first_line(function)) for name, function in filters.FUNCTIONS.items()]
    return table(("function", "gives"), rows)


def roles_table() -> str:
    """Return what a reader can be to a case."""
    return table(("`recipient.role`", "who"), [(f"`{name}`", who) for name, who in roles.ROLES.items()])


def letters_table() -> str:
    """Return the templates that come with lettergen."""
    found, problems = templates.catalogue([ROOT / "letter_templates"])
    if problems:
        raise SystemExit("Run lettergen check: a template has problems.")
    rows = [(f"`{one.name}`", one.kind, one.language, one.title) for one in found]
    return table(("template", "kind", "language", "for"), sorted(rows))


def page_picture() -> str:
    """Return the upper part of the sample letter's page and its end, as `preview` shows them."""
    words = (sys.executable, "-m", "lettergen", "preview", "protest-letter", "--sample", "--no-pager")
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("┌", "│", "├", "└"))]
    closing = next(number for number, line in enumerate(lines) if "Yours sincerely" in line)
    upper = next(number for number, line in enumerate(lines) if "Your Excellency," in line) + 6
    signed = next(number for number, line in enumerate(lines) if number > closing and re.search(r"\w", line))
    more = f"│{'⋮':^{len(lines[0]) - 2}}│"
    picture = [*lines[:upper], more, *lines[closing - 1 : signed + 1], lines[-1]]
    return "```\n" + "\n".join(picture) + "\n```\n"


def modules_list() -> str:
    """Return every module with the first line of its docstring, room by room."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((ROOT / "lettergen").rglob("*.py")):
        parts = path.relative_to(ROOT / "lettergen").with_suffix("").parts
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        is_room = parts[-1] == "__init__"
        room = ".".join(parts[:-1])
        rooms.setdefault(room, []).insert(
            0 if is_room else len(rooms[room]), ("" if is_room else parts[-1], told)
        )
    made = []
    for room, modules in sorted(rooms.items()):
        made.append(f"### `{'.'.join(filter(None, ('lettergen', room)))}`\n")
        lines = [
            f"- `{name}`: {told.splitlines()[0]}" if name else f"{told.splitlines()[0]}\n"
            for name, told in modules
        ]
        made.append("\n".join(lines) + "\n")
    return "\n".join(made)


TABLES = {
    "facts": facts_table,
    "filters": filters_table,
    "front-matter": head_table,
    "functions": functions_table,
    "jinja-filters": jinja_filters_list,
    "letters": letters_table,
    "modules": modules_list,
    "page": page_picture,
    "parts": parts_list,
    "roles": roles_table,
}


def with_tables(text: str) -> str:
    """Return a page with the tables between its marks made anew."""
    return FOUND.sub(lambda found: f"{found[1]}\n{TABLES[found['name']]()}\n{found[3]}", text)


def pages() -> dict[Path, str]:
    """Return each generated page with its text."""
    docs = ROOT / "docs"
    made = {docs / "reference/commands.md": commands_page(), docs / "reference/fields.md": fields_page()}
    for path in (
        docs / "reference/blocks.md",
        docs / "reference/templates.md",
        docs / "how-to/write-one-letter.md",
        docs / "explanation/architecture.md",
    ):
        made[path] = with_tables(path.read_text(encoding="utf-8"))
    return made


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        sys.stderr.write(f"{path.relative_to(ROOT)}\n")
