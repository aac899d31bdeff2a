"""A campaign's windows, its placebos and its effect, step by step on a model that is known."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.campaign_windows import Doubt, apart_from, campaign_windows, phase_doubts
from shopbook.analysis.did import difference_in_differences
from shopbook.analysis.local_level import Forecast
from shopbook.analysis.placebo import Placebos, calibration, crossed, log_effect, placebos
from shopbook.analysis.synthetic_control import RivalMix, donor_weights
from shopbook.analysis.uplift import best_uplift, uplift
from shopbook.analysis.uplift_effect import Effect, control_in_range

NAN = float("nan")
LATER = dt.date(2026, 12, 31)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def windows(through: dt.date = LATER, **phases: str):
    return campaign_windows(
        {name: tuple(day(end) for end in span.split()) for name, span in phases.items()}, through
    )


def ends(span) -> tuple[str, str]:
    return tuple(f"{each:%m-%d}" for each in span)


@pytest.mark.parametrize(
    ("through", "gross", "net", "open_", "missing"),
    [
        ("10-05", ("10-05", "10-05"), ("10-03", "10-05"), (True, True), 17),
        ("10-07", ("10-05", "10-07"), ("10-03", "10-07"), (True, True), 15),
        ("10-08", ("10-05", "10-08"), ("10-03", "10-08"), (False, True), 14),
        ("10-22", ("10-05", "10-08"), ("10-03", "10-22"), (False, False), 0),
        ("10-21", ("10-05", "10-08"), ("10-03", "10-21"), (False, True), 1),
        ("10-04", ("10-05", "10-05"), ("10-03", "10-05"), (True, True), 18),  # only the presale has begun
        ("10-01", ("10-05", "10-05"), ("10-03", "10-05"), (True, True), 21),
    ],
)
def test_windows_end_on_the_last_complete_day_and_never_before_they_begin(
    through, gross, net, open_, missing
):
    phases = {
        "build_up": "10-01 10-02",
        "presale": "10-03 10-04",
        "warm_up": "10-05 10-06",
        "peak": "10-07 10-08",
    }
    found = windows(day(through), **phases)
    assert (ends(found.gross), ends(found.net)) == (gross, net)
    assert ((found.gross_open, found.net_open), found.missing_days) == (open_, missing)
    assert (found.base_last, found.main_last) == (day("09-30"), day("10-08"))
    assert found.days_after == max(int(net[1][3:]) - 8, 0)


def test_the_last_complete_day_may_be_the_first_of_the_campaign_but_not_before_it():
    assert windows(day("10-01"), peak="10-01 10-02").gross == (day("10-01"), day("10-01"))
    with pytest.raises(ValueError, match="begins on 2026-10-01, after 2026-09-30"):
        windows(day("09-30"), peak="10-01 10-02")


def test_without_main_days_the_touched_ones_are_the_main_ones():
    found = windows(build_up="10-01 10-03", presale="10-04 10-05")
    assert (ends(found.gross), ends(found.net)) == (("10-01", "10-05"), ("10-01", "10-19"))


def test_one_day_is_no_reversed_phase_and_overlaps_are_told_in_the_order_of_phases():
    found = phase_doubts(
        {
            "encore": (day("10-04"), day("10-05")),
            "peak": (day("10-04"), day("10-04")),
            "warm_up": (day("10-03"), day("10-01")),
        }
    )
    assert found == [
        Doubt("reversed_dates", {"phase": "warm_up", "first": day("10-03"), "last": day("10-01")}),
        Doubt("overlapping_phases", {"phase": "peak", "other": "encore", "days": 1}),
    ]


@pytest.mark.parametrize(
    ("other", "into", "days", "shared", "net"),
    [
        ("10-04 10-05", "gross", 16, ("gross", "net"), ("10-03", "10-19")),
        ("10-12 10-13", "net", 8, ("net",), ("10-03", "10-19")),  # seven days after the main ones
        ("10-13 10-13", "after", 7, (), ("10-03", "10-12")),
        ("10-19 10-20", "after", 1, (), ("10-03", "10-18")),
        ("10-20 10-21", None, 0, (), ("10-03", "10-19")),
        ("09-18 09-19", "gross", 1, ("gross", "net"), ("10-03", "10-19")),  # by the last day of its cool-down
        ("09-18 09-18", None, 0, (), ("10-03", "10-19")),
    ],
)
def test_another_campaign_marks_or_cuts_the_windows_it_reaches_into(other, into, days, shared, net):
    own = windows(peak="10-03 10-05")
    found, doubts = apart_from(own, {"other": windows(peak=other)})
    assert (found.shared, ends(found.net), found.cut) == (shared, net, into == "after")
    told = [(each.values["into"], each.values["days"], each.values["after"]) for each in doubts]
    assert told == ([(into, days, (found.net[1] - day("10-05")).days)] if into else [])


def test_several_campaigns_add_their_marks():
    own = windows(peak="10-03 10-05")
    found, doubts = apart_from(
        own,
        {
            "a": windows(peak="10-10 10-11"),
            "b": windows(peak="10-15 10-16"),
            "c": windows(peak="09-25 09-26"),
        },
    )
    assert [each.values["into"] for each in doubts] == ["net", "after", "gross"]
    assert (found.shared, ends(found.net)) == (("gross", "net"), ("10-03", "10-14"))


@dataclass
class Known:
    """Expects ln(value) = 5 + control with a daily sd of 0.1 and an error of 0.05 that all days share."""

    days: np.ndarray
    y: np.ndarray
    control: np.ndarray | None = None

    def forecast(self, rows, days, control=None):
        mean = np.full(len(days), 5.0) + (0.0 if control is None else control)
        return Forecast(mean, np.eye(len(days)) * 0.01 + 0.0025)


def test_the_effect_on_a_total_is_to_second_order():
    mean, actual = np.log([10.0, 30.0]), np.array([25.0, 35.0])
    cov = np.array([[0.04, 0.01], [0.01, 0.09]])
    found = log_effect(Forecast(mean, cov), actual)
    weight = np.array([0.25, 0.75])
    shared = weight @ cov @ weight
    assert found.log == pytest.approx(math.log(60 / 40) - (weight @ [0.04, 0.09] - shared) / 2)
    assert found.sd == pytest.approx(math.sqrt(shared))


def base(size: int = 80, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.2, size)
    return 739_000 + np.arange(size), 5 + market + rng.normal(0, 0.15, size), market


@pytest.mark.parametrize("control", [True, False])
def test_placebos_step_back_by_weeks_with_six_weeks_before_them_and_four_fifths_of_their_days(control):
    days, y, market = base()
    keep = ~np.isin(days - 739_000, [71, 60, 61])
    days, y, market = days[keep], y[keep], market[keep]
    model = Known(days, y, market if control else None)
    found = placebos(model, lead=3, length=10)
    wanted = []
    for cut in range(80 - 13, 0, -7):
        inside = (days >= 739_000 + cut + 3) & (days < 739_000 + cut + 13)
        if (days < 739_000 + cut).sum() >= 42 and inside.sum() >= 8:
            one = log_effect(
                model.forecast(0, days[inside], market[inside] if control else None), np.exp(y[inside])
            )
            wanted.append((739_000 + cut + 3, one.log, one.sd))
    assert len(wanted) == 4
    for name, values in zip(("first", "log", "sd"), zip(*wanted, strict=True), strict=True):
        np.testing.assert_allclose(getattr(found, name), values)


@pytest.mark.parametrize(("missing", "count"), [(2, 1), (3, 0)])
def test_a_placebo_needs_four_fifths_of_its_days(missing, count):
    days, y, _ = base(53)
    keep = ~np.isin(days - 739_000, [44, 46, 48][:missing])
    assert len(placebos(Known(days[keep], y[keep]), lead=0, length=10).log) == count


def test_forty_two_known_days_must_lie_before_a_placebo():
    days, y, _ = base(52)
    assert placebos(Known(days, y), lead=0, length=10).first.tolist() == [739_042]
    assert placebos(Known(days[1:], y[1:]), lead=0, length=10).first.size == 0


def some(*log: float, first: float = 70.0) -> Placebos:
    return Placebos(first - 7.0 * np.arange(len(log)), np.array(log), np.full(len(log), 0.1))


def test_a_calibration_is_the_root_mean_square_of_effects_over_their_sds():
    log, sd = np.array([0.1, -0.3, 0.2, 0.1, 0.0, 0.4, -0.1, 0.2]), np.linspace(0.05, 0.12, 8)
    found = calibration(Placebos(np.arange(8.0), log, sd))
    assert (found.count, found.rms) == (8, pytest.approx(math.sqrt((log**2).sum() / 8)))
    assert found.factor == pytest.approx(math.sqrt(((log / sd) ** 2).sum() / 8))
    few = calibration(Placebos(np.arange(7.0), log[:7], sd[:7]))
    assert (few.count, few.factor) == (7, 2.0)
    assert few.rms == pytest.approx(math.sqrt((log[:7] ** 2).sum() / 7))


def test_the_middle_placebo_belongs_to_the_older_half_and_one_without_placebos_is_never_chosen():
    a, b, none = some(0.5, 0.1, 0.1), some(0.1, 0.2, 0.2), some()
    name, kept = crossed({"none": none, "a": a, "b": b}, {"none": none, "a": a, "b": b})
    # The older two chose a, which answers for the newer one; the newer one chose b for the older two.
    assert (name, kept.log.tolist(), kept.first.tolist()) == ("b", [0.5, 0.2, 0.2], [70.0, 63.0, 56.0])


def test_a_control_is_held_to_one_and_a_half_times_its_base_range_in_every_column():
    known = np.array([[0.0, 10.0], [2.0, 14.0]])
    assert control_in_range(known, np.array([[2.5, 15.0], [-0.5, 9.0]]))
    assert not control_in_range(known, np.array([[2.5, 15.1]]))
    assert not control_in_range(known, np.array([[-0.6, 12.0]]))
    assert control_in_range(known, np.array([[4.0, 12.0]]), reach=3.0)
    assert control_in_range(None, known) is control_in_range(known, None) is True


FIRST = dt.date(2026, 3, 2)
PHASES = {
    "warm_up": (dt.date(2026, 7, 6), dt.date(2026, 7, 7)),
    "peak": (dt.date(2026, 7, 8), dt.date(2026, 7, 9)),
}
WINDOWS = campaign_windows(PHASES, dt.date(2026, 7, 23))


def shop(seed: int = 1, lift: float = 0.5) -> pd.DataFrame:
    """126 days before the campaign, four of it and fourteen after."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.2, 144)
    value = np.exp(
        5 + market + rng.normal(0, 0.1, 144) + lift * ((np.arange(144) >= 126) & (np.arange(144) < 130))
    )
    return pd.DataFrame({"value": value, "control": np.exp(market)}, pd.date_range(FIRST, periods=144))


