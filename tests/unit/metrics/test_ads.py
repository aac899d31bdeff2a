import pandas as pd
import pytest

from shopbook.metrics import ads


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(ads.click_rate, 90, 3000, 0.03, id="click_rate"),
        pytest.param(ads.cost_per_click, 180, 90, 2, id="cost_per_click"),
        pytest.param(ads.cost_per_visitor, 180, 75, 2.4, id="cost_per_visitor"),
        pytest.param(ads.roi, 540, 180, 3, id="roi"),
        pytest.param(ads.cost_share, 180, 3600, 0.05, id="cost_share"),
        pytest.param(ads.paid_traffic_share, 300, 1200, 0.25, id="paid_traffic_share"),
        pytest.param(ads.plan_conversion, 9, 90, 0.1, id="plan_conversion"),
    ],
)
def test_definition_of_an_ordinary_day_and_of_edges(definition, part, whole, expected):
    found = definition(
        pd.Series([part, 0, 0, None], dtype=float), pd.Series([whole, whole, 0, whole], dtype=float)
    )
    assert found.iloc[0] == pytest.approx(expected)
    assert found.iloc[1] == 0
    assert found.iloc[2:].isna().all()


@pytest.mark.parametrize("definition", [ads.click_rate])
def test_a_part_above_its_whole_names_the_day(definition):
    days = pd.DatetimeIndex(["2026-11-10", "2026-11-11"])
    with pytest.raises(ValueError, match=r"2026-11-11.*scopes"):
        definition(pd.Series([1.0, 9.0], index=days), pd.Series([5.0, 5.0], index=days))


@pytest.mark.parametrize(
    ("margin", "expected"),
    [
        pytest.param(0.4, 2.5, id="40% margin"),
        pytest.param(0.0, None, id="no margin pays for nothing"),
        pytest.param(-0.1, None, id="below cost"),
        pytest.param(float("nan"), None, id="unit cost not known"),
    ],
)
def test_break_even_roi(margin, expected):
    assert ads.break_even_roi(margin) == pytest.approx(
        float("nan") if expected is None else expected, nan_ok=True
    )


def test_a_margin_in_percent_is_refused():
    with pytest.raises(ValueError, match="40"):
        ads.break_even_roi(40)
