"""The gate's limits on typed days: how far is far, how few are too few, which days nothing holds."""

import numpy as np
import pandas as pd
import pytest

from shopbook.history import gate
from shopbook.history.gate import Gate
from shopbook.home import Home
from shopbook.read import ExportTable
from shopbook.read.export import Provenance

DAY = pd.Timestamp("2026-10-21")  # an ordinary Wednesday
WEDNESDAYS = [DAY - pd.Timedelta(weeks=back) for back in range(1, 5)]


class History:
    """A store of typed frames by shop and kind."""

    def __init__(self, frames):
        self.frames = frames

    def shops(self):
        return sorted({shop for shop, _ in self.frames})

    def kinds(self, shop):
        return [kind for owner, kind in self.frames if owner == shop]

    def days(self, shop, kind):
        rows = self.frames.get((shop, kind))
        return sorted({stamp.date() for stamp in rows["date"]}) if rows is not None else []

    def read(self, shop, kind, first, last, columns):
        rows = self.frames[shop, kind]
        return rows.loc[rows["date"] >= pd.Timestamp(first), [name for name in columns if name in rows]]


def gate_of(tmp_path, **frames):
    """The gate of shop a; frames are named shop__kind."""
    held = {tuple(name.split("__")): rows for name, rows in frames.items()}
    return Gate(Home(tmp_path, tmp_path / "data"), "a", History(held))


def days(visitors, dates=WEDNESDAYS, **columns):
    rows = {"date": pd.DatetimeIndex(dates), "visitors": visitors, "pay_buyers": 30.0, "pay_amount": 3e3}
    return pd.DataFrame(rows | columns)


def items(count, dates=WEDNESDAYS, amount=10.0, first=100):
    return pd.DataFrame(
        [(date, str(first + number), amount) for date in dates for number in range(count)],
        columns=["date", "item_id", "pay_amount"],
    )


def file(kind, frame, container="csv"):
    values = {name: frame[name].to_numpy() for name in frame}
    return ExportTable(
        kind, values, (), Provenance("f", "0" * 64, container, "utf-8", ",", (), 1, len(frame))
    )


def codes(found, table):
    return [problem.code for problem in found.doubts(table)]


def test_the_distance_is_the_mean_of_what_both_know():
    usual = pd.Series({"visitors": 100.0, "pay_amount": 10.0, "pay_buyers": 0.0})
    assert gate._distance(pd.Series({"visitors": 200.0, "pay_amount": 10.0}), usual) == pytest.approx(
        np.log(2) / 2
    )
    assert gate._distance(pd.Series({"visitors": 50.0}), usual) == pytest.approx(np.log(2))
    assert gate._distance(pd.Series({"pay_buyers": 5.0, "visitors": 0.0, "other": 9.0}), usual) == 0.0


@pytest.mark.parametrize(
    ("mine", "held"),
    [
        (2.05, True),
        (2.0, False),
        (1.95, False),
    ],  # times the shop's own Wednesdays; the other shop's are as much as the file's
)
def test_a_day_is_another_shops_beyond_twice_the_own_days(tmp_path, mine, held):
    only = {"pay_buyers": 30.0 * mine, "pay_amount": 3e3 * mine}
    found = gate_of(tmp_path, a__shop_daily=days(1e3), b__shop_daily=days(1e3 * mine, **only))
    assert codes(found, file("shop_daily", days(1e3 * mine, [DAY], **only))) == ["other_shop"] * held


@pytest.mark.parametrize(("near", "held"), [(1.24, True), (1.26, False), (1 / 1.24, True), (1 / 1.26, False)])
def test_another_shops_days_must_be_near(tmp_path, near, held):
    far = {"pay_buyers": 300.0, "pay_amount": 3e4}
    other = {name: value * near for name, value in far.items()}
    found = gate_of(tmp_path, a__shop_daily=days(1e3), b__shop_daily=days(1e4 * near, **other))
    assert codes(found, file("shop_daily", days(1e4, [DAY], **far))) == ["other_shop"] * held


