"""A file to a table: what a report says, or every reason why it is refused."""

import datetime as dt
import hashlib
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from shopbook.kinds import HalfMade
from shopbook.read.checks import checked
from shopbook.read.dated import dated
from shopbook.read.find import Found, Sought, find, is_hinted, not_found
from shopbook.read.mapping import doubts
from shopbook.read.names import file_name, shown
from shopbook.read.problems import FileRefused, Problem, blocking, info
from shopbook.read.sidecar import sidecar
from shopbook.read.sniff import Contents, open_bytes
from shopbook.read.spec import Asked, Draft, OfShop, Spec
from shopbook.read.tables import typed
from shopbook.read.values import ROW, SHEET, Values, as_frame, below, height, listed, taken, without

_TAOBAO = ("", "taobao", "tmall")


@dataclass(frozen=True)
class Provenance:
    """Where a table came from and how its bytes were read."""

    file: str
    sha256: str
    container: str
    encoding: str
    delimiter: str
    sheets: tuple[str, ...]
    header_row: int
    rows_in_file: int
    shop_name: str = ""


@dataclass(frozen=True)
class ExportTable:
    """A typed table of one kind, what is worth knowing about it, and where it came from.

    `rows` and `sheets` say for each row in which row of which sheet of the file it stands.
    """

    kind: str
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    provenance: Provenance
    report: str = ""
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    sheets: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """How many rows it has."""
        return height(self.values)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table as a frame, texts as texts; made when asked for, because storing it needs none."""
        return as_frame(self.values)


def read_export(
    path: Path | str,
    *,
    name: str = "",
    shop: str | OfShop = "",
    today: dt.date | None = None,
    item_id: str = "",
    day: dt.date | None = None,
    attribution_days: int | None = None,
) -> ExportTable:
    """The table in the export file `path`; a file that cannot be one raises FileRefused with every reason.

    `name` is what it was downloaded as (empty: the path's own), `shop` the folder's shop or what is known
    of it, `today` the running
    day (its rows are left out); the others say what a file may lack. The window of attribution is not in ad
    reports: it comes as argument or from `<file>.yaml` beside the file (attribution_days, item_id, date).
    """
    path = Path(path)
    name = shown(name or path.name)
    beside = sidecar(path)
    asked = Asked(
        file=name,
        name=file_name(name),
        shop=shop if isinstance(shop, OfShop) else OfShop(shop),
        today=today,
        item_id=item_id or str(beside.get("item_id", "")),
        day=day or beside.get("date"),
        attribution_days=attribution_days or beside.get("attribution_days"),
    )
    data = path.read_bytes()
    return _guarded(lambda: _read(data, asked), name)


def _guarded(read: Callable[[], ExportTable], file: str) -> ExportTable:
    """An operator never sees a traceback, nor is a fault of the reader told as one of the file."""
    try:
        return read()
    except (FileRefused, HalfMade):
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        problem = blocking(
            "reader_fault",
            "shopbook itself failed on this file ({detail}).\n  Found: a fault of shopbook; the file may be "
            "good\n  What to do: keep the file and report this line; other files are taken in.",
            detail=f"{type(error).__name__}: {error}; {Path(place.filename).name}:{place.lineno}",
        )
        raise FileRefused(file, [problem]) from error


def _read(data: bytes, asked: Asked) -> ExportTable:
    contents = open_bytes(data, asked.file)
    problems: list[Problem] = list(contents.notes)
    found = _same_report(contents, asked, problems)
    spec = found[0].spec
    values = below([_values(each, asked, problems, contents.container) for each in found])
    shops = _shop_names(values, problems)
    values = without(values, ("shop",))
    if not any(problem.level == "blocking" for problem in problems):
        values = checked(values, spec, asked, problems)
        if found[0].mapping:
            problems += doubts(found[0].mapping, spec.kind, values, problems)
    if not height(values) and not any(problem.level == "blocking" for problem in problems):
        problems.append(_no_rows())
    if any(problem.level == "blocking" for problem in problems):
        raise FileRefused(asked.file, [problem for problem in problems if problem.level == "blocking"])
    values = _ordered(values, spec)
    provenance = Provenance(
        file=asked.file,
        sha256=hashlib.sha256(data).hexdigest(),
        container=contents.container,
        encoding=contents.encoding,
        delimiter=contents.delimiter,
        sheets=tuple(each.sheet.name for each in found),
        header_row=found[0].row + 1,
        rows_in_file=sum(len(each.sheet.rows) for each in found),
        shop_name=shops[0] if shops else "",
    )
    return ExportTable(
        spec.kind,
        without(values, (ROW, SHEET)),
        tuple(distinct(problems)),
        provenance,
        spec.report,
        rows=np.asarray(values[ROW], dtype=np.int64),
        sheets=tuple(listed(values[SHEET])),
    )


def distinct(problems: list[Problem]) -> list[Problem]:
    """Problems without repeats (two sheets say the same), the gravest first."""
    rank = {"blocking": 0, "warn": 1, "info": 2}
    seen = {(problem.code, problem.text): problem for problem in problems}
    return sorted(seen.values(), key=lambda problem: rank[problem.level])


def _same_report(contents: Contents, asked: Asked, problems: list[Problem]) -> list[Found]:
    """The sheets of one report; sheets of another are left out and told."""
    has_day = asked.day is not None or bool(asked.name.days)
    sought = Sought(asked.file, has_day, asked.shop.own_layouts)
    looked = [find(sheet, sought) for sheet in contents.sheets if sheet.rows]
    found = _with_data([each for each in looked if isinstance(each, Found)])
    if not found:
        reasons = [each for each in looked if isinstance(each, Problem)]
        raise FileRefused(asked.file, reasons[:1] or [not_found(contents.sheets, sought)])
    best = max(
        found, key=lambda each: (is_hinted(each.spec, asked.file), len(each.sheet.rows) > each.row + 1)
    )
    if best.spec.of.platform == "taobao" and asked.shop.platform not in _TAOBAO:
        raise FileRefused(asked.file, [_not_of(best.spec, asked.shop.platform)])
    same = [each for each in found if each.spec is best.spec]
    others = [
        sheet.name
        for sheet in contents.sheets
        if sheet.rows and all(sheet is not each.sheet for each in same)
    ]
    if others:
        problems.append(info("sheets_left_out", "sheets not read: {sheets}.", sheets=others))
    return same


def _with_data(found: list[Found]) -> list[Found]:
    """Without sheets that hold no figure below their header, such as a list of what the columns mean."""
    filled = [each for each in found if each.has_figures]
    return filled or found


def _not_of(spec: Spec, platform: str) -> Problem:
    return blocking(
        "other_platform",
        "{kind}: a report of Taobao or Tmall, and this shop is on {platform}.\n  Found: the platform in "
        "params/shops/\n  What to do: put the file into the folder of its own shop.",
        kind=spec.of,
        platform=platform,
    )


def _values(found: Found, asked: Asked, problems: list[Problem], container: str) -> Values:
    spec = found.spec
    if spec.whole:
        values = spec.whole(found.sheet, asked, problems)
    else:
        table = typed(found, problems, container)
        draft = Draft(
            table, asked, spec.layout, found.sheet.name, tuple(found.banner), tuple(found.titles), problems
        )
        values = spec.shape(draft)
        values = dated(values, spec, draft) if spec.of.dated == "day" else values
    return values | {SHEET: [found.sheet.name] * height(values)}


def _shop_names(values: Values, problems: list[Problem]) -> list[str]:
    """The shop names a file states; two of them refuse it."""
    names = sorted({name for name in values.get("shop", ()) if name})
    if len(names) > 1:
        problems.append(
            blocking(
                "mixed_shops",
                "rows of several shops: {found}.\n  Found: {count} names in the shop column\n  "
                "What to do: export one "
                "shop per file, into its own folder.",
                found=names,
                count=len(names),
            )
        )
    return names


def other_shop(found: str, expected: tuple[str, ...]) -> Problem:
    """The refusal of a file that names another shop than its folder's."""
    return blocking(
        "mixed_shops",
        "the file is of another shop.\n  Found: {found}; this folder belongs to "
        "{expected}\n  What to do: move "
        "it to the folder of its shop; if the shop was renamed, put the new name into params/shops/.",
        found=found,
        expected=expected,
    )


def _no_rows() -> Problem:
    return blocking(
        "no_rows",
        "the file has a header and no rows of data.\n  Found: 0 rows\n  What to do: "
        "choose a day with data and "
        "download again.",
    )


def _ordered(values: Values, spec: Spec) -> Values:
    """Day and key columns first, rows sorted by them: the same rows in another order are the same table."""
    keys = list(dict.fromkeys(name for name in ("date", *spec.of.grain) if name in values))
    keys = keys or [name for name in values if name not in (ROW, SHEET)]
    arranged = {name: values[name] for name in keys} | values
    rows = list(zip(*(listed(values[name]) for name in keys), strict=True))
    order = sorted(range(len(rows)), key=rows.__getitem__)
    return arranged if order == list(range(len(rows))) else taken(arranged, order)
