"""Yesterday's actions are judged by the figure that was to prove them, when they are due."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from shopbook.findings.daily.followup import follow_ups
from shopbook.findings.finding import Finding
from unit.findings.test_own import DAY, shop


def action(**values: object) -> dict:
    """A row of yesterday's findings.json with a step that is due on the report day."""
    row = {
        **{
            "id": "service.refunds",
            "scope": {"item_id": "7"},
            "metric": "refund_rate_amount",
            "level": "watch",
        },
        **{"value": 0.02, "baseline": 0.01, "change": 1.0, "relative": 1.0, "interval": [0.8, 1.2]},
        **{"causes": [], "owner": "service", "next_step": "call", "due": DAY.isoformat(), "proof": "refunds"},
        "level": "watch",
    }
    return {"date": (DAY - dt.timedelta(days=1)).isoformat(), "findings": [{**row, **values}]}


def today(**values: object) -> Finding:
    """Today's finding about the same figure."""
    given = {"metric": "refund_rate_amount", "value": 0.02, "relative": 1.0, "interval": (0.8, 1.2), **values}
    return Finding(id="service.refunds", question="", headline="", scope={"item_id": "7"}, **given)


def outcome(previous: dict, *findings: Finding) -> str:
    (found,) = follow_ups(shop(), previous, list(findings))
    return found.outcome


@pytest.mark.parametrize(
    ("now", "word"),
    [
        pytest.param({"value": 0.011, "relative": 0.1, "interval": (0.0, 0.2)}, "变好", id="fewer refunds"),
        pytest.param({"value": 0.04, "relative": 3.0, "interval": (2.6, 3.4)}, "变差", id="more refunds"),
        pytest.param({"value": 0.021, "relative": 1.1, "interval": (0.9, 1.3)}, "没有变化", id="noise"),
    ],
)
def test_an_action_is_judged_by_the_direction_of_its_metric_beyond_its_noise(now, word):
    assert word in outcome(action(), today(**now))


def test_nothing_is_judged_before_it_is_due():
    later = (DAY + dt.timedelta(days=2)).isoformat()
    assert later in outcome(action(due=later), today(value=0.04, relative=3.0))


def test_another_figure_of_the_same_finding_is_no_answer():
    other = replace(today(), metric="refund_amount", value=327.0)
    assert outcome(action(), other) == "没有新数字"


def test_a_source_is_followed_and_not_the_shop():
    facts = shop()
    flow, before = facts.frames["flow_source"], pd.Timestamp(DAY) - pd.Timedelta(days=1)
    fallen = flow["date"].eq(before) & flow["channel"].eq("recommendation")
    facts.frames["flow_source"] = flow.assign(
        visitors=flow["visitors"].where(~fallen, flow["visitors"] * 0.4)
    )
    cause = {"scope": {"channel": "recommendation"}, "effect": -3000.0, "share": 1.0, "label": "推荐"}
    row = action(
        id="own.visitors", scope={}, metric="visitors", value=7000.0, baseline=10000.0, causes=[cause]
    )
    (found,) = follow_ups(facts, row, [])
    assert "变好" in found.outcome
    assert "7,000" not in found.outcome
