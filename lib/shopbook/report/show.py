"""What a notebook cell shows. Functions take an object with `.report` and return something to display."""

import base64
import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Protocol

import pandas as pd
from matplotlib.figure import Figure

from shopbook.columns import columns
from shopbook.findings.finding import MIME, Finding, Report, Source, worst_first
from shopbook.kinds import kinds
from shopbook.report import svg, tables
from shopbook.report.markup import (
    Shown,
    anchor,
    badge,
    cause_name,
    details,
    directed,
    facts,
    finding_link,
    judged,
    owner_name,
    safe,
    section,
    tone,
    verdict_shown,
)
from shopbook.report.opening import data_notes
from shopbook.report.opening import opening as opening_of
from shopbook.report.origins import origins
from shopbook.report.points import points
from shopbook.text import language, tr

MOST_FINDINGS = 5
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STYLE = Path(__file__).parent / "template" / "shopbook" / "parts.css"


class Reported(Protocol):
    """Anything a facade loads."""

    report: Report


def meta(day: Reported) -> Shown:
    """The first line: shop, day with weekday, reach of the data. It brings the notebook's style."""
    report = day.report
    reach = max((source.last_day for source in report.sources if source.kind == "shop_daily"), default="")
    words = [
        safe(getattr(day, "shop_name", "") or report.shop, 24),
        safe(f"{report.date}{_weekday(report.date)}"),
    ]
    words += [tr("data complete to {day}", day=safe(reach))] if reach not in ("", report.date) else []
    style = f"<style>{_STYLE.read_text(encoding='utf-8')}</style><!--/lab-->"
    return Shown(style + section("meta", f"<p>{' · '.join(f'<span>{word}</span>' for word in words)}</p>"))


def opening(day: Reported) -> Shown:
    """The first screen: the answer, four key figures, at most two actions, data notes folded."""
    return Shown(opening_of(day.report))


def data_box(day: Reported) -> Shown:
    """What is wrong with the data, blocking first, folded into one line unless it stops a verdict."""
    return Shown(section("notes", data_notes(day.report)))


def headline(day: Reported) -> Shown:
    """The answer in one sentence."""
    return Shown(
        section("headline", directed(day.report.headline, 120), tag="h2") + "<!-- shopbook:since -->"
    )


def findings(day: Reported) -> Shown:
    """At most five findings, worst first, each with its badge, owner and next step."""
    ranked = worst_first(day.report.findings)
    if not ranked:
        return Shown(section("findings", f"<p>{tr('Nothing can be judged yet.')}</p>"))
    cards = [f"<li>{_card(one, day.report)}</li>" for one in ranked]
    rest = len(ranked) - MOST_FINDINGS
    more = (
        details(tr("{count} more findings", count=rest), f"<ol>{''.join(cards[MOST_FINDINGS:])}</ol>")
        if rest > 0
        else ""
    )
    body = f"<ol>{''.join(cards[:MOST_FINDINGS])}</ol>{more}"
    return Shown(section("findings", f'<div id="findings">{body}</div>'))


def finding(found: Finding) -> Shown:
    """One finding with the table of its causes."""
    return Shown(section("finding", _card(found) + _causes(found)))


def kpis(day: Reported) -> Shown:
    """The KPI table; cards on a phone."""
    rows = day.report.tables.get("kpis", [])
    body = tables.kpi_table(rows) if rows else f"<p>{tr('No key figures for this day.')}</p>"
    note = tr("Baseline: the same weekday in the four weeks before, without campaign days and holidays.")
    return Shown(section("kpi", f'{body}<p class="sb-note">{note}</p>'))


def table(
    frame: pd.DataFrame,
    units: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    *,
    caption: str = "",
    note: str = "",
    limit: int = 12,
) -> Shown:
    """A tidy frame as a table; see `tables.frame_table` for the units."""
    body = tables.frame_table(frame, units=units, labels=labels, caption=caption, note=note, limit=limit)
    return Shown(section("table", body))


def chart(fig: Figure, alt: str, *, name: str = "", mail: bool = False) -> Shown:
    """A figure with its alternative text; `mail` puts a PNG beside it for the mail, under `name`."""
    if not alt.strip():
        raise ValueError("a chart needs an alternative text: say in a sentence what it shows")
    if mail and not name:
        raise ValueError("a chart for the mail needs a name")
    vector = svg.figure_svg(fig).encode()
    values = points(fig)
    fig.set_layout_engine("none")  # laid out by now: the PNG need not find the same places again
    png = svg.figure_png(fig) if mail else b""
    kind, picture = "svg+xml", vector
    if len(vector) > svg.LIMIT:
        small = png or svg.figure_png(fig, dpi=144, colors=64)
        kind, picture = ("png", small) if len(small) < len(vector) else (kind, vector)
    wide, high = (round(side * 96) for side in fig.get_size_inches())
    source = f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"
    _close(fig)
    picture_of = f'<img alt="{safe(alt, 200)}" width="{wide}" height="{high}" src="{source}">'
    hover = f' data-points="{escape(values)}"' if values else ""
    html = section("chart", f"<div{hover}>{picture_of}</div>", tag="figure")
    return Shown(html, png=png if mail else b"", chart=name)


