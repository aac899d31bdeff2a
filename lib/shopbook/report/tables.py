"""Tables as plain HTML: text left, figures right, things first; on a phone the KPI table turns into cards."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from shopbook import units as number
from shopbook.columns import columns, label
from shopbook.report.charts_inline import sparkline, target_bar
from shopbook.report.markup import directed, judged, safe, short_verdict
from shopbook.tables import HIDDEN, MEASURED, Table, computed, table
from shopbook.text import tr

TEXT_LIMIT = 40
# Rows that unfold below the first ones; a page stays small, the CSV beside it holds all.
REST = 60
_WORDS = ("date", "text", "id text", "category")


def frame_table(
    frame: pd.DataFrame,
    *,
    units: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    caption: str = "",
    note: str = "",
    limit: int = 12,
) -> str:
    """The first `limit` rows of a tidy frame; labels and units are those of its documentation unless given.

    A table of a page (`day.table(...)`) is documented in params/tables.yaml, a column in params/columns.yaml.
    Extra units: "change" (a share, with mark and colour), "delta:CNY" (a difference in a unit, coloured),
    "spark:CNY" (a list of figures drawn as a line), "share" (a percentage with one decimal), "text",
    "measured" (each row in the unit of its `unit` or `metric`), "hidden" (not shown).
    """
    said = documented(frame)
    given = {**(said.units if said else {}), **(units or {})}
    named = {**(said.labels if said else {}), **(labels or {})}
    shown = [name for name in map(str, frame.columns) if given.get(name) != HIDDEN or name in (units or {})]
    kinds = {name: _unit(name, frame[name], given) for name in shown}
    names = {name: named.get(name) or computed_label(name) for name in shown}
    head = "".join(_heading(names[name], kinds[name]) for name in kinds)
    rows = [_row(row, kinds, names) for row in frame.head(limit + REST).to_dict("records")]
    first, rest = "".join(rows[:limit]), "".join(rows[limit:])
    if frame.empty:
        first = f'<tr><td colspan="{max(len(kinds), 1)}" class="sb-none">{tr("No rows.")}</td></tr>'
    box = _box(caption or next(iter(names.values()), ""))
    more = _rest(head, rest, len(rows) - limit, box) if rest else ""
    cut = tr("First {shown} of {count} rows.", shown=len(rows), count=len(frame))
    below = f"{cut if len(frame) > len(rows) else ''} {note}".strip()
    return (
        f"{_paragraph('sb-caption', caption)}{box}<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{first}</tbody></table></div>{more}{_paragraph('sb-note', below)}"
    )


def _heading(name: str, unit: str) -> str:
    """A column's name with the unit of its cells, so that the cells need not repeat it."""
    kind, _, of = unit.partition(":")
    return f'<th scope="col"{_align(unit)}>{safe(name + number.header(of if kind == "delta" else unit))}</th>'


def _rest(head: str, rows: str, count: int, box: str) -> str:
    """The rows after the first ones, unfolded without a script; with it both are one table."""
    more = tr("Show the other {count} rows", count=count)
    table = f"{box}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    return f'<details class="sb-rest"><summary>{more}</summary>{table}</details>'


