"""Judging an answer: right, near, a known mistake, another unit, or not an answer of this kind."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, SupportsFloat

from shopbook.columns import columns_file
from shopbook.learn import samples, written
from shopbook.learn.exercise import Exercise
from shopbook.learn.mistakes import MISTAKES
from shopbook.learn.written import Written
from shopbook.text import language, tr

Word = Literal["right", "near", "wrong", "unanswered"]
_NEAR = 5
_VERDICTS = {
    "better": ("变好", "好转", "更好", "好了", "跑赢", "改善"),
    "worse": ("变差", "更差", "差了", "跑输", "变坏", "恶化"),
    "same": ("持平", "不变", "没变", "没变化", "一样", "差不多"),
    "unknown": (
        "看不出",
        "看不出差别",
        "说不准",
        "分不出",
        "说不清",
        "不确定",
        "不好说",
        "无法判断",
        "不知道",
        "cannot tell",
    ),
}  # fmt: skip
_EXAMPLES = {"share": "0.12", "CNY": "12000", "persons": "-1310", "count": "36", "ratio": "1.8"}
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


def said(answer: str) -> str:
    """An answer that is a name as the current language says it; an item's or rival's own name as it is.

    A source is called in Chinese what its pages call it: what the export does.
    """
    if language() == "en":
        return str(columns_file()["channels"].get(answer, {}).get("en", answer))
    channels = samples.table("channels").query("channel == @answer")["label"]
    verdicts = {verdict: names[0] for verdict, names in _VERDICTS.items()}
    chinese = verdicts | _OWNERS | _STAGES | {"market": "大盘"}
    return str(channels.iloc[-1]) if len(channels) else chinese.get(answer, answer)


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
    if isinstance(answer, bool) or not isinstance(answer, str | SupportsFloat):
        return Judged("wrong", _write_a_number(exercise, answer))
    if isinstance(answer, str):
        typed = written.of_text(answer)
        return _held(exercise, typed) if typed else Judged("wrong", _write_a_number(exercise, answer))
    value = float(answer)
    if not math.isfinite(value):
        return Judged(
            "wrong", tr("That is not a number yet (NaN or infinite): something divides by nothing.")
        )
    return _held(exercise, written.of_number(value))


def _held(exercise: Exercise, typed: Written) -> Judged:
    """A number against the solution and the known mistakes; a share may be given in percent."""
    right = float(exercise.solve())
    readings = [typed, typed.hundredth()] if exercise.unit == "share" and not typed.percent else [typed]
    if any(abs(each.value - right) <= each.reach(exercise.within) for each in readings):
        return Judged("right")
    known = [
        (abs(each.value - float(make())), code, each)
        for code, make in exercise.mistakes.items()
        for each in readings
    ]
    off, code, each = min(known, default=(math.inf, "", typed), key=lambda one: one[0])
    if off <= each.reach(exercise.within):
        return Judged("wrong", tr(MISTAKES[code]), code)
    return _other_unit(exercise, readings, right)


def _other_unit(exercise: Exercise, readings: list[Written], right: float) -> Judged:
    values = [each.value for each in readings]
    if any(abs(value - right) <= _NEAR * exercise.within for value in values):
        return Judged("near", tr("Nearly: keep more digits, and round only at the end."))
    if exercise.unit == "CNY" and abs(values[0] * 1e4 - right) <= max(exercise.within, 500.0):
        return Judged("wrong", tr("That is in units of 10,000 yuan. Give yuan: 1.2 wan is 12000."), "wan")
    if any(abs(each.value + right) <= each.reach(exercise.within) for each in readings):
        return Judged("wrong", tr("The sign is turned round: a fall is negative, a rise positive."), "sign")
    return Judged("wrong")


def _write_a_number(exercise: Exercise, answer: object) -> str:
    example = {"share": "0.12", "CNY": "12000", "persons": "-1310", "count": "36", "ratio": "1.8"}[
        exercise.unit
    ]
    if isinstance(answer, str):
        found = answer[:24]
        return tr(
            "{found!r} is no number. Write one such as {example}; -13%, 1.3 wan and 20,610 are read too.",
            found=found,
            example=example,
        )
    return tr("A number such as {example} is asked for; that is a {kind}.", example=example,
              kind=type(answer).__name__)  # fmt: skip


def _name(text: str) -> str:
    """One spelling of a name: Chinese labels and ids of sources, verdicts, owners and stages are the same."""
    flat = _flat(text)
    return _spellings().get(flat, flat)


def _flat(text: str) -> str:
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("「」\"'“”。.,!?")
    return bare.removesuffix("了").casefold()


def _spellings() -> dict[str, str]:
    found = {"大盘": "market", "大盘变化": "market", "市场": "market"}
    for id_, entry in columns_file()["channels"].items():
        found |= {
            str(name).casefold(): id_
            for name in (entry["zh"], entry["en"].replace(" ", ""), *entry["aliases"])
        }
    for words in (_OWNERS, _STAGES):
        found |= {chinese: english for english, chinese in words.items()}
        found |= {chinese.removesuffix("期"): english for english, chinese in words.items()}
    said = {_flat(name): verdict for verdict, names in _VERDICTS.items() for name in names}
    return found | said
