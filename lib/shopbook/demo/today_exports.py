"""The layouts of today for the newest days of a shop: the figures are those of the older files, told anew."""

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from shopbook.demo.catalogue import CHANNELS
from shopbook.demo.containers import headers, rate, write_csv, write_xls, write_xlsx

DAYS = 14
_HEADER_ROW = 5  # of a source report
_GROUPS = {
    "search": "经营优势", "recommendation": "经营优势", "content": "经营优势", "live": "经营优势",
    "paid_search": "付费推广", "paid_display": "付费推广", "paid_site": "付费推广", "affiliate": "付费推广",
    "returning": "主动访问", "cart": "主动访问", "in_shop": "主动访问",
}  # fmt: skip
_OTHERS, _TOTAL = "平台流量", "汇总"
_SERVED = 1.35  # persons an agent answers for each that asks about buying; as the reception report says
_PAID_AT, _ORDERED_AT = "10:20:30", "10:18:00"

Rows = list[list[object]]


def today(folder: Path, days: Sequence[dt.date]) -> None:
    """Rewrite or add to the exports of the newest days in `folder` in the layouts of 2023-26."""
    newest = list(days)[-DAYS:]
    for day in newest:
        flow = folder / f"【生意参谋平台】无线店铺流量来源-{day}_{day}.xls"
        if flow.is_file():
            write_xls(flow, {name: three_levels(rows) for name, rows in _sheets(flow).items()})
        agents = folder / f"自制报表-报表查看-客服绩效_{day:%Y%m%d}_{day:%Y%m%d}_全部.xlsx"
        if agents.is_file():
            write_xlsx(folder / f"赤兔_客服绩效_{day:%Y%m%d}.xlsx", agent_rows(_sheets(agents)["Sheet1"]))
    for plans in list(folder.glob("计划报表_*.csv")):
        _by_scene(plans, newest)
    _sub_orders(folder / "订单明细.csv", newest)


def three_levels(rows: Rows) -> Rows:
    """A source report with a group above each source; a sum at each level says 汇总."""
    header = ["一级来源", "二级来源", "三级来源", *rows[_HEADER_ROW][2:]]
    groups: dict[str, Rows] = defaultdict(list)
    keys = {label: key for key, (label, _) in CHANNELS.items()}
    group = _OTHERS
    for label, detail, *cells in rows[_HEADER_ROW + 1 :]:
        if not detail:
            group = _GROUPS.get(keys.get(str(label), ""), _OTHERS)
        groups[group].append([group, label, detail or _TOTAL, *cells])
    made: Rows = []
    for name, inside in groups.items():
        tops = [row for row in inside if row[2] == _TOTAL]
        sums = [_sum(row[at] for row in tops) for at in range(3, len(header))]
        made += [[name, _TOTAL, _TOTAL, *sums], *inside]
    return [*rows[:_HEADER_ROW], header, *made]


def _sum(cells: Iterable[object]) -> str:
    """The sum of counts or amounts as they are written; a rate has none."""
    texts = [str(cell) for cell in cells]
    if any(not text.replace(",", "").replace(".", "").isdecimal() for text in texts):
        return "-"
    total = sum(float(text.replace(",", "")) for text in texts)
    return f"{total:,.2f}" if any("." in text for text in texts) else f"{total:,.0f}"


def agent_rows(rows: Rows) -> Rows:
    """赤兔 of a day: the agents of 客服绩效 by their nicknames, answer times in words, sums under 汇总."""
    columns = [
        "客服昵称",
        "接待人数",
        "平均响应(秒)",
        "首次响应(秒)",
        "回复率",
        "询单->最终付款转化率",
        "客户满意率",
    ]
    names = [str(name) for name in rows[0]]
    answer, first = (names.index(f"{name}响应时长（秒)") for name in ("平均", "首次"))
    made: Rows = [list(columns)]
    for row in rows[1:]:
        name = str(row[0])
        if name not in ("汇总值", "平均值") and ("值" in name or "同行" in name):
            continue
        served = int(float(str(row[1])) * _SERVED)
        times: list[object] = [f"{row[answer]}秒", f"{row[first]}秒"]
        shares = [row[names.index(each)] for each in ("旺旺回复率", "询单最终付款转化率", "客户满意率")]
        if name == "平均值":
            made.append(["均值", "-", *times, *shares])
        else:
            made.append([_TOTAL if name == "汇总值" else name, served, *times, *shares])
    return made


