"""The smallest workbooks: .xlsx and .ods files part by part, as programs write them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="16"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)


def archive(parts: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return stream.getvalue()


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<row {attributes}>{''.join(one if one.startswith('<') else text(one) for one in cells)}</row>"


def xlsx(
    *sheets: Sequence[str],
    states: Sequence[str] = (),
    columns: str = "",
    after: str = "",
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Return a workbook of sheets named One, Two, …, each of rows."""
    names = ("One", "Two", "Three")
    entries = relations = ""
    parts: dict[str, str] = {}
    for at, rows in enumerate(sheets):
        state = f' state="{states[at]}"' if at < len(states) and states[at] else ""
        entries += f'<sheet name="{names[at]}" sheetId="{at + 1}"{state} r:id="s{at}"/>'
        relations += f'<Relationship Id="s{at}" Type="{RELATION}/worksheet" Target="worksheets/s{at}.xml"/>'
        parts[f"xl/worksheets/s{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'
        )
    relations += f'<Relationship Id="y" Type="{RELATION}/styles" Target="/xl/styles.xml"/>'
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": (
                f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{entries}</sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
            "</Relationships>",
            "xl/styles.xml": STYLES,
            **parts,
            **(more or {}),
        }
    )


SPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "style", "drawing")
    )
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def cell(value: str, attributes: str = "") -> str:
    kind = "" if "value-type" in attributes else 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}><text:p>{value}</text:p></table:table-cell>"


def ods_row(*cells: str, attributes: str = "") -> str:
    inside = "".join(one if one.startswith("<") else cell(one) for one in cells)
    return f"<table:table-row {attributes}>{inside}</table:table-row>"


def ods(
    *sheets: Sequence[str], attributes: Sequence[str] = (), styles: str = "", manifest: str = ""
) -> bytes:
    """Return a workbook of sheets named One, Two, …, each of columns and rows."""
    names = ("One", "Two", "Three")
    tables = "".join(
        f'<table:table table:name="{names[at]}" {attributes[at] if at < len(attributes) else ""}>'
        f"{''.join(rows)}</table:table>"
        for at, rows in enumerate(sheets)
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            "content.xml": f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
            "</office:body></office:document-content>",
        }
    )
