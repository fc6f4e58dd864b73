"""Files that are made from others, committed, and never stale: `python -m tests.generated`.

    python -m tests.generated            write what differs
    python -m tests.generated --check    name what differs and fail
    python -m tests.generated --update   first bring the catalogue's texts up to the code's, then write

A new one is one line in GENERATED: its path, and a function from the root of the repository to its content
(None: there is nothing to make it from yet).
"""

import argparse
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FLOORS = ("desk", "storage", "screens")
LOCALE = "nl"
PO = Path("desk/locale/nl/LC_MESSAGES/desk.po")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}

# A text as the code has it: one form, or the singular and the plural.
Text: TypeAlias = str | tuple[str, ...]


def compiled_catalogue(root: Path) -> bytes | None:
    """The catalogue as the program reads it."""
    if not (root / PO).exists():
        return None
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(root))
    return compiled.getvalue()


GENERATED: dict[Path, Callable[[Path], str | bytes | None]] = {
    PO.with_suffix(".mo"): compiled_catalogue,
}


def stale(root: Path = ROOT) -> dict[Path, bytes]:
    """The generated files that are missing or differ from what they are made from, with what they should hold."""
    found = {}
    for path, make in GENERATED.items():
        content = make(root)
        if content is None:
            continue
        wanted = content if isinstance(content, bytes) else content.encode()
        file = root / path
        if not file.exists() or file.read_bytes() != wanted:
            found[path] = wanted
    return found


def texts_in_code(root: Path = ROOT) -> set[Text]:
    """Every text the code marks for translation, on all floors."""
    found: set[Text] = set()
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            with path.open("rb") as source:
                found.update(text for _, text, _, _ in extract("python", source, keywords=KEYWORDS))
    return found


def catalogue_differences(root: Path = ROOT) -> tuple[list[str], list[str]]:
    """The texts of the code that the catalogue lacks, and those of the catalogue that no code says any more."""
    if not (root / PO).exists():
        return [], []
    code = texts_in_code(root)
    catalogue = {_text(message) for message in read_catalogue(root) if message.id}
    return _sorted(code - catalogue), _sorted(catalogue - code)


def update_catalogue(root: Path = ROOT) -> None:
    """Bring the catalogue's texts up to the code's; new ones have no translation, unused ones go.

    No guesses, no line numbers and one line a text: a change of the code is a small change of the catalogue.
    """
    template = Catalog()
    for text in texts_in_code(root):
        template.add(text)
    file = root / PO
    if file.exists():
        catalogue = read_catalogue(root)
    else:
        catalogue = Catalog(
            locale=LOCALE, project="doorstroom", header_comment="# The Dutch of Doorstroom.", fuzzy=False
        )
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)


def read_catalogue(root: Path) -> Catalog:
    """The catalogue as people edit it."""
    with (root / PO).open("rb") as source:
        return read_po(source, locale=LOCALE)


def _text(message: Message) -> Text:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _sorted(texts: set[Text]) -> list[str]:
    return sorted(text if isinstance(text, str) else text[0] for text in texts)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Do what the arguments ask and return the exit code: 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated", description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; name what is stale and fail")
    parser.add_argument("--update", action="store_true", help="bring the catalogue's texts up to the code's first")
    options = parser.parse_args(arguments)
    if options.check and options.update:
        parser.error("--check writes nothing, --update does: choose one")

    if options.update:
        _, unused = catalogue_differences(root)
        update_catalogue(root)
        for text in unused:
            print(f"taken out of {PO}: {text!r}")
    missing, unused = catalogue_differences(root)
    for text in missing:
        print(f"not in {PO}: {text!r}")
    for text in unused:
        print(f"in {PO} but said nowhere: {text!r}")
    differing = stale(root)
    for path, content in differing.items():
        print(f"stale: {path}" if options.check else f"written: {path}")
        if not options.check:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    if missing or unused:
        print("bring it up to date with: python -m tests.generated --update")
    elif differing and options.check:
        print("write them with: python -m tests.generated")
    return 1 if missing or unused or (differing and options.check) else 0


if __name__ == "__main__":
    sys.exit(main())
