"""The region as one value: read in one snapshot by who may only read, told with its age, on screen and as a command."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.cells import cell_len

from desk import clock
from desk.language import LANGUAGES, speak
from desk.region.regional import ComingBus, DeskFigures, Regional, Seen, SharedPlaces
from desk.rights import VIEWER
from desk.settings import Settings
from screens.lines import plain
from screens.region import rows
from storage.region import reading
from storage.store import Desk
from tests.cli import Night, Ran
from tests.regions import Region, new_region
from tests.store import still
from tests.test_rights import as_role

NOW = datetime(2022, 4, 8, 0, 41, tzinfo=UTC)
NONSENSE = """
UPDATE doorstroom.figures SET told = %s::jsonb WHERE desk = (SELECT id FROM doorstroom.desk WHERE name = %s)
"""
SHARE = "INSERT INTO doorstroom.location (name, municipality, capacity) VALUES (%s, %s, %s)"


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak("en")


# --- read in one snapshot ---------------------------------------------------------------------


def test_who_may_only_read_reads_every_desk_the_buses_and_the_places(region: Region, tmp_path: Path) -> None:
    ours = region.desk("Oldenzaal", tmp_path / "ours", beds=60)
    theirs = region.desk("Almelo", tmp_path / "theirs", beds=24)
    region.desk("Hengelo", tmp_path / "third", beds=12)
    theirs.bus("Utrecht", 48)
    theirs.in_bed("Petrenko", 3)
    for one in (ours, theirs):
        one.do("region", "push")
    region.do(SHARE, "Sporthal", "Hengelo", 40)
    found = reading.read(region.reader())
    assert (found.name, found.me, found.mine) == ("Twente", "", 0)
    almelo, hengelo, oldenzaal = found.desks
    assert (almelo.desk, almelo.realised, almelo.inside, almelo.without_bed) == ("Almelo", 24, 3, 0)
    assert (hengelo.desk, hengelo.told_at, hengelo.free) == ("Hengelo", None, None)
    assert (oldenzaal.realised, oldenzaal.free) == (60, 60)
    assert [(bus.desk, bus.announced, bus.to_find) for bus in found.buses] == [("Almelo", 48, 48)]
    assert [(one.location, one.free) for one in found.places] == [("Sporthal", 40)]
    totals = found.totals
    assert (totals.desks, totals.missing, totals.realised, totals.inside, found.to_find) == (3, 1, 84, 3, 48)


def test_places_granted_to_this_desk_are_told_apart(region: Region, tmp_path: Path) -> None:
    region.desk("Oldenzaal", tmp_path)
    region.do(SHARE, "Sporthal", "Hengelo", 40)
    region.do(
        "INSERT INTO doorstroom.granted (uid, desk, location, places, lapses_at)"
        " SELECT 'one', id, 'Sporthal', 6, now() + interval '1 hour' FROM doorstroom.desk"
    )
    assert reading.read(region.reader(), me="Oldenzaal").mine == 6
    assert reading.read(region.reader(), me="Almelo").mine == 0


def test_all_of_it_is_of_one_moment(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    plainly, address = reading.rows_of, region.reader()

    def while_others_write(conn: Any, sql: str, *values: object) -> list[dict[str, Any]]:
        found = plainly(conn, sql, *values)
        region.do(SHARE, f"Sporthal {len(region.rows('SELECT 1 FROM doorstroom.location'))}", "Hengelo", 40)
        return found

    monkeypatch.setattr(reading, "rows_of", while_others_write)
    assert reading.read(address).places == ()
    # the control: without the snapshot it is of several
    monkeypatch.setattr(reading, "SNAPSHOT", psycopg.IsolationLevel.READ_COMMITTED)
    region.do("DELETE FROM doorstroom.location")
    assert reading.read(address).places != ()


def test_names_from_elsewhere_steer_no_terminal(region: Region, tmp_path: Path) -> None:
    region.desk("Almelo", tmp_path).do("region", "push")
    region.do("UPDATE doorstroom.desk SET name = E'Al\\x1b[2Jme\\u202elo\\n'")
    region.do(SHARE, "Sport\x1b]0;x\x07hal", "Hen\tgelo" + "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 300, 40)
    found = reading.read(region.reader())
    assert [one.desk for one in found.desks] == ["Almelo"]
    assert found.places[0].location == "Sporthal"
    assert found.places[0].municipality.isprintable()


def test_a_desk_that_tells_nonsense_spoils_nobody_elses_screen(region: Region, tmp_path: Path) -> None:
    for name, beds in (("Almelo", 12), ("Oldenzaal", 24)):
        region.desk(name, tmp_path / name, beds=beds).do("region", "push")
    for buses in ("[]", '"many"', "null", '{"ref": 1}'):
        told = '{"beds": {"free": "many", "realised": 99999999999, "usable": 1.5, "occupied": 7}, "buses": %s}'
        region.do(NONSENSE, told % buses, "Almelo")
        almelo, oldenzaal = reading.read(region.reader()).desks
        assert (almelo.free, almelo.realised, almelo.usable, almelo.occupied) == (None, None, None, 7)
        assert (almelo.inside, oldenzaal.realised, oldenzaal.free) == (None, 24, 24)
    for moment in ("infinity", "-infinity", "4000-01-01"):
        region.do("UPDATE doorstroom.figures SET received_at = %s", moment)
        found = reading.read(region.reader())
        assert all(one.told_at is not None and one.told_at <= found.at for one in found.desks)


def test_a_bus_of_which_nonsense_is_told_is_shown_without_it(region: Region, tmp_path: Path) -> None:
    region.desk("Almelo", tmp_path).do("region", "push")
    etas = (
        "2022-99-99T00:00:00Z",
        "soon",
        "infinity",
        "9999-12-31T23:59:59-23:00",
        7,
        None,
        "2022-04-08T03:40:00+02:00",
    )
    told = {"buses": [{"ref": f"B-220407-{n}", "eta": eta, "short": [1]} for n, eta in enumerate(etas)] + ["no bus"]}
    region.do(NONSENSE, json.dumps(told), "Almelo")
    found = {bus.ref: (bus.eta, bus.to_find) for bus in reading.read(region.reader()).buses}
    assert found.pop("B-220407-6") == (datetime(2022, 4, 8, 1, 40, tzinfo=UTC), 0)
    assert set(found.values()) == {(None, 0)}


# --- what is known of it, and how old it is ---------------------------------------------------

FULL = Regional(
    name="Twente",
    at=NOW + timedelta(hours=5),
    me="Oldenzaal",
    desks=(
        DeskFigures(desk="Almelo", told_at=NOW + timedelta(hours=5, minutes=-31), realised=1240, free=17, inside=1150,
                    without_bed=12, unregistered=1034, clock_off_s=-18_000),
        DeskFigures(desk="Oldenzaal", told_at=NOW + timedelta(hours=5), realised=60, free=3, inside=37, without_bed=0,
                    unregistered=0),
        DeskFigures(desk="Opvanglocatie Sint-Oedenrode-Noord aan de Ring (gemeentehuis)"),
    ),
    buses=(
        ComingBus(desk="Almelo", ref="B-220407-12", state="announced", eta=NOW + timedelta(hours=1), announced=148,
                  counted=None, to_find=138),
        ComingBus(desk="Opvanglocatie Sint-Oedenrode-Noord", ref="B-220407-3", state="registering", announced=48,
                  counted=51, to_find=0),
        ComingBus(desk="Oldenzaal", ref="B-220407-4", state="a state of later years", announced=8),
    ),
    places=(
        SharedPlaces(location="Sporthal De Hoek", municipality="Hengelo", capacity=1040, held=36, free=4, mine=6),
        SharedPlaces(location="Noordmolen met een zeer lange naam, tweede verdieping", municipality="Hof van Twente",
                     capacity=22, held=0, free=22),
    ),
)  # fmt: skip
SEEN = Seen[Regional]().heard(FULL, NOW)


def look(seen: Seen[Regional] = SEEN, now: datetime = NOW) -> rows.Look[Regional]:
    return rows.Look(seen, now, Settings())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 200])
@pytest.mark.parametrize("seen", [SEEN, SEEN.failed(NOW, "why " * 60), Seen(), Seen().failed(NOW, "no")])
def test_every_row_stands_in_the_window_with_its_numbers_whole(seen: Seen[Regional], width: int, language: str) -> None:
    speak(language)
    found = rows.rows(look(seen), width)
    assert [plain(r.line) for r in found if cell_len(plain(r.line)) + (rows.GUTTER if r.key else 0) > width] == []
    if seen.regional is None:
        return
    as_of, lines = clock.hhmm(NOW, Settings().tz), [plain(row.line) for row in found]
    assert as_of in lines[0], "how old it is is never cut"
    assert seen.unreachable_since is not None or any(" 138" in line for line in lines[:2])
    by_key = {row.key: plain(row.line) for row in found if row.key}
    assert len(by_key) == 9
    assert by_key["desk Almelo"].startswith("Almelo ")
    assert {"17", "1.150" if language == "nl" else "1,150", "31"} <= set(by_key["desk Almelo"].split())
    assert by_key["bus Almelo B-220407-12"].startswith("Almelo  B-0407-12 ")
    assert by_key["bus Almelo B-220407-12"].endswith(" 138 !")


DRAWN = """\
 region Twente, as of 02:41                           to find for all buses: 138
