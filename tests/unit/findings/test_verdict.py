"""The words of a verdict follow the metric's good direction, not the sign of its change."""

from dataclasses import dataclass, replace

import pytest

from shopbook.analysis.compare import Comparison
from shopbook.analysis.relative import compare_rate
from shopbook.findings.verdict import level_of, standing
from shopbook.params import rules
from shopbook.text import speaking


@pytest.mark.parametrize(
    ("now", "good", "words"),
    [
        (1500, "up", "50.0% ahead of the peers"),
        (600, "up", "40.0% behind the peers"),
        (1500, "down", "50.0% more than the peers, which is worse"),
        (600, "down", "40.0% less than the peers, which is better"),
    ],
)
def test_a_clear_change_is_named_by_what_it_means(now, good, words):
    found = compare_rate((now, 40_000), (4_000, 160_000), market_ratio=1.0, good=good)
    with speaking("en"):
        assert standing(found, "peers") == words


@dataclass
class Day:
    """What `level_of` asks of a day: whether its alarms agree, and the thresholds."""

    alarm: bool = True

    def alarmed(self, metric: str) -> bool:
        return self.alarm

    def threshold(self, name: str) -> float:
        return rules().threshold(name)


def loss(buyers: int, **values) -> Comparison:
    """Conversion of a day of 40,000 visitors against four days of 2.5%."""
    found = compare_rate((buyers, 40_000), (4_000, 160_000), market_ratio=1.0, good="up")
    return replace(found, **values)


@pytest.mark.parametrize(
    ("found", "comparator", "alarm", "level"),
    [
        pytest.param(loss(600), "peers", True, "act", id="a clear loss that the alarms confirm"),
        pytest.param(loss(600), "peers", False, "watch", id="no alarm: watched only"),
        pytest.param(loss(600), "none", True, "watch", id="no comparator: watched only"),
        pytest.param(loss(905), "peers", True, "watch", id="a loss under a tenth"),
        pytest.param(loss(600, interval=(-0.6, -0.01)), "peers", False, "ok", id="chance makes it often"),
        pytest.param(loss(1_500), "peers", True, "ok", id="a gain"),
        pytest.param(loss(990, verdict="unknown"), "peers", True, "ok", id="not decided"),
        pytest.param(loss(600, verdict="unknown"), "peers", True, "ok", id="large and not decided"),
    ],
)
def test_an_action_needs_a_verdict_a_size_a_comparator_and_an_alarm(found, comparator, alarm, level):
    assert level_of(Day(alarm), found, metric="cart_rate", comparator=comparator) == level
