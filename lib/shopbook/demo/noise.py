"""Random ingredients of the demo world: rougher than what the estimators assume."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def wandering(rng: np.random.Generator, shape: tuple[int, ...], *, sd: float, memory: float) -> Floats:
    """Autocorrelated noise along the first axis, stationary deviation `sd`, heavy-tailed steps (t, 5)."""
    steps = rng.standard_t(5, size=shape) * np.sqrt(3 / 5) * sd * np.sqrt(1 - memory**2)
    out = np.empty(shape)
    out[0] = rng.normal(0, sd, size=shape[1:])
    for day in range(1, shape[0]):
        out[day] = memory * out[day - 1] + steps[day]
    return out


def counted(rng: np.random.Generator, mean: Floats, *, spread: float = 0.03) -> Ints:
    """Counts around `mean`, wider than Poisson by a gamma factor with coefficient of variation `spread`."""
    shape = 1 / spread**2
    return rng.poisson(mean * rng.gamma(shape, 1 / shape, size=np.shape(mean)))


def drawn(rng: np.random.Generator, persons: Ints, share: Floats | float) -> Ints:
    """How many of `persons` do something that a `share` of people does."""
    return rng.binomial(persons, np.clip(share, 0, 1))


def split(rng: np.random.Generator, total: Ints, shares: Floats) -> Ints:
    """Whole numbers along a new last axis that add up to `total`, by `shares`."""
    return rng.multinomial(total, shares / shares.sum())
