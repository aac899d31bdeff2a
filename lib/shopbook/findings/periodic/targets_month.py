"""The month's appraisal sheet (月度考核表): attainment, run rate, forecast, and what the rest of it takes."""

import datetime as dt
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.analysis.targets import (
    day_weights,
    event_days,
    fit_shape,
    month_targets,
    progress,
    unseen_events,
)
from shopbook.columns import column, columns, label
from shopbook.days import Event
from shopbook.findings.daily.service import service_days
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level, Verdict
from shopbook.findings.periodic.sheets import shop_days
from shopbook.findings.verdict import routed
from shopbook.metrics.margin import break_even_roi, margin_rate
from shopbook.metrics.ratio import change, ratio
from shopbook.text import tr

_ADDED = ("sum", "not additive")
_ORDINARY_DAYS = 28
_FEWEST_DAYS = 5


def month_findings(facts: Facts) -> list[Finding]:
    """Where the month's sales stand against their target."""
    finding = month(facts)
    return [finding] if finding is not None else []


def month(facts: Facts) -> Finding | None:
    """Sales of the month so far, the forecast with its range, and the run rate the target still asks for."""
    target, state = target_of(facts, "pay_amount"), progress_of(facts, "pay_amount")
    if target is None or state is None:
        return None
    if unseen := unseen_ahead(facts):
        return routed(facts, _open_month(facts, state, target, unseen))
    verdict: Verdict = "worse" if state["high"] < target else "better" if state["low"] > target else "unknown"
    judged = (facts.day.day - state["missing_days"]) >= _FEWEST_DAYS
    level: Level = "ok"
    if state["forecast"] < target:
        short = 1 - state["forecast"] / target
        clear = verdict == "worse" and judged and short >= facts.threshold("same_band")
        level = "act" if clear else "watch"
    low, high = units.money(state["low"]), units.money(state["high"])
    words = {
        "month": f"{facts.day:%Y-%m}",
        "forecast": units.money(state["forecast"]),
        "low": low,
        "high": high,
        "target": units.money(target),
    }
    headline = {
        "worse": tr("{month} will miss its target {target}: forecast {forecast} ({low} ~ {high})", **words),
        "better": tr("{month} will reach its target {target}: forecast {forecast} ({low} ~ {high})", **words),
    }.get(verdict) or tr(
        "{month}: forecast {forecast} ({low} ~ {high}), the target {target} is still open", **words
    )
    finding = Finding(
        id="targets.month",
        question=tr("Will the month reach its target?"),
        headline=headline,
        level=level,
        verdict=verdict,
        metric="pay_amount",
        value=state["actual"],
        baseline=target * state["planned"],
        change=state["actual"] / (target * state["planned"]) - 1 if state["planned"] else None,
        interval=(state["low"] / target - 1, state["high"] / target - 1),
        caveats=_caveats(facts, state),
    )
    return routed(facts, finding)


def _open_month(facts: Facts, state: dict[str, float], target: float, unseen: list[Event]) -> Finding:
    """A month with an event ahead that this shop has not lived through: its forecast without it, no range."""
    return Finding(
        id="targets.month",
        question=tr("Will the month reach its target?"),
        headline=tr(
            "{month}: {forecast} without {events}, which no past of this shop shows; the target is {target}",
            month=f"{facts.day:%Y-%m}",
            forecast=units.money(state["forecast"]),
            events=tr(", ").join(dict.fromkeys(event.label for event in unseen)),
            target=units.money(target),
        ),
        metric="pay_amount",
        value=state["actual"],
        caveats=_caveats(facts, state),
    )


def unseen_ahead(facts: Facts) -> list[Event]:
    """Events in the days left of the month that the shop's past could not show."""
    table = shop_days(facts)
    if "pay_amount" not in table or (table["pay_amount"] > 0).sum() < _ORDINARY_DAYS:
        return []
    left = pd.date_range(facts.day + dt.timedelta(days=1), _month(facts)[1])
    return unseen_events(fit_shape(table["pay_amount"], facts.calendar), left, facts.calendar)


