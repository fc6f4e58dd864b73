"""Reports and the lists of the board: show one, issue one, write an answer down, mark an entry done."""

from datetime import datetime

from desk.language import N_, _
from desk.night import Night
from screens import inside
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, Sheet, in_each_language
from screens.lines import Row, text
from screens.reports import listing
from screens.reports.listing import ENTRY, EVACUATION, HANDOVER, ISSUED, REPORT, REQUEST, Lists


class ReportsScreen(DeskScreen):
    """Key 7."""

    SECTION = "reports"

    def __init__(self) -> None:
        super().__init__()
        self._lists: tuple[int, Lists] | None = None

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """Reports, requests, the list of the board."""
        return listing.rows(night, self.lists(), width, height, self.here)

    def all_keys(self) -> dict[int, list[str]]:
        """The cursor moves over all reports, though not all may be in sight."""
        return {0: listing.every_key(self.lists())}

    def lists(self) -> Lists:
        """What the store has beside the night; read again only when it moved."""
        desk = self.desk_app.desk
        version = desk.journal.version()
        if self._lists is None or self._lists[0] != version:
            asked = desk.requests
            self._lists = (
                version,
                Lists(
                    desk.frozen.listed(5),
                    [(request, asked.tally(request)) for request in asked.listed()],
                    desk.decisions.listed(),
                    desk.decisions.meetings(),
                ),
            )
        return self._lists[1]

    # --- keys -------------------------------------------------------------------------------

    def live(self, key: str) -> dict[str, str]:
        """What can be done with the line."""
        if key.startswith(REPORT):
            more = {"hold": _("freeze and issue")} if key == REPORT + "situation" else {}
            return {"step": _("show it as of now"), **more}
        if key.startswith(ISSUED):
            return {"step": _("show it")}
        if key.startswith(REQUEST):
            return {"step": _("see the answers"), "close": _("close the request")}
        if key.startswith(ENTRY):
            return {"step": _("show it"), "close": _("done"), "falls_through": _("dropped")}
        return {}

    def hint(self, key: str) -> str:
        """How to get the report on paper or in a file."""
        if key.startswith(REPORT):
            name = key.removeprefix(REPORT)
            if name == HANDOVER:
                return _("As text: desk report handover")
            if name == EVACUATION:
                return _("In a file: :report evacuation --output list.txt")
            return _("In a file: :report {name} --format html --output {name}.html").format(name=name)
        if key.startswith(REQUEST):
            return _("Reminders are for the day: :request remind")
        return ""

    def do_step(self, key: str) -> None:
        """Enter: the whole of it."""
        kind, _space, name = key.partition(" ")
        {"report": self._report, "issued": self._issued, "request": self._request, "entry": self._entry}[kind](name)

    def do_hold(self, _key: str) -> None:
        """h: freeze the figures and issue the report."""

        def issue(words: str, _at: datetime | None) -> None:
            self.do(self.desk_app.desk.frozen.issue, words)

        label = _("Issue the situation report. What for? (may be empty)")
        self.type(Prompt(label, issue, empty_is_answer=True))

    def do_close(self, key: str) -> None:
        """z: an entry is done, a request is closed."""
        kind, _space, ref = key.partition(" ")
        desk = self.desk_app.desk
        if kind == "entry":
            self.ask(_("{ref} is done?").format(ref=ref), lambda: self.do(desk.decisions.state, ref, "done"))
        else:
            self.ask(
                _("Close {ref}: nobody is reminded any more?").format(ref=ref),
                lambda: self.do(desk.requests.close, ref),
            )

    def do_falls_through(self, key: str) -> None:
        """k: an entry is dropped."""
        ref = key.removeprefix(ENTRY)
        self.ask(
            _("{ref} is dropped?").format(ref=ref), lambda: self.do(self.desk_app.desk.decisions.state, ref, "dropped")
        )

    # --- sheets -----------------------------------------------------------------------------

    def _report(self, name: str) -> None:
        if name == EVACUATION:
            # it is of this moment, whenever one looks at it
            self.sheet = Sheet(listing.REPORTS[name], inside.rows)
            return
        if name == HANDOVER:
            from screens import handover

            title = listing.REPORTS[name]
            self.sheet = Sheet(title, lambda night, width: handover.read_rows(self, night, width))
            return
        from screens.reports.txt import lines
        from storage.reports import make

        def found() -> list[Row]:
            return [Row(text(line)) for line in lines(make(self.desk_app.desk, name))]

        self.sheet = Sheet(listing.REPORTS[name], in_each_language(found))

    def _issued(self, ref: str) -> None:
        from desk.reports import situation
        from screens.reports.txt import lines

        frozen = self.desk_app.desk.frozen
        record = frozen.record(frozen.get(ref))
        rows = in_each_language(lambda: [Row(text(line)) for line in lines(situation.document(record))])
        self.sheet = Sheet(lambda: ref, rows)

    def _entry(self, ref: str) -> None:
        entry = self.desk_app.desk.decisions.get(ref)
        self.sheet = Sheet(lambda: ref, lambda night, width: listing.entry_rows(night, entry, width))

    def _request(self, ref: str) -> None:
        asked = self.desk_app.desk.requests

        def shown(night: Night, width: int) -> list[Row]:
            request = asked.get(ref)
            return listing.request_rows(night, request, asked.tally(request), asked.of(request), width)

        self.sheet = Sheet(lambda: ref, shown, lambda name: self._answer(ref, name), N_("write the answer down"))

    def _answer(self, ref: str, municipality: str) -> None:
        from desk.requests import understood

        def write(words: str, at: datetime | None) -> None:
            state, number, note = understood(words)
            asked = self.desk_app.desk.requests
            self.do(asked.answer, ref, municipality, state, number=number, note=note, at=at)

        label = _("{municipality}: yes, no, conditions or undecided, then a number, a note")
        self.type(Prompt(label.format(municipality=municipality), write, draft=f"answer {ref} {municipality}"))
