"""The nation on screen: a row a region, what is not read on top, and numbers that stand whole in every window."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from desk.language import LANGUAGES, speak
from desk.nation import Line, National, RegionFigures, alarm, sentences
from desk.region.regional import Seen
from desk.settings import Settings
from screens.lines import plain
from screens.nation import rows
from screens.region.rows import GUTTER, Look
from tests.cli import CLOCK
from tests.nations import new_nation
from tests.regions import new_region
from tests.terminal import Terminal
from tests.test_region_reading import NOW

THERE = NOW + timedelta(hours=3)
"""The nation's own clock is three hours ahead of who looks."""


def line(region: str, state: str = "following", ago: timedelta = timedelta(0)) -> Line:
    return Line(region=region, uid=region, subscription=f"doorstroom_nation_{region}", state=state,
                halted=state not in {"following", "copying"}, heard_at=THERE - ago)  # fmt: skip


def figures(region: str, ago: int | None = 0, **more: int | bool) -> RegionFigures:
    told_at = THERE - timedelta(minutes=ago) if ago is not None else None
    return RegionFigures(region=region, uid=region, told_at=told_at, **more)  # type: ignore[arg-type]


FULL = National(
    name="Nederland",
    at=THERE,
    regions=(
        figures("Achterhoek", ago=None),
        figures("Salland", ago=127, halted=True, desks=6, realised=1240, free=17, inside=1150, without_bed=12,
                unregistered=1034, buses=3, coming=148, to_find=138),
        figures("Twente", ago=0, desks=12, old=2, realised=960, free=103, inside=837, buses=1, coming=48, places=40,
                places_free=4, places_over=2),
        figures("Veiligheidsregio Noord- en Oost-Gelderland en omstreken", ago=31, desks=1, realised=60, free=60),
    ),
    lines=(line("Achterhoek", "copying"), line("Salland", "stopped", timedelta(minutes=127)), line("Twente"),
           line("Veiligheidsregio Noord- en Oost-Gelderland en omstreken")),
)  # fmt: skip
SEEN = Seen[National]().heard(FULL, NOW)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak("en")


def look(seen: Seen[National] = SEEN) -> Look[National]:
    return Look(seen, NOW, Settings())


DRAWN = """\
 1 region is not read: Salland since 00:34
 Nederland, as of 02:41                               to find for all buses: 138
-- Regions ------- beds  free  inside  no bed  buses  TO FIND  places       told
   Achterhoek         -     -       -       -      -        -       -          -
   Salland        1,240    17   1,150      12      3      138       0   ! 2 h 07
   Twente           960   103     837       0      1        0       4        now
   Veiligheidsr~     60    60       0       0      0        0       0   ! 31 min
   4 regions, 1~  2,260   180   1,987      12      4      138       4  2 old (!)
"""


def test_it_looks_as_it_is_drawn() -> None:
    assert "\n".join(rows.lines(look())) + "\n" == DRAWN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 200])
@pytest.mark.parametrize(
    "seen", [SEEN, SEEN.failed(NOW, "why " * 60), Seen[National](), Seen[National]().failed(NOW, "no")]
)
def test_every_row_stands_in_the_window_with_its_numbers_whole(seen: Seen[National], width: int, language: str) -> None:
    speak(language)
    found = rows.rows(look(seen), width)
    assert [plain(r.line) for r in found if cell_len(plain(r.line)) + (GUTTER if r.key else 0) > width] == []
    if seen.regional is None:
        return
    assert "Salland" in plain(found[0].line), "what is not read stands on top"
    by_key = {row.key: plain(row.line) for row in found if row.key}
    assert len(by_key) == 5
    dutch = language == "nl"
    assert {"17", "138", "!"} <= set(by_key["region Salland"].split())
    if width >= 72:
        assert ("1.150" if dutch else "1,150") in by_key["region Salland"].split()


def test_all_are_in_the_totals_and_the_old_are_counted() -> None:
    total = FULL.totals
    assert (total.regions, total.missing, total.old) == (4, 1, 2)
    assert (total.desks, total.realised, total.inside, total.to_find) == (19, 2260, 1987, 138)
    last = plain(rows.rows(look(), 80)[-1].line)
    assert last.startswith("4 regions, 1")
    assert last.endswith("  2 old (!)")
    later = Look(SEEN, NOW + timedelta(minutes=6), Settings())
    assert plain(rows.rows(later, 80)[-1].line).endswith("  3 old (!)")
    assert rows.hint(look(), "region Salland").startswith("it is not reached")
    assert "2 desks told nothing for a while (!)" in rows.hint(look(), "region Twente")
    assert "2 given out beyond them" in rows.hint(look(), "region Twente")


def test_since_when_is_told_by_the_clock_of_who_looks() -> None:
    assert alarm(FULL, NOW, NOW, Settings()) == "1 region is not read: Salland since 00:34"
    assert alarm(replace(FULL, lines=()), NOW, NOW, Settings()) == ""
    told = list(sentences(FULL, NOW, NOW, Settings()))
    assert told[0].startswith("Salland is NOT READ since 00:34: it is not reached")
    assert told[1:3] == ["Achterhoek, last heard 02:41: it is being copied.", "Twente is read, last heard 02:41."]


def test_a_nation_without_regions_says_what_to_do() -> None:
    assert "desk nation add ADDRESS" in rows.lines(look(SEEN.heard(replace(FULL, regions=(), lines=()), NOW)))[-1]


def test_a_coordinator_of_the_nation_has_the_screen_by_itself_and_sees_a_region_halt(tmp_path: Path) -> None:
    often = "import screens.region.following as it; it.EACH_S = 0.2; from screens import start; start.main()"
    env = {"DESK_STORE": str(tmp_path / "none" / "desk.db"), "DESK_CLOCK": CLOCK, "DESK_LANGUAGE": "en"}
    with new_region("Twente") as region, new_nation(region) as nation:
        region.desk("Almelo", tmp_path, beds=24).do("region", "push")
        nation.reads(region)
        with Terminal([sys.executable, "-c", often, "nation", "watch", nation.reader()], env=env) as t:
            t.wait_for(re.compile(r"> Twente +.*24 +24 +0 .* now"))
            assert t.lines[0].startswith(" Nederland   night of 7 to 8 April   02:4")
            assert t.lines[1] == " NATIONAL PICTURE   inside 0, without a bed 0, beds 24, free 24"
            nation.do(f"ALTER SUBSCRIPTION {nation.subscription('Twente')} DISABLE")
            t.wait_for("1 region is not read: Twente since 02:4")
            t.wait_for(re.compile(r"> Twente .*! now"))
            t.wait_for("1 old (!)")
            t.press("n")
            t.wait_for("Here nothing is changed, only looked at")
            t.press("q", "q")
            assert t.wait_exit() == 0
    assert not (tmp_path / "none").exists()
