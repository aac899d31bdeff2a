"""Every figure an operator reads."""

import math

import pytest

from shopbook import units
from shopbook.text import speaking


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        pytest.param(115.62, "CNY", "116 元", "¥116", id="yuan below a hundred thousand"),
        pytest.param(74.14, "CNY", "74.14 元", "¥74.14", id="yuan below a hundred"),
        pytest.param(123_456, "CNY", "12.3 万元", "¥123.5k", id="万"),
        pytest.param(2.5e8, "CNY", "2.50 亿元", "¥250.00M", id="亿"),
        pytest.param(-1310, "CNY", "−1,310 元", "−¥1,310", id="a loss"),
        pytest.param(12_345, "persons", "12,345", "12,345", id="persons"),
        pytest.param(0.0312, "fraction", "3.12%", "3.12%", id="a small share has two digits"),
        pytest.param(0.45, "fraction", "45.0%", "45.0%", id="a large share has one"),
        pytest.param(95, "seconds", "95 秒", "95 s", id="seconds"),
        pytest.param(math.nan, "CNY", "–", "–", id="not known is not zero"),
        pytest.param(None, "persons", "–", "–", id="nothing"),
    ],
)
def test_figure(value, unit, zh, en):
    assert units.figure(value, unit) == zh
    with speaking("en"):
        assert units.figure(value, unit) == en


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.123, "▲ +12.3%"),
        (-0.119, "▼ −11.9%"),
        (0.0004, "■ 0.0%"),
        (0.0, "■ 0.0%"),
        (None, "–"),
        (9.99, "▲ +999.0%"),
        (10.0, "▲ ×11"),
        (657.881, "▲ ×659"),
    ],
)
def test_change_carries_mark_and_sign(share, expected):
    assert units.change(share) == expected


def test_interval_signs_both_ends():
    assert units.interval(-0.14, 0.06) == "−14.0% ~ +6.0%"
    assert units.interval(math.nan, 0.1) == "–"


@pytest.mark.parametrize(("low", "high"), [(-0.97, 272.08), (-1.0, 0.5)])
def test_a_range_that_holds_nearly_everything_is_not_printed(low, high):
    with speaking("en"):
        assert units.interval(low, high) == "cannot be said"
    assert units.interval(1.5, 3.0) == "+150.0% ~ +300.0%"


def test_points_are_not_percent():
    assert units.points(-0.0031) == "−0.31 个百分点"


def test_an_end_of_a_range_that_rounds_to_nothing_has_no_sign():
    assert units.interval(-0.0004, 0.125) == "0.0% ~ +12.5%"
    assert units.interval(-0.125, 0.0004) == "−12.5% ~ 0.0%"
