"""What every loaded page answers in the same way: frames, tables, findings, meanings, sources."""

import difflib
import html
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import pandas as pd

from shopbook.columns import columns as known_columns
from shopbook.errors import AttributeUnknown, NameUnknown
from shopbook.findings.finding import Finding, Report
from shopbook.home import Home
from shopbook.kinds import kind_name
from shopbook.labels import heading
from shopbook.params import rules
from shopbook.read.exports import KINDS
from shopbook.read.shape import empty_frame
from shopbook.tables import Table, known_column, table
from shopbook.text import tr

_NEAR = 0.4
_MOST_NAMES = 40


@dataclass(frozen=True, repr=False)
class View:
    """A loaded page: `report` is what is published; frames and tables are there to ask and to change."""

    report: Report
    home: Home

    @property
    @abstractmethod
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The live tidy frames by kind of export, each a copy of the history up to the report day."""

    @property
    def shop_name(self) -> str:
        """The shop's name as its file says."""
        return self.report.shop

    @property
    def family(self) -> str:
        """The family of the notebook: daily, campaign_review, product_lifecycle, periodic."""
        return self.report.notebook.split("/")[0]

    @property
    def table_names(self) -> list[str]:
        """The names that `table` knows on this page."""
        return list(dict.fromkeys((*self.report.tables, *self._live())))

    def frame(self, name: str) -> pd.DataFrame:
        """A live frame by its kind (`day.frame("item_daily")`) or a table by its name.

        A kind the shop lacks has its columns and no rows. Raises NameUnknown with the nearest names.
        """
        frames = self.frames
        if name in frames:
            return frames[name]
        if name in KINDS:
            return empty_frame(name)
        if name in self.table_names:
            return self.table(name)
        raise unknown("frame", name, [*frames, *self.table_names])

    def table(self, name: str) -> pd.DataFrame:
        """A table of this page as a tidy frame, one row a thing; `columns(name)` says what it holds.

        Without data it has its columns and no rows. Raises NameUnknown with the nearest names.
        """
        live = self._live()
        if name not in live and name not in self.report.tables:
            raise unknown("table", name, self.table_names)
        frame = live[name]() if name in live else pd.DataFrame(self.report.tables[name])
        return self._documented(frame, name)

    def columns(self, name: str) -> pd.DataFrame:
        """What the columns of a table or frame mean: name, label, unit, meaning; one row a column."""
        said = self._table(name)
        made = said.columns if said else {each: known_column(each) for each in self.frame(name).columns}
        rows = [(each.name, each.label, heading(each.unit, "unit"), each.meaning) for each in made.values()]
        heads = [tr("Column"), tr("Label"), tr("Unit"), tr("Meaning")]
        return pd.DataFrame(rows, columns=heads).set_index(heads[0])

    def finding(self, finding_id: str) -> Finding:
        """A finding of this page by its stable id; one that says so when its data are missing.

        Raises NameUnknown for an id no rule has.
        """
        found = next((each for each in self.report.findings if each.id == finding_id), None)
        if found is None and finding_id not in self._finding_ids():
            raise unknown("finding", finding_id, self._finding_ids())
        return found or no_figures(finding_id)

    def source(self, *kinds: str) -> str:
        """The source line of a chart: exports and the days they cover."""
        spans = {
            kind: (min(each.first_day for each in rows), max(each.last_day for each in rows))
            for kind in kinds
            if (rows := [each for each in self.report.sources if each.kind == kind])
        }
        by_span: dict[tuple[str, str], list[str]] = {}
        for kind, span in spans.items():
            by_span.setdefault(span, []).append(kind_name(kind))
        dated = [("、".join(names), first, last) for (first, last), names in by_span.items()]
        return "; ".join(f"{names} {first} – {last}" if last else names for names, first, last in dated)

    def _live(self) -> Mapping[str, Callable[[], pd.DataFrame]]:
        """Tables of this page that are made of live frames, beside those of the report."""
        return {}

    def _documented(self, frame: pd.DataFrame, name: str) -> pd.DataFrame:
        """The frame with every documented column, in the order of its documentation, and its name."""
        said = self._table(name)
        if said:
            others = [each for each in frame.columns if each not in said.columns]
            frame = frame.reindex(columns=[*said.columns, *others])
            figures = [name for name, each in said.columns.items() if each.is_figure]
            frame[figures] = frame[figures].astype(float)
        frame.attrs["table"] = f"{self.family}.{name}"
        return frame

    def _table(self, name: str) -> Table | None:
        return table(self.family, name)

    def _finding_ids(self) -> list[str]:
        here, routed = [each.id for each in self.report.findings], list(rules().routes)
        weeks = [each.replace("own.", "weekly.") for each in routed if each.startswith("own.")]
        return list(dict.fromkeys((*here, *routed, *weeks)))

    if not TYPE_CHECKING:  # or the type checker would take every name for a good one

        def __getattr__(self, name: str) -> NoReturn:
            """Only asked for what is not there, or for a property whose own code failed."""
            if name.startswith("_"):
                raise AttributeError(name)
            if hasattr(type(self), name):
                return super().__getattribute__(name)
            said = unknown("name", name, [each for each in dir(self) if not each.startswith("_")])
            raise AttributeUnknown(said.msgid, **said.values)

    def __repr__(self) -> str:
        """One screen: what was loaded and what can be asked; no frame, no address, no path."""
        report = self.report
        ids = dict.fromkeys(each.id for each in report.findings)
        kinds = ", ".join(kind for kind in KINDS if kind in self.frames)
        lines = [
            f"{self.shop_name} · {report.date} · {report.notebook}",
            report.headline,
            tr("findings: {names}", names=", ".join(ids) or "–"),
            tr("tables: {names}", names=", ".join(self.table_names)),
            tr("frames: {names}", names=kinds or "–"),
            tr('Ask: .table("…"), .columns("…"), .frame("…"), .finding("…")'),
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def no_figures(finding_id: str) -> Finding:
    """What stands for a finding whose data are missing."""
    return Finding(id=finding_id, question="", headline=tr("No figures for this question yet."))


def unknown(what: str, found: str, known: Iterable[str]) -> NameUnknown:
    """The error for a name that is not there: what was asked, the nearest names, all there are."""
    names = sorted(dict.fromkeys(str(each) for each in known))
    near = difflib.get_close_matches(str(found), names, 3, _NEAR)
    words = {
        "frame": tr("frame"), "table": tr("table"), "finding": tr("finding"), "metric": tr("metric"),
        "name": tr("name"),
    }  # fmt: skip
    return NameUnknown(
        "There is no {what} {found!r} here. Near: {near}.\n"
        "  There is: {known}.\n  What to do: write {first!r}.",
        what=words[what],
        found=str(found),
        near=", ".join(near) or "–",
        known=_listed(names) or "–",
        first=(near or names or [""])[0],
    )


def _listed(names: list[str]) -> str:
    """Names for one screen."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    more = tr("and {count} other names", count=len(names) - _MOST_NAMES)
    return f"{', '.join(names[:_MOST_NAMES])} {more}"


def metric_of(name: str) -> str:
    """`name`, when params/columns.yaml knows it; else NameUnknown with the nearest names."""
    if name not in known_columns():
        raise unknown("metric", name, known_columns())
    return name
