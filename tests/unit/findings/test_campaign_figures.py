"""The facts, tables and lessons of a campaign on typed days: which days and items each figure is made of."""

import datetime as dt
import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from shopbook.analysis.campaign_windows import Windows
from shopbook.analysis.uplift_effect import Effect
from shopbook.days import Calendar, Event
from shopbook.findings.campaign_review import facts as module
from shopbook.findings.campaign_review import lessons, money, tables, verdict
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.finding import Finding
from shopbook.params import CampaignSettings, ShopSettings, rules

DAY = dt.date(2026, 11, 30)
PHASES = {"warm_up": ("11-01", "11-02"), "peak": ("11-03", "11-04"), "cool_down": ("11-05", "11-08")}
NAN = math.nan


pytestmark = pytest.mark.usefixtures("english")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def plan(name: str = "d11", phases: dict | None = None, **more: Any) -> CampaignSettings:
    spans = {each: tuple(map(day, ends)) for each, ends in (phases or PHASES).items()}
    return CampaignSettings.model_validate({"id": name, "name": name, "phases": spans} | more)


def facts(
    campaign: CampaignSettings | None = None, through: dt.date = DAY, events=(), others=(), files=(), **frames
):
    """A campaign of four days on a shop of these frames; every other frame is empty."""
    held = {"shop_daily": shop(), "item_daily": pd.DataFrame()} | frames
    return CampaignFacts(
        ShopSettings(id="t", category="cups"), campaign or plan(), through, held, Calendar(tuple(events)),
        rules(), tuple(others), tuple(files),
    )  # fmt: skip


def shop(usual: float = 100.0, held: float = 300.0, last: dt.date = DAY, **more: Any) -> pd.DataFrame:
    """Sales a day from September on, others on the four days of the campaign."""
    days = pd.date_range("2026-09-01", last)
    inside = (days >= "2026-11-01") & (days <= "2026-11-04")
    sales = pd.Series(usual, days).mask(inside, held).to_numpy()
    return pd.DataFrame({"date": days, "pay_amount": sales, "visitors": 50.0, "pay_buyers": 2.0} | more)


# -- days


def test_the_base_is_four_weeks_before_and_what_is_held_the_selling_days():
    found = facts()
    assert (found.base[0], found.base[-1], len(found.base)) == (day("10-04"), day("10-31"), 28)
    assert (found.held[0], found.held[-1], len(found.held)) == (day("11-01"), day("11-04"), 4)
    mixed = {"peak": PHASES["peak"], "warm_up": PHASES["warm_up"]}
    assert list(facts(plan(phases=mixed)).phases) == ["warm_up", "peak"]


@pytest.mark.parametrize(("first", "begun"), [("11-30", True), ("12-01", False)])
def test_another_campaign_counts_from_its_first_day_on(first, begun):
    other = plan("next", {"peak": (first, "12-02")})
    assert list(facts(others=[other]).other_windows) == ["next"] * begun


def test_days_of_another_campaign_and_of_the_platform_are_no_base():
    other = plan("autumn", {"peak": ("09-20", "09-21")})  # settles for 14 days: to 5 October
    sale = Event("s", "s", "s", day("10-10"), day("10-11"), "campaign")
    feast = Event("f", "f", "f", day("10-20"), day("10-20"), "holiday")
    late = Event("l", "l", "l", day("11-01"), day("11-01"), "campaign")
    found = facts(others=[other], events=[sale, feast, late])
    assert found.left_out == {day(f"09-{n}") for n in range(20, 31)} | {
        day(f"10-{n:02d}") for n in (1, 2, 3, 4, 5, 10, 11)
    }
    assert len(found.base) == 28 - 4
    assert facts(shop_daily=shop().iloc[:0]).left_out == set()


def test_the_campaign_before_is_the_one_that_the_plan_names():
    named, other = plan("june"), plan("may")
    assert facts(plan(previous="june"), others=[other, named]).previous is named
    assert facts(others=[other]).previous is None


# -- items


