"""Sheets that mean harm, made when they are asked for: bombs, lies about sizes, cells that are nowhere, other XML.

Each is small on the line. What a reader without limits would make of it stands beside it in words.
"""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from datetime import time
from pathlib import Path

from tests.sheet_files import write_ods, write_xlsx

SHEET, CONTENT = "xl/worksheets/s1.xml", "content.xml"
MB = 1 << 20
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_ROOMS: list[list[object]] = [["kamer", "bedden"], ["12", 4]]
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

Parts = dict[str, bytes]


def parts_of(write: Callable[[Path], Path], folder: Path) -> Parts:
    """The parts of a sheet that is whole."""
    with zipfile.ZipFile(write(folder / "whole")) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts: Parts | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A packed file of these parts; of a list also two of one name."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # of two parts of one name, which is the harm that is meant
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(name, content)
    return file.getvalue()


def lying(whole: bytes, name: str, size: int) -> bytes:
    """The packed file, with another size said for one of its parts in its table of contents."""
    changed = bytearray(whole)
    at = whole.rfind(name.encode(), whole.find(b"PK\x01\x02")) - 46
    struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


def overlapping(parts: Parts, name: str, times: int) -> bytes:
    """The packed file, with one of its parts standing in its table of contents so many times more."""
    whole = packed(parts)
    ends = whole.rfind(b"PK\x05\x06")
    first = whole.find(b"PK\x01\x02")
    at = whole.rfind(name.encode(), first) - 46
    long = 46 + sum(struct.unpack_from("<HHH", whole, at + 28))
    entry = whole[at : at + long]
    short = entry[:28] + struct.pack("<HHH", 8, 0, 0) + entry[34:46]
    more = b"".join(short + f"{n:04}.xml".encode() for n in range(times))
    count = struct.unpack_from("<H", whole, ends + 10)[0] + times
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, ends - first + len(more), first, 0)
    return whole[:ends] + more + tail


def xlsx(folder: Path, body: str = "", **others: bytes) -> bytes:
    """A workbook with these rows, and with other parts: `styles` stands for xl/styles.xml."""
    parts = parts_of(lambda path: write_xlsx(path, _ROOMS, body=body), folder)
    return packed(parts | {f"xl/{name}.xml": content for name, content in others.items()})


def ods(folder: Path, rows: str, prologue: str = "") -> bytes:
    """A spreadsheet of one table with these rows before its own."""
    parts = parts_of(lambda path: write_ods(path, _ROOMS), folder)
    content = parts[CONTENT].decode()
    start = content.index("<table:table-row")
    head, body = content[:start].replace(_HEAD, _HEAD + prologue), content[start:]
    return packed(parts | {CONTENT: (head + rows + body).encode()})


def rows(*cells: str) -> str:
    """The rows of an XLSX sheet, each of one cell after the other without saying where it stands."""
    return "".join(f"<row>{row}</row>" for row in cells)


def _laughing(element: str) -> str:
    return f'<!DOCTYPE {element} [<!ENTITY l0 "{"ha" * 50}">{_LAUGHS}]>'


def _outside(element: str) -> str:
    return f'<!DOCTYPE {element} [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def _sheet(rows: str, prologue: str = "", before: str = "") -> bytes:
    return f'{_HEAD}{prologue}<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'.encode()


def _with_sheet(folder: Path, content: bytes) -> bytes:
    return packed(parts_of(lambda path: write_xlsx(path, _ROOMS), folder) | {SHEET: content})


