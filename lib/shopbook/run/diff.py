"""Two reports side by side: every headline, verdict, level, figure and table value that differs."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.run.trace import FINDINGS, document
from shopbook.text import language, tr

_READ = ("headline", "story", "findings", "warnings", "tables")
"""What a reader sees of a report; its day, shop, version and files stand above both sides."""
_NAMED = ("id", "name", "code")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{border:1px solid #8888;padding:.3rem .5rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}:root{color-scheme:light dark}"
)

Place = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One value that differs; None on the side that does not have it."""

    report: str
    place: Place
    old: Any
    new: Any


@dataclass(frozen=True)
class Diff:
    """Everything that differs between two reports, or between the reports of two folders."""

    old: str
    new: str
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.only_old or self.only_new or self.changes)


def diff(home: Home, old: str, new: str) -> Diff:
    """What differs between two reports, named as `trace` names them, or between two folders of reports."""
    before, after = _reports(home, old), _reports(home, new)
    changes = tuple(
        Change(name, place, was, now)
        for name in before
        if name in after
        for place, was, now in compared(before[name], after[name])
    )
    gone = tuple(name for name in before if name not in after)
    return Diff(old, new, gone, tuple(name for name in after if name not in before), changes)


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Place, Any, Any]]:
    """Every place of two documents that differs, with both values, in the order a reader meets them."""
    before, after = (dict(_leaves({name: told.get(name) for name in _READ})) for told in (old, new))
    for place in [*before, *(place for place in after if place not in before)]:
        was, now = before.get(place), after.get(place)
        if was != now:
            yield place, was, now


def page(found: Diff) -> str:
    """The differences as one static page that loads nothing and runs nothing."""
    title = escape(tr("{old} against {new}", old=found.old, new=found.new))
    body = [f"<h1>{title}</h1>"]
    if found.equal:
        body.append(f"<p>{escape(tr('Nothing differs.'))}</p>")
    for side, names in ((found.old, found.only_old), (found.new, found.only_new)):
        if names:
            text = tr("Only in {side}: {names}", side=side, names=", ".join(names))
            body.append(f"<p>{escape(text)}</p>")
    for name, changes in groupby(found.changes, key=lambda each: (each.report, *each.place[:2])):
        body.append(f"<h2>{escape(' · '.join(name))}</h2>")
        body.append(_table(found, list(changes)))
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def shown(value: Any) -> str:
    """A value as text; what a side does not have is a dash."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _table(found: Diff, changes: list[Change]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in (tr("What"), found.old, found.new))
    rows = [
        "".join(
            f"<td>{escape(text)}</td>"
            for text in (" · ".join(each.place[2:]) or each.place[0], shown(each.old), shown(each.new))
        )
        for each in changes
    ]
    return f"<table><tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _reports(home: Home, text: str) -> dict[str, dict[str, Any]]:
    """The documents below a folder by their place in it; one report stands alone under an empty name."""
    folder = next((path for path in (Path(text), home.reports / text) if path.is_dir()), None)
    if folder is None:
        return {"": document(home, text)}
    files = [path for path in sorted(folder.rglob(f"*{FINDINGS}")) if ".failed" not in path.parts]
    if not files:
        raise ParamsError("There is no published report {report}.", report=text)
    return {
        path.relative_to(folder).as_posix().removesuffix(FINDINGS): document(home, str(path))
        for path in files
    }


def _leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value of a document by its place; what stands in a list is known by its name, not its number."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _leaves(entry, (*place, str(key)))
    elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        seen: Counter[str] = Counter()
        for entry in value:
            name = _name(entry)
            seen[name] += 1
            yield from _leaves(entry, (*place, name if seen[name] == 1 else f"{name} ({seen[name]})"))
    else:
        yield place, value


def _name(entry: Any) -> str:
    """What an entry of a list is known by: its id, name or code and what it is about, else its first text."""
    if not isinstance(entry, Mapping):
        return ""
    scope = entry.get("scope")
    about = [f"{key}={value}" for key, value in scope.items()] if isinstance(scope, Mapping) else []
    own = [str(entry[name]) for name in _NAMED if name in entry][:1]
    texts = [each for each in entry.values() if isinstance(each, str)][:1]
    return " ".join([*own, *about]) or "".join(texts)
