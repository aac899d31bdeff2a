"""What the values of a table tell about the file: days not over, impossible figures, doubled keys."""

import datetime as dt

import numpy as np

from shopbook.columns import Labelled
from shopbook.days import span
from shopbook.read.headers import unit_of
from shopbook.read.problems import Problem, blocking, info, warn
from shopbook.read.shares import PARTS, stated_by_parts
from shopbook.read.spec import Asked, Spec
from shopbook.read.values import ROW, SHEET, Values, as_frame, height, kept, listed, without

_PAIRS = (
    ("pay_buyers", "visitors"),
    ("pay_buyers", "item_visitors"),
    ("order_buyers", "visitors"),
    ("order_buyers", "item_visitors"),
    ("inquiry_buyers", "inquiry_visitors"),
    ("ad_clicks", "ad_impressions"),
)
_SIGNED = ("net_pay_amount", "ad_net_revenue")  # a day of refunds can push these below zero
_NEVER_NEGATIVE = ("persons", "count", "CNY", "seconds")
TOLERANCE = 0.01  # of the ratio; exports round to two decimals, which the check adds
_ROUNDING = {"fraction": 0.00006, "CNY": 0.006, "ratio": 0.006}


def checked(values: Values, spec: Spec, asked: Asked, problems: list[Problem]) -> Values:
    """`values` without the running day and exact repeats; everything wrong is added to `problems`."""
    if spec.of.dated == "day":
        values = _complete_days(values, spec, asked, problems)
    values = _distinct(values, spec, problems)
    figures = {
        name: column
        for name, column in values.items()
        if isinstance(column, np.ndarray) and column.dtype.kind == "f"
    }
    problems += _negative(figures, spec)
    problems += _rates_above_one(figures, values)
    problems += _ratio_mismatches(figures, spec)
    if spec.of.grain == ("date",):
        problems += _missing_days(values)
    return values


def _complete_days(values: Values, spec: Spec, asked: Asked, problems: list[Problem]) -> Values:
    """Refuse future days; leave the running day out, because half a day looks like a collapse tomorrow."""
    if asked.today is None or not height(values):
        return values
    today, dates = np.datetime64(asked.today, "ns"), np.asarray(values["date"])
    if (future := dates > today).any():
        problems.append(
            blocking(
                "future_day",
                "days in the future: {days}.\n  Found: today is {today}\n  What to do: correct "
                "the date column or "
                "the file name.",
                days=_days(dates[future]),
                today=f"{asked.today:%Y-%m-%d}",
            )
        )
    running = dates == today
    if spec.of.running_day or not running.any():
        return values
    if running.all():
        problems.append(
            blocking(
                "partial_day",
                "{day} is not over yet.\n  Found: only rows of the running day\n  What to do: "
                "download it tomorrow.",
                day=f"{asked.today:%Y-%m-%d}",
            )
        )
    else:
        problems.append(
            warn(
                "partial_day", "{day} is not over yet: its rows are left out.", day=f"{asked.today:%Y-%m-%d}"
            )
        )
    return kept(values, ~running)


def _distinct(values: Values, spec: Spec, problems: list[Problem]) -> Values:
    """Drop rows that repeat another exactly; refuse rows that contradict another of the same key."""
    grain = [name for name in spec.of.grain if name in values]
    if not grain or not height(values):
        return values
    keys = set(zip(*(listed(values[name]) for name in grain), strict=True))
    if len(keys) == height(values):
        return values
    frame = as_frame(without(values, (ROW, SHEET)))
    repeated = frame.duplicated(grain)
    exact = frame.duplicated()
    if exact.any():
        problems.append(
            warn("duplicate_day", "{count} rows stand twice; one of each kept.", count=int(exact.sum()))
        )
        values, frame = kept(values, ~exact.to_numpy()), frame[~exact]
        repeated = frame.duplicated(grain)
    if repeated.any():
        first = frame.loc[repeated, grain].iloc[0]
        problems.append(
            blocking(
                "duplicate_day",
                "{count} rows repeat a key ({columns}) with other figures.\n  Found: {found}\n  "
                "What to do: keep one "
                "row per key.",
                count=int(repeated.sum()),
                columns=[Labelled(name) for name in grain],
                found=[
                    f"{value:%Y-%m-%d}" if isinstance(value, dt.datetime) else str(value) for value in first
                ],
            )
        )
    return values


def _negative(figures: dict[str, np.ndarray], spec: Spec) -> list[Problem]:
    bad = [
        name
        for name, values in figures.items()
        if (values < 0).any() and unit_of(spec.kind, name) in _NEVER_NEGATIVE and name not in _SIGNED
    ]
    if not bad:
        return []
    return [
        blocking(
            "negative",
            "figures below zero in {columns}.\n  Found: {found}\n  What to do: download the report again.",
            columns=[Labelled(name) for name in bad],
            found=[f"{np.nanmin(figures[name]):g}" for name in bad],
        )
    ]


def _rates_above_one(figures: dict[str, np.ndarray], values: Values) -> list[Problem]:
    found = []
    for part, whole in _PAIRS:
        if part not in figures or whole not in figures:
            continue
        above = figures[part] > figures[whole]
        if above.any():
            found.append(
                warn(
                    "rate_above_one",
                    "{part} above {whole} in {count} rows ({days}): a running day or two scopes.",
                    part=Labelled(part),
                    whole=Labelled(whole),
                    count=int(above.sum()),
                    days=_days(np.asarray(values["date"])[above]) if "date" in values else ["–"],
                )
            )
    return found


def _ratio_mismatches(figures: dict[str, np.ndarray], spec: Spec) -> list[Problem]:
    found = []
    for ratio in PARTS:
        expected = stated_by_parts(ratio, figures) if ratio in figures else None
        if expected is None:
            continue
        stated = figures[ratio]
        allowed = TOLERANCE * np.abs(expected) + _ROUNDING.get(unit_of(spec.kind, ratio), 0.006)
        off = np.abs(stated - expected) > allowed
        if off.any():
            at = int(np.argmax(off))
            found.append(
                warn(
                    "ratio_mismatch",
                    "{column} differs from its parts by more than 1% in {count} rows (stated {stated}, "
                    "recomputed {expected}); the recomputed figure is used.",
                    column=Labelled(ratio),
                    count=int(off.sum()),
                    stated=f"{stated[at]:.4g}",
                    expected=f"{expected[at]:.4g}",
                )
            )
    return found


def _missing_days(values: Values) -> list[Problem]:
    if not height(values):
        return []
    have = set(np.asarray(values["date"]).astype("datetime64[D]").tolist())
    gaps = [day for day in span(min(have), max(have)) if day not in have]
    return (
        [
            info(
                "missing_days",
                "days missing between the first and the last: {days}.",
                days=[str(day) for day in gaps],
            )
        ]
        if gaps
        else []
    )


def _days(dates: np.ndarray) -> list[str]:
    known = dates[~np.isnat(dates)].astype("datetime64[D]").tolist()
    return [f"{day:%Y-%m-%d}" for day in sorted(set(known))]
