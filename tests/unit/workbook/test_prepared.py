"""A report made from a day that was loaded before is the report made alone, warnings and stops included."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shopbook.history.store import Store
from shopbook.read import ExportTable
from shopbook.read.export import Provenance
from shopbook.text import speaking
from shopbook.workbook import daily, lifecycle, prepared

LAST = "2026-08-23"
DAYS = pd.date_range("2026-06-01", LAST)


@pytest.fixture(autouse=True)
def _english():
    with speaking("en"):
        yield
    prepared._kept.clear()


def write(home: Path, kind: str, frame: pd.DataFrame) -> None:
    made = Provenance(f"{kind}.csv", "0" * 64, "csv", "utf-8", ",", (), 1, len(frame))
    Store(home / "data" / "history").write("demo", ExportTable(kind, dict(frame.items()), (), made))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A shop whose first item ran out of stock and whose sources are of two shops, which stops verdicts."""
    tmp_path = tmp_path_factory.mktemp("home")
    (tmp_path / "params").mkdir()
    noise = np.random.default_rng(5)
    visitors = noise.poisson(900, len(DAYS)).astype(float)
    shop = {"date": DAYS, "visitors": visitors, "pay_buyers": visitors // 40, "pay_amount": visitors * 2}
    write(tmp_path, "shop_daily", pd.DataFrame(shop))
    items = pd.DataFrame(
        [(day, f"00{number}") for day in DAYS for number in range(6)], columns=["date", "item_id"]
    )
    count = noise.poisson(100, len(items)).astype(float)
    gone = (items["item_id"] == "000") & (items["date"] > DAYS[-4])
    items = items.assign(
        item_name="<b>Cup</b> " + items["item_id"],
        item_visitors=count,
        pay_buyers=np.where(gone, 0.0, count // 20),
        pay_units=np.where(gone, 0.0, count // 20),
        pay_amount=np.where(gone, 0.0, count),
    )
    write(tmp_path, "item_daily", items)
    stock = {
        "date": DAYS[-1:].repeat(6),
        "item_id": [f"00{n}" for n in range(6)],
        "stock_units": [0.0] + [9.0] * 5,
    }
    write(tmp_path, "stock", pd.DataFrame(stock))
    sources = pd.DataFrame(
        [(day, label) for day in DAYS for label in ("手淘搜索", "直通车")], columns=["date", "channel_label"]
    )
    sources["channel"] = sources["channel_label"]
    sources["shop"] = np.where(sources["channel"] == "直通车", "ours", "theirs")
    sources["visitors"] = noise.poisson(400, len(sources)).astype(float)
    sources = sources.assign(device="all", level=1, channel_detail="")
    write(tmp_path, "flow_source", sources)
    return tmp_path


@pytest.mark.parametrize("facade", [daily, lifecycle], ids=["daily", "product_lifecycle"])
def test_every_page_is_the_one_made_alone(home, facade):
    alone = {
        name: facade.load("demo", LAST, str(home), "en", notebook=name).report.to_json()
        for name in facade.PAGES
    }
    said = {one["code"] for report in alone.values() for one in report["warnings"]}
    assert {"stock_out", "mixed_shops"} & said
    facade.prepare("demo", LAST, str(home), "en", notebooks=list(facade.PAGES))
    [(key, loaded)] = prepared._kept.items()
    for name, report in alone.items():
        prepared._kept[key] = copy.deepcopy(loaded)  # as each fork has it
        assert facade.load("demo", LAST, str(home), "en", notebook=name).report.to_json() == report
        assert not prepared._kept


def test_a_stop_of_one_page_does_not_stop_another(home):
    daily.prepare("demo", LAST, str(home), "en", notebooks=list(daily.PAGES))
    kept = dict(prepared._kept)
    verdicts = {}
    for name in ("own", "checkup"):
        prepared._kept.update(kept)
        day = daily.load("demo", LAST, str(home), "en", notebook=name)
        verdicts[name] = day.facts.stops
    assert verdicts == {"own": ("*",), "checkup": ()}


def test_a_second_load_has_facts_of_its_own(home):
    daily.prepare("demo", LAST, str(home), "en", notebooks=["own", "brief"])
    first = daily.load("demo", LAST, str(home), "en", notebook="own")
    again = daily.load("demo", LAST, str(home), "en", notebook="own")
    assert again.facts is not first.facts
    assert again.report == first.report


def test_another_day_language_or_level_is_not_served(home):
    daily.prepare("demo", LAST, str(home), "en", notebooks=["own", "brief"])
    lifecycle.prepare("demo", LAST, str(home), "en", notebooks=["new", "hit"], hit_visitors=500)
    with speaking("zh"):
        assert daily.load("demo", LAST, str(home), "zh", notebook="own").report.lang == "zh"
    daily.load("demo", "2026-08-22", str(home), "en", notebook="own")
    lifecycle.load("demo", LAST, str(home), "en", notebook="hit", hit_visitors=900)
    assert len(prepared._kept) == 2
    lifecycle.load("demo", LAST, str(home), "en", notebook="hit", hit_visitors=500)
    assert len(prepared._kept) == 1
