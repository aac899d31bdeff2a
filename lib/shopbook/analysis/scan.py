"""The scan over crossed dimensions: which set of cells moved otherwise than the rest."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import xlogy

from shopbook.analysis.noise import phi_by_moments
from shopbook.analysis.shrunk import shrunk_rates

Kind = Literal["count", "rate", "fall", "rise"]

SIMPLER = 0.85
_SIMPLER_RATIO = 0.8
BOUND = 1.5
_MOST = 0.6


@dataclass(frozen=True)
class Spot:
    """A set of cells that moved together: `effect` and `ratio` against the rest, evidence in log units."""

    scope: dict[str, str]
    effect: float
    ratio: float
    evidence: float


@dataclass(frozen=True)
class Located:
    """What a scan found; `shift` is the change shared by all cells, `bound` the evidence a spot needs."""

    spots: tuple[Spot, ...]
    shift: float
    rest: float
    bound: float
    candidates: int

    @property
    def nothing_stands_out(self) -> bool:
        """Whether no set of cells moved otherwise than the rest."""
        return not self.spots


def scan(
    cells: pd.DataFrame,
    dims: Sequence[str],
    *,
    kind: Kind = "count",
    phi: float = 1.0,
    days: tuple[int, int] = (1, 4),
    limit: int = 5,
    market_change: float | None = None,
) -> Located:
    """Two or three dimensions: the sets of cells, like (channel search x item 007), behind a change.

    Parameters
    ----------
    cells : DataFrame, one row a cell
        Columns `dims`, then for counts `now`, `before` (daily means); for rates `successes`, `trials`,
        `successes_before`, `trials_before` (sums). Combinations that are absent had nothing.
    dims : sequence of str
        One to three columns, such as ("channel", "item_id", "device").
    kind : {"count", "rate", "fall", "rise"}
        Poisson counts, or successes of trials: either way, or only where their share fell (rose).
    phi : float
        Over-dispersion of the cells, from quiet days by `phi_by_moments`.
    days : (k1, k0)
        Days in the two windows, for the noise of the baseline itself.
    limit : int
        Most spots to name.
    market_change : float, optional
        Only splits what all cells share into market and `rest`.

    Returns
    -------
    Located
        Spots in the order found, `effect` in the unit of the counts (successes for a rate). Spots' effects,
        market part and `rest` sum to the change of the total (for a rate: of successes against expectation).

    Raises
    ------
    ValueError
        If `kind` is unknown or a column is missing.

    Notes
    -----
    Kulldorff's (1997) likelihood ratio of inside against outside, on counts over their expectation, divided
    by phi. Inside against outside takes the shift shared by all cells away first. Of the candidates within
    85% of the best the one with fewest dimensions wins; its cells are refitted and the search goes on until
    the best is under `1.5 ln(candidates)`; then a spot the later ones have made unnecessary is dropped. For
    rates the binomial form is used, each cell's baseline shrunk to the overall rate by empirical Bayes. In
    one direction ("fall", "rise") the simplest set within 80% of the best is the answer, and a further one
    must pass the bound with the over-dispersion that the first has left.

    Examples
    --------
    >>> cells = pd.DataFrame([(c, i, 100., 100.) for c in "abc" for i in "12345"],
    ...                      columns=["channel", "item_id", "now", "before"])
    >>> cells.loc[cells["channel"].eq("b") & cells["item_id"].eq("4"), "now"] = 20.
    >>> [(spot.scope, round(spot.effect)) for spot in scan(cells, ["channel", "item_id"]).spots]
    [({'channel': 'b', 'item_id': '4'}, -80)]
    """
    observed, expected, trials = _cell_sums(cells, kind)
    if not (observed.sum() > 0 and expected.sum() > 0):
        return Located((), 0.0, 0.0, math.inf, 0)
    sets = _candidates(cells, dims)
    bound = BOUND * math.log(max(len(sets.scopes), 2))
    scale = phi * (1 + days[0] / days[1])
    chosen: list[int] = []
    for _ in range(2 * limit):  # a spot may be swapped for a better one, so more rounds than spots
        fitted, _ = _refitted(sets, chosen, observed, expected)
        evidence = _evidence(sets, observed, fitted, trials) / scale
        if kind in ("fall", "rise"):
            evidence = np.where(_moved(sets, observed, fitted) == kind, evidence, 0.0)
            if chosen:
                evidence /= max(1.0, _left_over(observed, fitted, trials) / phi)
        best = _simplest(sets, evidence, fitted, _SIMPLER_RATIO if kind in ("fall", "rise") else SIMPLER)
        if len(chosen) == limit or evidence[best] < bound or best in chosen:
            break
        chosen = _needed(sets, [*chosen, best], (observed, expected, trials), scale=scale, bound=bound)
    found = _spots(sets, chosen, (observed, expected, trials), scale=scale)
    shared = observed.sum() - expected.sum() - sum(spot.effect for spot in found)
    shift = float(shared / expected.sum())
    rest = float(shared - expected.sum() * (market_change or 0.0))
    return Located(found, shift, rest, bound, len(sets.scopes))


@dataclass(frozen=True)
class _Sets:
    """Candidate sets: for every subset of dimensions the number of each row's set; scopes by number."""

    numbers: tuple[np.ndarray, ...]
    scopes: tuple[dict[str, str], ...]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """`values` of the rows summed over every set."""
        size = len(self.scopes)
        result: np.ndarray = np.sum([np.bincount(numbers, values, size) for numbers in self.numbers], axis=0)
        return result

    def rows(self, at: int) -> np.ndarray:
        """Which rows set number `at` holds."""
        result: np.ndarray = np.any([numbers == at for numbers in self.numbers], axis=0)
        return result


