"""Memory and process count of one notebook, read from /proc while its cell runs, and why a process ended."""

import signal

from shopbook.run.engine.zygote import family
from shopbook.text import tr

MOST_PROCESSES = 64


class Watch:
    """The memory of a notebook's processes together (RLIMIT_DATA holds for each alone)."""

    def __init__(self, pid: int, memory_mb: int) -> None:
        self._pid = pid
        self._limit = memory_mb

    def excess(self) -> str:
        """A sentence when a limit is passed, else empty."""
        processes = family(self._pid)
        if len(processes) > MOST_PROCESSES:
            return tr(
                "the notebook started {count} processes; {most} are allowed",
                count=len(processes),
                most=MOST_PROCESSES,
            )
        if not self._limit or sum(_kept_mb(pid, "status", "RssAnon") for pid in processes) <= self._limit:
            return ""
        # Pages that forks share are counted once per process above; the exact share is slower to ask for.
        used = sum(_kept_mb(pid, "smaps_rollup", "Pss:") for pid in processes)
        if used > self._limit:
            return tr(
                "the notebook used {used} MB of memory; {most} MB are allowed",
                used=round(used),
                most=self._limit,
            )
        return ""


def cause_of_death(status: int | None) -> str:
    """A sentence for the exit status of a process: negative is a signal."""
    if status is None:
        return tr("the notebook's process died")
    if status < 0:
        return tr("the notebook's process was killed ({signal})", signal=signal.Signals(-status).name)
    return tr("a cell ended the notebook's process (exit code {status})", status=status)


def _kept_mb(pid: int, file: str, name: str) -> float:
    """A figure of /proc/<pid>/<file> in MB; 0 for a process that has just ended."""
    try:
        with open(f"/proc/{pid}/{file}", encoding="ascii", errors="replace") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
    except OSError:
        return 0.0
