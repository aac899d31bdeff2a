"""What one reader is told about one report, from its findings.json files: the content of mail and chat."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from shopbook import units
from shopbook.columns import label
from shopbook.home import Home
from shopbook.params import ShopSettings
from shopbook.run.mail.corrections import told
from shopbook.run.mail.mail_text import plain
from shopbook.run.mail.own_figures import FigureTable, own_figures
from shopbook.run.site.actions import Action, shop_actions
from shopbook.run.site.labels import owner_label, sheet_label
from shopbook.run.site.published import Entry, document, scope_key
from shopbook.text import tr

TOP_ACTIONS = 2
SHOWN = 5
FIGURES = 5
CHARTS = 2
_RANK = {"act": 0, "watch": 1, "ok": 2}
_SEVERITY = {"blocking": 0, "warn": 1, "info": 2}


@dataclass(frozen=True)
class Digest:
    """One report as one reader gets it: `actions` first, then `findings`, the key figures, what is wrong."""

    entry: Entry
    shop_name: str
    lang: str
    headline: str
    actions: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    more: int
    figures: tuple[dict[str, Any], ...]
    tables: tuple[FigureTable, ...]
    warnings: tuple[dict[str, Any], ...]
    notices: tuple[str, ...]
    charts: tuple[tuple[str, Path], ...]
    page: Path | None
    workbooks: tuple[Path, ...]
    link: str
    version: str
    state: str
    told: str
    todo: tuple[Action, ...] = ()
    quiet: int = 0
    changed: tuple[str, ...] = ()
    lost_sales: bool = False

    def note(self, finding: Mapping[str, Any]) -> str:
        """How long an action has stood, and what its figure did since it was answered."""
        return next((action.note for action in self.todo if _key(action.finding) == _key(finding)), "")

    @property
    def blocking(self) -> bool:
        """Whether a warning stops the verdict."""
        return any(warning["level"] == "blocking" for warning in self.warnings)

    @property
    def subject_line(self) -> str:
        """The one sentence that stands for the report: a decided loss of sales, else its first action.

        A page that opens with lost sales has no mail whose subject tells of something else.
        """
        first = {} if self.lost_sales or not self.actions else self.actions[0]
        return plain(first.get("headline") or self.headline, 60)

    @property
    def amount(self) -> str:
        """The day's sales, as the back office shows them; "" where they are not known."""
        row = next((row for row in self.figures if row["metric"] == "pay_amount"), {})
        value = row.get("value")
        return units.figure(value, "CNY") if units.known(value) else ""

    @property
    def sales(self) -> str:
        """The same with their label."""
        return f"{label('pay_amount')} {self.amount}" if self.amount else ""

    @property
    def sales_line(self) -> str:
        """The same below the headline; "" where the headline holds the figure already."""
        return "" if self.amount in self.headline else self.sales

    @property
    def preheader(self) -> str:
        """What a mail program shows after the subject: the first thing to do, else that there is none."""
        first = next((finding for finding in self.actions if finding.get("next_step")), None)
        if first:
            return plain(f"{owner_label(first['owner'])}: {first['next_step']}", 90)
        watch = [finding["headline"] for finding in self.findings if finding["level"] == "watch"]
        return plain(watch[0], 90) if watch else tr("Nothing to act on.")


def digest(entry: Entry, settings: ShopSettings, roles: Iterable[str] = ()) -> Digest | None:
    """The digest of a report for a reader with `roles` (none = all); None when there is nothing to tell."""
    documents = [(s.name, doc) for s in entry.sheets if (doc := document(s.findings_file)).get("headline")]
    if not documents:
        return None
    own = _sliced(_merged(documents), set(roles))
    standing = _standing(entry)
    quiet = {_key(action.finding) for action in standing if action.is_quiet}
    loud = [f for f in own if _key(f) not in quiet]
    actions = [f for f in loud if f["level"] == "act"][:TOP_ACTIONS]
    rest = [f for f in loud if f not in actions]
    shown = rest[: max(0, SHOWN - len(actions))]
    warnings = _warnings(documents)
    figures = _figures(entry, documents)
    own_tables = own_figures(entry.family, [doc["tables"] for _, doc in documents])
    headline = documents[0][1]["headline"]
    notices = _notices(entry)
    lead = entry.lead
    return Digest(
        entry=entry,
        shop_name=plain(settings.name or entry.shop, 40),
        lang=documents[0][1].get("lang", settings.lang),
        headline=headline,
        actions=tuple(actions),
        findings=tuple(shown),
        more=len(rest) - len(shown),
        figures=tuple(figures),
        tables=own_tables,
        warnings=tuple(warnings),
        notices=tuple(notices),
        charts=tuple(_charts(entry)),
        page=lead.page,
        workbooks=tuple(book for s in entry.sheets if (book := entry.folder / f"{s.name}.xlsx").is_file()),
        link=_link(settings.base_url, lead.page, entry) if lead.page else "",
        version=_hash([headline, own, figures, [table.rows for table in own_tables], warnings, notices]),
        told=told(figures, own),
        todo=tuple(action for action in standing if _key(action.finding) in {_key(f) for f in own}),
        quiet=len([f for f in own if _key(f) in quiet]),
        lost_sales=documents[0][1].get("story", [])[:1] == ["own.amount"],
        state=_state(own, warnings),
    )