def _by_scene(path: Path, newest: Sequence[dt.date]) -> None:
    """The newest days of a plan report as a file a scene, with the scenes of the account beside them."""
    header, *rows = list(csv.reader(io.StringIO(path.read_bytes().decode("gbk"))))
    recent = {f"{day:%Y/%m/%d}" for day in newest}
    write_csv(path, header, [row for row in rows if row[0] not in recent], encoding="gbk")
    keys = ["日期", "场景ID", "场景名字", "原二级场景ID", "原二级场景名字", "计划ID", "计划名字"]
    places = [header.index(name) for name in keys]
    figures = [at for at in range(len(header)) if at not in places]
    by_scene: dict[str, Rows] = defaultdict(list)
    for row in rows:
        if row[0] in recent:
            chosen: list[object] = [row[at] for at in (*places, *figures)]
            by_scene[row[header.index("场景名字")]].append(chosen)
    columns = [*keys, *(header[at] for at in figures)]
    for scene, inside in by_scene.items():
        write_csv(path.with_name(path.name.replace("_", f"_{scene}_", 1)), columns, inside, encoding="gbk")
    account = path.with_name(path.name.replace("计划报表", "营销场景报表"))
    write_csv(account, [*keys[:5], *_SCENE_SUMS], _scene_rows(columns, by_scene), encoding="gbk")


_SCENE_SUMS = ("展现量", "点击量", "花费", "总成交金额", "总成交笔数", "总购物车数", "引导访问人数", "点击率")


def _scene_rows(columns: list[str], by_scene: dict[str, Rows]) -> Rows:
    """The sums of each scene and day."""
    made: Rows = []
    for inside in by_scene.values():
        for day in dict.fromkeys(str(row[0]) for row in inside):
            rows = [row for row in inside if row[0] == day]
            sums = {
                name: sum(float(str(row[columns.index(name)]).strip("￥").replace(",", "")) for row in rows)
                for name in _SCENE_SUMS[:-1]
            }
            texts = [
                f"{value:.2f}" if "额" in name or name == "花费" else f"{value:.0f}"
                for name, value in sums.items()
            ]
            made.append([*rows[0][:5], *texts, rate(sums["点击量"], sums["展现量"])])
    return sorted(made, key=lambda row: str(row[0]))


def _sub_orders(path: Path, newest: Sequence[dt.date]) -> None:
    """The newest days of the order lines as 千牛 sub-orders, which name no buyer."""
    header, *rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    recent = {str(day) for day in newest}
    write_csv(path, header, [row for row in rows if row[0] not in recent])
    columns = headers("order_lines", "sub_orders")
    made: list[list[Any]] = []
    for place, (day, order, _, item, units, paid) in enumerate(row for row in rows if row[0] in recent):
        said = {
            "子订单编号": f'="{order}{place % 1000:03d}"', "主订单编号": f'="{order}"', "购买数量": units,
            "订单状态": "交易成功", "买家应付货款": paid, "买家实付金额": paid, "退款状态": "没有申请退款",
            "退款金额": "无退款申请", "订单创建时间": f"{day} {_ORDERED_AT}", "商品ID": item,
            "订单付款时间": f"{day} {_PAID_AT}", "联系方式备注": "000-0000-0000 测试用户",
        }  # fmt: skip
        made.append([said.get(name, "") for name in columns])
    write_csv(path.with_name(f"ExportOrderDetailList_{newest[-1]:%Y%m%d}.csv"), columns, made, encoding="gbk")


def _sheets(path: Path) -> dict[str, Rows]:
    book = CalamineWorkbook.from_path(str(path))
    made: dict[str, Rows] = {}
    for name in book.sheet_names:
        made[name] = [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
    return made
