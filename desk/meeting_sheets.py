"""The sheets of a meeting: its decision list, and who was there."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from desk.cells import WrongCell, choice, local_day, text, yes_no
from desk.decisions import KIND_WORDS, KINDS, STATE_WORDS, TOPIC_WORDS
from desk.language import _
from desk.sheets import Column, Sheet, read_rows

Rows = Sequence[Sequence[object]]

MOST_LETTERS = 2_000


def kind(value: object) -> str:
    """K, B or A, by letter or word; the minutes' own `K:` and `A)` too."""
    said = str(value).strip().rstrip(":).")
    try:
        return choice(KIND_WORDS)(said)
    except WrongCell:
        raise WrongCell(_("is not one of {choices}").format(choices=", ".join(KINDS))) from None


def due(zone: ZoneInfo) -> Callable[[object], date | str]:
    """A day where it is one, else the words for it: `middellange termijn`."""
    read_day, read_text = local_day(zone), text(200)

    def read(value: object) -> date | str:
        try:
            return read_day(value)
        except WrongCell:
            return read_text(value)

    return read


def decision_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """The columns of a decision list; times in them are the zone's."""
    return (
        Column("item", ("nr", "nummer", "number"), text(60)),
        Column("heading", ("agendapunt", "kop"), text(200)),
        Column("kind", ("type", "soort"), kind, required=True),
        Column("text", ("tekst",), text(MOST_LETTERS), required=True),
        Column("explanation", ("toelichting",), text(MOST_LETTERS)),
        Column("owner", ("eigenaar", "actiehouder"), text(200)),
        Column("due", ("termijn", "deadline"), due(zone)),
        Column("state", ("status",), choice(STATE_WORDS)),
        Column("topic", ("onderwerp",), choice(TOPIC_WORDS)),
        Column("until", ("tot",), local_day(zone)),
        Column("link", ("koppeling", "gekoppeld_aan"), text(200)),
    )


def decisions(rows: Rows, zone: ZoneInfo) -> Sheet:
    """One entry a row, in the order of the list; what is left empty is empty; `due` is a day or words."""
    sheet = read_rows(rows, decision_columns(zone), check=_goes_together)
    for record in sheet.records:
        for name in ("item", "heading", "explanation", "owner", "due", "state", "topic", "link"):
            record[name] = record[name] or ""
    return sheet


def _goes_together(record: dict[str, Any]) -> Iterable[str]:
    """What does not go together in one row."""
    if record["until"] and not record["topic"]:
        yield _("it has an end date but no topic; only a standing instruction ends")


PARTICIPANTS = (
    Column("role", ("rol", "gemeente", "municipality", "deelnemer", "participant"), text(80), required=True),
    Column("name", ("naam",), text(80)),
    Column("excused", ("afgemeld",), yes_no),
)


def participants(rows: Rows) -> Sheet:
    """One participant a row, in the order in which they are listed; not excused means present."""
    sheet = read_rows(rows, PARTICIPANTS, unique="role")
    for record in sheet.records:
        record["name"] = record["name"] or ""
        record["excused"] = bool(record["excused"])
    return sheet
