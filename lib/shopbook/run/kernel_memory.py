"""Memory and process count of one notebook, read from /proc while its cell runs, and why a process ended."""

import signal

from shopbook.run.zygote import family

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
            return f"the notebook started {len(processes)} processes; {MOST_PROCESSES} are allowed"
        if not self._limit or sum(_kept_mb(pid, "status", "RssAnon") for pid in processes) <= self._limit:
            return ""
        # Pages that forks share are counted once per process above; the exact share is slower to ask for.
        used = sum(_kept_mb(pid, "smaps_rollup", "Pss:") for pid in processes)
        if used > self._limit:
            return f"the notebook used {used:.0f} MB of memory; {self._limit} MB are allowed"
        return ""


def cause_of_death(status: int | None) -> str:
    """A sentence for the exit status of a process: negative is a signal."""
    if status is None:
        return "the notebook's process died"
    if status < 0:
        return f"the notebook's process was killed ({signal.Signals(-status).name})"
    return f"a cell ended the notebook's process (exit code {status})"


def _kept_mb(pid: int, file: str, name: str) -> float:
    """A figure of /proc/<pid>/<file> in MB; 0 for a process that has just ended."""
    try:
        with open(f"/proc/{pid}/{file}", encoding="ascii", errors="replace") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
    except OSError:
        return 0.0
