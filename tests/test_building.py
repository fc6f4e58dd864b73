"""The list must be in the building: on a printer, and on a box there that fetches it each minute (issue 5)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.paper import read_mark
from storage.store import Desk
from tests.cli import Night
from tests.sshd import Host, program
from tests.stage import opened, sit_down, stand_on, type_line
from tests.store import at, in_bed, new_store, still

LATER = "2022-04-08T02:4{}:00+02:00"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


# --- the printer ------------------------------------------------------------------------------


class Printer:
    """A program `lp` as CUPS has it: keeps the words it was called with and the files it was given."""

    def __init__(self, folder: Path, says: str = "", code: int = 0) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()
        self.log = folder / "printed"
        script = f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{self.log}"\necho "{says}" >&2\nexit {code}\n'
        (self.folder / "lp").write_text(script)
        (self.folder / "lp").chmod(0o755)

    @property
    def path(self) -> dict[str, str]:
        """The environment in which it is found before any other."""
        return {"PATH": f"{self.folder}:{os.environ['PATH']}"}

    @property
    def words(self) -> list[str]:
        """What it was called with."""
        return self.log.read_text().splitlines() if self.log.exists() else []


def test_with_a_printer_set_the_copies_go_to_it_as_text(tmp_path: Path, night: Night) -> None:
    printer = Printer(tmp_path)
    night.do("settings", "printer", "balie-2")
    ran = night.run("paper", env=printer.path)
    assert "The list is printed on balie-2." in ran.out
    assert printer.words[:2] == ["-d", "balie-2"]
    assert [Path(word).name for word in printer.words if word.endswith("txt")] == [
        "evacuation.txt",
        "board.txt",
        "placements.txt",
    ]
    assert not any(word.endswith("html") for word in printer.words)


def test_without_one_nothing_is_printed(tmp_path: Path, night: Night) -> None:
    printer = Printer(tmp_path)
    assert "printed on" not in night.run("paper", env=printer.path).out
    assert printer.words == []


@pytest.mark.parametrize("name", ["-o raw", "a b", "x;reboot", "-d", "$(id)", "a/b", "a" * 200])
def test_a_name_that_is_no_printer_cannot_be_set(night: Night, name: str) -> None:
    assert "is not a value for printer" in night.refused("settings", "printer", "--", name)


def test_a_printer_that_refuses_is_said_with_where_the_copies_are(tmp_path: Path, night: Night) -> None:
    printer = Printer(tmp_path, says="lp: Error - The printer does not exist.", code=1)
    night.do("settings", "printer", "balie-2")
    ran = night.run("paper", env=printer.path)
    assert ran.exit == 1
    assert "Printer balie-2 did not take it: lp: Error - The printer does not exist. Print the copies from" in ran.err
    assert (tmp_path / "paper" / "evacuation.txt").exists()


def test_a_machine_without_lp_says_so(tmp_path: Path, night: Night) -> None:
    night.do("settings", "printer", "balie-2")
    (tmp_path / "empty").mkdir()
    ran = night.run("paper", env={"PATH": str(tmp_path / "empty")})
    assert "there is no program lp on this machine" in ran.sentence


def test_at_a_change_of_shift_the_list_is_printed_and_a_dead_printer_stops_nobody(tmp_path: Path, night: Night) -> None:
    printer = Printer(tmp_path)
    night.do("settings", "printer", "balie-2")
    night.do("shift", "handover")
    ran = night.run("shift", "accept", by="Piet", env=printer.path)
    assert ran.exit == 0
    assert "The list is printed on balie-2." in ran.out
    assert printer.words
    night.do("shift", "handover", by="Piet")
    (tmp_path / "empty").mkdir()
    ran = night.run("shift", "accept", by="Els", env={"PATH": str(tmp_path / "empty")})
    assert ran.exit == 0
    assert "there is no program lp" in ran.out


# --- the box in the building ------------------------------------------------------------------


def test_what_is_sent_is_the_list_as_it_is_now_and_nothing_else(night: Night) -> None:
    ref = night.do("household", "register", "--name", "Petrenko", "--people", 4)["ref"]
    night.do("household", "bed", ref, "3")
    ran = night.run("paper", "--send", by="box")
    assert (ran.exit, ran.err) == (0, "")
    assert ran.out.startswith("INSIDE 4 people\n")
    mark = read_mark(ran.out)
    assert mark is not None
    assert mark.version == night.last_action()
    page = night.run("paper", "--send", "--page", by="box").out
    assert page.startswith("<!DOCTYPE html>")
    assert read_mark(page) is not None


def test_sending_is_no_action_of_the_journal(night: Night) -> None:
    before = night.last_action()
    night.run("paper", "--send", by="box")
    assert night.last_action() == before


def test_a_list_that_did_not_go_out_is_not_counted_as_fetched(night: Night) -> None:
    sending = night.command("paper", "--send", by="box")
    assert sending.stdout is not None
    sending.stdout.close()
    assert sending.wait(timeout=60) == 1
    with Desk(night.store) as desk:
        assert desk.night().in_building is None


@pytest.mark.parametrize(("minute", "alarm"), [(2, False), (5, False), (7, True), (9, True)])
def test_a_copy_older_than_five_minutes_is_an_alarm(desk: Desk, minute: int, alarm: bool) -> None:
    desk.aside.fetched("print box", 1, at("02:41"))
    desk.clock = desk.journal.now = still(LATER.format(minute))
    night = Night(desk.path.parent, LATER.format(minute))
    texts = [s["text"] for s in night.now()["signals"] if s["kind"] == "building"]
    old = f"the list in the building is {minute - 1} min old: look at print box, or print one (:paper)"
    assert texts == ([old] if alarm else [])


def test_a_house_without_a_box_is_not_warned_and_the_age_is_a_setting(desk: Desk) -> None:
    late = Night(desk.path.parent, LATER.format(9))
    assert late.now()["signals"] == []
    desk.aside.fetched("print box", 1, at("02:41"))
    desk.set("building_minutes", "10")
    assert late.now()["signals"] == []
    desk.set("building_minutes", "1")
    assert [s["kind"] for s in late.now()["signals"]] == ["building"]
    desk.set("building_minutes", "0")
    assert late.now()["signals"] == []


def test_of_an_earlier_moment_nobody_knows_what_the_building_had(desk: Desk) -> None:
    desk.aside.fetched("print box", 1, at("02:41"))
    assert desk.night().in_building is not None
    assert desk.night(at("02:30")).in_building is None


def test_by_keys_tonight_shows_its_age_and_a_fetch_ends_the_alarm(desk: Desk, tmp_path: Path) -> None:
    in_bed(desk, "Petrenko", 4)
    desk.aside.fetched("print box", 1, at("02:33"))
    with sit_down(desk.path) as t:
        opened(t)
        t.wait_for("LIST IN THE BUILDING 8 min")
        t.wait_for(re.compile(r"! the list in the building is 8 min old: look at print box"))
        Night(tmp_path).run("paper", "--send", by="print box")
        t.wait_for("LIST IN THE BUILDING 0 min", timeout=40)
        t.wait_gone("! the list in the building")


def test_by_keys_the_alarm_prints_a_list(desk: Desk, tmp_path: Path) -> None:
    desk.set("printer", "balie-2")
    desk.aside.fetched("print box", 1, at("02:33"))
    printer = Printer(tmp_path)
    with sit_down(desk.path, env=printer.path) as t:
        opened(t)
        stand_on(t, "! the list in the building is 8 min old")
        t.press("enter")
        t.wait_for("The list is printed on balie-2.")
        t.press(":")
        t.wait_for("Command, as in")
        type_line(t, "paper")
        t.wait_until(lambda _t: printer.words.count("-d") == 2, "a second print")


def test_over_ssh_a_key_fetches_the_list_and_can_do_nothing_else(tmp_path: Path, desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4)
    with Host(tmp_path) as host:
        key = host.key("box")
        host.allow(key, f'command="{program(desk.path, "paper", "--send", by="print box")}",restrict')
        for asked in ((), ("sh",), ("desk settings site X",), ("cat /etc/passwd",), ("scp -t /tmp",)):
            ran = host.ssh(key, *asked)
            assert ran.returncode == 0, ran.stderr
            assert ran.stdout.startswith("INSIDE 4 people\n")
        assert desk.settings.site == "Oldenzaal"
        copy = desk.night().in_building
        assert copy is not None
        assert (copy.by, copy.version) == ("print box", desk.journal.version())
