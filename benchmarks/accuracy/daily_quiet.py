"""Whole briefs of ordinary days on which nothing was planted: how often one asks for an action."""

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd

from shopbook.demo.generator import NEWEST, generate_shop, shop_ids
from shopbook.findings.finding import Finding
from shopbook.findings.warnings.data import data_warnings
from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.home import PROJECT, Home
from shopbook.workbook import daily

# The made-up shops after the second have no event and no campaign of their own in these days.
QUIET_DAYS = 37
_MOST = 2.0


def brief_table(shops: int, days: int, seed: int) -> pd.DataFrame:
    """Days in 100 with an `act` in the brief, every role's rules together, and which rules said it."""
    briefs = _briefs(shops, min(days, QUIET_DAYS), seed)
    acts = [[one.id for one in found if one.level == "act"] for found in briefs]
    said = Counter(rule for each in acts for rule in set(each))
    share = 100 * sum(map(bool, acts)) / len(acts)
    rows = [("the whole brief", share, f"<= {_MOST:g}", True, share <= _MOST)]
    rows += [(rule, 100 * count / len(acts), "", True, True) for rule, count in said.most_common()]
    watch = 100 * sum(any(one.level == "watch" for one in found) for found in briefs) / len(briefs)
    rows.append(("something to watch", watch, "", False, True))
    named = pd.DataFrame(rows, columns=["act said by", "days in 100", "target", "ours", "met"])
    return named.assign(days=len(acts))[["act said by", "days", "days in 100", "target", "ours", "met"]]


def _briefs(shops: int, days: int, seed: int) -> list[list[Finding]]:
    """The findings of every ordinary day; platform sales and holidays are left out."""
    with tempfile.TemporaryDirectory(prefix="quiet") as folder:
        home = Home(PROJECT, Path(folder))
        names = shop_ids(shops + 2)[2:]
        for name in names:
            generate_shop(home.inbox, name, seed=seed)
        ingest(home, today=NEWEST + dt.timedelta(days=1))
        found, brief = [], daily.PAGES["brief"]
        for name in names:
            for back in range(days):
                day = NEWEST - dt.timedelta(days=back)
                facts = daily.facts_of(home, Store(home.history), name, day)
                if day not in facts.special_days:
                    found.append(brief.findings(facts.warned(data_warnings(facts, brief.kinds))))
    return found
