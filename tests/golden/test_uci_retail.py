"""Stages of real items: how often they switch, and that an old week keeps its answer."""

import pandas as pd
import pytest
from benchmarks.retail import HIT_UNITS, raw_rule, real_items, switches_a_year

from shopbook.analysis.stages import StageRules, weekly_stages


@pytest.fixture(scope="module")
def item_days() -> pd.DataFrame:
    return real_items()


def test_real_items_switch_a_fifth_as_often_as_under_the_raw_rule(item_days):
    weekly = weekly_stages(item_days, rules=StageRules(hit_level=float(HIT_UNITS)))
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
