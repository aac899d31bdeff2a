"""What a check of the data yields: code, sentence and scope of each warning."""

from collections.abc import Iterable, Iterator

from shopbook.text import tr

Found = Iterator[tuple[str, str, dict[str, str]]]


def short(title: str, limit: int = 18) -> str:
    """An item's title short enough for a sentence."""
    title = " ".join(str(title).split())
    return title if len(title) <= limit else title[: limit - 1] + "…"


def some(names: Iterable[str], most: int = 4) -> str:
    """The first few of many names, and how many more."""
    listed = sorted(short(name, 24) for name in names)
    more = tr(" and {count} more", count=len(listed) - most) if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
