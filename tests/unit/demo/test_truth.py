import numpy as np
import pytest

from shopbook import params
from shopbook.demo.catalogue import AD_PLANS, shop_plan
from shopbook.demo.scenario import campaigns
from shopbook.demo.service import refunds
from shopbook.demo.truth import records
from shopbook.home import find_home

NEEDED = {"id", "shop", "days", "what", "metric", "direction", "size", "market_too", "expected_owner",
          "expected_finding_id"}  # fmt: skip
OWNERS = {"promotion", "design", "service", "quality", "supply", "operator"}


def test_every_record_says_what_where_who_and_which_finding(demo, demo_b):
    for world in (demo, demo_b):
        found = records(world)
        assert all(record.keys() >= NEEDED for record in found)
        assert {record["expected_owner"] for record in found} <= OWNERS
        assert len({record["id"] for record in found}) == len(found)


def test_all_stages_and_self_check_cases_are_cast(demo):
    stages = [record for record in records(demo) if record["what"] == "item"]
    count = {
        stage: sum(record["stage"] == stage for record in stages)
        for stage in ("new", "growth", "hit", "decline")
    }
    assert count == {"new": 3, "growth": 4, "hit": 3, "decline": 5}
    assert {record["plot"] for record in stages} >= {
        "no_sale",
        "off_season",
        "duplicate",
        "sold_out",
        "presale",
    }


def test_the_campaign_truth_nets_out_the_dips(demo, demo_b):
    one = next(record for record in records(demo) if record["what"] == "campaign")
    assert 0 < one["net_cny"] < one["gross_cny"]
    null = next(record for record in records(demo_b) if record["what"] == "campaign")
    assert null["gross_cny"] == pytest.approx(0, abs=0.01)
    assert null["net_cny"] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("shop", ["demo", "demo-b"])
def test_campaign_files_say_what_the_world_does(shop, demo, demo_b):
    world = {"demo": demo, "demo-b": demo_b}[shop]
    home = find_home()
    for campaign in campaigns(shop_plan(shop), world.end):
        written = params.campaign_settings(home, campaign.id)
        assert written.phases == campaign.phases
        assert written.items == campaign.items
        assert (written.name, written.shops) == (campaign.name, (shop,))


@pytest.mark.parametrize("shop", ["demo", "demo-b"])
def test_shop_files_name_category_and_plan_caps_of_the_world(shop):
    written, plan = params.shop_settings(find_home(), shop), shop_plan(shop)
    assert (written.name, written.category) == (plan.name, plan.category)
    caps = {plan.ad_plan_id(place): cap for place, (*_, cap) in enumerate(AD_PLANS)}
    assert written.ad_day_cap == caps


def test_the_item_with_quality_trouble_has_most_quality_refunds(demo):
    event = next(event for event in demo.planted if event.what == "quality_refunds")
    made = [r for r in refunds(demo, np.random.default_rng(1)) if r.reason == "质量问题"]
    days = [demo.end.toordinal() - event.first, demo.end.toordinal() - event.last]
    counts = np.bincount(
        [r.item for r in made if days[0] <= r.paid_on.toordinal() <= days[1]], minlength=len(demo.plan.items)
    )
    usual = np.bincount(
        [r.item for r in made if r.paid_on.toordinal() < days[0]], minlength=len(demo.plan.items)
    )
    place = demo.item_at(event.item)
    assert counts[place] / (event.first - event.last + 1) > 5 * usual[place] / (demo.size - event.first)
