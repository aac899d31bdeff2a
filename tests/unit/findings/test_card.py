"""The report card: a rule that breaks its promise is named, one that keeps it is not; it can be recounted."""

import datetime as dt
import json
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from recount import World, recount
from shopbook import state
from shopbook.days import calendar
from shopbook.findings.facts import Facts
from shopbook.findings.periodic import card
from shopbook.history.answers import Answer
from shopbook.history.claims import Claim, book_of, claim_from, claims, record
from shopbook.home import Home
from shopbook.params import ShopSettings, rules

TODAY = dt.date(2026, 9, 20)
FIRST = TODAY - dt.timedelta(days=140)
DAYS = [FIRST + dt.timedelta(days=back) for back in range(141)]


def shop(seed: int, noise: float = 0.05) -> Facts:
    """A shop that follows a market of its own category, with noise of its own."""
    dice = random.Random(seed)
    week = (1.0, 0.9, 0.95, 1.0, 1.1, 1.3, 1.2)
    market = [100_000 * week[day.weekday()] * math.exp(dice.gauss(0, 0.03)) for day in DAYS]
    own = [round(each / 100 * math.exp(dice.gauss(0, noise))) for each in market]
    frames = {
        "shop_daily": pd.DataFrame({"date": pd.to_datetime(DAYS), "visitors": own, "pay_amount": 100.0}),
        "market": pd.DataFrame(
            {"date": pd.to_datetime(DAYS), "category": "杯", "metric": "visitors", "value": market,
             "value_type": "value"}
        ),
        "peers": pd.DataFrame(), "item_daily": pd.DataFrame(), "stock": pd.DataFrame(),
    }  # fmt: skip
    return Facts(ShopSettings(id="demo", category="杯"), TODAY, frames, calendar(2025, 2027), rules())


def claimed(facts: Facts, day: dt.date) -> Claim:
    """What `own.visitors` says of a day when it sees nothing later."""
    frames = {
        kind: rows[rows["date"] <= pd.Timestamp(day)] if len(rows) else rows
        for kind, rows in facts.frames.items()
    }
    then = Facts(facts.shop, day, frames, facts.calendar, facts.rules)
    found = then.compare("visitors")
    about = {
        "baseline": found.baseline, "baseline_days": [str(each) for each in then.baseline_days],
        "change": found.change, "market_change": found.market_change, "comparator": "market", "week": "",
    }  # fmt: skip
    return Claim(
        "range", str(day), "own.visitors", "visitors", {}, found.relative, *found.interval, about=about
    )


def biased(claim: Claim, bias: float) -> Claim:
    """The same claim from an estimator that is off by so much (log), its verdict as its range says."""
    value, low, high, change = (
        math.exp(math.log1p(each) + bias) - 1
        for each in (claim.value, claim.low, claim.high, claim.about["change"])
    )
    verdict = "better" if low > 0 else "worse" if high < 0 else "unknown"
    about = {**claim.about, "change": change}
    return replace(claim, value=value, low=low, high=high, verdict=verdict, about=about)


@cache
def sixty_days(seed: int) -> tuple[Facts, tuple[Claim, ...]]:
    """A shop and the honest claims of sixty days; those of the last two weeks have no outcome yet."""
    facts = shop(seed)
    return facts, tuple(claimed(facts, TODAY - dt.timedelta(days=back)) for back in range(60, 0, -1))


def row_of(facts: Facts, issued: Sequence[Claim], question: str = "range") -> dict[str, object]:
    [row] = [
        each
        for each in card.tables(facts, card.scores(facts, issued))["rules"]
        if each["question"] == question
    ]
    return row


@pytest.mark.parametrize("seed", [1, 2])
def test_an_honest_estimator_keeps_its_promise_and_is_not_named(seed):
    facts, issued = sixty_days(seed)
    row = row_of(facts, issued)
    assert row["scored"] >= 40
    assert row["share"] >= 0.75
    assert not row["worse"]
    [found] = card.card_findings(facts, card.tables(facts, card.scores(facts, issued))["rules"])
    assert (found.id, found.level) == ("card.promise", "ok")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("bias", [0.25, -0.25])
def test_a_planted_biased_estimator_is_exposed_within_sixty_days(seed, bias):
    facts, honest = sixty_days(seed)
    issued = [biased(each, bias) for each in honest]
    assert row_of(facts, issued)["worse"]
    found = card.card_findings(facts, card.tables(facts, card.scores(facts, issued))["rules"])
    assert [(each.id, each.level, each.owner) for each in found] == [("card.promise", "watch", "operator")]
    assert "访客数" in found[0].headline


