"""Run one variant in its own process and read wall time, processor time and peak memory of all of it."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from papermill_warm.zygote import family
from shopbook.home import Home

_SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Measure:
    """What `runs` notebooks took together: seconds by the clock and by processor, megabytes at the peak."""

    variant: str
    runs: int
    wall: float
    cpu: float
    peak_mb: float

    @property
    def wall_each(self) -> float:
        """Seconds per notebook."""
        return self.wall / self.runs

    @property
    def cpu_each(self) -> float:
        """Processor seconds per notebook."""
        return self.cpu / self.runs


def measure(variant: str, runs: int, work: str, home: Home) -> Measure:
    """Measure `runs` notebooks of `work` the way of `variant`, start-up included."""
    order = [variant, str(runs), work, str(home.root), str(home.data)]
    command = [sys.executable, "-m", "benchmarks.speed.one", *order]
    began = time.perf_counter()
    process = subprocess.Popen(command)
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    _pid, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{variant} with {runs} runs ended with status {status}")
    return Measure(variant, runs, wall, used.ru_utime + used.ru_stime, peak[0])


def _watch(pid: int, peak: list[float]) -> None:
    """Sum the memory of the process tree now and then; a page that forks share counts once."""
    while Path(f"/proc/{pid}").exists():
        peak[0] = max(peak[0], sum(share_mb(each) for each in family(pid)))
        time.sleep(_SAMPLE_SECONDS)


def share_mb(pid: int) -> float:
    """Memory of a process in MB; pages it shares with others count in part."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0
