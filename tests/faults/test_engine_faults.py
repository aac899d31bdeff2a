"""Notebooks that die, hang, eat memory or fork end at once with a named failure and leave nothing."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from notebooks.fixtures.cases import notebook
from papermill_warm import zygote, zygote_client
from shopbook.text import set_language

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")

if sys.platform.startswith("linux"):
    from papermill_warm.client import ForkingEngine
    from papermill_warm.errors import KernelDiedError, NotebookTimeoutError


@pytest.fixture(autouse=True)
def _english():
    """The reasons are compared in English."""
    set_language("en")


def run(*cells, **options):
    nb = notebook(*cells)
    ForkingEngine.execute_notebook(nb, "python3", progress_bar=False, **options)
    return nb


def text(nb, cell=-1):
    return "".join(output.get("text", "") for output in nb.cells[cell].outputs)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pid, seconds=10.0):
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        pytest.param("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL", id="kill -9"),
        pytest.param("import ctypes\nctypes.string_at(0)", "SIGSEGV", id="segfault"),
        pytest.param("import os\nos._exit(3)", "exit code 3", id="exit without a word"),
        pytest.param("import os\nos.abort()", "SIGABRT", id="abort"),
    ],
)
def test_a_dead_notebook_names_its_end(cell, reason):
    with pytest.raises(KernelDiedError, match=reason):
        run("print('fine')", cell, "print('never')")


def test_what_was_printed_before_the_death_is_kept():
    nb = notebook("print('last words', flush=True)\nimport os\nos._exit(1)")
    with pytest.raises(KernelDiedError):
        ForkingEngine.execute_notebook(nb, "python3", progress_bar=False)
    assert text(nb) == "last words\n"


def test_death_is_noticed_without_waiting_for_a_time_limit():
    began = time.monotonic()
    with pytest.raises(KernelDiedError):
        run("import os\nos._exit(1)", execution_timeout=300, notebook_timeout=300)
    assert time.monotonic() - began < 60


def test_exit_ends_the_notebook_before_the_next_cell():
    with pytest.raises(KernelDiedError, match="exit code 0"):
        run("exit()", "print('never')")


def test_the_whole_notebook_has_a_time_limit():
    with pytest.raises(NotebookTimeoutError, match="1 s"):
        run("import time\ntime.sleep(0.7)", "time.sleep(0.7)", "time.sleep(0.7)", notebook_timeout=1)


def test_one_process_meets_the_memory_limit_as_an_error_of_its_cell():
    nb = run("kept = bytearray(600_000_000)", memory_mb=300)
    assert [output.ename for output in nb.cells[0].outputs] == ["MemoryError"]


def test_several_processes_together_meet_the_memory_limit():
    cell = (
        "import subprocess, sys\n"
        "eat = 'kept = bytearray(120_000_000)\\nfor i in range(0, len(kept), 4096): kept[i] = 1\\n"
        "import time; time.sleep(60)'\n"
        "eaters = [subprocess.Popen([sys.executable, '-c', eat]) for _ in range(4)]\n"
        "import time; time.sleep(60)"
    )
    with pytest.raises(KernelDiedError, match="300 MB are allowed"):
        run(cell, memory_mb=300)


def test_a_forking_cell_runs_the_rest_once():
    nb = run("import os\npid = os.fork()\nif pid: done = os.waitpid(pid, 0)", "print('once')")
    assert text(nb) == "once\n"
    assert [output.output_type for output in nb.cells[0].outputs] == []


def test_a_fork_bomb_is_stopped_by_its_number_of_processes():
    cell = (
        "import os, time\n"
        "for _ in range(80):\n    if os.fork() == 0:\n        time.sleep(60); os._exit(0)\n"
        "time.sleep(60)"
    )
    with pytest.raises(KernelDiedError, match="64 are allowed"):
        run(cell)


@pytest.mark.parametrize("new_session", [False, True], ids=["same group", "left the group"])
def test_nothing_a_notebook_started_outlives_it(new_session):
    cell = (
        "import subprocess\n"
        f"left = subprocess.Popen(['sleep', '300'], start_new_session={new_session})\nprint(left.pid)"
    )
    assert gone(int(text(run(cell))))


def test_a_daemon_that_hides_behind_a_dead_parent_does_not_outlive_its_notebook():
    cell = (
        "import subprocess\n"
        "shell = 'setsid sleep 300 >/dev/null 2>&1 & echo $!'\n"
        "print(subprocess.run(['sh', '-c', shell], capture_output=True, text=True).stdout)"
    )
    assert gone(int(text(run(cell))))


def test_kill_9_of_the_warm_process_fails_the_notebook_and_the_next_one_runs():
    warm = zygote_client.warm_process()
    cell = f"import os, signal\nos.kill({warm.process.pid}, signal.SIGKILL)\nimport time\ntime.sleep(60)"
    with pytest.raises(KernelDiedError):
        run(cell)
    assert text(run("print('again')")) == "again\n"


def test_forks_die_with_the_warm_process():
    warm = zygote_client.start()
    fork = warm.fork({"op": "kernel", "env": dict(os.environ), "cwd": os.getcwd(), "memory_mb": 0})
    warm.process.send_signal(signal.SIGKILL)
    warm.process.wait()
    assert gone(fork.pid)
    fork.close()


def test_the_warm_process_ends_with_its_client():
    warm = zygote_client.start()
    fork = warm.fork({"op": "kernel", "env": dict(os.environ), "cwd": os.getcwd(), "memory_mb": 0})
    fork.close()
    warm._primary.close()
    warm.process.wait(20)
    assert gone(fork.pid)


def test_a_warm_process_begun_early_is_the_one_that_is_used():
    zygote_client.begin()
    begun = zygote_client._begun
    zygote_client.begin()
    assert zygote_client._begun is begun
    with contextlib.closing(zygote_client.start()) as warm:
        assert warm is begun
        assert warm.alive


def test_a_begun_process_that_nobody_used_ends_with_its_starter():
    code = "from papermill_warm import zygote_client as z; z.begin(); print(z._begun.process.pid)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert gone(int(said.stdout), seconds=60)


def test_a_zygote_with_a_second_thread_refuses_to_fork():
    import threading

    from papermill_warm.warmup import check_single_thread

    stop = threading.Event()
    threading.Thread(target=stop.wait, daemon=True).start()
    with pytest.raises(RuntimeError, match="threads"):
        check_single_thread()
    stop.set()


def test_a_family_is_a_process_and_its_descendants():
    assert zygote.family(os.getpid())[0] == os.getpid()