@pytest.mark.parametrize(("weeks", "held"), [(4, True), (3, False)])
def test_four_same_weekdays_of_the_shop_must_be_known(tmp_path, weeks, held):
    far = {"pay_buyers": 300.0, "pay_amount": 3e4}
    found = gate_of(tmp_path, a__shop_daily=days(1e3, WEDNESDAYS[:weeks]), b__shop_daily=days(1e4, **far))
    assert codes(found, file("shop_daily", days(1e4, [DAY], **far))) == ["other_shop"] * held


@pytest.mark.parametrize(("times", "held"), [(2.05, True), (1 / 2.05, True), (2.0, False)])
def test_a_stored_day_is_contradicted_beyond_twice_its_figures(tmp_path, times, held):
    found = gate_of(tmp_path, a__shop_daily=days(1e3, [DAY]))
    new = {"pay_buyers": 30.0 * times, "pay_amount": 3e3 * times}
    told = found.doubts(file("shop_daily", days(1e3 * times, [DAY], **new)))
    assert [each.code for each in told] == ["contradicts"] * held
    if held:
        assert told[0].values["old"] == "1,000"
        assert told[0].values["new"] == f"{1e3 * times:,.10g}"


def test_a_contradiction_names_the_first_figure_that_both_know(tmp_path):
    found = gate_of(tmp_path, a__shop_daily=days(0.0, [DAY], pay_buyers=10.0))
    told = found.doubts(file("shop_daily", days(5.0, [DAY], pay_buyers=90.0, pay_amount=2.7e4)))
    assert (told[0].values["old"], told[0].values["new"]) == ("10", "90")


@pytest.mark.parametrize(("day", "held"), [("2026-11-11", False), ("2026-10-21", True)])
def test_no_size_holds_a_day_of_an_event(tmp_path, day, held):
    stamp = pd.Timestamp(day)
    found = gate_of(tmp_path, a__shop_daily=days(1e3, [stamp]))
    new = days(9e3, [stamp], pay_buyers=270.0, pay_amount=2.7e4)
    assert codes(found, file("shop_daily", new)) == ["contradicts"] * held


def campaign(root, text):
    (root / "params" / "campaigns").mkdir(parents=True)
    (root / "params" / "campaigns" / "own.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("first", "last", "held"), [("21", "22", False), ("20", "21", False), ("19", "20", True)]
)
def test_no_size_holds_a_day_of_an_own_campaign(tmp_path, first, last, held):
    campaign(
        tmp_path, f"name: own\nshops: [a]\nphases:\n  peak: [2026-10-{first}, 2026-10-{last}]\n"
    )  # fmt: skip
    found = gate_of(tmp_path, a__shop_daily=days(1e3, [DAY]))
    new = days(9e3, [DAY], pay_buyers=270.0, pay_amount=2.7e4)
    assert codes(found, file("shop_daily", new)) == ["contradicts"] * held


# -- ids


@pytest.mark.parametrize(
    ("own", "shared", "fresh", "held"),
    [(3, 2, 2, True), (3, 2, 3, False), (2, 4, 0, False), (3, 3, 0, True), (3, 2, 0, False)],
)
def test_ids_hold_a_file_when_half_are_the_other_shops_and_none_the_own(tmp_path, own, shared, fresh, held):
    found = gate_of(tmp_path, a__item_daily=items(own, first=100), b__item_daily=items(4, first=200))
    mixed = pd.concat([items(shared, [DAY], first=200), items(fresh, [DAY], first=900)])
    assert codes(found, file("stock", mixed[["date", "item_id"]])) == ["other_shop"] * held


def test_one_own_id_is_enough_to_be_the_own_file(tmp_path):
    found = gate_of(tmp_path, a__item_daily=items(3, first=100), b__item_daily=items(4, first=200))
    mixed = pd.concat([items(4, [DAY], first=200), items(1, [DAY], first=100)])
    assert codes(found, file("stock", mixed[["date", "item_id"]])) == []