def _candidates(cells: pd.DataFrame, dims: Sequence[str]) -> _Sets:
    """Every element of every dimension and every crossing of elements that occurs."""
    numbers: list[np.ndarray] = []
    scopes: list[dict[str, str]] = []
    for size in range(1, len(dims) + 1):
        for subset in itertools.combinations(dims, size):
            codes, keys = pd.MultiIndex.from_frame(cells[list(subset)].astype(str)).factorize()
            numbers.append(codes + len(scopes))
            scopes += [dict(zip(subset, key, strict=True)) for key in keys]
    return _Sets(tuple(numbers), tuple(scopes))


def _evidence(sets: _Sets, observed: np.ndarray, fitted: np.ndarray, trials: np.ndarray | None) -> np.ndarray:
    """Log likelihood ratio of every set: its own ratio inside and another outside, against one for all."""
    fitted = fitted * (observed.sum() / fitted.sum())
    seen, due = sets.sums(observed), sets.sums(fitted)
    held = None if trials is None else sets.sums(trials)
    inside = deviance(seen, due, held)
    others = None if trials is None else trials.sum() - held
    outside = deviance(observed.sum() - seen, fitted.sum() - due, others)
    small = due <= _MOST * fitted.sum()  # the larger part is "the rest", never the spot
    return np.where(small & (due > 0), np.maximum(inside + outside, 0.0), 0.0)


def deviance(seen: np.ndarray, due: np.ndarray, trials: np.ndarray | None) -> np.ndarray:
    """Half the Poisson (or binomial) deviance of counts from their expectation."""
    due = np.maximum(due, 1e-12)
    seen = np.maximum(seen, 0.0)
    if trials is None:
        result: np.ndarray = xlogy(seen, seen / due) - (seen - due)
        return result
    missed, due_missed = np.maximum(trials - seen, 0.0), np.maximum(trials - due, 1e-12)
    result = xlogy(seen, seen / due) + xlogy(missed, missed / due_missed)
    return result


