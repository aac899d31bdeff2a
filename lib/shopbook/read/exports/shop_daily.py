"""自助取数 shop daily: one row a day, any choice of columns."""

import numpy as np

from shopbook.read.spec import Draft
from shopbook.read.values import Values

_AD_PARTS = ("ad_spend_keyword", "ad_spend_audience", "ad_spend_site", "ad_spend_smart")


def shape(draft: Draft) -> Values:
    """Ad spend is stated per product of the platform; the shop's spend is their sum."""
    values = draft.values
    parts = [np.asarray(values[name]) for name in _AD_PARTS if name in values]
    if not parts or "ad_spend" in values:
        return values
    unknown = np.isnan(parts).all(axis=0)
    return values | {"ad_spend": np.where(unknown, np.nan, np.nansum(parts, axis=0))}
