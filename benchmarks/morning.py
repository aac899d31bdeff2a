"""From the last stable file to the mail: one call of `due`, against the four commands it takes the place of.

`python -m benchmarks.morning --rounds 20` writes results/morning.md. A round begins with the history of a
demo shop of 40 items that lacks its newest day, and the exports of that day in the drop folder.
"""

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from shopbook.demo.generator import NEWEST
from shopbook.home import PROJECT, Home
from shopbook.run.intake import demo_shops

RESULT = Path(__file__).parent / "results" / "morning.md"
NOW = f"{NEWEST + dt.timedelta(days=1)}T09:30+08:00"
FOUR = (("ingest",), ("run", "daily", "--date", str(NEWEST)), ("publish",), ("mail",))


def main() -> None:
    """Measure both in turn, so that a busy minute of the machine touches both; write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    took: dict[str, list[float]] = {"due": [], "again": [], "four": []}
    with tempfile.TemporaryDirectory(prefix="morning") as folder:
        home, exports = before_the_day(Path(folder) / "start")
        for number in range(rounds):
            for name, commands in (("due", (("due", "--now", NOW),)), ("four", FOUR)):
                place = Path(folder) / f"{name}{number}"
                shutil.copytree(home.root, place, copy_function=shutil.copy2)
                took[name].append(_timed(place, commands))
                if name == "due":
                    took["again"].append(_timed(place, commands))
                shutil.rmtree(place)
    RESULT.write_text(_table(took, exports), encoding="utf-8")


def before_the_day(root: Path) -> tuple[Home, int]:
    """A home whose history ends the day before, with the newest day's exports in the inbox; how many."""
    home = Home(root, root / "data")
    (root / "params").mkdir(parents=True)
    demo_shops(home, shops=1, days=182, today=NEWEST + dt.timedelta(days=1))
    for path in home.history.glob(f"demo/*/{NEWEST}.parquet"):
        path.unlink()
    ledger = home.raw / "demo" / "ledger.jsonl"
    rows = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    newest = [row for row in rows if row["days"] and row["days"][-1] == str(NEWEST)]
    for row in newest:
        kept = home.raw / "demo" / f"{row['sha256'][:16]}-{row['name']}"
        target = home.inbox / "demo" / row["name"]
        shutil.copyfile(kept, target)
        os.utime(target, (1, 1))
    # Only the daily report is due, as on any day but Monday.
    since = {f"demo/{family}": str(NEWEST) for family in ("daily", "periodic", "product_lifecycle")}
    (home.data / ".due.json").write_text(json.dumps({"since": since}), encoding="utf-8")
    return home, len(newest)


def _timed(place: Path, commands: tuple[tuple[str, ...], ...]) -> float:
    """Wall seconds of the commands, start-up included."""
    program = [sys.executable, "-m", "shopbook", "--home", str(place)]
    began = time.monotonic()
    for command in commands:
        subprocess.run([*program, *command], check=False, stdout=subprocess.DEVNULL, cwd=PROJECT)
    return time.monotonic() - began


def _table(took: dict[str, list[float]], exports: int) -> str:
    names = {"due": "`due`", "again": "`due` again, nothing new", "four": "ingest, run, publish, mail"}
    rows = [
        f"| {names[name]} | {statistics.median(values):.1f} | {_p95(values):.1f} |"
        for name, values in took.items()
    ]
    return "\n".join(
        [
            "# From the last file to the mail",
            "",
            f"One shop of 40 items, {exports} exports of one day, {len(took['due'])} rounds,",
            f"{os.cpu_count()} cores, Python {platform.python_version()}, seconds with start-up.",
            "`python -m benchmarks.morning`",
            "",
            "| | median | p95 |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


if __name__ == "__main__":
    main()
