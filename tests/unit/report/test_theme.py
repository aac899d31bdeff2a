"""Fonts, colours and the texts drawn on charts."""

import matplotlib as mpl
import pytest

from shopbook.report import svg, theme
from shopbook.report.theme import drawable, shortened, wrapped


@pytest.fixture(autouse=True)
def _china() -> object:
    yield
    theme.apply("red_up")


def test_red_is_up_unless_the_shop_says_otherwise() -> None:
    assert theme.toward(0.1) == "#C8102E"
    theme.apply("green_up")
    assert theme.toward(0.1) == "#0B6E6E"


def test_an_unknown_pair_of_colours_is_named() -> None:
    with pytest.raises(ValueError, match="'rainbow'"):
        theme.apply("rainbow")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("保温杯 316", "保温杯 316", id="plain"),
        pytest.param("a\u202eb\u200dc\x07", "abc", id="control and direction marks go"),
        pytest.param("龘\U0002a6d6", "龘□", id="a character outside GBK becomes a box"),
        pytest.param("两\n行", "两 行", id="one line"),
    ],
)
def test_what_the_fonts_lack_is_replaced(text: str, expected: str) -> None:
    assert drawable(text) == expected


def test_a_long_title_ends_in_an_ellipsis_within_its_width() -> None:
    assert drawable("超长商品标题" * 50, 10) == "超长商品标题超长商…"
    assert theme.width(shortened("abc超长商品标题", 5)) <= 5


def test_a_title_breaks_into_two_lines_and_no_more() -> None:
    assert wrapped("一二三四五六七八九十" * 3, 10).splitlines() == [
        "一二三四五六七八九十",
        "一二三四五六七八九…",
    ]


def test_every_gbk_character_can_be_drawn() -> None:
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    level_one_and_two = "".join(pair.decode("gbk", errors="ignore") for pair in pairs)
    drawn = [char for char in level_one_and_two if not "\ue000" <= char <= "\uf8ff"]
    assert len(drawn) > 6700
    assert "□" not in drawable("".join(drawn))


def test_dollar_signs_are_text_and_another_theme_does_not_stay() -> None:
    mpl.rcParams["font.family"] = ["serif"]
    fig = theme.new_figure()
    fig.text(0, 0.5, "$x$ ¥ 保温杯")
    assert mpl.rcParams["font.family"] == theme.FAMILY
    assert "<svg" in svg.figure_svg(fig)
    assert mpl.rcParams["text.parse_math"] is False
