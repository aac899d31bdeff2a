import pandas as pd
import pytest

from shopbook.metrics.margin import break_even_roi, margin_rate


@pytest.mark.parametrize(
    ("margin", "expected"),
    [
        pytest.param(0.4, 2.5, id="40% margin"),
        pytest.param(0.0, float("nan"), id="no margin pays for nothing"),
        pytest.param(-0.1, float("nan"), id="below cost"),
        pytest.param(float("nan"), float("nan"), id="unit cost not known"),
    ],
)
def test_break_even_roi_is_one_over_the_margin_and_unknown_without_one(margin, expected):
    assert break_even_roi(margin) == pytest.approx(expected, nan_ok=True)
    assert break_even_roi(pd.Series([margin])).tolist() == pytest.approx([expected], nan_ok=True)


@pytest.mark.parametrize("margin", [40, pd.Series([0.4, 40.0])])
def test_a_margin_in_percent_is_refused(margin):
    with pytest.raises(ValueError, match="40"):
        break_even_roi(margin)


def test_a_margin_is_what_the_cost_of_the_pieces_sold_leaves_of_an_amount():
    assert margin_rate(2400.0, 30.0, 48.0) == pytest.approx(0.4)
    assert margin_rate(1000.0, 30.0, 48.0) == pytest.approx(-0.44)
    found = margin_rate(pd.Series([2400.0, 0.0, 100.0]), pd.Series([30.0, 0, 1]), pd.Series([48.0, 48, None]))
    assert found.tolist() == pytest.approx([0.4, float("nan"), float("nan")], nan_ok=True)
