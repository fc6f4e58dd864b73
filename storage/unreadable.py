"""What is said of a file that cannot be read as a sheet, and what to do instead."""

from pathlib import Path

from desk.language import _, number
from desk.names import clean
from desk.refusals import Refused


def said(path: Path) -> str:
    """The name of a file, safe in a sentence."""
    return clean(str(path), limit=5000)


def not_a_sheet(path: Path) -> Refused:
    """It is something else."""
    return Refused(_("{file} is not a sheet: give a CSV, XLSX or ODS file.").format(file=said(path)))


def broken(path: Path) -> Refused:
    """It is no whole file, or not as a spreadsheet program writes one."""
    return Refused(
        _("{file} is damaged and cannot be read: open it, save it again as XLSX or CSV.").format(file=said(path))
    )


def empty(path: Path) -> Refused:
    """Nothing stands in it."""
    return Refused(_("{file} is empty: give it a row of headings and one row for each line.").format(file=said(path)))


def too_many_rows(path: Path, most: int) -> Refused:
    """It has more rows than are read at once."""
    return Refused(
        _("{file} has more than {most} rows: split it into smaller files.").format(file=said(path), most=number(most))
    )


def too_large(path: Path, most_cells: int) -> Refused:
    """All the way to its last cells it is more than fits."""
    return Refused(
        _("{file} reaches over more than {most} cells: save only the filled rows and columns, as CSV.").format(
            file=said(path), most=number(most_cells)
        )
    )


def unpacks_to(path: Path, most_bytes: int) -> Refused:
    """Unpacked it is more than fits."""
    return Refused(
        _("{file} unpacks to more than {most} MB: save only the sheet itself as CSV.").format(
            file=said(path), most=most_bytes >> 20
        )
    )


def cell_too_long(path: Path, line: int | None = None) -> Refused:
    """A cell holds more than a sheet can."""
    if line is None:
        words = _("{file} has a cell that is longer than a sheet can hold; shorten it.")
        return Refused(words.format(file=said(path)))
    return Refused(
        _("{file}, line {line}: a cell is longer than a sheet can hold; shorten it there.").format(
            file=said(path), line=line
        )
    )
