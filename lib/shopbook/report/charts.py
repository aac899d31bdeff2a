"""Every chart of a report. Each takes tidy data and `Words`, and returns a finished matplotlib Figure."""

from shopbook.report.charts_bars import Target, bullet, contributions, ranked_bars
from shopbook.report.charts_days import Period
from shopbook.report.charts_frame import Words
from shopbook.report.charts_inline import sparkline, target_bar
from shopbook.report.charts_points import distribution, heatmap, intervals, item_map, stage_map
from shopbook.report.charts_time import alarm_timeline, counterfactual, lines, small_multiples

__all__ = [
    "Period",
    "Target",
    "Words",
    "alarm_timeline",
    "bullet",
    "contributions",
    "counterfactual",
    "distribution",
    "heatmap",
    "intervals",
    "item_map",
    "lines",
    "ranked_bars",
    "small_multiples",
    "sparkline",
    "stage_map",
    "target_bar",
]
