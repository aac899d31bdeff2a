"""Overlapping ad files of a day count every yuan once."""

import pandas as pd

from shopbook.metrics.ads import account_days, once_a_level


def ads(*rows):
    """Rows of (level, plan, scene, spend) of one day; an item is its own plan's."""
    frame = pd.DataFrame(rows, columns=["level", "ad_plan_id", "ad_scene", "ad_spend"])
    return frame.assign(date=pd.Timestamp("2026-11-20"))


def spend(*rows):
    return account_days(ads(*rows), ["ad_spend"])["ad_spend"].tolist()


def test_a_file_of_all_scenes_beside_files_by_scene_counts_no_plan_twice():
    whole = (("plan", "1", "", 100.0), ("plan", "2", "", 50.0))
    by_scene = (("plan", "1", "关键词推广", 100.0),)
    assert spend(*whole, *by_scene) == [150.0]
    assert spend(*by_scene, *whole) == [150.0]
    assert once_a_level(ads(*whole, *by_scene))["ad_scene"].tolist() == ["", "关键词推广"]


def test_the_account_row_of_all_scenes_stands_for_them():
    assert spend(("account", "", "", 560.0), ("account", "", "关键词推广", 160.0)) == [560.0]
    assert spend(("account", "", "货品全站推广", 400.0), ("account", "", "关键词推广", 160.0)) == [560.0]


def test_levels_repeat_each_other_and_one_is_summed():
    assert spend(("plan", "1", "", 100.0), ("item", "1", "", 90.0), ("keyword", "1", "", 30.0)) == [100.0]
    assert spend(("item", "1", "", 90.0), ("subject", "1", "", 10.0), ("keyword", "1", "", 30.0)) == [100.0]


def test_each_day_takes_the_level_it_has():
    first = ads(("account", "", "", 560.0))
    second = ads(("plan", "1", "", 100.0)).assign(date=pd.Timestamp("2026-11-21"))
    assert account_days(pd.concat([first, second]), ["ad_spend"])["ad_spend"].tolist() == [560.0, 100.0]


def test_the_brand_zone_is_bought_apart_and_adds():
    assert spend(("account", "", "", 560.0), ("brand", "", "品销宝", 50.0)) == [610.0]


def test_no_report_is_no_day():
    assert account_days(pd.DataFrame(), ["ad_spend"]).empty
