"""The formats of a report: text stays text, numbers are numbers, and the same report is the same bytes."""

import csv
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from desk.language import speak
from desk.reports.document import Block, Cell, Chart, Column, Document, Figure, Table
from screens.reports import md
from screens.reports.formats import FORMATS, lines_of_block, render
from storage.reports import OF_PERIOD, make
from storage.store import Desk
from tests import store
from tests.cli import ROOT
from tests.report_store import FORMULA, MARKUP, OUTSIDE, begins, busy

AT = store.moment()
EVIL = ("=1+1", "+31", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "|cmd", "'=1", "plain")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with busy(tmp_path_factory.mktemp("formats")) as found:
        yield found


def document(*rows: Sequence[Cell], total: tuple[Cell, ...] = (), **more: Any) -> Document:
    """A report with one table: text, a whole number, a number, a day, a moment."""
    columns = [Column(name, name) for name in ("text", "count", "rate", "day", "moment")]
    table = Table(columns, rows, total, "Nothing here.")
    blocks = (Block("Lines", (Figure("free", -3, "of 60"),), ("A note.",), table),)
    known: dict[str, Any] = {"data": {"rows": [row[0] for row in rows]}, "blocks": blocks, **more}
    return Document("test", "Test report", AT, "Europe/Amsterdam", "Oldenzaal", "TCVS", **known)


LINE: list[Cell] = ["Zaal", 1200, 57.5, date(2022, 4, 7), AT]


