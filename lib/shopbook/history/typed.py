"""The one sheet for what has to be typed: its rows into the templates they belong to, before these are read.

`run.typing_sheet` writes it. Whoever fills it in drops it into the inbox; a row without a figure is ignored.
"""

import csv
import datetime as dt
import io
import os
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from shopbook.columns import columns
from shopbook.history.waiting import Odd
from shopbook.home import Home
from shopbook.kinds import kinds
from shopbook.read.headers import metric_names, normal
from shopbook.read.names import shown
from shopbook.read.problems import Problem, blocking

MARK = "shopbook typing"
KINDS = ("market", "peers", "rivals", "hand_filled")
# The first letters of the file's name, in each language; only a file named so is opened to look for MARK.
NAMES = ("手填", "to-type")
# Above the first row to fill: the mark with shop and day, then the heads. What stands in which column:
FIRST_ROW = 2
KIND, DATE, ENTITY_TYPE, ENTITY, METRIC, TYPE, LAST, VALUE, TOP = range(9)
_LARGEST = 5_000_000
# The columns of the templates, by the place of the sheet they are filled from.
_OF = {
    "日期": DATE, "类目": ENTITY, "对象类型": ENTITY_TYPE, "对象": ENTITY, "指标": METRIC, "类型": TYPE,
    "数值": VALUE, "同行同层平均": VALUE, "同行同层优秀": TOP,
}  # fmt: skip


def is_typed(path: Path) -> bool:
    """Whether a file is the sheet, filled in or not."""
    return path.suffix.lower() == ".xlsx" and path.name.lower().startswith(NAMES) and bool(_rows(path))


def unfold(path: Path, folder: Path) -> list[Path]:
    """Write a template file for every kind the sheet has filled rows of; unfolding again gives the same."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [[*row, *[""] * (TOP + 1)] for row in _rows(path)[FIRST_ROW:]]
    made = []
    for kind in KINDS:
        mine = [
            row for row in rows if row[KIND] == kinds()[kind].zh and (_text(row[VALUE]) or _text(row[TOP]))
        ]
        if mine:
            made.append(folder / f"{path.stem}-{kinds()[kind].zh}.csv")
            _write(made[-1], kind, mine, path.stat().st_mtime_ns)
    return made


def unfold_waiting(home: Home, found: Mapping[str, list[Path]], stamp: str) -> list[Odd]:
    """Put template files in the place of every sheet among the files of each shop.

    A sheet of the inbox is kept in data/raw/; one without a single figure is named and stays.
    """
    odd = []
    for shop, paths in found.items():
        for path in [path for path in paths if is_typed(path)]:
            paths.remove(path)
            made = unfold(path, home.inbox / shop)
            if not made:
                odd.append(Odd(shop, shown(path.name), nothing_filled_in()))
                continue
            paths += [file for file in made if file not in paths]
            _keep(home.raw / shop, path, stamp, move=path.parent == home.inbox / shop)
    return odd


def nothing_filled_in() -> Problem:
    """The answer to a sheet that comes back as it was."""
    return blocking(
        "untouched_template",
        "this is the sheet for typing, and nothing was filled in.\n  Found: no figure in the open cells\n  "
        "What to do: fill in the rows you know, leave the others empty, save, and drop the file here again.",
    )


def _keep(folder: Path, path: Path, stamp: str, *, move: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{''.join(char for char in stamp if char.isalnum())}-{path.name}"
    if move:
        os.replace(path, kept)
    else:
        shutil.copyfile(path, kept)


def _write(path: Path, kind: str, rows: Sequence[Sequence[Any]], changed: int) -> None:
    """A template file, whole or not at all, as old as its sheet: the newest download wins."""
    blank = kinds()[kind].template
    assert blank is not None
    header = blank.header
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_figure(row, _OF[name]) for name in header])
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text.getvalue(), encoding="utf-8-sig")
    os.utime(temporary, ns=(changed, changed))
    os.replace(temporary, path)


def _figure(row: Sequence[Any], place: int) -> str:
    """A cell as the template has it: a share, typed into a percent cell, with its percent sign."""
    cell = row[place]
    if place in (VALUE, TOP) and isinstance(cell, (int, float)) and not isinstance(cell, bool):
        name = metric_names().get(normal(_text(row[METRIC])), "")
        is_share = name in columns() and columns()[name].unit == "fraction"
        return f"{cell * 100:.10g}%" if is_share else f"{cell:.15g}"
    return _text(cell)


def _text(cell: Any) -> str:
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat()[:10]
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell).strip()


def _rows(path: Path) -> list[list[Any]]:
    """The cells of the sheet; [] when it is none of ours."""
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST:
                return []
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError, zipfile.BadZipFile):
        return []
    return rows if len(rows) >= FIRST_ROW and rows[0][:1] == [MARK] else []
