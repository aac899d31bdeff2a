"""Campaign effects with known truth: worlds that break estimators, untreated series, common practice."""

import argparse
import datetime as dt
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from shopbook.analysis.bsts import Bsts
from shopbook.analysis.campaign_windows import Windows, apart_from, campaign_windows
from shopbook.analysis.did import difference_in_differences
from shopbook.analysis.placebo import Z90
from shopbook.analysis.uplift import best_uplift
from shopbook.days import span

BASE, WARM, PEAK, COOL = 150, 5, 5, 14
FIRST = dt.date(2026, 1, 5)
WORLDS = ("stable", "elastic 0.7", "drifting", "market +500%")
# Worlds only our estimator is run in: what the common methods do there the first four have shown.
TRENDS = {"trend +0.5% a day": 0.005, "trend -0.5% a day": -0.005}
NEIGHBOURS = {"another 10 days later": 10, "another 3 days later": 3, "10 days after another": -10}
FOUR, SHORT = "best of four controls", "base of 90 days"
OURS_ONLY = (*TRENDS, FOUR, SHORT, *NEIGHBOURS)
# Seeds 0 and 1 were for tuning; the tables are made with another one.
REPORTING_SEED = 29
# The shop against its market: daily noise, noise that lasts some days, and in the drifting world a random
# walk.
DAY_SD, LASTING_SD, LASTING, DRIFT_SD = 0.045, 0.03, 0.6, 0.01
MET = "Every target is met by our estimator."
RESULTS = Path(__file__).parents[1] / "results" / "accuracy_campaign.md"


@dataclass(frozen=True)
class Case:
    """A simulated shop: what it sold, what it would have sold, its market."""

    series: pd.DataFrame
    without: np.ndarray
    windows: Windows
    left_out: tuple[dt.date, ...] = ()

    def truth(self, part: str) -> tuple[float, float]:
        """The true log effect and the counterfactual total of `gross` or `net`."""
        inside = _inside(self.series, getattr(self.windows, part))
        sold, without = self.series["value"].to_numpy()[inside].sum(), self.without[inside].sum()
        return math.log(sold / without), without


@dataclass(frozen=True)
class Answer:
    """What a method says about one window."""

    log: float
    lo: float
    hi: float
    confident: bool


Method = Callable[[Case], dict[str, Answer]]


def simulate(world: str, number: int, *, treated: bool, seed: int = 0) -> Case:
    """One shop of `world`; an untreated one has the same windows and nothing in them."""
    rng = np.random.default_rng([(*WORLDS, *OURS_ONLY).index(world), number, treated, seed])
    days = np.arange(BASE + WARM + PEAK + COOL)
    weekly = rng.normal(0, 0.08, 7)
    season = 0.12 * np.sin(2 * np.pi * (days / 365 + rng.uniform()))
    market = _lasting(rng, len(days), 0.97, 0.12) + weekly[days % 7] + season + rng.normal(0, 0.02, len(days))
    if world == "market +500%":
        market += np.repeat([0, math.log(1.3), math.log(6), -0.15], [BASE, WARM, PEAK, COOL])
    elasticity = {"elastic 0.7": 0.7, "market +500%": rng.choice([0.7, 1.0])}.get(world, 1.0)
    without = 10 + elasticity * market + rng.normal(0, 0.03, 7)[days % 7] + rng.normal(0, DAY_SD, len(days))
    without += _lasting(rng, len(days), LASTING, LASTING_SD)
    if world == "drifting":
        without += rng.normal(0, DRIFT_SD, len(days)).cumsum()
    without += TRENDS.get(world, 0.0) * days
    if world in NEIGHBOURS:
        return _beside(rng, NEIGHBOURS[world], without, market, treated)
    effect = _effect(rng) if treated else np.zeros(len(days))
    index = pd.date_range(FIRST, periods=len(days))
    series = pd.DataFrame({"value": np.exp(without + effect), "control": np.exp(12 + market)}, index=index)
    if world == FOUR:
        for name in ("control_b", "control_c", "control_d"):
            series[name] = np.exp(12 + market + _lasting(rng, len(days), 0.9, 0.06))
    first = 60 if world == SHORT else 0
    return Case(series.iloc[first:], np.exp(without)[first:], _windows())


