"""A table on its way as plain columns: figures and days as arrays, texts as lists.

Most exports have some dozen rows; a pandas frame costs such a file more time than reading it does.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

Column = np.ndarray | list[Any]
Values = dict[str, Column]

ROW = "_row"  # the sheet row each row was read from; leaves the table before it is stored
SHEET = "_sheet"


def height(values: Mapping[str, Any]) -> int:
    """How many rows a table has."""
    return len(next(iter(values.values()))) if len(values) else 0


def listed(column: Column) -> list[Any]:
    """A column as plain Python values; days are nanoseconds."""
    return column if isinstance(column, list) else column.tolist()


def kept(values: Values, rows: np.ndarray | Sequence[bool]) -> Values:
    """The rows for which `rows` says so."""
    mask = np.asarray(rows, dtype=bool)
    return {
        name: list(compress(column, mask)) if isinstance(column, list) else column[mask]
        for name, column in values.items()
    }


def taken(values: Values, order: Sequence[int]) -> Values:
    """The rows at these places, in this order."""
    return {
        name: [column[at] for at in order] if isinstance(column, list) else column[order]
        for name, column in values.items()
    }


def without(values: Values, names: Iterable[str]) -> Values:
    """All columns but those named."""
    gone = set(names)
    return {name: column for name, column in values.items() if name not in gone}


def below(parts: Sequence[Values]) -> Values:
    """Tables one below the other; what one of them lacks is missing there."""
    if len(parts) == 1:
        return parts[0]
    made: Values = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        example = next(part[name] for part in parts if name in part)
        pieces = [part[name] if name in part else _missing(example, height(part)) for part in parts]
        if isinstance(example, list):
            made[name] = [cell for piece in pieces for cell in piece]
        else:
            made[name] = np.concatenate([np.asarray(piece) for piece in pieces])
    return made


def _missing(example: Column, rows: int) -> Column:
    if isinstance(example, list):
        return [""] * rows
    is_day = example.dtype.kind == "M"
    return np.full(rows, np.datetime64("NaT") if is_day else np.nan, example.dtype if is_day else float)


def as_frame(values: Mapping[str, Any]) -> pd.DataFrame:
    """A table as a frame whose texts are texts."""
    return pd.DataFrame({name: _series(column) for name, column in values.items()})


def _series(column: Any) -> Any:
    if isinstance(column, list) and all(type(value) is str for value in column):
        return pd.array(column, dtype="str")
    return column
