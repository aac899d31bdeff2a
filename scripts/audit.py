"""Licences and known vulnerabilities of what the lock installs: `make audit`, part of every build.

Licences are read from the installed packages (pip-licenses, no network); one that is not permissive, or not
stated, fails. Vulnerabilities are asked of the Python advisory database (pip-audit); a known one fails. Where
the database cannot be reached, or an index in between knows none, that is said and the build goes on.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Words of permissive licences as packages state them; MPL-2.0 binds changes of its own files only.
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|ISCL|PSF|Python Software Foundation|Zlib|CC0|HPND|Unlicense|MPL|Mozilla)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"\b(A?GPL|LGPL|GNU|EUPL|SSPL|Commons Clause|Proprietary|Non-?Commercial)\b", re.IGNORECASE
)
# Packages that state no licence in their metadata, and where it stands.
STATED_ELSEWHERE = {"axe-playwright-python": "MIT, LICENSE of its repository"}


def main() -> int:
    """Both checks; 1 when one of them found something."""
    wrong = [*licences(), *vulnerabilities()]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def licences() -> list[str]:
    """Installed packages whose licence is not permissive or not stated."""
    found = _json("piplicenses", "--from=mixed", "--format=json")
    wrong = [f"{each['Name']}: licence {each['License']}" for each in found if not is_fine(each)]
    print(f"licences: {len(found)} packages, {len(wrong)} not permissive or not stated")
    return wrong


def is_fine(package: dict[str, str]) -> bool:
    """Whether a package's licence is permissive; of alternatives (OR) one suffices."""
    if package["Name"] in STATED_ELSEWHERE or package["Name"] == "shopbook":
        return True
    choices = re.split(r"\bOR\b", package["License"])
    return any(PERMISSIVE.search(each) and not REFUSED.search(each) for each in choices)


def vulnerabilities() -> list[str]:
    """Locked packages with a published vulnerability; says how many could be asked about."""
    lock = str(ROOT / "requirements.lock")
    try:
        found = _json("pip_audit", "-r", lock, "--disable-pip", "--require-hashes", "-f", "json")
    except ValueError as problem:
        print(f"vulnerabilities: not checked, {problem}")
        return []
    packages = found["dependencies"]
    skipped = [each for each in packages if "skip_reason" in each]
    print(f"vulnerabilities: {len(packages) - len(skipped)} of {len(packages)} packages asked about")
    if skipped:
        print(f"  not checked: {skipped[0]['skip_reason']} (and {len(skipped) - 1} more)")
    return [
        f"{each['name']} {each['version']}: {one['id']}, fixed in {', '.join(one['fix_versions']) or '-'}"
        for each in packages
        for one in each.get("vulns", ())
    ]


def _json(module: str, *arguments: str) -> Any:
    """What a tool prints as JSON; ValueError with its last words when it prints none."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise ValueError(said[:300]) from error


if __name__ == "__main__":
    sys.exit(main())
