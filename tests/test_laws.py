"""The laws of the house, read off the code: a rule that is half made fails here, at once."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopbook.analysis.stage_rules import STAGES
from shopbook.columns import column, columns
from shopbook.metrics.ratio import ratios
from shopbook.params import rules
from shopbook.yaml_file import load_yaml

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib" / "shopbook"


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of some folders of lib/shopbook by their path, in order."""
    for folder in folders:
        for path in sorted((LIB / folder).rglob("*.py")):
            yield path.relative_to(LIB).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def texts(node: ast.AST) -> set[str]:
    """The names and the text literals of an expression."""
    nodes = list(ast.walk(node))
    literals = {
        each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    return literals | {each.id for each in nodes if isinstance(each, ast.Name)}


def test_whatever_divides_the_parts_of_a_ratio_asks_columns_yaml():
    pairs = {(each.over, under) for each in ratios().values() for under in each.under}
    found = [
        f"{path}:{division.lineno} in {function.name}"
        for path, tree in modules("analysis", "findings", "workbook", "learn", "report", "run")
        for function in functions(tree)
        for division in ast.walk(function)
        if isinstance(division, ast.BinOp) and isinstance(division.op, ast.Div)
        if any(over in texts(division.left) and under in texts(division.right) for over, under in pairs)
    ]
    assert not found, "use shopbook.metrics.ratio.ratio by name:\n" + "\n".join(found)


# Numbers of findings/ that decide nothing: how far back is looked, how much is shown, what the method needs.
WINDOW, SHOWN, LEAST = "how far a rule looks back", "how much is shown", "fewest points the method works on"
STRUCTURAL = {
    "facts.MIN_BASELINE_DAYS": "contract: fewer than two comparable days have no verdict",
    "finding.SCHEMA": "contract: the version of findings.json",
    "campaign_review/facts._COVERED": "days a control must be known on to be one",
    "daily/alarms._MIN_MARKET_DAYS": LEAST,
    "daily/changes.MIN_AFTER": LEAST,
    "daily/changes.WINDOW": WINDOW,
    "daily/changes._SHOWN_DAYS": SHOWN,
    "daily/checkup_tables._CASE_DAYS": WINDOW,
    "daily/checkup_tables._LATE_DAYS": "days of a window whose file may be missing",
    "daily/checkup_tables._DEMAND_DAYS": WINDOW,
    "daily/checkup_tables._STOCK_DAYS": WINDOW,
    "daily/click_rates._MOST_ITEMS": SHOWN,
    "daily/duplicates._FEWEST_PARTS": LEAST,
    "daily/first_month.DAYS": "a month of whole weeks, in which the page is a guide",
    "daily/first_month._SHOWN": SHOWN,
    "daily/kpis._SPARK_DAYS": SHOWN,
    "daily/located._MONTH": WINDOW,
    "daily/located._MOST_ITEMS": SHOWN,
    "daily/located.WINDOWS": WINDOW,
    "daily/located._WEEK": WINDOW,
    "daily/promotion._PLANS_NAMED": SHOWN,
    "daily/promotion_advice._MOST_ROWS": SHOWN,
    "daily/promotion_data.MIN_DAYS": LEAST,
    "daily/promotion_data.WINDOW": WINDOW,
    "daily/promotion_tables._SPARK_DAYS": SHOWN,
    "daily/quality._FRESH_DAYS": WINDOW,
    "daily/quality._MONTH": WINDOW,
    "daily/quality._WEEK": WINDOW,
    "daily/refunds._BEFORE_DAYS": WINDOW,
    "daily/refunds._LAG_DAYS": WINDOW,
    "daily/refunds._RECENT_DAYS": WINDOW,
    "daily/rivals._WEEKS": WINDOW,
    "daily/service._AGENT_DAYS": WINDOW,
    "daily/anomalies._MONTH": WINDOW,
    "daily/anomalies._WEEK": WINDOW,
    "daily/story._MOST_THINGS": SHOWN,
    "daily/story._SHOWN": SHOWN,
    "daily/terms._MIN_WORD": "letters of a Chinese word",
    "daily/visitor_value._MOST_ITEMS": SHOWN,
    "periodic/card._WEEK_LATER": "a week later, or a day off when there was no report",
    "periodic/month._SPARK_MONTHS": SHOWN,
    "periodic/week._NAMED": SHOWN,
    "periodic/week._SPARK_WEEKS": SHOWN,
    "periodic/operator_sheet._MONTH_DAYS": "contract: the names of the 30-day figures",
    "periodic/sheets._WEEK_DAYS": "days of a week",
    "periodic/targets_month._FEWEST_DAYS": LEAST,
    "periodic/targets_month.ORDINARY_DAYS": WINDOW,
    "product_lifecycle/overview._HEROES": SHOWN,
    "product_lifecycle/overview._MOST": SHOWN,
    "product_lifecycle/rising._FEWEST_WEEKS": LEAST,
    "product_lifecycle/rising._PAIR_WEEKS": WINDOW,
    "product_lifecycle/rising._SOURCE_DAYS": WINDOW,
    "verdict._PRINTED_BETA": "a coefficient that rounds to one needs no words",
    "verdict._SAYS_NOTHING": "an interval past this helps nobody and is not printed",
    "verdict._USUAL_REACH": WINDOW,
    "warnings/data._PRESALE_DAYS": WINDOW,
    "warnings/data._WINDOW": WINDOW,
    "warnings/history._WINDOW": WINDOW,
    "warnings/lifecycle._NAMED": SHOWN,
}


def _number(node: ast.expr | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if isinstance(node, ast.Tuple):
        return any(_number(each) for each in node.elts)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def place(path: str) -> str:
    return path.removeprefix("findings/").removesuffix(".py")


def constants() -> set[str]:
    """The numbers that modules of findings/ name, as folder/module.NAME."""
    found = set()
    for path, tree in modules("findings"):
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and _number(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = {
                    each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
                }
                found |= {f"{path.removeprefix('findings/').removesuffix('.py')}.{name}" for name in names}
    return found


def test_a_number_that_decides_stands_in_rules_yaml_and_any_other_says_what_it_is():
    assert constants() == set(STRUCTURAL)


# Comparisons of findings/ with a bare number above 1 or between 0 and 1, by function: what the number is.
BARE = {
    "addresses._numbers": "two columns are a ratio",
    "figures._field": "what a float cannot hold",
    "verdict.caveats_of": "days of a week",
    "campaign_review/facts.opinions": LEAST,
    "daily/located._window_cells": LEAST,
    "daily/located._crossed": LEAST,
    "daily/located._one_dimension": LEAST,
    "daily/quality.dsr": "what a float cannot hold",
    "daily/quality.logistics_table": "hours are shown from three on",
    "daily/refunds.cohort_table": "days of a week",
    "periodic/operator_sheet._repurchase": "bought again is bought on two days",
    "periodic/targets_month._gaps": "days a learned year needs",
    "product_lifecycle/decline._decline_table": WINDOW,
    "product_lifecycle/mature._index_change": WINDOW,
    "product_lifecycle/mature._partners": WINDOW,
    "product_lifecycle/rising._market_change": WINDOW,
    "product_lifecycle/rising._source_changes": WINDOW,
    "warnings/data._partial_day": LEAST,
    "warnings/data._ratio_checks": "half of the last digit of a rounded percent",
}


def bare_numbers() -> set[str]:
    found = set()
    for path, tree in modules("findings"):
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Compare) and any(map(_bare, [node.left, *node.comparators])):
                    found.add(f"{place(path)}.{function.name}")
    return found


def _bare(node: ast.expr) -> bool:
    """A number of its own or as a factor; days handed to a Timedelta are a window."""
    if isinstance(node, ast.BinOp):
        return _bare(node.left) or _bare(node.right)
    if isinstance(node, ast.UnaryOp):
        return _bare(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1)


def test_no_rule_compares_with_a_number_of_its_own():
    assert bare_numbers() == set(BARE)


def test_every_threshold_has_a_source_and_is_read_by_a_rule():
    read = set().union(*(texts(tree) for _, tree in modules("findings", "workbook", "analysis")))
    known = rules().thresholds
    assert not {name for name in known if name not in read}, "nobody reads these: use them or delete them"
    assert not {name for name, each in known.items() if len(each.source) < 10}


def test_every_threshold_a_rule_reads_is_known():
    asked = {
        node.args[0].value
        for _, tree in modules("findings", "workbook")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "threshold"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert asked <= set(rules().thresholds), asked - set(rules().thresholds)


# Findings: whose id is made of parts, and where the parts come from.
MADE_IDS = {
    "campaign_review/lessons._lesson": (
        "campaign.sold_out",
        "campaign.refunds",
        "campaign.ads",
        "campaign.flat_discount",
    ),
    "campaign_review/review._uplift": ("campaign.uplift_gross", "campaign.uplift_net"),
    "daily/own._compared": ("own.visitors", "own.conversion", "own.basket", "own.amount"),
    "daily/rivals._gain": ("rivals.traffic", "rivals.value"),
    "periodic/sheets._week_finding": (
        "weekly.visitors",
        "weekly.conversion",
        "weekly.basket",
        "weekly.amount",
    ),
}


def calls_of_finding() -> Iterator[tuple[str, ast.Call]]:
    """(id, call) of every Finding of findings/, one a possible id."""
    for path, tree in modules("findings"):
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                    given = [each.value for each in node.keywords if each.arg == "id"] or node.args[:1]
                    constant = [each.value for each in given if isinstance(each, ast.Constant)]
                    for finding_id in constant or MADE_IDS[f"{place(path)}.{function.name}"]:
                        yield str(finding_id), node


# Findings that always take a branch of their route.
BRANCHES = {"lifecycle.stage_change": [f"lifecycle.stage_change.{stage}" for stage in STAGES]}
FINDINGS = sorted({finding_id for finding_id, _ in calls_of_finding()})


@pytest.mark.parametrize("finding_id", FINDINGS)
def test_every_finding_has_a_route_with_owner_first_step_due_day_and_proof(finding_id):
    name = finding_id.replace("weekly.", "own.")
    routes = [route for each, route in rules().routes.items() if each in (name, *BRANCHES.get(name, ()))]
    assert routes, f"{finding_id}: write its route into params/rules.yaml"
    assert all(route.first_step and route.due_days >= 1 and route.proof for route in routes)


@pytest.mark.parametrize("finding_id", FINDINGS)
def test_every_finding_has_its_place_in_the_contract(finding_id):
    text = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    assert re.search(rf"(?<![\w.]){re.escape(finding_id)}(?![\w.]|\.\w)", text), (
        f"docs/contracts.md lacks {finding_id}"
    )


def test_every_route_belongs_to_a_finding_and_is_taken_by_its_rule():
    taken = set().union(*(texts(tree) for _, tree in modules("findings")))
    for route in rules().routes:
        family, _, _branch = route.rpartition(".")
        assert route in FINDINGS or family in FINDINGS, f"{route}: no finding of this id"
        assert route in FINDINGS or family in BRANCHES or route in taken, f"{route}: no rule takes it"


# Verdicts of a test of their own instead of `analysis.compare`: which one.
OWN_TEST = {
    "campaign.profit": "the 90% range of the profit against 0",
    "campaign.uplift_gross": "the effect against its placebos",
    "campaign.uplift_net": "the effect against its placebos",
    "lifecycle.new": "the 90% range of the item's conversion against the shop's",
    "card.forecast": "the mean error of forecasts whose month is over against that of the plain one",
    "card.promise": "a binomial test of the claims whose outcome is known against the share promised",
    "own.item": "a likelihood scan over all items, family-wise",
    "own.source": "the largest departure of all sources, family-wise",
    "quality.refunds": "an exact test over all items, family-wise",
    "quality.reviews": "a conditional binomial test",
}
# Metrics without a column: which direction is good.
GOOD = {"rank": "down", "gross_profit": "up", "sell_through": "up", "traffic_index": "up"}


def test_every_verdict_comes_from_a_comparison_or_the_rule_is_a_state():
    by_hand = {
        finding_id
        for finding_id, call in calls_of_finding()
        for each in call.keywords
        if each.arg == "verdict" and ".verdict" not in ast.unparse(each.value)
        if ast.unparse(each.value) not in ("'unknown'", "'same'")
    }
    assert by_hand <= set(rules().states) | set(OWN_TEST)


def test_whatever_page_is_loaded_its_past_knows_the_shops_own_campaigns():
    made = [
        (name, {each.arg for each in node.keywords})
        for name, tree in modules("workbook", "learn")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Facts"
    ]
    assert len(made) >= 4
    assert [name for name, given in made if "campaigns" not in given] == []


def test_every_state_and_every_test_of_its_own_belongs_to_a_finding():
    assert set(rules().states) | set(OWN_TEST) <= set(FINDINGS)
    assert not set(rules().states) & set(OWN_TEST)


def test_the_metric_of_every_finding_has_a_good_direction():
    named = {
        (finding_id, each.value.value)
        for finding_id, call in calls_of_finding()
        for each in call.keywords
        if each.arg == "metric" and isinstance(each.value, ast.Constant)
    }
    unknown = {(one, metric) for one, metric in named if metric not in columns() and metric not in GOOD}
    assert not unknown
    assert all(column(metric).good == GOOD[metric] for metric in GOOD if metric in columns())


def test_a_heading_is_one_entry_and_says_nothing_that_another_says():
    entries = load_yaml(ROOT / "params" / "labels.yaml")
    for name, texts in entries.items():
        assert set(texts) == {"zh", "en"}, name
        family, _, plain = name.rpartition(".")
        assert family in ("", "site", "panel", "unit"), name
        assert texts != entries.get(plain) or not family, f"{name} repeats {plain}"
        if plain in columns():
            own = columns()[plain]
            assert (texts["zh"], texts["en"]) != (own.zh, own.en), f"{name} repeats columns.yaml"


def test_no_page_has_headings_of_its_own():
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules("workbook", "report")
        for function in functions(tree)
        if function.name.strip("_").endswith("labels")
        for node in ast.walk(function)
        if isinstance(node, ast.Dict) and any(getattr(each, "func", None) is not None for each in node.values)
    ]
    assert not found, "write the heading into params/labels.yaml"
