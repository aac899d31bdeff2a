"""One notebook run: strict parameters, files renamed into place, fingerprints, failures kept apart."""

import json
import os
import sys

import nbformat
import pytest

from notebooks.fixtures import cases
from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.run import manifest, notebook_source, report_files
from shopbook.run import notebook as notebook_module
from shopbook.run.job import Limits, NotebookJob
from shopbook.run.notebook import execute, is_current, job_of_path
from shopbook.text import speaking

needs_fork = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")


@pytest.fixture
def english():
    with speaking("en"):
        yield


def run_entry(job):
    return manifest.read_run(job.folder)["notebooks"][job.name]


@needs_fork
def test_a_run_writes_page_notebook_findings_and_its_record(tmp_path):
    home = cases.home(tmp_path, "print('visitors 访客')")
    cases.history(home, "shop_daily", "2026-11-20")
    job = cases.job(home, parameters={"window_days": 14})
    assert execute(job).status == "done"
    names = sorted(path.name for path in job.folder.iterdir() if not path.name.startswith("."))
    assert names == ["own.findings.json", "own.html", "own.ipynb", "run.json"]
    run = manifest.read_run(job.folder)
    assert run["inputs"][0] | {"sha256": ""} == {
        "kind": "shop_daily",
        "files": 1,
        "first_day": "2026-11-20",
        "last_day": "2026-11-20",
        "sha256": "",
    }
    assert set(run_entry(job)) == {"status", "start", "end", "error", "fingerprint"}
    assert "访客" in (job.folder / "own.html").read_text(encoding="utf-8")
    assert "window_days = 14" in nbformat.read(job.folder / "own.ipynb", 4).cells[1].source


@needs_fork
def test_a_notebook_sees_home_data_and_language_of_its_run(tmp_path):
    cell = (
        "import os\nnames = ['SHOPBOOK_HOME', 'SHOPBOOK_DATA']\n"
        "print([os.environ[name] for name in names] + [lang], os.path.basename(os.getcwd()))"
    )
    home = cases.home(tmp_path, cell)
    job = cases.job(home, lang="en")
    execute(job)
    text = nbformat.read(job.folder / "own.ipynb", 4).cells[2].outputs[0].text
    assert text == f"{[str(home.root), str(home.data), 'en']} daily\n"


@needs_fork
def test_a_failed_run_keeps_the_last_good_report_and_says_so(tmp_path):
    home = cases.home(tmp_path)
    job = cases.job(home)
    execute(job)
    good = {path.name: path.read_bytes() for path in job.folder.glob("own.*")}
    cases.home(tmp_path, "{}['visitors']")
    result = execute(job)
    assert (result.status, run_entry(job)["status"]) == ("failed", "failed")
    assert "KeyError" in result.error
    assert "daily/own" in result.error
    assert {path.name: path.read_bytes() for path in job.folder.glob("own.*")} == good
    assert (job.folder / ".failed" / "own.ipynb").exists()


@needs_fork
def test_a_notebook_that_publishes_nothing_is_a_failure(tmp_path, english):
    home = cases.home(tmp_path, "get_ipython().kernel.do_shutdown(False)")
    path = home.notebook("daily/own.ipynb")
    nbformat.write(cases.notebook("1 + 1", parameters=cases.PARAMETERS), path)
    result = execute(cases.job(home, lang="en"))
    assert result.error == (
        "Notebook daily/own published no findings; its last report cell is `show.publish(day)`."
    )
    assert not (result.job.folder / "own.html").exists()


@needs_fork
@pytest.mark.parametrize(
    ("cell", "limits", "reason"),
    [
        pytest.param("while True: pass", Limits(cell_seconds=1), "1 s allowed", id="endless cell"),
        pytest.param(
            "import time\ntime.sleep(60)", Limits(seconds=1.0), "took longer than the 1 s", id="slow"
        ),
        pytest.param("import os\nos._exit(9)", Limits(), "exit code 9", id="exit"),
        pytest.param("x = bytearray(900_000_000)", Limits(memory_mb=200), "MemoryError", id="memory"),
        pytest.param(
            "import sys\nsys.exit('enough')", Limits(), "SystemExit: enough", id="sys.exit with a word"
        ),
    ],
)
def test_bad_notebooks_fail_by_name_and_cell(tmp_path, cell, limits, reason):
    result = execute(cases.job(cases.home(tmp_path, cell), lang="en"), limits=limits)
    assert result.status == "failed"
    assert "daily/own" in result.error
    assert "cell 3" in result.error
    assert reason in result.error


