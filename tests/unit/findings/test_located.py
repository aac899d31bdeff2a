"""Where a change sits: which days and things are scanned, and what each spot and the rest amount to."""

import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.locate import Spot
from shopbook.analysis.noise import phi_by_moments
from shopbook.analysis.scan import BOUND
from shopbook.findings.daily import located
from shopbook.findings.daily.located import Found
from typed import DAY, USUAL, ago, daily, facts, holiday, last, table

DAYS = last(29)
USUAL_STAMPS = [pd.Timestamp(day) for day in USUAL]


pytestmark = pytest.mark.usefixtures("english")


def sources(visitors: dict[str, list[float]], days: pd.DatetimeIndex = DAYS) -> pd.DataFrame:
    """The report of the sources: a list of visitors by day of each."""
    keys = {"channel_detail": "", "level": 1, "device": "wireless"}
    return pd.concat(
        pd.DataFrame({"date": days, "channel": name, "channel_label": name.upper(), "visitors": each, **keys})
        for name, each in visitors.items()
    )


def steady(*, now: float = 100.0, usual: float = 100.0) -> list[float]:
    return [usual] * 28 + [now]


FLOW = {"a": steady(now=50.0), "b": steady(now=180.0), **{name: steady() for name in "cdefg"}}


def test_a_source_that_moved_alone_has_the_evidence_of_its_poisson_deviance():
    """Without noise of its own a part is judged by counting noise of one day against four."""
    flow = {name: [each[0]] * 62 + each for name, each in FLOW.items()}
    found = located.by_source(facts(frames={"flow_source": sources(flow, last(91)), "shop_daily": daily(91)}))
    rose, fell = found.spots  # the more surprising one first
    assert (rose.scope, fell.scope) == ({"channel": "b"}, {"channel": "a"})
    assert (fell.effect, fell.ratio) == (pytest.approx(-50.0), pytest.approx(0.5))
    assert (rose.effect, rose.ratio) == (pytest.approx(80.0), pytest.approx(1.8))
    assert fell.evidence == pytest.approx((50 * math.log(0.5) + 50) / (1 + 1 / 4))
    assert rose.evidence == pytest.approx((180 * math.log(1.8) - 80) / (1 + 1 / 4))
    assert (found.judged, found.rest) == (7, pytest.approx(0.0))


def test_what_the_market_and_the_spots_leave_is_the_rest():
    flow = {"a": steady(now=60.0), **{name: steady(now=120.0) for name in "bcdefgh"}}
    market = pd.DataFrame(
        {"date": DAYS, "category": "cups", "metric": "visitors", "value": steady(now=110.0)}
    )
    given = facts(frames={"flow_source": sources(flow), "market": market.assign(value_type="value")})
    (spot,) = located.by_source(given).spots
    shift = given.compare("visitors").shift
    assert shift == pytest.approx(0.1, abs=0.02)
    assert located.by_source(given).rest == pytest.approx((900 - 800) - 800 * shift - spot.effect)
    alone = facts(frames={"flow_source": sources(flow)})  # no market: it explains nothing
    assert located.by_source(alone).rest == pytest.approx(100 - spot.effect)


def test_a_source_is_held_against_the_comparable_days_only_and_at_least_two_of_them():
    twice = {name: [500.0] * 28 + [100.0] for name in "abcdefg"}
    flow = sources(twice)
    flow.loc[flow["date"].isin(USUAL_STAMPS), "visitors"] = 100.0
    flow.loc[(flow["channel"] == "a") & (flow["date"] == pd.Timestamp(DAY)), "visitors"] = 20.0
    assert located.by_source(facts(frames={"flow_source": flow})).rest == pytest.approx(0.0, abs=8.0)
    for kept, judged in ((2, 7), (1, 0)):
        short = flow[flow["date"].isin([*USUAL_STAMPS[-kept:], pd.Timestamp(DAY)])]
        assert located.by_source(facts(frames={"flow_source": short})).judged == judged
    without_day = flow[flow["date"] < pd.Timestamp(DAY)]
    assert located.by_source(facts(frames={"flow_source": without_day})) == Found((), 0.0, 0)


