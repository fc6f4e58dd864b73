"""Whether a host is set up well: each thing that can be wrong is named with what to do about it."""

import configparser
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

from desk.region.link import RegionLink
from screens.cli.tree import tree
from storage import doctor
from storage.doctor import BAD, GOOD, SHIPPED_UNITS, UNKNOWN, Finding
from storage.region.link import link_of, not_reached, passfile
from storage.rows import insert
from storage.store import Desk
from tests import sshd
from tests.cli import ROOT, Night
from tests.store import new_store
from tests.test_operators import PROGRAM, a_key

SSHD = """
compression delayed
clientaliveinterval 15
permituserenvironment no
strictmodes yes
passwordauthentication no
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    tmp_path.chmod(0o700)
    with new_store(tmp_path, locations=False) as desk:
        desk.set("address", "Voorbeeldstraat 2")
        keys = tmp_path / "ssh" / "authorized_keys"
        keys.parent.mkdir(mode=0o700)
        desk.operators.add("Anna", "operator", a_key(), PROGRAM, authorized=keys)
        yield desk


def host(sshd: str | None = SSHD, **said: str) -> doctor.Ask:
    """What the programs of the host say."""

    def ask(words: Sequence[str]) -> str | None:
        if Path(words[0]).name == "sshd":
            return sshd
        return said.get(words[0])

    return ask


def found(desk: Desk, about: str, ask: doctor.Ask | None = None) -> list[Finding]:
    return [one for one in doctor.look(desk, PROGRAM, ask or host()) if one.about == about]


def states(findings: list[Finding]) -> set[str]:
    return {one.state for one in findings}


def test_a_host_that_is_set_up_well_has_nothing_wrong(desk: Desk) -> None:
    wrong = [one for one in doctor.look(desk, PROGRAM, host()) if one.state == BAD]
    # the tests may run as root, which the desk should not
    assert [one.about for one in wrong] == (["account"] if os.geteuid() == 0 else [])


@pytest.mark.parametrize("ending", ["", ".aside", ".open"])
def test_files_that_others_can_read_are_named(desk: Desk, ending: str) -> None:
    file = desk.path.with_name(desk.path.name + ending)
    desk.aside.in_building()
    file.chmod(0o644)
    (one,) = [one for one in found(desk, "modes") if one.state == BAD]
    assert one.text == f"{file} can be read by others. Do: chmod go= {file}"
    file.chmod(0o600)
    assert states(found(desk, "modes")) == {GOOD}


def test_a_folder_that_others_can_write_is_named(desk: Desk) -> None:
    desk.path.parent.chmod(0o777)
    assert "could replace the store" in next(one.text for one in found(desk, "modes") if one.state == BAD)


def test_keys_that_are_missing_loose_or_not_the_desks_are_named(desk: Desk) -> None:
    assert states(found(desk, "keys")) == {GOOD}
    file = desk.operators.file
    text = file.read_text()
    file.write_text(text + "ssh-ed25519 AAAA admin\n")
    assert "1 keys in" in found(desk, "keys")[-1].text
    file.write_text(text.replace("door", "--language nl door"))
    assert "does not have the lines" in found(desk, "keys")[0].text
    desk.operators.rewrite(PROGRAM)
    assert states(found(desk, "keys")) == {GOOD}
    file.unlink()
    assert states(found(desk, "keys")) == {BAD}
    desk.operators.rewrite(PROGRAM)
    file.parent.chmod(0o777)
    assert "sshd does not read it" in found(desk, "keys")[0].text


@pytest.mark.parametrize(
    ("said", "should"),
    [
        ("compression no", "Compression yes"),
        ("clientaliveinterval 0", "ClientAliveInterval 15"),
        ("permituserenvironment yes", "PermitUserEnvironment no"),
        ("strictmodes no", "StrictModes yes"),
        ("passwordauthentication yes", "PasswordAuthentication no"),
    ],
)
def test_what_sshd_should_say_otherwise_is_named(desk: Desk, said: str, should: str) -> None:
    name = said.partition(" ")[0]
    lines = [said if line.startswith(name) else line for line in SSHD.splitlines()]
    (one,) = found(desk, "sshd", host("\n".join(lines)))
    assert one.state == BAD
    assert should in one.text


def test_what_cannot_be_asked_is_not_called_good(desk: Desk) -> None:
    assert states(found(desk, "sshd", host(None))) == {UNKNOWN}


def test_a_clock_that_nobody_keeps_is_named(desk: Desk) -> None:
    assert found(desk, "clock", host(timedatectl="yes\n")) == []
    assert states(found(desk, "clock", host(timedatectl="no\n"))) == {BAD}


def test_a_store_on_a_network_share_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_file_system", lambda _path: "nfs4")
    assert "network share (nfs4)" in found(desk, "disk")[0].text


def test_a_full_disk_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 10**18)
    assert states(found(desk, "disk")) == {BAD}


def test_a_house_without_an_address_and_an_old_list_is_named(desk: Desk) -> None:
    desk.set("address", "")
    assert "Whoever rings 112" in found(desk, "site")[0].text
    desk.paper.folder.mkdir()
    assert states(found(desk, "paper")) == {BAD}


def test_the_command_says_it_line_by_line_and_ends_with_one_where_something_is_wrong(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    ran = night.run("doctor")
    assert ran.exit == 1
    assert '  !!  Whoever rings 112 must read an address. Do: desk settings address "…"' in ran.out
    assert "things are wrong." in ran.out.splitlines()[-1]
    assert {one["state"] for one in night.run("doctor", "--json").json} <= {GOOD, BAD, UNKNOWN}


# --- what is shipped --------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [*doctor.UNITS, doctor.REPLICA_UNIT, doctor.REGION_UNIT])
def test_a_unit_that_is_shipped_is_whole_and_runs_a_command_of_the_desk(unit: str) -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment]
    read.read_string((SHIPPED_UNITS / unit).read_text())
    assert read["Unit"]["Description"].startswith("Doorstroom: ")
    if unit.endswith(".timer"):
        assert (SHIPPED_UNITS / unit.replace(".timer", ".service")).exists()
        assert "OnCalendar" in read["Timer"]
        return
    program, *words = shlex.split(read["Service"]["ExecStart"])
    assert Path(program).name == "desk"
    command: click.Command = tree
    ctx = click.Context(tree, info_name="desk")
    while words and isinstance(command, click.Group):
        found_command = command.get_command(ctx, words.pop(0))
        assert found_command is not None
        command = found_command
    known = {flag for param in command.params for flag in param.opts}
    assert {word for word in words if word.startswith("--")} <= known
    assert read["Service"]["NoNewPrivileges"] == "yes"
    assert read["Service"]["User"] == "desk"


def test_the_page_for_whoever_keeps_the_host_names_what_the_doctor_asks_for() -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    for _name, (_right, line) in doctor._SSHD.items():
        assert line in page
    for unit in (*doctor.UNITS, doctor.REPLICA_UNIT, doctor.REGION_UNIT):
        assert unit in page
    assert "desk doctor" in page


def test_what_the_page_says_of_sshd_is_what_sshd_takes_and_what_the_doctor_wants(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    (block,) = [part for part in page.split("```") if "Match User desk" in part]
    key = tmp_path / "host_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    config = tmp_path / "sshd_config"
    config.write_text(f"HostKey {key}\n{block}")
    sshd.make_separation()
    words = [sshd.SSHD, "-T", "-f", str(config), "-C", "user=desk,host=laptop,addr=192.0.2.7"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert states(list(doctor._sshd(host(ran.stdout), "desk"))) == {GOOD}


def test_of_a_desk_that_joined_a_region_it_says_whether_the_region_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = tmp_path / "units"
    units.mkdir()
    monkeypatch.setattr(doctor, "_UNIT_FOLDERS", (units,))
    (tmp_path / "site").mkdir()
    with new_store(tmp_path / "site", locations=False) as desk:
        assert found(desk, "region") == []
        joined(desk)
        assert [one.text[:30] for one in found(desk, "region") if one.state == BAD] == [
            "The unit desk-region.service i",
            "The password for the region is",
        ]
        (units / doctor.REGION_UNIT).touch()
        passfile(desk.path).touch(mode=0o600)
        assert "does not run" in found(desk, "region")[0].text
        runs = {"systemctl": "enabled\n"}
        assert "does not run" in found(desk, "region", host(**runs))[0].text

        def answers(words: Sequence[str]) -> str | None:
            return {"is-enabled": "enabled\n", "is-active": "active\n"}.get(words[1])

        assert states(found(desk, "region", answers)) == {GOOD}
        link = link_of(desk.db)
        assert link is not None
        not_reached(desk.aside, link, desk.clock(), "The region cannot be reached: no route.")
        (one,) = found(desk, "region", answers)
        assert one.state == BAD
        assert one.text.startswith("Region unreachable since 02:41, ")
        assert one.text.endswith("The region cannot be reached: no route.")


def joined(desk: Desk) -> None:
    """Joined a region, as far as the store goes."""
    link = RegionLink(
        region="Twente",
        region_uid="uid",
        desk="Oldenzaal",
        address="host=region.example",
        joined_at=desk.clock(),
        joined_by="Anna",
    )
    with desk.journal.action("region join", {"region": "Twente"}):
        insert(desk.db, link)
