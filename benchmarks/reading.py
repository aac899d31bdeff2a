"""How many ways to write an export are read right, refused, or read wrongly?

`python -m benchmarks.reading` draws files of known figures in the shapes real folders hold (containers,
encodings, banners, totals, number and date styles, renamed and shuffled columns) and files of other subjects
that must never be taken; it prints the counts and writes results/reading.md. Wrong must stay 0.
"""

import argparse
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
from benchmarks import reading_faults
from benchmarks.fault_words import DAY, TODAY, Rng

from shopbook.read import FileRefused, read_export

RESULT = Path(__file__).parent / "results" / "reading.md"


@dataclass(frozen=True)
class Export:
    """An export of known figures: header -> (canonical column, is it money); key columns first."""

    kind: str
    file: str
    keys: dict[str, str]
    figures: dict[str, str]
    key: str
    rows: int


EXPORTS = (
    Export("shop_daily", "店铺取数", {"统计日期": "date"},
           {"访客数": "visitors", "浏览量": "pageviews", "加购人数": "cart_buyers",
            "支付买家数": "pay_buyers", "支付金额": "pay_amount", "下单买家数": "order_buyers"}, "date", 6),
    Export("item_daily", "商品_全部", {"统计日期": "date", "商品ID": "item_id", "商品名称": "item_name"},
           {"商品访客数": "item_visitors", "商品浏览量": "item_pageviews", "支付买家数": "pay_buyers",
            "支付件数": "pay_units", "支付金额": "pay_amount"}, "item_id", 5),
    Export("search_terms", "选词助手-引流搜索词", {"统计日期": "date", "搜索词": "search_term"},
           {"访客数": "visitors", "加购人数": "cart_buyers", "支付买家数": "pay_buyers",
            "支付金额": "pay_amount"}, "search_term", 5),
    Export("ad_report", "计划报表", {"日期": "date", "场景名字": "ad_scene", "计划ID": "ad_plan_id",
                                     "计划名字": "ad_plan_name"},
           {"展现量": "ad_impressions", "点击量": "ad_clicks", "花费": "ad_spend",
            "总成交金额": "ad_revenue"}, "ad_plan_id", 4),
    Export("flow_source", "店铺流量来源",
           {"来源": "channel_label", "来源明细": "channel_detail"},
           {"访客数": "visitors", "支付买家数": "pay_buyers", "支付金额": "pay_amount"}, "channel_label", 5),
)  # fmt: skip
_MONEY = ("pay_amount", "ad_spend", "ad_revenue")
_NAMES = ("保温杯", "手淘搜索", "购物车", "手淘推荐", "淘宝客", "我的淘宝")
_TOTALS = ("合计", "合计：", "总计", "小计", "本页合计", "汇总(全部)", "平均", "日均")
_DAYS: tuple[Callable[[dt.date], object], ...] = (
    str, lambda day: f"{day:%Y/%m/%d}", lambda day: f"{day:%Y%m%d}", lambda day: f"{day:%Y年%m月%d日}",
    lambda day: f"{day} 星期二", lambda day: f"{day}~{day}", lambda day: f"{day} 00:00:00",
    lambda day: f"{day:%m/%d/%Y}" if day.day > 12 else str(day),
)  # fmt: skip
_FOREIGN = ("省份", "直播间名称", "会员等级", "类目", "品牌", "SKU ID", "小时", "年龄段", "门店", "随便一组")


def truth(export: Export, rng: Rng) -> pd.DataFrame:
    """The figures a file is about."""
    rows: dict[str, list[object]] = {name: [] for name in (*export.keys.values(), *export.figures.values())}
    for at in range(export.rows):
        made = {
            "date": DAY - dt.timedelta(days=at if export.key == "date" else 0),
            "item_id": str(700_000_000_100 + at), "item_name": f"{_NAMES[at % 6]}{at}",
            "search_term": f"{_NAMES[0]}{at}",
            "ad_scene": "关键词推广", "ad_plan_id": str(81_000_000_000 + at),
            "ad_plan_name": f"计划{at}",
            "channel_label": _NAMES[at + 1 if at < 5 else 0], "channel_detail": "",
        }  # fmt: skip
        for name in rows:
            money = round(float(rng.uniform(1, 90_000)), 2)
            rows[name].append(
                made[name] if name in made else money if name in _MONEY else float(rng.integers(1, 90_000))
            )
    return pd.DataFrame(rows)


def written(export: Export, frame: pd.DataFrame, rng: Rng) -> list[list[object]]:
    """The table as some program writes it: styles, order, extra columns, banner, totals."""
    names = {**export.keys, **export.figures}
    order = list(names)
    if rng.random() < 0.4:
        rng.shuffle(order)
    as_day, with_commas = _DAYS[rng.integers(len(_DAYS))], rng.random() < 0.5
    exponents = export.key == "item_id" and rng.random() < 0.1

    def cell(header: str, value: object) -> object:
        if isinstance(value, dt.date):
            return as_day(value)
        if isinstance(value, float):
            text = f"{value:,.2f}" if header in ("支付金额", "花费", "总成交金额") else f"{value:,.0f}"
            return text if with_commas else text.replace(",", "")
        if header == "商品ID" and exponents:
            return f"{str(value)[0]}.{str(value)[1:]}E+11"
        return f'="{value}"' if header.endswith("ID") and rng.random() < 0.2 else value

    header = [
        f"{name}(元)" if name in ("支付金额", "花费") and rng.random() < 0.2 else name for name in order
    ]
    rows: list[list[object]] = [header]
    rows += [[cell(name, row[names[name]]) for name in order] for row in frame.to_dict("records")]
    if rng.random() < 0.4:
        rows.append(_total(export, frame, order, names, rng))
    if rng.random() < 0.3:
        rows = [[*row, "新指标" if at == 0 else str(at)] for at, row in enumerate(rows)]
    if rng.random() < 0.3:
        rows = [["数据说明：以下数据为您所选时间周期的相关指标"], [""], *rows]
    return rows


