"""Every chart takes hostile names, stays small, is the same twice, and says so when it has no data."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from PIL import Image
from sample_report import DAYS, HOSTILE, SPARK, WORDS, conversion_lines

import chart_boxes
from shopbook.report import charts, show, svg, theme

_INTERVALS = {
    "name": [HOSTILE, "客单价"],
    "value": [-0.1, 0.02],
    "low": [-0.14, -0.03],
    "high": [-0.06, 0.07],
}
_ITEMS = pd.DataFrame(
    {"name": [f"{place}{HOSTILE}" for place in range(30)], "x": range(30, 60), "y": np.linspace(0, 0.1, 30)}
)
_STAGES = pd.DataFrame(
    {
        "name": list("甲乙丙"),
        "stage": ["新品", "成长", "成长"],
        "value": [1.0, 2.0, 3.0],
        "previous": ["", "新品", ""],
    }
)
_EXPECTED = pd.DataFrame({"actual": [10.0, 30.0, 8.0], "expected": [11.0, 12.0, 10.0]}, index=DAYS[:3])

DRAWN: dict[str, Callable[[], Figure]] = {
    "lines": lambda: charts.lines(
        conversion_lines(),
        WORDS,
        unit="fraction",
        accent="手机端搜索",
        periods=[charts.Period("2026-11-01", "2026-11-03", "开门红")],
        incomplete_from="2026-11-11",
    ),
    "counterfactual": lambda: charts.counterfactual(_EXPECTED, WORDS, unit="CNY"),
    "alarm_timeline": lambda: charts.alarm_timeline(
        conversion_lines()["手机端搜索"],
        WORDS,
        unit="fraction",
        alarms={"2026-11-05": "断崖", "2025-01-01": "?"},
    ),
    "small_multiples": lambda: charts.small_multiples(
        {f"{place}{HOSTILE}": pd.Series(range(28), DAYS) for place in range(12)}, WORDS, unit="count"
    ),
    "contributions": lambda: charts.contributions(
        pd.Series({HOSTILE: -1310.0, "手淘搜索": 420.0}), WORDS, unit="persons", total=-890.0
    ),
    "ranked_bars": lambda: charts.ranked_bars(_ITEMS.set_index("name")["x"], WORDS, unit="CNY"),
    "bullet": lambda: charts.bullet([charts.Target(HOSTILE, 80, 100, 70)], WORDS, unit="CNY"),
    "item_map": lambda: charts.item_map(_ITEMS, WORDS),
    "stage_map": lambda: charts.stage_map(_STAGES, WORDS, order=("新品", "成长")),
    "intervals": lambda: charts.intervals(pd.DataFrame(_INTERVALS), WORDS),
    "distribution of one": lambda: charts.distribution({"客单价": _ITEMS["x"]}, WORDS, unit="CNY"),
    "distribution of two": lambda: charts.distribution(
        {"新": _ITEMS["x"], "老": _ITEMS["x"]}, WORDS, unit="CNY"
    ),
    "heatmap": lambda: charts.heatmap(
        pd.DataFrame([[0.1, -0.2], [None, 0.3]], index=[HOSTILE, "搜索"], columns=["一", "二"]),
        WORDS,
        unit="fraction",
        middle=0,
    ),
}
EMPTY: dict[str, Callable[[], Figure]] = {
    "lines": lambda: charts.lines(conversion_lines().iloc[:0], WORDS, unit="fraction", accent="全店"),
    "alarm_timeline": lambda: charts.alarm_timeline(pd.Series(dtype=float), WORDS, unit="count", alarms={}),
    "counterfactual": lambda: charts.counterfactual(_EXPECTED.iloc[:0], WORDS, unit="CNY"),
    "small_multiples": lambda: charts.small_multiples({}, WORDS, unit="count"),
    "contributions": lambda: charts.contributions(pd.Series(dtype=float), WORDS, unit="persons"),
    "ranked_bars": lambda: charts.ranked_bars(pd.Series({"甲": None}), WORDS, unit="CNY"),
    "bullet": lambda: charts.bullet([charts.Target("甲", 1.0, 0.0)], WORDS, unit="CNY"),
    "item_map": lambda: charts.item_map(_ITEMS.iloc[:0], WORDS),
    "stage_map": lambda: charts.stage_map(_STAGES, WORDS, order=("衰退",)),
    "intervals": lambda: charts.intervals(pd.DataFrame(_INTERVALS).iloc[:0], WORDS),
    "distribution": lambda: charts.distribution({}, WORDS, unit="CNY"),
    "heatmap": lambda: charts.heatmap(pd.DataFrame(), WORDS, unit="fraction"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_below_45_kb_and_the_same_twice(name: str) -> None:
    first, again = (show.chart(DRAWN[name](), "掉了三成").html for _ in range(2))
    assert first == again
    assert len(first) < 45_000


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_drawn_outside_the_picture(name: str) -> None:
    fig = DRAWN[name]()
    svg.figure_svg(fig)
    wide, high = fig.get_size_inches() * fig.dpi
    box = fig.get_tightbbox().transformed(fig.dpi_scale_trans)
    assert box.x0 >= -1
    assert box.y0 >= -1
    assert box.x1 <= wide + 1
    assert box.y1 <= high + 1


@pytest.mark.parametrize("name", DRAWN)
def test_no_text_of_a_chart_lies_on_another(name: str) -> None:
    assert chart_boxes.overlaps(DRAWN[name]()) == []


def test_two_texts_on_one_place_and_one_outside_are_found() -> None:
    fig = theme.new_figure()
    for text, across in (("一二三", 0.1), ("四五六", 0.12), ("七八九", 0.99)):
        fig.text(across, 0.5, text)
    assert chart_boxes.overlaps(fig) == ["outside: 七八九", "一二三 / 四五六"]


@pytest.mark.parametrize("name", EMPTY)
def test_a_chart_without_data_says_so(name: str) -> None:
    fig = EMPTY[name]()
    assert [text.get_text() for axis in fig.axes for text in axis.texts] == ["这张图没有数据。"]


@pytest.mark.parametrize("name", ["lines", "alarm_timeline", "counterfactual"])
def test_a_chart_of_one_day_shows_that_day_alone(name: str) -> None:
    one = pd.Series([7.0], DAYS[:1])
    fig = {
        "lines": lambda: charts.lines(one.to_frame("甲"), WORDS, unit="count", accent="甲"),
        "alarm_timeline": lambda: charts.alarm_timeline(one, WORDS, unit="count", alarms={}),
        "counterfactual": lambda: charts.counterfactual(_EXPECTED[:1], WORDS, unit="CNY"),
    }[name]()
    axis = fig.axes[0]
    assert len(axis.get_xticks()) <= 2
    assert any(line.get_marker() == "o" for line in axis.lines)
    assert len(svg.figure_svg(fig)) < 45_000


def test_without_anything_expected_nothing_is_compared() -> None:
    fig = charts.counterfactual(_EXPECTED.assign(expected=np.nan), WORDS, unit="CNY")
    assert not fig.axes[0].lines


def test_contributions_print_their_exact_sum_and_refuse_another_total() -> None:
    parts = pd.Series({"甲": 0.1, "乙": 0.2, "丙": -0.4})
    texts = [text.get_text() for text in charts.contributions(parts, WORDS, unit="persons").axes[0].texts]
    assert texts[-1] == "−0.1"
    with pytest.raises(ValueError, match="not to 5"):
        charts.contributions(parts, WORDS, unit="persons", total=5.0)


def test_contributions_take_no_colour_without_a_verdict() -> None:
    parts = pd.Series({"甲": 0.1, "乙": -0.4})
    told = {
        decided: {
            bar.get_facecolor()
            for bar in charts.contributions(parts, replace(WORDS, decided=decided), unit="persons")
            .axes[0]
            .patches
        }
        for decided in (True, False)
    }
    assert told[True] == {to_rgba(color) for color in (theme.toward(1), theme.toward(-1), theme.MUTED)}
    assert told[False] == {to_rgba(color) for color in (theme.CONTEXT, theme.MUTED)}


def test_ranked_bars_put_the_ninth_and_later_into_one_row() -> None:
    fig = charts.ranked_bars(
        pd.Series({f"款{place}": 20.0 - place for place in range(12)}), WORDS, unit="count"
    )
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert labels[:2] == ["款0", "款1"]
    assert labels[8:] == ["其余 4 项"]
    assert fig.axes[0].texts[8].get_text() == "42"


def test_a_missing_day_is_a_gap_and_not_a_zero() -> None:
    frame = conversion_lines().drop(index=DAYS[4])
    accent = charts.lines(frame, WORDS, unit="fraction", accent="手机端搜索").axes[0].lines[2]
    drawn = np.asarray(accent.get_ydata(), dtype=float)
    assert len(drawn) == 28
    assert np.isnan(drawn[[4, 9]]).all()
    assert not np.isnan(drawn[[3, 5]]).any()


def test_end_labels_do_not_overlap() -> None:
    frame = pd.DataFrame(
        {name: [1.0, 2.0 + step / 1e6] for step, name in enumerate("甲乙丙")}, index=DAYS[:2]
    )
    frame["底"] = [0.0, 0.0]
    fig = charts.lines(frame, WORDS, unit="count", accent="甲")
    svg.figure_svg(fig)
    boxes = sorted((text.get_window_extent() for text in fig.axes[0].texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 + 1 for below, above in pairwise(boxes))


_QUIET = [100.0, 96.0, 104.0, 99.0, 101.0, 97.0]


def _with_event(*, last: float = 98.0) -> Figure:
    """Ordinary days about 100 and two event days at 900 and 800, then a last day."""
    series = pd.DataFrame({"本店": [*_QUIET, 900.0, 800.0, last]}, index=DAYS[:9])
    periods = [charts.Period(f"{DAYS[6]:%Y-%m-%d}", f"{DAYS[7]:%Y-%m-%d}", "双11")]
    return charts.lines(series, WORDS, unit="count", accent="本店", periods=periods)


def test_an_event_does_not_flatten_the_ordinary_days_and_says_how_high_it_stood() -> None:
    axis = _with_event().axes[0]
    assert axis.get_ylim()[1] < 110
    assert "双11 ↑900" in [text.get_text() for text in axis.texts]
    assert max(axis.lines[0].get_ydata()) == 900.0


def test_an_event_no_higher_than_other_days_is_only_named() -> None:
    series = pd.DataFrame({"本店": [*_QUIET, 103.0]}, index=DAYS[:7])
    named = [charts.Period(f"{DAYS[3]:%Y-%m-%d}", f"{DAYS[3]:%Y-%m-%d}", "双11")]
    axis = charts.lines(series, WORDS, unit="count", accent="本店", periods=named).axes[0]
    assert "双11" in [text.get_text() for text in axis.texts]


def test_a_newest_day_inside_an_event_is_never_cut() -> None:
    series = pd.DataFrame({"本店": [*_QUIET, 900.0]}, index=DAYS[:7])
    event = [charts.Period(f"{DAYS[6]:%Y-%m-%d}", f"{DAYS[6]:%Y-%m-%d}", "双11")]
    axis = charts.lines(series, WORDS, unit="count", accent="本店", periods=event).axes[0]
    assert axis.get_ylim()[1] > 900


def test_a_figure_that_still_grows_is_not_bold_and_the_last_whole_day_is() -> None:
    series = pd.DataFrame({"ROI": [3.0, 3.2, 2.9, 2.0, 1.5]}, index=DAYS[:5])
    growing = f"{DAYS[3]:%Y-%m-%d}"
    axis = charts.lines(series, WORDS, unit="ratio", accent="ROI", incomplete_from=growing).axes[0]
    weights = {text.get_text(): text.get_weight() for text in axis.texts}
    assert weights == {"2.90": "bold", "ROI 1.50": "normal"}


@pytest.mark.parametrize(
    ("values", "side"),
    [
        ([3.0, 2.8, 2.4, 4.0, 1.0], "top"),  # the day before and after stand higher: below it
        ([3.0, 2.6, 2.9, 2.5, 1.0], "bottom"),  # a peak: above it
        ([4.0, 3.0, 1.0, 3.0, 3.5], "bottom"),  # a valley on the axis: below it is no room
        ([1.0, 3.0, 3.6, 4.0, 4.2], "top"),  # the line runs high
    ],
)
def test_the_last_whole_day_is_labelled_where_the_line_leaves_room(values, side) -> None:
    """Third of five days; a valley's neighbours are the second and the fourth."""
    series = pd.DataFrame({"ROI": values}, index=DAYS[:5])
    axis = charts.lines(
        series, WORDS, unit="ratio", accent="ROI", incomplete_from=f"{DAYS[3]:%Y-%m-%d}"
    ).axes[0]
    [label] = [text for text in axis.texts if text.get_weight() == "bold"]
    assert label.get_verticalalignment() == side


