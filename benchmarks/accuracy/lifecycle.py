"""Known-truth benchmark of the product lifecycle: stages, hero candidates, targets spread over days."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.accuracy.lifecycle_demand import NOTE as DEMAND_NOTE
from benchmarks.accuracy.lifecycle_demand import demand_table
from benchmarks.accuracy.lifecycle_forecasts import (
    MONTH_NOTE,
    OUTLOOK_NOTE,
    month_table,
    outlook_table,
)
from benchmarks.accuracy.lifecycle_worlds import (
    HIT_LEVEL,
    Shop,
    simulate_items,
    simulate_shop,
    simulate_years,
)

from shopbook.analysis.heroes import HeroRules, hero_ranking
from shopbook.analysis.stages import (
    DECLINE,
    GROWTH,
    HIT,
    NEW,
    STABLE,
    STAGES,
    StageRules,
    weekly_stages,
)
from shopbook.analysis.year_shape import day_weights, fit_shape
from shopbook.days import calendar

RESULTS = Path(__file__).parents[1] / "results" / "accuracy_lifecycle.md"
TOP = 5
# Amount of noise of another form than assumed (0: normal, independent); the raw rule scores alike at 0 and 1.
WORLDS = {"as assumed": 0.0, "other noise": 1.0, "other noise, twice": 2.0}
# The targets hold in the first two worlds; the third shows where the rule gives in.
TARGETS = {"accuracy": 0.78, "within 3 weeks": 0.87, "switches a year": 4.0, "lift": 0.10}


def main(argv: list[str] | None = None) -> int:
    """Print the tables and write them to benchmarks/results; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="lifecycle", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer shops, under 20 seconds; writes nothing")
    # 11 was for tuning; the tables are made with another seed.
    parser.add_argument("--seed", type=int, default=29)
    arguments = parser.parse_args(argv)
    few = arguments.quick
    parts = {
        "Lifecycle stages": stage_table(4 if few else 40, arguments.seed),
        "Hero candidates": hero_table(20 if few else 300, arguments.seed),
        "Targets": target_table(4 if few else 30, arguments.seed),
        "Month": month_table(6 if few else 360, arguments.seed),
        "Next four weeks": outlook_table(1 if few else 12, arguments.seed),
        "Units of the next two weeks": demand_table(2 if few else 60, arguments.seed),
    }
    missed = missed_targets(parts)
    text = report(parts, missed, few, arguments.seed)
    print(text)
    if not few:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    return 1 if missed else 0


def missed_targets(parts: dict[str, pd.DataFrame]) -> list[str]:
    """Every target that a table does not reach."""
    stages, heroes, spreads, months, weeks, demands = parts.values()
    ours = stages[(stages["rule"] == "this project") & (stages["world"] != "other noise, twice")]
    missed = [
        f"{row['world']}: {name} {row[name]:.3f}"
        for _, row in ours.iterrows()
        for name in ("accuracy", "within 3 weeks")
        if row[name] < TARGETS[name]
    ]
    missed += [
        f"{row['world']}: {row['switches a year']:.2f} switches a year"
        for _, row in ours.iterrows()
        if row["switches a year"] > TARGETS["switches a year"]
    ]
    goal = TARGETS["lift"]
    lifts = heroes[heroes["rule"] == "this project"]
    missed += [f"{row['world']}: lift {row['lift']:.3f}" for _, row in lifts.iterrows() if row["lift"] < goal]
    plan = spreads.set_index(["days", "rule"])["WAPE"]
    missed += [
        f"{days}: festival-aligned {plan[days, 'festival-aligned']:.3f}, {rule} {plan[days, rule]:.3f}"
        for days in ("whole year", "around Spring Festival")
        for rule in ("same date last year", "flat")
        if plan[days, "festival-aligned"] >= plan[days, rule]
    ]
    ours = months[months["method"].str.contains("ours")]
    missed += [
        f"month, {row['world']}: {row['coverage']:.3f}"
        for _, row in ours.iterrows()
        if not 0.87 <= row["coverage"] <= 0.93
    ]
    ours = demands[demands["method"].str.contains("ours")]
    missed += [
        f"units, {row['world']}: {row['coverage']:.3f}"
        for _, row in ours.iterrows()
        if not 0.86 <= row["coverage"] <= 0.94
    ]
    inside = float(weeks.set_index("stage").loc["all", "inside"])
    return missed if 0.85 <= inside <= 0.95 else [*missed, f"next four weeks: {inside:.3f} inside"]


def report(parts: dict[str, pd.DataFrame], missed: list[str], quick: bool, seed: int) -> str:
    """The tables as Markdown."""
    how = f"python -m benchmarks.accuracy lifecycle{' --quick' if quick else ''} --seed {seed}"
    lines = ["# Product lifecycle: accuracy against a known truth", "", f"`{how}`", ""]
    for title, table in parts.items():
        lines += [f"## {title}", "", _markdown(table), "", NOTES[title], ""]
    verdict = "All targets reached." if not missed else "Missed: " + "; ".join(missed)
    return "\n".join([*lines, verdict, ""])


