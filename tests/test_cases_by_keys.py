"""Cases 2, 3, 5 and 9 of the real events, by keys alone: from the phone call to what is left to do."""

import re
from pathlib import Path
from typing import Any

from desk import figures, procedure
from desk.beds import BedStatus
from storage.store import Desk
from tests.stage import answer, enter, opened, seated, sit_down, type_line
from tests.store import ANYONE, FAMILIES, LOCATIONS, new_store, still
from tests.terminal import Terminal

EVENING = "2022-03-30T21:05:00+02:00"
"""The evening on which the wrong bus came (facts 0.3)."""
TABS = {"in_families": 10, "single_men": 12, "non_ukrainian": 14, "pets": 16}
"""So many lines of the form below the first."""


def announce(t: Terminal, place: str, people: int, due: str, **parts: int) -> None:
    """The caller's words, typed into the form; its lines are reached with Tab."""
    t.press("n")
    t.wait_for("Someone phoned in a bus")
    at = 0
    for words, line in ((place, 0), (str(people), 1), (due, 2), *((str(n), TABS[part]) for part, n in parts.items())):
        t.press(*["tab"] * (line - at))
        t.settle()
        t.type(words)
        t.settle()
        at = line
    t.press("enter")
    t.wait_for(re.compile(rf"> \d+ +{place} .*{people} "))


def reads(t: Terminal, words: str) -> None:
    """A sentence of several lines at the foot stands there whole."""
    t.wait_until(lambda seen: words in " ".join(seen.text.split()), repr(words))


def stand_on(t: Terminal, words: str) -> None:
    """Down until the cursor is on the line with these words."""
    for _line in range(40):
        t.settle()
        if any(line.startswith(" >") and words in line for line in t.lines):
            return
        t.press("down")
    raise AssertionError(f"no line with {words!r} to stand on:\n{t.text}")


def hold_elsewhere(t: Terminal, location: str, places: int) -> None:
    """Places for the bus at another location, from its list of ways."""
    t.press("tab")
    t.press("home")
    stand_on(t, location)
    enter(t)
    t.wait_for(f"How many places at {location}?")
    type_line(t, str(places))
    t.wait_for(f"{places} places held at {location}")


def command(t: Terminal, words: str, there: str) -> None:
    """A line of the program's own grammar."""
    t.press(":")
    t.wait_for("Command, as in")
    type_line(t, words)
    t.wait_for(there)


def counted(t: Terminal, words: str) -> None:
    """The bus is here, and its heads are counted."""
    t.press("a")
    answer(t, "here now?")
    t.wait_for("is here. Count heads")
    t.press("c")
    t.wait_for("heads counted")
    type_line(t, words)


def store(folder: Path, clock: str, **details: Any) -> Path:
    """A quiet house with its region at that moment."""
    with new_store(folder, clock=clock, **details) as desk:
        return desk.path


# --- case 2: the wrong bus ----------------------------------------------------------------------


def test_a_bus_with_men_alone_is_seen_to_be_wrong_for_a_family_shelter_before_it_leaves(tmp_path: Path) -> None:
    path = store(tmp_path, EVENING)
    with sit_down(path, clock=EVENING) as t:
        opened(t)
        announce(t, "Amsterdam", 20, "21:15", single_men=20)
        hold_elsewhere(t, FAMILIES, 20)
        reads(t, f"{FAMILIES} does not take 20 of this bus: single men.")


def test_the_wrong_bus_from_the_announcement_to_the_issue_in_the_log_and_the_tailored_procedure(tmp_path: Path) -> None:
    path = store(tmp_path, EVENING)
    with sit_down(path, clock=EVENING) as t:
        opened(t)
        announce(t, "Amsterdam", 20, "21:15", in_families=20)
        hold_elsewhere(t, FAMILIES, 20)
        assert "does not take" not in t.text  # as it was said it suits
        t.press("tab")
        counted(t, "20 20m 15n the wrong bus")
        reads(t, f"men alone: 20 counted, 0 said. people in families: 0 counted, 20 said. {FAMILIES} does not take")
        t.press("r")
        t.wait_for("at the table: name, number")
        type_line(t, "Haddad 1 m nat:SYR")
        t.wait_for("Write 1 on the wristbands")
        type_line(t, "Koval 1 m nat:UKR")
        t.wait_for("Write 2 on the wristbands")
        t.press("esc")
        t.press("6")
        t.wait_for("6 LOG")
        stand_on(t, "Other people than were said")
        t.press("h")
        answer(t, "Raise this line for the board")
        t.wait_for("K1 is raised from line 1")
        _tailored_for_the_man(t)
    with Desk(path, "Piet", still(EVENING)) as desk:
        (issue,) = desk.decisions.listed()
        assert (issue.ref, issue.link) == ("K1", "B-220330-1")
        assert "20 men alone, 15 not Ukrainian" in issue.text
        assert f"{FAMILIES} does not take 20 of this bus" in issue.text
        assert [line.kind for line in desk.logbook.lines()] == ["call", "signal"]
        (placement,) = desk.night().placements
        assert placement.procedure_kind == procedure.TAILORED
        assert desk.buses.get("B-0330-1").count_reason == "the wrong bus"
        assert figures.people(desk.night()).inside == 20
        assert desk.check() == []


