"""Which days a campaign touched, and what is odd about its dates."""

import datetime as dt

import pytest

from shopbook.analysis.campaign_windows import apart_from, campaign_windows, phase_doubts

LATER = dt.date(2026, 12, 31)


def _day(text):
    return dt.date.fromisoformat(f"2026-{text}")


def _phases(**spans):
    return {name: tuple(_day(end) for end in span.split()) for name, span in spans.items()}


FULL = _phases(
    build_up="10-01 10-10", presale="10-08 10-12", warm_up="10-11 10-13", peak="10-14 10-16",
    encore="10-17 10-18", cool_down="10-19 10-25",
)  # fmt: skip


@pytest.mark.parametrize(
    ("phases", "base_last", "gross", "net"),
    [
        pytest.param(
            FULL, "09-30", "10-11 10-18", "10-08 11-01", id="all phases: 14 days after, though 7 named"
        ),
        pytest.param(_phases(peak="10-14 10-16"), "10-13", "10-14 10-16", "10-14 10-30", id="main days only"),
        pytest.param(
            _phases(warm_up="10-11 10-13", peak="10-14 10-16", cool_down="10-17 11-15"),
            "10-10", "10-11 10-16", "10-11 11-15", id="a longer cool-down is kept",
        ),
        pytest.param(
            _phases(presale="10-01 10-10", peak="10-14 10-16"),
            "09-30", "10-14 10-16", "10-01 10-30", id="the base ends before the presale",
        ),
    ],
)  # fmt: skip
def test_windows(phases, base_last, gross, net):
    found = campaign_windows(phases, LATER)
    assert found.base_last == _day(base_last)
    assert found.gross == tuple(_day(end) for end in gross.split())
    assert found.net == tuple(_day(end) for end in net.split())
    assert (found.gross_open, found.net_open, found.missing_days) == (False, False, 0)


def test_a_campaign_that_ended_yesterday_has_a_gross_but_no_final_net():
    found = campaign_windows(FULL, _day("10-19"))
    assert (found.gross_open, found.net_open, found.missing_days) == (False, True, 13)
    assert found.net[1] == _day("10-19")


def test_a_running_campaign_is_cut_at_the_last_complete_day():
    found = campaign_windows(FULL, _day("10-15"))
    assert found.gross_open
    assert found.gross == (_day("10-11"), _day("10-15"))


def test_a_campaign_that_has_not_begun_is_refused_with_its_day():
    with pytest.raises(ValueError, match="2026-10-01"):
        campaign_windows(FULL, _day("09-20"))


def test_a_cool_down_alone_is_no_campaign():
    with pytest.raises(ValueError, match="cool_down"):
        campaign_windows(_phases(cool_down="10-19 10-25"), LATER)


def test_reversed_dates_are_put_in_order_and_said():
    phases = _phases(peak="10-16 10-14")
    assert campaign_windows(phases, LATER).gross == (_day("10-14"), _day("10-16"))
    assert [doubt.code for doubt in phase_doubts(phases)] == ["reversed_dates"]


def test_phases_that_share_days_are_said_with_their_number():
    shared = [doubt for doubt in phase_doubts(FULL) if doubt.code == "overlapping_phases"]
    assert [(d.values["phase"], d.values["other"], d.values["days"]) for d in shared] == [
        ("build_up", "presale", 3),
        ("presale", "warm_up", 2),
    ]


def test_a_campaign_inside_anothers_cool_down_is_said():
    earlier = campaign_windows(_phases(peak="10-01 10-03"), LATER)
    own = campaign_windows(_phases(warm_up="10-10 10-12", peak="10-13 10-15"), LATER)
    windows, (doubt,) = apart_from(own, {"early": earlier})
    assert (doubt.values["campaign"], doubt.values["into"]) == ("early", "gross")
    assert windows.shared == ("gross", "net")


def test_a_campaign_that_begins_ten_days_after_ends_the_net_window():
    own = campaign_windows(_phases(warm_up="10-01 10-02", peak="10-03 10-05"), LATER)
    later = campaign_windows(_phases(warm_up="10-16 10-17", peak="10-18 10-20"), LATER)
    windows, (doubt,) = apart_from(own, {"late": later})
    assert (windows.cut, windows.shared, windows.days_after) == (True, (), 10)
    assert doubt.values["into"] == "after"


def test_a_campaign_that_begins_three_days_after_leaves_gross_and_stops_net():
    own = campaign_windows(_phases(peak="10-03 10-05"), LATER)
    later = campaign_windows(_phases(peak="10-09 10-10"), LATER)
    windows, _ = apart_from(own, {"late": later})
    assert windows.shared == ("net",)
    assert windows.gross == own.gross


def test_singles_day_and_double_twelve_stand_apart():
    first = campaign_windows(_phases(warm_up="11-08 11-10", peak="11-11 11-11"), LATER)
    second = campaign_windows(_phases(warm_up="12-09 12-11", peak="12-12 12-12"), LATER)
    assert apart_from(first, {"b": second}) == (first, [])
    assert apart_from(second, {"a": first}) == (second, [])


def test_a_campaign_long_before_raises_no_doubt():
    earlier = campaign_windows(_phases(peak="08-01 08-03"), LATER)
    windows = campaign_windows(FULL, LATER)
    assert apart_from(windows, {"early": earlier}) == (windows, [])