def items(*rows: tuple[str, str, float, float], **more: Any) -> pd.DataFrame:
    """Days of items: (item, day, units, amount)."""
    made = [(name, pd.Timestamp(day(on)), units, amount) for name, on, units, amount in rows]
    frame = pd.DataFrame(made, columns=["item_id", "date", "pay_units", "pay_amount"])
    blank = {"item_name": "cup", "item_visitors": 10.0, "pay_buyers": 1.0}
    return frame.assign(**blank | more)


def signed(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["campaign", "item_id", "campaign_stock"])
    return frame.assign(campaign_price=NAN, list_price=NAN)


def test_promoted_items_are_those_of_the_plan_and_its_file_else_those_signed_up_for_it():
    sheet = signed(("d11", "7", 1.0), ("Singles day", "8", 1.0), ("other", "9", 1.0))
    named = plan(items=("1", "2"))
    assert facts(named, files=("2", "3"), campaign_items=sheet).promoted == ("1", "2", "3")
    assert facts(files=("3",), campaign_items=sheet).promoted == ("3",)
    by_name = CampaignSettings.model_validate(plan().model_dump() | {"name": "Singles day"})
    assert facts(by_name, campaign_items=sheet).promoted == ("7", "8")
    assert facts().promoted == ()


def test_items_no_report_knows_are_named_and_the_newest_name_counts():
    rows = pd.concat([items(("1", "10-01", 1, 1), item_name="old"), items(("1", "10-02", 1, 1))])
    found = facts(plan(items=("1", "2")), item_daily=rows)
    assert found.unknown_items == ["2"]
    assert facts(plan(items=("1", "2"))).unknown_items == []
    assert found.item_names.to_dict() == {"1": "cup"}


def test_promoted_items_and_the_rest_add_up_to_the_shop_and_the_rest_is_never_below_nothing():
    rows = items(("1", "11-03", 1, 120.0), ("2", "11-03", 1, 50.0), ("1", "11-04", 1, 900.0))
    found = facts(plan(items=("1",)), item_daily=rows)
    at = [pd.Timestamp(day("11-03")), pd.Timestamp(day("11-04"))]
    assert found.amounts("shop")[at].tolist() == [300.0, 300.0]
    assert found.amounts("promoted")[at].tolist() == [120.0, 900.0]
    assert found.amounts("rest")[at].tolist() == [180.0, 0.0]
    assert found.amounts("promoted").isna().sum() == len(found.own) - 2


# -- controls


def market(known: float, metric: str = "pay_amount") -> pd.DataFrame:
    """A market known on a share of the shop's days, from the last one back."""
    days = pd.date_range("2026-09-01", DAY)
    kept = days[len(days) - round(known * len(days)) :]
    return pd.DataFrame(
        {"date": kept, "category": "cups", "metric": metric, "value": 5.0, "value_type": "value"}
    )


@pytest.mark.parametrize(("missing", "held"), [(18, True), (19, False)])  # of 91 days four fifths are 72.8
def test_a_control_is_known_on_four_fifths_of_the_days(missing, held):
    rows = market(1.0).iloc[missing:]
    assert list(facts(market=rows).controls) == ["pay_amount"] * held


def test_sales_trade_and_visitors_of_the_market_and_the_peers_sales_are_controls():
    rows = pd.concat([market(1.0, name) for name in ("visitors", "pay_amount", "cart_buyers")])
    peers = market(1.0).rename(columns={"value": "peer_avg"})
    assert list(facts(market=rows, peers=peers).controls) == ["peers", "pay_amount", "visitors"]
    assert facts(peers=peers.assign(metric="visitors")).controls == {}
    assert facts(market=rows.assign(category="pots")).controls == {}


def test_rivals_with_sales_on_every_day_are_a_control_and_we_are_none_of_them():
    days = pd.date_range("2026-09-01", DAY)
    rows = pd.concat(
        pd.DataFrame({"date": days, "entity_type": "shop", "entity": name, "metric": "trade_index",
                      "value": values, "value_low": NAN, "value_high": NAN, "value_type": "value"})
        for name, first in (("a", 5.0), ("self", 5.0), ("hole", NAN), ("none", 0.0), ("b", 0.5))
        for values in [[first, *[5.0] * 90]]
    )  # fmt: skip
    assert list(facts(rivals=rows).rivals) == ["a", "b"]
    assert facts(rivals=rows.assign(metric="visitors")).rivals.shape == (91, 0)


