"""Papermill's own engine keeps the limits of the warm one and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys

import pytest

from faults.test_engine_faults import gone
from notebooks.fixtures.cases import notebook
from papermill_warm.errors import KernelDiedError, NotebookTimeoutError
from shopbook.run import standard_engine
from shopbook.run.job import Limits

CHILD = "import subprocess\nprint(subprocess.Popen(['sleep', '300'], start_new_session=True).pid, flush=True)"


def run(*cells, **limits):
    nb = notebook(*cells)
    standard_engine.run(nb, os.getcwd(), {}, Limits(**limits))
    return nb


def test_the_whole_notebook_has_a_time_limit():
    with pytest.raises(NotebookTimeoutError):
        run("import time\nfor _ in range(600): time.sleep(0.1)", seconds=4.0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts private memory")
def test_several_processes_together_meet_the_memory_limit():
    eat = "kept = bytearray(150_000_000)\\nkept[::4096] = b'1' * len(kept[::4096])\\ninput()"
    cell = (
        "import subprocess, sys, time\n"
        f"eat = [sys.executable, '-c', \"{eat}\"]\n"
        "eaters = [subprocess.Popen(eat, stdin=subprocess.PIPE) for _ in range(3)]\ntime.sleep(60)"
    )
    with pytest.raises(KernelDiedError, match="300 MB are allowed"):
        run(cell, memory_mb=300)


def test_nothing_a_notebook_started_outlives_it():
    nb = run(CHILD)
    assert gone(int(nb.cells[0].outputs[0]["text"]))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_notebook_ends_with_the_process_that_asked_for_it(tmp_path):
    code = (
        "import multiprocessing as m, os, sys, time\n"
        "from shopbook.run import standard_engine\nfrom shopbook.run.job import Limits\n"
        "from notebooks.fixtures.cases import notebook\n"
        "def work():\n"
        "    cell = \"import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(300)\"\n"
        "    standard_engine.run(notebook(cell), os.getcwd(), {}, Limits())\n"
        "if __name__ == '__main__':\n"
        "    m.get_context('fork').Process(target=work).start()\n"
        "    while not (os.path.exists('pid') and open('pid').read()): time.sleep(0.1)\n"
        "    print(open('pid').read(), flush=True); time.sleep(300)"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True
    ) as batch:
        kernel = int(batch.stdout.readline())
        with contextlib.suppress(ProcessLookupError):
            os.kill(batch.pid, signal.SIGKILL)
    assert gone(kernel)