def test_a_line_that_goes_on_where_the_accent_line_ends_is_dashed() -> None:
    nan = float("nan")
    series = pd.DataFrame({"已完成": [1.0, 2.0, nan], "预计": [nan, 2.0, 3.0]}, index=DAYS[:3])
    axis = charts.lines(series, WORDS, unit="count", accent="已完成").axes[0]
    assert {line.get_label(): line.is_dashed() for line in axis.lines if line.get_label()[0] != "_"} == {
        "已完成": False, "预计": True,
    }  # fmt: skip


def test_small_panels_that_share_days_name_the_first_and_last_of_all() -> None:
    panels = {"老款": pd.Series(1.0, index=DAYS[:20]), "新款": pd.Series(2.0, index=DAYS[15:20])}
    fig = charts.small_multiples(panels, WORDS, unit="count")
    labels = [label.get_text() for label in fig.axes[0].get_xticklabels()]
    assert labels == [f"{DAYS[0]:%m-%d}", f"{DAYS[19]:%m-%d}"]
    assert chart_boxes.overlaps(fig) == []


def test_a_bar_below_none_keeps_its_figure_off_its_name() -> None:
    rates = pd.Series({"竞店04": 0.285, "竞店08": -0.001})
    assert chart_boxes.overlaps(charts.ranked_bars(rates, WORDS, unit="fraction", rest=False)) == []


