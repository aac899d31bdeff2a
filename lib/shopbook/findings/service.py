"""Customer service and quality: inquiries, answer times, refunds, DSR, ratings and reviews."""

import pandas as pd

from shopbook.metrics.frame import with_ratios

_SUMS = ("inquiry_visitors", "inquiry_buyers", "inquiry_amount", "served_visitors", "consult_visitors")
_SECONDS = ("avg_response_seconds", "first_response_seconds")


def service_days(service: pd.DataFrame) -> pd.DataFrame:
    """The whole shop's service by day: sums of the agents, times weighted by the inquiries they answered."""
    if service.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([], name="date"))
    agents = service[(service["row"] == "agent") & (service["report"] == "performance")]
    sums = agents.groupby("date")[[name for name in _SUMS if name in agents]].sum()
    for name in _SECONDS:
        if name in agents:
            weights = agents["inquiry_visitors"].where(agents[name].notna())
            sums[name] = (agents[name] * weights).groupby(agents["date"]).sum() / weights.groupby(
                agents["date"]
            ).sum()
    return with_ratios(sums)