def test_an_effect_is_the_models_with_the_factor_of_its_placebos():
    frame = shop()
    found = uplift(frame, WINDOWS, estimator=Known)
    logs, values = np.log(frame["control"].to_numpy()), frame["value"].to_numpy()
    model = Known(
        np.array([each.toordinal() for each in frame.index[:126]]), np.log(values[:126]), logs[:126]
    )
    for effect, rows, length in ((found.gross, slice(126, 130), 4), (found.net, slice(126, 144), 18)):
        raw = log_effect(Forecast(5 + logs[rows], np.eye(length) * 0.01 + 0.0025), values[rows])
        checked = calibration(placebos(model, lead=0, length=length))
        assert effect.log == pytest.approx(raw.log)
        assert effect.log_hi - effect.log == pytest.approx(1.6449 * raw.sd * checked.factor)
        assert effect.log - effect.log_lo == pytest.approx(1.6449 * raw.sd * checked.factor)
        assert (effect.actual, effect.base_rows) == (pytest.approx(values[rows].sum()), 126)
        assert (effect.placebos, effect.placebo_rms) == (checked.count, pytest.approx(checked.rms))
        assert effect.factor == checked.factor
    assert (found.gross.verdict, found.has_control) == ("better", True)


def test_placebos_lie_as_far_from_their_base_as_the_campaign_from_its_own():
    """Five days of build-up lie between the base of 121 days and the first day that counts."""
    asked = []

    class Asked(Known):
        def forecast(self, rows, days, control=None):
            asked.append((rows, int(days[0]) - FIRST.toordinal(), len(days)))
            return super().forecast(rows, days, control)

    phases = {**PHASES, "build_up": (dt.date(2026, 7, 1), dt.date(2026, 7, 5))}
    uplift(shop(), campaign_windows(phases, dt.date(2026, 7, 23)), estimator=Asked)
    assert asked[0] == (112, 117, 4)  # of the gross window
    assert (98, 103, 18) in asked  # of the net one
    assert (121, 126, 18) in asked  # the campaign itself


