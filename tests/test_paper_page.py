"""The evacuation list as pages of A4, in a browser: nothing is cut off or fetched, and the letters are big."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from desk import paper
from screens.paper import rendered
from screens.reports import evacuation
from storage.store import Desk
from tests.on_paper import FAMILIES, FIRE, house
from tests.store import bus_here, household, in_bed, new_store
from tests.test_report_pages import chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium shows the pages"),
]

MM = 96 / 25.4
"""Of a browser's pixels."""
WIDE, HIGH = 186 * MM, 277 * MM
"""What A4 has between the margins of the page."""
MOST_PEOPLE = 40
POINT = 96 / 72
HOSTILE = (
    "<script>document.title=1</script>",
    '"><img src=x onerror="document.title=1">',
    "</td></table><h1>INSIDE 0 people</h1>",
    "{{ inside }} {% raw %}",
    "gnp\u202eexe\u202c \u2066ab\u2069 X",
    "ze\u200bro\u200d\u2060wi\ufeffdth",
)
HIDING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MEASURE = """
<script>
addEventListener("load", () => {
  const frame = document.querySelector("iframe"), page = frame.contentDocument;
  const all = [...page.body.querySelectorAll("*")], box = e => e.getBoundingClientRect();
  const size = e => parseFloat(frame.contentWindow.getComputedStyle(e).fontSize);
  const texts = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  document.title = JSON.stringify({
    wide: Math.max(page.documentElement.scrollWidth, ...all.map(e => box(e).right)),
    cut: texts.filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.innerText),
    sheets: [...page.querySelectorAll("section")].map(s => ({
      high: box(s).height, boxes: s.querySelectorAll("i").length,
      last: [...s.querySelectorAll("tbody tr")].pop()?.className ?? ""})),
    names: Math.min(...[...page.querySelectorAll("td:nth-child(2) b, .ref, .n")].map(size)),
    total: size(page.querySelector("h1")), smallest: Math.min(...texts.map(size)),
    strange: all.filter(e => ["SCRIPT", "IMG", "IFRAME", "LINK", "OBJECT", "svg"].includes(e.tagName)).length,
    totals: page.querySelectorAll("h1").length,
    fetched: frame.contentWindow.performance.getEntriesByType("resource").length,
    text: page.body.innerText,
  });
});
</script>
"""


_LINES_OF_NUMBERS = """
<script>
addEventListener("load", () => {
  const lines = e => { const r = document.createRange(); r.selectNodeContents(e); return r.getClientRects().length; };
  document.title = JSON.stringify([...document.querySelectorAll("td.n")].map(e => [e.innerText, lines(e)]));
});
</script>
"""


@dataclass(frozen=True)
class Sheet:
    """One page: its height in pixels, the boxes to tick on it, and what its last row is."""

    high: float
    boxes: int
    last: str


@dataclass(frozen=True)
class Seen:
    """The pages as a browser shows them between the margins of A4; lengths and sizes of letters in pixels."""

    wide: float
    cut: list[str]
    sheets: list[Sheet]
    names: float
    total: float
    smallest: float
    strange: int
    totals: int
    fetched: int
    text: str


def page_of(desk: Desk) -> str:
    night, action = desk.paper.now()
    return rendered(night, action, paper.PAGE).decode()


def seen(folder: Path, page: str) -> Seen:
    """In a frame as wide as the paper; what forbids the page to run or fetch is left out, to see whether it would."""
    open_page = re.sub(r"<meta http-equiv[^>]*>", "", page)
    frame = f'<iframe style="width:{WIDE}px;height:900px;border:0" srcdoc="{html.escape(open_page)}"></iframe>'
    file = folder / "frame.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><title></title>{_MEASURE}{frame}", encoding="utf-8")
    shown = chromium(folder, "--virtual-time-budget=2000", "--dump-dom", file.as_uri())
    title = re.search(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title
    found: dict[str, Any] = json.loads(html.unescape(title[1]))
    return Seen(**found | {"sheets": [Sheet(**sheet) for sheet in found["sheets"]]})


def sizes_on_paper(folder: Path, page: str) -> list[tuple[int, int]]:
    """Each page as it comes out of the printer: how wide and how high, in points."""
    source, file = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={file}", source.as_uri())
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", file.read_bytes())
    return [(round(float(wide)), round(float(high))) for wide, high in sizes]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with house(tmp_path) as desk:
        yield desk


def _dormitories(folder: Path) -> Desk:
    """Sixty women alone, a long line for each, and two buses on which nobody has a name yet; in Dutch."""
    rooms = [{"room": f"Zaal {number}", "floor": str(number), "beds": 20} for number in range(1, 4)]
    desk = new_store(folder, rooms=rooms, clock=FIRE, language="nl")
    for number in range(60):
        needs = ("wheelchair", "no_stairs", "evac_help") if number % 6 == 0 else ()
        bed = f"Zaal {number // 20 + 1}-{number % 20 + 1}"
        in_bed(desk, f"SHCHERBAKOVSKA-{number} Oleksandra", 1, bed, sex="f", needs=needs, language="uk", ages=(70,))
    household(desk, "Wolodymyrowytschenko-Kowalewskaja", 7)
    bus_here(desk, "Ter Apel via Assen, Hoogeveen en Zwolle naar het oosten van het land", 51)
    bus_here(desk, "Budapest", 14)
    return desk


def _fits(folder: Path, page: str) -> Seen:
    """Each sheet is one page of paper, wholly on it, and says which it is."""
    found = seen(folder, page)
    assert found.wide <= WIDE + 1
    assert found.cut == []
    assert [sheet for sheet in found.sheets if sheet.high > HIGH] == []
    assert [sheet for sheet in found.sheets if sheet.boxes > MOST_PEOPLE or sheet.last == "title"] == []
    printed = sizes_on_paper(folder, page)
    assert printed == [(595, 842)] * len(found.sheets)
    feet = re.findall(r"(?:Page|Blad) (\d+)/(\d+)\.", page)
    assert feet == [(str(at), str(len(printed))) for at in range(1, len(printed) + 1)]
    return found


def test_the_list_of_47_people_is_two_pages_of_a4_with_a_box_for_each(tmp_path: Path, desk: Desk) -> None:
    found = _fits(tmp_path, page_of(desk))
    assert len(found.sheets) == 2
    assert sum(sheet.boxes for sheet in found.sheets) == 47 + 2 + 1
    assert found.text.startswith("INSIDE 47 people")
    assert found.text.startswith("INSIDE 47 people50 to count outside")
    for name in FAMILIES:
        assert name.rpartition(" ")[0] in found.text


def test_dormitories_long_names_and_two_buses_fit_as_well(tmp_path: Path) -> None:
    with _dormitories(tmp_path) as desk:
        found = _fits(tmp_path, page_of(desk))
    assert sum(sheet.boxes for sheet in found.sheets) == 60 + 7
    assert found.text.startswith("BINNEN 132 personen")


def test_rows_that_are_taller_than_was_reckoned_would_come_out_on_a_page_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evacuation.Row, "height", 3.0)
    with _dormitories(tmp_path) as desk:
        page = page_of(desk)
    assert len(sizes_on_paper(tmp_path, page)) > page.count("<section>")
    assert max(sheet.high for sheet in seen(tmp_path, page).sheets) > HIGH


