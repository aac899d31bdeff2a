"""An address under every number: the figures that a finding's sentences show, and the rows they come from."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from shopbook.columns import columns
from shopbook.findings.finding import Figure, FigureSource, Finding
from shopbook.printed import Printed, recording

# The export a finding speaks of where its metric alone does not say so, by the first word of its id.
_KIND_OF = {
    "market": "market", "own": "shop_daily", "rivals": "rivals", "promotion": "ad_report",
    "service": "service", "quality": "dsr", "checkup": "stock", "design": "change_log",
    "campaign": "shop_daily", "targets": "targets", "lifecycle": "item_daily", "weekly": "shop_daily",
    "monthly": "shop_daily",
}  # fmt: skip
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"(?<!\d)(?:\d{4}-)?[01]\d-[0-3]\d(?!\d)")


def spoken(
    rule: Callable[[], Iterable[Finding]],
    frames: Mapping[str, pd.DataFrame],
    day: dt.date,
    said: list[Printed],
) -> tuple[Finding, ...]:
    """What `rule` finds, each finding with the figures its sentences show.

    `said` holds what was printed for the same shop and day before: a sentence may be made of parts that
    another rule had asked for.
    """
    start = len(said)
    with recording(said):
        found = tuple(rule())
    own = [*reversed(said[start:]), *reversed(said[:start])]  # the newest print of a text is the sentence's
    return tuple(
        one if one.figures else dataclasses.replace(one, figures=figures(one, own, frames, day))
        for one in found
    )


def figures(
    finding: Finding, said: list[Printed], frames: Mapping[str, pd.DataFrame], day: dt.date
) -> tuple[Figure, ...]:
    """The figures of a finding's headline, step and caveats, in the order they stand there."""
    text = " ".join((finding.headline, finding.next_step, finding.proof, *finding.caveats))
    text = _DATE.sub(" ", text)  # the 11 of a day is no figure, whoever printed an 11 before
    known: dict[str, Printed] = {}
    for one in sorted(said, key=lambda each: not _is_of(each, finding)):
        if _DIGIT.search(one.text) and one.text in text:
            known.setdefault(one.text, one)
    shown = [one for one in known.values() if _stands_alone(one.text, text, known)]
    shown.sort(key=lambda one: text.index(one.text))
    sources = _sources(finding, frames, day)
    return tuple(
        Figure(_name(one, finding), one.text, one.value, one.unit, one.low, one.high, sources)
        for one in shown
    )


def _stands_alone(text: str, sentence: str, known: Iterable[str]) -> bool:
    """Whether a text stands somewhere on its own, not only inside a longer figure."""
    for longer in sorted((one for one in known if text in one and one != text), key=len, reverse=True):
        sentence = sentence.replace(longer, " ")
    return re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d])", sentence) is not None


def _is_of(one: Printed, finding: Finding) -> bool:
    return one.value is not None and one.value in (
        finding.value,
        finding.baseline,
        finding.change,
        finding.relative,
    )


def _name(one: Printed, finding: Finding) -> str:
    """The field of the finding that a figure is, else what the sentence calls it."""
    fields = {"value": finding.value, "baseline": finding.baseline, "change": finding.change}
    fields |= {"market_change": finding.market_change, "relative": finding.relative}
    for name, value in fields.items():
        if (
            value is not None
            and one.value is not None
            and abs(abs(one.value) - abs(value)) <= 1e-12 * abs(value)
        ):
            return finding.metric or name if name == "value" else name
    if one.low is not None:
        return "interval"
    return one.name or one.unit


def _sources(finding: Finding, frames: Mapping[str, pd.DataFrame], day: dt.date) -> tuple[FigureSource, ...]:
    """The rows that hold the finding's metric on its day and its comparable days."""
    family = finding.id.split(".")[0]
    parts = _parts(finding.metric)
    kinds = [_KIND_OF.get(family, "shop_daily"), "shop_daily", "item_daily", "flow_source", "peers", "market"]
    if family == "market":  # its export has a row a metric; the shop's own visitors are none of the market's
        kinds, parts = ["market"], (*parts, "value")
    for kind in dict.fromkeys(kinds):
        rows = frames[kind] if kind in frames else pd.DataFrame()
        held = tuple(name for name in parts if name in rows)
        if held and len(rows):
            return (_source(kind, rows, held, finding, day),)
    kind = kinds[0]
    rows = frames[kind] if kind in frames else pd.DataFrame()
    return (_source(kind, rows, (), finding, day),) if len(rows) else ()


def _source(
    kind: str, rows: pd.DataFrame, held: tuple[str, ...], finding: Finding, day: dt.date
) -> FigureSource:
    days = sorted({*finding.baseline_days, day.isoformat()})
    if "date" not in rows:
        return FigureSource(kind, days[-1], days[-1], held, len(rows))
    stamps = pd.DatetimeIndex([pd.Timestamp(each) for each in days])
    counted = int(rows["date"].isin(stamps).sum())
    if not counted:  # a figure of a longer stretch, such as a week or a month
        dates = pd.to_datetime(rows["date"])
        first, last = dates.min().date().isoformat(), min(dates.max().date(), day).isoformat()
        return FigureSource(kind, first, last, held, len(rows))
    return FigureSource(kind, days[0], days[-1], held, counted)


def _parts(metric: str) -> tuple[str, ...]:
    """A metric and, for a ratio, what it is made of."""
    known = columns().get(metric)
    if known is None:
        return (metric,) if metric else ()
    return tuple(name for name in (metric, known.over, *known.under) if name)
