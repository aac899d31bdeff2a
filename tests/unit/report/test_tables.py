"""Tables escape what they are given, align figures and say how many rows they leave out."""

import pandas as pd
from sample_report import HOSTILE, KPIS, items, kpi

from shopbook.report.tables import frame_table, kpi_table


def test_hostile_titles_are_escaped_and_cut() -> None:
    html = frame_table(items())
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html
    assert "…</th>" in html
    assert "<bdi>עברית</bdi>" in html
    assert len(HOSTILE) > 300


def test_ids_stay_text_and_unknown_figures_are_dashes() -> None:
    html = frame_table(items()[["item_name", "item_id", "pay_amount"]])
    assert "<td>007</td>" in html
    assert '<td class="sb-num">–</td>' in html
    assert ">12,345</td>" in html
    assert "支付金额（元）</th>" in html


def test_changes_carry_mark_sign_and_colour_of_direction() -> None:
    html = frame_table(items()[["item_name", "change"]], units={"change": "change"})
    assert '<span class="sb-down">▼ −20.0%</span>' in html
    assert '<span class="sb-up">▲ +10.0%</span>' in html


def test_a_difference_has_its_unit_and_colour() -> None:
    html = frame_table(
        pd.DataFrame({"item_name": ["甲"], "effect": [-13100.0]}), units={"effect": "delta:CNY"}
    )
    assert '<span class="sb-down">▼ −13,100</span>' in html


def test_rows_beyond_the_limit_unfold_without_a_script() -> None:
    html = frame_table(pd.DataFrame({"item_name": list("甲乙丙丁")}), limit=3)
    first, rest = html.split('<details class="sb-rest">')
    assert "丁" not in first
    assert "展开其余 1 行" in rest
    assert "丁" in rest


def test_rows_beyond_what_unfolds_are_counted() -> None:
    html = frame_table(pd.DataFrame({"item_name": [f"商品{place}" for place in range(80)]}), limit=12)
    assert "共 80 行，列出前 72 行。" in html


def test_a_difference_of_shares_is_told_in_points() -> None:
    html = frame_table(
        pd.DataFrame({"item_name": ["甲"], "rate": [-0.0031]}), units={"rate": "delta:fraction"}
    )
    assert "−0.31 个百分点" in html


def test_an_empty_frame_says_so() -> None:
    assert "没有数据行。" in frame_table(items().iloc[:0])


def test_kpis_show_value_change_comparison_and_day_before() -> None:
    html = kpi_table(KPIS[1:2])
    assert "访客数" in html
    assert "12,345" in html
    assert '<span class="sb-down">▼ −11.9%</span>' in html
    assert "变差" in html
    assert "大盘 ▼ −2.0%" in html
    assert "13,000" in html


def test_a_kpi_without_comparison_says_so_and_targets_need_a_row_with_one() -> None:
    assert "无可比对象" in kpi_table(KPIS)
    assert "sb-k-target" not in kpi_table([kpi("visitors", 5.0)])
    assert "目标</th>" in kpi_table(KPIS)
