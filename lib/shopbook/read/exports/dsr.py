"""店铺DSR: a block of scores against the industry and a block of days, in one sheet."""

import datetime as dt
import re
from dataclasses import dataclass, field

import numpy as np

from shopbook.read.cells import MISSING, plain, texts
from shopbook.read.dated import day_said
from shopbook.read.dates import day
from shopbook.read.headers import canonical, normal
from shopbook.read.names import banner_days
from shopbook.read.odd_cells import bad_days
from shopbook.read.problems import Problem
from shopbook.read.repairs import Repairs
from shopbook.read.sniff import Sheet
from shopbook.read.spec import Asked
from shopbook.read.totals import is_total
from shopbook.read.values import ROW, Values

_SCORES = (  # 物流服务 is logistics
    ("描述", "dsr_description"),
    ("物流", "dsr_logistics"),
    ("发货", "dsr_logistics"),
    ("服务", "dsr_service"),
)
# A score, and behind it nothing or a change: 4.86, 4.86分, 5.00 (0.00%), 4.86↑0.01%
_SCORE = re.compile(r"([0-5](?:\.\d+)?)\s*分?\s*(?:[(（↑↓▲▼].*)?")
_HIGHEST = 5.0


def _score_name(text: str) -> str:
    if "体验" in text:  # the score of experience, another one
        return ""
    return next((name for word, name in _SCORES if word in text), "")


@dataclass
class _Blocks:
    """What was read so far: scores by day, those of the block without a day, where they stand."""

    days: dict[dt.date, dict[str, float]] = field(default_factory=dict)
    rows: dict[dt.date, int] = field(default_factory=dict)
    block: dict[str, float] = field(default_factory=dict)
    top: int = 0
    repairs: Repairs = field(default_factory=Repairs)
    problems: list[Problem] = field(default_factory=list)

    def score(self, header: str, row: int, cell: object) -> float:
        """The score of a cell; one that is none is told."""
        text = plain(cell)
        if text in MISSING:
            return np.nan
        match = _SCORE.fullmatch(text)
        if match is None or float(match[1]) > _HIGHEST:
            self.repairs.add(header, row, text, grave=True)
            return np.nan
        return float(match[1])

    def of_block(self, header: list[str], cells: list[object], name: str, row: int) -> None:
        """A line of the block: the score of one subject, and the industry's."""
        subject = plain(cells[header.index("指标")])
        self.block[name] = self.score(subject, row, cells[header.index("得分")])
        if "行业均值" in header:
            peer = cells[header.index("行业均值")]
            self.block[f"{name}_peer"] = self.score("行业均值", row, peer)

    def of_day(self, header: list[str], cells: list[object], at: int, row: int) -> None:
        """A line of the days; a row with scores and no day is refused."""
        named = [(_score_name(text), text, cell) for text, cell in zip(header, cells, strict=False)]
        when, said = day(cells[at]), [each for each in named if each[0] and plain(each[2]) not in MISSING]
        if when:
            scores = {name: self.score(text, row, cell) for name, text, cell in named if name}
            self.days.setdefault(when, {}).update(scores)
            self.rows[when] = row
        elif any(_SCORE.fullmatch(plain(cell)) for *_, cell in said) and not is_total(plain(cells[at])):
            self.problems += bad_days([cells[at]], [0], header[at], [row])


def whole(sheet: Sheet, asked: Asked, problems: list[Problem]) -> Values:
    """Both blocks as one row a day."""
    found, header, above = _Blocks(problems=problems), [""], list[str]()
    for row, raw in enumerate(sheet.rows, 1):
        cells: list[object] = list(raw)
        names = [normal(text) for text in texts(cells)]
        dated = _day_column(header)
        if ("指标" in names and "得分" in names) or (
            _day_column(names) >= 0 and any(_score_name(text) for text in names)
        ):
            header, found.top = names, found.top or row
        elif "指标" in header and (name := _score_name(names[header.index("指标")])):
            found.of_block(header, cells, name, row)
        elif dated >= 0:
            found.of_day(header, cells, dated, row)
        elif not found.top:
            above.append(" ".join(texts(cells)))
    if found.block and (when := _stated(asked, above, problems)) is not None:
        found.days.setdefault(when, {}).update(found.block)
    problems += found.repairs.told()
    return _as_columns(found)


def _day_column(header: list[str]) -> int:
    """Where the day stands in a header, -1 where it does not."""
    named = (at for at, text in enumerate(header) if text and (canonical("dsr", text) or "-")[0] == "date")
    return next(named, -1)


def _stated(asked: Asked, above: list[str], problems: list[Problem]) -> dt.date | None:
    """The one day of the block, as the caller, a line above or the file name says it."""
    return asked.day or day_said(tuple(banner_days(above) or asked.name.days), problems)


def _as_columns(found: _Blocks) -> Values:
    days = sorted(found.days)
    names = dict.fromkeys(name for when in days for name in found.days[when])
    columns: Values = {
        name: np.array([found.days[when].get(name, np.nan) for when in days]) for name in names
    }
    dates = np.array(days, dtype="datetime64[D]").astype("datetime64[ns]")
    rows = np.array([found.rows.get(when, found.top) for when in days], dtype=np.int64)
    return {"date": dates, ROW: rows, **columns}