def kpi_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The KPI table: value, against the baseline, against market or peers, the day before, target, line."""
    show_target = any(number.known(row.get("target")) for row in rows)
    show_market = any(
        number.known(row.get("relative")) or number.known(row.get("market_change")) for row in rows
    )
    head = [tr("Measure"), tr("Value"), tr("Against baseline")]
    head += [tr("Against market or peers")] if show_market else []
    head += [tr("Day before")] + ([tr("Target")] if show_target else []) + [tr("28 days")]
    cells = "".join(
        f'<th role="columnheader" scope="col"{_align("text" if place == 0 else "count")}>{safe(name)}</th>'
        for place, name in enumerate(head)
    )
    body = "".join(_kpi_row(row, show_market=show_market, show_target=show_target) for row in rows)
    return (
        f'{_box(tr("Key figures"))}<table role="table" class="sb-kpis">'
        f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _kpi_row(row: Mapping[str, Any], *, show_market: bool, show_target: bool) -> str:
    metric = str(row["metric"])
    known = columns().get(metric)
    unit = known.unit if known else "count"
    name = str(row.get("label") or label(metric))
    cells = [
        f'<th role="rowheader" scope="row" class="sb-k-name">{safe(name, 20)}</th>',
        _cell("sb-k-value", "", number.figure(row.get("value"), unit)),
        _cell("sb-k-change", "", judged(number.change(row.get("change")), str(row.get("verdict") or ""))),
    ]
    if show_market:
        cells.append(_cell("sb-k-market", tr("Relative"), _market(row)))
    cells.append(_cell("sb-k-before", tr("Day before"), number.figure(row.get("prev_day"), unit)))
    if show_target:
        cells.append(
            _cell("sb-k-target", "", target_bar(row.get("value"), row.get("target"), name=name, unit=unit))
        )
    cells.append(_cell("sb-k-spark", "", sparkline(row.get("spark") or [], name=name, unit=unit)))
    return f'<tr role="row">{"".join(cells)}</tr>'


def _market(row: Mapping[str, Any]) -> str:
    relative, market = row.get("relative"), row.get("market_change")
    if not number.known(relative):
        return f'<span class="sb-quiet">{tr("no comparison")}</span>'
    word = short_verdict(str(row["verdict"])) if row.get("verdict") else ""
    aside = (
        f' <span class="sb-quiet sb-aside">{tr("market")} {number.change(market)}</span>'
        if number.known(market)
        else ""
    )
    return f"{judged(number.change(relative), str(row.get('verdict') or ''))} {word}{aside}"


def _cell(name: str, title: str, html: str) -> str:
    hint = f'<span class="sb-hint">{safe(title)} </span>' if title else ""
    return f'<td role="cell" class="sb-num {name}">{hint if html else ""}{html}</td>'


def _unit(name: str, series: pd.Series, given: Mapping[str, str]) -> str:
    if name in given:
        return given[name]
    if name in computed():
        return computed()[name].unit
    known = columns().get(name)
    if known and known.unit in _WORDS:
        return "text"
    if known:
        return known.unit
    return (
        "count"
        if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)
        else "text"
    )


def documented(frame: pd.DataFrame) -> Table | None:
    """The documentation of a page's table, which pandas hands on from step to step; None for any other."""
    family, _, name = str(frame.attrs.get("table", "")).partition(".")
    return table(family, name)


def computed_label(name: str) -> str:
    """The label of a column that is no table's own: a computed one's, or that of params/columns.yaml."""
    known = computed().get(name)
    return known.label if known else label(name)


def _measure(row: Mapping[Any, Any]) -> str:
    """The unit of a row whose measure is named in the row."""
    if isinstance(row.get("unit"), str) and row["unit"]:
        return str(row["unit"])
    known = columns().get(str(row.get("metric", "")))
    return known.unit if known else "ratio"


def _align(unit: str) -> str:
    return "" if unit in _WORDS else ' class="sb-num"'


def _row(row: Mapping[Any, Any], kinds: Mapping[str, str], names: Mapping[str, str]) -> str:
    cells = []
    for place, (name, unit) in enumerate(kinds.items()):
        html = _value(row[name], _measure(row) if unit == MEASURED else unit, names[name])
        tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
        cells.append(f"<{tag}{scope}{_align(unit)}>{html}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _value(value: Any, unit: str, name: str) -> str:
    kind, _, of = unit.partition(":")
    if kind == "spark":
        return sparkline(list(value) if value is not None else [], name=name, unit=of or "count")
    if unit in _WORDS:
        return _text(value)
    plain = None if value is None or pd.isna(value) else float(value)
    if kind == "change":
        return directed(number.change(plain))
    if kind == "share":
        return number.percent(plain) if plain is not None else number.figure(None, "fraction")
    if kind == "delta":
        return _delta(plain, of or "count")
    return number.cell(plain, unit)


def _delta(value: float | None, unit: str) -> str:
    text = number.points(value) if unit == "fraction" else number.cell(value, unit)
    if not value or value != value:
        return text
    name = "sb-up" if value > 0 else "sb-down"
    sign = "+" if value > 0 and unit != "fraction" else ""
    return f'<span class="{name}">{number.arrow(value)} {sign}{text}</span>'


def _text(value: Any) -> str:
    if value is None or (not isinstance(value, (list, tuple, dict, str)) and pd.isna(value)):
        return "–"
    if isinstance(value, pd.Timestamp):
        result: str = value.strftime("%Y-%m-%d")
        return result
    return directed(value, TEXT_LIMIT)


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{directed(text)}</p>' if text else ""


def _box(name: str) -> str:
    """The box a wide table scrolls in, reachable by keyboard."""
    return f'<div class="sb-scroll" role="group" tabindex="0" aria-label="{safe(name)}">'