def test_no_parameters_cell_is_refused_before_a_kernel_starts(tmp_path):
    home = cases.home(tmp_path)
    nbformat.write(cases.notebook("1"), home.notebook("daily/own.ipynb"))
    result = execute(cases.job(home, lang="en"), engine="no engine is asked")
    assert result.error.startswith("Notebook daily/own has no cell with the tag `parameters`")
    assert run_entry(result.job)["status"] == "failed"


def test_a_missing_notebook_is_named(tmp_path):
    home = cases.home(tmp_path)
    assert execute(cases.job(home, "absent", lang="en")).error == "There is no notebook absent.ipynb."


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    home = cases.home(tmp_path)
    home.notebook("daily/own.ipynb").write_text("not json", encoding="utf-8")
    assert execute(cases.job(home, lang="en")).error.startswith("own.ipynb is not a notebook")


@needs_fork
def test_a_blocking_warning_holds_the_report_only_where_the_shop_asks(tmp_path):
    found = '[{"level": "blocking", "code": "partial_day", "text": "x", "scope": {}}]'
    home = cases.home(tmp_path, found=found)
    assert execute(cases.job(home)).status == "done"
    assert execute(cases.job(home, hold_on_blocking=True, force=True)).status == "held"


@needs_fork
@pytest.mark.parametrize("change", ["history", "parameters", "code", "deleted page", "params file"])
def test_any_change_makes_a_report_stale(tmp_path, change):
    home = cases.home(tmp_path)
    cases.history(home, "shop_daily", "2026-11-20")
    job = cases.job(home)
    assert execute(job).status == "done"
    assert execute(job).status == "skipped"
    if change == "history":
        cases.history(home, "shop_daily", "2026-11-19", b"new")
    elif change == "parameters":
        job = cases.job(home, parameters={"window_days": 7})
    elif change == "code":
        cases.home(tmp_path, "1 + 1")
    elif change == "deleted page":
        (job.folder / "own.html").unlink()
    else:
        (tmp_path / "params" / "daily.yaml").write_text("notebooks: [own]", encoding="utf-8")
    assert not is_current(job)


@needs_fork
def test_what_a_report_cannot_depend_on_leaves_it_current(tmp_path):
    home = cases.home(tmp_path)
    cases.history(home, "shop_daily", "2026-11-20")
    job = cases.job(home)
    execute(job)
    cases.history(home, "shop_daily", "2026-11-21", b"a later day")
    cases.history(home, "shop_daily", "2026-11-20", b"x", shop="other")
    os.utime(cases.history(home, "shop_daily", "2026-11-20"))
    assert is_current(job)


@pytest.mark.parametrize("is_ours", [True, False])
def test_an_export_a_page_does_not_look_at_leaves_ours_current_and_not_a_changed_one(tmp_path, is_ours):
    home = cases.home(tmp_path) if not is_ours else Home(tmp_path, tmp_path / "data")
    job = NotebookJob(home, "daily", "own", "demo", "2026-11-20")
    cases.history(home, "shop_daily", "2026-11-20")
    before = notebook_module._prepared(job)[1]
    cases.history(home, "rivals", "2026-11-20")
    after_rivals = notebook_module._prepared(job)[1]
    cases.history(home, "market", "2026-11-20")
    assert (after_rivals == before) is is_ours
    assert notebook_module._prepared(job)[1] != after_rivals


@needs_fork
def test_force_runs_again(tmp_path):
    home = cases.home(tmp_path)
    execute(cases.job(home))
    assert execute(cases.job(home, force=True)).status == "done"


