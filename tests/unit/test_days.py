"""Days and the calendar."""

import datetime as dt

import pytest

from shopbook import days
from shopbook.errors import ParamsError

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize("text", ["2026-13-01", "20261120", "2026-11-31", "yesterday", " 2026-11-20"])
def test_a_bad_day_is_named(text):
    with pytest.raises(ParamsError, match="2026-11-20") as error:
        days.parse_day(text)
    assert error.value.values["found"] == text


def test_the_running_day_is_not_complete():
    known = [DAY - dt.timedelta(days=back) for back in range(3)]
    assert days.newest_complete_day(known, before=DAY) == dt.date(2026, 11, 19)
    assert days.newest_complete_day([], before=DAY) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-11-20T15:59:00+00:00", DAY), ("2026-11-20T16:00:00+00:00", DAY + days.ONE_DAY)],
)
def test_today_is_the_shops_not_the_servers(moment, expected):
    assert days.today("Asia/Shanghai", dt.datetime.fromisoformat(moment)) == expected


def test_same_weekdays_are_four_weeks_back():
    assert [day.isoformat() for day in days.same_weekdays(DAY)] == [
        "2026-10-23",
        "2026-10-30",
        "2026-11-06",
        "2026-11-13",
    ]


def test_double_eleven_and_golden_week_are_special():
    calendar = days.calendar(2026, 2026)
    special = calendar.special_days(dt.date(2026, 9, 28), dt.date(2026, 11, 30))
    assert dt.date(2026, 11, 11) in special
    assert {dt.date(2026, 10, day) for day in range(1, 8)} <= special
    assert DAY not in special


def test_spring_festival_moves_with_the_moon():
    assert days.lunar_day(2026, 1, 1) == dt.date(2026, 2, 17)
    assert days.lunar_day(2027, 1, 1) == dt.date(2027, 2, 6)
    event = next(each for each in days.calendar(2027, 2027).events if each.id == "spring")
    assert event.first == dt.date(2027, 2, 6)


def test_an_unpublished_holiday_list_degrades_with_a_note():
    calendar = days.calendar(2026, 2035)
    assert 2026 not in calendar.unpublished
    assert 2035 in calendar.unpublished
    assert calendar.is_special(dt.date(2035, 10, 1)), "statutory days are known without the arrangement"
