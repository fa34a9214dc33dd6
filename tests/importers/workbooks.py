"""Workbooks that tests make: of Excel since 2007, of Excel before, of LibreOffice."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

Cell = str | float | None
Sheets = Mapping[str, Sequence[Sequence[Cell]]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)


class Day(float):
    """A number of days since 1899 that is shown as a date with time."""


def xlsx(sheets: Sheets) -> bytes:
    """Make a workbook as Excel does since 2007; numbers are numbers, text is text."""
    return packed(xlsx_parts(sheets))


def packed(parts: Mapping[str, str]) -> bytes:
    """Pack the parts of a workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx_parts(sheets: Sheets) -> dict[str, str]:
    """Return the files inside a workbook of Excel's."""
    numbered = list(enumerate(sheets.items(), 1))
    names = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>'
        for i, (name, _) in numbered
    )
    links = [(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i, _ in numbered]
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": _links([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _links([*links, ("s", "styles", "styles.xml")]),
        "xl/styles.xml": STYLES,
    } | {f"xl/worksheets/sheet{i}.xml": sheet(rows) for i, (_, rows) in numbered}


def _links(links: Sequence[tuple[str, str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def sheet(rows: Sequence[Sequence[Cell]]) -> str:
    """Return one sheet of Excel's."""
    inside = "".join(
        f'<row r="{number}">'
        + "".join(
            _cell(f"{chr(65 + place)}{number}", cell)
            for place, cell in enumerate(cells)
            if cell is not None
        )
        + "</row>"
        for number, cells in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'


def _cell(place: str, cell: str | float) -> str:
    if isinstance(cell, str):
        text = f'<is><t xml:space="preserve">{escape(cell)}</t></is>'
        return f'<c r="{place}" t="inlineStr">{text}</c>'
    style = ' s="1"' if isinstance(cell, Day) else ""
    return f'<c r="{place}"{style}><v>{cell!r}</v></c>'


def ods(sheets: Sheets, repeated: int = 1) -> bytes:
    """Make a workbook as LibreOffice does; each row stands there `repeated` times."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(_ods_row(cells, repeated) for cells in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": (
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:'
                f'xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
                f'manifest:media-type="{kind}"/></manifest:manifest>'
            ),
            "content.xml": (
                f"<office:document-content{names}><office:body><office:spreadsheet>"
                f"{tables}</office:spreadsheet></office:body></office:document-content>"
            ),
        }
    )


def _ods_row(cells: Sequence[Cell], repeated: int) -> str:
    inside = "".join(map(_ods_cell, cells))
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">{inside}'
        "</table:table-row>"
    )


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    kind = "string" if isinstance(cell, str) else "float"
    value = "" if isinstance(cell, str) else f' office:value="{cell!r}"'
    return (
        f'<table:table-cell office:value-type="{kind}"{value}>'
        f"<text:p>{escape(str(cell))}</text:p></table:table-cell>"
    )


def xls() -> bytes:
    """Return a workbook of Excel before 2007.

    It was made with xlwt: sheet `posts`, columns account_id, url, created_at and
    post_id, and two rows, the first of which has the number 1234567890123456789.
    """
    return zlib.decompress(base64.b64decode("".join(XLS)))


XLS = (
    "eNrtWE1IVFEU/u6bGR3Fn9E00kAGISvTxNqEYGNp6mbEdNEPgj1nXiTazDA+QYNKM5dB0apoY9iijSVE"
    "P9Sidi0CoxZBEGjRItwUGLRQX+eceVNqBg6UZLzvcc+995x7vnvf/X/v5VTe9Nhk8QxWYD9cWLQykLZE"
    "pyhkJDM+kN2yOJmMvRQsBxsKGV4ayDQPHme/SOcx5PGegYa77mckgfcUOhBDSzRi+NcRB6UNuuI21JJU"
    "uEGaHBRJq/JFhkRuEnlHSj4RWSeaSyJrqey0Oo6pQEv5PnsWH9VKxZYD5n0gPm9FU41CPOdZfP6ySpT1"
    "4EC8W+/dYIYSdxbGQQPaZESMOOe34Bb1FI4RKoPByoYGf3NzTTBY094+jQIa9XF8tfzAXHJ5P/U7+vXV"
    "K5D+23J9+m/0XhrNlfqrmhsYgnVCVssoslHvZosHsWif2TePNtmgeZVnAnooFO2PmJ3dYRfQH+8lVShu"
    "6KYR7tRNKsM+ZKRFoVfTvDllmrG+mqqqgd3GgH461mtUVbNpTyYfCbKF+JZtIdmytLJIhpEr6TxZYD5q"
    "w/ztL6+CXa2BTtEMSasSh8s2fgVYGGYPcs4Ri0skW8rFY5fIC8K6VdLFIgvoVSkuay20E40jUuaiWMuo"
    "nr2C14HtS9I7KD06e/hhyeiHwE5KTzTNnCmYeBMYQykddmHy52cEFapCXb/GeBRIxsreiN6JLPplU/Jq"
    "Prvtln2C5mKBe5+QJzKR495RP3Ka3VeJnItyLptLrcKlhMttl1fC5WE/6j1FPPmY7RjE55Mf6xIa5hv+"
    "dHbOVzpZz5zaKpyacKbZnNoyTk047928IpznNLYzZyNfGrR83Gdn2oJ/IhMOHDhw4MCBAwcO/hkouXAm"
    "Ltlu+VpIXODT7f86CxQWnd8k/y3aEKXHpG/JQ4hQHMdgSvNnMzwqyaXW6JP8X8g4QrXH0YMuaUdPyvOX"
    "PsDU0vdZs6Pvzy2hVOtfTKWdf7n+74qY8uI="
)
