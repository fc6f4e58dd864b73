"""Who is let in by a key: names, key files, the lines of `authorized_keys`, and that nothing in them can inject."""

import base64
import os
import shlex
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk import operators as rules
from desk.operators import Operator
from desk.refusals import Refused
from desk.rights import PAPER
from storage.store import Desk
from tests.cli import Night
from tests.store import new_store

PROGRAM = ["/opt/desk/bin/python", "-I", "-m", "screens.start"]


def a_key(number: int = 1, kind: str = "ssh-ed25519") -> str:
    """A public key that is whole, of an invented body."""
    parts = (kind.encode(), bytes([number] * 32))
    raw = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{kind} {base64.b64encode(raw).decode()}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Anna", "Anna O'Brien", "Олена", "Jean-Luc", "Dr. No", "balie 2", "Ünal"])
def test_a_name_of_letters_is_taken_as_it_is(name: str) -> None:
    assert rules.checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "Anna ", "-Anna", "--as", "'Anna", ".ssh", 'An"na', "An\nna", "Anna\r", "An\x00na", "An\x1bna"),
        *("An$na", "An`na", "An;na", "An&na", "An|na", "An\\na", "An/na", "An,na", "An=na", "An#na", "An%na", "An!na"),
        *("An\u202ena", "An\u200bna", "An\u2028na", "x" * 41),
    ],
)
def test_a_name_that_a_line_a_shell_or_an_option_could_take_for_more_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="cannot be an operator's name"):
        rules.checked_name(name)


# --- key files --------------------------------------------------------------------------------


def test_the_key_of_a_pub_file_is_taken_without_its_comment() -> None:
    assert rules.public_key(f"{a_key()} anna@laptop\n") == a_key()
    assert rules.public_key(f"# mine\n\n{a_key()}\n") == a_key()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds 0 keys"),
        ("# nothing\n\n", "holds 0 keys"),
        (f"{a_key(1)}\n{a_key(2)}\n", "holds 2 keys"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n", "a private key"),
        ("hello", "not a public key"),
        ("ssh-ed25519", "not a public key"),
        ("ssh-ed25519 AAAA", "not a public key"),
        ("ssh-ed25519 !!!!", "not a public key"),
        ("ssh-dss " + a_key(1, "ssh-dss").split()[1], "not a public key"),
        ("ssh-rsa " + a_key().split()[1], "not a public key"),
        (f'command="sh",restrict {a_key()}', "not a public key"),
        (f"cert-authority {a_key()}", "not a public key"),
    ],
)
def test_a_file_with_two_keys_none_or_something_else_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        rules.public_key(text)


@given(st.text(max_size=200))
def test_whatever_a_key_file_holds_is_one_key_or_refused(text: str) -> None:
    try:
        key = rules.public_key(text)
    except Refused:
        return
    assert key.count(" ") == 1
    assert "\n" not in key


