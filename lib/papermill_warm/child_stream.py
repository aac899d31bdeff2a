"""stdout and stderr of a forked notebook: print, subprocesses and C code in one order, sent as messages."""

import codecs
import io
import os
import select
import threading
import time
from collections.abc import Callable
from typing import Any

FLUSH_SECONDS = 0.2  # as ipykernel: a cell that prints in bursts gets the same outputs as in JupyterLab


class CellStream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell; what others write to the file descriptor is drained first."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str, number: int, send: Callable[[str, str, dict[str, Any]], None]) -> None:
        self.name = name
        self._number = number
        self._send = send
        self._pid = os.getpid()
        self._parent: dict[str, Any] = {}
        self._text: list[str] = []
        self._since = 0.0
        self._lock = threading.RLock()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pipe, write_end = os.pipe()
        os.dup2(write_end, number)
        os.close(write_end)
        os.set_blocking(self.pipe, False)

    def fileno(self) -> int:
        """The descriptor subprocesses inherit, so what they write is shown."""
        return self._number

    def writable(self) -> bool:
        """Always; print asks."""
        return True

    def isatty(self) -> bool:
        """Never a terminal, as in every Jupyter kernel."""
        return False

    def set_parent(self, parent: dict[str, Any]) -> None:
        """What is written from now on belongs to the request `parent`."""
        self._parent = parent

    def write(self, string: str) -> int:
        """Keep `string` until the next flush."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if os.getpid() != self._pid:  # a process forked by the cell: through the pipe the kernel drains
            os.write(self._number, string.encode(errors="replace"))
            return len(string)
        with self._lock:
            self.drain()
            self._keep(string)
        return len(string)

    def flush(self) -> None:
        """Send what is kept."""
        if os.getpid() != self._pid:
            return
        with self._lock:
            self.drain()
            text, self._text = "".join(self._text), []
            if text:
                self._send(self.name, text, self._parent)

    def flush_if_due(self, now: float) -> None:
        """Send what has been kept for FLUSH_SECONDS, so a long cell shows its progress."""
        if self._text and now - self._since >= FLUSH_SECONDS:
            self.flush()

    def drain(self) -> bool:
        """Take what others wrote to the descriptor; False when every writer is gone."""
        with self._lock:
            while True:
                try:
                    chunk = os.read(self.pipe, 1 << 16)
                except BlockingIOError:
                    return True
                if not chunk:
                    return False
                self._keep(self._decoder.decode(chunk))

    def _keep(self, text: str) -> None:
        if not self._text:
            self._since = time.monotonic()
        self._text.append(text)


def watch(streams: list[CellStream]) -> None:
    """Drain the descriptors in a thread: a subprocess that writes more than a pipe holds must not block."""

    def loop() -> None:
        poll = select.poll()
        for stream in streams:
            poll.register(stream.pipe, select.POLLIN)
        by_pipe = {stream.pipe: stream for stream in streams}
        while by_pipe:
            for pipe, _event in poll.poll(FLUSH_SECONDS * 1000):
                if not by_pipe[pipe].drain():
                    poll.unregister(pipe)
                    del by_pipe[pipe]
            for stream in streams:
                stream.flush_if_due(time.monotonic())

    threading.Thread(target=loop, name="cell-streams", daemon=True).start()
