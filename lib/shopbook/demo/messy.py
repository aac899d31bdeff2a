"""The sample folder: a few days of two shops, messy in every way a real download folder is."""

import csv
import dataclasses
import html
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineWorkbook

from shopbook.demo.containers import write_xls, write_xlsx
from shopbook.demo.generator import NEWEST, write_exports
from shopbook.demo.world import World, build

DAYS = {"demo": 5, "demo-b": 3}
_LEFT_OUT = {"demo": ("情-",), "demo-b": ("情-", "订单明细", "达摩盘", "退款单", "自制报表", "引流搜索词")}
_DATE_FORMS: tuple[Callable[[str], str], ...] = (
    lambda day: day.replace("-", "/"),
    lambda day: day.replace("-", "."),
    lambda day: f"{day[:4]}年{int(day[5:7])}月{int(day[8:])}日",
    lambda day: day.replace("-", ""),
    lambda day: f"{day} 00:00:00",
)
_ID_FORMS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"{text}.0",
    lambda text: f'="{text}"',
    lambda text: f"{text}\t",
    lambda text: f"ID：{text}",
)


def sample(folder: Path, *, seed: int = 7) -> Path:
    """Write the sample anew into `folder` (its shop folders are replaced) and return it."""
    for shop in ("demo", "demo-b"):
        target = folder / shop
        shutil.rmtree(target, ignore_errors=True)
        world = last_days(build(shop, days=42, end=NEWEST, seed=seed), DAYS[shop])
        write_exports(world, target, np.random.default_rng([seed + 2, *shop.encode()]))
        for path in sorted(target.iterdir()):
            if any(part in path.name for part in _LEFT_OUT[shop]):
                path.unlink()
    _mess_of_demo(folder / "demo")
    _mess_of_demo_b(folder / "demo-b")
    return folder


def last_days(world: World, days: int) -> World:
    """The world cut to its last days; events that began earlier are left out."""

    def cut(value: Any) -> Any:
        if isinstance(value, np.ndarray | tuple) and len(value) == world.size:
            return value[-days:]
        if isinstance(value, dict):
            return {name: cut(inner) for name, inner in value.items()}
        return value

    market = dataclasses.replace(
        world.market,
        **{f.name: cut(getattr(world.market, f.name)) for f in dataclasses.fields(world.market)},
    )
    fields = {f.name: cut(getattr(world, f.name)) for f in dataclasses.fields(world)}
    planted = tuple(event for event in world.planted if event.first < days)
    return dataclasses.replace(world, **{**fields, "market": market, "planted": planted, "campaigns": ()})


def _mess_of_demo(folder: Path) -> None:
    newest = folder / f"【生意参谋平台】商品_全部_{NEWEST}_{NEWEST}.xls"
    shutil.copyfile(newest, newest.with_name(f"{newest.stem} (1).xls"))
    _as_html(folder / "【生意参谋平台】商品_全部_2026-11-19_2026-11-19.xls")
    _of_a_period(newest)
    rows = _rows(newest)[4:]
    write_xls(
        folder / "商品_全部_缺商品ID_2026-11-20.xls", {"Sheet1": [[*row[:1], *row[2:]] for row in rows[:9]]}
    )
    shop_table = next(folder.glob("天猫_*.xlsx"))
    rows = _rows(shop_table)
    write_xlsx(shop_table, [*rows, ["汇总", *(_column_sum(rows, place) for place in range(1, len(rows[0])))]])
    _newest_lines(folder / "订单明细.csv")
    _rewrite(folder / "库存.csv", 0, _DATE_FORMS)
    _rewrite(folder / "商品标签.csv", 0, _ID_FORMS)
    (folder / "下载失败.xls").write_bytes(np.random.default_rng(1).bytes(2048))


def _mess_of_demo_b(folder: Path) -> None:
    noisy = folder / "【生意参谋平台】商品_全部_2026-11-18_2026-11-18.xls"
    rows = _rows(noisy)
    noise = {
        "统计日期": "统计日期\t",
        "商品ID": "\ufeff商品ID",
        "商品名称": " 商品名称 ",
        "支付金额": "支付金额（元）",
    }
    rows[4] = [noise.get(str(cell), cell) for cell in rows[4]]
    write_xls(noisy, {"Sheet1": rows})
    shop_table = next(folder.glob("天猫_*.xlsx"))
    write_xls(shop_table, {"Sheet1": [[_as_text(cell) for cell in row] for row in _rows(shop_table)]})
    for name in ("同行同层.csv", "市场大盘.csv"):
        text = (folder / name).read_text(encoding="utf-8-sig")
        (folder / name).write_bytes(text.encode("gb18030" if name.startswith("同行") else "utf-8"))


def _rows(path: Path) -> list[list[object]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _as_html(path: Path) -> None:
    """The same table as a web page under the .xls name, as some tools save it."""
    cells = (
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in _rows(path)
    )
    page = f'<html><head><meta charset="utf-8"></head><body><table>{"".join(cells)}</table></body></html>'
    path.write_text(page, encoding="utf-8", newline="\n")


def _of_a_period(newest: Path) -> None:
    """A week in one row per item: no day can be told from it."""
    rows = _rows(newest)
    week = "2026-11-14 ~ 2026-11-20"
    body = [[week, *row[1:]] for row in rows[5:]]
    path = newest.with_name("【生意参谋平台】商品_全部_2026-11-14_2026-11-20.xls")
    write_xls(path, {"Sheet1": [*rows[:5], *body[:8]]})


def _column_sum(rows: list[list[object]], place: int) -> object:
    cells = [cell for row in rows[1:] if isinstance(cell := row[place], int | float)]
    return round(sum(cells), 2) if len(cells) == len(rows) - 1 else "-"


def _as_text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.2%}" if 0 < cell < 1 else f"{cell:,.2f}".removesuffix(".00")
    return str(cell)


def _newest_lines(path: Path) -> None:
    """Order lines of the newest day only: the folder stays small."""
    header, *lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    chosen = [line for line in lines if line.startswith(str(NEWEST))]
    path.write_bytes("".join([header, *chosen]).encode("utf-8-sig"))


def _rewrite(path: Path, column: int, forms: tuple[Callable[[str], str], ...]) -> None:
    """Write one column of a csv in several forms: by its value, so that one day keeps one form."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    values = sorted({row[column] for row in rows})
    for row in rows:
        row[column] = forms[values.index(row[column]) % len(forms)](row[column])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