def _beside(
    rng: np.random.Generator, gap: int, without: np.ndarray, market: np.ndarray, treated: bool
) -> Case:
    """A campaign with another one `gap` days after its main days (before its warm-up when negative)."""
    effect = np.zeros(len(without))
    if treated:
        effect[BASE:] = _effect(rng)[BASE:]
    begin = BASE + WARM + PEAK + gap if gap > 0 else BASE + gap - WARM - PEAK
    other = _effect(rng)[BASE:]
    room = min(len(other), len(without) - begin)
    effect[begin : begin + room] += other[:room]
    index = pd.date_range(FIRST, periods=len(without))
    series = pd.DataFrame({"value": np.exp(without + effect), "control": np.exp(12 + market)}, index=index)
    spans = {
        "warm_up": (begin, begin + WARM - 1),
        "peak": (begin + WARM, begin + WARM + PEAK - 1),
    }
    days = [FIRST + dt.timedelta(days=at) for at in range(len(without) + 60)]
    phases = {name: (days[first], days[last]) for name, (first, last) in spans.items()}
    neighbour = campaign_windows(phases, max(days[len(without) - 1], phases["warm_up"][0]))
    windows, _ = apart_from(_windows(), {"other": neighbour})
    touched = tuple(span(neighbour.base_last + dt.timedelta(days=1), neighbour.net[1]))
    left = tuple(day for day in touched if day <= windows.base_last)
    return Case(series, _without_own(without, begin, other[:room]), windows, left)


def _without_own(without: np.ndarray, begin: int, other: np.ndarray) -> np.ndarray:
    """Sales there would have been without the campaign under review, the other one still held."""
    alone = np.zeros(len(without))
    alone[begin : begin + len(other)] = other
    return np.asarray(np.exp(without + alone))


def _effect(rng: np.random.Generator) -> np.ndarray:
    """A dip before the sale, the sale, a dip that fades after it."""
    warm = np.full(WARM, math.log(1 - rng.uniform(0.05, 0.25)))
    peak = np.full(PEAK, math.log(1 + rng.uniform(0.3, 1.5)))
    cool = np.log(1 - rng.uniform(0.05, 0.3) * np.exp(-np.arange(COOL) / 5))
    return np.concatenate([np.zeros(BASE), warm, peak, cool])


def _lasting(rng: np.random.Generator, size: int, memory: float, sd: float) -> np.ndarray:
    values = rng.normal(0, sd, size)
    for at in range(1, size):
        values[at] = memory * values[at - 1] + math.sqrt(1 - memory**2) * values[at]
    return values


def _windows() -> Windows:
    starts = np.cumsum([BASE, WARM, PEAK, COOL])
    names = ("warm_up", "peak", "cool_down")
    days = [FIRST + dt.timedelta(days=int(start)) for start in starts]
    phases = {name: (days[at], days[at + 1] - dt.timedelta(days=1)) for at, name in enumerate(names)}
    return campaign_windows(phases, days[-1])


def ours(case: Case, estimator: Callable | None = None) -> dict[str, Answer]:
    """The estimator of the suite, or another model in its place."""
    options = {"estimator": estimator} if estimator else {}
    beside = {
        name: case.series[["value", name]].set_axis(["value", "control"], axis=1)
        for name in case.series.columns.drop("value")
    }
    _, found = best_uplift(beside, case.windows, left_out=case.left_out, **options)
    return {
        part: Answer(effect.log, effect.log_lo, effect.log_hi, effect.verdict in ("better", "worse"))
        for part, effect in (("gross", found.gross), ("net", found.net))
    }