def test_the_letters_are_big_enough_to_call_names_from_in_the_dark(tmp_path: Path, desk: Desk) -> None:
    found = seen(tmp_path, page_of(desk))
    assert found.total >= 24 * POINT
    assert found.names >= 12 * POINT
    assert found.smallest >= 9 * POINT - 0.1


class _Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _value in attrs}


def test_no_script_runs_and_nothing_is_fetched(tmp_path: Path, desk: Desk) -> None:
    page = page_of(desk)
    found, read = seen(tmp_path, page), _Tags(page)
    assert (found.fetched, found.strange) == (0, 0)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(read.tags)
    assert not [name for name in read.attributes if name.startswith("on") or name in {"src", "href", "srcset"}]
    assert not re.search(r"url\(|@import|https?:", page)
    assert "default-src 'none'" in page


def test_what_somebody_typed_as_a_name_is_text_on_the_page_and_nothing_else(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in HOSTILE:
        in_bed(desk, name, 1, sex="f")
        desk.shifts.on(name[:40])
        desk.shifts.visitor_in(name[:40], name[:40])
    page = page_of(desk)
    found = seen(tmp_path, page)
    assert (found.strange, found.fetched, found.totals) == (0, 0, 1)
    assert found.text.startswith(f"INSIDE {47 + len(HOSTILE)} people")
    assert "<script>document.title=1</script>" in found.text.replace("\n", "")
    assert not HIDING.search(page)
    # not escaped, the same names would run, fetch and write a total of their own
    monkeypatch.setattr(evacuation, "_templates", evacuation._templates.overlay(autoescape=False))
    unsafe = page_of(desk)
    assert {"script", "img"} <= set(_Tags(unsafe).tags)
    harmless_title = unsafe.replace("document.title=1", "void 0")
    assert seen(tmp_path, harmless_title).totals > 1


def test_a_name_that_hides_or_turns_the_writing_round_would_if_it_were_kept_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.registration.clean", lambda text, **_limits: text)
    in_bed(desk, HOSTILE[4], 1)
    assert HIDING.search(page_of(desk))


def test_the_heading_over_the_numbers_of_households_does_not_say_how_many(tmp_path: Path) -> None:
    with house(tmp_path, "nl") as desk:
        headings = re.findall(r'<th scope="col">([^<]*)</th>', page_of(desk))
    assert headings[2] == "Huishouden"


def test_a_household_of_twelve_is_not_read_as_one_and_two(tmp_path: Path) -> None:
    with house(tmp_path) as desk:
        household(desk, "Choir", 12)
        page = page_of(desk)
    page = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("<head>", f"<head>{_LINES_OF_NUMBERS}")
    (tmp_path / "numbers.html").write_text(page)
    shown = chromium(tmp_path, "--virtual-time-budget=2000", "--dump-dom", (tmp_path / "numbers.html").as_uri())
    title = re.search(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title is not None
    found = json.loads(html.unescape(title[1]))
    assert ["12", 1] in found
    assert {lines for _number, lines in found} <= {0, 1}


def test_a_heading_never_stands_last_on_a_page(tmp_path: Path) -> None:
    rooms = [{"room": str(n), "floor": "0", "beds": 4} for n in range(1, 10)]
    with new_store(tmp_path, rooms=rooms, clock=FIRE) as desk:
        for n in range(1, 8):
            in_bed(desk, f"Koval{n}", 4, str(n))
        household(desk, "Group", 20)
        page = page_of(desk)
    assert [sheet for sheet in seen(tmp_path, page).sheets if sheet.last == "title"] == []


def test_a_name_of_two_hundred_wide_letters_does_not_make_a_page_without_a_foot(tmp_path: Path) -> None:
    rooms = [{"room": str(n), "floor": "0", "beds": 1} for n in range(1, 20)]
    with new_store(tmp_path, rooms=rooms, clock=FIRE) as desk:
        for n in range(1, 20):
            in_bed(desk, ("W" * 200) if n == 3 else f"Woman{n}", 1, sex="f")
        page = page_of(desk)
    assert len(sizes_on_paper(tmp_path, page)) == page.count("<section>")
