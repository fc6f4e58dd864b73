"""The releases of the constraints file against the known vulnerabilities, by pip-audit, where a service answers."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.supply.constraints import CONSTRAINTS, ROOT, NotMade, releases

SERVICES = (("--vulnerability-service=pypi",), ("--vulnerability-service=osv",))
"""What is asked, the next one where the one before does not answer or knows none of the releases."""

KNOWN: dict[str, str] = {}
"""Vulnerabilities that do not touch the desk, by number, each with why; to be taken out at the next raise."""

_SILENT = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "Could not connect", "ServiceError")
SECONDS = 90


class NoAnswer(Exception):  # noqa: N818 - not a fault: the next service is asked
    """The service was not reached."""


@dataclass(frozen=True)
class Audited:
    """How many releases were held against the list, those it does not know, and the vulnerabilities found."""

    releases: int
    unknown: tuple[str, ...]
    vulnerable: tuple[str, ...]


def asked(service: Sequence[str], file: Path) -> Audited:
    """What one service says of the releases in the file.

    Raises NoAnswer where it cannot be reached, NotMade where pip-audit itself goes wrong.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(file), "--require-hashes", "--disable-pip"]
    command += ["--format=json", "--progress-spinner=off", "--timeout=10", *service]
    command += [f"--ignore-vuln={number}" for number in KNOWN]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoAnswer from error
    try:
        found = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError) as error:
        if any(sign in run.stderr for sign in _SILENT):
            raise NoAnswer from error
        raise NotMade(f"pip-audit ended with {run.returncode}: {run.stderr.strip()[-300:]}") from error
    return read(found)


def read(found: Sequence[dict[str, Any]]) -> Audited:
    """What pip-audit found, from its JSON."""
    known = [part for part in found if "skip_reason" not in part]
    return Audited(
        len(known),
        tuple(part["name"] for part in found if "skip_reason" in part),
        tuple(
            f"{part['name']} {part['version']}: {fault['id']}, "
            + (f"mended in {', '.join(fault['fix_versions'])}" if fault["fix_versions"] else "not mended yet")
            for part in known
            for fault in part["vulns"]
        ),
    )


def audit(services: Sequence[Sequence[str]] = SERVICES, file: Path = ROOT / CONSTRAINTS) -> int:
    """Print what is known of the releases; gives 1 where one is vulnerable, 0 also where nobody could say."""
    count = len(releases(file.read_text("utf-8")))
    for service in services:
        try:
            said = asked(service, file)
        except NoAnswer:
            continue
        if not said.releases:
            continue
        for line in said.vulnerable:
            print(f"vulnerable: {line}")
        if said.unknown:
            print(f"NOT audited, the service does not know them: {', '.join(said.unknown)}")
        print(f"audited: {said.releases} of {count} releases, {len(said.vulnerable) or 'no'} known vulnerabilities")
        return 1 if said.vulnerable else 0
    print(f"NOT audited: no service of vulnerabilities answered for these {count} releases")
    return 0
