"""Where the change sits: sources, items and their crossing scanned, stock-outs and off-shelf items first."""

import math
from typing import Any, NamedTuple

import pandas as pd

from shopbook.analysis.decompose import rate_mix
from shopbook.analysis.locate import Spot, contributions, scan
from shopbook.analysis.noise import phi_by_moments
from shopbook.analysis.scan import BOUND
from shopbook.findings.facts import Facts
from shopbook.findings.warnings.data import item_names
from shopbook.metrics.frame import channel_rows, wide
from shopbook.metrics.ratio import divide
from shopbook.text import tr

# A catalogue of thousands is scanned where its visitors are; the others are too small to stand out.
_MOST_ITEMS = 300
_WEEK, _MONTH = 7, 28
# A fall of an item's conversion is looked for on the day, over three and over seven days.
WINDOWS = (1, 3, 7)
_RULED_OUT = ("stock_out", "off_shelf")


class Found(NamedTuple):
    """One dimension scanned: what stood out, what the market and the spots leave, how many were judged.

    `days` says over how many days each spot was seen, where several windows were looked at.
    """

    spots: tuple[Spot, ...]
    rest: float
    judged: int
    days: tuple[int, ...] = ()


def ruled_out(facts: Facts) -> dict[str, str]:
    """Items whose fall has its cause already: item id -> stock_out or off_shelf."""
    found = ((w.scope.get("item_id", ""), w.code) for w in facts.warnings if w.code in _RULED_OUT)
    return {item_id: code for item_id, code in found if item_id}


def presale_items(facts: Facts) -> set[str]:
    """Items whose buyers have ordered but not paid: judged by their orders."""
    return {w.scope["item_id"] for w in facts.warnings if w.code == "presale" and "item_id" in w.scope}


def by_source(facts: Facts) -> Found:
    """Sources whose visitors moved otherwise than the others on the day."""
    return facts.once("by_source", lambda: _by_source(facts))


def _by_source(facts: Facts) -> Found:
    return _one_dimension(facts, wide(facts.channels, "channel", "visitors"), "channel")


def by_item(facts: Facts) -> Found:
    """Items whose visitors moved otherwise than the others on the day; ruled-out ones are left out."""
    return facts.once("by_item", lambda: _by_item(facts))


def _by_item(facts: Facts) -> Found:
    rows = facts.items
    if "item_visitors" not in rows:
        return Found((), 0.0, 0)
    usual = facts.items_before.groupby("item_id")["item_visitors"].sum() / facts.item_days
    usual = usual[~usual.index.isin(ruled_out(facts))]
    chosen = usual[usual >= facts.threshold("item_visitors")].nlargest(_MOST_ITEMS).index
    return _one_dimension(
        facts, wide(rows[rows["item_id"].isin(chosen)], "item_id", "item_visitors"), "item_id"
    )


def crossed(facts: Facts) -> tuple[Found, int]:
    """Source x item (x device) of the items whose own source file is there, and how many items those are."""
    return facts.once("crossed", lambda: _crossed(facts))


def _crossed(facts: Facts) -> tuple[Found, int]:
    frame = facts.frames.get("item_flow_source", pd.DataFrame())
    rows = channel_rows(frame[~frame["item_id"].isin(ruled_out(facts))]) if len(frame) else frame
    days = [day for day in facts.baseline_stamps if len(rows) and (rows["date"] == day).any()]
    if len(days) < 2 or not (rows["date"] == facts.stamp).any():
        return Found((), 0.0, 0), 0
    dims = ["channel", "item_id"] + (["device"] if rows["device"].nunique() > 1 else [])
    rows = rows.assign(channel=rows["channel"].where(rows["channel"] != "", rows["channel_label"]))
    table = rows.pivot_table(index="date", columns=dims, values="visitors", aggfunc="sum").fillna(0.0)
    quiet = table[(table.index < facts.stamp) & ~table.index.isin(_special(facts))]
    expected = (
        quiet.mean().to_numpy() * (quiet.sum(axis=1) / quiet.sum().sum() * len(quiet)).to_numpy()[:, None]
    )
    cells = pd.DataFrame({"now": table.loc[facts.stamp], "before": table.loc[days].mean()}).reset_index()
    located = scan(
        cells,
        dims,
        phi=phi_by_moments(quiet.to_numpy(), expected),
        days=(1, len(days)),
        market_change=facts.compare("visitors").shift,
    )
    return Found(located.spots, located.rest, len(cells)), int(cells["item_id"].nunique())


def by_conversion(facts: Facts) -> Found:
    """Items whose conversion moved otherwise than the others' against the four weeks before: a fall, a rise.

    A few days of a large item tell what a week of a small one does: each is looked at over windows of one,
    three and seven days. The week is the look, and the shorter ones pay for being further ones with a higher
    bound. Presale items are judged by their orders, items that were not there half of the time
    before by nothing here.
    """
    return facts.once("by_conversion", lambda: _by_conversion(facts))


