"""The parts of a workbook read as XML before the library does: how much it would build, refused where that is too much.

XLSX and ODS alike, each known by its own names of elements. Where two readers could see two things, it is refused too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from desk.language import _, number
from desk.refusals import Refused
from storage.unreadable import broken, cell_too_long, said, too_large, unpacks_to

if TYPE_CHECKING:
    from pyexpat import XMLParserType

MOST_UNPACKED = 100 * 1024 * 1024
MOST_TEXT = 20 * 1024 * 1024
"""Letters in all cells together, each counted as often as it is repeated."""
MOST_ROWS = 40_000
MOST_COLUMNS = 500
MOST_CELLS = 2_000_000
"""Of the area up to the last cell, all sheets together."""
LONGEST_CELL = 131_072
DEEPEST = 100
_NAME = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SMALL = re.compile(r"[0-9]{1,10}")
_FILLED = frozenset(
    f"office:{name}" for name in ("value", "value-type", "string-value", "date-value", "time-value", "boolean-value")
) | {"table:formula"}
"""What makes a cell of an ODS table more than an empty one."""

_Does = Callable[..., None]


@dataclass
class Counted:
    """What was found in the parts of a workbook so far; each limit refuses as soon as it is passed."""

    path: Path
    unpacked: int = 0
    text: int = 0
    cells: int = 0
    strings: list[int] = field(default_factory=list)
    """How long each shared text of an XLSX file is."""

    def looked_through(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of one part, each after it was read as XML."""
        from xml.parsers.expat import ParserCreate

        part = Part(self)
        parser = ParserCreate("utf-8")  # in whatever it says to be written: the library reads nothing else
        part.listen_to(parser)
        for piece in pieces:
            self.unpacked += len(piece)
            if self.unpacked > MOST_UNPACKED:
                raise unpacks_to(self.path, MOST_UNPACKED)
            if b"\0" in piece:  # UTF-16, of which the library would see something else
                raise broken(self.path)
            parser.Parse(piece)
            yield piece
        parser.Parse(b"", True)
        part.ended()

    def add_text(self, letters: int) -> None:
        """So many letters more stand in cells."""
        self.text += letters
        if self.text > MOST_TEXT:
            raise unpacks_to(self.path, MOST_TEXT)

    def add_cells(self, count: int) -> None:
        """So many cells more are built."""
        self.cells += count
        if self.cells > MOST_CELLS:
            raise too_large(self.path, MOST_CELLS)


