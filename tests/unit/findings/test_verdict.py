"""The words of a verdict follow the metric's good direction, not the sign of its change."""

import pytest

from shopbook.analysis.relative import compare_rate
from shopbook.findings.verdict import standing
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
