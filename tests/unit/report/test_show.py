"""What the cells of a report show."""

import pytest
from matplotlib.figure import Figure
from sample_report import FINDINGS, HOSTILE, WORDS, conversion_lines, day

from shopbook.findings.finding import MIME, Finding
from shopbook.report import charts, show
from shopbook.text import speaking


def _chart() -> Figure:
    return charts.lines(conversion_lines(), WORDS, unit="fraction", accent="全店")


def test_blocking_warnings_come_first() -> None:
    html = show.data_box(day()).html
    assert html.index("只到 18:00") < html.index("直播") < html.index("重述")
    assert "数据齐全" in show.data_box(day(warnings=())).html


def test_at_most_five_findings_worst_first_with_owner_and_step() -> None:
    html = show.findings(day()).html
    assert html.split("<details>")[0].count("<li>") == 5
    assert html.index("处理") < html.index("关注")
    assert "其余 3 条结论" in html
    assert "<b>推广</b> 恢复推荐计划的出价" in html
    assert "相对大盘变差 · 90% 区间 −14.0% ~ −6.0%" in html


def test_what_could_not_be_judged_is_not_called_fine_and_a_calm_state_is() -> None:
    unjudged = show.finding(Finding("own.visitors", "q", "访客数 297", verdict="unknown")).html
    assert "说不准</span>" in unjudged
    assert "sb-level-info" in unjudged
    assert "正常" not in unjudged
    open_month = Finding("targets.month", "q", "2026-08：不算七夕预计 76 万", verdict="unknown")
    assert "说不准</span>" in show.finding(open_month).html
    assert "没有异常" not in show.opening(day(findings=(open_month,), warnings=())).html
    same = Finding("own.visitors", "q", "访客数 297", verdict="same")
    calm = Finding("checkup.stock", "q", "库存够卖", verdict="unknown")
    for found in (same, calm):
        assert 'sb-level-ok">正常</span>' in show.finding(found).html


def test_without_a_finding_one_line_says_so_and_calls_nothing_calm() -> None:
    html = show.findings(day(findings=())).html
    assert "还没有可以判断的数据" in html
    assert "没有异常" not in html
    assert "今天没有待办" in show.actions(day(findings=())).html


def test_actions_are_grouped_by_role() -> None:
    html = show.actions(day()).html
    assert html.count("<dt>推广</dt>") == 1
    assert html.index("<dt>客服</dt>") < html.index("晚班加一人")


def test_a_finding_lists_its_causes_with_effect_and_share() -> None:
    html = show.finding(FINDINGS[0]).html
    assert "手淘推荐" in html
    assert "▼ −1,310" in html
    assert "78.6%" in html
    assert "未解释" in html


@pytest.mark.parametrize("part", [show.headline, show.findings, show.data_box, show.actions, show.provenance])
def test_hostile_text_never_becomes_markup(part: object) -> None:
    from shopbook.findings.finding import DataWarning, Finding, Source

    hostile = Finding(
        "x",
        "?",
        HOSTILE,
        level="act",
        owner="design",
        next_step=HOSTILE,
        due="2026-11-21",
        caveats=(HOSTILE,),
    )
    source = Source(HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE, HOSTILE)
    warning = DataWarning("warn", "x", HOSTILE)
    html = part(day(headline=HOSTILE, findings=(hostile,), warnings=(warning,), sources=(source,))).html
    assert "<script" not in html
    assert "\u202e" not in html
    assert len(html) < 4000


def test_the_headline_is_followed_by_the_marker_for_what_changed_since() -> None:
    assert show.headline(day()).html.endswith("</h2><!-- shopbook:since -->")


def test_meta_names_shop_day_and_reach_in_the_language_of_the_run() -> None:
    assert "2026-11-20（周五）" in show.meta(day()).html
    assert "数据截至" not in show.meta(day()).html
    assert "数据截至 2026-11-20" in show.meta(day(date="2026-11-21")).html
    with speaking("en"):
        assert "2026-11-20 (Fri)" in show.meta(day()).html


def test_a_chart_is_one_image_with_its_text() -> None:
    shown = show.chart(_chart(), 'A "B" <c>')
    assert 'alt="A &quot;B&quot; &lt;c&gt;"' in shown.html
    assert 'src="data:image/svg+xml;base64,' in shown.html
    assert shown._repr_mimebundle_()[0].keys() == {"text/html", "text/plain"}


def test_a_mail_chart_carries_its_name_and_picture() -> None:
    data, metadata = show.chart(_chart(), "掉了三成", name="conversion", mail=True)._repr_mimebundle_()
    assert metadata == {"shopbook": {"chart": "conversion"}}
    assert data["image/png"].startswith("iVBOR")


def test_a_chart_without_alternative_text_or_a_mail_chart_without_name_is_refused() -> None:
    with pytest.raises(ValueError, match="alternative text"):
        show.chart(_chart(), " ")
    with pytest.raises(ValueError, match="name"):
        show.chart(_chart(), "掉了三成", mail=True)


def test_publish_emits_one_display_of_the_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: seen.append((data, raw)))
    assert show.publish(day()) is None
    assert [(list(data), raw) for data, raw in seen] == [([MIME], True)]
    assert seen[0][0][MIME]["headline"].startswith("支付金额")


def test_the_glossary_speaks_chinese_and_skips_unknown_measures() -> None:
    html = show.glossary(["pay_conversion_rate", "no_such_measure"]).html
    assert "支付买家数 ÷ 访客数" in html
    assert html.count("<dt>") == 1
