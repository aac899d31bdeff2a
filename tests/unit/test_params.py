"""Parameters are strict, and every problem comes at once in the run's language."""

import re

import pytest

from shopbook import params
from shopbook.errors import ParamsError
from shopbook.home import PROJECT, Home
from shopbook.text import speaking


@pytest.fixture
def home(tmp_path) -> Home:
    (tmp_path / "params" / "shops").mkdir(parents=True)
    (tmp_path / "params" / "campaigns").mkdir()
    return Home(tmp_path, tmp_path / "data")


def test_all_problems_of_a_set_are_named_at_once():
    wrong = {"shopp": "demo", "date": "2026-13-01", "window_days": "many"}
    for lang, reason in (("zh", "没有这个名称"), ("en", "this name is not known")):
        with speaking(lang), pytest.raises(ParamsError) as error:
            params.validate("daily", wrong, "daily.yaml")
        with speaking(lang):
            text = str(error.value)
        for found in ("daily.yaml", "shopp", "2026-13-01", "many", "window_days", reason):
            assert found in text


def test_ids_stay_text():
    assert params.validate("daily", {"shop": "007"})["shop"] == "007"
    with pytest.raises(ParamsError, match="7"):
        params.validate("daily", {"shop": 7})


def test_numbers_of_the_command_line_are_read():
    assert params.validate("daily", {"window_days": "14"})["window_days"] == 14


def test_a_shop_without_a_file_runs_on_defaults(home):
    shop = params.shop_settings(home, "new-shop")
    assert (shop.id, shop.name, shop.lang, shop.timezone) == ("new-shop", "new-shop", "zh", "Asia/Shanghai")


def test_a_broken_shop_file_names_file_and_field(home):
    (home.root / "params/shops/a.yaml").write_text("timezone: Asia/Beijing\nlang: de\n", encoding="utf-8")
    with pytest.raises(ParamsError) as error:
        params.shop_settings(home, "a")
    assert re.search("a.yaml.*timezone.*Asia/Beijing.*lang", str(error.value), flags=re.S)


def test_a_campaign_that_ends_before_it_begins_is_refused(home):
    text = "name: x\nphases:\n  peak: [2026-11-11, 2026-11-10]\n"
    (home.root / "params/campaigns/x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError, match="2026-11-11"):
        params.campaign_settings(home, "x")


def test_an_unknown_campaign_says_how_to_make_one(home):
    with pytest.raises(ParamsError, match="shopbook new-campaign nothing"):
        params.campaign_settings(home, "nothing")


def test_every_rule_holds_and_every_threshold_has_a_source():
    rules = params.rules()
    assert all(threshold.source for threshold in rules.thresholds.values())
    known = set(rules.routes) | {"*"} | {route.split(".")[0] + ".*" for route in rules.routes}
    assert all(stop in known for warning in rules.warnings.values() for stop in warning.stops)


def test_a_shop_may_set_its_own_threshold(home):
    (home.root / "params/shops/a.yaml").write_text("thresholds: {act_change: 0.2}\n", encoding="utf-8")
    rules = params.rules()
    assert rules.threshold("act_change", params.shop_settings(home, "a")) == 0.2
    assert rules.threshold("act_change") == rules.thresholds["act_change"].value


def test_docs_list_the_values_of_every_family():
    text = (PROJECT / "docs" / "contracts.md").read_text(encoding="utf-8")
    for family, model in params.FAMILIES.items():
        own = [name for name in model.model_fields if name not in params.ReportParams.model_fields]
        assert f"| {family} | {', '.join(own)} |" in text
