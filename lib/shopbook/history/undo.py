"""Taking an import back: its rows go, what they replaced returns; the raw file and its ledger line stay."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from shopbook.errors import HistoryError, ParamsError
from shopbook.history.befores import Before, befores_of, day_of
from shopbook.history.dayfile import SOURCE
from shopbook.history.held import Held
from shopbook.history.ledger import FILE, Entry, Ledger
from shopbook.history.lock import locked
from shopbook.history.restated import take_back
from shopbook.history.store import CURRENT, Store, is_shop_id
from shopbook.home import Home


@dataclass(frozen=True)
class Import:
    """One import as it is listed."""

    id: str
    shop: str
    files: tuple[str, ...]
    kind: str
    days: tuple[str, ...]
    at: str
    rows: int


def imports(home: Home, shop: str = "") -> list[Import]:
    """The imports that changed the history and were not taken back, newest last, shop by shop."""
    return [
        Import(each.id, name, (each.name,), each.kind, each.days, each.time, sum(each.rows_of.values()))
        for name in ([shop] if shop else _shops(home))
        for each in Ledger(home.raw / name / FILE).imports()
        if each.id and each.rows_of
    ]


def undo(home: Home, name: str, *, stamp: str) -> Import:
    """Put the history back as it was before the import `name`, by value."""
    found = next((each for each in imports(home) if each.id == name), None)
    if found is None:
        raise ParamsError(
            "There is no import {found}.\n  What to do: shopbook undo lists those that can be taken back.",
            found=name,
        )
    store = Store(home.history)
    with locked(home.raw / found.shop, found.shop):
        ledger = Ledger(home.raw / found.shop / FILE)
        entry = next(each for each in ledger.imports() if each.id == name)
        befores = befores_of(home.history / found.shop, name)
        held: dict[Path, Held] = {}
        for day, count in entry.rows_of.items():
            path = home.history / found.shop / entry.kind / f"{day}.parquet"
            made = _without(path, entry, (day, count, befores.get(day)), ledger)
            if made is not None:
                held[path] = made
        store.put(held, shop=found.shop)
        take_back(home.history / found.shop, name)
        ledger.take_back(entry, stamp)
        store.copy_months(found.shop, entry.kind)
    return found


def _without(path: Path, entry: Entry, about: tuple[str, int, Before | None], ledger: Ledger) -> Held | None:
    """A day without the rows of an import; None when a call that was cut off has done it already."""
    day, count, before = about
    held = Held(path, entry.kind, day_of(day))
    if held.is_healed:
        raise HistoryError(
            "{day} of the history is damaged.\n  What to do: run shopbook repair, then try again.", day=day
        )
    mine = [source.startswith(f"{entry.id}:") or source == entry.id for source in _sources(held.table)]
    later = _later(ledger, entry, day)
    if sum(mine) == count:
        rest = held.table.filter(pa.array([not each for each in mine], pa.bool_())) if held.table else None
        held.take_back(rest, before.rows if before else None, before.origins if before else ())
        return held
    if not any(mine) and not later:
        return None
    raise HistoryError(
        "{id} ({file}) cannot be taken back: later imports built on {day}.\n  Found: {later}\n  What to do: "
        "take those back first: shopbook undo {first}.",
        id=entry.id,
        file=entry.name,
        day=day,
        later=", ".join(f"{each.id} ({each.name})" for each in later) or "–",
        first=later[-1].id if later else "ID",
    )


def _sources(table: pa.Table | None) -> list[str]:
    if table is None or SOURCE not in table.column_names:
        return []
    return [source or "" for source in table.column(SOURCE).to_pylist()]


def _later(ledger: Ledger, entry: Entry, day: str) -> list[Entry]:
    """The imports after this one that left rows on the same day."""
    known = ledger.imports()
    return [
        each
        for each in known[known.index(entry) + 1 :]
        if each.kind == entry.kind and (day in each.rows_of or (day == CURRENT and not each.days))
    ]


def _shops(home: Home) -> list[str]:
    if not home.raw.is_dir():
        return []
    return sorted(path.name for path in home.raw.iterdir() if path.is_dir() and is_shop_id(path.name))