def sheet(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def test_what_prints_a_page_or_a_workbook_is_loaded_by_nothing_else() -> None:
    code = "import sys, screens.cli.reports, storage.reports"
    code += "".join(f", screens.reports.{form}" for form in ("txt", "md", "rows", "data"))
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert {"jinja2", "pygal", "xlsxwriter", "textual"}.isdisjoint(done.stdout.split())


# --- spreadsheets -------------------------------------------------------------------------------


def test_text_in_a_csv_can_never_become_a_formula() -> None:
    content = render(document(*([text, -1, -1.5, None, None] for text in EVIL)), "csv").decode()
    rows = list(csv.reader(io.StringIO(content, newline="")))
    texts = [row[0] for row in rows if len(row) == 5][1:]
    assert len(texts) == len(EVIL)
    for told, kept in zip(texts, EVIL, strict=True):
        assert told in (kept, f"'{kept}")
        assert not re.match(r"\s*[=+\-@|＝]", told)
    # what is a number stays one, below zero too
    assert rows[-1][1:3] == ["-1", "-1.5"]


def test_a_workbook_has_no_formula_and_no_link_whatever_the_text() -> None:
    content = render(document(*([text, 1, 1.5, None, None] for text in (*EVIL, "http://x.test"))), "xlsx")
    found = parts(content)
    worksheets = [text for name, text in found.items() if "worksheets/" in name]
    assert worksheets
    assert not any("<f>" in text or "<f " in text or "<hyperlink" in text for text in worksheets)
    assert not any("External" in text for text in found.values())
    # as it was written, mark for mark
    assert [row[0] for row in sheet(content, "Lines")][1:-1] == list(EVIL)


def test_a_workbook_has_real_numbers_days_and_moments() -> None:
    rows = sheet(render(document(LINE, total=("total", 1200, None, None, None)), "xlsx"), "Lines")
    assert rows[1] == ["Zaal", 1200, 57.5, date(2022, 4, 7), datetime(2022, 4, 8, 2, 41)]  # noqa: DTZ001 - a sheet's
    assert isinstance(rows[1][1], float | int)
    assert rows[2][:2] == ["total", 1200]


def test_two_tables_of_one_name_get_a_sheet_each() -> None:
    table = Table([Column("a", "a")], [["x"]])
    title = "[Anything]: that / no * sheet ? may \\ be called, and long"
    blocks = (
        Block(title, table=table),
        Block(title, table=table),
        Block("", table=table),
        Block("History", table=table),
    )
    names = CalamineWorkbook.from_filelike(io.BytesIO(render(document(blocks=blocks), "xlsx"))).sheet_names
    assert len(names) == len({name.casefold() for name in names}) == 5
    assert all(len(name) <= 31 for name in names)


def test_the_daily_csv_has_its_tags_and_only_lines_that_may_be_added_up(desk: Desk) -> None:
    rows = list(csv.reader(io.StringIO(render(make(desk, "daily"), "csv").decode(), newline="")))
    headings, tags, *lines = rows
    assert len({len(row) for row in rows}) == 1
    assert len(set(tags)) == len(tags) == len(headings)
    assert {
        "#date+peil", "#adm2+code", "#adm2+name", "#loc+name", "#loc+type", "#capacity+realised",
        "#capacity+out_of_use", "#affected+present", "#capacity+reserved", "#capacity+free", "#affected+f+adults",
        "#affected+m+adults", "#affected+children", "#meta+source",
    } <= set(tags)  # fmt: skip
    found = [dict(zip(tags, line, strict=True)) for line in lines]
    assert {line["#date+peil"] for line in found} == {"2022-04-08T02:41:00+02:00"}
    assert all(line["#capacity+realised"].isdecimal() for line in found)
    names = {line["#loc+name"] for line in found}
    assert f"'{FORMULA}" in names
    assert MARKUP in names
    assert not any("total" in name for name in names)
    assert {line["#adm2+code"][:2] for line in found[1:]} == {"GM"}


def test_a_csv_without_tags_ends_with_its_total(desk: Desk) -> None:
    rows = list(csv.reader(io.StringIO(render(make(desk, "buses", since=begins()), "csv").decode(), newline="")))
    assert rows[-1][0] == "total"
    assert int(rows[-1][2]) == sum(int(row[2]) for row in rows[1:-1])


def test_tables_of_several_blocks_follow_each_other_under_their_titles() -> None:
    one, other = Table([Column("a", "a")], [["x"]]), Table([Column("b", "b")], [[2]])
    figures = Block("Numbers", (Figure("free", 4, "of 60"),))
    content = render(document(blocks=(figures, Block("One", table=one), Block("Other", table=other))), "csv").decode()
    assert content.split("\r\n") == [
        "Numbers", "free,4,of 60", "", "One", "a", "x", "", "Other", "b", "2", "",
    ]  # fmt: skip


# --- pages and plain text -----------------------------------------------------------------------


def test_text_from_outside_is_no_markup_on_a_page() -> None:
    evil = '<script>alert(1)</script>&lt;"'
    chart = Chart("bar", evil, [evil], [(evil, [1])])
    table = Table([Column("a", evil)], [[evil]], (evil,))
    blocks = (Block(evil, (Figure(evil, evil, evil),), (evil,), table, chart),)
    page = render(document(blocks=blocks, lines=(evil,), number=evil), "html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;" in page


def test_a_page_fetches_nothing_and_says_its_language() -> None:
    chart = Chart("line", "People", ["a", "b"], [("in", [1, None]), ("out", [3, 4])])
    for language in ("nl", "en"):
        speak(language)
        page = render(document(LINE, blocks=(Block("Lines", chart=chart),)), "html").decode()
        assert f'<html lang="{language}">' in page
        assert "<svg" in page
        assert 'name="viewport"' in page
        known = page.replace('"http://www.w3.org/2000/svg"', "").replace('"http://www.w3.org/1999/xlink"', "")
        assert re.findall(r"https?:|//\w|url\(|@import|<link|<script|<img|\bsrc=|\bhref=", known) == []


@pytest.mark.parametrize("form", ["txt", "html", "md", "xlsx"])
def test_what_names_people_says_so_on_top(form: str) -> None:
    for internal in (True, False):
        content = render(document(LINE, internal=internal), form)
        text = "\n".join(parts(content).values()) if form == "xlsx" else content.decode()
        assert ("INTERNAL: names of people stand in it" in text) is internal


def test_text_from_outside_is_no_markup_in_markdown() -> None:
    text = render(document([MARKUP, 1, None, None, None]), "md").decode()
    assert "\\<b\\>Huis\\|Markt\\</b\\> \\`x\\` \\[a\\](http\\://x.test)" in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {6}
    assert md.escaped("1. # - www.x.test") == "1\\. \\# - www\\.x.test"
    assert md.escaped("- a\nb") == "\\- a b"


def test_plain_text_stands_in_columns_with_numbers_to_the_right() -> None:
    other: list[Cell] = [
        "A longer name of a place that goes on and on, longer than any column is wide",
        7,
        None,
        None,
        None,
    ]
    lines = render(document(LINE, other, total=("total", 1207, None, None, None)), "txt").decode().splitlines()
    assert max(map(len, lines)) <= 80
    zaal = next(line for line in lines if line.startswith("Zaal"))
    assert zaal.split() == ["Zaal", "1,200", "57.5", "07/04/2022", "08/04", "02:41"]
    ends = [line.index(number) + len(number) for line in lines for number in ("1,200", "1,207") if number in line]
    assert len(set(ends)) == 1
    assert "Nothing here." in render(document(), "txt").decode()


def test_what_does_not_fit_beside_each_other_stands_below_each_other() -> None:
    columns = [Column(f"c{n}", f"Column {n}") for n in range(12)]
    block = Block("Wide", table=Table(columns, [[f"Wilgenhof-{n}" for n in range(12)]]))
    lines = lines_of_block(block, store.AMSTERDAM)
    assert lines[1:3] == ["Column 0   Wilgenhof-0", "Column 1   Wilgenhof-1"]


def test_numbers_and_days_read_as_the_language_in_force_writes_them() -> None:
    speak("nl")
    try:
        assert "1.200  57,5  07-04-2022" in render(document(LINE), "txt").decode()
    finally:
        speak("en")


# --- the same bytes -----------------------------------------------------------------------------


def digests(path: Path) -> dict[str, str]:
    """Every report in every format, as a process sees it that begins with nothing."""
    speak("en")
    desk = Desk(path, "Anna", store.still())
    with desk:
        found = {name: make(desk, name, since=begins() if name in OF_PERIOD else None) for name in OUTSIDE}
        found["chart"] = document(
            LINE, blocks=(Block("Lines", chart=Chart("line", "People", ["a", "b"], [("in", [1, 2])])),)
        )
        return {
            f"{name}.{form}": hashlib.sha256(render(one, form)).hexdigest()
            for name, one in found.items()
            for form in FORMATS
        }


def in_a_process(meet: store.Meet, number: int, path: Path) -> dict[str, str]:
    meet()
    return digests(path)


def test_one_report_is_the_same_bytes_in_every_process(desk: Desk) -> None:
    first, second = store.together(2, in_a_process, desk.path)
    assert first == second == digests(desk.path)


def test_a_workbook_tells_the_moment_it_holds_for_and_no_other() -> None:
    content = render(document(LINE), "xlsx")
    core = parts(content)["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2022-04-08T00:41:00Z"}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
