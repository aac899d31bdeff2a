"""A ratio that fell in some set of cells: the scan in one direction beside the two-sided one."""

from typing import Any

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
_OURS = "one direction, one answer"


def ratio_table(runs: int, seed: int) -> pd.DataFrame:
    """F1 of the sets named, over worlds of one or two roots in cells that scatter more than chance.

    In the second world another set got better on the same day, as in real data one always has: who asks where
    the rate fell is not helped by it.
    """
    rows: list[dict[str, Any]] = []
    for world, risen in (("only falls", False), ("another set rose", True)):
        scores = [
            _score(name, kind, limit, np.random.default_rng([seed, 110]), runs, risen)
            for name, kind, limit in _WAYS
        ]
        bar = max(score["F1"] for score in scores[:2])
        for score in scores:
            ours = risen and score["method"] == _OURS
            target = "above both directions" if ours else ""
            rows.append({"world": world, **score, "target": target, "ours": ours, "met": score["F1"] > bar})
    return pd.DataFrame(rows)


def _score(
    name: str, kind: Kind, limit: int, rng: np.random.Generator, runs: int, risen: bool
) -> dict[str, Any]:
    """Precision, recall and F1 of one way to look."""
    right, named, wanted = 0, 0, 0
    for at in range(runs):
        cells, truth = fallen_cells(rng, _CUBES[at % 2], roots=1 + (at % 3 == 0))
        if risen:
            rise(rng, cells, truth)
        dims = [each for each in ("a", "b", "c") if each in cells]
        spots = scan(cells, dims, kind=kind, limit=limit).spots
        found = {tuple(sorted(spot.scope.items())) for spot in spots}
        true = {tuple(sorted(scope.items())) for scope in truth}
        right, named, wanted = right + len(found & true), named + len(found), wanted + len(true)
    return {
        "method": name,
        "precision": right / max(named, 1),
        "recall": right / wanted,
        "F1": 2 * right / (named + wanted),
    }


def rise(rng: np.random.Generator, cells: pd.DataFrame, truth: list[dict[str, str]]) -> None:
    """In a set that is no root, of 1-35% of the trials, three to eight of ten failures become successes."""
    dims = [each for each in ("a", "b", "c") if each in cells]
    while True:
        used = rng.choice(dims, int(rng.integers(1, len(dims) + 1)), replace=False)
        scope = {name: str(rng.choice(cells[name].unique())) for name in sorted(used)}
        rows = np.all([cells[name].eq(value) for name, value in scope.items()], axis=0)
        if scope not in truth and 0.01 <= cells["trials"][rows].sum() / cells["trials"].sum() <= 0.35:
            break
    failures = (cells["trials"] - cells["successes"])[rows].astype(int)
    cells.loc[rows, "successes"] += rng.binomial(failures, rng.uniform(0.3, 0.8))


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
