"""A whole batch killed with -9 at random moments: no half page, no wrong `done`; a rerun does the rest."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notebooks.fixtures import cases
from papermill_warm.zygote import family
from shopbook.run import manifest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks"),
]
NAMES = ("market", "own", "rivals", "brief")
BATCH = """\
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from notebooks.fixtures import cases
from shopbook.home import Home
from shopbook.run import manifest
from shopbook.run.batch import run_batch
manifest._package = lambda: "the package, whose files may be edited while this test runs"
if __name__ == "__main__":
    root = Path(sys.argv[1])
    home = Home(root, root / "data")
    jobs = [cases.job(home, name) for name in sys.argv[3].split(",")]
    result = run_batch(jobs, jobs_parallel=2, on_result=lambda each: print(each.status, flush=True))
    sys.exit(result.exit_code)
"""
TESTS = str(Path(__file__).parents[1])


def start(root):
    script = root / "batch.py"
    script.write_text(BATCH, encoding="utf-8")
    command = [sys.executable, str(script), str(root), TESTS, ",".join(NAMES)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def check(home):
    """Every file is whole, and `done` stands only beside all files of its report."""
    folder = cases.job(home).folder
    notebooks = manifest.read_run(folder).get("notebooks", {})
    for page in folder.glob("*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    for document in [*folder.glob("*.json"), *folder.glob("*.ipynb")]:
        json.loads(document.read_text(encoding="utf-8"))
    for name, entry in notebooks.items():
        if entry["status"] == "done":
            assert all((folder / f"{name}{end}").exists() for end in (".html", ".ipynb", ".findings.json"))
    return {name for name, entry in notebooks.items() if entry["status"] == "done"}


@pytest.mark.parametrize("kills", [1, pytest.param(12, marks=pytest.mark.nightly)])
def test_a_batch_killed_at_random_moments_never_lies(tmp_path, kills):
    cell = "import time\ntime.sleep(0.2)\nprint('x' * 20000)"
    home = None
    for name in NAMES:
        home = cases.home(tmp_path, cell, name=name)
    moments = random.Random(7)
    for _ in range(kills):
        batch = start(tmp_path)
        first = moments.random() < 0.7 and batch.stdout.readline()  # else before any is finished
        time.sleep(moments.uniform(0, 0.4 if first else 4))
        processes = family(batch.pid)
        batch.send_signal(signal.SIGKILL)
        batch.wait()
        done = check(home)
        until = time.monotonic() + 60
        while any(Path(f"/proc/{pid}").exists() for pid in processes) and time.monotonic() < until:
            time.sleep(0.05)
        assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]
        if done == set(NAMES):  # everything was made: begin again with a stale report
            cases.home(tmp_path, cell + f"\n{moments.random()}", name="own")
    batch = start(tmp_path)
    out, _ = batch.communicate()
    assert batch.returncode == 0
    assert set(out.split()) <= {"skipped", "done"}
    assert check(home) == set(NAMES)
    assert start(tmp_path).communicate()[0].split() == ["skipped"] * len(NAMES)
