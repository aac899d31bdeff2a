"""The columns a kind of export has in the history, for a shop that has none of it yet."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from shopbook.columns import columns
from shopbook.kinds import Kind, kinds
from shopbook.read.headers import canonical

_DTYPES = {"date": "datetime64[ns]", "text": "str", "id text": "str", "category": "str"}
# What the shape of a kind adds to its headers: how wide a row is, whose it is, both ends of a range.
_CHANNEL = {
    "device": "str", "level": "float", "channel": "str", "channel_label": "str", "channel_detail": "str",
}  # fmt: skip
_RANGE = {"value_low": "float", "value_high": "float"}
_ADDED: dict[str, dict[str, str]] = {
    "flow_source": _CHANNEL,
    "item_flow_source": _CHANNEL,
    "service": {"report": "str", "row": "str"},
    "ad_report": {"level": "str", "ad_plan_id": "str", "ad_plan_name": "str", "item_name": "str"},
    "market": _RANGE,
    "rivals": _RANGE,
    "affiliate": {"data_scope": "str"},
    "dsr": dict.fromkeys(("dsr_description_peer", "dsr_service_peer", "dsr_logistics_peer"), "float"),
    "shop_daily": {"ad_spend": "float"},
}


@cache
def columns_of(kind: str) -> dict[str, str]:
    """The columns of a kind with their types, keys first."""
    known = kinds()[kind]
    keys = [part for layout in known.layouts for key in layout.keys for part in key.split("|")]
    rows = [layout.header for layout in known.layouts]
    rows += [known.template.header] if known.template else []
    found = [canonical(kind, header) for row in rows for header in row]
    names = [*known.grain, *keys, *(name for name, _ in filter(None, found) if name)]
    names += [*known.columns.usual, *known.columns.fields]
    made = {name: _dtype(known, name) for name in dict.fromkeys(names) if not name.startswith("(")}
    return made | _ADDED.get(kind, {})


def empty_frame(kind: str) -> pd.DataFrame:
    """No rows, with every column of the kind in its type: what is asked of it finds nothing, not an error."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns_of(kind).items()})


def completed(frame: pd.DataFrame, kind: str, wanted: Sequence[str] | None = None) -> pd.DataFrame:
    """`frame` with what pages ask of every row of the kind: not known where no export of the shop held it."""
    asked = kinds()[kind].columns.always
    lacking = [name for name in asked if name not in frame and (wanted is None or name in wanted)]
    return frame.assign(**{name: _unknown(name, columns_of(kind)[name], frame) for name in lacking})


def _unknown(name: str, dtype: str, frame: pd.DataFrame) -> pd.Series:
    """Cells that say nothing; an item nobody named goes by its id."""
    if name == "item_name" and "item_id" in frame:
        return frame["item_id"]
    return pd.Series("" if dtype == "str" else None, index=frame.index, dtype=dtype)


def _dtype(kind: Kind, name: str) -> str:
    field = kind.columns.fields.get(name)
    said = columns().get(name) or columns().get(name.rpartition("_")[0])  # visitors of one device
    unit = field.unit if field else said.unit if said else "text"
    return "str" if name == "month" else _DTYPES.get(unit, "float")
