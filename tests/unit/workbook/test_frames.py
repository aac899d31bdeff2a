"""The frames of a shop: every kind there is has its columns, whatever the shop exported or the page named."""

import datetime as dt

import pytest

from shopbook.history.store import Store
from shopbook.read.exports import KINDS
from shopbook.workbook.frames import ShopFrames


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_not_there_is_its_columns_without_rows(tmp_path, kind):
    frame = ShopFrames(Store(tmp_path), "a", dt.date(2026, 11, 20), ("shop_daily",))[kind]
    assert frame.empty
    assert len(frame.columns)


def test_what_is_no_kind_is_no_frame(tmp_path):
    with pytest.raises(KeyError):
        ShopFrames(Store(tmp_path), "a", dt.date(2026, 11, 20), ())["nothing"]