def _markdown(table: pd.DataFrame) -> str:
    rows = table.to_numpy()
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return "\n".join(
        ["| " + " | ".join(row) + " |" for row in (list(table.columns), ["---"] * table.shape[1], *cells)]
    )


NOTES = {
    "Month": MONTH_NOTE,
    "Next four weeks": OUTLOOK_NOTE,
    "Units of the next two weeks": DEMAND_NOTE,
    "Lifecycle stages": (
        "60 items x 104 weeks a shop, no market series (the reference is the category's other items). "
        "Weeks 1-8 of a shop are not scored. *Within 3 weeks*: the answer was true in this week or "
        "one of the 3 before. Growth above the hit level is both growth and hit, for every rule. "
        "*30/30-day bands*: ratio of the last 30 days to the 30 before, from 1.25 (so also 1.60) "
        "growth, under 0.65 decline, else by visitors. Growth and decline are left when the 4-week "
        "slope is under 0.04; the first wording of the rule, 6 weeks and 0.02, leaves them too late "
        "and is shown beside it. Other noise: weeks with memory, heavy-tailed days, pushes of a whole "
        "week, items with more or less season than their category. Targets (first two worlds): "
        "accuracy >= 0.78, within 3 weeks >= 0.87, at most 4 switches a year. Twice that noise is "
        "shown without a target."
    ),
    "Hero candidates": (
        "Orders per 1,000 extra visitors over the next 4 weeks, mean of the top 5 of each rule; the "
        "handbook's rule (3,000 visitors a week, conversion >= 3% and >= the shop's mean, low bounce) "
        "takes its passers by conversion, then fills up with its visitors. Other noise: conversions "
        "from two groups with heavy tails, which move from week to week, more visitors lowering them. "
        "Raw conversion ranks about as well: the lower bound keeps items of a few visitors out, it does not "
        "find better ones. Target: lift >= 0.10."
    ),
    "Targets": (
        "Day WAPE of a year planned from two years before. Two years of history, the third planned "
        "with its true total; Spring Festival on 2024-02-10, 2025-01-29 and 2026-02-17. Mean absolute "
        "error of the days over the sum of the days."
    ),
}


def stage_table(shops: int, seed: int) -> pd.DataFrame:
    """Accuracy, accuracy allowing a delay of 3 weeks, and switches a year, by world and rule."""
    rows = []
    for world, other in WORLDS.items():
        score: dict[str, list[np.ndarray]] = {}
        for number in range(shops):
            shop = simulate_shop(np.random.default_rng([seed, number, int(other)]), other)
            for name, answer in classifiers(shop).items():
                score.setdefault(name, []).append(stage_score(answer, shop))
        for name, parts in score.items():
            right, late, weeks, switches, true_switches = np.sum(parts, axis=0)
            rows.append(
                (world, name, right / weeks, late / weeks, switches / weeks * 52, true_switches / weeks * 52)
            )
    columns = ["world", "rule", "accuracy", "within 3 weeks", "switches a year", "true switches"]
    return pd.DataFrame(rows, columns=columns)


def classifiers(shop: Shop) -> dict[str, np.ndarray]:
    """Stage codes by item and week, -1 where a rule has no answer yet."""
    daily = np.zeros((len(shop.stage), shop.stage.shape[1] * 7))
    offset = (shop.days["date"] - pd.Timestamp("2024-01-01")).dt.days.to_numpy()
    daily[shop.days["item_id"].astype(int).to_numpy(), offset] = shop.days["item_visitors"].to_numpy()
    worded = StageRules(leave_slope=0.02, leave_window=6)
    return {
        "this project": _coded(weekly_stages(shop.days, hints=shop.hints), shop),
        "left at 0.02 over 6 weeks": _coded(weekly_stages(shop.days, rules=worded, hints=shop.hints), shop),
        "raw +-10%, UV >= 3000": _raw_rule(shop, daily),
        "30/30-day bands": _bands(shop, daily),
    }