class Part:
    """One part as it is read: where its cells stand, XLSX and ODS alike, each known by its own names of elements."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self._depth = 0
        self._open = False
        """Whether this is within a cell or a shared text; how many letters that has."""
        self._letters = 0
        self._area = (0, 0)
        self._starts = {
            "row": self._row,
            "c": self._c,
            "v": self._v,
            "si": self._opens,
            "table:table-row": self._table_row,
            "table:table-cell": self._table_cell,
            "table:covered-table-cell": self._table_cell,
            "text:s": self._spaces,
        }
        self._ends = {
            "row": self._row_ends,
            "c": self._c_ends,
            "v": self._v_ends,
            "si": self._si_ends,
            "table:table-row": self._table_row_ends,
            "table:table-cell": self._table_cell_ends,
            "table:covered-table-cell": self._table_cell_ends,
            "table:table": self._table_ends,
        }
        # XLSX: the row and the column that a cell without a name stands in
        self._at_row, self._at_column = 1, 1
        self._is_shared = False
        self._place: list[str] | None = None
        """What stands where a shared text is pointed at."""
        # ODS: what is repeated, and the empty ones that count only where something follows
        self._row_times, self._rows, self._empty_rows = 1, 0, 0
        self._columns, self._empty_columns, self._width = 0, 0, 0
        self._cell_times, self._is_filled = 1, False

    def listen_to(self, parser: "XMLParserType") -> None:
        """Be told of what stands in the part."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._other
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._between

    def ended(self) -> None:
        """The part is whole: the area that the library builds of it is known."""
        rows, columns = self._area
        self._counted.add_cells(rows * columns)

    def _start(self, name: str, told: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise broken(self._counted.path)
        if begin := self._known(self._starts, name):
            begin(told)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if end := self._known(self._ends, name):
            end()

    @staticmethod
    def _known(names: Mapping[str, _Does], name: str) -> _Does | None:
        """As the library knows them: of ODS by the whole name, of XLSX by what stands behind the colon."""
        return names.get(name) or names.get(name.rpartition(":")[2])

    def _characters(self, text: str) -> None:
        if self._open:
            self._add(len(text))
        if self._place is not None:
            self._place.append(text)

    def _add(self, letters: int) -> None:
        self._letters += letters
        if self._letters > LONGEST_CELL:
            raise cell_too_long(self._counted.path)

    def _other(self, *_told: object) -> None:
        """No spreadsheet program writes a document type, and what it can declare is endless."""
        raise broken(self._counted.path)

    def _between(self, *_told: object) -> None:
        """Within a cell a comment would part what stands there, for one reader and not for another."""
        if self._open:
            raise broken(self._counted.path)

    def _opens(self, _told: Mapping[str, str]) -> None:
        self._open, self._letters = True, 0

    def _closes(self) -> int:
        self._open = False
        return self._letters

    def _reaches(self, row: int, column: int, name: str = "") -> None:
        """Something stands there: everything up to it is built."""
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise Refused(
                _("{file} has something in cell {cell}, beyond {rows} rows or {columns} columns: remove it.").format(
                    file=said(self._counted.path),
                    cell=name or f"{column_name(column)}{row}"[:20],
                    rows=number(MOST_ROWS),
                    columns=MOST_COLUMNS,
                )
            )
        self._area = max(self._area[0], row), max(self._area[1], column)

    # --- XLSX -------------------------------------------------------------------------------

    def _row(self, told: Mapping[str, str]) -> None:
        if "r" in told:
            self._at_row = self._whole(told["r"])
        self._at_column = 1

    def _row_ends(self) -> None:
        self._at_row += 1

    def _c(self, told: Mapping[str, str]) -> None:
        row = self._at_row
        if "r" in told:
            named = _NAME.fullmatch(told["r"])
            if named is None:
                raise broken(self._counted.path)
            row, self._at_column = int(named[2]), column_number(named[1])
        self._reaches(row, self._at_column, told.get("r", ""))
        self._at_column += 1
        self._is_shared = told.get("t") == "s"
        self._opens(told)

    def _c_ends(self) -> None:
        self._counted.add_text(self._closes())
        self._is_shared = False

    def _v(self, _told: Mapping[str, str]) -> None:
        self._place = [] if self._is_shared else None

    def _v_ends(self) -> None:
        if self._place is not None and (place := "".join(self._place).strip()):
            if not _SMALL.fullmatch(place) or int(place) >= len(self._counted.strings):
                raise broken(self._counted.path)
            self._counted.add_text(self._counted.strings[int(place)])
        self._place = None

    def _si_ends(self) -> None:
        self._counted.strings.append(self._closes())

    # --- ODS --------------------------------------------------------------------------------

    def _table_row(self, told: Mapping[str, str]) -> None:
        self._row_times = self._whole(told.get("table:number-rows-repeated", "1"))
        self._columns = self._empty_columns = self._width = 0

    def _table_row_ends(self) -> None:
        if not self._width:
            self._empty_rows += self._row_times
            return
        self._rows += self._empty_rows + self._row_times
        self._empty_rows = 0
        self._reaches(self._rows, self._width)

    def _table_cell(self, told: Mapping[str, str]) -> None:
        self._cell_times = self._whole(told.get("table:number-columns-repeated", "1"))
        self._is_filled = not _FILLED.isdisjoint(told)
        self._opens(told)
        self._add(sum(len(value) for key, value in told.items() if key in _FILLED))

    def _table_cell_ends(self) -> None:
        if self._is_filled:
            self._columns += self._empty_columns + self._cell_times
            self._empty_columns, self._width = 0, self._columns
            self._reaches(self._rows + 1, self._width)
            self._counted.add_text(self._closes() * self._cell_times * self._row_times)
        else:
            self._empty_columns += self._cell_times
            self._closes()

    def _table_ends(self) -> None:
        """Every table is built when the file is opened."""
        self.ended()
        self._area = (0, 0)
        self._rows = self._empty_rows = 0

    def _spaces(self, told: Mapping[str, str]) -> None:
        self._add(self._whole(told.get("text:c", "1")))

    def _whole(self, text: str) -> int:
        if not _SMALL.fullmatch(text):
            raise broken(self._counted.path)
        return int(text)


def column_number(letters: str) -> int:
    """Which column its letters name, the first being 1."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def column_name(column: int) -> str:
    """The letters that name a column."""
    letters = ""
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(65 + left) + letters
    return letters
