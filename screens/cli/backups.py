# ruff: noqa: D103 - what a command does stands in its help
"""`desk backup`, `desk restore` and `desk repair`: whole copies of the store, and the way back."""

import sys
from contextlib import suppress
from pathlib import Path

from desk import clock
from desk.language import N_, _, ngettext
from desk.refusals import Refused
from desk.settings import Settings
from screens import paper
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command, flag
from screens.cli.tables import table
from screens.cli.words import FILE
from storage import backups
from storage.aside import Aside
from storage.clock import running
from storage.journal import Done
from storage.store import Desk

YES = flag("--yes", N_("Do not ask: for a script."))


@command(
    "backup",
    argument("file", FILE, required=False),
    flag("--due", N_("Make one where the last is a shift old, for a timer; nothing else.")),
    flag("--list", N_("The backups that there are, newest first.")),
    text=N_("Make a whole, checked copy of the store, in the backup folder or as FILE."),
)
def backup(call: Call, file: str | None, due: bool, list: bool) -> Answer:
    desk = call.desk
    if list:
        return _listed(call)
    if file is not None and call.keyed:
        raise Refused(_("FILE is a place on the host. Without it the backup goes into the backup folder."))
    if due and not desk.backups.is_due():
        return Shown([_("Nothing is due.")], [])
    return desk.backups.make(Path(file) if file else None, due=due)


def _listed(call: Call) -> Shown:
    settings = call.desk.settings
    found = [
        {"ref": str(one.file), "state": "made", "at": settings.iso(one.at), "action": one.action}
        for one in backups.kept_in(call.desk.backups.folder)
    ]
    rows = [(str(one["at"]), str(one["action"]), str(one["ref"])) for one in found]
    return Shown(table([_("made"), _("action"), _("file")], rows) if rows else [_("There is no backup yet.")], found)


@command(
    "restore",
    argument("file", FILE),
    YES,
    text=N_("Put a backup in the place of the store. What it replaces is kept beside it."),
    storeless=True,
)
def restore(call: Call, file: str, yes: bool) -> Answer:
    given = Path(file)
    may_be_put_back(call)
    if not given.is_file():
        raise Refused(_("There is no backup at {path}. See: desk backup --list").format(path=given))
    return put_back(call, given, file, yes=yes)


def may_be_put_back(call: Call) -> None:
    """Refuse to put anything in the place of a store that is open."""
    if call.in_line:
        raise Refused(_("Leave the desk first: nothing is put back while one is open."))
    _nobody_is_on(call.path)


def put_back(call: Call, given: Path, of: object, *told: str, yes: bool) -> Done:
    """Put a whole copy in the place of the store, with what would be lost said first; `of` is where it is from."""
    store = call.path
    lost = backups.lost(store, given)
    words = (*told, *([_said(lost)] if store.exists() or not told else []))
    _agree(call, "\n".join(words), yes=yes)
    _nobody_is_on(store)
    kept = backups.restore(store, given, running()())
    _write_paper(call)
    text = _("{store} is now what {file} holds.").format(store=store, file=of)
    if kept is not None:
        text += " " + _("What was there is kept: {file}").format(file=kept)
    also = {"lost": lost.actions if lost else None, "kept": str(kept) if kept else None}
    return Done("", "restored", text, words, also=also)


def _write_paper(call: Call) -> None:
    """The paper copies show what the store now says, whatever they showed before."""
    with Desk(call.path, call.operator) as desk, suppress(Refused):
        paper.keep_all(desk)


def _nobody_is_on(store: Path) -> None:
    aside = Aside(store) if store.exists() else None
    if aside is None:
        return
    try:
        on = aside.present(running()())
    finally:
        aside.close()
    if on:
        names = ", ".join(sorted({one.operator for one in on}))
        raise Refused(_("At the desk now: {names}. First everybody leaves (q); then say it again.").format(names=names))


def _said(lost: "backups.Lost | None") -> str:
    if lost is None:
        return _("The store that is there cannot be read; it is kept beside the one that is put back.")
    if not lost.actions or lost.first is None or lost.last is None:
        return _("Nothing is lost: all that was done since is in the backup.")
    words = ngettext(
        "{n} action is not in the backup and would be lost: {first} to {last}, by {who}.",
        "{n} actions are not in the backup and would be lost: {first} to {last}, by {who}.",
        lost.actions,
    )
    zone = Settings().tz
    first, last = (clock.when(at, running()(), zone) for at in (lost.first, lost.last))
    return words.format(n=lost.actions, first=first, last=last, who=", ".join(lost.by))


def _agree(call: Call, words: str, *, yes: bool) -> None:
    if not yes:
        sys.stderr.write(words + "\n")
        agree(call)


def agree(call: Call) -> None:
    """What cannot be undone asks on a terminal and needs --yes elsewhere."""
    if call.in_line or not sys.stdin.isatty():
        raise Refused(_("This cannot be undone. Nothing was changed. Say it again with --yes."))
    sys.stderr.write(_("This cannot be undone. Type yes to go on:") + " ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in {"yes", "ja"}:
        raise Refused(_("Nothing was changed."))


@command(
    "repair",
    YES,
    text=N_("Make the store whole from its journal, where the check found damage. What it replaces is kept beside it."),
    storeless=True,
)
def repair(call: Call, yes: bool) -> Answer:
    from storage import repair as repairing

    store, now = call.path, running()()
    if call.in_line:
        raise Refused(_("Leave the desk first: nothing is repaired while one is open."))
    _nobody_is_on(store)
    found = repairing.salvaged(store, call.operator, now)
    if not found.wrong:
        found.drop()
        return Shown([_("The store is whole. Nothing was changed.")], {"state": "whole"})
    _agree(call, "\n".join([*found.wrong[:10], found.said()]), yes=yes)
    kept = found.put_back(now)
    _write_paper(call)
    text = _("The store is made anew from its journal. What was there is kept: {file}").format(file=kept)
    return Done(
        "", "repaired", text, (*found.wrong[:10], found.said()), also={"kept": str(kept), "wrong": list(found.wrong)}
    )
