"""Which listings are the same goods twice: by goods number, or by nearly the same title."""

import math
import re
import unicodedata
from collections import Counter, defaultdict

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_WORDS = re.compile(r"[a-z0-9.]+")
_NUMBER = re.compile(r"\d")
_FEWEST_PARTS = 4


def title_parts(title: str) -> frozenset[str]:
    """The parts titles are compared by: words and figures, Chinese text as pairs of characters."""
    plain = unicodedata.normalize("NFKC", title).lower()
    pairs = {run[at : at + 2] for run in _CHINESE.findall(plain) for at in range(max(len(run) - 1, 1))}
    return frozenset(pairs | set(_WORDS.findall(plain)))


def same_listings(titles: dict[str, str], codes: dict[str, str], least: float) -> list[tuple[str, str, str]]:
    """Pairs of items with why: the same goods number, or at least `least` of their title parts shared.

    Titles with other figures in them (500ml and 300ml) are other goods. Only pairs that share one of their
    rarest parts are compared, so that thousands of titles cost thousands of comparisons, not millions.
    """
    found = {pair: "code" for pair in _same_code(codes)}
    parts = {item: title_parts(title) for item, title in titles.items()}
    for one, other in _candidates(
        {item: each for item, each in parts.items() if len(each) >= _FEWEST_PARTS}, least
    ):
        both, either = parts[one] & parts[other], parts[one] | parts[other]
        if len(both) / len(either) >= least and _figures(parts[one]) == _figures(parts[other]):
            found.setdefault((one, other), "title")
    return [(one, other, why) for (one, other), why in sorted(found.items())]


def _same_code(codes: dict[str, str]) -> list[tuple[str, str]]:
    groups = defaultdict(list)
    for item, code in codes.items():
        if code.strip():
            groups[code.strip()].append(item)
    return [(group[0], other) for group in map(sorted, groups.values()) for other in group[1:]]


def _candidates(parts: dict[str, frozenset[str]], least: float) -> set[tuple[str, str]]:
    """Pairs that can reach `least`: two such sets share a part among their rarest (prefix filtering)."""
    common = Counter(part for each in parts.values() for part in each)
    seen: dict[str, list[str]] = defaultdict(list)
    pairs = set()
    for item in sorted(parts):
        rarest = sorted(parts[item], key=lambda part: (common[part], part))
        for part in rarest[: len(rarest) - math.ceil(least * len(rarest)) + 1]:
            pairs |= {(other, item) for other in seen[part]}
            seen[part].append(item)
    return pairs


def _figures(parts: frozenset[str]) -> frozenset[str]:
    return frozenset(part for part in parts if _NUMBER.search(part))
