"""The page of a report in a browser: on a desktop, on a phone, and printed on A4."""

import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk.reports.document import Document
from screens.reports.formats import render
from storage.reports import OF_PERIOD, make
from storage.store import Desk
from tests.report_store import OUTSIDE, begins, busy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium shows the pages"),
]

DESKTOP, PHONE = 1280, 390
_PARTS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking")
_MEASURE = """
<script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const inside = frame.contentWindow, page = frame.contentDocument;
    const past = [...page.querySelectorAll("td, th, dd, dt, h1, h2, p, li, svg")]
      .filter(e => !e.closest(".wide") && e.getBoundingClientRect().right > inside.innerWidth + 1);
    const scrolled = [...page.querySelectorAll(".wide")].filter(e => e.scrollWidth > e.clientWidth).length;
    const fetched = inside.performance.getEntriesByType("resource").length;
    return [inside.innerWidth, page.documentElement.scrollWidth, past.length, scrolled, fetched,
            page.body.innerText.includes(frame.dataset.total)].join(" ");
  });
  document.title = found.join(";");
});
</script>
"""
"""What is asked of each page: its width, how wide it would like to be, how much sticks out, how many tables have to be
scrolled, what it fetched, whether the total stands in it."""


@dataclass(frozen=True)
class Seen:
    """A page as a browser shows it."""

    width: int
    wants: int
    sticking_out: int
    scrolled: int
    fetched: int
    has_total: bool


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Document]]:
    with busy(tmp_path_factory.mktemp("pages")) as desk:
        yield {name: report(desk, name) for name in OUTSIDE}


def report(desk: Desk, name: str) -> Document:
    return make(desk, name, since=begins() if name in OF_PERIOD else None)


def chromium(folder: Path, *words: str) -> str:
    """What the browser prints; it has a home of its own, so that several can run beside each other."""
    command = ["chromium", *_PARTS, f"--user-data-dir={folder / 'browser'}", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def total_of(document: Document) -> str:
    """The first number of the first line of totals as a person reads it; where there is none, of the figures."""
    totals = [block.table.total for block in document.blocks if block.table is not None and block.table.total]
    totals.append([figure.value for block in document.blocks for figure in block.figures])
    return f"{next(cell for cell in totals[0] if isinstance(cell, int)):,}"


def seen(folder: Path, documents: list[Document], width: int) -> list[Seen]:
    """Each page in a frame of that width: a window is never as narrow as a phone."""
    frames = []
    for document in documents:
        # what forbids a page to fetch is left out, so that an attempt would be seen
        page = re.sub(r"<meta http-equiv[^>]*>", "", render(document, "html").decode())
        frames.append(
            f'<iframe style="width:{width}px;height:900px;border:0" data-total="{total_of(document)}"'
            f' srcdoc="{html.escape(page)}"></iframe>'
        )
    file = folder / "frames.html"
    file.write_text(f"<!DOCTYPE html><title></title>{_MEASURE}{''.join(frames)}", encoding="utf-8")
    shown = chromium(folder, "--virtual-time-budget=2000", "--dump-dom", file.as_uri())
    title = re.search(r"<title>([^<]*)</title>", shown)
    assert title
    found = [part.split() for part in title[1].split(";")]
    assert len(found) == len(documents)
    return [Seen(int(a), int(b), int(c), int(d), int(e), f == "true") for a, b, c, d, e, f in found]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_page_fits_its_width_has_its_totals_and_fetches_nothing(
    tmp_path: Path, reports: dict[str, Document], width: int
) -> None:
    found = dict(zip(reports, seen(tmp_path, list(reports.values()), width), strict=True))
    assert {name: page.width for name, page in found.items()} == dict.fromkeys(reports, width)
    assert {name: page.wants for name, page in found.items() if page.wants > width} == {}
    assert {name: page for name, page in found.items() if page.sticking_out or page.fetched} == {}
    assert width == PHONE or [name for name, page in found.items() if page.scrolled] == []
    assert [name for name, page in found.items() if not page.has_total] == []


@pytest.mark.parametrize(("name", "upright"), [("movements", True), ("daily", False)])
def test_a_page_is_printed_on_a4(tmp_path: Path, reports: dict[str, Document], name: str, upright: bool) -> None:
    page, file = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_bytes(render(reports[name], "html"))
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={file}", page.as_uri())
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", file.read_bytes())
    assert sizes
    for size in sizes:
        wide, high = (round(float(side)) for side in size)
        assert (wide, high) == ((595, 842) if upright else (842, 595))
