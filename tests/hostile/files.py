"""The readers of files: sheets as CSV, XLSX and ODS, read into rows and then into every list that is made from one."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple
from functools import cache
from pathlib import Path

from desk import imports, meeting_sheets, passengers
from desk.refusals import Refused
from desk.sheets import Sheet
from storage.sheet_xml import MOST_CELLS
from storage.sheets import MOST_ROWS, read_sheet
from tests.hostile.parsers import LONGEST_SENTENCE, all_safe, must, parser, safe
from tests.hostile.texts import TODAY, TZ
from tests.sheet_files import write_ods_content, write_xlsx

Rows = Sequence[Sequence[object]]
_LISTS: tuple[Callable[[Rows], object], ...] = (
    imports.rooms,
    imports.municipalities,
    lambda rows: imports.locations(rows, TZ),
    lambda rows: imports.reports(rows, TZ),
    lambda rows: imports.forecast(rows, TZ),
    lambda rows: meeting_sheets.decisions(rows, TZ),
    meeting_sheets.participants,
)


@cache
def folder() -> Path:
    """Where the files lie while they are read."""
    kept = tempfile.TemporaryDirectory(prefix="desk-hostile-")
    _KEPT.append(kept)
    return Path(kept.name)


_KEPT: list[object] = []


def _read(path: Path) -> None:
    rows = read_sheet(path)
    must(sum(map(len, rows)) <= MOST_CELLS, "more cells than fit", len(rows))
    must(sum(any(row) for row in rows) <= MOST_ROWS + 1, "more rows than are read", len(rows))
    for make in _LISTS:
        try:
            sheet = make(rows)
        except Refused as no:
            _sentences(no)
            continue
        assert isinstance(sheet, Sheet)
        safe(*sheet.unknown, *sheet.left_out)
        for record in sheet.records:
            all_safe(record.values())
    try:
        found = passengers.read(rows, TODAY)
    except Refused as no:
        _sentences(no)
        return
    for party in found.parties:
        all_safe(astuple(party))
        must(1 <= party.people == len(party.members), "other people than rows", party.people)


def _sentences(no: Refused) -> None:
    must(len(no.sentences) <= 60, "sentences without end", len(no.sentences))
    for sentence in no.sentences:
        must(0 < len(sentence) <= LONGEST_SENTENCE, "no sentence, or one without end", sentence)


_HEADINGS = (
    "kamer,bedden\n12,4\n",
    "huishouden;achternaam;leeftijd;geslacht;relatie;ondersteuning;nationaliteit\nA;Petrenko;34;v;zelf;babybed;UKR\n",
    "name,municipality,kind,capacity,occupied_at\nHal,Borne,goo,65,2022-04-07 21:15\n",
    "dag,gunstig,verwacht,ongunstig\n7-4-2022,1,2,3\n",
    "nr,type,tekst,termijn,status\n1,K:,x,7-4-2022,open\n",
    "gemeentecode,gemeente,inwoners\nGM0141,Almelo,73000\n",
)


@parser("csv", *_HEADINGS, "sep=;\r\n", '"', '""', ",", ";", "\r", "\ufeff", "=cmd|'/C calc'!A0", "totaal", "\x1b[31m")
def _(raw: bytes) -> None:
    path = folder() / "sheet.csv"
    path.write_bytes(raw)
    _read(path)


@parser(
    "xlsx",
    *('<row r="1">', "<row>", "</row>", '<c r="A1">', '<c r="XFD1048576"', "<c>", "</c>", ' t="s"', ' t="b"', ' t="e"'),
    *(' t="inlineStr"', ' t="str"', ' s="1"', "<is><t>", "</t></is>", "<v>", "</v>", "<f>", "</f>", "<!--", "-->"),
    *("&lt;", "&#x202e;", "_x001B_", "<row/>", "<c/>", "</sheetData>", "<sheetData>", "<mergeCell ref='A1:B2'/>"),
)
def _(raw: bytes) -> None:
    # a seed that begins with rows of CSV is no XML; those of this parser are the rows of a sheet
    _read(write_xlsx(folder() / "sheet.xlsx", [], body=raw.decode("utf-8", "replace") or " "))


@parser(
    "ods",
    *("<table:table-row>", "</table:table-row>", "<table:table-cell>", "</table:table-cell>", "<table:table-cell/>"),
    *(' table:number-columns-repeated="', ' table:number-rows-repeated="', ' office:value-type="string"', "<text:p>"),
    *(
        ' office:value="',
        ' office:date-value="2022-04-07"',
        ' office:time-value="PT2H"',
        ' office:boolean-value="true"',
    ),
    *('<text:s text:c="', '"/>', "</text:p>", "<table:covered-table-cell/>", "</table:table>", ' table:formula="', '"'),
)
def _(raw: bytes) -> None:
    _read(write_ods_content(folder() / "sheet.ods", raw.decode("utf-8", "replace")))


@parser("packed", "PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "xl/workbook.xml", "mimetype", "content.xml")
def _(raw: bytes) -> None:
    path = folder() / "packed"
    path.write_bytes(b"PK" + raw)
    _read(path)
