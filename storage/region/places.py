"""Shared places between a desk and its region: asked and given back here, granted there (docs/shared-places.md).

What people do is an action of the store first. `Places.hear` then asks the region, books what it says, and tells it
what it does not have; whoever comes by does that, the process that tells the journal as a rule. It may be cut off or
killed anywhere, and done by two processes at once.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import psycopg

from desk.capacity import Location, Municipality, folded
from desk.language import _, ngettext, number
from desk.names import clean
from desk.refusals import Refused
from desk.region import places as rules
from desk.region import shared as words
from desk.region.link import RegionLink
from desk.region.places import ASKED, GRANTED, Ask, Booking, Declare, Given, Keep, PlaceGrant, Tell
from desk.region.shared import SharedPlace
from storage.journal import AUTOMATIC, Done, Journal
from storage.region import escrow, schema, server, shared
from storage.region import link as links
from storage.region.joining import store_uid
from storage.rows import insert, read, save
from storage.store import Desk

ROUNDS = 5
"""An ask is told in one round and its answer booked in the next; more only while others are at it too."""
MOST_ASKED = 10_000
_ANOTHER_LINE = "DS021"

HEAR = "SELECT line, at FROM doorstroom.hear(%s, %s, %s)"
THEIRS = (
    "SELECT g.uid, g.location, g.places, g.state, g.granted_at, g.lapses_at FROM doorstroom.granted g"
    " JOIN doorstroom.desk d ON d.id = g.desk"
    " WHERE d.role = session_user AND (g.state = 'granted' OR g.uid = ANY(%s))"
)
LOCATIONS = "SELECT name, municipality, capacity - held FROM doorstroom.location ORDER BY name"
GRANT = "SELECT doorstroom.grant_places(%s, %s, %s, %s)"


class _Nothing(Exception):  # noqa: N818 - not a fault: another process has booked it
    """There is nothing to write down."""


@dataclass(frozen=True)
class There:
    """What the region said: when, what it keeps for this desk, and which locations it shares with what is left."""

    line: int
    at: datetime
    theirs: tuple[Given, ...]
    locations: tuple[tuple[str, str, int], ...]


class Places:
    """The shared places of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._journal = desk.journal
        self._db = desk.db

    @property
    def link(self) -> RegionLink:
        """The region this desk belongs to; refused where it belongs to none."""
        found = links.link_of(self._db)
        if found is None:
            raise Refused(_("This desk belongs to no region. Join one: desk region join ADDRESS --name NAME"))
        return found

    # --- what people do ---------------------------------------------------------------------

    def ask(self, location: str, places: int, at: datetime | None = None, *, at_once: bool = True) -> Done:
        """Ask for places; written down first, answered at once where the region is reached, else when it is."""
        self.link  # noqa: B018 - refused where there is none
        with self._journal.action("region ask", {"location": location, "places": places}, at) as act:
            where, place = self._shared(location)
            act.ref = where.ref
            if not 0 < places <= MOST_ASKED:
                raise Refused(_("{n} places are not possible. Give 1 to {most}.").format(n=places, most=MOST_ASKED))
            new = PlaceGrant(
                uid=self._journal.new_uid(),
                location=where.id,
                shared=place.shared,
                places=places,
                state=ASKED,
                asked_at=act.at,
                asked_by=self._journal.operator,
            )
            insert(self._db, new)
        warnings = self._heard_now() if at_once else ()
        answer = read(self._db, PlaceGrant, "uid = ?", [new.uid])[0]
        said = {
            ASKED: _("{n} places at {location} are asked for. The answer comes when the region is reached."),
            GRANTED: _("{n} places at {location} are yours."),
        }.get(answer.state, _("{location} has no {n} places left for this desk: {said}."))
        text = said.format(n=number(places), location=where.name, said=self._left_words(where))
        return Done(where.ref, answer.state, text, warnings, also={"places": places, "uid": new.uid})

    def give_back(self, location: str, places: int, at: datetime | None = None, *, at_once: bool = True) -> Done:
        """Give back places that are not used, or want no longer what was asked; never what is promised or lived in."""
        self.link  # noqa: B018 - refused where there is none
        with self._journal.action("region return", {"location": location, "places": places}, at) as act:
            where, _place = self._shared(location)
            act.ref = where.ref
            grants, used = escrow.open_grants(self._db), escrow.used(self._db)
            unused = rules.left_of(grants, used).get(where.id, 0)
            changes = rules.given_back(grants, where.id, places, unused, act.at) if places > 0 else []
            if not changes:
                asked = sum(row.places for row in grants if row.location == where.id and row.state == ASKED)
                raise Refused(
                    _("{location}: {unused} of yours are unused and {asked} asked for; give back 1 to {most}.").format(
                        location=where.name, unused=max(0, unused), asked=asked, most=max(0, unused) + asked
                    )
                )
            self._write(changes)
        warnings = self._heard_now() if at_once else ()
        text = ngettext(
            "{n} place at {location} is given back.", "{n} places at {location} are given back.", places
        ).format(n=number(places), location=where.name)
        return Done(where.ref, "returned", text, warnings, also={"places": places})

    def _shared(self, location: str) -> tuple[Location, SharedPlace]:
        where = self._desk.capacity.get(location)
        found = read(self._db, SharedPlace, "location = ?", [where.id])
        if not found:
            raise Refused(
                _("{location} is not shared with other desks. Its places are promised without asking.").format(
                    location=where.name
                )
            )
        return where, found[0]

    def _left_words(self, where: Location) -> str:
        one = next(one for one in escrow.mine(self._journal) if one.location == where.id)
        left = max(0, one.left(escrow.held(self._db).get(where.id, 0)))
        return words.left_words(one, left, self._journal.now(), self._journal.settings)

    def _heard_now(self) -> tuple[str, ...]:
        """Try the region at once; that it cannot be reached is a warning, for what was done is done."""
        try:
            with server.reached_by(self.link, self._desk.path) as region:
                self.hear(region)
        except Refused as no:
            return no.sentences
        return ()

    # --- the region -------------------------------------------------------------------------

    def hear(self, region: server.Region) -> int:
        """Book what the region says and tell it what it does not have; gives how often something was written down."""
        if schema.PLACES not in region.migrations:
            return 0
        link, written = self.link, 0
        for _round in range(ROUNDS):
            with server.spoken(), server.answering(region.conn), self._line_is_lost():
                there = self._asked_of(region, link)
                written += self._book(link, there)
                tells = rules.tells(self._rows(there.theirs), there.theirs)
                free = {name: left for name, _place, left in there.locations}
                escrow.mark(self._journal, link, there.line, free, at_once=bool(tells))
                for tell in tells:
                    self._tell(region, there.line, tell)
                if not tells:
                    return written
        return written

    @contextmanager
    def _line_is_lost(self) -> Iterator[None]:
        """Another process came in on a new line: the next round begins one too."""
        try:
            yield
        except psycopg.Error as wrong:
            if wrong.sqlstate != _ANOTHER_LINE:
                raise
            escrow.forget(self._desk.path)

    def _asked_of(self, region: server.Region, link: RegionLink) -> There:
        mark = escrow.marker(self._desk.path) if escrow.knows(self._journal, link) else None
        line = mark.line if mark else None
        uid = region.conn.execute("SELECT uid FROM doorstroom.region").fetchone()
        if uid is None or uid[0] != link.region_uid:
            raise Refused(_("At {address} is another region than the one joined.").format(address=link.address[:80]))
        known = [row.uid for row in self._rows()]
        # in one round on the line: who is far away waits once
        with region.conn.pipeline():
            heard = region.conn.execute(HEAR, [store_uid(self._journal), links.instance(self._desk.aside), line])
            theirs = region.conn.execute(THEIRS, [known])
            locations = region.conn.execute(LOCATIONS)
        row = heard.fetchone()
        assert row is not None
        return There(int(str(row[0])), _moment(row[1]), _all(theirs, _given), _all(locations, _location))

    def _rows(self, theirs: Sequence[Given] = ()) -> list[PlaceGrant]:
        """What is open, what was taken back before there was an answer, and what the region has under a name."""
        names = json.dumps([given.uid for given in theirs])
        unanswered = "state = 'returned' AND granted_at IS NULL"
        where = f"{escrow.OPEN_GRANTS} OR {unanswered} OR uid IN (SELECT value FROM json_each(?))"
        return read(self._db, PlaceGrant, where, [names])

    def _tell(self, region: server.Region, line: int, tell: Tell) -> None:
        given: tuple[str, list[Any]]
        if isinstance(tell, Ask):
            given = GRANT, [tell.asked]
        elif isinstance(tell, Declare):
            given = "SELECT doorstroom.declare_places(%s, %s, %s, %s)", [tell.asked]
        else:
            assert isinstance(tell, Keep)
            given = "SELECT doorstroom.keep_places(%s, %s, %s, %s, %s, %s)", [tell.asked, tell.kept, tell.lapsed]
        call, values = given
        region.conn.execute(call.encode(), [line, tell.uid, tell.shared, *values])

    # --- written down -----------------------------------------------------------------------

    def _book(self, link: RegionLink, there: There) -> int:
        """Write down what is new of what the region said, in nobody's name; nothing where nothing is."""
        if not self._changes(there) and not self._newly_shared(there):
            return 0
        mine = Journal(self._db, self._journal.path, AUTOMATIC, self._journal.now)
        mine.new_uid, mine.new_salt = self._journal.new_uid, self._journal.new_salt
        with suppress(_Nothing), mine.action("region book", {"region": link.region}):
            places = self._newly_shared(there)
            for where, name in places:
                self._share(where, name, there)
            changes = self._changes(there)
            if not places and not changes:
                raise _Nothing
            self._write(changes)
            return 1
        return 0

    def _changes(self, there: There) -> list[Booking]:
        named = {place.shared: place.location for place in escrow.shared_places(self._db)}
        rows, used = self._rows(there.theirs), escrow.used(self._db)
        return rules.booked(rows, there.theirs, used, named, there.at, self._journal.now())

    def _write(self, changes: Sequence[Booking]) -> None:
        for old, new in changes:
            if old is None:
                insert(self._db, new)
            else:
                save(self._db, old, new)

    def _newly_shared(self, there: There) -> list[tuple[Location, str]]:
        """The region's locations that this desk has too, by name and municipality, and does not know as shared."""
        known = {place.shared for place in escrow.shared_places(self._db)}
        new = [(name, place) for name, place, _left in there.locations if name not in known]
        if not new:
            return []
        called = {
            folded(name): m.id for m in read(self._db, Municipality) for name in (m.code, m.name, m.screen_name) if name
        }
        here = {(loc.municipality, loc.folded): loc for loc in read(self._db, Location)}
        taken = {place.location for place in escrow.shared_places(self._db)}
        found = [(here.get((called.get(folded(place), 0), folded(name))), name) for name, place in new]
        return [(where, name) for where, name in found if where is not None and where.id not in taken]

    def _share(self, where: Location, name: str, there: There) -> None:
        """From here on its places are the region's; what is promised there already is declared."""
        one, of = self._db.execute, [where.id]
        placements = one(
            "SELECT id FROM placement WHERE location = ?"
            " AND state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway') ORDER BY id",
            of,
        ).fetchall()
        allocations = one(
            "SELECT id FROM allocation WHERE location = ? AND confirmed_at IS NULL ORDER BY id", of
        ).fetchall()
        insert(
            self._db,
            SharedPlace(
                location=where.id,
                shared=name,
                since=self._journal.now(),
                after_placement=int(one("SELECT coalesce(max(id), 0) FROM placement").fetchone()[0]),
                placements=",".join(str(row[0]) for row in placements),
                after_allocation=int(one("SELECT coalesce(max(id), 0) FROM allocation").fetchone()[0]),
                allocations=",".join(str(row[0]) for row in allocations),
            ),
        )
        kept = any(given.shared == name and given.kept for given in there.theirs)
        if not kept and (promised := escrow.held(self._db).get(where.id, 0)):
            now = self._journal.now()
            insert(
                self._db,
                PlaceGrant(
                    uid=self._journal.new_uid(),
                    location=where.id,
                    shared=name,
                    places=promised,
                    state=GRANTED,
                    asked_at=now,
                    asked_by="",
                    granted_at=now,
                    lapses_at=there.at,
                ),
            )


