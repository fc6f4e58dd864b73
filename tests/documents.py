"""The documents made from the code: the sheet of keys, the commands, the tables of a store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

import click
from babel import Locale
from babel.messages.catalog import Catalog
from sqlite_utils import Database

from tests.catalogues import languages, read_catalogue

WIDTH = 100
NO_BREAK = "\N{NO-BREAK SPACE}"
ON_EVERY_COMMAND = ("--at", "--json", "--help")


def key_sheet(root: Path) -> str | None:
    """Every key with its one meaning, in English and in each language there is."""
    if not (root / "screens" / "keys.py").exists():
        return None
    from screens.keys import TABLE

    catalogues = {language: read_catalogue(root, language) for language in languages(root)}
    names = [(Locale.parse(language).get_display_name(language) or language).capitalize() for language in catalogues]
    heads = ["key", "in the bar", "what it does", *(f"{name}: {what}" for name in names for what in ("bar", "meaning"))]
    lines = [
        "# Keys",
        "",
        "One table for the whole program: a key means the same on every screen and in every language. What a key",
        "does on the line under the cursor stands in the two lines at the bottom of the screen.",
        "",
        f"| {' | '.join(heads)} |",
        "|" + "---|" * len(heads),
    ]
    for key in TABLE:
        said = [_said(catalogue, text) for catalogue in catalogues.values() for text in (key.label, key.meaning)]
        lines.append(f"| {' | '.join([spelt(key.keys), key.label, key.meaning, *said])} |")
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


def spelt(keys: str) -> str:
    """The keys as they stand on a keyboard: letters as they are, the others with a capital."""
    names = keys.split(",")
    return ", ".join(f"`{SPELT.get(name, name if len(name) == 1 else name.capitalize())}`" for name in names)


def _said(catalogue: Catalog, text: str) -> str:
    message = catalogue.get(text)
    return message.string if message is not None and isinstance(message.string, str) else ""


@dataclass(frozen=True)
class Documented:
    """One command: its words, its sentence, the pieces of its usage, and its own options with what they say."""

    path: str
    text: str
    usage: list[str]
    options: list[tuple[str, str]]


def commands() -> list[Documented]:
    """Every command of `desk` in the order of the tree, read from what runs them."""
    from screens.cli.tree import tree

    return [_documented(command, ctx) for command, ctx in _leaves(tree, click.Context(tree, info_name="desk"))]


def on_every_command() -> list[tuple[str, str]]:
    """The options that every command has."""
    from screens.cli.tree import tree

    command, ctx = next(_leaves(tree, click.Context(tree, info_name="desk")))
    return [_option(param, ctx) for param in command.params if set(param.opts) & set(ON_EVERY_COMMAND)]


def command_reference(root: Path) -> str | None:
    """The commands with their words and options."""
    if not (root / "screens" / "cli" / "tree.py").exists():
        return None
    from desk.language import LANGUAGES

    lines = [
        "# Commands",
        "",
        "`desk` without a command opens the screens. Before a command may stand `--store FILE`, `--as NAME` and",
        f"`--language {'|'.join(LANGUAGES)}`; `DESK_STORE`, `DESK_OPERATOR` and `DESK_LANGUAGE` stand in for them.",
        "Every command also has these three:",
        "",
        *(f"- `{flag}`: {text}" for flag, text in on_every_command()),
    ]
    for command in commands():
        usage = wrap(" ".join([command.path, *command.usage]), WIDTH, subsequent_indent="    ", break_on_hyphens=False)
        usage = [line.replace(NO_BREAK, " ") for line in usage]
        lines += ["", f"## {command.path}", "", command.text, "", "```", *usage, "```"]
        lines += ["", *(f"- `{flag}`: {text}" for flag, text in command.options)] if command.options else []
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


def _documented(command: click.Command, ctx: click.Context) -> Documented:
    own = [param for param in command.params if not set(param.opts) & set(ON_EVERY_COMMAND)]
    usage = [part for param in own for part in param.get_usage_pieces(ctx) or [_usage(param, ctx)]]
    options = [_option(param, ctx) for param in own if isinstance(param, click.Option) and param.help]
    return Documented(ctx.command_path, command.help or "", usage, options)


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


def _option(param: click.Parameter, ctx: click.Context) -> tuple[str, str]:
    assert isinstance(param, click.Option)
    return _flag(param, ctx), param.help or ""


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
