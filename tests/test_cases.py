"""The cases from real events: what happened in the spring of 2022, played through the command line."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli import Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


def test_the_wrong_bus_is_seen_before_it_is_sent_and_again_when_it_is_counted(night: Night) -> None:
    """20 announced for a family shelter; at 21:15 twenty men of many nationalities step out."""
    night.clock = "2022-03-30T19:00:00+02:00"
    night.locations("De Windroos,Oldenzaal,municipal,65;groups=family,single_parent;nationalities=UKR;wheelchair=no")
    ref = night.bus("Amsterdam", 20, "21:15", single_men=18, non_ukrainian=15, wheelchairs=1)
    done = night.do("bus", "allocate", ref, "De Windroos", 20)
    assert [warning for warning in done["warnings"] if "does not take 18 of this bus" in warning]
    assert [warning for warning in done["warnings"] if "takes only Ukrainians; 15" in warning]
    assert [warning for warning in done["warnings"] if "stairs only" in warning]

    night.clock = "2022-03-30T21:15:00+02:00"
    night.do("bus", "arrive", ref)
    counted = night.do("bus", "count", ref, 23)
    assert (counted["announced"], counted["counted"], counted["deviation"]) == (20, 23, 3)
    assert "bus_deviation" in [signal["kind"] for signal in night.now()["signals"]]
    night.do("bus", "count", ref, 23, "--reason", "three men more than was said; nobody rang us")
    assert "bus_deviation" not in [signal["kind"] for signal in night.now()["signals"]]
    assert night.do("log", "add", "K", "no contact with Amsterdam", "--link", ref)["link"] == ref


def test_72_people_do_not_fit_and_are_split_over_here_and_elsewhere(night: Night) -> None:
    """72 people, two dogs and a cat, "Wednesday" becomes Thursday; 60 places: 12 over."""
    night.locations("Sporthal,Hengelo,municipal,40;occupied=20;pets=no")
    ref = night.bus("Utrecht", 72, "2022-04-06T20:00", pets=3)
    night.do("bus", "eta", ref, "2022-04-08T20:00", "--told-by", "Els")
    assert night.do("show", ref)["earlier_etas"] == ["2022-04-06T20:00:00+02:00"]
    assert "60 beds are free" in night.refused("bus", "reserve", ref, 72)
    night.do("bus", "reserve", ref, 60)
    assert night.do("show", ref)["short"] == 12
    done = night.do("bus", "allocate", ref, "Sporthal", 12)
    assert done["short"] == 0
    assert "takes no pets; there are 3" in done["warnings"][0]
    found = night.do("figures")
    assert (found["reserved"], found["reserved_by_kind"]["transit"], found["reserved_by_kind"]["municipal"]) == (
        72,
        60,
        12,
    )


def test_a_bus_nobody_announced_is_let_in_at_three(night: Night) -> None:
    night.clock = "2022-04-08T03:00:00+02:00"
    first = night.do("bus", "arrive", "--from", "?", "--people", 45)
    second = night.do("bus", "arrive", "--from", "Duitsland")
    assert (first["state"], second["state"], second["announced"]) == ("arrived", "arrived", None)
    people = night.now()["people"]
    assert (people["inside"], people["unregistered"]) == (45, 45)
    night.do("bus", "count", second["ref"], 12)
    night.do("bus", "count", first["ref"], 51)
    for done in range(17):
        night.household(f"Household {done}", 1, "--bus", first["ref"])
    people = night.now()["people"]
    assert (people["inside"], people["present"], people["unregistered"]) == (63, 17, 46)
    assert night.do("report", "evacuation")["inside"] == 63
    assert night.run("report", "evacuation").out.startswith("INSIDE 63 people\n")


def test_a_nephew_of_fifteen_with_his_aunt_is_a_minor_without_a_parent(night: Night, tmp_path: Path) -> None:
    night.locations("Sporthal,Hengelo,municipal,40;occupied=0")
    sheet = tmp_path / "list.csv"
    sheet.write_text(
        "household,family_name,given_name,age,sex,relation\n"
        "1,Bondar,Olha,34,f,self\n1,Bondar,Ivan,6,m,child\n1,Bondar,Anna,9,f,child\n1,Koval,Petro,15,m,nephew\n",
        encoding="utf-8",
    )
    ref = night.bus(people=4)
    (household,) = night.do("bus", "import", ref, sheet)["households"]
    assert night.do("show", household)["group"] == "unaccompanied_minor"
    night.do("bus", "arrive", ref)
    night.do("household", "here", household)
    alarms = [(s["kind"], s["ref"]) for s in night.now()["signals"] if s["severity"] == "alarm"]
    assert ("minor_alone", household) in alarms
    assert "guardianship contact" in night.refused("placement", "agree", household, "Sporthal", "--by", "Kees")
    night.do("household", "guardian", household, "--contact", "Nidos, Els, 02:50: they come at nine")
    assert night.do("placement", "agree", household, "Sporthal", "--by", "Kees")["state"] == "agreed"


def test_a_boy_of_sixteen_never_gets_a_bed_in_a_room_of_men(night: Night) -> None:
    for room in range(2, 16):
        night.do("bed", "block", str(room))
    night.in_bed("Bilyk", 1, "--sex", "m")
    boy = night.household("Ivan", 1, "--sex", "m", "--group", "unaccompanied_minor")
    assert is_refused_a_bed(night, boy)
    assert "never shares with adults" in night.refused("household", "bed", boy, "1-2")
    night.do("bed", "free", "2")
    assert night.do("household", "bed", boy)["beds"] == ["2-1"]
    assert "never shares" in night.refused("household", "bed", night.household("Koval", 1, "--sex", "m"), "2-2")


def is_refused_a_bed(night: Night, ref: str) -> bool:
    return bool(night.refused("household", "bed", ref))


def test_four_people_known_from_two_months_ago_are_no_second_household(night: Night) -> None:
    """A host family drops them at the door."""
    night.clock = "2022-02-08T14:00:00+01:00"
    earlier = night.in_bed("Шевченко", 4)
    night.do("household", "leave", earlier, "--reason", "left")
    night.clock = "2022-04-08T02:41:00+02:00"
    ran = night.run("household", "register", "--name", "Shevchenko", "--people", 4, "--json")
    assert ran.exit == 0
    assert "was here before" in ran.sentence
    assert earlier in ran.sentence
    night.do("undo")
    done = night.do("household", "register", "--name", "Shevchenko", "--people", 4, "--origin", "re_entry")
    assert done["origin"] == "re_entry"
    assert night.now()["people"]["present"] == 4


def test_two_desks_at_once_extend_and_withdraw_one_hold_and_both_are_told_what_became_of_it(night: Night) -> None:
    """A hold for five ends at 18:00; at 17:58 the receiver rings to extend, while another desk lets it go."""
    night.clock = "2022-04-08T16:00:00+02:00"
    night.locations("Sporthal,Hengelo,municipal,40;occupied=0")
    for number in range(3):
        night.clock = "2022-04-08T16:00:00+02:00"
        ref = night.in_bed(f"Household {number}", 5)
        night.do("placement", "ask", ref, "Sporthal", "--until", "18:00")
        night.clock = "2022-04-08T17:58:00+02:00"
        extend = night.command("placement", "extend", ref, "20:00", by="Anna")
        withdraw = night.command("placement", "withdraw", ref, "--reason", "over", by="Piet")
        said = {"extend": extend.communicate(timeout=60), "withdraw": withdraw.communicate(timeout=60)}
        assert withdraw.returncode == 0, said
        assert extend.returncode in {0, 1}
        if extend.returncode == 1:
            assert "withdrawn. It cannot be extended" in said["extend"][1]
            assert len(said["extend"][1].splitlines()) == 1
        last = next(p for p in night.do("list", "placements", "--all") if p["household"] == ref)
        assert last["state"] == "withdrawn"
        assert night.run("check").exit == 0


def test_two_desks_give_one_bed_to_exactly_one_of_two(night: Night) -> None:
    first, second = night.household("Petrenko", 4), night.household("Shevchenko", 4)
    running = [night.command("household", "bed", ref, "5", by=by) for ref, by in ((first, "Anna"), (second, "Piet"))]
    said = [one.communicate(timeout=60) for one in running]
    codes = [one.returncode for one in running]
    assert sorted(codes) == [0, 1], said
    assert "Room 5 is taken by" in said[codes.index(1)][1]
    assert sorted(h["state"] for h in night.do("list", "households")) == ["in_bed", "waiting"]


def test_a_family_of_four_in_a_room_of_six_closes_two_beds(tmp_path: Path) -> None:
    sheet = tmp_path / "rooms.csv"
    sheet.write_text("room,floor,beds\n11,1,6\n", encoding="utf-8")
    night = Night(tmp_path).made(beds=str(sheet))
    ref = night.in_bed("Marchenko", 4, "--group", "family")
    assert night.now()["beds"] == {
        "realised": 6,
        "out_of_use": 2,
        "usable": 4,
        "occupied": 4,
        "reserved": 0,
        "free": 0,
        "cleaning": 0,
        "blocked": 2,
        "no_staff": 0,
    }
    assert night.now()["free_for"] == {"family_rooms": [], "women_alone": 0, "men_alone": 0, "wheelchair": 0}
    assert [bed["state"] for bed in night.do("list", "beds")].count("family") == 2

    night.do("household", "out", ref, "--members", "3,4", "--to", "hospital")
    assert night.now()["beds"]["occupied"] == 4
    assert night.now()["people"]["inside"] == 2
    assert len(night.do("show", ref)["beds"]) == 4

    night.do("household", "leave", ref, "--reason", "left")
    night.do("bed", "clean", "11")
    assert night.now()["beds"]["free"] == 6


def test_a_stay_passes_24_48_and_72_hours(night: Night) -> None:
    night.clock = "2022-04-05T10:00:00+02:00"
    ref = night.in_bed("Bondar", 3)
    expected: tuple[tuple[str, tuple[int, int], set[str]], ...] = (
        ("2022-04-06T09:59:00+02:00", (0, 0), set()),
        ("2022-04-06T10:01:00+02:00", (3, 0), {"stay_24"}),
        ("2022-04-07T10:01:00+02:00", (3, 3), {"stay_48"}),
        ("2022-04-08T10:01:00+02:00", (3, 3), {"stay_72"}),
    )
    for clock, over, kinds in expected:
        night.clock = clock
        found = night.now()
        assert (found["people"]["over_24h"], found["people"]["over_48h"]) == over
        assert {s["kind"] for s in found["signals"] if s["kind"].startswith("stay")} == kinds
    # the clock raises signals; it moves nobody
    assert night.do("show", ref)["state"] == "in_bed"


def test_the_figures_follow_the_capacity_from_60_to_150(night: Night, tmp_path: Path) -> None:
    night.in_bed("Bondar", 3)
    before = night.do("figures")
    sheet = tmp_path / "rooms.csv"
    lines = ["room,floor,beds", *(f"U{n},1,6" for n in range(1, 16))]
    sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    night.do("import", "rooms", sheet)
    after = night.do("figures")
    assert before["realised"]["transit"] == 60
    assert after["realised"]["transit"] == 150
    assert after["free"]["transit"] == before["free"]["transit"] + 90
    assert after["occupied"] == before["occupied"]
    night.do("bus", "reserve", night.bus(people=145), 145)
    assert night.now()["beds"]["free"] == 150 - 4 - 145


def test_expected_people_are_counted_once_and_free_is_never_clamped(night: Night) -> None:
    """Those in beds replace what was held for them: one figure, whichever screen or report asks."""
    ref = night.bus(people=60)
    night.do("bus", "reserve", ref, 60)
    night.do("bed", "block", "15", "--reason", "water")
    now, figures = night.now(), night.do("figures")
    assert now["beds"]["free"] == figures["free"]["transit"] == -4
    assert "overbooked" in [signal["kind"] for signal in now["signals"]]
    assert "OVERBOOKED: 4" in night.run("now").out
    night.do("bed", "free", "15")
    night.do("bus", "arrive", ref)
    night.do("bus", "count", ref, 60)
    night.household("Petrenko", 4, "--bus", ref)
    night.do("bus", "beds", ref)
    beds = night.now()["beds"]
    assert (beds["occupied"], beds["reserved"], beds["free"]) == (4, 56, 0)
    assert night.now()["people"]["inside"] == 60


@pytest.mark.parametrize(
    ("clock", "label"),
    [
        ("2022-03-27T01:30:00+01:00", "2022-03-26"),
        ("2022-03-27T03:30:00+02:00", "2022-03-26"),
        ("2022-03-27T11:59:00+02:00", "2022-03-26"),
        ("2022-03-27T12:00:00+02:00", "2022-03-27"),
        ("2022-10-30T02:30:00+02:00", "2022-10-29"),
        ("2022-10-30T02:30:00+01:00", "2022-10-29"),
    ],
)
def test_a_night_is_called_by_its_evening_also_when_the_clock_changes(night: Night, clock: str, label: str) -> None:
    night.clock = clock
    assert night.now()["night"] == label
    assert night.now()["at"] == clock
    month_day = label[5:].replace("-", "")
    assert night.bus() == f"B-{month_day}-1"


def test_a_bus_due_after_midnight_belongs_to_the_night_before_and_hours_are_true_hours(night: Night) -> None:
    night.clock = "2022-10-29T22:00:00+02:00"
    ref = night.bus(eta="06:00")
    assert ref == "B-1029-1"
    assert night.do("show", ref)["eta"] == "2022-10-30T06:00:00+01:00"
    household = night.in_bed("Bondar", 1)
    night.do("settings", "stay_signal_hours", "9")
    # 22:00 to 06:00 is nine hours that night, not eight
    for minutes, long in ((-1, 0), (1, 1)):
        night.clock = (_moment("2022-10-30T06:00:00+01:00") + timedelta(minutes=minutes)).isoformat()
        assert len([s for s in night.now()["signals"] if s["kind"] == "stay_24"]) == long
    assert night.do("show", household)["since"] == "2022-10-29T22:00:00+02:00"


def test_a_time_that_the_clock_skips_is_refused(night: Night) -> None:
    night.clock = "2022-03-26T23:00:00+01:00"
    assert "skips 02:30" in night.refused("household", "register", "--name", "A", "--people", 1, "--at", "02:30")
    assert night.do("show", night.bus(eta="03:30"))["eta"] == "2022-03-27T03:30:00+02:00"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_men_alone_off_a_bus_announced_with_families_are_seen_at_the_table(night: Night) -> None:
    """Announced with twenty people in families; men alone step out."""
    ref = night.do(
        "bus",
        "announce",
        "--from",
        "Amsterdam",
        "--people",
        20,
        "--eta",
        "03:00",
        "--in-families",
        20,
        "--single-men",
        0,
    )["ref"]
    night.do("bus", "arrive", ref)
    night.do("bus", "count", ref, 20)
    night.do("household", "register", "--bus", ref, "--name", "Haddad", "--people", 1, "--sex", "m")
    night.do("household", "register", "--bus", ref, "--name", "Diallo", "--people", 1, "--sex", "m")
    texts = [signal["text"] for signal in night.now()["signals"]]
    assert any("2 men alone written down, 0 said" in text for text in texts)
    night.do("bus", "count", ref, 20, "--reason", "the wrong bus was sent")
    assert not any("men alone written down" in signal["text"] for signal in night.now()["signals"])
