"""Every number in a sentence has an address: value, unit, range and the rows it comes from."""

import datetime as dt
import re

import pandas as pd
import pytest

from shopbook import units
from shopbook.days import calendar
from shopbook.findings.facts import Facts
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Finding, Report
from shopbook.lineage import Noted, noting
from shopbook.params import ShopSettings, rules
from shopbook.printed import Printed
from shopbook.text import tr
from shopbook.workbook import daily, lifecycle, periodic

DAY = dt.date(2026, 11, 20)
FRAMES = {
    "shop_daily": pd.DataFrame(
        {"date": pd.to_datetime(["2026-11-13", "2026-11-20"]), "visitors": [14012.0, 12345.0]}
    )
}
# What may stand in a sentence without being a figure: days, months, times of day.
DATES = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|(?<!\d)\d{2}-\d{2}(?!\d)")


def facts_with(frames: dict[str, pd.DataFrame]) -> Facts:
    return Facts(ShopSettings(id="demo"), DAY, Noted(frames), calendar(2025, 2027), rules())


def rule() -> list[Finding]:
    """A rule that prints a value, a change, a range and a plain count."""
    headline = tr(
        "{label} {value}, {change} against the same weekdays",
        label="访客",
        value=units.figure(12345.0, "persons"),
        change=units.change(-0.119),
    )
    caveat = tr("{share} range {interval}", share="90%", interval=units.interval(-0.14, -0.06))
    step = tr("{count} more to watch", count=3)
    found = Finding(
        "own.visitors", "?", headline, metric="visitors", value=12345.0, baseline=14012.0, change=-0.119,
        baseline_days=("2026-11-13",), next_step=step, caveats=(caveat,),
    )  # fmt: skip
    return [found]


def figures_of(said: list[Printed] | None = None) -> dict[str, object]:
    return {one.text: one for one in spoken(rule, FRAMES, DAY, said if said is not None else [])[0].figures}


def test_a_value_and_its_change_are_named_after_the_fields_of_the_finding() -> None:
    found = figures_of()
    assert (found["12,345"].name, found["12,345"].value, found["12,345"].unit) == (
        "visitors",
        12345.0,
        "persons",
    )
    assert (found["▼ −11.9%"].name, found["▼ −11.9%"].value) == ("change", -0.119)


def test_a_range_carries_both_ends() -> None:
    interval = figures_of()["−14.0% ~ −6.0%"]
    assert (interval.name, interval.value, interval.low, interval.high) == ("interval", None, -0.14, -0.06)


def test_a_number_that_the_sentence_formats_itself_is_a_figure_too() -> None:
    assert figures_of()["3"].name == "count"


def test_the_number_of_a_month_is_no_figure_whoever_printed_it_before() -> None:
    def dated() -> list[Finding]:
        return [Finding("checkup.signup", "?", "双12 2026-11-20 截止")]

    before = [Printed("11", 11.0, "count")]
    assert spoken(dated, FRAMES, DAY, before)[0].figures == ()


def test_a_value_leads_to_its_row_and_a_change_to_those_it_lies_between() -> None:
    value, change = (figures_of()[text].sources for text in ("12,345", "▼ −11.9%"))
    assert [(each.kind, each.first_day, each.columns, each.rows) for each in value] == [
        ("shop_daily", "2026-11-20", ("visitors",), 1)
    ]
    assert [(each.first_day, each.columns) for each in change] == [
        ("2026-11-20", ("visitors",)),
        ("2026-11-13", ("visitors",)),
    ]


def test_what_a_rule_made_of_its_exports_leads_to_every_row_it_read() -> None:
    [source] = figures_of()["−14.0% ~ −6.0%"].sources
    assert (source.first_day, source.last_day, source.columns, source.rows) == (
        "2026-11-13", "2026-11-20", (), 2,
    )  # fmt: skip


def test_a_rule_answers_for_the_exports_that_were_read_for_what_it_uses_again() -> None:
    facts = facts_with(FRAMES | {"peers": pd.DataFrame(), "stock": pd.DataFrame({"stock_units": [1.0]})})
    assert facts.once("seen", lambda: len(facts.frames["stock"])) == 1
    with noting() as kinds:
        facts.once("seen", lambda: 0)
    assert kinds == {"stock"}
    with noting() as kinds:
        assert len(facts.own) == 2
    assert kinds == {"shop_daily"}


def test_a_part_printed_for_another_rule_still_has_its_figure() -> None:
    said: list[Printed] = []
    spoken(rule, FRAMES, DAY, said)
    again = spoken(lambda: [Finding("own.visitors", "?", "访客 12,345")], FRAMES, DAY, said)
    assert [one.text for one in again[0].figures] == ["12,345"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("load", "notebook"),
    [
        *((daily.load, name) for name in ("brief", "promotion", "checkup", "service")),
        *((periodic.load, name) for name in ("weekly", "monthly")),
        *((lifecycle.load, name) for name in ("overview", "hit", "decline", "new")),
    ],
)
def test_every_numeral_of_the_demos_sentences_has_its_figure(demo_data, monkeypatch, load, notebook, lang):
    monkeypatch.setenv("SHOPBOOK_DATA", str(demo_data))
    report = load("demo", "2026-11-20", lang=lang, notebook=notebook).report
    assert report.findings
    without = {one.id: left for one in report.findings if (left := numerals_left(one, names_of(report)))}
    assert without == {}
    assert all(figure.sources for one in report.findings for figure in one.figures)


def numerals_left(found: Finding, names: list[str]) -> list[str]:
    """Numbers of a finding's sentences that are neither figure nor date nor part of a name."""
    text = DATES.sub(" ", " | ".join((found.headline, found.next_step, *found.caveats)))
    for known in [*names, *sorted((one.text for one in found.figures), key=len, reverse=True)]:
        text = text.replace(known, " ")
    return re.findall(r"\d[\d,.]*%?", text)


def names_of(report: Report) -> list[str]:
    """Names with digits in them: items, plans, rivals, events; the longest first."""
    texts = {str(value) for rows in report.tables.values() for row in rows for value in row.values()}
    texts |= {cause.label for one in report.findings for cause in one.causes}
    texts |= {str(value) for one in report.findings for value in one.scope.values()}
    texts |= {name for event in calendar(2025, 2026).events for name in (event.zh, event.en)}
    named = [text for text in texts if re.search(r"\d", text) and re.search(r"[^\d\s.,%:~−+-]", text)]
    return sorted(named, key=len, reverse=True)