def test_noise_of_a_source_is_learned_from_ordinary_days_before_the_day():
    """Holidays on which a source went wild say nothing of its ordinary days; the day itself least of all."""
    wild = [back for back in range(1, 91, 3) if back % 7]
    visitors = [900.0 if back in wild else 100.0 for back in range(90, 0, -1)] + [50.0]
    flow = {"a": visitors, **{name: [100.0] * 91 for name in "bcdefg"}}
    frames = {"shop_daily": daily(91), "flow_source": sources(flow, last(91))}
    calm = facts(frames=frames, calendar=holiday(0, *wild))
    assert [spot.scope for spot in located.by_source(calm).spots] == [{"channel": "a"}]
    assert located.by_source(facts(frames=frames)).spots == ()


def items(visitors: dict[str, list[float]], days: pd.DatetimeIndex = DAYS, **columns: object) -> pd.DataFrame:
    return pd.concat(
        pd.DataFrame({"date": days, "item_id": name, "item_name": f"item {name}", "item_visitors": each})
        for name, each in visitors.items()
    ).assign(**columns)


def test_items_below_the_smallest_usual_level_and_ruled_out_ones_are_not_scanned():
    visitors = {"big": steady(), "edge": steady(usual=30.0, now=30.0), "small": steady(usual=29.0, now=29.0)}
    assert located.by_item(facts(frames={"item_daily": items(visitors)})).judged == 2
    gone = facts(frames={"item_daily": items(visitors)}, warned=[("stock_out", "big"), ("presale", "edge")])
    assert located.by_item(gone).judged == 1
    assert located.ruled_out(gone) == {"big": "stock_out"}
    assert located.presale_items(gone) == {"edge"}
    assert located.by_item(facts()) == Found((), 0.0, 0)
    nothing = items(visitors).drop(columns="item_visitors")
    assert located.by_item(facts(frames={"item_daily": nothing})) == Found((), 0.0, 0)


def test_a_warning_without_an_item_rules_none_out():
    assert located.ruled_out(facts(warned=[("off_shelf", ""), ("off_shelf", "7")])) == {"7": "off_shelf"}
    assert located.presale_items(facts(warned=[("presale", "")])) == set()


def test_the_usual_level_of_an_item_is_a_mean_of_the_days_that_have_a_report():
    half = items({"a": steady(), "b": steady(usual=40.0, now=40.0)})
    half = half[half["date"].isin([*USUAL_STAMPS[-2:], pd.Timestamp(DAY)])]  # 40 a day, 20 over four
    assert located.by_item(facts(frames={"item_daily": half})).judged == 2


def test_only_the_three_hundred_items_with_most_visitors_are_scanned():
    many = {str(place): [1000.0 + place] * 5 for place in range(301)}
    days = pd.DatetimeIndex([*USUAL_STAMPS, pd.Timestamp(DAY)])
    assert located.by_item(facts(frames={"item_daily": items(many, days)})).judged == 300


CROSSED = {(channel, item): 200.0 for channel in "abc" for item in ("1", "2", "3", "4")}


def flows(now: dict[tuple[str, str], float] | None = None, devices: tuple[str, ...] = ("wireless",)):
    """An item's sources, a row a day, source, item (and device)."""
    rows = [
        (day, channel, channel.upper(), item, device, (now or {}).get((channel, item), usual)
         if day == pd.Timestamp(DAY) and device == "wireless" else usual)
        for day in DAYS for (channel, item), usual in CROSSED.items() for device in devices
    ]  # fmt: skip
    names = ["date", "channel", "channel_label", "item_id", "device", "visitors"]
    return pd.DataFrame(rows, columns=names).assign(level=1, channel_detail="")


def test_a_source_of_one_item_is_found_where_items_have_their_own_sources():
    """Days that are busier for all cells make no noise: what is left is the likelihood ratio of two rates."""
    rows = flows({("b", "3"): 80.0})
    rows.loc[rows["date"].isin([ago(2), ago(9)]), "visitors"] *= 3
    found, count = located.crossed(facts(frames={"item_flow_source": rows}))
    (spot,) = found.spots
    assert (spot.scope, count, found.judged) == ({"channel": "b", "item_id": "3"}, 4, 12)
    assert spot.effect == pytest.approx(-120.0, rel=0.02)
    assert found.rest == pytest.approx(0.0, abs=2.0)
    due, others = (each * 2280 / 2400 for each in (200, 2200))
    ratio = 80 * math.log(80 / due) + 2200 * math.log(2200 / others)
    assert spot.evidence == pytest.approx(ratio / (1 + 1 / 4))


