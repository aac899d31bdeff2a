"""What a morning without hands loses: seeded mornings of three shops in which everything goes wrong.

`python -m benchmarks.mornings --mornings 500` writes results/mornings.md.
"""

import argparse
import collections
import sys
import tempfile
from pathlib import Path

from shopbook.home import PROJECT
from shopbook.run import schedule

sys.path.insert(0, str(PROJECT / "tests"))
from mornings import FAULTS, SHOPS, Simulation

RESULT = Path(__file__).parent / "results" / "mornings.md"


def main() -> None:
    """Run the mornings and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mornings", type=int, default=500)
    count = parser.parse_args().mornings
    vars(schedule)["FAMILIES"] = ("daily",)  # the families without a faked notebook stay out
    found: collections.Counter[str] = collections.Counter()
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            outcome = Simulation(Path(folder), seed).run()
        for name in ("lost", "doubled", "wrong"):
            found[name] += len(getattr(outcome, name))
        found["right"] += not (outcome.lost or outcome.doubled or outcome.wrong)
    RESULT.write_text(_table(count, found), encoding="utf-8")


def _table(count: int, found: collections.Counter[str]) -> str:
    faults = ", ".join(FAULTS[1:])
    return f"""# Mornings without hands

{count} seeded mornings, {len(SHOPS)} shops with two readers each, a call of `due` every five minutes. Files:
{faults}; in 15 of 100 calls the machine stops before or after a step and starts again.
`python -m benchmarks.mornings`

| | |
|---|---|
| mornings that ended with the right mails | {found["right"]} of {count} |
| mails lost | {found["lost"]} |
| mails sent twice | {found["doubled"]} |
| mails whose last version has a wrong figure | {found["wrong"]} |
| steps by hand | 0 |
"""


if __name__ == "__main__":
    main()