-- Desks ------------------------- beds  free  inside  no bed  no name      told
   Almelo                         1,240    17   1,150      12    1,034  ! 31 min
   Oldenzaal, here                   60     3      37       0        0       now
   Opvanglocatie Sint-Oedenrode~      -     -       -       -        -         -
   3 desks, 1 told nothing yet    1,300    20   1,187      12    1,034
-- Coming ---------------------------- due         state  said  counted  TO FIND
   Almelo  B-0407-12                 03:41     announced   148        -    138 !
   Opvanglocatie Sint-Oedenrode-No~      -   registering    48       51      0
   Oldenzaal  B-0407-4                   -  a state of ~     8        -      0
-- Shared places -------------------------------------- places  held  free  ours
   Sporthal De Hoek, Hengelo                             1,040    36     4     6
   Noordmolen met een zeer lange naam, tweede verdiep~      22     0    22     -
"""


def test_it_looks_as_it_is_drawn() -> None:
    assert "\n".join(rows.lines(look())) + "\n" == DRAWN


def test_a_region_in_which_nothing_happens_says_so_and_each_line_can_be_scrolled_to() -> None:
    empty = replace(FULL, buses=(), places=())
    found = rows.rows(look(Seen[Regional]().heard(empty, NOW)), 80)
    assert [plain(row.line).strip() for row in found if row.key.startswith(rows.NONE)] == [
        "No bus is coming to any desk.",
        "The desks share no places.",
    ]
    assert found[-1].key
    assert rows.hint(look(), rows.ALL) == "1 desk told nothing for a while (!)"


def test_the_age_of_figures_is_told_by_the_regions_clock_and_grows() -> None:
    """The region's clock is five hours ahead of this desk's, and the desk that told is another five behind."""

    def told(now: datetime) -> list[str]:
        return [plain(row.line).split("  ")[-1].strip() for row in rows.rows(look(now=now), 80) if "desk " in row.key]

    assert told(NOW) == ["! 31 min", "now", "-"]
    assert told(NOW + timedelta(minutes=4)) == ["! 35 min", "4 min", "-"]
    assert told(NOW + timedelta(minutes=6)) == ["! 37 min", "! 6 min", "-"]
    assert rows.hint(look(), "desk Almelo").endswith("its clock is 5 h 00 behind")
    assert rows.hint(look(), "bus Almelo B-220407-12") == "state announced  reserved 0  people 148  told 31 min"
    assert (FULL.totals.old, FULL.totals.missing) == (1, 1)


def test_since_when_it_is_unreachable_counts_from_the_first_time_and_ends_when_it_is_read() -> None:
    away = SEEN.failed(NOW + timedelta(minutes=2), "first").failed(NOW + timedelta(minutes=9), "second")
    assert (away.unreachable_since, away.why) == (NOW + timedelta(minutes=2), "second")
    first, why = (plain(line).strip() for line in rows.standing(look(away, NOW + timedelta(minutes=9)), 80))
    assert (first, why) == ("region unreachable since 02:43: this is as of 02:41", "second")
    assert away.regional == FULL
    back = away.heard(FULL, NOW + timedelta(minutes=12))
    assert plain(rows.standing(look(back, NOW), 80)[0]).startswith(" region Twente, as of 02:53")


# --- as a command -----------------------------------------------------------------------------


def test_the_command_shows_the_same_with_and_without_a_desk(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path, beds=24)
    desk.bus("Utrecht", 48)
    desk.do("region", "push")
    found = desk.do("region", "show")
    assert (found["ref"], found["desk"], found["to_find"]) == ("Twente", "Oldenzaal", 48)
    (one,) = found["desks"]
    assert (one["realised"], one["old"], one["age_s"] < 60) == (24, False, True)
    assert re.search(r"\n   Oldenzaal, here +24 +24 +0 ", desk.run("region", "show").out)
    bare = Night(tmp_path / "none")
    ran = bare.run("region", "show", "--address", region.reader(), "--json")
    assert (ran.exit, ran.json["desk"], ran.json["totals"]["realised"]) == (0, None, 24)


def through_a_key(desk: Night, who: str, line: str) -> Ran:
    """A command that somebody gave to ssh."""
    return desk.process("--store", desk.store, "--as", who, "door", env={"SSH_ORIGINAL_COMMAND": line})


def test_what_cannot_be_shown_is_a_sentence(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    with Desk(desk.store, "Anna", still()) as owner, as_role(owner, VIEWER, "Vera") as vera:
        from tests.test_rights import ran

        assert "stands on key 8" in ran(vera, ["region", "show"])
        assert "is for the shell of the host" in ran(vera, ["region", "watch", "x"])
    assert through_a_key(desk, "Vera", "region show").out.startswith(" region Twente, as of ")
    elsewhere = through_a_key(desk, "Vera", "region show --address host=example")
    assert (elsewhere.exit, elsewhere.sentence) == (
        1,
        "Through a key only the region of this desk is shown: leave --address out.",
    )
    (tmp_path / "bare").mkdir()
    bare = Night(tmp_path / "bare").made(beds=2)
    assert bare.refused("region", "show").startswith("This desk belongs to no region.")
    assert "needs a terminal" in bare.refused("region", "watch", region.reader())
    assert "is not an address of a region" in bare.refused("region", "watch", "nonsense")
    assert "name or the password" in bare.refused("region", "show", "--address", region.address("board", password="no"))


def test_a_bus_that_is_counted_has_its_heads_and_not_what_was_said() -> None:
    bus = FULL.buses[1]
    assert (bus.people, replace(bus, counted=None).people) == (51, 48)
