"""The day of every row of a table: from its column, the caller, the banner, the titles or the file name."""

import datetime as dt

import numpy as np

from shopbook.read.names import banner_days, banner_span, title_days, title_span
from shopbook.read.odd_cells import period
from shopbook.read.periods import are_apart
from shopbook.read.problems import Problem, blocking
from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values, height


def dated(values: Values, spec: Spec, draft: Draft) -> Values:
    """`values` with a day in every row: from the column, else the caller, the banner, the file name."""
    asked, problems = draft.asked, draft.problems
    dates = np.asarray(values.get("date", np.full(height(values), "NaT", "datetime64[ns]")))
    if not len(dates) and "date" in values:
        return values  # no rows: that is said, not that nothing says the day
    lacks_day = np.isnat(dates)
    above = banner_days(draft.banner)
    span = _span_said(draft, above)
    if len(dates) and not lacks_day.all():
        known = dates[~lacks_day]
        if span and spec.of.one_day and (len(set(known.tolist())) == 1 or are_apart(known)):
            problems.append(period(span))
        if not lacks_day.any():
            return values
    if any(problem.code in ("bad_date", "ambiguous_date", "period") for problem in problems):
        return values | {"date": dates}  # the column is there: its cells are told, not that it is missing
    span = span or ("" if above else title_span(draft.titles))
    if span and asked.day is None:
        problems.append(period(span))
    elif (day := asked.day or day_said(above or _days_named(draft), problems)) is not None:
        dates = np.where(lacks_day, np.datetime64(day, "ns"), dates)
    return values | {"date": dates}


def _span_said(draft: Draft, above: tuple[dt.date, ...]) -> str:
    """What banner and file name say about more than a day; a banner that says a day is heeded alone."""
    for days in (above, draft.asked.name.days):
        if len(set(days)) > 1:
            return f"{min(days)} ~ {max(days)}"
    return banner_span(draft.banner) or ("" if above else draft.asked.name.span)


def _days_named(draft: Draft) -> tuple[dt.date, ...]:
    """The days of the file's name, else of its titles; where both say another one, none is certain."""
    named, titled = set(draft.asked.name.days), set(title_days(draft.titles))
    if named and titled and not named & titled:
        draft.problems.append(
            blocking(
                "contradicting_days",
                "the file name and a title say different days.\n  Found: {named}; {titled}\n  What to do: "
                "give the file the day of its figures as a name, or say it with --date.",
                named=[f"{day:%Y-%m-%d}" for day in sorted(named)],
                titled=list(draft.titles),
            )
        )
    return tuple(named or titled)


def day_said(days: tuple[dt.date, ...], problems: list[Problem]) -> dt.date | None:
    """The one day that a banner or a file name says."""
    if len(set(days)) == 1:
        return days[0]
    if days:
        problems.append(period(f"{min(days)} ~ {max(days)}"))
        return None
    problems.append(
        blocking(
            "day_unknown",
            "nothing says which day the file is about.\n  Found: no date column, none in the "
            "file name\n  What to do: "
            "put the day into the file name (2026-11-20) or give --date.",
        )
    )
    return None
