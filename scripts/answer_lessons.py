"""Answers every lesson rightly, wrongly and not at all, as operators type it, and counts what is ticked.

Run from the checkout: `python scripts/answer_lessons.py`. Nothing of the learner's own progress is touched.
"""

import ast
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat

from shopbook import learn
from shopbook.home import PROJECT
from shopbook.learn.exercises import EXERCISES
from shopbook.learn.feedback import Feedback

LESSONS = sorted((PROJECT / "notebooks" / "onboarding").glob("[0-9]*.ipynb"))
_SAID = {"unknown": "说不准", "worse": "变差了", "better": "好转", "same": "差不多", "operator": "运营"}
Answer = Callable[[str], object]


def nothing(exercise: str) -> object:
    """The three dots as they stand."""
    return ...


def rightly(exercise: str) -> object:
    """The solution as operators write it: -11.72%, 2.0610万, full-width digits, 说不准."""
    asked = EXERCISES[exercise]
    value = asked.solve()
    if isinstance(value, str):
        return _SAID.get(value, value)
    if asked.unit == "share":
        return f"{value:.2%}".replace("-", "−").replace("%", "％")
    if asked.unit == "CNY":
        return f"{value / 1e4:.6f}万"
    return f"{value:,.2f}".translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


def wrongly(exercise: str) -> object:
    """The first mistake that everyone makes once."""
    return next(iter(EXERCISES[exercise].mistakes.values()))()


def play(lesson: Path, answer: Answer) -> Iterator[tuple[str, Feedback]]:
    """Run a lesson's cells with every answer typed by `answer`: ("check" or "compare", what was said)."""
    names: dict[str, Any] = {"display": lambda *things: None}
    for cell in nbformat.read(lesson, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.fix_missing_locations(_Typed(answer, names).visit(ast.parse(cell.source)))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, lesson.name, "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), lesson.name, "eval"), names)
            kind = ast.unparse(last.value).partition("(")[0]
            if isinstance(shown, Feedback) and kind in ("learn.check", "learn.compare"):
                yield kind.removeprefix("learn."), shown


class _Typed(ast.NodeTransformer):
    """Puts answers where a learner types them: in place of the dots, and of the name `guess`."""

    def __init__(self, answer: Answer, names: dict[str, Any]) -> None:
        self._answer, self._names = answer, names

    def visit_Call(self, call: ast.Call) -> ast.AST:
        if ast.unparse(call.func) == "learn.check" and ast.unparse(call.args[1]) in ("...", "guess"):
            exercise = ast.literal_eval(call.args[0])
            self._names["typed"] = {**self._names.get("typed", {}), exercise: self._answer(exercise)}
            call.args[1] = ast.parse(f"typed[{exercise!r}]", mode="eval").body
        return call


def counts(answer: Answer) -> dict[str, int]:
    """What became of a whole course: checks by word, worked figures by word, exercises ticked."""
    before = os.environ.get("SHOPBOOK_DATA")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHOPBOOK_DATA"] = folder
        try:
            found = [each for lesson in LESSONS for each in play(lesson, answer)]
            ticked = sum(of.solved for of in learn.certificate().lessons)
        finally:
            os.environ.pop("SHOPBOOK_DATA")
            if before is not None:
                os.environ["SHOPBOOK_DATA"] = before
    made = {"lessons": len(LESSONS), "exercises": len(EXERCISES), "ticked": ticked}
    for kind, feedback in found:
        made[f"{kind} {feedback.word}"] = made.get(f"{kind} {feedback.word}", 0) + 1
    return made


if __name__ == "__main__":
    for each in (nothing, rightly, wrongly):
        print(each.__name__, counts(each))
