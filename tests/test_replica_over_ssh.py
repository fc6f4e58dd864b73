"""A replica on another machine, over a real SSH server, with an account that may nothing but hand files over."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replicas import NAME, Machine, machine
from tests.sshd import Host
from tests.test_replica_forgets import lived_in


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """The other machine, whose folder is told by every kind of key, as most are."""
    with Host(tmp_path, {"HostKey ": str(_host_key(tmp_path, "ecdsa"))}) as found:
        yield found


def _host_key(folder: Path, kind: str) -> Path:
    file = folder / f"host_{kind}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(file)], check=True)
    return file


@pytest.fixture
def first(tmp_path: Path, host: Host) -> Iterator[Machine]:
    """A machine whose replica is to lie on the other one."""
    key = host.key("replica")
    host.allow(key, 'command="internal-sftp -u 0077",restrict')
    with machine(tmp_path / "first") as found:
        found.made(beds=20)
        found.do("settings", "replica", target(host, tmp_path))
        found.do("settings", "replica_key", str(key.file))
        found.do("settings", "replica_host_key", (tmp_path / "host_ecdsa.pub").read_text())
        yield found


def target(host: Host, folder: Path) -> str:
    return f"sftp://{host.user}@127.0.0.1:{host.port}{folder}/target"


def test_over_ssh_a_second_machine_has_what_was_done_and_goes_on(first: Machine, tmp_path: Path) -> None:
    first.follow()
    first.household("Koval", 1)
    first.kept()
    first.dies()
    with machine(tmp_path / "second") as second:
        # the second machine has the folder on a disk of its own
        second.do("replica", "restore", f"file:{tmp_path / 'target'}", "--yes")
        assert second.run("check").exit == 0
        assert [h["name"] for h in second.do("list", "households")] == ["Koval"]
        modes = [file.stat().st_mode & 0o077 for file in (tmp_path / "target").rglob("*")]
        assert modes
        assert set(modes) == {0}, "nobody else of that machine can read it"


@pytest.mark.long
def test_over_ssh_what_is_forgotten_is_forgotten_there(first: Machine, tmp_path: Path) -> None:
    lived_in(first)
    first.follow()
    first.household("Koval", 1)
    first.kept()
    (before,) = os.listdir(tmp_path / "target")
    done = first.do("erase", "--yes")
    assert (done["households"], done["warnings"]) == (1, [])
    (after,) = os.listdir(tmp_path / "target")
    assert after != before
    assert first.do("replica", "check")["actions"] == first.last_action()
    first.dies()
    with machine(tmp_path / "second") as second:
        second.do("replica", "restore", f"file:{tmp_path / 'target'}", "--yes")
        assert NAME not in str(second.do("list", "households", "--all"))
        # it goes on without one: what it came from is deleted by the run that forgets
        second.do("settings", "replica", "")
        assert second.do("erase", "--yes")["warnings"] == []
        assert os.listdir(tmp_path / "target") == []


def test_over_ssh_another_machine_under_that_address_is_given_nothing(first: Machine, tmp_path: Path) -> None:
    wrong = _host_key(tmp_path, "ed25519").with_suffix(".pub").read_text()
    first.do("settings", "replica_host_key", wrong)
    assert "cannot be reached: Host key verification failed" in first.refused("replica", "run")
    assert not (tmp_path / "target").exists()
    first.do("settings", "replica_host_key", "")
    assert "desk settings replica_host_key" in first.refused("replica", "run")
    first.do("settings", "replica_key", str(tmp_path / "nothing"))
    assert "There is no key" in first.refused("replica", "run")


def test_over_ssh_the_key_that_litestream_asks_for_is_named(first: Machine, host: Host) -> None:
    """Of a machine with several keys 0.5.17 asks for the ECDSA one, whatever is known of it."""
    first.do("settings", "replica_host_key", (host.folder / "host_key.pub").read_text())
    assert "ssh-keyscan -t ecdsa" in first.refused("replica", "run")


@pytest.mark.long
def test_over_ssh_a_line_that_was_gone_is_caught_up_with(first: Machine, host: Host, tmp_path: Path) -> None:
    first.follow()
    host.stop()
    for number in range(3):
        first.household(f"Koval{number}", 1)
    assert first.run("replica", "status", "--json").json["behind"] == 3
    host.start()
    first.kept()
    assert first.do("replica", "check")["actions"] == first.last_action()
