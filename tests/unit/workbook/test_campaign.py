"""Which campaign a review is about, and what it says when there is none."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.errors import ParamsError
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.home import Home
from shopbook.workbook.campaign import chosen, facts_of

DAY = dt.date(2026, 10, 20)
FILE = "name: {name}\nshops: [{shop}]\nphases:\n  peak: [{first}, {last}]\n{more}"


@pytest.fixture
def home(tmp_path) -> Home:
    folder = tmp_path / "params" / "campaigns"
    folder.mkdir(parents=True)
    rows = [
        ("spring", "2026-04-01", "2026-04-03", ""),
        ("autumn", "2026-10-14", "2026-10-16", "items_file: autumn.txt\n"),
        ("later", "2026-11-10", "2026-11-11", ""),
    ]
    for name, first, last, more in rows:
        text = FILE.format(name=name, shop="mine", first=first, last=last, more=more)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Home(tmp_path, tmp_path / "data")


def test_without_a_name_it_is_the_newest_campaign_that_has_begun(home):
    assert chosen(home, "mine", "", DAY).id == "autumn"


def test_an_older_campaign_can_be_named(home):
    assert chosen(home, "mine", "spring", DAY).id == "spring"


@pytest.mark.parametrize(
    ("shop", "campaign", "said"),
    [
        pytest.param("mine", "later", "2026-11-10", id="not begun: its first day"),
        pytest.param("other", "spring", "mine", id="another shop's: whose it is"),
        pytest.param("mine", "sprnig", "sprnig", id="a typing error"),
    ],
)
def test_what_cannot_be_reviewed_says_why(home, shop, campaign, said):
    with pytest.raises(ParamsError, match=said):
        chosen(home, shop, campaign, DAY)


def test_a_shop_without_campaigns_has_none_to_review(home):
    assert chosen(home, "other", "", DAY) is None


def test_a_missing_items_file_is_named(home):
    with pytest.raises(ParamsError, match=r"autumn\.txt"):
        facts_of(home, EmptyStore(), "mine", chosen(home, "mine", "autumn", DAY), DAY)


def test_item_ids_of_the_items_file_are_text(home):
    path = home.root / "params" / "campaigns" / "autumn.txt"
    path.write_text("商品ID,备注\n007,试\n684891249011\n", encoding="utf-8-sig")
    facts = facts_of(home, EmptyStore(), "mine", chosen(home, "mine", "autumn", DAY), DAY)
    assert isinstance(facts, CampaignFacts)
    assert facts.promoted == ("007", "684891249011")


class EmptyStore:
    """A history that holds nothing."""

    def read(self, shop, kind, first=None, last=None):
        return pd.DataFrame()
