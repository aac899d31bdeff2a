"""What a check of the data yields: code, sentence and scope of each warning."""

from collections.abc import Iterator

Found = Iterator[tuple[str, str, dict[str, str]]]


def short(title: str, limit: int = 18) -> str:
    """An item's title short enough for a sentence."""
    title = " ".join(str(title).split())
    return title if len(title) <= limit else title[: limit - 1] + "…"
