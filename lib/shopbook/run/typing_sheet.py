"""The one sheet for what has to be typed each day: market, peers, rivals, a handful of figures.

A row a figure, as the shop has typed it before, yesterday's value beside the cell to fill; `history.typed`
takes it in as it is.
"""

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter

from shopbook.columns import columns
from shopbook.history import typed
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.kinds import kinds
from shopbook.params import shop_settings
from shopbook.text import tr

# A figure typed once a week is offered each day.
_BACK = dt.timedelta(days=35)
_ENTITY_TYPES = {"shop": "店铺", "item": "商品"}
_TYPES = {"value": "数值", "index": "指数", "range": "区间"}
_OWN = "本店"
# What a shop that never typed anything is offered.
_FIRST = {
    "market": ("visitors", "trade_index", "pay_conversion_index"),
    "peers": ("visitors", "pay_conversion_rate", "avg_order_value", "pay_amount"),
    "rivals": ("trade_index", "traffic_index", "rank"),
    "hand_filled": ("home_bounce_rate",),
}
_FORMATS = {"fraction": "0.00%", "persons": "#,##0", "count": "#,##0", "index": "#,##0", "rank": "0"}
_WIDTHS = (12, 12, 10, 18, 18, 8, 16, 16, 16)


@dataclass(frozen=True)
class Row:
    """One figure to type: what it is about, and what it was last."""

    kind: str
    metric: str
    entity: str = ""
    entity_type: str = ""
    value_type: str = ""
    last: float | str | None = None

    @property
    def name(self) -> str:
        """The metric as the templates call it."""
        return columns()[self.metric].zh if self.metric in columns() else self.metric

    @property
    def unit(self) -> str:
        return columns()[self.metric].unit if self.metric in columns() else ""


def rows(home: Home, shop: str, day: dt.date) -> list[Row]:
    """The figures the shop typed in the weeks before `day`; where there are none, what it should know."""
    store, found = Store(home.history), list[Row]()
    for kind in typed.KINDS:
        frame = store.read(shop, kind, day - _BACK, day - dt.timedelta(days=1))
        found += list(_typed_before(kind, frame)) if len(frame) else _offered(kind, home, shop)
    return found


def _typed_before(kind: str, frame: pd.DataFrame) -> Iterator[Row]:
    """One row a figure, the newest of each, in a steady order."""
    grain = [name for name in kinds()[kind].grain if name != "date" and name in frame]
    newest = frame.sort_values("date", kind="stable").drop_duplicates(grain, keep="last")
    for each in newest.sort_values(grain, kind="stable").to_dict("records"):
        entity = str(each.get("category" if kind == "market" else "entity", ""))
        value_type = str(each.get("value_type", ""))
        last = each["peer_avg" if kind == "peers" else "value"]
        if value_type == "range":
            last = f"{each['value_low']:.15g}~{each['value_high']:.15g}"
        yield Row(
            kind,
            str(each["metric"]),
            _OWN if entity == "self" else entity,
            _ENTITY_TYPES.get(str(each.get("entity_type", "")), ""),
            _TYPES.get(value_type, ""),
            last if last == last else None,
        )


def _offered(kind: str, home: Home, shop: str) -> list[Row]:
    entities = {
        "market": (shop_settings(home, shop).category,),
        "rivals": (_OWN, "竞店1", "竞店2", "竞店3"),
        "hand_filled": (_OWN,),
    }.get(kind, ("",))
    return [
        Row(
            kind,
            metric,
            entity,
            "店铺" if kind == "rivals" else "",
            ("指数" if columns()[metric].unit == "index" else "数值") if kind in ("market", "rivals") else "",
        )
        for entity in entities
        for metric in _FIRST[kind]
    ]


def sheet(home: Home, shop: str, day: dt.date) -> bytes:
    """The workbook for what is known on `day`."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": dt.datetime.combine(day, dt.time())})
    page = book.add_worksheet(tr("To type"))
    page.write_row(
        0,
        0,
        (
            typed.MARK,
            shop,
            str(day),
            tr("Fill in the open cells you know, save, drop this file into the inbox."),
        ),
    )
    heads = (
        tr("Sheet"), tr("Day"), tr("Kind of thing"), tr("Thing"), tr("Figure"), tr("Type"), tr("Last value"),
        tr("Value of the day"), tr("Best of the peers"),
    )  # fmt: skip
    page.write_row(1, 0, heads, book.add_format({"bold": True}))
    for at, row in enumerate(rows(home, shop, day), start=typed.FIRST_ROW):
        texts = (kinds()[row.kind].zh, str(day), row.entity_type, row.entity, row.name, row.value_type)
        page.write_row(at, 0, texts)
        _figure_cells(book, page, at, row)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.freeze_panes(typed.FIRST_ROW, 0)
    book.close()
    return content.getvalue()


def _figure_cells(book: Any, page: Any, at: int, row: Row) -> None:
    """The last value, and the cells to fill, which take a figure of the metric's unit and nothing else."""
    form = {"num_format": _FORMATS.get(row.unit, "#,##0.00")}
    grey = book.add_format({**form, "font_color": "#5B6470"})
    open_cell = book.add_format({**form, "bg_color": "#FFF6DD"})
    if row.last is None:
        page.write_blank(at, typed.LAST, None, grey)
    else:
        page.write(at, typed.LAST, row.last, grey)
    for place in (typed.VALUE, typed.TOP) if row.kind == "peers" else (typed.VALUE,):
        page.write_blank(at, place, None, open_cell)
        if row.value_type != "区间":
            page.data_validation(at, place, at, place, _allowed(row))


def _allowed(row: Row) -> dict[str, Any]:
    if row.unit == "fraction":
        limits: dict[str, Any] = {"criteria": "between", "minimum": 0, "maximum": 1}
    elif row.unit == "CNY":  # a profit may be below zero
        limits = {"criteria": "between", "minimum": -1e12, "maximum": 1e12}
    else:
        limits = {"criteria": ">=", "value": 0}
    return {
        "validate": "decimal",
        **limits,
        "error_title": row.name[:32],
        "error_message": tr("Only a figure can stand here; leave the cell empty if it is not known."),
    }
