"""Exports of customer service and quality: 客服绩效 and its sisters, DSR blocks, refunds."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from shopbook.demo.containers import headers, rate, write_xlsx
from shopbook.demo.noise import Floats
from shopbook.demo.service import AGENTS, Refund, Service
from shopbook.demo.world import World


def performance(world: World, service: Service, folder: Path, peers: dict[str, Floats], last: int) -> None:
    """客服绩效 of the `last` days: the day is only in the file name, the last six rows are summaries."""
    for day, date in list(enumerate(world.days))[-last:]:
        rows: list[list[Any]] = [headers("service", "performance")]
        rows += [_agent_row(service, day, place, name) for place, name in enumerate(AGENTS)]
        total = _total_row(service, day)
        mean = [round(cell / len(AGENTS), 2) if isinstance(cell, int | float) else cell for cell in total[1:]]
        rows += [["汇总值", *total[1:]], ["平均值", *mean], ["全店汇总值", *total[1:]], ["全店平均值", *mean]]
        share, answer, first = (
            float(peers[name][day]) for name in ("询单转化率", "平均响应时长", "首次响应时长")
        )
        best = [f"{share * 1.3:.2%}", "-", round(first * 0.5, 1), round(answer * 0.6, 1), "98.20%", "99.60%"]
        usual = [f"{share:.2%}", "-", round(first, 1), round(answer, 1), "94.10%", "98.00%"]
        rows += [["同行同层优秀", "-", "-", *best, "-"], ["同行同层均值", "-", "-", *usual, "-"]]
        write_xlsx(folder / f"自制报表-报表查看-客服绩效_{date:%Y%m%d}_{date:%Y%m%d}_全部.xlsx", rows)


def _agent_row(service: Service, day: int, place: int, name: str) -> list[Any]:
    asked, paid = int(service.inquiries[day, place]), int(service.paid[day, place])
    return [
        name, asked, paid, rate(paid, asked), float(service.money[day, place]),
        float(service.first_answer[day, place]), float(service.answer[day, place]),
        f"{service.satisfied[day, place]:.2%}", f"{service.replied[day, place]:.2%}",
        round(float(service.money[day, place]) * 0.04, 2),
    ]  # fmt: skip


def _total_row(service: Service, day: int) -> list[Any]:
    asked, paid = int(service.inquiries[day].sum()), int(service.paid[day].sum())
    money = round(float(service.money[day].sum()), 2)
    weights = service.inquiries[day] / max(asked, 1)
    return [
        "汇总值", asked, paid, rate(paid, asked), money, round(float(service.first_answer[day] @ weights), 1),
        round(float(service.answer[day] @ weights), 1), f"{service.satisfied[day].mean():.2%}",
        f"{service.replied[day].mean():.2%}", round(money * 0.04, 2),
    ]  # fmt: skip


def four_tables(world: World, service: Service, folder: Path, rng: np.random.Generator) -> None:
    """业绩询单, 咨询接待, 客单价客服, 接待评价: one .xlsx each; the last has two header rows."""
    tables: dict[str, list[list[Any]]] = {
        "业绩询单": [headers("service", "inquiry")],
        "咨询接待": [headers("service", "reception")],
        "客单价客服": [headers("service", "basket")],
        "接待评价": [
            ["日期", "邀评", "", "评价结果", "", "", ""],
            ["日期", "评价发送率", "评价返回率", "客户满意率", "很满意", "一般", "不满意"],
        ],
    }
    for day, date in enumerate(world.days):
        total = _total_row(service, day)
        asked, paid, money, first, answer = total[1], total[2], total[4], total[5], total[6]
        same_day, served = int(paid * 0.9), int(asked * 1.35)
        tables["业绩询单"].append([
            str(date), asked, int(asked * 0.95), same_day, round(money * 0.9, 2), paid, money,
            rate(same_day, asked),
            rate(paid, asked),
        ])  # fmt: skip
        lost = max(int(served * (1 - service.replied[day].mean())), 0)
        tables["咨询接待"].append([
            str(date), served, served - lost, lost, int(served * 0.9), answer, "93.00%", int(served * 1.1),
            int(served * 1.08), lost, rate(served - lost, served), first, int(served * 0.05),
            int(served * 0.03),
            int(served * 0.95), int(served * 0.05), served * 14, served * 6, served * 8, "1.33",
            served * 95, 312,
        ])  # fmt: skip
        units = max(int(paid * 1.2), 1)
        tables["客单价客服"].append([
            str(date), money, units, paid, round(money / max(paid, 1), 2), round(units / max(paid, 1), 2),
            round(money / units, 2),
        ])  # fmt: skip
        rated = int(rng.binomial(served, 0.2))
        good = int(rng.binomial(rated, float(service.satisfied[day].mean())))
        bad = int(rng.binomial(rated - good, 0.4))
        shares = ["60.00%", rate(rated, served), rate(good, rated)]
        tables["接待评价"].append([str(date), *shares, good, rated - good - bad, bad])
    for name, rows in tables.items():
        write_xlsx(folder / f"客服_{name}_{world.end:%Y%m%d}.xlsx", rows)


def dsr(world: World, folder: Path, scores: Floats) -> None:
    """店铺DSR数据: two blocks on one sheet, one file a month and one for the newest day."""
    ends = [day for day, date in enumerate(world.days) if (date + dt.timedelta(days=1)).day == 1]
    first = 0
    for last in sorted({*ends, world.size - 1}):
        rows: list[list[Any]] = [["指标", "得分", "趋势", "行业均值", "与行业对比", "目标值", "距目标值差距"]]
        names = ("近180天宝贝与描述相符DSR", "近180天服务态度DSR", "近180天物流质量DSR")
        for name, score, peer in zip(names, scores[last], (4.82, 4.83, 4.82), strict=True):
            gap = f"{float(score) / peer - 1:+.2%}"
            rows.append([name, f"{score:.2f}", "持平", f"{peer:.2f}", gap, "4.90", f"{4.9 - score:.2f}"])
        rows += [[], headers("dsr")]
        for day in range(first, last + 1):
            before = scores[max(day - 1, 0)]
            cells = [
                f"{now:.2f} ({now / then - 1:+.2%})" for now, then in zip(scores[day], before, strict=True)
            ]
            rows.append([str(world.days[day]), cells[0], cells[2], cells[1]])
        write_xlsx(folder / f"店铺DSR数据_{world.days[last]}.xlsx", rows)
        first = last + 1


def refunds(world: World, made: list[Refund], folder: Path) -> Path:
    """退款单: one .xlsx with 53 columns; the persons in it are obviously made up and must not be read."""
    columns = headers("refunds")
    rows: list[list[Any]] = [columns]
    for place, refund in enumerate(sorted(made, key=lambda one: (one.done_on, one.item))):
        item = world.plan.items[refund.item]
        used = [
            f"90000{place:013d}", f"80000{place:013d}", refund.amount, refund.paid, "退款成功",
            "买家已收到货", "退货退款" if refund.whole else "仅退款", item.id, item.title,
            f"{refund.paid_on} 10:20:30",
            f"{refund.done_on} 15:00:00", f"{refund.asked_on} 09:00:00", refund.reason,
        ]  # fmt: skip
        fake = {"收货人姓名": f"测试用户{place:05d}", "收货人手机": "000-0000-0000",
        "收货人地址": "测试省测试市测试路0号",
                "支付宝账号": f"test{place:05d}@example.com", "买家会员名": f"fake_buyer_{place:05d}",
                "店铺名称": world.plan.name}  # fmt: skip
        rows.append([*used, *(fake.get(column) for column in columns[13:])])
    return write_xlsx(folder / "退款单.xlsx", rows)
