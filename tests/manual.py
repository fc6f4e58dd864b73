"""The manual page `man desk`, made from the tree of commands and the table of keys; in English."""

import tomllib
from pathlib import Path

from tests.documents import NO_BREAK, SPELT, Documented, commands, on_every_command

_ESCAPES = {
    "\\": "\\e",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
    "-": "\\-",
    NO_BREAK: "\\ ",
}
ENVIRONMENT = (
    ("DESK_STORE", "The store, where --store is not given."),
    ("DESK_OPERATOR", "Who acts, where --as is not given; else the name of the login."),
    (
        "DESK_LANGUAGE",
        "The language, where --language is not given; else the one you chose, then the store's.",
    ),
    ("DESK_CLOCK", "An ISO time at which the program's clock starts, for drills and tests."),
    ("DESK_TRACEBACK", "1 shows the whole of a fault of the program, for who mends it."),
)
FILES = (
    (
        "desk.db",
        "The store, in the data folder of the account. With it go desk.db-wal and desk.db-shm.",
    ),
    (
        "desk.db.aside",
        "What was typed and not yet sent, who is on, each one's language. Losing it loses no action.",
    ),
    ("paper/", "The paper copies beside the store: the evacuation list, the bed board, the placements."),
)
STATUS = (
    ("0", "It is done."),
    ("1", "It was refused or it failed: one sentence says why and what to do instead, and nothing is changed."),
    ("2", "The line itself was wrong."),
)


def manual(root: Path) -> str | None:
    """The page in the language of man(7)."""
    if not (root / "screens" / "cli" / "tree.py").exists():
        return None
    from screens.keys import TABLE

    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    lines = [
        '.\\" Made by python -m tests.generated; not edited by hand.',
        f'.TH DESK 1 "" "doorstroom {version}" "Doorstroom"',
        # words of a command are not to be hyphenated, and a ragged edge is read more easily than wide gaps
        ".nh",
        ".ad l",
        ".SH NAME",
        "desk \\- the night desk of a transit location for refugees",
        ".SH SYNOPSIS",
        ".B desk",
        _said("[--store FILE] [--as NAME] [--language CODE] [COMMAND ...]"),
        *_description(),
        ".SH OPTIONS",
        *_tagged([("--store FILE", "The store to open.")]),
        *_tagged([("--as NAME", "Who acts.")]),
        *_tagged([("--language CODE", _languages())]),
        ".PP",
        "Every command also has these, after it:",
        *_tagged(on_every_command()),
        ".SH KEYS",
        "A key means the same on every screen and in every language; what works on the line under the cursor",
        "stands in the two lines at the bottom.",
        *_tagged([(_keys(key.keys), key.meaning) for key in TABLE]),
        ".SH COMMANDS",
        *(line for command in commands() for line in _command(command)),
        ".SH ENVIRONMENT",
        *_tagged(ENVIRONMENT),
        ".SH FILES",
        *_tagged(FILES),
        ".SH EXIT STATUS",
        *_tagged(STATUS),
        ".SH EXAMPLES",
        *_examples(),
    ]
    return "\n".join(lines) + "\n"


def _description() -> list[str]:
    return [
        ".SH DESCRIPTION",
        "Without a command",
        ".B desk",
        "opens the screens of the night: buses in, a bed for the night, placed onward. They are worked by keyboard",
        "alone; ? on any screen says which keys there are, and q goes back.",
        "A command does what a key does, for scripts and for whoever likes typing; the line that : opens in the desk",
        "takes the same words.",
        ".PP",
        ".B desk demo",
        "makes a busy night of invented people to look around in; g there is a tour of ten keys.",
    ]


def _languages() -> str:
    from desk.language import LANGUAGES

    return f"The language of what is said: {', '.join(LANGUAGES)}."


def _keys(keys: str) -> str:
    return ", ".join(SPELT.get(name, name if len(name) == 1 else name.capitalize()) for name in keys.split(","))


def _command(command: Documented) -> list[str]:
    # a long list of codes may be broken after each
    usage = " ".join(_escaped(piece).replace("|", "|\\:") for piece in command.usage)
    return [
        f'.SS "{_escaped(command.path)}"',
        *([usage, ".br"] if usage else []),
        _said(command.text),
        *_tagged(command.options),
    ]


def _tagged(pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[str]:
    found = []
    for tag, text in pairs:
        found += [".TP", f".B {_escaped(tag).replace('|', '|' + chr(92) + ':')}", _said(text)]
    return found


def _examples() -> list[str]:
    lines = (
        "desk init --beds rooms.csv --region twente --language nl",
        "desk bus announce --from Utrecht --people 48 --eta 03:40 --told-by Els",
        "desk bus ways B-0407-2",
        "desk now --json",
    )
    return [".EX", *(_said(line) for line in lines), ".EE"]


def _said(text: str) -> str:
    """A line of text: nothing in it is a request of roff."""
    line = _escaped(text)
    return f"\\&{line}" if line[:1] in {".", "'"} else line


def _escaped(text: str) -> str:
    return "".join(
        _ESCAPES[char] if char in _ESCAPES else char if char.isascii() else f"\\[u{ord(char):04X}]" for char in text
    )
