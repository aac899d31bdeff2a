"""Search terms: what is hot, what converts, what narrows by attribute, and what no title holds."""

import re
from typing import Any

import pandas as pd
from scipy.special import betaincinv

from shopbook import units
from shopbook.findings.daily.promotion_data import between
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import routed
from shopbook.metrics.ratio import pooled, ratio
from shopbook.text import tr

_MIN_WORD = 2
# Titles are compared without what separates their words.
_APART = re.compile(r"[\s,，.。/、|·\-_（）()【】\[\]]+")


def term_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a search term over four weeks, most visitors first; `missing` are words in no title."""
    return facts.once("term_table", lambda: _term_table(facts))


def _term_table(facts: Facts) -> list[dict[str, Any]]:
    sums = _sums(facts)
    if sums.empty:
        return []
    mean = pooled("pay_conversion_rate", sums)
    titles = [plain(title) for title in _titles(facts)]
    whole = "\n".join(titles)
    hot = set(sums.nlargest(max(1, round(facts.threshold("hot_terms") * len(sums))), "visitors").index)
    holders = _Holders(titles)
    rows = []
    for term, row in sums.sort_values("visitors", ascending=False).iterrows():
        words = split_term(str(term).lower(), whole)
        missing = [word for word in words if word not in whole]
        low, high = rate_range(row["pay_buyers"], row["visitors"])
        converting = low > mean
        kinds = {"hot": term in hot, "converting": converting, "attribute": len(words) > 1}
        rows.append(
            {
                "search_term": str(term),
                "visitors": float(row["visitors"]),
                "pay_buyers": float(row["pay_buyers"]),
                "pay_conversion_rate": ratio("pay_conversion_rate", row),
                "low": low,
                "high": high,
                "kinds": kind_names(kinds),
                "converting": converting,
                "missing": "、".join(missing) if titles else "",
                "where": _where(words, missing, holders),
            }
        )
    return rows


def title_gap(facts: Facts) -> Finding | None:
    """The term that converts best and whose words no title holds."""
    table = term_table(facts)
    if not table or not _titles(facts):
        return None
    gaps = [row for row in table if row["missing"] and row["converting"]]
    question = tr("Which converting terms are in no title?")
    if not gaps:
        headline = tr(
            "No clearly converting term is missing in the titles; {count} terms judged", count=len(table)
        )
        return Finding(id="promotion.title_gap", question=question, headline=headline)
    best = max(gaps, key=lambda row: row["pay_buyers"])
    finding = Finding(
        id="promotion.title_gap",
        question=question,
        headline=tr(
            "“{term}” converts at {rate} of {visitors} visitors in {days} day(s); no title holds {missing}",
            days=between(facts.frames["search_terms"], facts.day)["date"].nunique(),
            term=best["search_term"],
            rate=units.percent(best["pay_conversion_rate"]),
            visitors=units.count(best["visitors"]),
            missing=best["missing"],
        ),
        level="watch",
        scope={"term": best["search_term"]},
        metric="pay_conversion_rate",
        value=best["pay_conversion_rate"],
    )
    return routed(facts, finding, label=best["search_term"])


def plain(title: str) -> str:
    """A title without what separates its words, in small letters."""
    return _APART.sub("", title).lower()


def split_term(term: str, titles: str) -> list[str]:
    """A term's words: its parts between blanks, each cut into the longest pieces that titles hold.

    What no title holds stays in one piece: without a dictionary that piece is the gap.
    """
    words: list[str] = []
    for part in term.split():
        words += _pieces(part, titles)
    return words


def rate_range(successes: float, trials: float) -> tuple[float, float]:
    """90% Jeffreys range of a share (Brown, Cai and DasGupta 2001); all of 0 to 1 without trials."""
    if not trials > 0:
        return 0.0, 1.0
    misses = max(trials - successes, 0.0)
    low = betaincinv(successes + 0.5, misses + 0.5, 0.05) if successes > 0 else 0.0
    high = betaincinv(successes + 0.5, misses + 0.5, 0.95) if misses > 0 else 1.0
    return float(low), float(high)


def kind_names(kinds: dict[str, bool]) -> str:
    """热词 / 成交词 / 属性词 of a term in the run's language."""
    names = {"hot": tr("hot"), "converting": tr("converting"), "attribute": tr("attribute")}
    return tr(", ").join(names[kind] for kind, holds in kinds.items() if holds)


def _sums(facts: Facts) -> pd.DataFrame:
    """Visitors and buyers by term over four weeks."""
    frame = facts.frames.get("search_terms", pd.DataFrame())
    names = ["visitors", "pay_buyers"]
    if frame.empty or not set(names) <= set(frame.columns):
        return pd.DataFrame()
    sums = between(frame, facts.day).groupby("search_term")[names].sum()
    return sums[sums["visitors"] > 0]


def _titles(facts: Facts) -> list[str]:
    """The newest title of every item on the day; an item whose export holds no title goes by its id."""
    if facts.items.empty or "item_name" not in facts.items:
        return []
    today = facts.items_today
    named = today.loc[today["item_name"] != today["item_id"], "item_name"]
    return [str(title) for title in named.dropna()]


class _Holders(dict[str, frozenset[int]]):
    """Which of some plain titles hold a word, looked up once a word."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__()
        self.titles = titles

    def __missing__(self, word: str) -> frozenset[int]:
        self[word] = frozenset(place for place, title in enumerate(self.titles) if word in title)
        return self[word]


def _where(words: list[str], missing: list[str], holders: _Holders) -> str:
    """Whether one title holds all words, several share them, or none does."""
    if not holders.titles:
        return "–"
    if missing:
        return tr("in no title")
    if frozenset(range(len(holders.titles))).intersection(*(holders[word] for word in words)):
        return tr("in a title")
    return tr("spread over titles")


def _pieces(part: str, titles: str) -> list[str]:
    if len(part) <= _MIN_WORD or part in titles:
        return [part]
    pieces, lacking, at = [], "", 0
    while at < len(part):
        sizes = range(len(part) - at, _MIN_WORD - 1, -1)
        size = next((each for each in sizes if part[at : at + each] in titles), 0)
        if not size:
            lacking += part[at]
            at += 1
            continue
        pieces += [lacking] * bool(lacking) + [part[at : at + size]]
        lacking, at = "", at + size
    return pieces + [lacking] * bool(lacking)
