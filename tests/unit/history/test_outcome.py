"""What an import tells of what it did: the newest three days with other figures, what was healed or kept."""

import datetime as dt

import pytest

from shopbook.history.imported import Imported
from shopbook.history.outcome import Said, failed, told_of
from shopbook.history.restated import Restated

pytestmark = pytest.mark.usefixtures("english")


def day(number):
    return dt.date(2026, 11, number)


def restated(number, **more):
    held = {
        "cells": 2,
        "columns": ("visitors", "pay_amount"),
        "figures": {"visitors": (1000.0, 1100.5)},
    } | more
    return Restated("shop_daily", day(number) if number else None, "", "f.csv", **held)


def imported(*rows, healed=(), narrower=()):
    return Imported((), (), tuple(rows), True, {}, (), tuple(healed), tuple(narrower))


def test_of_the_days_with_other_figures_the_newest_three_are_told():
    told = told_of(imported(*(restated(number) for number in (1, 2, 3, 4))))
    assert [each.text.partition(":")[0] for each in told] == ["2026-11-02", "2026-11-03", "2026-11-04"]
    assert told[0].text == "2026-11-02: 2 figures replaced (Visitors: 1,000 → 1,100.5)."


def test_a_replaced_figure_names_its_row_and_an_unknown_one_is_a_dash():
    row = restated(1, key="7", figures={"visitors": (None, 5.0), "pay_amount": (1.0, 2.0)})
    assert told_of(imported(row))[0].text == "2026-11-01: 2 figures replaced (Visitors 7: – → 5)."
    undated = restated(0, figures={"visitors": ("a", "b")})
    assert told_of(imported(undated))[0].text == "2 figures replaced (Visitors: a → b)."


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "2026-11-01: replaced as a whole; other now: Visitors, Sales (GMV)."),
     (0, "takes the place of the sheet before; other now: Visitors, Sales (GMV).")],
)  # fmt: skip
def test_what_was_replaced_as_a_whole_names_its_columns(number, text):
    assert told_of(imported(restated(number, figures={})))[0].text == text


def test_what_was_healed_and_what_was_kept_come_first():
    told = told_of(imported(restated(1), healed=["2026-11-09"], narrower=["2026-11-01"]))
    assert [each.code for each in told] == ["healed", "narrower", "restated"]
    assert "2026-11-01" in told[1].text
    assert told_of(imported(narrower=[""]))[0].text.startswith("holds less than was stored:")
    assert told_of(imported()) == []


def test_what_the_operator_said_is_kept_in_words_and_his_yes_is_not():
    said = Said(item_id="7", day=day(1), yes=True)
    assert said.about == {"item_id": "7", "day": day(1), "attribution_days": None}
    assert said.told() == {"item_id": "7", "day": "2026-11-01"}


def test_a_file_that_could_not_be_stored_says_what_the_machine_said():
    assert "(OSError: disk full)" in failed(OSError("disk full")).text
