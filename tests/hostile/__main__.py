"""`python -m tests.hostile`: each parser under a guided fuzzer for a while; what it finds goes into the corpus.

Needs the extra `fuzz`: `.venv/bin/pip install -e '.[fuzz]'`. Without a guide the same parsers read the corpus and
texts at random in `pytest tests/test_hostile.py`.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests.hostile import corpus
from tests.hostile.parsers import bytes_of, named, parsers

ROOT = Path(__file__).parent.parent.parent
LONGEST = 4_096
SLOWEST_S = 10
"""Of one text: longer is a defect."""
MOST_MB = 1_500


@dataclass
class Found:
    """What came of one parser."""

    name: str
    runs: int = 0
    reached: int = 0
    new: int = 0
    """Texts that reached code no other had reached."""
    wrong: list[str] = field(default_factory=list)
    bytes: list[bytes] = field(default_factory=list, repr=False)

    def line(self) -> str:
        """As it stands in the table."""
        return f"{self.name:18} {self.runs:9} {self.reached:8} {self.new:6}  {'; '.join(self.wrong) or 'nothing'}"


def fuzzed(name: str, *, seconds: int = 0, runs: int = -1, seed: int = 0) -> Found:
    """One parser, in a process of its own: the fuzzer ends the one it is in."""
    with tempfile.TemporaryDirectory(prefix="desk-fuzz-") as made:
        folder = Path(made)
        seeds, found, words = folder / "seeds", folder / "found", folder / "words"
        seeds.mkdir()
        found.mkdir()
        one = named(name)
        texts = [] if ":" in name else [*corpus.texts(name).values(), *map(bytes_of, one.words)]
        for number, text in enumerate(texts):
            (seeds / str(number)).write_bytes(text[:LONGEST])
        words.write_text("".join(f'"{_in_quotes(word)}"\n' for word in one.words if len(word) < 60))
        flags = [
            f"-max_total_time={seconds}" if seconds else f"-runs={runs}",
            *(f"-seed={seed or 1}", f"-max_len={LONGEST}", f"-timeout={SLOWEST_S}", f"-rss_limit_mb={MOST_MB}"),
            *([f"-dict={words}"] if one.words else []),
            *(f"-artifact_prefix={found}/", str(seeds)),
        ]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.hostile.guided", name, *flags], cwd=ROOT, capture_output=True, check=False
        )
        said = (ran.stdout + ran.stderr).decode(errors="replace")
        return _read(name, said, found, len(texts), ran.returncode)


def _read(name: str, said: str, folder: Path, seeds: int, code: int) -> Found:
    result = Found(name)
    if last := re.findall(r"#(\d+)\s+\w+\s+cov: (\d+) ft: \d+ corp: (\d+)/", said):
        result.runs, result.reached, size = (int(number) for number in last[-1])
        result.new = max(0, size - seeds)
    if done := re.search(r"Done (\d+) runs", said):
        result.runs = int(done[1])
    for file in sorted(folder.iterdir()):
        raw = file.read_bytes()
        kind = file.name.partition("-")[0]
        # said by the fuzzer: another process may not have been where this one was
        told = re.search(rf"{AssertionError.__name__}: (.*)", said)
        result.wrong.append(f"{kind}: {told[1] if told else said[-300:]}")
        result.bytes.append(raw)
    if code and not result.wrong:
        result.wrong.append(f"the fuzzer ended with {code}: {said[-300:]}")
    return result


def _in_quotes(word: str) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in bytes_of(word)
    )


def main() -> int:
    """Fuzz what was asked for; gives 1 where anything was found."""
    options = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    options.add_argument("--runs", type=int, default=-1, help="so many texts each, instead of a time")
    options.add_argument("--seconds", type=int, default=60, help="so long each")
    options.add_argument("--only", choices=parsers(), nargs="+", help="these parsers alone")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    if find_spec("atheris") is None:
        print("The fuzzer is not installed. Install it with: .venv/bin/pip install -e '.[fuzz]'", file=sys.stderr)
        return 2
    print(f"{'parser':18} {'runs':>9} {'reached':>8} {'new':>6}  found", flush=True)
    wrong = 0
    for name in given.only or parsers():
        result = fuzzed(name, seconds=0 if given.runs > 0 else given.seconds, runs=given.runs, seed=given.seed)
        print(result.line(), flush=True)
        for raw in result.bytes:
            print(f"    kept in the corpus as {corpus.keep(name, raw)!r}: {raw[:120]!r}")
        wrong += len(result.wrong)
    print(f"found: {wrong or 'nothing'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
