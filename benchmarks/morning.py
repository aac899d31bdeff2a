"""From the last stable file to the mail: one call of `due`, against the commands it takes the place of.

`python -m benchmarks.morning --rounds 20` writes results/morning.md. A round begins with the history of a
demo shop of 40 items that lacks its newest day, and the exports of that day in the drop folder. Beside it the
same seven notebooks by papermill and nbconvert from the shell, without taking in, site and mail; `--quick`
leaves these and the four commands out, and writes nothing.

`python -m benchmarks.morning --shops 80` writes results/morning_shops.md: one such call for many shops.
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
from typing import NamedTuple

from shopbook.demo.generator import NEWEST, shop_ids
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
    parser.add_argument("--shops", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="only `due`, nothing is written")
    asked = parser.parse_args()
    if asked.shops > 1:
        text = many_shops(asked.shops)
        print(text)
        if not asked.quick:
            RESULT.with_name("morning_shops.md").write_text(text, encoding="utf-8")
        return
    took: dict[str, list[Spent]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="morning") as folder:
        home, exports = before_the_day(Path(folder) / "start")
        for number in range(asked.rounds):
            place = Path(folder) / str(number)
            shutil.copytree(home.root, place, copy_function=shutil.copy2)
            inbox = place / "data" / "inbox" / "demo"
            (inbox / LATE).rename(place / LATE)
            took["due"].append(_timed(place, [_shopbook(place, "due", "--now", NOW.format("30"))]))
            (place / LATE).rename(inbox / LATE)
            took["late"].append(_timed(place, [_shopbook(place, "due", "--now", NOW.format("40"))]))
            took["nothing"].append(_timed(place, [_shopbook(place, "due", "--now", NOW.format("45"))]))
            if asked.quick:
                shutil.rmtree(place)
                continue
            took["papermill"].append(_timed(place, _from_the_shell(place)))
            shutil.rmtree(place)
            shutil.copytree(home.root, place, copy_function=shutil.copy2)
            took["four"].append(_timed(place, [_shopbook(place, *words) for words in FOUR]))
            shutil.rmtree(place)
    text = _table(took, exports)
    print(text)
    if not asked.quick:
        RESULT.write_text(text, encoding="utf-8")


def many_shops(shops: int) -> str:
    """One call of `due` for `shops` shops whose exports all lie there, as a table."""
    with tempfile.TemporaryDirectory(prefix="morning") as folder:
        home, exports = before_the_day(Path(folder) / "start", shops)
        spent = _timed(home.root, [_shopbook(home.root, "due", "--now", NOW.format("30"))])
        pages = len(list(home.reports.glob(f"*/{NEWEST}/daily/*.html")))
        mails = sum(any((home.outbox / shop).glob("*.eml")) for shop in shop_ids(shops))
    return f"""# Many shops, from their files to their mails

{shops} demo shops of 40 items, {exports} exports that hold the newest day (ten of a shop's half a year),
one call of `due`, {os.cpu_count()} cores, Python {platform.python_version()}.
`python -m benchmarks.morning --shops {shops}`

| | |
|---|---|
| pages made | {pages} |
| shops with a mail | {mails} |
| wall clock, minutes | {spent.wall / 60:.1f} |
| processor seconds a shop | {spent.cpu / shops:.1f} |
"""


def before_the_day(root: Path, shops: int = 1) -> tuple[Home, int]:
    """A home whose history ends the day before, with the newest day's exports in the inbox; how many."""
    home = Home(root, root / "data")
    (root / "params").mkdir(parents=True)
    demo_shops(home, shops=shops, days=182, today=NEWEST + dt.timedelta(days=1))
    for path in home.history.glob(f"*/*/{NEWEST}.parquet"):
        path.unlink()
    exports = sum(_back_in_the_inbox(home, shop) for shop in shop_ids(shops))
    # Only the daily report is due, as on any day but Monday.
    families = ("daily", "periodic", "product_lifecycle", "campaign_review")
    since = {f"{shop}/{family}": str(NEWEST) for shop in shop_ids(shops) for family in families}
    (home.data / ".due.json").write_text(json.dumps({"since": since}), encoding="utf-8")
    return home, exports


def _back_in_the_inbox(home: Home, shop: str) -> int:
    """The shop's exports of the newest day as they were dropped, old enough to be taken in; how many."""
    rows = [json.loads(line) for line in (home.raw / shop / "ledger.jsonl").read_text("utf-8").splitlines()]
    newest = [row for row in rows if row["days"] and row["days"][-1] == str(NEWEST)]
    for row in newest:
        target = home.inbox / shop / row["name"]
        shutil.copyfile(home.raw / shop / f"{row['sha256'][:16]}-{row['name']}", target)
        os.utime(target, (1, 1))
    return len(newest)


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


class Spent(NamedTuple):
    """Seconds on the clock, and of the processors in all processes."""

    wall: float
    cpu: float


def _timed(place: Path, commands: list[list[str]]) -> Spent:
    """The commands one after another, start-up included; modules are compiled, as after any installation."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began, before = time.monotonic(), os.times()
    for command in commands:
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=False, stdout=quiet, stderr=quiet, cwd=place, env=environ)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(time.monotonic() - began, cpu)


def _table(took: dict[str, list[Spent]], exports: int) -> str:
    def row(name: str) -> str:
        walls = [each.wall for each in took[name]]
        median, cpu = statistics.median(walls), statistics.median(each.cpu for each in took[name])
        ratio = f"{statistics.median(each.wall for each in usual) / median:.1f}" if usual else "–"
        return f"| {NAMES[name]} | {median:.1f} | {_p95(walls):.1f} | {cpu:.1f} | {ratio} |"

    usual = took.get("papermill", [])
    rows = [row(name) for name in NAMES if took.get(name)]
    return "\n".join(
        [
            "# From the last file to the mail",
            "",
            f"One shop of 40 items, {exports} exports that hold the newest day (ten of them half a year),",
            f"{len(took['due'])} rounds, {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f} at the end,",
            f"Python {platform.python_version()}, seconds with start-up. The late export is the rivals",
            "sheet: pages that look at it are made again, then site and mail. `python -m benchmarks.morning`",
            "",
            "| | median | p95 | processor | papermill + nbconvert takes so many times as long |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


if __name__ == "__main__":
    main()
