# ruff: noqa: D103 - what a command does stands in its help
"""`desk drill` and `desk simulate`: a made-up night for a person, and many of them for nobody."""

import sys
from pathlib import Path

from desk.drill import debrief
from desk.drill.debrief import Worked
from desk.language import N_, _, speak
from desk.refusals import Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.demo import language_of_locale, new_file
from screens.cli.grammar import command, option
from screens.cli.words import COUNT, NUMBER

MOST_NIGHTS = 100_000
FASTEST = 3_600
EACH = 100
"""After so many nights a line says how far it is."""
BREACHES_SHOWN = 20


@command(
    "simulate",
    option("--nights", NUMBER, required=True, text=N_("So many nights.")),
    option("--seed", COUNT, unset=1, text=N_("The seed of the first; each next night has the next.")),
    text=N_("Play made-up nights without a person, and ask after every step whether all still holds."),
    storeless=True,
)
def simulate(call: Call, nights: int, seed: int) -> Answer:
    from storage.drill.simulate import simulate as play

    if call.in_line:
        raise Refused(_("Nights are simulated from the shell: desk simulate --nights 10"))
    if nights > MOST_NIGHTS:
        raise Refused(_("{nights} nights are too many. Give at most {most}.").format(nights=nights, most=MOST_NIGHTS))
    so_far = [Worked()]

    def told(number: int, worked: Worked, _breaches: object) -> None:
        so_far[0] += worked
        if number % EACH == 0 and not call.as_json:
            words = _("{number} nights: {people} people, {without} without a bed, {broken} rules broken")
            people, without, broken = so_far[0].people, so_far[0].without_bed, so_far[0].broken
            call.print(words.format(number=number, people=people, without=without, broken=broken))
            call.out.flush()

    total, breaches = play(nights, seed, told)
    lines = [
        _("{nights} nights, seeds {first} to {last}").format(nights=nights, first=seed, last=seed + nights - 1),
        *debrief.lines(total),
        _("steps the desk refused: {n}").format(n=total.refused_steps),
        _("rules broken: {n}").format(n=len(breaches)),
        *(f"  {breach}" for breach in breaches[:BREACHES_SHOWN]),
    ]
    data = {"ref": "", "state": "played", "seed": seed, **debrief.record(total), "breaches": [*map(str, breaches)]}
    return Shown(lines, data, exit_code=1 if breaches else 0)


@command(
    "drill",
    option("--seed", COUNT, unset=1, text=N_("One seed is one and the same night.")),
    option("--speed", NUMBER, unset=60, text=N_("So many times as fast as the day: 60 is a minute a second.")),
    option("--store", unset="", text=N_("The file to make; else a new one in your own data folder.")),
    text=N_("Work a made-up night at the desk: buses early, late, wrong, phones that say no; then see how it went."),
    storeless=True,
)
def drill(call: Call, seed: int, speed: int, store: str) -> Answer:
    if call.in_line:
        raise Refused(_("A drill is begun from the shell: desk drill"))
    if not (sys.stdin is not None and sys.stdin.isatty() and call.out.isatty()):
        raise Refused(_("A drill needs a terminal. Without a person: desk simulate --nights 10"))
    if speed > FASTEST:
        raise Refused(_("{speed} times is too fast. Give at most {most}.").format(speed=speed, most=FASTEST))
    language = call.language or language_of_locale()
    speak(language)
    path = new_file(call, store, "drill")
    mine, planner = _played(call, path, seed, speed, language)
    lines = [
        _("The drill of seed {seed}, until {time}").format(seed=seed, time=mine[1]),
        *debrief.beside(mine[0], planner),
        _("The night is kept in {path}").format(path=path),
    ]
    data = {"ref": "", "state": "played", "seed": seed, "store": str(path), "until": mine[1]}
    return Shown(lines, data | {"you": debrief.record(mine[0]), "planner": debrief.record(planner)})


def _played(call: Call, path: Path, seed: int, speed: int, language: str) -> tuple[tuple[Worked, str], Worked]:
    """A person's night and until when it lasted, and the planner's own of the same seed until then."""
    from screens.app import open_desk
    from storage.clock import hurrying
    from storage.drill.simulate import house, one_night, prepared, worked
    from storage.drill.world import WORLD, World, beside
    from storage.store import Desk

    night, first = prepared(path, seed, language)
    clock = hurrying(first, speed)
    with Desk(path, WORLD, clock) as desk:
        with beside(World(desk, night)):
            open_desk(path, call.operator or _("you"), language, clock)
        until = min(clock(), night.end)
        mine = worked(desk, night, until)
        time = desk.settings.hhmm(until)
    with house() as template:
        planner, _breaches, _play = one_night(template, seed, until)
    return (mine, time), planner
