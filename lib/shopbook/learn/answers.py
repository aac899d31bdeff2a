"""Judging an answer: right, near, a known mistake, another unit, or not an answer of this kind."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, SupportsFloat

from shopbook.columns import columns_file
from shopbook.learn.exercise import Exercise
from shopbook.learn.mistakes import MISTAKES
from shopbook.text import tr

Word = Literal["right", "near", "wrong", "unanswered"]
_NEAR = 5
_VERDICTS = {"better": "变好", "worse": "变差", "same": "持平", "unknown": "看不出"}
_OWNERS = {
    "operator": "运营",
    "promotion": "推广",
    "design": "美工",
    "service": "客服",
    "quality": "品控",
    "supply": "供应链",
}
_STAGES = {"new": "新生期", "growth": "成长期", "hit": "爆款期", "stable": "稳定期", "decline": "衰退期"}


@dataclass(frozen=True)
class Judged:
    """What became of an answer: the word, why, and the mistake it shows (empty: none known)."""

    word: Word
    why: str = ""
    mistake: str = ""


def judge(exercise: Exercise, answer: object) -> Judged:
    """Hold an answer against the solution and the known mistakes; never raises for what a learner types."""
    if answer is None or answer is ...:
        return Judged("unanswered", tr("Not answered yet: put your answer in place of the three dots."))
    single = _single(answer)
    if isinstance(single, Judged):
        return single
    if exercise.unit == "text":
        return _judge_text(exercise, single)
    return _judge_number(exercise, single)


def _single(answer: object) -> object | Judged:
    """The one value of an answer; a table or list of one is that one."""
    if callable(answer):
        return Judged("wrong", tr("That is a function. Call it and give what it returns."))
    for _ in range(3):
        if isinstance(answer, str | bytes) or not hasattr(answer, "__len__"):
            break
        size = math.prod(getattr(answer, "shape", (len(answer),)))
        if size != 1:
            text = tr(
                "One value is asked for; that is a {kind} of {count}.", kind=type(answer).__name__, count=size
            )
            return Judged("wrong", text)
        answer = _only(answer)
    return getattr(answer, "item", lambda: answer)()


def _only(holder: Any) -> Any:
    if isinstance(holder, Mapping):
        return next(iter(holder.values()))
    values = holder.to_numpy() if hasattr(holder, "to_numpy") else holder
    return values.ravel()[0] if hasattr(values, "ravel") else next(iter(values))


def _judge_text(exercise: Exercise, answer: object) -> Judged:
    if isinstance(answer, bool) or not isinstance(answer, str | int):
        text = tr("A name is asked for, as text in quotes; that is a {kind}.", kind=type(answer).__name__)
        return Judged("wrong", text)
    given = _name(str(answer))
    if given == _name(str(exercise.solve())):
        return Judged("right")
    for code, make in exercise.mistakes.items():
        if given == _name(str(make())):
            return Judged("wrong", tr(MISTAKES[code]), code)
    return Judged("wrong")


def _judge_number(exercise: Exercise, answer: object) -> Judged:
    if isinstance(answer, bool | str) or not isinstance(answer, SupportsFloat):
        return Judged("wrong", _write_a_number(exercise, answer))
    value, right = float(answer), float(exercise.solve())
    if not math.isfinite(value):
        return Judged(
            "wrong", tr("That is not a number yet (NaN or infinite): something divides by nothing.")
        )
    if abs(value - right) <= exercise.within:
        return Judged("right")
    known = [(abs(value - float(make())), code) for code, make in exercise.mistakes.items()]
    off, code = min(known, default=(math.inf, ""))
    if off <= exercise.within:
        return Judged("wrong", tr(MISTAKES[code]), code)
    return _other_unit(exercise, value, right)


def _other_unit(exercise: Exercise, value: float, right: float) -> Judged:
    if abs(value - right) <= _NEAR * exercise.within:
        return Judged("near", tr("Nearly: keep more digits, and round only at the end."))
    if exercise.unit == "share" and abs(value / 100 - right) <= exercise.within:
        return Judged("wrong", tr("That is in percent. Write shares as fractions: 12% is 0.12."), "percent")
    if exercise.unit == "CNY" and abs(value * 1e4 - right) <= max(exercise.within, 500.0):
        return Judged("wrong", tr("That is in units of 10,000 yuan. Give yuan: 1.2 wan is 12000."), "wan")
    if abs(value + right) <= exercise.within:
        return Judged("wrong", tr("The sign is turned round: a fall is negative, a rise positive."), "sign")
    return Judged("wrong")


def _write_a_number(exercise: Exercise, answer: object) -> str:
    example = {"share": "0.12", "CNY": "12000", "persons": "-1310", "count": "36"}[exercise.unit]
    if isinstance(answer, str):
        found = answer[:24]
        return tr("{found!r} is text. Write a bare number without quotes or units, such as {example}.",
                  found=found, example=example)  # fmt: skip
    return tr("A number such as {example} is asked for; that is a {kind}.", example=example,
              kind=type(answer).__name__)  # fmt: skip


def _name(text: str) -> str:
    """One spelling of a name: Chinese labels and ids of sources, verdicts, owners and stages are the same."""
    flat = re.sub(r"\s+", "", text).strip("「」\"'").casefold()
    return _spellings().get(flat, flat)


def _spellings() -> dict[str, str]:
    found = {"大盘": "market", "大盘变化": "market", "市场": "market"}
    for id_, entry in columns_file()["channels"].items():
        found |= {
            str(name).casefold(): id_
            for name in (entry["zh"], entry["en"].replace(" ", ""), *entry["aliases"])
        }
    for words in (_VERDICTS, _OWNERS, _STAGES):
        found |= {chinese: english for english, chinese in words.items()}
    return found
