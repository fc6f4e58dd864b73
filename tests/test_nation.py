"""The nation reads its regions: the same totals as the desks say, nothing else, and it catches up."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from desk.refusals import Refused
from storage.nation import lines, reading, server
from storage.region import joining, published, schema
from tests.cli import ROOT, Night
from tests.nations import Nation, let_in, new_nation
from tests.regions import Region, new_region, until

SENT = (
    "INSERT INTO doorstroom.diverted (uid, sender, ref, people, state, because)"
    " SELECT 'sent', id, 'B-220407-1', %s, 'refused', 'gone' FROM doorstroom.desk"
)
SHARE = "INSERT INTO doorstroom.location (name, municipality, capacity) VALUES (%s, %s, %s)"


@pytest.fixture
def twente() -> Iterator[Region]:
    with new_region("Twente") as region:
        yield region


@pytest.fixture
def nation(twente: Region) -> Iterator[Nation]:
    """A nation that reads nothing yet; what a test adds goes with it."""
    with new_nation(twente) as nation:
        yield nation


@pytest.fixture
def salland(nation: Nation) -> Iterator[Region]:
    with new_region("Salland") as region:
        yield region
        if nation.rows("SELECT 1 FROM doorstroom.line WHERE name = 'Salland'"):
            lines.remove(nation.keeper, "Salland")


def said_by(desks: list[Night]) -> dict[str, int]:
    """What the desks themselves say of tonight, added up."""
    told = [desk.now() for desk in desks]
    buses = [bus for desk in desks for bus in desk.do("list", "buses")]
    return {
        "realised": sum(one["beds"]["realised"] for one in told),
        "free": sum(one["beds"]["free"] for one in told),
        "inside": sum(one["people"]["inside"] for one in told),
        "without_bed": sum(one["people"]["without_bed"] for one in told),
        "unregistered": sum(one["people"]["unregistered"] for one in told),
        "buses": len(buses),
        "coming": sum(bus["announced"] for bus in buses),
    }


def totals(nation: Nation) -> dict[str, int]:
    found = reading.read(nation.keeper).totals
    return {
        name: getattr(found, name)
        for name in ("realised", "free", "inside", "without_bed", "unregistered", "buses", "coming")
    }


def push(*desks: Night) -> None:
    for desk in desks:
        desk.do("region", "push")


# --- the same totals --------------------------------------------------------------------------


def test_two_regions_show_the_same_totals_as_their_desks(
    nation: Nation, twente: Region, salland: Region, tmp_path: Path
) -> None:
    desks = [
        twente.desk("Oldenzaal", tmp_path / "a", beds=20),
        twente.desk("Almelo", tmp_path / "b", beds=24),
        salland.desk("Deventer", tmp_path / "c", beds=12),
    ]
    desks[0].bus("Utrecht", 48)
    desks[1].in_bed("Petrenko", 3)
    push(*desks)
    for region in (twente, salland):
        region.do(SHARE, "Sporthal", "Losser", 40)
        nation.reads(region)
    assert totals(nation) == said_by(desks)
    # and from there on
    desks[2].bus("Zwolle", 31)
    desks[2].household("Bondar", 4)
    desks[0].in_bed("Shevchenko", 2)
    push(*desks)
    until(lambda: totals(nation) == said_by(desks))
    found = reading.read(nation.reader())
    assert [(one.region, one.desks, one.inside) for one in found.regions] == [("Salland", 1, 4), ("Twente", 2, 5)]
    assert (found.totals.places, found.totals.to_find, found.totals.old) == (80, desks_short(desks), 0)
    assert found.halted == ()


def desks_short(desks: list[Night]) -> int:
    return sum(bus["short"] for desk in desks for bus in desk.do("list", "buses"))


def test_rows_of_two_regions_that_have_the_same_keys_lie_beside_each_other(
    nation: Nation, twente: Region, salland: Region, tmp_path: Path
) -> None:
    for number, region in enumerate((twente, salland)):
        push(region.desk("Noord", tmp_path / str(number), beds=10 + number))
        region.do(SHARE, "Sporthal", "Losser", 40 + number)
        region.do(SENT, 10 + number)
        nation.reads(region)
    assert nation.rows("SELECT region, desk, beds_realised FROM doorstroom_read.desk ORDER BY region") == [
        ("Salland", "Noord", 11),
        ("Twente", "Noord", 10),
    ]
    assert nation.rows("SELECT region, capacity FROM doorstroom_read.location ORDER BY region") == [
        ("Salland", 41),
        ("Twente", 40),
    ]
    assert nation.rows("SELECT region, sender, receiver, people FROM doorstroom_read.diverted ORDER BY region") == [
        ("Salland", "Noord", None, 11),
        ("Twente", "Noord", None, 10),
    ]
    lines.remove(nation.keeper, "twente")
    assert nation.rows("SELECT DISTINCT region FROM doorstroom_read.desk") == [("Salland",)]
    assert nation.rows("SELECT count(*) FROM doorstroom.figures") == [(1,)]


def test_a_desk_cannot_write_figures_under_the_name_of_another_region(twente: Region, tmp_path: Path) -> None:
    desk = twente.desk("Oldenzaal", tmp_path)
    push(desk)
    role, password = twente.let_in(desk, "Oldenzaal", "--new-password")
    with psycopg.connect(twente.address(role, password=password), autocommit=True) as conn:
        with pytest.raises(errors.ForeignKeyViolation):
            conn.execute("UPDATE doorstroom.figures SET region = 'another'")
        # the control: without the reference it is written
        twente.do("ALTER TABLE doorstroom.figures DROP CONSTRAINT figures_region_fkey")
        conn.execute("UPDATE doorstroom.figures SET region = 'another'")


def test_a_region_that_is_killed_and_comes_back_is_followed_without_a_gap(
    nation: Nation, twente: Region, tmp_path: Path
) -> None:
    desk = twente.desk("Oldenzaal", tmp_path, beds=20)
    push(desk)
    nation.reads(twente)
    twente.server.kill()
    desk.in_bed("Petrenko", 3)
    assert "cannot be reached" in desk.refused("region", "push")
    until(lambda: nation.state("Twente") == ("stopped", False))
    assert totals(nation)["realised"] == 20, "what was told last stays in the totals"
    twente.server.start()
    push(desk)
    desk.in_bed("Bondar", 2)
    push(desk)
    until(lambda: totals(nation) == said_by([desk]))
    until(lambda: nation.state("Twente") == ("following", False))
    # and the nation's own server
    nation.server.kill()
    desk.in_bed("Koval", 1)
    push(desk)
    nation.server.start()
    until(lambda: totals(nation) == said_by([desk]))


# --- what goes out, and who sees it -----------------------------------------------------------


def test_only_what_is_published_goes_out(nation: Nation, twente: Region, tmp_path: Path) -> None:
    desk = twente.desk("Oldenzaal", tmp_path)
    desk.in_bed("Petrenko", 3)
    push(desk)
    nation.reads(twente)
    out = twente.rows(
        "SELECT tablename, attnames::text[] FROM pg_publication_tables WHERE pubname = %s", published.PUBLICATION
    )
    assert {table: sorted(names) for table, names in out} == {
        table: sorted(columns.split(", ")) for table, columns in published.COLUMNS.items()
    }
    private = {"role", "store_uid", "instance", "composition", "receiver_ref"}
    assert not private & {name for _table, names in out for name in names}
    kept = nation.rows(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'doorstroom'"
    )
    assert not private & {name for _table, name in kept}
    assert "event" not in {table for table, _name in kept}
    ((uid,),) = twente.rows("SELECT store_uid FROM doorstroom.desk")
    everything = nation.rows(
        "SELECT to_jsonb(d)::text FROM doorstroom.desk d UNION ALL SELECT f::text FROM doorstroom.figures f"
    )
    assert everything
    assert not any(uid in text or "doorstroom_" in text or "Petrenko" in text for (text,) in everything)
    address, password = let_in(twente)
    with psycopg.connect(f"{address} password={password}", autocommit=True) as conn:
        rights = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert conn.execute(rights.encode()).fetchone() == (False, False, False, False)
        assert conn.execute("SELECT name FROM doorstroom.desk").fetchall() == [("Oldenzaal",)]
        for denied in ("role FROM doorstroom.desk", "1 FROM doorstroom.event", "1 FROM doorstroom.granted"):
            with pytest.raises(errors.InsufficientPrivilege):
                conn.execute(f"SELECT {denied}".encode())
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("UPDATE doorstroom.desk SET name = 'x'")


def test_the_policy_is_what_lets_the_nation_copy_a_table_with_row_security(
    nation: Nation, twente: Region, tmp_path: Path
) -> None:
    push(twente.desk("Oldenzaal", tmp_path))
    nation.reads(twente)
    assert nation.rows("SELECT count(*) FROM doorstroom_read.desk") == [(1,)]
    # the control: without it nothing is copied
    twente.do("DROP POLICY nation ON doorstroom.desk")
    lines.remove(nation.keeper, "Twente")
    nation.reads(twente)
    assert nation.rows("SELECT count(*) FROM doorstroom_read.desk") == [(0,)]


def test_who_may_read_reads_the_views_and_writes_nothing(nation: Nation, twente: Region, tmp_path: Path) -> None:
    push(twente.desk("Oldenzaal", tmp_path))
    nation.reads(twente)
    page = (ROOT / "docs" / "nation.md").read_text()
    with psycopg.connect(nation.reader(), autocommit=True) as conn:
        views = conn.execute(
            "SELECT table_name FROM information_schema.views WHERE table_schema = 'doorstroom_read'"
        ).fetchall()
        assert {name for (name,) in views} == {"nation", "region", "desk", "bus", "location", "diverted", "line"}
        for (name,) in views:
            assert f"| `{name}` |" in page
            conn.execute(f"SELECT * FROM doorstroom_read.{name}".encode()).fetchall()
        columns = conn.execute(
            "SELECT table_name, string_agg(column_name, ', ' ORDER BY ordinal_position)"
            " FROM information_schema.columns WHERE table_schema = 'doorstroom_read' GROUP BY table_name"
        ).fetchall()
        written = " ".join(page.partition("new ones come last:")[2].split("```")[1].split())
        assert all(f"{name} {of_it}" in written for name, of_it in columns)
        for denied in (
            "SELECT * FROM doorstroom.desk",
            "SELECT subconninfo FROM pg_subscription",
            "INSERT INTO doorstroom_read.nation (name) VALUES ('x')",
            "UPDATE doorstroom_read.nation SET name = 'x'",
            "DELETE FROM doorstroom.figures",
            "CREATE TABLE doorstroom_read.mine (id integer)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                conn.execute(denied.encode())
        assert conn.execute("SELECT state FROM doorstroom_read.line").fetchall() == [("following",)]
    with pytest.raises(Refused, match="may not do that in the nation"):
        lines.remove(nation.reader(), "Twente")


def test_the_password_stands_in_no_log(nation: Nation, twente: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    nation.do(f"ALTER DATABASE {nation.database} SET log_statement = 'all'")
    address, password = let_in(twente)
    lines.add(nation.keeper, address, password)
    lines.add(nation.keeper, address, password)
    assert password not in nation.server.log + twente.server.log
    assert password not in str(nation.rows("SELECT * FROM doorstroom.line"))
    # the control: the server writes down what it is told
    lines.remove(nation.keeper, "Twente")
    monkeypatch.setattr(lines, "_say_no_password", lambda _conn: None)
    lines.add(nation.keeper, address, password)
    assert password in nation.server.log


def test_names_of_a_region_steer_no_terminal(nation: Nation, twente: Region, tmp_path: Path) -> None:
    push(twente.desk("Oldenzaal", tmp_path))
    nation.reads(twente)
    twente.do("UPDATE doorstroom.region SET name = E'Twe\\x1b[2Jn\\u202ete\\n'")
    until(lambda: nation.rows("SELECT region FROM doorstroom_read.region") != [("Twente",)])
    found = reading.read(nation.reader())
    assert [one.region for one in found.regions] == [one.region for one in found.lines] == ["Twente"]
    assert nation.reads(twente).region == lines.remove(nation.keeper, nation.subscription_of(twente)).region == "Twente"
    with pytest.raises(Refused) as no, server.spoken(), psycopg.connect(nation.keeper) as conn:
        conn.execute("DO $$ BEGIN RAISE EXCEPTION E'no\\x1b[2J\\u202e way'; END $$")
    assert str(no.value) == "The nation said: no way."


def test_a_desk_that_tells_nonsense_spoils_nobody_elses_totals(
    nation: Nation, twente: Region, salland: Region, tmp_path: Path
) -> None:
    push(twente.desk("Oldenzaal", tmp_path / "a", beds=20), salland.desk("Deventer", tmp_path / "b", beds=12))
    for region in (twente, salland):
        nation.reads(region)
    told = (
        '{"beds": {"realised": 99999999999, "free": "many"}, "buses": [1, {"ref": "x", "short": -7, "announced": -9}]}'
    )
    for moment in ("infinity", "-infinity", "4000-01-01"):
        twente.do("UPDATE doorstroom.figures SET told = %s::jsonb, received_at = %s", told, moment)
        comes(nation, moment)
        found = reading.read(nation.reader()).totals
        assert (found.realised, found.free, found.coming, found.to_find) == (12, 12, 0, 0)


def comes(nation: Nation, moment: str) -> None:
    """Until the figures of that moment are there."""
    until(lambda: nation.rows("SELECT count(*) FROM doorstroom.figures WHERE received_at = %s", moment) == [(1,)])


# --- older and newer --------------------------------------------------------------------------


def test_a_region_with_a_past_is_renewed_and_read_and_desks_of_before_go_on(
    nation: Nation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = schema.MIGRATIONS
    before = tuple(one for one in everything if one.name in (schema.FIRST, schema.PLACES))
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", before)
        with new_region("Achterhoek") as region:
            desk = region.desk("Winterswijk", tmp_path, beds=16)
            push(desk)
            region.do(SHARE, "Sporthal", "Aalten", 40)
            with pytest.raises(errors.UndefinedTable):
                region.rows("SELECT * FROM doorstroom_read.nation_line")
            older.setattr(schema, "MIGRATIONS", everything)
            with pytest.raises(Refused, match="older than this desk"):
                lines.add(nation.keeper, region.keeper)
            joining.init(region.keeper)
            with pytest.raises(Refused, match="lets no nation in yet"):
                lines.add(nation.keeper, region.keeper)
            address, password = let_in(region)
            lines.add(nation.keeper, address, password)
            assert totals(nation)["realised"] == 16
            older.setattr(schema, "MIGRATIONS", before)  # a desk that knows nothing of it
            desk.in_bed("Petrenko", 3)
            push(desk)
            until(lambda: totals(nation) == said_by([desk]))
            lines.remove(nation.keeper, "Achterhoek")


def test_a_region_that_is_newer_than_its_nation_goes_on_being_read(
    nation: Nation, twente: Region, tmp_path: Path
) -> None:
    desk = twente.desk("Oldenzaal", tmp_path)
    push(desk)
    nation.reads(twente)
    twente.do("ALTER TABLE doorstroom.desk ADD COLUMN later integer NOT NULL DEFAULT 7")
    desk.in_bed("Petrenko", 3)
    push(desk)
    until(lambda: totals(nation) == said_by([desk]))
    # the control: in the publication itself it halts the line, so a publication never changes
    named = ", ".join(
        f"doorstroom.{table} ({columns}{', later' * (table == 'desk')})" for table, columns in published.COLUMNS.items()
    )
    twente.do(f"ALTER PUBLICATION {published.PUBLICATION} SET TABLE {named}")
    push(desk)
    until(lambda: nation.state("Twente") == ("stopped", False))
    nation.a_while_passed()
    until(lambda: nation.state("Twente") == ("stopped", True))
