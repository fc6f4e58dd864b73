"""The desk as people reach it: a real OpenSSH server, real keys, and nothing but the desk behind them."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.cli.operators import program
from storage.clock import running
from storage.journal import AUTOMATIC
from storage.store import Desk
from tests.sshd import Host, Key
from tests.stage import answer, enter, type_line
from tests.store import ANYONE, BY_DAY, dump, household, in_bed, new_store, underway
from tests.terminal import Terminal
from tests.tiers import few

OPERATORS = {"Anna": "operator", "Vera": "viewer", "Coby": "coordinator", "Henk": "municipality", "box": "paper"}


class House:
    """A store and its host, with one key for each role."""

    def __init__(self, host: Host, store: Path, keys: dict[str, Key]) -> None:
        self.host, self.store, self.keys = host, store, keys

    def sits(self, name: str, *, rows: int = 24, columns: int = 80) -> Terminal:
        """Somebody comes in with a terminal."""
        return self.host.terminal(self.keys[name], rows=rows, columns=columns)

    def says(self, name: str, *words: str, **more: object) -> "subprocess.CompletedProcess[str]":
        """Somebody gives ssh a command."""
        return self.host.ssh(self.keys[name], *words, **more)  # type: ignore[arg-type]

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the store but who opened what, and the figures of a set time, which any open desk makes."""
        with Desk(self.store) as desk:
            mine = [action for action in desk.journal.actions() if action.operator != AUTOMATIC]
            rows: dict[str, list[tuple[object, ...]]] = dict(
                dump(desk, "opened", "freeze", "counter", "action", "change")
            )
            return {**rows, "actions": [(action.id, action.verb, action.operator) for action in mine]}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    # on the real clock: what a key sends decides no time
    with new_store(tmp_path, clock="2026-01-05T02:41:00+01:00") as made:
        made.clock = made.journal.now = running()
        with Host(tmp_path) as host:
            keys = {name: host.key(name) for name in OPERATORS}
            for name, role in OPERATORS.items():
                where = made.capacity.meant("Hengelo") if role == "municipality" else None
                made.operators.add(
                    name, role, keys[name].public, program(), municipality=where, authorized=host.authorized
                )
            yield House(host, made.path, keys)


# --- the night's main job ---------------------------------------------------------------------


def test_an_operator_works_the_nights_main_job_over_the_line(house: House) -> None:
    with house.sits("Anna") as t:
        t.wait_for("1 TONIGHT")
        t.wait_for("you: Anna")
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.type("Utrecht")
        t.press("enter")
        t.type("6")
        t.press("enter")
        t.type("+1h00")
        t.press("enter")
        t.wait_for(re.compile(r"B-\d{4}-1"))
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("h")
        t.wait_for("how many places held here")
        type_line(t, "6")
        t.wait_for("reserved")
        t.press("a")
        answer(t, "Is bus 1 from Utrecht here now?")
        t.press("c")
        t.wait_for("heads")
        type_line(t, "6")
        t.wait_for("COUNTED 6")
        t.press("r")
        t.wait_for("As in: Petrenko 5")
        type_line(t, "Petrenko 4 2a 2c")
        t.wait_for("wristbands")
        type_line(t, "Koval 2 2a")
        t.wait_for("Koval")
        t.press("esc")
        t.press("z")
        answer(t, "Close bus 1")
        t.press("4")
        t.wait_for("4 PLACEMENT")
        t.wait_for(re.compile(r" > .*(Petrenko|Koval)"))
    with Desk(house.store) as desk:
        night = desk.night()
        assert {h.name: h.people for h in night.households} == {"Petrenko": 4, "Koval": 2}
        assert {action.operator for action in desk.journal.actions() if action.verb.startswith("bus")} == {"Anna"}
        assert desk.check() == []


# --- a viewer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("screens", few(["23", "14567"], 1))
def test_a_viewers_key_cannot_write_by_any_key(house: House, screens: str) -> None:
    with Desk(house.store, "Anna") as desk:
        in_bed(desk, "Petrenko", 4, needs=("pregnant",))
    before = house.rows()
    every = "123456789abcdefghijklmnopqrstuvwxyz0 /:?"
    with house.sits("Vera") as t:
        t.wait_for("1 TONIGHT")
        t.press("n")
        t.wait_for("You may look and change nothing")
        for screen in screens:
            for key in every:
                if key in "1234567q":
                    continue
                t.press(screen)
                t.press("space" if key == " " else key)
                t.press("y", "enter")
                if screen != "1":
                    t.press("esc")  # twice at Tonight leaves
            t.settle()
        assert house.rows() == before
        t.press("1")
        t.wait_for("1 TONIGHT")
        assert "pregnant" not in t.text


