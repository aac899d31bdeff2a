"""An address under every number: the figures that a finding's sentences show, and the rows they come from."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import zip_longest

import pandas as pd

from shopbook.findings.addresses import Addresses
from shopbook.findings.finding import Figure, Finding
from shopbook.lineage import noting
from shopbook.printed import Printed, recording

_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"(?<!\d)(?:\d{4}-)?[01]\d-[0-3]\d(?!\d)")


def spoken(
    rule: Callable[[], Iterable[Finding]],
    frames: Mapping[str, pd.DataFrame],
    day: dt.date,
    said: list[Printed],
    before: Sequence[Finding] = (),
) -> tuple[Finding, ...]:
    """What `rule` finds, each finding with the figures its sentences show.

    `said` holds what was printed for the same shop and day before: a sentence may be made of parts that
    another rule had asked for. `before` holds the same findings as a rule had them whose figures are dropped.
    """
    start = len(said)
    with recording(said), noting() as kinds:
        found = tuple(rule())
    own = [*reversed(said[start:]), *reversed(said[:start])]  # the newest print of a text is the sentence's
    made = []
    for one, old in zip_longest(found, before[: len(found)]):
        read = kinds | {each.kind for figure in (old.figures if old else ()) for each in figure.sources}
        shown = one.figures or figures(one, own, frames, day, read)
        made.append(one if one.figures else dataclasses.replace(one, figures=shown))
    return tuple(made)


def figures(
    finding: Finding,
    said: list[Printed],
    frames: Mapping[str, pd.DataFrame],
    day: dt.date,
    kinds: Collection[str] = (),
) -> tuple[Figure, ...]:
    """The figures of a finding's headline, step and caveats, in the order they stand there."""
    text = " ".join((finding.headline, finding.next_step, finding.proof, *finding.caveats))
    text = _DATE.sub(" ", text)  # the 11 of a day is no figure, whoever printed an 11 before
    known: dict[str, Printed] = {}
    for one in sorted(said, key=lambda each: not _is_of(each, finding)):
        if _DIGIT.search(one.text) and one.text in text:
            known.setdefault(one.text, one)
    shown = [one for one in known.values() if _stands_alone(one.text, text, known)]
    shown.sort(key=lambda one: text.index(one.text))
    if not shown:
        return ()
    addresses = Addresses(finding, frames, day, kinds)
    return tuple(
        Figure(name or _called(one), one.text, one.value, one.unit, one.low, one.high, addresses.of(field))
        for one in shown
        for field, name in [_field(one, finding)]
    )


def _stands_alone(text: str, sentence: str, known: Iterable[str]) -> bool:
    """Whether a text stands somewhere on its own, not only inside a longer figure."""
    for longer in sorted((one for one in known if text in one and one != text), key=len, reverse=True):
        sentence = sentence.replace(longer, " ")
    return re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d])", sentence) is not None


def _is_of(one: Printed, finding: Finding) -> bool:
    return one.value is not None and one.value in (
        finding.value,
        finding.baseline,
        finding.change,
        finding.relative,
    )


def _field(one: Printed, finding: Finding) -> tuple[str, str]:
    """The field of the finding that a figure is, and what the figure is called then; nothing for another.

    A sentence may print the size of a change without its sign ("12% behind").
    """
    for name in ("value", "baseline", "change", "market_change", "relative"):
        value, shown = getattr(finding, name), one.value
        if value is None or shown is None:
            continue
        sizes = (value, shown) if name in ("value", "baseline") else (abs(value), abs(shown))
        if abs(sizes[0] - sizes[1]) <= 1e-12 * abs(value):
            return name, finding.metric or name if name == "value" else name
    return "", ""


def _called(one: Printed) -> str:
    return "interval" if one.low is not None else one.name or one.unit
