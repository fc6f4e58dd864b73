"""`docs/constraints.txt`: every release that the program is installed with, and the hashes of its files."""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
CONSTRAINTS = Path("docs/constraints.txt")
PROGRAM = "doorstroom"
HEADER = """\
# Every release that Doorstroom is installed with, and the SHA-256 of each of its files.
# Made by python -m tests.supply --update; not edited by hand.
#
#     pip install --require-hashes -r constraints.txt
#
"""

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
_RELEASE = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[\w.!+-]+)(?P<marker> ; [^:@/]+)?")
_HASH = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")


class NotMade(Exception):  # noqa: N818 - an answer to whoever asked for it
    """Why something could not be made, as a sentence."""


@dataclass(frozen=True)
class Release:
    """One release and the digests of its files, of which pip takes one that fits the machine."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """What one distribution asks of another."""

    by: str
    name: str
    versions: SpecifierSet


def releases(text: str) -> list[Release]:
    """The releases a constraints file names.

    Raises NotMade at the first line that is anything else: an option, an address, a path, a release without a hash.
    """
    found = []
    for line in text.replace("\\\n", "").splitlines():
        said = line.partition("#")[0].strip()
        if not said:
            continue
        release, *options = re.split(r"\s+(?=--)", said)
        named, hashes = _RELEASE.fullmatch(release), [_HASH.fullmatch(option) for option in options]
        if not named or not all(hashes):
            raise NotMade(f"not a release with its hashes: {said[:100]}")
        if not hashes:
            raise NotMade(f"no hash: {said}")
        digests = tuple(sorted(match["digest"] for match in hashes if match))
        found.append(Release(named["name"], named["version"], digests))
    return found


def needs(program: str = PROGRAM) -> Iterator[Need]:
    """What the program and all it brings ask for, on each kind of machine, as the installed ones say."""
    waiting, known = [(program, "")], set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in known:
            continue
        known.add((name, extra))
        try:
            asked = requires(name) or []
        except PackageNotFoundError:
            continue
        for requirement in map(Requirement, asked):
            if not any(_holds(requirement, extra, python, machine) for python in PYTHONS for machine in MACHINES):
                continue
            needed = str(canonicalize_name(requirement.name))
            yield Need(name, needed, requirement.specifier)
            waiting += [(needed, of) for of in ("", *sorted(requirement.extras))]


def _holds(requirement: Requirement, extra: str, python: str, machine: str) -> bool:
    if requirement.marker is None:
        return not extra
    place = {
        "extra": extra,
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }
    if not requirement.marker.evaluate(place):
        return False
    # what holds without the extra too was already asked for without it
    return not extra or not requirement.marker.evaluate({**place, "extra": ""})


def wrong(root: Path = ROOT, asked: Sequence[Need] | None = None) -> list[str]:
    """What does not agree: the file with `pyproject.toml`, and with what everything asks for; no registry needed."""
    try:
        pinned = {release.name: release.version for release in releases((root / CONSTRAINTS).read_text("utf-8"))}
    except (NotMade, OSError) as error:
        return [str(error)]
    found = []
    for requirement in map(Requirement, _project(root)["dependencies"]):
        name = canonicalize_name(requirement.name)
        if str(requirement.specifier) != f"=={pinned.get(name)}":
            found.append(f"pyproject.toml asks for {requirement}, the file has {pinned.get(name, 'none')}")
    all_needs = list(needs()) if asked is None else list(asked)
    for need in all_needs:
        if need.name not in pinned:
            found.append(f"{need.by} needs {need.name}, and the file does not have it")
        elif not need.versions.contains(pinned[need.name], prereleases=True) and not (
            # a release other than the pinned one does not say what that one needs
            need.by in pinned and _differs(need.by, pinned[need.by])
        ):
            found.append(f"{need.by} needs {need.name}{need.versions}, the file has {pinned[need.name]}")
    found += [f"nothing needs {name}" for name in sorted(pinned.keys() - {need.name for need in all_needs})]
    return list(dict.fromkeys(found))


def differing(root: Path = ROOT) -> list[str]:
    """Which releases are here in another version than the file says, or not at all."""
    pinned = releases((root / CONSTRAINTS).read_text("utf-8"))
    return [said for release in pinned if (said := _differs(release.name, release.version))]


def _differs(name: str, pinned: str) -> str:
    try:
        here = version(name)
    except PackageNotFoundError:
        here = "none"
    return "" if here == pinned else f"{name} {pinned} is in the file, here is {here}"


def update(raised: Sequence[str], root: Path = ROOT) -> None:
    """Write the file anew with the releases it has, but for those to be raised to the newest that fits.

    The registry is the one that pip is set up for.
    """
    lowest = str(_project(root)["requires-python"]).removeprefix(">=")
    if lowest != f"{sys.version_info.major}.{sys.version_info.minor}":
        raise NotMade(f"Make it with Python {lowest}, the oldest that the program runs on: newer ones have all it has.")
    file = root / CONSTRAINTS
    listed = {release.name for release in releases(file.read_text("utf-8"))} if file.exists() else set()
    if unknown := [name for name in raised if canonicalize_name(name) not in listed]:
        raise NotMade(f"Not in {CONSTRAINTS}, so there is nothing to raise: {', '.join(unknown)}.")
    with tempfile.TemporaryDirectory(prefix="desk-supply-") as folder:
        made = Path(folder) / file.name
        if file.exists():
            made.write_bytes(file.read_bytes())
        command = [sys.executable, "-m", "piptools", "compile", "--quiet", "--no-header", "--annotation-style=line"]
        # pip is a library like the others here: sqlite-utils asks for it
        command += ["--generate-hashes", "--allow-unsafe", f"--unsafe-package={PROGRAM}", "--strip-extras"]
        # nothing of where they came from
        command += [f"--no-emit-{part}" for part in ("options", "index-url", "find-links", "trusted-host")]
        command += [f"--upgrade-package={name}" for name in raised]
        run = subprocess.run(
            [*command, f"--output-file={made}", "pyproject.toml"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise NotMade((run.stderr or run.stdout).strip())
        text = HEADER + made.read_text("utf-8").lstrip()
    releases(text)
    file.write_text(text, "utf-8")


def _project(root: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return found
