"""Nights gone by, written in bulk: history for a demo that has been running, and for benchmarks.

A past night is one action that writes the rows a night leaves behind: its buses closed, its households gone, their
beds given up, where they went. The triggers journal every row of it, so the store checks clean. Nobody of a past night
is still here at noon, so beds never clash and nights can be added before those that the store has.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from desk import demo_people, privacy, references
from desk.beds import Bed, Room, Stay
from desk.buses import Bus, BusState, Eta
from desk.capacity import Location
from desk.demo_people import Travellers
from desk.households import Household, HouseholdState, Member
from desk.names import fold
from desk.night import Night
from desk.placements import DECLINE_REASONS, Placement, PlacementState, Ride
from storage.rows import table_of, to_row, to_text
from storage.store import Desk

Model = TypeVar("Model")

_FROM = ("Groningen", "Zwolle", "Utrecht", "Amsterdam", "Arnhem", "Ter Apel", "Budel", "Rotterdam")
_CARRIERS = ("Oostcoach", "Taxi Twente", "coach 17")
_YES_SAYERS = ("Wouter", "Esma", "Gerda", "Rob", "Ria", "Bert", "Marieke")
_OUTSIDE = (("host", "family in Zwolle"), ("region", "IJsselland"), ("own", "by train"), ("coa", "Ter Apel"))
_FULLEST = 0.85
"""Of the beds: families in rooms of their own leave some empty."""


def write_past(desk: Desk, nights: int, rng: Random, *, per_night: int = 45) -> None:
    """Write so many nights before the first that the store knows of (else before tonight), oldest first."""
    journal, night = desk.journal, desk.night()
    first = journal.tonight()
    row = desk.db.execute(
        "SELECT min(night) FROM counter WHERE kind IN ('B', 'H', 'P', 'R') AND night <> ''"
    ).fetchone()
    if row[0]:
        first = min(first, date.fromisoformat(row[0]))
    house = _House(night)
    running, ids, kept = journal.now, _Ids(desk), timedelta(days=journal.settings.retention_days)
    forgotten = journal.now() - kept
    try:
        for number in range(1, nights + 1):
            journal.done_of(number, nights)
            evening = first - timedelta(days=nights + 1 - number)
            past = _PastNight(evening, *_span(night, evening), rng, house, ids)
            past.fill(max(1, min(round(rng.gauss(per_night, per_night / 4)), round(_FULLEST * house.size))))
            journal.now = past.written_at
            with journal.action("past night", {"evening": evening.isoformat(), "people": past.people}):
                past.write(desk, past.end + kept if past.end < forgotten else None)
    finally:
        journal.now = running


def _span(night: Night, evening: date) -> tuple[datetime, datetime]:
    """From noon to noon on the site's clock, 23 or 25 hours apart twice a year."""
    starts = time.fromisoformat(night.settings.night_starts)
    days = evening, evening + timedelta(days=1)
    begin, end = (datetime.combine(day, starts, night.settings.tz).astimezone(UTC) for day in days)
    return begin, end


class _Ids:
    """The next number of each table: rows of one night point to each other before they are written."""

    def __init__(self, desk: Desk) -> None:
        self._last: dict[object, int] = {
            model: int(desk.db.execute(f"SELECT coalesce(max(id), 0) FROM {table_of(model)}").fetchone()[0])
            for model in (Bus, Eta, Household, Member, Stay, Placement, Ride)
        }

    def next(self, model: object) -> int:
        """One number, given once."""
        self._last[model] += 1
        return self._last[model]


class _House:
    """The rooms in which a past night slept, and where people went from here."""

    def __init__(self, night: Night) -> None:
        self.rooms: list[tuple[Room, list[Bed]]] = [(r, night.beds_in[r.id]) for r in night.rooms if r.is_open]
        self.size = sum(len(beds) for _room, beds in self.rooms)
        # a place that never told a count would have to be added up over the whole past
        self.places: list[Location] = [
            place for place in night.locations if place.occupied is not None and not place.available_from
        ]


