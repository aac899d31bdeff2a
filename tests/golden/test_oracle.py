"""The fast estimators against the plain loops of tests/oracle.py, on 50 seeded shops each."""

import datetime as dt
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis import noise
from shopbook.analysis.compare import against, tau2_by_moments
from shopbook.analysis.decompose import channel_causes, lmdi, rate_mix

_spec = importlib.util.spec_from_file_location("oracle", Path(__file__).parents[1] / "oracle.py")
oracle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oracle)

SEEDS = range(50)


def daily(seed: int, days: int = 120) -> tuple[dict, dict]:
    rng = np.random.default_rng(seed)
    dates = [dt.date(2026, 3, 1) + dt.timedelta(days=step) for step in range(days)]
    own = 5_000 * np.exp(rng.normal(0, 0.08, days))
    market = 1e6 * np.exp(rng.normal(0, 0.05, days))
    return dict(zip(dates, own, strict=True)), dict(zip(dates, market, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_lmdi_is_exact_and_within_a_twentieth_of_a_percent_of_shapley(seed):
    rng = np.random.default_rng(seed)
    before = np.array([rng.uniform(500, 50_000), rng.uniform(0.01, 0.08), rng.uniform(30, 300)])
    now = before * np.exp(rng.uniform(-0.12, 0.12, 3))  # an ordinary day; beyond it the two drift apart
    effects = lmdi(now, before)
    assert effects.sum() == pytest.approx(now.prod() - before.prod(), rel=1e-9)
    assert np.abs(effects - oracle.shapley(list(now), list(before))).max() <= 0.0005 * max(
        now.prod(), before.prod()
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_rate_and_mix_equal_the_loop(seed):
    rng = np.random.default_rng(seed)
    sides = []
    for _ in range(2):
        trials = rng.integers(50, 5_000, 6)
        sides.append({f"c{at}": (float(rng.binomial(n, 0.05)), float(n)) for at, n in enumerate(trials)})
    frames = [pd.DataFrame.from_dict(side, orient="index", columns=["buyers", "visitors"]) for side in sides]
    fast = rate_mix(*frames).sum()
    assert fast.tolist() == pytest.approx(oracle.rate_and_mix(*sides), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_tau2_and_relative_change_equal_the_loop(seed, monkeypatch):
    monkeypatch.setattr(noise, "_CLIP", np.inf)  # the loop does not clip shocks
    own, market = daily(seed)
    series = [pd.Series(each.values(), index=pd.DatetimeIndex(list(each))) for each in (own, market)]
    fast = tau2_by_moments(*series, kind="mean")
    assert fast.tau2 == pytest.approx(oracle.tau2_and_mean_square(own, market, fast.df), rel=1e-9)
    day = max(own)
    base = [day - dt.timedelta(weeks=back) for back in (4, 3, 2, 1)]
    found = against(series[0], day, kind="mean", baseline_days=base, reference=series[1])
    assert found.relative == pytest.approx(oracle.relative_change(own, market, day, found.beta), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_causes_sum_to_the_change(seed):
    rng = np.random.default_rng(seed)
    names = [f"c{at}" for at in range(12)]
    before = pd.Series(rng.gamma(1, 800, 12), index=names)
    now = (before * rng.lognormal(0, 0.3, 12)).iloc[1:]
    total = (now.sum() * rng.uniform(0.8, 1.1), before.sum() * rng.uniform(0.8, 1.1))
    parts = channel_causes(now, before, total, market_change=rng.normal(0, 0.1))
    assert sum(part.effect for part in parts) == pytest.approx(total[0] - total[1], abs=1e-9)
    assert sum(part.share for part in parts) == pytest.approx(1.0, abs=1e-9)