@pytest.mark.parametrize(("rivals", "asked"), [(1, ["bsts"]), (2, ["bsts", "rivals"])])
def test_a_mix_of_rivals_is_of_two_at_least(monkeypatch, rivals, asked):
    monkeypatch.setattr(module, "uplift", lambda series, *_, **__: list(series))
    known = facts()
    names = [f"r{n}" for n in range(rivals)]
    known.__dict__.update(_best=("", None), rivals=pd.DataFrame(5.0, known.own.index, names))
    assert list(known.opinions) == asked
    if rivals > 1:
        assert known.opinions["rivals"] == ["control_r0", "control_r1", "value"]


def test_the_newest_known_cost_of_an_item_counts_and_fees_that_are_not_known_are_none():
    stock = pd.DataFrame({"item_id": ["1", "1", "1"], "unit_cost": [3.0, 4.0, NAN]})
    assert facts(stock=stock).cost.to_dict() == {"1": 4.0}
    assert facts(stock=stock.drop(columns="unit_cost")).cost.empty
    assert facts().cost.empty
    assert facts().fees.sum().to_dict() == {"ad_spend": 0.0, "commission": 0.0}
    paid = facts(shop_daily=shop(ad_spend=2.0, commission_amount=1.0)).fees
    assert paid.sum().to_dict() == {"ad_spend": 182.0, "commission": 91.0}


# -- tables


def test_figures_stand_beside_as_many_ordinary_days_and_rates_as_they_are():
    held = plan(targets={"pay_amount": 1000.0})
    found = {row["metric"]: row for row in tables.kpi_rows(facts(held))}
    assert (found["pay_amount"]["value"], found["pay_amount"]["baseline"]) == (1200.0, 400.0)
    assert (found["pay_amount"]["change"], found["pay_amount"]["target"]) == (2.0, 1000.0)
    rate = found["pay_conversion_rate"]
    assert (rate["value"], rate["baseline"], rate["change"]) == (0.04, 0.04, 0.0)
    assert "ad_roi" not in found


def test_targets_and_a_budget_stand_beside_what_was_reached():
    held = plan(targets={"pay_amount": 1000.0}, budget=50.0)
    rows = tables.target_rows(facts(held, shop_daily=shop(ad_spend=10.0)))
    assert [(row["metric"], row["value"], row["reached"]) for row in rows] == [
        ("pay_amount", 1200.0, 1.2), ("ad_spend", 40.0, 0.8),
    ]  # fmt: skip
    assert [row["metric"] for row in tables.target_rows(facts(plan(targets={"pay_amount": 1.0})))] == [
        "pay_amount"
    ]


@pytest.mark.parametrize(
    ("metric", "name", "unit"),
    [("net_amount", "Sales less refunds", "CNY"), ("visitors", "Visitors", "persons"), ("odd", "odd", "CNY")],
)
def test_net_sales_are_named_though_no_export_has_them(metric, name, unit):
    assert (tables.metric_name(metric), tables.metric_unit(metric)) == (name, unit)


@pytest.mark.parametrize(
    ("through", "known"), [("11-03", ["base", "warm_up", "peak"]), ("11-02", ["base", "warm_up"])]
)
def test_a_phase_is_shown_from_its_first_day_on(through, known):
    found = tables.phase_rows(facts(through=day(through), shop_daily=shop(last=day(through))))
    assert [row["phase"] for row in found] == known


def test_the_main_days_of_the_campaign_before_close_the_phases():
    before = plan("june", {"peak": ("09-10", "09-11")})
    found = tables.phase_rows(facts(plan(previous="june"), others=[before]))[-1]
    assert (found["phase"], found["label"]) == ("previous", "previous: june")
    assert (found["first"], found["last"]) == ("2026-09-10", "2026-09-11")
    assert (found["pay_amount"], found["day_amount"]) == (200.0, 100.0)
    unknown = plan("june", {"peak": ("06-10", "06-11")})
    assert tables.phase_rows(facts(plan(previous="june"), others=[unknown]))[-1]["phase"] == "cool_down"


