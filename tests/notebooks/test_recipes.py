"""The gallery: every recipe runs on the demo and on a shop with three exports, and the page lists each."""

import re
from pathlib import Path

import pytest

from notebooks.in_process import Lack, history_without, run
from shopbook.home import PROJECT, Home
from shopbook.read.exports import KINDS
from shopbook.run.notebook import job_of_path

RECIPES = sorted(path.stem for path in (PROJECT / "notebooks" / "recipes").glob("*.ipynb"))
THREE = frozenset(["shop_daily", "item_daily", "flow_source"])
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def home(demo_data):
    pytest.importorskip("duckdb", reason="the extra `lab` is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPBOOK_DATA", str(demo_data))
        yield demo_data


def own_tables(report: dict) -> dict[str, list]:
    return {name: rows for name, rows in report["tables"].items() if name not in ("kpis", "steps")}


def test_there_are_ten_and_the_page_lists_each():
    page = (PROJECT / "docs" / "recipes.md").read_text(encoding="utf-8")
    assert len(RECIPES) == 10
    assert sorted(re.findall(r"recipes/(\w+)\.ipynb\) ", page)) == RECIPES


@pytest.mark.parametrize("name", RECIPES)
def test_it_answers_on_the_demo_in_the_language_asked_for(home, name):
    with history_without(Lack()):
        report = run(f"recipes/{name}", lang="en")
    assert report["findings"][0]["id"].startswith("custom.")
    assert report["headline"] == report["findings"][0]["headline"]
    assert not CHINESE.search(report["headline"])
    assert all(own_tables(report).values()), "a recipe shows something on the demo"


@pytest.mark.parametrize("name", RECIPES)
def test_it_comes_on_a_shop_with_three_exports(home, name):
    with history_without(Lack(kinds=frozenset(KINDS) - THREE)):
        report = run(f"recipes/{name}")
    assert report["findings"]


def test_a_notebook_of_no_family_is_run_as_ones_own(tmp_path):
    path = Path(PROJECT / "notebooks" / "recipes" / "weekdays.ipynb")
    assert job_of_path(Home(PROJECT, tmp_path), path, "demo", "2026-11-20").family == "custom"
