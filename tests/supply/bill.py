"""The bill of materials (SBOM): one CycloneDX file that says what the program is made of.

It is made from the constraints file by who publishes the program, and goes beside the wheel: a host that only runs
the desk needs none of the libraries that make it.
"""

import json
import os
import subprocess
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalContact
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tests.supply.constraints import CONSTRAINTS, PROGRAM, ROOT, NotMade, needs, releases
from tests.supply.licences import licence

AUTHOR = "Doorstroom maintainers"
HASHES = "of each file of the release; pip takes one of them, the one that fits the machine"


def bill(made: datetime, root: Path = ROOT) -> str:
    """The bill as JSON; of the same commit it is the same to the byte, whoever makes it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    program = _component(PROGRAM, project["version"], project["license"], ())
    program.type = ComponentType.APPLICATION
    program.description = project["description"]
    parts = {PROGRAM: program}
    for release in releases((root / CONSTRAINTS).read_text("utf-8")):
        parts[release.name] = _component(release.name, release.version, licence(release.name), release.hashes)

    asked = defaultdict(set)
    for need in needs():
        asked[need.by].add(need.name)
    content = Bom(
        components=[part for name, part in parts.items() if name != PROGRAM],
        dependencies=[
            Dependency(part.bom_ref, [Dependency(parts[of].bom_ref) for of in asked[name]])
            for name, part in parts.items()
        ],
        metadata=BomMetaData(
            component=program,
            authors=[OrganizationalContact(name=AUTHOR)],
            timestamp=made,
            properties=[Property(name="doorstroom:hashes", value=HASHES)],
        ),
        serial_number=uuid5(NAMESPACE_OID, PROGRAM),
    )
    content.serial_number = uuid5(NAMESPACE_OID, JsonV1Dot6(content).output_as_string())
    written = json.loads(JsonV1Dot6(content).output_as_string())
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def moment(root: Path = ROOT) -> datetime:
    """When what is published was made: SOURCE_DATE_EPOCH where it is set, else the time of the commit."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        run = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=False
        )
        seconds = run.stdout.strip()
    if not seconds.isdecimal():
        raise NotMade("There is no commit here to take the time from: set SOURCE_DATE_EPOCH to seconds since 1970.")
    return datetime.fromtimestamp(int(seconds), UTC)


def _component(name: str, version: str, said: str, digests: tuple[str, ...]) -> Component:
    address = PackageURL("pypi", name=name, version=version)
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        bom_ref=str(address),
        purl=address,
        licenses=[LicenseFactory().make_from_string(said)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests],
    )