def presale(*rows: tuple[str, str, float]) -> list[dict[str, Any]]:
    made = [(pd.Timestamp(day(on)), metric, value) for on, metric, value in rows]
    return tables.presale_rows(facts(hand_filled=pd.DataFrame(made, columns=["date", "metric", "value"])))


def test_deposits_are_the_highest_count_of_the_net_window_and_their_share_paid_the_balance():
    rows = [("10-31", "deposit_buyers", 999.0), ("11-01", "deposit_buyers", 40.0),
            ("11-18", "deposit_buyers", 50.0), ("11-19", "deposit_buyers", 999.0),
            ("11-05", "balance_buyers", 45.0), ("11-05", "other", 1.0)]  # fmt: skip
    found = presale(*rows)
    assert [(row["measure"], row["value"]) for row in found] == [
        ("deposit_buyers", 50.0), ("balance_buyers", 45.0), ("balance_payment_rate", 0.9),
    ]  # fmt: skip
    assert [row["measure"] for row in presale(*rows[:2])] == ["deposit_buyers"]
    assert [row["measure"] for row in presale(("11-05", "deposit_buyers", 0.0), rows[4])] == [
        "deposit_buyers", "balance_buyers",
    ]  # fmt: skip
    assert tables.presale_rows(facts()) == []


def test_stock_of_the_last_day_before_the_campaign_is_what_was_there_to_sell():
    stock = pd.DataFrame({"date": pd.to_datetime(["2026-10-30", "2026-10-31", "2026-11-01"]), "item_id": "1",
                          "stock_units": [999.0, 40.0, 10.0]})  # fmt: skip
    rows = items(("1", "11-03", 20.0, 1.0), ("1", "11-05", 500.0, 1.0))
    known = facts(plan(items=("1",)), item_daily=rows, stock=stock)
    [found] = tables.sell_through_frame(known).to_dict("records")
    assert (found["sold"], found["stock"], found["sell_through"], found["goal"]) == (20.0, 40.0, 0.5, 0.9)
    listed = known.frames["stock"].assign(listed_on=pd.Timestamp("2026-10-01"))
    fresh = facts(plan(items=("1",)), item_daily=rows, stock=listed)
    assert tables.sell_through_frame(fresh)["goal"].tolist() == [0.8]
    bare = facts(plan(items=("1",)), item_daily=rows)
    assert math.isnan(tables.sell_through_frame(bare)["sell_through"].iloc[0])
    assert tables.sell_through_frame(facts(stock=stock)).empty


def test_what_an_item_sold_beyond_its_stock_is_no_share_of_the_others():
    table = pd.DataFrame({"sold": [30.0, 10.0], "stock": [20.0, 20.0]})
    assert tables.sold_share(table) == 0.75
    assert math.isnan(tables.sold_share(table.iloc[:0]))


def test_the_four_figures_of_the_role_are_those_of_the_selling_days():
    rows = items(
        ("1", "11-03", 30.0, 1.0),
        ("2", "11-03", 10.0, 1.0),
        ("1", "10-20", 1.0, 1.0),
        ("2", "10-20", 3.0, 1.0),
    )
    days = pd.to_datetime(["2026-11-03", "2026-10-20", "2026-11-05"])
    ads = pd.DataFrame({"date": days, "level": "account",
                        "ad_clicks": [5.0, 1.0, 99.0], "ad_impressions": [100.0, 50.0, 100.0]})  # fmt: skip
    known = facts(plan(items=("1",)), item_daily=rows, ad_report=ads, shop_daily=shop(order_buyers=3.0))
    found = {row["measure"]: (row["value"], row["baseline"]) for row in tables.role_rows(known)}
    assert found["ad_click_rate"] == (0.05, 0.02)
    assert found["order_share"] == (0.75, 0.25)
    assert found["order_conversion_rate"] == (0.06, 0.06)
    assert {row["unit"] for row in tables.role_rows(known)} == {"fraction"}
    assert math.isnan(found["sell_through"][0])
    lacking = facts(item_daily=rows, shop_daily=shop().drop(columns="visitors"))
    assert all(
        math.isnan(row["value"]) for row in tables.role_rows(lacking) if row["measure"] != "order_share"
    )


