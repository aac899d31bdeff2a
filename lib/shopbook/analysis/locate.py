"""Where a change sits: which channel, item or device moved otherwise than the rest, or that nothing did."""

import math

import numpy as np
import pandas as pd
from scipy.special import stdtr

from shopbook.analysis.noise import tau2_of_parts
from shopbook.analysis.scan import Located, Spot, deviance, scan
from shopbook.analysis.shrunk import shrunk_rates

__all__ = ["Located", "Spot", "contributions", "scan", "shrunk_rates"]

_CALM = 2.5
FALSE_SHARE = 0.05
"""Share of quiet days on which any part at all may stand out."""
# Parts have heavier tails than the normal curve; t with 8 degrees of freedom scaled to the same variance.
_TAIL_DF = 8.0


def contributions(
    now: pd.Series,
    before: pd.Series,
    *,
    market_change: float | None = None,
    history: pd.DataFrame | None = None,
    phi: float = 1.0,
    days: tuple[int, int] = (1, 4),
) -> pd.DataFrame:
    """One dimension: what each part did, and how surprising that is.

    Parameters
    ----------
    now, before : Series of float, persons or pieces, indexed by part
        Daily means of the two windows; missing on one side is 0.
    market_change : float, optional
        The market's relative change, expected of every part.
    history : DataFrame of float, days x parts, optional
        Earlier days without the judged one: tells how much each part moves on its own.
    phi : float
        Over-dispersion of counting noise.
    days : (k1, k0)
        Days in the two windows.

    Returns
    -------
    DataFrame indexed by part, by size of effect; columns `now`, `before`, `effect` (against the market),
    `beyond` (against the shift the parts share), `z`, `stands_out`
        The effects sum to the change of the parts' sum less the market's shift.

    Raises
    ------
    ValueError
        If a part occurs twice.

    Notes
    -----
    The shared shift is a precision-weighted median of the parts' log changes, so that one part's fall does
    not make the others look risen. `z` is the signed root of the Poisson deviance over
    `(phi + tau2 e)(1/k1 + 1/k0)`, with tau2 by moments per part. A part stands out when the largest |z| of
    all parts would reach its own on one quiet day of twenty (Bonferroni, t with 8 degrees of freedom).
    Without history only counting noise is known, and large parts stand out too easily.

    Examples
    --------
    >>> before = pd.Series({"search": 900., "ads": 700., "live": 400., "cart": 300.})
    >>> table = contributions(before * [1., .6, 1., 1.], before)
    >>> table.index[table["stands_out"]].tolist()
    ['ads']
    """
    for side in (now, before):
        if not side.index.is_unique:
            raise ValueError(f"part {side.index[side.index.duplicated()][0]!r} occurs twice")
    parts = now.index.union(before.index, sort=False)
    one, zero = (side.reindex(parts).fillna(0.0).to_numpy(float) for side in (now, before))
    tau2 = _part_noise(history, parts)
    spread = 1 / days[0] + 1 / days[1]
    shift = _shared_shift(one, zero, (phi / np.maximum(zero, 1.0) + tau2) * spread)
    expected = zero * math.exp(shift)
    table = pd.DataFrame(
        {
            "now": one,
            "before": zero,
            "effect": one - zero * (1 + (market_change or 0.0)),
            "beyond": one - expected,
            "z": _surprise(one, expected, (phi + tau2 * expected) * spread),
        },
        index=parts,
    )
    table["stands_out"] = family_chance(table["z"].to_numpy(), len(parts)) <= FALSE_SHARE
    return table.sort_values("effect", key=np.abs, ascending=False, kind="stable")


def family_chance(z: np.ndarray, parts: int) -> np.ndarray:
    """How often the largest |z| of so many quiet parts reaches each of these.

    Parameters
    ----------
    z : array of float, standard deviations
        As in `contributions`.
    parts : int
        How many parts were looked at; two at least.

    Returns
    -------
    array of float, same shape
        Bonferroni: at most 1.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> [round(float(each), 2) for each in family_chance(np.array([1.0, 3.5, 5.0]), 8)]
    [1.0, 0.03, 0.0]
    """
    tail = stdtr(_TAIL_DF, -np.abs(z) * math.sqrt(_TAIL_DF / (_TAIL_DF - 2)))
    chance: np.ndarray = np.minimum(1.0, 2 * max(parts, 2) * tail)
    return chance


def _part_noise(history: pd.DataFrame | None, parts: pd.Index) -> np.ndarray:
    """tau2 of every part against the sum of the parts; the middle one's where a part has too short a past."""
    if history is None or history.empty:
        return np.zeros(len(parts))
    tau2 = pd.Series(tau2_of_parts(history, history.sum(axis=1)), index=history.columns)
    known = tau2.reindex(parts).to_numpy()
    middle = np.nanmedian(known) if np.isfinite(known).any() else 0.0
    return np.where(np.isfinite(known), known, middle)


def _shared_shift(now: np.ndarray, before: np.ndarray, variance: np.ndarray) -> float:
    """The log change the parts have in common, whatever a few of them did."""
    known = before > 0
    if not known.any():
        return 0.0
    changes, weights = (
        np.log((now[known] + 0.5) / (before[known] + 0.5)),
        1 / np.maximum(variance[known], 1e-12),
    )
    order = np.argsort(changes)
    cumulated = np.cumsum(weights[order])
    middle = changes[order][np.searchsorted(cumulated, cumulated[-1] / 2)]
    calm = np.abs(changes - middle) <= _CALM / np.sqrt(weights)
    return float(np.average(changes[calm], weights=weights[calm])) if calm.any() else float(middle)


def _surprise(now: np.ndarray, expected: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """Signed root of the Poisson deviance over its dispersion: a z value that holds for small counts too."""
    result: np.ndarray = np.sign(now - expected) * np.sqrt(
        2 * np.maximum(deviance(now, expected, None), 0.0) / dispersion
    )
    return result
