"""Which days of a shop's past are ordinary: no event, holiday, campaign of its own, or empty shelf."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from shopbook.analysis.alarm import course
from shopbook.analysis.runs import LONGEST, ended_runs
from shopbook.days import ONE_DAY, Calendar, span
from shopbook.params import CampaignSettings

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Ordinary:
    """The days that are no evidence of an ordinary one, by reason."""

    events: frozenset[dt.date] = frozenset()
    campaigns: Mapping[dt.date, str] = field(default_factory=dict)
    found: tuple[Span, ...] = ()
    stock_outs: frozenset[dt.date] = frozenset()

    @property
    def own(self) -> set[dt.date]:
        """The days only the shop had: the market does not share them."""
        runs = {day for first, last in self.found for day in span(first, last)}
        return {*self.campaigns, *runs, *self.stock_outs}

    @property
    def special(self) -> set[dt.date]:
        """All of them."""
        return self.own | self.events


def campaign_days(campaigns: Iterable[CampaignSettings]) -> dict[dt.date, str]:
    """Every day of the campaigns but their building up, with the campaign's name."""
    return {
        day: each.name
        for each in campaigns
        for phase, (first, last) in each.phases.items()
        if phase != "build_up"
        for day in span(first, last)
    }


def unwritten_campaigns(
    figures: Mapping[str, pd.Series],
    references: Mapping[str, pd.Series],
    day: dt.date,
    *,
    events: frozenset[dt.date],
    skip: frozenset[dt.date],
) -> tuple[Span, ...]:
    """Runs of days before `day` on which the shop alone stood high, and came back within a fortnight."""
    days: set[dt.date] = set()
    for name, own in figures.items():
        past = own[: pd.Timestamp(day - ONE_DAY)]
        if past.empty:
            continue
        followed = course(past, references.get(name), special=events, skip=skip, until=day - ONE_DAY)
        days |= {each for first, last in ended_runs(followed) for each in span(first, last)}
    return _spans(days - events)


def empty_shelves(stock: pd.DataFrame, items: pd.DataFrame, share: float) -> frozenset[dt.date]:
    """Days on which items that make `share` of the shop's usual sales were out of stock.

    What is out for more than a fortnight is the shop's new level, not a gap in it.
    """
    if items.empty or "pay_amount" not in items:
        return frozenset()
    sold = items.groupby("item_id")["pay_amount"].sum()
    weight = (sold / sold.sum()) if sold.sum() > 0 else sold * 0.0
    out = stock[stock["stock_units"] <= 0]
    lost = out.drop_duplicates(["date", "item_id"]).assign(share=out["item_id"].map(weight).fillna(0.0))
    days = {stamp.date() for stamp, each in lost.groupby("date")["share"].sum().items() if each >= share}
    return frozenset(
        day for first, last in _spans(days) if (last - first).days < LONGEST for day in span(first, last)
    )


def ordinary_of(
    day: dt.date,
    calendar: Calendar,
    campaigns: Iterable[CampaignSettings],
    *,
    figures: Mapping[str, pd.Series],
    references: Mapping[str, pd.Series],
    shelves: tuple[pd.DataFrame, Callable[[], pd.DataFrame]],
    share: float,
) -> Ordinary:
    """The days up to `day` that are not ordinary: by the calendar, by the campaign files, by what they show.

    `figures` are the shop's own and `references` those of its market or peers, by name; `shelves` the stock
    report and a way to the item report, which is long; `share` as in `empty_shelves`.
    """
    first = min((own.index.min().date() for own in figures.values() if len(own)), default=day)
    events = frozenset(calendar.special_days(first, day))
    written = {each: name for each, name in campaign_days(campaigns).items() if first <= each <= day}
    stock, items = shelves
    empty: frozenset[dt.date] = frozenset()
    if len(stock) and "stock_units" in stock:
        empty = empty_shelves(stock, items(), share)
    found = unwritten_campaigns(figures, references, day, events=events, skip=frozenset(written) | empty)
    return Ordinary(events, written, found, empty)


def _spans(days: Iterable[dt.date]) -> tuple[Span, ...]:
    """Days as runs without holes, oldest first."""
    found: list[Span] = []
    for day in sorted(days):
        if found and day - found[-1][1] == ONE_DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)
