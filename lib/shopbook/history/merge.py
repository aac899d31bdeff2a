"""What a new table does to a day: a row replaces the row of its key, a figure the figure of its column.

What the new table does not say stays: a narrower export of the same report takes nothing away, so parts of a
day give the same history in any order. Lists without a day, and kinds without a key, are replaced as a
whole, or by their part.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shopbook.history import dayfile as files
from shopbook.history.dayfile import SOURCE
from shopbook.kinds import kinds
from shopbook.read.exports import PARTS

BETWEEN = "\n"
SEPARATOR = " · "  # of the parts of a row's key, where it is told
_SHOWN = 3
# What a row is called, and the id that says it for good: a plan renamed is the same plan.
_LABELS = {"ad_scene_detail": "ad_plan_id", "ad_plan_name": "ad_plan_id", "ad_unit_name": "ad_unit_id"}
_TREE = "channel_label"  # in the key of kinds whose part is one tree of sources
_FEW = 4  # a row in so many of the shorter table, below which two trees are of other names

Key = tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A figure that a newer export replaced."""

    key: str
    column: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Merge:
    """A day after a table came in: its rows, how many the table left there, and those it replaced.

    `cells` are the first of `restated` figures that were another before; `columns` their names. `is_narrower`
    says that the table did not hold columns or rows which were kept.
    """

    table: pa.Table
    touched: int
    before: pa.Table | None = None
    restated: int = 0
    columns: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    is_narrower: bool = False


def keys_of(kind: str, table: pa.Table, labels: Collection[str] = ()) -> list[Key]:
    """What makes each row itself on its day; `labels` only where the id beside them is empty."""
    columns = []
    for name in [name for name in kinds()[kind].grain if name != "date"]:
        found = texts_of(table, name)
        if name in labels:
            ids = texts_of(table, _LABELS[name])
            found = ["" if known else text for text, known in zip(found, ids, strict=True)]
        columns.append(found)
    return list(zip(*columns, strict=True)) or [()] * table.num_rows


def parts_of(kind: str, table: pa.Table) -> list[Key]:
    """The part of the day each row belongs to; one part for a kind that has none."""
    names = PARTS.get(kind, ())
    return list(zip(*(texts_of(table, name) for name in names), strict=True)) or [()] * table.num_rows


def merged(kind: str, old: pa.Table, new: pa.Table) -> Merge | None:
    """The day after `new`; None when it says nothing new."""
    is_list = kinds()[kind].dated == "never"  # a sheet that says all there is; months are told one by one
    if kinds()[kind].grain and not is_list and _is_other_layout(kind, old, new):
        return _replaced(kind, old, new)
    keys = _keys(kind, old, new)
    if is_list or not kinds()[kind].grain or any(len(set(each)) < len(each) for each in keys):
        return _replaced(kind, old, new)
    return _joined(kind, old, new, keys)


def _keys(kind: str, old: pa.Table, new: pa.Table) -> tuple[list[Key], list[Key]]:
    """The keys of both tables: by ids alone where these are enough, for a name can change."""
    by_id = keys_of(kind, old, _LABELS), keys_of(kind, new, _LABELS)
    if all(len(set(each)) == len(each) for each in by_id):
        return by_id
    return keys_of(kind, old), keys_of(kind, new)


def _is_other_layout(kind: str, old: pa.Table, new: pa.Table) -> bool:
    """Whether a tree of sources came in other names: on no level they share, most of it stood there before.

    Joined, the same visitors would stand there twice. Files of one level each have none in common.
    """
    if _TREE not in kinds()[kind].grain:
        return False
    parts = set(parts_of(kind, new))
    levels = set(texts_of(old, "level")) & set(texts_of(new, "level"))
    had, came = (
        {
            key
            for key, part, level in zip(
                keys_of(kind, table), parts_of(kind, table), texts_of(table, "level"), strict=True
            )
            if part in parts and level in levels
        }
        for table in (old, new)
    )
    return min(len(had), len(came)) > 1 and len(had & came) * _FEW < min(len(had), len(came))


def _replaced(kind: str, old: pa.Table, new: pa.Table) -> Merge | None:
    """The parts of `new` instead of the old ones."""
    parts = set(parts_of(kind, new))
    is_gone = [part in parts for part in parts_of(kind, old)]
    gone = old.filter(pa.array(is_gone, pa.bool_()))
    if files.content_of(gone) == files.content_of(new):
        return None
    rest = old.filter(pa.array([not each for each in is_gone], pa.bool_()))
    both = files.together([rest, new]) if rest.num_rows else new
    table = files.in_order(both, keys_of(kind, both))
    names = sorted({*gone.column_names, *new.column_names} - {SOURCE}) if gone.num_rows else ()
    changed = [name for name in names if _plain(gone, name) != _plain(new, name)]
    return Merge(table, new.num_rows, gone if gone.num_rows else None, len(changed), tuple(changed))