def _coded(weekly: pd.DataFrame, shop: Shop) -> np.ndarray:
    codes = np.full(shop.stage.shape, -1)
    week = ((weekly["week"] - pd.Timestamp("2024-01-01")).dt.days // 7).to_numpy()
    stage = weekly["stage"].map({name: code for code, name in enumerate(STAGES)})
    codes[weekly["item_id"].astype(int).to_numpy(), week] = stage.to_numpy()
    return codes


def _raw_rule(shop: Shop, daily: np.ndarray) -> np.ndarray:
    """Common practice: week over week above +10% grows, below -10% declines, else by visitors."""
    week = daily.reshape(len(daily), -1, 7).sum(axis=2)
    change = np.full(week.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        change[:, 1:] = week[:, 1:] / week[:, :-1] - 1
    return _with_new(
        shop, np.select([change > 0.1, change < -0.1, week >= HIT_LEVEL], [GROWTH, DECLINE, HIT], STABLE)
    )


def _bands(shop: Shop, daily: np.ndarray) -> np.ndarray:
    """Common practice: last 30 days over the 30 before; from 1.25 (and 1.60) growing, under .65 declining."""
    total = np.pad(daily.cumsum(axis=1), ((0, 0), (1, 0)))
    ends = np.arange(7, daily.shape[1] + 1, 7)
    last = total[:, ends] - total[:, np.maximum(ends - 30, 0)]
    prior = total[:, np.maximum(ends - 30, 0)] - total[:, np.maximum(ends - 60, 0)]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(prior > 0, last / prior, np.nan)
    return _with_new(
        shop,
        np.select([ratio >= 1.25, ratio < 0.65, last / 30 * 7 >= HIT_LEVEL], [GROWTH, DECLINE, HIT], STABLE),
    )


def _with_new(shop: Shop, answer: np.ndarray) -> np.ndarray:
    """Every rule is told the first four weeks and has no answer before the launch."""
    return np.where(shop.stage == -1, -1, np.where(shop.stage == NEW, NEW, answer))


def stage_score(answer: np.ndarray, shop: Shop) -> np.ndarray:
    """Right weeks, weeks right for any true stage of the last 3 weeks, weeks, switches, true switches.

    A week of growth above the hit level carries both flags: growth and hit both count, for every rule.
    """
    counted = (shop.stage >= 0) & (np.arange(shop.stage.shape[1]) >= 8)
    right = (answer == shop.stage) | (shop.both & (answer == HIT))
    late = right.copy()
    for delay in (1, 2, 3):
        before = (answer[:, delay:] == shop.stage[:, :-delay]) | (
            shop.both[:, :-delay] & (answer[:, delay:] == HIT)
        )
        late[:, delay:] |= before & (shop.stage[:, :-delay] >= 0)
    pair = counted[:, 1:] & counted[:, :-1]
    flips = [((codes[:, 1:] != codes[:, :-1]) & pair).sum() for codes in (answer, shop.stage)]
    return np.array([(right & counted).sum(), (late & counted).sum(), counted.sum(), *flips], float)


def hero_table(shops: int, seed: int) -> pd.DataFrame:
    """Future orders per 1,000 extra visitors of the top picks, by world and rule, and the lift."""
    rows = []
    for world, other in list(WORLDS.items())[:2]:
        gains = []
        for number in range(shops):
            rng = np.random.default_rng([seed, 1, number, int(other)])
            items, future = simulate_items(rng, bool(other))
            ranked = hero_ranking(items)["item_id"].to_numpy()
            by_rate = _handbook(items, items["buyers"] / items["visitors"])
            rate = (items["buyers"] / items["visitors"]).to_numpy()
            picks = (ranked[:TOP], by_rate[:TOP], np.argsort(-rate, kind="stable")[:TOP])
            gains.append([1000 * future[pick].mean() for pick in picks])
        mean = np.mean(gains, axis=0)
        for name, value in zip(("this project", "handbook rule", "raw conversion"), mean, strict=True):
            rows.append((world, name, float(value), float(value / mean[1] - 1)))
    return pd.DataFrame(rows, columns=["world", "rule", "orders per 1,000", "lift"])


def _handbook(items: pd.DataFrame, rate: pd.Series) -> np.ndarray:
    """Item ids: those that pass the handbook's rule, then those with its visitors, both by conversion."""
    rules = HeroRules()
    passes = (items["week_visitors"] >= rules.week_visitors) & (rate >= rules.conversion)
    passes &= rate >= items["buyers"].sum() / items["visitors"].sum()
    passes &= items["bounce_rate"] <= rules.bounce_rate
    best = items.loc[rate.where(passes).dropna().sort_values(ascending=False).index, "item_id"]
    nearly = rate.where(items["week_visitors"] >= rules.week_visitors, -1 / (1 + items["visitors"]))
    rest = items.loc[nearly[~passes].sort_values(ascending=False).index, "item_id"]
    return np.r_[best, rest]


def target_table(shops: int, seed: int) -> pd.DataFrame:
    """Day WAPE of three ways to spread a year's target."""
    days = pd.date_range("2024-01-01", "2026-12-31")
    plan_days = days[days.year == 2026]
    known = calendar(2024, 2026)
    spring = np.abs((plan_days - pd.Timestamp("2026-02-17")).days) <= 21
    errors: dict[tuple[str, str], list[float]] = {}
    for number in range(shops):
        truth = simulate_years(np.random.default_rng([seed, 2, number]), days)
        past, future = truth[days.year < 2026], truth[days.year == 2026]
        last_year = past[past.index.year == 2025]
        same = last_year.to_numpy()
        plans = {
            "festival-aligned": day_weights(fit_shape(past, known), plan_days, known).to_numpy(),
            "same date last year": same,
            "flat": np.ones(len(plan_days)),
        }
        for rule, plan in plans.items():
            error = np.abs(plan / plan.sum() * future.sum() - future.to_numpy())
            for name, part in (("whole year", slice(None)), ("around Spring Festival", spring)):
                errors.setdefault((name, rule), []).append(error[part].sum() / future.to_numpy()[part].sum())
    rows = [(name, rule, float(np.mean(values))) for (name, rule), values in errors.items()]
    return pd.DataFrame(rows, columns=["days", "rule", "WAPE"]).sort_values(
        ["days", "WAPE"], ignore_index=True
    )


if __name__ == "__main__":
    raise SystemExit(main())
