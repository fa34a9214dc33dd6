"""Small Excel workbooks, written by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Rows = Sequence[Sequence[str | float | None]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Write a workbook of texts and numbers."""
    texts: list[str] = []
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": (
            f'<Relationships xmlns="{LINKS}"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
    }
    listed, links = "", ""
    for number, (name, rows) in enumerate(sheets.items(), 1):
        listed += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        links += (
            f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/s{number}.xml"/>'
        )
        files[f"xl/worksheets/s{number}.xml"] = sheet(rows, texts)
    files["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>"
    )
    files["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{LINKS}">{links}</Relationships>'
    )
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    files["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return path


def sheet(rows: Rows, texts: list[str]) -> str:
    """Return a sheet, its texts put among the shared ones."""
    written = ""
    for number, cells in enumerate(rows, 1):
        written += f'<row r="{number}">'
        for at, value in enumerate(cells):
            place = f"{chr(ord('A') + at)}{number}"
            if isinstance(value, str):
                texts.append(value)
                written += f'<c r="{place}" t="s"><v>{len(texts) - 1}</v></c>'
            elif value is not None:
                written += f'<c r="{place}"><v>{value}</v></c>'
        written += "</row>"
    return f'<worksheet xmlns="{MAIN}"><sheetData>{written}</sheetData></worksheet>'