def test_ids_of_ten_weeks_are_known_and_no_older_ones(tmp_path):
    newest = items(3, [DAY], first=300)
    for back, held in ((70, True), (71, False)):
        other = pd.concat([items(3, [DAY], first=400), items(3, [DAY - pd.Timedelta(days=back)], first=200)])
        found = gate_of(tmp_path, a__item_daily=newest, b__item_daily=other)
        table = file("stock", items(3, [DAY], first=200)[["date", "item_id"]])
        assert codes(found, table) == ["other_shop"] * held


def test_a_file_that_is_held_says_how_many_of_its_ids_are_the_other_shops(tmp_path):
    found = gate_of(tmp_path, a__item_daily=items(3, first=100), b__item_daily=items(4, first=200))
    mixed = pd.concat([items(3, [DAY], first=200), items(2, [DAY], first=900)])
    [told] = found.doubts(file("stock", mixed[["date", "item_id"]]))
    assert (told.values["count"], told.values["total"], told.values["shop"]) == (3, 5, "b")


def test_names_of_agents_tell_whose_a_service_report_is_and_a_table_without_them_nothing(tmp_path):
    def agents(*names):
        return pd.DataFrame({"date": DAY, "cs_agent": names})

    mine, other = agents("a", "b", "c", ""), agents("x", "y", "z")
    asked = file("service", agents("x", "y", "z", ""))
    assert codes(gate_of(tmp_path, a__service=mine, b__service=other), asked) == ["other_shop"]
    assert codes(gate_of(tmp_path, a__stock=items(3), b__service=other), asked) == []
    bare = other.drop(columns="cs_agent")
    assert codes(gate_of(tmp_path, a__service=mine, b__service=bare), asked) == []
    assert codes(gate_of(tmp_path, a__service=bare, b__service=other), asked) == []


# -- what is usual


FAR = {"pay_buyers": 300.0, "pay_amount": 3e4}


@pytest.mark.parametrize(("back", "held"), [(70, True), (77, False)])
def test_ten_weeks_of_days_are_usual_and_no_older_ones(tmp_path, back, held):
    # The newest day is stored too, and is no evidence of itself: the fourth Wednesday is the oldest.
    dates = [*WEDNESDAYS[:3], DAY - pd.Timedelta(days=back), DAY - pd.Timedelta(days=1)]
    newest = [*dates[:-1], DAY]
    other = days(1e4, WEDNESDAYS, **FAR)
    found = gate_of(tmp_path, a__shop_daily=days(1e3, newest), b__shop_daily=other)
    assert found._distance("a", "shop_daily", DAY, days(1e4, [DAY], **FAR).iloc[0].drop("date")) == (
        pytest.approx(np.log(10)) if held else None
    )


def test_a_weekday_is_held_against_its_own_weekday(tmp_path):
    thursdays = [each + pd.Timedelta(days=1) for each in WEDNESDAYS]
    shop = pd.concat([days(1e3), days(1e4, thursdays, **FAR)])
    found = gate_of(tmp_path, a__shop_daily=shop, b__shop_daily=days(1e4, **FAR))
    assert codes(found, file("shop_daily", days(1e4, [DAY], **FAR))) == ["other_shop"]
    assert codes(found, file("shop_daily", days(1e4, [DAY + pd.Timedelta(days=1)], **FAR))) == []


def test_a_day_that_says_what_is_stored_was_judged_when_it_came(tmp_path):
    odd = days(1e4, [DAY], pay_buyers=np.nan, pay_amount=3e4)
    found = gate_of(
        tmp_path, a__shop_daily=pd.concat([days(1e3), odd]), b__shop_daily=days(1e4, **FAR)
    )  # fmt: skip
    assert codes(found, file("shop_daily", odd)) == []
    assert codes(found, file("shop_daily", odd.assign(pay_buyers=300.0))) == ["other_shop"]


