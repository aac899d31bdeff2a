"""A row replaces the row of its key, a figure the figure of its column, and nothing else goes."""

import datetime as dt
import itertools

import pytest

from shopbook.history.ledger import Ledger

DAY = dt.date(2026, 11, 20)
SHOP = "统计日期,访客数,支付买家数,支付金额\n2026-11-20,6,1,9\n"
ITEMS = "统计日期,商品ID,商品名称,商品访客数,支付金额\n"


def plans(*rows):
    return "日期,计划ID,计划名字,展现量,花费\n" + "".join(f"2026-11-20,{row}\n" for row in rows)


def items(*rows):
    return ITEMS + "".join(f"2026-11-20,{row}\n" for row in rows)


def told(done):
    return [problem.code for problem in done.problems if problem.code in ("narrower", "restated", "healed")]


def test_a_narrower_export_replaces_its_figures_and_keeps_the_rest(drop, take, store):
    drop("店铺.csv", SHOP)
    take()
    drop("店铺2.csv", "统计日期,访客数,支付买家数\n2026-11-20,8,1\n")
    (done,) = take()
    kept = store.read("a", "shop_daily", columns=["visitors", "pay_buyers", "pay_amount"])
    assert kept.iloc[0].to_dict() == {"visitors": 8, "pay_buyers": 1, "pay_amount": 9}
    assert told(done) == ["narrower", "restated"]
    (record,) = store.restated("a")
    assert (record.cells, record.columns, record.figures) == (1, ("visitors",), {"visitors": (6.0, 8.0)})


def test_rows_that_an_export_does_not_hold_stay(drop, take, store):
    drop("商品.csv", items("600000000001,杯,10,5", "600000000002,碗,20,6"))
    take()
    drop("商品2.csv", items("600000000002,碗,21,6"))
    (done,) = take()
    assert store.read("a", "item_daily")["item_visitors"].tolist() == [10, 21]
    assert told(done) == ["narrower", "restated"]
    assert store.restated("a")[0].key == "600000000002"
    assert "20 → 21" in next(problem.text for problem in done.problems if problem.code == "restated")


def test_targets_of_another_month_take_none_away_and_a_changed_one_says_old_and_new(drop, take, store):
    drop("目标.csv", "月份,指标,目标值\n2026-11,支付金额,1400000\n")
    take()
    drop("目标2.csv", "月份,指标,目标值\n2026-12,支付金额,700000\n")
    take()
    assert store.read("a", "targets")["month"].tolist() == ["2026-11", "2026-12"]
    drop("目标3.csv", "月份,指标,目标值\n2026-12,支付金额,800000\n")
    (done,) = take()
    assert store.read("a", "targets")["target"].tolist() == [1400000, 800000]
    [text] = [problem.text for problem in done.problems if problem.code == "restated"]
    assert text.startswith("替换了 1 个数字")
    assert "700,000 → 800,000" in text


def test_a_list_takes_the_place_of_the_one_before_and_says_in_which_columns(drop, take, store):
    drop("标签.csv", "商品ID,类目,角色\n600000000001,杯,引流款\n600000000002,杯,利润款\n")
    take()
    drop("标签2.csv", "商品ID,类目,角色\n600000000001,杯,利润款\n")
    (done,) = take()
    assert len(store.read("a", "item_tags")) == 1
    [text] = [problem.text for problem in done.problems if problem.code == "restated"]
    assert text.startswith("替换了原来那张表")
    assert "–" not in text


def test_a_figure_that_becomes_known_is_no_correction(drop, take, store):
    drop("商品.csv", items("600000000001,杯,10,-"))
    take()
    drop("商品2.csv", items("600000000001,杯,10,5", "600000000002,碗,20,6"))
    (done,) = take()
    assert store.read("a", "item_daily")["pay_amount"].tolist() == [5, 6]
    assert (told(done), store.restated("a")) == ([], [])


def test_what_an_export_does_not_know_takes_no_figure_away(drop, take, store):
    drop("商品.csv", items("600000000001,杯,10,5"))
    take()
    drop("商品2.csv", items("600000000001,杯,10,-"))
    (done,) = take()
    assert done.status == "unchanged"
    assert store.read("a", "item_daily")["pay_amount"].tolist() == [5]


def test_a_hand_filled_list_without_days_is_replaced_as_a_whole(drop, take, store):
    drop("标签.csv", "商品ID,类目,角色\n600000000001,杯,引流款\n600000000002,碗,利润款\n")
    take()
    drop("标签.csv", "商品ID,类目,角色\n600000000001,杯,利润款\n")
    take()
    assert store.read("a", "item_tags")["role"].tolist() == ["利润款"]


def test_each_row_names_its_import_and_its_place(drop, take, store, home):
    drop("商品.csv", items("600000000002,碗,20,6", "600000000001,杯,10,5"))
    take()
    drop("商品2.csv", "统计日期,商品ID,商品名称,商品访客数\n2026-11-20,600000000002,碗,21\n")
    take()
    first, second = Ledger(home.raw / "a" / "ledger.jsonl").imports()
    sources = store.read("a", "item_daily", columns=["item_id", "source"])["source"].tolist()
    assert sources == [f"{first.id}:3:", f"{second.id}:2:\n{first.id}:2:"]
    assert "source" not in store.read("a", "item_daily")
    assert [row.file for row in store.sources("a", "item_daily")] == ["商品.csv", "商品2.csv"]


FILES = {
    "计划报表_甲.csv": plans("1,甲,100,9", "2,乙,200,10"),
    "计划报表_丙.csv": plans("3,丙,300,11"),
    "商品报表_1.csv": "日期,主体ID,主体类型,主体名称,展现量,花费\n2026-11-20,682000000001,商品,杯,90,8\n",
    "商品报表_2.csv": "日期,主体ID,主体类型,主体名称,展现量,花费\n2026-11-20,682000000002,商品,碗,80,7\n",
}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", list(itertools.permutations(FILES))[::3])
def test_parts_of_a_day_in_any_order_and_any_repetition_give_one_history(drop, take, store, order, together):
    for age, name in enumerate([*order, order[0], order[2]]):
        drop(f"{age}{name}", FILES[name], age=60 - age)
        if not together:
            take()
    if together:
        take()
    frame = store.read("a", "ad_report")
    found = sorted(zip(frame["level"], frame["ad_spend"], frame["ad_impressions"], strict=True))
    assert found == [
        ("item", 7, 80), ("item", 8, 90), ("plan", 9, 100), ("plan", 10, 200), ("plan", 11, 300),
    ]  # fmt: skip
    assert store.restated("a") == []


def test_the_means_of_the_industry_outlive_the_next_daily_export(take, store, home):
    import xlsxwriter

    def dsr(day, scores, history):
        path = home.inbox / "a" / f"店铺DSR数据_{day}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            rows = [
                ("指标", "得分", "行业均值"),
                *scores,
                (),
                ("日期", "描述得分(较上日)", "服务得分(较上日)"),
                *history,
            ]
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)

    dsr(
        "2026-11-19",
        [("描述相符", 4.8, 4.7)],
        [("2026-11-18", "4.80", "4.81"), ("2026-11-19", "4.80", "4.82")],
    )
    take()
    dsr(
        "2026-11-20",
        [("描述相符", 4.9, 4.7)],
        [("2026-11-19", "4.80", "4.82"), ("2026-11-20", "4.90", "4.83")],
    )
    (done,) = take()
    frame = store.read("a", "dsr")
    assert frame["dsr_description_peer"].tolist()[1:] == [4.7, 4.7]
    assert (told(done), store.restated("a")) == ([], [])
