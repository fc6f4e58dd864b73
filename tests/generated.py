"""Files that are made from others, committed, and never stale: `python -m tests.generated`.

    python -m tests.generated              write what differs
    python -m tests.generated --check      name what differs and fail
    python -m tests.generated --update     first bring the catalogues' texts up to the code's, then write
    python -m tests.generated --begin fy   begin the catalogue of another language, then write

A new one is one line in GENERATED: its path, and a function from the root of the repository to its content
(None: there is nothing to make it from yet).
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.catalogues import (
    HOUSE,
    PO,
    ROOT,
    Text,
    catalogue_differences,
    compiled,
    languages,
    po_of,
    read_catalogue,
    texts_in_code,
    update_catalogue,
)
from tests.documents import SPELT, command_reference, key_sheet, schema
from tests.locale_data import formats
from tests.manual import manual
from tests.supply.licences import licences

KEYS, COMMANDS, SCHEMA, MANUAL, LICENCES = (
    Path("docs/keys.md"),
    Path("docs/commands.md"),
    Path("docs/schema.md"),
    Path("docs/desk.1"),
    Path("docs/licences.md"),
)
FORMATS = Path("desk/locale_formats.py")
Make = Callable[[Path], str | bytes | None]


def locale_formats(root: Path) -> str | None:
    """The dates and numbers of each language there is, English last."""
    if not (root / "desk" / "language.py").exists():
        return None
    return formats([*languages(root), "en"])


GENERATED: dict[Path, Make] = {
    FORMATS: locale_formats,
    KEYS: key_sheet,
    COMMANDS: command_reference,
    SCHEMA: schema,
    MANUAL: manual,
    LICENCES: licences,
}


def made(root: Path) -> dict[Path, Make]:
    """All generated files: the compiled catalogue of each language, and the others."""
    catalogues: dict[Path, Make] = {
        po_of(language).with_suffix(".mo"): partial(compiled, language=language) for language in languages(root)
    }
    return catalogues | GENERATED


def stale(root: Path = ROOT) -> dict[Path, bytes]:
    """The generated files that are missing or differ from what they are made from, with what they should hold."""
    found = {}
    for path, make in made(root).items():
        content = make(root)
        if content is None:
            continue
        wanted = content if isinstance(content, bytes) else content.encode()
        file = root / path
        if not file.exists() or file.read_bytes() != wanted:
            found[path] = wanted
    return found


def _updated(root: Path, begun: str | None) -> None:
    """Each catalogue has the texts of the code; one that is begun has them without a translation."""
    for language in sorted({*(languages(root) or [HOUSE]), *([begun] if begun else [])}):
        _missing, unused = catalogue_differences(root, language)
        update_catalogue(root, language)
        for text in unused:
            print(f"taken out of {po_of(language)}: {text!r}")


def _differing(root: Path) -> bool:
    """Whether a catalogue has other texts than the code; each of them is named."""
    found = False
    for language in languages(root):
        missing, unused = catalogue_differences(root, language)
        for text in missing:
            print(f"not in {po_of(language)}: {text!r}")
        for text in unused:
            print(f"in {po_of(language)} but said nowhere: {text!r}")
        found = found or bool(missing or unused)
    if found:
        print("bring it up to date with: python -m tests.generated --update")
    return found


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Do what the arguments ask and return the exit code: 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated", description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; name what is stale and fail")
    parser.add_argument("--update", action="store_true", help="bring the catalogues' texts up to the code's first")
    parser.add_argument("--begin", metavar="CODE", help="begin the catalogue of another language, as in fy")
    options = parser.parse_args(arguments)
    if options.check and (options.update or options.begin):
        parser.error("--check writes nothing, --update and --begin do: choose one")

    if options.update or options.begin:
        _updated(root, options.begin)
    texts_differ = _differing(root)
    differing = stale(root)
    for path, content in differing.items():
        print(f"stale: {path}" if options.check else f"written: {path}")
        if not options.check:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    if FORMATS in differing and not options.check:
        # this process had loaded the languages as they were; what else is made knows them from there
        return subprocess.run([sys.executable, "-m", "tests.generated"], cwd=root, check=False).returncode
    if differing and options.check:
        print("write them with: python -m tests.generated")
    return 1 if texts_differ or (differing and options.check) else 0


__all__ = [
    "COMMANDS",
    "FORMATS",
    "GENERATED",
    "KEYS",
    "LICENCES",
    "MANUAL",
    "PO",
    "ROOT",
    "SCHEMA",
    "SPELT",
    "Text",
    "catalogue_differences",
    "main",
    "read_catalogue",
    "stale",
    "texts_in_code",
]

if __name__ == "__main__":
    sys.exit(main())
