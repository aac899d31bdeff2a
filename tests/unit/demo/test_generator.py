import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from shopbook.columns import columns_file
from shopbook.demo import generate
from shopbook.demo.catalogue import HOSTILE_TITLE
from shopbook.demo.containers import headers
from shopbook.demo.generator import shop_ids

DAY = dt.date(2026, 11, 20)


def rows_of(path: Path, sheet: int = 0) -> list[list]:
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def csv_rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    return float(text.replace(",", "").replace("￥", ""))


def items(inbox: Path, day: dt.date = DAY) -> list[dict[str, str]]:
    header, *rows = rows_of(inbox / "demo" / f"【生意参谋平台】商品_全部_{day}_{day}.xls")[4:]
    return [dict(zip(header, row, strict=True)) for row in rows]


def shop_days(inbox: Path, shop: str = "demo") -> list[dict]:
    header, *rows = rows_of(next((inbox / shop).glob("天猫_*.xlsx")))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_item_report_has_four_banner_rows_and_its_38_columns_in_order(inbox):
    rows = rows_of(inbox / "demo" / f"【生意参谋平台】商品_全部_{DAY}_{DAY}.xls")
    assert rows[4] == headers("item_daily")
    assert len(rows[4]) == 38
    assert all(isinstance(cell, str) for row in rows[4:] for cell in row)


def test_the_shop_amount_is_the_sum_of_its_main_items_to_the_cent(inbox):
    main = [row for row in items(inbox) if row["商品类型"] == "主商品"]
    assert shop_days(inbox)[-1]["支付金额"] == pytest.approx(
        sum(number(row["支付金额"]) for row in main), abs=0.001
    )


def test_counting_sub_items_would_double_sales(inbox):
    subs = [row for row in items(inbox) if row["商品类型"] == "子商品"]
    mains = {row["商品ID"] for row in items(inbox) if row["商品类型"] == "主商品"}
    assert subs
    assert {row["主商品ID"] for row in subs} <= mains
    assert sum(number(row["支付金额"]) for row in subs) > 0


def test_a_title_is_hostile_on_purpose(inbox):
    assert HOSTILE_TITLE in [row["商品名称"] for row in items(inbox) if row["商品类型"] == "主商品"]
    assert "<script>" in HOSTILE_TITLE


def test_channel_level_rows_repeat_the_sum_of_their_details(inbox):
    path = inbox / "demo" / f"【生意参谋平台】无线店铺流量来源-{DAY}_{DAY}.xls"
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["PC流量来源", "无线流量来源"]
    header, *rows = rows_of(path, 1)[5:]
    assert header[:4] == ["来源", "来源明细", "访客数", "访客数变化"]
    level = {row[0]: number(row[2]) for row in rows if not row[1]}
    details: dict[str, float] = {}
    for row in rows:
        if row[1]:
            details[row[0]] = details.get(row[0], 0) + number(row[2])
    assert details
    assert details == {label: level[label] for label in details}
    assert sum(level.values()) > 1.05 * shop_days(inbox)[-1]["访客数"]


def test_one_channel_is_not_in_the_tree(inbox):
    rows = rows_of(inbox / "demo" / f"【生意参谋平台】无线店铺流量来源-{DAY}_{DAY}.xls", 1)[6:]
    known = {alias for row in columns_file()["channels"].values() for alias in row["aliases"]}
    assert {row[0] for row in rows} - known == {"超级互动城"}


def test_every_shop_day_is_there_once(inbox):
    days = [row["统计日期"] for row in shop_days(inbox)]
    assert days == sorted(set(days))
    assert (len(days), days[-1]) == (35, str(DAY))


def test_ad_reports_are_gbk_with_yuan_signs_and_ids_as_a_spreadsheet_leaves_them(inbox):
    rows = csv_rows(inbox / "demo" / "计划报表_20261120_093000.csv", "gbk")
    assert all(row["计划ID"].endswith(".0") and row["花费"].startswith("￥") for row in rows)


def test_item_and_plan_reports_tell_the_same_spend(inbox):
    def spend(name: str) -> float:
        rows = csv_rows(inbox / "demo" / f"{name}_20261120_093000.csv", "gbk")
        return sum(number(row["花费"]) for row in rows if row["日期"] == "2026/11/20")

    assert spend("商品报表") == pytest.approx(spend("计划报表"), rel=0.001)


