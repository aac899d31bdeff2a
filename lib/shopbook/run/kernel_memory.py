"""Memory and process count of one notebook, read from /proc while its cell runs, and why a process ended."""

import signal

from shopbook.run.zygote import family

MOST_PROCESSES = 64


class Watch:
    """The growth of a notebook's processes together since the fork (RLIMIT_DATA holds for each alone)."""

    def __init__(self, pid: int, memory_mb: int) -> None:
        self._pid = pid
        self._limit = memory_mb
        self._start = _anonymous_mb(pid)

    def excess(self) -> str:
        """A sentence when a limit is passed, else empty."""
        processes = family(self._pid)
        if len(processes) > MOST_PROCESSES:
            return f"the notebook started {len(processes)} processes; {MOST_PROCESSES} are allowed"
        used = sum(_anonymous_mb(pid) for pid in processes) - self._start
        if self._limit and used > self._limit:
            return f"the notebook used {used:.0f} MB of memory; {self._limit} MB are allowed"
        return ""


def cause_of_death(status: int | None) -> str:
    """A sentence for the exit status of a process: negative is a signal."""
    if status is None:
        return "the notebook's process died"
    if status < 0:
        return f"the notebook's process was killed ({signal.Signals(-status).name})"
    return f"a cell ended the notebook's process (exit code {status})"


def _anonymous_mb(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("RssAnon"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