@pytest.mark.parametrize("words", ["settings site X", "log add note hello", "household out H-1 --to hospital", "undo"])
def test_nor_by_a_command(house: House, words: str) -> None:
    before = house.rows()
    ran = house.says("Vera", words)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "You may look and change nothing" in ran.stderr
    assert house.rows() == before


# --- nothing but the desk ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Anna", "Vera", "Coby", "Henk", "box"])
@pytest.mark.parametrize(
    "words",
    [
        ("sh",),
        ("/bin/sh -c id",),
        ("now; id",),
        ("now && id",),
        ("now | id",),
        ("$(id)",),
        ("`id`",),
        ("desk --store /etc/passwd now",),
        ("desk --as Coby settings site X",),
        ("scp -t /tmp",),
        ("/usr/lib/openssh/sftp-server",),
        ("bash", "-i"),
        ("door",),
        ("demo",),
        ("report situation --output /tmp/desk-was-here",),
    ],
    ids=str,
)
def test_what_is_no_command_of_the_desk_reaches_no_shell(house: House, name: str, words: tuple[str, ...]) -> None:
    before = house.rows()
    ran = house.says(name, *words)
    assert "uid=" not in ran.stdout + ran.stderr
    assert not Path("/tmp/desk-was-here").exists()
    assert "Traceback" not in ran.stderr
    if name == "box":
        assert ran.stdout.startswith("INSIDE 0 people\n")
    else:
        assert ran.returncode in {1, 2}
        assert ran.stdout == ""
    assert house.rows() == before


def test_no_port_is_forwarded_in_either_direction(house: House) -> None:
    for option in ("-L", "-R"):
        port = _free_port()
        words = house.host.command(
            house.keys["Anna"],
            options=("-N", option, f"{port}:127.0.0.1:{house.host.port}", "-oExitOnForwardFailure=yes"),
        )
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as line:
            try:
                assert not _answers(port, line)
            finally:
                line.kill()


def test_the_control_a_key_without_the_desks_line_does_forward(house: House) -> None:
    key, port = house.host.key("admin"), _free_port()
    house.host.allow(key, "")
    words = house.host.command(
        key, options=("-N", "-L", f"{port}:127.0.0.1:{house.host.port}", "-oExitOnForwardFailure=yes")
    )
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as line:
        try:
            assert _answers(port, line)
        finally:
            line.kill()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int, line: "subprocess.Popen[str]") -> bool:
    """Whether a server of SSH answers behind the port; False as soon as the client gave up."""
    until = time.monotonic() + 8
    while time.monotonic() < until and line.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5) as there:
                there.settimeout(2)
                return there.recv(4) == b"SSH-"
        except OSError:
            time.sleep(0.05)
    return False


def test_files_cannot_be_copied_in_or_out(house: House, tmp_path: Path) -> None:
    secret, target = tmp_path / "secret", tmp_path / "there"
    secret.write_text("x")
    options = house.host.options(house.keys["Coby"])
    host = f"{house.host.user}@127.0.0.1"
    for words in (
        ["scp", *options, "-P", str(house.host.port), str(secret), f"{host}:{target}"],
        ["scp", "-O", *options, "-P", str(house.host.port), str(secret), f"{host}:{target}"],
        ["scp", *options, "-P", str(house.host.port), f"{host}:{house.store}", str(target)],
        ["sftp", *options, "-P", str(house.host.port), f"{host}:{house.store}", str(target)],
    ):
        ran = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode != 0, words
        assert not target.exists(), words


def test_what_the_client_sends_steers_nothing(house: House, tmp_path: Path) -> None:
    """`AcceptEnv` of a careless host, and a client that sends all it can."""
    marker, local = tmp_path / "marker", tmp_path / "local"
    (tmp_path / "evil").write_text(f"#!/bin/sh\ntouch {marker}\n")
    (tmp_path / "evil").chmod(0o755)
    (tmp_path / "sitecustomize.py").write_text(f"open({str(marker)!r}, 'w')\n")
    env = {
        "DESK_STORE": "/etc/passwd",
        "DESK_OPERATOR": "Coby",
        "DESK_CLOCK": "2001-01-01T00:00:00+00:00",
        "DESK_TRACEBACK": "1",
        "PAGER": str(tmp_path / "evil"),
        "EDITOR": str(tmp_path / "evil"),
        "LC_ALL": "C",
        "LC_TIME": "../../../etc/passwd",
        "PYTHONPATH": str(tmp_path),
        "LANG": "xx_YY",
    }
    send = tuple(f"-oSendEnv={name}" for name in env)
    asked = ("-oPermitLocalCommand=yes", f"-oLocalCommand=touch {local}", *send)
    ran = house.says("Vera", "now --json", options=asked, env=env)
    assert ran.returncode == 0, ran.stderr
    assert '"site": "Oldenzaal"' in ran.stdout
    assert "2001-01-01" not in ran.stdout
    assert not marker.exists()
    # the client's own machine is the client's: that command ran there and not on the host, as ssh has it
    assert local.exists()
    refused = house.says("Vera", "settings site X", options=asked, env=env)
    assert refused.returncode == 1


