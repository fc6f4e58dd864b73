"""What the program is installed with is the list in docs, to the hash, and its licences are accepted ones."""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.supply import licences
from tests.supply.constraints import CONSTRAINTS, PYTHONS, ROOT, NotMade, differing, needs, releases, update, wrong
from tests.supply.licences import ACCEPTED, READ, accepted, licence, refused

FILE = ROOT / CONSTRAINTS
HASH = "--hash=sha256:" + 64 * "a"


def pip(*arguments: object, timeout: int = 110) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The two files that must agree, to be changed."""
    (tmp_path / "docs").mkdir()
    for path in (CONSTRAINTS, Path("pyproject.toml")):
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def change(path: Path, pattern: str, by: str) -> None:
    before = path.read_text("utf-8")
    after = re.sub(pattern, by, before, count=1, flags=re.MULTILINE | re.DOTALL)
    assert after != before
    path.write_text(after, "utf-8")


# The list


def test_the_list_has_all_that_the_program_needs_and_nothing_else() -> None:
    assert wrong() == []


def test_a_pin_that_was_raised_in_one_place_only_is_named(house: Path) -> None:
    assert wrong(house) == []
    change(house / "pyproject.toml", r"arrow==[\d.]+", "arrow==9.9.9")
    assert [line for line in wrong(house) if "arrow==9.9.9" in line]


def test_a_library_of_a_library_that_is_left_out_is_named_with_who_needs_it(house: Path) -> None:
    change(house / CONSTRAINTS, r"^markupsafe==.*?# via [^\n]*\n", "")
    assert wrong(house) == ["jinja2 needs markupsafe, and the file does not have it"]


def test_a_release_too_old_for_what_needs_it_is_named(house: Path) -> None:
    change(house / CONSTRAINTS, r"^markupsafe==[\d.]+", "markupsafe==1.0")
    assert wrong(house) == ["jinja2 needs markupsafe>=2.0, the file has 1.0"]


def test_what_nothing_needs_is_named(house: Path) -> None:
    assert wrong(house, [need for need in needs() if need.name != "zipp"]) == ["nothing needs zipp"]


def test_what_another_python_processor_or_extra_needs_is_asked_for_and_another_system_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = {
        "nightdesk": ["Early; python_version < '3.12'", "late; python_version >= '3.14'", "sheets[fast]>=2"],
        "late": ["on-arm; platform_machine == 'aarch64'", "on-windows; sys_platform == 'win32'"],
        "sheets": ["swift; extra == 'fast'", "pretty; extra == 'charts'", "ancient; python_version < '3.11'"],
    }
    for name, lines in asks.items():
        (tmp_path / f"{name}-1.0.dist-info").mkdir()
        said = "".join(f"Requires-Dist: {line}\n" for line in lines)
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{said}"
        (tmp_path / f"{name}-1.0.dist-info" / "METADATA").write_text(metadata)
    monkeypatch.syspath_prepend(tmp_path)
    found = {(need.by, need.name) for need in needs("nightdesk")}
    assert found == {
        ("nightdesk", "early"),
        ("nightdesk", "late"),
        ("nightdesk", "sheets"),
        ("late", "on-arm"),
        ("sheets", "swift"),
    }


def test_another_version_here_than_in_the_list_is_named(house: Path) -> None:
    here = distribution("markupsafe").version
    change(house / CONSTRAINTS, r"^markupsafe==[\d.]+", "markupsafe==2.0.1")
    assert f"markupsafe 2.0.1 is in the file, here is {here}" in differing(house)


@pytest.mark.parametrize(
    "line",
    [
        "arrow==1.4.0",
        "arrow>=1.4.0 " + HASH,
        "arrow==1.4.0 --hash=sha256:" + 63 * "a",
        "arrow==1.4.0 --hash=md5:" + 32 * "a",
        "arrow @ https://packages.example/arrow-1.4.0.tar.gz " + HASH,
        "-i packages.example",
        "--find-links /srv/wheels",
        "-e .",
        "./arrow-1.4.0.tar.gz " + HASH,
        "arrow==1.4.0 " + HASH + " --config-settings=a=b",
    ],
)
def test_the_list_holds_nothing_but_releases_with_their_hashes(line: str, house: Path) -> None:
    assert [release.name for release in releases(f"arrow==1.4.0 \\\n    {HASH}\n    # via desk\n")] == ["arrow"]
    with pytest.raises(NotMade):
        releases(line)
    with (house / CONSTRAINTS).open("a") as file:
        file.write(line + "\n")
    assert len(wrong(house)) == 1


def test_neither_the_list_nor_its_comments_name_a_host_or_a_folder() -> None:
    assert not re.search(r"://|www\.|\.(org|com|io|net)\b|/(tmp|home|root|usr|opt|srv)/", FILE.read_text("utf-8"))


def test_the_list_travels_inside_the_wheel() -> None:
    assert f'"{CONSTRAINTS}" = "share/doorstroom/constraints.txt"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_a_list_is_not_made_by_a_python_that_the_oldest_hosts_do_not_have(house: Path) -> None:
    change(house / "pyproject.toml", r'requires-python = "[^"]*"', 'requires-python = ">=3.1"')
    with pytest.raises(NotMade, match=r"Make it with Python 3\.1,"):
        update([], house)


def test_a_name_to_raise_that_is_not_in_the_list_is_refused(house: Path) -> None:
    here = f">={sys.version_info.major}.{sys.version_info.minor}"
    project = house / "pyproject.toml"
    project.write_text(re.sub(r'requires-python = "[^"]*"', f'requires-python = "{here}"', project.read_text("utf-8")))
    with pytest.raises(NotMade, match="nothing to raise: ritch"):
        update(["rich", "ritch"], house)
    assert (house / CONSTRAINTS).read_bytes() == FILE.read_bytes()


# pip refuses what is not in it


def wheel(folder: Path, name: str, needed: str = "") -> str:
    """The smallest wheel there is; gives its line in a list."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        asks = f"Requires-Dist: {needed}\n" if needed else ""
        file.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{asks}")
        file.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def test_pip_installs_by_such_a_list_and_refuses_a_changed_file_and_a_missing_line(tmp_path: Path) -> None:
    needing, needed = wheel(tmp_path, "nightdesk", "deskneeds"), wheel(tmp_path, "deskneeds")

    def installed(lines: str) -> subprocess.CompletedProcess[str]:
        assert releases(lines)
        (tmp_path / "list.txt").write_text(lines)
        offline = ("--isolated", "--no-index", "--find-links", tmp_path, "--target", tmp_path / "there", "--dry-run")
        return pip("install", *offline, "--require-hashes", "-r", tmp_path / "list.txt")

    whole = installed(needing + needed)
    assert whole.returncode == 0, whole.stderr
    assert "Would install deskneeds-1.0 nightdesk-1.0" in whole.stdout

    flipped = needed[:-2] + ("0" if needed[-2] != "0" else "1") + "\n"
    changed = installed(needing + flipped)
    assert changed.returncode == 1
    assert "DO NOT MATCH THE HASHES" in changed.stderr

    missing = installed(needing)
    assert missing.returncode == 1
    assert "deskneeds" in missing.stderr
    assert "In --require-hashes mode" in missing.stderr