def test_cohorts_are_the_week_before_and_every_phase_that_takes_money_and_has_begun():
    phases = {"build_up": ("10-28", "10-31"), **PHASES}
    known = facts(plan(phases=phases), refunds=pd.DataFrame(), order_lines=pd.DataFrame())
    assert [row["cohort"] for row in money.cohort_rows(known)] == ["base", "warm_up", "peak", "cool_down"]
    early = facts(through=day("11-05"), shop_daily=shop(last=day("11-05")))
    assert [row["cohort"] for row in money.cohort_rows(early)][-1] == "cool_down"
    assert [row["cohort"] for row in money.cohort_rows(facts(through=day("11-04")))][-1] == "peak"


def test_the_week_before_holds_the_refunds_of_its_seven_days():
    bought = pd.to_datetime(["2026-10-24", "2026-10-25", "2026-10-31"])
    paid = pd.DataFrame({"refund_id": list("abc"), "pay_date": bought,
                         "date": pd.to_datetime(["2026-10-26", "2026-10-27", "2026-11-02"]),
                         "refund_amount": [70.0, 35.0, 35.0]})  # fmt: skip
    row = next(each for each in money.cohort_rows(facts(refunds=paid)) if each["cohort"] == "base")
    assert row["refund_15"] == pytest.approx(70.0 / 700.0)


# -- lessons


def lesson(monkeypatch, name: str, **made: Any) -> Finding | None:
    for target, value in made.items():
        monkeypatch.setattr(lessons, target, lambda *_, value=value: value)
    known = facts(item_daily=items(("1", "11-03", 1.0, 1.0)))
    return getattr(lessons, name)(known)


@pytest.mark.parametrize(
    ("now", "base", "told"),
    [(0.1251, 0.1, True), (0.125, 0.1, False), (0.5, 0.0, False), (NAN, 0.1, False), (0.5, NAN, False),
     (math.inf, 0.1, False)],
)  # fmt: skip
def test_refunds_a_quarter_above_ordinary_ones_are_a_lesson(monkeypatch, now, base, told):
    rows = [{"cohort": "peak", "refund_15": now}, {"cohort": "base", "refund_15": base}]
    found = lesson(monkeypatch, "_refunds", cohort_rows=rows)
    assert (found is not None) is told
    if found is not None:
        assert found.headline.startswith("12.5% of what was paid")
        assert (found.level, found.id) == ("watch", "campaign.refunds")
    assert lesson(monkeypatch, "_refunds", cohort_rows=rows[:1]) is None


@pytest.mark.parametrize(("roi", "told"), [(2.49, True), (2.5, False), (NAN, False)])
def test_an_roi_below_what_pays_is_a_lesson(monkeypatch, roi, told):
    monkeypatch.setattr(CampaignFacts, "profit", lambda *_: SimpleNamespace(margin=0.4))
    found = lesson(monkeypatch, "_ad_return", actual_figures={"ad_roi": roi})
    assert (found is not None) is told
    if found is not None:
        assert found.headline == "Ad ROI 2.49 stayed below break-even 2.50"


@pytest.mark.parametrize(
    ("discount", "burst", "promoted", "told"),
    [(0.051, 1.19, True, True), (0.05, 1.19, True, False), (0.051, 1.2, True, False),
     (0.051, 1.19, False, False), (NAN, 1.0, True, False), (0.3, NAN, True, False)],
)  # fmt: skip
def test_an_item_a_twentieth_cheaper_that_sold_less_than_a_fifth_faster_is_a_lesson(
    monkeypatch, discount, burst, promoted, told
):
    table = pd.DataFrame({"item_id": ["1"], "discount": discount, "burst": burst, "promoted": promoted})
    found = lesson(monkeypatch, "_flat_discount", item_frame=table)
    assert (found is not None) is told
    if found is not None:
        assert found.headline == "1 item(s) were cheaper and did not sell faster: cup"
    assert lesson(monkeypatch, "_flat_discount", item_frame=pd.DataFrame()) is None


