"""What a chart of causes says: direction, and so colour, only where a verdict carries it."""

from types import SimpleNamespace

import pandas as pd
import pytest

from shopbook.findings.finding import Cause, Finding
from shopbook.workbook.day import Day
from shopbook.workbook.periodic import Sheet

pytestmark = pytest.mark.usefixtures("english")

DECIDED = [("better", True), ("worse", True), ("same", False), ("unknown", False)]


def page(verdict, split=()):
    """A page of one finding about visitors and of what its sources brought."""
    cause = Cause({"channel": "search"}, -300.0, 1.0, "Search")
    found = Finding("own.visitors", "visitors", headline="fewer", verdict=verdict, metric="visitors",
                    value=700.0, baseline=1000.0, causes=(cause,))  # fmt: skip
    parts = pd.Series(dict(split), dtype=float)
    return SimpleNamespace(finding=lambda _: found, source=lambda *_: "f.xls", source_split=parts)


@pytest.mark.parametrize(("verdict", "decided"), DECIDED)
def test_the_causes_of_a_day_take_a_colour_with_its_verdict(verdict, decided):
    words = Day.split_words(page(verdict), "own.visitors")
    assert words.decided is decided
    assert ("Search" in words.title) is decided


@pytest.mark.parametrize(("verdict", "decided"), DECIDED)
def test_a_week_names_the_source_that_moved_most_with_its_verdict_alone(verdict, decided):
    words = Sheet.source_words.fget(page(verdict, {"Search": -300.0, "Ads": 20.0}))
    assert words.decided is decided
    assert ("Search" in words.title) is decided


def test_a_week_whose_sources_cannot_be_compared_says_so():
    assert Sheet.source_words.fget(page("worse")).title == "No source can be compared yet"
