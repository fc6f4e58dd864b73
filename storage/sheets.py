"""Sheets from outside: CSV, XLSX and ODS read into rows, or refused with what to do instead.

What a file is shows in its first bytes, not in its name. `rows[n]` is row n + 1 of the sheet, empty rows included.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from desk.cells import is_empty
from desk.language import _, number
from desk.names import clean
from desk.refusals import Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 500

_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_OTHER_FILES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"SQLite format 3",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
)


def read_sheet(path: Path) -> list[list[object]]:
    """All rows of the first sheet with anything in it, headings and empty rows included."""
    content = _bytes(path)
    if content.startswith(b"PK"):
        rows = _workbook(content, path)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _("{file} is an old or locked Excel file: save it as XLSX without a password.").format(file=_said(path))
        )
    else:
        rows = _csv(content, path)
    while rows and all(map(is_empty, rows[-1])):
        rows.pop()
    filled = sum(not all(map(is_empty, row)) for row in rows)
    if not filled:
        raise _empty(path)
    if filled == 1:
        raise Refused(_("{file} has no rows below the headings: add one row for each line.").format(file=_said(path)))
    if filled - 1 > MOST_ROWS:
        raise _too_many_rows(path)
    return rows


def _bytes(path: Path) -> bytes:
    """The whole file, if it can be read and is not too large."""
    try:
        if path.is_dir():
            raise Refused(_("{file} is a folder: name the file in it.").format(file=_said(path)))
        if path.exists() and not path.is_file():
            raise _not_a_sheet(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Refused(_("There is no file {file}: check its name and folder.").format(file=_said(path))) from None
    except PermissionError:
        raise Refused(
            _("{file} may not be read by you: ask its owner for access or a copy.").format(file=_said(path))
        ) from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise Refused(
            _("{file} cannot be read ({reason}): copy it to another place first.").format(
                file=_said(path), reason=reason
            )
        ) from None
    if len(content) > MOST_BYTES:
        raise Refused(
            _("{file} is larger than {most} MB: split it into smaller files.").format(
                file=_said(path), most=MOST_BYTES >> 20
            )
        )
    return content


def _csv(content: bytes, path: Path) -> list[list[object]]:
    """Rows of text, with commas or semicolons between the cells."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(_("{file} is in UTF-16, not in UTF-8: save it as CSV UTF-8.").format(file=_said(path)))
    if content.startswith(_OTHER_FILES) or b"\0" in content:
        raise _not_a_sheet(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        within = fault.start - content.rfind(b"\n", 0, fault.start)
        raise Refused(
            _("{file} is not in UTF-8 (line {line}, byte {place} is 0x{value}): save it as CSV UTF-8.").format(
                file=_said(path), line=line, place=within, value=f"{content[fault.start]:02X}"
            )
        ) from None
    if not text.strip():
        raise _empty(path)
    if text.lstrip()[:1] == "<":
        raise _not_a_sheet(path)
    said = re.match(r"sep=([,;])\r?\n", text)  # Excel's own first line
    reader = csv.reader(
        io.StringIO("\n" + text[said.end() :] if said else text, newline=""),
        delimiter=said[1] if said else _delimiter(text),
        strict=True,
    )
    rows: list[list[object]] = []
    try:
        for row in reader:
            rows.append(list(row))
            if len(rows) > 2 * MOST_ROWS:
                raise _too_many_rows(path)
    except csv.Error as fault:
        if "limit" in str(fault):
            raise Refused(
                _("{file}, line {line}: a cell is longer than a sheet can hold; shorten it there.").format(
                    file=_said(path), line=reader.line_num
                )
            ) from None
        raise Refused(
            _("{file}, line {line}: a quotation mark is not closed or stands loose; correct it there.").format(
                file=_said(path), line=reader.line_num
            )
        ) from None
    return rows


def _delimiter(text: str) -> str:
    """What stands between the cells, told by the line of headings outside its quotation marks."""
    heading = next(line for line in text.splitlines() if line.strip(" \t,;\"'")) if text.strip(" \t\r\n,;\"'") else ""
    bare = re.sub(r'"[^"]*"', "", heading)
    return ";" if bare.count(";") > bare.count(",") else ","


def _workbook(content: bytes, path: Path) -> list[list[object]]:
    """Rows of the first sheet with content of an XLSX or ODS file."""
    _look_inside(content, path)
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    try:
        workbook = load_workbook(io.BytesIO(content))
        for place, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
                continue
            rows: list[list[object]] = [
                list(row) for row in workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
            ]
            if any(not is_empty(cell) for row in rows for cell in row):
                return rows
    except Exception as fault:  # calamine's own errors share no base, and a broken file raises many kinds
        if "password" in f"{type(fault).__name__} {fault}".casefold():
            raise Refused(_("{file} has a password: save it without one.").format(file=_said(path))) from None
        raise _broken(path) from None
    raise _empty(path)


def _look_inside(content: bytes, path: Path) -> None:
    """Refuse what is no sheet or would not fit in memory, before anything is built from it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            is_ods = "mimetype" in names and b"spreadsheet" in packed.read("mimetype")[:200]
            if not is_ods and not any(name.startswith("xl/workbook.") for name in names):
                raise _not_a_sheet(path)
            if sum(item.file_size for item in packed.infolist()) > MOST_UNPACKED:
                raise Refused(
                    _("{file} unpacks to more than {most} MB: save only the sheet itself as CSV.").format(
                        file=_said(path), most=MOST_UNPACKED >> 20
                    )
                )
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _within_limits(_CELL.finditer(packed.read(name)), path)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise _broken(path) from None
    except Exception as fault:
        if isinstance(fault, Refused):
            raise
        raise _broken(path) from None


def _within_limits(cells: Iterable[re.Match[bytes]], path: Path) -> None:
    """A stray cell at the far end of an XLSX sheet would have the whole area built: refuse it by name."""
    for cell in cells:
        column = 0
        for letter in cell[1]:
            column = column * 26 + letter - 64
        if int(cell[2]) > 2 * MOST_ROWS or column > MOST_COLUMNS:
            raise Refused(
                _("{file} has something in cell {cell}, beyond {rows} rows or {columns} columns: remove it.").format(
                    file=_said(path),
                    cell=(cell[1] + cell[2]).decode(),
                    rows=number(2 * MOST_ROWS),
                    columns=MOST_COLUMNS,
                )
            )


def _said(path: Path) -> str:
    """The name of a file, safe in a sentence."""
    return clean(str(path), limit=5000)


def _not_a_sheet(path: Path) -> Refused:
    return Refused(_("{file} is not a sheet: give a CSV, XLSX or ODS file.").format(file=_said(path)))


def _broken(path: Path) -> Refused:
    return Refused(
        _("{file} is damaged and cannot be read: open it, save it again as XLSX or CSV.").format(file=_said(path))
    )


def _empty(path: Path) -> Refused:
    return Refused(_("{file} is empty: give it a row of headings and one row for each line.").format(file=_said(path)))


def _too_many_rows(path: Path) -> Refused:
    return Refused(
        _("{file} has more than {most} rows: split it into smaller files.").format(
            file=_said(path), most=number(MOST_ROWS)
        )
    )
