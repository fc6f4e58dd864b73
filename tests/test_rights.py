"""Roles bind whoever comes through a key, in the store's own actions: no command and no screen has to remember them."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from desk import evacuation, rights
from desk.actions import VERBS
from desk.refusals import NotFound, Refused
from desk.rights import COORDINATOR, MUNICIPALITY, OPERATOR, OWNER, PAPER, ROLES, VIEWER, Seat
from screens.cli.call import Call
from screens.cli.grammar import run
from screens.cli.tree import tree
from storage.store import Desk
from tests.store import BY_DAY, FAMILIES, asked, bus_coming, dump, household, in_bed, new_store, underway
from tests.test_operators import PROGRAM, a_key

COORDINATORS = {
    *("settings", "init", "target", "location add", "location edit", "location period", "location period remove"),
    *("municipality pool", "import locations", "import municipalities", "import rooms", "import forecast"),
    *("forecast set", "forecast remove", "room remove", "operator add", "operator role", "operator remove"),
    *("operator write", "erase", "repair", "region join", "region leave"),
}
MUNICIPALITIES = {"placement agree", "placement confirm", "placement decline", "location report"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def as_role(desk: Desk, role: str, name: str = "Vera") -> Desk:
    """Somebody who came through a key with that role."""
    number = sum(map(ord, name)) % 250 + 1
    where = desk.capacity.meant("Hengelo") if role == MUNICIPALITY else None
    file = desk.path.parent / "keys"
    desk.operators.add(name, role, a_key(number), PROGRAM, municipality=where, authorized=file)
    return Desk(desk.path, name, desk.clock, through_key=True)


# --- what may be done -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_action_is_open_to_those_who_must_take_it_and_to_nobody_else(verb: str) -> None:
    may = {role for role in ROLES if not refused(Seat(role, 1), verb)}
    wanted = {COORDINATOR}
    if verb not in COORDINATORS:
        wanted.add(OPERATOR)
    if verb in MUNICIPALITIES:
        wanted.add(MUNICIPALITY)
    assert may == wanted
    assert not refused(OWNER, verb)


def refused(seat: Seat, verb: str) -> bool:
    try:
        rights.check(seat, verb)
    except Refused:
        return True
    return False


def test_the_store_itself_refuses_a_viewer_and_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    with as_role(desk, VIEWER) as vera:
        before = dump(desk)
        steps: list[Callable[[], object]] = [
            lambda: vera.households.out(ref, members=(1,), to="hospital"),
            lambda: vera.logbook.add("note", "hello"),
            lambda: vera.set("site", "X"),
            vera.undo,
            vera.rollcalls.start,
        ]
        for verb in steps:
            with pytest.raises(Refused, match="You may look and change nothing"):
                verb()
        assert dump(desk) == before
        # the control: without the check in the action the same call writes
        monkeypatch.setattr("desk.rights.check", lambda _seat, _verb: None)
        vera.logbook.add("note", "hello")
        assert dump(desk) != before


def test_an_operator_works_the_night_and_leaves_settings_to_a_coordinator(desk: Desk) -> None:
    with as_role(desk, OPERATOR, "Piet") as piet, as_role(desk, COORDINATOR, "Coby") as coby:
        in_bed(piet, "Petrenko", 4)
        with pytest.raises(Refused, match="for a coordinator"):
            piet.set("site", "X")
        with pytest.raises(Refused, match="for a coordinator"):
            piet.operators.add("Els", VIEWER, a_key(9), PROGRAM, authorized=desk.path.parent / "keys")
        coby.set("site", "X")
        assert desk.settings.site == "X"


def test_a_role_that_is_taken_away_counts_at_the_next_step(desk: Desk) -> None:
    with as_role(desk, OPERATOR, "Piet") as piet:
        piet.logbook.add("note", "one")
        desk.operators.role("Piet", VIEWER, PROGRAM, authorized=desk.path.parent / "keys")
        with pytest.raises(Refused, match="You may look"):
            piet.logbook.add("note", "two")
        desk.operators.remove("Piet", PROGRAM, authorized=desk.path.parent / "keys")
        with pytest.raises(Refused, match="Piet is not let in any more"):
            piet.logbook.add("note", "three")
        with pytest.raises(Refused, match="Piet is not let in any more"):
            piet.night()
    assert [line.text for line in desk.logbook.lines()] == ["one"]


def test_only_a_coordinator_takes_back_what_another_did(desk: Desk) -> None:
    with as_role(desk, OPERATOR, "Piet") as piet, as_role(desk, COORDINATOR, "Coby") as coby:
        ref = household(piet, "Petrenko", 4)
        with as_role(desk, OPERATOR, "Els") as els, pytest.raises(Refused, match="Only a coordinator undoes"):
            els.undo("Piet")
        coby.undo("Piet")
        with pytest.raises(NotFound):
            desk.households.get(ref)
        with pytest.raises(Refused, match="Piet has nothing to undo"):
            coby.undo("Piet")
    assert desk.check() == []


def test_who_was_made_an_operator_cannot_undo_what_they_did_as_coordinator(desk: Desk) -> None:
    with as_role(desk, COORDINATOR, "Coby") as coby:
        coby.set("site", "X")
        desk.operators.role("Coby", OPERATOR, PROGRAM, authorized=desk.path.parent / "keys")
        with pytest.raises(Refused, match="for a coordinator"):
            coby.undo()


def test_a_key_says_who_acts_and_nobody_else_can(desk: Desk) -> None:
    with as_role(desk, OPERATOR, "Piet") as piet, pytest.raises(Refused, match="Your key says who you are: Piet"):
        piet.sign_on("Anna")


# --- what is seen -----------------------------------------------------------------------------


def test_a_viewer_sees_no_needs_and_no_notes_and_still_who_needs_help_on_the_stairs(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4, needs=("wheelchair", "pregnant", "diet_allergy"), note="asks for the doctor")
    bus_coming(desk, note="the driver is ill")
    placement = asked(desk, ref)
    desk.placements.decline(placement, "full", "they were rude")
    with as_role(desk, VIEWER) as vera:
        night = vera.night()
        assert {h.needs + h.note for h in night.households} == {""}
        assert {bus.note for bus in night.buses} == {""}
        (line,) = [one for one in evacuation.inside(night).lines if one.household.ref]
        assert line.help_codes == ("wheelchair",)
        for words in (["show", ref], ["list", "households"], ["list", "buses"], ["list", "placements", "--all"]):
            said = ran(vera, words)
            for word in ("pregnant", "diet", "asks for the doctor", "driver is ill", "rude"):
                assert word not in said, words
    assert "pregnant" in ran(desk, ["show", ref])


def test_a_municipality_sees_and_confirms_its_own_placements_only(desk: Desk) -> None:
    ours, theirs = in_bed(desk, "Petrenko", 4, phone="0600-1"), in_bed(desk, "Koval", 2)
    bus_coming(desk)
    placement, other = underway(desk, ours, BY_DAY), underway(desk, theirs, FAMILIES)
    with as_role(desk, MUNICIPALITY, "Henk") as henk:
        night = henk.night()
        assert [h.name for h in night.households] == ["Petrenko"]
        assert [p.ref for p in night.placements] == [placement]
        assert {loc.name for loc in night.locations} == {BY_DAY}
        assert (night.buses, night.rooms, night.beds, night.log, night.on_duty) == ((), (), (), (), ())
        for kept in (lambda: henk.placements.get(other), lambda: henk.households.get(theirs)):
            with pytest.raises(NotFound):
                kept()
        with pytest.raises(NotFound):
            henk.placements.confirm(other, "Henk")
        with pytest.raises(NotFound):
            henk.capacity.report(FAMILIES, 3)
        henk.placements.confirm(placement, "Henk")
        henk.capacity.report(BY_DAY, 7)
        with pytest.raises(Refused, match="its own placements"):
            henk.placements.ask(ours, BY_DAY)
    assert desk.placements.get(placement).state == "arrived"


# --- commands ---------------------------------------------------------------------------------


def ran(desk: Desk, words: list[str]) -> str:
    """What a command says on the desk that is open, whether it is done or refused."""
    out, err = io.StringIO(), io.StringIO()
    run(tree, Call(desk.path, desk.operator, out, err, desk_given=desk), [*words, "--json"])
    return out.getvalue() + err.getvalue()


def leaves(group: click.Group, ctx: click.Context, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the tree, by its words."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, click.Context(command, info_name=name, parent=ctx), (*path, name))
        else:
            yield *path, name


EVERY = tuple(leaves(tree, click.Context(tree, info_name="desk")))
GUESSES = ["B-0407-1", "H-0407-1", "H-0407-2", "1", "1-1", "Sporthal Noord", "2", "Anna", "04:00", "note", "hello"]


def command_of(path: tuple[str, ...]) -> click.Command:
    command: click.Command = tree
    ctx = click.Context(tree, info_name="desk")
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(ctx, name)
        assert found is not None
        command = found
    return command


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_no_command_of_a_viewer_changes_anything(path: tuple[str, ...], tmp_path: Path) -> None:
    with new_store(tmp_path, locations=False) as desk:
        in_bed(desk, "Petrenko", 2)
        in_bed(desk, "Koval", 2)
        bus_coming(desk)
        command = command_of(path)
        required = [
            word
            for param in command.params
            if isinstance(param, click.Option) and param.required
            for word in (param.opts[0], "2")
        ]
        with as_role(desk, VIEWER) as vera:
            before = dump(desk, "opened")
            files = sorted(one.name for one in tmp_path.iterdir())
            for guess in GUESSES:
                ran(vera, [*path, guess, *required])
                ran(vera, [*path, guess, "2", *required])
            ran(vera, [*path, *required])
            assert dump(desk, "opened") == before
            made = {one.name for one in tmp_path.iterdir()} - set(files)
            assert {name for name in made if not name.startswith("desk.db")} <= {"paper", "slips"}, "it made a file"


@pytest.mark.parametrize("role", [MUNICIPALITY, PAPER])
def test_these_roles_have_few_commands(role: str) -> None:
    may = {" ".join(path) for path in EVERY if not refused_command(Seat(role, 1), " ".join(path))}
    own = {"list", "show", "phones", "placement agree", "placement confirm", "placement decline", "location report"}
    own |= {"operator pin", "language", "theme"}
    assert may == (own if role == MUNICIPALITY else set())


def refused_command(seat: Seat, path: str) -> bool:
    try:
        rights.check_command(seat, path)
    except Refused:
        return True
    return False


@pytest.mark.parametrize("role", [OPERATOR, COORDINATOR])
@pytest.mark.parametrize(
    "path",
    ["init", "demo", "drill", "simulate", "sign on", "region init", "region join", "region push", "nation add"],
)
def test_what_is_the_hosts_is_not_for_a_key(role: str, path: str) -> None:
    assert refused_command(Seat(role), path)
    assert not refused_command(OWNER, path)


def test_through_a_key_no_file_of_the_host_is_read_or_written(desk: Desk, tmp_path: Path) -> None:
    bus = bus_coming(desk)
    target = tmp_path / "authorized_keys"
    with as_role(desk, COORDINATOR, "Coby") as coby:
        for words in (
            ["report", "situation", "--output", str(target)],
            ["bus", "import", bus, "/etc/passwd"],
            ["import", "locations", "/etc/passwd"],
            ["operator", "add", "Els", "--role", "viewer", "--key", "/etc/passwd"],
            ["operator", "remove", "Coby", "--authorized-keys", str(target)],
        ):
            assert "Through a key no file of the host" in ran(coby, words), words
    assert not target.exists()


# --- the access log ---------------------------------------------------------------------------


def test_who_opened_whose_needs_is_written_down_and_cannot_be_changed(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4, needs=("pregnant",))
    with as_role(desk, OPERATOR, "Piet") as piet:
        before = desk.journal.version()
        ran(piet, ["show", ref])
        ran(piet, ["show", ref])
        ran(piet, ["list", "households"])
        assert desk.journal.version() == before
    assert [(one.operator, one.what, one.ref) for one in desk.access.lines()] == [
        ("Piet", "list", ""),
        ("Piet", "needs", ref),
    ]
    with pytest.raises(Exception, match="append-only"):
        desk.db.execute("UPDATE opened SET operator = 'Anna'")
