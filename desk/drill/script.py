"""What happens in a made-up night: buses as said or otherwise, people at the door, phones that say no or answer late.

One seed gives one night. The people are those of `desk.demo_people` (facts 13); the deviations are those of the real
events of facts 13: a wrong bus, one nobody announced, one that is too full, one phoned in twice, one that never comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from desk import demo_people
from desk.demo_people import Travellers
from desk.language import N_, _

AS_SAID, EARLY, LATE, TOO_FULL, DOUBLE, WRONG, NEVER, UNANNOUNCED = KINDS = (
    "as_said",
    "early",
    "late",
    "too_full",
    "double",
    "wrong",
    "never",
    "unannounced",
)
KIND_LABELS: dict[str, str] = {
    AS_SAID: N_("as said"),
    EARLY: N_("early"),
    LATE: N_("late"),
    TOO_FULL: N_("too full"),
    DOUBLE: N_("phoned in twice"),
    WRONG: N_("other people than said"),
    NEVER: N_("never came"),
    UNANNOUNCED: N_("not announced"),
}
PLACES = ("Utrecht", "Amsterdam", "Zwolle", "Groningen", "Arnhem", "Emmen", "Deventer", "Assen")
_CALLERS = ("Els", "Joke", "Jan", "Sanne", "Henk", "Marieke")
NIGHT = timedelta(hours=24)
"""A made-up night runs from noon to noon."""
_SHARES = (40, 10, 12, 10, 7, 8, 6, 7)
_DECLINES = ("full", "staffing", "target_group", "closed")
_SAYS_NO = 0.22
_ANSWERS_LATE = 0.15


@dataclass(frozen=True)
class Coming:
    """One bus of the night: what is said of it, and what truly comes; `here_at` None for one that never does."""

    place: str
    kind: str
    told_by: str
    rings_at: datetime
    eta: datetime
    here_at: datetime | None
    said: int
    groups: tuple[tuple[str, int], ...]
    """What the caller says of the people, by the parts of a bus's composition."""
    people: tuple[Travellers, ...]
    rings_again_at: datetime | None = None
    """When somebody else phones in the same bus."""

    @property
    def heads(self) -> int:
        """How many truly step out."""
        return sum(party.people for party in self.people)


@dataclass(frozen=True)
class AtTheDoor:
    """People who come by themselves or are brought."""

    at: datetime
    people: Travellers
    origin: str


@dataclass(frozen=True)
class Reply:
    """What a location says to a question, and after how long; `no` is a coded reason, empty for yes."""

    after: timedelta
    by: str
    no: str = ""


@dataclass(frozen=True)
class Script:
    """One made-up night."""

    seed: int
    start: datetime
    buses: tuple[Coming, ...]
    door: tuple[AtTheDoor, ...]
    staying: tuple[AtTheDoor, ...] = ()
    """Who is in the house from the night before, oldest first."""

    @property
    def end(self) -> datetime:
        """Noon: the end of the night."""
        return self.start + NIGHT

    def chance(self, what: str) -> float:
        """A number from 0 to 1 that is the night's own for this: what happens to somebody beside the phone calls."""
        return Random(f"{self.seed} {what}").random()

    def reply(self, household: str, location: str) -> Reply:
        """What this location says when it is asked for this household: the same however often and whoever asks."""
        rng = Random(f"{self.seed} {household} {location}")
        late = rng.random() < _ANSWERS_LATE
        after = timedelta(minutes=rng.randint(60, 150) if late else rng.randint(3, 25))
        no = rng.choice(_DECLINES) if rng.random() < _SAYS_NO else ""
        return Reply(after, rng.choice(_CALLERS), no)


