"""The tables of a review, by hand."""

import datetime as dt
import math

import pandas as pd
import pytest

from shopbook.analysis.review import attainment, base_days, phase_table, source_table, totals

DAYS = pd.date_range("2026-10-01", periods=4)


def _day(at):
    return DAYS[at].date()


SHOP = pd.DataFrame(
    {"visitors": [100, 100, 400, 200], "pay_buyers": [1, 3, 16, 4], "pay_amount": [80.0, 120, 800, 200],
     "refund_amount": [0.0, 20, 40, 0]},
    index=DAYS,
)  # fmt: skip


def test_a_ratio_of_several_days_comes_from_sums():
    """(3 + 16) / (100 + 400) = 3.8%, not the mean of 3% and 4%."""
    assert totals(SHOP, [_day(1), _day(2)])["pay_conversion_rate"] == pytest.approx(0.038)


def test_net_sales_are_sales_less_refunds():
    assert totals(SHOP, [_day(1), _day(2)])["net_amount"] == pytest.approx(860)


def test_a_figure_no_export_has_is_not_known():
    assert math.isnan(totals(SHOP, [_day(0)])["ad_spend"])


def test_a_day_in_two_phases_counts_for_the_later():
    table = phase_table(SHOP, {"warm_up": (_day(1), _day(2)), "peak": (_day(2), _day(3))}, [_day(0)])
    assert table.set_index("phase")["days"].to_dict() == {"base": 1, "warm_up": 1, "peak": 2}


def test_the_burst_factor_is_daily_mean_over_ordinary_daily_mean():
    table = phase_table(SHOP, {"peak": (_day(2), _day(3))}, [_day(0), _day(1)])
    assert table["burst"].tolist() == pytest.approx([1.0, 5.0])


@pytest.mark.parametrize(
    ("value", "band"),
    [
        pytest.param(100, 1.0, id="reached"),
        pytest.param(96, 0.95, id="nearly"),
        pytest.param(85, 0.85, id="at the edge of 85"),
        pytest.param(10, 0.0, id="below every band"),
    ],
)
def test_bands_of_attainment(value, band):
    assert attainment({"visitors": value}, {"visitors": 100})["band"].tolist() == [band]


def test_a_target_nobody_measured_has_no_band():
    assert math.isnan(attainment({}, {"ad_roi": 3})["band"].iloc[0])


def test_other_campaigns_are_no_ordinary_days():
    found = base_days(dt.date(2026, 10, 5), {dt.date(2026, 10, 1)}, days=7)
    assert len(found) == 6
    assert dt.date(2026, 10, 1) not in found


def test_sources_are_compared_by_the_day():
    rows = pd.DataFrame(
        {"date": [*DAYS, DAYS[2]], "channel": ["search"] * 4 + ["live"], "label": ["s"] * 4 + ["l"],
         "visitors": [10, 30, 60, 40, 8], "pay_buyers": [1, 1, 6, 0, 2], "pay_amount": [1.0, 1, 1, 1, 1]}
    )  # fmt: skip
    table = source_table(rows, (_day(2), _day(3)), [_day(0), _day(1)]).set_index("channel")
    assert table.loc["search", ["visitors", "visitors_base", "change"]].tolist() == [50, 20, 1.5]
    assert math.isnan(table.loc["live", "change"])


def test_sums_count_the_days_that_have_an_export():
    found = totals(SHOP, [_day(0), _day(1), dt.date(2026, 12, 1)])
    told = {name: found[name] for name in ("days", "visitors", "pay_buyers", "pay_amount", "net_amount")}
    assert told == {
        "days": 2.0,
        "visitors": 200.0,
        "pay_buyers": 4.0,
        "pay_amount": 200.0,
        "net_amount": 180.0,
    }
    assert found["avg_order_value"] == 50.0


@pytest.mark.parametrize(
    ("value", "band"),
    [(100, 1.0), (99.9, 0.95), (95, 0.95), (94.9, 0.85), (84.9, 0.7), (70, 0.7), (69.9, 0.0)],
)
def test_a_band_is_the_highest_that_is_reached(value, band):
    table = attainment({"visitors": value}, {"visitors": 100})
    assert table.loc[0].tolist() == ["visitors", value, 100.0, pytest.approx(value / 100), band]
    assert math.isnan(attainment({"visitors": value}, {"visitors": 0})["reached"].iloc[0])


def test_the_ordinary_days_are_four_whole_weeks_oldest_first():
    found = base_days(dt.date(2026, 10, 5))
    assert (found[0], found[-1], len(found)) == (dt.date(2026, 9, 8), dt.date(2026, 10, 5), 28)


def test_phases_are_told_from_their_first_to_their_last_day_in_their_order():
    phases = {"peak": (_day(3), _day(2)), "presale": (_day(1), _day(1)), "encore": (_day(2), _day(3))}
    table = phase_table(SHOP, phases, [_day(0)])
    assert table[["phase", "first", "last"]].to_numpy().tolist() == [
        ["base", _day(0), _day(0)], ["presale", _day(1), _day(1)], ["encore", _day(2), _day(3)],
    ]  # fmt: skip
    assert table["day_amount"].tolist() == [80.0, 120.0, 500.0]


def test_sources_are_means_over_the_days_with_an_export_by_visitors_gained():
    rows = pd.DataFrame(
        {
            "date": [*DAYS, DAYS[0], DAYS[2]],
            "channel": ["search"] * 4 + ["ads", "live"],
            "label": list("ssssal"),
            "visitors": [10, 30, 60, 40, 8, 100],
            "pay_buyers": [1, 1, 6, 0, 2, 5],
            "pay_amount": [10.0, 30, 60, 20, 1, 9],
        }
    )
    late = dt.date(2026, 10, 9)
    table = source_table(rows, (_day(2), late), [_day(0), _day(1)], (_day(1), _day(2))).set_index("channel")
    assert table.index.tolist() == ["live", "search", "ads"]
    chosen = ["visitors", "visitors_base", "visitors_previous", "pay_amount"]
    assert table.loc["search", chosen].tolist() == [50.0, 20.0, 45.0, 40.0]
    assert table.loc["live", ["visitors", "visitors_base", "visitors_previous"]].tolist() == [50.0, 0.0, 50.0]
    assert table.loc["ads", ["label", "visitors", "visitors_base", "change"]].tolist() == [
        "a",
        0.0,
        4.0,
        -1.0,
    ]
    assert table.loc["search", ["pay_conversion_rate", "conversion_base"]].tolist() == [0.06, 0.05]
    alone = source_table(rows, (_day(2), late), [late]).set_index("channel")
    assert alone[["visitors_previous", "change"]].isna().all(axis=None)
