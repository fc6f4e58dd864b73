"""The demo: a busy night on a store of its own, made with the desk's own actions on a clock that runs up to now.

Whatever the hour, the night lies around it: a first bus is closed, a second is due within the hour and short of
places, a third has nothing reserved. Houses, places and people are invented, telephone numbers lead nowhere.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from desk import clock as times
from desk import demo_people
from desk.demo_people import Travellers
from desk.language import _, speak
from desk.language import language as spoken
from storage import demo_region, demo_shift
from storage.clock import Clock
from storage.demo_board import write_board
from storage.past import write_past
from storage.store import Desk

OPERATOR, OTHER = "Anna", "Piet"
"""Who sat at the desk in the story; Anna is who opens it."""
FIRST_HOUR = 34
"""So many hours before now the demo's own people begin to come; what lies before is written in bulk."""
FIRST_BUS = (
    ("to Enschede 1", "2 2", "G2"),
    ("to Enschede 2", "2 4 baby", "G3"),
    ("to Enschede 3", "1 3", "11"),
    ("boy", "boy", "15"),
    ("hospital", "2 2", "12"),
    *((f"woman {n}", "woman", f"G7-{n}") for n in range(1, 5)),
    *((f"woman {n}", "woman", f"14-{n - 4}") for n in range(5, 9)),
    ("man 1", "man", "G6-1"),
    ("man 2", "foreign man", "G6-2"),
    ("to Hengelo", "1 1", "17"),
    ("asked", "2 0", ""),
)
"""The part they play, who they are (adults and children, or one alone), the bed or room they sleep in."""
_NO_STAIRS = frozenset({"wheelchair", "no_stairs", "ground_floor"})


@dataclass
class _Story:
    """The desk as it stands at one moment of the story, and who is who in it."""

    desk: Desk
    rng: Random
    now: datetime
    moment: list[datetime]
    """The one moment the store's clock shows; the story moves it on."""
    refs: dict[str, str] = field(default_factory=dict)
    """References by the part somebody plays: a bus, a household, a ride."""
    names: set[str] = field(default_factory=set)

    @property
    def at(self) -> datetime:
        """What the store's clock shows."""
        return self.moment[0]

    def ago(self, hours: int, minutes: int = 0, who: str = OPERATOR) -> datetime:
        """Go on to so long before now; from there on `who` acts."""
        moment = self.now - timedelta(hours=hours, minutes=minutes)
        assert moment >= self.at, "a story is told in its order"
        self.moment[0] = moment
        self.desk.sign_on(who)
        return moment

    def people(self, who: str) -> Travellers:
        """Invented people as `who` says them, with a family name that nobody else in the story has."""
        if who[0].isdecimal():
            adults, children, *baby = who.split()
            return demo_people.family(self.rng, int(adults), int(children), baby=bool(baby), taken=self.names)
        sex = "f" if who == "woman" else "m"
        nationality = demo_people.elsewhere(self.rng) if who == "foreign man" else "UKR"
        age = 16 if who == "boy" else None
        return demo_people.alone(self.rng, sex, age=age, nationality=nationality, taken=self.names)

    def register(self, part: str, who: str, *beds: str, bus: str = "", needs: str = "", **details: Any) -> None:
        """Somebody is written down and, with `beds`, sleeps there; stairs trouble only those of whom it is said."""
        people = self.people(who)
        self.names.add(people.name)
        wanted = [need for need in people.needs if need not in _NO_STAIRS] + needs.split()
        done = self.desk.households.register(
            name=people.name,
            native_name=people.native_name,
            people=people.people,
            adults=people.adults,
            children=people.people - people.adults,
            ages=people.ages,
            group=people.group,
            sex=people.sex,
            nationality=people.members[0].nationality,
            language=people.members[0].language,
            needs=wanted,
            bus=self.refs[bus] if bus else "",
            **details,
        )
        self.refs[part] = done.ref
        if beds:
            self.desk.households.bed(done.ref, beds)