def plain(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {name: {str(day.date()): float(value) for day, value in table[name].items()} for name in table}


def figures(facts: Facts, issued: Sequence[Claim]) -> tuple[dict, dict]:
    """The card's own counts and those of the recount, by question and rule."""
    own = {
        (row["question"], row["rule"]): (row["issued"], row["scored"], row["right"], row["error"])
        for row in card.tables(facts, card.scores(facts, issued))["rules"]
        if row["question"] in ("range", "sign", "forecast", "stage", "date")
    }
    items, stock = ({}, {})
    for kind, column, found in (("item_daily", "item_visitors", items), ("stock", "stock_units", stock)):
        for each in facts.frames[kind].to_dict("records"):
            found.setdefault(each["item_id"], {})[str(each["date"].date())] = each[column]
    world = World(
        plain(facts.own), plain(facts.market), {}, items, stock, {str(day) for day in facts.special_days},
        str(facts.day),
    )  # fmt: skip
    return own, recount([json.dumps(vars(each)) for each in issued], world)


def following(day: int) -> list[str]:
    """The weeks from a Monday of August on, the campaign week of 10 August left out."""
    monday = dt.date(2026, 8, day)
    weeks = [str(monday + dt.timedelta(weeks=ahead)) for ahead in range(4)]
    return [week for week in weeks if week != "2026-08-10"]


OTHERS = [
    *(
        Claim("forecast", f"2026-08-{day:02d}", "targets.month", "pay_amount", {}, value, 2_900.0, 3_110.0,
              about={"reached": 100.0 * day})
        for day, value in ((10, 3_050.0), (20, 3_200.0))
    ),
    *(
        Claim("stage", f"2026-08-{day:02d}", "lifecycle.stage_change", "item_visitors", {"item_id": "7"},
              370.0, low, high, about={"stage": "stable", "weeks": following(day)})
        for day, low, high in ((3, 360.0, 390.0), (10, 380.0, 400.0), (31, 1.0, 2.0))
    ),
    *(
        Claim("date", str(DAYS[n]), "checkup.stock", "stock_units", {"item_id": "7"}, left)
        for n, left in ((90, 10.0), (95, 20.0), (99, 1.5))
    ),
]  # fmt: skip


def test_the_card_equals_an_independent_recount_to_the_digit():
    facts, honest = shop(1), sixty_days(1)[1]
    facts.frames["item_daily"] = pd.DataFrame(
        {
            "date": pd.to_datetime(DAYS),
            "item_id": "7",
            "item_visitors": [float(50 + n % 9) for n in range(141)],
        }
    )
    facts.frames["stock"] = pd.DataFrame(
        {
            "date": pd.to_datetime(DAYS),
            "item_id": "7",
            "stock_units": [max(0.0, 300.0 - 3 * n) for n in range(141)],
        }
    )
    issued = [biased(each, 0.04) for each in honest]
    issued += OTHERS
    own, again = figures(facts, issued)
    assert own == again
    assert own["forecast", "targets.month"][:3] == (2, 2, 2)
    assert own["date", "checkup.stock"][:3] == (3, 3, 2)
    assert own["stage", "lifecycle.stage_change"][:2] == (3, 2)


def test_without_the_exports_that_would_tell_no_claim_is_scored():
    facts, issued = sixty_days(1)
    nothing = {
        **dict.fromkeys(facts.frames, pd.DataFrame()),
        "shop_daily": facts.frames["shop_daily"][["date"]],
    }
    lacking = Facts(facts.shop, facts.day, nothing, facts.calendar, facts.rules)
    scored = card.scores(lacking, [*issued, *OTHERS])
    assert {each.question for each in scored} >= {"range", "forecast", "stage", "date"}
    assert not [each for each in scored if each.right is not None]


def test_an_action_that_was_done_and_made_good_counts_as_recovered():
    facts = shop(5)
    day = TODAY - dt.timedelta(days=30)
    loss = biased(claimed(facts, day), -0.4)
    act = Claim("action", str(day), "own.visitors", "visitors", {}, about={"due": str(day), "step": "x"})
    answer = Answer("1", "done", str(day), "", rule="own.visitors")
    [scored] = [each for each in card.scores(facts, [loss, act], [answer]) if each.question == "action"]
    assert (scored.right, scored.is_done) == (True, True)


def test_an_alarm_is_confirmed_by_the_week_a_report_decides_seven_days_later():
    facts = shop(6)
    day = TODAY - dt.timedelta(days=30)
    alarm = replace(biased(claimed(facts, day), -0.4), level="act")
    for week, expected in (("worse", True), ("unknown", False)):
        later = claimed(facts, day + dt.timedelta(days=7))
        later = replace(later, about={**later.about, "week": week})
        [scored] = [each for each in card.scores(facts, [alarm, later]) if each.question == "alarm"]
        assert scored.right is expected


REPORT = {
    "date": "2026-09-18", "notebook": "daily/own", "tables": {},
    "findings": [
        {"id": "own.visitors", "scope": {}, "metric": "visitors", "interval": [-0.2, -0.1], "relative": -0.15,
         "change": -0.1, "market_change": 0.05, "baseline": 100.0, "baseline_days": ["2026-09-11"],
         "comparator": "market", "week": None, "verdict": "worse", "level": "act", "next_step": "x",
         "due": "2026-09-19", "figures": []}
    ],
}  # fmt: skip


def test_a_report_made_twice_claims_once_and_a_corrected_one_replaces_what_it_said(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    assert record(home, "demo", REPORT) == 2
    assert record(home, "demo", REPORT) == 0
    corrected = json.loads(json.dumps(REPORT))
    corrected["findings"][0]["relative"] = -0.16
    assert record(home, "demo", corrected) == 1
    assert {each.sort: each.value for each in claims(home, "demo", TODAY)} == {"range": -0.16, "action": None}
    assert len(state.read(book_of(home, "demo"), claim_from)) == 3
    assert claims(home, "demo", dt.date(2026, 9, 17)) == []


def test_a_rule_is_named_in_words_and_never_by_its_id():
    facts, _ = sixty_days(3)
    asked = [
        Claim("action", "2026-03-02", rule)
        for rule in ("own.item.stock", "market.visitors", "lifecycle.clear")
    ]
    names = [row["label"] for row in card.tables(facts, card.scores(facts, asked))["rules"]]
    assert sorted(names) == ["「单项」的库存", "单品 的库存", "大盘访客数"]
