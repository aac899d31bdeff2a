"""The local level against the same question asked by brute force, and its rules."""

import numpy as np
import pytest

from shopbook.analysis.local_level import LocalLevel


def _base(rows=60, *, control=True, seed=3):
    rng = np.random.default_rng(seed)
    days = np.arange(739_000, 739_000 + rows)
    market = rng.normal(0, 0.1, rows)
    return days, 10 + market + rng.normal(0, 0.05, rows), market if control else None


def test_a_cut_base_answers_like_a_model_that_never_saw_the_rest():
    days, y, market = _base()
    ahead, control = days[50:55], market[50:55]
    whole = LocalLevel(days, y, market).forecast(50, ahead, control)
    alone = LocalLevel(days[:50], y[:50], market[:50]).forecast(50, ahead, control)
    # The control's centre differs between the two; only the intercept takes it up, which has no prior.
    assert whole.mean == pytest.approx(alone.mean, abs=1e-6)
    assert whole.cov == pytest.approx(alone.cov, abs=1e-6)


def test_a_market_that_doubles_doubles_the_expectation_of_a_shop_that_moves_with_it():
    days, y, market = _base(120)
    model = LocalLevel(days, y, market)
    ahead = np.arange(days[-1] + 1, days[-1] + 8)
    still = model.forecast(120, ahead, np.zeros(7)).mean.mean()
    doubled = model.forecast(120, ahead, np.full(7, np.log(2))).mean.mean()
    assert doubled - still == pytest.approx(np.log(2), abs=0.08)


def test_days_further_ahead_are_less_certain():
    days, y, _ = _base(control=False)
    ahead = np.arange(days[-1] + 1, days[-1] + 30)
    sd = np.sqrt(np.diag(LocalLevel(days, y).forecast(60, ahead).cov))
    assert sd[21] > sd[0]


def test_days_left_out_of_the_base_are_allowed():
    days, y, market = _base()
    kept = np.delete(np.arange(60), [20, 21, 22])
    found = LocalLevel(days[kept], y[kept], market[kept]).forecast(57, days[-1:] + 1, np.zeros(1))
    assert found.mean[0] == pytest.approx(10, abs=0.1)


def test_a_weekday_pattern_is_carried_forward():
    days, y, _ = _base(84, control=False)
    saturdays = days % 7 == 6
    model = LocalLevel(days, y + 0.5 * saturdays)
    ahead = np.arange(days[-1] + 1, days[-1] + 8)
    mean = model.forecast(84, ahead).mean
    assert mean[ahead % 7 == 6][0] - mean[ahead % 7 != 6].mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("rows", "with_control", "message"),
    [
        pytest.param(13, True, "13 base rows", id="too few rows"),
        pytest.param(60, False, "in neither", id="control in the base only"),
    ],
)
def test_what_cannot_be_answered_says_why(rows, with_control, message):
    days, y, market = _base()
    with pytest.raises(ValueError, match=message):
        LocalLevel(days, y, market).forecast(rows, days[-1:] + 1, np.zeros(1) if with_control else None)


def by_inverse(days, y, market, rows, ahead, control):
    """The notes of the model with whole matrices: a mixture over level shares of a regression with priors."""
    shares = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0)

    def design(which, level):
        weekday = np.array([[float(day % 7 == at) - float(day % 7 == 6) for at in range(6)] for day in which])
        columns = [np.ones(len(which)), which - days.mean()]
        return np.column_stack([*columns, *([level - market.mean()] if market is not None else []), weekday])

    x, target = design(days[:rows], None if market is None else market[:rows]), y[:rows]
    new = design(ahead, control)
    since, later = days[:rows] - days[0], ahead - days[0]
    priors = {1: (0.0, 0.003)} | ({2: (1.0, 0.5)} if market is not None else {})
    found = []
    for share in shares:
        v = np.eye(rows) + share**2 * np.minimum.outer(since, since)
        inverse = np.linalg.inv(v)
        gram = x.T @ inverse @ x + 1e-9 * np.eye(x.shape[1])
        moment, freedom = x.T @ inverse @ target, rows - x.shape[1]
        rest = target - x @ np.linalg.solve(gram, moment)
        noise = rest @ inverse @ rest / freedom
        for at, (mean, sd) in priors.items():
            gram[at, at] += noise / sd**2
            moment[at] += noise / sd**2 * mean
        beta = np.linalg.solve(gram, moment)
        rest = target - x @ beta
        misfit = rest @ inverse @ rest
        misfit += sum(noise / sd**2 * (beta[at] - mean) ** 2 for at, (mean, sd) in priors.items())
        sd2 = misfit / (freedom + len(priors))
        shared = share**2 * np.minimum.outer(later, since)
        left = new - shared @ inverse @ x
        cov = np.eye(len(ahead)) + share**2 * np.minimum.outer(later, later) - shared @ inverse @ shared.T
        cov = sd2 * (cov + left @ np.linalg.solve(gram, left.T))
        weight = -freedom / 2 * np.log(sd2) - np.linalg.slogdet(v)[1] / 2 - np.linalg.slogdet(gram)[1] / 2
        found.append((weight - share / 0.1, new @ beta + shared @ inverse @ rest, cov))
    weights = np.exp([each - max(weight for weight, _, _ in found) for each, _, _ in found])
    weights /= weights.sum()
    mean = sum(weight * part for weight, (_, part, _) in zip(weights, found, strict=True))
    cov = sum(
        weight * (part + np.outer(middle - mean, middle - mean))
        for weight, (_, middle, part) in zip(weights, found, strict=True)
    )
    return mean, cov


@pytest.mark.parametrize("control", [True, False])
@pytest.mark.parametrize("rows", [14, 40, 45])
def test_the_forecast_is_that_of_whole_matrices(control, rows):
    days, y, market = _base(45, control=control, seed=8)
    days = days + (np.arange(45) > 20) * 3  # three days are left out
    y = y + np.random.default_rng(1).normal(0, 0.03, 45).cumsum()
    ahead = days[rows - 1] + np.array([2, 3, 9])
    level = np.array([0.1, -0.2, 0.3]) if control else None
    found = LocalLevel(days, y, market).forecast(rows, ahead, level)
    mean, cov = by_inverse(days, y, market, rows, ahead, level)
    np.testing.assert_allclose(found.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(found.cov, cov, rtol=1e-5, atol=1e-9)


def test_a_control_in_the_window_only_is_refused_too():
    days, y, _ = _base(control=False)
    with pytest.raises(ValueError, match="in neither"):
        LocalLevel(days, y).forecast(60, days[-1:] + 1, np.zeros(1))
