"""A file to a table: what a report says, or every reason why it is refused."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shopbook.columns import load_yaml
from shopbook.read.cells import listed
from shopbook.read.checks import checked
from shopbook.read.find import Found, find, is_hinted, not_found
from shopbook.read.names import file_name
from shopbook.read.problems import FileRefused, Problem, blocking, info
from shopbook.read.sniff import Contents, open_bytes
from shopbook.read.spec import Asked, Draft, Spec
from shopbook.read.tables import period, typed

_ONE_DAY_KINDS = ("item_daily", "search_terms", "shop_daily", "flow_source", "item_flow_source")


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
    """A typed table of one kind, what is worth knowing about it, and where it came from."""

    kind: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    provenance: Provenance
    report: str = ""


def read_export(
    path: Path | str,
    *,
    shop: str = "",
    today: dt.date | None = None,
    item_id: str = "",
    day: dt.date | None = None,
    attribution_days: int | None = None,
    shop_names: tuple[str, ...] = (),
) -> ExportTable:
    """The table in the export file `path`; a file that cannot be one raises FileRefused with every reason.

    `shop` is the folder's shop, `shop_names` what its files may call it (none: anything), `today` the running
    day (its rows are left out); the others say what a file may lack. The window of attribution is not in ad
    reports: it comes as argument or from `<file>.yaml` beside the file (attribution_days, item_id, date).
    """
    path = Path(path)
    beside = _sidecar(path)
    asked = Asked(
        file=path.name,
        name=file_name(path.name),
        shop=shop,
        shop_names=shop_names,
        today=today,
        item_id=item_id or str(beside.get("item_id", "")),
        day=day or beside.get("date"),
        attribution_days=attribution_days or beside.get("attribution_days"),
    )
    data = path.read_bytes()
    return _guarded(lambda: _read(data, asked), path.name)


def _guarded(read: Callable[[], ExportTable], file: str) -> ExportTable:
    """An operator never sees a traceback: a failing parser is a refusal naming the file."""
    try:
        return read()
    except FileRefused:
        raise
    except Exception as error:
        problem = blocking(
            "unreadable",
            "the file cannot be understood ({detail}).\n  Found: a layout the reader fails "
            "on\n  What to do: download "
            "the report again; if it stays so, report the file.",
            detail=f"{type(error).__name__}: {error}",
        )
        raise FileRefused(file, [problem]) from error


def _read(data: bytes, asked: Asked) -> ExportTable:
    contents = open_bytes(data, asked.file)
    problems: list[Problem] = []
    found = _same_report(contents, asked.file, problems)
    spec = found[0].spec
    frames = [_frame(each, asked, problems, contents.container) for each in found]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    shops = _shop_names(frame, asked, problems)
    frame = frame.drop(columns=[name for name in ("shop",) if name in frame])
    if not any(problem.level == "blocking" for problem in problems):
        frame = checked(frame, spec, asked, problems)
    if frame.empty and not any(problem.level == "blocking" for problem in problems):
        problems.append(_no_rows())
    if any(problem.level == "blocking" for problem in problems):
        raise FileRefused(asked.file, [problem for problem in problems if problem.level == "blocking"])
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
    return ExportTable(spec.kind, _ordered(frame, spec), tuple(distinct(problems)), provenance, spec.report)


def distinct(problems: list[Problem]) -> list[Problem]:
    """Problems without repeats (two sheets say the same), the gravest first."""
    rank = {"blocking": 0, "warn": 1, "info": 2}
    seen = {(problem.code, problem.text): problem for problem in problems}
    return sorted(seen.values(), key=lambda problem: rank[problem.level])


def _same_report(contents: Contents, file: str, problems: list[Problem]) -> list[Found]:
    """The sheets of one report; sheets of another are left out and told."""
    found = [each for sheet in contents.sheets if sheet.rows and (each := find(sheet, file)) is not None]
    if not found:
        raise FileRefused(file, [not_found(contents.sheets, file)])
    best = max(found, key=lambda each: (is_hinted(each.spec, file), len(each.sheet.rows) > each.row + 1))
    same = [each for each in found if each.spec is best.spec]
    others = [
        sheet.name
        for sheet in contents.sheets
        if sheet.rows and all(sheet is not each.sheet for each in same)
    ]
    if others:
        problems.append(info("sheets_left_out", "sheets not read: {sheets}.", sheets=others))
    return same


def _frame(found: Found, asked: Asked, problems: list[Problem], container: str) -> pd.DataFrame:
    spec = found.spec
    if spec.whole:
        return spec.whole(found.sheet, asked, problems)
    draft = Draft(typed(found, problems, container), asked, found.sheet.name, problems)
    frame = spec.shape(draft)
    return _dated(frame, spec, asked, problems) if spec.dated == "day" else frame


def _dated(frame: pd.DataFrame, spec: Spec, asked: Asked, problems: list[Problem]) -> pd.DataFrame:
    """`frame` with a day in every row: from the column, else the caller, else the file name."""
    if "date" in frame and frame["date"].notna().any():
        spans = asked.name.period
        if spans and spec.kind in _ONE_DAY_KINDS and frame["date"].nunique() == 1:
            problems.append(period(f"{spans[0]} ~ {spans[1]}"))
        if not frame["date"].isna().any():
            return frame
    day = asked.day or _day_of_name(asked, problems)
    if day is None:
        return frame if "date" in frame else frame.assign(date=np.datetime64("NaT", "ns"))
    when = pd.Timestamp(day).as_unit("ns")
    return frame.assign(date=frame["date"].fillna(when)) if "date" in frame else frame.assign(date=when)


def _day_of_name(asked: Asked, problems: list[Problem]) -> dt.date | None:
    if asked.name.period:
        first, last = asked.name.period
        problems.append(period(f"{first} ~ {last}"))
        return None
    if asked.name.days:
        return asked.name.days[0]
    problems.append(
        blocking(
            "day_unknown",
            "nothing says which day the file is about.\n  Found: no date column, none in the "
            "file name\n  What to do: "
            "put the day into the file name (2026-11-20) or give --date.",
        )
    )
    return None


def _shop_names(frame: pd.DataFrame, asked: Asked, problems: list[Problem]) -> list[str]:
    """The shop names a file states; two of them, or another than the folder's, refuse it."""
    names = sorted({name for name in frame["shop"] if name}) if "shop" in frame else []
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
    elif names and asked.shop_names and names[0] not in (*asked.shop_names, asked.shop):
        problems.append(
            blocking(
                "mixed_shops",
                "the file is of another shop.\n  Found: {found}; this folder belongs to "
                "{expected}\n  What to do: move "
                "it to the folder of its shop; if the shop was renamed, put the new name into params/shops/.",
                found=names[0],
                expected=asked.shop_names,
            )
        )
    return names


def _no_rows() -> Problem:
    return blocking(
        "no_rows",
        "the file has a header and no rows of data.\n  Found: 0 rows\n  What to do: "
        "choose a day with data and "
        "download again.",
    )


def _ordered(frame: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Day and key columns first, rows sorted by them: the same rows in another order are the same table."""
    keys = list(dict.fromkeys(name for name in ("date", *spec.grain) if name in frame))
    rest = [name for name in frame.columns if name not in keys]
    values = list(zip(*(listed(frame[name]) for name in keys or rest), strict=True))
    order = sorted(range(len(values)), key=values.__getitem__)
    arranged = frame[keys + rest]
    if order != list(range(len(values))):
        arranged = arranged.take(order)
    return arranged.reset_index(drop=True)


def _sidecar(path: Path) -> dict:
    beside = path.with_name(path.name + ".yaml")
    return load_yaml(beside) if beside.is_file() else {}
