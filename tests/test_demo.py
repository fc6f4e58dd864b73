"""The demo: invented people as the facts say, and a busy night that adds up at any hour."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from desk import demo_people, figures, shift_times, signals, suitability, ways
from desk.buses import BusState
from desk.demo_people import Travellers
from desk.night import Night
from desk.placements import PlacementState
from desk.refusals import Refused
from screens.cli.call import Call
from screens.cli.demo import language_of_locale
from screens.cli.grammar import run
from screens.cli.tree import tree
from storage.demo import make_demo
from storage.schema import JOURNALLED
from storage.store import Desk
from tests.tiers import few

ROOT = Path(__file__).parent.parent
TZ = ZoneInfo("Europe/Amsterdam")
DEEP_IN_THE_NIGHT = datetime(2022, 4, 8, 2, 41, tzinfo=TZ)
ANY_HOUR = [
    datetime(2022, 4, 8, 2, 41, tzinfo=TZ),
    datetime(2022, 4, 8, 8, 10, tzinfo=TZ),
    datetime(2022, 4, 8, 11, 59, tzinfo=TZ),
    datetime(2022, 4, 8, 12, 0, tzinfo=TZ),
    datetime(2022, 4, 8, 14, 0, tzinfo=TZ),
    datetime(2022, 12, 31, 23, 59, tzinfo=TZ),
    datetime(2022, 3, 27, 3, 20, tzinfo=TZ),  # the clock went from 02:00 to 03:00
    datetime(2022, 10, 30, 2, 30, tzinfo=TZ),  # 02:30 the first time
    datetime(2022, 10, 30, 2, 30, tzinfo=TZ, fold=1),  # and the second
]
KINDS = {
    "bus_short",
    "eta_stale",
    "minor_alone",
    "without_bed",
    "cleaning",
    "block_over",
    "out",
    "stay_24",
    "to_confirm",
    "to_ask",
    "call_list",
    "call_back",
    "until_4",
    "until_8",
    "unheard",
}


def demo_at(at: datetime, folder: Path, *, seed: int = 1, language: str = "en") -> Desk:
    # as the program's own clock gives it: in UTC, where a night of 23 hours is one
    return make_demo(folder / "demo.db", seed=seed, clock=lambda: at.astimezone(UTC), language=language)


def rows(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the desk's own, the journal and its hashes with them."""
    return {
        table: desk.db.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
        for table in (*JOURNALLED, "action", "change")
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return demo_at(DEEP_IN_THE_NIGHT, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def night(desk: Desk) -> Night:
    return desk.night()


# --- people ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many() -> list[Travellers]:
    rng = Random(7)
    return [demo_people.household(rng) for _ in range(6_000)]


def test_ages_sexes_and_nationalities_are_those_of_the_facts(many: list[Travellers]) -> None:
    everybody = [person for party in many for person in party.members]
    grown = [person for person in everybody if person.age >= 18]
    others = [person for person in everybody if person.nationality != "UKR"]
    men_alone = [party for party in many if party.sex == "m" and party.members[0].nationality != "UKR"]
    assert 1 - len(grown) / len(everybody) == pytest.approx(0.37, abs=0.02)
    assert sum(person.sex == "f" for person in grown) / len(grown) == pytest.approx(0.80, abs=0.02)
    assert sum(25 <= person.age <= 45 for person in everybody) / len(everybody) == pytest.approx(0.33, abs=0.03)
    assert len(others) / len(everybody) == pytest.approx(0.05, abs=0.01)
    assert len(men_alone) / len(others) > 0.6
    assert all(18 <= party.members[0].age <= 35 for party in men_alone)


def test_households_are_of_one_to_six_with_a_pet_for_one_person_in_a_hundred(many: list[Travellers]) -> None:
    people = sum(party.people for party in many)
    assert {party.people for party in many} == {1, 2, 3, 4, 5, 6}
    assert people / len(many) == pytest.approx(2.5, abs=0.1)
    assert sum(party.pets > 0 for party in many) / people == pytest.approx(0.01, abs=0.003)
    assert all(party.adults for party in many), "nobody by chance is a minor alone"
    assert all(party.needs.count("cot") == sum(age < 2 for age in party.ages) for party in many)


def test_one_seed_gives_the_same_people() -> None:
    assert demo_people.household(Random(3)) == demo_people.household(Random(3))
    assert [demo_people.household(Random(n)) for n in range(9)] != [
        demo_people.household(Random(n + 9)) for n in range(9)
    ]


@pytest.mark.parametrize(
    ("own", "passport"),
    [
        ("Юрій", "Yurii"),
        ("Згурський", "Zghurskyi"),
        ("Щасливий", "Shchaslyvyi"),
        ("Їжак", "Yizhak"),
        ("Заєць", "Zaiets"),
        ("Євгенія", "Yevheniia"),
        ("Соломія Ґалаґан", "Solomiia Galagan"),
        ("Лук'яненко", "Lukianenko"),
    ],
)
def test_names_are_written_as_ukrainian_passports_write_them(own: str, passport: str) -> None:
    assert demo_people.latin(own) == passport


def test_age_bands() -> None:
    assert [demo_people.band(age) for age in (0, 3, 4, 11, 12, 17, 18, 64, 65, 97)] == [
        *("0-3", "0-3", "4-11", "4-11", "12-17", "12-17", "18-64", "18-64", "65+", "65+")
    ]


# --- the night ------------------------------------------------------------------------------


def test_the_beds_of_the_house_add_up_to_three_free(night: Night) -> None:
    beds = figures.beds(night)
    assert (beds.realised, beds.occupied, beds.reserved, beds.cleaning, beds.blocked, beds.free) == (
        60,
        36,
        10,
        2,
        9,
        3,
    )
    free = figures.free_for(night)
    assert (free.family_rooms, free.women_alone, free.men_alone) == ((), 2, 1)
    people = figures.people(night)
    assert (people.inside, people.out, people.waiting, people.cots, people.over_24h) == (37, 2, 2, 1, 3)
    assert people.present + people.out == sum(h.people for h in night.staying)


def test_the_next_bus_is_short_and_the_one_after_it_has_nothing(night: Night) -> None:
    closed, second, third = night.buses
    assert closed.state is BusState.CLOSED
    assert (second.state, night.numbers(second).short) == (BusState.RESERVED, 38)
    assert (third.state, night.numbers(third).short) == (BusState.ANNOUNCED, 50)
    assert len([eta for eta in night.etas if eta.bus == second.id]) == 3
    kinds = {way.kind for way in ways.ways(night, second)}
    assert kinds == {"free", "clean", "open", "elsewhere", "share", "send_on"}


def test_there_are_placements_in_every_state(desk: Desk, night: Night) -> None:
    found = {row[0] for row in desk.db.execute("SELECT DISTINCT state FROM placement").fetchall()}
    assert found == set(PlacementState)
    pickups = sorted({night.settings.hhmm(p.pickup) for p in night.placements if p.pickup and p.ride})
    assert pickups == ["08:15", "09:30"]
    wheelchair = next(h for h in night.staying if "wheelchair" in h.need_codes)
    answers = {fit.fits for fit in suitability.suggest(night, wheelchair)}
    assert answers == {True, False, None}


def test_the_minor_has_a_room_alone_and_two_families_agreed_to_share(night: Night) -> None:
    boy = next(h for h in night.staying if h.minor_alone)
    room = night.room[night.beds_of[boy.id][0].room]
    assert night.sleeping_in(room) == [boy]
    assert len(night.agreed_pairs) == 1
    shared = [room for room in night.rooms if len({h.bus for h in night.sleeping_in(room) if not h.alone}) == 1]
    assert any(len([h for h in night.sleeping_in(room) if not h.alone]) == 2 for room in shared)


def test_duties_are_of_signals_that_stand(night: Night) -> None:
    assert {(duty.signal.partition(":")[0], duty.by) for duty in night.duties} == {
        ("out", "Anna"),
        ("eta_stale", "Piet"),
    }
    assert set(night.duty) <= {signal.key for signal in signals.signals(night)}


def test_a_room_closed_in_one_go_is_asked_about_once(night: Night) -> None:
    assert [signal.ref for signal in signals.signals(night) if signal.kind == "block_over"] == ["G5"]


@pytest.mark.parametrize("at", few(ANY_HOUR, 3), ids=str)
def test_the_night_stands_around_any_hour(at: datetime, tmp_path: Path, night: Night) -> None:
    with demo_at(at, tmp_path, seed=2) as other:
        there = other.night()
        assert figures.beds(there) == figures.beds(night)
        assert figures.people(there) == figures.people(night)
        # the clock alone says whether a shift has ended since
        ended = {"handover_due"} if shift_times.due(there) else set()
        assert {signal.kind for signal in signals.signals(there)} == KINDS | ended
        assert other.check() == []
        assert all(action.entered_at <= at for action in other.journal.actions())
        assert other.operator == "Anna"
        assert other.clock() == at.astimezone(UTC)


def test_the_same_seed_at_the_same_time_is_the_same_store(tmp_path: Path) -> None:
    made = [
        make_demo(tmp_path / f"{n}.db", seed=seed, nights=2, clock=lambda: DEEP_IN_THE_NIGHT)
        for n, seed in enumerate((5, 5, 6))
    ]
    one, same, other = (rows(desk) for desk in made)
    assert one == same
    assert one["household"] != other["household"]
    uids = {desk.journal.new_uid() for desk in made}
    assert len(uids) == 3, "what is done after the demo was made has a name of its own"


def test_both_languages_tell_one_night(desk: Desk, night: Night, tmp_path: Path) -> None:
    with demo_at(DEEP_IN_THE_NIGHT, tmp_path, language="nl") as dutch:
        assert (desk.settings.language, dutch.settings.language) == ("en", "nl")
        there = dutch.night()
        assert [h.name for h in there.households] == [h.name for h in night.households]
        assert figures.beds(there) == figures.beds(night)


def test_every_telephone_number_is_invented(desk: Desk) -> None:
    found = {
        number
        for table, column in (("phone", "number"), ("location", "phone"), ("bus", "phone"), ("bus", "sender_phone"))
        for (number,) in desk.db.execute(f"SELECT {column} FROM {table}").fetchall()
    } | {ride.phone for ride in desk.placements.rides()}
    assert found - {"", "112"}
    assert all(re.fullmatch(r"0\d{2,3}-000\d{3}", number) for number in found - {"", "112"})


def test_every_number_to_ring_says_when_and_what_to_say(night: Night) -> None:
    assert len(night.phones) >= 6
    assert all(phone.hours and phone.say for phone in night.phones)
    assert night.settings.address


def test_nothing_stays_of_a_demo_that_broke_off(tmp_path: Path) -> None:
    def broken(_desk: Desk) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(tmp_path / "demo.db", nights=1, clock=lambda: DEEP_IN_THE_NIGHT, watch=broken)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_exists_is_left_alone(tmp_path: Path) -> None:
    demo_at(DEEP_IN_THE_NIGHT, tmp_path).close()
    with pytest.raises(Refused, match="exists already"):
        demo_at(DEEP_IN_THE_NIGHT, tmp_path)
    with Desk(tmp_path / "demo.db", "Anna") as still:
        assert still.check() == []


# --- the command ----------------------------------------------------------------------------


def said(path: Path, *words: str, language: str | None = "en") -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    call = Call(path, "", out, err, language)
    try:
        return run(tree, call, ["demo", *words]), out.getvalue(), err.getvalue()
    finally:
        call.close()


def test_the_command_says_where_the_store_is_and_what_to_try(tmp_path: Path) -> None:
    path = tmp_path / "a demo.db"
    code, out, err = said(tmp_path / "never.db", "--no-open", "--store", str(path))
    assert (code, err) == (0, "")
    where, _try, *commands = out.splitlines()
    assert where.endswith(str(path))
    assert [line.rpartition("'")[2].split("B-")[0] for line in commands] == ["", " now", " bus ways "]
    with Desk(path, "Anna") as desk:
        short = desk.buses.get(commands[2].split()[-1])
        assert desk.night().numbers(short).short > 0


def test_the_command_answers_in_json_and_refuses_a_file_that_exists(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    code, out, _err = said(path, "--seed", "4", "--nights", "1", "--json")
    assert code == 0
    assert {key: json.loads(out)[key] for key in ("store", "seed", "nights", "language")} == {
        "store": str(path),
        "seed": 4,
        "nights": 1,
        "language": "en",
    }
    code, out, err = said(path)
    assert (code, out) == (1, "")
    assert "exists already" in err
    code, _out, err = said(path / "in" / "a" / "file.db")
    assert code == 1
    assert "cannot be made" in err


def test_each_demo_is_a_new_store_in_the_users_own_folder(tmp_path: Path) -> None:
    environment = {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path), "LANG": "nl_NL.UTF-8", "PATH": ""}
    environment["DESK_CLOCK"] = "2022-04-08T02:41:00+02:00"
    command = [sys.executable, "-m", "screens.start", "demo", "--json"]
    for _again in range(2):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["language"] == "nl"
        assert Path(json.loads(done.stdout)["store"]).exists()
    stores = sorted(path.name for path in tmp_path.rglob("*.db"))
    assert len(stores) == 2
    assert all(re.fullmatch(r"demo-20220408-0241\d\d(-2)?\.db", name) for name in stores)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "nl_BE"}, "nl"),
        ({"LC_ALL": "", "LANG": ""}, "en"),
        ({}, "en"),
    ],
)
def test_the_demo_is_dutch_in_a_dutch_locale(environment: dict[str, str], language: str) -> None:
    assert language_of_locale(environment) == language


def test_making_a_demo_leaves_the_language_as_it_was(tmp_path: Path) -> None:
    from desk.language import language

    before = language()
    demo_at(datetime(2022, 4, 8, tzinfo=UTC), tmp_path, language="nl").close()
    assert language() == before
