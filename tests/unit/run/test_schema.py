"""docs/findings.schema.json says what a report publishes: what the records make, and nothing else."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from published import blocking, finding, report
from shopbook.findings.finding import Cause, DataWarning, Figure, FigureSource, Source, Week
from shopbook.home import PROJECT
from shopbook.params import rules

SCHEMA = json.loads((PROJECT / "docs" / "findings.schema.json").read_text(encoding="utf-8"))


def problems(document) -> list[str]:
    """What the schema has against a findings.json, as `place: message`."""
    found = Draft202012Validator(SCHEMA).iter_errors(document)
    return [f"{'/'.join(str(step) for step in error.absolute_path)}: {error.message}" for error in found]


@pytest.fixture
def document():
    causes = (Cause({"factor": "market"}, -280.0, 0.2), Cause({"channel": "search"}, -1.0, None, "手淘搜索"))
    week = Week("2026-11-14", "2026-11-20", 240_000.0, 245_000.0, -0.02, None, None, (-0.06, 0.02), "unknown")
    rows = FigureSource("shop_daily", "2026-11-20", "2026-11-20", ("visitors",), 1)
    figure = Figure("visitors", "34,120", 34120.0, "persons", sources=(rows,))
    shared = {"causes": causes, "week": week, "figures": (figure,), "market_change": -0.02}
    found = finding(comparator="market", interval=(-0.14, -0.06), **shared)
    source = Source("shop_daily", "店铺.xlsx", "0" * 64, 30, "2026-10-22", "2026-11-20")
    made = report(
        findings=(found, finding("own.basket", "ok", comparator="none", relative=None, market_change=None)),
        warnings=(blocking(),),
        sources=(source,),
    )
    return made.to_json()


def test_the_schema_itself_holds():
    Draft202012Validator.check_schema(SCHEMA)


def test_what_the_records_make_is_valid(document):
    assert problems(document) == []


def test_a_report_that_found_nothing_is_valid():
    assert problems(report(findings=(), tables={}).to_json()) == []


def test_unknown_figures_travel_as_null():
    unknown = finding(
        level="ok",
        value=float("nan"),
        baseline=None,
        change=float("inf"),
        comparator="none",
        relative=None,
        market_change=None,
    )
    assert problems(report(findings=(unknown,)).to_json()) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("schema",), 1, id="another schema version"),
        pytest.param(("date",), "20261120", id="a day in another form"),
        pytest.param(("version",), "", id="no version"),
        pytest.param(("headline",), "", id="no headline"),
        pytest.param(("findings", 0, "level"), "bad", id="unknown level"),
        pytest.param(("findings", 0, "verdict"), "up", id="unknown verdict"),
        pytest.param(("findings", 0, "owner"), "", id="an act finding without owner"),
        pytest.param(("findings", 0, "due"), "tomorrow", id="an act finding without day"),
        pytest.param(("findings", 0, "value"), "12", id="text for a figure"),
        pytest.param(("findings", 0, "interval"), [1.0], id="half an interval"),
        pytest.param(("findings", 0, "comparator"), "none", id="relative without comparator"),
        pytest.param(("findings", 0, "causes", 0, "scope"), {"factor": "luck"}, id="unknown factor"),
        pytest.param(("findings", 0, "causes", 0, "effect"), None, id="a cause without effect"),
        pytest.param(("findings", 0, "week", "last_day"), "", id="a week without its last day"),
        pytest.param(("findings", 0, "figures", 0, "text"), "", id="a figure that is not printed"),
        pytest.param(("story",), "own.visitors", id="a story that is no list"),
        pytest.param(("findings", 0, "colour"), "red", id="unknown field"),
        pytest.param(("warnings", 0, "code"), "oops", id="unknown warning code"),
        pytest.param(("tables", "kpis", 0, "spark"), "▁▂", id="spark that is no list"),
        pytest.param(("sources", 0, "sha256"), "abc", id="short hash"),
    ],
)
def test_what_breaks_the_contract_is_refused(document, path, value):
    broken = copy.deepcopy(document)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert problems(broken)


def test_schema_and_rules_know_the_same_warnings():
    codes = SCHEMA["$defs"]["warning"]["properties"]["code"]["enum"]
    assert set(codes) == set(rules().warnings)


def test_every_known_warning_is_valid():
    warnings = tuple(DataWarning("warn", code, "文字") for code in rules().warnings)
    assert problems(report(warnings=warnings).to_json()) == []
