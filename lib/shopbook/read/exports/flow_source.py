"""店铺流量来源: a row a channel, up to four levels; day and device stand in file and sheet names."""

import numpy as np

from shopbook.read.headers import channel_of
from shopbook.read.names import attribution, device
from shopbook.read.spec import Draft
from shopbook.read.totals import is_total
from shopbook.read.values import Values, height, listed, without

_LEVELS = ("channel", "channel_detail", "channel_detail_3", "channel_detail_4")
_REPLACED = (*_LEVELS, "terminal", "attribution")


def shape(draft: Draft) -> Values:
    """Rows with their level, canonical channel, raw texts, device and the visit they count.

    A row whose deeper labels are empty or 汇总 repeats the sum of the rows below it. `is_channel` marks the
    rows of the one level that shares are made of: the first whose labels the suite knows as channels.
    """
    values = draft.values
    columns = [listed(values[name]) for name in _LEVELS if name in values]
    paths = [_path(labels) for labels in zip(*columns, strict=True)]
    if len(columns) == 2:
        paths = _two_levels(paths)
    base = _channel_level(paths)
    count = height(values)
    found = device(draft.sheet) or draft.asked.name.device or "all"
    terminals = values.get("terminal")
    devices = [found] * count if terminals is None else [device(str(text)) or "all" for text in terminals]
    made: Values = without(values, _REPLACED) | {
        "device": devices,
        "attribution": [
            attribution(str(text)) or attribution(draft.words)
            for text in values.get("attribution", [""] * count)
        ],
        "level": np.array([len(path) for path in paths], dtype=np.int64),
        "is_channel": np.array([float(len(path) == base) for path in paths]),
        "channel": [channel_of(*reversed(path)) for path in paths],
        "channel_label": [path[min(base, len(path)) - 1] for path in paths],
        "channel_detail": [" > ".join(path[base:]) for path in paths],
        "channel_group": [" > ".join(path[: base - 1]) if len(path) >= base else "" for path in paths],
    }
    return made


def _path(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of a row from the top down to its own."""
    named = [text for text in labels if text]
    while len(named) > 1 and is_total(named[-1]):
        named.pop()
    return tuple(named)


def _two_levels(paths: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A source whose only row names itself twice is a level row too; beside a level row it is the detail."""
    with_level_row = {path[0] for path in paths if len(path) == 1}
    return [
        path[:1] if len(path) == 2 and path[0] == path[1] and path[0] not in with_level_row else path
        for path in paths
    ]


def _channel_level(paths: list[tuple[str, ...]]) -> int:
    """The first level if half its labels are channels, else the level most of whose labels are."""
    shares = {}
    for level in range(1, max(map(len, paths), default=1) + 1):
        labels = [path[-1] for path in paths if len(path) == level]
        shares[level] = sum(bool(channel_of(label)) for label in labels) / max(len(labels), 1)
    if shares.get(1, 1.0) >= 0.5:
        return 1
    return max(shares, key=lambda level: (round(shares[level], 1), -level))
