# ruff: noqa: D103 - what a command does stands in its help
"""`desk report`: what stands, or stood, printed in any format; it issues nothing."""

import json
from datetime import datetime
from pathlib import Path

import click

from desk import evacuation
from desk.language import N_, _
from desk.refusals import Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, option
from screens.cli.words import FILE, TEXT, TIME
from screens.reports.formats import BINARY, FORMATS, render

HELP = {
    "situation": N_("The situation: figures, what is expected, what is open."),
    "daily": N_("Daily figures by location for the national level, without and with private hosting."),
    "private": N_("Private hosting by municipality and location."),
    "meeting": N_("Issues, decisions and actions for the meeting."),
    "buses": N_("The bus log: said, counted, registered, what became of each bus."),
    "movements": N_("Who came and who went, by night, group, age and sex."),
    "placements": N_("Placements by location: asked, agreed, placed, declined and why."),
    "unplaced": N_("Who has no place to go on to yet, by how long they have been here."),
    "register": N_("The night register: who sleeps here, since when, in which room; it has names."),
    "roster": N_("The roster of the coming 72 hours and its gaps; it has names."),
}
_FORMAT = option("--format", TEXT, name="form", text=N_("txt, html, xlsx, csv, json or md."))
_AS_OF = option("--as-of", TIME, text=N_("As the desk knew it at this moment."))
_SINCE = option(
    "--since", TIME, text=N_("Where the period begins; else where the night does, for the meeting at the one before.")
)
_OUTPUT = option("--output", FILE, text=N_("Write it to this file."))

ONE_PAGE = 1_000_000

report = Group("report", N_("Reports."), {"handover": "screens.cli.handover:printed"})


def _command(name: str) -> None:
    @report.command_of(name, _FORMAT, _AS_OF, _SINCE, _OUTPUT, text=HELP[name])
    def made(
        call: Call, form: str | None, as_of: datetime | None, since: datetime | None, output: Path | None
    ) -> Answer:
        return _made(call, name, _format(call, form, tuple(FORMATS)), as_of or call.at, since, output)


for _name in HELP:
    _command(_name)


def _format(call: Call, told: str | None, possible: tuple[str, ...]) -> str:
    """The format told; where none is, `--json` is one too."""
    form = (told if told is not None else "json" if call.as_json else "txt").strip().casefold()
    if form not in possible:
        raise click.UsageError(
            _("This report is not made as '{form}', but as {possible}.").format(
                form=form[:20], possible=", ".join(possible)
            )
        )
    return form


def _made(call: Call, name: str, form: str, at: datetime | None, since: datetime | None, output: Path | None) -> Answer:
    from storage.reports import make

    if form in BINARY and output is None and call.out.isatty():
        raise Refused(_("A workbook is not for a screen. Give a file: --output {name}.xlsx").format(name=name))
    document = make(call.desk, name, at, since)
    if output is not None:
        return _written(output, render(document, form))
    if form in BINARY:
        return _to_pipe(call, render(document, form))
    if form == "json":
        call.as_json = True
        return Shown((), document.data)
    call.as_json = False
    return Shown(render(document, form).decode().splitlines(), document.data)


def _to_pipe(call: Call, content: bytes) -> Answer:
    """Bytes as they are, to whatever reads this program's output."""
    pipe = getattr(call.out, "buffer", None)
    if pipe is None:
        raise Refused(_("Here a workbook cannot be shown. Give a file: --output {name}.xlsx").format(name="report"))
    pipe.write(content)
    pipe.flush()
    call.as_json = False
    return Shown((), None)


@report.command_of(
    "evacuation",
    option("--format", TEXT, name="form", text=N_("txt, html or json.")),
    _OUTPUT,
    text=N_("Who is inside, by floor and room; those without a name yet as a number on top."),
)
def evacuation_list(call: Call, form: str | None, output: Path | None) -> Answer:
    from desk import paper
    from screens.paper import rendered

    form = _format(call, form, ("txt", "html", "json"))
    night, action = call.desk.paper.now(call.at)
    data = {**evacuation.record(night), "action": action.version, "serial": paper.number(night, action)}
    if output is not None:
        if form == "json":
            return _written(output, f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode())
        return _written(output, rendered(night, action, paper.PAGE if form == "html" else paper.EVACUATION))
    call.as_json = form == "json"
    if form == "html":
        return Shown(rendered(night, action, paper.PAGE).decode().splitlines(), data)
    # on a screen it is one page, however long
    return Shown(paper.text(night, action, paper.EVACUATION, ONE_PAGE).splitlines(), data)


def _written(output: Path, content: bytes) -> Shown:
    import os

    try:
        # names of people may stand in it: for this account only
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError as wrong:
        raise Refused(
            _("{file} cannot be written: {why}. Give another file.").format(file=output, why=wrong.strerror or wrong)
        ) from wrong
    text = _("Written: {file}").format(file=output)
    return Shown([text], {"ref": str(output), "state": "written", "text": text, "warnings": []})
