"""Levels of sources shown by how far a name is set in, and plans called like a total."""

import pytest

from shopbook.read import FileRefused

HEADER = "流量来源,访客数,浏览量,支付买家数,支付金额"
NAME = "店铺流量来源_2026-11-20.csv"


@pytest.mark.parametrize("mark", ["  ", "\u3000", "    ", "\t", "└", " ├─ ", "--"])
def test_a_name_set_in_is_a_part_of_the_one_above(read_text, mark):
    lines = f"经营优势,9,9,2,30\n{mark}搜索,6,6,1,20\n{mark}推荐,3,3,1,10\n主动回访,5,5,1,9".split("\n")
    frame = read_text(NAME, HEADER, *lines).frame
    assert frame.groupby("level")["visitors"].sum().to_dict() == {1: 14, 2: 9}
    assert set(frame.loc[frame["level"] == 2, "channel"]) == {"search", "recommendation"}


def test_three_levels_set_in_are_three_levels(read_text):
    lines = (
        "经营优势,9,9,2,30",
        "  推荐,9,9,2,30",
        "    首页推荐,8,8,2,30",
        "主动回访,5,5,1,9",
        "  购物车,5,5,1,9",
    )
    levels = read_text(NAME, HEADER, *lines).frame.set_index("visitors")["level"]
    assert (levels[8], levels.tolist().count(2)) == (3, 2)


@pytest.mark.parametrize("blank", ["", " "])
def test_a_stray_blank_before_a_name_makes_no_level(read_text, blank):
    frame = read_text(NAME, HEADER, "手淘搜索,9,9,2,30", f"{blank}购物车,5,5,1,9").frame
    assert frame["level"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        (HEADER, ("  搜索,6,6,1,20", "经营优势,9,9,2,30")),
        (HEADER, ("经营优势,9,9,2,30", "    首页推荐,8,8,2,30", "  推荐,9,9,2,30")),
        ("层级," + HEADER, ("1,经营优势,9,9,2,30", "2,搜索,6,6,1,20")),
    ],
)
def test_levels_that_cannot_be_told_are_refused(read_text, header, lines):
    with pytest.raises(FileRefused, match="列「"):
        read_text(NAME, header, *lines)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (("全店计划,90,9,20", "新品计划,50,5,10"), ["全店计划", "新品计划"]),
        (("老品计划,90,9,20", "新品计划,50,5,10", "全店,140,14,30"), ["新品计划", "老品计划"]),
        (("全部计划,140,14,30", "老品计划,90,9,20", "新品计划,50,5,10"), ["新品计划", "老品计划"]),
    ],
)
def test_a_plan_without_an_id_may_be_called_like_the_shop(read_text, rows, kept):
    table = read_text(
        "计划报表.csv", "日期,计划名字,展现量,点击量,花费", *(f"2026-11-20,{row}" for row in rows)
    )
    assert sorted(table.frame["ad_plan_name"]) == sorted(kept)


def test_units_of_plans_are_a_level_of_their_own(read_text):
    table = read_text("单元报表.csv", "日期,计划ID,单元ID,展现量,点击量,花费", "2026-11-20,81,91,90,9,20")
    assert table.frame["level"].tolist() == ["unit"]
