"""What is common practice, in a few lines each, to stand beside the suite's estimators."""

import numpy as np
import pandas as pd


def week_over_week(values: np.ndarray, at: int, limit: float = 0.20) -> int:
    """+1 / -1 when the day is more than 20% above / below the same weekday last week, else 0."""
    change = values[at] / values[at - 7] - 1
    return int(np.sign(change)) if abs(change) > limit else 0


def raw_sign(value: float, baseline: float) -> int:
    """The sign of the change itself: what "it rose" means in most reports."""
    return int(np.sign(value - baseline))


def plain_binomial(
    now: tuple[float, float], before: tuple[float, float], market_ratio: float
) -> tuple[float, float]:
    """The textbook 90% interval of a ratio of rates, sampling noise only."""
    (x1, n1), (x0, n0) = ((x + 0.5, n + 0.5) for x, n in (now, before))
    centre = np.log(x1 / n1 / (x0 / n0) / market_ratio)
    half = 1.6449 * np.sqrt(max(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0, 0))
    return float(np.expm1(centre - half)), float(np.expm1(centre + half))


def adtributor(
    cells: pd.DataFrame, dims: list[str], *, share: float = 0.67, least: float = 0.10
) -> list[dict[str, str]]:
    """Adtributor (Bhagwan et al., NSDI 2014) for one additive measure.

    Elements of a dimension are taken by surprise (Jensen-Shannon) while each explains at least 10% of the
    change, until 67% is explained; the dimension with the largest total surprise wins.
    """
    total_now, total_before = cells["now"].sum(), cells["before"].sum()
    if total_now == total_before:
        return []
    best: tuple[float, list[dict[str, str]]] = (-1.0, [])
    for dim in dims:
        sums = cells.groupby(dim)[["now", "before"]].sum()
        q, p = sums["now"] / total_now, sums["before"] / total_before
        middle = (p + q) / 2
        surprise = 0.5 * (p * np.log((p / middle).where(p > 0, 1)) + q * np.log((q / middle).where(q > 0, 1)))
        explained = (sums["now"] - sums["before"]) / (total_now - total_before)
        taken, covered, total = [], 0.0, 0.0
        for name in surprise.sort_values(ascending=False).index:
            if explained[name] > least:
                taken.append({dim: str(name)})
                covered, total = covered + explained[name], total + surprise[name]
            if covered > share:
                break
        if covered > share and total > best[0]:
            best = (total, taken)
    return best[1]
