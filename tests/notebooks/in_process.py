"""Notebooks run in this process, cell by cell, on a history that lacks what a test takes away."""

import ast
import datetime as dt
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from shopbook.findings.finding import MIME
from shopbook.history.store import SourceRow, Store
from shopbook.home import PROJECT
from shopbook.kinds import kinds
from shopbook.params import FAMILIES
from shopbook.report import charts, svg
from shopbook.report.markup import Shown
from shopbook.workbook import campaign, card, daily, lifecycle, periodic

FACADES = (daily, campaign, lifecycle, periodic, card)
# What readers add to a row: which report, how wide, whose.
ADDED = frozenset(
    ("date", "month", "channel", "channel_label", "device", "level", "row", "report", "data_scope")
)


def optional(kind: str, columns: Iterable[str]) -> list[str]:
    """The columns an export may hold "-" in on every row: those that are not what a row is about."""
    return [name for name in columns if name not in ADDED and name not in kinds()[kind].grain]


@dataclass(frozen=True)
class Lack:
    """What a history lacks: kinds, the report day of kinds, columns by place, days before the report day."""

    kinds: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    columns: frozenset[tuple[str, str]] = frozenset()
    days: int = 0


class LackingStore(Store):
    """A history without what `lack` takes away; what was read once is kept for the next case."""

    lack = Lack()
    read_kinds: ClassVar[set[str]] = set()
    _kept: ClassVar[dict[tuple[Any, ...], pd.DataFrame]] = {}
    _kept_sources: ClassVar[dict[tuple[Any, ...], list[SourceRow]]] = {}

    def kinds(self, shop: str) -> list[str]:
        return [kind for kind in super().kinds(shop) if kind not in self.lack.kinds]

    def _files(
        self, shop: str, kind: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[tuple[dt.date | None, Path]]:
        if kind in self.lack.kinds:
            return []
        gone = {stamp.date() for stamp in self._gone(shop, kind)}
        return [(day, path) for day, path in super()._files(shop, kind, first, last) if day not in gone]

    def _gone(self, shop: str, kind: str) -> list[pd.Timestamp]:
        """The days that are lacking."""
        if not (kind in self.lack.late or self.lack.days):
            return []
        days = [day for day, _ in super()._files(shop, kind) if day]
        gone = set(days[-1:]) if kind in self.lack.late else set()
        if self.lack.days:
            gone |= set(days) - set(_known_days(self, shop)[-self.lack.days :])
        return [pd.Timestamp(day) for day in gone]

    def read(
        self,
        shop: str,
        kind: str,
        first: dt.date | None = None,
        last: dt.date | None = None,
        columns: Any = None,
    ) -> pd.DataFrame:
        self.read_kinds.add(kind)
        wanted = None if columns is None else tuple(columns)
        gone = self._gone(shop, kind)
        if kind in self.lack.kinds or (gone and wanted and "date" not in wanted):
            return super().read(shop, kind, first, last, wanted)
        key = (str(self.root), shop, kind, first, last, wanted)
        if key not in self._kept:
            self._kept[key] = Store(self.root).read(shop, kind, first, last, wanted)
        frame = self._kept[key]
        if gone:
            frame = frame[~frame["date"].isin(gone)].reset_index(drop=True)
        blank = [name for place, name in self.lack.columns if place == kind and name in frame]
        return frame.assign(**{name: _dashes(frame[name]) for name in blank})

    def sources(
        self, shop: str, kind: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[SourceRow]:
        if not self._whole(kind):
            return super().sources(shop, kind, first, last)
        key = (str(self.root), shop, kind, first, last)
        if key not in self._kept_sources:
            self._kept_sources[key] = super().sources(shop, kind, first, last)
        return self._kept_sources[key]

    def _whole(self, kind: str) -> bool:
        return not (kind in self.lack.kinds | self.lack.late or self.lack.days)


def _known_days(store: Store, shop: str) -> list[dt.date]:
    return [day for day, _ in Store._files(store, shop, "shop_daily") if day]


def _dashes(column: pd.Series) -> pd.Series:
    """A column as the reader leaves it when every cell of the export is "-"."""
    if pd.api.types.is_numeric_dtype(column):
        return pd.Series(float("nan"), index=column.index)
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Series(pd.NaT, index=column.index, dtype=column.dtype)
    return pd.Series("", index=column.index, dtype=column.dtype)


def reports() -> list[str]:
    """Every shipped report notebook as family/name."""
    paths = [path for family in FAMILIES for path in (PROJECT / "notebooks" / family).glob("*.ipynb")]
    return sorted(f"{p.parent.name}/{p.stem}" for p in paths if not p.name.startswith("scratch_"))


@cache
def _cells(name: str) -> tuple[tuple[CodeType, CodeType | None, bool], ...]:
    """The code cells: statements, the last expression, whether it is the parameters cell."""
    notebook = nbformat.read(PROJECT / "notebooks" / f"{name}.ipynb", as_version=4)
    made = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        tree, place = ast.parse(cell.source), f"{name}.ipynb cell {number}"
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        shown = compile(ast.Expression(last.value), place, "eval") if last else None
        tagged = "parameters" in cell.metadata.get("tags", [])
        made.append((compile(tree, place, "exec"), shown, tagged))
    return tuple(made)


def run(name: str, seen: dict[str, Any] | None = None, /, **parameters: Any) -> dict[str, Any]:
    """Run a notebook's cells, the analyst's too, and return the report it published; `seen`: its names."""
    published: dict[str, Any] = {}
    namespace: dict[str, Any] = {} if seen is None else seen

    def display(*things: Any, **_: Any) -> None:
        for thing in things:
            if isinstance(thing, dict) and MIME in thing:
                published.update(thing[MIME])
            elif isinstance(thing, Shown):
                assert thing.html
            elif isinstance(thing, pd.DataFrame | pd.Series):
                assert thing.head(5).to_string()
            else:
                assert repr(thing)

    namespace["display"] = display
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", display)
        for statements, shown, tagged in _cells(name):
            exec(statements, namespace)
            if shown:
                display(eval(shown, namespace))
            if tagged:
                namespace.update({key: value for key, value in parameters.items() if key in namespace})
    return published


def _loaded_once(facts_of: Callable[..., Any]) -> Callable[..., Any]:
    """`facts_of` of a facade, made once a day: the pages of a batch share what was loaded before them."""
    made: dict[tuple[Any, ...], Any] = {}

    def shared(*given: Any) -> Any:
        key = tuple(each for each in given if not isinstance(each, Store))
        if key not in made:
            made[key] = facts_of(*given)
        return made[key]

    return shared


def _drawn_once(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """A chart function that draws the same data and words once: most cases change few pictures."""

    def drawn(*given: Any, **named: Any) -> Figure:
        key = draw.__name__, pickle.dumps((given, named))
        if key not in _figures:
            _figures[key] = draw(*given, **named)
        return _figures[key]

    return drawn


_figures: dict[tuple[str, bytes], Figure] = {}


@contextmanager
def history_without(lack: Lack) -> Iterator[None]:
    """Facades read a history without `lack`; pictures are drawn but not written, which costs most."""
    with pytest.MonkeyPatch.context() as patch:
        for facade in FACADES:
            patch.setattr(facade, "Store", LackingStore)
        for facade in (daily, lifecycle):
            patch.setattr(facade, "facts_of", _loaded_once(facade.facts_of))
        for name in ("contributions", "counterfactual", "intervals", "item_map", "lines", "ranked_bars",
                     "small_multiples", "stage_map"):  # fmt: skip
            patch.setattr(charts, name, _drawn_once(getattr(charts, name)))
        patch.setattr(LackingStore, "lack", lack)
        patch.setattr(LackingStore, "read_kinds", set())
        patch.setattr(svg, "figure_svg", lambda fig: "<svg/>")
        patch.setattr(svg, "figure_png", lambda fig, **options: b"png")
        yield
