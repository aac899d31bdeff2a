"""Every warning code of params/rules.yaml is raised by a case that deserves it."""

import datetime as dt
import re

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.facts import Facts
from shopbook.findings.warnings import history as data_history
from shopbook.findings.warnings.data import EVERY_DAY, data_warnings
from shopbook.home import PROJECT
from shopbook.params import ShopSettings, rules
from shopbook.text import speaking

DAY = dt.date(2026, 10, 16)
DAYS = pd.date_range(end=DAY, periods=40)
KINDS = ("shop_daily", "item_daily", "flow_source", "market", "peers", "service", "stock")


def frames() -> dict[str, pd.DataFrame]:
    """A quiet shop: nothing to warn of but what each case changes."""
    shop = {
        "visitors": 9000.0,
        "pay_buyers": 200.0,
        "pay_amount": 16_000.0,
        "pay_conversion_rate": 200 / 9000,
    }
    item = {"item_id": "1", "item_name": "杯", "pay_units": 9.0, "pay_buyers": 9.0, "order_buyers": 9.0}
    channels = [
        pd.DataFrame({"date": DAYS, "channel": name, "channel_label": name, "visitors": 3000.0})
        for name in "abc"
    ]
    peers = [
        pd.DataFrame({"date": DAYS, "metric": name, "peer_avg": 1.0, "peer_top": 2.0})
        for name in ("pay_conversion_rate", "avg_order_value", "pay_amount")
    ]
    market = {"category": "x", "metric": "visitors", "value": 1e6, "value_type": "value"}
    return {
        "shop_daily": pd.DataFrame({"date": DAYS, **shop}),
        "item_daily": pd.DataFrame({"date": DAYS, **item, "item_status": "当前在线"}),
        "flow_source": pd.concat(channels).assign(level=1, device="all", channel_detail=""),
        "market": pd.DataFrame({"date": DAYS, **market}),
        "peers": pd.concat(peers),
        "stock": pd.DataFrame({"date": DAYS, "item_id": "1", "stock_units": 50.0}),
    }


def changed(kind: str, column: str, value: object, *, last: bool = True) -> dict[str, pd.DataFrame]:
    held = frames()
    frame = held[kind].copy()
    frame[column] = frame[column].astype(object) if isinstance(value, str) else frame[column]
    frame.loc[frame["date"] == DAYS[-1] if last else slice(None), column] = value
    return held | {kind: frame}


def cut(kind: str, keep: slice) -> dict[str, pd.DataFrame]:
    held = frames()
    return held | {kind: held[kind][held[kind]["date"].isin(DAYS[keep])]}


def mixed() -> dict[str, pd.DataFrame]:
    held = frames()
    return held | {"shop_daily": held["shop_daily"].assign(shop=["甲店"] * 20 + ["乙店"] * 20)}


def doubled() -> dict[str, pd.DataFrame]:
    held = frames()
    return held | {"stock": pd.concat([held["stock"], held["stock"].tail(1)])}


def restated() -> dict[str, pd.DataFrame]:
    return frames() | {"restated": pd.DataFrame({"kind": ["shop_daily"], "day": [DAY]})}


def young() -> dict[str, pd.DataFrame]:
    service = pd.DataFrame({"date": DAYS, "row": "agent", "report": "performance", "inquiry_visitors": 9.0})
    return frames() | {"service": service}


CASES = {
    "partial_day": lambda: changed("flow_source", "visitors", 900.0),
    "unsourced_jump": lambda: changed("shop_daily", "visitors", 20_000.0),
    "rate_above_one": lambda: changed("shop_daily", "pay_buyers", 9900.0),
    "ratio_mismatch": lambda: changed("shop_daily", "pay_conversion_rate", 0.05),
    "presale": lambda: changed("item_daily", "pay_buyers", 0.0),
    "missing_days": lambda: cut("shop_daily", slice(-3, None, 2)) | {},
    "short_base": lambda: cut("shop_daily", slice(-5, None)),
    "no_market": lambda: frames() | {"market": pd.DataFrame()},
    "missing_export": lambda: frames() | {"stock": pd.DataFrame()},
    "stale_source": lambda: cut("stock", slice(0, -3)),
    "duplicate_day": doubled,
    "mixed_shops": mixed,
    "layout_changed": lambda: changed("shop_daily", "pay_amount", float("nan")),
    "stock_out": lambda: changed("stock", "stock_units", 0.0),
    "off_shelf": lambda: changed("item_daily", "item_status", "已下架"),
    "small_sample": lambda: changed("shop_daily", "pay_buyers", 12.0),
    "channel_overlap": lambda: changed("flow_source", "visitors", 4000.0),
    "restated": restated,
    "immature": young,
}
# Raised where their subject is at home, with tests there.
ELSEWHERE = {"index_uncalibrated", "overlapping_campaign", "missing_attribute"}
SPECIAL = {"definition_break", "holiday_unpublished"}


NO_EVENTS = Calendar(())


def codes(held: dict[str, pd.DataFrame], calendar: Calendar = NO_EVENTS) -> set[str]:
    facts = Facts(ShopSettings(id="t"), DAY, held, calendar, rules())
    return {warning.code for warning in data_warnings(facts, KINDS)}


def test_a_quiet_shop_has_no_warning_but_the_missing_service_report():
    assert codes(frames()) == {"missing_export"}


@pytest.mark.parametrize("code", CASES)
def test_the_code_is_raised(code):
    assert code in codes(CASES[code]())


def test_a_new_definition_is_told_for_four_weeks(monkeypatch):
    entry = {"date": "2026-10-01", "metric": "visitors", "zh": "访客口径", "en": "visitors"}
    monkeypatch.setattr(data_history, "definition_breaks", lambda: [entry])
    assert "definition_break" in codes(frames())
    monkeypatch.setattr(data_history, "definition_breaks", lambda: [entry | {"date": "2026-08-01"}])
    assert "definition_break" not in codes(frames())


def test_an_unpublished_holiday_list_is_told():
    assert "holiday_unpublished" in codes(frames(), Calendar((), (2026,)))


def test_every_code_of_the_rules_has_a_case():
    assert set(rules().warnings) == set(CASES) | ELSEWHERE | SPECIAL
    source = "".join(
        path.read_text(encoding="utf-8") for path in (PROJECT / "lib/shopbook/findings").rglob("*.py")
    )
    assert all(re.search(rf'"{code}"', source) for code in ELSEWHERE)


def test_a_missing_export_says_in_one_line_how_to_get_it():
    facts = Facts(ShopSettings(id="t"), DAY, frames() | {"stock": pd.DataFrame()}, Calendar(()), rules())
    said = [
        each.text for each in data_warnings(facts, ("stock", *EVERY_DAY)) if each.code == "missing_export"
    ]
    assert any("shopbook template stock" in text for text in said)
    assert all("\n" not in text for text in said)


def test_a_market_that_is_there_is_not_called_missing():
    held = frames() | {"peers": pd.DataFrame()}
    facts = Facts(ShopSettings(id="t"), DAY, held, NO_EVENTS, rules())
    with speaking("en"):
        said = [one.text for one in data_warnings(facts, ()) if one.code == "no_market"]
    assert said == [
        "No peers figure for the day: conversion, basket and sales are held against the shop's own past only."
    ]
