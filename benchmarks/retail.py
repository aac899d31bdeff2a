"""Real items: `python -m benchmarks.retail` stages UCI Online Retail and shows its page.

Sales only, no visitors: the suite falls back to units and says so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from shopbook.analysis.stages import StageRules, weekly_stages
from shopbook.history.store import Store
from shopbook.home import PROJECT, Home
from shopbook.read import ExportTable
from shopbook.read.export import Provenance
from shopbook.run.docs.pictures import DESK, Shot, take_shots
from shopbook.run.job import NotebookJob
from shopbook.run.manifest import file_hash
from shopbook.run.notebook import execute

SLICE = PROJECT / "tests" / "data" / "uci_online_retail" / "item_days.csv.gz"
RESULT = Path(__file__).parent / "results" / "retail.md"
HIT_UNITS = 200
_SHOP = "uci-online-retail"


def main(argv: list[str] | None = None) -> int:
    """Write the table and take the picture; 1 when stages switch over a fifth as often as the raw rule."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retail", description=__doc__)
    parser.add_argument("--no-picture", action="store_true", help="the table only; no browser needed")
    options = parser.parse_args(argv)
    items = real_items()
    weekly = weekly_stages(items, rules=StageRules(hit_level=float(HIT_UNITS)))
    ours = switches_a_year(weekly.pivot(index="item_id", columns="week", values="stage"))
    raw = switches_a_year(raw_rule(items))
    text = (
        "# Stages of real items\n\nMade by `python -m benchmarks.retail`. UCI Online Retail (Chen 2015, "
        f"CC BY 4.0), {items['item_id'].nunique()} items, {weekly['week'].nunique()} weeks of units sold; "
        f"a hit sells {HIT_UNITS} units a week.\n\n| rule | changes of stage an item and year |\n|---|---|\n"
        f"| weekly stages of the suite | {ours:.1f} |\n| week over week beyond +-10% | {raw:.1f} |\n"
    )
    RESULT.write_text(text, encoding="utf-8", newline="\n")
    print(text)
    if not options.no_picture:
        with tempfile.TemporaryDirectory(prefix="retail") as folder:
            page = _page(Home(PROJECT, Path(folder)), items)
            for changed in take_shots([Shot("retail-stages", page, DESK)], PROJECT / "docs" / "pictures"):
                print(changed.name)
    return 0 if ours <= raw / 5 else 1


def switches_a_year(stages: pd.DataFrame) -> float:
    """Changes of stage an item and year; `stages` is items x weeks, NaN outside an item's life."""
    pairs = stages.notna() & stages.shift(axis=1).notna()
    return float(((stages != stages.shift(axis=1)) & pairs).sum().sum() / pairs.sum().sum() * 52)


def raw_rule(items: pd.DataFrame) -> pd.DataFrame:
    """Common practice: week over week above +10% grows, below -10% declines, else by units."""
    monday = items["date"] - pd.to_timedelta(items["date"].dt.day_of_week, unit="D")
    units = items.pivot_table(
        index="item_id", columns=monday, values="pay_units", aggfunc="sum", fill_value=0
    )
    change = units / units.shift(axis=1) - 1
    names = np.select(
        [change > 0.1, change < -0.1, units >= HIT_UNITS], ["growth", "decline", "hit"], "stable"
    )
    return pd.DataFrame(names, units.index, units.columns).iloc[:, 1:-1]


def real_items() -> pd.DataFrame:
    """Units sold by item and day: date, item_id, pay_units."""
    days = pd.read_csv(SLICE, dtype={"StockCode": str}, parse_dates=["date"])
    return days.rename(columns={"StockCode": "item_id", "units": "pay_units"})


def _page(home: Home, items: pd.DataFrame) -> Path:
    """The overview of the shop as the runner publishes it."""
    shop = items.groupby("date", as_index=False)["pay_units"].sum()
    named = items.assign(item_name="item " + items["item_id"])
    for kind, frame in (("shop_daily", shop), ("item_daily", named.sort_values(["date", "item_id"]))):
        told = Provenance(SLICE.name, file_hash(SLICE), "csv", "utf-8", ",", (), 1, len(frame))
        Store(home.history).write(_SHOP, ExportTable(kind, dict(frame.items()), (), told))
    day = items["date"].max().date().isoformat()
    job = NotebookJob(
        home, "product_lifecycle", "overview", _SHOP, day, parameters={"hit_visitors": HIT_UNITS}
    )
    result = execute(job, engine="papermill")
    if result.status != "done":
        raise RuntimeError(result.error)
    return job.folder / "overview.html"


if __name__ == "__main__":
    sys.exit(main())