def target_of(facts: Facts, metric: str) -> float | None:
    """The month's target; from the year's, by the shape of the year, when only that is set."""
    sheet = facts.frames.get("targets", pd.DataFrame())
    if sheet.empty:
        return None
    mine = sheet[sheet["metric"] == metric]
    months = mine[mine["month"] == f"{facts.day:%Y-%m}"]
    if len(months):
        return float(months["target"].iloc[-1])
    year = mine[mine["month"] == f"{facts.day:%Y}"]
    if year.empty or not _adds_up(metric):
        return None
    first, last = dt.date(facts.day.year, 1, 1), dt.date(facts.day.year, 12, 31)
    weights = weights_of(facts, metric, first, last)
    if weights is None:
        return None
    others = mine[mine["month"].str.match(rf"{facts.day.year}-\d\d$")]
    locked = pd.Series(
        others["target"].to_numpy(float), index=pd.PeriodIndex(others["month"], freq="M"), dtype=float
    )
    parts = month_targets(float(year["target"].iloc[-1]), weights, locked=locked if len(locked) else None)
    return float(parts[pd.Period(facts.day, "M")])


def weights_of(facts: Facts, metric: str, first: dt.date, last: dt.date) -> pd.Series | None:
    """Relative weight of the days of a span by the shop's own past; None when it is too short to know."""
    table = shop_days(facts)
    if metric not in table or (table[metric] > 0).sum() < _ORDINARY_DAYS:
        return None
    shape = fit_shape(table[metric], facts.calendar)
    return day_weights(shape, pd.date_range(first, last), facts.calendar)


def progress_of(facts: Facts, metric: str) -> dict[str, float] | None:
    """The state of a figure that adds up over the month; None without a target or a day."""
    target, table = target_of(facts, metric), shop_days(facts)
    first, last = _month(facts)
    weights = weights_of(facts, metric, first, last)
    if target is None or weights is None:
        return None
    days = table.loc[pd.Timestamp(first) : facts.stamp, metric].dropna()
    if days.empty:
        return None
    state = progress(target, weights, days, past=_past(facts, metric, weights))
    # Rates of `progress` are per day of the month's mean weight; people plan with the days that are left.
    left = float(weights[weights.index > days.index.max()].mean())
    return state | {"needed_day": max(state["required"], 0.0) * left, "current_day": state["current"] * left}


def _past(facts: Facts, metric: str, month: pd.Series) -> pd.DataFrame:
    """Every day up to now with its weight on the month's scale; events of the calendar are not known days."""
    table = shop_days(facts)[metric].asfreq("D").loc[: facts.stamp]
    first, (_, last) = table.index.min().date(), _month(facts)
    whole = weights_of(facts, metric, first, last)
    assert whole is not None  # the month has weights, so the shop has a shape
    scale = float(month.iloc[0] / whole[month.index[0]])
    event = event_days(pd.DatetimeIndex(table.index), facts.calendar)
    return pd.DataFrame({"value": table.mask(event), "weight": whole.reindex(table.index) * scale})


