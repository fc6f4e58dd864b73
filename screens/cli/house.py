# ruff: noqa: D103 - what a command does stands in its help
"""`desk init`, `settings`, `sign`, `check`, `journal` and `undo`: the store itself and who acts on it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desk import actions, imports, records
from desk.language import LANGUAGES, N_, _, speak
from desk.language import language as in_force
from desk.refusals import Refused
from desk.settings import NAMES
from screens.cli.call import Answer, Call, Shown
from screens.cli.capacity import numbered
from screens.cli.grammar import Group, argument, command, flag, option
from screens.cli.sheets import rows_of, unknown_columns
from screens.cli.tables import table, time_of
from screens.cli.words import COUNT, Code
from storage.journal import Done
from storage.store import Desk

_BESIDE = ("", "-wal", "-shm", "-journal", ".open")


@command(
    "init",
    option("--name", unset="", text=N_("The site's name.")),
    option("--language", Code(LANGUAGES), text=N_("The language of the store.")),
    option("--beds", text=N_("A sheet with rooms, or a number: rooms of four on the ground floor.")),
    option("--region", text=N_("twente, or a sheet with municipalities.")),
    text=N_("Make a new store."),
    storeless=True,
)
def init(call: Call, name: str, language: str | None, beds: str | None, region: str | None) -> Answer:
    if call.in_line:
        raise Refused(_("A new store is made from the shell: desk --store FILE init"))
    # what can be refused is read before there is a file, so that nothing stays behind
    make_beds = _beds(call, beds)
    make_region = _region(call, region)
    if language is not None:
        speak(language)
    if call.path.exists():
        raise Refused(_("{path} exists already. Open it with: desk --store {path}").format(path=call.path))
    with (
        _whole(call.path) as making,
        Desk.init(making, name=name, language=language or in_force(), operator=call.operator) as desk,
    ):
        done = [make(desk) for make in (make_beds, make_region) if make is not None]
    texts = [_("The store is made: {path}").format(path=call.path), *(part.text for part in done)]
    said = {"store": str(call.path), "beds": int(done[0].also["beds"]) if make_beds else 0}
    warnings = [warning for part in done for warning in part.warnings]
    for warning in warnings:
        call.warn(warning)
    return Shown(texts, {"ref": "", "state": "made", "text": " ".join(texts), "warnings": warnings, **said})


def _beds(call: Call, said: str | None) -> Callable[[Desk], Done] | None:
    if said is None:
        return None
    if said.strip().lstrip("+-").isdecimal():
        number = int(said) if len(said) < 10 else 10**9
        return lambda desk: desk.beds.make_number(number)
    sheet = imports.rooms(rows_of(Path(said)))
    unknown_columns(call, sheet.unknown)
    return lambda desk: desk.beds.make(numbered(sheet), Path(said).name)


def _region(call: Call, said: str | None) -> Callable[[Desk], Done] | None:
    if said is None:
        return None
    if said.casefold() == "twente":
        return lambda desk: desk.capacity.region("twente")
    if not Path(said).exists():
        raise Refused(_("There is no region '{name}' in the program. Give twente, or a file.").format(name=said[:60]))
    sheet = imports.municipalities(rows_of(Path(said)))
    unknown_columns(call, sheet.unknown)
    return lambda desk: desk.capacity.import_municipalities(numbered(sheet), Path(said).name)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside the path that gets its name only when all of it is there; else nothing stays."""
    making = path.with_name(f".{path.name}.{os.getpid()}")
    made_folders = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    try:
        yield making
        try:
            os.link(making, path)  # unlike a rename it never replaces what another made meanwhile
        except FileExistsError:
            raise Refused(_("{path} exists already. Open it with: desk --store {path}").format(path=path)) from None
        made_folders = []
    except OSError as wrong:
        raise Refused(
            _("{path} cannot be made: {why}. Choose another place with --store.").format(
                path=path, why=wrong.strerror or wrong
            )
        ) from wrong
    finally:
        for end in _BESIDE:
            with suppress(OSError):
                making.with_name(making.name + end).unlink()
        for folder in made_folders:
            with suppress(OSError):
                folder.rmdir()


@command(
    "settings",
    argument("name", Code(NAMES), required=False),
    argument("value", required=False, many=True),
    text=N_("All settings, one of them, or change one."),
)
def settings(call: Call, name: str | None, value: tuple[str, ...]) -> Answer:
    desk = call.desk
    if name is not None and value:
        return desk.set(name, " ".join(value))
    found = {known: desk.settings.as_text(known) for known in NAMES}
    if name is not None:
        return Shown([found[name]], {"ref": name, "state": "set", "name": name, "value": found[name]})
    width = max(map(len, NAMES))
    return Shown([f"{known:<{width}}  {text}" for known, text in found.items()], found)


sign = Group("sign", N_("Who acts."))


@sign.command_of("on", argument("name", many=True), text=N_("Somebody else acts from here on."))
def sign_on(call: Call, name: tuple[str, ...]) -> Answer:
    said = " ".join(name)
    if call.in_line:
        call.desk.sign_on(said)
        text = _("You are {name} from here on.").format(name=call.desk.operator)
    else:
        text = _(
            "Each command says who acts: desk --as {name} …, or set DESK_OPERATOR={name} first."
            " In the open desk: :sign on {name}"
        ).format(name=said)
    return Shown([text], {"ref": "", "state": "signed_on" if call.in_line else "told", "text": text, "warnings": []})


@command("check", text=N_("Whether the store is whole, and its journal too."))
def check(call: Call) -> Answer:
    found = call.desk.check()
    old = call.desk.paper.stale() if not found else []
    state = "damaged" if found else "stale" if old else "whole"
    found += old
    for sentence in found:
        call.warn(sentence)
    lines = [] if found else [_("All is well with {path}.").format(path=call.path)]
    return Shown(lines, {"ref": "", "state": state, "problems": found}, exit_code=1 if found else 0)


@command(
    "journal",
    option("--last", COUNT, unset=100, text=N_("So many lines.")),
    flag("--all", N_("Every line.")),
    text=N_("Who did what, and when; the newest at the end."),
)
def journal(call: Call, last: int, all: bool) -> Answer:
    desk = call.desk
    night = call.night()
    found = []
    for action in desk.journal.actions(last=None if all else last):
        ref = records.said(night, action.ref)
        found.append(
            {
                "id": action.id,
                "ref": ref,
                "state": "undo" if action.undoes else "done",
                "at": night.settings.iso(action.at),
                "entered_at": night.settings.iso(action.entered_at),
                "operator": action.operator,
                "verb": action.verb,
                "text": actions.told(action.verb, action.args, ref),
                "undoes": action.undoes,
            }
        )
    rows = [(str(r["id"]), time_of(night, str(r["at"])), str(r["operator"]), str(r["text"])) for r in found]
    return Shown(table([_("nr"), _("time"), _("who"), _("what")], rows), found)


@command(
    "undo",
    option("--whose", unset="", text=N_("As a coordinator: the last action of this operator.")),
    text=N_("Take back your last action that is not yet undone."),
)
def undo(call: Call, whose: str) -> Answer:
    return call.desk.undo(whose)
