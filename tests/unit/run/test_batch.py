"""Many notebooks: order, failures that do not stop a batch, workers that die, what a rerun does."""

import io
import pkgutil
import sys

import pytest
from rich.console import Console

from notebooks.fixtures import cases
from shopbook.errors import ParamsError
from shopbook.run import batch, manifest, warm_up, workers
from shopbook.run.batch import run_batch
from shopbook.run.batch_result import BatchResult
from shopbook.run.job import Limits, NotebookResult
from shopbook.text import speaking

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks"),
    pytest.mark.usefixtures("one_warm_process"),
]

KILL_WORKER = """\
import os, signal
with open(f'/proc/{os.getppid()}/task/{os.getppid()}/children') as file:
    forks = [int(pid) for pid in file.read().split()]
with open(os.environ['SHOPBOOK_DATA'] + '/kills', 'a') as file:
    file.write('x')
    kills = file.tell()
if kills <= TIMES:
    for pid in sorted(forks):
        if pid != os.getpid():
            os.kill(pid, signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _package_of_one_version(monkeypatch):
    """Files of the package may be edited while a test runs; its hash is asked once per batch."""
    monkeypatch.setattr(manifest, "_package", lambda: "one version")


def test_a_failing_notebook_does_not_stop_the_others(tmp_path):
    home = cases.home(tmp_path, name="own")
    cases.home(tmp_path, "1 / 0", name="market")
    cases.home(tmp_path, "import os; os._exit(1)", name="rivals")
    cases.home(tmp_path, "while True: pass", name="brief")
    names = ["market", "own", "rivals", "brief", "absent"]
    jobs = [cases.job(home, name) for name in names]
    result = run_batch(jobs, jobs_parallel=2, limits=Limits(cell_seconds=2))
    assert [each.status for each in result.results] == ["failed", "done", "failed", "failed", "failed"]
    assert [each.job.name for each in result.results] == names
    assert result.exit_code == 1
    assert all(f"daily/{each.job.name}" in each.error for each in result.results[2:4])


def test_a_second_batch_runs_nothing(tmp_path, monkeypatch):
    home = cases.home(tmp_path)
    jobs = [cases.job(home, date=f"2026-11-{day}") for day in (19, 20)]
    assert run_batch(jobs, jobs_parallel=2).count("done") == 2
    monkeypatch.setattr(batch, "Pool", None)  # a process started now would be an error
    assert run_batch(jobs).count("skipped") == 2


def test_a_rerun_does_only_what_failed(tmp_path):
    home = cases.home(tmp_path, name="own")
    cases.home(tmp_path, "1 / 0", name="market")
    jobs = [cases.job(home, "own"), cases.job(home, "market")]
    run_batch(jobs, jobs_parallel=1)
    cases.home(tmp_path, "1 / 1", name="market")
    states = [each.status for each in run_batch(jobs, jobs_parallel=1).results]
    assert states == ["skipped", "done"]


def test_a_lost_worker_is_replaced_and_its_notebook_runs_again(tmp_path):
    home = cases.home(tmp_path, KILL_WORKER.replace("TIMES", "1"))
    result = run_batch([cases.job(home)], jobs_parallel=1)
    assert [(each.status, each.attempts) for each in result.results] == [("done", 2)]


def test_a_notebook_that_kills_every_worker_fails_by_name(tmp_path):
    home = cases.home(tmp_path, KILL_WORKER.replace("TIMES", "99"))
    cases.home(tmp_path, name="market")
    another = cases.job(home, "market", date="2026-11-19")  # of the same day it would have another parent
    result = run_batch([cases.job(home, lang="en"), another], jobs_parallel=1)
    assert [each.status for each in result.results] == ["failed", "done"]
    assert result.results[0].error == "Notebook daily/own failed: its worker died 3 times"
    assert manifest.read_run(result.results[0].job.folder)["notebooks"]["own"]["status"] == "failed"


def test_the_longest_notebook_of_last_time_starts_first(tmp_path):
    home = cases.home(tmp_path, name="own")
    cases.home(tmp_path, name="market")
    manifest.write_json(home.reports / ".durations.json", {"daily/own": 1.0, "daily/market": 9.0})
    ended = []
    jobs = [cases.job(home, "own"), cases.job(home, "market")]
    run_batch(jobs, jobs_parallel=1, on_result=lambda result: ended.append(result.job.name))
    assert ended == ["market", "own"]


def test_notebooks_of_a_day_run_one_after_the_other_and_know_of_each_other(tmp_path):
    home = cases.home(tmp_path, name="own")
    cases.home(tmp_path, name="market")
    ended = []
    jobs = [
        cases.job(home, name, date=f"2026-11-{day}") for name in ("own", "market") for day in (18, 19, 20)
    ]
    jobs.append(cases.job(home, "own", shop="demo-b"))
    run_batch(jobs, jobs_parallel=1, on_result=lambda result: ended.append(result.job))
    assert [job.date for job in ended[:-1:2]] == [job.date for job in ended[1::2]]
    assert {job.together for job in ended[:-1]} == {("own", "market")}
    assert ended[-1].together == ()


def test_the_days_of_a_range_run_in_order(tmp_path):
    home = cases.home(tmp_path, name="own")
    ended = []
    jobs = [cases.job(home, "own", date=f"2026-11-{day}") for day in (20, 18, 19, 17)]
    run_batch(jobs, jobs_parallel=2, on_result=lambda result: ended.append(result.job.date))
    assert ended == ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]


def test_two_workers_load_different_shops(tmp_path):
    home = cases.home(tmp_path, "import time\ntime.sleep(0.3)", name="own")
    cases.home(tmp_path, "import time\ntime.sleep(0.3)", name="market")
    ended = []
    jobs = [cases.job(home, name, shop=shop) for name in ("own", "market") for shop in ("demo", "demo-b")]
    run_batch(jobs, jobs_parallel=2, on_result=lambda result: ended.append(result.job.shop))
    assert sorted(ended[:2]) == sorted(ended[2:]) == ["demo", "demo-b"]


def test_other_parameters_load_something_else(tmp_path):
    home = cases.home(tmp_path)
    jobs = {number: cases.job(home, parameters={"window_days": 14 * number}) for number in (1, 2)}
    assert batch.together(jobs) == jobs


def test_standard_papermill_runs_in_workers_too(tmp_path):
    home = cases.home(tmp_path, "print('x')")
    jobs = [cases.job(home, date=f"2026-11-{day}") for day in (19, 20)]
    result = run_batch(jobs, jobs_parallel=1, engine="papermill")
    assert result.count("done") == 2
    assert manifest.read_run(jobs[0].folder)["engine"] == "papermill"


@pytest.mark.parametrize(
    ("engine", "linux", "message"),
    [
        pytest.param("fast", True, "'fast' is not one of warm, papermill", id="unknown"),
        pytest.param("warm", False, "needs Linux; use --engine papermill", id="no fork"),
    ],
)
def test_an_engine_that_cannot_be_used_is_named(monkeypatch, engine, linux, message):
    monkeypatch.setattr(workers, "LINUX", linux)
    with pytest.raises(ParamsError) as error:
        workers.chosen_engine(engine)
    with speaking("en"):
        assert message in str(error.value)


def test_without_fork_papermill_is_the_default(monkeypatch):
    monkeypatch.setattr(workers, "LINUX", False)
    assert workers.chosen_engine() == "papermill"


def test_an_empty_batch_is_done(tmp_path):
    assert run_batch([]).exit_code == 0


def test_the_summary_names_failures_with_their_reason(tmp_path):
    job = cases.job(cases.home(tmp_path))
    results = [NotebookResult(job, "done", 1.0)] * 20 + [NotebookResult(job, "failed", 2.0, "the reason")]
    page = io.StringIO()
    Console(file=page, width=120).print(BatchResult(tuple(results)).table())
    assert page.getvalue().count("demo 2026-11-20 daily/own") == 1
    assert "the reason" in page.getvalue()
    assert "20" in page.getvalue()


def test_progress_counts_to_the_end(tmp_path):
    page = io.StringIO()
    run_batch([cases.job(cases.home(tmp_path))], console=Console(file=page, force_terminal=True, width=120))
    assert "1/1" in page.getvalue()


def test_what_is_done_meanwhile_is_done_once_and_before_the_first_notebook_ends(tmp_path):
    seen = []
    jobs = [cases.job(cases.home(tmp_path), shop=shop) for shop in ("a", "b", "c")]
    run_batch(
        jobs, jobs_parallel=1, on_result=lambda _: seen.append("end"), meanwhile=lambda: seen.append("while")
    )
    assert seen == ["while", "end", "end", "end"]


def test_the_warm_process_imports_other_families_and_draws_a_first_figure_only_for_runs_that_gain():
    assert warm_up.more({"daily"}, 7) == []
    assert warm_up.more({"daily", "periodic"}, 10) == [(warm_up.FAMILIES, {"names": ["periodic"]})]
    assert warm_up.more({"daily"}, 560) == [(warm_up.DRAW, {})]
    for function, arguments in warm_up.more({"daily", "periodic", "custom"}, 560):
        pkgutil.resolve_name(function)(**arguments)
    assert {"shopbook.workbook.periodic", "shopbook.workbook.card"} <= sys.modules.keys()
