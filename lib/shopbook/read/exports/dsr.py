"""店铺DSR: a block of scores against the industry and a block of days, in one sheet."""

import datetime as dt
import re

import numpy as np

from shopbook.read.cells import number, texts
from shopbook.read.dates import day
from shopbook.read.headers import normal
from shopbook.read.problems import Problem, blocking
from shopbook.read.sniff import Sheet
from shopbook.read.spec import Asked
from shopbook.read.values import ROW, Values

_SCORES = (("描述", "dsr_description"), ("服务", "dsr_service"), ("物流", "dsr_logistics"))


def _score_name(text: str) -> str:
    return next((name for word, name in _SCORES if word in text), "")


def _score(cell: object) -> float:
    """The score of a cell like 5.00 (0.00%)."""
    value = number(re.sub(r"\s*[(（].*", "", str(cell)))
    return np.nan if value is None else value


def whole(sheet: Sheet, asked: Asked, problems: list[Problem]) -> Values:
    """Both blocks as one row a day."""
    found: dict[dt.date, dict[str, float]] = {}
    block: dict[str, float] = {}
    header: list[str] = []
    rows: dict[dt.date, int] = {}
    top = 0
    for at, cells in enumerate(sheet.rows, 1):
        row = [normal(text) for text in texts(cells)]
        if ("指标" in row and "得分" in row) or ("日期" in row and any(_score_name(text) for text in row)):
            header, top = row, top or at
        elif "指标" in header and (name := _score_name(row[header.index("指标")])):
            block[name] = _score(cells[header.index("得分")])
            if "行业均值" in header:
                block[f"{name}_peer"] = _score(cells[header.index("行业均值")])
        elif "日期" in header and (when := day(cells[header.index("日期")])):
            scores = {
                _score_name(text): _score(cell)
                for text, cell in zip(header, cells, strict=False)
                if _score_name(text)
            }
            found.setdefault(when, {}).update(scores)
            rows[when] = at
    if block:
        stated = asked.day or next(iter(asked.name.days), None)
        if stated is None:
            problems.append(
                blocking(
                    "day_unknown",
                    "nothing says which day the file is about.\n  Found: no date column, none in the "
                    "file name\n  "
                    "What to do: put the day into the file name (2026-11-20) or give --date.",
                )
            )
        else:
            found.setdefault(stated, {}).update(block)
    days = sorted(found)
    names = dict.fromkeys(name for when in days for name in found[when])
    columns: Values = {name: np.array([found[when].get(name, np.nan) for when in days]) for name in names}
    dates = np.array(days, dtype="datetime64[D]").astype("datetime64[ns]")
    return {"date": dates, ROW: np.array([rows.get(when, top) for when in days], dtype=np.int64), **columns}
