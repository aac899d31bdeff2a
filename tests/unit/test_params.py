"""Parameters are strict, and every problem comes at once in the run's language."""

import os
import re

import pytest

from shopbook import params
from shopbook.errors import ParamsError
from shopbook.home import PROJECT, Home
from shopbook.param_files import checked, values_of
from shopbook.params import CampaignSettings
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


EVIL = {
    "a name twice": ("name: a\nlang: en\nname: b\n", "3.*name"),
    "nested without end": ("[" * 3_000, "a.yaml"),
    "maps without end": ("".join(" " * n + "a:\n" for n in range(1_500)), "a.yaml"),
    "a number too long": ("name: " + "9" * 5_000, "a.yaml"),
    "a day that is none": ("name: 2026-02-30", "a.yaml"),
}


@pytest.mark.parametrize("kind", EVIL)
def test_a_shop_file_that_no_program_can_read_is_named(home, kind):
    text, said = EVIL[kind]
    (home.root / "params/shops/a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError, match=said):
        params.shop_settings(home, "a")


def test_a_shop_file_may_begin_with_a_mark_and_is_no_pipe(home):
    file = home.root / "params/shops/a.yaml"
    file.write_text("\ufeffname: 茶\n", encoding="utf-8")
    assert params.shop_settings(home, "a").name == "茶"
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(ParamsError, match=r"a\.yaml"):
        params.shop_settings(home, "a")


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name: x\nrecipients:\n  - {address: ops@example.com, roles: [promoter]}\n",
            ["line 3", "promoter", "promotion"],
        ),
        ("recipients:\n  - {address: ops.example.com}\n", ["line 2", "ops.example.com", "name@example.com"]),
        ('owner_address: "a@b\\nBcc: c@d"\n', ["line 1", "owner_address"]),
        ("platform: ebay\n", ["line 1", "ebay", "tmall"]),
        ("base_url: 'javascript:alert(1)'\n", ["line 1", "javascript:alert(1)", "https://"]),
        ("up_color: 'red;background:url(x)'\n", ["line 1", "#C8102E"]),
        ("targets: {pay_conversion_rat: 0.03}\n", ["line 1", "pay_conversion_rat", "pay_conversion_rate"]),
        ("targets: {pay_conversion_rate: 3.0}\n", ["line 1", "3.0", "between 0 and 1"]),
        ("targets: {visitors: -1}\n", ["line 1", "visitors", "below 0"]),
        ("thresholds:\n  no_sale_day: 60\n", ["line 1", "no_sale_day", "no_sale_days"]),
        ("thresholds: {act_change: -0.1}\n", ["line 1", "act_change", "below 0"]),
        ("ad_day_cap: {'7': 0}\n", ["line 1", "ad_day_cap"]),
        ("name: 1212\n", ["line 1", "1212", "quotes"]),
    ],
)
def test_what_a_shop_file_cannot_mean_is_told_with_file_line_found_and_allowed(home, text, said):
    (home.root / "params/shops/a.yaml").write_text(text, encoding="utf-8")
    with speaking("en"), pytest.raises(ParamsError) as error:
        params.shop_settings(home, "a")
    with speaking("en"):
        assert all(part in str(error.value) for part in ["a.yaml", *said])


def test_the_choices_are_listed_without_a_word_of_another_language(home):
    (home.root / "params/shops/a.yaml").write_text("platform: ebay\n", encoding="utf-8")
    with speaking("zh"), pytest.raises(ParamsError) as error:
        params.shop_settings(home, "a")
    with speaking("zh"):
        assert " or " not in str(error.value)


def test_a_campaign_target_of_300_percent_is_refused_and_one_in_yuan_holds(home):
    text = "name: x\nphases:\n  peak: [2026-11-10, 2026-11-11]\ntargets: {%s}\n"
    file = home.root / "params/campaigns/x.yaml"
    file.write_text(
        text % "pay_amount: 500000, net_amount: 1, ad_roi: 3, pay_conversion_rate: 0.03", encoding="utf-8"
    )
    assert params.campaign_settings(home, "x").targets["ad_roi"] == 3
    file.write_text(text % "pay_conversion_rate: 3", encoding="utf-8")
    with speaking("en"), pytest.raises(ParamsError, match=r"x\.yaml.*\n.*line 4.*0\.03 is 3%"):
        params.campaign_settings(home, "x")


@pytest.mark.parametrize("name", ["1212", "双12", "2026-11-11"])
def test_a_new_campaign_is_a_file_the_tool_accepts_whatever_its_name(home, name):
    template = (PROJECT / "lib/shopbook/run/command/templates/campaign.yaml").read_text(encoding="utf-8")
    file = home.root / f"params/campaigns/{name}.yaml"
    file.write_text(template.replace("CAMPAIGN", name), encoding="utf-8")
    assert params.campaign_settings(home, name).name == name


_TENFOLD = [f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in ("ab", "bc", "cd", "de", "ef")]
_BOMB = "\n".join(["a: &a [x, x, x, x, x, x, x, x, x, x]", *_TENFOLD])


@pytest.mark.parametrize("text", [_BOMB, "a: &a [*a]"], ids=["a bomb", "a loop"])
def test_a_file_whose_aliases_have_no_end_is_refused_at_once(home, text):
    (home.root / "params/shops/a.yaml").write_text(text, encoding="utf-8")
    with speaking("en"), pytest.raises(ParamsError, match="aliases"):
        params.shop_settings(home, "a")


def test_a_value_out_of_range_is_told_with_signs_not_with_a_dict(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text("name: x\nphases: {peak: [2026-11-10, 2026-11-11]}\nbudget: 0\n", encoding="utf-8")
    with pytest.raises(ParamsError) as told:
        checked(CampaignSettings, {**values_of(file), "id": "c"}, file)
    assert "（> 0）" in str(told.value)
