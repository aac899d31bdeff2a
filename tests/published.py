"""Published report folders for tests of site, mail, bots and Excel, built from the real record types."""

import datetime as dt
import json
from pathlib import Path

from shopbook.findings.finding import Cause, DataWarning, Finding, Report
from shopbook.home import Home

# What an item title may hold: markup, a formula, emoji, a right-to-left mark, quotes, great length.
HOSTILE = '=HYPERLINK("http://x.test")<script>alert(1)</script>\u202e保温杯👨‍👩‍👧 "500ml" & <b>' + "长" * 260
PAGE = (
    '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head><body>'
    "<!-- shopbook:nav --><main><h1>{title}</h1></main><!-- shopbook:since --></body></html>"
)
# A 1 x 1 pixel picture.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
KPIS = (
    ("pay_amount", 123456.0, 140000.0, -0.119, -0.02),
    ("visitors", 34120.0, 38000.0, -0.102, -0.03),
    ("pay_conversion_rate", 0.0312, 0.0301, 0.037, None),
    ("pay_buyers", 1064.0, 1144.0, -0.07, None),
    ("avg_order_value", 115.6, 115.1, 0.004, 0.001),
    ("refund_amount", 8310.0, 8000.0, 0.039, None),
)


def finding(
    id_="own.visitors", level="act", headline="手淘推荐访客少 1,310，拖累访客 9.4 个百分点", **values
) -> Finding:
    """One finding; an `act` one has owner, next step and due day."""
    routed = {"owner": "promotion", "next_step": "核心词出价恢复至 11-13 水平", "due": "2026-11-21"}
    rest = {"verdict": "worse", "metric": "visitors", "value": 34120.0, "baseline": 38000.0, "change": -0.102}
    rest |= {"comparator": "market", "market_change": -0.02}
    cause = Cause({"channel": "recommendation"}, -1310.0, 0.786, "手淘推荐")
    fields = {**(routed if level == "act" else {}), **rest, "relative": -0.08, "causes": (cause,), **values}
    return Finding(id=id_, question="访客为什么变？", headline=headline, level=level, **fields)


def report(shop="demo", date="2026-11-20", notebook="daily/own", **values) -> Report:
    """A report with one `act` finding and the key figures."""
    rows = [
        {"metric": m, "value": v, "prev_day": v * 1.01, "baseline": b, "change": c, "market_change": k,
         "relative": None if k is None else c - k, "target": None, "spark": [v] * 28}
        for m, v, b, c, k in KPIS
    ]  # fmt: skip
    fields = {
        "headline": "支付金额 12.3 万元，较同日 −11.9%，跑输大盘 9.9 个百分点",
        "findings": (finding(),),
        "tables": {"kpis": rows},
        **values,
    }
    return Report(shop=shop, date=date, notebook=notebook, lang=fields.pop("lang", "zh"), **fields)


def shelve(home: Home, *reports: Report, status="done", campaign="", charts=()) -> Path:
    """Write reports as the runner does: page, findings.json, charts, run.json; the folder of the last one."""
    folder = home.reports
    for each in reports:
        family, name = each.notebook.split("/")
        folder = home.reports / each.shop / each.date / family / campaign
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(each.to_json(), ensure_ascii=False)
        (folder / f"{name}.findings.json").write_text(text, encoding="utf-8")
        (folder / f"{name}.html").write_text(PAGE.format(title=name), encoding="utf-8")
        for chart in charts:
            (folder / f"{name}.charts").mkdir(exist_ok=True)
            (folder / f"{name}.charts" / f"{chart}.png").write_bytes(PNG)
        note_status(folder, name, status)
    return folder


def note_status(folder: Path, name: str, status: str, error: str = "") -> None:
    """Set a notebook's state in run.json."""
    file = folder / "run.json"
    ran = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"notebooks": {}}
    ran["notebooks"][name] = {"status": status, "error": error}
    file.write_text(json.dumps(ran, ensure_ascii=False), encoding="utf-8")


def blocking(text="昨天的店铺数据只到 18 点") -> DataWarning:
    """A warning that stops the verdict."""
    return DataWarning("blocking", "partial_day", text)


def days(last: str, count: int) -> list[str]:
    """`count` days up to `last`, oldest first."""
    end = dt.date.fromisoformat(last)
    return [(end - dt.timedelta(days=back)).isoformat() for back in range(count - 1, -1, -1)]


def home_at(root: Path, **shops: str) -> Home:
    """A home in a temporary folder; `shops` gives the YAML of shop files by id."""
    (root / "params" / "shops").mkdir(parents=True, exist_ok=True)
    for shop, text in shops.items():
        (root / "params" / "shops" / f"{shop}.yaml").write_text(text, encoding="utf-8")
    return Home(root, root / "data")
