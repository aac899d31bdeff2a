"""Which printed number is a figure of a finding: its field, its name, and where it stands on its own."""

import pytest

from shopbook.findings.figures import _called, _field, _is_of, _stands_alone
from shopbook.findings.finding import Finding
from shopbook.printed import Printed


def finding(**values: float | None) -> Finding:
    return Finding("own.visitors", "?", "…", metric="visitors", **values)


@pytest.mark.parametrize(
    ("shown", "given", "field"),
    [
        (12.0, {"value": 12.0}, ("value", "visitors")),
        (-12.0, {"value": 12.0}, ("", "")),  # a value keeps its sign
        (12.0, {"baseline": 12.0}, ("baseline", "baseline")),
        (-12.0, {"baseline": 12.0}, ("", "")),
        (0.1, {"change": -0.1}, ("change", "change")),  # a change may be said without its sign
        (0.1, {"relative": -0.1, "market_change": 0.1}, ("market_change", "market_change")),
        (0.1, {"relative": -0.1}, ("relative", "relative")),
        (0.1, {"change": 0.1001}, ("", "")),
        (None, {"value": None}, ("", "")),
        (12.0, {"value": None, "baseline": 12.0}, ("baseline", "baseline")),
        (12.0, {"value": 12.0, "baseline": 12.0}, ("value", "visitors")),
    ],
)
def test_a_number_is_the_first_field_it_equals(shown, given, field):
    assert _field(Printed("x", shown, "count"), finding(**given)) == field


def test_a_value_without_a_metric_goes_by_its_field():
    assert _field(Printed("x", 3.0, "count"), Finding("a", "?", "…", value=3.0)) == ("value", "value")


@pytest.mark.parametrize(
    ("shown", "given", "own"),
    [(1.0, {"value": 1.0}, True), (1.0, {"relative": 1.0}, True), (1.0, {"market_change": 1.0}, False),
     (None, {"value": None}, False),
     (2.0, {"value": 1.0, "baseline": 2.0}, True), (3.0, {"change": 3.0}, True)],
)  # fmt: skip
def test_a_number_is_of_a_finding_when_it_is_one_of_its_figures(shown, given, own):
    assert _is_of(Printed("x", shown, "count"), finding(**given)) is own


@pytest.mark.parametrize(
    ("text", "sentence", "known", "alone"),
    [
        ("12", "of 12 items", ["12"], True),
        ("12", "of 12,345 items", ["12", "12,345"], False),
        ("12", "12 of 12,345 items", ["12", "12,345"], True),
        ("12", "of 112 items", ["12"], False),
        ("12", "of 12.5 items", ["12", "12.5"], False),
        ("12", "of 123 items", ["12"], False),
        ("12", "1.12 items", ["12"], False),
    ],
)
def test_a_number_stands_alone_when_it_is_no_part_of_a_longer_one(text, sentence, known, alone):
    assert _stands_alone(text, sentence, known) is alone


def test_a_number_that_is_no_field_is_called_by_its_name_else_its_unit_and_a_range_interval():
    assert _called(Printed("1 ~ 2", None, "fraction", low=1.0, high=2.0)) == "interval"
    assert _called(Printed("3", 3.0, "count", name="items")) == "items"
    assert _called(Printed("3", 3.0, "count")) == "count"