def _by_conversion(facts: Facts) -> Found:
    rows = item_conversions(facts)
    if rows.empty:
        return Found((), 0.0, 0)
    phi, judged, best = _week_phi(rows), 0, dict[str, tuple[Spot, int]]()
    for days in WINDOWS:
        cells = _window_cells(rows, days)
        if cells is None:
            continue
        judged = max(judged, len(cells))
        held = days_in(rows, 0, days), days_in(rows, _WEEK, _WEEK + _MONTH)
        for kind in ("fall", "rise"):
            found = scan(cells, ["item_id"], kind=kind, phi=phi, days=held, limit=1)
            for spot in found.spots:
                passes = spot.evidence >= found.bound + BOUND * math.log(looks_of(days))
                if passes and (kind not in best or spot.evidence > best[kind][0].evidence):
                    best[kind] = spot, days
    named = [best[kind] for kind in ("fall", "rise") if kind in best]
    return Found(tuple(spot for spot, _ in named), 0.0, judged, tuple(days for _, days in named))


def looks_of(days: int) -> int:
    """How many looks a window of so many days counts for."""
    return 1 if days == _WEEK else len(WINDOWS)


def _window_cells(rows: pd.DataFrame, days: int) -> pd.DataFrame | None:
    """Successes and trials of every item over the last `days` days and the four weeks before this one."""
    now, past = window_sums(rows, 0, days), window_sums(rows, _WEEK, _WEEK + _MONTH)
    before = rows[(rows["back"] >= _WEEK) & (rows["back"] < _WEEK + _MONTH)]
    seen = before.groupby("item_id")["back"].nunique()  # a past of few days is no level to have fallen from
    past = past[2 * seen >= before["back"].nunique()]
    cells = now.join(past.add_suffix("_before"), how="inner")
    cells = cells[(cells["visitors"] > 0) & (cells["visitors_before"] > 0)]
    cells = cells[
        (cells["buyers"] <= cells["visitors"]) & (cells["buyers_before"] <= cells["visitors_before"])
    ]
    if len(cells) < 2 or not cells["buyers_before"].sum() > 0:
        return None
    cells.columns = ["successes", "trials", "successes_before", "trials_before"]
    return cells.nlargest(_MOST_ITEMS, "trials").reset_index()


def window_sums(rows: pd.DataFrame, first: int, until: int) -> pd.DataFrame:
    """Buyers and visitors by item over the days `first` to before `until` back from the day."""
    inside = rows[(rows["back"] >= first) & (rows["back"] < until)]
    return inside.groupby("item_id")[["buyers", "visitors"]].sum()


def days_in(rows: pd.DataFrame, first: int, until: int) -> int:
    """How many ordinary days between `first` and before `until` back from the day are known."""
    return int(rows.loc[(rows["back"] >= first) & (rows["back"] < until), "back"].nunique())


def item_conversions(facts: Facts) -> pd.DataFrame:
    """Buyers and visitors by item and day back from the day (`back` 0), ordinary days only."""
    return facts.once("item_conversions", lambda: _item_conversions(facts))


def _item_conversions(facts: Facts) -> pd.DataFrame:
    names = {"item_visitors", "pay_buyers"}
    rows = facts.items
    if not names <= set(rows.columns):
        return pd.DataFrame()
    rows = rows[~rows["date"].isin(_special(facts)) & ~rows["item_id"].isin(ruled_out(facts))]
    buyers = rows["pay_buyers"]
    if "order_buyers" in rows:
        buyers = buyers.where(~rows["item_id"].isin(presale_items(facts)), rows["order_buyers"])
    back = (facts.stamp - rows["date"]).dt.days
    return pd.DataFrame(
        {"item_id": rows["item_id"], "back": back, "buyers": buyers, "visitors": rows["item_visitors"]}
    )


def rate_mix_table(facts: Facts, top: int = 3) -> list[dict[str, Any]]:
    """Conversion split into own rate and mix, by source and by item: a total row each, then the largest."""
    rows = []
    by_channel = channel_rates(facts, [facts.stamp], facts.baseline_stamps)
    sides = {"channel": by_channel, "item_id": item_rates(facts)}
    words = {"channel": tr("by source"), "item_id": tr("by item")}
    for dimension, (now, before, names) in sides.items():
        if now.empty or before.empty:
            continue
        split = rate_mix(now, before)
        rows.append({"dimension": dimension, "label": tr("all, {by}", by=words[dimension]),
                     "rate": float(split["rate"].sum()), "mix": float(split["mix"].sum())})  # fmt: skip
        largest = (split["rate"].abs() + split["mix"].abs()).nlargest(top).index
        rows += [
            {"dimension": dimension, "label": names.get(str(key), str(key)),
             "rate": float(split.at[key, "rate"]), "mix": float(split.at[key, "mix"])}
            for key in largest
        ]  # fmt: skip
    return rows


