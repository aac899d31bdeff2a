import pandas as pd
import pytest

from shopbook.metrics import service


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(service.inquiry_conversion, 24, 40, 0.6, id="inquiry_conversion"),
        pytest.param(service.silent_conversion, 6, 1200, 0.005, id="silent_conversion"),
        pytest.param(service.inquiry_share, 48, 1200, 0.04, id="inquiry_share"),
        pytest.param(service.service_amount_share, 900, 3600, 0.25, id="service_amount_share"),
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
    "definition",
    [
        service.inquiry_conversion,
        service.silent_conversion,
        service.inquiry_share,
    ],
)
def test_a_part_above_its_whole_names_the_day(definition):
    days = pd.DatetimeIndex(["2026-11-10", "2026-11-11"])
    with pytest.raises(ValueError, match=r"2026-11-11.*scopes"):
        definition(pd.Series([1.0, 9.0], index=days), pd.Series([5.0, 5.0], index=days))