def test_an_rsa_key_that_is_too_short_is_refused() -> None:
    def rsa(bits: int) -> str:
        number = (1 << (bits - 1)) + 1
        parts = (b"ssh-rsa", b"\x01\x00\x01", b"\x00" + number.to_bytes(bits // 8, "big"))
        raw = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return f"ssh-rsa {base64.b64encode(raw).decode()}"

    assert rules.public_key(rsa(3072)) == rsa(3072)
    with pytest.raises(Refused, match="not a public key"):
        rules.public_key(rsa(1024))


# --- the line ---------------------------------------------------------------------------------


def sshd_reads(line: str) -> tuple[str, list[str]]:
    """The forced command and the other options, as sshd reads them: quotes are ended by an unescaped quote only."""
    assert line.startswith('command="')
    command, at = "", len('command="')
    while line[at] != '"':
        if line[at] == "\\" and line[at + 1] == '"':
            at += 1
        command += line[at]
        at += 1
    rest = line[at + 1 :]
    options, _space, _key = rest.partition(" ")
    return command, options.strip(",").split(",")


names = st.text(alphabet=string.ascii_letters + string.digits + " -.'’éßЖї", min_size=1, max_size=40)


@given(names, st.sampled_from(["viewer", "operator", "paper"]))
def test_whatever_the_name_the_line_is_one_command_of_the_desk_as_that_operator(name: str, role: str) -> None:
    try:
        who = rules.checked_name(name)
    except Refused:
        assume(False)
    operator = Operator(name=who, role=role, key=a_key())
    line = rules.line(operator, PROGRAM, "/srv/de sk's/desk.db")
    assert "\n" not in line
    command, options = sshd_reads(line)
    assert shlex.split(command) == [*PROGRAM, "--store", "/srv/de sk's/desk.db", "--as", who, "door"]
    assert options == (["restrict"] if role == PAPER else ["restrict", "pty"])
    assert line.endswith(f" {a_key()} doorstroom")


def test_without_the_check_of_the_name_a_line_could_be_added() -> None:
    """The control: what the check keeps out would end the line."""
    wrong = Operator(name="Anna\nssh-ed25519 AAAA", role="operator", key=a_key())
    assert "\n" in rules.line(wrong, PROGRAM, "/srv/desk.db")


@pytest.mark.parametrize("store", ["/srv/a\nb.db", "/srv/a\\b.db", "/srv/a\x7fb.db"])
def test_a_path_that_a_line_cannot_hold_is_refused(store: str) -> None:
    with pytest.raises(Refused, match="cannot hold"):
        rules.line(Operator(name="Anna", role="operator", key=a_key()), PROGRAM, store)


# --- the block --------------------------------------------------------------------------------

STORE = "/srv/desk.db"
OTHER = f"ssh-ed25519 {base64.b64encode(b'another key of the account').decode()} admin"


def test_other_lines_of_the_file_stay_to_the_letter() -> None:
    before = f"# mine\n{OTHER}\n\n  # two\n"
    once = rules.with_block(before, STORE, ["line one"], "keys")
    assert once.startswith(before)
    twice = rules.with_block(once, STORE, ["line one", "line two"], "keys")
    assert twice.startswith(before)
    assert twice.count("line one") == 1
    assert rules.with_block(twice, STORE, [], "keys").startswith(before)


def test_two_stores_have_a_block_each() -> None:
    both = rules.with_block(rules.with_block("", STORE, ["a"], "keys"), "/srv/two.db", ["b"], "keys")
    assert rules.with_block(both, STORE, ["c"], "keys").splitlines()[1::3] == ["c", "b"]


@pytest.mark.parametrize(
    "broken",
    [
        f"# desk {STORE}: kept by `desk operator`, do not edit\nx\n",
        f"x\n# desk {STORE}: end\n",
        f"# desk {STORE}: end\n# desk {STORE}: kept by `desk operator`, do not edit\n",
    ],
)
def test_a_broken_block_is_refused_and_not_guessed_at(broken: str) -> None:
    with pytest.raises(Refused, match="are broken"):
        rules.with_block(broken, STORE, ["a"], "keys")


def test_a_key_that_opens_a_shell_elsewhere_in_the_file_is_refused() -> None:
    line = rules.line(Operator(name="Anna", role="operator", key=a_key()), PROGRAM, STORE)
    for other in (f"{a_key()} admin", f"  {a_key()}", f'from="10.0.0.0/8" {a_key()} admin'):
        with pytest.raises(Refused, match="has this key already"):
            rules.with_block(f"{OTHER}\n{other}\n", STORE, [line], "keys")
    rules.with_block(f"# {a_key()}\n{OTHER}\n", STORE, [line], "keys")


# --- the command ------------------------------------------------------------------------------


def let_in(night: Night, name: str, role: str = "operator", number: int = 1, *more: str) -> tuple[Path, Path]:
    """Somebody let in; gives the key file and the file of keys."""
    key, keys = night.store.parent / f"{number}.pub", night.store.parent / "authorized_keys"
    key.write_text(a_key(number) + "\n")
    night.do("operator", "add", name, "--role", role, "--key", key, "--authorized-keys", keys, *more)
    return key, keys


def test_the_file_is_made_for_its_own_account_and_follows_the_store(night: Night) -> None:
    _key, keys = let_in(night, "Anna")
    assert keys.stat().st_mode & 0o777 == 0o600
    let_in(night, "Piet", "viewer", 2)
    assert sum("screens.start" in line for line in keys.read_text().splitlines()) == 2
    night.do("operator", "remove", "Anna", "--authorized-keys", keys)
    assert [a_key(n) in keys.read_text() for n in (1, 2)] == [False, True]
    assert [(one["name"], one["role"]) for one in night.do("operator", "list")] == [("Piet", "viewer")]
    with Desk(night.store) as desk:
        assert desk.check() == []


def test_one_name_one_key_one_municipality(night: Night) -> None:
    key, keys = let_in(night, "Anna")
    add = ("operator", "add")
    end = ("--authorized-keys", keys)
    assert "is let in already" in night.refused(*add, "anna", "--role", "viewer", "--key", key, *end)
    assert "That key is Anna's" in night.refused(*add, "Piet", "--role", "viewer", "--key", key, *end)
    assert "Which municipality" in night.refused(*add, "Henk", "--role", "municipality", "--key", key, *end)
    assert "'boss' is not one of" in night.refused(*add, "Henk", "--role", "boss", "--key", key, *end)
    assert "Nobody called Els" in night.refused("operator", "remove", "Els", *end)
    other = night.store.parent / "2.pub"
    other.write_text(a_key(2))
    assert "Only the role municipality" in night.refused(
        *add, "Henk", "--role", "viewer", "--municipality", "Hengelo", "--key", other, *end
    )


def test_who_was_removed_can_be_let_in_again_with_the_same_key(night: Night) -> None:
    _key, keys = let_in(night, "Anna")
    night.do("operator", "remove", "Anna", "--authorized-keys", keys)
    let_in(night, "Anna", "viewer")
    assert a_key(1) in keys.read_text()


def test_another_role_writes_the_line_anew(night: Night) -> None:
    _key, keys = let_in(night, "Anna")
    assert ",pty " in keys.read_text()
    night.do("operator", "role", "Anna", "paper", "--authorized-keys", keys)
    assert ",pty" not in keys.read_text()


def test_a_file_that_cannot_be_written_lets_nobody_in(night: Night, tmp_path: Path) -> None:
    key = tmp_path / "1.pub"
    key.write_text(a_key())
    (tmp_path / "folder").mkdir()
    words = ("operator", "add", "Anna", "--role", "viewer", "--key", key)
    assert "cannot be written" in night.refused(*words, "--authorized-keys", tmp_path / "folder")
    assert "cannot be written" in night.refused(*words, "--authorized-keys", tmp_path / "no" / "such" / "file")
    assert night.do("operator", "list") == []


def test_a_file_that_is_a_link_stays_a_link_and_is_never_writable_for_others(night: Night, tmp_path: Path) -> None:
    real, key = tmp_path / "real", tmp_path / "1.pub"
    real.write_text(f"{OTHER}\n")
    os.chmod(real, 0o666)
    (tmp_path / "keys").symlink_to(real)
    key.write_text(a_key())
    night.do("operator", "add", "Anna", "--role", "viewer", "--key", key, "--authorized-keys", tmp_path / "keys")
    assert (tmp_path / "keys").is_symlink()
    assert real.read_text().startswith(f"{OTHER}\n")
    assert real.stat().st_mode & 0o022 == 0


def test_that_somebody_was_let_in_is_not_undone_by_u(night: Night) -> None:
    ref = night.do("household", "register", "--name", "Petrenko", "--people", 2)["ref"]
    let_in(night, "Piet")
    night.do("undo")
    assert [one["name"] for one in night.do("operator", "list")] == ["Piet"]
    assert "There is no household" in night.refused("show", ref)


def test_the_account_that_owns_the_store_is_bound_by_no_role(desk: Desk) -> None:
    assert desk.journal.seat.coordinates
    assert Desk(desk.path, "whoever").journal.seat.coordinates
