"""What a campaign added, gross and net of what was only pulled forward, with a range and a verdict."""

import datetime as dt
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from shopbook.analysis.campaign_windows import Span, Windows
from shopbook.analysis.local_level import LocalLevel
from shopbook.analysis.placebo import (
    FEWEST_BASE_ROWS,
    FEWEST_PLACEBOS,
    Z90,
    Calibration,
    Model,
    calibrate,
    log_effect,
)

SAME_BAND = math.log(1.05)
CONTROL_REACH = 1.5
MOST_UNKNOWN_SHARE = 0.2
Estimator = Callable[[np.ndarray, np.ndarray, np.ndarray | None], Model]
Verdict = Literal["better", "worse", "same", "unknown"]


@dataclass(frozen=True)
class Effect:
    """One window's effect: in logs of the total and in the value's unit (CNY), both with a 90% range.

    `reasons` says why a verdict is unknown or a range wide: `control_range`, `placebo_error`, `few_placebos`,
    `short_base`, `no_sales`, `missing_days`. `placebo_rms` is the log error of campaigns that never were.
    NaN: not known.
    """

    log: float = math.nan
    log_lo: float = math.nan
    log_hi: float = math.nan
    actual: float = math.nan
    verdict: Verdict = "unknown"
    placebos: int = 0
    placebo_rms: float = math.nan
    factor: float = math.nan
    base_rows: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def amount(self) -> float:
        """Actual minus counterfactual total."""
        return self._amount(self.log)

    @property
    def amount_lo(self) -> float:
        return self._amount(self.log_lo)

    @property
    def amount_hi(self) -> float:
        return self._amount(self.log_hi)

    @property
    def counterfactual(self) -> float:
        """The total there would have been."""
        return self.actual - self.amount

    def _amount(self, log: float) -> float:
        return self.actual * -math.expm1(-log)


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
        Verdict in this order: unknown (no model, or the market leaves 1.5x its base range), same (range
        inside +-5%), unknown (placebo error above half the estimate), better / worse (range excludes 0),
        unknown.

    Raises
    ------
    ValueError
        If `series` has no `value` column.

    Notes
    -----
    Model interval times the placebo factor, see `placebo.calibrate`. Measured in
    benchmarks/accuracy/campaign.py beside before/after, difference-in-differences and CausalImpact.
    """
    if "value" not in series:
        raise ValueError(f"columns {list(series)}: 'value' is missing")
    days = _day_numbers(series)
    controls = [name for name in series if str(name).startswith("control")]
    base = _base(series, controls, windows.base_last, left_out)
    if base.sum() < FEWEST_BASE_ROWS // 2:
        short = Effect(base_rows=int(base.sum()), reasons=("short_base",))
        return Uplift(short, short, _path(series, windows, None, None), bool(controls))
    logs = np.log(series[controls].to_numpy(float)) if controls else None
    logs = logs[:, 0] if logs is not None and len(controls) == 1 else logs
    known = None if logs is None else logs[base]
    model = estimator(days[base], np.log(series["value"].to_numpy(float)[base]), known)
    scene = _Scene(series, days, logs, base, model)
    gross, net = (_effect(scene, window) for window in (windows.gross, windows.net))
    return Uplift(gross, net, _path(series, windows, scene, net), bool(controls))


@dataclass(frozen=True)
class _Scene:
    series: pd.DataFrame
    days: np.ndarray
    logs: np.ndarray | None
    base: np.ndarray
    model: Model

    def inside(self, window: Span) -> np.ndarray:
        """The window's days on which the value and the controls are known."""
        known = self.series["value"].notna().to_numpy()
        if self.logs is not None:
            known = known & np.isfinite(self.logs.reshape(len(self.days), -1)).all(axis=1)
        result: np.ndarray = known & _between(self.series, window)
        return result

    def control(self, rows: np.ndarray) -> np.ndarray | None:
        return None if self.logs is None else self.logs[rows]


def _effect(scene: _Scene, window: Span) -> Effect:
    """The calibrated effect of one window."""
    rows, wanted = scene.inside(window), (window[1] - window[0]).days + 1
    actual = scene.series["value"].to_numpy(float)[rows]
    size = int(scene.base.sum())
    if actual.sum() <= 0:
        return Effect(actual=float(actual.sum()), base_rows=size, reasons=("no_sales",))
    forecast = scene.model.forecast(size, scene.days[rows], scene.control(rows))
    raw = log_effect(forecast, actual)
    first = pd.Timestamp(window[0]).toordinal()
    checked = calibrate(scene.model, lead=first - int(scene.model.days[-1]) - 1, length=wanted)
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
    return _judged(effect, _reasons(scene, rows, wanted, checked, effect))


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


def _judged(effect: Effect, reasons: tuple[str, ...]) -> Effect:
    """The effect with its verdict, by the order of the rules."""
    verdict: Verdict = "unknown"
    if "control_range" not in reasons and "missing_days" not in reasons:
        if effect.log_lo > -SAME_BAND and effect.log_hi < SAME_BAND:
            verdict = "same"
        elif "placebo_error" not in reasons and effect.log_lo > 0:
            verdict = "better"
        elif "placebo_error" not in reasons and effect.log_hi < 0:
            verdict = "worse"
    kept = tuple(name for name in reasons if not (name == "placebo_error" and verdict == "same"))
    return replace(effect, verdict=verdict, reasons=kept)


def control_in_range(
    base: np.ndarray | None, window: np.ndarray | None, reach: float = CONTROL_REACH
) -> bool:
    """Whether the control stays within `reach` times its base range.

    Parameters
    ----------
    base, window : array of float, ln(control), or None without a control
        One row a day.
    reach : float
        How much of the base range around its middle is allowed.

    Returns
    -------
    bool
        True without a control: nothing leaves a range.

    Raises
    ------
    Nothing.

    Notes
    -----
    On 618 or 双11 the market itself jumps and is itself treated; the answer then is against the market only.

    Examples
    --------
    >>> base = np.array([0.0, 0.2])
    >>> control_in_range(base, np.array([0.1, 0.24])), control_in_range(base, np.array([1.8]))
    (True, False)
    """
    if base is None or window is None:
        return True
    low, high = base.min(axis=0), base.max(axis=0)
    half = (high - low) / 2 * reach
    return bool((np.abs(window - (low + high) / 2) <= half + 1e-12).all())


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


def _path(series: pd.DataFrame, windows: Windows, scene: _Scene | None, net: Effect | None) -> pd.DataFrame:
    """Actual and counterfactual by day, 28 days before the campaign to the end of its net window."""
    first = pd.Timestamp(windows.base_last) - pd.Timedelta(days=27)
    shown = _between(series, (first.date(), windows.net[1]))
    path = pd.DataFrame({"actual": series["value"][shown].astype(float)})
    for name in ("counterfactual", "low", "high"):
        path[name] = np.nan
    if scene is None or net is None or not math.isfinite(net.log):
        return path
    rows = scene.inside(windows.net)
    forecast = scene.model.forecast(int(scene.base.sum()), scene.days[rows], scene.control(rows))
    wide = Z90 * net.factor * np.sqrt(np.diag(forecast.cov))
    for name, sign in (("counterfactual", 0), ("low", -1), ("high", 1)):
        path.loc[series.index[rows], name] = np.exp(forecast.mean + sign * wide)
    return path


def _between(series: pd.DataFrame, window: Span) -> np.ndarray:
    return np.asarray((series.index >= pd.Timestamp(window[0])) & (series.index <= pd.Timestamp(window[1])))


def _day_numbers(series: pd.DataFrame) -> np.ndarray:
    return np.array([day.toordinal() for day in series.index])
