"""The first screen: the answer, four figures, two actions, the rest; nothing coloured without a verdict."""

import re

import pytest
from sample_report import FINDINGS, HOSTILE, WARNINGS, day, finding, kpi

from shopbook.findings.finding import Cause
from shopbook.report import show
from shopbook.report.opening import actions_of


def test_at_most_two_actions_stand_on_the_first_screen() -> None:
    html = show.opening(day()).html
    assert html.count('<li class="sb-card sb-card-act">') == 2
    assert len([one for one in FINDINGS if one.level == "act"]) == 3


def test_the_story_decides_which_action_comes_first() -> None:
    shown = actions_of(day(story=("checkup.stock", "own.visitors")).report)
    assert [one.id for one in shown] == ["checkup.stock", "own.visitors"]


def test_an_undecided_figure_has_no_coloured_arrow() -> None:
    undecided = kpi("visitors", 12345, change=-0.119, verdict="unknown")
    html = show.opening(day(headline="", tables={"kpis": [undecided]}, findings=())).html
    assert "sb-down" not in html
    assert "−11.9% 说不准" in html
    decided = kpi("visitors", 12345, change=-0.119, verdict="worse")
    assert "sb-down" in show.opening(day(headline="", tables={"kpis": [decided]}, findings=())).html


def test_a_figure_that_is_not_known_is_a_dash() -> None:
    html = show.opening(day(tables={"kpis": [kpi("pay_amount", None)]}, findings=())).html
    assert "<b>–</b>" in html


def test_the_things_of_a_step_carry_their_amounts() -> None:
    steps = [
        {"finding": "own.visitors", "label": HOSTILE, "amount": -612.0, "unit": "persons"},
        {"finding": "own.visitors", "label": "竹节茶壶", "amount": -306.0, "unit": "persons"},
    ]
    html = show.opening(day(tables={"kpis": [], "steps": steps})).html
    assert "<script" not in html
    assert "−612" in html
    assert 'style="width:50%"' in html


def test_without_things_the_causes_in_the_direction_of_the_change_stand_there() -> None:
    causes = (
        Cause({"factor": "market"}, -280.0),
        Cause({"channel": "recommendation"}, -1310.0, label="手淘推荐"),
        Cause({"channel": "search"}, 90.0, label="手淘搜索"),
    )
    shown = finding(value=12345.0, baseline=13845.0, causes=causes)
    html = show.opening(day(findings=(shown,))).html
    assert "手淘推荐" in html
    assert "手淘搜索" not in html
    shown = finding(headline="", value=12345.0, baseline=13845.0, causes=causes, verdict="unknown")
    assert "手淘推荐" not in show.opening(day(headline="", findings=(shown,))).html


def test_a_calm_day_is_one_line() -> None:
    given = {"level": "ok", "owner": "", "next_step": "", "due": ""}
    calm = finding("own.visitors", **given, verdict="same")
    html = show.opening(day(findings=(calm,), warnings=())).html
    assert "没有异常" in html
    assert "sb-todo" not in html
    fell = show.opening(day(findings=(finding("own.visitors", **given),), warnings=())).html
    assert "没有需要处理的事。" in fell
    assert "没有异常" not in fell


def test_a_day_that_could_not_be_judged_is_not_called_calm() -> None:
    given = {"level": "ok", "verdict": "unknown", "owner": "", "next_step": "", "due": ""}
    alone = finding("own.visitors", interval=None, **given)
    html = show.opening(day(findings=(alone,), warnings=())).html
    assert "还没有可以判断的数据" in html
    assert "没有异常" not in html
    judged = finding("own.visitors", interval=(-0.1, 0.1), **given)
    assert "没有异常" in show.opening(day(findings=(judged,), warnings=())).html


@pytest.mark.parametrize("name", ["campaign.uplift_net", "weekly.amount", "market.visitors"])
def test_a_page_whose_question_got_no_answer_is_not_called_calm(name: str) -> None:
    given = {"level": "ok", "verdict": "unknown", "owner": "", "next_step": "", "due": ""}
    reached = finding("campaign.budget", **given)  # a state is told and answers nothing
    open_one = finding(name, interval=None, **given)
    assert "没有异常" not in show.opening(day(findings=(open_one, reached), warnings=())).html
    answered = finding(name, interval=(-0.1, 0.1), **given)
    assert "没有异常" in show.opening(day(findings=(answered, reached), warnings=())).html


def test_ticks_are_hidden_until_the_script_shows_them() -> None:
    ticks = re.findall(r'<label class="sb-tick"[^>]*>', show.opening(day()).html)
    assert len(ticks) == 2
    assert all(" hidden" in tick for tick in ticks)


def test_data_notes_are_folded_unless_one_stops_a_verdict() -> None:
    assert "<details open>" in show.opening(day()).html  # a blocking one is among them
    mild = tuple(one for one in WARNINGS if one.level != "blocking")
    html = show.opening(day(warnings=mild)).html
    assert "<details>" in html
    assert "<details open>" not in html


def test_the_brief_leads_to_the_card_on_the_page_that_holds_it() -> None:
    brief = show.findings(day(notebook="daily/brief")).html
    assert 'href="service.html#f-service.answer_time"' in brief
    assert 'id="f-own.visitors"' in show.findings(day()).html


def test_findings_beyond_five_unfold() -> None:
    html = show.findings(day()).html
    assert "其余 3 条结论" in html
    assert html.count("sb-f-head") == len(FINDINGS)


def test_what_is_left_in_stock_is_told_without_a_bar_or_a_sign() -> None:
    steps = [{"finding": "checkup.stock", "label": "儿童水壶", "amount": 0.0, "unit": "left"}]
    shown = finding("checkup.stock", next_step="补货。先看：儿童水壶（剩 0 件）")
    html = show.opening(day(findings=(shown,), tables={"kpis": [], "steps": steps})).html
    assert "剩 0 件" in html
    assert "sb-bar" not in html
    assert "先看" not in html  # the things stand below the step
