"""Where ad money goes next: feed, bid more, hold, bid less or stop, each with its reason."""

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.findings.daily.promotion_data import (
    LEVELS,
    ad_rows,
    between,
    break_even,
    gross_margin,
    item_margins,
    mature_until,
    ratio_range,
)
from shopbook.findings.facts import Facts
from shopbook.metrics.ratio import pooled, ratio
from shopbook.text import tr

# Advice from the most to the least welcome; the tables are sorted the other way round.
ORDER = ("stop", "less", "more", "feed", "hold", "few")
# A large account has thousands of keywords: the ones that carry the money are judged.
_MOST_ROWS = 200
_SUMS = ["ad_impressions", "ad_clicks", "ad_spend", "ad_revenue", "ad_visitors"]


class Lines(NamedTuple):
    """What a row is held against: break-even ROI, its like's click rate, the mean ROI, a stop's ROI."""

    need: float | None
    usual: float | None
    mean: float
    stop: float | None

    @property
    def roi(self) -> float:
        """Break-even where it is known, else the mean."""
        return self.mean if self.need is None else self.need

    @property
    def named(self) -> str:
        if self.need is None:
            return tr("the mean {value:.2f}", value=self.mean)
        return tr("break-even {value:.2f}", value=self.need)


class Range(NamedTuple):
    """A ratio with the ends of its 90% range; NaN ends are not known."""

    value: float
    low: float
    high: float

    def above(self, level: float | None) -> bool:
        return level is not None and self.low > level

    def below(self, level: float | None) -> bool:
        return level is not None and self.high < level


def advice_table(facts: Facts, level: str) -> list[dict[str, Any]]:
    """One row a plan, item, crowd or keyword over the four mature weeks, worst first."""
    return facts.once(("advice", level), lambda: _advice_table(facts, level))


def _advice_table(facts: Facts, level: str) -> list[dict[str, Any]]:
    rows = between(ad_rows(facts, level), mature_until(facts))
    if rows.empty:
        return []
    spend = rows.groupby("key")["ad_spend"].sum().sort_values(ascending=False)
    rows = rows[rows["key"].isin(spend.index[:_MOST_ROWS])]
    lines = _lines(facts, rows, level)
    newest = rows.drop_duplicates("key", keep="last").set_index("key")[["label", "scene"]].to_dict("index")
    days = rows[_SUMS].to_numpy(float)
    table = [
        _row(facts, level, {"key": str(key), **newest[key]}, days[places].T.copy(), lines[str(key)])
        for key, places in sorted(rows.groupby("key").indices.items())
    ]
    return sorted(table, key=lambda row: (ORDER.index(row["advice"]), -row["ad_spend"]))


def _lines(facts: Facts, rows: pd.DataFrame, level: str) -> dict[str, Lines]:
    """The lines of every row; a plan alone in its scene has no like: scenes click differently."""
    own_margins = item_margins(facts) if level == "item" else pd.Series(dtype=float)
    margin = gross_margin(facts)
    mean = float(np.nan_to_num(pooled("ad_roi", rows)))
    scenes = rows.groupby("scene")[["ad_clicks", "ad_impressions"]].sum()
    members = rows.groupby("scene")["key"].nunique()
    found = {}
    for key, scene in rows.drop_duplicates("key", keep="last")[["key", "scene"]].itertuples(index=False):
        usual = ratio("ad_click_rate", scenes.loc[scene])
        need = break_even(own_margins.get(key, margin))
        stop = None if need is None else need * facts.threshold("ad_stop")
        found[str(key)] = Lines(need, usual if members[scene] > 1 else None, mean, stop)
    return found


def _row(facts: Facts, level: str, words: dict[str, str], days: np.ndarray, lines: Lines) -> dict[str, Any]:
    """A row of the table; `days` holds the figures of `_SUMS`, each over its days."""
    known = ~np.isnan(days)
    totals = np.where(known.any(axis=1), np.where(known, days, 0.0).sum(axis=1), np.nan)
    sums, by_day = dict(zip(_SUMS, totals, strict=True)), dict(zip(_SUMS, days, strict=True))
    roi = Range(*ratio_range(by_day["ad_revenue"], by_day["ad_spend"]))
    click_rate = Range(*ratio_range(by_day["ad_clicks"], by_day["ad_impressions"]))
    few = not sums["ad_clicks"] >= facts.threshold("min_clicks") or math.isnan(roi.low)
    advice = "few" if few else advised(roi, click_rate, lines)
    return {
        LEVELS[level][0]: words["key"],
        "label": str(words["label"]),
        "ad_scene": str(words["scene"]),
        "ad_spend": float(sums["ad_spend"]),
        "ad_clicks": float(sums["ad_clicks"]),
        "ad_click_rate": click_rate.value,
        "ad_cost_per_click": ratio("ad_cost_per_click", sums),
        "ad_cost_per_visitor": ratio("ad_cost_per_visitor", sums),
        "ad_roi": roi.value,
        "roi_low": roi.low,
        "roi_high": roi.high,
        "range": _range_text(roi),
        "break_even": lines.need,
        "advice": advice,
        "do": advice_name(advice),
        "reason": _reason(advice, roi, lines),
    }


def advised(roi: Range, click_rate: Range, lines: Lines) -> str:
    """feed | more | hold | less | stop, from ranges only: what they leave open is held.

    Without a break-even ROI the mean of the level is the line, and nothing is stopped. A click rate clearly
    under its like holds a raise back: a new picture comes before a higher bid.
    """
    if roi.below(lines.stop):
        return "stop"
    if roi.below(lines.roi):
        return "less"
    if roi.above(lines.roi) and not click_rate.below(lines.usual):
        return "feed" if click_rate.above(lines.usual) else "more"
    return "hold"


def advice_name(advice: str) -> str:
    """What an operator reads."""
    names = {
        "feed": tr("feed: more bid and budget"),
        "more": tr("bid more"),
        "hold": tr("hold"),
        "less": tr("bid less"),
        "stop": tr("stop"),
        "few": tr("too few clicks"),
    }
    return names[advice]


def _reason(advice: str, roi: Range, lines: Lines) -> str:
    line = lines.named
    reasons = {
        "stop": tr("ROI at most half of {line}", line=line),
        "less": tr("ROI below {line}", line=line),
        "more": tr("ROI above {line}", line=line),
        "feed": tr("ROI above {line}, click rate above its like", line=line),
        "few": tr("too few clicks or days: a range, no advice"),
    }
    if advice != "hold":
        return reasons[advice]
    if roi.above(lines.roi):
        return tr("ROI above {line}, but the click rate is low: a new picture first", line=line)
    return tr("the range of ROI holds {line}", line=line)


def _range_text(roi: Range) -> str:
    if math.isnan(roi.low):
        return "–"
    return f"{units.figure(roi.low, 'ratio')} ~ {units.figure(roi.high, 'ratio')}"
