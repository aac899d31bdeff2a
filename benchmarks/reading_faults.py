"""Kinds of fault that real folders hold, drawn at random: what is read must be true, whatever is refused.

Each function makes one file with one fault. `Case.must` says what is right: "read" (every row with its
figures), "refuse", or "either": refused, or no row that is not in the truth, an odd cell at most empty.
"""

import datetime as dt
import io
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from benchmarks.fault_words import CELLS, DAY, DAYS, IDS, OTHERS, PARTS, PERIODS, TODAY, WORDS, Rng

from shopbook.history.whole import cut
from shopbook.read import FileRefused, read_export

Rows = list[list[object]]
ITEM = ["统计日期", "商品ID", "商品名称", "商品访客数", "商品浏览量", "支付买家数", "支付件数", "支付金额"]
SHOP = ["统计日期", "访客数", "浏览量", "加购人数", "支付买家数", "支付金额"]
FIGURES = {"商品访客数": "item_visitors", "商品浏览量": "item_pageviews", "支付买家数": "pay_buyers",
           "支付件数": "pay_units", "支付金额": "pay_amount", "访客数": "visitors", "浏览量": "pageviews",
           "加购人数": "cart_buyers"}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file, its bytes, and what is right of it; `rows` are the true ones under their header."""

    name: str
    data: bytes
    rows: Rows
    must: str


def items(rng: Rng, count: int = 4) -> Rows:
    """An item report without any fault."""
    made: Rows = [list(ITEM)]
    for at in range(count):
        seen = int(rng.integers(50, 9000))
        paid = int(rng.integers(1, 40))
        figures = [str(seen), str(seen * 2 + at), str(paid), str(paid + at), f"{rng.uniform(100, 9999):.2f}"]
        made.append([str(DAY), str(700_000_000_101 + at), f"保温杯{at}", *figures])
    return made


def shop(rng: Rng, count: int = 4) -> Rows:
    """A shop's days without any fault."""
    made: Rows = [list(SHOP)]
    for back in range(count - 1, -1, -1):
        seen = int(rng.integers(900, 9000))
        row = [seen, seen * 3, seen // 12, seen // 60, f"{rng.uniform(1000, 90000):.2f}"]
        made.append([str(DAY - dt.timedelta(days=back)), *map(str, row)])
    return made


def text(rows: Rows, *, sep: str = ",", encoding: str = "utf-8-sig", end: str = "\r\n") -> bytes:
    """Rows as separated values."""
    made = io.StringIO()
    pd.DataFrame(rows).to_csv(made, sep=sep, header=False, index=False, lineterminator=end)
    return made.getvalue().encode(encoding)


def book(sheets: dict[str, Rows], hidden: tuple[str, ...] = ()) -> bytes:
    """Sheets as an xlsx of text cells."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    page.write_string(at, column, str(cell))
            if name in hidden:
                page.hide()
    return made.getvalue()


def _one(rng: Rng, *choices: object) -> str:
    return str(choices[int(rng.integers(len(choices)))])


def total_row(rng: Rng) -> Case:
    """A row about all others, under any word, in any key column, at either end."""
    rows, word = items(rng), _one(rng, *WORDS)
    sums = [sum(float(str(row[at])) for row in rows[1:]) for at in range(3, 8)]
    total: list[object] = [str(DAY), "", "", *(f"{value:.2f}" for value in sums)]
    total[int(rng.integers(1, 3))] = word
    at = 1 if rng.random() < 0.3 else len(rows)
    return Case("商品_全部.csv", text([*rows[:at], total, *rows[at:]]), rows, "read")


def total_of_days(rng: Rng) -> Case:
    """The same in a shop's days, where the word stands in the place of the day."""
    rows = shop(rng)
    sums = [f"{sum(float(str(row[at])) for row in rows[1:]):.2f}" for at in range(1, 6)]
    return Case("店铺取数.csv", text([*rows, [_one(rng, *WORDS), *sums]]), rows, "read")


def part_of_shop(rng: Rng) -> Case:
    """A column that makes each row a part of the shop."""
    column, _, value = _one(rng, *PARTS).partition("=")
    rows = shop(rng, 1)
    data = text([[*row[:1], column if at == 0 else value, *row[1:]] for at, row in enumerate(rows)])
    return Case(_one(rng, "店铺取数.csv", "导出.csv", "全店数据.csv"), data, rows, "refuse")


def other_report(rng: Rng) -> Case:
    """A table of another platform or subject that has a day and a figure of ours."""
    header = OTHERS[int(rng.integers(len(OTHERS)))].split(",")
    row = [str(DAY) if at == 0 else str(int(rng.integers(1, 9999))) for at in range(len(header))]
    return Case(
        _one(rng, "导出.csv", "店铺日报.csv", f"{DAY}.csv"), text([header, row]), [header, row], "refuse"
    )


def odd_cell(rng: Rng) -> Case:
    """One cell of a figure that is no plain number."""
    rows = items(rng, 6)
    odd = [list(row) for row in rows]
    odd[int(rng.integers(1, 7))][int(rng.integers(3, 8))] = _one(rng, *CELLS)
    return Case("商品_全部.csv", text(odd), rows, "either")


def written_day(rng: Rng) -> Case:
    """Days written in another way, one way for the whole column."""
    rows = shop(rng)
    form = DAYS[int(rng.integers(len(DAYS)))]
    odd = [
        [form(dt.date.fromisoformat(str(row[0]))) if at else row[0], *row[1:]] for at, row in enumerate(rows)
    ]
    return Case("店铺取数.csv", text(odd), rows, "either")


def period(rng: Rng) -> Case:
    """More than a day, said by the cells, the banner or the file name."""
    rows = items(rng)
    said, place = _one(rng, *PERIODS), int(rng.integers(3))
    if place == 0:
        data = text([rows[0], *([said, *row[1:]] for row in rows[1:])])
        return Case(f"商品_全部_{DAY}.csv", data, rows, "refuse")
    bare: Rows = [row[1:] for row in rows]
    banner: Rows = [[f"统计周期：{said}", *[""] * 6]] if place == 1 else []
    name = f"商品_全部_{DAY}.csv" if place == 1 else f"商品_全部_{said}.csv".replace("/", "-")
    return Case(name, text([*banner, *bare]), rows, "refuse")


def written_id(rng: Rng) -> Case:
    """Ids as spreadsheets, links and people leave them."""
    rows = items(rng)
    form = IDS[int(rng.integers(len(IDS)))]
    odd = [[row[0], form(str(row[1])) if at else row[1], *row[2:]] for at, row in enumerate(rows)]
    return Case("商品_全部.csv", text(odd), rows, "either")


def notes(rng: Rng) -> Case:
    """Lines that are no rows, above and below the table; blank columns and rows."""
    rows = shop(rng)
    above: Rows = [[_one(rng, "店铺经营数据", "单位：元", "下载时间：2026-11-25 09:00", "")] + [""] * 5]
    below: Rows = [
        [_one(rng, "数据来源：生意参谋", "注：未含退款", "下载时间：2026-11-25 09:00:12"), *[""] * 5]
    ]
    made = [*above * int(rng.integers(3)), *rows, [""] * 6, *below]
    if rng.random() < 0.3:
        made = [["", *row] for row in made]
    return Case("店铺取数.csv", text(made), rows, "read")


def container(rng: Rng) -> Case:
    """Separators, encodings and line ends."""
    rows = items(rng)
    sep, end = _one(rng, ",", "\t", ";", "|"), _one(rng, "\r\n", "\n", "\r")
    encoding = _one(rng, "utf-8", "utf-8-sig", "gb18030", "utf-16")
    return Case(
        _one(rng, "商品_全部.csv", "商品_全部.xls"),
        text(rows, sep=sep, end=end, encoding=encoding),
        rows,
        "read",
    )


def sheets(rng: Rng) -> Case:
    """A workbook with a sheet that is no data, hidden, or a sum of the others."""
    rows = shop(rng)
    other: Rows = [list(SHOP), ["2026-11-01", "1", "1", "1", "1", "1.00"]]
    kind = int(rng.integers(4))
    beside: Rows = [
        other,
        [["指标", "口径"], ["访客数", "去重"]],
        [list(SHOP), ["自然日", "去重", "次", "人", "人", "实付"]],
        [["行标签", "求和项:访客数"], ["总计", "1"]],
    ][kind]
    pages = {"说明": beside, "数据": rows} if rng.random() < 0.5 and kind else {"数据": rows, "说明": beside}
    return Case("店铺取数.xlsx", book(pages, ("说明",) if kind == 0 else ()), rows, "read")


def half_file(rng: Rng) -> Case:
    """A file that breaks off anywhere behind its second row: one row alone cannot show how a row ends."""
    rows = items(rng, 9)
    if rng.random() < 0.3:
        data = book({"1": rows})
        return Case("商品_全部.csv", data[: int(rng.integers(1, len(data)))], rows, "either")
    encoding = _one(rng, "utf-8-sig", "gb18030")
    data, first = text(rows, encoding=encoding), len(text(rows[:3], encoding=encoding))
    return Case("商品_全部.csv", data[: int(rng.integers(first, len(data)))], rows, "either")


def scaled(rng: Rng) -> Case:
    """Figures that are no single units, or two columns of one name."""
    rows = shop(rng)
    if rng.random() < 0.5:
        said: Rows = [[_one(rng, "单位：万元", "单位: 千元", "（单位：万）"), *[""] * 5]]
        return Case("店铺取数.csv", text([*said, *rows]), rows, "refuse")
    odd = [[*row, "访客数" if at == 0 else str(at)] for at, row in enumerate(rows)]
    return Case("店铺取数.csv", text(odd), rows, "refuse")


FAULTS: tuple[Callable[[Rng], Case], ...] = (
    total_row, total_of_days, part_of_shop, other_report, odd_cell, written_day, period, written_id, notes,
    container, sheets, half_file, scaled,
)  # fmt: skip


def outcome(case: Case, folder: Path) -> str:
    """read, refused, or what is wrong."""
    path = folder / case.name
    path.write_bytes(case.data)
    try:
        if cut(path) is not None:
            return "refused"
        found = read_export(path, today=TODAY)
    except FileRefused:
        return "refused" if case.must != "read" else "refused wrongly"
    if case.must == "refuse":
        return f"wrong: taken as {found.kind}"
    return _compared(case, found.frame)


def _compared(case: Case, frame: pd.DataFrame) -> str:
    """Whether every row of `frame` is true: its key among the true ones, its figures theirs or not known."""
    header, *rows = case.rows
    at = header.index("商品ID") if "商品ID" in header else 0
    true = {str(row[at]): row for row in rows}
    key = frame["item_id"] if at else frame["date"].dt.strftime("%Y-%m-%d")
    if case.must == "read" and sorted(key) != sorted(true):
        return f"wrong: rows {sorted(key)}"
    for name, (_, found) in zip(key, frame.iterrows(), strict=True):
        if name not in true:
            return f"wrong: a row of {name}"
        for place, column in enumerate(header):
            value = found.get(FIGURES.get(str(column), ""), np.nan)
            if case.must == "read" and str(column) in FIGURES and np.isnan(value):
                return f"wrong: {column} of {name} is lost"
            if not np.isnan(value) and abs(value - float(str(true[name][place]))) > 0.006:
                return _odd(case, str(column), value)
    return "read"


# What an odd cell says when it is a figure all the same.
_SAID = {
    "1,234": 1234.0, "1.2万": 12000.0, "3亿": 3e8, "１２３４": 1234.0, "￥1,234.50": 1234.5, "1234元": 1234.0,
    "1 234": 1234.0, "1e3": 1000.0, "1.234": 1.234,
}  # fmt: skip


def _odd(case: Case, column: str, value: float) -> str:
    """An odd cell may say another figure than the true row it replaced: then what it says is right."""
    written = case.data.decode("utf-8", "replace")
    is_said = any(value == figure and cell in written for cell, figure in _SAID.items())
    return "read" if is_said else f"wrong: {column} is {value}"


def run(seeds: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Counts by (fault, outcome), and what was wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for place, fault in enumerate(FAULTS):
            for seed in range(seeds):
                found = outcome(fault(np.random.default_rng([place, seed])), Path(folder))
                counts[fault.__name__, found.split(":")[0]] += 1
                if found not in ("read", "refused"):
                    wrong.append(f"{fault.__name__} {seed}: {found}")
    return counts, wrong
