"""Every chart of every report as it is drawn, in both languages: no text on another, none too small."""

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import chart_boxes
from notebooks.in_process import reports, run
from shopbook.report import show

pytestmark = pytest.mark.nightly
# A chart fills a phone's column of 343 px.
PHONE = 343
SMALLEST = 8.5


@pytest.fixture(scope="module", params=["zh", "en"])
def looked_at(request, demo_data) -> dict[str, list[tuple[list[str], list[str]]]]:
    """Overlaps and small texts of each chart, by report, seen when the page shows it."""
    found: dict[str, list[tuple[list[str], list[str]]]] = {}
    show_chart = show.chart

    def looked(fig, alt, **named):
        shown = show_chart(fig, alt, **named)
        found[name].append((chart_boxes.overlaps(fig), small(fig)))
        return shown

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPBOOK_DATA", str(demo_data))
        patch.setattr(show, "chart", looked)
        for name in reports():
            found[name] = []
            run(name, lang=request.param)
    return found


def small(fig: Figure) -> list[str]:
    """The texts of a chart that are too small where it is as wide as a phone's column."""
    scale = PHONE / fig.get_size_inches()[0] / 72
    texts = [one for one in fig.findobj(Text) if one.get_text().strip()]
    return [one.get_text() for one in texts if one.get_fontsize() * scale < SMALLEST]


def test_every_report_that_draws_was_looked_at(looked_at):
    assert sum(map(len, looked_at.values())) >= 20


def test_no_text_of_a_chart_lies_on_another_or_outside(looked_at):
    assert [(name, pair) for name, charts in looked_at.items() for pairs, _ in charts for pair in pairs] == []


def test_a_phone_shows_letters_that_can_be_read(looked_at):
    assert [(name, text) for name, charts in looked_at.items() for _, texts in charts for text in texts] == []
