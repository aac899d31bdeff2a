"""Where the month stands against its target: attainment, run rate, forecast with its range."""

import datetime as dt

import pandas as pd

from shopbook import units
from shopbook.analysis.targets import month_targets, progress
from shopbook.analysis.year_shape import Shape, day_weights, event_days, fit_shape, unseen_events
from shopbook.columns import columns
from shopbook.days import Event
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level, Verdict
from shopbook.findings.periodic.sheets import shop_days
from shopbook.findings.verdict import routed
from shopbook.text import tr

_ADDED = ("sum", "not additive")
ORDINARY_DAYS = 28
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
    finding = Finding(
        id="targets.month",
        question=tr("Will the month reach its target?"),
        headline=_month_headline(facts, state, target, verdict),
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


def _month_headline(facts: Facts, state: dict[str, float], target: float, verdict: Verdict) -> str:
    """What is a fact by now, else the forecast with its range beside the target."""
    words = {
        "month": f"{facts.day:%Y-%m}",
        "forecast": units.money(state["forecast"]),
        "low": units.money(state["low"]),
        "high": units.money(state["high"]),
        "target": units.money(target),
    }
    return (
        _no_forecast(state, target, words)
        or {
            "worse": tr(
                "{month} will miss its target {target}: forecast {forecast} ({low} ~ {high})", **words
            ),
            "better": tr(
                "{month} will reach its target {target}: forecast {forecast} ({low} ~ {high})", **words
            ),
        }.get(verdict)
        or tr("{month}: forecast {forecast} ({low} ~ {high}), the target {target} is still open", **words)
    )


def _no_forecast(state: dict[str, float], target: float, words: dict[str, str]) -> str:
    """What is no forecast any more: a target that is reached, or missed on the month's last day; else ""."""
    known = {**words, "actual": units.money(state["actual"])}
    over = pd.isna(state["needed_day"])
    if state["actual"] >= target:
        ahead = tr("; forecast {forecast} ({low} ~ {high})", **words)
        return tr("{month} has reached its target {target}: {actual} so far", **known) + (
            "" if over else ahead
        )
    if over and not state["missing_days"]:
        return tr("{month} has missed its target {target}: {actual}", **known)
    return ""


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
        caveats=(
            tr(
                "{actual} so far, {attained} of the target",
                actual=units.money(state["actual"]),
                attained=units.percent(state["attained"]),
            ),
            tr("no range, nothing due by now: neither would hold what the event brings"),
            *_gaps(facts, state),
        ),
    )


def unseen_ahead(facts: Facts) -> list[Event]:
    """Events in the days left of the month that the shop's past could not show."""
    shape = _shape(facts, "pay_amount")
    left = pd.date_range(facts.day + dt.timedelta(days=1), month_of(facts)[1])
    return [] if shape is None else unseen_events(shape, left, facts.calendar)


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
    if year.empty or not adds_up(metric):
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
    shape = _shape(facts, metric)
    return None if shape is None else day_weights(shape, pd.date_range(first, last), facts.calendar)


def _shape(facts: Facts, metric: str) -> Shape | None:
    """The shape of the shop's past, fitted once; None when it is too short to know."""
    table = shop_days(facts)
    if metric not in table or (table[metric] > 0).sum() < ORDINARY_DAYS:
        return None
    return facts.once(f"shape of {metric}", lambda: fit_shape(table[metric], facts.calendar))


def progress_of(facts: Facts, metric: str) -> dict[str, float] | None:
    """The state of a figure that adds up over the month; None without a target or a day."""
    target, table = target_of(facts, metric), shop_days(facts)
    first, last = month_of(facts)
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
    first, (_, last) = table.index.min().date(), month_of(facts)
    whole = weights_of(facts, metric, first, last)
    assert whole is not None  # the month has weights, so the shop has a shape
    scale = float(month.iloc[0] / whole[month.index[0]])
    event = event_days(pd.DatetimeIndex(table.index), facts.calendar)
    return pd.DataFrame({"value": table.mask(event), "weight": whole.reindex(table.index) * scale})


def month_lines(facts: Facts) -> pd.DataFrame:
    """Sales of the month added up by day: actual, due, and from now on forecast, low, high; NaN elsewhere."""
    target, (first, last) = target_of(facts, "pay_amount"), month_of(facts)
    weights, state = weights_of(facts, "pay_amount", first, last), progress_of(facts, "pay_amount")
    if target is None or weights is None or state is None:
        return pd.DataFrame()
    actual = shop_days(facts)["pay_amount"].reindex(weights.index).loc[: facts.stamp].cumsum()
    lines = pd.DataFrame({"actual": actual.reindex(weights.index)})
    unseen = unseen_ahead(facts)
    if not unseen:
        lines["due"] = (weights / weights.sum()).cumsum() * target
    ahead = weights[weights.index > facts.stamp]
    share = (ahead.cumsum() / ahead.sum()).reindex(weights.index)
    share[facts.stamp] = 0.0
    for name in ("forecast",) if unseen else ("forecast", "low", "high"):
        lines[name] = state["actual"] + share * (state[name] - state["actual"])
    return lines


def adds_up(metric: str) -> bool:
    known = columns().get(metric)
    return known is not None and known.aggregate.startswith(_ADDED)


def month_of(facts: Facts) -> tuple[dt.date, dt.date]:
    first = facts.day.replace(day=1)
    return first, (pd.Timestamp(first) + pd.offsets.MonthEnd()).date()


def _caveats(facts: Facts, state: dict[str, float]) -> tuple[str, ...]:
    said = [_due(state), tr("the plan weighs days by the shop's own past: campaign days count for more")]
    if state["forecasts"]:
        said.append(
            tr("the range is that of {count} past forecasts of this shop", count=int(state["forecasts"]))
        )
    else:
        said.append(tr("too little history to test forecasts on: the range is a rough one"))
    return (*filter(None, said), *_gaps(facts, state))


def _due(state: dict[str, float]) -> str:
    """What was due by now and what each day left must bring; "" on the last day and once it is reached."""
    if pd.isna(state["needed_day"]) or state["attained"] >= 1:
        return ""
    return tr(
        "{actual} so far, {attained} of the target, {planned} was due; "
        "each day left must bring {required}, at today's pace {current}",
        actual=units.money(state["actual"]),
        attained=units.percent(state["attained"]),
        planned=units.percent(state["planned"]),
        required=units.money(state["needed_day"]),
        current=units.money(state["current_day"]),
    )


def _gaps(facts: Facts, state: dict[str, float]) -> list[str]:
    """What the month's figures lack, with or without an event ahead."""
    said = []
    if state["missing_days"]:
        said.append(tr("{count} day(s) without an export are estimated", count=int(state["missing_days"])))
    if len(facts.own) < 330:
        said.append(tr("less than a year of history: the season of the year is not in the plan"))
    return said
