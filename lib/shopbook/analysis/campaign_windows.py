"""Which days a campaign touched: the base before it, the gross window, the net window with the cool-down."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shopbook.days import ONE_DAY, span

PHASES = ("build_up", "presale", "warm_up", "peak", "encore", "cool_down")
MAIN = ("peak", "encore")
COOL_DOWN_DAYS = 14
# With fewer days after the sale than this, what it only pulled forward is not counted: no net answer.
FEWEST_AFTER = 7
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Doubt:
    """A reason to trust an answer less: a code, the figures of its sentence, and which verdict it stops."""

    code: str
    values: dict[str, object]


@dataclass(frozen=True)
class Windows:
    """The windows of one campaign, cut at the last complete day.

    `base_last` is the last day before the campaign touched anything; `gross` = warm-up and main; `net` =
    from the first presale, warm-up or main day to at least 14 days after the main phases, whose last day is
    `main_last`. `gross_open` and `net_open`: not over yet; `missing_days` = days of the net window after the
    last complete day. `shared`: the windows that hold days of another campaign; `cut`: the net window ends
    early, before another campaign.
    """

    base_last: dt.date
    gross: Span
    net: Span
    gross_open: bool
    net_open: bool
    missing_days: int
    main_last: dt.date
    shared: tuple[str, ...] = ()
    cut: bool = False

    @property
    def days_after(self) -> int:
        """Days of the net window after the last main day."""
        return max((self.net[1] - self.main_last).days, 0)


def campaign_windows(phases: Mapping[Any, Span], through: dt.date) -> Windows:
    """Base, gross and net window of a campaign as far as `through`.

    Parameters
    ----------
    phases : mapping of phase name to (first, last) day
        Those that exist of `PHASES`; at least one that is not the cool-down.
    through : date
        The last complete day; later days are not known yet.

    Returns
    -------
    Windows
        Reversed dates are put in order, see `phase_doubts`.

    Raises
    ------
    ValueError
        If no phase but a cool-down is given, or the campaign begins after `through`.

    Notes
    -----
    The base ends before the first of build-up, presale and warm-up: a base that holds the dip before a sale
    overstates the net effect. A build-up only brings visitors; the net begins with the first day that moves
    payments. Gross begins with the warm-up, without one with the first main day.

    Examples
    --------
    >>> d = dt.date
    >>> phases = {"warm_up": (d(2026, 9, 5), d(2026, 9, 7)), "peak": (d(2026, 9, 8), d(2026, 9, 10))}
    >>> w = campaign_windows(phases, d(2026, 11, 1))
    >>> w.base_last.isoformat(), w.net[1].isoformat(), w.net_open
    ('2026-09-04', '2026-09-24', False)
    """
    ordered = {name: (min(ends), max(ends)) for name, ends in phases.items()}
    touched = [ends for name, ends in ordered.items() if name != "cool_down"]
    if not touched:
        raise ValueError(f"phases {sorted(phases)}: at least one beside the cool-down is needed")
    first = min(ends[0] for ends in touched)
    if first > through:
        raise ValueError(f"the campaign begins on {first}, after {through}")
    main = [ordered[name] for name in MAIN if name in ordered] or touched
    paying = [ordered[name] for name in ("presale", "warm_up") if name in ordered] + main
    start = min(ends[0] for ends in [ordered.get("warm_up", main[0]), *main])
    end = max(ends[1] for ends in main)
    settled = max(ordered.get("cool_down", (end, end))[1], end + COOL_DOWN_DAYS * ONE_DAY)
    return Windows(
        base_last=first - ONE_DAY,
        gross=(start, max(start, min(end, through))),
        net=(min(ends[0] for ends in paying), max(start, min(settled, through))),
        gross_open=end > through,
        net_open=settled > through,
        missing_days=max(0, (settled - through).days),
        main_last=end,
    )


def phase_doubts(phases: Mapping[str, Span]) -> list[Doubt]:
    """What is wrong with the dates of the phases: reversed ones, and phases that share days.

    Parameters
    ----------
    phases : mapping of phase name to (first, last) day

    Returns
    -------
    list of Doubt
        Codes `reversed_dates` (phase, first, last) and `overlapping_phases` (phase, other, days).

    Raises
    ------
    Nothing.

    Notes
    -----
    A presale may run beside a build-up; a shared day still counts once in a window and, in tables by phase,
    to the later phase.

    Examples
    --------
    >>> d = dt.date
    >>> [doubt.code for doubt in phase_doubts({"peak": (d(2026, 9, 10), d(2026, 9, 8))})]
    ['reversed_dates']
    """
    found = [
        Doubt("reversed_dates", {"phase": name, "first": ends[0], "last": ends[1]})
        for name, ends in phases.items()
        if ends[0] > ends[1]
    ]
    days = {name: set(span(*sorted(phases[name]))) for name in PHASES if name in phases}
    names = list(days)
    for at, name in enumerate(names):
        for other in names[at + 1 :]:
            shared = days[name] & days[other]
            if shared:
                values = {"phase": name, "other": other, "days": len(shared)}
                found.append(Doubt("overlapping_phases", values))
    return found


def apart_from(windows: Windows, others: Mapping[str, Windows]) -> tuple[Windows, list[Doubt]]:
    """The windows as far as other campaigns of the shop leave them, and what these do to the answer.

    Parameters
    ----------
    windows : Windows
        Of the campaign under review.
    others : mapping of campaign name to Windows

    Returns
    -------
    tuple of Windows and list of Doubt
        A campaign that begins over a week after the main days ends the net window the day before it
        (`cut`); one that reaches further in leaves its mark in `shared`. Code `overlapping_campaign`
        (campaign, days, into = "gross", "net" or "after").

    Raises
    ------
    Nothing.

    Notes
    -----
    A campaign touches its days from the first build-up to the end of its cool-down. Inside shared days
    nothing can tell two campaigns apart, so `uplift` gives no verdict there.

    Examples
    --------
    >>> d = dt.date
    >>> first = campaign_windows({"peak": (d(2026, 9, 8), d(2026, 9, 10))}, d(2026, 11, 1))
    >>> second = campaign_windows({"peak": (d(2026, 9, 20), d(2026, 9, 21))}, d(2026, 11, 1))
    >>> apart_from(first, {"b": second})[0].net[1].isoformat(), apart_from(second, {"a": first})[0].shared
    ('2026-09-19', ('gross', 'net'))
    """
    doubts = []
    for name, other in others.items():
        begin = other.base_last + ONE_DAY
        days = set(span(begin, other.net[1]))
        held = {into: len(days & set(span(*getattr(windows, into)))) for into in ("gross", "net")}
        if not held["net"] and not held["gross"]:
            continue
        into = "gross" if held["gross"] else "net"
        if begin > windows.main_last + FEWEST_AFTER * ONE_DAY:
            into = "after"
            windows = replace(windows, net=(windows.net[0], begin - ONE_DAY), cut=True)
        else:
            touched = ("gross", "net") if held["gross"] else ("net",)
            windows = replace(windows, shared=tuple(sorted({*windows.shared, *touched})))
        values = {"campaign": name, "days": max(held.values()), "into": into, "after": windows.days_after}
        doubts.append(Doubt("overlapping_campaign", values))
    return windows, doubts
