"""Under the figures of a finding, folded: which rows of which exports they come from."""

from shopbook.columns import label
from shopbook.findings.finding import Figure, FigureSource, Finding
from shopbook.kinds import kind_name
from shopbook.report.markup import details, safe
from shopbook.text import tr


def origins(found: Finding) -> str:
    """The sources of a finding's figures as a part that unfolds; figures of the same rows share a line."""
    by_source: dict[tuple[FigureSource, ...], list[Figure]] = {}
    for figure in found.figures:
        if figure.unit != "constant" and figure.sources:
            by_source.setdefault(figure.sources, []).append(figure)
    lines = [_line(figures, sources) for sources, figures in by_source.items()]
    if not lines:
        return ""
    body = "".join(lines)
    return f'<div class="sb-origins">{details(tr("Source"), f"<ul>{body}</ul>")}</div>'


def _line(figures: list[Figure], sources: tuple[FigureSource, ...]) -> str:
    printed = tr(", ").join(dict.fromkeys(each.text for each in figures))
    return f"<li>{safe(printed, 60)}: {safe(_said(sources))}</li>"


def _said(sources: tuple[FigureSource, ...]) -> str:
    if all(each.columns for each in sources):
        return "; ".join(_cells(each) for each in sources)
    names = tr(", ").join(dict.fromkeys(kind_name(each.kind) for each in sources))
    first, last = min(each.first_day for each in sources), max(each.last_day for each in sources)
    return tr("made from {kinds}, {first} – {last}", kinds=names, first=first, last=last)


def _cells(source: FigureSource) -> str:
    """The very cells: report, days, columns, how many rows."""
    span = source.first_day
    if source.last_day != span:
        span = f"{span} – {source.last_day}"
    names = " ÷ ".join(label(name) for name in source.columns if name != "value")
    rows = tr("{count} row(s)", count=source.rows)
    return " ".join(part for part in (kind_name(source.kind), span, names, rows) if part)