@dataclass
class _Beds:
    """The beds of one past night as they fill up: families in rooms of their own, people alone by sex."""

    free: dict[int, list[Bed]]
    kind: dict[int, str] = field(default_factory=dict)

    def take(self, need: int, alone_sex: str) -> list[Bed]:
        """Beds in one room if there is one, else wherever some are left."""
        joins = [room for room, beds in self.free.items() if alone_sex and beds and self.kind.get(room) == alone_sex]
        empty = [room for room, beds in self.free.items() if room not in self.kind and len(beds) >= need]
        chosen = joins[:1] or sorted(empty, key=lambda room: len(self.free[room]))[-1 if alone_sex else 0 :][:1]
        if not chosen:
            chosen = [room for room, beds in self.free.items() if beds]
        beds = [bed for room in chosen for bed in self.free[room]][:need]
        for bed in beds:
            self.free[bed.room].remove(bed)
            self.kind.setdefault(bed.room, alone_sex or "family")
        return beds


@dataclass
class _PastNight:
    """All rows of one night, made before any is written."""

    evening: date
    begin: datetime
    end: datetime
    rng: Random
    house: _House
    ids: _Ids
    people: int = 0
    rows: dict[type, list[object]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ride: Ride | None = None

    def written_at(self) -> datetime:
        """The moment at which the night was written down: just before the next begins."""
        return self.end - timedelta(minutes=10)

    def fill(self, people: int) -> None:
        """One bus, or two for many people, and everybody on them."""
        if self.house.places:
            pickup = self.end - timedelta(minutes=self.rng.randint(170, 240))
            self.ride = self._add(Ride, ref=self._ref("R"), carrier="coach 17", phone="0600-000117", pickup=pickup)
        beds = _Beds({room.id: list(beds) for room, beds in self.house.rooms})
        parts = [people // 2, people - people // 2] if people > 35 and self.rng.random() < 0.6 else [people]
        for part in parts:
            parties: list[Travellers] = []
            while sum(party.people for party in parties) < part:
                parties.append(demo_people.household(self.rng))
            self._bus(parties, beds)

    def write(self, desk: Desk, forgotten_at: datetime | None) -> None:
        """All of it, table by table, inside the action that is open; as it is once names are forgotten, where told."""
        for model, rows in self.rows.items():
            table = table_of(model)
            records = [to_row(row) for row in rows]
            if forgotten_at is not None and table in privacy.WHOLE:
                records = [privacy.blanked(table, row, self.evening.year) for row in records]
                if model is Household:
                    records = [{**row, "erased_at": to_text(forgotten_at)} for row in records]
            desk.db.table(table).insert_all(records)
        night = self.evening.isoformat()
        counters = [{"kind": kind, "night": night, "last": last} for kind, last in self.last.items()]
        desk.db.table("counter").insert_all(counters)

    def _ref(self, kind: str) -> str:
        self.last[kind] += 1
        return references.make(kind, self.evening, self.last[kind])

    def _add(self, model: Callable[..., Model], **values: Any) -> Model:
        row = model(id=self.ids.next(model), **values)
        self.rows[type(row)].append(row)
        return row

    def _later(self, at: datetime, least: int, most: int) -> datetime:
        """Some minutes after, at most until the night is written down."""
        return min(at + timedelta(minutes=self.rng.randint(least, most)), self.written_at())

    # --- who came ---------------------------------------------------------------------------

    def _bus(self, parties: Sequence[Travellers], beds: _Beds) -> None:
        rng, heads = self.rng, sum(party.people for party in parties)
        arrived = self._later(self.begin, 5 * 60, 11 * 60)
        said = max(1, heads + rng.choice((-2, -1, 0, 0, 0, 0, 1, 3)))
        eta, told = self._later(arrived, -25, 15), self._later(arrived, -240, -90)
        counted = self._later(arrived, 4, 12)
        ended = self._later(counted, 2 * len(parties) + 5, 2 * len(parties) + 30)
        bus: Bus = self._add(
            Bus,
            ref=self._ref("B"),
            state=BusState.CLOSED,
            from_place=rng.choice(_FROM),
            announced=said,
            counted=heads,
            reserved=heads,
            eta=eta,
            eta_told_at=told,
            eta_told_by="Els",
            carrier=rng.choice(_CARRIERS),
            sender="LCVS",
            source="LCVS",
            count_reason="" if said == heads else "the list was not the last one",
            announced_at=told,
            arrived_at=arrived,
            counted_at=counted,
            ended_at=ended,
        )
        self._add(Eta, bus=bus.id, eta=eta, told_at=told, told_by="Els")
        for number, party in enumerate(parties, start=1):
            self._household(party, bus, self._later(counted, 2 * number, 2 * number + 1), beds)

    def _household(self, party: Travellers, bus: Bus, at: datetime, beds: _Beds) -> None:
        self.people += party.people
        pickup = self.ride.pickup if self.ride else None
        gone = pickup if pickup and self.rng.random() < 0.5 else self._later(self.end, -240, -100)
        left = self.rng.random() < 0.04 or not self.house.places
        household: Household = self._add(
            Household,
            ref=self._ref("H"),
            bus=bus.id,
            origin="bus",
            state=HouseholdState.LEFT if left else HouseholdState.DEPARTED,
            name=party.name,
            native_name=party.native_name,
            folded=fold(party.name),
            people=party.people,
            adults=party.adults,
            children=party.people - party.adults,
            cots=party.needs.count("cot"),
            pets=party.pets,
            group_kind=party.group,
            sex=party.sex,
            nationality=party.members[0].nationality,
            language=party.members[0].language,
            needs=",".join(dict.fromkeys(party.needs)),
            registered_at=at,
            since=at,
            ended_at=gone,
            ended_reason="left" if left else "placed",
        )
        self._members(household, party)
        alone_sex = (household.alone_sex or "") if household.alone else ""
        for bed in beds.take(household.beds_needed, alone_sex):
            self._add(Stay, household=household.id, bed=bed.id, since=self._later(at, 1, 15), until=gone)
        if not left:
            self._placement(household, at, gone)

    def _members(self, household: Household, party: Travellers) -> None:
        for number, person in enumerate(party.members, start=1):
            self._add(
                Member,
                household=household.id,
                number=number,
                name=person.name,
                native_name=person.native_name,
                birth_year=self.evening.year - person.age,
                age=person.age,
                sex=person.sex,
                relation=person.relation,
                nationality=person.nationality,
                language=person.language,
                needs=",".join(person.needs),
            )

    # --- where they went --------------------------------------------------------------------

    def _placement(self, household: Household, at: datetime, gone: datetime) -> None:
        """Asked, agreed, brought there and confirmed; now and then after somewhere else said no."""
        rng = self.rng
        asked = self._later(at, 20, 60)
        if rng.random() < 0.06:
            declined = self._later(asked, 10, 40)
            self._asked(
                household, asked, PlacementState.DECLINED, reason=rng.choice(DECLINE_REASONS), ended_at=declined
            )
            asked = declined
        agreed = self._later(asked, 5, 60)
        confirmed = self._later(gone, 25, 80)
        by_ride = self.ride is not None and gone == self.ride.pickup
        self._asked(
            household,
            asked,
            PlacementState.ARRIVED,
            agreed_by=rng.choice(_YES_SAYERS),
            agreed_at=agreed,
            carrier="coach 17" if by_ride else rng.choice(_CARRIERS),
            pickup=gone,
            ride=self.ride.id if self.ride and by_ride else None,
            departed_at=gone,
            confirmed_by=rng.choice(_YES_SAYERS),
            confirmed_at=confirmed,
            ended_at=confirmed,
            outside=rng.choice(_OUTSIDE) if rng.random() < 0.07 else None,
        )

    def _asked(
        self,
        household: Household,
        at: datetime,
        state: PlacementState,
        outside: tuple[str, str] | None = None,
        **then: Any,
    ) -> None:
        place = None if outside else self.rng.choices(self.house.places, [p.capacity for p in self.house.places])[0]
        self._add(
            Placement,
            ref=self._ref("P"),
            household=household.id,
            people=household.people,
            state=state,
            location=place.id if place else None,
            outside=outside[0] if outside else "",
            to_text=outside[1] if outside else "",
            asked_at=at,
            until=at + timedelta(hours=2),
            proposed_by="Anna",
            created_at=at,
            **then,
        )
