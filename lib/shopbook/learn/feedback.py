"""What an exercise shows: one card for JupyterLab, a published page and a terminal."""

from dataclasses import dataclass

from shopbook.report.markup import safe, section

_MARKS = {
    "right": "✓",
    "near": "≈",
    "wrong": "✗",
    "unanswered": "…",
    "hint": "?",
    "solution": "=",
    "progress": "▸",
}
_LEVELS = {"right": "ok", "solution": "ok", "near": "watch", "wrong": "watch"}


@dataclass(frozen=True)
class Feedback:
    """A word (right, near, wrong, unanswered, hint, solution, progress), a title and lines of text."""

    word: str
    title: str
    lines: tuple[str, ...] = ()
    mistake: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer was right."""
        return self.word == "right"

    def __repr__(self) -> str:
        return "\n".join([f"{_MARKS[self.word]} {self.title}", *(f"  {line}" for line in self.lines)])

    def _repr_html_(self) -> str:
        level = _LEVELS.get(self.word, "ok")
        color = {"ok": "#0B6E6E", "watch": "#8A5A00"}[level]
        body = "".join(f"<div>{safe(line)}</div>" for line in self.lines)
        style = f"border-left:4px solid {color};padding:4px 12px;margin:4px 0;line-height:1.6"
        head = f'<strong style="color:{color}">{_MARKS[self.word]} {safe(self.title)}</strong>'
        return section(f"learn sb-learn-{self.word}", f'<div style="{style}">{head}{body}</div>')
