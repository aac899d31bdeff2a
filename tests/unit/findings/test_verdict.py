"""The words of a verdict follow the metric's good direction, not the sign of its change."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from shopbook.analysis.compare import Comparison
from shopbook.analysis.decompose import Part
from shopbook.analysis.relative import compare_rate
from shopbook.analysis.week import WeekComparison
from shopbook.findings.compared import week_record
from shopbook.findings.facts import WATCHED
from shopbook.findings.finding import Cause, Finding, Week
from shopbook.findings.ordinary import Ordinary
from shopbook.findings.verdict import (
    causes,
    caveats_of,
    factor_name,
    level_of,
    main_cause,
    moved,
    routed,
    sentence,
    standing,
)
from shopbook.params import rules
from shopbook.text import speaking

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("now", "good", "words"),
    [
        (1500, "up", "50.0% ahead of the peers"),
        (600, "up", "40.0% behind the peers"),
        (1500, "down", "50.0% more than the peers, which is worse"),
        (600, "down", "40.0% less than the peers, which is better"),
    ],
)
def test_a_clear_change_is_named_by_what_it_means(now, good, words):
    found = compare_rate((now, 40_000), (4_000, 160_000), market_ratio=1.0, good=good)
    with speaking("en"):
        assert standing(found, "peers") == words


@dataclass
class Day:
    """What the words and levels of a verdict ask of a day."""

    alarm: bool = True
    weeks: dict[tuple[str, dt.date], WeekComparison] = field(default_factory=dict)
    days: dict[str, Comparison] = field(default_factory=dict)
    baseline_days: tuple[dt.date, ...] = ()
    stops: tuple[str, ...] = ()
    day: dt.date = DAY
    rules: Any = field(default_factory=rules)
    ordinary: Ordinary = field(default_factory=Ordinary)

    def alarmed(self, metric: str) -> bool:
        return self.alarm

    def threshold(self, name: str) -> float:
        return rules().threshold(name)

    def once(self, _name: str, make: Callable[[], Any]) -> Any:
        return make()

    def week(self, metric: str, day: dt.date = DAY) -> WeekComparison | None:
        return self.weeks.get((metric, day))

    def compare(self, metric: str) -> Comparison:
        return self.days.get(metric, loss(1_000))

    def stopped(self, rule: str) -> bool:
        return rule in self.stops


def loss(buyers: int, **values) -> Comparison:
    """Conversion of a day of 40,000 visitors against four days of 2.5%."""
    found = compare_rate((buyers, 40_000), (4_000, 160_000), market_ratio=1.0, good="up")
    return replace(found, **values)


@pytest.mark.parametrize(
    ("found", "comparator", "alarm", "level"),
    [
        pytest.param(loss(600), "peers", True, "act", id="a clear loss that the alarms confirm"),
        pytest.param(loss(600), "peers", False, "watch", id="no alarm: watched only"),
        pytest.param(loss(600), "none", True, "watch", id="no comparator: watched only"),
        pytest.param(loss(905), "peers", True, "watch", id="a loss under a tenth"),
        pytest.param(loss(600, interval=(-0.6, -0.01)), "peers", False, "ok", id="chance makes it often"),
        pytest.param(loss(1_500), "peers", True, "ok", id="a gain"),
        pytest.param(loss(990, verdict="unknown"), "peers", True, "ok", id="not decided"),
        pytest.param(loss(600, verdict="unknown"), "peers", True, "ok", id="large and not decided"),
    ],
)
def test_an_action_needs_a_verdict_a_size_a_comparator_and_an_alarm(found, comparator, alarm, level):
    assert level_of(Day(alarm), found, metric="cart_rate", comparator=comparator) == level


def test_what_an_event_or_holiday_does_is_no_loss_where_no_market_shares_it():
    new_year = Day(ordinary=Ordinary(events=frozenset({DAY})))
    assert level_of(new_year, loss(600), metric="cart_rate", comparator="none") == "ok"
    assert level_of(new_year, loss(600), metric="cart_rate", comparator="peers") == "act"


def test_none_where_there_usually_is_none_is_no_lack_of_days():
    none = replace(loss(0), value=0.0, baseline=0.0, interval=None, change=None, verdict="unknown")
    with speaking("en"):
        assert standing(replace(none, days=(DAY, DAY)), "none") == "none, as usual"
        assert standing(replace(none, days=(DAY,)), "none") == "too few comparable days to judge"


def test_a_difference_without_a_good_side_is_not_said_to_be_none():
    spent = replace(loss(990, verdict="unknown"), interval=(0.06, 0.315))
    with speaking("en"):
        assert standing(spent, "none") == "+6.0% ~ +31.5% against usual"
        assert standing(replace(spent, interval=(-0.2, -0.1)), "peers") == "−20.0% ~ −10.0% against the peers"


def test_a_range_too_wide_to_print_is_too_little_data_in_words():
    wide = replace(loss(990, verdict="unknown"), interval=(-0.95, 0.7))
    with speaking("en"):
        assert standing(wide, "none") == "too little data to hold it against usual"


def week(buyers: int, *, ordinary: int = 7, comparator: bool = True, **values) -> WeekComparison:
    days = tuple(DAY - dt.timedelta(days=back) for back in reversed(range(ordinary)))
    return WeekComparison(
        DAY - dt.timedelta(days=6), DAY, days, loss(buyers, comparator=comparator, **values)
    )


RARE, OFTEN = 600, 950  # buyers of 40,000 where 1,000 are usual: far from chance, and worse once in ten days
OFTEN_WORSE = {"interval": (-0.1, -0.001), "verdict": "worse"}


@pytest.mark.parametrize(
    ("now", "before", "level"),
    [
        pytest.param(week(RARE), None, "watch", id="a loss of the week, nothing known of the day before"),
        pytest.param(week(RARE), week(1_000), "watch", id="new: the week up to the day before was none"),
        pytest.param(week(RARE), week(RARE), "ok", id="told the day before"),
        pytest.param(week(RARE), week(1_500), "watch", id="the one before was a gain, as rare"),
        pytest.param(week(RARE), week(OFTEN, **OFTEN_WORSE), "watch", id="the one before was no rare one"),
        pytest.param(week(OFTEN, **OFTEN_WORSE), None, "ok", id="chance makes it often"),
        pytest.param(week(1_500), None, "ok", id="a gain"),
        pytest.param(None, None, "ok", id="no week"),
    ],
)
def test_a_rare_loss_of_the_week_is_watched_on_the_day_it_shows(now, before, level):
    day = Day(weeks={("cart_rate", DAY - dt.timedelta(days=1)): before} if before else {})
    found = level_of(day, loss(1_000), metric="cart_rate", comparator="peers", week=now)
    assert found == level


def test_of_the_shops_own_figures_the_rarest_may_be_as_rare_as_all_of_them_allow():
    """Benjamini and Hochberg: the k-th rarest of n looks (day and week) passes under k x share / n."""
    looks, share = 2 * len(WATCHED), rules().threshold("watch_share")

    def at(chance: float) -> Comparison:
        class Chanced(Comparison):
            @property
            def chance(self) -> float:
                return chance

        values = {name: getattr(loss(600), name) for name in Comparison.__dataclass_fields__}
        return Chanced(**values)

    first, second = WATCHED[:2]
    limit = share / looks

    def levels(one: float, other: float) -> list[str]:
        day = Day(alarm=False, days={first: at(one), second: at(other)})
        return [level_of(day, at(0.0), metric=name, comparator="peers") for name in (first, second)]

    assert levels(limit, 0.9) == ["watch", "ok"]
    assert levels(limit * 1.01, 0.9) == ["ok", "ok"]
    assert levels(limit * 1.01, 2 * limit) == ["watch", "watch"]  # together both are rare enough
    assert levels(limit * 1.01, 2.01 * limit) == ["ok", "ok"]


def finding(**values: Any) -> Finding:
    return Finding("own.visitors", "?", "…", **{"level": "watch", "verdict": "worse", **values})


def week_of(verdict: str) -> Week:
    return Week("2026-11-14", "2026-11-20", 1.0, 1.0, 0.0, None, None, None, verdict)


@pytest.mark.parametrize(
    ("given", "stops", "level", "verdict", "has_step"),
    [
        pytest.param(finding(), (), "watch", "worse", True, id="decided"),
        pytest.param(finding(), ("own.visitors",), "ok", "unknown", False, id="stopped"),
        pytest.param(finding(verdict="unknown"), (), "ok", "unknown", False, id="not decided"),
        pytest.param(
            finding(verdict="unknown", week=week_of("worse")), (), "watch", "unknown", True, id="by its week"
        ),
        pytest.param(
            finding(verdict="unknown", week=week_of("unknown")), (), "ok", "unknown", False, id="nor its week"
        ),
        pytest.param(finding(level="ok"), (), "ok", "worse", False, id="calm"),
    ],
)
def test_only_what_is_decided_and_not_calm_has_a_step(given, stops, level, verdict, has_step):
    found = routed(Day(stops=stops), given)
    assert (found.level, found.verdict, bool(found.next_step), bool(found.owner)) == (
        level, verdict, has_step, has_step,
    )  # fmt: skip
    assert (found.due == "2026-11-21") is has_step


def test_a_stopped_finding_loses_its_week_too():
    assert routed(Day(stops=("own.visitors",)), finding(week=week_of("worse"))).week is None


def test_caveats_are_said_where_they_hold_and_only_there():
    usual = (DAY - dt.timedelta(weeks=4), DAY - dt.timedelta(weeks=1))
    with speaking("en"):
        assert caveats_of(Day(baseline_days=usual), loss(600, comparator=True, beta=1.049), week(1_000)) == ()
        far = Day(baseline_days=(usual[0] - dt.timedelta(days=1), *usual))
        told = caveats_of(
            far, loss(600, comparator=True, beta=0.95, caveats=("short_base",)), week(1_000, ordinary=6)
        )
    assert [said.split(":")[0] for said in told] == [
        "short history",
        "the shop's own coefficient to this comparator is 0.95",
        "comparable days reach back to 2026-10-22",
        "6 ordinary days of the week count",
    ]
    with speaking("en"):
        assert caveats_of(Day(), loss(600, comparator=False, beta=0.5), None) == ()


def cause(effect: float, **scope: str) -> Cause:
    return Cause(scope, effect)


def test_the_main_cause_is_the_largest_in_the_direction_of_the_change():
    parts = (
        cause(-900.0, factor="market"), cause(-800.0, factor="overlap"), cause(-700.0, factor="unexplained"),
        cause(-50.0, channel="search"), cause(-60.0, channel="paid"), cause(300.0, channel="direct"),
    )  # fmt: skip
    fell = finding(value=90.0, baseline=100.0, causes=parts)
    assert main_cause(fell).scope == {"channel": "paid"}
    assert main_cause(replace(fell, value=110.0)).scope == {"channel": "direct"}
    assert main_cause(replace(fell, value=None)) is None
    assert main_cause(replace(fell, baseline=None)) is None
    assert main_cause(replace(fell, causes=parts[:3])) is None


def test_a_factor_has_a_name_and_any_other_part_its_own():
    with speaking("en"):
        assert factor_name({"factor": "mix"}) == "mix of traffic"
        assert factor_name({"channel": "search"}) == "search"
        assert factor_name({"factor": "of nobody"}) == ""


@pytest.mark.parametrize(
    ("given", "comparator", "kept"),
    [
        (week(600), "peers", True),
        (week(600, comparator=False), "none", True),
        (week(600, comparator=False), "peers", False),
        (week(600), "none", False),
        (week(600, interval=None), "peers", False),
        (None, "peers", False),
    ],
)
def test_a_week_is_recorded_where_it_has_the_days_comparator(given, comparator, kept):
    found = week_record(given, comparator)
    assert (found is not None) is kept
    if found is not None:
        assert (found.first_day, found.last_day, found.verdict) == ("2026-11-14", "2026-11-20", "worse")


@pytest.mark.parametrize(
    ("day", "of_week", "ends"),
    [
        (loss(600), week(1_500), "40.0% behind the peers"),
        (loss(600, verdict="unknown", interval=(-0.1, 0.1)), None, "no difference can be told"),
        (
            loss(600, verdict="unknown", interval=(-0.1, 1.1)),
            None,
            "too little data to hold it against the peers",
        ),
        (loss(600, verdict="unknown", interval=(-0.1, 1.0)), None, "no difference can be told"),
        (loss(600, verdict="unknown", interval=None), None, "too few comparable days to judge"),
        (
            loss(990, verdict="unknown"),
            week(600),
            "; last 7 days 1.50% a day, ▼ −40.0%: 40.0% behind the peers",
        ),
        (loss(990, verdict="unknown"), week(600, verdict="unknown"), "−44.2% ~ −35.6% against the peers"),
        (loss(1_000, verdict="same"), None, "level with the peers"),
    ],
)
def test_a_sentence_ends_with_what_is_decided(day, of_week, ends):
    with speaking("en"):
        said = sentence("pay_conversion_rate", day, "peers", of_week)
    assert said.startswith("Conversion ")
    assert said.endswith(ends)
    assert ("last 7 days" in said) is (of_week is not None and day.verdict == "unknown")


@pytest.mark.parametrize(
    ("verdict", "words"), [("same", "as usual; there is no market"), ("worse", "clearly unlike usual; there")]
)
def test_without_a_comparator_it_is_said_that_there_is_none(verdict, words):
    with speaking("en"):
        assert standing(loss(600, verdict=verdict), "none").startswith(words)


def test_how_far_a_figure_moved_is_against_its_comparator_else_against_usual():
    assert moved(loss(1_000, relative=-0.2, change=0.1)) == -0.2
    assert moved(loss(1_000, relative=0.0, change=0.1)) == 0.0
    assert moved(loss(1_000, relative=None, change=0.1)) == 0.1
    assert moved(loss(1_000, relative=None, change=None)) == 0.0


def thresholds(**given: float) -> Day:
    day = Day()
    day.threshold = lambda name: given.get(name, rules().threshold(name))
    return day


def test_a_loss_of_exactly_the_size_or_the_chance_that_is_asked_counts():
    found = loss(600)
    exact = thresholds(act_change=abs(moved(found)))
    assert level_of(exact, found, metric="cart_rate", comparator="peers") == "act"
    rare = replace(found, interval=(-0.4, -0.02))
    for share, level in ((1.0, "watch"), (0.999, "ok")):
        day = thresholds(watch_p=rare.chance * share)
        assert level_of(day, rare, metric="cart_rate", comparator="none") == level


def test_a_week_up_to_the_day_before_of_exactly_the_asked_chance_was_told_then():
    before = week(RARE, interval=(-0.4, -0.02))
    weeks = {("cart_rate", DAY - dt.timedelta(days=1)): before}
    for share, level in ((1.0, "ok"), (0.999, "watch")):
        day = thresholds(watch_p=before.found.chance * share)
        day.weeks = weeks
        assert level_of(day, loss(1_000), metric="cart_rate", comparator="peers", week=week(RARE)) == level


def test_an_own_figure_without_a_week_has_nothing_rare_in_it():
    day = Day(alarm=False, days={name: loss(1_000, interval=None) for name in WATCHED})
    level = level_of(day, loss(600), metric=WATCHED[0], comparator="peers", week=week(RARE))
    assert level == "ok"


def test_a_state_calls_for_its_step_without_a_verdict_and_a_route_may_be_named():
    state = Finding("quality.dsr", "?", "…", level="watch", verdict="unknown")
    assert (routed(Day(), state).level, routed(Day(), state).owner) == ("watch", "quality")
    paid = routed(Day(), finding(), "own.visitors.paid", label="Search")
    assert (paid.owner, "Search" in paid.next_step) == ("promotion", True)


@pytest.mark.parametrize(("verdict", "route", "step"), [
    ("better", "own.item.up", True), ("unknown", "own.item.up", False), ("better", "own.item", False),
])  # fmt: skip
def test_a_calm_finding_has_a_step_only_when_decided_and_on_a_calm_route(verdict, route, step):
    calm = Finding("own.item", "?", "…", level="ok", verdict=verdict)
    assert bool(routed(Day(), calm, route, label="cup").next_step) is step


def test_a_cause_is_called_by_its_label_else_by_its_factor():
    parts = [Part({"channel": "a"}, -1.0, 0.5, "Search"), Part({"factor": "mix"}, -0.5, None)]
    with speaking("en"):
        found = causes(parts)
    assert found == (
        Cause({"channel": "a"}, -1.0, 0.5, "Search"),
        Cause({"factor": "mix"}, -0.5, None, "mix of traffic"),
    )


def test_a_small_effect_is_a_cause_and_none_at_all_is_not():
    fell = finding(value=0.02, baseline=0.03, causes=(cause(-0.004, item_id="1"), cause(0.0, item_id="2")))
    assert main_cause(fell).scope == {"item_id": "1"}
    assert main_cause(replace(fell, causes=(cause(0.0, item_id="2"),))) is None


def test_a_week_without_a_range_says_nothing():
    with speaking("en"):
        said = sentence(
            "pay_conversion_rate", loss(990, verdict="unknown"), "peers", week(600, interval=None)
        )
    assert "last 7 days" not in said
