"""Minimal XLSX and ODS files, written by hand, so that the tests read what a spreadsheet program would send."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Rows = Sequence[Sequence[object]]
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def _name(column: int) -> str:
    return (_name(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def xlsx_cell(row: int, column: int, value: object) -> str:
    """One cell; a date is a number with the date style."""
    at = f'r="{_name(column)}{row}"'
    if isinstance(value, bool):
        return f'<c {at} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c {at}><v>{value}</v></c>"
    if isinstance(value, date):
        full = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        serial = (full - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
        return f'<c {at} s="1"><v>{serial}</v></c>'
    return f'<c {at} t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def write_xlsx(path: Path, *sheets: Rows, body: str = "") -> Path:
    """A workbook of these sheets; `body` stands in for the rows of the first."""
    numbers = range(1, len(sheets) + 1)
    over = "".join(
        f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{_MIME}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_MIME}.sheet.main+xml"/>{over}</Types>',
        )
        packed.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{links}<Relationship Id="st" Type="{_OFFICE}/styles" '
            'Target="styles.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/styles.xml",
            f'{_HEAD}<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        for n, rows in zip(numbers, sheets, strict=True):
            cells = (
                f'<row r="{at}">'
                + "".join(xlsx_cell(at, c, value) for c, value in enumerate(row) if value != "")
                + "</row>"
                for at, row in enumerate(rows, 1)
            )
            data = body if body and n == 1 else "".join(cells)
            packed.writestr(
                f"xl/worksheets/s{n}.xml",
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>',
            )
    return path


def ods_cell(value: object) -> str:
    """One cell of an ODS table."""
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        typed = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        typed = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, date):
        typed = f'office:value-type="date" office:date-value={quoteattr(value.isoformat())}'
    else:
        typed = 'office:value-type="string"'
    return f"<table:table-cell {typed}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def write_ods(path: Path, rows: Rows) -> Path:
    """A spreadsheet of one table, with the empty million rows that a spreadsheet program leaves below it."""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return write_ods_content(
        path,
        lines
        + (
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
        ),
    )


def write_ods_content(path: Path, lines: str) -> Path:
    """A spreadsheet of one table with these rows."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", _ODS)
        packed.writestr(
            "META-INF/manifest.xml",
            f'{_HEAD}<manifest:manifest xmlns:manifest="{space}manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>',
        )
        packed.writestr(
            "content.xml",
            f'{_HEAD}<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" '
            f'xmlns:text="{space}text:1.0"><office:body><office:spreadsheet><table:table table:name="S1">{lines}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path