def test_the_path_is_the_net_model_with_its_range_from_four_weeks_before():
    frame = shop()
    frame.iloc[128, 0] = NAN
    found = uplift(frame, WINDOWS, estimator=Known)
    path, logs = found.path, np.log(frame["control"].to_numpy())
    assert (path.index[0], path.index[-1]) == (frame.index[98], frame.index[143])
    np.testing.assert_array_equal(path["actual"], frame["value"].iloc[98:])
    known = np.array([at for at in range(126, 144) if at != 128])
    wide = 1.6449 * found.net.factor * math.sqrt(0.0125)
    for name, sign in (("counterfactual", 0), ("low", -1), ("high", 1)):
        np.testing.assert_allclose(path[name].iloc[known - 98], np.exp(5 + logs[known] + sign * wide))
        assert path[name].notna().sum() == 17


@pytest.mark.parametrize(("known", "missing"), [(15, False), (14, True)])
def test_four_fifths_of_the_days_of_a_window_must_be_known(known, missing):
    frame = shop()
    frame.iloc[126 + known :, 1] = NAN  # a day without a control cannot be told
    found = uplift(frame, WINDOWS, estimator=Known)
    assert ("missing_days" in found.net.reasons) is missing
    assert "missing_days" not in found.gross.reasons


@pytest.mark.parametrize(("rows", "reason"), [(42, False), (41, True)])
def test_a_base_is_short_under_six_weeks_and_none_under_three(rows, reason):
    frame = shop().iloc[126 - rows :]
    found = uplift(frame, WINDOWS, estimator=Known)
    assert ("short_base" in found.gross.reasons) is reason
    assert found.gross.base_rows == rows
    assert math.isfinite(uplift(shop().iloc[105:], WINDOWS, estimator=Known).gross.log)
    none = uplift(shop().iloc[106:], WINDOWS, estimator=Known)
    assert (none.gross.reasons, none.gross.base_rows, none.has_control) == (("short_base",), 20, True)
    assert none.path["counterfactual"].isna().all()
    assert none.path["actual"].tolist() == shop()["value"].iloc[106:].tolist()


