"""What buyers spend: sales are a number of buyers whose baskets scatter, not one smooth amount."""

import numpy as np

from shopbook.analysis.grid import Grid, gaps_of

_USUAL = 1.0  # squared coefficient of variation of one basket where a shop's past cannot tell it
_LOWEST, _HIGHEST = 0.1, 9.0


def spread_of_baskets(grid: Grid) -> float:
    """The yuan that count as much as one buyer who always spends the same.

    Parameters
    ----------
    grid : Grid
        Sales over buyers; the last day is the one judged and takes no part in the scatter.

    Returns
    -------
    float, CNY
        The mean basket times 1 + the squared coefficient of variation of one basket; NaN without buyers.

    Notes
    -----
    A sum of N baskets has the variance of a Poisson count whose unit is this (the scaled Poisson distribution
    of Bohm and Zech 2014), so that its limits are those of a count: skewed as the sum itself, where the
    logarithm of a sparse sum is biased downwards. The scatter of one basket is read off the daily means:
    their squared log differences over 1/N now + 1/N before.

    Examples
    --------
    >>> rng, buyers = np.random.default_rng(2), np.full(120, 40.0)
    >>> spent = rng.gamma(buyers / .5, 50.0)  # baskets of 100 on average, coefficient of variation .7
    >>> 130 < spread_of_baskets(Grid(spent, buyers, np.ones(120), np.arange(120))) < 170
    True
    """
    known = np.isfinite(grid.numerator) & (grid.denominator > 0)
    if not known.any():
        return float("nan")
    basket = grid.numerator[known].sum() / grid.denominator[known].sum()
    past, ones = grid.past, np.ones(len(grid.days) - 1)
    gaps = gaps_of(past._replace(reference=ones), kind="mean")
    units = gaps_of(Grid(past.denominator, ones, ones, past.days), kind="count").sampling
    used = np.isfinite(gaps.own)
    if used.sum() < 14:
        return float(basket * (1 + _USUAL))
    away = gaps.own[used] - np.median(gaps.own[used])
    ratios = away**2 / units[used]
    inside = ratios <= 4.5**2 * np.median(ratios) / 0.4549
    scatter = float((away[inside] ** 2).sum() / units[used][inside].sum())
    return float(basket * (1 + min(max(scatter, _LOWEST), _HIGHEST)))
