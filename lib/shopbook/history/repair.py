"""Repair: leftovers away, torn lines aside, damaged days made anew from their raw files, all of it named."""

import datetime as dt
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shopbook import state
from shopbook.history import answers, claims, restated
from shopbook.history import ledger as ledgers
from shopbook.history.ledger import Entry, Ledger, new_id
from shopbook.history.lock import locked
from shopbook.history.of_shop import of_shop
from shopbook.history.raw import Raw
from shopbook.history.readers import Job, Readers
from shopbook.history.rebuild import rebuilder
from shopbook.history.store import CURRENT, Store, is_shop_id
from shopbook.home import Home
from shopbook.read import ExportTable
from shopbook.read.spec import OfShop

ASIDE = ".damaged"


@dataclass(frozen=True)
class DamagedDay:
    """A day file that was damaged; `lost` names raw files that are not there to make it anew from."""

    shop: str
    kind: str
    day: str
    restored: bool
    lost: tuple[str, ...] = ()


@dataclass
class Repaired:
    """What a repair did."""

    removed: list[Path] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)
    found_again: list[str] = field(default_factory=list)
    days: list[DamagedDay] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost."""
        return all(each.restored for each in self.days)


def repair(home: Home, *, today: dt.date) -> Repaired:
    """Heal the history and its state, shop by shop."""
    done = Repaired()
    store = Store(home.history)
    damaged = store.damaged()
    for shop in sorted({*_shops(home.raw), *_shops(home.history)}):
        folder = home.raw / shop
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, shop):
            done.removed += _leftovers(folder) + _leftovers(home.history / shop)
            for path, make in (
                (folder / ledgers.FILE, ledgers.made),
                (home.history / shop / restated.FILE, restated.made),
                (answers.book_of(home, shop), answers.made),
                (claims.book_of(home, shop), claims.claim_from),
            ):
                if count := state.mend(path, make):
                    done.lines[path] = count
            ledger, raw = Ledger(folder / ledgers.FILE), Raw(folder, home.inbox)
            known = of_shop(home, shop, store)
            done.found_again += _found_again(ledger, raw, today, known)
            for _, kind, day, path in [each for each in damaged if each[0] == shop]:
                done.days.append(_restored(store, ledger, raw, (shop, kind, day, path), known))
            for kind in {each[1] for each in damaged if each[0] == shop}:
                store.copy_months(shop, kind)
    return done


def _shops(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [path.name for path in folder.iterdir() if path.is_dir() and is_shop_id(path.name)]


def _leftovers(folder: Path) -> list[Path]:
    """Temporary files of writes that were killed, removed."""
    found = [path for path in sorted(folder.rglob(".*.tmp")) if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return found


def _found_again(ledger: Ledger, raw: Raw, today: dt.date, shop: OfShop) -> list[str]:
    """Raw files that no line of the ledger speaks of: read, and written down again."""
    paths = [
        path
        for path in sorted(raw.folder.glob("*-*"), key=lambda path: path.stat().st_mtime_ns)
        if path.is_file() and path.suffix != ".yaml" and path.name.partition("-")[0] not in ledger.hashes
        and len(path.name.partition("-")[0]) == 16
    ]  # fmt: skip
    found = []
    with Readers() as readers:
        names = [path.name.partition("-")[2] for path in paths]
        jobs = [
            Job(path, {"name": name, "today": today, "shop": shop})
            for path, name in zip(paths, names, strict=True)
        ]
        for name, table in zip(names, readers.read(jobs), strict=True):
            if isinstance(table, ExportTable):
                ledger.add(_entry(table, name, today))
                found.append(name)
    return found


def _entry(table: ExportTable, name: str, today: dt.date) -> Entry:
    dates = table.values.get("date")
    days = sorted({str(day)[:10] for day in dates}) if dates is not None else []
    told = table.provenance
    return Entry(
        told.sha256,
        name,
        table.kind,
        tuple(days),
        str(today),
        table.height,
        "accepted",
        told.shop_name,
        new_id(),
    )


def _restored(
    store: Store,
    ledger: Ledger,
    raw: Raw,
    about: tuple[str, str, dt.date | None, Path],
    known: OfShop,
) -> DamagedDay:
    """The damaged file is put aside; what its raw files say takes its place."""
    shop, kind, day, path = about
    lost: list[str] = []
    made = rebuilder(ledger, raw, lambda entry: lost.append(entry.name), lambda: known)(kind, day)
    aside = path.parent / ASIDE / f"{path.stem}.{time.time_ns()}.parquet"
    aside.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        os.link(path, aside)
    table, _ = made.joined()
    if table is None:
        path.unlink(missing_ok=True)
    else:
        store.put({path: made})
    return DamagedDay(shop, kind, str(day or CURRENT), table is not None and not lost, tuple(lost))