def test_a_key_never_sees_the_shell_by_suspending_the_desk(house: House) -> None:
    with house.sits("Anna") as t:
        t.wait_for("1 TONIGHT")
        t.press("ctrl+z", "ctrl+c", "ctrl+d", "ctrl+q", "ctrl+x")
        t.send(b"\x1c")  # ctrl+backslash
        t.settle()
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("1")
        t.wait_for("1 TONIGHT")


# --- the other roles --------------------------------------------------------------------------


def test_a_municipality_confirms_its_own_and_sees_nothing_of_the_house(house: House) -> None:
    with Desk(house.store, "Anna") as desk:
        ours, theirs = in_bed(desk, "Petrenko", 4, phone="0600-1"), in_bed(desk, "Koval", 2)
        underway(desk, ours, BY_DAY)
        underway(desk, theirs, ANYONE)
    with house.sits("Anna") as of_the_house, house.sits("Henk") as t:
        of_the_house.press("t")
        of_the_house.wait_for("At the desk")
        t.wait_for("PLACEMENTS to Hengelo")
        t.wait_for(re.compile(r" > Petrenko"))
        assert "Koval" not in t.text
        for key in ("1", "2", "3", "n", "w", "x", "l", "u", "/"):
            t.press(key)
            t.wait_for("This key opens the placements to your municipality only")
            t.press("down")
        t.press("t")
        t.wait_for("We are:")
        assert not [told for told in ("At the desk", "On duty", "Anna") if told in t.text]
        t.press("q")
        t.wait_for(re.compile(r" > Petrenko"))
        enter(t)
        t.wait_for("Who confirms that they arrived?")
        type_line(t, "Henk")
        t.wait_for("No placement to here is open.")
    said = house.says("Henk", "list households --json")
    assert "Koval" not in said.stdout
    assert house.says("Henk", "now").returncode == 1


def test_a_coordinator_lets_somebody_in_with_a_key_that_is_sent(house: House) -> None:
    key = house.host.key("els")
    house.keys["Els"] = key
    words = "operator add Els --role viewer --key -"
    assert house.says("Anna", words, given=key.public).returncode == 1
    ran = house.says("Coby", words, given=key.public)
    assert ran.returncode == 0, ran.stderr
    assert house.says("Els", "now").returncode == 0
    assert house.says("Coby", "operator remove Els").returncode == 0
    assert house.says("Els", "now").returncode == 255
    assert "a place on the host" in house.says("Coby", "settings authorized_keys /tmp/x").stderr


def test_who_is_let_in_no_more_is_out_at_once_and_cannot_come_back(house: House) -> None:
    with house.sits("Anna") as t:
        t.wait_for("1 TONIGHT")
        with Desk(house.store) as desk:
            desk.operators.remove("Anna", program(), authorized=house.host.authorized)
        t.wait_exit()
        assert "Anna is not let in any more" in t.text
    assert house.says("Anna", "now").returncode == 255


def test_a_role_taken_away_while_somebody_types_counts_at_the_next_key(house: House) -> None:
    with house.sits("Anna") as t:
        t.wait_for("1 TONIGHT")
        t.press("l")
        t.wait_for("Log line")
        t.type("the boiler stopped")
        with Desk(house.store) as desk:
            desk.operators.role("Anna", "viewer", program(), authorized=house.host.authorized)
        t.press("enter")
        t.wait_for("You may look and change nothing")
        assert "the boiler stopped" in t.text
    with Desk(house.store) as desk:
        assert desk.logbook.lines() == []


def test_two_sessions_of_one_operator_are_two_desks_of_one_person(house: House) -> None:
    with house.sits("Anna") as one, house.sits("Anna") as two:
        one.wait_for("1 TONIGHT")
        two.wait_for("also: Anna")
        with Desk(house.store, "Piet") as desk:
            household(desk, "Koval", 2)
        for terminal in (one, two):
            terminal.wait_for("INSIDE 2 people")


def test_several_keys_reach_one_store_at_the_same_moment(house: House) -> None:
    lines = [
        subprocess.Popen(
            house.host.command(house.keys["Anna"], f"log add note line {number}"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    assert [line.wait(timeout=60) for line in lines] == [0] * 6
    for line in lines:
        line.communicate()
    with Desk(house.store) as desk:
        assert {line.text for line in desk.logbook.lines()} == {f"line {number}" for number in range(6)}
        assert desk.check() == []
