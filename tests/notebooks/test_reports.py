"""Every daily notebook really runs: on demo data, without an export, without history, in English."""

import json
import re
import shutil

import jsonschema
import nbformat
import papermill
import pytest

from shopbook.history.store import Store
from shopbook.home import PROJECT, Home, find_home
from shopbook.params import family_file
from shopbook.run.batch import run_batch
from shopbook.run.notebook import execute
from shopbook.run.plan import Request, plan

DAILY = family_file(find_home(PROJECT), "daily").notebooks
SCHEMA = json.loads((PROJECT / "docs" / "findings.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def ran(demo_reports) -> Home:
    """A home with every report of shop `demo`."""
    return find_home(PROJECT, demo_reports)


@pytest.mark.parametrize("name", DAILY)
def test_findings_obey_the_schema_and_the_page_its_rules(ran, name):
    folder = ran.reports / "demo" / "2026-11-20" / "daily"
    document = json.loads((folder / f"{name}.findings.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert document["notebook"] == f"daily/{name}"
    assert document["tables"]["kpis"]
    for finding in document["findings"]:
        if finding["causes"]:
            total = sum(cause["effect"] for cause in finding["causes"])
            change = finding["value"] - finding["baseline"]
            assert total == pytest.approx(change, rel=1e-9, abs=1e-9)
    page = (folder / f"{name}.html").read_text(encoding="utf-8")
    assert len(page.encode()) <= 300_000
    assert 'lang="zh' in page
    for trace in ("Traceback", "daily.load(", 'src="http', 'href="http', "<script src"):
        assert trace not in page
    assert page.count("<img ") == page.count('<img alt="') + page.count("<img  alt=")


def test_a_second_run_runs_nothing(ran):
    again = run_batch(plan(ran, Request("daily", ("demo",))).jobs)
    assert again.count("skipped") == len(DAILY)


# Each kind's absence is a case of test_every_page.py; here one goes through the engine that publishes.
@pytest.mark.parametrize(
    "kind",
    [
        "item_daily",
        *(pytest.param(kind, marks=pytest.mark.nightly) for kind in ("market", "peers", "rivals")),
    ],
)
def test_a_missing_export_is_said_and_the_brief_still_comes(demo_copy, kind):
    shutil.rmtree(demo_copy / "history" / "demo" / kind)
    home = find_home(PROJECT, demo_copy)
    jobs = [
        job for job in plan(home, Request("daily", ("demo",))).jobs if job.name in ("brief", "own", "rivals")
    ]
    result = run_batch(jobs)
    assert {each.job.name: each.error for each in result.results if each.status != "done"} == {}
    path = home.reports / "demo" / "2026-11-20" / "daily" / "brief.findings.json"
    warnings = json.loads(path.read_text(encoding="utf-8"))["warnings"]
    assert ("missing_export", kind) in {(each["code"], each["scope"].get("kind")) for each in warnings}


def test_a_shop_without_history_is_left_out_by_name(tmp_path):
    home = find_home(PROJECT, tmp_path / "data")
    made = plan(home, Request("daily", ("nobody",)))
    assert made.jobs == ()
    assert "nobody" in made.left_out["nobody"]


def test_run_all_works_from_the_notebooks_own_folder(demo_copy, tmp_path, monkeypatch):
    """Standard papermill, no parameters, the working directory an analyst has in JupyterLab."""
    monkeypatch.setenv("SHOPBOOK_DATA", str(demo_copy))
    monkeypatch.delenv("SHOPBOOK_HOME", raising=False)
    source, made = PROJECT / "notebooks" / "daily" / "market.ipynb", tmp_path / "out.ipynb"
    papermill.execute_notebook(str(source), str(made), cwd=str(source.parent), progress_bar=False)
    last = nbformat.read(made, as_version=4).cells[-1]
    assert "analyst-only" in last.metadata.tags
    assert last.outputs, "the analyst's section shows the live frames"


def test_english_reports_speak_english(demo_copy):
    home = find_home(PROJECT, demo_copy)
    job = plan(home, Request("daily", ("demo",), lang="en")).jobs[0]
    assert execute(job).status == "done"
    document = json.loads((job.folder / f"{job.name}.findings.json").read_text(encoding="utf-8"))
    assert document["lang"] == "en"
    said = document["headline"]
    assert re.match(r"Sales ¥[\d,]+, ¥[\d,]+ (less|more) than on a usual Friday: .", said), said
    history = Store(home.history)
    names = {"flow_source": ["channel_label", "channel_detail"], "item_daily": ["item_name"]}
    for name in (each for kind in names for each in history.read("demo", kind)[names[kind]].stack().unique()):
        said = said.replace(name, "")  # the platform's and the shop's own names stay what they are
    assert not re.search("[\u4e00-\u9fff]", said), said