def make_demo(
    path: Path,
    *,
    seed: int = 1,
    nights: int = 0,
    clock: Clock,
    language: str = "en",
    watch: Callable[[Desk], AbstractContextManager[None]] | None = None,
) -> Desk:
    """A new store with a busy night around the clock's present, and `nights` of history before it.

    The same seed at the same time is the same store, row for row. `watch` sees the history being written.
    """
    # ids of their own, so that what else is told changes nobody's name
    rng, ids, before = Random(seed), Random(f"ids {seed}"), spoken()
    now = times.seconds(clock()).replace(second=0)
    opened = now - timedelta(days=nights + 2, hours=FIRST_HOUR)
    moment = [opened]
    speak(language)
    try:
        desk = Desk.init(
            path,
            name="Doorstroomlocatie Oldenzaal",
            language=language,
            operator=OPERATOR,
            clock=lambda: moment[0],
            new_uid=lambda: f"{ids.getrandbits(128):032x}",
        )
        try:
            _tell(_Story(desk, rng, now, moment), nights, watch)
        except BaseException:
            # half a night is no demo: nothing of it stays
            desk.close()
            for end in ("", "-wal", "-shm", ".open"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            raise
    finally:
        speak(before)
    desk.clock = desk.journal.now = clock
    desk.journal.new_uid = desk.journal.new_salt = lambda: uuid4().hex
    desk.sign_on(OPERATOR)
    return desk


def _tell(story: _Story, nights: int, watch: Callable[[Desk], AbstractContextManager[None]] | None) -> None:
    _open_house(story)
    if nights:
        story.ago(FIRST_HOUR)
        with watch(story.desk) if watch else nullcontext():
            write_past(story.desk, nights, story.rng)
    for chapter in _CHAPTERS:
        chapter(story)


def _open_house(story: _Story) -> None:
    """The store before anybody came: address, rooms, places around, numbers to ring."""
    desk = story.desk
    with desk.journal.action("settings", {"name": "demo", "value": "yes"}):
        desk.journal.write_setting("demo", "yes")
    desk.set("address", demo_region.ADDRESS)
    desk.capacity.region("twente")
    today = story.now.astimezone(desk.settings.tz).date()
    desk.capacity.import_locations(demo_region.first_told(today))
    desk.beds.make(demo_region.rooms())
    for role, number, hours, say in demo_region.phones():
        desk.logbook.add_phone(role, number, hours, say)


def _bus_of_the_evening_before(story: _Story) -> None:
    desk = story.desk
    due = story.ago(33, 40, OTHER) + timedelta(hours=1, minutes=30)
    story.refs["bus 0"] = desk.buses.announce(from_place="Groningen", people=14, eta=due, told_by="Sanne").ref
    desk.buses.reserve(story.refs["bus 0"], 14)
    story.ago(32)
    desk.buses.arrive(story.refs["bus 0"])
    story.ago(31, 50)
    desk.buses.count(story.refs["bus 0"], 14)
    story.ago(31, 20)
    desk.capacity.import_locations(demo_region.first_told(story.now.astimezone(desk.settings.tz).date()))
    story.register("wheelchair", "2 1", "G1", bus="bus 0", needs="wheelchair")
    for part, who, bed in (
        ("placed", "2 2", "G2"),
        ("underway", "1 1", "16"),
        ("woman", "woman", "G7-1"),
        ("left", "man", "G6-1"),
        ("hosted", "1 2", "11"),
    ):
        story.register(part, who, bed, bus="bus 0")
    story.ago(30, 55)
    desk.buses.close(story.refs["bus 0"])


def _meeting_of_the_board(story: _Story) -> None:
    story.ago(30)
    write_board(story.desk)


def _day_between(story: _Story) -> None:
    """Yesterday's people found places; one came back, one left, one was asked for three times."""
    desk, refs, place = story.desk, story.refs, story.desk.placements
    story.ago(24, 10)
    place.ask(refs["wheelchair"], "Marktzicht")
    place.agree(refs["placed"], "De Windroos", by="Marieke")
    place.transport(refs["placed"], carrier="Taxi Twente", pickup=story.at + timedelta(minutes=50))
    story.ago(23, 20)
    place.decline(refs["wheelchair"], "staffing", _("nobody there at night for a wheelchair"))
    place.depart(refs["placed"])
    story.ago(22, 30)
    place.confirm(refs["placed"], by="Marieke")
    place.ask(refs["woman"], "Maria Mediatrix", until=story.at + timedelta(hours=1))
    story.ago(21)
    place.withdraw(refs["woman"], _("no answer"))
    place.ask(refs["woman"], "De Zwaan")
    place.ask(refs["hosted"], outside="host", to=_("aunt in Zwolle"))
    story.ago(20, 20)
    place.withdraw(refs["woman"], _("she has friends in Zenderen"))
    place.agree(refs["woman"], "De Zwanenhof", by="Bert")
    place.agree(refs["hosted"], by=_("the aunt"))
    for part in ("woman", "hosted"):
        place.transport(refs[part], carrier="Taxi Twente", pickup=story.at + timedelta(minutes=40))
    story.ago(19, 40)
    place.depart(refs["woman"])
    place.depart(refs["hosted"])
    story.ago(18, 30)
    place.confirm(refs["woman"], by="Bert")
    place.confirm(refs["hosted"], by=_("the aunt"))
    desk.households.leave(refs["left"], "left")
    _came_back(story)


def _came_back(story: _Story) -> None:
    """A placement that looked fine until they stood at the door; then the empty beds are made up."""
    desk, refs, place = story.desk, story.refs, story.desk.placements
    story.ago(17, 30, OTHER)
    place.agree(refs["wheelchair"], "Huize Alexandra", by="Gerda")
    place.transport(refs["wheelchair"], carrier="Taxi Twente", pickup=story.at + timedelta(minutes=40))
    story.ago(16, 50, OTHER)
    place.depart(refs["wheelchair"])
    story.ago(15, 10, OTHER)
    for room in ("G1", "G2", "G6", "G7", "11"):
        desk.beds.clean(room)
    place.come_back(refs["wheelchair"], _("the wheelchair does not pass the doors there"))
    desk.households.bed(refs["wheelchair"], ("G1",))


def _first_bus(story: _Story) -> None:
    """The bus of the early evening: counted, written down, in bed, closed."""
    desk, refs = story.desk, story.refs
    story.ago(8, 41)
    today = story.now.astimezone(desk.settings.tz).date()
    desk.capacity.import_locations(list(demo_region.told_since(today)))
    due = story.ago(8, 30) + timedelta(hours=2, minutes=30)
    refs["bus 1"] = desk.buses.announce(
        from_place="Zwolle", people=32, eta=due, told_by="Joke", contact="Henk", phone="0600-000121",
        carrier="Oostcoach", sender="Joke", sender_phone="038-000171", source=_("other region"),
    ).ref  # fmt: skip
    story.ago(7, 50)
    desk.buses.reserve(refs["bus 1"], 32)
    story.ago(5, 51)
    desk.buses.arrive(refs["bus 1"])
    story.ago(5, 44)
    desk.buses.count(refs["bus 1"], 33, _("a boy of 16 was on nobody's list"))
    _at_the_table(story)
    story.ago(4, 40)
    desk.buses.close(refs["bus 1"])


def _at_the_table(story: _Story) -> None:
    """One household every two minutes, by two people; the last two agreed to share a room."""
    desk, refs = story.desk, story.refs
    for number, (part, who, bed) in enumerate(FIRST_BUS):
        story.ago(5, 38 - 2 * number, OTHER if who == "woman" else OPERATOR)
        beds = (bed,) if bed else ()
        note = _("six of the women want to stay together: G7 and 14") if part == "woman 1" else ""
        pets = {"pets": 1, "note": _("a small dog")} if part == "to Enschede 3" else {"note": note}
        story.register(part, who, *beds, bus="bus 1", **pets)
    desk.households.share(refs["asked"], refs["to Hengelo"], OPERATOR)
    desk.households.bed(refs["asked"], ("17-3", "17-4"))


def _next(story: _Story, wall: str, after: timedelta = timedelta(minutes=20)) -> datetime:
    """The next time the wall clock shows that, with some time left to get there."""
    return times.next_at(wall, story.now + after, story.desk.settings.tz)


def _places_onward(story: _Story) -> None:
    """What is agreed, asked and still to ask for the people of the first bus."""
    desk, refs, place = story.desk, story.refs, story.desk.placements
    story.ago(4, 30)
    taxi_at = _next(story, "08:15")
    refs["coach"] = place.add_ride("coach 17", taxi_at + timedelta(minutes=75), "0600-000117").ref
    refs["taxi"] = place.add_ride("taxi 2", taxi_at, "0600-000118").ref
    story.ago(4, 20)
    for part in ("to Enschede 1", "to Enschede 2", "to Enschede 3"):
        place.agree(refs[part], "De Noordmolen", by="Wouter")
        place.transport(refs[part], ride=refs["coach"])
    place.agree(refs["to Hengelo"], "Sporthal", by="Esma")
    place.transport(refs["to Hengelo"], ride=refs["taxi"])
    story.ago(4, 5, OTHER)
    place.ask(refs["asked"], "Marktzicht", until=_next(story, "10:00", timedelta(hours=1)))
    place.agree(refs["man 1"], "De Zwaan", by="Rob", channel="mail")
    place.agree(refs["underway"], "Klooster Denekamp", by="Ria")
    place.transport(refs["underway"], carrier="Taxi Twente", pickup=story.at + timedelta(minutes=30))
    story.ago(3, 46)
    desk.beds.block("G5", _("sick room"), until=story.now - timedelta(minutes=20))
    story.ago(3, 31, OTHER)
    place.depart(refs["underway"])


def _change_of_shift(story: _Story) -> None:
    story.ago(3, 31, demo_shift.BEFORE)
    demo_shift.hand_over(story.desk)
    story.ago(3, 30)
    demo_shift.take_over(story.desk, OPERATOR, OTHER)


def _buses_coming(story: _Story) -> None:
    """One due within the hour and 38 short, told of by the driver too long ago; one after it with nothing yet."""
    buses, refs, now = story.desk.buses, story.refs, story.now
    story.ago(3, 30)
    refs["bus 2"] = buses.announce(
        from_place="Utrecht", people=48, eta=now - timedelta(minutes=11), told_by="Els",
        contact="Jan", phone="0600-000123", carrier="Oostcoach", sender="LCVS, Els", sender_phone="0800-000456",
        source="LCVS", families=14, in_families=39, single_women=3, single_men=6, babies=3, wheelchairs=1,
    ).ref  # fmt: skip
    story.ago(3, 1, OTHER)
    refs["bus 3"] = buses.announce(
        from_place="Amsterdam", people=50, eta=now + timedelta(hours=2, minutes=34), told_by="Els",
        sender="LCVS, Els", sender_phone="0800-000456", source="LCVS", men=14, women=20, children=16, non_ukrainian=5,
    ).ref  # fmt: skip
    story.ago(2, 40)
    buses.eta(refs["bus 2"], now + timedelta(minutes=34), _("the driver"))
    story.ago(2, 30)
    buses.reserve(refs["bus 2"], 10)


def _last_hour(story: _Story) -> None:
    """What Anna and Piet did just before you sat down."""
    desk, refs, now = story.desk, story.refs, story.now
    story.ago(0, 51, OTHER)
    for number in range(1, 9):
        desk.placements.propose(refs[f"woman {number}"], "De Noordmolen")
    story.ago(0, 36)
    desk.households.out(refs["hospital"], (1, 4), "hospital")
    desk.logbook.add("call", _("ring the night doctor back"), link=refs["hospital"], back_at=now + timedelta(minutes=9))
    story.ago(0, 31, OTHER)
    desk.buses.eta(refs["bus 2"], now + timedelta(minutes=59), _("the driver"))
    story.ago(0, 25)
    desk.logbook.add("K", _("Zwolle sent one more than was said, a minor"), link=refs["bus 1"], type_text="K7")
    desk.logbook.add("note", _("the front door sticks in the rain: lift it"))
    story.ago(0, 12, OTHER)
    story.register("waiting", "2 0", origin="police", note=_("brought by the police from the station"))
    story.ago(0, 10)
    desk.logbook.take(f"out:{refs['hospital']}")
    story.ago(0, 7)
    story.register("man 3", "foreign man", "G6-3")
    story.ago(0, 3, OTHER)
    desk.logbook.add("call", _("the guardianship's line is engaged: try again"), link=refs["boy"])
    story.ago(0, 1, OTHER)
    desk.logbook.take(f"eta_stale:{refs['bus 2']}")


def _what_the_region_told(story: _Story) -> None:
    """The mail of the evening, typed in at last: who answers together, what more is asked, who is expected."""
    desk = story.desk
    story.ago(0, 1, OTHER)
    today = story.now.astimezone(desk.settings.tz).date()
    desk.capacity.pool(demo_region.POOL, demo_region.POOLED)
    desk.capacity.set_target("best_effort", 1604, today, "VNG")
    desk.forecast.import_rows(demo_region.expected(today))


_CHAPTERS = (
    _bus_of_the_evening_before,
    _meeting_of_the_board,
    _day_between,
    _first_bus,
    _places_onward,
    _change_of_shift,
    _buses_coming,
    _last_hour,
    _what_the_region_told,
)
