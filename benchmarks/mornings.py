"""What a morning without hands loses: seeded mornings of three shops in which everything goes wrong.

`python -m benchmarks.mornings --mornings 500` writes results/mornings.md; `--first 100` begins at that seed
and adds to what was counted before (results/mornings.json): a long run can be done in parts.
"""

import argparse
import collections
import json
import sys
import tempfile
import time
from pathlib import Path

from shopbook.home import PROJECT
from shopbook.run import schedule

sys.path.insert(0, str(PROJECT / "tests"))
from mornings import FAULTS, SHOPS, Outcome, Simulation

RESULT = Path(__file__).parent / "results" / "mornings.md"
COUNTED = RESULT.with_suffix(".json")
WRONG = ("lost", "doubled", "wrong")


def main() -> None:
    """Run the mornings and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mornings", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    vars(schedule)["FAMILIES"] = ("daily",)  # the families without a faked notebook stay out
    found: collections.Counter[str] = collections.Counter()
    if asked.first:
        found.update(json.loads(COUNTED.read_text(encoding="utf-8")))
        assert found["mornings"] == asked.first, "the part before is missing"
    for seed in range(asked.first, asked.first + asked.mornings):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            outcome = Simulation(Path(folder), seed).run()
        found["mornings"] += 1
        found["right"] += outcome == Outcome()
        for name in WRONG:
            found[name] += len(getattr(outcome, name))
        if outcome != Outcome():
            print(f"seed {seed}: {outcome}", file=sys.stderr)
        found["seconds"] += round(time.monotonic() - began)
    COUNTED.write_text(json.dumps(found), encoding="utf-8")
    RESULT.write_text(_table(found), encoding="utf-8")


def _table(found: collections.Counter[str]) -> str:
    faults = ", ".join(FAULTS[1:])
    return f"""# Mornings without hands

{found["mornings"]} seeded mornings, {len(SHOPS)} shops with two readers, `due` called every five minutes.
Files: {faults}; three shops in ten get theirs through a door whose line breaks one time in ten; in 25 of 100
calls the machine stops, before or after a step or at any write of a file, and starts again.
`python -m benchmarks.mornings`

| | |
|---|---|
| mornings that ended with the right mails | {found["right"]} of {found["mornings"]} |
| mails lost | {found["lost"]} |
| mails sent twice | {found["doubled"]} |
| mails whose last version has a wrong figure | {found["wrong"]} |
| steps by hand | 0 |
"""


if __name__ == "__main__":
    main()
