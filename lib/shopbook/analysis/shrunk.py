"""Rates of small cells drawn to the overall rate."""

import numpy as np


def shrunk_rates(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Rates drawn to the overall rate, the more the fewer trials stand behind them.

    Parameters
    ----------
    successes, trials : array of float, persons
        One entry a cell.

    Returns
    -------
    array of float, share 0 to 1
        The overall rate where a cell has no trials; NaN when no cell has any.

    Raises
    ------
    ValueError
        If a cell has more successes than trials.

    Notes
    -----
    Beta-binomial empirical Bayes, `(s + M R) / (n + M)`, with M by moments (Kleinman 1973).

    Examples
    --------
    >>> shrunk_rates(np.array([50., 0.]), np.array([1000., 10.])).round(3).tolist()
    [0.05, 0.05]
    """
    if (successes > trials).any():
        at = int(np.argmax(successes > trials))
        raise ValueError(f"cell {at}: {successes[at]} successes of {trials[at]} trials")
    if not trials.sum() > 0:
        return np.full(len(trials), np.nan)
    overall = successes.sum() / trials.sum()
    known = trials > 0
    noise = overall * (1 - overall)
    squares = np.sum((successes[known] - trials[known] * overall) ** 2 / trials[known])
    between = (squares - (known.sum() - 1) * noise) / max(
        trials.sum() - np.sum(trials**2) / trials.sum(), 1e-9
    )
    weight = noise / between - 1 if 0 < between < noise else 1e9
    result: np.ndarray = (successes + weight * overall) / (trials + weight)
    return result
