"""Seeded mornings with everything that goes wrong, forty each time: the right mails, none twice or lost."""

import pytest

from mornings import Outcome, Simulation


@pytest.fixture(autouse=True)
def _only_daily(monkeypatch):
    monkeypatch.setattr("shopbook.run.schedule.FAMILIES", ("daily",))


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", [0, *(pytest.param(first, marks=pytest.mark.nightly) for first in (20, 40, 60, 80))]
)
def test_every_morning_ends_with_the_right_mails(tmp_path, first):
    wrong = {}
    for seed in range(first, first + 20):
        outcome = Simulation(tmp_path / str(seed), seed).run()
        if outcome != Outcome():
            wrong[seed] = outcome
    assert wrong == {}
