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
