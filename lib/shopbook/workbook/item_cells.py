"""What stands in a cell of the lifecycle tables: a stage with its flags, a range, a smoothed series."""

from typing import Any

import pandas as pd

from shopbook import units
from shopbook.findings.product_lifecycle.overview import stage_name
from shopbook.findings.warnings.found import short
from shopbook.text import tr


def names(rows: pd.DataFrame) -> list[str]:
    """Short names of the items of a frame."""
    return [short(name) for name in rows["name"]] if "name" in rows else []


def stage_cells(rows: pd.DataFrame) -> list[str]:
    """The stage cell of every item."""
    names = ["stage", "growing", "candidate", "candidate_weeks", "locked"]
    return [stage_cell(row) for row in rows[names].to_dict("records")]


def stage_cell(row: dict[str, Any]) -> str:
    """The stage with what else is true: a growing hit, a candidate between two votes, a hand lock."""
    text = stage_name(row["stage"])
    if row["stage"] == "hit" and row["growing"]:
        text += tr(" · growing")
    if row["candidate"]:
        text += tr(" (candidate: {stage}, week {weeks} of 2)", stage=stage_name(row["candidate"]),
                   weeks=int(row["candidate_weeks"]))  # fmt: skip
    return text + (tr(" · locked by hand") if row["locked"] else "")


def free_range(row: dict[str, float]) -> str:
    """Search visitors per paid one with its range."""
    if not units.known(row["free_per_paid"]):
        return tr("not known")
    return f"{row['free_per_paid']:.2f} ({row['free_low']:.2f} ~ {row['free_high']:.2f})"


def markdown(share: float | None) -> str:
    """The markdown that clears in time; a word where none would."""
    if share is None or not units.known(share):
        return tr("none would do")
    return units.percent(share, 0)


def smooth(rows: pd.DataFrame) -> pd.Series:
    """Visitors a day, mean of the 7 days up to each day; a gap of days stays a gap."""
    column = "item_visitors" if "item_visitors" in rows else "pay_units"
    series = rows.set_index("date")[column].astype(float)
    return series.asfreq("D").rolling(7, min_periods=4).mean()