def test_the_capped_plan_spends_its_cap_to_the_cent(inbox):
    truth = json.loads((inbox.parent / "demo_truth" / "demo.json").read_text(encoding="utf-8"))
    event = next(row for row in truth if row["what"] == "budget_cap")
    rows = csv_rows(inbox / "demo" / "计划报表_20261120_093000.csv", "gbk")
    spend = {
        row["日期"].replace("/", "-"): row["花费"] for row in rows if row["计划ID"] == f"{event['plan']}.0"
    }
    first, last = event["days"]
    assert {text for day, text in spend.items() if first <= day <= last} == {"￥700.00"}
    assert all(text != "￥700.00" for day, text in spend.items() if not first <= day <= last)


def test_service_files_end_in_six_summary_rows(inbox):
    rows = rows_of(inbox / "demo-b" / "自制报表-报表查看-客服绩效_20261120_20261120_全部.xlsx")
    assert rows[0] == headers("service", "performance")
    assert [row[0] for row in rows[-6:]] == [
        "汇总值",
        "平均值",
        "全店汇总值",
        "全店平均值",
        "同行同层优秀",
        "同行同层均值",
    ]


def test_slow_answers_cost_inquiries_in_demo_b_only_on_the_newest_day(inbox):
    def shop(day: str) -> tuple[float, float, float]:
        rows = rows_of(inbox / "demo-b" / f"自制报表-报表查看-客服绩效_{day}_{day}_全部.xlsx")
        total, peer = rows[-4], rows[-1]
        return total[2] / total[1], total[6], float(peer[6])

    today, before = shop("20261120"), shop("20261119")
    assert today[0] < 0.7 * before[0]
    assert today[1] > 2 * before[1]
    assert today[2] == pytest.approx(before[2], rel=0.25)


def test_refund_files_hold_made_up_persons_only(inbox):
    header, *rows = rows_of(inbox / "demo" / "退款单.xlsx")
    assert len(header) == 53
    assert rows
    assert all(row[header.index("收货人姓名")].startswith("测试用户") for row in rows)
    assert all(row[header.index("支付宝账号")].endswith("@example.com") for row in rows)


def test_own_indices_stand_beside_the_rivals(inbox):
    rows = csv_rows(inbox / "demo" / "竞店竞品.csv")
    shops = {row["对象"] for row in rows if row["对象类型"] == "店铺"}
    assert len(shops) == 11
    own = [row for row in rows if row["对象"] == "本店" and row["指标"] == "交易指数"]
    money = [row["支付金额"] for row in shop_days(inbox)]
    pairs = sorted(zip(money, (int(row["数值"]) for row in own), strict=True))
    assert pairs[-1][1] / pairs[0][1] < pairs[-1][0] / pairs[0][0]


def test_the_surging_rival_gains_on_the_others(inbox):
    rows = [
        r
        for r in csv_rows(inbox / "demo" / "竞店竞品.csv")
        if r["指标"] == "流量指数" and r["对象类型"] == "店铺"
    ]
    gain = {}
    for name in {row["对象"] for row in rows} - {"本店"}:
        values = [int(row["数值"]) for row in rows if row["对象"] == name]
        gain[name] = sum(values[-4:]) / sum(values[:10])
    assert max(gain, key=gain.__getitem__) == "竞店04"


def test_order_lines_add_up_to_the_items(inbox):
    lines = csv_rows(inbox / "demo" / "订单明细.csv")
    today = [row for row in lines if row["日期"] == str(DAY)]
    paid = {row["商品ID"]: number(row["支付金额"]) for row in items(inbox) if row["商品类型"] == "主商品"}
    for item, money in paid.items():
        assert sum(float(row["实付"]) for row in today if row["商品ID"] == item) == pytest.approx(
            money, abs=0.05
        )
    assert len({row["订单编号"] for row in today}) == shop_days(inbox)[-1]["支付买家数"]


def test_the_truth_lies_beside_the_inbox_and_not_in_it(inbox):
    assert {path.name for path in (inbox.parent / "demo_truth").iterdir()} == {"demo.json", "demo-b.json"}
    assert not [path for path in inbox.rglob("*") if "truth" in path.name or path.suffix == ".json"]


def test_the_same_call_writes_the_same_bytes(tmp_path):
    one, two = tmp_path / "one" / "inbox", tmp_path / "two" / "inbox"
    for folder in (one, two):
        generate(folder, shops=1, days=35)
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(two) for path in two.rglob("*") if path.is_file())
    assert [name for name in files if (one / name).read_bytes() != (two / name).read_bytes()] == []


def test_shops_are_lettered_from_the_second():
    assert shop_ids(3) == ["demo", "demo-b", "demo-c"]
    assert shop_ids(28)[-3:] == ["demo-z", "demo-aa", "demo-ab"]
    assert len(set(shop_ids(500))) == 500


@pytest.mark.parametrize("wrong", [{"shops": 0}, {"days": 5}])
def test_a_demo_too_small_is_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=str(next(iter(wrong.values())))):
        generate(tmp_path, **wrong)
