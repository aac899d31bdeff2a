"""库存: the template, a row an item; or an ERP's stock, a row a SKU under the merchant's code of its item."""

from collections import defaultdict

import numpy as np

from shopbook.read.problems import Problem, blocking, warn
from shopbook.read.spec import Draft
from shopbook.read.values import ROW, Values, height, listed

_SHOWN = 6


def shape(draft: Draft) -> Values:
    """Items as they are; the SKUs of an ERP summed by the item their code belongs to."""
    return _by_item(draft) if draft.layout.report == "erp" else draft.values


def _by_item(draft: Draft) -> Values:
    """Units and unit cost of each item; what can be sold is on hand less what orders hold."""
    values, codes = draft.values, draft.asked.shop.codes
    named = [str(code) for code in listed(values["item_code"])]
    unknown = sorted({code for code in named if code not in codes})
    if len(unknown) == len(set(named)):
        draft.problems.append(_no_codes(unknown))
    elif unknown:
        draft.problems.append(
            warn(
                "codes_unknown",
                "{count} merchant codes that belong to no item of this shop left out: {codes}.",
                count=len(unknown),
                codes=unknown[:_SHOWN],
            )
        )
    units, cost = _units(values), np.asarray(values.get("unit_cost", np.full(len(named), np.nan)), float)
    rows: dict[str, list[int]] = defaultdict(list)
    for at, code in enumerate(named):
        if code in codes:
            rows[codes[code]].append(at)
    chosen = list(rows.values())
    made: Values = {
        ROW: np.array([listed(values[ROW])[each[0]] for each in chosen], dtype=np.int64),
        "item_id": list(rows),
        "item_code": [named[each[0]] for each in chosen],
        "stock_units": np.array([units[each].sum() for each in chosen], dtype=float),
        "unit_cost": np.array([_mean(cost[each], units[each]) for each in chosen], dtype=float),
    }
    if "date" in values:
        made["date"] = np.asarray(values["date"])[[each[0] for each in chosen]]
    return made


def _units(values: Values) -> np.ndarray:
    if "stock_units" in values:
        stated: np.ndarray = np.asarray(values["stock_units"], float)
        return stated
    reserved = np.asarray(values.get("stock_reserved", np.zeros(height(values))), float)
    left: np.ndarray = np.asarray(values["stock_on_hand"], float) - np.nan_to_num(reserved)
    return np.where(left < 0, 0.0, left)


def _mean(cost: np.ndarray, units: np.ndarray) -> float:
    """The cost of a piece on stock; of an item without any, the mean of its SKUs."""
    known = ~np.isnan(cost)
    if not known.any():
        return np.nan
    weights = np.nan_to_num(units[known])
    return float(np.average(cost[known], weights=weights if weights.sum() > 0 else None))


def _no_codes(unknown: list[str]) -> Problem:
    return blocking(
        "codes_unknown",
        "stock under merchant codes (商家编码), and none of them is known to belong to an item.\n  Found: "
        "{codes}\n  What to do: import the item report with 货号, or fill shopbook template item_codes "
        "(商品ID, 商家编码), and import this file again.",
        codes=unknown[:_SHOWN],
    )