def _state(own: Iterable[dict[str, Any]], warnings: object) -> str:
    """What must have changed for a reader who is told of changes alone."""
    return _hash([sorted([f["id"], scope_key(f), f["level"]] for f in own if f["level"] != "ok"), warnings])


def _figures(entry: Entry, documents: Iterable[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The day's key figures of the first notebook that has them; other families have tables of their own."""
    tables = [rows for _, doc in documents if (rows := doc["tables"].get("kpis"))]
    return tables[0][:FIGURES] if tables and entry.family in ("daily", "custom") else []


def _standing(entry: Entry) -> list[Action]:
    """The report's actions with their answers."""
    reports = entry.folder.parents[3 if entry.campaign else 2]
    home = Home(reports.parents[1], reports.parent)
    return list(shop_actions(home, entry).values())


def _key(finding: Mapping[str, Any]) -> tuple[str, str]:
    return finding["id"], scope_key(dict(finding))


def _merged(documents: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Every finding once, worst first: the brief repeats what the other notebooks found."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for _, doc in documents:
        for finding in doc["findings"]:
            found.setdefault((finding["id"], scope_key(finding)), finding)
    # Within a level the order of the notebooks stays: mail and page put the same finding first.
    return sorted(found.values(), key=lambda f: _RANK.get(f["level"], 3))


def _sliced(findings: list[dict[str, Any]], roles: set[str]) -> list[dict[str, Any]]:
    return [f for f in findings if not roles or f.get("owner") in roles]


def _warnings(documents: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for _, doc in documents:
        for warning in doc.get("warnings", []):
            found.setdefault((warning["code"], warning["text"]), warning)
    return sorted(found.values(), key=lambda w: _SEVERITY.get(w["level"], 3))


def _notices(entry: Entry) -> list[str]:
    """Notebooks that failed this time, so that silence is never taken for good news."""
    failed = [sheet for sheet in entry.sheets if sheet.status == "failed"]
    lost = [sheet_label(sheet.name) for sheet in failed if not sheet.page]
    kept = [sheet_label(sheet.name) for sheet in failed if sheet.page]
    texts = []
    if lost:
        texts.append(tr("Not made this time because its run failed: {names}.", names=tr(", ").join(lost)))
    if kept:
        texts.append(
            tr("The newest run failed, the last good report is shown: {names}.", names=tr(", ").join(kept))
        )
    return texts


def _charts(entry: Entry) -> list[tuple[str, Path]]:
    """The first pictures, none twice: brief and own shop draw the same one."""
    found: dict[str, tuple[str, Path]] = {}
    for sheet in entry.sheets:
        for picture in sorted((entry.folder / f"{sheet.name}.charts").glob("*.png")):
            alt = tr("Chart of {report}: {headline}", report=sheet_label(sheet.name), headline=sheet.headline)
            found.setdefault(hashlib.sha256(picture.read_bytes()).hexdigest(), (alt, picture))
            if len(found) == CHARTS:
                return list(found.values())
    return list(found.values())


def _link(base_url: str, page: Path, entry: Entry) -> str:
    if not base_url:
        return ""
    reports = entry.folder.parents[3 if entry.campaign else 2]
    return f"{base_url.rstrip('/')}/{quote(page.relative_to(reports).as_posix())}"


def _hash(content: list[Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
