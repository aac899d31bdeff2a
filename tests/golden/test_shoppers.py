"""Rate and mix on public data (UCI online shoppers, May -> November): the numbers of docs/methods.md 2."""

from pathlib import Path

import pandas as pd
import pytest

from shopbook.analysis.compare import compare_rate
from shopbook.analysis.decompose import rate_causes, rate_mix
from shopbook.analysis.locate import scan

SESSIONS = Path(__file__).parents[1] / "data" / "online_shoppers" / "sessions.csv"


@pytest.fixture(scope="module")
def sessions() -> pd.DataFrame:
    return pd.read_csv(SESSIONS, dtype={"traffic_type": str})


def by(sessions: pd.DataFrame, month: str, column: str) -> pd.DataFrame:
    return sessions[sessions["month"].eq(month)].groupby(column)[["purchases", "sessions"]].sum()


def overall(sessions: pd.DataFrame, month: str) -> float:
    total = sessions[sessions["month"].eq(month)][["purchases", "sessions"]].sum()
    return total["purchases"] / total["sessions"]


def test_conversion_of_the_two_months(sessions):
    assert overall(sessions, "May") == pytest.approx(0.1085, abs=5e-5)
    assert overall(sessions, "Nov") == pytest.approx(0.2535, abs=5e-5)


@pytest.mark.parametrize(
    ("column", "rate", "mix"),
    [("traffic_type", 0.0971, 0.0479), ("visitor_type", 0.1397, 0.0053)],
)
def test_rate_and_mix(sessions, column, rate, mix):
    split = rate_mix(by(sessions, "Nov", column), by(sessions, "May", column)).sum()
    assert split["rate"] == pytest.approx(rate, abs=5e-5)
    assert split["mix"] == pytest.approx(mix, abs=5e-5)
    assert split.sum() == pytest.approx(overall(sessions, "Nov") - overall(sessions, "May"), rel=1e-9)


def test_causes_sum_to_the_change_of_conversion(sessions):
    total = (overall(sessions, "Nov"), overall(sessions, "May"))
    parts = rate_causes(by(sessions, "Nov", "traffic_type"), by(sessions, "May", "traffic_type"), total)
    assert sum(part.effect for part in parts) == pytest.approx(total[0] - total[1], abs=1e-12)
    assert next(part for part in parts if part.scope == {"factor": "mix"}).effect == pytest.approx(
        0.0479, abs=5e-5
    )


def test_the_rise_is_better_whatever_the_noise_of_a_month(sessions):
    now, before = (
        sessions[sessions["month"].eq(month)][["purchases", "sessions"]].sum() for month in ("Nov", "May")
    )
    assert compare_rate(tuple(now), tuple(before), days=(1, 1)).verdict == "better"


def test_new_visitors_kept_their_rate_while_returning_ones_more_than_doubled(sessions):
    one, zero = by(sessions, "Nov", "visitor_type"), by(sessions, "May", "visitor_type")
    cells = pd.concat([one.add_suffix("_now"), zero], axis=1).fillna(0).reset_index()
    cells.columns = ["visitor_type", "successes", "trials", "successes_before", "trials_before"]
    spots = scan(cells, ["visitor_type"], kind="rate", days=(1, 1)).spots
    assert [spot.scope for spot in spots] == [{"visitor_type": "New_Visitor"}]
    assert spots[0].ratio < 0.8
