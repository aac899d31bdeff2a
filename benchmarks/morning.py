"""From the last stable file to the mail: one call of `due`, against the commands it takes the place of.

`python -m benchmarks.morning --rounds 20` writes results/morning.md. A round begins with the history of a
demo shop of 40 items that lacks its newest day, and the exports of that day in the drop folder. Beside it the
same seven notebooks by papermill and nbconvert from the shell, without taking in, site and mail.
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
from collections import defaultdict
from pathlib import Path

from shopbook.demo.generator import NEWEST
from shopbook.home import PROJECT, Home
from shopbook.params import family_file
from shopbook.run.intake import demo_shops

RESULT = Path(__file__).parent / "results" / "morning.md"
NOW = f"{NEWEST + dt.timedelta(days=1)}T09:{{}}+08:00"
LATE = "竞店竞品.csv"
FOUR = (("ingest",), ("run", "daily", "--date", str(NEWEST)), ("publish",), ("mail",))
NAMES = {
    "due": "`due`: taken in, made, published, mailed",
    "late": "`due` again with one export that came late",
    "nothing": "`due` again, nothing new",
    "four": "`ingest`, `run daily`, `publish`, `mail`",
    "papermill": "papermill + nbconvert of the seven notebooks",
}


def main() -> None:
    """Measure all in turn, so that a busy minute of the machine touches each; write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    took: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="morning") as folder:
        home, exports = before_the_day(Path(folder) / "start")
        for number in range(rounds):
            place = Path(folder) / str(number)
            shutil.copytree(home.root, place, copy_function=shutil.copy2)
            inbox = place / "data" / "inbox" / "demo"
            (inbox / LATE).rename(place / LATE)
            took["due"].append(_timed(place, [_shopbook(place, "due", "--now", NOW.format("30"))]))
            (place / LATE).rename(inbox / LATE)
            took["late"].append(_timed(place, [_shopbook(place, "due", "--now", NOW.format("40"))]))
            took["nothing"].append(_timed(place, [_shopbook(place, "due", "--now", NOW.format("45"))]))
            took["papermill"].append(_timed(place, _from_the_shell(place)))
            shutil.rmtree(place)
            shutil.copytree(home.root, place, copy_function=shutil.copy2)
            took["four"].append(_timed(place, [_shopbook(place, *words) for words in FOUR]))
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
    families = ("daily", "periodic", "product_lifecycle", "campaign_review")
    since = {f"demo/{family}": str(NEWEST) for family in families}
    (home.data / ".due.json").write_text(json.dumps({"since": since}), encoding="utf-8")
    return home, len(newest)


def _shopbook(place: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "shopbook", "--home", str(place), *words]


def _from_the_shell(place: Path) -> list[list[str]]:
    """Two commands a notebook, as one would write them."""
    made = []
    programs = Path(sys.executable).parent
    given = ["-p", "shop", "demo", "-p", "date", str(NEWEST), "-p", "home", str(place)]
    for name in family_file(Home(place, place / "data"), "daily").notebooks:
        source, done = PROJECT / "notebooks" / "daily" / f"{name}.ipynb", place / f"{name}.ipynb"
        made.append([str(programs / "papermill"), str(source), str(done), *given])
        made.append(
            [str(programs / "jupyter"), "nbconvert", "--to", "html", "--template", "shopbook", str(done)]
        )
    return made


def _timed(place: Path, commands: list[list[str]]) -> float:
    """Wall seconds of the commands, start-up included; modules are compiled, as after any installation."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    for command in commands:
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=False, stdout=quiet, stderr=quiet, cwd=place, env=environ)
    return time.monotonic() - began


def _table(took: dict[str, list[float]], exports: int) -> str:
    usual = statistics.median(took["papermill"])
    rows = [
        f"| {NAMES[name]} | {statistics.median(took[name]):.1f} | {_p95(took[name]):.1f} | "
        f"{usual / statistics.median(took[name]):.1f} |"
        for name in NAMES
    ]
    return "\n".join(
        [
            "# From the last file to the mail",
            "",
            f"One shop of 40 items, {exports} exports that hold the newest day (ten of them half a year),",
            f"{len(took['due'])} rounds, {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f} at the end,",
            f"Python {platform.python_version()}, seconds with start-up. The late export is the rivals",
            "sheet: pages that look at it are made again, then site and mail. `python -m benchmarks.morning`",
            "",
            "| | median | p95 | papermill + nbconvert takes so many times as long |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


if __name__ == "__main__":
    main()