def share(address: str, location: str, municipality: str, places: int, hours: int | None = None) -> Done:
    """By the keeper of a region: a location is shared among its desks, or has more or fewer places."""
    name, of = clean(location, limit=80), clean(municipality, limit=80)
    if not name or not of:
        raise Refused(_('Name the location and its municipality, as in: "De Kulturhus" --municipality Losser'))
    if not 0 <= places <= MOST_ASKED or (hours is not None and not 0 < hours <= 24 * 31):
        raise Refused(_("{n} places are not possible. Give 1 to {most}.").format(n=places, most=MOST_ASKED))
    with server.connected(address) as conn, server.spoken():
        schema.must_have(schema.applied(conn), schema.PLACES)
        with conn.transaction():
            conn.execute("SET LOCAL ROLE doorstroom_owner")
            row = conn.execute(
                shared.SHARE.encode(), {"name": name, "municipality": of, "places": places, "hours": hours}
            ).fetchone()
    assert row is not None
    capacity, held, over = (int(str(value)) for value in row)
    warnings = [
        _("{name}: the desks have {held} places, {over} more than there are. Nothing more is granted.").format(
            name=name, held=held + over, over=over
        )
    ] * bool(over)
    text = _("{name}, {municipality}: {n} places are shared, {held} of them are given out.")
    also = {"capacity": capacity, "held": held, "over": over}
    said = text.format(name=name, municipality=of, n=number(capacity), held=number(held))
    return Done(name, "shared", said, tuple(warnings), also=also)


Found = TypeVar("Found")


def _all(rows: "psycopg.Cursor[tuple[object, ...]]", made: Callable[[tuple[object, ...]], Found]) -> tuple[Found, ...]:
    return tuple(map(made, rows.fetchall()))


def _given(row: tuple[object, ...]) -> Given:
    return Given(str(row[0]), str(row[1]), int(str(row[2])), str(row[3]), _moment(row[4]), _moment(row[5]))


def _location(row: tuple[object, ...]) -> tuple[str, str, int]:
    return str(row[0]), str(row[1]), int(str(row[2]))


def _moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value
