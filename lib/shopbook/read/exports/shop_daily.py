"""自助取数 shop daily: one row a day, any choice of columns."""

import re

import numpy as np

from shopbook.read.problems import Problem, blocking
from shopbook.read.spec import Draft
from shopbook.read.values import Values, kept

_ALL_TERMINALS = ("所有终端", "全部终端", "全部", "全终端", "整体", "所有", "汇总")
_ONE_TERMINAL = re.compile("(?<![A-Za-z])(?:PC|电脑|无线|手机|移动)端", re.IGNORECASE)
_AD_PARTS = ("ad_spend_keyword", "ad_spend_audience", "ad_spend_site", "ad_spend_smart")


def shape(draft: Draft) -> Values:
    """Ad spend is stated per product of the platform; the shop's spend is their sum."""
    values = of_all_terminals(draft)
    parts = [np.asarray(values[name]) for name in _AD_PARTS if name in values]
    if not parts or "ad_spend" in values:
        return values
    unknown = np.isnan(parts).all(axis=0)
    return values | {"ad_spend": np.where(unknown, np.nan, np.nansum(parts, axis=0))}


def of_all_terminals(draft: Draft) -> Values:
    """The rows of all terminals together; a file of PC or wireless alone is a part, and refused."""
    terminals = [str(text) for text in draft.values.get("terminal", ()) if text]
    if not terminals:
        said = _ONE_TERMINAL.findall(" ".join((draft.asked.file, draft.sheet, *draft.titles)))
        draft.problems += [_of_terminals(said)] if said else []
        return draft.values
    is_whole = [text in _ALL_TERMINALS for text in draft.values["terminal"]]
    if not any(is_whole):
        draft.problems.append(_of_terminals(terminals))
    return kept(draft.values, is_whole)


def _of_terminals(found: list[str]) -> Problem:
    return blocking(
        "part_of_shop",
        "the rows are of single terminals, not of all.\n  Found: {found}\n  What to do: choose all "
        "terminals (所有终端) and download again.",
        found=sorted(set(found)),
    )
