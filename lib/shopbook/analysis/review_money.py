"""What is left of a campaign: profit after all costs; refunds and buyers afterwards."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shopbook.analysis.campaign_windows import Span
from shopbook.analysis.uplift_effect import Effect
from shopbook.days import span

MATURITY_DAYS = (15, 30)


@dataclass(frozen=True)
class Profit:
    """Contribution of some days in CNY: sales less goods, ad spend, commission, refunds.

    NaN: not known. An unknown ad spend, commission or refund is not taken off: at most so much is left then.
    """

    amount: float
    goods: float
    ad_spend: float
    commission: float
    refunds: float
    cost_known: float

    @property
    def profit(self) -> float:
        known = np.nan_to_num([self.ad_spend, self.commission, self.refunds]).sum()
        return self.amount - self.goods - float(known)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The costs without which no profit is judged and that are not known here; commission may be none."""
        costs = {"ad_spend": self.ad_spend, "refund_amount": self.refunds}
        return tuple(name for name, cost in costs.items() if np.isnan(cost))

    @property
    def margin(self) -> float:
        """Share of sales that stays before spend and commission."""
        refunds = 0.0 if np.isnan(self.refunds) else self.refunds
        return (self.amount - self.goods - refunds) / self.amount if self.amount else np.nan


def profit(
    days: pd.DatetimeIndex, *, shop: pd.DataFrame, items: pd.DataFrame, cost: pd.Series, fees: pd.DataFrame
) -> Profit:
    """Profit of some days after discount, spend, commission and refunds.

    Parameters
    ----------
    days : DatetimeIndex
        Which days.
    shop : DataFrame indexed by day
        pay_amount, refund_amount (CNY; refunds of the same days' completions).
    items : DataFrame
        date, item_id, pay_units, pay_amount.
    cost : Series of float, CNY a piece, by item_id
        Newest unit cost; items without one are taken at the mean cost share of the others.
    fees : DataFrame indexed by day
        ad_spend, commission (CNY); 0 = none, NaN = not known.

    Returns
    -------
    Profit
        `cost_known` = share of the sales whose unit cost is known.

    Raises
    ------
    Nothing.

    Notes
    -----
    Discounts need no line of their own: sales are what was paid.

    Examples
    --------
    >>> day = pd.DatetimeIndex(["2026-01-01"])
    >>> shop = pd.DataFrame({"pay_amount": [100.0], "refund_amount": [5.0]}, index=day)
    >>> items = pd.DataFrame({"date": day, "item_id": "a", "pay_units": 4, "pay_amount": 100.0})
    >>> fees = pd.DataFrame({"ad_spend": [20.0], "commission": [1.0]}, index=day)
    >>> profit(day, shop=shop, items=items, cost=pd.Series({"a": 10.0}), fees=fees).profit
    34.0
    """
    rows = items[items["date"].isin(days)]
    unit = rows["item_id"].map(cost).astype(float)
    known = unit.notna()
    costed = float(rows.loc[known, "pay_amount"].sum())
    amount = float(shop["pay_amount"].reindex(days).sum())
    goods = float((rows["pay_units"] * unit).sum())
    whole = goods * amount / costed if costed > 0 else np.nan
    spent = fees.reindex(days).sum(min_count=1)
    refunds = shop["refund_amount"].reindex(days).sum(min_count=1) if "refund_amount" in shop else np.nan
    return Profit(
        amount=amount,
        goods=whole,
        ad_spend=float(spent.get("ad_spend", np.nan)),
        commission=float(spent.get("commission", np.nan)),
        refunds=float(refunds),
        cost_known=costed / amount if amount else np.nan,
    )


def incremental_profit(
    net: Effect, held: Profit, ordinary: Profit, days: int, base_days: int
) -> tuple[float, ...]:
    """What the campaign added to profit, with the range of its net effect.

    Parameters
    ----------
    net : Effect
        Net effect on sales, CNY.
    held : Profit
        Of the net window.
    ordinary : Profit
        Of the base days.
    days, base_days : int
        Days of the net window and of the base.

    Returns
    -------
    tuple of float
        (low, estimate, high) in CNY; NaN when a cost or the effect is not known.

    Raises
    ------
    ValueError
        If there are no base days.

    Notes
    -----
    Without the campaign the shop would have sold the counterfactual at the base's margin and spent the base's
    daily spend and commission. The range is that of the counterfactual only.

    Examples
    --------
    >>> held = Profit(200.0, 100.0, 20.0, 0.0, 0.0, 1.0)
    >>> usual = Profit(100.0, 40.0, 10.0, 0.0, 0.0, 1.0)
    >>> effect = Effect(log=np.log(2), log_lo=np.log(2), log_hi=np.log(2), actual=200.0)
    >>> [round(value, 6) for value in incremental_profit(effect, held, usual, 1, 1)]
    [30.0, 30.0, 30.0]
    """
    if base_days < 1:
        raise ValueError("no base day to take the usual margin from")
    fees = float(np.nan_to_num([ordinary.ad_spend, ordinary.commission]).sum()) / base_days * days
    return tuple(
        held.profit - ((net.actual - added) * ordinary.margin - fees)
        for added in (net.amount_lo, net.amount, net.amount_hi)
    )


