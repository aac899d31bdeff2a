"""The memory of a real run: the command an operator calls, with all processes it starts."""

import subprocess
import sys
import time

from benchmarks.speed.measure import share_mb

from papermill_warm.zygote import family
from shopbook.home import Home

_SAMPLE_SECONDS = 0.1
_COMMAND = "from shopbook.run.command.cli import main; main()"


def peak_mb(home: Home, job: str, shop: str, day: str, at_once: int) -> float:
    """The largest sum of memory over the processes of `shopbook run JOB`; what forks share counts once.

    `at_once` notebooks run together.
    """
    options = ["--home", str(home.root), "--data", str(home.data)]
    command = [sys.executable, "-c", _COMMAND, *options, "run", job, "--shop", shop, "--date", day]
    command += ["--jobs", str(at_once), "--force"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(share_mb(each) for each in family(process.pid)))
        time.sleep(_SAMPLE_SECONDS)
    if process.returncode:
        said = process.stderr.read().decode(errors="replace") if process.stderr else ""
        raise RuntimeError(f"shopbook run {job} ended with {process.returncode}: {said[-2000:]}")
    return peak
