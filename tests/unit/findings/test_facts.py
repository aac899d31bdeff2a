"""What the rules of a day look at: comparable days, comparators, alarms, stops, and what is ordinary."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.alarm import Alarm
from shopbook.findings import ordinary
from shopbook.findings.daily.duplicates import same_listings, title_parts
from shopbook.findings.facts import Facts, lookup
from shopbook.findings.finding import DataWarning
from shopbook.params import CampaignSettings
from typed import DAY, USUAL, ago, daily, facts, holiday, last, table

NAN = float("nan")


def test_a_figure_is_of_its_day_or_the_day_before_or_not_known():
    given = facts(frames={"shop_daily": daily(3, visitors=[1.0, 2.0, NAN])})
    assert (given.value("visitors"), given.previous_day("visitors")) == (None, 2.0)
    assert given.value("visitors", DAY - dt.timedelta(days=2)) == 1.0
    assert given.value("pageviews") is None
    assert lookup(given.own, "visitors", DAY - dt.timedelta(days=3)) is None


def test_comparable_days_are_the_newest_four_clean_ones_of_twelve_weeks():
    def weeks(*special: int, lacking: tuple[int, ...] = (), days: int = 100) -> list[int]:
        sheet = daily(days)
        sheet = sheet[~sheet["date"].isin([ago(7 * week) for week in lacking])]
        given = facts(frames={"shop_daily": sheet}, calendar=holiday(*(7 * week for week in special)))
        return [(DAY - day).days // 7 for day in given.baseline_days]

    assert weeks() == [4, 3, 2, 1]
    assert weeks(1, 3, lacking=(2,)) == [7, 6, 5, 4]
    assert weeks(1, 2, 3, 4, 5, 6, 7, 8, 9) == [12, 11, 10]
    assert weeks(days=15) == [2, 1]


def test_the_first_verdict_comes_with_the_second_comparable_day():
    assert facts(frames={"shop_daily": daily(15)}).days_to_verdict == 0
    assert (
        facts(frames={"shop_daily": daily(14)}).days_to_verdict == 1
    )  # tomorrow's weekday has two before it
    assert facts(frames={"shop_daily": daily(1)}).days_to_verdict == 14
    assert facts(frames={"shop_daily": daily(1)}, calendar=holiday(0)).days_to_verdict == 15
    assert facts(frames={"shop_daily": pd.DataFrame()}).days_to_verdict == 15


def market(*days: int, metric: str = "visitors") -> pd.DataFrame:
    frame = table("date value", *((day, 1e6) for day in days))
    return frame.assign(category="a", metric=metric, value_type="value")


def peers(*days: int, metric: str) -> pd.DataFrame:
    return table("date peer_avg", *((day, 5.0) for day in days)).assign(metric=metric, peer_top=9.0)


def test_visitors_are_held_against_the_market_and_all_else_against_the_peers():
    both = facts(frames={
        "market": pd.concat([market(0, 7, 14), market(0, 7, 14, metric="pay_amount")]),
        "peers": pd.concat([peers(0, 7, 14, metric=name) for name in ("pay_amount", "visitors")]),
    })  # fmt: skip
    assert [both.comparator(name)[0] for name in ("visitors", "pay_amount", "avg_order_value")] == [
        "market", "peers", "none",
    ]  # fmt: skip
    only_peers = facts(frames={"peers": peers(0, 7, 14, metric="visitors")})
    assert only_peers.comparator("visitors")[0] == "peers"
    assert facts().comparator("visitors") == ("none", None)


@pytest.mark.parametrize(
    ("days", "whom"), [((0, 7, 14), "market"), ((0, 7), "none"), ((7, 14, 21), "none"), ((0, 1, 2), "none")]
)
def test_a_comparator_knows_the_day_and_two_comparable_ones(days, whom):
    assert facts(frames={"market": market(*days)}).comparator("visitors")[0] == whom


def test_sales_are_read_with_their_buyers_and_a_ratio_with_its_parts():
    sheet = daily(5, pay_buyers=[1.0, NAN, 3.0, 4.0, 5.0], cart_rate=0.1)
    given = facts(frames={"shop_daily": sheet})
    assert given._history("pay_amount").columns.tolist() == ["pay_amount", "pay_buyers"]
    assert len(given._history("pay_amount")) == 4
    assert given._history("pay_conversion_rate").columns.tolist() == ["pay_buyers", "visitors"]
    assert given._history("visitors").tolist() == [1000.0] * 5
    assert given._history("cart_rate").tolist() == [0.1] * 5  # a stated ratio whose parts are not there
    assert given._history("pageviews").empty
    bare = facts(frames={"shop_daily": sheet.drop(columns="pay_buyers")})
    assert bare._history("pay_amount").tolist() == [5000.0] * 5


def test_item_days_are_the_comparable_days_with_an_item_report():
    rows = table(
        "date item_id pay_units", (0, "1", 1.0), (7, "1", 1.0), (7, "2", 1.0), (14, "1", 1.0), (8, "1", 1.0)
    )
    given = facts(frames={"item_daily": rows})
    assert (given.item_days, len(given.items_before), len(given.items_today)) == (2, 3, 1)
    assert (facts().item_days, len(facts().items_today), len(facts().items_before)) == (0, 0, 0)


def alarm(series: str, level: str = "act", z: float = -5.0) -> Alarm:
    return Alarm(series, DAY, "own", z, -0.5, level, 0.001)


@pytest.mark.parametrize(
    ("metric", "raised", "loud"),
    [
        ("visitors", alarm("visitors"), True),
        ("visitors", alarm("visitors", "watch"), False),
        ("visitors", alarm("visitors", z=5.0), False),
        ("visitors", alarm("visitors", z=0.0), False),
        ("visitors", alarm("channel:a"), True),
        ("pay_amount", alarm("channel:a"), False),
        ("visitors", alarm("pay_amount"), False),
        ("pay_amount", alarm("visitors"), False),
        ("refund_amount", alarm("refund_amount", z=5.0), True),  # fewer is better
        ("refund_amount", alarm("refund_amount"), False),
    ],
)
def test_an_alarm_counts_in_the_bad_direction_of_its_figure_and_for_visitors_of_a_source(
    metric, raised, loud
):
    assert facts(alarms={raised.series: raised}).alarmed(metric) is loud


def sources(**levels: tuple[float, float]) -> pd.DataFrame:
    """(usual, of the day) visitors of each source over 91 days."""
    frames = [
        pd.DataFrame(
            {"date": last(91), "channel": name, "channel_label": name, "visitors": [usual] * 90 + [now]}
        )
        for name, (usual, now) in levels.items()
    ]
    return pd.concat(frames).assign(level=1, device="x", channel_detail="")


def test_sources_of_two_hundred_visitors_on_the_day_or_usually_are_judged_with_the_shops_figures():
    flow = sources(a=(203.0, 10.0), b=(10.0, 200.0), c=(199.0, 199.0), d=(300.0, 300.0))
    late = flow[(flow["channel"] != "d") | (flow["date"] < ago(0))]
    wobble = np.exp(np.random.default_rng(1).normal(0, 0.02, 91))
    sheet = daily(91, visitors=1000 * wobble, pay_amount=5000 * wobble)
    given = facts(frames={"shop_daily": sheet, "flow_source": late})
    assert set(given.alarms) == {
        "visitors", "pay_amount", "pay_conversion_rate", "avg_order_value", "channel:a", "channel:b",
    }  # fmt: skip
    unknown = facts(frames={"shop_daily": sheet[sheet["date"] < ago(0)]})
    assert unknown.alarms == {}


def test_a_fall_with_the_market_is_no_alarm_of_the_shop():
    steps = np.random.default_rng(2).normal(0, 0.1, 91)
    steps[-1] = -0.9
    common = np.exp(steps)
    own = daily(91, visitors=1000 * common * np.exp(np.random.default_rng(3).normal(0, 0.01, 91)))
    rows = pd.DataFrame({"date": last(91), "category": "a", "metric": "visitors", "value": 1e6 * common})
    alone = facts(frames={"shop_daily": own})
    beside = facts(frames={"shop_daily": own, "market": rows.assign(value_type="value")})
    assert (alone.alarms["visitors"].level, beside.alarms["visitors"].level) == ("act", "ok")


def test_what_a_blocking_warning_stops_is_an_id_a_family_or_all():
    def stopped(code: str, level: str = "blocking") -> list[str]:
        given = facts().warned([DataWarning(level, code, "")])
        return [name for name in ("own.visitors", "own.basket", "service.refunds") if given.stopped(name)]

    assert stopped("partial_day") == ["own.visitors", "own.basket", "service.refunds"]
    assert stopped("unsourced_jump") == ["own.visitors"]
    assert stopped("unsourced_jump", "warn") == []
    family = facts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Facts, "stops", ("own.*",))
        assert (family.stopped("own.basket"), family.stopped("service.refunds")) == (True, False)


def test_what_was_made_is_made_once_and_shared_under_other_warnings():
    given, made = facts(), []
    for each in (given, given, given.warned([])):
        assert each.once("x", lambda: made.append(1) or len(made)) == 1
    assert made == [1]


def test_days_make_runs_without_holes():
    days = [DAY, DAY - dt.timedelta(days=1), DAY - dt.timedelta(days=3)]
    assert ordinary._spans(days) == ((days[2], days[2]), (days[1], days[0]))
    assert ordinary._spans([]) == ()


def shelves(days_out: int, share: float) -> frozenset[dt.date]:
    items = pd.DataFrame({"item_id": ["1", "2"], "pay_amount": [100 * share, 100 * (1 - share)]})
    stock = pd.DataFrame({"date": last(days_out), "item_id": "1", "stock_units": 0.0})
    return ordinary.empty_shelves(pd.concat([stock, stock], ignore_index=True), items, 0.25)


def test_a_shelf_is_empty_from_the_share_that_is_asked_and_for_a_fortnight_at_most():
    assert shelves(1, 0.25) == {DAY}
    assert shelves(1, 0.24) == frozenset()
    assert len(shelves(14, 0.5)) == 14
    assert len(shelves(15, 0.5)) == 0


def test_without_sales_no_shelf_is_empty():
    stock = pd.DataFrame({"date": last(1), "item_id": "1", "stock_units": 0.0})
    for items in (
        pd.DataFrame(),
        pd.DataFrame({"item_id": ["1"]}),
        pd.DataFrame({"item_id": ["1"], "pay_amount": [0.0]}),
    ):
        assert ordinary.empty_shelves(stock, items, 0.2) == frozenset()


def test_ordinary_days_are_told_from_the_first_sheet_to_the_day():
    def phases(first: int, until: int) -> CampaignSettings:
        span = (DAY - dt.timedelta(days=first), DAY - dt.timedelta(days=until))
        return CampaignSettings(id="c", name="tea", phases={"peak": span})

    given = replace(
        facts(frames={"shop_daily": daily(10)}, calendar=holiday(3, 20)),
        campaigns=(phases(11, 8), phases(1, -2)),
    )
    days = {(DAY - day).days: name for day, name in given.ordinary.campaigns.items()}
    assert days == {9: "tea", 8: "tea", 1: "tea", 0: "tea"}
    assert given.special_days == {DAY - dt.timedelta(days=back) for back in (0, 1, 3, 8, 9)}
    assert given.ordinary.own == given.special_days - {DAY - dt.timedelta(days=3)}
    assert ordinary.Ordinary(found=((USUAL[2], USUAL[2]),)).own == {USUAL[2]}


def test_a_shelf_that_was_empty_makes_its_day_special():
    stock = table("date item_id stock_units", (7, "1", 0.0), (6, "1", 5.0))
    items = table("date item_id pay_amount", (7, "1", 9.0))
    assert facts(frames={"stock": stock, "item_daily": items}).special_days == {USUAL[-1]}
    assert (
        facts(frames={"stock": stock.drop(columns="stock_units"), "item_daily": items}).special_days == set()
    )


def same(one: str, other: str, least: float) -> bool:
    return bool(same_listings({"1": one, "2": other}, {}, least))


def test_two_listings_are_one_from_the_share_of_title_parts_that_is_asked():
    """Words are the parts: four of six are shared, or two of eight."""
    assert same("a1 b c d e", "a1 b c d f", 4 / 6)
    assert not same("a1 b c d e", "a1 b c d f", 4 / 6 + 0.01)
    assert not same("a b c d e", "a b x y z", 0.5)
    assert not same("a b c d 500ml", "a b c d 300ml", 0.5)  # other figures are other goods
    assert same("a b c d 500ml", "500ML, a b c d", 1.0)


def test_titles_of_fewer_than_four_parts_say_too_little():
    assert same("玻璃茶壶套", "玻璃茶壶套", 0.85)  # five characters make four pairs
    assert not same("玻璃茶壶", "玻璃茶壶", 0.85)
    assert title_parts("盖碗 A1 盖") == {"盖碗", "a1", "盖"}


def test_goods_numbers_pair_the_first_item_with_each_other_and_win_over_titles():
    titles = dict.fromkeys("321", "手工锤纹玻璃茶壶")
    codes = {"3": " A ", "2": "A", "1": "A"}
    assert same_listings(titles, codes, 0.85) == [("1", "2", "code"), ("1", "3", "code"), ("2", "3", "title")]
    assert same_listings(titles, {"3": " ", "2": " "}, 2.0) == []


def test_of_many_listings_every_pair_that_is_alike_is_found():
    """Held against comparing all with all: words drawn from a small language."""
    rng = np.random.default_rng(8)
    titles = {f"{n:02}": " ".join(rng.choice(list("abcdefghij"), 6, replace=False)) for n in range(40)}
    parts = {item: set(title.split()) for item, title in titles.items()}
    for least in (0.5, 0.7, 1.0):
        alike = [
            (one, other, "title") for one in sorted(parts) for other in sorted(parts)
            if one < other and len(parts[one] & parts[other]) / len(parts[one] | parts[other]) >= least
        ]  # fmt: skip
        assert same_listings(titles, {}, least) == alike
