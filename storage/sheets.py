"""Sheets from outside: CSV, XLSX and ODS read into rows, or refused with what to do instead.

What a file is shows in its first bytes, not in its name. `rows[n]` is row n + 1 of the sheet, empty rows included.
"""

import csv
import io
import re
from pathlib import Path

from desk.cells import is_empty
from desk.language import _
from desk.refusals import Refused
from storage.sheet_xml import MOST_CELLS, MOST_COLUMNS
from storage.unreadable import cell_too_long, empty, not_a_sheet, said, too_large, too_many_rows
from storage.workbooks import read_workbook

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000

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
        rows = read_workbook(content, path)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _("{file} is an old or locked Excel file: save it as XLSX without a password.").format(file=said(path))
        )
    else:
        rows = _csv(content, path)
    while rows and all(map(is_empty, rows[-1])):
        rows.pop()
    filled = sum(not all(map(is_empty, row)) for row in rows)
    if not filled:
        raise empty(path)
    if filled == 1:
        raise Refused(_("{file} has no rows below the headings: add one row for each line.").format(file=said(path)))
    if filled - 1 > MOST_ROWS:
        raise too_many_rows(path, MOST_ROWS)
    return rows


def _bytes(path: Path) -> bytes:
    """The whole file, if it can be read and is not too large."""
    try:
        if path.is_dir():
            raise Refused(_("{file} is a folder: name the file in it.").format(file=said(path)))
        if path.exists() and not path.is_file():
            raise not_a_sheet(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Refused(_("There is no file {file}: check its name and folder.").format(file=said(path))) from None
    except PermissionError:
        raise Refused(
            _("{file} may not be read by you: ask its owner for access or a copy.").format(file=said(path))
        ) from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise Refused(
            _("{file} cannot be read ({reason}): copy it to another place first.").format(
                file=said(path), reason=reason
            )
        ) from None
    if len(content) > MOST_BYTES:
        raise Refused(
            _("{file} is larger than {most} MB: split it into smaller files.").format(
                file=said(path), most=MOST_BYTES >> 20
            )
        )
    return content


def _csv(content: bytes, path: Path) -> list[list[object]]:
    """Rows of text, with commas or semicolons between the cells."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(_("{file} is in UTF-16, not in UTF-8: save it as CSV UTF-8.").format(file=said(path)))
    if content.startswith(_OTHER_FILES) or b"\0" in content:
        raise not_a_sheet(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        within = fault.start - content.rfind(b"\n", 0, fault.start)
        raise Refused(
            _("{file} is not in UTF-8 (line {line}, byte {place} is 0x{value}): save it as CSV UTF-8.").format(
                file=said(path), line=line, place=within, value=f"{content[fault.start]:02X}"
            )
        ) from None
    if not text.strip():
        raise empty(path)
    if text.lstrip()[:1] == "<":
        raise not_a_sheet(path)
    told = re.match(r"sep=([,;])\r?\n", text)  # Excel's own first line
    reader = csv.reader(
        io.StringIO("\n" + text[told.end() :] if told else text, newline=""),
        delimiter=told[1] if told else _delimiter(text),
        strict=True,
    )
    rows: list[list[object]] = []
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise too_large(path, MOST_CELLS) if cells > MOST_CELLS else _too_wide(path, reader.line_num)
            rows.append(list(row))
            if len(rows) > 2 * MOST_ROWS:
                raise too_many_rows(path, MOST_ROWS)
    except csv.Error as fault:
        if "limit" in str(fault):
            raise cell_too_long(path, reader.line_num) from None
        raise Refused(
            _("{file}, line {line}: a quotation mark is not closed or stands loose; correct it there.").format(
                file=said(path), line=reader.line_num
            )
        ) from None
    return rows


def _too_wide(path: Path, line: int) -> Refused:
    return Refused(
        _("{file}, line {line}: more than {most} columns; remove those that are empty.").format(
            file=said(path), line=line, most=MOST_COLUMNS
        )
    )


def _delimiter(text: str) -> str:
    """What stands between the cells, told by the line of headings outside its quotation marks."""
    lines = (found[0] for found in re.finditer(r"[^\r\n]+", text))
    heading = next((line for line in lines if line.strip(" \t,;\"'")), "")
    bare = re.sub(r'"[^"]*"', "", heading)
    return ";" if bare.count(";") > bare.count(",") else ","
