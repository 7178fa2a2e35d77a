"""Options that several commands share, each defined once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import completion
from lettergen.mailing.selection import LetterRequest

__all__ = [
    "AsJson",
    "CaseId",
    "EvenSo",
    "Force",
    "FromId",
    "Notation",
    "On",
    "OneLetter",
    "Outbox",
    "PdfFile",
    "Sample",
    "StationeryKey",
    "TemplateName",
    "ToId",
    "With",
    "YesToDay",
    "language_of",
]


def a_date(text: str) -> date:
    """Read a date option, in the one form that cannot be misread."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"`{text}` is not a date; write year-month-day, for example 2006-12-02."
        ) from None


def language_of(text: str | None) -> str | None:
    """Return the code of a language option, which may be a name: `Korean`; what nobody knows stays."""
    from lettergen.facts.language_names import language_code

    return (language_code(text) or text) if text else None


TemplateName = Annotated[
    str,
    typer.Argument(
        metavar="TEMPLATE",
        help="Template: a file in letter_templates/ without .md (`lettergen templates` lists them).",
        show_default=False,
        autocompletion=completion.templates,
    ),
]
ToId = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Recipient: an id from recipients.yaml.",
        show_default=False,
        autocompletion=completion.recipients,
    ),
]
FromId = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="ID",
        help="Sender: an id from senders.yaml. Default: `sender` in lettergen.toml, or the only sender.",
        show_default=False,
        autocompletion=completion.senders,
    ),
]
CaseId = Annotated[
    str | None,
    typer.Option(
        "--case",
        metavar="ID",
        help="Case: a file in cases/ without .yaml. Default: `case` in lettergen.toml, or the only case.",
        show_default=False,
        autocompletion=completion.cases,
    ),
]
On = Annotated[
    date | None,
    typer.Option(
        "--date",
        metavar="DATE",
        parser=a_date,
        help="Date of the letter, as 2006-12-02. Default: `date` in lettergen.toml, or today.",
        show_default=False,
    ),
]
Sample = Annotated[
    bool,
    typer.Option(
        "--sample", help="Use the recipient, sender, case and date that the template was written with."
    ),
]
StationeryKey = Annotated[
    str | None,
    typer.Option(
        "--stationery",
        metavar="KEY",
        help="Sheet and window: din-5008-b, us-9, nf, … Default: lettergen.toml, or the posting country's.",
        show_default=False,
        autocompletion=completion.stationeries,
    ),
]
Notation = Annotated[
    str | None,
    typer.Option(
        "--notation",
        metavar="KIND",
        autocompletion=completion.notations,
        help="registered, courier, airmail, urgent, hand, fax, in the letter's language; or your own words; "
        "post for none. Default: the channel's (REGISTERED MAIL, BY FAX), then the template's.",
        show_default=False,
    ),
]
InLanguage = Annotated[
    str | None,
    typer.Option(
        "--in",
        metavar="LANG",
        autocompletion=completion.languages,
        help="Language of the letter: de, French, …. Default: the recipient's first that template and case "
        "have; without a recipient, `language` in lettergen.toml.",
        show_default=False,
    ),
]
With = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar="LANG",
        help="Add a courtesy translation on a sheet of its own: ko, French, …. The template's edition in "
        "that language makes it.",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]
EvenSo = Annotated[
    bool, typer.Option("--even-so", help="Write even after the case's last day (`send_before`).")
]
Ascii = Annotated[
    bool,
    typer.Option(
        "--ascii",
        help="Text in ASCII alone, for printers and gateways that know nothing else: ae for ä, EUR for €.",
    ),
]
YesToDay = Annotated[
    bool,
    typer.Option("--yes", "-y", help="Do not ask about a day to come, or before the letter's date."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
Outbox = Annotated[
    Path | None,
    typer.Option(
        "--outbox",
        metavar="DIR",
        help="Folder for the finished letters. Default: `outbox` in lettergen.toml.",
        envvar="LETTERGEN_OUTBOX",
        show_default=False,
    ),
]
PdfFile = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="The PDF to write; - is stdout.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLetter:
    """Which letter is asked for."""

    template: TemplateName
    to: ToId = None
    sender: FromId = None
    case: CaseId = None
    on: On = None
    sample: Sample = False
    language: InLanguage = None
    translation: With = None

    def request(self, *, fax_translation: bool = False) -> LetterRequest:
        """Return it as the library is asked for it; a fax has the translation only where it is asked for."""
        return LetterRequest(
            template=self.template,
            to=self.to,
            sender=self.sender,
            case=self.case,
            on=self.on,
            sample=self.sample,
            language=language_of(self.language),
            translation=language_of(self.translation),
            fax_translation=fax_translation,
        )
