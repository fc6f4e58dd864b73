"""l, from anywhere: one line for the log, read back while it is typed; who is here stands in it by number."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from desk import log_line
from desk.language import _
from desk.refusals import Refused
from screens.asking import Prompt, split_time
from screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from desk.households import Household
    from storage.journal import Done

DRAFT = "log"
ITEMS = ("H-", "B-", "P-")
"""Lines of a screen that a log line is about where it names nothing itself."""


def open_line(screen: DeskScreen) -> None:
    """Type a line; a name of somebody here is asked about once, then it is written as it was typed."""
    if not screen.signed_on(lambda: open_line(screen)):
        return
    here = screen.here if screen.here.startswith(ITEMS) else ""
    asked: set[str] = set()

    def write(words: str, at: datetime | None) -> bool:
        log_line.parse(words, screen.night, screen.desk_app.desk.clock())
        found = log_line.named(words, screen.night)
        if not found or words in asked:
            _write(screen, words, here, at)
            return False
        asked.add(words)
        _ask(screen, words, found, here, at)
        return True

    label = _("Log line, as in: {example}   (ring back: call 02:50)").format(example=log_line.EXAMPLE)
    screen.type(Prompt(label, write, draft=DRAFT, hint=lambda words: _hint(screen, words)))


def _ask(screen: DeskScreen, words: str, found: "dict[str, list[Household]]", here: str, at: datetime | None) -> None:
    kept, night = screen.prompt, screen.night
    better = log_line.by_number(words, found, night)
    name = next(iter(found))
    numbers = ", ".join(night.said(household.ref) for household in found[name])

    def back(text: str) -> None:
        if kept is not None:
            screen.type(replace(kept, value=text))

    def yes() -> None:
        if _write(screen, better, here, at) is None:
            back(better)
        else:
            screen.desk_app.keep_draft(DRAFT, "")

    screen.end_typing()
    if better == words:
        back(words)
        screen.say(
            _("{name} may be {numbers}: write the number. Enter writes it as it is.").format(
                name=name, numbers=numbers
            ),
            "warn",
        )
        return
    question = _("The log is kept for years and has no names. Write {numbers} for {name}?")
    screen.ask(question.format(numbers=numbers, name=name), yes, lambda: back(words))


def _write(screen: DeskScreen, words: str, here: str, at: datetime | None) -> "Done | None":
    from screens.cli.things import link

    app = screen.desk_app
    spoken = log_line.parse(words, screen.night, app.desk.clock())
    about = here
    if spoken.about:
        try:
            about = link(app.desk, spoken.about)
        except Refused:
            about = here  # a number that nobody has stays words
    return screen.do(
        app.desk.logbook.add,
        spoken.kind,
        spoken.text,
        type_text=spoken.type_text,
        back_at=spoken.back_at,
        link=about,
        at=at,
    )


def _hint(screen: DeskScreen, words: str) -> str:
    if not words.strip():
        return _("kinds: note, call, incident TYPE, signal, K, B, A, each with a colon; none is a note")
    now = screen.desk_app.desk.clock()
    try:
        said, _at = split_time(words, now, screen.night.settings.tz)
        return log_line.parse(said, screen.night, now).understood(screen.night)
    except Refused as no:
        return str(no)
