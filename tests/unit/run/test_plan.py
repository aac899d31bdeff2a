"""Which shops and notebooks a run means."""

import pytest

from shopbook.errors import ParamsError
from shopbook.home import Home, home_at
from shopbook.run.plan import Request, plan

REVIEW = "notebooks/campaign_review/review.ipynb"


@pytest.fixture
def home(tmp_path, demo_data) -> Home:
    """The demo's two shops, and a campaign that one of them held."""
    (tmp_path / "params/campaigns").mkdir(parents=True)
    text = 'name: 会员日\nkind: own_theme\nshops: [demo-b]\nphases: {peak: ["2026-11-08", "2026-11-09"]}\n'
    (tmp_path / "params/campaigns/member-day.yaml").write_text(text, encoding="utf-8")
    return home_at(tmp_path, demo_data)


@pytest.mark.parametrize("job", ["campaign_review", REVIEW])
def test_a_review_of_one_campaign_is_of_the_shops_that_held_it(home, job):
    made = plan(home, Request(job, campaign="member-day"))
    assert {(each.shop, each.campaign) for each in made.jobs} == {("demo-b", "member-day")}
    assert made.left_out == {}


@pytest.mark.parametrize("job", ["campaign_review", REVIEW])
def test_a_shop_that_did_not_hold_it_is_named_when_asked_for(home, job):
    made = plan(home, Request(job, ("demo",), campaign="member-day"))
    assert (made.jobs, list(made.left_out)) == ((), ["demo"])


@pytest.mark.parametrize("request_", [Request("campaign_review", campaign="nix"), Request("daily/nix.ipynb")])
def test_what_is_not_there_is_wrong_use_and_no_fault_of_each_shop(home, request_):
    with pytest.raises(ParamsError, match="nix"):
        plan(home, request_)
