r"""The corpus: for each parser a file of texts that once did harm, or would do it to a reader that is less careful.

`corpus/NAME.json` is `{what it is: text}`; bytes that are no UTF-8 stand in it as lone surrogates, `\udcff`.
"""

import json
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from tests.hostile import sheets
from tests.hostile.parsers import bytes_of, text_of

FOLDER = Path(__file__).parent / "corpus"
EVERYWHERE = "everywhere"
"""What every parser gets."""


LONG = {
    "digits that no int is read from": b"9" * 5_000,
    "a long word": b"x" * 20_000,
    "a long line": b"Petrenko 5 " * 2_000,
    "spaces without end": b"1 " + b" " * 20_000 + b"x",
    "8-bit titles without end": "\x90".encode() * 10_000,
    "marks without end": b"a" + "\u0301\u0316".encode() * 5_000,
    "quotes without end": b"\"'" * 5_000,
    "brackets without end": b"[{(<" * 5_000,
}
"""What every parser gets too, and is too long for a file."""


def texts(name: str) -> dict[str, bytes]:
    """The corpus of one parser, that of all included."""
    return {**LONG, **_file(EVERYWHERE), **own(name)}


def own(name: str) -> dict[str, bytes]:
    """What of the corpus is of one parser alone."""
    if name == "packed":
        return _packed()
    return _file(name) if _path(name).is_file() else {}


@cache
def _packed() -> dict[str, bytes]:
    """The small files that are made when they are asked for, without the two letters they all begin with."""
    with tempfile.TemporaryDirectory(prefix="desk-hostile-") as folder:
        made = {**sheets.WRONG, **{called: make for called, (make, _rows) in sheets.ODD.items()}}
        return {called: make(Path(folder)).removeprefix(b"PK") for called, make in made.items()}


def keep(name: str, found: bytes) -> str:
    """Put what was found into the corpus; gives what it is called there."""
    path, called = _path(name), f"found {sha256(found).hexdigest()[:8]}"
    there = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    there[called] = text_of(found)
    path.write_text(json.dumps(there, indent=1) + "\n", encoding="utf-8")
    return called


def _path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def _file(name: str) -> dict[str, bytes]:
    there: dict[str, str] = json.loads(_path(name).read_text(encoding="utf-8"))
    return {called: bytes_of(text) for called, text in there.items()}
