"""What a campaign added, gross and net of what was only pulled forward, with a range and a verdict."""

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shopbook.analysis.campaign_windows import Span, Windows
from shopbook.analysis.local_level import Forecast, LocalLevel
from shopbook.analysis.placebo import (
    FEWEST_BASE_ROWS,
    FEWEST_PLACEBOS,
    Z90,
    Calibration,
    Model,
    Placebos,
    calibration,
    crossed,
    log_effect,
    placebos,
)
from shopbook.analysis.uplift_effect import Effect, control_in_range, judged

MOST_UNKNOWN_SHARE = 0.2
Estimator = Callable[[np.ndarray, np.ndarray, np.ndarray | None], Model]


@dataclass(frozen=True)
class Uplift:
    """Gross and net effect of one series, and its daily path (`actual, counterfactual, low, high`)."""

    gross: Effect
    net: Effect
    path: pd.DataFrame = field(repr=False)
    has_control: bool = True


def uplift(
    series: pd.DataFrame,
    windows: Windows,
    *,
    left_out: Collection[dt.date] = (),
    estimator: Estimator = LocalLevel,
) -> Uplift:
    """Gross and net effect of a campaign on one daily series.

    Parameters
    ----------
    series : DataFrame indexed by day
        `value` (CNY a day, 0 = none, NaN = not known) and, where there is a market, `control` (its level, >
        0). More `control...` columns are allowed (the rivals of a synthetic control).
    windows : Windows
        From `campaign_windows`.
    left_out : collection of date
        Base days that are no ordinary days: other campaigns with their warm-up and cool-down.
    estimator : callable (days, y, control) -> Model
        The local level by default; `bsts.Bsts` and `synthetic_control.RivalMix` fit too.

    Returns
    -------
    Uplift
        Verdict in this order: unknown (no model, the market leaves 1.5x its base range, fewer than 8
        placebos, or another campaign in the window), same (range inside +-5%), unknown (placebo error above
        half the estimate), better / worse (range excludes 0), unknown.

    Raises
    ------
    ValueError
        If `series` has no `value` column.

    Notes
    -----
    Model interval times the placebo factor, see `placebo.calibration`. Measured in
    benchmarks/accuracy/campaign.py beside before/after, difference-in-differences and CausalImpact.
    """
    return best_uplift({"": series}, windows, left_out=left_out, estimator=estimator)[1]


def best_uplift(
    series: Mapping[str, pd.DataFrame],
    windows: Windows,
    *,
    left_out: Collection[dt.date] = (),
    estimator: Estimator = LocalLevel,
) -> tuple[str, Uplift]:
    """The effect against the control with the smallest placebo error, and that control's name.

    Parameters
    ----------
    series : mapping of control name to DataFrame
        The same values beside different controls, each as in `uplift`.
    windows, left_out, estimator
        As in `uplift`.

    Returns
    -------
    tuple of str and Uplift
        The range is scaled by placebos that had no part in the choice, see `placebo.crossed`.

    Raises
    ------
    ValueError
        If a table has no `value` column or there is none.

    Notes
    -----
    The effect itself plays no part in the choice.
    """
    if not series:
        raise ValueError("no series to estimate an effect on")
    scenes = {name: _scene(table, windows, left_out, estimator) for name, table in series.items()}
    able = {name: scene for name, scene in scenes.items() if scene.model is not None}
    if not able:
        name, scene = next(iter(scenes.items()))
        short = Effect(base_rows=int(scene.base.sum()), reasons=("short_base",))
        return name, Uplift(short, short, _path(scene, windows, None), scene.logs is not None)
    found = {
        part: {name: scene.placebos(getattr(windows, part)) for name, scene in able.items()}
        for part in ("gross", "net")
    }
    name = crossed(found["net"], found["net"])[0]
    gross, net = (
        _effect(able[name], part, windows, calibration(crossed(found["net"], found[part])[1]))
        for part in ("gross", "net")
    )
    return name, Uplift(gross, net, _path(able[name], windows, net), able[name].logs is not None)


@dataclass(frozen=True)
class _Scene:
    series: pd.DataFrame
    days: np.ndarray
    logs: np.ndarray | None
    base: np.ndarray
    model: Model | None

    def inside(self, window: Span) -> np.ndarray:
        """The window's days on which the value and the controls are known."""
        known = self.series["value"].notna().to_numpy()
        if self.logs is not None:
            known = known & np.isfinite(self.logs.reshape(len(self.days), -1)).all(axis=1)
        result: np.ndarray = known & _between(self.series, window)
        return result

    def control(self, rows: np.ndarray) -> np.ndarray | None:
        return None if self.logs is None else self.logs[rows]

    def forecast(self, rows: np.ndarray) -> Forecast:
        """The sales there would have been on `rows`, in logs."""
        assert self.model is not None
        return self.model.forecast(int(self.base.sum()), self.days[rows], self.control(rows))

    def placebos(self, window: Span) -> Placebos:
        """Placebo campaigns as long as `window` and as far from the base."""
        assert self.model is not None
        lead = pd.Timestamp(window[0]).toordinal() - int(self.model.days[-1]) - 1
        return placebos(self.model, lead=lead, length=(window[1] - window[0]).days + 1)


