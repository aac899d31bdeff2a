"""How often is a header that was changed mapped right, refused, or mapped wrongly in silence?

`python -m benchmarks.mapping` takes exports of known figures, changes their headers as platforms and people
do (a new name, another order, a prefix, a unit, English), lets `shopbook map` propose without anyone to ask,
and reads the file by the proposal. Right: every column under its own name with its own figures. Partly: a
column was left out and told. Wrong: a figure under another name; it must stay 0.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.reading import DAY, EXPORTS, TODAY, Export, Rng, truth

from shopbook.columns import columns
from shopbook.read import FileRefused, read_export
from shopbook.read.mapping import mappable
from shopbook.read.proposal import propose
from shopbook.read.sniff import open_bytes
from shopbook.read.spec import OfShop

RESULT = Path(__file__).parent / "results" / "mapping.md"
# Names that no entry of columns.yaml holds, as colleagues, ERPs and other back offices write them.
RENAMES = {
    "统计日期": ("数据日期", "业务日期", "日期时间", "交易日"),
    "日期": ("数据日期", "业务日期", "报表日期"),
    "访客数": ("访客人数", "访客数量", "访客总数", "来访人数"),
    "浏览量": ("浏览次数", "浏览数", "浏览总量"),
    "加购人数": ("加购总人数", "加购的人数", "加购物车人数"),
    "支付买家数": ("支付买家人数", "支付买家总数", "付款买家数"),
    "支付金额": ("支付总金额", "支付额", "付款金额"),
    "下单买家数": ("下单买家人数", "下单买家总数"),
    "商品ID": ("商品 id号", "货品ID", "商品ID号"),
    "商品名称": ("商品的名称", "商品名", "货品名称"),
    "商品访客数": ("商品访客人数", "商品访客总数"),
    "商品浏览量": ("商品浏览次数", "商品浏览数"),
    "支付件数": ("支付总件数", "支付商品总件数"),
    "搜索词": ("搜索的词", "搜索词名称"),
    "展现量": ("展现次数", "展现总量"),
    "点击量": ("点击次数", "点击总量"),
    "花费": ("花费金额", "推广花费总额"),
    "总成交金额": ("成交总金额", "总成交额"),
    "计划ID": ("计划编号", "推广计划 ID"),
    "来源": ("来源渠道", "流量的来源"),
}
PREFIXES = ("店铺", "全店", "本店", "当日", "数据-", "统计")
UNITS = {
    "persons": ("(人)", "（人）", "_人"),
    "count": ("(次)", "（个）"),
    "CNY": ("(元)", "（单位：元）", "_元", "[元]"),
}
WAYS = ("rename", "reorder", "prefix", "unit", "english", "several")


def changed(header: str, column: str, way: str, rng: Rng) -> str:
    """A header as another program writes it."""
    known = columns().get(column)
    if way == "rename" and header in RENAMES:
        return str(rng.choice(RENAMES[header]))
    if way == "prefix":
        return f"{rng.choice(PREFIXES)}{header}"
    if way == "unit" and known is not None and known.unit in UNITS:
        return f"{header}{rng.choice(UNITS[known.unit])}"
    if way == "english" and known is not None:
        return str(rng.choice([known.en, known.name, known.name.replace("_", " ").title()]))
    return header


def mutated(export: Export, frame: pd.DataFrame, way: str, rng: Rng) -> tuple[pd.DataFrame, int]:
    """The table under changed headers, and how many of them changed: all in English, else one to three."""
    names = {**export.keys, **export.figures}
    ways = {name: way for name in names}
    if way == "several":
        ways = {name: str(rng.choice(WAYS[:5])) for name in names}
    elif way not in ("english", "reorder"):
        touched = set(rng.choice(list(names), size=int(rng.integers(1, 4)), replace=False))
        ways = {name: way if name in touched else "" for name in names}
    headers = {name: changed(name, names[name], ways[name], rng) for name in names}
    order = list(names)
    if way in ("reorder", "several"):
        rng.shuffle(order)
    table = pd.DataFrame({headers[name]: frame[names[name]] for name in order})
    return table, sum(headers[name] != name for name in names)


def outcome(export: Export, frame: pd.DataFrame, path: Path) -> str:
    """right, partly, refused, or what is wrong."""
    found = propose(open_bytes(path.read_bytes(), path.name).sheets, path.name)
    if (
        found is None
        or found.missing
        or {each.column for each in found.matches} - {""} - mappable(found.kind)
    ):
        return "refused"
    try:
        table = read_export(path, today=TODAY, shop=OfShop(own_layouts=(found.layout("it"),)))
    except FileRefused as refused:
        return f"refused: {refused}"
    if table.kind != export.kind:
        return f"wrong: {path.name} taken as {table.kind}"
    if export.key not in table.values:
        return "partly"
    read = table.frame.sort_values(export.key)
    true = frame.sort_values(export.key)
    if list(map(str, read[export.key])) != [
        str(pd.Timestamp(key) if export.key == "date" else key) for key in true[export.key]
    ]:
        return f"wrong: rows of {path.name}"
    missing = 0
    for name in export.figures.values():
        if name not in read:
            missing += 1
        elif not np.allclose(read[name], true[name], atol=0.006):
            return f"wrong: {name}"
    strange = {name for name in read if name in columns() and read[name].dtype.kind == "f"} - set(
        export.figures.values()
    )
    if strange:
        return f"wrong: figures under {sorted(strange)}"
    return "partly" if missing else "right"


def sensible(frame: pd.DataFrame) -> pd.DataFrame:
    """Figures that keep the order of a funnel, so that what refuses a file is its mapping."""
    made = frame.copy()
    steps = (
        "pageviews",
        "item_pageviews",
        "visitors",
        "item_visitors",
        "cart_buyers",
        "order_buyers",
        "pay_units",
        "pay_buyers",
    )
    have = [name for name in steps if name in made]
    made[have] = -np.sort(-made[have].to_numpy(dtype=float), axis=1) if have else made[have]
    if {"ad_clicks", "ad_impressions"} <= set(made):
        made[["ad_impressions", "ad_clicks"]] = -np.sort(
            -made[["ad_impressions", "ad_clicks"]].to_numpy(float), axis=1
        )
    return made


def run(count: int, seed: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Counts by (way, outcome), and every case that was not right."""
    counts: Counter[tuple[str, str]] = Counter()
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for at in range(count):
            rng = np.random.default_rng([seed, at])
            export, way = EXPORTS[at % len(EXPORTS)], WAYS[at // len(EXPORTS) % len(WAYS)]
            frame = sensible(truth(export, rng))
            table, touched = mutated(export, frame, way, rng)
            path = Path(folder) / (
                f"{export.file}_{DAY}.csv" if "date" not in export.keys.values() else f"报表{at}.csv"
            )
            table.to_csv(path, index=False)
            found = outcome(export, frame, path)
            counts[way, found.split(":")[0]] += 1
            if found != "right":
                told.append(f"{at} {way} ({touched} changed): {found}: {', '.join(table.columns)}")
    return counts, told


def main() -> int:
    """Run, print, write the result; 1 when anything was wrong or fewer than nine in ten right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    counts, told = run(asked.count, asked.seed)
    made = f"Made by `python -m benchmarks.mapping`, {asked.count} mutations, seed {asked.seed}."
    kept = ("right", "partly", "refused", "wrong")
    lines = ["# Mapping: changed headers, nobody to ask", "", made, "",
             "| changed | tried | right | a column left out | refused | wrong |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for way in WAYS:
        each = [counts[way, name] for name in kept]
        lines.append(f"| {way} | {sum(each)} | {' | '.join(map(str, each))} |")
    sums = [sum(counts[way, name] for way in WAYS) for name in kept]
    lines.append(f"| all | {sum(sums)} | {' | '.join(map(str, sums))} |")
    print("\n".join([*lines, *told]))
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if sums[3] or sums[0] < 0.9 * asked.count else 0


if __name__ == "__main__":
    raise SystemExit(main())
