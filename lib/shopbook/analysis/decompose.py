"""Why a figure changed: market shift, then factors, channels or items by size, then the rest."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from shopbook.analysis.factors import Funnel, gmv_factors, lmdi, rate_mix

__all__ = ["Funnel", "Part", "channel_causes", "gmv_causes", "gmv_factors", "lmdi", "rate_causes", "rate_mix"]


class Part(NamedTuple):
    """One part of a change, field by field what a `Cause` of findings.json is."""

    scope: dict[str, str]
    effect: float
    share: float | None
    label: str = ""


def gmv_causes(
    now: Funnel, before: Funnel, *, market: Mapping[str, float] | float | None = None
) -> list[Part]:
    """The change of the amount as market shift, visitors, conversion and basket.

    Parameters
    ----------
    now, before : Funnel
        The day and its baseline.
    market : float, mapping, or None
        The market's relative change of the amount, taken as one of visitors; or by factor,
        {"visitors": -.02, "conversion": .01}, factors not named being unchanged. None: no market.

    Returns
    -------
    list of Part
        Market first (when known), the factors by size of effect, `unexplained` (rounding only, or all of it
        when a figure is not known); they sum to the change of the amount.

    Raises
    ------
    ValueError
        As `gmv_factors`.

    Notes
    -----
    With the market's change the shop would have had `before` with each factor times (1 + its market change):
    the step from `before` to there is the market's effect (baseline x market change), the step from there to
    `now` is split by `gmv_factors`.

    Examples
    --------
    >>> parts = gmv_causes(Funnel(900, 18, 1800.), Funnel(1000, 20, 2000.), market=-.1)
    >>> [(part.scope["factor"], round(part.effect)) for part in parts]
    [('market', -200), ('visitors', 0), ('conversion', 0), ('basket', 0), ('unexplained', 0)]
    """
    shifts = {"visitors": market} if isinstance(market, (int, float)) else dict(market or {})
    visitors, conversion, basket = (
        1 + shifts.get(name, 0.0) for name in ("visitors", "conversion", "basket")
    )
    buyers, amount = before.buyers * visitors * conversion, before.amount * visitors * conversion * basket
    expected = Funnel(before.visitors * visitors, buyers, amount)
    effects = gmv_factors(now, expected)
    parts = [
        ({"factor": name}, 0.0 if math.isnan(effect) else effect, "") for name, effect in effects.items()
    ]
    shift = None if market is None else amount - before.amount
    return _ranked(parts, change=now.amount - before.amount, market=shift)


def channel_causes(
    now: pd.Series,
    before: pd.Series,
    total: tuple[float, float],
    *,
    market_change: float | None = None,
    key: str = "channel",
    labels: Mapping[str, str] | None = None,
    limit: int = 8,
) -> list[Part]:
    """The change of a total as market shift, channels (or items), overlap and rest.

    Parameters
    ----------
    now, before : Series of float, indexed by channel or item id
        The parts on the day and their baseline means; missing on one side is 0.
    total : (value, baseline)
        The shop's own figures: de-duplicated visitors, so parts need not add up to them.
    market_change : float, optional
        The market's relative change.
    key : str
        Scope key of the parts: "channel", "item_id", "plan", ...
    labels : mapping, optional
        What the export called a part.
    limit : int
        Parts listed by name; smaller ones go to "unexplained".

    Returns
    -------
    list of Part
        Market, then parts by size of effect, then `overlap` and `unexplained`; they sum to value - baseline.

    Raises
    ------
    ValueError
        If a part occurs twice.

    Notes
    -----
    The market's effect is `baseline x market_change`, and every part is expected to have moved with it:
    `effect = now - before x (1 + market_change)`. Visitors who came by two channels are counted twice: what
    the channels exceed the shop by is the overlap, what they lack is not explained by any of them.

    Examples
    --------
    >>> parts = channel_causes(pd.Series({"search": 60., "ads": 50.}), pd.Series({"search": 60., "ads": 70.}),
    ...                        (100., 120.), market_change=0.0)
    >>> [(*part.scope.values(), part.effect) for part in parts]
    [('market', 0.0), ('ads', -20.0), ('search', 0.0), ('overlap', 0.0), ('unexplained', 0.0)]
    """
    for side in (now, before):
        if not side.index.is_unique:
            raise ValueError(f"{key} {side.index[side.index.duplicated()][0]!r} occurs twice")
    names = now.index.union(before.index, sort=False)
    one, zero = (side.reindex(names).fillna(0.0).to_numpy(float) for side in (now, before))
    value, baseline = total
    shift = market_change or 0.0
    effects = one - zero * (1 + shift)
    order = np.argsort(-np.abs(effects), kind="stable")[:limit]
    texts = labels or {}
    parts = [({key: str(names[at])}, float(effects[at]), texts.get(names[at], "")) for at in order]
    excess1, excess0 = (
        max(0.0, float(side.sum()) - whole) for side, whole in zip((one, zero), total, strict=True)
    )
    ends = {"overlap": excess0 * (1 + shift) - excess1} if excess0 or excess1 else {}
    market = None if market_change is None else baseline * market_change
    return _ranked(parts, change=value - baseline, market=market, ends=ends)


def rate_causes(
    now: pd.DataFrame,
    before: pd.DataFrame,
    total: tuple[float, float],
    *,
    market_change: float | None = None,
    key: str = "channel",
    labels: Mapping[str, str] | None = None,
    limit: int = 8,
) -> list[Part]:
    """The change of a rate as market shift, each group's own rate, the mix of groups, and rest.

    Parameters
    ----------
    now, before : DataFrame, columns (successes, trials), indexed by channel or item id
        As in `rate_mix`.
    total : (value, baseline)
        The shop's own rate on the day and in the baseline.
    market_change, key, labels, limit
        As in `channel_causes`.

    Returns
    -------
    list of Part
        Market, then groups (scope also holds `factor: rate`) and the one `mix` by size, then `unexplained`;
        they sum to value - baseline.

    Raises
    ------
    ValueError
        If a group occurs twice.

    Notes
    -----
    Groups are expected to have moved with the market: `rate` effects are those of `rate_mix` less
    `baseline weight x baseline rate x market_change`. Channels overlap, so their pooled rate is not the
    shop's: the difference is not explained.

    Examples
    --------
    >>> one = pd.DataFrame({"buyers": [30, 5], "visitors": [1000, 1000]}, index=["search", "video"])
    >>> two = pd.DataFrame({"buyers": [15, 7.5], "visitors": [500, 1500]}, index=["search", "video"])
    >>> parts = rate_causes(two, one, (.01125, .0175))
    >>> [(part.scope["factor"], round(part.effect * 1e5)) for part in parts]
    [('mix', -625), ('rate', 0), ('rate', 0), ('unexplained', 0)]
    """
    split = rate_mix(now, before)
    held = before.reindex(split.index).fillna(0.0).to_numpy(float)
    trials = held[:, 1].sum()
    follow = held[:, 0] / trials * (market_change or 0.0) if trials > 0 else np.zeros(len(held))
    rates = (
        (split["rate"] - follow).fillna(0.0).sort_values(key=np.abs, ascending=False, kind="stable")[:limit]
    )
    texts = labels or {}
    parts = [
        ({key: str(name), "factor": "rate"}, float(rates[name]), texts.get(name, "")) for name in rates.index
    ]
    parts.append(({"factor": "mix"}, float(split["mix"].fillna(0.0).sum()), ""))
    value, baseline = total
    market = None if market_change is None else baseline * market_change
    return _ranked(parts, change=value - baseline, market=market)


def _ranked(
    parts: list[tuple[dict[str, str], float, str]],
    *,
    change: float,
    market: float | None,
    ends: Mapping[str, float] | None = None,
) -> list[Part]:
    """Parts in the order of the contract with their shares, closed by the rest to sum to `change`."""
    rows = sorted(parts, key=lambda part: -abs(part[1]))
    if market is not None:
        rows.insert(0, ({"factor": "market"}, market, ""))
    rows += [({"factor": name}, effect, "") for name, effect in (ends or {}).items()]
    rest = change - sum(effect for _, effect, _ in rows)
    rows.append(({"factor": "unexplained"}, rest, ""))
    return [Part(scope, effect, effect / change if change else None, label) for scope, effect, label in rows]