def refund_cohorts(
    refunds: pd.DataFrame, payments: pd.Series, spans: Mapping[str, Span], through: dt.date
) -> pd.DataFrame:
    """Share of the money paid on some days that was refunded within 15 and 30 days.

    Parameters
    ----------
    refunds : DataFrame
        date (day of completion), pay_date, refund_amount (CNY).
    payments : Series of float, CNY, indexed by day
        What was paid.
    spans : mapping of name to (first, last) day of payment
        The cohorts, e.g. the phases and the base.
    through : date
        The last complete day.

    Returns
    -------
    DataFrame
        cohort, paid (CNY), refund_15, refund_30 (share of paid; NaN: not all days are that old yet).

    Raises
    ------
    Nothing.

    Notes
    -----
    By day of payment, never by day of completion: the refunds completed during a campaign belong to sales
    before it.

    Examples
    --------
    >>> done = pd.to_datetime(["2026-01-05", "2026-01-25"])
    >>> rows = pd.DataFrame({"date": done, "refund_amount": [10.0, 5.0],
    ...                      "pay_date": pd.to_datetime(["2026-01-01", "2026-01-01"])})
    >>> paid = pd.Series([100.0], index=pd.to_datetime(["2026-01-01"]))
    >>> day = dt.date(2026, 1, 1)
    >>> refund_cohorts(rows, paid, {"peak": (day, day)}, dt.date(2026, 3, 1)).iloc[0, 2:].tolist()
    [0.1, 0.15]
    """
    age = (refunds["date"] - refunds["pay_date"]).dt.days
    rows = []
    for name, (first, last) in spans.items():
        days = pd.DatetimeIndex(span(first, last))
        paid = float(payments.reindex(days).sum())
        mine = refunds["pay_date"].isin(days)
        shares = [
            float(refunds.loc[mine & (age <= limit), "refund_amount"].sum()) / paid
            if paid > 0 and (through - last).days >= limit
            else np.nan
            for limit in MATURITY_DAYS
        ]
        rows.append((name, paid, *shares))
    return pd.DataFrame(rows, columns=["cohort", "paid", "refund_15", "refund_30"])


def repurchase(
    order_lines: pd.DataFrame, spans: Mapping[str, Span], through: dt.date, days: int = 30
) -> pd.DataFrame:
    """Share of the buyers of some days who bought again within `days` days of their last order there.

    Parameters
    ----------
    order_lines : DataFrame
        date, buyer (hash).
    spans : mapping of name to (first, last) day
        The cohorts.
    through : date
        The last complete day.
    days : int
        How long to wait.

    Returns
    -------
    DataFrame
        cohort, buyers, again (share; NaN: no buyer, or the wait is not over).

    Raises
    ------
    Nothing.

    Notes
    -----
    A buyer counts from the last order inside the span: two orders in one sale are one purchase.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-01", "2026-01-20"])
    >>> lines = pd.DataFrame({"date": days, "buyer": ["a", "b", "a"]})
    >>> day = dt.date(2026, 1, 1)
    >>> repurchase(lines, {"peak": (day, day)}, dt.date(2026, 3, 1))["again"].tolist()
    [0.5]
    """
    rows = []
    order_lines = order_lines[order_lines["buyer"] != ""]  # sub-orders name none
    for name, (first, last) in spans.items():
        inside = order_lines["date"].between(pd.Timestamp(first), pd.Timestamp(last))
        bought = order_lines[inside].groupby("buyer")["date"].max()
        if bought.empty:
            rows.append((name, 0, np.nan))
            continue
        later = order_lines[order_lines["date"] > pd.Timestamp(last)]
        wait = (later["date"] - later["buyer"].map(bought)).dt.days
        again = later.loc[wait.between(1, days), "buyer"].nunique()
        ripe = (through - last).days >= days
        rows.append((name, len(bought), again / len(bought) if ripe else np.nan))
    return pd.DataFrame(rows, columns=["cohort", "buyers", "again"])