def test_a_base_day_is_one_that_sold_with_a_control_and_is_not_left_out():
    frame = shop()
    frame.iloc[3, 0], frame.iloc[4, 0], frame.iloc[5, 1] = 0.0, NAN, 0.0
    left = [frame.index[9].date(), frame.index[10].date()]
    with np.errstate(divide="ignore"):
        assert uplift(frame, WINDOWS, left_out=left, estimator=Known).gross.base_rows == 126 - 5
    assert uplift(frame[["value"]], WINDOWS, estimator=Known).gross.base_rows == 126 - 2
    assert uplift(shop() * 1e-4, WINDOWS, estimator=Known).gross.base_rows == 126


def test_several_controls_go_to_the_model_side_by_side_and_one_as_a_line():
    shapes = []

    class Flat(Known):
        def forecast(self, rows, days, control=None):
            return Forecast(np.full(len(days), 5.0), np.eye(len(days)) * 0.01)

    def seen(days, y, control):
        shapes.append(None if control is None else control.shape)
        return Flat(days, y, control)

    frame = shop()
    for each in (frame.assign(control_2=frame["control"] * 2), frame, frame[["value"]]):
        uplift(each, WINDOWS, estimator=seen)
    assert shapes == [(126, 2), (126,), None]


@pytest.mark.parametrize(("lift", "said"), [(0.0, True), (2.0, False)])
def test_an_error_of_more_than_half_the_effect_is_a_reason(lift, said):
    found = uplift(shop(lift=lift), WINDOWS, estimator=Known).gross
    assert (found.placebo_rms > abs(found.log) / 2) is said
    assert ("placebo_error" in found.reasons) is (said and found.verdict != "same")
    short = uplift(
        shop(lift=lift).iloc[90:], WINDOWS, estimator=Known
    ).gross  # no placebo: the model's own sd
    own = (short.log_hi - short.log) / 1.6449
    assert short.placebos == 0
    assert ("placebo_error" in short.reasons) is (own > abs(short.log) / 2)


