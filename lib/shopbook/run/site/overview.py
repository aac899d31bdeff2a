"""All shops of one morning: a row a shop, worst first, what they share, what each person has to do."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shopbook import units
from shopbook.home import Home
from shopbook.run.mail.mail_text import plain
from shopbook.run.site.actions import Action, shop_actions
from shopbook.run.site.labels import day_text, level_label, owner_label
from shopbook.run.site.published import LEVELS, Entry
from shopbook.run.site.since import Since, since
from shopbook.text import tr

# A cause that as many shops share is named as common.
COMMON = 3
_AMOUNT, _VISITORS, _CONVERSION = "pay_amount", "visitors", "pay_conversion_rate"


@dataclass(frozen=True)
class ShopRow:
    """One shop on the newest day; `lost` is its sales against what its own market would have given."""

    id: str
    name: str
    day: str
    level: str
    amount: float | None
    change: float | None
    visitors: str
    conversion: str
    lost: float | None
    month: tuple[float, float] | None
    actions: tuple[Action, ...]
    headline: str
    page: Any
    is_missing: bool
    since: Since | None = None

    @property
    def badge(self) -> str:
        return tr("no data") if self.is_missing else level_label(self.level)

    @property
    def todo(self) -> list[Action]:
        """What is to be done and was not answered."""
        return [action for action in self.actions if action.level == "act" and not action.is_quiet]

    @property
    def month_text(self) -> str:
        """Reached and planned share of the month's target."""
        return " / ".join(units.percent(share, 0) for share in self.month) if self.month else "–"


@dataclass(frozen=True)
class Overview:
    """The rows, worst first, and what is said over all of them."""

    day: str
    rows: tuple[ShopRow, ...]

    @property
    def headline(self) -> str:
        """How many shops stand how: "30 shops, Fri 20 Nov: 6 act, 8 watch, 15 normal, 1 without data"."""
        count = Counter("missing" if row.is_missing else row.level for row in self.rows)
        said = [f"{count[level]} {level_label(level)}" for level in LEVELS if count[level]]
        said += [tr("{count} without data", count=count["missing"])] if count["missing"] else []
        shops = tr("{count} shops", count=len(self.rows))
        return f"{shops} · {day_text(self.day)}{tr(': ')}{tr(', ').join(said)}"

    @property
    def summary(self) -> str:
        """Sales of all shops, and how many stand how against their own markets. Visitors are never added."""
        known = [row for row in self.rows if units.known(row.amount) and not row.is_missing]
        total = sum(row.amount or 0 for row in known)
        verdicts = Counter(row.visitors for row in self.rows if not row.is_missing)
        return tr(
            "Sales of {count} shops {total} · against their own markets {behind} behind, {ahead} ahead, "
            "{same} the same, {unknown} cannot tell",
            count=len(known),
            total=units.figure(total, "CNY"),
            behind=verdicts["worse"],
            ahead=verdicts["better"],
            same=verdicts["same"],
            unknown=verdicts["unknown"],
        )

    @property
    def common(self) -> list[tuple[str, list[str]]]:
        """(cause or rule, shops) that at least COMMON shops share today, the most shared first."""
        shared: dict[str, set[str]] = {}
        for row in self.rows:
            for action in row.actions if not row.is_missing else ():
                names = action.finding["labels"][:1]
                for name in names:
                    shared.setdefault(plain(name, 40), set()).add(row.name)
        many = [(name, sorted(shops)) for name, shops in shared.items() if len(shops) >= COMMON]
        return sorted(many, key=lambda pair: (-len(pair[1]), pair[0]))

    @property
    def people(self) -> list[tuple[str, list[tuple[str, Action]]]]:
        """(who, [(shop, action)]) for every owner with something to do."""
        by: dict[str, list[tuple[str, Action]]] = {}
        for row in self.rows:
            for action in row.todo:
                by.setdefault(action.finding["owner"], []).append((row.name, action))
        return [(owner_label(owner), found) for owner, found in sorted(by.items())]

    @property
    def missing(self) -> list[str]:
        return [row.name for row in self.rows if row.is_missing]


def overview(home: Home, found: Iterable[Entry], names: Mapping[str, str]) -> Overview | None:
    """The overview over the newest daily report of each shop; None without any.

    `found` are reports, newest first. A shop whose newest report is older than the newest of all lacks data.
    """
    newest: dict[str, Entry] = {}
    months: dict[str, tuple[float, float]] = {}
    before: dict[str, list[Entry]] = {}
    for entry in found:
        if entry.family == "daily":
            if newest.setdefault(entry.shop, entry) is not entry:
                before.setdefault(entry.shop, []).append(entry)
        elif entry.family == "periodic" and entry.shop not in months:
            told = [sheet.essence["month"] for sheet in entry.sheets if sheet.essence.get("month")]
            if told:
                months[entry.shop] = (told[0][0], told[0][1])
    if not newest:
        return None
    day = max(entry.date for entry in newest.values())
    rows = [
        _row(home, entry, before.get(shop, []), names.get(shop, shop), months.get(shop), day)
        for shop, entry in newest.items()
    ]
    return Overview(day, tuple(sorted(rows, key=_worst_first)))


def _row(
    home: Home,
    entry: Entry,
    before: list[Entry],
    name: str,
    month: tuple[float, float] | None,
    day: str,
) -> ShopRow:
    kpis: Mapping[str, Mapping[str, Any]] = entry.lead.essence.get("figures", {})
    amount = kpis.get(_AMOUNT, {})
    value, relative = amount.get("value"), amount.get("relative")
    age = dt.date.fromisoformat(day) - dt.date.fromisoformat(entry.date)
    return ShopRow(
        id=entry.shop,
        name=plain(name, 40),
        day=entry.date,
        level=entry.level or "ok",
        amount=value,
        change=amount.get("change"),
        visitors=str(kpis.get(_VISITORS, {}).get("verdict") or "unknown"),
        conversion=str(kpis.get(_CONVERSION, {}).get("verdict") or "unknown"),
        lost=_lost(value, relative),
        month=month,
        actions=tuple(shop_actions(home, entry, before).values()),
        headline=plain(entry.lead.headline, 80),
        page=entry.lead.page,
        is_missing=age.days > 0 or (entry.status == "failed" and not entry.lead.page),
        since=since(entry.lead, entry.date, before[0].lead, before[0].date) if before else None,
    )


def _lost(value: float | None, relative: float | None) -> float | None:
    """Sales against what they would have been had the shop moved as its market did; None when not known."""
    if value is None or relative is None or not units.known(value) or not relative > -1:
        return None
    return value - value / (1 + relative)


def _worst_first(row: ShopRow) -> tuple[bool, int, float, str]:
    """By level, then by money lost against its own market; shops without data last."""
    lost = row.lost if row.lost is not None else 0.0
    return row.is_missing, LEVELS.index(row.level), lost, row.name
