"""The figures of a report that is no daily one: its weeks, its month, its stages, its campaign's targets."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shopbook import units
from shopbook.columns import columns, label
from shopbook.run.site.labels import sheet_label
from shopbook.text import tr

Tables = Mapping[str, Any]
_WEEK = ("pay_amount", "visitors", "pay_conversion_rate", "avg_order_value", "refund_amount", "ad_spend")

_WEEK_KPIS, _WEEK_DAYS = "week_kpis", 7


@dataclass(frozen=True)
class FigureTable:
    """A small table of texts; the first column names the row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def own_figures(family: str, tables: Iterable[Tables]) -> tuple[FigureTable, ...]:
    """What the mail of this family shows, from the tables of its notebooks; nothing for a daily report."""
    makers = {
        "periodic": (_weeks, _month),
        "product_lifecycle": (_stages,),
        "campaign_review": (_targets, _money),
    }
    given: dict[str, Any] = {}
    for each in tables:
        for name, rows in each.items():
            # The week and the month have key figures of their own.
            given.setdefault(_WEEK_KPIS if name == "kpis" and "weeks" in each else name, rows)
    made = (make(given) for make in makers.get(family, ()))
    return tuple(table for table in made if table.rows)


def _weeks(tables: Tables) -> FigureTable:
    """The newest whole week as its page shows it: against ordinary weeks, as its headline is."""
    whole = [row for row in tables.get("weeks") or [] if row.get("days", _WEEK_DAYS) == _WEEK_DAYS]
    known = {row["metric"]: row for row in tables.get(_WEEK_KPIS) or []}
    found = [
        (label(metric), _figure(metric, row["value"]), units.change(row["change"]))
        for metric in _WEEK
        if (row := known.get(metric)) and units.known(row["value"])
    ]
    title = tr("The week {period}", period=str(whole[0].get("period", "")) if whole else "")
    return FigureTable(title, (tr("Metric"), tr("Value"), tr("Against usual weeks")), tuple(found))


def _month(tables: Tables) -> FigureTable:
    found = [
        (
            str(row.get("name", "")),
            str(row.get("actual", "–")),
            str(row.get("goal", "–")),
            _share(row.get("attained")),
            str(row.get("forecast", "–")),
        )
        for row in tables.get("appraisal") or []
    ]
    heads = (tr("Metric"), tr("So far"), tr("Target"), tr("Reached"), tr("Forecast"))
    return FigureTable(tr("The month"), heads, tuple(found))


def _stages(tables: Tables) -> FigureTable:
    rows = tables.get("stages") or []
    number = Counter(str(row.get("stage")) for row in rows)
    amount: Counter[str] = Counter()
    for row in rows:
        value = row.get("pay_amount")
        amount[str(row.get("stage"))] += value if units.known(value) else 0
    found = [
        (sheet_label(stage), str(number[stage]), units.figure(amount[stage], "CNY"))
        for stage in ("new", "growth", "hit", "stable", "decline")
        if number[stage]
    ]
    return FigureTable(tr("Stages"), (tr("Stage"), tr("Items"), label("pay_amount")), tuple(found))


def _targets(tables: Tables) -> FigureTable:
    found = []
    for row in tables.get("targets") or []:
        unit = str(row.get("unit", ""))
        value, target = units.figure(row.get("value"), unit), units.figure(row.get("target"), unit)
        found.append((str(row.get("label", "")), value, target, _share(row.get("reached"))))
    return FigureTable(tr("Targets"), (tr("Metric"), tr("Value"), tr("Target"), tr("Reached")), tuple(found))


def _money(tables: Tables) -> FigureTable:
    found = []
    for row in (tables.get("money") or [])[:3]:
        low, high = (units.figure(row.get(end), "CNY") for end in ("low", "high"))
        found.append((str(row.get("label", "")), units.figure(row.get("value"), "CNY"), f"{low} ~ {high}"))
    return FigureTable(tr("What it earned"), (tr("Metric"), tr("Value"), tr("90% range")), tuple(found))


def _figure(metric: str, value: float | None) -> str:
    known = columns().get(metric)
    return units.figure(value, known.unit if known else "")


def _share(value: float | None) -> str:
    return units.percent(value) if units.known(value) and value is not None else "–"
