"""What a corrected mail says has changed: figures and open findings of the version that was sent before."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shopbook import units
from shopbook.columns import columns, label
from shopbook.run.site.published import scope_key
from shopbook.text import tr

SHOWN = 6


def told(figures: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> str:
    """What a mail told, to be kept with the record that it was sent."""
    values = {row["metric"]: row.get("value") for row in figures}
    still_open = {f"{f['id']} {scope_key(dict(f))}": f["headline"] for f in findings if f["level"] != "ok"}
    return json.dumps({"figures": values, "open": still_open}, ensure_ascii=False)


def changes(before: str, now: str) -> tuple[str, ...]:
    """The differences in sentences, figures first."""
    old, new = _read(before), _read(now)
    found = [
        f"{label(metric)}: {_figure(metric, old['figures'].get(metric))} → {_figure(metric, value)}"
        for metric, value in new["figures"].items()
        if _figure(metric, old["figures"].get(metric)) != _figure(metric, value)
    ]
    found += [
        tr("New: {headline}", headline=text) for key, text in new["open"].items() if key not in old["open"]
    ]
    found += [
        tr("No longer: {headline}", headline=text)
        for key, text in old["open"].items()
        if key not in new["open"]
    ]
    found += [
        tr("Now: {headline}", headline=text)
        for key, text in new["open"].items()
        if old["open"].get(key, text) != text
    ]
    return tuple(found[:SHOWN])


def _read(text: str) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = {}
    known = found if isinstance(found, dict) else {}
    return {name: part if isinstance(part := known.get(name), dict) else {} for name in ("figures", "open")}


def _figure(metric: str, value: float | None) -> str:
    known = columns().get(metric)
    return units.figure(value, known.unit if known else "")
