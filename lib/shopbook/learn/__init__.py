"""The exercises of the onboarding notebooks: `check` an answer, take a `hint`, see the `solution`.

`compare` holds what a notebook itself has computed against the answer: nothing of it counts as solved.
"""

from shopbook import units
from shopbook.errors import ParamsError
from shopbook.learn import answers, progress
from shopbook.learn import certificate as certificates
from shopbook.learn import first_week as weeks
from shopbook.learn.certificate import Certificate
from shopbook.learn.exercise import LESSONS, Exercise, lesson_of
from shopbook.learn.exercises import EXERCISES
from shopbook.learn.feedback import Feedback
from shopbook.learn.samples import comparable_days, day, export, special_days, table, windows, without_column
from shopbook.text import set_language, tr

__all__ = [
    "certificate",
    "check",
    "comparable_days",
    "compare",
    "day",
    "done",
    "export",
    "first_week",
    "hint",
    "question",
    "solution",
    "speak",
    "special_days",
    "table",
    "windows",
    "without_column",
]


def speak(lang: str) -> None:
    """Let what is said from here on be Chinese ("zh") or English ("en")."""
    set_language(lang)


def question(exercise: str) -> Feedback:
    """The question of an exercise."""
    return Feedback("progress", tr(_of(exercise).question))


def check(exercise: str, answer: object = ...) -> Feedback:
    """Whether an answer is right, and when it is not, why."""
    asked = _of(exercise)
    found = answers.judge(asked, answer)
    if found.word != "unanswered":
        before = progress.read().get(asked.id, {})
        first = found.word == "right" and not progress.number(before, "solved")
        seen = int(first and progress.number(before, "shown") > 0)
        right = int(found.word == "right")
        progress.note(asked.id, tries=1, mistakes=1 - right, solved=right, aided=seen)
    return _said(asked, found)


def compare(exercise: str, computed: object) -> Feedback:
    """What the notebook computed, held against the answer; it is not the learner's own and does not count."""
    asked = _of(exercise)
    return _said(asked, answers.judge(asked, computed))


def certificate(name: str = "") -> Certificate:
    """Lesson by lesson what was solved, in which time and with which mistakes; `.save()` writes a page."""
    return certificates.made(EXERCISES, progress.read(), name)


def first_week(shop: str = "") -> Feedback:
    """The steps of the first week with one's own shop, done and open; `shop` empty: that with most days."""
    found = weeks.steps(shop)
    title = tr(
        "Your first week: {done} of {count} steps", done=sum(done for done, _ in found), count=len(found)
    )
    return Feedback("progress", title, tuple(f"{'●' if done else '○'} {said}" for done, said in found))


def _said(asked: Exercise, found: answers.Judged) -> Feedback:
    if found.word == "unanswered":
        return Feedback("unanswered", tr(asked.question), (found.why,))
    if found.word == "right":
        return Feedback("right", tr("Right: {answer}", answer=_shown(asked)), (tr(asked.after),))
    title = tr("Nearly") if found.word == "near" else tr("Not yet")
    why = found.why or tr("That is another figure than the one asked for.")
    return Feedback(found.word, title, (why, _help(asked)), found.mistake)


def hint(exercise: str) -> Feedback:
    """The next of three hints; after the third it is said again."""
    asked = _of(exercise)
    taken = min(progress.read().get(asked.id, {}).get("hints", 0), len(asked.hints) - 1)
    if not progress.note(asked.id, hints=1):
        _taken[asked.id] = _taken.get(asked.id, -1) + 1
        taken = min(_taken[asked.id], len(asked.hints) - 1)
    return Feedback("hint", tr("Hint {number} of {count}", number=taken + 1, count=len(asked.hints)),
                    (tr(asked.hints[taken]),))  # fmt: skip


def solution(exercise: str) -> Feedback:
    """The answer, as the report would say it, and what it means."""
    asked = _of(exercise)
    progress.note(asked.id, shown=1)
    return Feedback(
        "solution", tr("Solution: {answer}", answer=_shown(asked)), (tr(asked.question), tr(asked.after))
    )


def done() -> Feedback:
    """How many exercises are solved, notebook by notebook."""
    solved = {name for name, row in progress.read().items() if row.get("solved")} & set(EXERCISES)
    groups: dict[str, list[str]] = {}
    for name in EXERCISES:
        groups.setdefault(lesson_of(name), []).append("●" if name in solved else "○")
    title = tr("Solved: {done} of {count}", done=len(solved), count=len(EXERCISES))
    return Feedback(
        "progress",
        title,
        tuple(f"{tr(LESSONS[group])}: {' '.join(marks)}" for group, marks in groups.items()),
    )


_taken: dict[str, int] = {}


def _of(exercise: str) -> Exercise:
    if exercise in EXERCISES:
        return EXERCISES[exercise]
    known = ", ".join(EXERCISES)
    raise ParamsError(
        "There is no exercise {found!r}; the exercises are: {known}.", found=exercise, known=known
    )


def _help(asked: Exercise) -> str:
    return tr('Stuck? learn.hint("{id}") gives a hint, learn.solution("{id}") the answer.', id=asked.id)


def _shown(asked: Exercise) -> str:
    value = asked.solve()
    if isinstance(value, str):
        return answers.said(value)
    if asked.unit == "ratio":
        return f"{value:,.2f}"
    if asked.unit == "share":
        return f"{value:,.4f} ({units.percent(value, 2)})"
    return f"{value:,.2f} ({units.money(value)})" if asked.unit == "CNY" else f"{value:,.0f}"