def test_of_many_items_three_are_named_by_twelve_signs(monkeypatch):
    table = pd.DataFrame({"item_id": [f"{n}-0123456789abc" for n in range(4)], "discount": 0.1, "burst": 1.0,
                          "promoted": True})  # fmt: skip
    found = lesson(monkeypatch, "_flat_discount", item_frame=table)
    assert found is not None
    assert found.headline.endswith(": 0-0123456789, 1-0123456789, 2-0123456789")
    assert found.headline.startswith("4 item(s)")


def test_items_that_sold_out_are_told_with_the_pieces_to_plan(monkeypatch):
    table = pd.DataFrame({"item_id": ["1", "2", "3"], "sold_out": [True, False, None]})
    found = lesson(
        monkeypatch, "_sold_out", sell_through_frame=table, plan_rows=[{"item_id": "1", "stock": 40.0}]
    )
    assert found is not None
    assert found.headline == "1 promoted item(s) sold more than was signed up: cup"
    assert "cup 40 pieces" in found.next_step
    bare = lesson(monkeypatch, "_sold_out", sell_through_frame=table, plan_rows=[])
    assert bare is not None
    assert "pieces" not in bare.next_step
    assert lesson(monkeypatch, "_sold_out", sell_through_frame=table.iloc[1:2]) is None
    many = pd.DataFrame({"item_id": [f"{n}-0123456789abc" for n in range(4)], "sold_out": True})
    full = lesson(monkeypatch, "_sold_out", sell_through_frame=many, plan_rows=[])
    assert full is not None
    assert full.headline.endswith("signed up: 0-0123456789, 1-0123456789, 2-0123456789")
    assert "0-0123456789, 1-0123456789, 2-0123456789" in full.next_step
    assert "3-" not in full.next_step


# -- the verdict


def held(**more: Any) -> SimpleNamespace:
    """What the lines of the verdict ask of a campaign's facts."""
    ends = {"base_last": day("10-31"), "gross": (day("11-01"), day("11-04")),
            "net": (day("11-01"), day("11-18")), "gross_open": False, "net_open": False,
            "missing_days": 0, "main_last": day("11-04")}  # fmt: skip
    return SimpleNamespace(windows=Windows(**ends | more))


def told(**more: Any) -> Finding:
    base = {"id": "campaign.uplift_net", "question": "?", "headline": "", "verdict": "better",
            "value": 1200.0, "baseline": 1000.0, "interval": (0.2, 0.5)}  # fmt: skip
    return Finding(**base | more)


def lines(monkeypatch, *findings: Finding, rows: tuple = (), **changed: Any) -> list[verdict.Line]:
    monkeypatch.setattr(verdict, "target_rows", lambda _: list(rows))
    return verdict.verdict_lines(held(**changed), list(findings))


def test_what_was_added_is_the_sales_less_what_was_to_be_expected(monkeypatch):
    [line] = lines(monkeypatch, told())
    assert (line.text, line.certain) == ("added +¥200 net within 14 days after its end", True)
    [open_] = lines(monkeypatch, told(verdict="unknown"))
    # 1,200 were 20% to 50% more than expected: 200 to 400.
    assert open_.text == (
        "added +¥200 to +¥400 net within 14 days after its end: no verdict, why stands below"
    )
    assert not open_.certain
    [blind] = lines(monkeypatch, told(verdict="unknown", interval=(-0.6, 0.5)))
    assert blind.text == "what it added cannot be told"
    [wide] = lines(monkeypatch, told(verdict="unknown", interval=(-0.2, 0.5)))
    assert wide.text == "added −¥300 to +¥400 net within 14 days after its end: cannot tell"
    for lacking in ("value", "baseline", "interval"):
        [dark] = lines(monkeypatch, told(**{lacking: None}))
        assert (dark.text, dark.certain) == ("what it added cannot be told", False)


def test_while_the_net_window_is_open_the_gross_effect_speaks(monkeypatch):
    gross = told(id="campaign.uplift_gross", value=1500.0)
    [line] = lines(monkeypatch, told(), gross, net_open=True)
    assert (line.id, line.text) == ("campaign.uplift_gross", "added +¥500 gross")


