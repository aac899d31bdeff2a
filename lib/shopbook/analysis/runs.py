"""Runs of days a series stood above its own course and came back: what an unwritten campaign looks like."""

import datetime as dt

import numpy as np
import pandas as pd

from shopbook.analysis.alarm import K

FEWEST, LONGEST = 2, 14
_CAME_BACK = 0.5
_LOOK = 2


def ended_runs(followed: pd.DataFrame) -> list[tuple[dt.date, dt.date]]:
    """The runs of days clearly above the course that ended within a fortnight.

    Parameters
    ----------
    followed : DataFrame indexed by day without holes
        What `alarm.course` gives: `departure` (log points) and `z` of every day.

    Returns
    -------
    list of (first day, last day)
        Two days or more at z > 3.5, oldest first. A rise that stays is none: the course follows it, and its
        departures fade instead of falling. A run that has not ended yet is none either.

    Notes
    -----
    A day between two of a run belongs to it. The run has ended when, within two days after it, the departure
    fell by more than half of the run's own.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=9)
    >>> z = np.array([0., 1., 6., 7., 5., 0., -1., 0., 0.])
    >>> found = ended_runs(pd.DataFrame({"departure": z / 20, "z": z}, days))
    >>> [str(day) for day in found[0]]
    ['2026-06-03', '2026-06-05']
    """
    z, departure = (followed[name].to_numpy(float) for name in ("z", "departure"))
    above = np.nan_to_num(z) > K
    above[1:-1] |= above[:-2] & above[2:]
    edges = np.flatnonzero(np.diff(np.r_[False, above, False].astype(int)))
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        after = departure[end : end + _LOOK]
        after = after[np.isfinite(after)]
        height = float(np.nanmedian(departure[begin:end]))
        if FEWEST <= end - begin <= LONGEST and after.size and after.min() < (1 - _CAME_BACK) * height:
            found.append((followed.index[begin].date(), followed.index[end - 1].date()))
    return found