@pytest.fixture(scope="module")
def registry() -> None:
    """Leave out what needs the registry where none answers."""
    if pip("index", "versions", "zipp").returncode:
        pytest.skip("no registry of packages answers here")


def from_registry(file: Path, python: str) -> subprocess.CompletedProcess[str]:
    """A dry run of what a host with an x86-64 processor and this Python would install, from built files alone."""
    platforms = [f"--platform=manylinux_2_{glibc}_x86_64" for glibc in (17, 24, 26, 27, 28)]
    platforms += ["--platform=manylinux2014_x86_64"]
    where = ["--dry-run", "--target", file.with_name("there"), "--only-binary=:all:", f"--python-version={python}"]
    return pip("install", *where, *platforms, "--require-hashes", "-r", file)


@pytest.mark.long
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_finds_a_built_file_of_each_release_in_the_registry(python: str, house: Path) -> None:
    run = from_registry(house / CONSTRAINTS, python)
    assert run.returncode == 0, run.stderr
    assert run.stdout.partition("Would install")[2].count("-") >= len(releases(FILE.read_text("utf-8")))


@pytest.mark.long
@pytest.mark.usefixtures("registry")
def test_a_release_of_the_registry_with_other_hashes_is_refused(house: Path) -> None:
    hashes = r"(?:\s+--hash=sha256:\w+ *\\?)+"
    change(house / CONSTRAINTS, rf"^(zipp==[\w.]+) \\{hashes}", rf"\1 \\\n    --hash=sha256:{64 * '0'}")
    run = from_registry(house / CONSTRAINTS, PYTHONS[0])
    assert run.returncode == 1
    assert "DO NOT MATCH THE HASHES" in run.stderr
    assert "zipp" in run.stderr


@pytest.mark.long
@pytest.mark.usefixtures("registry")
def test_a_list_with_a_release_left_out_is_refused(house: Path) -> None:
    change(house / CONSTRAINTS, r"^zipp==.*?# via [^\n]*\n", "")
    run = from_registry(house / CONSTRAINTS, PYTHONS[0])
    assert run.returncode == 1
    assert re.search(r"In --require-hashes mode.*\n *zipp", run.stderr)


# Licences


def test_every_library_comes_under_a_licence_that_is_accepted() -> None:
    assert refused() == []


def test_a_library_under_a_licence_that_is_not_accepted_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "ACCEPTED", ACCEPTED - {"LGPL-3.0-or-later"})
    assert refused() == ["pygal: LGPL-3.0-or-later"]


@pytest.mark.parametrize(
    ("expression", "is_accepted"),
    [
        ("MIT", True),
        ("MIT AND Zlib", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("BSD-3-Clause AND (GPL-2.0-only OR Apache-2.0)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("AGPL-3.0-or-later", False),
        ("Our own licence, ask us", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_a_licence_is_accepted_by_all_of_its_parts(expression: str, is_accepted: bool) -> None:
    assert accepted(expression) is is_accepted


@pytest.mark.parametrize("name", READ)
def test_a_licence_that_was_read_from_its_file_stands_there(name: str) -> None:
    words = [" ".join(file.read_text().split()) for file in distribution(name).files or [] if "LICENSE" in file.name]
    assert READ[name][1] in " ".join(words)
    assert licence(name) == READ[name][0]
