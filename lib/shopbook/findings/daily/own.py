"""The own shop against its market: visitors, conversion, basket, amount, the item that stands out, profit."""

import datetime as dt
import math
from dataclasses import replace

import pandas as pd

from shopbook import units
from shopbook.analysis.decompose import Funnel, Part, channel_causes, gmv_causes, rate_causes
from shopbook.findings.compared import base_fields
from shopbook.findings.daily.anomalies import PAID, item_findings, source_findings
from shopbook.findings.daily.located import channel_rates, ruled_out
from shopbook.findings.daily.service import service_days
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, Finding
from shopbook.findings.verdict import causes, caveats_of, level_of, main_cause, routed, sentence
from shopbook.findings.warnings.data import item_names
from shopbook.metrics.ratio import change
from shopbook.text import tr

_FACTORS = {"visitors": "visitors", "conversion": "pay_conversion_rate", "basket": "avg_order_value"}


def own_findings(facts: Facts) -> list[Finding]:
    """The four figures of the shop, each with its causes, and the item that stands out."""
    figures = [amount(facts), visitors(facts), conversion(facts), basket(facts)]
    named = main_cause(figures[1]) if figures[1].verdict == "worse" else None
    fallen = [each for each in source_findings(facts) if named is None or each.scope != named.scope]
    return [*figures, *fallen, *item_findings(facts)]


def visitors(facts: Facts) -> Finding:
    """Visitors against the market, split by source."""
    finding = _compared(
        facts, "own.visitors", "visitors", tr("Did visitors rise or fall against the market?")
    )
    if not _known(finding):
        return routed(facts, finding)
    now, before, names = channel_sides(facts, "visitors")
    if now.empty or before.empty:  # the report of the sources is late: nothing is said of any of them
        now, before = (pd.Series(dtype=float) for _ in range(2))
    found = facts.compare("visitors")
    parts = channel_causes(
        now, before, (found.value, found.baseline), market_change=found.shift, labels=names
    )
    finding = _with_causes(facts, finding, parts, "persons")
    main = main_cause(finding)
    if main is None or finding.verdict != "worse":
        return routed(facts, finding)
    route = "own.visitors.paid" if main.scope["channel"] in PAID else "own.visitors.free"
    return routed(facts, finding, route, label=main.label)


def conversion(facts: Facts) -> Finding:
    """Conversion against the peers, split into each item's own rate and the mix of traffic."""
    finding = _compared(
        facts, "own.conversion", "pay_conversion_rate", tr("Did conversion rise or fall against the peers?")
    )
    now, before = (_item_funnel(facts, days) for days in ([facts.day], facts.baseline_days))
    if now.empty or before.empty:
        return routed(facts, finding)
    found = facts.compare("pay_conversion_rate")
    total = (found.value, found.baseline)
    parts = rate_causes(
        now, before, total, market_change=finding.market_change, key="item_id", labels=item_names(facts)
    )
    rates = channel_rates(facts, [facts.stamp], facts.baseline_stamps)
    finding = _with_causes(
        facts, finding, _mixed(facts, rates, total, finding.market_change) or parts, "fraction"
    )
    if _service_slowed(facts):
        return routed(facts, finding, "own.conversion.service")
    shifted = _mix_of_week(facts, finding)
    if shifted is not None:
        headline = f"{finding.headline}{tr('; ')}{_named(shifted, 'fraction')}"
        return routed(facts, replace(finding, headline=headline), "own.conversion.mix")
    main = main_cause(finding)
    if main is not None and main.scope.get("factor") == "mix":
        return routed(facts, finding, "own.conversion.mix")
    if main is not None and is_named(facts, main):
        is_gone = ruled_out(facts).get(main.scope.get("item_id", "")) == "stock_out"
        route = "own.item.stock" if is_gone else "own.conversion.item"
        return routed(facts, finding, route, label=main.label)
    return routed(facts, finding)


def basket(facts: Facts) -> Finding:
    """Amount per buyer against the peers."""
    return routed(
        facts,
        _compared(
            facts, "own.basket", "avg_order_value", tr("Did the basket rise or fall against the peers?")
        ),
    )


def amount(facts: Facts) -> Finding:
    """Sales against the peers, split exactly into market, visitors, conversion and basket."""
    finding = _compared(facts, "own.amount", "pay_amount", tr("Why did sales change?"))
    now, before = (_funnel(facts, days) for days in ([facts.day], facts.baseline_days))
    if now is None or before is None:
        return routed(facts, finding)
    parts = gmv_causes(now, before, market=_market_factors(facts))
    decided = {
        factor for factor, metric in _FACTORS.items() if facts.compare(metric).verdict == finding.verdict
    }
    return routed(facts, _with_causes(facts, finding, parts, "CNY", decided))


def channel_sides(facts: Facts, metric: str) -> tuple[pd.Series, pd.Series, dict[str, str]]:
    """A metric by channel on the day and as the mean of the comparable days, with the channels' names.

    A side is empty when its days have no report of the sources: that is not known, and no source had none.
    """
    rows = facts.channels
    base_days = len(set(rows["date"]) & set(facts.baseline_stamps))
    now = rows[rows["date"] == facts.stamp].set_index("channel")[metric].astype(float)
    base = rows[rows["date"].isin(facts.baseline_stamps)]
    names = dict(zip(rows["channel"], rows["label"], strict=True))
    return now, base.groupby("channel")[metric].sum() / max(base_days, 1), names


