"""The rules of stock cover, idle items and clearance."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.stock import active_item_rate, clearance, cover_days, no_sale, sell_through

TODAY = dt.date(2026, 11, 20)


def sold(**units) -> pd.DataFrame:
    return pd.DataFrame(units, index=pd.date_range("2026-11-01", periods=len(next(iter(units.values())))))


def test_cover_uses_the_last_fourteen_days_in_stock():
    units = sold(a=[90.0] * 4 + [2.0] * 14, b=[4.0] * 14 + [np.nan] * 4)
    cover = cover_days(pd.Series({"a": 20.0, "b": 20.0}), units)
    assert cover["days"].to_dict() == {"a": 10.0, "b": 5.0}
    assert cover["in_stock_days"].to_dict() == {"a": 14, "b": 14}


def test_a_campaign_day_of_triple_weight_counts_as_three_days():
    units = sold(a=[30.0, 10.0, 10.0])
    weights = pd.Series([3.0, 1.0, 1.0], index=units.index)
    assert cover_days(pd.Series({"a": 50.0}), units, day_weights=weights)["days"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("stock", "units", "days"),
    [
        pytest.param(10.0, [0.0, 0.0], np.inf, id="nothing sold lasts for ever"),
        pytest.param(0.0, [0.0, 0.0], 0.0, id="nothing there lasts no day"),
        pytest.param(np.nan, [1.0, 1.0], np.nan, id="unknown stock"),
        pytest.param(10.0, [np.nan, np.nan], np.nan, id="never in stock"),
    ],
)
def test_cover_at_the_edges(stock, units, days):
    found = cover_days(pd.Series({"a": stock}), sold(a=units))["days"].iloc[0]
    assert found == days or (np.isnan(found) and np.isnan(days))


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        pytest.param((90, 0, 900, 5), "no_sale", id="900 visitors, 27 units expected, none sold"),
        pytest.param((30, 0, 900, 5), "no_sale", id="listed for the whole window"),
        pytest.param((29, 0, 900, 5), "", id="listed a day less"),
        pytest.param((90, 0, 60, 5), "too_few_visitors", id="60 visitors say nothing"),
        pytest.param((20, 0, 900, 5), "", id="listed 20 days"),
        pytest.param((90, 1, 900, 5), "", id="sold"),
        pytest.param((90, 0, 900, 0), "", id="out of stock"),
        pytest.param((np.nan, 0, 900, np.nan), "no_sale", id="listing day and stock not known"),
    ],
)
def test_thirty_days_without_a_sale(row, verdict):
    items = pd.DataFrame([row], columns=["listed_days", "units", "visitors", "stock_units"])
    assert no_sale(items, goal=0.03).tolist() == [verdict]


def test_sell_through_counts_what_came_in():
    assert sell_through(pd.Series([60.0, 1.0]), pd.Series([50.0, 0.0]), pd.Series([25.0, 0.0])).iloc[0] == 0.8
    assert np.isnan(sell_through(pd.Series([1.0]), pd.Series([0.0])).iloc[0])


def test_active_item_rate_of_no_item_is_not_known():
    assert np.isnan(active_item_rate(pd.Series([], dtype=float)))


def test_a_markdown_raises_the_rate_to_the_needed_one():
    plan = clearance(300, 5, today=TODAY, by=dt.date(2026, 12, 20), elasticity=2.0)
    assert plan["sell_out"] == dt.date(2027, 1, 19)
    assert plan["needed_rate"] == 10.0
    assert 5 * (1 - plan["markdown"]) ** -2.0 == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("stock", "rate", "markdown"),
    [
        pytest.param(100, 10, 0.0, id="gone in time"),
        pytest.param(3000, 1, None, id="no markdown up to 70% would do"),
        pytest.param(100, 0, None, id="nothing sells"),
        pytest.param(0, 0, 0.0, id="nothing left"),
    ],
)
def test_clearance_at_the_edges(stock, rate, markdown):
    assert clearance(stock, rate, today=TODAY, by=dt.date(2026, 12, 20))["markdown"] == markdown


def test_a_clearance_day_in_the_past_is_refused():
    with pytest.raises(ValueError, match="2026-11-20 is not after"):
        clearance(1, 1, today=TODAY, by=TODAY)


def test_a_rate_is_of_ordinary_days_and_needs_a_day_in_stock():
    units = sold(a=[9.0, np.nan, 3.0, 6.0], b=[np.nan] * 4)
    weights = pd.Series([2.0, 5.0], index=units.index[[0, 1]])  # of other days nothing is known: 1
    cover = cover_days(pd.Series({"a": 9.0, "b": 5.0, "new": 4.0}), units, day_weights=weights)
    assert cover.loc["a"].tolist() == [4.5, 2.0, 3]
    assert cover.loc["b", "in_stock_days"] == cover.loc["new", "in_stock_days"] == 0
    assert cover.loc[["b", "new"], ["rate", "days"]].isna().all(axis=None)
    with pytest.raises(ValueError, match="no day"):
        cover_days(pd.Series({"a": 1.0}), units[:0])


@pytest.mark.parametrize(
    ("stock", "rate", "days"), [(-1.0, 0.0, 0.0), (-4.0, 2.0, -2.0), (0.0, 2.0, 0.0), (1.0, 0.0, np.inf)]
)
def test_less_than_nothing_lasts_no_day_where_nothing_is_sold(stock, rate, days):
    assert cover_days(pd.Series({"a": stock}), sold(a=[rate] * 3))["days"].tolist() == [days]


@pytest.mark.parametrize(
    ("visitors", "verdict"), [(100, "no_sale"), (99, "too_few_visitors"), (np.nan, "too_few_visitors")]
)
def test_three_units_must_have_been_expected(visitors, verdict):
    items = pd.DataFrame({"listed_days": [90], "units": [0], "visitors": [visitors], "stock_units": [5]})
    assert no_sale(items, goal=0.03).tolist() == [verdict]
    assert no_sale(items, goal=0.03, least=0.0).tolist() == ["no_sale"]


@pytest.mark.parametrize(
    ("stock", "rate", "sell_out"),
    [
        (100, 10, dt.date(2026, 11, 30)),
        (101, 10, dt.date(2026, 12, 1)),
        (1095, 1, dt.date(2029, 11, 19)),
        (1096, 1, None),
        (5, 0, None),
        (0, 3, TODAY),
    ],
)
def test_the_day_of_the_last_piece_within_three_years(stock, rate, sell_out):
    assert clearance(stock, rate, today=TODAY, by=dt.date(2026, 12, 20))["sell_out"] == sell_out


@pytest.mark.parametrize(
    ("rate", "markdown"),
    [(5.0, 0.0), (4.0, 0.2), (1.5, 0.7), (1.49, None), (0.0, None)],
)
def test_a_markdown_is_none_at_the_needed_rate_and_not_beyond_seventy_percent(rate, markdown):
    """150 pieces in 30 days; at elasticity 1 a markdown m makes rate / (1 - m)."""
    plan = clearance(150, rate, today=TODAY, by=dt.date(2026, 12, 20), elasticity=1.0)
    assert plan["markdown"] == (None if markdown is None else pytest.approx(markdown))
    assert plan["needed_rate"] == 5.0
    with pytest.raises(ValueError, match="is not positive"):
        clearance(1, 1, today=TODAY, by=dt.date(2026, 12, 20), elasticity=0.0)


def test_more_than_was_there_is_above_one_and_an_item_is_active_from_one_sale_on():
    assert sell_through(pd.Series([6.0]), pd.Series([3.0]), 1.0).tolist() == [1.5]
    assert active_item_rate(pd.Series([0.5, 0.0, -1.0, 1.0])) == 0.5


def test_a_markdown_assumes_one_and_a_half_percent_more_pieces_for_one_percent_less():
    plan = clearance(300, 5, today=TODAY, by=dt.date(2026, 12, 20))
    assert (1 - plan["markdown"]) ** -1.5 == pytest.approx(2.0)