def _joined(kind: str, old: pa.Table, new: pa.Table, keys: tuple[list[Key], list[Key]]) -> Merge | None:
    """The rows of `new` over the old rows of their keys, figure by figure."""
    place = {key: at for at, key in enumerate(keys[0])}
    match = [place.get(key) for key in keys[1]]
    was = old.take(pa.array(match, pa.int64()))
    if None not in match and all(_is_same(new, was, name) for name in new.column_names if name != SOURCE):
        return None  # most days of a report over months: told before, and compared in one step a column
    is_new = pa.array([at is None for at in match], pa.bool_())
    nothing = pa.array([False] * new.num_rows, pa.bool_())
    differs, is_kept = is_new, nothing
    made: dict[str, pa.ChunkedArray | pa.Array] = {}
    restated: dict[str, pa.Array] = {}
    for name in [name for name in dict.fromkeys([*old.column_names, *new.column_names]) if name != SOURCE]:
        now, before = _pair(new, was, name)
        said, was_said = is_said(now), is_said(before)
        is_other = pc.fill_null(pc.not_equal(now, before), True)
        made[name] = pc.if_else(said, now, before)
        differs = pc.or_(differs, pc.and_(said, is_other))
        is_kept = pc.or_(is_kept, pc.and_not(was_said, said))
        changed = pc.and_(pc.and_(said, was_said), is_other)
        if pc.any(changed).as_py():
            restated[name] = changed
    if not pc.any(differs).as_py():
        return None
    rows = pa.table({**made, SOURCE: _source(new, was, is_kept)}).filter(differs)
    replaced = [at for at, other in zip(match, differs.to_pylist(), strict=True) if other and at is not None]
    gone = set(replaced)
    rest = old.take(pa.array([at for at in range(old.num_rows) if at not in gone], pa.int64()))
    both = files.together([rest, rows]) if rest.num_rows else rows
    cells = [_cell(keys[1], made, was, name, where) for name, where in restated.items()]
    return Merge(
        files.in_order(both, keys_of(kind, both)),
        rows.num_rows,
        old.take(pa.array(replaced, pa.int64())) if replaced else None,
        sum(pc.sum(where).as_py() for where in restated.values()),
        tuple(sorted(restated)),
        tuple(cells[:_SHOWN]),
        _is_narrower(kind, old, new, len(replaced)),
    )


def _is_narrower(kind: str, old: pa.Table, new: pa.Table, replaced: int) -> bool:
    """Whether rows of the same part, or columns with values, were there that the new table lacks."""
    if not replaced:
        return False
    parts = set(parts_of(kind, new))
    here = sum(part in parts for part in parts_of(kind, old))
    lacking = set(old.column_names) - set(new.column_names) - {SOURCE}
    return here > new.num_rows or bool(lacking)


def _pair(new: pa.Table, was: pa.Table, name: str) -> tuple[Any, Any]:
    """A column before and after in one type; one that a side lacks, or holds as another thing, is unknown."""
    kind = (new if name in new.column_names else was).schema.field(name).type
    found = []
    for table in (new, was):
        column = table.column(name).combine_chunks() if name in table.column_names else None
        try:
            found.append(column.cast(kind) if column is not None else pa.nulls(table.num_rows, kind))
        except pa.ArrowInvalid:
            found.append(pa.nulls(table.num_rows, kind))
    return found[0], found[1]


def _is_same(new: pa.Table, was: pa.Table, name: str) -> bool:
    """Whether a column says what stands there; NaN is equal to itself."""
    now = new.column(name)
    if name not in was.column_names:
        return not pc.any(is_said(now)).as_py()
    before = was.column(name)
    if now.type != before.type or now.equals(before):
        return bool(now.type == before.type)
    return pa.types.is_floating(now.type) and np.array_equal(
        now.to_numpy(), before.to_numpy(), equal_nan=True
    )


def is_said(column: Any) -> Any:
    """Where a column says something: neither missing nor NaN nor an empty text."""
    known = pc.invert(pc.is_null(column, nan_is_null=True))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.and_(known, pc.fill_null(pc.not_equal(column, ""), False))
    return known


def _source(new: pa.Table, was: pa.Table, is_kept: Any) -> Any:
    now, before = (
        pc.fill_null(table.column(SOURCE).combine_chunks(), "")
        if SOURCE in table.column_names
        else pa.array([""] * table.num_rows)
        for table in (new, was)
    )
    return pc.if_else(is_kept, pc.binary_join_element_wise(now, before, BETWEEN), now)


def _cell(keys: Sequence[Key], made: dict[str, Any], was: pa.Table, name: str, where: Any) -> Cell:
    at = where.index(True).as_py()
    key = SEPARATOR.join(text for text in keys[at] if text)
    return Cell(key, name, was.column(name)[at].as_py(), made[name][at].as_py())


def texts_of(table: pa.Table, name: str) -> list[str]:
    """A column of keys as texts; one that is not there, or says nothing, is empty."""
    if name not in table.column_names:
        return [""] * table.num_rows
    return ["" if value is None else str(value) for value in table.column(name).to_pylist()]


def _plain(table: pa.Table, name: str) -> list[Any]:
    """A column as comparable values: NaN, missing and an absent column are the same."""
    if name not in table.column_names:
        return [None] * table.num_rows
    return [
        None if value in ("", None) or value != value else value for value in table.column(name).to_pylist()
    ]
