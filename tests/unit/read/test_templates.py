"""Every template reads back as its own kind."""

import pytest

from shopbook.errors import ParamsError
from shopbook.read import TEMPLATE_KINDS, check, template


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_template_is_accepted_as_it_is(tmp_path, kind, encoding):
    path = tmp_path / "filled.csv"
    path.write_text(template(kind), encoding=encoding)
    seen = check(path)
    assert (seen.ok, seen.kind, seen.rows) == (True, kind, 1)


def test_a_platform_kind_says_where_to_download_it():
    with pytest.raises(ParamsError, match="生意参谋"):
        template("shop_daily")


def test_an_unknown_kind_lists_the_templates():
    with pytest.raises(ParamsError, match="market"):
        template("nothing")


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("stock", "2026-11-20,600000000001,9,30,,"),
        ("item_tags", "600000000001,裙,引流款,"),
        ("campaign_items", "双12,600000000001,9,12,5"),
        ("item_codes", "600000000001,K1"),
    ],
)
def test_the_example_row_above_ones_own_is_no_data(read_text, kind, own):
    table = read_text(f"{kind}.csv", *template(kind).splitlines(), own)
    assert table.frame["item_id"].tolist() == ["600000000001"]
    assert any(problem.code == "example_row" for problem in table.problems)
