"""A hundred seeded mornings on a failing machine: nothing lost, twice or wrong; thousands nightly.

A seed that fails is printed: `pytest tests/faults/test_simulator.py --seed N` plays that morning again.
"""

import collections

import pytest

from shopbook.run import schedule
from simulator import FailingMachine

EACH_TIME, NIGHTLY = range(100), range(100, 3_100)


@pytest.fixture(autouse=True)
def _only_the_daily_family(monkeypatch):
    monkeypatch.setattr(schedule, "FAMILIES", ("daily",))


def played(tmp_path_factory, seeds) -> dict[int, dict[str, list[str]]]:
    """The seeds whose mornings went wrong, and how."""
    wrong = {}
    for seed in seeds:
        outcome = FailingMachine(tmp_path_factory.mktemp(f"seed{seed}"), seed).run()
        told = {name: list(lines) for name, lines in vars(outcome).items() if lines}
        if told:
            wrong[seed] = told
    return wrong


@pytest.mark.parametrize("first", EACH_TIME[::25])
def test_a_hundred_mornings_lose_double_and_falsify_nothing(tmp_path_factory, request, first):
    chosen = request.config.getoption("--seed")
    assert played(tmp_path_factory, range(first, first + 25) if chosen is None else [chosen]) == {}


@pytest.mark.nightly
def test_thousands_of_mornings_lose_double_and_falsify_nothing(tmp_path_factory, capsys):
    wrong = played(tmp_path_factory, NIGHTLY)
    counts = collections.Counter(name for told in wrong.values() for name in told)
    with capsys.disabled():
        print(f"\nsimulator seeds: {len(NIGHTLY)}, lost {counts['lost']}, doubled {counts['doubled']}, "
              f"wrong {counts['wrong']}")  # fmt: skip
    assert wrong == {}


def test_the_same_seed_gives_the_same_morning(tmp_path_factory):
    first, second = (FailingMachine(tmp_path_factory.mktemp("again"), 7) for _ in range(2))
    assert vars(first.run()) == vars(second.run())
    assert [to for to, _ in first.server.taken] == [to for to, _ in second.server.taken]