def test_certain_lines_come_first(monkeypatch):
    target = {"metric": "pay_amount", "label": "Sales", "unit": "CNY", "value": 900.0, "reached": 0.9}
    spend = {"metric": "ad_spend", "label": "Ad spend", "unit": "CNY", "value": 60.0, "reached": 1.2}
    goal = told(id="campaign.target", metric="pay_amount")
    over = told(id="campaign.budget", metric="ad_spend")
    profit = told(id="campaign.profit", value=70.0, verdict="unknown")
    found = lines(monkeypatch, profit, told(verdict="unknown"), goal, over, rows=(target, spend))
    assert [(line.id, line.certain) for line in found] == [
        ("campaign.target", True), ("campaign.uplift_net", False), ("campaign.profit", False),
    ]  # fmt: skip
    assert found[0].text == "Sales ¥900, 90% of target, ad spend 120% of budget"
    assert found[2].text == "profit after all costs about +¥70.00: cannot tell"
    running = lines(
        monkeypatch, told(), goal, told(id="campaign.profit", value=-70.0), rows=(target,), gross_open=True
    )
    assert [line.id for line in running] == ["campaign.uplift_net", "campaign.profit", "campaign.target"]
    assert running[1].text == "profit after all costs −¥70.00"
    net = target | {"metric": "net_amount", "label": "Net sales"}
    assert lines(monkeypatch, told(), goal, rows=(net,))[0].text == "Net sales ¥900, 90% of target"
    for dark in (NAN, None):
        assert len(lines(monkeypatch, told(), told(id="campaign.profit", value=dark))) == 1


def test_money_is_told_from_what_was_added_to_what_is_left():
    effect = Effect(math.log(1.2), math.log(1.1), math.log(1.3), 1200.0, "better")
    known = facts()
    known.__dict__["effects"] = {"shop": SimpleNamespace(gross=effect, net=effect)}
    found = {row["measure"]: row for row in money.money_rows(known)}
    assert found["gross"]["value"] == pytest.approx(200.0)
    assert found["gross"]["low"] == pytest.approx(1200 - 1200 / 1.1)
    assert found["amount"]["value"] == 4 * 300.0 + 14 * 100.0
    assert math.isnan(found["amount"]["low"])
    for dark in (Effect(), Effect(-math.inf, -math.inf, -math.inf, 0.0)):  # not known; nothing was sold
        known.__dict__["effects"] = {"shop": SimpleNamespace(gross=dark, net=dark)}
        assert all(math.isnan(each) for each in money.profit_range(known))
    known.__dict__.update(effects={"shop": SimpleNamespace(gross=effect, net=effect)}, base=[])
    assert all(math.isnan(each) for each in money.profit_range(known))


def test_fees_and_refunds_come_from_their_own_reports_where_the_shop_sheet_has_none():
    dates = pd.DatetimeIndex(["2026-11-03", "2026-11-04"])
    ads = pd.DataFrame({"date": dates, "level": "plan", "report": "plan_a", "ad_spend": [5.0, 7.0]})
    status = ["退款成功", "退款成功", "退款关闭"]
    back = pd.DataFrame({"date": dates[[0, 1, 0]], "refund_amount": [3.0, 4.0, 9.0], "refund_status": status})
    paid = pd.DataFrame({"date": dates, "affiliate_cost": [1.0, 2.0]})
    found = facts(ad_report=ads, refunds=back, affiliate=paid).profit([day("11-03"), day("11-04")])
    assert (found.ad_spend, found.commission, found.refunds, found.lacking) == (12.0, 3.0, 7.0, ())
    bare = facts().profit([day("11-03"), day("11-04")])
    assert bare.lacking == ("ad_spend", "refund_amount")
    rows = {row["measure"]: row["value"] for row in money.money_rows(facts())}
    assert all(math.isnan(rows[name]) for name in ("ad_spend", "commission", "refunds", "contribution"))


def test_a_cost_known_of_one_side_only_is_lacking():
    """Ads reported since the campaign began: charged whole, they would make it a loss."""
    dates = pd.date_range("2026-11-01", "2026-11-30")
    ads = pd.DataFrame({"date": dates, "level": "plan", "report": "plan_a", "ad_spend": 5.0})
    given = facts(ad_report=ads, shop_daily=shop(refund_amount=1.0))
    assert given.profit(given.held).lacking == ()
    assert money.lacking_costs(given) == ("ad_spend",)
