import pandas as pd
import pytest

from shopbook.metrics import quality


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(quality.negative_review_rate, 2, 80, 0.025, id="negative_review_rate"),
        pytest.param(quality.positive_review_rate, 76, 80, 0.95, id="positive_review_rate"),
        pytest.param(quality.quality_refund_share, 3, 12, 0.25, id="quality_refund_share"),
        pytest.param(quality.order_refund_rate, 12, 240, 0.05, id="order_refund_rate"),
    ],
)
def test_definition_of_an_ordinary_day_and_of_edges(definition, part, whole, expected):
    found = definition(
        pd.Series([part, 0, 0, None], dtype=float), pd.Series([whole, whole, 0, whole], dtype=float)
    )
    assert found.iloc[0] == pytest.approx(expected)
    assert found.iloc[1] == 0
    assert found.iloc[2:].isna().all()


@pytest.mark.parametrize(
    "definition", [quality.negative_review_rate, quality.positive_review_rate, quality.quality_refund_share]
)
def test_a_part_above_its_whole_names_the_day(definition):
    days = pd.DatetimeIndex(["2026-11-10", "2026-11-11"])
    with pytest.raises(ValueError, match=r"2026-11-11.*scopes"):
        definition(pd.Series([1.0, 9.0], index=days), pd.Series([5.0, 5.0], index=days))
