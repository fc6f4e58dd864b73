"""What a nation cannot be is said in a sentence, before anything waits for ever."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from desk.refusals import Refused
from storage.nation import lines
from storage.region import joining
from tests.cli import Night
from tests.nations import Nation, let_in, new_nation
from tests.regions import Region, new_region


@pytest.fixture
def twente() -> Iterator[Region]:
    with new_region("Twente") as region:
        yield region


@pytest.fixture
def nation(twente: Region) -> Iterator[Nation]:
    with new_nation(twente) as nation:
        yield nation


def test_what_cannot_be_is_a_sentence(nation: Nation, twente: Region, tmp_path: Path) -> None:
    address, password = let_in(twente)
    bare = Night(tmp_path)

    def refused(*words: Any) -> str:
        ran = bare.run("nation", *words)
        assert (ran.exit, ran.out) == (1, "")
        return ran.sentence

    assert "is no nation yet" in refused("status", twente.keeper)
    assert "At this address is a region." in refused("init", twente.keeper)
    assert "At this address is the nation." in bare.run("region", "init", nation.keeper).sentence
    assert "The region cannot be read: " in refused("add", nation.keeper, f"{address} password=wrong")
    assert "no region called Drenthe" in refused("remove", nation.keeper, "Drenthe")
    assert "needs a terminal" in refused("watch", nation.keeper)
    assert "The nation cannot be reached: " in refused("show", "host=/tmp/none dbname=nation")
    assert "does not take this name" in refused("show", nation.reader().replace("secret", "guess"))
    # another nation, while this one reads
    lines.add(nation.keeper, address, password)
    with new_nation(twente) as another, pytest.raises(Refused, match="Another nation reads Twente"):
        lines.add(another.keeper, address, password)
    assert nation.state("Twente") == ("following", False)


def test_a_nation_and_a_region_on_one_server_would_wait_for_each_other(nation: Nation) -> None:
    with psycopg.connect(nation.server.owner(), autocommit=True) as conn:
        conn.execute("CREATE DATABASE beside")
        beside = nation.server.owner("beside")
        try:
            joining.init(beside, name="Twente")
            with pytest.raises(Refused, match="wal_level is replica"):
                joining.init(beside, nation=True)
            with pytest.raises(Refused, match="cannot be on one server"):
                lines.add(nation.keeper, beside)
        finally:
            conn.execute("DROP DATABASE beside WITH (FORCE)")


def test_a_region_too_many_for_the_nations_server_is_refused_and_not_left_waiting(
    nation: Nation, twente: Region
) -> None:
    nation.do(
        "INSERT INTO doorstroom.line (region, name, subscription, address)"
        " SELECT n::text, n::text, n::text, '' FROM generate_series(1, 24) n"
    )
    address, password = let_in(twente)
    with pytest.raises(Refused, match="for 25 regions: max_logical_replication_workers = 30"):
        lines.add(nation.keeper, address, password)
