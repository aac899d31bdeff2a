"""Every planted event of the demo shops leads to its finding, first cause and owner."""

import datetime as dt
import json

import pytest

from shopbook import demo
from shopbook.findings.finding import Finding
from shopbook.history.inbox import ingest
from shopbook.home import PROJECT, Home
from shopbook.workbook import daily

pytestmark = pytest.mark.slow
END = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Two ingested demo shops in a folder of their own."""
    data = tmp_path_factory.mktemp("demo") / "data"
    place = Home(PROJECT, data)
    demo.generate(data / "inbox", shops=2, end=END)
    ingest(place, today=END + dt.timedelta(days=1))
    return place


@pytest.fixture(scope="module")
def truth(home) -> dict[str, dict]:
    """The planted records by id."""
    files = sorted((home.data / "demo_truth").glob("*.json"))
    return {row["id"]: row for path in files for row in json.loads(path.read_text(encoding="utf-8"))}


@pytest.fixture
def ask(home, monkeypatch):
    """The findings of a shop's day on one page, by id."""
    monkeypatch.setenv("SHOPBOOK_DATA", str(home.data))

    def findings(shop: str, day: str, notebook: str, finding_id: str) -> list[Finding]:
        report = daily.load(shop, day, lang="en", notebook=notebook).report
        return [each for each in report.findings if each.id == finding_id]

    return findings


def middle(record: dict, share: float = 1.0) -> str:
    """A day inside an event, `share` of the way through."""
    first, last = (dt.date.fromisoformat(day) for day in record["days"])
    return (first + (last - first) * share).isoformat()


def first_named(finding: Finding) -> dict[str, str]:
    """The scope of the largest cause that is no market shift and no rest."""
    named = [
        each
        for each in finding.causes
        if each.scope.get("factor") not in ("market", "unexplained", "overlap")
    ]
    return max(named, key=lambda each: abs(each.effect)).scope


def test_a_fall_of_one_source_is_named(ask, truth):
    event = truth["demo.recommendation_fall"]
    (found,) = ask("demo", middle(event), "own", "own.visitors")
    assert (found.level, found.verdict, found.owner) == ("act", "worse", event["expected_owner"])
    assert first_named(found) == {"channel": event["channel"]}


def test_a_rise_of_one_source_is_named(ask, truth):
    event = truth["demo-b.search_up"]
    (found,) = ask("demo-b", middle(event), "own", "own.visitors")
    assert found.verdict == "better"
    assert first_named(found) == {"channel": event["channel"]}


def test_a_fall_of_the_whole_market_is_not_the_shops(ask, truth):
    event = truth["demo-b.market_fall"]
    (found,) = ask("demo-b", middle(event), "own", "own.visitors")
    assert found.verdict != "worse"
    assert found.causes[0].scope == {"factor": "market"}


@pytest.mark.parametrize("shop", ["demo", "demo-b"])
def test_a_rise_of_the_whole_market_is_not_the_shops(ask, truth, shop):
    event = truth[f"{shop}.market_jump"]
    (market,) = ask(shop, middle(event), "market", event["expected_finding_id"])
    assert (market.verdict, market.level) == ("better", "ok")
    (own,) = ask(shop, middle(event), "own", "own.visitors")
    assert own.verdict != "better"


# Two days of the first shop's week are the platform's sale: its loss is decided and not rare enough to watch.
@pytest.mark.parametrize(("shop", "level", "owner"), [("demo", "ok", ""), ("demo-b", "watch", "promotion")])
def test_a_rival_that_grows_for_weeks_is_named(ask, truth, shop, level, owner):
    event = truth[f"{shop}.rival_surge"]
    (traffic,) = ask(shop, middle(event, 0.8), "rivals", event["expected_finding_id"])
    assert (traffic.scope, traffic.verdict) == ({"rival": event["rival"]}, "worse")
    assert event["rival"] in traffic.headline
    assert (traffic.level, traffic.owner) == (level, owner)