def located_table(facts: Facts) -> list[dict[str, Any]]:
    """What stands out in each dimension, or that nothing does, and the rest nothing explains."""
    sources, items = by_source(facts), by_item(facts)
    cells, files = crossed(facts)
    rows = _spot_rows(facts, sources, tr("source")) + _spot_rows(facts, items, tr("item"))
    if files:
        rows += _spot_rows(facts, cells, tr("source x item ({count} items with a source file)", count=files))
    for item_id, code in ruled_out(facts).items():
        why = (
            tr("out of stock: ruled out first")
            if code == "stock_out"
            else tr("off the shelf: ruled out first")
        )
        rows.append(
            {
                "dimension": why,
                "label": item_names(facts).get(item_id, item_id),
                "effect": None,
                "ratio": None,
            }
        )
    return rows


def spot_name(facts: Facts, scope: dict[str, str]) -> str:
    """A spot's parts in the words of the export."""
    items, channels = item_names(facts), facts.once("channel_names", lambda: _channel_names(facts))
    return " × ".join(channels.get(value) or items.get(value, value) for value in scope.values())


def _one_dimension(facts: Facts, table: pd.DataFrame, key: str) -> Found:
    """A days x parts table: the day against the comparable days, each part's noise from its past."""
    days = [day for day in facts.baseline_stamps if day in table.index]
    if facts.stamp not in table.index or len(days) < 2:
        return Found((), 0.0, 0)
    now, before = table.loc[facts.stamp].fillna(0.0), table.loc[days].mean().fillna(0.0)
    past = table[(table.index < facts.stamp) & ~table.index.isin(_special(facts))]
    market = facts.compare("visitors").shift
    found = contributions(now, before, market_change=market, history=past, days=(1, len(days)))
    out = found[found["stands_out"]].sort_values("z", key=abs, ascending=False)
    spots = tuple(
        Spot({key: str(name)}, row.beyond, row.now / max(row.now - row.beyond, 1e-9), row.z**2 / 2)
        for name, row in zip(out.index, out.itertuples(), strict=True)
    )
    rest = float(now.sum() - before.sum() * (1 + (market or 0.0)) - sum(spot.effect for spot in spots))
    return Found(spots, rest, len(found))


def _week_phi(rows: pd.DataFrame) -> float:
    """How much more the buyers of an item-week scatter than chance, from the weeks before."""
    weeks = rows.assign(back=rows["back"] // _WEEK).groupby(["item_id", "back"], as_index=False).sum()
    past = weeks[weeks["back"] >= 1]
    items = past.groupby("item_id")[["buyers", "visitors"]].transform("sum")
    shop = past.groupby("back")[["buyers", "visitors"]].transform("sum")
    overall = divide(float(past["buyers"].sum()), float(past["visitors"].sum()))
    level = divide(shop["buyers"], shop["visitors"]) / overall
    expected = past["visitors"] * divide(items["buyers"], items["visitors"]) * level
    return phi_by_moments(past["buyers"], expected)


def _spot_rows(facts: Facts, found: Found, dimension: str) -> list[dict[str, Any]]:
    if not found.judged:
        return []
    rows = [
        {"dimension": dimension, "label": spot_name(facts, spot.scope), "effect": spot.effect,
         "ratio": spot.ratio - 1}
        for spot in found.spots
    ]  # fmt: skip
    if not rows:
        text = tr("nothing stands out, {count} judged", count=found.judged)
        rows = [{"dimension": dimension, "label": text, "effect": None, "ratio": None}]
    rest = tr("shared by all or not explained")
    return [*rows, {"dimension": dimension, "label": rest, "effect": found.rest, "ratio": None}]


def channel_rates(
    facts: Facts, days: list[pd.Timestamp], base: list[pd.Timestamp]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Buyers and visitors by source over some days and over others, and the sources' names."""
    rows = facts.channels
    names = ["pay_buyers", "visitors"]
    if not set(names) <= set(rows.columns):
        return pd.DataFrame(), pd.DataFrame(), {}
    now, before = (rows[rows["date"].isin(side)].groupby("channel")[names].sum() for side in (days, base))
    return now, before, dict(zip(rows["channel"], rows["label"], strict=True))


def item_rates(facts: Facts) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    rows, names = facts.items, ["pay_buyers", "item_visitors"]
    if not set(names) <= set(rows.columns):
        return pd.DataFrame(), pd.DataFrame(), {}
    now = facts.items_today.groupby("item_id")[names].sum()
    before = facts.items_before.groupby("item_id")[names].sum()
    return now, before, item_names(facts)


def _channel_names(facts: Facts) -> dict[str, str]:
    return dict(zip(facts.channels["channel"], facts.channels["label"], strict=True))


def _special(facts: Facts) -> list[pd.Timestamp]:
    return [pd.Timestamp(day) for day in facts.special_days if day != facts.day]
