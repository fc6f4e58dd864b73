"""Real files: CSV, XLSX and ODS as they are sent, and everything that only looks like one."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk import imports
from desk.refusals import Refused
from storage import sheets
from storage.sheets import read_sheet
from tests.sheet_files import write_ods, write_xlsx, xlsx_cell

ROWS: list[list[object]] = [
    ["name", "municipality", "kind", "capacity", "pets"],
    ["De Zwanenhof", "Borne", "goo", 65, True],
]


def csv_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "sheet.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "kamer,bedden\n12,4\n",
        "kamer;bedden\r\n12;4\r\n",
        b"\xef\xbb\xbfkamer;bedden\n12;4",
        '"kamer","bedden"\n"12","4"',
        "sep=;\r\nkamer;bedden\r\n12;4\r\n",
        "kamer,bedden\r12,4\r",
    ],
)
def test_a_csv_is_read_whatever_stands_between_its_cells(tmp_path: Path, content: str | bytes) -> None:
    sheet = imports.rooms(read_sheet(csv_file(tmp_path, content)))
    assert [(room["room"], room["beds"]) for room in sheet.records] == [("12", 4)]


def test_commas_in_quotes_and_in_later_rows_do_not_mislead(tmp_path: Path) -> None:
    rows = read_sheet(csv_file(tmp_path, '"naam, voluit";plaats\n"Zaal ""A"", links";Borne, Zenderen\n'))
    assert rows == [["naam, voluit", "plaats"], ['Zaal "A", links', "Borne, Zenderen"]]


def test_empty_rows_keep_their_place_so_that_row_numbers_are_those_of_the_sheet(tmp_path: Path) -> None:
    content = "\nkamer,bedden\n\n12,x\n,\n"
    with pytest.raises(Refused, match="Row 4, column bedden: 'x'"):
        imports.rooms(read_sheet(csv_file(tmp_path, content)))
    workbook = write_xlsx(tmp_path / "a.xlsx", [[], ["kamer", "bedden"], [], ["12", "x"]])
    with pytest.raises(Refused, match="Row 4, column bedden: 'x'"):
        imports.rooms(read_sheet(workbook))


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "xlsx-called.csv"])
def test_a_spreadsheet_is_told_by_its_content_and_keeps_its_own_values(tmp_path: Path, name: str) -> None:
    write = write_ods if name.endswith("ods") else write_xlsx
    rows = read_sheet(write(tmp_path / name, [*ROWS, ["Hal", "Losser", "crisis", 12.5, date(2022, 4, 7)]]))
    assert rows[1] == ["De Zwanenhof", "Borne", "goo", 65.0, True]
    assert rows[2][3] == 12.5
    assert str(rows[2][4])[:10] == "2022-04-07"


def test_a_date_with_a_time_from_a_spreadsheet_is_a_moment_of_the_site(tmp_path: Path) -> None:
    heading = [*ROWS[0], "bezet", "bezet_op"]
    path = write_xlsx(tmp_path / "a.xlsx", [heading, [*ROWS[1], 4, datetime(2022, 4, 7, 21, 15)]])  # noqa: DTZ001
    (record,) = imports.locations(read_sheet(path), ZoneInfo("Europe/Amsterdam")).records
    assert record["occupied_at"].isoformat() == "2022-04-07T19:15:00+00:00"
    assert (record["capacity"], record["pets"]) == (65, True)


def test_the_first_sheet_with_anything_in_it_is_read(tmp_path: Path) -> None:
    assert read_sheet(write_xlsx(tmp_path / "a.xlsx", [], ROWS))[0][0] == "name"


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no file"):
        read_sheet(tmp_path / "none.csv")
    with pytest.raises(Refused, match="is a folder"):
        read_sheet(tmp_path)
    with pytest.raises(Refused):
        read_sheet(Path("a\0b"))


def test_a_file_one_may_not_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = csv_file(tmp_path, "a,b\n1,2")
    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(Refused, match="may not be read by you"):
        read_sheet(path)


def test_the_name_of_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_sheet(tmp_path / "\x1b[31m\udcffnone.csv")
    assert "\x1b" not in str(refused.value)
    str(refused.value).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b",,\n,,\n", "is empty"),
        (b"kamer,bedden\n\n", "has no rows below the headings"),
        (b"kamer,bedden\n1,2\nZa\xebl,3\n", r"not in UTF-8 \(line 3, byte 3 is 0xEB\)"),
        ("kamer,bedden\n1,2".encode("utf-16"), "UTF-16"),
        (b'kamer,bedden\n"12,4\n', "quotation mark"),
        (b"%PDF-1.7 x", "is not a sheet"),
        (b"\x7fELF\0\0", "is not a sheet"),
        (b"<html><table>", "is not a sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or locked Excel"),
        (b"PK\x03\x04 broken", "is damaged"),
        (b"kamer,bedden\n" + b"1,2\n" * 20_001, "more than 20,000 rows"),
        (b"kamer,bedden\n" + b"1," + b"2" * 140_000, "longer than a sheet can hold"),
    ],
)
def test_what_only_looks_like_a_sheet_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        read_sheet(csv_file(tmp_path, content))
    assert len(refused.value.sentences) == 1


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_BYTES", 2 << 20)
    with pytest.raises(Refused, match="larger than 2 MB"):
        read_sheet(csv_file(tmp_path, b"a,b\n" * (1 << 20)))


def test_another_packed_file_and_a_broken_workbook_are_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(Refused, match="is not a sheet"):
        read_sheet(csv_file(tmp_path, packed.getvalue()))
    whole = write_xlsx(tmp_path / "a.xlsx", ROWS).read_bytes()
    for cut in (len(whole) // 2, len(whole) - 10):
        with pytest.raises(Refused, match="is damaged"):
            read_sheet(csv_file(tmp_path, whole[:cut]))
    with pytest.raises(Refused, match="is damaged"):
        read_sheet(write_xlsx(tmp_path / "b.xlsx", ROWS, body="<row><c></row>"))


def test_an_empty_workbook_and_one_of_headings_alone_are_refused(tmp_path: Path) -> None:
    for write in (write_xlsx, write_ods):
        with pytest.raises(Refused, match="is empty"):
            read_sheet(write(tmp_path / "a", []))
        with pytest.raises(Refused, match="no rows below"):
            read_sheet(write(tmp_path / "a", ROWS[:1]))


def test_a_stray_cell_at_the_far_end_is_refused_before_the_whole_area_is_built(tmp_path: Path) -> None:
    body = f'<row r="1">{xlsx_cell(1, 0, "x")}</row><row r="1048576">{xlsx_cell(1048576, 16383, "x")}</row>'
    with pytest.raises(Refused, match="something in cell XFD1048576"):
        read_sheet(write_xlsx(tmp_path / "a.xlsx", [], body=body))
