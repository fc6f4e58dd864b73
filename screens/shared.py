"""What the keys do that work on every screen: announce, write down, log, find, undo, help."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.language import N_, _, language
from desk.night import Night
from desk.refusals import Refused
from desk.rights import MUNICIPALITY
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, Sheet, in_each_language
from screens.lines import Row

if TYPE_CHECKING:
    from desk import household_line
    from screens.app import DeskApp
    from storage.journal import Done


class Shared:
    """The keys of every screen; each `do_<key id>` gets the screen it was pressed on."""

    def __init__(self, app: "DeskApp") -> None:
        self._app = app

    # --- people -----------------------------------------------------------------------------

    def do_phoned_in(self, screen: DeskScreen) -> None:
        """n: a form for a bus."""
        from screens.buses.form import open_bus_form

        open_bus_form(screen)

    def do_at_the_door(self, screen: DeskScreen) -> None:
        """w: one line for whoever stands at the door."""
        self.register(screen, "", _("At the door: name, number, what you know (brought by: police)"))

    def register(self, screen: DeskScreen, bus: str, label: str) -> None:
        """The line at the table: stays open for the next household; says the number for the wristbands."""

        def write(words: str, at: datetime | None) -> bool:
            lines = [line for line in words.splitlines() if line.strip()]
            self._write_down(screen, bus, lines[0], at)
            return True

        screen.type(Prompt(label, write, draft=f"register {bus}".strip(), hint=read_back))

    def _write_down(self, screen: DeskScreen, bus: str, words: str, at: datetime | None) -> None:
        from desk import household_line

        words, origin = _origin(words)
        line = household_line.parse(words)
        alike = self._app.desk.households.alike(line.name, self._bus(bus))
        before = any(other.before for other in alike)
        doubts = [*line.doubts, *(other.said for other in alike)]
        if not doubts:
            self._save(screen, bus, line, origin, at)
            return
        kept = screen.prompt

        def yes() -> None:
            done = self._save(screen, bus, line, "re_entry" if before and not bus else origin, at)
            if kept is not None:
                screen.type(replace(kept, value="" if done else words))

        def no() -> None:
            if kept is not None:
                screen.type(replace(kept, value=words))

        screen.end_typing()
        screen.ask(doubts[0] + " " + _("Save?"), yes, no)

    def _bus(self, ref: str) -> Any:
        return self._app.desk.buses.get(ref) if ref else None

    def _save(
        self, screen: DeskScreen, bus: str, line: "household_line.HouseholdLine", origin: str, at: datetime | None
    ) -> "Done | None":
        return screen.do(
            self._app.desk.households.register,
            name=line.name,
            people=line.people,
            bus=bus,
            at=at,
            give_bed=True,
            ages=line.ages,
            adults=line.adults,
            children=line.children,
            cots=line.cots,
            pets=line.pets,
            sex=line.sex if line.people == 1 else None,
            group=line.group,
            nationality=line.nationality,
            language=line.language,
            needs=line.needs,
            note=line.pet_kind,
            origin=origin or None,
        )

    # --- the log, phones, who is inside -----------------------------------------------------

    def do_log(self, screen: DeskScreen) -> None:
        """l: a log line."""
        from screens import log_line

        log_line.open_line(screen)

    def do_phones(self, screen: DeskScreen) -> None:
        """t: who to ring."""
        from screens import inside

        def rows(night: Night, width: int) -> list[Row]:
            if self._app.seat.role == MUNICIPALITY:
                return inside.address_and_numbers(night, width)
            return [*inside.phone_rows(night, width), *inside.desk_rows(self._app.session, night, width)]

        screen.sheet = Sheet(N_("Phones"), rows)

    def do_inside(self, screen: DeskScreen) -> None:
        """x: who is inside, by floor and room."""
        from screens import inside

        def count(_key: str) -> None:
            from screens.rollcall.screen import open_rollcall

            open_rollcall(screen, start=True)

        screen.sheet = Sheet(N_("Who is inside"), inside.rows, count, N_("roll call"), anywhere=True)

    def do_help(self, screen: DeskScreen) -> None:
        """?: every key, those that work here first."""
        from screens import help_sheet

        key, under = screen.here, screen.sheet
        if under is not None and under.title == help_sheet.TITLE:
            return

        def live() -> dict[str, str]:
            """What works on the line one came from, or on the list that lay over it."""
            found = screen.live(key) if under is None else {"step": under.step} if under.on_step else {}
            return {action: label for action, label in found.items() if not screen.may_press(action)}

        def rows(_night: Night, width: int) -> list[Row]:
            return help_sheet.rows(live(), width, lambda action: not screen.may_press(action))

        screen.sheet = Sheet(help_sheet.TITLE, rows, under=under)

    def do_tour(self, screen: DeskScreen) -> None:
        """g: ten keys through a night's work, on the demo."""
        from screens import tour

        tour.begin(screen)

    # --- find, command, undo ----------------------------------------------------------------

    def do_find(self, screen: DeskScreen) -> None:
        """/: anyone, from anywhere."""
        from screens import found

        def look(words: str, _at: datetime | None) -> None:
            def step(key: str) -> None:
                screen.sheet = Sheet(lambda: key, lambda _night, width: found.detail(self._app.desk, key, width))
                screen.repaint()

            rows = in_each_language(lambda: list(found.rows(self._app.desk, words)))
            screen.sheet = Sheet(lambda: _("Found: {text}").format(text=words), rows, step, N_("show"))

        screen.type(Prompt(_("Find: name in any script, number, room, phone or place"), look))

    def do_command(self, screen: DeskScreen) -> None:
        """:: the same grammar as the program."""
        from screens.cli.line import complete, run_line

        def run(words: str, _at: datetime | None) -> None:
            if words in {"quit", "q"}:
                self._app.exit(return_code=0)
                return
            if not words.startswith("sign") and not screen.signed_on(lambda: run(words, _at)):
                return
            if words == "tour":
                screen.end_typing()
                self.do_tour(screen)
                return
            if words == "operator pin":
                from screens import pin

                pin.choose(screen)
                return
            if words == "shift handover":  # in the open desk it is read before it is given or taken
                from screens import handover

                handover.open_sheet(screen)
                return
            time = f" --at {_at.isoformat()}" if _at else ""
            before, spoken = self._app.desk.operator, language()
            answer = run_line(self._app.desk, words + time)
            if self._app.desk.operator != before:
                self._app.sign_on(self._app.desk.operator)
            elif language() != spoken:
                self._app.language_told = None  # what is chosen at the desk goes before what its start said
            self._app.dress()
            self._app.reload()
            lines = (answer.out + answer.err).strip().splitlines() or [_("Done.")]
            if len(lines) == 1:
                screen.say(lines[0], "alarm" if answer.exit_code else "")
            else:
                screen.sheet = Sheet(lambda: words, lambda _night, _width: [Row(((" " + line, ""),)) for line in lines])

        prompt = Prompt(
            _("Command, as in: bus count B-0407-2 51   (Tab completes)"),
            run,
            draft="command",
            complete=lambda line: complete(self._app.desk, line),
        )
        screen.type(prompt)

    def do_undo(self, screen: DeskScreen) -> None:
        """u: one's own last action, at once; the cursor goes to what came back."""
        done = screen.do(self._app.desk.undo)
        if done is not None:
            screen.stand.seek(self._row_of(done.ref))
        screen.step_done()

    def _row_of(self, ref: str) -> str:
        """The row that shows a reference: a placement stands at its household."""
        night = self._app.night
        placement = next((p for p in night.placements if p.ref == ref), None)
        household = night.household.get(placement.household) if placement else None
        return household.ref if household else ref

    def do_mine(self, screen: DeskScreen) -> None:
        """i: takes a duty; only where the line is one."""
        screen.say(_("Nothing to take here: duties stand on Tonight (1)."), "warn")


def read_back(words: str) -> str:
    """How a line is understood, or what is wrong with it, while it is typed."""
    from desk import household_line

    try:
        return household_line.parse(_origin(words)[0]).understood if words.strip() else _example()
    except Refused as no:
        return no.sentences[0] if len(words.split()) > 1 else _example()


def _example() -> str:
    return _("As in: Petrenko 5 2a 3c 16 m cot. Name and number are enough.")


def _origin(words: str) -> tuple[str, str]:
    """A last word that says who brought them."""
    start, _space, last = words.strip().rpartition(" ")
    if last.casefold() in {"police", "politie"}:
        return start, "police"
    return words, ""