def _scene(
    series: pd.DataFrame, windows: Windows, left_out: Collection[dt.date], estimator: Estimator
) -> _Scene:
    """The base of a series and, where it is long enough, a model of it."""
    if "value" not in series:
        raise ValueError(f"columns {list(series)}: 'value' is missing")
    days = _day_numbers(series)
    controls = [name for name in series if str(name).startswith("control")]
    base = _base(series, controls, windows.base_last, left_out)
    logs = np.log(series[controls].to_numpy(float)) if controls else None
    logs = logs[:, 0] if logs is not None and len(controls) == 1 else logs
    if base.sum() < FEWEST_BASE_ROWS // 2:
        return _Scene(series, days, logs, base, None)
    known = None if logs is None else logs[base]
    model = estimator(days[base], np.log(series["value"].to_numpy(float)[base]), known)
    return _Scene(series, days, logs, base, model)


def _effect(scene: _Scene, part: str, windows: Windows, checked: Calibration) -> Effect:
    """The calibrated effect of one window."""
    window: Span = getattr(windows, part)
    rows, size = scene.inside(window), int(scene.base.sum())
    actual = scene.series["value"].to_numpy(float)[rows]
    if actual.sum() <= 0:
        return Effect(actual=float(actual.sum()), base_rows=size, reasons=("no_sales",))
    raw = log_effect(scene.forecast(rows), actual)
    wide = Z90 * raw.sd * checked.factor
    effect = Effect(
        log=raw.log,
        log_lo=raw.log - wide,
        log_hi=raw.log + wide,
        actual=float(actual.sum()),
        placebos=checked.count,
        placebo_rms=checked.rms,
        factor=checked.factor,
        base_rows=size,
    )
    wanted = (window[1] - window[0]).days + 1
    reasons = _reasons(scene, rows, wanted, checked, effect)
    return judged(effect, (*reasons, "overlapping_campaign") if part in windows.shared else reasons)


def _reasons(
    scene: _Scene, rows: np.ndarray, wanted: int, checked: Calibration, effect: Effect
) -> tuple[str, ...]:
    error = checked.rms if checked.count else abs(effect.log_hi - effect.log) / Z90
    found = {
        "control_range": not control_in_range(scene.control(scene.base), scene.control(rows)),
        "placebo_error": error > abs(effect.log) / 2,
        "few_placebos": checked.count < FEWEST_PLACEBOS,
        "short_base": effect.base_rows < FEWEST_BASE_ROWS,
        "missing_days": rows.sum() < (1 - MOST_UNKNOWN_SHARE) * wanted,
    }
    return tuple(name for name, holds in found.items() if holds)


def _base(
    series: pd.DataFrame, controls: list[str], last: dt.date, left_out: Collection[dt.date]
) -> np.ndarray:
    """The days to learn from: known, sold something, before the campaign, not left out."""
    good = (series["value"] > 0) & (series.index <= pd.Timestamp(last))
    good &= ~series.index.isin(pd.DatetimeIndex(sorted(left_out)))
    if controls:
        good &= (series[controls] > 0).all(axis=1)
    result: np.ndarray = good.to_numpy()
    return result


def _path(scene: _Scene, windows: Windows, net: Effect | None) -> pd.DataFrame:
    """Actual and counterfactual by day, 28 days before the campaign to the end of its net window."""
    first = pd.Timestamp(windows.base_last) - pd.Timedelta(days=27)
    shown = _between(scene.series, (first.date(), windows.net[1]))
    path = pd.DataFrame({"actual": scene.series["value"][shown].astype(float)})
    for name in ("counterfactual", "low", "high"):
        path[name] = np.nan
    if net is None or not math.isfinite(net.log):
        return path
    rows = scene.inside(windows.net)
    forecast = scene.forecast(rows)
    wide = Z90 * net.factor * np.sqrt(np.diag(forecast.cov))
    for name, sign in (("counterfactual", 0), ("low", -1), ("high", 1)):
        path.loc[scene.series.index[rows], name] = np.exp(forecast.mean + sign * wide)
    return path


def _between(series: pd.DataFrame, window: Span) -> np.ndarray:
    return np.asarray((series.index >= pd.Timestamp(window[0])) & (series.index <= pd.Timestamp(window[1])))


def _day_numbers(series: pd.DataFrame) -> np.ndarray:
    return np.array([day.toordinal() for day in series.index])