def _left_over(observed: np.ndarray, fitted: np.ndarray, trials: np.ndarray | None) -> float:
    """Over-dispersion of the cells around what the spots found so far make of them."""
    share = 1 - fitted / np.maximum(trials if trials is not None else np.inf, 1e-12)
    scaled = np.sqrt(np.maximum(share, 1e-3))
    return phi_by_moments(fitted + (observed - fitted) / scaled, fitted)


def _moved(sets: _Sets, observed: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Which way every set moved against the rest."""
    return np.where(sets.sums(observed) < sets.sums(fitted), "fall", "rise")


def _simplest(sets: _Sets, evidence: np.ndarray, fitted: np.ndarray, share: float) -> int:
    """Of the sets within `share` of the best: fewest dimensions, then most evidence, then smallest."""
    near = np.flatnonzero(evidence >= share * evidence.max())
    size = sets.sums(fitted)
    return int(min(near, key=lambda at: (len(sets.scopes[at]), -round(float(evidence[at]), 6), size[at])))


def _refitted(
    sets: _Sets, chosen: Sequence[int], observed: np.ndarray, expected: np.ndarray
) -> tuple[np.ndarray, list[float]]:
    """Expectations with one common ratio and one for each chosen set (iterative proportional fitting)."""
    fitted, ratios = expected * (observed.sum() / expected.sum()), [1.0] * len(chosen)
    members = [sets.rows(at) for at in chosen]
    for _ in range(30 if chosen else 0):
        for place, rows in enumerate(members):
            outside, due = ~rows, fitted[rows].sum()
            rest = observed[outside].sum() / max(fitted[outside].sum(), 1e-12)
            step = max(observed[rows].sum(), 0.5) / max(due, 1e-12) / max(rest, 1e-12)
            fitted = np.where(rows, fitted * step, fitted)
            ratios[place] *= step
        fitted = fitted * (observed.sum() / fitted.sum())
    return fitted, ratios


def _needed(
    sets: _Sets, chosen: list[int], data: tuple[Any, ...], *, scale: float, bound: float
) -> list[int]:
    """`chosen` without those that the others explain."""
    kept = list(chosen)
    for at in chosen[:-1]:
        others = [each for each in kept if each != at]
        fitted, _ = _refitted(sets, others, data[0], data[1])
        if _evidence(sets, data[0], fitted, data[2])[at] / scale < bound:
            kept = others
    return kept


def _spots(sets: _Sets, chosen: list[int], data: tuple[Any, ...], *, scale: float) -> tuple[Spot, ...]:
    """The chosen sets with the effect each adds to those before it."""
    observed, expected, trials = data
    fitted, ratios = _refitted(sets, chosen, observed, expected)
    members = [sets.rows(at) for at in chosen]
    level = fitted / np.prod(
        [np.where(rows, ratio, 1.0) for rows, ratio in zip(members, ratios, strict=True)], axis=0
    )
    spots = []
    for at, rows, ratio in zip(chosen, members, ratios, strict=True):
        others, _ = _refitted(sets, [each for each in chosen if each != at], observed, expected)
        evidence = _evidence(sets, observed, others, trials)[at] / scale
        effect = float(level[rows].sum() * (ratio - 1))
        level = np.where(rows, level * ratio, level)
        spots.append(Spot(sets.scopes[at], effect, ratio, float(evidence)))
    return tuple(spots)


def _cell_sums(cells: pd.DataFrame, kind: Kind) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Observed counts, their expectation from the baseline, and the trials of a rate."""
    if kind == "count":
        return cells["now"].to_numpy(float), cells["before"].to_numpy(float), None
    if kind not in ("rate", "fall", "rise"):
        raise ValueError(f"kind {kind!r} is not one of count, rate, fall, rise")
    trials = cells["trials"].to_numpy(float)
    rate = shrunk_rates(cells["successes_before"].to_numpy(float), cells["trials_before"].to_numpy(float))
    return cells["successes"].to_numpy(float), trials * rate, trials
