"""Warnings about what a day is held against: comparable days, campaigns nobody wrote down, the market."""

import datetime as dt

import pandas as pd

from shopbook.findings.facts import MIN_BASELINE_DAYS, Facts, lookup
from shopbook.findings.warnings.found import Found, short
from shopbook.text import tr


def short_base(facts: Facts) -> Found:
    if len(facts.baseline_days) < MIN_BASELINE_DAYS:
        text = tr(
            "Only {count} comparable day(s) in the last twelve weeks: no verdicts. There can be one in {days}"
            " more days, when each day's export comes.",
            count=len(facts.baseline_days),
            days=facts.days_to_verdict,
        )
        yield "short_base", text, {}
    if facts.day in facts.special_days:
        events = [event.label for event in facts.calendar.on(facts.day)]
        names = list(dict.fromkeys([*events, *filter(None, [facts.ordinary.campaigns.get(facts.day)])]))
        names += [tr("items sold out")] if facts.day in facts.ordinary.stock_outs else []
        text = tr(
            "The report day is special ({names}): its baseline are ordinary days.", names=tr(", ").join(names)
        )
        yield "short_base", text, {}


def occasions(facts: Facts) -> list[str]:
    """The events, holidays and own campaigns that run on the report day, by name."""
    is_event = facts.day in facts.ordinary.events
    running = [
        each.name
        for each in facts.campaigns
        for phase, (first, last) in each.phases.items()
        if first <= facts.day <= last and phase not in ("build_up", "cool_down")
    ]
    events = [event.label for event in facts.calendar.on(facts.day)] if is_event else []
    return list(dict.fromkeys([*events, *running]))


def unwritten_campaigns(facts: Facts) -> Found:
    """A rise of the shop alone that came and went is left out of what is usual; its file belongs written."""
    for first, last in facts.ordinary.found:
        text = tr(
            "{first} to {last} looks like a campaign of your own and is left out of the usual days; write it "
            "down: `shopbook new-campaign ID`.",
            first=first,
            last=last,
        )
        yield "overlapping_campaign", text, {"first_day": first.isoformat(), "last_day": last.isoformat()}


def _alone(lacking: list[str]) -> str:
    """Which figures are held against the shop's own past only."""
    if lacking == ["visitors"]:
        return tr("No market figure for the day: visitors are held against the shop's own past only.")
    if lacking == ["pay_conversion_rate"]:
        return tr(
            "No peers figure for the day: conversion, basket and sales are held against the shop's own "
            "past only."
        )
    return tr("No market or peers figure for the day: changes are against the shop's own past only.")


def no_market(facts: Facts) -> Found:
    tables = {"visitors": facts.market, "pay_conversion_rate": facts.peers}
    lacking = [
        name
        for name, table in tables.items()
        if facts.comparator(name)[0] == "none" and not _knows_every_day(facts, table, name)
    ]
    if lacking:
        yield "no_market", _alone(lacking), {}
        if missing := _market_gaps(facts):
            text = tr(
                "There is a market, but not for every day it takes: add a row of market visitors for {days}.",
                days=tr(", ").join(day.isoformat() for day in missing),
            )
            yield "no_market", text, {"kind": "market"}
    rows = facts.frames.get("market", pd.DataFrame())
    if len(rows) and facts.market.empty and (others := sorted(set(rows["category"]) - {""})):
        text = tr(
            "The market file has {found} and the shop's category is {category}: write `category:` into "
            "params/shops/{shop}.yaml as the file does. Another category is never taken for the shop's "
            "market.",
            found=tr(", ").join(short(each) for each in others[:3]),
            category=facts.shop.category or "–",
            shop=facts.shop.id,
        )
        yield "no_market", text, {"kind": "market"}


def _knows_every_day(facts: Facts, table: pd.DataFrame, metric: str) -> bool:
    """Whether a comparator has the day and all comparable days: then it is only these that are too few."""
    return all(lookup(table, metric, day) is not None for day in (*facts.baseline_days, facts.day))


def _market_gaps(facts: Facts) -> list[dt.date]:
    """The report day and comparable days a known market lacks; nothing when there is no market at all."""
    if "visitors" not in facts.market or facts.comparator("visitors")[0] == "market":
        return []
    wanted = [*facts.baseline_days, facts.day]
    return [day for day in wanted if lookup(facts.market, "visitors", day) is None]
