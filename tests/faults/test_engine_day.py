"""Notebooks of a day come from a process that has loaded it; without it they come from the warm process."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from faults.test_engine_faults import gone, run, text
from notebooks.fixtures import cases
from papermill_warm import zygote, zygote_client
from shopbook.history.store import Store
from shopbook.read import ExportTable
from shopbook.read.export import Provenance
from shopbook.run import warm_up
from shopbook.run.job import FACADES

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")

DAY = "2026-08-23"
SHOW = "import os; from shopbook.workbook import prepared; print(os.getppid(), len(prepared._kept))"


@pytest.fixture
def home(tmp_path):
    """A home with twelve weeks of a shop's daily sheet."""
    made = cases.home(tmp_path)
    days = pd.date_range("2026-06-01", DAY)
    frame = pd.DataFrame({"date": days, "visitors": 900.0, "pay_buyers": 18.0, "pay_amount": 900.0})
    told = Provenance("shop_daily.csv", "0" * 64, "csv", "utf-8", ",", (), 1, len(frame))
    columns = {name: frame[name].to_numpy() for name in frame}
    Store(made.history).write("demo", ExportTable("shop_daily", columns, (), told))
    return made


@pytest.fixture(scope="module")
def warm():
    """A warm process of these tests alone."""
    zygote_client.adopt(zygote_client.start(warm_up.FUNCTION))
    yield zygote_client.warm_process()
    zygote_client.warm_process().close()
    zygote_client.adopt(None)


def options(home, **asked):
    env = {"SHOPBOOK_HOME": str(home.root), "SHOPBOOK_DATA": str(home.data)}
    day = {"shop": "demo", "date": DAY, "lang": "zh", "notebooks": ["own", "brief"]}
    prepare = {"function": f"{FACADES['daily']}:prepare", "arguments": {**day, **asked}}
    return {"env": env, "prepare": prepare}


def seen(nb):
    """The parent of a notebook, and how much was prepared for it."""
    parent, kept = text(nb).split()
    return int(parent), int(kept)


def let_loading_hang(home):
    """A day of the shop's history becomes a pipe that nobody writes to."""
    day = next(home.history.rglob(f"{DAY}*"))
    day.unlink()
    os.mkfifo(day)


def test_notebooks_of_a_day_share_what_was_loaded_once(home, warm):
    first, second = (seen(run(SHOW, **options(home))) for _ in range(2))
    assert first == second
    assert first[0] in zygote.children(warm.process.pid)
    assert first[1] == 1


def test_what_a_notebook_does_to_it_stays_its_own(home, warm):
    cell = "from shopbook.workbook import daily, prepared; day = daily.load('demo', '2026-08-23')"
    run(cell + "\nprepared._kept.clear(); day.facts._made.clear()", **options(home))
    assert seen(run(SHOW, **options(home)))[1] == 1


def test_a_notebook_alone_comes_from_the_warm_process(home, warm):
    run(SHOW, **options(home))
    assert seen(run(SHOW)) == (warm.process.pid, 0)


def test_a_day_that_cannot_be_loaded_is_the_notebooks_own_error(home, warm):
    asked = options(home, date="1999-01-01")
    assert seen(run(SHOW, **asked))[1] == 0
    nb = run("from shopbook.workbook import daily; daily.load('demo', '1999-01-01')", **asked)
    assert "1999-01-01" in nb.cells[0].outputs[-1]["evalue"]


def test_killed_while_it_loads_the_notebook_runs_without_it(home, warm):
    let_loading_hang(home)
    killer = (
        "import os, signal, sys, time\n"
        "from papermill_warm.zygote import children\n"
        "pid, before = int(sys.argv[1]), {int(each) for each in sys.argv[2:]}\n"
        "while not (found := set(children(pid)) - before): time.sleep(0.02)\n"
        "time.sleep(0.3); os.kill(found.pop(), signal.SIGKILL)"
    )
    known = [str(pid) for pid in (warm.process.pid, *zygote.children(warm.process.pid))]
    with subprocess.Popen([sys.executable, "-c", killer, *known]) as kill:
        time.sleep(1)
        assert seen(run(SHOW, **options(home))) == (warm.process.pid, 0)
    assert kill.returncode == 0
    assert seen(run(SHOW, **options(home))) == (warm.process.pid, 0)  # not tried again


def test_killed_between_two_notebooks_the_next_one_runs_without_it(home, warm):
    day, _ = seen(run(SHOW, **options(home)))
    os.kill(day, signal.SIGKILL)
    assert gone(day)
    assert seen(run(SHOW, **options(home))) == (warm.process.pid, 0)


def test_it_keeps_no_end_of_a_notebooks_connection(home, warm):
    day, _ = seen(run(SHOW, **options(home)))
    until = time.monotonic() + 10
    while len(sockets(day)) != 3 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(sockets(day)) == 3  # the line to the warm process, and the two ends that wake it


def sockets(pid):
    """The open sockets of a process."""
    files = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            files.append(os.readlink(f"/proc/{pid}/fd/{number}"))
    return [name for name in files if name.startswith("socket:")]


def test_a_load_without_end_is_ended(home):
    let_loading_hang(home)
    code = (
        "import os, sys, json\n"
        "from papermill_warm import preparation\n"
        "preparation._MOST_SECONDS = 1\n"
        "order = json.loads(sys.argv[1])\n"
        "preparation.load({**order, 'env': {**os.environ, **order['env']}})"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, json.dumps(options(home))], check=False, timeout=60, capture_output=True
    )
    assert said.returncode == -signal.SIGALRM


def test_an_unused_day_ends_and_its_running_notebook_does_not(home, warm):
    order = {"op": "kernel", "cwd": os.getcwd(), "memory_mb": 0}
    asked, before = options(home), set(zygote.children(warm.process.pid))
    with contextlib.closing(warm.fork({**order, **asked, "env": {**os.environ, **asked["env"]}})) as running:
        old = (set(zygote.children(warm.process.pid)) - before).pop()
        assert running.pid in zygote.children(old)
        assert seen(run(SHOW, **options(home, date="2026-08-22")))[1] == 1
        assert not gone(running.pid, 0.5)
    assert gone(old)


def test_it_ends_with_the_client_of_the_warm_process(home):
    warm = zygote_client.start()
    asked = options(home)
    order = {"op": "kernel", "cwd": os.getcwd(), "memory_mb": 0, **asked}
    fork = warm.fork({**order, "env": {**os.environ, **asked["env"]}})
    day = zygote.children(warm.process.pid)[0]
    fork.connection.detach()  # not even closed: the client is gone with everything
    fork.control.detach()
    warm._primary.close()
    warm.process.send_signal(signal.SIGKILL)
    assert gone(fork.pid)
    assert gone(day)
    warm.process.wait(20)
