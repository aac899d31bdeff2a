"""Rivals shown as indices: real growth where the own pairs calibrate them, else directions."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.rivals import SELF, rival_findings, rival_table, rival_warnings
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 10, 16)
DAYS = pd.date_range(end=DAY, periods=70)
KAPPA = 0.6


def facts(known_days: int, rival_week: float = 1.0, own_rank: tuple[float, float] = (5.0, 5.0)) -> Facts:
    """A shop with `known_days` days of its own index; rival 甲 sells `rival_week` times as usual."""
    rng = np.random.default_rng(4)
    steps = np.sin(2 * np.pi * np.arange(70) / 7) * 0.2 + rng.normal(0, 0.03, 70)
    own = pd.DataFrame({"date": DAYS, "visitors": 9000 * np.exp(steps), "pay_amount": 16_000 * np.exp(steps)})
    lift = np.where(np.arange(70) >= 63, rival_week, 1.0)
    shops = []
    for entity, factor in ((SELF, np.ones(70)), ("甲", lift), ("乙", np.ones(70))):
        own_rank_now = np.where(np.arange(70) > 63, own_rank[1], own_rank[0])
        rows = pd.DataFrame({"date": DAYS, "entity": entity, "entity_type": "shop"})
        rows["rank"] = own_rank_now if entity == SELF else 8.0
        rows["traffic_index"] = 3 * (own["visitors"] * factor) ** KAPPA
        rows["trade_index"] = 5 * (own["pay_amount"] * factor) ** KAPPA
        if entity == SELF:
            unknown = np.arange(70) < 70 - known_days
            rows.loc[unknown, ["traffic_index", "trade_index"]] = np.nan
        shops.append(rows.melt(["date", "entity", "entity_type"], var_name="metric", value_name="value"))
    rivals = pd.concat(shops, ignore_index=True).assign(value_low=np.nan, value_high=np.nan)
    market = pd.DataFrame(
        {"date": DAYS, "category": "x", "metric": "visitors", "value": 1e6, "value_type": "value"}
    )
    empty = dict.fromkeys(("peers", "flow_source", "item_daily"), pd.DataFrame())
    held = {**empty, "market": market, "shop_daily": own, "rivals": rivals}
    return Facts(ShopSettings(id="t"), DAY, held, Calendar(()), rules())


@pytest.mark.parametrize(("known_days", "codes"), [(12, ["index_uncalibrated"]), (70, [])])
def test_indices_without_enough_own_days_are_named(known_days, codes):
    assert [warning.code for warning in rival_warnings(facts(known_days))] == codes


def test_an_index_that_does_not_move_with_the_value_carries_no_scale():
    """A hand-filled index that stays the same, or a column of something else, stops no page."""
    for own_index in (900.0, lambda value: 1e9 / value):
        held = facts(70)
        value = np.repeat(held.own["visitors"].to_numpy(), 2)
        mine = (held.frames["rivals"]["entity"] == SELF) & held.frames["rivals"]["metric"].str.endswith(
            "index"
        )
        known = own_index if isinstance(own_index, float) else own_index(value)
        held.frames["rivals"].loc[mine, "value"] = known
        assert [warning.code for warning in rival_warnings(held)] == ["index_uncalibrated"]


def test_a_calibrated_rival_grows_in_real_terms():
    (row,) = [row for row in rival_table(facts(70, rival_week=1.5)) if row["rival"] == "甲"]
    assert row["visitors_change"] == pytest.approx(0.5, abs=0.06)  # its index grew by 1.5 ** 0.6 - 1 = 28%


def test_a_rival_that_gains_half_again_is_watched():
    found = {finding.id: finding for finding in rival_findings(facts(70, rival_week=1.5))}
    traffic = found["rivals.traffic"]
    assert (traffic.scope, traffic.verdict, traffic.level) == ({"rival": "甲"}, "worse", "watch")


def test_a_rank_lost_is_told_and_no_alarm():
    (rank,) = [each for each in rival_findings(facts(70, own_rank=(5.0, 40.0))) if each.id == "rivals.rank"]
    assert (rank.level, rank.value, rank.baseline) == ("ok", 40.0, 5.0)


def test_without_our_own_row_rivals_move_by_themselves_and_nothing_is_judged():
    held = facts(70, rival_week=1.6)
    held.frames["rivals"] = held.frames["rivals"].query("entity != @SELF")
    traffic = next(finding for finding in rival_findings(held) if finding.id == "rivals.traffic")
    assert (traffic.scope, traffic.level, traffic.verdict) == ({"rival": "甲"}, "ok", "unknown")
    assert traffic.change is None
    assert traffic.market_change == pytest.approx(1.6**KAPPA - 1, abs=0.05)
    rows = {row["rival"]: row for row in rival_table(held)}
    assert set(rows) == {"甲", "乙"}
    assert rows["甲"]["visitors_change"] == traffic.market_change
    assert rows["甲"]["visitor_value_change"] is None
    assert "本店" in rival_warnings(held)[0].text