def test_names_of_points_lie_on_no_name_and_the_one_the_title_speaks_of_is_there() -> None:
    crowd = pd.DataFrame({"name": [f"商品{n}" for n in range(12)], "x": [50.0 + n % 3 for n in range(12)],
                          "y": [0.02 + n / 1e4 for n in range(12)], "size": range(12)})  # fmt: skip
    fig = charts.item_map(crowd, WORDS, accent=("商品0",))
    assert chart_boxes.overlaps(fig) == []
    assert "商品0" in [text.get_text() for text in fig.axes[0].texts]


@pytest.mark.parametrize("text", [
    pytest.param("本周流量最好的竞店是 竞店04：较前四周 ▲ +28.5%，本店持平", id="arrow and figure"),
    pytest.param("十一月到不了定下的目标，预计 98.5 万元（97.4 万元 ~ 99.7 万元）", id="unit"),
])  # fmt: skip
def test_a_title_tears_no_figure_from_what_belongs_to_it(text: str) -> None:
    for limit in range(12, 26):
        first = theme.wrapped(text, limit).split("\n")[0]
        rest = text[len(first) :].lstrip()
        assert not first.endswith(("▲", "~"))
        assert not rest.startswith(("万元", "~"))


def test_the_title_is_the_finding_and_the_source_stands_below() -> None:
    fig = DRAWN["lines"]()
    assert fig.texts[0].get_text() == WORDS.title
    assert fig.texts[-1].get_text().startswith("来源：生意参谋")


def test_a_sparkline_has_gaps_and_tells_its_range() -> None:
    html = charts.sparkline(SPARK, name='访客"数', unit="persons")
    assert html.count("M") == 2
    assert 'aria-label="访客&quot;数，近 28 天：最低 100，最高 106，最新 106"' in html
    assert charts.sparkline([None, 1.0], name="访客数", unit="persons") == ""


def test_a_target_bar_needs_a_target() -> None:
    assert "120%" in charts.target_bar(120, 100, name="支付金额", unit="CNY")
    assert charts.target_bar(120, None, name="支付金额", unit="CNY") == ""


def test_compact_svg_keeps_the_picture() -> None:
    outline = "M 0 0 L 640 0 L 640 640 Q 0 640 0 0 z"
    small = svg.compact(f'<svg><path id="A-1" d="{outline}" transform="scale(0.015625)"/></svg>')
    assert re.search(r'd="m0 0h25v25q-25 0-25-25z"', small)


def test_the_mail_picture_is_white_and_has_few_colours() -> None:
    with Image.open(io.BytesIO(svg.figure_png(DRAWN["contributions"]()))) as picture:
        assert picture.mode == "P"
        assert picture.size[0] == theme.FULL[0] * 200
        assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
