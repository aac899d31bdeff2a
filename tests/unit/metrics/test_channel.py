import pandas as pd
import pytest

from shopbook.metrics import channel


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(channel.traffic_share, 480, 1200, 0.4, id="traffic_share"),
        pytest.param(channel.channel_conversion, 12, 480, 0.025, id="channel_conversion"),
        pytest.param(channel.channel_visitor_value, 960, 480, 2, id="channel_visitor_value"),
    ],
)
def test_definition_of_an_ordinary_day_and_of_edges(definition, part, whole, expected):
    found = definition(
        pd.Series([part, 0, 0, None], dtype=float), pd.Series([whole, whole, 0, whole], dtype=float)
    )
    assert found.iloc[0] == pytest.approx(expected)
    assert found.iloc[1] == 0
    assert found.iloc[2:].isna().all()


@pytest.mark.parametrize("definition", [channel.channel_conversion])
def test_a_part_above_its_whole_names_the_day(definition):
    days = pd.DatetimeIndex(["2026-11-10", "2026-11-11"])
    with pytest.raises(ValueError, match=r"2026-11-11.*scopes"):
        definition(pd.Series([1.0, 9.0], index=days), pd.Series([5.0, 5.0], index=days))
