"""The tables of a campaign review as rows for findings.json."""

from typing import Any

import numpy as np
import pandas as pd

from shopbook.analysis import review, review_items
from shopbook.analysis.campaign_windows import Span, campaign_windows
from shopbook.analysis.uplift_effect import Effect
from shopbook.columns import column, columns
from shopbook.days import span
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.metrics.frame import channel_days
from shopbook.metrics.ratio import change, divide, ratio, ratios
from shopbook.text import tr

Rows = list[dict[str, Any]]
# Figures of the presale an operator writes into the hand-filled template; cumulative over the campaign.
PRESALE = ("deposit_buyers", "deposit_amount", "balance_buyers", "balance_amount")
KPIS = (
    "pay_amount",
    "net_amount",
    "visitors",
    "pay_conversion_rate",
    "avg_order_value",
    "ad_spend",
    "ad_roi",
)


def actual_figures(facts: CampaignFacts, days: list[Any]) -> dict[str, float]:
    """The shop's sums and ratios of some days, with ad ROI."""
    found = review.totals(facts.own, days)
    ads = facts.ads.reindex(pd.DatetimeIndex(days)).sum(min_count=1)
    spend, revenue = ads.get("ad_spend", np.nan), ads.get("ad_revenue", np.nan)
    return found | {"ad_roi": divide(revenue, spend)}


def kpi_rows(facts: CampaignFacts) -> Rows:
    """The campaign's figures against as many ordinary days, with targets."""
    now, usual = actual_figures(facts, facts.held), actual_figures(facts, facts.base)
    rows = []
    for metric in KPIS:
        scale = 1.0 if metric in ratios() else divide(now["days"], usual["days"])
        value, base = now.get(metric, np.nan), usual.get(metric, np.nan) * scale
        if np.isfinite(value):
            rows.append(
                {
                    "metric": metric,
                    "value": value,
                    "prev_day": None,
                    "baseline": base,
                    "change": change(value, base),
                    "market_change": None,
                    "relative": None,
                    "verdict": "unknown",
                    "target": facts.campaign.targets.get(metric),
                    "spark": [],
                }
            )
    return rows


def target_rows(facts: CampaignFacts) -> Rows:
    """Targets against actuals."""
    budget = {"ad_spend": facts.campaign.budget} if facts.campaign.budget else {}
    table = review.attainment(actual_figures(facts, facts.held), {**facts.campaign.targets, **budget})
    return [
        {**row, "label": metric_name(row["metric"]), "unit": metric_unit(row["metric"])}
        for row in table.to_dict("records")
    ]


def phase_rows(facts: CampaignFacts) -> Rows:
    """The campaign by phase, an ordinary day first, the previous campaign's main days last."""
    known = {name: ends for name, ends in facts.phases.items() if ends[0] <= facts.day}
    table = review.phase_table(facts.own, known, facts.base)
    names = phase_names()
    rows = [
        {
            **row,
            "label": names.get(row["phase"], row["phase"]),
            "first": str(row["first"]),
            "last": str(row["last"]),
        }
        for row in table.to_dict("records")
    ]
    if (earlier := _previous_window(facts)) and (before := review.totals(facts.own, span(*earlier)))["days"]:
        label = tr("previous: {name}", name=facts.previous.name if facts.previous else "")
        day_amount = divide(before["pay_amount"], before["days"])
        ends = {"first": str(earlier[0]), "last": str(earlier[1])}
        rows.append(
            {"phase": "previous", "label": label, **ends, **before, "day_amount": day_amount, "burst": np.nan}
        )
    return rows


def presale_rows(facts: CampaignFacts) -> Rows:
    """Deposits and balances of the hand-filled template, with the share that paid the balance."""
    filled = facts.frames.get("hand_filled", pd.DataFrame())
    if filled.empty:
        return []
    inside = filled["date"].between(*(pd.Timestamp(day) for day in facts.windows.net))
    reached = filled[inside & filled["metric"].isin(PRESALE)].groupby("metric")["value"].max()
    rows = [
        {
            "measure": name,
            "label": metric_name(name),
            "value": float(reached[name]),
            "unit": metric_unit(name),
        }
        for name in PRESALE
        if name in reached
    ]
    if {"deposit_buyers", "balance_buyers"} <= set(reached.index) and reached["deposit_buyers"] > 0:
        name = "balance_payment_rate"
        share = ratio(name, reached)
        rows.append({"measure": name, "label": metric_name(name), "value": share, "unit": "fraction"})
    return rows


def source_rows(facts: CampaignFacts) -> Rows:
    """Sources against the base and the campaign before."""
    rows = channel_days(facts.frames.get("flow_source", pd.DataFrame()))
    if rows.empty:
        return []
    table = review.source_table(rows, facts.windows.gross, facts.base, _previous_window(facts))
    result: Rows = table.to_dict("records")
    return result


def item_rows(facts: CampaignFacts) -> Rows:
    """Items with sell-through where they were promoted."""
    table = item_frame(facts)
    if table.empty:
        return []
    sold = sell_through_frame(facts).set_index("item_id")[
        ["stock", "sell_through", "goal", "kind", "sold_out"]
    ]
    table = table.join(sold.assign(sell_through=sold["sell_through"].clip(upper=1.0)), on="item_id")
    result: Rows = table.assign(
        label=table["item_id"].map(facts.item_names).fillna(table["item_id"])
    ).to_dict("records")
    return result


def item_frame(facts: CampaignFacts) -> pd.DataFrame:
    """Items of the campaign's warm-up and main days."""
    if facts.items.empty:
        return pd.DataFrame()
    return review_items.item_table(facts.items, facts.promoted, facts.windows.gross, facts.base)


