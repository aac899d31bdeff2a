"""A hundred seeded mornings with everything that goes wrong: the right mails, none twice, none lost."""

import pytest

from mornings import Outcome, Simulation


@pytest.fixture(autouse=True)
def _only_daily(monkeypatch):
    monkeypatch.setattr("shopbook.run.schedule.FAMILIES", ("daily",))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 100, 20))
def test_every_morning_ends_with_the_right_mails(tmp_path, first):
    wrong = {}
    for seed in range(first, first + 20):
        outcome = Simulation(tmp_path / str(seed), seed).run()
        if outcome != Outcome():
            wrong[seed] = outcome
    assert wrong == {}
