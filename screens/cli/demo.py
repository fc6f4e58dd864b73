"""`desk demo`: a busy night on a store of its own, to look around in before there is one of your own."""

import os
import shlex
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from desk.language import KEY, N_, _, of_locale, speak
from desk.refusals import Refused
from desk.settings import Settings
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import command, flag, option
from screens.cli.sheets import progress
from screens.cli.words import COUNT
from storage.clock import running
from storage.demo import OPERATOR, make_demo

MOST_NIGHTS = 3650


@command(
    "demo",
    flag("--no-open", N_("Make the store and stop.")),
    option("--store", unset="", text=N_("The file to make; else a new one in your own data folder.")),
    option("--seed", COUNT, unset=1, text=N_("One seed makes one and the same night at the same time.")),
    option("--nights", COUNT, unset=0, text=N_("So many nights of history before it.")),
    text=N_("Make a busy night to try everything on, and open it."),
    storeless=True,
)
def demo(call: Call, no_open: bool, store: str, seed: int, nights: int) -> Answer:
    """Make the store, open the desk on it where somebody can look at it, and say what to try next."""
    if call.in_line:
        raise Refused(_("A demo is made from the shell: desk demo"))
    language = call.language or language_of_locale()
    speak(language)
    if nights > MOST_NIGHTS:
        raise Refused(_("{nights} nights are too many. Give at most {most}.").format(nights=nights, most=MOST_NIGHTS))
    path = new_file(call, store, "demo")
    try:
        made = make_demo(
            path, seed=seed, nights=nights, clock=running(), language=language, watch=partial(progress, call)
        )
    except OSError as wrong:
        raise Refused(
            _("{path} cannot be made: {why}. Choose another place with --store.").format(
                path=path, why=wrong.strerror or wrong
            )
        ) from wrong
    with made as desk:
        night = desk.night()
        short = next((bus for bus in night.buses_expected if night.numbers(bus).short > 0), night.buses[0])
        bus = night.said(short.ref)
    if not (no_open or call.as_json) and sys.stdin is not None and sys.stdin.isatty() and call.out.isatty():
        from screens.app import open_desk

        call.exit_code = open_desk(path, call.operator or OPERATOR, language)
    program = f"desk --store {shlex.quote(str(path))}"
    lines = [
        _("The demo is kept in {path}").format(path=path),
        _("Try next:"),
        *(f"  {program}{rest}" for rest in ("", " now", f" bus ways {bus}")),
    ]
    data = {"ref": "", "state": "made", "store": str(path), "seed": seed, "nights": nights, "language": language}
    return Shown(lines, data | {"text": lines[0], "warnings": []}, exit_code=call.exit_code)


@command("tour", text=N_("On the demo: ten keys through a night's work. In the open desk it is g."))
def tour(call: Call) -> Answer:
    """The tour is taken at the screens, which hear the word before it comes here."""
    if call.desk.settings.demo:
        raise Refused(_("The tour is taken at the open desk: press g there."))
    raise Refused(_("The tour is for the demo, where nothing is real. In the shell: desk demo"))


def language_of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """Dutch in a Dutch locale, and so for each language there is; English elsewhere."""
    told = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return of_locale(next(filter(None, told), "")) or KEY


def new_file(call: Call, store: str, kind: str) -> Path:
    """The file to make: as told, after the command or before it; else a new one each time, named for its kind."""
    from platformdirs import user_data_path

    folder = user_data_path("doorstroom", appauthor=False)
    path = Path(store) if store else call.path
    if not store and path == folder / "desk.db":
        name = f"{kind}-{call.now.astimezone(Settings().tz):%Y%m%d-%H%M%S}"
        path, again = folder / f"{name}.db", 1
        while path.exists():
            again += 1
            path = folder / f"{name}-{again}.db"
    if path.exists():
        raise Refused(
            _("{path} exists already. Open it with: desk --store {path}, or name a new file with --store.").format(
                path=path
            )
        )
    return path