def test_a_window_that_sold_nothing_has_no_effect_and_the_best_series_needs_one():
    frame = shop()
    frame.iloc[126:, 0] = 0.0
    found = uplift(frame, WINDOWS, estimator=Known)
    assert (found.gross.reasons, found.gross.actual, found.gross.base_rows) == (("no_sales",), 0.0, 126)
    assert found.path["counterfactual"].isna().all()
    with pytest.raises(ValueError, match="no series"):
        best_uplift({}, WINDOWS)
    name, _ = best_uplift({"short": shop().iloc[120:], "long": shop()}, WINDOWS, estimator=Known)
    assert name == "long"
    assert best_uplift({"a": shop().iloc[120:], "b": shop().iloc[121:]}, WINDOWS)[0] == "a"


def test_amounts_are_the_total_less_what_it_would_have_been():
    effect = Effect(log=math.log(1.25), log_lo=math.log(0.8), log_hi=math.log(2), actual=500.0)
    assert (effect.amount_lo, effect.amount, effect.amount_hi) == pytest.approx((-125.0, 100.0, 250.0))
    assert effect.counterfactual == pytest.approx(400.0)


def test_a_mix_of_rivals_is_the_departure_from_their_means_by_weekday():
    rng = np.random.default_rng(4)
    days = 739_000 + np.arange(70)
    rivals = rng.normal([3.0, 8.0, 5.0], 0.2, (72, 3))
    y = (
        4
        + (rivals[:70] - rivals[:70].mean(axis=0)) @ [0.6, 0.4, 0.0]
        + 0.1 * (days % 7 == 2)
        + rng.normal(0, 0.02, 70)
    )
    found = RivalMix(days, y, rivals[:70]).forecast(63, np.array([739_070, 739_071]), rivals[70:])
    known, donors = y[:63], rivals[:63]
    apart = donors - donors.mean(axis=0)
    weights = donor_weights(pd.Series(known - known.mean()), pd.DataFrame(apart)).to_numpy()
    assert weights.sum() == pytest.approx(1.0, abs=1e-4)
    assert weights[0] == pytest.approx(0.6, abs=0.05)
    rest = pd.Series(known - known.mean() - apart @ weights)
    weekday = rest.groupby(days[:63] % 7).mean()
    mean = (
        known.mean()
        + (rivals[70:] - donors.mean(axis=0)) @ weights
        + [weekday[739_070 % 7], weekday[739_071 % 7]]
    )
    np.testing.assert_allclose(found.mean, mean)
    noise = ((rest - weekday[days[:63] % 7].to_numpy()) ** 2).sum() / (63 - 7)
    np.testing.assert_allclose(found.cov, noise * (np.eye(2) + 7 / 63))
    with pytest.raises(ValueError, match="needs the rivals"):
        RivalMix(days, y, None)


def test_donors_must_be_there_and_known():
    line = pd.Series([1.0, 2.0])
    for donors in (pd.DataFrame(index=[0, 1]), pd.DataFrame({"a": [1.0, NAN]})):
        with pytest.raises(ValueError, match="every value must be known"):
            donor_weights(line, donors)
    with pytest.raises(ValueError, match="every value must be known"):
        donor_weights(pd.Series([1.0, NAN]), pd.DataFrame({"a": [1.0, 2.0]}))


@pytest.mark.parametrize("size", [30, 6])
def test_the_error_of_a_difference_is_newey_wests_with_seven_lags(size):
    rng = np.random.default_rng(size)
    treated, control = pd.Series(rng.normal(0, 1, size)), pd.Series(rng.normal(0, 1, size))
    after = pd.Series(np.arange(size) >= size - 2)
    found = difference_in_differences(treated, control, after=after)
    gap, late = (treated - control).to_numpy(), after.to_numpy()
    x = np.column_stack([np.ones(size), late])
    beta, *_ = np.linalg.lstsq(x, gap, rcond=None)
    scores = x * (gap - x @ beta)[:, None]
    lags = min(7, size - 2)
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        part = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (part + part.T)
    bread = np.linalg.inv(x.T @ x)
    assert found.value == pytest.approx(beta[1])
    assert found.error == pytest.approx(math.sqrt((bread @ meat @ bread)[1, 1]))
    for none in (after | True, after & False):
        with pytest.raises(ValueError, match="both sides are needed"):
            difference_in_differences(treated, control, after=none)