def test_the_other_file_is_held_against_what_is_usual_without_the_day_itself(tmp_path):
    # Items usually sell all of the shop; on the stored day a tenth, which its own new file must not excuse.
    dates = WEDNESDAYS[:2]
    shop = days(1e3, [*dates, DAY])
    sold = pd.concat([items(1, dates, amount=3e3), items(1, [DAY], amount=300.0)])
    found = gate_of(tmp_path, a__shop_daily=shop, a__item_daily=sold)
    assert codes(found, file("item_daily", items(1, [DAY], amount=8.9e3))) == []
    assert codes(found, file("item_daily", items(1, [DAY], amount=9.1e3))) == ["contradicts"]
    shop_file = file("shop_daily", days(1e3, [DAY], pay_amount=99.0))
    assert "contradicts" in codes(found, shop_file)


# -- the other file of the day


@pytest.mark.parametrize(("amount", "held"), [(9.1e3, True), (9e3, False), (10.0, False)])
def test_items_that_sell_three_times_their_shop_contradict_it(tmp_path, amount, held):
    found = gate_of(tmp_path, a__shop_daily=days(1e3, [DAY]))
    assert codes(found, file("item_daily", items(1, [DAY], amount=amount))) == ["contradicts"] * held


@pytest.mark.parametrize(("amount", "held"), [(990.0, True), (1000.0, False), (9e5, False)])
def test_a_shop_that_sells_a_third_of_its_items_contradicts_them(tmp_path, amount, held):
    found = gate_of(tmp_path, a__item_daily=items(3, [DAY], amount=1e3))
    new = days(np.nan, [DAY], pay_buyers=np.nan, pay_amount=amount)
    assert codes(found, file("shop_daily", new)) == ["contradicts"] * held


@pytest.mark.parametrize(("known", "held"), [(3, True), (2, False)])
def test_the_usual_share_of_the_items_counts_from_three_days_on(tmp_path, known, held):
    # Items usually sell a tenth of the shop; half of it is five times that.
    dates = WEDNESDAYS[:known]
    shop = days(1e3, [*dates, DAY])
    found = gate_of(tmp_path, a__shop_daily=shop, a__item_daily=items(1, dates, amount=300.0))
    assert codes(found, file("item_daily", items(1, [DAY], amount=1500.0))) == ["contradicts"] * held


# -- rows


@pytest.mark.parametrize(
    ("usual", "known", "count", "held"),
    [(30, 4, 9, True), (30, 4, 10, False), (30, 3, 9, False), (20, 4, 6, True), (19, 4, 6, False)],
)
def test_a_third_of_the_usual_rows_is_too_few(tmp_path, usual, known, count, held):
    found = gate_of(tmp_path, a__item_daily=items(usual, WEDNESDAYS[:known]))
    told = found.doubts(file("item_daily", items(count, [DAY])))
    assert [each.code for each in told] == ["few_rows"] * held
    if held:
        assert (told[0].values["count"], told[0].values["usual"]) == (count, usual)


def test_few_rows_of_a_stored_day_or_of_a_workbook_hold_nothing(tmp_path):
    found = gate_of(tmp_path, a__item_daily=items(30, [*WEDNESDAYS, DAY]))
    assert codes(found, file("item_daily", items(5, [DAY]))) == []
    found = gate_of(tmp_path, a__item_daily=items(30))
    assert codes(found, file("item_daily", items(5, [DAY]), container="xlsx")) == []


# -- notes


@pytest.mark.parametrize(
    ("kind", "category", "found", "told"),
    [("market", "cups", ["pots"], True), ("market", "cups", ["pots", "cups"], False),
     ("market", "", ["pots"], False), ("market", "cups", [""], False), ("peers", "cups", ["pots"], False)],
)  # fmt: skip
def test_a_market_is_told_when_it_holds_nothing_of_the_shops_category(tmp_path, kind, category, found, told):
    asked = Gate(Home(tmp_path, tmp_path / "data"), "a", History({}), category)
    assert bool(asked.notes(file(kind, pd.DataFrame({"category": found})))) is told


def test_a_shop_alone_is_held_against_no_other(tmp_path):
    assert gate_of(tmp_path, a__shop_daily=days(1.0)).others == []
    assert gate_of(tmp_path, a__shop_daily=days(1.0), b__stock=items(1)).others == ["b"]