def actions(day: Reported) -> Shown:
    """What to do, by role."""
    todo: dict[str, list[Finding]] = {}
    for found in worst_first(day.report.findings):
        if found.next_step and found.owner:
            todo.setdefault(found.owner, []).append(found)
    if not todo:
        return Shown(section("actions", f"<p>{tr('Nothing to do today.')}</p>"))
    body = "".join(
        f"<dt>{owner_name(owner)}</dt>"
        + "".join(f"<dd>{badge(one.level)} {_step(one)}</dd>" for one in steps)
        for owner, steps in todo.items()
    )
    return Shown(section("actions", f"<dl>{body}</dl>"))


def provenance(day: Reported) -> Shown:
    """Which files the report was made from, a row an export; findings.json lists every file."""
    by_kind: dict[str, list[Source]] = {}
    for one in day.report.sources:
        by_kind.setdefault(one.kind, []).append(one)
    rows = []
    for kind, files in by_kind.items():
        newest = max(files, key=lambda one: one.last_day)
        known = [one.first_day for one in files if one.first_day]
        first, last = min(known, default=""), newest.last_day
        rows.append(
            {
                "kind": str(kinds()[kind]) if kind in kinds() else kind,
                "days": f"{first} – {last}" if first else "",
                "rows": sum(one.rows for one in files),
                "files": len(files),
                "file": newest.file,
                "sha": newest.sha256[:8],
            }
        )
    frame = pd.DataFrame(rows, columns=["kind", "days", "rows", "files", "file", "sha"])
    names = {
        "kind": tr("Export"),
        "days": tr("Days"),
        "rows": tr("Rows"),
        "files": tr("Files"),
        "file": tr("Newest file"),
        "sha": tr("Fingerprint"),
    }
    units = {"kind": "text", "days": "text", "rows": "count", "files": "count", "file": "text", "sha": "text"}
    body = tables.frame_table(frame, units=units, labels=names, limit=40)
    count = tr("Sources of this report: {count} files", count=len(day.report.sources))
    return Shown(section("provenance", details(count, body)))


def glossary(metrics: Sequence[str]) -> Shown:
    """The definitions of the measures on this page, folded."""
    known = [columns()[name] for name in metrics if name in columns()]
    body = "".join(f"<dt>{safe(one.label)}</dt><dd>{safe(one.meaning)}</dd>" for one in known)
    return Shown(section("glossary", details(tr("What the measures mean"), f"<dl>{body}</dl>")))


def publish(day: Reported) -> None:
    """Emit the findings for the runner, as one display output that shows nothing on the page."""
    from IPython.display import display

    display({MIME: day.report.to_json()}, raw=True)


def _card(found: Finding, report: Report | None = None) -> str:
    verdict = verdict_shown(found)
    mark = badge(found.level, verdict)
    lines = [f'<p class="sb-f-head">{mark} <strong>{judged(found.headline, found.verdict, 90)}</strong></p>']
    if said := facts(found):
        lines.append(f'<p class="sb-f-facts">{" · ".join(said)}</p>')
    if found.next_step:
        who = f"<b>{owner_name(found.owner)}</b> " if found.owner else ""
        lines.append(f'<p class="sb-f-next">→ {who}{_step(found)}</p>')
    if found.caveats:
        minded = "; ".join(directed(one, 120) for one in found.caveats)
        lines.append(f'<p class="sb-f-caveats">{tr("Mind:")} {minded}</p>')
    lines.append(origins(found))
    if report is not None and report.notebook == "daily/brief":
        lines.append(f'<p class="sb-more">{finding_link(report, found, tr("Open its page"))}</p>')
    where = f' id="{anchor(found)}"' if report is not None else ""
    return f'<div class="sb-card sb-card-{tone(found.level, verdict)}"{where}>{"".join(lines)}</div>'


def _step(found: Finding) -> str:
    due = f' <span class="sb-due">{tr("by {day}", day=safe(found.due[-5:]))}</span>' if found.due else ""
    return f"{safe(found.next_step, 120)}{due}"


def _causes(found: Finding) -> str:
    if not found.causes:
        return ""
    unit = columns()[found.metric].unit if found.metric in columns() else "count"
    rows = [{"cause": cause_name(one), "effect": one.effect, "share": one.share} for one in found.causes]
    names = {"cause": tr("Cause"), "effect": tr("Effect"), "share": tr("Share of the change")}
    frame = pd.DataFrame(rows, columns=["cause", "effect", "share"])
    return tables.frame_table(
        frame, units={"cause": "text", "effect": f"delta:{unit}", "share": "share"}, labels=names, limit=8
    )


def _weekday(day: str) -> str:
    try:
        place = dt.date.fromisoformat(day).weekday()
    except ValueError:
        return ""
    return f"（周{'一二三四五六日'[place]}）" if language() == "zh" else f" ({_DAYS[place]})"


def _close(fig: Figure) -> None:
    """Forget a figure that was made with pyplot, so the inline backend does not show it a second time."""
    if "matplotlib.pyplot" in sys.modules and fig.canvas.manager is not None:
        sys.modules["matplotlib.pyplot"].close(fig)


__all__ = [
    "actions", "chart", "data_box", "finding", "findings", "glossary", "headline", "kpis", "meta",
    "opening", "provenance", "publish", "table",
]  # fmt: skip
