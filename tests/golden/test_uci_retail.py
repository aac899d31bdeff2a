"""Stages of real items: how often they switch, and that an old week keeps its answer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.stages import StageRules, weekly_stages

SLICE = Path(__file__).parents[1] / "data" / "uci_online_retail" / "item_days.csv.gz"
HIT_UNITS = 200.0


@pytest.fixture(scope="module")
def item_days() -> pd.DataFrame:
    days = pd.read_csv(SLICE, dtype={"StockCode": str}, parse_dates=["date"])
    return days.rename(columns={"StockCode": "item_id", "units": "pay_units"})


def switches_a_year(stages: pd.DataFrame) -> float:
    """Changes of stage an item and year; `stages` is items x weeks, NaN outside an item's life."""
    pairs = stages.notna() & stages.shift(axis=1).notna()
    return float(((stages != stages.shift(axis=1)) & pairs).sum().sum() / pairs.sum().sum() * 52)


def raw_rule(item_days: pd.DataFrame) -> pd.DataFrame:
    """Common practice: week over week above +10% grows, below -10% declines, else by units."""
    monday = item_days["date"] - pd.to_timedelta(item_days["date"].dt.day_of_week, unit="D")
    units = item_days.pivot_table(
        index="item_id", columns=monday, values="pay_units", aggfunc="sum", fill_value=0
    )
    change = units / units.shift(axis=1) - 1
    names = np.select(
        [change > 0.1, change < -0.1, units >= HIT_UNITS], ["growth", "decline", "hit"], "stable"
    )
    return pd.DataFrame(names, units.index, units.columns).iloc[:, 1:-1]


def test_real_items_switch_a_fifth_as_often_as_under_the_raw_rule(item_days):
    weekly = weekly_stages(item_days, rules=StageRules(hit_level=HIT_UNITS))
    ours = switches_a_year(weekly.pivot(index="item_id", columns="week", values="stage"))
    raw = switches_a_year(raw_rule(item_days))
    assert raw > 20
    assert ours < raw / 5


def test_units_stand_in_where_no_visitors_are_known_and_it_is_said(item_days):
    assert set(weekly_stages(item_days)["basis"]) == {"units"}


def test_an_old_week_keeps_its_answer_when_days_are_added(item_days):
    early = weekly_stages(item_days[item_days["date"] < "2011-09-05"])
    late = weekly_stages(item_days)
    both = early.merge(late, on=["item_id", "week"], suffixes=("_then", "_now"), validate="one_to_one")
    assert len(both) > 5000
    assert (both["stage_then"] == both["stage_now"]).all()
