"""Warnings of the data: from which figure on each is said, of which days and things, and in which order."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from shopbook.analysis.placebo import FEWEST_BASE_ROWS
from shopbook.days import ONE_DAY, Calendar, Event
from shopbook.findings.facts import Facts
from shopbook.findings.ordinary import Ordinary
from shopbook.findings.warnings import campaign, comparable, data, history, lifecycle
from shopbook.params import CampaignSettings, ShopSettings
from typed import DAY, USUAL, ago, daily, facts, holiday, last, table

NAN = float("nan")


pytestmark = pytest.mark.usefixtures("english")


def codes(found) -> list[str]:
    return [code for code, _, _ in found]


def flow(now: dict[str, float], usual: dict[str, float]) -> pd.DataFrame:
    """Visitors of the sources on the day and on each comparable day."""
    rows = [(0, name, each) for name, each in now.items()]
    rows += [((DAY - day).days, name, each) for day in USUAL for name, each in usual.items()]
    frame = table("date channel visitors", *rows)
    return frame.assign(channel_label=frame["channel"], channel_detail="", level=1, device="wireless")


def market(now: float, usual: float = 100.0) -> pd.DataFrame:
    frame = pd.DataFrame({"date": last(29), "category": "cups", "metric": "visitors", "value_type": "value"})
    return frame.assign(value=[usual] * 28 + [now])


THREE = {"a": 100.0, "b": 100.0, "c": 100.0}


@pytest.mark.parametrize(
    ("now", "held", "partial"),
    [
        ({"a": 59.0, "b": 59.0, "c": 59.0}, 85.0, True),
        ({"a": 59.0, "b": 59.0, "c": 60.0}, 85.0, False),  # one source at three fifths is not below them
        ({"a": 59.0, "b": 59.0, "c": 59.0}, 84.9, False),  # the market fell too
        ({"a": 59.0, "b": 59.0}, 100.0, False),  # two sources are too few to say "every one"
        ({"a": 59.0, "b": 59.0, "c": 59.0}, 0.0, False),
        ({"a": 59.0, "b": 59.0, "c": 59.0}, None, False),
    ],
)
def test_a_part_of_a_day_is_every_source_far_below_usual_while_the_market_stands(now, held, partial):
    frames = {"flow_source": flow(now, THREE), "market": pd.DataFrame() if held is None else market(held)}
    assert codes(data._partial_day(facts(frames=frames))) == ["partial_day"] * partial


def test_a_market_without_a_usual_level_calls_no_day_partial():
    rows = market(100.0)
    frames = {"flow_source": flow(dict.fromkeys(THREE, 50.0), THREE), "market": rows[rows["date"] == ago(0)]}
    assert codes(data._partial_day(facts(frames=frames))) == []


@pytest.mark.parametrize(
    ("visitors", "now", "jumped"),
    [
        (1251.0, THREE, True),
        (1250.0, THREE, False),  # a quarter more is not more than a quarter
        (1400.0, {"a": 299.0, "b": 100.0, "c": 100.0}, True),  # 199 of 400
        (1400.0, {"a": 300.0, "b": 100.0, "c": 100.0}, False),  # half of it is explained
        (1400.0, {"a": 300.0, "b": 0.0, "c": 100.0}, False),  # what one lost takes nothing from another
        (1400.0, {**THREE, "new": 200.0}, False),  # a new source had nobody before
        (1400.0, {}, False),  # no report of the day
        (600.0, THREE, False),
    ],
)
def test_visitors_jump_without_a_source_when_sources_show_less_than_half(visitors, now, jumped):
    frames = {"flow_source": flow(now, THREE), "shop_daily": daily(visitors=[1000.0] * 28 + [visitors])}
    found = list(data._unsourced_jump(facts(frames=frames)))
    assert codes(found) == ["unsourced_jump"] * jumped
    if jumped:
        assert f"jumped by {visitors - 1000:.0f}" in found[0][1]


def test_a_jump_needs_a_figure_of_the_day_and_a_usual_one():
    rows = daily(visitors=[1000.0] * 28 + [NAN])
    short = daily(3, visitors=9000.0)
    for frame in (rows, short, daily(visitors=0.0)):
        given = facts(frames={"flow_source": flow(THREE, THREE), "shop_daily": frame})
        assert codes(data._unsourced_jump(given)) == []


@pytest.mark.parametrize(("lacking", "told"), [((27,), 1), ((28,), 0), ((1, 5), 2), ((0,), 1), ((), 0)])
def test_days_that_lack_within_four_weeks_are_counted(lacking, told):
    rows = daily(60)
    found = list(
        data._missing_days(facts(frames={"shop_daily": rows[~rows["date"].isin(map(ago, lacking))]}))
    )
    assert len(found) == bool(told)
    if told:
        assert f"lacks {told} day(s)" in found[0][1]
        assert all(f"{ago(day):%Y-%m-%d}" in found[0][1] for day in lacking)


def test_days_before_the_first_sheet_do_not_lack():
    assert list(data._missing_days(facts(frames={"shop_daily": daily(3)}))) == []
    assert codes(data._missing_days(facts(frames={"shop_daily": pd.DataFrame()}))) == ["missing_days"]


def sheet(buyers: float, visitors: float, stated: float | None = None) -> Facts:
    rows = daily(visitors=visitors, pay_buyers=buyers)
    return facts(frames={"shop_daily": rows if stated is None else rows.assign(pay_conversion_rate=stated)})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (sheet(101, 100), ["rate_above_one"]),
        (sheet(100, 100), []),
        (sheet(0, 100), []),
        (sheet(5, 0), []),
        (sheet(500, 10_000, 0.0500), []),
        (sheet(500, 10_000, 0.05104), []),  # 2.08% off: 2% and what rounding to two digits makes
        (sheet(500, 10_000, 0.0511), ["ratio_mismatch"]),
        (sheet(500, 10_000, 0.0489), ["ratio_mismatch"]),
        (sheet(500, 10_000, 0.04896), []),
        (sheet(500, 10_000, 0.0), []),
        (sheet(0, 10_000, 0.05), []),
        (sheet(500, 0, 0.05), []),
        (sheet(12, 10_000, 0.0012), []),
        (sheet(12, 10_000, 0.00126), []),  # 0.12% and 0.13% are one rounding apart
        (sheet(12, 10_000, 0.0013), ["ratio_mismatch"]),
    ],
)
def test_a_stated_rate_differs_by_more_than_rounding(given, said):
    assert codes(data._ratio_checks(given)) == said


ITEMS = "date item_id item_name pay_buyers order_buyers item_status"


def test_a_presale_has_five_orders_and_no_payment():
    rows = table(
        ITEMS, (0, "1", "cup", 0, 5, ""), (0, "2", "pot", NAN, 6, ""), (0, "3", "pan", 0, 4, ""),
        (0, "4", "jar", 1, 50, ""), (1, "5", "mug", 0, 50, ""),
    )  # fmt: skip
    found = list(data._presale(facts(frames={"item_daily": rows})))
    assert [scope["item_id"] for _, _, scope in found] == ["1", "2"]
    assert found[0][1].startswith("cup: orders but no payments")
    for name in ("pay_buyers", "order_buyers"):
        assert list(data._presale(facts(frames={"item_daily": rows.drop(columns=name)}))) == []


@pytest.mark.parametrize(
    ("days", "is_one"),
    [([(0, 1.0, 0.0), (1, 4.0, 0.0)], True), ([(0, 1.0, 0.0), (1, 3.0, 0.0)], False),
     ([(0, 0.0, 0.0), (1, 5.0, 0.0)], True), ([(0, 1.0, 0.0), (1, 9.0, 1.0)], False),
     ([(0, 4.0, 0.0), (1, 1.0, 0.0), (2, 9.0, 3.0)], True), ([(0, 1.0, 0.0), (7, 9.0, 0.0)], False),
     ([(0, 9.0, 1.0), (1, 9.0, 0.0)], False)],
)  # fmt: skip
def test_a_presale_of_few_orders_a_day_is_one_by_those_since_the_last_payment_of_a_week(days, is_one):
    rows = table("date order_buyers pay_buyers", *days).assign(item_id="1", item_name="Cup")
    assert codes(data._presale(facts(frames={"item_daily": rows}))) == ["presale"] * is_one


def test_an_item_off_the_shelf_says_so_in_its_status():
    rows = table(ITEMS, (0, "1", "cup", 1, 1, "已下架"), (0, "2", "pot", 1, 1, "off shelf"),
                 (0, "3", "pan", 1, 1, None), (0, "4", "jar", 1, 1, "在线"))  # fmt: skip
    found = list(data._off_shelf(facts(frames={"item_daily": rows})))
    assert [scope["item_id"] for _, _, scope in found] == ["1", "2"]
    assert list(data._off_shelf(facts(frames={"item_daily": rows.drop(columns="item_status")}))) == []


def stocked(*counts: tuple[int, str, float], sold: dict[str, float] | None = None) -> list[str]:
    items = [(3, name, f"item {name}", units) for name, units in (sold or {"1": 1.0, "2": 1.0}).items()]
    frames = {
        "stock": table("date item_id stock_units", *counts),
        "item_daily": table("date item_id item_name pay_units", *items),
    }
    return [scope["item_id"] for _, _, scope in data._stock_out(facts(frames=frames))]


def test_an_item_is_out_of_stock_by_its_newest_count_when_it_ever_sold():
    assert stocked((0, "1", 0.0)) == ["1"]
    assert stocked((0, "1", 1.0), (1, "1", 0.0)) == []
    assert stocked((0, "1", NAN), (1, "1", 0.0)) == ["1"]
    assert stocked((-1, "1", 5.0), (1, "1", 0.0)) == ["1"]  # a later day is not known yet
    assert stocked((0, "1", 5.0), (0, "1", 0.0)) == ["1"]  # the last row of a day
    assert stocked((0, "2", 0.0), (0, "1", 0.0)) == ["1", "2"]
    assert stocked((0, "1", 0.0), sold={"1": 0.0}) == []
    assert stocked((0, "1", 0.0), sold={"2": 5.0}) == []


def test_without_counts_nothing_is_out_of_stock():
    assert list(data._stock_out(facts())) == []
    assert (
        list(data._stock_out(facts(frames={"stock": table("date item_id stock_units", (0, "1", 0.0))}))) == []
    )
    bare = facts()
    assert (
        list(data._stock_out(replace(bare, frames={k: v for k, v in bare.frames.items() if k != "stock"})))
        == []
    )


@pytest.mark.parametrize(("buyers", "small"), [(29.0, True), (30.0, False), (0.0, True), (NAN, False)])
def test_fewer_than_thirty_buyers_are_few(buyers, small):
    given = facts(frames={"shop_daily": daily(pay_buyers=buyers)})
    assert codes(data._small_sample(given)) == ["small_sample"] * small


@pytest.mark.parametrize(("extra", "said"), [(50.0, False), (51.0, True)])
def test_sources_overlap_from_a_twentieth_above_the_shops_visitors(extra, said):
    now = {"a": 1000.0, "b": extra}
    found = list(data._overlap(facts(frames={"flow_source": flow(now, THREE)})))
    assert codes(found) == ["channel_overlap"] * said
    if said:
        assert "1.05 times" in found[0][1]


def test_without_visitors_or_sources_nothing_overlaps():
    assert codes(data._overlap(facts())) == []
    nobody = facts(frames={"flow_source": flow(THREE, THREE), "shop_daily": daily(visitors=0.0)})
    assert codes(data._overlap(nobody)) == []


def test_of_what_newer_exports_replaced_the_last_five_days_are_told():
    days = [f"2026-09-{day:02}T00:00" for day in (7, 1, 2, 3, 4, 5, 6, 7)]
    rows = pd.DataFrame({"kind": "stock", "day": days})
    rows = pd.concat([rows, pd.DataFrame({"kind": ["dsr"], "day": [None]})])
    found = {scope["kind"]: text for _, text, scope in data._restated(facts(frames={"restated": rows}))}
    assert found["stock"].endswith("2026-09-03, 2026-09-04, 2026-09-05, 2026-09-06, 2026-09-07.")
    assert found["dsr"].endswith("a newer sheet replaced figures.")
    assert list(data._restated(facts())) == []
    bare = facts()
    assert list(data._restated(replace(bare, frames={"shop_daily": daily()}))) == []


def missing(
    frames: dict[str, pd.DataFrame], *kinds: str, newest: dt.date | None = None
) -> list[tuple[str, str]]:
    given = replace(facts(frames=frames), newest=lambda kind: newest)
    return [(code, scope["kind"]) for code, _, scope in data._missing_exports(given, kinds)]


def test_an_export_is_missing_or_late_or_of_the_day():
    rows = table("date visitors", (2, 1.0), (1, 1.0))
    assert missing({}, "stock") == [("missing_export", "stock")]
    assert missing({}, "service", newest=DAY - dt.timedelta(days=99)) == [("stale_source", "service")]
    assert missing({}, "stock", newest=DAY) == []
    assert missing({"stock": rows}, "stock") == [("stale_source", "stock")]
    assert missing({"stock": table("date visitors", (0, 1.0))}, "stock") == []
    assert missing({"hand_filled": rows}, "hand_filled") == []  # filled in when something happens
    assert missing({"stock": rows.drop(columns="date")}, "stock") == []


def test_blocking_warnings_come_first_and_information_last():
    frames = {
        "flow_source": flow(dict.fromkeys(THREE, 50.0), THREE), "market": market(100.0),
        "shop_daily": daily(pay_buyers=9.0),
    }  # fmt: skip
    levels = [each.level for each in data.data_warnings(facts(frames=frames), ("stock",))]
    assert levels == sorted(levels, key=["blocking", "warn", "info"].index)
    assert set(levels) == {"blocking", "warn", "info"}


def test_a_sources_usual_level_is_a_mean_of_the_days_that_have_a_report():
    rows = flow({"a": 10.0}, {"a": 100.0})
    rows = rows[rows["date"].isin([ago(0), ago(7), ago(14)])]
    today, usual = data._channels(facts(frames={"flow_source": rows}))
    assert (today["a"], usual["a"]) == (10.0, 100.0)
    only_day, none = data._channels(facts(frames={"flow_source": rows[rows["date"] == ago(0)]}))
    assert (len(only_day), len(none)) == (1, 0)


def test_the_newest_title_of_an_item_is_its_name():
    rows = table("date item_id item_name", (1, "1", "old"), (0, "1", "a title of more than eighteen letters"))
    assert data.item_names(facts(frames={"item_daily": rows})) == {"1": "a title of more t…"}
    assert data.item_names(facts()) == {}


@pytest.mark.parametrize(("weeks", "said"), [((1, 2), False), ((1,), True), ((), True)])
def test_verdicts_need_two_comparable_days(weeks, said):
    rows = daily(60)
    keep = [ago(0), ago(1), *(ago(7 * week) for week in weeks)]
    found = list(comparable.short_base(facts(frames={"shop_daily": rows[rows["date"].isin(keep)]})))
    assert codes(found) == ["short_base"] * said
    if said:
        assert found[0][1].startswith(f"Only {len(weeks)} comparable day(s)")


def test_a_special_report_day_is_named():
    found = list(comparable.short_base(facts(calendar=holiday(0))))
    assert codes(found) == ["short_base"]
    assert "special (holiday)" in found[0][1]
    assert list(comparable.short_base(facts(calendar=holiday(1)))) == []


def ordinary(**values) -> Facts:
    given = facts()
    vars(given)["ordinary"] = Ordinary(**values)
    return given


def test_a_campaign_of_its_own_on_the_report_day_is_named_too():
    found = list(comparable.short_base(ordinary(events=frozenset([DAY]), campaigns={DAY: "autumn"})))
    assert "special (autumn)" in found[0][1]


def test_a_day_that_is_special_for_its_empty_shelves_says_so():
    found = list(comparable.short_base(ordinary(stock_outs=frozenset([DAY]))))
    assert "special (items sold out)" in found[0][1]
    assert comparable.occasions(ordinary(stock_outs=frozenset([DAY]))) == []


@pytest.mark.parametrize(("phase", "named"), [("peak", ["Member week"]), ("cool_down", []), ("build_up", [])])
def test_a_campaign_runs_neither_while_it_is_built_up_nor_while_it_cools_down(phase, named):
    campaign = CampaignSettings(
        id="c", name="Member week", phases={"peak": (DAY - ONE_DAY, DAY - ONE_DAY), phase: (DAY, DAY)}
    )
    given = replace(facts(), campaigns=(campaign,))
    assert comparable.occasions(given) == named


def test_a_rise_that_came_and_went_is_said_to_belong_into_a_file():
    found = list(comparable.unwritten_campaigns(ordinary(found=((USUAL[0], USUAL[1]),))))
    assert found[0][2] == {"first_day": USUAL[0].isoformat(), "last_day": USUAL[1].isoformat()}


def test_a_market_that_lacks_a_day_it_takes_says_which():
    rows = market(100.0)
    lacking = facts(frames={"market": rows[~rows["date"].isin([ago(0), ago(14)])]})
    found = list(comparable.no_market(lacking))
    assert codes(found) == ["no_market", "no_market"]
    assert found[1][1].endswith(f"{ago(14):%Y-%m-%d}, {ago(0):%Y-%m-%d}.")
    assert found[1][2] == {"kind": "market"}
    assert comparable._market_gaps(facts(frames={"market": rows})) == []
    assert comparable._market_gaps(facts()) == []


def test_what_is_held_against_the_past_only_is_named():
    peers = pd.DataFrame({"date": last(29), "metric": "pay_conversion_rate", "peer_avg": 0.05})
    both = {"market": market(100.0), "peers": peers}
    assert list(comparable.no_market(facts(frames=both))) == []

    def said(*kinds: str) -> str:
        return next(comparable.no_market(facts(frames={kind: both[kind] for kind in kinds})))[1]

    assert said("peers").startswith("No market figure for the day")
    assert said("market").startswith("No peers figure")
    assert said().startswith("No market or peers figure")


def test_the_first_three_other_categories_of_the_market_file_are_named():
    rows = pd.concat([market(100.0).assign(category=name) for name in ("d", "c", "b", "a", "")])
    given = replace(facts(frames={"market": rows}), shop=ShopSettings(id="t", category="tea"))
    texts = [text for _, text, scope in comparable.no_market(given) if scope == {"kind": "market"}]
    assert "has a, b, c and the shop's category is tea" in texts[0]


def test_rows_of_two_shops_are_named_and_blank_names_are_none():
    frame = pd.DataFrame({"shop": ["b", "a", " ", None]})
    ((code, text, scope),) = history._mixed_shops("stock", frame)
    assert (code, scope, text.endswith("several shops: a, b.")) == ("mixed_shops", {"kind": "stock"}, True)
    assert list(history._mixed_shops("stock", frame[1:])) == []
    assert list(history._mixed_shops("stock", frame[[]])) == []
    many = pd.DataFrame({"shop": list("abcdef")})
    assert next(history._mixed_shops("stock", many))[1].endswith("shops: a, b, c, d.")


def test_rows_that_stand_twice_are_told_of_four_weeks_with_the_last_three_days():
    days = [0, 0, 1, 1, 1, 2, 2, 3, 3, 27, 27, 28, 28]
    frame = table("date item_id stock_units", *((day, "1", 5.0) for day in days)).sort_values("date")
    ((_, text, scope),) = history._duplicate_day("stock", frame, ago(0))
    assert scope == {"kind": "stock"}
    assert text.endswith("6 row(s) stand twice, on 2026-09-23, 2026-09-24, 2026-09-25.")
    assert list(history._duplicate_day("stock", frame.drop_duplicates("date"), ago(0))) == []
    assert list(history._duplicate_day("stock", frame[["stock_units"]], ago(0))) == []


def lost(before: list[float], today: list[float]) -> list[str]:
    days = [len(before) - at for at in range(len(before))] + [0] * len(today)
    frame = table(
        "date visitors pay_buyers",
        *((day, 1.0, each) for day, each in zip(days, before + today, strict=True)),
    )
    return codes(history._layout_changed(facts(), "shop_daily", frame))


def test_a_column_is_lost_when_it_was_nearly_always_filled_and_is_empty_today():
    assert lost([1.0] * 10, [NAN]) == ["layout_changed"]
    assert lost([1.0] * 9 + [NAN], [NAN]) == []  # filled on nine of ten days: not more than nine tenths
    assert lost([1.0] * 10, [NAN, 1.0]) == []
    assert lost([1.0] * 10, []) == []
    assert lost([], [NAN]) == []


def test_figures_that_are_still_coming_in_are_told_where_the_page_lives_on_them():
    frames = {"service": table("date row", (0, "agent")), "refunds": table("date row", (0, "x"))}
    found = list(history._immature(facts(frames=frames), ("service", "refunds")))
    assert [(scope["kind"], text.split("last ")[1][:2]) for _, text, scope in found] == [
        ("service", "4 "), ("refunds", "15"),
    ]  # fmt: skip
    assert [scope["kind"] for _, _, scope in history._immature(facts(frames=frames), ("refunds",))] == [
        "refunds"
    ]
    assert list(history._immature(facts(), ("service", "refunds"))) == []


@pytest.mark.parametrize(("back", "told"), [(0, True), (27, True), (28, False), (-1, False)])
def test_a_new_definition_is_told_from_its_day_for_four_weeks(monkeypatch, back, told):
    entry = {"date": f"{ago(back):%Y-%m-%d}", "metric": "visitors", "zh": "访客", "en": "visitors"}
    monkeypatch.setattr(history, "definition_breaks", lambda: [entry])
    assert bool(list(history._definition_break(facts()))) is told


def test_an_event_of_the_calendar_on_the_day_is_said_by_its_name():
    event = Event("1111", "双11", "Double 11", DAY, DAY, "campaign")
    found = list(comparable.short_base(facts(calendar=Calendar((event,)))))
    assert "(Double 11)" in found[0][1]


def lifecycle_items(**columns: object) -> pd.DataFrame:
    base = {"unit_cost": [1.0, 2.0], "stock_units": [3.0, 4.0], "category": ["a", "b"], "basis": "visitors"}
    return pd.DataFrame({**base, "reference": ["market", "shop"], **columns})


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, []),
        ({"unit_cost": [NAN, 2.0]}, ["unit_cost"]),
        ({"stock_units": [NAN, NAN]}, ["stock_units"]),
        ({"category": ["", "b"]}, ["category"]),
        ({"basis": ["units", "visitors"]}, ["item_visitors"]),
    ],
)
def test_what_the_items_of_a_lifecycle_page_lack_is_told_by_column(columns, told):
    found = list(lifecycle._missing(SimpleNamespace(items=lifecycle_items(**columns))))
    assert [scope["column"] for _, _, scope in found] == told
    if "unit_cost" in told:
        assert "for 1 of 2 items" in found[0][1]


def test_without_items_nothing_of_them_lacks():
    assert list(lifecycle._missing(SimpleNamespace(items=pd.DataFrame()))) == []
    assert list(lifecycle._reference(SimpleNamespace(items=pd.DataFrame()))) == []


def test_stages_without_any_market_are_said_to_be_held_against_the_shop():
    assert list(lifecycle._reference(SimpleNamespace(items=lifecycle_items()))) == []
    alone = lifecycle_items(reference="shop")
    assert codes(lifecycle._reference(SimpleNamespace(items=alone))) == ["no_market"]


def test_whole_weeks_that_are_still_missing_for_a_trend_are_counted():
    def said(left: int) -> list[str]:
        given = SimpleNamespace(weeks_to_trend=left, rules=SimpleNamespace(window=6))
        return [text for _, text, _ in lifecycle._weeks(given)]

    assert said(0) == []
    assert said(2)[0].startswith("Only 4 whole week(s) of the item report: a trend needs 6")


def test_items_that_stand_twice_in_a_day_are_named_four_at_most():
    rows = table("date item_id", *((0, name) for name in "eabcda"), *((1, name) for name in "bcdee"))
    doubled = pd.concat([rows, rows[rows["date"] == ago(1)]])
    once = rows.drop_duplicates(["date", "item_id"])
    ((_, text, _),) = lifecycle._doubled(SimpleNamespace(reported=doubled, item_days=once))
    assert text.endswith("the last row counts: a, b, c, d and 1 more.")
    assert list(lifecycle._doubled(SimpleNamespace(reported=once, item_days=once))) == []


def test_tags_of_items_nobody_reports_and_words_that_mean_nothing_are_told():
    tags = pd.DataFrame({"stage_lock": ["", "nonsense"], "role": [" ", ""]}, index=["1", "9"])
    given = SimpleNamespace(tags=tags, item_days=pd.DataFrame({"item_id": ["1", "2"]}))
    assert [text.split(": ")[1] for _, text, _ in lifecycle._unknown_tags(given)] == ["9."]
    assert [text.split(": ")[1] for _, text, _ in lifecycle._odd_tags(given)] == ["9 nonsense."]
    known = SimpleNamespace(tags=tags[:1], item_days=given.item_days)
    assert list(lifecycle._unknown_tags(known)) == list(lifecycle._odd_tags(known)) == []
    assert codes(lifecycle._no_tags(SimpleNamespace(tags=tags[:0]))) == ["missing_export"]
    assert list(lifecycle._no_tags(given)) == []


def published(day: str, *rows: dict[str, object]) -> SimpleNamespace:
    """A report of the stages of `day` beside a week of which item 1 is a hit by the history of today."""
    weekly = pd.DataFrame({"week": [pd.Timestamp("2026-09-14")], "item_id": "1", "stage": "hit"})
    once = {"tables": {"stages": list(rows)}, "date": day}
    return SimpleNamespace(base=facts(), weekly=weekly, published=[once])


@pytest.mark.parametrize(
    ("day", "changed"), [("2026-09-20", 1), ("2026-09-26", 1), ("2026-09-19", 0), ("2026-09-27", 0)]
)
def test_a_published_stage_belongs_to_the_last_whole_week_before_its_report(day, changed):
    """The week of Monday 14 September is whole from its Sunday, the 20th, to the Saturday after."""
    row = {"item_id": "1", "stage": "growth"}
    found = lifecycle.changed_since(published(day, row))
    assert len(found) == changed
    if changed:
        assert found == [(day, "1", "growth", "hit")]


def test_a_stage_that_stands_is_locked_or_of_an_unknown_item_has_not_changed():
    day = "2026-09-20"
    same, locked = {"item_id": "1", "stage": "hit"}, {"item_id": "1", "stage": "new", "locked": True}
    assert lifecycle.changed_since(published(day, same, locked, {"item_id": "2", "stage": "new"})) == []
    nothing = published(day, {"item_id": "1", "stage": "new"})
    nothing.published = []
    assert lifecycle.changed_since(nothing) == []
    told = published(day, {"item_id": "1", "stage": "new"})
    ((code, text, _),) = lifecycle._restated(told)
    assert (code, "1 stage(s) published on 2026-09-20" in text) == ("restated", True)
    assert list(lifecycle._restated(nothing)) == []


def test_a_neighbouring_campaign_is_told_by_what_it_shares():
    base = {"campaign": "tea", "days": 3, "after": 1}
    assert "begins 2 day(s) after" in campaign._neighbour({**base, "into": "after"})
    assert "shares 3 day(s) with the weeks around" in campaign._neighbour({**base, "into": "net"})
    assert "shares 3 day(s) with this campaign's windows" in campaign._neighbour({**base, "into": "gross"})


def test_days_of_a_campaign_without_a_sheet_up_to_the_day_are_counted():
    own = pd.DataFrame(index=[ago(3), ago(1)])
    windows = SimpleNamespace(net=(ago(3).date(), ago(-2).date()), net_open=True, missing_days=2)
    given = SimpleNamespace(own=own, windows=windows, day=DAY, campaign=SimpleNamespace(id="c"))
    found = list(campaign._days(given))
    assert [code for code, _, _ in found] == ["missing_days", "immature"]
    assert (found[0][1].startswith("2 day(s)"), "2 more day(s)" in found[1][1]) == (True, True)
    whole = SimpleNamespace(net=(ago(3).date(), ago(3).date()), net_open=False, missing_days=0)
    assert (
        list(campaign._days(SimpleNamespace(own=own, windows=whole, day=DAY, campaign=given.campaign))) == []
    )


@pytest.mark.parametrize(("rows", "short"), [(FEWEST_BASE_ROWS - 1, True), (FEWEST_BASE_ROWS, False)])
def test_fewer_ordinary_days_than_six_weeks_before_a_campaign_are_few(rows, short):
    net = SimpleNamespace(net=SimpleNamespace(base_rows=rows))
    given = SimpleNamespace(effects={"shop": net}, campaign=SimpleNamespace(id="c"))
    assert codes(campaign._base(given)) == ["short_base"] * short


def test_warnings_of_a_campaign_come_blocking_first(monkeypatch):
    levels = {"a": "info", "b": "warn", "c": "blocking"}
    given = SimpleNamespace(
        rules=SimpleNamespace(warnings={k: SimpleNamespace(level=v) for k, v in levels.items()})
    )
    for name in ("_dates", "_base", "_market", "_items", "_exports"):
        monkeypatch.setattr(campaign, name, lambda _facts: [])
    monkeypatch.setattr(campaign, "_days", lambda _facts: [(code, code, {}) for code in "abc"])
    assert [each.level for each in campaign.campaign_warnings(given)] == ["blocking", "warn", "info"]
