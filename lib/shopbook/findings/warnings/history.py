"""Warnings that need more than the day: doubled or mixed rows, lost columns, young figures, breaks."""

import datetime as dt
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from shopbook.columns import label
from shopbook.findings.facts import Facts
from shopbook.findings.warnings.found import Found
from shopbook.home import PROJECT
from shopbook.kinds import kind_name, kinds
from shopbook.metrics.frame import within
from shopbook.text import language, tr
from shopbook.yaml_file import load_yaml

_WINDOW = 28


def history_warnings(facts: Facts, kinds: tuple[str, ...]) -> Found:
    """What is odd in the history behind a page that lives on `kinds`."""
    for kind in kinds:
        yield from facts.once(("history_warnings", kind), partial(list, _of_kind(facts, kind)))
    yield from _immature(facts, kinds)
    yield from _definition_break(facts)


def _of_kind(facts: Facts, kind: str) -> Found:
    frame = facts.frames.get(kind, pd.DataFrame())
    if frame.empty or "date" not in frame:
        return
    yield from _mixed_shops(kind, frame)
    yield from _duplicate_day(kind, frame, facts.stamp)
    yield from _layout_changed(facts, kind, frame)


def definition_breaks() -> list[dict[str, Any]]:
    """Days on which the platform changed what a figure means (params/calendar.yaml)."""
    return load_yaml(PROJECT / "params" / "calendar.yaml").get("definition_breaks") or []


def _mixed_shops(kind: str, frame: pd.DataFrame) -> Found:
    if "shop" not in frame:
        return
    names = sorted({str(name) for name in frame["shop"].dropna() if str(name).strip()})
    if len(names) > 1:
        text = tr(
            "{kind} holds rows of several shops: {shops}.", kind=kind_name(kind), shops=", ".join(names[:4])
        )
        yield "mixed_shops", text, {"kind": kind}


def _duplicate_day(kind: str, frame: pd.DataFrame, stamp: pd.Timestamp) -> Found:
    grain = [name for name in kinds()[kind].grain if name in frame]
    if not grain:
        return
    recent = within(frame, stamp - pd.Timedelta(days=_WINDOW - 1), frame["date"].max())
    doubled = recent.loc[recent.duplicated(grain), "date"]
    if len(doubled):
        days = ", ".join(sorted({f"{day:%Y-%m-%d}" for day in doubled})[-3:])
        text = tr(
            "{kind}: {count} row(s) stand twice, on {days}.",
            kind=kind_name(kind),
            count=len(doubled),
            days=days,
        )
        yield "duplicate_day", text, {"kind": kind}


def _layout_changed(facts: Facts, kind: str, frame: pd.DataFrame) -> Found:
    """Columns the export usually has, known until the day before and empty on the report day."""
    usual = [name for name in kinds()[kind].columns.usual if name in frame]
    stamp, filled = facts.stamp, facts.threshold("lost_column")
    today, before = within(frame, stamp, stamp), frame.iloc[np.flatnonzero(frame["date"] < stamp)[-2000:]]
    if today.empty or before.empty:
        return
    lost = [name for name in usual if today[name].isna().all() and before[name].notna().mean() > filled]
    if lost:
        names = ", ".join(label(name) for name in lost)
        text = tr(
            "{kind}: columns that were always there are empty today: {names}.",
            kind=kind_name(kind),
            names=names,
        )
        yield "layout_changed", text, {"kind": kind}


def _immature(facts: Facts, kinds: tuple[str, ...]) -> Found:
    young = {
        "service": ("immature_inquiry_days", tr("Inquiries of the last {days} days are still being paid.")),
        "refunds": ("immature_refund_days", tr("Payments of the last {days} days are still being refunded.")),
    }
    for kind, (threshold, text) in young.items():
        if kind in kinds and len(facts.frames.get(kind, ())):
            yield "immature", text.format(days=int(facts.threshold(threshold))), {"kind": kind}


def _definition_break(facts: Facts) -> Found:
    """A break inside the comparable weeks: older days measured something else."""
    for entry in definition_breaks():
        day = dt.date.fromisoformat(str(entry["date"]))
        if facts.day - dt.timedelta(days=_WINDOW) < day <= facts.day:
            what = entry["zh"] if language() == "zh" else entry["en"]
            text = tr("Since {day} figures are counted differently: {what}.", day=day, what=what)
            yield "definition_break", text, {"metric": str(entry.get("metric", ""))}
