"""A loaded object and an executed notebook typed by hand, hostile texts included."""

from types import SimpleNamespace

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shopbook.findings.finding import MIME, Cause, DataWarning, Finding, Report, Source
from shopbook.report import charts, show

HOSTILE = "<script>alert(1)</script> =1+1 \u202e倒置 $x$ 😀 " + "超长商品标题" * 50
WORDS = charts.Words(
    "搜索转化率一周内掉了近三成", "支付转化率，按日，10-15 至 11-11", "生意参谋，导出于 11-12 08:05"
)
DAYS = pd.date_range("2026-10-15", "2026-11-11")


def finding(id: str = "own.visitors", **values: object) -> Finding:
    """A finding that needs a hand, unless `values` say otherwise."""
    act = {"level": "act", "owner": "promotion", "next_step": "恢复推荐计划的出价", "due": "2026-11-21"}
    base = {
        "question": "?",
        "headline": "访客 12,345 人，较基线 ▼ −11.9%",
        "verdict": "worse",
        "metric": "visitors",
    }
    return Finding(id=id, **{**base, **act, **values})


CAUSES = (
    Cause({"factor": "market"}, -280.0, 0.168),
    Cause({"channel": "recommendation"}, -1310.0, 0.786, "手淘推荐"),
    Cause({"channel": "other"}, 0.0, 0.0, HOSTILE),
    Cause({"factor": "unexplained"}, -77.0, 0.046),
)
FINDINGS = (
    finding(
        comparator="market",
        relative=-0.101,
        interval=(-0.14, -0.06),
        causes=CAUSES,
        caveats=("渠道可能重叠",),
    ),
    finding(
        "own.conversion",
        level="ok",
        verdict="same",
        headline="支付转化率 3.12%，与同行持平",
        comparator="peers",
    ),
    finding("own.item", level="watch", headline=f"商品 {HOSTILE} 掉得最多"),
    finding(
        "service.answer_time",
        owner="service",
        headline="首次响应 48 秒，慢了 ▲ +62.0%",
        next_step="晚班加一人",
    ),
    finding(
        "quality.dsr", level="watch", owner="quality", headline="物流评分低于同行", next_step="催两家仓的揽收"
    ),
    finding("own.basket", level="ok", verdict="unknown", owner="", next_step="", headline="客单价 ¥115.6"),
    finding("checkup.stock", owner="supply", headline="3 款 7 天内断货", next_step="补货 3 款"),
    finding(
        "promotion.roi", level="ok", verdict="better", owner="", next_step="", headline="投入产出比 3.42"
    ),
)
WARNINGS = (
    DataWarning("warn", "missing_export", "缺「直播」导出"),
    DataWarning("blocking", "partial_day", "11-20 的数据只到 18:00"),
    DataWarning("info", "restated", "11-17 的支付金额重述"),
)
SPARK = [None if place == 5 else 100.0 + place % 7 for place in range(28)]


def kpi(metric: str, value: float | None, **values: object) -> dict[str, object]:
    """A row of tables["kpis"]."""
    empty = dict.fromkeys(("prev_day", "baseline", "change", "market_change", "relative", "target"))
    return {"metric": metric, "value": value, **empty, "verdict": "unknown", "spark": SPARK, **values}


KPIS = [
    kpi(
        "pay_amount",
        123456,
        prev_day=131000,
        change=-0.12,
        market_change=-0.069,
        relative=-0.051,
        target=118000,
    ),
    kpi(
        "visitors",
        12345,
        prev_day=13000,
        change=-0.119,
        market_change=-0.02,
        relative=-0.101,
        verdict="worse",
    ),
    kpi("pay_conversion_rate", 0.0312, prev_day=0.0301, change=0.006, target=0.033),
    kpi("pay_buyers", None, spark=[None] * 28),
]
SOURCES = (Source("shop_daily", "店铺日报.xlsx", "ab12cd34" * 8, 182, "2026-05-23", "2026-11-20"),)


def day(**values: object) -> SimpleNamespace:
    """A loaded object whose report is complete, unless `values` replace a part of it."""
    parts = {
        "shop": "demo",
        "date": "2026-11-20",
        "notebook": "daily/own",
        "lang": "zh",
        "headline": "支付金额 12.3 万元，较基线 ▼ −12.0%；主因：手淘推荐",
        "findings": FINDINGS,
        "warnings": WARNINGS,
        "tables": {"kpis": KPIS},
        "sources": SOURCES,
    }
    return SimpleNamespace(report=Report(**{**parts, **values}))


def conversion_lines() -> pd.DataFrame:
    """Two lines of 28 days; one day of the second is unknown."""
    search = [0.026 - 0.0001 * place if place < 21 else 0.019 for place in range(28)]
    frame = pd.DataFrame({"全店": [0.029] * 28, "手机端搜索": search}, index=DAYS)
    frame.iloc[9, 1] = float("nan")
    return frame


def items() -> pd.DataFrame:
    """Items with a hostile title, an unknown amount and an id that starts with zeros."""
    return pd.DataFrame(
        {
            "item_name": [HOSTILE, "保温杯A款", "עברית"],
            "item_id": ["007", "8", "9"],
            "pay_amount": [12345.0, 900.0, None],
            "change": [-0.2, 0.1, None],
            "spark": [SPARK, SPARK, SPARK],
        }
    )


def cell(shown: show.Shown, *tags: str) -> NotebookNode:
    """An executed cell that displays `shown`."""
    data, metadata = shown._repr_mimebundle_()
    output = new_output("execute_result", data=data, metadata=metadata)
    return new_code_cell("hidden_code()", metadata={"tags": list(tags)}, outputs=[output])


def notebook() -> NotebookNode:
    """The sample as an executed notebook, in the order of a report."""
    loaded = day()
    warned = [new_output("display_data", data={MIME: loaded.report.to_json()})]
    warned.append(new_output("stream", name="stderr", text="WARNING " * 200))
    return new_notebook(
        cells=[
            new_markdown_cell("# 本店昨天怎么样\n给店长：和平常比、和大盘比，变了多少，为什么。"),
            new_code_cell(
                'shop = "demo"',
                metadata={"tags": ["parameters"]},
                outputs=[new_output("stream", text="PARAMETER")],
            ),
            *(cell(part(loaded)) for part in (show.meta, show.opening, show.findings)),
            new_markdown_cell("## 核心指标 · Key figures"),
            cell(show.kpis(loaded)),
            new_markdown_cell("## 为什么变？ · Why"),
            cell(show.finding(FINDINGS[0])),
            cell(
                show.chart(
                    charts.lines(conversion_lines(), WORDS, unit="fraction", accent="手机端搜索"),
                    "搜索转化率掉了三成",
                    name="conversion",
                    mail=True,
                )
            ),
            cell(show.table(items(), {"change": "change", "spark": "spark:count"}, caption="掉得最多的商品")),
            cell(show.actions(loaded)),
            new_markdown_cell("## 数据说明 · Data"),
            cell(show.provenance(loaded)),
            cell(show.glossary(["visitors", "pay_amount"])),
            new_code_cell("show.publish(day)", outputs=warned),
            new_markdown_cell("## 自己看", metadata={"tags": ["analyst-only"]}),
            new_code_cell(
                "day.frames",
                metadata={"tags": ["analyst-only"]},
                outputs=[new_output("stream", text="ANALYST")],
            ),
        ]
    )
