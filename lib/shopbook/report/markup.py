"""Small pieces of HTML: every text from outside passes `safe` before it reaches a page."""

import base64
import re
import unicodedata
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from shopbook import units
from shopbook.columns import label
from shopbook.findings.finding import Cause, Finding, Report
from shopbook.params import rules
from shopbook.report import theme
from shopbook.text import language, tr

MONTH = "targets.month"
_DIRECTED = re.compile(r"([▲▼]\s?[+−]?[\d,.]+(?:%|\s?pp|\s?万元|\s?亿元|\s?元|\s?万)?)")


class Shown:
    """What a cell displays: HTML for page and notebook, and for a mail chart its PNG."""

    def __init__(self, html: str, *, png: bytes = b"", chart: str = "") -> None:
        self.html = html
        self._png = png
        self._chart = chart

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data: dict[str, Any] = {"text/html": self.html, "text/plain": ""}
        if not self._png:
            return data, {}
        picture = base64.b64encode(self._png).decode("ascii")
        return data | {"image/png": picture}, {"shopbook": {"chart": self._chart}}


def safe(text: object, limit: int = 0) -> str:
    """`text` escaped, without control and direction marks, shortened to `limit` Chinese widths."""
    flat = " ".join(str(text).split())
    plain = "".join(char for char in flat if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co"))
    shown = theme.shortened(plain, limit) if limit else plain
    marked = escape(shown)
    return (
        f"<bdi>{marked}</bdi>"
        if any(unicodedata.bidirectional(char) in ("R", "AL") for char in shown)
        else marked
    )


def directed(text: object, limit: int = 0) -> str:
    """Like `safe`, with ▲ and ▼ figures in the colours of direction."""

    def colored(match: re.Match[str]) -> str:
        name = "sb-up" if match[1].startswith(units.UP) else "sb-down"
        return f'<span class="{name}">{match[1]}</span>'

    return _DIRECTED.sub(colored, safe(text, limit))


def judged(text: object, verdict: str, limit: int = 0) -> str:
    """Like `directed` where a verdict carries the figures; without one they keep the colour of the text."""
    return directed(text, limit) if verdict in ("better", "worse") else safe(text, limit)


def section(name: str, body: str, *, tag: str = "div") -> str:
    """A part of the report with the classes its style hangs on."""
    return f'<{tag} class="sb sb-{theme.direction_name()} sb-{name}">{body}</{tag}>'


def badge(level: str, verdict: str = "") -> str:
    """The level as a word: 处理, 关注, 正常; a change without a step says which way it went, if known."""
    words = {"ok": tr("fine"), "watch": tr("watch"), "act": tr("act now")}
    plain = level != "ok" or verdict in ("", "same")
    word = words[level] if plain else short_verdict(verdict)
    return f'<span class="sb-badge sb-level-{tone(level, verdict)}">{word}</span>'


def verdict_shown(found: Finding) -> str:
    """The verdict a badge tells; "" of a standing state that asks for nothing, where no change is judged.

    A month's target is a state too, yet open until its range tells more.
    """
    is_calm = found.verdict == "unknown" and found.id in rules().states and found.id != MONTH
    return "" if is_calm else found.verdict


def tone(level: str, verdict: str) -> str:
    """The colour of a finding: green is neither what nobody knows nor a loss that another step mends."""
    return "info" if level == "ok" and verdict in ("worse", "unknown") else level


def verdict_word(verdict: str, comparator: str = "none") -> str:
    """The verdict in words, against what it was made."""
    against = {"market": tr("against the market"), "peers": tr("against peers")}.get(
        comparator, tr("against its baseline")
    )
    return f"{against}{_gap()}{short_verdict(verdict)}"


def short_verdict(verdict: str) -> str:
    """The verdict as one word."""
    words = {"better": tr("better"), "worse": tr("worse"), "same": tr("unchanged"), "unknown": tr("not sure")}
    return words.get(verdict, "")


def owner_name(owner: str) -> str:
    """The role of an owner in the current language."""
    names = {
        "promotion": tr("Promotion"),
        "design": tr("Design"),
        "service": tr("Service"),
        "quality": tr("Quality and logistics"),
        "supply": tr("Supply"),
        "operator": tr("Operations"),
    }
    return names.get(owner, owner)


def factor_name(factor: str) -> str:
    """The name of a factor of a split."""
    names = {
        "market": tr("The market"),
        "visitors": tr("Visitors"),
        "conversion": tr("Conversion"),
        "basket": tr("Basket value"),
        "rate": tr("Rates"),
        "mix": tr("Mix"),
        "overlap": tr("Counted twice"),
        "unexplained": tr("Unexplained"),
    }
    return names.get(factor, factor)


# The notebook of a day that holds a finding, by the first word of its id.
_PAGE_OF = {
    "market": "market", "own": "own", "design": "own", "rivals": "rivals", "promotion": "promotion",
    "service": "service", "quality": "service", "checkup": "checkup",
}  # fmt: skip


def anchor(found: Finding) -> str:
    """The id of a finding's card: its own id, and what it is about where several share that."""
    return anchor_of(found.id, found.scope)


def anchor_of(finding_id: str, scope: Mapping[str, str]) -> str:
    """The same of a finding as findings.json has it."""
    about = "-".join(str(value) for _, value in sorted(scope.items()))
    text = f"f-{finding_id}-{about}" if about else f"f-{finding_id}"
    return re.sub(r"[^\w.-]", "_", text)


def finding_link(report: Report, found: Finding, words: str = "") -> str:
    """The finding's headline leading to its card: on this page, from the brief on the page that holds it."""
    page = _PAGE_OF.get(found.id.split(".")[0], "") if report.notebook == "daily/brief" else ""
    href = f"{page}.html#{anchor(found)}" if page else f"#{anchor(found)}"
    return f'<a href="{safe(href)}">{safe(words or found.headline, 60)}</a>'


def cause_name(cause: Cause) -> str:
    """What an operator calls a cause: its label, the factor's name, else the thing itself."""
    if cause.label:
        return cause.label
    if "factor" in cause.scope:
        return factor_name(cause.scope["factor"])
    return " · ".join(label(value) for value in cause.scope.values()) or factor_name("unexplained")


def details(summary: str, body: str, *, opened: bool = False) -> str:
    """A part that unfolds without a script."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{body}</details>"


def facts(finding: Finding) -> list[str]:
    """Verdict and range of a finding that compares, as escaped words."""
    words = [verdict_word(finding.verdict, finding.comparator)] if finding.interval else []
    if finding.interval:
        low, high = finding.interval
        words.append(
            tr(
                "{share} range {interval}",
                share=units.percent(finding.confidence, 0),
                interval=units.interval(low, high),
            )
        )
    return [safe(word) for word in words]


def _gap() -> str:
    return "" if language() == "zh" else " "
