"""The days of a table that the history already says word for word, found in one step over all of them.

An export of half a year repeats every day but its last ones: compared one after the other, each day would be
read, keyed and joined to learn that nothing is new.
"""

import datetime as dt
from collections.abc import Container, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shopbook.errors import HistoryError
from shopbook.history import dayfile as files
from shopbook.history import months
from shopbook.history.dayfile import SOURCE
from shopbook.history.held import NewDay
from shopbook.history.merge import BETWEEN, is_said, texts_of
from shopbook.kinds import kinds
from shopbook.read.exports import UNDATED

# Fewer days are compared as fast one by one.
_FEWEST_DAYS = 4


def repeated_days(
    kind: str, parts: Sequence[NewDay], folder: Path, held: Container[Path]
) -> frozenset[dt.date | None]:
    """Days of `parts` of which every row stands in `folder` with the same figures; others are not decided.

    Day files in `held` are about to change and do not count; a damaged one leaves all days undecided.
    """
    if kind in UNDATED or not kinds()[kind].grain:
        return frozenset()
    paths = {each.day: folder / f"{each.day}.parquet" for each in parts if each.day}
    stored = [(day, path) for day, path in sorted(paths.items()) if path not in held and path.exists()]
    if len(stored) < _FEWEST_DAYS:
        return frozenset()
    try:
        old = files.together(months.read(stored, None))
    except (HistoryError, pa.ArrowException):  # damaged, or of types that do not go together
        return frozenset()
    new = pa.concat_tables(each.rows for each in parts)
    keys, old_keys = _keys(kind, new), _keys(kind, old)
    place = pc.index_in(keys, value_set=old_keys)
    was = old.take(place)
    same = place.is_valid().to_numpy(zero_copy_only=False)
    for table, its_keys in ((new, keys), (old, old_keys)):
        same &= ~np.isin(_days(new), _days(table)[_is_again(its_keys)])
    for name in new.column_names:
        if name not in (SOURCE, "date"):
            same &= _is_same(new.column(name), was.column(name) if name in was.column_names else None)
    days, of_row = np.unique(_days(new), return_inverse=True)
    return frozenset(days[np.bincount(of_row, ~same) == 0].tolist())


def _keys(kind: str, table: pa.Table) -> pa.Array:
    """What makes each row itself, its day included, as one text; a key that is not there is empty."""
    texts = [pa.array(_days(table).astype(str))]
    for name in [name for name in kinds()[kind].grain if name != "date"]:
        texts.append(pa.array(texts_of(table, name), pa.string()))
    return pc.binary_join_element_wise(*texts, BETWEEN)


def _is_again(keys: pa.Array) -> np.ndarray:
    """The rows whose key another row has too: their days are replaced whole, or by parts."""
    counted = keys.value_counts()
    several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    return np.asarray(pc.is_in(keys, value_set=several))


def _days(table: pa.Table) -> np.ndarray:
    days: np.ndarray = table.column("date").to_numpy().astype("datetime64[D]")
    return days


def _is_same(now: pa.ChunkedArray, was: pa.ChunkedArray | None) -> np.ndarray:
    """Value by value; a column that was never there is the same where nothing is said now."""
    if was is None:
        return np.asarray(pc.invert(is_said(now)))
    if now.type != was.type:
        return np.zeros(len(now), bool)
    if pa.types.is_floating(now.type):
        left, right = now.to_numpy(), was.to_numpy()
        return np.asarray((left == right) | (np.isnan(left) & np.isnan(right)))
    nothing = pc.and_(pc.is_null(now), pc.is_null(was))
    return np.asarray(pc.or_(nothing, pc.fill_null(pc.equal(now, was), False)))