def appraisal_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a target of the month: reached, wanted, attainment, due by now, forecast, run rate."""
    sheet = facts.frames.get("targets", pd.DataFrame())
    if sheet.empty:
        return []
    names = sheet.loc[sheet["month"].isin([f"{facts.day:%Y-%m}", f"{facts.day:%Y}"]), "metric"].unique()
    rows = [_added(facts, str(name)) if _adds_up(str(name)) else _rated(facts, str(name)) for name in names]
    return [row for row in rows if row is not None]


def takes_table(facts: Facts) -> list[dict[str, Any]]:
    """What the rest of the month takes a day: sales, buyers, visitors, the ad budget the gap can carry."""
    state = progress_of(facts, "pay_amount")
    usual = _ordinary(facts)
    if state is None or usual is None or pd.isna(state["needed_day"]):
        return []
    needed = state["needed_day"]
    conversion, basket = ratio("pay_conversion_rate", usual), ratio("avg_order_value", usual)
    rows = [
        ("pay_amount", needed, state["current_day"]),
        ("pay_buyers", needed / basket, usual["pay_buyers"]),
        ("visitors", needed / (conversion * basket), usual["visitors"]),
    ]
    margin = margin_of(facts)
    spend = usual.get("ad_spend")
    if margin is not None and spend is not None and pd.notna(spend):
        gap = max(needed - state["current_day"], 0.0)
        # Each yuan of ads must bring back its break-even ROI: the gap carries no more than this.
        wanted = spend + gap / break_even_roi(margin)
        # No budget grows many times over within a month: such a gap is not one for ads.
        if wanted <= spend * facts.threshold("ad_budget_growth"):
            rows.append(("ad_spend", wanted, spend))
    return [
        {
            "metric": metric,
            "name": label(metric),
            "needed": units.figure(need, column(metric).unit),
            "now": units.figure(now, column(metric).unit),
            "change": change(need, now),
        }
        for metric, need, now in rows
    ]


def source_table(facts: Facts, top: int = 8) -> list[dict[str, Any]]:
    """The visitors a day still needed, by source at today's shares."""
    rows = takes_table(facts)
    state, usual = progress_of(facts, "pay_amount"), _ordinary(facts)
    if not rows or state is None or usual is None or facts.channels.empty:
        return []
    factor = state["needed_day"] / usual["pay_amount"]
    recent = facts.channels[facts.channels["date"] > facts.stamp - pd.Timedelta(days=_ORDINARY_DAYS)]
    days = recent["date"].nunique()
    names = recent.drop_duplicates("channel", keep="last").set_index("channel")["label"]
    means = (recent.groupby("channel")["visitors"].sum() / days).sort_values(ascending=False).head(top)
    return [
        {"label": str(names[channel]), "visitors": float(mean), "needed": float(mean * factor)}
        for channel, mean in means.items()
    ]


def month_lines(facts: Facts) -> pd.DataFrame:
    """Sales of the month added up by day: actual, due, and from now on forecast, low, high; NaN elsewhere."""
    target, (first, last) = target_of(facts, "pay_amount"), _month(facts)
    weights, state = weights_of(facts, "pay_amount", first, last), progress_of(facts, "pay_amount")
    if target is None or weights is None or state is None:
        return pd.DataFrame()
    actual = shop_days(facts)["pay_amount"].reindex(weights.index).loc[: facts.stamp].cumsum()
    due = (weights / weights.sum()).cumsum() * target
    lines = pd.DataFrame({"actual": actual.reindex(weights.index), "due": due})
    ahead = weights[weights.index > facts.stamp]
    share = (ahead.cumsum() / ahead.sum()).reindex(weights.index)
    share[facts.stamp] = 0.0
    for name in ("forecast",) if unseen_ahead(facts) else ("forecast", "low", "high"):
        lines[name] = state["actual"] + share * (state[name] - state["actual"])
    return lines


def margin_of(facts: Facts) -> float | None:
    """Gross margin: the shop file's, else from unit costs and the sales of the last four weeks."""
    if facts.shop.gross_margin is not None:
        return facts.shop.gross_margin
    stock, items = facts.frames.get("stock", pd.DataFrame()), facts.items
    if stock.empty or "unit_cost" not in stock or items.empty or "pay_units" not in items:
        return None
    cost = (
        stock.dropna(subset=["unit_cost"])
        .drop_duplicates("item_id", keep="last")
        .set_index("item_id")["unit_cost"]
    )
    recent = items[items["date"] > facts.stamp - pd.Timedelta(days=_ORDINARY_DAYS)]
    sold = recent.groupby("item_id")[["pay_units", "pay_amount"]].sum()
    sold = sold.join(cost, how="inner")
    cost_sold = float((sold["pay_units"] * sold["unit_cost"]).sum())
    margin = margin_rate(float(sold["pay_amount"].sum()), 1.0, cost_sold)
    return margin if 0 < margin < 1 else None


def _added(facts: Facts, metric: str) -> dict[str, Any] | None:
    target, state = target_of(facts, metric), progress_of(facts, metric)
    if target is None or state is None:
        return None
    unit = column(metric).unit
    return {
        "metric": metric,
        "name": label(metric),
        "value": state["actual"],
        "target": target,
        "actual": units.figure(state["actual"], unit),
        "goal": units.figure(target, unit),
        "attained": state["attained"],
        "planned": state["planned"],
        "forecast": units.figure(state["forecast"], unit),
        "required": units.figure(state["needed_day"], unit),
        "state": tr("cannot tell")
        if unseen_ahead(facts)
        else _state(state["forecast"] / target, column(metric).good),
    }


