"""Every page for every shop: each notebook runs to its end whatever the history lacks, and says what it is.

In this process and without pictures on disk: the whole matrix takes about as long as a dozen kernels.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from chart_boxes import overlaps
from notebooks.in_process import Lack, LackingStore, history_without, optional, reports, run
from shopbook.findings.daily.reads import is_read
from shopbook.history.store import Store
from shopbook.read.exports import KINDS, UNDATED
from shopbook.report import svg
from shopbook.workbook import campaign as campaign_of_shop

DATED = [kind for kind in KINDS if kind not in UNDATED]
DAYS = (1, 3, 8, 27)
# Kinds hardly meet in one figure: for every change a few lack at once, in the nightly run each alone.
TOGETHER = 4
# Without these most of a page is not asked at all, which would hide what the others' absence does.
CARRYING = ("shop_daily", "item_daily")
# Columns are blanked turn by turn, some of every kind at a time, and each is blanked once in so many turns.
TURNS, NIGHTLY_TURNS = 4, 14


def a_few_or_one(kinds: Sequence[str]) -> list[Any]:
    """The kinds as cases of a few that stand far apart in the list, and for the night as cases of one."""
    others = [kind for kind in kinds if kind not in CARRYING]
    cases = -(-len(others) // TOGETHER)
    few = [tuple(others[at::cases]) for at in range(cases)] + [(kind,) for kind in CARRYING]
    alone = [pytest.param((kind,), id=kind, marks=pytest.mark.nightly) for kind in others]
    return [pytest.param(each, id="+".join(each)) for each in few] + alone


def turns() -> list[Any]:
    """(which, of how many) turns."""
    nightly = [pytest.param(turn, NIGHTLY_TURNS, marks=pytest.mark.nightly) for turn in range(NIGHTLY_TURNS)]
    return [(turn, TURNS) for turn in range(TURNS)] + nightly


@pytest.fixture(scope="module")
def home(demo_data):
    """The demo's data as the notebooks find them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPBOOK_DATA", str(demo_data))
        yield demo_data


@pytest.fixture(scope="module")
def whole(home) -> dict[str, tuple[set[str], list[list[str]]]]:
    """What each notebook reads, and the overlaps of each chart it draws, where the history lacks nothing."""
    found = {}
    for name in reports():
        charts: list[list[str]] = []
        with history_without(Lack()), pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                svg, "figure_svg", lambda fig, charts=charts: charts.append(overlaps(fig)) or "<svg/>"
            )
            run(name)
            found[name] = set(LackingStore.read_kinds), charts
    return found


@pytest.fixture(scope="module")
def reads(whole) -> dict[str, set[str]]:
    """The kinds each notebook reads; another kind's absence cannot reach it."""
    return {name: kinds for name, (kinds, _) in whole.items()}


@pytest.fixture(scope="module")
def columns(home) -> dict[str, list[str]]:
    """The columns of each kind that may be "-" on every row."""
    store = Store(home / "history")
    return {kind: optional(kind, store.read("demo", kind)) for kind in KINDS}


def run_all(lack: Lack, names: list[str], **parameters: str) -> dict[str, dict]:
    """The reports that the notebooks publish; what stops one is raised with its name.

    None reads a kind that it is not said to depend on: a late export of that kind would not renew it.
    """
    made = {}
    with history_without(lack):
        for name in names:
            LackingStore.read_kinds.clear()
            try:
                made[name] = run(name, **parameters)
            except Exception as error:
                error.add_note(f"in {name}, without {lack}")
                raise
            own = name.removeprefix("daily/")
            assert [kind for kind in LackingStore.read_kinds if not is_read(own, kind)] == [], (name, lack)
    return made


def missing(report: dict) -> set[str]:
    """The kinds a report says are missing."""
    return {
        one["scope"].get("kind", "")
        for one in report["warnings"]
        if one["code"] in ("missing_export", "stale_source")
    }


def test_no_text_of_a_chart_lies_on_another_or_outside(whole):
    assert sum(len(charts) for _, charts in whole.values()) >= 18
    assert [(name, pair) for name, (_, charts) in whole.items() for pairs in charts for pair in pairs] == []


