"""The pictures of README.md, made from the demo night of one seed and one clock: `python docs/pictures.py`.

Needs rsvg-convert (Debian: librsvg2-bin) and the font DejaVu Sans Mono (Debian: fonts-dejavu-core).
"""

import asyncio
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parent / "pictures"
CLOCK = "2022-04-08T02:41:00+02:00"
SIZE = (80, 24)
SCREENS = {"tonight": "1", "buses": "2", "beds": "3", "placement": "4"}
FONT = "DejaVu Sans Mono"
CELL_PX, ADVANCE_EM = 12.2, 0.60205
"""The cell of Textual's pictures, and the width of a letter of the font at size 1: together they give its size."""

# only now can the screens be loaded: they read this once
os.environ["TEXTUAL_ANIMATIONS"] = "none"
sys.path.insert(0, str(Path(__file__).parent.parent))

from desk.language import speak  # noqa: E402
from screens.app import DeskApp  # noqa: E402
from storage.demo import make_demo  # noqa: E402


def still() -> datetime:
    """The one moment of all pictures."""
    return datetime.fromisoformat(CLOCK).astimezone(UTC)


async def drawn(store: Path) -> dict[str, str]:
    """Each screen of the demo night as Textual draws it."""
    found = {}
    speak("en")
    with make_demo(store, seed=1, clock=still) as desk:
        app = DeskApp(desk)
        async with app.run_test(size=SIZE) as pilot:
            for name, key in SCREENS.items():
                await pilot.press(key)
                await pilot.pause()
                found[name] = app.export_screenshot(title=f"desk: {name}", simplify=True)
        app.aside.close()
    return found


def in_our_font(svg: str) -> str:
    """The drawing in a font of this machine, its letters exactly as wide as a cell; nothing is fetched for it."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;]*;", f"font-family: {FONT};", svg)
    svg = re.sub(r"font-size: 20px;", f"font-size: {CELL_PX / ADVANCE_EM:.3f}px;", svg)
    svg = re.sub(r' textLength="[^"]*"', "", svg)
    return re.sub(r' x="([\d.]+)"([^>]*)>((?:&#160;)+)', _past_the_blanks, svg)


def _past_the_blanks(text: re.Match[str]) -> str:
    """A text that begins at its first letter: rsvg-convert drops the blanks before it."""
    blanks = len(text[3]) // len("&#160;")
    return f' x="{float(text[1]) + blanks * CELL_PX:.1f}"{text[2]}>'


def main() -> None:
    """Write the pictures."""
    with TemporaryDirectory() as folder:
        drawings = asyncio.run(drawn(Path(folder) / "desk.db"))
    FOLDER.mkdir(exist_ok=True)
    for name, svg in drawings.items():
        target = FOLDER / f"{name}.png"
        command = ["rsvg-convert", "--output", str(target)]
        subprocess.run(command, input=in_our_font(svg).encode(), check=True)


if __name__ == "__main__":
    main()