def _strings(*texts: str) -> bytes:
    return (f'{_HEAD}<sst xmlns="{_MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>").encode()


def _text(words: str) -> str:
    return f'<c t="inlineStr"><is><t>{words}</t></is></c>'


def _shared(number: int | str) -> str:
    return f'<c t="s"><v>{number}</v></c>'


def _elsewhere(folder: Path) -> bytes:
    """The sheet lies in a folder of its own, where nobody who goes by names looks."""
    parts = parts_of(lambda path: write_xlsx(path, _ROOMS), folder)
    links = parts["xl/_rels/workbook.xml.rels"].replace(b"worksheets/s1.xml", b"strange/one.xml")
    far = _sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    return packed(parts | {"xl/_rels/workbook.xml.rels": links, "xl/strange/one.xml": far})


def _many_sheets(folder: Path) -> bytes:
    """Ten thousand sheets, all of them one part with two blank cells far apart."""
    parts = parts_of(lambda path: write_xlsx(path, _ROOMS), folder)
    book = parts["xl/workbook.xml"].decode()
    start, end = book.index("<sheet "), book.index("</sheets>")
    listed = "".join(f'<sheet name="S{n}" sheetId="{n + 1}" r:id="r1"/>' for n in range(10_000))
    blank = '<c r="{}" t="str"><v> </v></c>'
    far = _sheet(f'<row r="1">{blank.format("A1")}</row><row r="20000">{blank.format("CV20000")}</row>')
    return packed(parts | {"xl/workbook.xml": (book[:start] + listed + book[end:]).encode(), SHEET: far})


def _cell_ods(repeated: str = "", words: str = "x") -> str:
    return f'<table:table-cell office:value-type="string"{repeated}><text:p>{words}</text:p></table:table-cell>'


def _columns(count: object) -> str:
    return f' table:number-columns-repeated="{count}"'


def _row_ods(cells: str, repeated: object = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


Make = Callable[[Path], bytes]
BOMBS: dict[str, Make] = {
    # 120 MB of one byte in a part that is read, and in one that only the library reads
    "zeros": lambda f: _with_sheet(f, _sheet(rows(_text("0" * (120 * MB))))),
    "zeros-in-styles": lambda f: xlsx(f, styles=b"<a>" + b"0" * (120 * MB) + b"</a>"),
    "lying-small": lambda f: lying(xlsx(f, styles=b"<a>" + b"0" * (120 * MB) + b"</a>"), "xl/styles.xml", 100),
    "lying-small-strings": lambda f: lying(
        xlsx(f, sharedStrings=_strings("0" * (120 * MB))), "xl/sharedStrings.xml", 100
    ),
    "overlapping": lambda f: overlapping(
        parts_of(lambda path: write_xlsx(path, _ROOMS), f) | {SHEET: _sheet(rows(_text("0" * MB)))}, SHEET, 2000
    ),
    # a megabyte of text that a million cells point at
    "shared-text": lambda f: xlsx(
        f, rows(_shared(0) * 10 * 1) + rows(*[_shared(0) * 10] * 39_000), sharedStrings=_strings("0" * 100_000)
    ),
    "million-rows": lambda f: _with_sheet(f, _sheet(rows(*["<c><v>1</v></c>"] * 1_000_000))),
    "million-empty-rows": lambda f: _with_sheet(f, _sheet("<row/>" * 1_048_000 + rows("<c><v>1</v></c>"))),
    "wide-row": lambda f: _with_sheet(f, _sheet(rows("<c><v>1</v></c>" * 1_000_000))),
    "far-row-of-nameless-cells": lambda f: xlsx(
        f, '<row r="1"><c><v>1</v></c></row><row r="99999999"><c><v>1</v></c></row>'
    ),
    "far-cell-elsewhere": _elsewhere,
    "ten-thousand-sheets": _many_sheets,
    "laughs": lambda f: _with_sheet(f, _sheet(rows(_text("&l9;")), _laughing("worksheet"))),
    "laughs-ods": lambda f: ods(f, _row_ods(_cell_ods(words="&l9;")), _laughing("office:document-content")),
    "columns-repeated": lambda f: ods(f, "".join(_row_ods(_cell_ods(_columns(16_384))) for _n in range(20_000))),
    "rows-repeated": lambda f: ods(f, _row_ods(_cell_ods(_columns(1_000)), 1_048_576)),
    "empty-then-far": lambda f: ods(
        f,
        _row_ods("<table:table-cell/>", 1_000_000)
        + _row_ods("<table:table-cell" + _columns(16_000) + "/>" + _cell_ods()),
    ),
    "text-repeated": lambda f: ods(f, _row_ods(_cell_ods(_columns(400), "0" * 100_000), 9_000)),
    "two-billion-spaces": lambda f: ods(f, _row_ods(_cell_ods(words='<text:s text:c="2000000000"/>'))),
    "nested": lambda f: _with_sheet(f, b"<a>" * (6 * MB)),
}
"""What would take all memory, or minutes: each must be refused, within bounds."""

WRONG: dict[str, Make] = {
    "outside-entity": lambda f: _with_sheet(f, _sheet(rows(_text("&file;")), _outside("worksheet"))),
    "outside-entity-ods": lambda f: ods(f, _row_ods(_cell_ods(words="&file;")), _outside("office:document-content")),
    "doctype-alone": lambda f: _with_sheet(f, _sheet(rows(_text("a"), _text("b")), "<!DOCTYPE worksheet>")),
    "doctype-in-strings": lambda f: xlsx(f, sharedStrings=_laughing("sst").encode() + _strings("&l9;")),
    "shared-text-that-is-not-there": lambda f: xlsx(f, rows(_shared(0), _shared(7)), sharedStrings=_strings("a")),
    "shared-text-before-the-first": lambda f: xlsx(f, rows(_shared(0), _shared(-1)), sharedStrings=_strings("a")),
    "shared-text-number-of-5000-digits": lambda f: xlsx(f, rows(_shared("9" * 5000)), sharedStrings=_strings("a")),
    "no-shared-text-at-all": lambda f: xlsx(f, rows(_shared(0), _shared(0))),
    "row-0": lambda f: xlsx(f, '<row r="1"><c r="A0"><v>1</v></c></row>'),
    "column-after-the-last": lambda f: xlsx(f, '<row r="1"><c r="XFD1048577"><v>1</v></c></row>'),
    "column-of-seven-letters": lambda f: xlsx(f, '<row r="1"><c r="AAAAAAA1"><v>1</v></c></row>'),
    "cell-without-a-row": lambda f: xlsx(f, '<row r="1"><c r="AA"><v>1</v></c></row>'),
    "cell-without-a-column": lambda f: xlsx(f, '<row r="1"><c r="12"><v>1</v></c></row>'),
    "cell-in-other-digits": lambda f: xlsx(f, '<row r="1"><c r="A١"><v>1</v></c></row>'),
    "row-of-20-digits": lambda f: xlsx(f, f'<row r="{"9" * 20}"><c><v>1</v></c></row>'),
    "comment-in-a-cell": lambda f: xlsx(f, rows("<c t='s'><v>1<!-- -->0</v></c>"), sharedStrings=_strings("a")),
    "columns-repeated-in-words": lambda f: ods(f, _row_ods(_cell_ods(_columns("many")))),
    "columns-repeated-below-0": lambda f: ods(f, _row_ods(_cell_ods(_columns(-1)))),
    "columns-repeated-5000-digits": lambda f: ods(f, _row_ods(_cell_ods(_columns("9" * 5000)))),
    "rows-repeated-5000-digits": lambda f: ods(f, _row_ods(_cell_ods(), "9" * 5000)),
    "utf-16": lambda f: _with_sheet(f, _sheet(rows(_text("a"))).decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "twice-the-same-part": lambda f: packed(
        [*parts_of(lambda path: write_xlsx(path, _ROOMS), f).items(), (SHEET, _sheet(rows(_text("other"))))]
    ),
    "not-closed": lambda f: _with_sheet(f, _sheet(rows(_text("a")))[:-20]),
    "text-that-is-not-what-was-packed": lambda f: packed(
        parts_of(lambda path: write_xlsx(path, _ROOMS), f), zipfile.ZIP_STORED
    ).replace(b"kamer", b"kAmer"),
    "locked": lambda f: bytes(_locked(packed(parts_of(lambda path: write_xlsx(path, _ROOMS), f), zipfile.ZIP_STORED))),
    "binary-workbook": lambda f: packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\0" * 100}),
    "path-upwards": lambda f: packed({"../../xl/workbook.xml": b"<a/>", "/etc/passwd": b"x"}),
}
"""What no spreadsheet program writes: each must be refused in a sentence."""


def _locked(whole: bytes) -> bytearray:
    """The packed file with each part marked as locked by a password."""
    changed = bytearray(whole)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + at] |= 1
            place = changed.find(mark, place + 4)
    return changed


ODD: dict[str, tuple[Make, list[list[object]]]] = {
    "dimension-that-lies": (
        lambda f: _with_sheet(f, _sheet(rows(_text("kamer"), _text("12")), before='<dimension ref="A1:XFD1048576"/>')),
        [["kamer"], ["12"]],
    ),
    "formula-with-its-value": (
        lambda f: xlsx(f, rows(_text("kamer"), '<c t="str"><f>cmd|"/C calc"!A0</f><v>=12</v></c>')),
        [["kamer"], ["=12"]],
    ),
    "errors": (
        lambda f: xlsx(f, rows(_text("kamer"), '<c t="e"><v>#DIV/0!</v></c>', _text("12"))),
        [["kamer"], [""], ["12"]],
    ),
    "style-that-is-not-there": (
        lambda f: xlsx(f, rows(_text("kamer"), '<c s="99999"><v>1</v></c>')),
        [["kamer"], [1.0]],
    ),
    "shared-texts": (
        lambda f: xlsx(f, rows(_shared(1), _shared(0)), sharedStrings=_strings("12", "kamer")),
        [["kamer"], ["12"]],
    ),
    "day-of-no-calendar": (
        lambda f: ods(f, _row_ods('<table:table-cell office:value-type="date" office:date-value="9999999-99-99"/>')),
        [["9999999-99-99", ""], ["kamer", "bedden"], ["12", 4.0]],
    ),
    "boolean": (lambda f: xlsx(f, rows(_text("kamer"), '<c t="b"><v>1</v></c>')), [["kamer"], [True]]),
    "infinity": (lambda f: xlsx(f, rows(_text("kamer"), "<c><v>1e999</v></c>")), [["kamer"], [float("inf")]]),
    "day-out-of-range": (
        lambda f: xlsx(f, rows(_text("kamer"), '<c s="1"><v>99999999999</v></c>')),
        [["kamer"], [99999999999.0]],
    ),
    "day-before-the-first": (lambda f: xlsx(f, rows(_text("kamer"), '<c s="1"><v>-5</v></c>')), [["kamer"], [time(0)]]),
    "empty-million-below": (lambda f: ods(f, ""), [["kamer", "bedden"], ["12", 4.0]]),
    "cells-repeated": (
        lambda f: ods(f, _row_ods(_cell_ods(_columns(2)), 2)),
        [["x", "x"], ["x", "x"], ["kamer", "bedden"], ["12", 4.0]],
    ),
    "control-characters": (
        lambda f: xlsx(f, rows(_text("kamer"), _text("_x001B_[31m&#x202e;12"))),
        [["kamer"], ["\x1b[31m\u202e12"]],
    ),
}
"""What is odd and yet a sheet, with how it reads."""