@pytest.mark.parametrize("shop", ["demo", "demo-b"])
def test_a_rival_whose_visitors_are_worth_a_sixth_more_leads_without_a_verdict(ask, truth, shop):
    event = truth[f"{shop}.rival_surge"]
    (value,) = ask(shop, middle(event, 0.8), "rivals", "rivals.value")
    assert (value.scope, value.verdict, value.level) == ({"rival": event["rival"]}, "unknown", "ok")


def test_refunds_for_quality_go_to_quality(ask, truth):
    event = truth["demo.quality_refunds"]
    (item,) = ask("demo", middle(event), "service", event["expected_finding_id"])
    assert (item.level, item.verdict, item.scope) == ("act", "worse", {"item_id": event["item"]})
    assert item.owner == event["expected_owner"]


def test_slow_service_takes_the_conversion_to_service(ask, truth):
    event = truth["demo-b.slow_service"]
    (found,) = ask("demo-b", middle(event), "own", event["expected_finding_id"])
    assert (found.verdict, found.owner) == ("worse", event["expected_owner"])


def test_a_sold_out_item_goes_to_supply(ask, truth):
    event = truth["demo.stock_out"]
    (found,) = ask("demo", middle(event), "checkup", event["expected_finding_id"])
    assert (found.level, found.owner) == ("act", event["expected_owner"])
    assert found.scope == {"item_id": event["item"]}


@pytest.mark.parametrize("shop", ["demo", "demo-b"])
def test_an_item_out_of_stock_for_days_goes_to_supply(ask, truth, shop):
    event = truth[f"{shop}.restocked"]
    (found,) = ask(shop, middle(event, 0.5), "checkup", event["expected_finding_id"])
    assert (found.level, found.owner) == ("act", event["expected_owner"])
    assert found.scope == {"item_id": event["item"]}


@pytest.mark.parametrize("shop", ["demo", "demo-b"])
def test_a_presale_item_is_read_by_its_orders(ask, truth, shop):
    event = truth[f"{shop}.presale"]
    found = ask(shop, middle(event), "own", event["expected_finding_id"])
    (presale,) = [each for each in found if each.scope["item_id"] == event["item"]]
    assert (presale.metric, presale.level) == ("order_conversion_rate", "ok")
    assert presale.value > 0
    assert "in presale" in presale.headline


@pytest.mark.parametrize(
    ("event_id", "verdict"), [("price_raise", "worse"), ("item_conversion_up", "better")]
)
def test_an_item_whose_conversion_moved_stands_out(ask, truth, event_id, verdict):
    event = truth[f"demo.{event_id}"]
    found = ask("demo", middle(event), "own", event["expected_finding_id"])
    moved = [each for each in found if each.metric == "pay_conversion_rate"]
    assert [(each.scope["item_id"], each.verdict) for each in moved] == [(event["item"], verdict)]
    assert moved[0].owner == event["expected_owner"]
    assert first_named(moved[0]) == {"item_id": event["item"]}


def test_a_bad_picture_goes_to_design(ask, truth):
    event = truth["demo.picture"]
    (found,) = ask("demo", middle(event, 0.7), "promotion", event["expected_finding_id"])
    assert (found.verdict, found.owner) == ("worse", event["expected_owner"])
    assert found.level in ("watch", "act")
    assert first_named(found) == found.scope == {"item_id": event["item"]}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_plan_out_of_budget_goes_to_promotion(ask, truth, share):
    event = truth["demo.budget_cap"]
    (found,) = ask("demo", middle(event, share), "promotion", event["expected_finding_id"])
    assert (found.level, found.owner) == ("act", event["expected_owner"])
    assert found.scope == {"plan": event["plan"]}


def test_no_plan_ran_out_before_the_planted_days(ask, truth):
    before = dt.date.fromisoformat(truth["demo.budget_cap"]["days"][0]) - dt.timedelta(days=1)
    assert ask("demo", before.isoformat(), "promotion", "promotion.budget_cap") == []