def _total(
    export: Export, frame: pd.DataFrame, order: list[str], names: dict[str, str], rng: Rng
) -> list[object]:
    """A row about all others under one of its words, or under none."""
    word, place = str(rng.choice(_TOTALS)), next(iter(export.keys))
    is_mean = word in ("平均", "日均")
    sums = {
        name: frame[names[name]].mean() if is_mean else frame[names[name]].sum() for name in export.figures
    }
    return [f"{sums[name]:.2f}" if name in sums else word if name == place else "" for name in order]


def saved(rows: list[list[object]], path: Path, rng: Rng) -> Path:
    """The table in one of the containers of real folders."""
    form = str(rng.choice(["csv", "csv", "gbk", "tab", "xlsx", "html", "xml"]))
    width = max(map(len, rows))
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    if form == "xlsx":
        path = path.with_suffix(".xlsx")
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    page.write_string(at, column, str(value))
        return path
    if form == "html":
        body = "".join("<tr>" + "".join(f"<td>{value}" for value in row) for row in rows)
        path.with_suffix(".xls").write_text(
            f"<html><meta charset=utf-8><table>{body}</table>", encoding="utf-8"
        )
        return path.with_suffix(".xls")
    if form == "xml":
        cells = ["".join(f'<Cell><Data ss:Type="String">{v}</Data></Cell>' for v in row) for row in rows]
        body = "".join(f"<Row>{row}</Row>" for row in cells)
        space = "urn:schemas-microsoft-com:office:spreadsheet"
        head = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        text = f'{head}<Worksheet ss:Name="1"><Table>'
        path.with_suffix(".xls").write_text(f"{text}{body}</Table></Worksheet></Workbook>", encoding="utf-8")
        return path.with_suffix(".xls")
    text = io.StringIO()
    pd.DataFrame(rows).to_csv(text, sep="\t" if form == "tab" else ",", header=False, index=False)
    path.with_suffix(".csv").write_bytes(text.getvalue().encode("gb18030" if form == "gbk" else "utf-8-sig"))
    return path.with_suffix(".csv")


def outcome(export: Export, frame: pd.DataFrame, path: Path) -> str:
    """read, refused, or what is wrong."""
    try:
        found = read_export(path, today=TODAY)
    except FileRefused:
        return "refused"
    if found.kind != export.kind:
        return f"wrong: {path.name} taken as {found.kind}"
    keys = [pd.Timestamp(key) if isinstance(key, dt.date) else key for key in frame[export.key]]
    table = found.frame.set_index(export.key)
    if sorted(map(str, table.index)) != sorted(map(str, keys)):
        return f"wrong: rows of {path.name}"
    for name in export.figures.values():
        if not np.allclose(table.loc[keys, name], frame[name], atol=0.006):
            return f"wrong: {name} of {path.name}"
    return "read"


def foreign(export: Export, rows: list[list[object]], rng: Rng) -> list[list[object]]:
    """The same table with a column that makes its rows parts of what the kind is about."""
    head = next(
        at for at, row in enumerate(rows) if len(row) > 2 and set(export.figures) & set(map(str, row))
    )
    name = str(rng.choice(_FOREIGN))
    return [[*row, name if at == head else "甲" if at > head else ""] for at, row in enumerate(rows)]


def run(seeds: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Counts by (kind, outcome), and what was wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            export = EXPORTS[seed % len(EXPORTS)]
            frame = truth(export, rng)
            rows = written(export, frame, rng)
            path = saved(rows, Path(folder) / f"{export.file}_{DAY}", rng)
            found = outcome(export, frame, path)
            counts[export.kind, found.split(":")[0]] += 1
            wrong += [f"{seed}: {found}"] if found.startswith("wrong") else []
            if export.kind == "shop_daily":
                path = saved(foreign(export, rows, rng), Path(folder) / f"{export.file}_{DAY}", rng)
                taken = outcome(export, frame, path) != "refused"
                counts["foreign to shop_daily", "wrong" if taken else "refused"] += 1
                wrong += [f"{seed}: a part of the shop taken as the shop"] if taken else []
    return counts, wrong


def main() -> int:
    """Run, print, write the result; 1 when anything was read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=200)
    asked = parser.parse_args()
    counts, wrong = run(asked.seeds)
    made = f"Made by `python -m benchmarks.reading`, {asked.seeds} seeds."
    lines = ["# Reading: variations of known exports", "", made, "",
             "| kind | tried | read | refused | wrong |", "|---|---|---|---|---|"]  # fmt: skip
    for kind in dict.fromkeys(kind for kind, _ in counts):
        each = [counts[kind, name] for name in ("read", "refused", "wrong")]
        lines.append(f"| {kind} | {sum(each)} | {each[0]} | {each[1]} | {each[2]} |")
    counts, untrue = reading_faults.run(asked.faults)
    said = f"Kinds of fault, {asked.faults} files each; of a file that breaks off what is left may be read."
    lines += ["", said, "", "| fault | tried | read | refused | wrong |", "|---|---|---|---|---|"]
    for fault in reading_faults.FAULTS:
        said, name = (fault.__doc__ or "").splitlines()[0], fault.__name__
        sums = [counts[name, each] for each in ("read", "refused", "wrong", "refused wrongly")]
        lines.append(f"| {said} | {asked.faults} | {sums[0]} | {sums[1]} | {sums[2] + sums[3]} |")
    wrong += untrue
    print("\n".join([*lines, *wrong[:20]]))
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