@pytest.mark.parametrize("kinds", a_few_or_one(KINDS))
def test_without_an_export_every_page_comes_and_those_that_live_on_it_say_so(reads, kinds):
    mine = [name for name in reports() if reads[name].intersection(kinds)]
    made = run_all(Lack(kinds=frozenset(kinds)), mine)
    assert set(made) == set(mine)
    unsaid = {name: set(kinds).intersection(pages_kinds(name)) - missing(made[name]) for name in mine}
    assert {name: kinds for name, kinds in unsaid.items() if kinds} == {}


@pytest.mark.parametrize("kinds", a_few_or_one(DATED))
def test_with_the_file_of_the_day_late_every_page_comes(reads, kinds):
    mine = [name for name in reports() if reads[name].intersection(kinds)]
    assert set(run_all(Lack(late=frozenset(kinds)), mine)) == set(mine)


@pytest.mark.parametrize(("turn", "turns"), turns())
def test_with_a_column_all_dashes_every_page_comes(reads, columns, turn, turns):
    """Turn by turn, so that each column of each kind is blank once for the notebooks that read the kind."""
    blank = [(kind, name) for kind, names in columns.items() for name in names[turn::turns]]
    touched = {kind for kind, _ in blank}
    mine = [name for name in reports() if touched & reads[name]]
    assert set(run_all(Lack(columns=frozenset(blank)), mine)) == set(mine)


@pytest.mark.parametrize("days", DAYS)
def test_with_a_few_days_of_history_every_page_comes(home, days):
    assert set(run_all(Lack(days=days), reports())) == set(reports())


@pytest.mark.parametrize("days", [0, 1])
def test_with_the_shop_sheet_alone_every_page_comes(home, days):
    others = frozenset(KINDS) - {"shop_daily"}
    assert set(run_all(Lack(kinds=others, days=days), reports())) == set(reports())


def test_without_the_shop_sheet_items_and_sources_carry_their_pages(home):
    kinds = frozenset(KINDS) - {"item_daily", "flow_source", "item_flow_source"}
    made = run_all(Lack(kinds=kinds), ["daily/own", "daily/brief", "product_lifecycle/overview"])
    assert all("shop_daily" in missing(report) for report in made.values())
    assert made["daily/own"]["tables"]["items"]
    assert made["product_lifecycle/overview"]["tables"]["stages"]


def test_without_a_campaign_the_review_says_so(home):
    names = ["campaign_review/review", "campaign_review/uplift"]
    for report in run_all(Lack(), names, date="2026-10-01").values():
        assert "new-campaign" in report["headline"]
        assert report["findings"] == []


def test_a_campaign_that_names_no_item_is_reviewed_for_the_shop(home, monkeypatch):
    named = campaign_of_shop.campaigns_of

    def bare(*asked):
        return [each.model_copy(update={"items": (), "items_file": ""}) for each in named(*asked)]

    monkeypatch.setattr(campaign_of_shop, "campaigns_of", bare)
    made = run_all(
        Lack(kinds=frozenset({"campaign_items"})), ["campaign_review/review", "campaign_review/uplift"]
    )
    assert all("campaign.sell_through" not in str(report["findings"]) for report in made.values())
    assert made["campaign_review/review"]["findings"]


@pytest.mark.parametrize("name", reports())
def test_the_analysts_steps_come_to_the_published_number(home, name):
    """The cell "how was this computed" of each page ends with both, and they agree to the last digit."""
    seen: dict = {}
    with history_without(Lack()):
        run(name, seen)
    assert {"published", "again"} <= set(seen)
    if seen["published"] == seen["published"] and seen["published"] is not None:
        assert seen["again"] == pytest.approx(seen["published"], rel=1e-9, abs=1e-9)


def pages_kinds(name: str) -> tuple[str, ...]:
    """The exports a page lives on, as its facade says."""
    from shopbook.workbook import campaign, card, daily, lifecycle, periodic

    family, notebook = name.split("/")
    if notebook == "report_card":
        return card.KINDS
    if family == "campaign_review":
        return campaign.KINDS[notebook]
    pages = {"daily": daily, "product_lifecycle": lifecycle, "periodic": periodic}[family].PAGES
    return pages[notebook].kinds