def test_a_cell_without_a_row_had_nobody():
    rows = flows({("b", "3"): 80.0})
    gone = rows["channel"].eq("b") & rows["item_id"].eq("3") & rows["date"].eq(pd.Timestamp(DAY))
    found, _ = located.crossed(facts(frames={"item_flow_source": rows[~gone]}))
    assert found.spots[0].effect == pytest.approx(-200.0, rel=0.01)


def test_a_new_source_had_nobody_and_a_lost_one_has_nobody():
    both = {"a": steady(now=math.nan), "b": [math.nan] * 28 + [100.0], **{name: steady() for name in "cdefg"}}
    found = located.by_source(facts(frames={"flow_source": sources(both)}))
    effects = {spot.scope["channel"]: spot.effect for spot in found.spots}
    assert effects == {"a": pytest.approx(-100.0), "b": pytest.approx(100.0)}
    assert found.rest == pytest.approx(0.0)


def test_devices_are_crossed_too_where_there_are_several():
    both = ("pc", "wireless")
    found, count = located.crossed(facts(frames={"item_flow_source": flows({("b", "3"): 60.0}, both)}))
    assert (count, found.judged) == (4, 24)
    assert found.spots[0].scope == {"channel": "b", "item_id": "3", "device": "wireless"}


def test_crossing_needs_the_day_and_two_comparable_ones():
    whole = flows({("b", "3"): 80.0})
    for kept, count in ((2, 4), (1, 0)):
        short = whole[whole["date"].isin([*USUAL_STAMPS[-kept:], pd.Timestamp(DAY)])]
        assert located.crossed(facts(frames={"item_flow_source": short}))[1] == count
    late = whole[whole["date"] < pd.Timestamp(DAY)]
    assert located.crossed(facts(frames={"item_flow_source": late})) == (Found((), 0.0, 0), 0)
    assert located.crossed(facts()) == (Found((), 0.0, 0), 0)


def test_a_ruled_out_item_is_left_out_of_the_crossing():
    given = facts(frames={"item_flow_source": flows({("b", "3"): 80.0})}, warned=[("stock_out", "3")])
    found, count = located.crossed(given)
    assert (found.spots, count) == ((), 3)


def test_a_source_without_an_id_goes_by_the_words_of_the_export():
    rows = flows({("b", "3"): 80.0})
    rows.loc[rows["channel"] == "b", "channel"] = ""
    found, _ = located.crossed(facts(frames={"item_flow_source": rows}))
    assert found.spots[0].scope == {"channel": "B", "item_id": "3"}


def test_a_holiday_among_the_days_before_does_not_make_the_cells_noisy():
    rows = flows({("b", "3"): 120.0})
    wild = rows["date"].isin([ago(10), ago(12)]) & rows["item_id"].isin(["1", "4"])
    rows.loc[wild, "visitors"] *= 40
    rows.loc[rows["date"].isin([ago(10), ago(12)]) & rows["channel"].eq("c"), "visitors"] /= 9
    noisy, _ = located.crossed(facts(frames={"item_flow_source": rows}))
    calm, _ = located.crossed(facts(frames={"item_flow_source": rows}, calendar=holiday(0, 10, 12)))
    assert noisy.spots == ()
    assert calm.spots[0].scope == {"channel": "b", "item_id": "3"}
    assert calm.spots[0].evidence > BOUND * math.log(19)  # 3 sources, 4 items, 12 crossings


