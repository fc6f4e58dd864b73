"""`python -m tests.supply`: what comes in with the program.

    python -m tests.supply --check             hold docs/constraints.txt and the licences against what is here
    python -m tests.supply --update [NAME …]   write docs/constraints.txt anew, with these raised to the newest
    python -m tests.supply --audit             hold its releases against the known vulnerabilities
    python -m tests.supply --bill FILE         write the bill of materials (SBOM, CycloneDX) that goes with a release

Only `--update` and `--audit` ask a service elsewhere, which pip and pip-audit are set up for.
"""

import argparse
import sys
from pathlib import Path

from tests.supply.audit import audit
from tests.supply.bill import bill, moment
from tests.supply.constraints import CONSTRAINTS, NotMade, differing, update, wrong
from tests.supply.licences import refused

MAKE = "write it anew with: python -m tests.supply --update"
INSTALL = f"install them with: pip install --require-hashes -r {CONSTRAINTS}"


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; gives 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.supply", description="What comes in with the program.")
    one = parser.add_mutually_exclusive_group(required=True)
    one.add_argument("--check", action="store_true", help="name what does not agree, and fail")
    one.add_argument("--update", nargs="*", metavar="NAME", help="write the constraints anew, raising these")
    one.add_argument("--audit", action="store_true", help="name known vulnerabilities, and fail")
    one.add_argument("--bill", type=Path, metavar="FILE", help="write the bill of materials (SBOM)")
    parser.add_argument("--osv", metavar="ADDRESS", help="ask this service of vulnerabilities, one that speaks as OSV")
    given = parser.parse_args(arguments)
    try:
        if given.audit:
            return audit([("--vulnerability-service=osv", f"--osv-url={given.osv}")]) if given.osv else audit()
        if given.update is not None:
            update(given.update)
            print(f"written: {CONSTRAINTS}")
            return 0
        return _check() if given.check else _bill(given.bill)
    except NotMade as error:
        print(error)
        return 1


def _check() -> int:
    in_file, here = wrong(), differing()
    found = in_file + here + [f"licence not accepted: {line}" for line in refused()]
    print("\n".join([*found, *([MAKE] if in_file else []), *([INSTALL] if here else [])]) or f"{CONSTRAINTS} agrees")
    return 1 if found else 0


def _bill(file: Path) -> int:
    # what the libraries say of themselves goes in, so they must be the ones that are named
    found = wrong() + differing()
    if found:
        raise NotMade("\n".join([*found, INSTALL]))
    file.write_text(bill(moment()), "utf-8")
    print(f"written: {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
