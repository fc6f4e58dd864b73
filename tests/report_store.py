"""A store with something for every report in it, and a name that nobody else has wherever one can be written down."""

from datetime import datetime
from pathlib import Path

from desk.capacity import LOCATION_KINDS
from storage.reports import REPORTS
from storage.store import Desk
from tests import store
from tests.store import ANYONE, BY_DAY, FAMILIES, moment

FORMULA = '=HYPERLINK("http://x.test","Zaal")'
"""The name of a location, as somebody with bad intentions writes it."""
MARKUP = "<b>Huis|Markt</b> `x` [a](http://x.test)"
FORMATS = ("txt", "html", "xlsx", "csv", "json", "md")
OUTSIDE = tuple(REPORTS)
INTERNAL = frozenset({"register", "roster"})
"""Those with names of people in them: they say so, and stay at the desk."""
NAMES = (
    "Zzyzxenko",
    "Зизиксенко",
    "Membrova",
    "Driverov",
    "Sendersky",
    "Tellermann",
    "Notelova",
    "Guardianova",
    "Agreeva",
    "Confirmskaya",
    "Hostmans",
    "Auntinova",
    "Declinska",
    "Withdrawski",
)


def told(desk: Desk, text: str) -> None:
    """The store's clock shows that moment of the night of 7 April from here on."""
    at = moment(text if len(text) > 5 else f"2022-04-{'07' if text > '12' else '08'}T{text}:00+02:00")
    desk.clock = desk.journal.now = lambda: at


def busy(folder: Path) -> Desk:
    """Buses that came, come and went elsewhere; people placed, declined, gone and waiting; every kind of location."""
    desk = store.new_store(folder, clock="2022-04-06T20:00:00+02:00")
    region(desk)
    told(desk, "2022-04-06T21:00:00+02:00")
    early = store.in_bed(
        desk, "Zzyzxenko", 3, group="family", native_name="Зизиксенко", note="Notelova", ages=(34, 36, 5)
    )
    gone = store.in_bed(desk, "Membrova", 2, group="adults", needs=("wheelchair",))
    told(desk, "20:00")
    first_bus(desk)
    store.placed(desk, gone)
    refused = store.asked(desk, early)
    desk.placements.decline(refused, "full", "Declinska says no")
    told(desk, "23:30")
    other_buses(desk)
    told(desk, "01:00")
    placements(desk)
    board(desk)
    told(desk, "02:41")
    return desk


def board(desk: Desk) -> None:
    """Somebody's name wherever one can be typed in the lists of the meeting and in the log."""
    desk.logbook.add("incident", "Zzyzxenko rang the bell.")
    for kind in ("national", "case"):
        desk.logbook.add("note", "Mrs Membrova is well.", type_text=kind)
    desk.decisions.add("K", "Zzyzxenko cannot stay.", explanation="Since Membrova left.", heading="Зизиксенко")
    asked = desk.requests.add("Who takes Zzyzxenko?", occasion="Membrova left", note="Зизиксенко").ref
    desk.requests.answer(asked, "Losser", "no", note="no room for Zzyzxenko")
    desk.requests.add_candidate("Marktzicht", "Losser", request=asked, note="not for Zzyzxenko")


def region(desk: Desk) -> None:
    """Locations of each kind besides those of every test, some with names that are no names."""
    more = [
        {"name": FORMULA, "municipality": "Almelo", "kind": "crisis", "capacity": 30, "occupied": 31, "term": "short"},
        {"name": MARKUP, "municipality": "Borne", "kind": "municipal", "capacity": 1200, "occupied": 700},
        {"name": "Gastgezin Hostmans", "municipality": "Wierden", "kind": "private", "capacity": 6, "occupied": 4},
        {"name": "Later", "municipality": "Losser", "kind": "municipal", "capacity": 9},
    ]
    desk.capacity.import_locations(more)
    assert {loc.kind for loc in desk.night().locations} | {"transit"} == set(LOCATION_KINDS)


def first_bus(desk: Desk) -> None:
    """Said 12, counted 13; one drove on, and the others were written down."""
    told_of = {"contact": "Driverov", "sender": "Sendersky", "told_by": "Tellermann", "note": "Notelova is on board"}
    bus = store.bus_coming(desk, "Budapest", 12, "20:30", **told_of)
    desk.buses.reserve(bus, 12)
    told(desk, "21:10")
    desk.buses.arrive(bus)
    desk.buses.count(bus, 13, "Membrova was not on the list of Driverov")
    desk.buses.onward(bus, 1, "Gronau", "Agreeva")
    for name, people, details in (
        ("Koval", 5, {"group": "single_parent", "adults": 1, "children": 4}),
        ("Lys", 1, {"group": "single_man", "sex": "m"}),
        ("Bondar", 1, {"group": "unaccompanied_minor", "sex": "f", "ages": (16,)}),
        ("Shevchuk", 5, {}),
    ):
        store.in_bed(desk, name, people, bus=bus, **details)
    desk.buses.close(bus, "Zzyzxenko and Sendersky know why")


def other_buses(desk: Desk) -> None:
    """One that is expected, one diverted, one cancelled, one brought to a location directly."""
    desk.buses.reserve(store.bus_coming(desk, "Utrecht", 48, "03:40", contact="Driverov"), 10)
    desk.buses.divert(store.bus_coming(desk, "Zwolle", 20, "04:00"), "Gronau", "Agreeva")
    desk.buses.cancel(store.bus_coming(desk, "Arnhem", 8, "05:00"), "Tellermann rang: engine trouble")
    direct = store.bus_coming(desk, "Budel", 14, "23:50")
    desk.buses.allocate(direct, BY_DAY, 14)
    desk.buses.confirm(direct, BY_DAY, 14, "Confirmskaya")


def placements(desk: Desk) -> None:
    """One asked, one underway, one outside the region, one withdrawn, one left by itself."""
    people = {h.name: h.ref for h in desk.night().households}
    store.asked(desk, people["Koval"], FAMILIES)
    desk.placements.agree(people["Shevchuk"], ANYONE, by="Agreeva")
    desk.placements.withdraw(people["Shevchuk"], "Withdrawski found a bed")
    desk.placements.ask(people["Lys"], outside="host", to="aunt Auntinova in Zwolle")
    desk.placements.agree(people["Lys"], by="Auntinova")
    desk.placements.transport(people["Lys"], carrier="Taxi Driverov", pickup=desk.clock())
    desk.placements.depart(people["Lys"])
    desk.households.guardian(people["Bondar"], "Guardianova, Nidos")
    walker = store.in_bed(desk, "Moroz", 2)
    desk.households.leave(walker, "left")
    store.household(desk, "Hrytsenko", 4, group="group")


def begins() -> datetime:
    """The beginning of the period for which the store has something in every report."""
    return moment("2022-04-06T12:00:00+02:00")
