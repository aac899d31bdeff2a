import pandas as pd
import pytest

from shopbook.metrics import rival


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(rival.strength, 1500, 1200, 1.25, id="strength"),
        pytest.param(rival.rival_visitor_value, 4800, 1500, 3.2, id="rival_visitor_value"),
    ],
)
def test_definition_of_an_ordinary_day_and_of_edges(definition, part, whole, expected):
    found = definition(
        pd.Series([part, 0, 0, None], dtype=float), pd.Series([whole, whole, 0, whole], dtype=float)
    )
    assert found.iloc[0] == pytest.approx(expected)
    assert found.iloc[1] == 0
    assert found.iloc[2:].isna().all()
