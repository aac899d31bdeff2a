"""What changed since the previous report: findings that are new or cleared, figures that were restated."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from shopbook.columns import columns, label
from shopbook.run.mail.mail_text import plain
from shopbook.run.site.labels import level_label
from shopbook.run.site.published import LEVELS, Sheet
from shopbook.text import tr
from shopbook.units import figure

_SHOWN = 6
# Restated means more than what rounding in an export can do.
_SAME = 1e-6


@dataclass(frozen=True)
class Restated:
    """A figure of the previous report that today's data tells differently."""

    metric: str
    before: float
    now: float


@dataclass(frozen=True)
class Since:
    """The difference between two reports as (level, headline); what has grown has a worse level."""

    date: str
    new: tuple[tuple[str, str], ...] = ()
    cleared: tuple[tuple[str, str], ...] = ()
    grown: tuple[tuple[str, str], ...] = ()
    restated: tuple[Restated, ...] = ()

    @property
    def quiet(self) -> bool:
        return not (self.new or self.cleared or self.restated)

    @property
    def line(self) -> str:
        """The findings that differ, counted: "2 new, 1 gone, 1 grown"."""
        said = [tr("{count} new", count=len(self.new))] if self.new else []
        said += [tr("{count} gone", count=len(self.cleared))] if self.cleared else []
        said += [tr("{count} grown", count=len(self.grown))] if self.grown else []
        return tr(", ").join(said) or tr("as before")


def since(sheet: Sheet, date: str, previous: Sheet, previous_date: str) -> Since:
    """Compare a report with the previous one of the same notebook, by finding id and scope."""
    now, before = _open_findings(sheet), _open_findings(previous)
    return Since(
        date=previous_date,
        new=tuple(now[key] for key in now if key not in before),
        cleared=tuple(before[key] for key in before if key not in now),
        grown=tuple(now[key] for key in now if key in before and _rank(now[key][0]) < _rank(before[key][0])),
        restated=_restated(sheet, previous) if _next_day(previous_date) == date else (),
    )


def since_html(changes: Since | None, standing: Sequence[str] = ()) -> str:
    """The folded block of a report page, with what stands since longer; "" without a previous report."""
    if changes is None:
        return ""
    title = escape(tr("Since the report of {date}", date=changes.date[5:]))
    if changes.quiet and not standing:
        body = f"<p>{escape(tr('Nothing new, nothing cleared, no figure restated.'))}</p>"
    else:
        body = "".join(
            (
                _rows(tr("New"), [f"{level_label(level)} · {text}" for level, text in changes.new]),
                _rows(tr("Still open"), list(standing)),
                _rows(tr("Cleared"), [text for _, text in changes.cleared]),
                _rows(tr("Restated figures"), [_restated_text(each) for each in changes.restated]),
            )
        )
    told = title + escape(tr(": ")) + escape(changes.line)
    return (
        f'<section class="since" aria-label="{title}">'
        f'<details id="since"><summary>{told}</summary>{body}</details></section>'
    )


def _open_findings(sheet: Sheet) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (id_, scope): (level, headline)
        for id_, scope, level, headline in sheet.essence.get("findings", [])
        if level != "ok"
    }


def _rank(level: str) -> int:
    return LEVELS.index(level)


def _restated(sheet: Sheet, previous: Sheet) -> tuple[Restated, ...]:
    """Yesterday's figures as yesterday's report had them against `prev_day` of today's."""
    before = {metric: value for metric, (value, _) in previous.essence.get("kpis", {}).items()}
    pairs = [(m, before.get(m), now) for m, (_, now) in sheet.essence.get("kpis", {}).items()]
    return tuple(
        Restated(metric, old, new)
        for metric, old, new in pairs
        if old is not None and new is not None and abs(new - old) > _SAME * max(abs(old), abs(new))
    )


def _restated_text(each: Restated) -> str:
    column = columns().get(each.metric)
    unit = column.unit if column else ""
    before, now = figure(each.before, unit), figure(each.now, unit)
    return f"{label(each.metric)}: {before} → {now}"


def _rows(title: str, rows: list[str]) -> str:
    if not rows:
        return ""
    shown = [f"<li>{escape(plain(row, 160))}</li>" for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        shown.append(f"<li>{escape(tr('and {count} more', count=len(rows) - _SHOWN))}</li>")
    return f"<p><b>{escape(title)}</b></p><ul>{''.join(shown)}</ul>"


def _next_day(day: str) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
