"""The bill of materials is valid CycloneDX, names everything once, and is the same whoever makes it."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply.bill import bill, moment
from tests.supply.constraints import CONSTRAINTS, ROOT, NotMade, releases
from tests.supply.licences import licence

MADE = datetime(2022, 4, 7, 2, 40, tzinfo=UTC)
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


@pytest.fixture(scope="module")
def text() -> str:
    return bill(MADE)


@pytest.fixture(scope="module")
def content(text: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(text)
    return read


def test_the_bill_is_valid_and_one_with_a_fault_is_not(text: str) -> None:
    assert VALIDATOR.validate_str(text) is None
    assert VALIDATOR.validate_str(text.replace('"SHA-256"', '"SHA-255"', 1)) is not None


def test_each_release_of_the_list_is_on_the_bill_with_version_licence_address_and_hashes(
    content: dict[str, Any],
) -> None:
    listed = releases((ROOT / CONSTRAINTS).read_text("utf-8"))
    parts = {part["name"]: part for part in content["components"]}
    assert parts.keys() == {release.name for release in listed}
    for release in listed:
        part = parts[release.name]
        assert part["version"] == release.version
        assert part["purl"] == f"pkg:pypi/{release.name}@{release.version}"
        assert sorted(digest["content"] for digest in part["hashes"]) == list(release.hashes)
        (said,) = part["licenses"]
        assert licence(release.name) in {said.get("expression"), *said.get("license", {}).values()}


def test_the_bill_says_which_library_needs_which(content: dict[str, Any]) -> None:
    program = content["metadata"]["component"]
    needed = {line["ref"]: line.get("dependsOn", []) for line in content["dependencies"]}
    assert program["licenses"] == [{"license": {"id": "EUPL-1.2"}}]
    assert re.search(r"jinja2@", " ".join(needed[program["bom-ref"]]))
    (jinja,) = [ref for ref in needed if "/jinja2@" in ref]
    assert [ref.partition("@")[0] for ref in needed[jinja]] == ["pkg:pypi/markupsafe"]
    # from the program everything is reached
    reached, waiting = set(), [program["bom-ref"]]
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += needed[ref]
    assert reached == {program["bom-ref"], *(part["bom-ref"] for part in content["components"])}


def test_the_bill_names_no_host_no_folder_and_nobody_of_this_machine(text: str) -> None:
    without_schema = re.sub(r'"\$schema": "[^"]*"', "", text)
    assert not re.search(r"://|/(tmp|home|root|usr|opt|srv)/", without_schema)
    assert str(ROOT) not in text
    assert json.loads(text)["metadata"]["authors"] == [{"name": "Doorstroom maintainers"}]


def test_the_bill_is_the_same_to_the_byte_in_another_process(text: str) -> None:
    code = "import sys; from datetime import datetime; from tests.supply.bill import bill\n"
    code += "sys.stdout.write(bill(datetime.fromisoformat(sys.argv[1])))"
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code, MADE.isoformat()],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "TZ": "Asia/Tokyo"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout == text
    assert bill(datetime(2022, 4, 8, tzinfo=UTC)) != text


def test_the_time_on_the_bill_is_that_of_the_commit_or_the_one_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(MADE.timestamp())))
    assert moment(tmp_path) == MADE
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(NotMade, match="set SOURCE_DATE_EPOCH"):
        moment(tmp_path)
    for arguments in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Begin"]):
        subprocess.run(
            ["git", "-c", "user.name=desk", "-c", "user.email=desk@example.org", *arguments],
            cwd=tmp_path,
            env={**os.environ, "GIT_COMMITTER_DATE": MADE.isoformat()},
            check=True,
        )
    assert moment(tmp_path) == MADE
