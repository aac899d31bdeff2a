"""The analyst's tools: SQL over the history and the parameter panel."""

import importlib
import sys

import pandas as pd
import pytest

from shopbook import workbook
from shopbook.errors import HistoryError, ParamsError
from shopbook.params import FAMILIES
from shopbook.text import speaking


class History:
    """A store of two shops and two days."""

    def shops(self):
        return ["a", "b"]

    def kinds(self, shop):
        return ["shop_daily"] if shop == "a" else ["shop_daily", "peers"]

    def days(self, shop, kind):
        return [day.date() for day in pd.to_datetime(["2026-11-19", "2026-11-20"])]

    def read(self, shop, kind):
        days = pd.to_datetime(["2026-11-19", "2026-11-20"])
        return pd.DataFrame({"date": days, "pay_amount": [10.0, 20.0 if shop == "a" else 40.0]})


@pytest.fixture(autouse=True)
def history(monkeypatch):

    for name in ("sql", "panel"):
        module = importlib.import_module(f"shopbook.workbook.{name}")
        monkeypatch.setattr(module, "Store", lambda root: History())


def test_a_query_sees_every_shop():
    found = workbook.sql("select shop, sum(pay_amount) as amount from shop_daily group by shop order by shop")
    assert found.to_dict("list") == {"shop": ["a", "b"], "amount": [30.0, 50.0]}


def test_a_wrong_query_names_the_tables():
    with pytest.raises(HistoryError, match="peers, shop_daily"):
        workbook.sql("select nothing from nowhere")


def test_a_query_cannot_read_files_or_write_them(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(HistoryError):
        workbook.sql(f"select * from read_csv('{secret.as_posix()}')")
    with pytest.raises(HistoryError):
        workbook.sql(f"copy shop_daily to '{(tmp_path / 'out.csv').as_posix()}'")
    assert not (tmp_path / "out.csv").exists()


def test_without_duckdb_the_cure_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(HistoryError, match=r"pip install duckdb"):
        workbook.sql("select 1")


def test_without_ipywidgets_the_cure_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ParamsError, match=r"pip install ipywidgets"):
        workbook.panel("daily")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_panel_holds_the_parameters_of_the_family(family):
    assert set(workbook.panel(family).values) == set(FAMILIES[family].model_fields)


@pytest.mark.parametrize(("lang", "label"), [("zh", "报告日"), ("en", "Report day")])
def test_the_panel_is_in_the_readers_language(lang, label):
    with speaking(lang):
        labels = {widget.tooltip: widget.description for widget in workbook.panel("daily").box.children}
    assert labels["date"] == label


@pytest.mark.parametrize("family", FAMILIES)
def test_every_parameter_of_the_panel_has_a_label(family):
    assert [widget.tooltip for widget in workbook.panel(family).box.children
            if widget.description == widget.tooltip] == []  # fmt: skip


def test_the_panel_writes_what_the_cells_read():
    panel = workbook.panel("daily").choose(shop="b", date="2026-11-19", window_days=14)
    cells = {"shop": "demo", "other": 1}
    panel.write(cells)
    assert (cells["shop"], cells["date"], cells["window_days"], cells["other"]) == ("b", "2026-11-19", 14, 1)


def test_a_value_that_does_not_hold_is_refused():
    with pytest.raises(ParamsError, match="window_days"):
        workbook.panel("daily").choose(window_days=-3)


def test_an_unknown_family_is_named():
    with pytest.raises(ParamsError, match="'dayly'"):
        workbook.panel("dayly")
