"""What a shop knows of its market at worst: an index, a range, or nothing; worlds and tables for each."""

import numpy as np
import pandas as pd
from benchmarks.accuracy import daily_worlds as worlds

from shopbook.analysis.alarm import course
from shopbook.analysis.calibrate import fit_index, range_change, relative_range

KAPPAS = (0.5, 0.65, 0.8)
PAIRS = 60


def index_table(runs: int, seed: int) -> pd.DataFrame:
    """Wrong signs of own against a rival whose index alone is known: read as a value, and calibrated."""
    rows = []
    for kappa in KAPPAS:
        rng = np.random.default_rng([seed, 70, int(kappa * 100)])
        wrong = {"index read as a value": 0, "index calibrated on the own shop": 0}
        for _ in range(runs):
            value, index = _own_pairs(rng, kappa)
            own, rival = rng.normal(0, 0.3) + rng.normal(0, 0.15, 2)  # both move with their market
            seen = kappa * rival + rng.normal(0, 0.01)
            fitted = fit_index(value, index)
            answers = (own - seen, own - np.log(fitted.ratio(np.exp(seen))) if fitted else np.nan)
            for name, answer in zip(wrong, answers, strict=True):
                wrong[name] += np.sign(answer) != np.sign(own - rival)
        for name, count in wrong.items():
            ours = name.startswith("index calibrated")
            rows.append(
                {
                    "kappa": kappa,
                    "method": name,
                    "wrong sign": count / runs,
                    "target": "<= .05" if ours else "",
                    "ours": ours,
                    "met": count / runs <= 0.05,
                }
            )
    return pd.DataFrame(rows)


def _own_pairs(rng: np.random.Generator, kappa: float) -> tuple[pd.Series, pd.Series]:
    """The own shop's value and index over PAIRS days; the index is rounded and not quite a power."""
    days = pd.date_range("2026-01-01", periods=PAIRS)
    log_value = 8 + worlds.shared_course(rng, PAIRS) + worlds.wandering(rng, 0.08, (PAIRS,))
    bend = 0.01 * (log_value - log_value.mean()) ** 2
    index = np.exp(3 + kappa * log_value + bend + rng.normal(0, 0.02, PAIRS)).round()
    return pd.Series(np.exp(log_value), days), pd.Series(index, days)


def range_table(runs: int, seed: int) -> pd.DataFrame:
    """Wrong signs of own against a rival whose value is shown as a range only."""
    rng = np.random.default_rng([seed, 80])
    counts = {"midpoint of the range": np.zeros(2), "both ends kept": np.zeros(2)}
    for _ in range(runs):
        before = rng.lognormal(8, 1)
        own, rival = rng.normal(0, 0.6, 2)
        now, then = _shown_range(before * np.exp(rival)), _shown_range(before)
        truth = np.sign(own - rival)
        middle = np.sign(np.exp(own) - sum(now) / sum(then))
        low, high = relative_range((np.expm1(own),) * 2, range_change(now, then))
        sign = int(low > 0) - int(high < 0)
        for name, answer in zip(counts, (middle, sign), strict=True):
            counts[name] += [answer not in (0, truth), answer != 0]
    return pd.DataFrame(
        [
            {
                "method": name,
                "wrong sign among decided": wrong / max(decided, 1),
                "decided": decided / runs,
                "target": "<= .01" if name == "both ends kept" else "",
                "ours": name == "both ends kept",
                "met": wrong / max(decided, 1) <= 0.01,
            }
            for name, (wrong, decided) in counts.items()
        ]
    )


def _shown_range(value: float) -> tuple[float, float]:
    """The band of 1, 2, 5, 10, ... that holds `value`, as the platform shows rivals."""
    edges = np.outer(10.0 ** np.arange(0, 9), [1, 2, 5]).ravel()
    place = int(np.clip(np.searchsorted(edges, value, side="right"), 1, len(edges) - 1))
    return edges[place - 1], edges[place]


def lone_alarm_table(runs: int, seed: int) -> pd.DataFrame:
    """Alarms of a shop without a market: campaign days of the calendar masked, the season not known."""
    rng = np.random.default_rng([seed, 90])
    hit = shocks = false = calm = 0
    for _ in range(runs):
        own, _market, places = worlds.shocked_series(rng, 0.06, campaigns=False)
        special = rng.choice(np.arange(75, len(own)), 4, replace=False)
        special = np.setdiff1d(special, places)
        own.iloc[special] *= rng.uniform(1.6, 3.0, len(special))
        z = course(own, special=[own.index[at].date() for at in special])["z"].abs().to_numpy()
        shocked = np.zeros(len(own), bool)
        shocked[places] = True
        judged = (np.arange(len(own)) >= 70) & ~np.isin(np.arange(len(own)), special)
        hit, shocks = hit + (z[shocked] > 3.5).sum(), shocks + shocked.sum()
        false, calm = false + (z[judged & ~shocked] > 3.5).sum(), calm + (judged & ~shocked).sum()
    share = 100 * false / calm
    return pd.DataFrame(
        [
            {
                "method": "EWMA on ln(own), campaign days masked, residual sd 0.060",
                "recall": hit / shocks,
                "false alarms / 100 days": share,
                "target": "<= 5",
                "ours": True,
                "met": share <= 5,
            }
        ]
    )