def _rated(facts: Facts, metric: str) -> dict[str, Any] | None:
    """A target that is no sum (a rate, seconds): the mean of the month so far against it."""
    target, value = target_of(facts, metric), _mean_of_month(facts, metric)
    if target is None or value is None:
        return None
    unit, good = column(metric).unit, column(metric).good
    attained = target / value if good == "down" else value / target
    return {
        "metric": metric,
        "name": label(metric),
        "value": value,
        "target": target,
        "actual": units.figure(value, unit),
        "goal": units.figure(target, unit),
        "attained": attained,
        "planned": None,
        "forecast": "–",
        "required": "–",
        "state": _state(value / target, good),
    }


def _state(share: float, good: str) -> str:
    """Words for a figure at a share of its target; spending less than planned is neither good nor bad."""
    if good == "none":
        return tr("within the plan") if share <= 1 else tr("over the plan")
    reached = share <= 1 if good == "down" else share >= 1
    return tr("on course") if reached else tr("behind")


def _mean_of_month(facts: Facts, metric: str) -> float | None:
    first, _ = _month(facts)
    service = service_days(facts.frames.get("service", pd.DataFrame()))
    for table in (shop_days(facts), service):
        if metric not in table:
            continue
        days = table.loc[pd.Timestamp(first) : facts.stamp]
        weights = days.get("inquiry_visitors", days.get("visitors", pd.Series(1.0, days.index)))
        known = days[metric].notna() & weights.notna()
        if weights[known].sum() > 0:
            return float((days.loc[known, metric] * weights[known]).sum() / weights[known].sum())
    return None


def _adds_up(metric: str) -> bool:
    known = columns().get(metric)
    return known is not None and known.aggregate.startswith(_ADDED)


def _ordinary(facts: Facts) -> dict[str, float] | None:
    """Mean of the last four weeks' ordinary days: what the shop does without events."""
    table = shop_days(facts)
    names = [name for name in ("visitors", "pay_buyers", "pay_amount", "ad_spend") if name in table]
    recent = table.loc[facts.stamp - pd.Timedelta(days=_ORDINARY_DAYS - 1) : facts.stamp, names]
    ordinary = recent[~recent.index.isin([pd.Timestamp(day) for day in facts.special_days])]
    means = ordinary.mean()
    if ordinary.empty or not {"visitors", "pay_buyers"} <= set(names) or not means["pay_buyers"] > 0:
        return None
    return {str(name): float(value) for name, value in means.items()}


def _month(facts: Facts) -> tuple[dt.date, dt.date]:
    first = facts.day.replace(day=1)
    return first, (pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date()


def _caveats(facts: Facts, state: dict[str, float]) -> tuple[str, ...]:
    said = [tr("the plan weighs days by the shop's own past: campaign days count for more")]
    if pd.notna(state["needed_day"]):
        said.insert(
            0,
            tr(
                "{actual} so far, {attained} of the target, {planned} was due; "
                "each day left must bring {required}, at today's pace {current}",
                actual=units.money(state["actual"]),
                attained=units.percent(state["attained"]),
                planned=units.percent(state["planned"]),
                required=units.money(state["needed_day"]),
                current=units.money(state["current_day"]),
            ),
        )
    if unseen_ahead(facts):
        said.append(tr("no range: it would not hold what the event brings"))
    elif state["forecasts"]:
        said.append(
            tr("the range is that of {count} past forecasts of this shop", count=int(state["forecasts"]))
        )
    else:
        said.append(tr("too little history to test forecasts on: the range is a rough one"))
    if state["missing_days"]:
        said.append(tr("{count} day(s) without an export are estimated", count=int(state["missing_days"])))
    if len(facts.own) < 330:
        said.append(tr("less than a year of history: the season of the year is not in the plan"))
    return tuple(said)