def back(*rows: tuple[str, int, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item_id", "back", "buyers", "visitors"])


def test_a_window_holds_its_first_day_and_not_its_last():
    rows = back(("1", 0, 1, 10), ("1", 2, 2, 20), ("1", 3, 4, 40), ("2", 1, 8, 80))
    sums = located.window_sums(rows, 0, 3)
    assert sums.to_dict("index") == {
        "1": {"buyers": 3, "visitors": 30}, "2": {"buyers": 8, "visitors": 80},
    }  # fmt: skip
    assert located.window_sums(rows, 3, 7).to_dict("index") == {"1": {"buyers": 4, "visitors": 40}}


def test_a_week_is_one_look_and_a_shorter_window_one_of_three():
    assert [located.looks_of(days) for days in (1, 3, 7)] == [3, 3, 1]


def test_cells_are_the_last_days_against_the_four_weeks_before_this_one():
    rows = back(
        ("1", 0, 2, 100), ("1", 2, 3, 100), ("1", 3, 90, 100), ("1", 6, 90, 100),
        ("1", 7, 5, 200), ("1", 34, 6, 200), ("1", 35, 90, 100), ("2", 0, 1, 900), ("2", 7, 0, 40),
        ("2", 8, 1, 50), ("new", 0, 0, 99), ("new", 7, 5, 99),
    )  # fmt: skip
    cells = located._window_cells(rows, 3)
    assert cells.set_index("item_id").to_dict("index") == {
        "2": {"successes": 1, "trials": 900, "successes_before": 1, "trials_before": 90},
        "1": {"successes": 5, "trials": 200, "successes_before": 11, "trials_before": 400},
    }
    assert list(cells["item_id"]) == ["2", "1"]  # most visitors first


def test_the_evidence_of_a_window_counts_the_days_that_its_past_has():
    """After a campaign few of the four weeks before are ordinary: a past of five days proves less."""
    seen = [(str(item), day, 12 if (item, day < 7) == (3, True) else 5, 200) for item in range(8)
            for day in range(35)]  # fmt: skip
    full = located.by_conversion(facts(known={"item_conversions": back(*seen)}))
    few = back(*(row for row in seen if row[1] < 12))
    thin = located.by_conversion(facts(known={"item_conversions": few}))
    assert full.spots[0].scope == {"item_id": "3"}
    assert (
        not thin.spots or thin.spots[0].evidence < full.spots[0].evidence * (1 + 7 / 28) / (1 + 7 / 5) * 1.2
    )


PAIR = [("1", 0, 2, 100), ("1", 8, 2, 100), ("2", 0, 2, 100), ("2", 8, 2, 100)]


@pytest.mark.parametrize(
    ("third", "kept"),
    [
        pytest.param([("3", 0, 5, 5), ("3", 8, 5, 5)], 3, id="all bought"),
        pytest.param([("3", 0, 1, 1), ("3", 8, 0, 1)], 3, id="one visitor"),
        pytest.param([("3", 0, 6, 5), ("3", 8, 5, 5)], 2, id="more buyers than visitors now"),
        pytest.param([("3", 0, 5, 5), ("3", 8, 6, 5)], 2, id="more buyers than visitors before"),
        pytest.param([("3", 0, 0, 0), ("3", 8, 5, 5)], 2, id="nobody came now"),
        pytest.param([("3", 0, 5, 5), ("3", 8, 0, 0)], 2, id="nobody came before"),
        pytest.param([("3", 0, 5, 5)], 2, id="new"),
        pytest.param([("3", 8, 5, 5)], 2, id="gone"),
    ],
)
def test_an_item_is_a_cell_when_both_windows_have_visitors_and_no_more_buyers(third, kept):
    assert len(located._window_cells(back(*PAIR, *third), 1)) == kept


def test_one_item_alone_or_items_nobody_ever_bought_are_not_scanned():
    assert located._window_cells(back(*PAIR[:2]), 1) is None
    unsold = [(item, day, 0, people) for item, day, _, people in PAIR]
    assert located._window_cells(back(*unsold), 1) is None
    once = [PAIR[0], ("1", 8, 1, 100), *unsold[2:]]
    assert located._window_cells(back(*once), 1) is not None


def test_the_three_hundred_items_with_most_visitors_make_cells():
    rows = [(str(place), day, 1, 1000 + place) for place in range(301) for day in (0, 8)]
    cells = located._window_cells(back(*rows), 1)
    assert len(cells) == 300
    assert cells["trials"].min() == 1001


def test_conversions_count_ordinary_days_back_from_the_day_and_presale_by_orders():
    rows = table(
        "date item_id item_name item_visitors pay_buyers order_buyers",
        (0, "1", "x", 100, 4, 9), (3, "1", "x", 100, 4, 9), (4, "1", "x", 100, 4, 9),
        (0, "2", "y", 50, 0, 7), (0, "3", "z", 50, 1, 1),
    )  # fmt: skip
    given = facts(
        frames={"item_daily": rows}, calendar=holiday(0, 3), warned=[("presale", "2"), ("off_shelf", "3")]
    )
    found = located.item_conversions(given)
    assert found.to_dict("records") == [
        {"item_id": "1", "back": 0, "buyers": 4, "visitors": 100},  # a holiday itself is what is asked about
        {"item_id": "1", "back": 4, "buyers": 4, "visitors": 100},
        {"item_id": "2", "back": 0, "buyers": 7, "visitors": 50},
    ]
    paid = facts(frames={"item_daily": rows.drop(columns="order_buyers")}, warned=[("presale", "2")])
    assert list(located.item_conversions(paid)["buyers"]) == [4, 4, 4, 0, 1]
    for missing in ("item_visitors", "pay_buyers"):
        assert located.item_conversions(facts(frames={"item_daily": rows.drop(columns=missing)})).empty
    assert located.item_conversions(facts()).empty


def conversions(changed: dict[tuple[str, int], float], count: int = 8) -> dict[str, pd.DataFrame]:
    """Items of 1000 visitors and 50 buyers a day over five weeks; `changed` by (item, days back)."""
    rows = [
        (str(item), day, changed.get((str(item), day), 50.0), 1000.0)
        for item in range(count) for day in range(35)
    ]  # fmt: skip
    return {"item_conversions": back(*rows)}


def test_the_window_with_most_evidence_is_told_of_a_fall_and_of_a_rise():
    week = {("2", day): 35.0 for day in range(7)}
    days = {("5", day): 75.0 for day in range(3)}
    found = located.by_conversion(facts(known=conversions({**week, **days})))
    assert [(spot.scope["item_id"], spot.ratio < 1) for spot in found.spots] == [("2", True), ("5", False)]
    assert (found.days, found.judged, found.rest) == ((7, 3), 8, 0.0)


def evidence_on_a_day(buyers: float) -> float:
    """Binomial likelihood ratio of one of eight equal items against the others, over 1 day and 28."""

    def gain(seen: float, due: float, trials: float) -> float:
        return seen * math.log(seen / due) + (trials - seen) * math.log((trials - seen) / (trials - due))

    due = (7 * 50.0 + buyers) / 8
    return (gain(buyers, due, 1000.0) + gain(350.0, 7 * due, 7000.0)) / (1 + 1 / 28)


def test_a_shorter_window_needs_the_evidence_of_three_looks():
    """A fall on the day alone must pass 1.5 (ln candidates + ln 3), that of a week the first part only."""
    bound, further = BOUND * math.log(8), BOUND * math.log(3)
    sure = max(buyers for buyers in range(1, 50) if evidence_on_a_day(buyers) >= bound + further)
    assert evidence_on_a_day(sure + 1) > bound
    (kept,) = located.by_conversion(facts(known=conversions({("2", 0): sure}))).spots
    assert kept.evidence == pytest.approx(evidence_on_a_day(sure), rel=1e-3)
    assert located.by_conversion(facts(known=conversions({("2", 0): sure + 1.0}))).spots == ()


def test_without_cells_there_is_nothing_to_find():
    assert located.by_conversion(facts()) == Found((), 0.0, 0)
    alone = located.by_conversion(facts(known=conversions({("0", 0): 5.0}, count=1)))
    assert (alone.spots, alone.judged) == ((), 0)


def test_the_scatter_of_item_weeks_is_their_chi_square_against_item_and_week():
    """By hand: expected are item rate x week level; what is judged, the week of the day, is no evidence."""
    buyers = np.array([[60.0, 40.0, 50.0, 70.0], [40.0, 60.0, 50.0, 30.0], [90.0, 110.0, 100.0, 80.0]])
    visitors = np.array([[1000.0] * 4, [1000.0] * 4, [2000.0] * 4])
    rows = [
        (str(item), 7 * week + 3, buyers[item, week - 1], visitors[item, week - 1])
        for item in range(3) for week in (1, 2, 3, 4)
    ]  # fmt: skip
    rows += [(str(item), day, 900.0 * item, 1000.0) for item in range(3) for day in range(7)]
    item_rate = buyers.sum(1) / visitors.sum(1)
    week_rate = buyers.sum(0) / visitors.sum(0)
    expected = visitors * np.outer(item_rate, week_rate) / (buyers.sum() / visitors.sum())
    found = located._week_phi(back(*rows))
    assert found == pytest.approx(phi_by_moments(buyers.ravel(), expected.ravel()))
    assert found > 1.2


def test_items_or_weeks_without_visitors_make_no_scatter():
    even = [(str(item), 7 * week, 50.0, 1000.0) for item in range(8) for week in (1, 2, 3, 4)]
    nobody = [("9", 7 * week, 0.0, 0.0) for week in (1, 2, 3, 4)]
    empty_week = [(str(item), 35, 0.0, 0.0) for item in range(8)]
    assert located._week_phi(back(*even, *nobody, *empty_week)) == 1.0
    assert located._week_phi(back(*nobody)) == 1.0
    unsold = [(str(item), 7 * week, 0.0, 9.0) for item in range(8) for week in (1, 2, 3, 4)]
    assert located._week_phi(back(*unsold)) == 1.0


def test_rate_and_mix_are_told_by_source_and_by_item_with_the_largest_three():
    now = {"a": (100, 10), "b": (100, 5), "c": (100, 2), "d": (100, 1)}
    base = {"a": (200, 20), "b": (100, 10), "c": (50, 1), "d": (50, 1)}
    rows = [(0, name, name.upper(), "", 1, "wireless", *each) for name, each in now.items()]
    rows += [((USUAL[-1] - DAY).days * -1, name, name.upper(), "", 1, "wireless", *each)
             for name, each in base.items()]  # fmt: skip
    names = "date channel channel_label channel_detail level device visitors pay_buyers"
    found = located.rate_mix_table(facts(frames={"flow_source": table(names, *rows)}))
    assert found[0]["label"] == "all, by source"
    assert len(found) == 4
    change = 18 / 400 - 32 / 400
    assert found[0]["rate"] + found[0]["mix"] == pytest.approx(change)
    sizes = [abs(row["rate"]) + abs(row["mix"]) for row in found[1:]]
    assert sizes == sorted(sizes, reverse=True)
    assert {row["label"] for row in found[1:]} <= {"A", "B", "C", "D"}
    assert len(located.rate_mix_table(facts(frames={"flow_source": table(names, *rows)}), top=1)) == 2
    assert located.rate_mix_table(facts()) == []
    for side in (True, False):
        one = table(names, *[row for row in rows if (row[0] == 0) is side])
        assert located.rate_mix_table(facts(frames={"flow_source": one})) == []


def spot(effect: float, ratio: float, **scope: str) -> Spot:
    return Spot(scope, effect, ratio, 9.0)


def test_the_table_tells_each_spot_then_the_rest_then_what_was_ruled_out():
    known = {
        "by_source": Found((spot(-40.0, 0.6, channel="a"),), -5.0, 6),
        "by_item": Found((), 3.0, 4),
        "crossed": (Found((spot(-40.0, 0.5, channel="a", item_id="1"),), 1.0, 12), 2),
        "item_names": {"1": "cup", "8": "pot"},
        "channel_names": {"a": "Search"},
    }
    given = facts(known=known, warned=[("stock_out", "8"), ("off_shelf", "9")])
    rows = [(r["dimension"], r["label"], r["effect"], r["ratio"]) for r in located.located_table(given)]
    crossed = "source x item (2 items with a source file)"
    rest = "shared by all or not explained"
    assert rows == [
        ("source", "Search", -40.0, pytest.approx(-0.4)),
        ("source", rest, -5.0, None),
        ("item", "nothing stands out, 4 judged", None, None),
        ("item", rest, 3.0, None),
        (crossed, "Search × cup", -40.0, pytest.approx(-0.5)),
        (crossed, rest, 1.0, None),
        ("out of stock: ruled out first", "pot", None, None),
        ("off the shelf: ruled out first", "9", None, None),
    ]
    none = {**known, "by_item": Found((), 3.0, 0), "crossed": (Found((), 0.0, 0), 0)}
    assert len(located.located_table(facts(known=none))) == 2


def test_rates_by_source_and_by_item_need_buyers_and_visitors():
    flow = sources({"a": steady(), "b": steady()}).assign(pay_buyers=2.0)
    given = facts(frames={"flow_source": flow})
    now, before, names = located.channel_rates(given, [given.stamp], given.baseline_stamps)
    assert now.loc["a"].to_dict() == {"pay_buyers": 2.0, "visitors": 100.0}
    assert before.loc["b"].to_dict() == {"pay_buyers": 8.0, "visitors": 400.0}
    assert names == {"a": "A", "b": "B"}
    for frame in (pd.DataFrame(), flow.drop(columns="pay_buyers")):
        assert located.channel_rates(facts(frames={"flow_source": frame}), [], [])[2] == {}
    sold = items({"1": steady(now=70.0)}, pay_buyers=3.0)
    now, before, names = located.item_rates(facts(frames={"item_daily": sold}))
    assert now.loc["1"].to_dict() == {"pay_buyers": 3.0, "item_visitors": 70.0}
    assert before.loc["1"].to_dict() == {"pay_buyers": 12.0, "item_visitors": 400.0}
    assert names == {"1": "item 1"}
    for frame in (pd.DataFrame(), sold.drop(columns="pay_buyers")):
        assert located.item_rates(facts(frames={"item_daily": frame}))[2] == {}
