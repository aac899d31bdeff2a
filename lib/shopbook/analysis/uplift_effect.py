"""A campaign's effect in one window, and the order of the rules that give it a verdict."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

SAME_BAND = math.log(1.05)
CONTROL_REACH = 1.5
Verdict = Literal["better", "worse", "same", "unknown"]
# What leaves a range but no verdict, whatever the range says.
STOPS = ("control_range", "missing_days", "few_placebos", "overlapping_campaign")


@dataclass(frozen=True)
class Effect:
    """One window's effect: in logs of the total and in the value's unit (CNY), both with a 90% range.

    `reasons` says why a verdict is unknown or a range wide: `control_range`, `placebo_error`, `few_placebos`,
    `short_base`, `no_sales`, `missing_days`, `overlapping_campaign`. `placebo_rms` is the log error of
    campaigns that never were. NaN: not known.
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

    @property
    def says_nothing(self) -> bool:
        """Whether the range is wider than all that was sold: it is no answer, whatever it holds."""
        return self.verdict == "unknown" and self.amount_hi - self.amount_lo > self.actual

    def _amount(self, log: float) -> float:
        return self.actual * -math.expm1(-log)


def judged(effect: Effect, reasons: tuple[str, ...]) -> Effect:
    """The effect with its verdict, by the order of the rules."""
    verdict: Verdict = "unknown"
    if not set(STOPS) & set(reasons):
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
