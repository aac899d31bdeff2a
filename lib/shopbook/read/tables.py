"""A sheet with a known header to typed columns: which column is which, which rows are data."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

import numpy as np

from shopbook.columns import label as label_of
from shopbook.kinds import kinds
from shopbook.read import cells as cell
from shopbook.read.exports.market import not_a_number
from shopbook.read.find import Found
from shopbook.read.headers import IGNORED, canonical, names_of, normal, unit_of
from shopbook.read.problems import Problem, blocking, info, warn
from shopbook.read.shares import Share, settle
from shopbook.read.values import Column, Values
from shopbook.read.xlsx import Grid

TOTALS = frozenset({"合计", "总计", "汇总", "汇总值", "平均值", "全部", "全店汇总值", "全店平均值", "Total"})
_TOTALS_IN = (
    "date",
    "item_id",
    "item_name",
    "search_term",
    "channel",
    "ad_plan_id",
    "ad_plan_name",
    "ad_audience",
)
_SHOWN = 3


@dataclass(frozen=True)
class Columns:
    """Canonical column -> position in the sheet, and the columns kept under their own header."""

    places: dict[str, int]
    extra: dict[str, int]
    unknown: tuple[str, ...]


def typed(found: Found, problems: list[Problem], container: str) -> Values:
    """The data rows of a sheet as typed canonical columns."""
    header, body_from = found.header, found.row + found.depth
    chosen, said = _columns(found.spec.kind, header)
    problems += said
    rows = found.sheet.rows[body_from:]
    table, numbered = _data_rows(found, chosen, rows, body_from, problems)
    made: Values = {}
    shares: dict[str, Share] = {}
    for name, at in chosen.places.items():
        made[name] = _values(found.spec.kind, name, table[at], (header[at], numbered, problems, shares))
    made |= {name: cell.texts(table[at]) for name, at in chosen.extra.items()}
    problems += settle(made, shares, container)
    return made


@lru_cache(maxsize=256)  # the same headers come every day
def _columns(kind: str, header: tuple[str, ...]) -> tuple[Columns, tuple[Problem, ...]]:
    """Choose a place for each canonical column; tell what is unknown, doubled or lost."""
    ranked: dict[str, tuple[int, int]] = {}
    unknown: dict[str, int] = {}
    doubled: list[str] = []
    for at, text in enumerate(header):
        if not text:
            continue
        match = canonical(kind, text)
        if match is None:
            unknown.setdefault(text.strip(), at)
        elif match[0] not in (IGNORED, "value_change"):
            name, rank = match
            if name in ranked:
                doubled.append(header[max(ranked[name], (rank, at))[1]])
            ranked[name] = min(ranked.get(name, (rank, at)), (rank, at))
    places = {name: at for name, (_, at) in ranked.items()}
    said = _layout(kind, places, tuple(unknown), doubled)
    rules = kinds()[kind].columns
    keep = rules.keep_others and not rules.only
    return Columns(places, unknown if keep else {}, tuple(unknown)), tuple(said)


def _layout(kind: str, places: dict[str, int], unknown: tuple[str, ...], doubled: list[str]) -> list[Problem]:
    rules = kinds()[kind].columns
    found: list[Problem] = []
    if unknown and rules.only:
        found.append(
            info(
                "columns_left_out",
                "{count} other columns (personal data among them) not loaded.",
                count=len(unknown),
            )
        )
    elif unknown and rules.keep_others:
        found.append(info("extra_columns", "extra columns kept as text: {columns}.", columns=unknown))
    elif unknown:
        found.append(info("layout_changed", "unknown columns, not loaded: {columns}.", columns=unknown))
    lost = [names_of(kind, name)[0] for name in rules.usual if name not in places]
    if lost:
        found.append(
            warn("layout_changed", "columns that are usually there and are missing: {columns}.", columns=lost)
        )
    if doubled:
        found.append(
            info(
                "doubled_columns",
                "columns that say the same as another, not loaded: {columns}.",
                columns=doubled,
            )
        )
    return found


def _data_rows(
    found: Found, chosen: Columns, rows: Sequence[Sequence[object]], first: int, problems: list[Problem]
) -> tuple[list[tuple[object, ...]], list[int]]:
    """The sheet by column without blank, repeated header, total and note rows; and the sheet row of each."""
    width = max(len(found.header), max(chosen.places.values()) + 1)
    table = _by_column(rows, width)
    dropped = _row_kinds(found, chosen, rows, table)
    if dropped:
        keep = [at for at in range(len(rows)) if at not in dropped]
        table = _by_column([rows[at] for at in keep], width)
        totals = sum(reason == "total" for reason in dropped.values())
        if totals:
            problems.append(
                info("totals_left_out", "{count} rows of totals and averages left out.", count=totals)
            )
    else:
        keep = list(range(len(rows)))
    return table, [first + at + 1 for at in keep]


def _by_column(rows: Sequence[Sequence[object]], width: int) -> list[tuple[object, ...]]:
    table = rows.columns() if isinstance(rows, Grid) else list(zip_longest(*rows, fillvalue=""))
    return table + [("",) * len(rows)] * (width - len(table))


def _row_kinds(
    found: Found, chosen: Columns, rows: Sequence[Sequence[object]], table: list[tuple[object, ...]]
) -> dict[int, str]:
    """Rows that are not data, by position: blank, header, total or note."""
    dropped: dict[int, str] = {}
    for name in _TOTALS_IN if not found.spec.layout.totals else ():
        if name not in chosen.places:
            continue
        column = table[chosen.places[name]]
        heading = normal(found.header[chosen.places[name]])
        odd = {value: kind for value in set(column) if (kind := _odd(value, heading))}
        if odd:
            dropped |= {at: odd[value] for at, value in enumerate(column) if value in odd}
    for at in _thin(list(chosen.places.values())[:3], table):
        filled = sum(value not in ("", None) for value in rows[at])
        if filled == 0 or (filled == 1 and len(chosen.places) > 2):
            dropped[at] = "blank" if filled == 0 else "note"
    return dropped


def _odd(value: object, heading: str) -> str:
    """What a key that is none says about its row: "total", "header" or nothing."""
    if not isinstance(value, str) or not value or value[0].isdigit():
        return ""
    text = value.strip()
    if text in TOTALS or text.startswith("同行同层"):
        return "total"
    return "header" if len(text) < len(heading) + 4 and normal(text) == heading else ""


def _thin(places: list[int], table: list[tuple[object, ...]]) -> set[int]:
    """Rows worth counting cell by cell: an empty or very long key, or a key and nothing else."""
    first, *others = places
    found = {
        at
        for at, value in enumerate(table[first])
        if value == "" or (isinstance(value, str) and len(value) > 20)
    }
    if others:
        found |= {
            at
            for at, value in enumerate(table[others[0]])
            if not value and not any(table[place][at] for place in others)
        }
    return found


Made = tuple[str, list[int], list[Problem], dict[str, Share]]


def _values(kind: str, name: str, column: Sequence[object], made: Made) -> Column:
    """One column as its unit asks; damaged cells become problems with their rows."""
    header, numbered, problems, shares = made
    unit = unit_of(kind, name)
    if unit == "measured":
        return list(column)
    if unit == "month":
        return _months(column, header, numbered, problems)
    if unit == "date":
        values, bad = cell.days(column)
        problems += _bad_days(column, bad, header, numbered)
        return values
    if unit == "id text":
        texts, bad = cell.ids(column)
        if bad:
            problems.append(_damaged(header, [column[at] for at in bad], [numbered[at] for at in bad]))
        return texts
    if unit in ("text", "category"):
        return cell.texts(column)
    found = cell.numbers(column)
    if found.bad:
        problems.append(not_a_number(header, [column[at] for at in found.bad]))
    if unit == "fraction" and found.percent is not None:
        plain = ~found.percent & ~np.isnan(found.values)
        shares[name] = Share(label_of(name), header, plain)
    return found.values


def _months(column: Sequence[object], header: str, numbered: list[int], problems: list[Problem]) -> list[str]:
    """Months as 2026-11, whole years as 2026."""
    made = []
    for at, value in enumerate(column):
        text = cell.texts([value])[0].replace("年", "-").replace("月", "").replace("/", "-").rstrip("-")
        digits = text.replace("-", "")
        when = cell.day(value)
        if digits.isdecimal() and len(digits) == 4 and "-" not in text:
            made.append(digits)
        elif (parts := text.split("-"))[0].isdecimal() and len(parts) == 2 and parts[1].isdecimal():
            made.append(f"{parts[0]}-{int(parts[1]):02d}")
        elif digits.isdecimal() and len(digits) == 6:
            made.append(f"{digits[:4]}-{digits[4:]}")
        elif when:
            made.append(f"{when:%Y-%m}")
        else:
            problems += _bad_days(column, [at], header, numbered)
            made.append("")
    return made


def _bad_days(column: Sequence[object], bad: list[int], header: str, numbered: list[int]) -> list[Problem]:
    periods = [str(column[at]) for at in bad if cell.is_period(column[at])]
    others = [at for at in bad if not cell.is_period(column[at])]
    found: list[Problem] = []
    if periods:
        found.append(period(periods[0]))
    if others:
        found.append(
            blocking(
                "bad_date",
                "column {column} holds cells that are no day (row {rows}).\n  Found: {found}\n  "
                "What to do: write "
                "days as 2026-11-20.",
                column=header,
                rows=[numbered[at] for at in others[:_SHOWN]],
                found=[repr(column[at]) for at in others[:_SHOWN]],
            )
        )
    return found


def period(text: str) -> Problem:
    """The refusal of a file about several days taken together."""
    return blocking(
        "period",
        "the rows cover the period {period} taken together, not single days.\n  Found: "
        "{period}\n  What to do: "
        "choose one day (or a table by day) when downloading.",
        period=text,
    )


def _damaged(header: str, found: list[object], rows: list[int]) -> Problem:
    return blocking(
        "damaged_id",
        "column {column} holds ids a spreadsheet program has rounded (row {rows}).\n  "
        "Found: {found}\n  What to do: "
        "use the file as downloaded, or format the column as text before saving.",
        column=header,
        rows=rows[:_SHOWN],
        found=[str(value) for value in found[:_SHOWN]],
    )
