"""The lifecycle facade on a written history: an old day keeps its answer, a restated history is said."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shopbook.findings.facts import PAST
from shopbook.findings.finding import Report
from shopbook.history.store import Store
from shopbook.read import ExportTable
from shopbook.read.export import Provenance
from shopbook.workbook import lifecycle
from shopbook.workbook.item_frames import LifecycleFrames

FIRST = pd.Timestamp("2026-06-01")
WEEKS = 12


pytestmark = pytest.mark.usefixtures("english")


def item_days(weeks: int = WEEKS, factor: float = 1.0) -> pd.DataFrame:
    days = pd.date_range(FIRST, periods=7 * weeks)
    growth = np.repeat(np.r_[np.ones(6), np.exp(0.15 * np.arange(1, weeks - 5))], 7)
    rows = []
    for number in range(6):
        visitors = 100.0 + number if number else 100.0 * growth**factor
        rows.append(
            pd.DataFrame(
                {
                    "date": days,
                    "item_id": f"00{number}",
                    "item_name": f"<b>Cup</b> {number}",
                    "item_visitors": visitors,
                    "pay_buyers": 3.0,
                    "pay_units": 3.0,
                    "pay_amount": 150.0,
                }
            )
        )
    return pd.concat(rows, ignore_index=True).sort_values(["date", "item_id"], ignore_index=True)


def shop_days(weeks: int = WEEKS) -> pd.DataFrame:
    days = pd.date_range(FIRST, periods=7 * weeks)
    return pd.DataFrame({"date": days, "visitors": 900.0, "pay_buyers": 18.0, "pay_amount": 900.0})


def write(home: Path, kind: str, frame: pd.DataFrame) -> None:
    made = Provenance(f"{kind}.csv", "0" * 64, "csv", "utf-8", ",", (), 1, len(frame))
    Store(home / "data" / "history").write("demo", ExportTable(kind, dict(frame.items()), (), made))


@pytest.fixture
def home(tmp_path) -> Path:
    (tmp_path / "params").mkdir()
    write(tmp_path, "shop_daily", shop_days())
    write(tmp_path, "item_daily", item_days())
    return tmp_path


def stages(home: Path, day: str, notebook: str = "overview") -> dict[str, str]:
    report = lifecycle.load("demo", day, str(home), "en", notebook=notebook).report
    return {row["item_id"]: row["stage"] for row in report.tables["stages"]}


def published(home: Path, report: Report) -> None:
    folder = home / "data" / "reports" / "demo" / report.date / "product_lifecycle"
    folder.mkdir(parents=True)
    (folder / "overview.findings.json").write_text(json.dumps(report.to_json()), encoding="utf-8")


def test_ids_stay_text_and_the_growing_item_is_found(home):
    assert stages(home, "2026-08-23")["000"] == "growth"


def test_an_old_day_gives_the_old_answer(home, tmp_path_factory):
    early = tmp_path_factory.mktemp("early")
    (early / "params").mkdir()
    write(early, "shop_daily", shop_days(9))
    write(early, "item_daily", item_days()[lambda rows: rows["date"] < FIRST + pd.Timedelta(weeks=9)])
    assert stages(early, "2026-08-02") == stages(home, "2026-08-02")


def test_without_visitors_the_sentences_speak_of_units(home):
    grown = item_days()
    factor = np.where(grown["item_id"] == "000", grown["item_visitors"] / 100, 1.0)
    shutil.rmtree(home / "data" / "history" / "demo" / "item_daily")  # a day keeps the figures a file lacks
    write(home, "item_daily", grown.drop(columns="item_visitors").assign(pay_units=30.0 * factor))
    for day in ("2026-07-26", "2026-08-02", "2026-08-09", "2026-08-16"):
        items = lifecycle.load("demo", day, str(home), "en")
        moved = [one for one in items.report.findings if one.scope.get("stage") == "growth"]
        if moved:
            break
    assert "units sold a week" in moved[0].headline
    assert (moved[0].metric, moved[0].value is not None) == ("pay_units", True)
    assert "units a day" in items.chart_words("weekly").subtitle


def test_an_item_report_that_stopped_long_ago_is_late_not_missing(home):
    write(home, "shop_daily", shop_days(2 * WEEKS))
    report = lifecycle.load("demo", "2026-11-15", str(home), "en").report
    said = {one.code: one.text for one in report.warnings if one.scope.get("kind") == "item_daily"}
    assert "ends on 2026-08-23" in said["stale_source"]
    assert "missing_export" not in said


def test_a_restated_history_does_not_change_a_published_week_silently(home):
    told = lifecycle.load("demo", "2026-08-23", str(home), "en").report
    published(home, told)
    write(home, "item_daily", item_days(factor=0.0))
    again = lifecycle.load("demo", "2026-08-23", str(home), "en").report
    said = [one.text for one in again.warnings if one.code == "restated"]
    assert any("1 stage(s) published on 2026-08-23 would be others today" in text for text in said)


@pytest.mark.parametrize("notebook", sorted(lifecycle.PAGES))
def test_every_page_makes_a_report_without_the_other_exports(home, notebook):
    items = lifecycle.load("demo", "2026-08-23", str(home), "en", notebook=notebook)
    report = items.report
    json.dumps(report.to_json(), allow_nan=False)
    assert report.notebook == f"product_lifecycle/{notebook}"
    assert set(report.tables) == {"kpis", "stages", "ahead"} | (
        {"heroes"} if notebook == "overview" else set()
    )
    shown = {row["stage"] for row in report.tables["stages"]}
    assert shown == ({"growth", "stable"} if notebook == "overview" else {notebook} & {"growth", "stable"})
    assert "missing_export" in {one.code for one in report.warnings}
    tables = (items.stages, items.heroes, items.trials, items.growing, items.hits, items.rivals, items.stable)
    more = (
        items.roles,
        items.prices,
        items.cohorts,
        items.falling,
        items.clearance(),
        items.take_down,
    )
    assert all(isinstance(table, pd.DataFrame) for table in (*tables, *more))
    assert [len(items.growing), len(items.hits), len(items.trials)] == [1, 0, 0]


def test_a_falling_item_with_stock_has_a_clearance_and_a_day_can_be_asked_for(home):
    days = item_days()
    turned = days["item_visitors"].where(days["item_id"] != "000", 10_000 / days["item_visitors"])
    write(home, "item_daily", days.assign(item_visitors=turned))
    stock = pd.DataFrame({"date": [pd.Timestamp("2026-08-23")], "item_id": ["000"], "stock_units": [900.0]})
    write(home, "stock", stock.assign(unit_cost=20.0))
    items = lifecycle.load("demo", "2026-08-23", str(home), "en", notebook="decline")
    row = items.clearance("2026-12-01").iloc[0]
    assert (row["by"], row["sell_out"]) == ("2026-12-01", "2027-06-19")
    assert row["markdown"].endswith("%")


def test_buyers_of_a_month_and_who_came_back(home):
    bought = [
        ("2026-05-03", "x"),
        ("2026-05-20", "x"),
        ("2026-05-04", "y"),
        ("2026-06-09", "y"),
        ("2026-06-30", "z"),
    ]
    lines = pd.DataFrame(bought, columns=["date", "buyer"]).astype({"date": "datetime64[us]"})
    lines = lines.sort_values("date", ignore_index=True)
    lines = lines.assign(order_id=lines.index.astype(str), item_id="000", pay_amount=9.0, pay_units=1.0)
    write(home, "order_lines", lines)
    cohorts = lifecycle.load("demo", "2026-08-23", str(home), "en", notebook="stable").cohorts
    assert cohorts[["month", "buyers", "back_same_month", "back_next_month"]].values.tolist() == [
        ["2026-05", 2, 0.5, 1.0],
        ["2026-06", 1, 0.0, pytest.approx(np.nan, nan_ok=True)],
    ]
    assert cohorts["back_two_months"].isna().all(), "those months are not over in the data"


def test_the_past_read_in_steps_keeps_what_the_whole_past_says(home):
    days = pd.date_range(FIRST, periods=7 * WEEKS)
    rng = np.random.default_rng(1)
    stock = pd.DataFrame({"date": np.repeat(days, 6), "item_id": [f"00{n}" for n in range(6)] * len(days)})
    stock["stock_units"] = rng.integers(0, 4, len(stock)).astype(float)
    # Costs are filled in once, at the start, and corrected once for one item.
    stock["unit_cost"] = np.where(stock["date"] == days[0], 20.0, np.nan)
    stock.loc[(stock["date"] == days[9]) & (stock["item_id"] == "003"), "unit_cost"] = 21.0
    write(home, "stock", stock)
    store, last = Store(home / "data" / "history"), days[-1].date()
    frames = LifecycleFrames(store, "demo", last, ("stock", "item_daily", PAST))
    kept = frames["stock"]
    assert len(kept) < len(stock)
    assert kept.groupby("item_id")["unit_cost"].last().to_dict() == dict.fromkeys(
        (f"00{n}" for n in range(6)), 20.0
    ) | {"003": 21.0}
    empty = stock.loc[stock["stock_units"] <= 0, ["date", "item_id"]]
    shelves = kept.loc[kept["stock_units"] <= 0, ["date", "item_id"]].astype({"item_id": str})
    assert shelves.to_numpy().tolist() == empty.to_numpy().tolist()
    past, told = frames[PAST], item_days()
    assert past["item_id"].astype(str).tolist() == told["item_id"].tolist()
    assert past["item_visitors"].tolist() == told["item_visitors"].tolist()
