"""A ratio that fell in some set of cells: the scan in one direction beside the two-sided one."""

import numpy as np
import pandas as pd

from shopbook.analysis.scan import Kind, scan

_CUBES: tuple[dict[str, int], ...] = ({"a": 8, "b": 15}, {"a": 6, "b": 10, "c": 3})
_WAYS: tuple[tuple[str, Kind, int], ...] = (
    ("both directions, up to five answers", "rate", 5),
    ("both directions, one answer", "rate", 1),
    ("one direction, further answers past the bound", "fall", 5),
    ("one direction, one answer", "fall", 1),
)


def ratio_table(runs: int, seed: int) -> pd.DataFrame:
    """F1 of the sets named, over worlds of one or two roots in cells that scatter more than chance."""
    rows = []
    for name, kind, limit in _WAYS:
        rng, score = np.random.default_rng([seed, 110]), np.zeros(3)
        for at in range(runs):
            cells, truth = fallen_cells(rng, _CUBES[at % 2], roots=1 + (at % 3 == 0))
            dims = [each for each in ("a", "b", "c") if each in cells]
            spots = scan(cells, dims, kind=kind, limit=limit).spots
            named = {tuple(sorted(spot.scope.items())) for spot in spots}
            wanted = {tuple(sorted(scope.items())) for scope in truth}
            score += [len(named & wanted), len(named), len(wanted)]
        f1, ours = 2 * score[0] / (score[1] + score[2]), name == "one direction, one answer"
        rows.append(
            {
                "method": name,
                "precision": score[0] / max(score[1], 1),
                "recall": score[0] / score[2],
                "F1": f1,
                "target": "above both directions" if ours else "",
                "ours": ours,
                "met": not ours or f1 > max(row["F1"] for row in rows[:2]),
            }
        )
    return pd.DataFrame(rows)


def fallen_cells(
    rng: np.random.Generator, dims: dict[str, int], *, roots: int, trials: float = 60_000
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Cells with successes of trials now and before; in `roots` sets the success rate fell by 10-40%."""
    shares = [rng.dirichlet(np.full(size, 1.2)) for size in dims.values()]
    cube = shares[0]
    for share in shares[1:]:
        cube = cube[..., None] * share
    mean = cube.ravel() * rng.gamma(4, 0.25, cube.size)
    mean *= trials / mean.sum()
    keys = np.stack(np.unravel_index(np.arange(cube.size), cube.shape), axis=1)
    cells = pd.DataFrame({name: [f"{name}{at}" for at in keys[:, place]] for place, name in enumerate(dims)})
    rate = np.clip(0.9 * np.exp(rng.normal(0, 0.05, len(cells))), 0.3, 0.985)
    factor, truth = np.ones(len(cells)), []
    while len(truth) < roots:
        used = rng.choice(list(dims), int(rng.integers(1, len(dims) + 1)), replace=False)
        scope = {name: str(rng.choice(cells[name].unique())) for name in sorted(used)}
        rows = np.all([cells[name].eq(value) for name, value in scope.items()], axis=0)
        if 0.01 <= mean[rows].sum() / mean.sum() <= 0.35:
            factor[rows] *= rng.uniform(0.6, 0.9)
            truth.append(scope)
    for suffix, days, drop in (("", 1, factor), ("_before", 4, np.ones(len(cells)))):
        counted = rng.poisson(days * mean)
        wobble = np.exp(rng.normal(0, 0.02, len(cells)))
        cells[f"trials{suffix}"] = counted.astype(float)
        cells[f"successes{suffix}"] = rng.binomial(counted, np.clip(rate * drop * wobble, 0, 0.995)).astype(
            float
        )
    return cells, truth
