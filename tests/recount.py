"""The report card counted once more by hand: plain loops over ledger lines and dated numbers, no pandas."""

import calendar
import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

Days = dict[str, float]


@dataclass
class World:
    """What became known: figures of the shop, of market and peers by metric and day; item days; stock."""

    own: dict[str, Days]
    market: dict[str, Days] = field(default_factory=dict)
    peers: dict[str, Days] = field(default_factory=dict)
    items: dict[str, Days] = field(default_factory=dict)
    stock: dict[str, Days] = field(default_factory=dict)
    special: set[str] = field(default_factory=set)
    today: str = ""


def recount(lines: list[str], world: World) -> dict[tuple[str, str], tuple[int, int, int, float | None]]:
    """By question and rule: issued, scored, right, mean error."""
    newest: dict[str, dict] = {}
    for line in lines:
        row = json.loads(line)
        newest[json.dumps([row[name] for name in ("sort", "day", "rule", "metric", "scope")])] = row
    found: dict[tuple[str, str], list[tuple[bool | None, float | None]]] = defaultdict(list)
    for row in newest.values():
        if row["day"] > world.today:
            continue
        if row["sort"] == "range":
            if row["value"] is not None and row["low"] is not None:
                found["range", row["rule"]].append((_range(row, world, _inside), None))
                if row["verdict"] in ("better", "worse"):
                    found["sign", row["rule"]].append((_range(row, world, _same_side), None))
        elif row["sort"] in ("forecast", "stage", "date"):
            judge = {"forecast": _month, "stage": _four_weeks, "date": _ended}[row["sort"]]
            found[row["sort"], row["rule"]].append(judge(row, world))
    return {name: _counted(each) for name, each in found.items()}


def _counted(each: list[tuple[bool | None, float | None]]) -> tuple[int, int, int, float | None]:
    known = [one for one in each if one[0] is not None]
    errors = [error for _, error in known if error is not None]
    mean = math.fsum(errors) / len(errors) if errors else None
    return len(each), len(known), sum(1 for right, _ in known if right), mean


def _range(row: dict, world: World, judge: Callable[..., bool]) -> bool | None:
    """The same weekday of the next four weeks against the baseline, less what the market did."""
    about = row["about"]
    own = (world.market if row["rule"] == "market.visitors" else world.own).get(row["metric"], {})
    sides = {"market": world.market, "peers": world.peers}
    against = sides.get(about["comparator"], {}).get(row["metric"])
    day = dt.date.fromisoformat(row["day"])
    while day.weekday() != dt.date.fromisoformat(about["baseline_days"][-1]).weekday():
        day -= dt.timedelta(days=1)
    after = []
    for week in (1, 2, 3, 4):
        text = str(day + dt.timedelta(days=7 * week))
        if (
            text not in world.special
            and own.get(text, 0) > 0
            and (against is None or against.get(text, 0) > 0)
        ):
            after.append(text)
    if row["scope"] or len(after) < 2 or not about["baseline"]:
        return None
    level = math.log(sum(own[text] for text in after) / len(after) / about["baseline"])
    if against is not None:
        before = [against[text] for text in about["baseline_days"] if against.get(text, 0) > 0]
        if not before:
            return None
        moved = math.log(sum(against[text] for text in after) / len(after) / (sum(before) / len(before)))
        beta = 1.0
        change, market = about["change"], about["market_change"]
        if change is not None and market is not None and abs(math.log(1 + market)) >= 1e-9:
            beta = (math.log1p(change) - math.log1p(row["value"])) / math.log1p(market)
        level -= beta * moved
    return judge(row, level, len(after), len(about["baseline_days"]))


def _inside(row: dict, level: float, after: int, before: int) -> bool:
    low, middle, high = (math.log1p(row[name]) for name in ("low", "value", "high"))
    wider = math.sqrt((1 + 1 / after) / (1 + 1 / before))
    return middle - (middle - low) * wider <= level <= middle + (high - middle) * wider


def _same_side(row: dict, level: float, after: int, before: int) -> bool:
    half = (math.log1p(row["high"]) - math.log1p(row["low"])) / 2
    noise = half * math.sqrt((1 / after + 1 / before) / (1 + 1 / before))
    return not (level < -noise if row["value"] >= 0 else level > noise)


def _month(row: dict, world: World) -> tuple[bool | None, float | None]:
    year, month = int(row["day"][:4]), int(row["day"][5:7])
    days = [f"{row['day'][:8]}{day:02d}" for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    sales = world.own.get("pay_amount", {})
    if world.today < days[-1] or any(day not in sales for day in days):
        return None, None
    truth = sum(sales[day] for day in days)
    return row["low"] <= truth <= row["high"], abs(math.log(row["value"] / truth))


def _four_weeks(row: dict, world: World) -> tuple[bool | None, float | None]:
    mondays = [dt.date.fromisoformat(text) for text in row["about"]["weeks"]]
    days = [str(monday + dt.timedelta(days=ahead)) for monday in mondays for ahead in range(7)]
    known = [world.items.get(row["scope"]["item_id"], {}).get(text) for text in days]
    known = [value for value in known if value is not None]
    if world.today < days[-1] or not known:
        return None, None
    week = sum(known) / len(mondays)
    middle = (row["low"] + row["high"]) / 2
    return row["low"] <= week <= row["high"], abs(math.log((week + 1) / (middle + 1)))


def _ended(row: dict, world: World) -> tuple[bool | None, float | None]:
    stock = world.stock.get(row["scope"]["item_id"], {})
    day, reach = dt.date.fromisoformat(row["day"]), max(1.0, 0.3 * row["value"])
    last = stock.get(row["day"]) or None
    for text in sorted(stock):
        if text <= row["day"]:
            continue
        if last is not None and stock[text] > last:
            return None, None
        if stock[text] <= 0:
            error = abs((dt.date.fromisoformat(text) - day).days - row["value"])
            return error <= reach, error
        last = stock[text]
    gone = (dt.date.fromisoformat(world.today) - day).days > row["value"] + reach
    return (False, None) if gone else (None, None)
