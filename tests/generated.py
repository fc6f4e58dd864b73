"""Files that are made from others, committed, and never stale: `python -m tests.generated`.

    python -m tests.generated            write what differs
    python -m tests.generated --check    name what differs and fail
    python -m tests.generated --update   first bring the catalogue's texts up to the code's, then write

A new one is one line in GENERATED: its path, and a function from the root of the repository to its content
(None: there is nothing to make it from yet).
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap
from typing import TypeAlias

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from sqlite_utils import Database

ROOT = Path(__file__).parent.parent
FLOORS = ("desk", "storage", "screens")
LOCALE = "nl"
PO = Path("desk/locale/nl/LC_MESSAGES/desk.po")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
KEYS, COMMANDS, SCHEMA = Path("docs/keys.md"), Path("docs/commands.md"), Path("docs/schema.md")
WIDTH = 100
NO_BREAK = "\N{NO-BREAK SPACE}"
ON_EVERY_COMMAND = ("--at", "--json", "--help")

# A text as the code has it: one form, or the singular and the plural.
Text: TypeAlias = str | tuple[str, ...]


def compiled_catalogue(root: Path) -> bytes | None:
    """The catalogue as the program reads it."""
    if not (root / PO).exists():
        return None
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(root))
    return compiled.getvalue()


def key_sheet(root: Path) -> str | None:
    """Every key with its one meaning, the Dutch beside it where the catalogue has it."""
    if not (root / "screens" / "keys.py").exists():
        return None
    from screens.keys import TABLE

    catalogue = read_catalogue(root) if (root / PO).exists() else Catalog()
    lines = [
        "# Keys",
        "",
        "One table for the whole program: a key means the same on every screen and in every language. What a key",
        "does on the line under the cursor stands in the two lines at the bottom of the screen.",
        "",
        "| key | in the bar | what it does | in Dutch |",
        "|---|---|---|---|",
    ]
    lines += [f"| {_spelt(k.keys)} | {k.label} | {k.meaning} | {_said(catalogue, k.meaning)} |" for k in TABLE]
    return "\n".join(lines) + "\n"


SPELT = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "f1": "F1",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "shift+tab": "Shift+Tab",
}


def _spelt(keys: str) -> str:
    """The keys as they stand on a keyboard: letters as they are, the others with a capital."""
    names = keys.split(",")
    return ", ".join(f"`{SPELT.get(name, name if len(name) == 1 else name.capitalize())}`" for name in names)


def _said(catalogue: Catalog, text: str) -> str:
    message = catalogue.get(text)
    return message.string if message is not None and isinstance(message.string, str) else ""


def command_reference(root: Path) -> str | None:
    """Every command of `desk` with its words and options, read from the tree that runs them."""
    if not (root / "screens" / "cli" / "tree.py").exists():
        return None
    from screens.cli.tree import tree

    lines = [
        "# Commands",
        "",
        "`desk` without a command opens the screens. Before a command may stand `--store FILE`, `--as NAME` and",
        "`--language nl|en`; `DESK_STORE`, `DESK_OPERATOR` and `DESK_LANGUAGE` stand in for them. Every command also",
        "has these three:",
        "",
    ]
    commands = list(_leaves(tree, click.Context(tree, info_name="desk")))
    lines += [
        _option(option, ctx)
        for command, ctx in commands[:1]
        for option in command.params
        if set(option.opts) & set(ON_EVERY_COMMAND)
    ]
    for command, ctx in commands:
        own = [option for option in command.params if not set(option.opts) & set(ON_EVERY_COMMAND)]
        words = [part for param in own for part in param.get_usage_pieces(ctx) or [_usage(param, ctx)]]
        usage = wrap(" ".join([ctx.command_path, *words]), WIDTH, subsequent_indent="    ", break_on_hyphens=False)
        usage = [line.replace(NO_BREAK, " ") for line in usage]
        lines += ["", f"## {ctx.command_path}", "", command.help or "", "", "```", *usage, "```"]
        said = [_option(param, ctx) for param in own if isinstance(param, click.Option) and param.help]
        lines += ["", *said] if said else []
    return "\n".join(lines) + "\n"


def _leaves(group: click.Group, ctx: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """All commands below a group in their order, those whose file is read only when asked for too."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=ctx)
        if isinstance(command, click.Group):
            yield from _leaves(command, below)
        else:
            yield command, below


def _usage(param: click.Parameter, ctx: click.Context) -> str:
    text = _flag(param, ctx)
    # a word of its own for wrapping: no blank inside, so that an option keeps its value on its line
    return (text if param.required else f"[{text}]").replace(" ", NO_BREAK)


def _flag(param: click.Parameter, ctx: click.Context) -> str:
    assert isinstance(param, click.Option)
    if param.is_flag:
        return param.opts[0]
    codes = "|".join(getattr(param.type, "codes", ()))
    return f"{param.opts[0]} {codes if 0 < len(codes) < WIDTH else param.make_metavar(ctx)}"


def _option(param: click.Parameter, ctx: click.Context) -> str:
    assert isinstance(param, click.Option)
    return f"- `{_flag(param, ctx)}`: {param.help}"


def schema(root: Path) -> str | None:
    """Every table of a store as the migrations make it, and of the file beside it."""
    if not (root / "storage" / "schema.py").exists():
        return None
    from storage.aside import Aside
    from storage.database import open_store
    from storage.schema import JOURNALLED

    with TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        store: Database = open_store(path, create=True)
        beside = Aside(path)
        side = Database(str(beside.path))
        journalled = [name for name in JOURNALLED if name in store.table_names()]
        others = [
            name for name in store.table_names() if name not in journalled and not name.startswith(("sqlite", "_"))
        ]
        lines = [
            "# Tables",
            "",
            "A store is one SQLite file. Times are kept in UTC as text, yes and no as 1 and 0. *May be empty* means",
            "that nobody knows, which is never the same as 0 or no.",
            "",
            "## The night",
            "",
            "Each row that is added, changed or taken away is written to `change` by the database itself, under the",
            "action in which it was done.",
            *_tables(store, journalled),
            "",
            "## The journal",
            "",
            "Only grows: the database refuses to change or remove a row.",
            *_tables(store, others),
            "",
            "## The file beside the store",
            "",
            "`desk.db.aside`: what was typed and not yet sent, and who is on. Losing it loses no action.",
            *_tables(side, side.table_names()),
        ]
        for open_file in (store, side):
            open_file.close()
        beside.close()
    return "\n".join(lines) + "\n"


def _tables(db: Database, names: list[str]) -> list[str]:
    lines = []
    for name in names:
        table = db.table(name)
        refers = {key.column: f"{key.other_table}.{key.other_column}" for key in table.foreign_keys}
        lines += ["", f"### {name}", "", "| column | kind | may be empty | refers to |", "|---|---|---|---|"]
        for column in table.columns:
            empty = "" if column.notnull or column.is_pk else "yes"
            lines.append(f"| {column.name} | {column.type.lower()} | {empty} | {refers.get(column.name, '')} |")
    return lines


GENERATED: dict[Path, Callable[[Path], str | bytes | None]] = {
    PO.with_suffix(".mo"): compiled_catalogue,
    KEYS: key_sheet,
    COMMANDS: command_reference,
    SCHEMA: schema,
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