@needs_fork
def test_standard_papermill_gives_the_same_findings_and_page(tmp_path):
    pages = []
    for engine in ("warm", "papermill"):
        home = cases.home(tmp_path / engine, "import pandas as pd\npd.DataFrame({'v': [1, 2]})")
        job = cases.job(home)
        assert execute(job, engine=engine).status == "done"
        pages.append(
            [(job.folder / name).read_text(encoding="utf-8") for name in ("own.html", "own.findings.json")]
        )
    assert pages[0] == pages[1]


def test_a_second_equals_sign_in_a_comment_hides_no_parameter():
    nb = cases.notebook(
        "1", parameters="shop: str = 'a'  # shop = all\nfloor: float = 0.9  # floor=90%\nplain = 3"
    )
    assert notebook_source.declared(nb, "n") == {"shop": str, "floor": float, "plain": int}


def test_values_of_the_command_line_take_the_declared_type():
    names = {"digits": str, "count": int, "share": float, "flag": bool}
    given = {"digits": "007", "count": "12", "share": "0.5", "flag": "true"}
    assert notebook_source.fitting(given, names, "n") == {
        "digits": "007",
        "count": 12,
        "share": 0.5,
        "flag": True,
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"windowdays": 1}, "has no parameter windowdays; it knows count", id="unknown name"),
        pytest.param({"count": "many"}, "count must be int, not 'many'", id="not a number"),
        pytest.param({"count": True}, "count must be int, not True", id="a flag is no number"),
    ],
)
def test_wrong_parameters_are_refused_with_what_was_found(given, message, english):
    with pytest.raises(ParamsError) as error:
        notebook_source.fitting(given, {"count": int}, "daily/own")
    assert message in str(error.value)


def test_a_notebook_elsewhere_is_custom(tmp_path):
    home = cases.home(tmp_path)
    path = tmp_path / "mine.ipynb"
    nbformat.write(cases.notebook("1", parameters="shop = ''"), path)
    assert job_of_path(home, path, "demo", "2026-11-20").family == "custom"
    assert job_of_path(home, home.notebook("daily/own.ipynb"), "demo", "2026-11-20").family == "daily"


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "own.html"
    manifest.write_whole(path, b"old")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        manifest.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


REPORT = {
    "shop": "demo",
    "date": "2026-11-20",
    "notebook": "daily/own",
    "findings": [],
    "warnings": [],
    "tables": {},
}


def test_mail_charts_that_a_report_no_longer_has_are_removed(tmp_path):
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    chart = nbformat.v4.new_output(
        "display_data",
        {"image/png": png, "text/html": "<p>c</p>"},
        metadata={"shopbook": {"chart": "visitors"}},
    )
    found = nbformat.v4.new_output("display_data", {report_files.page.MIME: REPORT})
    nb = cases.notebook("1")
    nb.cells[0].outputs = [chart, found]
    job = cases.job(cases.home(tmp_path))
    report_files.publish(nb, job, manifest.Claim(job.folder, job.name))
    kept = job.folder / "own.charts"
    assert [path.name for path in kept.iterdir()] == ["visitors.png"]
    nb.cells[0].outputs = [found]
    report_files.publish(nb, job, manifest.Claim(job.folder, job.name))
    assert not kept.exists()


def test_run_json_keeps_the_other_notebooks_of_the_family(tmp_path):
    manifest.Claim(tmp_path, "own").record({"shop": "demo"}, {"status": "done"})
    manifest.Claim(tmp_path, "market").record({"shop": "demo"}, {"status": "failed"})
    kept = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["notebooks"]
    assert kept == {"market": {"status": "failed"}, "own": {"status": "done"}}


@needs_fork
def test_the_analysts_cells_wait_for_the_analyst(tmp_path):
    """A scheduled run leaves them unrun where they stand; whoever opens the report finds them."""
    home = cases.home(tmp_path, "print('page')", "raise KeyError('visitors')")
    path = home.root / "notebooks" / "daily" / "own.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells[2].metadata["tags"] = ["analyst-only"]
    nbformat.write(notebook, path)
    job = cases.job(home)
    assert execute(job).status == "done"
    kept = nbformat.read(job.folder / "own.ipynb", 4).cells[-2]
    assert (kept.source, kept.outputs) == ("raise KeyError('visitors')", [])
