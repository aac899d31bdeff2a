"""Memory and process count of one notebook, read from /proc while its cell runs, and why a process ended."""

import signal

from papermill_warm.errors import KernelDiedError
from papermill_warm.zygote import family

MOST_PROCESSES = 64


class Watch:
    """The memory of a notebook's processes together (RLIMIT_DATA holds for each alone)."""

    def __init__(self, pid: int, memory_mb: int) -> None:
        self._pid = pid
        self._limit = memory_mb

    def excess(self) -> KernelDiedError | None:
        """The error to raise when a limit is passed, else None."""
        processes = family(self._pid)
        if len(processes) > MOST_PROCESSES:
            return KernelDiedError("processes", count=len(processes), most=MOST_PROCESSES)
        if not self._limit or sum(_kept_mb(pid, "status", "RssAnon") for pid in processes) <= self._limit:
            return None
        # Pages that forks share are counted once per process above; the exact share is slower to ask for.
        used = sum(_kept_mb(pid, "smaps_rollup", "Pss:") for pid in processes)
        return KernelDiedError("memory", used=round(used), most=self._limit) if used > self._limit else None


def death(status: int | None) -> KernelDiedError:
    """The error for the exit status of a process: negative is a signal."""
    if status is None:
        return KernelDiedError("unknown")
    if status < 0:
        return KernelDiedError("signal", signal=signal.Signals(-status).name)
    return KernelDiedError("exit", status=status)


def _kept_mb(pid: int, file: str, name: str) -> float:
    """A figure of /proc/<pid>/<file> in MB; 0 for a process that has just ended."""
    try:
        with open(f"/proc/{pid}/{file}", encoding="ascii", errors="replace") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
    except OSError:
        return 0.0