def _tailored_for_the_man(t: Terminal) -> None:
    """His row is marked and says why; what was tried is written down; the place that is asked knows it too."""
    t.press("4")
    t.wait_for("4 PLACEMENT")
    stand_on(t, "Haddad")
    row = next(line for line in t.lines if line.startswith(" >"))
    assert " M " in row
    assert " M " not in next(line for line in t.lines if "Koval H-" in line)
    t.wait_for("tailored procedure: man alone, not Ukrainian: Syrian")
    command(t, "household contact H-0330-1 nobody has room tonight --with VRT", "the contact is written down")
    t.press("tab")
    t.wait_for("p ask now")
    t.press("home")
    stand_on(t, ANYONE)
    t.press("p")
    t.wait_for("Who says yes?")
    type_line(t, "-")
    t.wait_for("is asked, held until")
    t.press("/")
    t.wait_for("Find:")
    type_line(t, "Haddad")
    t.wait_for("Found: Haddad")
    t.wait_for("H-0330-1")
    enter(t)
    t.wait_for("tried 21:0")
    t.wait_for("VRT: nobody has room tonight")


# --- case 3: 72 people, two dogs and a cat ------------------------------------------------------


def test_72_people_of_whom_12_have_no_bed_here_are_split_and_their_pets_are_asked_about(tmp_path: Path) -> None:
    clock = "2022-04-06T14:00:00+02:00"
    with new_store(tmp_path, clock=clock) as desk:
        path = desk.path
        desk.capacity.import_locations([{**row, "pets": False} for row in LOCATIONS if row["name"] == ANYONE])
    with sit_down(path, clock=clock) as t:
        opened(t)
        announce(t, "Utrecht", 72, "20:00", pets=3)
        command(t, "bus eta B-0406-1 2022-04-07T20:00 --told-by Els", "is due 20:00")
        t.press("h")
        t.wait_for("how many places held here in all?")
        type_line(t, "72")
        t.wait_for("60 beds are free for this bus")
        t.press("esc")
        t.press("h")
        t.wait_for("how many places held here in all?")
        t.press("ctrl+u")
        type_line(t, "60")
        t.wait_for("60 places held here")
        t.wait_for("ways to find 12")
        hold_elsewhere(t, ANYONE, 12)
        reads(t, "takes no pets; there are 3.")
    with Desk(path, "Piet", still(clock)) as desk:
        night = desk.night()
        (bus,) = night.buses
        numbers = night.numbers(bus)
        assert (numbers.reserved, numbers.allocated, numbers.short) == (60, 12, 0)
        assert [desk.settings.iso(e.eta)[:16] for e in night.etas if e.eta] == ["2022-04-06T20:00", "2022-04-07T20:00"]
        assert figures.beds(night).free == 0


# --- case 5: the nephew -------------------------------------------------------------------------


def test_a_nephew_of_fifteen_is_placed_only_once_a_guardianship_contact_is_logged(tmp_path: Path) -> None:
    path = store(tmp_path, "2022-04-08T02:41:00+02:00")
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        type_line(t, "Bondar 4 34 6 9 15 amv")
        reads(t, "Minor without a parent: a room without other adults")
        t.press("esc")
        t.wait_for("minor alone, ring the guardianship")
        _ask_the_location(t)
        t.wait_for("does not suit them")
        t.press("esc")
        t.press("tab")
        t.press("1")
        t.wait_for("1 TONIGHT")
        t.press("home")
        stand_on(t, "minor alone")
        enter(t)
        t.wait_for("rung whom at the guardianship")
        type_line(t, "Nidos, Els: they come at nine")
        t.wait_for("guardianship contact logged")
        _ask_the_location(t)
        t.wait_for("Who says yes?")
        type_line(t, "Kees")
        t.wait_for("said yes (Kees)")
    with Desk(path, "Piet") as desk:
        night = desk.night()
        (placement,) = night.placements
        assert (placement.state, placement.override, placement.procedure_kind) == ("agreed", "", "tailored")


def _ask_the_location(t: Terminal) -> None:
    t.press("4")
    t.wait_for("4 PLACEMENT")
    t.wait_for("minor without a parent")
    t.press("tab")
    t.wait_for("p ask now")
    t.press("home")
    stand_on(t, ANYONE)
    t.press("p")


# --- case 9: a family of four in a room of six --------------------------------------------------


def test_a_family_of_four_in_a_room_of_six_closes_two_beds_until_it_goes(tmp_path: Path) -> None:
    path = store(tmp_path, "2022-04-08T02:41:00+02:00", rooms=[{"room": "11", "floor": "1", "beds": 6}])
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        type_line(t, "Marchenko 4 2a 2c")
        t.wait_for("Write 1 on the wristbands")
        t.press("esc")
        t.wait_for("BEDS 6 = 4 taken + 0 held + 0 to clean + 2 closed + 0 FREE")
        t.wait_for("FREE FOR  families: NO ROOM  women alone: 0  men alone: 0")
        t.press("3")
        t.wait_for("3 BEDS")
        t.wait_for("Marchenko 4")
        command(t, "household leave H-0407-1 --reason left", "left")
        command(t, "bed clean 11", "is clean and free")
        t.press("esc")
        t.press("1")
        t.wait_for("6 FREE")
    with Desk(path, "Piet") as desk:
        assert set(desk.night().status.values()) == {BedStatus.FREE}