def sell_through_frame(facts: CampaignFacts) -> pd.DataFrame:
    """Sell-through of the promoted items."""
    stock = facts.frames.get("stock", pd.DataFrame())
    opening, listed = pd.Series(dtype=float), pd.Series(dtype="datetime64[ns]")
    if len(stock):
        before = stock[stock["date"] <= pd.Timestamp(facts.windows.base_last)]
        opening = before.drop_duplicates("item_id", keep="last").set_index("item_id")["stock_units"]
        newest = stock.drop_duplicates("item_id", keep="last").set_index("item_id")
        listed = newest.get("listed_on", listed)
    items = item_frame(facts)
    if items.empty:
        return pd.DataFrame(columns=["item_id", "sold", "stock", "sell_through", "kind", "goal", "sold_out"])
    return review_items.sell_through(items, facts.signed_up, opening, listed, facts.windows.gross[0])


def sold_share(table: pd.DataFrame) -> float:
    """Share of the known stock that was sold; pieces an item sold beyond its own stock are not counted."""
    return float(divide(table[["sold", "stock"]].min(axis=1).sum(), table["stock"].sum()))


def role_rows(facts: CampaignFacts) -> Rows:
    """The campaign role's four figures beside the base."""
    now, usual = _role_figures(facts, facts.held), _role_figures(facts, facts.base)
    sold = sell_through_frame(facts).dropna(subset=["sell_through"])
    known = sold_share(sold)
    names = {
        "ad_click_rate": tr("Campaign click rate"),
        "order_share": tr("Share of orders from promoted items"),
        "order_conversion_rate": tr("Order conversion"),
        "sell_through": tr("Sell-through"),
    }
    return [
        {
            "measure": name,
            "label": label,
            "value": now.get(name, known),
            "baseline": usual.get(name, np.nan),
            "unit": "fraction",
        }
        for name, label in names.items()
    ]


def _role_figures(facts: CampaignFacts, days: list[Any]) -> dict[str, float]:
    index = pd.DatetimeIndex(days)
    ads = facts.ads.reindex(index).sum(min_count=1)
    shop = facts.own.reindex(index)
    rows = facts.items[facts.items["date"].isin(index)]
    units = rows.groupby(rows["item_id"].isin(facts.promoted))["pay_units"].sum()
    orders = shop["order_buyers"].sum() if "order_buyers" in shop else np.nan
    return {
        "ad_click_rate": divide(ads.get("ad_clicks", np.nan), ads.get("ad_impressions", np.nan)),
        "order_share": divide(units.get(True, 0.0), units.sum()) if facts.promoted else np.nan,
        "order_conversion_rate": divide(orders, shop["visitors"].sum() if "visitors" in shop else np.nan),
    }


def effect_rows(facts: CampaignFacts) -> Rows:
    """Gross and net effect by scope in CNY, with 90% ranges and what the placebos say."""
    return [
        {"scope": scope, "label": scope_names()[scope], **_effect_row(found.gross, found.net)}
        for scope, found in facts.effects.items()
    ]


def opinion_rows(facts: CampaignFacts) -> Rows:
    """The shop's effect as other methods see it, ours first."""
    names = {"bsts": tr("BSTS, same control"), "rivals": tr("Mix of rivals")}
    ours = {"method": "local_level", "label": tr("Local level (ours)")}
    shop = facts.effects["shop"]
    rows = [{**ours, **_effect_row(shop.gross, shop.net)}]
    return rows + [
        {"method": name, "label": names[name], **_effect_row(found.gross, found.net)}
        for name, found in facts.opinions.items()
    ]


def _effect_row(gross: Effect, net: Effect) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, effect in (("gross", gross), ("net", net)):
        row |= {name: effect.amount, f"{name}_lo": effect.amount_lo, f"{name}_hi": effect.amount_hi}
        row |= {f"{name}_log": effect.log, f"{name}_log_lo": effect.log_lo, f"{name}_log_hi": effect.log_hi}
        row |= {f"{name}_verdict": effect.verdict, f"{name}_placebos": effect.placebos}
        row |= {f"{name}_placebo_rms": effect.placebo_rms, f"{name}_reasons": ", ".join(effect.reasons)}
    return row


def plan_rows(facts: CampaignFacts) -> Rows:
    """Stock the next campaign of the same length should plan with."""
    items = item_frame(facts)
    if items.empty:
        return []
    table = review_items.next_stock(items, len(facts.held))
    result: Rows = table.assign(label=table["item_id"].map(facts.item_names)).to_dict("records")
    return result


def phase_names() -> dict[str, str]:
    """The phases in the run's language."""
    return {
        "base": tr("ordinary day"),
        "build_up": tr("build-up"),
        "presale": tr("presale"),
        "warm_up": tr("warm-up"),
        "peak": tr("main days"),
        "encore": tr("encore"),
        "cool_down": tr("cool-down"),
    }


def scope_names() -> dict[str, str]:
    """The scopes of an effect in the run's language."""
    return {"shop": tr("whole shop"), "promoted": tr("promoted items"), "rest": tr("rest of the shop")}


def metric_name(metric: str) -> str:
    """A metric's label; net sales is no column of an export."""
    if metric == "net_amount":
        return tr("Sales less refunds")
    return column(metric).label if metric in columns() else metric


def metric_unit(metric: str) -> str:
    """A metric's unit, CNY for net sales."""
    return column(metric).unit if metric in columns() else "CNY"


def _previous_window(facts: CampaignFacts) -> Span | None:
    earlier = facts.previous
    return campaign_windows(earlier.phases, facts.day).gross if earlier else None
