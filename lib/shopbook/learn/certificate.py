"""The certificate: lesson by lesson what was solved unaided, in which time and with which mistakes."""

import html
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopbook.learn import progress
from shopbook.learn.exercise import LESSONS, lesson_of
from shopbook.report.markup import safe
from shopbook.text import language, tr

_STYLE = """body{font:15px/1.6 sans-serif;max-width:760px;margin:32px auto;color:#222;padding:0 16px}
table{border-collapse:collapse;width:100%}th,td{padding:4px 10px;text-align:right}
td{border-bottom:1px solid #D9DDE2}
th:first-child,td:first-child{text-align:left}"""


@dataclass(frozen=True)
class Lesson:
    """One lesson's record. `aided` counts solved exercises whose solution had been looked at before."""

    name: str
    solved: int
    count: int
    minutes: float
    tries: int
    mistakes: int
    hints: int
    aided: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Tries, mistakes, hints, and how many were solved after a look at the solution."""
        return self.tries, self.mistakes, self.hints, self.aided


@dataclass(frozen=True)
class Certificate:
    """What a learner has done; `save` writes it as a page."""

    name: str
    lessons: tuple[Lesson, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every exercise is solved, none after a look at its solution."""
        return all(each.solved == each.count and not each.aided for each in self.lessons)

    @property
    def title(self) -> str:
        """Who, and how much of it."""
        solved, count = (sum(getattr(each, part) for each in self.lessons) for part in ("solved", "count"))
        who = f"{self.name}: " if self.name else ""
        return who + tr("Solved: {done} of {count}", done=solved, count=count)

    def save(self, folder: Path | None = None) -> Path:
        """Write the page beside the progress (or into `folder`) and say where it is."""
        target = (folder or progress.path().parent) / "certificate.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        lang = "zh-CN" if language() == "zh" else "en"
        head = f'<meta charset="utf-8"><title>{safe(self.title)}</title><style>{_STYLE}</style>'
        page = (
            f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{self._repr_html_()}</body></html>'
        )
        target.write_text(page, encoding="utf-8")
        return target

    def __repr__(self) -> str:
        return "\n".join([self.title, *("  ".join(map(str, row)) for row in self._rows())])

    def _repr_html_(self) -> str:
        heads = [tr("Lesson"), tr("Solved"), tr("Minutes"), tr("Tries")]
        heads += [tr("Mistakes"), tr("Hints"), tr("Solution seen first")]
        head = "".join(f"<th>{safe(text)}</th>" for text in heads)
        cells = ("".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in self._rows())
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        said = tr("Every exercise solved unaided.") if self.is_complete else tr("Not complete yet.")
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<h2>{safe(self.title, 80)}</h2><p>{said}</p>{table}"

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (tr(LESSONS[each.name]), f"{each.solved} / {each.count}", f"{each.minutes:.0f}", *each.counts)
            for each in self.lessons
        ]


def made(exercises: Iterable[str], rows: Mapping[str, dict[str, Any]], name: str = "") -> Certificate:
    """The certificate of some exercises from the learner's records."""
    lessons = Counter(map(lesson_of, exercises))
    return Certificate(name, tuple(_lesson(lesson, count, rows) for lesson, count in lessons.items()))


def _lesson(lesson: str, count: int, rows: Mapping[str, dict[str, Any]]) -> Lesson:
    mine = [row for name, row in rows.items() if lesson_of(name) == lesson]
    total = {part: sum(progress.number(row, part) for row in mine) for part in ("tries", "mistakes", "hints")}
    solved = [row for row in mine if progress.number(row, "solved")]
    return Lesson(
        lesson,
        len(solved),
        count,
        progress.minutes(mine),
        **total,
        aided=sum(bool(progress.number(row, "aided")) for row in solved),
    )