def causal_impact_defaults(case: Case) -> dict[str, Answer]:
    """CausalImpact as it comes: level sd .01, ln(market) and weekday, its own 90% interval."""
    logs, days = np.log(case.series), np.arange(len(case.series))
    y, market = logs["value"].to_numpy(), logs["control"].to_numpy()
    model = Bsts(days[:BASE], y[:BASE], market[:BASE], level_sd=0.01, draws=1_000, centred=False)
    answers = {}
    for part in ("gross", "net"):
        inside = _inside(case.series, getattr(case.windows, part))
        draws = model.predictions(BASE, days[inside], market[inside])
        effects = math.log(np.exp(y[inside]).sum()) - np.log(np.exp(draws).sum(axis=1))
        answers[part] = _decided(float(effects.mean()), *np.percentile(effects, [5, 95]))
    return answers


def before_after(case: Case) -> dict[str, Answer]:
    """The window's daily mean against the 28 days before it."""
    value = case.series["value"].to_numpy()
    answers = {}
    for part in ("gross", "net"):
        late, early = value[_inside(case.series, getattr(case.windows, part))], value[BASE - 28 : BASE]
        errors = (side.std(ddof=1) / math.sqrt(len(side)) / side.mean() for side in (late, early))
        spread = math.hypot(*errors)
        change = math.log(late.mean() / early.mean())
        answers[part] = _decided(change, change - Z90 * spread, change + Z90 * spread)
    return answers


def did(case: Case) -> dict[str, Answer]:
    """ln(value) against ln(market), difference in differences with Newey-West errors."""
    logs = np.log(case.series)
    answers = {}
    for part in ("gross", "net"):
        after = pd.Series(_inside(case.series, getattr(case.windows, part)), index=logs.index)
        kept = after | (np.arange(len(after)) < BASE)
        found = difference_in_differences(logs["value"][kept], logs["control"][kept], after=after[kept])
        answers[part] = _decided(
            found.value, found.value - Z90 * found.error, found.value + Z90 * found.error
        )
    return answers


def _decided(log: float, lo: float, hi: float) -> Answer:
    return Answer(log, float(lo), float(hi), lo > 0 or hi < 0)


def _inside(series: pd.DataFrame, window: tuple[dt.date, dt.date]) -> np.ndarray:
    return np.asarray((series.index >= pd.Timestamp(window[0])) & (series.index <= pd.Timestamp(window[1])))


# Methods with the share of the series they are run on: sampling placebos costs ten times the rest.
METHODS: dict[str, tuple[Method, float]] = {
    "local level + placebos (ours)": (ours, 1.0),
    "BSTS level sd .1 + placebos": (partial(ours, estimator=partial(Bsts, centred=False)), 0.06),
    "CausalImpact defaults": (causal_impact_defaults, 0.2),
    "difference in differences, HAC": (did, 1.0),
    "before / after 28 days": (before_after, 1.0),
}


def scores(name: str, world: str, runs: int, seed: int) -> Iterator[dict[str, object]]:
    """Gross and net figures of one method in one world."""
    method, share = METHODS[name]
    runs = max(2, round(runs * share))
    treated = [simulate(world, number, treated=True, seed=seed) for number in range(runs)]
    quiet = [simulate(world, number, treated=False, seed=seed) for number in range(runs)]
    said, said_quiet = [method(case) for case in treated], [method(case) for case in quiet]
    for part in ("gross", "net"):
        truths = [case.truth(part) for case in treated]
        errors = np.array([answer[part].log - log for answer, (log, _) in zip(said, truths, strict=True)])
        covered = [a[part].lo <= log <= a[part].hi for a, (log, _) in zip(said, truths, strict=True)]
        wrong = [
            a[part].confident and not a[part].lo <= log <= a[part].hi and a[part].log * log < 0
            for a, (log, _) in zip(said, truths, strict=True)
        ]
        yield {
            "world": world,
            "method": name,
            "window": part,
            "runs": runs,
            "bias": errors.mean(),
            "coverage": np.mean(covered),
            "false_positives": np.mean([a[part].lo > 0 or a[part].hi < 0 for a in said_quiet]),
            "false_verdicts": np.mean([a[part].confident for a in said_quiet]),
            "wrong_sign": np.mean(wrong),
            "median_error": np.median(np.abs(np.expm1(-errors))),
            "decided": np.mean([a[part].confident for a in said]),
        }


