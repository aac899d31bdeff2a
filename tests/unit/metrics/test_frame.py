"""Tidy frames as tables of days: which level, device, meaning and row of a day counts."""

import math

import numpy as np
import pandas as pd
import pytest

from shopbook.metrics.frame import (
    channel_days,
    channel_rows,
    market_days,
    metric_days,
    peer_days,
    rival_days,
    shop_days,
    wide,
    within,
)

DAY = pd.Timestamp("2026-11-20")
NAN = math.nan


def sources(*rows, **columns):
    """Rows of sources: (level, channel, label, detail, visitors)."""
    frame = pd.DataFrame(rows, columns=["level", "channel", "channel_label", "channel_detail", "visitors"])
    return frame.assign(**{"date": DAY} | columns)


def told(frame, level=1):
    rows = channel_days(frame, level)
    return list(zip(rows["channel"], rows["label"], rows["visitors"], strict=True))


def test_of_the_levels_which_repeat_each_other_one_is_taken():
    frame = sources((1, "search", "Search", "", 5.0), (2, "search", "Search", "Box", 3.0),
                    (2, "search", "Search", "", 2.0))  # fmt: skip
    assert told(frame) == [("search", "Search", 5.0)]
    assert told(frame, 2) == [("search", "Box", 5.0)]
    assert told(sources((2, "a", "A", "Box", 3.0), (2, "b", "B", "", 2.0)), 2) == [
        ("a", "Box", 3.0),
        ("b", "B", 2.0),
    ]


def test_devices_add_up_and_a_source_without_an_id_goes_by_its_name():
    frame = sources(
        (1, "search", "Search", "", 5.0), (1, "search", "Search", "", 4.0), (1, "", "Odd", "", 1.0)
    )
    assert told(frame) == [("Odd", "Odd", 1.0), ("search", "Search", 9.0)]
    assert "pay_amount" not in channel_days(frame)
    assert list(channel_days(frame.iloc[:0]).columns) == [
        "date", "channel", "label", "visitors", "pay_buyers", "pay_amount",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "kept"),
    [([1.0, 0.0], ["a"]), ([0.0, 1.0], ["b"]), ([NAN, NAN], ["a"]), ([NAN, 1.0], ["a", "b"])],
)
def test_the_marked_level_is_the_channels_and_the_first_where_none_is_marked(marks, kept):
    frame = sources((1, "a", "A", "", 5.0), (2, "b", "B", "", 4.0))
    assert channel_rows(frame.assign(is_channel=marks))["channel"].tolist() == kept
    assert channel_rows(frame)["channel"].tolist() == ["a"]


def test_of_several_meanings_of_a_source_a_day_the_one_of_most_days_is_used():
    days = [DAY + pd.Timedelta(days=n) for n in range(4)]
    frame = pd.concat(
        sources((1, "a", name, "", 1.0), date=day, attribution=name)
        for name, known in (("every", days[1:]), ("last", days[:2]))
        for day in known
    )
    found = channel_rows(frame).sort_values("date")
    assert found["attribution"].tolist() == ["last", "every", "every", "every"]
    alone = frame[frame["attribution"] == "last"]
    assert len(channel_rows(alone)) == 2


def test_a_shop_has_a_row_a_day_in_order_and_no_days_without_an_export():
    rows = pd.DataFrame(
        {"date": [DAY, DAY - pd.Timedelta(days=2)], "visitors": [20.0, 10.0], "pay_buyers": 1.0}
    )
    found = shop_days(rows)
    assert found["pay_conversion_rate"].tolist() == [0.1, 0.05]
    assert found.index.tolist() == [DAY - pd.Timedelta(days=2), DAY]
    assert shop_days(rows.iloc[:0]).empty
    assert shop_days(rows.iloc[:0]).index.name == "date"


def long(*rows):
    return pd.DataFrame(rows, columns=["metric", "value", "value_type"]).assign(date=DAY)


def test_a_metric_is_a_column_and_its_last_row_of_a_day_wins():
    assert metric_days(long(("a", 1.0, ""), ("a", 2.0, ""), ("b", 3.0, ""))).loc[DAY].to_dict() == {
        "a": 2.0,
        "b": 3.0,
    }
    assert metric_days(long()).empty
    peers = long(("a", 9.0, "")).assign(peer_avg=4.0)
    assert peer_days(peers).loc[DAY].to_dict() == {"a": 4.0}


def test_an_index_of_the_market_is_no_value_and_both_names_of_its_visitors_are_one():
    rows = long(("market_visitors", 5.0, "value"), ("pay_amount", 7.0, "index"))
    assert market_days(rows).loc[DAY].to_dict() == {"visitors": 5.0}
    assert market_days(rows.iloc[:0]).empty


def rivals(*rows):
    frame = pd.DataFrame(
        rows, columns=["entity_type", "entity", "metric", "value", "value_low", "value_high"]
    )
    return frame.assign(date=DAY)


def test_rivals_stand_a_row_each_with_values_and_the_ends_of_ranges():
    frame = rivals(("shop", "a", "rank", 3.0, NAN, NAN), ("shop", "b", "visitors", NAN, 10.0, 20.0),
                   ("item", "c", "rank", 1.0, NAN, NAN))  # fmt: skip
    found = rival_days(frame)
    assert found["entity"].tolist() == ["a", "b"]
    assert sorted(found.columns) == ["date", "entity", "rank", "visitors_high", "visitors_low"]
    assert found.set_index("entity").loc["b", ["visitors_low", "visitors_high"]].tolist() == [10.0, 20.0]
    assert rival_days(frame, "item")["entity"].tolist() == ["c"]
    for nothing in (
        frame.iloc[:0],
        rivals(("shop", "a", "rank", NAN, NAN, NAN)),
        frame[frame["entity_type"] == "item"],
    ):
        assert list(rival_days(nothing).columns) == ["date", "entity"]


@pytest.mark.parametrize(
    ("order", "first", "last", "found"),
    [([1, 2, 3, 4], 2, 3, [2, 3]), ([1, 2, 3, 4], 0, 9, [1, 2, 3, 4]), ([1, 2, 3, 4], 5, 9, []),
     ([2, 9, 3], 2, 3, [2, 3]), ([3, 2, 9], 2, 3, [3, 2]), ([2], 2, 2, [2]), ([2, 9, 2, 3], 2, 3, [2, 2, 3])],
)  # fmt: skip
def test_rows_between_two_days_are_kept_in_their_order(order, first, last, found):
    frame = pd.DataFrame({"date": [DAY + pd.Timedelta(days=n) for n in order], "n": order})
    ends = (DAY + pd.Timedelta(days=each) for each in (first, last))
    assert within(frame, *ends)["n"].tolist() == found


def test_rows_that_stand_together_are_not_copied():
    frame = pd.DataFrame({"date": pd.date_range(DAY, periods=5), "n": range(5)})
    part = within(frame, DAY + pd.Timedelta(days=1), DAY + pd.Timedelta(days=2))
    assert np.shares_memory(part["n"].to_numpy(), frame["n"].to_numpy())
    assert part["n"].tolist() == [1, 2]


def test_a_pair_without_a_row_is_not_known_and_rows_of_one_add_up():
    frame = pd.DataFrame(
        {"date": [DAY, DAY, DAY + pd.Timedelta(days=1)], "key": list("aab"), "v": [1.0, 2.0, NAN]}
    )
    found = wide(frame, "key", "v")
    assert found.loc[DAY, "a"] == 3.0
    assert "b" not in found or found["b"].isna().all()