def _known(finding: Finding) -> bool:
    """Whether both sides of the change are figures."""
    return all(each is not None and math.isfinite(each) for each in (finding.value, finding.baseline))


def _compared(facts: Facts, finding_id: str, metric: str, question: str) -> Finding:
    comparison, (comparator, _) = facts.compare(metric), facts.comparator(metric)
    week = None if facts.stopped(finding_id) else facts.week(metric)
    return Finding(
        id=finding_id,
        question=question,
        headline=sentence(metric, comparison, comparator, week),
        level=level_of(facts, comparison, metric=metric, comparator=comparator, week=week),
        verdict=comparison.verdict,
        caveats=caveats_of(facts, comparison, week),
        **base_fields(facts, metric, comparison, comparator, week),
    )


def is_named(facts: Facts, cause: Cause | Part) -> bool:
    """Whether a cause made enough of the change to be named; of no change at all nothing has a share."""
    return cause.share is not None and cause.share >= facts.threshold("named_cause")


def _with_causes(
    facts: Facts, finding: Finding, parts: list[Part], unit: str, factors: set[str] | None = None
) -> Finding:
    """The finding with its causes; where the day is decided the main one ends the headline.

    With `factors` only one of these is named: a factor of sales within its own noise has made no change.
    """
    finding = replace(finding, causes=causes(parts))
    named = tuple(one for one in finding.causes if factors is None or one.scope.get("factor") in factors)
    main = main_cause(replace(finding, causes=named)) if finding.verdict in ("better", "worse") else None
    if main is None or not is_named(facts, main):
        return finding
    return replace(finding, headline=f"{finding.headline}{tr('; ')}{_named(main, unit)}")


def _named(cause: Cause, unit: str) -> str:
    effect = units.points(cause.effect) if unit == "fraction" else units.signed(cause.effect, unit)
    return tr("mostly {cause} {effect}", cause=cause.label, effect=effect)


def _funnel(facts: Facts, days: list[dt.date]) -> Funnel | None:
    """Mean visitors, buyers and amount of some days; None when a part is not known."""
    names = ["visitors", "pay_buyers", "pay_amount"]
    rows = facts.own.reindex([pd.Timestamp(day) for day in days])
    if not set(names) <= set(rows.columns) or rows[names].isna().any(axis=None) or rows.empty:
        return None
    return Funnel(*(float(rows[name].mean()) for name in names))


def _market_factors(facts: Facts) -> dict[str, float] | None:
    """What the peers alone would have made of each factor, together of the amount; None without peers.

    Conversion and basket have peers of their own; what is left of the peers' sales came with their visitors.
    """
    total = facts.compare("pay_amount").shift
    if total is None:
        return None
    rate, basket_shift = (
        facts.compare(name).shift or 0.0 for name in ("pay_conversion_rate", "avg_order_value")
    )
    visitors_shift = (1 + total) / ((1 + rate) * (1 + basket_shift)) - 1
    return {"visitors": visitors_shift, "conversion": rate, "basket": basket_shift}


def _item_funnel(facts: Facts, days: list[dt.date]) -> pd.DataFrame:
    """Buyers and visitors of each item over some days."""
    rows = _item_rows(facts, days)
    names = ["pay_buyers", "item_visitors"]
    if not set(names) <= set(rows.columns):
        return pd.DataFrame()
    sums = rows.groupby("item_id")[names].sum()
    return sums[sums["item_visitors"] > 0]


def _item_rows(facts: Facts, days: list[dt.date]) -> pd.DataFrame:
    if facts.items.empty:
        return facts.items
    return facts.items[facts.items["date"].isin([pd.Timestamp(day) for day in days])]


def _mix_of_week(facts: Facts, finding: Finding) -> Cause | None:
    """The shift between sources as the main cause of a week that is decided where its day is not."""
    week = facts.week("pay_conversion_rate")
    if (
        finding.week is None
        or finding.verdict != "unknown"
        or finding.week.verdict == "unknown"
        or week is None
    ):
        return None
    spans = ([pd.Timestamp(day) for day in days] for days in (week.ordinary, week.found.days))
    total = (week.found.value, week.found.baseline)
    parts = _mixed(facts, channel_rates(facts, *spans), total, week.found.market_change)
    return next((each for each in causes(parts) if each.scope == {"factor": "mix"}), None)


def _mixed(
    facts: Facts,
    rates: tuple[pd.DataFrame, pd.DataFrame, dict[str, str]],
    total: tuple[float, float],
    market_change: float | None,
) -> list[Part]:
    """The split by source, where a shift between sources is its main cause: items do not see it."""
    now, before, names = rates
    if now.empty or before.empty:
        return []
    parts = rate_causes(now, before, total, market_change=market_change, labels=names)
    named = [part for part in parts if part.scope.get("factor") not in ("market", "unexplained")]
    main = max(named, key=lambda part: part.share or 0.0)
    return parts if main.scope == {"factor": "mix"} and is_named(facts, main) else []


def _service_slowed(facts: Facts) -> bool:
    """Whether fewer inquiries were paid and answers took longer on the same day."""
    days = service_days(facts.frames.get("service", pd.DataFrame()))
    names = ("inquiry_conversion_rate", "avg_response_seconds")
    if not set(names) <= set(days.columns) or facts.stamp not in days.index:
        return False
    usual, much = days.reindex(facts.baseline_stamps).mean(), facts.threshold("service_slowed")
    paid, waited = (change(days.at[facts.stamp, name], usual[name]) for name in names)
    return paid is not None and waited is not None and paid < -much and waited > much