def table(runs: int, seed: int) -> pd.DataFrame:
    """Every method in the first worlds, ours in all."""
    ours_name = next(iter(METHODS))
    pairs = [(world, name) for world in WORLDS for name in METHODS]
    pairs += [(world, ours_name) for world in OURS_ONLY]
    return pd.DataFrame(row for world, name in pairs for row in scores(name, world, runs, seed))


def page(found: pd.DataFrame, runs: int, seconds: float, seed: int) -> str:
    """The table as Markdown, with how it was made and what misses its target."""
    lines = [
        "# Campaign effects with known truth",
        "",
        f"`python -m benchmarks.accuracy campaign --seed {seed}`: up to {runs} shops a world, as many",
        "without a campaign,",
        f"{seconds:.0f} CPU seconds. Base {BASE} days, warm-up {WARM}, main {PEAK}, cool-down {COOL}.",
        "Targets: |bias| <= .02 log, coverage of 90% ranges .85-.95, false positives <= .12, median error of",
        "net <= 3% of the window's counterfactual total. +500% market: coverage >= .85, no wrong verdict.",
        "Trend: the shop gains or loses half a percent a day on its market, |bias| <= .02. Four controls:",
        "the market and three that follow it badly, the best taken. Base of 90 days, another campaign 3 or",
        "10 days away: at most .12 of untreated series called better or worse, no verdict of the wrong sign.",
        "Assumed in all worlds: effects multiply, noise is normal with a part that lasts days.",
        "",
        "bias: log. false positives: untreated series whose range excludes 0, (called better",
        "or worse). decided: treated series called better or worse.",
        "",
        "| world | method | window | runs | bias | coverage | false positives | median error | decided "
        "| wrong |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.world} | {row.method} | {row.window} | {row.runs} | {row.bias:+.3f} | {row.coverage:.3f} | "
        f"{row.false_positives:.3f} ({row.false_verdicts:.3f}) | {row.median_error:.1%} | "
        f"{row.decided:.2f} | {row.wrong_sign:.3f} |"
        for row in found.itertuples()
    ]
    return "\n".join([*lines, "", *(misses(found) or [MET]), ""])


def misses(found: pd.DataFrame) -> list[str]:
    """One line for each target our estimator misses."""
    lines = []
    for row in found[found["method"].str.contains("ours")].itertuples():
        if row.world in (SHORT, *NEIGHBOURS):
            held = {
                f"false verdicts {row.false_verdicts:.3f}": row.false_verdicts <= 0.12,
                f"wrong confident answers {row.wrong_sign:.3f}": row.wrong_sign == 0,
            }
            lines += [f"Missed: {row.world}, {row.window}: {what}." for what, ok in held.items() if not ok]
            continue
        surge = row.world == "market +500%"
        held = {
            f"bias {row.bias:+.3f}": abs(row.bias) <= 0.02,
            f"coverage {row.coverage:.3f}": row.coverage >= 0.85 and (surge or row.coverage <= 0.95),
            f"false positives {row.false_positives:.3f}": surge or row.false_positives <= 0.12,
            f"median error {row.median_error:.1%}": surge
            or row.window == "gross"
            or row.median_error <= 0.03,
            f"wrong confident answers {row.wrong_sign:.3f}": row.wrong_sign == 0 or not surge,
        }
        lines += [f"Missed: {row.world}, {row.window}: {what}." for what, ok in held.items() if not ok]
    return lines


def main(argv: list[str] | None = None) -> int:
    """Print the table and keep it under benchmarks/results/."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a few shops only, nothing is written")
    options.add_argument("--seed", type=int, default=REPORTING_SEED)
    chosen = options.parse_args(argv)
    quick, seed = chosen.quick, chosen.seed
    runs, start = 20 if quick else 240, time.process_time()
    text = page(table(runs, seed), runs, time.process_time() - start, seed)
    print(text)
    if quick:
        print("Too few shops to judge a target by; the full run does.")
        return 0
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8", newline="\n")
    return 0 if MET in text else 1


if __name__ == "__main__":
    raise SystemExit(main())
