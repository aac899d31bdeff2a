"""A batch over dask workers: lost machines, notebooks that kill them, a second submission."""

import os
import signal
import sys
import threading
import time

import pytest

from notebooks.fixtures import cases
from shopbook.errors import RunError
from shopbook.run import manifest
from shopbook.run.cluster import run_cluster

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks"),
    pytest.mark.filterwarnings("ignore"),
]

KILL_DASK = """\
import os, signal
def parent(pid):
    with open(f'/proc/{pid}/status') as file:
        return int(next(line for line in file if line.startswith('PPid')).split()[1])
warm = parent(os.getpid())
os.kill(parent(warm), signal.SIGKILL)
import time
time.sleep(60)
"""


@pytest.fixture(scope="module")
def cluster():
    """Two dask workers; one that is killed is started anew, so that the next test has two again."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made


def pids(cluster):
    from distributed import Client

    with Client(cluster.scheduler_address) as client:
        return sorted(client.run(os.getpid).values())


def test_a_batch_comes_whole_in_its_order_and_is_not_done_again(tmp_path):
    """Workers of this process: what is asked of dask, without a machine of its own to start."""
    from distributed import LocalCluster

    home = cases.home(tmp_path, "print(1)")
    jobs = [cases.job(home, date=f"2026-11-{day}") for day in range(10, 14)]
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        host="127.0.0.1",
        protocol="tcp",
    ) as workers:
        first, again = (run_cluster(jobs, workers.scheduler_address) for _ in range(2))
    assert [each.job.folder for each in first.results] == [job.folder for job in jobs]
    assert [each.status for each in first.results] == ["done"] * 4
    assert [each.status for each in again.results] == ["skipped"] * 4


@pytest.mark.nightly
def test_one_of_two_workers_killed_mid_run_loses_nothing(tmp_path, cluster):
    home = cases.home(tmp_path, "import time\ntime.sleep(0.5)")
    jobs = [cases.job(home, date=f"2026-11-{day}") for day in range(10, 16)]
    victim = pids(cluster)[0]

    def kill_when_running():
        until = time.monotonic() + 120
        while not list(home.reports.glob("*/*/daily/run.json")) and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(victim, signal.SIGKILL)

    threading.Thread(target=kill_when_running, daemon=True).start()
    result = run_cluster(jobs, cluster.scheduler_address)
    # A report may be written and its worker dead before it says so: asked again, that one is unchanged.
    assert sorted(each.status for each in result.results)[:5] == ["done"] * 5
    assert {each.status for each in result.results} <= {"done", "skipped"}
    assert victim not in pids(cluster)
    again = run_cluster(jobs, cluster.scheduler_address)
    assert [each.status for each in again.results] == ["skipped"] * 6


@pytest.mark.nightly
def test_a_notebook_that_kills_its_dask_workers_fails_by_name(tmp_path, cluster, monkeypatch):
    monkeypatch.setattr("shopbook.run.cluster.ATTEMPTS", 2)  # each costs a worker's start
    home = cases.home(tmp_path, KILL_DASK)
    cases.home(tmp_path, name="market")
    jobs = [cases.job(home, "own", lang="en"), cases.job(home, "market")]
    result = run_cluster(jobs, cluster.scheduler_address)
    killed, other = result.results
    assert killed.status == "failed"
    # A worker may die between the other's written report and its answer: tried again it finds it there.
    assert other.status in ("done", "skipped")
    assert manifest.read_run(jobs[1].folder)["notebooks"]["market"]["status"] == "done"
    assert killed.error == "Notebook daily/own failed: its worker machine died 2 times"
    assert manifest.read_run(jobs[0].folder)["notebooks"]["own"]["status"] == "failed"


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("shopbook.run.cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(RunError, match=r"tcp://127\.0\.0\.1:9"):
        run_cluster([], "tcp://127.0.0.1:9")
