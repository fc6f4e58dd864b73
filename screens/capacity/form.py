"""The form for a location: its places and until when, whether they count, when it answers."""

from collections.abc import Callable
from datetime import date
from typing import Any

from desk import cells, periods
from desk.capacity import Location
from desk.cells import WrongCell
from desk.language import _
from desk.periods import Period
from desk.refusals import Refused
from desk.words import OUT_OF_USE, TERM_WORDS, label
from screens.desk_screen import DeskScreen
from screens.form import Field, Filled, FormScreen


def open_location_form(screen: DeskScreen, location: Location) -> None:
    """Change what is known of a location, or give it a further period."""
    title = _("{ref} {name}, what is known of it").format(ref=location.ref, name=location.name)

    def known() -> list[Field]:
        return _fields(screen.desk_app.desk.capacity.get(location.ref))

    def save(filled: Filled) -> Callable[[], None]:
        return _save(screen, location, filled)

    screen.app.push_screen(FormScreen(screen, f"location {location.ref}", title, known, save, location.ref))


def _fields(location: Location) -> list[Field]:
    out = "" if location.out_of_use is None else str(location.out_of_use)
    return [
        Field("name", _("Name"), location.name),
        Field("capacity", _("Places"), str(location.capacity)),
        Field("out_of_use", _("Out of use"), out),
        Field("out_of_use_reason", _("Why, as: no staff"), label(OUT_OF_USE, location.out_of_use_reason)),
        Field("available_from", _("First day, 1-6-2022"), _day(location.available_from)),
        Field("available_until", _("Last day"), _day(location.available_until)),
        Field("counts", _("Counts, yes or no"), _("yes") if location.counts else _("no")),
        Field("term", _("Term, short or long"), location.term),
        Field("phone", _("Phone"), location.phone),
        Field("answers", _("Answers, 08:00-20:00"), location.answers),
        Field("intake", _("Takes people in"), location.intake),
        Field("most_alone", _("Men alone, most"), "" if location.most_alone is None else str(location.most_alone)),
        Field("designated_from", _("For men alone from"), _day(location.designated_from)),
        Field("period", _("More: from until places")),
    ]


def _day(iso: str) -> str:
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day}-{day.month}-{day.year}"


_READ: dict[str, Callable[[object], Any]] = {
    "capacity": cells.whole(0, 100_000),
    "out_of_use": cells.whole(0, 100_000),
    "available_from": cells.day,
    "available_until": cells.day,
    "most_alone": cells.whole(0, 100_000),
    "designated_from": cells.day,
    "counts": cells.yes_no,
    "term": cells.choice(TERM_WORDS),
    "answers": cells.hours,
    "intake": cells.hours,
}
_MAY_BE_EMPTY = frozenset(
    {
        "out_of_use_reason",
        "available_from",
        "available_until",
        "most_alone",
        "designated_from",
        "phone",
        "answers",
        "intake",
    }
)


def _save(screen: DeskScreen, location: Location, values: Filled) -> Callable[[], None]:
    capacity = screen.desk_app.desk.capacity
    labels = {field.name: field.label for field in _fields(location)}
    changes = {
        name: _value(name, labels[name], said)
        for name, said in values.values.items()
        if name != "period" and name in values.changed
    }
    further = _further(values["period"]) if values["period"] else None
    if further is not None:
        own = Period(
            str(changes.get("available_from", location.available_from)),
            str(changes.get("available_until", location.available_until)),
            changes.get("capacity", location.capacity),
        )
        others = periods.of(location, screen.night.periods_of.get(location.id, ()))[1:]
        periods.checked(location.name, further, [own, *others])  # before anything is written
    done = capacity.edit(location.ref, **changes) if changes else None
    if further is not None:
        last = date.fromisoformat(further.last) if further.last else None
        done = capacity.add_period(location.ref, date.fromisoformat(further.first), last, further.places)
    if done is None:
        raise Refused(_("Nothing is changed yet. Change a line, or Esc."))
    said = " ".join([done.text, *done.warnings])
    return lambda: screen.say(said, "warn" if done.warnings else "")


def _value(name: str, label: str, said: str) -> Any:
    if not said and name in _MAY_BE_EMPTY:
        return ""
    try:
        return _READ[name](said) if name in _READ else said
    except WrongCell as wrong:
        raise Refused(f"{label}: '{said[:40]}' {wrong.reason}.") from None


def _further(said: str) -> Period:
    """A further period as it is typed: first day, last day, places."""
    words = said.split()
    try:
        if len(words) != 3:
            raise WrongCell(_("is not a first day, a last day and places, as in: 1-6-2022 31-7-2022 40"))
        return Period(str(cells.day(words[0])), str(cells.day(words[1])), cells.whole(0, 100_000)(words[2]))
    except WrongCell as wrong:
        raise Refused(f"'{said[:40]}' {wrong.reason}.") from None
