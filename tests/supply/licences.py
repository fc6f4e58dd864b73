"""`docs/licences.md`: the licence of each library that the program brings, and which ones are accepted."""

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from license_expression import ExpressionError, LicenseExpression, Licensing, get_spdx_licensing

from tests.supply.constraints import CONSTRAINTS, ROOT, Release, releases

ACCEPTED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LGPL-3.0-or-later",
    "LicenseRef-Public-Domain",
    "MIT",
    "MIT-0",
    "PSF-2.0",
    "Zlib",
}
"""What may be handed on beside a program under EUPL-1.2: licences that ask no more than that the authors stay named,
and the LGPL, whose library stays a file of its own that anybody can replace."""

_SPELT = {
    "Apache License, Version 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: Public Domain": "LicenseRef-Public-Domain",
}
"""How older releases spell their licence, as SPDX spells it."""

READ = {
    "jinja2": (
        "BSD-3-Clause",
        "Neither the name of the copyright holder nor the names of its contributors may be used",
    ),
    "pysqlite3": ("Zlib", "must not be misrepresented as being the original software"),
}
"""Those that do not say which licence it is where programs look, but in a file of their own, with words of it."""

HEADING = """\
# Licences

Made by `python -m tests.generated`; not edited by hand. These are the libraries in
[constraints.txt](constraints.txt), each under its own licence, as SPDX writes it. Doorstroom itself is under
EUPL-1.2. Which licences are accepted stands in `tests/supply/licences.py`.

| library | version | licence |
|---|---|---|
"""


def licence(name: str) -> str:
    """The licence of an installed library; what is no SPDX licence comes as it is written, nothing as `unknown`."""
    if name in READ:
        return READ[name][0]
    said = metadata(name)
    if "License-Expression" in said:
        return str(said["License-Expression"])
    classified = [line for line in said.get_all("Classifier") or [] if line.startswith("License :: ")]
    written = classified or [str(said["License"])] if "License" in said or classified else ["unknown"]
    return " AND ".join(_SPELT.get(line, line) for line in written)


def accepted(expression: str) -> bool:
    """Whether the licence is accepted: of `A AND B` both must be, of `A OR B` one."""
    licensing = _spdx()

    def agrees(part: LicenseExpression) -> bool:
        if isinstance(part, licensing.AND):
            return all(map(agrees, part.args))
        if isinstance(part, licensing.OR):
            return any(map(agrees, part.args))
        return str(part) in ACCEPTED

    try:
        return agrees(licensing.parse(expression))
    except ExpressionError:
        return False


@cache
def _spdx() -> Licensing:
    return get_spdx_licensing()


def refused(root: Path = ROOT) -> list[str]:
    """The libraries whose licence is not accepted, each with its licence."""
    return [f"{name}: {said}" for name, _version, said in _rows(root) if not accepted(said)]


def licences(root: Path) -> str | None:
    """The list as a page; nothing where a library is not installed here to say its licence."""
    if not (root / CONSTRAINTS).exists():
        return None
    try:
        rows = _rows(root)
    except PackageNotFoundError:
        return None
    return HEADING + "".join(f"| {name} | {version} | {said} |\n" for name, version, said in rows)


def _rows(root: Path) -> list[tuple[str, str, str]]:
    named: list[Release] = sorted(releases((root / CONSTRAINTS).read_text("utf-8")), key=lambda release: release.name)
    return [(release.name, release.version, licence(release.name)) for release in named]
