"""The frames of a shop: every kind there is has its columns, whatever the shop exported or the page named."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.history.store import Store
from shopbook.read.exports import KINDS
from shopbook.workbook.frames import ShopFrames


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_not_there_is_its_columns_without_rows(tmp_path, kind):
    frame = ShopFrames(Store(tmp_path), "a", dt.date(2026, 11, 20), ("shop_daily",), "小花")[kind]
    assert frame.empty
    assert len(frame.columns)


def test_what_is_no_kind_is_no_frame(tmp_path):
    with pytest.raises(KeyError):
        ShopFrames(Store(tmp_path), "a", dt.date(2026, 11, 20), ())["nothing"]


def test_the_own_shop_under_its_name_is_no_rival(tmp_path, monkeypatch):
    rows = pd.DataFrame(
        {"entity_type": ["shop", "shop", "item"], "entity": ["小花", "甲", "小花"], "value": [1.0, 2.0, 3.0]}
    )
    monkeypatch.setattr(Store, "read", lambda *given, **named: rows)
    found = ShopFrames(Store(tmp_path), "a", dt.date(2026, 11, 20), (), "小花")["rivals"]
    assert found["entity"].tolist() == ["self", "甲", "小花"]
