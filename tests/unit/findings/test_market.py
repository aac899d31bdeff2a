"""The market's figures beside their comparable days, and which of them one may decide on."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.market import market_table
from shopbook.findings.daily.refunds import _LAG_DAYS, _sold
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

FRIDAY = dt.date(2026, 11, 20)
FRIDAYS = [pd.Timestamp(FRIDAY - dt.timedelta(weeks=back)) for back in range(5)]


def facts(**metrics):
    """A market of typed values by metric, the day first, then the four Fridays before it."""
    rows = [
        {"date": day, "category": "", "metric": metric, "value": value, "value_type": "value"}
        for metric, values in metrics.items()
        for day, value in zip(FRIDAYS, values, strict=True)
    ]
    frames = dict.fromkeys(("peers", "flow_source", "item_daily", "rivals", "stock"), pd.DataFrame())
    shop = pd.DataFrame({"date": FRIDAYS, "visitors": 100.0})
    held = {**frames, "shop_daily": shop, "market": pd.DataFrame(rows)}
    return Facts(ShopSettings(id="t"), FRIDAY, held, Calendar(()), rules())


def test_a_figure_of_the_market_stands_beside_the_mean_of_its_comparable_days():
    [row] = market_table(facts(visitors=[120.0, 90.0, 110.0, 95.0, 105.0]))
    assert (row["metric"], row["value"], row["baseline"]) == ("visitors", 120.0, 100.0)
    assert row["change"] == pytest.approx(0.2)


def test_a_market_without_a_usual_level_has_no_change():
    [row] = market_table(facts(visitors=[120.0, 0.0, 0.0, 0.0, 0.0]))
    assert row["change"] is None


def test_sales_of_the_market_are_left_to_the_answer():
    rows = market_table(facts(visitors=[1.0] * 5, pay_amount=[1.0] * 5))
    assert [row["metric"] for row in rows] == ["visitors"]


def test_refunds_of_a_window_belong_to_the_payments_of_the_days_before_it():
    days = pd.date_range("2026-11-01", periods=30)
    items = pd.DataFrame({"date": days, "item_id": "1", "pay_units": range(1, 31)})
    first, until = pd.Timestamp("2026-11-20"), pd.Timestamp("2026-11-27")
    window = items[(items["date"] >= first - pd.Timedelta(days=_LAG_DAYS))]
    window = window[window["date"] < until - pd.Timedelta(days=_LAG_DAYS)]
    assert _sold(items, first, until).to_dict() == {"1": window["pay_units"].sum()}
    assert len(window) == 7
