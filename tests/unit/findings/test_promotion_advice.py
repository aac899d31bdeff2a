"""Bid more, less or stop: only what the ranges decide."""

import pytest

from shopbook.findings.daily.promotion_advice import Lines, Range, advised

CLICKS = Range(0.04, 0.038, 0.042)
LINES = Lines(need=2.0, usual=0.04, mean=2.5, stop=1.0)


@pytest.mark.parametrize(
    ("roi", "clicks", "lines", "advice"),
    [
        (Range(3.0, 2.5, 3.5), CLICKS, LINES, "more"),
        (Range(3.0, 2.5, 3.5), Range(0.05, 0.048, 0.052), LINES, "feed"),
        (Range(3.0, 2.5, 3.5), Range(0.03, 0.028, 0.032), LINES, "hold"),
        (Range(2.2, 1.8, 2.6), CLICKS, LINES, "hold"),
        (Range(1.5, 1.2, 1.8), CLICKS, LINES, "less"),
        (Range(0.6, 0.4, 0.8), CLICKS, LINES, "stop"),
        (Range(0.6, 0.4, 0.8), CLICKS, Lines(None, 0.04, 2.5, None), "less"),
        (Range(3.0, 2.8, 3.5), CLICKS, Lines(None, None, 2.5, None), "more"),
    ],
)
def test_advice_follows_the_ranges(roi, clicks, lines, advice):
    assert advised(roi, clicks, lines) == advice
