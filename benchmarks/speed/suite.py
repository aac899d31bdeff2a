"""The suite's own work: the daily and the lifecycle notebooks of the demo shop, on its newest days."""

import datetime as dt
from pathlib import Path

from shopbook.home import PROJECT, Home
from shopbook.run.job import NotebookJob
from shopbook.yaml_file import load_yaml

SHOP = "demo"
FAMILIES = ("daily", "product_lifecycle")


def build(root: Path) -> Home:
    """The history of the demo shop; returns the home."""
    from shopbook.demo.generator import NEWEST
    from shopbook.run.intake import demo_shops

    home = Home(PROJECT, root / "data")
    demo_shops(home, shops=1, days=182, today=NEWEST + dt.timedelta(days=1))
    return home


def jobs(home: Home, runs: int) -> list[NotebookJob]:
    """Every notebook of both families on the newest day with data, then on the day before, up to `runs`."""
    newest = max(path.stem for path in (home.history / SHOP / "shop_daily").glob("*.parquet"))
    notebooks = [(family, name) for family in FAMILIES for name in _names(home, family)]
    made = []
    for number in range(runs):
        back, which = divmod(number, len(notebooks))
        day = dt.date.fromisoformat(newest) - dt.timedelta(days=back)
        made.append(NotebookJob(home, *notebooks[which], SHOP, day.isoformat(), lang="en", force=True))
    return made


def _names(home: Home, family: str) -> list[str]:
    return list(load_yaml(home.params(f"{family}.yaml"))["notebooks"])