def script(seed: int, start: datetime, *, beds: int = 60) -> Script:
    """The night of a seed, from noon at `start`; so many people that the beds of the house are full in one of four."""
    rng = Random(f"night {seed}")
    taken: set[str] = set()
    number = rng.choices((0, 1, 2, 3), (4, 34, 44, 18))[0]
    places = rng.sample(PLACES, number)
    buses = [_bus(rng, place, start, beds, taken) for place in places]
    door = tuple(
        AtTheDoor(
            start + timedelta(minutes=rng.randint(60, 20 * 60)),
            _party(rng, taken),
            rng.choice(("walk_in", "police", "re_entry")),
        )
        for _one in range(rng.choices((0, 1, 2, 3), (35, 35, 20, 10))[0])
    )
    staying = tuple(
        AtTheDoor(start - timedelta(minutes=rng.randint(60, 40 * 60)), _party(rng, taken), "bus")
        for _one in range(rng.randint(0, beds // 10))
    )
    return Script(
        seed,
        start,
        tuple(sorted(buses, key=lambda bus: bus.rings_at)),
        tuple(sorted(door, key=lambda party: party.at)),
        tuple(sorted(staying, key=lambda party: party.at)),
    )


def _bus(rng: Random, place: str, start: datetime, beds: int, taken: set[str]) -> Coming:
    kind = rng.choices(KINDS, _SHARES)[0]
    people = _busload(rng, rng.randint(8, max(9, beds * 3 // 5)), taken)
    said = sum(party.people for party in people)
    eta = start + timedelta(minutes=rng.randint(7 * 60, 17 * 60))
    rings = eta - timedelta(minutes=rng.randint(45, 300))
    groups = composition(people)
    here: datetime | None = eta + timedelta(minutes=rng.randint(-4, 8))
    again: datetime | None = None
    if kind == EARLY:
        here = max(rings + timedelta(minutes=5), eta - timedelta(minutes=rng.randint(25, 90)))
    elif kind == LATE:
        here = eta + timedelta(minutes=rng.randint(45, 200))
    elif kind == TOO_FULL:
        people += _busload(rng, rng.randint(3, 14), taken)
    elif kind == DOUBLE:
        again = rings + timedelta(minutes=rng.randint(5, 40))
    elif kind == WRONG:
        people = _men(rng, said, taken)
    elif kind == NEVER:
        here = None
    elif kind == UNANNOUNCED and here is not None:
        rings = here
    return Coming(place, kind, rng.choice(_CALLERS), rings, eta, here, said, groups, people, again)


def _party(rng: Random, taken: set[str]) -> Travellers:
    boy = rng.random() < 0.02
    found = (
        demo_people.alone(rng, rng.choice("mf"), age=rng.randint(13, 17), taken=taken)
        if boy
        else demo_people.household(rng, taken)
    )
    taken.add(found.name)
    return found


def _busload(rng: Random, people: int, taken: set[str]) -> tuple[Travellers, ...]:
    found: list[Travellers] = []
    while sum(party.people for party in found) < people:
        found.append(_party(rng, taken))
    return tuple(found)


def _men(rng: Random, people: int, taken: set[str]) -> tuple[Travellers, ...]:
    """The wrong bus of facts 0.3: men alone of many nationalities."""
    found = []
    for _one in range(people):
        nationality = demo_people.elsewhere(rng) if rng.random() < 0.8 else "UKR"
        found.append(demo_people.alone(rng, "m", nationality=nationality, taken=taken))
        taken.add(found[-1].name)
    return tuple(found)


def composition(people: Sequence[Travellers]) -> tuple[tuple[str, int], ...]:
    """People by how they travel, as a caller tells it; together they are the whole bus."""
    men = sum(party.group == "single_man" for party in people)
    women = sum(party.group == "single_woman" for party in people)
    others = sum(party.people for party in people) - men - women
    foreign = sum(person.nationality != "UKR" for party in people for person in party.members)
    return (("in_families", others), ("single_men", men), ("single_women", women), ("non_ukrainian", foreign))


def rings(bus: Coming, due: str) -> str:
    """What the caller says, what matters first: a line of Tonight is short; `due` is the time on the wall."""
    told = dict(bus.groups)
    return _("RINGS: {place} {people} people {time}, {who}: {men} men alone, {women} women alone").format(
        who=bus.told_by,
        place=bus.place,
        people=bus.said,
        men=told["single_men"],
        women=told["single_women"],
        time=due,
    )


def line(party: Travellers) -> str:
    """People as they are typed at the table: `Petrenko 5 2a 3c cot`, `Haddad 1 m nat:SYR`."""
    children = party.people - party.adults
    words = [party.name, str(party.people)]
    if party.people == 1:
        words += [str(party.ages[0])] * bool(children) + [party.members[0].sex]
    else:
        words += [f"{party.adults}a"] + [f"{children}c"] * bool(children)
    words += [need for need in party.needs if " " not in need]
    words += [f"nat:{party.members[0].nationality}"] * (party.members[0].nationality != "UKR")
    return " ".join([*words, *["dog"] * bool(party.pets)])
