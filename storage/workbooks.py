"""Workbooks from outside, XLSX and ODS: looked through first, and only what was seen is handed to the library.

The library builds the whole area up to the last cell, as often as the file says, and ends the process when there is no
memory for it. So every part is unpacked here, counted and read as XML once, and packed anew: what a header says of
sizes, what lies twice or over another, and whatever is no XML never reaches the library.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from desk.cells import is_empty
from desk.language import _
from desk.refusals import Refused
from storage.sheet_xml import MOST_CELLS, Counted
from storage.unreadable import broken, empty, not_a_sheet, said, too_large

MOST_PARTS = 2_000
_PIECE = 1 << 18
_NOT_READ = re.compile(
    r"docprops/|customxml/|xl/(?:calcchain|theme/|drawings/|charts/|pivot|comments|persons/|threaded|external|tables/)",
    re.IGNORECASE,
)
"""Parts of an XLSX file that are of no use here."""
_CONTENT = "content.xml"
_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
_OWN = {
    "mimetype": _KIND,
    "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    b'<manifest:file-entry manifest:full-path="/" manifest:media-type="%s"/></manifest:manifest>' % _KIND,
}
"""What an ODS file must have beside its content."""


def read_workbook(content: bytes, path: Path) -> list[list[object]]:
    """Rows of the first sheet with content of an XLSX or ODS file."""
    checked = _checked(content, path)
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    built = 0
    try:
        workbook = load_workbook(io.BytesIO(checked))
        for place, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
                continue
            rows: list[list[object]] = [
                list(row) for row in workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
            ]
            if any(not is_empty(cell) for row in rows for cell in row):
                return rows
            built += sum(map(len, rows)) + 1
            if built > MOST_CELLS:  # many sheets can be one and the same part
                raise too_large(path, MOST_CELLS)
    except Refused:
        raise
    except Exception:  # the library's own errors share no base, and a broken file raises many kinds
        raise broken(path) from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # of the library, which has no name for it to be caught by
            raise
        raise broken(path) from None
    raise empty(path)


def _checked(content: bytes, path: Path) -> bytes:
    """The workbook packed anew, with nothing in it but the XML that was looked through."""
    anew = io.BytesIO()
    counted = Counted(path)
    try:
        if content.count(b"PK\x01\x02") > MOST_PARTS:
            raise broken(path)
        with (
            zipfile.ZipFile(io.BytesIO(content)) as packed,
            zipfile.ZipFile(anew, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        ):
            names = _to_read(packed, path)
            for name, own in _OWN.items() if names == [_CONTENT] else ():
                out.writestr(name, own)
            for name in names:
                with out.open(name, "w") as part:
                    for piece in counted.looked_through(_pieces(packed, name)):
                        part.write(piece)
    except Refused:
        raise
    except Exception:  # what a packed file can be wrong in has no common base
        raise broken(path) from None
    return anew.getvalue()


def _to_read(packed: zipfile.ZipFile, path: Path) -> list[str]:
    """The parts of a sheet; refused where it is none, or two parts have one name."""
    names = packed.namelist()
    if len(set(names)) != len(names):
        raise broken(path)
    is_ods = "mimetype" in names and b"spreadsheet" in _beginning(packed, "mimetype")
    if any(item.flag_bits & 1 for item in packed.infolist()) or (is_ods and _is_locked(packed)):
        raise Refused(_("{file} has a password: save it without one.").format(file=said(path)))
    if is_ods:
        return [_CONTENT]
    if "xl/workbook.bin" in names:
        raise Refused(_("{file} is a binary Excel file (XLSB): save it as XLSX.").format(file=said(path)))
    if "xl/workbook.xml" not in names:
        raise not_a_sheet(path)
    read = [name for name in names if name.lower().endswith((".xml", ".rels")) and not _NOT_READ.match(name)]
    # the texts first: how long they are is asked for where the cells point at them
    return sorted(read, key=lambda name: not name.lower().endswith("sharedstrings.xml"))


def _is_locked(packed: zipfile.ZipFile) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in packed.namelist() and b"manifest:encryption-data" in _beginning(packed, manifest, _PIECE)


def _beginning(packed: zipfile.ZipFile, name: str, most: int = 200) -> bytes:
    with packed.open(name) as part:
        return part.read(most)


def _pieces(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with packed.open(name) as unpacked:
        while piece := unpacked.read(_PIECE):
            yield piece
